"""Adam: a moving average of the gradient over the root of a moving average of its square, both corrected.

Source: Kingma and Ba (2015), Algorithm 1, with epsilon outside the root.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from autograder.exercises.adaptive_rates.shared import rates, visible_gradients
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
    usual,
    zero_gradient,
)
from course.probes.base import Path

DEFAULTS = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}


def reference(w, dw, config=None):
    """Average all gradients and squares seen so far, weighted by age: a weighted mean needs no correction."""
    config = DEFAULTS | (config or {})
    seen = np.array([*config.get("seen", []), dw])
    age = np.arange(len(seen))[::-1]
    first = np.average(seen, axis=0, weights=config["beta1"] ** age)
    second = np.average(seen**2, axis=0, weights=config["beta2"] ** age)
    step = config["learning_rate"] * first / (np.sqrt(second) + config["epsilon"])
    return w - step, {**config, "seen": seen}


OFF = {**DEFAULTS, "learning_rate": 0.02, "beta1": 0.85, "beta2": 0.97}

adam = Exercise(
    "adam",
    points=14,
    reference=reference,
    checks=[
        rates(
            OFF,
            {**OFF, "beta1": 0.6},
            {**OFF, "beta2": 0.8},
            {"learning_rate": 0.3},
            says="With learning_rate, beta1 and beta2 away from the defaults, the path leaves the rule.",
            changing=False,
            zero=["beta1", "beta2"],
        ),
        defaults({"beta1": 0.9}, {"epsilon": 1e-8}),
        changing_rate(DEFAULTS),
        zero_gradient(DEFAULTS),
        epsilon(DEFAULTS),
        *usual(DEFAULTS),
    ],
    visible=first_look(
        Path(
            start=[1.0, -2.0, 0.5],
            gradients=visible_gradients(),
            config={"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.9, "epsilon": 0.01},
            changes={5: {"learning_rate": 0.05}},
        ),
        "beta1",
        "beta2",
    ),
    constants=DEFAULTS,
    may_change=("w", "config"),
    read="Exercise 4. Adam",
    effect=EFFECT,
    ravine_rate=0.2,
)


def filled(w: np.ndarray, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a new config with every default and an empty state where they are missing."""
    return DEFAULTS | {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0} | dict(config or {})


def moments(w, dw, config):
    """Return a new config after the right update of t, m and v."""
    return step(w, dw, config)[1]


def hats(c, t=None):
    """Return both moments of a config, corrected."""
    t = c["t"] if t is None else t
    return c["m"] / (1 - c["beta1"] ** t), c["v"] / (1 - c["beta2"] ** t)


def stepped(w, c, m, v):
    """Return w after the step of m over the root of v, and the config."""
    return w - c["learning_rate"] * m / (np.sqrt(v) + c["epsilon"]), c


def step(
    w,
    dw,
    config=None,
    *,
    m=lambda m, g, b1, b2: b1 * m + (1 - b1) * g,
    v=lambda v, g, b1, b2: b2 * v + (1 - b2) * g**2,
    m_hat=lambda m, b1, b2, t: m / (1 - b1**t),
    v_hat=lambda v, b1, b2, t: v / (1 - b2**t),
    scale=lambda v, epsilon: np.sqrt(v) + epsilon,
):
    """Return a step of Adam, with other formulas for the moments, their corrections and what m is divided by."""
    c = filled(w, config)
    betas = c["beta1"], c["beta2"]
    c["t"], c["m"], c["v"] = c["t"] + 1, m(c["m"], dw, *betas), v(c["v"], dw, *betas)
    divisor = scale(v_hat(c["v"], *betas, c["t"]), c["epsilon"])
    return w - c["learning_rate"] * m_hat(c["m"], *betas, c["t"]) / divisor, c


@adam.convention(share=0.75)
def epsilon_inside_the_root(w, dw, config=None):
    """Epsilon is added to the second moment before the root. Some texts and libraries do so (optax calls it
    eps_root, off by default); the paper, PyTorch and this lesson add it after the root."""
    return step(w, dw, config, scale=lambda v, epsilon: np.sqrt(v + epsilon))


@adam.convention(share=0.75)
def correction_folded_into_the_rate_with_epsilon_not_rescaled(w, dw, config=None):
    """Both corrections sit in the rate, and epsilon meets the uncorrected root. The paper's efficient form and
    Keras do so ("epsilon hat"); to be this lesson's rule epsilon must be multiplied by sqrt(1 - beta2**t)."""
    c = moments(w, dw, config)
    rate = c["learning_rate"] * np.sqrt(1 - c["beta2"] ** c["t"]) / (1 - c["beta1"] ** c["t"])
    return w - rate * c["m"] / (np.sqrt(c["v"]) + c["epsilon"]), c


@adam.convention(share=0.5)
def t_starts_at_one_and_is_advanced_before_use(w, dw, config=None):
    """The first correction is made with t = 2. Course solutions written for a template whose t began at 1 do so;
    here t counts finished steps, so it begins at 0 and is 1 at first use."""
    return step(w, dw, {"t": 1} | dict(config or {}))


adam.table(
    {
        """uncorrected: Both moments start at zero and nothing makes up for it, so the first steps are far too
        long. Divide each by one minus its beta to the power t.
        """: partial(step, m_hat=lambda m, *_: m, v_hat=lambda v, *_: v),
        """first moment uncorrected: Only the second moment is corrected. m starts at zero too: divide it by 1
        - beta1**t.
        """: partial(step, m_hat=lambda m, *_: m),
        """second moment uncorrected: Only the first moment is corrected. v starts at zero too: divide it by 1
        - beta2**t.
        """: partial(step, v_hat=lambda v, *_: v),
        """corrected by multiplying: The moments are multiplied by 1 - beta**t. They are too small early on:
        divide by it.
        """: partial(
            step, m_hat=lambda m, b1, b2, t: m * (1 - b1**t), v_hat=lambda v, b1, b2, t: v * (1 - b2**t)
        ),
        """corrections exchanged: m is corrected with beta2 and v with beta1. Each moment is divided by one
        minus a power of its own beta.
        """: partial(
            step, m_hat=lambda m, b1, b2, t: m / (1 - b2**t), v_hat=lambda v, b1, b2, t: v / (1 - b1**t)
        ),
        """first moment corrected with beta2: m is corrected with beta2. Each average is divided by one minus
        its own beta to the power t.
        """: partial(step, m_hat=lambda m, b1, b2, t: m / (1 - b2**t)),
        """second moment corrected with beta1: v is corrected with beta1. Each average is divided by one minus
        its own beta to the power t.
        """: partial(step, v_hat=lambda v, b1, b2, t: v / (1 - b1**t)),
        """t stays one or its power is forgotten: Every correction is that of the first step: t is not saved
        in config, or beta lacks its power t. Look at how t gets into config["t"], then at the two divisors.
        """: partial(step, m_hat=lambda m, b1, b2, t: m / (1 - b1), v_hat=lambda v, b1, b2, t: v / (1 - b2)),
        """t multiplies beta: The correction has beta * t. It is a power: beta**t, two asterisks.
        """: partial(
            step, m_hat=lambda m, b1, b2, t: m / (1 - b1 * t), v_hat=lambda v, b1, b2, t: v / (1 - b2 * t)
        ),
        """correction with beta squared: The divisors are 1 - beta**2 for ever. The exponent is t, the number
        of this step.
        """: partial(
            step, m_hat=lambda m, b1, b2, t: m / (1 - b1**2), v_hat=lambda v, b1, b2, t: v / (1 - b2**2)
        ),
        """t late: t is still 0 where it is first used, and the correction divides by zero. Add one to it at the
        top of every call, and keep it in config.
        """: partial(
            step,
            m_hat=lambda m, b1, b2, t: m / (1 - b1 ** (t - 1)),
            v_hat=lambda v, b1, b2, t: v / (1 - b2 ** (t - 1)),
        ),
    }
)


@adam.mistake
def t_advanced_twice(w, dw, config=None):
    """t grows by two at every call, so the corrections fade too soon. One line adds one; look for a second."""
    moved, c = step(w, dw, config)
    return moved, c | {"t": c["t"] + 1}


@adam.mistake
def hats_stored(w, dw, config=None):
    """The corrected moments are written back into config, so they are corrected again at every step. Give the
    hats names of their own and store m and v."""
    c = moments(w, dw, config)
    c["m"], c["v"] = hats(c)
    return stepped(w, c, c["m"], c["v"])


@adam.mistake
def epsilon_before_the_correction(w, dw, config=None):
    """Epsilon is added to v before v is corrected, so it is enlarged, and its root is taken as well. Correct, take
    the root, then add epsilon."""
    c = moments(w, dw, config)
    m, v = hats(c | {"v": c["v"] + c["epsilon"]})
    return w - c["learning_rate"] * m / np.sqrt(v), c


@adam.mistake
def root_before_the_correction(w, dw, config=None):
    """The root of v is taken first and then divided by 1 - beta2**t. The correction belongs to v: divide, then
    take the root."""
    c = moments(w, dw, config)
    m, _ = hats(c)
    root = np.sqrt(c["v"]) / (1 - c["beta2"] ** c["t"])
    return stepped(w, c, m, root**2)


@adam.mistake
class t_in_a_global:
    """t counts the calls for all parameters together. Each parameter has its own: keep it in `config["t"]`."""

    t = 0

    def __call__(self, w, dw, config=None):
        self.t += 1
        c = moments(w, dw, config)
        return stepped(w, c, *hats(c, self.t))


@adam.convention(share=0.75)
def beta1_hard_coded(w, dw, config=None):
    """beta1 is a number in the code, or the default overrides what the caller gave. Use `config["beta1"]`."""
    return reference(w, dw, {**(config or {}), "beta1": 0.9})


@adam.convention(share=0.75)
def beta2_hard_coded(w, dw, config=None):
    """beta2 is a number in the code, or the default overrides what the caller gave. Use `config["beta2"]`."""
    return reference(w, dw, {**(config or {}), "beta2": 0.999})


@adam.convention(share=0.5)
def betas_hard_coded(w, dw, config=None):
    """beta1 and beta2 are numbers in the code, or the defaults override what the caller gave. Take both from
    config."""
    return reference(w, dw, {**(config or {}), "beta1": 0.9, "beta2": 0.999})


adam.table(
    {
        """gradient added: The step climbs: the scaled mean is added. Look at the sign in the line that makes
        next_w.
        """: lambda w, dw, config=None: step(w, -dw, config),
        """betas exchanged: m averages with beta2 and v with beta1, in the corrections too. beta1, the shorter
        memory, belongs to m, beta2 to v.
        """: partial(
            step,
            m=lambda m, g, b1, b2: b2 * m + (1 - b2) * g,
            v=lambda v, g, b1, b2: b1 * v + (1 - b1) * g**2,
            m_hat=lambda m, b1, b2, t: m / (1 - b2**t),
            v_hat=lambda v, b1, b2, t: v / (1 - b1**t),
        ),
        """betas exchanged in the averages: m averages with beta2 and v with beta1; the corrections are right.
        beta1, the shorter memory, belongs to m, beta2 to v.
        """: partial(
            step,
            m=lambda m, g, b1, b2: b2 * m + (1 - b2) * g,
            v=lambda v, g, b1, b2: b1 * v + (1 - b1) * g**2,
        ),
        """first moment averaged with beta2: m averages with beta2 and is corrected with beta1. beta1 belongs
        to m throughout.
        """: partial(step, m=lambda m, g, b1, b2: b2 * m + (1 - b2) * g),
        """second moment averaged with beta1: v averages with beta1 and is corrected with beta2. beta2 belongs
        to v throughout.
        """: partial(step, v=lambda v, g, b1, b2: b1 * v + (1 - b1) * g**2),
        """new gradient weighted with beta2: m keeps beta1 of the old, but dw enters with 1 - beta2: the two
        weights do not add up to one. It is 1 - beta1.
        """: partial(step, m=lambda m, g, b1, b2: b1 * m + (1 - b2) * g),
        """new square weighted with beta1: v keeps beta2 of the old, but dw**2 enters with 1 - beta1: the two
        weights do not add up to one. It is 1 - beta2.
        """: partial(step, v=lambda v, g, b1, b2: b2 * v + (1 - b1) * g**2),
        """first moment weights swapped: In m the old mean gets 1 - beta1 and dw gets beta1. A beta near one
        keeps most of the old.
        """: partial(step, m=lambda m, g, b1, b2: (1 - b1) * m + b1 * g),
        """second moment weights swapped: In v the old mean gets 1 - beta2 and dw**2 gets beta2. A beta near
        one keeps most of the old.
        """: partial(step, v=lambda v, g, b1, b2: (1 - b2) * v + b2 * g**2),
        """averages exchanged: The old moment gets 1 - beta and the new gradient beta. A beta near one keeps
        most of the old.
        """: partial(
            step,
            m=lambda m, g, b1, b2: (1 - b1) * m + b1 * g,
            v=lambda v, g, b1, b2: (1 - b2) * v + b2 * g**2,
        ),
        """new gradient not weighted: The old moments decay but the new terms enter whole, so neither is an
        average. Give them the factors 1 - beta1 and 1 - beta2.
        """: partial(step, m=lambda m, g, b1, b2: b1 * m + g, v=lambda v, g, b1, b2: b2 * v + g**2),
        """first moment not weighted: m takes in dw whole. Give it the factor 1 - beta1.
        """: partial(step, m=lambda m, g, b1, b2: b1 * m + g),
        """second moment not weighted: v takes in dw**2 whole. Give it the factor 1 - beta2.
        """: partial(step, v=lambda v, g, b1, b2: b2 * v + g**2),
        """no root: m is divided by the second moment itself. v averages squares: take its root before you
        divide.
        """: partial(step, scale=lambda v, epsilon: v + epsilon),
        """no square: v averages the gradient, not its square, so signs cancel and its root may not exist.
        Take in `dw**2`.
        """: partial(step, v=lambda v, g, b1, b2: b2 * v + (1 - b2) * g),
        """one sum of squares for all entries: One number, the squared norm, serves all coordinates. Square
        entry by entry with `dw**2`.
        """: partial(step, v=lambda v, g, b1, b2: b2 * v + (1 - b2) * np.sum(g**2)),
        """second moment of m: v averages m**2. The second moment is that of the gradient: take in `dw**2`.
        """: lambda w, dw, config=None: step(
            w, dw, config, v=lambda v, g, b1, b2: b2 * v + (1 - b2) * moments(w, dw, config)["m"] ** 2
        ),
        """variance for raw moment: v averages (dw - m)**2, a variance (that is AdaBelief). Adam's second
        moment is raw: take in `dw**2`.
        """: lambda w, dw, config=None: step(
            w, dw, config, v=lambda v, g, b1, b2: b2 * v + (1 - b2) * (dw - moments(w, dw, config)["m"]) ** 2
        ),
        """variance around the old mean: v averages the squared distance of dw from the m of the step before.
        Adam's second moment is raw, not centred: take in `dw**2`.
        """: lambda w, dw, config=None: step(
            w, dw, config, v=lambda v, g, b1, b2: b2 * v + (1 - b2) * (dw - filled(w, config)["m"]) ** 2
        ),
        """gradient for first moment: The step has dw in the numerator: m is worked out and then not used.
        Divide the corrected m, not dw.
        """: lambda w, dw, config=None: step(w, dw, config, m_hat=lambda *_: dw),
    }
)


@adam.mistake
def stale_moments(w, dw, config=None):
    """The step uses the m and v of the step before. Update both first, then correct, then step."""
    old, c = filled(w, config), moments(w, dw, config)
    return stepped(w, c, *hats(c | {"m": old["m"], "v": old["v"]}))


@adam.mistake
def moments_not_kept(w, dw, config=None):
    """m and v start at zero in every call. Store them in config before you return."""
    return step(w, dw, {**(config or {}), "m": 0.0, "v": 0.0})


@adam.mistake
def rate_inside_the_first_moment(w, dw, config=None):
    """m averages learning_rate * dw, so a new rate acts on old gradients late. Average dw, and multiply by the
    rate in the step."""
    c = filled(w, config)
    c = moments(w, c["learning_rate"] * dw, config) | {"v": moments(w, dw, config)["v"]}
    m, v = hats(c)
    return w - m / (np.sqrt(v) + c["epsilon"]), c


adam.table(
    {
        """wrong default rate: With learning_rate left out the steps have another length: Adam's default is
        not that of the other rules. Compare it with the table.
        """: lambda w, dw, config=None: reference(w, dw, {"learning_rate": 1e-2} | (config or {})),
        """wrong default beta2: With beta2 left out the second moment forgets faster than documented. Compare
        your default with the table.
        """: lambda w, dw, config=None: reference(w, dw, {"beta2": 0.99} | (config or {})),
        """epsilon hard coded: Epsilon is a number in the code. Take it from `config["epsilon"]`.
        """: lambda w, dw, config=None: reference(w, dw, {**(config or {}), "epsilon": 1e-8}),
    },
    share=0.75,
)


adam.table(
    {
        """epsilon missing: Nothing is added to the root: a coordinate whose gradient has always been zero
        gets 0/0. Add epsilon.
        """: partial(step, scale=lambda v, epsilon: np.sqrt(v)),
        """one moment per row: The moments have `len(w)` entries, so only vectors work. Give them the shape of
        w: `np.zeros_like(w)`.
        """: lambda w, dw, config=None: step(
            w, dw, {"m": np.zeros(len(w)), "v": np.zeros(len(w))} | dict(config or {})
        ),
    }
)


@adam.variant_as_in("CS231n")
def adam_in_place(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    config["t"] += 1
    config["m"] *= config["beta1"]
    config["m"] += (1 - config["beta1"]) * dw
    config["v"] *= config["beta2"]
    config["v"] += (1 - config["beta2"]) * dw * dw
    mt = config["m"] / (1 - config["beta1"] ** config["t"])
    vt = config["v"] / (1 - config["beta2"] ** config["t"])
    w -= config["learning_rate"] * mt / (np.sqrt(vt) + config["epsilon"])
    return w, config


@adam.variant
def first_moment_v_second_moment_a(w, dw, config=None):
    config = {} if config is None else config
    for key, entry in (
        ("learning_rate", 1e-3),
        ("beta1", 0.9),
        ("beta2", 0.999),
        ("epsilon", 1e-8),
        ("t", 0),
    ):
        config.setdefault(key, entry)
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("a", np.zeros_like(w))
    config["t"] += 1
    config["v"] = config["beta1"] * config["v"] + (1 - config["beta1"]) * dw
    config["a"] = config["beta2"] * config["a"] + (1 - config["beta2"]) * np.square(dw)
    v_hat = config["v"] * (1 / (1 - np.power(config["beta1"], config["t"])))
    a_hat = config["a"] * (1 / (1 - np.power(config["beta2"], config["t"])))
    return w - config["learning_rate"] / (np.sqrt(a_hat) + config["epsilon"]) * v_hat, config


@adam.variant
def folded_with_epsilon_rescaled(w, dw, config=None):
    config = dict(config or {})
    b1, b2, t = config.get("beta1", 0.9), config.get("beta2", 0.999), config.get("t", 0) + 1
    m = b1 * config.get("m", 0) + (1 - b1) * dw
    v = b2 * config.get("v", 0) + (1 - b2) * dw**2
    root = (1 - b2**t) ** 0.5
    rate = config.get("learning_rate", 1e-3) * root / (1 - b1**t)
    return w - rate * m / (v**0.5 + config.get("epsilon", 1e-8) * root), {**config, "m": m, "v": v, "t": t}


@adam.variant
def t_from_one_advanced_after_use(w, dw, config=None):
    c = filled(w, {"t": 1} | dict(config or {}))
    c["m"] += (1 - c["beta1"]) * (dw - c["m"])
    c["v"] += (1 - c["beta2"]) * (dw * dw - c["v"])
    w -= c["learning_rate"] * hats(c)[0] / (np.sqrt(hats(c)[1]) + c["epsilon"])
    c["t"] += 1
    return w, c


@adam.variant
def powers_kept_as_running_products(w, dw, config=None):
    c = filled(w, {"p1": 1.0, "p2": 1.0} | dict(config or {}))
    c["p1"], c["p2"] = c["p1"] * c["beta1"], c["p2"] * c["beta2"]
    c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw**2
    return stepped(w, c, c["m"] / (1 - c["p1"]), c["v"] / (1 - c["p2"]))


@adam.mistake
class state_in_a_global(StateOutside):
    """m, v and t live outside `config` and run on from one parameter to the next. Keep all three in config."""

    rule = folded_with_epsilon_rescaled
    keys = ("m", "v", "t")


@adam.mistake
class one_state_for_all_parameters(StateOutside):
    """A new run clears the state, but two parameters trained together share it. Keep m, v and t in `config`,
    not in a global or an attribute."""

    rule = folded_with_epsilon_rescaled
    keys = ("m", "v", "t")
    kept_by_a_new_run = False


@adam.in_place
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw *= ...`."""
    answer = step(w, dw.copy(), config)
    dw *= 0.5
    return answer


slips_with_the_config(adam, step, DEFAULTS, ["m", "v", "t"])
stops_without_a_slope(
    adam,
    step,
    """Where the whole gradient is zero nothing happens at all. It is a step like others:
    m still moves w, both moments fade, and t counts on. Let the formula run.""",
)


@adam.mistake
class mutable_default(MutableDefault):
    rule = adam_in_place
