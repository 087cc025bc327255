"""Whether the order of two statements matters, as far as their names tell."""

import ast

from autograder.mutating.expressions import ASKED

LIBRARIES = {"np", "numpy", "math", "copy", "itertools", "statistics", "plt", "widgets"}
PURE = (
    "all", "any", "argmax", "argmin", "astype", "copy", "count", "cumsum", "dot", "flatten", "get", "index",
    "items", "keys", "max", "mean", "min", "nonzero", "prod", "ravel", "reshape", "round", "std", "sum", "tolist",
    "transpose", "values", "var",
)  # fmt: skip
"""Methods that change nothing."""


def depends(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether one of two statements touches what the other may change."""
    return meet(written(first), used(second)) or meet(written(second), used(first))


def meet(some: set[str], others: set[str]) -> bool:
    """Whether two statements touch one thing: ``config`` meets ``config['t']``, which ``config['m']`` does not."""
    return any(
        one == other or one.startswith(f"{other}[") or other.startswith(f"{one}[")
        for one in some
        for other in others
    )


def written(statement: ast.stmt) -> set[str]:
    """Return what a statement may write to: names, their entries, and what a method is called on."""
    found = set()
    for target in getattr(statement, "targets", [getattr(statement, "target", None)]):
        found |= used(target) if target is not None else set()
    for node in ast.walk(statement):
        if isinstance(node, ast.NamedExpr):
            found |= used(node.target)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr not in PURE:
            found |= {entry_of(node)} if entry_of(node) else used(node.func.value) - LIBRARIES
    return found


def used(node: ast.AST) -> set[str]:
    """Return the names in a node; of a dictionary that is asked by a literal key, its entry alone."""
    entry = entry_of(node)
    if entry:
        return {entry}.union(*map(used, getattr(node, "args", [])[1:]))
    if isinstance(node, ast.Name):
        return {node.id}
    return set().union(*map(used, ast.iter_child_nodes(node)))


def entry_of(node: ast.AST) -> str:
    """Return ``config['t']`` for it, for ``config.get("t")`` and ``config.setdefault("t", 0)``; else nothing."""
    key: ast.AST | None = None
    if isinstance(node, ast.Subscript):
        owner, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKED:
        owner, key = node.func.value, node.args[0] if node.args else None
    if not (isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(owner, ast.Name)):
        return ""
    return f"{owner.id}[{key.value!r}]"
