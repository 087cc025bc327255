"""Between the command and the first mark: a new gradebook, warm workers, a writer that nobody waits for."""

import sqlite3
import threading
from collections import deque
from functools import partial

import pytest
from nbgrader.api import Gradebook

from autograder.errors import Trouble
from autograder.grading import gradebook, writer
from autograder.grading.course import Course


def tables(file):
    """Return what SQLite knows of every table and index, and the version."""
    with sqlite3.connect(file) as connection:
        made = {
            tuple(row) for row in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
        }
        return made, connection.execute("SELECT * FROM alembic_version").fetchall()


def test_a_new_gradebook_is_the_one_nbgrader_makes(tmp_path):
    Gradebook(f"sqlite:///{tmp_path / 'theirs.db'}").close()
    gradebook.create(f"sqlite:///{tmp_path / 'ours.db'}")
    assert tables(tmp_path / "ours.db") == tables(tmp_path / "theirs.db")
    assert len(tables(tmp_path / "ours.db")[0]) > 10


def test_a_gradebook_that_is_there_is_left_alone(tmp_path):
    file = tmp_path / "gradebook.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('an earlier one')")
    gradebook.create(f"sqlite:///{file}")
    assert tables(file)[1] == [("an earlier one",)]
    assert len(tables(file)[0]) == 1


class Book:
    """Stands for an open gradebook."""

    closed = False

    def close(self):
        self.closed = True


@pytest.fixture
def book(monkeypatch):
    made = Book()
    made.open = threading.Event()
    monkeypatch.setattr(writer, "opened", lambda course, lessons: made.open.wait(20) and made)
    return made


def test_nobody_waits_for_the_gradebook_and_all_is_written_in_order(tmp_path, book):
    written = []
    owner = writer.Writer(Course(tmp_path), ["90_doubling"], lambda ledger, result: written.append(result))
    for result in range(10):
        owner.put(result)
    assert written == []
    book.open.set()
    owner.close()
    assert written == list(range(10))
    assert book.closed


def test_a_gradebook_that_cannot_be_opened_is_said(tmp_path, monkeypatch):
    def locked(course, lessons):
        raise Trouble("the gradebook is locked")

    monkeypatch.setattr(writer, "opened", locked)
    owner = writer.Writer(Course(tmp_path), ["90_doubling"], lambda ledger, result: None)
    owner.thread.join(20)
    with pytest.raises(Trouble, match="locked"):
        owner.put(1)
    with pytest.raises(Trouble, match="locked"):
        owner.close()


def test_results_wait_for_a_slow_gradebook_and_stop_when_it_fails(tmp_path, book):
    """More results than may wait: the one too many waits, and is refused when writing fails."""

    def fails(ledger, result):
        raise Trouble("disk full")

    owner = writer.Writer(Course(tmp_path), ["90_doubling"], fails)
    for result in range(writer.WAITING):
        owner.put(result)
    threading.Timer(0.3, book.open.set).start()
    more = partial(deque, map(owner.put, range(writer.WAITING)), 0)
    with pytest.raises(Trouble, match="disk full"):
        more()
    assert book.closed
