"""What is known of a run after the fact, as plain numbers, and set-ups whose runs show typical troubles.

A history is a dict of lists of floats:

    step_loss        of the mini-batch, one per update
    train_loss       over all training rows, one per epoch, the first before any update
    train_accuracy   likewise
    val_accuracy     likewise, on validation rows
"""

import platform
from dataclasses import dataclass

import numpy as np

from course.data import Split
from course.mine import plain_gradient_descent
from course.network import MLP
from course.threads import controller
from course.training import Run, train

History = dict[str, list[float]]


@dataclass(frozen=True, kw_only=True)
class Setup:
    """How a run is made.

    units  of each layer between pixels and classes
    rows   how many training rows are used
    noise  share of training labels replaced by random ones
    """

    units: tuple[int, ...] = (50,)
    rate: float = 0.3
    batch: int = 100
    rows: int = 1197
    noise: float = 0.0
    epochs: int = 20
    reg: float = 0.0
    activation: str = "relu"
    seed: int = 0
    limit: float = 1e4


def history(run: Run) -> History:
    """Return the history of a run."""
    columns = ("train_loss", "train_accuracy", "val_accuracy")
    return {"step_loss": list(map(float, run.steps["loss"]))} | {
        name: list(map(float, run.epochs[name])) for name in columns
    }


def make(setup: Setup, data: Split, *, nudge: float = 0.0) -> History:
    """Train on the digits as the set-up says, with plain gradient descent, and return the history.

    nudge  how much all starting weights are changed, relative to their size
    """
    rng = np.random.default_rng(setup.seed)
    X, y = data.X_train[: setup.rows], data.y_train[: setup.rows].copy()
    wrong = rng.random(len(y)) < setup.noise
    y[wrong] = rng.integers(0, data.classes, wrong.sum())
    network = MLP(sizes=(X.shape[1], *setup.units, data.classes), activation=setup.activation)
    start = {name: w * (1 + nudge) for name, w in network.start(rng).items()}
    run = train(
        network, X, y, plain_gradient_descent, {"learning_rate": setup.rate}, rng=rng, epochs=setup.epochs,
        batch=setup.batch, reg=setup.reg, validation=(data.X_val, data.y_val), limit=setup.limit, params=start,
    )  # fmt: skip
    return history(run)


def circumstances() -> dict[str, str]:
    """Return what a run depends on besides its set-up: versions, and the kernels that suit this processor."""
    libraries = found.info() if (found := controller()) is not None else []
    kernels = {f"{each['internal_api']} for {each.get('architecture', 'any')}" for each in libraries}
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "blas": ", ".join(sorted(kernels)) or "unknown",
    }


# One run of each kind, for the lesson, each with one change from a healthy one; the letters say nothing.
SETUPS = {
    "A": Setup(rate=0.003),
    "B": Setup(rows=40, rate=0.5, epochs=40),
    "C": Setup(rate=15.0, epochs=40),
    "D": Setup(rate=0.5),
    "E": Setup(rate=60.0),
    "F": Setup(batch=1, rate=0.25, epochs=3),
    "G": Setup(units=(2,), rate=0.3, epochs=30),
}


def lesson(data: Split) -> dict[str, History]:
    """Return the histories of the lesson's set-ups."""
    return {letter: make(setup, data) for letter, setup in SETUPS.items()}
