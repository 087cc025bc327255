"""What a feedback page says, taken from a graded notebook: exercise by exercise, for the student to read.

The page holds the student's own answers, the messages of the check, and pictures of known mistakes.  No cell of
ours is on it, so that nothing hidden can be.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbformat import NotebookNode

from autograder import exercises
from autograder.feedback.drawing import picture
from autograder.feedback.written_answers import Written, written
from autograder.judging.places import Place, places
from autograder.judging.records import Exercise, Known
from autograder.marks import ADDED, KEPT, SIGNS, exercise_of, is_autograded, is_manual, nbgrader_of, points_of
from course.checks import headline
from course.checks.report import prose
from course.lessons import anchor

WORDS = {
    "correct": "right",
    "convention": "another convention",
    "mistake": "not right yet",
    "error": "did not run",
    "timeout": "ran too long",
    "unfinished": "not written yet",
}
"""What a verdict means, in words."""

UP = "../.."
"""From a page to the notebook: `nbgrader fetch_feedback` puts it in LESSON/feedback/TIME/LESSON.html."""
TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One exercise of one student.

    kind     verdict; ``sign`` and ``words`` say it
    finding  the named mistake, or what is wrong, in a few words
    says     the sentences that lead to the line
    question that leads to the cause, if the sentences ask none
    effect   what such a mistake does to training, with ``image`` and its ``caption``
    section  of the lesson that teaches it, and the ``exercise`` with its hints, whose ``heading`` is longer
    source   the student's own cell
    """

    name: str
    title: str
    points: float
    most: float
    kind: str
    finding: str = ""
    says: str = ""
    question: str = ""
    effect: str = ""
    image: str = ""
    caption: str = ""
    section: str = ""
    exercise: str = ""
    heading: str = ""
    source: str = ""
    comment: str = ""

    @property
    def sign(self) -> str:
        """A sign for the verdict; the words beside it say the same."""
        return SIGNS[self.kind]

    @property
    def words(self) -> str:
        """The verdict in words."""
        return WORDS[self.kind]


def render(notebook: NotebookNode, lesson: str, totals: dict[str, Any]) -> str:
    """Return the page of one submission as HTML.

    lesson  ``04_momentum``
    totals  nbgrader's score, max_score and late_penalty; by default the sum of the exercises
    """
    answers, words = read(notebook, lesson)
    earned = sum(each.points for each in answers) + sum(each.points or 0.0 for each in words)
    most = sum(each.most for each in answers) + sum(each.most for each in words)
    heading = re.search(
        r"^# (.+)$", "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown"), re.M
    )
    return (
        templates()
        .get_template("feedback.html")
        .render(
            lesson=lesson,
            notebook=f"{UP}/{quote(lesson)}.ipynb",
            title=heading[1] if heading else lesson,
            score=totals.get("score", earned),
            most=totals.get("max_score", most),
            penalty=totals.get("late_penalty", 0) or 0,
            answers=answers,
            written=words,
            notes=notebook.metadata.get(KEPT, {}).get("notes", []),
        )
    )


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates, which escape whatever they are given."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    made.filters["anchor"] = anchor
    made.filters["prose"] = lambda text: Markup(prose(text))
    made.filters["points"] = lambda most: "point" if most == 1 else "points"
    made.filters["number"] = lambda value: f"{round(float(value), 2):g}"
    return made


def read(notebook: NotebookNode, lesson: str) -> tuple[list[Answer], list[Written]]:
    """Return what there is to say about each exercise and each written text, in the order of the lesson."""
    taught = places(
        [cell for cell in notebook.cells if cell.cell_type != "markdown" or not is_students(cell)]
    )
    by_name = {each.name: each for each in exercises_of(lesson)}
    sources = {nbgrader_of(c).get("grade_id"): c for c in notebook.cells if nbgrader_of(c).get("solution")}
    answers, words, title = [], [], ""
    for at, cell in enumerate(notebook.cells):
        ours = nbgrader_of(cell)
        headings = (
            re.findall(r"^#{2,3} (.*\S)", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else []
        )
        title = headings[-1] if headings and not ours.get("solution") else title
        if is_autograded(cell):
            name = exercise_of(ours["grade_id"])
            own = sources.get(name)
            answers.append(answer(cell, own, taught.get(name), by_name.get(name)))
        elif is_manual(cell) and (points_of(cell) or ours.get("comment") or cell.cell_type == "markdown"):
            one = written(notebook.cells, at, title)
            if one.text or one.most or one.comment:
                words.append(one)
    return answers, words


def is_students(cell: NotebookNode) -> bool:
    """Whether a student wrote the text of a cell."""
    return cell.get("id", "").startswith(ADDED) or bool(nbgrader_of(cell).get("solution"))


def answer(
    cell: NotebookNode,
    own: NotebookNode | None,
    place: Place | None,
    exercise: Exercise | None,
) -> Answer:
    """Return what there is to say about one graded cell."""
    name = exercise_of(nbgrader_of(cell)["grade_id"])
    kind, finding, says, read_at = message(cell, name)
    most = points_of(cell)
    points = nbgrader_of(cell).get("score")
    known = named(exercise, finding) if exercise else None
    image, caption = picture(exercise, known) if exercise and known else ("", "")
    return Answer(
        name=name,
        title=place.exercise if place else name,
        points=float(points) if points is not None else (most if kind == "correct" else 0.0),
        most=most,
        kind=kind,
        finding=finding,
        says=says,
        question=known.asks if known and "?" not in says else "",
        effect=exercise.effect if exercise and kind == "mistake" else "",
        image=Markup(image),
        caption=caption,
        section=place.section if place and kind not in ("correct", "unfinished") else "",
        exercise=place.exercise if place else read_at,
        heading=place.title if place else "",
        source=own.source if own is not None else "",
        comment=(nbgrader_of(own).get("comment") or "") if own is not None else "",
    )


def message(cell: NotebookNode, name: str) -> tuple[str, str, str, str]:
    """Return verdict, finding, sentences and where to read, from what grading put under a graded cell."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            kind, lines = output.ename, list(output.traceback)
        elif output.output_type == "display_data":
            kind, lines = "convention", "".join(output.data.get("text/plain", "")).splitlines()
        else:
            continue
        kind = kind if kind in WORDS else "error"
        if kind == "unfinished":
            return kind, "", "", ""
        first, *rest = lines or [""]
        at = next((place for place, line in enumerate(rest) if line.startswith("Read: ")), len(rest))
        read_at = " ".join(rest[at:]).removeprefix("Read: ")
        return kind, first.removeprefix(f"{name}: ").rstrip("."), " ".join(rest[:at]), read_at
    return "correct", "", "", ""


def named(exercise: Exercise, finding: str) -> Known | None:
    """Return the known mistake or convention of a headline."""
    known = (*exercise.conventions, *exercise.mistakes)
    return next((each for each in known if headline(each.name) == finding), None)


@lru_cache(maxsize=32)
def exercises_of(lesson: str) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson, none for one without a module."""
    try:
        return tuple(exercises.lesson(lesson.partition("_")[2]).EXERCISES)
    except ImportError:
        return ()
