"""The gradebook is the one nbgrader makes, entered and written in fewer steps."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ComputeChecksums, SaveCells

from autograder.grading import gradebook_lessons
from autograder.project import Project
from autograder.repair.rebuild import blank
from autograder.running import run_one


@pytest.mark.long
def test_the_tables_have_the_version_that_nbgrader_gives_them():
    """nbgrader asks a program, which must be on the path."""
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    asks = "from nbgrader.api import get_alembic_version; print(get_alembic_version())"
    said = subprocess.run(
        [sys.executable, "-c", asks],
        env={**os.environ, "PATH": beside},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == gradebook_lessons.version_of_tables()


CELLS = """
SELECT 'cell', b.name, b.type, coalesce(g.max_score, t.max_score), coalesce(g.cell_type, t.cell_type)
FROM base_cell b LEFT JOIN grade_cells g ON g.id = b.id LEFT JOIN task_cells t ON t.id = b.id
UNION ALL SELECT 'source', name, cell_type || locked, source, checksum FROM source_cell
UNION ALL SELECT 'notebook', n.name, a.name, n.kernelspec, a.course_id
FROM notebook n JOIN assignment a ON a.id = n.assignment_id
"""


@pytest.mark.parametrize("lesson", ["03_babysitting", "11_capstone"])
def test_a_lesson_is_entered_as_nbgrader_enters_it(tmp_path, lesson):
    """Both have cells that a person marks; the same rows, and entering twice changes nothing."""
    master = run_one.master(lesson, Project.here().root)
    ours, theirs = (f"sqlite:///{tmp_path / name}" for name in ("ours.db", "theirs.db"))
    gradebook_lessons.enter_lesson(ours, "", master)
    gradebook_lessons.enter_lesson(ours, "", master)
    with Gradebook(theirs, "") as book:
        book.update_or_create_assignment(lesson)
    notebook, _ = ComputeChecksums().preprocess(blank(master), {})
    SaveCells().preprocess(
        notebook, {"nbgrader": {"notebook": lesson, "assignment": lesson, "db_url": theirs}}
    )
    found = []
    for name in ("ours.db", "theirs.db"):
        with sqlite3.connect(tmp_path / name) as connection:
            found.append(sorted(map(repr, connection.execute(CELLS))))
    assert found[0] == found[1]
    assert len(found[0]) > 2 * len(master.graded)


def test_a_lesson_whose_points_changed_is_entered_again(tmp_path):
    master = run_one.master("03_babysitting", Project.here().root)
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    gradebook_lessons.enter_lesson(url, "", master)
    with Gradebook(url, "") as book:
        name = master.graded[0]["metadata"]["nbgrader"]["grade_id"]
        book.find_grade_cell(name, master.name, master.name).max_score = 99.0
        book.db.commit()
    gradebook_lessons.enter_lesson(url, "", master)
    with Gradebook(url, "") as book:
        assert book.find_grade_cell(name, master.name, master.name).max_score < 99.0


def test_a_gradebook_of_an_earlier_version_keeps_its_version(tmp_path):
    file = tmp_path / "gradebook.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('an earlier one')")
    Gradebook(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [("an earlier one",)]
