"""Every number that stands in the text of lesson 04 is still there and still right.

What a cell prints is not repeated here.  Numbers that come from runs hold with the margin that the sentence
leaves, so that another processor does not make it false.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder.exercises.momentum import momentum_schedule, sgd, sgd_momentum, sgd_nesterov_momentum
from course.data import digits
from course.descend import descend, first_step_where
from course.network import MLP
from course.surfaces import ravine, saddle, valley
from course.training import train

RULES = {each.name: each.reference for each in (sgd, sgd_momentum, sgd_nesterov_momentum)}
LIMITS = {"sgd": lambda mu: 2.0, "sgd_momentum": lambda mu: 2 + 2 * mu}
LIMITS["sgd_nesterov_momentum"] = lambda mu: (2 + 2 * mu) / (1 + 2 * mu)
TEXT = Path(__file__).parents[2].joinpath("source_notebooks", "04_momentum.py").read_text(encoding="utf-8")
WORDS = " ".join(TEXT.replace("\n#", " ").split())


def ends(mu, steps=60, lr=0.02):
    """Return the loss of the ball in the ravine."""
    config = {"learning_rate": lr, "momentum": mu}
    return descend(RULES["sgd_momentum"], ravine, steps=steps, config=config).losses[-1]


def overshoots(mu):
    """Return how far the ball runs past the minimum along the floor within the 60 gradients of the sliders."""
    config = {"learning_rate": 0.02, "momentum": mu}
    return descend(RULES["sgd_momentum"], ravine, steps=60, config=config).points[:, 0].max()


def ramped(T):
    """Return the loss of the ball in the ravine after 200 gradients with the momentum raised."""

    def rule(w, dw, config):
        step = config.get("step", 0)
        mu = momentum_schedule.reference(step, T)
        return RULES["sgd_momentum"](w, dw, config | {"momentum": mu, "step": step + 1})

    return descend(rule, ravine, steps=200, config={"learning_rate": 0.02}).losses[-1]


def swing(mu, steps):
    """Return what is left of the energy of a ball on the floor of the ravine: its highest losses."""
    config = {"learning_rate": 0.02, "momentum": mu}
    losses = descend(RULES["sgd_momentum"], ravine, (1.0, 0.0), steps=steps + 100, config=config).losses
    return losses[steps:].max() / losses[:100].max()


def climbing(w, dw, config=None):
    return RULES["sgd_momentum"](w, -dw, config)


def escape(name):
    config = {"learning_rate": 0.01, "momentum": 0.9}
    return first_step_where(
        np.abs(descend(RULES[name], saddle, (1.0, 1e-6), steps=800, config=config).points[:, 1]) > 1
    )


SHARES = 1 / (1 + np.exp(-np.linspace(-6, 6, 25)))


@cache
def best(name, mu, steepest, steps):
    """Return the best loss of the fair race and whether it lies at an end of the grid."""
    losses = [
        descend(
            RULES[name],
            valley(steepest),
            steps=steps,
            config={"learning_rate": share * LIMITS[name](mu) / steepest, "momentum": mu},
        )
        .losses[-10:]
        .max()
        for share in SHARES
    ]
    return min(losses), int(np.argmin(losses)) in (0, len(SHARES) - 1)


def one(name, mu):
    return best(name, mu, 25, 100)[0]


def two(name, mu):
    return best(name, mu, 1000, 400)[0]


MUS = np.round(np.arange(0.0, 0.991, 0.01), 2)  # the stops of the slider
FACTOR = np.roots([1, -1.92, 0.9]).max()

NUMBERS = {
    "needs 698 steps": lambda: escape("sgd") == 698,
    "doubles every 35 steps": lambda: round(np.log(2) / np.log(1.02)) == 35,
    "needs twenty doublings": lambda: round(np.log2(1e6)) == 20,
    "**140 steps.**": lambda: escape("sgd_momentum") == 140,
    r"allows $\eta < 0.08$": lambda: 2 / 25 == 0.08,
    "1. 0.75, with a loss of 1e-7": lambda: (
        min(MUS, key=ends) == 0.75 and f"{ends(0.75):.0e}" == "1e-07" and 0 < overshoots(0.75) < 1e-3
    ),
    "2. Up to 0.93. Plain descent ends at 0.177": lambda: (
        all(ends(mu) < ends(0.0) for mu in MUS[1:94])
        and all(ends(mu) > ends(0.0) for mu in MUS[94:])
        and round(ends(0.0), 3) == 0.177
    ),
    "ends at a loss of 8, more than half of that at the start": lambda: (
        round(ends(0.99)) == 8 and ends(0.99) > 14.5 / 2
    ),
    "after 100 steps 63 per cent": lambda: round(100 * (1 - 0.99**100)) == 63,
    "falls below 0.01 at step 459": lambda: np.ceil(np.log(0.01) / np.log(0.99)) == 459,
    r"with $\mu = 0.9$ almost twice the rate": lambda: 1.8 < LIMITS["sgd_momentum"](0.9) / 2 < 2,
    "up to 1442 to 1": lambda: round(((1 + np.sqrt(0.9)) / (1 - np.sqrt(0.9))) ** 2) == 1442,
    "up to 34 to 1": lambda: round(((1 + np.sqrt(0.5)) / (1 - np.sqrt(0.5))) ** 2) == 34,
    r"$\eta L = 0.02$, that is 0.74": lambda: round((1 - np.sqrt(0.02)) ** 2, 2) == 0.74,
    "it is 0.09": lambda: round((1 - np.sqrt(0.5)) ** 2, 2) == 0.09,
    "to the power 60, or 0.74": lambda: round(0.99**30, 2) == 0.74,
    r"\lambda = 1.107$ per step": lambda: round(FACTOR, 3) == 1.107,
    "doubles every 7 steps": lambda: round(np.log(2) / np.log(FACTOR)) == 7,
    "That is the factor of five": lambda: round(698 / 140) == 5,
    "at 0.5 a thousandth": lambda: round(100 * 0.99**10) == 90 and round(1000 * 0.5**10) == 1,
    "The long ramp ends far below 0.5, 0.9 and 0.99, and far above 0.75": lambda: (
        1e6 * ends(0.75, 200) < ramped(200) < 1e-3 * min(ends(mu, 200) for mu in (0.5, 0.9, 0.99))
    ),
    "The short ramp is no better than 0.5": lambda: ramped(100) > ends(0.5, 200),
    "or 0.37, of its energy": lambda: round(0.99**100, 2) == 0.37 and 0.3 < swing(0.99, 100) < 0.45,
    "$0.75^{100}$, or 3e-13": lambda: f"{0.75**100:.0e}" == "3e-13",
    "leaves the picture with its first step": lambda: (
        descend(climbing, ravine, steps=1, config={"learning_rate": 0.02}).points[1, 1] > ravine.domain[1][1]
    ),
    "beats the ball by a factor of some hundreds": lambda: (
        200 < one("sgd_momentum", 0.9) / one("sgd", 0.0) < 999
    ),
    "plain descent by a factor of about four": lambda: (
        3.3 < one("sgd", 0.0) / one("sgd_nesterov_momentum", 0.9) < 4.5
    ),
    "some twenty orders of magnitude below plain descent": lambda: (
        19 < np.log10(one("sgd", 0.0) / one("sgd_momentum", 0.5)) < 21
    ),
    r"In the long valley $\mu = 0.5$ is nearly useless": lambda: two("sgd_momentum", 0.5) > 0.01,
    "In the long valley plain descent has hardly started when the ball has arrived": lambda: (
        two("sgd", 0.0) > 0.1 and two("sgd_momentum", 0.9) < 1e-12
    ),
    "a network with 2410 parameters on 1197 images of digits": lambda: (
        len(digits().X_train) == 1197 and 64 * 32 + 32 + 32 * 10 + 10 == 2410
    ),
}


@pytest.mark.parametrize("phrase", NUMBERS)
def test_a_number_in_the_text_is_right_and_still_there(phrase):
    assert phrase in WORDS
    assert NUMBERS[phrase]()


def test_no_best_rate_of_the_race_lies_at_an_end_of_its_grid():
    for steepest, steps in ((25, 100), (1000, 400)):
        for name, mu in (("sgd", 0.0), *((n, m) for n in list(RULES)[1:] for m in (0.5, 0.9))):
            assert not best(name, mu, steepest, steps)[1], (name, mu, steepest)


def test_the_table_of_pytorch_is_what_its_rule_gives():
    rows = []
    for nesterov in (False, True):
        w, b, column = 5.0, 0.0, []
        for g, lr in ((10.0, 0.1), (20.0, 0.1), (30.0, 0.01)):
            b = 0.5 * b + g
            w -= lr * (g + 0.5 * b if nesterov else b)
            column.append(w)
        rows.append(column)
    shown = [line for line in TEXT.splitlines() if line.startswith(("# | 10 |", "# | 20 |", "# | 30 |"))]
    table = [[float(cell) for cell in line.split("|")[3:5]] for line in shown]
    assert np.allclose(table, np.transpose(rows), rtol=1e-12)


def test_a_turned_valley_changes_no_loss_of_any_rule():
    config = {"learning_rate": 0.02, "momentum": 0.9}
    for rule in RULES.values():
        straight, turned = (
            descend(rule, valley(25, np.radians(degrees)), steps=60, config=config).losses
            for degrees in (0, 30)
        )
        assert np.allclose(straight, turned, rtol=1e-9)


@pytest.mark.thorough
def test_what_is_said_of_batches_holds_in_four_groups_of_three_seeds():
    data, network, effective = digits(), MLP(sizes=(64, 32, 10)), 2.0 ** np.arange(7)

    def final(name, rate, batch, seed):
        share, mu = (1.0, 0.0) if name == "sgd" else (0.1, 0.9)
        config = {"learning_rate": rate * share, "momentum": mu}
        epochs = 120 // int(np.ceil(len(data.X_train) / batch))
        rng = np.random.default_rng(seed)
        run = train(
            network, data.X_train, data.y_train, RULES[name], config, rng=rng, epochs=epochs, batch=batch
        )
        return np.nan if run.stopped else run.epochs["train_loss"][-1]

    for first in (0, 3, 6, 9):
        table = {
            (batch, name): np.array(
                [[final(name, rate, batch, seed) for seed in range(first, first + 3)] for rate in effective]
            ).mean(axis=1)
            for batch in (20, 300)
            for name in RULES
        }
        least = {key: np.nanmin(losses) for key, losses in table.items()}
        for name in list(RULES)[1:]:
            assert 0.5 < least[20, "sgd"] / least[20, name] < 2
            assert 0.7 < table[20, name][0] / table[20, "sgd"][0] < 1.4
            assert np.allclose(table[300, name][:2], table[300, "sgd"][:2], rtol=0.15)
        assert all(effective[np.nanargmin(table[20, name])] in (2, 4) for name in RULES)
        assert np.isnan(table[20, "sgd"][5:]).all()
        assert least[300, "sgd"] / least[300, "sgd_nesterov_momentum"] > 10
        assert least[300, "sgd"] / least[300, "sgd_momentum"] > 35
