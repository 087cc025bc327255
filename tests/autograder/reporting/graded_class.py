"""A large graded class without notebooks: a gradebook and records, for the benchmark and the tests.

``autograder cohort`` invents notebooks to be graded; this invents what grading left, thousands at a time.  Every
known mistake and convention of every lesson is dealt like a card, so a large enough class makes each.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import cycle, product
from pathlib import Path
from typing import Any

from nbgrader.api import (
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)

from autograder.cohort.invent import student_names
from autograder.grading import (
    config,
    gradebook_write,  # noqa: F401  (nbgrader would start a program for the version of its tables)
    records,
)
from autograder.grading.course import Course
from autograder.judging import Exercise, Verdict
from autograder.judging.verdicts import verdict
from autograder.marks import Record
from autograder.reporting.catalogue import exercises
from course.checks import headline

DUE = datetime(2026, 9, 7, 12)
"""When the first assignment is due; the others follow week by week."""

FIRST = ("Ada", "Emmy", "Kurt", "Noor", "Sofia", "Yusuf", "Mei", "Chidi")
LAST = ("Lovelace", "Noether", "Gödel", "Inayat", "O'Neil", "Lindström, Jr.", "Zhang", "Anagonye")


def write(folder: Path, lessons: list[str], students: int, seed: int, ids: list[str] | None = None) -> Course:
    """Fill an empty folder with the marks of a class; the same arguments give the same marks.

    ids  of the students, if not invented ones
    """
    (folder / "submitted").mkdir(parents=True)
    config.write(folder)
    course = Course(folder)
    rng = random.Random(seed)
    names = ids or student_names(students)
    strength = {name: rng.gauss(0.0, 1.0) for name in names}
    with Gradebook(course.gradebook, course.course_id) as book:
        people = zip(names, product(LAST, FIRST), strict=False) if students <= len(LAST) * len(FIRST) else ()
        known = {name: {"last_name": last, "first_name": first} for name, (last, first) in people}
        blank = {"last_name": None, "first_name": None}
        book.db.bulk_insert_mappings(Student, [{"id": name, **known.get(name, blank)} for name in names])
        for at, lesson in enumerate(lessons):
            due = DUE + timedelta(weeks=at)
            book.add_assignment(lesson, duedate=due)
            book.add_notebook(lesson, lesson)
            for exercise in exercises(lesson):
                book.add_grade_cell(
                    f"{exercise.name}-check", lesson, lesson, max_score=exercise.points, cell_type="code"
                )
            deal: dict[str, Iterator[Verdict]] = {
                exercise.name: cycle(shuffled(wrong(exercise), rng)) for exercise in exercises(lesson)
            }
            found = [
                submission(name, lesson, due, strength[name], deal, rng)
                for name in names
                if rng.random() > 0.04
            ]
            enter(book, lesson, found)
            for each in found:
                keep(course, each)
        book.db.commit()
    return course


def shuffled(answers: list[Verdict], rng: random.Random) -> list[Verdict]:
    """Return answers in a random order."""
    return rng.sample(answers, len(answers))


def wrong(exercise: Exercise) -> list[Verdict]:
    """Return the verdict on every known mistake and convention of an exercise, and on the usual troubles."""
    known = [
        verdict(exercise, "convention" if each.share else "mistake", each.share, each.name, text)
        for each in (*exercise.mistakes, *exercise.conventions)
        for text in [f"{headline(each.name)}\n{each.says}"]
    ]
    said = "The check was stopped after 30 s."
    return [
        *known,
        verdict(exercise, "mistake", 0.0, None, "Not right yet: shapes\nFor a matrix it is not right."),
        verdict(exercise, "timeout", 0.0, None, f"Ran too long\n{said}"),
        verdict(exercise, "error", 0.0, None, "Raises\nIt raised ValueError: operands do not fit"),
        verdict(
            exercise, "error", 0.0, None, "Not checked\nThe Python process ended while this cell was checked."
        ),
        verdict(exercise, "unfinished", 0.0, None, "Not written yet."),
    ]


def submission(
    name: str,
    lesson: str,
    due: datetime,
    strength: float,
    deal: dict[str, Iterator[Verdict]],
    rng: random.Random,
) -> Record:
    """Return what grading kept of one submission; a stronger student makes fewer mistakes."""
    late = max(0.0, rng.gauss(-20.0, 12.0)) * 3600
    verdicts = {}
    for exercise in exercises(lesson):
        good = strength + rng.gauss(0.3, 1.0) > 0
        found = verdict(exercise, "correct", 1.0, None, "") if good else next(deal[exercise.name])
        verdicts[f"{exercise.name}-check"] = found
    return Record(
        student=name,
        assignment=lesson,
        status="graded",
        notes=["The file was UTF-16 and was converted."] if rng.random() < 0.02 else [],
        timestamp=(due + timedelta(seconds=late or -rng.uniform(60, 80_000))).isoformat(),
        late=late,
        version="0" * 64,
        sandbox="bubblewrap",
        graded=due.isoformat(),
        verdicts=verdicts,
    )


def enter(book: Gradebook, lesson: str, found: list[Record]) -> None:
    """Put submissions of one lesson into the gradebook, all at once."""
    assignment = book.find_assignment(lesson).id
    notebook = book.db.query(Notebook.id).filter(Notebook.assignment_id == assignment).scalar()
    cells = dict(book.db.query(BaseCell.name, BaseCell.id).filter(BaseCell.notebook_id == notebook).all())
    tables: dict[type, list[dict[str, Any]]] = {SubmittedAssignment: [], SubmittedNotebook: [], Grade: []}
    for each in found:
        ids = new_uuid(), new_uuid()
        when = datetime.fromisoformat(each.timestamp or "")
        tables[SubmittedAssignment].append(
            {"id": ids[0], "assignment_id": assignment, "student_id": each.student, "timestamp": when}
        )
        penalty = 1.0 if each.late else None
        tables[SubmittedNotebook].append(
            {
                "id": ids[1],
                "notebook_id": notebook,
                "assignment_id": ids[0],
                "late_submission_penalty": penalty,
            }
        )
        tables[Grade] += [
            {
                "id": new_uuid(),
                "cell_id": cells[name],
                "notebook_id": ids[1],
                "auto_score": verdict.points,
                "needs_manual_grade": False,
            }
            for name, verdict in each.verdicts.items()
        ]
    for kind, rows in tables.items():
        book.db.bulk_insert_mappings(kind, rows)


def keep(course: Course, each: Record) -> None:
    """Write a record as grading does, without waiting for the disk."""
    file = records.place(course, each.student, each.assignment)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(
        json.dumps({"format": records.FORMAT, **asdict(each)}, ensure_ascii=False), encoding="utf-8"
    )
