"""The two graders that are compared, and what a group of processes uses."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import psutil
from classes import LESSONS, Key

from autograder.grading import config, grade, gradebook_write
from autograder.grading.course import Course
from autograder.grading.records import save
from autograder.lesson import Master
from autograder.marks import Limits
from autograder.project import Project
from autograder.running import run_one
from autograder.running.orphans import end_with

LIMITS = Limits(cell=30.0)
STOCK = """
import sys, time, json
from traitlets.config import Config
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
print("ready", flush=True)
for line in sys.stdin:
    lesson, students = json.loads(line)
    config = Config()
    config.CourseDirectory.root = sys.argv[1]
    config.CourseDirectory.assignment_id = lesson
    config.CourseDirectory.student_id = students
    begun = time.perf_counter()
    try:
        Autograde(coursedir=CourseDirectory(config=config), config=config).start()
    except SystemExit:
        pass
    print(time.perf_counter() - begun, flush=True)
"""


class Tree:
    """Processor time and memory of some processes and all below them, watched from a thread."""

    def __init__(self, *pids: int, every: float = 0.2):
        self.tops = [psutil.Process(pid) for pid in pids]
        self.peak = 0
        self.every = every
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def processes(self) -> list[psutil.Process]:
        return [each for top in self.tops for each in (top, *top.children(recursive=True))]

    def cpu(self) -> float:
        """Return the seconds used so far, by ended children too."""
        total = 0.0
        for each in self.processes():
            with contextlib.suppress(psutil.Error):
                total += sum(each.cpu_times()[:4])
        return total

    def watch(self) -> None:
        while not self.over.wait(self.every):
            memory = 0
            with contextlib.suppress(psutil.Error):
                for each in self.processes():
                    with contextlib.suppress(psutil.Error):
                        memory += each.memory_full_info().pss
            self.peak = max(self.peak, memory)


def course_folder(place: Path, submitted: Path) -> Course:
    """Return a course of ours with the submissions."""
    place.mkdir()
    config.write(place)
    shutil.copytree(submitted, place / "submitted")
    return Course.open(place)


class Stock:
    """nbgrader 0.9 as it comes, in a process that has loaded it."""

    def __init__(self, place: Path, submitted: Path, project: Project):
        place.mkdir()
        self.place = place
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        self.environment = {**os.environ, "PATH": path}  # nbgrader calls alembic by its name
        shutil.copytree(submitted, place / "submitted")
        for lesson in LESSONS:
            folder = place / "source" / lesson
            folder.mkdir(parents=True)
            shutil.copy(project.notebook(lesson), folder)
            command = [sys.executable, "-m", "nbgrader", "generate_assignment", lesson, "--force"]
            command += [f"--course-dir={place}"]
            subprocess.run(command, check=True, capture_output=True, cwd=place, env=self.environment)
        self.process = subprocess.Popen(
            [sys.executable, "-c", STOCK, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=open(place / "log.txt", "w"),  # noqa: SIM115  (closed with the process)
            text=True,
            cwd=place,
            env=self.environment,
        )
        self.process.stdout.readline()
        self.tree = Tree(self.process.pid)

    def grade(self, lesson: str, students: str) -> float:
        """Return the seconds that grading the students whose names fit a pattern took."""
        self.process.stdin.write(json.dumps([lesson, students]) + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def marks(self) -> dict[Key, float]:
        return scores(f"sqlite:///{self.place / 'gradebook.db'}")


class Ours:
    """Our workers, warm, and the gradebook."""

    def __init__(self, place: Path, submitted: Path, project: Project, jobs: int):
        self.course = course_folder(place, submitted)
        self.project = project
        self.pool = ProcessPoolExecutor(
            jobs, mp_context=get_context("spawn"), initializer=end_with, initargs=(os.getpid(),)
        )
        first = [task for lesson in LESSONS for task in self.tasks(lesson, ["student001"] * jobs)]
        list(self.pool.map(run_one.work, first))
        list(self.pool.map(ready, range(2 * jobs)))
        self.tree = Tree(*self.pool._processes)

    def tasks(self, lesson: str, students: list[str]) -> list[run_one.Task]:
        return grade.tasks_of(self.course, lesson, students, LIMITS)

    def grade(self, lesson: str, students: list[str]) -> float:
        """Return the seconds that grading some students took, until all is written."""
        begun = time.perf_counter()
        with gradebook_write.opened(self.course, [Master.read(lesson, self.project)]) as book:
            sent = [self.pool.submit(run_one.work, task) for task in self.tasks(lesson, students)]
            for future in as_completed(sent):
                save(self.course, book, future.result())
        return time.perf_counter() - begun

    def marks(self) -> dict[Key, float]:
        return scores(self.course.gradebook)


def ready(_: int) -> None:
    """Let this worker's examiner work out everything it can know before there is a submission."""
    from autograder.examine.run import IDLE_PAIRS

    for _, pair in IDLE_PAIRS:
        while pair.left:
            pair.warm_further()
    time.sleep(0.5)  # so that every worker gets its turn


def scores(url: str) -> dict[Key, float]:
    """Return every automatic score of a gradebook by student, lesson and grade id."""
    from nbgrader.api import Gradebook

    with Gradebook(url) as book:
        return {
            (submission.student_id, submission.name, grade.name): grade.auto_score or 0.0
            for submission in [each for lesson in LESSONS for each in book.assignment_submissions(lesson)]
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
