"""The starting weights of a layer, judged by their shape and spread: there are as many right answers as draws.

Spreads are told apart to a tenth.  The right ones lie in the middle of their cells, so that the spread of a right
draw would have to be off by many standard errors to be taken for another.
"""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.setting_up.starting import draw_of_weights, spreads, visible_start

LAYERS = ((190, 280), (120, 340))


def reference(fan_in, fan_out, kind, rng):
    """Draw evenly between two bounds: a uniform number has a third of the squared bound as its variance."""
    bound = np.sqrt({"zero": 0.0, "xavier": 6 / (fan_in + fan_out), "he": 6 / fan_in}[kind])
    return bound * (2 * rng.random((fan_in, fan_out)) - 1)


initial = Exercise(
    "initial",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="spread",
            probe=lambda candidate: [spreads(candidate, *layer, seed=3) for layer in LAYERS],
            says="Shape, mean or standard deviation of the weights is not what this start asks for.",
        ),
        Check(
            name="generator",
            probe=draw_of_weights,
            says="The same state of rng must give the same weights, and another state other weights.",
        ),
    ],
    visible=visible_start,
    equivalent={
        "if kind == 'he': -> if True:": "Only the three names are asked for, and he is the last.",
        "raise ValueError(f'there is no start {kind!r}') -> (removed)": "Only the three names are asked for.",
        "return bound * (2 * rng.random((fan_in, fan_out)) - 1)"
        " -> return bound * (1 - 2 * rng.random((fan_in, fan_out)))": "The draw is symmetric about 0.",
    },
    read="Exercise 2. Starting weights",
    effect="Layer by layer the signal fades or explodes, or all units of a layer stay the same for ever.",
)


def normal(fan_in, fan_out, kind, rng, **changed):
    """Return normal weights; ``changed`` is the standard deviation of a kind, of both fans."""
    right = {
        "zero": lambda a, b: 0.0,
        "xavier": lambda a, b: np.sqrt(2 / (a + b)),
        "he": lambda a, b: np.sqrt(2 / a),
    }
    return {**right, **changed}[kind](fan_in, fan_out) * rng.standard_normal((fan_in, fan_out))


initial.table(
    {
        """fan of the wrong side: He's variance is divided by fan_out. A unit sums over what comes in: 2 /
        fan_in.

        Over how many products does one unit of the layer sum?
        """: partial(normal, he=lambda a, b: np.sqrt(2 / b)),
        """xavier of the wrong side: Xavier looks at fan_out alone. It takes both sides into account: 2 /
        (fan_in + fan_out).
        """: partial(normal, xavier=lambda a, b: np.sqrt(1 / b)),
        """he without its root: He multiplies by 2 / fan_in, which is the variance. The standard deviation is
        its root.
        """: partial(normal, he=lambda a, b: 2 / a),
        """xavier without its root: Xavier multiplies by 2 / (fan_in + fan_out), which is the variance. The
        standard deviation is its root.
        """: partial(normal, xavier=lambda a, b: 2 / (a + b)),
        """he without its two: He is 1 / fan_in here. A ReLU silences half of its inputs, so the other half
        needs twice the variance.
        """: partial(normal, he=lambda a, b: np.sqrt(1 / a)),
        """he of both fans: He is 2 / (fan_in + fan_out) here, which is Xavier. He's start counts what comes
        in alone: 2 / fan_in.
        """: partial(normal, he=lambda a, b: np.sqrt(2 / (a + b))),
        """xavier without its two: Xavier divides by the sum of both fans, 1 / (fan_in + fan_out). Divide by
        their mean: 2 / (fan_in + fan_out).
        """: partial(normal, xavier=lambda a, b: np.sqrt(1 / (a + b))),
        """variance for standard deviation: 2 / fan_in is a variance, and a normal number is multiplied by its
        standard deviation: take the root.
        """: partial(normal, xavier=lambda a, b: 2 / (a + b), he=lambda a, b: 2 / a),
        """kinds exchanged: Xavier and He are exchanged. He is for ReLUs and looks at fan_in; Xavier takes
        both sides into account.
        """: lambda fan_in, fan_out, kind, rng: normal(
            fan_in, fan_out, {"xavier": "he", "he": "xavier"}.get(kind, kind), rng
        ),
        """one spread for all kinds: Xavier and He come out the same, both 2 / fan_in. Xavier takes both sides
        into account: 2 / (fan_in + fan_out).
        """: partial(normal, xavier=lambda a, b: np.sqrt(2 / a)),
        """bound of the uniform law for a deviation: The 6 belongs to the bound of a uniform draw. The
        standard deviation of a normal one has a 2.
        """: partial(normal, xavier=lambda a, b: np.sqrt(6 / (a + b)), he=lambda a, b: np.sqrt(6 / a)),
    }
)


@initial.mistake
def standard_deviation_for_the_bound(fan_in, fan_out, kind, rng):
    """A uniform draw between -s and s has the standard deviation s / sqrt(3). The bound is sqrt(3) times as
    large.
    """
    scale = 0 if kind == "zero" else np.sqrt(2 / (fan_in + fan_out if kind == "xavier" else fan_in))
    return rng.uniform(-scale, scale, (fan_in, fan_out))


initial.table(
    {
        """divided for multiplied: The draw is divided by the standard deviation, so the weights are huge.
        Multiply.
        """: partial(normal, xavier=lambda a, b: np.sqrt((a + b) / 2), he=lambda a, b: np.sqrt(a / 2)),
        """not scaled: The weights have the standard deviation 1 whatever the layer. Multiply the draw by the
        standard deviation that the start asks for.
        """: partial(normal, xavier=lambda a, b: 1.0, he=lambda a, b: 1.0),
        """one hundredth everywhere: The weights have the standard deviation 0.01 whatever the layer. Xavier
        and He look at its fans.
        """: partial(normal, xavier=lambda a, b: 0.01, he=lambda a, b: 0.01),
    }
)


@initial.mistake
def never_negative(fan_in, fan_out, kind, rng):
    """All weights are positive: rng.random draws between 0 and 1. Their mean must be 0: rng.normal."""
    scale = 0 if kind == "zero" else np.sqrt(2 / (fan_in + fan_out if kind == "xavier" else fan_in))
    return scale * rng.random((fan_in, fan_out))


@initial.convention(share=0.8)
def rows_and_columns_exchanged(fan_in, fan_out, kind, rng):
    """The right numbers in the shape (fan_out, fan_in), as PyTorch keeps them. Here rows are multiplied from the
    left, X @ W: (fan_in, fan_out).
    """
    return normal(fan_in, fan_out, kind, rng).T


@initial.convention(share=0.75)
def xavier_of_the_inputs_alone(fan_in, fan_out, kind, rng):
    """Xavier is 1 / fan_in here, as in Caffe and in many notes. Glorot and Bengio take both sides into account:
    2 / (fan_in + fan_out).
    """
    return normal(fan_in, fan_out, kind, rng, xavier=lambda a, b: np.sqrt(1 / a))


initial.table(
    {
        """all weights alike: All weights are the same number, so all units of the layer compute the same and
        get the same gradient.
        """: lambda fan_in, fan_out, kind, rng: np.full(
            (fan_in, fan_out), 0 if kind == "zero" else np.sqrt(2 / fan_in)
        ),
        """random zeros: The start "zero" has weights that are not 0. It is a matrix of zeros.
        """: partial(normal, zero=lambda a, b: 0.01),
        """everything zero: Every start gives zeros. "xavier" and "he" are drawn from rng.
        """: lambda fan_in, fan_out, kind, rng: np.zeros((fan_in, fan_out)),
        """seed of its own: The weights are the same whatever `rng` is: a generator with a fixed seed is made
        inside. Draw from rng.

        Which generator do your lines draw from?
        """: lambda fan_in, fan_out, kind, rng: normal(fan_in, fan_out, kind, np.random.default_rng(0)),
    }
)


@initial.mistake
class drawn_from_a_generator_of_its_own:
    """The weights are drawn by `np.random`, so a run cannot be repeated. Draw from the generator `rng`.

    Which generator do your lines draw from?
    """

    def __init__(self):
        self.generator = np.random.default_rng(123456)

    def __call__(self, fan_in, fan_out, kind, rng):
        return normal(fan_in, fan_out, kind, self.generator)


@initial.variant
def normal_with_a_scale(fan_in, fan_out, kind, rng):
    if kind == "zero":
        return np.zeros((fan_in, fan_out))
    var = 2.0 / (fan_in + fan_out) if kind == "xavier" else 2.0 / fan_in
    return rng.normal(0, np.sqrt(var), size=(fan_in, fan_out))


@initial.variant
def a_table_of_variances(fan_in, fan_out, kind, rng):
    variance = {"zero": 0, "xavier": 2 / (fan_in + fan_out), "he": 2 / fan_in}[kind]
    return rng.standard_normal((fan_in, fan_out)) * variance**0.5


@initial.variant
def divided_by_a_root(fan_in, fan_out, kind, rng):
    W = rng.standard_normal(size=(fan_in, fan_out))
    if kind == "xavier":
        W = W / np.sqrt((fan_in + fan_out) / 2)
    elif kind == "he":
        W = W / np.sqrt(fan_in / 2)
    else:
        W = W * 0
    return W


@initial.variant
def uniform_bounds(fan_in, fan_out, kind, rng):
    limit = {"zero": 0.0, "xavier": np.sqrt(6 / (fan_in + fan_out)), "he": np.sqrt(6 / fan_in)}
    return rng.uniform(-limit[kind], limit[kind], (fan_in, fan_out))


@initial.variant
def unit_by_unit(fan_in, fan_out, kind, rng):
    columns = []
    for _ in range(fan_out):
        if kind == "zero":
            columns.append(np.zeros(fan_in))
        elif kind == "xavier":
            columns.append(rng.normal(scale=(0.5 * (fan_in + fan_out)) ** -0.5, size=fan_in))
        else:
            columns.append(rng.normal(scale=(0.5 * fan_in) ** -0.5, size=fan_in))
    return np.array(columns).T


@initial.variant
def a_list_of_rows(fan_in, fan_out, kind, rng):
    match kind:
        case "he":
            scale = np.sqrt(2) / np.sqrt(fan_in)
        case "xavier":
            scale = np.sqrt(2) / np.sqrt(fan_in + fan_out)
        case _:
            scale = 0
    return [(scale * rng.normal(size=fan_out)).tolist() for _ in range(fan_in)]


@initial.variant_as_in("PyTorch")
def by_fan_gain_and_std(fan_in, fan_out, kind, rng):
    tensor = np.empty((fan_in, fan_out))
    if kind == "zero":
        tensor.fill(0.0)
        return tensor
    gain = {"xavier": 1.0, "he": np.sqrt(2.0)}[kind]
    fan = fan_in if kind == "he" else (fan_in + fan_out) / 2
    std = gain / np.sqrt(fan)
    tensor[...] = rng.normal(0.0, std, tensor.shape)
    return tensor
