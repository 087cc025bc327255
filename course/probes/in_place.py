"""An argument changed in place: which arrays of its caller a function writes into.

The function is called with copies, so that all else it does can be looked at apart from that.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.base import Around
from course.probes.comparing import same

KEPT, CHANGED = "kept", "changed"
"""What a probe says of an argument after a call."""


class Shielded(Around):
    """A function that gets copies of the arrays and lists it is called with; its caller's stay as they are.

    names       of its arguments, in order; a last one that stands for any number of them covers the rest
    may_change  names of those that it may change: they are handed on as they are
    """

    def __init__(self, function: Callable, names: Sequence[str], may_change: Sequence[str] = ()):
        self.function, self.names, self.may_change = function, names, may_change
        self._found: set[str] = set()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function with copies, and note which of them it changes."""
        last = len(self.names) - 1
        given = [*((self.names[min(k, last)], each) for k, each in enumerate(args)), *kwargs.items()]
        handed = [copied(each) if self.guards(name, each) else each for name, each in given]
        answer = self.function(*handed[: len(args)], **dict(zip(kwargs, handed[len(args) :], strict=True)))
        pairs = zip(given, handed, strict=True)
        self._found |= {name for (name, before), after in pairs if not unchanged(before, after)}
        return answer

    def guards(self, name: str, value: Any) -> bool:
        """Whether an argument is one that must be left as it is."""
        return name not in self.may_change and holds_data(value)

    def changed(self) -> list[str]:
        """Return the names of the arguments that were not left as they were, in their order."""
        return [name for name in self.names if name in self._found]


def holds_data(value: Any) -> bool:
    """Whether a value is an array, a list or a dict, or a tuple with one in it."""
    if type(value) is tuple:
        return any(map(holds_data, value))
    return isinstance(value, np.ndarray | list | dict)


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
