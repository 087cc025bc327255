"""A class as the page's script reads it: every text once, every submission a row of small numbers."""

import json
from datetime import UTC, datetime
from typing import Any

from autograder.project import Project
from autograder.reporting.catalogue import heading, taught
from autograder.reporting.class_book import STATUSES, VERDICTS, ClassBook, Mark, Submission
from autograder.reporting.statistics import MistakeStatistics


class Texts:
    """A table in which each text stands once; 0 is no text."""

    def __init__(self) -> None:
        self.rows: list[str] = [""]
        self.places: dict[str, int] = {"": 0}

    def place(self, text: str) -> int:
        """Return the place of a text, entering it if it is new."""
        if text not in self.places:
            self.places[text] = len(self.rows)
            self.rows.append(text)
        return self.places[text]


def payload(
    book: ClassBook,
    found: list[MistakeStatistics],
    project: Project,
    pages: dict[tuple[str, str], str],
    links: dict[tuple[str, str], str],
) -> dict[str, Any]:
    """Return the data of the page.

    found  the mistakes, from ``statistics.mistakes``
    pages  (student, assignment) -> link to the student's feedback page, relative to the report
    links  (assignment, exercise) -> link to the heading that teaches it, relative to the report

    ``cells`` rows are [assignment, exercise, points, heading, link].
    ``submissions`` rows are [student, assignment, status, score, penalty, seconds late, level, notes, minute
    handed in (Unix) or null, link, version, marks]; ``marks`` are [points or null, verdict, mistake, message,
    changed], one for each of the assignment's cells; ``mistakes`` rows are [cell, name, how many, convention,
    says].
    """
    texts = Texts()
    cells = [(assignment, cell) for assignment in book.assignments for cell in assignment.cells]
    students = {student.id: at for at, student in enumerate(book.students)}
    assignments = {assignment.name: at for at, assignment in enumerate(book.assignments)}
    places = {(assignment.name, cell.grade_id): at for at, (assignment, cell) in enumerate(cells)}
    return {
        "students": [[each.id, each.name if each.name != each.id else ""] for each in book.students],
        "assignments": [[each.name, each.points] for each in book.assignments],
        "cells": [
            [
                assignments[assignment.name],
                cell.exercise,
                cell.points,
                texts.place(heading(assignment.name, cell.exercise, project)),
                texts.place(links.get((assignment.name, cell.exercise), "")),
            ]
            for assignment, cell in cells
        ],
        "verdicts": VERDICTS,
        "statuses": STATUSES,
        "submissions": [
            row(each, students[each.student.id], assignments[each.assignment.name], texts, pages)
            for each in book.submissions
        ],
        "mistakes": [
            [
                places[each.assignment.name, each.cell.grade_id],
                texts.place(each.name),
                len(each.students),
                int(each.convention),
                texts.place(taught(each.assignment.name, each.cell.exercise, each.name).says),
            ]
            for each in found
        ],
        "texts": texts.rows,
    }


def row(
    each: Submission, student: int, assignment: int, texts: Texts, pages: dict[tuple[str, str], str]
) -> list[Any]:
    """Return one submission as numbers."""
    return [
        student,
        assignment,
        STATUSES.index(each.status),
        short(each.score),
        short(each.penalty),
        round(each.late),
        texts.place(each.record.sandbox),
        texts.place("\n".join(each.record.notes)),
        None if each.handed_in is None else minute(each.handed_in),
        texts.place(pages.get((each.student.id, each.assignment.name), "")),
        texts.place(each.record.version[:8]),
        [mark(one, texts) for one in each.marks],
    ]


def mark(one: Mark, texts: Texts) -> list[Any]:
    """Return one mark as numbers, without the zeros at its end."""
    points = None if one.points is None else short(one.points)
    numbers = [
        points,
        VERDICTS.index(one.verdict),
        texts.place(one.mistake),
        texts.place(one.message),
        int(one.changed),
    ]
    while len(numbers) > 2 and not numbers[-1]:
        numbers.pop()
    return numbers


def short(number: float) -> float | int:
    """Return a number of points with two decimals at most, as an integer where it is one."""
    rounded = round(number, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def script_safe(data: Any) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def minute(when: datetime) -> int:
    """Return a time in UTC without a zone as minutes since 1970."""
    return round(when.replace(tzinfo=UTC).timestamp() / 60)
