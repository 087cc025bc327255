"""Feedback pages by nbgrader's own exporter and template, several processes at a time."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from autograder.grading.course import Course
from autograder.running.workers import end, end_with

Submission = tuple[str, str]
"""(student, assignment)."""


def write(
    course: Course, submissions: list[Submission], *, jobs: int, progress: Callable[[], None] = lambda: None
) -> list[str]:
    """Write the page of every submission; return what could not be written, in words."""
    parts = [submissions[start::8] for start in range(8)] if len(submissions) > 8 else [submissions]
    troubles: list[str] = []
    if jobs == 0:
        for each in submissions:
            troubles += some(course.folder, [each])
            progress()
        return troubles
    context = multiprocessing.get_context("spawn")
    width = min(jobs, len(parts))
    with ProcessPoolExecutor(
        width, mp_context=context, initializer=end_with, initargs=(os.getpid(),)
    ) as pool:
        futures = {pool.submit(some, course.folder, part): part for part in parts if part}
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

    course = Course(folder)
    log = logging.Logger("nbgrader", level=logging.CRITICAL)
    directory = CourseDirectory(config=course.config, root=str(folder), log=log)
    converter = GenerateFeedback(coursedir=directory, config=course.config, log=log)
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
