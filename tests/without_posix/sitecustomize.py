"""Take away from the course and the grader what Windows has not: put this folder on PYTHONPATH.

Other packages, which look at ``sys.platform`` for what they may use, keep it.  Interpreters that this one starts
lose the same, whatever environment they are given.
"""

import builtins
import functools
import os
import platform
import signal
import socket
import sys

OURS = ("autograder", "course", "inside", "__main__")
MODULES = ("fcntl", "resource", "pwd", "grp", "termios")
FEATURES = {
    os: (
        *(
            "fork",
            "forkpty",
            "getuid",
            "geteuid",
            "getgid",
            "getegid",
            "setsid",
            "killpg",
            "getpgid",
            "uname",
        ),
        *(
            "sched_getaffinity",
            "sched_setaffinity",
            "getloadavg",
            "sysconf",
            "setresuid",
            "setgroups",
            "mkfifo",
        ),
    ),
    signal: (
        *("SIGALRM", "SIGKILL", "SIGPROF", "SIGVTALRM", "SIGUSR1", "SIGUSR2", "SIGHUP", "SIGCHLD", "SIGPIPE"),
        *("setitimer", "getitimer", "alarm", "ITIMER_REAL", "ITIMER_PROF", "pthread_sigmask", "sigwait"),
    ),
    socket: ("AF_UNIX", "send_fds", "recv_fds"),
}


def is_ours(name):
    """Whether a module is one of the project's, or a cell of a notebook."""
    return name.partition(".")[0] in OURS


def take_away(module, names):
    """Let the project find none of these in a module."""
    kept = {name: module.__dict__.pop(name) for name in names}

    def missing(name):
        if name in kept and not is_ours(sys._getframe(1).f_globals.get("__name__", "")):
            return kept[name]
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}: Windows has none")

    module.__getattr__ = missing


def without(name, variables=None, *rest, **more):
    """Import a module, unless the project asks for one that Windows has not."""
    if name in MODULES and is_ours((variables or {}).get("__name__", "")):
        raise ModuleNotFoundError(f"No module named {name!r}: Windows has none", name=name)
    return usual(name, variables, *rest, **more)


usual, builtins.__import__ = builtins.__import__, without
socket.socketpair = functools.partial(
    socket.socketpair, socket.AF_UNIX
)  # it looks for that in its own module
for module, names in FEATURES.items():
    take_away(module, names)
platform.system = lambda: "Windows"
sys.executable = os.path.join(os.path.dirname(os.path.abspath(__file__)), "python")
