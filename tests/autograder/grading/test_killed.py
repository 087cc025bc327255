"""A run that is killed at any moment loses nothing, doubles nothing and leaves nothing behind.

The whole command in processes of its own, with workers and sandboxes.  ``KILLS=20`` kills twenty times; CI
does so a few times, at the best level there is.
"""

import contextlib
import os
import random
import signal
import subprocess
import time

import psutil
import pytest

from autograder.examine.launch import sandbox
from autograder.grading import records
from tests.autograder.grading.processes import Desk
from tests.autograder.small_lesson import RIGHT, WRONG

pytestmark = pytest.mark.long

ALSO = "def twice(x, offset=0.0):\n    return (x - offset) + (x - offset)"
ENDS = "import os\nos._exit(1)"
ANSWERS = [RIGHT, WRONG, ALSO, None, ENDS, RIGHT, WRONG, RIGHT, ALSO, RIGHT, WRONG, RIGHT]
KILLS = int(os.environ.get("KILLS", "4"))
LEVELS = ["best", pytest.param("process", marks=pytest.mark.thorough)]


def gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run some seconds later; a dead one that nobody has asked for is none."""
    until = time.monotonic() + 15
    alive = processes
    while alive and time.monotonic() < until:
        alive = [each for each in alive if runs(each)]
        time.sleep(0.05)
    return alive


def runs(process: psutil.Process) -> bool:
    """Whether a process is alive."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def all_of(process: subprocess.Popen) -> list[psutil.Process]:
    """Return a process and everything it started."""
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def names() -> list[str]:
    """Return a student for each answer."""
    return [f"student{number:02}" for number in range(len(ANSWERS))]


@pytest.fixture(params=LEVELS)
def level(request):
    if request.param == "best":
        return "bubblewrap" if sandbox.works("bubblewrap") == "" else "process"
    if sandbox.works(request.param):
        pytest.skip(sandbox.works(request.param))
    return request.param


def test_marks_are_the_same_after_any_number_of_kills(built_once, tmp_path, level):
    chance = random.Random(f"{level} 7")
    desk = Desk(built_once, tmp_path / "killed", level)
    answers = dict(zip(names(), ANSWERS, strict=True))
    for student, answer in answers.items():
        desk.hand_in(student, answer)
    moments: list[str] = []
    strays: set[str] = set()
    for number in range(KILLS):
        process = desk.start()
        # most moments lie where marks are written, some where everything is being started
        wanted = desk.recorded() + chance.randint(0, 6) if number % 4 else 0
        until = time.monotonic() + (chance.uniform(0.0, 3.0) if not wanted else 120.0)
        while (
            process.poll() is None and time.monotonic() < until and not (wanted and desk.recorded() >= wanted)
        ):
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.05))
        started = all_of(process)
        with contextlib.suppress(ProcessLookupError):
            if number % 2:
                os.kill(process.pid, signal.SIGKILL)
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        moments.append(f"{desk.recorded()} recorded")
        assert not gone(started), f"after kill {number}, {moments}"
        strays |= set(
            desk.left_behind()
        )  # of a worker killed while it laid them out; the next run takes them away
        for student in chance.sample(sorted(answers), 4):  # and now their marks are stale
            answers[student] = chance.choice([RIGHT, WRONG, ALSO])
            desk.hand_in(student, answers[student])
    rows = desk.grade()

    whole = Desk(built_once, tmp_path / "whole", level)
    for student, answer in answers.items():
        whole.hand_in(student, answer)
    assert rows == whole.grade(jobs=1), moments
    points = {RIGHT: 3.0, WRONG: 0.0, ALSO: 3.0, None: 0.0, ENDS: 0.0}
    assert {row["student"]: row["points"] for row in rows} == {
        student: points[answer] for student, answer in answers.items()
    }
    assert desk.scores() == whole.scores() == {row["student"]: row["points"] for row in rows}
    for table in ("student", "submitted_assignment", "submitted_notebook", "grade", "comment"):
        assert desk.count(table) == whole.count(table), table
    assert [(each.student, each.rows()) for each in records.read(desk.course)] == [
        (each.student, each.rows()) for each in records.read(whole.course)
    ]
    assert desk.left_behind() == [], strays


def test_ctrl_c_ends_everything_and_the_next_run_goes_on(built_once, tmp_path, level):
    desk = Desk(built_once, tmp_path, level)
    for student, answer in zip(names(), ANSWERS, strict=True):
        desk.hand_in(student, answer)
    process = desk.start()
    until = time.monotonic() + 120
    while desk.recorded() < 3 and time.monotonic() < until:
        time.sleep(0.002)
    started = all_of(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to everybody
    code = process.wait(60)
    said = desk.log.read_text()
    if code == 130:
        assert "graded and kept" in " ".join(said.split())
        assert "Traceback" not in said
    else:
        assert code == 0, said  # everything was graded by then
    assert not gone(started)
    assert desk.left_behind() == []
    kept = desk.recorded()
    assert kept >= 3
    assert len(desk.grade()) == len(ANSWERS)
    assert f"{kept} unchanged since graded" in " ".join(desk.log.read_text().split())


@pytest.mark.thorough  # that two give the marks of one is seen after the kills above
def test_one_worker_or_eight_give_the_same_marks(built_once, tmp_path):
    level = "bubblewrap" if sandbox.works("bubblewrap") == "" else "process"
    rows = []
    for jobs in (1, 8):
        desk = Desk(built_once, tmp_path / str(jobs), level)
        for student, answer in zip(names(), ANSWERS, strict=True):
            desk.hand_in(student, answer)
        rows.append(desk.grade(jobs))
        assert desk.scores() == {row["student"]: row["points"] for row in rows[-1]}
    assert rows[0] == rows[1]
