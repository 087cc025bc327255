"""Frames over a socket pair: four bytes of length, then msgpack of plain data.

Nothing is ever unpickled, no class is named, and every size is checked before memory is taken.  What breaks a
rule is a ``Lie``; the examiner turns it into a ``Lost`` candidate.
"""

from __future__ import annotations

import math
import re
import socket
import struct
import time
from typing import Any

import msgpack
import numpy as np

FRAME = 64 << 20
"""Bytes of one message."""

ITEMS = 200_000
"""Entries of one container, and of all containers of one value taken together."""

KEYS = 10_000
"""Entries of one dict: keys can be chosen so that all of them collide."""

DEPTH = 40
"""Containers inside containers; more is no answer to anything."""

BIG_INT = 8_192
"""Bytes of an integer."""

NATIVE = "<" if np.little_endian else ">"
FLOAT = NATIVE + "f8"
NUMERIC = {
    np.dtype(code).str: np.dtype(np.dtype(code).str)
    for code in ("?", "b", "h", "i", "l", "q", "B", "H", "I", "L", "Q", "e", "f", "d", "F", "D")
}
TEXT = re.compile(re.escape(NATIVE) + r"U[1-9]\d{0,3}")

TYPES: dict[str, type] = {
    each.__name__: each for each in (bool, int, float, complex, str, bytes, list, tuple, dict)
} | {
    f"numpy.{name}": getattr(np, name)
    for name in ("float16", "float32", "float64", "int32", "int64", "uint8", "bool_", "complex128")
}
"""Classes that may be named in a message."""

TYPE_NAMES = {each: name for name, each in TYPES.items()}


class Lie(Exception):
    """A message that an honest peer does not send."""


class Lost(BaseException):
    """The candidate can no longer be asked; not an ``Exception``, so that no test mistakes it for an answer.

    kind  ``timeout``, ``died`` or ``lied``
    """

    def __init__(self, kind: str, text: str = ""):
        super().__init__(f"{kind}: {text}" if text else kind)
        self.kind = kind
        self.text = text


class Channel:
    """One end of the wire.

    limit     bytes of one frame that is still received
    deadline  ``time.monotonic()`` after which sending and receiving raise ``Lost("timeout")``, or None
    budget    bytes that may still be received in all, or None; the examiner sets it for each check
    """

    def __init__(self, end: socket.socket, limit: int = FRAME):
        self.end = end
        self.limit = limit
        self.deadline: float | None = None
        self.budget: int | None = None
        self.armed = False
        self.waiting = bytearray()
        self.packer = msgpack.Packer(unicode_errors="surrogatepass")

    def send(self, message: Any) -> None:
        """Send one message.  Raises ``Lost``, and ``Lie`` for one that is too large."""
        try:
            body = self.packer.pack(message)
        except (ValueError, OverflowError, RecursionError) as error:
            self.packer = msgpack.Packer(unicode_errors="surrogatepass")
            raise Lie(f"cannot be sent: {error}") from None
        if len(body) > self.limit:
            raise Lie(f"a message of {len(body)} bytes is too large")
        self.arm()
        try:
            self.end.sendall(struct.pack(">I", len(body)) + body)
        except TimeoutError:
            raise Lost("timeout") from None
        except OSError as error:
            raise Lost("died", str(error)) from None

    def receive(self) -> Any:
        """Return the next message as msgpack holds it.  Raises ``Lost`` and ``Lie``."""
        self.fill(4)
        (size,) = struct.unpack_from(">I", self.waiting)
        if size > self.limit:
            raise Lie(f"a frame of {size} bytes")
        if self.budget is not None:
            self.budget -= size
            if self.budget < 0:
                raise Lie("too much was sent")
        self.fill(4 + size)
        body = bytes(memoryview(self.waiting)[4 : 4 + size])
        del self.waiting[: 4 + size]
        return unpack(body)

    def fill(self, wanted: int) -> None:
        """Read until that many bytes wait; memory grows only with what has arrived."""
        while len(self.waiting) < wanted:
            self.arm()
            try:
                part = self.end.recv(1 << 16)
            except TimeoutError:
                raise Lost("timeout") from None
            except OSError as error:
                raise Lost("died", str(error)) from None
            if not part:
                raise Lost("died", "the connection was closed")
            self.waiting += part

    def arm(self) -> None:
        """Let the socket wait no longer than the deadline."""
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise Lost("timeout")
            self.end.settimeout(left)
        elif self.armed:
            self.end.settimeout(None)
        self.armed = self.deadline is not None


def unpack(body: bytes) -> Any:
    """Return msgpack's reading of a body: None, bool, int, float, str, bytes and lists.  Raises ``Lie``."""
    try:
        return msgpack.unpackb(
            body,
            use_list=True,
            raw=False,
            strict_map_key=True,
            unicode_errors="surrogatepass",
            max_str_len=FRAME,
            max_bin_len=FRAME,
            max_array_len=2 * ITEMS + 8,
            max_map_len=0,
            max_ext_len=0,
        )
    except (
        ValueError,
        TypeError,
        RecursionError,
        MemoryError,
        OverflowError,
        msgpack.UnpackException,
    ) as error:
        raise Lie(f"not a message: {type(error).__name__}") from None


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


def array_content(array: np.ndarray) -> list:
    """Return type, shape and content of an array of numbers or text, in C order.  Raises ``TypeError``."""
    kind = array.dtype.kind
    if kind in "biufc":
        if not array.dtype.isnative:
            array = array.astype(array.dtype.newbyteorder("="))
        return [array.dtype.str, list(array.shape), array.tobytes()]
    if kind == "U" and 0 < array.dtype.itemsize <= 4 * 9_999 and array.size <= KEYS:
        return [array.dtype.str, list(array.shape), array.ravel().tolist()]
    raise TypeError(f"an array of type {array.dtype} stays where it is")


def read_array(content: Any) -> np.ndarray:
    """Return a new, writable array in C order from ``array_content``.  Raises ``Lie``."""
    demand(type(content) is list and len(content) == 3, "an array")
    code, shape, body = content
    if code == FLOAT and type(shape) is list and len(shape) == 1 and type(body) is bytes:  # the common case
        demand(type(shape[0]) is int and 8 * shape[0] == len(body), "an array")
        return np.frombuffer(body).copy()
    demand(type(code) is str and type(shape) is list and len(shape) <= 32, "an array")
    for n in shape:
        demand(type(n) is int and 0 <= n <= 1 << 28, "a shape")
    count = math.prod(shape)
    dtype = NUMERIC.get(code)
    if dtype is not None:
        demand(type(body) is bytes and count * dtype.itemsize == len(body), "an array")
        if dtype.kind == "b":
            return (np.frombuffer(body, dtype=np.uint8) != 0).reshape(shape)
        return np.frombuffer(body, dtype=dtype).reshape(shape).copy()
    demand(TEXT.fullmatch(code) is not None, "the type of an array")
    demand(type(body) is list and len(body) == count <= KEYS, "an array")
    demand(all(type(text) is str for text in body), "an array")
    return np.array(body, dtype=np.dtype(code)).reshape(shape)


def read_scalar(code: Any, body: Any) -> Any:
    """Return a NumPy scalar from its type and bytes.  Raises ``Lie``."""
    dtype = NUMERIC.get(code) if type(code) is str else None
    demand(dtype is not None and type(body) is bytes and len(body) == dtype.itemsize, "a scalar")
    return read_array([code, [], body])[()]


def demand(holds: bool, what: str) -> None:
    """Raise ``Lie`` unless a message is what it must be."""
    if not holds:
        raise Lie(f"{what} was expected")
