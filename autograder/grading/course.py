"""A course folder: what was submitted, what grading makes of it, and where the gradebook is."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import Trouble
from autograder.grading import database
from autograder.printing import is_text
from autograder.project import Project
from autograder.repair.finding import LEFT_BY_PROGRAMS

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class Course:
    """One course folder and its nbgrader configuration, read without importing nbgrader.

    folder  holds ``submitted/`` and gets ``autograded/``, ``feedback/``, ``gradebook.db`` and ``grades.csv``
    """

    folder: Path

    @classmethod
    def open(cls, folder: Path) -> Course:
        """Return the course in a folder.  Raises ``Trouble`` if it is none."""
        course = cls(folder.resolve())
        if not course.submitted.is_dir():
            raise Trouble(
                f"{folder} has no folder {course.submitted.name}/ with submissions. Is --course right?"
            )
        return course

    @cached_property
    def config(self) -> Any:
        """The traitlets configuration of the folder, empty without a file."""
        from traitlets.config import Config
        from traitlets.config.loader import PyFileConfigLoader

        config = Config()
        if (self.folder / CONFIG).is_file():
            config = PyFileConfigLoader(CONFIG, path=str(self.folder)).load_config()
        if "db_url" in config.CourseDirectory or database.told():
            config.CourseDirectory.db_url = database.told() or database.setting(config.CourseDirectory.db_url)
        return config

    def setting(self, name: str, default: str) -> str:
        """Return one of nbgrader's settings of the course directory."""
        value = self.config.CourseDirectory.get(name, default)
        return str(value)

    def place(self, name: str) -> Path:
        """Return the folder of one of nbgrader's steps."""
        return self.folder / self.setting(f"{name}_directory", name)

    @property
    def submitted(self) -> Path:
        """What students handed in; nothing is ever written there."""
        return self.place("submitted")

    @property
    def autograded(self) -> Path:
        """Submissions with outputs, for the instructor and formgrader."""
        return self.place("autograded")

    @property
    def feedback(self) -> Path:
        """Pages for the students."""
        return self.place("feedback")

    @property
    def gradebook(self) -> str:
        """The URL of the database."""
        return self.setting("db_url", database.url_of(self.folder / "gradebook.db"))

    @property
    def home(self) -> tzinfo | None:
        """The time zone in which nbgrader's exchange writes times, None unless it is set."""
        try:
            return zoneinfo.ZoneInfo(str(self.config.Exchange.get("timezone", "")))
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            return None

    @property
    def course_id(self) -> str:
        """Return nbgrader's id of the course."""
        return self.setting("course_id", "")

    @property
    def project(self) -> Project:
        """The checkout whose lessons are graded."""
        source = self.folder / self.setting("source_directory", "source_notebooks")
        return Project(source.parent) if source.is_dir() else Project.here()

    def assignments(self) -> list[str]:
        """Return the lessons somebody handed in."""
        return [lesson for lesson in self.project.lessons() if self.handed_in(lesson)]

    def students(self) -> list[str]:
        """Return the names of the folders in ``submitted/``, of those that a gradebook can hold."""
        return sorted(
            each.name
            for each in self.submitted.iterdir()
            if each.is_dir()
            and not each.is_symlink()
            and not each.name.startswith(".")
            and not LEFT_BY_PROGRAMS.search(each.name)
            and is_text(each.name)
        )

    def handed_in(self, assignment: str) -> list[str]:
        """Return the students with a folder of their own for an assignment, whatever is in it."""
        found = [(student, self.submitted / student / assignment) for student in self.students()]
        return [student for student, place in found if place.is_dir() and not place.is_symlink()]
