"""Wrong implementations that each pass some careless check, among right ones."""

from functools import partial

import numpy as np

from autograder.exercises.gradient_checking.relative_error import reference as relative
from autograder.judging import Check, Exercise
from course import trojans
from course.probes.checking.reports import accused, visible_trojans


def reference(implementations, data):
    """Compare along random directions: the slope of the loss along d against the gradient's component.

    Taken at far-away random parameters, data loss alone, one seed for every call; one direction per array.
    """
    rng = np.random.default_rng(99)
    wrong = []
    for name, implementation in implementations.items():
        worst = 0.0
        for spread in (0.3, 1.0, 3.0):
            p = {k: spread * rng.standard_normal(w.shape) for k, w in data["params"].items()}
            grads = implementation(p, data["X"], data["y"], 0.0, 7)[1]
            for array in p:
                d = rng.standard_normal(p[array].shape)
                ends = [
                    implementation({**p, array: p[array] + t * d}, data["X"], data["y"], 0.0, 7)[0]
                    for t in (1e-5, -1e-5)
                ]
                worst = max(worst, relative((ends[0] - ends[1]) / 2e-5, np.vdot(grads[array], d)))
        if worst > 1e-3:
            wrong.append(name)
    return wrong


def lineup(*kinds, seed):
    """Return a probe: who is accused among these kinds, under neutral names and on their own data."""
    return lambda candidate: accused(candidate, kinds, seed)


BURN_IN = "Any parameters away from the start will do."
BURN_IN_SEED = "Another mask during the burn-in leads to other parameters away from the start."
FAR = "Any parameters far from the start will do."
BETWEEN = "The errors of right and wrong implementations lie far from the threshold on both sides."
SOME = "Any few entries, or any directions, show a wrong array."

find_trojans = Exercise(
    "find_trojans",
    points=8,
    reference=reference,
    checks=[
        Check(
            name="after a burn-in",
            probe=lineup("hinge", "every_margin", "softmax", seed=1),
            says="One that is right only at the initial weights was let through, or a right one was accused.",
        ),
        Check(
            name="data loss alone",
            probe=lineup("softmax", "faint", seed=2),
            says="A wrong data gradient under a heavy regulariser was let through, or a right one was accused.",
        ),
        Check(
            name="a fixed seed",
            probe=lineup("dropout", "softmax", "deaf", "dropout_doubled", seed=3),
            says="Dropout that repeats its mask with the seed is right; one that ignores the seed is not.",
        ),
        Check(
            name="a small loss",
            probe=lineup("small_faint", "small", "hinge", seed=5),
            says="A loss of small numbers has small gradients: judge by the relative error, not by the difference.",
        ),
        Check(
            name="every array",
            probe=lineup("summed_bias", "hinge", "wrong_W1", "wrong_b1", "wrong_W2", "wrong_b2", seed=4),
            says="A gradient that is wrong in one array alone was let through, or a right one was accused.",
        ),
    ],
    visible=visible_trojans,
    uses=("numerical_gradient", "relative_error", "check_gradients"),
    read="Exercise 5. Find the trojans",
    equivalent={
        "for _ in range(30): -> for _ in range(1, 30):": BURN_IN,
        "for _ in range(30): -> for _ in range(29):": BURN_IN,
        "for _ in range(30): -> for _ in range(30 + 1):": BURN_IN,
        "for _ in range(30): -> for _ in range(30 - 1):": BURN_IN,
        "for _ in range(30): -> for _ in range(31):": BURN_IN,
        "params = {key: params[key] - 0.5 * grads[key] for key in params…"
        " -> params = {key: 0.5 * grads[key] - params[key] for key in params…": BURN_IN,
        "params = {key: params[key] - 0.5 * grads[key] for key in params…"
        " -> params = {key: params[key] - grads[key] for key in params…": BURN_IN,
        "params = {key: params[key] - 0.5 * grads[key] for key in…"
        " -> params = {key: params[key] - 1.0 * grads[key] for key in…": BURN_IN,
        "params = {key: w.copy() for key, w in data['params… -> params = {key: w for key, w in data['params…": (
            "The burn-in makes new arrays, and check_gradients puts back what it moves."
        ),
        "for spread in (0.3, 1.0, 3.0): -> for spread in (0.3, 1.0, 6.0):": FAR,
        "for spread in (0.3, 1.0, 3.0): -> for spread in (0.3, 2.0, 3.0):": FAR,
        "for spread in (0.3, 1.0, 3.0): -> for spread in (0.6, 1.0, 3.0):": FAR,
        "p = {k: spread * rng.standard_normal(w.shape… -> p = {k: rng.standard_normal(w.shape…": FAR,
        "p = {k: spread * rng.standard_normal(w.shape… -> p = {k: spread / rng.standard_normal(w.shape…": FAR,
        "if max(report.values()) > 0.001: -> if max(report.values()) >= 0.001:": BETWEEN,
        "if worst > 0.001: -> if worst > 0.002:": BETWEEN,
        "if worst > 0.001: -> if worst >= 0.001:": BETWEEN,
        "…max(report.values()) > 0.001: -> …max(report.values()) > 0.002:": BETWEEN,
        "worst = max(worst, relative((ends[0] - ends[1]) / 2e-05, np.vdot(grads[array], d)))"
        " -> worst = max(worst, relative(np.vdot(grads[array], d), (ends[0] - ends[1]) / 2e-05))": (
            "The error is the same from both sides."
        ),
        "…ends[1]) / 2e-05, np.vdot(grads[array], d))) -> …ends[1]) / 2e-05, np.vdot(d, grads[array])))": (
            "A product of two real arrays is the same from both sides."
        ),
        "…0, 1)[0], params, grads, 5, np.random.default_rng(0…"
        " -> …0, 1)[0], params, grads, 4, np.random.default_rng(0…": SOME,
        "…0, 1)[0], params, grads, 5, np.random.default_rng(0…"
        " -> …0, 1)[0], params, grads, 6, np.random.default_rng(0…": SOME,
        "…5, np.random.default_rng(0)) -> …5, np.random.default_rng(1))": SOME,
        "…= np.random.default_rng(99) -> …= np.random.default_rng(100)": SOME,
        "…np.random.default_rng(99) -> …np.random.default_rng(98)": SOME,
        "…implementation(params, X, y, 0.0, 1)[1] -> …implementation(params, X, y, 1.0, 1)[1] (2)": BURN_IN,
        "…implementation(params, X, y, 0.0, 1)[1] -> …implementation(params, X, y, 0.0, 0)[1] (2)": BURN_IN_SEED,
        "…implementation(params, X, y, 0.0, 1)[1] -> …implementation(params, X, y, 0.0, 2)[1] (2)": BURN_IN_SEED,
    },
    effect="A bug that passes at one setting is trained with at another, for hours.",
)


def inspect(
    implementations, data, *, burn_in=30, reg=(0.0,), seed=7, arrays=None, defaults=False, relative=True
):
    """Check entries one by one, after a burn-in with the implementation's own gradient."""
    wrong = []
    rng = np.random.default_rng(0)
    for name, implementation in implementations.items():
        X, y = data["X"], data["y"]
        p = {k: w.copy() for k, w in data["params"].items()}
        for _ in range(burn_in):
            grads = implementation(p, X, y, 0.0, seed)[1]
            p = {k: p[k] - 0.5 * grads[k] for k in p}
        settings = [()] if defaults else [(r, seed) for r in reg]
        if any(
            worst(implementation, p, X, y, each, arrays or list(p), rng, relative) > 1e-3 for each in settings
        ):
            wrong.append(name)
    return wrong


def worst(implementation, p, X, y, setting, arrays, rng, relative=True, h=1e-4):
    """Return the worst error over a few entries of the named arrays, less what rounding the loss explains.

    Under a heavy regulariser the loss is a million, and its last digits, which are not the same on every processor,
    would decide who is accused.
    """
    grads, found = implementation(p, X, y, *setting)[1], 0.0
    for array in arrays:
        for k in rng.permutation(p[array].size)[:6]:
            ix = np.unravel_index(int(k), p[array].shape)
            ends = []
            for step in (h, -h):
                moved = {name: w.copy() for name, w in p.items()}
                moved[array][ix] += step
                ends.append(implementation(moved, X, y, *setting)[0])
            n, a = (ends[0] - ends[1]) / (2 * h), float(grads[array][ix])
            rounding = 10 * np.finfo(float).eps * abs(ends[0]) / h
            size = max(abs(a), abs(n)) if relative else 1.0
            if size > 1e-10:
                found = max(found, (abs(a - n) - rounding) / size)
    return found


find_trojans.table(
    {
        """checks only at initialisation: At tiny weights every margin is violated, so a gradient that assumes
        this passes. Train a few steps first.
        """: partial(inspect, burn_in=0),
        """a gradient five percent too long passes: A data gradient that is five percent too long was let
        through. Under a large reg the regulariser's gradient hides it; at reg 0, a threshold near 0.05 or
        above does.

        Which reg and which threshold does your check use?
        """: partial(inspect, reg=(trojans.AUTHORS_REG,)),
        """no seed: The calls drew different masks, so a right dropout looks wrong. Pass one and the same seed in
        every call, for the loss and for the gradient.
        """: partial(inspect, seed=None),
        """weights only: The biases were not looked at. Check a few entries of every array.
        """: partial(inspect, arrays=["W1", "W2"]),
        """first layer only: W2 and b2 were not looked at. Check a few entries of every array.
        """: partial(inspect, arrays=["W1", "b1"]),
        """last layer only: W1 and b1 were not looked at. Check a few entries of every array.
        """: partial(inspect, arrays=["W2", "b2"]),
        """dropout is never accused: One that ignores the seed was excused. With the same seed twice, the same
        loss must come out.
        """: lambda implementations, data: [
            name
            for name in inspect(implementations, data)
            if implementations[name](data["params"], data["X"], data["y"], 0.0, None)[0]
            == implementations[name](data["params"], data["X"], data["y"], 0.0, None)[0]
        ],
    }
)


@find_trojans.mistake
def trusts_a_falling_loss(implementations, data):
    """All of them train: a loss that falls does not show a right gradient. Compare with numeric slopes."""
    wrong = []
    for name, implementation in implementations.items():
        p = {k: w.copy() for k, w in data["params"].items()}
        first = implementation(p, data["X"], data["y"], 0.0, 7)[0]
        for _ in range(30):
            grads = implementation(p, data["X"], data["y"], 0.0, 7)[1]
            p = {k: p[k] - 0.1 * grads[k] for k in p}
        if implementation(p, data["X"], data["y"], 0.0, 7)[0] > first:
            wrong.append(name)
    return wrong


@find_trojans.mistake
def differences_for_relative_errors(implementations, data):
    """The difference itself was judged: where gradients are small, a wrong one passes. Use the relative error."""
    return inspect(implementations, data, relative=False)


@find_trojans.mistake
def names_the_right_ones(implementations, data):
    """It returns those that passed. The answer is the list of those that are wrong."""
    wrong = inspect(implementations, data)
    return [name for name in implementations if name not in wrong]


@find_trojans.mistake
def default_arguments(implementations, data):
    """It calls the implementations with the defaults of their authors: huge reg, no seed. Pass both yourself."""
    return inspect(implementations, data, burn_in=0, defaults=True)


@find_trojans.variant
def entry_by_entry_after_a_burn_in(implementations, data):
    return inspect(implementations, data)


@find_trojans.variant
def the_regulariser_as_well(implementations, data):
    return tuple(inspect(implementations, data, burn_in=60, reg=(0.0, 0.1), seed=1))


@find_trojans.variant_as_in("SciPy")
def with_check_grad(implementations, data):
    from scipy.optimize import check_grad

    names, shapes = list(data["params"]), [w.shape for w in data["params"].values()]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    x0 = np.random.default_rng(4).standard_normal(ends[-1])

    def unpack(x):
        return {n: part.reshape(s) for n, part, s in zip(names, np.split(x, ends[:-1]), shapes, strict=True)}

    def suspicious(implementation):
        def fun(x, seed):
            return implementation(unpack(x), data["X"], data["y"], 0.0, seed)[0]

        def jac(x, seed):
            found = implementation(unpack(x), data["X"], data["y"], 0.0, seed)[1]
            return np.concatenate([np.ravel(found[name]) for name in names])

        error = check_grad(fun, jac, x0, 11)
        return error > 1e-3 * np.linalg.norm(jac(x0, 11))

    return [name for name, implementation in implementations.items() if suspicious(implementation)]
