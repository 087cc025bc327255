"""Recorded runs are those of the course's own answers.

After a wanted change write them anew: ``python -m tests.course.widgets.test_demonstrations``.
"""

import json

import numpy as np
import pytest

from autograder.exercises.adaptive_rates.adam import reference as adam
from autograder.exercises.adaptive_rates.rmsprop import reference as rmsprop
from autograder.exercises.momentum.sgd_momentum import reference as momentum
from course.descend import descend
from course.surfaces import SURFACES, saddle
from course.widgets import Explorer, demonstrations
from tests.course.widgets.rules import plain

RULES = {"sgd_momentum": (momentum, 0.003), "rmsprop": (rmsprop, 0.01), "adam": (adam, 0.02)}
STEPS = 400


def path(name, surface):
    rule, rate = RULES[name]
    return descend(rule, surface, steps=STEPS, config={"learning_rate": rate}).points


def runs():
    """Return what the file holds; four digits are enough for a picture."""
    return {
        name: {
            "rate": rate,
            "paths": {
                surface.name: [[float(f"{each:.4g}") for each in point] for point in path(name, surface)]
                for surface in SURFACES.values()
                if not surface.noise
            },
        }
        for name, (_, rate) in RULES.items()
    }


@pytest.mark.parametrize("name", RULES)
def test_what_is_recorded_is_what_a_right_rule_does(name):
    kept = demonstrations.recorded()[name]
    assert kept["rate"] == RULES[name][1]
    for where, points in kept["paths"].items():
        right = path(name, SURFACES[where])
        assert len(points) == len(right)
        assert np.allclose(points, right, rtol=1e-3, atol=1e-6), where


def test_a_recording_is_shown_from_its_own_start_and_says_so_elsewhere():
    explorer = Explorer(saddle, {"plain": plain}, demonstrations=["adam"], steps=200)
    assert explorer.canvas.rules[1]["label"] == "Adam (recorded)"
    assert len(explorer.runs["adam"].trace.points) > 50
    explorer.start = (0.5, 0.5)
    assert len(explorer.runs["adam"].trace.points) == 1
    assert "own start" in explorer.runs["adam"].events[0].text
    explorer.hidden = ["adam"]
    explorer.race = True
    assert "Adam" not in explorer.canvas.note


if __name__ == "__main__":
    text = json.dumps(runs(), separators=(",", ":"))
    demonstrations.FILE.write_text(text.replace("]],", "]],\n") + "\n", encoding="utf-8")
