# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 Annealing: two balls in a bowl that shakes
#
# Two balls roll into the same bowl. Every gradient they see is a little wrong, as a mini-batch's is. One takes large
# steps, is down at once, and never comes to rest. The other takes small steps, arrives late, and rests lower.
# Which would you rather be, and when would you change your mind?
#
# **Aims.** Say why a constant rate has a floor; write four schedules and read their knobs; carry momentum across a
# change of rate; find out on the digits what cooling buys, and when it buys nothing.
#
# **Time** about 60 minutes, 15 points. **Before this**: 04 (momentum); 03 helps (validation error).

# %%
import matplotlib.pyplot as plt
import numpy as np

import course
from course import plots
from course.checks import check, written
from course.data import digits
from course.descend import descend
from course.figures import annealing as figures
from course.interactive.schedules import SchedulePlayground, expected_loss, floor
from course.network import MLP
from course.surfaces import noisy_quadratic
from course.threads import keep_one_thread
from course.training import train

plots.use_style()
keep_one_thread()  # small matrices: a second thread costs more than it brings
sgd = course.mine("04_momentum", "sgd")

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 4))
alt = figures.two_balls(ax, sgd)
ax.set_title("Fast and restless, or calm and late")
plots.Picture(fig, alt)

# %% [markdown]
# ## Guess first
#
# At step 200 somebody halves the rate of the restless ball. What happens to its mean loss: nothing, half, a quarter?
# At once, or slowly?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-halved", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
halved = np.where(np.arange(400) < 200, 0.2, 0.1)
start = np.array(noisy_quadratic.start)
mean = expected_loss(halved, start=start)
fig, ax = plt.subplots(figsize=(8, 3.6))
ax.plot(expected_loss(np.full(400, 0.2), start=start), color="#D55E00", label="rate 0.2 throughout")
ax.plot(mean, color="black", ls="--", label="0.2, then 0.1 from step 200")
for rate in (0.2, 0.1):
    ax.axhline(floor(rate), color="0.6", lw=1, ls=":")
    ax.text(40, floor(rate) * 1.06, f"floor at rate {rate}", color="0.3")
ax.set(
    yscale="log",
    ylim=(0.04, 5),
    xlabel="step",
    ylabel="mean loss",
    title="A halved rate more than halves the floor, within a few steps",
)
ax.legend()
ratio = floor(0.1) / floor(0.2)
plots.Picture(
    fig,
    f"Mean loss {mean[200]:.3f} before the cut, {mean[215]:.3f} fifteen steps later; ratio of floors {ratio:.2f}.",
)

# %% [markdown]
# If you guessed *nothing*: the noise did not change, but each step now carries half of it. If you guessed *half*: that
# is the rule of thumb for small rates. The fall here is a little more than half: the bowl has curvature 1 one way and 4
# the other, and in the steep direction, nearer to its limit $2/4$ (lesson 04), noise is amplified. If you guessed *a quarter*: one kick is halved, so its square
# is a quarter; but a slower ball also forgets its kicks more slowly and carries twice as many of them.
#
# And it is quick. On a loss curve this is the cliff seen in many published figures, at every drop of the rate.

# %% [markdown]
# ## Why a constant rate has a floor
#
# **A constant rate stops falling where the noise puts in as much as the slope takes out.**
#
# In one direction with curvature $c$ (here 1 and 4), and noise in the gradient of standard deviation $\sigma$ (here 1)
# times a standard normal $\xi$,
#
# $$x \leftarrow x - \eta\,(c\,x + \sigma\,\xi) = (1-\eta c)\,x - \eta\sigma\,\xi .$$
#
# The mean square $m$ of $x$ then obeys $m \leftarrow (1-\eta c)^2 m + \eta^2\sigma^2$. It rests where both sides are
# equal, and the loss $\tfrac12 c\,m$ there is
#
# $$\text{floor} = \frac{\eta\,\sigma^2}{2\,(2-\eta c)} \approx \frac{\eta\,\sigma^2}{4}\quad\text{for small } \eta .$$
#
# For small rates, halve the rate and you halve the floor. But the way down takes about $1/(\eta c)$ steps. Hence both:
# first a large rate, then a small one.

# %% tags=["picture"]
rates = np.geomspace(0.02, 0.45, 8)
measured = []
for rate in rates:
    run = descend(
        sgd, noisy_quadratic, steps=4000, config={"learning_rate": rate}, rng=np.random.default_rng(0)
    )
    measured.append(run.losses[1000:].mean())
fig, ax = plt.subplots(figsize=(7, 3.6))
fine = np.geomspace(0.02, 0.45, 100)
ax.plot(fine, [floor(r) for r in fine], color="black", label="the formula, both directions")
ax.plot(fine, fine / 2, color="0.5", ls=":", label=r"$\eta\sigma^2/4$ for each direction")
ax.plot(rates, measured, "o", color="#D55E00", label="3,000 steps of one run")
ax.set(xscale="log", yscale="log", xlabel=r"learning rate $\eta$", ylabel="mean loss at rest")
ax.set_xticks([0.02, 0.05, 0.1, 0.2, 0.4], ["0.02", "0.05", "0.1", "0.2", "0.4"], minor=False)
ax.set_xticks([], minor=True)
ax.set_title("The floor rises with the rate, and faster near the limit")
ax.legend()
worst = max(abs(m / floor(r) - 1) for m, r in zip(measured, rates, strict=True))
plots.Picture(fig, f"Measured floors at eight rates lie within {100 * worst:.0f}% of the formula.")

# %% [markdown]
# ## Four schedules
#
# A schedule says what the rate is at an iteration. The first three have the shape `rate = schedule(iteration, config)`
# (the fourth looks at the run instead):
#
# - `iteration` counts updates from 0; an *epoch* is one pass over the data, `config["per_epoch"]` iterations, $p$.
# - `config["initial_rate"]` is where the rate starts, $\eta_0$.
# - The training loop writes your answer into `config["learning_rate"]`, where the update rule reads it. So at the next
#   call you find the *last* rate there. Do not build on it: a run may restart in the middle.

# %% [markdown]
# ### Exercise 1. Step decay · 3 points · about 5 minutes · difficulty 1/5
#
# Every few epochs the rate falls by a factor: $\eta = \eta_0\, f^{\lfloor \text{epoch} / e \rfloor}$. Usual settings: $f = 0.5$
# with $e = 5$, or $f = 0.1$ with $e = 20$. It is liked because both knobs can be read aloud.
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

# %% nbgrader={"grade": true, "grade_id": "step_decay-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("step_decay", step_decay)
### END HIDDEN TESTS
last, first = (step_decay(i, {"initial_rate": 1.0, "per_epoch": 10}) for i in (49, 50))
assert (last, first) == (1.0, 0.5), "the rate halves at the first iteration of epoch 5, not before or after"

# %% [markdown]
# ### Exercise 2. Exponential decay · 3 points · about 4 minutes · difficulty 1/5
#
# The rate loses the same share in every moment: $\eta = \eta_0\, e^{-k t}$, with $t$ in epochs.
#
# | | |
# |---|---|
# | in | `iteration` whole number from 0; `config` dict or None |
# | out | the rate, a number |
# | config | `initial_rate` $\eta_0$ `0.1`; `per_epoch` $p$ `100`; `k` per epoch, `0.1` |
#
# Worked: `initial_rate` 1, `per_epoch` 10, `k` 0.5, iteration 20, which is $t = 2$: $e^{-1} = 0.3679$.
# Often missed: the minus; $t$ is in epochs and has a fraction, $t = 1.5$ half way through the second one.
#
# <details><summary>Hint 1: a question</summary>How many epochs, with the fraction, is this iteration?</details>
# <details><summary>Hint 2: a place</summary>Two lines: the time, then <code>np.exp</code> of something negative.</details>
# <details><summary>Hint 3: the formula</summary>$\eta_0 \exp(-k\, i / p)$, with $i$ the iteration and $p$ iterations per epoch.</details>


# %% nbgrader={"grade": false, "grade_id": "exponential_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def exponential_decay(iteration, config=None):
    """Return the rate at this iteration: it loses the same share in every moment."""
    config = {} if config is None else config
    initial_rate = config.setdefault("initial_rate", 0.1)
    per_epoch, k = config.setdefault("per_epoch", 100), config.setdefault("k", 0.1)
    ### BEGIN SOLUTION
    rate = initial_rate * np.exp(-k * iteration / per_epoch)
    ### END SOLUTION
    return rate


# %%
check("exponential_decay", exponential_decay)

# %% nbgrader={"grade": true, "grade_id": "exponential_decay-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("exponential_decay", exponential_decay)
### END HIDDEN TESTS
assert exponential_decay(0, {"initial_rate": 0.7}) == 0.7, "at the start nothing has decayed"

# %% [markdown]
# ### Exercise 3. Inverse time decay · 3 points · about 4 minutes · difficulty 1/5
#
# The rate falls like one over time: $\eta = \eta_0 / (1 + k t)$, with $t$ in epochs.
#
# | | |
# |---|---|
# | in | `iteration` whole number from 0; `config` dict or None |
# | out | the rate, a number |
# | config | `initial_rate` $\eta_0$ `0.1`; `per_epoch` $p$ `100`; `k` per epoch, `0.1` |
#
# Worked: `initial_rate` 1, `per_epoch` 10, `k` 0.5, iteration 20, which is $t = 2$: $1 / 2 = 0.5$.
# Often missed: the brackets around $1 + kt$; epochs, not iterations.
#
# <details><summary>Hint 1: a question</summary>After how many epochs has the rate halved?</details>
# <details><summary>Hint 2: a place</summary>The time is that of exercise 2; only the last line differs.</details>
# <details><summary>Hint 3: the formula</summary>$\eta_0 / (1 + k\, i / p)$, with $i$ the iteration and $p$ iterations per epoch.</details>


# %% nbgrader={"grade": false, "grade_id": "inverse_time_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def inverse_time_decay(iteration, config=None):
    """Return the rate at this iteration: it falls like one over time."""
    config = {} if config is None else config
    initial_rate = config.setdefault("initial_rate", 0.1)
    per_epoch, k = config.setdefault("per_epoch", 100), config.setdefault("k", 0.1)
    ### BEGIN SOLUTION
    rate = initial_rate / (1 + k * iteration / per_epoch)
    ### END SOLUTION
    return rate


# %%
check("inverse_time_decay", inverse_time_decay)

# %% nbgrader={"grade": true, "grade_id": "inverse_time_decay-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import annealing

annealing.grade("inverse_time_decay", inverse_time_decay)
### END HIDDEN TESTS
assert inverse_time_decay(0, {"initial_rate": 0.7}) == 0.7, "at the start nothing has decayed"

# %% [markdown]
# ## Your schedules, side by side
#
# Three knobs, set so that each schedule reaches a tenth of its rate at the same time. Look at where they spend their
# large steps, and where they are at the end.

# %% tags=["picture"]
bowl = {"initial_rate": 0.4, "per_epoch": 20}
mine = {
    "step": (step_decay, {**bowl, "factor": 0.1, "every": 10}),
    "exponential": (exponential_decay, {**bowl, "k": np.log(10) / 10}),
    "1/t": (inverse_time_decay, {**bowl, "k": 0.9}),
}
looks = {"step": ("#0072B2", "-"), "exponential": ("#D55E00", "--"), "1/t": ("#009E73", "-.")}
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8))
said = []
for name, (schedule, config) in mine.items():
    if not written(schedule, 0, dict(config)):
        said.append(f"{name} is not written yet")
        continue
    rates = np.array([schedule(i, dict(config)) for i in range(600)])
    mean = expected_loss(rates, start=start)
    left.plot(rates, color=looks[name][0], ls=looks[name][1], label=name)
    right.plot(mean, color=looks[name][0], ls=looks[name][1], label=name)
    said.append(f"{name}: at the end rate {rates[-1]:.2g}, loss {mean[-1]:.2g}, floor {floor(rates[-1]):.2g}")
right.plot(expected_loss(np.full(600, 0.4), start=start), color="0.6", lw=1, label="constant 0.4")
left.set(
    yscale="log", xlabel="iteration", ylabel=r"rate $\eta$", title="All three pass 0.04 at iteration 200"
)
right.set(yscale="log", xlabel="iteration", ylabel="mean loss", title="The loss follows, if it has time")
right.legend()
plots.Picture(fig, "Rates and mean losses in the noisy bowl. " + "; ".join(said) + ".")

# %% [markdown]
# The loss follows the rate: where the rate drops, a cliff; where it slides, a slope. At the end 1/t sits on its floor.
# The exponential ends lowest, yet far above its own floor: its steps have become too small to get there. With a rate
# that decays exponentially, the rates of all time add up to a finite sum,
#
# $$\sum_{i=0}^{\infty} \eta_0\, e^{-k i/p} = \frac{\eta_0}{1 - e^{-k/p}} \approx \frac{\eta_0\, p}{k} ,$$
#
# so a run that is not there by then never arrives. One over $t$ has no such limit: its sum grows like a logarithm,
# while the sum of its *squares*, which is what lets noise in, stays finite. Robbins and Monro (1951) asked for exactly
# these two properties.

# %% tags=["picture"]
far = np.arange(20_000)
sums = {}
for name in ("exponential", "1/t"):
    schedule, config = mine[name]
    if written(schedule, 0, dict(config)):
        sums[name] = np.cumsum([schedule(i, config) for i in far])
fig, ax = plt.subplots(figsize=(7, 3.4))
for name, total in sums.items():
    ax.plot(far + 1, total, color=looks[name][0], ls=looks[name][1], label=name)
limit = 0.4 / (1 - np.exp(-(np.log(10) / 10) / 20))
ax.axhline(limit, color="0.6", lw=1, ls=":", label=r"$\eta_0\, /\, (1 - e^{-k/p})$")
ax.set(xscale="log", xlabel="iteration", ylabel="sum of all rates so far")
ax.set_title("An exponential schedule can travel only so far")
ax.legend()
ends = ", ".join(f"{name} {total[-1]:.1f}" for name, total in sums.items()) or "no schedule is written yet"
plots.Picture(
    fig, f"Sum of the rates after 20,000 iterations: {ends}; the limit of the exponential is {limit:.1f}."
)

# %% [markdown]
# ## Break it: decay the decayed
#
# The most expensive mistake with schedules is one line long: `rate = schedule(iteration, ...)` that starts from the
# *current* rate, which already holds the earlier decay. Below, your own `step_decay` is used that way: each answer
# becomes the next `initial_rate`. Nothing happens for five epochs, then the rate is multiplied at every iteration.

# %% tags=["picture"]
config = {"initial_rate": 0.4, "per_epoch": 20, "factor": 0.5, "every": 5}
fig, ax = plt.subplots(figsize=(8, 3.4))
alt = "step_decay is not written yet."
if written(step_decay, 0, dict(config)):
    right_rates = np.array([step_decay(i, dict(config)) for i in range(400)])
    wrong, rate = [], 0.4
    for i in range(400):
        rate = step_decay(i, {**config, "initial_rate": rate})
        wrong.append(rate)
    ax.plot(right_rates, color="black", label="from the initial rate")
    ax.plot(np.maximum(wrong, 1e-300), color="#D55E00", ls="--", label="from the current rate")
    alt = (
        f"At iteration 120 the right rate is {right_rates[120]:.2g} and the compounded one {wrong[120]:.2g}."
    )
ax.set(yscale="log", ylim=(1e-10, 1), xlabel="iteration", ylabel=r"rate $\eta$")
ax.set_title("Compounded decay switches the learning off within an epoch")
if written(step_decay, 0, dict(config)):
    ax.legend()
plots.Picture(fig, alt)

# %% [markdown]
# Such a run does not crash. Its loss goes flat, which looks like convergence. If a loss curve freezes at a boundary
# of your schedule, print the rate.
#
# ## Let the run decide
#
# The schedules so far need to know in advance when to cool. The fourth one watches: **when the validation error has
# not improved for a while, cut the rate.** It must be the *validation* error. The training error of a network that
# overfits falls for ever, and never asks for a cut.

# %% [markdown]
# ### Exercise 4. Reduce on a plateau · 4 points · about 10 minutes · difficulty 2/5
#
# Go through the validation errors, oldest first. Keep the best so far and count the bad epochs since: an epoch is bad
# unless its error is lower than the best. When the count reaches `patience`, multiply the rate by `factor` and start
# counting from zero again; the best stays.
#
# | | |
# |---|---|
# | in | `history` dict of lists, one entry per finished epoch: `"train_error"`, `"val_error"`; `config` dict or None |
# | out | the rate for the next epoch, a number |
# | config | `initial_rate` `0.1`; `factor` `0.5`; `patience` `3` epochs |
#
# Worked: `initial_rate` 1, `patience` 2, errors .5 .4 .4 .6 .45: best at epoch 1, two bad epochs, a cut; one bad one
# since. Rate 0.5.
# Often missed: an equal error is not better; the count starts again after a cut; start from `initial_rate`.
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
# Here it is at work: a linear classifier on the digits, mini-batches of 30. `train` asks before every step; the
# history is what the run has recorded so far.

# %%
data = digits()
rows = {"X": data.X_train, "y": data.y_train, "validation": (data.X_val, data.y_val)}
linear = MLP(sizes=(64, 10))
PER_EPOCH, EPOCHS = 40, 8


def history_of(run):
    """Return the errors recorded so far, one entry per finished epoch."""
    return {f"{part}_error": [1 - a for a in run.epochs[f"{part}_accuracy"][1:]] for part in ("train", "val")}


def fit(schedule, config, seed, *, network=linear, epochs=EPOCHS, reg=1e-3, batch=30):
    """Train with a schedule; the loop keeps the last rate in config, as update rules expect."""
    config = {"per_epoch": PER_EPOCH, **config}

    def rate(epoch, run):
        when = history_of(run) if schedule is reduce_on_plateau else round(epoch * PER_EPOCH)
        config["learning_rate"] = schedule(when, config)
        return config["learning_rate"]

    rng = np.random.default_rng(seed)
    return train(network, rule=sgd, rng=rng, epochs=epochs, batch=batch, reg=reg, rate=rate, **rows)


# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(8, 3.6))
alt = "reduce_on_plateau is not written yet."
if written(reduce_on_plateau, {"train_error": [], "val_error": []}):
    config = {"initial_rate": 4.0, "factor": 0.3, "patience": 2}
    run = fit(reduce_on_plateau, config, seed=0, epochs=12)
    errors = history_of(run)["val_error"]
    rates = [
        reduce_on_plateau({"val_error": errors[:n], "train_error": errors[:n]}, dict(config))
        for n in range(13)
    ]
    ax.plot(range(1, 13), errors, "o-", color="#0072B2", label="validation error")
    other = ax.twinx()
    other.step(range(13), rates, where="post", color="#D55E00", ls="--", label=r"rate $\eta$")
    other.set(yscale="log", ylabel=r"rate $\eta$ (dashed)")
    other.grid(False)
    alt = f"Validation error {errors[0]:.3f} after one epoch, {min(errors):.3f} at best, {errors[-1]:.3f} after 12; the rate falls from 4 to {rates[-1]:.2g}."
ax.set(xlabel="epoch", ylabel="validation error")
ax.set_title("Two epochs without a new best, and the rate is cut")
plots.Picture(fig, alt)

# %% [markdown]
# With 300 validation images one more error moves the curve by a third of a percent, so a plateau is partly luck: an
# early lucky epoch sets a best that is hard to beat, and the rate is cut sooner. More patience or a smoother measure
# (the validation *loss*) helps. The rule also spends validation data on a decision; a last estimate of quality needs
# test data.
#
# Libraries differ by one epoch in what patience means: Keras cuts when `patience` epochs were bad, as you do; PyTorch
# when *more than* `patience` were.

# %% [markdown]
# ## Reading: warm-up and cosine
#
# Two newer shapes. *Cosine* (Loshchilov and Hutter, 2017) falls slowly, then fast, then slowly, and reaches zero when
# the budget ends. *Warm-up* (Goyal et al., 2017) climbs to the initial rate over the first few epochs. Both are yours
# to read, not to write.


# %%
def cosine(iteration, config):
    """Return half a cosine wave from the initial rate down to zero at the last of ``epochs``."""
    t = iteration / (config["per_epoch"] * config["epochs"])
    return config["initial_rate"] * (1 + np.cos(np.pi * min(t, 1.0))) / 2


def warm_up(iteration, config):
    """Return a straight climb over the first ``warm`` epochs, times the cosine."""
    climb = min(1.0, (iteration + 1) / (config["per_epoch"] * config["warm"]))
    return climb * cosine(iteration, config)


# %% [markdown]
# Why climb? The limit of lesson 04, rate times curvature below 2, holds where you *are*. Some losses are steepest at the
# start. On the wall below, $x^4/4$, a step leads from $x$ to $x\,(1 - \eta x^2)$: farther out than it began if
# $\eta > 2/x^2$. At $x=3$ that is every rate above $2/9$; near the bottom large ones are safe. A warmed-up run is past
# the wall before its rate is large.


# %%
def on_the_wall(schedule, config, steps=120):
    """Return the losses of gradient descent on x**4 / 4 from x = 3 under a schedule."""
    x, losses = 3.0, []
    for i in range(steps):
        losses.append(x**4 / 4)
        x = x - schedule(i, config) * x**3
        if abs(x) > 1e3:
            break
    return losses


# %% tags=["picture"]
wall = {"initial_rate": 0.5, "per_epoch": 10, "epochs": 12, "warm": 3}
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
for name, schedule, color, dash in (
    ("cosine", cosine, "#D55E00", "--"),
    ("warm-up + cosine", warm_up, "#0072B2", "-"),
):
    left.plot([schedule(i, wall) for i in range(120)], color=color, ls=dash, label=name)
    losses = on_the_wall(schedule, wall)
    right.plot(losses, color=color, ls=dash, marker="x" if len(losses) < 120 else "", label=name)
left.set(xlabel="iteration", ylabel=r"rate $\eta$", title="The shapes")
right.set(
    yscale="log",
    ylim=(1e-4, 1e9),
    xlabel="iteration",
    ylabel="loss",
    title="Without a climb, thrown off the wall",
)
left.legend()
gone, calm = (on_the_wall(schedule, wall) for schedule in (cosine, warm_up))
plots.Picture(
    fig, f"On the wall cosine diverges after {len(gone)} steps; with warm-up the loss ends at {calm[-1]:.2g}."
)

# %% [markdown]
# ## Two momentums
#
# You met this in lesson 04 and may have believed it did not matter. CS231n keeps the rate *inside* the velocity;
# PyTorch keeps it outside:
#
# $$v \leftarrow \mu v - \eta g,\quad w \leftarrow w + v \qquad\qquad b \leftarrow \mu b + g,\quad w \leftarrow w - \eta b .$$
#
# At a constant rate these are one sequence, with $v = -\eta\, b$. Under a schedule they part. CS231n's velocity still
# holds the old rate and coasts for about $1/(1-\mu)$ steps; PyTorch's step shrinks at once.


# %%
def step_lengths(translate=None, mu=0.9, drop=30, rates=(0.1, 0.01)):
    """Return CS231n's step lengths on a constant slope of 1, with a drop of the rate."""
    v, rate, lengths = np.zeros(1), rates[0], []
    for i in range(80):
        if i == drop:
            v = v if translate is None else translate(v, *rates)
            rate = rates[1]
        v = mu * v - rate * np.ones(1)
        lengths.append(abs(float(v[0])))
    return lengths


# %% tags=["picture"]
b, pytorch = 0.0, []
for i in range(80):
    b = 0.9 * b + 1.0
    pytorch.append((0.1 if i < 30 else 0.01) * b)
fig, ax = plt.subplots(figsize=(8, 3.4))
ours = step_lengths()
ax.plot(ours, color="#0072B2", label="CS231n's convention")
ax.plot(pytorch, color="#D55E00", ls="--", label="PyTorch's convention")
ax.set(
    yscale="log",
    xlabel="step",
    ylabel="length of the step",
    title="After a drop to a tenth, one of them coasts",
)
ax.legend()
plots.Picture(
    fig,
    f"Five steps after the drop the step is {ours[35]:.3g} in one convention and {pytorch[35]:.3g} in the other.",
)

# %% [markdown]
# ### Exercise 5. Two momentums · 2 points · about 4 minutes · difficulty 2/5
#
# The rate goes from `old_rate` to `new_rate`. You keep CS231n's rule and want PyTorch's path. Return the velocity to go
# on with.
#
# | | |
# |---|---|
# | in | `v` velocity after the last step at the old rate, any shape; `old_rate`, `new_rate` positive numbers |
# | out | the velocity before the first step at the new rate, same shape |
#
# Worked: `v = [-0.2]`, from 0.1 to 0.05: PyTorch holds $b = 2$; at the new rate that is `[-0.1]`.
# Often missed: which of the two rates the velocity was built with.
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
fig, ax = plt.subplots(figsize=(8, 3.4))
alt = "translate_momentum_buffer is not written yet."
if written(translate_momentum_buffer, np.ones(1), 0.1, 0.1):
    translated = step_lengths(translate_momentum_buffer)
    ax.plot(translated, color="#0072B2", lw=4, alpha=0.5, label="CS231n's, translated by you at the drop")
    apart = np.abs(np.array(translated) - pytorch).max()
    alt = f"The two sequences of step lengths differ by at most {apart:.1g}."
ax.plot(pytorch, color="#D55E00", ls="--", label="PyTorch's convention")
ax.set(yscale="log", xlabel="step", ylabel="length of the step", title="One multiplication, and they agree")
ax.legend()
plots.Picture(fig, alt)

# %% [markdown]
# ## On the digits, at equal budget
#
# The fair question: with the same number of epochs and the same effort of tuning, which schedule ends lowest? Each
# schedule tries the same six initial rates once; its best one then runs with five fresh seeds. We measure the regularised
# training loss *above its minimum*. The model is linear, so the minimum is known: L-BFGS finds it, and lesson 08 is
# about how.
#
# Write down your order before you run the next two cells.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-race", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %%
from scipy.optimize import minimize

from course.comparison import softmax_regression

objective = softmax_regression(data.X_train, data.y_train, classes=10, reg=1e-3)


def constant(iteration, config):
    """Return the initial rate, always."""
    return config["initial_rate"]


RIVALS = {
    "constant": (constant, {}),
    "step": (step_decay, {"factor": 0.5, "every": 2}),
    "exponential": (exponential_decay, {"k": 0.4}),
    "1/t": (inverse_time_decay, {"k": 1.0}),
    "plateau": (reduce_on_plateau, {"factor": 0.5, "patience": 1}),
    "cosine": (cosine, {"epochs": EPOCHS}),
    "warm-up + cosine": (warm_up, {"epochs": EPOCHS, "warm": 1}),
}
RATES = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
lowest = minimize(
    objective.function, objective.start, jac=True, method="L-BFGS-B", options={"ftol": 1e-14}
).fun


# %% tags=["picture"]
def excess(run):
    """Return how far the regularised loss of a run's last parameters lies above the minimum."""
    w = np.concatenate([run.params["W1"].ravel(), run.params["b1"]])
    return np.inf if run.stopped else objective.function(w)[0] - lowest


results = {}
for name, (schedule, knobs) in RIVALS.items():
    first = {"train_error": [], "val_error": []} if schedule is reduce_on_plateau else 0
    if not written(schedule, first, {"per_epoch": PER_EPOCH, "initial_rate": 1.0, **knobs}):
        print(f"{name}: not written yet")
        continue
    tried = {r: excess(fit(schedule, {"initial_rate": r, **knobs}, seed=100)) for r in RATES}
    best_rate = min(tried, key=tried.get)
    runs = [fit(schedule, {"initial_rate": best_rate, **knobs}, seed=s) for s in range(5)]
    results[name] = {
        "rate": best_rate,
        "excess": np.array([excess(run) for run in runs]),
        "error": np.array([1 - run.epochs["val_accuracy"][-1] for run in runs]),
    }

# %% tags=["picture"]
from scipy.stats import t as student

fig, axes = plt.subplots(1, 2, figsize=(10, 3.8), sharey=True)
said = []
for row, (name, result) in enumerate(results.items()):
    for ax, values in zip(axes, (np.log10(result["excess"]), result["error"]), strict=True):
        half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
        ends = np.array([values.mean() - half, values.mean() + half])
        shown, bar = (10**values, 10**ends) if ax is axes[0] else (values, ends)
        ax.plot(shown, np.full(len(shown), row), "o", ms=4, mfc="none", color="0.4")
        ax.plot(bar, [row, row], color="#0072B2", lw=5, alpha=0.5)
    said.append(f"{name} (rate {result['rate']:g}) {np.median(result['excess']):.1e}")
axes[0].set_yticks(range(len(results)), [f"{n}, {r['rate']:g}" for n, r in results.items()])
axes[0].set(xscale="log", xlabel="training loss above the minimum", title="Cooling pays on the loss ...")
axes[0].xaxis.set_minor_formatter("")
axes[1].set(xlabel="validation error", title="... and does not show on validation", xlim=(0, None))
axes[0].invert_yaxis()
plots.Picture(
    fig, "Median excess loss by schedule: " + "; ".join(said) + ". Bars are 95% intervals over five seeds."
)

# %% [markdown]
# Left: circles are seeds, bars 95% intervals of the mean (of the logarithm), the number is the tuned initial rate, never
# an end of the range tried. Every schedule that cools may start at a higher rate than the constant one can afford, and
# its median ends several times lower; the plateau, which depends on luck, has a bar that still meets the constant's.
# The order of the coolers is a matter of knobs we did not tune; do not read it as a law.
#
# Right: on images nobody trained on, the intervals overlap. A loss several times closer to its minimum is
# not that many times fewer errors: the model, not the optimiser, is the limit here.

# %% [markdown]
# ## When cooling buys nothing
#
# The floor came from noise. A network that can fit *every* training example has none left at its minimum: when each
# example's gradient is zero, so is every mini-batch's. Below, constant and cosine on a small hidden layer,
# unregularised, both from rate 2 and not tuned.

# %% tags=["picture"]
two_layers = MLP(sizes=(64, 32, 10))
pair = {"constant": (constant, {}), "cosine": (cosine, {"epochs": 14})}
fig, ax = plt.subplots(figsize=(8, 3.6))
said = []
for name, (schedule, knobs) in pair.items():
    runs = [
        fit(schedule, {"initial_rate": 2.0, **knobs}, s, network=two_layers, epochs=14, reg=0.0)
        for s in range(4)
    ]
    color, dash = ("0.3", "-") if name == "constant" else ("#0072B2", "--")
    for part, width in (("train", 1), ("val", 2.5)):
        curves = np.array([run.epochs[f"{part}_loss"] for run in runs])
        ax.plot(np.median(curves, axis=0), color=color, ls=dash, lw=width, label=f"{name}, {part}")
        said.append(f"{name} {part} {np.median(curves[:, -1]):.2g}")
ax.set(yscale="log", xlabel="epoch", ylabel="loss, median of 4 seeds")
ax.set_title("Without noise at the minimum, cooling only slows the training loss")
ax.legend(ncols=2)
plots.Picture(fig, "Final median losses: " + "; ".join(said) + ".")

# %% [markdown]
# The thin lines part: the constant rate goes on down where the cosine has run out of steps. The thick ones, on images
# nobody trained on, hardly do.
#
# So the question to ask before choosing a schedule is: *what stops this run?* Noise: cool. Too little time: do not cool
# yet. Steepness at the start: warm up. With a larger budget, decay more slowly and train longer.
#
# ## In your hand
#
# Your schedules again, with a knob each; nothing here waits for the kernel. Three things to try: find the constant rate
# that ends lowest; beat it with one knob of the exponential; turn the noise to zero and see which schedule is best then.

# %% tags=["picture"]
step_knob = (step_decay, "every", range(1, 21), {"per_epoch": 10})
k_values = np.linspace(0, 1, 41)
playground = SchedulePlayground(
    {
        "constant": (constant, "no knob", [1.0], {}),
        "step": step_knob,
        "exponential": (exponential_decay, "k", k_values, {"per_epoch": 10}),
        "1/t": (inverse_time_decay, "k", k_values * 3, {"per_epoch": 10}),
        "cosine": (cosine, "epochs", range(5, 26), {"per_epoch": 10}),
        "warm-up + cosine": (warm_up, "warm", np.linspace(0.5, 10, 39), {"per_epoch": 10, "epochs": 20}),
    },
    chosen="exponential",
    steps=200,
)
playground

# %% [markdown]
# ## Say it back
#
# - A constant rate stops falling where noise balances slope, at a floor that falls with the rate.
# - Spend large steps on the way and small ones at the end. Count epochs from the start, and start from
#   the initial rate.
# - Cool when noise stops the run; otherwise it only slows down.
#
# **Next**: 08 asks what curvature can do that a rate cannot.
#
# **Open question.** What would your plateau rule watch if every look at validation data had a price?
#
# **Still argued about**: whether rates must decay at all. Smith, Kindermans, Ying and Le (*Don't decay the learning
# rate, increase the batch size*, 2018) lower the noise instead; Defazio et al. (*The road less scheduled*, 2024)
# average iterates.

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
