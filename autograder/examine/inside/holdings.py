"""What the processes of a candidate hold together, looked at from the process that started them.

Memory that no process is charged for is refused where that can be done, see ``system_calls``.  What is left of it
are buffers of sockets and pipes, locks, and files that were deleted while they are open.
"""

import contextlib
import ctypes
import os
import platform
import stat
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

PIPE = 1 << 16
"""Bytes that a pipe can hold."""

LOCK = 1 << 8
"""Bytes that the kernel keeps for a lock on a part of a file."""

KCMP = {"x86_64": 312, "aarch64": 272}.get(platform.machine())
"""The number of the system call that compares what two processes have, see kcmp(2)."""

VM = 1
"""What it compares: memory."""


@dataclass
class Holdings:
    """What was found.

    own      thread that stands for its process -> bytes of memory, what processes share counted for each of them
    tasks    threads of all processes
    deleted  number of each file that has no name any more -> its bytes
    buffers  sockets and pipes -> the bytes they can hold
    locks    the locks of all processes
    unseen   whether a process cannot be looked at: one that is just starting a program, or hides what it holds
    """

    own: dict[str, int] = field(default_factory=dict)
    tasks: int = 0
    deleted: dict[tuple[int, int], int] = field(default_factory=dict)
    buffers: dict[str, int] = field(default_factory=dict)
    locks: int = 0
    unseen: bool = False

    def beside(self) -> int:
        """Return the bytes that the kernel holds for the processes beside their memory."""
        return sum(self.buffers.values()) + LOCK * self.locks

    def more_than(self, most: int) -> bool:
        """Whether the processes and the kernel hold more for them; shared memory is told apart only if need be.

        A process that is about to start a program has all memory together with the one that started it.
        """
        if sum(self.own.values()) + self.beside() <= most:
            return False
        different: list[str] = []
        for task in self.own:
            if not any(same_memory(task, each) for each in different):
                different.append(task)
        return sum(map(proportional, different)) + self.beside() > most


def look(socket_buffer: int, file_limit: int | None) -> Holdings:
    """Return what all descendants of this process hold.

    A process goes on when its first thread has ended, which then shows nothing any more, and a thread can have
    descriptors of its own; so each is asked by the number of every thread.

    socket_buffer  bytes that a socket can hold, see ``socket_size``
    file_limit     bytes of the largest file, for one that is only mapped; None if files are limited otherwise
    """
    found = Holdings()
    waiting = children(os.getpid())
    locks = locks_by_process()
    while waiting:
        pid = waiting.pop()
        found.locks += locks[pid]
        tasks: list[str] = []
        with contextlib.suppress(OSError):
            tasks = os.listdir(f"/proc/{pid}/task")
        found.tasks += len(tasks)
        alive = next((task for task in tasks if anonymous(task)), "")
        if alive:
            found.own[alive] = anonymous(alive)
        if file_limit is not None:
            for file in mapped(alive):
                found.deleted.setdefault(file, file_limit)
        for task in tasks:
            waiting += children(pid, task)
            for each in descriptors(task, found):
                note(f"/proc/{task}/fd/{each}", socket_buffer, found)
    return found


def descriptors(task: str, found: Holdings) -> list[str]:
    """Return the descriptors of a thread; note if they cannot be seen, as of a program that may not be read."""
    try:
        return os.listdir(f"/proc/{task}/fd")
    except PermissionError:
        found.unseen = True
    except OSError:
        pass
    return []


def locks_by_process() -> Counter[int]:
    """Return how many locks on files each process of this machine has; flocks are as few as descriptors."""
    found: Counter[int] = Counter()
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/locks").read_text().splitlines():
            kind, *_, pid, _, _, _ = line.split()[1:]
            if kind == "POSIX":
                found[int(pid)] += 1
    return found


def mapped(task: str) -> set[tuple[int, int]]:
    """Return device and number of the files without a name that a process has mapped."""
    found = set()
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{task}/maps").read_text(errors="replace").splitlines():
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


def anonymous(task: str) -> int:
    """Return the bytes of a thread's process that no file backs, in memory or swapped out; 0 if it has ended."""
    return summed(f"/proc/{task}/status", ("RssAnon:", "VmSwap:")) or 0


def proportional(task: str) -> int:
    """Return the same with what several processes share divided among them, where the kernel tells.

    This takes milliseconds: the kernel looks at every page.
    """
    found = summed(f"/proc/{task}/smaps_rollup", ("Pss_Anon:", "SwapPss:"))
    return anonymous(task) if found is None else found


def same_memory(one: str, other: str) -> bool:
    """Whether two threads have all memory together; no where the system does not tell."""
    if KCMP is None:
        return False
    return ctypes.CDLL(None).syscall(KCMP, int(one), int(other), VM, 0, 0) == 0


def summed(file: str, names: tuple[str, ...]) -> int | None:
    """Return the sum of the lines of a file that begin with a name, in bytes; None without such a line."""
    found = None
    with contextlib.suppress(OSError, ValueError):
        for line in Path(file).read_text(errors="replace").splitlines():
            if line.startswith(names):
                found = (found or 0) + (int(line.split()[1]) << 10)
    return found
