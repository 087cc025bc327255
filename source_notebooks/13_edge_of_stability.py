# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 13. The edge of stability
#
# **Two full-batch runs on the same 300 digits, from the same start. No mini-batches, no noise; only the rate differs.
# One loss falls smoothly. The other spikes again and again, but still falls. Why does it spike, and why does it not blow
# up?**

# %% [markdown]
# *You will be able to* measure the largest curvature of a network's loss, say at which sharpness a rule becomes unstable, and
# see in a run of your own that training goes there and stays there.
#
# *Time* about 130 minutes, with a good place to stop after section 13.4. *You need* momentum and its largest stable rate
# (lesson 04) and the Hessian (08); the tape of F3 and the rules of 04 and 05 are used if you have them. *Points* 22.

# %%
import numpy as np

from course import mine, plots
from course.checks import check, needs
from course.figures import edge as figures
from course.full_batch import by_complex_step, some_digits
from course.interactive.edge import EdgePlayground
from course.threads import keep_one_thread

plots.use_style()
keep_one_thread()
sgd = mine("04_momentum", "sgd")
sgd_momentum = mine("04_momentum", "sgd_momentum")
sgd_nesterov_momentum = mine("04_momentum", "sgd_nesterov_momentum")
adam = mine("05_adaptive_rates", "adam")
Node = mine("F3_backpropagation", "Node", otherwise=by_complex_step)

# %%
problem = some_digits()  # 300 digits; 64-24-24-10 units, tanh, squared loss
start = problem.start()
print(f"{problem.size:,} parameters, loss at the start {problem(start)[0]:.3f}")

# %% tags=["picture"]
figures.two_losses(problem, sgd, (0.2, 0.6))

# %% [markdown]
# ## Guess first
#
# Lesson 04 had a law: on a parabola of curvature $\lambda$, gradient descent with rate $\eta$ overshoots farther at
# every step, and diverges, when $\eta > 2/\lambda$. Put the other way round, at rate $\eta$ a curvature above $2/\eta$ is too
# much. For the run on the right that is $2/0.6 = 3.33$.
#
# At the end of that run, is the largest curvature of its loss far below 3.33, about 3.33, or far above? Write one line.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-end", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 13.1 Curvature along one direction
#
# The loss has 2,410 parameters, and its Hessian has nearly six million entries. We do not need them. **Curvature along a
# direction costs two gradients.** With $u = v/\|v\|$,
#
# $$H v \;\approx\; \|v\| \; \frac{\nabla L(w + h\,u) - \nabla L(w - h\,u)}{2h} .$$
#
# This is the **Hessian-vector product** of lesson 08. If you wrote it there, copy it and use the argument names of this
# lesson. The points lie $h$ away from $w$, however long $v$ is: a step of $h\,v$ would go too far for a long $v$, where the
# loss is no longer a parabola, and drown in rounding for a short one.

# %% [markdown]
# ### Exercise 1. The Hessian times a vector · 4 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `grad` a function, (n,) to (n,); `w` point and `v` vector of shape (n,); `h` length of the step, default `1e-5` |
# | out | $H v$ by the formula above, shape (n,); zeros where `v` is zero |
#
# Worked: `grad = lambda w: np.array([w[0], 25 * w[1]])`, anywhere: `v = [2, -1]` gives `[2, -25]`.
#
# Often missed: a difference to one side only; the length of $v$, once in the step and once in front; a `v` of zeros;
# `w` and `v` belong to the caller.
#
# <details><summary>Hint 1: a question</summary>How far apart are the two points at which you take gradients, and does
# that depend on the length of v?</details>
# <details><summary>Hint 2: a place</summary>First <code>length = np.linalg.norm(v)</code>, and return zeros if it is 0.
# Then <code>step = h * v / length</code>, two gradients, one difference.</details>
# <details><summary>Hint 3: the formula</summary><code>length * (grad(w + step) - grad(w - step)) / (2 *
# h)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "hvp", "locked": false, "schema_version": 3, "solution": true, "task": false}
def hvp(grad, w, v, h=1e-5):
    """Return the Hessian at w times v, (n,), from two gradients."""
    ### BEGIN SOLUTION
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros(len(v))
    step = h * v / length
    product = length * (grad(w + step) - grad(w - step)) / (2 * h)
    ### END SOLUTION
    return product


# %%
check("hvp", hvp)

# %% nbgrader={"grade": true, "grade_id": "hvp-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import edge_of_stability

edge_of_stability.grade("hvp", hvp)
### END HIDDEN TESTS
product = hvp(lambda w: np.array([w[0], 25 * w[1]]), np.zeros(2), np.array([2.0, -1.0]))
assert np.allclose(product, [2.0, -25.0]), "Curvature 1 along the first axis, 25 along the second."

# %% [markdown]
# **Exactly, on your tape.** The slope of the loss along $v$ is a number, $\nabla L \cdot v$, and its gradient in $w$ is
# $Hv$. So write that slope as a formula, forward only, and let the tape of lesson F3 differentiate it. Each value is computed
# together with its change along $v$. (Without your tape, the *complex step* is used instead, a gradient at a point moved by
# $10^{-30}\,i\,v$; it is exact as well.)


# %%
def slope_along(nodes, change, X, truth):
    """Return the slope of the squared loss along a change of the parameters, as a node."""
    a, da = Node(X), Node(np.zeros_like(X))
    for layer in (1, 2, 3):
        W, b = nodes[f"W{layer}"], nodes[f"b{layer}"]
        z, dz = a @ W + b, da @ W + a @ change[f"W{layer}"] + change[f"b{layer}"]
        if layer < 3:
            t = ((z * -2.0).exp() + 1.0).reciprocal() * 2.0 + -1.0  # tanh z
            a, da = t, (t * t * -1.0 + 1.0) * dz
    return ((z + -truth) * dz).sum() * (1 / len(X))


def exact_product(w, v):
    """Return H v by the tape, or by what stands in for it."""
    if Node is by_complex_step:
        return by_complex_step(problem, w, v)
    nodes = {name: Node(array) for name, array in problem.params(w).items()}
    slope_along(nodes, problem.params(v), problem.X, np.eye(10)[problem.y]).backward()
    return np.concatenate([node.grad.ravel() for node in nodes.values()])


# %%
v = np.random.default_rng(0).normal(size=problem.size)
with needs("Exercise 1"):
    yours, exact = hvp(problem.gradient, start, v), exact_product(start, v)
    off = np.abs(yours - exact).max() / np.abs(exact).max()
    print("differences and the exact product agree to", "nine digits" if off < 1e-9 else f"{off:.0e}")

# %% [markdown]
# ## 13.2 The sharpest direction
#
# **The *sharpness* is the largest eigenvalue of the Hessian.** Multiply any vector by $H$ again and again: each time,
# the share of each eigenvector is multiplied by its eigenvalue, so the one with the largest eigenvalue wins. This is
# **power iteration**:
#
# $$v \leftarrow \frac{v}{\|v\|}, \qquad \lambda = v^\top (H v), \qquad v \leftarrow \frac{H v}{\|H v\|} .$$
#
# $\lambda$ is the *Rayleigh quotient*, the curvature along $v$, with its sign. The length $\|Hv\|$ tends to $|\lambda|$
# and has no sign: it would mistake a ridge for a valley.

# %% [markdown]
# ### Exercise 2. Sharpness · 7 points · about 25 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `grad` a function, (n,) to (n,); `w` point (n,); `v` start vector (n,), of any length, not zero; `steps`, default 30 |
# | out | `eigenvalue`, a number, and `v`, (n,), of length one, after `steps` products with $H$ |
#
# Worked: for `grad = lambda w: np.array([2 * w[0], -3 * w[1]])` and `v = [1, 1]`, one step gives `-0.5`, thirty give
# `-3`.
#
# Often missed: $\|Hv\|$ for $v^\top Hv$; the quotient of two different vectors; a $v$ that is never normalised, or not
# before the first product; division by zero where nothing is curved (return 0); the caller's `v` changed.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which vector was multiplied by H, and which one came out? For which of
# them is v times Hv a curvature?</details>
# <details><summary>Hint 2: a place</summary>Normalise v into a new array. In the loop: the product from your
# <code>hvp</code>, then the eigenvalue, and only then the new v.</details>
# <details><summary>Hint 3: the formula</summary><code>v = v / np.linalg.norm(v)</code>, then <code>steps</code> times:
# <code>Hv = hvp(grad, w, v)</code>, <code>eigenvalue = v @ Hv</code>, and, if <code>Hv</code> is not zero, <code>v = Hv
# / np.linalg.norm(Hv)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "sharpness", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sharpness(grad, w, v, steps=30):
    """Return the Hessian's eigenvalue of largest size, with its sign, and its direction, by power iteration."""
    ### BEGIN SOLUTION
    v = v / np.linalg.norm(v)
    for _ in range(steps):
        Hv = hvp(grad, w, v)
        eigenvalue = v @ Hv
        length = np.linalg.norm(Hv)
        if length == 0:
            break
        v = Hv / length
    ### END SOLUTION
    return eigenvalue, v


# %%
check("sharpness", sharpness)

# %% nbgrader={"grade": true, "grade_id": "sharpness-check", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import edge_of_stability

edge_of_stability.grade("sharpness", sharpness)
### END HIDDEN TESTS
value, _ = sharpness(lambda w: np.array([2 * w[0], -3 * w[1]]), np.zeros(2), np.ones(2))
assert np.isclose(value, -3.0), "The greatest curvature of this saddle is -3."

# %% tags=["picture"]
figures.settling(sharpness, problem, start)

# %% [markdown]
# Sixty gradients are enough instead of 4,820, and three starts agree. How fast power iteration forgets its start depends on
# the gap to the next eigenvalue: the second start is still near that one. In a run it matters little, since each measurement
# starts where the last one ended. Strictly, power iteration finds the eigenvalue of largest *absolute value*; in the runs
# below that is a positive one. Where a negative one is larger, multiply by $H + cI$ and subtract $c$ at the end.

# %% [markdown]
# ## 13.3 How sharp is too sharp?
#
# On a parabola each rule is a linear map of the distance and the velocity, and it diverges once an eigenvalue of that map
# leaves the unit circle. In lesson 04 it did so at $-1$: the ball hops from side to side, farther each time. With rate
# $\eta$ and momentum $\mu$, the largest curvature that does not diverge is
#
# | rule | `kind` | limit |
# |---|---|---|
# | gradient descent | `"sgd"` | $2/\eta$ |
# | momentum (heavy ball) | `"momentum"` | $2(1+\mu)/\eta$ |
# | Nesterov | `"nesterov"` | $2(1+\mu)/((1+2\mu)\,\eta)$ |
# | averaged gradients | `"averaged"` | yours to find |
#
# In the last row the velocity is a *mean*: $v \leftarrow \mu v + (1-\mu)\,g$, then $w \leftarrow w - \eta v$. Adam's first
# average is such a mean.

# %% [markdown]
# ### Exercise 3. The limit of each rule · 4 points · about 12 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `kind`, one of the four names; `learning_rate` $\eta$; `momentum` $\mu$, default 0.9, which `"sgd"` does not use |
# | out | the largest sharpness that the rule tolerates, a number |
#
# Worked: at rate 0.5, `"sgd"` gives 4; with momentum 0.5, `"momentum"` gives 6 and `"nesterov"` 3.
#
# Often missed: brackets; Nesterov given momentum's limit; what the $1-\mu$ in front of $g$ does to the rate.
#
# <details><summary>Hint 1: a question</summary>Write u for v / (1 - mu). Which rule does u follow, and what is the rate
# in front of it?</details>
# <details><summary>Hint 2: a place</summary>Averaging is momentum with a smaller rate: put that rate into momentum's
# limit.</details>
# <details><summary>Hint 3: the formula</summary>For "averaged" the rate is $(1-\mu)\eta$, so the limit is $2(1+\mu) /
# ((1-\mu)\eta)$; with $\mu = 0.9$ that is $38/\eta$.</details>


# %% nbgrader={"grade": false, "grade_id": "critical_sharpness", "locked": false, "schema_version": 3, "solution": true, "task": false}
def critical_sharpness(kind, learning_rate, momentum=0.9):
    """Return the largest curvature at which a rule does not diverge."""
    ### BEGIN SOLUTION
    if kind == "sgd":
        limit = 2 / learning_rate
    elif kind == "momentum":
        limit = 2 * (1 + momentum) / learning_rate
    elif kind == "nesterov":
        limit = 2 * (1 + momentum) / ((1 + 2 * momentum) * learning_rate)
    else:
        limit = 2 * (1 + momentum) / ((1 - momentum) * learning_rate)
    ### END SOLUTION
    return limit


# %%
check("critical_sharpness", critical_sharpness)

# %% nbgrader={"grade": true, "grade_id": "critical_sharpness-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import edge_of_stability

edge_of_stability.grade("critical_sharpness", critical_sharpness)
### END HIDDEN TESTS
assert np.isclose(critical_sharpness("momentum", 0.5, 0.5), 6.0), "2 times 1.5, divided by 0.5."

# %% [markdown]
# ## 13.4 Train, and look
#
# The law is about parabolas, and a network's loss is not one. Before you measure: gradient descent at rate 0.6 begins
# where the sharpness is about 1.7, far below its limit of 3.33. What will the sharpness do during the run: fall, stay,
# rise to the limit and stop there, or rise until the run blows up?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-run", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 4. Train and measure · 7 points · about 20 minutes · difficulty 3/5
#
# Write the loop that shows it.
#
# | | |
# |---|---|
# | in | `loss` a function: `loss(w)` returns the loss and its gradient, (n,); `w` start (n,); `v` start vector for `sharpness`; `rule` and `config` as in lesson 04; `steps`; `every` |
# | out | `losses`, one for each step, taken *before* it; `sharpnesses`, measured before step 0, `every`, `2 * every`, ... |
#
# Worked: 5 steps with `every = 2` give 5 losses and 3 sharpnesses, of the points before steps 0, 2 and 4.
#
# Often missed: measuring after the step; the returned config not passed on; the pair that `sharpness` returns. A rule
# may work in place, so the first line takes copies.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>At which point was the loss taken, and is that the point you
# measure?</details>
# <details><summary>Hint 2: a place</summary>One loop over <code>range(steps)</code>: loss and gradient; if <code>step %
# every == 0</code>, the sharpness; the step. Let each measurement begin with the last one's v: it is nearly right
# already.</details>
# <details><summary>Hint 3: the formula</summary><code>value, g = loss(w)</code>; <code>found, v = sharpness(lambda p:
# loss(p)[1], w, v)</code>; <code>w, config = rule(w, g, config)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "train_and_measure", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_and_measure(loss, w, v, rule, config, steps, every):
    """Return the loss before each step, and the sharpness at every few of them."""
    w, config = w.copy(), dict(config)
    losses, sharpnesses = [], []
    ### BEGIN SOLUTION
    for step in range(steps):
        value, g = loss(w)
        losses.append(value)
        if step % every == 0:
            found, v = sharpness(lambda p: loss(p)[1], w, v)
            sharpnesses.append(found)
        w, config = rule(w, g, config)
    ### END SOLUTION
    return losses, sharpnesses


# %%
check("train_and_measure", train_and_measure)

# %% nbgrader={"grade": true, "grade_id": "train_and_measure-check", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import edge_of_stability

edge_of_stability.grade("train_and_measure", train_and_measure)
### END HIDDEN TESTS
parabola = lambda w: (1.5 * float(w @ w), 3.0 * w)
losses, sharpnesses = train_and_measure(parabola, np.ones(1), np.ones(1), sgd, {"learning_rate": 0.1}, 5, 2)
assert np.allclose(sharpnesses, [3.0, 3.0, 3.0]), "A parabola has the same curvature everywhere."


# %%
STEPS, EVERY = 1000, 40


def watch(problem, w, rule, config):
    """Return losses and sharpnesses of a run with your loop; a run that diverges is no error."""
    with np.errstate(all="ignore"):
        _, v = sharpness(problem.gradient, w, np.random.default_rng(1).normal(size=problem.size), 100)
        return train_and_measure(problem, w, v, rule, config, STEPS, EVERY)


# %% tags=["picture"]
runs = {
    f"rate {rate:g}": ((problem, start, sgd, {"learning_rate": rate}), 2 / rate) for rate in (0.6, 0.4, 0.2)
}
figures.beside_their_limits(watch, runs, every=EVERY, title="It rises to 2 / rate, and stays", top=7)

# %% [markdown]
# The thin lines are the limits (that of rate 0.2, 10, lies above the picture). If you said *falls*, you thought of valleys
# that widen. Here they narrow, and this **progressive sharpening** goes on as long as nothing stops it, as at rate 0.2. If
# you said *until it blows up*, you followed the law for parabolas. Neither happens: the sharpness overshoots its limit, comes
# back, and hovers there for the rest of the run, while the loss spikes and falls. Cohen,
# Kaur, Li, Kolter and Talwalkar (2021) found this in network after network and named it the **edge of stability**.

# %% [markdown]
# ## In your hand: the rate
#
# These runs were recorded, 1,500 steps each. Change the rate. At which rates does the sharpness never meet its limit?
# What is the largest rate that survives although its limit lies *below* the sharpness at the start? Then choose
# momentum.

# %% tags=["picture"]
EdgePlayground()

# %% [markdown]
# Up to rate 0.2 the limit is never met in 1,500 steps, and at 0.3 only just. At 1.6 the limit is 1.25, below the sharpness of
# the start, and the run survives: it leaves the sharp place at once (a *catapult*, Lewkowycz et al., 2020). At rate 2 it does
# not survive. So "the rate must be below 2 over the sharpness at the start" is not the law either. With momentum, rate 1
# diverges and 1.2 survives: this close to divergence, a single run tells you little.
#
# **A good place to stop.** The rest of the lesson asks why, and what momentum, warm-up, batches and Adam change.

# %% [markdown]
# ## 13.5 Why does it not blow up?
#
# The next picture follows the run at rate 0.4 as its sharpness crosses 5: how far it moves along the sharpest direction
# $v$, step by step. Along $v$ the law says *divergence*. Guess before you run it: what will the picture show?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-swing", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
figures.swinging(problem, sgd, sharpness)

# %% [markdown]
# It does diverge, but only along $v$: every step hops to the other side, and farther each time, by a factor of
# $\eta\lambda - 1$. The first hops are rounding errors, so two processors may take different paths from here. But the slope
# on both sides of the valley is not quite that of a parabola: averaged over two hops, it has a part that leads to where the
# sharpness is *lower*, and this part grows with the square of the hops. Soon the sharpness is below the limit, the hops die
# away, and the sharpening begins again. Damian, Nichani and Lee (2023) derive this **self-stabilisation** from the third
# derivatives of the loss: hops of size $x$ act like a penalty $\tfrac12 x^2 \lambda$.

# %% [markdown]
# ## 13.6 Momentum moves the edge
#
# Take rate 0.6 and momentum 0.5, with the same network and the same start. Your Exercise 3 gives three limits: 3.33, 5 and
# 2.5. Which of the three runs will end in the sharpest place, and will its loss be higher for it?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-momentum", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
rules = {"sgd": sgd, "sgd_momentum": sgd_momentum, "sgd_nesterov_momentum": sgd_nesterov_momentum}
with needs("Exercises 1 to 4"):
    runs = {
        name: ((problem, start, rule, {"learning_rate": 0.6, "momentum": 0.5}), critical_sharpness(kind, 0.6, 0.5))
        for (name, rule), kind in zip(rules.items(), ("sgd", "momentum", "nesterov"), strict=True)
    }
    display(figures.of_rules(watch, rules, runs, every=EVERY, title="Each rule stops at its own limit"))

# %% [markdown]
# Each run hovers at its own limit. Momentum tolerates the most curvature and ends in the sharpest place, with the lowest
# loss of the three. Nesterov's limit is the lowest, and its loss lies between. If you expected the sharpest place to
# have the worst loss: sharpness says how the loss bends, not how high it is. Whether a sharp place is bad for *new*
# digits is a question for section 13.9.

# %% [markdown]
# ## 13.7 What warm-up is for
#
# Until now the start was gentle: small weights, sharpness below 2. The usual start of this network (Xavier's,
# $2/(n_{in} + n_{out})$) has a sharpness of about 6.8, and rate 0.8 tolerates 2.5. A **warm-up** raises the rate from 0
# in equal steps. Three runs at that rate: without warm-up, with one of 100 steps, and with one of 400. Which of them
# survive?


# %%
def warmed(rule, over):
    """Return a rule whose rate rises to its peak in equal steps."""

    def rising(w, dw, config):
        t = config["t"] + 1
        w, _ = rule(w, dw, {"learning_rate": config["peak"] * min(1, t / over)})
        return w, {**config, "t": t}

    return rising


# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-warm-up", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
usual = problem.start(scale=None)
runs = {}
for over in (1, 100, 400):
    rate = 0.8 * np.minimum(1, (np.arange(0, STEPS, EVERY) + 1) / over)
    name = "no warm-up" if over == 1 else f"warm-up of {over} steps"
    runs[name] = ((problem, usual, warmed(sgd, over), {"peak": 0.8, "t": 0}), 2 / rate)
figures.beside_their_limits(watch, runs, every=EVERY, title="A slow warm-up presses it down", top=9)

# %% [markdown]
# Only the one with the slowest warm-up. While the rate is small, its limit is far above. As the rate rises, the limit comes
# down, meets the sharpness, and presses it down, since wherever they meet the run stabilises itself. In a hundred steps the
# limit falls faster than the run can follow. There is no noise here, so noisy first gradients are not the only reason for a
# warm-up. (Gilmer et al., 2022, say the same of large networks.)

# %% [markdown]
# ## 13.8 Mini-batches
#
# Use the same loop, but take each step with the gradient of a few rows. The sharpness is still that of the loss on all 300.
# The rate is 0.4, so the limit is 5; the batches have 300, 30 and 10 rows. Will small batches end above the limit, at it, or
# below?


# %%
def on_batches(rule, problem, rows, rng):
    """Return a rule that puts the gradient of a few random rows in the place of the one it is given."""

    def step(w, dw, config):
        few = rng.choice(len(problem.y), rows, replace=False)
        return rule(w, problem.on(few).gradient(w), config)

    return step


# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-batches", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
runs = {}
for rows in (300, 30, 10):
    rule = sgd if rows == 300 else on_batches(sgd, problem, rows, np.random.default_rng(rows))
    runs[f"{rows} rows"] = ((problem, start, rule, {"learning_rate": 0.4}), 5.0)
figures.beside_their_limits(watch, runs, every=EVERY, title="Small batches stop short of the edge", top=7)

# %% [markdown]
# Below it, and the smaller the batch, the lower. Noise makes the run hop along sharp directions all the time, so the
# self-stabilisation of section 13.5 acts before the limit is reached. For mini-batches there is no single number like
# $2/\eta$ that everybody agrees on; Lee and Jang (2023) and Andreyev and Beneventano (2024) propose quantities that do
# settle. Think about what this means for a rate chosen on large batches, and for the linear scaling rule of lesson 07.

# %% [markdown]
# ## 13.9 Adam, cross-entropy, and what nobody knows
#
# Adam divides each gradient by a root, so what matters is not $H$ but $D^{-1/2} H D^{-1/2}$ with $D = \sqrt{\hat v} +
# \varepsilon$: the **preconditioned** sharpness. In the coordinates $x = D^{1/2}(w' - w)$ you can measure it with the
# functions you have. Its limit is that of averaged gradients, $38/\eta$ at $\beta_1 = 0.9$. (That is exact while $D$
# stands still, as it nearly does for $\beta_2 = 0.999$.)


# %%
def adam_run(rate, steps=1000):
    """Return the preconditioned sharpness along a run of your Adam."""
    w, config, squares = start.copy(), {"learning_rate": rate}, np.zeros(problem.size)
    v, found = np.random.default_rng(1).normal(size=problem.size), []
    for step in range(steps):
        _, g = problem(w)
        squares = 0.999 * squares + 0.001 * g**2
        if step % EVERY == 0:
            root = np.sqrt(np.sqrt(squares / (1 - 0.999 ** (step + 1))) + 1e-8)
            scaled = lambda x: problem.gradient(w + x / root) / root  # noqa: B023, E731
            value, v = sharpness(scaled, np.zeros(problem.size), v)
            found.append(value)
        w, config = adam(w, g, config)
    return found


# %% tags=["picture"]
figures.preconditioned(adam_run, critical_sharpness, (0.003, 0.006, 0.01), EVERY, adam=adam)

# %% [markdown]
# Each run rises to its limit, faster at a larger rate, and hovers there. (Before the first steps $\hat v$ is a
# single gradient squared, so the first point says little.) Nothing limits the *plain* sharpness: an adaptive rule can stay in
# places far too sharp for descent, if they are sharp along coordinates whose gradients it divides by a large number
# (Cohen et al., *Adaptive gradient methods at the edge of stability*, 2022).
#
# And the loss matters. We used squares. With cross-entropy, at rate 0.5:

# %% tags=["picture"]
entropy = some_digits(kind="softmax")
figures.beside_their_limits(
    watch,
    {"cross-entropy": ((entropy, start, sgd, {"learning_rate": 0.5}), 4.0)},
    every=EVERY,
    title="With cross-entropy it rises and falls",
)

# %% [markdown]
# It rises at first and then falls: once most digits are classified correctly and with confidence, every curvature of
# the softmax shrinks with $p(1-p)$. The edge is met on the way up or not at all; here it is not.

# %% [markdown]
# **What nobody knows.** *Why* training sharpens; self-stabilisation explains why it stops, not what drives it. Whether
# *flat* means *good*: Dinh et al. (2017) make any ReLU minimum as sharp as they like without changing a single output,
# and Andriushchenko et al. (2023) find little correlation with test error in modern setups. And where the edge is for a large
# model trained on batches, for which it can be measured only roughly.

# %% [markdown]
# ## Say it back
#
# 1. Sharpness, the largest eigenvalue of the Hessian, takes thirty products of two gradients each, and no matrix.
# 2. Full-batch descent sharpens until it meets $2/\eta$, and hovers there: swinging along the sharpest direction brings the
#    sharpness down. Momentum's limit is $2(1+\mu)/\eta$; Nesterov's is lower; Adam's is $38/\eta$, preconditioned.
# 3. Warm-up lowers the sharpness before the rate is large; small batches keep it below the limit.
#
# **Open question.** If the rate determines the sharpness, what does a cosine schedule do to the sharpness in its second half?
# Your loop can tell you.
#
# **Still argued about.** Whether low sharpness causes good generalisation or merely comes with a large rate.

# %% [markdown]
# ## The end of the course
#
# You began by asking whether a gradient is right. You can now write and check one for any formula, watch a run and say
# what is wrong with it, move parameters by the rules in use today, warm up and cool down the rate, use curvature
# without a matrix, search hyperparameters fairly, use a test set only once, and measure how sharp a place a run is
# in. And you have learned to distrust a claim that comes without its budget, its tuning and its seeds, ours included.

# %% [markdown]
# **Read next.** Cohen et al., *Gradient descent on neural networks typically occurs at the edge of stability* (2021),
# the source of this lesson; Goodfellow, Bengio and Courville, *Deep learning* (2016), chapter 8; Bottou, Curtis and
# Nocedal, *Optimization methods for large-scale machine learning* (2018); Godbole et al., *Deep learning tuning
# playbook* (2023). Then train something that you care about, and log its sharpness.

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
