# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # F4. Neurons and layers
#
# **Three networks have learnt the same 120 points, a quarter of which carry a wrong label. Which of the three will be right
# most often on points it has never seen, and which least?**
#
# *You will be able to* say what one neuron can do, why some activations stop learning and some units die, count and compute
# a network of any depth, derive all its gradients, and choose its size and its penalty for good reasons.
#
# *Time* about 120 minutes, with a good place to stop after section F4.3. *You need* the softmax loss with its gradient (F2)
# and the chain rule through matrices (F3). *Points* 25.

# %%
import numpy as np

from course import plots
from course.checks import check, needs
from course.data import digits, spiral
from course.figures import neurons
from course.interactive.boundary import size_and_penalty
from course.mine import mine
from course.network import MLP
from course.numerics import nudged_gradients

plots.use_style()

# %% tags=["picture"]
data = neurons.NoisySpiral(seed=3)
three = {
    "6 units": neurons.given(6, 0.0, data),
    "100 units": neurons.given(100, 0.0, data),
    "100 units, penalty 0.001": neurons.given(100, 0.001, data),
}
neurons.boundaries(three, data, tell=False)

# %% [markdown]
# ## Guess first
#
# A rim marks a point on the wrong side. The second network has bent its boundary around many wrong labels. Order the three
# by their accuracy on fresh points, whose labels are all right. One line, with your reason.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-fresh", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
neurons.boundaries(three, data, tell=True)

# %% [markdown]
# You may have put the second network last, because it learnt noise. It did, and it still beats the small one here, which
# cannot draw a spiral at all. You may have put the small one first, because it cannot overfit; but it cannot fit either. The
# third has the same hundred units as the second and a small penalty on its weights, and it wins.
#
# One spiral proves nothing; section F4.6 repeats this over several, with your own network.

# %% [markdown]
# ## F4.1 One neuron is a line
#
# A **neuron** computes $f(w\cdot x+b)$: a weighted sum, a bias, and a curve $f$ called its **activation**. The places where
# $w\cdot x+b=0$ form a line (in more dimensions a plane); $w$ is perpendicular to it and the bias moves it. With a sigmoid
# and cross-entropy one neuron is a classifier of two classes, *logistic regression*; with the hinge it is a linear SVM. (F2's
# score of a class is the same weighted sum and bias, without a curve; its template is $w$.)
#
# The name comes from biology, and little else does.
#
# Four activations:
#
# $$\sigma(x)=\frac1{1+e^{-x}},\quad \tanh(x)=2\sigma(2x)-1,\quad \mathrm{relu}(x)=\max(0,x),\quad
# \mathrm{leaky}(x)=\max(0.01\,x,\;x).$$

# %% [markdown]
# ### Exercise 1. Four activations · 3 points · about 8 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `kind`, one of `"sigmoid"`, `"tanh"`, `"relu"`, `"leaky"`; `x`, an array of floats of any size and shape |
# | out | an array of the shape of `x` |
#
# Worked: at `[-2., 0., 2.]` the sigmoid gives `[0.119, 0.5, 0.881]` and leaky `[-0.02, 0., 2.]`.
#
# Often missed: one of the two twos in tanh; `exp(x) / (1 + exp(x))`, which is inf/inf at 1000; a leak that is a constant.
#
# <details><summary>Hint 1: a question</summary>What does each give at -1000, at 0 and at 1000?</details>
# <details><summary>Hint 2: a place</summary>One if for each kind. np.tanh exists, and np.maximum works entry by entry. np.exp of
# a large number is inf with a warning, and 1 / inf is 0, which is right.</details>
# <details><summary>Hint 3: the formula</summary>1 / (1 + np.exp(-x)); np.tanh(x); np.maximum(0, x); np.maximum(0.01 * x,
# x).</details>


# %% nbgrader={"grade": false, "grade_id": "activation", "locked": false, "schema_version": 3, "solution": true, "task": false}
def activation(kind, x):
    """Return what an activation makes of every entry of x."""
    ### BEGIN SOLUTION
    if kind == "sigmoid":
        out = 1 / (1 + np.exp(-x))
    elif kind == "tanh":
        out = np.tanh(x)
    elif kind == "relu":
        out = np.maximum(0, x)
    elif kind == "leaky":
        out = np.maximum(0.01 * x, x)
    else:
        raise ValueError(f"there is no activation {kind!r}")
    ### END SOLUTION
    return out


# %%
check("activation", activation)

# %% nbgrader={"grade": true, "grade_id": "activation-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import neurons_and_layers

neurons_and_layers.grade("activation", activation)
### END HIDDEN TESTS
assert np.allclose(activation("relu", np.array([-1.0, 2.0])), [0, 2]), "ReLU cuts off what is negative."

# %% tags=["picture"]
neurons.curves(activation)

# %% [markdown]
# ## F4.2 What saturates
#
# On the way back a layer multiplies the gradient by the slope of its activation. Where the curve is flat, the activation
# **saturates**: the slope is nearly 0, and almost no gradient passes. The slopes can be computed from the *output* of the
# activation, which the forward pass has kept anyway:
#
# $$\sigma'=(1-a)\,a,\qquad \tanh'=1-a^2,\qquad \mathrm{relu}'=1\text{ or }0,\qquad \mathrm{leaky}'=1\text{ or }0.01,$$
#
# where $a$ is the output; ReLU and leaky have slope 1 where it is above 0.
#
# Guess before you write: what is the steepest slope of a sigmoid, and what is left of a gradient after ten of them at their
# steepest?

# %% [markdown]
# ### Exercise 2. The slope, from the output · 4 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `kind` as above; `out`, an array: the output of `activation(kind, x)` |
# | out | an array of the same shape: the slope of the activation at `x` |
#
# Worked: `"sigmoid"` at `out = [0.5, 0.9]` gives `[0.25, 0.09]`; `"relu"` at `out = [0., 3.]` gives `[0., 1.]`.
#
# Often missed: applying the sigmoid to `out`, which has been through it already; slope 1 where the output of a ReLU is 0, so
# where it is silent. (At $x=0$ exactly the ReLU has a kink; we count that as silent.)
#
# <details><summary>Hint 1: a question</summary>The output of a ReLU is 0. Which x may it have been given, and what is the slope at nearly
# all of them?</details>
# <details><summary>Hint 2: a place</summary>One if for each kind, and nowhere an exponential. np.where(out &gt; 0, ..., ...) chooses
# between two slopes.</details>
# <details><summary>Hint 3: the formula</summary>(1 - out) * out; 1 - out**2; 1 where out &gt; 0, else 0; 1 where out &gt; 0, else
# 0.01.</details>


# %% nbgrader={"grade": false, "grade_id": "slope_from_output", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slope_from_output(kind, out):
    """Return the slope of an activation at the places where its output is out."""
    ### BEGIN SOLUTION
    if kind == "sigmoid":
        slope = (1 - out) * out
    elif kind == "tanh":
        slope = 1 - out**2
    elif kind == "relu":
        slope = np.where(out > 0, 1.0, 0.0)
    elif kind == "leaky":
        slope = np.where(out > 0, 1.0, 0.01)
    else:
        raise ValueError(f"there is no activation {kind!r}")
    ### END SOLUTION
    return slope


# %%
check("slope_from_output", slope_from_output)

# %% nbgrader={"grade": true, "grade_id": "slope_from_output-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import neurons_and_layers

neurons_and_layers.grade("slope_from_output", slope_from_output)
### END HIDDEN TESTS
assert np.allclose(slope_from_output("tanh", np.array([0.0])), 1), "tanh is steepest at 0."

# %% tags=["picture"]
neurons.curves(activation, slope_from_output)

# %%
with needs("Exercises 1 and 2"):
    for kind in ("sigmoid", "tanh", "relu"):
        steepest = float(np.max(slope_from_output(kind, activation(kind, np.linspace(-3, 3, 601)))))
        far = float(slope_from_output(kind, activation(kind, np.array([5.0])))[0])
        print(f"{kind:8} steepest {steepest:.2f}, ten layers of it {steepest**10:.1e}; at x = 5: {far:.4f}")

# %% [markdown]
# Ten sigmoids leave at most a millionth: the **vanishing gradient**. This is why ordinary networks no longer have sigmoids
# between their layers; at the *end*, for a probability, they are right.
#
# The sigmoid has a second fault. Its output is always positive, so the next layer's inputs are all positive. Then, for one
# example, the gradient on every weight of a neuron has *the same sign*: it is one number times the inputs (F3.3), so either
# all weights go up or all go down. The two weights of a neuron start at $(0,0)$ and should reach the star at $(1,-1)$. Guess
# which path they take.

# %% tags=["picture"]
neurons.zigzag(steps=40)

# %% [markdown]
# With positive inputs each step leads up and right or down and left, never towards the star: a **zigzag**. Centred
# inputs step in every direction. tanh is centred but saturates; the ReLU does not saturate above 0 but is not centred. The
# usual cure is to centre the inputs: the data, and later each layer's weighted sums (lesson F5).

# %% [markdown]
# ## F4.3 What dies
#
# A ReLU whose weighted sum is negative for *every* row has the output 0 for all of them, gets no gradient from any of them,
# and never changes again: it is a **dead ReLU**. A unit that is silent for one row, or one batch, is not dead. So look at the
# whole set.
#
# ### Exercise 3. Dead units · 3 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `W` (D, H); `b` (H,); `batches`, a list of arrays (N, D) that together are the set |
# | out | the share of the H units that fire for no row of any batch: a number from 0 to 1 |
#
# A unit fires for a row if $x\cdot w+b>0$.
#
# Worked: three units, one of which fires in the first batch only, one in the second only, one in neither: `1/3`.
#
# Often missed: counting in each batch separately; counting zeros over rows and units; `>= 0`, which is true of every ReLU's
# output.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which of "any" and "all", along which axis, says that a unit has fired?</details>
# <details><summary>Hint 2: a place</summary>Begin with alive, an array of H times False. For each batch find the units that fire
# for some row of it and remember them with |=.</details>
# <details><summary>Hint 3: the formula</summary>alive |= (X @ W + b &gt; 0).any(axis=0) for each batch X; the answer is 1 minus the
# mean of alive.</details>


# %% nbgrader={"grade": false, "grade_id": "dead_share", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dead_share(W, b, batches):
    """Return the share of ReLU units that fire for no row of any batch."""
    ### BEGIN SOLUTION
    alive = np.zeros(len(b), dtype=bool)
    for X in batches:
        alive |= (X @ W + b > 0).any(axis=0)
    share = 1 - alive.mean()
    ### END SOLUTION
    return share


# %%
check("dead_share", dead_share)

# %% nbgrader={"grade": true, "grade_id": "dead_share-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import neurons_and_layers

neurons_and_layers.grade("dead_share", dead_share)
### END HIDDEN TESTS
first, second = [np.array([[1.0], [2.0]]), np.array([[-1.0]])]
assert dead_share(np.array([[1.0, -1.0]]), np.zeros(2), [first, second]) == 0, "Each unit fires in one batch."

# %% [markdown]
# A hundred ReLUs learn the digits of F1, now with the mean image subtracted, for three epochs at seven learning rates. Guess:
# at which rate do the first units die, and do they come back?

# %% tags=["picture"]
neurons.dying(dead_share, digits(), rates=(0.1, 0.3, 1, 3, 10, 20, 40))

# %% [markdown]
# Over a wide range of rates no unit dies. Beyond that, one large step can make a unit's bias so negative that no digit makes
# it fire. It cannot come back, since its gradient is 0 for every row. Cures: a smaller rate; a leaky ReLU, which keeps a
# slope of 0.01.
#
# **Maxout** takes the larger of two weighted sums, $\max(w_1\cdot x+b_1,\;w_2\cdot x+b_2)$: ReLU and leaky are special cases.
# It never dies, but it needs twice the parameters.
#
# **A good place to stop.** What follows puts neurons into layers.

# %% [markdown]
# ## F4.4 Layers, and what they hold
#
# Neurons that see the same inputs form a **layer**; its weights are the columns of a matrix $W$ and its biases a vector
# $b$. A network of sizes 3-4-2 has 3 inputs, a *hidden* layer of 4 units, and 2 scores. Inputs are not neurons: they compute
# nothing.
#
# ### Exercise 4. Count · 3 points · about 6 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `sizes`, a tuple: the inputs, the units of each layer, the scores |
# | out | the number of neurons, and the number of parameters (weights and biases) |
#
# Worked: `(3, 4, 2)` gives `6, 26`: 20 weights and 6 biases; `(3, 4, 4, 1)` gives `9, 41`.
#
# Often missed: the biases; the inputs, which are not neurons; the last layer, whose units are neurons too.
#
# <details><summary>Hint 1: a question</summary>How many numbers does one neuron of the second layer have?</details>
# <details><summary>Hint 2: a place</summary>Neurons: the sum of sizes without its first. zip(sizes[:-1], sizes[1:]) runs over the pairs of neighbours.</details>
# <details><summary>Hint 3: the formula</summary>The sum of n_in * n_out + n_out over all pairs of neighbours.</details>


# %% nbgrader={"grade": false, "grade_id": "count", "locked": false, "schema_version": 3, "solution": true, "task": false}
def count(sizes):
    """Return how many neurons and how many parameters a network of these sizes has."""
    ### BEGIN SOLUTION
    neurons_in_all = sum(sizes[1:])
    parameters = 0
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        parameters += (n_in + 1) * n_out
    ### END SOLUTION
    return neurons_in_all, parameters


# %%
check("count", count)

# %% nbgrader={"grade": true, "grade_id": "count-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import neurons_and_layers

neurons_and_layers.grade("count", count)
### END HIDDEN TESTS
assert tuple(count((3, 4, 2))) == (6, 26), "20 weights and 6 biases."

# %%
with needs("Exercise 4"):
    for sizes in ((2, 100, 3), (64, 100, 10), (3072, 100, 10)):
        print(f"{sizes}: {count(sizes)[1]:,} parameters")

# %% [markdown]
# A layer is a matrix product plus a bias, together called **affine**, and an activation; a network is a sequence of layers.
# Between two layers there *must* be an activation: without it, $(XW_1)W_2=X(W_1W_2)$ is a product with one matrix, a linear
# classifier. After the **last** layer there is none: a score may be any number.
#
# ### Exercise 5. Forward · 4 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `params`, a dict of `W1` (D, H1), `b1` (H1,), `W2`, `b2`, ..., as many layers as there are; `X` (N, D) |
# | out | scores (N, C): affine layers with a ReLU between them |
# | after the call | `params` and `X` hold what they held before |
#
# Worked: `W1 = [[1., -1.]]`, `b1 = [0., 0.]`, `W2 = [[1.], [1.]]`, `b2 = [-3.]` compute $|x|-3$: `X = [[2.], [-5.]]` gives
# `[[-1.], [2.]]`.
#
# Often missed: a ReLU after the last layer; none between; a fixed number of layers; names sorted as text, where `"W10"` comes
# before `"W2"`.
#
# <details><summary>Hint 1: a question</summary>params has six entries. How many layers are there, and after which of them does a
# ReLU stand?</details>
# <details><summary>Hint 2: a place</summary>depth = len(params) // 2, and a loop over 1 to depth with f"W{k}" and f"b{k}".</details>
# <details><summary>Hint 3: the formula</summary>out = out @ W + b for every layer; out = np.maximum(0, out) if k &lt; depth.</details>


# %% nbgrader={"grade": false, "grade_id": "forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def forward(params, X):
    """Return the scores of a network of affine layers with ReLUs between them."""
    ### BEGIN SOLUTION
    depth = len(params) // 2
    scores = X
    for k in range(1, depth + 1):
        scores = scores @ params[f"W{k}"] + params[f"b{k}"]
        if k < depth:
            scores = np.maximum(0, scores)
    ### END SOLUTION
    return scores


# %%
check("forward", forward)

# %% nbgrader={"grade": true, "grade_id": "forward-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import neurons_and_layers

neurons_and_layers.grade("forward", forward)
### END HIDDEN TESTS
one = {"W1": np.array([[1.0, -1.0]]), "b1": np.zeros(2), "W2": np.ones((2, 1)), "b2": np.array([-3.0])}
assert np.allclose(forward(one, np.array([[2.0], [-5.0]])), [[-1], [2]]), "Two ReLUs make an absolute value."

# %% [markdown]
# One hidden layer with enough units can come as near as you like to any continuous function on a bounded region (Cybenko,
# 1989; Hornik, 1991). That says nothing about how many units it takes, or whether descent finds their weights.

# %% [markdown]
# ## F4.5 Every gradient of a network
#
# Now a whole network: a layer of ReLUs, a layer of scores, softmax cross-entropy, and a penalty on the weights, not on the
# biases. With units $A=\max(0, XW_1+b_1)$, scores $S=AW_2+b_2$, and $P$ the softmax of each row of $S$:
#
# $$L=\frac1N\sum_i -\ln P_{iy_i}+\frac\lambda2\Big(\sum W_1^2+\sum W_2^2\Big).$$
#
# Backward, from right to left, with every rule of lesson F3: $dS=(P-[\text{label}])/N$, where $[\text{label}]$ is F2's
# $[c=y_i]$; a matrix product twice; a copy for each bias; the ReLU's slope, from its output.
#
# F2 took $-\ln$ of a probability, which is infinite once the probability rounds to 0. Written out, the loss is always finite:
# $-\ln P_{iy_i}=\ln\sum_c e^{S_{ic}}-S_{iy_i}$, with the largest score of the row subtracted from all of them first.

# %% [markdown]
# ### Exercise 6. Loss and four gradients · 8 points · about 25 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | `params`, a dict of `W1` (D, H), `b1` (H,), `W2` (H, C), `b2` (C,); `X` (N, D); `y` (N,) labels; `reg`, the strength $\lambda$ |
# | out | `loss`, a number; `grads`, a dict with the same four names and shapes |
# | after the call | the arguments hold what they held before |
#
# Worked: all parameters 0, three classes, any rows: the loss is $\ln 3=1.0986$, and only `b2` has a gradient: 1/3 less each
# label's share of the rows.
#
# Often missed: the slope of the ReLU; the sum over rows for a bias; the mean in the loss *or* in the gradients; a penalty in
# only one of the two, or on biases; scores in the thousands, which overflow unless each row's largest is subtracted first;
# the logarithm of a probability that has rounded to 0, which a small constant added to it only hides.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Write the shapes of X, A, S, W1, b1, W2, b2 in a column. Each gradient has the shape of
# its array. Which products fit?</details>
# <details><summary>Hint 2: a place</summary>Forward: A, S, then S minus its row maxima, e = exp(S), P. The loss of row i is
# ln(sum of e) - S[i, y[i]]. Backward: dS, then dW2 and db2 from A and dS, then dA, then what passes the ReLU, then dW1 and
# db1.</details>
# <details><summary>Hint 3: the formula</summary>dS = P with 1 subtracted at [rows, y], over N. dW2 = A.T @ dS + reg * W2, db2 = the
# column sums of dS. dA = dS @ W2.T; dZ = dA * (A &gt; 0). dW1 = X.T @ dZ + reg * W1, db1 = the column sums of dZ.</details>


# %% nbgrader={"grade": false, "grade_id": "two_layer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def two_layer(params, X, y, reg):
    """Return the penalised cross-entropy of a network with one layer of ReLUs, and the gradient of every array."""
    W1, b1, W2, b2 = (params[name] for name in ("W1", "b1", "W2", "b2"))
    ### BEGIN SOLUTION
    rows = np.arange(len(y))
    units = np.maximum(0, X @ W1 + b1)
    scores = units @ W2 + b2
    scores = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores)
    sums = exponentials.sum(axis=1)
    loss = np.mean(np.log(sums) - scores[rows, y])
    loss = loss + reg / 2 * (np.sum(W1**2) + np.sum(W2**2))

    dscores = exponentials / sums[:, None]
    dscores[rows, y] -= 1
    dscores = dscores / len(y)
    dunits = (dscores @ W2.T) * (units > 0)
    grads = {
        "W1": X.T @ dunits + reg * W1,
        "b1": dunits.sum(axis=0),
        "W2": units.T @ dscores + reg * W2,
        "b2": dscores.sum(axis=0),
    }
    ### END SOLUTION
    return loss, grads


# %%
check("two_layer", two_layer)

# %% nbgrader={"grade": true, "grade_id": "two_layer-check", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import neurons_and_layers

neurons_and_layers.grade("two_layer", two_layer)
### END HIDDEN TESTS
zero = {"W1": np.zeros((2, 4)), "b1": np.zeros(4), "W2": np.zeros((4, 3)), "b2": np.zeros(3)}
loss, grads = two_layer(zero, np.ones((3, 2)), np.array([0, 1, 2]), 0.0)
assert np.isclose(loss, np.log(3)), "A network that knows nothing pays ln 3."

# %% [markdown]
# Is it right? In lesson F3 you wrote a tape that differentiates any formula. If that notebook is beside this one, its tape is
# used now; if not, every number is nudged instead.


# %%
def on_tape(params, X, y):
    """Return the gradients of the loss without penalty; nobody derives them."""
    nodes = {name: Node(w) for name, w in params.items()}
    scores = (Node(X) @ nodes["W1"] + nodes["b1"]).relu() @ nodes["W2"] + nodes["b2"]
    log_sums = (scores.exp() @ np.ones((3, 1))).log().sum()
    ((log_sums + (scores * -np.eye(3)[y]).sum()) * (1 / len(y))).backward()
    return {name: node.grad for name, node in nodes.items()}


Node = mine("F3_backpropagation", "Node", otherwise=nudged_gradients)
with needs("Exercise 6"):
    X, y = spiral(np.random.default_rng(0), points=10)
    start = MLP(sizes=(2, 20, 3)).start(np.random.default_rng(1))
    found = nudged_gradients(two_layer, start, X, y) if Node is nudged_gradients else on_tape(start, X, y)
    for name, grad in two_layer(start, X, y, 0.0)[1].items():
        print(f"{name}: largest difference {np.abs(grad - found[name]).max():.0e}")

# %% [markdown]
# ## F4.6 Size against penalty
#
# Back to the noisy spiral, now with *your* network. It is trained again whenever you move a slider (1,000 steps, which takes
# a moment for a large network). Begin with many units and no penalty, and raise the penalty. Then find the best you can with
# six units.

# %% tags=["picture"]
size_and_penalty(two_layer)

# %% [markdown]
# The size decides how bent a boundary *can* be; the penalty decides how smooth it becomes. With too strong a penalty, a
# hundred units draw straight lines. Before the next cell, guess: on how many of six spirals do a hundred units with the
# penalty beat a hundred without, and on how many do they beat six units with the same penalty?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-seeds", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
few_or_many = {
    "6 units, penalty 0.001": (6, 0.001),
    "100 units, no penalty": (100, 0.0),
    "100 units, penalty 0.001": (100, 0.001),
}
neurons.by_seed(two_layer, few_or_many, seeds=6)

# %% [markdown]
# Grey lines join results for the same spiral. On nearly every spiral the hundred units with the penalty are ahead of both
# other networks, and on average even the hundred without a penalty, which have learnt noise, are ahead of the six. So **take
# more units than you need, and restrain them with a penalty.** Do not make a network small to avoid overfitting.
#
# This does not show that a penalty of 0.001 is right elsewhere. You have to search for it (lesson 09).

# %% [markdown]
# ## F4.7 Other heads
#
# The layers below do not know what the scores are for. The last layer and the loss, together the **head**, decide:
#
# | you want | scores | loss of a row | gradient of the scores |
# |---|---|---|---|
# | one of C classes | C | softmax cross-entropy | $p-[\text{label}]$ |
# | any of C attributes | C | a sigmoid and a cross-entropy each | $\sigma(s)-[\text{yes}]$ |
# | a number | 1 | $\frac12(s-t)^2$ | $s-t$ |
#
# Here $t$ is the number wanted, and [label] and [yes] are 1 or 0. All three gradients are *the prediction minus the truth*. A
# squared error is harder to train with than a softmax: it wants one exact number and punishes outliers by their square. If
# the answer can be put into classes, try that first.

# %% [markdown]
# ## Say it back
#
# 1. A neuron draws a line and bends its output; sigmoid and tanh saturate, a ReLU can die, and positive inputs make descent
#    zigzag.
# 2. Layers need an activation between them and none after the last; a layer has (inputs + 1) times units parameters.
# 3. All gradients follow from shapes and slopes. On the noisy spirals, a large network with a penalty beat a small one.
#
# **Next:** *Setting up data and weights* (F5): how to prepare the data, which weights to start from so that the signal
# neither fades nor saturates in ten layers, and other ways than a penalty to keep a network from overfitting.

# %% [markdown]
# **Open question.** The penalty here is the same for both layers. Multiply $W_1$ by 2 and divide $W_2$ by 2 (what must you do
# to $b_1$?), and the ReLU network computes the same. Which of all these equivalent networks has the smallest penalty?
#
# **Still argued about.** Why very large networks generalise even without a penalty. Belkin, Hsu, Ma and Mandal, *Reconciling
# modern machine-learning practice and the classical bias-variance trade-off* (PNAS, 2019), show that the error falls a second
# time beyond the size that fits all points; how much of this remains with a well-chosen penalty is disputed (Nakkiran,
# Venkat, Kakade and Ma, *Optimal Regularization Can Mitigate Double Descent*, ICLR 2021).

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
