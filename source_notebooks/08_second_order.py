# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8. Second order: down the ravine in one step
#
# Below, gradient descent goes down a ravine in sixty zigzags, at its best rate. Another method starts at the same point, has
# no learning rate, and arrives in one step. The idea is Newton's, who used it to find roots of equations; a minimum is a root
# of the gradient. Why do we not train networks with it?

# %% [markdown]
# *You will be able to* measure a Hessian, write Newton's step and say where it goes wrong, multiply by a Hessian that you
# never form, write L-BFGS, compare all of them in a fair race, and say what mini-batches do to curvature.
#
# *Time* about 155 minutes, with a good place to stop before section 8.4. *You need* gradients (F3), Nesterov momentum
# (lesson 04) and Adam (05). *Points* 25.

# %%
import numpy as np
from scipy.optimize import minimize

import course
from course import plots, surfaces
from course.checks import check, written
from course.comparison import (
    OutOfBudget,
    line_search,
    mini_batches,
    on_surface,
    secant_errors,
    softmax_regression,
)
from course.data import digits
from course.figures import second_order as figures
from course.interactive.basins import BasinsExplorer
from course.race import copies_held, entered, race, scipy, table, tuned
from course.threads import keep_one_thread

# %%
plots.use_style()
keep_one_thread()  # times are compared below, so nobody gets a second core
sgd = course.mine("04_momentum", "sgd")
sgd_nesterov_momentum = course.mine("04_momentum", "sgd_nesterov_momentum")
adam = course.mine("05_adaptive_rates", "adam")

# %% tags=["picture"]
plots.draw(figures.sixty_against_one, sgd, title="Sixty steps against one", size=(8, 4))

# %% [markdown]
# ## Guess first
#
# The one-step method needs the *Hessian*, the matrix of second derivatives: for every pair of parameters, how the slope
# along one changes when you move along the other. A small network has a million parameters. How much memory does its Hessian
# need in single precision: megabytes, gigabytes, terabytes?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-weight", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %%
for n in (650, 60_000, 1_000_000):
    print(f"{n:9,} parameters: {n**2:.3g} entries of 4 bytes, {4 * n**2 / 2**30:12,.4f} GiB")

# %% tags=["picture"]
plots.draw(figures.weights, title="A laptop is full below a hundred thousand parameters", size=(9, 4.6))

# %% [markdown]
# If you guessed terabytes you were right, and this is a *small* network. The two dashed lines rise with slope one, the
# Hessian with slope two. No machine closes that gap: with ten times the memory you can hold the Hessian of a network that is
# only three times larger.
#
# Memory is the first obstacle. The second is time: $2n$ gradients to measure the matrix by differences, $O(n^3)$ operations
# to solve with it. You will build it all the same, for small $n$, because every cheaper method approximates it.

# %% [markdown]
# ## 8.1 Measuring curvature
#
# **The Hessian is the gradient of the gradient.** Lesson 01 measured a gradient by nudging the loss; if you nudge the
# gradient instead, each nudge yields a whole column:
#
# $$H_{\cdot j} \approx \frac{\nabla L(x + h\,e_j) - \nabla L(x - h\,e_j)}{2h},$$
#
# with $e_j$ the unit vector along coordinate $j$. The error shrinks like $h^2$ until rounding takes over, as before.

# %% [markdown]
# ### Exercise 1. The Hessian from gradients · 4 points · about 12 minutes · difficulty 2/5
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
    H = np.empty((len(x), len(x)))
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = h
        H[:, j] = (gradient(x + step) - gradient(x - step)) / (2 * h)
    ### END SOLUTION
    return H


# %%
check("numerical_hessian", numerical_hessian)

# %% nbgrader={"grade": true, "grade_id": "numerical_hessian-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import second_order

second_order.grade("numerical_hessian", numerical_hessian)
### END HIDDEN TESTS
H = numerical_hessian(surfaces.ravine.gradient, np.array([0.3, -0.2]))
assert np.allclose(H, [[1.0, 0.0], [0.0, 25.0]]), "the ravine has curvature 1 along x and 25 along y"

# %% tags=["picture"]
measures = written(numerical_hessian, lambda x: x, np.ones(1))
plots.draw(figures.errors_by_step, numerical_hessian if measures else None,
           title="The valley of lesson 01 again, with its floor near $10^{-5}$", size=(7.5, 3.6))

# %% [markdown]
# ## 8.2 Newton's step
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
# There is no learning rate: the curvature says how far to go. Where the loss is steep for its curvature the step is long,
# where it is strongly curved the step is short. On a quadratic the parabola *is* the loss, and one step ends at the bottom.

# %% [markdown]
# Where you cannot trust the parabola, take a shorter step: **damping** adds $\lambda$ to every curvature,
# $(H + \lambda I)\,s = -g$. If $\lambda$ is large, $s \approx -g/\lambda$, which is gradient descent again. The rule is
# Levenberg's (1944), known as *Levenberg-Marquardt*; a *trust region* sets a longest step instead and finds the
# $\lambda$ that belongs to it.

# %% [markdown]
# ### Exercise 2. The Newton step · 6 points · about 12 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `g` gradient (n,); `H` symmetric Hessian (n, n), curvatures of any sign; `damping` $\lambda$, default 0 |
# | out | the step $s$, shape (n,), with $(H + \lambda I)\, s = -g$ |
# | raises | `np.linalg.LinAlgError` if $H + \lambda I$ is singular: there is no such step |
#
# Worked: `g = [2, 6]`, `H = [[2, 0], [0, 3]]` gives `[-1, -2]`; with `damping = 1` it gives `[-0.667, -1.5]`.
# Often missed: `H + damping` adds to *all* entries; `g` and `H` belong to the caller; do not catch the error.
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
# ## 8.3 Break it: where Newton goes
#
# The next picture shows your step from $(1, 0.5)$ on the saddle $x^2-y^2$, from the usual start in Rosenbrock's valley, and
# from three starts on Himmelblau's surface. Before you run the cell: where does the first one end?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-saddle", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
ready = measures and written(newton_step, np.ones(1), np.eye(1))
titles = ("One step, onto the saddle", "Out of the valley, and back", "Saddle, maximum, minimum")
plots.draw(figures.newton_paths, newton if ready else None, title=titles, size=(12, 3.9))

# %% [markdown]
# If you said *down along $y$*: every rule of lesson 05 does that. Newton's step does not go down. It goes to the point where
# the parabola's gradient is zero, whether that is a minimum or not: along $y$ the curvature is negative, and dividing by
# it reverses the step, *up* the slope. Only where $H$ is *positive definite*, all curvatures positive, is it sure to point
# downhill.
#
# It is the same on Himmelblau's surface, where a start may end at a minimum, a saddle or the maximum. And where a curvature
# is zero there is no step at all:

# %% tags=["picture"]
try:
    if ready:
        print(newton_step(surfaces.monkey_saddle.gradient((0, 0)), surfaces.monkey_saddle.hessian((0, 0))))
except np.linalg.LinAlgError as error:
    print(f"in the middle of the monkey saddle: no step ({error})")

# %% [markdown]
# ## In your hand: basins of attraction
#
# Every cell is a start; its colour says where *your* Newton step ends from there. Point at a start to see its path, or
# move with the arrow keys. Then add damping. How much do you need before no start ends at a saddle, and how many more steps
# does that cost?

# %% tags=["picture"]
if ready:
    basins = BasinsExplorer(newton_step, surfaces.himmelblau, dampings=(0, 10, 20, 30, 40), grid=35, steps=48)
else:
    basins = "newton_step or numerical_hessian is not written yet."
basins

# %% [markdown]
# When does a saddle stop attracting? Along a direction of curvature $c$, a damped step changes the distance $z$ to the saddle
# to
#
# $$z - \frac{c\,z}{c+\lambda} = \frac{\lambda}{c+\lambda}\, z .$$
#
# For $c > 0$ it shrinks. For $c < 0$ it grows as soon as $\lambda > |c|/2$: half the size of the negative curvature.
# Up to $|c|$ the point hops from side to side, beyond it runs straight down. The cell computes that half for the four
# saddles, and counts your cells. More damping only makes the steps shorter: read the last column.

# %% tags=["picture"]
for x in surfaces.himmelblau.saddles:
    low, high = np.linalg.eigvalsh(surfaces.himmelblau.hessian(x))
    print(f"saddle at ({x[0]:5.2f}, {x[1]:5.2f}): curvatures {low:6.2f} and {high:5.2f}, half is {-low / 2:5.2f}")
print(basins.counts() if ready else "")

# %% [markdown]
# In a network, saddles are common. At a random critical point each of $n$ curvatures has a sign, and all of
# them being positive becomes rare as $n$ grows (Dauphin et al., 2014, whose *saddle-free* Newton divides by the absolute
# values).
#
# **A good place to stop.** This is about half of the lesson. What follows avoids the matrix, in two ways.

# %% [markdown]
# ## 8.4 The Hessian times a vector
#
# **Along one direction, curvature costs two gradients, however many parameters there are.** The *Hessian-vector
# product* $Hv$ is the change of the gradient along $v$:
#
# $$H v \;\approx\; \|v\| \; \frac{\nabla L(x + h\,u) - \nabla L(x - h\,u)}{2h} , \qquad u = \frac{v}{\|v\|} .$$
#
# Why the unit vector? A step of $h v$ would go too far if $v$ is long, where the loss is no longer a parabola, and drown in
# rounding if $v$ is short. The product is linear in $v$, so you can multiply by the length afterwards. Automatic
# differentiation gives $Hv$ without any $h$, at about the same price (Pearlmutter, 1994).

# %% [markdown]
# ### Exercise 3. The Hessian times a vector · 4 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `gradient` a function, (n,) to (n,); `x` point and `v` vector of shape (n,); `h` length of the step, default `1e-5` |
# | out | $H v$ by the formula above, shape (n,); zeros where `v` is zero |
#
# Worked: `gradient = lambda x: np.array([x[0], 25 * x[1]])`, anywhere: `v = [2, -1]` gives `[2, -25]`.
# Often missed: the length, once in the step and once in front; a `v` of zeros has no direction.
#
# <details><summary>Hint 1: a question</summary>What is the slope of the gradient along the unit vector, and what is missing then?</details>
# <details><summary>Hint 2: a place</summary>First <code>length = np.linalg.norm(v)</code>; if it is zero, return zeros. Then the step <code>h * v / length</code>, two gradients, one difference.</details>
# <details><summary>Hint 3: the formula</summary><code>length * (gradient(x + step) - gradient(x - step)) / (2 * h)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "hessian_vector_product", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hessian_vector_product(gradient, x, v, h=1e-5):
    """Return the Hessian at x times v, (n,), from two gradients."""
    ### BEGIN SOLUTION
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros(len(v))
    step = h * v / length
    product = length * (gradient(x + step) - gradient(x - step)) / (2 * h)
    ### END SOLUTION
    return product


# %%
check("hessian_vector_product", hessian_vector_product)

# %% nbgrader={"grade": true, "grade_id": "hessian_vector_product-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import second_order

second_order.grade("hessian_vector_product", hessian_vector_product)
### END HIDDEN TESTS
Hv = hessian_vector_product(surfaces.ravine.gradient, np.array([0.3, -0.2]), np.array([2.0, -1.0]))
assert np.allclose(Hv, [2.0, -25.0]), "the ravine has curvature 1 along x and 25 along y"

# %% [markdown]
# ## 8.5 Newton without the matrix
#
# $Hs = -g$ can be solved with products alone. *Conjugate gradients* (Hestenes and Stiefel, 1952) does it by steps along
# directions $d$ that do not undo each other, $d_i^\top H d_j = 0$; $r$ is what is left of $-g$. Two things make the method
# suitable for training: it may stop early, when $r$ is small enough for a useful step, and it notices negative curvature
# *before* it follows it. With a line search this is **Newton-CG**, also called truncated Newton or, with networks,
# *Hessian-free* optimisation (Martens, 2010).


# %%
def conjugate_gradients(product, g, enough, steps=50):
    """Return a step s with H s close to -g; stop when what is left is short enough, or at negative curvature."""
    s, r = np.zeros_like(g), -g
    d = r
    for _ in range(steps):
        Hd = product(d)
        if d @ Hd <= 0:
            return s if s.any() else r
        t = (r @ r) / (d @ Hd)
        s, left = s + t * d, r - t * Hd
        if np.linalg.norm(left) <= enough:
            break
        d, r = left + (left @ left) / (r @ r) * d, left
    return s


# %%
def minimise_newton_cg(objective, steps=300):
    """Return the last w. ``objective(w)`` gives (loss, gradient) and counts; so does ``objective.gradient``."""
    w = objective.start.copy()
    loss, g = objective(w)
    while steps > 0 and (size := np.linalg.norm(g)) > 1e-9:
        enough = min(0.5, np.sqrt(size)) * size
        s = conjugate_gradients(lambda v: hessian_vector_product(objective.gradient, w, v), g, enough)  # noqa: B023
        found = line_search(objective, w, s, loss, g)
        if found is None:
            break
        t, loss, g = found
        w, steps = w + t * s, steps - 1
    return w


# %% [markdown]
# ## 8.6 Curvature from the steps themselves
#
# **Every step already measures curvature, in one direction.** A step $s = x_{new} - x_{old}$ changes the gradient by
# $y = g_{new} - g_{old}$, and for a quadratic
#
# $$y = H s .$$
#
# Methods that learn from such pairs are called *quasi-Newton*. BFGS (1970) keeps a matrix, an estimate of $H^{-1}$, and
# corrects it after each step by a matrix of rank two, so that it maps the newest $y$ to $s$. L-BFGS (Nocedal, 1980) keeps
# only the last few pairs $(s, y)$, and computes the *product* of that matrix with $g$ from them. No matrix is ever
# formed: $2kn$ numbers for $k$ pairs.

# %% [markdown]
# ### The two loops
#
# With $\rho = 1/(y^\top s)$, one BFGS update of the inverse $B$ is
#
# $$B \leftarrow (I - \rho\, s y^\top)\, B\, (I - \rho\, y s^\top) + \rho\, s s^\top .$$
#
# To multiply the result by $g$, start from the right: the bracket $(I - \rho y s^\top)$ of the *newest* pair subtracts
# something from $g$ first, then that of the pair before it, down to the oldest. In the middle is the first guess $\gamma I$.
# Then the left brackets add something, from the oldest pair to the newest.

# %% tags=["picture"]
plots.draw(figures.two_loops, title="Two pairs: down on the left, up on the right", size=(8, 4.6))

# %% [markdown]
# $\gamma$ gives the first guess its units, one over a curvature: $\gamma = s^\top y / y^\top y$ of the newest pair.
#
# A pair with $y^\top s \le 0$ says that the loss bends downwards along $s$. No bowl fits such a pair, so skip it.

# %% [markdown]
# ### Exercise 4. The L-BFGS direction · 9 points · about 30 minutes · difficulty 4/5
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
# Often missed: one $\alpha$ for each pair; `q = g` is not a copy; no $n \times n$ matrix.
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
    q, alphas = g, []
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
# ## 8.7 A minimiser from your direction
#
# A direction alone is not a method. A *line search* says how far to go: ours tries the full step, $t=1$, and accepts it if
# the loss falls enough (the *Armijo condition*) and the slope has flattened enough (both together are the *Wolfe conditions*;
# the second makes $y^\top s > 0$). Otherwise it halves or doubles $t$. On the digits $t = 1$ passes at about nine steps in
# ten, so a step costs little more than one evaluation.


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
# ## 8.8 A fair race
#
# One *evaluation* is the loss and its gradient over all rows. The objective counts them itself, so no method can forget to
# report one. A rule with settings tries every combination of a grid, and its best run counts; the table also shows what the
# whole search cost, and says so if the best value lies at an end of the grid. Newton measures its Hessian with your
# function, $2n$ gradients for each step.


# %% tags=["measured"]
def minimise_newton(objective, steps=30):
    """Take your Newton steps, each with a Hessian measured by your function; return the last w."""
    w = objective.start.copy()
    for _ in range(steps):
        loss, g = objective(w)
        if np.abs(g).max() < 1e-9:
            break
        w = w + newton_step(g, numerical_hessian(objective.gradient, w))
    return w


RULES = {"sgd": sgd, "sgd_nesterov_momentum": sgd_nesterov_momentum, "adam": adam}
MOMENTUM = (0.3, 0.5, 0.7, 0.9, 0.95, 0.98, 0.99)
METHODS = {
    "newton": minimise_newton if ready else None,
    "newton_cg": minimise_newton_cg
    if written(hessian_vector_product, lambda x: x, np.ones(1), np.ones(1))
    else None,
    "lbfgs": minimise_lbfgs if written(lbfgs_direction, np.ones(1), [], []) else None,
    "SciPy L-BFGS-B": scipy("L-BFGS-B", ftol=1e-12),
    "SciPy BFGS": scipy("BFGS", maxiter=60),
}


# %% [markdown]
# First on three surfaces of two parameters, from the usual start, to within $10^{-6}$ of the minimum.

# %% tags=["picture"]
GOAL, LIMIT = 1e-6, 600
rates = {"learning_rate": list(2.0 ** np.arange(-14, 0.5, 0.5))}
grids = {"sgd": rates, "sgd_nesterov_momentum": {**rates, "momentum": MOMENTUM}, "adam": rates}
surface_races = {
    surface.name: race(on_surface(surface), entered(RULES, grids), METHODS, goal=GOAL, steps=LIMIT)
    for surface in (surfaces.ravine, surfaces.rosenbrock, surfaces.beale)
}
for name, racers in surface_races.items():
    print(f"{name}\n{table(racers, {'evaluations': GOAL})}\n")
plots.draw(figures.surface_races, surface_races, GOAL, LIMIT,
           title=list(surface_races), size=(12, 3.8), sharey=True)

# %% [markdown]
# The main difficulty of these three surfaces is uneven curvature, so L-BFGS and BFGS win on all of them. Newton-CG wins where
# few products are enough; in Rosenbrock's bent valley they cost more than the steps of a tuned Nesterov. After *not there*
# you see the best loss of the run. On Beale's surface Newton does not get there, although it has converged:

# %% tags=["picture"]
if ready:
    end = newton(surfaces.beale, surfaces.beale.start)[-1]
    curvatures = np.linalg.eigvalsh(surfaces.beale.hessian(end))
    print(f"ends at {end.round(4) + 0.0} with curvatures {curvatures.round(2)}")

# %% [markdown]
# One curvature is negative: a saddle. Newton-CG, which stops at negative curvature, arrives.
#
# Now the digits: softmax regression with 650 parameters, full batch. Compare yours with SciPy's L-BFGS-B (Byrd, Lu, Nocedal
# and Zhu, 1995). Before you run it: which method needs the fewest evaluations, and by what factor?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-digits", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
data = digits()
softmax = softmax_regression(data.X_train, data.y_train, classes=10, reg=1e-3)
tight = {"ftol": 1e-15, "gtol": 1e-9}
lowest = minimize(softmax.function, softmax.start, jac=True, method="L-BFGS-B", options=tight).fun
grids = {
    "sgd": {"learning_rate": (8, 12, 16, 24, 32, 48, 64)},
    "sgd_nesterov_momentum": {"learning_rate": (4, 8, 12, 16, 24, 32), "momentum": MOMENTUM},
    "adam": {"learning_rate": (0.03, 0.06, 0.12, 0.25, 0.5, 1.0)},
}
racers = race(softmax, entered(RULES, grids), METHODS, goal=lowest + 1e-6, steps=150)
print(table(racers, {"to 1e-3": lowest + 1e-3, "to 1e-6": lowest + 1e-6}))

# %% tags=["picture"]
titles = ("By evaluations, Newton with a matrix is far behind", "By time, too")
plots.draw(figures.digit_race, racers, lowest, 1e-3, title=titles, size=(11, 4.2), sharey=True)

# %% [markdown]
# Newton takes the fewest *steps* of all, and each measures 650 columns with two gradients: thousands of evaluations.
# Newton-CG uses products instead of the matrix and comes down to about the number that a rule needs. SciPy's BFGS takes long,
# since at every step it updates a dense matrix by two products of 650 by 650 matrices. It also needs some four times
# as many evaluations as L-BFGS, because its first guess of the inverse is the identity, far too small here: with
# `hess_inv0=20 * np.eye(650)` it needs about as many.

# %% [markdown]
# L-BFGS is first, and has no setting to tune. The best rule, Nesterov at *its* rate and momentum (your own, if lesson 04 is
# beside this notebook), needs less than twice as many evaluations; but nobody tells you these two numbers, and the search for
# them cost thousands. How large the lead is depends on how uneven the curvature is. Weaker regularisation makes it more
# uneven: with `reg=1e-5` instead of `1e-3` no rule of this grid comes within $10^{-3}$ in its 150 evaluations, while L-BFGS
# does in fewer than 40.

# %% [markdown]
# Here is the memory, measured by Python's allocator while each method minimises a bowl of 650 parameters, whose gradient
# itself needs almost none:

# %% tags=["picture"]
copies = copies_held(entered(RULES, grids), METHODS, 650)
plots.draw(figures.memories, copies, 650,
           title="One matrix is 650 copies of $w$, and dense methods hold several", size=(8, 3.6), pad=18)

# %% [markdown]
# ## 8.9 A prediction about mini-batches
#
# So why not train networks with L-BFGS? Because of what mini-batches do to $y$. The two gradients of a pair come from
# different batches of $b$ rows, so each carries its own noise of standard deviation $\sigma/\sqrt b$ in any direction:
#
# $$y^\top s \;=\; s^\top H s \;+\; (\text{noise}_2 - \text{noise}_1)^\top s .$$
#
# The measured curvature is $y^\top s / s^\top s$. Think about its *relative error*. As training settles, steps become
# shorter. Do short steps help or hurt?

# %% [markdown]
# ### Exercise 5. A prediction about mini-batches · 2 points · about 8 minutes · difficulty 3/5
#
# Decide before you run the next picture: by what factor does the typical relative error of the measured
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
# <details><summary>Hint 2: a place</summary>Divide the noise term by the true term; then count the lengths of s in numerator and denominator.</details>
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
early = minimize(softmax.function, softmax.start, jac=True, method="L-BFGS-B", options={"maxiter": 6}).x
downhill = -softmax.function(early)[1]
downhill /= np.linalg.norm(downhill)
lengths, spread = np.geomspace(0.01, 1, 7), {}
for batch in (10, 40, 160):
    errors = [secant_errors(softmax, early, length * downhill, batch) for length in lengths]
    spread[batch] = [np.sqrt((each**2).mean()) for each in errors]
guess = minibatch_prediction if written(minibatch_prediction, 1, 1) else None
plots.draw(figures.noisy_curvature, lengths, spread, guess,
           title="Shorter steps measure noise; dashed is your prediction", size=(8, 4.2))

# %% [markdown]
# If your lines lie near the points, your prediction was right. (They are not exactly on them: each point is the spread of 80
# draws, and batches of 160 drawn from 1,197 rows have rows in common, which takes 7% off.) If yours rise to the right, you
# expected short steps to measure better: true without noise, where the error is truncation. If they are flat, you expected
# the noise to cancel. It does not: the two batches are different.
#
# There is an obvious remedy: evaluate both gradients on the *same* batch. Then most noise cancels in the difference, at
# the price of a second gradient for each step (Schraudolph et al., 2007).


# %% tags=["measured"]
def stochastic(method, batch, rate, seed, *, epochs=6, memory=10):
    """Return the loss above the minimum after some epochs of mini-batches, with a fixed step length."""
    bill = softmax.fresh(budget=epochs)
    w, S, Y, before = bill.start.copy(), [], [], None
    try:
        for rows in mini_batches(bill.rows, batch, np.random.default_rng(seed)):
            g = bill.sample(w, rows)[1]
            if method == "L-BFGS, different batches" and before is not None:
                S, Y = [*S, w - before[0]][-memory:], [*Y, g - before[1]][-memory:]
            d = -g if method == "gradient descent" else lbfgs_direction(g, S, Y)
            before, w = (w, g), w + rate * d
            if method == "L-BFGS, same batch":
                S, Y = [*S, rate * d][-memory:], [*Y, bill.sample(w, rows)[1] - g][-memory:]
            if not np.abs(w).max() < 1e6:
                return np.inf
    except OutOfBudget:
        pass
    return softmax.function(w)[0] - lowest


# %% [markdown]
# Each method runs for six epochs at four batch sizes. It tries seven step lengths with three seeds and runs the best one with
# five fresh seeds. Which method do you expect to end lowest of all, and at which batch size?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-batches", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
long_steps, short_steps, outcome = 2.0 ** np.arange(7), 2.0 ** np.arange(-4, 3), {}
for method in figures.STOCHASTIC if written(lbfgs_direction, np.ones(1), [], []) else ():
    steps = long_steps if method == "gradient descent" else short_steps
    outcome[method] = {}
    for batch in (20, 80, 320, 1197):
        best, at_an_end = tuned(lambda t, seed: stochastic(method, batch, t, seed), steps, (100, 101, 102))  # noqa: B023
        if at_an_end:
            print(f"{method}, {batch} rows: the best step, {best}, is at an end of the grid")
        outcome[method][batch] = [stochastic(method, batch, best, seed) for seed in range(5)]
plots.draw(figures.batches, outcome, title="The smaller the batch, the less curvature helps", size=(8, 4.2))

# %% [markdown]
# Lines are medians, bands run from the best seed to the worst. From right to left: on the full batch curvature helps, and
# L-BFGS ends several times lower than gradient descent. With 320 rows the two are about level. With 80 gradient descent is
# ahead, and with 20 the pairs are mostly noise, and L-BFGS's runs end high and far apart. Using the same batch prevents that
# disaster, but with half as many steps it also loses the gain on the right.
#
# And the lowest point of the whole picture belongs to gradient descent with *small* batches: in six epochs it takes about 350
# steps where the full batch allows six.

# %% [markdown]
# This is a convex problem of 650 parameters. On networks there are saddles as well, and batches are small because
# gradients are expensive. Hence the practice: mini-batches with Nesterov momentum or Adam; L-BFGS or Newton-CG when the
# full batch fits and the loss is smooth.

# %% [markdown]
# The methods that people use on networks keep a *part* of a matrix. *Gauss-Newton* drops the terms that make a Hessian
# indefinite; *K-FAC* (Martens and Grosse, 2015) approximates it layer by layer by a product of two small matrices. *Shampoo*
# (Gupta et al., 2018) and *SOAP* (Vyas et al., 2024) do so with squared gradients, as Adam does with a diagonal; *Muon*
# (Jordan, 2024) keeps only the directions of a matrix's update, and you build it in lesson 12. Lesson 13 measures with your
# Exercise 3 what curvature does *during* training.

# %% [markdown]
# ## Say it back
#
# - Newton divides slope by curvature: no rate, one step on a quadratic, $n^2$ memory, but saddles attract it.
# - Newton-CG asks for curvature along one direction; L-BFGS uses its own steps. Neither forms a matrix.
# - With mini-batches and short steps, a difference of gradients is mostly noise.
#
# **Next**: lesson 09 searches for the settings that all these methods leave to you.
#
# **Open question.** Adam divides by a root of squared gradients. In what sense is that a curvature?
#
# **Still argued about**: whether second-order methods suit networks. Choi et al. (*On empirical comparisons of
# optimizers*, 2019) show how much of a ranking is tuning; in AlgoPerf, with the tuning fixed, a Shampoo won (Kasimbeg et al.,
# 2025).

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
