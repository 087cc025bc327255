# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # F1. Nearest neighbours
#
# **A handwritten 9, and three other images. A program compares images pixel by pixel. Which of A, B and C does it find
# nearest to the 9?**
#
# *You will be able to* say what an image classifier is given, write one that needs no training, choose its settings fairly,
# and show where comparing pixels breaks down.
#
# *Time* about 120 minutes. *You need* Python and the first steps in NumPy: arrays, shapes, `sum` over an axis. *Points* 24.

# %%
import numpy as np

from course import plots
from course.checks import check, needs
from course.data import spiral
from course.figures import neighbours
from course.interactive.neighbours import decision_map
from course.pixels import digit_images, moved, somewhere, with_wrong_labels
from course.threads import keep_one_thread

plots.use_style()
keep_one_thread()
images = digit_images()

# %% tags=["picture"]
neighbours.which_is_nearest(images)

# %% [markdown]
# ## Guess first
#
# A is the same 9, one pixel further right. B is the same 9 in fainter ink. C is somebody's 3. Order the three from nearest
# to farthest, in one line.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-nearest", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## F1.1 What a classifier is given
#
# An **image classifier** is given an image and must answer with one of a few **labels**. What it gets is not a 9. It gets
# numbers, here 64 of them, from 0 for blank paper to 16 for full ink. (The course keeps them divided by 16, so from 0 to 1.)

# %%
print((16 * images.fresh[15]).astype(int))
print("label:", images.y_fresh[15])

# %% [markdown]
# A photograph of a cat is the same thing, only longer: 32 by 32 pixels in three colours, as in the data set CIFAR-10, are
# 3072 numbers. A program that decides "cat" from these numbers cannot be written down rule by rule. So we collect labelled
# examples, the **training set**, and let them decide. This is the *data-driven approach*.
#
# From here on an image is a **vector**: its pixels written in one row. A set of $N$ images is a matrix `X` of shape
# $(N, D)$, one row for each image, and the labels are `y` of shape $(N,)$.

# %%
X_train, y_train = images.train.reshape(-1, 64), images.y_train
X_fresh, y_fresh = images.fresh.reshape(-1, 64), images.y_fresh
print("training set", X_train.shape, y_train.shape, "· fresh images", X_fresh.shape, y_fresh.shape)

# %% [markdown]
# The simplest idea that could work is this: find the training image that is most like the new one, and answer with its label.
# "Most like" needs a number. The **Euclidean distance** (L2) takes the differences of all pixels, squares them, adds them up
# and takes the root:
#
# $$d(x, y) = \sqrt{\sum_{j}(x_j - y_j)^2}.$$
#
# (Here $y$ is a second image, not a label.) The **L1 distance** adds the absolute differences instead, $\sum_j |x_j - y_j|$.
# L2 punishes one large difference more than many small ones with the same sum; L1 does not.

# %% [markdown]
# A loop over all pairs of 300 and 1197 images takes 359,100 rounds in Python. NumPy does all pairs at once if you let it.
# Two ways:
#
# 1. **Broadcasting.** `X[:, None, :]` has shape $(N, 1, D)$, `Y[None, :, :]` has shape $(1, M, D)$; their difference has
#    shape $(N, M, D)$. Short, but it needs $N \cdot M \cdot D$ numbers of memory: here 184 megabytes.
# 2. **Multiplying out.** $\sum_j (x_j-y_j)^2 = |x|^2 + |y|^2 - 2\,x\cdot y$, and all the dot products $x\cdot y$ together
#    are one matrix product, `X @ Y.T`. Fast and small.
#
# (The **dot product** is $x\cdot y=\sum_j x_jy_j$, and $|x|^2=x\cdot x$. Entry `[i, j]` of a **matrix product** `A @ B` is
# the dot product of row `i` of `A` and column `j` of `B`. `Y.T`, the **transpose**, has the rows of `Y` as its columns.)

# %% [markdown]
# The second way has a catch. Here is the squared distance of each of 200 random rows to itself, which should be 0:

# %%
x = np.random.default_rng(0).normal(size=(200, 50))
squared = (x**2).sum(axis=1) + (x**2).sum(axis=1) - 2 * np.diagonal(x @ x.T)
with np.errstate(invalid="ignore"):
    print("squares below 0:", (squared < 0).any(), "· NaN among the roots:", np.isnan(np.sqrt(squared)).any())

# %% [markdown]
# Large numbers were subtracted and should have cancelled. What is left is rounding error, which may be negative, and then its
# root is NaN (*not a number*). So set negative squares to 0 before you take the root.

# %% [markdown]
# ### Exercise 1. All distances at once · 5 points · about 15 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `X` of shape (N, D), `Y` of shape (M, D); floats, or `uint8`, the whole numbers from 0 to 255 of image files |
# | out | array of shape (N, M): entry `[i, j]` is the Euclidean distance of row `i` of `X` to row `j` of `Y` |
# | after the call | `X` and `Y` hold what they held before |
#
# Worked: `X = [[0., 0.], [3., 0.]]`, `Y = [[3., 4.]]` gives `[[5.], [4.]]`.
#
# Often missed: the root; the axis of the sum; NaN for equal rows; `uint8`, which has no negative numbers: 3 - 5 is 254 there.
# A loop earns the points too, but makes you wait.
#
# <details><summary>Hint 1: a question</summary>What shape must the squared norms of X have, so that each is added to a whole row of an (N, M) table?</details>
# <details><summary>Hint 2: a place</summary>First turn both into floats: X = np.asarray(X, dtype=float). Norms: (X**2).sum(axis=1), for X as a column [:, None]. Before the root: np.maximum(..., 0).</details>
# <details><summary>Hint 3: the formula</summary>$\sqrt{\max(0,\ |x|^2 + |y|^2 - 2\,x\cdot y)}$, with <code>X @ Y.T</code> for all dot products.</details>


# %% nbgrader={"grade": false, "grade_id": "distances", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distances(X, Y):
    """Return the Euclidean distance of every row of X to every row of Y, (N, M)."""
    ### BEGIN SOLUTION
    X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
    squares = (X**2).sum(axis=1)[:, None] + (Y**2).sum(axis=1) - 2 * X @ Y.T
    table = np.sqrt(np.maximum(squares, 0))
    ### END SOLUTION
    return table


# %%
check("distances", distances)

# %% nbgrader={"grade": true, "grade_id": "distances-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import nearest_neighbours

nearest_neighbours.grade("distances", distances)
### END HIDDEN TESTS
worked = distances(np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[3.0, 4.0]]))
assert np.allclose(worked, [[5.0], [4.0]]), "the triangle with the sides 3, 4 and 5"

# %% [markdown]
# Now your distances answer the question of the first picture.

# %% tags=["picture"]
with needs("Exercise 1"):
    display(neighbours.which_is_nearest(images, distances))

# %% [markdown]
# The **3 is nearest**, then the faint 9, and the 9 that moved by one pixel is farthest of all. If you guessed A or B first,
# you compared *shapes*. The program compares pixel 1 with pixel 1 and pixel 2 with pixel 2, and after the move a third of the
# inked pixels lie where the paper was nearly blank. Keep this in mind; section F1.4 measures what it costs.
#
# But first, a surprise in the other direction. How good can such a blind comparison be? Here is the whole classifier, and
# what it finds for twelve fresh images:

# %%
with needs("Exercise 1"):
    nearest = np.asarray(distances(X_fresh, X_train)).argmin(axis=1)
    l1 = np.array([np.abs(X_train - x).sum(axis=1).argmin() for x in X_fresh])
    for name, found in (("L2", nearest), ("L1", l1)):
        print(f"{name}: {(y_train[found] == y_fresh).mean():.3f} of 300 fresh images are right")

# %% tags=["picture"]
neighbours.nearest_found(images, distances, [0, 1, 2, 4, 7, 9, 11, 26, 34, 37, 52, 145])

# %% [markdown]
# 99% right without any training; this share is called the **accuracy**. On photographs the same method is poor: with raw
# pixels of CIFAR-10, whose chance level is 10%, Stanford's CS231n notes give 38.6% for L1 and 35.4% for L2, where people
# reach about 94%. Our digits are *too easy*: each fills its frame and stands in the middle of it. We will make them hard.
#
# Note what it costs, and when. "Training" stores the images and takes no time. Answering goes through all of them,
# $1197\cdot64 = 76{,}608$ multiplications for a single image. That is the wrong way round: you can train overnight, but the
# answer should come at once.

# %% [markdown]
# ## F1.2 Ask more than one
#
# A single neighbour may be untypical, or its label may be wrong. So ask the $k$ nearest and let them vote:
# **$k$-nearest neighbours**, kNN. And if two classes have equally many votes? A label is a name, not a size, so "the smaller
# label" would be arbitrary. Let the class win that has the nearer neighbour.

# %% [markdown]
# ### Exercise 2. The vote · 4 points · about 12 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `labels` of shape (N, M), whole numbers: row `i` holds the labels of the training images, the nearest to image `i` first; `k` |
# | out | (N,) labels: of each row, the most frequent among its first `k`; of several that are equally frequent, the one that comes first in the row |
# | after the call | `labels` hold what they held before |
#
# Worked: the row `[8, 5, 5, 3, 3]` gives 8 for `k = 1`, 5 for `k = 3`, and 5 for `k = 5`: 5 and 3 have two votes each, and
# the first 5 stands before the first 3.
#
# Often missed: ties. `np.bincount(row).argmax()` gives the *smallest* of the tied labels, here 3. And the nearest of all, the
# 8, does not decide: it has only one vote.
#
# <details><summary>Hint 1: a question</summary>For each of the first k labels: how often is it among the first k? What does argmax return if the largest number stands in several places?</details>
# <details><summary>Hint 2: a place</summary>A loop over the rows is fine. near = row[:k]; a list of counts, one for every entry of near and in the same order; the label at the first largest count.</details>
# <details><summary>Hint 3: the formula</summary><code>near[np.argmax([np.sum(near == label) for label in near])]</code>: argmax returns the first of equal numbers.</details>


# %% nbgrader={"grade": false, "grade_id": "vote", "locked": false, "schema_version": 3, "solution": true, "task": false}
def vote(labels, k):
    """Return for each row the label most frequent among its first k; ties go to the one that comes first."""
    ### BEGIN SOLUTION
    near = np.asarray(labels)[:, :k]
    counts = (near[:, :, None] == near[:, None, :]).sum(axis=2)
    winners = near[np.arange(len(near)), counts.argmax(axis=1)]
    ### END SOLUTION
    return winners


# %%
check("vote", vote)

# %% nbgrader={"grade": true, "grade_id": "vote-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import nearest_neighbours

nearest_neighbours.grade("vote", vote)
### END HIDDEN TESTS
assert vote(np.array([[8, 5, 5, 3, 3]]), 3)[0] == 5, "two of the first three are a 5"
assert vote(np.array([[8, 5, 5, 3, 3]]), 5)[0] == 5, "5 and 3 are level, and the 5 is nearer"

# %% [markdown]
# Your two functions together are a classifier. If each point is only two numbers instead of 64, we can see what it does:
# every point of the map gets the colour of its neighbours' vote. Some points carry a wrong label on purpose: one in five, as
# in data that tired people labelled.
#
# Move $k$ with the arrow keys or the mouse. Look for the islands, and for the arms that disappear. Then correct the labels.

# %% tags=["picture"]
decision_map(distances, vote)

# %% [markdown]
# With $k=1$ every wrong label has an island around itself. (On its own points it gets 99%, not 100%: the three arms start at
# the same point.) With $k=9$ the islands are nearly gone: four wrong neighbours are outvoted by five right ones. At $k=15$
# there is none. With $k=101$ the vote reaches across all three arms, and the arms disappear. A small $k$ follows every single
# label (**overfitting**); a large $k$ misses the detail (**underfitting**).

# %% [markdown]
# ## F1.3 Which k?
#
# The method does not learn $k$ from the data; you set it beforehand. Such a setting is a **hyperparameter**, and the choice
# between L1 and L2 is another. How would you choose it?
#
# The obvious way is to try several values and keep the one that gets most training images right. To make the digits a little
# harder, one training label in five is wrong in this section.

# %%
y_noisy = with_wrong_labels(y_train, 0.2, 10, np.random.default_rng(2))
ks, table = [1, 3, 5, 9, 15, 25, 51, 101], None


def predict(X_train, y_train, X, k):
    """Your distances and your vote, a few rows at a time to save memory."""
    answers = []
    for rows in np.array_split(X, max(1, len(X) // 50)):
        order = np.argsort(distances(rows, X_train), axis=1, kind="stable")
        answers.append(vote(y_train[order], k))
    return np.concatenate(answers)


# %% [markdown]
# **Predict**: the training set is 1197 digits, and a fifth of their labels are wrong. Now the classifier is asked about *the
# same* 1197 digits. What share of these labels, including the wrong ones, does it return with $k=1$? And with $k=9$?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-own-rows", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
with needs("Exercises 1 and 2"):
    own = [np.mean(predict(X_train, y_noisy, X_train, k) == y_noisy) for k in ks]
    fresh = [np.mean(predict(X_train, y_noisy, X_fresh, k) == y_fresh) for k in ks]
    shares = {"training images, with their labels": own, "fresh images, with true labels": fresh}
    display(neighbours.accuracy_by_k(ks, shares, "On its own images k = 1 is perfect, and worst on others"))

# %% [markdown]
# With $k=1$ it returns all of them, **100%**, including the wrong ones: every image is its own nearest neighbour, at distance
# 0. Judged by the training images, you would choose the $k$ that does worst of all on fresh images. (If you said 80%, you
# thought of what *should* be right. With $k=9$ the classifier disagrees with many wrong labels, as it should.)
#
# So the rows that we choose by must not be rows that we train on. Hold some rows out. The usual names are:
#
# - the **training set**, for training;
# - the **validation set**, for choosing between settings;
# - the **test set**, used *once*, at the very end, to estimate how well the classifier does on new images.

# %% [markdown]
# Rows held out for validation are lost for training, and a choice made on a few hundred rows is partly luck.
# **Cross-validation** uses every row for both: cut the rows into parts, called **folds**; hold out each fold in turn, train
# on the others, measure the accuracy on the one held out; then average.

# %% [markdown]
# ### Exercise 3. Folds · 3 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `n`, how many rows there are; `parts`, how many folds; `rng`, a NumPy generator |
# | out | list of `parts` arrays of row numbers: each of `0 ... n - 1` in exactly one, in random order, and the sizes differ by at most one |
#
# Worked: `n = 7`, `parts = 3` could give `[4, 0, 6]`, `[2, 5]`, `[1, 3]`.
#
# Often missed: the rest of the division, which `n // parts` leaves out; mixing first, because files are often sorted by
# label; drawing from `rng`, so that the folds can be made again.
#
# <details><summary>Hint 1: a question</summary>How do you get every row number once, in random order?</details>
# <details><summary>Hint 2: a place</summary>rng.permutation(n) mixes. NumPy has a function that cuts an array into nearly equal parts: look for split in its name.</details>
# <details><summary>Hint 3: the formula</summary><code>np.array_split(rng.permutation(n), parts)</code></details>


# %% nbgrader={"grade": false, "grade_id": "folds", "locked": false, "schema_version": 3, "solution": true, "task": false}
def folds(n, parts, rng):
    """Return the row numbers 0 ... n - 1, mixed and cut into parts of nearly one size."""
    ### BEGIN SOLUTION
    order = rng.permutation(n)
    return [order[start::parts] for start in range(parts)]
    ### END SOLUTION


# %%
check("folds", folds)

# %% nbgrader={"grade": true, "grade_id": "folds-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import nearest_neighbours

nearest_neighbours.grade("folds", folds)
### END HIDDEN TESTS
found = folds(23, 5, np.random.default_rng(0))
assert sorted(len(part) for part in found) == [4, 4, 5, 5, 5], "sizes differ by at most one"
assert sorted(np.concatenate(found)) == list(range(23)), "every row is in one fold"

# %% [markdown]
# ### Exercise 4. Cross-validation · 5 points · about 15 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `predict(X_train, y_train, X, k)` returns labels for the rows of `X`; `X` (N, D); `y` (N,); `parts`, a list of arrays of row numbers, as `folds` makes them; `ks`, a list |
# | out | array of shape (len(ks), len(parts)): the share right on each fold while all *other* rows train |
#
# Worked: three folds of 4, 3 and 3 rows. In the second column 7 rows train and 3 are judged; two right of three gives `0.667`.
#
# Often missed: train neither on the held-out rows nor on anything that is computed from them, such as a mean.
#
# <details><summary>Hint 1: a question</summary>Given the row numbers of one fold, how do you get all the others?</details>
# <details><summary>Hint 2: a place</summary>Two loops, over ks and over parts. np.delete(X, part, axis=0) leaves rows out; so does a mask: rest = np.ones(len(y), dtype=bool), then rest[part] = False.</details>
# <details><summary>Hint 3: the formula</summary><code>np.mean(predict(X[rest], y[rest], X[part], k) == y[part])</code> at row <code>i</code>, column <code>j</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "cross_validate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cross_validate(predict, X, y, parts, ks):
    """Return the share right for every k and every fold held out, (len(ks), len(parts))."""
    ### BEGIN SOLUTION
    table = np.zeros((len(ks), len(parts)))
    for j, part in enumerate(parts):
        rest = np.concatenate([*parts[:j], *parts[j + 1 :]])
        for i, k in enumerate(ks):
            table[i, j] = np.mean(predict(X[rest], y[rest], X[part], k) == y[part])
    ### END SOLUTION
    return table


# %%
check("cross_validate", cross_validate)

# %% nbgrader={"grade": true, "grade_id": "cross_validate-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import nearest_neighbours

nearest_neighbours.grade("cross_validate", cross_validate)
### END HIDDEN TESTS


def how_many_train(X_train, y_train, X, k):
    return np.full(len(X), len(X_train) + k)


three = [np.array([0, 1, 2, 3]), np.array([4, 5, 6]), np.array([7, 8, 9])]
shares = cross_validate(how_many_train, np.zeros((10, 2)), np.full(10, 8), three, [1, 2])
assert np.allclose(shares, [[0, 1, 1], [1, 0, 0]]), "6, 7 and 7 rows train when 4, 3 and 3 are held out"

# %% [markdown]
# Five folds of the training images, with their noisy labels, choose $k$. (About a fifth of the held-out labels are wrong as
# well, so no $k$ can get much above 80%. For choosing, that does not matter.)

# %% tags=["measured"]
with needs("Exercises 1 to 4"):
    parts = folds(len(y_noisy), 5, np.random.default_rng(0))
    table = cross_validate(predict, X_train, y_noisy, parts, ks)

# %% tags=["picture"]
if table is not None:
    display(neighbours.over_the_folds(ks, table))

# %% [markdown]
# The grey dots are single folds. They lie several hundredths apart, more than the difference between $k=5$ and $k=25$: with
# one fold alone, the choice would be luck. The mean is steadier. It still cannot separate neighbouring values near the top,
# but there it hardly matters which one you take.
#
# Which number should you report? *Not* the mean of the winner: the best of many tries is partly the luckiest. Measure the
# accuracy on rows that had no part in the choice.

# %% [markdown]
# ### Exercise 5. The test rows, once · 3 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `predict(X_train, y_train, X, k)`; training rows `X`, `y`; test rows `X_test`, `y_test`; `ks`; `table`, what cross-validation returned |
# | out | `k, accuracy`: the `k` with the best mean over the folds, and the share right on the test rows after training on *all* of `X` |
#
# Worked: `ks = [1, 5]`, `table = [[.9, .7], [.8, .9]]`: the means are .8 and .85, so `k` is 5. `predict` is called once.
#
# Often missed: `argmax` gives a place in the list, not a $k$; trying every $k$ on the test rows, which makes them a validation
# set.
#
# <details><summary>Hint 1: a question</summary>Along which axis of the table lie the folds?</details>
# <details><summary>Hint 2: a place</summary>One line for the means, one for k, one call of predict, one comparison.</details>
# <details><summary>Hint 3: the formula</summary><code>k = ks[np.argmax(np.mean(table, axis=1))]</code>; accuracy is the mean of <code>predict(X, y, X_test, k) == y_test</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "ask_once", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ask_once(predict, X, y, X_test, y_test, ks, table):
    """Return the k with the best mean over the folds, and its share right on the test rows."""
    ### BEGIN SOLUTION
    k = ks[np.argmax(np.mean(table, axis=1))]
    accuracy = np.mean(predict(X, y, X_test, k) == y_test)
    ### END SOLUTION
    return k, accuracy


# %%
check("ask_once", ask_once)

# %% nbgrader={"grade": true, "grade_id": "ask_once-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import nearest_neighbours

nearest_neighbours.grade("ask_once", ask_once)
### END HIDDEN TESTS


def says_k(X_train, y_train, X, k):
    return np.full(len(X), k)


rows, table_of_two = np.zeros((4, 1)), np.array([[0.9, 0.7], [0.8, 0.9]])
k, accuracy = ask_once(says_k, rows, np.zeros(4), rows, np.array([1, 5, 5, 5]), [1, 5], table_of_two)
assert (k, accuracy) == (5, 0.75), "5 has the better mean, and three of four test labels are a 5"

# %% [markdown]
# The 300 fresh images play the test set here. (We have looked at them before, in F1.1 and in the picture above. In a real
# project that would disqualify them. The course's real test images stay untouched until lesson 11.)

# %% tags=["measured"]
with needs("Exercises 1 to 5"):
    k, accuracy = ask_once(predict, X_train, y_noisy, X_fresh, y_fresh, ks, table)
    print(f"k = {k}: {accuracy:.3f} of the fresh images are right, though a fifth of the training labels is wrong")

# %% [markdown]
# ## F1.4 One pixel
#
# The labels are correct again, the digits are easy, and 99% of fresh images are classified correctly. Now move every fresh
# image by **one pixel**: left, right, up or down. You would hardly notice.
#
# **Predict**: what share is still right, on average over the four directions?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-one-pixel", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 6. One pixel · 4 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `classify(images)` returns labels (N,); `images` of shape (N, H, W); `y` (N,) |
# | out | `as_they_are, by_one`: the share right of the images as they are, and the mean of the four shares after a move by one pixel to the left, right, up and down |
# | after the call | `images` hold what they held before |
#
# `moved(images, down, right)`, imported in the first cell, returns moved copies: `moved(images, -1, 0)` moves up. Blank paper
# comes in where the ink moved away.
#
# Worked: if 3 of 4 images are right as they are, and 2, 2, 1, 1 after the moves, the answer is `0.75, 0.375`.
#
# Often missed: `np.roll`, which lets the pixels that leave on one side come back on the other; moving the moved copy again;
# five shares averaged, the first among them.
#
# <details><summary>Hint 1: a question</summary>What are (down, right) for each of the four directions?</details>
# <details><summary>Hint 2: a place</summary>A loop over four pairs, each beginning with the images as they came; a list of shares; its mean.</details>
# <details><summary>Hint 3: the formula</summary><code>np.mean(classify(moved(images, down, right)) == y)</code> for (0, -1), (0, 1), (-1, 0) and (1, 0).</details>


# %% nbgrader={"grade": false, "grade_id": "shifted_share", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shifted_share(classify, images, y):
    """Return the share right of images as they are, and the mean share after the four moves by one pixel."""
    ### BEGIN SOLUTION
    as_they_are = np.mean(classify(images) == y)
    ways = [(0, -1), (0, 1), (-1, 0), (1, 0)]
    by_one = np.mean([np.mean(classify(moved(images, down, right)) == y) for down, right in ways])
    ### END SOLUTION
    return as_they_are, by_one


# %%
check("shifted_share", shifted_share)

# %% nbgrader={"grade": true, "grade_id": "shifted_share-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import nearest_neighbours

nearest_neighbours.grade("shifted_share", shifted_share)
### END HIDDEN TESTS


def top_left(images):
    return images[:, 0, 0]


share = shifted_share(top_left, np.array([[[1.0, 2.0], [3.0, 4.0]]]), np.array([2.0]))
assert np.allclose(share, (0, 0.25)), "the 2 comes to the top left by the move to the left alone"

# %% tags=["measured"]
def classifier(X, y, k=1):
    """A classifier of images: your neighbours among the rows of X."""
    return lambda images: predict(X, y, images.reshape(len(images), -1), k)


shares = {}
with needs("Exercises 1, 2 and 6"):
    for k in (1, 9):
        shares[f"k = {k}"] = shifted_share(classifier(X_train, y_train, k), images.fresh, y_fresh)
        print(f"k = {k}: {shares[f'k = {k}'][0]:.3f} as they are, {shares[f'k = {k}'][1]:.3f} moved by one pixel")

# %% [markdown]
# The accuracy falls from 99% to two thirds through a change that hardly anybody sees, and more neighbours do not help. This
# is the first picture again: a moved copy is farther from the original than some digit of another class. The pixels of an
# image move *together*; a distance that compares pixel with pixel cannot know that.
#
# Within this method there is a remedy: train on moved copies too, five images for one. (Adding changed copies whose label is
# known is called **data augmentation**.)

# %% tags=["picture"]
ways = [(0, 0), (0, -1), (0, 1), (-1, 0), (1, 0)]
X_copies = np.concatenate([moved(images.train, *way) for way in ways]).reshape(-1, 64)
with needs("Exercises 1, 2 and 6"):
    shares["k = 1, moved copies"] = shifted_share(
        classifier(X_copies, np.tile(y_train, len(ways))), images.fresh, y_fresh
    )
neighbours.before_and_after(shares)

# %% [markdown]
# It works, but it needs five times the memory and five times the time for every answer. And that was a move of only one
# pixel. For a last test, put every digit *somewhere* on a larger sheet, both in the training set and in the fresh images. On
# 16 by 16 pixels there are 81 places.

# %% tags=["measured"]
rng = np.random.default_rng(0)
with needs("Exercises 1 and 2"):
    for side in (8, 10, 12, 16):
        train, fresh = (somewhere(each, side, rng).reshape(-1, side**2) for each in (images.train, images.fresh))
        right = np.mean(predict(train, y_train, fresh, 1) == y_fresh)
        print(f"somewhere on {side} by {side}: {(side - 7) ** 2:2} places, {right:.2f} right")

# %% [markdown]
# The digits have become hard. Places, sizes, slants, the thickness of the pen: their numbers *multiply*, and the training set
# would have to hold an example of every combination. That is why "more data" does not save the nearest neighbour. It is
# called the **curse of dimensionality**.
#
# Nearest neighbours are not useless. They are the first thing to try on new data, a *baseline* in ten lines of code; and they
# work well with a distance in which a moved 3 *is* near a 3. Such a distance has to be learned, and that is what networks do.

# %% [markdown]
# ## Say it back
#
# 1. An image is a vector of pixels, and the distance between two vectors knows nothing of shapes: one pixel of shift
#    outweighs the difference between a 3 and a 9.
# 2. Do not choose $k$ on the training rows, because each is its own nearest neighbour. Choose it by cross-validation, and use
#    the test rows once.
# 3. A nearest-neighbour classifier trains in no time and answers slowly: it keeps all of its examples.
#
# **Next:** *F2, linear classifiers*. Can a classifier keep 650 numbers instead of 76,608, and answer a hundred times faster?

# %% [markdown]
# **Open question.** If every label is right and there are ever more training images, how good can the nearest neighbour
# become? Cover and Hart (*Nearest neighbor pattern classification*, 1967) showed that in the end its error is at most twice
# the smallest error that any method can have. What does "in the end" hide, after what you saw on the sheets?
#
# **Still argued about.** Whether large networks do something other than compare with stored examples. Domingos (*Every Model
# Learned by Gradient Descent Is Approximately a Kernel Machine*, 2020) says they do little else; Chizat, Oyallon and Bach (*On
# Lazy Training in Differentiable Programming*, NeurIPS 2019) find that networks which stay near such a regime do worse.

# %% [markdown]
# ## Check your work
#
# Save the notebook first. The button runs the graded checks on the saved file, if they are on this machine, and shows
# you their results; after a real attempt it also opens the lesson's own answer. The panel below it shows where
# you are in all lessons, read from the notebooks beside this one.

# %% tags=["picture"]
from course import progress
from course.widgets.check_button import check_my_work

check_my_work()

# %% tags=["picture"]
progress()
