"""Imports run one way: between files and between packages there is no circle, and ``course`` stands below."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for top in ("autograder", "course")
    for file in sorted((ROOT / top).rglob("*.py"))
}
FOUNDATION = tuple(f"course.probes.{name}" for name in ("base", "bounded", "comparing", "wording"))
"""What a probe is, which ``course`` builds on; the probes themselves use all of ``course``."""


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield all statements that are ever run, those in functions too, without what only a type checker reads."""
    for each in body:
        if isinstance(each, ast.If) and "TYPE_CHECKING" in ast.unparse(each.test):
            continue
        yield each
        for part in ("body", "orelse", "finalbody", "handlers"):
            inner = getattr(each, part, [])
            yield from statements(
                [s for h in inner for s in (h.body if isinstance(h, ast.ExceptHandler) else [h])]
            )


def imported(module: str) -> set[str]:
    """Return the modules of ours that a module imports."""
    file, found = MODULES[module], set()
    for each in statements(ast.parse(file.read_text(encoding="utf-8")).body):
        if isinstance(each, ast.Import):
            found |= {alias.name for alias in each.names}
        elif isinstance(each, ast.ImportFrom):
            base = each.module or ""
            if each.level:
                package = module if file.name == "__init__.py" else module.rpartition(".")[0]
                above = package.rsplit(".", each.level - 1)[0]
                base = ".".join(filter(None, (above, base)))
            names = {f"{base}.{alias.name}" for alias in each.names}
            found |= {name if name in MODULES else base for name in names}
    return (found & set(MODULES)) - {module}


def package(module: str) -> str:
    """Return the package a module belongs to, without the packages inside it; a module beside them is its own."""
    return module if module in FOUNDATION else ".".join(module.split(".")[:2])


@cache
def graph() -> dict[str, set[str]]:
    """Return module -> modules of ours that it imports."""
    return {module: imported(module) for module in MODULES}


@pytest.mark.long
def test_no_file_imports_itself_by_way_of_others():
    TopologicalSorter(graph()).prepare()  # raises CycleError and names the circle


def test_no_package_imports_itself_by_way_of_others():
    packages: dict[str, set[str]] = {}
    for module, used in graph().items():
        packages.setdefault(package(module), set()).update(map(package, used))
    TopologicalSorter({name: used - {name} for name, used in packages.items()}).prepare()


@pytest.mark.parametrize("module", [each for each in MODULES if each.startswith("course")])
def test_the_course_knows_nothing_of_the_grader(module):
    assert not [each for each in graph()[module] if each.startswith("autograder")]


@pytest.mark.parametrize("top", [pytest.param("tests", marks=pytest.mark.long), "benchmarks"])
def test_what_is_imported_of_ours_is_there(top):
    missing = [
        f"{file.relative_to(ROOT)}:{each.lineno} {each.module}.{alias.name}"
        for file in sorted((ROOT / top).rglob("*.py"))
        if "fixtures" not in file.parts and "cells" not in file.parts
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(each, ast.ImportFrom) and (each.module or "").split(".")[0] in ("autograder", "course")
        for alias in each.names
        if f"{each.module}.{alias.name}" not in MODULES and alias.name not in bound(each.module)
    ]
    assert missing == []


@cache
def bound(module: str | None) -> set[str]:
    """Return the names that a module of ours binds, nothing for one that is not there."""
    if module not in MODULES:
        return set()
    nodes = list(ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))))
    found = {each.name for each in nodes if isinstance(each, ast.FunctionDef | ast.ClassDef)}
    found |= {each.id for each in nodes if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return found | {each.asname or each.name for each in nodes if isinstance(each, ast.alias)}
