"""What a caller holds and a function writes into: the arguments of a call, and the result of an earlier one.

The function is called with copies and hands on copies, so that all else it does can be looked at apart from that.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course.probes.base import Around
from course.probes.comparing import same

KEPT, CHANGED = "kept", "changed"
"""What a probe says of an argument after a call."""

RESULT = "the result"
"""Stands among the names of arguments for the result of an earlier call."""

WATCHED = 64
"""So many arrays of results are watched at most, of up to a million numbers each."""

REPEATED = 8
"""So many calls are repeated at most to see whether they overwrite what the first returned."""


class Shielded(Around):
    """A function that gets copies of the arrays and lists it is called with; its caller gets copies of the results.

    names       of its arguments, in order; a last one that stands for any number of them covers the rest
    may_change  names of those that it may change: they are handed on as they are
    """

    def __init__(self, function: Callable, names: Sequence[str], may_change: Sequence[str] = ()):
        self.function, self.names, self.may_change = function, names, may_change
        self._found: set[str] = set()
        self._results: list[tuple[np.ndarray, np.ndarray]] = []
        self._calls: list[tuple[Any, Any]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function with copies, and note which of them it changes, and what it returns."""
        last = len(self.names) - 1
        given = [*((self.names[min(k, last)], each) for k, each in enumerate(args)), *kwargs.items()]
        handed = [copied(each) if self.guards(name, each) else each for name, each in given]
        first = copied((args, kwargs)) if len(self._calls) < REPEATED else None
        answer = self.function(*handed[: len(args)], **dict(zip(kwargs, handed[len(args) :], strict=True)))
        pairs = zip(given, handed, strict=True)
        self._found |= {name for (name, before), after in pairs if not unchanged(before, after)}
        # The config that a rule returns comes back at its next call, and may be changed there.
        state = answer[-1:] if type(answer) is tuple and "config" in self.names else ()
        results = answer[:-1] if state else answer
        if self.watch(results, list(arrays(handed))) and first is not None:
            self._calls.append(first)
        return copied(results) + state if state else copied(results)

    def watch(self, answer: Any, theirs: Sequence[np.ndarray]) -> bool:
        """Remember the arrays of a result that are not parts of those it was handed; say whether there are any."""
        room = WATCHED - len(self._results)
        own = [
            each
            for each in arrays(answer)
            if each.size <= 10**6 and not any(np.may_share_memory(each, given) for given in theirs)
        ]
        self._results += [(each, each.copy()) for each in own[:room]]
        return bool(own)

    def repeat(self) -> None:
        """Call the function again as in its first calls but with other arrays, whatever it says of them."""
        for args, kwargs in self._calls:
            with contextlib.suppress(Exception), np.errstate(all="ignore"):
                self.function(*map(other, args), **{name: other(each) for name, each in kwargs.items()})

    def guards(self, name: str, value: Any) -> bool:
        """Whether an argument is one that must be left as it is."""
        return name not in self.may_change and holds_data(value)

    def changed(self) -> list[str]:
        """Return the names of the arguments that were not left as they were, in order; ``RESULT`` comes last."""
        overwritten = any(not unchanged(before, now) for now, before in self._results)
        return [name for name in self.names if name in self._found] + [RESULT] * overwritten


def other(value: Any) -> Any:
    """Return a value whose arrays run backwards, and half as large where they are of floats."""
    if type(value) is dict:
        return {key: other(entry) for key, entry in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(other, value))
    if not isinstance(value, np.ndarray):
        return value
    return np.flip(value) / 2 if value.dtype.kind == "f" else np.flip(value)


def holds_data(value: Any) -> bool:
    """Whether a value is an array, a list or a dict, or a tuple with one in it."""
    if type(value) is tuple:
        return any(map(holds_data, value))
    return isinstance(value, np.ndarray | list | dict)


def arrays(value: Any) -> Iterator[np.ndarray]:
    """Yield the arrays in a value, through lists, tuples and dicts."""
    if isinstance(value, np.ndarray):
        yield value
    elif type(value) in (list, tuple, dict):
        for each in value.values() if type(value) is dict else value:
            yield from arrays(each)


def copied(value: Any) -> Any:
    """Return a value with new arrays, lists and dicts; everything else in it is the same object."""
    if type(value) is dict:
        return {key: copied(entry) for key, entry in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(copied, value))
    return value.copy() if isinstance(value, np.ndarray) else value


def unchanged(before: Any, after: Any) -> bool:
    """Whether all arrays and numbers in a value are what they were, but for what rounding adds and takes away."""
    if type(before) is dict:
        return before.keys() == after.keys() and all(unchanged(before[key], after[key]) for key in before)
    if type(before) in (list, tuple):
        return len(before) == len(after) and all(map(unchanged, before, after))
    if isinstance(before, np.ndarray | np.generic | int | float):
        return before is after or same(after, before)
    if isinstance(before, str | bytes):
        return before == after
    return True  # of a function in another process something else stands in the dict afterwards
