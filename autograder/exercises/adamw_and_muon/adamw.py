"""AdamW: Adam's step, and apart from it a share of the weights taken away.

Source: Loshchilov and Hutter, *Decoupled Weight Decay Regularization* (ICLR 2019), Algorithm 2, with the decay
multiplied by the learning rate as PyTorch has it.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from autograder.exercises.adaptive_rates.adam import adam, hats
from autograder.judging import Exercise
from autograder.judging.config_slips import (
    MutableDefault,
    StateOutside,
    slips_with_the_config,
    stops_without_a_slope,
)
from autograder.judging.rules import (
    EFFECT,
    changing_rate,
    defaults,
    epsilon,
    first_look,
    hyperparameters,
    path,
    usual,
    zero_gradient,
)
from course.probes.base import Path

DEFAULTS = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1e-2}


def reference(w, dw, config=None):
    """Average all gradients and squares seen so far, weighted by age, and shrink the weights by a factor."""
    config = DEFAULTS | (config or {})
    seen = np.array([*config.get("seen", []), dw])
    age = np.arange(len(seen))[::-1]
    first = np.average(seen, axis=0, weights=config["beta1"] ** age)
    second = np.average(seen**2, axis=0, weights=config["beta2"] ** age)
    kept = 1 - config["learning_rate"] * config["weight_decay"]
    step = config["learning_rate"] * first / (np.sqrt(second) + config["epsilon"])
    return kept * w - step, {**config, "seen": seen}


OFF = {"learning_rate": 0.02, "beta1": 0.85, "beta2": 0.97, "weight_decay": 0.7}

adamw = Exercise(
    "adamw",
    points=8,
    reference=reference,
    checks=[
        hyperparameters(
            OFF,
            {"learning_rate": 0.3, "beta1": 0.6, "beta2": 0.8, "weight_decay": 2.5},
            also=[{**OFF, "weight_decay": 0.0}],
            zero=["beta1", "beta2"],
        ),
        defaults({"beta1": 0.9}, {"weight_decay": 0.3}),
        changing_rate(
            {**DEFAULTS, "weight_decay": 1.5},
            also={"a decay that changes": path(42, OFF, changes={9: {"weight_decay": 0.1}})},
        ),
        zero_gradient(DEFAULTS),
        epsilon(DEFAULTS),
        *usual({**DEFAULTS, "weight_decay": 0.3}),
    ],
    visible=first_look(
        Path(
            start=[1.0, -2.0, 0.5],
            gradients=[[5.0 + k % 3, 0.02 * (-1.0) ** k * (k + 1), (k % 4 == 1) * 0.5] for k in range(8)],
            config={"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.9, "epsilon": 0.01, "weight_decay": 0.8},
            changes={5: {"learning_rate": 0.05}, 6: {"weight_decay": 0.3}},
        ),
        "beta1",
        "beta2",
    ),
    constants=DEFAULTS,
    may_change=("w", "config"),
    read="Exercise 1. AdamW",
    effect=EFFECT,
    ravine_rate=0.2,
)


def filled(w: np.ndarray, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a new config with every default and an empty state where they are missing."""
    return DEFAULTS | {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0} | dict(config or {})


def moments(w, dw, config):
    """Return a new config after the right update of t, m and v."""
    c = filled(w, config)
    c["t"] = c["t"] + 1
    c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw**2
    return c


def quotient(c):
    """Return the corrected mean over the corrected root mean square."""
    m, v = hats(c)
    return m / (np.sqrt(v) + c["epsilon"])


def step(w, dw, config=None, *, decay=lambda w, lr, wd: lr * wd * w):
    """Return a step of AdamW, with another formula for what is taken from w."""
    c = moments(w, dw, config)
    return w - decay(w, c["learning_rate"], c["weight_decay"]) - c["learning_rate"] * quotient(c), c


@adamw.convention(share=0.5)
def decay_through_the_gradient(w, dw, config=None):
    """The decay is added to the gradient and goes through both moments. That is L2 regularisation, PyTorch's
    `Adam(weight_decay=...)`; AdamW takes the decay from w itself and leaves dw alone.

    By what is the decay divided when it has become part of the gradient?
    """
    pulled = dw + filled(w, config)["weight_decay"] * w
    return step(w, pulled, config, decay=lambda w, lr, wd: 0.0)


@adamw.convention(share=0.75)
def decay_without_the_rate(w, dw, config=None):
    """The decay is `weight_decay * w`, without the learning rate. The paper writes it so, with a schedule in front
    of both; PyTorch, optax and this lesson multiply it by the rate."""
    return step(w, dw, config, decay=lambda w, lr, wd: wd * w)


@adamw.convention(share=0.75)
def decay_by_the_corrected_step(w, dw, config=None):
    """The decay is taken from the weights after Adam's step. Hugging Face's old AdamW did so; the paper and
    PyTorch take it from the weights as they were given."""
    c = moments(w, dw, config)
    moved = w - c["learning_rate"] * quotient(c)
    return moved - c["learning_rate"] * c["weight_decay"] * moved, c


# What goes wrong in Adam goes wrong here in the same way: its sentence, or one for AdamW


def with_decay(rule):
    """Return a form of Adam with the decay of AdamW beside it."""

    def step(w, dw, config=None):
        given = config or {}
        decay = given.get("learning_rate", 1e-3) * given.get("weight_decay", 1e-2) * w
        moved, config = rule(w, dw, config)
        return moved - decay, config

    step.__doc__ = rule.__doc__
    return step


def as_in_adam(name):
    return with_decay(adam.known(name))


adamw.family(
    as_in_adam,
    {
        "epsilon inside the root": """Epsilon is added to the second moment before the root. Some texts and
        libraries do so; the paper, PyTorch and this lesson add it after the root.""",
        "correction folded into the rate with epsilon not rescaled": """Both corrections sit in the rate, and
        epsilon meets the uncorrected root. Keras and Hugging Face's old AdamW do so; to be this lesson's rule
        epsilon must be multiplied by sqrt(1 - beta2**t).""",
    },
    share=0.75,
)
adamw.family(
    as_in_adam,
    {
        "t starts at one and is advanced before use": """The first correction is made with t = 2. Here t
        counts finished steps: it begins at 0 and is 1 at first use.""",
    },
    share=0.5,
)


@adamw.mistake
def decay_divided_by_the_root(w, dw, config=None):
    """The decay stands in the numerator of Adam's step and is divided by the root too, so weights with large
    gradients hardly decay. Take it apart from the step: `w - lr * weight_decay * w`."""
    c = moments(w, dw, config)
    m, v = hats(c)
    step = (m + c["weight_decay"] * w) / (np.sqrt(v) + c["epsilon"])
    return w - c["learning_rate"] * step, c


@adamw.mistake
def decay_through_the_gradient_and_from_the_weights(w, dw, config=None):
    """The weights decay twice: once through the gradient, as with an L2 penalty, and once from w itself. Leave
    dw as it is; the decay from w is right."""
    c = filled(w, config)
    return step(w, dw + c["weight_decay"] * w, config)


@adamw.mistake
def decay_through_the_gradient_uncorrected(w, dw, config=None):
    """Two things: the decay is added to the gradient, as with an L2 penalty, and both moments are used without
    their correction. Take the decay from w, and divide each moment by one minus its beta to the power t."""
    c = filled(w, config)
    c = moments(w, dw + c["weight_decay"] * w, config)
    return w - c["learning_rate"] * c["m"] / (np.sqrt(c["v"]) + c["epsilon"]), c


@adamw.mistake
def decay_in_the_first_moment_only(w, dw, config=None):
    """The decay is averaged into m, so it is remembered and divided by the root. It belongs to neither moment:
    take it from w."""
    c = filled(w, config)
    first = c["beta1"] * c["m"] + (1 - c["beta1"]) * (dw + c["weight_decay"] * w)
    c = moments(w, dw, config) | {"m": first}
    return w - c["learning_rate"] * quotient(c), c


adamw.table(
    {
        """decay twice: The weights decay twice as fast as weight_decay says. Is there a factor of two, or a
        second decay?
        """: partial(step, decay=lambda w, lr, wd: 2 * lr * wd * w),
        """decay halved: The weights decay half as fast as weight_decay says. The half in the penalty 1/2 w**2
        cancels in its slope.
        """: partial(step, decay=lambda w, lr, wd: lr * wd * w / 2),
        """decay with the rate squared: The decay is multiplied by the learning rate twice. Once is enough:
        `learning_rate * weight_decay * w`.
        """: partial(step, decay=lambda w, lr, wd: lr**2 * wd * w),
        """weights grow: The decay has the wrong sign: the weights grow by it. It is taken away from w.
        """: partial(step, decay=lambda w, lr, wd: -lr * wd * w),
        """decay by the sign: Every weight shrinks by the same amount: that is the slope of an L1 penalty.
        Weight decay takes a share of w, not a share of its sign.
        """: partial(step, decay=lambda w, lr, wd: lr * wd * np.sign(w)),
        """decay not multiplied by w: The same number, learning_rate * weight_decay, is taken from every
        weight. The decay is a share of w: multiply by w as well.
        """: partial(step, decay=lambda w, lr, wd: lr * wd),
        """no decay: weight_decay is not used: this is Adam. Take `learning_rate * weight_decay * w` from the
        weights.
        """: partial(step, decay=lambda w, lr, wd: 0.0),
        """only matrices decay: Weights with one axis, or none, do not decay. Leaving biases out is usual, but
        that is for whoever calls the rule, with a `weight_decay` of 0: here every array decays.
        """: lambda w, dw, config=None: step(
            w, dw, config, decay=lambda w, lr, wd: lr * wd * w if np.ndim(w) > 1 else 0.0
        ),
        """weights replaced by their decay: All of w is replaced by learning_rate * weight_decay * w before
        the step. That much is taken away from w.
        """: partial(step, decay=lambda w, lr, wd: w - lr * wd * w),
    }
)


adamw.family(
    as_in_adam,
    {
        "uncorrected": "",
        "first moment uncorrected": """v is corrected and m is not, so the first steps are too short. Divide m
        by `1 - beta1**t` as well.""",
        "second moment uncorrected": """m is corrected and v is not, so the first steps are far too long.
        Divide v by `1 - beta2**t` as well.""",
        "t stays one or its power is forgotten": """Every correction is that of the first step: t is not saved
        in config, or beta lacks its power t.""",
        "t late": "",
        "t advanced twice": "",
        "hats stored": "",
        "gradient added": "",
        "betas exchanged": "",
        "averages exchanged": "",
        "gradient for first moment": "",
        "no root": "",
        "no square": "",
        "epsilon missing": "",
        "moments not kept": "",
        "rate inside the first moment": "",
    },
)


@adamw.convention(share=0.5)
def betas_hard_coded(w, dw, config=None):
    """beta1 and beta2 are numbers in the code, or the defaults override what the caller gave. Take both from
    config."""
    return reference(w, dw, {**(config or {}), "beta1": 0.9, "beta2": 0.999})


@adamw.convention(share=0.75)
def epsilon_hard_coded(w, dw, config=None):
    """Epsilon is a number in the code. Take it from `config["epsilon"]`."""
    return reference(w, dw, {**(config or {}), "epsilon": 1e-8})


@adamw.mistake
def one_moment_per_row(w, dw, config=None):
    """The moments have `len(w)` entries, so only vectors work. Give them the shape of w: `np.zeros_like(w)`."""
    return step(w, dw, {"m": np.zeros(len(w)), "v": np.zeros(len(w))} | dict(config or {}))


@adamw.variant_as_in("PyTorch")
def in_place_as_pytorch_does_it(w, dw, config=None):
    if config is None:
        config = {}
    lr, wd = config.setdefault("learning_rate", 1e-3), config.setdefault("weight_decay", 1e-2)
    b1, b2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    eps, t = config.setdefault("epsilon", 1e-8), config.setdefault("t", 0) + 1
    exp_avg = config.setdefault("m", np.zeros_like(w))
    exp_avg_sq = config.setdefault("v", np.zeros_like(w))
    config["t"] = t
    w *= 1 - lr * wd
    exp_avg += (dw - exp_avg) * (1 - b1)
    exp_avg_sq *= b2
    exp_avg_sq += (1 - b2) * dw * dw
    denom = np.sqrt(exp_avg_sq) / np.sqrt(1 - b2**t) + eps
    w -= (lr / (1 - b1**t)) * exp_avg / denom
    return w, config


@adamw.variant
def one_update_with_the_decay_inside_the_bracket(w, dw, config=None):
    c = filled(w, config)
    c["t"] += 1
    c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * np.square(dw)
    m_hat, v_hat = c["m"] / (1 - c["beta1"] ** c["t"]), c["v"] / (1 - c["beta2"] ** c["t"])
    update = m_hat / (np.sqrt(v_hat) + c["epsilon"]) + c["weight_decay"] * w
    return w - c["learning_rate"] * update, c


@adamw.variant
def adam_first_and_the_decay_of_the_old_weights_after(w, dw, config=None):
    config = dict(config or {})
    b1, b2, t = config.get("beta1", 0.9), config.get("beta2", 0.999), config.get("t", 0) + 1
    m = b1 * config.get("m", 0) + (1 - b1) * dw
    v = b2 * config.get("v", 0) + (1 - b2) * dw**2
    lr = config.get("learning_rate", 1e-3)
    root = (1 - b2**t) ** 0.5
    moved = w - lr * root / (1 - b1**t) * m / (v**0.5 + config.get("epsilon", 1e-8) * root)
    return moved - lr * config.get("weight_decay", 0.01) * w, {**config, "m": m, "v": v, "t": t}


@adamw.mistake
class one_state_for_all_parameters(StateOutside):
    """A new run clears the state, but two parameters trained together share it. Keep m, v and t in `config`, not in
    a global or an attribute."""

    rule = one_update_with_the_decay_inside_the_bracket
    keys = ("m", "v", "t")
    kept_by_a_new_run = False


@adamw.mistake
class state_in_a_global(StateOutside):
    """m, v and t live outside `config` and run on from one parameter to the next. Keep all three in config."""

    rule = one_update_with_the_decay_inside_the_bracket
    keys = ("m", "v", "t")


@adamw.in_place
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw += ...`."""
    answer = step(w, dw.copy(), config)
    dw += answer[1]["weight_decay"] * w
    return answer


slips_with_the_config(adamw, one_update_with_the_decay_inside_the_bracket, DEFAULTS, ["m", "v", "t"])
stops_without_a_slope(
    adamw,
    one_update_with_the_decay_inside_the_bracket,
    """Where the whole gradient is zero nothing happens at all. It is a step like others: the
    weights decay, m still moves them, both moments fade, and t counts on. Let the formula run.""",
)


@adamw.mistake
class mutable_default(MutableDefault):
    rule = in_place_as_pytorch_does_it
