"""What stays in the candidate, seen from the examiner.

A handle can be called, indexed, iterated and measured, and its attributes read and set; each of these is a
question to the candidate.  It answers nothing itself: it is equal only to itself, neither true nor false, and no
array can be made of it, so an object with a comparison of its own is never asked to compare.
"""

import builtins
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.examine.inside.frames import ITEMS, demand
from course.probes.base import Probe

HANDLE_TYPES: dict[str, type] = {}


class NotPlain(TypeError):
    """What is asked of an object of the student's can be asked of plain data only."""

    theirs = True


class Endless(ValueError):
    """An object of the student's goes on and on."""

    theirs = True


NotPlain.__name__, Endless.__name__ = "TypeError", "ValueError"  # as a student is told


class Handle:
    """A thing of the student's that is not plain data.  Implements ``course.probes.base.Remote``."""

    __slots__ = ("__weakref__", "_examination", "_number")

    def __init__(self, examination: Any, number: int):
        object.__setattr__(self, "_examination", examination)
        object.__setattr__(self, "_number", number)

    def __del__(self) -> None:
        self._examination.dropped.append(self._number)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the candidate."""
        return self._examination.ask("call", self, args, kwargs)

    def __run_probe__(self, probe: Probe) -> Any:
        return self._examination.run_probe(self, probe)

    def __call_beside__(self, function: Callable, *arguments: Any) -> Any:
        return self._examination.ask("call", function, arguments, {})

    def __global__(self, name: str) -> Any:
        return self._examination.ask("name", name)

    @contextmanager
    def __standing_in__(self, functions: Mapping[str, Callable]) -> Iterator[None]:
        self._examination.ask("lend", dict(functions))
        try:
            yield
        finally:
            self._examination.ask("give_back")

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("__", "_repr_", "_ipython_")):
            raise AttributeError(name)
        return self._examination.ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._examination.ask("setattr", self, name, value)

    def __getitem__(self, key: Any) -> Any:
        return self._examination.ask("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._examination.ask("setitem", self, key, value)

    def __len__(self) -> int:
        length = self._examination.ask("len", self)
        if type(length) is not int or not 0 <= length < 1 << 31:
            raise NotPlain(f"the length of a {type(self).__name__} is not a number of items")
        return length

    def __iter__(self) -> Iterator:
        iterator = self._examination.ask("iter", self)
        for _ in range(ITEMS):
            answer = self._examination.ask("next", iterator)
            if type(answer) is not tuple or len(answer) != 2 or answer[0] is not True:
                return
            yield answer[1]
        raise Endless(f"more than {ITEMS} items; is there an end?")

    def __bool__(self) -> bool:
        raise NotPlain(f"a {type(self).__name__} is neither true nor false here; only plain data is")

    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        name = type(self).__name__
        if name == "ndarray":
            raise NotPlain("an array whose dtype is not one of numbers; make it one with astype(float)")
        raise NotPlain(f"a {name} is not an array")

    def __deepcopy__(self, memo: dict) -> Any:
        return self._examination.ask("deepcopy", self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise NotPlain("a handle cannot be pickled")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of the student's>"


def make_handle(examination: Any, number: int, name: str) -> Handle:
    """Return a new handle whose class carries the name of the student's class, for messages."""
    demand(type(name) is str, "the name of a class")
    name = name if name.isidentifier() and len(name) <= 60 else "object"
    kind = HANDLE_TYPES.get(name)
    if kind is None:
        kind = type(name, (Handle,), {"__slots__": ()})
        if len(HANDLE_TYPES) < 1000:
            HANDLE_TYPES[name] = kind
    return kind(examination, number)


class Raised(Exception):
    """An exception of a class that only the student's side knows."""


EXCEPTIONS = {
    each.__name__: each
    for each in [*vars(builtins).values(), np.linalg.LinAlgError]
    if isinstance(each, type)
    and issubclass(each, Exception)
    and not issubclass(each, StopIteration | StopAsyncIteration)  # they would end a loop of ours
}


def exception(names: Any, text: Any) -> Exception:
    """Return an exception with the class name the candidate saw, of the nearest class that we know too.

    So ``NotImplementedError`` and the student's subclasses of it stay that, ``SystemExit`` becomes an ordinary
    exception of that name.
    """
    demand(type(names) is list and 0 < len(names) <= 20, "the names of a class")
    demand(all(type(each) is str for each in names) and type(text) is str, "an exception")
    name = names[0] if names[0].isidentifier() and len(names[0]) <= 80 else "Exception"
    base = next((EXCEPTIONS[each] for each in names if each in EXCEPTIONS), Raised)
    shown = text[:2000]
    for parent in (base, Raised):
        try:
            kind = type(
                name, (parent,), {"__str__": lambda _: shown, "__module__": "builtins", "theirs": True}
            )
            return kind(shown)
        except TypeError:
            continue
    return Raised(shown)


def is_theirs(error: BaseException | None) -> bool:
    """Whether an exception began on the student's side, or with an object of theirs that is no plain data."""
    while error is not None:
        if getattr(type(error), "theirs", False):
            return True
        error = error.__cause__ or error.__context__
    return False


def weigh(values: list) -> None:
    """Refuse values that are too deep or too large when every reference is followed, cycles included."""
    left = ITEMS
    stack = [(value, 0) for value in values if type(value) in (list, tuple, dict)]
    while stack:
        value, depth = stack.pop()
        kind = type(value)
        if kind is list or kind is tuple:
            left -= len(value)
            demand(depth < 60 and left >= 0, "a smaller answer")
            stack += [(each, depth + 1) for each in value if type(each) in (list, tuple, dict)]
        elif kind is dict:
            left -= len(value)
            demand(depth < 60 and left >= 0, "a smaller answer")
            stack += [(each, depth + 1) for each in value.values() if type(each) in (list, tuple, dict)]
