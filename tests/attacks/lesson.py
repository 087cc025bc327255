"""The small lesson the attacks are made on: one honest exercise, then the one under attack.

Every attack is a file in ``cells``: its docstring says what is tried, the rest stands in the solution cell; what
follows a ``# %%`` line is a cell the student added at the end.  ``# exercise:`` names the exercise under attack,
``# stock:`` says whether stock nbgrader runs it among the others, alone, or not at all.  ``# long:`` is on those
that take seconds, which `make test` leaves to `make test-all`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

CELLS = Path(__file__).with_name("cells")

SETUP = "import numpy as np"
HONEST = """def momentum_schedule(t, T):
    part = min(t / T, 1.0)
    return 0.5 + (0.99 - 0.5) * part
"""
RIGHT = {
    "sgd": """def sgd(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    return w - config["learning_rate"] * dw, config
""",
    "lookahead_step": """def lookahead_step(x, v, grad, lr, mu):
    v = mu * v - lr * grad(x + mu * v)
    return x + v, v
""",
}
POINTS = {"momentum_schedule": 4, "sgd": 4, "lookahead_step": 6}
PLAIN = {
    "momentum_schedule": "assert momentum_schedule(0, 8) == 0.5",
    "sgd": 'assert sgd(np.array([1.0]), np.array([10.0]), {"learning_rate": 0.1})[0][0] == 0.0',
    "lookahead_step": "assert len(lookahead_step(np.ones(1), np.ones(1), np.cos, 0.1, 0.9)) == 2",
}


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One attack.

    name      its file's name
    tries     what is tried
    exercise  the exercise it wants marks for
    stock     ``batch``, ``alone`` or ``skip``
    long      whether it takes many seconds
    parts     the solution cell, and cells added at the end
    """

    name: str
    tries: str
    exercise: str
    stock: str
    long: bool
    parts: list[str]


def attacks() -> list[Attack]:
    """Return every attack, by name."""
    return [read(file) for file in sorted(CELLS.glob("*.py"))]


def read(file: Path) -> Attack:
    """Return the attack in a file."""
    text = file.read_text()

    def said(what: str, default: str) -> str:
        found = re.search(rf"^# {what}: (\w+)", text, flags=re.MULTILINE)
        return found[1] if found else default

    parts = re.split(r"^# %%\n", text, flags=re.MULTILINE)
    return Attack(
        name=file.stem,
        tries=text.split('"""')[1],
        exercise=said("exercise", "sgd"),
        stock=said("stock", "batch"),
        long=said("long", "") != "",
        parts=parts,
    )


def solution(exercise: str, source: str) -> NotebookNode:
    """Return a solution cell."""
    return new_code_cell(source, id=exercise, metadata=about(exercise, solution=True))


def graded(exercise: str) -> NotebookNode:
    """Return the graded cell of an exercise, hidden test first."""
    source = (
        "### BEGIN HIDDEN TESTS\n"
        "from autograder.exercises import momentum\n"
        f'momentum.grade("{exercise}", {exercise})\n'
        f"### END HIDDEN TESTS\n{PLAIN[exercise]}"
    )
    return new_code_cell(
        source, id=f"{exercise}-check", metadata=about(f"{exercise}-check", points=POINTS[exercise])
    )


def about(grade_id: str, *, solution: bool = False, points: int | None = None) -> dict:
    """Return nbgrader's metadata of a cell."""
    kept = {"grade": points is not None, "grade_id": grade_id, "locked": not solution, "schema_version": 3}
    kept |= {"solution": solution, "task": False} | ({} if points is None else {"points": points})
    return {"nbgrader": kept}


def notebook(exercise: str, parts: list[str]) -> NotebookNode:
    """Return a submission: the honest exercise, the one under attack, and the student's own cells."""
    cells = [
        new_code_cell(SETUP, id="cell-001"),
        solution("momentum_schedule", HONEST),
        graded("momentum_schedule"),
        solution(exercise, parts[0]),
        graded(exercise),
        *[new_code_cell(source, id=f"added-{number}") for number, source in enumerate(parts[1:])],
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})
