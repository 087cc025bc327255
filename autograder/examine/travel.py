"""Probes that travel: a ``Path`` or a ``Calls`` is plain data, so it is sent to the candidate and run there.

It is the same class on both sides, the students' own ``course.probing``, and its outcome is judged here as before.
The candidate gains nothing by it, since whatever it is asked it could always answer what it liked; but hundreds of
questions become one.  A probe that holds anything with a state of its own stays here and asks step by step.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import numpy as np

from autograder.examine.handles import Handle
from autograder.examine.wire import Lost
from course.probing import Calls, Path, Raised, Unusable
from course.surfaces import Surface

KINDS = ("unfinished", "returns None", "wrong type", "wrong shape", "raises")
SCALARS = (type(None), bool, int, float, complex, str, bytes, type, range, slice)


def begin() -> None:
    """Let probes travel in this process, which judges through handles."""
    for kind in (Path, Calls):
        if not hasattr(kind.__call__, "__wrapped__"):
            kind.__call__ = near(kind.__call__)  # type: ignore[method-assign]


def end() -> None:
    """Let every probe stay again."""
    for kind in (Path, Calls):
        kind.__call__ = getattr(kind.__call__, "__wrapped__", kind.__call__)  # type: ignore[method-assign]


def near(stay: Callable) -> Callable:
    """Return the call of a probe that travels if what it is given is a handle, else ``stay``."""

    @wraps(stay)
    def probe_call(probe: Any, function: Callable) -> Any:
        fields = dict(vars(probe))
        if not isinstance(function, Handle) or not portable(list(fields.values())):
            return stay(probe, function)
        answer = function._examination.drive(type(probe).__name__, fields, function)
        return outcome(probe, answer, function)

    return probe_call


def portable(value: Any) -> bool:
    """Whether a copy of a value, made on the other side, is as good as one made here."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufcU"
    if isinstance(value, (*SCALARS, np.generic)):
        return True
    if isinstance(value, list | tuple):
        return all(map(portable, value))
    if isinstance(value, Mapping):
        return all(map(portable, value.values()))
    if isinstance(value, types.MethodType):
        return isinstance(value.__self__, Surface)
    return isinstance(
        value, types.FunctionType | types.BuiltinFunctionType | np.ufunc | Surface | np.random.Generator
    )


def outcome(probe: Any, answer: Any, function: Handle) -> Any:
    """Return what a probe found over there, or raise its ``Unusable``.  Raises ``Lost`` for anything else."""
    if type(answer) is tuple and len(answer) == 3 and all(type(each) is str for each in answer):
        if answer[0] == "unusable" and answer[1] in KINDS:
            raise Unusable(answer[1], answer[2][:2000])
    elif type(answer) is list and isinstance(probe, Path):
        return answer
    elif type(answer) is list and all(map(is_answer, answer)):
        return [each[1] if each[0] else Raised(each[1][:200], each[2][:2000]) for each in answer]
    lost = function._examination.lost = Lost("lied", "no outcome of a probe")
    raise lost


def is_answer(found: Any) -> bool:
    """Whether something is ``(True, value)``, or ``(False, name, text)`` of an exception."""
    if type(found) is not tuple or not found or type(found[0]) is not bool:
        return False
    return len(found) == 2 if found[0] else len(found) == 3 and all(type(each) is str for each in found[1:])
