"""Which probes are sent to the candidate and run there, and what is accepted as their outcome.

A probe is the same class on both sides, from ``course.probes``, and its outcome is judged here, by value, against
what our reference does.  Hundreds of requests become one.

A candidate that lies gains nothing by it.  Asked step by step it could answer what it liked and keep every gradient
it was shown; sent a whole path it knows the later gradients before it answers for the earlier ones, but the right
answers are still what only a right rule, or a reference that never enters the sandbox, can work out.  Whether an
array was changed in place is not reported by the candidate: the array comes back as it is after the call, and is
compared here.  A candidate could send the old one after changing it; it could as well not have changed it, which is
what the check asks for.  The same holds of ``Changes``, which names the arguments that were changed and says
whether a later call overwrote a result, and of ``HandsBack``, which says whether an argument came back.
"""

import types
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.examine.inside.frames import Lie
from course.probes.base import Calls, Path, Probe, Raised, Unusable
from course.probes.composed import KINDS, Chain, Changes, Given, HandsBack, Look, Resumed, Several, Turns
from course.probes.in_place import RESULT
from course.surfaces import Surface

REASONS = ("unfinished", "never ends", "returns None", "wrong type", "wrong shape", "raises")
SCALARS = (type(None), bool, int, float, complex, str, bytes, type, range, slice, np.generic)
WITHOUT_STATE = (types.FunctionType, types.BuiltinFunctionType, np.ufunc, Surface, np.random.Generator)


def portable(value: Any) -> bool:
    """Whether a copy of a value, made in the other process, is as good as one made here."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufcU"
    if isinstance(value, SCALARS):
        return True
    if isinstance(value, list | tuple):
        return all(map(portable, value))
    if isinstance(value, Mapping):
        return all(map(portable, value.values()))
    if isinstance(value, Probe):
        return type(value) in KINDS.values() and portable(vars(value))
    if isinstance(value, types.MethodType):
        return isinstance(value.__self__, Surface)
    return isinstance(value, WITHOUT_STATE)


def outcome(probe: Probe, answer: Any) -> Any:
    """Return the outcome in a candidate's answer, or raise its ``Unusable``.  Raises ``Lie`` for anything else."""
    match answer:
        case (True, found) if is_outcome(probe, found):
            return found
        case (False, str(kind), str(message)) if kind in REASONS:
            raise Unusable(kind, message[:2000])
    raise Lie("no outcome of a probe")


def is_outcome(probe: Any, found: Any) -> bool:
    """Whether a probe of this kind can find this; what is in it, the judge compares."""
    if isinstance(probe, Several | Look):
        return (
            type(found) is dict
            and list(found) == list(probe.probes)
            and all(
                is_outcome(each, found[name]) or (isinstance(probe, Look) and isinstance(found[name], Raised))
                for name, each in probe.probes.items()
            )
        )
    if type(found) is not list:
        return False
    if isinstance(probe, Changes):
        return all(type(name) is str and name in (*probe.names, RESULT) for name in found)
    if isinstance(probe, Calls):
        return len(found) == len(probe.arguments)
    if isinstance(probe, HandsBack):
        return len(found) == len(probe.arguments) and all(type(each) is bool for each in found)
    form = shapes(probe)
    return has_shapes(found, form) if form else not any(isinstance(each, Raised) for each in found)


def shapes(probe: Any) -> list:
    """Return the shapes of the arrays that a probe finds, nested as it nests them; empty where they may vary.

    Another shape ends a probe on either side of the wire, so that whoever judges can count on these.
    """
    match probe:
        case Path():
            return [np.shape(probe.start)] * (1 + len(probe.gradients))
        case Resumed() | Given():
            return shapes(probe.path)[1:]
        case Turns():
            return [shapes(path)[1:] for path in probe.paths]
        case Chain():
            return [[np.shape(each) for each in probe.start]] * probe.times
    return []


def has_shapes(found: Any, form: list | tuple) -> bool:
    """Whether arrays are nested like their shapes are."""
    if isinstance(form, tuple):
        return type(found) in (np.ndarray, np.float64) and found.dtype == np.float64 and found.shape == form
    return type(found) is list and len(found) == len(form) and all(map(has_shapes, found, form))
