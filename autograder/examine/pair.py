"""The two warm interpreters of one process, and one attempt after the other at what submissions hold."""

from __future__ import annotations

import ast
import json
import time
from typing import Any

from nbformat import NotebookNode

from autograder.errors import Trouble
from autograder.examine.frames import Channel, Lie, Lost
from autograder.examine.limits import GRACE, for_candidate, for_examiner
from autograder.examine.lines import Level, Line, sockets, start_candidates, start_examiners
from autograder.examine.plan import Step, is_ours
from autograder.examine.slots import Slot
from autograder.marks import Limits


class Pair:
    """The two warm interpreters, and one attempt after the other."""

    def __init__(
        self,
        level: Level,
        candidates_only: bool = False,
        lines: tuple[Line, Line] | None = None,
    ):
        self.level = level
        self.candidates = lines[0] if lines else start_candidates(level)
        self.examiners: Any = lines[1] if lines else None
        if lines is None and not candidates_only:
            self.examiners = start_examiners()
        self.warmed: set[str] = set()
        self.left = 0
        self.slot = Slot()

    def close(self) -> None:
        """End both."""
        self.slot.close()
        self.candidates.close()
        if self.examiners is not None:
            self.examiners.close()

    def candidate(self, limits: Limits, end: Any) -> None:
        """Start a candidate at one end of a wire.  Raises ``Trouble``."""
        request: dict[str, Any] = {"do": "fork", "level": self.level, "cpu": self.slot.cpu}
        request["pictures"] = limits.pictures
        request["limits"] = for_candidate(limits, self.level)
        if self.candidates.premises is not None:
            request["folder"] = self.candidates.premises.workplace()
        self.candidates.ask(request, [end.fileno()])
        end.close()

    def try_out(self) -> str:
        """Return why a candidate of this level does not start, or nothing."""
        ours, theirs = sockets()
        channel = Channel(ours)
        channel.deadline = time.monotonic() + 60
        try:
            self.candidate(Limits(), theirs)
            return "" if channel.receive() == ["ready", self.level] else "the candidate is not shut in"
        except (Lost, Lie) as error:
            return f"the candidate did not start: {error} {self.candidates.said()}"
        finally:
            self.candidates.ask({"do": "kill"})
            ours.close()

    def warm(self, notebook: NotebookNode, steps: list[Step]) -> None:
        """Let both interpreters import what our cells import; nothing of a student's is run in them."""
        ours = [imports(step.within) for step in steps if step.ours]
        ours = [source for source in dict.fromkeys(ours) if source and source not in self.warmed]
        cells = [notebook.cells[step.at] for step in steps if step.theirs]
        theirs = [imports(cell.source) for cell in cells if is_ours(cell)]
        theirs = [each for each in dict.fromkeys(theirs) if each and f"theirs {each}" not in self.warmed]
        if ours:
            self.examiners.tell({"do": "warm", "imports": ours}, seconds=300)
        if theirs:
            self.candidates.ask({"do": "warm", "imports": theirs})
            self.warmed.update(f"theirs {source}" for source in theirs)
        if ours:
            self.left = self.examiners.hear(seconds=300)["left"]
            self.warmed.update(ours)

    def warm_on(self) -> None:
        """Let it work out a little more between two submissions, until everything is known."""
        if self.left:
            self.left = self.examiners.ask({"do": "warm", "seconds": 0.1}, seconds=300)["left"]

    def attempt(self, job: dict[str, Any], limits: Limits) -> Any:
        """Yield the events of one attempt.  Raises ``Trouble`` if it could not begin."""
        wire_ours, wire_theirs = sockets()
        report, their_report = sockets()
        try:
            self.candidate(limits, wire_theirs)
            request = {"do": "fork", "limits": for_examiner(limits), "cpu": self.slot.cpu}
            self.examiners.ask(request, [wire_ours.fileno(), their_report.fileno()])
            their_report.close()
            wire_ours.close()
            channel = Channel(report)
            channel.send(json.dumps(job))
            while True:
                channel.deadline = time.monotonic() + job["cell"] + GRACE
                event = json.loads(channel.receive())
                if event[0] in ("done", "late"):
                    return
                if event[0] == "fault":
                    raise Trouble(f"{event[1]} {self.candidates.said()}")
                yield event
                if event[0] == "lost":
                    return
        finally:
            self.candidates.ask({"do": "kill"})
            self.examiners.ask({"do": "kill"})
            for each in (wire_ours, their_report, report):
                each.close()
            self.look_after()

    def look_after(self) -> None:
        """Tidy up after a candidate.  Raises ``Trouble`` if what it imports went missing, so that it runs again."""
        premises = self.candidates.premises
        if premises is None:
            return
        premises.tidy()
        if not premises.intact():
            raise Trouble(f"Files that submissions import disappeared from {premises.inside}.")


def imports(source: str) -> str:
    """Return the import statements at the top level of a cell of ours."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return ""
    return "\n".join(ast.unparse(each) for each in body if isinstance(each, ast.Import | ast.ImportFrom))
