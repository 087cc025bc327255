"""What of an archive was put nowhere, kept in the course folder until the archive is collected again.

`autograder collect` says it at once, but whoever grades may be another person on another day.  So it stays in a
table that a spreadsheet opens, and `autograder grade`, ``grades.csv`` and the report say it once more.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from autograder import atomic
from autograder.errors import Trouble
from autograder.spreadsheet import as_csv

NAME = "not_placed.csv"
COLUMNS = ["archive", "student", "what"]
UNREADABLE = "cannot be read. Delete it and collect the archives again."

AGAIN = re.compile(r" ?\(\d+\)(?=\.zip$)")
"""What a browser puts into the name of a file that is there already."""


class NotPlaced(NamedTuple):
    """Something in an archive that was put nowhere, and why; ``student`` is empty where it is not known."""

    archive: str
    what: str
    student: str = ""


def read(course: Path) -> list[NotPlaced]:
    """Return what was not placed.  Raises ``Trouble`` for a table that cannot be read."""
    try:
        text = (course / NAME).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        raise Trouble(f"{course / NAME} {UNREADABLE}") from None
    delimiter = text.removeprefix(COLUMNS[0])[:1]  # spreadsheet programs change it
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter if delimiter in (";", "\t") else ",")
    if list(rows.fieldnames or []) != COLUMNS:
        raise Trouble(f"{course / NAME} {UNREADABLE}")
    return [NotPlaced(*(row.get(name) or "" for name in ("archive", "what", "student"))) for row in rows]


def remember(
    course: Path,
    archive: str,
    found: Iterable[NotPlaced],
    lessons: Collection[str] = (),
    seen: Collection[str] = (),
) -> None:
    """Write what an archive held that was not placed, in place of what was written of it before.

    lessons  of the notebooks in it: Canvas calls the archive of every assignment submissions.zip
    seen     places and students in it: what is written of them is of an earlier download, submissions (1).zip
    """
    label = f"{archive}: {', '.join(sorted(lessons))}" if lessons else archive

    def is_of_it(each: NotPlaced) -> bool:
        name, _, of = each.archive.rpartition(": ")
        if each.archive == archive or set(of.split(", ")).isdisjoint(lessons):
            return each.archive == archive
        was_seen = each.student in seen or any(each.what.startswith(f"{place}: ") for place in seen)
        return name == archive or (was_seen and AGAIN.sub("", name) == AGAIN.sub("", archive))

    before = [each for each in read(course) if not is_of_it(each)]
    kept = [*before, *(each._replace(archive=label) for each in found)]
    if kept:
        rows = [[each.archive, each.student, each.what] for each in kept]
        atomic.write(course / NAME, as_csv([COLUMNS, *rows]))
    else:
        (course / NAME).unlink(missing_ok=True)
