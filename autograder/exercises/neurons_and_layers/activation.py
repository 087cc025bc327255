"""Four activations, of numbers of any size."""

from functools import partial

import numpy as np
from scipy.special import expit

from autograder.judging import Check, Exercise
from course.probes.layers import visible_activation, watched_kinds

EFFECT = "Every layer of a network is computed with it, and a wrong curve still trains, only worse."
X = np.array([[-3.1, -0.7, -0.02, 0.3], [1.2, 2.9, 6.5, -8.0]])


def reference(kind, x):
    """Use SciPy's logistic function, the exponential less one, and absolute values."""
    x = np.asarray(x, dtype=np.float64)
    if kind == "sigmoid":
        return expit(x)
    if kind == "tanh":
        t = np.expm1(-2 * np.abs(x))
        return -np.sign(x) * t / (t + 2)
    leak = {"relu": 0.0, "leaky": 0.01}[kind]
    return ((1 + leak) * x + (1 - leak) * np.abs(x)) / 2


def ordinary(candidate):
    return watched_kinds(candidate, X)


def extreme(candidate):
    return watched_kinds(candidate, np.array([-2000.0, 1500.0]))


activation = Exercise(
    "activation",
    points=3,
    reference=reference,
    checks=[
        Check(name="curves", probe=ordinary, says="An activation is not what its formula says."),
        Check(
            name="far out",
            probe=extreme,
            says="An activation of a number far from 0 is not finite or not right.",
        ),
    ],
    visible=visible_activation,
    equivalent={
        "if kind == 'leaky': -> if True:": "Only the four names are asked for, and leaky is the last.",
        "raise ValueError(f'there is no activation {kind!r}') -> (removed)": "Only the four names are asked for.",
        "x = np.asarray(x, dtype=np.float64) -> (removed)": "An array of floats comes in.",
        "x = np.asarray(x, dtype=np.float64) -> x = np.asarray(x)": "An array of floats comes in.",
    },
    read="Exercise 1. Four activations",
    effect=EFFECT,
)


def other(kind, x, **changed):
    """Return the activation, or what ``changed`` makes of x for that kind."""
    x = np.asarray(x, dtype=np.float64)
    return changed[kind](x) if kind in changed else reference(kind, x)


activation.table(
    {
        """sigmoid without its minus: The sigmoid falls: 1 / (1 + e^x). The exponent carries a minus.
        """: partial(other, sigmoid=lambda x: expit(-x)),
        """tanh without its two: tanh is written as 2 sigma(x) - 1. Both twos are needed: 2 sigma(2x) - 1.
        """: partial(other, tanh=lambda x: 2 * expit(x) - 1),
        """tanh not centred: tanh is written as sigma(2x), between 0 and 1. Stretch and shift it: 2 sigma(2x)
        - 1.
        """: partial(other, tanh=lambda x: expit(2 * x)),
        """absolute value for relu: relu makes negative numbers positive. Below 0 it is 0.
        """: partial(other, relu=np.abs),
        """relu keeps the negative part: relu keeps what is negative: that is min(0, x). Take the larger of the two.
        """: partial(other, relu=lambda x: np.minimum(0, x)),
        """relu cut off at one: relu never exceeds 1. Above 0 it is x itself, however large.
        """: partial(other, relu=lambda x: np.clip(x, 0, 1)),
        """step for relu: relu gives 0 or 1, as a step does. Above 0 it is x itself.
        """: partial(other, relu=lambda x: (x > 0) * 1.0),
        """leaky without a leak: leaky is 0 below 0: that is relu. Below 0 it is 0.01 x.
        """: partial(other, leaky=lambda x: np.maximum(0, x)),
        """leak of the wrong sign: leaky is positive below 0. Below 0 it is 0.01 x, a small negative number.
        """: partial(other, leaky=lambda x: np.where(x > 0, x, -0.01 * x)),
        """leak on the wrong side: leaky has slope 1 below 0 and 0.01 above: the smaller of x and 0.01 x. Take
        the larger.
        """: partial(other, leaky=lambda x: np.minimum(x, 0.01 * x)),
        """a constant leak: leaky is the constant 0.01 below 0. It is 0.01 times x.
        """: partial(other, leaky=lambda x: np.maximum(x, 0.01)),
    }
)


@activation.in_place
def x_is_changed(kind, x):
    """What comes back is right, but `x` has changed, as `x[x < 0] = 0` does it. Work on a copy."""
    answer = reference(kind, x)
    x += 1
    return answer


@activation.convention(share=0.75)
def a_leak_of_one_tenth(kind, x):
    """The leak is 0.1. Papers use several; here it is 0.01, as Maas and others had it and PyTorch has."""
    return other(kind, x, leaky=lambda x: np.where(x > 0, x, 0.1 * x))


@activation.convention(share=0.75)
def a_leak_of_two_tenths(kind, x):
    """The leak is 0.2, TensorFlow's default for a long time. Here it is 0.01."""
    return other(kind, x, leaky=lambda x: np.where(x > 0, x, 0.2 * x))


@activation.convention(share=0.8)
def overflow_far_out(kind, x):
    """Right near 0; far out a quotient of exponentials is inf/inf. 1 / (1 + e^-x) and np.tanh are not."""
    with np.errstate(all="ignore"):
        return other(
            kind,
            x,
            sigmoid=lambda x: np.exp(x) / (1 + np.exp(x)),
            tanh=lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
        )


@activation.convention(share=0.9)
def overflow_of_the_sigmoid_far_out(kind, x):
    """Right near 0; far out the sigmoid is inf/inf. Written as 1 / (1 + e^-x) it is 1 there."""
    with np.errstate(all="ignore"):
        return other(kind, x, sigmoid=lambda x: np.exp(x) / (1 + np.exp(x)))


@activation.convention(share=0.9)
def overflow_of_tanh_far_out(kind, x):
    """Right near 0; far out the quotient of exponentials for tanh is inf/inf. Use np.tanh, or 2 sigma(2x) - 1."""
    with np.errstate(all="ignore"):
        return other(kind, x, tanh=lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)))


@activation.variant
def a_chain_of_ifs(kind, x):
    if kind == "sigmoid":
        return 1 / (1 + np.exp(-x))
    if kind == "tanh":
        return np.tanh(x)
    if kind == "relu":
        return np.maximum(0, x)
    if kind == "leaky":
        return np.where(x > 0, x, 0.01 * x)
    raise ValueError(kind)


@activation.variant
def a_table_of_functions(kind, x):
    return {
        "sigmoid": lambda t: 0.5 * (1 + np.tanh(t / 2)),
        "tanh": lambda t: 2 / (1 + np.exp(-2 * t)) - 1,
        "relu": lambda t: t * (t > 0),
        "leaky": lambda t: np.maximum(0.01 * t, t),
    }[kind](x)


@activation.variant
def with_masks(kind, x):
    out = np.array(x, dtype=float)
    if kind in ("relu", "leaky"):
        out[out < 0] *= {"relu": 0.0, "leaky": 0.01}[kind]
        return out
    positive = out >= 0
    scale = 1 if kind == "sigmoid" else 2
    z = np.exp(-np.abs(scale * out))
    s = np.where(positive, 1 / (1 + z), z / (1 + z))
    return s if kind == "sigmoid" else 2 * s - 1


@activation.variant
def with_a_match(kind, x):
    match kind:
        case "sigmoid":
            return np.exp(-np.logaddexp(0, -x))
        case "tanh":
            return np.tanh(x)
        case "relu":
            return x.clip(min=0)
        case "leaky":
            return x.clip(min=0) + 0.01 * x.clip(max=0)


@activation.variant_as_in("SciPy")
def with_scipy(kind, x):
    from scipy import special

    if kind == "sigmoid":
        return special.expit(x)
    return np.tanh(x) if kind == "tanh" else np.where(x < 0, x * (0.01 if kind == "leaky" else 0), x)


@activation.variant
def with_half_sums(kind, x):
    a = np.abs(x)
    curves = {"relu": (x + a) / 2, "leaky": 0.505 * x + 0.495 * a, "tanh": np.tanh(x)}
    return curves[kind] if kind in curves else np.tanh(x / 2) / 2 + 0.5


@activation.variant_as_in("PyTorch")
def modules_with_forward(kind, x):
    class Module:
        def __call__(self, input):
            return self.forward(input)

    class Sigmoid(Module):
        def forward(self, input):
            return 1 / (1 + np.exp(-input))

    class Tanh(Module):
        def forward(self, input):
            return np.tanh(input)

    class LeakyReLU(Module):
        def __init__(self, negative_slope=1e-2, inplace=False):
            self.negative_slope = negative_slope

        def forward(self, input):
            return input.clip(min=0) + self.negative_slope * input.clip(max=0)

    return {"sigmoid": Sigmoid(), "tanh": Tanh(), "relu": LeakyReLU(0.0), "leaky": LeakyReLU()}[kind](x)
