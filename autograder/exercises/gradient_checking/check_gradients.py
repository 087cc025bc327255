"""A gradient check that draws a few entries of every parameter array."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.checking.reports import errors, ever_drawn, found, parameters, run, visible_check


def slopes(params):
    return {name: 3 * w**2 for name, w in params.items()}


def bias_bugs(candidate):
    params = parameters(20, W1=(20, 25), b1=5, W2=(25, 8), b2=8)
    reports = []
    for name in ("b1", "b2", "W2", None):
        grads = slopes(params)
        if name:
            grads[name] *= 12
        reports.append(found(run(candidate, params, grads, 5, 3)[0]))
    return reports


def cost(candidate):
    params = parameters(20, W1=(20, 10), b1=10)
    calls = run(candidate, params, slopes(params), 4, 2)[1].calls
    return {"evaluations of the loss": "as asked" if calls <= 2 * 4 * 2 + 1 else "more than two per entry"}


def params_afterwards(candidate):
    params = parameters(20, W1=(3, 4), b1=4)
    return run(candidate, params, slopes(params), 4, 5)[2]


def random_entries(candidate):
    params = parameters(20, W1=(30, 20))
    grads = slopes(params)
    grads["W1"][15:] *= 12
    visited = [run(candidate, params, grads, 20, seed) for seed in (4, 4, 5)]
    once, again, other = (loss.moved for _, loss, _ in visited)
    return {
        "the errors": found(visited[0][0]),
        "entries that are moved of those asked for": len(once),
        "same seed, same entries": once == again,
        "other seed, same entries": once == other,
        "entries of four that ever come up": len(ever_drawn(candidate, seed=8)),
    }


def values(candidate):
    return [errors(candidate, seed=21), errors(candidate, seed=22, scale=1e-6)]


NEVER_EMPTY = "Every array has an entry, and at least one is asked for."

check_gradients = Exercise(
    "check_gradients",
    points=6,
    reference=None,  # set below, where it is defined
    checks=[
        Check(
            name="every array",
            probe=bias_bugs,
            says="A bug in one array was missed, or a right one accused. Every array needs its own entries.",
        ),
        Check(
            name="values",
            probe=values,
            says="The error it reports is not the largest relative error among the entries of the array.",
        ),
        Check(
            name="cost",
            probe=cost,
            says="It evaluates the loss more often than twice per entry that it was asked to check.",
        ),
        Check(
            name="restores",
            probe=params_afterwards,
            says="The parameters are not what they were before the call.",
        ),
        Check(
            name="random",
            probe=random_entries,
            says="The entries must be drawn from the whole array with rng: another seed draws others.",
        ),
    ],
    visible=visible_check,
    uses=("numerical_gradient", "relative_error"),
    read="Exercise 4. Check every array",
    equivalent={
        "h = 1e-05 -> h = 2e-05": "The stub gives h, and either step measures the slope far better than is asked.",
        "w[ix] = old; report[name] = max(report[name], relative_error…, (above - below) / (2 * h)))"
        " -> (exchanged)": ("Neither line needs the other."),
        "…for k in draw(w)), default=0.0) for name, w in params…"
        " -> …for k in draw(w)), default=1.0) for name, w in params…": (NEVER_EMPTY),
        "…other) for k in draw(w)), default=0.0) for name, w in params.items…"
        " -> …other) for k in draw(w))) for name, w in params.items…": (NEVER_EMPTY),
        "…report[name], relative_error(grads[name][ix], (above - below) / (2 * h)))"
        " -> …report[name], relative_error((above - below) / (2 * h), grads[name][ix]))": (
            "The error is the same from both sides."
        ),
    },
    effect="An array that is never looked at trains with whatever gradient it has; a wrong one of a bias "
    "lowers the accuracy, and nothing complains.",
)


def larger(a, n):
    return 0.0 if a == n == 0 else abs(a - n) / max(abs(a), abs(n))


def entries_error(loss, params, grads, name, flat, h=1e-5, *, error=larger, back=1):
    """Return the relative error at one entry; params are put back."""
    w = params[name]
    ix = np.unravel_index(int(flat), w.shape)
    old = w[ix]
    w[ix] = old + h
    above = loss(params)
    w[ix] = old - back * h
    below = loss(params)
    w[ix] = old
    return error(grads[name][ix], (above - below) / ((1 + back) * h))


def each_array(loss, params, grads, draw, **other):
    return {
        name: max((entries_error(loss, params, grads, name, k, **other) for k in draw(w)), default=0.0)
        for name, w in params.items()
    }


def reference(loss, params, grads, per_array, rng):
    """Shuffle the numbers of the entries of each array and take the first ones."""
    return each_array(loss, params, grads, lambda w: rng.permutation(w.size)[:per_array])


check_gradients.reference = reference


def total(params):
    return sum(w.size for w in params.values())


@check_gradients.mistake
def sampled_from_the_flat_vector(loss, params, grads, per_array, rng):
    """The entries were drawn from all parameters together, where the big ones win. Draw from each array."""
    flat = np.concatenate([[(name, k) for k in range(w.size)] for name, w in params.items()])
    worst = dict.fromkeys(params, 0.0)
    for row in rng.choice(len(flat), min(len(flat), per_array), replace=False):
        name, k = flat[row]
        worst[str(name)] = max(worst[str(name)], entries_error(loss, params, grads, str(name), int(k)))
    return worst


@check_gradients.mistake
def sampled_in_proportion_to_size(loss, params, grads, per_array, rng):
    """An array got draws in proportion to its size, so the biases got none. Draw per_array of every array."""
    budget = per_array * len(params)
    return each_array(
        loss, params, grads, lambda w: rng.permutation(w.size)[: round(budget * w.size / total(params))]
    )


@check_gradients.mistake
def weights_only(loss, params, grads, per_array, rng):
    """Only arrays with two axes were looked at; a bug in a bias passes. Go through every name in params."""
    return each_array(
        loss, params, grads, lambda w: rng.permutation(w.size)[: per_array if w.ndim > 1 else 0]
    )


@check_gradients.mistake
def stops_at_the_first_array(loss, params, grads, per_array, rng):
    """Only the first array is reported. Is the return inside the loop?"""
    name = next(iter(params))
    return {name: each_array(loss, {**params}, grads, lambda w: rng.permutation(w.size)[:per_array])[name]}


@check_gradients.in_place
def params_not_restored(loss, params, grads, per_array, rng):
    """Entries stay moved after the check, so the network is no longer the one that was checked. Put them back."""
    worst = {}
    for name, w in params.items():
        worst[name] = 0.0
        for k in rng.permutation(w.size)[:per_array]:
            worst[name] = max(worst[name], entries_error(loss, params, grads, name, k))
            w[np.unravel_index(int(k), w.shape)] -= 1e-5
    return worst


def judged_by(error, loss, params, grads, per_array, rng):
    return each_array(loss, params, grads, lambda w: rng.permutation(w.size)[:per_array], error=error)


check_gradients.table(
    {
        """difference for the relative error: The difference itself is reported, so small gradients look right
        however wrong they are. Report the `relative_error` of Exercise 2.
        """: partial(judged_by, lambda a, n: abs(a - n)),
        """signs dropped: A gradient of the opposite sign passes: absolute values were taken before the
        difference. Hand both to `relative_error` as they are.
        """: partial(judged_by, lambda a, n: larger(abs(a), abs(n))),
        """a gradient of zero counts as right: Where the gradient is 0 the entry passes, whatever was measured.
        It is right only where both are 0.
        """: partial(judged_by, lambda a, n: larger(a, n) if a else 0.0),
        """a slope of zero counts as right: Where the measured slope is 0 the entry passes, whatever the
        gradient says. It is right only where both are 0.
        """: partial(judged_by, lambda a, n: larger(a, n) if n else 0.0),
        """one side alone: Only one side of each entry is visited, so a right gradient does not come below 1e-6.
        Take the loss at w + h and at w - h.
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss, params, grads, lambda w: rng.permutation(w.size)[:per_array], back=0
        ),
        """mean for the worst: It reports the mean error of an array, in which one wrong entry drowns. Report
        the largest.
        """: lambda loss, params, grads, per_array, rng: {
            name: float(
                np.mean(
                    [entries_error(loss, params, grads, name, k) for k in rng.permutation(w.size)[:per_array]]
                )
            )
            for name, w in params.items()
        },
        """only the last entry reported: Each entry overwrites the one before, so only the last is reported.
        Keep the largest of them.
        """: lambda loss, params, grads, per_array, rng: {
            name: [entries_error(loss, params, grads, name, k) for k in rng.permutation(w.size)[:per_array]][
                -1
            ]
            for name, w in params.items()
        },
        """drawn with replacement: An entry can be drawn twice and another never. Draw without replacement.
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss, params, grads, lambda w: rng.integers(w.size, size=min(per_array, w.size))
        ),
        """as many as asked with replacement: rng.choice draws with replacement unless it is told
        `replace=False`: one entry comes twice, another never. A small array has fewer than per_array to draw:
        take the smaller of the two.
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss, params, grads, lambda w: rng.choice(w.size, per_array)
        ),
        """numeric slope off by a factor: Right gradients come out wrong in every array, so the numeric slope
        itself is wrong. Compare with Exercise 1.

        Is the entry moved to both sides, and is the difference divided by 2h?
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss,
            params,
            {name: g / 2 for name, g in grads.items()},
            lambda w: rng.permutation(w.size)[:per_array],
        ),
        """more draws than entries: A small array cannot give per_array different entries. Take the smaller of
        per_array and the size.
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss, params, grads, lambda w: rng.choice(w.size, per_array, replace=False)
        ),
        """three losses an entry: The loss is evaluated more than twice an entry, and on a real network that is what
        takes the time. The two at w + h and at w - h are enough.
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss,
            params,
            grads,
            lambda w: [k for k in rng.permutation(w.size)[:per_array] if loss(params) is not None],
        ),
        """every entry checked: It measured the whole gradient; on a real network that takes days. Move only
        the entries that were drawn.
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss, params, grads, lambda w: rng.permutation(w.size)
        ),
        """the first entries every time: It looks at the first entries of an array, so a bug further on is
        never met. Draw them with rng.
        """: lambda loss, params, grads, per_array, rng: each_array(
            loss, params, grads, lambda w: range(min(per_array, w.size))
        ),
    }
)


@check_gradients.mistake
def a_generator_of_its_own(loss, params, grads, per_array, rng):
    """The entries do not come from rng, so the caller cannot repeat or vary the check. Use the rng it was given."""
    own = np.random.default_rng(0)
    return each_array(loss, params, grads, lambda w: own.permutation(w.size)[:per_array])


@check_gradients.variant
def with_choice_and_copies(loss, params, grads, per_array, rng):
    report = {}
    for name in params:
        errors = []
        for k in rng.choice(params[name].size, size=min(per_array, params[name].size), replace=False):
            ends = []
            for h in (1e-6, -1e-6):
                moved = {key: array.copy() for key, array in params.items()}
                moved[name].ravel()[k] += h
                ends.append(loss(moved))
            n, a = (ends[0] - ends[1]) / 2e-6, grads[name].ravel()[k]
            errors.append(np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-300))
        report[name] = np.max(errors)
    return report


@check_gradients.variant_as_in("CS231n")
def grad_check_sparse(loss, params, grads, per_array, rng):
    h, rel_errors = 1e-5, {}
    for name in sorted(params):
        x, analytic_grad = params[name], grads[name]
        rel_errors[name] = 0.0
        for i in rng.permutation(x.size)[:per_array]:
            ix = np.unravel_index(i, x.shape)
            oldval = x[ix]
            x[ix] = oldval + h
            fxph = loss(params)
            x[ix] = oldval - h
            fxmh = loss(params)
            x[ix] = oldval
            grad_numerical = (fxph - fxmh) / (2 * h)
            grad_analytic = analytic_grad[ix]
            largest = max(abs(grad_numerical), abs(grad_analytic))
            rel_error = abs(grad_numerical - grad_analytic) / largest if largest else 0.0
            rel_errors[name] = max(rel_errors[name], rel_error)
    return rel_errors
