"""What is right within a tolerance is taken for the very same, so that only what is wrong is spoken of."""

import numpy as np
import pytest

from course.probes.comparing import only_wrong, same


@pytest.mark.parametrize(
    ("outcome", "expected", "left"),
    [
        (1.0 + 1e-7, 1.0, 1.0),
        (1.1, 1.0, 1.1),
        ({"a": [1.0 + 1e-7, 2.5], "b": "up"}, {"a": [1.0, 2.0], "b": "up"}, {"a": [1.0, 2.5], "b": "up"}),
        ((np.array([1.0 + 1e-7]), None), (np.array([1.0]), None), (np.array([1.0]), None)),
        ([1.0 + 1e-7], [1.0, 2.0], [1.0 + 1e-7]),
        ({"a": 1.0 + 1e-7, "c": 3.0}, {"a": 1.0}, {"a": 1.0, "c": 3.0}),
    ],
)
def test_what_is_right_within_the_tolerance_does_not_differ_any_more(outcome, expected, left):
    assert same(only_wrong(outcome, expected, 1e-5), left, 0.0)
