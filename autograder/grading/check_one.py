"""One notebook by itself, for a person at a terminal."""

import getpass
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import Trouble
from autograder.grading import attempts
from autograder.grading.left_over import nearest
from autograder.lesson import Master, definitions
from autograder.marks import SIGNS, Limits, Record, Row, exercise_of
from autograder.project import Project
from autograder.repair import reading
from autograder.repair.rebuild import repair
from autograder.running import run_one


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The verdicts on one notebook, what was odd about the file, and which solutions stay closed and why.

    by_hand  what a person will mark, with its points; nothing is said of it here
    """

    assignment: str
    rows: list[Row]
    notes: list[str]
    closed: attempts.Reasons = field(default_factory=dict)
    by_hand: dict[str, float] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Whether every exercise earns all its points."""
        return all(row.verdict == "correct" for row in self.rows)


def check(file: Path, project: Project, limits: Limits) -> Checked:
    """Run one notebook as grading would.  Raises ``Trouble`` for a file that belongs to no lesson."""
    data = reading.read(file)
    try:
        found, _ = reading.pieces(data)
    except reading.Unreadable as why:
        raise Trouble(f"{file}: {why} Save the notebook in JupyterLab and try again.") from None
    lesson = recognised(file, found, project)
    repaired = repair(data, lesson)
    ran = run_one.run(repaired, limits)
    record = Record(
        student=getpass.getuser(), assignment=lesson.name, status=repaired.status, verdicts=ran.verdicts
    )
    closed = attempts.reasons(lesson, ran.notebook, ran.verdicts)
    return Checked(
        assignment=lesson.name,
        rows=record.rows(),
        notes=[*repaired.notes, *ran.notes],
        closed=closed,
        by_hand=lesson.by_hand,
    )


def lesson_of(file: Path, project: Project) -> str:
    """Return the lesson a notebook is of, without running it.  Raises ``Trouble``."""
    try:
        found, _ = reading.pieces(reading.read(file))
    except reading.Unreadable:
        found = []
    return recognised(file, found, project).name


def recognised(file: Path, found: list[reading.Piece], project: Project) -> Master:
    """Return the lesson a notebook is of: by its name, by the grade ids in it, by the functions that it defines,
    else by a name that is like a lesson's.  Raises ``Trouble``.
    """
    lessons = [name for name in project.lessons() if project.released(name).is_file()]
    if file.stem in lessons:
        return Master.read(file.stem, project)
    masters = [Master.read(name, project) for name in lessons]
    labels = {piece.grade_id for piece in found}
    defined = {name for piece in found if piece.kind == "code" for name in definitions(piece.source)}
    for held in (labels, defined):
        shared = {master.name: len(held & set(master.index)) for master in masters}
        best = max(masters, key=lambda master: shared[master.name], default=None)
        if best is not None and shared[best.name]:
            return best
    like = nearest(file.stem, lessons) if found else ""
    if like:
        return Master.read(like, project)
    known = ", ".join(lessons) or "none that is built; run `autograder build`"
    raise Trouble(f"{file} is the notebook of no lesson. The lessons are: {known}.")


def told(found: Checked) -> str:
    """Return the report a learner reads: a line for each exercise, and under it what to do next."""
    width = max(len(exercise_of(row.grade_id)) for row in found.rows) if found.rows else 0
    lines = [found.assignment, ""]
    for row in found.rows:
        name = exercise_of(row.grade_id)
        lines.append(
            f"{SIGNS[row.verdict]} {name:<{width}}  {row.points:>4g} of {row.max_points:g}  {row.verdict}"
        )
        said = row.message.removeprefix(f"{name}: ").splitlines()
        lines += [f"    {line}" for line in said if line != "Not written yet."]  # the sign says that
    for name, most in found.by_hand.items():
        lines.append(f"· {name:<{width}}     ? of {most:g}  marked by a person who reads it")
    earned, most = sum(row.points for row in found.rows), sum(row.max_points for row in found.rows)
    lines += ["", f"{earned:g} of {most:g} points."]
    lines += [f"Note: {note}" for note in found.notes]
    tried = [name for name, why in found.closed.items() if not why and name not in right_ones(found)]
    if tried:
        lines.append(f"Tried, so the solution may be read (--show-solution NAME): {', '.join(tried)}.")
    return "\n".join(lines)


def right_ones(found: Checked) -> set[str]:
    """Return the exercises that earn all their points."""
    return {exercise_of(row.grade_id) for row in found.rows if row.verdict == "correct"}
