"""What a visible check found, as text and as HTML."""

import html
import re
from dataclasses import dataclass

from course.checks.comparing import Comparison
from course.lessons import is_here, reading

COLOURS = {True: "#007A5E", False: "#B34700", None: "#595959"}
"""Of the bar and the verdict; each at least 4.5 to 1 on white.  JupyterLab's dark theme gets a lighter ground."""

MARKS = {True: "✓ passed", False: "✗ not yet", None: "○ to do"}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a visible check found.  Shown as text or HTML by the notebook.

    passed    True, False, or None while the function is not written yet
    headline  what is wrong, in a few words
    detail    a sentence or two that lead to the line
    question  one that the reader can answer by looking at their own lines
    read      the exercise; ``section`` is the heading that teaches it, and becomes a link
    lesson    whose notebook has that heading; by default the one that runs here
    picture   the reader's path beside the one to see, drawn when the report is shown
    """

    name: str
    passed: bool | None
    headline: str
    detail: str = ""
    read: str = ""
    question: str = ""
    section: str = ""
    lesson: str = ""
    picture: Comparison | None = None

    def __str__(self) -> str:
        mark = {True: "passed", False: "not yet", None: "to do"}[self.passed]
        section = f"“{self.section}”{self.elsewhere()}" if self.section else ""
        places = ", then ".join(filter(None, [section, self.read]))
        lines = [
            f"{self.name}: {mark}. {self.headline}",
            self.detail,
            self.picture.alt if self.picture else "",
            self.question and f"Ask yourself: {self.question}",
            places and f"Read: {places}",
        ]
        return "\n".join(line for line in lines if line)

    __repr__ = __str__

    def elsewhere(self) -> str:
        """Return in words which notebook has the heading, nothing if this one has."""
        return "" if not self.lesson or is_here(self.lesson) else f" in {self.lesson}"

    def _repr_html_(self) -> str:
        section, link = html.escape(self.section), reading(self.lesson, self.section)
        section = f'<a href="{html.escape(link)}">{section}</a>' if link else section
        section += html.escape(self.elsewhere()) if section else ""
        places = ", then ".join(filter(None, [section, html.escape(self.read)]))
        parts = [
            self.detail and f"<div>{prose(self.detail)}</div>",
            f'<div style="margin:.4em 0">{self.picture.image()}</div>' if self.picture else "",
            self.question and f"<div><b>Ask yourself:</b> {prose(self.question)}</div>",
            places and f"<div>Read: {places}</div>",
        ]
        return (
            f'<div role="status" style="border-left:4px solid {COLOURS[self.passed]};padding:.3em .8em;'
            f'max-width:44em;line-height:1.5">'
            f"<b>{html.escape(self.name)}</b> <span style='font-weight:600'>{MARKS[self.passed]}.</span> "
            f"{prose(self.headline)}{''.join(filter(None, parts))}</div>"
        )


def prose(text: str) -> str:
    """Return text as HTML: escaped, with backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
