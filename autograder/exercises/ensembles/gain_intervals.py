"""Conventions and known mistakes in ``honest_gain`` that concern its interval."""

from __future__ import annotations

import numpy as np
from scipy import stats

from autograder.exercises.ensembles.gain_known import honest_gain, report

__all__ = ["honest_gain"]
ex = honest_gain


@ex.convention(share=0.5)
def normal_quantile_instead_of_Students(members, ensembles):
    """You use 1.96, the quantile of the normal law, as reports on hundreds of draws do. With a handful of draws the
    interval is too short: use Student's, with one degree of freedom less than draws.

    How many draws are there, and does your quantile know?
    """
    return report(members, ensembles, quantile=lambda n: stats.norm.ppf(0.975))


@ex.convention(share=0.5)
def normal_quantile_rounded(members, ensembles):
    """You use 1.96, the rounded quantile of the normal law, as reports on hundreds of draws do. With a handful of
    draws the interval is too short: use Student's, with one degree of freedom less than draws.

    How many draws are there, and does your quantile know?
    """
    return report(members, ensembles, quantile=lambda n: 1.96)


@ex.convention(share=0.5)
def two_standard_errors(members, ensembles):
    """You use two standard errors, the rule of thumb for many draws. With a handful the interval is too short: use
    Student's quantile, with one degree of freedom less than draws.

    How many draws are there, and does your quantile know?
    """
    return report(members, ensembles, quantile=lambda n: 2.0)


@ex.mistake
def spread_of_draws_for_error_of_the_mean(members, ensembles):
    """Your interval says where a single draw lies. For the mean, divide the standard deviation by the root of the
    number of draws.

    Would ten times as many draws make your interval shorter?
    """
    return report(members, ensembles, error=lambda g: g.std(ddof=1))


@ex.mistake
def divided_by_D_not_by_its_root(members, ensembles):
    """The standard deviation is divided by the number of draws. It is the root of that number.

    How much shorter should four times as many draws make the interval?
    """
    return report(members, ensembles, error=lambda g: g.std(ddof=1) / len(g))


@ex.mistake
def variance_for_deviation(members, ensembles):
    """The variance stands where the standard deviation belongs. Take its root.

    What unit has your half width, if accuracies were in metres?
    """
    return report(members, ensembles, error=lambda g: g.var(ddof=1) / np.sqrt(len(g)))


@ex.mistake
def divided_by_D_not_by_one_less(members, ensembles):
    """NumPy's `std` divides by the number of draws; with few of them that is too small. `ddof=1` divides by one
    less.

    By what does `np.std` divide?
    """
    return report(members, ensembles, error=lambda g: g.std() / np.sqrt(len(g)))


@ex.mistake
def degrees_of_freedom_not_reduced(members, ensembles):
    """Student's law has one degree of freedom less than there are draws: one went into the mean.

    For three draws, which quantile do you use, and which stands in the worked example?
    """
    return report(members, ensembles, quantile=lambda n: stats.t.ppf(0.975, n))


@ex.mistake
def one_sided_quantile(members, ensembles):
    """You leave five per cent on each side. For a 95% interval two and a half go to either end.

    How much lies beyond each end of a 95% interval?
    """
    return report(members, ensembles, quantile=lambda n: stats.t.ppf(0.95, n - 1))


@ex.mistake
def half_width_for_the_ends(members, ensembles):
    """You return how wide the interval is. Return where it begins and where it ends.

    Is your gain between the second and the third number you return?
    """
    return report(members, ensembles, ends=lambda x, half: (half, half))


@ex.mistake
def ends_without_the_mean(members, ensembles):
    """Your interval is centred on zero. Put it around the gain.

    Is your gain between the second and the third number you return?
    """
    return report(members, ensembles, ends=lambda x, half: (-half, half))


@ex.mistake
def ends_exchanged(members, ensembles):
    """The interval's high end comes before its low end. Exchange them.

    Is your second number below your third?
    """
    return report(members, ensembles, ends=lambda x, half: (x + half, x - half))
