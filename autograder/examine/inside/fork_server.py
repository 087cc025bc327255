"""Forks one child at a time from a warm interpreter, watches its memory, and ends all that it leaves behind."""

import contextlib
import json
import os
import select
import signal
import socket
import time
import traceback
from collections.abc import Callable
from typing import Any

from . import confine, holdings
from .folders import in_folder
from .holdings import children

WATCH = 0.1
"""Seconds between two looks at what all processes of a candidate hold."""

UNSEEN = 10
"""Looks in a row at which a process could not be looked at: no honest one is that long about to start a program."""


class ForkServer:
    """Forks one child at a time on request.

    control  the socket on which requests arrive, one JSON line each, with descriptors beside
    born     what a child does, given the request and its descriptors; it never returns
    """

    def __init__(self, control: socket.socket, born: Callable[[dict, list[int]], None]):
        self.control = control
        self.born = born
        self.child: int | None = None
        self.memory: int | None = None
        self.tasks: int | None = None
        self.folder, self.disk, self.file = "", 0, 0
        self.socket_buffer = holdings.socket_size()
        self.ended = ""
        self.unseen = 0
        self.warm: Callable[[dict], dict] = lambda request: {}

    def serve(self) -> None:
        """Attend to requests until the other end closes."""
        while True:
            if self.child is not None and self.memory:
                while not select.select([self.control], [], [], WATCH)[0]:
                    self.watch()
            line, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, 8)
            if not line:
                self.kill()
                return
            request = json.loads(line)
            try:
                answer = getattr(self, f"do_{request['do']}")(request, descriptors)
            except OSError as error:
                answer = {"error": str(error)}
            for each in descriptors:
                os.close(each)
            self.control.sendall(json.dumps(answer).encode() + b"\n")

    def do_warm(self, request: dict, _: list[int]) -> dict:
        """Load what the next children will need."""
        return self.warm(request)

    def do_fork(self, request: dict, descriptors: list[int]) -> dict:
        """Start a child."""
        self.kill()
        limits = request["limits"]
        self.memory, self.ended, self.unseen = limits.get("total_memory"), "", 0
        self.tasks, self.folder = limits.get("tasks"), request.get("folder", "")
        self.disk, self.file = limits.get("disk", 0), limits["file"]
        if request.get("level") == "landlock":
            # other candidates of the same user may start as many meanwhile; ``watch`` counts this one's alone
            others = os.cpu_count() or 1
            limits["processes"] = confine.tasks_of_user() + limits["tasks"] * (1 + others)
        self.child = confine.fork_apart() if request.get("level") == "bubblewrap" else os.fork()
        if self.child == 0:
            self.begin(request, descriptors)
        return {"pid": self.child}

    def begin(self, request: dict, descriptors: list[int]) -> None:
        """Be the child."""
        try:
            if request.get("cpu") is not None:
                with contextlib.suppress(OSError):
                    os.sched_setaffinity(0, {request["cpu"]})
            self.control.close()
            self.born(request, descriptors)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def do_kill(self, *_: Any) -> dict:
        """End the child and everything it started."""
        self.kill()
        return {"ended": self.ended}

    def kill(self) -> None:
        """End the child, then whatever it left behind that became ours."""
        if self.child is None:
            return
        ended = False
        for _ in range(50):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.child, signal.SIGKILL)
            for each in {self.child, *children(os.getpid())} if not ended else children(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while True:
                    pid, _ = os.waitpid(-1, 0 if not ended else os.WNOHANG)
                    ended = ended or pid == self.child
                    if pid == 0 or not children(os.getpid()):
                        break
            if not children(os.getpid()):
                break
            time.sleep(0.002)
        self.child = None

    def look(self) -> holdings.Holdings:
        """Return what all processes of the child hold."""
        return holdings.look(self.socket_buffer, self.file if self.folder else None)

    def watch(self) -> None:
        """End a child whose processes together hold too much memory, are too many, or fill the disk."""
        found = self.look()
        self.unseen = self.unseen + 1 if found.unseen else 0
        too_much = {
            # a second look: a process about to start a program counts twice where the system does not compare
            "memory": self.memory
            and (
                (found.more_than(self.memory) and self.look().more_than(self.memory)) or self.unseen >= UNSEEN
            ),
            "processes": self.tasks and found.tasks > self.tasks,
        }
        if self.folder:  # elsewhere files lie in a file system of limited size
            on_disk = sum(found.deleted.values()) + in_folder(self.folder, self.disk)
            too_much["disk"] = on_disk > self.disk
        for what, is_so in too_much.items():
            if is_so and not self.ended:
                self.kill()
                self.ended = what
