"""Probes that travel: one that is plain data is sent to the candidate and run there.

It is the same class on both sides, from ``course.probes.base`` or ``course.probes.composed``, and its outcome is
judged here as before: by value, against what our reference does.  Hundreds of questions become one.

What a candidate that lies gains by it: nothing it did not have.  Asked step by step it could answer what it liked,
and could keep every gradient it was shown; told the whole path at once it knows the later gradients before it
answers for the earlier ones, but the right answer to them is still what only a right rule, or a reference that
never enters the sandbox, can work out.  Whether an array was changed in place is never told as a fact: the array
comes back as it is after the call, and is compared here.  A candidate could send the old one after changing it;
it could as well not have changed it, which is what the check asks for.

A probe that holds anything with a state of its own, or is no plain data, stays here and asks step by step.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import msgpack
import numpy as np

from autograder.examine.examination import course_place
from autograder.examine.handles import Handle
from autograder.examine.inside.frames import Lie, Lost
from autograder.examine.inside.shared import Shared
from course.probes.base import Calls, Raised, Unusable
from course.probes.composed import KINDS, MADE_OF_PROBES, Several
from course.surfaces import Surface

REASONS = ("unfinished", "returns None", "wrong type", "wrong shape", "raises")
SCALARS = (type(None), bool, int, float, complex, str, bytes, type, range, slice)
PACKED: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
CALLED: WeakSet[Any] = WeakSet()
"""What is sent for a probe, and the probes that were called with functions of ours since the last ``prepare``."""


def begin() -> None:
    """Let probes travel in this process, which judges through handles."""
    for kind in KINDS.values():
        if not hasattr(kind.__call__, "__wrapped__"):
            kind.__call__ = near(kind.__call__)  # type: ignore[method-assign]


def end() -> None:
    """Let every probe stay again."""
    for kind in KINDS.values():
        kind.__call__ = getattr(kind.__call__, "__wrapped__", kind.__call__)  # type: ignore[method-assign]


def near(stay: Callable) -> Callable:
    """Return the call of a probe that travels if what it is given is a handle, else ``stay``."""

    @wraps(stay)
    def probe_call(probe: Any, function: Callable) -> Any:
        if not isinstance(function, Handle):
            CALLED.add(probe)
            return stay(probe, function)
        parcel = PACKED[probe] if probe in PACKED else packed(probe)
        if parcel is None:
            return stay(probe, function)
        return outcome(probe, function._examination.drive(parcel, function), function)

    return probe_call


def prepare() -> None:
    """Pack the probes that our own functions were tried with and that will be asked again."""
    for probe in list(CALLED):
        PACKED[probe] = packed(probe)
    CALLED.clear()


def packed(probe: Any) -> bytes | tuple | None:
    """Return what is sent for a probe: bytes, a tuple if a function of ours has to be sent with it, or None."""
    if not portable(probe):
        return None
    parcel = described(probe)
    try:
        return msgpack.packb(Parcel(first=0).copies(parcel)[0], unicode_errors="surrogatepass")
    except Lie:
        return parcel


class Parcel(Shared):
    """Translates what can be translated before there is a candidate."""

    def export(self, thing: Any) -> list:
        """Return where the course keeps a thing.  Raises ``Lie`` for one of ours."""
        place = course_place(thing)
        if place is None:
            raise Lie("a function of ours")
        return ["y", place]


def described(probe: Any) -> tuple[str, dict]:
    """Return the kind of a probe and its fields; for probes inside it likewise."""
    fields = dict(vars(probe))
    if isinstance(probe, MADE_OF_PROBES):
        fields = {name: within(field) for name, field in fields.items()}
    return type(probe).__name__, fields


def within(field: Any) -> Any:
    """Return a field of a probe that is made of probes."""
    if type(field) in KINDS.values():
        return described(field)
    if isinstance(field, Mapping):
        return {name: within(each) for name, each in field.items()}
    return [within(each) for each in field] if isinstance(field, list | tuple) else field


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
    if type(value) in KINDS.values():
        return all(map(portable, vars(value).values()))
    if isinstance(value, types.MethodType):
        return isinstance(value.__self__, Surface)
    return isinstance(
        value, types.FunctionType | types.BuiltinFunctionType | np.ufunc | Surface | np.random.Generator
    )


def outcome(probe: Any, answer: Any, function: Handle) -> Any:
    """Return what a probe found over there, or raise its ``Unusable``.  Raises ``Lost`` for anything else."""
    if is_trouble(answer):
        raise Unusable(answer[1], answer[2][:2000])
    try:
        return found(probe, answer)
    except Lie as lie:
        lost = function._examination.lost = Lost("lied", str(lie))
        raise lost from None


def found(probe: Any, answer: Any) -> Any:
    """Return the outcome in the answer to a probe.  Raises ``Lie`` for one that no probe of this kind gives."""
    if isinstance(probe, Several):
        if type(answer) is dict and list(answer) == list(probe.probes):
            return {name: found(each, answer[name]) for name, each in probe.probes.items()}
    elif type(answer) is list and not isinstance(probe, Calls):
        return answer
    elif type(answer) is list and all(map(is_answer, answer)):
        return [each[1] if each[0] else Raised(each[1][:200], each[2][:2000]) for each in answer]
    raise Lie("no outcome of a probe")


def is_trouble(given: Any) -> bool:
    """Whether something is ``("unusable", kind, message)``."""
    if type(given) is not tuple or len(given) != 3 or any(type(each) is not str for each in given):
        return False
    return given[0] == "unusable" and given[1] in REASONS


def is_answer(given: Any) -> bool:
    """Whether something is ``(True, value)``, or ``(False, name, text)`` of an exception."""
    if type(given) is not tuple or not given or type(given[0]) is not bool:
        return False
    return len(given) == 2 if given[0] else len(given) == 3 and all(type(each) is str for each in given[1:])
