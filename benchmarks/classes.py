"""The classes that are graded: honest and wrong answers in equal parts, and for a crowd some hostile ones."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from types import ModuleType

from autograder.cohort.answers import Answer, questions
from autograder.cohort.invent import PLAIN, Class, habit_names, student_names
from autograder.cohort.write import hand_in, rows
from autograder.lesson import Master
from autograder.project import Project

LESSONS = ("04_momentum", "05_adaptive_rates")
SLOW = ("infinite loop",)
"""Habits that only wait for the time limit; the attacks hold loops enough."""

Key = tuple[str, str, str]


@dataclass(kw_only=True)
class Crowd:
    """What was handed in.

    truth     (student, lesson, grade id) -> points it must get, for everything but attacks
    attacked  the graded cells that attacks want marks for
    left_out  the submissions that are named and not graded
    """

    truth: dict[Key, float] = field(default_factory=dict)
    attacked: set[Key] = field(default_factory=set)
    left_out: set[tuple[str, str]] = field(default_factory=set)
    odd: int = 0


def invent(folder: Path, project: Project, students: int, odd: int = 0) -> Crowd:
    """Hand in a submission of every lesson for so many students.

    odd  how many of the submissions are hostile or broken: two thirds are attacks of tests/attacks, in the first
         lesson; the others, in the second, are ``FILES`` or have the habits of a real class
    """
    crowd = Crowd()
    every = attack_lesson().attacks() if odd else []
    wanted = min(odd * 2 // 3, len(every))
    attacks = [every[at * len(every) // wanted] for at in range(wanted)]  # of all kinds, in a small crowd too
    for lesson in LESSONS:
        master = Master.read(lesson, project)
        asked = questions(master, project)
        release = json.loads(project.released(lesson).read_text(encoding="utf-8"))
        names = student_names(students)
        invented = Class(asked, names, f"throughput {lesson}")
        habits = [each for part in habit_names() for each in part if each not in (*PLAIN, *SLOW)]
        some = len(attacks) if lesson == LESSONS[0] else odd - len(attacks)
        chosen = {names[at * students // some] for at in range(some)} if some else set()
        hostile, broken = iter(attacks if lesson == LESSONS[0] else []), cycle(habits)
        files = cycle([None, *FILES] if lesson == LESSONS[1] else [None])
        for name, plain in zip(names, cycle(PLAIN), strict=False):
            attack = next(hostile, None) if name in chosen else None
            file = next(files) if name in chosen else None
            habit = "right" if attack or file else next(broken) if name in chosen else plain
            submission = invented.submission(name, habit)
            crowd.odd += name in chosen
            if attack is not None:
                at = next(n for n, each in enumerate(asked) if each.function == attack.exercise)
                answers = list(submission.answers)
                answers[at] = Answer(source=attack.parts[0], verdict="error", points=0.0)
                submission = replace(submission, answers=answers)
                crowd.attacked.add((name, lesson, asked[at].graded))
            hand_in(folder / "submitted", release, master, asked, submission)
            if attack is not None:
                add(folder / "submitted" / name / lesson / f"{lesson}.ipynb", attack.parts[1:])
                continue
            earned = FILES[file](folder / "submitted" / name / lesson) if file else None
            if earned is None and file:
                crowd.left_out.add((name, lesson))
                continue
            for row in rows(lesson, asked, submission):
                points = row["points"] if earned is not False else 0.0
                crowd.truth[name, lesson, row["grade_id"]] = points
    return crowd


def timestamp_is_a_pipe(folder: Path) -> bool:
    """Put a pipe in place of the time, which costs nothing; return whether the marks stay."""
    (folder / "timestamp.txt").unlink(missing_ok=True)
    os.mkfifo(folder / "timestamp.txt")
    return True


def folder_is_a_link(folder: Path) -> None:
    """Put a link to somebody else's folder in place of this one."""
    shutil.rmtree(folder)
    other = next(each for each in folder.parents[1].glob(f"*/{folder.name}") if each != folder)
    folder.symlink_to(os.path.relpath(other, folder.parent))


def notebook_is(make: Callable[[Path], object]) -> Callable[[Path], bool]:
    """Return a function that puts something in place of the notebook; no mark stays."""

    def put(folder: Path) -> bool:
        file = folder / f"{folder.name}.ipynb"
        file.unlink()
        make(file)
        return False

    return put


def every_cell(source: str) -> Callable[[Path], bool]:
    """Return a function that puts one text into every solution cell; no mark stays."""

    def put(folder: Path) -> bool:
        file = folder / f"{folder.name}.ipynb"
        notebook = json.loads(file.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution"):
                cell["source"] = source
        file.write_text(json.dumps(notebook), encoding="utf-8")
        return False

    return put


FILES: dict[str, Callable[[Path], bool | None]] = {
    "a pipe for a time": timestamp_is_a_pipe,
    "a link to another's folder": folder_is_a_link,
    "a pipe for a notebook": notebook_is(os.mkfifo),
    "a link to a device": notebook_is(lambda file: file.symlink_to("/dev/zero")),
    "a folder for a notebook": notebook_is(Path.mkdir),
    "brackets without end": notebook_is(lambda file: file.write_bytes(b"[" * 5_000_000)),
    "half a character": notebook_is(lambda file: file.write_text('{"cells": ["\\ud83d"]}')),
    "newlines": every_cell("\n" * 48_000 + "x = 1"),
    "ten megabytes in a cell": every_cell(f"text = '{'x' * 2_000_000}'"),
    "an expression of many signs": every_cell(f"x = {'-' * 5000}1"),
}
"""What a file or folder can be that is no notebook -> a function that makes it so.

Each returns whether the marks stay: True, False for no mark, None for a submission that is named and not graded.
"""


def add(file: Path, sources: list[str]) -> None:
    """Add cells of the student's own at the end of a notebook."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    for number, source in enumerate(sources):
        cell = {"cell_type": "code", "id": f"added-{number}", "metadata": {}, "source": source}
        notebook["cells"].append({**cell, "outputs": [], "execution_count": None})
    file.write_text(json.dumps(notebook), encoding="utf-8")


def attack_lesson() -> ModuleType:
    """Return the module that reads the attacks."""
    file = Path(__file__).parents[1] / "tests" / "attacks" / "lesson.py"
    spec = importlib.util.spec_from_file_location("attack_lesson", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def honest_submission(key: Key, marks: dict[Key, float], project: Project) -> bool:
    """Whether every exercise of the submission a mark belongs to got all its points."""
    master = Master.read(key[1], project)
    most = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"]["points"]
        for cell in master.graded
    }
    return key[2] in most and all(
        marks.get((key[0], key[1], name)) == points for name, points in most.items()
    )
