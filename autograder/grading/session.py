"""One run of ``autograder grade`` as a person sees it: progress, files, a table."""

import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from autograder.errors import Trouble
from autograder.grading import (
    by_hand,
    dry_run,
    grade,
    gradebook_read,
    out_of_step,
    records,
    tables,
    write_pages,
)
from autograder.grading.course import Course
from autograder.grading.dry_run import Outlook
from autograder.grading.grade import Plan, Submission, locked, make_plan
from autograder.grading.left_over import left_over, said
from autograder.marks import Limits, Record, Row
from autograder.printing import printable
from autograder.repair.rebuild import ANOTHER
from autograder.running.run_many import run_all
from autograder.running.run_one import Result
from autograder.running.workers import Workers
from autograder.times.reading import UNREAD
from course.lessons import order


def run(
    course: Course,
    assignments: list[str],
    *,
    limits: Limits,
    workers: Workers | None = None,
    jobs: int = 0,
    json_file: Path | None = None,
    feedback: bool = True,
    force: bool = False,
) -> list[Row]:
    """Grade what changed, write ``grades.csv`` and the pages, print tables and what was left; return the rows.

    workers  who runs the submissions, None for this process
    jobs     processes that write the pages, 0 for this one
    force    whether what is unchanged is graded again too

    However it ends, what was graded is kept, and the next run goes on behind it.  Raises ``Trouble`` at its end for
    submissions that the grader itself could not get through.
    """
    chosen = grade.tasks(course, assignments, limits)
    console = Console(stderr=True)
    with locked(course):
        plan = make_plan(course, chosen, force=force)
        tried = graded(course, plan, workers, console)
        faults = [each for each in tried if each.status == "not graded"]
        rows = [row for each in tried if each.status != "not graded" for row in each.rows()]
        rows = in_order([*plan.rows(), *rows])
        left = left_over(course)
        spared = tables.spare(course.folder / "grades.csv")
        tables.write_csv(course.folder / "grades.csv", everything(course), left)
        if json_file is not None:
            tables.write_json(json_file, rows)
        submissions = [(task.student, task.assignment) for task in chosen]
        troubles = shown(course, submissions, jobs, console, force) if feedback else []
    wide = Console(width=None if sys.stdout.isatty() else 140)
    wide.print(tables.class_table(rows))
    odd = [
        *to_be_seen(course, submissions),
        *out_of_step.strangers(course, submissions),
        *out_of_step.left_behind(course, submissions),
    ]
    for line in [*aside(rows), *unchanged(plan), *spared, *troubles, *odd, *said(left)]:
        wide.print(line, markup=False, highlight=False)
    if faults:
        named = "\n".join(
            f"  {printable(each.student)} {each.assignment}: {each.notes[0]}" for each in faults
        )
        raise Trouble(
            f"Not graded, by a fault of the grader or of this machine ({len(faults)}):\n{named}\n"
            "Nothing was recorded of them, and no mark was changed. The same command tries them again."
        )
    return rows


def preview(
    course: Course,
    assignments: list[str],
    *,
    limits: Limits,
    workers: Workers | None = None,
    json_file: Path | None = None,
    force: bool = False,
) -> Outlook:
    """Grade what changed, print whose marks would change and why, and write nothing; return what was found."""
    chosen = grade.tasks(course, assignments, limits)
    plan = make_plan(course, chosen, force=force)
    watcher = dry_run.Watcher(course, plan)
    with bar(Console(stderr=True)) as progress:
        known = partial(tell, progress, progress.add_task("grading", total=len(plan.todo), latest=""))
        for result in run_all(plan.todo, workers):
            watcher.see(result)
            known(result)
    outlook = watcher.outlook
    if json_file is not None:
        tables.write_json(json_file, in_order(outlook.rows))
    wide = Console(width=None if sys.stdout.isatty() else 140)
    if outlook.changes:
        wide.print(dry_run.table(outlook.changes))
    for line in dry_run.summary(outlook):
        wide.print(line, markup=False, highlight=False)
    return outlook


def graded(course: Course, plan: Plan, workers: Workers | None, console: Console) -> list[Record]:
    """Run what there is to run and return what came of it.  Ctrl-C ends the program, and says what is kept."""
    if not plan.todo:
        return []
    with bar(console) as progress:
        bar_of = progress.add_task("grading", total=len(plan.todo), latest="")
        try:
            return grade.grade(course, plan.todo, workers, partial(tell, progress, bar_of))
        except KeyboardInterrupt:
            done = int(progress.tasks[bar_of].completed)
            said = f"Stopped: {done} of {len(plan.todo)} graded and kept. The same command goes on with the rest."
            progress.console.print(said, markup=False, highlight=False)
            raise SystemExit(130) from None


def shown(
    course: Course, submissions: list[Submission], jobs: int, console: Console, force: bool
) -> list[str]:
    """Write the pages that do not show what is recorded; return what could not be written, in words."""
    missing = write_pages.outdated(course, submissions, force=force)
    if not missing:
        return []
    with bar(console) as progress:
        bar_of = progress.add_task("feedback", total=len(missing), latest="")
        try:
            return write_pages.write(course, missing, jobs=jobs, progress=lambda: progress.advance(bar_of))
        except KeyboardInterrupt:
            said = "Stopped: every mark is kept. The same command writes the pages that are missing."
            progress.console.print(said, markup=False, highlight=False)
            raise SystemExit(130) from None


def to_be_seen(course: Course, submissions: list[Submission]) -> list[str]:
    """Return notes for whoever grades: times that nbgrader does not write so, notebooks of another lesson."""
    kept = {(record.student, record.assignment): record for record in records.read(course)}
    return [
        f"{printable(student)} {assignment}: {note}"
        for student, assignment in submissions
        if (student, assignment) in kept
        for note in kept[student, assignment].notes
        if note.startswith(("timestamp.txt", ANOTHER))
        and UNREAD not in note  # which is said with what is left
    ]


def everything(course: Course) -> list[Row]:
    """Return the rows of every submission that was ever graded, with the points that count, by hand at the end.

    A student who has no folder any more and was taken out of the gradebook is left out.
    """
    known = {*course.students(), *gradebook_read.students(course.gradebook)}
    kept = [each for each in records.read(course) if each.student in known]
    book = gradebook_read.read(course.gradebook, course.course_id)
    rows = [row for record in kept for row in record.rows()] + by_hand.rows(course, kept)
    return in_order([by_hand.counted(row, book.get((row.student, row.assignment))) for row in rows])


def in_order(rows: list[Row]) -> list[Row]:
    """Return rows by lesson and student; those of one submission stay in the order of the lesson."""
    return sorted(rows, key=lambda row: (order(row.assignment), row.student))


def unchanged(plan: Plan) -> list[str]:
    """Return a line about what was not run again."""
    some = len(plan.kept)
    return [f"{some} unchanged since graded, not run again; --force does."] if some else []


def tell(progress: Progress, shown: TaskID, result: Result) -> None:
    """Show a submission's mark as soon as it is known; the first with the seconds since this program started."""
    first = progress.tasks[shown].completed == 0
    progress.update(shown, advance=1, latest=total(result))
    if first:
        seconds = time.time() - psutil.Process().create_time()
        line = f"first mark, {seconds:.1f} s after the start: {total(result)}"
        progress.console.print(line, markup=False, highlight=False)


def total(result: Result) -> str:
    """Return who got how much for what, in words."""
    record, verdicts = result.record, result.record.verdicts.values()
    earned, most = sum(each.points for each in verdicts), sum(each.max_points for each in verdicts)
    return f"{record.student} {record.assignment}: {earned:g} of {most:g} points"


def bar(console: Console) -> Progress:
    """Return a progress bar with rate and time left; without a terminal it prints nothing until the end."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[latest]}", markup=False),
    )
    return Progress(*columns, console=console, transient=not console.is_terminal)


def aside(rows: list[Row]) -> list[str]:
    """Return a line for every kind of submission that was not graded as it should be."""
    kinds = {(row.student, row.assignment): row.status for row in rows}
    counts = Counter(status for status in kinds.values() if status != "graded")
    words = {"missing": "handed in without a notebook", "unreadable": "could not be read"}
    lines = []
    for status, count in sorted(counts.items()):
        who = sorted(
            f"{student} {assignment}" for (student, assignment), each in kinds.items() if each == status
        )
        lines.append(f"{count} {words[status]}: {', '.join(who)}")
    return lines
