"""Where ``submitted/``, the marks and the roster do not agree, for whoever grades and gives marks away.

What was handed in after grading has no marks yet, or those of an earlier notebook; a folder whose name is nobody's
on the roster is graded as a student of its own; and marks stay when their folder is renamed or taken away.
"""

from collections.abc import Collection, Iterable

from autograder.errors import Trouble
from autograder.grading import gradebook_read, records
from autograder.grading.course import Course
from autograder.grading.grade import Submission
from autograder.printing import folded, printable
from autograder.repair.finding import listed
from autograder.running import versions
from autograder.running.run_one import fetch, master

CURE = "`nbgrader db student remove NAME --force` takes out somebody who is no student"


def since_graded(course: Course, assignments: Iterable[str]) -> dict[Submission, bool]:
    """Return the submissions that are not graded as they now are, and whether they have marks yet."""
    found = {}
    for assignment in assignments:
        try:
            lesson = master(assignment, course.project.root)
        except Trouble:  # it is not of this checkout any more
            continue
        for student in course.handed_in(assignment) if course.submitted.is_dir() else ():
            record = records.find(course, student, assignment)
            if (
                record is None
                or record.content != fetch(course.submitted / student / assignment, lesson).content
            ):
                found[student, assignment] = record is not None
    return found


def ungraded(course: Course, assignments: Iterable[str]) -> list[str]:
    """Return notes of marks that grading would change: of another notebook or none, or with another penalty."""
    chosen = list(assignments)
    found = {
        "Not graded since handed in, so without marks or with old ones": since_graded(course, chosen),
        "Late, with a penalty of earlier settings or marks by hand": repriced(course, chosen),
    }
    return [
        f"{why}: {listed([' '.join(map(printable, each)) for each in some])}. Run `autograder grade`."
        for why, some in found.items()
        if some
    ]


def repriced(course: Course, assignments: Collection[str]) -> list[Submission]:
    """Return the late submissions whose penalty was worked out with other settings or marks by hand."""
    book = gradebook_read.read(course.gradebook, course.course_id)
    return [
        key
        for record in records.read(course)
        if (key := (record.student, record.assignment)) in book and record.assignment in assignments
        if course.submitted.joinpath(*key).is_dir()
        and book[key].late
        and record.penalty != versions.penalty(course.config, book[key].by_hand())
    ]


def strangers(course: Course, submissions: Collection[Submission]) -> list[str]:
    """Return notes of folders whose names are nobody's on the roster, and of whose they may be.

    The roster are the students of whom the gradebook knows more than a name; without any there is nothing to say.
    """
    roster = {name: about for name, about in gradebook_read.students(course.gradebook).items() if any(about)}
    here = {student for student, _ in submissions} - set(roster)
    if not roster or not here:
        return []
    names: dict[str, set[str]] = {}
    for name, (first, last, email, lms_id) in roster.items():
        for each in (name, email, lms_id, f"{first}{last}", f"{last}{first}"):
            names.setdefault(folded(each), set()).add(name)
    meant = {each: names.get(folded(each), set()) if folded(each) else set() for each in sorted(here)}
    notes = [
        f"{printable(each)!r} is nobody on the roster. Is it {' or '.join(sorted(like))}? Rename the folder, and "
        f"grade again; {CURE}."
        for each, like in meant.items()
        if like
    ]
    unlike = [printable(each) for each, like in meant.items() if not like]
    return [*notes, f"Nobody on the roster: {listed(unlike)}. Their marks are kept."] if unlike else notes


def left_behind(course: Course, submissions: Collection[Submission]) -> list[str]:
    """Return notes of marks without a folder in ``submitted/``, of lessons that others handed in."""
    graded = {(each.student, each.assignment) for each in records.read(course)}
    book = set(gradebook_read.read(course.gradebook, course.course_id))
    notes = []
    for assignment in sorted({each for _, each in submissions}):
        known = {student for student, lesson in graded & book if lesson == assignment}
        gone = sorted(known - set(course.handed_in(assignment)))
        if gone:
            who = listed([printable(each) for each in gone])
            notes.append(
                f"{assignment}: marks, and nothing in submitted/ any more: {who}. They stay; {CURE}."
            )
    return notes
