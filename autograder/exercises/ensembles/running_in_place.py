"""Known mistakes in ``ema_update`` that change what is not theirs: the weights, or something outside."""

from __future__ import annotations

from autograder.exercises.ensembles.running_known import ema_update, update

__all__ = ["ema_update"]
ex = ema_update


@ex.mistake
def average_written_back(average, params, decay=0.99):
    """You write the average back into the weights, and the training goes on from there. The average only watches:
    return it.

    After your call, what is in `params`?
    """
    new = update(average, params, decay)
    for name in params:
        params[name][...] = new[name]
    return new


@ex.mistake
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


@ex.mistake
def weights_shrunk_in_place(average, params, decay=0.99):
    """`*=` on the new weights shrinks those of the training too. `(1 - decay) * w` makes a new array.

    After your call, what is in `params`?
    """
    if average is None:
        return update(average, params, decay)
    for name in params:
        params[name] *= 1 - decay
    return {name: decay * average[name] + params[name] for name in params}


@ex.mistake
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


@ex.mistake
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
