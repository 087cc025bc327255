"""Between the command and the first mark: little to load, warm workers, a writer that nobody waits for."""

import subprocess
import sys
import threading
from collections import deque
from functools import partial

import pytest

from autograder.errors import Trouble
from autograder.examine import plan
from autograder.grading import writer
from autograder.grading.course import Course
from autograder.project import Project
from autograder.repair.rebuild import blank
from autograder.running import run_one


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


HEAVY = {"numpy", "course", "nbformat", "nbgrader", "rich", "matplotlib", "IPython", "sqlalchemy"}


def test_workers_start_before_anything_heavy_is_loaded():
    modules = ["cli", "commands.grade", "grading.start_workers", "examine.launch.sandbox"]
    imports = ", ".join(f"autograder.{each}" for each in modules)
    program = f"import sys, {imports}\nprint({HEAVY} & set(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.strip() == "set()"


def test_what_only_writes_marks_down_loads_what_it_needs_and_the_rest_when_it_is_asked_for():
    program = (
        "import sys, autograder.grading.session, autograder.grading.gradebook_write\n"
        "print({'nbgrader.server_extensions', 'nbconvert', 'requests', 'numpy'} & set(sys.modules))\n"
        "from nbgrader.converters import GenerateFeedback, Autograde\nfrom nbgrader.apps import NbGraderApp\n"
        "from nbgrader.auth import *\nimport nbgrader\n"
        "print('JupyterHubAuthPlugin' in dir(), callable(nbgrader._jupyter_server_extension_points))\n"
        "print(hasattr(nbgrader, 'nobody'), hasattr(nbgrader.auth, '__wrapped__'))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.split("\n") == ["set()", "True True", "False False", ""]


CELL = """
import numpy as np
import matplotlib.pyplot as plt
from course import plots, surfaces
plots.use_style()
np.seterr(over="ignore")
table = {}
table["one"] = np.ones(1)
other = table
def draw(): return plt.plot(table)
@table.setdefault
def kept(): return 1
def shift(x): return x + offset
offset = 2
"""


@pytest.mark.parametrize(
    ("needed", "bound"),
    [
        ({"np"}, {"np", "table", "other", "kept"}),
        ({"table"}, {"np", "table", "other", "kept"}),
        ({"shift"}, {"shift", "offset"}),
        ({"draw"}, {"np", "plt", "table", "other", "kept", "draw"}),
    ],
)
def test_the_examiner_runs_what_its_names_need_and_what_may_change_them(needed, bound):
    kept = plan.needed_statements(CELL, frozenset(needed))
    assert plan.names(kept)[1] == bound
    assert ("np.seterr" in kept) == ("np" in bound)
    assert "use_style" not in kept


def test_the_examiner_of_every_lesson_loads_nothing_that_only_draws():
    for lesson in Project.here().lessons():
        notebook = blank(run_one.master(lesson, Project.here().root))
        steps = [each for each in plan.plan(notebook) if each.in_examiner and not each.graded]
        loaded = [line for each in steps for line in each.in_examiner.splitlines() if "import" in line]
        assert loaded, lesson
        assert not [line for line in loaded if "matplotlib" in line or "plots" in line or "figures" in line]
        assert not [
            each for each in steps if "use_style" in each.in_examiner or "course.mine(" in each.in_examiner
        ]
