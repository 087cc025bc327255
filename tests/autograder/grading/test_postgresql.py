"""A gradebook in PostgreSQL holds what one in SQLite holds; a real server, started for these tests alone."""

import contextlib
import csv
import getpass
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from autograder.cohort.write import read_marks, write
from autograder.errors import Trouble
from autograder.grading import database, write_pages
from autograder.grading.course import Course
from autograder.project import Project
from autograder.reporting import gather
from tests.autograder.grading.classroom import points

pytestmark = pytest.mark.long

LESSON = "04_momentum"
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))
OWNER = "postgres" if os.getuid() == 0 else getpass.getuser()


def as_owner(*words):
    """Return a command as the user PostgreSQL runs as; it refuses root."""
    if os.getuid() != 0:
        return list(words)
    found = pwd.getpwnam(OWNER)
    drop = [f"--reuid={found.pw_uid}", f"--regid={found.pw_gid}", "--clear-groups"]
    return ["setpriv", *drop, "--", *words]


@pytest.fixture(scope="module")
def server():
    """The beginning of the URLs of a server's databases, ``new`` makes one."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="gradebook-", dir="/tmp"))
    if os.getuid() == 0:
        shutil.chown(folder, OWNER, OWNER)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = str(folder / "data")

    def do(program, *words):
        subprocess.run(
            as_owner(str(BINARIES[-1] / program), *words),
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=120,
        )

    do("initdb", "-D", data, "-U", "teacher", "--auth=trust", "--no-sync", "-E", "UTF8")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
    log = str(folder / "log")
    start = [str(BINARIES[-1] / "pg_ctl"), "-D", data, "-l", log, "-w", "-t", "90", "-o", options, "start"]
    subprocess.run(
        as_owner(*start),
        cwd=folder,
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"postgresql+psycopg2://teacher:secret@127.0.0.1:{port}"
    finally:
        with contextlib.suppress(subprocess.SubprocessError):
            do("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def new(server):
    """Make an empty database and return its URL."""

    def make(name):
        engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return f"{server}/{name}"

    return make


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """A class of four that nobody has graded; nobody's loop runs for ever, which would only take time."""
    place = tmp_path_factory.mktemp("class")
    write(place, Project.here(), [LESSON], 8, 5)
    truth = read_marks(place / "truth.csv")
    slow = {key[0] for key, row in truth.items() if row["verdict"] == "timeout"}
    for student in [*slow, *sorted({key[0] for key in truth} - slow)[4:]]:
        shutil.rmtree(place / "submitted" / student)
    return place


def autograder(*words, url=None):
    """Run a command as an instructor types it; return what it printed."""
    environment = {name: value for name, value in os.environ.items() if name != database.VARIABLE}
    if url is not None:
        environment[database.VARIABLE] = url
    command = [sys.executable, "-m", "autograder", *words]
    said = subprocess.run(command, capture_output=True, text=True, timeout=500, env=environment, check=False)
    assert said.returncode == 0, said.stderr
    return said.stdout


def grade(folder, *words, url=None):
    """Grade a class in two processes."""
    shared = ("grade", "--course", str(folder), "--sandbox", "best", "--jobs", "2")
    return autograder(*shared, *words, url=url)


def table(folder):
    """Return grades.csv by student and cell."""
    with (folder / "grades.csv").open(newline="") as stream:
        return {(each["student"], each["grade_id"]): each for each in csv.DictReader(stream)}


@pytest.fixture
def both(cohort, new, tmp_path_factory):
    """The same class graded twice: into SQLite, and into PostgreSQL by the one setting."""
    ours = tmp_path_factory.mktemp("sqlite") / "class"
    theirs = tmp_path_factory.mktemp("postgresql") / "class"
    for place in (ours, theirs):
        shutil.copytree(cohort, place)
    url = new("course")
    config = theirs / "nbgrader_config.py"
    config.write_text(config.read_text() + f"c.CourseDirectory.db_url = {url!r}\n")
    grade(ours)
    grade(theirs)
    return ours, theirs, url


def marks_table_and_pages_are_those_of_sqlite(both):
    ours, theirs, url = both
    assert not (theirs / "gradebook.db").exists()
    book = points(url, "descent")
    assert book
    assert book == points(Course(ours).gradebook, "descent")
    assert table(theirs) == table(ours)
    made = sorted(file.relative_to(theirs) for file in (theirs / "feedback").rglob("*.html"))
    assert len(made) == 4
    assert made == sorted(file.relative_to(ours) for file in (ours / "feedback").rglob("*.html"))


def its_tables_and_version_are_those_nbgrader_makes(both, new):
    from nbgrader.api import Gradebook

    _, _, url = both
    own = new("own")
    Gradebook(own).close()
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length "
        "FROM information_schema.columns WHERE table_schema = 'public'"
    )
    found = []
    for each in (url, own):
        engine = create_engine(each)
        with engine.connect() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
            found.append((version, {tuple(row) for row in connection.execute(text(columns))}))
        engine.dispose()
    assert found[0] == found[1]
    assert len(found[0][1]) > 50


def a_changed_submission_is_graded_again_and_its_old_marks_are_gone(both):
    _, theirs, url = both
    before = points(url, "descent")
    best = max(
        {key[0] for key in before}, key=lambda who: sum(before[key] for key in before if key[0] == who)
    )
    assert sum(before[key] for key in before if key[0] == best) > 0
    for file in (theirs / "submitted" / best / LESSON).glob("*.ipynb"):
        file.write_bytes(b"gone")
    assert "3 unchanged since graded" in grade(theirs), "what the database holds is read from it"
    after = points(url, "descent")
    assert {key for key in before if before[key] != after[key]} == {
        key for key in before if key[0] == best and before[key]
    }
    assert all(not after[key] for key in after if key[0] == best)


def the_report_reads_it(both):
    _, theirs, _ = both
    book = gather.gather(Course(theirs))
    assert len(book.students) == 4
    assert len(book.submissions) == 4


def nbgraders_own_commands_use_it(both):
    _, theirs, url = both
    before = points(url, "descent")
    nbgrader = str(Path(sys.executable).with_name("nbgrader"))
    words = [nbgrader, "export", "--to", str(theirs / "export.csv")]
    said = subprocess.run(words, cwd=theirs, capture_output=True, text=True, timeout=200, check=False)
    assert said.returncode == 0, said.stderr
    with (theirs / "export.csv").open(newline="") as stream:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(stream)}
    assert rows == {
        who: sum(before[key] for key in before if key[0] == who) for who in {key[0] for key in before}
    }


def pages_are_written_where_the_setting_says(both):
    _, theirs, _ = both
    shutil.rmtree(theirs / "feedback")
    student = next(iter(points(Course(theirs).gradebook, "descent")))[0]
    assert write_pages.write(Course(theirs), [(student, LESSON)], jobs=0) == []


def test_a_class_is_graded_reported_and_exported_as_with_sqlite(both, new, subtests):
    """One test, because grading the class twice is most of its time."""
    with subtests.test("marks, table and pages are those of SQLite"):
        marks_table_and_pages_are_those_of_sqlite(both)
    with subtests.test("its tables and version are those nbgrader makes"):
        its_tables_and_version_are_those_nbgrader_makes(both, new)
    with subtests.test("a changed submission is graded again and its old marks are gone"):
        a_changed_submission_is_graded_again_and_its_old_marks_are_gone(both)
    with subtests.test("the report reads it"):
        the_report_reads_it(both)
    with subtests.test("nbgrader's own commands use it"):
        nbgraders_own_commands_use_it(both)
    with subtests.test("pages are written where the setting says"):
        pages_are_written_where_the_setting_says(both)


@pytest.mark.thorough
def test_the_variable_says_it_too_and_no_password_is_shown(cohort, new, tmp_path):
    shutil.copytree(cohort, tmp_path / "class")
    url = new("variable")
    said = grade(tmp_path / "class", "--no-feedback", url=url.replace("+psycopg2", ""))
    assert points(url, "descent")
    assert "secret" not in said
    assert not (tmp_path / "class" / "gradebook.db").exists()
    assert "secret" not in json.dumps([file.read_text() for file in (tmp_path / "class").rglob("*.json")]), (
        "records say nothing of the database"
    )


def test_a_server_that_is_not_there_is_said_within_seconds_without_the_password():
    begun = time.monotonic()
    with pytest.raises(Trouble, match="cannot be opened") as found:
        database.check("postgresql://teacher:secret@127.0.0.1:1/course")
    assert "secret" not in str(found.value)
    assert time.monotonic() - begun < 30
    database.check("sqlite:///anything")


@pytest.mark.parametrize("url", ["nonsense://x", "gradebook.db", "postgresql://a:b:c@:x/:"])
def test_what_is_no_database_is_said(url):
    with pytest.raises(Trouble, match="That is no database"):
        database.check(url)


def test_without_psycopg2_the_cure_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg2", None)
    with pytest.raises(Trouble, match="pip install"):
        database.check("postgresql://teacher@127.0.0.1:1/course")
