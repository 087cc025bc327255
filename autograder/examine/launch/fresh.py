"""Level ``fresh``: a new interpreter for every candidate and every examiner, where none can be forked.

It takes seconds where a fork takes hundredths, and keeps nothing in: there are limits of time, and none of memory,
processes or files.  It is for those who check their own work on Windows.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from autograder.errors import Trouble
from autograder.examine.inside.frames import Channel, Lie, Lost
from autograder.examine.launch.candidate_folder import lay_out
from autograder.examine.launch.container import ENVIRONMENT
from autograder.examine.launch.loopback import Door
from autograder.examine.launch.warm_interpreter import Level, end_of, reported
from autograder.marks import Limits

ROOT = Path(__file__).resolve().parents[3]
START = "import sys; sys.path.insert(0, {imports!r}); from inside.alone import main; main()"
PATIENCE = 120.0
"""Seconds in which an interpreter must have loaded everything."""


class Fresh:
    """Two interpreters for each attempt; it is asked as ``Pair`` is, which forks them."""

    level: Level = "fresh"

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="autograder-fresh-", ignore_cleanup_errors=True)
        self.place = Path(self.folder.name)
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the rest)
        lay_out(self.place / "imports")
        self.ours: list[str] = []
        self.theirs: list[str] = []

    def close(self) -> None:
        """Take everything away."""
        self.log.close()
        self.folder.cleanup()

    def warm(self, ours: list[str], theirs: list[str]) -> None:
        """Note what the cells of a lesson import, in the examiner and in the candidate."""
        self.ours, self.theirs = ours, theirs

    def warm_further(self) -> None:
        """Do nothing: no process outlives an attempt."""

    def attempt(self, job: dict[str, Any], limits: Limits) -> Any:
        """Yield the events of one attempt.  Raises ``Trouble`` if it could not begin."""
        with contextlib.ExitStack() as stack:
            work = stack.enter_context(
                tempfile.TemporaryDirectory(dir=self.place, ignore_cleanup_errors=True)
            )
            examiner, candidate = self.examiner(), self.candidate(work)
            for process in (candidate, examiner):
                stack.callback(end, process)
            try:
                door = stack.enter_context(Door())
                asked = {"port": door.port, "token": door.token, "imports": self.ours, "patience": PATIENCE}
                tell(examiner, asked)
                report = Channel(door.open(PATIENCE))
                stack.callback(report.end.close)
                report.deadline = time.monotonic() + PATIENCE
                _, port, token = json.loads(report.receive())
                tell(candidate, {"port": port, "token": token, "imports": self.theirs, "folder": work})
                report.send(json.dumps(job))
                report.deadline = time.monotonic() + PATIENCE
                report.receive()
            except (OSError, Lie, Lost) as error:
                raise Trouble(f"An interpreter could not be started: {error} {end_of(self.log)}") from None
            yield from reported(report, job["cell"], self.log)

    def examiner(self) -> subprocess.Popen:
        """Start the interpreter of an examiner."""
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        return self.start([sys.executable, "-m", "autograder.examine.alone"], PYTHONPATH=path)

    def candidate(self, work: str) -> subprocess.Popen:
        """Start the interpreter of a candidate: nothing of the examiner can be imported in it."""
        settings = str(self.place)
        start = START.format(imports=str(self.place / "imports"))
        return self.start(
            [sys.executable, "-P", "-s", "-c", start],
            PYTHONPATH="",
            HOME=work,
            MPLCONFIGDIR=settings,
            IPYTHONDIR=settings,
        )

    def start(self, command: list[str], **environment: str) -> subprocess.Popen:
        """Start an interpreter; the variables are those of this process, which a system may need, and ours."""
        ours = {name: value for name, value in ENVIRONMENT.items() if name not in ("PATH", "HOME")}
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, **ours, "PYTHONUTF8": "1", "MPLBACKEND": "agg", **environment},
            cwd=self.place,
        )


def tell(process: subprocess.Popen, request: dict[str, Any]) -> None:
    """Write one line to a process.  Raises ``OSError`` if it has ended."""
    assert process.stdin is not None
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.close()


def end(process: subprocess.Popen) -> None:
    """End a process."""
    process.kill()
    process.wait()
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
