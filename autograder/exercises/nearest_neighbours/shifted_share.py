"""Exercise ``shifted_share``: the share of right answers before and after every image moves by one pixel."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.pixels import DIRECTIONS, moved
from course.probes.neighbours.asking import images_left, moved_shares, visible_shares


def reference(classify, images, y):
    """Move by writing into blank paper, all four directions in one long list of images."""
    left, right, up, down = (np.zeros_like(images) for _ in range(4))
    left[:, :, :-1], right[:, :, 1:] = images[:, :, 1:], images[:, :, :-1]
    up[:, :-1], down[:, 1:] = images[:, 1:], images[:, :-1]
    answers = np.asarray(classify(np.concatenate([images, left, right, up, down]))).reshape(5, len(y))
    shares = (answers == np.asarray(y)).mean(axis=1)
    return shares[0], shares[1:].mean()


shifted_share = Exercise(
    "shifted_share",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="shares",
            probe=lambda candidate: [
                moved_shares(candidate, 51, 60, (6, 5), 4),
                moved_shares(candidate, 53, 35, (4, 7), 3),
            ],
            says="One of the two shares, of the images as they are and of the moved ones, is not right.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: images_left(candidate, 55),
            says="The shares are right, but the images have changed. They belong to the caller.",
        ),
    ],
    visible=visible_shares,
    returns=("share of images as they are", "share of moved images"),
    read="Exercise 6. One pixel",
    effect="What a small change of the image does to the classifier is not seen, or is seen where there is none.",
)


def build(classify, images, y, *, move=moved, ways=None, join=np.mean, value=None):
    """Return the two shares; each mistake below changes one thing."""
    value = value or (lambda answers: float(np.mean(np.asarray(answers) == y)))
    ways = list(DIRECTIONS.values()) if ways is None else ways
    shares = [value(classify(move(images, down, right))) for down, right in ways]
    return value(classify(images)), float(join(shares))


def rolled(images, down, right):
    return np.roll(images, (down, right), axis=(1, 2))


@shifted_share.variant
def a_list_of_the_four(classify, images, y):
    before = np.mean(classify(images) == y)
    after = [np.mean(classify(moved(images, *way)) == y) for way in [(0, 1), (0, -1), (1, 0), (-1, 0)]]
    return before, np.mean(after)


@shifted_share.variant
def a_running_sum(classify, images, y):
    total = 0.0
    for down, right in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        total += (np.asarray(classify(moved(images, down=down, right=right))) == y).sum() / len(y)
    return (np.asarray(classify(images)) == y).sum() / len(y), total / 4


@shifted_share.variant
def padded_and_cut(classify, images, y):
    _, h, w = images.shape
    wide = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    corners = [(0, 1), (2, 1), (1, 0), (1, 2)]
    accuracies = [(classify(wide[:, a : a + h, b : b + w]) == y).mean() for a, b in corners]
    return (classify(wide[:, 1 : h + 1, 1 : w + 1]) == y).mean(), sum(accuracies) / len(accuracies)


@shifted_share.variant
def rolled_and_blanked(classify, images, y):
    def share(x):
        return np.mean(classify(x) == y)

    after = []
    for axis, shift, blank in ((1, 1, 0), (1, -1, -1), (2, 1, 0), (2, -1, -1)):
        x = np.moveaxis(np.roll(images, shift, axis=axis), axis, 0).copy()
        x[blank] = 0
        after.append(share(np.moveaxis(x, 0, axis)))
    return (share(images), np.mean(after))


@shifted_share.variant
def one_long_list(classify, images, y):
    together = np.concatenate([moved(images, *way) for way in DIRECTIONS.values()])
    right = classify(together) == np.tile(y, 4)
    return np.array([(classify(images) == y).mean(), right.mean()])


@shifted_share.variant
def a_dict_of_directions(classify, images, y):
    shares = {name: 1 - np.mean(classify(moved(images, *way)) != y) for name, way in DIRECTIONS.items()}
    return 1 - np.mean(classify(images) != y), sum(shares.values()) / 4


@shifted_share.variant_as_in("d2l")
def with_an_accumulator(classify, images, y):
    def evaluate_accuracy(net, data_iter):
        metric = [0.0, 0.0]
        for X, labels in data_iter:
            metric = [
                a + float(b) for a, b in zip(metric, ((net(X) == labels).sum(), len(labels)), strict=True)
            ]
        return metric[0] / metric[1]

    shifts = [(1, 0), (-1, 0), (0, 1), (0, -1)]
    test_iter = ((moved(images, *each), y) for each in shifts)
    return evaluate_accuracy(classify, [(images, y)]), evaluate_accuracy(classify, test_iter)


shifted_share.table(
    {
        """pixels come back on the other side: What leaves the frame comes back on the other side, as
        `np.roll` does. Blank paper should come in.

        What stands in the first column after a move to the right?
        """: partial(build, move=rolled),
        """one direction only: The images move in one direction only. Move them left, right, up and down, and
        average.

        How often is a moved copy classified?
        """: partial(build, ways=[(0, 1)]),
        """the other one direction only: The images move in one direction only, downwards. Move them left,
        right, up and down, and average.

        How often is a moved copy classified?
        """: partial(build, ways=[(1, 0)]),
        """sideways only: The images move left and right only. Up and down belong to it.

        How many directions are there?
        """: partial(build, ways=[(0, 1), (0, -1)]),
        """along the diagonals: The images move down and to the side, along the diagonals. Move in one
        direction at a time.

        How many pixels does each image move, and which way?
        """: partial(build, ways=[(1, 1), (1, -1), (-1, 1), (-1, -1)]),
        """two pixels: The images move by two pixels: was a moved copy moved again? Move the image as it came,
        by one.

        What do you move in the second direction, the image or its moved copy?
        """: partial(build, ways=[(0, -2), (0, 2), (-2, 0), (2, 0)]),
    }
)


@shifted_share.mistake
def each_move_on_top_of_the_last(classify, images, y):
    """Each direction moves the copy of the direction before, so the moves add up. Start from the image as it came.

    What do you move in the second direction, the image or its moved copy?
    """
    now, shares = images, []
    for way in DIRECTIONS.values():
        now = moved(now, *way)
        shares.append(np.mean(classify(now) == y))
    return np.mean(classify(images) == y), np.mean(shares)


shifted_share.table(
    {
        """fifth share in the mean: The images as they are count among the moved ones: five shares are
        averaged. Average the four.

        Is there a move by nothing among your moves?
        """: partial(build, ways=[(0, 0), *DIRECTIONS.values()]),
        """nothing moves: Both shares are of the images as they are. Does the moved copy reach `classify`?

        What is the argument of `classify` in the second share?
        """: partial(build, ways=[(0, 0)]),
        """summed not averaged: The four shares are added. Average them.

        Can a share be larger than 1?
        """: partial(build, join=np.sum),
        """worst direction: The share of the worst direction comes back. Average over the four.

        Do you take a minimum or a mean?
        """: partial(build, join=np.min),
    }
)


@shifted_share.mistake
def right_in_every_direction(classify, images, y):
    """Only images count that are right in all four directions. Average the four shares.

    Does an image that is right in three directions count for nothing?
    """
    answers = [np.asarray(classify(moved(images, *way))) == y for way in DIRECTIONS.values()]
    return np.mean(classify(images) == y), np.mean(np.all(answers, axis=0))


@shifted_share.mistake
def share_that_keeps_its_answer(classify, images, y):
    """The answers for moved images are compared with those for the images as they are. Compare with the labels.

    What do you compare the answers with?
    """
    before = np.asarray(classify(images))
    shares = [np.mean(np.asarray(classify(moved(images, *way))) == before) for way in DIRECTIONS.values()]
    return np.mean(before == y), np.mean(shares)


@shifted_share.mistake
def shares_wrong(classify, images, y):
    """The numbers are the shares that are wrong. Count the answers that equal the labels.

    Is a larger number better?
    """
    before, after = build(classify, images, y)
    return 1 - before, 1 - after


@shifted_share.mistake
def counts_for_shares(classify, images, y):
    """The numbers are how many are right. Divide by the number of images.

    What is the largest number that you could return?
    """
    before, after = build(classify, images, y)
    return before * len(y), after * len(y)


@shifted_share.mistake
def loss_of_share(classify, images, y):
    """The second number is how far the share falls. Return the share of the moved images itself.

    What would your second number be if nothing changed?
    """
    before, after = build(classify, images, y)
    return before, before - after


@shifted_share.mistake
def shares_exchanged(classify, images, y):
    """The two numbers are exchanged: first the images as they are, then the moved ones.

    Which of your two numbers is larger, and should it be?
    """
    return build(classify, images, y)[::-1]


@shifted_share.in_place
def the_images_are_changed(classify, images, y):
    """The shares are right, but `images` has changed: something was written into it. Move copies.

    After your lines, what is in `images`?
    """
    found = build(classify, images, y)
    images[:, 0] = 0
    return found
