"""Run a command where the system refuses new namespaces and mounts, as in a container with Docker's usual filter.

python without_namespaces.py COMMAND [ARGUMENT]...
"""

import ctypes
import errno
import os
import platform
import struct
import sys

from autograder.examine.inside.call_filter import (
    ARGUMENTS,
    EQUAL,
    LOAD,
    NUMBER,
    PERMIT,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_SECCOMP,
    REFUSE,
    RETURN,
)
from autograder.examine.inside.system_calls import ALLOWED, NEW_NAMESPACES

NUMBERS = {"x86_64": (272, 165, 166, 155, 308), "aarch64": (97, 40, 39, 41, 268)}
"""unshare, mount, umount2, pivot_root, setns"""

ANY_BIT = 0x45


def main() -> None:
    """Refuse what such a container refuses, then become the command."""
    column = list(NUMBERS).index(platform.machine())
    steps = [(LOAD, 0, 0, NUMBER)]
    for number in NUMBERS[platform.machine()]:
        steps += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE | errno.EPERM)]
    steps += [(EQUAL, 0, 1, ALLOWED["clone3"][column]), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    steps += [
        (EQUAL, 0, 3, ALLOWED["clone"][column]),
        (LOAD, 0, 0, ARGUMENTS),
        (ANY_BIT, 0, 1, NEW_NAMESPACES),
    ]
    steps += [(RETURN, 0, 0, REFUSE | errno.EPERM), (RETURN, 0, 0, PERMIT)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in steps))
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    filter_ = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    if libc.prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(filter_), 0, 0):
        sys.exit("the filter was not accepted")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
