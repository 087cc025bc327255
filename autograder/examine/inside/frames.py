"""Frames over a socket pair: four bytes of length, then msgpack of plain data.

Nothing is ever unpickled, no class is named, and every size is checked before memory is taken.  What breaks a
rule is a ``Lie``; the examiner turns it into a ``Lost`` candidate.  NumPy is not needed to send and receive.
"""

import socket
import struct
import time
from typing import Any

import msgpack

FRAME = 16 << 20
"""Bytes of one message."""

ENTRIES = 1 << 20
"""Lists in one message and entries of them, all taken together: each takes far more memory than its byte."""

ITEMS = 200_000
"""Entries of one container, and of all containers of one value taken together."""

RICH = 8_000_000
"""Bytes of figures and other rich outputs that are kept for one cell."""

STOPPED = "Stopped"
"""The error that a cell ends with when its time is up."""


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
    left = ENTRIES

    def counted(items: list) -> list:
        nonlocal left
        left -= 1 + len(items)
        if left < 0:
            raise ValueError("too many entries")
        return items

    try:
        return msgpack.unpackb(
            body,
            list_hook=counted,
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


def demand(holds: bool, what: str) -> None:
    """Raise ``Lie`` unless a message is what it must be."""
    if not holds:
        raise Lie(f"{what} was expected")
