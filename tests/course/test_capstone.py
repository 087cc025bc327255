"""The bench of the last lesson: a test set that answers once, and data that nothing has been done to."""

import re
import signal
import sys
import tarfile
import time
from functools import partial

import numpy as np
import pytest

from course import cifar
from course.capstone import Opened, Sealed, bench, cifar_bench, rehearsal
from course.data import digits
from course.figures import capstone as figures
from course.network import MLP
from course.probes.base import Unusable
from course.probes.capstone import classifying, looping, reporting
from course.probes.ending import ended_after
from course.training import train

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 1, 0, 0, 1])


def ones(rows):
    return np.ones(len(rows), dtype=int)


def test_the_seal_answers_once_and_counts_every_look():
    sealed = Sealed(X, Y)
    assert (repr(sealed), sealed.looks) == ("<6 rows, sealed>", [])
    assert sealed.judge(ones) == 0.5
    for look in (2, 3):
        with pytest.raises(Opened, match=f"0.5000. This is look {look}"):
            sealed.judge(ones)
        more = {2: "once", 3: "2 times"}[look]
        assert repr(sealed) == f"<6 rows, opened: 0.50, and asked {more} more>"
    assert len(sealed.looks) == 3


def test_asking_for_the_bench_again_seals_nothing_and_a_rehearsal_is_always_fresh():
    assert bench().sealed is bench().sealed
    first, second = rehearsal(), rehearsal()
    first.sealed.judge(lambda rows: np.zeros(len(rows), dtype=int))
    assert (len(first.sealed.looks), second.sealed.looks, bench().sealed.looks) == (1, [], [])
    assert first.sealed._X is bench().X_val


def test_what_breaks_or_gives_no_labels_breaks_no_seal():
    sealed = Sealed(X, Y)
    with pytest.raises(ZeroDivisionError):
        sealed.judge(lambda rows: 1 / 0)
    with pytest.raises(ValueError, match="label for each of 6 rows"):
        sealed.judge(lambda rows: np.ones((6, 3)))
    with pytest.raises(TypeError, match="needs the classifier, a function; it was given a str"):
        sealed.judge("the best")
    assert sealed.looks == []


def test_a_classifier_cannot_change_the_test_rows():
    def scribble(rows):
        rows[:] = 0
        return ones(rows)

    sealed = Sealed(X.copy(), Y)
    sealed.judge(scribble)
    assert (sealed._X == X).all()


def test_the_bench_holds_the_digits_of_the_other_lessons_as_they_were_scanned():
    desk, data = bench(), digits()
    assert np.allclose(desk.X_val / 16 - data.mean, data.X_val)
    assert set(np.unique(desk.X_train)) == set(range(17))
    assert (desk.y_train == data.y_train).all()
    assert not hasattr(desk, "X_test")


def test_without_an_archive_the_colours_are_skipped_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(cifar, "CACHE", tmp_path)
    said = cifar_bench()
    assert "not on this machine" in said
    assert "cifar10()" in said


def test_with_an_archive_the_colours_are_there(tmp_path, monkeypatch):
    import hashlib
    import io
    import pickle

    file = tmp_path / "cifar-10-python.tar.gz"
    rng = np.random.default_rng(0)
    with tarfile.open(file, "w:gz") as tar:
        for name in ("data_batch_1", "test_batch"):
            part = {
                b"data": rng.integers(0, 256, (30, 3072), dtype=np.uint8),
                b"labels": [k % 10 for k in range(30)],
            }
            content = pickle.dumps(part)
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    known = cifar.Archive(url=cifar.OFFICIAL.url, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    monkeypatch.setattr(cifar, "CACHE", tmp_path)
    monkeypatch.setattr(cifar, "OFFICIAL", known)
    monkeypatch.setattr(cifar.cifar10, "__kwdefaults__", {**cifar.cifar10.__kwdefaults__, "archive": known})
    desk = cifar_bench(train=20, validation=10)
    assert desk.X_train.shape == (20, 3072)
    assert np.abs(desk.X_train - np.round(desk.X_train)).max() < 1e-3  # whole numbers again
    assert desk.X_train.max() > 200


def test_kinds_of_answers():
    kinds = {
        "labels": [0, 1.0, 2],
        "a row of scores for each row": np.ones((3, 4)),
        "one number for all rows": 2,
        "a label for each training row": np.zeros(7),
        "a column": np.zeros((3, 1)),
        "a number for each class": [0, 1, 2, 1],
        "another number of labels": [1, 2],
        "no labels": [0.5, 1, 2],
        "text": ["0", "1", "2"],
        "no numbers": [None, object(), 2],
    }
    assert [classifying.kind(answer, 3, 7, 4) for answer in kinds.values()] == list(kinds)


def test_the_examiners_digits_are_the_same_images_mirrored_and_renamed():
    rows, labels = classifying.shuffled_digits(1)
    data = digits()
    first = np.round(16 * (data.X_train[0] + data.mean)).reshape(8, 8)[:, ::-1].ravel()
    at = np.flatnonzero((rows == first).all(axis=1))
    assert len(rows) == 1797
    assert (data.y_train[0] + 3) % 10 in labels[at]


def test_the_loss_of_the_watched_network_has_the_gradient_it_says():
    network = looping.Watched(6)
    params = network.start(np.random.default_rng(0))
    _, grads = network.loss(params, network.X[:2], network.y[:2])
    moved = {name: w.copy() for name, w in params.items()}
    moved["b1"][1] += 1e-6
    up, _ = network.loss(moved, network.X[:2], network.y[:2])
    moved["b1"][1] -= 2e-6
    down, _ = network.loss(moved, network.X[:2], network.y[:2])
    assert (up - down) / 2e-6 == pytest.approx(grads["b1"][1], rel=1e-6)


def test_a_report_is_watched():
    def report(classifiers, X_val, y_val, sealed):
        return {
            "chosen": "model b",
            "val_accuracy": 0.5,
            "test_accuracy": sealed.judge(classifiers["model b"]),
        }

    found = reporting.contest(report, [30, 20], [9, 27])
    assert found == {
        "whom the test set was asked about": "model b",
        "the name under chosen": "model b",
        "the validation accuracy": 20 / 41,
        "the test accuracy": 27 / 37,
        "rounded to few digits": True,
        "the classifiers are all still there": True,
    }


def test_two_that_are_alike_are_told_by_both_names_unless_both_were_asked_about():
    def report(classifiers, X_val, y_val, sealed, *, asked):
        test, *_ = [sealed.judge(classifiers[name]) for name in asked]
        return {"chosen": asked[0], "val_accuracy": 30 / 41, "test_accuracy": test}

    for asked, said in ((["model c"], "model a or model c"), (["model c", "model a"], "model c, model a")):
        found = reporting.contest(partial(report, asked=asked), [30, 20, 30], [9, 27, 9])
        assert found["whom the test set was asked about"] == said
        assert not found["rounded to few digits"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda report: report.pop("chosen") and report, '"chosen" is missing from the report; it has "val_'),
        (
            lambda report: report | {"again": report["ask"]("model b")},
            "TypeError: judge needs the classifier, a",
        ),
        (
            lambda report: report | {"again": report["ask"](np.zeros(3))},
            "it was given an array of shape (3,)",
        ),
    ],
)
def test_a_report_that_cannot_be_read_says_why(change, says):
    def report(classifiers, X_val, y_val, sealed):
        found = {"chosen": "model b", "val_accuracy": 0.5, "test_accuracy": 0.5, "ask": sealed.judge}
        return change(found)

    with pytest.raises(Unusable, match=re.escape(says)):
        reporting.contest(report, [30, 20], [9, 27])


def test_the_courses_own_loop_is_no_answer():
    def fit(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
        run = train(network, X, y, None, {}, rng=rng, epochs=epochs, batch=batch)
        return run.params, run.epochs["train_loss"]

    with pytest.raises(Unusable, match="Write the loop yourself"):
        looping.rows_told(fit)


@pytest.mark.parametrize("ignored", [False, True])
def test_a_loop_for_what_cannot_be_reached_is_ended_with_the_reason(monkeypatch, ignored):
    monkeypatch.setattr(classifying, "SECONDS", 0.2)
    handler = signal.SIG_IGN if ignored else signal.default_int_handler
    before = signal.signal(signal.SIGINT, handler)

    def endless(X_train, y_train, X_val, y_val, rng):
        network, accuracy = MLP(sizes=(64, 10)), 0.0
        while accuracy < 0.97:
            accuracy = network.accuracy(network.start(rng), X_val, y_val)

    try:
        with pytest.raises(Unusable, match=r"not ended after 0\.2 seconds.*drawn at random") as ended:
            classifying.visible_digits(endless)
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert isinstance(ended.value.__cause__, KeyboardInterrupt)


def test_a_time_limit_holds_where_interrupts_are_handled_otherwise():
    def own(*_):
        """Do nothing, as the handler of some servers."""

    def spin():
        until = time.monotonic() + 10
        while time.monotonic() < until:
            pass

    before = signal.signal(signal.SIGINT, own)
    try:
        with pytest.raises(Unusable, match="too late"), ended_after(0.05, "too late"):
            spin()
        assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_time_limit_holds_where_the_first_interrupt_is_lost(monkeypatch):
    lost = []
    monkeypatch.setattr(sys, "unraisablehook", lambda each: lost.append(each.exc_type))

    def spin():
        until = time.monotonic() + 5
        while time.monotonic() < until:
            pass

    class Deaf:
        def __del__(self):
            spin()

    def deaf_then_spin():
        Deaf()
        spin()

    with pytest.raises(Unusable, match="too late"), ended_after(0.05, "too late"):
        deaf_then_spin()
    assert lost == [KeyboardInterrupt]


def test_what_ends_in_time_is_not_interrupted_and_a_hand_stays_a_hand():
    with ended_after(0.05, "too late"):
        pass
    time.sleep(0.1)
    with pytest.raises(KeyboardInterrupt), ended_after(5, "too late"):
        raise KeyboardInterrupt


def test_equal_dots_are_stacked():
    assert figures.stacked([0.5, 0.7, 0.5, 0.5]).tolist() == [0.0, 0.0, 1.0, 2.0]
