"""Which level of the sandbox is chosen, what the lesser one holds, and where and how long a candidate runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.errors import Trouble
from autograder.examine.inside.frames import Lost
from autograder.examine.launch import container, sandbox
from autograder.examine.limits import patience
from tests.autograder.examine.rooms import Inside, Room, running


@pytest.fixture(scope="module")
def loose() -> Iterator[Inside]:
    room = Room("process")
    yield room
    room.pair.close()


class TestProcess:
    def test_a_cell_runs_and_the_grader_is_not_on_its_path(self, loose):
        assert loose("import autograder") == "ModuleNotFoundError"

    def test_memory_and_files_are_limited(self, loose):
        assert loose("import numpy; numpy.ones(1 << 29)") in ("MemoryError", "_ArrayMemoryError")
        assert loose("open('big', 'wb').write(bytes(100 << 20))") in ("OSError", "")

    def test_what_is_left_behind_ends_with_the_candidate(self, loose):
        leave = "import subprocess; subprocess.Popen(['setsid', 'sleep', '535353']); print(1)"
        assert loose(leave) == "1"
        assert not running("535353")

    def test_a_process_that_ignores_signals_ends(self, loose):
        with pytest.raises(Lost, match="timeout"):
            loose(
                "import signal; [signal.signal(s, signal.SIG_IGN) for s in (2, 15)]\nwhile True: pass",
                seconds=1.0,
            )
        assert loose("print('next')") == "next"


@pytest.mark.long
@pytest.mark.parametrize("level", sandbox.SAFE)
def test_what_one_candidate_starts_takes_nothing_from_another(level):
    if sandbox.works(level):
        pytest.skip(f"no {level} here: {sandbox.works(level)}")
    rooms = Room(level), Room(level)
    start = "for _ in range({}):\n    if os.fork() == 0:\n        time.sleep(60)\n"
    first = f"import os, time\ntime.sleep(2)\n{start.format(25)}print('all')"
    other = f"import os, time\ntime.sleep(0.5)\n{start.format(25)}time.sleep(4)\nprint('all')"
    try:
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(lambda room, source: room(source), rooms, (first, other)))
    finally:
        for room in rooms:
            room.pair.close()
    assert said in (["all", "all"], ["BlockingIOError"] * 2)  # no processes where nobody counts root's


class TestChoice:
    def test_an_unknown_level_is_refused(self, monkeypatch):
        monkeypatch.setenv(sandbox.VARIABLE, "none")
        with pytest.raises(Trouble, match="no sandbox 'none'"):
            sandbox.chosen()


@pytest.mark.parametrize(
    ("prefix", "place", "where"),
    [
        ("/tmp/course/.venv", "/tmp/course/.venv/bin/python", "/candidate/python/bin/python"),
        ("/tmp/course/.venv", "/opt/python3.11", "/opt/python3.11"),
        ("/home/me/.venv", "/home/me/.venv/bin/python", "/home/me/.venv/bin/python"),
    ],
)
def test_an_environment_in_tmp_which_is_private_is_seen_elsewhere(monkeypatch, prefix, place, where):
    monkeypatch.setattr(container.sys, "prefix", prefix)
    assert container.seen(place) == where


@pytest.mark.parametrize(
    ("load", "times"),
    [(0.3, 1.0), (2.0, 1.0), (5.0, 2.5), (90.0, 4.0)],
    ids=["idle", "full", "busy", "swamped"],
)
def test_a_busy_machine_is_given_patience(load: float, times: float, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert patience() == times
