# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2. Sanity checks
#
# **Five copies of one network are about to read ten kinds of digits. None has taken a step. Each shows one number. Which
# copies are broken?**
#
# *You will be able to* say what the first loss must be, write the two classic losses so that they survive any scores, and
# run the checks that cost a minute and save a week.
#
# *Time* about 90 minutes. *You need* lesson 1, or at least a gradient you trust. *Points* 20.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

from course import numerics, plots, suspects
from course.checks import check, written
from course.data import digits, spiral
from course.figures import sanity
from course.mine import plain_gradient_descent
from course.network import MLP
from course.threads import one_thread
from course.training import train

plots.use_style()
data = digits()

# %% tags=["picture"]
first = suspects.first_losses(data)
fig, ax = plt.subplots(figsize=(6.4, 3.2))
sanity.first_losses(ax, first).set_title("Five first losses, one of them right")
plots.Picture(
    fig,
    "Loss before the first step: " + ", ".join(f"{name} {loss:.2f}" for name, loss in first.items()) + ".",
)

# %% [markdown]
# ## Guess first
#
# All five use cross-entropy, all were meant to start from weights near zero, and there are ten classes. Which letters are
# broken, and which number did you expect? One line.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-first-loss", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 2.1 What a network that knows nothing must pay
#
# With weights near zero all scores are nearly equal. Then no data is needed to know the loss.
#
# **Softmax cross-entropy** pays $-\ln p$ of the right class, and every class has $p = 1/C$:
#
# $$L = -\ln\frac1C = \ln C .$$
#
# **The hinge** of Weston and Watkins asks the right score to lead every other by $\delta$, and adds up what is missing. At
# equal scores each of the $C-1$ others is short by exactly $\delta$:
#
# $$L = (C-1)\,\delta .$$

# %% [markdown]
# ### Exercise 1. The loss at chance · 3 points · about 6 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `classes`, a number; `kind`, `"softmax"` or `"hinge"`; `delta`, the margin of the hinge, default 1 |
# | out | the loss of equal scores, one number |
# | errors | `ValueError` for any other kind |
#
# Worked: 4 classes give `1.386` for softmax and `3` for the hinge; with `delta=2`, the hinge gives `6`.
#
# Often missed: `log10`; $C$ margins instead of $C-1$; a kind with a typing error that passes for the other.
#
# <details><summary>Hint 1: a question</summary>How many margins does an example have, if none is asked of the right class
# against itself?</details>
# <details><summary>Hint 2: a place</summary>math.log is the natural logarithm. An if for each kind, and a raise ValueError(...)
# after both.</details>
# <details><summary>Hint 3: the formula</summary>ln(classes) for softmax, (classes - 1) * delta for the hinge.</details>


# %% nbgrader={"grade": false, "grade_id": "chance_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def chance_loss(classes, kind, delta=1):
    """Return the loss of a classifier whose scores are all equal.  Raises ValueError for an unknown kind."""
    ### BEGIN SOLUTION
    if kind == "softmax":
        return math.log(classes)
    if kind == "hinge":
        return (classes - 1) * delta
    raise ValueError(f'kind must be "softmax" or "hinge"; got {kind!r}.')
    ### END SOLUTION


# %%
check("chance_loss", chance_loss)

# %% nbgrader={"grade": true, "grade_id": "chance_loss-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import sanity_checks

sanity_checks.grade("chance_loss", chance_loss)
### END HIDDEN TESTS
assert chance_loss(10, "hinge") == 9, "Nine margins of 1."

# %% [markdown]
# Ten classes, then: what your function says, and what a network with tiny weights pays on 1197 real digits.

# %%
for kind in ("softmax", "hinge"):
    net = MLP(sizes=(64, 50, 10), kind=kind)
    paid = net.evaluate(net.start(np.random.default_rng(0), scale=1e-3), data.X_train, data.y_train)[0]
    said = f"{chance_loss(10, kind):.6f}" if written(chance_loss, 2, "softmax") else "not written yet"
    print(f"{kind}: chance_loss says {said}, tiny weights pay {paid:.6f}")

# %% tags=["picture"]
expected = chance_loss(10, "softmax") if written(chance_loss, 2, "softmax") else None
fig, ax = plt.subplots(figsize=(7.2, 3.4))
shown = {f"{name}: {suspects.TOLD[name]}": loss for name, loss in first.items()}
sanity.first_losses(ax, shown, expected=expected).set_title("The first loss names the suspects")
plots.Picture(
    fig,
    "Loss before the first step. " + "; ".join(f"{told}, {loss:.2f}" for told, loss in shown.items()) + ".",
)

# %% [markdown]
# If you expected ten, you counted classes. If you expected zero, remember that a network must *earn* zero.
#
# Each bug has its signature. A base-10 logarithm divides by 2.30. A sum for a mean multiplies by the batch, here 4 (not quite
# 9.21, because the weights are near zero and not zero). Large weights make confident guesses, and most confident guesses of a
# network that knows nothing are wrong. A regulariser adds its own share, so **look with regularisation off**.
#
# What the number cannot show: anything that happens after the first step.

# %% [markdown]
# ## 2.2 Cross-entropy
#
# The probability a network gives to class $c$ in row $i$ is that class's share of the exponentials,
# $p_{ic} = e^{s_{ic}}/\sum_k e^{s_{ik}}$. A row pays minus the logarithm of its label's probability, $-\ln p_{iy_i}$, and the
# batch pays the mean:
#
# $$L=\frac1N\sum_i\Big(\ln\sum_k e^{s_{ik}}-s_{i y_i}\Big),\qquad
# \frac{\partial L}{\partial s_{ic}}=\frac{p_{ic}-[c=y_i]}{N}.$$
#
# The gradient reads: *what you said, less what was true*. Each row of it adds up to zero.
#
# Break it before you build it. What does the formula, typed as it stands, give for scores of 1000 and 0?

# %%
with np.errstate(all="ignore"):
    for s in (np.array([2.0, 0.0]), np.array([1000.0, 0.0])):
        typed, shifted = np.exp(s), np.exp(s - s.max())
        print(f"scores {s}: as typed {typed / typed.sum()}, largest taken away {shifted / shifted.sum()}")

# %% [markdown]
# `exp(1000)` is inf, and inf/inf is NaN. Taking the same number away from all scores of a row changes no probability. Take
# the row's largest: then the largest exponential is 1, and none overflows. The largest of the *whole batch* would not do: in a
# row far below it every exponential would be 0, and 0/0 is NaN again.
#
# ### Exercise 2. Softmax loss · 6 points · about 15 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `scores` of shape (N, C); `y` of shape (N,), the label of each row |
# | out | `loss`, a number, the mean over rows; `dscores` of shape (N, C), its gradient |
# | after the call | `scores` hold what they held before |
#
# Worked: one row `[0, 0, 0, 0]` with label 2 gives `1.386` and `[.25, .25, -.75, .25]`.
#
# Often missed: the shift by each row's own largest; sum for mean, in the loss *or* in the gradient; the 1 at the label.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which entry of each row is the label's? scores[:, y] is not it; try it on two
# rows and look at the shape.</details>
# <details><summary>Hint 2: a place</summary>scores.max(axis=1, keepdims=True) has shape (N, 1), so it can be taken away from
# scores. rows = np.arange(len(y)); then scores[rows, y] picks one entry per row.</details>
# <details><summary>Hint 3: the formula</summary>s = scores - row maxima; e = exp(s); p = e / row sums of e. The loss is the mean
# of log(row sums) - s[rows, y]. The gradient is p with 1 taken away at [rows, y], all divided by N.</details>


# %% nbgrader={"grade": false, "grade_id": "softmax_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_loss(scores, y):
    """Return the mean cross-entropy of the rows of scores, and its gradient with respect to scores."""
    ### BEGIN SOLUTION
    rows = np.arange(len(y))
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - shifted[rows, y])
    dscores = exponentials / sums[:, None]
    dscores[rows, y] -= 1
    dscores = dscores / len(y)
    ### END SOLUTION
    return loss, dscores


# %%
check("softmax_loss", softmax_loss)

# %% nbgrader={"grade": true, "grade_id": "softmax_loss-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import sanity_checks

sanity_checks.grade("softmax_loss", softmax_loss)
### END HIDDEN TESTS
loss, dscores = softmax_loss(np.zeros((3, 10)), np.array([1, 2, 3]))
assert np.isclose(loss, math.log(10)), "Equal scores cost ln C."
assert np.allclose(dscores.sum(axis=1), 0), "What was said and what was true both add up to 1."

# %% [markdown]
# ## 2.3 The hinge
#
# The hinge is content once the label leads by $\delta$, and then gives no gradient at all:
#
# $$L=\frac1N\sum_i\sum_{c\ne y_i}\max(0,\; s_{ic}-s_{iy_i}+\delta).$$
#
# In the gradient, each violated margin puts $+1/N$ at its class and $-1/N$ at the label. So the label's entry is minus the
# *number* of violated margins of its row, over $N$. (A step goes against the gradient: the class down, the label up.)
#
# ### Exercise 3. Hinge loss · 5 points · about 12 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `scores` (N, C); `y` (N,); `delta`, default 1 |
# | out | `loss`, the mean over rows of the summed violations; `dscores` (N, C) |
#
# Worked: one row `[1, 2, 0.5]` with label 0: the margins of classes 1 and 2 are `2` and `0.5`, so the loss is `2.5` and the
# gradient `[-2, 1, 1]`.
#
# Often missed: the label's own margin, which is always $\delta$; the count at the label; the mean.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>In how many terms of row i does the label's score stand, and with which
# sign?</details>
# <details><summary>Hint 2: a place</summary>margins = np.maximum(0, ...) for all classes at once, then set margins[rows, y] = 0
# before you use them for the loss and for the gradient.</details>
# <details><summary>Hint 3: the formula</summary>loss = margins.sum() / N. violated = 1 where margins &gt; 0, else 0; then
# violated[rows, y] becomes minus the row sums of violated; dscores = violated / N.</details>


# %% nbgrader={"grade": false, "grade_id": "svm_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def svm_loss(scores, y, delta=1):
    """Return the mean multi-class hinge of the rows of scores, and its gradient with respect to scores."""
    ### BEGIN SOLUTION
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0
    loss = margins.sum() / len(y)
    dscores = (margins > 0).astype(np.float64)
    dscores[rows, y] = -dscores.sum(axis=1)
    dscores = dscores / len(y)
    ### END SOLUTION
    return loss, dscores


# %%
check("svm_loss", svm_loss)

# %% nbgrader={"grade": true, "grade_id": "svm_loss-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import sanity_checks

sanity_checks.grade("svm_loss", svm_loss)
### END HIDDEN TESTS
assert svm_loss(np.array([[3.0, 0.0, 0.0]]), np.array([0]))[0] == 0, "A lead of 3 satisfies every margin."

# %% tags=["picture"]
losses = {"softmax": softmax_loss, "hinge": svm_loss}
ready = all(written(f, np.zeros((1, 2)), np.array([0])) for f in losses.values())
picture = "This picture draws your own losses: write Exercises 2 and 3 first."
if ready:
    curves = {name: lambda m, f=f: f(np.array([[m, 0.0]]), np.array([0]))[0] for name, f in losses.items()}
    fig, ax = plt.subplots()
    sanity.by_margin(ax, curves).set_title("The hinge stops asking, softmax never does")
    told = "; ".join(
        f"{name}: {f(0.0):.2f} at lead 0, {f(2.0):.2f} at 2, {f(5.0):.4f} at 5" for name, f in curves.items()
    )
    print(told)
    picture = plots.Picture(fig, f"Two losses of two classes against the lead of the label. {told}.")
picture

# %% [markdown]
# At a lead of 0 both are at chance, $\ln 2$ and 1. At a lead of 2 the hinge is exactly 0, softmax still pays, and at 5 it
# pays a little. Neither loss at zero means the other is.
#
# Lesson 1 asks for a second opinion on both gradients: centred differences at random scores, where no margin is near its
# kink. Below `1e-7` a check passes.

# %% tags=["picture"]
if ready:
    rng = np.random.default_rng(3)
    scores, y = rng.standard_normal((6, 5)), rng.integers(0, 5, 6)
    for name, f in losses.items():
        analytic, worst = f(scores, y)[1], 0.0
        for ix in np.ndindex(scores.shape):
            entry, start = numerics.along(lambda p, f=f: f(p["s"], y)[0], {"s": scores}, "s", ix)
            numeric = (entry(start + 1e-5) - entry(start - 1e-5)) / 2e-5
            size = max(abs(analytic[ix]), abs(numeric))
            worst = max(worst, abs(analytic[ix] - numeric) / size if size else 0.0)
        verdict = "passes" if worst < 1e-7 else "does not pass"
        print(f"{name}: worst relative error of {scores.size} entries {worst:.0e}, {verdict}")

# %% [markdown]
# ## 2.4 Learn twenty examples by heart
#
# The best check of a whole training set-up takes seconds: **twenty examples, regularisation off, and the loss must go to
# (nearly) zero**, here below 0.1. A network with thousands of weights has no excuse.
#
# Five set-ups will be tried. Guess which of them pass: the right one; one whose rows were shuffled but whose labels were not;
# one whose gradient is turned round; one where only the last bias learns; one whose every ReLU is silent.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-twenty", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 4. Overfit twenty · 4 points · about 12 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `loss(params, X, y, reg)` returns a number and a dict of gradients; `params` a dict of arrays; `X`, `y`; `rule(w, dw, config)` returns the next `w` and the config; `config` a dict; `steps` |
# | out | list of `steps + 1` losses of the first 20 rows, with `reg` 0: before each step, and after the last |
# | after the call | `params` and `config` hold what they held before |
#
# Worked: `steps=0` gives one number, the first loss.
#
# Often missed: regularisation left at its default; one config for all arrays (a rule may keep a memory in it, and the memory
# of a matrix does not fit a bias); the returned config dropped; the last loss.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>For a network of four arrays, how many configs are there, and where does each
# come back?</details>
# <details><summary>Hint 2: a place</summary>Before the loop: a copy of every array, and {name: dict(config) for name in params}.
# Inside: the loss and gradients of X[:20], y[:20] with reg 0, append, then go through the names. After it: the last
# loss.</details>
# <details><summary>Hint 3: the formula</summary>params[name], configs[name] = rule(params[name], grads[name],
# configs[name]).</details>


# %% nbgrader={"grade": false, "grade_id": "overfit_tiny", "locked": false, "schema_version": 3, "solution": true, "task": false}
def overfit_tiny(loss, params, X, y, rule, config, steps):
    """Return the losses of the first 20 rows, without regularisation, before every step and after the last."""
    ### BEGIN SOLUTION
    params = {name: w.copy() for name, w in params.items()}
    configs = {name: dict(config) for name in params}
    losses = []
    for _ in range(steps):
        value, grads = loss(params, X[:20], y[:20], 0.0)
        losses.append(value)
        for name in params:
            params[name], configs[name] = rule(params[name], grads[name], configs[name])
    losses.append(loss(params, X[:20], y[:20], 0.0)[0])
    ### END SOLUTION
    return losses


# %%
check("overfit_tiny", overfit_tiny)

# %% [markdown]
# A loss that can be worked out by hand: on the parabola $w^2$, the course's `plain_gradient_descent`, which steps by minus
# `learning_rate` times gradient, halves $w$ at every step of rate 1/4, so the loss falls to a quarter.


# %%
def parabola(params, X, y, reg=1.0):
    return float(params["w"][0] ** 2 + reg), {"w": 2 * params["w"]}


none, quarter = np.zeros(20), {"learning_rate": 0.25}
on_parabola = (parabola, {"w": np.ones(1)}, none, none, plain_gradient_descent, quarter)
ready4 = written(overfit_tiny, *on_parabola, 0)
overfit_tiny(*on_parabola, 4) if ready4 else "Exercise 4 is not written yet."

# %% nbgrader={"grade": true, "grade_id": "overfit_tiny-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import sanity_checks

sanity_checks.grade("overfit_tiny", overfit_tiny)
### END HIDDEN TESTS
fall = overfit_tiny(*on_parabola, 4)
assert len(fall) == 5, "One loss before each of 4 steps, and one after the last."
assert np.allclose(fall, [1, 1 / 4, 1 / 16, 1 / 64, 1 / 256]), "Each step halves w."

# %% tags=["picture"]
picture = "This picture runs your own loop: write Exercise 4 first."
if ready4:
    with np.errstate(all="ignore"), one_thread():
        runs = {
            name: overfit_tiny(loss, params, X, y, plain_gradient_descent, {"learning_rate": 0.5}, 150)
            for name, (loss, params, X, y) in suspects.learners(data).items()
        }
    fig, ax = plt.subplots(figsize=(7.2, 4.4))
    sanity.learning(ax, {name: np.minimum(losses, 1e3) for name, losses in runs.items()}, chance=math.log(10))
    ax.set(ylim=(5e-3, 1e3), ylabel="loss on 20 examples, cut at 1000")
    ax.set_title("One broken set-up learns its twenty examples")
    told = "; ".join(f"{name}: {losses[-1]:.2g}" for name, losses in runs.items())
    print(told)
    picture = plots.Picture(fig, f"Loss on 20 examples after 150 steps. {told}.")
picture

# %% [markdown]
# Three of the four bugs fail the check. The two flat lines fall together, a little below chance: in both only the last bias
# learns, and a bias can learn how frequent each label is among the twenty, no more.
#
# The shuffled one passes. **Passing does not show that each row has its own label**: a network learns twenty wrong labels by
# heart just as well. Use all rows, and look at rows it has not trained on:

# %% tags=["picture"]
rest = {"epochs": 60, "validation": (data.X_val, data.y_val)}
for name, (_, _, X, y) in list(suspects.learners(data).items())[:2]:
    rng, config = np.random.default_rng(0), {"learning_rate": 0.5}
    run = train(suspects.NETWORK, X, y, plain_gradient_descent, config, rng=rng, **rest)
    for epoch in (15, 60):
        seen, kept = run.epochs["train_accuracy"][epoch], run.epochs["val_accuracy"][epoch]
        print(f"{name}, {epoch} epochs: training accuracy {seen:.2f}, validation {kept:.2f}")

# %% [markdown]
# The shuffled labels are being learned by heart: training accuracy climbs, slowly. On validation rows it stays at guessing,
# one in ten, however long one trains.

# %% [markdown]
# ## 2.5 More regularisation, more loss
#
# The penalty $\frac\lambda2\sum w^2$ is added to the loss. So at the *same* parameters, unless all weights are 0, a larger
# $\lambda$ must give a larger loss. If it does not, the regulariser is not wired in, or its sign is wrong.
#
# ### Exercise 5. Does it rise? · 2 points · about 5 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `loss(params, X, y, reg)` returns a number and gradients; `params`, `X`, `y`; `strengths`, several values of `reg` in any order |
# | out | True if each stronger value of `reg` gives a strictly larger loss, else False |
#
# Worked: losses 2.3, 2.4, 2.4 at strengths 0, 0.1, 1 give False.
#
# Often missed: comparing only the ends; `>=`; strengths that come unsorted.
#
# <details><summary>Hint 1: a question</summary>Which pairs of losses must you compare?</details>
# <details><summary>Hint 2: a place</summary>sorted(strengths) first; loss(...)[0] is the number.</details>
# <details><summary>Hint 3: the formula</summary><code>np.all(np.diff(losses) &gt; 0)</code>, as a bool.</details>


# %% nbgrader={"grade": false, "grade_id": "regularization_raises_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def regularization_raises_loss(loss, params, X, y, strengths):
    """Return whether each stronger regularisation gives a strictly larger loss at the same parameters."""
    ### BEGIN SOLUTION
    losses = [loss(params, X, y, reg)[0] for reg in sorted(strengths)]
    rises = bool(np.all(np.diff(losses) > 0))
    ### END SOLUTION
    return rises


# %%
check("regularization_raises_loss", regularization_raises_loss)

# %% nbgrader={"grade": true, "grade_id": "regularization_raises_loss-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import sanity_checks

sanity_checks.grade("regularization_raises_loss", regularization_raises_loss)
### END HIDDEN TESTS
assert regularization_raises_loss(parabola, {"w": np.ones(1)}, None, None, [0, 1, 2]), (
    "The parabola adds reg to its loss."
)

# %% tags=["picture"]
params, strengths = suspects.NETWORK.start(np.random.default_rng(0)), [0, 0.001, 0.003, 0.01, 0.03]
ready5 = written(regularization_raises_loss, parabola, {"w": np.ones(1)}, None, None, [0, 1])
table = {}
for name, loss in suspects.regularisers().items():
    verdict = (
        regularization_raises_loss(loss, params, data.X_train, data.y_train, strengths)
        if ready5
        else "not written yet"
    )
    table[f"{name}, does it rise? {verdict}"] = [
        loss(params, data.X_train, data.y_train, reg)[0] for reg in strengths
    ]
fig, ax = plt.subplots()
sanity.penalties(ax, strengths, table).set_title("A penalty must cost something")
plots.Picture(
    fig,
    "Loss against regularisation. "
    + "; ".join(f"{name}: from {v[0]:.2f} to {v[-1]:.2f}" for name, v in table.items())
    + ".",
)

# %% [markdown]
# P subtracts its penalty, R never adds it, Q is right. Both bugs train without complaint; P even reports a lower loss than it
# has.

# %% [markdown]
# ## 2.6 Find the bug in the published notes
#
# A line like this was printed in notes that many thousands have read: `x += learning_rate * dx`, as the simplest update. Change
# the rule in the next cell until your check of twenty examples passes, with a last loss below 0.1. Nothing is graded.


# %%
def published(x, dx, config):
    x = x + config["learning_rate"] * dx
    return x, config


# %%
message = "This check runs your own loop: write Exercise 4 first."
if ready4:
    with np.errstate(all="ignore"), one_thread():
        loss, params, X, y = suspects.learners(data)["as intended"]
        fall = overfit_tiny(loss, params, X, y, published, {"learning_rate": 0.5}, 100)
    verdict = "mended" if fall[-1] < 0.1 else "still wrong"
    message = f"from {fall[0]:.2f} to {fall[-1]:.3g} in 100 steps: {verdict}"
message

# %% [markdown]
# <details><summary>What was wrong, once you have tried</summary>The gradient points uphill, so the step goes against it: minus.
# The loss at chance was right, the gradient was right, the penalty was right; only the check of twenty examples
# noticed.</details>

# %% [markdown]
# ## 2.7 The spiral, with your own loss
#
# Three arms, 300 points, two numbers each. A linear classifier first, then one layer of 100 ReLU units, both trained with
# *your* `softmax_loss` on all points, rate 1, $\lambda=10^{-3}$.
#
# Guess in your head: what is the first loss, without its penalty? Can the linear one reach zero on twenty points?


# %%
def spiral_loss(params, X, y, reg=1e-3):
    """Loss and gradients of one or two layers, from your softmax_loss."""
    units = np.maximum(0, X @ params["W1"] + params["b1"]) if "W2" in params else X
    top = "2" if "W2" in params else "1"
    loss, d = softmax_loss(units @ params["W" + top] + params["b" + top], y)
    grads = {"W" + top: units.T @ d + reg * params["W" + top], "b" + top: d.sum(axis=0)}
    if "W2" in params:
        back = (d @ params["W2"].T) * (units > 0)
        grads |= {"W1": X.T @ back + reg * params["W1"], "b1": back.sum(axis=0)}
    return loss + reg / 2 * sum(np.sum(w**2) for name, w in params.items() if "W" in name), grads


def descend_all(params, X, y, steps, rate=1.0):
    first = spiral_loss(params, X, y, 0.0)[0]
    for _ in range(steps):
        grads = spiral_loss(params, X, y)[1]
        params = {
            name: plain_gradient_descent(w, grads[name], {"learning_rate": rate})[0]
            for name, w in params.items()
        }
    return params, first, spiral_loss(params, X, y)[0]


# %% tags=["picture"]
X, y = spiral(np.random.default_rng(0))
picture = "This picture trains with your own loss: write Exercise 2 first."
if written(softmax_loss, np.zeros((1, 2)), np.array([0])):
    fig, axes = plt.subplots(1, 2, figsize=(8.4, 4.2))
    told = []
    for ax, sizes, steps in zip(axes, ((2, 3), (2, 100, 3)), (200, 2000), strict=True):
        net = MLP(sizes=sizes)
        with one_thread():
            params, start, end = descend_all(net.start(np.random.default_rng(0), scale=0.01), X, y, steps)
        told.append(
            f"{len(sizes) - 1} layer(s), {steps} steps: loss {start:.4f} without penalty, at the end "
            f"{end:.3f} with it, accuracy {net.accuracy(params, X, y):.1%}"
        )
        sanity.regions(ax, lambda grid, net=net, params=params: net.scores(params, grid).argmax(axis=1), X, y)
        ax.set_title(f"{'Lines' if len(sizes) == 2 else 'A hundred ReLUs'}: {net.accuracy(params, X, y):.0%}")
    print(*told, sep="\n")
    picture = plots.Picture(fig, "Class regions on the spiral. " + "; ".join(told))
picture

# %% tags=["picture"]
if ready4 and ready:
    few = np.random.default_rng(1).permutation(300)
    for sizes in ((2, 3), (2, 100, 3)):
        params = MLP(sizes=sizes).start(np.random.default_rng(0), scale=0.1)
        with one_thread():
            fall = overfit_tiny(
                spiral_loss, params, X[few], y[few], plain_gradient_descent, {"learning_rate": 1.0}, 3000
            )
        print(f"sizes {sizes}: 20 spiral points from {fall[0]:.3f} to {fall[-1]:.3f}")

# %% [markdown]
# Both start near $\ln 3 = 1.0986$; the weights are near zero and not zero. The linear one cannot learn even twenty points: no bug, **too little capacity**. The same picture of
# a stuck loss has two causes, and the check on twenty examples alone cannot tell them apart. A wider network can.

# %% [markdown]
# ## Say it back
#
# 1. Before the first step, regularisation off, the loss is $\ln C$ for softmax and $(C-1)\delta$ for the hinge; anything else
#    is a bug or a bad start.
# 2. More regularisation must raise the loss; twenty examples must be learned by heart.
# 3. None of these shows that rows and labels belong together. Validation data does.
#
# **Next:** *Babysitting a run*. The checks are passed and the run has started; what do its curves say?

# %% [markdown]
# **Open question.** With 90 % of the examples in one class, what loss does a network reach that has learned only the
# frequencies, and what should its last bias be at the start?
#
# **Still argued about.** What it means that networks learn by heart so easily. Zhang, Bengio, Hardt, Recht and Vinyals,
# *Understanding deep learning requires rethinking generalization* (ICLR 2017), fit random labels perfectly; Arpit and others,
# *A Closer Look at Memorization in Deep Networks* (ICML 2017), answer that networks learn simple patterns first.

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
