"""A rule that is right but for a constant of its own loses a part, and is told which constant and where."""

import itertools

import pytest

from autograder.exercises import adaptive_rates, momentum
from autograder.judging import judge
from autograder.judging.constants import RATES

RULES = [each for module in (momentum, adaptive_rates) for each in module.EXERCISES if each.constants]


def with_own(rule, defaults=(), fixed=()):
    """Return a rule with defaults of its own, and constants that it never reads."""

    def own(w, dw, config=None):
        return rule(w, dw, {**dict(defaults), **(config or {}), **dict(fixed)})

    return own


def right(exercise):
    """Return a right answer that is written otherwise than the reference."""
    return exercise.variants[0].make()


def near(value):
    """Return values that a person might write in the place of one."""
    return (
        (2 * value, 0.37 * value, value / 3)
        if value < 0.5
        else (1 - 2 * (1 - value), 0.77 * value, value / 3)
    )


EVERY = [pytest.param(each, name, id=f"{each.name}-{name}") for each in RULES for name in each.constants]


def test_every_update_rule_says_which_constants_it_has():
    assert [each.name for each in RULES] == [
        "sgd", "sgd_momentum", "sgd_nesterov_momentum", "adagrad", "rmsprop", "adam",
    ]  # fmt: skip


@pytest.mark.parametrize(("exercise", "name"), EVERY)
def test_another_default_loses_a_quarter_and_is_named(exercise, name):
    for value in near(exercise.constants[name]):
        found = judge(exercise, with_own(right(exercise), defaults={name: value}))
        assert (found.verdict, found.points) == ("convention", 0.75 * exercise.points)
        assert f"{value:.6g}" in found.message or "default" in found.message
        assert name.split("_")[-1] in found.message


@pytest.mark.parametrize(("exercise", "name"), [each for each in EVERY if each.values[1] not in RATES])
def test_a_constant_that_is_never_read_loses_a_quarter_and_is_named(exercise, name):
    documented = exercise.constants[name]
    for value in (documented, *near(documented)):
        found = judge(exercise, with_own(right(exercise), fixed={name: value}))
        if found.mistake and "hard coded" not in found.mistake:
            continue  # a known mistake has exactly this path
        assert (found.verdict, found.points) == ("convention", 0.75 * exercise.points), value
        assert (
            name in found.message.replace("`mu`", "momentum").replace("Epsilon", "epsilon") or "decay" in name
        )


@pytest.mark.parametrize(
    "exercise", [each for each in RULES if len(each.constants) > 2], ids=lambda each: each.name
)
def test_two_or_more_lose_half(exercise):
    names = [name for name in exercise.constants if name not in RATES]
    for pair in itertools.combinations(names, 2):
        fixed = {name: exercise.constants[name] for name in pair}
        found = judge(exercise, with_own(right(exercise), fixed=fixed))
        assert (found.verdict, found.points) == ("convention", 0.5 * exercise.points)
    found = judge(exercise, with_own(right(exercise), {"learning_rate": 0.1}, {"epsilon": 1e-8}))
    assert found.points == 0.5 * exercise.points
    assert "no `learning_rate` you take 0.1;" in found.message
    assert '`config["epsilon"]` changes nothing: you always take 1e-08' in found.message


@pytest.mark.parametrize("exercise", RULES, ids=lambda each: each.name)
def test_a_rate_that_is_never_read_earns_nothing(exercise):
    found = judge(
        exercise, with_own(right(exercise), fixed={"learning_rate": exercise.constants["learning_rate"]})
    )
    assert (found.verdict, found.points) == ("mistake", 0.0)


@pytest.mark.parametrize("exercise", RULES, ids=lambda each: each.name)
def test_no_other_mistake_passes_for_a_constant_of_its_own(exercise):
    for known in exercise.mistakes:
        assert judge(exercise, known.make()).points == 0.0, known.name


def test_nothing_is_searched_for_where_the_outcome_is_no_number(monkeypatch):
    monkeypatch.setattr("scipy.optimize.brentq", lambda *_: pytest.fail("it searched"))
    (sgd,) = (each for each in RULES if each.name == "sgd")
    assert judge(sgd, lambda w, dw, config=None: (w * float("nan"), {})).mistake == "returns NaN"
    assert judge(sgd, lambda w, dw, config=None: None).mistake == "returns None"


@pytest.mark.parametrize(
    ("own", "name"),
    [({"factor": 0.1}, "factor"), ({"every": 7}, "every"), ({"initial_rate": 0.01}, "initial rate")],
)
def test_a_schedule_with_a_default_of_its_own_loses_a_quarter(own, name):
    from autograder.exercises.annealing import step_decay

    def schedule(iteration, config=None):
        c = {"initial_rate": 0.1, "per_epoch": 100, "factor": 0.5, "every": 5, **own, **(config or {})}
        return c["initial_rate"] * c["factor"] ** (iteration // c["per_epoch"] // c["every"])

    found = judge(step_decay, schedule)
    assert (found.points, found.mistake) == (1.5, f"another default {name}")


def test_a_schedule_that_never_reads_its_first_rate_is_none():
    from autograder.exercises.annealing import smooth_decay

    def schedule(iteration, config=None):
        return smooth_decay.reference(iteration, {**(config or {}), "initial_rate": 0.1})

    assert judge(smooth_decay, schedule).points == 0
