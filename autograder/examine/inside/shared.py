"""Objects that live on both sides of the wire.

Lists, dicts, arrays and random generators have an identity besides a content: each side keeps its own object under
a common number, and every message begins with the contents that changed since the last one.  So an update in
place, an alias, or a dict that is kept and shown again later behave as in one process.
"""

import sys
from typing import Any

import msgpack
import numpy as np

from .frames import Lie, demand
from .values import OBJECTS, Translator, as_references
from .wire import KEYS, array_content, generator_content, read_array, set_generator

PACKER = msgpack.Packer(unicode_errors="surrogatepass")


class Entry:
    """An object both sides have, and its content when they last agreed, as bytes or comparable data."""

    __slots__ = ("last", "object")

    def __init__(self, thing: Any, last: Any = None):
        self.object = thing
        self.last = last


class Shared(Translator):
    """One side's table of shared objects.

    first  the first number this side gives; the other side's numbers have the other parity
    """

    def __init__(self, first: int):
        self.first = self.next = first
        self.entries: dict[int, Entry] = {}
        self.numbers: dict[int, int] = {}  # id(object) -> number

    def outgoing(self, *values: Any) -> list:
        """Return the messages of some values, or leave the table as it was and raise ``Lie``."""
        mark = self.next
        try:
            return [self.encode(value) for value in values]
        except BaseException:
            self.forget([n for n in self.entries if n >= mark and n % 2 == self.first % 2])
            raise

    def copies(self, *values: Any) -> list:
        """Return the messages of some values as copies: what is new in them is not kept in step."""
        self.by_value = True
        try:
            return self.outgoing(*values)
        finally:
            self.by_value = False

    def incoming(self, changes: Any, *messages: Any) -> list:
        """Bring shared objects up to date and return the values of some messages.  Raises ``Lie``."""
        try:
            self.apply(changes)
            found = self.values(list(messages))
        except (RecursionError, TypeError, ValueError, OverflowError, MemoryError) as error:
            raise Lie(f"not a value: {type(error).__name__}") from None
        return found

    # the table

    def number_of(self, thing: Any) -> int | None:
        """Return the number of an object both sides have."""
        return self.numbers.get(id(thing))

    def known(self, number: Any) -> Any:
        """Return the object of a number.  Raises ``Lie``."""
        demand(type(number) is int and number in self.entries, "a known object")
        return self.entries[number].object

    def adopt(self, thing: Any, last: Any) -> int | None:
        """Give an object a number, or none while copies are sent."""
        if self.by_value:
            return None
        number, self.next = self.next, self.next + 2
        self.entries[number] = Entry(thing, last)
        self.numbers[id(thing)] = number
        return number

    def define(self, thing: Any, number: Any, last: Any = None) -> Any:
        """Keep a new object under the number the other side gave it; None is a copy that nobody keeps."""
        if number is not None:
            demand(type(number) is int and 0 <= number < 1 << 62, "a number")
            demand(number % 2 != self.first % 2 and number not in self.entries, "a new number")
            demand(len(self.entries) < KEYS, "fewer objects")
            self.entries[number] = Entry(thing, last)
            self.numbers[id(thing)] = number
        return thing

    def settled(self, number: int | None, content: list) -> None:
        """Note the content with which a list or dict was described."""
        if number is not None:
            self.entries[number].last = PACKER.pack(as_references(content))

    # contents

    def state(self, thing: Any) -> tuple[list, Any]:
        """Return the content of a shared object, and the same as something that can be compared.

        Lists and dicts are compared as bytes, so that 1, 1.0 and True, or 0.0 and -0.0, are told apart.
        """
        view = thing if type(thing) in OBJECTS else self.plain(thing)
        if type(view) is np.ndarray:
            content = array_content(view)
            return content, content[1:]
        if type(view) is np.random.Generator:
            content = generator_content(view)
            return content, content[1:]
        content = self.content(view)
        return content, PACKER.pack(as_references(content))

    def changes(self) -> list:
        """Return number and content of every shared object that changed since both sides agreed."""
        found = []
        for number, entry in list(self.entries.items()):
            thing = entry.object
            try:
                if (
                    type(thing) is np.ndarray and thing.dtype.kind in "biufc"
                ):  # the common case, nothing changed
                    shape, body = entry.last
                    if thing.tobytes() == body and len(shape) == thing.ndim:
                        continue
                content, now = self.state(thing)
                if now != entry.last:
                    entry.last = now
                    found.append([number, content])
            except (Lie, TypeError):
                continue  # it became something that cannot cross; the other side keeps what it had
        return found

    def apply(self, changes: Any) -> None:
        """Bring shared objects up to date.  Raises ``Lie``."""
        demand(type(changes) is list, "changes")
        for change in changes:
            demand(type(change) is list and len(change) == 2 and type(change[1]) is list, "a change")
            number, content = change
            thing = self.known(number)
            self.replace(thing, content)
            kept = isinstance(thing, list | dict)
            self.entries[number].last = PACKER.pack(as_references(content)) if kept else content[1:]

    def replace(self, thing: Any, content: list) -> None:
        """Give a shared object another content."""
        if isinstance(thing, np.ndarray):
            new = read_array(content, self.charge)
            demand(new.dtype == thing.dtype and thing.flags.writeable, "an array of the same type")
            if new.shape != thing.shape:
                demand(new.size == thing.size and thing.flags.c_contiguous, "an array of the same size")
                thing.shape = new.shape
            np.copyto(thing, new)
        elif isinstance(thing, list):
            thing[:] = self.values(content)
        elif isinstance(thing, dict):
            entries = self.pairs(content)
            thing.clear()
            thing.update(entries)
        else:
            set_generator(thing, content)

    # the end of sharing

    def forget(self, numbers: Any) -> None:
        """Stop keeping objects in step."""
        demand(type(numbers) is list, "numbers")
        for number in numbers:
            entry = self.entries.pop(number, None)
            if entry is not None:
                self.numbers.pop(id(entry.object), None)

    def unused(self) -> list[int]:
        """Forget the objects that nobody but this table holds, and return their numbers."""
        gone: list[int] = []
        while True:
            found = [number for number, entry in self.entries.items() if references(entry.object) <= ALONE]
            if not found:
                return gone
            self.forget(found)
            gone += found


references = sys.getrefcount
ALONE = next(references(entry.object) for entry in [Entry([])])
"""What ``references`` says of an object that only its entry holds, asked in the same way."""
