"""Why a graded cell found no answer: the cells around it say what its own error does not.

A check sees that a name is missing, or that a stub is still there.  The cause is in another cell: one that was
stopped, one whose magic took it, one that deleted the name again.  What ran decides, not what the text looks like.
"""

import ast
import builtins
import re
from collections.abc import Mapping, Set
from dataclasses import replace

from nbformat import NotebookNode

from autograder.examine.cell_text import (
    assigned,
    imported,
    mentioned,
    opening,
    other_name,
    raises_stub,
    starred,
    syntax_error,
    taken,
    takes_away,
    top,
    uses,
)
from autograder.examine.verdicts import End, verdict
from autograder.lesson import definitions, names, tree
from autograder.marks import ADDED, Verdict, exercise_of, is_ours, nbgrader_of

ANSI = re.compile(r"\x1b\[[0-9;]*m")
MISSING = re.compile(r"name '(\w+)' is not defined")
HIDDEN = re.compile(r"object is not callable|object has no attribute")
"""What an error says where a name means something else than it did."""

REPLACED = {
    "numpy": frozenset(("abs", "all", "any", "bool", "divmod", "max", "min", "pow", "round", "sum")),
    "pylab": frozenset(("all", "any", "divmod", "sum")),
    "math": frozenset(("pow",)),
    "os": frozenset(("open",)),
}
"""Module -> the names of Python's own under which it has something else."""

NO_FUNCTION = re.compile(r"`(\w+)` is not a function")

Ends = Mapping[int, End]


def explained(notebook: NotebookNode, at: int, ends: Ends, found: Verdict) -> Verdict:
    """Return the verdict on the graded cell at place ``at`` with its cause, where other cells hold it."""
    lost = MISSING.search(found.message) if found.verdict in ("error", "mistake") else None
    replaced = NO_FUNCTION.search(found.message) if found.verdict == "error" else None
    if found.verdict == "unfinished":
        cause = why_unwritten(notebook, at, ends)
    elif replaced is not None:
        cause = who_took(notebook, at, {replaced[1]})
    elif lost is None:
        cause = who_took(notebook, at, given(notebook, at)) if HIDDEN.search(found.message) else ""
    elif ends[at].error == "NameError":  # the check itself asked for the name
        return undefined(notebook, at, ends, lost[1])
    else:
        cause = why_stopped(notebook, at, ends, lost[1])
    if not cause and found.verdict in ("error", "mistake"):
        cause = who_replaced(notebook, at)
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
    said = taken(source) or syntax_error(source) or stopped(end)
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
        return defined_elsewhere(notebook, at, where, name)
    if any(raises_stub(each) for each in ast.walk(tree(cell.source) or ast.Module([], []))):
        return (
            "The line `raise NotImplementedError` is still in the cell, and nothing after it runs. Delete it."
        )
    unwritten = [each for each in solutions(notebook) if "written" not in notebook.cells[each].metadata]
    called = uses(cell.source)
    needed = [
        each for place in unwritten for each in definitions(notebook.cells[place].source) if each in called
    ]
    return f"It calls `{needed[0]}`, which is not written yet." if needed else ""


def defined_elsewhere(notebook: NotebookNode, at: int, where: int, name: str) -> str:
    """Return where the student defines a function whose cell still holds the stub; empty if nowhere.

    at     place of the graded cell
    where  place of the cell with the stub
    """
    cells = notebook.cells
    own = [place for place, cell in enumerate(cells) if cell.get("id", "").startswith(ADDED)]
    own = sorted({*own, *solutions(notebook)} - {where})
    found = [
        place for place in own if cells[place].cell_type == "code" and name in names(cells[place].source)
    ]
    why = "still holds the stub, which replaces it"
    if not found:
        written = re.compile(rf"^\s*def {re.escape(name)}\(", re.MULTILINE)
        found = [place for place in own if written.search(cells[place].source)]
        why = "is not run as code"
    if not found:
        return ""
    place = max((each for each in found if each < at), default=found[-1])
    begins = opening(cells[place].source)
    if why.startswith("still"):
        said = f"`{name}` is also defined in the cell that begins with {begins}, "
        said += "which runs after the check" if place > at else f"but the cell below it {why}"
    else:
        said = f"`{name}` stands in the cell that begins with {begins}, which {why}"
    return f"{said}. Put your code in place of the stub."


def who_took(notebook: NotebookNode, at: int, taken_names: Set[str]) -> str:
    """Return which of the student's cells gave one of some names to something else; empty if none is seen."""
    for place in sorted((*students_own(notebook, at), *solutions(notebook, at)), reverse=True):
        source = notebook.cells[place].source
        for name in (each for statement in top(source) for each in assigned(statement)):
            if name in taken_names:
                return (
                    f"The cell that begins with {opening(source)} gives the name `{name}` to something else."
                )
    return ""


def who_replaced(notebook: NotebookNode, at: int) -> str:
    """Return which of the student's cells replaced functions of Python that the answer uses; empty if none did."""
    where = solution_of(notebook, at, exercise_of(nbgrader_of(notebook.cells[at])["grade_id"]))
    used = set() if where is None else uses(notebook.cells[where].source)
    for place in (*students_own(notebook, at), *solutions(notebook, at)):
        source = notebook.cells[place].source
        for module in starred(source):
            if lost := sorted(used & REPLACED.get(module, frozenset())):
                said = (
                    f"puts what is in {module} in place of Python's {', '.join(f'`{each}`' for each in lost)}"
                )
                return f"The cell that begins with {opening(source)} {said}. Write `import {module}` there."
    return ""


def given(notebook: NotebookNode, at: int) -> set[str]:
    """Return the names of Python's own and of our imports that the answer to a graded cell uses."""
    where = solution_of(notebook, at, exercise_of(nbgrader_of(notebook.cells[at])["grade_id"]))
    if where is None:
        return set()
    ours = [cell.source for cell in notebook.cells[:at] if cell.cell_type == "code" and is_ours(cell)]
    imports = {name for source in ours for each in top(source) for name in imported(each)}
    return uses(notebook.cells[where].source) & (imports | set(dir(builtins)))


def why_stopped(notebook: NotebookNode, at: int, ends: Ends, name: str) -> str:
    """Return which cell should have made a name and did not get so far, or took it away; empty if none."""
    student = (*students_own(notebook, at), *solutions(notebook, at))
    code = [place for place, cell in enumerate(notebook.cells[:at]) if cell.cell_type == "code"]
    for place in reversed(code):
        source, end = notebook.cells[place].source, ends.get(place, End(how="ok"))
        said = end.how != "ok" and name in mentioned(source) and (syntax_error(source) or stopped(end))
        if said:
            return f"`{name}` is missing because the cell that begins with {opening(source)} {said}"
        if place in student and (found := takes_away(source, name)):
            return f"{found} in the cell that begins with {opening(source)} takes `{name}` away."
    for place in (*students_own(notebook), *solutions(notebook)):
        source = notebook.cells[place].source
        if place > at and name in names(source):
            return f"The cell that begins with {opening(source)} makes `{name}`, but runs after the check."
    return ""


def students_own(notebook: NotebookNode, before: int | None = None) -> list[int]:
    """Return the places of the code cells, before one or all, that the student added."""
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


def stopped(end: End) -> str:
    """Return how a cell ended before its last line, to go on after "the cell above"; empty if it did not."""
    from course.probes.wording import meant  # brings NumPy, for which a worker does not wait

    if end.how == "timeout":
        return f"was stopped after {end.text}: a loop that never ends, or a long experiment?"
    if end.how == "dead":
        return "ended the Python process."
    if end.how == "error":
        line = re.findall(r"Cell In\[\d+\], line (\d+)", ANSI.sub("", "\n".join(end.traceback)))
        place = f" in line {line[0]}" if line else ""
        error = f"{end.error}: {end.text}".strip().rstrip(":")
        return f"stopped{place} with {meant(error)}"
    return ""


def deleted(notebook: NotebookNode, at: int, where: int, name: str) -> str:
    """Return what took a name away that a cell had defined."""
    for place in (where, *(each for each in students_own(notebook, at) if each > where)):
        source = notebook.cells[place].source
        here = "at its end" if place == where else f"in the cell that begins with {opening(source)}"
        if found := takes_away(source, name):
            return f"{found} {here} takes it away again"
    return "it was gone again when the check asked for it"
