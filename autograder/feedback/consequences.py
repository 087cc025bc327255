"""What a known mistake does, worked out by making it: on the ravine, in a small training, in its answers.

Nothing here comes from a submission, and nothing is a number of a graded check: rules run on a surface of the
course, losses train a small classifier, other functions answer their visible probe.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from autograder.judging.records import Check, Exercise, Known
from autograder.judging.signatures import agree, observe, quiet, recorded
from course.checks.saying import argument
from course.descend import Trace
from course.probes.base import Calls, Unusable, one_step
from course.probes.comparing import same
from course.surfaces import ravine

STEPS = 60
LIMIT = 1e6
OTHERS = {"momentum": 0.5, "decay_rate": 0.8, "beta1": 0.6, "beta2": 0.9}


@dataclass(frozen=True, kw_only=True, eq=False)
class Paths:
    """Two runs on the ravine: with the mistake and without it.  ``where`` says what kind of run, in words."""

    where: str
    mine: Trace
    right: Trace


@dataclass(frozen=True, kw_only=True, eq=False)
class Losses:
    """The loss of a small classifier, (T + 1,), trained with the mistake and without it."""

    mine: np.ndarray
    right: np.ndarray


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """Answers beside the right ones.

    labels  what was asked
    ratios  how many times the right answer each one is, None where answers are not numbers or not comparable
    agree   whether each one is right
    of      "calls" of the visible check, or "properties" that the graded one looks at
    """

    labels: list[str]
    ratios: list[float | None]
    agree: list[bool]
    of: str


Consequence = Paths | Losses | Answers


def consequence(exercise: Exercise, known: Known) -> Consequence | None:
    """Return what a mistake does, where it shows best; None when it shows in nothing we know to draw."""
    with quiet():
        found: Consequence | None = None
        if exercise.ravine_rate is not None:
            found = on_the_ravine(exercise, known)
        elif exercise.is_loss:
            found = in_training(exercise, known)
        return found or in_answers(exercise, known) or in_properties(exercise, known)


def on_the_ravine(exercise: Exercise, known: Known) -> Paths | None:
    """Return the runs of the first kind in which a mistaken rule goes another way."""
    rate = exercise.ravine_rate
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("at a constant rate", {"config": {"learning_rate": rate}}),
        ("with other settings", {"config": {"learning_rate": rate, **OTHERS}}),
        ("with a rate that falls", {"config": {"learning_rate": rate}, "falling": True}),
        ("with the defaults", {"config": None}),
        ("as two parameters in turn", {"config": {"learning_rate": rate}, "apart": True}),
        ("as a matrix", {"config": {"learning_rate": rate}, "shape": (2, 1)}),
        ("with a coordinate that never has a gradient", {"config": {"learning_rate": rate}, "flat": True}),
        ("in a second run", {"config": {"learning_rate": rate}, "runs": 2}),
    ]
    for where, how in kinds:
        right = run(exercise.as_rule(exercise.reference), **how)
        mine = run(exercise.as_rule(known.make()), **how)
        if len(mine.points) != len(right.points) or not same(mine.points, right.points, 1e-6):
            return Paths(where=where, mine=mine, right=right)
    return None


def run(
    rule: Callable,
    *,
    config: Mapping[str, Any] | None,
    falling: bool = False,
    apart: bool = False,
    flat: bool = False,
    shape: tuple[int, ...] = (2,),
    runs: int = 1,
) -> Trace:
    """Return the last of some runs on the ravine, ended early, and said so, when it leaves all bounds.

    falling  the rate is halved every 15 steps
    apart    x and y are parameters of their own, each with its config
    flat     y has no gradient
    shape    in which the rule sees w
    """
    for _ in range(runs):
        w = np.array(ravine.start, dtype=np.float64)
        states: list[Any] = [copy.deepcopy(dict(config)) if config is not None else None for _ in range(2)]
        points, stopped = [w], ""
        for step in range(1, STEPS + 1):
            slope = np.asarray(ravine.gradient(w)) * ([1.0, 0.0] if flat else [1.0, 1.0])
            if falling and step % 15 == 0:
                states = [
                    {**(state or {}), "learning_rate": (state or {})["learning_rate"] / 2} for state in states
                ]
            try:
                if apart:
                    parts = [one_step(rule, w[k : k + 1], slope[k : k + 1], states[k]) for k in range(2)]
                    w, states = np.concatenate([part[0] for part in parts]), [part[1] for part in parts]
                else:
                    moved, states[0] = one_step(rule, w.reshape(shape), slope.reshape(shape), states[0])
                    w = moved.reshape(2)
            except Unusable as trouble:
                stopped = trouble.message
                break
            if not np.isfinite(w).all() or np.abs(w).max() > LIMIT:
                stopped = "it leaves all bounds"
                break
            points.append(w)
    losses = np.array([float(ravine.value(point)) for point in points])
    return Trace(points=np.array(points), losses=losses, stopped=stopped)


def in_training(exercise: Exercise, known: Known) -> Losses | None:
    """Return the true loss of a linear classifier on three clouds, trained by a wrong gradient and by the right."""
    try:
        mine, right = train(exercise, known.make()), train_rightly(exercise)
    except Exception:  # a mistake that does not train at all is shown by its answers
        return None
    return None if same(mine, right, 1e-6) else Losses(mine=mine, right=right)


@cache
def train_rightly(exercise: Exercise) -> np.ndarray:
    """Return the losses (T + 1,) of a training with the reference, which may be slow."""
    return train(exercise, exercise.reference)


def train(exercise: Exercise, loss: Callable, steps: int = 30) -> np.ndarray:
    """Return the true loss (T + 1,) after every step of training with ``loss(scores, y) -> (loss, gradient)``."""
    rng = np.random.default_rng(3)
    y = np.arange(24) % 3
    X = rng.normal(size=(24, 2)) + 2.0 * np.stack([np.cos(2.1 * y), np.sin(2.1 * y)], axis=1)
    W, losses = np.zeros((2, 3)), []
    for step in range(steps + 1):
        scores = X @ W
        losses.append(float(exercise.reference(scores, y)[0]))
        if step < steps:
            W = W - 0.2 * X.T @ np.asarray(loss(scores.copy(), y.copy())[1], dtype=np.float64)
    return np.array(losses)


def in_answers(exercise: Exercise, known: Known) -> Answers | None:
    """Return the answers of a mistake to the visible probe, call by call, if any of them is wrong."""
    if exercise.visible is None:
        return None
    check = Check(name="visible", probe=exercise.visible, says="")
    mine, right = observe(check, known.make()), observe(check, exercise.reference)
    if isinstance(mine, dict) and isinstance(right, dict) and mine.keys() == right.keys():
        labels, mine, right = list(right), list(mine.values()), list(right.values())
    elif isinstance(mine, list) and isinstance(right, list) and len(mine) == len(right) > 1:
        labels = asked(exercise.visible, len(right))
    else:
        return None
    agreed = [same(a, b) for a, b in zip(mine, right, strict=True)]
    if all(agreed):
        return None
    ratios = [ratio(a, b) for a, b in zip(mine, right, strict=True)]
    return Answers(labels=labels, ratios=ratios, agree=agreed, of="calls")


def asked(probe: Any, count: int) -> list[str]:
    """Return what each call of a visible probe passes, where that is short, else its number."""
    numbers = [str(number) for number in range(1, count + 1)]
    if not isinstance(probe, Calls):
        return numbers
    shown = [f"({', '.join(map(argument, each))})" for each in probe.arguments]
    return shown if all(len(each) <= 40 and "\n" not in each for each in shown) else numbers


def ratio(mine: Any, right: Any) -> float | None:
    """Return how many times the right answer an answer is, along the right one; None where that means nothing."""
    if isinstance(right, bool | str) or isinstance(mine, bool | str):
        return None
    try:
        a, b = np.asarray(mine, dtype=np.float64).ravel(), np.asarray(right, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        return None
    if a.shape != b.shape or not a.size or not np.isfinite([*a, *b]).all() or not b.any():
        return None
    return float(a @ b / (b @ b))


def in_properties(exercise: Exercise, known: Known) -> Answers | None:
    """Return which properties of the graded check hold with a mistake, by their names and nothing else."""
    theirs, ours = recorded(exercise, known), recorded(exercise)
    agreed = [agree(theirs[each.name], ours[each.name], each.tolerance) for each in exercise.checks]
    if all(agreed):
        return None
    labels = [each.name.replace("_", " ") for each in exercise.checks]
    return Answers(labels=labels, ratios=[None] * len(labels), agree=agreed, of="properties")
