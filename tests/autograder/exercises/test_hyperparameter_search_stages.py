"""Slips of readers of lesson 09 in stages, rungs and checkpoints, written as they write them."""

import json
import math
import warnings

import numpy as np
import pytest

from course.checks import check
from tests.autograder.exercises.named_slips import assert_accepted, assert_named


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def near(best, lo, hi):
    return "inside" if 0.1 < np.log(best / lo) / np.log(hi / lo) < 0.9 else "low"


def by(record):
    return -math.inf if math.isnan(record["val_accuracy"]) else record["val_accuracy"]


# Exercise 4


def around(exponent_inside, exponent_border, centre=lambda best, lo, hi: best):
    def new(best, lo, hi, inside):
        half = (hi / lo) ** (exponent_inside if inside else exponent_border)
        return centre(best, lo, hi) / half, centre(best, lo, hi) * half

    return new


THIRD = around(1 / 6, 1 / 2)


def staged(
    new=THIRD,
    n=lambda budget, epochs, e: budget // len(epochs) // e,
    length=lambda epochs, e: e,
    ask=lambda border, best, lo, hi: border(best, lo, hi),
    first=False,
):  # fmt: skip
    def coarse_to_fine(search, ranges, epochs=(1, 5, 20), budget=300, border=near):
        given, report = ranges, []
        for e in epochs:
            best = search(ranges, n(budget, epochs, e), length(epochs, e))[0]["settings"]
            report.append({"ranges": ranges, "best": best})
            old = given if first else ranges
            ranges = {
                name: new(best[name], lo, hi, ask(border, best[name], lo, hi) == "inside")
                for name, (lo, hi) in old.items()
            }
        return report

    return coarse_to_fine


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (staged(around(1 / 3, 1 / 2)), "a third on each side of the best"),
        (staged(around(1 / 4, 1 / 2)), "half as wide in place of a third"),
        (staged(around(1 / 6, 1)), "twice as wide at a border"),
        (staged(around(1 / 2, 1 / 2)), "as wide in every stage"),
        (staged(around(1 / 2, 1 / 6)), "narrowed at the border and kept inside"),
        (
            staged(around(1 / 6, 1 / 2, lambda best, lo, hi: (lo * hi) ** 0.5)),
            "centred on the middle of the range",
        ),
        (staged(first=True), "always from the first ranges"),
        (staged(ask=lambda border, *where: near(*where)), "on border in place of the argument"),
        (staged(n=lambda budget, epochs, e: budget / len(epochs) / e), "trials as a float"),
        (staged(n=lambda budget, epochs, e: budget / len(epochs) // e), "trials as a float"),
        (
            staged(n=lambda budget, epochs, e: round(budget // len(epochs) / e)),
            "rounded to the nearest number of trials",
        ),
        (staged(length=lambda epochs, e: epochs[0]), "one number of epochs for all stages"),
        (staged(length=lambda epochs, e: epochs[-1]), "one number of epochs for all stages"),
        (
            staged(
                n=lambda budget, epochs, e: budget // len(epochs) // epochs[0],
                length=lambda epochs, e: epochs[0],
            ),
            "one number of epochs for all stages",
        ),
    ],
)
def test_slips_of_a_search_in_stages_are_named(function, name):
    assert_named("coarse_to_fine", function, name)


def test_new_ranges_may_be_tuples_lists_or_arrays():
    for kind in (tuple, list, np.array):
        assert_accepted("coarse_to_fine", staged(lambda *where, kind=kind: kind(THIRD(*where))))


@pytest.mark.parametrize("order", [lambda best, lo, hi: (lo, best, hi), lambda best, lo, hi: (best, hi, lo)])
def test_a_border_asked_in_another_order_says_so(order):
    report = check("coarse_to_fine", staged(ask=lambda border, *where: border(*order(*where))))
    assert "border(best, lo, hi) was asked about" in report.headline
    assert "Look at the order of the arguments" in report.headline


def test_a_whole_trial_for_the_best_is_told_what_belongs_there():
    def whole(search, ranges, epochs=(1,), budget=1, border=near):
        return [{"ranges": ranges, "best": search(ranges, 1, 1)[0]}]

    assert 'only its "settings" belong there' in check("coarse_to_fine", whole).headline


# Exercise 5


def climbing(
    key=by, reverse=True, keep=lambda n, eta: max(1, n // eta), longer=lambda e, eta: e * eta, cut=0, noted=None,
    over=lambda trials, eta: len(trials) == 1,
):  # fmt: skip
    def successive_halving(train, settings, epochs=1, eta=2):
        rungs = []
        while len(rungs) < 9:
            trials = [{"settings": s, "val_accuracy": train(s, epochs)} for s in settings]
            trials = sorted(trials, key=key, reverse=reverse)
            left = trials[cut:][: keep(len(trials), eta)]
            rungs.append({"epochs": epochs, "trials": left if noted else trials})
            if over(trials, eta):
                break
            settings, epochs = [t["settings"] for t in left], longer(epochs, eta)
        return rungs

    return successive_halving


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (climbing(reverse=False), "the worst go on"),
        (climbing(key=lambda trial: 0), "never ranked"),
        (climbing(key=lambda trial: trial["val_accuracy"]), "NaN muddles the order"),
        (
            climbing(key=lambda trial: np.nan_to_num(trial["val_accuracy"], nan=np.inf)),
            "NaN goes on",
        ),
        (climbing(keep=lambda n, eta: max(1, n // 2)), "half whatever eta is"),
        (climbing(keep=lambda n, eta: math.ceil(n / eta)), "rounded up"),
        (climbing(over=lambda trials, eta: len(trials) < eta), "ends when fewer than eta are left"),
        (climbing(longer=lambda e, eta: e), "equally long runs"),
        (climbing(longer=lambda e, eta: 2 * e), "twice as long whatever eta is"),
        (climbing(longer=lambda e, eta: e + eta), "a fixed number of epochs more"),
        (climbing(noted=True), "only those that go on are reported"),
        (
            climbing(over=lambda trials, eta: max(1, len(trials) // eta) == 1),
            "the winner is not trained again",
        ),
    ],
)
def test_slips_of_successive_halving_are_named(function, name):
    assert_named("successive_halving", function, name)


def test_halving_may_be_recursive_lazy_or_made_of_arrays():
    def recursive(train, settings, epochs=1, eta=2):
        scores = np.array([train(s, epochs) for s in settings], dtype=np.float64)
        order = np.lexsort((-np.nan_to_num(scores), np.isnan(scores)))
        trials = tuple({"val_accuracy": scores[k], "settings": settings[k]} for k in order)
        first = [{"epochs": np.int64(epochs), "trials": trials}]
        if len(settings) == 1:
            return first
        best = [t["settings"] for t in trials[: len(settings) // eta or 1]]
        return first + recursive(train, best, epochs * eta, eta)

    assert_accepted("successive_halving", recursive)
    assert_accepted("successive_halving", climbing())


def test_a_list_emptied_on_the_way_is_named_before_grading():
    def emptied(train, settings, epochs=1, eta=2):
        rungs = climbing()(train, list(settings), epochs, eta)
        del settings[1:]
        return rungs

    assert_named("successive_halving", emptied, "the list it was given has changed")


# Exercise 6


def test_slips_of_a_checkpoint_are_named():
    def through(half):
        def save(store, name, record):
            store.write(half(name), json.dumps(record))
            store.rename(half(name), name)

        return save

    assert_named("save", lambda store, name, record: store.write(name, json.dumps(record)), "not atomic")
    assert_named("save", through(lambda name: "tmp"), "one temporary name for all")
    assert_named("save", through(lambda name: name + ".tmp.json"), "temporary name looks finished")
    assert_accepted("save", through(lambda name: name.replace(".json", "")))
    assert_accepted("save", through(lambda name: "." + name + ".swp"))
