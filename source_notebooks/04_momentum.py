# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4. Momentum
#
# **A ball lies a millionth of a unit beside a ridge. How many steps until it has left?**
#
# Plain gradient descent with rate 0.01 needs 698 steps to get one unit away. Each step multiplies its distance from the
# ridge by 1.02, so the distance doubles every 35 steps, and a millionth needs twenty doublings to become one. Now give the
# ball a memory: every step keeps nine tenths of the step before it. After how many steps has it left now?

# %%
import numpy as np

from course import claims
from course.checks import check, written
from course.data import digits
from course.descend import descend
from course.figures import landscapes, races
from course.figures import momentum as figures
from course.interactive.momentum import sliders
from course.network import MLP
from course.plots import rule_style, use_style
from course.surfaces import ravine, saddle, valley
from course.training import train

use_style()

# %% tags=["picture"]
landscapes.opening()

# %% [markdown]
# *You will be able to* write gradient descent, momentum (also called the *heavy-ball method*), and both forms of *Nesterov
# momentum* (Nesterov's accelerated gradient); say what `momentum=0.9` means, how large a learning rate each method tolerates
# and why, how PyTorch's version differs, and when momentum helps and when it does not.
#
# *Time* about 220 minutes, with a good place to stop after section 4.4. *You need* NumPy arrays, derivatives, and from
# section 4.6 on a 2×2 matrix and its eigenvalues. *Points* 40.
#
# *Letters*: $w$ `w` parameters · $g$ `dw` gradient · $\eta$ `learning_rate` · $\mu$ `momentum` · $v$ `velocity` · $f$ loss · $L$ curvature, the second derivative of the loss.

# %% [markdown]
# **Write your guess** in the next cell: the number of steps with memory 0.9. One line is enough. A wrong guess helps more
# than none.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-escape", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 4.1 One rate for a valley with two slopes
#
# The gradient $g = \nabla f$ points where the loss $f$ rises fastest, so we step the other way, in proportion to it:
#
# $$w \leftarrow w - \eta\, g$$
#
# This is the whole of gradient descent. With the exact gradient of a smooth loss, a small enough rate $\eta$ makes the loss
# fall at every step until the gradient is zero. With the gradient of a mini-batch there is no such guarantee.

# %% [markdown]
# ### Exercise 1. Gradient descent · 4 points · about 5 minutes · difficulty 1/5
#
# Every rule of this course has the same interface: parameters, their gradient and a `config` go in; the next parameters
# and the `config` come out. Whatever else the caller keeps in the `config` comes back in it too: a schedule, for instance,
# may count its steps there.
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config` |
# | config | `learning_rate` $\eta$, default `1e-2` |
#
# Worked: `w = [1., 2.]`, `dw = [10., -10.]`, `learning_rate = 0.1` gives `[0., 3.]`.
#
# Often missed: the minus; a rate written as a number; `dw *= ...`. You may change `w` in place, but `dw` belongs to the
# caller.
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
# Now your rule goes down a long valley, the *ravine* $\frac12(x^2 + 25 y^2)$: gently curved along $x$, 25 times as strongly
# along $y$. It takes 40 steps from the same start at three rates.

# %% tags=["picture"]
traces = {
    f"rate {each}": descend(sgd, ravine, steps=40, config={"learning_rate": each}) for each in (0.02, 0.07, 0.081)
}
landscapes.side_by_side(ravine, traces, "sgd")

# %% [markdown]
# Left: safe and slow. The steep direction is done after a few steps, and the run spends the rest of the time creeping along
# the floor. Middle: faster along the floor, but it bounces between the walls. Right: every bounce ends a little higher than
# the one before, and the run diverges.
#
# Take one direction of curvature $L$: $f = \frac12 L w^2$, $g = L\,w$. A step multiplies $w$ by
# $1 - \eta L$, and $w$ shrinks as long as $\eta L < 2$. The steep wall, $L = 25$, allows $\eta < 0.08$; the floor, $L = 1$,
# would do best with $\eta = 1$. **One rate has to suit both, and the steepest direction sets the limit.** The ratio of the
# largest to the smallest curvature, here 25, is called the *condition number* $\kappa$.

# %% [markdown]
# **Break it.** Write the update with a plus, `w + learning_rate * dw`. That is the same as giving your rule the gradient with
# the wrong sign, as the cell below does. What will the loss do?


# %% tags=["picture"]
def climbing(w, dw, config):
    return sgd(w, -dw, config)


trace = descend(climbing, ravine, steps=5, config={"learning_rate": 0.02})
print("loss with a plus:", *np.round(trace.losses, 1), trace.stopped)
print("y with a plus:   ", *np.round(trace.points[:, 1], 2))

# %% [markdown]
# If a loss rises smoothly from the first step on, look for this sign first. A rate that is too large also makes the loss
# rise, but then the parameters jump from side to side; here $y$ runs away on one side.

# %% [markdown]
# ## 4.2 A ball with mass
#
# Think of the loss as the height of a hilly landscape. A ball of mass $m$ there has potential energy $U$ in proportion to
# its height, and the force on it is $F = -\nabla U$, the negative gradient. Gradient descent treats this force as a
# *displacement*. For a ball it is an **acceleration**: the force changes the velocity, and the velocity changes the place.
# With friction $c$,
#
# $$m\,\frac{dv}{dt} = -\nabla U(w) - c\,v, \qquad \frac{dw}{dt} = v .$$
#
# Take time steps of length $\Delta t$, update the velocity first, and measure $v$ in displacement per step:
#
# $$v \leftarrow \underbrace{\left(1 - \tfrac{c\,\Delta t}{m}\right)}_{\mu} v \;-\; \underbrace{\tfrac{\Delta t^2}{m}}_{\eta}\, \nabla U,
# \qquad w \leftarrow w + v .$$

# %% [markdown]
# So this is *momentum*, with $v = 0$ at the start:
#
# $$v \leftarrow \mu\, v - \eta\, g, \qquad w \leftarrow w + v$$
#
# The name of $\mu$ misleads. It is neither the mass nor the momentum of physics: it is **the part of the velocity that
# friction leaves**. Since $\mu = 1 - c\,\Delta t/m$, a larger $\mu$ means *less* friction. With $\mu = 0$ the ball moves as
# if in honey and forgets its velocity at once, which is gradient descent; with $\mu = 1$ there is no friction at all, and the
# ball never comes to rest. Usual values are 0.5, 0.9, 0.95 and 0.99.

# %% [markdown]
# ### Exercise 2. Momentum · 10 points · about 15 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `w` array of any shape; `dw` its gradient, same shape; `config` dict or None |
# | out | `next_w`, same shape; `config`, which now carries the velocity to the next call |
# | config | `learning_rate` $\eta$, default `1e-2`; `momentum` $\mu$, default `0.9`; `velocity` $v$, absent in the first call: take zeros |
#
# Worked, with $\eta = 0.1$, $\mu = 0.5$: `w = [5.]`, `dw = [10.]` gives velocity `[-1.]` and `[4.]`. Again with `dw = [20.]`:
# velocity `[-2.5]` and `[1.5]`. You may store the velocity with either sign, as long as the positions agree.
#
# Often missed: the new velocity is not put back into `config`, so that every step starts from rest; `dw *= ...`.
#
# <details><summary>Hint 1: a question</summary>Which two things are different after a step, and where is each of them kept?</details>
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
# ### Your ball on the ridge
#
# Back to the first question, with your own rule: start at $(1, 10^{-6})$ on the saddle $x^2 - y^2$, rate 0.01, momentum 0.9.

# %% tags=["picture"]
config = {"learning_rate": 0.01, "momentum": 0.9}
two_rules = {"sgd": sgd, "sgd_momentum": sgd_momentum}
escapes = {name: descend(rule, saddle, (1.0, 1e-6), steps=800, config=config) for name, rule in two_rules.items()}
landscapes.ridge(escapes, "The ball leaves the ridge five times sooner, not ten")

# %% [markdown]
# **140 steps.** If you wrote *about 70*, you gave the ball ten times the speed, $1 + 0.9 + 0.9^2 + \dots = 10$, and so a
# tenth of the steps. But the ball reaches that speed only if the slope stays the same for a while. Here the slope grows
# with the distance, and the speed lags behind it. Section 4.7 calculates the 140.
#
# If you wrote *698, as before*, because the slope so near the ridge is tiny: a tiny slope is enough. After the first
# few steps both distances grow by a constant factor per step, and momentum makes that factor larger.

# %% [markdown]
# ### The same ball in the valley
#
# Here is the ravine again, at the slow and safe rate 0.02, with 60 gradients for each rule.

# %% tags=["picture"]
config = {"learning_rate": 0.02, "momentum": 0.9}
traces = {name: descend(rule, ravine, steps=60, config=config) for name, rule in two_rules.items()}
landscapes.paths_and_losses(ravine, traces, "At the same rate the ball overshoots, and gets there first")

# %% [markdown]
# The ball crosses the valley a few times, runs past the minimum and comes back. Plain descent does not overshoot at this
# rate, but it is still on its way.
#
# Now move the sliders. $\mu = 0$ is plain descent. Leave the rate at 0.02 and find out:
#
# 1. With which $\mu$ does the ball end lowest after the 60 gradients, and what is special about its path?
# 2. Up to which $\mu$ does the ball end lower than plain descent?
# 3. What is different at $\mu = 0.99$?

# %% tags=["picture"]
sliders(sgd_momentum, ravine)

# %% [markdown]
# <details><summary>Answers, after you have tried</summary>
#
# 1. 0.75, with a loss of 1e-7. It is the largest with which the ball does not visibly run past the minimum along the floor;
#    with a smaller one it creeps, with a larger one it overshoots and has to come back.
# 2. Up to 0.93. Plain descent ends at 0.177.
# 3. There is hardly any friction left: the ball swings back and forth, and ends at a loss of 8, more than half of that at the
#    start.
#
# A swing that dies out slowly is called *underdamped*, a path that creeps in without overshooting *overdamped*. The border
# between them, *critical damping*, is the fastest way to the bottom. Section 4.6 calculates where it lies.
#
# </details>

# %% [markdown]
# ### How fast does it get?
#
# On a constant slope $g$ the ball speeds up until friction takes as much as the slope gives. Then $v$ no longer changes,
# $v = \mu v - \eta g$, so
#
# $$v_\infty = -\frac{\eta\, g}{1 - \mu},$$
#
# the *terminal velocity*. In other words, each push $-\eta g$ fades as $1, \mu, \mu^2, \dots$, and its echoes add up to
# $1/(1-\mu)$ times the push. Where the slope stays the same for much longer than $1/(1-\mu)$ steps, $\mu = 0.9$ acts
# like a rate ten times as large. Therefore $\eta/(1-\mu)$ is called the *effective learning rate*.
#
# **Predict:** with $\mu = 0.99$, after how many steps is the ball within one per cent of its terminal velocity?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-terminal", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
print(f"mu = 0.99: after 100 steps {1 - 0.99**100:.0%} of the speed is there")
figures.terminal_velocity(sgd_momentum, (0.5, 0.9, 0.95, 0.99))

# %% [markdown]
# If you wrote *100*, you took the length of the memory, $1/(1-\mu)$, for the time it takes to fill: after 100 steps 63 per
# cent of the speed is there. The missing part shrinks as $\mu^t$, and $0.99^t$ falls below 0.01 at step 459. If you wrote
# more than a thousand: by then the echo of a push is long gone.
#
# Keep both numbers in mind. $\mu = 0.99$ promises a factor of 100, but only on a slope that stays the same for hundreds
# of steps.

# %% [markdown]
# **Break it.** Three balls that go wrong. The first forgets its velocity: we take it out of the config after every
# step. The second gets the gradient with the wrong sign. The third has no friction, $\mu = 1$.


# %% tags=["picture"]
def forgets(w, dw, config):
    next_w, config = sgd_momentum(w, dw, dict(config))
    return next_w, {key: config[key] for key in ("learning_rate", "momentum")}


def climbs(w, dw, config):
    return sgd_momentum(w, -dw, config)


def slides(w, dw, config):
    return sgd_momentum(w, dw, config | {"momentum": 1.0})


broken = {"No memory": forgets, "Wrong sign": climbs, "No friction": slides}
traces = {title: descend(rule, ravine, steps=60, config=config) for title, rule in broken.items()}
landscapes.side_by_side(ravine, traces, "sgd_momentum")

# %% [markdown]
# The first path is plain descent: **momentum that is not stored is gradient descent**. There is no error; the run is only
# slower than it should be, so you easily overlook such a slip. The second leaves the picture with its first step. The third
# keeps its energy and sweeps through the valley without coming to rest.

# %% [markdown]
# ## 4.3 Look first, then step
#
# Before the ball moves, most of its next step is already decided: without a new push it coasts to $x + \mu v$ (here $x$ is
# the position of the ball). Momentum still takes the slope where the ball *is*. Nesterov's idea is to **take it where the
# ball is about to be** (*Nesterov's accelerated gradient*). If the ground rises there, the ball brakes one step earlier.
#
# $$\begin{aligned} g &= \nabla f(x + \mu v) \\ v &\leftarrow \mu v - \eta g \\ x &\leftarrow x + v \end{aligned}$$

# %% [markdown]
# ### Exercise 3. Look first, then step · 6 points · about 10 minutes · difficulty 2/5
#
# Here the gradient is not an array but a function, because you choose where to take it.
#
# | | |
# |---|---|
# | in | `x` place and `v` velocity, arrays of one shape; `grad` function: place to gradient; `lr` $\eta$; `mu` $\mu$ |
# | out | the pair `x, v` after the step |
#
# Worked, with `grad = lambda p: 4 * p`, `lr = 0.1`, `mu = 0.25`: from `x = [1.]`, `v = [4.]` it takes the slope at `[2.]`,
# which is `[8.]`; then `v = [0.2]` and `x = [1.2]`.
#
# Often missed: starting the step from the look-ahead point. That point is only for the gradient. Call `grad` once per step:
# in a network the gradient is nearly the whole cost. `x` and `v` may be changed in place.
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
place, _ = lookahead_step(np.array([1.0]), np.array([2.0]), lambda p: 4 * p, lr=0.1, mu=0.0)
assert np.allclose(place, 0.6), "without momentum a step is one of plain gradient descent"

# %% [markdown]
# One step of your momentum and one of your Nesterov, from the same place with the same velocity, in the ravine, just before
# the ball runs up the far wall. The grey arrow is the part that both have in common.

# %% tags=["picture"]
figures.one_step_each(sgd_momentum, lookahead_step)

# %% [markdown]
# Momentum takes the slope at $x$, where the ground still falls towards the floor, and is pushed on. Nesterov takes it at
# $x + \mu v$, where the ground already rises, and is pushed back.

# %% [markdown]
# ## 4.4 The same thing without asking ahead
#
# A training loop gives your rule one gradient: the one at the stored parameters. You cannot ask it for another. The way out
# is to **store the look-ahead point** instead of the ball's position:
#
# | | look-ahead form, section 4.3 | *ahead form*, this section |
# |---|---|---|
# | what is stored | $x$, the place of the ball | $w = x + \mu v$, the look-ahead point |
# | where the gradient is taken | $x + \mu v$ | $w$, which is the same point |
#
# The velocity is as before: $v_{t+1} = \mu v_t - \eta\, \nabla f(w_t)$.

# %% [markdown]
# How does the stored point move? Write down the next one, and replace whatever is not stored:
#
# $$\begin{aligned}
# w_{t+1} &= x_{t+1} + \mu v_{t+1} && \text{the next look-ahead point} \\
# &= x_t + v_{t+1} + \mu v_{t+1} && \text{the ball moves by its velocity} \\
# &= (w_t - \mu v_t) + (1 + \mu)\, v_{t+1} && \text{because } x_t = w_t - \mu v_t
# \end{aligned}$$
#
# In words: undo the old look-ahead, move the ball, look ahead again. This needs the old velocity *and* the new one.

# %% [markdown]
# ### Exercise 4. Nesterov momentum, the ahead form · 10 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `w` the stored look-ahead point, any shape; `dw` the gradient there; `config` dict or None |
# | out | `next_w`, the next look-ahead point; `config` with the new velocity |
# | config | `learning_rate` $\eta$, default `1e-2`; `momentum` $\mu$, default `0.9`; `velocity` $v$, absent in the first call: take zeros |
#
# Worked, with $\eta = 0.1$, $\mu = 0.5$: `w = [5.]`, `dw = [10.]` gives velocity `[-1.]` and `[3.5]`. Again with `dw = [20.]`:
# velocity `[-2.5]` and `[0.25]`.
#
# Often missed: `v_prev` must hold the *old* velocity. `v_prev = v` makes a second name, not a copy: if `v` is then changed
# in place (`v *= mu`), both have changed. As before, do not change `dw`.
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
# The derivation says that both forms give the same sequence. Check it with your own two functions: run the ball with
# `lookahead_step`, and compare its look-ahead points $x_t + \mu v_t$ with what `sgd_nesterov_momentum` stores.


# %% tags=["picture"]
def compare_the_forms(surface, start, lr, mu, steps=60):
    """Return the largest distance between the two forms along a run, as text."""
    stored = descend(sgd_nesterov_momentum, surface, start, steps=steps, config={"learning_rate": lr, "momentum": mu})
    if stored.stopped or not written(lookahead_step, np.zeros(2), np.zeros(2), surface.gradient, lr, mu):
        return stored.stopped or "Exercise 3 is not written yet."
    place, velocity = np.array(start, dtype=float), np.zeros(2)
    ahead = [place.copy()]
    for _ in range(steps):
        place, velocity = lookahead_step(place, velocity, surface.gradient, lr, mu)
        ahead.append(place + mu * velocity)
    gap = np.abs(np.array(ahead) - stored.points).max()
    return f"largest gap over {steps} steps on the {surface.name}: {gap:.1e}"


print(compare_the_forms(ravine, ravine.start, 0.02, 0.9))
print(compare_the_forms(saddle, (1.0, 1e-6), 0.01, 0.9))

# %% [markdown]
# They differ by rounding only. A training script that stores $w$ and one that stores $x$ report different losses along the
# way, and yet they are the same run: they look at two points of it, $\mu v$ apart, which meet as the velocity goes to zero.
#
# **Break it.** Save the old velocity one line too late and $v_\text{prev}$ *is* the new $v$. Then
# $-\mu v + (1 + \mu) v = v$: the look-ahead cancels, and plain momentum is left. The next cell shows how this happens even
# when the lines are in the right order.

# %% tags=["picture"]
new = np.array([1.0])
old = new  # a second name for the same array
new *= 0.5  # in place: changes both
print("in place:     new =", new, " old =", old)

new = np.array([1.0])
old = new
new = 0.5 * new  # a new array: old keeps the old one
print("a new array:  new =", new, " old =", old)

# %% [markdown]
# ### Turn the valley
#
# Now all three of your rules, in the ravine as it lies and turned by 30 degrees about its minimum.

# %% tags=["picture"]
rules = {"sgd": sgd, "sgd_momentum": sgd_momentum, "sgd_nesterov_momentum": sgd_nesterov_momentum}
landscapes.turned(rules, 30, {"learning_rate": 0.02, "momentum": 0.9})

# %% [markdown]
# Momentum overshoots; Nesterov overshoots less. Turning the valley turns the paths and changes nothing else: the losses agree
# up to rounding. These rules do not know where the axes are. When this lesson says *direction*, it means a direction of
# curvature (an eigenvector of the Hessian), whether or not it lies along a coordinate. In the next lesson this will be
# different.
#
# ---
#
# **A good place to stop.** You have written all three rules: 30 of the 40 points. The rest is about what the numbers mean,
# how large a rate may be, and when momentum is worth it.

# %% [markdown]
# ## 4.5 Three methods called momentum
#
# Here the rate is *inside* the velocity. Other texts and libraries use the same name for other formulas:
#
# | where | velocity | move | in the graded checks |
# |---|---|---|---|
# | Sutskever et al. (2013), CS231n, this course | $v \leftarrow \mu v - \eta g$ | $w \leftarrow w + v$ | all points |
# | PyTorch, `SGD(momentum=...)` | $b \leftarrow \mu b + g$ | $w \leftarrow w - \eta\, b$ | three quarters |
# | an *exponential moving average* of the gradient, as in Adam | $m \leftarrow \mu m + (1-\mu) g$ | $w \leftarrow w - \eta\, m$ | half |
#
# At a constant rate the first two give the same path, with $v = -\eta b$. The third takes steps that are shorter by the
# factor $1 - \mu$; with a rate $1/(1-\mu)$ times as large it is the same path too.

# %% [markdown]
# This is how you would ask PyTorch for the first two rules of this lesson:
#
# ```python
# w = torch.tensor([5.0], requires_grad=True)
# optimiser = torch.optim.SGD([w], lr=0.1, momentum=0.5)                 # your sgd_momentum
# optimiser = torch.optim.SGD([w], lr=0.1, momentum=0.5, nesterov=True)  # your sgd_nesterov_momentum
# w.grad = torch.tensor([10.0])
# optimiser.step()
# ```
#
# | gradient | rate | PyTorch, momentum | PyTorch, `nesterov=True` |
# |---|---|---|---|
# | 10 | 0.1 | 4.0 | 3.5 |
# | 20 | 0.1 | 1.5 | 0.25 |
# | 30 | cut to 0.01 | 1.075 | -0.2625 |
#
# Compare with your own:

# %% tags=["picture"]
with_velocity = {"sgd_momentum": sgd_momentum, "sgd_nesterov_momentum": sgd_nesterov_momentum}
for name, rule in landscapes.written_rules(with_velocity).items():
    place, state = np.array([5.0]), {"momentum": 0.5}
    for slope, now in ((10.0, 0.1), (20.0, 0.1), (30.0, 0.01)):
        place, state = rule(place, np.array([slope]), state | {"learning_rate": now})
        print(f"{name:22s} gradient {slope:.0f}, rate {now:<5}: w = {place[0]:.4f}")

# %% [markdown]
# Two rows agree, and the third does not: **the two ways differ once the rate changes**. To see it most clearly, take a single
# push, $g = 1$ at step 0 and no slope afterwards, and cut the rate tenfold at step 8.

# %% tags=["picture"]
figures.one_push()

# %% [markdown]
# With the rate outside, the whole step shrinks at once. With the rate inside, the ball keeps its speed, and only new pushes
# are weaker. Neither is wrong. But a learning-rate schedule that was tuned for one is not tuned for the other,
# and a paper that says "momentum 0.9" has not said which one it means. The graded checks change the rate in the middle of a
# run, so they can tell.

# %% [markdown]
# ## 4.6 How large a rate?
#
# For gradient descent we found $\eta L < 2$. With momentum a step takes two numbers to two numbers, so the factor $1 - \eta L$
# becomes a matrix. With $a = \eta L$ and $g = L\,w$ in $v' = \mu v - \eta g$, $w' = w + v'$:
#
# $$\begin{pmatrix} w' \\ v' \end{pmatrix} = \begin{pmatrix} 1 - a & \mu \\ -a & \mu \end{pmatrix}
# \begin{pmatrix} w \\ v \end{pmatrix}$$
#
# The matrix is the same at every step, so the run shrinks if both its eigenvalues $\lambda$ are smaller than 1 in absolute
# value (its *spectral radius* is below 1).

# %% [markdown]
# The trace is $1 + \mu - a$ and the determinant $(1 - a)\mu + a\mu = \mu$, so the eigenvalues solve
#
# $$\lambda^2 - (1 + \mu - a)\,\lambda + \mu = 0 .$$
#
# Their product is $\mu < 1$. As long as they are a complex pair, both have absolute value $\sqrt\mu$: the run is stable,
# whatever $a$ is. So it can become unstable only if a *real* eigenvalue passes $1$ or $-1$.
#
# - $\lambda = 1$ in the equation gives $a = 0$: no step at all.
# - $\lambda = -1$ gives $1 + (1 + \mu - a) + \mu = 0$, that is $a = 2 (1 + \mu)$.
#
# So momentum is stable for $\eta L < 2(1 + \mu)$: with $\mu = 0.9$ almost twice the rate of gradient descent. **Nesterov has
# another matrix.** In the next exercise you derive its limit.

# %% [markdown]
# ### Exercise 5. The largest stable rate · 6 points · about 30 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | `curvature` $L$, a positive number or an array of them, one per direction; `mu` $\mu$; `kind` `"sgd"`, `"momentum"` or `"nesterov"` |
# | out | the rate at which the first direction stops shrinking; `"sgd"` does not use `mu` |
#
# Worked: `max_stable_rate(4.0, 0.5, "sgd")` is 0.5; `max_stable_rate(4.0, 0.5, "momentum")` is 0.75.
#
# An accuracy of one part in ten thousand is enough: a formula, eigenvalues or a careful simulation will do.
#
# Often missed: which of several curvatures counts; that Nesterov's limit is not that of momentum.
#
# <details><summary>Hint 1: a question</summary>With two walls of different steepness and one rate: which wall throws you out first?</details>
# <details><summary>Hint 2: a place</summary>For Nesterov write down the step of the ball: the gradient at the look-ahead point is $g = L \cdot (x + \mu v)$, curvature times place. Put it into $v' = \mu v - \eta g$ and $x' = x + v'$, read off the four entries, then trace and determinant, then $\lambda = -1$.</details>
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
assert np.isclose(twice, once / 2, rtol=1e-3), "with twice the curvature the largest rate is half as large"

# %% [markdown]
# Test a formula that you have derived. The *bisection* below runs your own rules along the floor of the ravine, where
# $L = 1$, checks whether the second half of the run grew, and halves the interval. Next to it is the result of your function.


# %% tags=["picture"]
def bisected(rule, momentum, steps=600):
    """Return the rate at which a rule begins to grow in a direction of curvature 1, by trying."""
    low, high = 0.0, 5.0
    for _ in range(16):
        lr = (low + high) / 2
        trace = descend(rule, ravine, (1.0, 0.0), steps=steps, config={"learning_rate": lr, "momentum": momentum})
        size = np.abs(trace.points[:, 0])
        grew = bool(trace.stopped) or size[-1] > size[len(size) // 2]
        low, high = (low, lr) if grew else (lr, high)
    return low


for kind, rule in {"sgd": sgd, "momentum": sgd_momentum, "nesterov": sgd_nesterov_momentum}.items():
    if written(rule, np.zeros(1), np.zeros(1)) and written(max_stable_rate, 1.0, 0.9, kind):
        print(f"{kind:9s} tried: {bisected(rule, 0.9):.3f}   your function: {max_stable_rate(1.0, 0.9, kind):.3f}")
    else:
        print(f"{kind:9s} not written yet")

# %% [markdown]
# Nesterov momentum is often called *faster and more stable* than momentum. Its guarantee is for convex losses at a suitable
# rate, and its range of rates is the *smallest* of the three. The colour below is the larger of the two $|\lambda|$, the
# factor per step in the long run: the lower on the colour bar, the faster the run shrinks. Where there is no colour, no run
# is stable.

# %% tags=["picture"]
figures.stable_factors(max_stable_rate)

# %% [markdown]
# Why is Nesterov's range so narrow? Its look-ahead makes it brake harder in proportion to the curvature: good on a gentle
# wall, where it damps the overshoot, and too strong on a steep one, where it throws the ball back across the valley.
# In the middle of the fastest band, at $\eta L = 1$, the braking is just right: trace $(1 + \mu)(1 - a)$ and determinant
# $\mu(1 - a)$ are both 0, so both eigenvalues are 0, and the ball is at rest in the minimum after two steps, whatever $\mu$
# is. Beyond the band the brake reverses the ball.

# %% [markdown]
# The matrix tells you one more thing. As long as the eigenvalues of momentum are a complex pair, each direction shrinks by
# $\sqrt\mu$ per step, *whatever its curvature*: floor and wall at the same pace. That holds for
# $(1 - \sqrt\mu)^2 < \eta L < (1 + \sqrt\mu)^2$, so one rate suits curvatures whose ratio is up to
#
# $$\kappa = \left(\frac{1 + \sqrt\mu}{1 - \sqrt\mu}\right)^2 .$$
#
# This matters more than speed: **with momentum, one rate suits a valley with two slopes.**

# %% tags=["picture"]
for each in (0.5, 0.9, 0.95, 0.99):
    factor = np.sqrt(each)
    ratio = ((1 + factor) / (1 - factor)) ** 2
    print(f"mu {each:4}: one rate serves curvatures up to {ratio:7.0f} to 1, each shrinks by {factor:.3f}")

# %% [markdown]
# The same matrix explains the sliders of section 4.2, at rate 0.02. In a direction of curvature $L$ the ball stops
# overshooting once both eigenvalues are real: $\mu \le (1 - \sqrt{\eta L})^2$. With equality the damping is critical. On the
# floor, $\eta L = 0.02$, that is 0.74; on the wall, $\eta L = 0.5$, it is 0.09.
#
# Below 0.74 the floor is slow; above it everything shrinks by $\sqrt\mu$, and the larger $\mu$ is, the slower. So the best
# constant lies near 0.74. At 0.99 a swing keeps $\sqrt{0.99}$ to the power 60, or 0.74, of its size over the 60 gradients.

# %% [markdown]
# ## 4.7 The ridge, calculated
#
# The matrix also describes the ridge. There the curvature is $-2$, so $a = -0.02$, and one eigenvalue is larger than 1.

# %% tags=["picture"]
product = -2 * 0.01  # a, curvature times rate
factor = max(np.roots([1, -(1 + 0.9 - product), 0.9]).real)
print(f"factor per step: momentum {factor:.3f}, plain descent {1 - product:.3f}")
print(f"doubling takes {np.log(2) / np.log(factor):.0f} steps and {np.log(2) / np.log(1 - product):.0f}")
config = {"learning_rate": 0.01, "momentum": 0.9}
escapes = {name: descend(rule, saddle, (1.0, 1e-6), steps=800, config=config) for name, rule in rules.items()}
landscapes.ridge(escapes, "Three straight lines: each rule has its own factor per step")

# %% [markdown]
# With momentum the distance grows by $\lambda = 1.107$ per step against $1.02$ for plain descent, and doubles every 7 steps
# instead of every 35. That is the factor of five. Nesterov takes the steeper slope ahead and is a little quicker still.

# %% tags=["picture"]
for name, rule in landscapes.written_rules(rules).items():
    still = descend(rule, saddle, (1.0, 0.0), steps=800, config=config)
    print(f"{name:22s} from y = 0 exactly: |y| after {still.evaluations} steps is {abs(still.points[-1, 1])}")

# %% [markdown]
# From $y = 0$ exactly no rule leaves: there is no slope across the ridge, so there is nothing to remember. In training,
# rounding and mini-batch noise push a run off such a ridge; momentum then amplifies the small displacement.

# %% [markdown]
# ## 4.8 A schedule for the momentum
#
# At first the parameters are far from the minimum and the slope changes fast: old gradients mislead, and friction helps.
# Later the ball rolls along a valley floor, and friction only slows it down. So $\mu$ is often raised during training,
# for instance from 0.5 to 0.99 (Sutskever et al., 2013, use another curve with the same aim). Larger $\mu$ is **less** damping,
# not more.

# %% [markdown]
# ### Exercise 6. A schedule for the momentum · 4 points · about 5 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `t` step, counted from 0; `T` number of steps the ramp takes, positive |
# | out | $\mu$: on the straight line from 0.5 at $t = 0$ to 0.99 at $t = T$, and 0.99 for every later $t$ |
#
# Worked, `T = 10`: `t = 0` gives 0.5, `t = 5` gives 0.745, `t = 10` gives 0.99, `t = 14` gives 0.99.
#
# Often missed: what happens after step $T$. A line that goes on passes 1, where the velocity grows by itself.
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
# Is it worth the trouble? In the ravine, at rate 0.02 and with 200 gradients, compare three constants that you might guess; a
# fourth, 0.75, that is close to the critical value of section 4.6; and your ramp, once over all 200 steps and once over the
# first 100.


# %% tags=["picture"]
def ramped(T):
    """Return momentum whose coefficient comes from your schedule."""

    def rule(w, dw, config):
        step = config.get("step", 0)
        return sgd_momentum(w, dw, config | {"momentum": momentum_schedule(step, T), "step": step + 1})

    return rule


runs = {f"constant {each}": (sgd_momentum, each) for each in (0.5, 0.9, 0.99, 0.75)}
runs |= {f"ramp over {T}": (ramped(T), 0.5) for T in (200, 100)}
traces = {
    title: descend(rule, ravine, steps=200, config={"learning_rate": 0.02, "momentum": each})
    for title, (rule, each) in runs.items()
}
figures.schedules(traces, "The ramp beats three guesses; the constant that suits this valley beats the ramp")

# %% [markdown]
# The long ramp ends far below 0.5, 0.9 and 0.99, and far above 0.75. It passes the right value on its way. That is the point
# of a ramp: it helps when you do not know the right constant.
#
# The short ramp is no better than 0.5. In its second half, at 0.99, a swing keeps $0.99^{100}$, or 0.37, of its energy; at
# 0.75 it would keep $0.75^{100}$, or 3e-13. A schedule is one more thing to tune. Its length depends on the budget: a ramp
# that ends with the run is a reasonable first guess.

# %% [markdown]
# ## 4.9 A fair race
#
# With one rate for all, the race in the ravine was unfair: 0.02 suits the ball. A fair race gives every rule the same number
# of gradients *and its own best rate*. There are two valleys: the ravine, with curvatures 1 and 25, and 100 gradients; a
# longer one, with 1 and 1000, and 400 gradients. Each rule runs at 25 rates up to its own stability limit, close together
# near both ends. The *largest* of its last ten losses counts, so that nobody wins by crossing the minimum at the last moment.
#
# **Predict:** with momentum 0.9, which rule wins in the first valley, which in the second, and by how much?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-race", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
kinds = {"sgd": "sgd", "sgd_momentum": "momentum", "sgd_nesterov_momentum": "nesterov"}
shares = 1 / (1 + np.exp(-np.linspace(-6, 6, 25)))  # of the limit: from 0.25 to 99.75 per cent
ready = landscapes.written_rules(rules) if written(max_stable_rate, 1.0, 0.9, "sgd") else {}


def tuned(name, surface, steepest, steps, momentum):
    """Return rates times the steepest curvature, and the largest of the last ten losses at each."""
    rates = shares * max_stable_rate(steepest, momentum, kinds[name])
    configs = [{"learning_rate": lr, "momentum": momentum} for lr in rates]
    traces = [descend(ready[name], surface, steps=steps, config=config) for config in configs]
    return rates * steepest, np.array([trace.losses[-10:].max() for trace in traces])


valleys = {"Curvatures 1 and 25": (valley(25), 25, 100), "Curvatures 1 and 1000": (valley(1000), 1000, 400)}
entrants = [(name, each) for name in ready for each in ((0.0,) if name == "sgd" else (0.9, 0.5))]
race = {where: {entrant: tuned(entrant[0], *valleys[where], entrant[1]) for entrant in entrants} for where in valleys}

# %% tags=["picture"]
shown = {where: {name: curve for (name, each), curve in race[where].items() if each != 0.5} for where in race}
races.race(shown, "With momentum 0.9 the ball loses the short valley and wins the long one")

# %% [markdown]
# In the short valley well-tuned plain descent beats the ball by a factor of some hundreds. $\mu = 0.9$ suits curvatures of up
# to 1442 to 1; at 25 to 1 it keeps velocity that is no longer useful. Nesterov, which brakes harder, beats both, plain
# descent by a factor of about four. In the long valley plain descent has hardly started when the ball has arrived. Nesterov
# follows the ball's curve until its own smaller range of rates ends.

# %% [markdown]
# So *momentum is faster* means nothing until you know three things: how long the valley is, how well each rule's rate was
# tuned, and whether $\mu$ was tuned too. Here is the same race with two values of $\mu$.

# %% tags=["picture"]
print(f"{'best loss at the best of 25 rates':36s}" + "".join(f"{where:>24s}" for where in valleys))
for name, each in entrants:
    best = "".join(f"{race[where][name, each][1].min():24.0e}" for where in valleys)
    on_border = any(race[where][name, each][1].argmin() in (0, len(shares) - 1) for where in valleys)
    print(f"{rule_style(name)['label']:12s} momentum {each:<15.1f}{best}{'   on the border' if on_border else ''}")

# %% [markdown]
# With $\mu = 0.5$, good for up to 34 to 1, momentum wins the short valley too: some twenty orders of magnitude below plain
# descent. In the long valley $\mu = 0.5$ is nearly useless. For a quadratic whose curvatures are known, the best
# $\mu = \left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^2$ follows from the last formula of section 4.6. For a network
# nobody knows $\kappa$, which is one reason why 0.9 is tried first.

# %% [markdown]
# ## 4.10 A network
#
# Now your rules train a network with 2410 parameters on 1197 images of digits: 120 gradients for each run, seven rates, three
# seeds. We vary one thing: the mini-batch has 20 images, then 300. The horizontal axis is the *effective rate*
# $\eta/(1 - \mu)$; for plain descent that is the rate itself.
#
# **Predict:** with each rule at its best rate, does momentum reach a lower training loss with 20 images per gradient? With
# 300?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-network", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# The cell takes about ten seconds, on a busy machine up to a minute.

# %% tags=["picture"]
data, network = digits(), MLP(sizes=(64, 32, 10))
print(len(data.X_train), "images,", sum(each.size for each in network.start(np.random.default_rng(0)).values()), "parameters")
effective = 2.0 ** np.arange(7)  # 1, 2, ..., 64


def final_loss(rule, rate, momentum, batch, seed):
    """Return the training loss after 120 gradients, NaN if the run diverged."""
    config, rng = {"learning_rate": rate, "momentum": momentum}, np.random.default_rng(seed)
    epochs = 120 // int(np.ceil(len(data.X_train) / batch))
    run = train(network, data.X_train, data.y_train, rule, config, rng=rng, epochs=epochs, batch=batch)
    return np.nan if run.stopped else run.epochs["train_loss"][-1]


results = {f"{batch} images a gradient": {} for batch in (20, 300)}
for where, batch in zip(results, (20, 300), strict=True):
    for name, rule in landscapes.written_rules(rules).items():
        share, each = (1.0, 0.0) if name == "sgd" else (0.1, 0.9)
        losses = [[final_loss(rule, rate * share, each, batch, seed) for seed in range(3)] for rate in effective]
        results[where][name] = np.array(losses)
title = "20 images: no rule gains much. 300 images: momentum tolerates larger rates, and gains"
races.by_effective_rate(effective, results, title)

# %% tags=["picture"]
for where, tables in results.items():
    best = {name: np.nanmin(table.mean(axis=1)) for name, table in tables.items()}
    for name, loss in best.items():
        ratio = f"   plain descent's loss over this: {best['sgd'] / loss:.3g}" if name != "sgd" and "sgd" in best else ""
        print(f"{where}: {rule_style(name)['label']:9s} best mean loss {loss:.2g}{ratio}")

# %% [markdown]
# At small effective rates, on the left of both pictures, the three curves lie close together: there momentum *is* plain
# descent with a rate ten times as large, and nothing more. With 20 images per gradient, noise limits the rate. All three
# do best at an effective rate of 2 to 4, and their best losses lie within a factor of two of each other; which is lowest
# changes with the seeds. Beyond that rate all three get worse, and from 32 on plain descent diverges.

# %% [markdown]
# With 300 images, curvature limits the rate. There momentum still works at rates at which plain descent fails, and it gains
# from them: Nesterov's best loss is more than ten times lower, and momentum's lower still: 40 to 220 times in four groups of
# three seeds, the first of which is the run above.

# %% [markdown]
# The same was measured on larger networks: momentum helps where curvature is the limit, hence at large batches (Zhang et
# al., *Which algorithmic choices matter at which batch sizes?*, NeurIPS 2019).

# %% [markdown]
# ## 4.11 Five claims
#
# Which of these are right? Put `True` or `False` in place of each `None`; the cell below tests them with your own rules. No
# points.
#
# - **A** To descend, compute `x += learning_rate * dx`.
# - **B** Raising $\mu$ from 0.5 to 0.99 during training adds damping.
# - **C** Nesterov momentum is stable at every rate at which plain momentum is.
# - **D** On a constant slope, $\mu = 0.9$ ends up with steps ten times as long.
# - **E** Where the gradient is exactly zero, momentum gets a resting ball over a saddle.

# %%
answers = {"A": None, "B": None, "C": None, "D": None, "E": None}

# %% tags=["picture"]
if len(landscapes.written_rules(rules)) == 3:
    print(claims.decided(answers, claims.about_momentum(sgd, sgd_momentum, sgd_nesterov_momentum)))
else:
    print("The cell asks all three rules, and not all are written yet.")

# %% [markdown]
# <details><summary>Why, for each (after you have answered)</summary>
#
# - **A** is wrong: with a plus you climb.
# - **B** is wrong: $\mu$ is what friction leaves. At 0.99 a coasting ball keeps 90 per cent of its velocity over ten steps, at 0.5 a thousandth.
# - **C** is wrong: at rate 0.06 in the ravine momentum converges and Nesterov diverges.
# - **D** is right: $1/(1 - 0.9) = 10$.
# - **E** is wrong: no gradient, no velocity. Momentum amplifies a push but cannot make one.
#
# </details>

# %% [markdown]
# ## Say it back
#
# 1. Momentum is a ball with friction: $v \leftarrow \mu v - \eta g$, $w \leftarrow w + v$; a larger $\mu$ is *less* friction, and the terminal step is $1/(1-\mu)$ times the plain one.
# 2. Nesterov takes the slope where the ball is about to be. Storing that look-ahead point makes it an ordinary rule:
#    $w \leftarrow w - \mu v_\text{prev} + (1 + \mu) v$.
# 3. Limits: $\eta L < 2$ plain, $< 2(1 + \mu)$ momentum, $< (2 + 2\mu)/(1 + 2\mu)$ Nesterov. Momentum gives one pace to many
#    curvatures, and it helps where curvature, not noise, is the limit.

# %% [markdown]
# **Next.** One rate still serves all parameters. In *Adaptive rates* each gets its own.
#
# **An open question for you.** On the ridge, what would a momentum of 1.05 do, and why is that no way to leave saddles? Put
# it into `config` in the first cell of section 4.7, and look at *both* columns of `escapes["sgd_momentum"].points`.

# %% [markdown]
# **What the field argues about.** Does momentum help at all when batches are small? Kidambi, Netrapalli, Jain and Kakade
# (*On the insufficiency of existing momentum schemes for stochastic optimization*, ICLR 2018) show problems on which,
# with sampled gradients, it does no better than plain descent at its best rate, and suspect that its success in practice comes
# from the mini-batch. Wang, Malladi, Wang, Lyu and Li (*The marginal value of momentum for small learning rate SGD*, ICLR
# 2024) prove that the two are nearly one process at small rates. Common practice and the right-hand picture of section 4.10
# say otherwise.

# %% [markdown]
# **To read.** Sutskever, Martens, Dahl and Hinton, *On the importance of initialization and momentum in deep learning* (ICML
# 2013); Goh, *Why momentum really works* (Distill, 2017); Polyak (1964); Nesterov (1983).

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
