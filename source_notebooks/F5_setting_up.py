# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # F5. Setting up data and weights
#
# **Five networks have the same ten layers, see the same digits in the same order, and learn at the same rate. They differ in
# one number: the standard deviation of the random weights they start from. One learns well. What happens to the
# other four?**
#
# *You will be able to* prepare data without looking at the test set, choose starting weights that carry a signal through
# many layers, normalise a batch forward and back, and regularise a network by penalties, dropout and augmentation.
#
# *Time* about 145 minutes, with a good place to stop after section F5.2. *You need* layers and their gradients (F4), the
# chain rule through matrices (F3), means and variances. *Points* 25.

# %%
import numpy as np

from course import plots
from course.checks import check, needs
from course.data import digits
from course.figures import deep, held_back, whitening
from course.interactive.layers import at_the_start
from course.network import MLP
from course.numerics import nudged_gradients
from course.pixels import digit_images

plots.use_style()
data, images = digits(), digit_images()

# %% tags=["picture"]
deep.fates(data, tell=False)

# %% [markdown]
# ## Guess first
#
# The five numbers are 0.1, 0.14, 0.2, 0.28 and 0.4. Which belongs to which letter, and which of them would you have chosen? One
# line, with your reason.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-starts", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
deep.fates(data, tell=True)

# %% [markdown]
# You may have thought that a network soon forgets its start. Here the start decides everything. With weights half as large as
# those of C, the signal has faded before it reaches the last layer, and so has the gradient on its way back. Nor is smaller
# safer: B stays at a loss of 2.30, which is $\ln 10$, the loss of a network that knows nothing. E, between the two, learns
# slowly.

# %% [markdown]
# With weights 1.4 or 2 times as large as those of C, signal and gradient grow from layer to layer. The first loss is in the
# hundreds or thousands, the first steps are far too long, and a few steps later the numbers overflow.
#
# Section F5.2 works out where 0.2 comes from. But first the data that go in.

# %% [markdown]
# ## F5.1 Data
#
# There are three ways to prepare the rows of a data set, a cloud of points:
#
# 1. **Centre**: subtract the mean of each column. Inputs that are all positive make the weights of a neuron zigzag (F4).
# 2. **Scale**: centre, and divide each column by its standard deviation, the root of its variance, if columns have different
#    units. Pixels share one unit, so images are often only centred. (The rows of `digits()` come centred; `digit_images()`
#    are pixels from 0 to 1.)
# 3. **Whiten**: centre, rotate the cloud onto its own axes, and divide by the standard deviation along each axis.
#
# The next cell says which axes these are.

# %% [markdown]
# The **covariance matrix** of $N$ rows with mean $\bar x$ is
#
# $$\mathrm{cov}=\frac1N\sum_i(x_i-\bar x)(x_i-\bar x)^\top,$$
#
# or, with the centred rows in a matrix $X$, $X^\top X/N$. The variances of the columns are on its diagonal; the other entries
# say how two columns vary together. Its **eigenvectors** are the directions $u$ that it stretches without turning them:
# $\mathrm{cov}\,u=v\,u$ with a number $v$, the **eigenvalue**. They are perpendicular to each other. For $u$ of length 1, $v$ is
# the variance of the rows along $u$, and along two different eigenvectors the rows are uncorrelated. So these are the axes.
#
# Turning without scaling, and keeping only the $k$ directions of largest variance, is **principal component analysis**, PCA.

# %% [markdown]
# With directions $u_1,u_2,\dots$ in order of their variances $v_1\ge v_2\ge\dots$, whitening computes
#
# $$z_j=\frac{(x-\bar x)\cdot u_j}{\sqrt{v_j+\varepsilon}},\qquad j=1,\dots,k.$$
#
# The small $\varepsilon$ keeps this finite along directions that have no variance at all.
#
# The usual mistake is not in the formula: **mean, directions and variances are measured on the training rows, and used
# unchanged on every other row.** A network must be able to answer for one image alone. The mean of one image is the image
# itself, and subtracting it leaves nothing.

# %% [markdown]
# ### Exercise 1. Whiten · 5 points · about 15 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `train` (N, D) and `test` (M, D), rows; `k`, how many directions to keep; `eps` |
# | out | two arrays, (N, k) and (M, k): both whitened with the mean, directions and variances of `train` |
# | order | the direction of largest variance first; variances divide by N; the sign of a direction is free |
# | after the call | `train` and `test` hold what they held before |
#
# Worked: `train = [[1., 0.], [5., 0.]]`, `test = [[3., 0.], [7., 0.]]`, `k = 1`, `eps = 0`: mean (3, 0), variance 4 along
# (1, 0): `[[-1.], [1.]]` and `[[0.], [2.]]`, or both with the other sign.
#
# Often missed: `test` is centred by the mean of `train`, too; `axis=0`; N, not N - 1 (`np.cov` needs `bias=True`);
# `np.linalg.eigh` gives directions as *columns*, so that `directions[:, 0]` is one, and the smallest variance first; `eps`
# inside the root.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which three things must you keep from train to be able to whiten a single new
# row next year?</details>
# <details><summary>Hint 2: a place</summary>mean = train.mean(axis=0); the covariance of train - mean is a (D, D) matrix;
# values, directions = np.linalg.eigh(covariance). values[::-1] puts the largest first, directions[:, ::-1] does the same for
# the columns. Then keep the first k of both.</details>
# <details><summary>Hint 3: the formula</summary>(X - mean) @ directions / np.sqrt(values + eps), for X = train and for X =
# test.</details>


# %% nbgrader={"grade": false, "grade_id": "whiten", "locked": false, "schema_version": 3, "solution": true, "task": false}
def whiten(train, test, k, eps):
    """Return training and test rows along the k directions of largest training variance, each scaled."""
    ### BEGIN SOLUTION
    mean = train.mean(axis=0)
    away = train - mean
    values, directions = np.linalg.eigh(away.T @ away / len(train))
    values, directions = values[::-1][:k], directions[:, ::-1][:, :k]
    scale = np.sqrt(values + eps)
    train_out = away @ directions / scale
    test_out = (test - mean) @ directions / scale
    ### END SOLUTION
    return train_out, test_out


# %%
check("whiten", whiten)

# %% nbgrader={"grade": true, "grade_id": "whiten-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import setting_up

setting_up.grade("whiten", whiten)
### END HIDDEN TESTS
here, there = whiten(np.array([[1.0, 0.0], [5.0, 0.0]]), np.array([[3.0, 0.0], [7.0, 0.0]]), 1, 0.0)
assert np.allclose(np.abs(here), 1), "two rows, each one deviation away from their mean"
assert np.allclose(np.abs(there), [[0], [2]]), "3 is the mean of the training rows, 7 two deviations away"

# %% tags=["picture"]
whitening.clouds(whiten)

# %% [markdown]
# Why bother? It makes descent faster. The **curvature** of a loss along a direction is its second derivative there: how fast
# the slope changes. For one linear unit with a squared error, the curvatures are the eigenvalues of
# $\frac1N\sum_i x_ix_i^\top$, with a 1 appended to every $x$ for the bias. Descent needs a rate small enough for the
# direction of largest curvature. Along the direction of smallest curvature it then needs about as many steps as the ratio of
# the two curvatures (more on this in lesson 04).

# %%
X = whitening.blob()
with needs("Exercise 1"):
    centred = X - X.mean(axis=0)
    for name, Z in {
        "as measured": X,
        "centred": centred,
        "scaled": centred / X.std(axis=0),
        "whitened": whiten(X, X, 2, 1e-8)[0],
    }.items():
        ones = np.column_stack([Z, np.ones(len(Z))])
        curvatures = np.linalg.eigvalsh(ones.T @ ones / len(ones))
        print(f"{name:12} largest over smallest curvature: {curvatures[-1] / curvatures[0]:10.1f}")

# %% [markdown]
# Then why are images seldom whitened in all their directions? Because $1/\sqrt{v}$ also enlarges a direction that holds
# nothing but noise. Guess before you run: the nearest neighbour (F1) gets 0.99 of fresh digits right from raw pixels. How
# many does it get right when all 64 directions are whitened with a tiny $\varepsilon$?

# %% tags=["picture"]
whitening.noise(whiten, images, epsilons=(1e-10, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1))

# %% [markdown]
# Now about six in a hundred are wrong instead of one. Directions with a few millionths of the largest variance are enlarged
# until they count as much as the others, so noise helps to choose the neighbour. A larger $\varepsilon$, or fewer
# directions, keeps the noise small.
#
# And what if you break the rule about test rows? Suppose that the test set holds only zeros, and somebody centres it by its
# *own* mean:

# %%
pixels, fresh = images.train.reshape(-1, 64), images.fresh.reshape(-1, 64)
mean = pixels.mean(axis=0)
for name, rows in {"all ten digits": images.y_fresh >= 0, "zeros alone": images.y_fresh == 0}.items():
    for whose, away in {"the training mean": mean, "their own mean": fresh[rows].mean(axis=0)}.items():
        said = whitening.nearest(pixels - mean, images.y_train, fresh[rows] - away)
        print(f"{name}, centred by {whose}: {np.mean(said == images.y_fresh[rows]):.2f} right")

# %% [markdown]
# Subtracting the mean of all zeros removes from each image what makes it a zero. With all ten digits in the test set the same
# mistake costs nothing here, so nobody notices it. (Lesson 11 calls it *data leakage*.)

# %% [markdown]
# ## F5.2 Where weights begin
#
# **All zero?** Then all units of a layer compute the same, get the same gradient, and stay the same for ever. With tanh or
# ReLU, which are 0 at 0, it is worse: every output is 0, and only the last bias changes. With any other *constant* the
# weights change, but the units of a layer still change together.
#
# The units are *symmetric*: if two of them change places, the network stays the same. Descent treats equal units equally, so
# the start must make them different. Random numbers **break the symmetry**. How large should they be?

# %% [markdown]
# Take one weighted sum $s=\sum_{i=1}^n w_ix_i$ of given inputs $x_i$ with random weights, independent and of mean 0. The
# variance of a sum of independent terms is the sum of their variances, and that of $w_ix_i$ is $x_i^2\,\mathrm{Var}(w)$:
#
# $$\mathrm{Var}(s)=\mathrm{Var}(w)\sum_{i=1}^n x_i^2=n\,\mathrm{Var}(w)\,\overline{x^2},$$
#
# where the bar is the mean over the $n$ inputs. So a signal keeps its size from layer to layer if $n\,\mathrm{Var}(w)=1$, with
# $n=n_\text{in}$, the inputs of a unit. The gradient on its way back is summed over the $n_\text{out}$ units of the layer, and keeps
# its size if $n_\text{out}\,\mathrm{Var}(w)=1$.

# %% [markdown]
# **Xavier** (Glorot and Bengio, 2010) uses the mean of the two numbers as $n$:
# $\mathrm{Var}(w)=2/(n_\text{in}+n_\text{out})$.
#
# A ReLU sets about half of the sums to 0, which halves the mean square that the next layer sees. **He** (He and others, 2015)
# makes up for it by doubling: $\mathrm{Var}(w)=2/n_\text{in}$.

# %% [markdown]
# ### Exercise 2. Starting weights · 4 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `fan_in`, `fan_out`, above $n_\text{in}$, $n_\text{out}$: how many numbers a unit sees, and how many units there are; `kind`, one of `"zero"`, `"xavier"`, `"he"`; `rng` |
# | out | `W` of shape (fan_in, fan_out): zeros, or random numbers of mean 0 and the variance of that kind, drawn from `rng` |
#
# Draw from a normal or a uniform distribution; what counts is the standard deviation.
#
# Worked: from 50 inputs to 150 units, Xavier has the standard deviation 0.1 and He 0.2.
#
# Often missed: the root; `fan_out` for `fan_in`; `np.random` in place of `rng`; `rng.random`, which is never negative; a uniform
# distribution from $-a$ to $a$ has the standard deviation $a/\sqrt3$.
#
# <details><summary>Hint 1: a question</summary>rng.standard_normal has the standard deviation 1. What do you multiply it by so that
# the variance is 2 / fan_in?</details>
# <details><summary>Hint 2: a place</summary>One if for each kind sets the variance. rng.standard_normal((fan_in, fan_out)) gives the
# draw.</details>
# <details><summary>Hint 3: the formula</summary>np.sqrt(variance) * rng.standard_normal((fan_in, fan_out)), with variance 0,
# 2 / (fan_in + fan_out) or 2 / fan_in.</details>


# %% nbgrader={"grade": false, "grade_id": "initial", "locked": false, "schema_version": 3, "solution": true, "task": false}
def initial(fan_in, fan_out, kind, rng):
    """Return the weights, (fan_in, fan_out), that a layer starts from."""
    ### BEGIN SOLUTION
    if kind == "zero":
        variance = 0.0
    elif kind == "xavier":
        variance = 2 / (fan_in + fan_out)
    elif kind == "he":
        variance = 2 / fan_in
    else:
        raise ValueError(f"there is no start {kind!r}")
    W = np.sqrt(variance) * rng.standard_normal((fan_in, fan_out))
    ### END SOLUTION
    return W


# %%
check("initial", initial)

# %% nbgrader={"grade": true, "grade_id": "initial-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import setting_up

setting_up.grade("initial", initial)
### END HIDDEN TESTS
W = initial(50, 150, "he", np.random.default_rng(0))
assert abs(np.std(W) - 0.2) < 0.02, "2/50 is the variance, 0.2 the standard deviation"

# %% [markdown]
# First, symmetry. Two networks of 20 tanh units learn the digits for 50 steps, one from zeros, the other from your Xavier
# weights. How many *different* units does each have in the end?

# %% tags=["measured"]
with needs("Exercise 2"):
    network, X, y = MLP(sizes=(64, 20, 10), activation="tanh"), data.X_train, data.y_train
    for kind in ("zero", "xavier"):
        rng = np.random.default_rng(0)
        params = {"W1": initial(64, 20, kind, rng), "b1": np.zeros(20)}
        params |= {"W2": initial(20, 10, kind, rng), "b2": np.zeros(10)}
        for _ in range(50):
            params = deep.step(params, network.loss(params, X, y)[1], rate=0.5)
        different = len(np.unique(params["W1"].round(9), axis=1).T)
        print(f"{kind}: {different} different units, {network.accuracy(params, X, y):.2f} right")

# %% [markdown]
# Now look at ten layers before any training, with digits as input. The number above each histogram is the standard deviation
# of the layer's output. The weights of the first two rows have the standard deviations 0.01 and 1.

# %% tags=["picture"]
deep.ten_layers(initial, data)

# %% [markdown]
# Row by row: with 0.01 the signal loses nine tenths of its size in every layer. With 1, four of five outputs lie above 0.97
# or below -0.97, where the slope is nearly 0 (F4: saturated). With Xavier the signal survives; it becomes a little smaller in
# each layer, because tanh compresses it. With ReLUs and Xavier it shrinks by about $\sqrt2$ in each layer, the factor that He
# makes up for.

# %% [markdown]
# This is where the 0.2 of the first picture comes from: its layers have 50 units, and $\sqrt{2/50}=0.2$. With half of that,
# the signal is halved in each of ten layers, and about a thousandth is left. Biases may all start at 0, because the weights
# already make the units different.
#
# **A good place to stop.** What follows keeps the size of the signal *while* the network learns.

# %% [markdown]
# ## F5.3 Batch normalisation
#
# A good start promises nothing for later, when the weights have changed. **Batch normalisation** (Ioffe and Szegedy, 2015)
# controls the size of every weighted sum at *every* step: it takes each column of a batch, subtracts the mean $\mu$ and
# divides by the standard deviation, the root of the variance $v$. Then two learned parameters, $\gamma$ and $\beta$, let
# the network choose another scale and mean:
#
# $$\hat x=\frac{x-\mu}{\sqrt{v+\varepsilon}},\qquad \text{out}=\gamma\,\hat x+\beta .$$

# %% [markdown]
# $\mu$ and $v$ belong to the batch, so what the network says about one image depends on the images beside it. In training
# that is accepted, but at *test* it is not: there $\mu$ and $v$ are replaced by **running averages**, which every training
# batch has moved a little:
#
# $$\text{running}\leftarrow m\cdot\text{running}+(1-m)\cdot\text{batch}.$$
#
# Here $m$, called `momentum`, is the share of the old average that is kept. (PyTorch gives this name to $1-m$, and
# the momentum of lesson 04 is something else.)

# %% [markdown]
# ### Exercise 3. Batch normalisation, forward · 6 points · about 15 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `x` (N, D), a batch; `gamma`, `beta` (D,) |
# | `bn_param` | a dict: `mode`, `"train"` or `"test"`; `momentum` $m$; `eps`; `running_mean` and `running_var` (D,) |
# | out | `out` (N, D), and `cache`, the three things that Exercise 4 needs: `(x_hat, std, gamma)` |
# | after the call | in training, `bn_param` holds the new running averages; at test the old ones. `x`, `gamma`, `beta` are unchanged |
#
# Here `std` is $\sqrt{v+\varepsilon}$, and variances divide by N. At test `cache` may be anything.
#
# Worked: `x = [[1.], [3.]]`, `gamma = [2.]`, `beta = [1.]`, `eps = 0`, `momentum = 0.9`, running 0 and 1, mode `"train"`: `out` is
# `[[-1.], [3.]]`, `running_mean` becomes 0.2 and `running_var` stays 1.
#
# Often missed: at test, use the running statistics and not those of the batch; `momentum` multiplies the old average; `eps`
# is inside the root; the running *variance* is an average of variances, without `eps`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which lines are the same in both modes, once mean and variance are known?</details>
# <details><summary>Hint 2: a place</summary>if bn_param["mode"] == "train": mean and var of x over axis 0, and two lines that write
# into bn_param; else: both from bn_param. Then std, x_hat and out for both modes.</details>
# <details><summary>Hint 3: the formula</summary>bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) *
# mean, and the same for var; std = np.sqrt(var + eps); x_hat = (x - mean) / std; out = gamma * x_hat + beta.</details>


# %% nbgrader={"grade": false, "grade_id": "batchnorm_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batchnorm_forward(x, gamma, beta, bn_param):
    """Return the normalised batch, and what the way back needs: (x_hat, std, gamma)."""
    mode, momentum, eps = bn_param["mode"], bn_param["momentum"], bn_param["eps"]
    ### BEGIN SOLUTION
    if mode == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) * mean
        bn_param["running_var"] = momentum * bn_param["running_var"] + (1 - momentum) * var
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = gamma * x_hat + beta
    cache = (x_hat, std, gamma)
    ### END SOLUTION
    return out, cache


# %%
check("batchnorm_forward", batchnorm_forward)

# %% nbgrader={"grade": true, "grade_id": "batchnorm_forward-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import setting_up

setting_up.grade("batchnorm_forward", batchnorm_forward)
### END HIDDEN TESTS
settings = {"mode": "train", "momentum": 0.9, "eps": 0.0, "running_mean": np.zeros(1), "running_var": np.ones(1)}
out, cache = batchnorm_forward(np.array([[1.0], [3.0]]), np.array([2.0]), np.array([1.0]), settings)
assert np.allclose(out, [[-1], [3]]), "one deviation below and above the mean, times 2, plus 1"
assert np.allclose(settings["running_mean"], 0.2), "a tenth of the mean of this batch"

# %% [markdown]
# Here are the ten layers again, with a slider for the scale of *your* starting weights, and *your* batch normalisation
# between weights and activation. Find the smallest and the largest scale at which layer 10 still carries a signal, neither
# faded nor saturated, for tanh and for ReLU. Then guess what the slider will do with batch normalisation, and switch it on.

# %% tags=["picture"]
at_the_start(initial, batchnorm_forward, data)

# %% [markdown]
# It does nothing: the histograms do not change. Weights ten times as large give sums ten times as large, which are divided by
# a standard deviation ten times as large. The output of a layer with batch normalisation does not depend on the scale of its
# weights.
#
# What happens to a batch of *one*? Its mean is the row itself, so $\hat x=0$, and every image gets the same answer.

# %%
with needs("Exercise 3"):
    one, gamma, beta = data.X_train[:1, 20:24], np.ones(4), np.zeros(4)
    for mode in ("train", "test"):
        settings = {"mode": mode, "momentum": 0.9, "eps": 1e-5}
        settings |= {"running_mean": data.X_train[:, 20:24].mean(axis=0), "running_var": data.X_train[:, 20:24].var(axis=0)}
        print(f"{mode:5}", np.asarray(batchnorm_forward(one, gamma, beta, settings)[0]).round(2) + 0.0)

# %% [markdown]
# **Backward.** Each $x$ reaches the output on three paths: straight through its own $\hat x$; through the *mean*, which it moves;
# and through the *variance*, which it changes. With $g=\gamma\cdot d\text{out}$, the gradient of $\hat x$, and sums over the rows
# of a column,
#
# $$dv=-\frac{1}{2\,s^{2}}\sum_i g_i\hat x_i,\qquad d\mu=-\frac1s\sum_i g_i,\qquad
# dx_i=\frac{g_i}{s}+\frac{2\,s\,\hat x_i}{N}\,dv+\frac{d\mu}{N},$$
#
# where $s=\sqrt{v+\varepsilon}$ (no longer a weighted sum), so that $x_i-\mu=s\,\hat x_i$. (The variance depends on the mean
# as well, but the slope of that is a sum of $x_i-\mu$, which is 0.) In one line, with bars for means over the rows,
#
# $$dx=\frac1s\Big(g-\overline{g}-\hat x\;\overline{g\,\hat x}\Big).$$
#
# The path through the mean subtracts the mean of $g$; the path through the variance subtracts a multiple of $\hat x$.

# %% [markdown]
# ### Exercise 4. Batch normalisation, backward · 6 points · about 25 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | `dout` (N, D), the gradient of the output; `cache`, the triple `(x_hat, std, gamma)` of Exercise 3 in training |
# | out | `dx` (N, D), `dgamma` (D,), `dbeta` (D,) |
# | after the call | `dout` and `cache` hold what they held before |
#
# Worked: `x_hat = [[-1.], [1.]]`, `std = [1.]`, `gamma = [2.]`, `dout = [[0.], [3.]]`: `dgamma = [3.]`, `dbeta = [3.]`, and
# `dx = [[0.], [0.]]`: two rows are normalised to -1 and 1 whatever they are.
#
# Often missed: the path through the mean; $1/N$ in both paths; $x-\mu$ is `std * x_hat`; `gamma` in `dx`, and not in `dgamma`;
# sums over the rows for `dgamma` and `dbeta`, not means.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>If all rows of a column grow by 1, the output does not change. What must the sum of dx
# over that column be?</details>
# <details><summary>Hint 2: a place</summary>dbeta and dgamma are one line each. For dx: g = dout * gamma, then either dv, dmu and the
# three paths, or the one line, in which each bar is a mean over axis 0.</details>
# <details><summary>Hint 3: the formula</summary>dbeta = dout.sum(axis=0); dgamma = (dout * x_hat).sum(axis=0);
# dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std.</details>


# %% nbgrader={"grade": false, "grade_id": "batchnorm_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batchnorm_backward(dout, cache):
    """Return the gradients of the batch, of gamma and of beta."""
    x_hat, std, gamma = cache
    ### BEGIN SOLUTION
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    g = dout * gamma
    dx = (g - g.mean(axis=0) - x_hat * (g * x_hat).mean(axis=0)) / std
    ### END SOLUTION
    return dx, dgamma, dbeta


# %%
check("batchnorm_backward", batchnorm_backward)

# %% nbgrader={"grade": true, "grade_id": "batchnorm_backward-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import setting_up

setting_up.grade("batchnorm_backward", batchnorm_backward)
### END HIDDEN TESTS
two = (np.array([[-1.0], [1.0]]), np.array([1.0]), np.array([2.0]))
assert np.allclose(batchnorm_backward(np.array([[0.0], [3.0]]), two)[0], 0), "two rows are always -1 and 1"

# %% [markdown]
# Your own forward pass can test your backward pass: change every number of `x`, `gamma` and `beta` a little and
# see how much the output changes. (Lesson 01 is about doing this well. `nudged_gradients` expects a loss of four arguments;
# the last two are not used here.)


# %%
def weighed(params, dout, y, reg):
    """Return the sum of dout times the output, whose gradients are dx, dgamma and dbeta, and the cache."""
    settings = {"mode": "train", "momentum": 0.9, "eps": 0.1, "running_mean": np.zeros(3), "running_var": np.ones(3)}
    out, cache = batchnorm_forward(params["x"], params["gamma"], params["beta"], settings)
    return np.sum(dout * out), cache


with needs("Exercises 3 and 4"):
    rng = np.random.default_rng(0)
    at = {"x": rng.normal(size=(5, 3)), "gamma": rng.normal(size=3), "beta": rng.normal(size=3)}
    dout = rng.normal(size=(5, 3))
    measured = nudged_gradients(weighed, at, dout, None)
    for (name, slopes), mine in zip(measured.items(), batchnorm_backward(dout, weighed(at, dout, None, 0)[1]), strict=True):
        print(f"d{name}:", "agrees" if np.allclose(slopes, mine, atol=1e-7) else "differs")

# %% [markdown]
# Now the first picture again, with both of your functions between the layers, and starting weights from 0.3 to 3 times those
# of your He. Guess: over which range does the network with batch normalisation learn?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-forgiving", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
deep.forgiving(initial, batchnorm_forward, batchnorm_backward, data, factors=(0.3, 0.5, 0.7, 1, 1.4, 2, 3))

# %% [markdown]
# Without it, only He's own scale learns well within these hundred steps. With it, the network learns from every start, but
# more slowly from larger weights. Where the scale of the weights does not matter, larger weights have a smaller gradient, so
# at the same rate their direction changes less.
#
# It has a price: the batch must not be small, training and test compute different things, and the running averages must be
# saved with the network. *Layer normalisation* takes mean and variance over the units of one row instead, which needs no
# batch.

# %% [markdown]
# ## F5.4 Holding a network back
#
# In F4 a large network with a penalty did better on fresh points than a small one. Restraining a network so that it learns
# the rule and not the noise is called **regularisation**. Here are five ways. (L1 and L2 stand for absolute values and
# squares, as in F1, but now of the weights.)
#
# | name | what is done | what it does |
# |---|---|---|
# | **L2**, weight decay | loss $+\frac\lambda2\sum w^2$, gradient $+\lambda w$ | makes all weights smaller, hardly any 0 |
# | **L1** | loss $+\lambda\sum\lvert w\rvert$, gradient $+\lambda\,\mathrm{sign}(w)$ | many weights near 0: few inputs used |
# | **max-norm** | after each step, weight vectors of units that are longer than $c$ are shortened to $c$ | no unit's weights explode |
# | **dropout** | in training, a random part of the units is set to 0 | no unit can rely on a single other one |
# | **augmentation** | training images are moved, turned, made noisy | shows what does *not* change the label |

# %% [markdown]
# **Dropout** (Srivastava and others, 2014). In training each unit stays with probability `keep`, and is set to 0 otherwise.
# On average the sums in the next layer are then `keep` times those at test, where no unit is dropped. **Inverted dropout**
# makes up for this in training: units that stay are divided by `keep`. The mean is then the same, and there is nothing to do
# at test:
#
# $$\text{out}=x\cdot\text{mask},\qquad \text{mask}=\begin{cases}1/\text{keep} & \text{with probability keep}\\0 & \text{otherwise.}\end{cases}$$

# %% [markdown]
# ### Exercise 5. Dropout · 3 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `x` (N, D); `keep`, the probability to stay, above 0 and at most 1; `rng`; `training`, True or False |
# | out | `out` (N, D), and `mask`, what `x` was multiplied by, of the shape of `x` |
# | outside training | `out` is `x`; `mask` may be anything |
# | after the call | `x` holds what it held before |
#
# Worked: `x` of ones and `keep = 0.5` give an `out` of zeros and twos, about as many of each.
#
# Often missed: `keep` is not the probability of being *dropped* (which PyTorch calls `p`); one draw for every entry, not for
# every column; what is divided in training must not be multiplied at test as well.
#
# <details><summary>Hint 1: a question</summary>rng.random(x.shape) draws evenly between 0 and 1. What share of its numbers is
# below 0.8?</details>
# <details><summary>Hint 2: a place</summary>If training: make a mask, multiply. Else: x and a mask of ones.</details>
# <details><summary>Hint 3: the formula</summary>mask = (rng.random(x.shape) &lt; keep) / keep.</details>


# %% nbgrader={"grade": false, "grade_id": "dropout", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout(x, keep, rng, training):
    """Return x with random entries set to 0 and the rest scaled, and what x was multiplied by."""
    ### BEGIN SOLUTION
    if training:
        mask = (rng.random(x.shape) < keep) / keep
    else:
        mask = np.ones(x.shape)
    out = x * mask
    ### END SOLUTION
    return out, mask


# %%
check("dropout", dropout)

# %% nbgrader={"grade": true, "grade_id": "dropout-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import setting_up

setting_up.grade("dropout", dropout)
### END HIDDEN TESTS
out, mask = dropout(np.ones((50, 40)), 0.5, np.random.default_rng(0), True)
assert set(np.unique(out)) == {0.0, 2.0}, "dropped, or divided by keep"

# %% [markdown]
# ### Exercise 6. Dropout, backward · 1 point · about 3 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `dout`, the gradient of the output; `mask`, as Exercise 5 returned it |
# | out | the gradient of `x`, of the same shape |
# | after the call | `dout` and `mask` hold what they held before |
#
# Worked: `dout = [[3., 5.]]`, `mask = [[0., 2.]]` gives `[[0., 10.]]`.
#
# Often missed: the scale, which is in the mask and multiplies the gradient as well.
#
# <details><summary>Hint 1: a question</summary>What is the slope of x times a constant?</details>
# <details><summary>Hint 2: a place</summary>One line.</details>
# <details><summary>Hint 3: the formula</summary>dout * mask.</details>


# %% nbgrader={"grade": false, "grade_id": "dropout_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_backward(dout, mask):
    """Return the gradient of what went into dropout."""
    ### BEGIN SOLUTION
    dx = dout * mask
    ### END SOLUTION
    return dx


# %%
check("dropout_backward", dropout_backward)

# %% nbgrader={"grade": true, "grade_id": "dropout_backward-check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import setting_up

setting_up.grade("dropout_backward", dropout_backward)
### END HIDDEN TESTS
assert np.allclose(dropout_backward(np.array([[3.0, 5.0]]), np.array([[0.0, 2.0]])), [[0, 10]]), "as forward, so back"

# %% [markdown]
# A hard task: 300 digits to learn from, three in ten with a wrong label. The network has a hundred ReLUs, starts from your He
# weights and takes 300 steps. The first picture shows what three of the five do to the weights of the first layer. (The
# length of a unit is the length of its weight vector.)

# %% tags=["picture"]
held_back.weights(initial, dropout, dropout_backward, images, names=("nothing", "L2", "L1", "max-norm"))

# %% [markdown]
# L2 makes the whole histogram narrower; L1 puts most weights near 0 and leaves a few large ones; max-norm bounds the longest
# unit. With any of the three the network learns less than half as many of the wrong labels as without regularisation, and
# nearly all the right ones: it takes large weights to answer one digit differently from all those that look like it.
#
# Guess before you run: which of the five does best on fresh digits? And on fresh digits *moved by one pixel*?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-ways", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
held_back.ways(initial, dropout, dropout_backward, images)

# %% [markdown]
# On fresh digits the five lie close together, and on average each is better than no regularisation; four starts are too few
# to say which is best. On moved digits, augmentation stands apart. The other four can only say *be simple*. Training images
# that were moved by a pixel show what may happen to an image without changing its label, and nothing else here tells the
# network that.
#
# This does not show that these strengths are right elsewhere (lesson 09 searches for them), or that dropout always helps.
# With batch normalisation it is often left out.

# %% [markdown]
# ## Say it back
#
# 1. Centre by the *training* mean; scale or whiten if columns differ; whitening enlarges noise unless epsilon limits it.
# 2. Variance $2/n_\text{in}$ carries a signal through ReLUs, Xavier's variance through tanh; from zeros, all units stay
#    alike. With batch normalisation the scale of the start matters little, but you need running averages at test.
# 3. L2, L1, max-norm and dropout say *be simple*; augmentation shows what the label does not depend on.
#
# **Next:** *Gradient checking* (01): you have derived hard gradients by hand. How do you find out whether the next ones are
# right? Lesson 03 watches these layers while they learn, and lesson 10 reads dropout as an ensemble. Before this came
# *Neurons and layers* (F4).

# %% [markdown]
# **Open question.** The output of a layer with batch normalisation does not depend on the scale of its weights. What, then,
# does an L2 penalty on these weights do?
#
# **Still argued about.** *Why* batch normalisation helps. Ioffe and Szegedy (2015) gave the reason that it keeps each layer's
# inputs from shifting while the layers below learn. Santurkar, Tsipras, Ilyas and Madry, *How Does Batch Normalization Help
# Optimization?* (NeurIPS 2018), shifted the inputs on purpose and saw that it helped all the same; they attribute this to a
# smoother loss. And ResNets can be trained without it: all that Zhang, Dauphin and Ma, *Fixup Initialization* (ICLR 2019),
# need is a careful start.

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
