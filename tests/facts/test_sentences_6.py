"""Every number and comparison in the text of lesson 06 is still there and still right."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder.exercises.adaptive_rates import adam, rmsprop
from autograder.exercises.momentum import sgd_momentum
from course.descend import descend, first_step_where
from course.mine import plain_gradient_descent
from course.surfaces import SURFACES, himmelblau, ravine, saddle
from course.widgets.runs import race, run

TEXT = (
    Path(__file__)
    .parents[2]
    .joinpath("source_notebooks", "06_saddle_explorer.py")
    .read_text(encoding="utf-8")
)
WORDS = " ".join(TEXT.replace("\n#", " ").split())


def stride(w, dw, config):
    return w - config["learning_rate"] * dw / max(np.hypot(*dw), 1e-12), config


def signs(w, dw, config):
    return w - config["learning_rate"] * np.sign(dw), config


RULES = {"plain": plain_gradient_descent, "stride": stride, "signs": signs}
LOADED = {
    "sgd_momentum": sgd_momentum.reference,
    **{each.name: next(known.function for known in each.variants) for each in (rmsprop, adam)},
}


def walk(name, surface, start, steps, rate):
    return descend(RULES[name], surface, start, steps=steps, config={"learning_rate": rate}).points


def leaves(name, y0, rate, steps=3000):
    """Return the step after which a rule is more than 1 away from the ridge."""
    return first_step_where(np.abs(walk(name, saddle, (1.0, y0), steps, rate)[:, 1]) > 1)


@cache
def waits():
    """Return the waits of the balls A to D of the first picture."""
    return [leaves("plain", y0, 0.01) for y0 in (1e-1, 1e-3, 1e-6, 1e-9)]


def longer(name):
    """Return how much longer a rule waits from a billionth than from a thousandth beside the ridge."""
    return leaves(name, 1e-9, 0.05) / leaves(name, 1e-3, 0.05)


def far_at_the_end(name, rate):
    """Return how far from the minimum of the ravine the last steps of a rule are, in rates, least and greatest."""
    away = np.hypot(*walk(name, ravine, ravine.start, 300, rate)[-50:].T) / rate
    return away.min(), away.max()


def order_changes(surface):
    """Whether the fair race puts the rules of the lesson in another order than one rate for all."""
    orders = []
    for how in (run, race):
        losses = {
            name: how(
                rule, surface, start=surface.start, steps=400, config={"learning_rate": 0.01}
            ).trace.losses[-1]
            for name, rule in (RULES | LOADED).items()
        }
        orders.append(sorted(losses, key=losses.get))
    return orders[0] != orders[1]


SENTENCES = {
    "starting a thousand times nearer to the ridge costs the same number of extra steps each time": lambda: (
        waits()[2] - waits()[1] == waits()[3] - waits()[2]
    ),
    "D waits one and a half times as long as C": lambda: (
        waits()[3] / waits()[2] == pytest.approx(1.5, abs=0.01)
    ),
    "goes to `(0.5, 0.75)`, then `(0.25, 1.125)`": lambda: np.array_equal(
        walk("plain", saddle, (1.0, 0.5), 2, 0.25), [[1, 0.5], [0.5, 0.75], [0.25, 1.125]]
    ),
    "`signs` leaves first, on a straight diagonal": lambda: (
        leaves("signs", 0.02, 0.07) < leaves("stride", 0.02, 0.07) < leaves("plain", 0.02, 0.07)
        and np.ptp(walk("signs", saddle, (1.0, 0.02), 12, 0.07) @ [1, 1]) < 1e-12
    ),
    "because its steps never shrink": lambda: np.allclose(
        np.hypot(*np.diff(walk("stride", saddle, (1.0, 0.02), 60, 0.07), axis=0).T), 0.07
    ),
    "is labelled `plain (stopped at step 6)`": lambda: (
        (np.abs(walk("plain", saddle, saddle.start, 12, 2.0)).max(axis=1) < 1e3).sum() == 7
    ),
    "so plain descent is stable below $2/25 = 0.08$": lambda: (
        descend(plain_gradient_descent, ravine, steps=3000, config={"learning_rate": 0.079}).losses[-1] < 1e-9
        and descend(plain_gradient_descent, ravine, steps=3000, config={"learning_rate": 0.081}).stopped
    ),
    "they jump back and forth over it, at a distance of up to about one rate": lambda: all(
        0.1 < far_at_the_end(name, rate)[1] < 1.5
        for name in ("stride", "signs")
        for rate in (0.05, 0.078, 0.086)
    ),
    "Himmelblau's function, which has four minima": lambda: len(himmelblau.minima) == 4,
    "On most surfaces it changes the order of the rules": lambda: (
        sum(map(order_changes, SURFACES.values())) > 0.6 * len(SURFACES)
    ),
    "plain descent waits a fixed number of steps longer for each factor": lambda: longer("plain") > 2.5,
    "rules that step by the direction or the signs of the slope wait hardly longer": lambda: (
        max(longer("stride"), longer("signs")) < 1.1
    ),
}


@pytest.mark.parametrize("phrase", SENTENCES)
def test_a_sentence_is_still_there_and_right(phrase):
    assert phrase in WORDS
    assert SENTENCES[phrase]()


def test_three_starts_side_by_side_on_himmelblau_reach_three_minima():
    ends = []
    for start in ((-0.5, -0.5), (0.2, -1.0), (-0.5, -1.0)):
        away = np.linalg.norm(
            np.array(himmelblau.minima) - walk("plain", himmelblau, start, 400, 0.01)[-1], axis=1
        )
        assert away.min() < 0.1
        ends.append(int(away.argmin()))
    assert len({*ends}) == 3
