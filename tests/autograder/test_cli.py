"""The command line starts fast, and an error is one line with the cure."""

import ast
import errno
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import Trouble
from autograder.project import Project

HEAVY = ("nbgrader", "numpy", "matplotlib", "jupytext", "rich", "nbformat", "sqlalchemy")
COMMANDS = cli.main.list_commands(None)


def run(*arguments):
    return CliRunner().invoke(cli.main, list(arguments), prog_name="autograder")


def loaded_after(*arguments):
    """Return which heavy packages a fresh process has imported after running the command line."""
    program = (
        "import sys; from autograder.cli import main\n"
        f"try: main({list(arguments)!r})\n"
        "except SystemExit: pass\n"
        f"print('loaded', [each for each in {HEAVY} if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return ast.literal_eval(done.stdout.rpartition("loaded ")[2])


def test_help_names_every_command_and_imports_none_of_them():
    done = run("--help")
    assert done.exit_code == 0
    assert {"build", "validate", "adopt"} <= set(COMMANDS)
    for name in COMMANDS:
        assert f"  {name} " in done.output
        assert cli.summary(cli.FOLDER / f"{name}.py") not in ("", "(its module cannot be read)")
    assert loaded_after("--help") == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_is_there_without_heavy_imports(name):
    done = run(name, "--help")
    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: autograder {name}")
    assert loaded_after(name, "--help") == []


def test_commands_stand_in_the_order_an_instructor_meets_them():
    assert COMMANDS[:3] == ["build", "validate", "adopt"]


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: autograder ")


@pytest.fixture
def failing(monkeypatch):
    """Return a function that makes a command which raises an error."""

    def fail(error):
        @click.command()
        @click.option("--count", type=int)
        def command(count):
            raise error

        monkeypatch.setattr(
            cli.Lazy, "get_command", lambda self, ctx, name: command if name == "fails" else None
        )

    return fail


def test_trouble_is_shown_as_it_is(failing):
    failing(Trouble("The rate must be positive; got -1. Did you add?"))
    done = run("fails")
    assert (done.exit_code, done.output) == (1, "Error: The rate must be positive; got -1. Did you add?\n")


def test_an_unforeseen_error_is_one_line_that_says_how_to_see_more(failing):
    failing(KeyError("velocity\nand more"))
    done = run("fails")
    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    assert done.output.startswith("Error: KeyError: ")
    assert "run again with --debug" in done.output


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.ENOSPC, "Make room on the disk"),
        (errno.EACCES, "the right to it"),
        (errno.EROFS, "the right to it"),
    ],
)
def test_a_full_or_read_only_disk_is_said_with_the_cure(failing, number, cure):
    failing(OSError(number, os.strerror(number), "grades.csv"))
    said = run("fails").output
    assert said.startswith(f"Error: grades.csv: {os.strerror(number)}. ")
    assert cure in said
    assert "unexpected" not in said


@pytest.mark.parametrize("arguments", [("--debug", "fails"), ("fails", "--debug")])
@pytest.mark.parametrize("error", [Trouble("no"), KeyError("velocity")])
def test_debug_before_or_after_the_command_shows_the_traceback(failing, arguments, error):
    failing(error)
    assert run(*arguments).exception is error


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("fails", "--count", "x"), ("fails", "--nonsense"), ("--nonsense",)]
)
def test_wrong_usage_is_exit_code_2(failing, arguments):
    failing(Trouble("not reached"))
    done = run(*arguments)
    assert done.exit_code == 2
    assert "Usage: autograder" in done.output


def test_what_follows_two_dashes_is_the_commands_own(monkeypatch):
    seen = []

    @click.command()
    @click.argument("rest", nargs=-1)
    def command(rest):
        seen.extend(rest)

    monkeypatch.setattr(cli.Lazy, "get_command", lambda self, ctx, name: command)
    assert run("any", "--", "--debug").exit_code == 0
    assert seen == ["--debug"]


def test_build_and_check_and_adopt_from_the_command_line(project, monkeypatch):
    monkeypatch.setattr(Project, "here", lambda: project)
    assert "is what its text makes: 90_doubling" in run("build", "--check").output
    file = project.text("90_doubling")
    file.write_text(file.read_text().replace("A lesson of one", "A lesson of only one"))
    checked = run("build", "--check")
    assert checked.exit_code == 1
    assert "release/90_doubling/90_doubling.ipynb differs" in checked.output
    built = run("build", "doubling")
    assert (built.exit_code, built.output.splitlines()[-1]) == (0, "Built 90_doubling: 3 files changed.")
    notebook = project.notebook("90_doubling")
    assert "nothing to adopt" in run("adopt", str(notebook)).output
    notebook.write_text(notebook.read_text().replace("only one", "no more than one"))
    adopted = run("adopt", str(notebook))
    assert "changed: # What does a step" in adopted.output
    assert "no more than one" in file.read_text()
    refused = run("adopt", str(Path("nowhere.ipynb")))
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
