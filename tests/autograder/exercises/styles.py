"""Other ways to hand in a right answer: what is wrapped around a function, and what type it returns.

None of them changes what a function computes, so every right answer in every style earns everything.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

# Around a function


def as_lambda(function):
    return lambda *args, **kwargs: function(*args, **kwargs)


def as_method(function):
    class Answers:
        def answer(self, *args, **kwargs):
            return function(*args, **kwargs)

    return Answers().answer


def as_partial(function):
    return functools.partial(function)


def decorated(function):
    @functools.wraps(function)
    def counted(*args, **kwargs):
        counted.calls += 1
        return function(*args, **kwargs)

    counted.calls = 0
    return counted


def noisy(function):
    def loud(*args, **kwargs):
        print("called with", len(args), "arguments")
        np.float64(1e308) * 10.0  # overflows, and says so
        return function(*args, **kwargs)

    return loud


WRAPPED = (as_lambda, as_method, as_partial, decorated, noisy)


def all_at_once(function):
    return as_partial(as_method(decorated(noisy(as_lambda(function)))))


class Watched:
    """An object that is called like a function.

    returned  one of each kind of value that it returned, by type, layout and axes
    """

    def __init__(self, function):
        self.function, self.returned = function, {}

    def __call__(self, *args, **kwargs):
        return everywhere(self.note, self.function(*args, **kwargs))

    def note(self, value):
        flags = (value.flags.f_contiguous, value.flags.writeable) if isinstance(value, np.ndarray) else ()
        kind = (type(value), getattr(value, "dtype", None), min(getattr(value, "ndim", 0), 2), flags)
        self.returned.setdefault(kind, value)
        return value


# Types of what is returned


def returning(convert: Callable[[Any], Any]) -> Callable[[Callable], Callable]:
    """Return a style that converts every plain value that a function returns, inside tuples and lists too."""

    def style(function):
        @functools.wraps(function)
        def answer(*args, **kwargs):
            return everywhere(convert, function(*args, **kwargs))

        return answer

    style.__name__, style.convert = convert.__name__, convert
    return style


def one_after_the_other(*converts: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a conversion made of several that are for values of different types."""

    def convert(value):
        for each in converts:
            value = everywhere(each, value)
        return value

    convert.__name__ = ", ".join(each.__name__ for each in converts)
    return convert


def everywhere(convert: Callable[[Any], Any], value: Any) -> Any:
    """Convert a value, or what a tuple or list holds; a dict is somebody's state and stays."""
    if type(value) in (tuple, list):
        return type(value)(everywhere(convert, each) for each in value)
    return convert(value)


def lists_for_arrays(value):
    return value.tolist() if isinstance(value, np.ndarray) and value.ndim else value


def long_doubles(value):
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(np.longdouble)
    return np.longdouble(value) if isinstance(value, float) else value


def single_precision(value):
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(np.float32)
    return np.float32(value) if isinstance(value, float) else value


def numpy_scalars(value):
    kinds = {bool: np.bool_, int: np.int64, float: np.float64, str: np.str_}
    return kinds[type(value)](value) if type(value) in kinds else value


def arrays_without_axes(value):
    return np.array(value) if isinstance(value, bool | int | float | np.generic) else value


def python_numbers(value):
    return value.item() if isinstance(value, np.generic) else value


def big_endian(value):
    return value.astype(">f8") if isinstance(value, np.ndarray) and value.dtype == np.float64 else value


def fortran_order(value):
    return np.asfortranarray(value) if isinstance(value, np.ndarray) and value.ndim > 1 else value


def read_only(value):
    if isinstance(value, np.ndarray):
        value = value.copy()
        value.flags.writeable = False
    return value


RETURNED = tuple(
    map(
        returning,
        (
            lists_for_arrays,
            long_doubles,
            numpy_scalars,
            arrays_without_axes,
            python_numbers,
            big_endian,
            fortran_order,
            read_only,
        ),
    )
)
TOGETHER = tuple(
    map(
        returning,
        (
            one_after_the_other(lists_for_arrays, python_numbers),
            one_after_the_other(fortran_order, numpy_scalars),
            one_after_the_other(big_endian, arrays_without_axes, read_only),
            long_doubles,
        ),
    )
)
"""The same conversions in as few styles as can hold them."""


def changing(watched: Watched, among: Iterable[Callable] = RETURNED) -> Iterator[Callable]:
    """Yield the styles of what is returned that make a difference to a function that was watched at work."""
    for style in among:
        if any(style.convert(value) is not value for value in watched.returned.values()):
            yield style
