"""A run that is killed at any moment loses nothing, doubles nothing and leaves nothing behind.

The whole command in processes of its own, with workers and sandboxes.  ``KILLS=20`` kills twenty times at every
level, as CI does; without it a few times at the best level there is.
"""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.examine.launch import sandbox
from autograder.grading import gradebook_read, records
from autograder.project import Project
from tests.autograder.conftest import FIXTURES
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG, answered

pytestmark = pytest.mark.long

ALSO = "def twice(x, offset=0.0):\n    return (x - offset) + (x - offset)"
ENDS = "import os\nos._exit(1)"
ANSWERS = [RIGHT, WRONG, ALSO, None, ENDS, RIGHT, WRONG, RIGHT, ALSO, RIGHT, WRONG, RIGHT]
KILLS = int(os.environ.get("KILLS", "4"))
LEVELS = ["bubblewrap", "process"] if "KILLS" in os.environ else ["best"]
CHECKOUT = Project.here().root
FIXTURE = FIXTURES / "lesson" / "exercises" / "doubling"
SITE = f"""
import importlib.util, sys

class Small:
    def find_spec(self, name, path=None, target=None):
        if name == "autograder.exercises.doubling":
            return importlib.util.spec_from_file_location(
                name, {str(FIXTURE / "__init__.py")!r}, submodule_search_locations=[{str(FIXTURE)!r}]
            )

sys.meta_path.append(Small())
"""


class Desk:
    """A course folder, and `autograder grade` in processes with a place of their own for temporary files."""

    def __init__(self, project, folder: Path, level: str):
        self.project, self.folder, self.level = project, folder / "course", level
        self.submitted = self.folder / "submitted"
        self.submitted.mkdir(parents=True)
        (self.folder / "nbgrader_config.py").write_text(
            f"c = get_config()\nc.CourseDirectory.source_directory = {str(project.source)!r}\n"
            f"c.CourseDirectory.release_directory = {str(project.release)!r}\n"
            f"c.CourseDirectory.root = {str(self.folder)!r}\n"
        )
        self.temporary, site = folder / "tmp", folder / "site"
        self.temporary.mkdir()
        site.mkdir()
        (site / "sitecustomize.py").write_text(SITE)
        path = os.pathsep.join([str(site), str(CHECKOUT)])
        self.environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(self.temporary)}
        self.log = folder / "log"

    def hand_in(self, student: str, answer: str | None) -> None:
        """Put a notebook in ``submitted/``."""
        file = self.submitted / student / LESSON / f"{LESSON}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(answered(self.project, answer)))

    def start(self, jobs: int = 2) -> subprocess.Popen:
        """Start grading."""
        words = ["grade", "--course", str(self.folder), "--sandbox", self.level, "--jobs", str(jobs)]
        words += ["--no-feedback", "--timeout", "10", "--json", str(self.folder / "rows.json")]
        with self.log.open("w") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "autograder", *words],
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def grade(self, jobs: int = 2) -> list[dict]:
        """Grade to the end and return the rows."""
        process = self.start(jobs)
        assert process.wait(300) == 0, self.log.read_text()[-2000:]
        return json.loads((self.folder / "rows.json").read_text())

    def recorded(self) -> int:
        """Return how many records there are."""
        return len(list((self.folder / ".autograder" / "records").glob("*/*.json")))

    @property
    def course(self):
        """The course as grading sees it."""
        from autograder.grading.course import Course

        return Course(self.folder)

    def scores(self) -> dict[str, float | None]:
        """Return student -> points, as the gradebook has them."""
        book = gradebook_read.read(f"sqlite:///{self.folder / 'gradebook.db'}")
        return {student: entry.scores["twice-check"] for (student, _), entry in book.items()}

    def count(self, table: str) -> int:
        """Return the rows of a table of the gradebook, which must neither be locked nor damaged."""
        with contextlib.closing(sqlite3.connect(self.folder / "gradebook.db", timeout=1)) as book:
            book.execute("BEGIN IMMEDIATE")
            assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return book.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def left_behind(self) -> list[str]:
        """Return the temporary files there are, but for the locks on processors."""
        return [each.name for each in self.temporary.iterdir() if not each.name.startswith("autograder-cpu")]


def gone(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run some seconds later; a dead one that nobody has asked for is none."""
    until = time.monotonic() + 15
    alive = processes
    while alive and time.monotonic() < until:
        alive = [each for each in alive if runs(each)]
        time.sleep(0.05)
    return alive


def runs(process: psutil.Process) -> bool:
    """Whether a process is alive."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def all_of(process: subprocess.Popen) -> list[psutil.Process]:
    """Return a process and everything it started."""
    try:
        first = psutil.Process(process.pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def names() -> list[str]:
    """Return a student for each answer."""
    return [f"student{number:02}" for number in range(len(ANSWERS))]


@pytest.fixture(params=LEVELS)
def level(request):
    if request.param == "best":
        return "bubblewrap" if sandbox.works("bubblewrap") == "" else "process"
    if sandbox.works(request.param):
        pytest.skip(sandbox.works(request.param))
    return request.param


def test_marks_are_the_same_after_any_number_of_kills(built_once, tmp_path, level):
    chance = random.Random(f"{level} 7")
    desk = Desk(built_once, tmp_path / "killed", level)
    answers = dict(zip(names(), ANSWERS, strict=True))
    for student, answer in answers.items():
        desk.hand_in(student, answer)
    moments: list[str] = []
    strays: set[str] = set()
    for number in range(KILLS):
        process = desk.start()
        # most moments lie where marks are written, some where everything is being started
        wanted = desk.recorded() + chance.randint(0, 6) if number % 4 else 0
        until = time.monotonic() + (chance.uniform(0.0, 3.0) if not wanted else 120.0)
        while (
            process.poll() is None and time.monotonic() < until and not (wanted and desk.recorded() >= wanted)
        ):
            time.sleep(0.002)
        time.sleep(chance.uniform(0.0, 0.05))
        started = all_of(process)
        with contextlib.suppress(ProcessLookupError):
            if number % 2:
                os.kill(process.pid, signal.SIGKILL)
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        moments.append(f"{desk.recorded()} recorded")
        assert not gone(started), f"after kill {number}, {moments}"
        strays |= set(
            desk.left_behind()
        )  # of a worker killed while it laid them out; the next run takes them away
        for student in chance.sample(sorted(answers), 4):  # and now their marks are stale
            answers[student] = chance.choice([RIGHT, WRONG, ALSO])
            desk.hand_in(student, answers[student])
    rows = desk.grade()

    whole = Desk(built_once, tmp_path / "whole", level)
    for student, answer in answers.items():
        whole.hand_in(student, answer)
    assert rows == whole.grade(jobs=1), moments
    points = {RIGHT: 3.0, WRONG: 0.0, ALSO: 3.0, None: 0.0, ENDS: 0.0}
    assert {row["student"]: row["points"] for row in rows} == {
        student: points[answer] for student, answer in answers.items()
    }
    assert desk.scores() == whole.scores() == {row["student"]: row["points"] for row in rows}
    for table in ("student", "submitted_assignment", "submitted_notebook", "grade", "comment"):
        assert desk.count(table) == whole.count(table), table
    assert [(each.student, each.rows) for each in records.read(desk.course)] == [
        (each.student, each.rows) for each in records.read(whole.course)
    ]
    assert desk.left_behind() == [], strays


def test_ctrl_c_ends_everything_and_the_next_run_goes_on(built_once, tmp_path, level):
    desk = Desk(built_once, tmp_path, level)
    for student, answer in zip(names(), ANSWERS, strict=True):
        desk.hand_in(student, answer)
    process = desk.start()
    until = time.monotonic() + 120
    while desk.recorded() < 3 and time.monotonic() < until:
        time.sleep(0.002)
    started = all_of(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to everybody
    code = process.wait(60)
    said = desk.log.read_text()
    if code == 130:
        assert "graded and kept" in " ".join(said.split())
        assert "Traceback" not in said
    else:
        assert code == 0, said  # everything was graded by then
    assert not gone(started)
    assert desk.left_behind() == []
    kept = desk.recorded()
    assert kept >= 3
    assert len(desk.grade()) == len(ANSWERS)
    assert f"{kept} unchanged since graded" in " ".join(desk.log.read_text().split())


def test_one_worker_or_eight_give_the_same_marks(built_once, tmp_path):
    level = "bubblewrap" if sandbox.works("bubblewrap") == "" else "process"
    rows = []
    for jobs in (1, 8):
        desk = Desk(built_once, tmp_path / str(jobs), level)
        for student, answer in zip(names(), ANSWERS, strict=True):
            desk.hand_in(student, answer)
        rows.append(desk.grade(jobs))
        assert desk.scores() == {row["student"]: row["points"] for row in rows[-1]}
    assert rows[0] == rows[1]
