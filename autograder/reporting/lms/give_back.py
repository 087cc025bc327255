"""Feedback in an archive that Moodle or Canvas takes and gives back to the students.

What follows is read from the importers themselves, not tried against a running one.

Moodle (``mod/assign/feedback/file/importziplib.php``) wants ``NAME_NUMBER_assignsubmission_file_/PAGE``: the number
is that of a participant in this assignment, and the name, which may hold no underscore, is not looked at.  The
archive of a team has the team's number, so its members' are taken from the grading worksheet.

Canvas (``app/models/abstract_assignment.rb``, infer_comment_context_from_filename) wants files called as it called
those that were handed in, which it finds by the two numbers in the name.  It shows each under the name of what was
handed in, which ends in ``.ipynb``, so the page is put into a notebook.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder import atomic
from autograder.errors import Trouble
from autograder.grading import write_pages
from autograder.grading.course import Course
from autograder.grading.out_of_step import since_graded
from autograder.reporting.lms.archive import members
from autograder.reporting.lms.senders import CANVAS, Roster, Sender, sender


@dataclass(kw_only=True)
class Packed:
    """What became of an archive: place -> bytes of the new one, whose page each is, and who gets none and why."""

    files: dict[str, bytes] = field(default_factory=dict)
    students: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)


def pack(course: Course, lesson: str, file: Path, kind: str, roster: Roster) -> Packed:
    """Return the pages of one lesson, named for those who handed something in.

    file  the archive of submissions as the LMS packed it
    kind  ``canvas`` or ``moodle``

    Raises ``Trouble`` for an archive that is not to be read.
    """
    made = Packed()
    newest: dict[str, tuple[int, str]] = {}
    for place, found in entries(file, kind):
        try:
            students = roster.who(kind, found)
        except Trouble as why:
            made.refused.append(str(why))
            continue
        is_team = roster.is_team(found)
        for student in students:
            if kind == "canvas":
                newest[student.id] = max(newest.get(student.id, (0, "")), (found.attempt, place))
            elif student.id in roster.numbers or not is_team:
                name = plain(student.name if is_team else found.name)
                number = roster.numbers.get(student.id, found.user)
                newest[student.id] = (1, f"{name}_{number}_assignsubmission_file_/{lesson}.html")
            else:
                made.refused.append(
                    f"{student.id}: of a team; --worksheet says the number Moodle has for them"
                )
    changed = since_graded(course, [lesson])
    behind = write_pages.behind(course, [(student_id, lesson) for student_id in newest])
    for student_id, (attempt, place) in sorted(newest.items()):
        page = course.feedback / student_id / lesson / f"{lesson}.html"
        if not page.is_file():
            made.refused.append(f"{student_id}: there is no page for {lesson}; `autograder grade` writes it")
        elif changed.get((student_id, lesson)):
            made.refused.append(
                f"{student_id}: the page is of an earlier notebook; `autograder grade` writes it anew"
            )
            continue
        elif (student_id, lesson) in behind:
            made.refused.append(
                f"{student_id}: the page is of earlier marks; `autograder grade` writes it anew"
            )
            continue
        elif not attempt:
            made.refused.append(f"{student_id}: handed in no file, so Canvas takes none for them")
        elif place not in made.files:  # a team has one
            text = page.read_text(encoding="utf-8")
            made.files[place] = (in_a_notebook(text, lesson) if kind == "canvas" else text).encode()
        if page.is_file() and attempt:
            made.students.add(student_id)
    beside = {each.parent.parent.name for each in course.feedback.glob(f"*/{lesson}/{lesson}.html")}
    made.refused += [f"{name}: is not in the archive" for name in sorted(beside - set(newest))]
    made.refused = list(dict.fromkeys(made.refused))
    return made


def entries(file: Path, kind: str) -> Iterator[tuple[str, Sender]]:
    """Yield the name of every file that somebody sent, without folders around it, and who sent it."""
    for member in members(file):
        found = sender(kind, member.place)
        if found is not None and not member.left:
            parts = [part for part in member.place.split("/") if CANVAS.fullmatch(part)]
            yield (parts[0] if parts else member.place), found


def plain(name: str) -> str:
    """Return a name as Moodle has it in the names of files, without underscores and slashes."""
    return " ".join(re.sub(r"[_/\\\x00-\x1f]", " ", name).split())


def in_a_notebook(page: str, lesson: str) -> str:
    """Return a notebook that shows a page when it is opened, without running anything."""
    body = re.sub(r".*<body>|</body>.*|<a class=\"skip\".*?</a>", "", page, flags=re.DOTALL)
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": body}}
    cell = {
        "cell_type": "code",
        "id": "feedback",
        "metadata": {"jupyter": {"source_hidden": True}},
        "source": f"# Feedback on {lesson}. There is nothing to run here; keep your own notebook.",
        "execution_count": None,
        "outputs": [output],
    }
    made = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, ensure_ascii=False, indent=1)


def write(made: Packed, out: Path) -> None:
    """Write the archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, data in sorted(made.files.items()):
            archive.writestr(place, data)
    atomic.deliver(out, packed.getvalue())
