"""The warm interpreters that candidates and examiners are forked from, and how each is asked."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Literal

from autograder.errors import Trouble
from autograder.examine.inside.frames import Channel
from autograder.examine.launch.candidate_folder import CandidateFolder
from autograder.examine.launch.container import ENVIRONMENT, bubblewrap, candidate_environment, python
from autograder.examine.limits import GRACE

Level = Literal["bubblewrap", "landlock", "process", "fresh"]
"""How candidates are kept in, see ``autograder.examine.launch.sandbox``."""


class WarmInterpreter:
    """A warm interpreter and the socket on which it takes requests.

    user  whose number its processes have, once it is ready
    """

    def __init__(self, command: list[str], control: socket.socket, child: socket.socket, **options: Any):
        self.control = control
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the interpreter)
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
        self.user = os.getuid()
        self.folder: CandidateFolder | None = None

    def ask(
        self, request: dict[str, Any], descriptors: list[int] | None = None, seconds: float = 60.0
    ) -> dict:
        """Return the answer to a request.  Raises ``Trouble`` if the interpreter has ended or cannot."""
        try:
            self.wait(seconds)
            socket.send_fds(self.control, [json.dumps(request).encode()], descriptors or [])
            answer = self.answer(seconds)
        except (OSError, ValueError) as error:
            raise Trouble(f"A warm interpreter is not there: {error} {end_of(self.log)}") from None
        if "error" in answer:
            raise Trouble(f"A process could not be started: {answer['error']}")
        return answer

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until the interpreter is ready.  Raises ``OSError`` and ``ValueError``."""
        if not self.ready:
            self.user = self.answer(seconds).get("user", self.user)
            self.ready = True

    def answer(self, seconds: float) -> dict:
        """Return the next line that the interpreter sends."""
        self.control.settimeout(seconds)
        line = b""
        while not line.endswith(b"\n"):
            part = self.control.recv(1 << 16)
            if not part:
                raise OSError("it ended.")
            line += part
        return json.loads(line)

    def close(self) -> None:
        """End the interpreter and all it started."""
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
        if self.folder is not None:
            self.folder.close()


def end_of(log: IO[bytes]) -> str:
    """Return the end of what an interpreter wrote."""
    log.seek(0)
    return log.read()[-600:].decode(errors="replace").strip()


def reported(examiner: Channel, seconds: float, log: IO[bytes]) -> Iterator[list]:
    """Yield the events of one attempt, each of which takes so many seconds at most.  Raises ``Trouble``."""
    while True:
        examiner.deadline = time.monotonic() + seconds + GRACE
        event = json.loads(examiner.receive())
        if event[0] in ("done", "late"):
            return
        if event[0] == "fault":
            raise Trouble(f"{event[1]} {end_of(log)}")
        yield event
        if event[0] == "lost":
            return


def sockets() -> tuple[socket.socket, socket.socket]:
    """Return two joined sockets."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def start_candidates(level: Level) -> WarmInterpreter:
    """Start the warm interpreter that candidates are forked from."""
    ours, theirs = sockets()
    if level == "bubblewrap":
        return WarmInterpreter(bubblewrap(theirs.fileno()), ours, theirs)
    folder = CandidateFolder()
    if level == "landlock" and os.getuid() == 0:
        folder.path.chmod(0o711)  # for an interpreter that becomes nobody
    path = str(folder.path)
    environment = {
        **candidate_environment(),
        "MPLCONFIGDIR": path,
        "IPYTHONDIR": path,
        "PATH": ENVIRONMENT["PATH"] if level == "landlock" else os.environ.get("PATH", ""),
    }
    command = python(theirs.fileno(), str(folder.imports), level)
    interpreter = WarmInterpreter(command, ours, theirs, env=environment, cwd=path, start_new_session=True)
    interpreter.folder = folder
    return interpreter


def start_examiners() -> WarmInterpreter:
    """Start the warm interpreter that examiners are forked from."""
    ours, theirs = sockets()
    command = [sys.executable, "-m", "autograder.examine.warm", str(theirs.fileno())]
    root = str(Path(__file__).resolve().parents[3])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {name: ENVIRONMENT[name] for name in ENVIRONMENT if name.endswith("_THREADS")}
    environment = {**os.environ, **own, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
    return WarmInterpreter(command, ours, theirs, env=environment, start_new_session=True)
