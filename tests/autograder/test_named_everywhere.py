"""Every known mistake is named where its maker can read it.

The notebook's visible check names what its probe can see; what it cannot see is listed here with the reason.  The
feedback page names everything.  The report over a class is looked at in reporting/test_report.
"""

import html
import warnings

import numpy as np
import pytest

from autograder.judging.places import places
from autograder.judging.records import Check
from autograder.judging.signatures import observe
from autograder.lesson import Master
from course.checks import headline
from course.probes.base import Unusable
from course.probes.comparing import same
from tests.autograder.lesson_pages import LESSONS, PROJECT, SLOW, lesson, pages_of, reports, words

NO_PROBE = {
    "minibatch_prediction": "it is one number, and the graded answer is the measurement that follows",
}
"""Exercises without a visible probe, and what stands in its place in the notebook."""

SAME_THERE = "on the visible probe it does exactly what a right function does"
"""The reason for every mistake that is not listed below: worked out in the test, and checked."""

ANOTHER_NAME: dict[tuple[str, str], str] = {}
"""Mistakes that the visible check takes for another one, with the reason why that leads to the same line."""


def every_known():
    return [(name, exercise) for name in LESSONS for exercise in lesson(name)]


def by_exercise():
    return pytest.mark.parametrize(
        ("name", "exercise"),
        [
            pytest.param(
                *each, id=f"{each[0]}-{each[1].name}", marks=pytest.mark.long if each[0][:2] in SLOW else ()
            )
            for each in every_known()
        ],
    )


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


# In the notebook


@by_exercise()
def test_a_mistake_is_named_in_the_notebook_or_cannot_be_seen_there(name, exercise):
    if exercise.visible is None:
        assert exercise.name in NO_PROBE, "say here what stands in the place of a visible probe"
        return
    assert exercise.name not in NO_PROBE, "it has a visible probe now: take it out of the list"
    probe = Check(name="visible", probe=exercise.visible, says="")
    right = observe(probe, exercise.reference)
    for known, report in reports(exercise):
        if report.headline == f"{headline(known.name)}.":
            assert (exercise.name, known.name) not in ANOTHER_NAME, "it is named now: take it out of the list"
            assert report.detail
            continue
        outcome = observe(probe, known.make())
        unseen = not isinstance(outcome, Unusable) and same(outcome, right)
        unusable = isinstance(outcome, Unusable) and report.headline == outcome.message.splitlines()[0]
        assert unseen or unusable or (exercise.name, known.name) in ANOTHER_NAME, (
            f"{known.name!r} is called {report.headline!r}; after a change of the exercise run `autograder build`"
        )
        if unseen:
            assert report.passed, SAME_THERE


@by_exercise()
def test_a_failed_check_is_a_short_box_with_a_place_to_read_and_the_question_of_the_mistake(
    name, exercise, monkeypatch
):
    monkeypatch.setattr("course.checks.comparing.Comparison.image", lambda self: html.escape(self.alt))
    if exercise.visible is None:
        return
    seen = 0
    for known, report in reports(exercise):
        if report.passed:
            continue
        seen += 1
        said = str(report)
        assert report.question == (known.asks if report.headline == f"{headline(known.name)}." else "")
        assert ("Ask yourself: " in said) == bool(report.question)
        assert f"Read: “{report.section}”, then Exercise" in said
        assert len(said) < 1200
        assert "Traceback" not in said
        assert 'href="#' in report._repr_html_()
    assert seen


# On the feedback page


@pytest.mark.parametrize("name", LESSONS)
def test_every_mistake_is_named_on_the_feedback_page_with_its_sentence_and_what_it_does(name):
    for page, made in pages_of(name):
        said = words(page)
        for exercise, known in made:
            assert f"{headline(known.name)} · " in said, known.name
            assert " ".join(known.says.replace("`", " ").split())[:60] in said, known.name
            if known.share == 0:
                assert exercise.effect.endswith(".")
                assert exercise.effect in said
            assert f"section “{places(Master.read(name, PROJECT).cells)[exercise.name].section}”" in said
