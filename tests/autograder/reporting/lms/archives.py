"""A class of five, and archives as Canvas and Moodle pack them."""

import json
import zipfile

from click.testing import CliRunner

from autograder import cli
from autograder.marks import nbgrader_of

LESSON = "90_doubling"
DUE = "2026-11-01 12:00:00 UTC"
PACKED = (2026, 11, 3, 8, 0, 0)
CLASS = [
    {"id": "ada", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@uni.example", "lms_user_id": "123"},
    {"id": "emmy", "first_name": "Emmy", "last_name": "Nöther", "email": "emmy@uni.example", "lms_user_id": "124"},
    {"id": "kurt", "first_name": "Kurt", "last_name": "Gödel", "email": "kurt@uni.example"},
    {"id": "mei1", "first_name": "Mei", "last_name": "Zhang", "email": "mei1@uni.example"},
    {"id": "mei2", "first_name": "Mei", "last_name": "Zhang", "email": "mei2@uni.example"},
]  # fmt: skip


def notebook(project, source="def twice(x, offset=0.0):\n    return 2 * (x - offset)"):
    made = json.loads(project.released(LESSON).read_text())
    for cell in made["cells"]:
        if nbgrader_of(cell).get("grade_id") == "twice":
            cell["source"] = source
    return json.dumps(made)


def packed(tmp_path, files, name="submissions.zip"):
    """Pack files as an LMS does: every entry with the time of packing."""
    file = tmp_path / name
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for place, data in files.items():
            made.writestr(zipfile.ZipInfo(place, date_time=PACKED), data, zipfile.ZIP_DEFLATED)
    return file


def collect(course, file, kind, *more):
    words = ["collect", str(file), "--course", str(course.folder), "--format", kind, *map(str, more)]
    return CliRunner().invoke(cli.main, words)


def there(course):
    """Return student -> (text of the notebook, timestamp) of everything in ``submitted/``."""
    found = {}
    for file in sorted(course.submitted.glob(f"*/{LESSON}/{LESSON}.ipynb")):
        stamp = file.with_name("timestamp.txt")
        found[file.parts[-3]] = (file.read_text(), stamp.read_text().strip() if stamp.exists() else None)
    return found
