"""What is known about right and wrong answers to ``ema_update``.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from __future__ import annotations

import numpy as np

from autograder.exercises.ensembles.running import ema_update

__all__ = ["ema_update"]
ex = ema_update


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


@ex.variant
def two_parts(average, params, decay=0.99):
    return update(average, params, decay)


@ex.variant
def the_old_average_in_place(average, params, decay=0.99):
    if average is None:
        average = {name: np.zeros_like(w) for name, w in params.items()}
        decay = 0.0
    for name, w in params.items():
        average[name] *= decay
        average[name] += (1 - decay) * w
    return average


@ex.variant
def from_the_first_step_on(average, params, decay=0.99):
    average = average or params
    return {name: decay * average[name] + (1 - decay) * params[name] for name in params}


@ex.mistake
def aliasing(average, params, decay=0.99):
    """Your first average is the training's own arrays (`dict(params)` and `params.copy()` share them too), so it
    moves when they move. Copy every array."""
    return update(average, params, decay, first=lambda w, d: w)


@ex.mistake
def decay_swapped(average, params, decay=0.99):
    """The decay is the share of the old average that stays; you give it to the new weights. At 0.99 your average
    forgets nearly everything at every step.

    At a decay of 0.99, how much of the old average is left after one call?
    """
    return update(average, params, decay, mix=lambda a, w, d: (1 - d) * a + d * w)


@ex.mistake
def started_from_zero(average, params, decay=0.99):
    """Your average starts from zeros, and for the first hundred steps it is too small. Start from a copy of the
    weights.

    What do you return at the first call?
    """
    return update(average, params, decay, first=lambda w, d: (1 - d) * w)


@ex.mistake
def zeros_at_the_first_call(average, params, decay=0.99):
    """The first call returns zeros and forgets the weights it was given. Return a copy of them.

    What do you return at the first call?
    """
    return update(average, params, decay, first=lambda w, d: np.zeros_like(w))


@ex.mistake
def new_weights_in_full(average, params, decay=0.99):
    """You add the new weights in full, as momentum does, and the sum grows. The two shares must add up to one.

    To what do your two shares add up?
    """
    return update(average, params, decay, mix=lambda a, w, d: d * a + w)


@ex.mistake
def midpoint_at_every_step(average, params, decay=0.99):
    """You take the midpoint of average and weights, whatever the decay. Use the decay as the old one's share.

    Where do your lines use `decay`?
    """
    return update(average, params, decay, mix=lambda a, w, d: (a + w) / 2)


@ex.mistake
def moved_away_from_the_weights(average, params, decay=0.99):
    """The average moves away from the weights. Look at the sign of the difference.

    For average 2 and weight 6, does yours go up?
    """
    return update(average, params, decay, mix=lambda a, w, d: a - (1 - d) * (w - a))


@ex.mistake
def squares_averaged(average, params, decay=0.99):
    """You average squares, as RMSprop does with gradients. Average the weights themselves.

    For average 2, weight 6 and decay 0.75, what comes out?
    """
    return update(average, params, decay, mix=lambda a, w, d: d * a + (1 - d) * w**2)


@ex.mistake
def first_copy_for_ever(average, params, decay=0.99):
    """Once there is an average, it never changes: you keep a backup. Mix the new weights in at every step.

    At the second call, where do the new weights enter?
    """
    return update(average, params, decay, mix=lambda a, w, d: a)


@ex.mistake
def the_weights_themselves(average, params, decay=0.99):
    """The present weights come back at every step, and nothing is averaged. Where does the old average go?"""
    return update(average, params, decay, mix=lambda a, w, d: w.copy())


@ex.mistake
def biases_left_out(average, params, decay=0.99):
    """Your average holds the weight matrices only. The biases are parameters too: go through all names.

    Which names has the dict you return?
    """
    return update(average, params, decay, names=lambda name: name.startswith("W"))


@ex.mistake
def biases_lost_after_the_first_call(average, params, decay=0.99):
    """The first average has all names, every later one the weight matrices only. The biases are parameters too: go
    through all names.

    Which names has the dict you return, at the first call and at the second?
    """
    return update(average, params, decay, names=lambda name: average is None or name.startswith("W"))


@ex.mistake
def biases_not_averaged(average, params, decay=0.99):
    """The weight matrices are averaged, the biases are those of the last step. Treat all arrays alike.

    Which names go through the formula?
    """
    new = update(average, params, decay)
    return {name: params[name].copy() if name.startswith("b") else a for name, a in new.items()}


@ex.mistake
def decay_hard_coded(average, params, decay=0.99):
    """The decay is written as a number, so the argument changes nothing. Use `decay`.

    Where do your lines use `decay`?
    """
    return update(average, params, 0.99)


@ex.mistake
def decay_hard_coded_at_nine_tenths(average, params, decay=0.99):
    """The decay is written as a number, nine tenths, so the argument changes nothing. Use `decay`.

    Where do your lines use `decay`?
    """
    return update(average, params, 0.9)


@ex.mistake
def two_steps_in_one_call(average, params, decay=0.99):
    """The new weights are mixed in twice, as if there had been two steps. Once per call.

    For average 2, weight 6 and decay 0.75, what comes out?
    """
    return update(average, params, decay, mix=lambda a, w, d: d * (d * a + (1 - d) * w) + (1 - d) * w)
