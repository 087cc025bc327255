"""Visible checks, on a recording made here: the rule that takes a fixed step against the sign."""

import json
import re

import numpy as np
import pytest

from course import checks
from course.checks import NoSuchCheck, check, written
from course.checks.comparing import comparison
from course.checks.saying import answer, both, first_difference, moved, watched
from course.probes.base import Calls, Path, Raised
from course.recorded import decode, encode
from course.surfaces import saddle

PROBE = Path(
    start=[1.0, -1.0], gradients=[[0.5, -2.0]] * 4, config={"learning_rate": 0.1}, changes={2: {"t": 3}}
)


def right(w, dw, config=None):
    return w - 0.1 * np.sign(dw), config


def wrong(w, dw, config=None):
    return w + 0.1 * np.sign(dw), config


def still(w, dw, config=None):
    return w, config


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    (tmp_path / "signed.json").write_text(
        json.dumps(
            encode(
                {
                    "probe": PROBE,
                    "outcome": PROBE(right),
                    "praise": "Four steps agree.",
                    "read": "Exercise 9",
                    "section": "2. A sign and no size",
                    "known": [
                        {"name": "sign lost", "says": "Look at the sign.", "outcome": PROBE(wrong)},
                        {
                            "name": "stands still",
                            "says": "Nothing moves. Is the rate zero? Look.",
                            "question": "Is the rate zero?",
                            "outcome": PROBE(still),
                        },
                    ],
                }
            )
        )
    )
    calls = Calls(arguments=[(2.0, 3), (np.array([1.0, 2.0]), 1)])
    (tmp_path / "power.json").write_text(
        json.dumps(encode({"probe": calls, "outcome": calls(pow), "praise": "Yes.", "read": "", "known": []}))
    )
    monkeypatch.setattr(checks.resources, "files", lambda package: tmp_path)
    checks.recording.cache_clear()
    yield
    checks.recording.cache_clear()


@pytest.mark.usefixtures("recorded")
class TestCheck:
    def test_a_right_function_passes_with_praise(self):
        report = check("signed", right)
        assert report.passed is True
        assert str(report) == "signed: passed. Four steps agree."

    def test_a_known_mistake_is_named_with_its_sentence_and_where_to_read(self):
        report = check("signed", wrong)
        assert (report.passed, report.headline, report.detail) == (False, "Sign lost.", "Look at the sign.")
        assert "Read: “2. A sign and no size”, then Exercise 9" in str(report)

    def test_a_mistake_asks_its_own_question_and_nothing_is_asked_without_one(self):
        assert "Ask yourself" not in str(check("signed", wrong))
        report = check("signed", still)
        assert (report.detail, report.question) == ("Nothing moves. Look.", "Is the rate zero?")

    def test_the_heading_that_teaches_it_is_a_link_that_jupyterlab_finds(self):
        assert (
            '<a href="#2.-A-sign-and-no-size">2. A sign and no size</a>'
            in check("signed", wrong)._repr_html_()
        )

    def test_a_wrong_path_is_drawn_beside_the_right_one_and_said_in_words(self):
        report = check("signed", wrong)
        said = "Picture: Your path leaves the right one at step 1; there w[0] is too large."
        assert said in str(report)
        assert re.search(
            rf'<img src="data:image/png;base64,[^"]+" alt="{re.escape(said)}"', report._repr_html_()
        )

    def test_what_is_right_or_not_written_has_no_picture(self):
        assert check("signed", right).picture is None
        assert "<img" not in check("signed", right)._repr_html_()

    def test_a_path_that_is_not_finite_is_drawn_as_far_as_it_goes(self):
        report = check("signed", lambda w, dw, c: (w / 0.0, c))
        assert "not finite" in report.picture.alt
        assert "<img" in report._repr_html_()

    def test_the_line_that_raised_is_shown_and_none_of_ours(self):
        def broken(w, dw, config=None):
            return w - config["rate"] * dw, config

        said = str(check("signed", broken))
        assert "KeyError" in said
        assert '`return w - config["rate"] * dw, config`' in said
        assert "base.py" not in said
        assert "Traceback" not in said

    def test_an_unknown_one_is_told_at_which_step_it_leaves_the_path(self):
        def late(w, dw, config=None):
            return (right if "t" not in config else wrong)(w, dw, config)

        expected = "Step 3 is the first that is wrong: it goes the opposite way. Look at what is carried over"
        assert check("signed", late).headline == f"{expected} in config."
        larger = check("signed", lambda w, dw, c: (w - dw, c))
        assert larger.headline == "Step 1 is already wrong: it is too long in every entry."
        double = check("signed", lambda w, dw, c: (w - 0.2 * np.sign(dw), c))
        assert double.headline == "Step 1 is already wrong: it is twice too long."
        assert not double.question

    @pytest.mark.parametrize(
        ("power", "said"),
        [
            (-1, "it is too long where the gradient is small, and too short where it is large."),
            (1, "it is too short where the gradient is small, and too long where it is large."),
        ],
    )
    def test_a_first_step_that_depends_on_the_size_of_the_gradient_is_described_so(self, power, said):
        def uneven(w, dw, c):
            return w - 0.1 * np.sign(dw) * (np.abs(dw) / 2) ** power, c

        sizes = np.array([8.0, -0.5, 2.0])
        probe = Path(start=[1.0, -2.0, 3.0], gradients=[sizes, sizes], config={"learning_rate": 0.1})
        assert first_difference(probe, probe(uneven), probe(right)) == f"Step 1 is already wrong: {said}"

    def test_a_stub_is_to_do(self):
        def stub(w, dw, config=None):
            raise NotImplementedError("not written yet")

        report = check("signed", stub)
        assert report.passed is None
        assert str(report) == "signed: to do. Not written yet."

    def test_a_crash_and_none_are_reported_not_raised(self):
        assert "ZeroDivisionError" in check("signed", lambda w, dw, c: 1 / 0).headline
        assert "returned None" in check("signed", lambda w, dw, c: None).headline

    def test_calls_name_the_arguments_but_not_the_right_answer(self):
        assert check("power", pow).passed
        headline = check("power", lambda a, n: a + n if n == 3 else a**n).headline
        assert headline == "For (2., 3) you returned 5, too small."
        assert "8" not in headline
        report = check("power", lambda a, n: "x" + n)
        assert "it raised TypeError" in report.headline
        assert report.detail.startswith("In line ")

    def test_html_is_escaped_and_announced(self):
        def evil(w, dw, config=None):
            raise ValueError("<script>")

        page = check("signed", evil)._repr_html_()
        assert "<script>" not in page
        assert 'role="status"' in page

    def test_an_unknown_name_lists_the_checks(self):
        with pytest.raises(ValueError, match=r"no check called .sgd.\. The checks are: power, signed"):
            check("sgd", right)
        assert NoSuchCheck("one line")._render_traceback_() == ["one line"]


def test_curves_of_one_number_and_traces_are_drawn_and_other_answers_are_not():
    times = Calls(arguments=[(t, 10) for t in (0, 3, 6, 9)])
    line = comparison("x", times, times(lambda t, T: t / T + (t > 3)), times(lambda t, T: t / T))
    assert (
        line.alt == "Picture: Your answers leave the right ones at argument 6; there the answer is too large."
    )
    plane = Calls(arguments=[(1,)])
    path = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    trace = comparison("sgd", plane, [np.array([[0.0, 0.0], [1.0, 0.0], [2.0, -1.0]])], [path])
    assert trace.alt == "Picture: Your path leaves the right one at step 2; there yours lies below it."
    assert "<img" in trace.image()
    assert comparison("x", times, times(lambda t, T: "a"), times(lambda t, T: "b")) is None
    assert comparison("x", plane, [7.0], [8.0]) is None
    assert comparison("x", plane, [[1.0]], [path]) is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        [1, 2.5, "x", True],
        {"a": [1]},
        np.arange(6.0).reshape(2, 3),
        np.zeros((0, 2)),
        np.array(2.0),
        [float("inf"), -0.0],
        Raised("ValueError"),
    ],
)
def test_encoding_keeps_every_value(value):
    back = decode(json.loads(json.dumps(encode(value))))
    if isinstance(value, np.ndarray):
        assert back.shape == value.shape
    np.testing.assert_equal(back, value)


def test_probes_and_surfaces_are_stored_by_content_and_by_name():
    back = decode(json.loads(json.dumps(encode(PROBE))))
    np.testing.assert_equal(back(right), PROBE(right))
    assert decode(json.loads(json.dumps(encode(saddle)))) is saddle
    with pytest.raises(TypeError, match="plain data"):
        encode(object())


def test_written_tells_a_stub_from_anything_else():
    def stub():
        raise NotImplementedError

    assert not written(stub)
    assert written(lambda: 1)
    assert written(lambda: 1 / 0)


def test_one_thing_for_two_and_a_number_that_is_near_are_told_so():
    assert answer(np.float64(1.5), [1.5, np.zeros(2)]) == "your answer is a float64, where two things are due"
    assert answer(0.001 - 1e-12, 0.001) == "you returned 0.001, near but not exact"
    assert answer(0.5, 0.001) == "you returned 0.5, too large"
    assert answer(True, "low") == "you returned True, where a word is due"
    assert answer("near", "low") == "you returned 'near'"


def test_each_of_several_things_is_said_to_be_right_or_how_it_is_wrong():
    right = (0.5, np.array([[1.0, -2.0], [3.0, 0.5]]))
    twice = (np.float64(0.36), 2 * right[1])
    assert (
        answer(twice, right, ("loss", "gradient"))
        == "the loss is not right: yours is 0.36, too small; the gradient is twice too large"
    )
    assert (
        answer((0.5, -right[1]), right) == "the first value is right; the second value has the opposite sign"
    )


@pytest.mark.parametrize(
    ("mine", "said"),
    [
        ({"loss": [1.0], "gradient": np.array([[1.0, 3.0]])}, "Not right yet: the gradient, which is wrong"),
        ({"loss": [1.0], "gradient": np.ones((2, 1))}, "which has the shape (2, 1), where (1, 2) is due."),
        ({"loss": [Raised("ValueError", "no axis 1")], "gradient": []}, "it raised ValueError: no axis 1"),
        ({}, "Not right yet: the loss."),
        (None, "First of all, you returned None."),
    ],
)
def test_the_first_part_that_is_not_right_is_said_without_its_numbers(mine, said):
    named = {f"the {part}": value for part, value in mine.items()} if mine is not None else None
    text = watched(named, {"the loss": [1.0], "the gradient": np.array([[1.0, 2.0]])})
    assert said in text
    assert "2.0" not in text


@pytest.mark.parametrize(
    ("mine", "right", "said"),
    [
        ("evenly spaced", "exponent", "the law; yours is 'evenly spaced'."),
        (["a", "x"], ["a", "b"], "the law; yours is 'x'."),
        (["a"], ["a", "b"], "the law; yours is ['a']."),
        ([1], ["b"], "the law; yours is 1, where a word is due."),
        (0.5, 0.36, "the law; yours is 0.5, too large."),
        (True, False, "the law: yes, where no is due."),
        ([True, np.False_], [True, True], "the law: no, where yes is due."),
        (np.zeros(9), np.ones(9), "the law, which is zero everywhere."),
    ],
)
def test_a_word_that_is_not_the_one_due_is_shown_and_the_one_due_is_not(mine, right, said):
    text = watched({"the law": mine}, {"the law": right})
    assert text.endswith(f": {said}")
    assert "exponent" not in text
    assert "'b'" not in text


@pytest.mark.parametrize(
    ("mine", "right", "said"),
    [
        ([0.0, 0.0], [1.0, -2.0], ": nothing moves"),
        ([3.0, -6.0], [1.0, -2.0], ": it is three times too long"),
        ([-1.0, 2.0], [1.0, -2.0], ": it goes the opposite way"),
        ([-3.0, 8.0], [1.0, -2.0], ": it goes the opposite way, and it is too long in every entry"),
        ([0.5, -0.1], [1.0, -2.0], ": it is too short in every entry"),
        ([0.5, -3.0], [1.0, -2.0], ""),
        ([2.0], [1.0], ": it is too long"),
    ],
)
def test_a_step_that_is_wrong_in_direction_or_length_is_told_how(mine, right, said):
    assert moved(np.array(mine), np.array(right)) == said


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda kind: 1.0 if kind == "known" else None, "you returned None, where a ValueError is due"),
        (lambda kind: 1.0, "you returned 1, where a ValueError is due"),
        ({"known": 1.0}.__getitem__, "it raised KeyError: 'other', where a ValueError is due"),
    ],
)
def test_where_an_error_is_due_it_is_said_beside_what_came(function, said):
    def due(kind):
        if kind == "known":
            return 1.0
        raise ValueError(kind)

    asked = Calls(arguments=[("known",), ("other",)], may_be_none=True)
    assert first_difference(asked, asked(function), asked(due)) == f"For ('other') {said}."
    silent = first_difference(asked, asked(lambda kind: None), asked(due))
    assert silent == "For ('known') you returned None, as a function without a `return` does."


def test_what_is_wrong_is_said_however_long_the_arguments_are():
    table, batches = np.arange(60.0).reshape(6, 10) / 7, [np.ones((2, 30)), np.zeros((3, 30))]
    asked = Calls(arguments=[(table, batches, 3)])
    wrong, right = asked(lambda a, b, k: a.sum()), asked(lambda a, b, k: a.sum() + k)
    said = first_difference(asked, wrong, right)
    assert said.startswith("For (an array (6, 10), a list of 2, 3) you returned ")
    longest = Calls(arguments=[(table,) * 40])
    said = first_difference(longest, longest(lambda *a: 1.5), longest(lambda *a: 2.75))
    assert said == "You returned 1.5, too small."


@pytest.mark.parametrize(
    ("mine", "right", "said"),
    [
        (
            [1.0, 0.2, 0.0, 3.0], [1.0, 0.3, 2.0, 3.0],
            "2 of 4 answers are wrong; of the first you returned 0.2, too small.",
        ),
        ([{"W1": "none", "b1": "none"}], [{"W1": "none", "b1": "large"}], "b1 comes out as 'none'."),
        (["shown", "hidden"], ["shown", "shown"], "it comes out as 'hidden'."),
        ([{"W1": np.zeros(2)}], [{"W1": np.ones(2)}], "W1: your answer is zero everywhere."),
    ],
)  # fmt: skip
def test_what_was_seen_is_not_said_to_be_returned(mine, right, said):
    assert watched(mine, right) == f"First of all, {said}"


def test_of_two_mistakes_neither_sentence_praises_the_rest_or_changes_the_case_of_a_symbol():
    _, said = both(
        [
            ("dw mutated", "The step is right, but `dw` is overwritten. It belongs to the caller."),
            ("gram squared", "A is squared."),
        ]
    )
    assert said == (
        "(1) dw mutated: `dw` is overwritten. It belongs to the caller. (2) Gram squared: A is squared."
    )
    _, said = both(
        [
            ("no case for zero", "It gives NaN. Return zeros there; all else is right."),
            ("another default", "The search is right; left out, `budget` is another number."),
        ]
    )
    assert said == (
        "(1) No case for zero: It gives NaN. Return zeros there."
        " (2) Another default: Left out, `budget` is another number."
    )
