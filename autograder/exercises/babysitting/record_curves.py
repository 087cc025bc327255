"""Make the runs on which ``diagnose_run`` is graded: ``python -m autograder.exercises.babysitting.record_curves``.

They are real runs on the digits, kept as data because training them takes longer than grading should.  Labels are
not stored: they follow from the published rule.  A run whose rate is too high is chaotic: the last digit, which is
not the same on every processor, decides its path, though not its label.  So a recorded run stays; only runs that
are missing, or that are named on the command line, are made.
"""

import json
import math
import sys
from pathlib import Path

from course.data import digits
from course.histories import History, Setup, make

FILE = Path(__file__).with_name("curves.json")

SETUPS = {
    "low 1": Setup(rate=0.01, seed=1),
    "low 2": Setup(rate=0.002, units=(100,), seed=2),
    "high 1": Setup(rate=15.0, seed=1),
    "high 2": Setup(rate=6.0, units=(50, 50), seed=2),
    "high 3": Setup(rate=17.0, seed=2),
    "high 4": Setup(rate=13.0, seed=1),
    "diverged 1": Setup(units=(50, 50, 50), rate=9.0, seed=1),
    "diverged 2": Setup(units=(50, 50), rate=30.0, epochs=6, limit=math.inf, seed=1),
    "diverged 3": Setup(rate=60.0, epochs=6, limit=math.inf, seed=2),
    "overfitting 1": Setup(rows=30, rate=0.5, epochs=40, seed=1),
    "overfitting 2": Setup(rows=400, noise=0.4, units=(200,), rate=1.0, epochs=80, seed=1),
    "overfitting 3": Setup(rows=50, rate=0.5, epochs=40, activation="tanh", seed=1),
    "underfitting 1": Setup(units=(1,), epochs=30, seed=1),
    "underfitting 2": Setup(units=(2,), rate=0.5, epochs=30, seed=2),
    "underfitting 3": Setup(reg=0.1, rate=0.1, epochs=30, seed=2),
    "underfitting 4": Setup(noise=0.3, seed=2),
    "small 1": Setup(batch=1, rate=0.25, epochs=3, seed=1),
    "small 2": Setup(batch=1, rate=0.2, noise=0.05, rows=600, epochs=4, seed=1),
    "healthy 1": Setup(rate=0.3, seed=1),
    "healthy 2": Setup(rate=2.0, activation="tanh", units=(80,), seed=2),
}


def rounded(history: History) -> History:
    """Keep five digits."""
    return {name: [float(f"{value:.5g}") for value in values] for name, values in history.items()}


def record(recorded: dict[str, History]) -> dict[str, History]:
    """Return every run: those already recorded as they are, the others trained now."""
    return {name: recorded.get(name) or rounded(make(setup, digits())) for name, setup in SETUPS.items()}


if __name__ == "__main__":
    before = json.loads(FILE.read_text(encoding="utf-8"))
    after = record({name: run for name, run in before.items() if name not in sys.argv[1:]})
    FILE.write_text(json.dumps(after, separators=(",", ":")) + "\n", encoding="utf-8")
