# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # F2. Linear classifiers
#
# **Nobody drew these ten pictures. They, and ten more numbers, are all that a program has kept of 1197 handwritten digits.
# Which picture belongs to which digit?**
#
# *You will be able to* turn pixels into scores, measure with two losses how wrong scores are, write the gradients of both,
# and follow them with mini-batches.
#
# *Time* about 125 minutes, with a good place to stop after section F2.3. *You need* F1 (images as vectors, training and test
# sets), matrix products, and the derivative of a function of one variable. *Points* 24.

# %%
import numpy as np

from course import plots
from course.checks import check, needs
from course.data import spiral
from course.figures import linear
from course.interactive.linear import turning
from course.mine import plain_gradient_descent
from course.pixels import digit_images, moved
from course.threads import keep_one_thread

plots.use_style()
keep_one_thread()
images = digit_images()
X_train, y_train = images.train.reshape(-1, 64), images.y_train
X_fresh, y_fresh = images.fresh.reshape(-1, 64), images.y_fresh
W_learned = linear.learned(images)

# %% tags=["picture"]
linear.templates(W_learned)

# %% [markdown]
# ## Guess first
#
# For which letters can you name the digit? And a second guess: how many of 300 fresh images does this program get right? (The
# nearest neighbour of F1, which keeps all 76,608 pixels, gets 297.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-templates", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## F2.1 A template for every class
#
# A **linear classifier** has a row of weights for every class, one weight for each pixel: the **template**. It lays the
# template over the image, multiplies each pixel by the weight above it, adds up the products, and adds a number that does not
# depend on the image, the **bias**. The result is the **score** of the class:
#
# $$s_c = w_c\cdot x + b_c .$$
#
# The class with the largest score is the answer. Ink under a positive weight raises the score of the class, ink under a
# negative weight lowers it. The bias is what a blank sheet scores.

# %% [markdown]
# Ten templates are a matrix. To keep the biases in the same matrix, append a 1 to every image: then the bias is one more weight,
# the one that meets the 1. This is the **bias trick**:
#
# $$s_c = \sum_{j} W_{cj}\,x_j + W_{c,D}\cdot 1 .$$
#
# So `W` has the shape $(C, D+1)$, the biases are its **last column**, and the scores of all images are one matrix product.

# %% [markdown]
# ### Exercise 1. Scores · 3 points · about 8 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `W` of shape (C, D + 1), one row per class, biases in the last column; `X` of shape (N, D) |
# | out | scores, an array of shape (N, C): one row per image, one column per class |
# | after the call | `W` and `X` hold what they held before |
#
# Worked: `W = [[1, 0, 5], [0, 2, -1]]`, `X = [[3, 4]]` gives `[[8, 7]]`: 3 + 5 and 2·4 - 1.
#
# Often missed: the bias; the ones in the first column instead of the last; scores transposed, one row per class.
#
# <details><summary>Hint 1: a question</summary>What shape does X have after a 1 is appended to every row, and must W be transposed so that the product has the shape (N, C)?</details>
# <details><summary>Hint 2: a place</summary>np.hstack([X, np.ones((len(X), 1))]) appends the ones; W.T is W with rows and columns exchanged, its transpose. Or leave X alone and add W[:, -1] at the end.</details>
# <details><summary>Hint 3: the formula</summary><code>X @ W[:, :-1].T + W[:, -1]</code></details>


# %% nbgrader={"grade": false, "grade_id": "scores", "locked": false, "schema_version": 3, "solution": true, "task": false}
def scores(W, X):
    """Return the score of every class for every row, (N, C)."""
    ### BEGIN SOLUTION
    s = np.hstack([X, np.ones((len(X), 1))]) @ W.T
    ### END SOLUTION
    return s


# %%
check("scores", scores)

# %% nbgrader={"grade": true, "grade_id": "scores-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import linear_classifier

linear_classifier.grade("scores", scores)
### END HIDDEN TESTS
worked = scores(np.array([[1.0, 0.0, 5.0], [0.0, 2.0, -1.0]]), np.array([[3.0, 4.0]]))
assert np.allclose(worked, [[8.0, 7.0]]), "3 + 5 for the first class, 8 - 1 for the second"

# %% [markdown]
# Your scores tell which template belongs to which digit.

# %% tags=["picture"]
linear.revealed(W_learned, scores, X_fresh, y_fresh)

# %% [markdown]
# Most templates do not look like digits, and they need not: they do not show what a digit *looks like* but what distinguishes
# it from the other nine. The 0 has a hole in the middle, because ink there lowers its score. Every way of writing a
# 4 or a 1 has to share one template.

# %% [markdown]
# And the program is good: 95% with 650 numbers in place of 76,608, and 640 multiplications for an answer instead of 76,608.
# What the nearest neighbour looks up in its examples is now stored in the weights. Training takes a while; answering is
# instant. That is the right way round.
#
# It has one weakness that you know:

# %%
with needs("Exercise 1"):
    for name, shown in (("as they are", images.fresh), ("one pixel to the right", moved(images.fresh, 0, 1))):
        right = np.mean(np.argmax(scores(W_learned, shown.reshape(-1, 64)), axis=1) == y_fresh)
        print(f"{name}: {right:.2f} right")

# %% [markdown]
# A template stays in one place. *Convolutional* networks move a template across the image; this course does not.

# %% [markdown]
# ## F2.2 How wrong? The hinge
#
# Where do good weights come from? First measure how *bad* weights are by a **loss**, a number that is large if the scores are
# wrong. Then look for weights that make it small.
#
# The **hinge** wants the score of the right class to lead every other score by a margin $\delta$. For image $i$, whose right
# class is $y_i$, it adds up how much is missing:
#
# $$L_i = \sum_{c\ne y_i}\max(0,\ s_c - s_{y_i} + \delta).$$
#
# Take the scores $(3.2,\ 5.1,\ -1.7)$, with the first class right and $\delta = 1$. The second class is ahead by 1.9 but
# should be 1 behind, which costs 2.9; the third is far enough behind and costs nothing. $L = 2.9$. A classifier trained with
# this loss is a *multi-class support vector machine*, SVM.

# %% [markdown]
# The loss of the whole data is the **mean** over the rows, plus a **penalty** for large weights:
#
# $$L = \frac1N\sum_i L_i + \frac\lambda2\sum_{c}\sum_{j<D} W_{cj}^2 .$$
#
# Why a penalty? If $W$ keeps all margins, so does $2W$, and something must choose between them. The penalty prefers small
# weights on many pixels to large weights on a few. The biases multiply no pixel and are not penalised. ($\delta$ needs no
# tuning: margins grow with the weights, so changing $\delta$ does the same as changing $\lambda$.)

# %% [markdown]
# **The gradient** of a loss is the table of its slopes, one for each weight: entry $(c, j)$ says how fast $L$ grows when
# $W_{cj}$ is raised and all other weights stay. It has the shape of $W$. The slope of $\max(0, z)$ is 1 where $z>0$ and 0
# elsewhere, and $s_c$ grows by $x_{ij}$ for each unit of $W_{cj}$.
#
# So each violated margin of row $i$ pushes two templates: the violating class gets $+x_i$, the right class gets $-x_i$. The right
# class gets $-x_i$ *as often as there are violations* in its row. Divide by $N$, and add the slope of the penalty, $\lambda W$.

# %% [markdown]
# ### Exercise 2. The hinge · 6 points · about 18 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `W` (C, D + 1), biases in the last column; `X` (N, D); `y` (N,); `reg` is $\lambda$; `delta`, default 1 |
# | out | `loss`, a number; `dW`, its gradient, of the shape of `W` |
# | after the call | `W`, `X`, `y` hold what they held before |
#
# Worked: `W = [[1, 0], [0, 0]]`, `X = [[0.5]]`, `y = [0]`, `reg = 0.1`: scores 0.5 and 0, missing 0.5, penalty 0.05. Loss
# `0.55`, `dW = [[-0.4, -1], [0.5, 1]]`.
#
# Often missed: the right class's own margin, which is always $\delta$ and does not count; the number of violations at the
# right class; $1/N$; the half and the $\lambda W$; the last column, which is not penalised.
#
# <details><summary>Hint 1: a question</summary>If s is (N, C) and d holds the slope of the loss for every score, which product of d and the extended X has the shape of W?</details>
# <details><summary>Hint 2: a place</summary>rows = np.arange(len(y)); s[rows, y] are the scores of the right classes. margins = np.maximum(0, ...), then margins[rows, y] = 0. d = (margins &gt; 0) as floats; then d[rows, y] becomes minus its row sums. For the penalty: a copy of W with the last column set to 0.</details>
# <details><summary>Hint 3: the formula</summary><code>loss = margins.sum() / N + reg / 2 * (V**2).sum()</code> and <code>dW = d.T @ ones / N + reg * V</code>, with V the copy without biases and ones the X with its column of ones.</details>


# %% nbgrader={"grade": false, "grade_id": "svm_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def svm_gradient(W, X, y, reg, delta=1):
    """Return the mean hinge with its penalty, and its gradient with respect to W."""
    ### BEGIN SOLUTION
    rows, ones = np.arange(len(y)), np.hstack([X, np.ones((len(X), 1))])
    s = ones @ W.T
    margins = np.maximum(0, s - s[rows, y][:, None] + delta)
    margins[rows, y] = 0
    d = (margins > 0).astype(np.float64)
    d[rows, y] = -d.sum(axis=1)
    V = W.copy()
    V[:, -1] = 0
    loss = margins.sum() / len(y) + reg / 2 * (V**2).sum()
    dW = d.T @ ones / len(y) + reg * V
    ### END SOLUTION
    return loss, dW


# %%
check("svm_gradient", svm_gradient)

# %% nbgrader={"grade": true, "grade_id": "svm_gradient-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import linear_classifier

linear_classifier.grade("svm_gradient", svm_gradient)
### END HIDDEN TESTS
loss, dW = svm_gradient(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[0.5]]), np.array([0]), 0.1)
assert np.isclose(loss, 0.55), "half a margin is missing, and the penalty is 0.05"
assert np.allclose(dW, [[-0.4, -1.0], [0.5, 1.0]]), "the right template gets -x, the other +x, and 0.1 of the weight 1"

# %% [markdown]
# Never trust a gradient that you derived yourself before you have tested it. Nudge one weight up and down by a small $h$ and
# see how much the loss changes: this measures the slope, slowly but reliably. (Lesson 01 is about doing this well.)


# %%
def worst_difference(f, W, *rest, h=1e-5):
    """The largest gap between dW and the slope measured weight by weight, relative to the largest slope."""
    slopes = np.zeros(W.shape)
    for ix in np.ndindex(W.shape):
        nudge = np.zeros(W.shape)
        nudge[ix] = h
        slopes[ix] = (f(W + nudge, *rest)[0] - f(W - nudge, *rest)[0]) / (2 * h)
    return np.abs(slopes - f(W, *rest)[1]).max() / np.abs(slopes).max()


rng = np.random.default_rng(0)
small = (rng.normal(size=(3, 5)), rng.normal(size=(6, 4)), rng.integers(0, 3, 6), 0.5)
with needs("Exercise 2"):
    gap = worst_difference(svm_gradient, *small)
    print("the hinge's gradient", "agrees with nudging to 7 digits" if gap < 1e-7 else f"is off by {gap:.1e}")

# %% [markdown]
# ## F2.3 How wrong? Cross-entropy
#
# The hinge says nothing about *how sure* a classifier is, and it is 0 as soon as all margins are kept. The second loss turns
# the scores into **probabilities**: the **softmax** takes exponentials, which makes all of them positive, and divides by
# their sum. (Scores that are meant for a softmax are called *logits*.)
#
# $$p_c = \frac{e^{s_c}}{\sum_k e^{s_k}},\qquad L_i = -\ln p_{y_i} .$$
#
# The loss is the **cross-entropy**: it is 0 if the right class has probability 1, and grows without bound as that probability
# falls. For the scores above, $p_1 = 0.13$ and $L = 2.04$. (If you get 0.89, you took the logarithm to base 10.)

# %% [markdown]
# **The gradient.** Written out, $L_i=-s_{y_i}+\ln\sum_k e^{s_k}$. Raise $s_c$ alone and keep all other scores; such a slope
# is written with $\partial$. The logarithm of $u$ has the slope $u'/u$, and only the term $e^{s_c}$ of the sum changes, so
#
# $$\frac{\partial L_i}{\partial s_c} = p_c - [c = y_i],$$
#
# the prediction minus the truth; the bracket is 1 if the statement in it is true, and 0 if not. Multiply by $x_i$, divide by
# $N$, and add $\lambda W$ as before.
#
# One trap: `np.exp(1000)` is infinite. Adding a constant to all scores of a row changes no probability, so subtract the
# row's largest first. (The other trap, a probability that rounds to 0, is allowed here. F4 asks you to avoid it, and lesson
# 02 shows what it does.)

# %% [markdown]
# ### Exercise 3. Cross-entropy · 6 points · about 15 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `W` (C, D + 1), biases in the last column; `X` (N, D); `y` (N,); `reg` is $\lambda$ |
# | out | `loss`, the mean cross-entropy plus $\frac\lambda2\sum W^2$ without the biases; `dW`, of the shape of `W` |
# | after the call | `W`, `X`, `y` hold what they held before |
#
# Worked: `W` of zeros, (2, 2), `X = [[4.]]`, `y = [0]`, any `reg`: loss `0.693`, `dW = [[-2, -.5], [2, .5]]`.
#
# Often missed: the shift by each row's largest score; the axis of the sum (classes, not images); the 1 at the label; $1/N$; the
# penalty as in Exercise 2.
#
# <details><summary>Hint 1: a question</summary>Which line of your hinge has to change, and which can stay as it is?</details>
# <details><summary>Hint 2: a place</summary>s = s - s.max(axis=1, keepdims=True); p = np.exp(s), divided by its sums over axis 1 with keepdims=True. The losses of the rows are -np.log(p[rows, y]). Then p[rows, y] -= 1 turns p into d.</details>
# <details><summary>Hint 3: the formula</summary>$d = p - [c = y]$; <code>dW = d.T @ ones / N + reg * V</code>, as in Exercise 2.</details>


# %% nbgrader={"grade": false, "grade_id": "softmax_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_gradient(W, X, y, reg):
    """Return the mean cross-entropy with its penalty, and its gradient with respect to W."""
    ### BEGIN SOLUTION
    rows, ones = np.arange(len(y)), np.hstack([X, np.ones((len(X), 1))])
    s = ones @ W.T
    odds = np.exp(s - s.max(axis=1, keepdims=True))
    p = odds / odds.sum(axis=1, keepdims=True)
    V = W.copy()
    V[:, -1] = 0
    loss = -np.log(p[rows, y]).mean() + reg / 2 * (V**2).sum()
    p[rows, y] -= 1
    dW = p.T @ ones / len(y) + reg * V
    ### END SOLUTION
    return loss, dW


# %%
check("softmax_gradient", softmax_gradient)

# %% nbgrader={"grade": true, "grade_id": "softmax_gradient-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import linear_classifier

linear_classifier.grade("softmax_gradient", softmax_gradient)
### END HIDDEN TESTS
loss, dW = softmax_gradient(np.zeros((2, 2)), np.array([[4.0]]), np.array([0]), 0.5)
assert np.isclose(loss, np.log(2)), "two equal scores, two equal probabilities"
assert np.allclose(dW, [[-2.0, -0.5], [2.0, 0.5]]), "half of the row, away from the label"

# %%
with needs("Exercise 3"):
    gap = worst_difference(softmax_gradient, *small)
    print("cross-entropy's gradient", "agrees with nudging to 7 digits" if gap < 1e-7 else f"is off by {gap:.1e}")

# %% [markdown]
# Now watch both losses where you can see everything: two classes, two weights, no bias. The template of the second class is
# the negative of the first. Turn it. On the left the line turns with it; on the right the same weights walk in a circle over
# the loss; the orange arrow shows the direction of *minus your gradient*. Find the turn where the loss is smallest. Does the
# arrow point along the circle there, or inwards, or outwards? Then change the penalty, and the loss.

# %% tags=["picture"]
turning({"hinge": svm_gradient, "cross-entropy": softmax_gradient})

# %% [markdown]
# Both are bowls: a linear classifier has one valley and no traps. The hinge is made of flat pieces, with kinks between them;
# cross-entropy is smooth. Without a penalty the arrow of cross-entropy points outwards even at the best turn, since longer
# weights give the right answers a higher probability. The penalty pulls back, and the bottom of the bowl is where the two
# balance.
#
# This has a consequence that is often forgotten. Train on the digits with several penalties, and look at two numbers: the
# share of right answers, and the **confidence**, the mean of the largest probability.
#
# **Predict**: from $\lambda = 0.0001$ to $0.1$, which of the two changes more, and in which direction?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-sure", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def share_and_confidence(W):
    """The share of fresh images right, and the mean of the largest probability."""
    s = scores(W, X_fresh)
    p = np.exp(s - np.max(s, axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    return np.mean(p.argmax(axis=1) == y_fresh), p.max(axis=1).mean()


sure = {}
with needs("Exercises 1 and 3"):
    for reg in (1e-4, 1e-3, 1e-2, 3e-2, 1e-1):
        W = np.zeros((10, 65))
        for _ in range(100):
            W = W - 1.0 * softmax_gradient(W, X_train, y_train, reg)[1]
        sure[reg] = share_and_confidence(W)
linear.confidence(sure)

# %% [markdown]
# The share falls by five points, the confidence by fifty, from more than 80% to about 30%. A softmax is **only as confident
# as the penalty lets it be**. Halve all weights and every answer stays the same, yet the probabilities move closer together.
# So trust their order, but do not read them as frequencies. (Lesson 10 measures when they can be trusted: *calibration*.)

# %% [markdown]
# **A good place to stop.** You have two losses and their gradients. What follows uses them to find weights.

# %% [markdown]
# ## F2.4 Finding weights
#
# We have a number that says how bad weights are. Here are three ways of making it small. Each may compute the loss of 300
# digits a given number of times:
#
# 1. **Random search**: draw new weights, 400 times; keep the best.
# 2. **Random local search**: change the best weights by small random steps, 400 times; keep what is better.
# 3. **Follow the slope**: 40 steps against your gradient, $W \leftarrow W - \eta\,dW$. How far a step goes for a given
#    slope, $\eta$, is the **learning rate**; here it is 1.
#
# **Predict**: all scores equal give the loss $\ln 10 = 2.30$. Where do the three end?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-race", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def runs():
    rng, some = np.random.default_rng(0), (X_train[:300], y_train[:300], 0.0)
    drawn = [softmax_gradient(0.1 * rng.normal(size=(10, 65)), *some)[0] for _ in range(400)]
    W = np.zeros((10, 65))
    local = [softmax_gradient(W, *some)[0]]
    for _ in range(399):
        trial = W + 0.05 * rng.normal(size=W.shape)
        loss = softmax_gradient(trial, *some)[0]
        W = trial if loss < local[-1] else W
        local.append(min(loss, local[-1]))
    W, slope = np.zeros((10, 65)), []
    for _ in range(40):
        loss, dW = softmax_gradient(W, *some)
        slope.append(loss)
        W = W - 1.0 * dW
    return {
        "random search": np.minimum.accumulate(drawn),
        "random local search": local,
        "down the slope": slope,
    }


linear.race(runs)

# %% [markdown]
# In 650 dimensions nearly all directions are wrong. Random search hardly gets below the loss of guessing. Local search makes
# progress, because it keeps what it has found, but it needs hundreds of tries. The gradient gives the steepest of all
# directions at the price of two or three evaluations of the loss, however many weights there are. This is **gradient
# descent**, and everything from lesson 04 on is about doing it better.

# %% [markdown]
# ## F2.5 Batches
#
# A gradient over all rows is a mean, and a mean can be estimated from a few of them. With 50 rows drawn at random a step
# costs a twenty-fourth as much and points nearly the same way. So mix the rows, cut them into **mini-batches**, and take a
# step for each. One pass through all rows is an **epoch**; then mix again. This is **stochastic gradient descent**, SGD.

# %% [markdown]
# ### Exercise 4. Mini-batches · 4 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `X` (N, D); `y` (N,); `size`, rows per batch; `rng`, a NumPy generator |
# | out | list of pairs `(rows, labels)`: each row of `X` in exactly one batch, with its own label, in random order; `size` rows per batch, the last may have fewer |
# | after the call | `X` and `y` hold what they held before |
#
# Worked: 23 rows and `size = 5` give batches of 5, 5, 5, 5 and 3 rows.
#
# Often missed: one order for rows *and* labels; the last batch; drawing with replacement, or each batch from all rows again;
# `rng.shuffle(X)`, which changes the caller's rows.
#
# <details><summary>Hint 1: a question</summary>If you mix row numbers rather than rows, what do you need to draw only once?</details>
# <details><summary>Hint 2: a place</summary>order = rng.permutation(len(y)); range(0, len(y), size) are the starts of the batches; a slice that reaches beyond the end stops there by itself.</details>
# <details><summary>Hint 3: the formula</summary><code>part = order[start : start + size]</code>, and the batch is <code>(X[part], y[part])</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "minibatches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def minibatches(X, y, size, rng):
    """Return the batches of one epoch, a list of (rows, labels)."""
    ### BEGIN SOLUTION
    order = rng.permutation(len(y))
    parts = [order[start : start + size] for start in range(0, len(y), size)]
    return [(X[part], y[part]) for part in parts]
    ### END SOLUTION


# %%
check("minibatches", minibatches)

# %% nbgrader={"grade": true, "grade_id": "minibatches-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import linear_classifier

linear_classifier.grade("minibatches", minibatches)
### END HIDDEN TESTS
found = minibatches(np.arange(7.0)[:, None], 10 * np.arange(7), 3, np.random.default_rng(0))
assert [len(labels) for rows, labels in found] == [3, 3, 1], "seven rows, three at a time"
assert all(np.allclose(10 * np.ravel(rows), labels) for rows, labels in found), "every row keeps its label"

# %% [markdown]
# What a step does with the gradient is the **update rule**. The course gives every rule the same form,
# `next_w, config = rule(w, dw, config)`: `config` holds the learning rate $\eta$ and whatever the rule remembers. It is
# returned, and you pass it in again at the next step. The plainest rule is `plain_gradient_descent`, $w - \eta\,dw$. From
# lesson 04 on you write others, and each will fit into the loop that you write now.

# %% [markdown]
# ### Exercise 5. The training loop · 5 points · about 12 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `loss(W, rows, labels)` returns a number and its gradient; `W`, first weights; `X`, `y`; `rule(w, dw, config)` returns the next weights and the config; `config`, a dict; `batches(X, y)` returns the batches of one epoch; `epochs` |
# | out | `W, losses`: the weights at the end; the loss of every batch before its step, a list |
# | after the call | the first `W` and `config` hold what they held before |
#
# Worked: 2 epochs of 3 batches are 6 steps and 6 losses.
#
# Often missed: the returned config, which must be passed on, also into the next epoch; new batches for every epoch; a rule
# may work in place, so copy the first `W`.
#
# <details><summary>Hint 1: a question</summary>Which lines belong before both loops, which into the outer one, which into the inner one?</details>
# <details><summary>Hint 2: a place</summary>Before: W.copy(), dict(config), an empty list. Outer: for _ in range(epochs). Inner: for rows, labels in batches(X, y).</details>
# <details><summary>Hint 3: the formula</summary><code>value, dW = loss(W, rows, labels)</code>, append the value, then <code>W, config = rule(W, dW, config)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "train_linear", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_linear(loss, W, X, y, rule, config, batches, epochs):
    """Return the weights after some epochs of mini-batches, and the loss of every batch before its step."""
    ### BEGIN SOLUTION
    W, config, losses = W.copy(), dict(config), []
    for _ in range(epochs):
        for rows, labels in batches(X, y):
            value, dW = loss(W, rows, labels)
            losses.append(value)
            W, config = rule(W, dW, config)
    ### END SOLUTION
    return W, losses


# %%
check("train_linear", train_linear)

# %% nbgrader={"grade": true, "grade_id": "train_linear-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import linear_classifier

linear_classifier.grade("train_linear", train_linear)
### END HIDDEN TESTS


def distance_to(W, rows, labels):
    return float(abs(W[0] - labels[0])), np.sign(W - labels[0])


def one_by_one(X, y):
    return [(X[i : i + 1], y[i : i + 1]) for i in range(len(y))]


def by_one(w, dw, config):
    return w - dw, config


W, losses = train_linear(
    distance_to, np.array([5.0]), np.zeros((3, 1)), np.array([0.0, 0.0, 9.0]), by_one, {}, one_by_one, 2
)
assert np.allclose(losses, [5, 4, 6, 4, 3, 7]), "down, down, up, in both epochs"

# %% [markdown]
# Now everything in the loop is your own. Compare ten epochs of batches of 50 with ten steps of the full gradient, which see
# the same number of rows, at the same rate and at a rate of 2, which suits full gradients better:


# %% tags=["picture"]
def trained(size, epochs=10, rate=0.5):
    """Losses and the share of fresh images right after training with batches of a size."""
    rng = np.random.default_rng(0)
    W, losses = train_linear(
        lambda W, rows, labels: softmax_gradient(W, rows, labels, 1e-3),
        np.zeros((10, 65)), X_train, y_train, plain_gradient_descent, {"learning_rate": rate},
        lambda X, y: minibatches(X, y, size, rng), epochs,
    )  # fmt: skip
    return size, losses, np.mean(np.argmax(scores(W, X_fresh), axis=1) == y_fresh)


linear.by_rows_seen(
    lambda: {
        "batches of 50": trained(50),
        "all 1197 rows": trained(1197),
        "all 1197 rows, rate 2": trained(1197, rate=2.0),
    }
)

# %% [markdown]
# The full gradient takes ten exact steps and is far behind, even at its best rate (at 3 its loss swings up again). The
# batches take 240 rough steps for the same work. The pale lines show how rough: the loss jumps, because every batch has other
# rows. Look at the mean over many batches.
#
# ## F2.6 What a line cannot do
#
# With one template per class, the cut between two classes is straight. Where that is not enough, no training helps. Here is
# the spiral of F1, whose arms wind around each other:


# %% tags=["picture"]
X_spiral, y_spiral = spiral(np.random.default_rng(0))


def on_the_spiral():
    rng = np.random.default_rng(0)
    return train_linear(
        lambda W, rows, labels: softmax_gradient(W, rows, labels, 1e-3),
        np.zeros((3, 3)), X_spiral, y_spiral, plain_gradient_descent, {"learning_rate": 1.0},
        lambda X, y: minibatches(X, y, 50, rng), 60,
    )[0]  # fmt: skip


linear.cut_plane(on_the_spiral, scores, X_spiral, y_spiral)

# %% [markdown]
# It gets half of the points; guessing would get 33%. With every label right, a nearest neighbour gets 99% of fresh points.
# The cure is to *bend the plane first*: compute new features from the old ones, and classify those linearly. If
# the features themselves are learned, that is a neural network; and its gradient goes through several functions, one inside
# the other. The next lesson shows how.

# %% [markdown]
# ## Say it back
#
# 1. A linear classifier scores each class with a template and a bias; with a 1 appended to every image, that is one matrix
#    product.
# 2. The hinge adds up missing margins, and its gradient adds $x$ to violating templates and subtracts it from the right one;
#    cross-entropy is $-\ln p_y$, with the gradient $(p - [c=y])\,x$. Both are means over rows, plus a penalty on weights.
# 3. The gradient gives a direction that no random search finds, and a few rows are enough to estimate it.
#
# **Next:** *F3, backpropagation*: gradients of functions inside functions. If you know them already: lesson 02 uses both
# losses to find bugs before training begins.

# %% [markdown]
# **Open question.** In F2.3 the classifier became less confident as the penalty grew. Two classifiers give the same answers
# everywhere, one with a probability of 60% and one with 99%. Which measurement on fresh images would tell you whose
# probabilities are right?
#
# **Still argued about.** Whether the choice of loss matters. Nearly everybody uses cross-entropy; Hui and Belkin
# (*Evaluation of Neural Architectures Trained with Square Loss vs Cross-Entropy in Classification Tasks*, ICLR 2021) find that
# plain squared error does as well on many tasks. Soudry and others (*The Implicit Bias of Gradient Descent on Separable Data*,
# JMLR 2018) show that on separable data cross-entropy without a penalty ends in the direction of the largest margin, the aim
# of the hinge.

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
