"""Slips of readers of lesson 09, written as they write them: the notebook and the marks say the same name."""

import json
import math
import warnings

import numpy as np
import pytest

from autograder.exercises import hyperparameter_search
from autograder.judging import judge
from course.checks import check
from tests.autograder.exercises.named_slips import assert_accepted, assert_named

EXERCISES = {each.name: each for each in hyperparameter_search.EXERCISES}


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def by(trial):
    return -math.inf if math.isnan(trial["val_accuracy"]) else trial["val_accuracy"]


# Exercise 1


@pytest.mark.parametrize("log", [np.log, np.log10])
def test_exponents_of_any_base_are_named(log):
    def sample(lo, hi, n, rng):
        return rng.uniform(log(lo), log(hi), n)

    assert_named("sample_log_uniform", sample, "exponents in place of values")


def test_an_unknown_law_is_told_in_words():
    headline = check(
        "sample_log_uniform", lambda lo, hi, n, rng: lo * (hi / lo) ** rng.random(n) ** 2
    ).headline
    assert headline.startswith("Not right yet: how values spread from 2e-05 to 0.3;")
    assert headline.endswith("yours is 'another law'.")


# Exercise 2


def searching(one, *, key=by, reverse=True, before=lambda space, rng: None):
    def random_search(objective, space, n, rng):
        drawn = before(space, rng)
        trials = [one(objective, space, rng, drawn) for _ in range(n)]
        return sorted(trials, key=key, reverse=reverse)

    return random_search


def plain(objective, space, rng, _=None):
    settings = {name: draw(rng) for name, draw in space.items()}
    return {"settings": settings, **objective(settings)}


def by_name(*names):
    def one(objective, space, rng, _):
        settings = {name: draw(rng) for name, draw in space.items()}
        scores = objective(settings)
        return {"settings": settings, **{name: scores[name] for name in names}}

    return one


def twice(objective, space, rng, _):
    settings = {name: draw(rng) for name, draw in space.items()}
    return {"settings": settings, **{k: objective(settings)[k] for k in objective(settings)}}


def nested(objective, space, rng, _):
    settings = {name: draw(rng) for name, draw in space.items()}
    return {"settings": settings, "result": objective(settings)}


ALL_SCORES = ("train_accuracy", "val_accuracy", "test_accuracy")


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (searching(twice), "objective called again for every score"),
        (searching(nested, key=lambda t: by(t["result"])), "scores in a dict of their own"),
        (searching(by_name("val_accuracy")), "some scores left out"),
        (searching(by_name(*ALL_SCORES)), "some scores left out"),
        (searching(plain, key=lambda t: np.nan_to_num(t["val_accuracy"])), "NaN counted as zero"),
        (
            searching(plain, key=lambda t: -np.nan_to_num(t["val_accuracy"]), reverse=False),
            "NaN counted as zero",
        ),
        (
            searching(lambda f, space, rng, _: plain(f, space, np.random.default_rng(3))),
            "a new generator in every trial",
        ),
        (
            searching(lambda f, space, rng, own: plain(f, space, own), before=lambda *_: np.random.default_rng(3)),
            "a generator of its own",
        ),
    ],
)  # fmt: skip
def test_slips_of_a_random_search_are_named(function, name):
    assert_named("random_search", function, name)


PLAIN_SORTS = {
    "NaN muddles the order": lambda trials: sorted(trials, key=lambda t: t["val_accuracy"], reverse=True),
    "NaN muddles negative accuracies": lambda trials: sorted(trials, key=lambda t: -t["val_accuracy"]),
    "NaN muddles a list that is reversed later": lambda trials: sorted(
        trials, key=lambda t: t["val_accuracy"]
    )[::-1],
}
"""NaN in a plain sort, which the lesson lists as often missed, in the three ways in which it is written."""
each_plain_sort = pytest.mark.parametrize(("name", "rank"), PLAIN_SORTS.items(), ids=PLAIN_SORTS)


@each_plain_sort
def test_a_plain_sort_of_a_search_is_named_however_it_is_written(name, rank):
    def random_search(objective, space, n, rng):
        return rank([plain(objective, space, rng) for _ in range(n)])

    assert_named("random_search", random_search, name)


@each_plain_sort
def test_a_plain_sort_of_a_rung_is_named_however_it_is_written(name, rank):
    def halving(train, settings, epochs=1, eta=2):
        trials = rank([{"settings": each, "val_accuracy": train(each, epochs)} for each in settings])
        rung = [{"epochs": epochs, "trials": trials}]
        left = [each["settings"] for each in trials[: max(1, len(trials) // eta)]]
        return rung if len(trials) == 1 else rung + halving(train, left, epochs * eta, eta)

    assert_named("successive_halving", halving, name)


def test_nan_that_a_right_answer_has_too_is_not_given_as_the_cause():
    def random_search(objective, space, n, rng):
        trials = sorted((plain(objective, space, rng) for _ in range(n)), key=by, reverse=True)
        return [*trials[1:], trials[0]]

    verdict = judge(EXERCISES["random_search"], random_search)
    assert verdict.mistake is None
    assert "0/0" not in verdict.message


@pytest.mark.parametrize(
    ("longer", "name"),
    [
        (lambda epochs, eta: epochs + 1, "one epoch more in each rung"),
        (lambda epochs, eta: epochs**eta, "epochs to the power of eta"),
        (lambda epochs, eta: epochs + eta, "a fixed number of epochs more"),
    ],
)
def test_rungs_that_do_not_grow_by_a_factor_are_named(longer, name):
    def halving(train, settings, epochs=1, eta=2):
        trials = [{"settings": each, "val_accuracy": train(each, epochs)} for each in settings]
        trials.sort(key=by, reverse=True)
        rung = [{"epochs": epochs, "trials": trials}]
        left = [each["settings"] for each in trials[: max(1, len(trials) // eta)]]
        return rung if len(trials) == 1 else rung + halving(train, left, longer(epochs, eta), eta)

    assert_named("successive_halving", halving, name)


def test_one_temporary_name_that_ends_like_a_checkpoint_is_two_things():
    def save(store, name, record):
        store.write("tmp.json", json.dumps(record))
        store.rename("tmp.json", name)

    assert_named("save", save, "one temporary name that looks finished")


def test_trials_that_diverged_may_come_in_any_order_and_settings_too():
    def backwards(objective, space, n, rng):
        names = dict(sorted(space.items(), reverse=True))
        return sorted((plain(objective, names, rng) for _ in range(n)), key=by)[::-1]

    assert_accepted("random_search", backwards)


def test_a_search_that_asks_nothing_is_told_so():
    assert "one value for each name" in check("random_search", lambda *_: []).headline


# Exercise 3


def border(place, share):
    def on_border(best, lo, hi, margin=0.1):
        at = place(best, lo, hi)
        return "low" if at < share(margin) else "high" if at > 1 - share(margin) else "inside"

    return on_border


def gone(best, lo, hi):
    return np.log(best / lo) / np.log(hi / lo)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (border(gone, lambda margin: margin / 2), "half the margin at each end"),
        (
            border(lambda best, lo, hi: abs(np.log(best / lo)) / np.log(hi / lo), lambda margin: margin),
            "a distance without its sign",
        ),
    ],
)
def test_slips_at_the_border_are_named(function, name):
    assert_named("on_border", function, name)


def test_on_the_mark_itself_either_answer_is_right():
    def inclusive(best, lo, hi, margin=0.1):
        at = gone(best, lo, hi)
        return "low" if at <= margin else "high" if at >= 1 - margin else "inside"

    assert_accepted("on_border", inclusive)
    assert_accepted("on_border", border(gone, lambda margin: margin))


def test_a_truth_value_is_told_that_a_word_is_due():
    headline = check("on_border", lambda best, lo, hi, margin=0.1: best < lo * 3).headline
    assert headline.endswith("you returned True, where a word is due.")


def test_a_grid_is_not_taken_for_a_generator_of_its_own():
    assert_named(
        "sample_log_uniform", lambda lo, hi, n, rng: np.geomspace(lo, hi, n), "the same grid in every call"
    )


def test_a_comparison_with_the_end_itself_is_not_taken_for_a_lost_sign():
    def between(best, lo, hi, margin=0.1):
        place = math.log(best / lo) / math.log(hi / lo)
        if 0 <= place <= margin:
            return "low"
        return "high" if 1 - margin <= place <= 1 else "inside"

    assert_named("on_border", between, "only between the ends")


def ladder(train, settings, epochs, eta, *, go_on, left):
    rungs, settings = [], list(settings)
    while go_on(settings):
        trials = [{"settings": each, "val_accuracy": train(each, epochs)} for each in settings]
        rungs.append({"epochs": epochs, "trials": sorted(trials, key=by, reverse=True)})
        settings, epochs = (
            [each["settings"] for each in rungs[-1]["trials"][: left(len(trials), eta)]],
            epochs * eta,
        )
    return rungs


def test_a_loop_while_more_than_one_is_left_is_named():
    def halving(train, settings, epochs=1, eta=2):
        return ladder(
            train, settings, epochs, eta, go_on=lambda s: len(s) > 1, left=lambda n, eta: max(1, n // eta)
        )

    assert_named("successive_halving", halving, "a single setting is never trained")


def test_a_rung_ranked_from_the_worst_is_named():
    def halving(train, settings, epochs=1, eta=2):
        rungs, settings = [], list(settings)
        while not rungs or len(rungs[-1]["trials"]) > 1:
            trials = [{"settings": each, "val_accuracy": train(each, epochs)} for each in settings]
            trials.sort(key=lambda t: (math.isnan(t["val_accuracy"]), t["val_accuracy"]))
            rungs.append({"epochs": epochs, "trials": trials})
            settings, epochs = [t["settings"] for t in trials[: max(1, len(trials) // eta)]], epochs * eta
        return rungs

    assert_named("successive_halving", halving, "each rung ranked from the worst")


def test_a_rung_without_settings_does_not_keep_the_reader_waiting(monkeypatch):
    monkeypatch.setattr("course.probes.search.rungs.SECONDS", 0.5)

    def halving(train, settings, epochs=1, eta=2):
        return ladder(train, settings, epochs, eta, go_on=lambda s: len(s) != 1, left=lambda n, eta: n // eta)

    said = str(check("successive_halving", halving))
    assert "It had not ended after" in said
    assert "`3 // 4` is 0" in said
