"""How random values spread over a range."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course.probes.base import Unusable, call

LIMIT = 1e-8
"""Upper bound of the chance that one honest sample of the right law is taken for another."""


def distance(values: np.ndarray, low: float, high: float) -> float:
    """Return the Kolmogorov-Smirnov distance between a sample and the uniform law on [low, high]."""
    expected = np.clip((np.sort(values) - low) / (high - low), 0, 1)
    n = len(values)
    return float(max(np.max(np.arange(1, n + 1) / n - expected), np.max(expected - np.arange(n) / n)))


def follows(values: np.ndarray, low: float, high: float) -> bool:
    """Whether a sample may come from the uniform law; wrongly denied with a chance of at most ``LIMIT``.

    The bound is that of Dvoretzky, Kiefer, Wolfowitz and Massart: P(D > t) <= 2 exp(-2 n t^2), for every n.
    """
    return distance(values, low, high) <= math.sqrt(math.log(2 / LIMIT) / (2 * len(values)))


def law(values: Any, lo: float, hi: float, n: int) -> str:
    """Return, in words, how values spread over [lo, hi]."""
    try:
        v = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise Unusable("wrong type", "It must return an array of n numbers.") from None
    if v.shape != (n,):
        raise Unusable("wrong shape", f"For n = {n} it returned an array of shape {v.shape}.")
    if not np.isfinite(v).all():
        return "not all finite"
    if any(follows(v, log(lo), log(hi)) for log in (math.log10, math.log)):
        return "exponents in place of values"
    if not (v > 0).all():
        return "not all positive"
    if (v == v[0]).all():
        return "one value"
    tens, ends = np.log10(v), (math.log10(lo), math.log10(hi))
    in_order = n > 2 and bool((np.diff(v) >= 0).all())
    if in_order and not np.allclose(np.diff(tens), np.diff(tens).mean(), rtol=1e-6):
        return "in order of size"
    if np.allclose(tens, np.round(tens), atol=1e-9):
        return "whole exponents"
    if distance(tens, *ends) * math.sqrt(n) < 0.2:  # a random sample lies this close once in 1e12 times
        return "evenly spaced exponents"
    laws = {
        "exponent": (tens, *ends),
        "value": (v, lo, hi),
        "e to a power of ten": (np.log(v), *ends),
        "ten to a power of e": (tens, math.log(lo), math.log(hi)),
    }
    for name, (sample, low, high) in laws.items():
        if follows(sample, low, high):
            inside = bool((sample >= low - 1e-12).all() and (sample <= high + 1e-12).all())
            return name if inside else f"{name}, with outliers"
    reached = (tens - ends[0]) / (ends[1] - ends[0])
    if reached.min() < -1e-12 or reached.max() > 1 + 1e-12:
        return "outside the range"
    if reached.min() > 0.2 or reached.max() < 0.8:
        return "part of the range"
    middle = np.mean((reached > 1 / 3) & (reached < 2 / 3))
    return "crowded in the middle" if middle > 0.5 else "another law"


def laws(sample: Callable, cases: Sequence[tuple[float, float, int]], seed: int = 0) -> list[str]:
    """Return the law of the values for each (lo, hi, n)."""
    return [law(call(sample, lo, hi, n, np.random.default_rng(seed)), lo, hi, n) for lo, hi, n in cases]


def generator_used(sample: Callable, seeds: tuple[int, int]) -> dict[str, bool]:
    """Return whether draws come from the generator: the same seed again, another one, and a second call."""
    first, again, other = (np.random.default_rng(seed) for seed in (seeds[0], *seeds))
    drawn = [np.asarray(call(sample, 1e-3, 1e2, 5, rng), dtype=float) for rng in (first, again, other, first)]
    same_seed, other_seed, second_call = [bool((drawn[0] == each).all()) for each in drawn[1:]]
    return {
        "same seed, same values": same_seed,
        "other seed, same values": other_seed,
        "second call, same values": second_call,
    }


def visible_sample(sample: Callable) -> dict[str, Any]:
    """Watch ``sample_log_uniform``."""
    cases = [(2e-5, 0.3, 2000), (3e-2, 30.0, 2000), (2e-9, 5e-7, 2000)]
    found = laws(sample, cases, seed=5)
    spread = {
        f"how values spread from {lo:g} to {hi:g}": each
        for (lo, hi, _), each in zip(cases, found, strict=True)
    }
    here, there = (
        np.asarray(call(sample, *ends, 5, np.random.default_rng(8))) for ends in ((1e-3, 1e2), (1e-2, 3e2))
    )
    return spread | generator_used(sample, (8, 9)) | {"other ends, same values": np.array_equal(here, there)}
