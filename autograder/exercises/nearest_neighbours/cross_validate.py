"""Exercise ``cross_validate``: every fold is held out once, for every k; the shares right make a table.

The reference asks of every row whether it is in the fold; the notebook joins the other folds.
"""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.neighbours.folding import validated, validation_leaves, visible_validation


def reference(predict, X, y, parts, ks):
    """Return the shares right (len(ks), len(parts)) by a mask for every fold."""
    table = []
    for k in ks:
        shares = []
        for part in parts:
            out = np.isin(np.arange(len(y)), part)
            answers = predict(X[~out], y[~out], X[out], k)
            shares.append((answers == y[out]).mean())
        table.append(shares)
    return table


cross_validate = Exercise(
    "cross_validate",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="table",
            probe=lambda candidate: [
                validated(candidate, 31, 37, 5, [2, 5, 1, 4]),
                validated(candidate, 32, 26, 3, [5, 3], classes=4),
            ],
            says="The table of shares right, a row for every k and a column for every fold, is not right.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: validation_leaves(candidate, 33),
            says="The table is right, but X or y has changed.",
        ),
    ],
    visible=visible_validation,
    read="Exercise 4. Cross-validation",
    equivalent={
        "table = np.zeros((len(ks), len(parts))) -> table = np.ones((len(ks), len(parts)))": (
            "Every entry is written."
        ),
    },
    effect="The number by which k is chosen is measured on rows that the classifier knows, so the wrong k wins.",
)


def build(predict, X, y, parts, ks, *, trains="others", judges="part", value=None):
    """Return the table; each mistake below changes one thing.

    trains, judges  which rows: ``others``, ``part``, ``all``
    value           (answers, labels) -> entry of the table
    """
    value = value or (lambda answers, labels: np.mean(answers == labels))
    table = np.zeros((len(ks), len(parts)))
    for column, part in enumerate(parts):
        chosen = {
            "others": np.setdiff1d(np.arange(len(y)), part),
            "part": np.asarray(part),
            "all": np.arange(len(y)),
        }
        for row, k in enumerate(ks):
            train, judge = chosen[trains], chosen[judges]
            answers = np.asarray(predict(X[train], y[train], X[judge], k))
            table[row, column] = value(answers, y[judge])
    return table


@cross_validate.variant
def joined_by_concatenate(predict, X, y, parts, ks):
    table = []
    for k in ks:
        row = []
        for i in range(len(parts)):
            rest = np.concatenate([parts[j] for j in range(len(parts)) if j != i])
            row.append(np.mean(predict(X[rest], y[rest], X[parts[i]], k) == y[parts[i]]))
        table.append(row)
    return table


@cross_validate.variant
def rows_deleted(predict, X, y, parts, ks):
    table = np.empty((len(ks), len(parts)))
    for j, part in enumerate(parts):
        X_train, y_train = np.delete(X, part, axis=0), np.delete(y, part)
        for i, k in enumerate(ks):
            table[i, j] = (predict(X_train, y_train, X[part], k) == y[part]).sum() / len(part)
    return table


@cross_validate.variant_as_in("CS231n")
def stacked_folds(predict, X, y, parts, ks):
    X_parts, y_parts = [X[part] for part in parts], [y[part] for part in parts]
    found = {k: [] for k in ks}
    for i in range(len(parts)):
        X_train = np.vstack(X_parts[:i] + X_parts[i + 1 :])
        y_train = np.hstack(y_parts[:i] + y_parts[i + 1 :])
        for k in ks:
            right = np.asarray(predict(X_train, y_train, X_parts[i], k)) == y_parts[i]
            found[k].append(float(right.mean()))
    return np.array([found[k] for k in ks])


@cross_validate.variant
def masks(predict, X, y, parts, ks):
    def share(k, part):
        mask = np.ones(len(y), dtype=bool)
        mask[part] = False
        return 1 - np.mean(predict(X[mask], y[mask], X[part], k) != y[part])

    return np.array([[share(k, part) for part in parts] for k in ks])


@cross_validate.variant
def rows_not_in_the_part(predict, X, y, parts, ks):
    everything = np.arange(len(X))
    columns = []
    for part in parts:
        rest = everything[~np.isin(everything, part)]
        columns.append([np.equal(predict(X[rest], y[rest], X[part], k), y[part]).mean() for k in ks])
    return np.transpose(columns)


@cross_validate.variant
def sets_of_rows(predict, X, y, parts, ks):
    table = []
    for k in ks:
        table.append([])
        for part in parts:
            rest = sorted(set(range(len(y))) - set(np.asarray(part).tolist()))
            answers = predict(X[rest], y[rest], X[part], k)
            table[-1].append(sum(a == b for a, b in zip(answers, y[part], strict=True)) / len(part))
    return table


cross_validate.table(
    {
        """held out rows train too: The rows that judge are among those that train, so each finds itself as
        its nearest neighbour. Take the held-out rows out of the training rows, and everything that is
        computed from them too.

        How many rows train, and how many should?
        """: partial(build, trains="all"),
        """the fold trains and the others judge: The roles are exchanged: the one fold trains, and all the
        others judge. The fold is held out.

        How many rows train in a round of five folds?
        """: partial(build, trains="part", judges="others"),
        """judged on the training rows: The rows that train are asked about themselves. Ask about the held-out
        fold.

        Which rows are the third argument of `predict`?
        """: partial(build, judges="others"),
        """judged on all rows: All rows are judged, also those that train. Only the held-out fold is new to
        the classifier.

        Which rows are the third argument of `predict`?
        """: partial(build, judges="all"),
        """the fold judges itself: The same fold trains and judges. The others train.

        Which rows are the first argument of `predict`?
        """: partial(build, trains="part"),
        """shares wrong: The table holds the shares that are wrong. Count the answers that equal the labels.

        Is a larger number in your table better?
        """: partial(build, value=lambda a, b: np.mean(a != b)),
        """counts for shares: The table holds how many are right. Folds may differ in size: divide by the
        number of rows that were judged.

        What is the largest number that your table could hold?
        """: partial(build, value=lambda a, b: np.sum(a == b)),
        """divided by all rows: The right answers of one fold are divided by the number of all rows. Divide by
        the number of rows in the fold.

        How many rows were judged in one round?
        """: lambda predict, X, y, parts, ks: build(
            predict, X, y, parts, ks, value=lambda a, b: np.sum(a == b) / len(y)
        ),
        """table transposed: It has a row for every fold. Make a row for every k and a column
        for every fold.

        How many rows has your table, `len(ks)` or `len(parts)`?
        """: lambda predict, X, y, parts, ks: build(predict, X, y, parts, ks).T,
    }
)


@cross_validate.convention(share=0.5)
def averaged_over_the_folds(predict, X, y, parts, ks):
    """One number for every k comes back, the mean over the folds. Keep every fold: how far they lie apart says
    how far the mean can be trusted.

    What would you draw as error bars?
    """
    return build(predict, X, y, parts, ks).mean(axis=1)


@cross_validate.mistake
def only_one_round_for_every_k(predict, X, y, parts, ks):
    """Only the last fold is ever held out: its result stands in all columns. Does an inner loop overwrite what was
    there?

    Which fold is held out when the second column is filled?
    """
    table = build(predict, X, y, parts, ks)
    return np.repeat(table[:, -1:], table.shape[1], axis=1)


@cross_validate.mistake
def place_in_the_list_for_k(predict, X, y, parts, ks):
    """`predict` is asked for the place of k in the list, 0, 1, 2, and not for k. Write `ks[i]`.

    What are the values of k in your calls?
    """
    return build(predict, X, y, parts, list(range(len(ks))))


@cross_validate.mistake
def only_the_next_fold_trains(predict, X, y, parts, ks):
    """Only one of the other folds trains. Join all of them.

    How many rows train in a round of five folds?
    """
    table = np.zeros((len(ks), len(parts)))
    for i, k in enumerate(ks):
        for j, part in enumerate(parts):
            train = parts[(j + 1) % len(parts)]
            table[i, j] = np.mean(np.asarray(predict(X[train], y[train], X[part], k)) == y[part])
    return table


@cross_validate.mistake
def labels_in_another_order_than_rows(predict, X, y, parts, ks):
    """The training rows are joined in one order and their labels in another, so most labels belong to another
    row. Use the same row numbers for both.

    Is row 5 of your training rows the image that label 5 belongs to?
    """
    table = np.zeros((len(ks), len(parts)))
    for i, k in enumerate(ks):
        for j, part in enumerate(parts):
            rest = np.concatenate([each for number, each in enumerate(parts) if number != j])
            labels = y[np.setdiff1d(np.arange(len(y)), part)]
            table[i, j] = np.mean(np.asarray(predict(X[rest], labels, X[part], k)) == y[part])
    return table


@cross_validate.in_place
def the_rows_are_changed(predict, X, y, parts, ks):
    """The table is right, but `X` or `y` is not what it was before the call. Work on copies.

    After your lines, what is in X?
    """
    table = build(predict, X, y, parts, ks)
    X -= X.mean(axis=0)
    return table
