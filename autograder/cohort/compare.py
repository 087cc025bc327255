"""Hold marks to the truth of an invented class."""

from __future__ import annotations

import csv
from pathlib import Path

from autograder.cohort.write import read_truth
from autograder.marks import Row

BY_HAND = ("waiting", "marked", "unfinished")
"""What the table says of marks that a person gives; no verdict of grading stands behind them."""


def differences(rows: list[Row], folder: Path, scores: dict[tuple[str, str, str], float]) -> list[str]:
    """Return every mark that is not what it must be: in the verdicts, the table and the gradebook.

    scores  (student, assignment, grade_id) -> what the gradebook says
    """
    truth = read_truth(folder / "truth.csv")
    verdicts = {(row.student, row.assignment, row.grade_id): row for row in rows}
    with (folder / "grades.csv").open(encoding="utf-8", newline="") as stream:
        table = {
            (each["student"], each["assignment"], each["grade_id"]): each for each in csv.DictReader(stream)
        }
    wrong = []
    for key in sorted(truth.keys() | verdicts.keys() | table.keys()):
        name = " ".join(key)
        wanted, row = truth.get(key), verdicts.get(key)
        if row is None and table.get(key, {}).get("verdict") in BY_HAND:
            row = by_hand(table[key])
        if wanted is None or row is None or key not in table or key not in scores:
            wrong.append(f"{name}: not in {'truth.csv' if wanted is None else 'the marks'}")
            continue
        must = (float(wanted["points"]), float(wanted["max_points"]), wanted["verdict"], wanted["mistake"])
        got = (row.points, row.max_points, row.verdict, row.mistake or "")
        if got != must:
            wrong.append(f"{name}: must be {told(must)}; got {told(got)}")
        elif float(table[key]["points"]) != row.points or scores[key] != row.points:
            wrong.append(f"{name}: grades.csv or the gradebook differs from the verdict")
    return wrong


def by_hand(line: dict[str, str]) -> Row:
    """Return a line of the table as the row it was."""
    names = ("student", "assignment", "grade_id", "verdict", "mistake", "message", "status")
    points = {"points": float(line["points"]), "max_points": float(line["max_points"])}
    return Row(**{name: line[name] for name in names}, **points)  # type: ignore[arg-type]


def told(mark: tuple[float, float, str, str]) -> str:
    """Return a mark in words."""
    points, most, verdict, mistake = mark
    return f"{points:g} of {most:g}, {verdict}" + (f" ({mistake})" if mistake else "")
