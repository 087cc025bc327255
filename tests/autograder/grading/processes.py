"""A desk at which the whole command grades, in processes of its own."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from autograder.grading import gradebook_read
from autograder.project import Project
from tests.autograder.conftest import FIXTURES
from tests.autograder.small_lesson import LESSON, answered

CHECKOUT = Project.here().root
FIXTURE = FIXTURES / "lesson" / "exercises" / "doubling"
SITE = f"""
import importlib.util, sys

class Small:
    def find_spec(self, name, path=None, target=None):
        if name == "autograder.exercises.doubling":
            return importlib.util.spec_from_file_location(
                name, {str(FIXTURE / "__init__.py")!r}, submodule_search_locations=[{str(FIXTURE)!r}]
            )

sys.meta_path.append(Small())
"""


class Desk:
    """A course folder, and `autograder grade` in processes with a place of their own for temporary files.

    below  a command that starts ours
    """

    def __init__(self, project, folder: Path, level: str, below: tuple[str, ...] = ()):
        self.below = below
        self.project, self.folder, self.level = project, folder / "course", level
        self.submitted = self.folder / "submitted"
        self.submitted.mkdir(parents=True)
        (self.folder / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.source_directory = {str(project.source)!r}\n"
            f"c.CourseDirectory.release_directory = {str(project.release)!r}\n"
            f"c.CourseDirectory.root = {str(self.folder)!r}\n"
        )
        self.temporary, site = folder / "tmp", folder / "site"
        self.temporary.mkdir()
        site.mkdir()
        (site / "sitecustomize.py").write_text(SITE)
        path = os.pathsep.join([str(site), str(CHECKOUT)])
        self.environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(self.temporary)}
        self.log = folder / "log"

    def hand_in(self, student: str, answer: str | None) -> None:
        """Put a notebook in ``submitted/``."""
        file = self.submitted / student / LESSON / f"{LESSON}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answered(self.project, answer)))

    def start(self, jobs: int = 2) -> subprocess.Popen:
        """Start grading."""
        words = ["grade", "--course", str(self.folder), "--sandbox", self.level, "--jobs", str(jobs)]
        words += ["--no-feedback", "--timeout", "10", "--json", str(self.folder / "rows.json")]
        with self.log.open("w") as log:
            return subprocess.Popen(
                [*self.below, sys.executable, "-m", "autograder", *words],
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def grade(self, jobs: int = 2) -> list[dict]:
        """Grade to the end and return the rows."""
        process = self.start(jobs)
        assert process.wait(300) == 0, self.log.read_text()[-2000:]
        return json.loads((self.folder / "rows.json").read_text())

    def recorded(self) -> int:
        """Return how many records there are."""
        return len(list((self.folder / ".autograder" / "records").glob("*/*.json")))

    @property
    def course(self):
        """The course as grading sees it."""
        from autograder.grading.course import Course

        return Course(self.folder)

    def scores(self) -> dict[str, float | None]:
        """Return student -> points, as the gradebook has them."""
        book = gradebook_read.read(f"sqlite:///{self.folder / 'gradebook.db'}")
        return {student: entry.scores["twice-check"] for (student, _), entry in book.items()}

    def count(self, table: str) -> int:
        """Return the rows of a table of the gradebook, which must neither be locked nor damaged."""
        with contextlib.closing(sqlite3.connect(self.folder / "gradebook.db", timeout=1)) as book:
            book.execute("BEGIN IMMEDIATE")
            assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return book.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def left_behind(self) -> list[str]:
        """Return the temporary files there are, but for the locks on processors."""
        return [each.name for each in self.temporary.iterdir() if not each.name.startswith("autograder-cpu")]
