"""What this machine offers to keep a candidate in, and which level is in force.

``bubblewrap``  a container with a read-only system: Python, the course and the candidate's side of the wire
``landlock``    an ordinary process that gave up all other files, the network and signals to others
``process``     an ordinary process with limits; it can read and write what the grader can
``fresh``       an interpreter of its own with a limit of time alone, where processes cannot be forked

Each is tried before it is used.  ``safe`` stands for the first of the first two that works, ``best`` for the
first of all.
"""

import os
import platform
import shutil
import socket
import subprocess
import sys
from functools import lru_cache

from autograder.errors import Trouble
from autograder.examine.launch.candidate_folder import INSIDE
from autograder.examine.launch.container import bubblewrap, readable
from autograder.examine.launch.warm_interpreter import Level

LEVELS: tuple[Level, ...] = ("bubblewrap", "landlock", "process", "fresh")
SAFE: tuple[Level, ...] = LEVELS[:2]
"""The levels that keep a submission in."""

CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX")
NEEDS_LINUX = (
    "Grading a class needs Linux, a virtual machine with Linux, or WSL on Windows; "
    "`autograder check NOTEBOOK` works here."
)

VARIABLE = "AUTOGRADER_SANDBOX"
"""The variable by which ``--sandbox`` reaches the workers."""

SAID = {
    "bubblewrap": "sandbox: bubblewrap; submissions see neither network, gradebook, tests nor each other",
    "landlock": "sandbox: landlock; submissions have no network and read neither gradebook, tests nor each other",
    "process": "sandbox: process; limits only, submissions can read and write what you can",
    "fresh": "sandbox: fresh; a limit of time only, the notebook can read, write and reach all that you can",
}


def choose(level: str | None) -> Level:
    """Set the level for this process and its workers, ``safe`` for None; return it.  Raises ``Trouble``."""
    taken = working(level)
    os.environ[VARIABLE] = taken
    return taken


def chosen() -> Level:
    """Return the level in force.  Raises ``Trouble`` for one that does not exist or does not work here."""
    return working(os.environ.get(VARIABLE))


def working(level: str | None) -> Level:
    """Return a level that works, the one that was asked for.  Raises ``Trouble``."""
    if level not in (None, *LEVELS, "safe", "best"):
        raise Trouble(f"There is no sandbox {level!r}. Choose from: {', '.join(LEVELS)}, safe, best.")
    asked = {None: SAFE, "safe": SAFE, "best": LEVELS}.get(level, [each for each in LEVELS if each == level])
    for each in asked:
        if refused(each) == "":
            return each
    reasons = "".join(f"\n{each} does not work here: {refused(each)}" for each in asked)
    raise Trouble(
        f"Submissions cannot be kept in.{reasons}\n`autograder doctor` says what to install or allow. Nothing was "
        "graded. --sandbox process grades with limits only and trusts every submission."
    )


def announce(level: str | None) -> None:
    """Set the level and say on standard error what it protects.  Raises ``Trouble`` for one that does not work."""
    if not CAN_FORK or (platform.system() != "Linux" and level in (None, "safe", *SAFE)):
        raise Trouble(NEEDS_LINUX)
    taken = choose(level)
    print(SAID[taken], file=sys.stderr)
    if level != taken:
        for each in LEVELS[: LEVELS.index(taken)]:
            print(f"{each} does not work here: {refused(each)}", file=sys.stderr)


@lru_cache
def refused(level: Level) -> str:
    """Return why this system refuses a level what it needs, or nothing.  It is tried, without a candidate."""
    if level == "fresh":
        return ""
    if not CAN_FORK:
        return "this system cannot fork a process"
    if level == "process":
        return ""
    if level == "bubblewrap" and shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    if level == "landlock" and platform.system() != "Linux":
        return "it exists on Linux only"
    try:
        tried = subprocess.run(trial(level), capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    said = " ".join(tried.stderr.split())[-300:]
    return "" if tried.returncode == 0 else said or "it ended without a word"


def trial(level: Level) -> list[str]:
    """Return a command that ends well where a level can be had.  It needs no folder that could be left behind."""
    if level == "bubblewrap":
        command = bubblewrap(0)
        return [*command[: command.index("--") + 1], "/usr/bin/true"]
    return [
        sys.executable,
        "-I",
        "-S",
        "-c",
        TRIAL.format(str(INSIDE.parent), readable(os.devnull), os.devnull),
    ]


TRIAL = """\
import sys
sys.path.insert(0, {!r})
from inside import confine
try:
    confine.give_up_files({!r}, {!r})
    open(confine.__file__)
except PermissionError:
    sys.exit(0)
except OSError as error:
    sys.exit(str(error))
sys.exit("a file outside could still be read")
"""


@lru_cache
def works(level: Level) -> str:
    """Return why a level cannot be used here, or nothing.  A candidate is started, and must say it is shut in."""
    why = refused(level)
    if why or level == "fresh":
        return why
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
