"""Grade the submissions of a course folder: run them in workers, record every one here as it comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from autograder.errors import Trouble
from autograder.examine.launch import sandbox
from autograder.grading.course import Course
from autograder.marks import Limits, Record
from autograder.running import versions
from autograder.running.run_many import run_all
from autograder.running.run_one import master
from autograder.running.tasks import Result, Task
from autograder.running.workers import Workers

Progress = Callable[[Result], None]


def tasks(course: Course, assignments: list[str], limits: Limits) -> list[Task]:
    """Return every submission of the assignments, all that were handed in for none.  Raises ``Trouble``."""
    chosen = course.project.chosen(assignments) if assignments else course.assignments()
    found = [
        each
        for assignment in chosen
        if (students := course.handed_in(assignment))
        for each in tasks_of(course, assignment, students, limits)
    ]
    if not found:
        raise Trouble(
            f"Nothing to grade: {course.submitted} holds no submission of {', '.join(chosen) or 'any lesson'}. "
            f"A submission is {course.submitted.name}/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb."
        )
    return found


def tasks_of(course: Course, assignment: str, students: list[str], limits: Limits) -> list[Task]:
    """Return the submissions of some students for one assignment."""
    root = course.project.root
    parts, level = versions.parts(master(assignment, root)), sandbox.chosen()
    return [
        Task(
            student=student,
            assignment=assignment,
            folder=course.submitted / student / assignment,
            root=root,
            limits=limits,
            parts=parts,
            sandbox=level,
        )
        for student in students
    ]


def grade(
    course: Course,
    chosen: list[Task],
    workers: Workers | None = None,
    progress: Progress = lambda result: None,
) -> list[Record]:
    """Run the submissions and record every one as it comes; return what came of each.

    workers  who runs them, None for this process

    Nothing is recorded of those that the grader failed to get through; their status is ``not graded``.

    This process is the only one that writes to the gradebook.
    """
    lessons = {task.assignment: master(task.assignment, task.root) for task in chosen}
    found: list[Record] = []
    with closing(run_all(chosen, workers)) as results:
        # This imports nbgrader, which takes 0.7 s of processor time: the first submissions run meanwhile.
        from autograder.grading.gradebook_write import opened
        from autograder.grading.save import save

        with opened(course, lessons.values()) as book:
            for result in results:
                progress(result)
                found.append(result.record)
                if result.record.status != "not graded":
                    save(course, book, result)
    return found
