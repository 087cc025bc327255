"""Submissions out of an archive of Canvas or Moodle into ``submitted/``, each to a student the gradebook knows.

nbgrader's ``zip_collect`` is not used: it takes the student from the file's name as it stands, so a Canvas number
or a full name becomes a folder; it has no limit on what an archive unpacks to; and of two attempts without a
timestamp, which Canvas's are, it keeps either.

*When* something was handed in: Moodle's archive does not say, its grading worksheet does.  Canvas's says only
whether it was late.  A submission in time gets the due date at the latest, a late one a second after it, so that
nbgrader calls late what Canvas calls late; by how much is not known, and is said.
"""

import re
from collections import defaultdict
from datetime import datetime
from pathlib import Path

from autograder.errors import Trouble
from autograder.grading.course import Course
from autograder.lesson import Master
from autograder.printing import printable
from autograder.repair import reading
from autograder.repair.finding import lesson_of as lesson_in
from autograder.repair.finding import listed
from autograder.repair.kinds import kind as kind_of_file
from autograder.reporting.lms.archive import Member, members
from autograder.reporting.lms.place import Arrived, Collected, put
from autograder.reporting.lms.senders import Roster, sender

ANONYMOUS = re.compile(r"(^|/)(LATE_)?anon_[0-9A-Za-z]+_(\d+_|text|link)")
"""How Canvas names what was handed in without names."""


def collect(
    course: Course,
    file: Path,
    kind: str,
    roster: Roster,
    due: dict[str, datetime | None],
    *,
    assignment: str = "",
    replace: bool = False,
) -> Collected:
    """Put the notebooks of an archive where they belong.  Raises ``Trouble`` for an archive that is not to be read.

    kind        ``canvas`` or ``moodle``
    due         assignment -> due date in UTC without a zone, or None
    assignment  of all notebooks; by default each says it by its cells, or by its name
    replace     put a notebook in the place of another that is there already
    """
    made = Collected(archive=printable(file.name))
    masters = lessons(course, assignment)
    attempts: dict[tuple[str, str], list[Arrived]] = defaultdict(list)
    left: dict[tuple[str, str], list[Arrived]] = defaultdict(list)
    others: dict[str, list[str]] = defaultdict(list)
    senders: dict[str, list[str]] = defaultdict(list)
    numbers: set[str] = set()
    for member in members(file):
        found = sender(kind, member.place)
        if found is None and (member.left or (member.trouble and member.place.endswith("/"))):
            continue  # nobody sent it
        if found is None:
            why = f"not named as {kind.capitalize()} names submissions{cure(kind, member.place)}"
            made.refuse(f"{member.place}: {why}")
            continue
        numbers |= set() if roster.is_team(found) else {found.user}
        made.seen.add(member.place)
        if member.trouble and not member.place.endswith("/"):
            made.refuse(f"{member.place}: {member.trouble}")
            continue
        try:
            students = roster.who(kind, found)
        except Trouble as why:
            made.refuse(f"{member.place}: {why}")
            made.lessons |= lessons_of(member, masters, assignment)
            continue
        what = found.title.rpartition("/")[2] or "an empty folder"
        sent_by = ", ".join(each.id for each in students)
        for each in students:
            senders[each.id].append(what)
        if member.too_large:
            made.refuse(f"{member.place}: larger than {reading.LARGEST // 10**6} MB", sent_by)
            continue
        if member.data is None or not looks_like_a_notebook(member):
            for each in students if not member.left else ():
                others[each.id].append(what)
            continue
        try:
            name, ids = lesson_of(found.title, member.data, masters, assignment)
        except Trouble as why:
            if not member.left:
                made.refuse(f"{member.place}: {why}", sent_by)
            continue
        made.lessons.add(name)
        for student in students:
            one = Arrived(student=student, assignment=name, sender=found, member=member, ids=ids)
            (left if member.left else attempts)[student.id, name].append(one)
    made.seen |= set(senders)
    answered = {student for student, _ in attempts}
    attempts.update({key: some for key, some in left.items() if key[0] not in answered})
    for key, some in sorted(attempts.items()):
        chosen = max(some, key=lambda each: each.rank)
        put(course, chosen, kind, roster, due, replace, made)
        if len(some) > 1:
            unused = listed([each.member.place for each in some if each is not chosen])
            said = f"{key[0]} sent {len(some)} notebooks for {key[1]}; the latest counts"
            made.notes.append(f"{said}: {chosen.member.place}, not {unused}")
    answered = {student for student, _ in attempts}
    for student_id, sent in sorted(senders.items()):
        if student_id not in answered:
            what = listed([f"{each} ({of_kind(each)})" for each in others[student_id] or sent])
            made.refuse(f"{student_id} handed in no notebook, but {what}", student_id)
        elif others[student_id]:
            made.notes.append(f"{student_id}: not used: {listed(others[student_id])}")
    if made.timed:
        made.notes.append(f"{len(made.timed)} of those that were there already had no time and got theirs")
    remark(made, kind, attempts, due, roster)
    made.notes += only_in_the_worksheet(roster, set(senders), numbers) if kind == "moodle" else []
    made.notes += sorted(roster.notes)
    return made


def lessons(course: Course, assignment: str) -> dict[str, Master]:
    """Return the lessons a notebook may be of.  Raises ``Trouble`` for one that is not built."""
    project = course.project
    if assignment:
        Master.read(assignment, project)  # says so if it is not built
    return {
        name: Master.read(name, project) for name in project.lessons() if project.released(name).is_file()
    }


def looks_like_a_notebook(member: Member) -> bool:
    """Whether a file is a notebook by its name, or by what it holds where its name has another ending."""
    if member.place.lower().rstrip(" .").endswith(".ipynb") and not member.left:
        return True
    try:
        return bool(reading.pieces(member.data or b"")[0])
    except reading.Unreadable:
        return False


def lesson_of(title: str, data: bytes, masters: dict[str, Master], assignment: str) -> tuple[str, int]:
    """Return which lesson a notebook is of and how many of its cells it has.

    Raises ``Trouble`` for one that is of no lesson, or of another than the one that was asked for.
    """
    best, shared = lesson_in(data, masters)
    if best:
        if assignment and shared[assignment] < shared[best]:
            raise Trouble(f"this is a notebook of {best}, not of {assignment}")
        return assignment or best, shared[assignment or best]
    named = [name for name in masters if name in title.rpartition("/")[2]]
    if assignment or named:
        return assignment or named[0], 0
    raise Trouble("no lesson is recognised in it; say --assignment")


def lessons_of(member: Member, masters: dict[str, Master], assignment: str) -> set[str]:
    """Return the lesson of a file that may be a notebook, nothing for none."""
    try:
        return {lesson_of(member.place, member.data or b"", masters, assignment)[0]}
    except Trouble:
        return set()


def of_kind(name: str) -> str:
    """Return what something is that is no notebook, with the cure."""
    entry = {
        "text.html": "a text typed into Canvas: ask for the notebook",
        "link.html": "a link given to Canvas: ask for the notebook",
    }
    found = next((said for ending, said in entry.items() if name.endswith(f"_{ending}")), "")
    if name == "onlinetext.html":
        found = "a text typed into Moodle: ask for the notebook"
    return found or ("ask for the notebook" if name == "an empty folder" else kind_of_file(name))


def cure(kind: str, place: str) -> str:
    """Return what to do about a name that is none of an LMS, to go on behind that."""
    other = "canvas" if kind == "moodle" else "moodle"
    if sender(other, place) is not None:
        return f"; {other.capitalize()} does: --format {other}"
    if kind == "canvas" and ANONYMOUS.search(place):
        return "; it is anonymous: show the names in Canvas, and download it again"
    return "; put it into submitted/STUDENT/ASSIGNMENT/ yourself"


def only_in_the_worksheet(roster: Roster, students: set[str], numbers: set[str]) -> list[str]:
    """Return a note of those who handed in, by the worksheet, and of whom the archive holds nothing.

    students, numbers  of whom it holds something
    """
    missing = [
        line.name or line.email or f"{line.label}{number}"
        for number, line in roster.worksheet.items()
        if line.handed_in and number not in numbers and roster.id_of(number) not in students
    ]
    if not missing:
        return []
    return [
        f"the worksheet has a time for {listed(missing)}, and the archive holds nothing of theirs: "
        "a text without a file, or an archive that is older or of another assignment"
    ]


def remark(
    made: Collected,
    kind: str,
    attempts: dict[tuple[str, str], list[Arrived]],
    due: dict[str, datetime | None],
    roster: Roster,
) -> None:
    """Say what is not known about when the submissions were handed in."""

    def said_of(one: Arrived) -> str:
        return roster.line(one.student, one.sender).said.strip(" -")

    if kind == "moodle":
        if not roster.worksheet:
            made.notes.append("Moodle's archive does not say when; --worksheet worksheet.csv does")
        elif all(line.handed_in is None for line in roster.worksheet.values()):
            made.notes.append("the worksheet says of nobody when, so nobody's work counts as late")
        elif unsaid := sorted(
            {some[0].student.id for some in attempts.values() if not any(map(said_of, some))}
        ):
            why = "is it older than the archive, or of another assignment? Without a time nobody is late"
            made.notes.append(f"the worksheet has no time for {listed(unsaid)}: {why}")
        lines = [line for line in roster.worksheet.values() if line.handed_in is not None]
        for line in lines[:1]:
            said = f"times are read like this: {line.said} = {line.handed_in:%Y-%m-%d %H:%M} UTC"
            made.notes.append(f"{said}; another --timezone, with --replace, changes that")
        return
    latest = [max(some, key=lambda each: each.rank) for some in attempts.values()]
    late = sorted(each.student.id for each in latest if each.sender.late)
    if late:
        made.notes.append(f"late, says Canvas, not by how much (see timestamp.txt): {', '.join(late)}")
    for name in sorted({each.assignment for each in latest if due.get(each.assignment) is None}):
        made.notes.append(
            f"{name} has no due date in the gradebook, so no timestamps were written; "
            f"`nbgrader db assignment add {name} --duedate=...` and collect again with --replace"
        )
