"""Lesson 02: losses as users of CS231n, d2l, SciPy and PyTorch write them are graded fairly."""

import math

import numpy as np
import pytest
import scipy.special
from scipy.special import log_softmax, logsumexp, softmax

from autograder.exercises import sanity_checks
from autograder.judging import judge
from course.checks import check

BY_NAME = {exercise.name: exercise for exercise in sanity_checks.EXERCISES}


class Spellings(dict):
    """Functions by the points they must earn and the name of the convention, if any."""

    def of(self, points, name=None):
        def note(function):
            self[function.__name__] = (function, points, name)
            return function

        return note


SOFTMAX, HINGE = Spellings(), Spellings()
LOG_OF_0, FLOOR, IN_PLACE = "log of 0", "log with a floor", "scores changed in place"


# Softmax, the loss taken from the scores


@SOFTMAX.of(6)
def log_probs_by_rows(x, y):
    logits = x - np.max(x, axis=1, keepdims=True)
    log_probs = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = np.exp(log_probs)
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx


@SOFTMAX.of(6)
def maxima_by_reshape(scores, y):
    num_train = scores.shape[0]
    stable = scores - scores.max(1).reshape(num_train, 1)
    sum_exp = np.exp(stable).sum(1)
    loss = (np.log(sum_exp) - stable[range(num_train), y]).sum() / num_train
    grad = np.exp(stable) / sum_exp.reshape(-1, 1)
    grad[range(num_train), y] += -1
    return loss, grad / num_train


@SOFTMAX.of(6)
def maxima_by_transposes(scores, y):
    z = (scores.T - scores.max(axis=1)).T
    log_sum = np.log(np.exp(z).sum(axis=1))
    p = np.exp((z.T - log_sum).T)
    p[np.arange(y.size), y] -= 1.0
    return np.average(log_sum - z[np.arange(y.size), y]), p / y.size


@SOFTMAX.of(6)
def loops_over_rows(scores, y):
    num_train, num_classes = scores.shape
    loss = 0.0
    dscores = np.zeros_like(scores)
    for i in range(num_train):
        f = scores[i] - np.max(scores[i])
        sum_j = np.sum(np.exp(f))
        loss += -f[y[i]] + np.log(sum_j)
        for k in range(num_classes):
            dscores[i, k] += np.exp(f[k]) / sum_j - (k == y[i])
    loss /= num_train
    dscores /= num_train
    return loss, dscores


@SOFTMAX.of(6)
def loops_in_plain_python(scores, y):
    n, losses, grads = len(scores), [], []
    for row, label in zip(scores.tolist(), y.tolist(), strict=True):
        top = max(row)
        exps = [math.exp(v - top) for v in row]
        total = sum(exps)
        losses.append(math.log(total) - (row[label] - top))
        grads.append([(e / total - (c == label)) / n for c, e in enumerate(exps)])
    return sum(losses) / n, grads


@SOFTMAX.of(6)
def with_enumerate_and_in_place_rows(scores, y):
    d, loss = np.array(scores, dtype=float), 0
    for i, label in enumerate(y):
        d[i] -= d[i].max()
        loss -= d[i, label] - np.log(np.exp(d[i]).sum())
        d[i] = np.exp(d[i])
        d[i] /= d[i].sum()
        d[i, label] -= 1
    return loss / len(y), d / len(y)


@SOFTMAX.of(6)
def scipy_log_softmax(scores, y):
    log_p = log_softmax(scores, axis=1)
    rows = np.arange(len(y))
    d = np.exp(log_p)
    d[rows, y] -= 1
    return -log_p[rows, y].mean(), d / len(y)


@SOFTMAX.of(6)
def scipy_logsumexp(scores, y):
    rows = np.arange(len(y))
    loss = np.mean(logsumexp(scores, axis=1) - scores[rows, y])
    d = softmax(scores, axis=1)
    d[rows, y] -= 1
    return loss, d / len(y)


@SOFTMAX.of(6)
def scipy_by_its_full_name(scores, y):
    n = len(scores)
    lse = scipy.special.logsumexp(scores, axis=-1, keepdims=True)
    p = np.exp(scores - lse)
    onehot = np.zeros_like(p)
    onehot[np.arange(n), y] = 1
    return float(((lse - scores) * onehot).sum() / n), (p - onehot) / n


@SOFTMAX.of(6)
def numpy_logaddexp(scores, y):
    lse = np.logaddexp.reduce(scores, axis=1, keepdims=True)
    picked = np.take_along_axis(scores, y[:, None], axis=1)
    target = np.eye(scores.shape[1])[y]
    return np.mean(lse - picked), (np.exp(scores - lse) - target) / len(y)


@SOFTMAX.of(6)
def take_along_axis_and_put(scores, y):
    s = scores - np.amax(scores, axis=-1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=-1, keepdims=True))
    index = np.expand_dims(y, -1)
    g = np.exp(logp)
    np.put_along_axis(g, index, np.take_along_axis(g, index, -1) - 1, -1)
    return -np.take_along_axis(logp, index, -1).mean(), np.divide(g, len(y))


@SOFTMAX.of(6)
def choose_the_label(scores, y):
    s = scores - scores.max(axis=1, keepdims=True)
    lse = np.log(np.exp(s).sum(axis=1))
    d = np.exp(s - lse[:, np.newaxis])
    d -= y[:, None] == np.arange(s.shape[1])
    return (lse - np.choose(y, s.T)).mean(), d / len(y)


@SOFTMAX.of(6)
def einsum_with_one_hot(scores, y):
    t = (np.arange(scores.shape[1]) == y[:, None]) * 1.0
    s = scores - scores.max(1, keepdims=True)
    e = np.exp(s)
    z = np.einsum("nc->n", e)
    return (np.log(z) - np.einsum("nc,nc->n", s, t)).mean(), (e / z[:, None] - t) / len(t)


@SOFTMAX.of(6)
def advanced_indexing_by_list(scores, y):
    n = scores.shape[0]
    s = scores - np.array([max(row) for row in scores]).reshape(-1, 1)
    lse = np.log(np.exp(s).sum(axis=1))
    d = np.exp(s - lse.reshape(-1, 1))
    d[list(range(n)), list(y)] -= 1
    return sum(lse[i] - s[i, y[i]] for i in range(n)) / n, d / n


@SOFTMAX.of(6)
def lead_of_every_class(scores, y):
    margin = scores - scores[np.arange(len(y)), y][:, None]
    top = margin.max(axis=1, keepdims=True)
    e = np.exp(margin - top)
    z = e.sum(axis=1, keepdims=True)
    d = e / z
    d[np.arange(len(y)), y] -= 1
    return (top + np.log(z)).mean(), d / len(y)


@SOFTMAX.of(6)
def masked_labels(scores, y):
    mask = np.zeros(scores.shape, dtype=bool)
    mask[np.arange(len(y)), y] = True
    s = scores - scores.max(axis=1, keepdims=True)
    lse = np.log(np.exp(s).sum(1))
    return np.mean(lse - s[mask]), (np.exp(s - lse[:, None]) - mask) / len(y)


@SOFTMAX.of(6)
def where_for_the_label(scores, y):
    logits = scores - scores.max(axis=1, keepdims=True)
    logits = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    is_label = np.arange(scores.shape[1])[None, :] == y[:, None]
    return -np.where(is_label, logits, 0).sum() / len(y), np.where(
        is_label, np.exp(logits) - 1, np.exp(logits)
    ) / len(y)


@SOFTMAX.of(6)
def flat_indices(scores, y):
    n, c = scores.shape
    s = scores - scores.max(axis=1)[:, None]
    lse = np.log(np.exp(s).sum(axis=1))
    d = np.exp(s - lse[:, None]).ravel()
    at = np.arange(n) * c + y
    d[at] -= 1
    return (lse - s.ravel()[at]).sum() * (1.0 / n), d.reshape(n, c) / n


@SOFTMAX.of(6)
def one_element_array(scores, y):
    s = scores - scores.max(axis=1, keepdims=True)
    lse = np.log(np.exp(s).sum(axis=1))
    d = np.exp(s - lse[:, None])
    d[np.arange(len(y)), y] -= 1
    return np.array([np.mean(lse - s[np.arange(len(y)), y])]), d / len(y)


@SOFTMAX.of(6)
def zero_dimensional_array(scores, y):
    loss, d = scipy_logsumexp(scores, y)
    return np.asarray(loss), d


@SOFTMAX.of(6)
def list_of_lists(scores, y):
    loss, d = scipy_logsumexp(scores, y)
    return [float(loss), d.tolist()]


@SOFTMAX.of(6)
def annotated(scores: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    n: int = y.shape[0]
    logits: np.ndarray = scores - scores.max(axis=1, keepdims=True)
    log_norm: np.ndarray = np.log(np.exp(logits).sum(axis=1))
    loss: float = float(np.mean(log_norm - logits[np.arange(n), y]))
    grad: np.ndarray = np.exp(logits - log_norm[:, None])
    grad[np.arange(n), y] -= 1.0
    return loss, grad / n


@SOFTMAX.of(6)
def with_optional_weights_and_regularisation(X, y, W=None, reg=0.0):
    scores = X if W is None else X @ W
    s = scores - scores.max(axis=1, keepdims=True)
    lse = np.log(np.exp(s).sum(axis=1))
    loss = np.mean(lse - s[np.arange(len(y)), y])
    if W is not None:
        loss += reg * np.sum(W * W)
    d = np.exp(s - lse[:, None])
    d[np.arange(len(y)), y] -= 1
    return loss, d / len(y)


@SOFTMAX.of(6)
def without_a_gradient_at_first(scores, y=None):
    s = scores - scores.max(axis=1, keepdims=True)
    if y is None:
        return np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    lse = np.log(np.exp(s).sum(axis=1))
    d = np.exp(s - lse[:, None])
    d[np.arange(len(y)), y] -= 1
    d /= len(y)
    return np.mean(lse - s[np.arange(len(y)), y]), d


SOFTMAX.of(6)(lambda scores, y: (
    float(np.mean(logsumexp(scores, axis=1) - scores[np.arange(len(y)), y])),
    (softmax(scores, axis=1) - np.eye(scores.shape[1])[y]) / len(y),
))  # fmt: skip


class CrossEntropy:
    """A criterion that is called, as in PyTorch."""

    __name__ = "a callable object"

    def __call__(self, scores, y):
        return scipy_logsumexp(scores, y)


SOFTMAX.of(6)(CrossEntropy())


# The logarithm of the label's probability


@SOFTMAX.of(5, LOG_OF_0)
def probabilities_first(x, y):
    probs = np.exp(x - np.max(x, axis=1, keepdims=True))
    probs /= np.sum(probs, axis=1, keepdims=True)
    N = x.shape[0]
    loss = -np.sum(np.log(probs[np.arange(N), y])) / N
    dx = probs.copy()
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx


@SOFTMAX.of(5, LOG_OF_0)
def mean_of_negative_logs(scores, y):
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = exp / exp.sum(axis=1, keepdims=True)
    n = len(y)
    loss = np.mean(-np.log(p[range(n), y]))
    p[range(n), y] -= 1
    return loss, p / n


@SOFTMAX.of(5, LOG_OF_0)
def one_hot_times_log(scores, y):
    # 0 * log(0) would be NaN, so only the label's entries are asked for their logarithm.
    t = np.eye(scores.shape[1])[y]
    e = np.exp(scores - scores.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    return -np.log((p * t).sum(axis=1)).mean(), (p - t) / len(t)


@SOFTMAX.of(5, LOG_OF_0)
def loop_with_probabilities(scores, y):
    loss, d = 0.0, np.zeros_like(scores)
    for i in range(scores.shape[0]):
        shifted = scores[i] - scores[i].max()
        p = np.exp(shifted) / np.sum(np.exp(shifted))
        loss += -np.log(p[y[i]])
        d[i] = p
        d[i, y[i]] -= 1
    return loss / scores.shape[0], d / scores.shape[0]


@SOFTMAX.of(5, LOG_OF_0)
def inner_functions(scores, y):
    def probabilities(z):
        e = np.exp(z - np.max(z, axis=1, keepdims=True))
        return e / np.sum(e, axis=1, keepdims=True)

    def cross_entropy(p, labels):
        return -np.log(p[np.arange(len(labels)), labels]).sum() / len(labels)

    p = probabilities(scores)
    loss = cross_entropy(p, y)
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


@SOFTMAX.of(5, LOG_OF_0)
def odds_of_the_label(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    right, total = e[np.arange(len(y)), y], e.sum(axis=1)
    d = e / total[:, None]
    d[np.arange(len(y)), y] -= 1
    return np.sum(-np.log(right / total)) / len(y), d / len(y)


@SOFTMAX.of(5, LOG_OF_0)
def scipy_softmax(scores, y):
    p = softmax(scores, axis=1)
    loss = -np.log(np.take_along_axis(p, y[:, None], 1)).mean()
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


@SOFTMAX.of(5, FLOOR)
def epsilon_of_1e_8(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y] + 1e-8).mean()
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


@SOFTMAX.of(5, FLOOR)
def clipped_on_both_sides(scores, y):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(np.clip(p[np.arange(len(y)), y], 1e-7, 1 - 1e-7)).mean()
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


@SOFTMAX.of(5, FLOOR)
def one_hot_with_epsilon(scores, y):
    t = np.eye(scores.shape[1])[y]
    p = softmax(scores, axis=1)
    return -np.sum(t * np.log(p + 1e-12)) / len(y), (p - t) / len(y)


@SOFTMAX.of(5, FLOOR)
def smallest_float_as_a_floor(scores, y):
    p = softmax(scores, axis=1)
    loss = -np.log(np.maximum(p[np.arange(len(y)), y], np.finfo(float).tiny)).mean()
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


# In place


@SOFTMAX.of(4.8, IN_PLACE)
def shifted_in_place(x, y):
    x -= np.max(x, axis=1, keepdims=True)
    log_sum = np.log(np.exp(x).sum(axis=1))
    d = np.exp(x - log_sum[:, None])
    loss = np.mean(log_sum - x[np.arange(len(y)), y])
    d[np.arange(len(y)), y] -= 1
    return loss, d / len(y)


@SOFTMAX.of(4, IN_PLACE)
def everything_in_place(x, y):
    x -= np.max(x, axis=1, keepdims=True)
    np.exp(x, out=x)
    x /= np.sum(x, axis=1, keepdims=True)
    loss = -np.log(x[np.arange(len(y)), y]).mean()
    x[np.arange(len(y)), y] -= 1
    x /= len(y)
    return loss, x


@SOFTMAX.of(4, IN_PLACE)
def shifted_in_place_by_an_axis(scores, y):
    scores -= scores.max(axis=1)[:, None]
    p = np.exp(scores) / np.exp(scores).sum(axis=1)[:, None]
    d = p.copy()
    d[range(len(y)), y] -= 1
    return -np.log(p[range(len(y)), y]).sum() / len(y), d / len(y)


@SOFTMAX.of(4, IN_PLACE)
def in_place_with_epsilon(scores, y):
    scores -= np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    loss = np.mean(-np.log(p[np.arange(len(y)), y] + 1e-15))
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


# Other habits that cost a part


@SOFTMAX.of(3, f"one shift for all rows, {LOG_OF_0}")
def shifted_by_one_number(scores, y):
    e = np.exp(scores - np.max(scores))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    p[np.arange(len(y)), y] -= 1
    return loss, p / len(y)


@SOFTMAX.of(4, "one shift for all rows")
def shifted_by_one_number_and_logs(scores, y):
    s = scores - scores.max()
    lse = np.log(np.exp(s).sum(axis=1))
    d = np.exp(s) / np.exp(s).sum(axis=1)[:, None]
    d[np.arange(len(y)), y] -= 1
    return (lse - s[np.arange(len(y)), y]).mean(), d / len(y)


@SOFTMAX.of(5.4, "single precision")
def in_single_precision(scores, y):
    return scipy_logsumexp(scores.astype(np.float32), y)


# The hinge


@HINGE.of(5)
def margins_and_a_count(x, y, delta=1):
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + delta)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    num_pos = np.sum(margins > 0, axis=1)
    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    dx[np.arange(N), y] -= num_pos
    dx /= N
    return loss, dx


@HINGE.of(5)
def two_loops_with_continue(scores, y, delta=1.0):
    loss, d = 0.0, np.zeros(scores.shape)
    for i in range(scores.shape[0]):
        for j in range(scores.shape[1]):
            if j == y[i]:
                continue
            margin = scores[i, j] - scores[i, y[i]] + delta
            if margin > 0:
                loss += margin
                d[i, j] += 1
                d[i, y[i]] -= 1
    return loss / scores.shape[0], d / scores.shape[0]


@HINGE.of(5)
def label_counted_and_delta_taken_off(scores, y, delta=1):
    n = len(y)
    margins = np.maximum(0, scores - scores[np.arange(n), y].reshape(-1, 1) + delta)
    mask = np.where(margins > 0, 1.0, 0.0)
    mask[np.arange(n), y] = 0
    mask[np.arange(n), y] = -mask.sum(axis=1)
    return (margins.sum() - n * delta) / n, mask / n


@HINGE.of(5)
def a_mask_of_the_others(scores, y, delta=1):
    others = np.arange(scores.shape[1]) != y[:, None]
    gap = scores - np.take_along_axis(scores, y[:, None], axis=1) + delta
    hit = (gap > 0) & others
    d = hit.astype(float)
    d -= (~others) * hit.sum(axis=1, keepdims=True)
    return (gap * hit).sum() / len(y), d / len(y)


@HINGE.of(5)
def with_heaviside(scores, y, delta=1):
    t = np.eye(scores.shape[1])[y]
    gap = (scores - (scores * t).sum(axis=1, keepdims=True) + delta) * (1 - t)
    hit = np.heaviside(gap, 0)
    return np.mean(np.sum(np.clip(gap, 0, None), axis=1)), (hit - t * hit.sum(1)[:, None]) / len(t)


@HINGE.of(5)
def margins_deleted_at_the_label(scores, y, delta=1):
    losses, grads = [], []
    for row, label in zip(scores, y, strict=True):
        gaps = np.delete(row, label) - row[label] + delta
        losses.append(gaps[gaps > 0].sum())
        grads.append(np.insert((gaps > 0).astype(float), label, -(gaps > 0).sum()))
    return np.mean(losses), (np.array(grads) / len(y)).tolist()


@HINGE.of(5)
def boolean_times_one(scores, y, delta=1):
    n = len(scores)
    m = scores - scores[range(n), y][:, None] + delta
    m[range(n), y] = 0
    binary = (m > 0) * 1
    binary[range(n), y] = -binary.sum(axis=1)
    return np.array([m[m > 0].sum() / n]), binary / n


@HINGE.of(4, IN_PLACE)
def subtracted_in_place(scores, y, delta=1):
    n = len(y)
    scores -= scores[np.arange(n), y][:, None].copy()
    margins = np.maximum(0, scores + delta)
    margins[np.arange(n), y] = 0
    d = (margins > 0) * 1.0
    d[np.arange(n), y] = -d.sum(axis=1)
    return margins.sum() / n, d / n


def spelled(spellings):
    return pytest.mark.parametrize(("function", "points", "name"), spellings.values(), ids=[*spellings])


def judged(exercise, function, points, name):
    verdict, report = judge(BY_NAME[exercise], function), check(exercise, function)
    assert (round(verdict.points, 9), verdict.mistake) == (points, name)
    assert verdict.verdict == ("correct" if name is None else "convention")
    return report


@spelled(SOFTMAX)
def test_a_right_softmax_loss_earns_all_or_most_and_both_checks_say_the_same(function, points, name):
    report = judged("softmax_loss", function, points, name)
    assert report.passed is (name is None)
    assert name is None or name in f"{report.headline} {report.detail}".lower()


@spelled(HINGE)
def test_a_right_hinge_loss_earns_all_or_most_and_both_checks_say_the_same(function, points, name):
    report = judged("svm_loss", function, points, name)
    assert report.passed is (name is None)
    assert name is None or report.headline.lower() == f"{name}."


def test_whoever_writes_the_loss_from_probabilities_meets_the_name_of_another_slip_first():
    def summed(scores, y):
        loss, d = probabilities_first(scores, y)
        return loss * len(y), d * len(y)

    def overflowing(scores, y):
        e = np.exp(scores)
        p = e / e.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(len(y)), y]).mean()
        p[np.arange(len(y)), y] -= 1
        return loss, p / len(y)

    def summed_in_place(scores, y):
        loss, d = everything_in_place(scores, y)
        return loss, d * len(y)

    found = {}
    for function in (summed, overflowing, summed_in_place):
        verdict, report = judge(BY_NAME["softmax_loss"], function), check("softmax_loss", function)
        assert verdict.points == 0
        assert report.headline == f"{verdict.mistake.capitalize()}."
        found[function.__name__] = verdict.mistake
    assert found == {
        "summed": "sum for mean",
        "overflowing": "no max shift",
        "summed_in_place": "gradient not divided by rows",
    }


@pytest.mark.parametrize("rate", [500, 700])
def test_scores_that_are_clipped_do_not_pass_for_shifted_ones(rate):
    def clipped(scores, y):
        return scipy_logsumexp(np.clip(scores, -rate, rate), y)

    assert judge(BY_NAME["softmax_loss"], clipped).points == 0
    assert not check("softmax_loss", clipped).passed
