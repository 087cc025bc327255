"""Feedback pages: which have to be written, and writing them by nbgrader's exporter in several processes.

Beside the records lies, for every page, the fingerprint of what it shows: the record, what the gradebook adds
(marks and comments of a person, a penalty for lateness) and the template.  An outdated page is taken away first; a
page that a killed run left unfinished is not taken for one.
"""

import contextlib
import logging
import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path

from autograder.grading import gradebook_read, gradebook_write, records
from autograder.grading.course import Course
from autograder.grading.grade import Submission
from autograder.grading.gradebook_read import Entry
from autograder.running import versions
from autograder.running.orphans import end_with
from autograder.running.workers import end

END = b"</html>"

FEW = 8
"""Pages that are written in this process: another takes two seconds to start, in which these are written."""


def write(
    course: Course, submissions: list[Submission], *, jobs: int, progress: Callable[[], None] = lambda: None
) -> list[str]:
    """Write the page of every submission; return what could not be written, in words."""
    troubles: list[str] = []
    if jobs == 0 or len(submissions) <= FEW:
        for each in submissions:
            troubles += some(course.folder, [each])
            progress()
        return troubles
    parts = [submissions[start::8] for start in range(8)]
    gradebook_write.enter_usual_course(course.gradebook)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(jobs, len(parts)), mp_context=context, initializer=end_with, initargs=(os.getpid(),)
    ) as pool:
        futures = {pool.submit(some, course.folder, part): part for part in parts}
        try:
            for future in as_completed(futures):
                troubles += future.result()
                for _ in futures[future]:
                    progress()
        except BaseException:
            end(pool)
            raise
    return troubles


def some(folder: Path, submissions: list[Submission]) -> list[str]:
    """Write the pages of some submissions in this process."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    class Pages(GenerateFeedback):
        """nbgrader's step for one submission, whose path nbgrader would take for a pattern."""

        def init_notebooks(self) -> None:
            names = self.coursedir.assignment_id, self.coursedir.student_id
            place = self._format_source(*names)
            self.assignments = {place: [os.path.join(place, f"{names[0]}.ipynb")]}

    course = Course(folder)
    log = logging.Logger("nbgrader", level=logging.CRITICAL)
    directory = CourseDirectory(config=course.config, root=str(folder), log=log)
    directory.db_url = course.gradebook
    converter = Pages(coursedir=directory, config=course.config, log=log)
    return [trouble for each in submissions if (trouble := page(converter, course, *each))]


def page(converter, course: Course, student: str, assignment: str) -> str:
    """Write one page; return what went wrong, or nothing."""
    converter.coursedir.student_id, converter.coursedir.assignment_id = student, assignment
    converter.force = True
    here = os.getcwd()
    try:
        converter.start()
    except (Exception, SystemExit) as error:
        return f"{student} {assignment}: no feedback page ({type(error).__name__}: {error})"
    finally:
        os.chdir(here)
    made = course.feedback / student / assignment / f"{assignment}.html"
    return "" if made.is_file() else f"{student} {assignment}: no feedback page"


def outdated(course: Course, submissions: Iterable[Submission], *, force: bool = False) -> list[Submission]:
    """Return the submissions whose page has to be written, all of them for ``force``; their old pages are gone."""
    book = gradebook_read.read(course.gradebook, course.course_id)
    look = versions.feedback()
    found = []
    for student, assignment in submissions:
        shown = fingerprint(course, student, assignment, book.get((student, assignment)), look)
        stamp = stamp_of(course, student, assignment)
        page = course.feedback / student / assignment / f"{assignment}.html"
        if force or not is_whole(page) or not holds(stamp, shown):
            page.unlink(missing_ok=True)
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(shown, encoding="utf-8")
            found.append((student, assignment))
    return found


def behind(course: Course, submissions: Iterable[Submission]) -> set[Submission]:
    """Return the submissions whose page shows other marks or comments than there are now, as far as it is known."""
    book, look = gradebook_read.read(course.gradebook, course.course_id), versions.feedback()
    return {
        (student, assignment)
        for student, assignment in submissions
        if (stamp := stamp_of(course, student, assignment)).is_file()
        and not holds(stamp, fingerprint(course, student, assignment, book.get((student, assignment)), look))
    }


def stamp_of(course: Course, student: str, assignment: str) -> Path:
    """Return the file that says what a page was made of."""
    return records.folder(course).parent / "pages" / student / f"{assignment}.txt"


def fingerprint(course: Course, student: str, assignment: str, book: Entry | None, look: str) -> str:
    """Return the fingerprint of what the page of a submission has to show."""
    record = records.find(course, student, assignment)
    about = (
        None if record is None else [record.content, record.version, record.notes, asdict(record)["verdicts"]]
    )
    return versions.of_data([about, None if book is None else book.fingerprint(), look])


def is_whole(page: Path) -> bool:
    """Whether a page is there, to its end."""
    with contextlib.suppress(OSError), page.open("rb") as stream:
        stream.seek(max(0, os.fstat(stream.fileno()).st_size - 200))
        return END in stream.read()
    return False


def holds(stamp: Path, shown: str) -> bool:
    """Whether a page was made of this."""
    try:
        return stamp.read_text(encoding="utf-8") == shown
    except (OSError, ValueError):
        return False
