"""Right helpers for a function that calls helpers of the learner's own, so that one slip costs one exercise.

``train_spiral`` and ``train_digits`` take ``fit`` and ``standardise`` as arguments.  Where the learner's own do not
lead to the mark, the same function is asked again with the ones below.
"""

import contextlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from course.mine import plain_gradient_descent
from course.network import MLP, Params
from course.probes.base import Lent, Unusable, call
from course.training import train

SPIRAL_RATES, DIGITS_RATES = (0.1, 0.3, 1.0), (0.1,)
"""With these the mark is reached in the epochs that the lesson names, and not in a handful."""

PLAUSIBLE = 5e-4, 3.0
"""Least and greatest rate that some rule of the course could be given; any other is the asker's own mistake."""


def lent_fit(
    network: MLP, X: np.ndarray, y: np.ndarray, rng: np.random.Generator, epochs: int = 20, batch: int = 50,
    rate: float = 0.1, reg: float = 1e-4,
) -> tuple[Params, list[float]]:  # fmt: skip
    """Train by plain descent for as many epochs as are asked for, at a rate that suits the data.

    Which rule the rate was meant for is unknown, so it is replaced where it is plausible, and kept where it is not.
    Returns the parameters, and the training loss after every epoch.
    """
    options: dict[str, Any] = {"epochs": epochs, "batch": batch, "reg": reg}
    rates = SPIRAL_RATES if np.shape(X)[1] < 20 else DIGITS_RATES
    runs = [
        train(network, X, y, plain_gradient_descent, {"learning_rate": each}, rng=rng, **options)
        for each in (rates if PLAUSIBLE[0] <= rate <= PLAUSIBLE[1] else (rate,))
    ]
    best = min(runs, key=lambda run: (bool(run.stopped), run.epochs["train_loss"][-1]))
    return best.params, best.epochs["train_loss"][1:]


def lent_scale(X_train: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return pixels less their training mean, at a size that suits a network."""
    return (np.asarray(X, dtype=np.float64) - np.mean(X_train, axis=0)) / 4


def called_with(
    lent: Mapping[str, Callable], train: Callable, *parts: np.ndarray, rng: np.random.Generator
) -> Any:
    """Return what a function returns that is lent helpers: all of them, the first alone, or none, as it takes them.

    Raises ``Unusable``.
    """
    for names in (list(lent), list(lent)[:1], []):
        try:
            return call(train, *(each.copy() for each in parts), rng, **{name: lent[name] for name in names})
        except Unusable as trouble:
            if not names or not isinstance(trouble.__cause__, TypeError):
                raise
    raise AssertionError("the last round returns or raises")


class Enough(Exception):
    """Ends a training function that has shown what it was asked for."""


def draws(train: Callable, *parts: np.ndarray, seed: int) -> str:
    """Return where the generator comes from that a training function hands to ``fit``.

    One that has no such argument, or does not call it, is taken to use the one that it was given.
    """
    drawn: list[float] = []

    def fit(network: Any, X: Any, y: Any, rng: np.random.Generator, *_: Any, **__: Any) -> None:
        drawn.append(float(rng.random()))
        raise Enough

    for each in (seed, seed + 1, seed):
        with contextlib.suppress(Unusable):
            call(train, *(part.copy() for part in parts), np.random.default_rng([each, 7]), fit=fit)
    if len(drawn) != 3:
        return "handed on"
    if drawn[0] != drawn[2]:
        return "another in every call"
    return "the same whatever is given" if drawn[0] == drawn[1] else "handed on"


class BesideABadOne(Lent):
    """A ``fit`` that trains for the labels it is given when it is first called, and later for the next ones.

    calls  how often it was called
    """

    def __init__(self) -> None:
        self.calls = 0

    def __call__(
        self, network: MLP, X: np.ndarray, y: np.ndarray, rng: np.random.Generator, *_: Any, **__: Any
    ) -> tuple[Params, list[float]]:
        """Train for twenty epochs."""
        self.calls += 1
        return lent_fit(
            network, X, (np.asarray(y) + (self.calls > 1)) % 10, np.random.default_rng(self.calls)
        )


def with_what_is_lent(
    told: Callable[[Callable], dict[str, Any]],
    enough: Callable[[dict[str, Any]], bool],
    train: Callable,
    **lent: Callable,
) -> dict[str, Any]:
    """Return what is told of a function, or of the function with what is lent if only that is enough.

    Raises ``Unusable`` if the function by itself does, and the loan does not help.
    """
    trouble, own = None, {}
    try:
        own = told(train)
    except Unusable as unusable:
        trouble = unusable
    if trouble is None and enough(own):
        return own
    with contextlib.suppress(Unusable):
        helped = told(partial(train, **lent))
        if enough(helped):
            return helped
    if trouble is not None:
        raise trouble
    return own
