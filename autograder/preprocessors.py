"""nbgrader's pipeline with our repair, examiner and marks in place of its own.

``nbgrader_config.py`` names these classes, so that `nbgrader autograde` and formgrader's button do what
`autograder grade` does.  A submission is rebuilt when it is read, before nbgrader looks into it, and marks are
written from verdicts, never inferred from outputs.
"""

import re
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter, NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_markdown_cell
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, List, Unicode, default

from autograder.grading import grade, gradebook_lessons, gradebook_read, records
from autograder.grading.course import Course
from autograder.lesson import Master
from autograder.marks import KEPT, Limits, is_autograded, nbgrader_of
from autograder.project import Project
from autograder.repair.rebuild import Repaired
from autograder.running import run_one

Both = tuple[NotebookNode, ResourcesDict]

HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(END HIDDEN TESTS[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE)


class RepairExporter(NotebookExporter):
    """Reads a submission through ``repair``, whatever it is; nbgrader's second pass reads what the first wrote."""

    def from_filename(self, filename: str, resources: dict | None = None, **kw: Any) -> Any:
        """Return the repaired notebook in place of the file."""
        converter: Any = self.parent
        if not getattr(converter, "_sanitizing", False):
            return super().from_filename(filename, resources, **kw)
        file = Path(filename)
        source = Path(converter.coursedir.root, converter.coursedir.source_directory)
        lesson = Master.read(file.stem, Project(source.parent))
        repaired = run_one.read(file.parent, lesson)
        about = {"status": repaired.status, "notes": repaired.notes, "content": repaired.content}
        repaired.notebook.metadata[KEPT] = about
        return self.from_notebook_node(repaired.notebook, resources, **kw)


class Run(NbGraderPreprocessor):
    """Runs the notebook in the examiner; stands where nbgrader has ``Execute``."""

    timeout = Float(30.0, help="Seconds for each cell.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Both:
        """Return the notebook with outputs; its result travels in the resources."""
        names, course = resources["nbgrader"], Course(Path.cwd())
        limits = Limits(cell=self.timeout)
        (task,) = grade.tasks_of(course, names["assignment"], [names["student"]], limits)
        names["result"] = run_one.grade(task, Repaired(notebook=nb, **nb.metadata[KEPT]))
        return from_dict(names["result"].notebook), resources


class SaveMarks(NbGraderPreprocessor):
    """Writes the verdicts into gradebook and records; stands where nbgrader has ``SaveAutoGrades``."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Both:
        """Record every mark of the submission; none of an earlier run stays."""
        names, course = resources["nbgrader"], Course(Path.cwd())
        with Gradebook(names["db_url"], course.course_id) as book:
            record = records.enter(course, book, names["result"])
        records.write(course, record)
        return nb, resources


class ForStudents(NbGraderPreprocessor):
    """Takes the hidden tests out of feedback and says what was mended."""

    display_data_priority = List(Unicode()).tag(config=True)  # nbconvert sets it for every preprocessor

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> Both:
        """Return the notebook as its student reads it; a mark that waits for a person is no mark yet."""
        names = resources["nbgrader"]
        key = names["student"], names["assignment"]
        waiting = gradebook_read.read(names["db_url"], only=key)[key].waits()
        for cell in nb.cells:
            if nbgrader_of(cell).get("grade_id") in waiting:
                cell.metadata["nbgrader"]["score"] = None
        return for_students(nb), resources


def for_students(notebook: NotebookNode) -> NotebookNode:
    """Return what a student reads: without the hidden tests, and with what was mended said at its top."""
    for cell in notebook.cells:
        if is_autograded(cell):
            cell.source = HIDDEN.sub("", cell.source).strip("\n") or "# checked"
    notes = notebook.metadata.get(KEPT, {}).get("notes", [])
    if notes:
        lines = "\n".join(f"- {plain_text(note)}" for note in notes)
        notebook.cells.insert(0, new_markdown_cell(f"**About your file**\n\n{lines}", id="about-your-file"))
    return notebook


def plain_text(note: str) -> str:
    """Return a note that cannot be taken for markup: names in it come from the student's file."""
    return re.sub(r"([\\`*_{}\[\]<>#|&$!])", r"\\\1", note)


class FeedbackPage(Exporter):
    """Turns a graded notebook into the page its student reads.  Stands where nbgrader has nbconvert's HTML."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the page and the resources, marks taken from the gradebook by the preprocessors."""
        from autograder.feedback.page import render  # the pictures of mistakes, which grading does without

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        names = resources.get("nbgrader", {})
        return render(nb, names.get("assignment", ""), names), resources


def prepare(assignment: str, student: str, notebooks: list[str]) -> None:
    """Before `nbgrader autograde` takes a submission: enter the lesson, and call its notebook by its name.

    student    the pattern of the command, not the student
    notebooks  the files of this submission; nbgrader skips those it does not know by name, so the list is
               corrected in place, and ``RepairExporter`` finds the right file
    """
    course = Course(Path.cwd())
    lesson = Master.read(assignment, course.project)
    gradebook_lessons.enter_lesson(course.gradebook, course.course_id, lesson)
    notebooks[:] = [str(Path(notebooks[0]).parent / f"{assignment}.ipynb")]


def fail(directory: CourseDirectory, message: str) -> None:
    """Say that a timestamp cannot be read, and go on without one."""
    directory.log.warning(message)


if not hasattr(CourseDirectory, "fail"):  # nbgrader 0.9.6 calls it for a bad timestamp and does not have it
    CourseDirectory.fail = fail
