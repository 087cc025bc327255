"""Watch dropout forward and backward."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from course.probes.answers import floats, several
from course.probes.base import Unusable, call
from course.probes.in_place import CHANGED, KEPT
from course.probes.linear import kept
from course.probes.setting_up.starting import drawn_from


def dropped(
    dropout: Callable, x: np.ndarray, keep: float, rng: np.random.Generator, training: bool
) -> list[Any]:
    """Return the output and the mask of a call.  Raises ``Unusable``."""
    out, mask = several(call(dropout, x, keep, rng, training), 2, "out, mask")
    return [floats(out, "out, mask"), mask]


def masks(dropout: Callable, keep: float, seed: int) -> dict[str, Any]:
    """Return in words and numbers what dropout does to a large array in training."""
    x = np.random.default_rng(seed).uniform(1, 2, (120, 160))
    out, mask = dropped(dropout, x.copy(), keep, np.random.default_rng(seed + 1), True)
    if out.shape != x.shape:
        raise Unusable("wrong shape", f"`out` must have the shape of `x`, {x.shape}; it has {out.shape}.")
    stays = out != 0
    factors = out[stays] / x[stays]
    one = factors.size and float(np.ptp(factors)) <= 1e-6 * float(np.abs(factors).max())
    return {
        f"the share of entries that stay, for keep = {keep:g}": f"about {round(20 * stays.mean()) / 20:.2f}",
        f"what those are multiplied by, for keep = {keep:g}": (
            float(factors[0]) if one else "nothing stays" if not factors.size else "several numbers"
        ),
        f"what is dropped, for keep = {keep:g}": (
            "whole rows" if (stays == stays[:, :1]).all() else
            "whole columns" if (stays == stays[:1]).all() else "single entries"
        ),
        f"the mask, for keep = {keep:g}": mask_of(mask, x, out),
    }  # fmt: skip


def mask_of(mask: Any, x: np.ndarray, out: np.ndarray) -> str:
    """Return in words what a mask is to what it has made."""
    try:
        found = np.array(mask, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.full((), np.nan)
    if found.shape != x.shape and not stretches(found, x.shape):
        return "has another shape than x"
    if np.allclose(found * x, out, rtol=1e-5):
        return "is what x was multiplied by"
    return "is 1 where x stayed" if np.array_equal(found != 0, out != 0) else "is not the one that was used"


def stretches(mask: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Return whether one mask serves all rows or all columns of an array of this shape."""
    rows, columns = shape
    return mask.shape in {(columns,), (1, columns), (rows, 1)}


def draw_of_masks(dropout: Callable) -> str:
    """Return in words where the draw of a mask comes from."""
    return drawn_from(lambda rng: dropped(dropout, np.ones((6, 9)), 0.5, rng, True)[0])


def at_test(dropout: Callable, seed: int, keep: float) -> str:
    """Return in words what comes out where nothing is trained."""
    x = np.random.default_rng(seed).uniform(1, 2, (12, 10)).round(2)
    out, _ = dropped(dropout, x.copy(), keep, np.random.default_rng(seed), False)
    if out.shape != x.shape:
        return "of another shape"
    if (out == 0).any():
        return "x with entries dropped"
    factors = out / x
    one = float(np.ptp(factors)) <= 1e-6 * float(np.abs(factors).max())
    return (
        "x"
        if one and abs(factors[0, 0] - 1) < 1e-6
        else f"x times {factors[0, 0]:.3g}"
        if one
        else "something else"
    )


def x_afterwards(dropout: Callable) -> str:
    """Return whether x is what it was after training and after test."""
    x = np.random.default_rng(8).uniform(1, 2, (6, 5))
    found = [kept(dropout, x, 0.5, np.random.default_rng(9), training) for training in (True, False)]
    return KEPT if found == [KEPT, KEPT] else CHANGED


def dropouts(dropout: Callable, keeps: Iterable[float], seed: int) -> dict[str, Any]:
    """Return what dropout does in training for several shares, and outside it."""
    seen: dict[str, Any] = {}
    for k, keep in enumerate(keeps):
        seen |= masks(dropout, keep, seed + 10 * k)
    return seen | {"the output outside training": at_test(dropout, seed, 0.6)}


def visible_dropout(dropout: Callable) -> dict[str, Any]:
    """Watch ``dropout``."""
    return dropouts(dropout, (0.8, 0.3), 3) | {
        "the draw": draw_of_masks(dropout),
        "x afterwards": x_afterwards(dropout),
    }


def backs(backward: Callable, seed: int, digits: int = 2) -> dict[str, Any]:
    """Return what the way back through a mask does, with a mask that another call has kept.

    digits  of the gradients behind the point: few are easy to read, of many rounding shows
    """
    rng = np.random.default_rng(seed)
    dout = rng.normal(size=(4, 5)).round(digits)
    mask = (rng.random((4, 5)) < 0.6) * 2.5
    return {
        "dx": floats(call(backward, dout.copy(), mask.copy()), "dx"),
        "dout and mask afterwards": kept(backward, dout, mask),
    }


def visible_dropout_backward(backward: Callable) -> dict[str, Any]:
    """Watch ``dropout_backward``."""
    return backs(backward, 1)
