"""Exercise ``ask_once``: choose k by the mean over the folds, train on all rows, ask the test rows once."""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.neighbours.asking import tested, visible_test_rows


def reference(predict, X, y, X_test, y_test, ks, table):
    """Rank the values of k by the sum over folds, and ask about the test rows with the first."""
    ranked = sorted(range(len(ks)), key=lambda place: (-sum(table[place]), place))
    k = ks[ranked[0]]
    answers = predict(X, y, X_test, k)
    return k, sum(a == b for a, b in zip(answers, y_test, strict=True)) / len(y_test)


ask_once = Exercise(
    "ask_once",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="report",
            probe=lambda candidate: [
                tested(candidate, 41, [1, 2, 3, 4, 5], best=2),
                tested(candidate, 42, [3, 5, 2, 4], best=0),
                tested(candidate, 46, [4, 1, 5, 3, 2], best=4),
            ],
            says="The k of the best mean, or its share of right answers on the test rows, is not right.",
        ),
    ],
    visible=visible_test_rows,
    read="Exercise 5. The test rows, once",
    equivalent={
        "k = ks[np.argmax(np.mean(table, axis=1))] -> k = ks[np.argmax(np.sum(table, axis=1))]": (
            "Every k has the same number of folds."
        ),
    },
    effect="The accuracy that is reported is better than what the next images will give.",
)


def share(predict, X, y, X_test, y_test, k):
    return np.mean(np.asarray(predict(X, y, X_test, k)) == y_test)


def best(table):
    return int(np.mean(table, axis=1).argmax())


@ask_once.variant
def mean_then_argmax(predict, X, y, X_test, y_test, ks, table):
    k = ks[np.argmax(np.mean(table, axis=1))]
    return k, np.mean(predict(X, y, X_test, k) == y_test)


@ask_once.variant
def sum_of_the_folds(predict, X, y, X_test, y_test, ks, table):
    k = list(ks)[int(np.asarray(table).sum(-1).argmax())]
    answers = predict(X_train=X, y_train=y, X=X_test, k=k)
    return [k, float((answers == y_test).sum()) / y_test.shape[0]]


@ask_once.variant
def max_with_a_key(predict, X, y, X_test, y_test, ks, table):
    means = dict(zip(ks, [sum(row) / len(row) for row in table], strict=True))
    k = max(means, key=means.get)
    return k, 1 - np.mean(predict(X, y, X_test, k) != y_test)


@ask_once.variant
def a_loop_that_keeps_the_best(predict, X, y, X_test, y_test, ks, table):
    best_k, best_mean = None, -np.inf
    for k, row in zip(ks, table, strict=True):
        if np.mean(row) > best_mean:
            best_k, best_mean = k, np.mean(row)
    right = 0
    for answer, label in zip(predict(X, y, X_test, best_k), y_test, strict=True):
        right += answer == label
    return best_k, right / len(y_test)


@ask_once.variant
def sorted_pairs(predict, X, y, X_test, y_test, ks, table):
    order = np.argsort(-np.asarray(table).mean(axis=1), kind="stable")
    k = np.asarray(ks)[order[0]]
    return k, np.count_nonzero(np.equal(predict(X, y, X_test, k), y_test)) / np.size(y_test)


@ask_once.variant
def median_would_be_another_but_the_average_is_this(predict, X, y, X_test, y_test, ks, table):
    means = np.average(table, axis=1)
    k = ks[list(means).index(means.max())]
    return k, (np.array(predict(X, y, X_test, k)) == np.array(y_test)).mean()


@ask_once.variant_as_in("SciPy")
def with_a_result_object(predict, X, y, X_test, y_test, ks, table):
    from collections import namedtuple

    Result = namedtuple("Result", ["x", "fun"])
    mean_score = np.asarray(table, dtype=float).mean(axis=-1)
    best = ks[int(np.argmax(mean_score))]
    return Result(x=best, fun=np.mean(np.asarray(predict(X, y, X_test, best)) == np.asarray(y_test)))


@ask_once.mistake
def k_chosen_on_the_test_rows(predict, X, y, X_test, y_test, ks, table):
    """Every k was tried on the test rows, and the best one reported. Then the test rows have helped to choose,
    and their accuracy is no test any more. Choose by the table.

    How often do you call `predict` with `X_test`?
    """
    shares = [share(predict, X, y, X_test, y_test, k) for k in ks]
    return ks[int(np.argmax(shares))], max(shares)


@ask_once.convention(share=0.5)
def every_k_tested(predict, X, y, X_test, y_test, ks, table):
    """The right k is reported, but all values of k were tried on the test rows. Whoever has seen those numbers
    cannot forget them: ask once, with the chosen k.

    How often do you call `predict` with `X_test`?
    """
    shares = [share(predict, X, y, X_test, y_test, k) for k in ks]
    return ks[best(table)], shares[best(table)]


@ask_once.mistake
def place_in_the_list_for_k(predict, X, y, X_test, y_test, ks, table):
    """What comes back is the place of the best k in the list, and with that number the test was made. Write
    `ks[i]`.

    Is your k one of `ks`?
    """
    k = best(table)
    return k, share(predict, X, y, X_test, y_test, k)


@ask_once.mistake
def place_returned_for_k(predict, X, y, X_test, y_test, ks, table):
    """The test was made with the right k, but what comes back is its place in the list.

    Is the k that you return one of `ks`?
    """
    return best(table), share(predict, X, y, X_test, y_test, ks[best(table)])


@ask_once.mistake
def best_single_fold(predict, X, y, X_test, y_test, ks, table):
    """The k with the best single fold is taken. One lucky fold says little: take the best mean over the folds.

    Over which axis of the table do you take what?
    """
    k = ks[int(np.max(table, axis=1).argmax())]
    return k, share(predict, X, y, X_test, y_test, k)


@ask_once.mistake
def best_worst_fold(predict, X, y, X_test, y_test, ks, table):
    """The k whose worst fold is best is taken. Take the k with the best mean over the folds.

    What does `min` leave of a row of the table, and what does `mean`?
    """
    k = ks[int(np.min(table, axis=1).argmax())]
    return k, share(predict, X, y, X_test, y_test, k)


@ask_once.mistake
def first_fold_only(predict, X, y, X_test, y_test, ks, table):
    """Only one fold decides. Take the mean over all of them.

    How many columns of the table do your lines look at?
    """
    k = ks[int(np.asarray(table)[:, 0].argmax())]
    return k, share(predict, X, y, X_test, y_test, k)


@ask_once.mistake
def mean_over_the_wrong_axis(predict, X, y, X_test, y_test, ks, table):
    """The table is averaged over the values of k: one number a fold is left. Average over the folds, axis 1.

    How many means do you have, and how many values of k?
    """
    k = ks[int(np.mean(table, axis=0).argmax()) % len(ks)]
    return k, share(predict, X, y, X_test, y_test, k)


@ask_once.mistake
def worst_k(predict, X, y, X_test, y_test, ks, table):
    """The k with the lowest mean is taken. The table holds shares that are right.

    Is a larger number in the table better?
    """
    k = ks[int(np.mean(table, axis=1).argmin())]
    return k, share(predict, X, y, X_test, y_test, k)


@ask_once.mistake
def accuracy_of_the_folds_reported(predict, X, y, X_test, y_test, ks, table):
    """What is reported as the accuracy is the mean of the folds, by which k was chosen. Ask about the test rows.

    Which call in your lines has the test rows in it?
    """
    return ks[best(table)], float(np.mean(table, axis=1).max())


@ask_once.mistake
def training_rows_asked(predict, X, y, X_test, y_test, ks, table):
    """The accuracy is that of the rows that train. Ask about `X_test` and compare with `y_test`.

    Which rows are the third argument of `predict`?
    """
    return ks[best(table)], share(predict, X, y, X, y, ks[best(table)])


@ask_once.mistake
def test_rows_train_too(predict, X, y, X_test, y_test, ks, table):
    """The test rows are among those that train, or their statistics are: each of them finds itself. Only `X` and
    `y` train.

    How many rows train?
    """
    together = np.concatenate([X, X_test]), np.concatenate([y, y_test])
    return ks[best(table)], share(predict, *together, X_test, y_test, ks[best(table)])


@ask_once.mistake
def share_wrong(predict, X, y, X_test, y_test, ks, table):
    """The number is the share that is wrong. Count the answers that equal the labels.

    Is a larger number better?
    """
    return ks[best(table)], 1 - share(predict, X, y, X_test, y_test, ks[best(table)])


@ask_once.mistake
def count_for_share(predict, X, y, X_test, y_test, ks, table):
    """The number is how many are right. Divide by the number of test rows.

    What is the largest number that you could return?
    """
    return ks[best(table)], share(predict, X, y, X_test, y_test, ks[best(table)]) * len(y_test)
