"""Validation finds every way in which an exercise could fail to prove its checks."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.judging import Check
from autograder.project import Project
from autograder.validating import audit
from autograder.validating.validate import validate
from course.probes.base import Calls
from tests.autograder.lesson_pages import QUICK
from tests.autograder.small_lesson import LESSON


def mark(number):
    """Return how often a lesson's checks are proved here; CI proves all on the processor that adds backwards."""
    return () if number in QUICK else pytest.mark.thorough


def failures(project):
    return [
        (each.what, each.name, each.got)
        for *_, found in validate(project, LESSON)
        for each in found
        if not each.passed
    ]


def copied(exercise, **changes):
    """Return the exercise with changes, its lists its own."""
    lists = {name: list(getattr(exercise, name)) for name in ("mistakes", "conventions", "variants")}
    return replace(exercise, **{**lists, **changes})


@pytest.fixture
def lesson(doubling, monkeypatch):
    """Return a function that puts another exercise in the place of ``twice``."""

    def put(**changes):
        exercise = copied(doubling.twice, **changes)
        monkeypatch.setattr(doubling, "EXERCISES", (exercise,))
        return exercise

    return put


def test_a_complete_exercise_has_no_failure(project):
    assert failures(project) == []
    kinds = {each.what for *_, found in validate(project, LESSON) for each in found}
    assert kinds == {
        "reference", "stub", "mistake", "convention", "variant", "message", "ablation", "solution", "route",
        "visible",
    }  # fmt: skip


def test_a_check_that_carries_nothing_is_found(project, lesson, doubling):
    again = Check(name="numbers again", probe=Calls(arguments=[(7.5,)]), says="Numbers are doubled.")
    lesson(checks=[*doubling.twice.checks, again])
    assert failures(project) == [
        ("ablation", "numbers again", "no mistake needs it; merge it, or add the mistake it is for")
    ]


def test_a_mistake_that_passes_the_visible_check_without_a_word_beforehand_is_found(
    project, lesson, doubling
):
    first, second = doubling.twice.checks
    lesson(checks=[replace(first, beyond=""), second])
    found = ("visible", "negative numbers lose their sign", "passes the visible check and fails: numbers")
    assert failures(project) == [found]


def test_what_the_visible_check_does_not_look_at_is_said_when_it_passes(doubling):
    assert doubling.twice.praised() == (
        "This probe agrees. It does not look at negative numbers; the graded check does."
    )
    first, second = doubling.twice.checks
    told = copied(doubling.twice, checks=[first, replace(second, beyond="offsets"), first])
    assert "It does not look at negative numbers or offsets;" in told.praised()
    told = copied(doubling.twice, checks=[second])
    assert told.praised() == "This probe agrees. The graded check asks the same of other inputs."


def test_a_mistake_that_passes_is_found(project, lesson):
    @lesson().mistake
    def right_after_all(x, offset=0.0):
        """It is not wrong."""
        return 2 * (x - offset)

    assert ("mistake", "right after all", "correct 100%") in failures(project)


def test_two_mistakes_that_are_the_same_sequence_are_found(project, lesson):
    @lesson().mistake
    def to_the_power_of_two(x, offset=0.0):
        """It is raised to a power. Look at the operator."""
        return (x - offset) * (x - offset)

    expected = ("mistake", "to the power of two", "mistake 0% (squared): the same sequence, keep one entry")
    assert expected in failures(project)


def test_a_variant_that_fails_is_found(project, lesson):
    @lesson().variant
    def thrice(x, offset=0.0):
        return 3 * (x - offset)

    assert failures(project) == [("variant", "thrice", "mistake 0%"), ("visible", "thrice", "does not pass")]


def test_a_convention_that_earns_everything_is_found(project, lesson):
    @lesson().convention(share=0.5)
    def as_usual(x, offset=0.0):
        """Everyone does so."""
        return 2 * (x - offset)

    assert ("convention", "as usual", "correct 100%") in failures(project)


def test_an_exercise_without_mistakes_proves_nothing(project, lesson):
    lesson(mistakes=[], conventions=[])
    found = failures(project)
    assert ("mistake", "none", "no known mistake") in found
    assert ("ablation", "numbers", "no mistake needs it; merge it, or add the mistake it is for") in found


@pytest.mark.parametrize(
    ("says", "got"),
    [
        ("The answer is array([3.0]).", "numbers: array("),
        ("It should be [3.0, 4.5] here.", "numbers: [3.0,"),
        ("It should be 0.27182 here.", "numbers: 0.2718"),
        ("Count *every* row, v = mu*v + (1-mu)*g.", "Markdown: *every*"),
        ("Look at __this row__ and at beta1**t.", "Markdown: __this row__"),
        ("Read `a*b*c` and [here](there).", "Markdown: ]("),
        ("A quote `that never ends.", "Markdown: `"),
    ],
)
def test_a_message_that_shows_an_answer_or_markdown_is_found(project, lesson, doubling, says, got):
    first, second = doubling.twice.checks
    lesson(checks=[replace(first, says=says), second])
    assert failures(project) == [("message", "numbers", got)]


def test_a_long_first_line_is_found(project, lesson):
    def thrice(x, offset=0.0):
        """It is three times. Look at the factor."""
        return 3 * (x - offset)

    thrice.__name__ = (
        "the_distance_is_multiplied_by_three_although_everyone_else_would_have_multiplied_by_two"
    )
    lesson().mistake(thrice)
    (finding,) = failures(project)
    assert finding[0] == "message"
    assert finding[2].endswith("characters")


def edit(project, old, new):
    file = project.text(LESSON)
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_a_wrong_answer_in_the_lesson_is_found(project):
    edit(project, "distance + distance", "distance * distance")
    assert failures(project) == [("solution", "twice", "mistake 0% (squared)")]


def test_an_answer_copied_from_the_reference_is_found(project):
    edit(
        project,
        "    x = np.asarray(x, dtype=float)\n",
        "    other = np.array(x, dtype=np.float64, copy=True)\n",
    )
    edit(project, "    distance = x - offset\n", "    other -= offset\n")
    edit(project, "    result = distance + distance\n", "    return np.multiply(other, 2.0)\n")
    assert failures(project) == [("route", "twice", "the same statements")]


def test_a_stub_that_runs_is_found(project):
    edit(project, "    ### BEGIN SOLUTION\n", "    return x\n    ### BEGIN SOLUTION\n")
    assert [what for what, *_ in failures(project)] == ["solution", "stub"]


def test_a_lesson_that_does_not_run_is_one_finding(project):
    edit(project, "from course.checks import check", "from course.checks import czech")
    (row,) = audit.findings(project, [LESSON])
    assert [each.what for each in row[3]] == ["lesson"]
    assert "czech" in row[3][0].got


def test_a_lesson_whose_package_has_another_name_is_one_finding(project):
    project.text("91_doubled").write_text(project.text(LESSON).read_text().replace("doubling", "doubled"))
    (row,) = audit.findings(project, ["91_doubled"])
    assert [each.passed for each in row[3]] == [False]
    assert "there is no autograder/exercises/doubled;" in row[3][0].got


def test_the_command_says_when_a_recording_is_out_of_date(monkeypatch, project, doubling):
    monkeypatch.setattr(Project, "here", lambda: project)
    assert "out of date" not in CliRunner().invoke(main, ["validate", LESSON]).output
    (project.recorded / "twice.json").unlink()
    said = CliRunner().invoke(main, ["validate", LESSON])
    assert said.exit_code == 0
    assert f"course/recorded/twice.json is out of date: run `autograder build {LESSON}`." in said.output


def test_the_table_fits_80_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    audit.shown(audit.findings(Project.here(), ["02_sanity_checks"]))
    said = capsys.readouterr().out.splitlines()
    assert said[1].split() == ["exercise", *audit.COLUMNS.values(), "s"]
    assert max(map(len, said[:-1])) <= 80


def test_flakes_are_what_differs_between_runs(project, monkeypatch):
    answers = [{("l", "e", "mistake", "m"): got} for got in ("right", "right", "wrong")]
    monkeypatch.setattr(audit, "run", lambda *_: answers.pop(0))
    assert audit.flakes(project, [LESSON], 2) == ["run 2, l e mistake m: 'wrong', before 'right'"]


@pytest.mark.long
def test_an_exercise_whose_outcome_depends_on_the_run_is_a_flake():
    """The audit's own conditions reach the process: its hash seed and its number of threads."""
    runs = [audit.run(Project.here(), ["annealing"], number) for number in (0, 1)]
    assert runs[0] == runs[1]
    assert len(runs[0]) > 50


def test_the_command_prints_every_finding_as_json_and_exits_1_on_failure(monkeypatch, project, lesson):
    monkeypatch.setattr(Project, "here", lambda: project)
    good = CliRunner().invoke(main, ["validate", "--json", LESSON])
    assert good.exit_code == 0, good.output
    assert {"lesson", "exercise", "what", "name", "passed", "expected", "got"} == json.loads(good.output)[
        0
    ].keys()
    lesson(mistakes=[])
    bad = CliRunner().invoke(main, ["validate", LESSON])
    assert bad.exit_code == 1
    assert "expected at least one known mistake, got no known mistake" in bad.output


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=mark(name[:2])) for name in audit.lessons(Project.here())]
)
def test_every_lesson_proves_its_checks(name):
    found = [each for *_, some in audit.findings(Project.here(), [name]) for each in some]
    assert found
    assert [each for each in found if not each.passed] == []
