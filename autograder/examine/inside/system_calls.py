"""The system calls that a candidate may make: everything else is refused.

One table for both processors: the number of each call on x86-64 and on aarch64, None where it does not exist.  Some
calls are permitted only with certain arguments, and a few are answered without being made.
"""

import errno
from dataclasses import dataclass

ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # files
    "read": (0, 63),
    "write": (1, 64),
    "readv": (19, 65),
    "writev": (20, 66),
    "pread64": (17, 67),
    "pwrite64": (18, 68),
    "preadv": (295, 69),
    "pwritev": (296, 70),
    "preadv2": (327, 286),
    "pwritev2": (328, 287),
    "lseek": (8, 62),
    "open": (2, None),
    "openat": (257, 56),
    "creat": (85, None),
    "close": (3, 57),
    "close_range": (436, 436),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents": (78, None),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    "chdir": (80, 49),
    "fchdir": (81, 50),
    "umask": (95, 166),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "ftruncate": (77, 46),
    "fallocate": (285, 47),
    "fadvise64": (221, 223),
    "fsync": (74, 82),
    "fdatasync": (75, 83),
    "flock": (73, 32),
    "sendfile": (40, 71),
    "copy_file_range": (326, 285),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    # modes and times of files, and their length by name
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "truncate": (76, 45),
    # memory
    "brk": (12, 214),
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "mprotect": (10, 226),
    "madvise": (28, 233),
    "mincore": (27, 232),
    "msync": (26, 227),
    # processes and threads
    "clone": (56, 220),
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "wait4": (61, 260),
    "waitid": (247, 95),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getpgid": (121, 155),
    "getpgrp": (111, None),
    "setpgid": (109, 154),
    "getsid": (124, 156),
    "setsid": (112, 157),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getresuid": (118, 148),
    "getresgid": (120, 150),
    "getgroups": (115, 158),
    "capget": (125, 90),
    "set_tid_address": (218, 96),
    "set_robust_list": (273, 99),
    "get_robust_list": (274, 100),
    "rseq": (334, 293),
    "futex": (202, 98),
    "membarrier": (324, 283),
    "arch_prctl": (158, None),
    "prctl": (157, 167),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "sched_getscheduler": (145, 120),
    "sched_getparam": (143, 121),
    "sched_get_priority_max": (146, 125),
    "sched_get_priority_min": (147, 126),
    "getpriority": (140, 141),
    "getrlimit": (97, 163),
    "setrlimit": (160, 164),
    "prlimit64": (302, 261),
    "getrusage": (98, 165),
    "times": (100, 153),
    "getcpu": (309, 168),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    "getrandom": (318, 278),
    # signals
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "pause": (34, None),
    "alarm": (37, None),
    "setitimer": (38, 103),
    "getitimer": (36, 102),
    "kill": (62, 129),
    "tgkill": (234, 131),
    # time
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    # waiting
    "select": (23, None),
    "pselect6": (270, 72),
    "poll": (7, None),
    "ppoll": (271, 73),
    "epoll_create": (213, None),
    "epoll_create1": (291, 20),
    "epoll_ctl": (233, 21),
    "epoll_wait": (232, None),
    "epoll_pwait": (281, 22),
    "eventfd2": (290, 19),
    # the connection to the examiner, and pairs of streams within one process
    "socketpair": (53, 199),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "shutdown": (48, 210),
    "getsockname": (51, 204),
    "getpeername": (52, 205),
    "getsockopt": (55, 209),
    # asked for by Python's own modules, which do without when they are told so
    "clone3": (435, 435),
    "getxattr": (191, 8),
    "lgetxattr": (192, 9),
    "fgetxattr": (193, 10),
    "listxattr": (194, 11),
    "llistxattr": (195, 12),
    "flistxattr": (196, 13),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
}

WHOLE = 0xFFFFFFFF
NEW_NAMESPACES = 0x7E020000
"""The flags of clone that make namespaces: user, PID, network, mount, UTS, IPC, cgroup."""

THREAD = 0x10000


@dataclass(frozen=True)
class Only:
    """A call is made only if an argument, masked, has one of some values.

    The lower 32 bits are compared: the kernel looks at no others of these arguments.
    """

    argument: int
    values: tuple[int, ...]
    mask: int = WHOLE
    error: int = errno.EPERM


DUPLICATE, FLAGS, LOCKS, PIPE_SIZE = (0, 1030), (1, 2, 3, 4), (5, 6, 7), 1032
NAME, DEATH_SIGNAL, READ_ONLY = 15, 1, (3, 16, 21, 23, 39)
IS_TERMINAL, TERMINAL_SIZE, WAITING, NON_BLOCKING, CLOSE_ON_EXEC = (
    0x5401,
    0x5413,
    0x541B,
    0x5421,
    (0x5450, 0x5451),
)

CONDITIONS: dict[str, tuple[Only, ...]] = {
    # no namespaces of its own
    "clone": (Only(0, (0,), NEW_NAMESPACES),),
    # memory that no process holds is counted nowhere: not both MAP_SHARED and MAP_ANONYMOUS, and no MAP_HUGETLB
    "mmap": (Only(3, (0x00, 0x01, 0x20), 0x40021),),
    # locks of a process, which ``holdings`` counts, for SQLite needs them; no locks of an open file, which show no
    # process, no leases, signals to others or larger pipes
    "fcntl": (Only(1, (*DUPLICATE, *FLAGS, *LOCKS, PIPE_SIZE)),),
    "ioctl": (
        Only(1, (IS_TERMINAL, TERMINAL_SIZE, WAITING, NON_BLOCKING, *CLOSE_ON_EXEC), error=errno.ENOTTY),
    ),
    "prctl": (Only(0, (NAME, DEATH_SIGNAL, *READ_ONLY)),),
    # its own limits, nobody else's
    "prlimit64": (Only(0, (0,)),),
    # AF_UNIX and a stream: a datagram could be sent to a socket of somebody else
    "socketpair": (Only(0, (1,)), Only(1, (1,), 0xF)),
}

ANSWERED: dict[str, int] = {
    "clone3": errno.ENOSYS,  # its flags lie in memory, where no filter reads them; the C library takes clone
    **dict.fromkeys(
        [f"{what}{how}xattr" for what in ("", "l", "f") for how in ("get", "list", "set")], errno.ENOTSUP
    ),
}
"""Calls that are not made, and the error that is returned; 0 says that it was done."""

NEWEST = 424
"""From here on numbers are the same everywhere; such a call is not known, so that libraries do without it."""


def at_landlock(
    pid: int, *, scoped: bool, counted: bool
) -> tuple[dict[str, tuple[Only, ...]], dict[str, int]]:
    """Return the further conditions and answers of level ``landlock``, which has no namespaces to help.

    pid      the candidate's own number
    scoped   whether the kernel itself keeps signals in; without, a candidate can signal its first process only
    counted  whether the kernel counts its processes; without, there is one, with threads
    """
    # Landlock says nothing of these, and files of the same account lie outside
    pretended = ("chmod", "fchmod", "fchmodat", "utime", "utimes", "futimesat", "utimensat")
    answers = {**dict.fromkeys(pretended, 0), "truncate": errno.EPERM}
    # they stay one group, which one signal ends: processes that replace themselves outrun whoever lists them
    answers |= {"setsid": 0, "setpgid": 0}
    conditions: dict[str, tuple[Only, ...]] = {}
    if not scoped:
        conditions["kill"] = (Only(0, (pid, 0, -pid & WHOLE)),)
        conditions["tgkill"] = (Only(0, (pid,)),)
    if not counted:
        conditions["clone"] = (Only(0, (THREAD,), NEW_NAMESPACES | THREAD, errno.EAGAIN),)
        answers |= {"fork": errno.EAGAIN, "vfork": errno.EAGAIN}
    return conditions, answers
