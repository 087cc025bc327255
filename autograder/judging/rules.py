"""Assertion groups for update rules ``next_w, config = rule(w, dw, config)``.

Long paths at 1e-9 separate right from wrong where one step with ``allclose`` does not: correct spellings of
a rule differ by rounding only, and the nearest wrong one is six orders of magnitude away.  Every run starts
from fresh float64 copies, so rules that work in place are as welcome as rules that do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

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


def hyperparameters(
    off: Config, turned: Config, *, also: Sequence[Config] = (), zero: Sequence[str] = ()
) -> Check:
    """Every hyperparameter away from its default, then each turned in turn.

    off     all hyperparameters but epsilon, none at its default
    turned  another value for each
    also    further complete configs, e.g. with ``t`` present
    zero    names of those that may be 0, beside the rate
    """
    configs = [dict(off), *({**off, key: value} for key, value in turned.items()), *map(dict, also)]
    paths = {f"config {k}": path(k, config) for k, config in enumerate(configs)}
    paths |= at_zero(off, "learning_rate", *zero)
    names = ", ".join(off)
    return Check(
        name="hyperparameters",
        probe=follow(paths),
        says=f"With {names} away from the defaults, or at 0, the path leaves the rule.",
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


def changing_rate(config: Config | None = None, also: Mapping[str, Path] | None = None) -> Check:
    """The learning rate is turned down, and up again, in the middle of a run.

    also  runs in which another setting changes
    """
    changes = {0: {"learning_rate": 0.05}, 7: {"learning_rate": 0.005}, 15: {"learning_rate": 0.02}}
    probe = follow({"decaying": path(40, config, changes=changes), **(also or {})})
    return Check(
        name="changing_rate",
        probe=probe,
        says="With settings that stay as they are the path is right; when one changes between calls it is not.",
    )


def at_zero(config: Config, *names: str) -> dict[str, Path]:
    """Return runs in which one setting is exactly 0, which is a number like others.

    config  all settings
    names   of those that may be 0
    """
    steady = start(91, (8, 3))
    steady = np.sign(steady) * (0.5 + np.abs(steady))  # of one size, so that no root divides by a tiny one
    return {
        f"{name} of zero": Path(start=[2.0, -3.0, 2.5], gradients=list(steady), config={**config, name: 0.0})
        for name in names
    }


def zero_gradient(config: Config) -> Check:
    """The whole gradient is 0 at a few steps, before any other shape is tried."""
    run = path(90, config)
    return Check(
        name="zero gradient",
        probe=follow({"pauses": replace(run, gradients=with_pauses(run.gradients))}),
        says="Where every entry of the gradient is zero, the step is not right.",
    )


def with_pauses(run: Sequence[ArrayLike]) -> list[np.ndarray]:
    """Return gradients that are zero at a few steps in a row, and at a single one."""
    return [np.multiply(each, step not in (4, 5, 6, 13)) for step, each in enumerate(run)]


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
    """A scalar, a matrix and an array of three axes follow the rule as a vector does."""
    paths = {
        "scalar": replace(path(60, config, ()), gradients=[g or 0.7 for g in gradients(60, ())]),
        "matrix": path(61, config, (2, 3)),
        "tall": path(62, config, (5, 2)),
        "three axes": path(63, config, (2, 3, 2)),
    }
    return Check(
        name="shapes",
        probe=follow(paths),
        says="For vectors the path is right; for a scalar, a matrix or an array of three axes it is not.",
    )


def state(config: Config, defaults: Config | None = None) -> Check:
    """All state lives in ``config``: two parameters interleave, a copied config carries on a run, and an entry of
    the caller's comes back in the config of the same parameter.

    defaults  of all settings, for a rule whose step at a gradient of zero changes nothing: it then makes the two
              configs in which the caller counts
    """
    first, second, third = (path(seed, config) for seed in (70, 71, 72))
    if defaults is None:
        rate = {"learning_rate": config["learning_rate"]}
        counted = [path(seed, config, counted=rate) for seed in (75, 76)]
    else:  # no other default shows at the first step, nor later
        counted = [path(seed, None, counted=defaults) for seed in (75, 76)]
        counted = [replace(each, gradients=[np.zeros(6), *each.gradients[:8]]) for each in counted]
    probes = {
        "interleaved": Turns(paths=[first, second]),
        "resumed": Resumed(path=third, at=5),
        "counted": Turns(paths=counted),
    }
    return Check(
        name="state",
        probe=Several(probes=probes),
        says="One run alone is right; a second parameter, or an entry of the caller's in the config, spoils it.",
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


def usual(config: Config, defaults: Config | None = None) -> list[Check]:
    """Return the checks of every rule that keeps a state: shapes, state, and the caller's gradient.

    defaults  as in ``state``
    """
    return [shapes(config), state(config, defaults), gradient_untouched(config)]


FEW = (
    [[0.003, -0.02], [25.0, -1.5], [0.0, 0.4], [-60.0, 0.001]],
    [[0.002, 0.5], [-4.0, 0.03], [-0.7, 0.0], [2.0, -0.005]],
    [[-1.5, 8.0], [0.01, -0.3], [12.0, 0.06], [0.0, 0.9]],
)
"""Gradients of three steps, (3, 4, 2), of every size: beside the small ones the default of an epsilon shows."""


def first_look(run: Path, *names: str, still: Config | None = None) -> Look:
    """Return the visible probe of a rule, which sees on a few short paths what the graded checks see on long ones.

    run    every hyperparameter away from its default, and a rate that changes
    names  of those that may be 0
    still  settings that are 0 as long as the rate is, in the run that begins with a rate of 0
    """
    config = dict(run.config or {})
    half = len(run.gradients) // 2
    parts = (run.gradients[:half], run.gradients[half : 2 * half])
    halves = [Path(start=run.start, gradients=part, config=config) for part in parts]
    column = [np.array(each)[:3, 0] for each in FEW]
    alone = Path(start=run.start, gradients=column, bare=True)
    few = list(run.gradients[:3])
    rest = {key: config[key] for key in ("learning_rate", *(still or {}))}
    warming = replace(
        run, gradients=few, config={**config, **(still or {}), "learning_rate": 0.0}, changes={1: rest}
    )
    rate = {"learning_rate": config["learning_rate"]}
    steady = [[1.0, -2.0, 0.5], [2.0, 1.5, -1.0], [-0.5, -1.0, 2.0]]
    return Look(
        probes={
            "With every setting given": run,
            "With a rate of 0 at first": warming,
            **{
                f"With `{name}` at 0": Path(start=run.start, gradients=steady, config={**config, name: 0.0})
                for name in names
            },
            "When the whole gradient is 0": Path(
                start=run.start, gradients=[few[0], [0.0, 0.0, 0.0], few[1]], config=config
            ),
            "With the defaults, config=None, on a matrix": Path(
                start=[[1.0, -2.0], [0.3, 0.5], [3.0, -1.0], [0.0, 2.0]], gradients=FEW
            ),
            "On a single number": Path(start=3.0, gradients=[0.4, -2.0, 0.01], config=config),
            "On an array of three axes": Path(
                start=np.reshape([1.0, -2.0, 0.5, 3.0], (2, 1, 2)),
                gradients=[
                    np.reshape(each, (2, 1, 2)) for each in ([0.3, -1.0, 2.0, 0.5], [1.0, 0.2, -0.4, 3.0])
                ],
                config=config,
            ),
            "With two parameters in turn, each with a config of its own": Turns(paths=halves),
            "With an entry of the caller's in the config": Turns(
                paths=[
                    Path(start=run.start, gradients=[0 * column[0], *each], counted=rate)
                    for each in (column, column[::-1])
                ]
            ),
            "Called without a config": alone,
            "Called without a config a second time": alone,
            "After a call": Given(path=Path(start=run.start, gradients=run.gradients[:1], config=config)),
        }
    )
