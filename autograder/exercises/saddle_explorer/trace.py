"""Where does a rule go? The path of points, the start first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercises.saddle_explorer.rules import heavy, in_place, plain
from autograder.judging import Check, Exercise
from course.descend import descend
from course.probes.base import Calls
from course.probes.paths import VISIBLE, breaking, points_of
from course.surfaces import beale, ravine, saddle

LIMIT = 1e3


def reference(rule, surface, start, steps, config=None, limit=1e3):
    """Let the course's own loop walk on without a limit of ours, then cut; the lesson stops on its way."""
    with np.errstate(all="ignore"):
        points = descend(rule, surface, start, steps=steps, config=config, limit=np.inf).points
    inside = (np.abs(points) < limit).all(axis=1)
    return points[: inside.tolist().index(False)] if False in inside else points


def asked_twice(candidate: Callable) -> list[Any]:
    """Whether a second call with the same config and start says the same, and both are as they were."""
    config, start = {"learning_rate": 0.1}, np.array([0.5, 0.25])
    first = points_of(candidate, heavy, start, 5, config)
    second = points_of(candidate, heavy, start, 5, config)
    return [bool(np.array_equal(first, second)), sorted(config) == ["learning_rate"]]


def written_over(candidate: Callable) -> list[Any]:
    """The path of a rule that works in place, and the caller's start afterwards; then from whole numbers."""
    start = np.array([0.5, 0.25])
    config = {"learning_rate": 0.125}
    path = points_of(candidate, in_place, start, 5, config)
    return [path, start, points_of(candidate, in_place, (1, 2), 3, config)]


trace = Exercise(
    "trace",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="path",
            probe=Calls(
                arguments=[
                    (plain, saddle, (1.0, 0.01), 7, {"learning_rate": 0.1}),
                    (heavy, ravine, (-2.0, 1.0), 12, {"learning_rate": 0.03}),
                    (heavy, beale, np.array([1.0, 1.4]), 6),
                    (plain, saddle, (0.5, 0.5), 0, {"learning_rate": 0.1}),
                ]
            ),
            says="Some point of the path is not where the rule went.",
        ),
        Check(
            name="in place",
            probe=written_over,
            says="With a rule that writes over the w it is given, the path or the caller's start is spoiled.",
        ),
        Check(
            name="asked twice",
            probe=asked_twice,
            says="Asked twice with the same config, it does not say the same twice, or the config has changed.",
        ),
        Check(
            name="divergence",
            probe=Calls(
                arguments=[
                    (plain, saddle, (1.0, 0.0), 40, {"learning_rate": 3.0}),
                    (plain, ravine, (-2.0, 1.0), 400, {"learning_rate": 0.5}),
                    (plain, saddle, (1.0, 0.5), 12, {"learning_rate": 0.5}, 8.0),
                    (plain, saddle, (7.0, 6.0), 4, {"learning_rate": 0.01}, 8.0),
                    (plain, saddle, (1.0, 0.5), 12, {"learning_rate": 4.0}, 1e9),
                    (breaking, saddle, (0.5, 0.5), 9),
                ]
            ),
            says="A path that diverges does not end at its last point below the limit.",
        ),
    ],
    visible=VISIBLE,
    praise="All paths agree.",
    read="Exercise 1. Trace",
    effect="The picture shows another path than the one training took.",
    equivalent={
        "return np.array(points) -> return points": "A list of points is as good as an array of them.",
    },
)


def walk(rule, surface, start, steps, config=None, limit=LIMIT, *, flaw=""):
    """Return the path, with one flaw."""
    w = np.array(start, dtype=None if flaw == "whole" else float)
    w = start if flaw == "start" and isinstance(start, np.ndarray) else w
    first = {} if config is None else config if flaw == "config" else dict(config)
    held, points, slope = first, [w if flaw == "alias" else w.copy()], surface.gradient(w)
    for _ in range(steps + {"fewer": -1, "more": 1}.get(flaw, 0)):
        slope = slope if flaw == "slope" else surface.gradient(w)
        w, held = rule(w if flaw in ("alias", "start") else w.copy(), slope.copy(), held)
        held = dict(first) if flaw == "forget" else held
        fits = bool(np.abs(w).max() < limit) or (flaw == "at" and np.abs(w).max() == limit)
        fits = not np.abs(w).max() >= limit if flaw == "nan" else fits
        if not fits and flaw != "late" and flaw != "endless":
            break
        points.append(w if flaw == "alias" else w.copy())
        if not fits and flaw == "late":
            break
    points = points[1:] if flaw == "headless" else points
    if flaw == "padded":
        points += [points[-1]] * (steps + 1 - len(points))
    return np.array(points).T if flaw == "turned" else np.array(points)


@trace.mistake
def start_missing(rule, surface, start, steps, config=None, limit=LIMIT):
    """The path begins after the first step. Its first row is the start, so T steps make T + 1 rows."""
    return walk(rule, surface, start, steps, config, limit, flaw="headless")


@trace.mistake
def one_step_too_few(rule, surface, start, steps, config=None, limit=LIMIT):
    """The last step is missing: T steps make T + 1 rows, because the start is one of them."""
    return walk(rule, surface, start, steps, config, limit, flaw="fewer")


@trace.mistake
def one_step_too_many(rule, surface, start, steps, config=None, limit=LIMIT):
    """The rule was called once more than asked. The start needs no call."""
    return walk(rule, surface, start, steps, config, limit, flaw="more")


@trace.mistake
def gradient_of_the_start_only(rule, surface, start, steps, config=None, limit=LIMIT):
    """Every step uses the gradient at the start. Ask the surface again at each new point."""
    return walk(rule, surface, start, steps, config, limit, flaw="slope")


@trace.mistake
def state_lost_between_steps(rule, surface, start, steps, config=None, limit=LIMIT):
    """Every step gets the first config again, so the rule never remembers. Pass on the config it returns."""
    return walk(rule, surface, start, steps, config, limit, flaw="forget")


@trace.mistake
def rows_and_columns_swapped(rule, surface, start, steps, config=None, limit=LIMIT):
    """The array has a row for x and a row for y. One row is one point: its shape is (T + 1, 2)."""
    return walk(rule, surface, start, steps, config, limit, flaw="turned")


@trace.mistake
def every_row_is_the_last_point(rule, surface, start, steps, config=None, limit=LIMIT):
    """A rule may write its result over `w`, and every row of the path is then the same array. Keep a copy."""
    return walk(rule, surface, start, steps, config, limit, flaw="alias")


@trace.mistake
def start_written_over(rule, surface, start, steps, config=None, limit=LIMIT):
    """A rule that works in place has moved the caller's own start. Begin with a copy of it."""
    return walk(rule, surface, start, steps, config, limit, flaw="start")


@trace.mistake
def config_not_copied(rule, surface, start, steps, config=None, limit=LIMIT):
    """The rule leaves its state in the caller's config, so the next trace starts with the memory of this one.
    Begin with a copy: `dict(config)`."""
    return walk(rule, surface, start, steps, config, limit, flaw="config")


@trace.mistake
def divergence_not_stopped(rule, surface, start, steps, config=None, limit=LIMIT):
    """A path that runs away is never stopped, and a figure cannot show it. Stop before a point whose size is not
    below the limit."""
    return walk(rule, surface, start, steps, config, limit, flaw="endless")


@trace.mistake
def stopped_one_point_late(rule, surface, start, steps, config=None, limit=LIMIT):
    """The first point beyond the limit is still in the path. Look at it before you append it."""
    return walk(rule, surface, start, steps, config, limit, flaw="late")


@trace.mistake
def stopped_beyond_the_limit_only(rule, surface, start, steps, config=None, limit=LIMIT):
    """A point exactly at the limit is still in the path. Only points below it belong there."""
    return walk(rule, surface, start, steps, config, limit, flaw="at")


@trace.mistake
def whole_numbers_stay_whole(rule, surface, start, steps, config=None, limit=LIMIT):
    """A start of whole numbers becomes an array of integers, into which no rule can write a fraction. Copy it with
    `dtype=float`."""
    return walk(rule, surface, start, steps, config, limit, flaw="whole")


@trace.mistake
def only_points_that_are_not_finite_end_it(rule, surface, start, steps, config=None, limit=LIMIT):
    """The path goes on until its numbers overflow. It ends before a coordinate is not below `limit`."""
    with np.errstate(all="ignore"):
        path = walk(rule, surface, start, steps, config, np.inf)
    return path


@trace.mistake
def NaN_stays_in_the_path(rule, surface, start, steps, config=None, limit=LIMIT):
    """A point that is not a number is still in the path: NaN is neither below the limit nor beyond it. Ask whether
    the point is below, and stop if it is not."""
    return walk(rule, surface, start, steps, config, limit, flaw="nan")


@trace.mistake
def stopped_path_padded(rule, surface, start, steps, config=None, limit=LIMIT):
    """A stopped path was filled up with its last point, so nobody can see that it stopped. Let it be shorter."""
    return walk(rule, surface, start, steps, config, limit, flaw="padded")


@trace.variant
def a_list_of_points(rule, surface, start, steps, config=None, limit=LIMIT):
    held = None if config is None else {**config}
    points = [np.asarray(start, dtype=np.float64)]
    while len(points) <= steps:
        here, held = rule(np.copy(points[-1]), surface.gradient(points[-1]), held)
        if not np.all(np.abs(here) < limit):
            return points
        points.append(np.copy(here))
    return points


@trace.variant
def filled_in_advance(rule, surface, start, steps, config=None, limit=LIMIT):
    rows = np.full((steps + 1, 2), np.nan)
    rows[0] = start
    state = dict(config or {})
    for k in range(steps):
        rows[k + 1], state = rule(rows[k].copy(), surface.gradient(rows[k]), state)
        if np.isnan(rows[k + 1]).any() or np.max(np.abs(rows[k + 1])) >= limit:
            return rows[: k + 1]
    return rows
