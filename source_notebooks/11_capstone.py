# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11. Capstone: one look
#
# A team trained forty networks on the digits. All have the same recipe; only the seeds differ. The team measured every one
# of them on the test rows and reports the best, the star below.
#
# **On fresh rows, will the star still be the best of the forty? And will it be as good as it looks?**

# %% tags=["picture"]
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from scipy.spatial.distance import cdist
from scipy.stats import binomtest

import course
from course import measuring, plots
from course.capstone import Opened, bench, cifar_bench, rehearsal
from course.checks import check, needs
from course.data import spiral
from course.figures import capstone as figures
from course.mine import plain_gradient_descent, source
from course.network import MLP
from course.threads import one_thread

plots.use_style()

# %% tags=["picture"]
seen, worth = measuring.one_recipe(40)  # accuracy on 50 test rows, and on 1047 fresh ones
fig, ax = plt.subplots(figsize=(7.5, 1.9))
figures.dots(ax, {"40 networks": seen})
ax.plot(seen.max(), 0, "*", color=figures.COLOURS[1], ms=18)
ax.set(xlabel="accuracy on the 50 test rows (bar: the mean)")
ax.set_title(f"The team reports {100 * seen.max():.0f} per cent")
plots.Picture(fig, f"Forty accuracies between {seen.min():.2f} and {seen.max():.2f}; the best is reported.")

# %% [markdown]
# **Write your guess** before you run the next cell, and why.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-star", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(5.4, 5))
figures.luck(ax, seen, worth)
star = int(seen.argmax())
better = int((worth > worth[star]).sum())
ax.set_title(f"The star falls by {100 * (seen[star] - worth[star]):.0f} points on fresh rows")
said = f"The star: {seen[star]:.3f} on the test rows, {worth[star]:.3f} on fresh rows; there {better} of 39 are better."
print(said)
print(f"All forty: mean {seen.mean():.3f} on the test rows, {worth.mean():.3f} on fresh rows.")
print("So the fresh rows are no harder, and the fall is luck." if worth.mean() >= seen.mean() else "")
plots.Picture(fig, said)

# %% [markdown]
# If you guessed *as good as it looks*: it is worse, and nobody cheated. The largest of forty measurements is large partly
# by luck: *selection bias*, or the *winner's curse*. If you guessed *still the best*: read in the printed line how many are
# better. If you guessed *one like the others*: nearly. On fresh rows it falls back towards their mean, *regression to the
# mean*. Rows that were used to choose cannot also judge.

# %% [markdown]
# That is the rule of this lesson: **training rows fit, validation rows choose, test rows are looked at once.** You will
# train the spiral and the digits with your own loop, choose by validation, open a sealed test set one time, and write down
# why you did what you did.

# %% [markdown]
# *You will be able to* run an experiment whose result can be believed: data that is fit, chosen and judged apart, a test set
# that is looked at once, and a log that says why.
#
# *Time* about 125 minutes, with a good place to stop after section 11.3. *You need* nothing beyond training with mini-batches;
# everything so far helps, and without it plain descent reaches every mark. *Points* 10: six by tests, four by a person who
# reads.
#
# *Letters*: $\eta$ `rate` · $\lambda$ `reg`, strength of the L2 penalty.

# %% [markdown]
# **Grading sees this notebook alone.** `course.mine` finds your lesson 04 on your machine; at grading it is not there. What
# a graded function needs must stand in this notebook. The next cell shows your rule, if you wrote one. Copy it into the cell
# of exercise 1, above `def fit`, or into a cell of its own.
#
# The cell after it draws the rules it finds. A rule that was not found is missing from the picture, and a note on a red
# background says so; that is not an error.
#
# **Keep notes from here on.** Section 11.8 asks for a log: what you tried, what you saw, over how many seeds.

# %% tags=["picture"]
print(source("04_momentum", "sgd_momentum"))

# %% tags=["picture"]
your_rules = {
    "sgd": (plain_gradient_descent, {"learning_rate": 0.5}),
    "sgd_momentum": (course.mine("04_momentum", "sgd_momentum"), {"learning_rate": 0.1, "momentum": 0.9}),
    "adam": (course.mine("05_adaptive_rates", "adam"), {"learning_rate": 0.02}),
}
figures.rules(your_rules)

# %% [markdown]
# The curves belong to one seed and to rates that nobody tuned; they are a reminder of what you have, not a race.
#
# ## 11.1 The loop
#
# Since lesson 03 the loop over mini-batches has been the course's. Now it is yours, with your rule in it.

# %% [markdown]
# ### Exercise 1. Your loop, your rule · 1 point · about 15 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `network` with `start(rng)` → params, a dict, and `loss(params, X, y, reg=reg)` → number, gradients (same names); `X` (N, D), `y` (N,); `rng`; `epochs`, `batch`, `rate`, `reg` |
# | out | the trained params; a list, or an array, with one number per epoch, the plain mean of the losses its mini-batches gave, before each step |
#
# Every epoch shows each row once, in a new random order, `batch` at a time; the last batch may be smaller. Each batch has
# its step, along the gradients of `network.loss`, which contain the penalty. Run all epochs; start and order come from
# `rng`. Any rule that goes downhill is right if `rate` sets its steps, and a schedule for the rate is
# yours to choose. The course's `train` cannot be used.
#
# Worked: 23 rows, batches of 5: five steps an epoch, of 5, 5, 5, 5 and 3 rows.
#
# Often missed: `X` in one order, `y` in another; an order drawn once, before the loop.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>What is done once per run, once per epoch, once per batch, and once per
# parameter array?</details>
# <details><summary>Hint 2: a place</summary>Before the loops: <code>network.start(rng)</code> and, for momentum, a velocity of
# zeros for each array. At the head of an epoch: <code>order = rng.permutation(len(X))</code>. Then
# <code>for first in range(0, len(X), batch)</code>, with <code>rows = order[first : first + batch]</code>.</details>
# <details><summary>Hint 3: the formula</summary>For each name, plain: $w \leftarrow w - \eta\,g$. With momentum:
# $v \leftarrow 0.9\,v - \eta\,g$, then $w \leftarrow w + v$. At the end of an epoch append the mean of the losses you
# collected in it.</details>


# %% nbgrader={"grade": false, "grade_id": "fit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """Train a network from a random start; return its parameters and the mean loss of every epoch."""
    ### BEGIN SOLUTION
    params = network.start(rng)
    velocity = {name: np.zeros_like(w) for name, w in params.items()}
    losses = []
    for epoch in range(epochs):
        eta = rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs))  # a half cosine down to nothing
        order = rng.permutation(len(X))
        seen = []
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
            seen.append(loss)
            for name in params:
                velocity[name] = 0.9 * velocity[name] - eta * grads[name]
                params[name] = params[name] + velocity[name]
        losses.append(np.mean(seen))
    ### END SOLUTION
    return params, losses


# %%
check("fit", fit)

# %% nbgrader={"grade": true, "grade_id": "fit-check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import capstone

capstone.grade("fit", fit)
### END HIDDEN TESTS
X, y = spiral(np.random.default_rng(0))
params, losses = fit(MLP(sizes=(2, 8, 3)), X, y, np.random.default_rng(1), epochs=3, batch=30)
assert len(losses) == 3, "one loss for each epoch"
assert losses[-1] < losses[0], "it goes downhill"

# %% [markdown]
# The check does not know your rule. It hands your loop a network of its own that writes down every row it is shown.
#
# ## 11.2 The spiral
#
# Three arms, 300 points, and no straight line that helps. Your network will soon be right on nearly all of its 300 points.
# The question is about others. **What share of 1500 fresh points from the same arms will it get right? A larger share than of
# its own 300, the same, or a smaller one?**

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-fresh", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 2. The spiral · 1 point · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `X` (300, 2) points, `y` (300,) labels 0 to 2, `rng`; `fit` your loop, so that a slip in it costs nothing here |
# | out | a function `classify(points)`: (N, 2) in, N labels out |
#
# At least 95 of 100 *fresh* points must be right. Train an `MLP(sizes=(2, units, 3))` with `fit`, and hand on
# your `rng`; `network.scores(params, points)` is (N, 3). The check looks at labels alone, so another kind of classifier that
# reaches the mark counts too. A point gets the same label alone as among others.
#
# Worked: `classify(np.zeros((4, 2)))` is an array of four whole numbers.
#
# Often missed: scores returned for labels; the notebook's own spiral in place of `X` and `y`; a run that stopped early.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which of three scores is the answer, and along which axis do they lie?</details>
# <details><summary>Hint 2: a place</summary>A network, one call of <code>fit</code>, then a function inside the function,
# which is returned. About 100 units, 100 epochs, batches of 30; try rates between 0.2 and 1, a tenth of that with
# momentum.</details>
# <details><summary>Hint 3: the formula</summary><code>network.scores(params, points).argmax(axis=1)</code></details>


# %% nbgrader={"grade": false, "grade_id": "train_spiral", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_spiral(X, y, rng, fit=fit):
    """Train on the points X with labels y; return a function that labels points."""
    ### BEGIN SOLUTION
    network = MLP(sizes=(2, 100, 3))
    params, _ = fit(network, X, y, rng, epochs=100, batch=30, rate=0.1, reg=1e-4)

    def classify(points):
        return network.scores(params, points).argmax(axis=1)

    return classify
    ### END SOLUTION


# %% about a second
check("train_spiral", train_spiral)

# %% nbgrader={"grade": true, "grade_id": "train_spiral-check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import capstone

capstone.grade("train_spiral", train_spiral)
### END HIDDEN TESTS
X, y = spiral(np.random.default_rng(0))
labels = np.asarray(train_spiral(X, y, np.random.default_rng(1))(X[::3]))
assert labels.shape == (100,), "one label for each point that is asked about"

# %% tags=["picture"]
with needs("exercises 1 and 2"):
    display(figures.shares(measuring.on_fresh_points(train_spiral), mark=0.95))

# %% [markdown]
# *The same* is nearly right here: the arms are wide apart, and a smooth border serves fresh points as well. On most data
# *smaller* is right: you will see it at the digits, where training rows are fitted better than validation rows. *Larger*
# happens too, by chance. Most of what is missed lies at the centre, where the three arms start from one place and nobody can
# tell them apart: the last picture shows it. The dashed line is the mark of 95 in 100.

# %% [markdown]
# ## 11.3 The digits, and a habit from textbooks
#
# `bench()` gives you digits as they were scanned, pixels from 0 to 16, and a test set under seal. Three ways to prepare
# the pixels: **not at all**; **each pixel less its mean, divided by its own deviation**, as textbooks say (*standardisation*,
# giving *z-scores*); **each pixel less its mean, all divided by one number**. Put them in order of validation accuracy.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-scale", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
desk = bench()
mean, deviation = desk.X_train.mean(axis=0), desk.X_train.std(axis=0)
ways = {
    "not at all": lambda X: X,
    "one deviation each": lambda X: (X - mean) / np.where(deviation == 0, 1, deviation),
    "one number for all": lambda X: (X - mean) / (desk.X_train - mean).std(),
}
network = MLP(sizes=(64, 50, 10))
largest = {name: np.abs(way(desk.X_val)).max() for name, way in ways.items()}
with needs("exercise 1"):
    found = {
        name: measuring.at_best_rate(
            fit, network, (way(desk.X_train), desk.y_train), (way(desk.X_val), desk.y_val)
        )
        for name, way in ways.items()
    }
    display(figures.scalings(found, deviation, largest))

# %% [markdown]
# Each way was given the best of seven rates, chosen on three seeds; the dots are eight other seeds. *One number* leads *one
# deviation each* by about a point. *Not at all* is one to three points behind, depending on your rule, and few rates suit it,
# because its inputs are large and all positive.

# %% [markdown]
# Why not follow the textbook? Look at the map and at the last number of each line. At the left and right edge are pixels that
# stay blank in nearly every scan, so they hardly vary (near 0 in the map). Divided by its own tiny deviation, a single grey
# spot there becomes an input of 277, while with one number for all no input exceeds 3.6; and a pixel that is always blank gives
# $0/0$. Scaling each column by itself is for columns in different units; pixels share one.

# %% [markdown]
# Whichever you take: **its numbers come from training rows alone.** A validation row that helped to set the mean has
# already been looked at. This is *data leakage*, and the mean is its most common form.

# %% [markdown]
# ### Exercise 3. Scale by what you may know · 1 point · about 6 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `X_train` (N, D), the rows you may learn from; `X` (M, D), the rows to scale |
# | out | (M, D): `X` less the training mean of every pixel, divided by *one* number, the standard deviation of all entries of the centred training rows |
#
# $$ x \mapsto \frac{x - \mu}{\sigma}, \qquad \mu = \frac1N\sum_n x_n \in \mathbb{R}^D, \qquad
#    \sigma^2 = \frac1{ND}\sum_{n,d} (x_{nd}-\mu_d)^2 $$
#
# Worked: training rows `[0, 2]` and `[4, 4]` have mean `[2, 3]`; centred, the four entries are -2, -1, 2, 1, so
# $\sigma=\sqrt{10/4}$. The row `[2, 4]` becomes `[0, 0.632]`.
#
# Often missed: statistics of `X` itself; one deviation for each pixel; `X -= mean`, which changes the caller's rows.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which of the two arguments may appear in the mean and in the deviation?</details>
# <details><summary>Hint 2: a place</summary>Two lines: a mean along <code>axis=0</code>; then the quotient.</details>
# <details><summary>Hint 3: the formula</summary><code>(X - mean) / (X_train - mean).std()</code>, with the mean of
# <code>X_train</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "standardise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def standardise(X_train, X):
    """Return X less the training mean of every column, divided by one standard deviation of the training rows."""
    ### BEGIN SOLUTION
    mean = X_train.mean(axis=0)
    return (X - mean) / (X_train - mean).std()
    ### END SOLUTION


# %%
check("standardise", standardise)

# %% nbgrader={"grade": true, "grade_id": "standardise-check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import capstone

capstone.grade("standardise", standardise)
### END HIDDEN TESTS
rows = np.array([[0.0, 2.0], [8.0, 6.0]]), np.array([[4.0, 4.0], [8.0, 8.0]])
scaled = np.asarray(standardise(*rows))
assert np.isfinite(scaled).all(), "numbers come back, neither NaN nor infinity"
assert np.allclose(scaled[0], 0.0), "the training mean goes to zero"
assert 0.5 < scaled[1].max() < 2.5, "the row [8, 8] lies one or two deviations from the mean"
assert np.array_equal(rows[1], [[4, 4], [8, 8]]), "the arguments are left as they were"

# %% [markdown]
# ### Exercise 4. The digits · 2 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `X_train` (N, D), `y_train` (N,), pixels as scanned; `X_val`, `y_val` to choose by; `rng`; `fit` and `standardise` are yours |
# | out | `classify(X)`, raw rows in, labels 0 to 9 out; its accuracy on the validation rows, a share between 0 and 1 |
#
# At least 97 of 100 validation rows must be right. Train a network with `fit` and `rng`; another kind of
# classifier counts too. You may train several networks and let `X_val` choose, or average them. Never train on `X_val`. One
# run may end an image or two below the mark by luck; the digits used in grading leave more room.
#
# Grading stops you after about 30 seconds. One of its runs has random validation labels: a loop "until it is good enough"
# would never end.
#
# Worked: `classify, accuracy = train_digits(...)`; `accuracy` equals the share of `classify(X_val) == y_val`.
#
# Often missed: `classify` gets raw rows, and must scale them as the training rows were.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>What does <code>classify</code> have to remember of the training
# rows?</details>
# <details><summary>Hint 2: a place</summary>A network of sizes <code>(X_train.shape[1], 100, 10)</code>; a loop over two or
# three rates between 0.005 and 0.03 (ten times that without momentum), 20 epochs each; keep the params with the best
# <code>network.accuracy(params, ..., y_val)</code>. Then the inner function.</details>
# <details><summary>Hint 3: the formula</summary><code>network.scores(params, standardise(X_train, X)).argmax(axis=1)</code>;
# the accuracy is <code>float((classify(X_val) == y_val).mean())</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "train_digits", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_digits(X_train, y_train, X_val, y_val, rng, fit=fit, standardise=standardise):
    """Train on the training rows, choose by the validation rows; return a classifier and its validation accuracy."""
    ### BEGIN SOLUTION
    network = MLP(sizes=(X_train.shape[1], 100, 10))
    best = {"accuracy": -1.0}
    for rate in (0.01, 0.02):
        params, _ = fit(network, standardise(X_train, X_train), y_train, rng, epochs=20, batch=50, rate=rate)
        accuracy = network.accuracy(params, standardise(X_train, X_val), y_val)
        if accuracy > best["accuracy"]:
            best = {"accuracy": accuracy, "params": params}

    def classify(X):
        return network.scores(best["params"], standardise(X_train, X)).argmax(axis=1)

    return classify, best["accuracy"]
    ### END SOLUTION


# %% tags=["measured"]
check("train_digits", train_digits)

# %% nbgrader={"grade": true, "grade_id": "train_digits-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import capstone

capstone.grade("train_digits", train_digits)
### END HIDDEN TESTS
desk = bench()  # the same bench; a seal that is broken stays broken
rows = desk.X_train[:200], desk.y_train[:200], desk.X_val, desk.y_val
classify, accuracy = train_digits(*rows, np.random.default_rng(0))
assert abs(accuracy - np.mean(classify(desk.X_val) == desk.y_val)) < 1e-9, "the accuracy of what is returned"

# %% tags=["picture"]
classifiers = {}
with needs("exercises 1 to 4"), one_thread():
    classify, accuracy = train_digits(
        desk.X_train, desk.y_train, desk.X_val, desk.y_val, np.random.default_rng(0)
    )
    classifiers["exercise 4"] = classify
    labels = np.asarray(classify(desk.X_val))
    print(f"Training rows {np.mean(np.asarray(classify(desk.X_train)) == desk.y_train):.4f}, validation rows {accuracy:.4f}")
    told = f"{int((labels != desk.y_val).sum())} of 300 digits wrong, at most eight of them here"
    display(plots.Picture(figures.missed(desk.X_val, desk.y_val, labels, desk.image), told))
    display(figures.confusion(labels, desk.y_val))

# %% [markdown]
# Above each image: what your network said, and what it is. You might have missed some of them too. The *confusion matrix*
# counts them by kind: a row is a true label, a column what was said.
#
# ### Baselines
#
# A number means little without a *baseline*: what accuracy does a rule reach that costs nothing? Here are two rules without any
# training: always the commonest label; the label of the nearest training image. **What share of the validation rows does each
# get right? Is your network better than both?**

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-baseline", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def nearest(X):
    """Return the label of the training image that lies nearest to each row."""
    return desk.y_train[cdist(X, desk.X_train).argmin(axis=1)]


commonest = np.bincount(desk.y_train).argmax()
right = nearest(desk.X_val) == desk.y_val
print(f"commonest label {np.mean(desk.y_val == commonest):.4f}, nearest image {right.mean():.4f}")
if classifiers:
    yours = labels == desk.y_val
    only = [int((yours & ~right).sum()), int((right & ~yours).sum())]
    chance = binomtest(only[0], max(sum(only), 1)).pvalue
    print(f"Right by your network alone {only[0]}, by the nearest image alone {only[1]}.")
    print(f"If both were equally good, so uneven a split or a worse one would come in {100 * chance:.0f} of 100 cases.")

# %% [markdown]
# If you guessed that your network beats both: it beats the first by far and loses to the second. 1197 small images cover the ten
# digits so well that looking up the nearest is hard to beat; it is the method of lesson F1. It keeps all training rows and
# searches them for each answer, and on large photographs it does badly. Report the baseline all the same.

# %% [markdown]
# A *paired comparison* asks both about the same rows and counts only those that one of the two gets right and the other gets
# wrong. On 300 rows even this lead may be luck, as the last line says. Repeat with other splits before you believe it: on
# five others the nearest image led each time.
#
# **A good place to stop.** Save, and go on tomorrow.

# %% [markdown]
# ## 11.4 Everything you have built
#
# Nothing here is graded. Your random search of lesson 09 looks for a rate, your `average_predictions` of lesson 10 combines
# the best three networks. What was not found has a stand-in, and a note says which.


# %%
def three_rates(objective, space, n, rng):
    """Stand in for a search: three rates by hand, best validation accuracy first."""
    trials = [{"settings": {"rate": rate}, **objective({"rate": rate})} for rate in (0.01, 0.03, 0.1)]
    return sorted(trials, key=lambda trial: -trial["val_accuracy"])


def first_alone(scores):
    """Stand in for an average: the first network speaks for all."""
    return scores[0]


random_search = course.mine("09_hyperparameter_search", "random_search", otherwise=three_rates)
average_predictions = course.mine("10_ensembles", "average_predictions", otherwise=first_alone)

# %% tags=["picture"]
network, kept = MLP(sizes=(64, 100, 10)), {}


def accuracy_on(params, X, y):
    """Return the accuracy on raw rows."""
    return network.accuracy(params, standardise(desk.X_train, X), y)


def objective(settings):
    """Train with a rate, keep the parameters, and return accuracies; the test set stays sealed."""
    rng, rate = np.random.default_rng(len(kept)), settings["rate"]
    params, _ = fit(network, standardise(desk.X_train, desk.X_train), desk.y_train, rng, rate=rate)
    kept[rate] = params
    train, val = accuracy_on(params, desk.X_train, desk.y_train), accuracy_on(params, desk.X_val, desk.y_val)
    return {"train_accuracy": train, "val_accuracy": val, "test_accuracy": np.nan}


trials, space = [], {"rate": lambda rng: float(10 ** rng.uniform(-2.5, -0.3))}
with needs("exercises 1 to 4"), one_thread(), np.errstate(all="ignore"):
    trials = random_search(objective, space, 8, np.random.default_rng(1)) if classifiers else []
for trial in trials:
    print(f"rate {trial['settings']['rate']:.4f}: validation {trial['val_accuracy']:.4f}")

# %% tags=["picture"]
top = [kept[trial["settings"]["rate"]] for trial in trials[:3]]


def best_of_search(X):
    """Label rows by the best network of the search."""
    return network.scores(top[0], standardise(desk.X_train, X)).argmax(axis=1)


def together(X):
    """Label rows by the best three, averaged with your function."""
    scores = [network.scores(params, standardise(desk.X_train, X)) for params in top]
    return np.asarray(average_predictions(scores)).argmax(axis=1)


classifiers |= {"best of the search": best_of_search, "best three together": together} if top else {}
for name, each in classifiers.items():
    print(f"{name}: validation {np.mean(each(desk.X_val) == desk.y_val):.4f}")
print(desk.sealed)

# %% [markdown]
# Three classifiers (two, if lesson 10 was not found: then the best network stands for the three). Their validation accuracies
# lie within a few images of each other: one image of 300 is a third of a point. Do not read more into the order than that. It
# decides all the same, because something must, and it was agreed beforehand.

# %% [markdown]
# ## 11.5 Find the bug in the lab's instructions
#
# An invented lab, whose instructions sound like many: *"During training, monitor the accuracy on the training and on the test
# set, and keep the epoch where the test accuracy is best."* The next cell does so. Run the two cells, then change one word in
# the first until the report is honest. Nothing is graded.


# %%
def epoch_to_keep(history):
    """Return the epoch to keep, by the instructions; history has "train", "val" and "test" accuracies."""
    return int(np.argmax(history["test"]))


# %% tags=["picture"]
reported, later = measuring.monitored(epoch_to_keep).T
gap = 100 * (reported - later)
print(f"reported {np.mean(reported):.3f}, on a thousand further rows {np.mean(later):.3f}:")
print(f"the report is off by {gap.mean():+.1f} points (standard error {gap.std(ddof=1) / len(gap) ** 0.5:.1f})")

# %% [markdown]
# <details><summary>What was wrong, once you have tried</summary>This is <em>early stopping</em>, on the wrong rows. Train and <em>validation</em> are monitored; the test set is
# for the end. With <code>history["val"]</code> the epoch is no better, but the number that is reported has not been
# chosen by its own luck, and the gap is zero within its error. <code>history["train"]</code> makes the report honest too, and
# the kept epoch worse: compare what the further rows say.</details>

# %% [markdown]
# ## 11.6 One look
#
# The test rows are under seal: `sealed.judge(classify)` tells you one accuracy, once. If you ask again, you get an error in
# place of a number.

# %% [markdown]
# ### Exercise 5. One look · 1 point · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `classifiers` name → `classify(X)`; `X_val`, `y_val`; `sealed` with `judge(classify)` |
# | out | a dict: `"chosen"` the name with the best validation accuracy, `"val_accuracy"` of that one, `"test_accuracy"` what the seal said of it |
#
# Worked: a has 0.96 on validation, b 0.98. The seal is asked about b, whatever it would have said of a.
#
# On a tie either name is right. Compare and return the accuracies as they are, not rounded.
#
# Often missed: asking about all and choosing afterwards; asking twice, once to print and once to return.
#
# <details><summary>Hint 1: a question</summary>What must be settled before the seal is touched?</details>
# <details><summary>Hint 2: a place</summary>A dict of accuracies; <code>max</code> with a <code>key</code>; one call of
# <code>judge</code>, into a variable.</details>
# <details><summary>Hint 3: the formula</summary><code>max(accuracies, key=accuracies.get)</code>, where an accuracy is
# <code>np.mean(classify(X_val) == y_val)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "final_report", "locked": false, "schema_version": 3, "solution": true, "task": false}
def final_report(classifiers, X_val, y_val, sealed):
    """Choose by validation, ask the sealed test set once, and return what was chosen and both accuracies."""
    ### BEGIN SOLUTION
    accuracies = {}
    for name, classify in classifiers.items():
        accuracies[name] = float(np.mean(classify(X_val) == y_val))
    chosen = max(accuracies, key=accuracies.get)
    test_accuracy = sealed.judge(classifiers[chosen])
    return {"chosen": chosen, "val_accuracy": accuracies[chosen], "test_accuracy": test_accuracy}
    ### END SOLUTION


# %%
check("final_report", final_report)

# %% nbgrader={"grade": true, "grade_id": "final_report-check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import capstone

capstone.grade("final_report", final_report)
### END HIDDEN TESTS
practice = rehearsal()
nought = {"nought": lambda X: np.zeros(len(X), dtype=int)}
final_report(nought, practice.X_val, practice.y_val, practice.sealed)
assert len(practice.sealed.looks) == 1, "the seal is broken exactly once"

# %% [markdown]
# Write down here what you expect the test set to say; in section 11.8 you will copy it into your log. Then run the next cell,
# once. It breaks the seal only if the check above has passed.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-look", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
outcome, passed = None, check("final_report", final_report).passed
if classifiers and passed:
    try:
        outcome = final_report(classifiers, desk.X_val, desk.y_val, desk.sealed)
        print(*(f"{k}: {v if isinstance(v, str) else round(v, 4)}" for k, v in outcome.items()), sep="\n")
    except Opened as said:
        print(said)
elif classifiers and passed is False:
    print("The check of exercise 5 has not passed, so the seal was left whole.")
else:
    print("Exercises 1 to 5 are not written yet.")
print(desk.sealed)

# %% tags=["picture"]
low, high = measuring.interval(outcome["test_accuracy"] if outcome else 0.97, 300)
print(f"95 per cent interval (Wilson) for 300 rows: {low:.3f} to {high:.3f}")
error = 100 * np.sqrt(0.97 * 0.03 / 300)
print(f"An accuracy of 0.97 on 300 rows has a standard error of {error:.1f} points,")
print(f"and the difference of two such numbers, from different rows, one of {error * 2**0.5:.1f} points.")

# %% [markdown]
# A fall of up to twice the error of the difference needs no other explanation; besides, the validation accuracy is that of
# a winner, and so a little too high. Report the *confidence interval* with the number, and the baseline beside both. What you
# may *not* do is go back, change the width, and look again.

# %% [markdown]
# ## 11.7 Colours, if you have them
#
# The same function on CIFAR-10: 5000 small photographs, 3072 numbers each. This takes minutes and a download of 170 MB, so
# it runs only if the archive is already on your machine. A network without convolutions learns only a little here, and that
# is the lesson: what you know about rates still holds, but no rate makes up for the wrong kind of network.

# %% tags=["picture"]
photos = cifar_bench()
if isinstance(photos, str):
    print(photos)
elif classifiers:
    classify, accuracy = train_digits(
        photos.X_train, photos.y_train, photos.X_val, photos.y_val, np.random.default_rng(0)
    )
    print(f"CIFAR-10, 5000 training images: validation {accuracy:.3f}; guessing gives 0.100")

# %% [markdown]
# ## 11.8 The decision log
#
# A result is a chain of decisions, and the chain is what others can use. A log has one line for each decision, written when
# it was made, wrong turns included. An invented one:
#
# | tried | expected | saw | decided |
# |---|---|---|---|
# | rate 0.1 in place of 0.02 | faster | loss 2.3 for 20 epochs, flat | too high; 0.02 |
# | 200 units for 100 | better | validation +1 image of 300, twice the time | noise; back to 100 |
# | tuned a bit | better | better | keep |
#
# The first two tell a stranger what not to try again. The third tells nothing: which knob, from what to what, how much
# better, measured on which rows?

# %% [markdown]
# ### Your log · 2 points · about 15 minutes · read by a person
#
# Four to eight lines about *your* runs in this notebook. Copy the head of the table into the cell below, then your lines.
# How it is marked:
#
# | points | for |
# |---|---|
# | ½ | each line names one change, from what to what, and on which rows it was measured |
# | ½ | each line has a number or a curve that was seen, and seeds or runs are counted |
# | ½ | at least one wrong turn, or one thing dropped because it was within the noise |
# | ½ | the look at the test set: what you expected, what it said, and that you changed nothing afterwards |

# %% [markdown] nbgrader={"grade": true, "grade_id": "decision-log", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# | tried | expected | saw | decided |
# |---|---|---|---|
# | plain descent, rate 0.05, spiral, 100 epochs | enough | fresh points below 0.95 on four of five seeds, loss still falling | momentum 0.9 |
# | raw pixels, rate 0.1 | faster | validation below 0.35 on 3 of 3 seeds, loss flat from epoch 5 | scaled pixels, 0.01 and 0.02 |
# | one deviation per pixel | textbook | validation 0.958 against 0.967, best rate of each, eight seeds | one number for all, and no 0/0 |
# | 200 units for 100 | better | validation +1 image of 300, one seed; double the time | within the noise, dropped |
# | best of three rates by hand | +0.5 points | validation +0.3 points, that is one image | kept, it was agreed before |
# | the look | a point below validation | 0.963 against 0.977 | nothing changed afterwards |
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": false, "grade_id": "picture-that-decided", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": true}
# ### Task. The picture that decided · 2 points · about 25 minutes · read by a person
#
# Add cells of your own *below this one*: code that draws one picture from runs in this notebook, and three sentences. Choose a
# picture that made you keep or drop something.
#
# | points | for |
# |---|---|
# | 1 | the picture answers a question that stands in its title; axes carry names and units; more than one seed is shown |
# | ½ | it can be read in grey and without the text around it |
# | ½ | the sentences say what it shows, what you decided, and what it cannot show |

# %% [markdown]
# ## 11.9 Yours
#
# The last picture of this lesson is drawn by your functions: what the network of exercise 2 says of every place in the plane,
# and beside it the losses that your loop noted in two further runs of 60 epochs.

# %% tags=["picture"]
X, y = spiral(np.random.default_rng(0))
with needs("exercises 1 and 2"), one_thread():
    pixels = ways["one number for all"](desk.X_train)
    curves = {
        "spiral": fit(MLP(sizes=(2, 100, 3)), X, y, np.random.default_rng(1), epochs=60, batch=30)[1],
        "digits": fit(network, pixels, desk.y_train, np.random.default_rng(1), epochs=60, rate=0.02)[1],
    }
    display(figures.yours(train_spiral(X, y, np.random.default_rng(1)), X, y, curves))

# %% [markdown]
# Points with a rim are on the wrong side. Most sit at the centre: the three arms begin in one and the same point, so
# there their rims hide each other.

# %% [markdown]
# ## Say it back
#
# - Training rows fit, validation rows choose, test rows judge once. A set that has chosen can no longer judge.
# - Every number that prepares data, a mean, a scale, a width, is learnt, and may be learnt from training rows alone.
# - A result is as good as its log: what was tried, what was seen, why it was changed.

# %% [markdown]
# **Next:** two lessons on how networks are trained today, *AdamW and Muon* (12) and *The edge of stability* (13). But you need
# not wait: you can check a gradient, read a loss curve, write six rules and say when each helps, cool a rate, search with a
# budget, average what you found, and report it honestly. Take a problem whose answer nobody has, and begin as lesson 02
# does: let a network overfit twenty of its examples.

# %% [markdown]
# **Open question.** You looked once. Thousands before you trained on these digits, looked, and wrote down what works. How
# many looks has your test set really seen?
#
# **Still argued about**: how much harm repeated looks do. Recht et al. (*Do ImageNet classifiers generalize to ImageNet?*,
# 2019) made new test sets for famous ones: accuracies fell, yet the order of the models hardly changed. Whether the fall
# comes from many looks or from slightly harder images is disputed (Engstrom et al., *Identifying statistical bias in
# dataset replication*, 2020).

# %% [markdown]
# ## Check your work
#
# Save the notebook first. The button runs the graded checks on the saved file, if they are on this machine, and shows
# you their results; after a real attempt it also opens the lesson's own answer. The log and the task wait for a
# person. The panel below it shows where you are in all lessons, read from the notebooks beside this one.

# %% tags=["picture"]
from course import progress
from course.widgets.check_button import check_my_work

check_my_work()

# %% tags=["picture"]
progress()
