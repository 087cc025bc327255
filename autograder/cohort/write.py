"""Write an invented class to a folder, and beside it the marks that each must get."""

import copy
import csv
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.cohort import habits
from autograder.cohort.answers import Question, questions
from autograder.cohort.invent import Class, Submission, student_names
from autograder.errors import Trouble
from autograder.grading import config
from autograder.lesson import Master
from autograder.marks import nbgrader_of
from autograder.project import Project
from autograder.spreadsheet import table

COLUMNS = ("student", "assignment", "grade_id", "points", "max_points", "verdict", "mistake")
NOTHING_TO_READ = ("untouched", "missing notebook", "corrupt json")
GUESS = "I expect it to overshoot first and to settle later."


@dataclass(kw_only=True)
class Cohort:
    """What was written: how many submissions, and what was drawn and could not be made into a cell."""

    submissions: int = 0
    mistakes: int = 0
    left_out: list[str] = field(default_factory=list)


def write(folder: Path, project: Project, lessons: list[str], students: int, seed: int) -> Cohort:
    """Fill a course folder.  The same arguments give the same bytes.

    Raises ``Trouble`` for a folder that holds something else, or when no lesson has an exercise.
    """
    if students < 1:
        raise Trouble(f"A cohort needs at least one student; got {students}.")
    make_room(folder)
    made = Cohort()
    truth: list[dict[str, Any]] = []
    for lesson in lessons:
        master = Master.read(lesson, project)
        asked = questions(master, project)
        if not asked:
            continue
        made.mistakes += sum(len(question.wrong) for question in asked)
        release = json.loads(project.released(lesson).read_text(encoding="utf-8"))
        for submission in Class(asked, student_names(students), f"{seed} {lesson}").submissions():
            hand_in(folder / "submitted", release, master, asked, submission)
            truth += rows(lesson, asked, submission) + by_hand(master, submission)
            made.submissions += 1
        made.left_out += [each for question in asked for each in question.left_out]
    if not made.submissions:
        raise Trouble("None of these lessons has exercises yet.")
    config.write(folder)
    write_truth(folder / "truth.csv", sorted(truth, key=lambda row: (row["student"], row["assignment"])))
    return made


def make_room(folder: Path) -> None:
    """Empty a folder that an earlier run made; refuse any other that is not empty."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "truth.csv").is_file():
        raise Trouble(f"{folder} holds something that is not a cohort. Choose an empty or new folder.")
    for name in ("submitted", "autograded", "feedback", ".autograder"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("gradebook.db", "grades.csv", "truth.csv"):
        (folder / name).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def hand_in(
    submitted: Path, release: dict[str, Any], master: Master, asked: list[Question], submission: Submission
) -> None:
    """Write one submission."""
    folder = submitted / submission.student / master.name
    folder.mkdir(parents=True)
    if submission.habit == "missing notebook":
        (folder / "notes.txt").write_text("I could not upload it.\n", encoding="utf-8")
        return
    notebook = filled(release, asked, submission)
    if submission.habit in habits.NOTEBOOKS:
        cell = asked[submission.target].cell
        at = [nbgrader_of(each).get("grade_id") for each in notebook["cells"]].index(cell)
        notebook["cells"][at]["stub"] = asked[submission.target].stub
        habits.NOTEBOOKS[submission.habit](notebook["cells"], at)
    for each in notebook["cells"]:
        each.pop("stub", None)
    data = habits.FILES.get(submission.habit, lambda notebook: habits.dump(notebook).encode())(notebook)
    name = "Untitled (1)" if submission.habit == "another name" else master.name
    (folder / f"{name}.ipynb").write_bytes(data)
    if submission.habit == "files beside it":
        (folder / "numpy.py").write_text("raise SystemExit('not NumPy')\n", encoding="utf-8")
        (folder / "timestamp.txt").write_text("yesterday, late\n", encoding="utf-8")
    else:
        (folder / "timestamp.txt").write_text("2026-11-02 09:30:00 UTC\n", encoding="utf-8")


def filled(release: dict[str, Any], asked: list[Question], submission: Submission) -> dict[str, Any]:
    """Return the released notebook with a student's answers."""
    notebook = copy.deepcopy(release)
    texts = {question.cell: each.source for question, each in zip(asked, submission.answers, strict=True)}
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        grader = nbgrader_of(cell)
        if grader.get("grade_id") in texts:
            cell["source"] = texts[grader["grade_id"]].rstrip("\n")
        elif grader.get("solution") and cell["cell_type"] == "markdown" and submission.habit != "untouched":
            cell["source"] = GUESS
    if submission.habit != "untouched":
        tasks = [at for at, cell in enumerate(notebook["cells"]) if nbgrader_of(cell).get("task")]
        for at in reversed(tasks):
            notebook["cells"][at + 1 : at + 1] = task_done(at)
    return notebook


def task_done(number: int) -> list[dict[str, Any]]:
    """Return the cells in which a student answers a task."""
    code: dict[str, Any] = {"outputs": [], "execution_count": None}
    own = [("code", "seeds = sorted([3, 1, 2])\nseeds", code), ("markdown", "Three seeds, one order.", {})]
    return [
        {"cell_type": kind, "id": f"task-{number}-{kind}", "metadata": {}, "source": source, **rest}
        for kind, source, rest in own
    ]


def rows(lesson: str, asked: list[Question], submission: Submission) -> list[dict[str, Any]]:
    """Return what one submission must get."""
    return [
        {
            "student": submission.student,
            "assignment": lesson,
            "grade_id": question.graded,
            "points": answer.points,
            "max_points": question.points,
            "verdict": answer.verdict,
            "mistake": answer.mistake or "",
        }
        for question, answer in zip(asked, submission.answers, strict=True)
    ]


def by_hand(master: Master, submission: Submission) -> list[dict[str, Any]]:
    """Return what must be said of the marks that a person gives: they wait, or there is nothing to read."""
    nothing = submission.habit in NOTHING_TO_READ
    about = {"student": submission.student, "assignment": master.name, "points": 0.0, "mistake": ""}
    return [
        {**about, "grade_id": name, "max_points": most, "verdict": "unfinished" if nothing else "waiting"}
        for name, most in master.by_hand.items()
    ]


def write_truth(file: Path, found: list[dict[str, Any]]) -> None:
    """Write the marks that each must get."""
    file.write_text(table(COLUMNS, found), encoding="utf-8", newline="")


def read_marks(file: Path) -> dict[tuple[str, str, str], dict[str, str]]:
    """Return the rows of ``truth.csv`` or ``grades.csv`` by student, assignment and grade id."""
    with file.open(encoding="utf-8", newline="") as stream:
        return {(row["student"], row["assignment"], row["grade_id"]): row for row in csv.DictReader(stream)}
