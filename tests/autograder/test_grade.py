"""A course folder is graded to the truth, whatever is in it; nbgrader's own commands agree."""

import contextlib
import csv
import io
import json
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import pytest

from autograder.cohort.compare import differences
from autograder.cohort.write import read_truth, write
from autograder.errors import Trouble
from autograder.grading import course_run, pages, records, report, resume, run, session
from autograder.grading.course import Course
from autograder.grading.verdicts import End, read_verdict, show
from autograder.marks import Graded, Limits, Ran, Row, is_autograded, nbgrader_of

LESSON = "90_doubling"
WRITTEN = "def twice(x, offset=0.0):\n    return 2 * (x - offset)"

SQUARED = WRITTEN.replace("2 * (x - offset)", "(x - offset) ** 2")


@contextlib.contextmanager
def monkeypatched_display(cell):
    """Show a result as a kernel does."""

    def show_result(value):
        data = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
        cell.outputs.append(nbformat.v4.new_output("execute_result", data))

    kept, sys.displayhook = sys.displayhook, show_result
    try:
        yield
    finally:
        sys.displayhook = kept


def run_here(notebook, limits):
    """Run the cells in this process: quick, and good enough for what is tested here."""
    space, ends, verdicts = {}, {}, {}
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or "while True" in cell.source or "os._exit" in cell.source:
            continue
        cell.outputs = []
        try:
            quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
            with monkeypatched_display(cell), quiet[0], quiet[1], warnings.catch_warnings():
                warnings.simplefilter("default")  # a warning is no error in a notebook
                exec(compile(cell.source, f"cell {at}", "exec"), space)
            ends[at] = End(how="ok")
        except BaseException as error:
            ends[at] = End(how="error", error=type(error).__name__, text=str(error))
        if is_autograded(cell):
            found = read_verdict(notebook, at, ends)
            verdicts[nbgrader_of(cell)["grade_id"]] = Graded(verdict=found)
            show(cell, found)
    return Ran(notebook=notebook, verdicts=verdicts)


@pytest.fixture(scope="session", autouse=True)
def one_alembic():
    """Know the database's version: nbgrader starts a program for it with every new gradebook."""
    import nbgrader.api

    from autograder.grading import gradebook

    kept = nbgrader.api.get_alembic_version
    version = gradebook.head()
    nbgrader.api.get_alembic_version = lambda: version
    yield
    nbgrader.api.get_alembic_version = kept


@pytest.fixture
def here(monkeypatch):
    monkeypatch.setattr(run, "executor", lambda name: run_here)


@pytest.fixture
def course(project, tmp_path, monkeypatch):
    """A course folder of the small lesson, nobody has handed in yet."""
    folder = tmp_path / "course"
    (folder / "submitted").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.source_directory = {str(project.source)!r}\n"
        f"c.CourseDirectory.release_directory = {str(project.release)!r}\n"
        f"c.CourseDirectory.root = {str(folder)!r}\n"
        "from autograder.grading.config import configure\nconfigure(c)\n"
    )
    return Course(folder)


def hand_in(course, student, source=None, *, data=None, name=f"{LESSON}.ipynb"):
    folder = course.submitted / student / LESSON
    folder.mkdir(parents=True, exist_ok=True)
    if data is None:
        notebook = json.loads(course.project.released(LESSON).read_text())
        for cell in notebook["cells"]:
            if source is not None and nbgrader_of(cell).get("grade_id") == "twice":
                cell["source"] = source
        data = json.dumps(notebook).encode()
    (folder / name).write_bytes(data)
    return folder / name


def graded(course, names=(LESSON,)):
    chosen = course_run.tasks(course, list(names), "kernel", Limits())
    return {row.student: row for row in course_run.grade(course, chosen, jobs=0)}


def scores(course):
    from autograder.grading.gradebook import scores

    return {
        key[0]: value
        for key, value in scores(course.gradebook, course.course_id).items()
        if "check" in key[2]
    }


def test_marks_reach_rows_gradebook_and_autograded(course, here):
    hand_in(course, "ada", WRITTEN)
    hand_in(course, "emmy", SQUARED)
    hand_in(course, "kurt")
    rows = graded(course)
    got = {name: (row.points, row.max_points, row.verdict, row.mistake) for name, row in rows.items()}
    assert got == {
        "ada": (3.0, 3.0, "correct", None),
        "emmy": (0.0, 3.0, "mistake", "squared"),
        "kurt": (0.0, 3.0, "unfinished", None),
    }
    assert scores(course) == {"ada": 3.0, "emmy": 0.0, "kurt": 0.0}
    made = nbformat.read(course.autograded / "ada" / LESSON / f"{LESSON}.ipynb", as_version=4)
    nbformat.validate(made)


@pytest.mark.parametrize(
    ("data", "status", "verdict"),
    [
        (b'{"cells": [', "unreadable", "error"),
        (None, "missing", "unfinished"),
        (b"[]", "unreadable", "error"),
    ],
)
def test_broken_submission_has_a_status_and_zeros_and_the_next_is_graded(course, here, data, status, verdict):
    if data is None:
        (course.submitted / "ada" / LESSON).mkdir(parents=True)
    else:
        hand_in(course, "ada", data=data)
    hand_in(course, "emmy", WRITTEN)
    rows = graded(course)
    assert (rows["ada"].status, rows["ada"].verdict, rows["ada"].points) == (status, verdict, 0.0)
    assert (rows["emmy"].status, rows["emmy"].verdict) == ("graded", "correct")
    assert scores(course) == {"ada": 0.0, "emmy": 3.0}


def test_a_grader_that_breaks_is_said_and_the_next_is_graded(course, monkeypatch):
    calls = []

    def breaks(notebook, limits):
        calls.append(1)
        if "** 2" in str(notebook):
            raise RuntimeError("no space left")
        return run_here(notebook, limits)

    monkeypatch.setattr(run, "executor", lambda name: breaks)
    hand_in(course, "ada", SQUARED)
    hand_in(course, "emmy", WRITTEN)
    rows = graded(course)
    assert rows["ada"].status == "unreadable"
    assert "no space left" in rows["ada"].message
    assert rows["emmy"].verdict == "correct"
    assert len(calls) == 3, "what broke is tried once more"


def test_regrade_leaves_no_old_marks(course, here):
    file = hand_in(course, "ada", WRITTEN)
    graded(course)
    assert scores(course) == {"ada": 3.0}
    file.write_bytes(b"gone")
    assert graded(course)["ada"].status == "unreadable"
    assert scores(course) == {"ada": 0.0}


def test_submitted_files_are_never_touched(course, here):
    file = hand_in(course, "ada", WRITTEN, name="Untitled.ipynb")
    (file.parent / "timestamp.txt").write_text("yesterday, late")
    before = {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in file.parent.iterdir()}
    rows = graded(course)
    assert rows["ada"].verdict == "correct"
    assert {each: (each.read_bytes(), each.stat().st_mtime_ns) for each in file.parent.iterdir()} == before


def test_a_marked_cell_of_a_person_waits_for_review_and_an_empty_guess_does_not(course, here):
    from nbgrader.api import Gradebook

    hand_in(course, "ada", WRITTEN)
    graded(course)
    with Gradebook(course.gradebook) as book:
        grade = book.find_grade("twice-check", LESSON, LESSON, "ada")
        assert not grade.needs_manual_grade
        assert not book.find_grade("predict-twice", LESSON, LESSON, "ada").needs_manual_grade
        grade.manual_score = 2.5
        book.db.commit()
    graded(course)
    with Gradebook(course.gradebook) as book:
        grade = book.find_grade("twice-check", LESSON, LESSON, "ada")
        assert (grade.auto_score, grade.score, grade.needs_manual_grade) == (3.0, 2.5, True)


def test_lesson_that_gained_cells_after_grading_is_said(course, here, project):
    hand_in(course, "ada", WRITTEN)
    graded(course)
    for file in (project.notebook(LESSON), project.released(LESSON)):
        notebook = json.loads(file.read_text())
        extra = json.loads(json.dumps(next(c for c in notebook["cells"] if c["id"] == "twice-check")))
        extra["id"] = extra["metadata"]["nbgrader"]["grade_id"] = "again-check"
        notebook["cells"].append(extra)
        file.write_text(json.dumps(notebook))
    run.master.cache_clear()
    with pytest.raises(Trouble, match="gained or lost cells"):
        graded(course)
    run.master.cache_clear()


def test_nothing_to_grade_is_said(course):
    with pytest.raises(Trouble, match="Nothing to grade"):
        graded(course)
    with pytest.raises(Trouble, match="no folder submitted"):
        Course.open(course.folder / "submitted")


def test_whole_class_equals_its_truth_and_pages_show_nothing_hidden(course, here, project, monkeypatch):
    """Every habit that can be played in this process; see test_kernel for hanging and dying."""
    keep = (course.folder / "nbgrader_config.py").read_text()
    (course.folder / "nbgrader_config.py").unlink()
    (course.folder / "submitted").rmdir()
    write(course.folder, project, [LESSON], 40, 7)
    (course.folder / "nbgrader_config.py").write_text(keep)
    rows = session.run(
        course, [], executor="kernel", limits=Limits(), jobs=0, json_file=course.folder / "o.json"
    )

    from autograder.grading.gradebook import scores

    wrong = differences(rows, course.folder, scores(course.gradebook, course.course_id))
    lost = {
        key[0] for key, row in read_truth(course.folder / "truth.csv").items() if row["verdict"] == "timeout"
    }
    assert [line for line in wrong if line.split()[0] not in lost] == []
    found = sorted(course.feedback.rglob("*.html"))
    assert len(found) == 40
    for page in found:
        words = page.read_text().lower()
        assert "autograder" not in words, page
        assert "hidden tests" not in words, page
        assert "doubling.grade" not in words, page
    notes = [page for page in found if "About your file" in page.read_text()]
    assert len(notes) >= 5
    published = json.loads((course.folder / "o.json").read_text())
    assert len(published) == len(rows)
    assert set(published[0]) == {
        "student",
        "assignment",
        "grade_id",
        "points",
        "max_points",
        "verdict",
        "mistake",
        "message",
    }


def test_a_mark_that_differs_from_the_truth_is_found(course, here, project):
    truth = course.folder / "truth.csv"
    truth.write_text(
        "student,assignment,grade_id,points,max_points,verdict,mistake\n"
        f"ada,{LESSON},twice-check,3.0,3.0,correct,\n"
        f"emmy,{LESSON},twice-check,3.0,3.0,correct,\n"
        f"kurt,{LESSON},twice-check,0.0,3.0,unfinished,\n"
    )
    hand_in(course, "ada", WRITTEN)
    hand_in(course, "emmy", SQUARED)
    rows = list(graded(course).values())
    report.write_csv(course.folder / "grades.csv", rows)

    from autograder.grading.gradebook import scores

    book = scores(course.gradebook, "")
    found = differences(rows, course.folder, book)
    assert [line.split()[0] for line in found] == ["emmy", "kurt"]
    assert "mistake (squared)" in found[0]
    book["ada", LESSON, "twice-check"] = 1.0
    assert [line.split()[0] for line in differences(rows, course.folder, book)] == ["ada", "emmy", "kurt"]


def test_grades_csv_is_quoted_and_runs_no_formula(tmp_path):
    row = Row(
        student='o"brien, =1',
        assignment=LESSON,
        grade_id="twice-check",
        points=1.5,
        max_points=3.0,
        verdict="mistake",
        mistake=None,
        message="=HYPERLINK(1)\nsecond, line",
    )
    report.write_csv(tmp_path / "g.csv", [row])
    with (tmp_path / "g.csv").open(newline="") as stream:
        (read,) = csv.DictReader(stream)
    assert (read["student"], read["points"], read["mistake"]) == ('o"brien, =1', "1.5", "")
    assert read["message"] == "'=HYPERLINK(1)\nsecond, line"


def test_processes_give_what_this_process_gives(course):
    """Two workers, which know nothing of the small lesson's exercises: its check fails, and every task ends."""
    for student in ("ada", "emmy", "kurt"):
        hand_in(course, student, data=b"not a notebook")
    chosen = course_run.tasks(course, [LESSON], "kernel", Limits())
    done = list(run.run_all(chosen, 2))
    assert sorted(each.student for each in done) == ["ada", "emmy", "kurt"]
    assert {each.status for each in done} == {"unreadable"}


class TestNbgraderItself:
    """`nbgrader autograde` and `nbgrader generate_feedback` in the course folder, as an instructor types them."""

    @pytest.fixture
    def nbgrader(self, course):
        def start(*words):
            program = (
                "import sys; from autograder import exercises; exercises.__path__.append(sys.argv.pop(1));"
                "sys.path.insert(0, sys.argv.pop(1)); import test_executor_here; "
                "from nbgrader.apps.nbgraderapp import main; sys.argv[0] = 'nbgrader'; main()"
            )
            fixtures = Path(__file__).parents[1] / "fixtures"
            module = course.folder / "modules"
            module.mkdir(exist_ok=True)
            (module / "test_executor_here.py").write_text(
                "import importlib.util\n"
                f"spec = importlib.util.spec_from_file_location('test_grade', {__file__!r})\n"
                "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)\n"
                "from autograder.grading import run\nrun.executor = lambda name: module.run_here\n"
            )
            words = [
                sys.executable,
                "-c",
                program,
                str(fixtures / "lesson" / "exercises"),
                str(module),
                *words,
            ]
            return subprocess.run(
                words, cwd=course.folder, capture_output=True, text=True, timeout=120, check=False
            )

        return start

    def test_marks_and_pages_are_the_same(self, course, nbgrader, here):
        hand_in(course, "ada", WRITTEN)
        hand_in(course, "carl", data=b'{"cells": [')
        hand_in(course, "emmy", WRITTEN, name="homework.ipynb")
        (course.submitted / "emmy" / LESSON / "timestamp.txt").write_text("yesterday, late")
        doubled = json.loads(hand_in(course, "kurt", WRITTEN).read_text())
        doubled["cells"] += [cell for cell in doubled["cells"] if nbgrader_of(cell)]
        hand_in(course, "kurt", data=json.dumps(doubled).encode())
        hand_in(course, "noor", SQUARED)
        said = nbgrader("autograde", LESSON)
        assert said.returncode == 0, said.stderr
        theirs = scores(course)
        assert theirs == {"ada": 3.0, "carl": 0.0, "emmy": 3.0, "kurt": 3.0, "noor": 0.0}
        kept = {record.student: record for record in records.read(course)}
        assert {student: record.rows[0]["points"] for student, record in kept.items()} == theirs
        tasks = course_run.tasks(course, [LESSON], "examiner", Limits())
        unchanged = {task.student: resume.content(task) for task in tasks}
        assert {student: record.content for student, record in kept.items()} == unchanged

        said = nbgrader("generate_feedback", LESSON)
        assert said.returncode == 0, said.stderr
        for student in theirs:
            words = (course.feedback / student / LESSON / f"{LESSON}.html").read_text().lower()
            assert "autograder" not in words
            assert "hidden tests" not in words
        assert "squared" in words.lower()

        (course.folder / "gradebook.db").unlink()
        graded(course)
        assert scores(course) == theirs


def test_pages_say_what_could_not_be_written(course, here):
    hand_in(course, "ada", WRITTEN)
    graded(course)
    (course.autograded / "ada" / LESSON / f"{LESSON}.ipynb").write_text("{")
    troubles = pages.write(course, [("ada", LESSON)], jobs=0)
    assert len(troubles) == 1
    assert "ada" in troubles[0]
