"""Exercise ``successive_halving``: short runs of all settings, longer runs of the better ones."""

import math
from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.search.rungs import climbed, defaults, planned, visible_halving

CASES = (
    (12, 21, {3: 1, 7: 4}, (1, 2)),
    (20, 22, {}, (1, 3)),
    (9, 23, {0: 2}, (2, 4)),
    (4, 24, {}, (3, 5)),
    (1, 25, {}, (1, 2)),
)
"""Number of settings, seed, which diverge when, epochs of the first rung and eta."""


def reference(train, settings, epochs=1, eta=2):
    """Call itself for the rungs above; sort by a pair whose first part says whether the run diverged."""
    scored = [(train(each, epochs), k) for k, each in enumerate(settings)]
    order = sorted(scored, key=lambda pair: (math.isnan(pair[0]), -pair[0]))
    trials = [{"settings": settings[k], "val_accuracy": score} for score, k in order]
    rung = [{"epochs": epochs, "trials": trials}]
    if len(trials) < 2:
        return rung
    left = max(1, len(trials) // eta)
    return rung + reference(train, [each["settings"] for each in trials[:left]], epochs * eta, eta)


def climb(candidate):
    """Return what was trained and reported in every case."""
    return [
        climbed(candidate, planned(count, seed, diverges=diverges), *options)
        for count, seed, diverges, options in CASES
    ]


successive_halving = Exercise(
    "successive_halving",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="rungs",
            probe=climb,
            says="Each rung trains what is left, ranks it, and gives the best a rung with runs eta times longer.",
        ),
        Check(
            name="default",
            probe=defaults,
            says="With epochs and eta given it is right; left out, they are not 1 and 2.",
        ),
    ],
    visible=visible_halving,
    read="Exercise 5. Successive halving",
    equivalent={
        "epochs = epochs * eta -> epochs *= eta": "A whole number cannot be changed in place.",
        (
            "trials.sort(key=lambda t: (math.isnan(t['val_accuracy']), -t…': epochs, 'trials': trials}) -> "
            "(exchanged)"
        ): ("The list in the report is the one that is sorted a line later."),
    },
    effect="The budget goes to settings that have not earned it, and a better one is dropped.",
)


def worth(trial):
    """Return what a trial is ranked by."""
    return -math.inf if math.isnan(trial["val_accuracy"]) else trial["val_accuracy"]


def climb_rungs(
    train, settings, epochs, eta, *, rank=lambda trials, _: sorted(trials, key=worth, reverse=True),
    left=lambda count, eta: max(1, count // eta), longer=lambda epochs, eta: epochs * eta,
    over=lambda trials, left: len(trials) == 1, noted=lambda trials, left: trials, again=True, first=0,
    score=lambda train, each, epochs: train(each, epochs),
):  # fmt: skip
    """Return the rungs; each mistake below changes one thing."""
    rungs, scores, everything = [], {}, list(settings)
    settings = list(settings)
    while True:
        trials = []
        for each in settings:
            key = each["learning_rate"]
            if again or key not in scores:
                scores[key] = score(train, each, epochs)
            trials.append({"settings": each, "val_accuracy": scores[key]})
        ranked = rank(trials, rungs)
        go_on = left(len(ranked), eta)
        rungs.append({"epochs": epochs, "trials": noted(ranked, go_on)})
        if over(ranked, go_on) or len(rungs) > 8:
            return rungs
        settings = [trial["settings"] for trial in ranked[first:][:go_on]] or everything[:1]
        epochs = longer(epochs, eta)


@successive_halving.variant
def with_a_counted_loop(train, settings, epochs=1, eta=2):
    rungs, alive = [], np.array(settings, dtype=object)
    for rung in range(len(settings)):
        length = epochs * eta**rung
        scores = np.array([train(each, length) for each in alive])
        order = np.argsort(np.where(np.isnan(scores), -1.0, scores), kind="stable")[::-1]
        rungs.append(
            {
                "epochs": length,
                "trials": [{"settings": alive[k], "val_accuracy": float(scores[k])} for k in order],
            }
        )
        if len(alive) == 1:
            break
        alive = alive[order[: max(len(alive) // eta, 1)]]
    return rungs


@successive_halving.variant
def with_scores_beside(train, settings, epochs=1, eta=2):
    found, going = [], [dict(each) for each in settings]
    while going:
        trials = [{"settings": each, "val_accuracy": train(each, epochs)} for each in going]
        trials = sorted(trials, key=lambda trial: np.nan_to_num(trial["val_accuracy"], nan=-1.0))[::-1]
        found.append({"epochs": epochs, "trials": tuple(trials)})
        going = [trial["settings"] for trial in trials[: len(trials) // eta or 1]] if len(trials) > 1 else []
        epochs *= eta
    return found


@successive_halving.variant_as_in("d2l")
def as_a_scheduler_of_rungs(train, settings, epochs=1, eta=2):
    def top_n_configurations(observed, n):
        rung = sorted(observed, key=lambda pair: -1.0 if pair[1] != pair[1] else pair[1], reverse=True)
        return [config for config, _ in rung[:n]]

    rungs, queue, r_i = [], list(settings), epochs
    while queue:
        observed = [(config, train(config, r_i)) for config in queue]
        ordered = top_n_configurations(observed, len(observed))
        error = {id(config): value for config, value in observed}
        rungs.append(
            {
                "epochs": r_i,
                "trials": [{"settings": config, "val_accuracy": error[id(config)]} for config in ordered],
            }
        )
        if len(queue) == 1:
            break
        queue = ordered[: max(1, len(queue) // eta)]
        r_i = r_i * eta
    return rungs


@successive_halving.convention(share=0.75)
def another_first_rung_by_default(train, settings, epochs=2, eta=2):
    """The method is right; left out, `epochs` is another number than 1. Keep the documented default."""
    return climb_rungs(train, settings, epochs, eta)


@successive_halving.convention(share=0.75)
def another_eta_by_default(train, settings, epochs=1, eta=3):
    """The method is right; left out, `eta` is another number than 2 (many libraries take 3 or 4). Keep the
    documented default."""
    return climb_rungs(train, settings, epochs, eta)


@successive_halving.convention(share=0.5)
def the_winner_is_not_trained_again(train, settings, epochs=1, eta=2):
    """It stops as soon as one setting is left, as some descriptions do, so nobody knows what the winner reaches in
    a long run. Here the last rung trains it once more."""
    return climb_rungs(train, settings, epochs, eta, over=lambda trials, left: left == 1)


@successive_halving.mistake
def a_single_setting_is_never_trained(train, settings, epochs=1, eta=2):
    """It goes on while more than one setting is left, so the winner is not trained again, and a single setting not
    at all. Here the last rung trains it once more."""
    if len(settings) == 1:
        return []
    return climb_rungs(train, settings, epochs, eta, over=lambda trials, left: left == 1)


@successive_halving.mistake
def the_worst_go_on(train, settings, epochs=1, eta=2):
    """The settings that go on are the worst of the rung. The best stand at the front: is the list in reverse order?

    Which trials does your slice take?
    """
    return climb_rungs(
        train, settings, epochs, eta, rank=lambda trials, _: sorted(trials, key=worth, reverse=True)[::-1]
    )


@successive_halving.mistake
def each_rung_ranked_from_the_worst(train, settings, epochs=1, eta=2):
    """Each rung is ranked from the lowest accuracy to the highest, so the worst go on. Put the best first, and NaN
    last.

    Which trial stands at index 0 of your list?
    """

    def rank(trials, _):
        return sorted(trials, key=lambda t: (math.isnan(t["val_accuracy"]), t["val_accuracy"]))

    return climb_rungs(train, settings, epochs, eta, rank=rank)


@successive_halving.mistake
def the_worst_go_on_though_the_best_are_listed_first(train, settings, epochs=1, eta=2):
    """The report is right, but the settings that go on are taken from its end. Take the front of the list.

    Which trials does your slice take?
    """
    rungs, settings = [], list(settings)
    while True:
        trials = [{"settings": each, "val_accuracy": train(each, epochs)} for each in settings]
        trials.sort(key=worth, reverse=True)
        rungs.append({"epochs": epochs, "trials": trials})
        if len(trials) == 1:
            return rungs
        settings, epochs = [each["settings"] for each in trials[-max(1, len(trials) // eta) :]], epochs * eta


@successive_halving.mistake
def never_ranked(train, settings, epochs=1, eta=2):
    """The settings go on in the order in which they came, whatever they scored. Rank each rung first.

    By what is your list of trials sorted?
    """
    return climb_rungs(train, settings, epochs, eta, rank=lambda trials, _: trials)


@successive_halving.mistake
def NaN_muddles_the_order(train, settings, epochs=1, eta=2):
    """Every comparison with NaN is false, so `sorted` leaves trials in the wrong order. Give NaN a low key.

    Is NaN > 0.9 true, and is NaN < 0.9?
    """
    return climb_rungs(
        train, settings, epochs, eta,
        rank=lambda trials, _: sorted(trials, key=lambda each: each["val_accuracy"], reverse=True),
    )  # fmt: skip


@successive_halving.mistake
def NaN_muddles_negative_accuracies(train, settings, epochs=1, eta=2):
    """Every comparison with NaN is false, and minus NaN is NaN, so `sorted` leaves trials in the wrong order. Give
    NaN a key that is above all others.

    Is NaN > -0.9 true, and is NaN < -0.9?
    """
    return climb_rungs(
        train, settings, epochs, eta,
        rank=lambda trials, _: sorted(trials, key=lambda each: -each["val_accuracy"]),
    )  # fmt: skip


@successive_halving.mistake
def NaN_muddles_a_list_that_is_reversed_later(train, settings, epochs=1, eta=2):
    """Every comparison with NaN is false, so `sorted` leaves trials in the wrong order, which reversing does not
    mend. Give NaN a low key.

    Is NaN > 0.9 true, and is NaN < 0.9?
    """
    return climb_rungs(
        train, settings, epochs, eta,
        rank=lambda trials, _: sorted(trials, key=lambda each: each["val_accuracy"])[::-1],
    )  # fmt: skip


@successive_halving.mistake
def NaN_goes_on(train, settings, epochs=1, eta=2):
    """A setting that diverged goes on as if it were the best. Where do NaN stand in your order?

    Which trials stand at the front of your list?
    """
    return climb_rungs(
        train, settings, epochs, eta,
        rank=lambda trials, _: sorted(
            trials, key=lambda t: math.inf if math.isnan(t["val_accuracy"]) else t["val_accuracy"], reverse=True
        ),
    )  # fmt: skip


@successive_halving.mistake
def NaN_counted_as_zero(train, settings, epochs=1, eta=2):
    """A trial that diverged counts as 0, so it is level with one that ran and scored 0. Give NaN a key below every
    accuracy.

    Which accuracies are lower than the key you give to NaN?
    """
    return climb_rungs(
        train, settings, epochs, eta,
        rank=lambda trials, _: sorted(trials, key=lambda t: np.nan_to_num(t["val_accuracy"]), reverse=True),
    )  # fmt: skip


@successive_halving.mistake
def diverged_trials_dropped(train, settings, epochs=1, eta=2):
    """Settings that diverged are missing from the report, and fewer than due go on. Keep them, last.

    How many trials has a rung of twelve settings, two of which diverged?
    """
    return climb_rungs(
        train, settings, epochs, eta,
        rank=lambda trials, _: sorted(
            (t for t in trials if not math.isnan(t["val_accuracy"])), key=worth, reverse=True
        ),
    )  # fmt: skip


successive_halving.table(
    {
        """half whatever eta is: Half of the settings go on whatever `eta` is. Divide their number by eta.

        With eta = 3, how many of 20 settings go on?
        """: partial(climb_rungs, left=lambda count, eta: max(1, count // 2)),
        """rounded up: The number of settings that go on is rounded up. Round down, and keep at least one.

        With eta = 2, how many of 9 settings go on?
        """: partial(climb_rungs, left=lambda count, eta: -(-count // eta)),
        """one part is dropped in place of one kept: Too many settings go on: the worst of eta parts is
        dropped, where only the best one should be kept.

        With eta = 4, how many of 9 settings go on?
        """: partial(climb_rungs, left=lambda count, eta: max(1, count - max(1, count // eta))),
        """ends when fewer than eta are left: It ends while several settings are left, because dividing them
        by eta gives none. At least one goes on.

        With eta = 5, what comes after a rung of 4 settings?
        """: lambda train, settings, epochs=1, eta=2: climb_rungs(
            train, settings, epochs, eta, over=lambda trials, left: len(trials) == 1 or len(trials) < eta
        ),
        """equally long runs: All rungs have runs of the same length, so nobody learns which setting is good
        in the end. Multiply the epochs by eta.

        How long are the runs of the third rung?
        """: partial(climb_rungs, longer=lambda epochs, eta: epochs),
        """twice as long whatever eta is: The runs get twice as long from rung to rung whatever `eta` is.
        Multiply by eta.

        With eta = 3, how long are the runs of the third rung?
        """: partial(climb_rungs, longer=lambda epochs, eta: 2 * epochs),
        """a fixed number of epochs more: The runs get longer by a sum, not by a factor: `+` where `*` is due.
        """: partial(climb_rungs, longer=lambda epochs, eta: epochs + eta),
        """one epoch more in each rung: The runs get longer by one epoch from rung to rung. Multiply by eta.

        How long are the runs of the third rung?
        """: partial(climb_rungs, longer=lambda epochs, eta: epochs + 1),
        """epochs to the power of eta: `**` is a power, and 1 to any power is 1. Multiply by eta, with one
        asterisk.
        """: partial(climb_rungs, longer=lambda epochs, eta: epochs**eta),
        """trained once and never longer: Every setting is trained in the first rung only; the later rungs
        repeat its score. Train what is left anew, with the longer runs.

        How often does your code call `train`?
        """: partial(climb_rungs, again=False),
    }
)


@successive_halving.mistake
def everything_trained_in_every_rung(train, settings, epochs=1, eta=2):
    """Every rung trains all the settings again, also those that were dropped. Train those that are left.

    Over which list does your loop run in the second rung?
    """
    rungs, epochs_now, left = [], epochs, list(settings)
    while True:
        trials = [{"settings": each, "val_accuracy": train(each, epochs_now)} for each in settings]
        trials = sorted((t for t in trials if t["settings"] in left), key=worth, reverse=True)
        rungs.append({"epochs": epochs_now, "trials": trials})
        if len(trials) == 1:
            return rungs
        left = [each["settings"] for each in trials[: max(1, len(trials) // eta)]]
        epochs_now *= eta


@successive_halving.mistake
def ranked_by_the_best_rung_so_far(train, settings, epochs=1, eta=2):
    """A setting keeps the best score of all its rungs, though runs of other lengths cannot be compared. Rank by the
    scores of the present rung."""

    def rank(trials, rungs):
        best = {}
        for rung in rungs:
            for each in rung["trials"]:
                key = each["settings"]["learning_rate"]
                best[key] = max(best.get(key, -math.inf), worth(each))
        joined = [
            t | {"val_accuracy": max(worth(t), best.get(t["settings"]["learning_rate"], -math.inf))}
            for t in trials
        ]
        joined = [t | {"val_accuracy": math.nan} if t["val_accuracy"] == -math.inf else t for t in joined]
        return sorted(joined, key=worth, reverse=True)

    return climb_rungs(train, settings, epochs, eta, rank=rank)


@successive_halving.mistake
def only_those_that_go_on_are_reported(train, settings, epochs=1, eta=2):
    """The report holds only the settings that go on. Note all trials of the rung before you cut the list."""
    return climb_rungs(train, settings, epochs, eta, noted=lambda trials, left: trials[:left])


@successive_halving.in_place
def the_list_it_was_given_has_changed(train, settings, epochs=1, eta=2):
    """The list that was handed in has changed: `settings.sort`, `pop` and `del` work on the caller's own list. Make
    new lists."""
    rungs = climb_rungs(train, settings, epochs, eta)
    settings[:] = [trial["settings"] for trial in rungs[0]["trials"]]
    return rungs


@successive_halving.mistake
def only_the_winner_is_returned(train, settings, epochs=1, eta=2):
    """Only the last rung comes back. Append every rung to the list."""
    return climb_rungs(train, settings, epochs, eta)[-1:]


@successive_halving.mistake
def the_last_rung_comes_twice(train, settings, epochs=1, eta=2):
    """The winner is trained twice, in two rungs. Stop after a rung that had one setting."""
    rungs = climb_rungs(train, settings, epochs, eta)
    last = rungs[-1]
    longer = last["epochs"] * eta
    winner = last["trials"][0]["settings"]
    return [
        *rungs,
        {"epochs": longer, "trials": [{"settings": winner, "val_accuracy": train(winner, longer)}]},
    ]
