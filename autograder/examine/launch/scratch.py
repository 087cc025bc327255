"""Temporary folders that do not stay behind, however the process that made them ends.

A folder is held by a lock on a file in it, which the system gives back when its maker ends, even by kill -9.
Whoever makes the next folder of the kind first takes away those that nobody holds.
"""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import IO

from autograder.examine.inside.folders import take_away

LOCK = ".held"
MINUTE = 60.0
"""Seconds after which an empty folder without a lock is one whose maker was killed before it could hold it."""


class Scratch:
    """One temporary folder, held until it is closed or this process ends."""

    def __init__(self, kind: str):
        sweep(kind)
        self.place = Path(tempfile.mkdtemp(prefix=prefix(kind)))
        self.lock: IO = hold(self.place)

    def close(self) -> None:
        """Take the folder away, the lock last."""
        for each in (*self.place.glob("*"), self.place):
            with contextlib.suppress(OSError):
                take_away(each)
        self.lock.close()


def prefix(kind: str) -> str:
    """Return how the names of the folders of a kind begin; nobody else's do."""
    return f"autograder-{kind}-"


def hold(place: Path) -> IO:
    """Lock a folder for this process."""
    import fcntl

    lock = open(place / LOCK, "w", encoding="ascii")  # noqa: SIM115  (held as long as the folder is)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return lock


def sweep(kind: str) -> None:
    """Take away the folders of a kind that their makers left behind."""
    for place in Path(tempfile.gettempdir()).glob(f"{prefix(kind)}*"):
        with contextlib.suppress(OSError):
            if place.stat().st_uid == os.getuid() and place.is_dir() and left(place):
                take_away(place)


def left(place: Path) -> bool:
    """Whether a folder is one of ours and nobody holds it.  Raises ``OSError`` for one that is gone."""
    import fcntl

    if not (place / LOCK).exists():
        return not any(place.iterdir()) and time.time() - place.stat().st_mtime > MINUTE
    with open(place / LOCK, encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True
