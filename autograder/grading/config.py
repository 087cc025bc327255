"""nbgrader's settings for grading, in one place for the checkout and for every course folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.grading import database

FOLDER_CONFIG = '''"""The settings of this course folder: those of the checkout, with this folder as the root."""

from pathlib import Path

import autograder

c = get_config()  # noqa: F821  (nbgrader puts it here)
checkout = Path(autograder.__file__).resolve().parents[1]
load_subconfig(str(checkout / "nbgrader_config.py"))  # noqa: F821
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.source_directory = str(checkout / "source_notebooks")
c.CourseDirectory.release_directory = str(checkout / "release")
'''


def configure(c: Any) -> None:
    """Put our reading, running and recording in place of nbgrader's."""
    if database.told():
        c.CourseDirectory.db_url = database.told()
    c.Autograde.exporter_class = "autograder.preprocessors.RepairExporter"
    c.Autograde.pre_convert_hook = "autograder.preprocessors.prepare"
    c.Autograde.sanitize_preprocessors = []  # a repaired notebook is ours in everything but its answers
    c.Autograde.autograde_preprocessors = [
        "autograder.preprocessors.Run",
        "autograder.preprocessors.SaveMarks",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    c.GenerateFeedback.exporter_class = "autograder.feedback.exporter.FeedbackPage"
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "autograder.preprocessors.ForStudents",
    ]


def write(folder: Path) -> None:
    """Make a folder a course folder."""
    (folder / "nbgrader_config.py").write_text(FOLDER_CONFIG, encoding="utf-8")
