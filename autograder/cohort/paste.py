"""A function of an exercise module as the text of one notebook cell, with everything it needs.

Known mistakes and variants lean on what their module imports and defines.  A student's cell has none of that, so
the definitions a function uses are gathered from our modules, and what it imports from elsewhere is imported.
"""

import ast
import importlib
import importlib.util
import inspect
import symtable
import sys
from collections.abc import Callable
from functools import cache
from types import ModuleType

OWN = "autograder."
"""Modules under this name are not there for a student: their definitions are copied."""


class NotPasted(Exception):
    """A function cannot stand alone; the text says why."""


def pasted(function: Callable, name: str) -> str:
    """Return the text of a cell that defines ``name`` to do what ``function`` does.  Raises ``NotPasted``.

    A class, whose instances are the function, is defined and instantiated once.
    """
    if not (inspect.isfunction(function) or inspect.isclass(function)):
        raise NotPasted(f"it is made by {type(function).__name__}")
    module = sys.modules[function.__module__]
    if "<locals>" in function.__qualname__:
        return made_inside(function, module, name)
    node = definition(function)
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        raise NotPasted("its definition is not at the top of its module")
    cell = Cell()
    body = bare(node)
    cell.need(module, body, {node.name})
    own = node.name
    if isinstance(body, ast.ClassDef):
        cell.parts += [ast.unparse(body), f"{name} = {own}()"]
    else:
        cell.parts.append(ast.unparse(renamed(body, own, name)))
    return cell.text()


def definition(function: Callable) -> ast.stmt | None:
    """Return what defines a function at the top of its module; an entry of a table is written out."""
    module = sys.modules[function.__module__]
    entry = entries(module).get(function.__qualname__)
    return written_out(function, entry) if entry else top_level(module).get(function.__qualname__)


@cache
def entries(module: ModuleType) -> dict[str, ast.expr]:
    """Return what stands in the tables of a module, ``exercise.table({"name: text": function})``, by its names."""
    calls = [each.value for each in ast.parse(inspect.getsource(module)).body if isinstance(each, ast.Expr)]
    found = {}
    for call in calls:
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".table"):
            exercise, table = ast.unparse(call.func).removesuffix(".table"), call.args[0]
            assert isinstance(table, ast.Dict)
            for key, function in zip(table.keys, table.values, strict=True):
                assert isinstance(key, ast.Constant) and isinstance(key.value, str)  # noqa: PT018
                found[f"{exercise}.{key.value.partition(': ')[0]}"] = function
    return found


def written_out(function: Callable, entry: ast.expr) -> ast.FunctionDef:
    """Return the definition of a function that stands in a table as a lambda or a ``partial``."""
    if isinstance(entry, ast.Lambda):
        arguments, value = ast.unparse(entry.args), entry.body
    else:
        assert isinstance(entry, ast.Call)
        parameters = inspect.signature(function).parameters.values()
        arguments = ", ".join(
            each.name if each.default is each.empty else f"{each.name}={text_of(each.default)}"
            for each in parameters
        )
        changed, *first = entry.args
        value = ast.Call(changed, [*first, *(ast.Name(each.name) for each in parameters)], entry.keywords)
    made = ast.parse(f"def {function.__name__}({arguments}): return {ast.unparse(value)}").body[0]
    assert isinstance(made, ast.FunctionDef)
    return made


def made_inside(function: Callable, module: ModuleType, name: str) -> str:
    """Return the text for a function that another one made: the maker, and one call of it.

    It is made from plain arguments, or from functions at the top of a module.
    """
    maker = function.__qualname__.split(".<locals>")[0]
    node = top_level(module).get(maker)
    if not isinstance(node, ast.FunctionDef):
        raise NotPasted("it is defined inside a function that is not at the top of its module")
    held = inspect.getclosurevars(function).nonlocals
    star = node.args.vararg.arg if node.args.vararg else ""
    wanted = {each.arg for each in (*node.args.args, *node.args.kwonlyargs)} | ({star} if star else set())
    functions = {
        each: defines
        for each in held.values()
        if inspect.isfunction(each) and (defines := definition(each)) is not None
    }
    if set(held) != wanted or not all(
        is_plain(each) or (inspect.isfunction(each) and each in functions) for each in held.values()
    ):
        raise NotPasted("it is defined inside a function, from more than plain arguments")
    cell = Cell()
    for each, defines in functions.items():
        cell.take(sys.modules[each.__module__], each.__name__, defines)
    cell.need(module, bare(node), {maker})
    given = ", ".join(
        f"*{text_of(each)}" if key == star else f"{key}={text_of(each)}" for key, each in held.items()
    )
    cell.parts += [ast.unparse(bare(node)), f"{name} = {maker}({given})"]
    return cell.text()


def text_of(value: object) -> str:
    """Return how a value is written: a function by its name."""
    return value.__name__ if inspect.isfunction(value) else repr(value)


def is_plain(value: object) -> bool:
    """Whether a value can be written down as it is."""
    return type(value) in (bool, int, float, str) or (type(value) is tuple and all(map(is_plain, value)))


class Cell:
    """What has been gathered so far: imports, and definitions in an order in which they can run."""

    def __init__(self) -> None:
        self.imports: list[str] = []
        self.parts: list[str] = []
        self.seen: set[tuple[str, str]] = set()

    def text(self) -> str:
        """Return the cell: imports first, then definitions."""
        return "\n\n\n".join(["\n".join(self.imports), *self.parts]).strip() + "\n"

    def need(self, module: ModuleType, node: ast.stmt, but: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Gather everything of its module that a piece of code names."""
        defined = top_level(module)
        for used in sorted(names_in(node) - but):
            if used in defined and (module.__name__, used) not in self.seen:
                self.seen.add((module.__name__, used))
                self.take(module, used, defined[used])

    def take(self, module: ModuleType, name: str, node: ast.stmt) -> None:
        """Gather one name of a module.  Raises ``NotPasted`` for an exercise itself."""
        if isinstance(node, ast.Import | ast.ImportFrom):
            self.take_import(module, name, node)
            return
        value = getattr(module, name, None)
        if type(value).__module__.startswith(f"{OWN}judging"):
            raise NotPasted(f"it needs {name}, which is part of the exercise")
        piece = bare(node) if isinstance(node, ast.FunctionDef | ast.ClassDef) else node
        self.need(module, piece, {name})
        self.parts.append(ast.unparse(piece))

    def take_import(self, module: ModuleType, name: str, node: ast.Import | ast.ImportFrom) -> None:
        """Import what a student has too; copy what is ours."""
        alias = next(each for each in node.names if (each.asname or each.name).split(".")[0] == name)
        if isinstance(node, ast.Import):
            if alias.name.startswith(OWN):
                raise NotPasted(f"it needs the module {alias.name}")
            self.imports.append(ast.unparse(ast.Import(names=[alias])))
            return
        source = "." * node.level + (node.module or "")
        origin = importlib.util.resolve_name(source, module.__package__) if node.level else source
        if not f"{origin}.".startswith(OWN):
            self.imports.append(ast.unparse(ast.ImportFrom(module=origin, names=[alias], level=0)))
            return
        theirs = importlib.import_module(origin)
        there = top_level(theirs).get(alias.name)
        if there is None:
            raise NotPasted(f"it needs the module {origin}.{alias.name}")
        if (origin, alias.name) not in self.seen:
            self.seen.add((origin, alias.name))
            self.take(theirs, alias.name, there)
        if name != alias.name:
            self.parts.append(f"{name} = {alias.name}")


@cache
def top_level(module: ModuleType) -> dict[str, ast.stmt]:
    """Return the statements at the top of a module by the names they bind."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(each.asname or each.name).split(".")[0]: node for each in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
            found |= dict.fromkeys(names, node)
    return found


def names_in(node: ast.stmt) -> set[str]:
    """Return the names that a statement reads from its module, not its arguments and names of its own."""
    tables = [symtable.symtable(ast.unparse(node), "<cell>", "exec")]
    found = {each.get_name() for each in tables[0].get_symbols() if each.is_referenced()}
    while tables:
        table = tables.pop()
        found |= {
            each.get_name() for each in table.get_symbols() if each.is_global() and each.is_referenced()
        }
        tables += table.get_children()
    return found


def bare(node: ast.FunctionDef | ast.ClassDef) -> ast.FunctionDef | ast.ClassDef:
    """Return a definition without decorators, annotations and the docstring that names the mistake."""
    copy = ast.parse(ast.unparse(node)).body[0]
    assert isinstance(copy, ast.FunctionDef | ast.ClassDef)
    copy.decorator_list = []
    for each in ast.walk(copy):
        if isinstance(each, ast.FunctionDef):
            each.returns = None
        elif isinstance(each, ast.arg):
            each.annotation = None
    if ast.get_docstring(copy, clean=False) is not None:
        copy.body = copy.body[1:] or [ast.Pass()]
    return copy


def renamed(node: ast.FunctionDef, old: str, new: str) -> ast.FunctionDef:
    """Return a definition under another name, where it calls itself too."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and each.id == old:
            each.id = new
    node.name = new
    return node
