"""Claims that a reader calls true or false, beside what a measurement says of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from course.descend import descend
from course.probes.base import Rule
from course.surfaces import ravine, saddle


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Whether a claim holds, and the measurement that decides it, as the end of a sentence."""

    holds: bool
    measured: str


def decided(answers: Mapping[str, bool | None], findings: Mapping[str, Finding]) -> str:
    """Return a line for each claim: the measurement and whether the reader was right; nothing before an answer."""
    lines = []
    for letter, finding in findings.items():
        answer = answers.get(letter)
        if answer is None:
            lines.append(f"{letter}: write True or False first")
            continue
        verdict = "right" if bool(answer) == finding.holds else "look again"
        lines.append(f"{letter}: {verdict}. {finding.measured}.")
    return "\n".join(lines)


def about_momentum(sgd: Rule, momentum: Rule, nesterov: Rule) -> dict[str, Finding]:
    """Return what the reader's own rules say about the claims at the end of lesson 04."""
    up = descend(lambda w, dw, c: sgd(w, -dw, c), ravine, steps=1, config={"learning_rate": 0.02}).losses
    kept = {mu: coasting(momentum, mu) for mu in (0.5, 0.99)}
    config = {"learning_rate": 0.06, "momentum": 0.9}
    ball, ahead = (descend(rule, ravine, steps=400, config=config) for rule in (momentum, nesterov))
    ends = ["diverges" if trace.stopped else "converges" for trace in (ball, ahead)]
    longer = terminal_step(momentum)
    still = descend(momentum, saddle, (0.0, 0.0), steps=500, config=config).points[-1]
    return {
        "A": Finding(holds=up[-1] < up[0], measured=f"In one step the loss went from {up[0]:.1f} to {up[-1]:.1f}"),
        "B": Finding(
            holds=kept[0.99] < kept[0.5],
            measured=f"Ten flat steps leave {kept[0.99]:.0%} of a velocity at 0.99, {kept[0.5]:.1%} at 0.5",
        ),
        "C": Finding(
            holds=bool(ball.stopped) or not ahead.stopped,
            measured=f"At rate 0.06 in the ravine momentum {ends[0]} and Nesterov {ends[1]}",
        ),
        "D": Finding(holds=bool(np.isclose(longer, 10)), measured=f"Its last step is {longer:.1f} plain ones long"),
        "E": Finding(holds=bool(still.any()), measured=f"After 500 steps the ball is at {still}"),
    }  # fmt: skip


def about_adaptive_rates() -> dict[str, Finding]:
    """Return what sums say about the claims of lesson 05."""
    squares = np.random.default_rng(0).normal(size=1000) ** 2
    rates = 1 / np.sqrt(np.cumsum(squares))
    steady = np.full(5000, 3.0)
    raw = float(np.average(steady**2, weights=0.999 ** np.arange(5000)[::-1]))
    first = 0.1 / np.sqrt(0.001)
    small, large = (size / np.sqrt(0.01 * size**2) for size in (0.001, 100.0))
    return {
        "A": Finding(
            holds=1 - 0.9**0 != 0, measured=f"At t = 0 the first divisor, 1 - 0.9**t, is {1 - 0.9**0:g}"
        ),
        "B": Finding(
            holds=bool(np.isclose(raw, steady.var())),
            measured=f"For a steady gradient of 3, v is {raw:.0f} and the variance {steady.var():.0f}",
        ),
        "C": Finding(
            holds=bool((np.diff(rates) <= 0).all()), measured="It is one over the root of a growing sum"
        ),
        "D": Finding(
            holds=bool(first < 1), measured=f"The first step is {first:.2f} rates long, the right one 1"
        ),
        "E": Finding(
            holds=bool(np.isclose(small, large)),
            measured=f"It is {small:.0f} rates long for g = 0.001 and {large:.0f} for g = 100",
        ),
    }


def coasting(rule: Rule, momentum: float, steps: int = 10) -> float:
    """Return the part of its velocity that a ball keeps over some steps on flat ground."""
    w, config = rule(np.zeros(1), -np.ones(1), {"learning_rate": 1.0, "momentum": momentum})
    before = np.zeros(1)
    for _ in range(steps):
        before = w.copy()
        w, config = rule(w, np.zeros(1), config)
    return float((w - before)[0])


def terminal_step(rule: Rule, momentum: float = 0.9, steps: int = 300) -> float:
    """Return how long the last of many steps on a constant slope is, in steps of plain descent."""
    w, config, before = np.zeros(1), {"learning_rate": 0.01, "momentum": momentum}, np.zeros(1)
    for _ in range(steps):
        before = w.copy()
        w, config = rule(w, np.ones(1), config)
    return float((before - w)[0] / 0.01)
