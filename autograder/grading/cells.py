"""A lesson's cells in the gradebook, with points, checksums and sources.

nbgrader's ``SaveCells`` enters them cell by cell, each brought to the disk before the next, and to load it takes as
long as all else.  Into a gradebook that does not know the lesson we write the same rows at once; where cells
changed, nbgrader decides what may.
"""

from __future__ import annotations

import json
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, GradeCell, MissingEntry, Notebook, SolutionCell, SourceCell, TaskCell
from nbgrader.utils import compute_checksum, is_grade, is_locked, is_solution, is_task

from autograder.errors import Trouble
from autograder.lesson import Master
from autograder.marks import is_manual, nbgrader_of, points_of
from autograder.repair.rebuild import blank


def prepare(url: str, course_id: str, master: Master) -> None:
    """Enter a lesson's cells into the gradebook, unless they are there.  Raises ``Trouble`` if they changed."""
    notebook = with_checksums(blank(master))
    with Gradebook(url, course_id) as book:
        if up_to_date(book, master, notebook):
            return
        book.update_or_create_assignment(master.name)
        if not known(book, master):
            enter(book, master.name, notebook)
            return
    from nbgrader.preprocessors import SaveCells

    names = {"notebook": master.name, "assignment": master.name, "db_url": url}
    try:
        SaveCells().preprocess(notebook, {"nbgrader": names})
    except RuntimeError:
        raise Trouble(
            f"{master.name} gained or lost cells since its submissions were graded, and nbgrader cannot change "
            "that. Move gradebook.db away and grade again."
        ) from None


def with_checksums(notebook: NotebookNode) -> NotebookNode:
    """Write into the cells what ``ComputeChecksums`` does: the checksum and the kind of each that has a label."""
    for cell in notebook.cells:
        if is_grade(cell) or is_solution(cell) or is_locked(cell):
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
            cell.metadata.nbgrader["cell_type"] = cell.cell_type
    return notebook


def known(book: Gradebook, master: Master) -> Notebook | None:
    """Return the lesson's notebook as the gradebook has it, None if it has none."""
    try:
        return book.find_notebook(master.name, master.name)
    except MissingEntry:
        return None


def enter(book: Gradebook, lesson: str, notebook: NotebookNode) -> None:
    """Enter a notebook that the gradebook does not know, and all its cells, in one transaction."""
    kernel = json.dumps(notebook.metadata.get("kernelspec", {}))
    entry = Notebook(name=lesson, assignment=book.find_assignment(lesson), kernelspec=kernel)
    book.db.add(entry)
    for cell in notebook.cells:
        if nbgrader_of(cell):
            book.db.add_all(rows(entry, cell))
    book.db.commit()


def rows(entry: Notebook, cell: NotebookNode) -> list[Any]:
    """Return what the tables hold of one cell with a label."""
    ours = nbgrader_of(cell)
    about = {"name": ours["grade_id"], "notebook": entry}
    found: list[Any] = []
    if is_grade(cell):
        found.append(GradeCell(**about, max_score=float(ours["points"]), cell_type=cell.cell_type))
    if is_solution(cell):
        found.append(SolutionCell(**about))
    if is_task(cell):
        found.append(TaskCell(**about, max_score=float(ours["points"]), cell_type=cell.cell_type))
    if found or is_locked(cell):
        text = {"source": cell.source, "checksum": ours.get("checksum")}
        found.append(SourceCell(**about, cell_type=cell.cell_type, locked=is_locked(cell), **text))
    return found


def up_to_date(book: Gradebook, master: Master, notebook: NotebookNode) -> bool:
    """Whether the gradebook has exactly these cells with these points and sources."""
    found = known(book, master)
    if found is None:
        return False
    points = {cell.name: cell.max_score for cell in [*found.grade_cells, *found.task_cells]}
    sources = {cell.name: cell.checksum for cell in found.source_cells}
    ours = [cell for cell in notebook.cells if nbgrader_of(cell)]
    wanted = {nbgrader_of(cell)["grade_id"]: cell for cell in ours}
    graded = {
        name: points_of(cell)
        for name, cell in wanted.items()
        if nbgrader_of(cell)["grade"] or is_manual(cell)
    }
    sums = {
        name: nbgrader_of(cell).get("checksum")
        for name, cell in wanted.items()
        if nbgrader_of(cell).get("checksum")
    }
    kernel = json.dumps(notebook.metadata.get("kernelspec", {}))
    return (
        points == graded
        and all(sources.get(name) == each for name, each in sums.items())
        and found.kernelspec == kernel
    )
