"""What is known about right and wrong answers to ``honest_gain``.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from autograder.exercises.ensembles.gain import honest_gain

__all__ = ["honest_gain"]
ex = honest_gain


def report(
    members, ensembles, *, base=lambda m: m.mean(axis=1), middle=np.mean, scale=1.0, ratio=False,
    quantile=lambda n: stats.t.ppf(0.975, n - 1), error=lambda g: g.std(ddof=1) / np.sqrt(len(g)),
    ends=lambda x, half: (x - half, x + half),
):  # fmt: skip
    """Return the report; each mistake below changes one thing."""
    start = base(np.asarray(members))
    gains = scale * (np.asarray(ensembles) / start - 1 if ratio else np.asarray(ensembles) - start)
    mean = middle(gains)
    return mean, *ends(mean, quantile(len(gains)) * error(gains))


@ex.variant
def with_scipy(members, ensembles):
    gains = np.asarray(ensembles) - np.mean(members, axis=1)
    low, high = stats.t.interval(0.95, len(gains) - 1, loc=gains.mean(), scale=stats.sem(gains))
    return [gains.mean(), low, high]


@ex.variant
def as_one_array(members, ensembles):
    return np.array(report(members, ensembles))


@ex.variant
def as_a_paired_test(members, ensembles):
    test = stats.ttest_rel(ensembles, np.mean(members, axis=1))
    low, high = test.confidence_interval(0.95)
    return (low + high) / 2, low, high


@ex.mistake
def best_of_one_seed_reported_as_gain(members, ensembles):
    """You report the luckiest draw. Whoever repeats your experiment gets an ordinary one: average over draws.

    How do you make one number of the gains of all draws?
    """
    return report(members, ensembles, middle=np.max)


@ex.mistake
def compared_with_one_seed(members, ensembles):
    """You compare with the first member of each draw, which may be a good or a bad one. Compare with the mean of
    the draw's members.

    What does somebody get who trains one network?
    """
    return report(members, ensembles, base=lambda m: m[:, 0])


@ex.mistake
def compared_with_the_worst_member(members, ensembles):
    """You compare with the worst member, and everything looks like a gain. Compare with the mean member.

    What does somebody get who trains one network?
    """
    return report(members, ensembles, base=lambda m: m.min(axis=1))


@ex.mistake
def compared_with_the_best_member(members, ensembles):
    """You compare with the best member, but which one that is you know only from the images that judge. Whoever
    trains one network gets the mean member.

    What does somebody get who trains one network?
    """
    return report(members, ensembles, base=lambda m: m.max(axis=1))


@ex.mistake
def compared_with_the_best_of_all(members, ensembles):
    """You compare with the best member of all draws. Each draw has its own members: compare within it.

    What does somebody get who trains one network?
    """
    return report(members, ensembles, base=lambda m: m.max())


@ex.mistake
def not_paired(members, ensembles):
    """You compare with the mean over all draws, so that easy and hard draws widen the interval. Subtract within
    each draw first.

    Over which axis do you average the members?
    """
    return report(members, ensembles, base=lambda m: m.mean())


@ex.mistake
def two_independent_samples(members, ensembles):
    """You add the variances of members and ensembles as if they came from different draws. Subtract within each
    draw, then look at the spread of the differences."""
    start = np.mean(members, axis=1)
    error = np.sqrt((start.var(ddof=1) + np.var(ensembles, ddof=1)) / len(start))
    return report(members, ensembles, error=lambda g: error)


@ex.mistake
def members_counted_as_draws(members, ensembles):
    """You subtract from every member and count them all as draws. Members of one draw share one ensemble: a draw is
    one observation."""
    gains = (np.asarray(ensembles)[:, None] - np.asarray(members)).ravel()
    half = stats.t.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) / np.sqrt(len(gains))
    return gains.mean(), gains.mean() - half, gains.mean() + half


@ex.mistake
def in_points_of_a_hundred(members, ensembles):
    """You return percentage points. The accuracies are shares of one; let the gain be one too.

    In the worked example, is the gain 0.02 or 2?
    """
    return report(members, ensembles, scale=100.0)


@ex.mistake
def gain_as_a_ratio(members, ensembles):
    """You divide by the members' accuracy. A gain here is a difference.

    In the worked example, how large is the first gain?
    """
    return report(members, ensembles, ratio=True)


@ex.mistake
def gain_with_the_wrong_sign(members, ensembles):
    """You subtract the ensemble from its members: an ensemble that is better comes out negative.

    In the worked example, is the first gain above zero?
    """
    return report(members, ensembles, scale=-1.0)


@ex.mistake
def gain_without_an_interval(members, ensembles):
    """The gain comes back alone. A number without an interval cannot be told from luck: return three numbers.

    How many things does your last line return?
    """
    return report(members, ensembles)[0]
