"""What passes between the grader and whoever runs a submission: plain data both ways."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.deadline import READING
from autograder.examine.limits import PATIENCE
from autograder.marks import Limits, Record
from autograder.repair.finding import Submitted

MARGIN = 60.0
"""Seconds for what is neither reading a notebook nor running it."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One submission to run: plain data, so that it can go to another process.

    folder     where it lies, for a worker of this machine
    parts      what its marks depend on, see ``autograder.running.versions``
    sandbox    the level it is to run at
    submitted  what lies in the folder, for a worker of another machine
    """

    student: str
    assignment: str
    folder: Path
    root: Path
    limits: Limits
    parts: dict[str, str]
    sandbox: str
    submitted: Submitted | None = None

    @property
    def seconds(self) -> float:
        """Seconds after which it is given up, however it is stuck: an honest one ends long before."""
        return self.limits.total * PATIENCE + 2 * READING + MARGIN


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a submission: its record, and the notebook with outputs as plain data."""

    record: Record
    notebook: dict[str, Any]
