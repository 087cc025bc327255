"""The rules of a lesson's text: what counts as prose, as code, and as the two lines of a hidden region."""

import pytest

from autograder.building.manuscript import code_lines, hidden_call, words


@pytest.mark.parametrize(
    ("prose", "count"),
    [
        ("One two three.", 3),
        ("It's 3.80 at 0.9, i.e. less.", 6),
        ("The rate $\\eta = 10^{-3}$ and `learning_rate` count once each.", 8),
        ("$$w \\leftarrow w - \\eta g$$", 0),
        ("| in | `w` an array of any shape |\n|---|---|\nafter", 1),
        ("<details><summary>Hint 1: a question</summary>Which way\nis down?</details>\nNow write.", 2),
        ("```python\nx = 1\n```", 0),
        ("See [the notes](https://example.org/a/long/way).", 3),
        ("", 0),
    ],
)
def test_words_are_those_a_reader_meets_unfolded(prose, count):
    assert words(prose) == count


def test_code_lines_are_those_a_reader_reads():
    source = (
        "# why\nx = 1\n\ny = 2\n### BEGIN HIDDEN TESTS\nfrom a import b\nb.c()\n### END HIDDEN TESTS\nz = 3\n"
    )
    assert code_lines(source) == 3


REGION = """### BEGIN HIDDEN TESTS
from autograder.exercises import momentum

momentum.grade("sgd", sgd)
### END HIDDEN TESTS
assert sgd
"""


def test_a_hidden_region_says_its_lesson_exercise_and_candidate():
    assert hidden_call(REGION) == ("momentum", "sgd", "sgd")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import momentum", "import adaptive_rates"),
        ("import momentum", "import momentum as m"),
        ("momentum.grade", "momentum.judge"),
        ('("sgd", sgd)', "(name, sgd)"),
        ('("sgd", sgd)', '("sgd", lambda w: w)'),
        ("### END", "x = 1\n### END"),
        ("### BEGIN", "import numpy\n### BEGIN"),
        ("### END HIDDEN TESTS\n", ""),
    ],
)
def test_anything_else_is_no_hidden_region(old, new):
    assert old in REGION
    assert hidden_call(REGION.replace(old, new)) is None
