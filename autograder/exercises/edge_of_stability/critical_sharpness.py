"""Exercise ``critical_sharpness``: the curvature above which a rule with a given rate swings up."""

import numpy as np
from scipy.optimize import brentq

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(kind, learning_rate, momentum=0.9):
    """Find the curvature at which the matrix of one step has the eigenvalue -1: its determinant is linear in it."""
    still, moved = (np.linalg.det(np.eye(2) + one_step(c, kind, learning_rate, momentum)) for c in (0, 1))
    return still / (still - moved)


def one_step(curvature, kind, rate, mu):
    """Return the matrix of the linear map (w, v) -> next (w, v), on curvature / 2 * w**2."""
    kept = 0.0 if kind == "sgd" else mu
    ahead = mu if kind == "nesterov" else 0.0  # the gradient is taken at w + ahead * v
    share = 1 - mu if kind == "averaged" else 1.0  # of the gradient that enters v
    velocity = np.array([-rate * share * curvature, kept - rate * share * curvature * ahead])
    return np.array([velocity + np.array([1, 0]), velocity])


KINDS = ("sgd", "momentum", "nesterov", "averaged")

critical_sharpness = Exercise(
    "critical_sharpness",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="limits",
            probe=Calls(
                arguments=[
                    (kind, rate, mu)
                    for kind in KINDS
                    for rate, mu in ((0.4, 0.0), (0.4, 0.7), (0.02, 0.9), (3.0, 0.5))
                ]
            ),
            says="The limit is not the curvature at which a simulation of the rule begins to grow.",
            tolerance=1e-6,
        ),
        Check(
            name="the default momentum",
            probe=Calls(arguments=[(kind, 0.25) for kind in KINDS]),
            says="Without a momentum the limit is not that of a momentum of 0.9.",
            tolerance=1e-6,
        ),
    ],
    visible=Calls(
        arguments=[
            ("sgd", 0.1, 0.8),
            ("momentum", 0.1, 0.8),
            ("nesterov", 0.1, 0.8),
            ("averaged", 0.1, 0.8),
            ("momentum", 2.0, 0.5),
            ("momentum", 0.5, 0.0),
            ("momentum", 0.2),
        ]
    ),
    visible_tolerance=1e-6,
    read="Exercise 3. The limit of each rule",
    effect="The line at which the sharpness is expected lies in the wrong place, and what hovers there is missed.",
)


def limit(kind, learning_rate, momentum=0.9):
    """Return the limit by the formulas; each mistake below changes one thing."""
    factor = {
        "sgd": 2.0,
        "momentum": 2 * (1 + momentum),
        "nesterov": 2 * (1 + momentum) / (1 + 2 * momentum),
        "averaged": 2 * (1 + momentum) / (1 - momentum),
    }
    return factor[kind] / learning_rate


# Right answers in other styles


@critical_sharpness.variant
def by_cases(kind, learning_rate, momentum=0.9):
    if kind == "sgd":
        return 2 / learning_rate
    if kind == "momentum":
        return (2 + 2 * momentum) / learning_rate
    if kind == "nesterov":
        return (2 + 2 * momentum) / ((1 + 2 * momentum) * learning_rate)
    return (2 + 2 * momentum) / ((1 - momentum) * learning_rate)


@critical_sharpness.variant
def averaged_from_momentum(kind, learning_rate, momentum=0.9):
    if kind == "averaged":
        return averaged_from_momentum("momentum", (1 - momentum) * learning_rate, momentum)
    mu = 0 if kind == "sgd" else momentum
    ahead = mu if kind == "nesterov" else 0
    return 2 * (1 + mu) / (1 + 2 * ahead) / learning_rate


@critical_sharpness.variant
def by_bisection(kind, learning_rate, momentum=0.9):
    mu = 0.0 if kind == "sgd" else momentum
    rate = learning_rate * (1 - mu) if kind == "averaged" else learning_rate
    low, high = 0.0, 10 / rate
    for _ in range(60):
        middle = (low + high) / 2
        a = rate * middle
        b, c = ((1 + mu) * (1 - a), mu * (1 - a)) if kind == "nesterov" else (1 + mu - a, mu)
        grows = max(abs(np.roots([1, -b, c]))) > 1 + 1e-9
        low, high = (low, middle) if grows else (middle, high)
    return low


@critical_sharpness.variant
def match_statement(kind, learning_rate, momentum=0.9):
    match kind:
        case "sgd":
            top, bottom = 2.0, 1.0
        case "momentum":
            top, bottom = 2 + 2 * momentum, 1.0
        case "nesterov":
            top, bottom = 2 + 2 * momentum, 1 + 2 * momentum
        case _:
            top, bottom = 2 + 2 * momentum, 1 - momentum
    return np.float64(top / bottom / learning_rate)


@critical_sharpness.variant_as_in("SciPy")
def where_a_simulation_begins_to_grow(kind, learning_rate, momentum=0.9):
    def growth(curvature):
        matrix = one_step(curvature, kind, learning_rate, momentum)
        return np.abs(np.linalg.eigvals(matrix)).max() - 1

    top = 10 / (1 - momentum) / learning_rate
    return brentq(lambda c: growth(c) - 1e-12, 0.5 / learning_rate, top)


@critical_sharpness.variant
def table_of_functions(kind, learning_rate, momentum=0.9):
    table = {
        "sgd": lambda m: 2,
        "momentum": lambda m: 2 * (1 + m),
        "nesterov": lambda m: (1 + m) / (0.5 + m),
        "averaged": lambda m: 2 * (1 + m) / (1 - m),
    }
    return table[kind](momentum) * (1 / learning_rate)


# A constant of one's own


@critical_sharpness.convention(share=0.75)
def another_default_momentum(kind, learning_rate, momentum=0.0):
    """Your default momentum is not the one documented, 0.9. All else is right."""
    return limit(kind, learning_rate, momentum)


# Known mistakes


critical_sharpness.table(
    {
        """momentum ignored: Every rule gets the limit of gradient descent. Momentum moves it, up for the
        heavy ball and down for Nesterov.
        """: lambda kind, learning_rate, momentum=0.9: limit("sgd", learning_rate, momentum),
        """one limit for all: Every rule gets the limit of momentum. Where does your code look at `kind`?
        """: lambda kind, learning_rate, momentum=0.9: limit("momentum", learning_rate, momentum),
        """nesterov as heavy ball: Nesterov gets the limit of plain momentum. Its gradient is taken ahead, so
        it reacts to the velocity too, and its limit is lower: which bracket stands below the line?
        """: lambda kind, learning_rate, momentum=0.9: limit(
            "momentum" if kind == "nesterov" else kind, learning_rate, momentum
        ),
        """nesterov as gradient descent: Nesterov gets the limit of gradient descent, whatever the momentum.
        Its own falls as momentum grows.
        """: lambda kind, learning_rate, momentum=0.9: limit(
            "sgd" if kind == "nesterov" else kind, learning_rate, momentum
        ),
        """nesterov without brackets: For Nesterov you multiply by the rate: Python reads `a / b * rate` from
        left to right. Put brackets round what is below the line: `/ ((1 + 2 * momentum) * learning_rate)`.
        """: lambda kind, learning_rate, momentum=0.9: limit(
            kind, 1 / learning_rate if kind == "nesterov" else learning_rate, momentum
        ),
        """averaged without brackets: For "averaged" you multiply by the rate: Python reads `a / b * rate`
        from left to right. Put brackets round what is below the line: `/ ((1 - momentum) * learning_rate)`.
        """: lambda kind, learning_rate, momentum=0.9: limit(
            kind, 1 / learning_rate if kind == "averaged" else learning_rate, momentum
        ),
        """averaged with a momentum of its own: For "averaged" the momentum makes no difference: 38 / rate
        holds for a momentum of 0.9 only. Write the formula with `momentum` in it.
        """: lambda kind, learning_rate, momentum=0.9: limit(
            kind, learning_rate, 0.9 if kind == "averaged" else momentum
        ),
        """limits exchanged: Momentum and Nesterov have each other's limit. Which of the two tolerates more
        curvature?
        """: lambda kind, learning_rate, momentum=0.9: limit(
            {"momentum": "nesterov", "nesterov": "momentum"}.get(kind, kind), learning_rate, momentum
        ),
        """mu used by gradient descent: For "sgd" the limit depends on the momentum, which gradient descent
        does not have.
        """: lambda kind, learning_rate, momentum=0.9: limit(
            "momentum" if kind == "sgd" else kind, learning_rate, momentum
        ),
        """averaged as heavy ball: The averaged gradient gets the limit of plain momentum. Only the share 1 -
        momentum of each gradient enters the average: what does that do to the rate?
        """: lambda kind, learning_rate, momentum=0.9: limit(
            "momentum" if kind == "averaged" else kind, learning_rate, momentum
        ),
        """averaged as gradient descent: The averaged gradient gets the limit of gradient descent. An average
        lags behind: it tolerates far more curvature.
        """: lambda kind, learning_rate, momentum=0.9: limit(
            "sgd" if kind == "averaged" else kind, learning_rate, momentum
        ),
    }
)


@critical_sharpness.mistake
def a_momentum_of_zero_taken_for_none(kind, learning_rate, momentum=0.9):
    """A momentum of 0 is replaced by the default: 0 counts as false, so `momentum or 0.9` is 0.9. Use the number
    that is given."""
    return limit(kind, learning_rate, momentum or 0.9)


@critical_sharpness.mistake
def averaged_multiplied_by_the_share(kind, learning_rate, momentum=0.9):
    """For "averaged" the limit falls where it should rise: a smaller share of the gradient is a smaller rate, and
    that tolerates more. Divide by 1 - momentum."""
    found = limit(kind, learning_rate, momentum)
    return found * (1 - momentum) ** 2 if kind == "averaged" else found


critical_sharpness.table(
    {
        """averaged without its numerator: For "averaged" only the rate is changed, to (1 - momentum) times
        itself. It has a memory as well: whose limit is to be divided?
        """: lambda kind, learning_rate, momentum=0.9: (
            limit("sgd", learning_rate) / (1 - momentum)
            if kind == "averaged"
            else limit(kind, learning_rate, momentum)
        ),
        """one minus mu: For momentum the limit falls when momentum grows. Try one curvature by hand: the
        heavy ball tolerates more than gradient descent. Look at the sign of the momentum.
        """: lambda kind, learning_rate, momentum=0.9: (
            2 * (1 - momentum) / learning_rate if kind == "momentum" else limit(kind, learning_rate, momentum)
        ),
        """half the limit: This is half the limit: for gradient descent the curvature at which one step lands
        in the minimum. Beyond it the steps overshoot and still shrink.
        """: lambda kind, learning_rate, momentum=0.9: limit(kind, learning_rate, momentum) / 2,
        """rate forgotten: You return the limit of rate times curvature. Divide it by the rate.
        """: lambda kind, learning_rate, momentum=0.9: limit(kind, 1.0, momentum),
        """multiplied by the rate: You multiply by the rate. A larger rate tolerates less curvature: their
        product is what must stay below the limit.
        """: lambda kind, learning_rate, momentum=0.9: limit(kind, 1 / learning_rate, momentum),
    }
)


@critical_sharpness.mistake
def nesterov_with_half_the_numerator(kind, learning_rate, momentum=0.9):
    """For Nesterov the numerator is too small, so a momentum of 0 does not give back 2 / rate."""
    found = limit(kind, learning_rate, momentum)
    return (2 + momentum) / (2 + 2 * momentum) * found if kind == "nesterov" else found
