"""What the examiner may ask a candidate to do: run a cell, give a name, call, drive a probe, look at a thing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import course.probes.base
import course.probes.composed

from .frames import unpack


class Requests:
    """One method for each request; what it returns is sent back.

    shell   runs cells; see ``shell.Shell``
    values  the values of messages; see ``values.Translator``
    """

    shell: Any
    values: Callable[[list], list]

    def do_run(self, source: str, output: int) -> Any:
        """Run a cell and return its outputs and its number."""
        return self.shell.run(source, output)

    def do_name(self, name: str) -> Any:
        """Return the value of a global name.  Raises ``NameError``."""
        names = self.shell.user_ns
        if name not in names:
            raise NameError(f"name {name!r} is not defined")
        return names[name]

    def do_call(self, function: Any, args: tuple, kwargs: dict) -> Any:
        """Call a function."""
        return function(*args, **kwargs)

    def do_drive(self, parcel: bytes | tuple, function: Any) -> Any:
        """Run one of the course's probes and return its outcome as plain data."""
        described: Any = self.values([unpack(parcel)])[0] if type(parcel) is bytes else parcel
        probe = made(*described)
        try:
            return told(probe, probe(function))
        except course.probes.base.Unusable as trouble:
            return "unusable", trouble.kind, trouble.message

    def do_getattr(self, thing: Any, name: str) -> Any:
        """Return an attribute."""
        return getattr(thing, name)

    def do_setattr(self, thing: Any, name: str, value: Any) -> None:
        """Set an attribute."""
        setattr(thing, name, value)

    def do_getitem(self, thing: Any, key: Any) -> Any:
        """Return an item."""
        return thing[key]

    def do_setitem(self, thing: Any, key: Any, value: Any) -> None:
        """Set an item."""
        thing[key] = value

    def do_iter(self, thing: Any) -> Any:
        """Return an iterator, which stays here."""
        return Iterator(iter(thing))

    def do_next(self, iterator: Any) -> Any:
        """Return whether there is another item, and the item."""
        return iterator.following()

    def do_len(self, thing: Any) -> int:
        """Return a length."""
        return len(thing)

    def do_deepcopy(self, thing: Any) -> Any:
        """Return a deep copy."""
        return copy.deepcopy(thing)


class Iterator:
    """An iterator that says that it is at its end instead of raising."""

    def __init__(self, items: Any):
        self.items = items

    def following(self) -> tuple:
        """Return ``(True, item)`` or ``(False, None)``."""
        for item in self.items:
            return True, item
        return False, None


def made(kind: str, fields: dict) -> Any:
    """Return a probe, and the probes inside it."""
    probe = course.probes.composed.KINDS[kind]
    if probe in course.probes.composed.MADE_OF_PROBES:
        fields = {name: within(field) for name, field in fields.items()}
    return probe(**fields)


def within(field: Any) -> Any:
    """Return a field of a probe that is made of probes."""
    if type(field) is tuple:
        return made(*field)
    if type(field) is dict:
        return {name: within(each) for name, each in field.items()}
    return [within(each) for each in field] if type(field) is list else field


def told(probe: Any, outcome: Any) -> Any:
    """Return an outcome as plain data: exceptions by their names."""
    if isinstance(probe, course.probes.composed.Several):
        return {name: told(each, outcome[name]) for name, each in probe.probes.items()}
    if not isinstance(probe, course.probes.base.Calls):
        return outcome
    raised = course.probes.base.Raised
    return [(False, each.error, each.text) if type(each) is raised else (True, each) for each in outcome]
