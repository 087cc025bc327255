"""What a forked candidate does to itself before it meets the student's code.

Level ``bubblewrap``: the warm parent already lives in a bubblewrap container with a read-only system.  The child
enters user, mount, PID, IPC, network and UTS namespaces of its own and gets an empty /tmp, /dev/shm and /proc.
Level ``landlock``: the parent is an ordinary process; the child gives up all files but a few, see ``landlock``.
Both: no capability and no way to win one, and of the system calls only those of the table in ``system_calls``.
Every level: limits on memory, processes, files and processor time, no descriptor but the wire, no terminal.
"""

import contextlib
import ctypes
import os
import platform
import signal
import struct
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from . import call_filter, landlock
from .call_filter import MACHINES
from .system_calls import ALLOWED, at_landlock

NEW = {"NS": 0x20000, "CGROUP": 0x2000000, "UTS": 0x4000000, "IPC": 0x8000000, "USER": 0x10000000}
NEW |= {"PID": 0x20000000, "NET": 0x40000000}
CHILD_SETTID, CHILD_CLEARTID = 0x1000000, 0x200000
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, RECURSIVE, PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 4, 24, 36
PR_SET_NO_NEW_PRIVS, PR_GET_TID_ADDRESS, PR_CAP_AMBIENT = 38, 40, 47
NOBODY = 65534


def libc() -> ctypes.CDLL:
    """Return the C library, with ``errno`` kept."""
    return ctypes.CDLL(None, use_errno=True)


def checked(result: int, what: str) -> None:
    """Raise ``OSError`` for a system call that failed."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def become_nobody() -> None:
    """Give up root's identity for good; a user without privileges keeps its own."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        checked(libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), "dumpable")


def nobody_can_read(places: Iterable[str]) -> bool:
    """Whether that identity would still find the places that exist; tried in a fork, for there is no way back."""
    places = [each for each in places if os.path.exists(each)]
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            become_nobody()
            os._exit(0 if all(os.access(each, os.R_OK) for each in places) else 1)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def tasks_of_user() -> int:
    """Return how many threads of all processes the user of this process has, which the system counts together."""
    found = 0
    for each in os.scandir("/proc"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if each.name.isdigit() and each.stat().st_uid == os.getuid():
                found += int(Path(each.path, "stat").read_text().rpartition(")")[2].split()[17])
    return found


def adopt_orphans() -> None:
    """Let processes whose parent ended become children of this one, so that it can end them."""
    if hasattr(libc(), "prctl"):
        libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def fork_apart() -> int:
    """Fork, the child in namespaces of its own; return as ``os.fork`` does.  Raises ``OSError``.

    ``unshare`` and two forks would do it too, but copy the tables of a large interpreter's memory twice: 5 ms more.
    What ``os.fork`` does besides is done here: Python puts its locks in order, and the C library's number of this
    thread is written where the kernel keeps it.
    """
    python, c = ctypes.pythonapi, ctypes.PyDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    flags, place = signal.SIGCHLD | sum(NEW.values()), ctypes.c_void_p()
    if c.prctl(PR_GET_TID_ADDRESS, ctypes.byref(place), 0, 0, 0) == 0:
        flags |= CHILD_SETTID | CHILD_CLEARTID
    number = ctypes.c_long(ALLOWED["clone"][MACHINES[platform.machine()][0]] or 0)
    nothing, flags_given = ctypes.c_void_p(), ctypes.c_ulong(flags)
    # the last two arguments change places on aarch64; only the number's place is given
    last = (place, nothing) if platform.machine() == "x86_64" else (nothing, place)
    python.PyOS_BeforeFork()
    child = c.syscall(number, flags_given, nothing, nothing, *last)
    if child != 0:
        python.PyOS_AfterFork_Parent()
        checked(child if child < 0 else 0, "new namespaces")
        return child
    python.PyOS_AfterFork_Child()
    try:
        for file, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            Path("/proc/self", file).write_text(text)
    except OSError:
        traceback.print_exc()
        os._exit(1)  # whoever forked goes on as the parent
    return 0


def hide_files(size: int) -> None:
    """Cover what is shared with earlier candidates or shows the parent.  Raises ``OSError``."""
    c = libc()
    checked(c.mount(b"none", b"/", None, RECURSIVE | PRIVATE, None), "private mounts")
    options = f"size={size},nr_inodes=20000,mode=1777".encode()
    for place in (b"/tmp", b"/dev/shm"):
        checked(c.mount(b"tmpfs", place, b"tmpfs", NO_SUID | NO_DEV, options), place.decode())
    for place in (b"/proc", b"/dev/pts"):
        flags = READ_ONLY | NO_SUID | NO_DEV | NO_EXEC
        checked(c.mount(b"tmpfs", place, b"tmpfs", flags, b"size=4k,mode=755"), place.decode())


def give_up_capabilities() -> None:
    """Drop every capability and the means to gain one by running a program.  Raises ``OSError``."""
    c = libc()
    checked(c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    for number in range(64):
        if c.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            break
    c.prctl(PR_CAP_AMBIENT, 4, 0, 0, 0)
    header, nothing = struct.pack("Ii", 0x20080522, 0), bytes(24)
    checked(c.capset(header, nothing), "capabilities")


def give_up_files(readable: Iterable[str], folder: str) -> None:
    """Keep to a folder of one's own and what may be read, for good; then to the calls of the table.

    Raises ``OSError``.
    """
    landlock.restrict(readable, [folder, "/dev/null"])
    scoped = landlock.version() >= landlock.SCOPED
    call_filter.apply(*at_landlock(os.getpid(), scoped=scoped, counted=os.getuid() != 0))


def limit_resources(limits: Mapping[str, Any]) -> None:
    """Set the limits of this process and of its children; what is already lower stays."""
    import resource  # Windows has none, nor anything else of this module

    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_FSIZE: limits["file"],
        resource.RLIMIT_CPU: limits["cpu"],
    }
    if limits["memory"]:
        wanted[resource.RLIMIT_AS] = limits["memory"]
    if limits.get("processes") and hasattr(resource, "RLIMIT_NPROC"):
        wanted[resource.RLIMIT_NPROC] = limits["processes"]
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        value = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(kind, (value, value))


def close_descriptors(kept: int) -> None:
    """Close everything but the wire; the standard streams lead nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(3, kept)
    os.closerange(kept + 1, 4096)
