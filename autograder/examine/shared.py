"""Objects that live on both sides of the wire.

Plain data crosses by value.  Lists, dicts, arrays and random generators have an identity besides a content: each
side keeps its own object under a common number, and every message begins with the contents that changed since
the last one.  So an update in place, an alias, or a dict that is kept and shown again later behave as in one
process.

What is not plain data stays where it is; the two subclasses say how it is named (``export``) and found again
(``find``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import msgpack
import numpy as np

from . import generators
from .wire import (
    DEPTH,
    ITEMS,
    KEYS,
    TYPE_NAMES,
    TYPES,
    Lie,
    array_content,
    demand,
    pack_int,
    read_array,
    read_int,
    read_scalar,
)

SIMPLE = frozenset((type(None), bool, float, str, bytes))
OBJECTS = frozenset((np.ndarray, list, dict, np.random.Generator))
F_ORDER, READ_ONLY = 1, 2


class Entry:
    """An object both sides have, and its content when they last agreed, as bytes or comparable data."""

    __slots__ = ("last", "object")

    def __init__(self, thing: Any, last: Any = None):
        self.object = thing
        self.last = last


class Shared:
    """One side's table of shared objects, and the translation of values into messages and back.

    first  the first number this side gives; the other side's numbers have the other parity
    """

    def __init__(self, first: int):
        self.first = self.next = first
        self.entries: dict[int, Entry] = {}
        self.numbers: dict[int, int] = {}  # id(object) -> number
        self.fresh: list[int] = []  # numbers whose content was received and not noted yet
        self.by_value = False  # while set, new objects are sent as copies that nobody keeps in step

    # what is not plain data; the subclasses answer

    def export(self, thing: Any) -> list:
        """Return the message that names a thing that stays here."""
        raise NotImplementedError

    def find(self, tag: str, body: list) -> Any:
        """Return what a message names.  Raises ``Lie``."""
        raise NotImplementedError

    def plain(self, thing: Any) -> Any:
        """Return plain data for a thing that is nearly plain, else the thing itself."""
        return thing

    # values to messages

    def outgoing(self, *values: Any) -> list:
        """Return the messages of some values, or leave the table as it was and raise ``Lie``."""
        mark = self.next
        try:
            return [self.encode(value) for value in values]
        except BaseException:
            self.forget([n for n in self.entries if n >= mark and n % 2 == self.first % 2])
            raise

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return a value as msgpack can hold it."""
        kind = type(value)
        if kind in SIMPLE:
            return value
        if kind is int:
            return value if -(1 << 63) <= value < 1 << 64 else pack_int(value)
        if kind in OBJECTS:
            return self.encode_object(value, value, depth)
        if kind is tuple:
            return ["t", *self.items(value, depth)]
        if kind is complex:
            return ["c", value.real, value.imag]
        if isinstance(value, np.generic) and value.dtype.kind in "biufc" and kind is value.dtype.type:
            return ["s", value.dtype.str, value.tobytes()]
        if kind is slice:
            return ["slice", *self.items((value.start, value.stop, value.step), depth)]
        if kind is range:
            return ["range", *self.items((value.start, value.stop, value.step), depth)]
        if value is Ellipsis:
            return ["..."]
        if isinstance(value, type) and value in TYPE_NAMES:
            return ["T", TYPE_NAMES[value]]
        nearly = self.plain(value)
        if nearly is value:
            return self.export(value)
        if type(nearly) in OBJECTS:
            return self.encode_object(value, nearly, depth)
        return self.encode(nearly, depth)

    def items(self, values: Iterable, depth: int) -> list:
        """Return the messages of the entries of a container.  Raises ``Lie`` for one too deep or too long."""
        if depth >= DEPTH:
            raise Lie("a value is nested too deeply to be sent")
        found = [self.encode(value, depth + 1) for value in values]
        if len(found) > 2 * ITEMS:
            raise Lie("a value has too many entries to be sent")
        return found

    def encode_object(self, thing: Any, view: Any, depth: int) -> Any:
        """Return a reference to an object both sides have, or its first description."""
        number = self.numbers.get(id(thing))
        if number is not None:
            return ["r", number]
        if type(view) is np.ndarray:
            try:
                content = array_content(view)
            except TypeError:
                return self.export(thing)
            flags = F_ORDER * (view.flags.fnc and view.ndim > 1) + READ_ONLY * (not view.flags.writeable)
            return ["a", self.adopt(thing, content[1:]), flags, *content]
        if type(view) is np.random.Generator:
            content = generators.content(view)
            return ["g", self.adopt(thing, content), *content]
        number = self.adopt(thing, b"")
        mark = self.next
        content = self.content(view, depth)
        if number is not None:
            again = content if mark == self.next else self.content(view, depth)
            self.entries[number].last = packed(again)
        return ["l" if type(view) is list else "d", number, *content]

    def adopt(self, thing: Any, last: Any) -> int | None:
        """Give an object a number, or none while copies are sent."""
        if self.by_value:
            return None
        number, self.next = self.next, self.next + 2
        self.entries[number] = Entry(thing, last)
        self.numbers[id(thing)] = number
        return number

    def content(self, view: Any, depth: int = 0) -> list:
        """Return the content of a list, or of a dict as keys and values in turn."""
        if type(view) is list:
            return self.items(view, depth)
        return self.items([each for pair in list(view.items()) for each in pair], depth)

    def state(self, thing: Any) -> tuple[list, Any]:
        """Return the content of a shared object, and the same as something that can be compared."""
        view = thing if type(thing) in OBJECTS else self.plain(thing)
        if type(view) is np.ndarray:
            content = array_content(view)
            return content, content[1:]
        if type(view) is np.random.Generator:
            content = generators.content(view)
            return content, content
        content = self.content(view)
        return content, packed(content)

    def changes(self) -> list:
        """Return number and content of every shared object that changed since both sides agreed."""
        found = []
        for number, entry in list(self.entries.items()):
            mark = self.next
            try:
                content, now = self.state(entry.object)
                if now != entry.last:
                    entry.last = now if mark == self.next else self.state(entry.object)[1]
                    found.append([number, content])
            except (Lie, TypeError):
                continue  # it became something that cannot cross; the other side keeps what it had
        return found

    # messages to values

    def incoming(self, changes: Any, *messages: Any) -> list:
        """Bring shared objects up to date and return the values of some messages.  Raises ``Lie``."""
        try:
            self.apply(changes)
            values = [self.decode(each) for each in messages]
            self.settle()
        except (RecursionError, TypeError, ValueError, OverflowError, MemoryError) as error:
            raise Lie(f"not a value: {type(error).__name__}") from None
        return values

    def decode(self, message: Any) -> Any:
        """Return the value of a message.  Raises ``Lie``."""
        if type(message) is not list:
            return message  # msgpack gives nothing else than the simple types here
        demand(bool(message) and type(message[0]) is str, "a value")
        read = READERS.get(message[0])
        return read(self, message[1:]) if read else self.find(message[0], message[1:])

    def read_reference(self, body: list) -> Any:
        """Return an object both sides have."""
        demand(len(body) == 1 and type(body[0]) is int and body[0] in self.entries, "a known object")
        return self.entries[body[0]].object

    def define(self, thing: Any, number: Any, last: Any = None) -> Any:
        """Keep a new object under the number the other side gave it; None is a copy that nobody keeps."""
        if number is not None:
            demand(type(number) is int and 0 <= number < 1 << 62, "a number")
            demand(number % 2 != self.first % 2 and number not in self.entries, "a new number")
            demand(len(self.entries) < KEYS, "fewer objects")
            self.entries[number] = Entry(thing, last)
            self.numbers[id(thing)] = number
            if last is None:
                self.fresh.append(number)
        return thing

    def read_list(self, body: list) -> list:
        """Return a new list."""
        demand(len(body) >= 1, "a list")
        thing = self.define([], body[0])
        thing.extend([self.decode(each) for each in body[1:]])
        return thing

    def read_dict(self, body: list) -> dict:
        """Return a new dict."""
        demand(len(body) >= 1, "a dict")
        thing = self.define({}, body[0])
        thing.update(self.pairs(body[1:]))
        return thing

    def pairs(self, flat: list) -> dict:
        """Return the entries of a dict."""
        demand(len(flat) % 2 == 0 and len(flat) <= 2 * KEYS, "the entries of a dict")
        found = {}
        for key, value in zip(flat[::2], flat[1::2], strict=True):
            name = self.decode(key)
            demand(is_key(name), "a plain key")
            found[name] = self.decode(value)
        return found

    def read_new_array(self, body: list) -> np.ndarray:
        """Return a new array."""
        demand(len(body) == 5 and type(body[1]) is int, "an array")
        array = read_array(body[2:])
        if body[1] & F_ORDER:
            array = np.array(array, order="F")
        if body[1] & READ_ONLY:
            array.flags.writeable = False
        return self.define(array, body[0], body[3:])

    def read_generator(self, body: list) -> np.random.Generator:
        """Return a new random generator."""
        demand(len(body) >= 1, "a generator")
        return self.define(generators.create(body[1:]), body[0], body[1:])

    def apply(self, changes: Any) -> None:
        """Bring shared objects up to date.  Raises ``Lie``."""
        demand(type(changes) is list, "changes")
        for change in changes:
            demand(type(change) is list and len(change) == 2 and type(change[1]) is list, "a change")
            number, content = change
            demand(type(number) is int and number in self.entries, "a known object")
            self.replace(self.entries[number].object, content)
            self.fresh.append(number)

    def replace(self, thing: Any, content: list) -> None:
        """Give a shared object another content."""
        if isinstance(thing, np.ndarray):
            new = read_array(content)
            demand(new.dtype == thing.dtype and thing.flags.writeable, "an array of the same type")
            if new.shape != thing.shape:
                demand(new.size == thing.size and thing.flags.c_contiguous, "an array of the same size")
                thing.shape = new.shape
            np.copyto(thing, new)
        elif isinstance(thing, list):
            thing[:] = [self.decode(each) for each in content]
        elif isinstance(thing, dict):
            entries = self.pairs(content)
            thing.clear()
            thing.update(entries)
        else:
            generators.update(thing, content)

    def settle(self) -> None:
        """Note received contents as agreed, so that they are not sent back."""
        for number in self.fresh:
            if number in self.entries:
                entry = self.entries[number]
                entry.last = self.state(entry.object)[1]
        self.fresh.clear()

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
            found = [number for number, entry in self.entries.items() if references(entry) <= ALONE]
            if not found:
                return gone
            self.forget(found)
            gone += found


def references(entry: Entry) -> int:
    """Return how often the object of an entry is referred to."""
    return sys.getrefcount(entry.object)


ALONE = references(Entry([]))


def packed(content: list) -> bytes:
    """Return content as bytes, so that 1, 1.0 and True, or 0.0 and -0.0, are told apart."""
    return msgpack.packb(content, unicode_errors="surrogatepass")


def is_key(key: Any) -> bool:
    """Whether a value may be the key of a dict: plain, and never an object with a comparison of its own."""
    if type(key) is tuple:
        return all(map(is_key, key))
    return type(key) in SIMPLE or type(key) in (int, complex) or isinstance(key, np.generic)


def read_tuple(side: Shared, body: list) -> tuple:
    """Return a tuple."""
    return tuple([side.decode(each) for each in body])


def read_complex(_: Shared, body: list) -> complex:
    """Return a complex number."""
    demand(len(body) == 2 and all(type(each) is float for each in body), "a complex number")
    return complex(*body)


def read_slice(side: Shared, body: list) -> slice:
    """Return a slice."""
    demand(len(body) == 3, "a slice")
    return slice(*[side.decode(each) for each in body])


def read_range(side: Shared, body: list) -> range:
    """Return a range."""
    bounds = [side.decode(each) for each in body]
    demand(len(bounds) == 3 and all(type(each) is int for each in bounds), "a range")
    return range(*bounds)


def read_type(_: Shared, body: list) -> type:
    """Return one of the few classes that have a name on the wire."""
    demand(len(body) == 1 and type(body[0]) is str and body[0] in TYPES, "a class")
    return TYPES[body[0]]


def read_number(_: Shared, body: list) -> int:
    """Return an integer that does not fit 64 bits."""
    demand(len(body) == 1, "an integer")
    return read_int(body[0])


def read_numpy_scalar(_: Shared, body: list) -> np.generic:
    """Return a NumPy scalar."""
    demand(len(body) == 2, "a scalar")
    return read_scalar(*body)


READERS = {
    "t": read_tuple,
    "c": read_complex,
    "i": read_number,
    "s": read_numpy_scalar,
    "slice": read_slice,
    "range": read_range,
    "...": lambda *_: Ellipsis,
    "T": read_type,
    "r": Shared.read_reference,
    "l": Shared.read_list,
    "d": Shared.read_dict,
    "a": Shared.read_new_array,
    "g": Shared.read_generator,
}
