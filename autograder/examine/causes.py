"""Why a graded cell found no answer: the cells around it say what its own error does not.

A check sees that a name is missing, or that a stub is still there.  The cause is in another cell: one that was
stopped, one whose magic took it, one that deleted the name again.  What ran decides, not what the text looks like.
"""

import ast
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from nbformat import NotebookNode

from autograder.examine.verdicts import End, verdict
from autograder.lesson import LONGEST, NOT_PYTHON, definitions, names, statements, tree, without_commands
from autograder.marks import ADDED, Verdict, exercise_of, nbgrader_of

ANSI = re.compile(r"\x1b\[[0-9;]*m")
MISSING = re.compile(r"name '(\w+)' is not defined")
RUN_HERE = ("time", "capture", "prun")
"""Cell magics that run the cell where it stands; all others take its text for something else."""

Ends = Mapping[int, End]


def explained(notebook: NotebookNode, at: int, ends: Ends, found: Verdict) -> Verdict:
    """Return the verdict on the graded cell at place ``at`` with its cause, where other cells hold it."""
    lost = MISSING.search(found.message) if found.verdict in ("error", "mistake") else None
    if found.verdict == "unfinished":
        cause = why_unwritten(notebook, at, ends)
    elif lost is None:
        return found
    elif ends[at].error == "NameError":  # the check itself asked for the name
        return undefined(notebook, at, ends, lost[1])
    else:
        cause = why_stopped(notebook, at, ends, lost[1])
    if not cause:
        return found
    said, read, place = found.message.partition("\nRead: ")
    return replace(found, message=f"{said}\n{cause}{read}{place}")


def undefined(notebook: NotebookNode, at: int, ends: Ends, name: str) -> Verdict:
    """Return the verdict on a graded cell that needs a name which does not exist."""
    cell, first = notebook.cells[at], f"{name} is not defined."
    where = solution_of(notebook, at, name)
    if where is None:
        said = why_stopped(notebook, at, ends, name) or "An earlier cell should have made it and did not."
        return verdict(cell, "error", first, said)
    source, end = notebook.cells[where].source, ends.get(where, End(how="skipped"))
    if end.error == "NotImplementedError":
        return verdict(cell, "unfinished", "Not written yet.")
    said = syntax_error(source) or taken(source) or stopped(end)
    if said:
        lost = MISSING.search(said)
        cause = why_stopped(notebook, where, ends, lost[1]) if lost else ""
        said = f"The cell above {said}\n{cause}".rstrip()
        return verdict(cell, "timeout" if end.how == "timeout" else "error", first, said)
    if name in names(source):
        return verdict(
            cell,
            "error",
            first,
            f"The cell above defines `{name}`, but {deleted(notebook, at, where, name)}.",
        )
    return verdict(cell, "error", first, other_name(name, source))


def why_unwritten(notebook: NotebookNode, at: int, ends: Ends) -> str:
    """Return why an answer counts as not written although the student wrote something; empty if nobody did."""
    name = exercise_of(nbgrader_of(notebook.cells[at])["grade_id"])
    where = solution_of(notebook, at, name)
    if where is None:
        return ""
    cell = notebook.cells[where]
    if "written" not in cell.metadata:
        above = [
            place for place in students_own(notebook, where) if name in names(notebook.cells[place].source)
        ]
        if not above:
            return ""
        own = opening(notebook.cells[above[-1]].source)
        return (
            f"`{name}` is also defined in your own cell that begins with {own}, but the cell below it "
            "still holds the stub, which replaces it. Put your code in place of the stub."
        )
    if any(raises_stub(each) for each in ast.walk(tree(cell.source) or ast.Module([], []))):
        return (
            "The line `raise NotImplementedError` is still in the cell, and nothing after it runs. Delete it."
        )
    unwritten = [each for each in solutions(notebook) if "written" not in notebook.cells[each].metadata]
    called = {
        node.id for node in ast.walk(tree(cell.source) or ast.Module([], [])) if isinstance(node, ast.Name)
    }
    needed = [
        each for place in unwritten for each in definitions(notebook.cells[place].source) if each in called
    ]
    return f"It calls `{needed[0]}`, which is not written yet." if needed else ""


def raises_stub(node: ast.AST) -> bool:
    """Whether a statement is the one that stubs end with."""
    raised = node.exc if isinstance(node, ast.Raise) else None
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def why_stopped(notebook: NotebookNode, at: int, ends: Ends, name: str) -> str:
    """Return which of the student's cells should have made a name and did not get so far; empty if none."""
    for place in sorted((*students_own(notebook, at), *solutions(notebook, at)), reverse=True):
        source, end = notebook.cells[place].source, ends.get(place, End(how="ok"))
        said = end.how != "ok" and name in names(source) and stopped(end)
        if said:
            return f"`{name}` is missing because the cell that begins with {opening(source)} {said}"
    return ""


def students_own(notebook: NotebookNode, before: int) -> list[int]:
    """Return the places of the code cells before one that the student added."""
    cells = enumerate(notebook.cells[:before])
    return [at for at, cell in cells if cell.cell_type == "code" and cell.get("id", "").startswith(ADDED)]


def solutions(notebook: NotebookNode, before: int | None = None) -> list[int]:
    """Return the places of the solution cells that hold code."""
    cells = enumerate(notebook.cells[:before])
    return [at for at, cell in cells if cell.cell_type == "code" and nbgrader_of(cell).get("solution")]


def solution_of(notebook: NotebookNode, at: int, name: str) -> int | None:
    """Return the place of the solution cell that a graded cell depends on, if the name is what it should define."""
    exercise = exercise_of(nbgrader_of(notebook.cells[at])["grade_id"])
    if name != exercise and not re.search(rf"\(\"\w+\",\s*{name}\s*[,)]", notebook.cells[at].source):
        return None
    answers = solutions(notebook, at)
    named = [place for place in answers if nbgrader_of(notebook.cells[place])["grade_id"] in (name, exercise)]
    found = named or answers
    return found[-1] if found else None


def opening(source: str) -> str:
    """Return the first line of a cell, quoted and short."""
    line = next((each.strip() for each in source.splitlines() if each.strip()), "")
    return f"`{line[:47]}...`" if len(line) > 50 else f"`{line}`"


def stopped(end: End) -> str:
    """Return how a cell ended before its last line, to go on after "the cell above"; empty if it did not."""
    if end.how == "timeout":
        return f"was stopped after {end.text}: a loop that never ends, or a long experiment?"
    if end.how == "dead":
        return "ended the Python process."
    if end.how == "error":
        line = re.findall(r"Cell In\[\d+\], line (\d+)", ANSI.sub("", "\n".join(end.traceback)))
        place = f" in line {line[0]}" if line else ""
        return f"stopped{place} with {end.error}: {end.text}".strip()
    return ""


def taken(source: str) -> str:
    """Return what a magic in the first line did with a cell, to go on after "the cell above"."""
    found = re.match(r"\s*%%(\w+)", source)
    if found is None or found[1] in RUN_HERE:
        return ""
    return (
        f"begins with `%%{found[1]}`, which takes the whole cell: nothing in it is defined. Remove that line."
    )


def deleted(notebook: NotebookNode, at: int, where: int, name: str) -> str:
    """Return what took a name away that a cell had defined."""
    for place in (where, *(each for each in students_own(notebook, at) if each > where)):
        source = notebook.cells[place].source
        here = "at its end" if place == where else f"in the cell that begins with {opening(source)}"
        if name in unbound(source):
            return f"it is deleted again by `del {name}` {here}"
        if re.search(r"^[^\S\n]*%reset\b", source, flags=re.MULTILINE):
            return f"`%reset` {here} takes everything away again"
    return "it was gone again when the check asked for it"


def unbound(source: str) -> Iterator[str]:
    """Yield the names that a cell deletes."""
    found = tree(source)
    for each in statements(found.body) if found else ():
        if isinstance(each, ast.Delete):
            yield from (node.id for node in each.targets if isinstance(node, ast.Name))


def syntax_error(source: str) -> str:
    """Return where and what the first syntax error of a cell is, to go on after "the cell above"; or nothing."""
    if "\0" in source:
        line = source[: source.index("\0")].count("\n") + 1
        return f"has an invisible character (NUL) in line {line}. Type that line anew."
    if tree(source) is not None or len(source) > LONGEST:
        return ""
    try:
        ast.parse(without_commands(source))
    except SyntaxError as error:
        place = f"in line {error.lineno}" if error.lineno else "in one of its lines"
        return f"has a syntax error {place}: {error.msg}."
    except NOT_PYTHON:
        return "cannot be read as Python: one of its expressions is nested too deeply or too long."
    return ""


def other_name(name: str, source: str) -> str:
    """Return what a cell defines instead of the name that was asked for."""
    found = definitions(source)[:200]
    if not found:
        return f"The cell above defines no function. It should define `{name}`."
    nearest = (difflib.get_close_matches(name, found, 1, 0.0) or found)[0]
    return f"The cell above defines `{nearest[:60]}`. Call it `{name}`."
