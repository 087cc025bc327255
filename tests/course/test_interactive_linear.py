import numpy as np
import pytest

from course.interactive import linear


def squared(W, X, y, reg):
    """A loss to turn on: least squares of the first score against a sign, with its gradient."""
    wrong = X @ W[0, :2] - np.where(y == 0, 1, -1)
    dW = np.zeros((2, 3))
    dW[0, :2] = wrong @ X / len(y) + reg * W[0, :2]
    return (wrong**2).mean() / 2 + reg / 2 * (W[0] ** 2).sum(), dW


@pytest.fixture(scope="module")
def figure():
    return linear.turning({"hinge": squared, "cross-entropy": squared}, turns=4, points=5)


@pytest.mark.long
def test_every_setting_has_a_picture_that_says_what_it_shows(figure):
    assert len(figure.frames) == 2 * 2 * 4
    assert [control["name"] for control in figure.controls] == ["loss", "penalty", "turn"]
    assert figure.controls[2]["labels"] == ["15 degrees", "105 degrees", "195 degrees", "285 degrees"]
    assert "the hinge over the two weights with penalty 0:" in figure.alts[0]


def test_turned_half_round_the_answers_are_the_opposite(figure):
    right = [int(alt.partition("% right")[0].rpartition(" ")[2]) for alt in (figure.alts[0], figure.alts[2])]
    assert sum(right) == 100


def test_a_function_that_is_not_written_is_asked_for(capsys):
    def stub(W, X, y, reg):
        raise NotImplementedError

    assert linear.turning({"hinge": stub}) is None
    assert "write Exercises 2 and 3 first" in capsys.readouterr().out
