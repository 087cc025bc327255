"""Workers start ahead of their work, one after the other, and one that breaks costs nobody else a mark."""

import importlib
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError

import pytest

from autograder.marks import Limits, Record
from autograder.running import run_many, workers
from autograder.running.run_one import Result, Task


def test_a_worker_of_the_examiner_loads_no_numpy():
    program = "import sys, autograder.examine.run, autograder.running.run_many\nprint('numpy' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout.strip() == "False"


def test_the_first_worker_is_there_before_its_work_and_ends_when_there_is_none():
    with workers.started(2) as staff:
        (process,) = staff.current._processes.values()
        assert process.is_alive()
    assert not process.is_alive()


def folder_for_temporary_files():
    """Return the folder that this process knows, without looking for one."""
    return tempfile.tempdir


def test_a_worker_need_not_look_for_the_folder_for_temporary_files():
    """Whoever looks writes a file, and leaves it there when ended just then."""
    with workers.started(1) as staff:
        assert staff.pool().submit(folder_for_temporary_files).result(timeout=60) == tempfile.gettempdir()


def test_a_pool_that_was_ended_leaves_no_thread_for_python_to_wake_at_exit():
    with workers.started(1) as staff:
        pool = staff.pool()
        busy = pool.submit(time.sleep, 600)
        workers.end(pool)
        with pytest.raises((BrokenExecutor, CancelledError)):
            busy.result(timeout=0)
        assert [each for each in threading.enumerate() if "ExecutorManager" in type(each).__name__] == []


WORK = """
import os, time
from tests.autograder.running.test_workers import result

def work(task):
    if task.student == "ends":
        os._exit(1)
    if task.student == "stuck":
        time.sleep(600)  # no alarm of its own
    return result(task, "")
"""


def result(task, note):
    """Return a result without marks."""
    record = Record(student=task.student, assignment=task.assignment, status="graded", notes=[note])
    return Result(record=record, notebook={})


@pytest.mark.long
@pytest.mark.parametrize("odd", ["ends", "stuck"])
def test_a_pool_that_broke_takes_only_what_it_was_handed(monkeypatch, tmp_path, odd):
    """Every task that ends its process, or in which it is stuck, is tried twice, and said; the others are done."""
    monkeypatch.setattr(run_many, "TICK", 0.2)
    monkeypatch.setattr(Task, "seconds", 3.0)
    (tmp_path / "work_or_end.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(run_many, "work", importlib.import_module("work_or_end").work)
    monkeypatch.setattr(run_many, "gave_up", result)
    handed_out = [
        Task(
            student=student,
            assignment="90_doubling",
            folder=tmp_path,
            root=tmp_path,
            limits=Limits(),
            parts={},
            sandbox="process",
        )
        for student in ["ada", odd, *(f"later{at}" for at in range(9))]
    ]
    with workers.started(2) as staff:
        results = list(run_many.run_all(handed_out, staff))
    found = {each.record.student: each.record.notes for each in results}
    assert found.pop(odd) == ["a grading process ended"]
    assert set(found) == {each.student for each in handed_out} - {odd}
    assert {tuple(notes) for notes in found.values()} == {("",)}
