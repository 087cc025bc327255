# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5. Adaptive rates: one rate per coordinate
#
# Two weights of one network share a learning rate. The loss is 25 times as strongly curved along one as along the other.
# Below, plain descent walks down this valley three times, each time with another rate.
#
# **No single rate suits both. You may give each coordinate its own rate, but you may not look at the curvature. How would you
# choose the rates?**

# %%
import warnings

import numpy as np

from course import claims, mine
from course.checks import check, written
from course.data import digits
from course.descend import descend, first_step_where
from course.figures import adaptive, landscapes, races
from course.interactive.adaptive import turning
from course.mine import plain_gradient_descent
from course.network import MLP
from course.plots import rule_style, use_style
from course.surfaces import ravine, saddle, valley
from course.training import train

use_style()

# %% tags=["picture"]
adaptive.three_rates()

# %% [markdown]
# *You will be able to* write Adagrad, RMSprop and Adam, and say what each term is for; derive Adam's bias correction, and say
# what goes wrong without it; measure a rule instead of trusting its description; and say when one rate per
# coordinate helps, and when it does not.
#
# *Time* about 180 minutes, with a good place to stop after section 5.5. *You need* NumPy, partial derivatives and gradient
# descent, and the idea of a velocity (lesson 04). *Points* 40.
#
# A rule is a function `next_w, config = rule(w, dw, config)`. What it remembers between calls lives in `config`. You
# may work in place or make new arrays; `dw` belongs to the caller and stays as it is. Other entries of `config` come back.

# %% [markdown]
# ## 5.1 One rate for all is a compromise
#
# Take the loss $\tfrac12(\lambda_x x^2 + \lambda_y y^2)$. A step of gradient descent multiplies $x$ by
# $1-\eta\lambda_x$ and $y$ by $1-\eta\lambda_y$: two separate recursions that share the rate $\eta$. The steep coordinate
# sets the limit, $\eta < 2/\lambda_y$, and the flat one pays for it. The best compromise makes both factors equally bad,
#
# $$\eta^\ast = \frac{2}{\lambda_x+\lambda_y}, \qquad
#   \text{factor per step} = \frac{\kappa-1}{\kappa+1}, \qquad \kappa = \frac{\lambda_y}{\lambda_x},$$
#
# where $\kappa$ is the *condition number*. With its own rate for each coordinate, $\eta_x = 1/\lambda_x$ and
# $\eta_y = 1/\lambda_y$, one step would be enough: that is called a *diagonal preconditioner*. What does the compromise cost?

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
# The boldest way to use them: divide every entry of the gradient by its own absolute value. Only its sign is left, and each
# coordinate moves by exactly one rate per step. This rule is called *signSGD*.
#
# On the valley above, from the same start: what shape has the path? Does it come to rest at the star? What
# changes when the valley is a hundred times as steep across? Write one line before you run the next cell.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-sign", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def sign_step(w, dw, config):
    return w - config["learning_rate"] * np.sign(dw), config


walks = {k: descend(sign_step, valley(k), steps=40, config={"learning_rate": 0.13}) for k in (25, 2500)}
print(f"Greatest difference of the two paths: {np.abs(walks[25].points - walks[2500].points).max()}")
landscapes.dotted({f"Signs alone, condition number {k}": (valley(k), walk) for k, walk in walks.items()})

# %% [markdown]
# The path goes down at 45 degrees, then zigzags along the floor, then hops back and forth around the star. If you expected
# wide swings from wall to wall, as plain descent makes them: they need a gradient that is larger across the valley than along
# it, and here only its sign is left. If you expected the steeper valley to be harder: the two paths are equal to the last
# bit. If you expected the path to come to rest: every step is a whole rate long in each direction. Only a rate that happens
# to divide the whole way, such as 0.125 from this start, lands on the star.

# %% [markdown]
# So if you divide a coordinate's gradient by its size, the steepness cancels; but dividing by the size of *this* gradient
# alone forgets too much. The three rules of this lesson divide by the size of the gradients *so far*. They differ in how
# they remember.

# %% [markdown]
# ## 5.2 Adagrad: remember everything
#
# *Add up the squares of all gradients a coordinate has seen; divide by the root of the sum.*
#
# $$c \leftarrow c + g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{c}+\varepsilon}$$
#
# Every operation is entry by entry: $g^2$ is `dw**2`, of the shape of $w$, and so is the *cache* $c$, which starts
# at zero. The small $\varepsilon$ saves a coordinate whose gradient has always been zero from $0/0$.
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
# Often missed: the new square goes into the cache *before* the division; the cache must go back into `config`;
# `dw` must not be overwritten.
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
# the step stays as it was. So Adagrad should not notice how steep the valley is across. The picture shows your own function.

# %% tags=["picture"]
adaptive.steepness(adagrad)

# %% [markdown]
# The remaining difference is $\varepsilon$, which does not scale with the gradient.
#
# ### It slows down early
#
# A sum of squares only grows, so the *effective rate* $\eta/\sqrt{c}$ only falls. Under a constant gradient the
# $k$-th step is $\eta/\sqrt{k}$ long, and the distance after $T$ steps is about $2\eta\sqrt{T}$: to go twice as far takes
# four times as long. For convex problems the proofs need this. For a network that must cross a plain late in training it is a
# brake that is never released.
#
# ### Why the root
#
# Without the root the step is $\eta g/c$, whose unit is one over that of a gradient. Two things go wrong at once.

# %% tags=["picture"]
adaptive.braking(adagrad)

# %% [markdown]
# Left: without the root the distance grows like a logarithm. It has no limit, but to double the distance you must square the
# number of steps so far: 8.6 rates in 3000 steps. Right: the size of the gradient does not cancel, it ends up in the
# denominator. Where plain descent takes long steps on steep coordinates, the rule without the root takes long steps on
# flat ones, and with the loss multiplied by ten every step is ten times shorter. With the root, a step has the unit of the
# rate: **the rate says how far, the gradient says only in which direction.**

# %% [markdown]
# ## 5.3 RMSprop: remember, and forget
#
# *Replace the sum by an average that forgets, so that the cache describes the recent past.*
#
# $$c \leftarrow d\,c + (1-d)\,g^2, \qquad w \leftarrow w - \frac{\eta\, g}{\sqrt{c}+\varepsilon}$$
#
# This is an *exponential moving average* (EMA): a square that is $k$ steps old has weight $(1-d)\,d^k$. Its memory is
# about $1/(1-d)$ steps long.
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
# | config | `learning_rate` $\eta$, default `1e-2`; `decay_rate` $d$ in $[0, 1)$, default `0.99`; `epsilon` $\varepsilon$, default `1e-8`; `cache` $c$, zeros at first |
#
# Worked: `w = [1.]`, `dw = [2.]`, `learning_rate = 0.1`, `decay_rate = 0.75`. The cache becomes
# $0.75\cdot 0 + 0.25\cdot 4 = 1$, its root is $1$, and `next_w` is `[0.8]`.
#
# Often missed: which of the two weights is $d$; the square root; `dw` must not be overwritten.
#
# <details><summary>Hint 1: a question</summary>With a decay near one, should the cache change quickly or
# slowly?</details>
# <details><summary>Hint 2: a place</summary>Take your Adagrad and change the line of the cache. The step stays as it
# is.</details>
# <details><summary>Hint 3: the formula</summary>The new cache is
# <code>decay_rate * cache + (1 - decay_rate) * dw**2</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "rmsprop", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rmsprop(w, dw, config=None):
    """Return the parameters after one step of RMSprop, and the config with the moving average of squares."""
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
# A coordinate meets a gradient of 10 for 50 steps, then crosses a plain where it is 0.1. The picture measures the effective
# rate from outside: the step of your own function divided by the gradient, in learning rates.

# %% tags=["picture"]
adaptive.after_a_cliff(adagrad, rmsprop, decays=(0.9, 0.99, 0.999))

# %% [markdown]
# One rate over the gradient is 0.1 before the cliff and 10 after it. Within these 600 steps only $d = 0.9$ gets there.
# The shorter the memory, the sooner the cliff is forgotten; Adagrad never forgets.
#
# But look at the left edge. Adagrad starts at one rate over the gradient, as it should. RMSprop starts *above* it, and
# the longer its memory, the further above. That is why $d = 0.999$ lies above $d = 0.99$ up to about step 280: not because
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
# Write a function that answers this for *any* rule: how long is its very first step, in learning rates, for one parameter at
# 0 whose gradient is 100?
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
# Now use it to measure your rules.

# %% tags=["picture"]
tried = [("plain descent", plain_gradient_descent, {}), ("Adagrad", adagrad, {})]
tried += [(f"RMSprop, d = {d}", rmsprop, {"decay_rate": d}) for d in (0.9, 0.99, 0.999)]
for words, rule, given in tried:
    if written(rule, np.ones(1), np.ones(1), {}) and written(first_step, rule, {"learning_rate": 0.01}):
        print(f"{words:20s}{first_step(rule, {'learning_rate': 0.01} | given):8.2f} rates")
print("1/sqrt(1 - d) is", *(f"{1 / np.sqrt(1 - d):.2f}" for d in (0.9, 0.99, 0.999)))

# %% [markdown]
# If you wrote *one rate*: that is what an average should give. The average of one number is that number, and then
# $g/\sqrt{g^2}$ is one. If you wrote *a hundred*: the size of $g$ cancels, whatever it is. If you wrote *less than one*: the
# cache is too small, and it is in the denominator.
#
# After one step the cache holds not $g^2$ but $(1-d)\,g^2$, because it began at zero. Its root is
# $\sqrt{1-d}\,|g|$, too small, and so the first step is
#
# $$\frac{\eta\,|g|}{\sqrt{1-d}\,|g|} = \frac{\eta}{\sqrt{1-d}}.$$
#
# This is the surprise in RMSprop, and the reason for the strangest lines in Adam.

# %% [markdown]
# ## 5.4 A mean that began at zero
#
# Let $m$ be the moving average of anything, $m_t = \beta m_{t-1} + (1-\beta) g_t$, with $m_0 = 0$. Put the formula
# into itself until only gradients are left:
#
# $$m_t = \sum_{i=1}^{t} (1-\beta)\,\beta^{\,t-i} g_i .$$
#
# This is a weighted sum. Is it a weighted *mean*? Add up the weights, a geometric series:
#
# $$\sum_{i=1}^{t} (1-\beta)\,\beta^{\,t-i} = 1 - \beta^{\,t}.$$
#
# The rest, $\beta^t$, is the weight of the invented value $m_0 = 0$. Early on, that is most of $m_t$.

# %% tags=["picture"]
adaptive.lost_weight(0.9, (1, 3, 10, 40))

# %% [markdown]
# The cure is to divide by the sum of the other weights. $\hat m_t = m_t/(1-\beta^t)$ is a weighted mean of the gradients
# seen, in which recent ones count more, and of nothing else. This is called *bias correction*: if every $g_i$ has mean $\mu$,
# then $m_t$ has mean $(1-\beta^t)\mu$, and $\hat m_t$ has mean $\mu$. This is exact at every step. In numbers:

# %% tags=["picture"]
slopes, average, kept = np.random.default_rng(5).normal(3.0, 1.0, size=8), 0.0, 0.9
for count, slope in enumerate(slopes, start=1):
    average = kept * average + (1 - kept) * slope
    mean = np.average(slopes[:count], weights=kept ** np.arange(count)[::-1])
    corrected = average / (1 - kept**count)
    print(f"t = {count}:  m = {average:.4f}   m / (1 - beta^t) = {corrected:.4f}   weighted mean = {mean:.4f}")

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
adaptive.uncorrected()

# %% [markdown]
# You may expect *too short*, since both averages are too small. But they are not too small by the same factor. At $t = 1$,
# $m$ is a tenth of $g$, while $\sqrt{v}$ is $\sqrt{0.001}\,|g|$, about a thirtieth. The denominator is smaller still, so the
# quotient is too large:
#
# $$\frac{(1-\beta_1)\,|g|}{\sqrt{(1-\beta_2)\,g^2}} = \frac{1-\beta_1}{\sqrt{1-\beta_2}}
#   = \frac{0.1}{\sqrt{0.001}} = \sqrt{10}.$$
#
# Then it gets worse, because $m$ catches up in tens of steps and $v$ in thousands: 4.2 rates at the second step, 6.6 at
# the twelfth, and within 1% only from step 3925 on. The longest steps are among the first few dozen, when a network is most
# easily thrown off.

# %% [markdown]
# ## 5.5 Adam: both averages, both corrected
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
# $t$ counts the steps of this parameter and is increased *first*: with $t = 0$ both divisors are zero. The hats are used and
# thrown away; $m$, $v$ and $t$ are kept. Some texts write $s$ for $v$, or $v$ for $m$: look at the formula, not at the
# letter.
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
# | config | `learning_rate` $\eta$, default `1e-3`; `beta1`, `beta2` in $[0, 1)$, defaults `0.9`, `0.999`; `epsilon`, default `1e-8`; `m`, `v`, zeros at first; `t` steps taken so far, 0 at first |
#
# Worked: `w = [1.]`, `dw = [4.]`, `learning_rate = 0.1`. Then `t = 1`, `m = [0.4]`, `v = [0.016]`; the hats are `[4.]` and
# `[16.]`; `next_w` is `[0.9]`. A second step with `dw = [0.]`: `m = [0.36]`, `v = [0.015984]`, hats $0.36/0.19$ and
# $0.015984/0.001999$, and `next_w` is about `[0.8330]`.
#
# Often missed: `t` stored in `config`; a power, not a product; the hats kept out of `config`; $g^2$, not $m^2$;
# `dw` overwritten.
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
# Your own functions take 150 gradients each from the same start, with a dot at every step. The rates were chosen by hand so
# that the paths start alike, and RMSprop gets a short memory, $d = 0.9$: the picture shows how each behaves, not which is
# best.

# %% tags=["picture"]
configs = {
    "adagrad": {"learning_rate": 0.3},
    "rmsprop": {"learning_rate": 0.05, "decay_rate": 0.9},
    "adam": {"learning_rate": 0.1},
}
landscapes.three_memories({"adagrad": adagrad, "rmsprop": rmsprop, "adam": adam}, configs)

# %% [markdown]
# Adagrad's steps get shorter and shorter. Adam overshoots, as momentum does, and its swings die out. RMSprop does something
# odd: it comes extremely close to the minimum, and then its loss *rises* by many orders of magnitude and stays there. Near
# the minimum its gradients shrink, and soon the cache has forgotten that they were ever large. Each step is again about one
# rate long, and it ends up hopping from one side to the other, half a rate to each side, exactly as signSGD does. A rule
# that forgets needs a learning rate that falls: a *learning-rate schedule*.

# %% [markdown]
# ### What the second moment is not
#
# $v$ is a mean of $g^2$, uncentred: $\mu^2 + \sigma^2$ for gradients of mean $\mu$ and standard deviation $\sigma$. The
# variance would be $\sigma^2$ alone. On a steady slope without noise the variance is zero, and a rule that divided by
# its root would make enormous steps. With the second moment, Adam's mean step is about
#
# $$\eta\,\frac{\mu}{\sqrt{\mu^2+\sigma^2}},$$
#
# one rate where all gradients agree, and less where they disagree. Noise acts as a brake. Measure it on your Adam:

# %% tags=["picture"]
for noise in (0.0, 0.5, 1.0, 3.0, 10.0) if written(adam, np.ones(1), np.ones(1), {}) else ():
    rng, place, state = np.random.default_rng(1), np.zeros(100), {"learning_rate": 0.01, "beta2": 0.99}
    for count in range(1500):
        if count == 500:  # the averages have filled up
            before = place.copy()
        place, state = adam(place.copy(), 3.0 + 3.0 * noise * rng.standard_normal(100), state)
    measured = (before - place).mean() / 1000 / 0.01
    print(f"noise / slope {noise:4}: mean step {measured:.3f} rates, formula {1 / np.sqrt(1 + noise**2):.3f}")

# %% [markdown]
# ---
#
# **A good place to stop.** You have written all three rules, and 36 of the 40 points are behind you. Next come five claims,
# what other libraries mean by these names, the way off a saddle, and when a rate per coordinate helps.

# %% [markdown]
# ## 5.6 Five claims
#
# Three are wrong. Decide which, then let the next cell compute the answers. No points.
#
# - **A.** Adam: set $t = 0$; in every step make $\hat m$ and $\hat v$ with $t$, move, then add one to $t$.
# - **B.** Adam's $v$ estimates the variance of the gradient.
# - **C.** Adagrad's effective rate never rises, whatever gradients come.
# - **D.** Without bias correction, Adam's first steps are too small.
# - **E.** The length of RMSprop's first step does not depend on the size of the gradient (but for $\varepsilon$).

# %%
answers = {"A": None, "B": None, "C": None, "D": None, "E": None}  # write True or False

# %% tags=["picture"]
print(claims.decided(answers, claims.about_adaptive_rates()))

# %% [markdown]
# <details><summary>Why, for each (after you have answered)</summary>
#
# - **A** is wrong, a slip of order: with $t = 0$ the first step is $0/0$. It is right if $t$ starts at 1. But if $t$ starts
#   at 1 *and* you add one before use, the correction is always one step ahead.
# - **B** is wrong: $v$ is the mean of $g^2$, uncentred.
# - **C** is right: a sum of squares never falls.
# - **D** is wrong: they are too large, by $\sqrt{10}$ at first.
# - **E** is right: $g$ over the root of $(1-d)\,g^2$.
#
# </details>

# %% [markdown]
# ## 5.7 The same name, another rule
#
# Formulas that differ in the place of $\varepsilon$ have the same name. Before you compare your run with somebody else's,
# look here. (In the graded checks another place of $\varepsilon$ costs a quarter of the points, a $t$ that is one
# step ahead half of them.)
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
print("gradient   first step of Adam, in rates, with epsilon = 1e-8 placed")
print("           after the root   inside the root   before the correction")
for size in (1.0, 1e-2, 1e-4, 1e-6, 1e-8):
    after, inside = size / (size + 1e-8), size / np.sqrt(size**2 + 1e-8)
    folded = 0.1 * size / (np.sqrt(0.001) * size + 1e-8) * np.sqrt(0.001) / 0.1
    print(f"{size:8.0e}   {after:14.4f}   {inside:15.4f}   {folded:21.4f}")

# %% tags=["picture"]
data, network = digits(), MLP(sizes=(64, 32, 10))
for seed in range(3):
    options = {"epochs": 10, "rng": np.random.default_rng(seed)}
    run = train(network, data.X_train, data.y_train, plain_gradient_descent, {"learning_rate": 1.0}, **options)
    _, grads = network.loss(run.params, data.X_train, data.y_train)
    sizes = np.abs(np.concatenate([grad.ravel() for grad in grads.values()]))
    small, zero = np.mean((sizes > 0) & (sizes < 1e-4)), np.mean(sizes == 0)
    print(f"seed {seed}: after 10 epochs {small:.0%} of the gradient entries are below 1e-4, and {zero:.1%} are 0")

# %% [markdown]
# Inside the root, $\varepsilon$ counts as $\sqrt\varepsilon$: the same `1e-8` acts on gradients ten thousand
# times as large. For gradients near one all three agree, so the difference is easily overlooked. But in this small network a
# quarter of the entries or more are small without being zero, and for those $\varepsilon$ is a hyperparameter. (The
# entries that are exactly zero belong to five pixels that are blank in every image.)

# %% [markdown]
# ## 5.8 Off the saddle
#
# The saddle $x^2 - y^2$ attracts along $x$ and repels along $y$. Start at $(1, y_0)$ with a tiny $y_0$: the gradient in $y$
# is $-2y_0$, almost zero. All six rules get the rate 0.01, momentum 0.9, RMSprop decay 0.99.
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
# Write the stopwatch. Run `rule` on the saddle, whose gradient at $(x, y)$ is $(2x, -2y)$, from $(1, y_0)$, and count the
# steps.
#
# | | |
# |---|---|
# | in | `rule` with the interface above; `config` of its first call, which stays as it is; `y0` float, at most 1 in size; `limit` int |
# | out | the number of the first step after which $\lvert y\rvert > 1$ (more than 1, not 1 itself), or None if that has not happened after `limit` steps, the last one included |
#
# Worked: plain descent at rate 0.5 doubles $y$ at each step. From $y_0 = 0.3$: 0.6 after step 1, 1.2 after step 2; the
# answer is 2. From $y_0 = 0$ it is None.
#
# Often missed: $y_0$ may be negative; the returned `config` goes into the next call; the caller's `config` must stay as
# it is.
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
# Momentum and Nesterov come from your own notebook on momentum, if it is beside this one; otherwise they are left out, and
# the cell says so.

# %% tags=["picture"]
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    earlier = {name: mine("04_momentum", name) for name in ("sgd_momentum", "sgd_nesterov_momentum")}
found = {name: rule for name, rule in earlier.items() if rule is not plain_gradient_descent}
every = {"sgd": plain_gradient_descent, **found, "adagrad": adagrad, "rmsprop": rmsprop, "adam": adam}
rules = landscapes.written_rules(every)
left_out = [rule_style(name)["label"] for name in (*earlier, *every) if name not in rules]
print("Left out:", ", ".join(left_out) or "none of the six")

# %% tags=["picture"]
starts, config = np.logspace(-12, -1, 12), {"learning_rate": 0.01}
ready = written(steps_to_escape, plain_gradient_descent, {"learning_rate": 0.5}, 0.3)
counts = {name: [steps_to_escape(rule, config, y0) for y0 in starts] for name, rule in rules.items() if ready}
for name, steps in counts.items():
    on = steps_to_escape(rules[name], config, 0.0)
    print(f"{rule_style(name)['label']:9s} from 1e-6: {steps[6]!s:>5s} steps    from 0: {on}")
if ready:
    again = steps_to_escape(plain_gradient_descent, {"learning_rate": 0.1}, 1e-6)
    print(f"SGD at ten times the rate, from 1e-6: {again} steps")
traces = {name: descend(rule, saddle, (1, 1e-6), steps=1400, config=config) for name, rule in rules.items()}
landscapes.off_the_saddle(traces, starts, counts)

# %% [markdown]
# SGD multiplies $y$ by 1.02 per step, so every factor of ten in $y_0$ costs the same number of steps, about 116: on
# the right, a straight line. The lines of momentum and Nesterov are straight too, and flatter: from $10^{-6}$ they need 140
# and 132 steps (in case yours were left out).

# %% [markdown]
# For RMSprop and Adam the size of the gradient matters little. From the second step on and until they leave, RMSprop moves
# along $y$ by 4 to 10 rates per step and Adam by 0.6 to 1.6, wherever they start. Only the very first step depends on how
# near the ridge is: from $10^{-12}$ it is 0.0002 rates long, because there $\varepsilon$ is larger than the gradient.
# RMSprop's leap at the start, its flaw in Exercise 3, is an advantage here.

# %% [markdown]
# Adagrad starts with a step of one rate too, and then slows down. Its sum holds every gradient so far, including the present
# one, so no step can be longer than one rate. It beats plain descent only from very near the ridge.
#
# Nothing in this race was tuned: at ten times its rate SGD overtakes Adam, with 76 steps against 77 from $10^{-6}$.
# The race shows mechanisms, not winners.

# %% [markdown]
# ### The ridge itself
#
# From $y_0 = 0$ no rule leaves. The gradient along $y$ is exactly zero, and zero divided by anything is zero: no rule here
# can make a direction out of nothing. But this happens only from starts on one line in the plane. A start drawn at random
# misses that line with probability one, and mini-batch noise pushes a run off it. How much noise is needed?

# %% tags=["picture"]
for noise in (1e-3, 1e-6, 1e-9, 1e-12):
    gone = []
    for name, rule in rules.items():
        noisy, rng = saddle.noisy(noise), np.random.default_rng(3)
        walk = descend(rule, noisy, (1, 0), steps=3000, config={"learning_rate": 0.01}, rng=rng)
        gone.append(f"{rule_style(name)['label']} {first_step_where(np.abs(walk.points[:, 1]) > 1)}")
    print(f"noise {noise:.0e}:", ", ".join(gone))

# %% [markdown]
# A trillionth is enough for every rule. In training, saddles slow a run down; they rarely stop it.
#
# ## 5.9 Turn the valley
#
# One rate per coordinate is a bet: that the steep directions of the loss lie along the axes, each belonging to one
# weight. Turn a valley of condition number 100 by an angle about its minimum. For plain descent that makes no difference: its
# path turns too, and every loss stays as it was. Each rule runs at each angle with 17 rates. At the best of them, after how
# many steps does the loss stay below a thousandth of its start?
#
# **Guess first:** to which of Adagrad, RMSprop and Adam does the angle matter, and how much?


# %% tags=["picture"]
def steps_needed(rule, angle, rates, **given):
    """Return the fewest steps after which the loss stays below a thousandth, and whether the rate is a border one."""
    found = []
    for k, each in enumerate(rates):
        trace = descend(rule, valley(100, angle), steps=200, config={"learning_rate": each, **given})
        above = np.flatnonzero(trace.losses > 1e-3 * trace.losses[0])
        if not trace.stopped and above[-1] < 180:  # twenty further steps: a lucky crossing does not count
            found.append((above[-1] + 1, k in (0, len(rates) - 1)))
    return min(found, default=(np.nan, False))


degrees, needed = np.arange(0, 46, 7.5), {}
for name, rule in rules.items():
    fewest, border = zip(*(steps_needed(rule, np.radians(d), np.logspace(-3, 1, 17)) for d in degrees), strict=True)
    needed[name] = np.array(fewest)
    note = "   (a best rate lies on the border of the grid)" if any(border) else ""
    print(f"{rule_style(name)['label']:9s} {fewest[0]:4.0f} steps along the axes, {fewest[-1]:4.0f} at 45 degrees{note}")
landscapes.steps_by_angle(degrees, needed)

# %% [markdown]
# Along the axes Adagrad and RMSprop cross this valley in a handful of steps. In the valley turned by 45 degrees, each
# coordinate sees the same mixture of steep and flat, both get about the same rate, and the two rules end up behind plain
# descent. For SGD and both kinds of momentum the angle makes no difference at all.
#
# Adam's line is almost level. Does the angle not matter to it? It does, but at any angle its momentum needs that long to stop
# swinging, and this hides the effect. Take the momentum away:

# %% tags=["picture"]
for memory in (0.9, 0.0) if "adam" in rules else ():
    along, across = (steps_needed(adam, np.radians(d), np.logspace(-3, 1, 17), beta1=memory)[0] for d in (0, 45))
    print(f"Adam with beta1 = {memory}: {along} steps along the axes, {across} at 45 degrees")

# %% [markdown]
# With $\beta_1 = 0$ the angle matters to Adam as much as to RMSprop. Change the angle, and watch where the adaptive rules
# head first.

# %% tags=["picture"]
turning(rules, {"sgd": 0.07, "adagrad": 1.0, "rmsprop": 0.1, "adam": 0.3})

# %% [markdown]
# ## 5.10 A fair race
#
# Which rule trains a network best? A comparison needs the same number of gradient evaluations for every rule, a tuned
# rate *for each*, and more than one seed. Otherwise it compares rates, or luck.
#
# The network has 64 inputs, 32 units and 10 classes; the data are 8 by 8 digits; the budget is 4 epochs of batches of 50.
# The rate is the best of eight by the mean validation loss of three seeds. Then five other seeds run with it. There are two
# data sets: the digits as they are, and the same digits with every pixel in its own unit, multiplied by a fixed random factor
# between 0.01 and 10.

# %% tags=["picture"]
grid = np.logspace(-2.5, 1, 8)
units = {"as they are": np.ones(64), "in mixed units": 10 ** np.random.default_rng(7).uniform(-2, 1, 64)}


def final_loss(name, each, unit, seed):
    """Return the validation loss after 4 epochs, infinite for a run that was stopped."""
    rows, held_out = data.X_train * units[unit], (data.X_val * units[unit], data.y_val)
    options = {"epochs": 4, "batch": 50, "rng": np.random.default_rng(seed), "validation": held_out}
    run = train(network, rows, data.y_train, rules[name], {"learning_rate": each}, **options)
    return np.inf if run.stopped else run.epochs["val_loss"][-1]


tuning, best, others = {}, {}, {}
for unit in units:
    tuning[unit] = {
        name: np.mean([[final_loss(name, each, unit, seed) for each in grid] for seed in range(3)], axis=0)
        for name in rules
    }
    best[unit] = {name: grid[losses.argmin()] for name, losses in tuning[unit].items()}
    others[unit] = {name: [final_loss(name, best[unit][name], unit, s) for s in range(10, 15)] for name in rules}
races.tuned_race(grid, {f"digits {u}": tuning[u] for u in units}, {f"digits {u}": others[u] for u in units})

# %% tags=["picture"]
shared = [f"{rule_style(name)['label']} {losses[2]:.2f}" for name, losses in tuning["as they are"].items()]
print(f"All at the rate {grid[2]:.3g}, digits as they are:\n   {', '.join(shared)}")
for unit in units:
    print(f"\nEach at its own rate, digits {unit}: mean of 5 seeds [lowest, highest]")
    for name, losses in others[unit].items():
        border = "   on the border of the grid" if best[unit][name] in (grid[0], grid[-1]) else ""
        spread = f"{np.mean(losses):.3f} [{min(losses):.3f}, {max(losses):.3f}]"
        print(f"   {rule_style(name)['label']:9s} rate {best[unit][name]:5.3f}   {spread}{border}")

# %% [markdown]
# There are three things to see. At one shared rate Adam and RMSprop look far ahead of SGD: this compares rates, not rules.
# Tuned, on digits as they are, the seeds of all rules overlap: pixels share one unit, and no weight needs its own rate. In
# mixed units the three adaptive rules win, and each of their seeds is better than the best seed of any other rule: the first
# layer is a valley along the axes, the case they are made for. SGD's rate is limited there by the steep coordinates. A
# missing point is a run that diverged in one of the seeds (a curve that leaves at the top is above 5).

# %% [markdown]
# This run says nothing about other networks, longer budgets, other batch sizes, schedules, or test accuracy. Eight rates and
# five seeds are few. *"Adam is better"* is neither true nor false until it names the problem, the budget, the tuning and the
# seeds.

# %% [markdown]
# ## Say it back
#
# - Dividing by the root of remembered squares makes a step as long as the rate, whatever the unit of the loss. Adagrad
#   remembers everything and slows down; RMSprop forgets and starts too fast; Adam corrects the start and adds momentum.
# - An average that begins at zero must be divided by $1-\beta^t$. Without it, Adam's first steps are too *long*.
# - One rate per coordinate helps when coordinates have different units. Turn the valley, and the advantage is gone.

# %% [markdown]
# **Next:** the explorer, in which your six rules run side by side as you move a slider. Lesson 12 is about Adam's successors:
# *AdamW* with its weight decay, and *Muon*, which treats a matrix as a matrix.
#
# **To think about:** giving every input the same unit would also repair the second data set. Why does that help only the
# first layer?
#
# **Still argued:** whether adaptive rules find answers that generalise worse. Wilson et al., *The Marginal Value of
# Adaptive Gradient Methods in Machine Learning* (NeurIPS 2017), say yes; Choi et al., *On Empirical Comparisons of
# Optimizers for Deep Learning* (2019), find that the gap closes when every hyperparameter is tuned, $\varepsilon$ among
# them.

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
