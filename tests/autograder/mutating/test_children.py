"""Jobs in children: results in order, and what is killed costs only itself."""

import os
import signal
import time
from pathlib import Path

from autograder.mutating import children


def endless():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def deaf():
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    endless()


def asleep():
    time.sleep(60)


def hungry():
    return len(bytearray(16 * children.MEMORY))


def held(job):
    try:
        return job()
    except MemoryError:
        return "no memory"


def test_results_come_in_the_order_of_the_jobs():
    jobs = [lambda k=k: {"k": k} for k in range(7)]
    assert children.run(jobs, seconds=5, processes=2) == [{"k": k} for k in range(7)]


def test_a_job_that_never_ends_or_dies_costs_only_itself():
    jobs = [lambda: 1, endless, lambda: 2, deaf, asleep, lambda: os._exit(3), lambda: 3]
    begun = time.monotonic()
    assert children.run(jobs, seconds=0.1, processes=2) == [1, None, 2, None, None, None, 3]
    assert time.monotonic() - begun < 30


def test_memory_is_limited():
    assert children.run([lambda: held(hungry), lambda: 1], seconds=5) == ["no memory", 1]


def test_files_and_prints_stay_in_the_child(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)

    def litter():
        print("hello", flush=True)
        Path("litter").write_text("x")
        return str(Path.cwd())

    (folder,) = children.run([litter], seconds=5)
    assert list(tmp_path.iterdir()) == []
    assert not Path(folder).exists()
    assert capfd.readouterr() == ("", "")
