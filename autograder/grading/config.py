"""nbgrader's settings for grading, in one place for the checkout and for every course folder."""

from pathlib import Path
from typing import Any

from autograder import atomic
from autograder.grading import database

FOLDER_CONFIG = '''"""The settings of this course folder: those of the checkout, with this folder as the root."""

from pathlib import Path

import autograder
from autograder.grading.database import url_of

c = get_config()  # noqa: F821  (nbgrader puts it here)
here = Path(__file__).resolve().parent
checkout = Path(autograder.__file__).resolve().parents[1]
load_subconfig(str(checkout / "nbgrader_config.py"))  # noqa: F821
c.CourseDirectory.root = str(here)
c.CourseDirectory.db_url = url_of(here / "gradebook.db")  # also where the path holds a ? or a %
c.CourseDirectory.source_directory = str(checkout / "source_notebooks")
c.CourseDirectory.release_directory = str(checkout / "release")
'''


SERVER_CONFIG = '''"""What formgrader may load in a browser: `jupyter lab --config=jupyter_server_config.py`."""

from autograder.grading.config import shut_in

shut_in(get_config())  # noqa: F821  (Jupyter puts it here)
'''

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: https://cdnjs.cloudflare.com",  # formgrader's own
        "style-src 'self' 'unsafe-inline' https://cdnjs.cloudflare.com",
        "img-src 'self' data: blob:",
        "font-src 'self' data: https://cdnjs.cloudflare.com",
        "connect-src 'self' ws: wss:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""Nothing is fetched from, framed from or sent to another site, but the libraries that nbgrader's pages load."""


def shut_in(c: Any) -> None:
    """Send a content security policy with every page of a Jupyter server."""
    c.ServerApp.tornado_settings = {"headers": {"Content-Security-Policy": POLICY}}


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
    c.HTMLExporter.sanitize_html = True  # formgrader shows notebooks of students to whoever may change marks
    c.GenerateFeedback.exporter_class = "autograder.preprocessors.FeedbackPage"
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        "autograder.preprocessors.ForStudents",
    ]


FILES = {"nbgrader_config.py": FOLDER_CONFIG, "jupyter_server_config.py": SERVER_CONFIG}


def write(folder: Path, *, replace: bool = True) -> list[str]:
    """Make a folder a course folder; return the names of the files written.

    replace  also write files that are there already
    """
    wanted = {name: text for name, text in FILES.items() if replace or not (folder / name).exists()}
    for name, text in wanted.items():
        atomic.write(folder / name, text)
    return list(wanted)
