"""What is recorded for one graded cell; needs nothing, so that who only writes verdicts down loads nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

MIME = "application/vnd.descent.verdict+json"
"""The kind of output by which a verdict is shown in a kernel."""

Kind = Literal["correct", "convention", "mistake", "unfinished", "error", "timeout"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is recorded for one graded cell.

    mistake  name of the known mistake or convention, or None
    message  what the student reads; the first line has at most 80 characters
    """

    verdict: Kind
    points: float
    max_points: float
    mistake: str | None = None
    message: str = ""

    def record(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return asdict(self)
