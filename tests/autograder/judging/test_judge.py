"""Judging, on a tiny exercise: the rule that halves its parameters."""

import inspect
import io
import json
import sys
import time
import warnings
from functools import partial

import numpy as np
import pytest

from autograder.judging import Check, Exercise, Failed, Mark, grader, judge
from autograder.judging.judge import recognise
from autograder.judging.recording import record
from autograder.judging.signatures import Signature, cheapest, recorded
from autograder.marks import MIME
from course.probes.base import Calls, Path
from course.recorded import decode

FORWARD = Path(start=[1.0, -2.0], gradients=[[1.0, 0.0]] * 5)
MATRIX = Path(start=np.eye(2), gradients=[np.ones((2, 2))] * 3)


@pytest.fixture
def halving():
    exercise = Exercise(
        "halving",
        points=10,
        reference=lambda w, dw, config=None: (0.5 * w, {}),
        checks=[
            Check(name="vector", probe=FORWARD, says="A vector is not halved."),
            Check(name="matrix", probe=MATRIX, says="A matrix is not halved."),
        ],
        visible=FORWARD,
        read="Exercise 1. Halving",
    )

    @exercise.mistake
    def doubled(w, dw, config=None):
        """It is doubled. Look at the factor."""
        return 2 * w, {}

    @exercise.mistake
    def transposed(w, dw, config=None):
        """The matrix comes back transposed and negative. Look at the axes."""
        return (0.5 * w if w.ndim == 1 else -0.5 * w.T), {}

    @exercise.mistake
    class counts_outside_config:
        """It counts its calls outside `config`. Keep the count in `config`."""

        def __init__(self):
            self.calls = 0

        def __call__(self, w, dw, config=None):
            self.calls += 1
            return w / (1 + self.calls), {}

    @exercise.convention(share=0.5)
    def thirds(w, dw, config=None):
        """A third, as in some textbooks."""
        return w / 3, {}

    return exercise


def names(exercise, candidate):
    verdict = judge(exercise, candidate)
    return verdict.verdict, verdict.mistake, verdict.points


def test_the_reference_earns_all_points_in_silence(halving):
    verdict = judge(halving, halving.reference)
    assert (verdict.verdict, verdict.points, verdict.message) == ("correct", 10, "")


def test_another_spelling_earns_all_points(halving):
    assert names(halving, lambda w, dw, c: (np.divide(w, 2), {"extra": 1})) == ("correct", None, 10)


def test_known_mistakes_are_named_and_earn_nothing(halving):
    for known in halving.mistakes:
        verdict = judge(halving, known.make())
        assert (verdict.verdict, verdict.mistake, verdict.points) == ("mistake", known.name, 0)
        assert known.says in verdict.message
        assert "Read: Exercise 1. Halving" in verdict.message


def test_state_outside_config_starts_afresh_for_every_judgement(halving):
    counting = halving.mistakes[-1]
    assert names(halving, counting.make()) == names(halving, counting.make())


def test_state_outside_config_is_named_after_the_visible_check_has_used_it_too(halving):
    used = halving.mistakes[-1].make()
    halving.visible(used)
    assert names(halving, used)[1] == "counts outside config"


def test_a_convention_earns_its_share_and_its_note(halving):
    verdict = judge(halving, lambda w, dw, c: (w * (1 / 3), {}))
    assert (verdict.verdict, verdict.mistake, verdict.points) == ("convention", "thirds", 5)
    assert "some textbooks" in verdict.message


def test_a_mistake_is_not_named_where_the_function_is_right_and_the_mistake_would_not_be(halving):
    def partly(w, dw, config=None):
        return (0.5 * w if w.ndim == 1 else 2 * w), {}

    assert names(halving, partly)[:2] == ("mistake", None)


class Slow:
    """A probe that takes a while with the reference, and remembers with whom it was asked."""

    def __init__(self, seconds):
        self.seconds, self.asked = seconds, []

    def __call__(self, candidate):
        time.sleep(self.seconds if candidate(0) == 0 else 0.0)
        self.asked.append(candidate(0))
        return candidate(self.seconds)


def test_known_mistakes_are_compared_by_the_cheapest_check_first():
    """Only a known mistake that agrees in the cheap check is tried in the one that takes long."""
    long, short = Slow(0.05), Slow(0.0)
    checks = [
        Check(name=name, probe=probe, says="Wrong.") for name, probe in (("long", long), ("short", short))
    ]
    exercise = Exercise("costly", points=1, reference=lambda seconds: 0, checks=checks)

    @exercise.mistake
    def told_apart_at_once(seconds):
        """One."""
        return 1

    @exercise.mistake
    def agrees_at_first(seconds):
        """Two, but three if it takes long."""
        return 3 if seconds else 2

    signature = Signature(exercise, lambda seconds: 2).complete()
    seconds = recorded(exercise).complete().seconds
    assert recognise(exercise, signature, cheapest(checks, seconds)) is None
    assert [sorted(each.asked) for each in (short, long)] == [[0, 1, 2, 2], [0, 2, 2]]


def vector_and_matrix(of_vectors, of_matrices):
    """Return a function that does with vectors what one does, and with matrices what another does."""
    return lambda w, dw, config=None: (of_vectors if w.ndim == 1 else of_matrices)(w, dw, config)


def as_convention_in_vectors(w, dw, config=None):
    """A third of a vector, as in some textbooks."""
    return (w / 3 if w.ndim == 1 else w / 2), {}


def as_convention_in_matrices(w, dw, config=None):
    """A quarter of a matrix, as in other textbooks."""
    return (w / 2 if w.ndim == 1 else w / 4), {}


def tripled_matrix(w, dw, config=None):
    """A matrix is tripled."""
    return (w / 2 if w.ndim == 1 else 3 * w), {}


def test_two_conventions_at_once_earn_the_product_of_their_shares(halving):
    halving.conventions.clear()
    halving.convention(share=0.8)(as_convention_in_vectors)
    halving.convention(share=0.75)(as_convention_in_matrices)
    found = judge(halving, vector_and_matrix(as_convention_in_vectors, as_convention_in_matrices))
    assert (found.verdict, found.points) == ("convention", pytest.approx(10 * 0.8 * 0.75))
    assert "Two slips at once" in found.message
    assert "some textbooks" in found.message
    assert "other textbooks" in found.message


def test_a_mistake_beside_a_convention_is_named_by_the_mistake(halving):
    halving.convention(share=0.8)(as_convention_in_vectors)
    halving.mistake(tripled_matrix)
    found = judge(halving, vector_and_matrix(as_convention_in_vectors, tripled_matrix))
    assert (found.verdict, found.points, found.mistake) == ("mistake", 0, "tripled matrix")
    assert "(1) Tripled matrix" in found.message


def test_a_convention_is_named_only_where_everything_is_as_with_it(halving):
    halving.convention(share=0.8)(as_convention_in_vectors)
    found = judge(halving, vector_and_matrix(as_convention_in_vectors, lambda w, dw, c: (w - 5, {})))
    assert (found.verdict, found.points, found.mistake) == ("mistake", 0, None)


def test_an_unknown_mistake_is_told_the_property(halving):
    verdict = judge(halving, lambda w, dw, c: (w - 1, {}))
    assert (verdict.verdict, verdict.mistake) == ("mistake", None)
    assert "A vector is not halved." in verdict.message


def stub(w, dw, config=None):
    raise NotImplementedError("not written yet")


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (stub, ("unfinished", None)),
        (lambda w, dw, c: None, ("mistake", "returns None")),
        (lambda w, dw, c: (w * np.nan, {}), ("mistake", "returns NaN")),
        (lambda w, dw, c: w, ("mistake", "wrong type")),
        (lambda w, dw, c: (w[:1], {}), ("mistake", "wrong shape")),
        (lambda w, dw, c: 1 / 0, ("error", None)),
        (lambda: 0, ("error", None)),
        (None, ("error", None)),
    ],
)
def test_none_nan_type_shape_crash_and_stub_are_told_apart(halving, candidate, expected):
    verdict = judge(halving, candidate)
    assert (verdict.verdict, verdict.mistake) == expected
    assert verdict.points == 0
    assert verdict.message


def test_messages_of_all_troubles_differ(halving):
    returns = [None, lambda w: (w * np.nan, {}), lambda w: w, lambda w: (w[:1], {}), lambda w: 1 / 0]
    candidates = [stub, *(lambda w, dw, c, r=r: r(w) if r else None for r in returns)]
    messages = {judge(halving, candidate).message for candidate in candidates}
    assert len(messages) == len(candidates)


def test_prints_and_warnings_cost_nothing(halving, capsys):
    def loud(w, dw, config=None):
        print("hello")
        print("oops", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        np.float64(1e308) * 10
        return 0.5 * w, {}

    assert names(halving, loud)[0] == "correct"
    assert capsys.readouterr() == ("", "")


def test_no_message_shows_a_number_of_the_reference(halving):
    for candidate in (stub, lambda w, dw, c: (w - 1, {}), lambda w, dw, c: (w[:1], {})):
        assert "0.5" not in judge(halving, candidate).message


def test_a_mistake_without_a_sentence_is_refused(halving):
    with pytest.raises(ValueError, match="needs a docstring"):
        halving.mistake(lambda w, dw, c: (w, {}))


@pytest.mark.parametrize("share", [0, 1, -1, 2])
def test_a_conventions_share_lies_strictly_between_nothing_and_all(halving, share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        halving.convention(share=share)


def test_grade_is_silent_for_full_marks_and_raises_a_message_without_source(halving):
    grade = grader([halving])
    assert grade("halving", halving.reference) is None
    with pytest.raises(Failed) as caught:
        grade("halving", halving.mistakes[0].function)
    shown = "\n".join(caught.value._render_traceback_())
    assert "Look at the factor" in shown
    assert "autograder" not in shown
    assert json.loads(str(caught.value))["mistake"] == "doubled"


def test_grade_shows_a_convention_as_a_number_of_points(halving, monkeypatch):
    shown = []
    monkeypatch.setattr(sys, "displayhook", shown.append)
    grader([halving])("halving", lambda w, dw, c: (w / 3, {}))
    (mark,) = shown
    assert isinstance(mark, Mark)
    bundle = mark._repr_mimebundle_()
    assert float(bundle["text/plain"]) == 5.0
    assert bundle[MIME]["mistake"] == "thirds"


def test_a_recording_holds_outcomes_and_no_code(halving):
    text = record(halving)
    data = decode(json.load(io.StringIO(text)))
    assert [known["name"] for known in data["known"]] == ["thirds", "doubled", "counts outside config"]
    assert "lambda" not in text
    assert "def " not in text
    assert [p.tolist() for p in data["outcome"]] == [p.tolist() for p in FORWARD(halving.reference)]
    assert isinstance(data["probe"], Path)


def test_an_exercise_without_a_visible_probe_has_no_recording():
    with pytest.raises(ValueError, match="no visible probe"):
        record(Exercise("x", points=1, reference=abs, checks=[]))


def test_calls_that_raise_are_reported_as_a_crash():
    exercise = Exercise(
        "root",
        points=2,
        reference=np.sqrt,
        checks=[Check(name="values", probe=Calls(arguments=[(4.0,), (9.0,)]), says="A root is wrong.")],
    )
    assert names(exercise, lambda x: x**0.5) == ("correct", None, 2)
    verdict = judge(exercise, lambda x: {}[x])
    assert verdict.verdict == "error"
    assert "KeyError" in verdict.message


class TestATable:
    @pytest.fixture
    def tabled(self, halving):
        def scaled(w, dw, config, *, by=0.5):
            return by * w, {}

        halving.table(
            {
                """quartered: It is a quarter. Is the
                half taken twice?""": partial(scaled, by=0.25),
                "reversed: It points the other way.": lambda w, dw, config=None: (-0.5 * w, {}),
            }
        )
        return halving

    def test_entries_are_named_after_the_others_in_their_order(self, tabled):
        assert [each.name for each in tabled.mistakes][-2:] == ["quartered", "reversed"]
        assert tabled.mistakes[-2].says == "It is a quarter. Is the half taken twice?"
        assert tabled.mistakes[-2].asks == "Is the half taken twice?"

    def test_each_is_recognised(self, tabled):
        for factor, name in ((0.25, "quartered"), (-0.5, "reversed")):
            found = judge(tabled, lambda w, dw, config=None, factor=factor: (factor * w, {}))
            assert (found.verdict, found.mistake) == ("mistake", name)

    def test_a_changed_function_has_the_arguments_of_the_reference(self, tabled):
        function = tabled.known("quartered")
        assert inspect.signature(function) == inspect.signature(tabled.reference)
        assert function(4.0, 0.0)[0] == function(dw=0.0, w=4.0)[0] == 1.0
        with pytest.raises(TypeError, match="by"):
            function(4.0, 0.0, by=0.5)

    def test_with_a_share_they_are_conventions(self, halving):
        halving.table({"tripled: It is three times.": lambda w, dw, config=None: (3 * w, {})}, share=0.5)
        assert (halving.conventions[-1].name, halving.conventions[-1].share) == ("tripled", 0.5)

    def test_an_entry_without_a_sentence_is_refused(self, halving):
        with pytest.raises(ValueError, match="says nothing to the student"):
            halving.table({"tripled": lambda w, dw, config=None: (3 * w, {})})
