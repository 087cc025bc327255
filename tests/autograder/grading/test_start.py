"""Between the command and the first mark: little to load, warm workers, a writer that nobody waits for."""

import importlib
import subprocess
import sys
import threading
from collections import deque
from functools import partial

import pytest

from autograder.errors import Trouble
from autograder.examine import plan
from autograder.grading import run, workers, writer
from autograder.grading.course import Course
from autograder.marks import Limits
from autograder.project import Project
from autograder.repair import blank


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
    modules = (
        "autograder.cli, autograder.commands.grade, autograder.grading.workers, autograder.examine.sandbox"
    )
    program = f"import sys, {modules}\nprint({HEAVY} & set(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.strip() == "set()"


def test_what_only_writes_marks_down_loads_what_it_needs_and_the_rest_when_it_is_asked_for():
    program = (
        "import sys, autograder.grading.session, autograder.grading.gradebook\n"
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


def test_a_worker_of_the_examiner_loads_no_numpy():
    program = "import sys, autograder.examine.run, autograder.grading.run\nprint('numpy' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.strip() == "False"


def test_the_first_worker_is_there_before_its_work_and_ends_when_there_is_none():
    started = workers.Processes(2).start()
    (process,) = started.early._processes.values()
    assert process.is_alive()
    started.close()
    assert not process.is_alive()


def test_a_second_worker_waits_for_the_first_result_but_not_for_ever(monkeypatch):
    warm = threading.Semaphore(0)
    monkeypatch.setattr(workers, "warm_up", lambda ahead: warm.release())
    monkeypatch.setattr(workers, "end_with", lambda parent: None)
    monkeypatch.setattr(workers, "HEAD", 30.0)
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 2)
    staff = workers.Processes(3, workers.Ahead(lesson="04_momentum", root=Project.here().root))
    begin = partial(threading.Thread, target=workers.begin, args=(0, staff.turns, staff.ahead), daemon=True)
    begin().start()
    assert warm.acquire(timeout=20)
    begin().start()
    assert not warm.acquire(timeout=0.2)
    staff.under_way()
    assert warm.acquire(timeout=20)
    monkeypatch.setattr(workers, "HEAD", 0.1)
    begin().start()
    assert warm.acquire(timeout=20)


WORK = """
import os
from autograder.grading.run import Done

def work(task):
    if task.student == "ends":
        os._exit(1)
    names = {"student": task.student, "assignment": task.assignment}
    return Done(**names, status="graded", notes=[""], notebook={}, verdicts={})
"""


def test_a_pool_that_broke_takes_only_what_it_was_handed(monkeypatch, tmp_path):
    """Every task that ends its process is tried twice, and said; the others are done."""
    (tmp_path / "work_or_end.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(run, "work", importlib.import_module("work_or_end").work)
    monkeypatch.setattr(run, "gave_up", lambda task, why: done(task, why))
    tasks = [
        run.Task(student=student, assignment="90_doubling", folder=tmp_path, root=tmp_path)
        for student in ["ada", "ends", *(f"later{at}" for at in range(9))]
    ]
    found = {each.student: each.notes for each in run.run_all(tasks, 2)}
    assert found.pop("ends") == ["a grading process ended"]
    assert set(found) == {each.student for each in tasks} - {"ends"}
    assert {tuple(notes) for notes in found.values()} == {("",)}


def done(task, why):
    """Return a result without marks."""
    names = {"student": task.student, "assignment": task.assignment}
    return run.Done(**names, status="graded", notes=[why], notebook={}, verdicts={})


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
    kept = plan.part(CELL, frozenset(needed))
    assert plan.names(kept)[1] == bound
    assert ("np.seterr" in kept) == ("np" in bound)
    assert "use_style" not in kept


def test_the_examiner_of_every_lesson_loads_nothing_that_only_draws():
    for lesson in Project.here().lessons():
        notebook = blank(run.master(lesson, Project.here().root))
        steps = [each for each in plan.plan(notebook, Limits()) if each.ours and not each.graded]
        loaded = [line for each in steps for line in each.within.splitlines() if "import" in line]
        assert loaded, lesson
        assert not [line for line in loaded if "matplotlib" in line or "plots" in line or "figures" in line]
        assert not [each for each in steps if "use_style" in each.within or "course.mine(" in each.within]
