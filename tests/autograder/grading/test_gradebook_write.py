"""The gradebook is the one nbgrader makes, entered and written in fewer steps."""

import sqlite3

import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ComputeChecksums, SaveCells
from sqlalchemy import event

from autograder.grading import gradebook_write
from autograder.marks import Record
from autograder.project import Project
from autograder.repair.rebuild import blank
from autograder.running import run_one


def tables(file):
    """Return what SQLite knows of every table and index, and the version."""
    with sqlite3.connect(file) as connection:
        made = {
            tuple(row) for row in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
        }
        return made, connection.execute("SELECT * FROM alembic_version").fetchall()


def test_a_new_gradebook_is_the_one_nbgrader_makes(tmp_path):
    Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()
    gradebook_write.create(f"sqlite:///{tmp_path / 'ours.db'}")
    assert tables(tmp_path / "ours.db") == tables(tmp_path / "theirs.db")
    assert len(tables(tmp_path / "ours.db")[0]) > 10


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
    gradebook_write.prepare(ours, "", master)
    gradebook_write.prepare(ours, "", master)
    gradebook_write.create(theirs)
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
    gradebook_write.prepare(url, "", master)
    with Gradebook(url, "") as book:
        name = master.graded[0]["metadata"]["nbgrader"]["grade_id"]
        book.find_grade_cell(name, master.name, master.name).max_score = 99.0
        book.db.commit()
    gradebook_write.prepare(url, "", master)
    with Gradebook(url, "") as book:
        assert book.find_grade_cell(name, master.name, master.name).max_score < 99.0


def test_a_submission_is_one_transaction(tmp_path):
    """Student, submission and marks come together: a run that is killed leaves all of it or nothing."""
    master, url = (
        run_one.master("03_babysitting", Project.here().root),
        f"sqlite:///{tmp_path / 'gradebook.db'}",
    )
    gradebook_write.prepare(url, "", master)
    ledger, commits = gradebook_write.Ledger(url, ""), []
    event.listen(ledger.book.engine, "commit", commits.append)
    for _ in range(2):
        ledger.record(Record(student="ada", assignment=master.name, status="graded"), blank(master))
    ledger.book.db.commit()
    ledger.close()
    assert len(commits) == 2
    assert {key[:2] for key in gradebook_write.scores(url, "")} == {("ada", master.name)}


def test_a_gradebook_that_is_there_is_left_alone(tmp_path):
    file = tmp_path / "gradebook.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('an earlier one')")
    gradebook_write.create(f"sqlite:///{file}")
    assert tables(file)[1] == [("an earlier one",)]
    assert len(tables(file)[0]) == 1
