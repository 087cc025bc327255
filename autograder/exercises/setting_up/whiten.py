"""Rows along the directions in which the training rows vary most, each scaled to variance 1.

A direction has no sign of its own, so every column is turned to one side before it is compared.
"""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.setting_up.whitening import cloud, visible_whitening, watched_clouds


def reference(train, test, k, eps):
    """Take the singular values of the centred rows: their squares over N are the variances."""
    mean = train.sum(axis=0) / len(train)
    values, directions = np.linalg.svd(train - mean)[1:]
    scaled = directions[:k].T / np.sqrt(values[:k] ** 2 / len(train) + eps)
    return (train - mean) @ scaled, (test - mean) @ scaled


CLOUDS = {
    "of four columns": cloud(11, 12, 5, 4, 4, 0.2),
    "with two directions of five": cloud(12, 15, 6, 5, 2, 0.05),
    "of other rows": cloud(14, 12, 5, 4, 4, 0.2),
    "of many columns": cloud(13, 11, 3, 6, 5, 0.01),
}

whiten = Exercise(
    "whiten",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="clouds",
            probe=lambda candidate: watched_clouds(candidate, CLOUDS),
            says="The rows are not centred, turned onto the training rows' own directions and scaled.",
        ),
    ],
    visible=visible_whitening,
    equivalent={
        "…directions = np.linalg.svd(train - mean)[1:]"
        " -> …directions = np.linalg.svd(mean - train)[1:]": "A direction has no sign of its own.",
    },
    read="Exercise 1. Whiten",
    effect="A network meets numbers at test that it was never trained on, or directions of very different size.",
)


def pca(
    train,
    test,
    k,
    eps,
    *,
    centre=lambda X: X.mean(axis=0),
    centre_test=None,
    count=len,
    scale=lambda v, eps: np.sqrt(v + eps),
    order=lambda v: np.argsort(v)[::-1],
    directions=lambda U: U,
    source=None,
):
    """Return the whitened rows; each mistake below changes one thing.

    centre       what is subtracted from the rows, of the training rows
    centre_test  the same for the test rows, of (train, test); by default that of the training rows
    count        what the covariance is divided by, of the rows
    scale        what each direction is divided by, of its variance and eps
    order        the directions in order, of their variances
    directions   the matrix whose columns are taken for directions, of the right one
    source       rows that mean and covariance are made of, of (train, test); by default the training rows
    """
    rows = train if source is None else source(train, test)
    mean = centre(rows)
    values, U = np.linalg.eigh((rows - mean).T @ (rows - mean) / count(rows))
    taken = order(values)[:k]
    U = U[:, taken]
    U = directions(U * np.where(U[np.abs(U).argmax(axis=0), range(len(taken))] < 0, -1, 1))
    away = mean if centre_test is None else centre_test(train, test)
    scaled = scale(values[taken], eps)
    return (train - mean) @ U / scaled, (test - away) @ U / scaled


whiten.table(
    {
        """test rows centred by their own mean: The mean of the test rows is subtracted from the test rows.
        Everything is measured on the training rows.

        What would be left of a test set of one row?
        """: partial(pca, centre_test=lambda train, test: test.mean(axis=0)),
        """test rows whitened by themselves: The test rows are whitened with their own mean and directions.
        Both come from the training rows.

        Which lines of yours look at `test`, and what do they measure there?
        """: lambda train, test, k, eps: (pca(train, test, k, eps)[0], pca(test, test, k, eps)[1]),
        """statistics of training and test rows together: Mean and directions are measured on training and
        test rows together. The test rows must not be looked at.
        """: partial(pca, source=lambda train, test: np.vstack([train, test])),
        """statistics of the test rows: Mean and directions are measured on the test rows. They come from the
        training rows.
        """: partial(pca, source=lambda train, test: test),
        """test rows not centred: The test rows are not centred. Subtract the mean of the training rows from
        them as well.
        """: partial(pca, centre_test=lambda train, test: 0.0),
        """nothing centred: The mean is not subtracted, so the first direction points from 0 to the middle of
        the cloud.
        """: partial(pca, centre=lambda X: 0.0),
    }
)


@whiten.mistake
def covariance_of_rows_that_are_not_centred(train, test, k, eps):
    """The products for the covariance are made of rows that are not centred. Subtract the mean first."""
    mean = train.mean(axis=0)
    here, there = pca(train, test, k, eps, centre=lambda X: 0.0)
    off = pca(train, mean[None], k, eps, centre=lambda X: 0.0)[1]
    return here - off, there - off


@whiten.mistake
def rows_centred_for_columns(train, test, k, eps):
    """The mean of every row is subtracted from it: axis=1. Subtract that of every column: axis=0.

    How many means should there be, N or D?
    """
    train, test = (X - X.mean(axis=1, keepdims=True) for X in (train, test))
    return pca(train, test, k, eps, centre=lambda X: 0.0)


@whiten.mistake
def one_mean_for_all_numbers(train, test, k, eps):
    """One number is subtracted everywhere, the mean of all. Every column has its own: axis=0."""
    return pca(train, test, k, eps, centre=lambda X: X.mean())


@whiten.mistake
def covariance_of_the_rows(train, test, k, eps):
    """X @ X.T compares rows with rows. The covariance of the columns is X.T @ X / N, of shape (D, D).

    Which shape has your covariance?
    """
    X = train - train.mean(axis=0)
    values, U = np.linalg.eigh(X @ X.T / len(X))
    taken = np.argsort(values)[::-1][:k]
    return X @ U[:, taken] / np.sqrt(values[taken] + eps), (test - train.mean(axis=0)) @ U[:, taken]


whiten.table(
    {
        """variances not divided by the rows: The covariance is a sum over the rows. Divide it by their
        number: with singular values, s**2 / N.
        """: partial(pca, count=lambda X: 1),
        """divided by the number of columns: The covariance is divided by the number of columns. It is a mean
        over the rows: N.
        """: partial(pca, count=lambda X: X.shape[1]),
        """variance for standard deviation: Each direction is divided by its variance. The square root is
        missing.
        """: partial(pca, scale=lambda v, eps: v + eps),
        """multiplied for divided: Each direction is multiplied by its standard deviation: wide ones become
        wider. Divide.
        """: partial(pca, scale=lambda v, eps: 1 / np.sqrt(v + eps)),
        """turned but not scaled: The rows are turned but not scaled: that is PCA. Divide each direction by
        the root of its variance + eps.
        """: partial(pca, scale=lambda v, eps: 1.0),
    }
)


@whiten.mistake
def scaled_but_not_turned(train, test, k, eps):
    """Every column is divided by its own deviation: that is scaling. Turn the rows onto the directions first."""
    mean, scale = train.mean(axis=0), np.sqrt(train.var(axis=0) + eps)
    return ((train - mean) / scale)[:, :k], ((test - mean) / scale)[:, :k]


@whiten.mistake
def columns_scaled_before_they_are_turned(train, test, k, eps):
    """The columns are divided by their deviations before the directions are found. Only centre them first."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    return pca((train - mean) / std, (test - mean) / std, k, eps)


whiten.table(
    {
        """epsilon forgotten: eps is not used: a direction without variance becomes 0/0, and noise is
        enlarged. Divide by sqrt(variance + eps).
        """: partial(pca, scale=lambda v, eps: np.sqrt(v)),
        """smallest variances first: The directions of smallest variance come first: eigh sorts upwards.
        Reverse the order before you cut.
        """: partial(pca, order=np.argsort),
        """largest directions in reverse order: The right directions in reverse order. The one with the
        largest variance is the first column.
        """: lambda train, test, k, eps: pca(
            train, test, k, eps, order=lambda v: np.argsort(v)[::-1][:k][::-1]
        ),
        """all directions kept: All D directions come back. Keep the k of largest variance: the first k
        columns.
        """: lambda train, test, k, eps: pca(train, test, train.shape[1], eps),
    }
)


@whiten.mistake
def variances_of_other_directions(train, test, k, eps):
    """The directions are sorted by variance, the variances are not. Sort both in the same way."""
    smallest = np.linalg.eigvalsh(np.cov(train.T, bias=True))[:k]
    return pca(train, test, k, eps, scale=lambda v, eps: np.sqrt(smallest + eps))


@whiten.mistake
def training_rows_returned_twice(train, test, k, eps):
    """Both arrays are made of the training rows. The second one is made of test, with the same mean and
    directions.
    """
    here, _ = pca(train, test, k, eps)
    return here, here


@whiten.mistake
def arrays_exchanged(train, test, k, eps):
    """The two arrays are exchanged: training rows first."""
    return pca(train, test, k, eps)[::-1]


@whiten.convention(share=0.75)
def epsilon_outside_the_root(train, test, k, eps):
    """Divided by sqrt(variance) + eps, as some libraries do. Here epsilon stands in the root, beside the
    variance.
    """
    return pca(train, test, k, eps, scale=lambda v, eps: np.sqrt(v) + eps)


@whiten.convention(share=0.8)
def one_less_than_the_rows(train, test, k, eps):
    """The variances are sums over N - 1, the default of np.cov and of scikit-learn's PCA. Here it is N:
    bias=True.
    """
    return pca(train, test, k, eps, count=lambda X: len(X) - 1)


@whiten.convention(share=0.5)
def turned_back_to_pixels(train, test, k, eps):
    """Whitened and turned back to the columns it came from: that is ZCA, used for images. Here the k directions
    stay.
    """
    values, U = np.linalg.eigh(np.cov(train.T, bias=True))
    values, U = values[::-1][:k], U[:, ::-1][:, :k]
    mean, W = train.mean(axis=0), U / np.sqrt(values + eps) @ U.T
    return (train - mean) @ W, (test - mean) @ W


@whiten.in_place
def rows_changed(train, test, k, eps):
    """The numbers are right, but `train` or `test` has changed: they belong to the caller. `-=` works in place."""
    answer = pca(train, test, k, eps)
    train -= train.mean(axis=0)
    return answer


@whiten.variant_as_in("CS231n")
def svd_of_the_covariance(train, test, k, eps):
    mean = np.mean(train, axis=0)
    X = train - mean
    cov = np.dot(X.T, X) / X.shape[0]
    U, S = np.linalg.svd(cov)[:2]
    Xrot = np.dot(X, U[:, :k])
    Trot = np.dot(test - mean, U[:, :k])
    return Xrot / np.sqrt(S[:k] + eps), Trot / np.sqrt(S[:k] + eps)


@whiten.variant
def eigenvectors_sorted(train, test, k, eps):
    mu = train.mean(0)
    w, v = np.linalg.eigh(np.cov(train - mu, rowvar=False, bias=True))
    idx = np.argsort(-w)[:k]
    P = v[:, idx] @ np.diag((w[idx] + eps) ** -0.5)
    return (train - mu) @ P, (test - mu) @ P


@whiten.variant
def general_eigenvectors(train, test, k, eps):
    centred = train - train.mean(axis=0, keepdims=True)
    values, vectors = np.linalg.eig(centred.T @ centred / train.shape[0])
    pairs = sorted(zip(values.real, vectors.real.T, strict=True), key=lambda pair: pair[0], reverse=True)[:k]
    basis = np.stack([vector / np.sqrt(value + eps) for value, vector in pairs], axis=1)
    return centred @ basis, (test - train.mean(axis=0, keepdims=True)) @ basis


@whiten.variant
def svd_of_the_rows(train, test, k, eps):
    N = len(train)
    mean = train.mean(axis=0)
    s, Vt = np.linalg.svd((train - mean) / np.sqrt(N), full_matrices=False)[1:]
    scale = np.sqrt(s**2 + eps)
    return [((X - mean) @ Vt.T / scale)[:, :k] for X in (train, test)]


@whiten.variant
def epsilon_on_the_diagonal(train, test, k, eps):
    mean = train.mean(axis=0)
    C = np.einsum("ni,nj->ij", train - mean, train - mean) / len(train) + eps * np.eye(train.shape[1])
    values, U = np.linalg.eigh(C)
    values, U = values[-k:][::-1], np.flip(U[:, -k:], axis=1)
    return (train - mean) @ U / values**0.5, (test - mean) @ U / values**0.5


@whiten.variant
def scikit_learn_undone(train, test, k, eps):
    from sklearn.decomposition import PCA

    pca_ = PCA(n_components=k, svd_solver="full").fit(train)
    scale = np.sqrt(pca_.explained_variance_ * (len(train) - 1) / len(train) + eps)
    return pca_.transform(train) / scale, pca_.transform(test) / scale


@whiten.variant
def in_a_function_for_both(train, test, k, eps):
    mu = sum(train) / len(train)
    S = sum(np.outer(x - mu, x - mu) for x in train) / len(train)
    w, U = np.linalg.eigh(S)
    U, w = U[:, ::-1], w[::-1]

    def turn(X):
        return np.array([[(x - mu) @ U[:, j] / np.sqrt(w[j] + eps) for j in range(k)] for x in X])

    return turn(train), turn(test)
