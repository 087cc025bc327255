"""The one writer of the gradebook: a thread of its own, so that nobody waits until nbgrader has been loaded."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any

from autograder.grading import database
from autograder.grading.course import Course
from autograder.running.run_one import master
from autograder.running.tasks import Result

WAITING = 64
"""Results that may wait to be written; workers that are faster than the database wait, memory stays flat."""


class Writer:
    """Opens the gradebook at once and writes results in the order they come.

    write  what to do with the open gradebook and one result, always in the same thread
    """

    def __init__(self, course: Course, lessons: Iterable[str], write: Callable[[Any, Result], None]):
        self.course, self.lessons, self.write = course, sorted(lessons), write
        self.results: queue.Queue[Result | None] = queue.Queue(WAITING)
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self.run, name="gradebook", daemon=True)
        self.thread.start()

    def run(self) -> None:
        """Be the thread."""
        try:
            with database.told_plainly(self.course.gradebook):
                ledger = opened(self.course, self.lessons)
                try:
                    while (result := self.results.get()) is not None:
                        self.write(ledger, result)
                finally:
                    ledger.close()
        except BaseException as error:
            self.error = error

    def put(self, result: Result | None) -> None:
        """Hand over a result; None is the last.  Raises what went wrong with the gradebook."""
        while True:
            if self.error is not None:
                raise self.error
            try:
                return self.results.put(result, timeout=0.2)
            except queue.Full:
                continue

    def close(self) -> None:
        """Return when everything handed over is written.  Raises what went wrong with the gradebook."""
        self.put(None)
        self.thread.join()
        if self.error is not None:
            raise self.error


def opened(course: Course, lessons: Iterable[str]) -> Any:
    """Return the gradebook, every lesson entered.  Imports nbgrader, which takes seconds."""
    from autograder.grading import gradebook_write

    for lesson in lessons:
        gradebook_write.prepare(course.gradebook, course.course_id, master(lesson, course.project.root))
    return gradebook_write.Ledger(course.gradebook, course.course_id, course.config)
