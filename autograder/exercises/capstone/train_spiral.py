"""Exercise ``train_spiral``: at least 95 of 100 fresh points of a spiral that the notebook has never seen.

The examiner draws the spiral, labels its arms in another order, and asks about 1500 further points.

How often a right answer fails: over 100 spirals and starts the lesson's own reached .9898 on average and .9800 at
least, with a standard deviation of .0029 (tests/autograder/exercises/test_capstone.py measures a sample again); .95
is more than thirteen of those below the mean.
"""

import numpy as np
from scipy.spatial.distance import cdist

from autograder.judging import Check, Exercise
from course.data import spiral
from course.probes.capstone.classifying import spiral_told, visible_spiral


def hills(points, centres, width):
    """Return a bump for each centre at each point, (N, M): exp(-distance^2 / width^2)."""
    return np.exp(-((points[:, None] - centres) ** 2).sum(axis=2) / width**2)


def ridge(X, y, *, features=lambda points, X: hills(points, X, 0.15)):
    """Return a function that gives scores (N, 3): least squares on features, solved and not descended."""
    A = features(X, X)
    weights = np.linalg.solve(A.T @ A + 1e-2 * np.eye(A.shape[1]), A.T @ np.eye(3)[y])
    return lambda points: features(np.asarray(points, dtype=float), X) @ weights


def reference(X, y, rng):
    """No network and no descent: a point gets the label of the point that lies nearest."""
    return lambda points: y[cdist(points, X).argmin(axis=1)]


train_spiral = Exercise(
    "train_spiral",
    points=1,
    reference=reference,
    checks=[
        Check(
            name="fresh points",
            probe=lambda candidate: spiral_told(candidate, seed=1101),
            says="It must label at least 95 of 100 fresh points of the spiral it was given, also point by point.",
        )
    ],
    visible=visible_spiral,
    uses=("fit",),
    equivalent=dict.fromkeys(
        (
            "network = MLP(sizes=(2, 100, 3)) -> network = MLP(sizes=(2, 100, 4))",
            "network = MLP(sizes=(2, 100, 3)) -> network = MLP(sizes=(2, 101, 3))",
            "network = MLP(sizes=(2, 100, 3)) -> network = MLP(sizes=(2, 99, 3))",
            "…X, y, rng, epochs=100, batch=30, rate=0.1, reg=0.0001) -> "
            "…X, y, rng, epochs=100, rate=0.1, reg=0.0001)",
            "…batch=30, rate=0.1, reg=0.0001) -> …batch=30, rate=0.1, reg=0.0002)",
            "…epochs=100, batch=30, rate=0.1, reg=0.0001) -> …epochs=100, batch=30, rate=0.1)",
            "…epochs=100, batch=30, rate=0.1, reg=0.0001) -> …epochs=100, batch=30, rate=0.2, reg=0.0001)",
            "…epochs=100, batch=30, rate=0.1, reg=0.0001) -> …epochs=100, batch=30, reg=0.0001)",
            "…fit(network, X, y, rng, epochs=100, batch=30, rate=0.1, reg=0… -> "
            "…fit(network, X, y, rng, batch=30, rate=0.1, reg=0…",
            "…network, X, y, rng, epochs=100, batch=30, rate=0.1, reg… -> "
            "…network, X, y, rng, epochs=101, batch=30, rate=0.1, reg…",
            "…network, X, y, rng, epochs=100, batch=30, rate=0.1, reg… -> "
            "…network, X, y, rng, epochs=99, batch=30, rate=0.1, reg…",
            "…rng, epochs=100, batch=30, rate=0.1, reg=0.0001) -> "
            "…rng, epochs=100, batch=29, rate=0.1, reg=0.0001)",
            "…rng, epochs=100, batch=30, rate=0.1, reg=0.0001) -> "
            "…rng, epochs=100, batch=31, rate=0.1, reg=0.0001)",
        ),
        "How wide a network is and how it is trained is the learner's to choose: the mark is reached.",
    ),
    read="Exercise 2. The spiral",
    praise="With a right loop, at least 95 of 100 fresh points are right.",
    effect="A network that only fits the points it was given fails on the next ones that arrive.",
)


@train_spiral.variant
def nearest_neighbours(X, y, rng):
    def classify(points):
        near = ((np.asarray(points)[:, None] - X) ** 2).sum(axis=2).argsort(axis=1)[:, :5]
        return [int(np.bincount(labels, minlength=3).argmax()) for labels in y[near]]

    return classify


@train_spiral.variant_as_in("CS231n")
def a_minimal_neural_net(X, y, rng):
    N, D, K, h = X.shape[0], X.shape[1], 3, 100
    mean, std = X.mean(axis=0), X.std()
    Z = (X - mean) / std
    W, b = rng.standard_normal((D, h)) * 1.5, rng.standard_normal((1, h))
    W2, b2 = 0.01 * rng.standard_normal((h, K)), np.zeros((1, K))
    velocity = [np.zeros_like(w) for w in (W, b, W2, b2)]
    for _i in range(600):
        hidden_layer = np.maximum(0, np.dot(Z, W) + b)
        scores = np.dot(hidden_layer, W2) + b2
        exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
        dscores = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        dscores[range(N), y] -= 1
        dscores /= N
        dhidden = np.dot(dscores, W2.T)
        dhidden[hidden_layer <= 0] = 0
        grads = (
            np.dot(Z.T, dhidden) + 1e-4 * W,
            np.sum(dhidden, axis=0, keepdims=True),
            np.dot(hidden_layer.T, dscores) + 1e-4 * W2,
            np.sum(dscores, axis=0, keepdims=True),
        )
        for w, v, dw in zip((W, b, W2, b2), velocity, grads, strict=True):
            v *= 0.9
            v -= 0.1 * dw
            w += v

    def predict(points):
        Z = (np.asarray(points) - mean) / std
        return np.argmax(np.dot(np.maximum(0, np.dot(Z, W) + b), W2) + b2, axis=1)

    return predict


@train_spiral.convention(share=0.8)
def points_changed_in_place(X, y, rng):
    """The points it was asked about have changed afterwards: `points -= ...` inside `classify` writes into the
    caller's array. Write `points - ...`."""

    def classify(points):
        labels = reference(X, y, rng)(points)
        points -= X.mean(axis=0)
        return labels

    return classify


@train_spiral.mistake
class the_next_run_changes_this_classifier:
    """After another run, the classifier returned before gives other labels. This happens when the parameters are in
    a global variable, which the next run overwrites. Keep them inside the function."""

    def __call__(self, X, y, rng):
        self.scores = ridge(X, y)
        return lambda points: self.scores(points).argmax(axis=1)


@train_spiral.mistake
def a_seed_of_its_own(X, y, rng, fit=lambda *args, **kwargs: None):
    """`fit` gets a generator that was made inside, so every seed gives the same network. Hand it `rng`."""
    fit(None, X, y, np.random.default_rng(0))
    return reference(X, y, rng)


train_spiral.table(
    {
        """one point alone gives no array: Asked about a single point, it returns a number and not an array of
        one label, as after `squeeze`. Let `argmax(axis=1)` see a row for each point.
        """: lambda X, y, rng: lambda points: ridge(X, y)(points).squeeze().argmax(axis=-1),
        """a column of labels: The labels come as a column of shape (N, 1). One axis is asked for: (N,).
        """: lambda X, y, rng: lambda points: reference(X, y, rng)(points)[:, None],
        """text for labels: The labels are text. Return the numbers themselves, without `str`.
        """: lambda X, y, rng: lambda points: reference(X, y, rng)(points).astype(str),
    }
)


@train_spiral.mistake
def scores_for_labels(X, y, rng):
    """It returns a row of scores for each point, not a label. Which of the scores is the answer?"""
    return ridge(X, y)


@train_spiral.mistake
def labels_out_of_step(X, y, rng):
    """It does no better than chance, even on the points it was trained on: they were trained with labels of other
    points. Index X and y by the same numbers."""
    scores = ridge(
        X, y[rng.permutation(len(y))], features=lambda points, X: np.c_[points, np.ones(len(points))]
    )
    return lambda points: scores(points).argmax(axis=1)


@train_spiral.mistake
def nearly_all_points_get_the_same_label(X, y, rng):
    """Nearly all points get the same label, as when a run got worse again: the rate is too large, or the gradient
    is added. Is the last loss higher than the lowest?"""
    return lambda points: np.ones(len(points), dtype=int)


@train_spiral.mistake
def straight_lines(X, y, rng):
    """About half of the points are right, as many as straight borders reach. Either there is no layer of units
    between points and scores, or the training was so short or its rate so small that the borders do not bend
    yet.

    Is there a number between 2 and 3 in the sizes, and is the last loss much lower than the first?
    """
    scores = ridge(X, y, features=lambda points, X: np.c_[points, np.ones(len(points))])
    return lambda points: scores(points).argmax(axis=1)


@train_spiral.mistake
def trained_too_little(X, y, rng):
    """The borders bend, but not enough: too few epochs, too small a rate, or too few units. Look at the loss curve:
    is it still falling?"""
    scores = ridge(X, y, features=lambda points, X: hills(points, X[::10], 1.0))
    return lambda points: scores(points).argmax(axis=1)


@train_spiral.mistake
def the_spiral_of_the_notebook(X, y, rng):
    """It learns another spiral than the one it is given: the points are right, the labels are those of the
    notebook. Train on the arguments X and y."""
    X, y = spiral(np.random.default_rng(0))
    return reference(X, y, rng)


@train_spiral.mistake
def overfitting(X, y, rng):
    """The points it was trained on are right and fresh ones are not: it overfits. Use fewer units or more
    penalty."""
    known = {tuple(point): label for point, label in zip(X.tolist(), y.tolist(), strict=True)}
    return lambda points: [known.get((a, b), int(1000 * abs(a)) % 3) for a, b in np.asarray(points).tolist()]


@train_spiral.mistake
def standardised_by_the_points_asked(X, y, rng):
    """A point gets one label alone and another beside other points. The usual cause: it is scaled by the points
    that happen to be asked with it. Use the numbers of the training points."""
    scores = ridge((X - X.mean(axis=0)) / X.std(axis=0), y, features=lambda p, X: hills(p, X, 0.4))

    def classify(points):
        points = np.asarray(points)
        return scores((points - points.mean(axis=0)) / np.maximum(points.std(axis=0), 1e-9)).argmax(axis=1)

    return classify


@train_spiral.mistake
def one_label_for_all(X, y, rng):
    """It returns one number for all points: argmax looked over the whole array. Give it the axis of the
    classes."""
    scores = ridge(X, y)
    return lambda points: scores(points).argmax()


@train_spiral.mistake
def argmax_over_the_points(X, y, rng):
    """It returns as many numbers as there are classes: argmax ran over the points. Take the other axis."""
    scores = ridge(X, y)
    return lambda points: scores(points).argmax(axis=0)


@train_spiral.mistake
def labels_of_the_training_points(X, y, rng):
    """It labels the points it was trained on, whatever it is asked. Use the argument of the inner function."""
    return lambda points: y.copy()
