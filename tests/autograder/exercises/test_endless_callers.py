"""An answer that calls what it is given without end is told so, by the visible check and by the graded one."""

import time
from functools import wraps

import pytest

from autograder.building.agreement import exercises_of
from autograder.judging.judge import judge
from autograder.project import Project
from course.checks import check
from course.probes import bounded
from course.probes.base import Unusable, call
from course.probes.search.shelf import Shelf

EXERCISES = [each for lesson in Project.here().lessons() for each in exercises_of(lesson)]


def lends(exercise):
    """Whether a right answer calls a function that the visible check gives to it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounded, "MOST", 0)
        try:
            exercise.visible(exercise.reference)
        except Unusable as trouble:
            return trouble.kind == "never ends"
    return False


LENDING = [each for each in EXERCISES if each.visible is not None and lends(each)]


def without_end(exercise):
    @wraps(exercise.reference)
    def answer(*args, **kwargs):
        while True:
            exercise.reference(*args, **kwargs)

    return answer


def test_all_lessons_that_lend_functions_are_here():
    names = {each.name for each in LENDING}
    assert names >= {
        "cross_validate", "train_linear", "numerical_gradient", "check_gradients", "find_trojans", "overfit_tiny",
        "lookahead_step", "steps_to_escape", "trace", "make_explorer", "numerical_hessian", "random_search",
        "coarse_to_fine", "successive_halving", "save", "checkpoint_ensemble", "fit", "final_report", "sharpness",
        "train_and_measure",
    }  # fmt: skip


@pytest.mark.parametrize("exercise", LENDING, ids=lambda each: each.name)
def test_a_loop_without_end_is_named_by_both_checks(exercise, monkeypatch):
    monkeypatch.setattr(bounded, "MOST", 300)  # of 10,000, so that all of them take seconds
    answer = without_end(exercise)
    seen = check(exercise.name, answer)
    assert seen.passed is False
    assert seen.headline.startswith("It called ")
    assert seen.headline.endswith("more than 300 times. Does its loop end?")
    assert len(seen.headline) <= 80
    graded = judge(exercise, answer)
    assert (graded.points, graded.mistake) == (0, "never ends")
    assert seen.headline in graded.message


def test_an_argument_is_called_by_the_name_that_the_reader_gave_it():
    def numerical_gradient(loss, x, h=1e-5):
        while True:
            loss(x)

    begun = time.perf_counter()
    said = check("numerical_gradient", numerical_gradient)
    assert said.headline == "It called `loss` more than 10,000 times. Does its loop end?"
    assert "`loss(x)`" in said.detail
    assert time.perf_counter() - begun < 5  # 0.1 s where nothing else runs


def test_what_is_named_by_nobody_is_called_a_function():
    def answer(*given):
        while True:
            given[0]()

    with pytest.raises(Unusable, match="It called a function it was given more than 10,000 times"):
        call(answer, lambda: 0)


def test_the_number_of_calls_starts_afresh_with_every_call():
    def often(f):
        return sum(f() for _ in range(6000))

    one = lambda: 1  # noqa: E731
    assert [call(often, one), call(often, one)] == [6000, 6000]


def test_methods_of_what_is_lent_are_counted():
    def waiting(store, name):
        while name not in store.names():
            pass

    with pytest.raises(Unusable, match="It called `names` more than 10,000 times"):
        call(waiting, Shelf(), "a.json")
