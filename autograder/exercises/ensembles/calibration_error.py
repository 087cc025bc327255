"""Exercise ``calibration_error``: the expected calibration error, by bins of equal width."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.ensembles.calibration import predictions, visible_calibration, without_bins


def reference(p, y, bins=10):
    """Sum |right - confidence| of each bin over all rows: the weights and the means cancel."""
    rows = [(max(map(float, row)), np.argmax(row) == label) for row, label in zip(p, y, strict=True)]
    gaps = dict.fromkeys(range(bins), 0.0)
    for confidence, right in rows:
        gaps[min(int(confidence * bins), bins - 1)] += right - confidence
    return sum(map(abs, gaps.values())) / len(rows)


calibration_error = Exercise(
    "calibration_error",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="gap",
            probe=Calls(
                arguments=[
                    (*predictions(1, 40, 3), 10),
                    (*predictions(2, 60, 5, sharp=3.0), 10),
                    (*predictions(3, 40, 4, sharp=3.0, certain=9), 10),
                    (*predictions(4, 50, 3), 4),
                    (*predictions(5, 50, 2, sharp=2.0), 15),
                    (*predictions(6, 1, 3), 10),
                    (*predictions(7, 30, 12, sharp=0.15), 10),
                ]
            ),
            says="The gaps of confidence and accuracy, weighted by the rows of each bin, do not add up to this.",
        ),
        Check(
            name="default",
            probe=without_bins,
            says="With bins given it is right; left out, they are not 10.",
        ),
    ],
    visible=visible_calibration,
    read="Exercise 5. How far off is the confidence?",
    effect="Probabilities that are too sure, or not sure enough, are taken at their word.",
    equivalent=dict.fromkeys(
        (
            "error += here.mean() * abs(right[here].mean() - confidence[here].mean()) -> "
            "error += here.mean() * abs(confidence[here].mean() - right[here].mean())",
            "…confidence * bins), bins - 1)] += right - confidence -> "
            "…confidence * bins), bins - 1)] += confidence - right",
            "…confidence * bins), bins - 1)] += right - confidence -> "
            "…confidence * bins), bins - 1)] -= right - confidence",
        ),
        "The absolute value of a gap has no sign.",
    )
    | {
        "…dict.fromkeys(range(bins), 0.0) -> …dict.fromkeys(range(bins + 1), 0.0)": (
            "A bin that stays empty adds nothing."
        ),
    },
)


def binned(
    p, y, bins, *, confidence=lambda p, y: p.max(axis=1), right=lambda p, y: p.argmax(axis=1) == y, gap=abs,
    middle=lambda c, b, bins: c.mean(), join=None, last=lambda b, bins: np.minimum(b, bins - 1), weigh=True,
    number=lambda c, bins: np.floor(c * bins).astype(int),
):  # fmt: skip
    """Return the error; each mistake below changes one thing."""
    p, y = np.asarray(p), np.asarray(y)
    c, hit = confidence(p, y), right(p, y)
    b = last(number(c, bins), bins)
    parts = [(gap(hit[b == k].mean() - middle(c[b == k], k, bins)), (b == k).mean()) for k in np.unique(b)]
    if join is not None:
        return join([each for each, _ in parts])
    return sum(each * (share if weigh else 1) for each, share in parts)


@calibration_error.variant_as_in("PyTorch")
def with_half_open_bins(p, y, bins=10):
    """As in the code of Guo et al., with bins (lo, hi]."""
    confidence, accuracy, total = np.max(p, axis=1), np.argmax(p, axis=1) == y, 0.0
    for low in np.linspace(0, 1, bins + 1)[:-1]:
        inside = (confidence > low) & (confidence <= low + 1 / bins + 1e-12)
        if inside.sum() > 0:
            total += abs(confidence[inside].mean() - accuracy[inside].mean()) * inside.mean()
    return total


@calibration_error.variant
def with_histograms(p, y, bins=10):
    confidence = p.max(axis=1)
    edges = np.linspace(0, 1, bins + 1)
    sure, _ = np.histogram(confidence, edges, weights=confidence)
    right, _ = np.histogram(confidence, edges, weights=(p.argmax(axis=1) == y).astype(float))
    return np.abs(sure - right).sum() / len(y)


@calibration_error.convention(share=0.75)
def another_default_number_of_bins(p, y, bins=15):
    """Left out, `bins` is another number than 10 (Guo et al. take 15). Keep the
    documented default."""
    return binned(p, y, bins)


@calibration_error.convention(share=0.5)
def bins_of_equal_counts(p, y, bins=10):
    """The bins hold equally many rows each, the adaptive variant of the error. Here they have equal widths."""
    p, y = np.asarray(p), np.asarray(y)
    c, hit = p.max(axis=1), p.argmax(axis=1) == y
    parts = [part for part in np.array_split(np.argsort(c, kind="stable"), bins) if len(part)]
    return sum(abs(hit[k].mean() - c[k].mean()) * len(k) for k in parts) / len(y)


calibration_error.table(
    {
        """bins not weighted: The gaps of the bins are added as they are. A bin with two rows must not count
        as much as one with two hundred: weight each by its share of the rows.
        """: partial(binned, weigh=False),
        """plain mean over the bins: All bins count alike, those with few rows as much as the full ones.
        Weight each gap by its share of the rows.
        """: partial(binned, join=np.mean),
        """mean over all bins: The gaps are divided by the number of bins, empty ones too. Weight each gap by
        its share of the rows.
        """: lambda p, y, bins=10: binned(p, y, bins, join=lambda gaps: sum(gaps) / bins),
        """the largest gap: It is the largest gap of all bins, the maximum calibration error. Asked for is
        their weighted mean.
        """: partial(binned, join=max),
        """gaps cancel: The gaps keep their sign, so a bin that is too sure and one that is not sure enough
        cancel. Take the absolute value of each bin's gap before you add.

        Which sign has the gap of a bin that is too sure?
        """: partial(binned, gap=lambda g: g),
        """gaps cancel in a plain mean: Two things: the gaps keep their sign, so that bins that are too sure
        and not sure enough cancel, and all bins count alike. Take absolute values, and weight each gap by its
        share of the rows.

        Which sign has the gap of a bin that is too sure?
        """: partial(binned, gap=lambda g: g, join=np.mean),
        """certain rows apart in a plain mean: Two things: rows with confidence exactly 1 are in a bin of
        their own, beyond the last, and all bins count alike. They belong to the last bin, and each gap has
        its share of the rows for weight.

        In which bin does your code put a confidence of 1?
        """: partial(binned, last=lambda b, bins: b, join=np.mean),
        """gap of all rows together: It is the gap between mean confidence and accuracy of all rows together.
        Either there is a single bin, or gaps of opposite sign cancel: take the absolute value bin by bin.

        How many gaps does your code take the absolute value of?
        """: lambda p, y, bins=10: binned(p, y, 1),
    }
)


@calibration_error.mistake
def gap_of_every_row(p, y, bins=10):
    """The absolute value is taken of every single row, which is right or wrong and never calibrated. Average
    within a bin first."""
    p, y = np.asarray(p), np.asarray(y)
    return np.abs((p.argmax(axis=1) == y) - p.max(axis=1)).mean()


@calibration_error.mistake
def squares_for_absolute_values(p, y, bins=10):
    """The gaps are squared. Take their absolute values."""
    return binned(p, y, bins, gap=lambda g: g**2)


@calibration_error.mistake
def probability_of_the_label(p, y, bins=10):
    """The confidence of a row is taken as the probability of its true label, which the network does not know. It is
    the largest probability of the row.

    Where do your lines use `y`?
    """
    return binned(p, y, bins, confidence=lambda p, y: p[np.arange(len(y)), y])


@calibration_error.mistake
def every_class_counted(p, y, bins=10):
    """All probabilities of a row are counted, one for each class. The confidence of a row is its largest
    probability alone."""

    def hits(p, y):
        return (np.arange(p.shape[1]) == y[:, None]).ravel()

    return binned(p, y, bins, confidence=lambda p, y: p.ravel(), right=hits)


@calibration_error.mistake
def middle_of_the_bin(p, y, bins=10):
    """The accuracy is compared with the middle of the bin. Compare it with the mean confidence of its rows."""
    return binned(p, y, bins, middle=lambda c, b, bins: (b + 0.5) / bins)


@calibration_error.mistake
def certain_rows_in_a_bin_of_their_own(p, y, bins=10):
    """Rows with confidence exactly 1 are in a bin of their own, beyond the last. They belong to the last one.

    In which bin does your code put a confidence of 1?
    """
    return binned(p, y, bins, last=lambda b, bins: b)


@calibration_error.mistake
def certain_rows_left_out(p, y, bins=10):
    """Rows with confidence exactly 1 are in no bin: each bin ends just before its upper edge. Let the last one
    include it.

    In which bin does your code put a confidence of 1?
    """
    p, y = np.asarray(p), np.asarray(y)
    c, hit, total = p.max(axis=1), p.argmax(axis=1) == y, 0.0
    for k in range(bins):
        here = (c >= k / bins) & (c < (k + 1) / bins)
        if here.any():
            total += here.mean() * abs(hit[here].mean() - c[here].mean())
    return total


@calibration_error.mistake
def empty_bins_are_NaN(p, y, bins=10):
    """A bin without rows has no mean, and 0/0 is NaN. Pass over empty bins.

    How many rows has the lowest bin, if there are three classes?
    """
    p, y = np.asarray(p), np.asarray(y)
    c, hit = p.max(axis=1), p.argmax(axis=1) == y
    b = np.minimum((c * bins).astype(int), bins - 1)
    with np.errstate(all="ignore"):
        shares = np.bincount(b, minlength=bins) / len(y)
        right = np.bincount(b, hit, bins) / np.bincount(b, minlength=bins)
        sure = np.bincount(b, c, bins) / np.bincount(b, minlength=bins)
    return float((shares * np.abs(right - sure)).sum())


@calibration_error.mistake
def bins_hard_coded(p, y, bins=10):
    """The number of bins is written as a number, so the argument changes nothing. Use `bins`."""
    return binned(p, y, 10)


@calibration_error.mistake
def in_per_cent(p, y, bins=10):
    """The error is in per cent. Return a share between 0 and 1."""
    return 100 * binned(p, y, bins)


@calibration_error.mistake
def bins_from_the_lowest_confidence(p, y, bins=10):
    """The bins run from the lowest to the highest confidence there is. They divide the range from 0 to 1."""

    def number(c, bins):
        return np.digitize(c, np.linspace(c.min(), c.max(), bins + 1)[1:-1])

    return binned(p, y, bins, number=number)


@calibration_error.mistake
def number_of_rows_for_their_share(p, y, bins=10):
    """Each gap is weighted by the number of its rows, and the sum not divided by all of them."""
    return len(y) * binned(p, y, bins)
