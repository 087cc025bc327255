"""Two slips at once in a lesson's answer: what both checks say of them is true of it."""

import pytest

from autograder.building.agreement import exercises_of
from autograder.judging import judge
from autograder.project import Project
from autograder.validating import mutants
from course.checks import check, headline
from tests.autograder.exercises.test_styles import handed, quietly

SLIPS = """
lbfgs_direction | if y @ s > 0 -> if True | direction = -r -> direction = r | Uphill once there are pairs
lbfgs_direction | (s @ y) / (y @ y) * q -> (s @ s) / (s @ y) * q | reversed(pairs) -> pairs | Scaling with s s
batchnorm_backward | (dout * x_hat).sum -> (dout * x_hat).mean | / std -> / std**2 | Variance for std
batchnorm_backward | dgamma, dbeta -> dbeta, dgamma | / std -> / np.sqrt(std) | (2) Dgamma and dbeta exchanged
adam | config["t"] += 1 -> pass | dw**2 -> dw | t is still 0 where it is first used
reduce_on_plateau | error < best -> error > best | factor, 0 -> factor, 0; best = np.inf | with `<`
fit | len(X), batch) -> len(X) - batch, batch) | append(np.mean(seen)) -> extend(seen) | the range ends too early
successive_halving | eta=2 -> eta=3 | len(trials) // eta -> -(-len(trials) // eta) | settings
distill_loss | temperature=2.0 -> temperature=4.0 | temperature**2 -> temperature**3 | loss
backward | np.ones_like(node.value) -> node.value | = np.zeros_like(each.value) -> = each.grad | Value put in
"""
SAID = """
to_epochs | iterations * batch / n -> iterations * n / batch + 1 | pass -> pass | , too large
to_epochs | iterations * batch / n -> -iterations * n / batch**2 | pass -> pass | , too small
activation_stats | a.std() -> a.var() | "saturated" -> "saturation" | "saturated" is missing
activation_stats | a.std() -> a.std(ddof=1) | > 0.97 -> > 0.15 | "std" is
activation_stats | "mean": a.mean(), -> | (a == 0) -> (a == 1) | "mean" is missing; "std" and "saturated" are right
update_ratio | moved / size -> moved * size | np.inf -> 1.0 | , too large
update_ratio | moved / size -> -moved / size | np.inf -> 1.0 | with the opposite sign
"""
"""Two slips in answers of lesson 03 that no known mistake explains, and how the wrong output is named."""
EVERY = {each.name: (lesson, each) for lesson in Project.here().lessons() for each in exercises_of(lesson)}


@pytest.mark.parametrize("slips", SLIPS.strip().splitlines())
def test_what_is_said_of_two_slips_is_true(slips):
    name, *pair, said = slips.split(" | ")
    lesson, exercise = EVERY[name]
    (answer,) = [each for each in mutants.origins(exercise, handed(lesson)[name]) if each.name != "reference"]
    source = answer.source
    for slip in pair:
        due, typed = slip.split(" -> ")
        assert due in source
        source = source.replace(due, typed, 1)
    with quietly():
        verdict, report = judge(exercise, answer.make(source)), str(check(name, answer.make(source)))
    assert verdict.points == 0
    assert said in verdict.message
    assert said in report
    assert "it is right; left out" not in verdict.message


@pytest.mark.parametrize("slips", SAID.strip().splitlines())
def test_the_wrong_output_is_named_and_how_it_is_wrong(slips):
    name, *pair, said = slips.split(" | ")
    lesson, exercise = EVERY[name]
    (answer,) = [each for each in mutants.origins(exercise, handed(lesson)[name]) if each.name == "lesson"]
    source = answer.source
    for slip in pair:
        due, _, typed = slip.partition(" ->")
        assert due in source or due == "pass"
        source = source.replace(due, typed.strip(), 1)
    with quietly():
        verdict, report = judge(exercise, answer.make(source)), str(check(name, answer.make(source)))
    assert verdict.points == 0
    assert said in verdict.message
    assert said in report


def test_a_check_that_calls_the_rest_right_is_asked_last():
    """Of several that fail the first is told, or the one of the documented defaults."""
    for _, exercise in EVERY.values():
        for check_ in exercise.checks:
            if "it is right; left out" in check_.says:
                assert check_ is exercise.checks[-1]
                assert check_.name == "default"


ROWS = """
tail[0] - loss[-1] >= 0.4 * (loss[0] - loss[-1]) -> True | else "healthy" -> else "fine" |
tail[0] - loss[-1] >= 0.4 * (loss[0] - loss[-1]) -> False | else "healthy" -> else "fine" |
tail) > 0) >= 1 / 5 and -> tail) > 0) >= 2 and | if accuracy - held_out > 0.1 -> if accuracy > 0.1 |
/ np.sqrt(2) > 0.25 * loss[0] -> / np.sqrt(2) > 25 * loss[0] | accuracy - held_out > -> accuracy + held_out > |
> 0.25 * loss[0] -> > 0.25 * loss[-1] | tail[0] - loss[-1] >= 0.4 * -> tail[0] >= 0.4 * |
> 100 * loss[0] -> > 100 | tail[0] - loss[-1] >= 0.4 * -> tail[0] >= 0.4 * | Absolute threshold for divergence
> 100 * loss[0] -> > 100 * loss[-1] | np.sqrt(2) > 0.25 * loss[0] -> np.sqrt(2) > 0.11 * loss[0] |
"""
"""Two slips in the rule of lesson 03, and the only known mistake that may be named for them."""


@pytest.mark.parametrize("slips", ROWS.strip().splitlines())
def test_no_row_of_a_rule_is_blamed_for_what_it_does_not_do(slips):
    *pair, true = slips.split("|")
    lesson, exercise = EVERY["diagnose_run"]
    source = handed(lesson)["diagnose_run"].source
    for slip in pair:
        due, typed = slip.strip().split(" -> ")
        assert due in source
        source = source.replace(due, typed, 1)
    (answer,) = [
        each for each in mutants.origins(exercise, handed(lesson)["diagnose_run"]) if each.name == "lesson"
    ]
    with quietly():
        verdict, report = (
            judge(exercise, answer.make(source)),
            str(check("diagnose_run", answer.make(source))),
        )
    assert verdict.points == 0
    for said in (verdict.message, report):
        names = [headline(each.name) for each in exercise.mistakes]
        assert [name for name in names if f"{name}." in said or f"{name}:" in said or f"{name}\n" in said] in (
            [], [true.strip()],
        )  # fmt: skip
        assert "; yours is '" in said or "Two slips" in said
