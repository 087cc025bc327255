# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10. Ensembles: five networks sit one exam
#
# Five networks, each with one hidden layer of 16 units, were trained on the same 300 digits for 20 epochs. They differ only in
# the seed. Each then saw the same images, which were new to all of them. A mark is a mistake.
#
# Now average their answers, so that there is one answer for every image. How many mistakes does the average make?

# %% tags=["picture"]
import numpy as np
from scipy import stats
from scipy.special import log_softmax, softmax

import course
from course import plots
from course.checks import attempt, check, needs
from course.ensembles.confidence import best_temperature, by_chance, soften, stands_out, told_of, uncertainties, unlike
from course.ensembles.members import SOURCES, disagreement, images, judged, louder, member
from course.ensembles.teaching import beside, epoch_by_epoch, fresh_students, is_running_average, second_copy, teach
from course.figures import ensembles as figures
from course.figures import uncertainty
from course.interactive.temperature import TemperaturePlayground
from course.network import MLP
from course.threads import keep_one_thread

plots.use_style()
keep_one_thread()  # small matrices: a second thread brings nothing
sgd = course.mine("04_momentum", "sgd")

# %% tags=["picture"]
data = images()
X, y, rows = data.X_judge, data.y_judge, np.arange(len(data.y_judge))
networks = [member(sgd, seed) for seed in range(5)]
scores = judged(networks)  # (5, N, C)
figures.exam(scores, y)

# %% [markdown]
# *You will be able to* average predictions, checkpoints and weights, report honestly what you gain, measure how far the
# probabilities can be trusted, and pack an ensemble into one small network.
#
# *Time* about 155 minutes, with a good place to stop after section 10.5. *You need* softmax (lesson 02); dropout (F5),
# watching a run (03), noise and annealing (07) and search (09) help. Your own `sgd` of 04 trains the networks if you have it;
# otherwise plain descent does. *Points* 20.
#
# *Data*: 300 digits for training, 300 for choosing, 897 for judging; the test images stay untouched. *Letters*: $s$ scores
# (logits) · $p$ probabilities · $M$ networks · $D$ draws · $d$ decay · $T$ temperature.

# %% [markdown]
# **Write your guess**: does the average make more mistakes than the best of the five, the same number, or fewer?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-together", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ## 10.1 Average what?
#
# Networks whose answers are combined are called an *ensemble*. **Average the probabilities.** Each network turns its scores
# into probabilities, and only then are they averaged:
#
# $$\bar p_c = \frac1M \sum_{m=1}^{M} \operatorname{softmax}(s^{(m)})_c .$$
#
# Why not the labels? A vote ignores how sure a network was. Why not the scores? Each network has its own scale: multiply all
# scores of one network by ten, and its labels stay the same, but in a mean of scores it now outweighs all others. In a mean
# of probabilities every network has the same weight, because its probabilities sum to one.

# %% [markdown]
# ### Exercise 1. Average the probabilities · 3 points · about 5 minutes · difficulty 1/5
#
# | | |
# |---|---|
# | in | `scores`: a list of $M$ arrays of shape `(N, C)`, the scores (logits) of each network; leave them as they are |
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

# %% nbgrader={"grade": true, "grade_id": "average_predictions-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("average_predictions", average_predictions)
### END HIDDEN TESTS
worked = average_predictions([np.zeros((1, 2)), np.array([[np.log(9.0), 0.0]])])
assert np.allclose(worked, [[0.7, 0.3]]), "the mean of .5 .5 and .9 .1 is .7 .3"

# %% [markdown]
# Here is the average of the five, with your function.

# %% tags=["picture"]
figures.exam(scores, y, attempt(average_predictions, list(scores)))

# %% [markdown]
# Compare the three printed numbers: the average, the best network, the mean of all. Whether the average beats the *best* of
# five changes from draw to draw; section 10.2 counts how often. As a rule it beats the *mean*.

# %% [markdown]
# If you guessed *more* or *the same number*: images that all five miss stay missed, because averaging cannot help where all
# make the same mistake. If you guessed *fewer*: most images that only one or two miss come out right, because the others are
# sure of the right class.
#
# If you train one network, you do not get the best of five. You know which was best only afterwards, and from the images that
# judge. One training run gives, on average, an average network.

# %% [markdown]
# ### Break it: one network that is too sure
#
# Take the worst of the five and multiply its scores by a factor. Its labels do not change, only its confidence.


# %% tags=["measured"]
def accuracy(p):
    """Return the share of the judging images whose largest entry is at their label."""
    return float((np.asarray(p).argmax(axis=1) == y).mean())


factors = np.geomspace(1, 300, 12)
loud = [louder(scores, y, factor) for factor in factors]
means = {"mean of scores": [accuracy(each.mean(axis=0)) for each in loud]}
probabilities = attempt(lambda: [accuracy(average_predictions(list(each))) for each in loud])
if probabilities:
    means = {"mean of probabilities": probabilities} | means
figures.one_too_sure(factors, means, min(accuracy(each) for each in scores))

# %% [markdown]
# At factor 1 the two means do equally well, because these networks were all trained in the same way. In that case people also
# average scores. The mean of probabilities loses too as the factor grows, because the sure network puts its whole weight on
# one class while the others divide theirs; but its weight never exceeds one.
#
# The mean of probabilities also has a guarantee: **its log loss is never above the mean of its members' log losses.** The
# logarithm is concave, so $\log \bar p_y \ge \frac1M \sum_m \log p^{(m)}_y$ for every single image (Jensen's inequality).
# For accuracy there is no such guarantee. The next cell trains 75 more networks and averages forty pairs.

# %% tags=["picture"]
pool = np.concatenate([scores, judged([member(sgd, seed) for seed in range(5, 80)])])  # (80, N, C)
one = (pool.argmax(axis=2) == y).mean()


def gains_of(pair):
    """Return how much the average of a pair is better than its members: in log loss, in accuracy."""
    p = np.asarray(average_predictions(list(pair)))
    alone = -log_softmax(pair, axis=2)[:, rows, y].mean()
    return alone + np.log(p[rows, y]).mean(), accuracy(p) - np.mean([accuracy(each) for each in pair])


both = attempt(lambda: np.array([gains_of(pool[k : k + 2]) for k in range(0, 80, 2)]))
figures.gains_of_pairs(*(both.T if both is not None else (None, None)))

# %% [markdown]
# ## 10.2 How much, honestly?
#
# Somebody trains five networks once, compares the average with the first of them, and reports the gain. Somebody else tries
# eight draws and reports the best. Both mislead. Report instead:
#
# - the gain over the **mean member** of the same draw, since that is what one training run gives you on average;
# - averaged over **draws**, that is, over disjoint sets of freshly trained networks;
# - with a **95% interval** for that mean: $\bar g \pm t_{D-1}\, \sigma / \sqrt{D}$. Here $\sigma$ is the standard deviation of the
#   $D$ gains, computed with $D-1$, and $t_{D-1}$ is the 97.5% quantile of Student's $t$ distribution with $D-1$ degrees of
#   freedom (`scipy.stats.t`).

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
# Eighty networks give forty draws of two, sixteen of five, and so on. No network is in two draws of the same size, so the
# draws are independent. The dashed line is one series: it starts with the first network, then the second joins, then the
# third. Its gain is measured from the mean of all eighty, so it need not start at zero.


# %% tags=["measured"]
def sat(draws):
    """Return accuracies of the members (D, M) and of their averages (D,) for scores (D, M, N, C)."""
    alone = (draws.argmax(axis=3) == y).mean(axis=2)
    return alone, np.array([accuracy(average_predictions(list(draw))) for draw in draws])


exams = attempt(lambda: {m: sat(pool.reshape(-1, m, *pool.shape[1:])) for m in (2, 5, 10, 20)})
reports = attempt(lambda: {m: honest_gain(*exam) for m, exam in exams.items()}) if exams else None
series = [accuracy(average_predictions(list(pool[:k]))) - one for k in range(1, 21)] if exams else []
figures.against_number(reports, np.array(series), one)

# %% [markdown]
# The means rise quickly at first, then very little. The one series jumps up and down by several images, and if you had
# stopped at its peak, you would have reported a discovery. The method is not at fault: 897 images and one order of networks
# give no better precision. The intervals grow towards the right because the same eighty networks make fewer draws of twenty.
# And they hold for other *networks* on these images, not for other images.

# %% tags=["picture"]
figures.by_draw({m: exams[m] for m in (5, 20)} if exams else {})

# %% [markdown]
# ## 10.3 Variety helps, weakness costs
#
# If all members made the same mistakes, averaging would gain nothing. So make them differ, in six ways, with six draws of
# five networks each:
#
# - *other seeds*;
# - *same start, other order* of the images;
# - *last epochs of one run*;
# - *bootstrap samples*: 300 images drawn with replacement, so that some come twice and some never (*bagging*);
# - *six pixels of ten*, drawn again for each member (*random subspaces*);
# - *top of a search*: the best five of twelve trials, as in lesson 09; the 300 choosing images rank them.
#
# **Predict**: which gives the largest *gain*, and which the best *average*?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-variety", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
rows_of = {}
if reports:
    draws_of = {"other seeds": pool[:30].reshape(6, 5, *pool.shape[1:])}
    draws_of |= {name: np.array([source(sgd, k) for k in range(6)]) for name, source in SOURCES.items()}
    for name, draws in draws_of.items():
        alone, joined = sat(draws)
        variety = np.mean([disagreement(draw.argmax(axis=2)) for draw in draws])
        rows_of[name] = (variety, honest_gain(alone, joined), alone.mean(), joined.mean())
figures.against_variety(rows_of)

# %% [markdown]
# Left: the more often two members differ, the larger the gain. Hiding pixels gains the most by far. Right: open marks are
# single members, filled marks their average. There the networks with hidden pixels end no higher than those with other seeds,
# because the members are weak. *Gain* alone is no reason to choose a method: look at where you end.
#
# At the left end, the same start with another order of images, and the last epochs of one run, hardly differ: they are nearly
# one network. The top of a search costs nothing extra, since its networks were trained anyway.

# %% [markdown]
# ## 10.4 One run, several networks
#
# Training five networks costs five times as much. A single run passes through many networks on its way: keep its last few
# **checkpoints** and average their predictions. A calm run gains little, as you saw. A restless one, with small batches, a
# high rate and a penalty, never settles (lesson 07), and its checkpoints differ. (*Snapshot ensembles*, Huang et al., 2017,
# take them from a rate that falls to zero again and again, so that each checkpoint is a good network of its own.)

# %% [markdown]
# ### Exercise 3. An ensemble from one run · 3 points · about 10 minutes · difficulty 3/5
#
# | | |
# |---|---|
# | in | `params` first weights, dict of arrays; `train_epoch(params)` trains for one epoch, **changes the arrays in place** and returns nothing; `scores(params)` gives scores `(N, C)`; `epochs` how many to train; `keep` how many checkpoints |
# | out | mean probabilities `(N, C)` after the last `keep` epochs |
#
# Train once, for `epochs` epochs. The untrained start is not a checkpoint.
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

# %% nbgrader={"grade": true, "grade_id": "checkpoint_ensemble-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
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
# The picture shows both kinds of run, with eight seeds each: the last checkpoint alone, and the last five averaged.

# %% tags=["picture"]
small = MLP(sizes=(64, 16, 10))
CALM, RESTLESS = {"epochs": 20, "batch": 50}, {"epochs": 10, "batch": 10, "reg": 1e-2}


def ending(seed, keep, epochs, **options):
    """Return the accuracy of your average of the last checkpoints of one run."""
    step = epoch_by_epoch(small, data.X_train, data.y_train, sgd, {"learning_rate": 1.0}, seed=seed, **options)
    params = small.start(np.random.default_rng(seed))
    return accuracy(checkpoint_ensemble(params, step, lambda p: small.scores(p, X), epochs, keep))


def both_endings(options):
    names = {"last checkpoint": 1, "average of five": 5}
    return {name: np.array([ending(seed, keep, **options) for seed in range(8)]) for name, keep in names.items()}


figures.two_runs(attempt(lambda: {"calm": both_endings(CALM), "restless": both_endings(RESTLESS)}) or {})

# %% [markdown]
# The scales differ. The restless run gains much because its last checkpoint is bad; it does not overtake the calm one by
# much, if at all. Checkpoints are the ensemble to use if you can train only once.
#
# ## 10.5 Average the weights
#
# If predictions can be averaged, why not the weights, and keep *one* network? Because two networks that agree may have very
# different weights: permute the hidden units, and the same function has different weights. Below, the weights move on a
# straight line from one trained network to another. **Which of the three pairs has a bad network half way between them?**

# %% tags=["picture"]
start = small.start(np.random.default_rng(5))
pairs = {
    "two seeds": (networks[0], networks[1]),
    "one start, two orders": (member(sgd, 0, start=start), member(sgd, 1, start=start)),
    "one run, epochs 15 and 20": (member(sgd, 0, epochs=15), networks[0]),
}
way = np.linspace(0, 1, 21)
mixed = {
    name: [{n: (1 - t) * a.params[n] + t * b.params[n] for n in a.params} for t in way]
    for name, (a, b) in pairs.items()
}
figures.halfway(way, {name: [small.accuracy(each, X, y) for each in many] for name, many in mixed.items()})

# %% [markdown]
# Between two seeds the accuracy collapses. Between two runs from one start it does not, even when the orders differ (dashed), nor
# between two epochs of one run (dotted). (This is called *linear mode connectivity*; between two seeds there are often
# *curved* paths without a collapse: Garipov et al., 2018.) So weights of one run can be averaged. You need not store
# checkpoints: keep a second copy of the weights and update it at every step,
#
# $$\bar w \leftarrow d\,\bar w + (1-d)\,w .$$

# %% [markdown]
# Each step's weights fade by the factor $d$ with every later step: an **exponential moving average** (EMA) with a memory of about
# $1/(1-d)$ steps. It costs one copy in memory and nothing at test time, and training never looks at it. *Polyak averaging* is
# the plain mean of all steps (Polyak and Juditsky, 1992), *SWA* the mean of late epochs (Izmailov et al., 2018).

# %% [markdown]
# ### Exercise 4. A running average of the weights · 4 points · about 6 minutes · difficulty 2/5
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
# Often missed: which of the two gets the decay (at 0.99 most of the *old* average stays); a first average that is the
# training's own array, and changes with it; the biases.
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

# %% nbgrader={"grade": true, "grade_id": "ema_update-check", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("ema_update", ema_update)
### END HIDDEN TESTS
followed = ema_update({"w": np.array([2.0])}, {"w": np.array([6.0])}, 0.75)
assert np.allclose(followed["w"], [3.0]), "three quarters of 2 and one quarter of 6 are 3"

# %% [markdown]
# The next cell makes twenty restless runs of 300 steps, each with your average beside it. For comparison, twenty other runs
# are cooled: their rate falls to zero on half a cosine (lesson 07).


# %% tags=["picture"]
def follow(seed, decays=(0.99,)):
    """Return accuracies of a restless run, a row for each epoch: of its weights, then of your averages."""
    held = dict.fromkeys(decays)

    def each_step(params):
        for decay in decays:
            held[decay] = ema_update(held[decay], params, decay)

    return beside(small, sgd, seed, held, each_step, **RESTLESS)


def half_cosine(epoch, run):
    return 0.5 + 0.5 * np.cos(np.pi * epoch / RESTLESS["epochs"])


# %% tags=["picture"]
runs = attempt(lambda: np.array([follow(seed) for seed in range(20)]))
cooled = np.array([beside(small, sgd, seed, rate=half_cosine, **RESTLESS)[-1, 0] for seed in range(20)])
figures.averaged_run(runs, cooled)

# %% [markdown]
# The average is better because noise keeps this run away from its minimum, and averaging removes noise. So does cooling, and
# it ends at about the same place: a moving average does the work of a schedule, and you need not plan it. Where
# there is no noise left, as in the calm runs above, there is little to gain.
#
# How long should the memory be? It should be long enough to cover many steps, but shorter than the run.

# %% tags=["picture"]
DECAYS = (0.0, 0.7, 0.9, 0.97, 0.99, 0.997, 0.999)
ends = attempt(lambda: np.array([follow(seed, DECAYS)[-1, 1:] for seed in range(6)]).T)
figures.by_memory(DECAYS, ends, steps=300)

# %% [markdown]
# ### Find the bug
#
# Weight averaging has been described like this: *besides the network, keep a backup of its weights, and renew it when the
# loss drops.* The next cell is that sentence as code. It is a sensible thing to do, but is it an average? Change the
# function until the cell below it says *mended*. Nothing is graded.


# %%
def published(copy, params, loss, best):
    """Return the second copy of the weights after a step; best is the lowest loss before it."""
    if copy is None or loss < best:
        copy = {name: w.copy() for name, w in params.items()}
    return copy


# %%
walk, held = second_copy(published)
said = "mended" if is_running_average(walk, held) else "still wrong"
print(f"{said} · the copy changed {(np.diff(held) != 0).sum()} times in 199 steps")

# %% [markdown]
# <details><summary>What was wrong, once you have tried</summary>A backup holds the weights of a <em>single</em> step, chosen by one noisy loss; nothing is averaged, and after a lucky mini-batch it hardly ever changes again. The technique is the recurrence of exercise 4: <code>return ema_update(copy, params)</code> mends it, and needs no loss at all. Keeping the weights with the best <em>validation</em> loss is early stopping: a good idea with another name.</details>

# %% [markdown]
# **A good place to stop.** Ten of the twenty points are behind you: averages of predictions, of checkpoints and of weights. The
# second half asks how far an ensemble's probabilities can be trusted, and packs it into one small network. It takes about as
# long as the first.

# %% [markdown]
# ## 10.6 Can you trust the probabilities?
#
# A network that says 0.9 should be right nine times in ten. Then it is **calibrated**. Its *confidence* on an image is the
# largest of its probabilities. Averaging lowers confidence: the largest entry of a mean is at most the mean of the largest
# entries. So the average is less confident than its members, and more often right.
#
# **Predict**: is the average of twenty networks better calibrated than one of them?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-calibration", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% [markdown]
# ### Exercise 5. How far off is the confidence? · 3 points · about 12 minutes · difficulty 3/5
#
# The **expected calibration error**: sort the rows by confidence into bins of equal width, from 0 to 1. In each bin compare the
# share of rows that are right with the mean confidence, and average the gaps, each weighted by its share of the rows:
#
# $$\mathrm{ECE} = \sum_b \frac{n_b}{N}\, \bigl|\, \mathrm{accuracy}_b - \mathrm{confidence}_b \,\bigr| .$$
#
# | | |
# |---|---|
# | in | `p` probabilities `(N, C)`; `y` labels `(N,)`; `bins` how many, default `10` |
# | out | a number between 0 and 1 |

# %% [markdown]
# Worked: `p = [[.95, .05], [.95, .05], [.35, .65]]`, `y = [0, 1, 1]`. Two rows with confidence .95, one of them right: gap
# .45, weight 2/3. One row with confidence .65, right: gap .35, weight 1/3. Together .4167.
#
# Often missed: empty bins (0/0); a confidence of exactly 1 belongs to the last bin; the absolute value is taken bin by bin. In
# the check no other confidence lies on an edge.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>For one bin: which rows are in it, what is their mean confidence, and how many are right?</details>
# <details><summary>Hint 2: a place</summary>Two arrays first: <code>p.max(axis=1)</code>, and whether <code>p.argmax(axis=1)</code> is the label. Then the number of each row's bin, at most <code>bins - 1</code>, and a loop over the bins that have rows.</details>
# <details><summary>Hint 3: the formula</summary>The bin is <code>np.minimum((confidence * bins).astype(int), bins - 1)</code>. Add <code>here.mean() * abs(right[here].mean() - confidence[here].mean())</code>.</details>


# %% nbgrader={"grade": false, "grade_id": "calibration_error", "locked": false, "schema_version": 3, "solution": true, "task": false}
def calibration_error(p, y, bins=10):
    """Return the expected calibration error of probabilities (N, C) for labels (N,), by bins of equal width."""
    ### BEGIN SOLUTION
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for b in np.unique(number):
        here = number == b
        error += here.mean() * abs(right[here].mean() - confidence[here].mean())
    return error
    ### END SOLUTION


# %%
check("calibration_error", calibration_error)

# %% nbgrader={"grade": true, "grade_id": "calibration_error-check", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
### BEGIN HIDDEN TESTS
from autograder.exercises import ensembles

ensembles.grade("calibration_error", calibration_error)
### END HIDDEN TESTS
worked = np.array([[0.95, 0.05], [0.95, 0.05], [0.35, 0.65]]), np.array([0, 1, 1])
assert np.isclose(calibration_error(*worked), 5 / 12), "two gaps of .45 and .35, with weights 2/3 and 1/3"

# %% [markdown]
# Compare two kinds of network: the members so far, trained for 20 epochs, and forty that were trained for 200. Of each kind
# the picture shows single networks and averages of twenty.


# %% tags=["measured"]
def averages(many):
    """Return the averages of disjoint draws of twenty networks."""
    return [np.asarray(average_predictions(list(many[k : k + 20]))) for k in range(0, len(many), 20)]


long_trained = [member(sgd, seed, epochs=200) for seed in range(40)]
kinds = {"20 epochs": pool, "200 epochs": judged(long_trained)}
figures_of = attempt(lambda: {
    f"{kind}, {how}": told_of(make(many), y, calibration_error)
    for kind, many in kinds.items()
    for how, make in (("one network", lambda many: list(softmax(many, axis=2))), ("average of 20", averages))
})  # fmt: skip
uncertainty.calibration(figures_of or {})

# %% [markdown]
# On a finite number of images, some of the error is chance. How much? Draw the labels from the network's own probabilities:
# then the network is calibrated by construction.

# %% tags=["measured"]
luck = attempt(by_chance, calibration_error, softmax(pool, axis=2))
print(f"Calibrated networks would show an error of {luck:.3f} on {len(y)} images." if luck is not None else "Exercise 5 comes first.")

# %% [markdown]
# If you guessed *yes*, you are right for the networks that trained for 200 epochs. They are too confident, and averaging
# lowers their confidence. If you guessed *no*, you are right for the members that trained for 20. Their error is hardly more
# than chance gives, and their average is not confident enough: it is right more often than it says. In both cases the log
# loss falls, as it must. So a lower log loss does not mean a better calibration, and **averaging lowers confidence whether
# that is needed or not** (Wu and Gales, *Should ensemble members be calibrated?*, 2021).

# %% [markdown]
# One number cures this. Divide the log probabilities by the temperature $T$ that gives the lowest log loss on the images that
# *choose* (*temperature scaling*; Guo et al., *On calibration of modern neural networks*, 2017). It changes no label.

# %% tags=["measured"]
ours = [*networks, *(member(sgd, seed) for seed in range(5, 20))]
scaled = {}
for kind, twenty in {"20 epochs": ours, "200 epochs": long_trained[:20]}.items() if figures_of else ():
    T = best_temperature(average_predictions([each.scores(data.X_choose) for each in twenty]), data.y_choose)
    before = average_predictions(list(judged(twenty)))
    scaled[kind], scaled[f"{kind}, T = {T:.2f}"] = before, soften(before, T)
print(*(f"{name}: calibration error {calibration_error(p, y):.3f}" for name, p in scaled.items()), sep="\n")
uncertainty.reliability({name: (p.max(axis=1), p.argmax(axis=1) == y) for name, p in list(scaled.items())[:2]})

# %% [markdown]
# For the networks trained for 20 epochs the temperature is below one: it restores the confidence that averaging removed, and
# the error falls to what chance gives. For those trained for 200 it is above one, and lowers the confidence somewhat.
#
# ### Does it know what it does not know?
#
# Calibration is measured on images like those in training. What about images unlike them? The next cell shows the networks
# digits turned by a quarter, negatives, shuffled pixels, and noise. Compare three measures of uncertainty:
#
# - the entropy of one network's probabilities;
# - the entropy of the average of twenty;
# - the *disagreement*: the entropy of the average minus the mean entropy of its members (the *mutual information*).

# %% [markdown]
# The first two are also high where an image is a mixture of two digits (*aleatoric* uncertainty). The third is high only
# where the members contradict each other, since none of them has seen anything like it (*epistemic* uncertainty).
#
# **Predict**: on digits turned by a quarter, will one network be much less sure than on upright ones, a little less, or not
# at all?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-turned", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["measured"]
def measured(Z):
    """Return the three measures of uncertainty of your twenty networks on some images."""
    found = np.array([each.scores(Z) for each in ours])
    return uncertainties(softmax(found, axis=2), np.asarray(average_predictions(list(found))))


kinds = unlike(X)
sure = {kind: np.mean([softmax(each.scores(Z), axis=1).max(axis=1) for each in ours])
        for kind, Z in {"upright": X, **kinds}.items()}  # fmt: skip
print("Mean confidence of one network:\n   ", ", ".join(f"{kind} {100 * v:.0f}%" for kind, v in sure.items()))
uncertainty.standing_out(attempt(lambda: {kind: stands_out(measured(Z), measured(X)) for kind, Z in kinds.items()}) or {})

# %% [markdown]
# If you guessed *much less sure*: one network is as sure of turned digits as of upright ones, and its entropy cannot tell
# them apart. It has no class for "none of these". An average of twenty detects all four kinds better than one network does,
# negatives far better, and its disagreement detects them better still. This is the main reason why people train ensembles
# today (*deep ensembles*, Lakshminarayanan et al., 2017). But look at the quarter turn: twenty networks that saw only upright
# digits can be wrong in the same way. An ensemble does not detect everything unknown.

# %% [markdown]
# ## 10.7 Dropout: an ensemble you already had
#
# With dropout (lesson F5) each step trains a different sub-network: a mask keeps half of the units. All sub-networks share
# their weights. How many are there? Count them for 64 units, as in the networks below, and for 4096, as in the wide layers of
# AlexNet.

# %%
for units in (64, 4096):
    digits_of = len(str(2**units))
    print(f"{units} units: 2**{units} masks, a number with {digits_of} digits, about 10^{digits_of - 1}.")

# %% [markdown]
# At test time people usually drop nothing (kept units were scaled up in training), and hope that this single pass
# approximates the mean over all masks. You can test that: draw masks, average the predictions, and compare (*Monte Carlo
# dropout*, Gal and Ghahramani, 2016). Two controls belong beside these two: the same network trained *without* dropout, and
# real ensembles of five networks with dropout. **Which of the four is best, and do the first two differ?**

# %% tags=["picture"]
dropped = [member(sgd, seed, width=64, epochs=30, dropout=0.5) for seed in range(25)]
passes, rng = judged(dropped), np.random.default_rng(0)


def masked(each, count=30):
    """Return the accuracy of the average over some masks of one network."""
    return accuracy(average_predictions(each.masked(X, count, dropout=0.5, rng=rng)))


without = judged([member(sgd, seed, width=64, epochs=30) for seed in range(10)])
ways = attempt(lambda: {
    "no dropout": [accuracy(s) for s in without],
    "dropout,\none pass": [accuracy(s) for s in passes[:10]],
    "dropout,\n30 masks": [masked(each) for each in dropped[:10]],
    "five networks\nwith dropout": [accuracy(average_predictions(list(passes[k : k + 5]))) for k in range(0, 25, 5)],
})  # fmt: skip
ways = {name: np.array(values) for name, values in (ways or {}).items()}
uncertainty.columns(ways, title="One pass does what thirty masks do")

# %% [markdown]
# The average over masks is as good as the single pass, at thirty times the cost. So the usual pass is a cheap approximation
# of the ensemble of masks, and here a good one. Compared with the same network without it, dropout gains about half a point
# or less. Five networks with dropout, averaged, do no better than one of them as far as these draws can tell.

# %% [markdown]
# ## 10.8 Distil
#
# Ensembles are slow: twenty networks need twenty passes. **Knowledge distillation** trains one small *student* to give the
# probabilities that the ensemble, the *teacher*, gives (Hinton, Vinyals and Dean, 2015). They say more than labels do: a 9
# that is nearly a 4 teaches something else than a clear 9. But an ensemble is so sure of its training images that this
# knowledge is in the third decimal. A *temperature* makes it visible: divide the scores by $T$ before the softmax.

# %% tags=["picture"]
counts = (1, 2, 5, 10, 20)
tables = attempt(lambda: np.array([average_predictions(list(pool[:k])) for k in counts]))  # (5, N, C)
TemperaturePlayground.of_digits(X, y, tables, counts) if tables is not None else None

# %% [markdown]
# Blue is the true class; the thin outlines are the probabilities at $T=1$. *Entropy* says in bits how undecided the
# probabilities are: 0 when one class has everything, 3.3 when ten have equal shares.
#
# Try three things. Find an image on which one network is sure and twenty are not. At $T=1$ read off the second class, then
# raise $T$ until you can see a third and a fourth. At $T=16$, can you still see an order among the classes?

# %% [markdown]
# The teacher gives probabilities $\bar p$; take $v = \log \bar p$ as its scores, because their softmax is $\bar p$ again. The
# student, with scores $z$, learns from them at the same temperature, and a little from the labels:
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
# One $1/T$ comes from the chain rule. Another is in the difference: at a high temperature both sides are nearly uniform, and
# they differ by about $(z - v)/(CT)$, if the scores of each row have mean zero. Without $T^2$ the teacher's gradient would
# shrink like $1/T^2$, and only the labels would count. **At $T = 8$, what share of it would be left: a half, an eighth, a
# sixty-fourth?** The cell after the exercise measures it.

# %% [markdown]
# ### Exercise 6. Distil · 5 points · about 18 minutes · difficulty 4/5
#
# | | |
# |---|---|
# | in | arrays `scores` $z$ and `teacher_scores` $v$, both `(N, C)`, and labels `y` `(N,)`, all to be left as they are; `temperature` $T$, default `2.0`; `alpha` $\alpha$, default `0.9` |
# | out | `loss`, a number, the mean over rows; `dscores`, its gradient with respect to `scores`, `(N, C)` |
#
# Worked: one row, `scores = [[0, 0]]`, `teacher_scores = [[2 log 3, 0]]`, `y = [1]`, $T=2$, $\alpha=1$: $p^T$ is .75 .25, $q^T$ is
# .5 .5, loss $4 \log 2 = 2.7726$, gradient $4 \cdot \tfrac12\,(-.25, .25) = $ `[[-0.5, 0.5]]`.
#
# Often missed: the temperature on one side only; $T^2$; the temperature in the labels' part, where it does not belong; the
# logarithm of a softmax that has rounded to zero (`log_softmax` returns the number).

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

# %% tags=["picture"]
student, advice = MLP(sizes=(64, 8, 10)), None
with needs("Exercises 1 and 6"):
    advice = np.log(np.asarray(average_predictions([each.scores(data.X_train) for each in ours])))
    z = student.scores(student.start(np.random.default_rng(0)), data.X_train)
    cold, warm = (np.linalg.norm(distill_loss(z, advice, data.y_train, T, 1.0)[1]) for T in (1.0, 8.0))
    print(f"length of the teacher's gradient: {cold:.4f} at T = 1, {warm:.4f} at T = 8; without the square {warm / 64:.4f}")

# %% [markdown]
# Now train the students, with eight units, half of a member's sixteen. The first learns from labels alone, the others from
# your loss at four temperatures. Each tries two learning rates on two seeds; the choosing images decide between them, and
# then ten fresh seeds count.
#
# **Predict**: will the best student come near a single member, which has twice its units? Which temperature wins?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-student", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*


# %% tags=["measured"]
def learn(network, seed, rate, T, alpha, kept=None, epochs=40):
    """Return a student's parameters after some epochs with your loss, on all training images or on those kept."""
    kept = np.arange(len(data.y_train)) if kept is None else kept

    def criterion(scores, rows):
        return distill_loss(scores, advice[kept[rows]], data.y_train[kept[rows]], T, alpha)

    rng = np.random.default_rng(seed)
    return teach(network, data.X_train[kept], criterion, sgd, {"learning_rate": rate}, rng=rng, epochs=epochs)


def tuned(T, alpha):
    return fresh_students(student, lambda seed, rate: learn(student, seed, rate, T, alpha), seeds=range(100, 110))


# %% tags=["picture"]
settings = {"labels": (1.0, 0.0)} | {f"T = {T:g}": (T, 0.9) for T in (1.0, 2.0, 4.0, 8.0)}
classes = attempt(lambda: {name: tuned(*setting) for name, setting in settings.items()} if advice is not None else {}) or {}
labels = classes["labels"][2][:, None] if classes else None
gains = attempt(lambda: {name: honest_gain(labels, v) for name, (_, _, v) in classes.items() if name != "labels"})
uncertainty.students(classes, gains, one)

# %% [markdown]
# If you guessed that a network with half the units cannot come near: the best go most of the way, with the same 300 images
# and no new labels. If you guessed $T=1$: there the teacher says nearly what the labels say, because it is so sure of its
# training images. If you guessed the largest $T$: among nearly equal probabilities the student copies differences that no
# longer matter, and it has only eight units to copy with. The intervals of 2, 4 and 8 overlap, so their order is not settled.

# %% [markdown]
# ### The digit it never saw
#
# Hinton's experiment: take every 3 out of the student's training images. It sees no 3 and no label 3, only the teacher's
# probabilities for the other digits: for example, that a 9 is a 3 with a probability of one or two per cent. **Predict**: of
# the 3s among the 897 images, how many will it recognise?

# %% [markdown] nbgrader={"grade": true, "grade_id": "predict-three", "locked": false, "points": 0, "schema_version": 3, "solution": true, "task": false}
# *Write your line here.*

# %% tags=["picture"]
kept, wider = np.flatnonzero(data.y_train != 3), MLP(sizes=(64, 16, 10))


def never_saw_a_3(T, alpha):
    """Return scores (5, N, C) of five students whose training images held no 3."""
    return np.array([wider.scores(learn(wider, seed, 1.0, T, alpha, kept, epochs=60), X) for seed in range(5)])


told = {"from the labels": (1.0, 0.0), "from the teacher, T = 1": (1.0, 1.0), "from the teacher, T = 4": (4.0, 1.0)}
found = attempt(lambda: {name: never_saw_a_3(*how) for name, how in told.items()} if advice is not None else {}) or {}
if found:
    found["the same with 2 added to the score for 3"] = found["from the teacher, T = 4"] + 2.0 * (np.arange(10) == 3)
for name, many in found.items():
    right = many.argmax(axis=2) == y
    print(f"{name}: {100 * right[:, y == 3].mean():.0f}% of the 3s, {100 * right.mean():.1f}% of all images")

# %% [markdown]
# If you guessed *none*, you are right for learning from labels. With the softened teacher it recognises most of them, though
# all it ever learned about a 3 is how much other digits resemble one. The last line corrects its bias: the student takes a 3
# to be rare, since it never saw one (Hinton's student on MNIST did the same).

# %% [markdown]
# ## 10.9 What it costs when it is used
#
# One picture shows everything you built: accuracy against multiplications for one image. The vertical bars are 95% intervals
# over draws. The student's temperature is the one that does best on the choosing images. Two entries are there for
# comparison: a *single, wider* network with as many multiplications as five members, and the restless run before its weights
# were averaged.

# %% tags=["picture"]
wide = [accuracy(each) for each in judged([member(sgd, seed, width=80) for seed in range(8)])]
uncertainty.costs(uncertainty.menu([accuracy(each) for each in pool], wide, exams, ways, runs, classes))

# %% [markdown]
# Read it from the left. The student costs half as much as a member and comes near it. Averaging the weights lifts a restless
# run by several points and adds nothing to the cost of an image, but that run had other settings than a member.
# Five members cost five times as much and gain most of what twenty would. The single wide network has a good part of that
# gain at the same price: one larger network gives you some of what ensembles give.

# %% [markdown]
# These entries had different settings and were not tuned equally hard, so the order is not a general result. Only separate
# networks give you disagreement, and section 10.6 showed what it is good for.
#
# Last, here are the images on which your twenty are most divided. Above each is the label of their average and how many share
# it, and in brackets the true one where it differs.

# %% tags=["picture"]
uncertainty.divided(X, y, pool[:20].argmax(axis=2), None if tables is None else tables[-1].argmax(axis=1))

# %% [markdown]
# If you could ask a person about twenty images, you would ask about these (*active learning*).

# %% [markdown]
# ## Say it back
#
# - Average probabilities: softmax first, then the mean. The log loss of the average is at most the mean of its members'; its
#   accuracy is usually higher. Report the gain over the mean member, over draws, with an interval.
# - One run gives checkpoints and a moving average of its weights. The gain grows with variety, but weak members make a weak
#   average.
# - Averaging lowers confidence, needed or not; one temperature calibrates. Disagreement often shows where a single network is
#   wrongly sure. Distillation, with $T$ on both sides and $T^2$ in front, makes an ensemble cheap
#   to use.

# %% [markdown]
# **Next**: lesson 11, the spiral and the digits with your own rules, schedule, search and ensemble, and the test set once.
#
# **Open question.** The students saw 300 images. A teacher needs no labels: on which *other* images would you ask it, and
# would you include those on which its members agree?
#
# **Still argued about**: whether ensembles are more than a way to spend computation. Kondratyuk, Tan, Brown and Gong (*When
# ensembling smaller models is more efficient than single large models*, 2020) find that several smaller networks can beat one
# of the same cost. Abe, Buchanan, Pleiss, Zemel and Cunningham (*Deep ensembles work, but are they necessary?*, 2022) answer
# that one larger network can do what people claim for the ensemble.

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
