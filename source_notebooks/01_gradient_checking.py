# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1. Gradient checking
#
# **Two networks learn to read digits. The loss of A falls faster. Which of them computes a wrong gradient?**
#
# Run the next two cells and look before you read on.
#
# *You will be able to* measure a slope with two evaluations of a loss, say how wrong the measurement is, tell a bug from
# a kink and from rounding, and find bugs that careless checks miss.
#
# *Time* about 145 minutes, with a good place to stop after section 1.5. *You need* the chain rule (lesson F3), NumPy, and a
# rough idea of what a network is (lesson F4). *Points* 30.

# %%
import numpy as np

from course import numerics, plots, trojans
from course.checks import check, needs
from course.data import digits
from course.figures import checking
from course.interactive import checking as moving
from course.mine import mine
from course.network import MLP

plots.use_style()
data = digits()
pixels = data.X_train + data.mean  # brightness from 0 to 1

# %% tags=["picture"]
runs = trojans.trained(data)
checking.loss_curves({name: run.epochs["train_loss"] for name, run in runs.items()})

# %% [markdown]
# ## Guess first
#
# Which one is wrong, A or B? Write one line, with your reason. It is not graded.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-which", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["measured"]
for name, run in runs.items():
    loss, accuracy = run.epochs["train_loss"][-1], run.epochs["val_accuracy"][-1]
    print(f"{name}: training loss {loss:.3f}, validation accuracy {accuracy:.3f}")

# %% [markdown]
# A has the lower loss, B the higher accuracy on rows that were held out. If you chose B because of its loss, you see why
# wrong gradients survive for months. If you chose A because of its accuracy, look at other starts before you trust it.

# %% tags=["measured"]
ends = {"A": [], "B": []}
for seed in range(12):
    for name, run in trojans.trained(data, seed=seed).items():
        ends[name].append((run.epochs["train_loss"][-1], run.epochs["val_accuracy"][-1]))
a, b = np.array(ends["A"]), np.array(ends["B"])
print(f"A has the lower loss in {np.sum(a[:, 0] < b[:, 0])} of 12 starts")
print(f"B has the higher accuracy in {np.sum(b[:, 1] > a[:, 1])} of 12")

# %% [markdown]
# Neither number decides. If a wrong gradient points roughly downhill, the loss falls.
#
# At the end of this lesson your own code will say which one is wrong, and in which array its bug shows. For that we need a
# second opinion on a gradient: another way to compute the same numbers, in which the mistakes of the first cannot occur. It
# takes two evaluations of the loss for each number. If you have done lessons F2 to F5, you have used it: there it was called
# *nudging*. Its usual name is the **numeric gradient** or centred difference; the gradient derived by
# formulas is the **analytic** one.

# %% [markdown]
# ## 1.1 The second opinion
#
# A derivative is a limit of quotients. Stop before the limit, **with the point in the middle**:
#
# $$f'(x) \approx \frac{f(x+h)-f(x-h)}{2h}.$$
#
# Why not $(f(x+h)-f(x))/h$, which needs one evaluation less? **Taylor's expansion** gives the answer. It continues the
# tangent with higher powers of $h$, with the second derivative $f''$, the third $f'''$ and so on, all taken at $x$:
#
# $$f(x\pm h)=f\pm hf'+\tfrac{h^2}{2}f''\pm\tfrac{h^3}{6}f'''+\dots$$
#
# In the **forward** quotient the term $\frac h2 f''$ is left. In the **centred** one the terms with $f$, $f''$ and so on
# cancel, and the first error term that is left is $\frac{h^2}{6}f'''$. Make $h$ ten times smaller: the forward error becomes
# ten times smaller, the centred one a hundred times.

# %% tags=["picture"]
checking.secants(np.sin, np.cos, 1.0, 0.8)


# %%
def forward(f, x, h):
    return (f(x + h) - f(x)) / h


def centred(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


h = np.array([1e-1, 1e-2, 1e-3])
for quotient in (forward, centred):
    error = numerics.errors_by_step(quotient, np.sin, np.cos, 1.0, h)
    order = np.polyfit(np.log10(h), np.log10(error), 1)[0]
    print(f"{quotient.__name__:8} errors {error}  slope in log-log {order:.2f}")

# %% [markdown]
# The slopes are 1 and 2: the errors fall like $h$ and like $h^2$. For a function of many numbers, move **one entry at a
# time** and leave the others where they are.
#
# ### Exercise 1. The numeric gradient · 7 points · about 15 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `f` takes an array and returns a number; `x` an array of any shape, perhaps of integers or `float32`; `h` the step |
# | out | a float64 array of the shape of `x`: the centred difference quotient of every entry |
# | after the call | `x` holds what it held before |
#
# Worked: for $f(x)=\sum x^3$ at `[1., -2.]` with `h = 0.1` the answer is `[3.01, 12.01]`: the true $3x^2$ plus $h^2$.
#
# Often missed: putting the entry back; $h$ instead of $2h$ in the denominator; an integer array, which cannot hold `x +
# 1e-5`; `np.zeros_like(x)`, which has the type of `x`; `reshape(-1)`, which is a copy where `x` is transposed.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>How many times must f be called for an array of three entries, and with
# which arrays? Write them down for [a, b, c].</details>
# <details><summary>Hint 2: a place</summary>np.ndindex(x.shape) runs over the indices of an array of any shape. Before the
# loop, make a copy of x in float64 and work on that: it holds small steps, and the caller's x stays as it is.</details>
# <details><summary>Hint 3: the formula</summary>With e the array that is 1 at ix and 0 elsewhere:
# grad[ix] = (f(x + h e) - f(x - h e)) / (2 h). In code: remember old = x[ix]; set x[ix] = old + h and call f; set
# x[ix] = old - h and call f; set x[ix] = old.</details>


# %% nbgrader={"grade": false, "grade_id": "numerical_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def numerical_gradient(f, x, h=1e-5):
    """Return the centred difference quotient of f for every entry of x, in float64; x is left as it was."""
    ### BEGIN SOLUTION
    x = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        old = x[ix]
        x[ix] = old + h
        above = f(x)
        x[ix] = old - h
        below = f(x)
        x[ix] = old
        grad[ix] = (above - below) / (2 * h)
    ### END SOLUTION
    return grad


# %%
check("numerical_gradient", numerical_gradient)

# %% nbgrader={"grade": true, "grade_id": "numerical_gradient-check", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import gradient_checking

gradient_checking.grade("numerical_gradient", numerical_gradient)
### END HIDDEN TESTS
slope = numerical_gradient(numerics.cubes, np.array([1.0, -2.0]))
assert np.allclose(slope, [3.0, 12.0]), "The slope of x^3 is 3 x^2."

# %% [markdown]
# If you wrote the tape of lesson F3, it gives a third opinion: it differentiates $\sum x\,e^{-x^2}$ by the chain rule, gate
# by gate. (Without it, a derivative worked out by hand is used.)

# %%
Node = mine("F3_backpropagation", "Node", otherwise=numerics.by_hand)
x = np.array([-1.5, 0.2, 0.9])
with needs("Exercise 1"):
    tape, yours = numerics.on_tape(Node, x), numerical_gradient(numerics.bump, x)
    print(f"tape {tape}\nyours {yours}\nlargest difference {np.abs(tape - yours).max():.0e}")

# %% [markdown]
# ## 1.2 How small is small enough?
#
# By Taylor's expansion, a smaller $h$ is better. So should you take `h = 1e-15`?
#
# Guess before you run the next cell: at which $h$, roughly, is the centred quotient of $\sin$ best in float64? And in
# float32, where numbers keep 7 digits instead of 16?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-step", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
checking.best_steps({"forward": forward, "centred": centred}, np.sin, np.cos, np.linspace(0.2, 1.3, 150))

# %%
eps = np.finfo(float).eps
print(f"balance of rounding and truncation: centred h = {(3 * eps) ** (1 / 3):.0e}", end=", ")
print(f"forward h = {(4 * eps) ** 0.5:.0e}")

# %% [markdown]
# On the right of each V the **truncation** of Taylor's series dominates, $h^2$ or $h$. On the left **rounding** does:
# $f(x+h)$ and $f(x-h)$ agree in their leading digits, the subtraction cancels these (*catastrophic cancellation*), and what
# is left, of order $2\varepsilon\,|f|$, is divided by the distance of the points, $2h$ or $h$.
# With $f$ and its derivatives of size 1 the centred sum $\varepsilon/h + h^2/6$ is smallest at $(3\varepsilon)^{1/3}$, the
# forward sum $2\varepsilon/h + h/2$ at $(4\varepsilon)^{1/2}$. (Here $\varepsilon=2^{-52}$, the distance from 1 to the next
# float64; it has nothing to do with the $\varepsilon$ of F5.)

# %% [markdown]
# If you guessed 1e-15: there are only a handful of floats between $x$ and $x+h$. If you guessed that both quotients have the
# same best step: the forward one is best near 1e-8, and even there its error is several hundred times that of the best
# centred one.

# %% tags=["picture"]
moving.step_size({"forward": forward, "centred": centred}, np.sin, np.cos, 1.0)

# %% [markdown]
# Move the step, then switch the precision. In float32 you get at best about five digits, with $h$ between 1e-3 and 1e-2.
# **Check gradients in float64**, even when you train in float32.

# %% [markdown]
# ## 1.3 An error that knows its scale
#
# Your quotient says 0.4301, the analytic gradient 0.4300. Is that a bug? The difference, 1e-4, means nothing by itself.

# %%
for a in (1.0, 1e-5):
    n = a + 1e-4
    print(f"analytic {a:g}, numeric {n:g}: difference {n - a:.0e}, relative to the larger {(n - a) / n:.2g}")

# %% [markdown]
# Compared with 1, a difference of 1e-4 is small. Compared with 1e-5 it is huge: the numeric value is eleven times the
# analytic one. So divide each difference by the larger of the two values (F2 divided by the largest slope of all):
#
# $$\mathrm{error}(a,n)=\frac{|a-n|}{\max(|a|,|n|)},\qquad \mathrm{error}(0,0)=0.$$
#
# If both are zero, the entry passes: the gradient of a unit that never fires *is* zero.
#
# ### Exercise 2. Relative error · 4 points · about 8 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `a`, `n`: analytic and numeric gradient, two numbers or two arrays of one shape |
# | out | one number: the largest relative error of all entries |
#
# Worked: `relative_error(-1.0, -1.1)` is `0.1 / 1.1 = 0.0909`; `relative_error(np.array([0., 2.]), np.array([0., 2.]))`
# is 0.
#
# Often missed: absolute values in the denominator (the larger of two negative numbers is the one nearer zero); 0/0; a floor
# such as `1e-8` in the denominator, which makes 2e-9 and 1e-9 look alike; $|a|+|n|$ instead of the larger of the two.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>For which entries is the formula undefined, and what should they give?</details>
# <details><summary>Hint 2: a place</summary>np.maximum works entry by entry, np.max takes the largest of all. Where the
# larger of the two is 0, divide by 1 instead: the numerator is 0 there anyway. np.where chooses.</details>
# <details><summary>Hint 3: the formula</summary>scale = np.maximum(np.abs(a), np.abs(n)); the answer is the largest entry of
# np.abs(a - n) / np.where(scale == 0, 1, scale). np.asarray lets it work for plain numbers too.</details>


# %% nbgrader={"grade": false, "grade_id": "relative_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relative_error(a, n):
    """Return the largest |a - n| / max(|a|, |n|) over all entries; an entry where both are 0 counts as 0."""
    ### BEGIN SOLUTION
    a, n = np.asarray(a, dtype=np.float64), np.asarray(n, dtype=np.float64)
    scale = np.maximum(np.abs(a), np.abs(n))
    worst = float(np.max(np.abs(a - n) / np.where(scale == 0, 1.0, scale)))
    ### END SOLUTION
    return worst


# %%
check("relative_error", relative_error)

# %% nbgrader={"grade": true, "grade_id": "relative_error-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import gradient_checking

gradient_checking.grade("relative_error", relative_error)
### END HIDDEN TESTS
assert relative_error(-3.0, -3.0) == 0, "Equal gradients have no error."
assert relative_error(2.0, 1.0) == relative_error(1.0, 2.0), "Neither gradient is privileged."

# %% [markdown]
# How to read the number, with $h$ near 1e-5 in float64:
#
# | relative error | what it says |
# |---|---|
# | above 1e-2 | the gradient is probably wrong |
# | 1e-2 to 1e-4 | suspicious: look for the cause |
# | below 1e-4 | acceptable *only if the loss has kinks*; for tanh and softmax it is too high |
# | 1e-7 and less | no sign of a bug |
#
# These are rules of thumb. The next sections are about what changes the number: precision, tiny gradients, and kinks.

# %% [markdown]
# ## 1.4 Digits run out
#
# Now check one linear classifier on the same 50 digits in both precisions, with the same step $h$ = 3e-4, a compromise
# between the best steps of the two. From here on the lesson uses *your* two functions. If one is missing, the cell says so:
# write it, then go on from here.

# %%
X, y, linear = pixels[:50], data.y_train[:50], MLP(sizes=(64, 10))
with needs("Exercises 1 and 2"):
    for number in (np.float32, np.float64):
        params, rows = linear.start(np.random.default_rng(0), dtype=number), X.astype(number)
        where = numerics.picks(params, ("W1",), 60, np.random.default_rng(1))
        grads = linear.loss(params, rows, y)[1]
        loss = lambda p, rows=rows: linear.loss(p, rows, y)[0]  # noqa: E731
        e = numerics.entry_errors(numerical_gradient, relative_error, loss, params, grads, where, 3e-4)
        print(f"{number.__name__}: median relative error {np.median(e[e > 0]):.0e}")

# %% [markdown]
# The error falls from about 1e-2 to about 1e-8, and no bug was mended: you might have called 1e-2 a bug. Below, each dot is
# one weight or bias of a tanh network in float64, now at $h$ = 1e-5. All gradients are right.

# %% tags=["picture"]
tanh = MLP(sizes=(64, 50, 10), activation="tanh")
checking.errors_by_size(numerical_gradient, relative_error, tanh, X, y)

# %% [markdown]
# The dots lie under the dashed line $\varepsilon\,|f|/(h\,|g|)$: the rounding of a loss near 2, divided by a step and by a
# small gradient. So get used to two things. **Print the raw values** beside the error. And do not trust the error of
# gradients below 1e-10: there the numeric gradient is all rounding.
#
# Over a huge range, floats are equally dense *relative to their size*, so multiplying the loss by a constant changes nothing.
# At the bottom of the range it changes everything:

# %%
x = np.float32(1.0)
for scale in (1.0, 1e-20, 1e-38, 1e-42):
    small = np.float32(scale)
    slope = float(centred(lambda t, s=small: s * np.sin(t), x, np.float32(1e-2)))
    print(f"loss times {scale:.0e}: relative error {abs(slope / float(small) - np.cos(1)) / np.cos(1):.0e}")
for number in (1.0, 1e8, 1e16):
    print(f"next float64 after {number:.0e} is {numerics.gap(number):.0e} away")

# %% [markdown]
# Down to 1e-38 nothing happens; below it float32 has fewer digits left. A product of many probabilities soon gets there.
# Multiply such a loss by a large number for the check, so that values are near 1. At the other end, a loss of 1e16 cannot
# even show a change of one.

# %% [markdown]
# ## 1.5 Kinks
#
# You will need these words:
#
# - A **linear classifier** gives each class a score: $s = xW + b$, with the image $x$ as a row. A linear **SVM** is
#   one trained with the **hinge** loss $\sum_{c\ne y}\max(0, s_c - s_y + 1)$: it wants the right class $y$ to lead every
#   other class by a **margin** of 1, and adds up how much is missing. A margin that is not reached is *violated*.
#   (Lesson F2 builds one.)
# - **Dropout** sets a random part of a layer's units, here half, to zero at every training step. (Lesson F5 uses the share
#   that is kept, `keep`; here `dropout` is the share that is dropped.)
# - **CIFAR-10** is a set of 50,000 small colour photographs, 32 by 32 pixels, in ten classes.

# %% [markdown]
# The ReLU, the hinge and every other max have a corner. At $x=-10^{-6}$ the slope of $\max(0,x)$ is 0. Guess what a centred
# difference with $h=10^{-5}$ says, then move $x$.

# %% tags=["picture"]
moving.kink(1e-5)

# %%
numeric = centred(lambda t: max(0.0, t), -1e-6, 1e-5)
print(f"analytic 0, numeric {numeric:.2f}, relative error {abs(numeric) / max(abs(numeric), 0):.0f}")
print(f"max terms in the hinge of a linear SVM on CIFAR-10: {50_000 * 9:,}")

# %% [markdown]
# Nothing is wrong with that gradient; **the step crossed the kink**. With 450,000 max terms, some kinks are always within
# reach. To find out, record *which argument won* every max at $x-h$, at $x$ and at $x+h$. If a winner changed, the numeric
# slope mixes two pieces, and the entry proves nothing.

# %% [markdown]
# ### Exercise 3. Was a kink crossed? · 5 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `winners(x)` returns an integer array, the winner of every max at `x`; `x` an array; `ix` the index of the entry that is moved; `h` |
# | out | True if any max has another winner at `x - h` or at `x + h` than at `x`, else False |
# | after the call | `x` holds what it held before |
#
# Worked: for one ReLU at `x = [-1e-6]`: at `x + 1e-5` it fires, at `x` it does not, so the answer is True. With `h = 1e-7`
# it is False.
#
# Often missed: looking at one side only; leaving `x` out; comparing winners as quantities (`allclose`, sums) when they
# are names.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>The two ends agree, and x between them has another winner. Does the analytic
# gradient, which is taken at x, belong to the piece that the ends lie on?</details>
# <details><summary>Hint 2: a place</summary>Three calls of winners: on x, and on two copies of x in which one entry was
# moved. np.array_equal compares name by name.</details>
# <details><summary>Hint 3: the formula</summary>True unless winners(x - h e) = winners(x) = winners(x + h e) in every place,
# with e as in Exercise 1.</details>


# %% nbgrader={"grade": false, "grade_id": "crosses_kink", "locked": false, "schema_version": 3, "solution": true, "task": false}
def crosses_kink(winners, x, ix, h):
    """Return whether moving entry ix of x by -h or +h changes the winner of any max."""
    ### BEGIN SOLUTION
    below, above = x.copy(), x.copy()
    below[ix] -= h
    above[ix] += h
    here = winners(x)
    crossed = not (np.array_equal(winners(below), here) and np.array_equal(winners(above), here))
    ### END SOLUTION
    return crossed


# %%
check("crosses_kink", crosses_kink)

# %% nbgrader={"grade": true, "grade_id": "crosses_kink-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import gradient_checking

gradient_checking.grade("crosses_kink", crosses_kink)
### END HIDDEN TESTS
assert crosses_kink(numerics.relu_side, np.array([-1e-6]), 0, 1e-5), "The ReLU fires at x + h and not at x."
assert not crosses_kink(numerics.relu_side, np.array([-1e-6]), 0, 1e-7), "Both ends are negative."

# %% [markdown]
# **Few data points cross few kinks.** The next picture checks 100 entries of a ReLU network with 200 units and a right
# gradient, at $h$ = 1e-4, from sixteen starts, joined by grey lines. A cross marks a trial in which your `crosses_kink` found
# a crossing.

# %% tags=["picture"]
checking.errors_by_points(numerical_gradient, relative_error, crosses_kink, pixels, data.y_train)

# %% [markdown]
# The same start can pass with 3 points and seem to have a bug with 50. With fewer points, crossings are rarer, but each has a
# larger effect, since each point weighs more in the mean. Without the crosses, every trial stays below 1e-5. Two or three
# data points are also faster, and a formula for a mean over rows that is right for three rows is seldom wrong for fifty.
#
# **Deep networks blur the reading too.** With more ReLU layers, one weight can reach more kinks. The next cell uses ten
# digits and takes the median of six starts; here $h$ = 1e-3, so that steps are long enough to cross some:

# %% tags=["measured"]
with needs("Exercises 1 and 2"):
    own, ten = (numerical_gradient, relative_error), (pixels[:10], data.y_train[:10])
    for activation in ("tanh", "relu"):
        for depth in (2, 6, 10):
            e = [numerics.depth_trial(*own, activation, depth, *ten, seed) for seed in range(6)]
            print(f"{activation}, {depth:2} layers: median of the worst errors {np.median(e):.0e}")

# %% [markdown]
# At ten ReLU layers an error near 1e-2 need not be a bug; judge it together with its kinks. Some say that errors build up
# with depth. In the tanh network they do not: the error is a few 1e-6 at every depth, and that is truncation, since this
# $h$ is a hundred times 1e-5. Between their kinks ReLU layers are linear and have little truncation error, which explains the
# better numbers at two and six layers.
#
# **A good place to stop.** You have the measuring instrument and know its errors. What follows is about where to measure.

# %% [markdown]
# ## 1.6 Where to look
#
# A check is valid for the place where it was made, and for no other. Here are four places where bugs pass.
#
# **At the first step.** Here is a hinge loss whose gradient counts every margin as violated. At tiny weights every margin
# *is* violated. The next picture tests the gradient every few steps of training with it.

# %% tags=["picture"]
checking.burn_in(numerical_gradient, relative_error, pixels[:17], data.y_train[:17])

# %% [markdown]
# So check again **after a short burn-in**, once the loss has started to fall.
#
# **Under the regulariser.** A regulariser is a penalty on large weights. With $R=\frac\lambda2\sum w^2$ in the loss, its
# gradient $\lambda w$ can be so much longer than the data's that it hides everything else. The data gradient below is 5%
# wrong throughout.

# %% tags=["picture"]
checking.under_the_regulariser(numerical_gradient, relative_error, pixels[:37], data.y_train[:37])

# %% [markdown]
# At $\lambda=0$ the 5% are obvious; at 1e5 even the worst entry is near 1e-5, which many checks let pass. In between,
# where the two gradients nearly cancel, single entries look even worse. **Check the data loss alone, then the
# regulariser alone.**
#
# **With random numbers in the loss.** Dropout and data augmentation draw new random numbers at every call, so $f(x+h)$ and
# $f(x-h)$ are values of two different functions. Switch them off, or start the generator from **the same seed before every
# evaluation**:

# %%
net, three = MLP(sizes=(64, 50, 10)), (pixels[:3], data.y_train[:3])
params, free = net.start(np.random.default_rng(0)), np.random.default_rng(2)
where = numerics.picks(params, ("W2",), 20, np.random.default_rng(1))
modes = {
    "no dropout": dict,
    "dropout, a new mask per call": lambda: {"dropout": 0.5, "rng": free},
    "dropout, the same seed per call": lambda: {"dropout": 0.5, "rng": np.random.default_rng(2)},
}
with needs("Exercises 1 and 2"):
    for name, options in modes.items():
        grads = net.loss(params, *three, **options())[1]
        loss = lambda p, options=options: net.loss(p, *three, **options())[0]  # noqa: E731
        e = numerics.entry_errors(numerical_gradient, relative_error, loss, params, grads, where, 1e-5)
        print(f"{name}: worst error {e.max():.0e}")

# %% [markdown]
# **In the small arrays.** A full check of a linear classifier for CIFAR-10, with 30,720 weights and 10 biases, needs
# two loss evaluations per parameter. So people check a sample. How often do 10 draws from all parameters miss every bias?

# %%
weights, biases = 32 * 32 * 3 * 10, 10
print(f"parameters {weights + biases:,}; loss evaluations of a full check {2 * (weights + biases):,}")
print(f"10 draws miss all biases {numerics.chance_of_missing(biases, weights, 10):.1%} of the time")

# %% [markdown]
# If you sample in proportion to size, you sample only the weights. Take **a few entries of every array**.
#
# ### Exercise 4. Check every array · 6 points · about 15 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `loss(params)` returns a number; `params`, `grads`: dicts from name to array; `per_array` entries to check in each array; `rng` a NumPy generator |
# | out | dict from name to the worst relative error (Exercise 2) among that array's entries, measured by centred differences |
# | entries | drawn without replacement with `rng`; all of them if the array has no more than `per_array` |
# | after the call | `params` hold what they held before |
#
# Worked: arrays of shape (40, 50) and (5,) with `per_array=5` cost 20 evaluations of the loss, two for each of 10 entries.
#
# Often missed: `rng.choice` refuses more draws than there are; biases; entries left moved.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Where does the number of draws come from, so that an array of 3 entries and
# one of 30,000 are both served?</details>
# <details><summary>Hint 2: a place</summary>A loop over params.items(), inside it a loop over rng.choice(w.size,
# min(per_array, w.size), replace=False). np.unravel_index(k, w.shape) turns a flat number into an index. You cannot call
# numerical_gradient on the whole array: it would move every entry. Move one, as in its loop, with h = 1e-5.</details>
# <details><summary>Hint 3: the formula</summary>For each drawn ix: n = (loss with w[ix] + h, minus loss with w[ix] - h) / (2h),
# a = grads[name][ix], and the report is the largest relative_error(a, n) of the array. Put w[ix] back before the next.</details>


# %% nbgrader={"grade": false, "grade_id": "check_gradients", "locked": false, "schema_version": 3, "solution": true, "task": false}
def check_gradients(loss, params, grads, per_array, rng):
    """Return, for every array, the worst relative error among per_array entries drawn with rng."""
    h = 1e-5
    ### BEGIN SOLUTION
    report = {}
    for name, w in params.items():
        report[name] = 0.0
        for k in rng.choice(w.size, min(per_array, w.size), replace=False):
            ix = np.unravel_index(k, w.shape)
            old = w[ix]
            w[ix] = old + h
            above = loss(params)
            w[ix] = old - h
            below = loss(params)
            w[ix] = old
            report[name] = max(report[name], relative_error(grads[name][ix], (above - below) / (2 * h)))
    ### END SOLUTION
    return report


# %%
check("check_gradients", check_gradients)

# %% [markdown]
# Try it on a bug of your own: here the bias gradient has lost its division by the number of rows. `b1` must stand out.

# %%
params = linear.start(np.random.default_rng(0))
_, grads = linear.loss(params, pixels[:7], data.y_train[:7])
grads["b1"] *= 7
with needs("Exercise 4"):
    loss = lambda p: linear.loss(p, pixels[:7], data.y_train[:7])[0]  # noqa: E731
    for name, error in check_gradients(loss, params, grads, 5, np.random.default_rng(0)).items():
        print(f"{name}: worst relative error {error:.0e}")

# %% nbgrader={"grade": true, "grade_id": "check_gradients-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import gradient_checking

gradient_checking.grade("check_gradients", check_gradients)
### END HIDDEN TESTS
square = {"w": np.array([1.0, -2.0])}
found = check_gradients(
    lambda p: float((p["w"] ** 2).sum()), square, {"w": 2 * square["w"]}, 5, np.random.default_rng(0)
)
assert found["w"] < 1e-6, "The gradient of w^2 is 2 w."

# %% [markdown]
# ## 1.7 Seven implementations, four bugs
#
# `trojans.planted()` returns seven losses of one small tanh network, from `ash` to `juniper`. Three are right. Each of the
# other four gets past some careless check. All are called in the same way:
#
# `loss, grads = implementation(params, X, y, reg, seed)`
#
# If you leave out `reg` and `seed`, you get the authors' own: `reg=1e5`, `seed=None`. Do not rely on them.
#
# Guess before you write: the four hide in four different ways, all of which the last section described. Which four conditions
# must your check meet so that none gets past it?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-conditions", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 5. Find the trojans · 8 points · about 25 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | `implementations`: dict from name to implementation, called as above; `data`: dict with `"X"`, `"y"` and tiny initial `"params"` (W1, b1, W2, b2) |
# | out | list of the names whose gradient is wrong: by a relative error above 1e-3 in any array |
#
# An implementation whose loss changes between two calls with one seed cannot be checked, and counts as wrong. One whose
# random numbers depend only on its seed is not wrong for that. The graded check uses other names and other data, and the
# numbers may be small.
#
# Worked: of the seven, four are wrong. With the authors' settings at the initial weights, a check calls three wrong, and one
# of these is right.
#
# Often missed: checking where training starts; the authors' `reg`; no seed; the biases.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>At which parameters, with which reg and which seed do you call, and which
# arrays do you look at?</details>
# <details><summary>Hint 2: a place</summary>For each implementation: copy the params; take 30 steps of gradient descent with
# rate 0.5 along its own gradient (reg 0, one seed), so that the weights leave the start and, for those with a hinge,
# margins become satisfied; then call your check_gradients with a loss that fixes reg and seed: lambda p: implementation(p, X, y, 0.0, 1)[0].</details>
# <details><summary>Hint 3: the formula</summary><code>max(report.values()) &gt; 1e-3</code>: wrong. The units are tanh,
# and after the burn-in the hinges are away from their kinks, so a right gradient stays below 1e-5.</details>


# %% nbgrader={"grade": false, "grade_id": "find_trojans", "locked": false, "schema_version": 3, "solution": true, "task": false}
def find_trojans(implementations, data):
    """Return the names of the implementations whose gradient is wrong."""
    X, y = data["X"], data["y"]
    ### BEGIN SOLUTION
    wrong = []
    for name, implementation in implementations.items():
        params = {key: w.copy() for key, w in data["params"].items()}
        for _ in range(30):
            grads = implementation(params, X, y, 0.0, 1)[1]
            params = {key: params[key] - 0.5 * grads[key] for key in params}
        grads = implementation(params, X, y, 0.0, 1)[1]
        report = check_gradients(
            lambda p: implementation(p, X, y, 0.0, 1)[0], params, grads, 5, np.random.default_rng(0)
        )
        if max(report.values()) > 1e-3:
            wrong.append(name)
    ### END SOLUTION
    return wrong


# %%
check("find_trojans", find_trojans)

# %%
with needs("Exercise 5"):
    print(trojans.review(find_trojans(trojans.planted(), trojans.workshop())))

# %% nbgrader={"grade": true, "grade_id": "find_trojans-check", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import gradient_checking

gradient_checking.grade("find_trojans", find_trojans)
### END HIDDEN TESTS
assert len(find_trojans(trojans.planted(), trojans.workshop())) == 4, "Four of the seven are wrong."

# %% [markdown]
# To see how each hides, run one check per row; all but the last are careless.

# %% tags=["picture"]
checking.careless(
    check_gradients,
    {
        "initial weights, authors' reg, no seed": (0, trojans.AUTHORS_REG, None),
        "initial weights, reg 0, seed": (0, 0.0, 1),
        "after 30 steps, reg 1000, seed": (30, 1e3, 1),
        "after 30 steps, reg 0, no seed": (30, 0.0, None),
        "after 30 steps, reg 0, seed": (30, 0.0, 1),
    },
)

# %% [markdown]
# `birch`, whose data gradient is 5% too long, hides under the regulariser. `elm`, which counts every margin, hides at the
# initial weights. `juniper` is caught as soon as you look at its biases. `fir` draws a new mask whatever the seed: every row
# reports it, but without a seed the correct dropout `cedar` is reported too, and the author of `fir` could say that dropout
# is always like that.

# %% [markdown]
# ## 1.8 Find the slip
#
# Each sentence contains one slip. The first two come from widely read lecture notes (Stanford's CS231n, *Neural Networks Part
# 3*); readers make the others. Change the values in the cell below until every line says *mended*.
# Nothing is graded.

# %% [markdown]
# 1. *The kink:* "Consider gradient checking a ReLU at $x=-10^{6}$ with $h > 10^{-6}$: the numeric gradient is not zero."
# 2. *The winners:* "If a winner changes between $f(x+h)$ and $f(x-h)$, a kink was crossed." Which third point belongs to it?
# 3. *The centred expansion:* $\frac{f(x+h)-f(x-h)}{2h}=f'+\frac{h^2}{6}f'''-\frac{h^4}{120}f''''+\dots$
# 4. *The denominator:* "divide by $\max(f'_a, f'_n)$."
# 5. *The sample:* "check entries in proportion to the size of each array." How many of the 10 biases does a budget of 20
#    checked entries get in proportion, out of 30,730?

# %%
x = -1e6  # 1. where the ReLU is
points = ("x + h", "x - h")  # 2. at which points the winners are compared
sign, order = -1, 4  # 3. the sign of h^4/120 and which derivative follows it
biases_checked = 10  # 5.


def denominator(a, n):  # 4.
    return max(a, n)


# %%
left = centred(np.sin, 1.0, 0.5) - np.cos(1) - 0.5**2 / 6 * (-np.cos(1))
derivatives = {4: np.sin(1), 5: np.cos(1)}  # of sin at 1
claims = {
    "1. the kink": centred(lambda t: max(0.0, t), x, 1e-5) != 0 and x < 0,
    "2. the winners": set(points) == {"x", "x + h", "x - h"},
    "3. the expansion": np.isclose(left, sign * 0.5**4 / 120 * derivatives.get(order, 0.0), rtol=0.05),
    "4. the denominator": denominator(-3.0, -2.0) == 3.0 and denominator(1.0, 2.0) == 2.0,
    "5. the sample": biases_checked == round(20 * 10 / 30_730),
}
for claim, mended in claims.items():
    print(f"{claim}: {'mended' if mended else 'still wrong'}")

# %% [markdown]
# <details><summary>What the five should say, once you have tried</summary>
#
# 1. $x=-10^{-6}$; at minus a million no step of 1e-5 gets near the kink. 2. `"x"` itself: the analytic gradient is taken
# there. 3. $+\frac{h^4}{120}f^{(5)}$: even terms cancel, so an even derivative cannot appear. 4. $\max(|f'_a|,|f'_n|)$.
# 5. None: the share rounds to 0, which is why each array gets its own few.
#
# </details>

# %% [markdown]
# ## 1.9 The culprit
#
# Back to A and B. Your `check_gradients` tests both with three digits and five entries of every array, after two epochs of
# training.

# %% tags=["picture"]
checking.culprit(check_gradients, data)

# %% [markdown]
# A sends the gradient back through each ReLU as if it were not there. `W3` and `b3` lie above the last ReLU and are right,
# everything below is wrong, and the first wrong array from the top tells you which line to read. Yet A's loss fell faster
# from ten of twelve starts. A falling loss is not a check.

# %% [markdown]
# ## Say it back
#
# 1. A centred difference in float64 with $h$ near 1e-5, compared by relative error, is a second opinion good to 1e-7.
# 2. A large error can be a kink, a tiny gradient, or float32; a small one can come from checking in the wrong place: at
#    initial weights, under a strong regulariser, without the biases.
# 3. Use few data points, after a burn-in, the data loss alone, one seed and a few entries of every array, and print the raw
#    values.
#
# **Next:** *Sanity checks* (02). The gradient is right; is the loss right?

# %% [markdown]
# **Open question.** A complex step, $\mathrm{Im} f(x+ih)/h$, has no subtraction and no rounding V. Which of this lesson's
# problems would it solve, and which layers of a network could not take $x+ih$?
#
# **Still argued about.** Whether the slope that you assign to the ReLU at exactly 0 matters. In theory it should not;
# Bertoin, Bolte, Gerchinovitz and Pauwels, *Numerical influence of ReLU'(0) on backpropagation* (NeurIPS 2021), report that
# in float32 it does.

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
