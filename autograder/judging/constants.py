"""Right but for a constant of its own: another default, or a number where the config should be read.

A rule whose config holds constants (a rate, a momentum, a decay, epsilon) may be right with other values than the
documented ones, and so may a schedule whose ends the text fixes.  Which constant it is and what value it has is
worked out: the reference is run with a value that is searched for until it does what the candidate did, and then
has to do so in every check.
"""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograder.judging.records import Exercise
from course.probes.base import Calls, Path, Unusable
from course.probes.comparing import same
from course.probes.composed import Several

RATES = ("learning_rate", "initial_rate")
"""The constants that must be read from the config: a rule or a schedule that does not read its own is none."""

WHOLE = range(1, 201)
"""Values that are tried of a constant that counts something: epochs, iterations."""

STEPS = 8
"""Steps of a path on which a value is searched for; it is then tried on whole paths."""

PLACES = np.sort(
    np.concatenate([[0.0], 10.0 ** np.arange(-12, 2.1, 0.5), 1 - 10.0 ** np.arange(-5, -0.2, 0.5)])
)
"""Values between which one is searched for: 0, of every size, and close to 1."""

SHARES = {1: 0.75, 2: 0.5}
"""What is earned with one constant of one's own, and with two or more."""


def share(count: int) -> float:
    """Return the share of the points that is earned with so many constants of one's own."""
    return SHARES[min(count, max(SHARES))]


@dataclass(frozen=True)
class Own:
    """The constants that a rule has of its own.

    defaults  name -> value that it takes where the config does not say
    fixed     name -> value that it takes whatever the config says
    numbers   name -> value that it takes where the text has another
    """

    defaults: Mapping[str, float] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of the points that is earned."""
        return share(len(self.defaults) + len(self.fixed) + len(self.numbers))

    @property
    def name(self) -> str:
        """The name that reports count: of what is fixed first."""
        names = [f"{each} hard coded" for each in self.fixed] + [
            f"another default {each}" for each in self.defaults
        ]
        names += [f"another {each} value" for each in self.numbers]
        return names[0].replace("_", " ")

    def says(self) -> str:
        """Return which constants, where and of what value, for the reader."""
        parts = []
        for name, value in self.fixed.items():
            parts.append(
                f'`config["{name}"]` changes nothing: you always take {value:.6g}, a number in the code or under a'
                " key of its own. Read it from the config."
            )
        for name, value in self.defaults.items():
            parts.append(
                f"Where the config has no `{name}` you take {value:.6g}; the exercise documents another default."
            )
        for name, value in self.numbers.items():
            parts.append(f"Your {name} value is {value:.6g}; the exercise asks for another.")
        return " ".join([*parts, "All else is right."])


def found(exercise: Exercise, outcomes: Mapping[str, Any]) -> Own | None:
    """Return the constants of its own with which a candidate would be the reference, or None.

    outcomes  of the candidate, by the names of all checks
    """
    if not (exercise.constants or exercise.numbers) or any(
        isinstance(each, Unusable) for each in outcomes.values()
    ):
        return None
    questions = list(asked(exercise, outcomes))
    open_question = next((each for each in questions if not each.answered(exercise.reference)), None)
    if open_question is None:
        return None
    movable = [name for name in exercise.constants if name not in RATES]
    for size in range(1, len(movable) + 1):
        for names in itertools.combinations(movable, size):
            own = Own(fixed={name: exercise.constants[name] for name in names})
            if open_question.answered(with_constants(exercise, own)):
                all_of_it = settled(exercise, questions, own)
                if all_of_it is not None:
                    return all_of_it
    return counted(exercise, [open_question, *questions]) or settled(exercise, questions, Own())


def counted(exercise: Exercise, questions: list[Question]) -> Own | None:
    """Return the one constant of its own that counts something, with which every question is answered, or None.

    questions  the one that most values do not answer should stand first
    """
    for name in [each for each, value in exercise.constants.items() if isinstance(value, int)]:
        for value in WHOLE:
            for own in (Own(defaults={name: value}), Own(fixed={name: value})):
                rule = with_constants(exercise, own)
                if all(question.answered(rule) for question in questions):
                    return own
    return None


@dataclass(frozen=True)
class Question:
    """One probe of a check and what the candidate did there."""

    probe: Callable
    outcome: Any
    tolerance: float

    def answered(self, rule: Callable) -> bool:
        """Whether a rule does what the candidate did."""
        return same(self.outcome, self.probe(rule), self.tolerance)


def asked(exercise: Exercise, outcomes: Mapping[str, Any]) -> Iterator[Question]:
    """Yield the probes of all checks with the candidate's outcomes, those made of several one by one."""
    for check in exercise.checks:
        outcome, probe = outcomes[check.name], check.probe
        parts = probe.probes if isinstance(probe, Several) else {"": probe}
        for name, each in parts.items():
            found = outcome[name] if isinstance(probe, Several) else outcome
            if isinstance(each, Calls):
                asked_one_by_one = zip(each.arguments, found, strict=True)
                yield from (
                    Question(replace(each, arguments=[one]), [answer], check.tolerance)
                    for one, answer in asked_one_by_one
                )
            else:
                yield Question(each, found, check.tolerance)


def settled(exercise: Exercise, questions: list[Question], own: Own) -> Own | None:
    """Return ``own`` with as many more constants as it takes to answer every question, or None."""
    rule = with_constants(exercise, own)
    open_question = next((each for each in questions if not each.answered(rule)), None)
    if open_question is None:
        return own
    further = (settled(exercise, questions, more) for more in one_more(exercise, open_question, own))
    return next((each for each in further if each is not None), None)


def one_more(exercise: Exercise, question: Question, own: Own) -> Iterator[Own]:
    """Yield ``own`` with one constant more, or a default that is fixed after all, which answers a question."""
    for name, value in own.defaults.items():
        rest = {each: other for each, other in own.defaults.items() if each != name}
        fixed = Own(defaults=rest, fixed={**own.fixed, name: value})
        if name not in RATES and question.answered(with_constants(exercise, fixed)):
            yield fixed
    for name in exercise.numbers.keys() - own.numbers.keys():
        for value in values(exercise, question, own, "numbers", name):
            yield replace(own, numbers={**own.numbers, name: value})
    given = config_of(exercise, question.probe) if exercise.constants else {}
    for name, documented in exercise.constants.items():
        if name in own.fixed or name in own.defaults:
            continue
        if name not in RATES:
            more = replace(own, fixed={**own.fixed, name: documented})
            if question.answered(with_constants(exercise, more)):
                yield more
        way = "fixed" if name in given else "defaults"
        if way == "fixed" and name in RATES:
            continue
        for value in values(exercise, question, own, way, name):
            more = replace(own, **{way: {**getattr(own, way), name: value}})
            if question.answered(with_constants(exercise, more)):
                yield more


def config_of(exercise: Exercise, probe: Callable) -> Mapping[str, Any]:
    """Return the config that a probe hands over, empty where there is none."""
    if isinstance(probe, Path):
        return probe.config or {}
    if isinstance(probe, Calls):
        return dict(enumerate(probe.arguments[0])).get(config_at(exercise)) or {}
    return {}


@functools.cache
def config_at(exercise: Exercise) -> int:
    """Return the place of the config among the arguments: the last."""
    return len(inspect.signature(exercise.reference).parameters) - 1


def values(exercise: Exercise, question: Question, own: Own, way: str, name: str) -> Iterator[float]:
    """Yield values of a constant with which the reference comes to one number that the candidate returned.

    way  ``defaults``, ``fixed`` or ``numbers``
    """
    probe, outcome = question.probe, question.outcome
    if not isinstance(probe, Path | Calls):
        return
    if isinstance(exercise.constants.get(name), int):
        return
    short = replace(probe, gradients=probe.gradients[:STEPS]) if isinstance(probe, Path) else probe
    try:
        target = np.concatenate([np.ravel(each) for each in outcome[: STEPS + 1]]).astype(np.float64)
    except (TypeError, ValueError, OverflowError):  # answers that are no numbers
        return

    def path(value: float) -> np.ndarray:
        more = replace(own, **{way: {**getattr(own, way), name: value}})
        with np.errstate(all="ignore"):
            return np.concatenate([np.ravel(each) for each in short(with_constants(exercise, more))])

    paths = np.array([path(value) for value in PLACES])
    if paths.shape[1:] != target.shape:
        return
    moved = np.ptp(np.where(np.isfinite(paths), paths, 0.0), axis=0)
    at = int(np.argmax(np.where(np.isfinite(target), moved, 0.0)))
    if moved[at] == 0.0:
        return
    from scipy.optimize import brentq  # not at the top: it takes 0.3 s, and most answers do without

    off = paths[:, at] - target[at]
    for low, high, left, right in zip(PLACES, PLACES[1:], off, off[1:], strict=False):
        if np.isfinite(left) and np.isfinite(right) and left * right <= 0:
            value = (
                low
                if left == 0
                else brentq(lambda u: path(u)[at] - target[at], low, high, xtol=1e-300, rtol=1e-15)
            )
            if value < PLACES[1]:  # 0, but for what rounding leaves of it
                yield 0.0
            yield float(f"{value:.3g}")
            yield value


def with_constants(exercise: Exercise, own: Own) -> Callable:
    """Return the reference with constants of its own; its config, if it has one, is its last argument."""
    if exercise.numbers:
        return functools.partial(exercise.reference, **own.numbers)
    place = config_at(exercise)

    def rule(*arguments: Any) -> Any:
        if not exercise.settings().hold(*arguments):
            return exercise.reference(*arguments)
        config = arguments[place] if len(arguments) > place else None
        return exercise.reference(*arguments[:place], {**own.defaults, **(config or {}), **own.fixed})

    return rule
