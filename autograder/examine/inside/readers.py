"""From messages to values: one reader for each tag.  Every size and every type is looked at before it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .frames import ITEMS, demand
from .wire import KEYS, NUMERIC, TYPES, read_array, read_generator, read_int, read_scalar

if TYPE_CHECKING:
    from .values import Translator

SIMPLE = frozenset((type(None), bool, float, str, bytes))
F_ORDER, READ_ONLY = 1, 2
"""Flags of an array."""

EACH = 128
"""Bytes of an array beside its content."""


def is_key(key: Any) -> bool:
    """Whether a value may be the key of a dict: plain, and never an object with a comparison of its own."""
    if type(key) is tuple:
        return all(map(is_key, key))
    return type(key) in SIMPLE or type(key) in (int, complex) or isinstance(key, np.generic)


def read_tuple(side: Translator, body: list) -> tuple:
    """Return a tuple."""
    return tuple(side.values(body))


def read_complex(_: Translator, body: list) -> complex:
    """Return a complex number."""
    demand(len(body) == 2 and all(type(each) is float for each in body), "a complex number")
    return complex(*body)


def read_slice(side: Translator, body: list) -> slice:
    """Return a slice."""
    demand(len(body) == 3, "a slice")
    return slice(*side.values(body))


def read_range(side: Translator, body: list) -> range:
    """Return a range."""
    bounds = side.values(body)
    demand(len(bounds) == 3 and all(type(each) is int for each in bounds), "a range")
    found = range(*bounds)
    demand(not found or abs(found[-1] - found[0]) // abs(found.step) < ITEMS, "a shorter range")
    return found


def read_type(_: Translator, body: list) -> type:
    """Return one of the few classes that have a name on the wire."""
    demand(len(body) == 1 and type(body[0]) is str and body[0] in TYPES, "a class")
    return TYPES[body[0]]


def read_number(_: Translator, body: list) -> int:
    """Return an integer that does not fit 64 bits."""
    demand(len(body) == 1, "an integer")
    return read_int(body[0])


def read_numpy_scalar(_: Translator, body: list) -> np.generic:
    """Return a NumPy scalar."""
    demand(len(body) == 2, "a scalar")
    return read_scalar(*body)


def read_reference(side: Translator, body: list) -> Any:
    """Return an object both sides have."""
    demand(len(body) == 1, "a reference")
    return side.known(body[0])


def read_list(side: Translator, body: list) -> list:
    """Return a new list."""
    demand(len(body) >= 1, "a list")
    thing = side.define([], body[0])
    thing.extend(side.values(body[1:]))
    side.settled(body[0], body[1:])
    return thing


def read_dict(side: Translator, body: list) -> dict:
    """Return a new dict."""
    demand(len(body) >= 1, "a dict")
    thing = side.define({}, body[0])
    thing.update(side.pairs(body[1:]))
    side.settled(body[0], body[1:])
    return thing


def read_new_array(side: Translator, body: list) -> np.ndarray:
    """Return a new array."""
    demand(len(body) == 5 and type(body[1]) is int, "an array")
    number, flags, *content = body
    array = read_array(content, side.charge)
    if flags & F_ORDER:
        array = np.array(array, order="F")
    if flags & READ_ONLY:
        array.flags.writeable = False
    return side.define(array, number, content[1:])


def read_arrays(side: Translator, body: list) -> list[np.ndarray]:
    """Return a list of new arrays of one type and shape."""
    demand(len(body) == 3 and type(body[0]) is str and body[0] in NUMERIC, "arrays")
    demand(type(body[1]) is list and len(body[1]) > 0, "arrays")
    demand(type(body[1][0]) is int and body[1][0] <= KEYS, "fewer arrays")
    side.charge(EACH * body[1][0])
    together = read_array(body, side.charge)
    return [together[at, ...] for at in range(len(together))]


def read_new_generator(side: Translator, body: list) -> np.random.Generator:
    """Return a new random generator."""
    demand(len(body) >= 1, "a generator")
    return side.define(read_generator(body[1:]), body[0], body[2:])


READERS = {
    "t": read_tuple,
    "c": read_complex,
    "i": read_number,
    "s": read_numpy_scalar,
    "slice": read_slice,
    "range": read_range,
    "...": lambda *_: Ellipsis,
    "T": read_type,
    "r": read_reference,
    "l": read_list,
    "d": read_dict,
    "a": read_new_array,
    "A": read_arrays,
    "g": read_new_generator,
}
