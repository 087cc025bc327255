"""Probes made of other probes, and probes that look at what a call leaves of its arguments.

Like ``Path`` and ``Calls`` they are plain data, and what comes back is an outcome that ``same`` can compare.
"""

import contextlib
import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course.probes.base import Calls, Path, Probe, Raised, Rule, Unusable, as_floats, call
from course.probes.comparing import same
from course.probes.in_place import Shielded
from course.probes.wording import describe


@dataclass(frozen=True, kw_only=True, eq=False)
class Turns(Probe):
    """Drive one rule along several paths of one length, a step of each in turn, each with a config of its own.

    What a step returned is looked at when the others have taken theirs.
    """

    paths: Sequence[Path]

    def run(self, rule: Rule) -> list[list[np.ndarray]]:
        """Return every path without its start.  Raises ``Unusable``."""
        turns = zip(*(path.steps(rule) for path in self.paths), strict=True)
        taken = ([as_floats(came_back) for _, _, came_back in steps] for steps in turns)
        return [list(each) for each in zip(*taken, strict=True)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resumed(Probe):
    """Drive a rule along a path whose state is saved and loaded on the way.

    at  step before which every entry of the config is replaced by a deep copy
    """

    path: Path
    at: int

    def run(self, rule: Rule) -> list[np.ndarray]:
        """Return the path without its start.  Raises ``Unusable``."""
        return [w for w, _, _ in self.path.steps(rule, reloaded=self.at)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Given(Probe):
    """Drive a rule along a path and look at what becomes of the gradients that it is given."""

    path: Path

    def run(self, rule: Rule) -> list[np.ndarray]:
        """Return the array that was the gradient of each step, as it is after the call.  Raises ``Unusable``."""
        return [dw for _, dw, _ in self.path.steps(rule)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Chain(Probe):
    """Call a function over and over; the arrays it returns are its first arguments the next time.

    start  the first arrays
    names  what the exercise calls them
    rest   the arguments after them, the same at every call
    times  how often
    """

    start: Sequence[ArrayLike]
    names: Sequence[str]
    rest: Sequence[Any]
    times: int

    def run(self, function: Callable) -> list[list[np.ndarray]]:
        """Return the arrays after every call; fresh copies of them are passed on.  Raises ``Unusable``."""
        held = [np.array(each, dtype=np.float64) for each in self.start]
        shapes = [each.shape for each in held]
        after = []
        for _ in range(self.times):
            held = self.taken(call(function, *(each.copy() for each in held), *self.rest), shapes)
            after.append(held)
        return after

    def taken(self, returned: Any, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
        """Return what came back as new arrays.  Raises ``Unusable``."""
        names = ", ".join(self.names)
        if returned is None:
            raise Unusable("returns None", f"It returned None. Does it end in `return {names}`?")
        if not isinstance(returned, tuple | list) or len(returned) != len(shapes):
            got = describe(returned)
            raise Unusable("wrong type", f"It must return ({names}); it returned {got}.")
        try:
            found = [np.array(each, dtype=np.float64) for each in returned]
        except (TypeError, ValueError, OverflowError):
            raise Unusable("wrong type", f"`{'` and `'.join(self.names)}` must be float arrays.") from None
        if [each.shape for each in found] != shapes:
            got = " and ".join(str(each.shape) for each in found)
            kept = " and ".join(map(str, dict.fromkeys(shapes)))
            raise Unusable(
                "wrong shape", f"`{'` and `'.join(self.names)}` must keep the shape {kept}; got {got}."
            )
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Several(Probe):
    """Give a function to several probes, one after the other."""

    probes: Mapping[str, Callable[[Callable], Any]]

    def run(self, function: Callable) -> dict[str, Any]:
        """Return the outcome of each.  Raises ``Unusable``."""
        return {name: probe(function) for name, probe in self.probes.items()}


@dataclass(frozen=True, kw_only=True, eq=False)
class Look(Probe):
    """Look at a function from several sides: what it raises on one is the outcome there, and the others go on.

    probes  in what circumstances, in words that can begin a sentence -> probe
    """

    probes: Mapping[str, Callable[[Callable], Any]]

    def run(self, function: Callable) -> dict[str, Any]:
        """Return the outcome of each, or ``Raised``.  Raises ``Unusable`` for a stub and for what is no answer."""
        outcomes: dict[str, Any] = {}
        for name, probe in self.probes.items():
            try:
                outcomes[name] = probe(function)
            except Unusable as trouble:
                if trouble.kind != "raises":
                    raise
                outcomes[name] = Raised.of(trouble)
        return outcomes


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """Call a function, and look at what the call leaves of the arrays and lists that it was given.

    names      what the exercise calls the arguments that are no functions, in order
    arguments  of each call; fresh copies are passed
    """

    names: Sequence[str]
    arguments: Sequence[Sequence[Any]]

    def __call__(self, function: Callable) -> list[list[Any]]:
        """Return the arguments of each call that are no functions, as they are after it.  Raises ``Unusable``."""
        after = []
        for arguments in self.arguments:
            given = copy.deepcopy(list(arguments))
            call(function, *given)
            after.append(data_of(given))
        return after

    def changed(self, after: Sequence[Sequence[Any]]) -> str:
        """Return the name of the first argument that a call changed, or nothing."""
        for before, now in zip(self.arguments, after, strict=True):
            for name, one, other in zip(self.names, data_of(before), now, strict=False):
                if not same(other, one):
                    return name
        return ""


@dataclass(frozen=True, kw_only=True, eq=False)
class HandsBack(Probe):
    """Call a function, and look whether the first thing it returns is the very object that it was given first.

    arguments  of each call; fresh copies are passed
    """

    arguments: Sequence[Sequence[Any]]

    def run(self, function: Callable) -> list[bool]:
        """Return for each call whether it is.  Raises ``Unusable``."""
        found = []
        for arguments in self.arguments:
            given = copy.deepcopy(list(arguments))
            returned = call(function, *given)
            found.append(isinstance(returned, tuple | list) and len(returned) > 0 and returned[0] is given[0])
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Changes(Probe):
    """Look at what of its caller's a function changes while another probe is run: arguments, and earlier results.

    names       what the exercise calls the arguments, in order
    may_change  those of them that it may change
    """

    probe: Callable[[Callable], Any]
    names: Sequence[str]
    may_change: Sequence[str] = ()

    def run(self, function: Callable) -> list[str]:
        """Return the names of what was changed, also where the other probe finds no answer."""
        called = Shielded(function, self.names, self.may_change)
        with contextlib.suppress(Exception):
            self.probe(called)
        called.repeat()
        return called.changed()


def data_of(arguments: Sequence[Any]) -> list[Any]:
    """Return the arguments that are no functions."""
    return [each for each in arguments if not callable(each)]


KINDS: dict[str, type[Probe]] = {
    each.__name__: each
    for each in (Path, Calls, Turns, Resumed, Given, Chain, Several, Look, HandsBack, Changes)
}
"""The probes by the name of their class."""
