"""What is known about right and wrong answers to ``random_search``.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

import math

import numpy as np

from autograder.exercises.hyperparameter_search.random_search import random_search

__all__ = ["random_search"]
ex = random_search


def search(
    objective, space, n, rng, *, draws=None, rank=None, times=None, again=False, key="val_accuracy",
    scored=lambda objective, settings: objective(settings),
):  # fmt: skip
    """Return the ranked trials; each mistake below changes one thing."""
    draws = draws or (lambda rng, trial: {name: draw(rng) for name, draw in space.items()})
    trials = []
    for trial in range(n) if times is None else times:
        settings = draws(rng, trial)
        trials.append({"settings": settings, **scored(objective, settings)})

    def worth(each):
        return -math.inf if math.isnan(each[key]) else each[key]

    trials = sorted(trials, key=worth, reverse=True) if rank is None else rank(trials)
    if again:
        trials[0] = {**trials[0], **objective(trials[0]["settings"])}
    return trials


@ex.variant
def all_settings_first(objective, space, n, rng):
    columns = {name: [draw(rng) for _ in range(n)] for name, draw in space.items()}
    trials = [
        {"settings": dict(zip(columns, row, strict=True))} for row in zip(*columns.values(), strict=True)
    ]
    for trial in trials:
        trial.update(objective(trial["settings"]))
    order = np.argsort([-trial["val_accuracy"] for trial in trials], kind="stable")
    return [trials[k] for k in order]


@ex.variant
def ascending_and_then_reversed(objective, space, n, rng):
    def key(trial):
        return -1.0 if math.isnan(trial["val_accuracy"]) else trial["val_accuracy"]

    return search(objective, dict(reversed(space.items())), n, rng, rank=lambda t: sorted(t, key=key)[::-1])


@ex.mistake
def test_set_leakage(objective, space, n, rng):
    """The trials are ranked by test accuracy. A set that chooses can no longer judge: rank by validation.

    Which score does your key look at?
    """
    return search(objective, space, n, rng, key="test_accuracy")


@ex.mistake
def ranked_by_training_accuracy(objective, space, n, rng):
    """The trials are ranked by training accuracy, which rewards learning by heart. Rank by validation.

    Which score does your key look at?
    """
    return search(objective, space, n, rng, key="train_accuracy")


@ex.mistake
def worst_first(objective, space, n, rng):
    """The list starts with the lowest accuracy. Sort the other way round.

    Which trial is at index 0 of your list?
    """
    return search(
        objective, space, n, rng, rank=lambda t: [t[k] for k in np.argsort([e["val_accuracy"] for e in t])]
    )


@ex.mistake
def NaN_and_the_worst_first(objective, space, n, rng):
    """The key knows NaN, but the list runs from the worst to the best. Sort the other way round.

    Which trial is at index 0 of your list?
    """
    return search(objective, space, n, rng)[::-1]


@ex.mistake
def not_sorted(objective, space, n, rng):
    """The trials are in the order in which they were tried. Sort them before the return."""
    return search(objective, space, n, rng, rank=list)


@ex.mistake
def NaN_first(objective, space, n, rng):
    """A trial that diverged comes out best: the NaN are at the front. Where do they go before you reverse?"""
    return search(
        objective,
        space,
        n,
        rng,
        rank=lambda t: [t[k] for k in np.argsort([e["val_accuracy"] for e in t])[::-1]],
    )


@ex.mistake
def NaN_muddles_the_order(objective, space, n, rng):
    """Every comparison with NaN is false, so `sorted` leaves trials in the wrong order. Give NaN a low key.

    Is NaN > 0.9 true, and is NaN < 0.9?
    """
    return search(
        objective, space, n, rng, rank=lambda t: sorted(t, key=lambda e: e["val_accuracy"], reverse=True)
    )


@ex.mistake
def NaN_counted_as_zero(objective, space, n, rng):
    """A trial that diverged counts as 0, so it is level with one that ran and scored 0. Give NaN a key below every
    accuracy.

    Which accuracies are lower than the key you give to NaN?
    """
    return search(
        objective,
        space,
        n,
        rng,
        rank=lambda t: sorted(t, key=lambda e: np.nan_to_num(e["val_accuracy"]), reverse=True),
    )


@ex.mistake
def diverged_trials_dropped(objective, space, n, rng):
    """Trials with NaN are missing from the list, so nobody sees which settings diverge. Put them last.

    How many entries has the list if two of seven trials diverge?
    """
    return [each for each in search(objective, space, n, rng) if not math.isnan(each["val_accuracy"])]


@ex.mistake
def the_best_alone(objective, space, n, rng):
    """Only the best trial comes back. The others show where it is bad, and whether the best was luck: keep all.

    How many entries has the list for n = 7?
    """
    return search(objective, space, n, rng)[:1]


@ex.mistake
def one_trial_too_few(objective, space, n, rng):
    """There is one trial too few. Count what your `range` gives.

    How many times does your loop run for n = 7?
    """
    return search(objective, space, n, rng, times=range(1, n))


@ex.mistake
def one_trial_too_many(objective, space, n, rng):
    """The objective is called once more than n times. Each call is a training run: keep to the budget.

    How many times does your loop run for n = 7?
    """
    return search(objective, space, n, rng, times=range(n + 1))


@ex.mistake
def the_best_tried_again(objective, space, n, rng):
    """The best settings are trained a second time, beyond the budget of n. Keep the scores of the first time.

    How often do you call the objective for n = 7?
    """
    return search(objective, space, n, rng, again=True)


@ex.mistake
def objective_called_again_for_every_score(objective, space, n, rng):
    """The objective is called more than once for each trial, and each call is a training run. Call it once and
    keep what it returns.

    How often do you call the objective for n = 7?
    """
    return search(
        objective,
        space,
        n,
        rng,
        scored=lambda objective, settings: {name: objective(settings)[name] for name in objective(settings)},
    )


@ex.mistake
def scores_in_a_dict_of_their_own(objective, space, n, rng):
    """The scores lie one level too deep, in a dict inside the trial. Unpack them beside the settings, with `**`.

    Is `trial["val_accuracy"]` there?
    """
    trials = search(objective, space, n, rng)
    return [
        {"settings": t["settings"], "scores": {k: v for k, v in t.items() if k != "settings"}} for t in trials
    ]


@ex.mistake
def some_scores_left_out(objective, space, n, rng):
    """Some of what the objective reported is missing from the trials. Another objective reports other scores: keep
    all of them, with `**`, and none by name.

    If the objective also reports a `train_loss`, what becomes of it?
    """
    return search(
        objective,
        space,
        n,
        rng,
        scored=lambda objective, settings: {"val_accuracy": objective(settings)["val_accuracy"]},
    )
