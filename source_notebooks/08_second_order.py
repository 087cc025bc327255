# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 Second order: down the ravine in one step
#
# Below, gradient descent crosses a ravine in sixty zigzags, at the best rate it can have. Another method starts at the
# same point, has no learning rate at all, and arrives in one step. It has been known since the seventeenth century.
#
# Why is your network not trained with it?
#
# **Aims.** Weigh a Hessian; measure one; write Newton's step and see where it goes wrong; write L-BFGS, which keeps the
# idea and drops the matrix; find out what mini-batches do to both.
#
# **Time** about 2.5 hours, 25 points. **Before this**: 04 (Nesterov), 05 (Adam). Yours are loaded if they are there.

# %%
from contextlib import suppress

import matplotlib.pyplot as plt
import numpy as np

import course
from course import plots, surfaces
from course.checks import check, written
from course.comparison import (
    Objective,
    OutOfBudget,
    line_search,
    mini_batches,
    on_surface,
    peak_memory,
    run_rule,
    softmax_regression,
)
from course.data import digits
from course.figures import second_order as figures
from course.interactive.basins import BasinsExplorer
from course.threads import keep_one_thread

# %%
plots.use_style()
keep_one_thread()  # times are compared below, so nobody gets a second core
sgd = course.mine("04_momentum", "sgd")
sgd_nesterov_momentum = course.mine("04_momentum", "sgd_nesterov_momentum")
adam = course.mine("05_adaptive_rates", "adam")

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 4))
alt = figures.sixty_against_one(ax, sgd)
ax.set_title("Sixty steps against one")
plots.Picture(fig, alt)

# %% [markdown]
# ## Guess first
#
# The one-step method needs the *Hessian*: for every pair of parameters, how the slope along one changes when you move
# along the other. A small network has a million parameters. What does its Hessian weigh in single precision: megabytes,
# gigabytes, terabytes?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-weight", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 1. What the Hessian weighs · 3 points · about 4 minutes · difficulty 1/5
#
# A Hessian of $n$ parameters is an $n \times n$ matrix. Return the memory it takes, in GiB.
#
# | | |
# |---|---|
# | in | `n` number of parameters; `bytes` size of one entry, default 4 (float32) |
# | out | memory in GiB, a number with its fraction |
#
# Worked: `n = 32768` gives `4.0`, and with `bytes = 8` it gives `8.0`.
# Often missed: a GiB is $2^{30}$ bytes; the gigabyte of the shop is $10^9$.
#
# <details><summary>Hint 1: a question</summary>How many entries does the matrix have?</details>
# <details><summary>Hint 2: a place</summary>One line: entries, times bytes, divided by the bytes in a GiB.</details>
# <details><summary>Hint 3: the formula</summary>$n^2 b / 2^{30}$ with $b$ bytes for each entry; in Python <code>2**30</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "hessian_memory", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hessian_memory(n, bytes=4):
    """Return the memory of an n-by-n matrix in GiB; bytes is the size of one entry."""
    ### BEGIN SOLUTION
    gib = n**2 * bytes / 2**30
    ### END SOLUTION
    return gib


# %%
check("hessian_memory", hessian_memory)

# %% nbgrader={"grade": true, "grade_id": "hessian_memory-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import second_order

second_order.grade("hessian_memory", hessian_memory)
### END HIDDEN TESTS
ratio = hessian_memory(2_000) / hessian_memory(1_000)
assert 3.9 < ratio < 4.1, "twice the parameters, four times the memory"

# %%
if written(hessian_memory, 1):
    print(f"one million parameters: {hessian_memory(1_000_000):,.2f} GiB ({1e12 * 4 / 1e9:,.0f} decimal GB)")

# %% tags=["picture"]
n = np.geomspace(300, 1e12, 100)
fig, ax = plt.subplots(figsize=(9, 4.6))
ax.plot(n, 3 * 4 * n / 2**30, color="#CC79A7", ls="--", label="parameters and Adam's two moments")
ax.plot(n, 21 * 4 * n / 2**30, color="#7A5C00", ls="-.", label="parameters and ten L-BFGS pairs")
said = "hessian_memory is not written yet."
if written(hessian_memory, 1):
    ax.plot(n, [hessian_memory(float(k)) for k in n], color="black", label="the Hessian, by your function")
    ax.plot(list(figures.MODELS.values()), [hessian_memory(k) for k in figures.MODELS.values()], "ko")
    said = (
        "Hessians in GiB: "
        + ", ".join(f"{m} {hessian_memory(k):.3g}" for m, k in figures.MODELS.items())
        + "."
    )
figures.label_models(ax)
ax.set(
    xscale="log",
    yscale="log",
    xlim=(10, 2e13),
    ylim=(1e-6, 1e16),
    xlabel="parameters $n$",
    ylabel="GiB in float32",
)
ax.set_title("On a laptop the wall stands below a hundred thousand parameters")
ax.legend(loc="lower right")
plots.Picture(fig, said)

# %% [markdown]
# If you guessed terabytes you were right, and this is a *small* network. The two dashed lines rise with slope one, the
# Hessian with slope two: no machine will close that gap, since a machine ten times larger holds a Hessian of a network
# only three times larger.
#
# Memory is the first wall. The second is time: $2n$ gradients to measure the matrix, $O(n^3)$ operations to solve with
# it. You will build it all the same, for small $n$, because the cheap methods are its shadows.

# %% [markdown]
# ## Measuring curvature
#
# **The Hessian is the gradient of the gradient.** Lesson 01 measured a gradient by nudging the loss; nudge the gradient
# and each nudge yields a whole column:
#
# $$H_{\cdot j} \approx \frac{\nabla L(x + h\,e_j) - \nabla L(x - h\,e_j)}{2h},$$
#
# with $e_j$ the unit vector along coordinate $j$. The error shrinks like $h^2$ until rounding takes over, as before.

# %% [markdown]
# ### Exercise 2. The Hessian from gradients · 5 points · about 12 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `gradient` a function, (n,) to (n,); `x` point of shape (n,), perhaps of whole numbers; `h` step, default `1e-5` |
# | out | the Hessian at `x`, shape (n, n), floats |
#
# `x` must be as it was after the call. Rows and columns may be exchanged, since $H$ is symmetric.
#
# Worked: `gradient = lambda x: np.array([x[0]**2 * x[1], x[0]**3 / 3])` at `[1, 2]` gives `[[4, 1], [1, 0]]`, up to
# about $10^{-10}$.
# Often missed: $2h$, not $h$; an array of integers cannot hold $x + h$.
#
# <details><summary>Hint 1: a question</summary>How many calls of <code>gradient</code> does one column need?</details>
# <details><summary>Hint 2: a place</summary>Make <code>x</code> a float copy. Loop over <code>j</code>: a vector of zeros with <code>h</code> at place <code>j</code>, two gradients, one column of <code>H</code>.</details>
# <details><summary>Hint 3: the formula</summary><code>step = np.zeros(len(x)); step[j] = h</code>, then <code>H[:, j] = (gradient(x + step) - gradient(x - step)) / (2 * h)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "numerical_hessian", "locked": false, "schema_version": 3, "solution": true, "task": false}
def numerical_hessian(gradient, x, h=1e-5):
    """Return the Hessian at x, (n, n), by centred differences of the gradient."""
    ### BEGIN SOLUTION
    x = np.asarray(x, dtype=float)
    H = np.zeros((len(x), len(x)))
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = h
        H[:, j] = (gradient(x + step) - gradient(x - step)) / (2 * h)
    ### END SOLUTION
    return H


# %%
check("numerical_hessian", numerical_hessian)

# %% nbgrader={"grade": true, "grade_id": "numerical_hessian-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import second_order

second_order.grade("numerical_hessian", numerical_hessian)
### END HIDDEN TESTS
H = numerical_hessian(surfaces.ravine.gradient, np.array([0.3, -0.2]))
assert np.allclose(H, [[1.0, 0.0], [0.0, 25.0]]), "the ravine has curvature 1 along x and 25 along y"

# %% tags=["picture"]
steps = np.geomspace(1e-9, 1e-1, 33)
point = np.array([-1.2, 1.0])
exact = surfaces.rosenbrock.hessian(point)
fig, ax = plt.subplots(figsize=(7.5, 3.6))
said = "numerical_hessian is not written yet."
if written(numerical_hessian, surfaces.rosenbrock.gradient, point):
    errors = [np.abs(numerical_hessian(surfaces.rosenbrock.gradient, point, h) - exact).max() for h in steps]
    errors = np.array(errors) / np.abs(exact).max()
    ax.plot(steps, errors, "o-", color="black", ms=4, label="your Hessian against the analytic one")
    ax.plot(steps, steps**2 / 2, color="0.5", ls="--", label="slope two: truncation")
    ax.plot(steps, 2e-16 / steps, color="0.5", ls=":", label="slope minus one: rounding")
    said = f"The smallest relative error, {errors.min():.1g}, is at h = {steps[errors.argmin()]:.1g}."
ax.set(xscale="log", yscale="log", ylim=(1e-13, 1e-1), xlabel="$h$", ylabel="relative error")
ax.set_title("The valley of lesson 01 again, with its floor near $10^{-5}$")
if written(numerical_hessian, surfaces.rosenbrock.gradient, point):
    ax.legend()
plots.Picture(fig, said)

# %% [markdown]
# ## Newton's step
#
# **Replace the loss by the parabola that touches it here, and jump to the bottom of the parabola.** With
# $g = \nabla L(x)$, $H$ the Hessian at $x$ and $s$ the step to be found,
#
# $$L(x+s) \approx L(x) + g^\top s + \tfrac12\, s^\top H s ,$$
#
# whose gradient in $s$ is $g + Hs$. It vanishes where
#
# $$H s = -g .$$
#
# No learning rate: curvature says how far. Steep and curved means a short step, flat means a long one. On a quadratic
# the parabola *is* the loss, and one step ends at the bottom.
#
# Where the parabola cannot be trusted one asks for a shorter step: **damping** adds $\lambda$ to every curvature,
# $(H + \lambda I)\,s = -g$. With $\lambda$ large, $s \approx -g/\lambda$: gradient descent again.

# %% [markdown]
# ### Exercise 3. The Newton step · 6 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `g` gradient (n,); `H` symmetric Hessian (n, n), of any signs; `damping` $\lambda$, default 0 |
# | out | the step $s$, shape (n,), with $(H + \lambda I)\, s = -g$ |
# | raises | `np.linalg.LinAlgError` if $H + \lambda I$ is singular: there is no such step |
#
# Worked: `g = [2, 6]`, `H = [[2, 0], [0, 3]]` gives `[-1, -2]`; with `damping = 1` it gives `[-0.667, -1.5]`.
# Often missed: `H + damping` adds to *all* entries; `H` belongs to the caller; do not catch the error.
#
# <details><summary>Hint 1: a question</summary>Which function of <code>np.linalg</code> finds s from a matrix and a right-hand side, without inverting?</details>
# <details><summary>Hint 2: a place</summary>First the damped matrix, in a new array; <code>np.eye(len(g))</code> is the identity. <code>np.linalg.solve</code> raises the error for you.</details>
# <details><summary>Hint 3: the formula</summary><code>np.linalg.solve(A, -g)</code> with <code>A</code> equal to $H + \lambda I$.</details>


# %% nbgrader={"grade": false, "grade_id": "newton_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def newton_step(g, H, damping=0):
    """Return the damped Newton step; raise LinAlgError where there is none."""
    ### BEGIN SOLUTION
    step = np.linalg.solve(H + damping * np.eye(len(g)), -g)
    ### END SOLUTION
    return step


# %%
check("newton_step", newton_step)

# %% nbgrader={"grade": true, "grade_id": "newton_step-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import second_order

second_order.grade("newton_step", newton_step)
### END HIDDEN TESTS
g, H = np.array([-2.0, 25.0]), np.diag([1.0, 25.0])
assert np.allclose(g + H @ newton_step(g, H), 0), "on a quadratic the gradient is zero after one step"


# %%
def newton(surface, start, steps=8, damping=0.0):
    """Return the points that your Newton step visits, with your Hessian."""
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        x = points[-1]
        g = surface.gradient(x)
        if np.hypot(*g) < 1e-9:
            break
        points.append(x + newton_step(g, numerical_hessian(surface.gradient, x), damping))
    return np.array(points)


# %% [markdown]
# ## Break it: where Newton goes
#
# Your step from $(1, 0.5)$ on the saddle $x^2-y^2$, from the usual start on Rosenbrock's valley, and from three starts
# on Himmelblau's surface. Before you run the cell: where does the first one end?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-saddle", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
ready = written(newton_step, np.ones(1), np.eye(1)) and written(numerical_hessian, lambda x: x, np.ones(1))
fig, axes = plt.subplots(1, 3, figsize=(12, 3.9))
starts = {
    "saddle": [(1.0, 0.5)],
    "Rosenbrock": [(-1.2, 1.0)],
    "Himmelblau": [(-4.5, 0.6), (0.5, 0.0), (4.0, 3.5)],
}
said = []
for ax, (name, points) in zip(axes, starts.items(), strict=True):
    surface = surfaces.SURFACES[name]
    plots.contour(ax, surface, levels=14)
    ax.set_title(name)
    for start in points if ready else []:
        path = newton(surface, start)
        ax.plot(*path.T, "-X", color=plots.rule_style("newton")["color"], mec="black", lw=2, ms=8)
        ax.plot(*start, "o", mfc="white", mec="black", ms=8)
        x, y = path[-1]
        said.append(f"{name} from {start}: {len(path) - 1} step(s) to ({x:.2f}, {y:.2f})")
axes[0].set_title("One step, onto the saddle")
axes[1].set(title="Leaps out of the valley, and lands", ylim=(-3.6, 3))
axes[2].set_title("A saddle, the maximum, a minimum")
plots.Picture(fig, "; ".join(said) or "newton_step or numerical_hessian is not written yet.")

# %% [markdown]
# If you said *down along $y$*: that is what every rule of lesson 05 does. Newton does not go down. It goes to where
# the parabola's gradient is zero, and the parabola does not know that it is a saddle: along $y$ the curvature is
# negative, dividing by it turns the step round, *up* the slope.
#
# So it is on Himmelblau's surface, where a start may end at a minimum, a saddle or the maximum. And where a curvature is
# zero there is no step at all:

# %% tags=["picture"]
if ready:
    for surface, x in ((surfaces.monkey_saddle, (0.0, 0.0)), (surfaces.saddle, (1.0, 0.5))):
        try:
            print(
                f"{surface.name} at {x}: step {newton_step(surface.gradient(x), surface.hessian(x)).round(3)}"
            )
        except np.linalg.LinAlgError as error:
            print(f"{surface.name} at {x}: no step ({error})")

# %% [markdown]
# ## In your hand: basins of attraction
#
# Every cell is a start; its colour says where *your* Newton step ends from there. Point at a start to see its path, or
# move with the arrow keys. Then damp. How much damping must you add before no start ends at a saddle, and what does it
# cost in steps?

# %% tags=["picture"]
if ready:
    basins = BasinsExplorer(newton_step, surfaces.himmelblau, dampings=(0, 10, 20, 30, 40), grid=35, steps=32)
else:
    basins = "newton_step or numerical_hessian is not written yet."
basins

# %% [markdown]
# When does a saddle stop attracting? Along a direction of curvature $c$ a damped step turns the distance $z$ to the
# saddle into
#
# $$z - \frac{c\,z}{c+\lambda} = \frac{\lambda}{c+\lambda}\, z .$$
#
# For $c > 0$ it shrinks. For $c < 0$ it grows as soon as $\lambda > |c|/2$: half the size of the negative curvature.
# Up to $|c|$ the point hops from side to side, beyond it runs straight down. The cell computes that half for the four
# saddles, and counts your cells. More damping only makes the steps shorter: read the last column.

# %% tags=["picture"]
for x in surfaces.himmelblau.saddles:
    low, high = np.linalg.eigvalsh(surfaces.himmelblau.hessian(x))
    print(
        f"saddle at ({x[0]:6.2f}, {x[1]:6.2f}): curvatures {low:7.2f} and {high:7.2f}, half is {-low / 2:5.2f}"
    )
for damping, each in zip(basins.dampings, basins.maps, strict=True) if ready else ():
    shares = ", ".join(f"{100 * share:3.0f}% {kind}" for kind, share in each.shares().items())
    moves = (np.diff(each.paths, axis=1) != 0).any(axis=2).sum(axis=1)[each.kinds == 0]
    print(f"damping {damping:2.0f}: {shares}; {np.median(moves):.0f} steps to a minimum (median)")

# %% [markdown]
# In a network saddles are not a curiosity. At a random critical point each of $n$ curvatures has a sign, and all of
# them being positive becomes rare as $n$ grows (Dauphin et al., 2014, whose *saddle-free* Newton divides by the absolute
# values).

# %% [markdown]
# ## Curvature without the matrix
#
# **Every step already measures curvature, in one direction.** A step $s = x_{new} - x_{old}$ changes the gradient by
# $y = g_{new} - g_{old}$, and for a quadratic
#
# $$y = H s .$$
#
# BFGS (1970) keeps a matrix, an estimate of $H^{-1}$, and corrects it after each step by a matrix of rank two so that it
# maps the newest $y$ to $s$. L-BFGS (Nocedal, 1980) keeps only the last few pairs $(s, y)$, and works out the *product*
# of that matrix with $g$ from them. No matrix is ever formed: $2kn$ numbers for $k$ pairs.

# %% [markdown]
# ### The two loops
#
# With $\rho = 1/(y^\top s)$, one BFGS update of the inverse $B$ is
#
# $$B \leftarrow (I - \rho\, s y^\top)\, B\, (I - \rho\, y s^\top) + \rho\, s s^\top .$$
#
# To multiply the result by $g$, start from the right: the bracket $(I - \rho y s^\top)$ of the *newest* pair takes
# something off $g$ first. Peel pair after pair down to the oldest. In the middle stands the first guess $\gamma I$. Then
# the left brackets put something back, from the oldest pair to the newest.

# %% [markdown]
# $\gamma$ gives the first guess its units, one over a curvature: $\gamma = s^\top y / y^\top y$ of the newest pair.
#
# A pair with $y^\top s \le 0$ says that the loss bends downwards along $s$. No bowl fits it: skip it.

# %% [markdown]
# ### Exercise 4. The L-BFGS direction · 9 points · about 25 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | `g` gradient (n,); `S`, `Y` lists of k arrays (n,), steps and gradient differences, **oldest first** |
# | out | the direction $-B g$, shape (n,); `-g` without a usable pair |
#
# 1. Keep the pairs with $y^\top s > 0$. Start with $q = g$, a copy.
# 2. Newest to oldest: $\alpha_i = \rho_i\, s_i^\top q$, then $q \leftarrow q - \alpha_i y_i$.
# 3. $r = \gamma q$, with $\gamma$ from the newest pair you kept.
# 4. Oldest to newest: $\beta = \rho_i\, y_i^\top r$, then $r \leftarrow r + (\alpha_i - \beta)\, s_i$. Return $-r$.
#
# Worked: `g = [1, 1]`, one pair `s = [1, 0]`, `y = [2, 0]`: $\alpha = .5$, $q = [0, 1]$, $\gamma = .5$, $\beta = 0$; returns `[-.5, -.5]`.
# Often missed: one $\alpha$ for each pair; `q = g` is not a copy.
#
# <details><summary>Hint 1: a question</summary>Which numbers of the first loop does the second one need, and in which order?</details>
# <details><summary>Hint 2: a place</summary><code>pairs = [(s, y) for s, y in zip(S, Y) if y @ s &gt; 0]</code>. Return <code>-g</code> if it is empty. Append each alpha to a list in the first loop, over <code>reversed(pairs)</code>; go through that list reversed in the second.</details>
# <details><summary>Hint 3: the formula</summary>First loop: <code>alpha = (s @ q) / (y @ s); q = q - alpha * y</code>. Middle: <code>s, y = pairs[-1]; r = (s @ y) / (y @ y) * q</code>. Second loop: <code>r = r + (alpha - (y @ r) / (y @ s)) * s</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "lbfgs_direction", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lbfgs_direction(g, S, Y):
    """Return minus the L-BFGS inverse Hessian times g; S and Y hold the pairs, oldest first."""
    ### BEGIN SOLUTION
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if y @ s > 0]
    if not pairs:
        return -g
    q, alphas = g.copy(), []
    for s, y in reversed(pairs):
        alphas.append((s @ q) / (y @ s))
        q = q - alphas[-1] * y
    s, y = pairs[-1]
    r = (s @ y) / (y @ y) * q
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        r = r + (alpha - (y @ r) / (y @ s)) * s
    direction = -r
    ### END SOLUTION
    return direction


# %%
check("lbfgs_direction", lbfgs_direction)

# %% nbgrader={"grade": true, "grade_id": "lbfgs_direction-check", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import second_order

second_order.grade("lbfgs_direction", lbfgs_direction)
### END HIDDEN TESTS
s, y = np.array([1.0, 2.0]), np.array([3.0, 0.5])
assert np.allclose(lbfgs_direction(y, [s], [y]), -s), "the secant equation: the newest y maps to the newest s"

# %% [markdown]
# ## A minimiser from your direction
#
# A direction is not yet a method. `line_search` tries the full step, $t=1$, and accepts it if the loss falls enough and
# the slope has flattened enough (Wolfe's conditions; the second makes $y^\top s > 0$). Else it halves or doubles. After
# the first few steps $t = 1$ nearly always passes, so a step costs one evaluation.


# %%
def minimise_lbfgs(objective, *, memory=10, steps=1000, tolerance=1e-7):
    """Return the last w. ``objective(w)`` gives (loss, gradient) and counts."""
    w = objective.start.copy()
    loss, g = objective(w)
    S, Y = [], []
    for _ in range(steps):
        d = lbfgs_direction(g, S, Y)
        first = 1.0 if S else min(1.0, 1 / np.linalg.norm(g))
        found = line_search(objective, w, d, loss, g, first=first)
        if found is None or np.abs(g).max() < tolerance:
            break
        t, loss, g_new = found
        S, Y = [*S, t * d][-memory:], [*Y, g_new - g][-memory:]
        w, g = w + t * d, g_new
    return w


# %% [markdown]
# On the digits: softmax regression, 650 parameters, full batch, against the L-BFGS that SciPy ships (L-BFGS-B of
# Byrd, Lu, Nocedal and Zhu, 1995).

# %%
from scipy.optimize import minimize

data = digits()
softmax = softmax_regression(data.X_train, data.y_train, classes=10, reg=1e-3)
lowest = minimize(
    softmax.function, softmax.start, jac=True, method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-9}
).fun
peer = softmax.fresh()
minimize(peer, peer.start, jac=True, method="L-BFGS-B", options={"maxcor": 10, "ftol": 1e-9})
target = peer.best()[-1]
print(f"SciPy: loss {target:.8f} after {peer.cost_to_reach(target):.0f} evaluations")
if written(lbfgs_direction, np.ones(1), [], []):
    ours = softmax.fresh(budget=1000)
    with suppress(OutOfBudget):  # a wrong direction may wander for ever
        minimise_lbfgs(ours)
    reached = ours.cost_to_reach(target)
    print(
        f"yours reaches that loss after {reached:.0f}" if reached else f"yours ends at {ours.best()[-1]:.8f}"
    )

# %% [markdown]
# ## A fair race
#
# Rules of the race. One *evaluation* is the loss and its gradient over all rows. The counter sits in the objective, so
# nobody reports about himself. Methods with a rate try a grid of rates, and the best run counts; the others have
# nothing to tune. Newton measures its Hessian with your function: 1,300 gradients for each step.
#
# First on three surfaces: evaluations until the loss is within $10^{-6}$ of the minimum, from the usual start.


# %%
def tuned(rule, objective, rates, *, steps, **config):
    """Return the best run of a rule over a grid of rates, as an objective with its bill."""
    runs = []
    for rate in rates:
        run = objective.fresh(budget=steps)
        with np.errstate(all="ignore"):
            run_rule(rule, run, {"learning_rate": rate, **config}, steps=steps)
        runs.append(run)
    return min(runs, key=lambda run: run.best()[-1])


# %%
def minimise_newton(objective, *, steps=30, good_enough=-np.inf):
    """Take your Newton steps, each with a Hessian measured by your function; return the last w."""
    w = objective.start.copy()
    for _ in range(steps):
        loss, g = objective(w)
        if loss <= good_enough or np.abs(g).max() < 1e-9:
            break
        w = w + newton_step(g, numerical_hessian(objective.gradient, w))
    return w


FIRST_ORDER = {
    "sgd": (sgd, {}),
    "sgd_nesterov_momentum": (sgd_nesterov_momentum, {"momentum": 0.9}),
    "adam": (adam, {"beta1": 0.9, "beta2": 0.999}),
}
for name, rule in (("sgd_nesterov_momentum", sgd_nesterov_momentum), ("adam", adam)):
    if rule.__name__ == "plain_gradient_descent":  # a stand-in must not race under another's name
        del FIRST_ORDER[name]


# %%
def peers(objective):
    """Yield (name, function that minimises an objective) of the methods without a rate."""
    if ready:
        yield "newton", lambda o: minimise_newton(o, good_enough=objective.goal)
    if written(lbfgs_direction, np.ones(1), [], []):
        yield "lbfgs", minimise_lbfgs
    yield (
        "SciPy L-BFGS-B",
        lambda o: minimize(o, o.start, jac=True, method="L-BFGS-B", options={"ftol": 1e-12}),
    )
    yield "SciPy BFGS", lambda o: minimize(o, o.start, jac=True, method="BFGS", options={"maxiter": 60})


def race(objective, goal, *, rates, budget):
    """Return name -> objective with its bill, for every method."""
    objective.goal = goal
    runs = {}
    for name, (rule, config) in FIRST_ORDER.items():
        runs[name] = tuned(rule, objective, rates[name], steps=budget, **config)
    for name, method in peers(objective):
        runs[name] = objective.fresh(budget=20_000)
        with suppress(OutOfBudget, np.linalg.LinAlgError):
            method(runs[name])
    return runs


# %% tags=["picture"]
grid = dict.fromkeys(FIRST_ORDER, np.geomspace(1e-3, 0.3, 5))
surface_runs = {}
for surface in (surfaces.ravine, surfaces.rosenbrock, surfaces.beale):
    objective = on_surface(surface)
    surface_runs[surface.name] = race(objective, 1e-6, rates=grid, budget=600)
names = list(next(iter(surface_runs.values())))
fig, axes = plt.subplots(1, 3, figsize=(12, 3.8), sharey=True)
said = []
for ax, (title, runs) in zip(axes, surface_runs.items(), strict=True):
    for row, name in enumerate(names):
        cost = runs[name].cost_to_reach(1e-6)
        style = plots.rule_style(name)
        if cost is None:
            ax.text(700, row, f"not there: {runs[name].best()[-1]:.2g}", ha="right", va="center", fontsize=9)
        else:
            ax.plot(cost, row, style["marker"], color=style["color"], ms=9)
        said.append(f"{title}, {style['label']}: {'not reached' if cost is None else f'{cost:.0f}'}")
    ax.set(xscale="log", xlim=(3, 800), xlabel="evaluations", title=title)
axes[0].set_yticks(range(len(names)), [plots.rule_style(name)["label"] for name in names])
axes[0].invert_yaxis()
title = "Measuring curvature saves evaluations, where the method arrives"
fig.suptitle(title, x=0.01, y=1.08, ha="left", weight="bold")
plots.Picture(fig, "Evaluations to within 1e-6 of the minimum. " + "; ".join(said) + ".")

# %% [markdown]
# These three surfaces are curved unevenly and do little else, so curvature wins; *not there* comes with the best loss
# that was seen. On Beale's surface Newton is not there. It has converged all the same:

# %% tags=["picture"]
if ready:
    end = newton(surfaces.beale, surfaces.beale.start)[-1]
    curvatures = np.linalg.eigvalsh(surfaces.beale.hessian(end))
    print(f"ends at {end.round(4) + 0.0} with curvatures {curvatures.round(2)}")

# %% [markdown]
# One curvature is negative: a saddle.
#
# Now the digits, full batch, 650 parameters. Each curve is the lowest loss seen so far, so Newton's is flat while a
# Hessian is measured. Newton stops once it is below the dotted line, SciPy's BFGS after 60 steps.

# %% tags=["picture"]
rates = {"sgd": (2.0, 4.0, 8.0), "sgd_nesterov_momentum": (1.0, 2.0, 4.0), "adam": (0.03, 0.1, 0.3)}
digit_runs = race(softmax, lowest + 1e-3, rates=rates, budget=150)

# %% tags=["picture"]
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharey=True)
said = []
for name, run in digit_runs.items():
    above = np.maximum(run.best() - lowest, 1e-9)
    cost = run.cost_to_reach(lowest + 1e-3)
    for ax, across in zip(axes, (run.costs, run.seconds), strict=True):
        ax.plot(across, above, drawstyle="steps-post", **plots.line_style(name))
        ax.plot(
            across[-1], above[-1], plots.rule_style(name)["marker"], color=plots.rule_style(name)["color"]
        )
    said.append(f"{plots.rule_style(name)['label']} {'not reached' if cost is None else f'{cost:.0f}'}")
for ax, label in zip(axes, ("evaluations", "seconds on one core"), strict=True):
    ax.axhline(1e-3, color="0.6", lw=1, ls=":")
    ax.set(xscale="log", yscale="log", ylim=(1e-8, 5), xlabel=label)
axes[0].set(ylabel="loss above the minimum", title="By evaluations, Newton is far behind")
axes[1].set_title("By time, too")
axes[0].legend(fontsize=9)
plots.Picture(fig, "Evaluations until the loss is within 1e-3 of its minimum: " + "; ".join(said) + ".")

# %% [markdown]
# Newton needs the fewest *steps* of all and by far the most evaluations, since each step measures 650 columns with two
# gradients each. L-BFGS
# gets most of the benefit for one gradient a step, and has nothing to tune: the first-order curves hide that each was
# the best of three.
#
# Memory, measured by Python's allocator while each method minimises a bowl of 650 parameters, whose gradient needs
# next to nothing itself:


# %% tags=["picture"]
def brief(name):
    """Return a short run of one method, for weighing."""
    scales = np.geomspace(1, 100, 650)
    bowl = Objective(lambda w: (float(w @ (scales * w)) / 2, scales * w), np.ones(650))
    if name in FIRST_ORDER:
        rule, config = FIRST_ORDER[name]
        return lambda: run_rule(rule, bowl, {"learning_rate": 0.01, **config}, steps=15)
    if name == "newton":
        return lambda: minimise_newton(bowl, steps=1)
    if name == "lbfgs":
        return lambda: minimise_lbfgs(bowl, steps=12)
    method = name.split()[-1]
    return lambda: minimize(bowl, bowl.start, jac=True, method=method, options={"maxiter": 12})


# %% tags=["picture"]
weights = {name: peak_memory(brief(name)) / (650 * 8) for name in digit_runs}
fig, ax = plt.subplots(figsize=(8, 3.4))
ax.barh(
    [plots.rule_style(name)["label"] for name in weights],
    weights.values(),
    color="#56B4E9",
    edgecolor="black",
)
ax.axvline(650, color="black", ls="--", lw=1)
ax.text(640, 0, "one Hessian", ha="right", va="center")
ax.set(
    xscale="log",
    xlabel="peak memory, in copies of the parameters",
    title="One matrix weighs 650 copies of $w$, and nobody keeps only one",
)
ax.invert_yaxis()
plots.Picture(fig, "Copies of the parameters: " + ", ".join(f"{k} {v:.0f}" for k, v in weights.items()) + ".")

# %% [markdown]
# ## A prediction about mini-batches
#
# So why not train networks with L-BFGS? Because of what mini-batches do to $y$. The two gradients of a pair come from
# different batches of $b$ rows, so each carries its own noise of standard deviation $\sigma/\sqrt b$ in any direction:
#
# $$y^\top s \;=\; s^\top H s \;+\; (\text{noise}_2 - \text{noise}_1)^\top s .$$
#
# The measured curvature is $y^\top s / s^\top s$. Think about its *relative error*. As training settles, steps become
# shorter. Does short help or hurt?

# %% [markdown]
# ### Exercise 5. A prediction about mini-batches · 2 points · about 6 minutes · difficulty 3/5
#
# Commit yourself before you run the next picture: by what factor does the typical relative error of the measured
# curvature change when the length of the step is multiplied by `step` and the batch by `batch`?
#
# | | |
# |---|---|
# | in | `step` factor on the length of $s$; `batch` factor on the number of rows |
# | out | factor on the relative error, a number |
#
# Worked: `minibatch_prediction(1, 1)` is 1. There is no visible check: the picture after it is the check.
# Often missed: how the noise of a mean depends on how many numbers it averages.
#
# <details><summary>Hint 1: a question</summary>In the formula above, how does each of the two terms grow with the length of s? And with b?</details>
# <details><summary>Hint 2: a place</summary>Divide the noise term by the true term; then count the lengths of s above and below the line.</details>
# <details><summary>Hint 3: the formula</summary>The noise term is $\propto \|s\|/\sqrt b$, the true one $\propto \|s\|^2$. Divide, once with the factors and once without.</details>


# %% nbgrader={"grade": false, "grade_id": "minibatch_prediction", "locked": false, "schema_version": 3, "solution": true, "task": false}
def minibatch_prediction(step, batch):
    """Return the factor by which the relative error of a measured curvature changes."""
    ### BEGIN SOLUTION
    factor = 1 / (step * np.sqrt(batch))
    ### END SOLUTION
    return factor


# %% nbgrader={"grade": true, "grade_id": "minibatch_prediction-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import second_order

second_order.grade("minibatch_prediction", minibatch_prediction)
### END HIDDEN TESTS
assert minibatch_prediction(1, 1) == 1, "nothing changes when neither changes"


# %% tags=["picture"]
def curvature_errors(length, batch, w, direction, *, draws=80, same=False, seed=0):
    """Return relative errors of y.s / s.s, (draws,), with gradients from different batches or the same."""
    rng = np.random.default_rng(seed)
    s = length * direction
    full = softmax.function(w + s)[1] - softmax.function(w)[1]
    errors = []
    for _ in range(draws):
        first, second = (rng.choice(len(data.y_train), batch, replace=False) for _ in range(2))
        y = softmax.function(w + s, first if same else second)[1] - softmax.function(w, first)[1]
        errors.append((y - full) @ s / (full @ s))
    return np.array(errors)


lengths, sizes = np.geomspace(0.01, 1, 7), (10, 40, 160)
early = minimize(softmax.function, softmax.start, jac=True, method="L-BFGS-B", options={"maxiter": 6}).x
downhill = -softmax.function(early)[1]
downhill /= np.linalg.norm(downhill)
spread = {b: [np.sqrt((curvature_errors(t, b, early, downhill) ** 2).mean()) for t in lengths] for b in sizes}

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 4.2))
for batch, marker, color in zip(sizes, "osD", ("#D55E00", "#0072B2", "#009E73"), strict=True):
    ax.plot(lengths, spread[batch], marker, color=color, label=f"measured, {batch} rows")
    if written(minibatch_prediction, 1, 1):
        anchor = spread[10][3]
        guess = [anchor * minibatch_prediction(t / lengths[3], batch / 10) for t in lengths]
        ax.plot(lengths, guess, color=color, lw=1, ls="--")
ax.axhline(1, color="black", lw=1)
ax.text(0.0105, 1.1, "above this line the sign of the curvature is a guess")
ax.set(
    xscale="log", yscale="log", xlabel=r"length of the step $\|s\|$", ylabel="relative error of the curvature"
)
ax.set_title("Shorter steps measure noise; dashed is your prediction")
ax.legend()
slope = np.polyfit(np.log(lengths), np.log(spread[40]), 1)[0]
plots.Picture(
    fig,
    f"Errors fall with slope {slope:.2f} in the step; with 10 rows {spread[10][0]:.0f}, with 160 {spread[160][0]:.0f} at 0.01.",
)

# %% [markdown]
# If your lines lie on the points, you predicted it. (With 160 rows the points lie a little lower: drawn from 1,197
# without replacement, large batches resemble each other.) If yours rise to the right, you expected short steps to measure
# better: true without noise, where the error is truncation. If they are flat, you gave noise a chance to cancel that it
# does not have: the two batches are different.
#
# The cure suggests itself: evaluate both gradients on the *same* batch. Then most noise cancels in the difference, at
# the price of a second gradient for each step (Schraudolph et al., 2007).


# %%
def stochastic(method, batch, rate, seed, *, epochs=6, memory=10):
    """Return the loss above the minimum after some epochs of mini-batches, with a fixed step length."""
    bill = softmax.fresh(budget=epochs)
    w, S, Y, before = bill.start.copy(), [], [], None
    try:
        for rows in mini_batches(len(data.y_train), batch, np.random.default_rng(seed)):
            g = bill.sample(w, rows)[1]
            if method == "different batches" and before is not None:
                S, Y = [*S, w - before[0]][-memory:], [*Y, g - before[1]][-memory:]
            d = -g if method == "gradient descent" else lbfgs_direction(g, S, Y)
            before, w = (w, g), w + rate * d
            if method == "same batch":
                S, Y = [*S, rate * d][-memory:], [*Y, bill.sample(w, rows)[1] - g][-memory:]
            if not np.abs(w).max() < 1e6:
                return np.inf
    except OutOfBudget:
        pass
    return softmax.function(w)[0] - lowest


# %% tags=["picture"]
methods = {
    "gradient descent": (1.0, 4.0, 12.0),
    "different batches": (0.1, 0.3, 1.0),
    "same batch": (0.1, 0.3, 1.0),
}
batches = (20, 80, 320, 1197)
outcome = {}
if written(lbfgs_direction, np.ones(1), [], []):
    for method, steps in methods.items():
        for batch in batches:
            best = min(steps, key=lambda step: stochastic(method, batch, step, seed=100))
            outcome[method, batch] = [stochastic(method, batch, best, seed=seed) for seed in range(3)]

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 4.2))
looks = {
    "gradient descent": ("#000000", "-", "o"),
    "different batches": ("#7A5C00", "--", "*"),
    "same batch": ("#CC79A7", "-.", "P"),
}
said = []
for method, (color, dash, marker) in looks.items() if outcome else ():
    runs = np.array([outcome[method, batch] for batch in batches])
    label = method if method == "gradient descent" else f"L-BFGS, {method}"
    ax.plot(batches, np.median(runs, axis=1), color=color, ls=dash, marker=marker, ms=8, label=label)
    ax.fill_between(batches, runs.min(axis=1), runs.max(axis=1), color=color, alpha=0.15)
    said.append(
        f"{label}: "
        + ", ".join(f"{b} rows {m:.1g}" for b, m in zip(batches, np.median(runs, axis=1), strict=True))
    )
ax.set(xscale="log", yscale="log", xlabel="rows in a mini-batch", ylabel="loss above the minimum")
ax.set_xticks(batches, batches)
ax.set_title("Six epochs each: the smaller the batch, the less curvature helps")
if outcome:
    ax.legend()
plots.Picture(fig, "; ".join(said) or "lbfgs_direction is not written yet.")

# %% [markdown]
# Each point: the best of three step lengths, three fresh seeds (bands). From right to left: on the full batch
# curvature pays, with 320 rows it still does, with 80 nothing is left of it, and with 20 the pairs are noise and L-BFGS
# runs away, while plain gradient descent, which asks nothing of $y$, is near its best. The same-batch cure removes the
# disaster on the left and, with half as many steps, the gain on the right.

# %% [markdown]
# This is a convex problem of 650 parameters. On networks there are saddles as well, and batches are small because
# gradients are expensive. Hence the practice: mini-batches with Nesterov momentum or Adam; L-BFGS when the full batch
# fits and the loss is smooth.

# %% [markdown]
# ## Say it back
#
# - Newton divides slope by curvature: no rate, one step on a quadratic, $n^2$ memory, and a taste for saddles.
# - L-BFGS reads curvature off its own steps and keeps a few pairs, never a matrix.
# - Its pairs are differences. With mini-batches and short steps the difference is noise.
#
# **Next**: 09 searches for the numbers that all these methods leave to you.
#
# **Open question.** Adam divides by a root of squared gradients. In what sense is that a curvature?
#
# **Still argued about**: whether second order pays for networks. Gupta et al. (*Shampoo*, 2018) say yes; Choi et al. (*On empirical comparisons of optimizers*, 2019) show how
# much of a ranking is the tuning budget.

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
