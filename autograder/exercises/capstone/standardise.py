"""Exercise ``standardise``: the training rows alone say what is subtracted and by what is divided."""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls, Raised, Unusable, call
from course.probes.in_place import unchanged


def reference(X_train, X):
    """Sum over rows by a product with ones; the scale from the mean square."""
    n, d = X_train.shape
    mean = np.ones(n) @ X_train / n
    centred = X_train - np.outer(np.ones(n), mean)
    return (X - mean) / np.sqrt(np.einsum("nd,nd->", centred, centred) / (n * d))


def images(seed, n, d=25):
    """Return rows like scans: most pixels blank, the first always, the last nearly always."""
    rng = np.random.default_rng(seed)
    X = np.floor(17 * rng.random((n, d)) ** 3 * np.linspace(0, 2, d))
    X[:, 0] = 0.0
    X[1:, -1] = 0.0
    return X


SMALL = np.array([[1.0, 7.0], [5.0, 9.0]]), np.array([[3.0, 9.0]])

BOTH = images(5, 40)[:, 8:] / 8 - 0.125
"""Rows below zero, and with a scale below one; they are handed over as both arguments, the same object."""

CASES = (
    SMALL,
    (images(1, 60), images(2, 9)),
    (images(3, 80), images(4, 1)),
    (BOTH, BOTH),
    (images(6, 30).astype(int), images(7, 5).astype(int)),
)

WORKED = np.array([[0, 2], [4, 4]]), np.array([[2, 4]])
"""The example of the text; whole numbers cannot be centred in place, so NumPy shows whoever tries."""

CHANGED = "an argument was changed"


def scaled(candidate):
    """Return the answer for every case, or what it raised; where an argument was changed, that is the answer."""
    answers = []
    for case in CASES:
        given = [each.copy() for each in case] if case[0] is not case[1] else 2 * [case[0].copy()]
        try:
            answer = call(candidate, *given)
        except Unusable as trouble:
            if trouble.kind == "unfinished":
                raise
            answer = Raised.of(trouble)
        if answer is None:
            raise Unusable("returns None", "It returned None. Is there a return statement?")
        answers.append(answer if all(map(unchanged, case, given)) else CHANGED)
    return answers


standardise = Exercise(
    "standardise",
    points=1,
    reference=reference,
    checks=[
        Check(
            name="statistics",
            probe=scaled,
            says="The rows must come back less the training mean of every pixel, divided by one training scale.",
            tolerance=1e-5,  # single precision will do; one entry fewer in the mean square differs by 2e-4
        ),
    ],
    visible_tolerance=1e-5,
    visible=Calls(arguments=[WORKED, (images(11, 12, 9).astype(int), images(12, 3, 9).astype(int))]),
    equivalent=dict.fromkeys(
        (
            "centred = X_train - np.outer(np.ones(n), mean) -> centred = np.outer(np.ones(n), mean) - X_train",
            "return (X - mean) / (X_train - mean).std() -> return (X - mean) / (mean - X_train).std()",
        ),
        "A deviation has no sign.",
    )
    | dict.fromkeys(
        (
            "mean = np.ones(n) @ X_train / n -> mean = np.ones(n, dtype='float32') @ X_train / n",
            "…X_train - np.outer(np.ones(n), mean) -> …X_train - np.outer(np.ones(n, dtype='float32'), mean)",
        ),
        "A one is a one in single precision, and the product with doubles is in doubles.",
    ),
    read="Exercise 3. Scale by what you may know",
    effect="The network sees inputs on another scale than it was trained for, or numbers from rows it "
    "must not know, and its accuracy is not what you report.",
)


@standardise.variant
def as_spelled(X_train, X):
    mean = X_train.mean(axis=0)
    return (X - mean) / (X_train - mean).std()


@standardise.variant
def in_single_precision(X_train, X):
    mean = X_train.mean(axis=0, keepdims=True, dtype=np.float32)
    return (X - mean) / np.std(X_train - mean, dtype=np.float32)


@standardise.variant
def with_a_small_constant_against_zero(X_train, X):
    centred = X_train - np.mean(X_train, axis=0)
    return ((X - np.mean(X_train, axis=0)) / (np.std(centred) + 1e-8)).tolist()


@standardise.variant
def row_by_row(X_train, X):
    mean, out = X_train.mean(axis=0), []
    sigma = np.sqrt(np.mean(np.square(X_train - mean)))
    for x in X:
        out.append((x - mean) / sigma)
    return np.array(out, dtype=np.float32)


@standardise.variant_as_in("CS231n")
def zero_centred_then_normalised(X_train, X):
    mean_image = np.mean(X_train, axis=0)
    scale = np.std(X_train - mean_image)
    X = X.astype(np.float64)
    X -= mean_image
    X /= scale
    return X


@standardise.convention(share=0.5)
def one_entry_fewer_in_the_mean_square(X_train, X):
    """The squares are divided by one less than their number, as pandas and R do; on a thousand rows nobody would
    see it. The formula here divides by their number."""
    mean = X_train.mean(axis=0)
    return (X - mean) / np.std(X_train - mean, ddof=1)


@standardise.convention(share=0.5)
def a_scale_for_every_pixel(X_train, X):
    """Every pixel is divided by its own deviation, as scikit-learn's StandardScaler does (with 1 where it is
    zero). On scans a pixel that is nearly always blank is then blown up; here one scale for all is asked for."""
    scale = X_train.std(axis=0)
    return (X - X_train.mean(axis=0)) / np.where(scale == 0, 1, scale)


@standardise.convention(share=0.5)
def scale_before_centring(X_train, X):
    """The scale is that of the raw pixels, as where images are divided by one fixed number; here it is taken
    after the mean is gone."""
    return (X - X_train.mean(axis=0)) / X_train.std()


@standardise.convention(share=0.8)  # of whole numbers it would be wrong even with copies
def arguments_changed_in_place(X_train, X):
    """An argument is overwritten, and with it the rows of whoever called: `X -= mean` writes into X. Write
    `X - mean`."""
    mean = X_train.mean(axis=0)
    X -= mean
    X /= (X_train - mean).std()
    return X


standardise.table(
    {
        """each pixel by its own among the rows asked: Two things: mean and deviation are those of the rows
        asked about, not of the training rows; and every pixel has a deviation of its own, which is zero where
        it never varies: 0/0 is NaN. Take one scale for all pixels, from X_train.
        """: lambda X_train, X: (X - X.mean(axis=0)) / X.std(axis=0),
        """each pixel by its own among the rows asked, and nothing by zero: Two things: mean and deviation are those
        of the rows asked about, not of the training rows; and every pixel has a deviation of its own. Take one
        scale for all pixels, from X_train.
        """: lambda X_train, X: (X - X.mean(axis=0)) / np.where(X.std(axis=0) == 0, 1, X.std(axis=0)),
        """statistics of the rows asked: The rows are scaled by their own mean and deviation, so the same
        image gets other numbers beside other images. Take both from X_train.
        """: lambda X_train, X: (X - X.mean(axis=0)) / (X - X.mean(axis=0)).std(),
        """mean of the training rows but not their scale: The mean is right, the scale was taken from the rows
        that are asked about. Both belong to X_train.
        """: lambda X_train, X: (X - X_train.mean(axis=0)) / (X - X_train.mean(axis=0)).std(),
    }
)


@standardise.mistake
def mean_of_both_and_scale_of_the_training_rows(X_train, X):
    """The scale is that of the training rows, the mean was taken from all rows together. The rows to scale must
    not enter either."""
    mean = np.concatenate([X_train, X]).mean(axis=0)
    return (X - mean) / (X_train - X_train.mean(axis=0)).std()


@standardise.mistake
def mean_of_the_rows_asked_and_scale_of_the_training_rows(X_train, X):
    """The scale is that of the training rows, the mean is that of the rows asked about. Both belong to X_train."""
    return (X - X.mean(axis=0)) / (X_train - X_train.mean(axis=0)).std()


@standardise.mistake
def statistics_of_both(X_train, X):
    """Mean and scale were taken from all rows together, so they depend on held-out rows. Leave X out of them."""
    everything = np.concatenate([X_train, X])
    mean = everything.mean(axis=0)
    return (X - mean) / (everything - mean).std()


@standardise.mistake
def divided_by_zero(X_train, X):
    """Every pixel is divided by its own deviation, and that of a pixel that never varies is zero: 0/0 is NaN. Use
    one scale for all pixels."""
    return (X - X_train.mean(axis=0)) / X_train.std(axis=0)


@standardise.mistake
def variance_for_deviation(X_train, X):
    """It is divided by the variance. Take its square root."""
    mean = X_train.mean(axis=0)
    return (X - mean) / (X_train - mean).var()


@standardise.mistake
def norm_for_deviation(X_train, X):
    """It is divided by the root of a sum, a norm, which grows with the number of rows. The deviation is the root of
    a mean."""
    mean = X_train.mean(axis=0)
    return (X - mean) / np.linalg.norm(X_train - mean)


@standardise.mistake
def brackets_missing(X_train, X):
    """The mean alone is divided by the scale: division comes before subtraction. Put brackets around X - mean."""
    mean = X_train.mean(axis=0)
    return X - mean / (X_train - mean).std()


standardise.table(
    {
        """cut to whole numbers: Where X holds whole numbers, so does the result: `zeros_like(X)`, or an
        assignment into such an array, cuts off all digits behind the point. Return the quotient itself.
        """: lambda X_train, X: reference(X_train, X).astype(X.dtype),
        """not centred: The scale is right, but no mean was subtracted.
        """: lambda X_train, X: X / (X_train - X_train.mean(axis=0)).std(),
        """not scaled: The mean is gone, but the rows were not divided by anything.
        """: lambda X_train, X: X - X_train.mean(axis=0),
        """one mean for all pixels: One number was subtracted from all pixels. Every pixel has a mean of its
        own: over which axis?
        """: lambda X_train, X: (X - X_train.mean()) / X_train.std(),
    }
)


@standardise.mistake
def mean_of_every_row(X_train, X):
    """Each image was centred by its own brightness: the mean runs along the pixels. It must run along the
    images."""
    centred = X_train - X_train.mean(axis=1, keepdims=True)
    return (X - X.mean(axis=1, keepdims=True)) / centred.std()


@standardise.mistake
def mean_along_the_pixels(X_train, X):
    """The mean has one number for each image, not one for each pixel, and its shape fits X by accident or not at
    all: `axis=1` runs along the pixels. Which axis are the images?"""
    mean = X_train.mean(axis=1)
    return (X - mean) / (X_train - mean).std()


@standardise.mistake
def training_rows_returned(X_train, X):
    """It returned the training rows. Scale X, by what X_train says."""
    mean = X_train.mean(axis=0)
    return (X_train - mean) / (X_train - mean).std()
