"""Exercise ``vote``: the label that most of the k nearest neighbours have; ties go to the nearest of those level.

The reference walks along each row and keeps a tally; the notebook counts with arrays.
"""

from collections import Counter

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.neighbours.nearest import left, neighbours, visible_vote


def reference(labels, k):
    """Return for each row the first label that no other outnumbers among the first k."""
    winners = []
    for row in labels:
        near = list(row[:k])
        most = max(near.count(label) for label in near)
        winners.append(next(label for label in near if near.count(label) == most))
    return winners


vote = Exercise(
    "vote",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="majority and ties",
            probe=Calls(arguments=[(neighbours(21, 40, 12), k) for k in (1, 2, 3, 4, 5, 8, 12)]),
            says="For some row and some k the answer is not the label that most of the k nearest have.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: left(candidate, neighbours(22, 6, 8), 5),
            says="The votes are right, but the labels you were given have changed. They belong to the caller.",
        ),
    ],
    visible=visible_vote,
    read="Exercise 2. The vote",
    equivalent={
        "…None] == near[:, None, :]).sum(axis=2) -> …None] == near[:, None, :]).mean(axis=2)": (
            "The largest count is the largest share."
        ),
        "…near[:, None, :]).sum(axis=2) -> …near[:, None, :]).sum(axis=1)": "The table of pairs is symmetric.",
    },
    effect="Near a boundary between classes the answer is decided by the names of the classes, not by the images.",
)


def counted(row):
    """Return the labels of a row and how often each is there, sorted by label."""
    return np.unique(row, return_counts=True)


@vote.variant
def most_common(labels, k):
    return np.array([Counter(row[:k].tolist()).most_common(1)[0][0] for row in labels])


@vote.variant
def most_common_of_lists(labels, k):
    return [max(list(row[:k]), key=list(row[:k]).count) for row in labels]


@vote.variant
def bincount_of_each_neighbour(labels, k):
    winners = np.zeros(len(labels), dtype=int)
    for i, row in enumerate(labels):
        votes = np.bincount(row[:k])
        winners[i] = row[np.argmax(votes[row[:k]])]
    return winners


@vote.variant
def table_of_equal_labels(labels, k):
    near = np.asarray(labels)[:, :k]
    counts = (near[:, :, None] == near[:, None, :]).sum(axis=2)
    return near[np.arange(len(near)), counts.argmax(axis=1)]


@vote.variant
def one_hot_with_a_trifle_for_the_nearest(labels, k):
    near = np.asarray(labels)[:, :k]
    votes = np.zeros((len(near), near.max() + 1))
    for place in range(near.shape[1]):
        first = votes[np.arange(len(near)), near[:, place]] == 0
        votes[np.arange(len(near)), near[:, place]] += 1 + first * 1e-3 / (1 + place)
    return votes.argmax(axis=1)


@vote.variant
def unique_and_first_places(labels, k):
    winners = []
    for row in labels:
        values, first, counts = np.unique(row[:k], return_index=True, return_counts=True)
        best = counts == counts.max()
        winners.append(values[best][np.argmin(first[best])])
    return np.array(winners)


@vote.variant_as_in("CS231n")
def closest_y_in_a_loop(labels, k):
    num_test = labels.shape[0]
    y_pred = np.zeros(num_test, dtype=labels.dtype)
    for i in range(num_test):
        closest_y = labels[i, :k]
        counts = np.bincount(closest_y)
        for label in closest_y[::-1]:
            if counts[label] == np.max(counts):
                y_pred[i] = label
    return y_pred


@vote.convention(share=0.5)
def ties_to_the_smallest_label(labels, k):
    """Where two classes are level, the one with the smaller number wins, as with `np.bincount(...).argmax()`. So
    do the published CS231n exercise and scikit-learn; here the one that has the nearer neighbour wins, because
    the numbers of classes mean nothing.

    If the classes were numbered the other way round, would your answers change?
    """
    return np.array([counted(row[:k])[0][counted(row[:k])[1].argmax()] for row in np.asarray(labels)])


@vote.convention(share=0.5)
def ties_broken_with_fewer_neighbours(labels, k):
    """Where two classes are level, you ask fewer neighbours until one leads. That is in use; here the class wins
    whose nearest neighbour is nearest.

    In the row 3, 8, 8, 3 with k = 4, who is nearer?
    """
    winners = []
    for row in np.asarray(labels):
        for near in range(min(k, len(row)), 0, -1):
            values, counts = counted(row[:near])
            if (counts == counts.max()).sum() == 1:
                winners.append(values[counts.argmax()])
                break
    return np.array(winners)


@vote.mistake
def ties_to_the_largest_label(labels, k):
    """Where two classes are level, the one with the larger number wins. Let the one win that has the nearer
    neighbour.

    If the classes were numbered the other way round, would your answers change?
    """
    return np.array([max(zip(*counted(row[:k])[::-1], strict=True))[1] for row in np.asarray(labels)])


@vote.mistake
def ties_to_the_farthest(labels, k):
    """Where two classes are level, the one wins that comes first when you look from the far end. Look from the
    near end.

    In which order do you go through the neighbours, and what does `>=` do in a tie?
    """
    return np.array([Counter(row[:k][::-1].tolist()).most_common(1)[0][0] for row in np.asarray(labels)])


@vote.mistake
def ties_to_the_nearest_of_all(labels, k):
    """In a tie you take the nearest neighbour's label, even if that class is not among those that are level. Only
    the level classes stand for election.

    In the row 8, 3, 3, 5, 5 with k = 5, which classes are level?
    """
    winners = []
    for row in np.asarray(labels):
        values, counts = counted(row[:k])
        winners.append(values[counts.argmax()] if (counts == counts.max()).sum() == 1 else row[0])
    return np.array(winners)


vote.table(
    {
        """nearest only: The nearest neighbour decides alone, whatever k is. Count the labels of the first k.

        Where in your lines does k stand?
        """: lambda labels, k: np.asarray(labels)[:, 0].copy(),
        """k ignored: All neighbours vote, whatever k is. Cut each row to its first k.

        Where in your lines does k stand?
        """: lambda labels, k: reference(labels, np.shape(labels)[1]),
        """farthest k: The last k of each row vote: the farthest. The nearest come first.

        Which end of a row is near?
        """: lambda labels, k: reference(np.asarray(labels)[:, -k:], k),
    }
)


@vote.mistake
def nearest_left_out(labels, k):
    """The nearest neighbour has no vote: you begin at index 1. (One leaves it out only where it is the image
    itself.)

    What is the index of the nearest neighbour?
    """
    padded = np.asarray(labels)[:, 1:]
    return reference(padded, min(k, padded.shape[1]))


vote.table(
    {
        """one neighbour too many: k + 1 neighbours vote. `row[:k]` are the first k.

        How many entries has `row[:k + 1]`?
        """: lambda labels, k: reference(labels, k + 1),
        """one neighbour too few: k - 1 neighbours vote. `row[:k]` are the first k.

        How many entries has `row[:k - 1]`?
        """: lambda labels, k: reference(labels, max(k - 1, 1)),
        """number of votes returned: What comes back is how many votes the winner has. Return its label.

        What is the difference between `max` and `argmax`?
        """: lambda labels, k: np.array([counted(row[:k])[1].max() for row in np.asarray(labels)]),
        """mean of the labels: The numbers of the classes are averaged: a 3 and a 9 make a 6. Labels are
        names; count them.

        What would your answer be if the classes were called by letters?
        """: lambda labels, k: np.rint(np.asarray(labels)[:, :k].mean(axis=1)).astype(int),
        """median of the labels: You take the middle of the sorted labels. Labels are names, and their order
        means nothing; count them.

        What would your answer be if the classes were called by letters?
        """: lambda labels, k: np.median(np.asarray(labels)[:, :k], axis=1),
        """one vote for all rows: One label comes back for all images: the neighbours of all rows are counted
        together. Count within each row.

        How many images ask, and how many answers do you give?
        """: lambda labels, k: reference(np.asarray(labels)[:, :k].reshape(1, -1), np.shape(labels)[0] * k),
        """votes down the columns: You count down the columns, over the images. A row holds the neighbours of
        one image.

        What does one row of `labels` hold?
        """: lambda labels, k: reference(np.asarray(labels).T, k),
    }
)


@vote.in_place
def the_labels_are_changed(labels, k):
    """The votes are right, but `labels` has changed, by a `sort()` in place or an assignment. Work on a copy.

    After your lines, what is in `labels`?
    """
    winners = reference(labels, k)
    labels[:, :k] = np.sort(labels[:, :k], axis=1)[:, ::-1]
    return winners
