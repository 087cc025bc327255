"""The two warm interpreters of one process, and one attempt after the other at what submissions hold."""

import contextlib
import json
import os
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from autograder.errors import Trouble
from autograder.examine.inside.frames import Channel, Lie, Lost
from autograder.examine.launch.container import readable
from autograder.examine.launch.warm_interpreter import (
    Level,
    end_of,
    reported,
    sockets,
    start_candidates,
    start_examiners,
)
from autograder.examine.limits import for_candidate, for_examiner
from autograder.marks import Limits


class Pair:
    """The two warm interpreters, and one attempt after the other.

    left  how many known functions the examiners' interpreter has still to run, see ``autograder.examine.warm``
    """

    def __init__(self, level: Level, candidates_only: bool = False):
        self.level = level
        self.candidates = start_candidates(level)
        self.examiners: Any = None if candidates_only else start_examiners()
        self.examiner_imports: set[str] = set()
        self.candidate_imports: set[str] = set()
        self.left = 0
        self.processor = Processor()

    def close(self) -> None:
        """End both."""
        self.processor.close()
        self.candidates.close()
        if self.examiners is not None:
            self.examiners.close()

    def start_candidate(self, limits: Limits, end: Any) -> None:
        """Start a candidate at one end of a wire.  Raises ``Trouble``."""
        request: dict[str, Any] = {"do": "fork", "level": self.level, "cpu": self.processor.cpu}
        request["limits"] = for_candidate(limits, self.level)
        folder = self.candidates.folder
        if folder is not None:
            self.candidates.wait()
            request["folder"] = folder.workplace(self.candidates.user)
            request["readable"] = readable(str(folder.imports))
        self.candidates.ask(request, [end.fileno()])
        end.close()

    def try_out(self) -> str:
        """Return why a candidate of this level does not start, or nothing."""
        ours, theirs = sockets()
        channel = Channel(ours)
        channel.deadline = time.monotonic() + 60
        try:
            self.start_candidate(Limits(), theirs)
            return "" if channel.receive() == ["ready", self.level] else "the candidate is not shut in"
        except (Lost, Lie) as error:
            return f"the candidate did not start: {error} {end_of(self.candidates.log)}"
        finally:
            self.candidates.ask({"do": "kill"})
            ours.close()

    def warm(self, examiner: list[str], candidate: list[str]) -> None:
        """Let the interpreters run import statements of our cells; nothing of a student's is run in them."""
        ours = [source for source in examiner if source not in self.examiner_imports]
        theirs = [source for source in candidate if source not in self.candidate_imports]
        if theirs:
            self.candidates.ask({"do": "warm", "imports": theirs})
            self.candidate_imports.update(theirs)
        if ours:
            self.left = self.examiners.ask({"do": "warm", "imports": ours}, seconds=300)["left"]
            self.examiner_imports.update(ours)

    def warm_further(self) -> None:
        """Let the examiners' interpreter run a few more known functions between two submissions."""
        if self.left:
            self.left = self.examiners.ask({"do": "warm", "seconds": 0.1}, seconds=300)["left"]

    def attempt(self, job: dict[str, Any], limits: Limits) -> Any:
        """Yield the events of one attempt.  Raises ``Trouble`` if it could not begin."""
        wire_ours, wire_theirs = sockets()
        report, their_report = sockets()
        try:
            self.start_candidate(limits, wire_theirs)
            request = {"do": "fork", "limits": for_examiner(limits), "cpu": self.processor.cpu}
            self.examiners.ask(request, [wire_ours.fileno(), their_report.fileno()])
            their_report.close()
            wire_ours.close()
            channel = Channel(report)
            channel.send(json.dumps(job))
            yield from reported(channel, job["cell"], self.candidates.log)
        finally:
            self.candidates.ask({"do": "kill"})
            self.examiners.ask({"do": "kill"})
            for each in (wire_ours, their_report, report):
                each.close()
            self.tidy()

    def tidy(self) -> None:
        """Tidy up after a candidate.  Raises ``Trouble`` if what it imports went missing, so that it runs again."""
        folder = self.candidates.folder
        if folder is None:
            return
        folder.tidy()
        if not folder.intact():
            raise Trouble(f"Files that submissions import disappeared from {folder.imports}.")


class Processor:
    """A processor that no other pair on this machine uses, or none; free again when this process ends.

    Candidate and examiner take turns, thousands of times a second, and a turn costs less where nobody has to be
    woken on another processor: a submission took 6 to 12 % less time, measured on two busy cores.
    """

    def __init__(self) -> None:
        self.cpu: int | None = None
        self.file: IO | None = None
        import fcntl  # where processes are forked there is one

        allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        folder = Path(tempfile.gettempdir(), f"autograder-cpu-{os.getuid()}")
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            for cpu in allowed if len(allowed) > 1 else []:
                file = open(folder / str(cpu), "a", encoding="ascii")  # noqa: SIM115  (held while the processor is)
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    file.close()
                    continue
                self.cpu, self.file = cpu, file
                return

    def close(self) -> None:
        """Give the processor back."""
        if self.file is not None:
            self.file.close()
            self.cpu = self.file = None
