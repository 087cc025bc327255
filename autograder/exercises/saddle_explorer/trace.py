"""Where does a rule go? The path of points, the start first."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercises.saddle_explorer.rules import heavy, in_place, plain
from autograder.judging import Check, Exercise
from course.descend import descend
from course.probes.base import Calls
from course.probes.paths import VISIBLE, breaking, leaping, points_of
from course.probes.rules import counting_anew
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
                    (counting_anew, saddle, (0.5, 0.25), 4, {"learning_rate": 0.1}),
                    (plain, saddle, (0.5, 0.5), 0, {"learning_rate": 0.1}),
                    (heavy, saddle, (0.0, 0.0), 3),
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
                    (breaking, saddle, (0.5, -1.0), 9),
                    (leaping, saddle, (0.5, 0.5), 7),
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
    w = np.array(start, dtype=None if flaw == "whole numbers stay whole" else float)
    w = start if flaw == "start written over" and isinstance(start, np.ndarray) else w
    first = {} if config is None else config if flaw == "config not copied" else dict(config)
    held, points, slope = (
        first,
        [w if flaw == "every row is the last point" else w.copy()],
        surface.gradient(w),
    )
    for _ in range(steps + {"one step too few": -1, "one step too many": 1}.get(flaw, 0)):
        slope = slope if flaw == "gradient of the start only" else surface.gradient(w)
        slope = -slope if flaw == "gradient with the wrong sign" else slope
        w, returned = rule(
            w if flaw in ("every row is the last point", "start written over") else w.copy(),
            slope.copy(),
            held,
        )
        held = held if flaw == "returned config not carried on" else returned
        held = dict(first) if flaw == "state lost between steps" else held
        fits = bool(np.abs(w).max() < limit) or (
            flaw == "stopped beyond the limit only" and np.abs(w).max() == limit
        )
        fits = not np.abs(w).max() >= limit if flaw == "NaN stays in the path" else fits
        fits = max(abs(w[0]), abs(w[1])) < limit if flaw == "NaN in one coordinate" else fits
        if not fits and flaw == "points beyond the limit left out":
            continue
        if not fits and flaw not in ("stopped one point late", "divergence not stopped"):
            break
        if flaw == "stopped where the gradient is zero" and not slope.any():
            break
        points.append(w if flaw == "every row is the last point" else w.copy())
        if not fits and flaw == "stopped one point late":
            break
    points = points[1:] if flaw == "start missing" else points
    if flaw == "stopped path padded":
        points += [points[-1]] * (steps + 1 - len(points))
    return np.array(points).T if flaw == "rows and columns swapped" else np.array(points)


def flawed(flaw):
    """Return a walk with one flaw, by the name of the mistake."""

    def path(rule, surface, start, steps, config=None, limit=LIMIT):
        return walk(rule, surface, start, steps, config, limit, flaw=flaw)

    return path


trace.family(
    flawed,
    {
        "start written over": """A rule that works in place has moved the caller's own start. Begin with a
        copy of it.""",
        "config not copied": """The rule leaves its state in the caller's config, so the next trace starts
        with the memory of this one. Begin with a copy: `dict(config)`.""",
    },
    in_place=True,
)
trace.family(
    flawed,
    {
        "start missing": """The path begins after the first step. Its first row is the start, so T steps make
        T + 1 rows.""",
        "one step too few": """The last step is missing: T steps make T + 1 rows, because the start is one of
        them.""",
        "one step too many": "The rule was called once more than asked. The start needs no call.",
        "gradient of the start only": """Every step uses the gradient at the start. Ask the surface again at
        each new point.""",
        "gradient with the wrong sign": """The path goes uphill: the rule subtracts what it is given. Give it
        `surface.gradient(w)` as it is.""",
        "state lost between steps": """Every step gets the first config again, so the rule never remembers.
        Pass on the config it returns.""",
        "returned config not carried on": """Every step hands over the config of the first call, and what the
        rule returned is dropped: `w, config = rule(w, gradient, config)`.""",
        "rows and columns swapped": """The array has a row for x and a row for y. One row is one point: its
        shape is (T + 1, 2).""",
        "every row is the last point": """A rule may write its result over `w`, and every row of the path is
        then the same array. Keep a copy.""",
        "divergence not stopped": """A path that runs away is never stopped, and a figure cannot show it. Stop
        before a point whose size is not below the limit.""",
        "stopped one point late": """The first point beyond the limit is still in the path. Look at it before
        you append it.""",
        "stopped beyond the limit only": """A point exactly at the limit is still in the path. Only points
        below it belong there.""",
        "whole numbers stay whole": """A start of whole numbers becomes an array of integers, into which no
        rule can write a fraction. Copy it with `dtype=float`.""",
    },
)


@trace.mistake
def only_points_that_are_not_finite_end_it(rule, surface, start, steps, config=None, limit=LIMIT):
    """The path goes on until its numbers overflow. It ends before a coordinate is not below `limit`."""
    with np.errstate(all="ignore"):
        path = walk(rule, surface, start, steps, config, np.inf)
    return path


trace.family(
    flawed,
    {
        "NaN stays in the path": """A point that is not a number is still in the path: NaN is neither below
        the limit nor beyond it. Ask whether the point is below, and stop if it is not.""",
        "NaN in one coordinate": """A point with one coordinate that is not a number is still in the path. Ask
        both: `(np.abs(w) < limit).all()`. Python's `max(x, y)` is `x` where `y` is NaN.""",
        "points beyond the limit left out": """Points beyond the limit are left out, and the path goes on when
        the rule comes back. It ends there: leave the loop.""",
        "stopped where the gradient is zero": """The path stops where the gradient is zero. A step that moves
        nothing is a step too: T steps make T + 1 rows.""",
        "stopped path padded": """A stopped path was filled up with its last point, so nobody can see that it
        stopped. Let it be shorter.""",
    },
)


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


@trace.variant_as_in("d2l")
def as_train_2d(rule, surface, start, steps, config=None, limit=LIMIT):
    def f_grad(x1, x2):
        return surface.gradient(np.array([x1, x2]))

    x1, x2 = start
    states, results = dict(config or {}), [(x1, x2)]
    for _i in range(steps):
        (x1, x2), states = rule(np.array([x1, x2], dtype=float), f_grad(x1, x2), states)
        if not (abs(x1) < limit and abs(x2) < limit):
            break
        results.append((x1, x2))
    return np.array(results)
