"""A right answer earns everything in whatever style it is written, in both checks and in the cells' own asserts."""

import ast
import contextlib
import io
import warnings
from functools import cache

import matplotlib
import numpy as np
import pytest

from autograder.building import text
from autograder.building.agreement import exercises_of
from autograder.cohort.paste import NotPasted, pasted
from autograder.judging import judge
from autograder.project import Project
from autograder.validating import answers, mutants, visible
from tests.autograder.exercises import styles, wordings

pytestmark = pytest.mark.usefixtures("without_ticks")

PROJECT = Project.here()
LESSONS = PROJECT.lessons()
SLOW = ("draw_frame", "make_explorer", "train_digits", "initial")
"""Exercises whose answers draw, or train a network, each time they are asked: seconds for all styles."""

OF_MANY_VARIANTS = ("find_trojans", "lbfgs_direction", "fit", "train_and_measure")
"""Exercises that take as long for all styles of all variants."""

thorough = pytest.mark.thorough


@cache
def cells(lesson):
    return text.parse(PROJECT.text(lesson).read_text(encoding="utf-8"), lesson)


@cache
def handed(lesson):
    return answers.handed(cells(lesson))


def own_answer(name):
    """Return the function that the lesson's own answer to an exercise defines."""
    return next(
        handed(lesson)[name].candidate
        for lesson in LESSONS
        if name in {exercise.name for exercise in exercises_of(lesson)}
    )


def every_exercise(slow=SLOW):
    found = [
        pytest.param(
            lesson,
            exercise,
            id=f"{lesson[:2]}-{exercise.name}",
            marks=thorough if exercise.name in slow else (),
        )
        for lesson in LESSONS
        for exercise in exercises_of(lesson)
    ]
    return pytest.mark.parametrize(("lesson", "exercise"), found)


@contextlib.contextmanager
def quietly():
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        matplotlib.rc_context(),
    ):
        warnings.simplefilter("ignore")
        yield


def assert_right(exercise, candidate, said):
    with quietly():
        verdict = judge(exercise, candidate)
        assert (verdict.verdict, verdict.points) == ("correct", exercise.points), f"{said}: {verdict.message}"
        assert visible.passes(exercise, candidate) is not False, f"{said}: the visible check does not pass"


@every_exercise()
def test_a_right_answer_may_be_wrapped_and_return_other_types(lesson, exercise):
    own = handed(lesson)[exercise.name].candidate
    watched = styles.Watched(own)
    assert_right(exercise, styles.all_at_once(watched), "all wrappings at once")
    for style in styles.changing(watched):
        assert_right(exercise, style(own), style.__name__)


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("wrapped", [*styles.WRAPPED, styles.Watched], ids=lambda style: style.__name__)
def test_each_wrapping_alone_may_be_outermost(lesson, wrapped):
    """On the first exercise of every lesson; all at once are tried on every exercise."""
    first = next(iter(exercises_of(lesson)))
    assert_right(first, wrapped(handed(lesson)[first.name].candidate), wrapped.__name__)


@pytest.mark.long
@every_exercise((*SLOW, *OF_MANY_VARIANTS))
def test_every_accepted_variant_may_be_wrapped_and_return_other_types(lesson, exercise):
    """Each type alone is tried on the lesson's own answer, above."""
    for known in exercise.variants:
        watched = styles.Watched(known.make())
        assert_right(exercise, styles.all_at_once(watched), f"{known.name}, wrapped")
        for style in styles.changing(watched, styles.TOGETHER):
            assert_right(exercise, style(known.make()), f"{known.name}, {style.__name__}")


@every_exercise()
def test_a_right_answer_may_be_put_in_other_words(lesson, exercise):
    """The lesson's answer and the reference, which is written by another route."""
    for origin in mutants.origins(exercise, handed(lesson)[exercise.name]):
        source = wordings.in_a_function_of_its_own(wordings.in_other_words(origin.source))
        assert_right(exercise, origin.make(source), origin.name)


@every_exercise()
def test_a_right_answer_in_single_precision_loses_a_tenth_at_most(lesson, exercise):
    with quietly():
        found = judge(
            exercise, styles.returning(styles.single_precision)(handed(lesson)[exercise.name].candidate)
        )
    assert found.points >= 0.9 * exercise.points, found.message
    if found.verdict != "correct":
        assert "digits" in found.message or "single precision" in found.message, found.message


def asserts_of(lesson, name):
    """Return the statements of a graded cell after its hidden region."""
    (cell,) = [each for each in cells(lesson) if text.grader_of(each).get("grade_id") == f"{name}-check"]
    return ast.parse(cell["source"].partition("### END HIDDEN TESTS\n")[2]).body


@every_exercise()
def test_the_asserts_that_a_reader_sees_take_every_style(lesson, exercise):
    own = handed(lesson)[exercise.name]
    for style in (*styles.RETURNED, *styles.WRAPPED):
        names = dict(own.names)
        names[own.expression] = style(own.candidate)
        for statement in asserts_of(lesson, exercise.name):
            with (
                quietly(),
                contextlib.suppress(NameError),
            ):  # what other cells of the lesson compute is not there
                exec(
                    compile(ast.Module([statement], []), f"{exercise.name}, {style.__name__}", "exec"), names
                )


@thorough
def test_a_thousand_lines_of_pasted_answers_in_one_namespace_earn_everything():
    """Every accepted variant of every lesson as a cell, renamed, with types, returning early, one after another."""
    cells_pasted, names = [], {"__name__": "__main__"}
    for lesson in LESSONS:
        for exercise in exercises_of(lesson):
            for known in exercise.variants:
                with contextlib.suppress(NotPasted, NameError):  # some need what only their module has
                    source = pasted(known.function, exercise.name)
                    exec(compile(source, exercise.name, "exec"), {})
                    cells_pasted.append((exercise, wordings.in_other_words(source)))
    assert sum(source.count("\n") + 1 for _, source in cells_pasted) > 1000
    for exercise, source in cells_pasted:
        with quietly():
            exec(compile(source, exercise.name, "exec"), names)
        assert_right(exercise, names[exercise.name], source)


@pytest.mark.parametrize(
    "lesson",
    [
        pytest.param(
            each,
            marks=thorough if "explorer" in each else pytest.mark.long if "capstone" in each else (),
        )
        for each in LESSONS
    ],
)
def test_all_answers_of_a_lesson_put_in_other_words_earn_everything_together(lesson):
    names = {}
    for own in handed(lesson).values():
        names = {**own.names, **names}
        with quietly():
            exec(compile(wordings.in_other_words(own.source), lesson, "exec"), names)
    for exercise in exercises_of(lesson):
        candidate = eval(handed(lesson)[exercise.name].expression, names)
        assert_right(exercise, candidate, exercise.name)
