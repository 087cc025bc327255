"""Submissions graded per minute: stock nbgrader with its own Execute, and us, by turns in one run.

    python benchmarks/throughput.py                 48 submissions of two lessons, ratio, floor, memory, first mark
    python benchmarks/throughput.py --curve 10 100 1000    rate and memory of ours as the class grows

Both graders read the same files, run the same notebooks, write a gradebook and the autograded notebook.  Neither
is charged for its imports: stock's Autograde runs in a process that has loaded nbgrader, ours in workers that are
warm; what starting costs us is printed as the time to the first mark.  Stock runs one notebook after the other,
which is all it can, and runs the cells that only draw.  The floor is the processor time of the students' cells and
our checks alone, in one warm interpreter.
No ratio is printed if an honest submission gets another mark from us than from stock.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads inside NumPy would count twice

import psutil

from autograder.cohort.answers import questions
from autograder.cohort.invent import PLAIN, Class, student_names
from autograder.cohort.write import hand_in
from autograder.examine.plan import plan
from autograder.examine.warm import warm
from autograder.grading import config, course_run, gradebook, resume, run, workers
from autograder.grading.course import Course
from autograder.grading.master import Master
from autograder.marks import Limits
from autograder.project import Project

LESSONS = ("04_momentum", "05_adaptive_rates")
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

    def __init__(self, *pids: int):
        self.tops = [psutil.Process(pid) for pid in pids]
        self.peak = 0
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
        while not self.over.wait(0.2):
            memory = 0
            with contextlib.suppress(psutil.Error):
                for each in self.processes():
                    with contextlib.suppress(psutil.Error):
                        memory += each.memory_full_info().pss
            self.peak = max(self.peak, memory)


def invent(folder: Path, project: Project, count: int, first: int = 1) -> None:
    """Hand in ``count`` submissions of every lesson: right ones in several styles, known mistakes, stubs."""
    for lesson in LESSONS:
        master = Master.read(lesson, project)
        asked = questions(master, project)
        release = json.loads(project.released(lesson).read_text(encoding="utf-8"))
        names = student_names(first + count - 1)[first - 1 :]
        invented = Class(asked, names, f"throughput {lesson}")
        for name, habit in zip(names, cycle(PLAIN), strict=False):
            hand_in(folder / "submitted", release, master, asked, invented.submission(name, habit))


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
            command = [
                sys.executable,
                "-m",
                "nbgrader",
                "generate_assignment",
                lesson,
                "--force",
                f"--course-dir={place}",
            ]
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

    def marks(self) -> dict[tuple[str, str, str], float]:
        return scores(f"sqlite:///{self.place / 'gradebook.db'}")


class Ours:
    """Our workers, warm, and the one writer."""

    def __init__(self, place: Path, submitted: Path, project: Project, jobs: int):
        self.course = course_folder(place, submitted)
        self.project = project
        self.pool = ProcessPoolExecutor(
            jobs, mp_context=get_context("spawn"), initializer=workers.end_with, initargs=(os.getpid(),)
        )
        for lesson in LESSONS:
            gradebook.prepare(self.course.gradebook, self.course.course_id, Master.read(lesson, project))
        self.ledger = gradebook.Ledger(self.course.gradebook, self.course.course_id)
        self.now = resume.circumstances([self.task(lesson, "student001") for lesson in LESSONS])
        list(
            self.pool.map(
                run.work, [self.task(lesson, "student001") for lesson in LESSONS for _ in range(jobs)]
            )
        )
        self.tree = Tree(*self.pool._processes)

    def task(self, lesson: str, student: str) -> run.Task:
        folder = self.course.submitted / student / lesson
        return run.Task(
            student=student, assignment=lesson, folder=folder, root=self.project.root, limits=LIMITS
        )

    def grade(self, lesson: str, students: list[str]) -> float:
        """Return the seconds that grading some students took."""
        begun = time.perf_counter()
        for future in as_completed(
            [self.pool.submit(run.work, self.task(lesson, each)) for each in students]
        ):
            course_run.record(self.course, self.ledger, future.result(), self.now)
        return time.perf_counter() - begun

    def marks(self) -> dict[tuple[str, str, str], float]:
        return scores(self.course.gradebook)


def scores(url: str) -> dict[tuple[str, str, str], float]:
    """Return every automatic score of a gradebook by student, lesson and grade id."""
    from nbgrader.api import Gradebook

    with Gradebook(url) as book:
        return {
            (submission.student_id, submission.name, grade.name): grade.auto_score or 0.0
            for submission in [each for lesson in LESSONS for each in book.assignment_submissions(lesson)]
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def floor(project: Project, submitted: Path, students: list[str]) -> float:
    """Return the processor seconds of all cells and checks, run in this interpreter."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    warm({"imports": [f"import autograder.exercises.{lesson[3:]}" for lesson in LESSONS]})
    total = 0.0
    for lesson in LESSONS:
        for round_, each in enumerate([students[0], *students]):  # the first once more, to be warm
            master = Master.read(lesson, project)
            repaired = run.read(submitted / each / lesson, master)
            steps = plan(repaired.notebook, LIMITS)
            begun = time.process_time()
            names: dict = {"__name__": "__main__"}
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                for step in steps:
                    with contextlib.suppress(Exception):
                        exec(compile(step.source, "<cell>", "exec"), names)
            plt.close("all")
            total += time.process_time() - begun if round_ else 0.0
    return total


def first_mark(place: Path, submitted: Path, jobs: int) -> float:
    """Return the seconds from the start of ``autograder grade`` until the first submission is recorded."""
    course = course_folder(place, submitted)
    command = [
        sys.executable,
        "-m",
        "autograder",
        "grade",
        "--course",
        str(place),
        "--jobs",
        str(jobs),
        "--no-feedback",
    ]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not any(course.autograded.glob("*/*/*.ipynb")):
        time.sleep(0.01)
    seconds = time.perf_counter() - begun
    process.terminate()
    process.wait()
    return seconds


def compare(count: int, jobs: int, place: Path) -> int:
    """Grade by turns and print what came of it; return 1 if an honest mark differs."""
    project = Project.here()
    invent(place, project, count // 2)
    submitted = place / "submitted"
    students = sorted(each.name for each in submitted.iterdir())
    stock = Stock(place / "stock", submitted, project)
    ours = Ours(place / "ours", submitted, project, jobs)
    seconds = {"stock": 0.0, "ours": 0.0}
    begun, tens = ours.tree.cpu(), sorted({name[:-1] for name in students})
    for ten in tens:
        for lesson in LESSONS:
            chosen = [name for name in students if name.startswith(ten)]
            took = stock.grade(lesson, f"{ten}?"), ours.grade(lesson, chosen)
            seconds["stock"] += took[0]
            seconds["ours"] += took[1]
            print(
                f"  {len(chosen):3} x {lesson:20} stock {took[0]:7.2f} s   ours {took[1]:6.2f} s", flush=True
            )
    cpu = ours.tree.cpu() - begun
    theirs, mine = stock.marks(), ours.marks()
    honest = [key for key in mine if honest_submission(key, mine, project)]
    wrong = [key for key in honest if theirs.get(key) != mine[key]]
    total = 2 * len(students)
    for name in ("stock", "ours"):
        print(f"{name:6} {total / seconds[name] * 60:7.1f} submissions a minute")
    print(f"marks of honest submissions compared: {len(honest)}, different: {len(wrong)} {wrong[:4]}")
    if wrong or not honest:
        print("no ratio: an honest submission got another mark")
        return 1
    print(f"ratio  {seconds['stock'] / seconds['ours']:.1f} with {jobs} workers")
    least = floor(project, submitted, students)
    print(
        f"floor  {least / total:.3f} s of processor a submission; ours {cpu / total:.3f} s, {cpu / least:.2f} times"
    )
    peaks = ours.tree.peak / 2**20, stock.tree.peak / 2**20
    print(f"memory {peaks[0]:.0f} MB at most, all processes of {jobs} workers; stock {peaks[1]:.0f} MB")
    print(f"first mark after {first_mark(place / 'first', submitted, jobs):.2f} s")
    return 0


def honest_submission(key: tuple[str, str, str], marks: dict, project: Project) -> bool:
    """Whether every exercise of the submission a mark belongs to got all its points."""
    master = Master.read(key[1], project)
    most = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell["metadata"]["nbgrader"]["points"]
        for cell in master.graded
    }
    return key[2] in most and all(
        marks.get((key[0], key[1], name)) == points for name, points in most.items()
    )


def curve(sizes: list[int], jobs: int, place: Path) -> None:
    """Print rate and memory of ours for classes of several sizes, in fresh workers each."""
    for size in sizes:
        folder = place / str(size)
        invent(folder, Project.here(), size // 2)
        students = sorted(each.name for each in (folder / "submitted").iterdir())
        ours = Ours(folder / "ours", folder / "submitted", Project.here(), jobs)
        seconds = sum(ours.grade(lesson, students) for lesson in LESSONS)
        rate, memory = 2 * len(students) / seconds * 60, ours.tree.peak / 2**20
        print(f"{2 * len(students):5} submissions {rate:7.1f} a minute, {memory:5.0f} MB at most", flush=True)
        ours.tree.over.set()
        ours.pool.shutdown()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--submissions", type=int, default=48)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--curve", type=int, nargs="+", metavar="SIZE")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if options.curve:
            curve(options.curve, options.jobs, Path(place))
            return 0
        return compare(options.submissions, options.jobs, Path(place))


if __name__ == "__main__":
    sys.exit(main())
