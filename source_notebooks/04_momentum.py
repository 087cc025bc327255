# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Momentum
#
# **A ball lies a millionth of a unit beside a ridge. How long until it has left?**
#
# Plain gradient descent with rate 0.01 is one unit away after 698 steps: it doubles its distance every 35 steps, and a
# millionth needs twenty doublings. Now give it a memory: every step keeps nine tenths of the step before it. After how
# many steps has it left now?

# %%
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from course import plots
from course.checks import check, written
from course.data import digits
from course.descend import descend, first_step_where
from course.figures import momentum as figures
from course.interactive.momentum import sliders
from course.network import MLP
from course.surfaces import ravine, saddle
from course.threads import one_thread
from course.training import train

plots.use_style()

# %% tags=["picture"]
distance = 1e-6 * (1 + 2 * 0.01) ** np.arange(800)  # on y -> -y^2 every plain step multiplies y by 1 + 2 lr
leaves = first_step_where(distance > 1)
fig, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
plots.contour(left, saddle).plot(1, 0, "o", ms=10, color="black")
figures.distances(right, {"sgd": distance}, f"Plain descent has left after {leaves} steps")
right.text(40, 1.6, "where does it cross with momentum?", color="#0072B2")
left.set_title("The start: on the ridge, a millionth off")
plots.Picture(fig, f"A saddle with a start on its ridge. Distance of plain descent: 1 after {leaves} steps.")

# %% [markdown]
# ## What this lesson is for
#
# You will write gradient descent, momentum, and both forms of Nesterov's version of momentum. You will know what `momentum=0.9` means as physics, how large a rate each rule bears and why, what PyTorch does
# differently, and when momentum helps and when it does nothing.
#
# | | |
# |---|---|
# | time | about 180 minutes |
# | points | 40 |
# | you need | NumPy arrays, derivatives, a 2×2 matrix and its eigenvalues |
# | letters | $w$ `w` parameters · $g$ `dw` gradient · $\eta$ `learning_rate` · $\mu$ `momentum` · $v$ `velocity` · $f$ loss · $L$ curvature, its second derivative |

# %% [markdown]
# **Write your guess** in the next cell: the number of steps with memory 0.9. One line is enough, and a wrong guess is
# worth more than none.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-escape", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 1. One rate for a valley with two slopes
#
# The gradient $g = \nabla f$ points where the loss $f$ rises fastest, so we go the other way, by an amount in proportion to it:
#
# $$w \leftarrow w - \eta\, g$$
#
# This is all of gradient descent. On the full data set a small enough $\eta$ never makes the loss worse; on a
# mini-batch even that is not promised.

# %% [markdown]
# ### Exercise 1. Gradient descent · 4 points · about 5 minutes · difficulty 1/5
#
# Every rule of this course has the same interface: parameters, their gradient and a `config` go in; the next parameters
# and the `config` come out.
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config` |
# | config | `learning_rate` $\eta$, default `1e-2` |
#
# Worked: `w = [1., 2.]`, `dw = [10., -10.]`, `learning_rate = 0.1` gives `[0., 3.]`.
#
# Often missed: the minus; a rate written as a number. `w` may be changed in place, `dw` may not: it is the caller's.
#
# <details><summary>Hint 1: a question</summary>The gradient points uphill. Which way do you want to go, and how far?</details>
# <details><summary>Hint 2: a place</summary>One line, after the default is set; the rate is in <code>config["learning_rate"]</code>.</details>
# <details><summary>Hint 3: the formula</summary>$w - \eta\, g$, assigned to <code>next_w</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "sgd", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd(w, dw, config=None):
    """Return the next parameters after one step of gradient descent, and the config."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    ### BEGIN SOLUTION
    next_w = w - config["learning_rate"] * dw
    ### END SOLUTION
    return next_w, config


# %%
check("sgd", sgd)

# %% nbgrader={"grade": true, "grade_id": "sgd-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import momentum

momentum.grade("sgd", sgd)
### END HIDDEN TESTS
dw = np.array([10.0, -10.0])
stepped, _ = sgd(np.array([1.0, 2.0]), dw, {"learning_rate": 0.1})
assert np.allclose(stepped, [0.0, 3.0]), "the worked step does not come out"
assert np.array_equal(dw, [10.0, -10.0]), "dw is different after the call: it belongs to the caller"

# %% [markdown]
# Now your rule goes down a long valley, the *ravine* $\frac12(x^2 + 25 y^2)$: flat along $x$, 25 times as curved
# along $y$. Same start, same 40 steps, three rates.

# %% tags=["picture"]
rates = (0.02, 0.07, 0.081)
fig, axes = plt.subplots(1, 3, figsize=(14, 3.6), layout="constrained", sharey=True)
alt = []
for ax, lr in zip(axes, rates, strict=True):
    trace = descend(sgd, ravine, steps=40, config={"learning_rate": lr})
    plots.contour(ax, ravine)
    plots.paths(ax, {"sgd": trace})
    ax.legend().remove()
    ax.set_title(trace.stopped or f"$\\eta$ = {lr}: loss {trace.losses[0]:.3g} → {trace.losses[-1]:.2g}")
    alt.append(f"Rate {lr}: " + plots.describe_traces(ravine, {"sgd": trace}))
plots.Picture(fig, " ".join(alt))

# %% [markdown]
# The left path is safe and slow: the steep direction is done after a few steps, and the rest of the time goes into
# crawling along the floor. The middle path hurries along the floor and pays by bouncing between the walls. The right
# one bounces a little higher each time: it never comes down.
#
# Look at one step in one direction of curvature $L$: there $g = L\,w$, so the step multiplies $w$ by $1 - \eta L$. It
# shrinks as long as $\eta L < 2$. The steep wall, $L = 25$, allows $\eta < 0.08$; the floor, $L = 1$, would like
# $\eta = 1$. **One rate has to serve both, and the wall decides.**

# %% [markdown]
# **Break it.** Published notes have been seen to print the update as `x += learning_rate * dx`. A plus is
# the same as handing your rule the gradient with the wrong sign; the cell does that. What does the loss do?


# %% tags=["picture"]
def climbing(w, dw, config):
    return sgd(w, -dw, config)


trace = descend(climbing, ravine, steps=5, config={"learning_rate": 0.02})
print("loss with a plus:", *np.round(trace.losses, 1), trace.stopped)
print("y with a plus:   ", *np.round(trace.points[:, 1], 2))

# %% [markdown]
# If a loss rises smoothly from the first step on, look for this sign before you look at anything else. A rate that is
# too large makes the loss rise as well, but there the parameters jump from side to side; here $y$ goes away on one side.

# %% [markdown]
# ## 2. A ball with mass
#
# Read the loss as the height of a hilly country. A ball of mass $m$ there has potential energy $U$, in proportion to its
# height (mgh in a physics book, where that g is gravity), and the force on it is $F = -\nabla U$: the negative gradient,
# up to constants. Gradient descent treats that force as a *displacement*.
# For a ball it is an **acceleration**: it changes the velocity, and the velocity changes the place. With friction $c$,
#
# $$m\,\frac{dv}{dt} = -\nabla U(w) - c\,v, \qquad \frac{dw}{dt} = v .$$
#
# Take time steps of length $\Delta t$, velocity first, and measure $v$ in displacement per step:
#
# $$v \leftarrow \underbrace{\left(1 - \tfrac{c\,\Delta t}{m}\right)}_{\mu} v \;-\; \underbrace{\tfrac{\Delta t^2}{m}}_{\eta}\, \nabla U,
# \qquad w \leftarrow w + v .$$

# %% [markdown]
# So this is the whole method, *momentum*, with $v = 0$ at the start:
#
# $$v \leftarrow \mu\, v - \eta\, g, \qquad w \leftarrow w + v$$
#
# The name of $\mu$ misleads. It is not the mass and not the momentum of a physicist: it is **what friction leaves of the
# velocity**. $\mu = 1 - c\,\Delta t/m$, so a larger $\mu$ is *less* friction. $\mu = 0$ is a ball in honey that forgets its
# velocity at once, which is gradient descent; $\mu = 1$ is a ball without friction that never comes to rest. Usual values
# are 0.5, 0.9, 0.95, 0.99.

# %% [markdown]
# ### Exercise 2. Momentum · 10 points · about 15 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, which now carries the velocity to the next call |
# | config | `learning_rate` $\eta$, default `1e-2`; `momentum` $\mu$, default `0.9`; `velocity` $v$, at first absent: zeros |
#
# Worked, with $\eta = 0.1$, $\mu = 0.5$: `w = [5.]`, `dw = [10.]` gives velocity `[-1.]` and `[4.]`. Again with `dw = [20.]`:
# velocity `[-2.5]` and `[1.5]`. The sign in which you keep the velocity is yours, if the places agree.
#
# Often missed: the new velocity is not put back into `config`, so that every step starts from rest.
#
# <details><summary>Hint 1: a question</summary>Which two things are different after a step: where is each of them kept?</details>
# <details><summary>Hint 2: a place</summary>Three lines: a new velocity from the old one and the gradient; a new place from the old one and the new velocity; the velocity stored under its key.</details>
# <details><summary>Hint 3: the formula</summary>$v \leftarrow \mu v - \eta g$, then $w + v$ with the new $v$, then <code>config["velocity"] = v</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "sgd_momentum", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd_momentum(w, dw, config=None):
    """Return the next parameters after one step with momentum, and the config with the new velocity."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    ### BEGIN SOLUTION
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v
    ### END SOLUTION
    return next_w, config


# %%
check("sgd_momentum", sgd_momentum)

# %% nbgrader={"grade": true, "grade_id": "sgd_momentum-check", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import momentum

momentum.grade("sgd_momentum", sgd_momentum)
### END HIDDEN TESTS
dw = np.array([10.0])
honey, _ = sgd_momentum(np.array([1.0]), dw, {"learning_rate": 0.1, "momentum": 0.0})
assert np.allclose(honey, 0.0), "with momentum 0 a step is one of plain gradient descent"
assert np.array_equal(dw, [10.0]), "dw is different after the call: it belongs to the caller"

# %% [markdown]
# The same valley, the slow and safe rate 0.02, 60 gradients each.

# %% tags=["picture"]
two_rules = {"sgd": sgd, "sgd_momentum": sgd_momentum}
config = {"learning_rate": 0.02, "momentum": 0.9}
traces = {name: descend(rule, ravine, steps=60, config=config) for name, rule in two_rules.items()}
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4), layout="constrained", width_ratios=(1.5, 1))
plots.paths(plots.contour(left, ravine), traces)
plots.losses(right, traces).set_yscale("log")
left.set_title("At the same rate the ball overshoots, and gets there first")
plots.Picture(fig, plots.describe_traces(ravine, traces))

# %% [markdown]
# The ball crosses the valley a few times, runs past the minimum, and comes back. Plain descent, from here on *the
# walker*, never overshoots and is still on its way. Move the sliders; $\mu = 0$ is the walker. At rate 0.02: where does the
# ball stop running past the minimum along the floor? For which $\mu$ does it end lower than the walker? What is different
# about $\mu = 0.99$? Section 6 answers.

# %% tags=["picture"]
sliders(sgd_momentum, ravine)

# %% [markdown]
# ### How fast does it get?
#
# On a constant slope $g$ the ball speeds up until friction takes as much as the slope gives. Then $v$ repeats itself,
# $v = \mu v - \eta g$, so
#
# $$v_\infty = -\frac{\eta\, g}{1 - \mu},$$
#
# the *terminal velocity*. Put differently: each push $-\eta g$ fades as $1, \mu, \mu^2, \dots$, and all those echoes add up
# to $1/(1-\mu)$ of it. Where the slope stays the same for much longer than $1/(1-\mu)$ steps, $\mu = 0.9$ works like a
# rate ten times as large.
#
# **Predict:** with $\mu = 0.99$, after how many steps is the ball within one per cent of its terminal velocity?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-terminal", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
steady = replace(ravine, name="steady slope", f=lambda x, y: x, df=lambda x, y: (1.0, 0 * y))  # g = 1 along x
lengths, arrivals = {}, {}
for mu_shown in (0.5, 0.9, 0.95, 0.99):
    config = {"learning_rate": 0.1, "momentum": mu_shown}
    trace = descend(sgd_momentum, steady, (0.0, 0.0), steps=600, config=config)
    if not trace.stopped:
        lengths[mu_shown] = -np.diff(trace.points[:, 0]) / 0.1
        near = first_step_where(lengths[mu_shown] > 0.99 / (1 - mu_shown))
        arrivals[mu_shown] = None if near is None else near + 1
fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
figures.step_lengths(ax, lengths, arrivals)
print(f"mu = 0.99: after 100 steps {1 - 0.99**100:.0%} of the speed is there")
alt = [
    f"Momentum {mu}: {each[-1]:.3g} times the plain step, near it after {arrivals[mu]}"
    for mu, each in lengths.items()
]
plots.Picture(fig, "; ".join(alt) or "Nothing to draw yet: sgd_momentum is not written.")

# %% [markdown]
# If you wrote *100*, you took the length of the memory, $1/(1-\mu)$, for the time to fill it: after 100 steps 63 per cent
# of the speed is there. What is missing shrinks as $\mu^t$, so one per cent is left when $\mu^t = 0.01$: after 459 steps.
# If you wrote more than a thousand: the echo of a push is gone sooner than that.
#
# Keep both numbers in mind. $\mu = 0.99$ promises a factor of 100, but only to a slope that stays the same for hundreds
# of steps.

# %% [markdown]
# **Break it.** Three balls that went wrong. The first forgets its velocity: we take it out of the config after every
# step. The second was given the gradient with the wrong sign. The third has no friction, $\mu = 1$.


# %% tags=["picture"]
def forgets(w, dw, config):
    next_w, config = sgd_momentum(w, dw, dict(config))
    return next_w, {key: config[key] for key in ("learning_rate", "momentum")}


def climbs(w, dw, config):
    return sgd_momentum(w, -dw, config)


def slides(w, dw, config):
    return sgd_momentum(w, dw, config | {"momentum": 1.0})


fig, axes = plt.subplots(1, 3, figsize=(14, 3.8), layout="constrained", sharey=True)
alt = []
wrong = {"No memory": forgets, "Wrong sign": climbs, "No friction": slides}
for ax, (title, rule) in zip(axes, wrong.items(), strict=True):
    trace = descend(rule, ravine, steps=60, config={"learning_rate": 0.02, "momentum": 0.9})
    plots.paths(plots.contour(ax, ravine), {"sgd_momentum": trace})
    ax.legend().remove()
    ax.set_title(f"{title}: " + (trace.stopped or f"loss {trace.losses[0]:.3g} → {trace.losses[-1]:.2g}"))
    alt.append(f"{title}. " + plots.describe_traces(ravine, {"sgd_momentum": trace}))
plots.Picture(fig, " ".join(alt))

# %% [markdown]
# The first path is the safe walker of section 1: **momentum that is not stored is gradient descent**, and nothing
# crashes, the curve is only slower than it should be. Such a slip can live long in real code. The second is
# out of the picture after a few steps. The third keeps its energy for ever and sweeps through the valley without coming to rest.

# %% [markdown]
# ## 3. Look first, then step
#
# Watch the ball before it has moved: a part of what it will do is settled. Without any new push it coasts to $w + \mu v$.
# Momentum nevertheless asks for the slope where the ball *is*. Nesterov's idea: **ask where it is about to be.** If the
# ground rises there, the brake comes one step earlier.
#
# Writing $x$ for the place of the ball:
#
# $$\begin{aligned} g &= \nabla f(x + \mu v) \\ v &\leftarrow \mu v - \eta g \\ x &\leftarrow x + v \end{aligned}$$

# %% [markdown]
# ### Exercise 3. Look first, then step · 6 points · about 10 minutes · difficulty 2/5
#
# Here the gradient is not an array but a function, for you have to choose where to ask.
#
# | | |
# |---|---|
# | in | `x` place and `v` velocity, arrays of one shape; `grad` function: place to gradient; `lr` $\eta$; `mu` $\mu$ |
# | out | the pair `x, v` after the step |
#
# Worked, with `grad = lambda p: 4 * p`, `lr = 0.1`, `mu = 0.25`: from `x = [1.]`, `v = [4.]` it asks at `[2.]`, where the
# slope is `[8.]`; then `v = [0.2]` and `x = [1.2]`.
#
# Often missed: starting the step from the look-ahead point. That point is only for asking. One call of `grad` per step:
# in a network a gradient is the whole cost. `x` and `v` may be changed in place.
#
# <details><summary>Hint 1: a question</summary>Where would the ball be after this step if there were no slope at all?</details>
# <details><summary>Hint 2: a place</summary>Keep the gradient in a variable before you touch <code>x</code> or <code>v</code>; then it is momentum as in Exercise 2.</details>
# <details><summary>Hint 3: the formula</summary>$g = $ <code>grad(x + mu * v)</code>; $v \leftarrow \mu v - \eta g$; $x \leftarrow x + v$.</details>


# %% nbgrader={"grade": false, "grade_id": "lookahead_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lookahead_step(x, v, grad, lr, mu):
    """Return place and velocity after one step of Nesterov momentum in its look-ahead form."""
    ### BEGIN SOLUTION
    g = grad(x + mu * v)
    v = mu * v - lr * g
    x = x + v
    ### END SOLUTION
    return x, v


# %%
check("lookahead_step", lookahead_step)

# %% nbgrader={"grade": true, "grade_id": "lookahead_step-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import momentum

momentum.grade("lookahead_step", lookahead_step)
### END HIDDEN TESTS
x, v = lookahead_step(np.array([1.0]), np.array([2.0]), lambda p: 4 * p, lr=0.1, mu=0.0)
assert np.allclose(x, 0.6), "without momentum a step is one of plain gradient descent"

# %% [markdown]
# One step of each, from the same place with the same velocity, on a slope of the ravine where the ball is about to run
# up the other wall.

# %% tags=["picture"]
x, v, config = np.array([-1.4, 0.25]), np.array([0.4, -0.45]), {"learning_rate": 0.02, "momentum": 0.9}
ahead, ends = x + 0.9 * v, {}
if written(sgd_momentum, np.zeros(2), np.zeros(2)):
    _, moving = sgd_momentum(x - v, -v / 0.02, dict(config))  # one push from rest, to x with velocity v
    ends["sgd_momentum"] = sgd_momentum(x.copy(), ravine.gradient(x), moving)[0]
if written(lookahead_step, np.zeros(2), np.zeros(2), ravine.gradient, 0.02, 0.9):
    ends["sgd_nesterov_momentum"] = lookahead_step(x.copy(), v.copy(), ravine.gradient, 0.02, 0.9)[0]
fig, ax = plt.subplots(figsize=(9, 4.6), layout="constrained")
figures.look_ahead(ax, ravine, x, ahead, ends)
alt = [f"{name} ends at {np.round(end, 2)}, loss {ravine.value(end):.3g}" for name, end in ends.items()]
plots.Picture(fig, "; ".join([f"The ball at {x} coasts to {np.round(ahead, 2)}", *alt]) + ".")

# %% [markdown]
# ## 4. The same thing without asking ahead
#
# A network library hands your rule one gradient: the one at the stored parameters. It cannot be asked for another. The way
# out is to **store the look-ahead point** instead of the ball. Let
#
# $$w_t = x_t + \mu v_t .$$
#
# Then the gradient at the stored $w_t$ is just the one that Nesterov wants, and the velocity is as before:
#
# $$v_{t+1} = \mu v_t - \eta\, \nabla f(w_t) .$$

# %% [markdown]
# How does $w$ move? Write down the next stored point and replace what we do not keep:
#
# $$\begin{aligned}
# w_{t+1} &= x_{t+1} + \mu v_{t+1} && \text{what we store} \\
# &= x_t + v_{t+1} + \mu v_{t+1} && \text{the ball moves by its velocity} \\
# &= (w_t - \mu v_t) + (1 + \mu)\, v_{t+1} && \text{because } x_t = w_t - \mu v_t
# \end{aligned}$$
#
# This is the *ahead form*: take the old look-ahead back, move the ball, look ahead again. It needs the old velocity *and*
# the new one.

# %% [markdown]
# ### Exercise 4. Nesterov momentum, the ahead form · 10 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `w` the stored look-ahead point, any shape; `dw` the gradient there; `config` dict or None |
# | out | `next_w`, the next look-ahead point; `config` with the new velocity |
# | config | `learning_rate` $\eta$, default `1e-2`; `momentum` $\mu$, default `0.9`; `velocity` $v$, at first absent: zeros |
#
# Worked, with $\eta = 0.1$, $\mu = 0.5$: `w = [5.]`, `dw = [10.]` gives velocity `[-1.]` and `[3.5]`. Again with `dw = [20.]`:
# velocity `[-2.5]` and `[0.25]`.
#
# Often missed: `v_prev` must hold the *old* velocity. `v_prev = v` makes a second name, no copy: if `v` is then changed in
# place (`v *= mu`), both have changed.
#
# <details><summary>Hint 1: a question</summary>Put $\mu = 0$ into the last line of the derivation. Which rule is left?</details>
# <details><summary>Hint 2: a place</summary>Save the old velocity under its own name before the line that makes the new one. That line is the one of Exercise 2; only the line that moves <code>w</code> is different.</details>
# <details><summary>Hint 3: the formula</summary>$w - \mu\, v_\text{prev} + (1 + \mu)\, v$; equally $w + v + \mu (v - v_\text{prev})$ or $w + \mu v - \eta g$, with the new $v$.</details>


# %% nbgrader={"grade": false, "grade_id": "sgd_nesterov_momentum", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd_nesterov_momentum(w, dw, config=None):
    """Return the next look-ahead point after one step of Nesterov momentum, and the config with the new velocity."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    ### BEGIN SOLUTION
    v_prev = v
    v = config["momentum"] * v_prev - config["learning_rate"] * dw
    next_w = w - config["momentum"] * v_prev + (1 + config["momentum"]) * v
    config["velocity"] = v
    ### END SOLUTION
    return next_w, config


# %%
check("sgd_nesterov_momentum", sgd_nesterov_momentum)

# %% nbgrader={"grade": true, "grade_id": "sgd_nesterov_momentum-check", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import momentum

momentum.grade("sgd_nesterov_momentum", sgd_nesterov_momentum)
### END HIDDEN TESTS
dw = np.array([10.0])
honey, _ = sgd_nesterov_momentum(np.array([1.0]), dw, {"learning_rate": 0.1, "momentum": 0.0})
assert np.allclose(honey, 0.0), "with momentum 0 a step is one of plain gradient descent"
assert np.array_equal(dw, [10.0]), "dw is different after the call: it belongs to the caller"

# %% [markdown]
# The derivation claims that both forms are one sequence. Check it with your own two functions: run the ball with
# `lookahead_step`, and compare its look-ahead points $x_t + \mu v_t$ with what `sgd_nesterov_momentum` stores.


# %% tags=["picture"]
def compare_the_forms(surface, start, lr, mu, steps=60):
    """Return the largest distance between the two forms along a run, as text."""
    config = {"learning_rate": lr, "momentum": mu}
    stored = descend(sgd_nesterov_momentum, surface, start, steps=steps, config=config)
    x, v = np.array(start, dtype=float), np.zeros(2)
    if stored.stopped or not written(lookahead_step, np.zeros(2), np.zeros(2), surface.gradient, lr, mu):
        return stored.stopped or "Exercise 3 is not written yet."
    ahead = [x.copy()]
    for _ in range(steps):
        x, v = lookahead_step(x, v, surface.gradient, lr, mu)
        ahead.append(x + mu * v)
    gap = np.abs(np.array(ahead) - stored.points).max()
    return f"largest gap over {steps} steps on the {surface.name}: {gap:.1e}"


print(compare_the_forms(ravine, ravine.start, 0.02, 0.9))
print(compare_the_forms(saddle, (1.0, 1e-6), 0.01, 0.9))

# %% [markdown]
# Nothing but rounding. A training script that stores $w$ and one that stores $x$ report different losses on the way, and
# are the same run: they look at two points of it, $\mu v$ apart, which come together as the velocity dies.
#
# **Break it.** Save the old velocity one line too late and $v_\text{prev}$ *is* $v$. Then
# $-\mu v + (1 + \mu) v = v$: the look-ahead cancels, and what is left is plain momentum. The next cell shows how the slip
# happens without a misplaced line.

# %% tags=["picture"]
v = np.array([1.0])
v_prev = v  # a second name for the same array
v *= 0.5  # in place: changes both
print("in place:     v =", v, " v_prev =", v_prev)

v = np.array([1.0])
v_prev = v
v = 0.5 * v  # a new array: v_prev keeps the old one
print("a new array:  v =", v, " v_prev =", v_prev)

# %% tags=["picture"]
rules = {"sgd": sgd, "sgd_momentum": sgd_momentum, "sgd_nesterov_momentum": sgd_nesterov_momentum}
config = {"learning_rate": 0.02, "momentum": 0.9}
traces = {name: descend(rule, ravine, steps=60, config=config) for name, rule in rules.items()}
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4), layout="constrained", width_ratios=(1.5, 1))
plots.paths(plots.contour(left, ravine), traces)
plots.losses(right, traces).set_yscale("log")
left.set_title("Momentum overshoots the valley, Nesterov less")
plots.Picture(fig, plots.describe_traces(ravine, traces))

# %% [markdown]
# ## 5. The same words for three methods
#
# Here the rate goes *into* the velocity. Others do it otherwise, and call it by the same name:
#
# | who | velocity | move |
# |---|---|---|
# | CS231n, Sutskever et al. (2013), this course | $v \leftarrow \mu v - \eta g$ | $w \leftarrow w + v$ |
# | PyTorch `SGD(momentum=...)` | $b \leftarrow \mu b + g$ | $w \leftarrow w - \eta\, b$ |
# | moving average: many courses, the first moment of Adam | $m \leftarrow \mu m + (1-\mu) g$ | $w \leftarrow w - \eta\, m$ |

# %% [markdown]
# At a constant rate the first two are the same path, for $v = -\eta b$. The third takes steps shorter by the factor $1 - \mu$: give
# it a rate $1/(1-\mu)$ times as large and it is the same path too. They part when the rate changes. Take a single push,
# $g = 1$ at step 0 and no slope afterwards, and cut the rate tenfold at step 8.

# %% tags=["picture"]
steps = np.arange(25)
rate = np.where(steps < 8, 0.1, 0.01)
echo = 0.9**steps  # what is left of the push
inside, outside, average = rate[0] * echo, rate * echo, rate * 0.1 * echo
pushes = {"rate inside (CS231n)": inside, "rate outside (PyTorch)": outside, "moving average": average}
fig, ax = plt.subplots(figsize=(9, 4), layout="constrained")
figures.echoes(ax, pushes, cut=8).set_title("Rate inside: old pushes keep the rate they were given")
moved = ", ".join(f"{name} {each.sum():.2f}" for name, each in pushes.items())
plots.Picture(fig, f"Step lengths after one push; rate cut tenfold at step 8. In all they move: {moved}.")

# %% [markdown]
# With the rate outside, the whole velocity shrinks at once; with the rate inside, the ball has its speed already and
# only new pushes are weaker. Neither is wrong. But a schedule that was tuned for one is not tuned for the other, and a
# paper that says "momentum 0.9" has not said which it means. The graded checks change the rate in the middle of a run:
# they can tell.

# %% [markdown]
# ### A schedule for $\mu$
#
# At first the parameters are far from anything and the slope changes fast: there, memory is misleading, and friction is
# welcome. Later the ball rolls along a valley floor and friction is a waste. So $\mu$ is often raised during training,
# for instance from 0.5 to 0.99 (Sutskever et al., 2013, use another curve with the same aim). Notes have called this
# *raising the damping*. You know better: larger $\mu$, **less** damping.

# %% [markdown]
# ### Exercise 5. A schedule for the momentum · 4 points · about 5 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `t` step, counted from 0; `T` number of steps the ramp takes, positive |
# | out | $\mu$: on the straight line from 0.5 at $t = 0$ to 0.99 at $t = T$, and 0.99 for every later $t$ |
#
# Worked, `T = 10`: `t = 0` gives 0.5, `t = 5` gives 0.745, `t = 10` gives 0.99, `t = 14` gives 0.99.
#
# Often missed: what happens after step $T$. A line that runs on passes 1, where a velocity grows by itself.
#
# <details><summary>Hint 1: a question</summary>Which part of the way has been covered at step $t$, and what is the largest part there can be?</details>
# <details><summary>Hint 2: a place</summary>One line to compute the part, never above 1; one to go that part of the way from 0.5 to 0.99.</details>
# <details><summary>Hint 3: the formula</summary>$0.5 + (0.99 - 0.5)\,\min(t/T,\, 1)$.</details>


# %% nbgrader={"grade": false, "grade_id": "momentum_schedule", "locked": false, "schema_version": 3, "solution": true, "task": false}
def momentum_schedule(t, T):
    """Return the momentum at step t: linear from 0.5 at step 0 to 0.99 at step T, then constant."""
    ### BEGIN SOLUTION
    part = min(t / T, 1.0)
    mu = 0.5 + (0.99 - 0.5) * part
    ### END SOLUTION
    return mu


# %%
check("momentum_schedule", momentum_schedule)

# %% nbgrader={"grade": true, "grade_id": "momentum_schedule-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import momentum

momentum.grade("momentum_schedule", momentum_schedule)
### END HIDDEN TESTS
assert momentum_schedule(0, 100) < momentum_schedule(50, 100) < momentum_schedule(100, 100), "it must grow"

# %% [markdown]
# Is it worth the trouble? The ravine again, rate 0.02, 200 gradients: three constant values that somebody might guess, a
# fourth, 0.75, that was made for this valley, and your ramp, once over all 200 steps and once over the first 100.


# %% tags=["picture"]
def ramped(T):
    """Return momentum with its coefficient taken from your schedule."""

    def rule(w, dw, config):
        t = config.get("t", 0)
        return sgd_momentum(w, dw, config | {"momentum": momentum_schedule(t, T), "t": t + 1})

    return rule


runs = {f"constant {mu_shown}": (sgd_momentum, mu_shown) for mu_shown in (0.5, 0.9, 0.99, 0.75)}
runs |= {f"ramp over {T}": (ramped(T), 0.5) for T in (200, 100)}
traces = {
    name: descend(rule, ravine, steps=200, config={"learning_rate": 0.02, "momentum": mu_shown})
    for name, (rule, mu_shown) in runs.items()
}
fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
figures.schedules(ax, traces).set_title(
    "The ramp beats three guesses, a constant made for this valley beats the ramp"
)
alt = [f"{name}: loss {each.losses[-1]:.1e} after {each.evaluations} steps" for name, each in traces.items()]
plots.Picture(fig, "; ".join(alt) + ".")

# %% [markdown]
# The long ramp ends far below 0.5, 0.9 and 0.99, and far above 0.75. It passes the right value on its way, and that is
# its use: a ramp is for when you do not know the right constant. Section 6 says where 0.75 comes from.
#
# The short ramp is no better than 0.5: it spends its second half at 0.99, with all that was left of the energy sloshing
# about. A schedule is one more thing to tune. Its length belongs to the budget: a ramp that ends with the run is a fair
# first guess.

# %% [markdown]
# ## 6. How large a rate?
#
# For gradient descent we found $\eta L < 2$. With momentum a step takes two numbers to two numbers, so the factor $1 - \eta L$
# becomes a matrix. With $a = \eta L$ and $g = L\,w$ in $v' = \mu v - \eta g$, $w' = w + v'$:
#
# $$\begin{pmatrix} w' \\ v' \end{pmatrix} = \begin{pmatrix} 1 - a & \mu \\ -a & \mu \end{pmatrix}
# \begin{pmatrix} w \\ v \end{pmatrix}$$
#
# It is the same matrix at every step, so the run shrinks if both its eigenvalues $\lambda$ are smaller than 1 in absolute value.

# %% [markdown]
# The trace is $1 + \mu - a$ and the determinant $(1 - a)\mu + a\mu = \mu$, so the eigenvalues solve
#
# $$\lambda^2 - (1 + \mu - a)\,\lambda + \mu = 0 .$$

# %% [markdown]
# Their product is $\mu < 1$. While they are a complex pair, both have absolute value $\sqrt\mu$: stable, whatever $a$ is. So the
# run can only become unstable through a *real* eigenvalue that passes $1$ or $-1$.
#
# - $\lambda = 1$ in the equation gives $a = 0$: no step at all.
# - $\lambda = -1$ gives $1 + (1 + \mu - a) + \mu = 0$, that is $a = 2 (1 + \mu)$.
#
# So momentum is stable for $\eta L < 2(1 + \mu)$: with $\mu = 0.9$ almost twice the rate of gradient descent. **For Nesterov
# the matrix is another one.** Deriving its limit is the next exercise.

# %% [markdown]
# ### Exercise 6. The largest stable rate · 6 points · about 30 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | `curvature` $L$, a positive number or an array of them, one per direction; `mu` $\mu$; `kind` `"sgd"`, `"momentum"` or `"nesterov"` |
# | out | the rate at which the first direction stops shrinking; `"sgd"` does not use `mu` |
#
# Worked: `max_stable_rate(4.0, 0.5, "sgd")` is 0.5; `max_stable_rate(4.0, 0.5, "momentum")` is 0.75.
#
# Four correct digits are enough: a formula, eigenvalues or a simulation will do.
#
# Often missed: which of several curvatures counts; that Nesterov's limit is not that of momentum.
#
# <details><summary>Hint 1: a question</summary>With two walls of different steepness and one rate: which wall throws you out first?</details>
# <details><summary>Hint 2: a place</summary>Nesterov, for the ball: the gradient at the look-ahead point is $g = L \cdot (x + \mu v)$, curvature times place. Put it into $v' = \mu v - \eta g$ and $x' = x + v'$, read off the four entries, then trace and determinant, then $\lambda = -1$.</details>
# <details><summary>Hint 3: the formula</summary>Trace $(1 + \mu)(1 - a)$, determinant $\mu (1 - a)$. With $\lambda = -1$ the equation reads $1 + (1 + \mu)(1 - a) + \mu(1 - a) = 0$, hence $a = (2 + 2\mu)/(1 + 2\mu)$. Divide by the largest curvature.</details>


# %% nbgrader={"grade": false, "grade_id": "max_stable_rate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_stable_rate(curvature, mu, kind):
    """Return the rate beyond which a run on a quadratic with these curvatures no longer shrinks."""
    ### BEGIN SOLUTION
    steepest = np.max(curvature)
    if kind == "sgd":
        limit = 2 / steepest
    elif kind == "momentum":
        limit = 2 * (1 + mu) / steepest
    else:
        limit = (2 + 2 * mu) / (1 + 2 * mu) / steepest
    ### END SOLUTION
    return limit


# %%
check("max_stable_rate", max_stable_rate)

# %% nbgrader={"grade": true, "grade_id": "max_stable_rate-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import momentum

momentum.grade("max_stable_rate", max_stable_rate)
### END HIDDEN TESTS
twice, once = (max_stable_rate(curvature, 0.9, "momentum") for curvature in (8.0, 4.0))
assert np.isclose(twice, once / 2, rtol=1e-3), "twice the curvature bears half the rate"

# %% [markdown]
# A formula that was derived should be tried. Here a *bisection* runs your own rules along the floor of the ravine, where
# $L = 1$, looks whether the second half of the run grew, and halves the interval. Beside it, what your function says.


# %% tags=["picture"]
def bisected(rule, mu, steps=600):
    """Return the rate at which a rule begins to grow in a direction of curvature 1, by trying."""
    low, high = 0.0, 5.0
    for _ in range(16):
        rate = (low + high) / 2
        trace = descend(rule, ravine, (1.0, 0.0), steps=steps, config={"learning_rate": rate, "momentum": mu})
        size = np.abs(trace.points[:, 0])
        grew = bool(trace.stopped) or size[-1] > size[len(size) // 2]
        low, high = (low, rate) if grew else (rate, high)
    return low


kinds = {"sgd": sgd, "momentum": sgd_momentum, "nesterov": sgd_nesterov_momentum}
for kind, rule in kinds.items():
    if written(rule, np.zeros(1), np.zeros(1)) and written(max_stable_rate, 1.0, 0.9, kind):
        tried, said = bisected(rule, 0.9), max_stable_rate(1.0, 0.9, kind)
        print(f"{kind:9s} tried: {tried:.3f}   your function: {said:.3f}")
    else:
        print(f"{kind:9s} not written yet")

# %% [markdown]
# Published notes say that Nesterov momentum is *always faster and more stable*. Its guarantee is for convex losses with
# the right rate; and its range of rates is the *smallest* of the three. The colour below is the larger of the two
# $|\lambda|$, the factor per step in the long run: the darker, the faster the run shrinks. White has no stable run.

# %% tags=["picture"]
mus, a = np.linspace(0, 0.99, 100), np.linspace(0.01, 4.0, 240)
M, A = np.meshgrid(mus, a)
entries = {"momentum": (1 + M - A, M), "nesterov": ((1 + M) * (1 - A), M * (1 - A))}  # trace, determinant
fig, axes = plt.subplots(1, 2, figsize=(12, 4.4), layout="constrained", sharey=True)
alt = []
for ax, (kind, (trace, det)) in zip(axes, entries.items(), strict=True):
    root = np.sqrt((trace**2 / 4 - det).astype(complex))
    factor = np.maximum(abs(trace / 2 + root), abs(trace / 2 - root))
    said = written(max_stable_rate, 1.0, 0.9, kind)
    limit = (lambda mu, kind=kind: max_stable_rate(1.0, mu, kind)) if said else None
    mesh = figures.factors(ax, mus, a, factor, limit)
    ax.set_title(kind.capitalize())
    alt.append(f"{kind} is stable up to {a[factor[:, 90] < 1].max():.2f}")
fig.colorbar(mesh, ax=axes, label=r"factor per step, $\max|\lambda|$")
fig.suptitle("Momentum widens the range of stable rates, Nesterov narrows it")
plots.Picture(fig, "Factor per step over momentum and rate. At 0.9, " + ", ".join(alt) + ".")

# %% [markdown]
# The narrow range of Nesterov has a reason. The look-ahead makes its brake stronger in proportion to the curvature:
# good on a gentle wall, where it damps the overshoot, and too strong on a steep one, where braking throws the ball back
# across the valley. The dark band at $\eta L = 1$ is where it is just right: trace $(1 + \mu)(1 - a)$ and determinant
# $\mu(1 - a)$ are both 0, both eigenvalues too, and the ball is at rest in the minimum after two steps, whatever $\mu$ is.
# Beyond the band the brake reverses the ball.

# %% [markdown]
# One more thing is in the matrix. As long as the eigenvalues of momentum are a complex pair, each direction shrinks by
# $\sqrt\mu$ per step, *whatever its curvature*: floor and wall at the same pace. That holds for
# $(1 - \sqrt\mu)^2 < \eta L < (1 + \sqrt\mu)^2$, so one rate serves curvatures whose ratio is up to
#
# $$\kappa = \left(\frac{1 + \sqrt\mu}{1 - \sqrt\mu}\right)^2 .$$
#
# This is the gift of momentum, more than speed: **it forgives a valley for having two slopes.**

# %% tags=["picture"]
for mu_shown in (0.5, 0.9, 0.95, 0.99):
    factor = np.sqrt(mu_shown)
    ratio = ((1 + factor) / (1 - factor)) ** 2
    print(
        f"mu {mu_shown:4}: one rate serves curvatures up to {ratio:7.0f} to 1, each shrinks by {factor:.3f}"
    )

# %% [markdown]
# Now the sliders of section 2 can be answered, at rate 0.02. Along a direction the ball stops overshooting once its two
# eigenvalues are real: $\mu \le (1 - \sqrt{\eta L})^2$. On the floor, $\eta L = 0.02$, that is 0.74; on the wall, $\eta L = 0.5$, it
# is 0.09.
#
# Below 0.74 the floor is slow; above it everything shrinks by $\sqrt\mu$, the slower the larger $\mu$ is. The best
# constant sits at the border: hence the 0.75 of section 5. After 60 gradients every $\mu$ up to 0.93 ends lower than the
# walker. At 0.99 hardly any friction is left: $\sqrt{0.99}$ to the 60 is 0.74, so three quarters of the swing are still
# there.

# %% [markdown]
# ## 7. The ridge
#
# Back to the first question. You have three rules now; all start at $(1, 10^{-6})$ on the saddle $x^2 - y^2$ with rate
# 0.01 and momentum 0.9.

# %% tags=["picture"]
rules = {"sgd": sgd, "sgd_momentum": sgd_momentum, "sgd_nesterov_momentum": sgd_nesterov_momentum}
config = {"learning_rate": 0.01, "momentum": 0.9}
escapes = {name: descend(rule, saddle, (1.0, 1e-6), steps=800, config=config) for name, rule in rules.items()}
distance = {name: np.abs(trace.points[:, 1]) for name, trace in escapes.items() if trace.evaluations}
fig, ax = plt.subplots(figsize=(9, 4.4), layout="constrained")
figures.distances(ax, distance, "The ball leaves the ridge five times sooner, not ten")
alt = ", ".join(f"{name} {first_step_where(each > 1)}" for name, each in distance.items())
plots.Picture(fig, f"Steps to leave the saddle from a millionth beside the ridge: {alt}.")

# %% [markdown]
# If you wrote *about 70*, you used terminal velocity: ten times the speed, a tenth of the steps. But that needs a slope
# that stays. Here the slope grows with the distance, and the ball's speed lags behind it for ever. The matrix knows:
# with curvature $-2$, $a = -0.02$, the larger eigenvalue is
# $\lambda = 1.107$, against $1.02$ for plain descent: distances double every 7 steps, no longer every 35.
#
# If you wrote *698, as before*, because there is hardly a slope up there: hardly is enough. Both grow without limit,
# and growth feeds on itself.

# %% tags=["picture"]
mu_shown, a = 0.9, -2 * 0.01
growth = max(np.roots([1, -(1 + mu_shown - a), mu_shown]).real)
print(f"factor per step: momentum {growth:.3f}, plain descent {1 - a:.3f}")
print(f"doubling takes {np.log(2) / np.log(growth):.0f} steps and {np.log(2) / np.log(1 - a):.0f}")
for name, rule in rules.items():
    still = descend(rule, saddle, (1.0, 0.0), steps=800, config=config)
    print(f"{name:22s} from y = 0 exactly: |y| after {still.evaluations} steps is {abs(still.points[-1, 1])}")

# %% [markdown]
# From $y = 0$ exactly, none ever leaves: there is no slope across the ridge, so there is nothing to remember. In
# training it is rounding and mini-batch noise that push a run off such a ridge; momentum only makes quick work of what
# they begin.

# %% [markdown]
# ## 8. A fair race
#
# At one rate for all, the race in the ravine was unfair: 0.02 suits the ball. A fair race gives every rule the same
# number of gradients *and its own best rate*. Two valleys: the ravine, with curvatures 1 and 25, and 100 gradients; a
# longer one, 1 and 1000, and 400 gradients. Each rule runs at 24 rates up to its own stability limit. The *largest* of its last
# ten losses counts, so that nobody wins by crossing the minimum at the last moment.
#
# **Predict:** with momentum 0.9, who wins in the first valley, who in the second, and by how much?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-race", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
rules = {"sgd": sgd, "sgd_momentum": sgd_momentum, "sgd_nesterov_momentum": sgd_nesterov_momentum}
long_valley = replace(
    ravine, name="long valley", f=lambda x, y: (x**2 + 1000 * y**2) / 2, df=lambda x, y: (x, 1000 * y)
)
limits = {"sgd": lambda mu: 2.0, "sgd_momentum": lambda mu: 2 * (1 + mu)}
limits["sgd_nesterov_momentum"] = lambda mu: (2 + 2 * mu) / (1 + 2 * mu)


def tuned(name, surface, steepest, steps, mu):
    """Return rates times the steepest curvature, and the largest of the last ten losses at each."""
    a = np.linspace(0.04, 1, 24, endpoint=False) * limits[name](mu)
    configs = [{"learning_rate": each / steepest, "momentum": mu} for each in a]
    traces = [descend(rules[name], surface, (-2.0, 1.0), steps=steps, config=config) for config in configs]
    return a, np.array([trace.losses[-10:].max() if trace.evaluations else np.nan for trace in traces])


valleys = {"curvatures 1 and 25": (ravine, 25, 100), "curvatures 1 and 1000": (long_valley, 1000, 400)}
entrants = [("sgd", 0.0), *((name, mu) for name in list(rules)[1:] for mu in (0.5, 0.9))]
race = {}
for title, valley in valleys.items():
    for name, mu in entrants:
        race[title, name, mu] = tuned(name, *valley, mu)

# %% tags=["picture"]
fig, axes = plt.subplots(1, 2, figsize=(13, 4.4), layout="constrained")
alt = []
for ax, (title, (_, _, steps)) in zip(axes, valleys.items(), strict=True):
    curves = {name: race[title, name, mu] for name, mu in entrants if mu in (0.0, 0.9)}
    curves = {name: curve for name, curve in curves.items() if not np.isnan(curve[1]).any()}
    figures.race(ax, curves, f"{title.capitalize()}: {steps} gradients")
    alt += [f"{title}: {name} reaches {loss.min():.0e}" for name, (_, loss) in curves.items()]
fig.suptitle("With momentum 0.9 the ball loses the short valley and wins the long one" if alt else "")
plots.Picture(fig, "; ".join(alt) or "Nothing to draw yet: no rule is written.")

# %% [markdown]
# In the short valley a well-tuned walker beats the ball by a factor of some hundreds. $\mu = 0.9$ is made for curvatures of 1442 to 1; at 25 to 1 it keeps
# a velocity that is of no use any more. Nesterov, whose brake is stronger, beats both, the walker by a factor of about five. In the long valley the walker has
# hardly started when the ball has arrived. Nesterov runs along the ball's curve until its smaller range of rates ends.

# %% [markdown]
# So *momentum is faster* is no statement before three things are said: how long the valley is, how well each rule's rate was
# tuned, and whether $\mu$ was tuned too. That comes next: the same race, with the best loss for two values of $\mu$.

# %% tags=["picture"]
print(f"{'best loss at the best of 24 rates':36s}" + "".join(f"{title:>24s}" for title in valleys))
for name, mu_shown in entrants:
    best = "".join(f"{race[title, name, mu_shown][1].min():24.0e}" for title in valleys)
    print(f"{plots.rule_style(name)['label']:12s} momentum {mu_shown:<15.1f}{best}")

# %% [markdown]
# With $\mu = 0.5$, good for up to 34 to 1, momentum wins the short valley too: twenty orders of magnitude below the walker,
# sixteen below Nesterov with the same $\mu$.
# In the long one the same $\mu = 0.5$ is nearly useless. For a quadratic whose curvatures are known, the best
# $\mu = \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2$ follows from the last formula of section 6. For a network nobody knows $\kappa$,
# and so 0.9 is tried first.

# %% [markdown]
# ## 9. A network
#
# Now 1197 images of digits, a network with 2410 parameters, and your rules. 120 gradients for each run, seven rates,
# three seeds. One thing is varied: the mini-batch has 20 images, then 300. The horizontal axis is not the rate but the
# *effective rate* $\eta/(1 - \mu)$, the one that terminal velocity suggests; for plain descent both are the same. The cell that runs them takes
# some ten seconds, on a busy machine up to a minute.

# %% tags=["picture"]
data, network = digits(), MLP(sizes=(64, 32, 10))
sizes = [array.size for array in network.start(np.random.default_rng(0)).values()]
print(len(data.X_train), "images,", sum(sizes), "parameters")
effective = 2.0 ** np.arange(7)  # 1, 2, ..., 64


def final_loss(name, rate, batch, seed):
    """Return the training loss after 120 gradients at an effective rate, NaN if the run diverged."""
    share, per_epoch = (1.0 if name == "sgd" else 1 - 0.9), int(np.ceil(len(data.X_train) / batch))
    config, rng = {"learning_rate": rate * share, "momentum": 0.9}, np.random.default_rng(seed)
    images = data.X_train, data.y_train
    run = train(network, *images, rules[name], config, rng=rng, epochs=120 // per_epoch, batch=batch)
    return np.nan if run.stopped else run.epochs["train_loss"][-1]


# %% tags=["picture"]
rules = {"sgd": sgd, "sgd_momentum": sgd_momentum, "sgd_nesterov_momentum": sgd_nesterov_momentum}
ready = [name for name, rule in rules.items() if written(rule, np.zeros(2), np.zeros(2))]
results = {}
with one_thread():  # for matrices as small as these one core is faster than several
    for batch in (20, 300):
        for name in ready:
            losses = [[final_loss(name, rate, batch, seed) for seed in range(3)] for rate in effective]
            results[name, batch] = np.array(losses)

# %% tags=["picture"]
fig, axes = plt.subplots(1, 2, figsize=(13, 4.4), layout="constrained", sharey=True)
alt = []
for ax, batch in zip(axes, (20, 300), strict=True):
    tables = {name: table for (name, size), table in results.items() if size == batch}
    figures.by_effective_rate(ax, effective, tables, f"{batch} images a gradient")
    best = {name: np.nanmin(table.mean(axis=1)) for name, table in tables.items()}
    alt += [f"batch {batch}, {name}: best mean loss {loss:.2g}" for name, loss in best.items()]
fig.suptitle("Small batches: one curve. Large batches: momentum bears the larger rates" if alt else "")
plots.Picture(fig, "; ".join(alt) or "Nothing to draw yet: no rule is written.")

# %% [markdown]
# At small rates, on the left of both pictures, the three curves are one: there momentum *is* plain descent with a rate
# ten times as large, and nothing more. With 20 images a gradient, noise sets the best rate, and all three reach about
# the same loss. With 300, curvature sets it: there momentum goes on to rates that plain descent does not bear, and
# the loss ends ten or more times lower.
#
# On larger networks the same has been measured: momentum pays where curvature is the limit, hence at large batches (Zhang et
# al., *Which algorithmic choices matter at which batch sizes?*, NeurIPS 2019).

# %% [markdown]
# ## 10. Find the bug in the published notes
#
# Each of these sentences stands in published notes or slides, or follows from them. Which are right? Put `True` or `False`
# in place of each `None`; the cell below asks your own rules and tells you. No points: only the satisfaction.
#
# - **A** To descend, compute `x += learning_rate * dx`.
# - **B** Raising $\mu$ from 0.5 to 0.99 during training adds damping.
# - **C** Nesterov momentum is at least as stable as plain momentum.
# - **D** On a constant slope, $\mu = 0.9$ ends up with steps ten times as long.
# - **E** Where the gradient is exactly zero, momentum is what gets a resting ball over a saddle.

# %%
answers = {"A": None, "B": None, "C": None, "D": None, "E": None}


# %% tags=["picture"]
def coasts(mu, steps=10):
    """Return the part of its velocity that a ball keeps over some steps on flat ground."""
    w, config = sgd_momentum(np.zeros(1), -np.ones(1), {"learning_rate": 1.0, "momentum": mu})
    for _ in range(steps):
        before = w.copy()
        w, config = sgd_momentum(w, np.zeros(1), config)
    return (w - before)[0]


def ask_your_rules():
    """Return what your own rules say about each sentence."""
    up = descend(climbing, ravine, steps=1).losses
    far = descend(sgd_momentum, steady, (0.0, 0.0), steps=300, config={"learning_rate": 0.01}).points[:, 0]
    config = {"learning_rate": 0.06, "momentum": 0.9}
    pair = (sgd_momentum, sgd_nesterov_momentum)
    ball, nesterov = (descend(rule, ravine, steps=400, config=config).stopped for rule in pair)
    resting = descend(sgd_momentum, saddle, (0.0, 0.0), steps=500).points[-1]
    truths = {"A": up[-1] < up[0], "B": coasts(0.99) < coasts(0.5), "C": bool(ball) or not nesterov}
    return truths | {"D": np.isclose(far[-2] - far[-1], 10 * 0.01), "E": resting.any()}


# %% tags=["picture"]
if not all(written(rule, np.zeros(2), np.zeros(2)) for rule in (sgd, sgd_momentum, sgd_nesterov_momentum)):
    print("The cell asks all three rules, and not all are written yet.")
else:
    print(f"velocity kept over ten steps: {coasts(0.99):.0%} at 0.99, {coasts(0.5):.1%} at 0.5")
    for letter, truth in ask_your_rules().items():
        yours = answers[letter]
        verdict = "right" if yours == truth else "look again: your own rules disagree"
        print(letter, "to do" if yours is None else verdict)

# %% [markdown]
# <details><summary>Why, for each (after you have answered)</summary>
#
# - **A** is wrong: a plus climbs, in print too.
# - **B** is wrong: $\mu$ is what friction leaves. At 0.99 a coasting ball keeps 90 per cent of its velocity over ten steps, at 0.5 a thousandth.
# - **C** is wrong: at rate 0.06 in the ravine momentum converges and Nesterov diverges.
# - **D** is right: $1/(1 - 0.9) = 10$.
# - **E** is wrong: no gradient, no velocity. Momentum enlarges a push and makes none.
#
# </details>

# %% [markdown]
# ## What you have
#
# 1. Momentum is a ball with friction: $v \leftarrow \mu v - \eta g$, $w \leftarrow w + v$; a larger $\mu$ is *less* friction, and the terminal step is $1/(1-\mu)$ times the plain one.
# 2. Nesterov asks for the slope where the ball is about to be. Storing that look-ahead point makes it an ordinary rule: $w \leftarrow w - \mu v_\text{prev} + (1 + \mu) v$.
# 3. Limits: $\eta L < 2$ plain, $< 2(1 + \mu)$ momentum, $< (2 + 2\mu)/(1 + 2\mu)$ Nesterov. What momentum gives is one pace for many curvatures, and it gives it where curvature, not noise, is the limit.

# %% [markdown]
# **Next.** One rate still serves all parameters. In *Adaptive rates* each gets its own.
#
# **An open question for you.** On the ridge, what would a momentum of 1.05 do, and why is that no way to leave saddles? Put
# it into `config` in the first cell of section 7, and look at *both* columns of `escapes["sgd_momentum"].points`.

# %% [markdown]
# **What the field argues about.** Does momentum help at all when batches are small? Kidambi, Netrapalli, Jain and Kakade
# (*On the insufficiency of existing momentum schemes for stochastic optimization*, ICLR 2018) show problems on which,
# with sampled gradients, it does no better than plain descent at its best rate, and suspect that its success in practice comes
# from the mini-batch. Wang, Malladi, Wang, Lyu and Li (*The marginal value of momentum for small learning rate SGD*, ICLR
# 2024) prove that the two are nearly one process at small rates. Against it stands common practice, and the right-hand picture of section 9.

# %% [markdown]
# **To read.** Sutskever, Martens, Dahl and Hinton, *On the importance of initialization and momentum in deep learning* (ICML
# 2013); Goh, *Why momentum really works* (Distill, 2017); Polyak (1964); Nesterov (1983).

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
