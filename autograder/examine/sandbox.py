"""What this machine offers to keep a candidate in, and starting the warm interpreters.

``bubblewrap``  a container with a read-only system: Python, the course and the candidate's side of the wire
``process``     an ordinary process with limits; it can read and write what the grader can
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from autograder.errors import Trouble
from autograder.examine.container import ENVIRONMENT, bubblewrap, python
from autograder.examine.premises import Premises

Level = Literal["bubblewrap", "process"]
LEVELS: tuple[Level, ...] = ("bubblewrap", "process")
VARIABLE = "AUTOGRADER_SANDBOX"
"""The variable by which ``--sandbox`` reaches the workers."""


class Line:
    """A warm interpreter and the socket on which it takes requests."""

    def __init__(self, command: list[str], control: socket.socket, child: socket.socket, **options: Any):
        self.control = control
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the line)
        self.process = subprocess.Popen(
            command,
            pass_fds=(child.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            **options,
        )
        child.close()
        self.ready = False
        self.premises: Premises | None = None

    def ask(
        self, request: dict[str, Any], descriptors: list[int] | None = None, seconds: float = 60.0
    ) -> dict:
        """Return the answer to a request.  Raises ``Trouble`` if the interpreter has ended or cannot."""
        self.tell(request, descriptors, seconds)
        return self.hear(seconds)

    def tell(
        self, request: dict[str, Any], descriptors: list[int] | None = None, seconds: float = 60.0
    ) -> None:
        """Send a request, once the interpreter is ready; ``hear`` must follow.  Raises ``Trouble``."""
        try:
            if not self.ready:
                self.answer(seconds)
                self.ready = True
            socket.send_fds(self.control, [json.dumps(request).encode()], descriptors or [])
        except (OSError, ValueError) as error:
            raise Trouble(f"A warm interpreter is not there: {error} {self.said()}") from None

    def hear(self, seconds: float = 60.0) -> dict:
        """Return the answer to what was told last.  Raises ``Trouble`` if the interpreter has ended or cannot."""
        try:
            answer = self.answer(seconds)
        except (OSError, ValueError) as error:
            raise Trouble(f"A warm interpreter is not there: {error} {self.said()}") from None
        if "error" in answer:
            raise Trouble(f"A process could not be started: {answer['error']}")
        return answer

    def answer(self, seconds: float) -> dict:
        """Return one line."""
        self.control.settimeout(seconds)
        line = b""
        while not line.endswith(b"\n"):
            part = self.control.recv(1 << 16)
            if not part:
                raise OSError("it ended.")
            line += part
        return json.loads(line)

    def said(self) -> str:
        """Return the end of what the interpreter wrote."""
        self.log.seek(0)
        return self.log.read()[-600:].decode(errors="replace").strip()

    def close(self) -> None:
        """End the interpreter and all it started."""
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
        if self.premises is not None:
            self.premises.close()


def pair() -> tuple[socket.socket, socket.socket]:
    """Return two joined sockets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def start_candidates(level: Level) -> Line:
    """Start the warm interpreter that candidates are forked from."""
    ours, theirs = pair()
    if level == "bubblewrap":
        return Line(bubblewrap(theirs.fileno()), ours, theirs)
    premises = Premises()
    folder = str(premises.folder)
    environment = {
        **ENVIRONMENT,
        "MPLCONFIGDIR": folder,
        "IPYTHONDIR": folder,
        "PATH": os.environ.get("PATH", ""),
    }
    command = python(theirs.fileno(), str(premises.inside), level)
    line = Line(command, ours, theirs, env=environment, cwd=folder, start_new_session=True)
    line.premises = premises
    return line


def start_examiners() -> Line:
    """Start the warm interpreter that examiners are forked from."""
    ours, theirs = pair()
    command = [sys.executable, "-m", "autograder.examine.warm", str(theirs.fileno())]
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {name: ENVIRONMENT[name] for name in ENVIRONMENT if name.endswith("_THREADS")}
    environment = {**os.environ, **own, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
    return Line(command, ours, theirs, env=environment, start_new_session=True)


def choose(level: str | None) -> Level:
    """Set the level for this process and its workers, ``best`` or None for the default; return it.

    The default is ``bubblewrap``; ``best`` takes ``process`` where that does not work.  Raises ``Trouble``.
    """
    if level == "best":
        level = "bubblewrap" if works("bubblewrap") == "" else "process"
    os.environ[VARIABLE] = level or "bubblewrap"
    return chosen()


def announce(executor: str, level: str | None) -> None:
    """Set the level and say on standard error what it protects.  Raises ``Trouble`` for one that does not work."""
    said = "sandbox: none; tests and submissions share a kernel"
    if executor == "examiner":
        said = {
            "bubblewrap": "sandbox: bubblewrap; submissions see neither network, gradebook, tests nor each other",
            "process": "sandbox: process; limits only, submissions can read and write what you can",
        }[choose(level)]
        if level == "best" and works("bubblewrap"):
            said += f"\nbubblewrap does not work here, `autograder doctor` says more: {works('bubblewrap')}"
    print(said, file=sys.stderr)


def chosen() -> Level:
    """Return the level in force.  Raises ``Trouble`` for one that does not exist."""
    level = os.environ.get(VARIABLE, "bubblewrap")
    if level not in LEVELS:
        raise Trouble(f"There is no sandbox {level!r}. Choose from: {', '.join(LEVELS)}.")
    if level == "bubblewrap" and shutil.which("bwrap") is None:
        raise Trouble(
            "bubblewrap is not installed, so submissions cannot be kept in. "
            "Install it (autograder doctor says how), or pass --sandbox process and trust every submission."
        )
    return level


@lru_cache
def works(level: Level) -> str:
    """Return why a level cannot be used here, or nothing.  A candidate is started, and must say it is shut in."""
    if level == "bubblewrap" and shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    from autograder.examine.pair import Pair

    try:
        one = Pair(level, candidates_only=True)
    except Trouble as trouble:
        return str(trouble)
    try:
        return one.try_out()
    except Trouble as trouble:
        return str(trouble)
    finally:
        one.close()
