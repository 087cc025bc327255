"""What the processes of a candidate hold together, looked at from the process that started them.

Memory that no process is charged for is refused where that can be done, see ``system_calls``.  What is left of it
are buffers of sockets and pipes, locks, and files that were deleted while they are open.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

PIPE = 1 << 16
"""Bytes that a pipe can hold."""

LOCK = 1 << 8
"""Bytes that the kernel keeps for a lock on a part of a file."""


@dataclass
class Holdings:
    """What was found.

    memory   bytes of memory that are not shared with this process
    tasks    threads of all processes
    deleted  number of each file that has no name any more -> its bytes
    buffers  sockets and pipes -> the bytes they can hold
    locks    the locks of all processes
    """

    memory: int = 0
    tasks: int = 0
    deleted: dict[tuple[int, int], int] = field(default_factory=dict)
    buffers: dict[str, int] = field(default_factory=dict)
    locks: int = 0

    def all_memory(self) -> int:
        """Return the bytes of memory, with what the kernel holds for the processes."""
        return self.memory + sum(self.buffers.values()) + LOCK * self.locks


def look(socket_buffer: int, file_limit: int | None) -> Holdings:
    """Return what all descendants of this process hold.

    socket_buffer  bytes that a socket can hold, see ``socket_size``
    file_limit     bytes of the largest file, for one that is only mapped; None if files are limited otherwise
    """
    found, own = Holdings(), anonymous(os.getpid())
    waiting = children(os.getpid())
    locks = locks_by_process()
    while waiting:
        pid = waiting.pop()
        found.locks += locks[pid]
        found.memory += max(0, anonymous(pid) - own)
        with contextlib.suppress(OSError):
            tasks = os.listdir(f"/proc/{pid}/task")
            found.tasks += len(tasks)
            for task in tasks:
                waiting += children(pid, task)
        with contextlib.suppress(OSError):
            for each in os.listdir(f"/proc/{pid}/fd"):
                note(f"/proc/{pid}/fd/{each}", socket_buffer, found)
        if file_limit is not None:
            for file in mapped(pid):
                found.deleted.setdefault(file, file_limit)
    return found


def locks_by_process() -> Counter[int]:
    """Return how many locks on files each process of this machine has; flocks are as few as descriptors."""
    found: Counter[int] = Counter()
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/locks").read_text().splitlines():
            kind, *_, pid, _, _, _ = line.split()[1:]
            if kind == "POSIX":
                found[int(pid)] += 1
    return found


def mapped(pid: int) -> set[tuple[int, int]]:
    """Return device and number of the files without a name that a process has mapped."""
    found = set()
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/maps").read_text(errors="replace").splitlines():
            if line.endswith(" (deleted)"):
                _, _, _, device, number, *_ = line.split()
                major, minor = (int(part, 16) for part in device.split(":"))
                found.add((os.makedev(major, minor), int(number)))
    return found


def note(descriptor: str, socket_buffer: int, found: Holdings) -> None:
    """Add what one descriptor holds."""
    with contextlib.suppress(OSError):
        about = os.stat(descriptor)
        if stat.S_ISREG(about.st_mode) and not about.st_nlink:
            found.deleted[about.st_dev, about.st_ino] = 512 * about.st_blocks
        elif stat.S_ISSOCK(about.st_mode):
            found.buffers[os.readlink(descriptor)] = socket_buffer
        elif stat.S_ISFIFO(about.st_mode):
            found.buffers[os.readlink(descriptor)] = PIPE


def socket_size() -> int:
    """Return the bytes that a socket can hold as long as nobody asks for more, which the filter refuses."""
    try:
        return int(Path("/proc/sys/net/core/wmem_default").read_text())
    except (OSError, ValueError):
        return 1 << 18


def children(pid: int, task: int | str | None = None) -> list[int]:
    """Return the processes that a process, or one thread of it, started, where the system tells."""
    try:
        text = Path(f"/proc/{pid}/task/{task or pid}/children").read_text()
    except OSError:
        return []
    return [int(each) for each in text.split()]


def anonymous(pid: int) -> int:
    """Return the bytes of a process that no file backs, in memory or swapped out; 0 if it is gone."""
    found = 0
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(("RssAnon:", "VmSwap:")):
                found += int(line.split()[1]) << 10
    return found
