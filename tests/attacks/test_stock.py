"""The attacks of ``test_attacks`` on stock nbgrader, in a container of our own: what each achieves there.

Every fifth is tried, which takes minutes; ``ATTACKS=all`` tries all, ``ATTACKS="disk_flood link"`` these two.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from autograder.examine.launch import sandbox

spec = importlib.util.spec_from_file_location("attack_lesson", Path(__file__).with_name("lesson.py"))
lesson = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = lesson
spec.loader.exec_module(lesson)

CHECKOUT = Path(__file__).resolve().parents[2]
HONEST = "zz_honest"
AT_A_TIME = 4
"""Courses that are graded at the same time: much of what stock nbgrader does here is wait for what hangs."""
SAMPLE = 5
"""One in how many attacks is tried unless some are named."""
BATCH = 10
"""Attacks that are graded one after the other in one course."""
SILENCE = 60.0
"""Seconds without a word after which nbgrader hangs: a cell that runs too long is reported after 15."""
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.ExecutePreprocessor.timeout = 15
c.ClearSolutions.enforce_metadata = False
"""


class Course:
    """A course folder that stock nbgrader grades, shut into a container so that nothing it runs reaches us."""

    def __init__(self, folder: Path):
        self.folder = folder

    def like(self, folder: Path) -> Course:
        """Return a copy of a course in a new folder."""
        shutil.copytree(self.folder, folder)
        return Course(folder)

    def prepare(self) -> None:
        """Make the folder, generate both assignments, and hand in a right answer to each."""
        folder = self.folder
        folder.mkdir()
        (folder / "home").mkdir()
        (folder / "nbgrader_config.py").write_text(CONFIG)
        for exercise in lesson.RIGHT:
            place = folder / "source" / exercise
            place.mkdir(parents=True)
            write(place, exercise, [lesson.RIGHT[exercise]])
            assert self.nbgrader("generate_assignment", exercise) == "done", self.log()
            self.hand_in(HONEST, exercise, [lesson.RIGHT[exercise]])

    def hand_in(self, student: str, exercise: str, parts: list[str]) -> None:
        place = self.folder / "submitted" / student / exercise
        place.mkdir(parents=True)
        write(place, exercise, parts)

    def nbgrader(self, *arguments: str) -> str:
        """Run nbgrader in the container; return ``done``, ``broke``, or ``hung`` if it had to be ended."""
        folder = str(self.folder)
        root = "--die-with-parent --ro-bind / / --dev /dev --proc /proc --tmpfs /tmp"
        contained = ["bwrap", *root.split()]
        for place in (str(CHECKOUT), sys.prefix):  # they may lie below /tmp themselves
            contained += ["--ro-bind", place, place]
        contained += ["--bind", folder, folder, "--unshare-pid", "--unshare-net", "--unshare-ipc"]
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '/usr/bin:/bin')}"
        own = {"HOME": f"{folder}/home", "PATH": path, "SECRET_OF_THE_GRADER": "SECRET_OF_THE_GRADER"}
        for name, value in own.items():
            contained += ["--setenv", name, value]
        contained += ["--chdir", folder]
        command = [*contained, sys.executable, "-m", "nbgrader", *arguments]
        with (self.folder / "log.txt").open("a") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            began = time.time()
            while time.time() - max(began, os.fstat(log.fileno()).st_mtime) < SILENCE:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return "broke" if process.wait(1) else "done"
            for pid in (process.pid, *below(process.pid)):
                subprocess.run(["kill", "-KILL", str(pid)], check=False, capture_output=True)
            process.wait()
            return "hung"

    def log(self) -> str:
        """Return what nbgrader has said."""
        return (self.folder / "log.txt").read_text(errors="replace")

    def last(self) -> str:
        """Return whose notebook nbgrader took up last."""
        return re.findall(r"Converting notebook \S*/submitted/([^/\s]+)/", self.log())[-1]

    def marks(self, student: str, exercise: str) -> dict[str, float | None]:
        """Return what the gradebook holds for a submission, None for a cell without a mark."""
        if not (self.folder / "gradebook.db").exists():
            return {}
        with sqlite3.connect(self.folder / "gradebook.db") as base:
            rows = base.execute(
                """
                select cell.name, grade.auto_score from grade
                join submitted_notebook on grade.notebook_id = submitted_notebook.id
                join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
                join assignment on submitted_assignment.assignment_id = assignment.id
                join base_cell as cell on grade.cell_id = cell.id
                where submitted_assignment.student_id = ? and assignment.name = ?
                """,
                (student, exercise),
            )
            return dict(rows.fetchall())

    def found(self, student: str, exercise: str) -> bool:
        """Whether the graded notebook shows that the attack found what it looked for."""
        file = self.folder / "autograded" / student / exercise / f"{exercise}.ipynb"
        if not file.exists():
            return False
        cells = nbformat.read(file, as_version=4).cells
        return "FOUND" in str([each.get("text") for cell in cells for each in cell.get("outputs", [])])


def below(pid: int) -> list[int]:
    """Return the processes below one."""
    file = Path(f"/proc/{pid}/task/{pid}/children")
    own = [int(each) for each in file.read_text().split()] if file.exists() else []
    return [*own, *(deeper for each in own for deeper in below(each))]


def write(place: Path, exercise: str, parts: list[str]) -> None:
    nbformat.write(lesson.notebook(exercise, parts), place / f"{exercise}.ipynb")


def said(attack, marks: dict, honest: dict, found: bool) -> str:
    """Return what an attack achieved, from the marks after it, in a few words; empty for nothing."""
    got = marks.get(f"{attack.exercise}-check")
    done = [f"{got:g} points" if got != got or got else ""] if got is not None else ["its marks are missing"]
    if got is not None and marks.get("momentum_schedule-check") != 4.0:
        done.append("what was earned is lost")
    if honest != {
        "momentum_schedule-check": 4.0,
        f"{attack.exercise}-check": float(lesson.POINTS[attack.exercise]),
    }:
        done.append("the next is not graded right")
    if found:
        done.append("reads what is hidden")
    return ", ".join(filter(None, done))


def in_a_batch(course: Course, attacks: list) -> dict[str, str]:
    """Return what attacks on one exercise achieved that were graded one after the other."""
    exercise = attacks[0].exercise
    for attack in attacks:
        course.hand_in(attack.name, exercise, attack.parts)
    achieved = {}
    while course.nbgrader("autograde", exercise) == "hung":
        stuck = course.last()
        assert stuck != HONEST, "stock nbgrader hangs on an honest answer"
        shutil.rmtree(course.folder / "submitted" / stuck / exercise)  # the others' turn
        achieved[stuck] = "the batch hangs"
    return {attack.name: after(course, attack) for attack in attacks} | achieved


def alone(course: Course, attack) -> dict[str, str]:
    """Return what an attack achieved in a course of its own."""
    course.hand_in(attack.name, attack.exercise, attack.parts)
    course.nbgrader("autograde", attack.exercise, "--force")
    return {attack.name: after(course, attack)}


def after(course: Course, attack) -> str:
    """Return what an attack achieved in a course that is graded."""
    marks = course.marks(attack.name, attack.exercise)
    honest = course.marks(HONEST, attack.exercise)
    return said(attack, marks, honest, course.found(attack.name, attack.exercise))


def with_stock(attacks: list, place: Path) -> dict[str, str]:
    """Return what every attack achieved there, but for those that would take the machine with it."""
    fresh = Course(place / "fresh")
    fresh.prepare()
    control = fresh.like(place / "control")
    for exercise, points in (("sgd", 4.0), ("lookahead_step", 6.0)):
        assert control.nbgrader("autograde", exercise, "--force") == "done", control.log()
        assert control.marks(HONEST, exercise) == {
            "momentum_schedule-check": 4.0,
            f"{exercise}-check": points,
        }
    jobs: list[Callable[[], dict[str, str]]] = [
        lambda attack=attack: alone(fresh.like(place / attack.name), attack)
        for attack in attacks
        if attack.stock == "alone"
    ]
    for exercise in lesson.RIGHT:
        some = [each for each in attacks if each.stock == "batch" and each.exercise == exercise]
        for at in range(0, len(some), BATCH):
            jobs.append(
                lambda name=f"{exercise}-{at}", batch=some[at : at + BATCH]: in_a_batch(
                    fresh.like(place / name), batch
                )
            )
    achieved: dict[str, str] = {}
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for found in pool.map(lambda job: job(), jobs):
            achieved |= found
    return achieved


@pytest.mark.thorough
@pytest.mark.skipif(bool(sandbox.works("bubblewrap")), reason="stock nbgrader is shut in by bubblewrap")
def test_stock_nbgrader_falls_for_many(tmp_path, record_property):
    """Says what each achieves there; that it achieves nothing here is for ``test_attacks``."""
    chosen = os.environ.get("ATTACKS", "").split()
    attacks = [each for each in lesson.attacks() if each.stock != "skip"]
    if not chosen:
        attacks = attacks[::SAMPLE]
    elif chosen != ["all"]:
        attacks = [each for each in attacks if each.name in chosen]
    stock = with_stock(attacks, tmp_path)
    beaten = [name for name, text in stock.items() if text]
    for name, text in stock.items():
        record_property("cell", ("what attacks achieve", name, "stock nbgrader", text or "·"))
    shutil.rmtree(tmp_path, ignore_errors=True)
    assert chosen not in ([], ["all"]) or len(beaten) > len(attacks) // 10, (
        "stock nbgrader falls for many of these; if it does not, this test is blind"
    )
