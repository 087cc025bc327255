"""What passes between the grader and whoever runs a submission: plain data both ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.marks import Graded, Limits, Status


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What a student handed in, as bytes; see ``reading.handed_in``.

    trouble  why it could not be read, in words for the student
    """

    data: bytes | None = None
    notes: list[str] = field(default_factory=list)
    content: str = ""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One submission to run: plain data, so that it can go to another process.

    folder  where it lies, for a worker of this machine
    handed  what lies there, for a worker of another one
    """

    student: str
    assignment: str
    folder: Path
    root: Path
    limits: Limits = field(default_factory=Limits)
    handed: Handed | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of a submission: the notebook with outputs as plain data, and a verdict per graded cell.

    content  the fingerprint of what was graded, see ``reading.fingerprint``; empty where it was not graded at all
    """

    student: str
    assignment: str
    status: Status
    notes: list[str]
    notebook: dict[str, Any]
    verdicts: dict[str, Graded]
    content: str = ""
