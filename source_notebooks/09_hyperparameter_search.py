# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 9. Hyperparameter search: nine runs, two hyperparameters
#
# You may train nine networks. Two numbers are yours to choose before each run, say a learning rate and the strength of a
# penalty. One of them hardly matters, and nobody has told you which.
#
# Your neighbour places nine settings on a grid. You draw yours at random. Look at the marks on the two axes. Which of you will
# find the better network?

# %% tags=["picture"]
import json
import math
import tempfile
import time

import numpy as np
from scipy.stats import qmc

import course
from course import plots
from course.checkpoints import Folder, Process, explore, standings
from course.checks import attempt, check
from course.data import digits
from course.figures import search as figures
from course.figures import trials as boards
from course.probes.search.shelf import Shelf
from course.search import DigitsJob, by_tpe, table_of

plots.use_style()
sgd_momentum = course.mine("04_momentum", "sgd_momentum")

# %% tags=["picture"]
grid = [(x, y) for x in (1 / 6, 1 / 2, 5 / 6) for y in (1 / 6, 1 / 2, 5 / 6)]
figures.plans(grid, np.random.default_rng(11).random((9, 2)))

# %% [markdown]
# *You will be able to* write a search that can be trusted: on the right scale, at a fixed budget, ranked by rows that did
# not train, and repeated before it is believed.
#
# *Time* about 140 minutes, with a good place to stop after section 9.5. *You need* validation accuracy (lesson 03); 04
# helps: your own `sgd_momentum` trains the networks, else plain descent does. *Points* 25.
#
# *Names*: $\eta$ `learning_rate` · $\lambda$ `reg`, strength of the L2 penalty · *setting*: a value for every hyperparameter · *trial* or *run*: one training with one setting.

# %% [markdown]
# **Write your guess**: the grid, the random plan, or no difference, and why.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-grid", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 9.1 On which scale?
#
# **A hyperparameter that acts by factors is drawn on a logarithmic scale.** Ten times the learning rate is as large a
# change at 0.001 as it is at 1. So draw the exponent uniformly, not the value. Between the ends $lo$ and $hi$:
#
# $$\eta = 10^{\,u}, \qquad u \ \text{uniform between}\ \log_{10} lo \ \text{and}\ \log_{10} hi .$$
#
# The learning rate and the regularisation are of this kind. Momentum is too, although it lies between 0 and 1: it
# remembers about $1/(1-\mu)$ steps (lesson 04), so $1-\mu$ is drawn on a log scale. The share of units that dropout
# switches off is not: it is drawn as it is, `rng.uniform(0, 1)`.

# %% tags=["picture"]
rng = np.random.default_rng(0)
uniform = rng.uniform(0.5, 0.999, 10_000)
by_factors = 1 - 0.001 * 500 ** rng.random(10_000)
figures.decades(
    rng.uniform(1e-6, 10, 1000),
    {"uniform μ": 1 / (1 - uniform), "1 - μ on a log scale": 1 / (1 - by_factors)},
)

# %% [markdown]
# Left: drawn uniformly, a learning rate below 0.01 practically never comes up. Right: both ways of drawing $\mu$ cover 0.5
# to 0.999, but drawn uniformly it rarely remembers more than a hundred steps.

# %% [markdown]
# ### Exercise 1. Sample on a log scale · 4 points · about 5 minutes · difficulty 1/5
#
# Draw $n$ values between `lo` and `hi` whose exponents are uniform.
#
# | | |
# |---|---|
# | in | `lo`, `hi` positive numbers; `n` how many; `rng` a `numpy.random.Generator` |
# | out | `n` values, an array of shape `(n,)` or a list |
#
# Worked: between $10^{-6}$ and $10$, about one draw in seven lies between 0.001 and 0.01.
#
# Often missed: logarithm and power share one base; exponents need not be whole; every draw comes from `rng`, or nobody
# can repeat the search.
#
# <details><summary>Hint 1: a question</summary>What are the exponents of lo and hi, and what lies between them?</details>
# <details><summary>Hint 2: a place</summary>Two lines: draw n exponents with <code>rng.uniform(low, high, n)</code>; raise the base to them.</details>
# <details><summary>Hint 3: the formula</summary>$10^u$ with $u$ uniform between <code>np.log10(lo)</code> and <code>np.log10(hi)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "sample_log_uniform", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sample_log_uniform(lo, hi, n, rng):
    """Return n values between lo and hi whose exponents are uniform, drawn from rng."""
    ### BEGIN SOLUTION
    exponents = rng.uniform(np.log10(lo), np.log10(hi), n)
    return 10**exponents
    ### END SOLUTION


# %%
check("sample_log_uniform", sample_log_uniform)

# %% nbgrader={"grade": true, "grade_id": "sample_log_uniform-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("sample_log_uniform", sample_log_uniform)
### END HIDDEN TESTS
tried = np.asarray(sample_log_uniform(1e-6, 10.0, 100, np.random.default_rng(0)))
assert tried.shape == (100,), "100 values were asked for"
assert tried.min() > 0.99e-6, "no value lies below lo"

# %% [markdown]
# The graded check looks at three thousand draws for each of several ranges and compares their exponents with a uniform
# law. A right answer fails a range by chance less than once in a hundred million times.
#
# ## 9.2 Which hyperparameters, and what for?
#
# Before you search, say what role each hyperparameter has in your question. These are the terms of the *Deep Learning
# Tuning Playbook* (Godbole et al., 2023):
#
# - **scientific**: the one the question is about, for example the batch size;
# - **nuisance**: one that must be tuned anew for every value of the scientific one, or the comparison is not fair;
# - **fixed**: all others. What you find holds for the values you fixed.

# %% [markdown]
# The question of the next cell: *do small batches train better networks?* Every run has ten epochs. Somebody fixed the
# learning rate at 0.03 for all batch sizes. Which role should it have had?

# %% tags=["picture"]
rates, job = np.geomspace(1e-3, 30, 16), DigitsJob(rule=sgd_momentum, epochs=10)
table = {
    batch: np.array([
        np.mean([np.nan_to_num(job({"learning_rate": rate, "batch": batch, "seed": seed})["val_accuracy"]) for seed in range(2)])
        for rate in rates
    ])
    for batch in (10, 50, 250)
}  # fmt: skip
figures.by_batch(rates, table, fixed=0.03)

# %% [markdown]
# At the fixed rate the small batch seems to win by far. It wins because a small batch makes more steps in ten epochs, and
# at a small rate every step counts. Give each batch its own best rate, and little of the difference is left. The rate is
# a nuisance hyperparameter here: **rate and batch are coupled**, so whoever changes one tunes the other again.

# %% [markdown]
# The same holds for a comparison of update rules, of schedules, of architectures. If the rate was tuned for one side only,
# the comparison says little about the other.

# %% [markdown]
# ## 9.3 Random search: try, and rank
#
# The rules of a random search are short. Every trial has a fresh setting. The number of trials is agreed beforehand. A
# trial that diverged (its accuracy is NaN) is kept and comes last. And one rule of honesty: the training set fitted the
# networks, so it may not choose among them, nor may the test set. **The validation set chooses.**

# %% [markdown]
# ### Exercise 2. Random search · 5 points · about 12 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `objective(settings)` returns its scores, a dict with `val_accuracy` and more; `space` a dict from name to `draw`, a function: `draw(rng)` returns one value; `n` trials; `rng` |
# | out | a list of `n` dicts `{"settings": settings, **scores}` with all the scores there were, best `val_accuracy` first, NaN last |
#
# In the check the scores are a loss and the accuracy on training, validation and test set, and the three accuracies
# disagree about who is best. Equal ones may stand in any order.
#
# Worked: validation accuracies 0.7, NaN, 0.9 in the order of trial come back as 0.9, 0.7, NaN.
#
# Often missed: NaN. It is neither larger nor smaller than anything, so `sorted` leaves trials around it in the
# wrong order, without a word.
#
# <details><summary>Hint 1: a question</summary>What has to happen anew in every trial, and what once at the end?</details>
# <details><summary>Hint 2: a place</summary>In the loop: <code>{name: draw(rng) for name, draw in space.items()}</code>, one call of the objective, one append. After it: a sort whose key knows NaN.</details>
# <details><summary>Hint 3: the formula</summary>The key of a trial is $-\infty$ if <code>math.isnan(accuracy)</code>, else the accuracy; <code>reverse=True</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "random_search", "locked": false, "schema_version": 3, "solution": true, "task": false}
def random_search(objective, space, n, rng):
    """Return n trials with random settings, best validation accuracy first, NaN last."""
    ### BEGIN SOLUTION
    trials = []
    for _ in range(n):
        settings = {name: draw(rng) for name, draw in space.items()}
        trials.append({"settings": settings, **objective(settings)})
    return sorted(trials, key=lambda t: (math.isnan(t["val_accuracy"]), -t["val_accuracy"]))
    ### END SOLUTION


# %%
check("random_search", random_search)

# %% nbgrader={"grade": true, "grade_id": "random_search-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("random_search", random_search)
### END HIDDEN TESTS
coin = {"coin": lambda rng: float(rng.random())}


def scores(settings):
    return dict.fromkeys(("train_accuracy", "val_accuracy", "test_accuracy"), settings["coin"])


ranked = [trial["val_accuracy"] for trial in random_search(scores, coin, 5, np.random.default_rng(1))]
assert ranked == sorted(ranked, reverse=True), "the best trial comes first"

# %% [markdown]
# A maximum over trials is partly luck, and on the set that chose the winner this luck counts as skill (*selection bias*, or
# the *winner's curse*). The next cell shows it without any network: forty classifiers that toss coins on 300 examples. How
# good is the best of them, on the examples that chose it?

# %% tags=["picture"]
tosses = np.random.default_rng(0).binomial(300, 0.5, (2000, 40)) / 300
figures.coins(tosses.max(axis=1), 300)

# %% [markdown]
# ## 9.4 The nine runs
#
# Now real networks: digits, 300 training images, a layer of 32 units, five epochs. One hyperparameter is the learning rate,
# the other a weak L2 penalty. `DigitsJob` trains with the update rule (your `sgd_momentum`, if there is one) and reports the
# accuracy on the training images and on 300 validation images. It never touches the test set.
#
# To compare plans and not single draws, the cell first trains 300 networks: 60 learning rates times 5 penalties. From then
# on a run is looked up: it gets the accuracy of the trained network nearest to it.

# %% tags=["picture"]
RANGES = {"learning_rate": (1e-3, 30.0), "reg": (1e-6, 1e-2)}
trained = table_of(DigitsJob(rule=sgd_momentum, epochs=5), RANGES, (60, 5))


def looked_up(points):
    """Return the accuracies of runs at places of the unit square."""
    x, y = np.clip(np.transpose(points), 0, 1 - 1e-9)
    return trained[(60 * x).astype(int), (5 * y).astype(int)]


def rate_at(x):
    """Return the learning rate at a share of the decades of its range."""
    lo, hi = RANGES["learning_rate"]
    return lo * (hi / lo) ** np.asarray(x)


# %% tags=["picture"]
curve = rate_at((np.arange(60) + 0.5) / 60), trained.mean(axis=1)
two = {"grid": grid, "random": np.random.default_rng(11).random((9, 2))}
tried = {name: [(float(rate_at(x)), a) for (x, _), a in zip(at, looked_up(at), strict=True)] for name, at in two.items()}  # fmt: skip
rate, reg = (trained.mean(axis=axis).var() / trained.var() for axis in (1, 0))
figures.projections(curve, tried, {"learning rate": rate, "penalty": reg, "both together": 1 - rate - reg})

# %% [markdown]
# Right: how much of all the variation in the table each hyperparameter explains by itself (its *importance*; with many
# hyperparameters a forest of trees estimates it from the trials). The learning rate is nearly everything. Left: the grid
# tries three learning rates, three times each, and the random plan tries nine.

# %% [markdown]
# One draw proves nothing: a grid wins whenever one of its three lines happens to lie on the peak. So shift the grid at
# random, draw new random plans, and do so a thousand times. Two more plans take part. A **Latin hypercube** cuts each axis
# into nine equal parts and uses every part once. A **Halton sequence** is *quasi-random*: each new point falls into a gap that
# the earlier ones have left.

# %% tags=["measured"]
def shifted_grid(rng):
    """Return the nine points of a grid that was moved at random."""
    return np.array(grid) - 1 / 6 + rng.random(2) / 3


rng = np.random.default_rng(5)
ways = {
    "grid": lambda: shifted_grid(rng),
    "random": lambda: rng.random((9, 2)),
    "Latin hypercube": lambda: qmc.LatinHypercube(2, rng=rng).random(9),
    "Halton": lambda: qmc.Halton(2, rng=rng).random(9),
}
best = {name: np.array([looked_up(plan()).max() for _ in range(1000)]) for name, plan in ways.items()}

# %% tags=["picture"]
figures.luck(best, xlabel="best validation accuracy of nine runs, %", title="A thousand plans of nine runs each")

# %% [markdown]
# Line: from the worst plan to the best. Wide bar: the middle 80 per cent. Mark across it: the
# median.

# %% [markdown]
# If you guessed *the grid, it covers the square more evenly*: it does, but nearly everything depends on one axis, and there
# it has three values. If you guessed *the random plan*: usually, yes. It does not matter to it which hyperparameter is the
# important one (Bergstra and Bengio, *Random search for hyper-parameter optimization*, 2012; with
# four hyperparameters and 81 runs a grid still has three values of each). If you guessed *no difference*: look at the worst
# plans. Nine random points can all fall into the wrong part of the range, and then random search is the worst of the four.
# Latin hypercube and Halton have no such bad luck, at the same cost.

# %% [markdown]
# How many random runs are enough? If a share $p$ of the range is good, all of $n$ runs miss it with probability
# $(1-p)^n$, whatever the number of hyperparameters.

# %% tags=["measured"]
good = (trained.mean(axis=1) > trained.max() - 0.02).mean()
print(f"{100 * good:.0f}% of the range of learning rates comes within two points of the best")
print(*(f"{n:2} random runs miss it with probability {(1 - good) ** n:.2g}" for n in (9, 30, 60)), sep="\n")


# %% [markdown]
# And when is one run better than another? An accuracy measured on 300 images has a standard error of its own. But both runs
# are measured on the *same* images: most of these are easy for both or hard for both and say nothing. Only those that one
# gets right and the other wrong count. That is a **paired** comparison (McNemar's test is the same idea), and it is finer.

# %% tags=["measured"]
def rights(rate):
    """Return for every validation image whether a network trained at this rate labels it rightly."""
    job, data = DigitsJob(rule=sgd_momentum, epochs=5), digits()
    params = job.fit({"learning_rate": rate, "reg": 1e-4}, lambda stats: None).params
    return job.network.scores(params, data.X_val).argmax(axis=1) == data.y_val


top = curve[0][trained.mean(axis=1).argmax()]
a, b = rights(top), rights(top / 2)
share, n = a.mean(), len(a)
print(f"accuracies {a.mean():.3f} and {b.mean():.3f}; right only at the first rate {(a & ~b).sum()}, only at the second {(b & ~a).sum()}")
print(f"standard error of one accuracy: {100 * (share * (1 - share) / n) ** 0.5:.1f} points")
print(f"of the difference, if the images were others: {100 * (2 * share * (1 - share) / n) ** 0.5:.1f} points")
print(f"of the difference on the same images: {100 * (a.astype(float) - b).std(ddof=1) / n**0.5:.1f} points")

# %% [markdown]
# Compare the difference with the last number. If it is less than twice that error, these images cannot tell the two runs
# apart. (The error is about other images, not about other seeds. For those, train again: section 9.9.)

# %% [markdown]
# ## 9.5 Is there more beyond the end?
#
# A best value at the end of its range says: you stopped looking too early. "At the end" has to be measured on the scale
# of the search. In the range from $10^{-6}$ to $10$, is 0.001 near the low end?

# %% [markdown]
# ### Exercise 3. Is the best on the border? · 3 points · about 6 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `best`, `lo`, `hi` positive numbers; `margin` a share of the range, default `0.1` |
# | out | `"low"`, `"high"` or `"inside"` |
#
# Count in decades: the value is on the border if it lies within the outer `margin` of $\log hi - \log lo$ at either
# end, or beyond it. Exactly on the edge of the margin either answer is right.
#
# Worked: from $10^{-6}$ to $10$ are seven decades, the border is 0.7 of a decade wide: `3e-6` is `"low"`, `0.001`
# `"inside"`, `4.0` `"high"`.
#
# Often missed: by plain differences everything small looks like the low end; both ends count; `best` may lie outside.
#
# <details><summary>Hint 1: a question</summary>What share of the way from lo to hi, in decades, has the value gone?</details>
# <details><summary>Hint 2: a place</summary>One line for that share, from three logarithms; then two comparisons.</details>
# <details><summary>Hint 3: the formula</summary>$s = \log(best/lo) / \log(hi/lo)$; low if $s$ is below the margin, high if above one minus the margin.</details>


# %% nbgrader={"grade": false, "grade_id": "on_border", "locked": false, "schema_version": 3, "solution": true, "task": false}
def on_border(best, lo, hi, margin=0.1):
    """Return at which end of the range the best lies, counted in decades: low, high or inside."""
    ### BEGIN SOLUTION
    low, high, value = np.log10([lo, hi, best])
    share = (value - low) / (high - low)
    if share < margin:
        return "low"
    if share > 1 - margin:
        return "high"
    return "inside"
    ### END SOLUTION


# %%
check("on_border", on_border)

# %% nbgrader={"grade": true, "grade_id": "on_border-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("on_border", on_border)
### END HIDDEN TESTS
assert on_border(3e-6, 1e-6, 10.0) == "low", "half a decade from the low end of seven is on the border"
assert on_border(1e-3, 1e-6, 10.0) == "inside", "three decades from an end of seven is inside"

# %% [markdown]
# Somebody searched the learning rate between 0.0001 and 0.03, with thirty trials, and reports the best in a paper. Would
# you have sent it in?

# %% tags=["measured"]
SHORT = (1e-4, 0.03)
narrow = {"learning_rate": lambda rng: float(sample_log_uniform(*SHORT, 1, rng)[0]), "reg": lambda rng: 1e-4}
found = attempt(random_search, DigitsJob(rule=sgd_momentum), narrow, 30, np.random.default_rng(2))
side = attempt(on_border, found[0]["settings"]["learning_rate"], *SHORT) if found else None
figures.cut_short(found, SHORT, side, curve)

# %% [markdown]
# The curve beyond the grey range is what the thirty trials could not find. A best value on the border is no mistake. Not
# saying so is one.

# %% [markdown]
# **A good place to stop.** What follows takes about as long as what you have done: a search in stages, one that ends
# hopeless runs early, and a race between them.

# %% [markdown]
# ## 9.6 From coarse to fine
#
# One epoch is often enough to see that a run is hopeless. So search in stages: **first short runs over wide ranges, then longer
# runs over narrower ones**. Each stage may cost the same, so the longer its runs are, the fewer it has. Three stages are
# usual: runs of one epoch, of five, and of many.
#
# After a stage every range is centred on the best, in decades. If the best was inside, the new range is a third as
# wide. If it was on the border, it stays as wide, and up to half of it lies where nobody has looked.

# %% [markdown]
# ### Exercise 4. Coarse to fine · 5 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `search(ranges, n, length)`, a function that makes `n` runs of `length` epochs within the ranges and returns its trials, best first; `ranges` a dict from name to `(lo, hi)`; `epochs` a tuple, one entry per stage: how long its runs are; `budget` epochs for all stages together; `border(value, lo, hi)`, a function like yours; the check hands in another one |
# | out | a list with one dict per stage: `"ranges"`, those it searched, and `"best"`, the `"settings"` of its best trial |
# | runs | each stage may spend `budget // len(epochs)` epochs; with runs of `length` epochs that is `budget // len(epochs) // length` runs. Every budget in the check is enough for one run per stage |
# | next ranges | centred on the best, in decades; a third as wide if `border` says `"inside"`, else as wide as before |
#
# Worked: a budget of 300 for `epochs` of `(1, 5, 20)` gives 100, 20 and 5 runs. Best 0.1 inside
# `(1e-3, 1.0)`: next `(0.0316, 0.316)`, one decade in place of three. Best 0.9, at the high end of the same range: next
# `(0.0285, 28.5)`, three decades still.
#
# Often missed: the budget counts epochs, not runs; the width is counted in decades; every stage reports a dict of its
# own, so a new one for the next ranges.
#
# <details><summary>Hint 1: a question</summary>By which factor do you multiply and divide the best to get the new ends?</details>
# <details><summary>Hint 2: a place</summary>A loop over <code>epochs</code>: search, report, then a new dict of ranges. <code>border(value, lo, hi)</code> decides for each name. The best settings are <code>trials[0]["settings"]</code>.</details>
# <details><summary>Hint 3: the formula</summary>$f = (hi/lo)^{1/6}$ inside, $(hi/lo)^{1/2}$ on the border; the new range is $(best/f,\ best \cdot f)$.</details>


# %% nbgrader={"grade": false, "grade_id": "coarse_to_fine", "locked": false, "schema_version": 3, "solution": true, "task": false}
def coarse_to_fine(search, ranges, epochs=(1, 5, 20), budget=300, border=on_border):
    """Return the ranges and the best settings of each stage; ranges shrink around the best, or move on."""
    ### BEGIN SOLUTION
    stages = []
    for length in epochs:
        trials = search(ranges, budget // len(epochs) // length, length)
        best = trials[0]["settings"]
        stages.append({"ranges": ranges, "best": best})
        new = {}
        for name, (lo, hi) in ranges.items():
            width = np.log10(hi) - np.log10(lo)
            if border(best[name], lo, hi) == "inside":
                width = width / 3
            centre = np.log10(best[name])
            new[name] = (10 ** (centre - width / 2), 10 ** (centre + width / 2))
        ranges = new
    return stages
    ### END SOLUTION


# %%
check("coarse_to_fine", coarse_to_fine)

# %% nbgrader={"grade": true, "grade_id": "coarse_to_fine-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("coarse_to_fine", coarse_to_fine)
### END HIDDEN TESTS


def middle(ranges, n, epochs):
    return [{"settings": {k: (lo * hi) ** 0.5 for k, (lo, hi) in ranges.items()}, "val_accuracy": 0.5}]


stages = coarse_to_fine(middle, {"x": (1e-3, 1e3)}, (1, 2), 10, lambda best, lo, hi: "inside")
assert np.allclose(stages[1]["ranges"]["x"], (0.1, 10.0)), "six decades around 1 become two"

# %% [markdown]
# Your four functions together. The learning rate may lie anywhere in seven decades and the penalty in seven more;
# three stages with runs of 1, 5 and 20 epochs share 300 epochs.

# %% tags=["measured"]
WIDE = {"learning_rate": (1e-6, 10.0), "reg": (1e-6, 10.0)}


def score(settings, epochs):
    """Return the validation accuracy after so many epochs, NaN if the run diverged."""
    return DigitsJob(rule=sgd_momentum, epochs=epochs)(settings)["val_accuracy"]


def searching(rng, told):
    """Return a search over ranges that draws from rng and notes what it did."""

    def search(ranges, n, epochs):
        space = {k: lambda rng, ends=ends: float(sample_log_uniform(*ends, 1, rng)[0]) for k, ends in ranges.items()}
        trials = random_search(lambda settings: {"val_accuracy": score(settings, epochs)}, space, n, rng)
        told.append((epochs, ranges, trials))
        return trials

    return search


told = []
attempt(coarse_to_fine, searching(np.random.default_rng(1), told), WIDE, (1, 5, 20), 300, on_border)
boards.stages(told, on_border)

# %% [markdown]
# Both axes are logarithmic. **Larger dots are more accurate, a cross diverged, the ring is the best of your
# list, the dashed box is the range that was searched.** Read from left to right; the boxes have different axes. Most dots
# of the first box are small, and it was cheap to find that out: one epoch each.

# %% [markdown]
# Look for two things in the printed lines. Is a best value on the border in the *last* stage? Then the search is not
# over, whatever the budget says. And does the penalty wander from box to box? It may, as long as it is small: little
# depends on it there. What you should not do is compare the accuracies of different stages: a run of one epoch is not worse
# than one of twenty, it is shorter.

# %% [markdown]
# ## 9.7 Stop the hopeless early
#
# From coarse to fine bets on *ranges*: what is good after one epoch is near to what is good after twenty. There is a bet
# that needs no ranges. **Successive halving** trains many settings for a short time, keeps the better half, trains these
# for twice as long, keeps the better half again, until one is left. Every *rung* of this ladder costs about the same. Most
# of the budget goes to settings that have earned it.

# %% [markdown]
# **Predict**: fifty settings, seven decades wide. After the first rung, runs of one epoch each, at which place will the
# final winner stand?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-rung", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 5. Successive halving · 6 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `train(settings, epochs)` returns a validation accuracy, NaN if the run diverged; `settings` a list of dicts, which stays as it is; `epochs` of the runs in the first rung, default 1; `eta`, a whole number, default 2 |
# | out | a list with one dict per rung: `"epochs"`, and `"trials"`, all its trials `{"settings": ..., "val_accuracy": ...}`, best first, NaN last |
# | a rung | trains every setting that is left, anew, for `epochs` epochs |
# | the next | the best `len(trials) // eta` settings, at least one, in runs `eta` times as long |
# | the end | after a rung with one setting |
#
# Worked: seven settings and `eta = 2` give rungs of 7, 3 and 1 settings with 1, 2 and 4 epochs: $7 + 6 + 4 = 17$ epochs.
#
# Often missed: NaN in the ranking; `3 // 4` is zero, yet one goes on; the last rung, which trains the winner; sorting the
# caller's own list.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which three things change from one rung to the next?</details>
# <details><summary>Hint 2: a place</summary>A <code>while True</code>: a list of trials, a sort whose key knows NaN (you wrote one in exercise 2), one append; then the return if one trial is left, else the new settings and the new number of epochs.</details>
# <details><summary>Hint 3: the formula</summary><code>[t["settings"] for t in trials[: max(1, len(trials) // eta)]]</code> and <code>epochs * eta</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "successive_halving", "locked": false, "schema_version": 3, "solution": true, "task": false}
def successive_halving(train, settings, epochs=1, eta=2):
    """Return the rungs: epochs and ranked trials of each; the best of a rung go on to longer runs."""
    ### BEGIN SOLUTION
    rungs = []
    while True:
        trials = [{"settings": each, "val_accuracy": train(each, epochs)} for each in settings]
        trials.sort(key=lambda t: (math.isnan(t["val_accuracy"]), -t["val_accuracy"]))
        rungs.append({"epochs": epochs, "trials": trials})
        if len(trials) == 1:
            return rungs
        settings = [trial["settings"] for trial in trials[: max(1, len(trials) // eta)]]
        epochs = epochs * eta
    ### END SOLUTION


# %%
check("successive_halving", successive_halving)

# %% nbgrader={"grade": true, "grade_id": "successive_halving-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("successive_halving", successive_halving)
### END HIDDEN TESTS


def longer_is_better(settings, epochs):
    return 1 - 0.5 / (epochs * settings["x"])


rungs = successive_halving(longer_is_better, [{"x": k} for k in range(1, 8)])
assert [len(rung["trials"]) for rung in rungs] == [7, 3, 1], "seven, three, one"
assert rungs[-1]["trials"][0]["settings"] == {"x": 7}, "the best setting is left"

# %% tags=["measured"]
def draws(n, rng, ranges=WIDE):
    """Return n settings drawn with your sampler, each with a seed for its first weights."""
    columns = {name: sample_log_uniform(*ends, n, rng) for name, ends in ranges.items()}
    seeds = rng.integers(2**31, size=n)
    return [{name: float(columns[name][k]) for name in ranges} | {"seed": int(seeds[k])} for k in range(n)]


rungs = attempt(lambda: successive_halving(score, draws(50, np.random.default_rng(3)), epochs=1, eta=2))
boards.ladder(rungs)

# %% [markdown]
# If you guessed *first*: then one rung would do, and it does not; lines cross. If you guessed *anywhere*: halving cannot
# find a winner beyond place 25, for those stop after one epoch. That is the bet: the order after one epoch is wrong in
# detail, but it shows which settings are hopeless. The race counts the places over twenty seeds.

# %% [markdown]
# ### The race
#
# Three searches, 300 epochs each, in the same wide ranges: 15 random runs of 20 epochs; your coarse to fine; your successive
# halving of 50 settings. Each is repeated with twenty seeds. The accuracy with which a search ends does not count, since the
# best of many accuracies is partly luck. Every winner is trained again, for 20 epochs from two fresh seeds, and judged on 897
# images that took no part.

# %% [markdown]
# **Predict** who has the best median, and who the worst loser. (About half a minute.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-race", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["measured"]
def at_random(rng):
    return max(draws(15, rng), key=lambda settings: np.nan_to_num(score(settings, 20)))


def staged(rng):
    return coarse_to_fine(searching(rng, []), WIDE, (1, 5, 20), 300, on_border)[-1]["best"]


def halved(rng):
    rungs = successive_halving(score, draws(50, rng), 1, 2)
    winner = rungs[-1]["trials"][0]["settings"]
    places.append(1 + [trial["settings"] for trial in rungs[0]["trials"]].index(winner))
    return winner


def judged(settings):
    """Return the accuracy of a setting on images that took no part, the mean of two fresh trainings."""
    job, data = DigitsJob(rule=sgd_momentum, epochs=20), digits()
    fitted = [job.fit({**settings, "seed": 900 + k}, lambda stats: None).params for k in range(2)]
    return np.mean([job.network.accuracy(params, data.X_train[300:], data.y_train[300:]) for params in fitted])


# %% tags=["picture"]
places, entrants = [], {"random search": at_random, "coarse to fine": staged, "successive halving": halved}
results = {
    name: attempt(lambda one=one: np.array([judged(one(np.random.default_rng(seed))) for seed in range(20)]))
    for name, one in entrants.items()
}
figures.luck({k: v for k, v in results.items() if v is not None}, dots=True,
             xlabel="accuracy of the setting that was found, %", title="Twenty searches each, 300 epochs")  # fmt: skip

# %% tags=["picture"]
if places:
    print(f"after the first rung halving's winners stood at places {min(places)} to {max(places)}, median {np.median(places):g}")

# %% [markdown]
# The medians lie close together, within a point or so: one setting in six comes within three points of the best, so every
# search finds one most of the time. The difference is in the worst cases. Fifteen random runs sometimes miss the good
# region. Coarse to fine narrows its ranges after a single epoch, and that epoch can mislead. Fifty settings hardly ever miss,
# and halving can afford so many because it finishes only the best of them.

# %% [markdown]
# What halving throws out too soon are settings that start slowly and end well. **Hyperband** (Li et al., 2018) runs several
# ladders, with first rungs of different lengths. **ASHA** (Li et al., 2020) is for many machines: nobody waits until a rung is
# full; whoever is free promotes a setting that is among the best $1/\eta$ of its rung so far. And within one run, **early
# stopping** is the same idea: keep the parameters of the epoch with the best validation accuracy, and stop when it has not
# improved for some epochs; then the number of epochs need not be searched.

# %% [markdown]
# There are also searches that *learn*: Bayesian optimisation fits a model to the trials so far and asks where the next one
# is promising. Spearmint, SMAC and Hyperopt began it; today Optuna is common. Its sampler TPE draws its first ten trials at
# random, so with 15 trials there is little to learn from. If Optuna is installed, it joins the race.

# %% tags=["picture"]
def by_optuna(rng):
    seed = int(rng.integers(2**31))
    tried = by_tpe(lambda settings: score({**settings, "seed": seed}, 20), WIDE, 15, seed)
    return max(tried, key=lambda each: np.nan_to_num(each[1]))[0]


try:
    found = np.array([judged(by_optuna(np.random.default_rng(seed))) for seed in range(10)])
    print(f"Optuna (TPE), ten searches: median {100 * np.median(found):.1f}%, the worst {100 * found.min():.1f}%")
except ImportError:
    print("Optuna is not installed (the extra `search` brings it).")

# %% [markdown]
# ## 9.8 A search that survives
#
# Searches run on many machines for days. The plan that survives is old and plain. **Workers** draw settings, train, and
# after every epoch leave a checkpoint file in a shared folder. They never talk to each other. A **master** starts and stops
# workers and reads the folder.
#
# A worker may die in the middle of writing, and half a file must never be taken for a checkpoint. A rename on the same disk
# is one step: under the new name the file is complete, or it is not there. Here a `Folder` is such a folder on the disk, and
# a `Shelf` is the same in memory, to try things on.

# %% [markdown]
# ### Exercise 6. A file that is complete or absent · 2 points · about 6 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `store` with `write(name, text)` and `rename(old, new)`; `name` of the file, it ends in `.json`; `record` a dict |
# | does | leaves the record as JSON, `json.dumps(record)`, under that name, and no other file |
#
# Write it whole under a temporary name that no other file shares and that does not end in `.json`. Then rename it.
#
# Worked: for the name `w1-000_0002.json` the text is first written to `w1-000_0002.json.tmp`, say.
#
# Often missed: one temporary name for all; a temporary name that ends in `.json` too.
#
# <details><summary>Hint 1: a question</summary>If the power fails between your two lines, which files are there?</details>
# <details><summary>Hint 2: a place</summary>Two lines: one <code>store.write</code>, one <code>store.rename</code>.</details>
# <details><summary>Hint 3: the formula</summary><code>store.write(name + ".tmp", json.dumps(record))</code>, then <code>store.rename(name + ".tmp", name)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "save", "locked": false, "schema_version": 3, "solution": true, "task": false}
def save(store, name, record):
    """Leave a record under a name, complete or not at all."""
    ### BEGIN SOLUTION
    store.write(f"{name}.tmp", json.dumps(record))
    store.rename(f"{name}.tmp", name)
    ### END SOLUTION


# %%
check("save", save)

# %% nbgrader={"grade": true, "grade_id": "save-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("save", save)
### END HIDDEN TESTS
shelf = Shelf()
save(shelf, "w1-000_0001.json", {"run": "w1-000", "val_accuracy": 0.0975})
assert shelf.names() == ["w1-000_0001.json"], "one file, under its name"

# %% [markdown]
# Three workers, three processes, one folder. `explore` is a worker: it draws, trains, and calls your `save` after every
# epoch. (A new Python process cannot import a function of a notebook, so `Process` sends it code and all.) As soon as six
# runs have begun, the master kills `w1` without warning, as a power cut would, and somebody's old program leaves half a file
# that claims 99 per cent. **Predict**: what will the board show of the dead worker, and of the half file?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-kill", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["measured"]
def slow(settings, after_epoch):
    """Train as the job does, with a short pause after every epoch, so that there is something to watch."""

    def pausing(stats):
        time.sleep(0.1)
        after_epoch(stats)

    return DigitsJob(rule=sgd_momentum, epochs=5)(settings, pausing)


def draw(rng):
    """Return one setting for a worker."""
    return draws(1, rng)[0]


# %% tags=["picture"]
ready = attempt(lambda: (draw(np.random.default_rng(0)), save(Shelf(), "a.json", {}), True))
folder = tempfile.TemporaryDirectory()
store, board, note = Folder(folder.name), boards.Board(), ""
names = ("w0", "w1", "w2") if ready else ()
workers = {name: Process(explore, save, store, name, draw, slow, 8, seed) for seed, name in enumerate(names)}
end = time.time() + 45
while workers and time.time() < end:
    records, states = standings(store), {name: each.state for name, each in workers.items()}
    if len(records) >= 6 and not note:
        workers["w1"].kill()
        store.write("old_0003.json", '{"run": "old", "epoch": 3, "val_accuracy": 0.99')
        note = f"w1 was killed after {len(records)} runs had begun; half a file claims 0.99."
    board.show(records, states, note)
    if "running" not in states.values():
        break
    time.sleep(0.3)
for each in workers.values():
    each.close()

# %% tags=["picture"]
files, records = store.names(), standings(store)
if ready:
    left, dead = sum(not name.endswith(".json") for name in files), [each for each in records if "w1-" in each["run"]]
    print(f"{len(files)} files, of which {left} under a temporary name (none, if the kill fell between two writes)")
    print(f"{len(records)} runs on the board, {len(dead)} of them from the worker that was killed")
    print("the half file is on the board:", any(each["run"] == "old" for each in records))
else:
    print("Exercises 1 and 6 come first.")

# %% [markdown]
# If you guessed *nothing of the dead worker*: what it had saved stays, up to its last complete epoch; only what it was about
# to write is lost. If you guessed *the half file leads*: it does not exist for the board, because its text ends too early
# and cannot be read. Nothing else had to be mended, and no worker noticed. How far `w1` came depends on your machine, so
# your neighbour's board may have another leader.

# %% [markdown]
# ## 9.9 The winner once more, and the test set once
#
# The usual last step is one more search near the winner: forty runs of five epochs, the rate within a factor of three, the
# penalty within ten. The best five of them won with one training from one seed each. How much of it was luck? Train these five
# again, each from five fresh seeds for its first weights, and let the mean decide.

# %% tags=["picture"]
finalists, first, repeats = [], [], np.zeros((0, 5))
if rungs:
    winner = rungs[-1]["trials"][0]["settings"]
    near = {name: (winner[name] / f, winner[name] * f) for name, f in (("learning_rate", 3), ("reg", 10))}
    trials = [(score(each, 5), each) for each in draws(40, np.random.default_rng(9), near)]
    best_first = sorted(trials, key=lambda trial: -np.nan_to_num(trial[0]))[:5]
    first, finalists = zip(*best_first, strict=True)
    repeats = np.array([[score({**each, "seed": seed}, 5) for seed in range(5)] for each in finalists])
boards.again([f"rate {each['learning_rate']:.2g}" for each in finalists], first, repeats)

# %% [markdown]
# What they lose is the luck of the best of forty, section 9.3 once more (*regression to the mean*). The best by the mean, trained
# on all 1197 training images for thirty epochs, is shown to the test set. Once.

# %% tags=["picture"]
seen, test, settings = [], 0.0, {}
if finalists:
    settings = finalists[int(np.nan_to_num(repeats).mean(axis=1).argmax())]
    long = DigitsJob(rule=sgd_momentum, epochs=30, rows=1197)
    run = long.fit(settings, seen.append)
    test = long.network.accuracy(run.params, digits().X_test, digits().y_test)
boards.ending(seen, test, len(digits().y_test), settings)

# %% [markdown]
# If the winner does badly with more data and more epochs, the runs of the search were too short to predict the long run. A gap
# between validation and test of less than two standard errors says nothing. And "once" is a promise, not a property of the cell:
# whoever looks at the star, goes back and searches on, has chosen by the test set.

# %% [markdown]
# ## Say it back
#
# - What acts by factors is drawn as $10^u$. Random and quasi-random plans see a new value of every hyperparameter in every
#   run; quasi-random ones without the bad luck.
# - Tune nuisance hyperparameters for each side of a comparison. Look at the border on the scale of the search.
# - Start many short runs, finish few: in narrower ranges, or by halving. Rank by validation, repeat the finalists with fresh
#   seeds, look at the test set once.

# %% [markdown]
# **Next**: 10 does not throw the runners-up away: it averages them.
#
# **Open question.** The first rung stops every run after one epoch. Which good settings does that always throw out, and what
# would you pay to keep them?
#
# <details><summary>One answer</summary>Those that start slowly and end well: a small rate, strong dropout, a schedule that warms up or anneals (lesson 07). A longer first rung keeps them and costs settings; Hyperband runs both.</details>
#
# **Still argued about**: whether clever search is worth it. Li and Talwalkar (*Random search and reproducibility for
# neural architecture search*, 2019) find random search with early stopping a match for methods made for the task; Turner
# et al. (*Bayesian optimization is superior to random search*, 2021) report the opposite from a public challenge on
# machine-learning tasks.

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
