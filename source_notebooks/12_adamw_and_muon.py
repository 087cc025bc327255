# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12. AdamW and Muon: what people train with today
#
# Two weights of a network are useless: whatever their values, the loss stays the same. Their gradients are pure noise,
# a hundred times as large for one as for the other. An L2 penalty is there to remove such weights, and in the figure
# below plain gradient descent with a penalty removes both.
#
# **Now give Adam the same penalty. Which of the two weights shrinks first, and does the other one shrink at all?**

# %%
import time

import numpy as np

from course.checks import check, needs
from course.data import digits
from course.descend import descend
from course.figures import adamw_and_muon as figures
from course.figures import landscapes
from course.interactive import adamw_and_muon as interactive
from course.mine import plain_gradient_descent, source
from course.network import MLP
from course.plots import use_style
from course.surfaces import matrix_valley
from course.training import train
from course.widgets import Explorer

use_style()

# %% tags=["picture"]
figures.opening()

# %% [markdown]
# *You will be able to* write AdamW, Lion and Muon, and say how each differs from Adam; explain why weight decay and an L2
# penalty differ as soon as every coordinate has its own rate; clip a gradient without changing its direction; make a
# matrix orthogonal without computing its singular value decomposition; compare rules in a fair race, and say what the race
# does not show.

# %% [markdown]
# *Time* about 165 minutes, with a good place to stop after section 12.3. *You need* Adam (lesson 05), momentum with
# Nesterov's look ahead (04), and the singular value decomposition $W = U\,\mathrm{diag}(s)\,V^\top$: $U$ and $V$ have
# orthonormal columns, and $s$ holds the singular values. *Points* 30.
#
# As before, a rule is called as `next_w, config = rule(w, dw, config)`, once for each parameter array. Each array has
# its own config; entries in it that are not the rule's own come back unchanged. You may change `w` in place, but `dw`
# belongs to the caller: do not change it.

# %% [markdown]
# ## Guess first
#
# Adam divides the gradient of every coordinate by that coordinate's root mean square. The slope of the penalty,
# $\lambda w$, is part of the gradient, so it is divided too. Both weights start at 1. One gradient has a standard
# deviation of 0.1 (the *quiet* one), the other of 10 (the *loud* one). After 1500 steps, what is left of each weight? Write
# one line.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-decay", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# Your own function will give the answer after Exercise 1.

# %% [markdown]
# ## 12.1 Decay the weights, not the gradient
#
# For plain descent, a penalty $\tfrac{\lambda}{2}\lVert w\rVert^2$ and *weight decay* are the same: the slope of the
# penalty is $\lambda w$, and $w - \eta\,(g + \lambda w)$ equals $(1-\eta\lambda)\,w - \eta\,g$. Every step takes the same
# share from every weight.
#
# In Adam the two differ. *AdamW* keeps the decay out of both moments and subtracts it from the weights directly:
#
# $$w \leftarrow w - \eta\,\lambda\, w - \frac{\eta\,\hat m}{\sqrt{\hat v}+\varepsilon}$$
#
# Here $t$, $m$, $v$ and the corrected $\hat m$, $\hat v$ are Adam's, computed from $g$ alone. This is called
# *decoupled* weight decay.
#
# Source: Loshchilov and Hutter, *Decoupled Weight Decay Regularization* (ICLR 2019). As in PyTorch, the decay is
# multiplied by the rate here.

# %% [markdown]
# ### Exercise 1. AdamW · 8 points · about 15 minutes · difficulty 2/5
#
# Write the update above. Your Adam from lesson 05 is a good start; the next cell prints it if that notebook is in the
# same folder as this one.
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, with what the next call needs |
# | config | `learning_rate` $\eta$, default `1e-3`; `beta1`, `beta2` in $[0, 1)$, defaults `0.9`, `0.999`; `epsilon`, default `1e-8`; `weight_decay` $\lambda$, default `1e-2`; `m`, `v`, zeros at first; `t`, 0 at first |
#
# Worked: `w = [1.]`, `dw = [4.]`, `learning_rate = 0.1`, `weight_decay = 0.5`. Adam alone would give `[0.9]`; the decay
# subtracts another $0.1\cdot0.5\cdot1$, so `next_w` is `[0.85]`.
#
# Often missed: the decay is multiplied by the rate; it uses the weights as they came in; it enters neither `dw` nor the
# moments.
#
# <details><summary>Hint 1: a question</summary>Which lines of your Adam must know about the decay, and which must
# not?</details>
# <details><summary>Hint 2: a place</summary>Only the last line changes: it subtracts one more term from
# <code>w</code>.</details>
# <details><summary>Hint 3: the formula</summary>From <code>w</code> subtract <code>learning_rate * weight_decay *
# w</code> and <code>learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)</code>, with <code>m_hat</code> = <code>m / (1 -
# beta1**t)</code> and <code>v_hat</code> = <code>v / (1 - beta2**t)</code>.</details>

# %%
print(source("05_adaptive_rates", "adam"))


# %% nbgrader={"grade": false, "grade_id": "adamw", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adamw(w, dw, config=None):
    """Return the parameters after one step of AdamW, and the config with both moments and the step count."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-3)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.999)
    config.setdefault("epsilon", 1e-8)
    config.setdefault("weight_decay", 1e-2)
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
    step = m_hat / (np.sqrt(v_hat) + config["epsilon"])
    next_w = w - config["learning_rate"] * (step + config["weight_decay"] * w)
    ### END SOLUTION
    return next_w, config


# %% a first look that costs no points
check("adamw", adamw)

# %% nbgrader={"grade": true, "grade_id": "adamw-check", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adamw_and_muon

adamw_and_muon.grade("adamw", adamw)
### END HIDDEN TESTS
after, _ = adamw(np.array([1.0]), np.array([4.0]), {"learning_rate": 0.1, "weight_decay": 0.5})
assert np.allclose(after, [0.85]), "Adam's step of one rate, and a twentieth of w"

# %% [markdown]
# ### The answer to Predict 1
#
# On the left is your function with its decay set to zero and $\lambda w$ added to the gradient, which is Adam with an
# L2 penalty; on the right, your function as it is. Both run at rate 0.01 with $\lambda = 0.1$, as plain descent did at
# the top. Every curve is the mean over 2000 copies.

# %% tags=["picture"]
figures.decays(adamw)

# %% [markdown]
# If you wrote *both shrink alike*, you described AdamW. If you wrote *the loud one shrinks first, because its gradient is
# larger*, it is the other way round: its penalty is divided by a root mean square of 10, so it loses little, while the quiet
# weight is pulled down ten times as fast as intended. The penalty acts least where the gradient is largest.

# %% [markdown]
# ### On the digits
#
# Does the same happen in a network? Every pixel is multiplied by its own factor, its *unit*, between 0.1 and 10, as in lesson
# 05. A pixel with a small unit has small gradients and needs large weights. Three runs start from the same
# weights: without decay, with an L2 penalty in the gradient, and with decoupled decay. How much of each pixel's weights
# is left, compared with the run without decay?

# %% tags=["picture"]
data, network = digits(), MLP(sizes=(64, 32, 10))
units = 10 ** np.random.default_rng(7).uniform(-1, 1, 64)
seen = data.X_train.std(axis=0) > 0.05  # pixels that are blank in nearly every image have nothing to learn


def penalised(w, dw, config):
    """Adam with an L2 penalty: the penalty's slope goes into the gradient."""
    return adamw(w, dw + config["penalty"] * w, config)


def norms(rule, **config):
    """Return the norm of each pixel's weights after 30 epochs."""
    options = {"epochs": 30, "batch": 100, "rng": np.random.default_rng(0)}
    run = train(
        network, data.X_train * units, data.y_train, rule, {"learning_rate": 3e-3, **config}, **options
    )
    return np.linalg.norm(run.params["W1"][seen], axis=1)


@needs("Exercise 1")
def compared():
    """Return the picture of what a penalty and a decay leave of each pixel's weights."""
    landscapes.ready(adamw=adamw)
    free = norms(adamw, weight_decay=0.0)
    kept = {"Adam, penalty 0.03": norms(penalised, weight_decay=0.0, penalty=0.03) / free}
    kept["AdamW, decay 0.3"] = norms(adamw, weight_decay=0.3) / free
    return figures.shares(units[seen], kept)


compared()

# %% [markdown]
# Decoupled decay takes about the same share from every pixel. The penalty takes nearly everything from pixels with small
# units and much less from those with large ones, though nobody asked for that: if you multiply a pixel by ten, your
# regulariser treats it differently. That is the case for AdamW. Whether its network is also *better* is another question,
# which this picture does not answer.
#
# How strong is a decay? A weight without a gradient is halved in $\ln 2/(\eta\lambda)$ steps.

# %% tags=["picture"]
for eta, strength in ((1e-3, 1e-2), (3e-4, 0.1), (3e-3, 0.3)):
    print(f"rate {eta:g}, weight_decay {strength:g}: halved in {np.log(2) / (eta * strength):,.0f} steps")

# %% [markdown]
# The first line is PyTorch's default: in a run of a thousand steps it takes one percent. The second is usual for
# language models. Only the product $\eta\lambda$ counts, so a schedule that lowers the rate also lowers the decay.
#
# ### The same name, another rule
#
# | where | decay | in the graded checks |
# |---|---|---|
# | this lesson, PyTorch's `AdamW`, optax | $\eta\lambda w$, from the weights as they came in | all points |
# | PyTorch's `Adam(weight_decay=...)` | $\lambda w$ added to the gradient: L2 | half of them |
# | the paper | $\lambda w$ times the schedule, without $\eta$ | three quarters |
# | Hugging Face's old `AdamW` | $\eta\lambda$ of the weights *after* the step | three quarters |
#
# At a rate of $10^{-3}$, a decay of 0.1 in the paper's sense is one of 100 in PyTorch's. Biases and the gains of
# normalisation layers are usually not decayed at all. PyTorch decays everything it is given, so people pass them as a
# separate parameter group.

# %% [markdown]
# ## 12.2 One gradient that is too long
#
# In lesson 03 a run was hurt by a gradient ten times as long as usual. *Clipping* prevents that: a gradient longer than
# a bound is shortened to that bound.
#
# How is the length measured? All gradient arrays together are one long vector, and its length is the *global norm*:
#
# $$\lVert g\rVert = \sqrt{\textstyle\sum_{\text{arrays}}\sum_{\text{entries}} g^2}, \qquad
#   g \leftarrow g\cdot\min\!\left(1,\ \frac{c}{\lVert g\rVert}\right).$$
#
# All arrays are multiplied by the same factor, so the direction stays the same. This happens before the rule sees the
# gradient.
#
# Source: Pascanu, Mikolov and Bengio, *On the difficulty of training recurrent neural networks* (ICML 2013).

# %% [markdown]
# ### Exercise 2. Clip by the global norm · 4 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `grads`, a dict from name to array of any shape; `max_norm` $c$, a positive number |
# | out | `clipped`, a new dict with the same names; `norm`, the length *before* clipping, a number |
#
# Worked: `{"W": [[3., 0.]], "b": [4.]}` has norm 5. With `max_norm = 1.` both arrays are divided by 5; with
# `max_norm = 10.` nothing changes. `norm` is 5 in both cases.
#
# Often missed: a short gradient is not made longer; gradients that are all zero must not give 0/0; the caller's arrays
# stay as they are.
#
# <details><summary>Hint 1: a question</summary>If you know the norm of each array, how do you get the norm of all of
# them together?</details>
# <details><summary>Hint 2: a place</summary>Three lines: the norm from a sum over <code>grads.values()</code>, the
# factor, and a new dict.</details>
# <details><summary>Hint 3: the formula</summary><code>norm = np.sqrt(sum(np.sum(g**2) for g in grads.values()))</code>;
# the factor is <code>max_norm / norm</code> where <code>norm > max_norm</code>, and 1 otherwise.</details>


# %% nbgrader={"grade": false, "grade_id": "clip_by_global_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def clip_by_global_norm(grads, max_norm):
    """Return the gradients, shortened together to at most max_norm, and their norm before that."""
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
    factor = max_norm / norm if norm > max_norm else 1.0
    clipped = {name: factor * grad for name, grad in grads.items()}
    ### END SOLUTION
    return clipped, norm


# %% a first look that costs no points
check("clip_by_global_norm", clip_by_global_norm)

# %% nbgrader={"grade": true, "grade_id": "clip_by_global_norm-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adamw_and_muon

adamw_and_muon.grade("clip_by_global_norm", clip_by_global_norm)
### END HIDDEN TESTS
shortened, length = clip_by_global_norm({"W": np.array([[3.0, 0.0]]), "b": np.array([4.0])}, 1.0)
assert np.isclose(length, 5), "Pythagoras over both arrays"
assert np.allclose(shortened["b"], [0.8]), "both arrays are divided by 5"

# %% tags=["picture"]
figures.arrows(clip_by_global_norm)

# %% [markdown]
# Clipping every entry separately turns the gradient towards the diagonal, and so does a separate bound for each array.
# Both are in use, and both change the descent direction; clipping by the global norm only changes the rate.
#
# ### Predict 2
#
# In one batch, the pixels are a hundred times too large. Plain descent and your AdamW both train on, each with and
# without a bound of 1 on the norm. Which of the two does the bad batch throw further off, and which is disturbed for longer?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-spoilt", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def losses_of(rule, config, bound, seed, *, spoilt=60, steps=180):
    """Return the validation loss after every step; one batch comes in a hundred times too large."""
    rng = np.random.default_rng(seed)
    params, found = network.start(rng), []
    configs = {name: dict(config) for name in params}
    for count in range(steps):
        rows = rng.choice(len(data.y_train), 50, replace=False)
        X = data.X_train[rows] * (100 if count == spoilt else 1)
        _, grads = network.loss(params, X, data.y_train[rows])
        if bound is not None:
            grads, _ = clip_by_global_norm(grads, bound)
        for name in params:
            params[name], configs[name] = rule(params[name], grads[name], configs[name])
        found.append(network.evaluate(params, data.X_val, data.y_val)[0])
    return found


# %% tags=["picture"]
@needs("Exercises 1 and 2")
def thrown():
    """Return the picture of both rules, each with and without a bound, over five seeds."""
    tried = {
        "sgd": (plain_gradient_descent, {"learning_rate": 0.3}),
        "adamw": (adamw, {"learning_rate": 3e-3}),
    }
    runs = {
        (name, how): np.array([losses_of(*each, bound, seed) for seed in range(5)])
        for name, each in tried.items()
        for how, bound in (("not clipped", None), ("clipped", 1.0))
    }
    return figures.spoilt(runs, at=60)


thrown()

# %% [markdown]
# Plain descent takes a step in proportion to the gradient, so it is thrown far off, then recovers. AdamW hardly notices that
# step: dividing by $\sqrt{\hat v}$ keeps it at most a few rates long in every coordinate. But if you wrote that it needs no
# clipping, look further: the huge square stays in $v$, whose memory is a thousand steps, and all later
# steps are too short. AdamW is not thrown off but *slowed down*, for the rest of this run.
#
# With the bound, neither is disturbed. It was chosen from the norms, most of which are about half of it. A bound that
# is reached at every step gives all gradients the same length, which is a different rule.

# %% [markdown]
# ## 12.3 Only the sign
#
# Lesson 05 began with signSGD: every coordinate moves by exactly one rate, and only the sign of the gradient counts. In
# 2023 a program that searched for update rules found this one:
#
# $$c = \beta_1 m + (1-\beta_1)\,g, \qquad w \leftarrow w - \eta\,\bigl(\mathrm{sign}(c) + \lambda w\bigr), \qquad
#   m \leftarrow \beta_2 m + (1-\beta_2)\,g .$$
#
# It is called *Lion*. The step is the sign of the mixture $c$, which gives the new gradient more weight ($1-\beta_1 =
# 0.1$) than the average $m$ does ($1-\beta_2 = 0.01$). Lion keeps one average where Adam keeps two, and has no root, no
# $\varepsilon$ and no bias correction: a positive factor does not change a sign.
#
# Source: Chen et al., *Symbolic Discovery of Optimization Algorithms* (NeurIPS 2023), Algorithm 2.

# %% [markdown]
# ### Exercise 3. Lion · 5 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, with what the next call needs |
# | config | `learning_rate` $\eta$, default `1e-4`; `beta1`, `beta2` in $[0, 1)$, defaults `0.9`, `0.99`; `weight_decay` $\lambda$, default `1e-2`; `m`, zeros at first |
#
# Worked: `w = [1.]`, `dw = [4.]`, `learning_rate = 0.1`, `weight_decay = 0.5`. The sign is 1 and `next_w` is $1 -
# 0.1\,(1 + 0.5) = 0.85$; `m` becomes 0.04. A second step with `dw = [-0.3]`: the mixture is $0.9\cdot0.04 - 0.1\cdot0.3
# = 0.006$, still positive, so $w$ keeps falling although this gradient points the other way.
#
# Often missed: the step uses the *old* `m`; there are two betas for two mixtures; where the mixture is zero, the sign
# is 0, as `np.sign` has it.
#
# <details><summary>Hint 1: a question</summary>Which of the two mixtures is thrown away after the step?</details>
# <details><summary>Hint 2: a place</summary>Three lines in the order of the formulas: mixture, <code>next_w</code>,
# <code>config["m"]</code>.</details>
# <details><summary>Hint 3: the formula</summary><code>np.sign(beta1 * m + (1 - beta1) * dw)</code>, plus
# <code>weight_decay * w</code>, times the rate, is subtracted from <code>w</code>; then <code>m</code> becomes
# <code>beta2 * m + (1 - beta2) * dw</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "lion", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lion(w, dw, config=None):
    """Return the parameters after one step of Lion, and the config with the average of the gradients."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-4)
    config.setdefault("beta1", 0.9)
    config.setdefault("beta2", 0.99)
    config.setdefault("weight_decay", 1e-2)
    config.setdefault("m", np.zeros_like(w))
    ### BEGIN SOLUTION
    mixture = config["beta1"] * config["m"] + (1 - config["beta1"]) * dw
    next_w = w - config["learning_rate"] * (np.sign(mixture) + config["weight_decay"] * w)
    config["m"] = config["beta2"] * config["m"] + (1 - config["beta2"]) * dw
    ### END SOLUTION
    return next_w, config


# %% a first look that costs no points
check("lion", lion)

# %% nbgrader={"grade": true, "grade_id": "lion-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adamw_and_muon

adamw_and_muon.grade("lion", lion)
### END HIDDEN TESTS
state = {"learning_rate": 0.1, "weight_decay": 0.0}
once, state = lion(np.array([1.0]), np.array([4.0]), state)
twice, state = lion(np.array(once), np.array([-0.3]), state)
assert np.allclose([once[0], twice[0]], [0.9, 0.8]), "the old gradients outvote the new one"

# %% [markdown]
# ### Predict 3
#
# Take the root mean square of a step over all entries of a matrix and divide it by the learning rate. For Lion the
# result is 1 by construction, as long as no entry of the mixture is zero. What is it for Adam, once the first steps are
# over: about 1, a third, or a hundredth?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-size", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
@needs("Exercises 1 and 3")
def measured():
    """Return the picture of the root mean square of every step of both rules."""
    landscapes.ready(adamw=adamw, lion=lion)
    sizes = {}
    for name, rule, eta in (("adamw", adamw, 3e-3), ("lion", lion, 3e-4)):
        measure = {
            "size": lambda at, eta=eta: np.sqrt(np.mean((at.params["W1"] - at.before["W1"]) ** 2)) / eta
        }
        options = {"epochs": 10, "batch": 50, "rng": np.random.default_rng(0), "each_step": measure}
        config = {"learning_rate": eta, "weight_decay": 0.0}
        run = train(network, data.X_train, data.y_train, rule, config, **options)
        sizes[name] = np.array(run.steps["size"])
    return figures.step_sizes(sizes)


measured()

# %% [markdown]
# Lion's line stays below 1 because some pixels are blank in every image; their weights never move. Adam begins at the same
# place, since its first step is a sign too. It falls to 0.6 after twenty steps and below 0.2 at the end, and is 0.3 on
# average: where gradients disagree, $\hat m$ averages out and $\sqrt{\hat v}$ does not. So at the same rate Lion
# steps about three times as far, and its rate must be that much smaller. The paper says three to ten times smaller,
# with a decay larger by the same factor.

# %% [markdown]
# Without noise, Adam is nearly sign descent. Whether it is this that makes it good on language models, rather than how it
# handles noise, is debated: Kunstner et al., *Noise Is Not the Main Factor Behind the Gap Between SGD and Adam on
# Transformers, but Sign Descent Might Be* (ICLR 2023).

# %% [markdown]
# ---
#
# **A good place to stop.** You have written AdamW, clipping and Lion, 17 of the 30 points. Next come what all these rules
# overlook in a matrix, Muon, and a race.

# %% [markdown]
# ## 12.4 A matrix is not a bag of numbers
#
# All rules so far treat a matrix entry by entry; reshape it to a vector and nothing changes. But a weight matrix maps
# vectors to vectors, and its gradient over a batch is a sum of outer products, $X^\top\delta$, where $X$ holds the
# inputs and $\delta$ the slopes at the outputs. What does such a gradient look like as a map? Look at the first layer of the
# digits network after three epochs.

# %% tags=["picture"]
options = {"epochs": 3, "batch": 50, "rng": np.random.default_rng(0)}
trained = train(
    network, data.X_train, data.y_train, plain_gradient_descent, {"learning_rate": 0.3}, **options
)
_, grads = network.loss(trained.params, data.X_train[:50], data.y_train[:50])
G = grads["W1"]
figures.gradient_spectrum(G)

# %% [markdown]
# A handful of directions hold most of the gradient. A step along it changes the map a lot in those few directions and
# hardly at all in the rest. Taking the sign of every entry strengthens the small directions somewhat, but haphazardly,
# because here the singular values are small, not the entries.
#
# Lesson 05 ended like this: a rate per *coordinate* is a bet that steep and flat directions lie along the coordinates.
# A matrix offers other axes, its own singular vectors. Take the same step along each of *them*: with $G =
# U\,\mathrm{diag}(s)\,V^\top$, step along $-U V^\top$, with all singular values set to 1. $UV^\top$ is the
# (semi-)orthogonal matrix nearest to $G$.

# %% [markdown]
# ## 12.5 Orthogonal without a decomposition
#
# A singular value decomposition at every step would be slow. But a polynomial of the form $aX + b\,XX^\top X +
# c\,(XX^\top)^2X$ leaves $U$ and $V$ as they are and maps every singular value $s$ to $p(s) = as + bs^3 + cs^5$. Choose
# $p$ so that repeating it brings everything in $(0, 1]$ near 1: this is a *Newton-Schulz* iteration.
#
# $$X \leftarrow \frac{G}{\lVert G\rVert_F}, \qquad A = XX^\top, \qquad X \leftarrow aX + (bA + cA^2)\,X \quad\text{five times,}$$
#
# with $a = 3.4445$, $b = -4.7750$, $c = 2.0315$. Dividing by the Frobenius norm, the root of the sum of the squares of
# all entries, makes sure that no singular value starts above 1.
#
# Source: K. Jordan, *Muon: An optimizer for hidden layers in neural networks* (2024).

# %% [markdown]
# ### Predict 4
#
# The coefficients are strange: $p(1) = 3.4445 - 4.7750 + 2.0315 = 0.701$, so 1 is not even a fixed point. After 5
# steps, are all singular values of $G$ within one percent of 1? After 10? What would you gain or lose with the coefficients
# $1.5$, $-0.5$, $0$, for which $p(1) = 1$?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-singular", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 4. Orthogonalise · 6 points · about 15 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `G`, an array of shape (rows, columns), either of which may be larger; `steps`, how often the polynomial is applied, 0 or more |
# | out | an array of the shape of `G`; a matrix of zeros stays zero |
#
# Worked: `G = [[3., 0.], [0., 4.]]` has Frobenius norm 5, so the iteration starts from `diag(0.6, 0.8)`. One step gives
# $p(0.6) \approx 1.193$ and $p(0.8) \approx 0.977$ on the diagonal.
#
# Often missed: `A @ A` is a product of matrices, `A**2` is not; divide once, before the loop; `G` stays as it is. For a
# tall matrix $XX^\top$ is larger than it needs to be: transposing before and after is faster, but optional here.
#
# <details><summary>Hint 1: a question</summary>What shape does <code>X @ X.T</code> have, and on which side of <code>X</code> can you put it?</details>
# <details><summary>Hint 2: a place</summary>One line before the loop, two in it. If you add 1e-7 to the norm, a matrix
# of zeros needs no special case.</details>
# <details><summary>Hint 3: the formula</summary><code>X = G / (np.linalg.norm(G) + 1e-7)</code>; in the loop <code>A =
# X @ X.T</code> and <code>X = a * X + (b * A + c * A @ A) @ X</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "orthogonalise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def orthogonalise(G, steps=5):
    """Return a matrix with the singular vectors of G whose singular values are brought near 1."""
    a, b, c = 3.4445, -4.7750, 2.0315
    ### BEGIN SOLUTION
    X = G / (np.linalg.norm(G) + 1e-7)
    for _ in range(steps):
        A = X @ X.T
        X = a * X + (b * A + c * A @ A) @ X
    ### END SOLUTION
    return X


# %% a first look that costs no points
check("orthogonalise", orthogonalise)

# %% nbgrader={"grade": true, "grade_id": "orthogonalise-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adamw_and_muon

adamw_and_muon.grade("orthogonalise", orthogonalise)
### END HIDDEN TESTS
assert np.allclose(np.diag(orthogonalise(np.diag([3.0, 4.0]), 1)), [1.193, 0.977], atol=1e-3), (
    "one step from 0.6 and 0.8"
)

# %% [markdown]
# Here is your own function on the gradient of the first layer. Change the number of steps: on the left is the
# polynomial, applied that many times; on the right, the singular values of what your function returns.

# %% tags=["picture"]
interactive.closing_in(orthogonalise, G)

# %% [markdown]
# They never settle. After five steps most lie between 0.68 and 1.21, and the smallest, which began below 0.001, is
# still on its way. From the sixth step on, all are inside that band and keep jumping around in it, after ten steps just
# as after six. If you expected convergence: the classical coefficients 1.5, -0.5 and 0 do converge, but slowly where it
# matters. In each step a small singular value grows by a factor of about $p'(0) = a$, which is 1.5 or 3.4445:

# %% tags=["picture"]
for first, third, fifth in ((1.5, -0.5, 0.0), (3.4445, -4.7750, 2.0315)):
    for small in (0.1, 0.01, 0.001):
        value, count = small, 0
        while value < 0.68:
            value, count = first * value + third * value**3 + fifth * value**5, count + 1
        print(f"{first:6}, {third:6}, {fifth:6} from {small:5}: above 0.68 after {count:2d} steps")

# %% [markdown]
# So these coefficients trade precision for speed: small singular values arrive in about a third of the steps, and "1, give or
# take a third" has to be good enough for a training step. That is an empirical judgement: Jordan reports that exact
# orthogonality trained no better.

# %% [markdown]
# ## 12.6 Muon: momentum, made orthogonal
#
# $$\begin{aligned}
#   B &\leftarrow \mu B + (1-\mu)\,G, & M &= \mu B + (1-\mu)\,G, \\
#   W &\leftarrow W - \eta\,\lambda\,W - \eta\,\sqrt{\max(1, \text{rows}/\text{columns})}\;\mathrm{orthogonalise}(M) .
# \end{aligned}$$
#
# $B$ is the *velocity*, an average of the gradients; $M$ mixes in the new gradient once more, which is Nesterov's look
# ahead from lesson 04. If you write both as sums, $B \leftarrow \mu B + G$ and $M = \mu B + G$, the step stays the
# same: dividing by the norm removes the factor.
#
# Muon is for matrices. Vectors, such as biases and gains, are left to AdamW, and by convention so are embeddings and
# the last layer. The square root, the *shape factor*, keeps the size of a step comparable between matrices of different
# shapes.
#
# Source: K. Jordan (2024); the decay as in J. Liu et al., *Muon is Scalable for LLM Training* (2025). PyTorch has had
# it since 2.9 as `torch.optim.Muon`.

# %% [markdown]
# ### Exercise 5. Muon · 7 points · about 20 minutes · difficulty 3/5
#
# Use your own `adamw` and `orthogonalise`.
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, with what the next call needs |
# | a matrix (`w.ndim == 2`) | the update above; config: `learning_rate` $\eta$, default `0.02`; `momentum` $\mu$, default `0.95`; `weight_decay` $\lambda$, default `0.1`; `velocity` $B$, zeros at first |
# | any other array | the step of `adamw` with a `weight_decay` of 0, whatever the config says, and AdamW's own defaults; the config that comes back may hold that 0 |
#
# Worked: `w = dw = [[2.], [0.]]`, `learning_rate = 0.1`, `weight_decay = 0.5`. The mixture has one singular value.
# Divided by the norm it is 1, and the five steps turn it into 0.701, 1.114, 0.721, 1.090 and 0.697: `orthogonalise`
# returns about `[[0.70], [0.]]`. The shape factor is $\sqrt{2}$, so `next_w[0]` is about $2 - 0.1\cdot0.5\cdot2 -
# 0.1\cdot\sqrt2\cdot0.70 \approx 1.80$.
#
# Often missed: momentum comes first, then `orthogonalise`; the decay does not get the shape factor; `rows / columns`,
# not `//`.
#
# <details><summary>Hint 1: a question</summary>Which of the two branches does a bias take, and what must not happen to
# it?</details>
# <details><summary>Hint 2: a place</summary>First an <code>if</code> for arrays that are not matrices, which returns
# the result of <code>adamw</code> with a copy of the config. Then: velocity, mixture, factor,
# <code>next_w</code>.</details>
# <details><summary>Hint 3: the formula</summary><code>adamw(w, dw, {**config, "weight_decay": 0.0})</code>; else
# <code>mixture = mu * B + (1 - mu) * dw</code> with the new <code>B</code>, and <code>w - eta * (weight_decay * w +
# max(1, rows / columns) ** 0.5 * orthogonalise(mixture))</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "muon", "locked": false, "schema_version": 3, "solution": true, "task": false}
def muon(w, dw, config=None):
    """Return the parameters after one step of Muon, and the config; other arrays than matrices take AdamW's step."""
    config = {} if config is None else config
    if w.ndim == 2:
        config.setdefault("learning_rate", 0.02)
        config.setdefault("momentum", 0.95)
        config.setdefault("weight_decay", 0.1)
        config.setdefault("velocity", np.zeros_like(w))
    ### BEGIN SOLUTION
    if w.ndim != 2:
        next_w, config = adamw(w, dw, {**config, "weight_decay": 0.0})
    else:
        keep, (rows, columns) = config["momentum"], w.shape
        config["velocity"] = keep * config["velocity"] + (1 - keep) * dw
        mixture = keep * config["velocity"] + (1 - keep) * dw
        step = max(1, rows / columns) ** 0.5 * orthogonalise(mixture)
        next_w = w - config["learning_rate"] * (config["weight_decay"] * w + step)
    ### END SOLUTION
    return next_w, config


# %% a first look that costs no points
check("muon", muon)

# %% nbgrader={"grade": true, "grade_id": "muon-check", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import adamw_and_muon

adamw_and_muon.grade("muon", muon)
### END HIDDEN TESTS
wide, _ = muon(np.zeros((2, 4)), np.eye(2, 4), {"learning_rate": 1.0})
tall, _ = muon(np.zeros((4, 2)), np.eye(4, 2), {"learning_rate": 1.0})
assert np.allclose(tall, np.sqrt(2) * np.transpose(wide)), (
    "a matrix twice as tall as wide steps further by the root of two"
)

# %% [markdown]
# ### The same name, another rule
#
# | where | differs in | in the graded checks |
# |---|---|---|
# | PyTorch's `Muon`, this lesson; Jordan's, apart from the decay | nothing | all points |
# | Moonshot, PyTorch's `"match_rms_adamw"` | the factor $0.2\sqrt{\max(\text{rows}, \text{columns})}$ | three quarters |
# | the first Muon, `nesterov=False` | $B$ itself is made orthogonal | three quarters |
# | weights stored inputs by outputs | columns / rows in the factor | half |
#
# Moonshot's 0.2 comes from measurements like yours after Predict 3: it gives an orthogonal step the root mean square of a
# typical AdamW step, so that the same rate suits both. PyTorch computes the five steps in bfloat16, which has eight
# significant binary digits, so a step of its `Muon` usually differs from yours by one or two percent.

# %% [markdown]
# ### The valley in a matrix
#
# In lesson 05 you turned a valley, and that mattered to the rules with a rate per coordinate. Here is a valley
# whose two coordinates are the *singular values* of a matrix with four entries, $W = U\,\mathrm{diag}(x, y)\,V^\top$.
# The loss depends on $x$ and $y$ only. Turn $U$ and $V$, and the same valley lies in another direction among the
# entries. The rules work on the entries; the picture shows $x$ and $y$.
#
# **Guess first:** whose path changes when you turn $U$: that of SGD, AdamW, Lion or Muon?

# %% tags=["picture"]
rules = {"sgd": plain_gradient_descent, "adamw": adamw, "lion": lion, "muon": muon}
rates = {"sgd": 0.06, "adamw": 0.1, "lion": 0.05, "muon": 0.06}
for name, rule in landscapes.written_rules(rules).items():
    config = {"learning_rate": rates[name], "weight_decay": 0.0}
    here, there = (descend(rule, matrix_valley(turned, 0), steps=12, config=config) for turned in (0, 40))
    apart = np.abs(here.points - there.points).max()
    print(
        f"{name:6s} the two paths differ by {'nothing but rounding' if apart < 1e-9 else f'up to {apart:.2f}'}"
    )
interactive.turning_matrix(landscapes.written_rules(rules), rates)

# %% [markdown]
# SGD does not depend on the axes at all. AdamW and Lion work entry by entry, so their paths change as $U$ turns. Muon
# takes its axes from the gradient: it moves at about the same speed along both singular directions, however they lie,
# as signSGD does along the axes of the plane. It is sign descent on singular values.
#
# It also has signSGD's weakness: near the minimum its steps do not shrink. Muon needs a rate that falls.
#
# In the Explorer the four rules run on the matrix valley, or on any other surface of the course. There a point is a
# plain vector, so Muon takes AdamW's step.

# %% tags=["picture"]
Explorer(matrix_valley(30, 75), landscapes.written_rules(rules), rate=0.05, steps=120)

# %% [markdown]
# ## 12.7 A fair race
#
# The race: the digits, the network of lesson 02 (64 inputs, 32 units, 10 classes), two epochs of batches of 50, which is
# 48 steps. Every rule is tuned over 20 settings by the mean validation loss of three seeds: SGD over 20 rates; AdamW
# and Lion over five rates times four decays; Muon over five rates for the first matrix times four for the rest. Then
# the best setting runs on 24 *new* seeds, the same for every rule, because the best of 20 is partly lucky (lesson 11).
#
# ### Predict 5
#
# Rank SGD, AdamW, Lion and Muon by their loss. For which differences will the 95% interval exclude zero? And with
# twice as many epochs?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-race", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def muon_inside(w, dw, config):
    """Muon for the first matrix; AdamW at a rate of its own for the last layer and the biases."""
    if w.shape == (64, 32):
        return muon(w, dw, config)
    return adamw(w, dw, {**config, "learning_rate": config["other_rate"], "weight_decay": 0.0})


def grid(first, **second):
    """Return a config for every rate and every value of one more setting."""
    ((key, values),) = second.items()
    return [{"learning_rate": each, "weight_decay": 0.0, key: value} for each in first for value in values]


plans = {
    "sgd": (plain_gradient_descent, [{"learning_rate": each} for each in np.logspace(-1, 1.2, 20)]),
    "adamw": (adamw, grid(np.logspace(-2.5, -0.5, 5), weight_decay=(0.0, 0.1, 0.3, 1.0))),
    "lion": (lion, grid(np.logspace(-2.5, -0.5, 5), weight_decay=(0.0, 0.3, 1.0, 3.0))),
    "muon": (muon_inside, grid(np.logspace(-2, 0, 5), other_rate=(0.003, 0.01, 0.03, 0.1))),
}


# %% tags=["picture"]
def final_loss(rule, config, seed, epochs):
    """Return the validation loss of one run, infinite for one that was stopped."""
    held_out = (data.X_val, data.y_val)
    options = {"epochs": epochs, "batch": 50, "rng": np.random.default_rng(seed), "validation": held_out}
    run = train(network, data.X_train, data.y_train, rule, config, **options)
    return np.inf if run.stopped else run.epochs["val_loss"][-1]


@needs("Exercises 1, 3, 4 and 5")
def race(names, epochs, words):
    """Tune each rule by three seeds, let 24 new seeds run with its best setting, and return the picture."""
    landscapes.ready(**rules)
    found = {}
    for name in names:
        rule, configs = plans[name]
        means = [np.mean([final_loss(rule, each, seed, epochs) for seed in range(3)]) for each in configs]
        best = configs[int(np.argmin(means))]
        found[name] = [final_loss(rule, best, seed, epochs) for seed in range(100, 124)]
        ends = [
            k for k, v in best.items() if v and v in (min(c[k] for c in configs), max(c[k] for c in configs))
        ]
        border = f"   {', '.join(ends)} on the border of the grid" if ends else ""
        chosen = ", ".join(f"{key} {value:.3g}" for key, value in best.items() if value)
        print(f"{name:6s} {chosen}: tuning {min(means):.3f}, new seeds {np.mean(found[name]):.3f}{border}")
    return figures.raced(found, "muon", words)


race(plans, 2, "Two epochs")

# %% tags=["picture"]
race(("adamw", "muon"), 4, "Four epochs")

# %% [markdown]
# After two epochs Muon is ahead of every other rule, of AdamW by 0.023 ± 0.008, and AdamW has a lower mean than SGD and
# Lion. If you expected Muon to win: on this budget it does. After four epochs the interval of its lead over AdamW,
# 0.003 ± 0.006, contains zero. Here Muon gets there *sooner*, but not further. If you expected the lead to stay or to grow,
# it did not.

# %% [markdown]
# Look at SGD's two numbers. Its best tuning loss, 0.118, is lower than AdamW's 0.142, but on new seeds the order is reversed,
# 0.158 against 0.137. With rates near the limit some seeds are lucky, and the best of 20 settings is often the luckiest. A
# table of tuning losses would have shown the opposite.

# %% [markdown]
# The race says nothing about larger networks, longer runs, a schedule, momentum for SGD (add a line to `plans` and see) or
# test accuracy. Five rates, each three times the last, make a coarse grid, and three seeds are few for tuning.

# %% [markdown]
# ## 12.8 What a step costs
#
# Gradient evaluations are not the only cost. There is memory: per parameter, SGD keeps nothing, Lion and Muon keep one
# number, AdamW keeps two. And there is time, measured here and now on your machine:

# %% tags=["picture"]
for shape in ((64, 32), (256, 256)):
    weights, slopes = np.random.default_rng(0).standard_normal((2, *shape))
    for name, rule in landscapes.written_rules(rules).items():
        taken, state = [], {"learning_rate": 1e-3}
        for _ in range(20):
            begun = time.perf_counter()
            _, state = rule(weights.copy(), slopes, state)
            taken.append(time.perf_counter() - begun)
        print(f"{shape[0]:3d} x {shape[1]:3d}  {name:6s} {1e6 * np.median(taken):8.0f} microseconds")

# %% [markdown]
# Muon's step is many times as expensive as the others', and more so for larger matrices: it multiplies matrices, while
# the others only work on entries. What counts is its share of a whole training step. For an $n\times m$ matrix, $n \le
# m$, the five iterations take about $5\,(4n^2m + 2n^3)$ operations; the gradient of a batch of $B$ rows takes about
# $6Bnm$.

# %% tags=["picture"]
for words, n, columns, B in (("our first layer", 32, 64, 50), ("a small language model", 768, 3072, 500_000)):
    print(
        f"{words}: the iteration costs {5 * (4 * n * n * columns + 2 * n**3) / (6 * B * n * columns):.1%} of the gradient"
    )

# %% [markdown]
# For our network that is a high price; in a language model it is next to nothing, because there a batch is so large that the
# gradient costs far more than the iteration. A rule that looks slow on a toy problem may cost almost nothing where it is
# used, and vice versa.

# %% [markdown]
# ## 12.9 What nobody knows yet
#
# - **How much Muon saves.** Liu et al. (2025) report half of AdamW's computation for language models. Wen et al., *Fantastic Pretraining Optimizers and Where to Find Them* (2025), tune every rule with equal care and find a speed-up of 1.4 at 0.1 billion parameters and of 1.1 at 1.2 billion.

# %% [markdown]
# - **Why it works.** One reading is steepest descent in the spectral norm (Bernstein and Newhouse, *Old Optimizer, New Norm*, 2024). It does not say why that norm.
# - **What weight decay is for** in a run that sees every example once: D'Angelo et al., *Why Do We Need Weight Decay in Modern Deep Learning?* (NeurIPS 2024), argue that it acts on the dynamics, not by keeping weights small.
#
# Our race says something about 48 or 96 steps on 1197 digits, and nothing else.

# %% [markdown]
# ## Say it back
#
# - With a rate per coordinate, an L2 penalty is divided by the size of the gradient, and decoupled decay is not; clipping by the global norm changes the length of a gradient but not its direction.
# - Lion steps along the sign of a mixture, keeps one average instead of two, and steps about three times as far as Adam at the same rate.
# - Muon makes the momentum of a matrix nearly orthogonal with five steps of a matrix polynomial: sign descent on singular values, whatever the directions of the singular vectors.

# %% [markdown]
# **Next:** what curvature does *while* a network trains. Full-batch descent goes to the edge of stability and stays
# there. Lesson 13 measures it.
#
# **To think about:** your network stores its matrices inputs by outputs, PyTorch outputs by inputs, so your
# rows/columns is the inverse of PyTorch's. For which of your two matrices does that matter, and can a tuned rate make
# up for it?
#
# **Still debated:** whether any of this matters once everything is tuned. Choi et al., *On Empirical Comparisons of
# Optimizers for Deep Learning* (2019), find that with enough tuning Adam is never worse than momentum; Schmidt et al.,
# *Descending through a Crowded Valley* (ICML 2021), compare fifteen optimizers and find no clear winner.

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
