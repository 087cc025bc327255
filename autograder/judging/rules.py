"""Assertion groups for update rules ``next_w, config = rule(w, dw, config)``.

Long paths at 1e-9 separate right from wrong where one step with ``allclose`` does not: correct spellings of
a rule differ by rounding only, and the nearest wrong one is six orders of magnitude away.  Every run starts
from fresh float64 copies, so rules that work in place are as welcome as rules that do not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judging.records import Check
from course.probes.base import Path, Rule
from course.probes.composed import Given, Look, Resumed, Several, Turns
from course.probes.in_place import unchanged

STEPS = 24
EFFECT = "Every step of training is this rule, so the mistake is made at every step."
"""What a mistake in an update rule does to training."""

Config = Mapping[str, Any]


def gradients(seed: int, shape: tuple[int, ...] = (6,), steps: int = STEPS) -> list:
    """Return gradients from 1e-3 to 1e2 of both signs; about one entry in six is 0."""
    rng = np.random.default_rng(seed)
    sizes = 10.0 ** rng.uniform(-3, 2, size=(steps, *shape))
    signs = rng.choice([-1.0, 1.0], size=sizes.shape)
    kept = rng.random(sizes.shape) > 1 / 6
    return list(sizes * signs * kept)


def start(seed: int, shape: tuple[int, ...] = (6,)) -> np.ndarray:
    """Return parameters of both signs and size about 1."""
    return np.random.default_rng(seed + 1000).normal(size=shape)


def path(seed: int, config: Config | None, shape: tuple[int, ...] = (6,), **changes: Any) -> Path:
    """Return the probe of one run along its own gradients."""
    return Path(start=start(seed, shape), gradients=gradients(seed, shape), config=config, **changes)


def follow(paths: Mapping[str, Path]) -> Several:
    """Return a probe that drives a rule along several paths, one after the other."""
    return Several(probes=paths)


def hyperparameters(off: Config, turned: Config, *, also: Sequence[Config] = ()) -> Check:
    """Every hyperparameter away from its default, then each turned in turn.

    off     all hyperparameters but epsilon, none at its default
    turned  another value for each
    also    further complete configs, e.g. with ``t`` present or ``momentum`` zero
    """
    configs = [dict(off), *({**off, key: value} for key, value in turned.items()), *map(dict, also)]
    paths = {f"config {k}": path(k, config) for k, config in enumerate(configs)}
    names = ", ".join(off)
    return Check(
        name="hyperparameters",
        probe=follow(paths),
        says=f"With {names} away from the defaults, the path leaves the rule.",
    )


def defaults(*partial: Config) -> Check:
    """``config=None``, an empty config, configs that give only some of the keys, and twice none at all."""
    paths = {"None": path(20, None), "empty": path(21, {})}
    paths |= {f"only {', '.join(config)}": path(22 + k, config) for k, config in enumerate(partial)}
    # Of the shape of the visible check's run, whose state, if it is kept, then shows and does not raise.
    paths |= {f"left out, run {k}": path(28 + k, None, (3,), bare=True) for k in (1, 2)}
    return Check(
        name="defaults",
        probe=follow(paths),
        says="Already with the documented defaults (config=None or left out, or keys left out) the path is wrong.",
    )


def changing_rate(config: Config | None = None) -> Check:
    """The learning rate is turned down, and up again, in the middle of a run."""
    changes = {0: {"learning_rate": 0.05}, 7: {"learning_rate": 0.005}, 15: {"learning_rate": 0.02}}
    probe = follow({"decaying": path(40, config, changes=changes)})
    return Check(
        name="changing_rate",
        probe=probe,
        says="At a constant rate the path is right; when learning_rate changes between calls it is not.",
    )


def epsilon(config: Config | None = None) -> Check:
    """A large epsilon, whose place then matters, and coordinates whose gradient is always zero."""
    large = {**(config or {}), "epsilon": 0.2}
    still = [np.array([0.0, 1.0, -3.0]) * g for g in np.linspace(0.01, 2.0, STEPS)]
    never = Path(start=[1.0, -2.0, 3.0], gradients=still, config=dict(config) if config else None)
    return Check(
        name="epsilon",
        probe=follow({"large": path(50, large), "zero gradient": never}),
        says="With another epsilon, or a gradient that is exactly zero, the path leaves the rule.",
    )


def shapes(config: Config | None = None) -> Check:
    """A scalar and a matrix follow the rule as a vector does."""
    paths = {
        "scalar": path(60, config, ()),
        "matrix": path(61, config, (2, 3)),
        "tall": path(62, config, (5, 2)),
    }
    return Check(
        name="shapes",
        probe=follow(paths),
        says="For vectors the path is right; for a scalar or a matrix it is not.",
    )


def state(config: Config | None = None) -> Check:
    """All state lives in ``config``: two parameters interleave, and a copied config carries on a run."""
    first, second, third = (path(seed, config) for seed in (70, 71, 72))
    probe = Several(
        probes={"interleaved": Turns(paths=[first, second]), "resumed": Resumed(path=third, at=5)}
    )
    return Check(
        name="state",
        probe=probe,
        says="One run alone is right; two parameters with a config each, taken in turn, disturb each other.",
    )


def gradient_untouched(config: Config | None = None) -> Check:
    """``dw`` belongs to the caller: after the call it is what it was."""
    run = path(80, config)
    given = Given(path=run)

    def probe(rule: Rule) -> list[bool]:
        return [unchanged(dw, left) for left, dw in zip(given(rule), run.gradients, strict=False)]

    return Check(
        name="gradient_untouched",
        probe=probe,
        says="The path is right, but `dw` was changed: it belongs to the caller.",
    )


def usual(config: Config) -> list[Check]:
    """Return the checks of every rule that keeps a state: shapes, state, and the caller's gradient."""
    return [shapes(config), state(config), gradient_untouched(config)]


FEW = (
    [[0.003, -0.02], [25.0, -1.5], [0.0, 0.4], [-60.0, 0.001]],
    [[0.002, 0.5], [-4.0, 0.03], [-0.7, 0.0], [2.0, -0.005]],
    [[-1.5, 8.0], [0.01, -0.3], [12.0, 0.06], [0.0, 0.9]],
)
"""Gradients of three steps, (3, 4, 2), of every size: beside the small ones the default of an epsilon shows."""


def first_look(run: Path) -> Look:
    """Return the visible probe of a rule, which sees on a few short paths what the graded checks see on long ones.

    run  every hyperparameter away from its default, and a rate that changes
    """
    config = dict(run.config or {})
    half = len(run.gradients) // 2
    parts = (run.gradients[:half], run.gradients[half : 2 * half])
    halves = [Path(start=run.start, gradients=part, config=config) for part in parts]
    column = [np.array(each)[:3, 0] for each in FEW]
    alone = Path(start=run.start, gradients=column, bare=True)
    return Look(
        probes={
            "With every setting given": run,
            "With the defaults, config=None, on a matrix": Path(
                start=[[1.0, -2.0], [0.3, 0.5], [3.0, -1.0], [0.0, 2.0]], gradients=FEW
            ),
            "On a single number": Path(start=3.0, gradients=[0.4, -2.0, 0.01], config=config),
            "With two parameters in turn, each with a config of its own": Turns(paths=halves),
            "Called without a config": alone,
            "Called without a config a second time": alone,
            "After a call": Given(path=Path(start=run.start, gradients=run.gradients[:1], config=config)),
        }
    )


class MutableDefault:
    """The default `config={}` is one dictionary, made when the function is defined: every run without a config
    goes on with the state of the run before. Write `config=None`, and make the dictionary inside.

    When is a default made: once, or at every call?
    """

    rule: Rule
    """A right rule that writes its state into the given config."""

    def __init__(self) -> None:
        self.made_once: dict = {}

    def __call__(self, w: np.ndarray, dw: np.ndarray, *given: dict | None) -> tuple[np.ndarray, dict]:
        """Take one step; the state of a run without a config goes into the shared dictionary."""
        return type(self).rule(w, dw, *(given or (self.made_once,)))


class StateOutside:
    """A rule whose state is kept in the function; a known mistake derives from it and says what is wrong.

    rule  a right rule that keeps its state in the config, in new arrays at every step
    keys  of that state
    kept_by_a_new_run  whether a run with a new config goes on with it
    """

    rule: Rule
    keys: Sequence[str]
    kept_by_a_new_run = True

    def __init__(self) -> None:
        self.held: dict = {}

    def __call__(self, w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
        """Take one step from the state that is held, whatever the config says."""
        config = dict(config or {})
        goes_on = self.kept_by_a_new_run or self.keys[0] in config
        w, config = type(self).rule(w, dw, config | (self.held if goes_on else {}))
        self.held = {key: config[key] for key in self.keys}
        return w, config
