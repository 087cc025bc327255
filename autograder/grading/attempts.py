"""Attempts of whoever learns alone, and the solutions that open after one.

``autograder check`` writes down, on this machine and for this person, which exercises were really tried.  A real
attempt is an answer that differs from its stub by something it computes, and that ran.
"""

import ast
import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from autograder import atomic
from autograder.errors import Trouble
from autograder.lesson import Master, notebook, tree
from autograder.marks import ADDED, Verdict, exercise_of, nbgrader_of
from autograder.project import Project

COMPUTES = (
    ast.BinOp,
    ast.Call,
    ast.Compare,
    ast.Subscript,
    ast.AugAssign,
    ast.For,
    ast.While,
    ast.comprehension,
)
MARKER = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)

Reasons = dict[str, str]
"""Exercise -> why its solution stays closed, empty when there was a real attempt."""


def reasons(lesson: Master, ran: NotebookNode, verdicts: Mapping[str, Verdict]) -> Reasons:
    """Return for every exercise that was checked whether it was really tried."""
    sources = {
        nbgrader_of(cell).get("grade_id", cell["id"]): cell.source
        for cell in ran.cells
        if nbgrader_of(cell).get("solution") or cell["id"].startswith(ADDED)
    }
    found = {}
    for grade_id, verdict in verdicts.items():
        name = exercise_of(grade_id)
        if name in lesson.answers:
            source = sources.get(name, "")
            if source == lesson.giving_way(name):  # what counts was defined in another cell
                source = "\n".join(sources.values())
            found[name] = missing(lesson.stub(name), source, verdict)
    return found


def missing(stub: str, source: str, verdict: Verdict) -> str:
    """Return what keeps an answer from being a real attempt, in words; empty if it is one."""
    if verdict.verdict == "unfinished":
        return "it is not written yet"
    written, given = computed(source), computed(stub)
    if not any(written[kind] > given[kind] for kind in written):
        return "nothing is computed in it yet"
    if verdict.verdict in ("error", "timeout"):
        return "it has not run to its end yet, and the message of the check says why"
    if verdict.mistake == "returns None":
        return "it returns nothing yet"
    return ""


def computed(source: str) -> Counter[str]:
    """Count what a cell computes: operators, calls, comparisons, indices, loops."""
    found = tree(source)
    return (
        Counter(type(each).__name__ for each in ast.walk(found) if isinstance(each, COMPUTES))
        if found
        else Counter()
    )


def file() -> Path:
    """Return where attempts are written down, on this machine and for this person."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "descent" / "attempts.json"


def known() -> dict[str, Reasons]:
    """Return lesson -> reasons, as written down; nothing when the file is missing or damaged."""
    try:
        found = json.loads(file().read_text(encoding="utf-8"))
        return {lesson: dict(each) for lesson, each in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write(lesson: str, found: Reasons) -> None:
    """Write down what was tried; what was really tried stays so.  A place that cannot be written is no trouble."""
    everything = known()
    before = everything.get(lesson, {})
    everything[lesson] = {**before, **{name: why for name, why in found.items() if before.get(name) != ""}}
    with contextlib.suppress(OSError):
        atomic.write(file(), json.dumps(everything, indent=1, sort_keys=True) + "\n")


def solution(lesson: str, exercise: str, project: Project) -> str:
    """Return the solution of an exercise as the lesson has it.  Raises ``Trouble`` before a real attempt."""
    cells = notebook(project.notebook(lesson), lesson)["cells"]
    texts = {
        nbgrader_of(cell)["grade_id"]: cell["source"]
        for cell in cells
        if nbgrader_of(cell).get("solution") and cell["cell_type"] == "code"
    }
    if exercise not in texts:
        raise Trouble(f"{lesson} has no exercise {exercise!r}. Its exercises are: {', '.join(texts)}.")
    why = known().get(lesson, {}).get(exercise, "no attempt at it was checked yet")
    if why:
        raise Trouble(
            f"The solution of {exercise} opens after a real attempt: {why}. "
            "Write an answer, save the notebook, and check it."
        )
    return MARKER.sub("", texts[exercise]).strip() + "\n"
