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
# **Seven networks are being trained on the digits. Six runs have one problem each, and one is healthy. Which would you stop,
# and what would you change?**
#
# *You will be able to* put runs on one axis, see a trend through noise, tell a rate that is too low from one that is too
# high, measure how far each array moves, look into the layers, write down the rule by which you judge, and repair what it
# finds.
#
# *Time* about 105 minutes. *You need* lessons 1 and 2; saturated and dead units are in lesson F4, starting weights in F5.
# *Points* 20.

# %%
from dataclasses import asdict, replace

import numpy as np

from course import histories, plots
from course.checks import check, needs
from course.data import digits
from course.figures import layers, runs
from course.interactive import runs as moving
from course.mine import plain_gradient_descent
from course.network import MLP
from course.training import train

plots.use_style()
data = digits()
net = MLP(sizes=(64, 50, 10))


def fit(network=net, *, rate, rng=0, rows=1197, y=data.y_train, **more):
    rng, config = np.random.default_rng(rng), {"learning_rate": rate}
    more = {"validation": (data.X_val, data.y_val), "batch": 100, **more}
    return train(network, data.X_train[:rows], y[:rows], plain_gradient_descent, config, rng=rng, **more)


# %% tags=["picture"]
seven = histories.lesson(data)
runs.seven(seven)

# %% [markdown]
# ## Guess first
#
# One of the seven is healthy. Each of the others has one problem: rate too low, rate too high, diverged, overfitting,
# underfitting, batch too small. Match letters and problems in one line. Your own function will do the same at the end.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-seven", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 3.1 An axis for comparisons
#
# One network, two batch sizes, the same rate. Per iteration the two losses fall together, that of batch 20 more noisily. But
# a step with batch 200 looks at ten times the data. **Count epochs**: how often has each example been seen, on average?
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
pair = {batch: fit(rate=0.1, epochs=8, batch=batch).steps["loss"] for batch in (20, 200)}
runs.two_axes(pair, to_epochs, len(data.y_train))

# %% [markdown]
# Both axes are right. Per iteration the large batch is less noisy; per example seen, the small one has taken ten times as
# many steps, and is far ahead. Say which axis you use.

# %% [markdown]
# ## 3.2 A curve through the noise
#
# The loss of each mini-batch is a noisy estimate of the loss over all rows. A running average that gradually forgets, the
# **exponential moving average**,
#
# $$s_0=x_0,\qquad s_t=\beta\,s_{t-1}+(1-\beta)\,x_t,$$
#
# shows the trend. It remembers about $1/(1-\beta)$ values: 10 for $\beta=0.9$.

# %% [markdown]
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
# Often missed: starting at 0; $\beta$ on the new value; mixing with the raw value before instead of the smoothed one;
# `np.zeros_like(x)` where `x` holds whole numbers.

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
noisy = np.array(fit(rate=0.05, epochs=6, batch=5).steps["loss"])
runs.averaged(np.arange(len(noisy)) * 5 / 1197, noisy, smooth, (0.9, 0.99))

# %% [markdown]
# On the linear axis the run looks finished after three epochs. A **log scale** straightens the "hockey stick" and shows that
# the loss halves once more in the second half. Look at both. The price of a long memory is **lag**: $\beta=0.99$ averages
# over the last hundred steps, and while the loss falls these were higher, so the curve runs above the data.

# %% [markdown]
# How much of the wiggle comes from the batch? Take one half-trained network and make no step at all: then nothing changes
# but the rows that are drawn. Two independent numbers of standard deviation $\sigma$ differ by a number of standard deviation
# $\sqrt2\,\sigma$. So measure $\sigma$ as the standard deviation of the *differences* from one mini-batch to the next,
# over $\sqrt2$: a slow trend hardly changes that.

# %% tags=["picture"]
batches, noise = (5, 20, 80, 320), []
half = fit(rate=0.1, epochs=5).params
for batch in batches:
    losses = fit(rate=0.0, params=half, epochs=4 + batch // 8, batch=batch).steps["loss"]
    noise.append(np.std(np.diff(losses)) / np.sqrt(2))
runs.noise_by_batch(batches, noise)

# %% [markdown]
# ## 3.3 The learning rate, read from the loss
#
# Guess before you move the sliders: of the rates 0.003, 0.03, 0.3, 3, 14 and 60 with batch 100, which is nearly a straight
# line, which falls at first and is then stuck, and which diverges in a few steps?

# %% tags=["picture"]
moving.rate_and_batch(data)

# %% tags=["picture"]
by_rate = {f"{rate:g}, {name}": fit(rate=rate, epochs=20) for rate, name in
           {0.003: "too low", 0.3: "good", 14.0: "too high"}.items()}  # fmt: skip
runs.rates(by_rate)

# %% [markdown]
# **Too low** falls as much in the second half as in the first: nearly a line. **Too high** drops and is then stuck at a worse
# loss: its steps are too long to settle. **Far too high** diverges. If you guessed that 3 is too high: for this network it
# is not. Which rates are too high depends on the network and on the data.
#
# A **learning-rate range test** finds the edge in one short run: let the rate grow by the same factor at every step and
# watch where the loss is lowest (L. N. Smith, *Cyclical Learning Rates*, 2017). Then take a rate a few times smaller.

# %% tags=["picture"]
grown = 1e-3 * (1e5 ** (np.arange(120) / 119))
test = train(net, data.X_train, data.y_train, plain_gradient_descent, rng=np.random.default_rng(0),
             epochs=10, rate=lambda epoch, run: grown[len(run.steps["loss"]) - 1])  # fmt: skip
runs.range_test(grown, np.array(test.steps["loss"]), smooth)

# %% [markdown]
# ## 3.4 Two accuracies and the gap between them
#
# The training loss alone cannot show whether anything general was learned. Keep some rows out, and compare. The difference
# of the two accuracies is the **generalization gap**.

# %% tags=["picture"]
runs.gaps(
    {
        "40 rows: wide gap, overfitting": fit(rate=0.5, epochs=40, rows=40),
        "2 units: no gap, both low": fit(MLP(sizes=(64, 2, 10)), rate=0.3, epochs=30),
        "all rows, 50 units": fit(rate=0.3, epochs=20),
    }
)

# %% [markdown]
# A wide gap is **overfitting**: the network has memorised. What may help is more data, more L2, dropout, or early stopping.
# No gap and two low accuracies, with four fifths of the fall of the loss over by half time, are **underfitting**: the network
# has too little capacity, and more regularisation would make it worse. If the loss is still falling in a straight line, the
# accuracies are low because the rate is too low (run A).

# %% [markdown]
# Do the remedies help? In 400 rows, 40% of the labels are drawn anew, at random; one in ten of those is right by luck. A
# network that learned only what is true would agree with the printed share of its labels; whatever it scores above that, it
# has memorised. Three seeds each:

# %% tags=["measured"]
rng, labels = np.random.default_rng(0), data.y_train.copy()
wrong = rng.random(1197) < 0.4
labels[wrong] = rng.integers(0, 10, wrong.sum())
for rows in (400, 1197):
    print(f"{rows} rows, labels that are right: {np.mean(labels[:rows] == data.y_train[:rows]):.3f}")
remedies = {"nothing": {}, "L2 of 0.01": {"reg": 0.01}, "dropout 0.5": {"dropout": 0.5}, "all 1197 rows": {}}
for name, change in remedies.items():
    change = {"rows": 1197 if "rows" in name else 400, "y": labels, "epochs": 40, **change}
    three = [fit(MLP(sizes=(64, 100, 10)), rate=0.5, rng=seed, **change).epochs for seed in range(3)]
    kept, best = ([f(run["val_accuracy"]) for run in three] for f in (lambda each: each[-1], max))
    seen = np.mean([run["train_accuracy"][-1] for run in three])
    print(f"{name:13} training {seen:.3f}  validation {np.mean(kept):.3f} ({min(kept):.3f} to {max(kept):.3f})"
          f"  best on the way {np.mean(best):.3f}")  # fmt: skip

# %% [markdown]
# Each remedy memorises fewer wrong labels. What it gains on validation rows is another matter. All three seeds of L2 end
# above all three of nothing; those of dropout overlap with them, so three seeds do not settle it. The last column is what early
# stopping would have kept. It is a little too good, since the epoch was chosen by looking at the same rows. How much of each
# remedy to use is one more number to search for: lesson 9.

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
runs.ratios(update_ratio, lambda **more: fit(epochs=10, **more), (0.01, 0.1, 1.0))

# %% [markdown]
# Rate 0.01 stays below 1e-3 and is slow; 0.1 is above; rate 1, at about 1e-2, has the lowest loss. So the ratio is a
# **heuristic**: good for finding an array that moves a thousand times less than the others, weak for choosing between two
# sane rates. The number depends on the network, the stage of training and the rule.
#
# A second number to log is the **global gradient norm**, the length of the gradient of all arrays taken together. Here are
# the first three epochs at a good rate, at one that is too high, and at one that diverges:

# %% tags=["picture"]
runs.norms(lambda **more: fit(epochs=3, **more), (0.3, 15.0, 60.0))

# %% [markdown]
# At rate 15 the norm is ten times its first value within four steps, long before the first epoch is over. Afterwards it is
# small again, but the run has not recovered: section 3.6 shows what those steps left behind. If you log this norm at every
# step, you can see when a run was hurt. *Clipping*, shortening a gradient that is too long, prevents it (lesson 12).

# %% [markdown]
# ## 3.6 Layer by layer
#
# Five tanh layers before any training. Each picture is the histogram of a layer's activations. Move the scale, the standard
# deviation from which the weights of *all* layers are drawn.

# %% tags=["picture"]
moving.saturation(data)

# %% [markdown]
# Too small: each layer's activations are smaller than those before, and the gradients of all arrays are tiny. Too large: at a scale of 1,
# from the second layer on, four of five activations lie beyond 0.97 on either side. They are **saturated**: the slope of
# tanh is nearly 0 there. Even so the gradient does not vanish here; towards the first layer it grows, because the large
# weights multiply it by more than the small slopes take away.
#
# In between the spread is kept. For tanh the usual variance is Xavier's, $2/(n_{in}+n_{out})$; for ReLU, which cuts half
# away, He's, $2/n_{in}$. (Lesson F5 says why, and normalises the layers instead.)

# %% [markdown]
# Now nine layers of 100 units and a last one, at five scales. Xavier's standard deviation between equal layers of 100 is
# $\sqrt{2/200}=0.1$.

# %% tags=["picture"]
layers.profiles(
    data,
    {
        "tanh, 0.02": ("tanh", 0.02),
        "tanh, Xavier": ("tanh", None),
        "ReLU, 0.1": ("relu", 0.1),
        "ReLU, He": ("relu", None),
        "ReLU, 0.3": ("relu", 0.3),
    },
)

# %% [markdown]
# Activations are computed from left to right, gradients from right to left. The gradient of an array is a
# product of both: what came in from the left and what came back from the right. Where both shrink by the same factor per
# layer, the product is equally small in all arrays: **vanishing gradients**, at tanh 0.02 and ReLU 0.1. At ReLU 0.3 both
# grow: **exploding gradients**.

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
# Often missed: a unit that is silent for *some* rows is doing its work; tanh saturates on two sides; the standard deviation
# is `a.std()` as it stands, without the option `ddof`, which makes it divide by one less.

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

# %%
with needs("Exercise 4"):
    for rate in (0.3, 15.0):
        units = net.layers(fit(rate=rate, epochs=5).params, data.X_train)[1]
        twenty, all_rows = (activation_stats(each, "relu")["dead"] for each in (units[:20], units))
        print(f"rate {rate:g}: silent on the first row {np.mean(units[0] == 0):.0%}, ", end="")
        print(f"dead on 20 rows {twenty:.0%}, dead on all {all_rows:.0%}")

# %% [markdown]
# A unit is dead only if it never fires over the **whole** set; on one row many units are silent, as they should be. This is
# what the steps at rate 15 left behind, the **dying ReLU**: most units are dead for good, since a silent ReLU sends no
# gradient back that could wake it.

# %% [markdown]
# ## 3.7 Reading a run
#
# Now the rule, in words first. Ask in this order, and stop at the first yes. *First loss* is `train_loss[0]`; *the second half*
# of a list `v` is `v[len(v) // 2:]`.
#
# | ask | label | change first |
# |---|---|---|
# | is any step loss NaN or infinite, or above 100 times the first loss? | `diverged` | a rate ten times smaller |
# | in the second half of the training losses, are at least a fifth of the changes from one epoch to the next rises, and is the last training accuracy below 0.9? | `rate too high` | a rate a few times smaller |
# | in the second half of the step losses, is the standard deviation of the differences, over $\sqrt2$, above 0.25 times the first loss? | `batch too small` | a larger batch, or a smaller rate |
# | is the fall over the second half of the training losses at least 0.4 of the whole fall? | `rate too low` | a larger rate |
# | is the last training accuracy more than 0.1 above the last validation accuracy? | `overfitting` | more rows, more L2, dropout, early stopping |
# | is the last training accuracy below 0.9? | `underfitting` | more units, less regularisation, more epochs |
# | none of these | `healthy` | |

# %% [markdown]
# The rule is a convention, and its thresholds were chosen on runs of digits whose loss falls. It is published so that you can
# argue with it. The order matters: a rate that is too high makes the steps noisy too, so it is asked about before the batch.
# The $\sqrt2$ is that of 3.2.

# %% [markdown]
# ### Exercise 5. Diagnose a run · 6 points · about 20 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `history`: dict of lists `"step_loss"` (per update), `"train_loss"`, `"train_accuracy"`, `"val_accuracy"` (per epoch, the first before any update) |
# | out | one of the seven labels |
#
# The graded runs are not these seven. Some are recorded, others are made up so that they lie near a threshold or fit two
# rows. Some contain NaN, and a run that diverged may have a single epoch.

# %% [markdown]
# Worked: `train_loss` `[2.3, 2.15, 2.0, 1.9, 1.75]`: the second half starts at 2.0, falls 0.25 of 0.55 in all: `rate too low`.
#
# Often missed: NaN compares as False with everything; the *differences* of the step losses, not their spread; the $\sqrt2$;
# the accuracy in the second row; the order.
#
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
# ## 3.8 The seven runs, by your rule

# %% tags=["picture"]
runs.seven_named(seven, diagnose_run)

# %%
for letter, setup in histories.SETUPS.items():
    print(f"{letter}: units {setup.units[0]}, rate {setup.rate:g}, batch {setup.batch}, rows {setup.rows}")

# %% [markdown]
# The printed set-ups say what was done to each. If you took G for a low rate: it, too, ends high and still falls, but four
# fifths of its fall are over by half time, since two units soon have nothing left to learn. If you took C for divergence:
# it is stuck, and still finite. If you took F for a high rate, you were not wrong: section 3.9.

# %% [markdown]
# ## 3.9 Repair
#
# Change **one** setting of each sick run so that its label turns to `healthy`. The settings are `units` (a tuple), `rate`,
# `batch`, `rows`, `epochs` and `reg`. One change is filled in; guess the others before you try them, and try one that you
# expect to fail. Nothing is graded.

# %%
changes = {
    "A": {"rate": 0.3},
    "B": {},
    "C": {},
    "E": {},
    "F": {},
    "G": {},
}

# %% tags=["picture"]
runs.repaired(diagnose_run, changes, data, seven)

# %% [markdown]
# One set of changes that heals all six; there are others:

# %% tags=["picture"]
heal = {"A": {"rate": 0.3}, "B": {"rows": 400}, "C": {"rate": 1.0}, "E": {"rate": 1.0}, "F": {"batch": 4},
        "G": {"units": (10,)}}  # fmt: skip
runs.repaired(diagnose_run, heal, data, seven)

# %% [markdown]
# What does not help is just as instructive. The cell below tries one plausible change for B and one for C, and four more for F.

# %% tags=["measured"]
attempts = [("B", {"reg": 0.03}), ("C", {"batch": 1197}), ("F", {"rate": 0.1}), ("F", {"rate": 0.025}),
            ("F", {"batch": 10}), ("F", {"batch": 100})]  # fmt: skip
with needs("Exercise 5"):
    for letter, change in attempts:
        run = histories.make(replace(histories.SETUPS[letter], **change), data)
        seen, kept = run["train_accuracy"][-1], run["val_accuracy"][-1]
        print(f"{letter} with {change}: {diagnose_run(run)}, loss {run['train_loss'][-1]:.3f}, {seen:.2f} and {kept:.2f}")

# %% [markdown]
# **B.** A penalty raises the training loss and leaves the gap as it was. Forty rows are too few, and of the six settings only
# `rows` cures that. **C.** A full batch has no noise, and the run stays stuck: it was the rate. (From other starts, seeds 1
# to 5, three stay stuck as well; two get past it and end below 0.3.)

# %% [markdown]
# **F.** A batch of one is not sick: at a rate of 0.1 it has the lowest loss of these, and at rate 0.25 a batch of four is
# enough. What makes F noisy is the *pair*: the step that one row asks for is long, and the next row asks for another. With
# batch 100 the rule says `underfitting`, for a wrong reason: three epochs are then only 36 steps. The rule never asks how
# long a run was.

# %% [markdown]
# How do rate and batch belong together? For small rates the mean step per example is rate over batch, so **a batch ten times
# as large allows a rate ten times as large** (*linear scaling*). Guess how much these three runs differ:

# %% tags=["picture"]
short = histories.Setup(epochs=3)
same = {1: 0.0025, 10: 0.025, 100: 0.25}
runs.scaling({f"batch {b}, rate {rate:g}": histories.make(replace(short, batch=b, rate=rate), data)
              for b, rate in same.items()})  # fmt: skip

# %% [markdown]
# The losses over all rows agree to one part in a hundred; only the mini-batch losses differ. In the sliders of 3.3, batch
# 10 at rate 0.03 and batch 100 at rate 0.3 look alike for the same reason. It holds while steps are small: batch 1000 at a rate of
# 30 no longer agrees with batch 100 at 3.

# %% [markdown]
# ## 3.10 Write down how it was made
#
# If a run cannot be repeated, nobody can check what you say about it. Beside its curves keep its **settings, its seed, and
# the versions and processor** it ran on. Why the processor? Two of them may round the last digit of a sum differently. Guess what a change
# of all starting weights in the *twelfth* digit does to D, the healthy run, and to C, whose rate is too high:

# %% tags=["measured"]
for letter in "DC":
    setup = histories.SETUPS[letter]
    first, second = (histories.make(setup, data, nudge=nudge)["train_loss"] for nudge in (0.0, 1e-12))
    apart = np.abs(np.subtract(first, second))
    print(f"{letter}: last loss {first[-1]:.4f} and {second[-1]:.4f}, at most {apart.max():.0e} apart")
for name, value in (asdict(histories.SETUPS["C"]) | histories.circumstances()).items():
    print(f"{name:<12}{value}")

# %% [markdown]
# D forgets the change; C magnifies it at every step until the two runs have nothing in common, which is what *chaotic* means.
# Both curves of C are "rate too high". So compare labels and averages over seeds, not single curves, and distrust a
# conclusion that rests on one seed and one machine.

# %% [markdown]
# ## Say it back
#
# 1. Loss against epochs, raw and smoothed, linear and log: a line is a low rate, a plateau with rises a high one.
# 2. Training against validation: a wide gap is overfitting; no gap and both low, once the fall is over, is too little
#    capacity.
# 3. Ratios, gradient norms and histograms say *where* in the network it goes wrong; their thresholds are heuristics.
# 4. A diagnosis is a guess about a cause. The test is to change one setting and look again.
#
# **Next:** *Momentum*. The run is healthy and slow. What if a step remembered the last one?

# %% [markdown]
# **Open question.** Take run B and stop it at the epoch with the best validation accuracy. Is that accuracy still an honest
# estimate for new digits?
#
# **Still argued about.** Whether small batches generalise better. Keskar and others, *On Large-Batch Training for Deep
# Learning: Generalization Gap and Sharp Minima* (ICLR 2017), say that they find flatter minima; Hoffer, Hubara and Soudry,
# *Train longer, generalize better* (NeurIPS 2017), answer that large batches were given too few updates.

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
