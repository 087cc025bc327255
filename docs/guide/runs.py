"""The reference run of every lesson: its notebook with answers, run once and kept until something changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat

from autograder.building.text import is_graded
from autograder.project import Project
from course.lessons import LESSON

PATIENCE = 600
"""Seconds for one cell."""
FROZEN = Path(__file__).with_name("frozen.py")


def runs(project: Project, folder: Path, lessons: list[str], *, jobs: int) -> dict[str, Any]:
    """Return the run notebooks of these lessons, by name; run what ``folder`` does not hold.

    Raises what nbclient raises when a cell fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    places = {lesson: kept(project, lesson, folder) for lesson in project.lessons()}
    for file in set(folder.glob("*.ipynb")) - set(places.values()):
        file.unlink()
    places = {lesson: places[lesson] for lesson in lessons}
    missing = [(project, lesson, file) for lesson, file in places.items() if not file.is_file()]
    if missing:
        with ProcessPoolExecutor(jobs) as pool:
            list(pool.map(run, *zip(*missing, strict=True)))
    return {lesson: nbformat.read(file, as_version=4) for lesson, file in places.items()}


def kept(project: Project, lesson: str, folder: Path) -> Path:
    """Return the file that the run of a lesson is kept in; its name changes with all that the run depends on."""
    text = project.notebook(lesson).read_text(encoding="utf-8")
    others = set(LESSON.findall(text)) & set(project.lessons()) - {lesson}
    files = [project.notebook(lesson), project.root / "requirements.lock", Path(__file__), FROZEN]
    files += [project.notebook(other) for other in sorted(others)]
    files += [file for file in sorted((project.root / "course").rglob("*.*")) if file.suffix != ".pyc"]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return folder / f"{lesson}-{digest.hexdigest()[:16]}.ipynb"


def run(project: Project, lesson: str, file: Path) -> None:
    """Run a lesson with its answers, between the other lessons with theirs, and keep it with its widgets' state."""
    from nbclient import NotebookClient

    notebook = nbformat.read(project.notebook(lesson), as_version=4)
    for cell in notebook.cells:
        if is_graded(cell):
            cell.source = "pass  # a graded cell shows nothing"
    apart = (
        f"exec({FROZEN.read_text(encoding='utf-8')!r}, {{'__name__': 'frozen'}})"  # in a namespace of its own
    )
    notebook.cells.insert(0, nbformat.v4.new_code_cell(apart, id="frozen"))
    with tempfile.TemporaryDirectory(prefix="guide-") as place:
        for other in project.lessons():
            (Path(place) / other).mkdir()
            shutil.copy(project.notebook(other), Path(place) / other)
        os.environ.pop("JPY_SESSION_NAME", None)
        NotebookClient(
            notebook,
            timeout=PATIENCE,
            kernel_name="python3",
            extra_arguments=["--log-level=40"],
            store_widget_state=True,
            resources={"metadata": {"path": str(Path(place) / lesson)}},
        ).execute()
    part = file.with_suffix(".part")
    nbformat.write(notebook, part)
    part.replace(file)
