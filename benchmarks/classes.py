"""The classes that are graded: honest and wrong answers in equal parts, and for a crowd some hostile ones."""

from __future__ import annotations

import importlib.util
import json
import sys
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
    """

    truth: dict[Key, float] = field(default_factory=dict)
    attacked: set[Key] = field(default_factory=set)
    odd: int = 0


def invent(folder: Path, project: Project, students: int, odd: int = 0) -> Crowd:
    """Hand in a submission of every lesson for so many students.

    odd  how many of the submissions are hostile or broken: each attack of tests/attacks once, in the first lesson,
         the rest with the habits of a real class, in the second
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
        for name, plain in zip(names, cycle(PLAIN), strict=False):
            attack = next(hostile, None) if name in chosen else None
            habit = "right" if attack else next(broken) if name in chosen else plain
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
            for row in rows(lesson, asked, submission):
                crowd.truth[name, lesson, row["grade_id"]] = row["points"]
    return crowd


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
