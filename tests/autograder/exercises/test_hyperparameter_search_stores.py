"""Slips of readers of lesson 09 in the stages of a search and in stores, written as they write them."""

import functools
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


def working(
    generator=lambda rng, seed, trial: rng,
    record=lambda run, trial, settings, stats: {"run": run, "settings": settings, **stats},
    place=lambda stats, run: f"{100 * stats['val_accuracy']:06.2f}_{stats['epoch']:04d}_{run}.json",
    half=lambda name, run: f"{run}.tmp",
    once=False,
):
    def worker(store, name, draw, train, trials, seed):
        rng = np.random.default_rng(seed)
        settings = draw(rng) if once else None
        for trial in range(trials):
            settings = settings if once else draw(generator(rng, seed, trial))
            run = f"{name}-{trial:03d}"

            def after_epoch(stats, trial=trial, run=run, settings=settings):
                store.write(half(name, run), json.dumps(record(run, trial, settings, stats)))
                store.rename(half(name, run), place(stats, run))

            train(settings, after_epoch)
        return trials

    return worker


def numbered(epoch):
    return lambda stats, run: f"{100 * stats['val_accuracy']:06.2f}_{epoch(stats['epoch'])}_{run}.json"


def anew(rng, seed, trial):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (working(once=True), "settings drawn once before the loop"),
        (working(anew), "same settings in every trial"),
        (working(lambda rng, seed, trial: np.random.default_rng(seed + trial)), "a new seed for every trial"),
        (working(place=numbered(lambda epoch: f"{epoch - 1:04d}")), "epochs counted from zero"),
        (working(place=numbered(lambda epoch: f"{epoch:02d}")), "epoch not padded to four digits"),
        (working(place=numbered(str)), "epoch not padded to four digits"),
        (
            working(record=lambda run, k, settings, stats: {"run": run, "settings": settings, "all": stats}),
            "statistics in a dict of their own",
        ),
        (
            working(record=lambda run, k, settings, stats: {"run": run, **settings, **stats}),
            "settings spread over the record",
        ),
        (
            working(record=lambda run, k, settings, stats: {"run": k, "settings": settings, **stats}),
            "run is a number in the record",
        ),
    ],
)
def test_slips_of_a_worker_are_named(function, name):
    assert_named("worker", function, name)


def test_a_worker_that_skips_what_diverged_is_named_and_one_that_cannot_write_it_is_shown_why():
    def skipping(store, name, draw, train, trials, seed):
        def careful(settings, after_epoch):
            train(settings, lambda stats: None if math.isnan(stats["val_accuracy"]) else after_epoch(stats))

        return working()(store, name, draw, careful, trials, seed)

    assert_named("worker", skipping, "diverged epochs left out")
    whole = working(place=lambda stats, run: f"{round(10_000 * stats['val_accuracy']):05d}_{run}.json")
    assert "ValueError: cannot convert float NaN" in check("worker", whole).headline


def test_a_temporary_name_may_be_that_of_the_worker_whose_runs_never_overlap():
    assert_accepted("worker", working(half=lambda name, run: f"{name}.tmp"))


def test_an_old_generator_without_integers_is_told_so():
    report = check("worker", working(lambda rng, seed, trial: np.random.RandomState(seed + 100 * trial)))
    assert "AttributeError" in report.headline


def test_an_unknown_name_is_shown_and_the_one_due_is_not():
    report = check("worker", working(place=lambda stats, run: f"{run}_{stats['val_accuracy']}.json"))
    assert (
        report.headline
        == "What was watched here is not right yet: the scores in the names. Yours: 'zoe-000'."
    )


# Exercise 6


def records_of(store, stop=False):
    for name in store.names():
        if not name.endswith(".json"):
            continue
        try:
            yield name, json.loads(store.read(name))
        except ValueError:
            if stop:
                return


def board(better, key=by, stop=False):
    def leaderboard(store):
        best = {}
        for _, record in records_of(store, stop):
            old = best.get(record["run"])
            if old is None or better(record, old):
                best[record["run"]] = record
        return sorted(best.values(), key=key, reverse=True)

    return leaderboard


def from_the_name(store, *, quiet=True):
    best = {}
    for name, record in records_of(store):
        try:
            score = float(name.split("_")[0])
        except ValueError:
            if quiet:
                continue
            score = -1.0
        if score > best.get(record["run"], (-2.0, None))[0]:
            best[record["run"]] = score, record
    return [record for _, record in sorted(best.values(), key=lambda pair: -pair[0])]


def sorted_names(store):
    latest = {record["run"]: (name, record) for name, record in sorted(records_of(store), key=lambda p: p[0])}
    return sorted((record for _, record in latest.values()), key=by, reverse=True)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (board(lambda new, old: by(new) < by(old)), "worst checkpoint of each run"),
        (board(lambda new, old: False), "first file read of each run"),
        (board(lambda new, old: True), "last file read of each run"),
        (board(lambda new, old: new["epoch"] > old["epoch"]), "last checkpoint instead of best"),
        (board(lambda new, old: new["val_accuracy"] > old["val_accuracy"]), "a first NaN stays"),
        (board(lambda new, old: by(new) > by(old), stop=True), "a partial file ends the reading"),
        (sorted_names, "largest file name of each run"),
        (from_the_name, "diverged runs lost with the score in the name"),
        (functools.partial(from_the_name, quiet=False), "score taken from the file name"),
    ],
)
def test_slips_of_a_leaderboard_are_named(function, name):
    assert_named("leaderboard", function, name)


def test_of_equal_scores_any_checkpoint_and_any_order_will_do():
    assert_accepted("leaderboard", board(lambda new, old: by(new) >= by(old)))

    def reversed_ties(store):
        found = board(lambda new, old: by(new) > by(old))(store)
        found.reverse()
        return sorted(found, key=lambda each: -by(each))

    assert_accepted("leaderboard", reversed_ties)
