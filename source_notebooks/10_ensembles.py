# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Ensembles: five sit the same exam
#
# Five networks, each with one hidden layer of 16 units, were trained on the same 300 digits for 20 epochs. They differ in
# nothing but the seed. Each was shown the same images, which none of them had seen before; a mark is a mistake.
#
# Now they may confer: for every image their five opinions are averaged. How many mistakes do they make together?

# %% tags=["picture"]
import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from scipy.special import log_softmax, softmax

import course
from course import plots
from course.checks import check, written
from course.data import digits
from course.ensembles.members import SOURCES, disagreement, images, judged, member
from course.ensembles.teaching import epoch_by_epoch, teach
from course.figures import ensembles as figures
from course.interactive.temperature import TemperaturePlayground
from course.network import MLP
from course.threads import keep_one_thread
from course.training import train

plots.use_style()
keep_one_thread()  # small matrices: a second thread brings nothing
sgd = course.mine("04_momentum", "sgd")

# %% tags=["picture"]
data = images()
X, y = data.X_judge, data.y_judge
networks = [member(sgd, seed) for seed in range(5)]
scores = judged(networks)  # (5, N, C)
wrong = scores.argmax(axis=2) != y
fig, ax = plt.subplots(figsize=(9, 2.9))
figures.who_errs(ax, wrong, [f"seed {k}" for k in range(5)])
ax.set_title("Five networks miss different images, and some the same")
mistakes = wrong.sum(axis=1)
plots.Picture(
    fig,
    f"Mistakes on {len(y)} images: {', '.join(map(str, mistakes))}; {wrong.all(axis=0).sum()} images are missed by all.",
)

# %% [markdown]
# ## What this lesson is for
#
# You will average predictions, checkpoints and weights, say honestly what that brings, and pack an ensemble into one
# small network.
#
# | | |
# |---|---|
# | time | about 90 minutes |
# | points | 20 |
# | you need | 02 (softmax); 03 (dropout), 07 (noise, cooling) and 09 (search) help; your own `sgd` of 04 trains the networks, else plain descent does |
# | data | 300 digits train, 300 choose, 897 judge; the test images stay where they are |
# | letters | $s$ scores · $p$ probabilities · $M$ networks · $D$ draws · $d$ decay · $T$ temperature |

# %% [markdown]
# **Write your guess**: do the five together make more mistakes than the best of them, as many, or fewer? The numbers at the
# right of the picture are their mistakes.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-together", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 1. Average what?
#
# **Average the probabilities.** Each network turns its scores into probabilities, and only then are they averaged:
#
# $$\bar p_c = \frac1M \sum_{m=1}^{M} \operatorname{softmax}(s^{(m)})_c .$$
#
# Why not the labels? A vote forgets how sure a network was. Why not the scores? Their scale is each network's own: multiply
# all scores of one by ten, and its labels stay the same, but in a mean of scores it now overrules everybody. In a mean of
# probabilities each network has one unit to give away, and no more.

# %% [markdown]
# ### Exercise 1. Average the probabilities · 4 points · about 5 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `scores`: a list of $M$ arrays of shape `(N, C)`, one per network, as the networks give them; leave them as they are |
# | out | mean probabilities, an array of shape `(N, C)`; rows sum to one |
#
# Worked: two networks and one image with scores `[[0, 0]]` and `[[log 9, 0]]`. Probabilities .5 .5 and .9 .1, mean
# `[[.7, .3]]`.
#
# Often missed: the order (softmax first); the axis of the classes; scores of a thousand, where `np.exp` overflows.
#
# <details><summary>Hint 1: a question</summary>Which axis must sum to one in each network's probabilities, and which axis do you average over?</details>
# <details><summary>Hint 2: a place</summary>A loop over the networks, or one list of M arrays of probabilities, and a mean at the end. <code>softmax</code> from SciPy is imported in the first cell; it needs an <code>axis</code>.</details>
# <details><summary>Hint 3: the formula</summary>The mean over axis 0 of <code>[softmax(s, axis=1) for s in scores]</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "average_predictions", "locked": false, "schema_version": 3, "solution": true, "task": false}
def average_predictions(scores):
    """Return the mean of the networks' probabilities, (N, C), from a list of scores (N, C)."""
    ### BEGIN SOLUTION
    return np.mean([softmax(each, axis=1) for each in scores], axis=0)
    ### END SOLUTION


# %%
check("average_predictions", average_predictions)

# %% nbgrader={"grade": true, "grade_id": "average_predictions-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("average_predictions", average_predictions)
### END HIDDEN TESTS
worked = average_predictions([np.zeros((1, 2)), np.array([[np.log(9.0), 0.0]])])
assert np.allclose(worked, [[0.7, 0.3]]), "the mean of .5 .5 and .9 .1 is .7 .3"

# %% [markdown]
# Here is what they do together, with your function.


# %% tags=["picture"]
def accuracy(p):
    """Return the share of the judging images whose largest probability is at their label."""
    return float((np.asarray(p).argmax(axis=1) == y).mean())


fig, ax = plt.subplots(figsize=(9, 3.3))
names, shown, alt = [f"seed {k}" for k in range(5)], wrong, "average_predictions is not written yet."
if written(average_predictions, [np.zeros((1, 2))]):
    p = average_predictions(list(scores))
    names, shown = [*names, "together"], np.vstack([wrong, np.asarray(p).argmax(axis=1) != y])
    alt = (
        f"Together {shown[-1].sum()} mistakes; alone {mistakes.mean():.1f} on average, the best {mistakes.min()}."
        f" Of the {wrong.all(axis=0).sum()} that all miss, together they miss {shown[-1][wrong.all(axis=0)].sum()}."
    )
    ax.set_title("Together they miss what most of them miss")
figures.who_errs(ax, shown, names)
figures.shown(fig, alt)

# %% [markdown]
# Together they make 60, more than the best (55) and fewer than the mean of them (63.8).
#
# If you guessed *more*, you were right here, and this is why: what all of them miss stays missed, for no average helps where
# all make the same mistake. If you guessed *as many*: most of what only one or two of them miss does come right, since the
# others are sure; three images of that kind, at the right, do not. If you guessed *fewer*: with other seeds you would often have
# been right, in 10 of 16 draws of five (section 2 counts them).

# %% [markdown]
# Whoever trains one network gets a mean one, not the best of five: which one was best is known only afterwards, from the very
# images that judge.

# %% [markdown]
# ### Break it: one that shouts
#
# Take the worst of the five and multiply its scores. Its labels do not change; it is only louder.

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(7.4, 3.2))
volumes, alt = np.geomspace(1, 300, 12), "average_predictions is not written yet."
if written(average_predictions, [np.zeros((1, 2))]):
    worst = int(mistakes.argmax())
    loud = [np.where(np.arange(5)[:, None, None] == worst, v * scores, scores) for v in volumes]
    ways = {
        "mean of probabilities": [accuracy(average_predictions(list(each))) for each in loud],
        "mean of scores": [accuracy(each.mean(axis=0)) for each in loud],
    }
    for (name, values), color, dash in zip(
        ways.items(), (figures.BLUE, figures.ORANGE), ("-", "--"), strict=True
    ):
        ax.plot(volumes, 100 * np.array(values), color=color, ls=dash, marker="o", label=name)
    ax.axhline(100 * (1 - mistakes[worst] / len(y)), color="0.6", ls=":", label="the loud one alone")
    ax.legend()
    alt = "; ".join(f"{name}: {v[0]:.4f} at volume 1, {v[-1]:.4f} at 300" for name, v in ways.items())
ax.set(xscale="log", xlabel="volume of one network", ylabel="accuracy, %")
ax.set_xticks([1, 10, 100], ["1", "10", "100"])
ax.set_title("One loud network: scores give way, probabilities hardly")
figures.shown(fig, alt)

# %% [markdown]
# At volume 1 the two means do equally well: these networks were all made alike. Means of scores are used where that is so. The
# mean of probabilities loses too as the volume grows: the loud one now spends its whole unit on one class, while the others
# divide theirs. But it cannot spend more.
#
# And the mean of probabilities comes with a promise that needs no condition: **its log loss is never above the mean of its
# members' log losses.** The logarithm is concave, so $\log \bar p_y \ge \frac1M \sum_m \log p^{(m)}_y$ for every single image
# (Jensen). Of accuracy nobody can promise that. The cell trains 75 more networks (about 10 seconds).

# %% tags=["picture"]
pool = np.concatenate([scores, judged([member(sgd, seed) for seed in range(5, 80)])])  # (80, N, C)
rows = np.arange(len(y))
alt, fives = "average_predictions is not written yet.", pool.reshape(16, 5, *pool.shape[1:])
fig, ax = plt.subplots(figsize=(4.6, 3.6))
if written(average_predictions, [np.zeros((1, 2))]):
    alone = np.array([-log_softmax(five, axis=2)[:, rows, y].mean() for five in fives])
    joined = np.array(
        [-np.log(np.asarray(average_predictions(list(five)))[rows, y]).mean() for five in fives]
    )
    ax.plot(alone, joined, "o", color=figures.BLUE)
    ends = [min(joined.min(), alone.min()) - 0.005, alone.max() + 0.005]
    ax.plot(ends, ends, color="0.6", ls="--", lw=1)
    alt = f"In {(joined <= alone).sum()} of 16 draws of five the loss of the average is the lower one."
ax.set(xlabel="mean log loss of five networks", ylabel="log loss of their average")
ax.set_title("Below the diagonal, always")
figures.shown(fig, alt)

# %% [markdown]
# ## 2. How much, honestly?
#
# Somebody trains five networks once, compares the average with the first of them, and reports the gain. Somebody else tries
# eight draws and reports the best. Both mislead. Say instead:
#
# - the gain over the **mean member** of the same draw, since that is what one training gives you;
# - averaged over **draws**, that is, over disjoint sets of freshly trained networks;
# - with a **95% interval** for that mean: $\bar g \pm t_{D-1}\, \sigma / \sqrt{D}$. Here $\sigma$ is the standard deviation of the
#   $D$ gains, computed with $D-1$, and $t_{D-1}$ is the 97.5% quantile of Student's $t$ distribution with $D-1$ degrees of
#   freedom (`scipy.stats.t`; the student of section 7 is another).

# %% [markdown]
# ### Exercise 2. Report the gain · 2 points · about 10 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | two arrays: `members`, accuracies `(D, M)`, a row for each draw; `ensembles`, accuracies `(D,)` of their averages |
# | out | `gain, low, high`: the mean gain over draws and the ends of its interval; shares of one |
#
# Worked: `members = np.array([[.90, .92], [.89, .91], [.92, .94]])`, `ensembles = np.array([.92, .92, .96])`. Gains .01, .02,
# .03; $\sigma = .01$; with two degrees of freedom $t$ is 4.303: `0.02, -0.0048, 0.0448`. Three draws cannot tell this gain from none.
#
# Often missed: subtract within each draw, then average; `np.std` divides by $D$ unless `ddof=1`; 1.96 is for many draws.
#
# <details><summary>Hint 1: a question</summary>What single number does each draw contribute?</details>
# <details><summary>Hint 2: a place</summary>One line for the D gains, one for half of the interval's width, one for the return. <code>stats.t.ppf(0.975, df)</code> is Student's quantile.</details>
# <details><summary>Hint 3: the formula</summary>$g = $ ensembles $-$ mean of members over axis 1; half $= t_{D-1}\,$<code>g.std(ddof=1)</code>$/\sqrt D$; return mean, mean − half, mean + half.</details>


# %% nbgrader={"grade": false, "grade_id": "honest_gain", "locked": false, "schema_version": 3, "solution": true, "task": false}
def honest_gain(members, ensembles):
    """Return the mean gain over the members' mean, and the ends of its 95% interval over draws."""
    ### BEGIN SOLUTION
    gains = np.asarray(ensembles) - np.mean(members, axis=1)
    half = stats.t.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) / np.sqrt(len(gains))
    return gains.mean(), gains.mean() - half, gains.mean() + half
    ### END SOLUTION


# %%
check("honest_gain", honest_gain)

# %% nbgrader={"grade": true, "grade_id": "honest_gain-check", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("honest_gain", honest_gain)
### END HIDDEN TESTS
members, together = np.array([[0.90, 0.92], [0.89, 0.91], [0.92, 0.94]]), np.array([0.92, 0.92, 0.96])
gain, low, high = honest_gain(members, together)
assert np.isclose(gain, 0.02), "the gains are .01, .02 and .03"
assert low < gain < high, "the gain lies inside its interval"

# %% [markdown]
# Eighty networks: forty draws of two, sixteen of five, and so on. No network is in two draws of one size, so the draws are
# independent. The dashed line is one series: the first network, then the second joins, then the third. It is measured
# from the mean of all eighty, so a single network need not start at zero.


# %% tags=["picture"]
def sat(draws):
    """Return accuracies of the members (D, M) and of their averages (D,) for scores (D, M, N, C)."""
    alone = (draws.argmax(axis=3) == y).mean(axis=2)
    return alone, np.array([accuracy(average_predictions(list(draw))) for draw in draws])


ready = written(average_predictions, [np.zeros((1, 2))]) and written(honest_gain, np.eye(2), np.ones(2))
fig, ax = plt.subplots(figsize=(8, 3.8))
alt, one = "Exercises 1 and 2 come first.", (pool.argmax(axis=2) == y).mean()
if ready:
    exams = {m: sat(pool.reshape(-1, m, *pool.shape[1:])) for m in (2, 5, 10, 20)}
    reports = {m: honest_gain(*exam) for m, exam in exams.items()}
    series = np.array([accuracy(average_predictions(list(pool[:k]))) - one for k in range(1, 21)])
    figures.against_number(ax, reports, series)
    told = [
        f"{m}: {100 * g:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]" for m, (g, low, high) in reports.items()
    ]
    alt = f"Mean member {100 * one:.2f}%. Gain in points by number of networks:\n{'; '.join(told)}.\n"
    alt += f"The one series is at its best with {series.argmax() + 1} networks and falls {(np.diff(series) < 0).sum()} times."
ax.set_title("The first few networks bring most of the gain")
figures.shown(fig, alt)

# %% [markdown]
# The means rise, quickly at first, then hardly. The one series does not: it jumps up and down by several images, and whoever
# stopped at its peak would have reported a discovery. That a single series need not be monotone is not a fault of the method;
# it is what 897 images and one order of networks can tell. The intervals grow towards the right because the same eighty
# networks make fewer draws of twenty. And they speak of other *networks* on these images, not of other images.

# %% tags=["picture"]
alt = "Exercises 1 and 2 come first."
if ready:
    alone, joined = exams[5]
    luck = joined - alone.mean(axis=1)
    alt = (
        f"Sixteen draws of five: mean gain {100 * luck.mean():.2f} points; the luckiest draw alone {100 * luck.max():.2f},"
        f" the unluckiest {100 * luck.min():.2f}.\nThe average beats its best member in {(joined > alone.max(axis=1)).sum()} of"
        f" {len(luck)} draws of five, and in {(exams[20][1] > exams[20][0].max(axis=1)).sum()} of {len(exams[20][1])} draws of"
        " twenty.\n(The best of twenty is a luckier pick than the best of five.)"
    )
print(alt)

# %% [markdown]
# ## 3. Variety helps, weakness costs
#
# If all members made the same mistakes, averaging would bring nothing. So make them differ, in six ways, with six draws of five
# networks each:
#
# - *other seeds*;
# - *same start, other order* of the images;
# - *last epochs of one run*;
# - *bootstrap samples*: 300 images drawn with replacement, so that some come twice and some never;
# - *six pixels of ten*, each member others;
# - *top of a search*: the best five of twelve trials, as in lesson 09; the 300 choosing images rank them.
#
# **Predict**: which brings the largest *gain*, and which the best *ensemble*? The next cell takes about 20 seconds.

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-variety", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
rows_of, told = {}, []
if ready:
    draws_of = {"other seeds": pool[:30].reshape(6, 5, *pool.shape[1:])}
    draws_of |= {name: np.array([source(sgd, k) for k in range(6)]) for name, source in SOURCES.items()}
    for name, draws in draws_of.items():
        alone, joined = sat(draws)
        variety = np.mean([disagreement(draw.argmax(axis=2)) for draw in draws])
        rows_of[name] = (variety, honest_gain(alone, joined), alone.mean(), joined.mean())
        told.append(
            f"{name:24s} member {alone.mean():.4f}  together {joined.mean():.4f}  differ {variety:.3f}"
        )

# %% tags=["picture"]
fig, axes = plt.subplots(1, 2, figsize=(11, 4.2))
figures.against_variety(axes, rows_of)
if rows_of:
    axes[0].set_title(f"Largest gain: {max(rows_of, key=lambda name: rows_of[name][1][0])}")
    axes[1].set_title(f"Best ensemble: {max(rows_of, key=lambda name: rows_of[name][3])}")
figures.shown(fig, *(told or ["Exercises 1 and 2 come first."]))

# %% [markdown]
# Left: the more often two members differ, the larger the gain; hiding pixels brings by far the most. Right: open marks are
# single members, filled ones their average. There the hidden pixels end no higher than plain seeds, for their members are weak.
# Plain seeds and the top of a search end highest, too close to call. *Gain* alone is no reason to choose a method: look at where you end.
#
# At the left end, the same start with another order of images, and the last epochs of one run, hardly differ: these are
# copies of one opinion. The top of a search costs nothing extra: the networks were trained anyway.

# %% [markdown]
# ## 4. One run, several networks
#
# Training five networks costs five times as much. A single run passes through many networks on its way: keep its last few
# **checkpoints** and average their predictions. A calm run brings little, as you saw. A restless one, with small batches, a
# high rate and a penalty, never settles (lesson 07), and its checkpoints differ.

# %% [markdown]
# ### Exercise 3. An ensemble from one run · 4 points · about 10 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `params` first weights, dict of arrays; `train_epoch(params)` trains for one epoch, **changes the arrays in place** and returns nothing; `scores(params)` gives scores `(N, C)`; `epochs` how many to train; `keep` how many checkpoints |
# | out | mean probabilities `(N, C)` after the last `keep` epochs |
#
# Train once, for `epochs` epochs. The untrained start is no checkpoint.
#
# Worked: `epochs = 6`, `keep = 2` averages the probabilities after epoch 5 and after epoch 6.
#
# Often missed: a list that holds `params` six times holds *one* network six times, the last. A dict's own copy shares its
# arrays.
#
# <details><summary>Hint 1: a question</summary>What in your list still changes when the next epoch trains?</details>
# <details><summary>Hint 2: a place</summary>A loop over epochs; in it <code>train_epoch(params)</code> on a line of its own, then put away a copy of every array, or the probabilities themselves. After it, the last <code>keep</code>.</details>
# <details><summary>Hint 3: the formula</summary><code>{name: w.copy() for name, w in params.items()}</code> is a copy; <code>kept[-keep:]</code> are the last; mean of their <code>softmax(scores(...), axis=1)</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "checkpoint_ensemble", "locked": false, "schema_version": 3, "solution": true, "task": false}
def checkpoint_ensemble(params, train_epoch, scores, epochs, keep):
    """Train once, and return the mean probabilities after each of the last epochs, (N, C)."""
    ### BEGIN SOLUTION
    kept = []
    for _ in range(epochs):
        train_epoch(params)
        kept.append({name: w.copy() for name, w in params.items()})
    return np.mean([softmax(scores(each), axis=1) for each in kept[-keep:]], axis=0)
    ### END SOLUTION


# %%
check("checkpoint_ensemble", checkpoint_ensemble)

# %% nbgrader={"grade": true, "grade_id": "checkpoint_ensemble-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("checkpoint_ensemble", checkpoint_ensemble)
### END HIDDEN TESTS


def one_more(params):
    params["w"] += 1.0


found = checkpoint_ensemble(
    {"w": np.zeros(1)}, one_more, lambda params: params["w"] * np.array([[1.0, 0.0]]), 3, 1
)
assert np.allclose(found, [[np.exp(3), 1]] / (np.exp(3) + 1)), (
    "three epochs of training, and the last one predicts"
)

# %% [markdown]
# Both kinds of run, eight seeds each: the last checkpoint alone, and the last five together (about 10 seconds).

# %% tags=["picture"]
small = MLP(sizes=(64, 16, 10))
CALM = {"epochs": 20, "batch": 50}
RESTLESS = {"epochs": 10, "batch": 10, "reg": 1e-2}


def ending(seed, keep, options):
    """Return the accuracy of your ensemble of the last checkpoints of one run."""
    options = dict(options)
    epochs, params = options.pop("epochs"), small.start(np.random.default_rng(seed))
    step = epoch_by_epoch(
        small, data.X_train, data.y_train, sgd, {"learning_rate": 1.0}, seed=seed, **options
    )
    return accuracy(checkpoint_ensemble(params, step, lambda p: small.scores(p, X), epochs, keep))


# %% tags=["picture"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.6))
told, never = [], {"w": np.zeros(1)}
if written(checkpoint_ensemble, never, lambda p: None, lambda p: np.zeros((1, 2)), 1, 1):
    for ax, (name, options) in zip(axes, (("calm", CALM), ("restless", RESTLESS)), strict=True):
        last, five = (np.array([ending(seed, keep, options) for seed in range(8)]) for keep in (1, 5))
        figures.seeds_in_columns(ax, {"last checkpoint": last, "last five": five})
        ax.set_title(f"A {name} run: {100 * (five - last).mean():+.2f} points")
        told.append(
            f"{name}: last {last.mean():.4f}, last five {five.mean():.4f}, better for {(five > last).sum()} of 8 seeds"
        )
figures.shown(fig, *(told or ["checkpoint_ensemble is not written yet."]))

# %% [markdown]
# The scales differ. The restless run gains much because its last checkpoint is bad; it does not overtake the calm one by
# much, if at all. Checkpoints are the ensemble for those who can train only once.
#
# ## 5. Average the weights
#
# If predictions can be averaged, why not the weights, and keep *one* network? Because two networks that agree need not look
# alike: permute the units, and the weights are others. Below, the weights move on a straight line from one trained network
# to another.

# %% tags=["picture"]
start = small.start(np.random.default_rng(5))
pairs = {
    "two seeds": (networks[0], networks[1]),
    "one start, two orders": (member(sgd, 0, start=start), member(sgd, 1, start=start)),
    "one run, epochs 15 and 20": (member(sgd, 0, epochs=15), networks[0]),
}
way = np.linspace(0, 1, 21)
fig, ax = plt.subplots(figsize=(7.4, 3.4))
told = []
for (name, (a, b)), color, dash in zip(
    pairs.items(), (figures.ORANGE, figures.BLUE, figures.GREEN), ("-", "--", ":"), strict=True
):
    between = [{n: (1 - t) * a.params[n] + t * b.params[n] for n in a.params} for t in way]
    values = 100 * np.array([small.accuracy(each, X, y) for each in between])
    ax.plot(way, values, color=color, ls=dash, label=name)
    told.append(f"{name}: ends {values[0]:.1f} and {values[-1]:.1f}%, half way {values[10]:.1f}%")
ax.set(xlabel="share of the way from one network's weights to the other's", ylabel="accuracy, %")
ax.set_title("The mean of two good networks can be a bad one")
ax.legend()
figures.shown(fig, *told)

# %% [markdown]
# Between two seeds lies a gulf. Between two runs from one start lies none, even when the orders differ (dashed), and between two
# epochs of one run neither (dotted). So weights of one run can be averaged. No need to store checkpoints: keep a
# second copy of the weights and let it follow, at every step,
#
# $$\bar w \leftarrow d\,\bar w + (1-d)\,w .$$
#
# Each step's weights fade by the factor $d$ with every step that follows: an **exponentially decaying average** with a
# memory of about $1/(1-d)$ steps. It costs one copy in memory and nothing at test time. The training itself never looks at
# it.

# %% [markdown]
# ### Exercise 4. A running average of the weights · 5 points · about 6 minutes · difficulty 2/5
#
# | | |
# |---|---|
# | in | `average`: what the last call returned, or None at the first; `params` present weights, dict of arrays; `decay` $d$, default `0.99` |
# | out | the new average: dict of arrays with the same names |
#
# At the first call the average is a **copy** of the weights. Leave `params` as they are.
#
# Worked: average `{"w": np.array([2.])}`, weights `{"w": np.array([6.])}`, decay 0.75: `{"w": np.array([3.])}`.
#
# Often missed: which share is whose (at 0.99 the *old* average stays); a first average that is the training's own array, and
# moves with it; the biases.
#
# <details><summary>Hint 1: a question</summary>If training adds to its arrays in place after your first call, what happens to your average?</details>
# <details><summary>Hint 2: a place</summary>Two returns: one under <code>if average is None</code>, one for every other call. Both are a dict with every name of params.</details>
# <details><summary>Hint 3: the formula</summary><code>w.copy()</code> at first; then <code>decay * average[name] + (1 - decay) * w</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "ema_update", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ema_update(average, params, decay=0.99):
    """Return the exponentially decaying average of the weights after one more step."""
    ### BEGIN SOLUTION
    if average is None:
        return {name: w.copy() for name, w in params.items()}
    return {name: decay * average[name] + (1 - decay) * w for name, w in params.items()}
    ### END SOLUTION


# %%
check("ema_update", ema_update)

# %% nbgrader={"grade": true, "grade_id": "ema_update-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("ema_update", ema_update)
### END HIDDEN TESTS
followed = ema_update({"w": np.array([2.0])}, {"w": np.array([6.0])}, 0.75)
assert np.allclose(followed["w"], [3.0]), "three quarters of 2 and one quarter of 6 are 3"

# %% [markdown]
# Twenty restless runs of 300 steps, each with your average beside it. For comparison twenty runs that are cooled instead:
# their rate falls to zero on half a cosine (lesson 07). It takes about 10 seconds.


# %% tags=["picture"]
def follow(seed, decays=(0.99,), cool=False):
    """Return accuracies of a restless run, a row for each epoch: of its weights, then of your averages."""
    held = dict.fromkeys(decays)

    def watch(at):
        for decay in decays:
            held[decay] = ema_update(held[decay], at.params, decay)

    def look(at):
        return [small.accuracy(each or at.params, X, y) for each in (at.params, *held.values())]

    run = train(
        small, data.X_train, data.y_train, sgd, {"learning_rate": 1.0}, rng=np.random.default_rng(seed),
        rate=(lambda epoch, run: 0.5 + 0.5 * np.cos(np.pi * epoch / 10)) if cool else None,
        each_step={"watch": watch}, each_epoch={"look": look}, **RESTLESS,
    )  # fmt: skip
    return np.array(run.epochs["look"])


# %% tags=["picture"]
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=(1.2, 1))
alt = "ema_update is not written yet."
if written(ema_update, None, {"w": np.zeros(1)}):
    runs = np.array([follow(seed) for seed in range(20)])
    cooled = np.array([follow(seed, (), cool=True)[-1, 0] for seed in range(20)])
    for k, (name, color, dash) in enumerate(
        (("weights", figures.GREY, "-"), ("your average", figures.ORANGE, "--"))
    ):
        left.plot(100 * runs[0, :, k], color=color, ls=dash, lw=1)
        left.plot(100 * runs[:, :, k].mean(axis=0), color=color, ls=dash, lw=3, label=name)
    left.set(xlabel="epoch", ylabel="accuracy, %", ylim=(80, 96), title="Thick: mean of 20; thin: one run")
    left.legend(loc="lower right")
    last, mean = runs[:, -1].T
    figures.seeds_in_columns(right, {"last weights": last, "your average": mean, "cooled": cooled})
    right.set_title(f"Better for {(mean > last).sum()} of 20 seeds")
    alt = f"Last weights {last.mean():.4f}, average {mean.mean():.4f} (better for {(mean > last).sum()} of 20), cooled {cooled.mean():.4f}."
figures.shown(fig, alt)

# %% [markdown]
# The average is better because noise is what keeps this run from its minimum, and averaging takes noise out. So does
# cooling, and it ends at about the same place: a decaying average is a cooled run that you need not plan. Where there is no
# noise left, as in the calm runs above, there is little to gain.
#
# How long should the memory be? Long enough to see many steps, shorter than the run.

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(7.4, 3.2))
decays, alt = (0.0, 0.7, 0.9, 0.97, 0.99, 0.997, 0.999), "ema_update is not written yet."
if written(ema_update, None, {"w": np.zeros(1)}):
    ends = np.array([follow(seed, decays)[-1, 1:] for seed in range(6)]).T
    memory = 1 / (1 - np.array(decays))
    ax.plot(memory, 100 * (1 - ends), "o", color="0.6", ms=4, mfc="none")
    ax.plot(memory, 100 * (1 - ends.mean(axis=1)), "s-", color=figures.ORANGE, label="mean of 6 seeds")
    ax.axvline(300, color="0.5", ls=":", label="steps of the run")
    ax.legend(loc="upper left")
    alt = "Error by decay: " + "; ".join(
        f"{d}: {1 - v.mean():.3f}" for d, v in zip(decays, ends, strict=True)
    )
ax.set(xscale="log", yscale="log", xlabel="memory $1/(1-d)$ in steps", ylabel="error, %")
ax.set_yticks([6, 10, 20, 40], ["6", "10", "20", "40"])
ax.set_yticks([], minor=True)
ax.set_title("Too short a memory keeps noise, too long a memory the start")
figures.shown(fig, alt)

# %% [markdown]
# ### Find the bug in the published notes
#
# Published notes have described weight averaging like this: *besides the network, keep a backup of its weights, and renew it
# when the loss drops.* The next cell is that sentence as code. It is a sensible thing to do, but is it an average? Change
# the function until the cell below it says *mended*. Nothing is graded.


# %%
def published(copy, params, loss, best):
    """Return the second copy of the weights after a step; best is the lowest loss before it."""
    if copy is None or loss < best:
        copy = {name: w.copy() for name, w in params.items()}
    return copy


# %% tags=["picture"]
def second_copy(keep, steps=200, seed=0):
    """Return a walk of one weight around 1, and the second copy of it, at every step."""
    rng, copy, best, held = np.random.default_rng(seed), None, np.inf, []
    walk, luck = 1 + rng.normal(size=steps), rng.exponential(size=steps)  # of a weight, of a mini-batch
    for w, lucky in zip(walk, luck, strict=True):
        loss = 0.5 * (w - 1) ** 2 + lucky
        copy = keep(copy, {"w": np.array([w])}, loss, best)
        best = min(best, loss)
        held.append(float(copy["w"][0]))
    return walk, np.array(held)


def said(walk, held):
    """Say whether every copy is the last one and the new weight, mixed in one proportion above one half."""
    if (held == walk).all():
        return "still wrong: it changes, but mixes nothing"
    shares = (held[1:] - walk[1:]) / (held[:-1] - walk[1:])
    mixed = np.allclose(shares, shares[0]) and 0.5 < shares[0] < 1 and held[0] == walk[0]
    return "mended" if mixed else "still wrong"


walk, held = second_copy(published)
print(f"{said(walk, held)} · the copy changed {(np.diff(held) != 0).sum()} times in 199 steps")


# %% tags=["picture"]
def second_copies(seed):
    """Return accuracies of a restless run's last weights, of the published copy, and of your average."""
    held = {"average": None, "copy": None, "best": np.inf}

    def watch(at):
        held["average"] = ema_update(held["average"], at.params)
        held["copy"] = published(held["copy"], at.params, at.loss, held["best"])
        held["best"] = min(held["best"], at.loss)

    run = train(
        small, data.X_train, data.y_train, sgd, {"learning_rate": 1.0}, rng=np.random.default_rng(seed),
        each_step={"watch": watch}, **RESTLESS,
    )  # fmt: skip
    return [small.accuracy(each, X, y) for each in (run.params, held["copy"], held["average"])]


if written(ema_update, None, {"w": np.zeros(1)}):
    worth = np.array([second_copies(seed) for seed in range(6)])
    for name, values in zip(("last weights", "the copy of `published`", "your average"), worth.T, strict=True):
        print(f"{name:24s} {values.mean():.4f}   from {values.min():.4f} to {values.max():.4f} in six runs")

# %% [markdown]
# <details><summary>What was wrong, once you have tried</summary>A backup holds the weights of a <em>single</em> step, chosen by one noisy loss; nothing is averaged, and after a lucky mini-batch it hardly ever changes again. The technique is the recurrence of exercise 4: <code>return ema_update(copy, params)</code> mends it, and needs no loss at all. Keeping the weights with the best <em>validation</em> loss is early stopping: a good idea with another name.</details>

# %% [markdown]
# ## 6. Dropout: an ensemble you already had
#
# With dropout each step trains another sub-network: a mask keeps half of the units. All of them share their weights. How many
# are there? Count for 64 units, as in the network below, and for 4096, as in the wide layers of AlexNet.

# %%
for units in (64, 4096):
    digits_of = len(str(2**units))
    print(f"{units} units: 2**{units} masks, a number with {digits_of} digits, about 10^{digits_of - 1}.")

# %% [markdown]
# At test time one usually drops nothing (kept units were scaled up while training), and hopes that this single pass stands for
# the mean over all masks. It can be tested: draw masks, average the predictions, and compare.

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(7.4, 3.4))
counts, alt = (1, 2, 5, 10, 30, 100), "average_predictions is not written yet."
if written(average_predictions, [np.zeros((1, 2))]):
    dropped = [member(sgd, seed, width=64, epochs=30, dropout=0.5) for seed in range(3)]
    plain = np.array([each.network.accuracy(each.params, X, y) for each in dropped])
    rng, masked = np.random.default_rng(0), []
    for each in dropped:
        drawn = [each.network.layers(each.params, X, dropout=0.5, rng=rng)[-1] for _ in range(100)]
        masked.append([accuracy(average_predictions(drawn[:k])) for k in counts])
    ax.plot(counts, 100 * np.transpose(masked), "o", color="0.6", mfc="none", ms=5)
    ax.plot(counts, 100 * np.mean(masked, axis=0), "s-", color=figures.BLUE, label="mean over masks")
    ax.axhline(100 * plain.mean(), color=figures.ORANGE, ls="--", label="one pass, nothing dropped")
    ax.legend(loc="lower right")
    each = zip(counts, np.mean(masked, axis=0), strict=True)
    alt = "masks: " + ", ".join(f"{k} {v:.4f}" for k, v in each) + f"; none dropped {plain.mean():.4f}"
ax.set(xscale="log", xlabel="masks that are averaged", ylabel="accuracy, %")
ax.set_xticks(counts, list(map(str, counts)))
ax.set_title("A hundred masks do what one pass with nothing dropped does")
figures.shown(fig, alt)

# %% [markdown]
# One mask is a poor network. The average over many of them is as good as the single pass, at a hundred times the cost. So the
# usual pass is a cheap stand-in for the ensemble, and here a good one.
#
# ## 7. Distil
#
# Ensembles are slow: twenty networks, twenty passes. **Distillation** trains one small student to give the probabilities
# that the ensemble gives. They say more than labels do: a 9 that is nearly a 4 is a different lesson from a clear 9. But at the
# end of training an ensemble is so sure of itself that this knowledge sits in the third decimal. A *temperature* brings it
# out: divide the scores by $T$ before the softmax.

# %% tags=["picture"]
playground = None
if written(average_predictions, [np.zeros((1, 2))]):
    sure = {k: np.asarray(average_predictions(list(pool[:k]))).max(axis=1) for k in (1, 20)}
    spread = np.argsort(-sure[20])[np.linspace(250, len(y) - 20, 6).astype(int)]
    doubted = np.argsort(sure[20] - sure[1])[:6]  # one network is sure of these, twenty are not
    chosen = np.concatenate([spread, doubted])
    counts = (1, 2, 5, 10, 20)
    table = np.array([average_predictions(list(pool[:k][:, chosen])) for k in counts])
    pixels = (X[chosen] + digits().mean).reshape(-1, 8, 8)
    playground = TemperaturePlayground(pixels, y[chosen], table, counts)
else:
    print("average_predictions is not written yet.")
playground

# %% [markdown]
# Blue is the true class; the thin outlines are the probabilities at $T=1$. *Entropy* says in bits how undecided they are: 0 when one
# class has everything, 3.3 when ten have equal shares.
#
# Three things to try. Find an image where one network is sure and twenty are not. At $T=1$ read off the second class, then
# raise $T$ until you can see a third and a fourth. At $T=16$, is there still an order among the classes?

# %% [markdown]
# The teacher gives probabilities $\bar p$; its scores are $v = \log \bar p$, for their softmax is $\bar p$ again. The student, with
# scores $z$, learns at the same temperature, and a little from the labels:
#
# $$L = (1-\alpha)\underbrace{\bigl(-\log q_y\bigr)}_{\text{labels, } T=1} + \alpha\, T^2 \underbrace{\Bigl(-\sum_c p^{T}_c \log q^{T}_c\Bigr)}_{\text{teacher}}$$
#
# averaged over the rows, with $p^{T} = \operatorname{softmax}(v/T)$, $q^{T} = \operatorname{softmax}(z/T)$, and $q$ the student at
# temperature one. (In $p^T$ and $q^T$ the $T$ is a label, not a power; $T^2$ is the square.)

# %% [markdown]
# Why $T^2$? The gradient of the soft part with respect to $z$ is
#
# $$\alpha\, T^2 \cdot \frac1T\,(q^{T} - p^{T}) .$$
#
# One $1/T$ is the chain rule's. Another hides in the difference: at a high temperature both sides are nearly uniform, and they
# differ by about $(z - v)/(CT)$, if the scores of each row have mean zero. Without $T^2$ a warm teacher would whisper while the
# labels speak at full volume.

# %% [markdown]
# ### Exercise 5. Distil · 5 points · about 18 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | arrays `scores` $z$ and `teacher_scores` $v$, both `(N, C)`, and labels `y` `(N,)`, all to be left as they are; `temperature` $T$, default `2.0`; `alpha` $\alpha$, default `0.9` |
# | out | `loss`, a number, the mean over rows; `dscores`, its gradient with respect to `scores`, `(N, C)` |
#
# Worked: one row, `scores = [[0, 0]]`, `teacher_scores = [[2 log 3, 0]]`, `y = [1]`, $T=2$, $\alpha=1$: $p^T$ is .75 .25, $q^T$ is
# .5 .5, loss $4 \log 2 = 2.7726$, gradient $4 \cdot \tfrac12\,(-.25, .25) = $ `[[-0.5, 0.5]]`.
#
# Often missed: the temperature on one side only; $T^2$; the temperature in the labels' part, where it does not belong.

# %% [markdown]
# If you write the Kullback–Leibler divergence $\sum_c p^T_c \log(p^T_c/q^T_c)$ instead, the loss differs by a constant and counts
# as the same.
#
# <details><summary>Hint 1: a question</summary>You know the gradient of softmax cross-entropy with respect to its scores from lesson 02. What is it if the truth is not one-hot but p, and what does dividing the scores by T add?</details>
# <details><summary>Hint 2: a place</summary>Four quantities: <code>p</code> and <code>log_q</code> at temperature T, <code>log_1</code> at temperature one, and the one-hot labels. <code>log_softmax</code> from SciPy is imported. Then the loss, the gradient, each in two parts with shares 1 − α and α. Divide the gradient by N.</details>
# <details><summary>Hint 3: the formula</summary>loss: mean of $-(1-\alpha)\log q_y - \alpha T^2 \sum_c p^T_c \log q^T_c$. Gradient: $\bigl[(1-\alpha)(q - \text{onehot}) + \alpha T\,(q^T - p^T)\bigr]/N$.</details>


# %% nbgrader={"grade": false, "grade_id": "distill_loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def distill_loss(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Return the loss of a student against labels and a softened teacher, and its gradient (N, C)."""
    ### BEGIN SOLUTION
    rows = np.arange(len(y))
    p = softmax(teacher_scores / temperature, axis=1)
    log_q = log_softmax(scores / temperature, axis=1)
    log_1 = log_softmax(scores, axis=1)
    loss = -(1 - alpha) * log_1[rows, y].mean() - alpha * temperature**2 * (p * log_q).sum(axis=1).mean()
    hard = np.exp(log_1)
    hard[rows, y] -= 1
    dscores = ((1 - alpha) * hard + alpha * temperature * (np.exp(log_q) - p)) / len(y)
    ### END SOLUTION
    return loss, dscores


# %%
check("distill_loss", distill_loss)

# %% nbgrader={"grade": true, "grade_id": "distill_loss-check", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("distill_loss", distill_loss)
### END HIDDEN TESTS
worked = distill_loss(np.zeros((1, 2)), np.array([[2 * np.log(3.0), 0.0]]), np.array([1]), 2.0, 1.0)[1]
assert np.allclose(worked, [[-0.5, 0.5]]), "the gradient is [[-0.5, 0.5]]: check its sign and its size"

# %% [markdown]
# First the whisper. Lengths of the two parts of your gradient, for an untrained student, at many temperatures; the thin line is
# what would be left of the teacher's part without $T^2$.

# %% tags=["picture"]
teacher = networks + [member(sgd, seed) for seed in range(5, 20)]
fig, ax = plt.subplots(figsize=(7.4, 3.4))
alt, student = "Exercises 1 and 5 come first.", MLP(sizes=(64, 8, 10))
both = written(distill_loss, np.zeros((1, 2)), np.zeros((1, 2)), np.array([0]))
both = both and written(average_predictions, [np.zeros((1, 2))])
if both:
    advice = np.log(np.asarray(average_predictions([each.scores(data.X_train) for each in teacher])))
    z = student.scores(student.start(np.random.default_rng(0)), data.X_train)
    warm = np.geomspace(1, 32, 16)
    soft = np.array([np.linalg.norm(distill_loss(z, advice, data.y_train, T, 1.0)[1]) for T in warm])
    hard = np.linalg.norm(distill_loss(z, advice, data.y_train, 1.0, 0.0)[1])
    ax.plot(warm, soft, color=figures.BLUE, marker="o", label="teacher's part")
    ax.plot(warm, soft / warm**2, color=figures.BLUE, lw=1, ls=":", label="without $T^2$")
    ax.axhline(hard, color=figures.ORANGE, ls="--", label="labels' part")
    ax.legend()
    near = np.abs(warm - 8).argmin()
    alt = f"At T = 8 the teacher's part is {soft[near] / hard:.2f} times as long as the labels' part;"
    alt += f" without the square {soft[near] / warm[near] ** 2 / hard:.3f} times."
ax.set(xscale="log", yscale="log", xlabel="temperature $T$", ylabel="length of the gradient")
ax.set_xticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
ax.set_title("With $T^2$ the teacher stays audible")
figures.shown(fig, alt)

# %% [markdown]
# The printed numbers are what $T^2$ is for: with it the teacher is heard as well at $T=8$ as at 1; without it the labels have the
# word.
#
# Now the students: eight units, half of a member's sixteen. The first learns from labels alone, the others from your loss at four
# temperatures. Each tries two learning rates on two seeds, the choosing images decide, and then ten fresh seeds count. It takes
# about 15 seconds.
#
# **Predict**: will the best student come near a single member, which has twice its units? Which temperature wins?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-student", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["picture"]
def learn(seed, rate, T, alpha):
    """Return a student's parameters after 40 epochs with your loss."""

    def criterion(scores, rows):
        return distill_loss(scores, advice[rows], data.y_train[rows], T, alpha)

    rng = np.random.default_rng(seed)
    return teach(student, data.X_train, criterion, sgd, {"learning_rate": rate}, rng=rng, epochs=40)


def tuned(T, alpha):
    """Return the chosen rate, and the accuracies of ten fresh students: mean on choosing images, each judged."""
    choice = {
        rate: np.mean(
            [student.accuracy(learn(s, rate, T, alpha), data.X_choose, data.y_choose) for s in range(2)]
        )
        for rate in (0.5, 1.0)
    }
    rate, pairs = max(choice, key=choice.get), [(data.X_choose, data.y_choose), (X, y)]
    fresh = [learn(s, rate, T, alpha) for s in range(100, 110)]
    chosen, judge = (np.array([student.accuracy(each, *pair) for each in fresh]) for pair in pairs)
    return rate, chosen.mean(), judge


# %% tags=["picture"]
classes, gains = {}, {}
if both:
    settings = {"labels": (1.0, 0.0)} | {f"T = {T:g}": (T, 0.9) for T in (1.0, 2.0, 4.0, 8.0)}
    classes = {name: tuned(*setting) for name, setting in settings.items()}

# %% tags=["picture"]
fig, (ax, right) = plt.subplots(1, 2, figsize=(11, 3.6), width_ratios=(1.7, 1))
told = []
if classes:
    figures.seeds_in_columns(ax, {f"{name}\nrate {rate:g}": v for name, (rate, _, v) in classes.items()})
    ax.axhline(100 * one, color="0.5", ls="--", lw=1)
    ax.text(4.55, 100 * one, " one member", va="bottom", ha="right")
    ax.set_title("A warm teacher makes a better student")
    told = [f"{name}: {v.mean():.4f}" for name, (_, _, v) in classes.items()]
    if written(honest_gain, np.eye(2), np.ones(2)):
        labels = classes["labels"][2][:, None]
        gains = {name: honest_gain(labels, v) for name, (_, _, v) in classes.items() if name != "labels"}
        figures.gains_in_columns(right, gains)
        right.set_title("Gain over the labels, 95%")
        told[1:] = [
            f"{line}, over the labels {100 * g:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]"
            for line, (g, low, high) in zip(told[1:], gains.values(), strict=True)
        ]
    told += [f"one member: {one:.4f}"]
figures.shown(fig, *(told or ["Exercises 1 and 5 come first."]))

# %% [markdown]
# If you guessed that half the units cannot come near: the best go most of the way, with the same 300 images and no new labels.
# If you guessed $T=1$: at one the teacher says nearly what the labels say, for it knows its training images by heart. If you
# guessed the largest: among nearly equal probabilities the student copies differences that no longer matter, and it has only
# eight units to copy with. Here $T=4$ is best, but the intervals of 2, 4 and 8 overlap; that labels and $T=1$ lose to 4 is clear.

# %% [markdown]
# ## 8. What it costs when it is used
#
# Everything you built, on one picture: accuracy against multiplications for one image. The vertical bars are 95% intervals over
# draws, and the student's temperature is the one that does best on the choosing images. One entry keeps the rest honest: a
# *single, wider* network with as many multiplications as five members.

# %% tags=["picture"]
menu, told = {}, []
if ready:

    def hits(many):
        return (many.argmax(axis=2) == y).mean(axis=1)

    wide = hits(judged([member(sgd, seed, width=80) for seed in range(8)]))
    menu = {"one member": (64 * 16 + 16 * 10, hits(pool))}
    menu |= {f"{m} members": (m * (64 * 16 + 16 * 10), exams[m][1]) for m in (5, 20)}
    menu["one network, 80 units"] = (64 * 80 + 80 * 10, wide)
    menu["dropout, one pass"] = (64 * 64 + 64 * 10, plain)
    menu["dropout, 100 masks"] = (100 * (64 * 64 + 64 * 10), np.array(masked)[:, -1])
    share = (wide.mean() - one) / (exams[5][1].mean() - one)
    more, low, high = 100 * np.array(honest_gain(plain[:, None], np.array(masked)[:, -1]))
    told = [
        f"The wide network has {100 * share:.0f}% of the gain of five members, for the same multiplications.",
        f"A hundred masks against one pass: {more:+.2f} points [{low:+.2f}, {high:+.2f}], three networks.",
    ]
if written(ema_update, None, {"w": np.zeros(1)}):
    menu["averaged weights"] = (64 * 16 + 16 * 10, mean)
if classes:
    best = max(list(classes)[1:], key=lambda name: classes[name][1])  # on the choosing images
    menu |= {f"student, {name}": (64 * 8 + 8 * 10, classes[name][2]) for name in ("labels", best)}

# %% tags=["picture"]
fig, ax = plt.subplots(figsize=(9, 4))
figures.costs(ax, menu).set_title("What each way brings, and what it costs per image")
entries = [f"{name}: {cost} multiplications, {100 * v.mean():.2f}%" for name, (cost, v) in menu.items()]
figures.shown(fig, *([*entries, *told] or ["Your functions come first."]))

# %% [markdown]
# Read it from the left. The student costs half of a member and comes near it. Averaged weights cost nothing extra. Five members
# cost five times as much and gain most of what twenty would. The single wide network has a good part of that gain at the same
# price: some of what ensembles bring can be had from one larger network.

# %% [markdown]
# Highest are the two dropout entries, which three networks cannot tell apart; the single pass costs a hundredth. That network is
# wider than a member and trained for longer: the ensemble that shares its weights. Nobody tuned these competitors equally hard,
# so do not read the order as a law; read that *more networks* is one way among several. What only separate networks give you are
# opinions that can differ.
#
# Last, the images on which your twenty are most divided. Below each stand the label of their average, how many share it, and in
# brackets the true one where it is another.

# %% tags=["picture"]
hardest = None
if written(average_predictions, [np.zeros((1, 2))]):
    p = np.asarray(average_predictions(list(pool[:20])))
    apart = (pool[:20].argmax(axis=2) != p.argmax(axis=1)).sum(axis=0)
    split = np.argsort(-apart, kind="stable")[:20]
    captions = [
        f"{p[k].argmax()}, {20 - apart[k]} of 20" + ("" if p[k].argmax() == y[k] else f"\n(true: {y[k]})")
        for k in split
    ]
    fig = figures.hard_ones((X[split] + digits().mean).reshape(-1, 8, 8), captions)
    right = (p[split].argmax(axis=1) == y[split]).sum()
    hardest = figures.shown(
        fig, f"On the 20 images that divide your twenty networks most, their average gets {right} right."
    )
else:
    print("average_predictions is not written yet.")
hardest

# %% [markdown]
# If you could ask a person about twenty images, you would ask about these.

# %% [markdown]
# ## Say it back
#
# - Average probabilities: softmax first, then the mean. The log loss can only gain by it over the mean of its members; the
#   accuracy usually does.
# - Report the gain over the mean member, over draws, with an interval. It grows with the number of networks, soon hardly, and with
#   their variety; but the ensemble is better only if its members stay good.
# - One run gives checkpoints and a decaying average of weights; distillation, with $T$ on both sides and $T^2$ in front, makes an
#   ensemble cheap to use.

# %% [markdown]
# **Next**: 11 is yours. Spiral and digits with your own rules, schedule, search and ensemble, and the test set once.
#
# **Open question.** The students saw 300 images. A teacher needs no labels: on which *other* images would you ask it, and would
# you ask about those on which its members agree?
#
# **Still argued about**: whether ensembles are more than a way to spend computation. Kondratyuk, Tan, Brown and Gong (*When
# ensembling smaller models is more efficient than single large models*, 2020) find that several smaller networks can beat one
# of the same cost. Abe, Buchanan, Pleiss, Zemel and Cunningham (*Deep ensembles work, but are they necessary?*, 2022) answer
# that one larger network can do what is said of the ensemble.

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
