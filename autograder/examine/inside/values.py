"""Values as messages and back: plain data by value, objects by a number, anything else by what a subclass says."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from .frames import ITEMS, Lie, demand
from .readers import F_ORDER, READ_ONLY, READERS, SIMPLE, is_key
from .wire import DEPTH, KEYS, TYPE_NAMES, array_content, generator_content, pack_int, without_extra_bits

OBJECTS = frozenset((np.ndarray, list, dict, np.random.Generator))


class Translator:
    """Translates values into what msgpack can hold, and back."""

    room = 1 << 62  # bytes that arrays may still take; the examiner sets it for every message
    by_value = False  # while set, new objects are sent as copies that nobody keeps in step

    # what only a subclass knows

    def export(self, thing: Any) -> list:
        """Return the message that names a thing that stays here."""
        raise NotImplementedError

    def find(self, tag: str, body: list) -> Any:
        """Return what a message names.  Raises ``Lie``."""
        raise NotImplementedError

    def plain(self, thing: Any) -> Any:
        """Return plain data for a thing that is nearly plain, else the thing itself."""
        return thing

    def number_of(self, thing: Any) -> int | None:
        """Return the number of an object both sides have."""
        raise NotImplementedError

    def adopt(self, thing: Any, last: Any) -> int | None:
        """Give an object a number, or none while copies are sent."""
        raise NotImplementedError

    def settled(self, number: int | None, content: list) -> None:
        """Note the content with which an object was described."""
        raise NotImplementedError

    def known(self, number: Any) -> Any:
        """Return the object of a number.  Raises ``Lie``."""
        raise NotImplementedError

    def define(self, thing: Any, number: Any, last: Any = None) -> Any:
        """Keep a new object under the number the other side gave it."""
        raise NotImplementedError

    # values to messages

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return a value as msgpack can hold it.  Raises ``Lie`` for one too deep, too long or too large."""
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
            value = without_extra_bits(value)
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
        """Return the messages of the entries of a container."""
        if depth >= DEPTH:
            raise Lie("a value is nested too deeply to be sent")
        deeper = depth + 1
        found = [each if type(each) in SIMPLE else self.encode(each, deeper) for each in values]
        if len(found) > 2 * ITEMS:
            raise Lie("a value has too many entries to be sent")
        return found

    def content(self, view: Any, depth: int = 0) -> list:
        """Return the content of a list, or of a dict as keys and values in turn."""
        if type(view) is list:
            return self.items(view, depth)
        return self.items([each for pair in list(view.items()) for each in pair], depth)

    def encode_object(self, thing: Any, view: Any, depth: int) -> Any:
        """Return a reference to an object both sides have, or its first description."""
        number = self.number_of(thing)
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
            content = generator_content(view)
            return ["g", self.adopt(thing, content[1:]), *content]
        if self.by_value and type(view) is list and alike(view):
            return [
                "A",
                view[0].dtype.str,
                [len(view), *view[0].shape],
                b"".join(map(np.ndarray.tobytes, view)),
            ]
        number = self.adopt(thing, b"")
        content = self.content(view, depth)
        self.settled(number, content)
        return ["l" if type(view) is list else "d", number, *content]

    # messages to values

    def decode(self, message: Any) -> Any:
        """Return the value of a message.  Raises ``Lie``."""
        if type(message) is not list:
            return message  # msgpack gives nothing else than the simple types and int here
        if not message or type(message[0]) is not str:
            raise Lie("a value was expected")
        read = READERS.get(message[0])
        return read(self, message[1:]) if read else self.find(message[0], message[1:])

    def values(self, messages: list) -> list:
        """Return the values of some messages."""
        return [self.decode(each) if type(each) is list else each for each in messages]

    def charge(self, size: int) -> None:
        """Count the bytes of an array that is to be made.  Raises ``Lie`` if there is no room for it."""
        self.room -= size
        if self.room < 0:
            raise Lie("a value is too large")

    def pairs(self, flat: list) -> dict:
        """Return the entries of a dict."""
        demand(len(flat) % 2 == 0 and len(flat) <= 2 * KEYS, "the entries of a dict")
        keys = self.values(flat[::2])
        for key in keys:
            if type(key) is not str:
                demand(is_key(key), "a plain key")
        return dict(zip(keys, self.values(flat[1::2]), strict=True))


def alike(items: list) -> bool:
    """Whether a list holds several ordinary arrays of numbers of one type and shape, as a path does."""
    if not 1 < len(items) <= KEYS or type(items[0]) is not np.ndarray:
        return False
    kind, shape = items[0].dtype, items[0].shape
    if kind.kind not in "biufc" or not kind.isnative:
        return False
    return all(
        type(each) is np.ndarray
        and each.dtype == kind
        and each.shape == shape
        and each.flags.c_contiguous
        and each.flags.writeable
        for each in items
    )


def as_references(content: list) -> list:
    """Return the content of a list or dict as it is described again, by references to the objects in it."""
    return [reference(each) if type(each) is list else each for each in content]


def reference(message: list) -> list:
    """Return a message with every description of an object replaced by a reference to it."""
    tag = message[0]
    if tag in ("a", "d", "l", "g") and message[1] is not None:
        return ["r", message[1]]
    return as_references(message) if tag in ("t", "slice") else message
