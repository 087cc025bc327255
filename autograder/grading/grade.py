"""Which submissions need grading, and grading them: run in workers, recorded here as they come.

A record is written last, after marks and notebook, and taken away first, before either is touched.  So one that is
there is true of all three, however an earlier run ended; the gradebook, which others write too, is looked at again.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field

from autograder.errors import Trouble
from autograder.examine.launch import sandbox
from autograder.grading import gradebook_read, records
from autograder.grading.course import Course
from autograder.grading.gradebook_read import Entry
from autograder.marks import Limits, Record, Row
from autograder.running import versions
from autograder.running.run_many import run_all
from autograder.running.run_one import Result, Task, fetch, master
from autograder.running.workers import Workers

Progress = Callable[[Result], None]

Submission = tuple[str, str]
"""(student, assignment)."""

REPRICED = "late penalty changed"
"""The reason to grade a late submission again whose lateness costs something else by now."""


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


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What there is to do.

    todo  the submissions to run
    kept  the records of those that stay as they are
    why   for each of ``todo`` the reasons, in words
    """

    todo: list[Task] = field(default_factory=list)
    kept: list[Record] = field(default_factory=list)
    why: dict[Submission, list[str]] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        """Return the rows of what stays."""
        return [row for record in self.kept for row in record.rows()]


def make_plan(course: Course, tasks: list[Task], *, force: bool = False) -> Plan:
    """Return which submissions are to be run, and why; all of them for ``force``."""
    made = Plan()
    found = {
        (task.student, task.assignment): records.find(course, task.student, task.assignment) for task in tasks
    }
    book = gradebook_read.read(course.gradebook, course.course_id) if any(found.values()) else {}
    for task in tasks:
        key = task.student, task.assignment
        record = found[key]
        why = ["not graded yet"] if record is None else reasons(course, task, record, book.get(key))
        if force and not why:
            why = ["asked for by --force"]
        if why or record is None:
            made.todo.append(task)
            made.why[key] = why
        else:
            made.kept.append(record)
    return made


def reasons(course: Course, task: Task, record: Record, book: Entry | None) -> list[str]:
    """Return in words why a record does not hold any more, nothing if it does."""
    why = []
    if record.content != fetch(task.folder, master(task.assignment, task.root)).content:
        why.append("submission changed")
    why += versions.changed(record.parts, task.parts)
    if record.sandbox != task.sandbox:
        why.append(f"sandbox {record.sandbox} → {task.sandbox}")
    why += [
        f"limit of {name} {record.limits.get(name)} → {value}"
        for name, value in asdict(task.limits).items()
        if record.limits.get(name) != value
    ]
    if book is None or any(book.scores.get(name) != each.points for name, each in record.verdicts.items()):
        why.append("the gradebook holds other marks")
    elif book.late != record.late:
        why.append("due date or extension changed")
    elif book.late and record.penalty != versions.penalty(course.config, book.by_hand()):
        why.append(REPRICED)
    if not (course.autograded / task.student / task.assignment / f"{task.assignment}.ipynb").is_file():
        why.append("its notebook is not in autograded/")
    return why


@contextlib.contextmanager
def locked(course: Course) -> Iterator[None]:
    """Let nobody else grade this course meanwhile.  Raises ``Trouble`` if somebody does.

    The system gives the lock back however this process ends.  Some network disks have none, which is said.
    """
    import fcntl

    place = records.folder(course).parent
    place.mkdir(exist_ok=True)
    with open(place / "lock", "a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            file.seek(0)
            who = file.read().strip() or "unknown"
            raise Trouble(
                f"{course.folder} is being graded by another run (process {who}). Wait for it, or stop it; "
                "what it has graded by then is kept."
            ) from None
        except OSError as error:
            said = f"This disk has no locks ({error.strerror}): see to it that nobody else grades this course now."
            print(said, file=sys.stderr)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


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
    with contextlib.closing(run_all(chosen, workers)) as results:
        # This imports nbgrader, which takes 0.7 s of processor time: the first submissions run meanwhile.
        from autograder.grading.gradebook_write import opened

        with opened(course, lessons.values()) as book:
            for result in results:
                progress(result)
                found.append(result.record)
                if result.record.status != "not graded":
                    records.save(course, book, result)
    return found
