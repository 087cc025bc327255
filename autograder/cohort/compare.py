"""Hold marks to the truth of an invented class."""

from pathlib import Path

from autograder.cohort.write import read_marks
from autograder.grading.gradebook_read import Entry
from autograder.marks import Row

BY_HAND = ("waiting", "marked", "unfinished")
"""What the table says of marks that a person gives; no verdict of grading stands behind them."""

Mark = tuple[float, float, str, str]
"""(points, max_points, verdict, mistake)."""


def differences(rows: list[Row], folder: Path, book: dict[tuple[str, str], Entry]) -> list[str]:
    """Return every mark that is not what it must be: in the verdicts, the table and the gradebook.

    book  (student, assignment) -> what the gradebook holds
    """
    truth = {key: mark(line) for key, line in read_marks(folder / "truth.csv").items()}
    listed_marks = read_marks(folder / "grades.csv").items()
    table = {
        key: mark(line) for key, line in listed_marks if line["grade_id"]
    }  # a line without was not graded
    verdicts = {
        (row.student, row.assignment, row.grade_id): (
            row.points, row.max_points, row.verdict, row.mistake or ""
        )
        for row in rows
    }  # fmt: skip
    scores = {(*who, name): entry.points(name) or 0.0 for who, entry in book.items() for name in entry.scores}
    wrong = []
    for key in sorted(truth.keys() | verdicts.keys() | table.keys()):
        name = " ".join(key)
        must, listed = truth.get(key), table.get(key)
        got = verdicts.get(key) or (listed if listed and listed[2] in BY_HAND else None)
        if must is None or got is None or listed is None or key not in scores:
            wrong.append(f"{name}: not in {'truth.csv' if must is None else 'the marks'}")
        elif got != must:
            wrong.append(f"{name}: must be {told(must)}; got {told(got)}")
        elif listed[0] != got[0] or scores[key] != got[0]:
            wrong.append(f"{name}: grades.csv or the gradebook differs from the verdict")
    return wrong


def mark(line: dict[str, str]) -> Mark:
    """Return the mark in a line of a table."""
    return float(line["points"]), float(line["max_points"]), line["verdict"], line["mistake"]


def told(mark: Mark) -> str:
    """Return a mark in words."""
    points, most, verdict, mistake = mark
    return f"{points:g} of {most:g}, {verdict}" + (f" ({mistake})" if mistake else "")
