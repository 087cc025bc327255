"""Recorded probes and outcomes, one JSON file per exercise, and their encoding.

Arrays are stored as ``{"array": flat list, "shape": [...]}``, with their dtype unless it is a float, exceptions as
``{"raised": name}``, an argument that is a tuple as ``{"tuple": [...]}``, a thing of the course as
``{"course": "surfaces.saddle"}``, a probe made of others as ``{"probe": "Turns", "fields": [[name, entry], ...]}``.
Written by the build; nothing here is edited by hand.
"""

import importlib
from typing import Any

import numpy as np

from course.probes.base import Calls, Path, Raised
from course.probes.composed import Given, Kept, Look, Turns
from course.probes.schedules import Loop, TinyRates

COMPOSED: dict[str, type] = {each.__name__: each for each in (Given, Kept, Look, Loop, TinyRates, Turns)}

SELDOM = ("bare", "counted")
"""Fields of a path that are stored only where they are set."""


def encode(value: Any) -> Any:
    """Return plain JSON data for an outcome or a probe.  Raises ``TypeError`` for what cannot be stored."""
    if isinstance(value, Path):
        fields = {"start": value.start, "gradients": list(value.gradients), "config": value.config}
        changes = [[step, dict(entries)] for step, entries in value.changes.items()]
        seldom = {name: getattr(value, name) for name in SELDOM if getattr(value, name)}
        return {"path": encode({**fields, "changes": changes, **seldom})}
    if isinstance(value, Calls):
        arguments = [[argument(each) for each in given] for given in value.arguments]
        return {"calls": arguments, "may_be_none": value.may_be_none}
    if type(value).__name__ in COMPOSED:
        entries = [[name, encode(entry)] for name, entry in vars(value).items()]
        return {"probe": type(value).__name__, "fields": entries}
    if isinstance(value, Raised):
        return {"raised": value.error}
    if isinstance(value, np.ndarray):
        whole = {"dtype": str(value.dtype)} if value.dtype.kind in "biu" else {}  # labels must stay indices
        return {"array": value.ravel().tolist(), "shape": list(value.shape), **whole}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {key: encode(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [encode(entry) for entry in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    place = named_place(value)
    if place is None:
        raise TypeError(
            f"A recording holds plain data, arrays and things of the course; got {type(value).__name__}."
        )
    return {"course": place}


def argument(value: Any) -> Any:
    """Return plain JSON data for an argument, in which a tuple, such as a shape, stays a tuple."""
    return {"tuple": encode(list(value))} if isinstance(value, tuple) else encode(value)


def named_place(value: Any) -> str | None:
    """Return where a thing of the course can be found again, as "module.name"."""
    from course.surfaces import SURFACES

    for surface in SURFACES.values():
        if value is surface:
            return f"surfaces.{surface.name.lower().replace(' ', '_')}"
    module = getattr(value, "__module__", "") or ""
    name = getattr(value, "__qualname__", "")
    if module.startswith("course.") and name.isidentifier():
        return f"{module.removeprefix('course.')}.{name}"
    return None


def decode(value: Any) -> Any:
    """Return the outcome or probe that ``encode`` stored."""
    if isinstance(value, list):
        return [decode(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.keys() - {"dtype"} == {"array", "shape"}:
        return np.array(value["array"], dtype=value.get("dtype", "float64")).reshape(value["shape"])
    if value.keys() == {"tuple"}:
        return tuple(decode(value["tuple"]))
    if value.keys() == {"raised"}:
        return Raised(value["raised"])
    if value.keys() == {"course"}:
        module, _, name = value["course"].rpartition(".")
        return getattr(importlib.import_module(f"course.{module}"), name)
    if value.keys() == {"path"}:
        fields = decode(value["path"])
        return Path(**{**fields, "changes": dict(fields["changes"])})
    if value.keys() == {"probe", "fields"}:
        return COMPOSED[value["probe"]](**{name: decode(entry) for name, entry in value["fields"]})
    if value.keys() == {"calls", "may_be_none"}:
        return Calls(arguments=decode(value["calls"]), may_be_none=value["may_be_none"])
    return {key: decode(entry) for key, entry in value.items()}
