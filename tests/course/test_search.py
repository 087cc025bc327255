"""A folder of checkpoints under kill -9, processes, parcels, the training job and the board."""

import json
import math
import multiprocessing
import os
import random
import signal
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import matplotlib
import pytest

from autograder.exercises import hyperparameter_search as lesson
from course.data import digits
from course.figures import search as figures
from course.search import DigitsJob, Folder, Parcel, Process, local_cluster

matplotlib.use("agg")
FORK = multiprocessing.get_context("fork")


def draw(rng):
    return {"learning_rate": float(rng.uniform(0.5, 2)), "reg": 1e-4, "seed": int(rng.integers(100))}


def padded(settings, after_epoch):
    """Report at once, with a record so large that a kill often meets it half-written."""
    for epoch in range(1, 30):
        after_epoch(
            {"epoch": epoch, "train_accuracy": 0.5, "val_accuracy": 0.5, "history": ["0.123456789"] * 40_000}
        )


def killed_again_and_again(worker, path, seconds):
    """Start a worker, kill it with signal 9 at a random moment, and again; return how many were killed at work."""
    store, moments, at_work, began = Folder(str(path)), random.Random(1), 0, time.monotonic()
    while time.monotonic() - began < seconds:
        process = FORK.Process(target=worker, args=(store, f"w{at_work}", draw, padded, 1000, at_work))
        process.start()
        time.sleep(0.03 + 0.12 * moments.random())
        at_work += process.is_alive()
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    return at_work


def read_wrongly(store):
    """Return the names of finished checkpoints whose record is not whole."""
    wrong = []
    for name in store.names():
        if name.endswith(".json"):
            try:
                assert len(json.loads(store.read(name))["history"]) == 40_000
            except (ValueError, AssertionError):
                wrong.append(name)
    return wrong


@pytest.mark.long
def test_a_worker_killed_at_any_moment_leaves_no_file_that_the_leaderboard_reads_wrongly(tmp_path):
    assert killed_again_and_again(lesson.worker.reference, tmp_path, 6) >= 10
    store = Folder(str(tmp_path))
    assert any(not name.endswith(".json") for name in store.names()), "no kill met a write; the test is blind"
    assert read_wrongly(store) == []
    board = lesson.leaderboard.reference(store)
    assert board
    assert all(len(each["history"]) == 40_000 for each in board)


@pytest.mark.long
def test_a_worker_that_writes_in_place_is_caught_by_the_same_test(tmp_path):
    careless = next(each.function for each in lesson.worker.mistakes if each.name == "not atomic")
    store = Folder(str(tmp_path))
    for _ in range(4):
        killed_again_and_again(careless, tmp_path, 2)
        if read_wrongly(store):
            break
    assert read_wrongly(store) != []
    assert all(len(each["history"]) == 40_000 for each in lesson.leaderboard.reference(store))


def test_renaming_replaces_and_says_when_there_is_nothing_to_rename(tmp_path):
    store = Folder(str(tmp_path))
    store.write("a", "old")
    store.write("b", "new")
    store.rename("b", "a")
    assert (store.names(), store.read("a")) == (["a"], "new")
    with pytest.raises(FileNotFoundError):
        store.rename("b", "a")


def test_a_file_cut_inside_a_letter_is_text_still(tmp_path):
    (tmp_path / "x.json").write_bytes('"é'.encode()[:-1])
    assert Folder(str(tmp_path)).read("x.json").startswith('"')


def test_the_job_reports_every_epoch_and_repeats_itself():
    seen = []
    last = DigitsJob(epochs=3, rows=100)({"learning_rate": 0.5, "seed": 4}, seen.append)
    assert [each["epoch"] for each in seen] == [1, 2, 3]
    assert seen[-1] == last == DigitsJob(epochs=3, rows=100)({"learning_rate": 0.5, "seed": 4})
    assert last != DigitsJob(epochs=3, rows=100)({"learning_rate": 0.5, "seed": 5})


def test_a_run_that_diverges_reports_nan():
    last = DigitsJob(epochs=3)({"learning_rate": 1e4})
    assert math.isnan(last["val_accuracy"])
    assert last["epoch"] <= 3


def test_the_job_never_looks_at_the_test_rows(monkeypatch):
    split = digits()
    expected = DigitsJob(epochs=1)({"learning_rate": 0.5})
    blind = type(split)(**{**vars(split), "X_test": split.X_test * math.nan})
    monkeypatch.setattr("course.search.digits", lambda: blind)
    assert DigitsJob(epochs=1)({"learning_rate": 0.5}) == expected


def closure(number):
    return lambda: number + 1  # cannot be pickled by name


@pytest.mark.parametrize("kind", ["threads", "processes", "cluster"])
def test_a_parcel_runs_on_any_executor(kind):
    makers = {
        "threads": lambda: ThreadPoolExecutor(1),
        "processes": lambda: ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")),
        "cluster": lambda: local_cluster(1),
    }
    if kind == "cluster":
        pytest.importorskip("distributed")
    with makers[kind]() as executor:
        assert executor.submit(Parcel(closure(3))).result(60) == 4


def test_a_pool_whose_worker_is_killed_is_broken_as_the_lesson_says():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with pytest.raises(BrokenProcessPool):
            pool.submit(Parcel(lambda: os.kill(os.getpid(), 9))).result(60)
        with pytest.raises(BrokenProcessPool):
            pool.submit(abs, -1)


def wait_for(process, state):
    end = time.monotonic() + 60
    while process.state == "running" and time.monotonic() < end:
        time.sleep(0.05)
    assert process.state == state


def test_a_process_says_how_it_ended(tmp_path):
    store = Folder(str(tmp_path))
    good = Process(lambda: store.write("a", "1"))
    wait_for(good, "finished")
    assert store.read("a") == "1"
    bad = Process(lambda: 1 / 0)
    wait_for(bad, "ZeroDivisionError: division by zero")
    dead = Process(time.sleep, 60)
    dead.kill()
    assert dead.state == "killed"
    for each in (good, bad, dead):
        each.close()


def test_the_board_names_leader_and_workers_and_escapes_labels():
    record = {"run": "<w>", "epoch": 2, "val_accuracy": 0.5, "settings": {"learning_rate": 0.1, "reg": 1e-4}}
    lost = {**record, "run": "lost", "val_accuracy": math.nan}
    shown = figures.View([record], [record, lost], {"w0": "killed"}, "a note")._repr_mimebundle_()
    assert "&lt;w&gt;" in shown["text/html"]
    assert "w0: killed" in shown["text/html"]
    assert "50.0%" in shown["text/plain"]
    assert 'alt="2 runs' in shown["text/html"]


def test_an_empty_board_can_be_shown():
    assert "0 runs" in figures.View([], [], {}, "")._repr_mimebundle_()["text/plain"]
