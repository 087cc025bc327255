"""A Dask cluster gives the marks this machine gives: a real scheduler, two workers, each a command of its own."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from autograder.cohort.write import read_marks, write
from autograder.deadline import Overtime
from autograder.errors import Mismatch, Trouble
from autograder.examine.launch import sandbox
from autograder.grading import grade
from autograder.grading.course import Course
from autograder.marks import Limits
from autograder.project import Project
from autograder.running import workers
from tests.autograder.grading.classroom import points

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from autograder.running import cluster, run_one

LESSON = "04_momentum"
DASK = str(Path(sys.executable).with_name("dask"))
LIMITS = Limits(cell=5.0)
PLAIN = ["--host", "127.0.0.1", "--no-dashboard"]


@pytest.fixture(scope="module")
def programs(tmp_path_factory):
    """Start commands, and end what is left of them."""
    folder = tmp_path_factory.mktemp("cluster")
    started = []

    def start(*words):
        with (folder / f"{len(started)}.log").open("wb") as log:
            environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s"}
            process = subprocess.Popen([DASK, *words], cwd=folder, stdout=log, stderr=log, env=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def scheduler(programs, tmp_path_factory):
    """The address of a scheduler that has no workers yet."""
    file = tmp_path_factory.mktemp("scheduler") / "scheduler.json"
    process = programs("scheduler", *PLAIN, "--port", "0", "--scheduler-file", str(file))
    for _ in range(600):
        with contextlib.suppress(OSError, ValueError):
            return json.loads(file.read_text())["address"]
        assert process.poll() is None
        time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


@pytest.fixture(scope="module")
def crew(programs, scheduler):
    """Start so many workers of one thread."""

    def hire(count):
        words = ("worker", scheduler, *PLAIN, "--nthreads", "1", "--no-nanny")
        return [programs(*words, "--name", f"{count}-{at}") for at in range(count)]

    return hire


@pytest.fixture(scope="module")
def level():
    """The best sandbox there is, for this process and as the tasks say it."""
    kept = os.environ.get(sandbox.VARIABLE)
    yield sandbox.choose("best")
    os.environ.pop(sandbox.VARIABLE)
    if kept is not None:
        os.environ[sandbox.VARIABLE] = kept


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A class that nobody has graded, with wrong, odd and broken submissions."""
    place = tmp_path_factory.mktemp("class")
    write(place, Project.here(), [LESSON], 10, 11)
    truth = read_marks(place / "truth.csv")
    slow = {key[0] for key, row in truth.items() if row["verdict"] == "timeout"}  # would only take time
    for student in [*slow, *sorted({key[0] for key in truth} - slow)[6:]]:
        shutil.rmtree(place / "submitted" / student)
    return place


def graded(folder, workers, progress=lambda done: None):
    """Grade a class anew; return all rows and what the gradebook says."""
    course = Course(folder)
    (folder / "gradebook.db").unlink(missing_ok=True)
    chosen = grade.tasks(course, [LESSON], LIMITS)
    found = grade.grade(course, chosen, workers, progress)
    rows = sorted((row for each in found for row in each.rows()), key=lambda row: row.student)
    return rows, points(course.gradebook)


@pytest.fixture(scope="module")
def local(folder, level):
    """What this machine's own processes give."""
    with workers.started(2) as staff:
        return graded(folder, staff)


def test_a_scheduler_without_workers_is_said(scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "JOIN", 0.5)
    with pytest.raises(Trouble, match="has no workers"):
        cluster.Cluster(scheduler)


@pytest.mark.long
def test_the_cluster_gives_the_same_marks_and_loses_or_doubles_none_when_a_worker_is_killed(
    folder, local, crew, scheduler
):
    first, other = crew(2)
    staff = cluster.Cluster(scheduler)
    staff.client.wait_for_workers(2, timeout=120)
    try:
        assert graded(folder, staff) == local
        came = []

        def kill_one(done):
            came.append(done.record.student)
            if len(came) == 3:
                first.send_signal(signal.SIGKILL)

        assert graded(folder, staff, kill_one) == local
        assert sorted(came) == sorted({row.student for row in local[0]})
        assert first.poll() is not None
        assert other.poll() is None

        task = grade.tasks(Course(folder), [LESSON], LIMITS)[0]
        task.parts["checks"] = "of another commit"
        future = staff.pool().submit(run_one.work, task)
        with pytest.raises(Mismatch, match=r"another state of this checkout \(check changed\)"):
            future.result(60)
    finally:
        staff.close()


def test_a_worker_in_another_state_ends_the_run_and_records_nothing(folder, monkeypatch, level):
    """Here, where the cluster's function runs in this process."""
    staff = object.__new__(cluster.Cluster)
    staff.most = staff.at_first = 1
    monkeypatch.setattr(staff, "pool", lambda: cluster.Pool(ThreadPoolExecutor(1)), raising=False)
    monkeypatch.setattr(cluster, "parts", iter_of({"checks": "one"}, {"checks": "another"}))
    course = Course(folder)
    (folder / "gradebook.db").unlink(missing_ok=True)
    with pytest.raises(Mismatch, match="grades by another state"):
        grade.grade(course, grade.tasks(course, [LESSON], LIMITS), staff)
    assert points(course.gradebook) == {}


@pytest.mark.long
def test_a_submission_that_is_stuck_ends_in_time_in_a_thread(folder, monkeypatch, level):
    """A worker of Dask runs tasks in threads, which no alarm reaches."""
    (task, *_) = grade.tasks(Course(folder), [LESSON], LIMITS)
    monkeypatch.setattr(cluster, "alone", partial(re.match, "(a+)+$"))
    monkeypatch.setattr(cluster, "replace", lambda task, **_: "a" * 60 + "b")
    monkeypatch.setattr(type(task), "seconds", 3.0)
    with ThreadPoolExecutor(1) as pool, pytest.raises(Overtime):
        pool.submit(cluster.work, task).result(120)


def test_a_worker_is_told_no_folder_of_ours(folder):
    class Inner:
        def submit(self, work, task):
            return task

    (task, *_) = grade.tasks(Course(folder), [LESSON], LIMITS)
    sent = cluster.Pool(Inner()).submit(run_one.work, task)
    assert str(folder) not in repr(sent)
    assert sent.submitted.content


def iter_of(*values):
    """Return a function that gives one value after the other."""
    left = iter(values)
    return lambda assignment, root: next(left)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://nowhere.invalid:8786"])
def test_an_address_where_nobody_answers_is_said_within_seconds(address):
    begun = time.monotonic()
    with pytest.raises(Trouble, match="No Dask scheduler answers at"):
        cluster.Cluster(address)
    assert time.monotonic() - begun < 30  # five, and as much again for a busy machine's imports


def test_something_else_that_answers_is_said(monkeypatch):
    monkeypatch.setattr(cluster, "REACH", 1.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        with pytest.raises(Trouble, match="No Dask scheduler answers at"):
            cluster.Cluster(f"tcp://127.0.0.1:{other.getsockname()[1]}")


def test_without_dask_the_cure_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Trouble, match="pip install"):
        cluster.Cluster("tcp://127.0.0.1:8786")


def test_a_cluster_that_is_gone_is_said(monkeypatch):
    staff = object.__new__(cluster.Cluster)
    staff.address, staff.alone = "tcp://127.0.0.1:8786", 0.0
    staff.client = type("Client", (), {"status": "running", "nthreads": staticmethod(dict)})()
    monkeypatch.setattr(cluster, "JOIN", 0.1)
    staff.check()
    time.sleep(0.2)
    with pytest.raises(Trouble, match="has had no worker"):
        staff.check()
