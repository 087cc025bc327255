"""The report as one self-contained page: numbers rendered here, long tables built by the page's script."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.grading.course import Course
from autograder.grading.left_over import left_over
from autograder.reporting import statistics
from autograder.reporting.catalogue import heading, link
from autograder.reporting.class_book import VERDICTS, ClassBook
from autograder.reporting.payload import payload, script_safe, short

TEMPLATES = Path(__file__).parent / "templates"

LEVELS = {
    "bubblewrap": "shut in: no network, no other files, no other submission",
    "landlock": "shut in: no network, no other files, no other submission",
    "process": "limits only: files and network of the grading account were in reach",
    "fresh": "a limit of time only: files and network of the grading account were in reach",
    "unrecorded": "not recorded",
}
"""What the level of a sandbox means, in words."""


def environment() -> Environment:
    """Return the templates, which escape whatever they are given."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"percent": percent, "number": number, "short": short, "breakable": breakable}
    made.globals["asset"] = lambda name: (TEMPLATES / name).read_text(encoding="utf-8")
    return made


def percent(share: float | None) -> str:
    """Return a share in percent, a dash where it is undefined."""
    return "–" if share is None else f"{100 * share:.0f}%"


def number(value: float | None) -> str:
    """Return a correlation with a true minus sign, a dash where it is undefined."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def breakable(name: str) -> Markup:
    """Return a name that a narrow column may break after its underscores."""
    return Markup("<wbr>").join(part + "_" for part in name.split("_"))[:-1]


def page(book: ClassBook, course: Course, out: Path) -> str:
    """Return the page.

    out  where it will lie, so that links to the students' pages can be relative
    """
    found = statistics.mistakes(book)
    links = notebooks(book, course, out)
    data = payload(book, found, course.project, feedback_pages(book, course, out), links)
    return (
        environment()
        .get_template("report.html")
        .render(
            book=book,
            made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            summary=summary(book),
            assignments=statistics.assignments(book),
            exercises=statistics.exercises(book),
            stuck=statistics.stuck(book),
            left=left_over(course),
            mistakes=len(found),
            streak=statistics.STREAK,
            absent=statistics.ABSENT,
            verdicts=VERDICTS,
            section=lambda lesson, exercise: heading(lesson, exercise, course.project),
            links=links,
            data=script_safe(data),
        )
    )


def summary(book: ClassBook) -> dict[str, Any]:
    """Return the numbers at the top of the page."""
    submissions = book.submissions
    levels = statistics.levels(submissions)
    return {
        "students": len(book.students),
        "graded": sum(each.status == "graded" for each in submissions),
        "missing": sum(each.status == "missing" for each in submissions),
        "unreadable": sum(each.status == "unreadable" for each in submissions),
        "late": sum(each.late > 0 for each in submissions),
        "waiting": sum(each.waits for each in submissions),
        "timeouts": statistics.count(book, "timeout"),
        "errors": statistics.count(book, "error"),
        "crashes": statistics.crashes(book),
        "changed": sum(mark.changed for each in submissions for mark in each.marks),
        "unrecorded": sum(
            mark.verdict == "unrecorded" and not mark.cell.manual
            for each in submissions
            for mark in each.marks
        ),
        "versions": statistics.mixed_versions(book),
        "levels": [(level, LEVELS.get(level, level), count) for level, count in levels.items()],
    }


def notebooks(book: ClassBook, course: Course, out: Path) -> dict[tuple[str, str], str]:
    """Return links from the report to the paragraphs of the released notebooks, by assignment and exercise."""
    cells = {(each.name, cell.exercise) for each in book.assignments for cell in each.cells}
    found = {key: link(*key, course.project, out) for key in sorted(cells)}
    return {key: each for key, each in found.items() if each}


def feedback_pages(book: ClassBook, course: Course, out: Path) -> dict[tuple[str, str], str]:
    """Return links from the report to the students' pages that exist."""
    base = Path(os.path.relpath(course.feedback, out.resolve().parent)).as_posix()
    found = {}
    for each in book.submissions:
        place = f"{each.student.id}/{each.assignment.name}/{each.assignment.name}.html"
        if (course.feedback / place).is_file():
            found[each.student.id, each.assignment.name] = quote(f"{base}/{place}")
    return found
