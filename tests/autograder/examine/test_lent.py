"""Whatever a candidate does with what it is lent: no object of ours changes but by the calls that are offered.

Every check of every exercise runs on a candidate that tries everything on everything it gets: all attributes and
items, calls with whatever it holds, and writing over every array, list and dict.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import types
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from autograder import exercises
from autograder.examine.examination import CannotCross, Examination
from autograder.examine.inside.candidate import Callback, Candidate
from autograder.examine.inside.frames import Lost
from autograder.judging.signatures import observe
from course.probes.base import Lent, Raised

WHOLE = (type, types.ModuleType, types.GenericAlias, types.UnionType, np.ndarray, np.generic, np.dtype)
"""What is not taken apart."""

PLAIN = frozenset((type(None), bool, str, bytes, int, float, complex))
"""Types of what holds nothing and never changes."""

DEPTH = 3
"""Attributes and calls one after the other."""

REQUESTS = 300
"""Requests after each of which the lent objects are looked at; they grow."""

CALLS = 40
"""Calls of one function; then it does no more than the reference."""

NAMES = ("append", "add", "clear", "update", "func", "args", "f", "rule", "state", "data", "x", "0", "*", "")
DUNDERS = (
    "__dict__",
    "__class__",
    "__self__",
    "__func__",
    "__globals__",
    "__closure__",
    "__code__",
    "__wrapped__",
)


def children(thing: Any) -> Iterator[Any]:
    """Yield what a thing holds: entries, attributes, closures, the object of a method."""
    if isinstance(thing, dict):
        yield from (*thing.keys(), *thing.values())
    elif isinstance(thing, list | tuple | set | frozenset):
        yield from thing
    elif isinstance(thing, types.FunctionType):
        yield from (thing.__defaults__ or (), thing.__kwdefaults__ or (), thing.__dict__)
        for cell in thing.__closure__ or ():
            with contextlib.suppress(ValueError):
                yield cell.cell_contents
    elif isinstance(thing, types.MethodType):
        yield from (thing.__self__, thing.__func__)
    elif isinstance(thing, partial):
        yield from (thing.func, thing.args, thing.keywords)
    elif not isinstance(thing, WHOLE) and type(thing).__module__ not in ("typing", "collections.abc"):
        yield getattr(thing, "__dict__", None)
        yield from (getattr(thing, name, None) for name in getattr(type(thing), "__slots__", ()))


def reachable(*roots: Any) -> dict[int, Any]:
    """Return by its id everything that can be reached from some things without a module or a class between."""
    found: dict[int, Any] = {}
    waiting = list(roots)
    while waiting:
        thing = waiting.pop()
        if type(thing) in PLAIN or id(thing) in found:
            continue
        found[id(thing)] = thing
        waiting += children(thing)
    return found


def content(thing: Any) -> Any:
    """Return what an object holds by itself, as something that can be compared."""
    if isinstance(thing, np.ndarray):
        return thing.dtype.str, thing.shape, thing.tobytes()
    if isinstance(thing, np.random.Generator):
        return repr(thing.bit_generator.state)
    if isinstance(thing, set | frozenset):
        return frozenset(map(id, thing))
    plain = str | bytes | int | float | complex
    return [
        repr(each) if type(each) in PLAIN or isinstance(each, plain) else id(each) for each in children(thing)
    ]


def contents(*roots: Any) -> dict[int, Any]:
    """Return the content of everything reachable, to be compared later."""
    return {number: content(thing) for number, thing in reachable(*roots).items()}


class Watching(Examination):
    """An examination that looks at our objects whenever the candidate may have changed one.

    kept    what outlives a check: the data in the modules of the exercise and of the course
    lent    every object that was lent, and the objects of lent methods
    wrong   what should not have happened; an exception would be taken for one of the candidate's
    """

    def __init__(self, end: socket.socket, kept: dict[int, Any]):
        super().__init__(end)
        self.kept = kept
        self.lent: dict[int, Any] = {}
        self.asked = 0
        self.exploring = False
        self.wrong: list[str] = []

    def state(self) -> dict[int, Any] | None:
        """Return the content of the lent objects, for as long as they are small."""
        return contents(*self.lent.values()) if self.asked <= REQUESTS else None

    def export(self, thing: Any) -> list:
        message = super().export(thing)
        if message[0] == "b":
            owner = thing.__self__ if isinstance(thing, types.MethodType) else thing
            self.lent[id(owner)] = owner
            if not REFERENCES.isdisjoint(reachable(owner)):
                self.wrong.append(f"{owner!r} is, or calls, the answer to an exercise")
        return message

    def copies(self, *values: Any) -> list:
        try:
            return super().copies(*values)
        except CannotCross as fault:
            if not self.exploring:
                self.wrong.append(f"an answer to the reference itself cannot be sent: {fault}")
            raise

    def attend(self, message: list) -> None:
        self.asked += 1
        before = None if message[0] == "call" else self.state()  # a call may change what it is a call of
        super().attend(message)
        if before is not None and before != self.state():
            self.wrong.append(f"{message[0]} {message[3:]} changed an object")

    def adopt(self, thing: Any, last: Any) -> int | None:
        number = super().adopt(thing, last)
        if number is not None and id(thing) in self.kept:
            self.wrong.append(f"{thing!r} outlives the check and is not copied")
        if number is not None and self.asked <= REQUESTS and id(thing) in reachable(*self.lent.values()):
            self.wrong.append(f"{thing!r} is part of a lent object and is not copied")
        return number

    def apply(self, changes: Any) -> None:
        before = (
            self.state() if changes else None
        )  # where nothing was written over there is nothing to look at
        super().apply(changes)
        if before is not None and before != self.state():
            self.wrong.append("what was written over is part of a lent object")


class Nosy:
    """A candidate's function: tries everything on what it gets, answers as the reference, then writes over it."""

    def __init__(self, reference: Callable, examination: Watching):
        self.reference, self.examination = reference, examination
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        if self.calls <= CALLS:
            self.examination.exploring = True
            for each in parts(*args, *kwargs.values()):
                if type(each) is Callback:
                    self.explore(each, args, DEPTH)
            self.examination.exploring = False
        try:
            return self.reference(*args, **kwargs)
        finally:
            overwrite(*args, *kwargs.values())

    def explore(self, thing: Callback, args: tuple, depth: int) -> None:
        """Read and call everything, and what comes of it likewise; overwrite what is plain."""
        ours = self.examination.exports[thing._number]
        names = (*dir(ours), *getattr(ours, "__dict__", ()), *NAMES, *DUNDERS) if depth == DEPTH else DUNDERS
        found = [
            attempt(thing._candidate.ask, "getattr", thing._number, name) for name in dict.fromkeys(names)
        ]
        if self.calls <= 3:
            odd = ((10**400,), (Raised("ValueError", "x"),), (object(),), (thing,))
            for tried in ((), args, args[::-1], (1,), ("x",), (np.ones(2),), ({"learning_rate": 1.0},), *odd):
                found.append(attempt(thing._candidate.ask, "call", thing._number, tried, {}))
            found.append(attempt(thing._candidate.ask, "call", thing._number, args, {"dtype": object}))
        for wrong in (lambda: thing[0], lambda: list(thing), lambda: len(thing)):
            found.append(attempt(wrong))
        for each in parts(*found):
            if type(each) is Callback and each is not thing and depth > 1:
                self.explore(each, args, depth - 1)
        overwrite(*found)


def attempt(function: Callable, *args: Any) -> Any:
    """Return what a call returns, or nothing."""
    try:
        return function(*args)
    except Lost:
        raise
    except BaseException:
        return None


def parts(*things: Any) -> list[Any]:
    """Return what a candidate has of some things: the entries of lists, tuples and dicts, and what is in those."""
    found: dict[int, Any] = {}
    waiting = list(things)
    while waiting:
        thing = waiting.pop()
        if id(thing) not in found:
            found[id(thing)] = thing
            waiting += children(thing) if type(thing) in (list, tuple, dict) else ()
    return list(found.values())


def overwrite(*things: Any) -> None:
    """Write over all plain data."""
    for each in parts(*things):
        with contextlib.suppress(Exception):
            if isinstance(each, np.ndarray):
                each.fill(7)
            elif type(each) in (list, dict):
                each.clear()


def data_of(*prefixes: str) -> list[dict]:
    """Return what modules hold beside modules, classes and the caches of imports."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(prefixes)]
    return [{k: v for k, v in vars(module).items() if not k.startswith("__")} for module in modules]


@contextlib.contextmanager
def nosy(reference: Callable, kept: dict[int, Any]) -> Iterator[tuple[Any, Watching]]:
    """A handle on such a function, in a candidate in another thread."""
    ours, theirs = socket.socketpair()
    examination = Watching(ours, kept)
    names = {"f": Nosy(reference, examination)}
    candidate = Candidate(theirs, types.SimpleNamespace(user_ns=names))
    streams = sys.stdout, sys.stderr

    def serve() -> None:
        with contextlib.suppress(Lost):
            candidate.serve()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield examination.ask("name", "f"), examination
    finally:
        ours.close()
        thread.join(20)
        theirs.close()
        sys.stdout, sys.stderr = streams  # the candidate keeps a check's prints to itself


REFERENCES = {
    id(function)
    for module in exercises.lessons().values()
    for exercise in module.EXERCISES
    for function in (exercise.reference, *(each.function for each in exercise.variants))
}
EXERCISES = [
    pytest.param(name, exercise, id=f"{name}-{exercise.name}", marks=pytest.mark.long if number else ())
    for name, module in sorted(exercises.lessons().items())
    for number, exercise in enumerate(module.EXERCISES)
]


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES)
def test_no_object_of_ours_changes_but_by_what_is_offered(lesson, exercise):
    roots = data_of(f"autograder.exercises.{lesson}", "course.probes", "course.data", "course.trojans")
    kept, before = reachable(*roots), contents(*roots)
    for check in exercise.checks:
        with nosy(exercise.reference, kept) as (handle, examination):
            with contextlib.suppress(Lost, Exception):
                observe(check, handle)
            assert examination.lost is None, examination.lost
            assert not examination.wrong, examination.wrong[:3]
    changed = [kept[number] for number, now in contents(*roots).items() if before.get(number, now) != now]
    assert not changed


class Notes(Lent):
    """Lends one method and one list, and keeps other things for itself."""

    offers = ("read", "shown")

    def __init__(self):
        self.shown, self.moved, self.right = [1, 2], set(), {"answer": 3}

    def read(self):
        return self.right["answer"]

    def hint(self):
        return self.right


def test_of_a_lent_object_nothing_else_exists_and_data_is_a_copy():
    notes = Notes()

    def look(lent):
        lent.shown.append(3)
        there = [
            name for name in ("read", "shown", "moved", "right", "hint", "offers") if hasattr(lent, name)
        ]
        return there, lent.read(), lent.shown

    with nosy(look, {}) as (handle, _):
        pass
    with nosy(look, {}) as (handle, _):
        assert handle(notes) == (["read", "shown"], 3, [1, 2])
    assert notes.shown == [1, 2]


@pytest.mark.parametrize(
    "thing", [object(), {1}, types, [].append, {}.items(), iter([1]), types.SimpleNamespace(a=1)]
)
def test_what_does_not_say_what_it_offers_is_not_lent(thing):
    with nosy(repr, {}) as (handle, _), pytest.raises(CannotCross):
        handle(thing)
