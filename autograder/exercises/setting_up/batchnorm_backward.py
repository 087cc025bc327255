"""Batch normalisation, backward, from what the forward pass has kept: x_hat, std and gamma."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.setting_up.normalising import kept_for_the_way_back, visible_backward, ways_back

STEP = 1e-30


def reference(dout, cache):
    """Make rows again that lead to this cache, and take a complex step along every number."""
    x_hat, std, gamma = cache
    eps = std**2 * (1 - np.mean(x_hat**2, axis=0))

    def told(x, gamma, beta):
        away = x - x.sum(axis=0) / len(x)
        return np.sum(dout * (gamma * away / np.sqrt((away**2).sum(axis=0) / len(x) + eps) + beta))

    arguments = [np.asarray(each, dtype=np.complex128) for each in (x_hat * std, gamma, np.zeros(len(gamma)))]
    slopes = [np.zeros(each.shape) for each in arguments]
    for each, slope in zip(arguments, slopes, strict=True):
        for ix in np.ndindex(each.shape):
            each[ix] += 1j * STEP
            slope[ix] = told(*arguments).imag / STEP
            each[ix] = each[ix].real
    return tuple(slopes)


CASES = {
    "": kept_for_the_way_back(11, 6, 4),
    "of more rows": kept_for_the_way_back(12, 9, 3),
    "of another batch": kept_for_the_way_back(14, 6, 4),
    "of one column": kept_for_the_way_back(13, 5, 1),
}

batchnorm_backward = Exercise(
    "batchnorm_backward",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="gradients",
            probe=lambda candidate: ways_back(candidate, CASES),
            says="At least one of dx, dgamma and dbeta is not right.",
        ),
    ],
    visible=visible_backward,
    equivalent={
        "slopes = [np.zeros(each.shape) for each in arguments]"
        " -> slopes = [np.zeros_like(each) for each in arguments]": "Imaginary parts of 0.",
        "…(x_hat * std, gamma, np.zeros(len(gamma)))] -> …(x_hat * std, gamma, np.ones(len(gamma)))]": (
            "No gradient depends on beta."
        ),
        "…gamma, np.zeros(len(gamma)))] -> …gamma, np.zeros(len(gamma), dtype='float32'))]": (
            "It is made complex in double precision next."
        ),
        "slopes = [np.zeros(each.shape) for each in… -> slopes = [np.ones(each.shape) for each in…": (
            "Every entry is written."
        ),
    },
    read="Exercise 4. Batch normalisation, backward",
    effect="Every layer below gets a wrong gradient; the network still trains, only worse, without an error.",
)


def back(
    dout,
    cache,
    *,
    value=1.0,
    mean=1.0,
    variance=1.0,
    count=lambda n: n,
    inner=lambda dout, gamma: dout * gamma,
    over=lambda std: std,
    dgamma=lambda dout, x_hat: np.sum(dout * x_hat, axis=0),
    dbeta=lambda dout: np.sum(dout, axis=0),
):
    """Return three gradients; each mistake below changes one thing.

    value, mean, variance  factors of the three paths of dx
    count                  what the means over the rows are divided by
    inner                  the gradient of x_hat
    over                   what dx is divided by, of std
    """
    x_hat, std, gamma = cache
    n, d = count(len(x_hat)), inner(dout, gamma)
    dx = (value * d - mean * d.sum(axis=0) / n - variance * x_hat * (d * x_hat).sum(axis=0) / n) / over(std)
    return dx, dgamma(dout, x_hat), dbeta(dout)


batchnorm_backward.table(
    {
        """mean term dropped: The path through the mean is missing in dx. Every row moves the mean, and the
        mean moves every row.

        If all rows of a column grow by the same amount, what happens to x_hat?
        """: partial(back, mean=0.0),
        """variance term dropped: The path through the variance is missing in dx. Every row changes the
        variance, which scales every row.

        If a column is doubled, what happens to x_hat?
        """: partial(back, variance=0.0),
        """statistics taken for constants: Mean and variance are taken for constants: dx = dout * gamma / std.
        Both depend on every row of x.
        """: partial(back, mean=0.0, variance=0.0),
        """value term dropped: The direct path is missing in dx: from x to x_hat with mean and variance held
        still.
        """: partial(back, value=0.0),
        """half of the variance term: The path through the variance is half as large as it is. The slope of a
        square has a 2: 2 (x - mean) / N.
        """: partial(back, variance=0.5),
        """twice the variance term: The path through the variance is twice as large as it is. The slope of a
        root has a half.
        """: partial(back, variance=2.0),
        """sign of the mean term: The path through the mean has the wrong sign. The mean is subtracted.
        """: partial(back, mean=-1.0),
        """sign of the variance term: The path through the variance has the wrong sign. A larger variance
        makes x_hat smaller.
        """: partial(back, variance=-1.0),
        """signs of both terms: The paths through mean and variance are added. Both take away: larger means
        and variances make x_hat smaller.
        """: partial(back, mean=-1.0, variance=-1.0),
        """sums for means: The paths through mean and variance are sums over the rows. Mean and variance are
        divided by N.

        How much does the mean of N rows change when one of them changes by 1?
        """: partial(back, count=lambda n: 1),
        """one less than the rows: The means over the rows are divided by N - 1. The forward pass divides by
        N.
        """: partial(back, count=lambda n: n - 1),
    }
)


@batchnorm_backward.mistake
def divided_by_rows_once_more(dout, cache):
    """dx is divided by the number of rows as a whole. Only the two sums over rows are."""
    dx, dgamma, dbeta = back(dout, cache)
    return dx / len(dout), dgamma, dbeta


batchnorm_backward.table(
    {
        """gamma forgotten: dx has no gamma. The gradient of x_hat is dout * gamma.
        """: partial(back, inner=lambda dout, gamma: dout),
        """gamma divided: dx is divided by gamma. The output is gamma times x_hat, so its gradient is
        multiplied by gamma.
        """: partial(back, inner=lambda dout, gamma: dout / gamma),
        """std forgotten: dx is not divided by std. x_hat is x less its mean, over std, so every path has 1 /
        std.
        """: partial(back, over=lambda std: 1.0),
        """std multiplied: dx is multiplied by std. x_hat is x less its mean, over std, so every path has 1 /
        std.
        """: partial(back, over=lambda std: 1 / std),
        """variance for std: dx is divided by the square of std. What is in the cache is the deviation,
        sqrt(var + eps), already.
        """: partial(back, over=lambda std: std**2),
        """root taken once more: dx is divided by the root of std. What is in the cache is the deviation,
        sqrt(var + eps), already.
        """: partial(back, over=np.sqrt),
        """x hat forgotten in dgamma: dgamma is the sum of dout, which is dbeta. gamma multiplies x_hat: sum
        dout * x_hat over the rows.
        """: partial(back, dgamma=lambda dout, x_hat: dout.sum(axis=0)),
        """x in dgamma: dgamma is made with x - mean, before it is divided. gamma multiplies x_hat: sum dout *
        x_hat over the rows.
        """: lambda dout, cache: back(
            dout, cache, dgamma=lambda dout, x_hat: np.sum(dout * x_hat * cache[1], axis=0)
        ),
        """x hat in dbeta: dbeta is made with x_hat. beta is added as it is: sum dout over the rows.
        """: lambda dout, cache: back(dout, cache, dbeta=lambda dout: np.sum(dout * cache[0], axis=0)),
    }
)


@batchnorm_backward.mistake
def dgamma_and_dbeta_exchanged(dout, cache):
    """dgamma and dbeta are exchanged. The order is dx, dgamma, dbeta."""
    dx, dgamma, dbeta = back(dout, cache)
    return dx, dbeta, dgamma


@batchnorm_backward.mistake
def means_for_dgamma_and_dbeta(dout, cache):
    """dgamma and dbeta are means over the rows. Every row uses the same gamma and beta: add up."""
    dx, dgamma, dbeta = back(dout, cache)
    return dx, dgamma / len(dout), dbeta / len(dout)


batchnorm_backward.table(
    {
        """mean for dbeta: dbeta is a mean over the rows. Every row uses the same beta: add up.
        """: partial(back, dbeta=lambda dout: dout.mean(axis=0)),
        """dgamma and dbeta over the wrong axis: dgamma and dbeta are added up over the columns. There is one
        of each for every column: axis 0, over the rows.

        Which shape have gamma and beta?
        """: partial(
            back, dgamma=lambda dout, x_hat: (dout * x_hat).sum(axis=1), dbeta=lambda dout: dout.sum(axis=1)
        ),
        """dgamma and dbeta not added up: dgamma and dbeta have an entry for every row. Add up over the rows,
        axis 0.
        """: partial(back, dgamma=lambda dout, x_hat: dout * x_hat, dbeta=lambda dout: dout),
    }
)


@batchnorm_backward.mistake
def sums_over_the_columns_in_dx(dout, cache):
    """The sums in dx run over the columns: axis=1. Mean and variance are those of a column, over the rows:
    axis=0.
    """
    x_hat, std, gamma = cache
    d = dout * gamma
    terms = [each.mean(axis=1, keepdims=True) for each in (d, d * x_hat)]
    return (d - terms[0] - x_hat * terms[1]) / std, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


@batchnorm_backward.mistake
def one_mean_for_all_columns_in_dx(dout, cache):
    """The means in dx are taken over all numbers. Each column has its own: axis=0."""
    x_hat, std, gamma = cache
    d = dout * gamma
    return (d - d.mean() - x_hat * (d * x_hat).mean()) / std, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


batchnorm_backward.table(
    {
        """mean term not divided by the rows: The path through the mean is N times too large. The mean is a
        sum divided by N, and so is its slope.

        How much does the mean of N rows change when one of them changes by 1?
        """: lambda dout, cache: back(dout, cache, mean=len(dout)),
        """variance term not divided by the rows: The path through the variance is N times too large. The
        variance divides by N; so does its slope.
        """: lambda dout, cache: back(dout, cache, variance=len(dout)),
        """x hat for the distance from the mean: The path through the variance lacks one factor std: x - mean
        is std * x_hat.

        Which of your factors is x - mean, and which is x_hat?
        """: lambda dout, cache: back(dout, cache, variance=1 / cache[1]),
    }
)


@batchnorm_backward.mistake
def gamma_in_dgamma(dout, cache):
    """dgamma is multiplied by gamma. The slope of gamma * x_hat along gamma is x_hat: sum dout * x_hat."""
    dx, dgamma, dbeta = back(dout, cache)
    return dx, dgamma * cache[2], dbeta


@batchnorm_backward.in_place
def dout_changed(dout, cache):
    """The gradients are right, but dout or the cache has changed: they belong to the caller. `*=` works in
    place.
    """
    answer = back(dout, cache)
    dout *= cache[2]
    return answer


@batchnorm_backward.variant
def the_short_form(dout, cache):
    x_hat, std, gamma = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx = gamma / (N * std) * (N * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


@batchnorm_backward.variant_as_in("CS231n")
def in_stages(dout, cache):
    xhat, sqrtvar, gamma = cache
    N, D = dout.shape
    ivar = 1.0 / sqrtvar
    xmu = xhat * sqrtvar
    dbeta = np.sum(dout, axis=0)
    dgammax = dout
    dgamma = np.sum(dgammax * xhat, axis=0)
    dxhat = dgammax * gamma
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = -1.0 / (sqrtvar**2) * divar
    dvar = 0.5 * 1.0 / sqrtvar * dsqrtvar
    dsq = 1.0 / N * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    dx1 = dxmu1 + dxmu2
    dmu = -1 * np.sum(dxmu1 + dxmu2, axis=0)
    dx2 = 1.0 / N * np.ones((N, D)) * dmu
    return dx1 + dx2, dgamma, dbeta


@batchnorm_backward.variant
def three_paths(dout, cache):
    x_hat, std, gamma = cache
    N = len(dout)
    away = x_hat * std
    dx_hat = dout * gamma
    dvar = (dx_hat * away * -0.5 * std**-3).sum(axis=0)
    dmean = (-dx_hat / std).sum(axis=0) + dvar * (-2 * away).mean(axis=0)
    dx = dx_hat / std + dvar * 2 * away / N + dmean / N
    return dx, np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)


@batchnorm_backward.variant
def three_paths_without_the_term_that_is_zero(dout, cache):
    x_hat, std, gamma = cache
    N = x_hat.shape[0]
    dxhat = gamma * dout
    dvar = -0.5 * np.sum(dxhat * x_hat, axis=0) / std**2
    dmu = -np.sum(dxhat, axis=0) / std
    return [
        dxhat / std + 2.0 / N * x_hat * std * dvar + 1.0 / N * dmu,
        np.einsum("nd,nd->d", dout, x_hat),
        np.einsum("nd->d", dout),
    ]


@batchnorm_backward.variant
def taken_off_by_projections(dout, cache):
    x_hat, std, gamma = cache
    N = len(x_hat)
    columns = []
    for j in range(x_hat.shape[1]):
        P = np.eye(N) - np.ones((N, N)) / N - np.outer(x_hat[:, j], x_hat[:, j]) / N
        columns.append(gamma[j] / std[j] * P @ dout[:, j])
    return np.stack(columns, axis=1), np.diag(x_hat.T @ dout), np.ones(N) @ dout


@batchnorm_backward.variant
def with_means(dout, cache):
    x_hat, std, gamma = cache
    g = dout * (gamma / std)
    dx = g - g.mean(0) - x_hat * np.mean(g * x_hat, 0)
    return dx, np.sum(x_hat * dout, 0, keepdims=True), np.sum(dout, 0, keepdims=True)


@batchnorm_backward.variant
def row_by_row(dout, cache):
    x_hat, std, gamma = cache
    dgamma, dbeta = np.zeros(len(gamma)), np.zeros(len(gamma))
    for row, hat in zip(dout, x_hat, strict=True):
        dbeta += row
        dgamma += row * hat
    dx = np.array(
        [
            gamma / std * (row - (dbeta + hat * dgamma) / len(dout))
            for row, hat in zip(dout, x_hat, strict=True)
        ]
    )
    return dx, dgamma, dbeta
