"""Lion: only the sign of a mixture of old and new gradients, and weight decay apart.

Source: Chen et al., *Symbolic Discovery of Optimization Algorithms* (NeurIPS 2023), Algorithm 2.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from autograder.judging import Check, Exercise
from autograder.judging.config_slips import (
    MutableDefault,
    StateOutside,
    slips_with_the_config,
    stops_without_a_slope,
)
from autograder.judging.rules import EFFECT, at_zero, defaults, first_look, follow, path, usual, zero_gradient
from course.probes.base import Path

DEFAULTS = {"learning_rate": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 1e-2}


def reference(w, dw, config=None):
    """Weigh all gradients seen so far by age, and ask which way the balance tips."""
    config = DEFAULTS | (config or {})
    seen = [*config.get("seen", [])]
    past = sum((1 - config["beta2"]) * config["beta2"] ** age * g for age, g in enumerate(reversed(seen)))
    balance = config["beta1"] * past + (1 - config["beta1"]) * dw
    sign = np.where(balance > 0, 1.0, np.where(balance < 0, -1.0, 0.0))
    kept = 1 - config["learning_rate"] * config["weight_decay"]
    return kept * w - config["learning_rate"] * sign, {**config, "seen": [*seen, dw]}


OFF = {"learning_rate": 0.02, "beta1": 0.7, "beta2": 0.9, "weight_decay": 0.7}

VOTES = [
    *([[3.0, 1.0, 0.0]] * 2),
    *([-0.62, -0.41, 0.0], [-0.23, -0.65, 0.0], [0.42, -0.21, 0.38], [-0.12, -2.13, -0.3], [0.32, 0.2, 0.28]),
    *([0.22, -0.72, 0.0], [1.2, 1.41, 0.78], [0.44, 0.49, 0.0], [1.51, -1.0, 0.0], [-1.28, -0.15, 0.0]),
    *([1.55, -0.02, 0.0], [0.04, 0.56, 0.0]),
]
"""Gradients in which every known mistake turns another sign, and no mixture comes near to zero."""

lion = Exercise(
    "lion",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="hyperparameters",
            probe=follow(
                {
                    "all": path(0, OFF),
                    "another rate": path(1, {**OFF, "learning_rate": 0.3}),
                    "another beta1": path(2, {**OFF, "beta1": 0.4}),
                    "another beta2": path(3, {**OFF, "beta2": 0.5}),
                    "another decay": path(4, {**OFF, "weight_decay": 2.5}),
                    "no decay": path(5, {**OFF, "weight_decay": 0.0}),
                    "changing rate": path(
                        40, OFF, changes={7: {"learning_rate": 0.005}, 15: {"weight_decay": 0.1}}
                    ),
                    **at_zero(OFF, "learning_rate", "beta1", "beta2"),
                }
            ),
            says="With settings away from the defaults, or settings that change, the path leaves the rule.",
        ),
        defaults({"beta1": 0.5}, {"beta2": 0.6}, {"weight_decay": 0.3}),
        zero_gradient(DEFAULTS),
        *usual({**DEFAULTS, "weight_decay": 0.3}),
    ],
    visible=first_look(
        Path(
            start=[1.0, -2.0, 0.5],
            gradients=VOTES,
            config={"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.7, "weight_decay": 0.8},
            changes={5: {"learning_rate": 0.05}, 6: {"weight_decay": 0.3}},
        ),
        "beta1",
        "beta2",
    ),
    constants=DEFAULTS,
    may_change=("w", "config"),
    read="Exercise 3. Lion",
    effect=EFFECT,
    ravine_rate=0.05,
)


def filled(w: np.ndarray, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a new config with every default and an empty average where they are missing."""
    return DEFAULTS | {"m": np.zeros_like(w)} | dict(config or {})


def step(
    w,
    dw,
    config=None,
    *,
    mixed=lambda m, g, b1, b2: b1 * m + (1 - b1) * g,
    m=lambda m, g, b1, b2: b2 * m + (1 - b2) * g,
    sign=np.sign,
    share=1.0,
):
    """Return a step of Lion, with other formulas for mixture, average or sign, or ``share`` times the decay."""
    c = filled(w, config)
    vote = sign(mixed(c["m"], dw, c["beta1"], c["beta2"]))
    moved = w - c["learning_rate"] * (vote + share * c["weight_decay"] * w)
    return moved, c | {"m": m(c["m"], dw, c["beta1"], c["beta2"])}


@lion.convention(share=0.75)
def decay_without_the_rate(w, dw, config=None):
    """The decay is `weight_decay * w`, without the learning rate. The paper and its code multiply the decay by the
    rate."""
    moved, c = step(w, dw, config, share=0.0)
    return moved - c["weight_decay"] * w, c


@lion.convention(share=0.75)
def decay_by_the_corrected_step(w, dw, config=None):
    """The decay is taken from the weights after the step. The paper takes it from the weights as they were
    given."""
    moved, c = step(w, dw, config, share=0.0)
    return moved - c["learning_rate"] * c["weight_decay"] * moved, c


lion.table(
    {
        """sign of the gradient: The step is the sign of dw alone: m is not mixed in, or it is not stored in
        `config["m"]`. Lion takes the sign of beta1 * m + (1 - beta1) * dw.
        """: partial(step, mixed=lambda m, g, b1, b2: g),
        """sign of the old average: The step is the sign of m alone, so the new gradient counts one step late.
        Mix it in with 1 - beta1 first.
        """: partial(step, mixed=lambda m, g, b1, b2: m),
        """sign of the new average: The step is the sign of the new m, with beta2: that is signSGD with
        momentum (Signum). Lion mixes with beta1 for the step, and with beta2 only for what it remembers.
        """: partial(step, mixed=lambda m, g, b1, b2: b2 * m + (1 - b2) * g),
        """average updated first: m is updated before the mixture is made, so dw is counted twice. The step
        comes first, then m.
        """: partial(step, mixed=lambda m, g, b1, b2: b1 * (b2 * m + (1 - b2) * g) + (1 - b1) * g),
        """betas exchanged: beta1 and beta2 are exchanged. beta1 mixes for the step, beta2, the longer memory,
        is for m.
        """: partial(
            step,
            mixed=lambda m, g, b1, b2: b2 * m + (1 - b2) * g,
            m=lambda m, g, b1, b2: b1 * m + (1 - b1) * g,
        ),
        """beta1 for both: m is averaged with beta1, as the step's mixture is. What is remembered is averaged
        with beta2.
        """: partial(step, m=lambda m, g, b1, b2: b1 * m + (1 - b1) * g),
        """weights of the mixture exchanged: In the mixture m has the weight 1 - beta1 and dw the weight beta1.
        The old average gets beta1.
        """: partial(step, mixed=lambda m, g, b1, b2: (1 - b1) * m + b1 * g),
        """weights of the average exchanged: In the new m the old one has the weight 1 - beta2 and dw the weight
        beta2. A beta near one keeps the old.
        """: partial(step, m=lambda m, g, b1, b2: (1 - b2) * m + b2 * g),
        """gradient not weighted in the mixture: The gradient enters the mixture whole, so it outweighs the
        average. Give it the factor 1 - beta1.
        """: partial(step, mixed=lambda m, g, b1, b2: b1 * m + g),
        """gradient not weighted in the average: The gradient enters m whole, so m is a sum and outweighs the
        gradient in the mixture. Give it the factor 1 - beta2.
        """: partial(step, m=lambda m, g, b1, b2: b2 * m + g),
        """no sign: The mixture itself is the step, so its size counts. Lion keeps only its sign:
        `np.sign(...)`.
        """: partial(step, sign=lambda mixed: mixed),
        """normalised for sign: The mixture is divided by its norm. That keeps its direction; the sign is
        taken entry by entry.
        """: partial(step, sign=lambda mixed: mixed / (np.sqrt(np.sum(mixed**2)) + 1e-300)),
        """zero counted as positive: Where the mixture is exactly zero the weight still moves. The sign of 0
        is 0, as np.sign has it.
        """: partial(step, sign=lambda mixed: np.where(mixed >= 0, 1.0, -1.0)),
        """sign remembered: m averages signs, not gradients. The sign is for the step alone; what is
        remembered is dw as it is.
        """: partial(step, m=lambda m, g, b1, b2: b2 * m + (1 - b2) * np.sign(g)),
        """decay inside the sign: The decay is added before the sign is taken, so it only helps to choose the
        sign. Take it from w, outside the sign.
        """: lambda w, dw, config=None: step(
            w,
            dw,
            config,
            sign=lambda mixed: np.sign(mixed + filled(w, config)["weight_decay"] * w),
            share=0.0,
        ),
        """decay through the gradient: The decay is added to the gradient, so it is lost in the sign and
        remembered in m. Take it from w.
        """: lambda w, dw, config=None: step(
            w, dw + filled(w, config)["weight_decay"] * w, config, share=0.0
        ),
        """no decay: weight_decay is not used. Take `learning_rate * weight_decay * w` from the weights, apart
        from the sign.
        """: partial(step, share=0.0),
        """only matrices decay: Weights with one axis, or none, do not decay. Leaving biases out is usual, but
        that is for whoever calls the rule, with a `weight_decay` of 0: here every array decays.
        """: lambda w, dw, config=None: step(w, dw, config, share=1.0 if np.ndim(w) > 1 else 0.0),
        """weights grow: The decay has the wrong sign: the weights grow by it. It is taken away from w.
        """: partial(step, share=-1.0),
        """gradient added: The step climbs: the sign is added. Look at the sign in front of the learning rate.
        """: partial(step, sign=lambda mixed: -np.sign(mixed)),
    }
)


@lion.mistake
def corrected_average_kept(w, dw, config=None):
    """m is divided by 1 - beta2**t, as Adam does. Lion has no correction: the sign does not feel a factor, and the
    mixture would."""
    c = filled(w, {"t": 0} | dict(config or {}))
    hat = c["m"] / (1 - c["beta2"] ** c["t"]) if c["t"] else c["m"]
    return step(w, dw, c | {"m": hat})[0], step(w, dw, c)[1] | {"t": c["t"] + 1}


@lion.convention(share=0.5)
def betas_hard_coded(w, dw, config=None):
    """beta1 and beta2 are numbers in the code, or the defaults override what the caller gave. Take both from
    config."""
    return reference(w, dw, {**(config or {}), "beta1": 0.9, "beta2": 0.99})


@lion.mistake
def learning_rate_hard_coded(w, dw, config=None):
    """The rate is a number in the code, or the default overrides what the caller gave. Use
    `config["learning_rate"]`."""
    return reference(w, dw, {**(config or {}), "learning_rate": 1e-4})


@lion.mistake
def one_average_per_row(w, dw, config=None):
    """m has `len(w)` entries, so only vectors work. Give it the shape of w: `np.zeros_like(w)`."""
    return step(w, dw, {"m": np.zeros(len(w))} | dict(config or {}))


@lion.variant_as_in("PyTorch")
def in_place(w, dw, config=None):
    if config is None:
        config = {}
    lr, wd = config.setdefault("learning_rate", 1e-4), config.setdefault("weight_decay", 1e-2)
    b1, b2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.99)
    exp_avg = config.setdefault("m", np.zeros_like(w))
    w *= 1 - lr * wd
    w -= lr * np.sign(exp_avg * b1 + dw * (1 - b1))
    exp_avg *= b2
    exp_avg += (1 - b2) * dw
    return w, config


@lion.variant
def with_a_difference_of_comparisons(w, dw, config=None):
    c = {"learning_rate": 1e-4, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.01} | (config or {})
    m = c.get("momentum_buffer", 0.0)
    c_t = m + (1 - c["beta1"]) * (dw - m)
    vote = (c_t > 0).astype(float) - (c_t < 0)
    c["momentum_buffer"] = m + (1 - c["beta2"]) * (dw - m)
    return w - c["learning_rate"] * vote - c["learning_rate"] * c["weight_decay"] * w, c


@lion.mistake
class one_state_for_all_parameters(StateOutside):
    """A new run clears the state, but two parameters trained together share it. Keep m in `config`, not in a global
    or an attribute."""

    rule = step
    keys = ("m",)
    kept_by_a_new_run = False


@lion.mistake
class state_in_a_global(StateOutside):
    """m lives outside `config` and runs on from one parameter to the next. Keep it in `config["m"]`."""

    rule = step
    keys = ("m",)


@lion.in_place
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw *= ...`."""
    answer = step(w, dw.copy(), config)
    dw *= 1 - answer[1]["beta1"]
    return answer


slips_with_the_config(lion, step, DEFAULTS, ["m"])
stops_without_a_slope(
    lion,
    step,
    """Where the whole gradient is zero nothing happens at all. It is a step like others: the
    weights decay, the sign is that of the old average, and the average fades. Let the formula run.""",
)


@lion.mistake
class mutable_default(MutableDefault):
    rule = in_place
