# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3. Babysitting a run
#
# **Seven runs of a digits network, each with one trouble or none. Which would you stop, and what would you change?**
#
# *You will be able to* put runs on one axis, see a trend through noise, tell a rate that is too low from one that is too
# high, measure how far each array moves, look into the layers, and write down the rule by which you judge.
#
# *Time* about 90 minutes. *You need* lessons 1 and 2. *Points* 20.

# %%
import matplotlib.pyplot as plt
import numpy as np

from course import histories, plots, training
from course.checks import check, written
from course.data import digits
from course.figures import layers, runs
from course.interactive import runs as moving
from course.mine import plain_gradient_descent
from course.network import MLP
from course.training import train

plots.use_style()
data = digits()
validation = (data.X_val, data.y_val)


def fit(network, *, rate, rng=0, rows=1197, y=data.y_train, **more):
    rng, config = np.random.default_rng(rng), {"learning_rate": rate}
    more = {"validation": validation, "batch": 100, **more}
    return train(network, data.X_train[:rows], y[:rows], plain_gradient_descent, config, rng=rng, **more)


# %% tags=["picture"]
seven = histories.lesson(data)
fig, axes = plt.subplots(2, 4, figsize=(9.2, 4.2))
for ax, (letter, history) in zip(axes.flat, seven.items(), strict=False):
    runs.panel(ax, history, f"run {letter}")
runs.key(axes.flat[-1])
plots.Picture(fig, f"Seven runs. {runs.describe(seven)}")

# %% [markdown]
# ## Guess first
#
# One of the seven is healthy. Each of the others has one trouble: rate too low, rate too high, diverged, overfitting, underfitting, batch too
# small. Match letters and troubles in one line. Your own function will do the same at the end.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-seven", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 3.1 An axis one can compare
#
# One network, two batch sizes, the same rate. Against iterations the two losses fall together, batch 20 more noisily. But a step with batch 200
# looks at ten times the data. **Count epochs**: how often has each example been seen, on average?
#
# $$\text{epochs}=\frac{\text{iterations}\times\text{batch}}{n}$$
#
# ### Exercise 1. Epochs · 3 points · about 4 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `iterations`, a number or an array; `n` examples in the data; `batch` |
# | out | epochs, a number or an array, with fractions |
#
# Worked: 500 iterations with batch 100 on 50,000 examples are 1 epoch; 3 with batch 4 on 10 are 1.2.
#
# Often missed: rounding; `int()`, which breaks arrays.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>How many examples have been seen after so many iterations?</details>
# <details><summary>Hint 2: a place</summary>One line; arithmetic works on numbers and arrays alike.</details>
# <details><summary>Hint 3: the formula</summary>iterations * batch / n</details>


# %% nbgrader={"grade": false, "grade_id": "to_epochs", "locked": false, "schema_version": 3, "solution": true, "task": false}
def to_epochs(iterations, n, batch):
    """Return how many epochs so many iterations are: how often each of n examples was seen, on average."""
    ### BEGIN SOLUTION
    epochs = iterations * batch / n
    ### END SOLUTION
    return epochs


# %%
check("to_epochs", to_epochs)

# %% nbgrader={"grade": true, "grade_id": "to_epochs-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import babysitting

babysitting.grade("to_epochs", to_epochs)
### END HIDDEN TESTS
assert to_epochs(500, 50_000, 100) == 1.0, "50,000 examples were seen."

# %% tags=["picture"]
net = MLP(sizes=(64, 50, 10))
pair = {batch: fit(net, rate=0.1, epochs=8, batch=batch).steps["loss"] for batch in (20, 200)}
picture = "This picture uses your own axis: write Exercise 1 first."
if written(to_epochs, 1, 1, 1):
    fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.4), sharey=True)
    steps = {f"batch {b}": (np.arange(len(y)), y) for b, y in pair.items()}
    epochs = {f"batch {b}": (to_epochs(np.arange(len(y)), 1197, b), y) for b, y in pair.items()}
    runs.curves(axes[0], steps).set(
        xlabel="iteration", ylabel="mini-batch loss", title="By iterations they fall together", xlim=(0, 48)
    )
    runs.curves(axes[1], epochs).set(ylabel="", title="By epochs, 20 leads by far")
    early = {b: np.mean(y[40:48]) for b, y in pair.items()}
    late = {b: np.mean(y[-1000 // b :]) for b, y in pair.items()}
    told = "; ".join(
        f"batch {b}: {early[b]:.2f} at iterations 40 to 48, {late[b]:.2f} after 8 epochs" for b in pair
    )
    print(told)
    picture = plots.Picture(fig, f"Loss of two batch sizes by iterations and by epochs. {told}.")
picture

# %% [markdown]
# Neither axis is false. Per step the large batch knows more; per example seen, the small one has taken ten times as many
# steps. Say which axis you use.

# %% [markdown]
# ## 3.2 A curve through the noise
#
# Each mini-batch is another small exam, so its loss jumps. A running average that forgets,
#
# $$s_0=x_0,\qquad s_t=\beta\,s_{t-1}+(1-\beta)\,x_t,$$
#
# shows the trend. It remembers about $1/(1-\beta)$ values: 10 for $\beta=0.9$.
#
# ### Exercise 2. Smooth a curve · 4 points · about 8 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `x`, an array of T values; `beta` between 0 and 1 |
# | out | array of T smoothed values, the first equal to `x[0]` |
# | after the call | `x` holds what it held before |
#
# Worked: `[4, 0, 0, 8]` with `beta = 0.5` gives `[4, 2, 1, 4.5]`.
#
# Often missed: starting at 0; $\beta$ on the new value; mixing with the raw value before instead of the smoothed one.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which two numbers does the third smoothed value mix?</details>
# <details><summary>Hint 2: a place</summary>A list that starts with x[0]; a loop over x[1:] that appends; np.array at the
# end.</details>
# <details><summary>Hint 3: the formula</summary>out.append(beta * out[-1] + (1 - beta) * value)</details>


# %% nbgrader={"grade": false, "grade_id": "smooth", "locked": false, "schema_version": 3, "solution": true, "task": false}
def smooth(x, beta):
    """Return the exponentially decaying average of x, which starts at x[0]."""
    ### BEGIN SOLUTION
    out = [x[0]]
    for value in x[1:]:
        out.append(beta * out[-1] + (1 - beta) * value)
    averaged = np.array(out)
    ### END SOLUTION
    return averaged


# %%
check("smooth", smooth)

# %% nbgrader={"grade": true, "grade_id": "smooth-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import babysitting

babysitting.grade("smooth", smooth)
### END HIDDEN TESTS
assert np.allclose(smooth(np.full(5, 3.0), 0.9), 3), "A curve without noise stays as it is."

# %% tags=["picture"]
noisy = np.array(fit(net, rate=0.05, epochs=6, batch=5).steps["loss"])
epochs = np.arange(len(noisy)) * 5 / 1197
picture = "This picture uses your own average: write Exercise 2 first."
if written(smooth, np.ones(2), 0.5):
    fig, axes = plt.subplots(1, 2, figsize=(8.6, 3.5))
    for ax in axes:
        runs.smoothed(ax, epochs, noisy, {rf"$\beta$ = {beta}": smooth(noisy, beta) for beta in (0.9, 0.99)})
    axes[0].set_title("The hockey stick")
    axes[1].set(yscale="log", ylim=(0.02, 4), title="On a log scale it is still falling")
    told = f"smoothed with 0.99: {smooth(noisy, 0.99)[len(noisy) // 2]:.2f} half way, {smooth(noisy, 0.99)[-1]:.2f} at the end"
    print(told)
    picture = plots.Picture(
        fig, f"Mini-batch loss with two running averages, linear and logarithmic. {told}."
    )
picture

# %% [markdown]
# On the linear axis the run looks finished after three epochs. The **log scale** straightens the stick, and the loss is seen
# to halve once more in the second half. Look at both. The price of a long memory is **lag**: for two epochs $\beta=0.99$ runs
# above the data, because it still remembers the start.
#
# How much of the wiggle is the batch's? Take one half-trained network, make no step at all, and look at the differences
# between the losses of one mini-batch and the next. Two independent numbers of deviation $\sigma$ differ by a number of
# deviation $\sqrt2\,\sigma$, so the wiggle is the deviation of the differences over $\sqrt2$. On differences a slow trend
# hardly counts.

# %% tags=["picture"]
batches, sizes = (5, 20, 80, 320), []
half = fit(net, rate=0.1, epochs=5).params
for batch in batches:
    exams = fit(net, rate=0.0, params=half, epochs=4 + batch // 8, batch=batch).steps["loss"]
    sizes.append(np.std(np.diff(exams)) / np.sqrt(2))
fig, ax = plt.subplots()
runs.wiggle(ax, batches, sizes).set_title("A batch four times as large halves the wiggle")
told = ", ".join(f"batch {b}: {w:.3f}" for b, w in zip(batches, sizes, strict=True))
print(told)
plots.Picture(fig, f"Standard deviation of the mini-batch loss by batch size. {told}.")

# %% [markdown]
# ## 3.3 The learning rate, read from the loss
#
# Guess in your head before you move the sliders: of the rates 0.003, 0.03, 0.3, 3, 14 and 60, which is nearly a straight line, which falls
# fast and then is stuck, and which is gone in a few steps?

# %% tags=["picture"]
moving.rate_and_batch(data)

# %% tags=["picture"]
rates = {0.003: "too low", 0.3: "good", 14.0: "too high"}
lines = {}
for rate, name in rates.items():
    run = fit(net, rate=rate, epochs=20)
    lines[f"{rate:g}, {name}"] = (run.epochs["epoch"], run.epochs["train_loss"])
over = fit(net, rate=60.0, epochs=20, limit=50)
fig, ax = plt.subplots()
runs.curves(ax, lines).set_title("Too low is a line, too high is stuck")
ends = [f"{name}: from {y[0]:.1f} to {y[-1]:.1f}" for name, (_, y) in lines.items()]
print(*ends, f"60: {over.stopped}", sep="\n")
plots.Picture(fig, f"Training loss at three rates. {'; '.join(ends)}.")

# %% [markdown]
# **Too low** falls as much in the second half as in the first: nearly a line. **Too high** drops and then bounces at a worse
# loss, with too much energy to settle into anything narrow. **Far too high** diverges. If you guessed that 3 is too high: for
# this network it is not, and no number is too high by itself.
#
# A **range test** finds the edge in one short run: let the rate grow by the same factor at every step and watch where the
# loss is lowest (L. N. Smith, *Cyclical Learning Rates*, 2017). Then take a rate a few times smaller.

# %% tags=["picture"]
grown = 1e-3 * (1e5 ** (np.arange(120) / 119))
test = train(
    net,
    data.X_train,
    data.y_train,
    plain_gradient_descent,
    rng=np.random.default_rng(0),
    epochs=10,
    rate=lambda epoch, run: grown[len(run.steps["loss"]) - 1],
)
loss = np.array(test.steps["loss"])
loss = smooth(loss, 0.8) if written(smooth, np.ones(2), 0.5) else loss
fig, ax = plt.subplots()
runs.range_test(ax, grown[: len(loss)], loss).set_title("The loss falls until the rate is too large")
plots.Picture(
    fig,
    f"Mini-batch loss against a growing rate: {loss[0]:.2f} at 0.001, lowest {loss.min():.2f} at {grown[loss.argmin()]:.2g}.",
)

# %% [markdown]
# ## 3.4 Two accuracies and the gap between them
#
# The loss one trains on cannot show whether anything was understood. Keep some rows out, and compare.

# %% tags=["picture"]
cases = {
    "40 rows: wide gap, overfitting": fit(net, rate=0.5, epochs=40, rows=40),
    "2 units: no gap, both low": fit(MLP(sizes=(64, 2, 10)), rate=0.3, epochs=30),
    "all rows, 50 units": fit(net, rate=0.3, epochs=20),
}
fig, axes = plt.subplots(1, 3, figsize=(9.6, 3.3), sharey=True)
for ax, (title, run) in zip(axes, cases.items(), strict=True):
    runs.gap(ax, run.epochs["train_accuracy"], run.epochs["val_accuracy"]).set_title(title, fontsize=10)
told = "; ".join(
    f"{t}: {r.epochs['train_accuracy'][-1]:.2f} and {r.epochs['val_accuracy'][-1]:.2f}"
    for t, r in cases.items()
)
print(told)
plots.Picture(fig, f"Training and validation accuracy of three runs. {told}.")

# %% [markdown]
# A wide gap: learned by heart. More data, more L2, dropout, or stop early. No gap and both low, *although the loss has stopped
# falling*: **too little capacity**; more regularisation would make it worse. While the loss still falls in a line, both are low
# because the rate is (run A).
#
# Do the remedies help? In 400 rows, 40 % of the labels are drawn anew, at random; one in ten of those is right by luck. A
# network that learned only what is true would be right on the printed share of its labels; every point above is memory. Three
# seeds each:

# %% tags=["picture"]
rng = np.random.default_rng(0)
labels = data.y_train.copy()
wrong = rng.random(1197) < 0.4
labels[wrong] = rng.integers(0, 10, wrong.sum())
wide = MLP(sizes=(64, 100, 10))
remedies = {"nothing": {}, "L2 of 0.01": {"reg": 0.01}, "dropout 0.5": {"dropout": 0.5}, "all 1197 rows": {}}
for rows in (400, 1197):
    print(f"{rows} rows, labels that are right: {np.mean(labels[:rows] == data.y_train[:rows]):.3f}")
for name, change in remedies.items():
    rows, scores = 1197 if "rows" in name else 400, []
    for seed in range(3):
        run = fit(wide, rate=0.5, rng=seed, rows=rows, y=labels, epochs=40, **change)
        seen = run.epochs["val_accuracy"]
        scores.append((run.epochs["train_accuracy"][-1], seen[-1], max(seen)))
    a, b, best = np.mean(scores, axis=0)
    low, high = np.min(scores, axis=0)[1], np.max(scores, axis=0)[1]
    print(
        f"{name:13} training {a:.3f}  validation {b:.3f} ({low:.3f} to {high:.3f})  best on the way {best:.3f}"
    )

# %% [markdown]
# Each remedy learns fewer wrong labels. What it gains is another matter: the seeds of L2 all end above those of nothing, those of
# dropout overlap with them, so three seeds do not settle it. The last column is what stopping early would have kept, flattered
# a little, since its epoch was chosen by looking. How much of each remedy is another number to search for: lesson 9.

# %% [markdown]
# ## 3.5 The size of a step
#
# A gradient of length 5 says nothing by itself. What matters is how far the **update** moves an array, measured by that
# array's own length:
#
# $$\text{ratio}=\frac{\lVert \Delta w\rVert}{\lVert w\rVert},$$
#
# one number per array and step. About **1e-3** is the usual rule of thumb: far below, the rate may be too low; far above, too
# high.
#
# ### Exercise 3. Update ratio · 3 points · about 6 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `w` before the step; `update`, what the step adds to it, same shape |
# | out | the ratio of their lengths (root of the sum of squares), one number |
# | zeros | 0 if nothing moved and `w` is 0; `inf` if something moved from exactly 0 |
#
# Worked: `w = [3, 4]`, `update = [0, -0.005]` gives `0.001`.
#
# Often missed: `np.linalg.norm(w, 2)`, which for a matrix is something else (its largest singular value); the raw gradient
# instead of the update; biases, which start at 0.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which array of a new network has length 0, and what should the ratio of its
# first step be?</details>
# <details><summary>Hint 2: a place</summary>np.linalg.norm of a flattened array is its length. Ask about a length of 0 before
# you divide.</details>
# <details><summary>Hint 3: the formula</summary>norm(update) / norm(w) if norm(w) &gt; 0; otherwise 0.0 if norm(update) is 0,
# else np.inf.</details>


# %% nbgrader={"grade": false, "grade_id": "update_ratio", "locked": false, "schema_version": 3, "solution": true, "task": false}
def update_ratio(w, update):
    """Return the length of the update over the length of w; 0 if both are 0, inf if only w is."""
    ### BEGIN SOLUTION
    moved, size = np.linalg.norm(np.ravel(update)), np.linalg.norm(np.ravel(w))
    if size > 0:
        ratio = moved / size
    else:
        ratio = np.inf if moved > 0 else 0.0
    ### END SOLUTION
    return ratio


# %%
check("update_ratio", update_ratio)

# %% nbgrader={"grade": true, "grade_id": "update_ratio-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import babysitting

babysitting.grade("update_ratio", update_ratio)
### END HIDDEN TESTS
assert np.isclose(update_ratio(np.array([3.0, 4.0]), np.array([0.0, -0.005])), 0.001), "5 thousandths of 5."

# %% [markdown]
# Three rates, ten epochs each. Guess which comes nearest to 1e-3, and whether that one has the lowest loss.

# %% tags=["picture"]
picture = "This picture uses your own ratio: write Exercise 3 first."
if written(update_ratio, np.ones(1), np.ones(1)):
    watched = {
        rate: fit(net, rate=rate, epochs=10, each_step={"ratio": training.per_array(update_ratio)})
        for rate in (0.01, 0.1, 1.0)
    }
    lines = {f"W1 at rate {rate:g}": training.column(run, "ratio", "W1") for rate, run in watched.items()}
    fig, ax = plt.subplots()
    runs.ratios(ax, lines).set_title("The best of the three is far above the rule of thumb")
    told = [
        f"rate {rate:g}: median ratio of W1 {np.median(training.column(run, 'ratio', 'W1')):.1e}, of W2 "
        f"{np.median(training.column(run, 'ratio', 'W2')):.1e}, training loss {run.epochs['train_loss'][-1]:.3f}"
        for rate, run in watched.items()
    ]
    print(*told, sep="\n")
    picture = plots.Picture(fig, "Update ratio of W1 per step. " + "; ".join(told) + ".")
picture

# %% [markdown]
# Rate 0.01 is nearest, below 1e-3, and slow; 0.1 is above; rate 1, at about 1e-2, has the lowest loss. So it is a **heuristic**:
# good for finding an array that moves a thousand times less than the others, weak for choosing between two sane rates. The
# number depends on the network, the stage and the rule.

# %% [markdown]
# ## 3.6 Layer by layer
#
# Five tanh layers before any training. Each picture is the histogram of a layer's activations. Move the scale from which the
# weights of *all* layers are drawn.

# %% tags=["picture"]
moving.saturation(data)

# %% [markdown]
# Too small: each layer is fainter than the one before, and the gradients of all arrays are tiny. Too large: every unit sits at -1 or 1,
# **saturated**, where the slope of tanh is nearly 0. In between the spread is kept. For tanh the usual variance is Xavier's,
# $2/(n_{in}+n_{out})$; for ReLU, which cuts half away, He's, $2/n_{in}$.

# %% [markdown]
# Now nine layers of 100 units and a last one, at five scales. Xavier's deviation between equal layers of 100 is
# $\sqrt{2/200}=0.1$.

# %% tags=["picture"]
cases = {
    "tanh, 0.02": ("tanh", 0.02),
    "tanh, Xavier": ("tanh", None),
    "ReLU, 0.1": ("relu", 0.1),
    "ReLU, He": ("relu", None),
    "ReLU, 0.3": ("relu", 0.3),
}
fig, axes = plt.subplots(1, 2, figsize=(8.8, 3.6))
profiles = {name: layers.profile(data, *case) for name, case in cases.items()}
for ax, part, label in zip(axes, (0, 1), ("spread of activations", "length of the gradient"), strict=True):
    lines = {name: (np.arange(1, 1 + len(found[part])), found[part]) for name, found in profiles.items()}
    runs.curves(ax, lines, log=True).set(xlabel="layer", ylabel=label)
axes[0].set_title("A spread that is kept...", fontsize=11)
axes[1].set_title("...keeps the gradient", fontsize=11)
axes[1].get_legend().remove()
told = "; ".join(
    f"{name}: spread {a[0]:.1e} to {a[-1]:.1e}, gradient of W1 {g[0]:.1e}"
    for name, (a, g) in profiles.items()
)
print(told.replace("; ", "\n"))
plots.Picture(fig, f"Spread and gradient by layer. {told}.")

# %% [markdown]
# Left to right is forwards, right to left backwards. The gradient of an array is what arrived forwards times what came back,
# so where both shrink by the same factor per layer it is alike in all arrays: alike tiny at tanh 0.02 and ReLU 0.1, where it
# **vanishes**; at ReLU 0.3 it **explodes**.

# %% [markdown]
# ### Exercise 4. Activation statistics · 4 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `a` of shape (N, units), one layer's activations for N rows; `kind`, `"tanh"` or `"relu"` |
# | out | dict with `"mean"` and `"std"` over all entries, and for tanh `"saturated"`, the share of *entries* with $\lvert a\rvert>0.97$; for ReLU `"dead"`, the share of *units* that are 0 for every row |
# | errors | `ValueError` for any other kind |
#
# Worked: ReLU activations `[[0, 1, 0], [0, 0, 2]]`: mean 0.5, one dead unit of three.
#
# Often missed: a unit silent for *some* rows is doing its work; tanh saturates on two sides; the deviation of `a.std()`
# as it is, without the option `ddof`, which divides by one less.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which axis runs over the rows, and which over the units?</details>
# <details><summary>Hint 2: a place</summary>A comparison gives an array of booleans; its mean() is a share. all(axis=0) asks one
# question per column.</details>
# <details><summary>Hint 3: the formula</summary>saturated: (np.abs(a) &gt; 0.97).mean(). dead: (a == 0).all(axis=0).mean(). mean
# and std: a.mean(), a.std().</details>


# %% nbgrader={"grade": false, "grade_id": "activation_stats", "locked": false, "schema_version": 3, "solution": true, "task": false}
def activation_stats(a, kind):
    """Return mean, std, and the share of saturated entries (tanh) or dead units (ReLU), as a dict."""
    ### BEGIN SOLUTION
    stats = {"mean": a.mean(), "std": a.std()}
    if kind == "tanh":
        stats["saturated"] = (np.abs(a) > 0.97).mean()
    elif kind == "relu":
        stats["dead"] = (a == 0).all(axis=0).mean()
    else:
        raise ValueError(f'kind must be "tanh" or "relu"; got {kind!r}.')
    ### END SOLUTION
    return stats


# %%
check("activation_stats", activation_stats)

# %% nbgrader={"grade": true, "grade_id": "activation_stats-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import babysitting

babysitting.grade("activation_stats", activation_stats)
### END HIDDEN TESTS
assert activation_stats(np.array([[0.0, 1.0], [0.0, 0.0]]), "relu")["dead"] == 0.5, (
    "The second unit fired once."
)

# %% tags=["picture"]
if written(activation_stats, np.ones((1, 1)), "relu"):
    for rate in (0.3, 14.0):
        run = fit(net, rate=rate, epochs=5)
        units = net.layers(run.params, data.X_train)[1]
        print(
            f"rate {rate:g}: silent on the first row {(units[0] == 0).mean():.0%}, dead on 20 rows "
            f"{activation_stats(units[:20], 'relu')['dead']:.0%}, dead on all {activation_stats(units, 'relu')['dead']:.0%}"
        )

# %% [markdown]
# A unit is dead only if it never fires over the **whole** set; on one row many units are silent, as they should be. A rate
# that is too high kills units for good: a silent ReLU has no gradient to come back with.
#
# **Weights as images.** Each unit of the first layer has one weight per pixel.

# %% tags=["picture"]
wide = MLP(sizes=(64, 16, 10))
cases = {
    "before training": wide.start(np.random.default_rng(0)),
    "trained, no penalty": fit(wide, rate=0.3, epochs=40).params,
    "trained, L2 of 0.01": fit(wide, rate=0.3, epochs=40, reg=0.01).params,
}
fig, axes = plt.subplots(1, 3, figsize=(8.8, 3.2))
for ax, (name, params) in zip(axes, cases.items(), strict=True):
    layers.filters(ax, params["W1"], data.image)
    ax.set_title(f"{name}: {layers.roughness(params['W1'], data.image):.2f}", fontsize=10)
told = "; ".join(f"{name}: {layers.roughness(p['W1'], data.image):.2f}" for name, p in cases.items())
plots.Picture(fig, f"First-layer weights of 16 units as 8 by 8 images. Roughness, 1 for noise: {told}.")

# %% [markdown]
# The number is the roughness, how much neighbouring pixels differ: 1 for pure noise, 0 for a flat image. Smooth and varied images are a good sign; noise left over from the start means
# too little training or too little regularisation.

# %% [markdown]
# ## 3.7 Reading a run
#
# Now the rule, in words first. Ask in this order, and stop at the first yes. *First loss* is `train_loss[0]`; *the second half*
# of a list `v` is `v[len(v) // 2:]`.
#
# | ask | label |
# |---|---|
# | is any step loss NaN or infinite, or above 100 times the first loss? | `diverged` |
# | in the second half of the training losses, are at least a fifth of the changes from one epoch to the next rises, and is the last training accuracy below 0.9? | `rate too high` |
# | in the second half of the step losses, is the standard deviation of the differences, over $\sqrt2$, above 0.25 times the first loss? | `batch too small` |
# | is the fall over the second half of the training losses at least 0.4 of the whole fall? | `rate too low` |
# | is the last training accuracy more than 0.1 above the last validation accuracy? | `overfitting` |
# | is the last training accuracy below 0.9? | `underfitting` |
# | none of these | `healthy` |

# %% [markdown]
# It is a rule, not a truth: the thresholds were chosen on runs of digits whose loss falls. Publishing them makes the label
# arguable. The order matters: a rate that is too high makes the steps wild too, so it is asked about before the batch. The
# $\sqrt2$ is that of 3.2.
#
# ### Exercise 5. Diagnose a run · 6 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `history`: dict of lists `"step_loss"` (per update), `"train_loss"`, `"train_accuracy"`, `"val_accuracy"` (per epoch, the first before any update) |
# | out | one of the seven labels |
#
# The graded runs are others than the seven. Some contain NaN, and a run that diverged may have a single epoch.
#
# Worked: `train_loss` `[2.3, 2.15, 2.0, 1.9, 1.75]`: the second half starts at 2.0, falls 0.25 of 0.55 in all: `rate too low`.
#
# Often missed: NaN compares as False with everything; differences of *step* losses for the wiggle; the order.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>Which row of the table is the first to say yes for your run, if you work it
# out by hand? Which of the four lists does it ask about?</details>
# <details><summary>Hint 2: a place</summary>Turn the four lists into arrays first. One if with a return per row of the table, in
# the table's order. np.isfinite (NaN &gt; 100 is False), np.diff, np.std, and np.mean of a comparison.</details>
# <details><summary>Hint 3: the formula</summary>wiggle: np.std(np.diff(s[len(s)//2:])) / np.sqrt(2). rises:
# np.mean(np.diff(tail) &gt; 0) with tail = L[len(L)//2:]. late share: tail[0] - L[-1] &gt;= 0.4 * (L[0] - L[-1]).</details>


# %% nbgrader={"grade": false, "grade_id": "diagnose_run", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnose_run(history):
    """Return the label of a run by the published rule."""
    ### BEGIN SOLUTION
    steps, loss = np.array(history["step_loss"]), np.array(history["train_loss"])
    accuracy, held_out = history["train_accuracy"][-1], history["val_accuracy"][-1]
    if not np.isfinite(steps).all() or steps.max() > 100 * loss[0]:
        return "diverged"
    tail = loss[len(loss) // 2 :]
    if np.mean(np.diff(tail) > 0) >= 1 / 5 and accuracy < 0.9:
        return "rate too high"
    if np.std(np.diff(steps[len(steps) // 2 :])) / np.sqrt(2) > 0.25 * loss[0]:
        return "batch too small"
    if tail[0] - loss[-1] >= 0.4 * (loss[0] - loss[-1]):
        return "rate too low"
    if accuracy - held_out > 0.1:
        return "overfitting"
    return "underfitting" if accuracy < 0.9 else "healthy"
    ### END SOLUTION


# %%
gone = {"step_loss": [2.3, np.nan], "train_loss": [2.3], "train_accuracy": [0.1], "val_accuracy": [0.1]}
check("diagnose_run", diagnose_run)

# %% nbgrader={"grade": true, "grade_id": "diagnose_run-check", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import babysitting

babysitting.grade("diagnose_run", diagnose_run)
### END HIDDEN TESTS
assert "diverged" in diagnose_run(gone).lower(), "NaN is divergence."

# %% [markdown]
# ## 3.8 Find the bug in the published notes
#
# Two sentences that were printed, each with one slip. Change the values until every line says *mended*. Nothing is graded.
#
# 1. "Track the loss and the accuracy on the **training and test** sets while you train." Which part should be watched?
# 2. "The ratio of update and weight lengths should be around **1e-5**." Which power of ten do the runs above and the rule say?

# %%
watched_part = "test"  # 1. "test" or "validation"
rule_of_thumb = 1e-5  # 2.

# %%
parts = {"test": len(data.y_test), "validation": len(data.y_val)}
claims = {
    "1. what to watch": watched_part in parts and watched_part != "test",
    "2. the ratio": np.isclose(rule_of_thumb, 1e-3),
}
for claim, mended in claims.items():
    print(f"{claim}: {'mended' if mended else 'still wrong'}")

# %% [markdown]
# <details><summary>What they should say, once you have tried</summary>
#
# 1. Validation. Every look at the test set that leads to a decision uses it up.
# 2. About 1e-3; at 1e-5 the digits network would hardly move.
#
# </details>

# %% [markdown]
# ## 3.9 The seven runs, by your rule

# %% tags=["picture"]
picture = "These captions are your own: write Exercise 5 first."
if written(diagnose_run, gone):
    fig, axes = plt.subplots(2, 4, figsize=(9.2, 4.2))
    named = {letter: diagnose_run(history) for letter, history in seven.items()}
    for ax, (letter, history) in zip(axes.flat, seven.items(), strict=False):
        runs.panel(ax, history, f"{letter}: {named[letter]}")
    axes.flat[-1].axis("off")
    picture = plots.Picture(fig, "; ".join(f"{letter} {label}" for letter, label in named.items()))
picture

# %%
for letter, setup in histories.SETUPS.items():
    print(f"{letter}: units {setup.units[0]}, rate {setup.rate:g}, batch {setup.batch}, rows {setup.rows}")

# %% [markdown]
# The printed set-ups say what was done to each. If you took G for a low rate: it, too, ends high and still falls, but most of
# its fall is behind it, as its two units soon have nothing left to learn. If you took F for a high rate: its trend is good and
# only its steps are wild. If you took C for divergence: it is stuck, and still finite.

# %% [markdown]
# ## Say it back
#
# 1. Loss against epochs, raw and smoothed, linear and log: a line is a low rate, a plateau with rises a high one.
# 2. Training against validation: a wide gap is memory; no gap and both low, once the fall is over, is too little capacity.
# 3. Ratios, histograms and weight images say *where* in the network it goes wrong; their thresholds are heuristics.
#
# **Next:** *Momentum*. The run is healthy and slow. What if a step remembered the last one?

# %% [markdown]
# **Open question.** Take run D and stop it at the epoch with the best validation accuracy. Is that accuracy still an honest
# estimate for new digits?
#
# **Still argued about.** Whether small batches generalise better. Keskar and others, *On Large-Batch Training for Deep
# Learning: Generalization Gap and Sharp Minima* (ICLR 2017), say that they find flatter minima; Hoffer, Hubara and Soudry,
# *Train longer, generalize better* (NeurIPS 2017), answer that large batches were given too few updates.

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
