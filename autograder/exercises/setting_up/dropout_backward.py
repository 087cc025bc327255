"""The way back through dropout: the same mask again."""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.setting_up.dropping import backs, visible_dropout_backward


def reference(dout, mask):
    """Take the slope of every output along its own input, by a diagonal matrix for each row."""
    return np.array([row @ np.diag(each) for row, each in zip(dout, mask, strict=True)])


dropout_backward = Exercise(
    "dropout_backward",
    points=1,
    reference=reference,
    checks=[
        Check(
            name="gradient",
            probe=lambda candidate: [backs(candidate, seed, digits=15) for seed in (11, 12)],
            says="It is not the gradient of x: what was multiplied by the mask gets its gradient times the mask.",
        ),
    ],
    visible=visible_dropout_backward,
    equivalent={
        "return np.array([row @ np.diag(each) for row, each in zip(dout…"
        " -> return np.array([np.diag(each) @ row for row, each in zip(dout…": (
            "A diagonal matrix is its own transpose."
        ),
    },
    read="Exercise 6. Dropout, backward",
    effect="Units that were left out are moved by rows that have not used them.",
)


dropout_backward.table(
    {
        """mask forgotten: The gradient passes unchanged. What was dropped does not affect the output, so its
        gradient is 0: multiply by mask.
        """: lambda dout, mask: dout.copy(),
        """scale lost on the way back: Where x stayed the gradient passes unchanged. x was multiplied by 1 /
        keep there, and its gradient is as well.
        """: lambda dout, mask: dout * (mask > 0),
        """scale undone: Where x stayed the gradient is divided by the mask. The slope of mask * x is mask:
        multiply.
        """: lambda dout, mask: np.where(mask > 0, dout / np.where(mask > 0, mask, 1), 0),
    }
)


@dropout_backward.mistake
def divided_by_the_mask(dout, mask):
    """The gradient is divided by the mask, which is 0 in places. The slope of mask * x is mask: multiply."""
    with np.errstate(all="ignore"):
        return dout / mask


dropout_backward.table(
    {
        """mask squared: The gradient is multiplied by the mask twice. Once is enough: the scale is in it.
        """: lambda dout, mask: dout * mask**2,
        """what was dropped: The gradient goes to what was dropped. It goes to what stayed: multiply by mask.
        """: lambda dout, mask: dout * (mask == 0),
        """mask returned: The mask comes back without dout. The chain rule multiplies: dout * mask.
        """: lambda dout, mask: mask.copy(),
        "added: The mask is added. The chain rule multiplies: dout * mask.": lambda dout, mask: dout + mask,
        """opposite sign: The sign is wrong. A gradient points uphill; the minus belongs to the update rule.
        """: lambda dout, mask: -dout * mask,
    }
)


@dropout_backward.in_place
def dout_changed(dout, mask):
    """The gradient is right, but dout or the mask has changed: they belong to the caller. `*=` works in place."""
    dout *= mask
    return dout


@dropout_backward.variant
def a_product(dout, mask):
    return dout * mask


@dropout_backward.variant
def a_product_by_name(dout, mask):
    dx = np.multiply(mask, dout)
    return dx


@dropout_backward.variant
def a_copy_with_zeros(dout, mask):
    dx = np.array(dout)
    dx[mask == 0] = 0
    dx *= mask.max()
    return dx


@dropout_backward.variant
def chosen_by_the_mask(dout, mask):
    return np.where(mask > 0, dout * mask, 0.0)


@dropout_backward.variant
def with_einsum(dout, mask):
    return np.einsum("...,...->...", dout, mask)


@dropout_backward.variant
def entry_by_entry(dout, mask):
    return [[d * m for d, m in zip(*pair, strict=True)] for pair in zip(dout, mask, strict=True)]


@dropout_backward.variant_as_in("CS231n")
def dx_begins_as_none(dout, mask):
    dx = None
    cache = (dout.shape, mask)
    shape, kept = cache
    dx = np.zeros(shape)
    dx += dout * kept
    return dx
