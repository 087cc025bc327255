"""No answer makes the grader look at fault: whatever comes over the wire, there is a verdict or a lost candidate.

A submission that could do so would be left ungraded and end the run with an error instead of getting its zero.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import sys
import threading
import time
import types
from typing import Any

import numpy as np
import pytest

from autograder import exercises
from autograder.examine.examination import Examination
from autograder.examine.inside.candidate import Callback, Candidate
from autograder.examine.inside.frames import Lost
from autograder.examine.limits import BUDGET, MUCH
from autograder.judging.grade import follow_through
from course.probes.base import Raised
from course.surfaces import saddle

ODD = [
    object(),
    print,
    Raised("StopIteration", "x"),
    saddle,
    np.array([object(), 1], dtype=object),
    iter(()),
    range(1 << 40),
    range(3),
    10**4000,
    float("nan"),
    "x",
    None,
    np.zeros(0),
    {1: object()},
    [object()],
    (object(), {}),
    np.zeros((1,) * 32),
    np.array(["a"]),
    1j,
    True,
    b"x",
    slice(0, 1 << 60),
    float,
    ...,
    np.random.default_rng(0),
    np.float16(1),
    Exception,
]
ERRORS = [
    StopIteration,
    StopAsyncIteration,
    KeyError,
    MemoryError,
    RecursionError,
    TimeoutError,
    AssertionError,
]
SEEDS = int(os.environ.get("FUZZ", "6"))
"""Odd functions for each exercise; CI tries fewer."""

PART = 0.7
"""Of odd answers that are the same in one submission, so that whole outcomes are odd; the rest varies."""


class Sometimes:
    """A function that is right but for some of its answers, and calls what it is lent with odd things."""

    def __init__(self, reference: Any, chance: random.Random):
        self.reference, self.chance = reference, chance
        self.odd, self.share = chance.choice(ODD), chance.choice([0.02, 0.2, 1.0])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.chance.random() < self.share:
            if self.chance.random() < 0.15:
                raise self.chance.choice(ERRORS)
            return self.odd if self.chance.random() < PART else self.chance.choice(ODD)
        for each in (*args, *kwargs.values()):
            if type(each) is Callback and self.chance.random() < 0.3:
                self.misuse(each, args)
        return self.spoilt(self.reference(*args, **kwargs))

    def misuse(self, lent: Callback, args: tuple) -> None:
        odd = self.chance.choice(ODD)
        for tried, named in (
            ((odd,), {}),
            ((lent,), {}),
            (args, {"dtype": object}),
            (args[:1], {"out": odd}),
        ):
            try:
                lent(*tried, **named)
            except Lost:
                raise
            except BaseException:
                continue

    def spoilt(self, answer: Any) -> Any:
        if not answer_has_parts(answer) or self.chance.random() > self.share:
            return answer
        if isinstance(answer, dict):
            return {**answer, self.chance.choice(list(answer)): self.chance.choice(ODD)}
        at = self.chance.randrange(len(answer))
        return (*answer[:at], self.chance.choice(ODD), *answer[at + 1 :])


def answer_has_parts(answer: Any) -> bool:
    return isinstance(answer, list | tuple | dict) and len(answer) > 0


@contextlib.contextmanager
def handle_on(function: Any, name: str):
    """Yield a handle on a function in a candidate in another thread, and the examination."""
    ours, theirs = socket.socketpair()
    examination = Examination(ours)
    examination.begin_check(time.monotonic() + 30, BUDGET)
    candidate = Candidate(theirs, types.SimpleNamespace(user_ns={name: function}))
    streams = sys.stdout, sys.stderr

    def serve() -> None:
        with contextlib.suppress(Lost):
            candidate.serve()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield examination.ask("name", name), examination
    finally:
        ours.close()
        thread.join(20)
        theirs.close()
        sys.stdout, sys.stderr = streams  # the candidate keeps a check's prints to itself


SLOW = (
    "find_trojans",
    "check_gradients",
    "steps_to_escape",
    "make_explorer",
    "train_digits",
    "fit",
    "train_and_measure",
)
"""Exercises that ask a function for whole trainings: seconds for all seeds."""

EXERCISES = [
    pytest.param(
        module,
        exercise,
        id=f"{name}-{exercise.name}",
        marks=pytest.mark.thorough if exercise.name in SLOW else pytest.mark.long,
    )
    for name, module in sorted(exercises.lessons().items())
    for exercise in module.EXERCISES
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("module", "exercise"), EXERCISES)
def test_whatever_comes_back_is_judged(module, exercise):
    earlier = {each.name: each for each in module.EXERCISES}
    for seed in range(SEEDS):
        function = Sometimes(exercise.reference, random.Random(f"{exercise.name} {seed}"))
        with handle_on(function, exercise.name) as (handle, _), contextlib.suppress(Lost):
            follow_through(exercise, handle, earlier)


def test_an_outcome_crosses_in_both_directions_and_so_does_text_of_an_array():
    with handle_on(lambda x: x, "same") as (handle, _):
        raised = Raised("ValueError", "text")
        assert handle(raised) == raised
        word = np.array(["abc"])[0]
        assert type(handle(word)) is str


def test_the_end_of_an_iteration_does_not_end_a_loop_of_ours():
    def ends(_):
        raise StopIteration

    with handle_on(ends, "ends") as (handle, _), pytest.raises(Exception, match="") as raised:
        list(map(handle, [1, 2]))
    assert type(raised.value).__name__ == "StopIteration"
    assert not isinstance(raised.value, StopIteration)


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        (lambda x: np.array([x]) * 2, "an array of type object"),
        (lambda x: {x}, "what it returns cannot be sent"),
    ],
)
def test_what_our_own_function_makes_of_odd_arguments_is_an_error_of_the_caller(ours, said):
    def calls(lent):
        try:
            return lent(10**400)
        except TypeError as error:
            return str(error)

    with handle_on(calls, "calls") as (handle, _):
        assert handle(ours) == said


def test_a_candidate_that_sent_much_is_known(monkeypatch):
    with handle_on(lambda: np.zeros(1 << 20), "large") as (handle, examination):
        handle()
        assert not examination.has_taken_much()
        for _ in range(MUCH // (8 << 20)):
            handle()
        assert examination.has_taken_much()
        examination.begin_check(None, BUDGET)
        assert not examination.has_taken_much()
