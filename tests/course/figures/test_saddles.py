"""What lesson 06 says of its pictures holds."""

import re

import numpy as np
import pytest

from autograder.exercises.saddle_explorer.draw_frame import reference as draw_frame
from autograder.exercises.saddle_explorer.trace import reference as trace
from course.figures import saddles
from course.mine import plain_gradient_descent as plain


def stride(w, dw, config=None):
    return w - config["learning_rate"] * dw / max(np.hypot(*dw), 1e-12), config


def signs(w, dw, config=None):
    return w - config["learning_rate"] * np.sign(dw), config


RULES = {"plain": plain, "stride": stride, "signs": signs}


def unwritten(*_, **__):
    raise NotImplementedError


def test_a_thousand_times_nearer_costs_the_same_wait_each_time(capsys):
    saddles.waits([1e-1, 1e-3, 1e-6, 1e-9, 0.0])
    said = capsys.readouterr().out
    _, b, c, d = map(int, re.findall(r"leaves at step (\d+)", said))
    assert c - b == pytest.approx(d - c, abs=1)
    assert d / c == pytest.approx(1.5, abs=0.01)
    assert "E never leaves" in said


def test_signs_is_first_and_plain_last_to_be_far_from_the_ridge():
    shown = saddles.three_frames(trace, draw_frame, RULES).alt
    away = {name: abs(float(y)) for name, y in re.findall(r"(\w+) at \(.*?, (.*?)\)", shown)}
    assert away["signs"] > away["stride"] > away["plain"]


def test_only_plain_runs_away_beyond_its_limit_and_the_others_end_within_a_rate_of_the_minimum(capsys):
    saddles.beyond_the_limit(trace, draw_frame, RULES)
    said = " ".join(capsys.readouterr().out.split())  # without the breaks of long lines
    below, above = said.removeprefix("rate ").split(" rate 0")
    assert "stops" not in below
    assert re.findall(r"(\w+) stops", above) == ["plain"]
    ends = [float(each) for each in re.findall(r"(?:stride|signs) ends (\S+) rates", below + above)]
    assert len(ends) == 4
    assert all(0.1 < each < 2 for each in ends)


def test_three_starts_side_by_side_reach_three_minima_and_keep_a_distance_from_the_ridges(capsys):
    places = [(-0.5, -0.5), (0.2, -1.0), (-0.5, -1.0)]
    saddles.endings(plain, "Himmelblau", places)
    said = capsys.readouterr().out
    assert re.findall(r"minimum (\d)", said) == ["2", "4", "3"]
    for dx, dy in ((0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02)):
        saddles.endings(plain, "Himmelblau", [(x + dx, y + dy) for x, y in places])
        assert capsys.readouterr().out == said


def test_nothing_is_drawn_before_it_is_written(capsys):
    assert saddles.three_frames(unwritten, draw_frame, RULES) is None
    assert saddles.beyond_the_limit(trace, unwritten, RULES) is None
    saddles.flicker(unwritten, unwritten, RULES)
    assert capsys.readouterr().out.count("come first") == 3
