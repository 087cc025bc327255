"""Check every lesson with its own answers and with its stubs, as one who learns alone: `python tests/alone.py`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from autograder.cohort.answers import solutions
from autograder.lesson import Master
from autograder.marks import nbgrader_of
from autograder.project import Project


def answer(notebook: nbformat.NotebookNode, lesson: str) -> None:
    """Fill in the lesson's own answers."""
    answers = solutions(Master.read(lesson, Project.here()), Project.here())
    for cell in notebook.cells:
        if (grade_id := nbgrader_of(cell).get("grade_id")) in answers:
            cell["source"] = answers[grade_id]


def solve(lesson: str, folder: Path) -> Path:
    """Write a released notebook with the lesson's own answers into a folder; return the file."""
    notebook = nbformat.read(Project.here().released(lesson), as_version=4)
    answer(notebook, lesson)
    nbformat.write(notebook, folder / f"{lesson}.ipynb")
    return folder / f"{lesson}.ipynb"


def verdicts(file: Path) -> set[str]:
    """Return the different verdicts on a notebook."""
    command = [sys.executable, "-m", "autograder", "check", "--json", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if not done.stdout:
        sys.exit(done.stderr)
    return {row["verdict"] for row in json.loads(done.stdout)}


def main() -> None:
    """Check all lessons; exit with 1 if one is not judged as it should be."""
    project, wrong = Project.here(), False
    with tempfile.TemporaryDirectory() as folder:
        for lesson in project.lessons():
            found = verdicts(solve(lesson, Path(folder))), verdicts(project.released(lesson))
            is_right = found == ({"correct"}, {"unfinished"})
            print(lesson, "ok" if is_right else found, flush=True)
            wrong = wrong or not is_right
    sys.exit(wrong)


if __name__ == "__main__":
    main()
