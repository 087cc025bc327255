"""The examiner: asks the candidate to run its cells, runs ours, and reports what became of each.

It lives for one attempt at one submission.  When the candidate is lost it reports that and ends; ``run`` starts
both anew and goes on behind the cell that did it.
"""

import contextlib
import io
import json
import socket
import sys
import time
from typing import Any

from autograder.examine.examination import CannotCross, Examination
from autograder.examine.handles import is_theirs
from autograder.examine.inside import alarm
from autograder.examine.inside.frames import STOPPED, Channel, Lie, Lost, demand
from autograder.examine.limits import BUDGET, PAUSE
from autograder.examine.outputs import checked_outputs
from autograder.judging.grade import AtFault, Failed, Mark

STARTUP = 20.0
"""Seconds in which a candidate must say that it is shut in."""

LEFT_OUT = {
    "output_type": "error",
    "ename": STOPPED,
    "evalue": "left out: your own cells before it used up the time for such cells",
    "traceback": [],
}


class Examiner:
    """One attempt at one submission.

    job     the plan and the limits, see ``run``
    end     the wire to the candidate
    report  where events go: lists that begin with their kind
    """

    def __init__(self, job: dict[str, Any], end: socket.socket, report: Channel):
        self.job = job
        self.report = report
        self.examination = Examination(end)
        self.names: dict[str, Any] = {"__name__": "__main__", "__builtins__": __builtins__}

    def run(self) -> None:
        """Go through the notebook; report every cell from ``start`` on, and end early if the candidate is lost."""
        alarm.on_ring(too_long)
        until = time.monotonic() + self.job["total"]
        try:
            self.arm(STARTUP, time.monotonic() + STARTUP)
            self.greet()
        except (Lie, Lost) as error:
            self.tell("fault", f"the candidate did not start: {error}")
            return
        for step in self.job["steps"]:
            event: list | None
            if time.monotonic() >= until:
                self.tell("late")
                return
            try:
                self.arm(self.job["cell"] + (PAUSE if step["in_candidate"] else 0.0), until)
                event = self.step(step)
            except (AtFault, CannotCross) as fault:
                event = ["fault", f"the check in cell {step['at']} is at fault: {fault}"]
            except Lost as lost:
                event = ["lost", step["at"], lost.kind, lost.text[:200]]
            alarm.stop()
            if event is not None:
                self.tell(*event)
                if event[0] in ("lost", "fault"):
                    return
        self.tell("done")

    def tell(self, *event: Any) -> None:
        """Report one event."""
        self.report.send(json.dumps(event, ensure_ascii=False))

    def arm(self, seconds: float, until: float) -> None:
        """Give the next cell its time: for every answer of the candidate, and for our own code."""
        left = max(min(seconds, until - time.monotonic()), 0.001)
        self.examination.begin_check(None, BUDGET)
        again = 0.25  # and again, should an exception be lost in a destructor
        alarm.ring_after(left, again)

    def greet(self) -> None:
        """Hear from the candidate that its door is shut, at the level we asked for.  Raises ``Lie``."""
        demand(self.examination.channel.receive() == ["ready", self.job["level"]], "a closed sandbox")

    def step(self, step: dict[str, Any]) -> list | None:
        """Run one cell and return what to report.  Raises ``Lost``."""
        at = step["at"]
        if step["graded"]:
            return self.check(step) if at >= self.job["start"] else None
        event = None
        if at in self.job["own"] and self.job["own_seconds"] <= 0 and at >= self.job["start"]:
            return ["ran", at, [LEFT_OUT], 0, 0.0]  # the rest of the time belongs to the answers
        if step["in_candidate"] and at not in self.job["skip"]:
            begun = time.monotonic()
            outputs, count = self.run_cell(step["source"])
            seconds = time.monotonic() - begun
            if at in self.job["own"] and any(each.get("ename") == STOPPED for each in outputs):
                self.job["own_seconds"] -= seconds
            if at >= self.job["start"]:
                event = ["ran", at, outputs, count, seconds]
        if step["in_examiner"]:
            exec(compile(step["in_examiner"], f"<cell {at}>", "exec"), self.names)
        return event

    def run_cell(self, source: str) -> tuple[list[dict], int]:
        """Let the candidate run a cell; return its outputs and its number.  Raises ``Lost``."""
        limit = self.job["output"]
        try:
            return checked_outputs(self.examination.ask("run", source, limit, self.job["cell"]), limit)
        except Exception as error:  # no answer to this request, or none that a notebook can hold
            raise Lost("lied", str(error)[:200]) from None

    def check(self, step: dict[str, Any]) -> list:
        """Run a graded cell and return its verdict.  Raises ``Lost``, ``AtFault`` or ``CannotCross``."""
        begun = time.monotonic()
        marks: list[object] = []
        usual, sys.displayhook = sys.displayhook, marks.append
        end: list[Any]
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                names = {**self.names, **self.students_names(step["uses"])}
                exec(compile(step["source"], f"<check {step['at']}>", "exec"), names)
            end = ["ok", None]
        except Failed as failed:
            end = ["judged", failed.verdict.record()]
        except AtFault as fault:
            cause = fault.__cause__
            flooded = isinstance(cause, MemoryError) and self.examination.has_taken_much()
            if cause is None or not (flooded or is_theirs(cause)):
                raise
            end = ["error", type(cause).__name__, str(cause)[:2000]]
        except Exception as error:
            end = ["error", type(error).__name__, str(error)[:2000]]
        finally:
            sys.displayhook = usual
        if self.examination.lost is not None:
            raise self.examination.lost
        held = [mark.verdict for mark in marks if isinstance(mark, Mark)]
        if held and end[0] != "judged":  # they hold, whatever is asserted afterwards
            worst = min(held, key=lambda each: each.points / (each.max_points or 1))
            end = ["ok", None if worst.verdict == "correct" else worst.record()]
        return ["checked", step["at"], time.monotonic() - begun, *end]

    def students_names(self, names: list[str]) -> dict[str, Any]:
        """Return the names a graded cell uses that the student's notebook defined; ours are never replaced."""
        found = {}
        for name in names:
            if name not in self.names:
                with contextlib.suppress(NameError):
                    found[name] = self.examination.ask("name", name)
        return found


def too_long(*_: Any) -> None:
    """Stop our own code: what it works on was made to keep it busy."""
    raise Lost("timeout")
