"""Landlock: a process without any privilege gives up files, signals and sockets that it will never need.

What the kernel can keep in depends on the version of its interface; ``system_calls`` closes what an older one
leaves open.  Landlock does not hide names: whether a path exists, and how large a file is, can be seen.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION, BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHAR, MAKE_SOCK, MAKE_BLOCK = 1 << 6, 1 << 9, 1 << 11
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
READ = EXECUTE | READ_FILE | READ_DIR
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
NEVER = MAKE_CHAR | MAKE_SOCK | MAKE_BLOCK | IOCTL_DEV
"""What is not permitted even in the own folder."""

SINCE = {REFER: 2, TRUNCATE: 3, IOCTL_DEV: 5}
TCP = 0b11  # to bind, to connect
SCOPES = 0b11  # abstract sockets, signals
SCOPED = 6
"""The version that keeps signals and abstract sockets in."""


def call(number: int, *arguments: ctypes.c_void_p | ctypes.c_long | bytes | None) -> int:
    """Return what a system call returns.  Raises ``OSError``."""
    libc = ctypes.CDLL(None, use_errno=True)
    found = libc.syscall(ctypes.c_long(number), *arguments)
    if found < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return found


def version() -> int:
    """Return the version of the kernel's interface, 0 where it has none or it is switched off."""
    try:
        return call(CREATE_RULESET, None, ctypes.c_long(0), ctypes.c_long(VERSION))
    except OSError:
        return 0


def handled(kernel: int) -> int:
    """Return the rights to files that a version of the interface knows."""
    return sum(1 << bit for bit in range(16) if kernel >= SINCE.get(1 << bit, 1))


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Give up everything but reading some places and writing others, for good.  Raises ``OSError``.

    Of the other places nothing can be read, listed, run or changed.  TCP, signals to processes outside and abstract
    sockets are given up as far as the kernel knows how.
    """
    kernel = version()
    if not kernel:
        raise OSError("Landlock is not there: Linux 5.13 or newer, with landlock among its security modules")
    files = handled(kernel)
    attributes = struct.pack("QQQ", files, TCP, SCOPES)[
        : 24 if kernel >= SCOPED else 16 if kernel >= 4 else 8
    ]
    rules = call(CREATE_RULESET, attributes, ctypes.c_long(len(attributes)), ctypes.c_long(0))
    try:
        for places, rights in ((readable, READ), (writable, files & ~NEVER)):
            for place in places:
                permit(rules, place, files & rights)
        call(RESTRICT_SELF, ctypes.c_long(rules), ctypes.c_long(0))
    finally:
        os.close(rules)


def permit(rules: int, place: str, rights: int) -> None:
    """Add a place and all beneath it to the rules; one that does not exist is left out.  Raises ``OSError``."""
    try:
        beneath = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(beneath).st_mode):
            rights &= OF_FILES
        rule = struct.pack("=Qi", rights, beneath)
        call(ADD_RULE, ctypes.c_long(rules), ctypes.c_long(BENEATH), rule, ctypes.c_long(0))
    finally:
        os.close(beneath)
