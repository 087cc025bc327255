"""The student's part, and checking alone, where Windows has not what Linux has; see ``without_posix``.

A class cannot be graded there, and is told so in one line.  What Windows itself does is tried by the workflow.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.marks import nbgrader_of
from autograder.project import Project
from tests.alone import solve

HERE = Path(__file__).parent / "without_posix"
PROJECT = Project.here()
QUICK = "06_saddle_explorer"
SOME = ("09_hyperparameter_search", "F3_backpropagation")
"""Lessons whose stubs are checked too: one with processes and files, and one that records on a tape."""


@pytest.fixture
def windows(tmp_path):
    """Return a function that runs Python without what Windows has not, and in its encoding."""

    def run(*words, cwd=tmp_path):
        ours = {"REAL_PYTHON": sys.executable, "PYTHONIOENCODING": "cp1252", "XDG_STATE_HOME": str(tmp_path)}
        return subprocess.run(
            [HERE / "python", *words],
            cwd=cwd,
            env={**os.environ, **ours, "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture
def solved(tmp_path):
    """Return a function that writes a released notebook with the lesson's own answers."""
    return lambda lesson: solve(lesson, tmp_path)


def test_the_project_finds_nothing_of_it_and_other_packages_do(windows):
    done = windows(
        "-c",
        "import os, signal, socket, subprocess, sys, psutil\n"
        "print([hasattr(os, 'fork'), hasattr(signal, 'SIGALRM'), hasattr(socket, 'AF_UNIX')])\n"
        "try:\n    import fcntl\nexcept ImportError as error:\n    print(error)\n"
        "code = 'import os; print(hasattr(os, \"getuid\"))'\n"
        "print(subprocess.run([sys.executable, '-c', code], capture_output=True, env={**os.environ}).stdout)",
    )
    assert done.stdout.splitlines() == [
        "[False, False, False]",
        "No module named 'fcntl': Windows has none",
        "b'False\\n'",
    ], done.stderr


def test_doctor_says_what_is_missing_and_what_works(windows):
    done = windows("-m", "autograder", "doctor")
    assert done.returncode == 1
    assert done.stderr == ""
    assert "fresh sandbox     autograder check NOTEBOOK: a limit of time only" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Grading a class needs Linux, a virtual machine")


@pytest.mark.parametrize("words", ["grade", "grade --sandbox fresh", "demo"])
def test_a_class_needs_linux_and_is_told_so_in_one_line(windows, tmp_path, words):
    (tmp_path / "submitted").mkdir()
    done = windows("-m", "autograder", *words.split())
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Grading a class needs Linux, a virtual machine with Linux, or WSL")
    assert done.stderr.count("\n") == 1


def check(windows, file):
    """Return the verdicts of ``autograder check`` by exercise, and what it said of its level."""
    done = windows("-m", "autograder", "check", "--json", file)
    assert done.stdout, done.stderr
    return {row["grade_id"]: row["verdict"] for row in json.loads(done.stdout)}, done.stderr


@pytest.mark.long
def test_check_says_what_it_does_not_keep_in(windows, solved):
    verdicts, said = check(windows, solved(QUICK))
    assert set(verdicts.values()) == {"correct"}
    assert said == (
        "sandbox: fresh; a limit of time only, the notebook can read, write and reach all that you can\n"
    )


@pytest.mark.long
def test_check_prints_signs_that_the_encoding_of_windows_lacks(windows):
    done = windows("-m", "autograder", "check", PROJECT.released(QUICK))
    assert done.returncode == 1
    assert "○ " in done.stdout


LOOPS = "while True:\n    pass"


@pytest.mark.long
@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        pytest.param(LOOPS, "timeout", marks=pytest.mark.thorough),
        pytest.param("import time; time.sleep(60)", "timeout", marks=pytest.mark.thorough),
        ("import os; os._exit(3)", "error"),
    ],
    ids=["endless loop", "sleep that no alarm ends", "ends Python"],
)
def test_an_answer_that_hangs_or_ends_python_costs_itself_alone(windows, solved, source, verdict):
    file = solved("04_momentum")
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        if nbgrader_of(cell).get("grade_id") == "sgd":
            inside = "\n".join(f"    {line}" for line in source.splitlines())
            cell["source"] = f"def sgd(w, dw, config=None):\n{inside}\n    return w, config"
    nbformat.write(notebook, file)
    done = windows("-m", "autograder", "check", "--json", "--timeout", "2", file)
    verdicts = {row["grade_id"]: row["verdict"] for row in json.loads(done.stdout)}
    assert verdicts.pop("sgd-check") == verdict
    assert set(verdicts.values()) == {"correct"}


@pytest.mark.long
def test_a_notebook_cannot_import_the_answers(windows, solved):
    file = solved("04_momentum")
    notebook = nbformat.read(file, as_version=4)
    for cell in notebook.cells:
        if nbgrader_of(cell).get("grade_id") == "sgd":
            cell["source"] = (
                "from autograder.exercises.momentum.sgd import sgd as known\nsgd = known.reference"
            )
    nbformat.write(notebook, file)
    verdicts, _ = check(windows, file)
    assert verdicts["sgd-check"] == "error"


@pytest.mark.thorough
@pytest.mark.parametrize("lesson", PROJECT.lessons())
def test_check_finds_every_answer_of_every_lesson_correct(windows, solved, lesson):
    verdicts, _ = check(windows, solved(lesson))
    assert set(verdicts.values()) == {"correct"}


@pytest.mark.long
@pytest.mark.parametrize("lesson", SOME)
def test_check_finds_stubs_unwritten(windows, lesson):
    verdicts, _ = check(windows, PROJECT.released(lesson))
    assert set(verdicts.values()) == {"unfinished"}


@pytest.mark.thorough
def test_build_makes_the_same_bytes(windows):
    done = windows("-m", "autograder", "build", "--check")
    assert done.returncode == 0, done.stderr
    assert "is what its text makes" in done.stdout
