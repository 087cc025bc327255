"""A bound on how often a function under test may call a function that it is given, so that its loop ends."""

from collections.abc import Callable
from functools import WRAPPER_ASSIGNMENTS, wraps
from typing import Any

MOST = 10_000
"""Calls of one function that is lent.  The known answers, right and wrong, make 2,000 at most."""


class TooOften(Exception):
    """A function was called more often than ``most``.

    function  the one that ``bounded`` returned
    what      its place among the arguments, or in words what it is
    """

    def __init__(self, function: Callable, what: int | str, most: int):
        super().__init__(f"it was called more than {most:,} times")
        self.function, self.what, self.most = function, what, most


def bounded(function: Callable, what: int | str) -> Callable:
    """Return a function that does the same ``MOST`` times.  After that it raises ``TooOften``."""
    calls = 0

    @wraps(function, [name for name in WRAPPER_ASSIGNMENTS if hasattr(function, name)], updated=())
    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > MOST:
            raise TooOften(counted, what, MOST)
        return function(*args, **kwargs)

    return counted
