"""What a feedback page says of the answers that a person marks: the words, the rubric, points and comment."""

import re
from dataclasses import dataclass, field

from markupsafe import Markup
from nbformat import NotebookNode

from autograder.marks import ADDED, TEXT_STUB, nbgrader_of, points_of

IMAGE = re.compile(r"[A-Za-z0-9+/=\s]{100,400000}")
"""What stands in a cell before anybody wrote into it, as nbgrader_config.py has it."""

LINE = re.compile(r"^\|([^|]+)\|([^|]+)\|\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text that a person marks, or that nobody does.

    text    the student's own words: the cell, for a task the cells they added below it; empty if there are none
    images  pictures that those cells showed
    points  None while it waits for a person
    rubric  (points, what for) as the lesson promised it
    anchor  place on the page
    """

    title: str
    text: str
    points: float | None
    most: float
    comment: str
    anchor: str = ""
    images: list[Markup] = field(default_factory=list)
    rubric: list[tuple[str, str]] = field(default_factory=list)


def written(cells: list[NotebookNode], at: int, title: str) -> Written:
    """Return what there is to say of the written answer, or the task, at a place of a graded notebook."""
    cell = cells[at]
    ours = nbgrader_of(cell)
    own = added(cells[at + 1 :]) if ours.get("task") else []
    asked = cell if ours.get("task") else cells[max(at - 1, 0)]
    return Written(
        title=title.split(" · ")[0],
        text="\n\n".join(each.source for each in own) if ours.get("task") else own_words(cell.source),
        points=ours.get("score") if points_of(cell) else None,
        most=points_of(cell),
        comment=ours.get("comment") or "",
        anchor=f"written-{ours.get('grade_id', at)}",
        images=[image for each in own for image in pictures(each)],
        rubric=rubric(asked.source) if points_of(cell) and asked.cell_type == "markdown" else [],
    )


def own_words(source: str) -> str:
    """Return what a student wrote into a cell, nothing for the line it was given with."""
    return "" if source.strip() == TEXT_STUB else source


def added(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return the student's own cells at the head of some cells."""
    for count, each in enumerate(cells):
        if not each.get("id", "").startswith(ADDED):
            return cells[:count]
    return cells


def rubric(source: str) -> list[tuple[str, str]]:
    """Return the lines of the last table of two columns, without its head: points, and what they are for."""
    found = [(left.strip(), right.strip()) for left, right in LINE.findall(source)]
    rules = [at for at, line in enumerate(found) if set("".join(line)) <= set("-: ")]
    return found[rules[-1] + 1 :] if rules else []


def pictures(cell: NotebookNode) -> list[Markup]:
    """Return the pictures a student's cell showed; of what comes out of their process only PNG data is taken."""
    found = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        html = re.search(r"base64,([A-Za-z0-9+/=]{100,400000})\"", "".join(data.get("text/html", "")))
        png = "".join(data.get("image/png", "")) or (html[1] if html else "")
        if IMAGE.fullmatch(png):
            plain = "".join(png.split())
            found.append(Markup(f'<img src="data:image/png;base64,{plain}" alt="A picture of your own.">'))
    return found
