"""The largest learning rate for which a method does not blow up on a quadratic."""

import numpy as np
from scipy.optimize import brentq

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(curvature, mu, kind):
    """Search for the product of rate and curvature at which the matrix of one step stops shrinking; no formula."""
    return brentq(lambda product: growth(product, mu, kind) - 1.0, 1.0, 5.0) / np.max(curvature)


def growth(product: float, mu: float, kind: str) -> float:
    """Return the greatest absolute eigenvalue of the linear map (w, v) -> next (w, v)."""
    kept = 0.0 if kind == "sgd" else mu
    ahead = kept if kind == "nesterov" else 0.0  # the gradient is taken at w + ahead * v
    velocity = [-product, kept - product * ahead]
    return np.abs(np.linalg.eigvals([[1.0 + velocity[0], velocity[1]], velocity])).max()


sizes = [0.5, 4.0, 30.0, 4000, 0.05]
limits = [
    (size, mu, kind)
    for kind in ("sgd", "momentum", "nesterov")
    for size, mu in zip(sizes, (0.0, 0.6, 0.9, 0.5, 0.7), strict=True)
]
several = [[4.0, 0.1, 25.0, 9.0], [2.0, 9.0, 0.5, 3.0, 1.0, 4.0, 0.1]]

max_stable_rate = Exercise(
    "max_stable_rate",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="one curvature",
            probe=Calls(arguments=limits),
            says="For a single curvature the limit is not where a simulation begins to grow.",
            tolerance=1e-4,
        ),
        Check(
            name="several curvatures",
            probe=Calls(
                arguments=[
                    (np.array(each), mu, kind)
                    for kind in ("sgd", "momentum", "nesterov")
                    for each, mu in zip(several, (0.0, 0.4), strict=True)
                ]
            ),
            says="With several curvatures the limit is not where the first direction begins to grow.",
            tolerance=1e-4,
        ),
    ],
    visible=Calls(
        arguments=[
            (10.0, 0.8, "sgd"),
            (10.0, 0.8, "momentum"),
            (10.0, 0.8, "nesterov"),
            (np.array([1.0, 50.0]), 0.8, "momentum"),
            (np.array([3.0, 20.0, 7.0, 2.0]), 0.8, "sgd"),
            (0.02, 0.8, "sgd"),
            (2500.0, 0.8, "momentum"),
        ]
    ),
    visible_tolerance=1e-4,
    equivalent={
        "return brentq(lambda product: growth(product, mu, kind) - 1.…1.0, 5.0) / np.max(curvature… -> return"
        " brentq(lambda product: 1.0 - growth(product, mu, kind…1.0, 5.0) / np.max(curvature…": (
            "The difference with its sign reversed is zero at the same place."
        ),
        "…product, mu, kind) - 1.0, 1.0, 5.0) / np.max(curvature) -> …product, mu, kind) - 1.0, 1.0, 10.0) /"
        " np.max(curvature)": "Both intervals hold the one limit there is.",
    },
    read="Exercise 5. The largest stable rate",
    effect="Above the limit the loss grows without end; far below it, training crawls.",
)


max_stable_rate.table(
    {
        """smallest curvature: The limit of the flattest direction was taken. At that rate the steep
        directions have long diverged: which direction is the first to go?
        """: lambda curvature, mu, kind: right(np.min(curvature), mu, kind),
        """average curvature: The limit of the average curvature was taken. The steepest direction diverges on
        its own, whatever the others do.
        """: lambda curvature, mu, kind: right(np.mean(curvature), mu, kind),
        """nesterov as heavy ball: Nesterov is given the limit of plain momentum. It has a smaller one: the
        gradient at the look-ahead point reacts to the velocity too. Which entries of the matrix change when
        the slope is L * (x + mu * v)?
        """: lambda curvature, mu, kind: right(curvature, mu, "momentum" if kind == "nesterov" else kind),
        """one limit for all: All three methods are given the limit of momentum. Gradient descent has no
        momentum, and Nesterov's matrix is another one. Where does your code look at `kind`?
        """: lambda curvature, mu, kind: right(curvature, mu, "momentum"),
        """limits exchanged: Momentum and Nesterov have each other's limit. Which of the two widens the range
        of stable rates?
        """: lambda curvature, mu, kind: right(
            curvature, mu, {"momentum": "nesterov", "nesterov": "momentum"}.get(kind, kind)
        ),
        """nesterov as gradient descent: Nesterov is given the limit of gradient descent, whatever mu is. Its
        own limit falls as mu grows. What are trace and determinant when the slope is L * (x + mu * v)?
        """: lambda curvature, mu, kind: right(curvature, mu, "sgd" if kind == "nesterov" else kind),
        """momentum ignored: All three methods are given the limit of gradient descent. Momentum moves it, up
        for the heavy ball and down for Nesterov.
        """: lambda curvature, mu, kind: right(curvature, mu, "sgd"),
        """mu used by gradient descent: For "sgd" the limit depends on mu. Gradient descent has no momentum:
        whatever mu is given, it is not used.
        """: lambda curvature, mu, kind: right(curvature, mu, "momentum" if kind == "sgd" else kind),
        """one minus mu: For momentum the limit falls when mu grows. Test one rate by simulation: on a
        quadratic the heavy ball tolerates more than gradient descent. Look at the sign of mu.
        """: lambda curvature, mu, kind: (
            2 * (1 - mu) / np.max(curvature) if kind == "momentum" else right(curvature, mu, kind)
        ),
        """limit of the effective rate: The limit of gradient descent was given to the effective rate, lr / (1
        - mu). That rate says how fast the ball gets on a constant slope; on a wall the slope changes its sign
        at every crossing. Use the eigenvalues of the matrix.
        """: lambda curvature, mu, kind: right(curvature, mu, "sgd") * (1 if kind == "sgd" else 1 - mu),
        """half the limit: This is half the limit: for gradient descent the rate that lands on the minimum in
        one step. Beyond it the steps overshoot and still shrink.
        """: lambda curvature, mu, kind: right(curvature, mu, kind) / 2,
        """curvature forgotten: The limit of lr times curvature came back: divide by the curvature.
        """: lambda curvature, mu, kind: right(1.0, mu, kind),
        """no limit above five: In a flat valley the limit is larger than what comes back: a bound stands in the
        code, or the interval of a search ends too early. Search over rate times curvature, whose limit lies
        between 1 and 4, and divide by the curvature.
        """: lambda curvature, mu, kind: min(5.0, right(curvature, mu, kind)),
        """multiplied by the curvature: Steeper directions are given larger rates. What must stay bounded is
        the product of rate and curvature.
        """: lambda curvature, mu, kind: right(1.0, mu, kind) * np.max(curvature),
    }
)


@max_stable_rate.mistake
def nesterov_with_half_the_numerator(curvature, mu, kind):
    """For Nesterov the numerator is too small, so mu = 0 does not give back the limit of gradient descent.
    Solve the condition at the eigenvalue -1 once more."""
    limit = right(curvature, mu, kind)
    return (2 + mu) / (2 + 2 * mu) * limit if kind == "nesterov" else limit


@max_stable_rate.mistake
def one_rate_for_each_curvature(curvature, mu, kind):
    """With several curvatures one rate for each came back. There is one rate for all directions: the largest
    that none of them refuses."""
    return right_each(curvature, mu, kind)


def right_each(curvature, mu, kind):
    factor = {"sgd": 2.0, "momentum": 2 * (1 + mu), "nesterov": (2 + 2 * mu) / (1 + 2 * mu)}[kind]
    return factor / np.asarray(curvature)


@max_stable_rate.variant
def right(curvature, mu, kind):
    return np.min(right_each(curvature, mu, kind))


@max_stable_rate.variant
def by_cases(curvature, mu, kind):
    steepest = float(np.max(curvature))
    if kind == "sgd":
        return 2 / steepest
    if kind == "momentum":
        return (2 + 2 * mu) / steepest
    return 2 * (1 + mu) / ((1 + 2 * mu) * steepest)


@max_stable_rate.variant
def bisection_on_the_eigenvalues(curvature, mu, kind):
    low, high = 0.0, 4.0 / np.max(curvature)
    mu = 0.0 if kind == "sgd" else mu
    for _ in range(40):
        rate = (low + high) / 2
        a = rate * np.max(curvature)
        b = 1 + mu - a * (1 + mu if kind == "nesterov" else 1)
        c = mu * (1 - a) if kind == "nesterov" else mu
        if np.abs(np.roots([1, -b, c])).max() > 1:
            high = rate
        else:
            low = rate
    return low


@max_stable_rate.variant_as_in("SciPy")
def by_brentq_on_the_spectral_radius(curvature, mu, kind):
    from scipy.optimize import brentq

    hess = np.asarray(curvature, dtype=float)
    mu = {"sgd": 0.0}.get(kind, mu)

    def fun(rate, a):
        if kind == "nesterov":
            matrix = np.array([[(1 + mu) * (1 - rate * a), -mu * (1 - rate * a)], [1.0, 0.0]])
        else:
            matrix = np.array([[1 + mu - rate * a, -mu], [1.0, 0.0]])
        return np.abs(np.linalg.eigvals(matrix)).max() - 1 - 1e-13

    bounds = [brentq(fun, 0.5 / a, 4.5 / a, args=(a,), xtol=1e-16, rtol=1e-14) for a in hess[hess > 0]]
    return min(bounds)
