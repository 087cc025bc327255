"""The scale of a faculty: a gradebook of all lessons and 300 students, through every command of an instructor.

    python benchmarks/faculty.py
    python benchmarks/faculty.py --students 60

The gradebook of one course is filled with the marks of all lessons but one, and a roster with accents, blanks, @
and apostrophes is imported.  Then that one lesson is graded for everybody with feedback, graded again unchanged,
reported and exported.  The peer, in the same run, is a course of that lesson alone: the ratio says what a
full gradebook costs.  The export is also compared with nbgrader's own.  Beside the time stands the processor time,
which says the same on a busy machine.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import cycle, islice, product
from pathlib import Path

import nbformat

from autograder.grading import gradebook_read
from autograder.grading.course import Course
from autograder.project import Project
from autograder.reporting.catalogue import exercises
from tests.alone import answer
from tests.autograder.reporting import graded_class

LESSON = "02_sanity_checks"
FIRST = ("Zoë", "Anne Marie", "Søren", "Łukasz", "José", "Mei", "D'Arcy", "=Ada")
LAST = ("O'Neil", "Müller-Lüdenscheidt", "van der Berg", "Gödel", "Nuñez", "Þórsdóttir", "@Home", "-Kurt")


def roster(students: int) -> list[dict[str, str]]:
    """Return students as a registry has them."""
    names = islice(cycle(product(LAST, FIRST)), students)
    found = []
    for number, (last, first) in enumerate(names):
        plain = f"{first.strip('=')}.{last.strip('@-')}"
        ids = (f"{plain} {number}", f"{plain}{number}@uni.example")
        each = {"id": ids[number % 2], "first_name": first, "last_name": last}
        found.append(each | {"email": f"s{number}@uni.example", "lms_user_id": str(1000 + number)})
    return found


def seconds(folder: Path, *command: str) -> tuple[float, float]:
    """Return how long a command takes in a folder, from its start to its end, and its processor time."""
    begun, used = time.perf_counter(), processor()
    done = subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=folder,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - begun, processor() - used


def processor() -> float:
    """Return the processor seconds of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def hand_in(course: Course, ids: list[str]) -> None:
    """Let every second student hand in right answers, and the others the released notebook."""
    project = Project.here()
    stub = nbformat.read(project.released(LESSON), as_version=4)
    solved = nbformat.from_dict(stub)
    answer(solved, LESSON)
    for number, name in enumerate(ids):
        folder = course.submitted / name / LESSON
        folder.mkdir(parents=True)
        nbformat.write(solved if number % 2 else stub, folder / f"{LESSON}.ipynb")


def prepared(folder: Path, lessons: list[str], people: list[dict[str, str]]) -> Course:
    """Return a course with the marks of some lessons, in which everybody has handed in one more."""
    ids = [each["id"] for each in people]
    course = graded_class.write(folder, lessons, len(ids), 1, ids)
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, list(people[0]))
        table.writeheader()
        table.writerows(people)
    hand_in(course, ids)
    return course


WEEK = {
    "import the roster": ("nbgrader", "db", "student", "import", "roster.csv"),
    "grade one lesson": ("autograder", "grade", "--course", ".", "--sandbox", "best"),
    "grade again, unchanged": ("autograder", "grade", "--course", ".", "--sandbox", "best"),
    "report": ("autograder", "report", "--course", ".", "--csv", "tables"),
    "export for Moodle": ("autograder", "export", "--course", ".", "--format", "moodle"),
    "export everything": ("autograder", "export", "--course", ".", "--format", "csv"),
}
"""What an instructor does, in this order."""


def earned(course: Course) -> list[float]:
    """Return what everybody has for the lesson that was graded."""
    book = gradebook_read.read(course.gradebook, course.course_id)
    return [
        sum(entry.points(name) for name in entry.scores)
        for (_, lesson), entry in book.items()
        if lesson == LESSON
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=300)
    given = parser.parse_args()
    people = roster(given.students)
    others = [name for name in Project.here().lessons() if name != LESSON and exercises(name)]
    most = sum(exercise.points for exercise in exercises(LESSON))
    with tempfile.TemporaryDirectory() as folder:
        full, alone = (
            prepared(Path(folder) / name, lessons, people)
            for name, lessons in (("full", others), ("alone", []))
        )
        print(f"{given.students} students, {len(others) + 1} lessons in one gradebook; {LESSON} is graded")
        seconds(alone.folder, "nbgrader", "db", "student", "list")  # what is read for the first time is slow
        for number, (what, command) in enumerate(WEEK.items()):
            taken = {}
            for course in (full, alone) if number % 2 else (alone, full):
                taken[course.folder.name] = seconds(course.folder, *command)
            (time_, used), (_, alone_used) = taken["full"], taken["alone"]
            print(
                f"{what:24}{time_:8.1f} s {used:8.1f} s of processor time, "
                f"{used / alone_used:.2f} times that of the lesson alone",
                flush=True,
            )
        print(
            "{:24}{:8.1f} s {:8.1f} s of processor time".format(
                "nbgrader export", *seconds(full.folder, "nbgrader", "export")
            )
        )
        for course in (full, alone):
            marks = earned(course)
            right = marks.count(most) == given.students // 2 and marks.count(0.0) == -(-given.students // 2)
            if not right:
                sys.exit(f"The marks are not what was handed in: {marks}")
        print("every mark is what was handed in")


if __name__ == "__main__":
    main()
