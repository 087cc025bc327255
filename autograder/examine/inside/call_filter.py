"""The filter of system calls (seccomp) that ``system_calls`` describes, as a program for the kernel."""

import ctypes
import errno
import platform
import struct
from collections.abc import Mapping
from functools import cache

from .system_calls import ALLOWED, ANSWERED, CONDITIONS, NEWEST, Only

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""The column of the table, and how the kernel calls the processor."""

LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
PERMIT, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Where a program finds them in what the kernel shows it."""

X32 = 0x40000000
"""From here on, the calls of a second interface of x86-64, which would pass a table of the first one's numbers."""

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38

Step = tuple[int, int, int, int]
STEP = struct.Struct("HBBI")


def program(
    machine: str,
    conditions: Mapping[str, tuple[Only, ...]] | None = None,
    answers: Mapping[str, int] | None = None,
) -> list[Step]:
    """Return the steps of the filter for a machine.  Raises ``OSError`` for one that the table does not know.

    conditions, answers  further ones, see ``system_calls``
    """
    if machine not in MACHINES:
        raise OSError(errno.ENOSYS, f"no table of system calls for {machine}, only for {', '.join(MACHINES)}")
    column, architecture = MACHINES[machine]
    conditions, answers = {**CONDITIONS, **(conditions or {})}, {**ANSWERED, **(answers or {})}
    steps = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, KILL)]
    steps += [(LOAD, 0, 0, NUMBER)]
    if column == 0:
        steps += [(AT_LEAST, 0, 1, X32), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    for name, numbers in ALLOWED.items():
        number = numbers[column]
        if number is None:
            continue
        if name in answers:
            body = [(RETURN, 0, 0, REFUSE | answers[name])]
        else:
            body = [step for each in conditions.get(name, ()) for step in checked_argument(each)]
            body += [(RETURN, 0, 0, PERMIT)]
        steps += [(EQUAL, 0, len(body), number), *body]
    steps += [(AT_LEAST, 0, 1, NEWEST), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    return [*steps, (RETURN, 0, 0, REFUSE | errno.EPERM)]


def checked_argument(only: Only) -> list[Step]:
    """Return the steps that refuse a call unless an argument has one of its values, and go on behind them if so."""
    steps = [(LOAD, 0, 0, ARGUMENTS + 8 * only.argument), (AND, 0, 0, only.mask)]
    for at, value in enumerate(only.values):
        steps.append((EQUAL, len(only.values) - at, 0, value))
    return [*steps, (RETURN, 0, 0, REFUSE | only.error)]


def packed(steps: list[Step]) -> bytes:
    """Return steps as the kernel reads them."""
    return b"".join(STEP.pack(*each) for each in steps)


@cache
def code() -> bytes:
    """Return the filter of this machine without further conditions; made once, before candidates are forked.

    Raises ``OSError``.
    """
    return packed(program(platform.machine()))


def apply(
    conditions: Mapping[str, tuple[Only, ...]] | None = None, answers: Mapping[str, int] | None = None
) -> None:
    """Permit this process and its children only the calls of the table from now on.  Raises ``OSError``."""
    steps = packed(program(platform.machine(), conditions, answers)) if conditions or answers else code()
    buffer = ctypes.create_string_buffer(steps, len(steps))
    filter_ = struct.pack("HxxxxxxP", len(steps) // STEP.size, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, 2, ctypes.c_char_p(filter_), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the filter of system calls was not accepted")
