"""Exercise ``ema_update``: an exponentially decaying average of the weights, one call per step.

The reference moves the old average towards the weights by a share of the way; the notebook adds two weighted parts.
"""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.ensembles.weights import (
    averages,
    default_decay,
    in_turn,
    visible_average,
    walk,
    weights_after,
)

LAYERS = {"W1": (4, 3), "b1": (3,), "W2": (3, 2), "b2": (2,), "W3": (2, 2), "b3": (2,)}

DECAYS = [*[0.9] * 4, *[0.5] * 3, *[0.99] * 3, *[0.97] * 4, 0.0, 0.6]


def reference(average, params, decay=0.99):
    """Return the average after a step of (1 - decay) of the way to the weights; at first a copy of them."""
    if average is None:
        return {name: np.array(w) for name, w in params.items()}
    return {name: average[name] + (1 - decay) * (w - average[name]) for name, w in params.items()}


ema_update = Exercise(
    "ema_update",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="path of the average",
            probe=lambda candidate: averages(candidate, walk(1, 16, LAYERS), DECAYS, in_place=False),
            says="Along a walk of the weights the average leaves its recurrence.",
        ),
        Check(
            name="weights moved in place",
            probe=lambda candidate: averages(candidate, walk(2, 6), [0.9] * 6, in_place=True),
            says="It is right while every step brings new arrays; when training moves them in place, it is not.",
        ),
        Check(
            name="weights untouched",
            probe=lambda candidate: weights_after(candidate, walk(3, 4), 0.9),
            says="The average is right, but the weights themselves have changed. They belong to the training.",
        ),
        Check(
            name="two averages in turn",
            probe=lambda candidate: in_turn(candidate, [walk(4, 4), walk(5, 4)], 0.9),
            says="One run alone is right; two runs, taken in turn, disturb each other.",
        ),
        Check(
            name="default",
            probe=default_decay,
            says="With a decay given it is right; left out, it is not 0.99.",
        ),
    ],
    visible=visible_average,
    may_change=("average",),
    read="Exercise 4. A running average of the weights",
    effect="You evaluate weights that lag too far behind training, or are simply its last ones.",
)


def update(
    average,
    params,
    decay=0.99,
    *,
    first=lambda w, d: w.copy(),
    mix=lambda a, w, d: d * a + (1 - d) * w,
    names=None,
):
    """Return the next average; each mistake below changes one thing."""
    chosen = [name for name in params if names is None or names(name)]
    if average is None:
        return {name: first(params[name], decay) for name in chosen}
    return {name: mix(average[name], params[name], decay) for name in chosen}


@ema_update.convention(share=0.75)
def names_of_two_layers(average, params, decay=0.99):
    """It is right for W1, b1, W2 and b2, and these names are written in the code: a network with more layers loses
    the others. Go through the names that `params` has.

    Which names has the average of a network of three layers?
    """
    return update(average, params, decay, names={"W1", "b1", "W2", "b2"}.__contains__)


@ema_update.variant
def two_parts(average, params, decay=0.99):
    return update(average, params, decay)


@ema_update.variant
def the_old_average_in_place(average, params, decay=0.99):
    if average is None:
        average = {name: np.zeros_like(w) for name, w in params.items()}
        decay = 0.0
    for name, w in params.items():
        average[name] *= decay
        average[name] += (1 - decay) * w
    return average


@ema_update.variant
def from_the_first_step_on(average, params, decay=0.99):
    average = average or params
    return {name: decay * average[name] + (1 - decay) * params[name] for name in params}


@ema_update.variant_as_in("PyTorch")
def averaged_model_with_lerp(average, params, decay=0.99):
    def lerp(start, end, weight):
        return start + weight * (end - start)

    if average is None:
        return {name: p.copy() for name, p in params.items()}
    return {name: lerp(ema, params[name], 1 - decay) for name, ema in average.items()}


@ema_update.convention(share=0.75)
def another_default_decay(average, params, decay=0.9):
    """Left out, `decay` is another number than 0.99. Keep the default."""
    return update(average, params, decay)


@ema_update.mistake
def first_average_shares_the_arrays(average, params, decay=0.99):
    """Your first average is the training's own arrays (`dict(params)` and `params.copy()` share them too), so it
    moves when they move. Copy every array."""
    return update(average, params, decay, first=lambda w, d: w)


@ema_update.mistake
def average_and_weights_are_one_dict(average, params, decay=0.99):
    """Your first average is the dict of the weights itself, and later calls write into that dict: average and
    weights are one thing. Return a new dict at the first call, with a copy of every array.

    After your first call, what does `average is params` say?
    """
    average = params if average is None else average
    for name in params:
        average[name] = decay * average[name] + (1 - decay) * params[name]
    return average


ema_update.table(
    {
        """first average shares the arrays and decay swapped: Two things: the decay is the share of the old
        average that stays, and you give it to the new weights; and your first average is the training's own
        arrays, so it moves when they move. Exchange the shares, copy every array.

        At a decay of 0.99, how much of the old average is left after one call?
        """: partial(update, first=lambda w, d: w, mix=lambda a, w, d: (1 - d) * a + d * w),
        """decay swapped: The decay is the share of the old average that stays; you give it to the new
        weights. At 0.99 your average forgets nearly everything at every step.

        At a decay of 0.99, how much of the old average is left after one call?
        """: partial(update, mix=lambda a, w, d: (1 - d) * a + d * w),
        """started from zero: Your average starts from zeros, and for the first hundred steps it is too small.
        Start from a copy of the weights.

        What do you return at the first call?
        """: partial(update, first=lambda w, d: (1 - d) * w),
        """started from zero and decay swapped: Two things: the decay is the share of the old average that
        stays, and you give it to the new weights; and your average starts from zeros instead of a copy of the
        weights.

        At a decay of 0.99, how much of the old average is left after one call?
        """: partial(update, first=lambda w, d: d * w, mix=lambda a, w, d: (1 - d) * a + d * w),
        """zeros at the first call: The first call returns zeros and forgets the weights it was given. Return
        a copy of them.

        What do you return at the first call?
        """: partial(update, first=lambda w, d: np.zeros_like(w)),
        """new weights in full: You add the new weights in full, as momentum does, and the sum grows. The two
        shares must add up to one.

        To what do your two shares add up?
        """: partial(update, mix=lambda a, w, d: d * a + w),
        """midpoint at every step: You take the midpoint of average and weights, whatever the decay. Use the
        decay as the old one's share.

        Where do your lines use `decay`?
        """: partial(update, mix=lambda a, w, d: (a + w) / 2),
        """moved away from the weights: The average moves away from the weights. Look at the sign of the
        difference.

        For average 2 and weight 6, does yours go up?
        """: partial(update, mix=lambda a, w, d: a - (1 - d) * (w - a)),
        """squares averaged: You average squares, as RMSprop does with gradients. Average the weights
        themselves.

        For average 2, weight 6 and decay 0.75, what comes out?
        """: partial(update, mix=lambda a, w, d: d * a + (1 - d) * w**2),
        """first copy for ever: Once there is an average, it never changes: you keep a backup. Mix the new
        weights in at every step.

        At the second call, where do the new weights enter?
        """: partial(update, mix=lambda a, w, d: a),
        """the weights themselves: The present weights come back at every step, and nothing is averaged. Where
        does the old average go?
        """: partial(update, mix=lambda a, w, d: w.copy()),
        """biases left out: Your average holds the weight matrices only. The biases are parameters too: go
        through all names.

        Which names has the dict you return?
        """: partial(update, names=lambda name: name.startswith("W")),
        """biases lost after the first call: The first average has all names, every later one the weight
        matrices only. The biases are parameters too: go through all names.

        Which names has the dict you return, at the first call and at the second?
        """: lambda average, params, decay=0.99: update(
            average, params, decay, names=lambda name: average is None or name.startswith("W")
        ),
    }
)


@ema_update.mistake
def biases_not_averaged(average, params, decay=0.99):
    """The weight matrices are averaged, the biases are those of the last step. Treat all arrays alike.

    Which names go through the formula?
    """
    new = update(average, params, decay)
    return {name: params[name].copy() if name.startswith("b") else a for name, a in new.items()}


ema_update.table(
    {
        """decay hard coded: The decay is written as a number, so the argument changes nothing. Use `decay`.

        Where do your lines use `decay`?
        """: lambda average, params, decay=0.99: update(average, params, 0.99),
        """decay hard coded at nine tenths: The decay is written as a number, nine tenths, so the argument
        changes nothing. Use `decay`.

        Where do your lines use `decay`?
        """: lambda average, params, decay=0.99: update(average, params, 0.9),
        """two steps in one call: The new weights are mixed in twice, as if there had been two steps. Once per
        call.

        For average 2, weight 6 and decay 0.75, what comes out?
        """: partial(update, mix=lambda a, w, d: d * (d * a + (1 - d) * w) + (1 - d) * w),
    }
)


@ema_update.in_place
def average_written_back(average, params, decay=0.99):
    """You write the average back into the weights, and the training goes on from there. The average only watches:
    return it.

    After your call, what is in `params`?
    """
    new = update(average, params, decay)
    for name in params:
        params[name][...] = new[name]
    return new


@ema_update.in_place
def params_turned_into_the_average(average, params, decay=0.99):
    """You mix into the arrays of `params` and return that dict, so average and weights are one thing. Return new
    arrays, and leave `params` as it is.

    After your call, what is in `params`?
    """
    if average is None:
        return update(average, params, decay)
    for name in params:
        params[name] *= 1 - decay
        params[name] += decay * average[name]
    return params


@ema_update.in_place
def weights_shrunk_in_place(average, params, decay=0.99):
    """`*=` on the new weights shrinks those of the training too. `(1 - decay) * w` makes a new array.

    After your call, what is in `params`?
    """
    if average is None:
        return update(average, params, decay)
    for name in params:
        params[name] *= 1 - decay
    return {name: decay * average[name] + params[name] for name in params}


@ema_update.in_place
def average_kept_in_params(average, params, decay=0.99):
    """You write the average into `params` and return that dict, so average and weights are one thing. Return a new
    dict, and leave `params` as it is.

    After your call, what is in `params`?
    """
    if average is None:
        return update(average, params, decay)
    for name in params:
        params[name] = decay * average[name] + (1 - decay) * params[name]
    return params


@ema_update.mistake
class one_average_for_all_runs:
    """Your function remembers its average outside its arguments, so two runs share one. Use the average you are
    given, and return the new one.

    What else than your arguments does your function remember?
    """

    def __init__(self):
        self.kept = {}

    def __call__(self, average, params, decay=0.99):
        self.kept = update(self.kept if average is not None else None, params, decay)
        return {name: a.copy() for name, a in self.kept.items()}
