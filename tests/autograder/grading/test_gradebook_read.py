"""What a gradebook holds: nothing for one that is new, and never nothing for one that cannot be read."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError

from autograder import cli
from autograder.errors import Trouble
from autograder.grading import database, gradebook_write
from autograder.grading.course import Course
from autograder.grading.gradebook_read import read
from tests.autograder.conftest import Desk
from tests.autograder.small_lesson import LESSON

RIGHT = "def twice(x):\n    return 2 * x\n"


@pytest.fixture(scope="module")
def graded(built_once, tmp_path_factory):
    """A course with one graded submission, which no test changes."""
    desk = Desk(built_once, tmp_path_factory.mktemp("held") / "course")
    desk.hand_in("ada", RIGHT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRADER_SANDBOX", "process")
        patch.setattr("autograder.running.run_one.run_in_examiner", desk.judge)
        desk.grade()
    return desk.course.folder


@pytest.fixture
def folder(graded, tmp_path, monkeypatch):
    """The same course, of one's own; whoever holds the file must let it go at once."""
    shutil.copytree(graded, tmp_path / "course")
    config = tmp_path / "course" / "nbgrader_config.py"
    config.write_text(config.read_text().replace(str(graded), str(tmp_path / "course")))
    monkeypatch.setattr(database, "REACH", 0.05)
    return tmp_path / "course"


def url(folder):
    return f"sqlite:///{folder / 'gradebook.db'}"


def damaged(file):
    """Overwrite the pages behind the first, which holds the list of tables."""
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def foreign(file):
    file.unlink()
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("CREATE TABLE recipes (name TEXT)")


def older(file):
    with closing(sqlite3.connect(file)) as opened:
        opened.execute("ALTER TABLE grade RENAME COLUMN extra_credit TO bonus")


BROKEN = {
    "no database": (lambda file: file.write_bytes(b"student,points\n" * 400), "cannot be read"),
    "damaged": (damaged, "cannot be read"),
    "another program's": (foreign, "no gradebook of nbgrader's: its tables are recipes"),
    "an older one": (older, "another version of nbgrader"),
}


@pytest.mark.parametrize("how", ["gone", "empty file", "without tables"])
def test_a_gradebook_that_is_new_holds_nothing(folder, how):
    file = folder / "gradebook.db"
    file.unlink()
    if how == "empty file":
        file.touch()
    if how == "without tables":
        with closing(sqlite3.connect(file)) as opened:
            opened.execute("CREATE TABLE a (b)")
            opened.execute("DROP TABLE a")
    assert read(url(folder)) == {}
    assert file.exists() == (how != "gone")


HALF_MADE = ["CREATE TABLE student (id VARCHAR(128))", "CREATE TABLE course (id VARCHAR(128))"]


def test_a_gradebook_whose_making_was_stopped_holds_nothing_and_is_made_anew(folder):
    file = folder / "gradebook.db"
    file.unlink()
    with closing(sqlite3.connect(file)) as opened:
        for command in HALF_MADE:
            opened.execute(command)
    assert read(url(folder)) == {}
    with gradebook_write.opened(Course.open(folder), []):
        pass
    assert database.tables(url(folder)) >= {*database.NEEDED, database.VERSION}


def test_a_table_of_nbgraders_with_a_row_is_never_taken_away(folder):
    file = folder / "gradebook.db"
    file.unlink()
    with closing(sqlite3.connect(file)) as opened:
        opened.execute(HALF_MADE[0])
        opened.execute("INSERT INTO student VALUES ('ada')")
        opened.commit()
    with pytest.raises(Trouble, match="its tables are student"):
        read(url(folder))
    assert file.exists()


def test_a_gradebook_that_is_whole_holds_its_marks(folder):
    assert read(url(folder))["ada", LESSON].scores["twice-check"] == 3.0


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("database or disk is full", "Make room"),
        ("attempt to write a readonly database", "the right to write"),
        ("file is not a database", "put a copy from before"),
    ],
)
def test_the_cure_is_that_of_the_error(why, said):
    assert said in str(database.unusable("sqlite:////x/gradebook.db", sqlite3.OperationalError(why)))


def files(folder):
    """Every file with its bytes, but the lock, which says who graded last."""
    found = (each for each in folder.rglob("*") if each.is_file() and each.name != "lock")
    return {str(each): each.read_bytes() for each in found}


def refused(words, said):
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 1, done.output
    assert said in done.output
    assert "unexpected" not in done.output


def commands(folder):
    course = ["--course", str(folder)]
    grade = ["grade", *course, "--jobs", "0", "--sandbox", "process"]
    return [grade, [*grade, "--dry-run"], ["report", *course], ["export", *course, "--format", "csv"]]


@pytest.mark.parametrize("how", BROKEN)
def test_one_that_cannot_be_read_is_said_and_left_as_it_is(folder, how):
    breaking, said = BROKEN[how]
    file = folder / "gradebook.db"
    breaking(file)
    before = files(folder)
    with pytest.raises(Trouble, match=said):
        read(url(folder))
    for words in commands(folder):
        refused(words, said)
    assert files(folder) == before


def test_one_that_is_locked_is_said_and_what_was_graded_is_kept(folder):
    before = read(url(folder))
    with closing(sqlite3.connect(folder / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Trouble, match="is locked: another program"):
            read(url(folder))
        for words in commands(folder):
            refused(words, "is locked: another program")
        other.execute("ROLLBACK")
    assert read(url(folder)) == before


def test_what_a_killed_program_left_half_written_is_taken_back_and_the_rest_is_there(folder, tmp_path):
    before = read(url(folder))
    killed = tmp_path / "killed"
    with closing(sqlite3.connect(folder / "gradebook.db", isolation_level=None)) as other:
        other.execute("PRAGMA cache_size = 1")
        other.execute("BEGIN")
        other.execute("UPDATE grade SET auto_score = 0")
        other.execute("CREATE TABLE filler (text)")
        other.executemany("INSERT INTO filler VALUES (?)", [("x" * 4000,)] * 50)
        shutil.copytree(folder, killed)
        other.execute("ROLLBACK")
    assert (killed / "gradebook.db-journal").stat().st_size > 0
    assert read(url(killed)) == before


def test_one_that_is_locked_while_it_is_written_is_said_too(folder, monkeypatch):
    def locked(*args):
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(gradebook_write, "enter_lesson", locked)
    course = Course(folder)
    with pytest.raises(Trouble, match="is locked"), gradebook_write.opened(course, [LESSON]):
        pass
