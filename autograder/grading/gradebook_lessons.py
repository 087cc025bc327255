"""Lessons with their cells in nbgrader's gradebook, entered through its API and changed when a lesson changes."""

import json
from contextlib import suppress
from typing import Any

import nbgrader.api
from nbformat import NotebookNode
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    SolutionCell,
    SourceCell,
    TaskCell,
)
from nbgrader.dbutil import ALEMBIC_DIR
from nbgrader.preprocessors import ComputeChecksums, SaveCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.errors import Trouble
from autograder.grading import database
from autograder.grading.course import Course
from autograder.lesson import Master
from autograder.marks import is_manual, nbgrader_of, points_of
from autograder.repair.rebuild import blank


def version_of_tables() -> str:
    """Return the version of nbgrader's tables.

    nbgrader starts a program to learn it, which must be on the path and takes 2.3 s of processor time.
    """
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory(str(ALEMBIC_DIR)).get_current_head())


nbgrader.api.get_alembic_version = version_of_tables


def enter_lesson(url: str, course_id: str, lesson: Master) -> None:
    """Enter a lesson and its cells, unless they are there."""
    notebook, _ = ComputeChecksums().preprocess(blank(lesson), {})
    with Gradebook(url, course_id) as book:
        take_over(book, lesson.name)
        known = find_notebook(book, lesson.name)
        if known is not None and up_to_date(known, notebook):
            return
        book.update_or_create_assignment(lesson.name)
        if known is None:
            enter_cells(book, lesson.name, notebook)
            return
        exchange_cells(book, known, notebook)
    names = {"notebook": lesson.name, "assignment": lesson.name, "db_url": url}
    SaveCells().preprocess(notebook, {"nbgrader": names})


def exchange_cells(book: Gradebook, known: Notebook, notebook: NotebookNode) -> None:
    """Enter the cells that a lesson gained since it was graded, and take out those it lost.

    nbgrader itself refuses that.  A new cell has no mark until its submissions are graded again.  Raises
    ``Trouble`` where a person gave marks to a cell that is gone.
    """
    made = [row for cell in notebook.cells if nbgrader_of(cell) for row in rows(None, cell)]
    wanted = {(type(row), row.name): row for row in made}
    there = {
        (type(row), row.name): row
        for row in [*known.grade_cells, *known.solution_cells, *known.task_cells, *known.source_cells]
    }
    gone = [row for key, row in there.items() if key not in wanted]
    marks = [mark for row in gone if not isinstance(row, SourceCell) for mark in [*row.grades, *row.comments]]
    kept = {mark.cell.name for mark in marks if by_a_person(mark)}
    if kept:
        raise Trouble(
            f"{known.name} lost cells for which a person gave marks or comments: {', '.join(sorted(kept))}. "
            "Put the cells back and build the lesson, or take those marks and comments out in formgrader; then "
            "grade again."
        )
    for each in [*marks, *gone]:
        book.db.delete(each)
    for key in wanted.keys() - there.keys():
        row = wanted[key]
        row.notebook = known
        book.db.add(row)
        for part in known.submissions if not isinstance(row, SourceCell) else ():
            if not isinstance(row, SolutionCell):
                book.db.add(Grade(cell=row, notebook=part))
            if not isinstance(row, GradeCell):
                book.db.add(Comment(cell=row, notebook=part))
    book.db.commit()


def by_a_person(mark: Grade | Comment) -> bool:
    """Whether a person gave a mark or wrote a comment."""
    if isinstance(mark, Comment):
        return bool(mark.manual_comment)
    return mark.manual_score is not None or bool(mark.extra_credit)


def refuse_another_course(course: Course, lesson: str) -> None:
    """Raise ``Trouble`` for a lesson that is another course's in this gradebook, not our own by an earlier name.

    nbgrader keeps one assignment of a name: taken over, its marks would be missing in the other course.
    """
    with Gradebook(course.gradebook, course.course_id) as book, suppress(MissingEntry):
        known = book.find_assignment(lesson)
        theirs = {each.student_id for each in known.submissions}
        if known.course_id == course.course_id:
            return
        places = course.submitted, course.autograded
        ours = [each for each in theirs if any((place / each / lesson).is_dir() for place in places)]
        if 2 * len(ours) < len(theirs):
            raise Trouble(
                f"The gradebook {database.named(course.gradebook)} has {lesson} in another course, "
                f"{known.course_id!r}, and most who handed it in there have no folder here. A gradebook keeps "
                "one assignment of a name: give each course one of its own, c.CourseDirectory.db_url in "
                "nbgrader_config.py."
            )


def take_over(book: Gradebook, lesson: str) -> None:
    """Let a lesson belong to the course of the settings, also one that was entered under another name of it.

    A due date may be entered before there are settings, and a course be called otherwise later.
    """
    with suppress(MissingEntry):
        known = book.find_assignment(lesson)
        if book.course_id and known.course_id != book.course_id:
            known.course_id = book.course_id
            book.db.commit()


def find_notebook(book: Gradebook, lesson: str) -> Notebook | None:
    """Return a lesson's notebook as the gradebook has it, None if it has none."""
    try:
        return book.find_notebook(lesson, lesson)
    except MissingEntry:
        return None


def up_to_date(known: Notebook, notebook: NotebookNode) -> bool:
    """Whether the gradebook has exactly these cells with these points and sources."""
    cells = {nbgrader_of(cell)["grade_id"]: cell for cell in notebook.cells if nbgrader_of(cell)}
    graded = {
        name: points_of(cell) for name, cell in cells.items() if nbgrader_of(cell)["grade"] or is_manual(cell)
    }
    sums = {name: nbgrader_of(cell).get("checksum") for name, cell in cells.items()}
    sources = {cell.name: cell.checksum for cell in known.source_cells}
    return (
        {cell.name: cell.max_score for cell in [*known.grade_cells, *known.task_cells]} == graded
        and all(sources.get(name) == each for name, each in sums.items() if each)
        and known.kernelspec == kernel_of(notebook)
    )


def enter_cells(book: Gradebook, lesson: str, notebook: NotebookNode) -> None:
    """Enter a notebook that the gradebook does not know, with all its cells, in one transaction.

    nbgrader's ``SaveCells`` brings cell by cell to the disk, which took 1.5 s a lesson beside 0.15 s.
    """
    entry = Notebook(name=lesson, assignment=book.find_assignment(lesson), kernelspec=kernel_of(notebook))
    book.db.add(entry)
    for cell in notebook.cells:
        if nbgrader_of(cell):
            book.db.add_all(rows(entry, cell))
    book.db.commit()


def kernel_of(notebook: NotebookNode) -> str:
    """Return a notebook's kernel as the gradebook keeps it."""
    return json.dumps(notebook.metadata.get("kernelspec", {}))


def rows(entry: Notebook | None, cell: NotebookNode) -> list[Any]:
    """Return what the tables hold of one cell with a label."""
    ours = nbgrader_of(cell)
    about = {"name": ours["grade_id"]} | ({"notebook": entry} if entry else {})
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
