# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # F3. Backpropagation
#
# **Two inputs, seven gates, one output. The input $x$ is raised a little. Does the output rise or fall, and which of the
# three wires that leave $x$ carries most of the change?**
#
# *You will be able to* send a gradient back by hand through any circuit, also through matrices, copies and maxima, and write
# a tape, which does it for any formula.
#
# *Time* about 145 minutes, with a good place to stop after section F3.5. *You need* derivatives, NumPy, and what a
# loss and its gradient are (F2); for the tape also Python's classes, and functions that call themselves. *Points* 25.

# %%
import math

import numpy as np

from course import plots
from course.checks import check, needs
from course.circuits import FORKED, PLAIN
from course.data import spiral
from course.figures import backpropagation as figures
from course.interactive import circuit as moving
from course.network import MLP
from course.threads import one_thread

plots.use_style()

# %% tags=["picture"]
figures.circuit_picture(FORKED, 3.0, -4.0, gradients=False, title="x is raised by 0.01: which wire matters most?")

# %% [markdown]
# ## Guess first
#
# A **circuit** is a formula taken apart into steps. Each **gate** computes one number, and wires carry it to the gates that
# use it. A loss is such a circuit too, with functions inside functions. This one computes
#
# $$f(x,y)=\frac{x+\sigma(y)}{\sigma(x)+(x+y)^2},\qquad \sigma(t)=\frac1{1+e^{-t}},$$
#
# at $x=3$, $y=-4$; $\sigma$ is called the **sigmoid**. Does $f$ rise with $x$? Which wire matters most: the one to the upper
# $+$, the one to $\sigma$, or the one to the lower $+$? Write one line.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-wire", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
moving.nudged(FORKED, 3.0, -4.0)

# %% [markdown]
# Nobody has differentiated anything yet. Each wire was **nudged** by a hundred-thousandth, up and down, and the program
# looked at the output: the green and orange numbers say how much the output moves for each unit that the wire moves. Press a
# gate, drag $x$ and $y$, and see how the numbers change.
#
# You may have chosen the upper $+$, because there $x$ reaches the output directly. That wire carries 0.51. The lower one
# carries 1.58, three times as much: $x+y$ is $-1$, so raising $x$ makes the square *smaller*, and the denominator too.
# The wire to $\sigma$ carries almost nothing, $-0.04$: at $x=3$ the sigmoid is nearly flat.

# %% [markdown]
# ## F3.1 A gradient is a sensitivity
#
# The **gradient** of a value says how fast the output changes when that value changes and everything after it follows. We
# write $dq$ for the gradient of $q$, as in code, where F2's `dW` was the gradient of the loss with respect to `W`. The
# output's own gradient is 1.
#
# Nudging finds all gradients, at the price of two runs for every number, and a network has millions of numbers.
# **Backpropagation** finds all of them in *one* pass from the output to the inputs, because each gate needs to know only two
# things: what went through it, and how much its output matters. In a small circuit:

# %% tags=["picture"]
moving.nudged(PLAIN, -2.0, 4.0, -3.0)

# %% [markdown]
# Here $f=(x+y)\,z$. (The sliders move $x$ and $y$; $z$ stays at $-3$.) Press the gates and compare the gradient that arrives
# with those that are handed back:
#
# - **add** hands the same gradient to each input;
# - **multiply** hands each input the gradient times the *other* input's value: it exchanges them;
# - **max** (not in this picture) hands everything to the largest input and nothing to the others.
#
# This is the chain rule. $f$ moves by $df/dq$ for each unit of $q$, and $q$ by $dq/dx$ for each unit of $x$, so $f$ moves by
# $\frac{df}{dq}\frac{dq}{dx}$. **Along a road, slopes multiply.**

# %% [markdown]
# ## F3.2 Roads back
#
# Three roads lead from $x$ to the output, and $x$ acts through all three at once. **Where roads meet, gradients add.** So in
# code the backward pass goes through the lines of the forward pass in reverse order, each name `q` gets a partner `dq`, and
# every further share that reaches a `dq` is added with `+=`.
#
# One slope is worth knowing: that of the sigmoid, which you can compute from its *output* $s$ alone:
#
# $$\sigma'(t)=(1-s)\,s,\qquad s=\sigma(t).$$

# %%
x = np.array([-1.0, -2.0, 1.0])
w = np.array([2.0, -3.0, -3.0])
dot = w @ x
s = 1 / (1 + math.exp(-dot))
ddot = (1 - s) * s
print(f"output {s:.2f}, gradient on the dot product {ddot:.4f}")
print(f"gradient on w {(ddot * x).round(2)}, on x {(ddot * w).round(2)}")

# %% [markdown]
# That was a neuron: two inputs and a bias (the last entry of `x` is 1), a product, a sigmoid. It was **staged**: one line
# for each gate, and a name for each number that the backward pass needs again. Now the circuit of the first picture.
#
# ### Exercise 1. Forward and back · 5 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `x`, `y`, two numbers |
# | out | `f`, the output of the circuit above; `dx` and `dy`, its slopes in $x$ and in $y$ |
#
# Worked: at $x=3$, $y=-4$ the three are `1.5456`, `2.0596`, `1.5922`; for every number on the way, press the gates of the
# moving picture under *Guess first*.
#
# Often missed: `=` for `+=` where roads meet; $(1-x)x$ for $(1-s)s$; the minus in the slope of $n/d$ in $d$; starting from
# $f$ instead of from 1.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>How many times does x appear in the formula, and how many shares must therefore
# be added up in dx? And in dy?</details>
# <details><summary>Hint 2: a place</summary>Forward, name everything: sx, sy, total = x + y, top = x + sy, bottom = sx +
# total**2, f = top / bottom. Backward, in this order: dtop and dbottom, then what reaches sx, sy and total, then dx and
# dy.</details>
# <details><summary>Hint 3: the formula</summary>dtop = 1 / bottom; dbottom = -top / bottom**2; dtotal = dbottom * 2 * total.
# Three shares make dx: dtop, dbottom * (1 - sx) * sx, dtotal. Two make dy: dtop * (1 - sy) * sy, dtotal.</details>


# %% nbgrader={"grade": false, "grade_id": "circuit", "locked": false, "schema_version": 3, "solution": true, "task": false}
def circuit(x, y):
    """Return (x + sigma(y)) / (sigma(x) + (x + y)**2), and its slopes in x and in y."""
    ### BEGIN SOLUTION
    sx, sy = 1 / (1 + math.exp(-x)), 1 / (1 + math.exp(-y))
    total = x + y
    top = x + sy
    bottom = sx + total**2
    f = top / bottom

    dtop = 1 / bottom
    dbottom = -top / bottom**2
    dtotal = dbottom * 2 * total
    dx = dtop
    dx += dbottom * (1 - sx) * sx
    dx += dtotal
    dy = dtop * (1 - sy) * sy
    dy += dtotal
    ### END SOLUTION
    return f, dx, dy


# %%
check("circuit", circuit)

# %% nbgrader={"grade": true, "grade_id": "circuit-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import backpropagation

backpropagation.grade("circuit", circuit)
### END HIDDEN TESTS
assert np.allclose(circuit(3.0, -4.0), [1.54564, 2.05957, 1.59223], atol=1e-4), "The worked numbers."

# %% [markdown]
# **Break it.** Suppose that at the forks, $x$ and $y$, each share that arrives overwrites the one before, and the last to
# arrive is the one through a sigmoid. Let both versions walk downhill from $(3,-4)$, 60 steps at learning rate 0.3. Guess
# where the broken one ends.

# %% tags=["picture"]
figures.with_a_road_missing(circuit, FORKED, (3.0, -4.0), rate=0.3, steps=60)

# %% [markdown]
# It climbs, and there was no error message. From another start the same bug could still go down, only more slowly, and you
# would blame the learning rate. A wrong gradient is a silent bug.

# %% [markdown]
# ## F3.3 Matrices: let the shapes decide
#
# A layer is one big gate, $Z = XW$: rows of $X$ are examples, columns of $W$ are units (a unit is a neuron). **This is the
# transpose of F2's `W`:** there a class was a row and the product was `X @ W.T`, with the biases
# in the last column; from here on a class or unit is a column, and the biases are a vector of their own. Each $x_{ik}$ meets
# every $w_{kj}$ of row $k$, each product is a gate, and the shares add up:
#
# $$dX_{ik}=\sum_j dZ_{ij}\,W_{kj},\qquad dW_{kj}=\sum_i X_{ik}\,dZ_{ij}.$$
#
# You need not remember this. **A gradient has the shape of the array it belongs to**, and if the sizes differ, only one way
# of multiplying fits:

# %%
rng = np.random.default_rng(0)
X, W = rng.normal(size=(5, 3)), rng.normal(size=(3, 4))
dZ = rng.normal(size=(X @ W).shape)
for name, factors in {"dZ W": (dZ, W), "dZ W.T": (dZ, W.T), "W.T dZ": (W.T, dZ), "W dZ": (W, dZ)}.items():
    fits = factors[0].shape[1] == factors[1].shape[0]
    result = (factors[0].shape[0], factors[1].shape[1]) if fits else "does not fit"
    print(f"{name}: {factors[0].shape} times {factors[1].shape}: {result}; dX needs {X.shape}")

# %% [markdown]
# ### Exercise 2. Back through a matrix product · 3 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `dZ` (N, H), the gradient that arrives; `X` (N, D); `W` (D, H) |
# | out | `dX` (N, D) and `dW` (D, H) |
#
# Worked: `dZ = [[1.]]`, `X = [[2., 3.]]`, `W = [[4.], [5.]]` give `dX = [[4., 5.]]` and `dW = [[2.], [3.]]`.
#
# Often missed: a transpose; the order of the factors, which you do not notice with square matrices; dividing by N, which
# belongs to the loss.
#
# <details><summary>Hint 1: a question</summary>With which two of dZ, X, W and their transposes can you make an array of the shape
# of X that does not contain X itself?</details>
# <details><summary>Hint 2: a place</summary>Two lines, each one @ and one .T. X takes no part in dX, nor W in dW: a product
# exchanges.</details>
# <details><summary>Hint 3: the formula</summary>dX = dZ @ W.T and dW = X.T @ dZ.</details>


# %% nbgrader={"grade": false, "grade_id": "matmul_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def matmul_backward(dZ, X, W):
    """Return the gradients of X and of W, where Z = X @ W and dZ is the gradient of Z."""
    ### BEGIN SOLUTION
    dX = dZ @ W.T
    dW = X.T @ dZ
    ### END SOLUTION
    return dX, dW


# %%
check("matmul_backward", matmul_backward)

# %% nbgrader={"grade": true, "grade_id": "matmul_backward-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import backpropagation

backpropagation.grade("matmul_backward", matmul_backward)
### END HIDDEN TESTS
dX, dW = matmul_backward(np.ones((2, 4)), np.ones((2, 3)), np.ones((3, 4)))
assert np.shape(dX) == (2, 3), "dX has the shape of X."
assert np.shape(dW) == (3, 4), "dW has the shape of W."

# %% [markdown]
# ## F3.4 Copies: undo what broadcasting did
#
# A bias `b` of shape (H,) is added to the matrix $XW$ of shape (N, H). NumPy *broadcasts*: every row gets a copy. A copy is a
# fork, so the bias collects a share of the gradient from every row:
#
# $$Z_{ij}=(XW)_{ij}+b_j\quad\Rightarrow\quad db_j=\sum_i dZ_{ij}.$$
#
# The general rule: line the shapes up at their **last** axis. Axes that the array did not have were added in front: sum over
# them. Axes of length 1 were stretched: sum over them and keep the 1.

# %%
for shape in ((4,), (3, 1), (1, 4), ()):
    print(f"{shape!s:7} broadcasts with (3, 4) to {np.broadcast_shapes(shape, (3, 4))}")

# %% [markdown]
# ### Exercise 3. Sum to a shape · 4 points · about 12 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `grad`, an array; `shape`, a tuple that broadcasts to the shape of `grad` |
# | out | an array of that shape: `grad` added up over every axis along which copies were made |
#
# Worked: for `grad = [[1., 2., 3.], [4., 5., 7.]]` the shape `(3,)` gives `[5., 7., 10.]`, `(2, 1)` gives `[[6.], [16.]]`,
# and `()` gives `22`.
#
# Often missed: an axis of length 1 that disappears; the first axis instead of the last when both have the same length; a mean
# instead of a sum.
#
# <details><summary>Hint 1: a question</summary>grad has three axes and shape two. Which of the three is superfluous?</details>
# <details><summary>Hint 2: a place</summary>Two loops, or two sums: first while grad has more axes than shape, then over the
# axes where shape has a 1. keepdims=True keeps an axis.</details>
# <details><summary>Hint 3: the formula</summary>While grad.ndim &gt; len(shape): grad = grad.sum(axis=0). Then for each axis with
# shape[axis] == 1: grad = grad.sum(axis=axis, keepdims=True).</details>


# %% nbgrader={"grade": false, "grade_id": "sum_to_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sum_to_shape(grad, shape):
    """Return grad, added up over the axes along which an array of this shape was repeated."""
    ### BEGIN SOLUTION
    in_front = grad.ndim - len(shape)
    grad = grad.sum(axis=tuple(range(in_front)))
    stretched = tuple(axis for axis, size in enumerate(shape) if size == 1)
    grad = grad.sum(axis=stretched, keepdims=True)
    ### END SOLUTION
    return grad


# %%
check("sum_to_shape", sum_to_shape)

# %% nbgrader={"grade": true, "grade_id": "sum_to_shape-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import backpropagation

backpropagation.grade("sum_to_shape", sum_to_shape)
### END HIDDEN TESTS
assert np.array_equal(sum_to_shape(np.ones((5, 3)), (3,)), [5, 5, 5]), "A bias collects from every row."

# %% [markdown]
# ## F3.5 The max, and what happens at a tie
#
# The maximum of a row moves with its largest entry, the *winner*, and with no other: nudge a smaller one, and nothing
# happens. So the max **routes** the gradient to the winner. At a tie the slope is not defined. Look:

# %%
row = np.array([3.0, 1.0, 3.0])
for moved in ([0], [2], [0, 2]):
    up, down = row.copy(), row.copy()
    up[moved] += 0.01
    down[moved] -= 0.01
    print(f"entries {moved}: up {up.max() - row.max():+.2f}, down {down.max() - row.max():+.2f}")

# %% [markdown]
# Move one winner up alone, and the output rises; move it down alone, and the output stays. Move both together, and the output
# follows both ways. So only the sum is certain: the two winners *together* have slope 1. If each gets the full gradient, the
# sum is 2, which is wrong. Two ways give 1: share equally, whatever the order, or give it all to the first, as many libraries
# do. Here the winners share. (The **ReLU** of section F3.6 and the next lesson is the max of $x$ and 0, with a tie at 0.
# There the usual choice is to give $x$ nothing.)

# %% [markdown]
# ### Exercise 4. Back through a max · 3 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `dout` (N,), the gradient that arrives at the largest entry of each row; `x` (N, C) |
# | out | `dx` (N, C): for each row, `dout` at its largest entry, shared equally among ties; 0 elsewhere |
#
# Worked: `dout = [6.]`, `x = [[3., 1., 3.]]` gives `[[3., 0., 3.]]`.
#
# Often missed: the full gradient for each winner of a tie; the largest entry of the whole array instead of each row's;
# forgetting to multiply by `dout`.
#
# <details><summary>Hint 1: a question</summary>How many winners does each row have, and what should a row of dx add up to?</details>
# <details><summary>Hint 2: a place</summary>x.max(axis=1, keepdims=True) has shape (N, 1) and can be compared with x. The
# result is True for every winner.</details>
# <details><summary>Hint 3: the formula</summary>winners = x == row maxima; dx = winners / (number of winners of the row) *
# dout[:, None].</details>


# %% nbgrader={"grade": false, "grade_id": "max_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def max_backward(dout, x):
    """Return the gradient of x, where the output is the largest entry of each row and dout is its gradient."""
    ### BEGIN SOLUTION
    winners = x == x.max(axis=1, keepdims=True)
    dx = winners / winners.sum(axis=1, keepdims=True) * dout[:, None]
    ### END SOLUTION
    return dx


# %%
check("max_backward", max_backward)

# %% nbgrader={"grade": true, "grade_id": "max_backward-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import backpropagation

backpropagation.grade("max_backward", max_backward)
### END HIDDEN TESTS
paid = max_backward(np.array([2.0]), np.array([[1.0, 5.0, 5.0]]))
assert np.allclose(np.sum(paid), 2.0), "A row hands out what arrived, no more."

# %% [markdown]
# **A good place to stop.** What follows builds one thing from what you have: a tape. The next notebooks use it.

# %% [markdown]
# ## F3.6 A tape
#
# You went through the lines of a formula in reverse, by hand. A **tape** does the same for any formula. While values are
# computed, it records for each one which others it came from and how to hand a gradient back; afterwards it is played
# backward. This is *reverse-mode automatic differentiation*, and PyTorch, JAX and TensorFlow do it.
#
# A `Node` holds a `value`, its `parents`, its `grad`, and `pull`: a function that takes the node's own gradient and returns
# one gradient for each parent. Read it; there is nothing to fill in.


# %%
class Node:
    """A number or an array that remembers what it was computed from."""

    def __init__(self, value, parents=(), pull=None):
        self.value = np.asarray(value, dtype=np.float64)
        self.parents, self.pull = parents, pull  # the nodes it was computed from; its gradient -> theirs
        self.grad = np.zeros_like(self.value)

    def __add__(self, other):  # what Python calls for node + other
        return record("add", self, other)

    def __mul__(self, other):
        return record("multiply", self, other)

    def __matmul__(self, other):
        return record("matmul", self, other)

    __radd__, __rmul__ = __add__, __mul__  # for 2 + node and 2 * node

    def reciprocal(self):
        return record("reciprocal", self)

    def exp(self):
        return record("exp", self)

    def log(self):
        return record("log", self)

    def relu(self):
        return record("relu", self)

    def sum(self):
        return record("sum", self)

    def backward(self):
        backward(self)


# %% [markdown]
# First a tape by hand, for $ab+a$ at $a=3$, $b=4$. `lambda g: (g * b.value, g * a.value)` is a function without a name: it
# takes `g`, the gradient of the product, and returns a tuple with one gradient for $a$ and one for $b$.
#
# Guess before you run it: $a$ is used twice. What is its gradient?

# %%
a, b = Node(3.0), Node(4.0)
product = Node(a.value * b.value, (a, b), lambda g: (g * b.value, g * a.value))
total = Node(product.value + a.value, (product, a), lambda g: (g, g))

total.grad = np.array(1.0)
for node in (total, product):  # backward: the last one computed is the first
    for parent, share in zip(node.parents, node.pull(node.grad), strict=True):
        parent.grad = parent.grad + share
        print(f"{parent.value:4.0f} receives {share:.0f} and holds {parent.grad:.0f}")

# %% [markdown]
# $a$ receives 1 from the sum and 4 from the product: 5. You will write the two halves of this cell for any formula.
# Exercise 5 is the value and the pull of each gate; Exercise 6 is the loop, and the order in which it runs. Between them is
# `record`, which is given: it sends nodes through your `gate` and returns a node that remembers them. Where shapes
# differ, your `sum_to_shape` undoes the broadcasting.


# %%
def record(kind, *inputs):
    """Send inputs through a gate and return a node that remembers where its value came from."""
    nodes = tuple(each if isinstance(each, Node) else Node(each) for each in inputs)
    value, pull = gate(kind, *(node.value for node in nodes))

    def pull_to_shapes(g):
        grads = pull(g) if len(nodes) > 1 else np.reshape(pull(g), (1, *nodes[0].value.shape))
        pairs = zip(grads, nodes, strict=True)
        return [grad if grad.shape == node.value.shape else sum_to_shape(grad, node.value.shape) for grad, node in pairs]

    return Node(value, nodes, pull_to_shapes)


# %% [markdown]
# ### Exercise 5. Eight gates · 4 points · about 15 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `kind`, one of the eight names below; `inputs`, one or two arrays (two of one shape for `"add"` and `"multiply"`) |
# | out | `value`, what the gate computes; `pull`, a function: `pull(g)` takes the gradient of the value and returns a tuple, one gradient for each input, in the input's shape |
#
# `"add"` $a+b$ · `"multiply"` $a\,b$, entry by entry · `"matmul"` $ab$, the matrix product · `"reciprocal"` $1/a$ · `"exp"`
# $e^a$ · `"log"` $\ln a$ · `"relu"` $\max(0,a)$ · `"sum"` all entries added up, one number
#
# Worked: `value, pull = gate("multiply", np.array([3.]), np.array([4.]))` gives `[12.]`, and `pull(np.array([10.]))` gives
# `([40.], [30.])`.
#
# Often missed: multiplying by `g`; the slope of `exp` is its output, that of `log` needs its input; `sum` must hand back an
# array.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>For each gate: if one input is raised by 0.01, by how much does the value move?
# That is the local slope; multiply it by g.</details>
# <details><summary>Hint 2: a place</summary>One if for each kind, each with two lines: value = ..., and pull = lambda g: (...,).
# A tuple of one needs its comma. Your Exercise 2 is the gate "matmul".</details>
# <details><summary>Hint 3: the formula</summary>add: (g, g). multiply: (g * b, g * a). matmul: Exercise 2. reciprocal:
# -g / a**2. exp: g * value. log: g / a. relu: g where a &gt; 0, else 0. sum: an array of the shape of a, filled with g.</details>


# %% nbgrader={"grade": false, "grade_id": "gate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gate(kind, *inputs):
    """Return what a gate computes of its inputs, and the function that hands a gradient back to them."""
    ### BEGIN SOLUTION
    a, b = inputs[0], inputs[-1]
    if kind == "add":
        value, pull = a + b, lambda g: (g, g)
    elif kind == "multiply":
        value, pull = a * b, lambda g: (g * b, g * a)
    elif kind == "matmul":
        value, pull = a @ b, lambda g: matmul_backward(g, a, b)
    elif kind == "reciprocal":
        value, pull = 1 / a, lambda g: (-g / a**2,)
    elif kind == "exp":
        value = np.exp(a)
        pull = lambda g: (g * value,)  # noqa: E731
    elif kind == "log":
        value, pull = np.log(a), lambda g: (g / a,)
    elif kind == "relu":
        value, pull = np.maximum(0, a), lambda g: (g * (a > 0),)
    elif kind == "sum":
        value, pull = a.sum(), lambda g: (g * np.ones_like(a),)
    else:
        raise ValueError(f"there is no gate {kind!r}")
    ### END SOLUTION
    return value, pull


# %%
check("gate", gate)

# %% nbgrader={"grade": true, "grade_id": "gate-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import backpropagation

backpropagation.grade("gate", gate)
### END HIDDEN TESTS
value, pull = gate("multiply", np.array([3.0]), np.array([4.0]))
assert np.allclose(value, 12.0), "3 times 4."

# %% [markdown]
# ### The order
#
# In which order is the tape played back? A node may hand on its gradient only when **all** of it has
# arrived, so it waits for every node that uses it. Guess: in the first picture, may the node $x+y$ hand on its gradient
# before $\sigma(x)$ does? And what goes wrong if $x+y$ does so before the $+$ of the denominator?
#
# An order in which every node comes after its parents is a **topological order**. The usual way to find one: visit a node's
# parents first, each by the same rule, then put the node on the list, and visit nothing twice. (In code: a function that
# calls itself.) Backward goes through that list from its end.

# %% [markdown]
# ### Exercise 6. Backward · 6 points · about 20 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | `node`, with `.value` (an array), `.parents` (a tuple of nodes, empty for an input), `.pull` (None for an input) and `.grad` |
# | after the call | `.grad` of `node` is ones, in the shape of its value; `.grad` of every node it was computed from is the gradient, in the shape of *its* value, whatever was there before |
# | out | nothing |
#
# Worked: for `a = Node(3.)` and `c = a * a`, `backward(c)` sets `c.grad` to 1 and `a.grad` to 6: the one parent of $c$ is
# there twice.
#
# Often missed: `=` where shares add up; a node that hands on too early; gradients left over from an earlier call; `+=` on an
# array that another node holds as well (write `a.grad = a.grad + share`); two nodes of equal value taken for one.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>A node is used by three others. How many shares must arrive before it may call its
# pull, and how does your order see to that?</details>
# <details><summary>Hint 2: a place</summary>An inner function visit(each): return if id(each) is in the set seen, else add it,
# visit every parent, and append each to the list order. Then three steps: clear, put in the 1, go through
# reversed(order).</details>
# <details><summary>Hint 3: the formula</summary>For each in order: each.grad = np.zeros_like(each.value). node.grad =
# np.ones_like(node.value). For each in reversed(order) that has parents: for parent, share in zip(each.parents,
# each.pull(each.grad)): parent.grad = parent.grad + share.</details>


# %% nbgrader={"grade": false, "grade_id": "backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def backward(node):
    """Set the gradient of node, with respect to itself and to every node that it was computed from."""
    ### BEGIN SOLUTION
    order, seen = [], set()

    def visit(each):
        if id(each) in seen:
            return
        seen.add(id(each))
        for parent in each.parents:
            visit(parent)
        order.append(each)

    visit(node)
    for each in order:
        each.grad = np.zeros_like(each.value)
    node.grad = np.ones_like(node.value)
    for each in reversed(order):
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                parent.grad = parent.grad + share
    ### END SOLUTION


# %%
check("backward", backward)

# %% nbgrader={"grade": true, "grade_id": "backward-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import backpropagation

backpropagation.grade("backward", backward)
### END HIDDEN TESTS
node = Node(np.ones(2))
backward(node)
assert np.array_equal(node.grad, [1.0, 1.0]), "The output's own gradient is one."

# %% [markdown]
# The two guesses: $x+y$ and $\sigma(x)$ may go in either order, since neither is computed from the other. But $x+y$ gets its
# gradient from the square, and the square gets its own from the $+$ of the denominator; before these two have played, $x+y$
# holds 0 and hands on 0.
#
# Now the circuit again. The numbers below come from *your* tape; nothing is nudged.

# %% tags=["picture"]
moving.on_your_tape(FORKED, Node, 3.0, -4.0)

# %%
with needs("Exercises 1, 5 and 6"):
    x, y = Node(3.0), Node(-4.0)
    out = FORKED.run([x, y])[-1]
    out.backward()
    print(f"tape:    f {out.value:.6f}  dx {x.grad:.6f}  dy {y.grad:.6f}")
    print("by hand: f {:.6f}  dx {:.6f}  dy {:.6f}".format(*circuit(3.0, -4.0)))

# %% [markdown]
# ## F3.7 A network on the tape
#
# Lesson F2's softmax loss, with one layer in front of the scores: a matrix product, a bias and a ReLU for each of its
# units. Such a layer is called *hidden*; F4 is about what it is good for. Only the forward pass is written. (Each row's
# largest score is subtracted as a plain number, not as a node: a shift that changes no probability has no gradient.
# `np.eye(C)[y]` has a row for each label, with a 1 at the label and 0 elsewhere. `MLP`, *multilayer perceptron*, is the
# course's class for such networks: `net.start` draws the first weights, `net.scores` is its forward pass.)


# %%
def loss_of(params, X, y):
    """Return the mean cross-entropy of a two-layer network as a node; params is a dict of nodes."""
    units = (Node(X) @ params["W1"] + params["b1"]).relu()
    scores = units @ params["W2"] + params["b2"]
    shifted = scores + -scores.value.max(axis=1, keepdims=True)
    sums = shifted.exp() @ np.ones((scores.value.shape[1], 1))
    return (sums.log().sum() + (shifted * -np.eye(scores.value.shape[1])[y]).sum()) * (1 / len(y))


def tape_gradients(params, X, y):
    """Return the loss as a number, and a dict of its gradients."""
    nodes = {name: Node(w) for name, w in params.items()}
    loss = loss_of(nodes, X, y)
    loss.backward()
    return float(loss.value), {name: node.grad for name, node in nodes.items()}


# %%
X, y = spiral(np.random.default_rng(0))
net = MLP(sizes=(2, 100, 3))
params = net.start(np.random.default_rng(1), scale=0.1)
with needs("Exercises 3, 5 and 6"):
    loss, grads = tape_gradients(params, X, y)
    for name, index in {"W1": (1, 7), "b1": (7,), "W2": (7, 2), "b2": (2,)}.items():
        ends = []
        for h in (1e-5, -1e-5):
            moved = {key: w.copy() for key, w in params.items()}
            moved[name][index] += h
            ends.append(float(loss_of({key: Node(w) for key, w in moved.items()}, X, y).value))
        print(f"{name}: tape {grads[name][index]:+.8f}, nudged {(ends[0] - ends[1]) / 2e-5:+.8f}")

# %% [markdown]
# Eight digits agree. Which of the two is right in the later digits? That is the subject of lesson 01, where you will use your
# tape again.
#
# Nudging one number costs two losses. Guess: this network has 603 **parameters**, weights and biases. The tape found all 603
# gradients. How many evaluations of the loss would take as much work? And for a network with a hundred times as many
# parameters?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-price", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
figures.prices(loss_of, Node, X[:20], y[:20], units=(1, 4, 16, 64, 256))

# %% [markdown]
# If you guessed 603 or twice that: on the way back the tape asks each gate only once, however many numbers go through it.
# Counted in gates, the price is that of *two* losses; counted in multiplications, about three, since a matrix product needs
# two products on the way back. This is why networks can be trained at all.
#
# The price is memory: every value on the way must be kept until the gradient comes back.

# %% tags=["measured"]
losses, rate = [], 1.0
with needs("Exercises 3, 5 and 6"), one_thread():
    for _ in range(600):
        loss, grads = tape_gradients(params, X, y)
        losses.append(loss)
        params = {name: w - rate * grads[name] for name, w in params.items()}

# %% tags=["picture"]
figures.learned(X, y, lambda rows: net.scores(params, rows), losses)

# %% [markdown]
# Fewer than a hundred lines, most of them yours, have trained a network, and nobody derived the gradient of its loss.

# %% [markdown]
# ## Say it back
#
# 1. A gradient says how fast the output changes. Along a road, slopes multiply; where roads meet, gradients add.
# 2. Add hands the gradient to both inputs, multiply exchanges the inputs, max passes it to the winner, a copied array
#    collects a sum; a gradient has the shape of its array.
# 3. A tape records parents and pulls, and plays them back once each in reverse topological order: all gradients for the
#    price of about three losses.
#
# **Next:** *Neurons and layers* (F4): what a layer of such gates can compute, and which units stop learning. Lesson 01 asks
# how to find out that a gradient is wrong.

# %% [markdown]
# **Open question.** Your tape keeps every value. If a network of a thousand layers does not fit into memory, which values
# could you throw away and compute again, and what would that cost? (*Gradient checkpointing.*)
#
# **Still argued about.** Whether brains do anything like this. A backward pass needs the forward weights again, transposed,
# but neurons send signals one way only. Lillicrap, Santoro, Marris, Akerman and Hinton, *Backpropagation and the brain*
# (Nature Reviews Neuroscience, 2020), say what might take its place.

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
