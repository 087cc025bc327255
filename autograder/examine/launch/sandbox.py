"""What this machine offers to keep a candidate in, and which level is in force.

``bubblewrap``  a container with a read-only system: Python, the course and the candidate's side of the wire
``process``     an ordinary process with limits; it can read and write what the grader can
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import lru_cache

from autograder.errors import Trouble
from autograder.examine.launch.container import bubblewrap
from autograder.examine.launch.warm_interpreter import Level

LEVELS: tuple[Level, ...] = ("bubblewrap", "process")
VARIABLE = "AUTOGRADER_SANDBOX"
"""The variable by which ``--sandbox`` reaches the workers."""


def choose(level: str | None) -> Level:
    """Set the level for this process and its workers, ``best`` or None for the default; return it.

    The default is ``bubblewrap``; ``best`` takes ``process`` where that does not work.  Raises ``Trouble``.
    """
    if level == "best":
        level = "bubblewrap" if works("bubblewrap") == "" else "process"
    os.environ[VARIABLE] = level or "bubblewrap"
    return chosen()


def announce(level: str | None) -> None:
    """Set the level and say on standard error what it protects.  Raises ``Trouble`` for one that does not work."""
    if choose(level) == "bubblewrap" and (why := refused()):
        raise Trouble(
            f"bubblewrap does not work here, so submissions cannot be kept in: {why}\nContainers often refuse it "
            "namespaces; `autograder doctor` says more. Nothing was graded. Grade on a machine that allows it, or "
            "pass --sandbox process and trust every submission."
        )
    said = {
        "bubblewrap": "sandbox: bubblewrap; submissions see neither network, gradebook, tests nor each other",
        "process": "sandbox: process; limits only, submissions can read and write what you can",
    }[choose(level)]
    if level == "best" and works("bubblewrap"):
        said += f"\nbubblewrap does not work here, `autograder doctor` says more: {works('bubblewrap')}"
    print(said, file=sys.stderr)


def refused() -> str:
    """Return why this system refuses bubblewrap what it needs, or nothing: its container is started once, empty."""
    command = bubblewrap(0)
    try:
        tried = subprocess.run(
            [*command[: command.index("--") + 1], "/usr/bin/true"],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if tried.returncode == 0 else " ".join(tried.stderr.split())[:300] or "it ended without a word"


def chosen() -> Level:
    """Return the level in force.  Raises ``Trouble`` for one that does not exist."""
    level = os.environ.get(VARIABLE, "bubblewrap")
    if level not in LEVELS:
        raise Trouble(f"There is no sandbox {level!r}. Choose from: {', '.join(LEVELS)}.")
    if level == "bubblewrap" and shutil.which("bwrap") is None:
        raise Trouble(
            "bubblewrap is not installed, so submissions cannot be kept in. "
            "Install it (autograder doctor says how), or pass --sandbox process and trust every submission."
        )
    return level


@lru_cache
def works(level: Level) -> str:
    """Return why a level cannot be used here, or nothing.  A candidate is started, and must say it is shut in."""
    if level == "bubblewrap" and shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    from autograder.examine.launch.pair import Pair

    try:
        one = Pair(level, candidates_only=True)
    except Trouble as trouble:
        return str(trouble)
    try:
        return one.try_out()
    except Trouble as trouble:
        return str(trouble)
    finally:
        one.close()
