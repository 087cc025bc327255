"""The same attacks on stock nbgrader, in a container of our own, and both columns side by side."""

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
from pathlib import Path

import nbformat
import pytest

from autograder.examine.launch import sandbox
from autograder.examine.run import run_in_examiner
from autograder.marks import Limits

spec = importlib.util.spec_from_file_location("attack_lesson", Path(__file__).with_name("lesson.py"))
lesson = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = lesson
spec.loader.exec_module(lesson)

CHECKOUT = Path(__file__).resolve().parents[2]
HONEST = "zz_honest"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.ExecutePreprocessor.timeout = 10
c.ClearSolutions.enforce_metadata = False
"""


class Course:
    """A course folder that stock nbgrader grades, shut into a container so that nothing it runs reaches us."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir()
        (folder / "home").mkdir()
        (folder / "nbgrader_config.py").write_text(CONFIG)
        for exercise in lesson.RIGHT:
            place = folder / "source" / exercise
            place.mkdir(parents=True)
            write(place, exercise, [lesson.RIGHT[exercise]])
            self.nbgrader("generate_assignment", exercise, seconds=120)
            self.hand_in(HONEST, exercise, [lesson.RIGHT[exercise]])

    def hand_in(self, student: str, exercise: str, parts: list[str]) -> None:
        place = self.folder / "submitted" / student / exercise
        place.mkdir(parents=True)
        write(place, exercise, parts)

    def nbgrader(self, *arguments: str, seconds: float) -> str:
        """Run nbgrader in the container; return ``done``, ``broke``, or ``hung`` if it had to be ended.

        seconds  how long it may say nothing
        """
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
            while time.time() - max(began, os.fstat(log.fileno()).st_mtime) < seconds:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return "broke" if process.wait(1) else "done"
            for pid in (process.pid, *below(process.pid)):
                subprocess.run(["kill", "-KILL", str(pid)], check=False, capture_output=True)
            process.wait()
            return "hung"

    def last(self) -> str:
        """Return whose notebook nbgrader took up last."""
        text = (self.folder / "log.txt").read_text(errors="replace")
        return re.findall(r"Converting notebook \S*/submitted/([^/\s]+)/", text)[-1]

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


def with_stock(attacks: list, place: Path) -> dict[str, str]:
    """Return what every attack achieved against stock nbgrader."""
    achieved = {
        attack.name: "(not run: it would take the machine with it)"
        for attack in attacks
        if attack.stock == "skip"
    }
    control = Course(place / "control")
    for exercise, points in (("sgd", 4.0), ("lookahead_step", 6.0)):
        done = control.nbgrader("autograde", exercise, "--force", seconds=300)
        assert done == "done", (control.folder / "log.txt").read_text()
        assert control.marks(HONEST, exercise) == {
            "momentum_schedule-check": 4.0,
            f"{exercise}-check": points,
        }
    together = Course(place / "together")
    batch = [attack for attack in attacks if attack.stock == "batch"]
    for attack in batch:
        together.hand_in(attack.name, attack.exercise, attack.parts)
    for exercise in lesson.RIGHT:
        while together.nbgrader("autograde", exercise, seconds=150) == "hung":
            stuck = together.last()
            assert stuck != HONEST, "stock nbgrader hangs on an honest answer"
            shutil.rmtree(together.folder / "submitted" / stuck / exercise)  # the others' turn
            achieved[stuck] = "the batch hangs"
    for attack in [each for each in batch if each.name not in achieved]:
        marks = together.marks(attack.name, attack.exercise)
        honest = together.marks(HONEST, attack.exercise)
        achieved[attack.name] = said(attack, marks, honest, together.found(attack.name, attack.exercise))
    for attack in [each for each in attacks if each.stock == "alone"]:
        course = Course(place / attack.name)
        course.hand_in(attack.name, attack.exercise, attack.parts)
        course.nbgrader("autograde", attack.exercise, "--force", seconds=150)
        marks = course.marks(attack.name, attack.exercise)
        honest = course.marks(HONEST, attack.exercise)
        achieved[attack.name] = said(attack, marks, honest, course.found(attack.name, attack.exercise))
    return achieved


def with_ours(attack, level: str, patch: pytest.MonkeyPatch) -> str:
    """Return what an attack achieved against the examiner at a level of the sandbox."""
    patch.setenv(sandbox.VARIABLE, level)
    limits = Limits(cell=2.0, total=30.0, memory=600 << 20)
    ran = run_in_examiner(lesson.notebook(attack.exercise, attack.parts), limits)
    next_one = run_in_examiner(lesson.notebook(attack.exercise, [lesson.RIGHT[attack.exercise]]), limits)
    marks, honest = (
        {name: verdict.points for name, verdict in each.verdicts.items()} for each in (ran, next_one)
    )
    printed = str([each.get("text") for cell in ran.notebook.cells for each in cell.outputs])
    return said(attack, marks, honest, "FOUND" in printed)


@pytest.mark.stock
@pytest.mark.skipif(
    any(sandbox.works(level) for level in sandbox.SAFE),
    reason="the table needs both levels that keep submissions in",
)
def test_every_column(tmp_path, monkeypatch, record_property):
    chosen = os.environ.get("ATTACKS", "").split()
    attacks = [each for each in lesson.attacks() if not chosen or each.name in chosen]
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "SECRET_OF_THE_GRADER")
    stock = with_stock(attacks, tmp_path)
    ours = {
        level: {attack.name: with_ours(attack, level, monkeypatch) for attack in attacks}
        for level in sandbox.SAFE
    }
    beaten = [name for name, text in stock.items() if text and not text.startswith("(")]
    ran = [name for name, text in stock.items() if not text.startswith("(")]
    table = [f"{'attack':34}{'bubblewrap':12}{'landlock':12}stock nbgrader"]
    for each in attacks:
        mine = "".join(f"{ours[level][each.name] or '·':12}" for level in sandbox.SAFE)
        table.append(f"{each.name:34}{mine}{stock[each.name] or '·'}")
    table += [
        f"succeeded at {level}: {sum(map(bool, found.values()))} of {len(found)}"
        for level, found in ours.items()
    ]
    table += [f"succeeded against stock nbgrader: {len(beaten)} of {len(ran)}"]
    record_property("table", "\n".join(table))
    shutil.rmtree(tmp_path, ignore_errors=True)
    assert not any(text for found in ours.values() for text in found.values())
    assert chosen or len(beaten) > 20, (
        "stock nbgrader falls for many of these; if it does not, this test is blind"
    )
