"""Batch normalisation, forward: statistics of the batch in training, running ones at test."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.setting_up.normalising import batch, left_alone, passes, visible_normalisation


def reference(x, gamma, beta, bn_param):
    """Take column by column: the mean, the mean of squares less the squared mean, and one straight line."""
    weight = 1 - bn_param["momentum"] if bn_param["mode"] == "train" else 0
    columns = []
    for column, g, b, *running in zip(
        x.T, gamma, beta, bn_param["running_mean"], bn_param["running_var"], strict=True
    ):
        now = running
        if weight:
            middle = np.average(column)
            now = middle, np.dot(column, column) / len(column) - middle**2
        std = np.sqrt(now[1] + bn_param["eps"])
        moved = [old + weight * (new - old) for old, new in zip(running, now, strict=True)]
        columns.append((column * g / std + (b - now[0] * g / std), (column - now[0]) / std, std, *moved))
    out, x_hat, std, bn_param["running_mean"], bn_param["running_var"] = (
        np.array(each) for each in zip(*columns, strict=True)
    )
    return out.T, (x_hat.T, std, gamma)


BATCHES = {
    "in training": batch(11, 6, 4, "train", 0.6, 0.4),
    "in training, of other rows": batch(12, 9, 3, "train", 0.95, 0.1),
    "in training, with a momentum of 0": batch(17, 5, 2, "train", 0.0, 0.2),
    "in training, of the next batch": batch(16, 6, 4, "train", 0.6, 0.4),
    "at test": batch(13, 5, 4, "test", 0.6, 0.4),
    "at test, of one row": batch(14, 1, 3, "test", 0.8, 0.1),
}

batchnorm_forward = Exercise(
    "batchnorm_forward",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="passes",
            probe=lambda candidate: passes(candidate, BATCHES),
            says="The output, the running statistics or the cache is not right.",
        ),
        Check(
            name="arguments",
            probe=lambda candidate: left_alone(candidate, *batch(15, 4, 3, "train", 0.7, 0.3)),
            says="What comes out is right, but x, gamma or beta has changed: they belong to the caller.",
        ),
    ],
    visible=visible_normalisation,
    may_change=("bn_param",),
    read="Exercise 3. Batch normalisation, forward",
    effect="The network at test is not the one that was trained, or the layers see numbers of any size.",
)


def normal(
    x,
    gamma,
    beta,
    p,
    *,
    mean=lambda x: x.mean(axis=0),
    var=lambda x: x.var(axis=0),
    root=lambda v, eps: np.sqrt(v + eps),
    mix=lambda old, new, m: m * old + (1 - m) * new,
    kept=lambda mean, var, x, eps: (mean, var),
    line=lambda x_hat, gamma, beta: gamma * x_hat + beta,
    stored=lambda x_hat, std, gamma: (x_hat, std, gamma),
    used=None,
    updated=lambda mode: mode == "train",
):
    """Return output and cache; each mistake below changes one thing.

    mean, var  of the batch
    root       what is divided by, of a variance and eps
    mix        the new running average, of the old one, the batch's, and the momentum
    kept       what goes into the running averages, of (mean, var, x, eps)
    line       the output, of (x_hat, gamma, beta)
    stored     the cache
    used       (mean, var) to normalise with, of (mode, those of the batch, the running ones)
    updated    whether the running averages move, of the mode
    """
    mine, running = (mean(x), var(x)), (p["running_mean"], p["running_var"])
    now = (mine if p["mode"] == "train" else running) if used is None else used(p["mode"], mine, running)
    std = root(now[1], p["eps"])
    x_hat = (x - now[0]) / std
    if updated(p["mode"]):
        new = kept(*mine, x, p["eps"])
        p["running_mean"], p["running_var"] = (
            mix(old, each, p["momentum"]) for old, each in zip(running, new, strict=True)
        )
    return line(x_hat, gamma, beta), stored(x_hat, std, gamma)


batchnorm_forward.table(
    {
        """statistics of the batch at test: At test the rows are normalised with their own mean and variance.
        At test use the running ones.

        What would come out for one row alone?
        """: partial(normal, used=lambda mode, mine, running: mine),
        """running statistics in training: In training the rows are normalised with the running statistics. In
        training use those of the batch.
        """: partial(normal, used=lambda mode, mine, running: running),
        """modes exchanged: Training uses the running statistics and test those of the batch. It is the other
        way round.
        """: partial(normal, used=lambda mode, mine, running: running if mode == "train" else mine),
        """running statistics moved at test: The running statistics move at test as well, so test rows are
        learned from. They move in training only.
        """: partial(normal, updated=lambda mode: True),
        """test rows treated as training: `mode` makes no difference: at test the batch is normalised by
        itself, and the running averages move.
        """: partial(normal, used=lambda mode, mine, running: mine, updated=lambda mode: True),
        """running statistics never moved: The running statistics stay as they are. In training, write the new
        averages into bn_param.
        """: partial(normal, updated=lambda mode: False),
        """running statistics replaced: The running statistics are those of the last batch. Mix: momentum
        times the old, 1 - momentum times the new.
        """: partial(normal, mix=lambda old, new, m: new),
        """momentum forgotten at the new: The statistics of the batch are added whole. They have the weight 1
        - momentum.
        """: partial(normal, mix=lambda old, new, m: m * old + new),
        """standard deviation for variance: np.std stands where the variance belongs, and its root is taken
        once more. np.var is the variance.
        """: partial(normal, var=lambda x: x.std(axis=0)),
        """variance for standard deviation: The rows are divided by their variance. The square root is
        missing: sqrt(var + eps).
        """: partial(normal, root=lambda v, eps: v + eps),
        """deviation in the running variance: running_var collects standard deviations. It is an average of
        variances; the root is taken when it is used.
        """: partial(normal, kept=lambda mean, var, x, eps: (mean, np.sqrt(var))),
        """epsilon in the running variance: running_var collects var + eps, and eps is added again when it is
        used. Collect the variance alone.
        """: partial(normal, kept=lambda mean, var, x, eps: (mean, var + eps)),
        """epsilon forgotten: eps is not used, so a column without variance becomes 0/0. It belongs in the
        root: sqrt(var + eps).
        """: partial(normal, root=lambda v, eps: np.sqrt(v)),
    }
)


@batchnorm_forward.mistake
def epsilon_forgotten_at_test(x, gamma, beta, bn_param):
    """At test eps is not used. It stands in the root there as well: sqrt(running_var + eps)."""
    p = {**bn_param, "eps": 0.0} if bn_param["mode"] != "train" else bn_param
    return normal(x, gamma, beta, p)


@batchnorm_forward.mistake
def rows_for_columns(x, gamma, beta, bn_param):
    """Every row is normalised by itself: axis=1, which is layer normalisation. Every column is meant: axis=0."""
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return normal(x, gamma, beta, bn_param, used=lambda mode, mine, running: (mean, var))


@batchnorm_forward.mistake
def rows_for_columns_in_training(x, gamma, beta, bn_param):
    """In training every row is normalised by itself: axis=1. Every column is meant: axis=0."""
    mean, var = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return normal(
        x, gamma, beta, bn_param, used=lambda mode, mine, running: (mean, var) if mode == "train" else running
    )


batchnorm_forward.table(
    {
        """one mean for all columns: One mean and one variance are taken of all numbers. Every column has its
        own: axis=0.
        """: partial(
            normal, mean=lambda x: np.full(x.shape[1], x.mean()), var=lambda x: np.full(x.shape[1], x.var())
        ),
        """variance with one less: The variance of the batch is a sum over N - 1. Batch normalisation divides
        by N: np.var without ddof.
        """: partial(normal, var=lambda x: x.var(axis=0) * len(x) / max(len(x) - 1, 1)),
        """mean of squares for the variance: The variance is the mean of the squares of x. The mean is
        subtracted before squaring.
        """: partial(normal, var=lambda x: (x**2).mean(axis=0)),
        """mean not subtracted: The rows are scaled but not centred. Subtract the mean first.
        """: partial(
            normal, used=lambda mode, mine, running: (0.0, (mine if mode == "train" else running)[1])
        ),
        """gamma forgotten: gamma is not used: the output is gamma times x_hat, plus beta.
        """: partial(normal, line=lambda x_hat, gamma, beta: x_hat + beta),
        """beta forgotten: beta is not used: the output is gamma times x_hat, plus beta.
        """: partial(normal, line=lambda x_hat, gamma, beta: gamma * x_hat),
        """gamma and beta forgotten: The output is x_hat. It is gamma times x_hat, plus beta.
        """: partial(normal, line=lambda x_hat, gamma, beta: x_hat),
        """gamma and beta exchanged: gamma and beta have changed places: gamma multiplies, beta is added.
        """: partial(normal, line=lambda x_hat, gamma, beta: beta * x_hat + gamma),
    }
)


@batchnorm_forward.mistake
def gamma_and_beta_forgotten_at_test(x, gamma, beta, bn_param):
    """At test the output is x_hat. It is gamma times x_hat, plus beta, in both modes."""
    out, cache = normal(x, gamma, beta, bn_param)
    return (out if bn_param["mode"] == "train" else cache[0]), cache


@batchnorm_forward.convention(share=0.8)
def output_kept_for_x_hat(x, gamma, beta, bn_param):
    """All comes out right, but the cache holds the output, or x, where the way back needs x_hat: (x - mean) /
    std.
    """
    out, (_, std, _) = normal(x, gamma, beta, bn_param)
    return out, (out, std, gamma)


@batchnorm_forward.convention(share=0.8)
def variance_kept_for_std(x, gamma, beta, bn_param):
    """All comes out right, but the cache holds a variance where the way back needs std: sqrt(var + eps)."""
    var = x.var(axis=0)
    return normal(x, gamma, beta, bn_param, stored=lambda x_hat, std, gamma: (x_hat, var, gamma))


@batchnorm_forward.convention(share=0.9)
def std_kept_without_epsilon(x, gamma, beta, bn_param):
    """All comes out right, but the std in the cache has no eps. Keep what x - mean was divided by: sqrt(var +
    eps).
    """
    std = x.std(axis=0)
    return normal(x, gamma, beta, bn_param, stored=lambda x_hat, _, gamma: (x_hat, std, gamma))


@batchnorm_forward.convention(share=0.8)
def a_cache_of_ones_own(x, gamma, beta, bn_param):
    """All comes out right, but the cache is not the three things that the exercise names: (x_hat, std, gamma)."""
    return normal(x, gamma, beta, bn_param, stored=lambda *parts: {"kept": parts})


@batchnorm_forward.convention(share=0.75)
def momentum_weighs_the_new_batch(x, gamma, beta, bn_param):
    """momentum is the weight of the new batch, as PyTorch has it. Here it is the weight of the old average.

    With momentum = 0.9, how much of the old average is left after one batch?
    """
    return normal(x, gamma, beta, bn_param, mix=lambda old, new, m: (1 - m) * old + m * new)


@batchnorm_forward.convention(share=0.8)
def one_less_in_the_running_variance(x, gamma, beta, bn_param):
    """running_var collects sums over N - 1, as PyTorch's does. Here it collects the variance that is used, over
    N.
    """
    return normal(
        x,
        gamma,
        beta,
        bn_param,
        kept=lambda mean, var, x, eps: (mean, var * len(x) / max(len(x) - 1, 1)),
    )


@batchnorm_forward.convention(share=0.6)
def momentum_and_running_variance_of_pytorch(x, gamma, beta, bn_param):
    """As PyTorch has it: momentum is the weight of the new batch, and running_var collects sums over N - 1. Here
    momentum is the weight of the old average, and the variance is over N.
    """
    return normal(
        x,
        gamma,
        beta,
        bn_param,
        mix=lambda old, new, m: (1 - m) * old + m * new,
        kept=lambda mean, var, x, eps: (mean, var * len(x) / max(len(x) - 1, 1)),
    )


batchnorm_forward.table(
    {
        """epsilon outside the root: Divided by sqrt(var) + eps, as some layers do. Batch normalisation has
        eps in the root: sqrt(var + eps).
        """: partial(normal, root=lambda v, eps: np.sqrt(v) + eps),
        """an epsilon of ones own: eps is the number 1e-5 in the code, whatever bn_param says. Read it:
        bn_param["eps"].
        """: partial(normal, root=lambda v, eps: np.sqrt(v + 1e-5)),
        """a momentum of ones own: momentum is the number 0.9 in the code, whatever bn_param says. Read it:
        bn_param["momentum"].
        """: partial(normal, mix=lambda old, new, m: 0.9 * old + 0.1 * new),
    },
    share=0.75,
)


@batchnorm_forward.in_place
def x_changed(x, gamma, beta, bn_param):
    """What comes out is right, but x, gamma or beta has changed: they belong to the caller. `-=` works in place."""
    answer = normal(x, gamma, beta, bn_param)
    x -= x.mean(axis=0)
    return answer


@batchnorm_forward.variant_as_in("CS231n")
def as_in_a_class(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    D = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    out, cache = None, None
    if mode == "train":
        sample_mean = np.mean(x, axis=0)
        sample_var = np.var(x, axis=0)
        x_hat = (x - sample_mean) / np.sqrt(sample_var + eps)
        out = gamma * x_hat + beta
        running_mean = momentum * running_mean + (1 - momentum) * sample_mean
        running_var = momentum * running_var + (1 - momentum) * sample_var
        cache = (x_hat, np.sqrt(sample_var + eps), gamma)
    elif mode == "test":
        x_hat = (x - running_mean) / np.sqrt(running_var + eps)
        out = gamma * x_hat + beta
    else:
        raise ValueError(mode)
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


@batchnorm_forward.variant
def in_stages(x, gamma, beta, bn_param):
    N = x.shape[0]
    if bn_param["mode"] == "test":
        scale = gamma / np.sqrt(bn_param["running_var"] + bn_param["eps"])
        return x * scale + (beta - bn_param["running_mean"] * scale), None
    mu = 1.0 / N * np.sum(x, axis=0)
    xmu = x - mu
    sq = xmu**2
    var = 1.0 / N * np.sum(sq, axis=0)
    sqrtvar = np.sqrt(var + bn_param["eps"])
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    gammax = gamma * xhat
    out = gammax + beta
    m = bn_param["momentum"]
    bn_param["running_mean"] = m * bn_param["running_mean"] + (1.0 - m) * mu
    bn_param["running_var"] = m * bn_param["running_var"] + (1.0 - m) * var
    return out, (xhat, sqrtvar, gamma)


@batchnorm_forward.variant
def with_rows_of_a_matrix(x, gamma, beta, bn_param):
    train = bn_param["mode"] == "train"
    mean = x.mean(0, keepdims=True) if train else bn_param["running_mean"][None]
    var = ((x - mean) ** 2).mean(0, keepdims=True) if train else bn_param["running_var"][None]
    std = (var + bn_param["eps"]) ** 0.5
    xhat = (x - mean) / std
    if train:
        for key, new in (("running_mean", mean), ("running_var", var)):
            bn_param[key] = bn_param[key] + (1 - bn_param["momentum"]) * (new[0] - bn_param[key])
    return xhat * gamma + beta, [xhat, std, gamma]


@batchnorm_forward.variant
def averages_moved_in_place(x, gamma, beta, bn_param):
    if bn_param["mode"] == "train":
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] *= bn_param["momentum"]
        bn_param["running_mean"] += (1 - bn_param["momentum"]) * mean
        bn_param["running_var"] *= bn_param["momentum"]
        bn_param["running_var"] += (1 - bn_param["momentum"]) * var
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    std = np.sqrt(var + bn_param["eps"])
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, std, gamma)


@batchnorm_forward.variant
def with_einsum(x, gamma, beta, bn_param):
    n = len(x)
    if bn_param["mode"] == "train":
        mean = np.einsum("nd->d", x) / n
        var = np.einsum("nd,nd->d", x - mean, x - mean) / n
        bn_param.update(
            running_mean=np.average(
                [bn_param["running_mean"], mean],
                axis=0,
                weights=[bn_param["momentum"], 1 - bn_param["momentum"]],
            ),
            running_var=np.average(
                [bn_param["running_var"], var],
                axis=0,
                weights=[bn_param["momentum"], 1 - bn_param["momentum"]],
            ),
        )
    else:
        mean, var = bn_param["running_mean"], bn_param["running_var"]
    inverse = 1 / np.sqrt(var + bn_param["eps"])
    x_hat = np.multiply(np.subtract(x, mean), inverse)
    return np.add(np.multiply(gamma, x_hat), beta), (x_hat, 1 / inverse, gamma)


@batchnorm_forward.variant
def with_a_matrix_of_ones(x, gamma, beta, bn_param):
    weights = np.full((1, len(x)), 1 / len(x))
    if bn_param["mode"] != "train":
        std = np.sqrt(bn_param["running_var"] + bn_param["eps"])
        return (x - bn_param["running_mean"]) / std * gamma + beta, ()
    mean = (weights @ x)[0]
    var = (weights @ (x - mean) ** 2)[0]
    std = np.sqrt(var + bn_param["eps"])
    x_hat = (x - mean) / std
    old = bn_param["momentum"]
    bn_param["running_mean"], bn_param["running_var"] = (
        old * bn_param["running_mean"] + mean - old * mean,
        old * bn_param["running_var"] + var - old * var,
    )
    return x_hat @ np.diag(gamma) + beta, (x_hat, std, gamma)


@batchnorm_forward.variant_as_in("d2l")
def moving_mean_and_moving_var(x, gamma, beta, bn_param):
    def batch_norm(X, gamma, beta, moving_mean, moving_var, eps, momentum):
        if bn_param["mode"] != "train":
            X_hat = (X - moving_mean) / np.sqrt(moving_var + eps)
            std = np.sqrt(moving_var + eps)
        else:
            mean = X.mean(axis=0)
            var = ((X - mean) ** 2).mean(axis=0)
            std = np.sqrt(var + eps)
            X_hat = (X - mean) / std
            moving_mean = momentum * moving_mean + (1.0 - momentum) * mean
            moving_var = momentum * moving_var + (1.0 - momentum) * var
        return gamma * X_hat + beta, (X_hat, std, gamma), moving_mean, moving_var

    Y, cache, bn_param["running_mean"], bn_param["running_var"] = batch_norm(
        x,
        gamma,
        beta,
        bn_param["running_mean"],
        bn_param["running_var"],
        eps=bn_param["eps"],
        momentum=bn_param["momentum"],
    )
    return Y, cache
