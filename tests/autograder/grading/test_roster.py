"""Students as a registry has them: accents, blanks, @ and apostrophes in names and in what identifies them."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.grading import gradebook_write, write_pages
from autograder.reporting.gather import gather
from autograder.reporting.lms.export import export
from tests.autograder.grading.classroom import grade_class, hand_in, scores
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG

IDS = ["zoë.o'neil@uni.example", "Anne Marie van der Berg", "Þórsdóttir, J.", "łukasz+gödel", "[mei] 1"]


@pytest.mark.long
def test_a_roster_is_imported_graded_and_exported_under_its_own_names(course, here):
    file = course.folder / "roster.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["id", "first_name", "last_name", "email", "lms_user_id"])
        table.writerows([each, "=Zoë", "@O'Neil", f"s{at}@uni.example", at] for at, each in enumerate(IDS))
    bin_folder = Path(sys.executable).parent
    command = [bin_folder / "nbgrader", "db", "student", "import", str(file)]
    path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"  # nbgrader starts alembic by its name
    done = subprocess.run(
        command,
        cwd=course.folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for at, each in enumerate(IDS):
        hand_in(course, each, WRONG if at else RIGHT)
    rows = grade_class(course)
    marks = {each: 0.0 if at else 3.0 for at, each in enumerate(IDS)}
    assert {name: row.points for name, row in rows.items()} == scores(course) == marks
    assert write_pages.write(course, [(each, LESSON) for each in IDS], jobs=0) == []

    with gradebook_write.Gradebook(course.gradebook, course.course_id) as book:
        assert sorted(each.id for each in book.students) == sorted(IDS)
    lines = list(csv.DictReader(export(gather(course), "csv", {}).text.splitlines()))
    assert {line["student"]: float(line["score"]) for line in lines} == marks
    assert {(line["first_name"], line["last_name"]) for line in lines} == {("'=Zoë", "'@O'Neil")}
