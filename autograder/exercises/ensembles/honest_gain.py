"""Exercise ``honest_gain``: what an ensemble brings, over its members, with an interval over draws.

The reference takes the variance from all pairs of draws and Student's quantile from ``scipy.special``; the notebook
uses NumPy's standard deviation and ``scipy.stats``.
"""

import itertools
import math
from functools import partial

import numpy as np
from scipy import special, stats

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(members, ensembles):
    """Return the mean gain over draws and the ends of its 95% interval."""
    gains = [float(e) - math.fsum(row) / len(row) for row, e in zip(members, ensembles, strict=True)]
    n = len(gains)
    mean = math.fsum(gains) / n
    pairs = math.fsum((a - b) ** 2 for a, b in itertools.combinations(gains, 2))
    half = special.stdtrit(n - 1, 0.975) * math.sqrt(pairs / (n * n * (n - 1)))
    return mean, mean - half, mean + half


def draws(seed, count, models):
    """Return accuracies of the members (count, models) and of the ensembles (count,)."""
    rng = np.random.default_rng(seed)
    members = 0.9 + 0.02 * rng.normal(size=(count, 1)) + 0.01 * rng.normal(size=(count, models))
    return members, members.mean(axis=1) + 0.01 + 0.006 * rng.normal(size=count)


honest_gain = Exercise(
    "honest_gain",
    points=2,
    reference=reference,
    checks=[
        Check(
            name="gain and interval",
            probe=Calls(arguments=[draws(0, 6, 5), draws(1, 12, 2), draws(2, 2, 3), draws(3, 4, 1)]),
            says="The gain over the mean member, or its interval over draws, is not right.",
        )
    ],
    visible=Calls(
        arguments=[
            (np.array([[0.90, 0.92], [0.89, 0.91], [0.93, 0.94]]), np.array([0.92, 0.92, 0.975])),
            (np.array([[0.80, 0.84, 0.85], [0.82, 0.88, 0.79]]), np.array([0.86, 0.84])),
        ]
    ),
    read="Exercise 2. Report the gain",
    equivalent={
        "pairs = math.fsum(((a - b) ** 2 for a, b in itertools… -> "
        "pairs = math.fsum(((b - a) ** 2 for a, b in itertools…": "The square of a difference has no order.",
    },
    effect="You pay for several networks because of a gain that is luck, or miss one that is real.",
)


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


@honest_gain.variant_as_in("SciPy")
def with_scipy(members, ensembles):
    gains = np.asarray(ensembles) - np.mean(members, axis=1)
    low, high = stats.t.interval(0.95, len(gains) - 1, loc=gains.mean(), scale=stats.sem(gains))
    return [gains.mean(), low, high]


@honest_gain.variant
def as_one_array(members, ensembles):
    return np.array(report(members, ensembles))


@honest_gain.variant
def as_a_paired_test(members, ensembles):
    test = stats.ttest_rel(ensembles, np.mean(members, axis=1))
    low, high = test.confidence_interval(0.95)
    return (low + high) / 2, low, high


honest_gain.table(
    {
        """best of one seed reported as gain: You report the luckiest draw. Whoever repeats your experiment
        gets an ordinary one: average over draws.

        How do you make one number of the gains of all draws?
        """: partial(report, middle=np.max),
        """median of the gains: You take the median of the gains, and Student's interval belongs to their
        mean. Average over draws.

        Of the gains .01, .02 and .06, which number do you report?
        """: partial(report, middle=np.median),
        """compared with one seed: You compare with the first member of each draw, which may be a good or a
        bad one. Compare with the mean of the draw's members.

        What does somebody get who trains one network?
        """: partial(report, base=lambda m: m[:, 0]),
        """compared with the worst member: You compare with the worst member, and everything looks like a
        gain. Compare with the mean member.

        What does somebody get who trains one network?
        """: partial(report, base=lambda m: m.min(axis=1)),
        """compared with the best member: You compare with the best member, but which one that is you know
        only from the images that judge. Whoever trains one network gets the mean member.

        What does somebody get who trains one network?
        """: partial(report, base=lambda m: m.max(axis=1)),
        """compared with the best of all: You compare with the best member of all draws. Each draw has its own
        members: compare within it.

        What does somebody get who trains one network?
        """: partial(report, base=lambda m: m.max()),
        """not paired: Your interval holds the spread of the ensembles themselves, easy and hard draws alike,
        since the same number is subtracted from all of them. Subtract each draw's own mean member, then look
        at the spread of the differences.

        Over which axis do you average the members, and of what do you take the deviation?
        """: partial(report, base=lambda m: m.mean()),
    }
)


@honest_gain.mistake
def two_independent_samples(members, ensembles):
    """You add the variances of members and ensembles as if they came from different draws. Subtract within each
    draw, then look at the spread of the differences."""
    start = np.mean(members, axis=1)
    error = np.sqrt((start.var(ddof=1) + np.var(ensembles, ddof=1)) / len(start))
    return report(members, ensembles, error=lambda g: error)


@honest_gain.mistake
def members_counted_as_draws(members, ensembles):
    """You subtract from every member and count them all as draws. Members of one draw share one ensemble: a draw is
    one observation."""
    gains = (np.asarray(ensembles)[:, None] - np.asarray(members)).ravel()
    half = stats.t.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) / np.sqrt(len(gains))
    return gains.mean(), gains.mean() - half, gains.mean() + half


honest_gain.table(
    {
        """normal quantile instead of Students: You use 1.96, the quantile of the normal law, as reports on
        hundreds of draws do. With a handful of draws the interval is too short: use Student's, with one
        degree of freedom less than draws.

        How many draws are there, and does your quantile know?
        """: partial(report, quantile=lambda n: stats.norm.ppf(0.975)),
        """normal quantile rounded: You use 1.96, the rounded quantile of the normal law, as reports on
        hundreds of draws do. With a handful of draws the interval is too short: use Student's, with one
        degree of freedom less than draws.

        How many draws are there, and does your quantile know?
        """: partial(report, quantile=lambda n: 1.96),
        """two standard errors: You use two standard errors, the rule of thumb for many draws. With a handful
        the interval is too short: use Student's quantile, with one degree of freedom less than draws.

        How many draws are there, and does your quantile know?
        """: partial(report, quantile=lambda n: 2.0),
    },
    share=0.5,
)


honest_gain.table(
    {
        """in points of a hundred: You return percentage points. The accuracies are shares of one; let the
        gain be one too.

        In the worked example, is the gain 0.02 or 2?
        """: partial(report, scale=100.0),
        """gain as a ratio: You divide by the members' accuracy. A gain here is a difference.

        In the worked example, how large is the first gain?
        """: partial(report, ratio=True),
        """gain with the wrong sign: You subtract the ensemble from its members: an ensemble that is better
        comes out negative.

        In the worked example, is the first gain above zero?
        """: partial(report, scale=-1.0),
        """gain without an interval: The gain comes back alone. A number without an interval cannot be told
        from luck: return three numbers.

        How many things does your last line return?
        """: lambda members, ensembles: report(members, ensembles)[0],
        """spread of draws for error of the mean: Your interval says where a single draw lies. For the mean,
        divide the standard deviation by the root of the number of draws.

        Would ten times as many draws make your interval shorter?
        """: partial(report, error=lambda g: g.std(ddof=1)),
        """divided by D not by its root: The standard deviation is divided by the number of draws. It is the
        root of that number.

        How much shorter should four times as many draws make the interval?
        """: partial(report, error=lambda g: g.std(ddof=1) / len(g)),
        """variance for deviation: The variance stands where the standard deviation belongs. Take its root.

        What unit has your half width, if accuracies were in metres?
        """: partial(report, error=lambda g: g.var(ddof=1) / np.sqrt(len(g))),
        """divided by D not by one less: NumPy's `std` divides by the number of draws; with few of them that
        is too small. `ddof=1` divides by one less.

        By what does `np.std` divide?
        """: partial(report, error=lambda g: g.std() / np.sqrt(len(g))),
        """degrees of freedom not reduced: Student's law has one degree of freedom less than there are draws:
        one went into the mean.

        For three draws, which quantile do you use, and which stands in the worked example?
        """: partial(report, quantile=lambda n: stats.t.ppf(0.975, n)),
        """divided by D and normal quantile: Two things make your interval too short: NumPy's `std` divides by
        the number of draws (`ddof=1` divides by one less), and 1.96 is the quantile for hundreds of draws.
        With a handful, use Student's.

        By what does `np.std` divide, and does your quantile know how many draws there are?
        """: partial(
            report, quantile=lambda n: stats.norm.ppf(0.975), error=lambda g: g.std() / np.sqrt(len(g))
        ),
        """divided by D and normal quantile rounded: Two things make your interval too short: NumPy's `std`
        divides by the number of draws (`ddof=1` divides by one less), and 1.96 is the quantile for hundreds
        of draws. With a handful, use Student's.

        By what does `np.std` divide, and does your quantile know how many draws there are?
        """: partial(report, quantile=lambda n: 1.96, error=lambda g: g.std() / np.sqrt(len(g))),
        """divided by D and degrees not reduced: Two things take the number of draws where one less belongs:
        NumPy's `std`, which needs `ddof=1`, and the degrees of freedom of Student's quantile. One went into
        the mean.

        By what does `np.std` divide, and how many degrees of freedom has your quantile?
        """: partial(
            report, quantile=lambda n: stats.t.ppf(0.975, n), error=lambda g: g.std() / np.sqrt(len(g))
        ),
    }
)


@honest_gain.mistake
def networks_counted_as_draws(members, ensembles):
    """You count every network where draws are counted, in the degrees of freedom and under the root. A draw
    gives one gain, however many networks it has: count the gains.

    How many gains are there in the worked example?
    """
    n = np.size(members)
    return report(
        members, ensembles, quantile=lambda _: stats.t.ppf(0.975, n - 1),
        error=lambda g: g.std(ddof=1) / np.sqrt(n),
    )  # fmt: skip


@honest_gain.mistake
def members_of_a_draw_counted_as_draws(members, ensembles):
    """You count the members of one draw where draws are counted, in the degrees of freedom and under the root.
    A draw gives one gain: count the gains.

    How many gains are there in the worked example?
    """
    n = np.shape(members)[1]
    return report(
        members, ensembles, quantile=lambda _: stats.t.ppf(0.975, n - 1),
        error=lambda g: g.std(ddof=1) / np.sqrt(n),
    )  # fmt: skip


honest_gain.table(
    {
        """one sided quantile: You leave five per cent on each side. For a 95% interval two and a half go to
        either end.

        How much lies beyond each end of a 95% interval?
        """: partial(report, quantile=lambda n: stats.t.ppf(0.95, n - 1)),
        """half width for the ends: You return how wide the interval is. Return where it begins and where it
        ends.

        Is your gain between the second and the third number you return?
        """: partial(report, ends=lambda x, half: (half, half)),
        """ends without the mean: Your interval is centred on zero. Put it around the gain.

        Is your gain between the second and the third number you return?
        """: partial(report, ends=lambda x, half: (-half, half)),
        """ends exchanged: The interval's high end comes before its low end. Exchange them.

        Is your second number below your third?
        """: partial(report, ends=lambda x, half: (x + half, x - half)),
    }
)
