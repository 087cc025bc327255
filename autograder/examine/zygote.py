"""The candidate's warm interpreter: loads what a notebook needs once, then forks for every submission.

It is told what to do over one socket: ``fork`` with the wire's end, ``kill``.  It never reads anything a
candidate wrote.  A candidate cannot see it, and it ends every process a candidate left behind.
"""

from __future__ import annotations

import contextlib
import gc
import html
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from . import cage

WATCH = 0.1
"""Seconds between two looks at the memory of all processes of a candidate."""


class Nursery:
    """Forks one child at a time on request.

    control  the socket on which requests arrive, one JSON line each, with descriptors beside
    born     what a child does, given the request and its descriptors; it never returns
    """

    def __init__(self, control: socket.socket, born: Callable[[dict, list[int]], None]):
        self.control = control
        self.born = born
        self.child: int | None = None
        self.memory: int | None = None
        self.ended = ""
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
        self.memory, self.ended = request["limits"].get("total_memory"), ""
        if request.get("level") == "bubblewrap":
            self.child = self.fork_apart(request, descriptors)
        else:
            self.child = os.fork()
            if self.child == 0:
                self.begin(request, descriptors)
        return {"pid": self.child}

    def fork_apart(self, request: dict, descriptors: list[int]) -> int:
        """Start a child in namespaces of its own and return its number.  Raises ``OSError``."""
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            try:
                cage.leave_namespaces()
                child = os.fork()
                if child == 0:
                    os.close(reading)
                    os.close(writing)
                    self.begin(request, descriptors)
                os.write(writing, str(child).encode())
            except BaseException as error:
                os.write(writing, f"no: {error}".encode())
            finally:
                os._exit(0)
        os.close(writing)
        os.waitpid(between, 0)
        said = os.read(reading, 1000).decode()
        os.close(reading)
        if not said.isdigit():
            raise OSError(said)
        return int(said)

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
            for each in {self.child, *children()} if not ended else children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while True:
                    pid, _ = os.waitpid(-1, 0 if not ended else os.WNOHANG)
                    ended = ended or pid == self.child
                    if pid == 0 or not children():
                        break
            if not children():
                break
            time.sleep(0.002)
        self.child = None

    def watch(self) -> None:
        """End a child whose processes together hold too much memory of their own."""
        if self.memory and private_memory() > self.memory:
            self.kill()
            self.ended = "memory"


def children() -> list[int]:
    """Return the processes whose parent is this one, where the system tells."""
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return []
    return [int(each) for each in text.split()]


def private_memory() -> int:
    """Return the bytes held by all descendants beyond what they share with this process."""
    page = os.sysconf("SC_PAGE_SIZE")
    own = resident(os.getpid())
    found, waiting = 0, children()
    while waiting:
        pid = waiting.pop()
        found += max(0, resident(pid) - own) * page
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):
                text = Path(f"/proc/{pid}/task/{task}/children").read_text()
                waiting += [int(each) for each in text.split()]
    return found


def resident(pid: int) -> int:
    """Return the pages of a process that no file backs, 0 if it is gone."""
    try:
        _, all_pages, backed, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    except (OSError, ValueError):
        return 0
    return int(all_pages) - int(backed)


def born(request: dict, descriptors: list[int]) -> None:
    """Become a candidate: shut the door, then answer the examiner."""
    (wire,) = descriptors
    limits = request["limits"]
    os.setsid()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    apart = request["level"] == "bubblewrap"
    if apart:
        cage.hide_files(limits["disk"])
    os.chdir("/tmp" if apart else request["folder"])
    os.environ["HOME"] = os.getcwd()
    cage.close_descriptors(wire)
    cage.limit_resources(limits)
    if apart:
        cage.give_up_capabilities()
        cage.forbid_calls()
    from .candidate import Candidate
    from .shell import Shell

    if not request.get("pictures", True):
        leave_out_pictures()
    gc.enable()
    Candidate(socket.socket(fileno=wire), Shell.instance()).begin(request["level"])
    os._exit(0)


def leave_out_pictures() -> None:
    """Let a visible check say in words what its picture would show; drawing takes longer than all the rest."""
    from course.checks import comparing

    comparing.Comparison.image = lambda self: html.escape(self.alt)  # type: ignore[method-assign]


def main() -> None:
    """Load everything, say so, and wait."""
    control, level = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    started = time.monotonic()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if level == "bubblewrap":
        cage.become_nobody()
    cage.adopt_orphans()
    sys.path[:] = [each for each in sys.path if not Path(each, "autograder").is_dir()]
    prepare()
    nursery = Nursery(control, born)
    nursery.warm = warm
    control.sendall(json.dumps({"ready": round(time.monotonic() - started, 3)}).encode() + b"\n")
    nursery.serve()
    if level == "process":  # whoever started this may have been killed
        shutil.rmtree(os.environ["MPLCONFIGDIR"], ignore_errors=True)


def warm(request: dict) -> dict:
    """Run the import statements of our own cells, so that a fork finds them done; nothing of a student's."""
    for source in request["imports"]:
        with contextlib.suppress(Exception):
            exec(compile(source, "<imports>", "exec"), {})
    settle()
    return {}


def settle() -> None:
    """Start the global generators at the same place for everybody, and leave memory as forks can share it."""
    import random

    import numpy as np

    random.seed(0)
    np.random.seed(0)
    gc.collect()
    gc.freeze()


def prepare() -> None:
    """Import what notebooks import, and make the shell they run in."""
    settings = Path(os.environ["MPLCONFIGDIR"])
    settings.mkdir(exist_ok=True)
    for file in (Path(__file__).parents[1] / "fonts").glob("*.json"):
        shutil.copy(file, settings)
    import ipywidgets  # noqa: F401

    import course.plots  # noqa: F401
    from course.checks import recording

    from . import candidate  # noqa: F401
    from .shell import make_shell

    make_shell().run("1", 1000, counted=False)
    for file in resources.files("course.recorded").iterdir():
        if file.name.endswith(".json"):
            recording(file.name.removesuffix(".json"))
    sys.argv = ["candidate"]
    settle()
