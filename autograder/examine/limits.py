"""What a candidate may use, in the terms of the system."""

import os
from typing import Any

from autograder.marks import Limits

PROCESSES = 32
"""Processes and threads of one candidate."""

FILE = 64 << 20
DISK = 128 << 20
"""Bytes of one file, and of all files of one candidate together."""

TEMPORARY = 2 * DISK
"""Bytes of files that are held in memory at most: /tmp and /dev/shm of level ``bubblewrap``."""

BUDGET = 1 << 30
"""Bytes the examiner receives from a candidate during one check."""

SHOWN = 32_000_000
"""Characters of the outputs of one notebook."""

VALUE = 64 << 20
"""Bytes that the arrays in one message may take in the examiner; text takes more there than on the wire."""

MUCH = 100 << 20
"""Bytes that arrived in one check beyond which it is the candidate's doing that the examiner has no memory left."""

EXAMINER = 3 << 29
"""Bytes of address space of an examiner."""

RESTARTS = 8
"""Candidates that answers and checks of one submission may use up; what is left then is not checked."""

OWN_SHARE = 0.3
"""Part of a notebook's time that cells may use up which the student added and which had to be stopped."""

PAUSE = 2.0
"""Seconds in which a cell that was told to stop must have stopped, else its process is ended."""

GRACE = 10.0
"""Seconds beyond the limit of a cell after which the examiner itself is taken to be stuck."""


PATIENCE = 4.0
"""How many times longer a cell may take at most when the machine is busy."""


def patience() -> float:
    """Return how many times longer a cell may take on this machine now: its load per core, from 1 to ``PATIENCE``.

    Limits are meant for a core of one's own; an honest answer must not lose its marks because others compute.
    """
    try:
        load = os.getloadavg()[0]
    except (OSError, AttributeError):  # Windows counts no load
        return 1.0
    return min(max(load / (os.cpu_count() or 1), 1.0), PATIENCE)


def for_candidate(limits: Limits, level: str) -> dict[str, Any]:
    """Return the limits that ``confine`` sets and the zygote watches."""
    return {
        "memory": limits.memory,
        "total_memory": limits.memory,
        # elsewhere the user's other processes count too, so that these are counted by whoever started them
        "processes": PROCESSES if level == "bubblewrap" else None,
        "tasks": None if level == "bubblewrap" else PROCESSES,
        "file": FILE,
        "disk": DISK,
        "cpu": int(limits.total) + 10,
    }


def for_examiner(limits: Limits) -> dict[str, Any]:
    """Return the limits of the process that runs our tests on what the candidate sends."""
    return {"memory": EXAMINER, "file": 1 << 20, "cpu": int(limits.total) + 10}
