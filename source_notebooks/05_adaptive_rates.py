# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Adaptive rates: one rate per coordinate
#
# Two weights of one network share a learning rate. The loss is 25 times as steeply curved along the one as along
# the other. Below, the same valley is walked three times with a single rate.
#
# **No single rate suits both. You may give each coordinate a rate of its own, but you may not look at the
# curvature. What would you go by?**

# %%
import warnings
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from course import mine, plots
from course.checks import check, written
from course.descend import descend, first_step_where
from course.figures import adaptive
from course.mine import plain_gradient_descent
from course.surfaces import ravine, saddle, valley

plots.use_style()

# %% tags=["picture"]
fig, axes = plt.subplots(1, 3, figsize=(11, 3.2), sharey=True)
alt = []
for ax, rate, verdict in zip(
    axes, (0.01, 2 / 26, 0.0808), ("too slow", "the best there is", "too fast"), strict=True
):
    trace = descend(plain_gradient_descent, ravine, steps=40, config={"learning_rate": rate})
    plots.paths(plots.contour(ax, ravine), {"sgd": trace}).get_legend().remove()
    ax.set_title(f"rate {rate:.4f}: {verdict}")
    alt.append(f"Rate {rate:.4f}: loss {trace.losses[-1]:.2g} after 40 steps.")
plots.Picture(fig, " ".join(alt))

# %% [markdown]
# **What you will be able to do**
#
# - write Adagrad, RMSprop and Adam, and say what each term is for;
# - derive Adam's bias correction, and say which way its absence errs;
# - measure a rule instead of believing a description of it;
# - say when one rate per coordinate helps, and when it does not.
#
# *Time: about 3 hours. 40 points. You need NumPy, partial derivatives and gradient descent; from the lesson on
# momentum, the idea of a velocity.*
#
# A rule is a function `next_w, config = rule(w, dw, config)`. What it remembers between calls lives in `config`. You
# may work in place or make new arrays; `dw` belongs to the caller and stays as it is.

# %% [markdown]
# ## One rate for all is a compromise
#
# Take the loss $\tfrac12(\lambda_x x^2 + \lambda_y y^2)$. A step of gradient descent multiplies $x$ by
# $1-\eta\lambda_x$ and $y$ by $1-\eta\lambda_y$: two separate stories told at one rate $\eta$. The steep coordinate
# sets the limit, $\eta < 2/\lambda_y$. The flat one pays for it. The best compromise makes both factors equally bad,
#
# $$\eta^\ast = \frac{2}{\lambda_x+\lambda_y}, \qquad
#   \text{factor per step} = \frac{\kappa-1}{\kappa+1}, \qquad \kappa = \frac{\lambda_y}{\lambda_x},$$
#
# where $\kappa$ is the *condition number*. With a rate of its own for each, $\eta_x = 1/\lambda_x$ and
# $\eta_y = 1/\lambda_y$, one step would do. What does the compromise cost?

# %% tags=["picture"]
print("condition number   steps until the error is a thousandth, at the best single rate")
for kappa in (2, 25, 100, 10_000):
    factor = (kappa - 1) / (kappa + 1)
    print(f"{kappa:16,d}   {np.ceil(np.log(1e-3) / np.log(factor)):10,.0f}")

# %% [markdown]
# The cost grows in proportion to $\kappa$, and for a network nobody knows the $\lambda$s. What you do know of a
# coordinate is its own past gradients. A steep coordinate has large ones, a flat coordinate small ones.
#
# ### Predict 1
#
# The boldest use of that: divide every entry of the gradient by its own absolute value. Only its sign is left, and
# each coordinate moves by exactly one rate per step.
#
# On the valley above, from the same start: what shape has the path? Does it come to rest at the star? What
# changes when the valley is a hundred times as steep across? Write a line before you run the cell after it.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-sign", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def sign_step(w, dw, config=None):
    return w - config["learning_rate"] * np.sign(dw), config


fig, axes = plt.subplots(1, 2, figsize=(11, 3.4), sharey=True)
points = []
for ax, steepness in zip(axes, (25, 2500), strict=True):
    trace = descend(sign_step, valley(steepness), steps=30, config={"learning_rate": 0.13})
    adaptive.dots(plots.contour(ax, valley(steepness)), trace)
    ax.set_title(f"Signs alone, condition number {steepness}")
    points.append(trace.points)
print(f"Greatest difference of the two paths: {np.abs(points[0] - points[1]).max()}")
plots.Picture(fig, "Both paths fall at 45 degrees, then run along the floor and hop about the star.")

# %% [markdown]
# If you expected a zigzag: that needs a gradient that is larger across than along, and its size is gone. If you
# expected the steeper valley to be harder: the two paths are equal to the last bit. If you expected it to come to
# rest: it cannot. Every step is a whole rate long, so it hops over the floor for ever.
#
# So dividing a coordinate's gradient by its size makes the steepness cancel, and dividing by the size of *this*
# gradient forgets too much. The three rules of this lesson divide by the size of the gradients *so far*. They differ only in
# how they remember.

# %% [markdown]
# ## Adagrad: remember everything
#
# *Add up the squares of all gradients a coordinate has seen; divide by the root of the sum.*
#
# $$c \leftarrow c + g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{c}+\varepsilon}$$
#
# Every operation is entry by entry: $g^2$ is `dw**2`, of the shape of $w$, and so is the *cache* $c$, which starts
# at zero. The small $\varepsilon$ keeps a coordinate whose gradient has always been zero from $0/0$.
#
# Source: Duchi, Hazan and Singer, *Adaptive Subgradient Methods* (JMLR 12, 2011), in the diagonal form.

# %% [markdown]
# ### Exercise 1. Adagrad · 8 points · about 10 minutes · difficulty 2/5
#
# Write the update above.
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, with what the next call needs |
# | config | `learning_rate` $\eta$, default `1e-2`; `epsilon` $\varepsilon$, default `1e-8`; `cache` $c$, zeros at first |
#
# Worked: `w = [1., 1.]`, `dw = [3., -4.]`, `learning_rate = 0.1`. The cache becomes `[9., 16.]`, its root `[3., 4.]`,
# and `next_w` is `[0.9, 1.1]`: both moved by one rate. A second step with the same `dw` moves both by
# $0.1/\sqrt2 \approx 0.0707$.
#
# Often missed: the new square belongs into the cache *before* the division; the cache must go back into `config`.
#
# <details><summary>Hint 1: a question</summary>After the first call, what must the second call find in
# <code>config</code>?</details>
# <details><summary>Hint 2: a place</summary>Two lines after the defaults. The first changes
# <code>config["cache"]</code>, the second reads it.</details>
# <details><summary>Hint 3: the formula</summary>Add <code>dw**2</code> to the cache; then subtract
# <code>learning_rate * dw / (np.sqrt(cache) + epsilon)</code> from <code>w</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "adagrad", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adagrad(w, dw, config=None):
    """Return the parameters after one step of Adagrad, and the config with the cache of squared gradients."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    ### BEGIN SOLUTION
    config["cache"] = config["cache"] + dw * dw
    next_w = w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])
    ### END SOLUTION
    return next_w, config


# %% a first look that costs no points
check("adagrad", adagrad)

# %% nbgrader={"grade": true, "grade_id": "adagrad-check", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adaptive_rates

adaptive_rates.grade("adagrad", adagrad)
### END HIDDEN TESTS
after, _ = adagrad(np.array([1.0, 1.0]), np.array([300.0, -4.0]), {"learning_rate": 0.1})
assert np.allclose(after, [0.9, 1.1]), "the first step moves every coordinate by one rate, downhill"

# %% [markdown]
# ### The steepness cancels
#
# If the gradients of one coordinate are all multiplied by $a$, its cache is multiplied by $a^2$ and the root by $a$:
# the step stays as it was. So Adagrad should not feel how steep the valley is across. The picture is of your own
# function.

# %% tags=["picture"]
fig, axes = plt.subplots(1, 2, figsize=(11, 3.4), sharey=True)
ends = []
for ax, steepness in zip(axes, (25, 2500), strict=True):
    place = valley(steepness)
    traces = {
        "sgd": descend(plain_gradient_descent, place, steps=40, config={"learning_rate": 1.9 / steepness}),
        "adagrad": descend(adagrad, place, steps=40, config={"learning_rate": 0.5}),
    }
    ends.append(traces["adagrad"].points)
    plots.paths(plots.contour(ax, place), traces)
    ax.set_title(f"Condition number {steepness}, 40 steps")
apart = f"Adagrad's two paths differ by at most {np.abs(ends[0] - ends[1]).max():.1e}."
apart = apart if len(ends[0]) > 1 else "adagrad is not written yet."
print(apart)
plots.Picture(fig, f"SGD slows down in the steeper valley. {apart}")

# %% [markdown]
# The remaining difference is $\varepsilon$, which does not scale with the gradient.
#
# ### It stops early
#
# A sum of squares only grows, so the *effective rate* $\eta/\sqrt{c}$ only falls. Under a constant gradient the
# $k$-th step is $\eta/\sqrt{k}$ long, and the distance after $T$ steps is about $2\eta\sqrt{T}$: to go twice as far
# takes four times as long. For convex problems that is what the proofs want. For a network that must cross a plain
# late in training it is a brake that nobody can release.
#
# ### Why the root
#
# Leave the root out and the step is $\eta g/c$, with the unit of one over a gradient. Two things go wrong at once.

# %% tags=["picture"]
walked = None
if written(adagrad, np.ones(1), np.ones(1), {}):
    w, config, walked = np.zeros(1), {"learning_rate": 1.0}, []
    for _ in range(3000):
        w, config = adagrad(w, np.ones(1), config)
        walked.append(-float(w[0]))
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
adaptive.ways(left, walked, steps=3000)
adaptive.units_of_a_step(right)
yours = f"{walked[-1]:.0f}" if walked else "not written yet"
bare = np.sum(1 / np.arange(1, 3001))
plots.Picture(
    fig, f"Distance after 3000 steps, in rates: plain 3000, without root {bare:.1f}, Adagrad {yours}."
)

# %% [markdown]
# Left: without the root the distance grows like a logarithm. It never stops, and it never arrives. Right: the size
# of the gradient does not cancel, it ends up in the denominator. Where plain descent takes long steps on steep
# coordinates, the rootless rule takes long steps on flat ones, and with the loss multiplied by ten every step is ten
# times shorter. With the root, a step has the unit of the rate: **the rate says how far, the gradient only says where to.**

# %% [markdown]
# ## RMSprop: remember, and forget
#
# *Replace the sum by a leaking average, so that the cache is about the recent past.*
#
# $$c \leftarrow d\,c + (1-d)\,g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{c}+\varepsilon}$$
#
# A square that is $k$ steps old has weight $(1-d)\,d^k$. The memory is about $1/(1-d)$ steps long.
# Source: G. Hinton, lecture 6 of his Coursera course (2012).

# %% [markdown]
# ### Exercise 2. RMSprop · 10 points · about 10 minutes · difficulty 2/5
#
# Write the update above. It differs from Adagrad in one line.
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, with what the next call needs |
# | config | `learning_rate` $\eta$, default `1e-2`; `decay_rate` $d$, default `0.99`; `epsilon` $\varepsilon$, default `1e-8`; `cache` $c$, zeros at first |
#
# Worked: `w = [1.]`, `dw = [2.]`, `learning_rate = 0.1`, `decay_rate = 0.75`. The cache becomes
# $0.75\cdot 0 + 0.25\cdot 4 = 1$, its root is $1$, and `next_w` is `[0.8]`.
#
# Often missed: which of the two weights is $d$; the square root.
#
# <details><summary>Hint 1: a question</summary>With a decay near one, should the cache change quickly or
# slowly?</details>
# <details><summary>Hint 2: a place</summary>Take your Adagrad and change the line of the cache. The step stays as it
# is.</details>
# <details><summary>Hint 3: the formula</summary>The new cache is
# <code>decay_rate * cache + (1 - decay_rate) * dw**2</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "rmsprop", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rmsprop(w, dw, config=None):
    """Return the parameters after one step of RMSprop, and the config with the leaking average of squares."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("decay_rate", 0.99)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("cache", np.zeros_like(w))
    ### BEGIN SOLUTION
    decay = config["decay_rate"]
    config["cache"] = decay * config["cache"] + (1 - decay) * dw * dw
    next_w = w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])
    ### END SOLUTION
    return next_w, config


# %% a first look that costs no points
check("rmsprop", rmsprop)

# %% nbgrader={"grade": true, "grade_id": "rmsprop-check", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adaptive_rates

adaptive_rates.grade("rmsprop", rmsprop)
### END HIDDEN TESTS
after, _ = rmsprop(np.array([1.0]), np.array([2.0]), {"learning_rate": 0.1, "decay_rate": 0.75})
assert np.allclose(after, [0.8]), "the cache is 1 after this step, and so is its root"

# %% [markdown]
# ### After a cliff
#
# A coordinate meets a gradient of 10 for 50 steps, then crosses a plain where it is 0.1. The effective rate is
# measured from outside, as the step of your own function divided by the gradient.

# %% tags=["picture"]
slopes = np.where(np.arange(600) < 50, 10.0, 0.1)


def effective_rates(rule, config):
    """Return step over gradient, in learning rates, at every step of the journey."""
    rates = np.zeros(len(slopes))
    for k, slope in enumerate(slopes):
        w, config = rule(np.zeros(1), np.array([slope]), config)
        rates[k] = -w[0] / slope / config["learning_rate"]
    return rates


measured = {}
for rule, decay in ((adagrad, None), (rmsprop, 0.9), (rmsprop, 0.99), (rmsprop, 0.999)):
    if written(rule, np.ones(1), np.ones(1), {}):
        config = {"learning_rate": 0.1} | ({"decay_rate": decay} if decay else {})
        measured[rule.__name__, decay] = effective_rates(rule, config)
        print(
            f"{rule.__name__} {decay or ''}: effective rate / rate at the end {measured[rule.__name__, decay][-1]:.2g}"
        )
fig, ax = plt.subplots(figsize=(8, 4))
adaptive.effective(ax, measured, cliff=50)
ends = ", ".join(f"{name} {decay or ''} {rates[-1]:.2g}" for (name, decay), rates in measured.items())
plots.Picture(fig, f"Effective rates over the rate at step 600: {ends or 'no rule is written yet'}.")

# %% [markdown]
# One rate over the gradient is 0.1 before the cliff and 10 after it. Within these 600 steps only $d = 0.9$ gets there.
# The shorter the memory, the sooner the cliff is forgotten; Adagrad never forgets.
#
# But look at the left edge. Adagrad starts at one rate over the gradient, as it should. RMSprop starts *above* it, and
# the longer its memory, the further above. That is why $d = 0.999$ lies above $d = 0.99$ up to step 280: not because
# it recovers sooner, but because it started too high.

# %% [markdown]
# ### Predict 2
#
# RMSprop with $d = 0.99$ and an empty cache meets its first gradient, $g = 100$. How many learning rates long is its
# very first step: less than one, one, ten, or a hundred? And with $g = 0.001$?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-first-step", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 3. The first step · 4 points · about 10 minutes · difficulty 2/5
#
# Build the instrument that answers this for *any* rule: how long is its very first step, in learning rates, for one
# parameter at 0 whose gradient is 100?
#
# | | |
# |---|---|
# | in | `rule` with the interface above; `config` dict that holds at least `learning_rate` |
# | out | a float $\ge 0$ (not an array): the distance moved, divided by `config["learning_rate"]` |
#
# Worked: plain gradient descent with `learning_rate = 0.1` moves from 0 to $-10$; the answer is $10/0.1 = 100$.
#
# Often missed: a rule may write into the `w` and the `config` it is given. `config` is the caller's and must
# come out as it went in, or the next measurement is not of a first step.
#
# <details><summary>Hint 1: a question</summary>If a rule does <code>w -= ...</code>, what is <code>next_w - w</code>
# afterwards?</details>
# <details><summary>Hint 2: a place</summary>Make <code>w</code> and <code>dw</code> inside the function, as arrays of
# one float, and hand the rule <code>dict(config)</code>.</details>
# <details><summary>Hint 3: the formula</summary>Started at zero, the distance is <code>abs(next_w[0])</code>; divide
# it by <code>config["learning_rate"]</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "first_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def first_step(rule, config):
    """Return how long the first step of a rule is, in learning rates, for one parameter 0 with gradient 100."""
    ### BEGIN SOLUTION
    next_w, _ = rule(np.array([0.0]), np.array([100.0]), dict(config))
    length = float(abs(next_w[0])) / config["learning_rate"]
    ### END SOLUTION
    return length


# %% a first look that costs no points
check("first_step", first_step)

# %% nbgrader={"grade": true, "grade_id": "first_step-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adaptive_rates

adaptive_rates.grade("first_step", first_step)
### END HIDDEN TESTS
assert np.isclose(first_step(plain_gradient_descent, {"learning_rate": 0.1}), 100), (
    "plain descent: as long as the gradient"
)

# %% [markdown]
# Now your instrument on your rules.

# %% tags=["picture"]
if written(first_step, plain_gradient_descent, {"learning_rate": 0.01}):
    print(f"{'plain descent':24s}{first_step(plain_gradient_descent, {'learning_rate': 0.01}):8.2f} rates")
    if written(adagrad, np.ones(1), np.ones(1), {}):
        print(f"{'Adagrad':24s}{first_step(adagrad, {'learning_rate': 0.01}):8.2f} rates")
    if written(rmsprop, np.ones(1), np.ones(1), {}):
        for decay in (0.9, 0.99, 0.999):
            length = first_step(rmsprop, {"learning_rate": 0.01, "decay_rate": decay})
            print(
                f"{f'RMSprop, d = {decay}':24s}{length:8.2f} rates    1/sqrt(1 - d) = {1 / np.sqrt(1 - decay):.2f}"
            )
else:
    print("first_step is not written yet.")

# %% [markdown]
# If you wrote *one rate*: that is what an average should give. The average of one number is that number, and then
# $g/\sqrt{g^2}$ is one. If you wrote *a hundred*: the size of $g$ cancels, whatever it is. If you wrote *less than
# one*: a cache near zero stands in the denominator.
#
# After one step the cache holds not $g^2$ but $(1-d)\,g^2$, because it began at zero. Its root is
# $\sqrt{1-d}\,|g|$, too small, and so the first step is
#
# $$\frac{\eta\,|g|}{\sqrt{1-d}\,|g|} = \frac{\eta}{\sqrt{1-d}}.$$
#
# This is the one surprise in RMSprop, and the reason for the strangest lines in Adam.

# %% [markdown]
# ## A mean that began at zero
#
# Let $m$ be the leaking average of anything, $m_t = \beta m_{t-1} + (1-\beta) g_t$, with $m_0 = 0$. Put the formula
# into itself until only gradients are left:
#
# $$m_t = \sum_{i=1}^{t} (1-\beta)\,\beta^{\,t-i} g_i .$$
#
# A weighted sum. Is it a weighted *mean*? Add up the weights, a geometric series:
#
# $$\sum_{i=1}^{t} (1-\beta)\,\beta^{\,t-i} = 1 - \beta^{\,t}.$$
#
# The rest, $\beta^t$, is the weight of the invented value $m_0 = 0$. Early on, most of $m_t$ is invention.

# %% tags=["picture"]
beta, times = 0.9, (1, 3, 10, 40)
fig, axes = plt.subplots(1, 4, figsize=(11, 2.9), sharey=True)
for ax, t in zip(axes, times, strict=True):
    adaptive.weights(ax, beta, t)
axes[0].set_ylabel("weight in $m_t$")
axes[-1].legend()
seen = ", ".join(f"{1 - beta**t:.0%} at step {t}" for t in times)
plots.Picture(
    fig, f"Share of the weight that lies on gradients, for beta {beta}: {seen}; the rest lies on the zero."
)

# %% [markdown]
# The cure is to divide by the weight that is there. $\hat m_t = m_t/(1-\beta^t)$ is a mean of the gradients seen,
# the recent ones counting more, and nothing else. This is called *bias correction*: if every $g_i$ has mean $\mu$, then
# $m_t$ has mean $(1-\beta^t)\mu$, and $\hat m_t$ has mean $\mu$. No limit, no approximation; here it is
# in numbers.

# %% tags=["picture"]
rng = np.random.default_rng(5)
g, m, beta = rng.normal(3.0, 1.0, size=8), 0.0, 0.9
for t in range(1, len(g) + 1):
    m = beta * m + (1 - beta) * g[t - 1]
    mean = np.average(g[:t], weights=beta ** np.arange(t)[::-1])
    print(f"t = {t}:  m = {m:.4f}   m / (1 - beta^t) = {m / (1 - beta**t):.4f}   weighted mean = {mean:.4f}")

# %% [markdown]
# ### Predict 3
#
# Adam keeps two such averages: $m$ of the gradient, with $\beta_1 = 0.9$, and $v$ of its square, with
# $\beta_2 = 0.999$. It steps by $\eta\, m/\sqrt{v}$. Both begin at zero, so **without** correction both are too small.
#
# Is the uncorrected first step then too short, right, or too long? Is the second one better or worse? How many
# steps until it is within 1%: ten, a hundred, or thousands?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-uncorrected", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
t = np.arange(1, 10_001)
length = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
longest, close = length.argmax(), np.flatnonzero(length > 1.01)[-1] + 1
found = f"first step {length[0]:.2f} rates, second {length[1]:.2f}, longest {length[longest]:.2f} at t = {t[longest]}"
found = f"{found}, within 1% from t = {t[close]}"
print(found)
fig, ax = plt.subplots(figsize=(8, 3.8))
adaptive.uncorrected(ax, t, length)
plots.Picture(fig, f"Constant gradient, no correction: {found}.")

# %% [markdown]
# *Too short* is what several published notes say, and what one expects when both averages are too small. But they
# are not equally too small. At $t = 1$, $m$ is a tenth of $g$, while $\sqrt{v}$ is $\sqrt{0.001}\,|g|$, about a
# thirtieth. The denominator is worse off, so the quotient is too large:
#
# $$\frac{(1-\beta_1)\,|g|}{\sqrt{(1-\beta_2)\,g^2}} = \frac{1-\beta_1}{\sqrt{1-\beta_2}}
#   = \frac{0.1}{\sqrt{0.001}} = \sqrt{10}.$$
#
# Then it gets worse, because $m$ catches up in tens of steps and $v$ in thousands. The longest steps fall
# right at the start, where a network is most easily thrown off.

# %% [markdown]
# ## Adam: both averages, both corrected
#
# *The direction is a mean of recent gradients, the scale a root mean square of them.*
#
# $$\begin{aligned}
#   t &\leftarrow t + 1 \\
#   m &\leftarrow \beta_1 m + (1-\beta_1)\, g, &\qquad v &\leftarrow \beta_2 v + (1-\beta_2)\, g^2 \\
#   \hat m &= \frac{m}{1-\beta_1^{\,t}}, & \hat v &= \frac{v}{1-\beta_2^{\,t}} \\
#   w &\leftarrow w - \frac{\eta\,\hat m}{\sqrt{\hat v}+\varepsilon}
# \end{aligned}$$
#
# $t$ counts the steps of this parameter and is advanced *first*: with $t = 0$ both divisors are zero. The hats are
# used and thrown away; $m$, $v$ and $t$ are kept. Some texts write $s$ for $v$, or $v$ for $m$: read the formula, not
# the letter.
#
# Source: Kingma and Ba, *Adam* (ICLR 2015), Algorithm 1.

# %% [markdown]
# ### Exercise 4. Adam · 14 points · about 20 minutes · difficulty 3/5
#
# Write the update above, one line of code for each arrow and each hat.
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, with what the next call needs |
# | config | `learning_rate` $\eta$, default `1e-3`; `beta1`, `beta2`, defaults `0.9`, `0.999`; `epsilon`, default `1e-8`; `m`, `v`, zeros at first; `t` steps taken so far, 0 at first |
#
# Worked: `w = [1.]`, `dw = [4.]`, `learning_rate = 0.1`. Then `t = 1`, `m = [0.4]`, `v = [0.016]`; the hats are `[4.]` and
# `[16.]`; `next_w` is `[0.9]`. A second step with `dw = [0.]`: `m = [0.36]`, `v = [0.015984]`, hats $0.36/0.19$ and
# $0.015984/0.001999$, and `next_w` is about `[0.8330]`.
#
# Often missed: `t` stored in `config`; a power, not a product; the hats kept out of `config`; $g^2$, not $m^2$.
#
# <details><summary>Hint 1: a question</summary>What must be in <code>config</code> so that the second call knows
# that it is the second?</details>
# <details><summary>Hint 2: a place</summary>Six lines in the order of the formulas: the first changes
# <code>config["t"]</code>, two change <code>config["m"]</code> and <code>config["v"]</code>, two make hats under
# names of their own, one steps.</details>
# <details><summary>Hint 3: the formula</summary><code>m_hat</code> is <code>config["m"] / (1 - beta1**t)</code>,
# <code>v_hat</code> is <code>config["v"] / (1 - beta2**t)</code>, with <code>t</code> already advanced; the step is
# <code>learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "adam", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adam(w, dw, config=None):
    """Return the parameters after one step of Adam, and the config with both moments and the step count."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config.setdefault("t", 0)
    ### BEGIN SOLUTION
    beta1, beta2 = config["beta1"], config["beta2"]
    config["t"] += 1
    config["m"] = beta1 * config["m"] + (1 - beta1) * dw
    config["v"] = beta2 * config["v"] + (1 - beta2) * dw**2
    m_hat = config["m"] / (1 - beta1 ** config["t"])
    v_hat = config["v"] / (1 - beta2 ** config["t"])
    next_w = w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
    ### END SOLUTION
    return next_w, config


# %% a first look that costs no points
check("adam", adam)

# %% nbgrader={"grade": true, "grade_id": "adam-check", "locked": true, "points": 14, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adaptive_rates

adaptive_rates.grade("adam", adam)
### END HIDDEN TESTS
small, _ = adam(np.array([0.0]), np.array([1.0]), {"learning_rate": 0.1})
large, _ = adam(np.array([0.0]), np.array([1000.0]), {"learning_rate": 0.1})
assert large[0] < 0, "a step goes down"
assert np.allclose(small, large, rtol=1e-3), (
    "the first step is as long for a gradient of 1 as for one of 1000"
)

# %% [markdown]
# ### Three memories in one valley
#
# The same start, 60 gradients each, your own functions. Adagrad brakes, RMSprop forgets, Adam also rolls on. The rates
# 0.3, 0.03 and 0.1 were chosen by hand so that the three paths start alike: the picture shows three characters, not a
# ranking.

# %% tags=["picture"]
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), width_ratios=(3, 2))
traces = {
    "adagrad": descend(adagrad, ravine, steps=60, config={"learning_rate": 0.3}),
    "rmsprop": descend(rmsprop, ravine, steps=60, config={"learning_rate": 0.03}),
    "adam": descend(adam, ravine, steps=60, config={"learning_rate": 0.1}),
}
plots.paths(plots.contour(left, ravine), traces)
left.set_title("Adam overshoots, as momentum does")
plots.losses(right, traces)
right.set(yscale="log", title="Loss, 60 evaluations each")
plots.Picture(fig, plots.describe_traces(ravine, traces))

# %% [markdown]
# ### What the second moment is not
#
# $v$ is a mean of $g^2$, uncentred: $\mu^2 + \sigma^2$ for gradients of mean $\mu$ and standard deviation $\sigma$. The
# variance would be $\sigma^2$ alone. On a steady slope without noise the variance is zero, and a rule that divided by
# its root would leap. So Adam's mean step is about
#
# $$\eta\,\frac{\mu}{\sqrt{\mu^2+\sigma^2}},$$
#
# one rate where all gradients agree, less where they quarrel. Noise acts as a brake. Measured on your Adam:

# %% tags=["picture"]
if written(adam, np.ones(1), np.ones(1), {}):
    print("noise / slope   mean step, in rates   mu / sqrt(mu^2 + sigma^2)")
    for noise in (0.0, 0.5, 1.0, 3.0, 10.0):
        rng, w, config = np.random.default_rng(1), np.zeros(100), {"learning_rate": 0.01, "beta2": 0.99}
        for step in range(1500):
            if step == 500:  # the averages have filled up
                before = w.copy()
            w, config = adam(w.copy(), 3.0 + 3.0 * noise * rng.standard_normal(100), config)
        mean_step = (before - w).mean() / 1000 / 0.01
        print(f"{noise:13.1f}   {mean_step:19.3f}   {1 / np.sqrt(1 + noise**2):25.3f}")
else:
    print("adam is not written yet.")

# %% [markdown]
# ## Find the bug
#
# Five claims from notes, slides and answers that can be found in print. Three are wrong. Decide, then let the next
# cell do the sums. Nothing here is graded.
#
# - **A.** Adam: set $t = 0$; in every step make $\hat m$ and $\hat v$ with $t$, move, then add one to $t$.
# - **B.** Adam's $v$ estimates the variance of the gradient.
# - **C.** Adagrad's effective rate never rises, whatever gradients come.
# - **D.** Without bias correction, Adam's first steps are too small.
# - **E.** The length of RMSprop's first step does not depend on the size of the gradient (but for $\varepsilon$).

# %%
claims = {"A": None, "B": None, "C": None, "D": None, "E": None}  # write True or False

# %% tags=["picture"]
steady, squares = np.full(5000, 3.0), np.random.default_rng(0).normal(size=1000) ** 2
raw = np.average(steady**2, weights=0.999 ** np.arange(5000)[::-1])
first = 0.1 / np.sqrt(0.001)
small, large = 0.001 / np.sqrt(0.01 * 0.001**2), 100 / np.sqrt(0.01 * 100**2)
sums = {
    "A": ("the first divisor is 1 - 0.9**0", 1 - 0.9**0 != 0),
    "B": (
        f"steady gradient 3: v is {raw:.0f}, the variance {steady.var():.0f}",
        np.isclose(raw, steady.var()),
    ),
    "C": ("1 / sqrt of a growing sum", (np.diff(1 / np.sqrt(np.cumsum(squares))) <= 0).all()),
    "D": (f"first step {first:.2f} rates", first < 1),
    "E": (f"g = 0.001: {small:.0f} rates, g = 100: {large:.0f} rates", np.isclose(small, large)),
}
for name, (why, holds) in sums.items():
    if claims[name] is None:
        print(f"{name}. decide first")
    else:
        print(
            f"{name}. {bool(holds)!s:6} {why:48s} {'you are right' if claims[name] == holds else 'look again'}"
        )

# %% [markdown]
# Claim A is a slip of order: written down with $t = 0$ the first step is $0/0$. Programs get away with it when $t$
# starts at 1. Start at 1 *and* add one before use, and the correction is one step ahead for ever. Many published
# answers to this very exercise do that, because a template once set `t` to 1. It is graded here as a convention, with
# half of the points; an $\varepsilon$ inside the root loses a quarter.
#
# ## The same name, another rule
#
# Formulas that differ in the place of $\varepsilon$ share one name. Before you compare your run with somebody
# else's, look here.
#
# | library | rule | $\varepsilon$ | default | also |
# |---|---|---|---|---|
# | this lesson, PyTorch | all three | $\sqrt{c}+\varepsilon$, after correction | 1e-8 (PyTorch's Adagrad 1e-10) | Adagrad's cache starts at 0 |
# | optax | RMSprop | $\sqrt{c+\varepsilon}$ unless `eps_in_sqrt=False` | 1e-8 | $d = 0.9$ |
# | optax, Keras | Adagrad | $\sqrt{c+\varepsilon}$ | 1e-7 | the cache starts at 0.1 |
# | optax | Adam | $\sqrt{\hat v}+\varepsilon$ | 1e-8 | `eps_root` adds a second one inside |
# | Keras | RMSprop | $\sqrt{c+\varepsilon}$ | 1e-7 | $d = 0.9$ |
# | Keras; Adam's paper, efficient form | Adam | $\sqrt{v}+\varepsilon$, correction in the rate | Keras 1e-7, paper 1e-8 | |

# %% tags=["picture"]
from course.data import digits
from course.network import MLP
from course.training import train

print("gradient   first step of Adam, in rates, with epsilon = 1e-8 placed")
print("           after the root   inside the root   before the correction")
for g in (1.0, 1e-2, 1e-4, 1e-6, 1e-8):
    after, inside = g / (g + 1e-8), g / np.sqrt(g**2 + 1e-8)
    folded = 0.1 * g / (np.sqrt(0.001) * g + 1e-8) * np.sqrt(0.001) / 0.1
    print(f"{g:8.0e}   {after:14.4f}   {inside:15.4f}   {folded:21.4f}")
data, network, rng = digits(), MLP(sizes=(64, 32, 10)), np.random.default_rng(0)
run = train(
    network, data.X_train, data.y_train, plain_gradient_descent, {"learning_rate": 1.0}, epochs=10, rng=rng
)
_, grads = network.loss(run.params, data.X_train, data.y_train)
sizes = np.abs(np.concatenate([grad.ravel() for grad in grads.values()]))
print(
    f"\nA small network after 10 epochs: {np.mean(sizes < 1e-4):.0%} of its gradient entries are below 1e-4."
)

# %% [markdown]
# Inside the root, $\varepsilon$ counts as $\sqrt\varepsilon$: the same `1e-8` acts on gradients ten thousand
# times as large. For gradients near one all three agree, which is why nobody notices. But the last line counts how
# many gradients are small, and for those $\varepsilon$ is a hyperparameter.

# %% [markdown]
# ## Off the saddle
#
# The saddle $x^2 - y^2$ holds a walker back in $x$ and lets go in $y$. Start at $(1, y_0)$ with a tiny $y_0$: the
# gradient in $y$ is $-2y_0$, next to nothing. All six rules get the rate 0.01, momentum 0.9, RMSprop decay 0.99.
#
# ### Predict 4
#
# From $y_0 = 10^{-6}$, order the six by the number of steps until $|y| > 1$: SGD, momentum, Nesterov, Adagrad,
# RMSprop, Adam. One of the adaptive rules is slower than plain descent; which, and why? And from $y_0 = 0$?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-escape", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 5. Steps to escape · 4 points · about 15 minutes · difficulty 2/5
#
# Build the stopwatch. Walk `rule` on the saddle, whose gradient at $(x, y)$ is $(2x, -2y)$, from $(1, y_0)$, and count.
#
# | | |
# |---|---|
# | in | `rule` with the interface above; `config` of its first call, which stays as it is; `y0` float; `limit` int |
# | out | the number of the first step after which $\lvert y\rvert > 1$, or None if that has not happened after `limit` steps |
#
# Worked: plain descent at rate 0.5 doubles $y$ at each step. From $y_0 = 0.3$: 0.6 after step 1, 1.2 after step 2; the
# answer is 2. From $y_0 = 0$ it is None.
#
# Often missed: $y_0$ may be negative; the returned `config` goes into the next call; the caller's `config` does not.
#
# <details><summary>Hint 1: a question</summary>Which three things does one turn of the loop need from the turn
# before?</details>
# <details><summary>Hint 2: a place</summary>Before the loop: <code>w</code>, and <code>dict(config)</code>. In it, over
# <code>range(1, limit + 1)</code>: gradient, rule, comparison, <code>return</code>. After it: None. Or let
# <code>descend(rule, saddle, (1, y0), steps=limit, config=config)</code> walk: in its <code>points</code> row 0 is the
# start and row k comes after step k. <code>first_step_where(mask)</code> gives the first row at which a mask is True, or
# None.</details>
# <details><summary>Hint 3: the formula</summary>The gradient is <code>np.array([2 * w[0], -2 * w[1]])</code>; return the
# step when <code>abs(w[1]) > 1</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "steps_to_escape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def steps_to_escape(rule, config, y0, limit=2000):
    """Return the number of the first step after which |y| > 1 on x^2 - y^2, from (1, y0), or None."""
    ### BEGIN SOLUTION
    w, state, answer = np.array([1.0, y0]), dict(config), None
    for step in range(1, limit + 1):
        w, state = rule(w, np.array([2 * w[0], -2 * w[1]]), state)
        if abs(w[1]) > 1:
            answer = step
            break
    ### END SOLUTION
    return answer


# %% a first look that costs no points
check("steps_to_escape", steps_to_escape)

# %% nbgrader={"grade": true, "grade_id": "steps_to_escape-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adaptive_rates

adaptive_rates.grade("steps_to_escape", steps_to_escape)
### END HIDDEN TESTS
assert steps_to_escape(plain_gradient_descent, {"learning_rate": 0.5}, 0.3) == 2, (
    "0.6 after step 1, 1.2 after step 2"
)
assert steps_to_escape(plain_gradient_descent, {"learning_rate": 0.5}, 0.0) is None, (
    "from the ridge itself it never leaves"
)

# %% [markdown]
# ### The race
#
# Momentum and Nesterov come from your own notebook on momentum, if it lies beside this one; otherwise they are left
# out, and the cell says so.

# %% tags=["picture"]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    earlier = {name: mine("04_momentum", name) for name in ("sgd_momentum", "sgd_nesterov_momentum")}
rules = {"sgd": plain_gradient_descent, **earlier, "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam}
for name, rule in list(rules.items()):
    absent = name in earlier and rule is plain_gradient_descent
    if absent or not written(rule, np.ones(1), np.ones(1), {}):
        print(f"{plots.rule_style(name)['label']} is left out: not found, or not written yet.")
        del rules[name]

# %% tags=["picture"]
if written(steps_to_escape, plain_gradient_descent, {"learning_rate": 0.5}, 0.3):
    for name, rule in rules.items():
        near, on = (steps_to_escape(rule, {"learning_rate": 0.01}, y0) for y0 in (1e-6, 0.0))
        print(f"{plots.rule_style(name)['label']:9s} from 1e-6: {near!s:>5s} steps    from 0: {on}")
    again = steps_to_escape(plain_gradient_descent, {"learning_rate": 0.1}, 1e-6)
    print(f"SGD at ten times the rate, from 1e-6: {again} steps")
else:
    print("steps_to_escape is not written yet.")

# %% tags=["picture"]
starts, rate = np.logspace(-12, -1, 12), {"learning_rate": 0.01}
traces = {name: descend(rule, saddle, (1, 1e-6), steps=1400, config=rate) for name, rule in rules.items()}
counts = {}
if written(steps_to_escape, plain_gradient_descent, {"learning_rate": 0.5}, 0.3):
    counts = {name: [steps_to_escape(rule, rate, y0) for y0 in starts] for name, rule in rules.items()}
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4))
adaptive.leaving(left, traces)
adaptive.escapes(right, starts, counts)
alt = [f"{name} {steps[0]} and {steps[-1]}." for name, steps in counts.items()]
plots.Picture(fig, f"Steps to escape from 1e-12 and from 0.1: {' '.join(alt) or 'not written yet.'}")

# %% [markdown]
# SGD multiplies $y$ by 1.02 per step, so every factor of ten in $y_0$ costs the same number of steps, about 116: on
# the right, a straight line. Momentum and Nesterov draw flatter straight lines: from $10^{-6}$ they need 140
# and 132 steps, should yours have been left out.
#
# To RMSprop and Adam the size of the gradient does not matter: from the first step on they move in $y$ by one rate or
# more per step, however near the ridge they start. RMSprop's leap at the start, the flaw of exercise 3, is here its
# victory.

# %% [markdown]
# Adagrad leaps at first too, by one rate, and then brakes. Its sum holds every gradient of the way, the present one
# among them, so no later step is longer than the first. It beats plain descent only from very near the ridge.
#
# Nothing in this race was tuned: at ten times its rate SGD overtakes Adam, by 76 steps to 77 from $10^{-6}$.
# It shows mechanisms, not winners.

# %% [markdown]
# ### The ridge itself
#
# From $y_0 = 0$ nobody leaves. The gradient in $y$ is exactly zero, and zero over anything is zero: no rule here makes
# a direction out of nothing. But the starts from which that happens form a line in the plane. A start drawn
# at random misses it with probability one, and mini-batch noise pushes a walker off. How much noise is needed?

# %% tags=["picture"]
for noise in (1e-3, 1e-6, 1e-9, 1e-12):
    left_at = {}
    for name, rule in rules.items():
        rng, config = np.random.default_rng(3), {"learning_rate": 0.01}
        walk = descend(rule, saddle.noisy(noise), (1, 0), steps=3000, config=config, rng=rng)
        left_at[plots.rule_style(name)["label"]] = first_step_where(np.abs(walk.points[:, 1]) > 1)
    print(f"noise {noise:.0e}:", ", ".join(f"{name} {step}" for name, step in left_at.items()))

# %% [markdown]
# A trillionth is enough for everyone. In training, saddles delay; they rarely hold.
#
# ## Turn the valley
#
# One rate per coordinate is a bet: that the steep directions of the loss lie along the axes, each belonging to one
# weight. Turn a valley of condition number 100 by an angle about its minimum. Plain descent cannot tell: its path
# turns too, and every loss stays as it was. For each rule and each angle, the best of 17 rates: how many steps until
# the loss stays below a thousandth of its start?


# %% tags=["picture"]
def steps_needed(rule, angle, rates):
    """Return the fewest steps after which the loss stays below a thousandth, and whether the rate is a border one."""
    found = []
    for k, rate in enumerate(rates):
        trace = descend(rule, valley(100, angle), steps=200, config={"learning_rate": rate})
        above = np.flatnonzero(trace.losses > 1e-3 * trace.losses[0])
        if not trace.stopped and above[-1] < 180:  # twenty further steps: a lucky crossing does not count
            found.append((above[-1] + 1, k in (0, len(rates) - 1)))
    return min(found, default=(np.nan, False))


degrees, rates, needed = np.arange(0, 46, 7.5), np.logspace(-3, 1, 17), {}
for name, rule in rules.items():
    fewest, border = zip(*(steps_needed(rule, np.radians(angle), rates) for angle in degrees), strict=True)
    needed[name] = np.array(fewest)
    note = "   (a best rate lies on the border of the grid)" if any(border) else ""
    print(
        f"{plots.rule_style(name)['label']:9s} {fewest[0]:4.0f} steps along the axes, {fewest[-1]:4.0f} at 45 degrees{note}"
    )
fig, ax = plt.subplots(figsize=(8, 4))
adaptive.angles(ax, degrees, needed)
plots.Picture(
    fig,
    " ".join(f"{n}: {s[0]:.0f} steps along the axes, {s[-1]:.0f} at 45 degrees." for n, s in needed.items()),
)

# %% [markdown]
# Along the axes Adagrad and RMSprop cross this valley in a handful of steps. Turned by 45 degrees, each coordinate
# sees the same mixture of steep and flat, both get about the same rate, and they end up behind plain descent. Adam
# draws an almost level line for another reason: here its momentum needs that long to stop swinging, at any angle.
# SGD and both momenta cannot see the angle at all.
#
# Move the angle and watch where the adaptive rules head first.

# %% tags=["picture"]
import ipywidgets as widgets


def turned(angle):
    place = valley(25, np.radians(angle))
    place = replace(place, domain=((-2.4, 2.4), (-2.4, 2.4)))
    settings = {"sgd": 0.07, "adagrad": 1.0, "rmsprop": 0.1, "adam": 0.3}
    walks = {name: descend(rules[name], place, steps=40, config={"learning_rate": rate})
             for name, rate in settings.items() if name in rules}  # fmt: skip
    fig, ax = plt.subplots(figsize=(5.6, 5.2))
    plots.paths(plots.contour(ax, place), walks)
    ax.set(title=f"Turned by {angle} degrees, 40 steps", aspect="equal")
    return plots.Picture(fig, plots.describe_traces(place, walks))


slider = widgets.IntSlider(value=0, min=0, max=90, step=5, description="angle", continuous_update=False)
moved = widgets.interact(turned, angle=slider)

# %% [markdown]
# ## A fair race
#
# Which rule trains a network best? A comparison needs the same number of gradient evaluations for everyone, a tuned
# rate *for each*, and more than one seed. Otherwise it compares rates, or luck.
#
# The network has 64 inputs, 32 units and 10 classes; the data are 8 by 8 digits; the budget is 4 epochs of batches of
# 50. The rate is the best of eight on the validation loss of one seed. Then five other seeds run with it. Two data sets:
# the digits as they are, and the same digits with every pixel in a unit of its own, multiplied by a fixed random
# factor between 0.01 and 10.

# %% tags=["picture"]
grid = np.logspace(-2.5, 1, 8)
units = {"as they are": np.ones(64), "in mixed units": 10 ** np.random.default_rng(7).uniform(-2, 1, 64)}


def final_loss(name, rate, unit, seed):
    """Return the validation loss after 4 epochs, infinite for a run that was stopped."""
    X, X_val, rng = data.X_train * units[unit], data.X_val * units[unit], np.random.default_rng(seed)
    options = {"epochs": 4, "batch": 50, "rng": rng, "validation": (X_val, data.y_val)}
    run = train(network, X, data.y_train, rules[name], {"learning_rate": rate}, **options)
    return np.inf if run.stopped else run.epochs["val_loss"][-1]


tuning, best, races = {}, {}, {}
for unit in units:
    tuning[unit] = {name: np.array([final_loss(name, rate, unit, 0) for rate in grid]) for name in rules}
    best[unit] = {name: grid[losses.argmin()] for name, losses in tuning[unit].items()}
    races[unit] = {
        name: [final_loss(name, best[unit][name], unit, seed) for seed in range(10, 15)] for name in rules
    }

# %% tags=["picture"]
fig, axes = plt.subplots(2, 2, figsize=(11, 7), width_ratios=(3, 2))
for (left, right), unit in zip(axes, units, strict=True):
    adaptive.tuning(left, grid, tuning[unit]).set_title(f"Tuning, digits {unit}")
    adaptive.seeds(right, races[unit]).set_title(f"The race, digits {unit}")
axes[1, 0].legend(loc="lower right", fontsize=8)
alt = [f"{n}, digits {u}: mean {np.mean(v):.3f}." for u, found in races.items() for n, v in found.items()]
plots.Picture(fig, " ".join(alt))

# %% tags=["picture"]
shared = {plots.rule_style(name)["label"]: losses[2] for name, losses in tuning["as they are"].items()}
print(f"All at the rate {grid[2]:.3g}, digits as they are, one seed:")
print("   " + ", ".join(f"{name} {loss:.2f}" for name, loss in shared.items()))
for unit in units:
    print(f"\nEach at its own rate, digits {unit}: mean of 5 seeds [lowest, highest]")
    for name, found in races[unit].items():
        label, rate = plots.rule_style(name)["label"], best[unit][name]
        border = "   on the border of the grid" if rate in (grid[0], grid[-1]) else ""
        print(
            f"   {label:9s} rate {rate:5.3f}   {np.mean(found):.3f} [{min(found):.3f}, {max(found):.3f}]{border}"
        )

# %% [markdown]
# Three ways to read this. At one shared rate Adam and RMSprop look far ahead: that is a race of rates. Tuned, on
# digits as they are, the seeds of all rules overlap: pixels share one unit, and nothing needs a rate of its own. In
# mixed units the three adaptive rules win, with no overlap: the first layer is a valley along the axes, the case they
# are made for. A missing point there is a run that diverged (a curve that leaves at the top is above 5); SGD's best
# rate is the last of the grid that survives: the steep coordinates set its limit.

# %% [markdown]
# What this run does not show: other networks, longer budgets, other batch sizes, schedules, or test accuracy.
# Eight rates and five seeds are few. *"Adam is better"* is not a sentence with a truth value until it names the
# problem, the budget, the tuning and the seeds.

# %% [markdown]
# ## What we have seen
#
# - Dividing by the root of remembered squares makes a step as long as the rate, whatever the unit of the loss. Adagrad
#   remembers everything and brakes; RMSprop forgets and starts too fast; Adam corrects the start and adds momentum.
# - An average that begins at zero must be divided by $1-\beta^t$. Without it, Adam's first steps are too *long*.
# - The advantage lives in the axes. It is large when coordinates have different units, and gone when the valley is
#   turned.

# %% [markdown]
# **Next:** the explorer, in which your six rules walk together at the move of a slider.
#
# **To think about:** whitening the inputs would also mend the mixed units. Why does that help the first layer only?
#
# **Still argued:** whether adaptive rules find answers that generalise worse. Wilson et al., *The Marginal Value of
# Adaptive Gradient Methods in Machine Learning* (NeurIPS 2017), say yes; Choi et al., *On Empirical Comparisons of
# Optimizers for Deep Learning* (2019), find that the gap closes when every hyperparameter is tuned, $\varepsilon$ among
# them.

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
