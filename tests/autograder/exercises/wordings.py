"""Other ways to put the text of a right answer: early returns, other names, type hints, lambdas, objects.

None of them changes what a function computes, so every right answer in every wording earns everything.
"""

from __future__ import annotations

import ast
from typing import Any


class Renamed(ast.NodeTransformer):
    """Other names for what a function assigns; its arguments keep theirs."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        arguments = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        inner = [each for each in ast.walk(node) if each is not node]
        kept = {
            name
            for each in inner
            if isinstance(each, ast.Global | ast.Nonlocal)
            for name in each.names
        }  # fmt: skip
        kept |= {each.name for each in inner if isinstance(each, ast.FunctionDef | ast.ClassDef)}
        kept |= {each.arg for each in inner if isinstance(each, ast.arg)}
        ours = {
            each.id
            for each in inner
            if isinstance(each, ast.Name)
            and isinstance(each.ctx, ast.Store)
            and each.id not in kept | arguments
        }
        for each in inner:
            if isinstance(each, ast.Name) and each.id in ours:
                each.id = f"{each.id}_of_mine"
        return node


def renamed(source: str) -> str:
    """Other names for local variables."""
    tree = ast.parse(source)
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef):
            tree.body[place] = Renamed().visit_FunctionDef(node)
    return ast.unparse(tree)


class Annotated(ast.NodeTransformer):
    """Types for arguments, results and variables that are assigned by name."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            each.annotation = ast.Constant("np.ndarray | float | None")
        node.returns = ast.Constant("tuple[np.ndarray, dict]")
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            return ast.AnnAssign(node.targets[0], ast.Constant("float"), node.value, 1)
        return node


def annotated(source: str) -> str:
    """Type hints everywhere."""
    tree = ast.parse(source)
    tree.body = [Annotated().visit(node) if isinstance(node, ast.FunctionDef) else node for node in tree.body]
    return ast.unparse(ast.fix_missing_locations(tree))


class Early(ast.NodeTransformer):
    """``return`` as early as possible, and no ``else`` after one."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.body = returning_early(node.body)
        return node


def returning_early(body: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that end a function with their last ``return`` moved up as far as it goes.

    It goes into each side of a condition, to where its name is given its value, and to the ``break`` of a loop.
    """
    *rest, end = body
    if isinstance(end, ast.If) and end.orelse and isinstance(end.body[-1], ast.Return | ast.Raise):
        return [*rest, ast.If(end.test, returning_early(end.body), []), *returning_early(end.orelse)]
    if not isinstance(end, ast.Return):
        return body
    if isinstance(end.value, ast.IfExp):
        sides = [returning_early([ast.Return(each)]) for each in (end.value.body, end.value.orelse)]
        return [*rest, ast.If(end.value.test, sides[0], []), *sides[1]]
    if not rest or not isinstance(end.value, ast.Name):
        return body
    *before, last = rest
    if isinstance(last, ast.Return | ast.Raise):
        return returning_early(rest)
    if isinstance(last, ast.Assign) and [getattr(each, "id", "") for each in last.targets] == [end.value.id]:
        return returning_early([*before, ast.Return(last.value)])
    if isinstance(last, ast.If):
        sides = [returning_early([*each, end]) for each in (last.body, last.orelse)]
        return [*before, ast.If(last.test, sides[0], []), *sides[1]]
    if isinstance(last, ast.For | ast.While) and not last.orelse:
        return [*before, LeavingAtOnce(end).visit(last), end]
    return body


class LeavingAtOnce(ast.NodeTransformer):
    """A ``return`` in place of every ``break`` of one loop; those of the loops inside it are theirs."""

    def __init__(self, end: ast.Return):
        self.end, self.inside = end, False

    def visit_For(self, node: Any) -> Any:
        if not self.inside:
            self.inside = True
            self.generic_visit(node)
        return node

    visit_While = visit_For

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        return node

    def visit_Break(self, node: ast.Break) -> ast.Return:
        return self.end


def early(source: str) -> str:
    """Early returns."""
    return ast.unparse(ast.fix_missing_locations(Early().visit(ast.parse(source))))


def in_a_function_of_its_own(source: str) -> str:
    """Every function calls one that is defined inside it, with its arguments handed on by name or place."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not any(isinstance(n, ast.Yield) for n in ast.walk(node)):
            inner = ast.FunctionDef(
                "work", node.args, node.body, [], returns=None, type_comment=None, type_params=[]
            )
            handed: list[ast.expr] = [
                ast.Name(each.arg, ast.Load()) for each in (*node.args.posonlyargs, *node.args.args)
            ]
            if node.args.vararg:
                handed.append(ast.Starred(ast.Name(node.args.vararg.arg, ast.Load()), ast.Load()))
            named = [ast.keyword(each.arg, ast.Name(each.arg, ast.Load())) for each in node.args.kwonlyargs]
            node.body = [inner, ast.Return(ast.Call(ast.Name("work", ast.Load()), handed, named))]
    return ast.unparse(ast.fix_missing_locations(tree))


def in_other_words(source: str) -> str:
    """Early returns, other names and type hints; layout and comments are gone as well."""
    return annotated(renamed(early(source)))


def defined_in(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    """Return the function of a name at the top of a text, if there is one."""
    return next((each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == name), None)


def as_lambda(source: str, name: str) -> str:
    """A function that only returns an expression as a lambda; any other is called by one."""
    tree = ast.parse(source)
    node = defined_in(tree, name)
    if node is None:
        return source
    if ast.get_docstring(node) is not None:
        del node.body[0]
    if len(node.body) == 1 and isinstance(node.body[0], ast.Return):
        for each in ast.walk(node.args):
            if isinstance(each, ast.arg):
                each.annotation = None
        expression: ast.expr = ast.Lambda(node.args, node.body[0].value)
    else:
        node.name = f"work_of_{name}"
        expression = ast.parse(f"lambda *args, **kwargs: {node.name}(*args, **kwargs)", mode="eval").body
    given = ast.Assign([ast.Name(name, ast.Store())], expression)
    kept = [] if node.name == name else [node]
    at = tree.body.index(node)
    tree.body[at : at + 1] = [*kept, given]
    return ast.unparse(ast.fix_missing_locations(tree))


def as_object(source: str, name: str) -> str:
    """An object that is called in place of a function."""
    tree = ast.parse(source)
    node = defined_in(tree, name)
    if node is None:
        return source
    kind = ast.ClassDef(f"Answer_{name}", [], [], [node], [], type_params=[])
    tree.body[tree.body.index(node)] = kind
    tree.body.append(ast.Assign([ast.Name(name, ast.Store())], ast.parse(f"{kind.name}()", mode="eval").body))
    node.name = "__call__"
    node.args.args.insert(0, ast.arg("self"))
    return ast.unparse(ast.fix_missing_locations(tree))


def under_other_names(source: str, names: dict[str, str]) -> str:
    """Other names for what stands at the top of a text; a name that is an argument somewhere stays."""
    tree = ast.parse(source)
    arguments = {each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)}
    names = {old: new for old, new in names.items() if old not in arguments}
    for each in ast.walk(tree):
        if isinstance(each, ast.Name):
            each.id = names.get(each.id, each.id)
        elif isinstance(each, ast.Global):
            each.names = [names.get(name, name) for name in each.names]
    for each in tree.body:  # a method of such a name is another
        if isinstance(each, ast.FunctionDef | ast.ClassDef):
            each.name = names.get(each.name, each.name)
    return ast.unparse(tree)


def names_at_the_top(source: str) -> set[str]:
    """Return the names that a text defines, without those that it imports."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {
                each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)
            }
    return found
