"""Sockets between processes of this machine where there is no ``AF_UNIX``: one call is let in, by its token."""

import secrets
import socket
import time
from contextlib import AbstractContextManager


class Door(AbstractContextManager):
    """A place to call, for one caller.

    port   where it is, on this machine only
    token  what the caller says first; whoever does not know it is turned away
    """

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.token = secrets.token_hex(16)

    def open(self, seconds: float) -> socket.socket:
        """Return the socket to the caller who knows the token.  Raises ``TimeoutError``."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.listener.settimeout(left)
            end, _ = self.listener.accept()
            end.settimeout(5.0)
            if said(end, len(self.token)) == self.token:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                end.settimeout(None)
                return end
            end.close()
        raise TimeoutError("nobody called")

    def __exit__(self, *_: object) -> None:
        self.listener.close()


def said(end: socket.socket, size: int) -> str:
    """Return the first words of a caller, shorter if it hangs up or says nothing."""
    heard = b""
    try:
        while len(heard) < size and (part := end.recv(size - len(heard))):
            heard += part
    except OSError:
        pass
    return heard.decode(errors="replace")
