"""Submissions graded per minute: stock nbgrader with its own Execute, and us, by turns in one run.

    python benchmarks/throughput.py                 48 submissions of two lessons, ratio, floor, memory, first mark
    python benchmarks/throughput.py --curve 10 100 1000    rate and memory of ours as the class grows
    python benchmarks/throughput.py --crowd 1000    one submission in ten hostile or broken; every mark looked at

Both graders read the same files, run the same notebooks, write a gradebook and the autograded notebook.  Neither
is charged for its imports: stock's Autograde runs in a process that has loaded nbgrader, ours in workers that are
warm; what starting costs us is printed as the time to the first mark.  Stock runs one notebook after the other,
which is all it can, and runs the cells that only draw.  Two floors are printed, both the processor time of the
students' cells and our checks alone, with as many at once as there are workers, for two busy cores slow each other
down: once with a warm interpreter forked for each submission, the least by which one student's code cannot change
the next one's mark, and once with all in one interpreter, which keeps nothing apart.
No ratio is printed if an honest submission gets another mark from us than from stock.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads inside NumPy would count twice

import psutil
from classes import LESSONS, Crowd, honest_submission, invent
from graders import Ours, Stock, Tree, course_folder, scores
from nbformat import NotebookNode

from autograder.examine.plan import plan
from autograder.examine.warm import warm
from autograder.grading import config
from autograder.grading.course import Course
from autograder.lesson import Master
from autograder.project import Project
from autograder.running import run_one


def floors(project: Project, submitted: Path, students: list[str], jobs: int) -> tuple[float, float]:
    """Return the processor seconds of all cells and checks: forked for each submission, and in one interpreter."""
    shares = [students[at::jobs] for at in range(jobs)]
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        forked, together = zip(*pool.map(bare, repeat(project), repeat(submitted), shares), strict=True)
    return sum(forked), sum(together)


def bare(project: Project, submitted: Path, students: list[str]) -> tuple[float, float]:
    """Return what ``floors`` does for some students, run from this interpreter."""
    import matplotlib

    matplotlib.use("agg")
    warm({"imports": [f"import autograder.exercises.{lesson[3:]}" for lesson in LESSONS], "seconds": 3600.0})
    forked = together = 0.0
    for lesson in LESSONS:
        master = Master.read(lesson, project)
        notebooks = [run_one.read(submitted / each / lesson, master).notebook for each in students]
        run_cells(notebooks[0])  # to be warm
        forked += sum(map(in_a_fork, notebooks))
        begun = time.process_time()
        for notebook in notebooks:
            run_cells(notebook)
        together += time.process_time() - begun
    return forked, together


def in_a_fork(notebook: NotebookNode) -> float:
    """Return the processor seconds of the cells of a notebook in a process of its own, forking included."""
    begun = time.process_time()
    child = os.fork()
    if not child:
        run_cells(notebook)
        os._exit(0)
    _, _, used = os.wait4(child, 0)
    return time.process_time() - begun + used.ru_utime + used.ru_stime


def run_cells(notebook: NotebookNode) -> None:
    """Run the cells and checks of a notebook in this process."""
    import matplotlib.pyplot as plt

    names: dict = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        for step in plan(notebook):
            with contextlib.suppress(Exception):
                exec(compile(step.source, "<cell>", "exec"), names)
    plt.close("all")


def command(place: Path, jobs: int, *more: str) -> list[str]:
    """Return the command that grades a course folder, without pages for students."""
    grade = [sys.executable, "-m", "autograder", "grade", "--course", str(place), "--jobs", str(jobs)]
    return [*grade, "--no-feedback", *more]


def first_mark(place: Path, submitted: Path, jobs: int) -> float:
    """Return the seconds from the start of ``autograder grade`` until the first submission is recorded."""
    course = course_folder(place, submitted)
    begun = time.perf_counter()
    process = subprocess.Popen(command(place, jobs), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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
    first = first_mark(place / "first", submitted, jobs)  # now, for ended workers need a while to go
    stock = Stock(place / "stock", submitted, project)
    ours = Ours(place / "ours", submitted, project, jobs)
    seconds, ratios = {"stock": 0.0, "ours": 0.0}, []
    begun, tens = ours.tree.cpu(), sorted({name[:-1] for name in students})
    for ten in tens:
        for lesson in LESSONS:
            chosen = [name for name in students if name.startswith(ten)]
            took = stock.grade(lesson, f"{ten}?"), ours.grade(lesson, chosen)
            seconds["stock"] += took[0]
            seconds["ours"] += took[1]
            ratios.append(took[0] / took[1])
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
    others = [key for key in mine if theirs.get(key) != mine[key]]
    print(f"marks of all submissions compared: {len(mine)}, different: {len(others)} {others[:4]}")
    if wrong or not honest:
        print("no ratio: an honest submission got another mark")
        return 1
    # The median: a round of ours lasts a second, which another process on the machine can double.
    print(
        f"ratio  {statistics.median(ratios):.1f} with {jobs} workers, the median of {len(ratios)} rounds "
        f"({min(ratios):.1f} to {max(ratios):.1f}); of all seconds {seconds['stock'] / seconds['ours']:.1f}"
    )
    print(f"ours takes {cpu / total:.3f} s of processor a submission")
    kinds = "a forked interpreter each", "all in one interpreter"
    for kind, least in zip(kinds, floors(project, submitted, students, jobs), strict=True):
        print(f"floor  {least / total:.3f} s with {kind}; ours is {cpu / least:.2f} times that")
    peaks = ours.tree.peak / 2**20, stock.tree.peak / 2**20
    print(f"memory {peaks[0]:.0f} MB at most, all processes of {jobs} workers; stock {peaks[1]:.0f} MB")
    print(f"first mark after {first:.2f} s")
    return 0


def grade_class(size: int, odd: int, jobs: int, place: Path) -> tuple[Crowd, dict]:
    """Grade a class with ``autograder grade``, print rate and memory, and return what it is worth and its marks.

    The rate is that between the first and the last submission recorded, so starting up is not in it.
    """
    crowd = invent(place, Project.here(), size // 2, odd)
    (place / "course").mkdir()
    config.write(place / "course")
    os.rename(place / "submitted", place / "course" / "submitted")  # pipes and devices cannot be copied
    course = Course.open(place / "course")
    process = subprocess.Popen(
        command(place / "course", jobs, "--timeout", "10"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    tree = Tree(process.pid, every=1.0)
    said = process.stderr.read()
    if process.wait() != (1 if crowd.left_out else 0):
        raise SystemExit(f"autograder grade ended with {process.returncode}: {said[-2000:]}")
    tree.over.set()
    ends = sorted(each.stat().st_mtime for each in course.autograded.glob("*/*/*.ipynb"))
    seconds = max(ends[-1] - ends[0], 1e-3)
    rate = (len(ends) - 1) / seconds * 60
    print(
        f"{len(ends):5} submissions, {crowd.odd} of them hostile or broken: {rate:7.1f} a minute, "
        f"{tree.peak / 2**20:5.0f} MB at most",
        flush=True,
    )
    return crowd, scores(course.gradebook)


def curve(sizes: list[int], jobs: int, place: Path) -> None:
    """Print rate and memory of ours for classes of several sizes."""
    for size in sizes:
        grade_class(size, 0, jobs, place / str(size))


def crowd(size: int, jobs: int, place: Path) -> int:
    """Grade a class of which a tenth is hostile or broken; return 1 unless every mark is what it must be."""
    handed_in, marks = grade_class(size, size // 10, jobs, place)
    wrong = [key for key, points in handed_in.truth.items() if marks.get(key) != points]
    gained = [key for key in handed_in.attacked if marks.get(key) != 0.0]
    print(f"marks that must be right: {len(handed_in.truth)}, wrong: {len(wrong)} {wrong[:4]}")
    print(f"cells under attack: {len(handed_in.attacked)}, with a mark: {len(gained)} {gained[:4]}")
    graded = [one for one in handed_in.left_out if any(key[:2] == one for key in marks)]
    left = [one.pid for one in psutil.process_iter(["cmdline"]) if str(place) in str(one.info["cmdline"])]
    print(f"submissions that are not to be graded: {len(handed_in.left_out)}, graded: {len(graded)}")
    print(f"processes left running: {len(left)}")
    return 1 if wrong or gained or graded or left else 0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--submissions", type=int, default=48)
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--curve", type=int, nargs="+", metavar="SIZE")
    asked.add_argument("--crowd", type=int, metavar="SIZE")
    options = asked.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory() as place:
        if options.curve:
            curve(options.curve, options.jobs, Path(place))
            return 0
        if options.crowd:
            return crowd(options.crowd, options.jobs, Path(place))
        return compare(options.submissions, options.jobs, Path(place))


if __name__ == "__main__":
    sys.exit(main())
