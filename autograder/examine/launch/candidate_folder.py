"""The folder of candidates outside a container: what they import, and a place for each of them to work.

No mount shuts these candidates in, and the folder lies where others clean up.  So it is looked at before and after
every candidate: what is missing before is laid out again, and what went missing meanwhile is no student's fault.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.examine.inside.folders import take_away
from autograder.examine.launch.scratch import Scratch, hold

COURSE = Path(__file__).resolve().parents[3] / "course"
"""What students import; it lies beside this package, and importing it here would cost time."""

INSIDE = Path(__file__).resolve().parents[1] / "inside"
"""The candidate's side of the wire: all of the grader that a candidate can see."""


class CandidateFolder:
    """One such folder, for all candidates of one warm interpreter.

    path     the interpreter's own place and settings
    imports  what it imports: a copy of the course and of the candidate's side
    """

    def __init__(self) -> None:
        self.scratch = Scratch("candidate")
        self.path = self.scratch.place
        self.imports = self.path / "imports"
        self.needed = [*lay_out(self.imports), self.scratch.lock.name]
        self.work: str | None = None

    def intact(self) -> bool:
        """Whether everything a candidate may import is there."""
        return all(os.path.exists(each) for each in self.needed)

    def workplace(self, user: int) -> str:
        """Return an empty folder of a user's for the next candidate, everything it needs beside it."""
        self.tidy()
        if not self.intact():
            with contextlib.suppress(OSError):
                take_away(self.path)
            self.path.mkdir(mode=0o700 if user == os.getuid() else 0o711)
            self.scratch.lock.close()
            self.scratch.lock = hold(self.path)
            lay_out(self.imports)
        self.work = tempfile.mkdtemp(prefix="work-", dir=self.path)
        if user != os.getuid():
            os.chown(self.work, user, -1)
        return self.work

    def tidy(self) -> None:
        """Take away what the last candidate left."""
        if self.work is not None:
            with contextlib.suppress(OSError):
                take_away(self.work)
            self.work = None

    def close(self) -> None:
        """Take everything away."""
        self.scratch.close()


def lay_out(imports: Path) -> list[str]:
    """Lay out what a candidate imports in a folder of its own; return the files."""
    imports.mkdir(parents=True)
    for package in (INSIDE, COURSE):
        shutil.copytree(package, imports / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    (imports / "fonts").mkdir()
    for file in fonts():
        shutil.copy(file, imports / "fonts")
    return [str(each) for each in sorted(imports.rglob("*")) if each.is_file()]


def fonts() -> list[Path]:
    """Return Matplotlib's list of fonts, made once; without it every start costs seconds."""
    home = Path.home()
    cache = os.environ.get("XDG_CACHE_HOME", str(home / ".cache"))
    places = [
        os.environ.get("MPLCONFIGDIR", ""),
        f"{cache}/matplotlib",
        str(home / ".config/matplotlib"),
        str(home / ".matplotlib"),
    ]
    for again in (True, False):
        found = [
            file for place in filter(None, places) for file in sorted(Path(place).glob("fontlist-*.json"))
        ]
        if found or not again:
            return found[-1:]
        subprocess.run(
            [sys.executable, "-c", "import matplotlib.font_manager"], capture_output=True, check=False
        )
    return []
