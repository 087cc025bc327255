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
# **Six copies of one network are about to learn the ten digits. None has taken a step. For each you see one number, its loss.
# Which copies are broken?**
#
# *You will be able to* say what the first loss must be, write the two classic losses so that they stay finite for any scores,
# and run checks that cost a minute and can save a week.
#
# *Time* about 100 minutes. *You need* lesson 1, or at least a gradient you trust; F2 if softmax
# and hinge are new to you. *Points* 20.

# %%
import math

import numpy as np

from course import plots, suspects
from course.checks import check, needs
from course.data import digits
from course.figures import sanity
from course.mine import plain_gradient_descent
from course.network import MLP
from course.threads import one_thread
from course.training import train

plots.use_style()
data = digits()

# %% tags=["picture"]
sanity.first_losses(suspects.first_losses(data), title="Six losses before the first step")

# %% [markdown]
# ## Guess first
#
# All six use cross-entropy, all were meant to start from weights near zero, and there are ten classes. Which letters are
# broken, and which number did you expect? Write one line.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-first-loss", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 2.1 The loss of a network that knows nothing
#
# A network gives every class a **score**, also called a *logit*. With weights near zero all scores are nearly equal, so you
# know the loss before you see any data.
#
# **Softmax cross-entropy** is $-\ln p$ of the right class, and with equal scores every class has $p = 1/C$:
#
# $$L = -\ln\frac1C = \ln C .$$
#
# The **multi-class hinge** of Weston and Watkins, the loss of a linear support vector machine (SVM), wants the right score to
# lead every other by a margin $\delta$, and adds up how much is missing. With equal scores exactly $\delta$ is missing for
# each of the $C-1$ other classes:
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
# Often missed: `log10`; $C$ margins instead of $C-1$; a misspelt kind that is taken for one of the two.
#
# <details><summary>Hint 1: a question</summary>The right class has no margin to itself. How many margins does one example
# have?</details>
# <details><summary>Hint 2: a place</summary>math.log is the natural logarithm. Write one if for each kind, and after both
# raise ValueError(...).</details>
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
# Now ten classes and 1197 real digits. Compare the loss of a network with tiny weights with the number that your function
# gives.

# %%
with needs("Exercise 1"):
    for kind in ("softmax", "hinge"):
        net = MLP(sizes=(64, 50, 10), kind=kind)
        tiny = net.start(np.random.default_rng(0), scale=1e-3)
        paid = net.evaluate(tiny, data.X_train, data.y_train)[0]
        print(f"{kind}: loss with tiny weights {paid:.6f}, your function {chance_loss(10, kind):.6f}")

# %% tags=["picture"]
sanity.suspects_named(chance_loss, data)

# %% [markdown]
# If you expected ten, you counted classes. If you expected zero, remember that a network has to *learn* to reach zero.
#
# Each bug changes the loss in its own way. A base-10 logarithm divides it by 2.30. A sum instead of a mean multiplies it by
# the batch size, here 4 (not exactly 9.21, because the weights are near zero and not zero). Large weights make confident
# guesses, and a network that knows nothing is confident and wrong. A regulariser adds its own share, so **check the first
# loss with regularisation off**.

# %% [markdown]
# F passes, but it is broken. Its scores are turned into probabilities and then handed to a loss that applies softmax itself.
# This happens if you put a softmax layer in front of PyTorch's `CrossEntropyLoss`, which expects logits. At equal scores
# there is no difference. The first loss says nothing about what comes after the first step; section 2.4 will catch F.

# %% [markdown]
# ## 2.2 Cross-entropy that no scores can break
#
# The probability a network gives to class $c$ in row $i$ is that class's share of the exponentials,
# $p_{ic} = e^{s_{ic}}/\sum_k e^{s_{ik}}$. The loss of a row is $-\ln p_{iy_i}$, minus the logarithm of its label's
# probability, and the loss of the batch is the mean:
#
# $$L=\frac1N\sum_i\Big(\ln\sum_k e^{s_{ik}}-s_{i y_i}\Big),\qquad
# \frac{\partial L}{\partial s_{ic}}=\frac{p_{ic}-[c=y_i]}{N}.$$
#
# The bracket $[c=y_i]$ is 1 at the label and 0 elsewhere. So the gradient is *the prediction minus the truth*, and each of
# its rows adds up to zero.

# %% [markdown]
# Break it before you build it. Below are three rows of scores. Guess for each: what does $-\ln p$ of class 0 give if you type
# the formula as it stands? And if you first subtract the row's largest score from all of them, which changes no probability?

# %%
def three_ways(s):
    shifted = s - s.max()
    typed = -np.log(np.exp(s) / np.exp(s).sum())[0]
    after_the_shift = -np.log(np.exp(shifted) / np.exp(shifted).sum())[0]
    from_the_scores = np.log(np.exp(shifted).sum()) - shifted[0]
    return f"typed {abs(typed):.4g}, after the shift {abs(after_the_shift):.4g}, from the scores {from_the_scores:.4g}"


with np.errstate(all="ignore"):
    for s in (np.array([2.0, 0.0]), np.array([1000.0, 0.0]), np.array([0.0, 1000.0])):
        print(f"scores {s}: {three_ways(s)}")

# %% [markdown]
# Two things go wrong:
#
# - **Overflow.** `exp(1000)` is inf, and inf/inf is NaN. Subtract the largest score *of each row* first: then the largest
#   exponential is 1. The largest of the whole batch would not do: in a row far below it all exponentials would be 0, and
#   0/0 is NaN again.
# - **Underflow.** In the third row the label is 1000 behind. Its probability $e^{-1000}$ is rounded to 0,
#   and $-\ln 0$ is inf, while the loss is 1000. So do not take the logarithm of a probability: use the left formula
#   above, the logarithm of the row's sum minus the label's score, called **log-sum-exp**. A constant, as in `log(p + 1e-8)`,
#   avoids the inf, but then no mistake costs more than 18.4.

# %% [markdown]
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
# Often missed: the shift by each row's own largest; `-log(p)` of a label far behind; the mean, in the loss *or* in the
# gradient; the 1 at the label; `scores -= ...`, which changes the caller's array.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which entry of each row is the label's? scores[:, y] is not it; try it on two
# rows and look at the shape.</details>
# <details><summary>Hint 2: a place</summary>scores.max(axis=1, keepdims=True) has shape (N, 1), so it can be subtracted from
# scores. rows = np.arange(len(y)); then scores[rows, y] picks one entry per row.</details>
# <details><summary>Hint 3: the formula</summary>s = scores - row maxima; e = exp(s); p = e / row sums of e. The loss is the mean
# of log(row sums) - s[rows, y]. The gradient is p with 1 subtracted at [rows, y], all divided by N.</details>


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
assert np.allclose(np.sum(dscores, axis=1), 0), "What was said and what was true both add up to 1."

# %% [markdown]
# ## 2.3 The hinge
#
# The hinge of a row is 0 once the label leads every other class by the margin $\delta$, and then it has no gradient at all:
#
# $$L=\frac1N\sum_i\sum_{c\ne y_i}\max(0,\; s_{ic}-s_{iy_i}+\delta).$$
#
# In the gradient, each violated margin puts $+1/N$ at its class and $-1/N$ at the label. So the label's entry is minus the
# *number* of violated margins of its row, over $N$. (A step goes against the gradient: the class down, the label up.)

# %% [markdown]
# ### Exercise 3. Hinge loss · 5 points · about 12 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `scores` (N, C); `y` (N,); `delta`, default 1 |
# | out | `loss`, the mean over rows of the summed violations; `dscores` (N, C) |
# | after the call | `scores` hold what they held before |
#
# Worked: one row `[1, 2, 0.5]` with label 0: the margins of classes 1 and 2 are short by `2` and `0.5`, so the loss is
# `2.5` and the gradient `[-2, 1, 1]`.
#
# Often missed: the label's own term, which is always $\delta$ and does not count; the count at the label; the mean.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>In how many terms of row i does the label's score appear, and with which sign?</details>
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
sanity.by_margin({"cross-entropy": softmax_loss, "hinge": svm_loss})

# %% [markdown]
# At a lead of 0 both are at chance, $\ln 2$ and 1. At a lead of 2 the hinge is exactly 0, but cross-entropy is not; at 5 it
# is still a little above 0. A hinge of zero does not mean that cross-entropy is zero: it never is.
#
# Lesson 1 asks for a second opinion on both gradients: centred differences at random scores, where no margin is near its
# kink. A worst relative error below `1e-7` passes.


# %%
def second_opinion(loss, scores, y, h=1e-5):
    numeric = np.zeros(scores.shape)
    for ix in np.ndindex(scores.shape):
        e = np.zeros(scores.shape)
        e[ix] = h
        numeric[ix] = (loss(scores + e, y)[0] - loss(scores - e, y)[0]) / (2 * h)
    return numeric


rng = np.random.default_rng(3)
scores, y = rng.standard_normal((6, 5)), rng.integers(0, 5, 6)
with needs("Exercises 2 and 3"):
    for name, loss in {"cross-entropy": softmax_loss, "hinge": svm_loss}.items():
        analytic, numeric = np.asarray(loss(scores, y)[1]), second_opinion(loss, scores, y)
        size = np.maximum(np.abs(analytic), np.abs(numeric))
        worst = np.max(np.abs(analytic - numeric) / np.where(size == 0, 1, size))
        print(f"{name}: worst relative error {worst:.0e}, {'passes' if worst < 1e-7 else 'does not pass'}")

# %% [markdown]
# ## 2.4 Overfit twenty examples
#
# The best check of a whole training set-up takes seconds: **train on twenty examples with regularisation off; the loss must
# go to (nearly) zero**, here below 0.1. A network with thousands of weights can memorise twenty examples; if it does not,
# something is broken.
#
# You will try six set-ups. Guess which of them pass: the right one; one whose rows were shuffled but whose labels were not;
# one whose gradient has the wrong sign; one in which only the last bias learns; one in which every ReLU is silent; and F,
# with its second softmax.

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
# of a matrix does not fit a bias); the returned config thrown away; the last loss.

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
# Here is a loss that you can work out by hand. On the parabola $w^2$, `plain_gradient_descent` subtracts `learning_rate`
# times the gradient $2w$, so a rate of 1/4 halves $w$ at every step, and the loss falls to a quarter.


# %%
def parabola(params, X, y, reg=1.0):
    return float(params["w"][0] ** 2 + reg), {"w": 2 * params["w"]}


none, quarter = np.zeros(20), {"learning_rate": 0.25}
on_parabola = (parabola, {"w": np.ones(1)}, none, none, plain_gradient_descent, quarter)
with needs("Exercise 4"):
    print(overfit_tiny(*on_parabola, 4))

# %% nbgrader={"grade": true, "grade_id": "overfit_tiny-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import sanity_checks

sanity_checks.grade("overfit_tiny", overfit_tiny)
### END HIDDEN TESTS
fall = overfit_tiny(*on_parabola, 4)
assert len(fall) == 5, "One loss before each of 4 steps, and one after the last."
assert np.allclose(fall, [1, 1 / 4, 1 / 16, 1 / 64, 1 / 256]), "Each step halves w."

# %% tags=["picture"]
sanity.twenty_examples(overfit_tiny, data)

# %% [markdown]
# Four of the five bugs fail the check. Two lines fall together and stop a little below chance: in both only the last bias
# learns, and a bias can learn nothing but how frequent each label is among the twenty.
#
# F slows down at 1.48. Its loss gets probabilities in place of scores, numbers between 0 and 1. Even when F is right about
# all twenty with certainty, the label's "score" is 1 and the nine others are 0. What is the loss then, and what happens if
# you keep training?

# %% tags=["measured"]
print(f"-ln(e / (e + 9)) = {math.log(math.e + 9) - 1:.4f}")
loss, params, X, y = suspects.learners(data)["softmax applied twice"]
with one_thread():
    for step in range(1001):
        value, grads = loss(params, X[:20], y[:20], 0.0)
        if step in (150, 1000):
            right = suspects.NETWORK.accuracy(params, X[:20], y[:20])
            print(f"step {step}: loss {value:.4f}, accuracy on the twenty {right:.2f}")
        params = {name: w - 0.5 * grads[name] for name, w in params.items()}

# %% [markdown]
# All twenty labels are right, but the loss cannot go below $\ln(e+9)-1$. A plateau at a number that you can compute is a
# clue.
#
# The set-up with shuffled rows passes. **Passing does not show that each row has its own label**: a network memorises
# twenty wrong labels as well as twenty right ones. For that, train on all rows, and test on rows that the network has not
# seen:

# %% tags=["measured"]
rest = {"epochs": 60, "validation": (data.X_val, data.y_val)}
for name in ("as intended", "rows shuffled, labels not"):
    _, _, X, y = suspects.learners(data)[name]
    rng, config = np.random.default_rng(0), {"learning_rate": 0.5}
    run = train(suspects.NETWORK, X, y, plain_gradient_descent, config, rng=rng, **rest)
    for epoch in (15, 60):
        seen, kept = run.epochs["train_accuracy"][epoch], run.epochs["val_accuracy"][epoch]
        print(f"{name}, {epoch} epochs: training accuracy {seen:.2f}, validation {kept:.2f}")

# %% [markdown]
# The network memorises the shuffled labels: training accuracy climbs, slowly. Validation accuracy stays near one in ten,
# which is guessing.

# %% [markdown]
# ## 2.5 More regularisation, more loss
#
# The penalty $\frac\lambda2\sum w^2$ is added to the loss. So at the *same* parameters, unless all weights are 0, a larger
# $\lambda$ must give a larger loss. If it does not, the regulariser is not connected, or its sign is wrong.
#
# The check sees only what is part of the loss. Two regularisers are not: **decoupled weight decay** (that of AdamW) shrinks
# the weights in the update rule, and **dropout** removes units at random. With them the loss need not rise in this way, so
# this check says nothing about them.

# %% [markdown]
# ### Exercise 5. Does it rise? · 2 points · about 5 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `loss(params, X, y, reg)` returns a number and gradients; `params`, `X`, `y`; `strengths`, several values of `reg` in any order |
# | out | True if each stronger value of `reg` gives a strictly larger loss, else False |
#
# Worked: losses 2.3, 2.4, 2.4 at strengths 0, 0.1, 1 give False.
#
# Often missed: comparing only the first and the last loss; `>=`; strengths that come unsorted.
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
sanity.penalties(regularization_raises_loss, data, [0, 0.003, 0.01, 0.02, 0.03])

# %% [markdown]
# P subtracts its penalty, Q adds it, R leaves it out. Would you notice without the check? Train each for 20 epochs at
# $\lambda=0.01$, and look only at what a progress bar shows:

# %% tags=["measured"]
for name, loss in suspects.regularisers().items():
    end = suspects.trained(loss, data)
    print(f"{name}: loss {end['loss']:.2f}, validation accuracy {end['accuracy']:.3f}")

# %% [markdown]
# R trains like any healthy run, but without its regulariser, and there is no error message. P reaches the same accuracy, but
# its loss falls below zero, which no cross-entropy with a penalty can do. A loss that is too good is a sign of a bug.

# %% [markdown]
# ## 2.6 When the classes are not equally frequent
#
# The loss at chance is $\ln C$ only if the classes are equally frequent. "Is it an 8?" is true for 9% of the digits. What is
# the loss of a detector that knows this and nothing else? It gives 0.91 and 0.09 for every row, and its loss is the
# **entropy** of the frequencies, $-\sum_c f_c\ln f_c$. Training can start there: with the last bias at $\ln f_c$ and tiny
# weights, softmax gives $f_c$ almost exactly.

# %%
f = np.bincount(data.y_train == 8) / len(data.y_train)
print(f"frequencies {f.round(3)}, entropy {-(f * np.log(f)).sum():.3f}, two equal classes {math.log(2):.3f}")
print(f"accuracy of always saying no: {f[0]:.3f}")

# %% tags=["picture"]
sanity.frequencies(data)

# %% [markdown]
# A loss of 0.31 and 91% accuracy look like learning, but they are *ignorance*: compare the loss with the entropy, not with
# $\ln 2$. From a bias of zero, the first fifteen steps learn only that eights are rare; that is all there is in the steep
# start of the curve, the "hockey stick". With the right bias you can check the first number, and the curve shows real
# learning. There is no other gain here: by step 20 the two are level.

# %% [markdown]
# ## 2.7 Find the bug
#
# The next cell holds the simplest update rule, with one slip. Change it until your check of twenty examples passes, with a
# last loss below 0.1. Nothing is graded.


# %%
def simplest(w, dw, config):
    w = w + config["learning_rate"] * dw
    return w, config


# %%
with needs("Exercise 4"), np.errstate(all="ignore"), one_thread():
    fall = overfit_tiny(*suspects.learners(data)["as intended"], simplest, {"learning_rate": 0.5}, 100)
    verdict = "mended" if fall[-1] < 0.1 else "still wrong"
    print(f"from {fall[0]:.2f} to {fall[-1]:.3g} in 100 steps: {verdict}")

# %% [markdown]
# <details><summary>What was wrong, once you have tried</summary>The gradient points uphill, so the step goes against it: minus.
# The loss at chance was right, the gradient was right, the penalty was right; only the check of twenty examples
# noticed.</details>

# %% [markdown]
# ## 2.8 The spiral, with your own loss
#
# The spiral has three arms and 300 points of two numbers each. Train first a linear classifier, then a network with one layer
# of 100 ReLU units, both with *your* `softmax_loss` on all points, rate 1, $\lambda=10^{-3}$.
#
# Guess: what is the first loss, without its penalty? Can the linear classifier reach zero on twenty points?


# %%
def spiral_loss(params, X, y, reg=1e-3):
    """Loss and gradients of one or two layers, from your softmax_loss."""
    top = "2" if "W2" in params else "1"
    units = np.maximum(0, X @ params["W1"] + params["b1"]) if top == "2" else X
    loss, d = softmax_loss(units @ params["W" + top] + params["b" + top], y)
    grads = {"W" + top: units.T @ d + reg * params["W" + top], "b" + top: np.sum(d, axis=0)}
    if top == "2":
        back = (d @ params["W2"].T) * (units > 0)
        grads |= {"W1": X.T @ back + reg * params["W1"], "b1": back.sum(axis=0)}
    return loss + reg / 2 * sum(np.sum(w**2) for name, w in params.items() if "W" in name), grads


def descend_all(params, X, y, steps, rate=1.0):
    first = spiral_loss(params, X, y, 0.0)[0]
    for _ in range(steps):
        grads = spiral_loss(params, X, y)[1]
        params = {name: w - rate * grads[name] for name, w in params.items()}
    return params, first, spiral_loss(params, X, y)[0]


# %% tags=["picture"]
sanity.on_the_spiral(descend_all)

# %% tags=["measured"]
with needs("Exercises 2 and 4"), one_thread():
    for sizes in ((2, 3), (2, 100, 3)):
        X, y = sanity.shuffled_spiral()
        params, rate = MLP(sizes=sizes).start(np.random.default_rng(0), scale=0.1), {"learning_rate": 1.0}
        fall = overfit_tiny(spiral_loss, params, X, y, plain_gradient_descent, rate, 3000)
        print(f"sizes {sizes}: 20 spiral points from {fall[0]:.3f} to {fall[-1]:.3f}")

# %% [markdown]
# Both start near $\ln 3 = 1.0986$, not exactly there, since the weights are not quite zero. The linear classifier cannot fit
# even twenty points. That is not a bug: it has **too little capacity**. A loss that is stuck can mean a bug or too little
# capacity, and the check on twenty examples alone cannot tell them apart. A wider network can.

# %% [markdown]
# ## Say it back
#
# 1. Before the first step and without regularisation, the loss is $\ln C$ for cross-entropy and $(C-1)\delta$ for the hinge,
#    or the entropy of the frequencies if the last bias is set to them; anything else is a bug or a bad start.
# 2. Compute cross-entropy from the scores, by log-sum-exp: shift each row by its largest score, and take no logarithm of a
#    probability.
# 3. A network must fit twenty examples, and a stronger penalty must raise the loss. Neither shows that each row has its own
#    label; validation data do.
#
# **Next:** *Babysitting a run*. All checks pass and the run has started; what do its curves say?

# %% [markdown]
# **Open question.** *Label smoothing* asks for 0.9 at the label and shares the rest among the other classes. What is the loss
# at chance then, and what is the smallest loss on twenty examples?
#
# **Still argued about.** What it means that networks memorise so easily. Zhang, Bengio, Hardt, Recht and Vinyals,
# *Understanding deep learning requires rethinking generalization* (ICLR 2017), fit random labels perfectly; Arpit and others,
# *A Closer Look at Memorization in Deep Networks* (ICML 2017), answer that networks learn simple patterns first.

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
