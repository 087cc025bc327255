"""A notebook goes in, its outputs and a verdict for every graded cell come out.

One pair of warm interpreters serves a process.  For every attempt a candidate and an examiner are forked from
them; when a candidate is lost, the next pair runs the cells before again and goes on behind the one that did it.
"""

import atexit
import contextlib
import os
import threading
import time
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.examine.causes import explained
from autograder.examine.cell_text import opening
from autograder.examine.inside.frames import STOPPED, Lie, Lost
from autograder.examine.launch import sandbox
from autograder.examine.launch.fresh import Fresh
from autograder.examine.launch.pair import Pair
from autograder.examine.launch.warm_interpreter import Level
from autograder.examine.limits import OWN_SHARE, RESTARTS, SHOWN, patience
from autograder.examine.outputs import CUT, size
from autograder.examine.plan import imports, plan
from autograder.examine.verdicts import End, read_verdict, received, show, verdict
from autograder.marks import ADDED, Limits, Ran, Verdict, exercise_of, is_autograded, nbgrader_of
from autograder.repair import harmless


class Execution:
    """One submission on its way through one or more attempts.

    ends      how every cell ended so far, by its place in the notebook
    verdicts  the verdicts that are known from more than the end of the cell
    """

    def __init__(self, notebook: NotebookNode, limits: Limits, pair: Pair | Fresh):
        self.notebook = notebook
        self.limits = limits
        self.pair = pair
        self.steps = plan(notebook)
        self.ends: dict[int, End] = {}
        self.verdicts: dict[int, Verdict | None] = {}
        self.shown = 0  # characters of outputs so far
        self.room = harmless.Room()
        self.patience = patience()
        self.until = time.monotonic() + limits.total * self.patience

    def run(self) -> Ran:
        """Run to the end and return outputs and verdicts.  Raises ``Trouble`` if the machine fails us."""
        self.pair.warm_further()
        self.pair.warm(*imports(self.notebook, self.steps))
        skip: list[int] = []
        start = 0
        left = RESTARTS
        while left:
            lost = self.attempt(start, skip)
            if lost is None:
                break
            left -= not self.is_own(lost)
            skip.append(lost)
            start = max(start, lost + 1)
        reason = "Python kept ending."
        if time.monotonic() >= self.until:
            reason = f"The notebook as a whole ran longer than {self.limits.total:g} s."
        graded = {}
        for at, cell in enumerate(self.notebook.cells):
            if is_autograded(cell):
                self.ends.setdefault(at, End(how="skipped", text=reason))
                judged = self.verdicts.get(at) or read_verdict(self.notebook, at, self.ends)
                judged = explained(self.notebook, at, self.ends, judged)
                graded[nbgrader_of(cell)["grade_id"]] = judged
                show(cell, judged)
        self.notebook.metadata["sandbox"] = self.pair.level
        return Ran(notebook=self.notebook, verdicts=graded, notes=self.notes())

    def notes(self) -> list[str]:
        """Return a note on the student's own cells that were stopped, left out or ended Python, if any were."""
        cells = self.notebook.cells
        late = [at for at, end in self.ends.items() if self.is_own(at) and end.how in ("timeout", "dead")]
        if not late:
            return []
        begin = ", ".join(opening(cells[at].source) for at in late[:3])
        more = f" and {len(late) - 3} more" if len(late) > 3 else ""
        why = "for time" if all(self.ends[at].how == "timeout" for at in late) else "before their end"
        return [
            f"Cells of your own were stopped {why}, which costs no points. They begin with {begin}{more}."
        ]

    def attempt(self, start: int, skip: list[int]) -> int | None:
        """Run the cells from ``start`` on, after those before; return the place of a cell that ended Python."""
        job = {
            "steps": [step.record() for step in self.steps],
            "start": start,
            "skip": skip,
            "level": self.pair.level,
            "cell": self.limits.cell * self.patience,
            "total": max(self.until - time.monotonic(), 0.0),
            "output": self.limits.output,
            "own": [step.at for step in self.steps if self.is_own(step.at)],
            "own_seconds": OWN_SHARE * self.limits.total * self.patience - self.spent_by_own(),
        }
        begun = time.monotonic()
        at = start
        try:
            with contextlib.closing(self.pair.attempt(job, self.limits)) as events:
                for kind, at, *rest in events:
                    if kind == "lost":
                        self.on_lost(at, rest[0], time.monotonic() - begun)
                        return at
                    if kind == "ran":
                        self.on_ran(at, *rest)
                    else:
                        self.on_checked(at, *rest)
                    begun = time.monotonic()
        except (Lie, Lost) as error:  # the examiner itself was stopped or ended, by what it was sent
            following = [step.at for step in self.steps if step.at >= start and step.at not in self.ends]
            at = following[0] if following else at
            self.on_lost(at, getattr(error, "kind", "died"), time.monotonic() - begun)
            return at
        return None

    def on_ran(self, at: int, outputs: list, count: int, seconds: float) -> None:
        """Keep what one of the student's cells showed."""
        cell = self.notebook.cells[at]
        self.shown += size(outputs)
        cell.outputs = from_dict(harmless.outputs(outputs if self.shown <= SHOWN else [CUT], self.room))
        cell.execution_count = count
        errors = [each for each in outputs if each["output_type"] == "error"]
        if not errors:
            self.ends[at] = End(how="ok", seconds=seconds)
            return
        last = errors[-1]
        if last["ename"] == STOPPED:
            self.stop(at, seconds, last["evalue"] if not count else "")
            return
        self.ends[at] = End(
            how="error",
            error=last["ename"],
            text=last["evalue"][:2000],
            traceback=last["traceback"],
            seconds=seconds,
        )

    def stop(self, at: int, seconds: float, text: str = "") -> None:
        """Note that a cell of the student's was stopped for time, or was left out."""
        limit = f"{self.limits.cell:g} s"
        self.ends[at] = End(how="timeout", text=limit, seconds=seconds)
        text = text or f"stopped: it ran longer than {limit}"
        error = {"output_type": "error", "ename": STOPPED, "evalue": text, "traceback": [text]}
        self.notebook.cells[at].outputs = from_dict([error])

    def spent_by_own(self) -> float:
        """Return the seconds used up by cells that the student added and that were stopped."""
        return sum(end.seconds for at, end in self.ends.items() if end.how == "timeout" and self.is_own(at))

    def is_own(self, at: int) -> bool:
        """Whether the student added a cell."""
        return self.notebook.cells[at].get("id", "").startswith(ADDED)

    def on_checked(self, at: int, seconds: float, how: str, *rest: Any) -> None:
        """Keep the verdict on a graded cell; only what the test itself raised or showed is one."""
        cell = self.notebook.cells[at]
        if how == "error":
            name = "Exception" if rest[0] == "Failed" else rest[0]  # the student's own class of that name
            self.ends[at] = End(how="error", error=name, text=rest[1], seconds=seconds)
            return
        self.ends[at] = End(how="ok", seconds=seconds)
        self.verdicts[at] = verdict(cell, "correct") if rest[0] is None else received(cell, rest[0])

    def on_lost(self, at: int, kind: str, seconds: float) -> None:
        """Note which cell ended Python, and how; a cell that did so only when it was run again stays as it was."""
        if at in self.ends:
            return
        cell = self.notebook.cells[at]
        if not is_autograded(cell):
            self.stop(at, seconds, "" if kind == "timeout" else "it ended the Python process")
        how, text = ("timeout", f"{self.limits.cell:g} s") if kind == "timeout" else ("dead", "")
        self.ends[at] = End(how=how, text=text, seconds=seconds)
        if kind == "lied" and is_autograded(cell):
            name = exercise_of(nbgrader_of(cell)["grade_id"])
            text = (
                "What came back was no answer: too large, nested without end, or not what Python would send."
            )
            self.verdicts[at] = verdict(cell, "error", f"{name}: not an answer", text)


IDLE_PAIRS: list[tuple[int, Pair | Fresh]] = []
"""The pairs of warm interpreters that nobody uses, each with the process that started it."""

LOCK = threading.Lock()


def idle_pair(level: Level) -> Pair | Fresh:
    """Return a pair that nobody uses, a new one if there is none."""
    with LOCK:
        for entry in IDLE_PAIRS:
            if entry[0] == os.getpid() and entry[1].level == level:
                IDLE_PAIRS.remove(entry)
                return entry[1]
    return Fresh() if level == "fresh" else Pair(level)


def keep_pair(pair: Pair | Fresh) -> None:
    """Keep a pair for the next submission."""
    with LOCK:
        IDLE_PAIRS.append((os.getpid(), pair))


def run_in_examiner(notebook: NotebookNode, limits: Limits) -> Ran:
    """Run a repaired notebook in a sandbox and judge it from outside.

    Raises ``Trouble`` if this machine cannot do that at the level that was asked for.
    """
    pair = idle_pair(sandbox.chosen())
    try:
        ran = Execution(notebook, limits, pair).run()
    except BaseException:
        pair.close()
        raise
    keep_pair(pair)
    return ran


@atexit.register
def close_pairs() -> None:
    """End every pair of this process."""
    with LOCK:
        for process, pair in IDLE_PAIRS:
            if process == os.getpid():
                pair.close()
        IDLE_PAIRS.clear()
