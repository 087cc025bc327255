"""What the Explorer computes: the settings a rule listens to, its run, and what happened on the way."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from course.descend import Trace, descend, first_step_where
from course.probes.base import Path, Rule, Unusable
from course.probes.comparing import same
from course.surfaces import Surface

# Both values are far from every default, so that a rule that reads a setting cannot hide it.
PROBED = {
    "learning_rate": (0.03, 0.05),
    "momentum": (0.7, 0.6),
    "beta1": (0.8, 0.1),
    "beta2": (0.95, 0.6),
    "decay_rate": (0.8, 0.7),
    "weight_decay": (0.7, 0.5),
}
RACE_RATES = tuple(float(rate) for rate in np.logspace(-4, -0.5, 8))
"""Learning rates a race tries for each rule: two per decade from 1e-4 to 0.32."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something worth saying about a run: at which step, of which kind, in which words.

    kind  ``escaped``, ``arrived``, ``left`` (falls for ever), ``short`` (none of these) or ``stopped`` (failed);
          of a recording also ``recorded`` (at which rate) or ``absent`` (there is none for this start)
    """

    step: int
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """One rule on one surface: its trace, the learning rate it used, and the events in order."""

    trace: Trace
    rate: float
    events: tuple[Event, ...]


def named_rules(rules: Mapping[str, Rule] | Iterable[Rule]) -> dict[str, Rule]:
    """Return rules by name; functions in a list are called by their own name.  Raises ``ValueError``."""
    if not isinstance(rules, Mapping):
        rules = list(rules)
        names = [getattr(rule, "__name__", "") for rule in rules]
        if len(set(names)) < len(names) or not all(names):
            raise ValueError(f"Rules in a list need different names; got {names}. Pass a dict, name to rule.")
        rules = dict(zip(names, rules, strict=True))
    for name, rule in rules.items():
        if not callable(rule):
            raise ValueError(f"The rule {name!r} must be a function; got {type(rule).__name__}.")
    return dict(rules)


def settings_of(rule: Rule) -> frozenset[str]:
    """Return which entries of ``config`` change what a rule does.

    Found by driving it along six gradients and moving one setting at a time, so any way of reading
    ``config`` counts.  A rule may treat a matrix otherwise than a vector, so it gets both.  A rule that cannot be
    driven has none.
    """
    return felt(rule, np.array([1.0, -2.0])) | felt(rule, np.array([[1.0, -2.0], [0.5, 0.3]]))


def felt(rule: Rule, start: np.ndarray) -> frozenset[str]:
    """Return which entries of ``config`` change the path of a rule from a start."""
    # After a large first gradient a rule of signs goes on or turns round, as its averages have it.
    steps = np.array([[9.0, -8.0], [-2.5, 0.9], [-0.7, 0.3], [0.2, -1.1], [0.5, 0.6], [-0.3, 0.8]])
    gradients = steps if start.ndim == 1 else [[step, [0.3, -step[0]]] for step in steps]
    base = {name: values[0] for name, values in PROBED.items()}

    def path(config: dict[str, float]) -> list[np.ndarray]:
        return Path(start=start, gradients=gradients, config=config)(rule)

    with quiet():
        try:
            usual = path(base)
            return frozenset(
                name
                for name, (_, other) in PROBED.items()
                if not same(path({**base, name: other}), usual, 1e-12)
            )
        except Unusable:
            return frozenset()


def run(
    rule: Rule,
    surface: Surface,
    *,
    start: tuple[float, float],
    steps: int,
    config: Mapping[str, float],
    seed: int = 0,
) -> Run:
    """Return the run of a rule.  Never raises for anything the rule does; noise is the same for every rule."""
    with quiet():
        rng = np.random.default_rng(seed) if surface.noise else None
        trace = descend(rule, surface, start, steps=steps, config=config, rng=rng)
    return Run(trace=trace, rate=config["learning_rate"], events=events(surface, trace))


def race(
    rule: Rule,
    surface: Surface,
    *,
    start: tuple[float, float],
    steps: int,
    config: Mapping[str, float],
    seed: int = 0,
) -> Run:
    """Return the best run of a rule over ``RACE_RATES``, each with the same number of gradient evaluations.

    Best is the earliest escape on a surface without a minimum, else the lowest last loss; a run that was
    stopped for any other reason loses to all that were not.
    """
    attempt = partial(run, rule, surface, start=start, steps=steps, seed=seed)
    runs = [attempt(config={**config, "learning_rate": rate}) for rate in RACE_RATES]

    def rank(each: Run) -> tuple[float, float]:
        escaped = next((event.step for event in each.events if event.kind == "escaped"), np.inf)
        stopped = any(event.kind == "stopped" for event in each.events)
        loss = np.inf if stopped else float(each.trace.losses[-1])
        return (np.inf if stopped else escaped, loss) if not surface.minima else (loss, 0.0)

    return min(runs, key=rank)


def events(surface: Surface, trace: Trace) -> tuple[Event, ...]:
    """Return what happened on a trace, in the order of steps."""
    found = []
    escaped = escape_step(surface, trace.points)
    if escaped is not None:
        said = (
            f"left the saddle at step {escaped}" if escaped else "starts where it has left the saddle behind"
        )
        found.append(Event(step=escaped, kind="escaped", text=said))
    arrived = arrival_step(surface, trace.points)
    if arrived is not None:
        found.append(Event(step=arrived, kind="arrived", text=f"reached a minimum at step {arrived}"))
    if trace.stopped:
        falls = (
            not surface.minima and escaped is not None and trace.losses[-1] < 0 and "passed" in trace.stopped
        )
        if falls:  # the surface has no floor: to run away downhill is what it should do
            found.append(Event(step=trace.evaluations, kind="left", text="falls without end"))
        else:
            found.append(Event(step=trace.evaluations, kind="stopped", text=in_short(trace.stopped)))
    if not found:
        short = "has not reached a minimum" if surface.minima else "has not left the saddle"
        found.append(Event(step=trace.evaluations, kind="short", text=short))
    return tuple(sorted(found, key=lambda event: event.step))


def escape_step(surface: Surface, points: np.ndarray) -> int | None:
    """Return the step at which a path has left a saddle, or None.  points: (T + 1, 2).

    On a surface without minima that is the first step further than 1 from the saddle along the directions
    in which the surface falls: |y| > 1 on x^2 - y^2.  A saddle without curvature (the monkey's) falls where the
    loss is lower.  On a surface with minima, a path must first come within a tenth of the map and then leave
    twice that distance behind.
    """
    if not surface.saddles:
        return None
    size = min(high - low for low, high in surface.domain) / 2
    steps = []
    for place in np.array(surface.saddles):
        offset = points - place
        curvature, directions = np.linalg.eigh(surface.hessian(place))
        falling = directions[:, curvature < -1e-9]
        if surface.minima:
            distance = np.linalg.norm(offset, axis=1)
            near = np.maximum.accumulate(distance < 0.1 * size)
            steps.append(first_step_where(near & (distance > 0.2 * size)))
        elif falling.size:
            steps.append(first_step_where(np.linalg.norm(offset @ falling, axis=1) > 1))
        else:
            lower = surface.value(points) < surface.value(place)
            steps.append(first_step_where((np.linalg.norm(offset, axis=1) > 1) & lower))
    return min((step for step in steps if step is not None), default=None)


def arrival_step(surface: Surface, points: np.ndarray) -> int | None:
    """Return the first step within a fiftieth of the map of a minimum, or None.  points: (T + 1, 2)."""
    if not surface.minima:
        return None
    size = min(high - low for low, high in surface.domain) / 2
    distance = np.linalg.norm(points[:, None, :] - np.array(surface.minima), axis=-1).min(axis=1)
    return first_step_where(distance < 0.02 * size)


def in_short(reason: str) -> str:
    """Return the first line of a reason, at most 110 characters."""
    line = reason.splitlines()[0] if reason else ""
    return line if len(line) <= 110 else f"{line[:109]}…"


def quiet() -> warnings.catch_warnings:
    """Keep a rule's overflow warnings out of the notebook: a divergence is drawn and named instead."""
    return warnings.catch_warnings(action="ignore")
