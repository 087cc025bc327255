"""A small class graded by us and by stock nbgrader: the same marks, cell by cell, but where stock is wrong.

Stock runs tests and submission in one kernel and reads marks off outputs.  What it then does wrongly is listed
below with the reason.  An entry that stock does not live up to fails the test as any other difference does.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cohort.answers import questions
from autograder.cohort.invent import Class, student_names
from autograder.cohort.write import hand_in, rows
from autograder.examine.launch import sandbox
from autograder.grading.config import write
from autograder.lesson import Master
from autograder.project import Project

LESSON = "04_momentum"
ALIKE = (
    "right",
    "right in other styles",
    "mixed",
    "all wrong",
    "ends in false",
    "ends in number",
    "edited tests",
    "missing notebook",
    "corrupt json",
    "old format",
)
"""Habits that stock marks as we do; a cell that it leaves without a mark counts as 0 there."""

WRONG = {
    "text on stderr": "anything on stderr in a graded cell is 0 points, an honest overflow warning too",
    "duplicated cell": "one duplicated cell aborts the submission, and nothing in it is graded",
    "unknown ids": "a cell of another assignment aborts the submission, and nothing in it is graded",
    "crash": "a dead kernel ungrades every cell, what was earned before it too",
}
"""Habits that stock marks wrongly, and why."""

STOCK = """
import sys
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

for student in sys.argv[3:]:
    config = Config()
    config.CourseDirectory.root, config.CourseDirectory.assignment_id = sys.argv[1], sys.argv[2]
    config.CourseDirectory.student_id = student
    try:
        Autograde(coursedir=CourseDirectory(config=config), config=config).start()
    except (Exception, SystemExit) as error:
        print(student, error)
"""
QUERY = """
SELECT s.student_id, b.name, g.auto_score FROM grade g
JOIN submitted_notebook n ON g.notebook_id = n.id JOIN submitted_assignment s ON n.assignment_id = s.id
JOIN base_cell b ON g.cell_id = b.id
"""


def without_pictures(place: Path) -> Project:
    """Return a project of one lesson without the cells that only draw: drawing takes longer than all the rest."""
    whole, made = Project.here(), Project(place)
    for file in (whole.notebook(LESSON), whole.released(LESSON)):
        notebook = json.loads(file.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        notebook["cells"] = [each for each in cells if "picture" not in each["metadata"].get("tags", [])]
        assert 10 < len(notebook["cells"]) < len(cells)
        copy = place / file.relative_to(whole.root)
        copy.parent.mkdir(parents=True)
        copy.write_text(json.dumps(notebook), encoding="utf-8")
    shutil.copy(whole.text(LESSON), made.text(LESSON))
    return made


def invented(place: Path, project: Project) -> dict[str, tuple[str, dict[str, float]]]:
    """Hand in a submission with each habit; return student -> habit, and what every graded cell must get."""
    master = Master.read(LESSON, project)
    asked = questions(master, Project.here())
    release = json.loads(project.released(LESSON).read_text(encoding="utf-8"))
    habits = [*ALIKE, *WRONG]
    names = student_names(len(habits))
    group, made = Class(asked, names, "stock"), {}
    for name, habit in zip(names, habits, strict=True):
        submission = group.submission(name, habit)
        hand_in(place, release, master, asked, submission)
        made[name] = habit, {row["grade_id"]: row["points"] for row in rows(LESSON, asked, submission)}
    return made


def run(arguments: list[str], folder: Path, ends: tuple[int, ...] = (0,)) -> None:
    """Run Python in a course folder, with its own programs first, to one of the given exit codes."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with (folder / "log.txt").open("a") as log:
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, check=False, cwd=folder, env={**os.environ, "PATH": path}, stdout=log, stderr=log
        )
    assert done.returncode in ends, (folder / "log.txt").read_text()[-3000:]


def marks(folder: Path) -> dict[tuple[str, str], float | None]:
    """Return what a gradebook holds: (student, grade id) -> points, None for a cell that was not graded."""
    with sqlite3.connect(folder / "gradebook.db") as base:
        return {(student, name): points for student, name, points in base.execute(QUERY)}


def by_stock(folder: Path, project: Project, students: list[str]) -> dict[tuple[str, str], float | None]:
    """Return the marks of nbgrader as it comes, one student after the other."""
    shutil.copytree(project.notebook(LESSON).parent, folder / "source" / LESSON)
    run(["-m", "nbgrader", "generate_assignment", LESSON, "--force", f"--course-dir={folder}"], folder)
    run(["-c", STOCK, str(folder), LESSON, *students], folder)
    return marks(folder)


def by_us(folder: Path, project: Project) -> dict[tuple[str, str], float | None]:
    """Return our marks."""
    write(folder)
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.source_directory = {str(project.source)!r}\n")
    run(["-m", "autograder", "grade", "--course", str(folder), "--no-feedback"], folder, ends=(1,))
    return marks(folder)


@pytest.mark.thorough
@pytest.mark.skipif(sandbox.works("bubblewrap") != "", reason="submissions are graded in a sandbox")
def test_marks_are_those_of_stock_nbgrader_where_that_is_right(tmp_path):
    project = without_pictures(tmp_path / "project")
    made = invented(tmp_path / "submitted", project)
    for name in ("ours", "stock"):
        (tmp_path / name).mkdir()
        shutil.copytree(tmp_path / "submitted", tmp_path / name / "submitted")
    ours = by_us(tmp_path / "ours", project)
    theirs = by_stock(tmp_path / "stock", project, list(made))
    truth = {
        (student, cell): points for student, (_, cells) in made.items() for cell, points in cells.items()
    }
    assert {key: ours.get(key) for key in truth} == truth
    differ = {(made[key[0]][0], key[1]) for key in truth if (theirs.get(key) or 0.0) != ours[key]}
    assert not [each for each in sorted(differ) if each[0] not in WRONG]
    assert {habit for habit, _ in differ} == set(WRONG)
