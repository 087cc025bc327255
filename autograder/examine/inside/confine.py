"""What a forked candidate does to itself before it meets the student's code.

Level ``bubblewrap``: the warm parent already lives in a bubblewrap container with a read-only system.  The child
enters user, mount, PID, IPC, network and UTS namespaces of its own, gets an empty /tmp, /dev/shm and /proc, gives
up every capability and the right to win one back, and forbids itself the system calls that could open a way out.
Both levels: limits on memory, processes, files and processor time, no descriptor but the wire, no terminal.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import resource
import struct
from collections.abc import Mapping
from typing import Any

NEW = {"NS": 0x20000, "CGROUP": 0x2000000, "UTS": 0x4000000, "IPC": 0x8000000, "USER": 0x10000000}
NEW |= {"PID": 0x20000000, "NET": 0x40000000}
READ_ONLY, NO_SUID, NO_DEV, NO_EXEC, RECURSIVE, PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 4, 22, 24, 36
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 38, 47
NOBODY = 65534

# System calls a solution never needs and an escape does: (x86_64, aarch64).
FORBIDDEN = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "quotactl": (179, 60),
    "open_by_handle_at": (304, 265),
    "syslog": (103, 116),
}
MACHINES = {"x86_64": (0, 0xC000003E, 56, 435), "aarch64": (1, 0xC00000B7, 220, 435)}
NOT_PERMITTED, NOT_KNOWN = 1, 38


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


def adopt_orphans() -> None:
    """Let processes whose parent ended become children of this one, so that it can end them."""
    if hasattr(libc(), "prctl"):
        libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def leave_namespaces() -> None:
    """Enter new namespaces; the next fork is the first process of the new PID namespace.  Raises ``OSError``."""
    uid, gid = os.getuid(), os.getgid()
    checked(libc().unshare(sum(NEW.values())), "new namespaces")
    for file, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{file}", "w") as stream:
            stream.write(text)


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


def forbid_calls() -> None:
    """Refuse the forbidden system calls from now on, and clone with new namespaces.  Raises ``OSError``."""
    if platform.machine() not in MACHINES:
        return
    column, architecture, clone, clone3 = MACHINES[platform.machine()]
    load, equal, greater, any_bit, give_back = 0x20, 0x15, 0x35, 0x45, 0x06
    permit, kill = 0x7FFF0000, 0x80000000

    def refuse(number: int) -> int:
        return 0x00050000 | number

    code = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give_back, 0, 0, kill), (load, 0, 0, 0)]
    if column == 0:
        code += [(greater, 0, 1, 0x40000000), (give_back, 0, 0, refuse(NOT_KNOWN))]
    for numbers in FORBIDDEN.values():
        code += [(equal, 0, 1, numbers[column]), (give_back, 0, 0, refuse(NOT_PERMITTED))]
    code += [(equal, 0, 1, clone3), (give_back, 0, 0, refuse(NOT_KNOWN))]
    flags = sum(NEW.values())
    code += [(equal, 0, 3, clone), (load, 0, 0, 16), (any_bit, 0, 1, flags)]
    code += [(give_back, 0, 0, refuse(NOT_PERMITTED)), (give_back, 0, 0, permit)]
    program = b"".join(struct.pack("HBBI", *each) for each in code)
    buffer = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer))
    checked(libc().prctl(PR_SET_SECCOMP, 2, ctypes.c_char_p(filter_), 0, 0), "system call filter")


def limit_resources(limits: Mapping[str, Any]) -> None:
    """Set the limits of this process and of its children; what is already lower stays."""
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
