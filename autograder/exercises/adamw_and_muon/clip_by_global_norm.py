"""Shorten all gradients by one factor when, taken together, they are too long."""

from math import fsum, sqrt

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.clipping import after, answers, visible_gradients
from course.probes.composed import HandsBack


def reference(grads, max_norm):
    """Add up the squares of all entries exactly; divide by what the norm is too large."""
    squares = [float(x) ** 2 for g in grads.values() for x in np.ravel(g)]
    norm = sqrt(fsum(squares))
    excess = max(norm / max_norm, 1.0)
    return {name: g / excess for name, g in grads.items()}, norm


def some(seed, scale=1.0):
    """Return gradients of a small network: a filter, two matrices, two vectors, of sizes that differ."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (3, 4), "b1": (4,), "W2": (4, 2), "b2": (2,), "K": (2, 3, 2)}
    sizes = dict(zip(shapes, (3.0, 0.2, 8.0, 1.0, 5.0), strict=True))
    return {name: scale * sizes[name] * rng.standard_normal(shape) for name, shape in shapes.items()}


TOLERANCE = 1e-5
"""Some divide by the norm plus 1e-6, as PyTorch does: with norms of one and more that is far below this."""

NEAR = (({"w": np.array([3.0, -4.0])}, 4.98), (some(7), 0.3), (some(8, 0.05), 0.4))
"""A norm just above the bound, and bounds below 1."""

clip_by_global_norm = Exercise(
    "clip_by_global_norm",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="too long",
            probe=answers(
                (some(1), 5.0), (some(2), 1.0), (some(3, 40.0), 2.5), ({"w": np.array(6.0)}, 2.0), *NEAR
            ),
            says="Gradients that are too long together are not shortened to max_norm by one factor.",
            tolerance=TOLERANCE,
        ),
        Check(
            name="short enough",
            probe=answers((some(4), 500.0), (some(5, 0.1), 3.0), ({"w": np.array([3.0, -4.0])}, 5.0)),
            says="Gradients that are short enough together must stay as they are.",
            tolerance=TOLERANCE,
        ),
        Check(
            name="zero",
            probe=answers(({"W": np.zeros((2, 2)), "b": np.zeros(2)}, 1.0)),
            says="Where all gradients are zero, they stay zero and their norm is 0.",
            tolerance=TOLERANCE,
        ),
        Check(
            name="arguments untouched",
            probe=lambda candidate: after(candidate, some(6, 3.0), 2.0),
            says="The answer is right, but the arrays that were given are changed: they belong to the caller.",
        ),
        Check(
            name="a new dict",
            probe=HandsBack(arguments=[(some(6, 3.0), 2.0), (some(6), 1e3), (some(6, 0.0), 1.0)]),
            says="The numbers are right, but the dict that was given is handed back: a new one is asked for.",
        ),
    ],
    visible=visible_gradients,
    visible_tolerance=TOLERANCE,
    returns=("clipped gradients", "norm"),
    equivalent={
        "…max_norm / norm if norm > max_norm else 1.0 -> …max_norm / norm if norm >= max_norm else 1.0": (
            "At exactly max_norm the factor is 1 either way."
        ),
    },
    read="Exercise 2. Clip by the global norm",
    effect="One bad batch then moves the weights as far as its gradient says, or every batch is bent a little.",
)


def norm_of(grads):
    """Return the root of the sum of all squares."""
    return float(np.sqrt(sum(np.sum(np.square(g)) for g in grads.values())))


def scaled(grads, factor):
    """Return every array times one factor."""
    return {name: np.asarray(g) * factor for name, g in grads.items()}


def by(grads, max_norm, norm):
    """Return the gradients clipped as if ``norm`` were their norm."""
    return scaled(grads, min(1.0, max_norm / norm) if norm > 0 else 1.0)


@clip_by_global_norm.mistake
def clipped_entry_by_entry(grads, max_norm):
    """Every entry is cut off at max_norm by itself. That turns the gradient: multiply all of it by one factor."""
    return {name: np.clip(g, -max_norm, max_norm) for name, g in grads.items()}, norm_of(grads)


@clip_by_global_norm.mistake
def each_array_clipped_alone(grads, max_norm):
    """Every array is shortened by its own norm, which turns the whole gradient. Use one norm, over all arrays
    together, and one factor for all."""
    return {name: by({name: g}, max_norm, norm_of({name: g}))[name] for name, g in grads.items()}, norm_of(
        grads
    )


@clip_by_global_norm.mistake
def scaled_up_below_the_bound(grads, max_norm):
    """Short gradients are made longer, up to max_norm. Only what is too long is shortened: the factor is at most 1.

    What should happen to a gradient that is short because the run has nearly arrived?
    """
    norm = norm_of(grads)
    return scaled(grads, max_norm / norm if norm > 0 else 1.0), norm


@clip_by_global_norm.mistake
def no_case_for_zero(grads, max_norm):
    """Gradients that are all zero give 0/0, which is NaN. Divide only where the norm exceeds max_norm, which is
    not zero."""
    norm = np.float64(norm_of(grads))
    factor = np.minimum(1.0, np.float64(max_norm) / norm) if norm > 0 else np.float64(np.nan)
    return scaled(grads, factor), float(norm)


@clip_by_global_norm.mistake
def largest_entry_for_norm(grads, max_norm):
    """The norm is the largest entry. The global norm is the root of the sum of all squares."""
    norm = max(float(np.max(np.abs(g))) for g in grads.values())
    return by(grads, max_norm, norm), norm


@clip_by_global_norm.mistake
def sum_of_absolute_values_for_norm(grads, max_norm):
    """The norm is a sum of absolute values. The global norm is the root of the sum of all squares."""
    norm = float(sum(np.sum(np.abs(g)) for g in grads.values()))
    return by(grads, max_norm, norm), norm


@clip_by_global_norm.mistake
def norms_added_up(grads, max_norm):
    """The norms of the arrays are added up. Lengths along different axes add as in Pythagoras: add the squares,
    then take one root."""
    norm = sum(norm_of({name: g}) for name, g in grads.items())
    return by(grads, max_norm, norm), norm


@clip_by_global_norm.mistake
def largest_norm_of_an_array(grads, max_norm):
    """The norm is that of the longest array alone. All arrays count: add their squares, then take one root."""
    norm = max(norm_of({name: g}) for name, g in grads.items())
    return by(grads, max_norm, norm), norm


@clip_by_global_norm.mistake
def no_root(grads, max_norm):
    """The norm is a sum of squares: its root is missing."""
    norm = norm_of(grads) ** 2
    return by(grads, max_norm, norm), norm


@clip_by_global_norm.mistake
def spectral_norms(grads, max_norm):
    """A matrix counts with its largest singular value (np.linalg.norm(g, 2)). Here every entry counts: leave
    out the 2, or add up squares."""
    norm = float(np.sqrt(sum(np.linalg.norm(g, 2 if np.ndim(g) == 2 else None) ** 2 for g in grads.values())))
    return by(grads, max_norm, norm), norm


@clip_by_global_norm.mistake
def mean_for_sum(grads, max_norm):
    """The squares are averaged, not added up: that is a root mean square, which does not grow with the network."""
    count = sum(np.size(g) for g in grads.values())
    norm = norm_of(grads) / np.sqrt(count)
    return by(grads, max_norm, norm), norm


@clip_by_global_norm.mistake
def factor_upside_down(grads, max_norm):
    """What is too long is multiplied by norm / max_norm and becomes longer still. The factor is max_norm / norm."""
    norm = norm_of(grads)
    return scaled(grads, max(1.0, norm / max_norm)), norm


@clip_by_global_norm.mistake
def length_one(grads, max_norm):
    """Long gradients are shortened to length 1, whatever max_norm is. The factor is max_norm / norm."""
    norm = norm_of(grads)
    return scaled(grads, 1 / norm if norm > max_norm else 1.0), norm


@clip_by_global_norm.mistake
def never_clipped(grads, max_norm):
    """Nothing is shortened. Where the norm exceeds max_norm, multiply every array by max_norm / norm."""
    return scaled(grads, 1.0), norm_of(grads)


@clip_by_global_norm.mistake
def comparison_reversed(grads, max_norm):
    """The comparison is reversed: what is short is made longer, and what is long stays. Clip where
    norm is larger than max_norm."""
    norm = norm_of(grads)
    return scaled(grads, max_norm / norm if 0 < norm < max_norm else 1.0), norm


@clip_by_global_norm.mistake
def zeroed(grads, max_norm):
    """A gradient that is too long is replaced by zeros. Shorten it: its direction is still useful."""
    norm = norm_of(grads)
    return scaled(grads, 0.0 if norm > max_norm else 1.0), norm


@clip_by_global_norm.convention(share=0.75)
def norm_after_clipping(grads, max_norm):
    """The norm that comes back is the one after clipping. A log should show how long the gradient was; PyTorch
    and this lesson return the norm before."""
    norm = norm_of(grads)
    clipped = by(grads, max_norm, norm)
    return clipped, norm_of(clipped)


@clip_by_global_norm.convention(share=0.8)
def given_dict_handed_back(grads, max_norm):
    """Where nothing is to be shortened the dict that was given comes back: whoever writes into the one writes into
    the other. Make a new dict in that case too, `dict(grads)` for example."""
    norm = norm_of(grads)
    return (grads if norm <= max_norm else by(grads, max_norm, norm)), norm


@clip_by_global_norm.in_place
def changed_in_place(grads, max_norm):
    """The arrays that were given are overwritten. PyTorch's clip_grad_norm_ does so, and its underscore says it;
    here the caller's gradients stay as they are: make new arrays."""
    norm = norm_of(grads)
    for name in grads:
        if norm > max_norm:
            grads[name] *= max_norm / norm
    return grads, norm


@clip_by_global_norm.in_place
def arrays_changed_in_place(grads, max_norm):
    """A new dict comes back, but it holds the arrays that were given, and those are overwritten. Multiply with `*`,
    which makes a new array, and not with `*=`."""
    arrays, norm = changed_in_place(grads, max_norm)
    return dict(arrays), norm


@clip_by_global_norm.variant_as_in("PyTorch")
def as_pytorch_does_it(grads, max_norm):
    total_norm = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    clip_coef = max_norm / (total_norm + 1e-6)
    clip_coef_clamped = min(clip_coef, 1.0)
    return {name: g * clip_coef_clamped for name, g in grads.items()}, total_norm


@clip_by_global_norm.variant
def on_one_long_vector(grads, max_norm):
    flat = np.concatenate([np.ravel(g) for g in grads.values()])
    norm = np.sqrt(flat @ flat)
    if norm <= max_norm:
        return dict(grads), norm
    return {k: max_norm * g / norm for k, g in grads.items()}, norm


@clip_by_global_norm.variant
def as_optax_does_it(grads, max_norm):
    g_norm = np.sqrt(sum(np.vdot(g, g) for g in grads.values()))
    trigger = g_norm < max_norm
    out = {}
    for name, g in grads.items():
        out[name] = np.where(trigger, g, (g / np.where(trigger, 1.0, g_norm)) * max_norm)
    return out, float(g_norm)
