"""Inverted dropout, judged by what stays, how it is scaled and what is kept of it: every draw is another answer.

A share is told to a twentieth; over 19,200 entries a right one would have to be off by seven standard errors.
"""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.setting_up.dropping import draw_of_masks, dropouts, visible_dropout, x_afterwards


def reference(x, keep, rng, training):
    """Draw how many times each entry is kept of one try, which is a binomial number, and divide."""
    mask = np.ones(x.shape)
    if training:
        mask = rng.binomial(1, keep, size=x.shape) / keep
    return x * mask, mask


dropout = Exercise(
    "dropout",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="masks",
            probe=lambda candidate: dropouts(candidate, (0.7, 0.4, 0.9), 21),
            says="What stays, how it is scaled, or the mask is not right.",
        ),
        Check(
            name="generator",
            probe=draw_of_masks,
            says="The same state of rng must give the same mask, and another state another one.",
        ),
        Check(
            name="arguments",
            probe=x_afterwards,
            says="What comes out is right, but x has changed: it belongs to the caller.",
        ),
    ],
    visible=visible_dropout,
    equivalent={
        "mask = np.ones(x.shape) -> mask = np.ones(x.shape, dtype='float32')": "A one is exact in float32.",
        "mask = np.ones(x.shape) -> mask = np.ones_like(x)": "An array of floats comes in.",
        "…= (rng.random(x.shape) < keep) / keep -> …= (rng.random(x.shape) <= keep) / keep": (
            "A draw that is exactly keep never comes."
        ),
    },
    read="Exercise 5. Dropout",
    effect="Training and test see layers of different size, or units are never left out.",
)


def masked(
    x,
    keep,
    rng,
    training,
    *,
    share=lambda keep: keep,
    scale=lambda keep: 1 / keep,
    test=lambda x, keep, stays: x,
    shape=lambda x: x.shape,
    told=lambda mask, stays: mask,
):
    """Return the output and the mask; each mistake below changes one thing.

    share  how many stay, of keep
    scale  what those are multiplied by, of keep
    test   what comes out outside training, of (x, keep, what would stay)
    shape  of the draw
    told   the mask that is returned, of the one used and of what stays
    """
    stays = (rng.random(shape(x)) < share(keep)) & np.ones(x.shape, dtype=bool)
    if not training:
        return test(x, keep, stays), np.ones(x.shape)
    mask = stays * scale(keep)
    return x * mask, told(mask, stays)


dropout.table(
    {
        """keep taken for drop: The share `keep` is dropped. It is the share that stays: rng.random(x.shape) <
        keep.

        With keep = 0.8, how many of 100 units does your mask leave?
        """: partial(masked, share=lambda keep: 1 - keep),
        """keep taken for drop and scaled for it: `keep` is taken for the share that is dropped, as PyTorch's
        p is. It is the share that stays.
        """: partial(masked, share=lambda keep: 1 - keep, scale=lambda keep: 1 / (1 - keep)),
        """scaled by what is dropped: What stays is divided by 1 - keep. The share that stays is keep: divide
        by that.
        """: partial(masked, scale=lambda keep: 1 / (1 - keep)),
        """scaled at test and training: Training divides by keep and test multiplies by it: once too much.
        Outside training x is left alone.
        """: partial(masked, test=lambda x, keep, stays: x * keep),
        """divided by keep at test as well: Outside training x is divided by keep. It is left alone there.
        """: partial(masked, test=lambda x, keep, stays: x / keep),
        """scaled nowhere: Nothing is scaled, so sums are larger at test, where nothing is dropped. Divide
        what stays by keep.
        """: partial(masked, scale=lambda keep: 1.0),
        """multiplied for divided: What stays is multiplied by keep, and becomes smaller still. Divide by it:
        the mean is to stay the same.
        """: partial(masked, scale=lambda keep: keep),
        """multiplied for divided and divided at test: Training multiplies by keep and test divides by it.
        Divide in training; outside it x is left alone.
        """: partial(masked, scale=lambda keep: keep, test=lambda x, keep, stays: x / keep),
        """dropped at test as well: Entries are dropped outside training, too: the answer changes from call to
        call. There x is left alone.
        """: partial(masked, test=lambda x, keep, stays: x * stays / keep),
        """one way for training and test without scale: `training` makes no difference, and nothing is scaled.
        Divide what stays by keep; at test return x.
        """: partial(masked, scale=lambda keep: 1.0, test=lambda x, keep, stays: x * stays),
        """training and test exchanged: Entries are dropped at test and not in training. `training` is True
        where the network learns.
        """: lambda x, keep, rng, training: masked(x, keep, rng, not training),
        """nothing dropped: Nothing is dropped. In training every entry stays with probability keep.
        """: lambda x, keep, rng, training: (x * 1.0, np.ones(x.shape)),
        """one mask for all rows: Whole columns are dropped: one mask serves all rows. Draw a number for every
        entry: rng.random(x.shape).
        """: partial(masked, shape=lambda x: x.shape[1:]),
        """whole rows dropped: Whole rows are dropped. Draw a number for every entry: rng.random(x.shape).
        """: partial(masked, shape=lambda x: (len(x), 1)),
    }
)


@dropout.mistake
def normal_for_uniform(x, keep, rng, training):
    """The draw is normal, where most numbers are below keep or negative. rng.random draws evenly from 0 to 1."""
    mask = (rng.standard_normal(x.shape) < keep) / keep if training else np.ones(x.shape)
    return x * mask, mask


@dropout.mistake
def scaled_by_what_happened_to_stay(x, keep, rng, training):
    """What stays is divided by the share that happened to stay. Divide by keep, the same number every time."""
    out, mask = masked(x, keep, rng, training, scale=lambda keep: 1.0)
    return (out / mask.mean(), mask / mask.mean()) if training else (out, mask)


@dropout.mistake
def a_mask_that_was_not_used(x, keep, rng, training):
    """The mask that comes back is drawn anew. The way back needs the very one that x was multiplied by.

    How often do your lines draw?
    """
    return masked(x, keep, rng, training, told=lambda mask, stays: (rng.random(x.shape) < keep) / keep)


@dropout.mistake
def no_mask_kept(x, keep, rng, training):
    """The mask is not kept: what comes back in its place has another shape. Return what x was multiplied by."""
    out, _ = masked(x, keep, rng, training)
    return out, keep


@dropout.mistake
def seed_of_its_own(x, keep, rng, training):
    """The mask is the same whatever `rng` is: a generator with a fixed seed is made inside. Draw from rng.

    Which generator do your lines draw from?
    """
    return masked(x, keep, np.random.default_rng(0), training)


@dropout.mistake
class drawn_from_a_generator_of_its_own:
    """The mask is drawn by `np.random`, so a run cannot be repeated. Draw from the generator `rng`.

    Which generator do your lines draw from?
    """

    def __init__(self):
        self.generator = np.random.default_rng(123456)

    def __call__(self, x, keep, rng, training):
        return masked(x, keep, self.generator, training)


@dropout.convention(share=0.6)
def scaled_at_test_alone(x, keep, rng, training):
    """Nothing is scaled in training and test multiplies by keep: dropout as first published (Srivastava and others,
    2014). Inverted dropout divides in training, so that test needs nothing.
    """
    return masked(x, keep, rng, training, scale=lambda keep: 1.0, test=lambda x, keep, stays: x * keep)


@dropout.convention(share=0.8)
def mask_without_its_scale(x, keep, rng, training):
    """What comes out is right, but the mask holds 1 where x was multiplied by 1 / keep. Return what x was
    multiplied by.
    """
    return masked(x, keep, rng, training, told=lambda mask, stays: stays)


@dropout.in_place
def x_changed(x, keep, rng, training):
    """What comes out is right, but x has changed: it belongs to the caller. `*=` works in place."""
    out, mask = masked(x, keep, rng, training)
    if training:
        x *= mask
    return out, mask


@dropout.variant
def inverted_in_one_line(x, keep, rng, training):
    if not training:
        return x, None
    mask = (rng.random(x.shape) < keep) / keep
    return x * mask, mask


@dropout.variant_as_in("CS231n")
def as_in_a_class(x, keep, rng, training):
    mask = None
    out = None
    if training:
        mask = (rng.random(size=x.shape) < keep).astype(float) / keep
        out = x * mask
    else:
        out = x
    return out.astype(x.dtype, copy=False), mask


@dropout.variant
def dropped_by_a_threshold(x, keep, rng, training):
    if training:
        drop = rng.uniform(size=x.shape) >= keep
        mask = np.where(drop, 0.0, 1 / keep)
        out = x.copy()
        out[drop] = 0
        return out / keep, mask
    return x.copy(), np.ones_like(x)


@dropout.variant
def a_binomial_draw(x, keep, rng, training):
    mask = rng.binomial(n=1, p=keep, size=x.shape) / keep if training else np.ones(x.shape)
    return np.multiply(x, mask), mask


@dropout.variant
def a_choice(x, keep, rng, training):
    mask = rng.choice([0.0, 1.0 / keep], size=x.shape, p=[1 - keep, keep]) if training else 1.0
    return x * mask, mask


@dropout.variant
def with_an_early_return(x, keep, rng, training):
    if not training or keep == 1:
        return x, np.ones(x.shape)
    scale = 1.0 / keep
    chance = rng.random(x.size).reshape(x.shape)
    mask = scale * np.less(chance, keep)
    return np.einsum("ij,ij->ij", x, mask), mask


@dropout.variant
def row_by_row(x, keep, rng, training):
    masks = [(rng.random(len(row)) > 1 - keep) / keep if training else np.ones(len(row)) for row in x]
    return [row * mask for row, mask in zip(x, masks, strict=True)], masks


@dropout.variant_as_in("d2l")
def dropout_layer(x, keep, rng, training):
    dropout = 1 - keep
    if not training:
        return x, None
    assert 0 <= dropout <= 1
    if dropout == 1:
        return np.zeros_like(x), np.zeros_like(x)
    mask = (rng.uniform(0, 1, x.shape) > dropout).astype(x.dtype)
    return mask * x / (1.0 - dropout), mask / (1.0 - dropout)
