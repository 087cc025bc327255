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


def names_in(tree: ast.Module) -> tuple[set[str], dict[str, int]]:
    """Return the private names of a file: those it defines, and those it reads or imports, with a line of each.

    What is defined are functions, classes, variables, attributes and slots.
    """
    defined, read = set(), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
        elif isinstance(node, ast.Attribute):
            read[node.attr] = node.lineno
            if isinstance(node.ctx, ast.Store):
                defined.add(node.attr)
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__slots__":
            defined |= set(ast.literal_eval(node.value))
        elif isinstance(node, ast.ImportFrom):
            read |= {each.name: node.lineno for each in node.names}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("getattr", "hasattr"):
            read |= {str(getattr(each, "value", "")): node.lineno for each in node.args[1:2]}
    return set(filter(is_private, defined)), {name: line for name, line in read.items() if is_private(name)}


def test_no_package_reads_a_private_name_of_another():
    names = {file: names_in(ast.parse(file.read_text(encoding="utf-8"))) for file in FILES}
    owners: dict[str, set[str]] = {}
    for file, (defined, _) in names.items():
        for name in defined:
            owners.setdefault(name, set()).add(package(file))
    found = [
        f"{file.relative_to(ROOT)}:{line} reads {name} of {', '.join(sorted(owners[name]))}"
        for file, (_, read) in names.items()
        for name, line in read.items()
        if name in owners and package(file) not in owners[name]
    ]
    assert found == []
