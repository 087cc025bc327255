# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 7. Annealing: two balls in a bowl that shakes
#
# Two balls roll into the same bowl. Every gradient they see is a little wrong, as a mini-batch's is. One takes large steps,
# reaches the bottom at once, and never comes to rest. The other takes small steps, arrives late, and stays lower. Which would
# you rather be, and when would you change your mind?

# %% [markdown]
# *You will be able to* say why a constant learning rate has a floor, write learning-rate schedules, scale the rate with the
# batch, carry momentum across a change of rate, and find out what cooling gains on the digits, and when it gains nothing.
#
# *Time* about 115 minutes. *You need* momentum (lesson 04); validation error (03) helps. *Points* 15.

# %%
import numpy as np

import course
from course import plots
from course.annealing import CURVATURE, excess, fit, history_of
from course.checks import check, written
from course.descend import descend
from course.figures import annealing as figures
from course.interactive.schedules import SchedulePlayground
from course.network import MLP
from course.race import tuned
from course.surfaces import noisy_quadratic
from course.threads import keep_one_thread

plots.use_style()
keep_one_thread()  # small matrices: a second thread costs more than it brings
sgd = course.mine("04_momentum", "sgd")

# %% tags=["picture"]
plots.draw(figures.two_balls, sgd, title="Fast and restless, or calm and late", size=(8, 4))

# %% [markdown]
# ## Guess first
#
# At step 200 you halve the rate of the restless ball. What happens to its mean loss: does it stay, fall to a half, or to a
# quarter? At once, or slowly?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-halved", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
plots.draw(figures.halved,
           title="A halved rate more than halves the floor, within a few steps", size=(8, 3.6))

# %% [markdown]
# If you guessed *stays*: the noise did not change, but each step now carries half of it. If you guessed *half*: that
# is the rule of thumb for small rates. The loss falls by a little more, since the bowl has curvature 1 one way and 4
# the other, and in the steep direction the rate is near its limit $2/4$ (lesson 04), where noise is amplified. If
# you guessed *a quarter*: one kick is halved, so its square is a quarter; but a slower ball also forgets its kicks more
# slowly and carries twice as many of them.
#
# The fall is quick. On a loss curve it is the cliff that many published figures show where the rate drops.

# %% [markdown]
# ## 7.1 Why a constant rate has a floor
#
# **A constant rate stops making progress where the noise puts in as much as the slope takes out.**
#
# Take one direction with curvature $c$, and noise in the gradient of standard deviation $\sigma$ times a standard
# normal $\xi$:
#
# $$x \leftarrow x - \eta\,(c\,x + \sigma\,\xi) = (1-\eta c)\,x - \eta\sigma\,\xi .$$
#
# The mean square $m$ of $x$ then obeys $m \leftarrow (1-\eta c)^2 m + \eta^2\sigma^2$. It stops changing where both sides are
# equal. The loss $\tfrac12 c\,m$ there, the *noise floor*, is
#
# $$\text{floor} = \frac{\eta\,\sigma^2}{2\,(2-\eta c)} \approx \frac{\eta\,\sigma^2}{4}\quad\text{for small } \eta .$$
#
# For small rates, half the rate means half the floor. But the way down takes about $1/(\eta c)$ steps. So use both: first a
# large rate, then a small one.

# %% tags=["picture"]
measured = {}
for i, rate in enumerate(np.geomspace(0.02, 0.45, 8)):
    runs = [
        descend(sgd, noisy_quadratic, steps=4000, config={"learning_rate": rate}, rng=np.random.default_rng([i, seed]))
        for seed in range(3)
    ]
    measured[rate] = [run.losses[1000:].mean() for run in runs]
plots.draw(figures.floors, measured,
           title="The floor rises with the rate, and faster near the limit", size=(7, 3.6))

# %% [markdown]
# ## 7.2 Schedules
#
# A *learning-rate schedule* says what the rate is at an iteration: `rate = schedule(iteration, config)`.
#
# - `iteration` counts updates from 0; an *epoch* is one pass over the data, `config["per_epoch"]` iterations, $p$.
# - `config["initial_rate"]` is where the rate starts, $\eta_0$. It is a setting: read it, but do not change it.
# - The training loop writes your answer into `config["learning_rate"]`, where the update rule reads it. So at the next
#   call you find the *last* rate there. Do not rely on it: a run may restart in the middle.

# %% [markdown]
# ### Exercise 1. Step decay · 2 points · about 6 minutes · difficulty 1/5
#
# Every few epochs the rate falls by a factor: $\eta = \eta_0\, f^{\lfloor \text{epoch} / e \rfloor}$. Usual settings
# are $f = 0.5$ with $e = 5$, or $f = 0.1$ with $e = 20$.
#
# | | |
# |---|---|
# | in | `iteration` whole number from 0; `config` dict or None |
# | out | the rate, a number |
# | config | `initial_rate` $\eta_0$ `0.1`; `per_epoch` $p$ `100`; `factor` $f$ `0.5`; `every` $e$ `5` epochs |
#
# Worked: `initial_rate` 1, `per_epoch` 10, defaults otherwise: iterations 0 to 49 give 1, iteration 50 gives 0.5.
# Often missed: `every` counts epochs, not iterations; starting from `learning_rate`.
#
# <details><summary>Hint 1: a question</summary>How many full stretches of <code>every</code> epochs have passed?</details>
# <details><summary>Hint 2: a place</summary>First the epoch, from <code>iteration</code> and <code>per_epoch</code>, rounded down. Then one power.</details>
# <details><summary>Hint 3: the formula</summary>$\eta_0 f^{n}$ with $n = \lfloor \lfloor i / p \rfloor / e \rfloor$, $i$ the iteration and $p$ iterations per epoch; <code>//</code> rounds down.</details>


# %% nbgrader={"grade": false, "grade_id": "step_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def step_decay(iteration, config=None):
    """Return the rate at this iteration: a factor lower after every few epochs."""
    config = {} if config is None else config
    initial_rate = config.setdefault("initial_rate", 0.1)
    per_epoch = config.setdefault("per_epoch", 100)
    factor, every = config.setdefault("factor", 0.5), config.setdefault("every", 5)
    ### BEGIN SOLUTION
    epoch = iteration // per_epoch
    rate = initial_rate * factor ** (epoch // every)
    ### END SOLUTION
    return rate


# %%
check("step_decay", step_decay)

# %% nbgrader={"grade": true, "grade_id": "step_decay-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("step_decay", step_decay)
### END HIDDEN TESTS
last, first = (step_decay(i, {"initial_rate": 1.0, "per_epoch": 10}) for i in (49, 50))
assert (last, first) == (1.0, 0.5), "the rate halves at the first iteration of epoch 5, not before or after"

# %% [markdown]
# ### Exercise 2. Smooth decay · 4 points · about 10 minutes · difficulty 2/5
#
# Three schedules that fall at every iteration, in one function; `config["kind"]` says which. The time $t$ is in epochs
# and need not be whole: $t = 1.5$ half way through the second epoch.
#
# | kind | rate | |
# |---|---|---|
# | `"exponential"` | $\eta_0\, e^{-k t}$ | loses the same share in every epoch |
# | `"1/t"` | $\eta_0 / (1 + k t)$ | falls like one over time |
# | `"linear"` | $\eta_0\, (1 - t/E)$, and zero from $t = E$ on | a straight line to zero in $E$ epochs |
#
# | | |
# |---|---|
# | in | `iteration` whole number from 0; `config` dict or None |
# | out | the rate, a number |
# | config | `kind` `"exponential"`; `initial_rate` $\eta_0$ `0.1`; `per_epoch` $p$ `100`; `k` per epoch `0.1`; `epochs` $E$ `10` |
#
# Worked: `initial_rate` 1, `per_epoch` 10, `k` 0.5, `epochs` 8, iteration 20, which is $t = 2$: $e^{-1} = 0.3679$,
# $1/2$ and $1 - 2/8 = 0.75$.
# Often missed: the minus; the brackets around $1 + kt$; a rate below zero after the last epoch; whole epochs only.
#
# <details><summary>Hint 1: a question</summary>How many epochs, with the fraction, have passed at this iteration?</details>
# <details><summary>Hint 2: a place</summary>First the time, in one line for all three. Then <code>if kind == "exponential"</code>, <code>elif</code>, <code>else</code>, one line each.</details>
# <details><summary>Hint 3: the formula</summary>With $t = i / p$: $\eta_0 \exp(-k t)$; $\eta_0 / (1 + k t)$; $\eta_0 \max(0, 1 - t/E)$.</details>


# %% nbgrader={"grade": false, "grade_id": "smooth_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def smooth_decay(iteration, config=None):
    """Return the rate at this iteration: exponential, 1/t, or linear to zero."""
    config = {} if config is None else config
    kind, initial_rate = config.setdefault("kind", "exponential"), config.setdefault("initial_rate", 0.1)
    per_epoch = config.setdefault("per_epoch", 100)
    k, epochs = config.setdefault("k", 0.1), config.setdefault("epochs", 10)
    ### BEGIN SOLUTION
    t = iteration / per_epoch
    if kind == "exponential":
        rate = initial_rate * np.exp(-k * t)
    elif kind == "1/t":
        rate = initial_rate / (1 + k * t)
    else:
        rate = initial_rate * max(0.0, 1 - t / epochs)
    ### END SOLUTION
    return rate


# %%
check("smooth_decay", smooth_decay)

# %% nbgrader={"grade": true, "grade_id": "smooth_decay-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("smooth_decay", smooth_decay)
### END HIDDEN TESTS
starts = [smooth_decay(0, {"initial_rate": 0.7, "kind": kind}) for kind in ("exponential", "1/t", "linear")]
assert np.allclose(starts, 0.7), "at the start nothing has decayed"

# %% [markdown]
# ## 7.3 Your schedules, side by side
#
# Each schedule runs in the same bowl for 600 iterations, 20 to an epoch. The settings are such that step, exponential and 1/t
# pass a tenth of the initial rate at iteration 200; the line ends with the run. Look at where each spends its large steps,
# and where it is at the end.

# %% tags=["picture"]
bowl = {"initial_rate": 0.4, "per_epoch": 20}
mine = {
    "step": (step_decay, {**bowl, "factor": 0.1, "every": 10}),
    "exponential": (smooth_decay, {**bowl, "kind": "exponential", "k": np.log(10) / 10}),
    "1/t": (smooth_decay, {**bowl, "kind": "1/t", "k": 0.9}),
    "linear": (smooth_decay, {**bowl, "kind": "linear", "epochs": 30}),
}
titles = ("Three pass 0.04 at iteration 200", "The loss follows the rate, with a delay")
plots.draw(figures.side_by_side, mine, title=titles, size=(10, 3.8))

# %% [markdown]
# Where the rate drops, the loss has a cliff; where the rate slides, the loss slides. At the end 1/t sits on its floor.
# The exponential ends a good deal lower, yet ten times above *its* floor. Is it still on its way down from the start? Remove
# the noise and look.

# %% tags=["picture"]
plots.draw(figures.frozen, *mine["exponential"],
           title="What is left at the end is noise of earlier steps, frozen", size=(7.5, 3.6))

# %% [markdown]
# Without noise the run would have arrived long ago. What keeps the loss up is noise that came in while the rate was
# larger. To forget it the ball needs more steps, and the exponential has too few left: from iteration $i$ on, even in a run
# that never ends, all its rates add up to
#
# $$\sum_{j \ge i} \eta_0\, e^{-k j/p} \approx \eta_i\, \frac{p}{k} ,$$
#
# and for small rates a sum of $S$ shrinks a distance by the factor $e^{-cS}$. Once the sum is well below $1/c$, the noise
# that has come in stays in: the loss is *frozen*.

# %% [markdown]
# The rates of 1/t have no such limit: their sum grows like a logarithm, so the ball keeps forgetting. The sum of their
# *squares*, which is what lets noise in, is finite. Robbins and Monro (1951) asked for exactly these two properties.

# %% [markdown]
# ## 7.4 Break it: decay the decayed
#
# The most expensive mistake with schedules is one line long: a schedule that starts from the *current* rate, which
# already holds the earlier decay. Below, your own `step_decay` is used that way: each answer becomes the next `initial_rate`.
# Nothing happens for five epochs; then the rate is multiplied by the factor at every iteration.

# %% tags=["picture"]
plots.draw(figures.compounded, step_decay, {**bowl, "factor": 0.5, "every": 5},
           title="Compounded decay switches the learning off within an epoch", size=(8, 3.4))

# %% [markdown]
# Such a run does not crash. Its loss goes flat, which looks like convergence. If a loss curve freezes at a boundary
# of your schedule, print the rate.

# %% [markdown]
# ## 7.5 Batch size and rate
#
# There is another way to lower the noise: average more rows. The gradient of a mini-batch of $b$ rows has the variance
# $\sigma^2/b$, where $\sigma^2$ is that of a single row, and the floor becomes
#
# $$\text{floor} = \frac{\eta\,\sigma^2}{2\,b\,(2-\eta c)} .$$
#
# For small rates only the ratio $\eta / b$ matters. A rate that was tuned with 32 rows is therefore not *the* rate: with
# 64 rows another one has the same floor.

# %% [markdown]
# ### Exercise 3. Batch size and rate · 3 points · about 12 minutes · difficulty 3/5
#
# A run was tuned at a rate and a batch size. Return the rate that has the same floor at another batch size, in a
# direction of the given curvature.
#
# | | |
# |---|---|
# | in | `rate` $\eta$, `batch` $b$, `new_batch` $b'$, positive; `curvature` $c$, default 0, with $\eta c < 2$ |
# | out | the new rate $\eta'$, a number |
#
# Worked: rate 0.1 at 32 rows becomes 0.2 at 64; with `curvature = 4` it becomes 0.1667.
# Often missed: $2 - \eta c$ is in both floors, each time with its own rate.
#
# <details><summary>Hint 1: a question</summary>Write the old floor on the left and the new one on the right. What cancels, and in how many places does the new rate appear?</details>
# <details><summary>Hint 2: a place</summary>Work out the left side as a number first, $q = \eta / (b\,(2 - \eta c))$. What is left is a linear equation in $\eta'$.</details>
# <details><summary>Hint 3: the formula</summary>From $q\, b'\, (2 - \eta' c) = \eta'$ follows $\eta' = 2 q b' / (1 + q b' c)$.</details>


# %% nbgrader={"grade": false, "grade_id": "scale_rate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def scale_rate(rate, batch, new_batch, curvature=0):
    """Return the rate whose noise floor at new_batch is that of rate at batch."""
    ### BEGIN SOLUTION
    q = rate / (batch * (2 - rate * curvature))
    new_rate = 2 * q * new_batch / (1 + q * new_batch * curvature)
    ### END SOLUTION
    return new_rate


# %%
check("scale_rate", scale_rate)

# %% nbgrader={"grade": true, "grade_id": "scale_rate-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("scale_rate", scale_rate)
### END HIDDEN TESTS
assert np.isclose(scale_rate(0.1, 32, 32, 3.0), 0.1), "the same batch keeps its rate"

# %% [markdown]
# Without curvature this is the *linear scaling rule* (Goyal et al., 2017): twice the batch, twice the rate. With curvature,
# the new rate stays below $2/c$ however large the batch becomes. Now try it on the digits: a linear classifier, tuned at 30
# rows and rate 2, runs for eight epochs at five batch sizes, with the same rate, with the rule, and with the rule and the
# largest curvature at the minimum. Before you run it: which of the three lines is level?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-batch", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def constant(iteration, config):
    """Return the initial rate, always."""
    return config["initial_rate"]


sizes = (10, 30, 100, 300, 1197)
ways = {
    "the same rate": lambda size: 2.0,
    "your rule": lambda size: scale_rate(2.0, 30, size),
    "your rule, with curvature": lambda size: scale_rate(2.0, 30, size, CURVATURE),
}
found = {}
for name, rate_at in ways.items() if written(scale_rate, 1.0, 1, 1) else ():
    found[name] = {
        size: [excess(fit(constant, {"initial_rate": rate_at(size)}, s, rule=sgd, batch=size)) for s in range(3)]
        for size in sizes
    }
plots.draw(figures.batches, found,
           title="Scaled with the batch, the rate keeps the loss, up to its limit", size=(8, 3.8))

# %% [markdown]
# From 10 to 300 rows your rule's line is level: the same loss after the same number of epochs, with thirty times fewer
# steps. (Rate times steps is the same as well, so the way down is equally long.) This is how people spread training over many
# machines.
#
# At 1,197 rows, the whole set, the rule asks for rate 80, beyond the limit $2/c$ of 34, and the run does not come
# down. With the curvature the rate stays below the limit, but eight steps are too few to arrive: past a *critical batch
# size* (McCandlish et al., 2018) more rows no longer save steps.

# %% [markdown]
# Conversely, at small rates, doubling the batch lowers the floor as much as halving the rate does. For Adam
# the usual rule is the square root of the ratio (Malladi et al., 2022).

# %% [markdown]
# ## 7.6 Let the run decide
#
# The schedules so far need to know in advance when to cool. The next one watches the run: **when the validation error has not
# improved for a while, cut the rate.** It must be the *validation* error. The training error of a network that
# overfits goes on falling, so a rule that watches it cuts late or not at all.

# %% [markdown]
# ### Exercise 4. Reduce on a plateau · 4 points · about 12 minutes · difficulty 2/5
#
# Go through the validation errors, oldest first. Keep the best so far and count the bad epochs since: an epoch is bad
# unless its error is lower than the best. When the count reaches `patience`, multiply the rate by `factor` and start
# counting from zero again; the best stays.
#
# | | |
# |---|---|
# | in | `history` dict of lists, one entry per finished epoch: `"train_error"`, `"val_error"`, empty before the first; `config` dict or None |
# | out | the rate for the next epoch, a number |
# | config | `initial_rate` `0.1`; `factor` `0.5`; `patience` `3` epochs |
#
# Worked: `initial_rate` 1, `patience` 2, errors .5 .4 .4 .6 .45: best at epoch 1, two bad epochs, a cut; one bad one
# since. Rate 0.5.
# Often missed: an equal error is not better; the count starts again after a cut; the empty history; writing the rate
# back into `initial_rate`.
#
# <details><summary>Hint 1: a question</summary>Which three numbers must you carry from one epoch to the next?</details>
# <details><summary>Hint 2: a place</summary>Set rate, best (infinity) and bad (0) before a loop over <code>history["val_error"]</code>. In the loop: better or bad? Then: enough?</details>
# <details><summary>Hint 3: the formula</summary>If error &lt; best: best = error, bad = 0. Otherwise bad += 1, and if bad == patience: rate *= factor, bad = 0.</details>


# %% nbgrader={"grade": false, "grade_id": "reduce_on_plateau", "locked": false, "schema_version": 3, "solution": true, "task": false}
def reduce_on_plateau(history, config=None):
    """Return the rate for the next epoch: a factor lower for every stretch without improvement."""
    config = {} if config is None else config
    rate = config.setdefault("initial_rate", 0.1)
    factor, patience = config.setdefault("factor", 0.5), config.setdefault("patience", 3)
    ### BEGIN SOLUTION
    best, bad = np.inf, 0
    for error in history["val_error"]:
        if error < best:
            best, bad = error, 0
        else:
            bad += 1
            if bad == patience:
                rate, bad = rate * factor, 0
    ### END SOLUTION
    return rate


# %%
check("reduce_on_plateau", reduce_on_plateau)

# %% nbgrader={"grade": true, "grade_id": "reduce_on_plateau-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("reduce_on_plateau", reduce_on_plateau)
### END HIDDEN TESTS
falling = {"train_error": [0.9, 0.8, 0.7], "val_error": [0.5, 0.4, 0.3]}
assert reduce_on_plateau(falling, {"initial_rate": 0.7}) == 0.7, "no cut while the validation error falls"

# %% [markdown]
# Here it is at work on the linear classifier, from rate 32, where the noise is too large. `fit` asks your rule before every
# step; the history is what the run has recorded so far. On the right are twelve runs that differ only in the seed.

# %% tags=["picture"]
settings, watched = {"initial_rate": 32.0, "factor": 0.3, "patience": 2}, []
if written(reduce_on_plateau, {"train_error": [], "val_error": []}):
    for seed in range(12):
        run = fit(reduce_on_plateau, settings, seed, rule=sgd, epochs=12, watches=True)
        errors = history_of(run)["val_error"]
        rates = [reduce_on_plateau({"val_error": errors[:n]}, dict(settings)) for n in range(13)]
        watched.append((errors, rates))
without = history_of(fit(constant, settings, 0, rule=sgd, epochs=12))["val_error"]
titles = ("Two epochs without a new best, and the rate is cut", "When that happens is partly luck")
plots.draw(figures.plateaus, watched, without, title=titles, size=(11, 3.6), width_ratios=(3, 2))

# %% [markdown]
# On the left the rule does its job: the error bounces, the rate is cut, and the error falls to about half and stays there. On
# the right you see the luck: the curve bounces, an early lucky epoch sets a best that is hard to beat, and the cut comes
# sooner. More patience makes the cut later, not more certain, and watching the validation *loss* changes little: what
# bounces is the run itself. The rule also uses validation data for a decision, so a final estimate of quality needs test
# data.
#
# Libraries differ by one epoch in what patience means: Keras cuts when `patience` epochs were bad, as you do; PyTorch
# when *more than* `patience` were.

# %% [markdown]
# ## 7.7 Reading: cosine, warm-up, WSD
#
# Here are three newer schedules, to read, not to write. *Cosine* (Loshchilov and Hutter, 2017) falls slowly, then fast, then
# slowly, and reaches zero when the budget ends. *Warm-up* (Goyal et al., 2017) climbs to the initial rate in a straight line
# first. *WSD*, for warm-up, stable, decay (Hu et al., 2024), stays at the initial rate and cools only at the end, so that you
# can make a run longer without having planned it.


# %%
def cosine(iteration, config):
    """Return half a cosine wave from the initial rate down to zero after ``epochs``."""
    t = iteration / (config["per_epoch"] * config["epochs"])
    return config["initial_rate"] * (1 + np.cos(np.pi * min(t, 1.0))) / 2


def climb(iteration, config):
    """Return the initial rate after a straight climb over the first ``warm`` epochs."""
    return config["initial_rate"] * min(1.0, (iteration + 1) / (config["per_epoch"] * config["warm"]))


def warm_cosine(iteration, config):
    """Return the climb, and then the cosine over the epochs that are left."""
    up = round(config["per_epoch"] * config["warm"])
    rest = {**config, "epochs": config["epochs"] - config["warm"]}
    return climb(iteration, config) if iteration < up else cosine(iteration - up, rest)


def wsd(iteration, config):
    """Return the climb, then the initial rate, then a line to zero over the last ``cool`` epochs."""
    left = config["epochs"] - iteration / config["per_epoch"]
    return climb(iteration, config) * min(1.0, max(0.0, left / config["cool"]))


# %% tags=["picture"]
given = {"cosine": cosine, "warm-up + cosine": warm_cosine, "WSD": wsd}
config = {"initial_rate": 0.5, "per_epoch": 10, "epochs": 12, "warm": 2, "cool": 3}
plots.draw(figures.shapes, given, config, 120,
           title="All three use the whole rate, and end at zero", size=(7, 3.2))

# %% [markdown]
# ## 7.8 When to warm up
#
# The limit of lesson 04, rate times curvature below 2, holds where you *are*, and a network is often steepest at the start.
# The network below has two hidden layers of 50 units, whose starting weights are four times as large as He's rule says, a
# mistake that people make. One set of runs keeps its rate; the other climbs to it over two of six epochs. Which of the two
# has the lower best loss, and at which rate?

# %% tags=["picture"]
steep = {"network": MLP(sizes=(64, 50, 50, 10)), "gain": 4.0, "batch": 100, "epochs": 6, "reg": 0.0, "rule": sgd}
found = {}
for name, schedule in (("constant", constant), ("two epochs of warm-up", climb)):
    found[name] = {}
    for rate in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2):
        runs = [fit(schedule, {"initial_rate": rate, "warm": 2}, seed, **steep) for seed in range(4)]
        found[name][rate] = [np.inf if run.stopped else run.epochs["train_loss"][-1] for run in runs]
plots.draw(figures.warm_or_not, found,
           title="With a warm-up, rates work that are too high to start with", size=(7.5, 3.6))

# %% [markdown]
# No constant rate reaches the loss of the warmed-up runs. A small one survives the steep start but is too slow for the flat
# rest; a large one is thrown far out at the start and does not recover in time. Warm-up is not a cure for a rate that
# is too large everywhere: at the right end both fail. And with weights of the right size there is little to gain here;
# try `"gain": 1.0`.

# %% [markdown]
# ## 7.9 Two momentums
#
# Lesson 04 left one difference for later. CS231n keeps the rate *inside* the velocity; PyTorch keeps it outside:
#
# $$v \leftarrow \mu v - \eta g,\quad w \leftarrow w + v \qquad\qquad b \leftarrow \mu b + g,\quad w \leftarrow w - \eta b .$$
#
# At a constant rate these give the same sequence, with $v = -\eta\, b$. Under a schedule they differ: PyTorch's step shrinks
# at once, CS231n's velocity still holds the old rate and coasts. In the next cell the slope is 1, and the rate drops to a
# tenth.

# %%
drops = [0.1] * 30 + [0.01] * 50
lengths = {"CS231n": [], "PyTorch": []}
v = b = 0.0
for rate in drops:
    v, b = 0.9 * v - rate, 0.9 * b + 1.0
    lengths["CS231n"].append(-v)
    lengths["PyTorch"].append(rate * b)
for after in (1, 10, 43):
    ours, theirs = lengths["CS231n"][29 + after], lengths["PyTorch"][29 + after]
    print(f"{after:2d} steps after the drop CS231n's step is {ours / theirs:.1f} times PyTorch's")

# %% [markdown]
# ### Exercise 5. Two momentums · 2 points · about 5 minutes · difficulty 2/5
#
# The rate goes from `old_rate` to `new_rate`. You keep CS231n's rule but want PyTorch's path. Return the velocity to continue
# with.
#
# | | |
# |---|---|
# | in | `v` velocity after the last step at the old rate, any shape; `old_rate`, `new_rate` positive numbers |
# | out | the velocity before the first step at the new rate, same shape |
#
# Worked: `v = [-0.2]`, from 0.1 to 0.05: PyTorch holds $b = 2$; at the new rate that is `[-0.1]`.
# Often missed: which of the two rates is in the old velocity.
#
# <details><summary>Hint 1: a question</summary>What is PyTorch's buffer, and what does a change of rate do to it?</details>
# <details><summary>Hint 2: a place</summary>Go from $v$ to $b$ with the old rate, and back with the new one.</details>
# <details><summary>Hint 3: the formula</summary>$b = -v/\eta_{old}$ does not change; $v_{new} = -\eta_{new}\, b$.</details>


# %% nbgrader={"grade": false, "grade_id": "translate_momentum_buffer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def translate_momentum_buffer(v, old_rate, new_rate):
    """Return CS231n's velocity at the new rate that goes on as PyTorch would."""
    ### BEGIN SOLUTION
    new_v = v * (new_rate / old_rate)
    ### END SOLUTION
    return new_v


# %%
check("translate_momentum_buffer", translate_momentum_buffer)

# %% nbgrader={"grade": true, "grade_id": "translate_momentum_buffer-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("translate_momentum_buffer", translate_momentum_buffer)
### END HIDDEN TESTS
same = translate_momentum_buffer(np.array([3.0]), 0.1, 0.1)
assert np.allclose(same, [3.0]), "a rate that does not change leaves the velocity alone"

# %% tags=["picture"]
if written(translate_momentum_buffer, np.ones(1), 0.1, 0.1):
    v, translated = np.zeros(1), []
    for step, rate in enumerate(drops):
        v = translate_momentum_buffer(v, drops[step - 1], rate) if step else v
        v = 0.9 * v - rate
        translated.append(-float(v[0]))
    lengths["CS231n, translated by you"] = translated
plots.draw(figures.coasting, lengths,
           title="After a drop to a tenth one convention coasts, unless you translate it", size=(8, 3.4))

# %% [markdown]
# ## 7.10 On the digits, at equal budget
#
# The fair question is this: with the same number of epochs and the same tuning effort, which schedule ends lowest? Each
# schedule tries the same seven initial rates, four seeds each; its best one then runs with five fresh seeds. We measure the
# regularised training loss *above its minimum*. The model is linear, so the minimum can be found: L-BFGS does it, and lesson
# 08 explains how.
#
# Write down your order before you run the next two cells.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-race", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["measured"]
RIVALS = {
    "constant": (constant, {}),
    "step": (step_decay, {"factor": 0.5, "every": 2}),
    "exponential": (smooth_decay, {"kind": "exponential", "k": 0.4}),
    "1/t": (smooth_decay, {"kind": "1/t", "k": 1.0}),
    "linear": (smooth_decay, {"kind": "linear"}),
    "plateau": (reduce_on_plateau, {"factor": 0.5, "patience": 1}),
    "cosine": (cosine, {}),
    "warm-up + cosine": (warm_cosine, {"warm": 1}),
    "WSD": (wsd, {"warm": 1, "cool": 2}),
}
results = {}
for name, (schedule, knobs) in RIVALS.items():
    watches = schedule is reduce_on_plateau
    if not written(schedule, {"val_error": []} if watches else 0, {"per_epoch": 40, "initial_rate": 1.0, "epochs": 8, **knobs}):
        print(f"{name}: not written yet")
        continue

    def run(rate, seed, schedule=schedule, knobs=knobs, watches=watches):
        return fit(schedule, {"initial_rate": rate, **knobs}, seed, rule=sgd, watches=watches)

    rate, at_the_end = tuned(lambda rate, seed: excess(run(rate, seed)), (1, 2, 4, 8, 16, 32, 64), seeds=range(100, 104))
    if at_the_end:
        print(f"{name}: its best rate, {rate}, is the first or the last of those tried")
    runs = [run(rate, seed) for seed in range(5)]
    errors = [1 - each.epochs["val_accuracy"][-1] for each in runs]
    results[name] = {"rate": rate, "excess": [excess(each) for each in runs], "error": errors}

# %% tags=["picture"]
titles = ("Cooling lowers the loss ...", "... and hardly shows on validation")
plots.draw(figures.race, results, title=titles, size=(10, 4.2), sharey=True)

# %% [markdown]
# Left: circles are seeds, bars are 95% intervals of the mean (of the logarithm), the number is the tuned initial rate.
# Every schedule that cools starts at a higher rate than the constant one can afford, and its median ends several times lower.
# The order among those that cool depends on settings that we did not tune ($k$, `every`, ...), so it is not a general result.
# The line to zero needs no setting but its end, one reason why it is popular again (Defazio et al., 2023).
#
# Right: on images not in training, the intervals overlap. A loss several times closer to its minimum is not several
# times fewer errors: the model, not the optimiser, is the limit here.

# %% [markdown]
# ## 7.11 When cooling does not help
#
# The floor came from noise. A network that can fit *every* training example has no noise left at its minimum: when each
# example's gradient is zero, so is every mini-batch's. The next picture compares a constant rate with cosine for a network
# with a small hidden layer, unregularised, both from rate 2 and not tuned.

# %% tags=["picture"]
roomy = {"network": MLP(sizes=(64, 32, 10)), "epochs": 14, "reg": 0.0, "rule": sgd}
runs = {
    name: [fit(schedule, {"initial_rate": 2.0}, seed, **roomy) for seed in range(4)]
    for name, schedule in (("constant", constant), ("cosine", cosine))
}
plots.draw(figures.without_noise, runs,
           title="Without noise at the minimum, cooling only slows the run down", size=(8, 3.6))

# %% [markdown]
# The thin lines separate: the constant rate goes on down where the cosine has run out of steps. The thick ones, on images
# that were not in training, hardly do.
#
# So the question to ask before choosing a schedule is: *what stops this run?* If it is noise, cool. If it is too little time,
# do not cool yet. If it is steepness at the start, warm up. With a larger budget, decay more slowly and train longer.

# %% [markdown]
# ## In your hand
#
# Here are your schedules again, each with one setting; nothing here waits for the kernel. Try three things: find the constant
# rate that ends lowest; beat it with the exponential; set the noise to zero and see which schedule is best then.

# %% tags=["picture"]
ten, k_values = {"per_epoch": 10}, np.linspace(0, 1, 41)
playground = SchedulePlayground(
    {
        "constant": (constant, "no knob", [1.0], {}),
        "step": (step_decay, "every", range(1, 21), ten),
        "exponential": (smooth_decay, "k", k_values, {**ten, "kind": "exponential"}),
        "1/t": (smooth_decay, "k", k_values * 3, {**ten, "kind": "1/t"}),
        "linear": (smooth_decay, "epochs", range(5, 26), {**ten, "kind": "linear"}),
        "cosine": (cosine, "epochs", range(5, 26), ten),
        "warm-up + cosine": (warm_cosine, "warm", np.linspace(0.5, 10, 39), {**ten, "epochs": 20}),
    },
    chosen="exponential",
    steps=200,
)
playground

# %% [markdown]
# ## Say it back
#
# - A constant rate stops where noise balances slope, at a floor roughly proportional to rate over batch.
# - Spend large steps on the way and small ones at the end. Count epochs from the start, and start from
#   the initial rate.
# - Cool when noise stops the run; otherwise cooling only slows it down.
#
# **Next**: lesson 08 asks what curvature can do that a rate cannot.
#
# **Open question.** What should your plateau rule watch if every look at validation data cost something?
#
# **Still argued about**: whether rates must decay at all. Smith et al. (*Don't decay the learning rate, increase the batch
# size*, 2018) lower the noise instead; Defazio et al. (*The road less scheduled*, 2024) average iterates.

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
