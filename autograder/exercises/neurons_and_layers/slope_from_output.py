"""The slope of an activation from its output."""

from functools import partial

import numpy as np
from scipy.special import logit

from autograder.judging import Check, Exercise
from course.probes.layers import OUTPUTS, visible_slopes, watched_outputs

EFFECT = "Every gradient below a layer is multiplied by it: a wrong factor bends all of them."


def reference(kind, out):
    """Go back to the input, and take the slope there: 1 / (4 cosh^2(x/2)) and 1 / cosh^2(x)."""
    out = np.asarray(out, dtype=np.float64)
    if kind == "sigmoid":
        return 1 / (2 * np.cosh(logit(out) / 2)) ** 2
    if kind == "tanh":
        return 1 / np.cosh(np.arctanh(out)) ** 2
    return np.where(out > 0, 1.0, {"relu": 0.0, "leaky": 0.01}[kind])


GRADED = {
    "sigmoid": np.array([[0.03, 0.31415927, 0.5], [0.77, 0.9, 0.999]]),
    "tanh": np.array([[-0.95, -0.4, 0.0], [0.27182818, 0.66, 0.99]]),
    "relu": np.array([[0.0, 0.4, 0.0], [3.5, 0.0, 12.0]]),
    "leaky": np.array([[-0.02, 0.003, -1.3], [3.5, -0.004, 12.0]]),
}

slope_from_output = Exercise(
    "slope_from_output",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="slopes",
            probe=lambda candidate: watched_outputs(candidate, GRADED),
            says="A slope is not right. What comes in is the output of the activation, not its input.",
        ),
    ],
    visible=visible_slopes,
    equivalent={
        "if kind == 'leaky': -> if True:": "Only the four names are asked for, and leaky is the last.",
        "out = np.asarray(out, dtype=np.float64) -> (removed)": "An array of floats comes in.",
        "out = np.asarray(out, dtype=np.float64) -> out = np.asarray(out)": "An array of floats comes in.",
        "raise ValueError(f'there is no activation {kind!r}') -> (removed)": "Only the four names are asked for.",
        "slope = np.where(out > 0, 1.0, 0.0) -> slope = np.where(1.0, out > 0, 0.0)": "out > 0 is 1 or 0 itself.",
        "slope = np.where(out > 0, 1.0, 0.01) -> slope = np.where(out >= 0, 1.0, 0.01)": (
            "leaky is 0 at its kink only, where any slope between the two will do."
        ),
    },
    read="Exercise 2. The slope, from the output",
    effect=EFFECT,
)

assert OUTPUTS.keys() == GRADED.keys()


def other(kind, out, **changed):
    return changed[kind](out) if kind in changed else reference(kind, out)


def sigma(x):
    return 1 / (1 + np.exp(-x))


slope_from_output.table(
    {
        """the output taken for the input: sigmoid and tanh are applied once more. What comes in has been
        through them: use (1 - s) s and 1 - t**2.

        Is `out` what went into the activation, or what came out?
        """: partial(other, sigmoid=lambda s: sigma(s) * (1 - sigma(s)), tanh=lambda t: 1 - np.tanh(t) ** 2),
        """the sigmoid applied once more: The sigmoid is applied to its own output. What comes in is s
        already: (1 - s) s.
        """: partial(other, sigmoid=lambda s: sigma(s) * (1 - sigma(s))),
        """tanh applied once more: tanh is applied to its own output. What comes in is t already: 1 - t**2.
        """: partial(other, tanh=lambda t: 1 - np.tanh(t) ** 2),
        """one at a silent relu: relu has slope 1 where its output is 0. The output of a silent unit is 0, and
        so is its slope: use > 0.

        What is the output of relu at -5, and what is its slope there?
        """: partial(other, relu=lambda r: (r >= 0) * 1.0),
        """the output for the slope of relu: relu's slope is given as its output. It is 1 where the output is
        positive, however large that is.
        """: partial(other, relu=lambda r: r),
        """the output for the slope of the sigmoid: The sigmoid's slope is given as s. It is (1 - s) s, which
        is small at both ends.
        """: partial(other, sigmoid=lambda s: s),
        """the other half of the sigmoid: The sigmoid's slope is given as 1 - s. It is (1 - s) s, which is
        small at both ends.
        """: partial(other, sigmoid=lambda s: 1 - s),
        """the square of tanh missing: tanh's slope is given as 1 - t. It is 1 - t**2, the same on both sides
        of 0.
        """: partial(other, tanh=lambda t: 1 - t),
        """the formula of the sigmoid for tanh: tanh's slope is given as (1 - t) t, the sigmoid's. It is 1 -
        t**2.
        """: partial(other, tanh=lambda t: (1 - t) * t),
        """sign of tanh: tanh's slope has the wrong sign: tanh rises everywhere.
        """: partial(other, tanh=lambda t: t**2 - 1),
        """no slope in the leak: leaky has slope 0 below 0, as relu has. The leak is there for its slope,
        0.01.
        """: partial(other, leaky=lambda r: (r > 0) * 1.0),
        """slope one in the leak: leaky has slope 1 everywhere. Below 0 it is 0.01.
        """: partial(other, leaky=lambda r: np.ones_like(r)),
        """sides of the leak exchanged: leaky has slope 0.01 above 0 and 1 below: the sides are exchanged.
        """: partial(other, leaky=lambda r: np.where(r > 0, 0.01, 1.0)),
        """the leak multiplied by the output: leaky's slope below 0 is given as 0.01 times the output. It is
        the number 0.01.
        """: partial(other, leaky=lambda r: np.where(r > 0, 1.0, 0.01 * r)),
    }
)


@slope_from_output.in_place
def out_is_changed(kind, out):
    """What comes back is right, but `out` has changed, as `out[out > 0] = 1` does it. Work on a copy."""
    answer = reference(kind, out)
    out += 1
    return answer


@slope_from_output.convention(share=0.75)
def a_leak_of_one_tenth(kind, out):
    """The leak is 0.1. Here it is 0.01, as in Exercise 1."""
    return other(kind, out, leaky=lambda r: np.where(r > 0, 1.0, 0.1))


@slope_from_output.convention(share=0.75)
def a_leak_of_two_tenths(kind, out):
    """The leak is 0.2. Here it is 0.01, as in Exercise 1."""
    return other(kind, out, leaky=lambda r: np.where(r > 0, 1.0, 0.2))


@slope_from_output.variant
def a_chain_of_ifs(kind, out):
    if kind == "sigmoid":
        return out * (1 - out)
    if kind == "tanh":
        return 1 - out**2
    if kind == "relu":
        return (out > 0).astype(float)
    return np.where(out > 0, 1, 0.01)


@slope_from_output.variant
def a_table_of_functions(kind, out):
    return {
        "sigmoid": lambda s: s - s * s,
        "tanh": lambda t: (1 - t) * (1 + t),
        "relu": lambda r: np.sign(r),
        "leaky": lambda r: 0.01 + 0.99 * (r > 0),
    }[kind](out)


@slope_from_output.variant
def with_masks(kind, out):
    slope = np.ones_like(out)
    if kind == "relu":
        slope[out <= 0] = 0
    elif kind == "leaky":
        slope[out < 0] = 0.01
    else:
        slope = slope - out**2 if kind == "tanh" else out - out**2
    return slope


@slope_from_output.variant
def with_a_match(kind, out):
    match kind:
        case "sigmoid":
            return np.multiply(out, np.subtract(1, out))
        case "tanh":
            return 1 - np.square(out)
        case "relu":
            return np.heaviside(out, 0)
    return np.heaviside(out, 0.01) * 0.99 + 0.01 if kind == "leaky" else None


@slope_from_output.variant
def boolean_slopes_of_relu(kind, out):
    return (out > 0) * 1 if kind == "relu" else a_chain_of_ifs(kind, out)


@slope_from_output.variant
def tanh_from_the_sigmoid(kind, out):
    if kind == "tanh":
        s = (out + 1) / 2
        return 4 * s * (1 - s)
    return a_table_of_functions(kind, out)


@slope_from_output.variant_as_in("CS231n")
def through_dout(kind, out):
    dout = np.ones_like(out)
    dx = np.zeros_like(out)
    if kind == "sigmoid":
        dx += (1.0 - out) * out * dout
    elif kind == "tanh":
        dx += (1.0 - out * out) * dout
    else:
        dx += dout
        dx[out <= 0] *= 0.01 if kind == "leaky" else 0
    return dx
