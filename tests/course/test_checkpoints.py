"""A folder of checkpoints under kill -9, processes, workers and what their files say together."""

import json
import math
import multiprocessing
import os
import random
import signal
import time

import matplotlib
import pytest

from autograder.exercises.hyperparameter_search import save
from course.checkpoints import Folder, Process, explore, standings
from course.figures import trials as figures
from course.probes.search.shelf import Shelf

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


def working(keep):
    """Return a worker that saves its checkpoints by a function."""
    return lambda store, name, seed: explore(keep, store, name, draw, padded, 1000, seed)


def killed_again_and_again(worker, path, seconds):
    """Start a worker, kill it with signal 9 at a random moment, and again; return how many were killed at work."""
    store, moments, at_work, began = Folder(str(path)), random.Random(1), 0, time.monotonic()
    while time.monotonic() - began < seconds:
        process = FORK.Process(target=worker, args=(store, f"w{at_work}", at_work))
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
def test_a_worker_killed_at_any_moment_leaves_no_file_that_is_read_wrongly(tmp_path):
    assert killed_again_and_again(working(save.reference), tmp_path, 6) >= 10
    store = Folder(str(tmp_path))
    assert any(not name.endswith(".json") for name in store.names()), "no kill met a write; the test is blind"
    assert read_wrongly(store) == []
    assert standings(store)
    assert all(len(each["history"]) == 40_000 for each in standings(store))


@pytest.mark.long
def test_a_worker_that_writes_in_place_is_caught_by_the_same_test(tmp_path):
    careless = next(each.function for each in save.mistakes if each.name == "not atomic")
    store = Folder(str(tmp_path))
    for _ in range(4):
        killed_again_and_again(working(careless), tmp_path, 2)
        if read_wrongly(store):
            break
    assert read_wrongly(store) != []
    assert all(len(each["history"]) == 40_000 for each in standings(store))


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


def file(run, epoch, accuracy):
    return f"{run}_{epoch:04d}.json", json.dumps({"run": run, "epoch": epoch, "val_accuracy": accuracy})


def test_standings_hold_the_best_checkpoint_of_every_run_and_nothing_half_written():
    whole = [
        file("a", 1, 0.8),
        file("a", 2, 0.7),
        file("b", 1, 0.9),
        file("c", 1, math.nan),
        file("c", 2, 0.0),
    ]
    name, text = file("d", 3, 0.99)
    found = standings(Shelf(dict([*whole, (name, text[:31]), ("e.tmp", text)])))
    assert [(each["run"], each["epoch"]) for each in found] == [("b", 1), ("a", 1), ("c", 2)]


def test_a_worker_draws_from_its_seed_and_saves_every_epoch():
    kept = []

    def job(settings, after_epoch):
        after_epoch({"epoch": 1, "val_accuracy": 0.5})
        after_epoch({"epoch": 2, "val_accuracy": math.nan})

    def keep(store, name, record):
        kept.append((name, record["settings"]["learning_rate"]))

    for seed in (1, 1, 2):
        explore(keep, None, "w0", draw, job, 2, seed)
    assert [name for name, _ in kept[:4]] == [
        "w0-000_0001.json", "w0-000_0002.json", "w0-001_0001.json", "w0-001_0002.json",
    ]  # fmt: skip
    assert kept[:4] == kept[4:8]
    assert kept[8][1] != kept[0][1] != kept[2][1]


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
