# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Hyperparameter search: nine runs, two knobs
#
# You may train nine networks. Each has two knobs; one of them hardly matters, and nobody has told you which.
# Your neighbour lays nine settings out on a neat grid. You draw yours at random. Look at the ticks on the two axes, and
# say who will find the better network, whichever knob matters.

# %% tags=["picture"]
import json
import math
import tempfile
import time

import matplotlib.pyplot as plt
import numpy as np

import course
from course import plots
from course.checks import check, written
from course.data import digits
from course.figures import search as figures
from course.probes.search.shelf import Shelf
from course.search import DigitsJob, Folder, Parcel, Process, local_cluster

plots.use_style()
sgd_momentum = course.mine("04_momentum", "sgd_momentum")

# %% tags=["picture"]
grid = [(x, y) for x in (1 / 6, 1 / 2, 5 / 6) for y in (1 / 6, 1 / 2, 5 / 6)]
random_points = np.random.default_rng(11).random((9, 2))
fig, (left, right) = plt.subplots(1, 2, figsize=(8.6, 4.8), layout="constrained")
figures.plan(left, grid, color=figures.GRID, marker="s", label="grid")
figures.plan(right, random_points, color=figures.RANDOM, marker="o", label="random")
left.set_title("Nine on a grid")
right.set_title("Nine at random")
seen = [len({x for x, _ in grid}), len(set(random_points[:, 0]))]
plots.Picture(
    fig,
    f"Two plans of nine runs. Projected on one axis the grid has {seen[0]} values, the random plan {seen[1]}.",
)

# %% [markdown]
# ## What this lesson is for
#
# You will write a search over hyperparameters that can be trusted: on the right scale, at a fixed budget, ranked by data
# that did not train, spread over processes that may die at any moment.
#
# | | |
# |---|---|
# | time | about 120 minutes |
# | points | 25 |
# | you need | 03 (validation accuracy); 04 helps: your own `sgd_momentum` trains the networks, else plain descent does |
# | names | $\eta$ `learning_rate` · `reg` strength of the L2 penalty · run: one training with one setting |

# %% [markdown]
# **Write your guess**: the grid, the random plan, or no difference, and why.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-grid", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 1. On which scale?
#
# **A knob whose effect is multiplicative is drawn on a logarithmic scale.** Ten times the learning rate is as large a
# change at 0.001 as it is at 1. So it is not the value that is drawn uniformly, but its exponent. Between the ends $lo$
# and $hi$:
#
# $$\eta = 10^{\,u}, \qquad u \ \text{uniform between}\ \log_{10} lo \ \text{and}\ \log_{10} hi .$$
#
# The learning rate, its decay and the regularisation are of this kind. A probability is not: the share of units that
# dropout silences is drawn as it is, `rng.uniform(0, 1)`.

# %% tags=["picture"]
drawn = np.random.default_rng(0).uniform(1e-6, 10, 1000)
decades = np.arange(-6, 2)
counts = np.histogram(np.log10(drawn), decades)[0]
fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
ax.bar(decades[:-1] + 0.5, counts, width=0.9, color=figures.GRID, hatch="//", edgecolor="white")
for k, count in zip(decades, counts, strict=False):
    ax.text(k + 0.5, count + 20, str(count), ha="center")
ax.set_xticks(decades, [f"$10^{{{k}}}$" for k in decades])
ax.set(
    xlabel="value drawn",
    ylabel="of 1000 draws",
    ylim=(0, 1100),
    title="Uniform between 0.000001 and 10: almost all in the highest decade",
)
plots.Picture(
    fig,
    f"Of 1000 uniform draws {counts[-1]} lie in the highest of seven decades, {counts[:4].sum()} below 0.01.",
)

# %% [markdown]
# ### Exercise 1. Sample on a log scale · 5 points · about 5 minutes · difficulty 1/5
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

# %% nbgrader={"grade": true, "grade_id": "sample_log_uniform-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
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
# ## 2. Try, and rank
#
# The rest of a random search is bookkeeping, and its rules are short. Fresh settings for every trial. The same number
# of trials as was agreed. A trial that diverged (its accuracy is NaN) is not lost: it comes last. And one rule of
# honesty: the networks were trained on the training set, so it may not choose among them, and neither may the test set.
# **The validation set chooses.** What happens otherwise comes right after the exercise.

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
# If you ranked by test accuracy, you would not be the first. But a maximum over trials is partly luck, and on the set
# that chose the winner the luck counts as skill. The next cell makes it visible without any network: forty classifiers
# that toss coins on 300 examples.

# %% tags=["picture"]
tosses = np.random.default_rng(0).binomial(300, 0.5, (2000, 40)) / 300
lucky = tosses.max(axis=1)
fig, ax = plt.subplots(figsize=(7, 2.8), layout="constrained")
ax.hist(lucky, bins=(np.arange(150, 198, 3) - 0.5) / 300, color=figures.RANDOM, edgecolor="white")
ax.axvline(0.5, color="black", ls="--")
ax.text(0.502, 20, "what each is worth", rotation=90, va="bottom")
ax.set(xlabel="accuracy of the best of 40 coins, on the set that chose it", ylabel="of 2000 searches")
ax.set_title(f"Choosing alone adds {100 * (lucky.mean() - 0.5):.1f} percentage points")
plots.Picture(
    fig,
    f"The best of 40 coins shows {lucky.mean():.3f} on average on the set that chose it, in place of 0.5.",
)

# %% [markdown]
# ## 3. The nine runs
#
# Now real networks: digits, 300 training images, a layer of 32 units, five epochs. The knob that matters is the learning
# rate; the other is a weak L2 penalty. `DigitsJob` trains with the update rule (your `sgd_momentum`, if there is one) and
# reports the accuracy on training and on 300 validation images; it never looks at the test set. One run takes a few
# hundredths of a second.

# %% tags=["picture"]
job = DigitsJob(rule=sgd_momentum, epochs=5)
LR, REG = (1e-3, 30.0), (1e-6, 1e-2)


def at(place, lo, hi):
    """Return the value at a share of the decades between lo and hi."""
    return lo * (hi / lo) ** place


def accuracy_at(x, y):
    """Return the validation accuracy of one run; one that diverged counts as zero."""
    return np.nan_to_num(job({"learning_rate": at(x, *LR), "reg": at(y, *REG)})["val_accuracy"])


line = np.linspace(0, 1, 60)
curve = at(line, *LR), np.array([accuracy_at(x, 0.5) for x in line])
plans = {"grid": grid, "random": random_points}
tried = {name: [(at(x, *LR), accuracy_at(x, y)) for x, y in points] for name, points in plans.items()}
fig, ax = plt.subplots(figsize=(8, 3.8), layout="constrained")
figures.projections(ax, curve, tried).set_title(
    "Nine grid runs see three learning rates, nine random runs see nine"
)
best = {name: max(y for _, y in points) for name, points in tried.items()}
plots.Picture(fig, "; ".join(f"{name}: best of nine runs {100 * y:.1f} per cent" for name, y in best.items()))

# %% [markdown]
# One draw proves nothing: a grid that happens to have a line on the peak wins. So shift the grid at random, draw new
# random plans, and count. (360 networks: this takes some seconds.)

# %% tags=["picture"]
generator = np.random.default_rng(5)
wins = {"grid": [], "random": []}
for _ in range(20):
    dx, dy = generator.random(2) / 3
    shifted = [(dx + i / 3, dy + k / 3) for i in range(3) for k in range(3)]
    for name, points in (("grid", shifted), ("random", generator.random((9, 2)))):
        wins[name].append(max(accuracy_at(x, y) for x, y in points))
said = [
    f"{n}: median {np.median(v):.3f}, one in ten below {np.quantile(v, 0.1):.3f}" for n, v in wins.items()
]

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 2.6), layout="constrained")
looks = ((figures.GRID, "s"), (figures.RANDOM, "o"))
for row, (values, (color, marker)) in enumerate(zip(wins.values(), looks, strict=True)):
    heights = row + generator.uniform(-0.15, 0.15, len(values))
    ax.plot(values, heights, marker, ms=5, mfc="none", color=color)
    ax.plot([np.median(values)] * 2, [row - 0.3, row + 0.3], color="black", lw=2)
    ax.text(np.median(values), row + 0.31, "median", ha="center", va="bottom", fontsize=9)
ax.set_yticks([0, 1], ["grid", "random"])
ax.set(xlabel="best validation accuracy of nine runs", ylim=(-0.6, 1.8))
gains = np.subtract(wins["random"], wins["grid"])
ax.set_title(f"Random is ahead in {(gains > 0).sum()} of {len(gains)} pairs, the grid in {(gains < 0).sum()}")
print(*said, sep="\n")
print(
    f"the widest gaps: random {100 * gains.max():.1f} percentage points ahead, {-100 * gains.min():.1f} behind"
)
plots.Picture(fig, "Best of nine runs. " + "; ".join(said))

# %% [markdown]
# If you guessed *the grid, it covers the square more evenly*: it does, but nobody is asked about the square. The
# accuracy depends mostly on one axis, and there the grid has three values, three times each. If you guessed *no
# difference*: nearer the truth where both knobs matter, and a grid with a line on the peak wins now and then. Random
# plans have bad luck too, as the printed gaps show; they just have it less often.
#
# What random plans buy is independence from which knob matters. With four knobs and 81 runs a grid still has three
# values of each (Bergstra and Bengio, *Random search for hyper-parameter optimization*, 2012).

# %% [markdown]
# How many random runs are enough? If a share $p$ of the range is good, all of $n$ runs miss it with probability
# $(1-p)^n$, whatever the number of knobs. The next cell counts, and it also says how far a score on 300 images may be off
# by chance; keep that in mind when you compare the percentages below.

# %%
for n in (9, 30, 60):
    print(f"{n:2} random runs find the best twentieth of a range with probability {1 - 0.95**n:.2f}")
print(f"one image of 300 is {100 / 300:.1f} percentage points")
print(
    f"standard error of an accuracy of 93% on 300 images: {100 * (0.93 * 0.07 / 300) ** 0.5:.1f} percentage points"
)

# %% [markdown]
# Two searches whose winners differ by less than that have not been told apart.

# %% [markdown]
# ## 4. Is there more beyond the end?
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

# %% tags=["picture"]
SHORT = (1e-4, 0.03)
narrow = {"learning_rate": lambda rng: float(sample_log_uniform(*SHORT, 1, rng)[0]), "reg": lambda rng: 1e-4}
fig, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
alt = "sample_log_uniform and random_search come first."
if written(sample_log_uniform, *SHORT, 1, np.random.default_rng(0)) and written(
    random_search, job, {}, 1, None
):
    trials = random_search(job, narrow, 30, np.random.default_rng(2))
    rates = [trial["settings"]["learning_rate"] for trial in trials]
    ax.plot(rates, [trial["val_accuracy"] for trial in trials], "o", color=figures.RANDOM, label="30 trials")
    side = (
        on_border(rates[0], *SHORT) if written(on_border, 1.0, 0.1, 10.0) else "on_border is not written yet"
    )
    alt = (
        f"The best of 30 trials has rate {rates[0]:.3g} and {trials[0]['val_accuracy']:.3f}; border: {side}."
    )
    ax.set_title(f"The best has rate {rates[0]:.2g}. Border: {side}")
ax.plot(*curve, color="0.6", lw=1, label="what there was to find")
ax.axvspan(*SHORT, color="0.92", zorder=0, label="the range searched")
ax.set(xscale="log", xlabel=r"learning rate $\eta$", ylabel="validation accuracy")
ax.legend()
plots.Picture(fig, alt)

# %% [markdown]
# ## 5. From coarse to fine
#
# Where a run is hopeless, one epoch says so. So search in stages: **first short runs over wide ranges, then longer
# runs over narrower ones**. Each stage may cost the same, so the longer its runs are, the fewer it has. Three stages are
# usual: one epoch or less, five, and then many.
#
# After a stage every range is centred on the best, in decades. If the best was inside, the new range is a third as
# wide. If it was on the border, it stays as wide, and up to half of it lies where nobody has looked.

# %% [markdown]
# ### Exercise 4. Coarse to fine · 5 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `search`, a function: `search(ranges, n, length)` makes `n` runs of `length` epochs and returns its trials, best first; `ranges` a dict from name to `(lo, hi)`; `epochs` a tuple, one entry per stage: how long its runs are; `budget` epochs for all stages together; `border`, a function, called as `border(value, lo, hi)`; the check hands in others than yours |
# | out | a list with one dict per stage: `"ranges"`, those it searched, and `"best"`, the `"settings"` of its best trial |
# | runs | a stage may spend `budget // len(epochs)` epochs; with runs of `length` epochs it has that `// length` runs, a whole number and always at least one |
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


# %% tags=["picture"]
def search(ranges, n, epochs):
    """Return n random trials within the ranges, each of so many epochs, best first."""
    space = {
        name: lambda rng, lo=lo, hi=hi: float(sample_log_uniform(lo, hi, 1, rng)[0])
        for name, (lo, hi) in ranges.items()
    }
    trials = random_search(
        DigitsJob(rule=sgd_momentum, epochs=epochs), space, n, np.random.default_rng(epochs)
    )
    told.append((epochs, ranges, trials))
    return trials


told = []
WIDE = {"learning_rate": (1e-6, 10.0), "reg": (1e-6, 10.0)}
ready = all(
    written(each, *args)
    for each, *args in (
        (sample_log_uniform, 1.0, 2.0, 1, np.random.default_rng(0)),
        (random_search, dict, {}, 0, None),
        (on_border, 1.0, 0.1, 10.0),
        (coarse_to_fine, lambda *_: [], {}, (1,), 1),
    )
)
stages = coarse_to_fine(search, WIDE, (1, 5, 20), 300, on_border) if ready else []

# %% tags=["picture"]
fig, axes = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
alt = ["Exercises 1 to 4 come first."] if not told else []
if not told:
    figures.nothing_yet(axes, *alt)
for ax, (epochs, ranges, trials) in zip(axes, told, strict=False):
    figures.scatter(ax, trials)
    figures.box(ax, ranges, color="0.3", lw=1.2, ls="--")
    top = trials[0]
    ends = [on_border(top["settings"][name], *ranges[name]) for name in ranges]
    length = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    ax.set_title(f"{len(trials)} runs of {length}: best {100 * top['val_accuracy']:.1f}%")
    alt.append(
        f"{len(trials)} runs of {length}: best {top['val_accuracy']:.3f} at rate"
        f" {top['settings']['learning_rate']:.2g} ({ends[0]}), reg {top['settings']['reg']:.2g} ({ends[1]})."
    )
print(*alt, sep="\n")
plots.Picture(fig, " ".join(alt))

# %% [markdown]
# Both axes are logarithmic. **Lighter and larger dots are more accurate, a cross diverged, the ring is the best of your
# list, the dashed box is the range that was searched.** Read from left to right; the boxes have different axes: the first
# is seven decades wide, the second a third of that, unless the best lay on a border. Most of the first box is dark, and it
# was cheap to find that out: one epoch each.

# %% [markdown]
# Three things to look for in the printed lines. Is a best value on the border in the *last* stage? Then the search is not
# over, whatever the budget says. Did the last stage gain more than the chance of section 3? If not, its runs found no
# better setting, only the same one again. And does the weak knob wander from box to box? It may; little depends on it.
# Scores of different stages are not comparable: a run of one epoch is not a worse run, only a shorter one.

# %% [markdown]
# ## 6. Many workers, and one of them dies
#
# Searches run on many machines for days. The plan that survives is old and plain. **Workers** draw settings, train, and
# after every epoch leave a checkpoint file in a shared folder, the validation score in its name. (A checkpoint of a long
# training also holds the weights, to go on from; ours holds statistics only.) They never talk to each other. A
# **master** starts and stops workers and reads the folder.

# %% [markdown]
# What can go wrong is a worker that dies in the middle of writing. Half a file must never be taken for a checkpoint. A
# rename on the same disk is one step: under the new name the file is complete, or it is not there. In the lesson a
# `Folder` is such a folder on the disk, and a `Shelf` is the same in memory, to try things on.

# %% tags=["picture"]
torn = Shelf()
text = json.dumps({"run": "w0-000", "epoch": 1, "val_accuracy": 0.91})
torn.write("091.00_0001_w0-000.json", text[:31])  # killed here
try:
    json.loads(torn.read("091.00_0001_w0-000.json"))
except ValueError as error:
    print("written under its name, then killed:", error)
safe = Shelf()
safe.write("w0-000.tmp", text[:31])  # killed here
finished = [name for name in safe.names() if name.endswith(".json")]
print("written under another name, then killed: finished files:", *(finished or ["none"]))

# %% [markdown]
# ### Exercise 5. A worker · 4 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `store` with `write(name, text)` and `rename(old, new)`; `name` of the worker; `draw(rng)` returns settings; `train(settings, after_epoch)` calls `after_epoch(stats)` after every epoch; `trials` how many runs; `seed` |
# | out | how many runs it made |
# | settings | one generator for all runs, `np.random.default_rng(seed)`, made once; a fresh `draw` for every run |
# | run | label `f"{name}-{trial:03d}"`, trials counted from 0 |
# | file | `f"{percent:06.2f}_{epoch:04d}_{run}.json"`, percent is the validation accuracy × 100 |
# | how | written whole under a temporary name that no other worker uses and that does not end in `.json`, then renamed to that file |
# | content | JSON of `{"run": ..., "settings": ..., **stats}`; `stats` has `epoch`, `val_accuracy` and more |
#
# Worked: worker `w1`, first run, second epoch, accuracy 0.0975: `009.75_0002_w1-000.json`. A diverged epoch is written
# like any other; its name begins with `000nan`.
#
# Often missed: the file gets its final name only when it is complete; the padding, without which 9.75 sorts above 97.50.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which lines belong to a worker, which to a run, which to an epoch?</details>
# <details><summary>Hint 2: a place</summary>One generator before the loop. In the loop, a function <code>after_epoch(stats)</code> that makes the record and the name, writes under a temporary name with the run's label in it (not ending in .json), and renames. Then <code>train(settings, after_epoch)</code>.</details>
# <details><summary>Hint 3: the formula</summary><code>store.write(f"{run}.tmp", json.dumps(record))</code>, then <code>store.rename(f"{run}.tmp", final)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "worker", "locked": false, "schema_version": 3, "solution": true, "task": false}
def worker(store, name, draw, train, trials, seed):
    """Make runs with drawn settings; after every epoch put a checkpoint into the store. Return how many runs."""
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    for trial in range(trials):
        settings = draw(rng)
        run = f"{name}-{trial:03d}"

        def after_epoch(stats, run=run, settings=settings):
            record = {"run": run, "settings": settings, **stats}
            final = f"{100 * stats['val_accuracy']:06.2f}_{stats['epoch']:04d}_{run}.json"
            store.write(f"{run}.tmp", json.dumps(record))
            store.rename(f"{run}.tmp", final)

        train(settings, after_epoch)
    return trials
    ### END SOLUTION


# %%
check("worker", worker)

# %% nbgrader={"grade": true, "grade_id": "worker-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("worker", worker)
### END HIDDEN TESTS
shelf = Shelf()


def one_epoch(settings, after_epoch):
    after_epoch({"epoch": 1, "train_accuracy": 0.1, "val_accuracy": 0.0975})


worker(shelf, "w1", lambda rng: {"learning_rate": 0.1}, one_epoch, 1, 0)
assert shelf.names() == ["009.75_0001_w1-000.json"], "one run of one epoch leaves one file"

# %% [markdown]
# ### Exercise 6. The leaderboard · 3 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `store` with `names()`, all file names in no order, and `read(name)`, the text |
# | out | a list of records (the dicts in the files), one per `"run"`: its checkpoint with the best `"val_accuracy"`; best run first, NaN last; of equal ones any will do |
#
# Only names that end in `.json` count, and of those only texts that are complete. Older workers did not pad their
# scores, and labels may be anything, `w3-lr1e-05` too: trust the record, not the name, where the score is rounded.
#
# Worked: runs a with 0.8 then 0.7, b with 0.9, c with NaN: the records b 0.9, a 0.8, c NaN.
#
# <details><summary>Hint 1: a question</summary>Which names count, which of a run's records, and where does NaN belong? What does <code>json.loads</code> do with half a file?</details>
# <details><summary>Hint 2: a place</summary>A dict from run to its best record, filled in one loop; inside, <code>try</code> and <code>except ValueError: continue</code>. A key that knows NaN, for both comparisons.</details>
# <details><summary>Hint 3: the formula</summary>key: <code>-1.0</code> if <code>math.isnan(accuracy)</code>, else the accuracy. Keep the larger key; sort by it in reverse.</details>


# %% nbgrader={"grade": false, "grade_id": "leaderboard", "locked": false, "schema_version": 3, "solution": true, "task": false}
def leaderboard(store):
    """Return the best record of every run whose checkpoints are complete, best run first, NaN last."""

    ### BEGIN SOLUTION
    def key(record):
        return -1.0 if math.isnan(record["val_accuracy"]) else record["val_accuracy"]

    best = {}
    for name in store.names():
        if name.endswith(".json"):
            try:
                record = json.loads(store.read(name))
            except ValueError:
                continue
            if record["run"] not in best or key(record) > key(best[record["run"]]):
                best[record["run"]] = record
    return sorted(best.values(), key=key, reverse=True)
    ### END SOLUTION


# %%
check("leaderboard", leaderboard)

# %% nbgrader={"grade": true, "grade_id": "leaderboard-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import hyperparameter_search

hyperparameter_search.grade("leaderboard", leaderboard)
### END HIDDEN TESTS
half = Shelf({"099.00_0001_w9-000.json": '{"run": "w9-000", "epoch": 1, "val_acc'})
assert leaderboard(half) == [], "half a file is no checkpoint"

# %% [markdown]
# ## 7. The master
#
# Three workers, three processes, one folder. A function of a notebook lives only in this notebook's memory, and a new
# Python process cannot import it by name; `Process` therefore sends the function *by value*, code and all (with
# `cloudpickle`), and the new interpreter unpacks it.
#
# In the middle of it the master kills one worker without warning, as a power cut would, and somebody's old program leaves
# half a file with a dream score. **Predict** in the next cell: what will the board show of the dead worker, and of the
# half file?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-kill", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %%
def draw(rng):
    """Return settings: two knobs on a log scale, and a seed for the first weights."""
    rate, reg = (float(sample_log_uniform(*ends, 1, rng)[0]) for ends in ((0.01, 30.0), (1e-6, 1.0)))
    return {"learning_rate": rate, "reg": reg, "seed": int(rng.integers(2**31))}


def slow(settings, after_epoch):
    """Train as the job does, but take a breath after every epoch, so that there is something to watch."""

    def breathing(stats):
        time.sleep(0.05)
        after_epoch(stats)

    return job(settings, breathing)


ready = (
    written(sample_log_uniform, 1.0, 2.0, 1, np.random.default_rng(0))
    and written(worker, Shelf(), "w", lambda rng: {}, lambda *_: None, 1, 0)
    and written(leaderboard, Shelf())
)

# %% tags=["picture"]
folder = tempfile.TemporaryDirectory()
store = Folder(folder.name)
board = figures.Board()
names = ("w0", "w1", "w2") if ready else ()
workers = {name: Process(worker, store, name, draw, slow, 8, seed) for seed, name in enumerate(names)}
board.show([], {}, "" if ready else "Exercises 1, 5 and 6 come first.")
deadline, note = time.time() + 45, ""
try:
    while workers and time.time() < deadline:
        records = leaderboard(store)
        if len(records) >= 6 and not note:
            workers["w1"].kill()
            store.write("099.99_0003_old.json", '{"run": "old", "epoch": 3, "val_accuracy": 0.99')
            note = f"w1 was killed after {len(records)} runs had begun; half a file claims 99.99."
        states = {name: each.state for name, each in workers.items()}
        board.show(records, states, note)
        if "running" not in states.values():
            break
        time.sleep(0.4)
finally:
    for each in workers.values():
        each.close()

# %% tags=["picture"]
files = sorted(store.names())
finished = [name for name in files if name.endswith(".json")]
records = leaderboard(store) if ready else []
of_dead = [json.loads(store.read(name)) for name in finished if "_w1-" in name]
last = {each["run"]: max(e["epoch"] for e in of_dead if e["run"] == each["run"]) for each in of_dead}
print(
    f"{len(files)} files, {len(finished)} end in .json, {len(files) - len(finished)} temporary left behind"
    " (none, if the kill fell between two writes)."
)
print(f"{len(records)} runs on the board, {len(last)} of them from the worker that was killed:")
print(*(f"  {run}, {epoch} of {job.epochs} epochs" for run, epoch in sorted(last.items())), sep="\n")
print("the half file is on the board:", any(each["run"] == "old" for each in records))
print("`ls` ranks them by name, the best come last:", *finished[-3:], sep="\n  ")

# %% [markdown]
# If you guessed *nothing of the dead worker*: what it had finished stays, up to its last whole epoch; only what it was
# about to write is gone. If you guessed *the half file leads*: in `ls` it does, its name claims the best score of all. On the
# board it does not exist, because its text ends too early. Names are for people in a hurry; the content decides.
#
# A run that diverged stops early too. How far w1 came depends on your machine, so your neighbour's board may have another
# leader.

# %% [markdown]
# ## 8. The same worker, anywhere
#
# Python's executors share one interface, `executor.submit(function, ...)`. Your worker does not know where it runs, so it
# runs unchanged in threads, in processes, and on a Dask cluster, here two local processes, elsewhere a hundred machines
# and a shared disk. A `Parcel` is a call sent by value; threads would do without, the others would not.
#
# They differ from section 7 in one thing: an executor cannot kill. If a worker process dies, `ProcessPoolExecutor` calls
# the whole pool broken. The files do not care.

# %% tags=["picture"]
import importlib.util
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

executors = {
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")),
}
if importlib.util.find_spec("distributed"):
    executors["Dask cluster"] = lambda: local_cluster(2)
else:
    print("Dask is not installed (the extra `cluster` brings it): threads and processes only.")


# %% tags=["picture"]
def spread(kind, make):
    """Return how long two workers took on an executor, and what their leaderboard says."""
    began = time.time()
    with tempfile.TemporaryDirectory() as place, make() as executor:
        futures = [executor.submit(Parcel(worker, Folder(place), f"w{k}", draw, job, 4, k)) for k in range(2)]
        runs = sum(future.result() for future in futures)
        board_of = [f"{each['run']} with {each['val_accuracy']:.4f}" for each in leaderboard(Folder(place))]
    print(f"{kind}: {runs} runs in {time.time() - began:.1f} s, best {board_of[0]}")
    return sorted(board_of)  # equal scores may stand in any order


boards = [spread(kind, make) for kind, make in executors.items()] if ready else []
print("All boards are the same:", all(each == boards[0] for each in boards) if boards else "not written yet")

# %% [markdown]
# The same seeds give the same settings and the same networks wherever they run; that is what the seed in `draw` is for.
# The times differ for another reason: a thread is there at once, a process or a cluster has to start Python first. That
# is worth it when a run takes minutes.

# %% [markdown]
# ## 9. Reading: a search that learns
#
# Random search forgets. Bayesian search fits a model to the trials so far and asks where the next one is promising; it
# balances *exploring* with *exploiting*. Spearmint, SMAC and Hyperopt began it; today Optuna is common. Nothing here is
# graded, but write down who wins: both make 25 trials in the same ranges, once in ranges of seven decades for each knob,
# once in ranges that somebody chose well. (600 networks: this takes about half a minute.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-bayes", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def by_optuna(ranges, n, seed):
    """Return the validation accuracies of n trials that Optuna's TPE sampler chose one after the other."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    found = []
    for _ in range(n):
        trial = study.ask()
        settings = {name: trial.suggest_float(name, *ends, log=True) for name, ends in ranges.items()}
        found.append(job({**settings, "seed": seed})["val_accuracy"])
        study.tell(trial, float(np.nan_to_num(found[-1])))
    return found


def by_chance(ranges, n, seed):
    """Return the validation accuracies of n trials drawn with your sampler."""
    rng = np.random.default_rng(seed)
    values = {name: sample_log_uniform(*ends, n, rng) for name, ends in ranges.items()}
    every = [{name: float(values[name][k]) for name in ranges} for k in range(n)]
    return [job({**settings, "seed": seed})["val_accuracy"] for settings in every]


# %% tags=["picture"]
CHOSEN = {"learning_rate": (0.01, 30.0), "reg": (1e-6, 1.0)}
rivals = {"random": by_chance} if written(sample_log_uniform, 1.0, 2.0, 1, np.random.default_rng(0)) else {}
if importlib.util.find_spec("optuna"):
    rivals["Optuna (TPE)"] = by_optuna
else:
    print("Optuna is not installed (the extra `search` brings it).")
arenas = {"wide ranges, 14 decades": WIDE, "well-chosen ranges": CHOSEN}
races = {
    title: {name: np.array([one(ranges, 25, seed) for seed in range(6)]) for name, one in rivals.items()}
    for title, ranges in arenas.items()
}

# %% tags=["picture"]
fig, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", sharey=True)
said = []
for ax, (title, curves) in zip(axes, races.items(), strict=True):
    if curves:
        figures.best_so_far(ax, curves).set_title(title, fontsize=11)
    else:
        figures.nothing_yet([ax], "Exercise 1 comes first.")
    tops = {name: np.fmax.reduce(values, axis=1) for name, values in curves.items()}
    if len(tops) == 2:
        gain = tops["Optuna (TPE)"] - tops["random"]
        ahead, behind = (gain > 0).sum(), (gain < 0).sum()
        ax.set_title(f"{title}\nOptuna ahead for {ahead} of {len(gain)} seeds", fontsize=11)
        medians = ", ".join(f"{name} {1 - np.median(top):.3f}" for name, top in tops.items())
        said.append(
            f"{title}: after {curves['random'].shape[1]} trials the median errors are {medians};"
            f" Optuna is ahead for {ahead} of {len(gain)} seeds, behind for {behind}."
        )
print(*(said or ["Both searches are needed: Exercise 1, and Optuna."]), sep="\n")
plots.Picture(fig, " ".join(said) or "Nothing to compare: one of the two searches is missing.")

# %% [markdown]
# Lower is better, on a logarithmic axis: error 0.06 is accuracy 0.94. Lines are medians over six seeds, bands reach from
# the luckiest seed to the unluckiest.
#
# If you guessed *Optuna, it learns*: TPE draws its first ten trials at random, and from ten to twenty-five there is
# little to learn from. If you guessed *no difference*: six seeds do not settle it. With another update rule your lines
# may even say the opposite, and a median that moves by 0.003 has moved by one image of 300.

# %% [markdown]
# What does hold is the larger effect in the picture: not who searches but where. On ranges somebody chose well, both are
# good after a few trials. A model has more to offer where trials are many and each is expensive. Random search keeps one
# advantage in any case: its next trial never waits for the last.

# %% [markdown]
# ## 10. The winner once more, and the test set once
#
# The leader of your board won with one training from one seed. How much of it was luck? The usual cure: train the first
# five again, each with five fresh seeds for its first weights, and let the mean decide.

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 3), layout="constrained")
alt, winner = "Nothing to show before exercises 1, 5 and 6 are written.", None
if records:
    finalists = [each for each in records if not math.isnan(each["val_accuracy"])][:5]
    first = [each["val_accuracy"] for each in finalists]
    again = np.array(
        [[job({**each["settings"], "seed": seed})["val_accuracy"] for seed in range(5)] for each in finalists]
    )
    figures.again(ax, [each["run"] for each in finalists], first, again)
    place = int(np.nanargmax(again.mean(axis=1)))
    winner = finalists[place]
    lost = 100 * (np.mean(first) - again.mean())
    alt = (
        f"Trained again, the first {len(finalists)} have {again.mean():.3f} on average, in place of the"
        f" {np.mean(first):.3f} that brought them there: {lost:.1f} percentage points were luck and the best epoch."
        f" By the mean {winner['run']} wins, number {place + 1} of the board."
    )
else:
    figures.nothing_yet([ax], "Exercises 1, 5 and 6 come first.")
print(alt)
plots.Picture(fig, alt)

# %% [markdown]
# The winner by the mean, trained once more on all training images for thirty epochs, is shown to the test set. Once.

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 3.4), layout="constrained")
if winner:
    seen = []
    long = DigitsJob(rule=sgd_momentum, epochs=30, rows=1197)
    run = long.fit(winner["settings"], seen.append)
    test = long.network.accuracy(run.params, digits().X_test, digits().y_test)
    for part, dash in (("train", "--"), ("val", "-")):
        accuracy = [each[f"{part}_accuracy"] for each in seen]
        ax.plot(range(1, len(accuracy) + 1), accuracy, ls=dash, color=figures.RANDOM, label=part)
    ax.plot(len(seen), test, "*", ms=14, color=figures.GRID, label="test, looked at once")
    images = len(digits().y_test)
    alt = (
        f"Rate {winner['settings']['learning_rate']:.3g}, reg {winner['settings']['reg']:.3g}. After {len(seen)} epochs"
        f" on all rows: validation {seen[-1]['val_accuracy']:.3f}, test {test:.3f}, each on {images} images"
        f" with a standard error of {(test * (1 - test) / images) ** 0.5:.3f}."
    )
    ax.legend(loc="lower right")
    ax.set(xlabel="epoch", ylabel="accuracy", title="Your winner on all training images")
else:
    figures.nothing_yet([ax], "Exercises 1, 5 and 6 come first.")
print(alt)
plots.Picture(fig, alt)

# %% [markdown]
# If the winner fell apart with more data and more epochs, the search was too short for the run you meant: that is what
# the last stage of coarse to fine is for. A gap between validation and test of less than two standard errors says
# nothing. And "once" is a promise, not a property of the cell: whoever looks at the star, goes back and searches on, has
# chosen by the test set.

# %% [markdown]
# ## Say it back
#
# - Multiplicative knobs are drawn as $10^u$; random plans see a new value of every knob in every run.
# - Look at the border on the scale of the search; start wide and short, end narrow and long, at a budget fixed beforehand.
# - Rank by one validation fold, repeat the first few with fresh seeds, touch the test set once.
# - Write every file so that a death in the middle harms nobody.

# %% [markdown]
# **Next**: 10 does not throw the runners-up away: it averages them.
#
# **Open question.** Your first stage stops every run after one epoch. Which good settings does that always throw out, and
# what would you pay to keep them?
#
# <details><summary>One answer</summary>Those that start slowly and end well: a small rate, strong dropout, a schedule that warms up or anneals (lesson 07). Longer first runs keep them and cost trials; stopping only the worst half after each doubling of the epochs (successive halving) is the usual compromise.</details>
#
# **Still argued about**: whether clever search is worth it. Li and Talwalkar (*Random search and reproducibility for
# neural architecture search*, 2019) find random search with early stopping a match for methods made for the task; Turner
# et al. (*Bayesian optimization is superior to random search*, 2021) report the opposite from a public challenge on
# machine-learning tasks.

# %% [markdown]
# ## Check your work
#
# Save the notebook first. The button runs the graded checks on the saved file, if they are on this machine, and says
# what your marks would say; after a real attempt it also opens the lesson's own answer. The panel below it shows where
# you are in all lessons, read from the notebooks beside this one.

# %% tags=["picture"]
from course import progress
from course.widgets.check_button import check_my_work

check_my_work()

# %% tags=["picture"]
progress()
