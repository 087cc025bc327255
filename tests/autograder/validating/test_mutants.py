"""Mutants of a small exercise: survivors are found, listed ones need a reason and must still survive."""

import subprocess
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.errors import Trouble
from autograder.project import Project
from autograder.validating import audit, mutants, survivors
from tests.autograder.small_lesson import LESSON


@pytest.fixture
def exercise(doubling, monkeypatch):
    """Return a function that puts the exercise with changes in its place."""

    def put(**changes):
        made = replace(doubling.twice, **changes)
        monkeypatch.setattr(doubling, "EXERCISES", (made,))
        return made

    return put


def only(project):
    (found,) = survivors.tried(project, [LESSON])
    return found


def surviving(project):
    return {each.key for each in only(project).fates if each.survives}


def failures(project):
    return {(each.what, each.name, each.got) for each in only(project).findings if not each.passed}


def test_reference_and_lesson_are_both_changed(project):
    found = only(project)
    assert {each.origin for each in found.fates} == {"reference", "lesson"}
    assert len(found.fates) > 15
    assert any(each.mistake for each in found.fates)


def test_a_mutant_that_the_checks_do_not_see_is_found(project, exercise, doubling):
    key = "distance = x - offset -> distance = x + offset"
    assert key not in surviving(project)
    exercise(checks=doubling.twice.checks[:1])
    assert ("mutant", key, "earns everything") in failures(project)


def test_a_survivor_with_a_reason_is_no_failure_and_without_one_is(project, exercise, doubling):
    key = "distance = x - offset -> distance = x + offset"
    exercise(checks=doubling.twice.checks[:1], equivalent={key: "Here the offset is zero."})
    assert key not in {name for _, name, _ in failures(project)}
    exercise(checks=doubling.twice.checks[:1], equivalent={key: " "})
    assert ("equivalent", key, "no reason") in failures(project)


def test_a_list_that_is_out_of_date_is_found(project, exercise):
    key = "distance = x - offset -> distance = x + offset"
    exercise(equivalent={key: "It is the same.", "a -> b": "It was the same."})
    expected = {("equivalent", key, "rejected"), ("equivalent", "a -> b", "there is no such mutant")}
    assert expected <= failures(project)


def test_a_mutant_that_never_ends_is_rejected(project, monkeypatch):
    monkeypatch.setattr(mutants, "LEAST", 0.1)
    file = project.text(LESSON)
    loop = "    result = distance + distance\n    left = 2\n    while left > 0:\n        left -= 1\n"
    file.write_text(file.read_text().replace("    result = distance + distance\n", loop))
    (fate,) = [each for each in only(project).fates if each.key == "left -= 1 -> (removed)"]
    assert fate.failed == ("time or memory",)


def test_the_command_prints_the_table_and_the_survivors(project, exercise, doubling, monkeypatch):
    monkeypatch.setattr(Project, "here", lambda: project)
    exercise(checks=doubling.twice.checks[:1])
    ran = CliRunner().invoke(main, ["validate", "--mutants", "--exercise", "twice", LESSON])
    assert ran.exit_code == 1
    assert "mutants" in ran.output
    assert '"distance = x - offset -> distance = x + offset": "",  # lesson' in ran.output
    assert any(line.startswith(LESSON) and "%" in line for line in ran.output.splitlines())


def test_an_exercise_that_does_not_exist_is_refused(project):
    with pytest.raises(Trouble, match="thrice"):
        survivors.shown(project, [LESSON], "thrice")


QUICK = ("04",)
"""Lessons whose mutants CI tries; the others take longer."""


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(each, marks=pytest.mark.long if each[:2] in QUICK else pytest.mark.thorough)
        for each in audit.lessons(Project.here())
    ],
)
def test_no_mutant_of_a_right_answer_survives(lesson):
    ran = subprocess.run(
        [sys.executable, "-m", "autograder", "validate", "--mutants", lesson],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
