"""The page that shows answers that resemble each other, side by side."""

from datetime import UTC, datetime

from markupsafe import Markup, escape

from autograder.reporting.page import environment
from autograder.reporting.resemblance import COMMON, FEWEST, Pair, Text

MOST = 60
"""Pairs on a page; a class of copies is seen in fewer."""


def page(lesson: str, students: int, found: list[Pair], *, least: float, shortest: int) -> str:
    """Return the page."""
    made = environment()
    made.filters["marked"] = marked
    return made.get_template("similar.html").render(
        lesson=lesson,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        students=students,
        found=found[:MOST],
        left_out=max(0, len(found) - MOST),
        least=least,
        shortest=shortest,
        common=COMMON,
        fewest=FEWEST,
    )


def marked(text: Text) -> Markup:
    """Return a text with what is shared marked; everything a student wrote is escaped."""
    parts, at = [], 0
    for start, end in text.shared:
        parts += [
            escape(text.source[at:start]),
            Markup("<mark>"),
            escape(text.source[start:end]),
            Markup("</mark>"),
        ]
        at = end
    return Markup("").join([*parts, escape(text.source[at:])])
