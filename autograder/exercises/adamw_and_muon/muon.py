"""Muon: momentum of a matrix, made orthogonal and scaled with its shape; other arrays by AdamW without decay.

Source: K. Jordan, *Muon: An optimizer for hidden layers in neural networks* (2024), with Nesterov's look ahead and
decoupled decay as in PyTorch's `torch.optim.Muon`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from autograder.exercises.adamw_and_muon.adamw import (
    in_place_as_pytorch_does_it,
    one_update_with_the_decay_inside_the_bracket,
)
from autograder.exercises.adamw_and_muon.adamw import reference as adamw_reference
from autograder.exercises.adamw_and_muon.orthogonalise import (
    as_jordan_and_pytorch_do_it,
    exact_by_singular_values,
    from_the_right,
)
from autograder.exercises.adamw_and_muon.orthogonalise import reference as polynomial_of_singular_values
from autograder.judging import Check, Exercise
from autograder.judging.config_slips import MutableDefault, entries_lost, zero_left_out
from autograder.judging.rules import EFFECT, follow, gradients, path, start
from course.probes.base import Path
from course.probes.composed import Given, Look, Resumed, Several, Turns
from course.probes.matrices import TOLERANCE

OF_MATRICES = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1}


def reference(w, dw, config=None):
    """Weigh all gradients seen so far, take the mixture apart, and set its singular values by the polynomial."""
    if np.ndim(w) != 2:
        return adamw_reference(w, dw, {**(config or {}), "weight_decay": 0.0})
    c = OF_MATRICES | (config or {})
    seen = np.array([*c.get("seen", []), dw])
    past = c["momentum"] ** np.arange(len(seen))[::-1]
    ahead = np.tensordot(c["momentum"] * past, seen, axes=1) + dw
    rows, columns = np.shape(w)
    far = c["learning_rate"] * np.sqrt(max(rows, columns) / columns)
    kept = 1 - c["learning_rate"] * c["weight_decay"]
    return kept * w - far * polynomial_of_singular_values(ahead), {**c, "seen": seen}


OFF = {"learning_rate": 0.1, "momentum": 0.7, "weight_decay": 0.8}
TALL, WIDE = (5, 2), (3, 4)


def several(paths: Mapping[str, Path], name: str, says: str) -> Check:
    """Return a check along paths, at the tolerance of the iteration."""
    return Check(name=name, probe=follow(paths), says=says, tolerance=TOLERANCE)


def brief(seed: int, shape: tuple[int, ...], config: Mapping[str, Any] | None, **changes: Any) -> Path:
    """Return a run of a few steps, for the visible check."""
    return Path(start=start(seed, shape), gradients=gradients(seed, shape, 6), config=config, **changes)


def still(shape: tuple[int, ...]) -> Path:
    """Return a run whose gradient is zero at first, and again while there is a velocity."""
    zero, run = np.zeros(shape), gradients(5, shape, 3)
    return Path(start=np.ones(shape), gradients=[zero, *run[:2], zero, zero, run[2]], config=OF_MATRICES)


def steady(seed: int, config: Mapping[str, Any], steps: int = 8) -> Path:
    """Return a run along gradients of one size, far from zero, so that what is added to a norm does not count."""
    run = np.random.default_rng(seed).normal(size=(steps, 3, 2))
    return Path(start=start(seed, (3, 2)), gradients=list(run), config=config)


def counted(seed: int, shape: tuple[int, ...]) -> Path:
    """Return a run whose caller keeps a count in the config."""
    return Path(
        start=start(seed, shape),
        gradients=gradients(seed, shape, 4),
        config=OFF,
        counted={"learning_rate": 0.1},
    )


muon = Exercise(
    "muon",
    points=7,
    reference=reference,
    checks=[
        several(
            {
                "tall": path(1, OFF, TALL),
                "wide": path(2, OFF, WIDE),
                "other rate": path(3, {**OFF, "learning_rate": 0.5}, TALL),
                "other momentum": path(4, {**OFF, "momentum": 0.3}, WIDE),
                "other decay": path(5, {**OFF, "weight_decay": 2.0}, TALL),
                "no decay": path(6, {**OFF, "weight_decay": 0.0}, WIDE),
                "square": path(7, OFF, (3, 3)),
                "one column": path(8, OFF, (6, 1)),
                "one row": path(9, OFF, (1, 4)),
                "no rate": path(10, {**OFF, "learning_rate": 0.0}, WIDE),
                "no momentum": steady(11, {**OFF, "momentum": 0.0}),
                "changing settings": path(
                    40,
                    OFF,
                    TALL,
                    changes={
                        0: {"learning_rate": 0.05},
                        9: {"learning_rate": 0.4},
                        15: {"weight_decay": 0.1},
                    },
                ),
            },
            "matrices",
            "For a matrix, with settings away from the defaults or settings that change, the path leaves the rule.",
        ),
        several(
            {
                "None": path(20, None, WIDE),
                "only momentum": path(21, {"momentum": 0.8}, TALL),
                "only weight_decay": path(22, {"weight_decay": 0.5}, WIDE),
                "left out": path(28, None, (4, 2), bare=True),
                "left out again": path(29, None, (4, 2), bare=True),
            },
            "defaults",
            "With config=None, or keys left out, the path of a matrix is not that of the documented defaults.",
        ),
        several(
            {"gradients of zero": still((3, 2))},
            "zero gradient",
            "Where the gradient is zero the step is not right: a matrix decays, and one with a velocity moves on.",
        ),
        several(
            {
                "vector": path(50, {"learning_rate": 0.05, "weight_decay": 0.9}),
                "scalar": path(51, {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.9}, ()),
                "three axes": path(53, {"learning_rate": 0.05, "epsilon": 0.2}, (2, 3, 2)),
                "vector, defaults": path(52, None),
            },
            "other arrays",
            "An array that is not a matrix must take the step of AdamW without decay.",
        ),
        Check(
            name="state",
            probe=Several(
                probes={
                    "interleaved": Turns(paths=[path(k, OF_MATRICES, WIDE) for k in (70, 71)]),
                    "resumed": Resumed(path=path(72, OF_MATRICES, TALL), at=5),
                    "matrices counted": Turns(paths=[counted(k, WIDE) for k in (73, 74)]),
                    "vectors counted": Turns(paths=[counted(k, (4,)) for k in (75, 76)]),
                }
            ),
            says="One run alone is right; a second matrix, or an entry of the caller's in the config, spoils it.",
            tolerance=TOLERANCE,
        ),
        Check(
            name="gradient_untouched",
            probe=Several(
                probes={
                    "matrix": Given(path=path(80, OF_MATRICES, WIDE)),
                    "vector": Given(path=path(81, {"learning_rate": 0.05})),
                }
            ),
            says="The path is right, but `dw` was changed: it belongs to the caller.",
        ),
    ],
    visible=Look(
        probes={
            "With every setting given, a tall matrix": brief(
                90,
                (4, 2),
                {"learning_rate": 0.1, "momentum": 0.6, "weight_decay": 0.5},
                changes={4: {"learning_rate": 0.05}},
            ),
            "A wide matrix, config=None": brief(91, (2, 3), None),
            "A vector": brief(92, (3,), {"learning_rate": 0.1, "weight_decay": 0.5}),
            "A vector, config=None": brief(97, (2,), None),
            "A matrix of one column": replace(brief(98, (3, 1), OFF), gradients=gradients(98, (3, 1), 2)),
            "An array of three axes": replace(
                brief(99, (2, 1, 2), {"learning_rate": 0.1}), gradients=gradients(99, (2, 1, 2), 2)
            ),
            "With a rate of 0 at first": replace(
                brief(88, (2, 2), {**OFF, "learning_rate": 0.0}, changes={1: {"learning_rate": 0.1}}),
                gradients=gradients(88, (2, 2), 2),
            ),
            "With `momentum` at 0": steady(89, {**OFF, "momentum": 0.0}, 3),
            "Gradients of zero": still((3, 2)),
            "With an entry of the caller's in the config, two matrices": Turns(
                paths=[counted(k, (2, 2)) for k in (86, 87)]
            ),
            "With an entry of the caller's in the config, a vector": counted(85, (2,)),
            "Two matrices in turn, each with a config of its own": Turns(
                paths=[brief(k, (2, 2), OFF) for k in (93, 94)]
            ),
            "Called without a config": brief(95, (4, 2), None, bare=True),
            "Called without a config a second time": brief(95, (4, 2), None, bare=True),
            "After a call": Given(path=brief(96, (2, 2), OFF)),
            "After a call with a vector": Given(
                path=replace(brief(84, (2,), OFF), gradients=gradients(84, (2,), 2))
            ),
        }
    ),
    visible_tolerance=TOLERANCE,
    constants=OF_MATRICES,
    axes=2,
    equivalent={
        "…[*c.get('seen', []), dw]) -> …[*c.get('seen', []), dw], dtype='float32')": (
            "The tolerance of the iteration is wider than single precision."
        ),
    },
    uses=("adamw", "orthogonalise"),
    may_change=("w", "config"),
    read="Exercise 5. Muon",
    effect=EFFECT,
)


def step(
    w,
    dw,
    config=None,
    *,
    ahead: Callable = lambda c, dw: (1 - c["momentum"]) * dw + c["momentum"] * c["velocity"],
    buffer: Callable = lambda c, dw: c["momentum"] * c["velocity"] + (1 - c["momentum"]) * dw,
    direction: Callable = polynomial_of_singular_values,
    scale: Callable = lambda rows, columns: np.sqrt(max(1, rows / columns)),
    decay: Callable = lambda w, c: c["learning_rate"] * c["weight_decay"] * w,
    vectors: Callable = lambda w, dw, config: adamw_reference(w, dw, {**(config or {}), "weight_decay": 0.0}),
) -> tuple[np.ndarray, dict[str, Any]]:
    """Return a right step; each mistake below changes one thing.

    ahead, buffer  what is made orthogonal, of the config with its *new* velocity; and that velocity
    direction      what is made of it
    scale          of rows and columns
    decay          what is taken from w
    vectors        the rule of arrays that are not matrices
    """
    if np.ndim(w) != 2:
        return vectors(w, dw, config)
    c = OF_MATRICES | {"velocity": np.zeros_like(w)} | dict(config or {})
    c["velocity"] = buffer(c, dw)
    return w - decay(w, c) - c["learning_rate"] * scale(*np.shape(w)) * direction(ahead(c, dw)), c


@muon.convention(share=0.75)
def no_look_ahead(w, dw, config=None):
    """The velocity itself is made orthogonal, without Nesterov's look ahead. The first Muon and `nesterov=False` in
    PyTorch do so; Jordan's rule and this lesson mix the new gradient in once more."""
    return step(w, dw, config, ahead=lambda c, _: c["velocity"])


@muon.convention(share=0.75)
def scaled_to_the_size_of_adamw(w, dw, config=None):
    """The step is scaled by 0.2 * sqrt(max(rows, columns)), so that one rate serves Muon and AdamW: Moonshot's
    Muon, PyTorch's "match_rms_adamw". This lesson has Jordan's sqrt(max(1, rows / columns))."""
    return step(w, dw, config, scale=lambda rows, columns: 0.2 * np.sqrt(max(rows, columns)))


muon.table(
    {
        """no look ahead and scaled to the size of adamw: The velocity itself is made orthogonal, without the
        look ahead, and the step is scaled by 0.2 * sqrt(max(rows, columns)). Both are done elsewhere; here
        the mixture is made orthogonal, and the factor is sqrt(max(1, rows / columns)).
        """: partial(
            step,
            ahead=lambda c, _: c["velocity"],
            scale=lambda rows, columns: 0.2 * np.sqrt(max(rows, columns)),
        ),
        """no look ahead and no decay: The velocity itself is made orthogonal, without the look ahead, and
        weight_decay is not used. The very first Muon was like that; here the mixture is made orthogonal, and
        the weights decay.
        """: partial(step, ahead=lambda c, _: c["velocity"], decay=lambda w, c: 0.0),
        """scaled to the size of adamw and no decay: The step is scaled by 0.2 * sqrt(max(rows, columns)), and
        weight_decay is not used. Both are done elsewhere; here the factor is sqrt(max(1, rows / columns)),
        and the weights decay.
        """: partial(
            step, scale=lambda rows, columns: 0.2 * np.sqrt(max(rows, columns)), decay=lambda w, c: 0.0
        ),
    },
    share=0.55,
)


@muon.convention(share=0.5)
def rows_and_columns_exchanged(w, dw, config=None):
    """The factor has columns / rows. Code for weights that lie the other way round, inputs by outputs, does so;
    here it is sqrt(max(1, rows / columns)) of the array as it is given."""
    return step(w, dw, config, scale=lambda rows, columns: np.sqrt(max(1, columns / rows)))


@muon.mistake
def decay_scaled_with_the_shape(w, dw, config=None):
    """The decay is multiplied by the factor of the shape as well. That factor belongs to the orthogonal step
    alone."""
    rows, columns = np.shape(w) if np.ndim(w) == 2 else (1, 1)
    factor = np.sqrt(max(1, rows / columns))
    return step(w, dw, config, decay=lambda w, c: factor * c["learning_rate"] * c["weight_decay"] * w)


@muon.mistake
def decay_through_the_gradient(w, dw, config=None):
    """The decay is added to the gradient, and the iteration then sets its size to 1. Take it from w, apart from the
    step."""
    if np.ndim(w) != 2:
        return step(w, dw, config)
    c = OF_MATRICES | dict(config or {})
    return step(w, dw + c["weight_decay"] * w, config, decay=lambda w, c: 0.0)


muon.table(
    {
        """decay inside the iteration: The decay is added to what is made orthogonal, so its size is lost.
        Take it from w, apart from the step.
        """: lambda w, dw, config=None: step(
            w,
            dw,
            config,
            ahead=lambda c, dw: (
                (1 - c["momentum"]) * dw + c["momentum"] * c["velocity"] + c["weight_decay"] * w
            ),
            decay=lambda w, c: 0.0,
        ),
        """not scaled with the shape: The factor sqrt(max(1, rows / columns)) is missing: a tall matrix takes
        too short a step.
        """: partial(step, scale=lambda rows, columns: 1.0),
        """scale without its root: The factor is max(1, rows / columns) without its square root.
        """: partial(step, scale=lambda rows, columns: max(1, rows / columns)),
        """divided by the scale: The step is divided by the factor of the shape. It is multiplied by
        sqrt(max(1, rows / columns)).
        """: partial(step, scale=lambda rows, columns: 1 / np.sqrt(max(1, rows / columns))),
        """floor division of the shape: rows // columns is a whole number: 5 // 2 is 2. Divide with one slash.
        """: partial(step, scale=lambda rows, columns: np.sqrt(max(1, rows // columns))),
    }
)


@muon.mistake
def momentum_of_orthogonal_gradients(w, dw, config=None):
    """Every gradient is made orthogonal and then averaged. It is the other way round: momentum first, and what
    comes of it is made orthogonal.

    Which of the two orders leaves singular values of 1 in the step?"""
    if np.ndim(w) != 2:
        return step(w, dw, config)
    return step(w, polynomial_of_singular_values(dw), config, direction=lambda mixed: mixed)


@muon.mistake
def no_momentum(w, dw, config=None):
    """There is no memory: the gradient itself is made orthogonal, or the velocity is not stored in
    `config["velocity"]`."""
    return step(w, dw, config, ahead=lambda c, dw: dw)


@muon.mistake
def look_ahead_stored(w, dw, config=None):
    """The mixture is stored as the velocity, so the new gradient counts twice in every later step. Store B, and
    give the mixture a name of its own."""
    if np.ndim(w) != 2:
        return step(w, dw, config)
    after, c = step(w, dw, config)
    return after, c | {"velocity": (1 - c["momentum"]) * dw + c["momentum"] * c["velocity"]}


muon.table(
    {
        """weights of the look ahead exchanged: In the look ahead the gradient has the weight momentum and the
        velocity 1 - momentum. It is the other way round.
        """: partial(step, ahead=lambda c, dw: c["momentum"] * dw + (1 - c["momentum"]) * c["velocity"]),
        """weights of the velocity exchanged: In the velocity the old one has the weight 1 - momentum and the
        gradient momentum. Close to one, momentum keeps the old.
        """: partial(step, buffer=lambda c, dw: (1 - c["momentum"]) * c["velocity"] + c["momentum"] * dw),
        """gradient whole in the look ahead: The velocity is an average, but the gradient enters the look
        ahead whole and drowns it. Weigh it with 1 - momentum, or let the velocity be a sum.
        """: partial(step, ahead=lambda c, dw: dw + c["momentum"] * c["velocity"]),
        """gradient weighted beside a sum: The velocity is a sum, but the gradient enters the look ahead with
        1 - momentum and hardly counts. Weigh both alike: an average with 1 - momentum, or a sum with the
        gradient whole.
        """: partial(step, buffer=lambda c, dw: c["momentum"] * c["velocity"] + dw),
        """not orthogonal: The mixture itself is the step: this is SGD with momentum. Make it orthogonal
        first.
        """: partial(step, direction=lambda mixed: mixed),
        """only divided by its norm: The mixture is divided by its norm and no more, so its singular values
        keep their proportions. Call your orthogonalise.
        """: partial(step, direction=lambda mixed: mixed / max(np.linalg.norm(mixed), 1e-7)),
        """sign for orthogonal: The step is the sign of every entry. That treats the matrix as a bag of
        numbers: call your orthogonalise.
        """: partial(step, direction=np.sign),
        """too few steps: The iteration is stopped before its fifth step, so small singular values stay small.
        Leave steps at 5.
        """: partial(step, direction=lambda mixed: polynomial_of_singular_values(mixed, 3)),
    }
)


@muon.mistake
def weights_made_orthogonal(w, dw, config=None):
    """The weights are made orthogonal, not the step. Only the mixture of velocity and gradient is."""
    if np.ndim(w) != 2:
        return step(w, dw, config)
    moved, c = step(w, dw, config, direction=lambda mixed: mixed)
    return polynomial_of_singular_values(moved), c


muon.table(
    {
        """matrices by adamw: Matrices take AdamW's step too. Arrays with two axes are matrices, and their
        step is made orthogonal.
        """: lambda w, dw, config=None: adamw_reference(
            w,
            dw,
            {**OF_MATRICES, **(config or {})} if np.ndim(w) == 2 else {**(config or {}), "weight_decay": 0.0},
        ),
        """thin matrices by adamw: A matrix of one row or one column takes AdamW's step. It has two axes, so it
        is a matrix: `w.ndim == 2`.
        """: lambda w, dw, config=None: (
            step(w, dw, config)
            if 1 not in np.shape(w)
            else adamw_reference(w, dw, {**(config or {}), "weight_decay": 0.0})
        ),
        """vectors by plain descent: An array that is not a matrix takes a plain step along its gradient. Pass
        it to your adamw, with a weight_decay of 0.
        """: partial(
            step,
            vectors=lambda w, dw, config: (
                w - (config or {}).get("learning_rate", 1e-3) * dw,
                dict(config or {}),
            ),
        ),
        """vectors stay: An array that is not a matrix does not move. Pass it to your adamw, with a
        weight_decay of 0.
        """: partial(step, vectors=lambda w, dw, config: (np.array(w), dict(config or {}))),
    }
)


@muon.mistake
def vectors_as_matrices_of_one_row(w, dw, config=None):
    """A vector is made orthogonal as a matrix of one row, which only divides it by its length. Hand it to your
    adamw."""

    def vectors(w, dw, config):
        row, c = step(np.atleast_2d(w), np.atleast_2d(dw), config)
        return row.reshape(np.shape(w)), c

    return step(w, dw, config, vectors=vectors)


muon.table(
    {
        """square root without the bound: The factor is sqrt(rows / columns) also where that is below 1. The
        theory of the spectral norm suggests that, and some ports do so; Jordan's rule, PyTorch's and this
        lesson's is sqrt(max(1, rows / columns)).
        """: partial(step, scale=lambda rows, columns: np.sqrt(rows / columns)),
        """other arrays decay too: Vectors decay as well. PyTorch's AdamW decays every array that it is given;
        here biases are left alone, so they go to adamw with a weight_decay of 0.
        """: partial(step, vectors=adamw_reference),
        """exactly orthogonal: The singular values are set to exactly 1, by an SVD in place of your
        orthogonalise. The idea is the same and the price is higher; here five steps of the iteration are
        asked for.
        """: partial(step, direction=exact_by_singular_values),
        """decay without the rate: The decay is `weight_decay * w`, without the learning rate. PyTorch and
        this lesson multiply it by the rate.
        """: partial(step, decay=lambda w, c: c["weight_decay"] * w),
        """no decay: weight_decay is not used. Jordan's first Muon had none; PyTorch's and this lesson's has,
        and the default is 0.1.
        """: partial(step, decay=lambda w, c: 0.0),
        """momentum hard coded: The momentum is a number in the code, or the default overrides what the caller
        gave. Use `config["momentum"]`.
        """: lambda w, dw, config=None: step(
            w, dw, {**(config or {}), "momentum": 0.95} if np.ndim(w) == 2 else config
        ),
    },
    share=0.75,
)


muon.table(
    {
        """defaults of muon for vectors: An array that is not a matrix gets Muon's default rate of 0.02. AdamW
        has its own, 1e-3: set Muon's defaults for matrices only.
        """: partial(
            step,
            vectors=lambda w, dw, config: adamw_reference(
                w, dw, {"learning_rate": 0.02, **(config or {}), "weight_decay": 0.0}
            ),
        ),
        """nothing where the gradient is zero: A gradient of zero gives NaN: it has no length to divide by.
        Add 1e-7 to the norm in your orthogonalise.
        """: partial(
            step,
            direction=lambda mixed: polynomial_of_singular_values(mixed) if mixed.any() else mixed * np.nan,
        ),
        """learning rate hard coded: The rate is a number in the code, or the default overrides what the
        caller gave. Use `config["learning_rate"]`.
        """: lambda w, dw, config=None: step(
            w, dw, {**(config or {}), "learning_rate": 0.02} if np.ndim(w) == 2 else config
        ),
        """gradient added: The step climbs: the orthogonal matrix is added. Look at the sign in front of the
        learning rate.
        """: partial(step, direction=lambda mixed: -polynomial_of_singular_values(mixed)),
        """weights grow: The decay has the wrong sign: the weights grow by it. It is taken away from w.
        """: partial(step, decay=lambda w, c: -c["learning_rate"] * c["weight_decay"] * w),
    }
)


@muon.mistake
def stops_where_the_gradient_is_zero(w, dw, config=None):
    """Where the whole gradient is zero a matrix only decays. That is right for one at rest; one with a velocity
    moves on, and the velocity fades. Zeros need no special case here: your orthogonalise leaves zeros as they
    are."""
    if np.ndim(w) != 2 or np.any(dw):
        return step(w, dw, config)
    c = OF_MATRICES | dict(config or {})
    return w * (1 - c["learning_rate"] * c["weight_decay"]), c


@muon.mistake
def zero_taken_for_left_out(w, dw, config=None):
    """A setting of 0 is taken for one that was left out, as `config.get(...) or ...` does. A rate of 0 is a number
    like others, for instance where a run warms up: use `config.setdefault(key, default)`."""
    return (zero_left_out(step, tuple(OF_MATRICES.items())) if np.ndim(w) == 2 else step)(w, dw, config)


@muon.convention(share=0.75)
def other_entries_lost(w, dw, config=None):
    """The config that comes back holds only the entries of the rule: what the caller keeps there, such as the step
    of a schedule, is lost. Return the config that came in, or a copy of all of it."""
    keys = ("learning_rate", "weight_decay", "momentum", "velocity", "seen", "beta1", "beta2", "epsilon")
    return entries_lost(step, keys)(w, dw, config)


@muon.in_place
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw *= ...`."""
    answer = step(w, dw.copy(), config)
    dw *= 0.5
    return answer


@muon.mistake
class state_in_a_global:
    """The velocity lives outside `config` and runs on from one matrix to the next. Keep it in
    `config["velocity"]`."""

    def __init__(self):
        self.held = {}

    def __call__(self, w, dw, config=None):
        held = self.held if np.shape(self.held.get("velocity", w)) == np.shape(w) else {}
        w, c = step(w, dw, {**(config or {}), **held} if np.ndim(w) == 2 else config)
        if np.ndim(w) == 2:
            self.held = {"velocity": c["velocity"]}
        return w, c


@muon.variant_as_in("PyTorch")
def as_jordan_wrote_it(w, dw, config=None):
    if config is None:
        config = {}
    if w.ndim != 2:
        return in_place_as_pytorch_does_it(w, dw, config | {"weight_decay": 0.0})
    lr, mu = config.setdefault("learning_rate", 0.02), config.setdefault("momentum", 0.95)
    buf = config.setdefault("velocity", np.zeros_like(w))
    buf *= mu
    buf += dw  # a sum, whose size the iteration takes away
    update = as_jordan_and_pytorch_do_it(dw + mu * buf)
    update *= max(1, w.shape[0] / w.shape[1]) ** 0.5
    w *= 1 - lr * config.setdefault("weight_decay", 0.1)
    w -= lr * update
    return w, config


@muon.variant
def with_an_average_and_a_new_config(w, dw, config=None):
    config = dict(config or {})
    if np.ndim(w) != 2:
        return one_update_with_the_decay_inside_the_bracket(w, dw, {**config, "weight_decay": 0})
    config = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1, "buffer": 0.0} | config
    mu = config["momentum"]
    buffer = config["buffer"] + (1 - mu) * (dw - config["buffer"])
    mixed = dw + mu * (buffer - dw)
    tall = np.sqrt(w.shape[0] / w.shape[1]) if w.shape[0] > w.shape[1] else 1.0
    total = tall * from_the_right(mixed) + config["weight_decay"] * w
    return w - config["learning_rate"] * total, config | {"buffer": buffer}


@muon.mistake
class mutable_default(MutableDefault):
    rule = as_jordan_wrote_it
