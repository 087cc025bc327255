"""What the examiner may ask a candidate to do: run a cell, give a name, call, drive a probe, look at a thing."""

import copy
from typing import Any

from course.probes.base import Probe, Unusable

MISSING = object()


class Requests:
    """One method for each request; what it returns is sent back.

    shell  runs cells; see ``shell.Shell``
    """

    shell: Any
    before: dict[str, Any]

    def do_run(self, source: str, output: int, seconds: float) -> Any:
        """Run a cell and return its outputs and its number; after so many seconds it is interrupted."""
        return self.shell.run(source, output, seconds)

    def do_name(self, name: str) -> Any:
        """Return the value of a global name.  Raises ``NameError``."""
        names = self.shell.user_ns
        if name not in names:
            raise NameError(f"name {name!r} is not defined")
        return names[name]

    def do_lend(self, functions: dict[str, Any]) -> None:
        """Let functions of the examiner stand under global names until it takes them back."""
        names = self.shell.user_ns
        self.before = {name: names.get(name, MISSING) for name in functions}
        names.update(functions)

    def do_give_back(self) -> None:
        """Put back what stood under the names that were lent."""
        names = self.shell.user_ns
        for name, thing in self.before.items():
            if thing is MISSING:
                names.pop(name, None)
            else:
                names[name] = thing

    def do_call(self, function: Any, args: tuple, kwargs: dict) -> Any:
        """Call a function."""
        return function(*args, **kwargs)

    def do_probe(self, probe: Probe, function: Any) -> tuple:
        """Run one of the course's probes: ``(True, outcome)`` or ``(False, kind, message)`` of an ``Unusable``.

        Nobody interrupts a probe: a ``KeyboardInterrupt`` is the function's own.
        """
        try:
            return True, probe.run(function)
        except KeyboardInterrupt:
            return False, "raises", "It raised KeyboardInterrupt"
        except Unusable as trouble:
            return False, trouble.kind, trouble.message

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
