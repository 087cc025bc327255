"""What begins with an underscore is read in its own package alone."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted(file for top in ("autograder", "course") for file in (ROOT / top).rglob("*.py"))


def package(file: Path) -> str:
    """Return the package of a file, without the packages inside it: ``autograder/examine``."""
    return "/".join(file.relative_to(ROOT).parts[:2]).removesuffix(".py")


def is_private(name: str) -> bool:
    """Whether a name is private; ``_repr_html_`` is one of IPython's special methods."""
    return name.startswith("_") and not name.endswith("_")


def defined(tree: ast.Module) -> set[str]:
    """Return the private names that a file defines, as functions, variables, attributes or slots."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__slots__":
            found |= set(ast.literal_eval(node.value))
    return {name for name in found if is_private(name)}


def read(tree: ast.Module) -> dict[str, int]:
    """Return the private names that a file reads of something, or imports, with a line of each."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found[node.attr] = node.lineno
        elif isinstance(node, ast.ImportFrom):
            found |= {each.name: node.lineno for each in node.names}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("getattr", "hasattr"):
            found |= {str(getattr(each, "value", "")): node.lineno for each in node.args[1:2]}
    return {name: line for name, line in found.items() if is_private(name)}


def test_no_package_reads_a_private_name_of_another():
    trees = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
    owners: dict[str, set[str]] = {}
    for file, tree in trees.items():
        for name in defined(tree):
            owners.setdefault(name, set()).add(package(file))
    found = [
        f"{file.relative_to(ROOT)}:{line} reads {name} of {', '.join(sorted(owners[name]))}"
        for file, tree in trees.items()
        for name, line in read(tree).items()
        if name in owners and package(file) not in owners[name]
    ]
    assert found == []
