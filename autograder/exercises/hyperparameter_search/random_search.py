"""Exercise ``random_search``: draw, try, rank by validation accuracy."""

import math
from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.search.trials import Plan, ranking, settings_drawn, visible_search, zero_above_nan

NAN = math.nan

CLEAN = ([0.3, 0.8, 0.5, 0.9, 0.1, 0.6], [0.7, 0.2, 0.9, 0.4, 0.8, 0.6], [0.9, 0.5, 0.7, 0.2, 0.6, 0.3])

DIVERGED = ([0.4, NAN, 0.7, 0.2, 0.9, NAN, 0.5], [0.3, 0.1, 0.2, 0.8, 0.5, 0.1, 0.9],
            [0.6, 0.1, 0.8, 0.3, 0.4, 0.1, 0.2])  # fmt: skip


def reference(objective, space, n, rng):
    """Insert each trial before the first that is worse; NaN is worse than anything."""
    trials = []
    for _ in range(n):
        settings = {name: draw(rng) for name, draw in space.items()}
        trial = {"settings": settings, **objective(dict(settings))}
        value = trial["val_accuracy"]
        rank = sum(
            not each["val_accuracy"] < value
            for each in trials
            if each["val_accuracy"] == each["val_accuracy"]
        )
        trials.insert(rank, trial)
    return trials


def orders(search):
    """Return the ranking of a search in which nothing diverged, of one with NaN scores, and the place of a 0."""
    found = [ranking(search, Plan(*scores), len(scores[0])) for scores in (CLEAN, DIVERGED)]
    return [*found, zero_above_nan(search)]


random_search = Exercise(
    "random_search",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="ranking",
            probe=orders,
            says="The list must hold all n trials, each asked once, the best validation accuracy first.",
        ),
        Check(
            name="draws",
            probe=lambda candidate: settings_drawn(candidate, 6, (5, 6)),
            says="Every trial needs fresh settings: each name drawn anew, from the rng that was given.",
        ),
    ],
    visible=visible_search,
    read="Exercise 2. Random search",
    equivalent={
        "…: settings, **objective(dict(settings))} -> …: settings, **objective(settings)}": (
            "An objective that changes its settings is the objective's fault; the lesson's does not."
        ),
        (
            "…not each['val_accuracy'] < value for each in trials… -> "
            "…not each['val_accuracy'] <= value for each in trials…"
        ): ("Trials of equal accuracy may stand in any order."),
    },
    effect="The best trial cannot be found again, or is not the best.",
)


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


@random_search.variant
def all_settings_first(objective, space, n, rng):
    columns = {name: [draw(rng) for _ in range(n)] for name, draw in space.items()}
    trials = [
        {"settings": dict(zip(columns, row, strict=True))} for row in zip(*columns.values(), strict=True)
    ]
    for trial in trials:
        trial.update(objective(trial["settings"]))
    order = np.argsort([-trial["val_accuracy"] for trial in trials], kind="stable")
    return [trials[k] for k in order]


@random_search.variant
def ascending_and_then_reversed(objective, space, n, rng):
    def key(trial):
        return -1.0 if math.isnan(trial["val_accuracy"]) else trial["val_accuracy"]

    return search(objective, dict(reversed(space.items())), n, rng, rank=lambda t: sorted(t, key=key)[::-1])


@random_search.variant_as_in("CS231n")
def results_and_best_first(objective, space, n, rng):
    results, num_trials = [], n
    for _i in range(num_trials):
        settings = {}
        for name in space:
            settings[name] = space[name](rng)
        trial = objective(settings)
        trial["settings"] = settings
        results.append(trial)
    val_accs = np.array([trial["val_accuracy"] for trial in results])
    val_accs[np.isnan(val_accs)] = -np.inf
    best_first = np.argsort(-val_accs)
    return [results[i] for i in best_first]


random_search.table(
    {
        """test set leakage: The trials are ranked by test accuracy. A set that chooses can no longer judge:
        rank by validation.

        Which score does your key look at?
        """: partial(search, key="test_accuracy"),
        """ranked by training accuracy: The trials are ranked by training accuracy, which rewards overfitting.
        Rank by validation.

        Which score does your key look at?
        """: partial(search, key="train_accuracy"),
        """worst first: The list starts with the lowest accuracy. Sort the other way round.

        Which trial is at index 0 of your list?
        """: partial(search, rank=lambda t: [t[k] for k in np.argsort([e["val_accuracy"] for e in t])]),
        """NaN and the worst first: The key knows NaN, but the list runs from the worst to the best. Sort the
        other way round.

        Which trial is at index 0 of your list?
        """: lambda objective, space, n, rng: search(objective, space, n, rng)[::-1],
        """not sorted: The trials are in the order in which they were tried. Sort them before the return.
        """: partial(search, rank=list),
        """NaN first: A trial that diverged comes out best: the NaN are at the front. Where do they go before
        you reverse?
        """: partial(search, rank=lambda t: [t[k] for k in np.argsort([e["val_accuracy"] for e in t])[::-1]]),
        """NaN muddles the order: Every comparison with NaN is false, so `sorted` leaves trials in the wrong
        order. Give NaN a low key.

        Is NaN > 0.9 true, and is NaN < 0.9?
        """: partial(search, rank=lambda t: sorted(t, key=lambda e: e["val_accuracy"], reverse=True)),
        """NaN muddles negative accuracies: Every comparison with NaN is false, and minus NaN is NaN, so `sorted`
        leaves trials in the wrong order. Give NaN a key that is above all others.

        Is NaN > -0.9 true, and is NaN < -0.9?
        """: partial(search, rank=lambda t: sorted(t, key=lambda e: -e["val_accuracy"])),
        """NaN muddles a list that is reversed later: Every comparison with NaN is false, so `sorted` leaves
        trials in the wrong order, which reversing does not mend. Give NaN a low key.

        Is NaN > 0.9 true, and is NaN < 0.9?
        """: partial(search, rank=lambda t: sorted(t, key=lambda e: e["val_accuracy"])[::-1]),
        """NaN counted as zero: A trial that diverged counts as 0, so it is level with one that ran and scored
        0. Give NaN a key below every accuracy.

        Which accuracies are lower than the key you give to NaN?
        """: partial(
            search, rank=lambda t: sorted(t, key=lambda e: np.nan_to_num(e["val_accuracy"]), reverse=True)
        ),
        """diverged trials dropped: Trials with NaN are missing from the list, so nobody sees which settings
        diverge. Put them last.

        How many entries has the list if two of seven trials diverge?
        """: lambda objective, space, n, rng: [
            each for each in search(objective, space, n, rng) if not math.isnan(each["val_accuracy"])
        ],
        """the best alone: Only the best trial comes back. The others show where it is bad, and whether the
        best was luck: keep all.

        How many entries has the list for n = 7?
        """: lambda objective, space, n, rng: search(objective, space, n, rng)[:1],
        """one trial too few: There is one trial too few. Count what your `range` gives.

        How many times does your loop run for n = 7?
        """: lambda objective, space, n, rng: search(objective, space, n, rng, times=range(1, n)),
        """one trial too many: The objective is called once more than n times. Each call is a training run:
        keep to the budget.

        How many times does your loop run for n = 7?
        """: lambda objective, space, n, rng: search(objective, space, n, rng, times=range(n + 1)),
        """the best tried again: The best settings are trained a second time, beyond the budget of n. Keep the
        scores of the first time.

        How often do you call the objective for n = 7?
        """: partial(search, again=True),
        """objective called again for every score: The objective is called more than once for each trial, and
        each call is a training run. Call it once and keep what it returns.

        How often do you call the objective for n = 7?
        """: partial(
            search,
            scored=lambda objective, settings: {
                name: objective(settings)[name] for name in objective(settings)
            },
        ),
    }
)


@random_search.mistake
def scores_in_a_dict_of_their_own(objective, space, n, rng):
    """The scores lie one level too deep, in a dict inside the trial. Unpack them beside the settings, with `**`.

    Is `trial["val_accuracy"]` there?
    """
    trials = search(objective, space, n, rng)
    return [
        {"settings": t["settings"], "scores": {k: v for k, v in t.items() if k != "settings"}} for t in trials
    ]


@random_search.mistake
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


@random_search.mistake
def drawn_once_before_the_loop(objective, space, n, rng):
    """All trials have the same settings: they are drawn once. Draw inside the loop."""
    once = {name: draw(rng) for name, draw in space.items()}
    return search(objective, space, n, rng, draws=lambda rng, trial: dict(once))


@random_search.mistake
def one_dict_for_all_trials(objective, space, n, rng):
    """Every entry of the list shows the settings of the last trial: they share one dict. Make one per trial.

    In which line is the dict of settings made, and how often does it run?
    """
    shared = {}

    def refill(rng, trial):
        shared.update({name: draw(rng) for name, draw in space.items()})
        return shared

    return search(objective, space, n, rng, draws=refill)


@random_search.mistake
def global_generator(objective, space, n, rng):
    """The settings do not come from the rng that was given, so the search cannot be repeated. Hand it to
    each draw.

    To what do you hand rng?
    """
    own = np.random.default_rng(np.random.randint(2**31))
    return search(objective, space, n, own)


@random_search.mistake
def a_generator_of_its_own(objective, space, n, rng):
    """A generator with a fixed seed is made inside, so every search tries the same. Use the rng it was given.

    Which generator do your draws get, and who made it?
    """
    return search(objective, space, n, np.random.default_rng(0))


@random_search.mistake
def a_new_generator_in_every_trial(objective, space, n, rng):
    """A generator with the same seed is made in every trial, so all trials have the same settings. Draw from the
    rng that was given.

    Which generator do your draws get, and in which line is it made?
    """
    return search(
        objective,
        space,
        n,
        rng,
        draws=lambda rng, trial: {
            name: draw(r) for r in [np.random.default_rng(0)] for name, draw in space.items()
        },
    )


@random_search.mistake
def a_new_seed_for_every_name(objective, space, n, rng):
    """All names of a trial rise and fall together: each gets a generator of the same seed. Share one rng.

    Which generator does each draw get, and who made it?
    """

    def together(rng, trial):
        seed = rng.integers(2**31)
        return {name: draw(np.random.default_rng(seed)) for name, draw in space.items()}

    return search(objective, space, n, rng, draws=together)


@random_search.mistake
def a_grid_of_random_values(objective, space, n, rng):
    """The same value of a name returns in several trials: this is a grid. Draw every name anew in every trial."""
    few = math.ceil(n ** (1 / len(space)))
    axes = {name: [draw(rng) for _ in range(few)] for name, draw in space.items()}

    def crossing(rng, trial):
        return {name: values[trial // few**k % few] for k, (name, values) in enumerate(axes.items())}

    return search(objective, space, n, rng, draws=crossing)
