"""Tables: marks as CSV and JSON, and what the class did, exercise by exercise."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from itertools import count
from pathlib import Path

from rich.table import Table

from autograder import atomic
from autograder.grading.left_over import Left
from autograder.marks import COLUMNS, SIGNS, Row, exercise_of
from autograder.spreadsheet import table
from course.lessons import order


def write_csv(file: Path, rows: Iterable[Row], left: Iterable[Left] = ()) -> None:
    """Write every row, then what was not graded; a text that a spreadsheet would take for a formula is marked."""
    beside = [
        {"student": each.student, "message": f"{each.place}: {each.why}", "status": each.status}
        for each in left
    ]
    atomic.write(file, table(COLUMNS, [*map(asdict, rows), *beside]))


def spare(file: Path) -> list[str]:
    """Give a file that grading did not write another name, before it is written over; return a note of it."""
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as stream:
            begins = re.sub(r"[;\t]", ",", stream.read(100)).replace('"', "")
    except OSError:
        return []
    if not begins or begins.startswith(",".join(COLUMNS[:3])):
        return []
    number = next(at for at in count(1) if not file.with_stem(f"{file.stem} ({at})").exists())
    new = file.rename(file.with_stem(f"{file.stem} ({number})"))
    return [f"{file.name} was another table, which is now called {new.name}; grading writes its own there."]


def write_json(file: Path, rows: Iterable[Row]) -> None:
    """Write the objects that ``--json`` promises."""
    text = json.dumps([row.published() for row in rows], indent=1, ensure_ascii=False)
    atomic.deliver(file, text + "\n")


def class_table(rows: list[Row]) -> Table:
    """Return a table by exercise: the mean mark, how many of each verdict, and the most frequent mistakes."""
    table = Table(title="What the class did", title_justify="left", pad_edge=False)
    table.add_column("exercise", no_wrap=True)
    for name in ("mean", *SIGNS):
        table.add_column(name, justify="right")
    table.add_column("mistakes found")
    seen = ""
    for (assignment, grade_id), some in grouped(rows).items():
        if assignment != seen:
            table.add_section()
            table.add_row(f"[bold]{assignment}[/bold]")
            seen = assignment
        counts = Counter(row.verdict for row in some)
        mean = sum(row.points for row in some) / len(some)
        table.add_row(
            exercise_of(grade_id),
            f"{mean:.1f} of {some[0].max_points:g}",
            *(str(counts[verdict] or "·") for verdict in SIGNS),
            mistakes(some),
        )
    return table


def mistakes(rows: list[Row]) -> str:
    """Return the mistakes in some rows by frequency, the first five of them."""
    found = Counter(row.mistake for row in rows if row.verdict == "mistake" and row.mistake).most_common()
    shown = "\n".join(f"{count} × {name}" for name, count in found[:5])
    rest = sum(count for _, count in found[5:])
    return f"{shown}\n{rest} × {len(found) - 5} others" if rest else shown


def grouped(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """Return the rows of each graded cell, in the order of the lesson."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda row: order(row.assignment)):
        found.setdefault((row.assignment, row.grade_id), []).append(row)
    return found
