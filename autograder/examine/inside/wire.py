"""Numbers, arrays and random generators as msgpack can hold them, and back; anything else is a ``Lie``."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from .frames import Lie, demand

KEYS = 10_000
"""Entries of one dict: keys can be chosen so that all of them collide."""

DEPTH = 40
"""Containers inside containers; more is no answer to anything."""

BIG_INT = 8_192
"""Bytes of an integer."""

EXACT = (Decimal, Fraction)
"""Numbers that NumPy takes for objects, and turns into floats where it is asked for these."""

NATIVE = "<" if np.little_endian else ">"
FLOAT = NATIVE + "f8"
NUMERIC = {
    np.dtype(code).str: np.dtype(np.dtype(code).str)
    for code in ("?", "b", "h", "i", "l", "q", "B", "H", "I", "L", "Q", "e", "f", "d", "F", "D")
}
TEXT = re.compile(re.escape(NATIVE) + r"U[1-9]\d{0,3}")

GENERATORS = {"PCG64": np.random.PCG64, "PCG64DXSM": np.random.PCG64DXSM}
"""Kinds whose whole state is four checked integers; ``default_rng`` makes the first."""

TYPES: dict[str, type] = {
    each.__name__: each for each in (bool, int, float, complex, str, bytes, list, tuple, dict)
} | {
    f"numpy.{name}": getattr(np, name)
    for name in ("float16", "float32", "float64", "int32", "int64", "uint8", "bool_", "complex128")
}
"""Classes that may be named in a message."""

TYPE_NAMES = {each: name for name, each in TYPES.items()}


def pack_int(number: int) -> list:
    """Return an integer that does not fit 64 bits."""
    size = number.bit_length() // 8 + 1
    if size > BIG_INT:
        raise Lie("an integer is too long to be sent")
    return ["i", number.to_bytes(size, "little", signed=True)]


def read_int(body: Any) -> int:
    """Return the integer of ``pack_int``."""
    demand(type(body) is bytes and 0 < len(body) <= BIG_INT, "an integer")
    return int.from_bytes(body, "little", signed=True)


def without_extra_bits(value: np.ndarray | np.generic) -> Any:
    """Return numbers of extended precision, which differ between machines, as doubles; others as they are."""
    if value.dtype.kind == "f" and value.dtype.itemsize > 8:
        return value.astype(np.float64)
    if value.dtype.kind == "c" and value.dtype.itemsize > 16:
        return value.astype(np.complex128)
    return value


def plain_numbers(array: np.ndarray) -> np.ndarray:
    """Return an array of objects that are all numbers as an array of numbers; any other as it is."""
    entries = [float(each) if type(each) in EXACT else each for each in array.ravel().tolist()]
    if not all(type(each) in (bool, int, float) or isinstance(each, np.number) for each in entries):
        return array
    numbers = np.array(entries)
    return numbers.reshape(array.shape) if numbers.dtype.kind in "biuf" else array


def array_content(array: np.ndarray) -> list:
    """Return type, shape and content of an array of numbers or text, in C order.  Raises ``TypeError``."""
    kind = array.dtype.kind
    if kind == "O":
        array = plain_numbers(array)
        kind = array.dtype.kind
    if kind in "biufc":
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
        array = without_extra_bits(array)
        return [array.dtype.str, list(array.shape), array.tobytes()]
    if kind == "U" and 0 < array.dtype.itemsize <= 4 * 9_999 and array.size <= KEYS:
        return [array.dtype.str, list(array.shape), array.ravel().tolist()]
    raise TypeError(f"an array of type {array.dtype} stays where it is")


def read_array(content: Any, charge: Callable[[int], None]) -> np.ndarray:
    """Return a new, writable array in C order from ``array_content``.  Raises ``Lie``.

    charge  is told the bytes of the array before they are taken, and raises if they are too many
    """
    demand(type(content) is list and len(content) == 3, "an array")
    code, shape, body = content
    if code == FLOAT and type(shape) is list and len(shape) == 1 and type(body) is bytes:  # the common case
        demand(type(shape[0]) is int and 8 * shape[0] == len(body), "an array")
        charge(len(body))
        return np.frombuffer(body).copy()
    demand(type(code) is str and type(shape) is list and len(shape) <= 32, "an array")
    for n in shape:
        demand(type(n) is int and 0 <= n <= 1 << 28, "a shape")
    count = math.prod(shape)
    dtype = NUMERIC.get(code)
    if dtype is not None:
        demand(type(body) is bytes and count * dtype.itemsize == len(body), "an array")
        charge(len(body))
        if dtype.kind == "b":
            return (np.frombuffer(body, dtype=np.uint8) != 0).reshape(shape)
        return np.frombuffer(body, dtype=dtype).reshape(shape).copy()
    demand(TEXT.fullmatch(code) is not None, "the type of an array")
    demand(type(body) is list and len(body) == count <= KEYS, "an array")
    charge(count * np.dtype(code).itemsize)
    demand(all(type(text) is str for text in body), "an array")
    return np.array(body, dtype=np.dtype(code)).reshape(shape)


def read_scalar(code: Any, body: Any) -> Any:
    """Return a NumPy scalar from its type and bytes.  Raises ``Lie``."""
    dtype = NUMERIC.get(code) if type(code) is str else None
    demand(dtype is not None and type(body) is bytes and len(body) == dtype.itemsize, "a scalar")
    return read_array([code, [], body], lambda _: None)[()]


def generator_content(generator: np.random.Generator) -> list:
    """Return kind and state of a random generator as plain data.  Raises ``Lie`` for an uncommon kind."""
    state = generator.bit_generator.state
    name = state["bit_generator"]
    if name not in GENERATORS:
        raise Lie(f"a random generator of the kind {name} cannot be sent")
    big = [state["state"][key].to_bytes(16, "little") for key in ("state", "inc")]
    return [name, *big, state["has_uint32"], state["uinteger"]]


def read_generator(message: list) -> np.random.Generator:
    """Return a new generator in the state of ``generator_content``.  Raises ``Lie``."""
    demand(bool(message) and type(message[0]) is str and message[0] in GENERATORS, "a generator")
    made = np.random.Generator(GENERATORS[message[0]](0))
    set_generator(made, message)
    return made


def set_generator(generator: np.random.Generator, message: list) -> None:
    """Put a generator into the state of ``generator_content``.  Raises ``Lie``."""
    demand(len(message) == 5, "the state of a generator")
    name, state, increment, has, integer = message
    demand(name == type(generator.bit_generator).__name__, "the same kind of generator")
    demand(all(type(each) is bytes and len(each) == 16 for each in (state, increment)), "a state")
    demand(type(has) is int and has in (0, 1), "a state")
    demand(type(integer) is int and 0 <= integer < 1 << 32, "a state")
    generator.bit_generator.state = {
        "bit_generator": name,
        "state": {"state": int.from_bytes(state, "little"), "inc": int.from_bytes(increment, "little")},
        "has_uint32": has,
        "uinteger": integer,
    }
