"""Which feedback pages have to be written: those that do not show what is recorded now.

Beside the records lies, for every page, the fingerprint of what it shows: the record, what the gradebook adds
(marks and comments of a person, a penalty for lateness) and the template.  An outdated page is taken away first; a
page that a killed run left unfinished is not taken for one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from autograder.grading import records
from autograder.grading.course import Course
from autograder.grading.held import Held, held
from autograder.grading.resume import Submission
from autograder.running import versions

END = b"</html>"


def outdated(course: Course, submissions: Iterable[Submission], *, force: bool = False) -> list[Submission]:
    """Return the submissions whose page has to be written, all of them for ``force``; their old pages are gone."""
    book = held(course.gradebook, course.course_id)
    look = versions.feedback()
    found = []
    for student, assignment in submissions:
        shown = fingerprint(course, student, assignment, book.get((student, assignment)), look)
        stamp = records.folder(course).parent / "pages" / student / f"{assignment}.txt"
        page = course.feedback / student / assignment / f"{assignment}.html"
        if force or not is_whole(page) or not holds(stamp, shown):
            page.unlink(missing_ok=True)
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(shown, encoding="utf-8")
            found.append((student, assignment))
    return found


def fingerprint(course: Course, student: str, assignment: str, book: Held | None, look: str) -> str:
    """Return the fingerprint of what the page of a submission has to show."""
    record = records.find(course, student, assignment)
    about = None if record is None else [record.content, record.version, record.notes, record.rows]
    return versions.of_data([about, None if book is None else book.fingerprint(), look])


def is_whole(page: Path) -> bool:
    """Whether a page is there, to its end."""
    with contextlib.suppress(OSError), page.open("rb") as stream:
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - 200))
        return END in stream.read()
    return False


def holds(stamp: Path, shown: str) -> bool:
    """Whether a page was made of this."""
    try:
        return stamp.read_text(encoding="utf-8") == shown
    except (OSError, ValueError):
        return False
