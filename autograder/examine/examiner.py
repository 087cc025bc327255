"""The examiner: asks the candidate to run its cells, runs ours, and reports what became of each.

It lives for one attempt at one submission.  When the candidate is lost it reports that and ends; ``run`` starts
both anew and goes on behind the cell that did it.
"""

from __future__ import annotations

import contextlib
import io
import json
import signal
import socket
import sys
import time
from typing import Any

from autograder.examine.examination import CannotCross, Examination
from autograder.examine.inside.frames import STOPPED, Channel, Lie, Lost, demand
from autograder.examine.limits import BUDGET, PAUSE
from autograder.judging.grade import Failed, Mark

STARTUP = 20.0
LEFT_OUT = {
    "output_type": "error",
    "ename": STOPPED,
    "evalue": "left out: your own cells before it used up the time for such cells",
    "traceback": [],
}
TEXTS = ("output_type", "name", "text", "ename", "evalue")


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
        signal.signal(signal.SIGALRM, too_long)
        until = time.monotonic() + self.job["total"]
        try:
            self.arm(STARTUP, time.monotonic() + STARTUP)
            self.greet()
        except (Lie, Lost) as error:
            self.tell("fault", f"the candidate did not start: {error}")
            return
        for step in self.job["steps"]:
            if time.monotonic() >= until:
                self.tell("late")
                return
            event: list | None
            try:
                self.arm(self.job["cell"] + (PAUSE if step["theirs"] else 0.0), until)
                event = self.step(step)
            except Lost as lost:
                event = ["lost", step["at"], lost.kind, lost.text[:200]]
            signal.setitimer(signal.ITIMER_REAL, 0)
            if event is not None:
                self.tell(*event)
                if event[0] == "lost":
                    return
        self.tell("done")

    def tell(self, *event: Any) -> None:
        """Report one event."""
        self.report.send(json.dumps(event))

    def arm(self, seconds: float, until: float) -> None:
        """Give the next cell its time: for every answer of the candidate, and for our own code."""
        left = max(min(seconds, until - time.monotonic()), 0.001)
        self.examination.begin_check(None, BUDGET)
        signal.setitimer(
            signal.ITIMER_REAL, left, 0.25
        )  # again and again, should one be lost in a destructor

    def greet(self) -> None:
        """Hear from the candidate that its door is shut, at the level we asked for.  Raises ``Lie``."""
        demand(self.examination.channel.receive() == ["ready", self.job["level"]], "a closed sandbox")

    def step(self, step: dict[str, Any]) -> list | None:
        """Run one cell and return what to report.  Raises ``Lost``."""
        at = step["at"]
        event = None
        if at in self.job["own"] and self.job["own_seconds"] <= 0 and at >= self.job["start"]:
            return ["ran", at, [LEFT_OUT], 0, 0.0]  # the rest of the time belongs to the answers
        if step["theirs"] and at not in self.job["skip"]:
            begun = time.monotonic()
            answer = self.examination.ask("run", step["source"], self.job["output"], self.job["cell"])
            try:
                outputs, count = readable(answer)
            except Lie as lie:
                raise Lost("lied", str(lie)) from None
            seconds = time.monotonic() - begun
            if at in self.job["own"] and any(each.get("ename") == STOPPED for each in outputs):
                self.job["own_seconds"] -= seconds
            if at >= self.job["start"]:
                event = ["ran", at, outputs, count, seconds]
        if step["graded"]:
            return self.check(step) if at >= self.job["start"] else None
        if step["ours"]:
            exec(compile(step["within"], f"<cell {at}>", "exec"), self.names)
        return event

    def check(self, step: dict[str, Any]) -> list:
        """Run a graded cell and return its verdict.  Raises ``Lost``."""
        begun = time.monotonic()
        marks: list[object] = []
        shown, sys.displayhook = sys.displayhook, marks.append
        end: list[Any]
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                names = {**self.names, **self.theirs(step["uses"])}
                exec(compile(step["source"], f"<check {step['at']}>", "exec"), names)
            verdicts = [mark.verdict for mark in marks if isinstance(mark, Mark)]
            worst = min(verdicts, key=lambda each: each.points / (each.max_points or 1), default=None)
            end = ["ok", worst.record() if worst else None]
        except Failed as failed:
            end = ["judged", failed.verdict.record()]
        except CannotCross as fault:
            end = ["error", "CannotCross", f"The test itself is at fault: {fault}"]
        except Exception as error:
            end = ["error", type(error).__name__, str(error)[:2000]]
        finally:
            sys.displayhook = shown
        if self.examination.lost is not None:
            raise self.examination.lost
        return ["checked", step["at"], time.monotonic() - begun, *end]

    def theirs(self, names: list[str]) -> dict[str, Any]:
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


def readable(answer: Any) -> tuple[list[dict], int]:
    """Return outputs as a notebook may hold them, and the cell's number.  Raises ``Lie``."""
    demand(type(answer) is list and len(answer) == 2 and type(answer[0]) is list, "outputs")
    outputs, count = answer
    demand(type(count) is int and 0 <= count < 1 << 31, "the number of a cell")
    return [output(each) for each in outputs], count


def output(found: Any) -> dict:
    """Return one output with exactly the fields its kind has.  Raises ``Lie``."""
    demand(type(found) is dict and type(found.get("output_type")) is str, "an output")
    kind = found["output_type"]
    if kind == "stream":
        demand(found.get("name") in ("stdout", "stderr") and type(found.get("text")) is str, "a stream")
        return {"output_type": kind, "name": found["name"], "text": found["text"]}
    if kind == "error":
        lines = found.get("traceback")
        demand(type(lines) is list and all(type(line) is str for line in lines), "a traceback")
        demand(type(found.get("ename")) is str and type(found.get("evalue")) is str, "an error")
        return {"output_type": kind, "ename": found["ename"], "evalue": found["evalue"], "traceback": lines}
    demand(kind in ("display_data", "execute_result"), "a kind of output")
    data = {key: value for key, value in mapping(found.get("data")).items() if not ours(key)}
    made = {"output_type": kind, "data": data, "metadata": mapping(found.get("metadata"))}
    if kind == "execute_result":
        count = found.get("execution_count")
        demand(count is None or type(count) is int, "the number of a cell")
        made["execution_count"] = count
    return made


def mapping(found: Any) -> dict:
    """Return a dict that JSON can hold.  Raises ``Lie``."""
    demand(type(found) is dict and all(type(key) is str for key in found), "a bundle")
    return {key: tree(value) for key, value in found.items()}


def tree(value: Any) -> Any:
    """Return JSON data; everything else becomes its text.  ``weigh`` has seen that it is not too deep."""
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if value - value == 0 else repr(value)
    if type(value) in (list, tuple):
        return [tree(each) for each in value]
    if type(value) is dict:
        return {str(key): tree(each) for key, each in value.items()}
    return f"({type(value).__name__})"


def ours(kind: str) -> bool:
    """Whether a kind of output is one by which the grader itself speaks."""
    return kind.lower().startswith("application/vnd.descent")
