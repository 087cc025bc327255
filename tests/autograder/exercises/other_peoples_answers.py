"""Right answers in the ways that people write them, apart from those the checks were made with.

With SciPy and scikit-learn, with ``einsum``, loops and recursion, in lists, as objects with state of their own that
does no harm, with type hints and early returns.  Every one earns everything.
"""

from __future__ import annotations

import collections
import copy
import functools
import io
import itertools
import json
import math
import operator
import statistics
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.linalg
import scipy.signal
import scipy.spatial.distance
import scipy.special
import scipy.stats
from sklearn.metrics import accuracy_score
from sklearn.preprocessing import OneHotEncoder

from course import plots
from course.kept_figures import background
from course.pixels import moved

ANSWERS: dict[str, list[Any]] = collections.defaultdict(list)
"""Exercise -> right answers."""


def right(exercise: str):
    """Return a decorator that records a right answer, a function or a class whose objects are called."""

    def record(answer):
        ANSWERS[exercise].append(answer)
        return answer

    return record


# F1


@right("distances")
def distances_of_scipy(X, Y):
    return scipy.spatial.distance.cdist(np.asarray(X, float), np.asarray(Y, float))


@right("distances")
def distances_in_two_loops(X, Y):
    return [[math.dist(map(float, a), map(float, b)) for b in Y] for a in X]


@right("distances")
def distances_by_broadcasting(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    difference = X[:, np.newaxis, :].astype(float) - Y[np.newaxis, :, :].astype(float)
    return np.linalg.norm(difference, axis=-1)


@right("distances")
def distances_one_row_at_a_time(X, Y):
    out = np.zeros((X.shape[0], Y.shape[0]))
    for i in range(X.shape[0]):
        out[i, :] = np.sqrt(np.einsum("md,md->m", Y - 1.0 * X[i], Y - 1.0 * X[i]))
    return out


@right("vote")
def vote_by_counting(labels, k):
    winners = []
    for row in labels:
        counts = collections.Counter(row[:k].tolist())  # most_common keeps the order of first meetings
        winners.append(counts.most_common(1)[0][0])
    return np.array(winners)


@right("vote")
def vote_by_the_largest_key(labels, k):
    def one(row):
        near = list(row[:k])
        return max(near, key=near.count)

    return list(map(one, np.asarray(labels)))


@right("folds")
def folds_by_array_split(n, parts, rng):
    rows = np.arange(n)
    rng.shuffle(rows)
    return np.array_split(rows, parts)


@right("folds")
def folds_dealt_like_cards(n, parts, rng):
    hands = [[] for _ in range(parts)]
    for place, row in enumerate(rng.permutation(n).tolist()):
        hands[place % parts].append(row)
    return hands


@right("cross_validate")
def cross_validate_with_a_mask(predict, X, y, parts, ks):
    rows = []
    for k in ks:
        row = []
        for part in parts:
            rest = np.ones(len(y), bool)
            rest[part] = False
            row.append(accuracy_score(y[part], predict(X[rest], y[rest], X[part], k)))
        rows.append(row)
    return rows


@right("cross_validate")
def cross_validate_with_setdiff(predict, X, y, parts, ks):
    def share(k, part):
        rest = np.setdiff1d(np.arange(len(X)), part)
        guess = np.asarray(predict(X[rest], y[rest], X[part], k))
        return (guess == y[part]).sum() / len(part)

    return np.array([[share(k, part) for part in parts] for k in ks])


@right("ask_once")
def ask_once_with_max(predict, X, y, X_test, y_test, ks, table):
    means = [statistics.fmean(row) for row in np.asarray(table).tolist()]
    _, best = max(zip(means, ks, strict=True), key=operator.itemgetter(0))
    guess = predict(X, y, X_test, best)
    return best, sum(int(a == b) for a, b in zip(guess, y_test, strict=True)) / len(y_test)


@right("ask_once")
def ask_once_with_an_array_for_a_pair(predict, X, y, X_test, y_test, ks, table):
    k = sorted(zip(map(sum, table), itertools.count(0, -1), ks, strict=False))[-1][2]
    return np.array([k, np.count_nonzero(np.equal(predict(X, y, X_test, k=k), y_test)) / len(y_test)])


@right("shifted_share")
def shifted_share_in_a_loop(classify, images, y):
    plain = (np.asarray(classify(images)) == y).mean()
    total = 0.0
    for down, side in itertools.product((-1, 0, 1), repeat=2):
        if abs(down) + abs(side) == 1:
            total += (np.asarray(classify(moved(images, down, side))) == y).mean() / 4
    return plain, total


# F2


@right("scores")
def scores_with_the_bias_apart(W, X):
    return X @ W[:, :-1].T + W[:, -1]


@right("scores")
def scores_with_einsum(W, X):
    ones = np.c_[X, np.ones(X.shape[0])]
    return np.einsum("cd,nd->nc", W, ones)


@right("svm_gradient")
def svm_gradient_in_loops(W, X, y, reg, delta=1.0):
    n, classes = X.shape[0], W.shape[0]
    dW, loss = np.zeros(W.shape), 0.0
    for i in range(n):
        x = np.append(X[i], 1.0)
        s = W.dot(x)
        for j in range(classes):
            if j == y[i]:
                continue
            margin = s[j] - s[y[i]] + delta
            if margin > 0:
                loss += margin
                dW[j] += x
                dW[y[i]] -= x
    loss /= n
    dW /= n
    loss += 0.5 * reg * np.sum(W[:, :-1] * W[:, :-1])
    dW[:, :-1] += reg * W[:, :-1]
    return loss, dW


@right("softmax_gradient")
def softmax_gradient_of_scipy(W, X, y, reg):
    Xb = np.column_stack([X, np.ones(len(X))])
    log_p = scipy.special.log_softmax(Xb @ W.T, axis=1)
    onehot = np.eye(len(W))[y]
    mask = np.ones_like(W)
    mask[:, -1] = 0
    loss = -np.sum(onehot * log_p) / len(y) + 0.5 * reg * np.sum(mask * W**2)
    return loss, (np.exp(log_p) - onehot).T @ Xb / len(y) + reg * mask * W


@right("minibatches")
def minibatches_as_a_generator(X, y, size, rng):
    mixed = np.arange(len(X))
    rng.shuffle(mixed)
    at = 0
    batches = []
    while at < len(mixed):
        take = mixed[at : at + size]
        batches.append([X[take], y[take]])
        at += size
    return batches


@right("train_linear")
def train_linear_with_deepcopy(loss, W, X, y, rule, config, batches, epochs):
    weights, state, history = np.array(W), copy.deepcopy(config), []
    for _epoch in range(epochs):
        for xb, yb in batches(X, y):
            value, grad = loss(weights, xb, yb)
            history += [float(value)]
            weights, state = rule(weights, grad, state)
    return weights, np.array(history)


# F3


@right("circuit")
def circuit_by_the_quotient_rule(x, y):
    s = lambda z: scipy.special.expit(z)  # noqa: E731
    num, den = x + s(y), s(x) + (x + y) ** 2
    num_x, num_y = 1.0, s(y) * (1 - s(y))
    den_x, den_y = s(x) * (1 - s(x)) + 2 * (x + y), 2 * (x + y)
    return num / den, (num_x * den - num * den_x) / den**2, (num_y * den - num * den_y) / den**2


@right("matmul_backward")
def matmul_backward_with_einsum(dD, X, W):
    return np.einsum("ij,kj->ik", dD, W), np.einsum("ki,kj->ij", X, dD)


@right("sum_to_shape")
def sum_to_shape_in_a_loop(grad, shape):
    grad = np.asarray(grad)
    while grad.ndim > len(shape):
        grad = grad.sum(0)
    for axis, size in enumerate(shape):
        if size == 1 and grad.shape[axis] != 1:
            grad = np.expand_dims(grad.sum(axis), axis)
    return grad


@right("max_backward")
def max_backward_row_by_row(dout, x):
    dx = np.zeros(x.shape)
    for i, row in enumerate(x):
        (best,) = np.nonzero(row == max(row))
        for j in best:
            dx[i, j] = dout[i] / len(best)
    return dx


@right("gate")
def gate_in_two_tables(kind, *inputs):
    forward = {
        "add": np.add,
        "multiply": np.multiply,
        "matmul": np.matmul,
        "reciprocal": np.reciprocal,
        "exp": np.exp,
        "log": np.log,
        "relu": functools.partial(np.maximum, 0.0),
        "sum": np.sum,
    }
    value = forward[kind](*inputs)

    def pull(g):
        first, last = inputs[0], inputs[-1]
        return {
            "add": lambda: [g, g],
            "multiply": lambda: [last * g, first * g],
            "matmul": lambda: [g @ last.T, first.T @ g],
            "reciprocal": lambda: [-g * value**2],
            "exp": lambda: [value * g],
            "log": lambda: [np.divide(g, first)],
            "relu": lambda: [np.where(first > 0, g, 0.0)],
            "sum": lambda: [np.full(np.shape(first), float(g))],
        }[kind]()

    return value, pull


@right("backward")
def backward_without_recursion(node):
    order, stack, seen = [], [(node, False)], set()
    while stack:
        each, done = stack.pop()
        if done:
            order.append(each)
        elif id(each) not in seen:
            seen.add(id(each))
            stack.append((each, True))
            stack.extend((parent, False) for parent in each.parents)
    for each in order:
        each.grad = 0.0 * each.value
    node.grad = node.value * 0 + 1.0
    while order:
        each = order.pop()
        if not each.parents:
            continue
        for parent, share in zip(each.parents, each.pull(each.grad), strict=False):
            parent.grad = np.add(parent.grad, share)


# F4


@right("activation")
def activation_with_match(kind: str, x: np.ndarray) -> np.ndarray:
    match kind:
        case "sigmoid":
            return scipy.special.expit(x)
        case "tanh":
            return np.tanh(x)
        case "relu":
            return x.clip(min=0)
        case "leaky":
            return np.where(x < 0, 0.01 * x, x)
    raise KeyError(kind)


@right("slope_from_output")
def slope_from_output_in_a_table(kind, out):
    return {
        "sigmoid": lambda o: o - o * o,
        "tanh": lambda o: (1 - o) * (1 + o),
        "relu": lambda o: np.heaviside(o, 0.0),
        "leaky": lambda o: np.array(
            [[1.0 if v > 0 else 0.01 for v in row] for row in np.atleast_2d(o)]
        ).reshape(o.shape),
    }[kind](np.asarray(out))


@right("dead_share")
def dead_share_in_one_array(W, b, batches):
    outputs = np.vstack([np.maximum(0, X @ W + b) for X in batches])
    return np.mean(outputs.max(axis=0) == 0)


@right("count")
def count_with_pairwise(sizes):
    weights = sum(a * b for a, b in itertools.pairwise(sizes))
    biases = sum(sizes) - sizes[0]
    return biases, weights + biases


@right("forward")
def forward_by_reduce(params, X):
    count = sum(name.startswith("W") for name in params)

    def layer(h, k):
        z = h @ params[f"W{k}"] + params[f"b{k}"]
        return z if k == count else z * (z > 0)

    return functools.reduce(layer, range(1, count + 1), X)


@right("two_layer")
def two_layer_as_in_a_course(params, X, y, reg):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    N = X.shape[0]
    h1 = np.maximum(0, X.dot(W1) + b1)
    scores = h1.dot(W2) + b2
    scores -= np.max(scores, axis=1, keepdims=True)
    log_p = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    loss = -np.sum(log_p[np.arange(N), y]) / N
    loss += 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    dscores = np.exp(log_p)
    dscores[np.arange(N), y] -= 1
    dscores /= N
    grads = {}
    grads["W2"] = h1.T.dot(dscores) + reg * W2
    grads["b2"] = np.sum(dscores, axis=0)
    dh = dscores.dot(W2.T)
    dh[h1 <= 0] = 0
    grads["W1"] = X.T.dot(dh) + reg * W1
    grads["b1"] = np.sum(dh, axis=0)
    return loss, grads


# 01


@right("numerical_gradient")
def numerical_gradient_over_a_view(f, x, h=1e-5):
    work = np.array(x, dtype="d", order="C")
    flat, out = work.reshape(-1), np.empty(np.size(x))
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + h
        out[i] = f(work)
        flat[i] = kept - h
        out[i] -= f(work)
        flat[i] = kept
    return (out / (2.0 * h)).reshape(np.shape(x))


@right("relative_error")
def relative_error_in_a_loop(a, n):
    worst = 0.0
    for one, other in zip(np.ravel(a).astype(float), np.ravel(n).astype(float), strict=True):
        if one or other:
            worst = max(worst, abs(one - other) / max(abs(one), abs(other)))
    return worst


@right("relative_error")
def relative_error_with_divide(a, n):
    a, n = np.atleast_1d(np.asarray(a, float)), np.atleast_1d(np.asarray(n, float))
    top, bottom = np.abs(a - n), np.fmax(np.abs(a), np.abs(n))
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0).max()


@right("crosses_kink")
def crosses_kink_with_any(winners, x, ix, h):
    before = np.array(winners(x))

    def changed(step):
        there = np.array(x, dtype=float)
        there[ix] = there[ix] + step
        return bool((np.array(winners(there)) != before).any())

    return any(changed(step) for step in (h, -h))


@right("check_gradients")
def check_gradients_over_flat_views(loss, params, grads, per_array, rng, eps=1e-5):
    worst = dict.fromkeys(params, 0.0)
    for name in params:
        w, g = params[name], np.ravel(grads[name])
        places = rng.permutation(w.size)[:per_array]
        for place in places:
            at = np.unravel_index(int(place), w.shape)
            ends = []
            kept = float(w[at])
            for step in (eps, -eps):
                w[at] = kept + step
                ends.append(loss(params))
            w[at] = kept
            slope = (ends[0] - ends[1]) / (2 * eps)
            scale = max(abs(slope), abs(g[place]))
            worst[name] = max(worst[name], abs(slope - g[place]) / scale if scale else 0.0)
    return worst


@right("find_trojans")
def find_trojans_by_random_directions(implementations, data):
    """Several places, and along every array a direction that draws of entries would need luck to see."""
    X, y, accused = data["X"], data["y"], []
    for name, loss in implementations.items():
        worst = 0.0
        params = {k: np.array(w) for k, w in data["params"].items()}
        for step in range(41):
            grads = loss(params, X, y, 0.0, 1)[1]
            if step in (0, 40):
                for k, w in params.items():
                    for at in list(np.ndindex(w.shape))[:: max(1, w.size // 12)]:
                        ends = []
                        for move in (1e-5, -1e-5):
                            there = {**params, k: w.copy()}
                            there[k][at] += move
                            ends.append(loss(there, X, y, 0.0, 1)[0])
                        slope = (ends[0] - ends[1]) / 2e-5
                        scale = max(abs(slope), abs(grads[k][at]))
                        worst = max(worst, abs(slope - grads[k][at]) / scale if scale > 1e-6 else 0.0)
            params = {k: w - 0.4 * grads[k] for k, w in params.items()}
        if worst > 1e-3:
            accused.append(name)
    return accused


# 02


@right("chance_loss")
def chance_loss_in_a_table(classes, kind, delta=1.0):
    try:
        return {"softmax": np.log(classes), "hinge": delta * (classes - 1)}[kind]
    except KeyError:
        raise ValueError(kind) from None


@right("chance_loss")
def chance_loss_with_an_error_of_its_own(classes, kind, delta=1):
    class UnknownKind(ValueError):
        pass

    if kind == "softmax":
        return math.log(classes)
    if kind == "hinge":
        return delta * (classes - 1)
    raise UnknownKind(kind)


@right("softmax_loss")
def softmax_loss_of_scipy(scores, y):
    lse = scipy.special.logsumexp(scores, axis=1, keepdims=True)
    logp = np.subtract(scores, lse)
    target = np.zeros_like(logp)
    np.put_along_axis(target, np.asarray(y)[:, None], 1.0, axis=1)
    return -(target * logp).sum(1).mean(), (np.exp(logp) - target) / scores.shape[0]


@right("softmax_loss")
def softmax_loss_row_by_row(scores, y):
    total, grad = 0.0, []
    for row, label in zip(scores.tolist(), y.tolist(), strict=True):
        top = max(row)
        sizes = [math.exp(v - top) for v in row]
        whole = math.fsum(sizes)
        total += math.log(whole) - (row[label] - top)
        grad.append([(s / whole - (k == label)) / len(scores) for k, s in enumerate(sizes)])
    return total / len(scores), grad


@right("svm_loss")
def svm_loss_with_a_list(scores, y, delta=1.0):
    N = len(scores)
    loss, dscores = 0, np.zeros(scores.shape)
    for i, (row, label) in enumerate(zip(scores, y, strict=True)):
        for j, s in enumerate(row):
            if j != label and (m := s - row[label] + delta) > 0:
                loss += m / N
                dscores[i, j] += 1 / N
                dscores[i, label] -= 1 / N
    return loss, dscores


@right("overfit_tiny")
def overfit_tiny_collecting_in_an_array(loss, params, X, y, rule, config, steps):
    X, y = X[:20], y[:20]
    theta = copy.deepcopy(params)
    state = {k: copy.deepcopy(config) for k in theta}
    out = np.empty(steps + 1)
    for t in range(steps + 1):
        out[t], grads = loss(theta, X, y, 0)
        if t == steps:
            break
        for k in list(theta):
            theta[k], state[k] = rule(theta[k], grads[k], state[k])
    return out


@right("regularization_raises_loss")
def regularization_raises_loss_with_all(loss, params, X, y, strengths):
    values = [loss(params, X, y, s)[0] for s in sorted(strengths)]
    return all(a < b for a, b in itertools.pairwise(values))


# 03


@right("to_epochs")
def to_epochs_by_the_share_of_a_batch(iterations, n, batch):
    return iterations * np.true_divide(batch, n)


@right("smooth")
def smooth_by_a_filter(x, beta):
    x = np.asarray(x, dtype=float)
    start = scipy.signal.lfiltic([1 - beta], [1, -beta], [x[0]])
    return np.concatenate([x[:1], scipy.signal.lfilter([1 - beta], [1, -beta], x[1:], zi=start)[0]])


@right("smooth")
def smooth_by_accumulate(x, beta):
    return list(itertools.accumulate(map(float, x), lambda s, v: beta * s + (1 - beta) * v))


@right("update_ratio")
def update_ratio_with_hypot(w, update):
    a, b = math.hypot(*np.ravel(w)), math.hypot(*np.ravel(update))
    if a == 0:
        return float("inf") if b else 0.0
    return b / a


@right("activation_stats")
def activation_stats_in_pieces(a, kind):
    if kind not in {"tanh", "relu"}:
        raise ValueError("no such kind")
    values = np.asarray(a, float)
    found = {"mean": float(values.mean()), "std": float(math.sqrt(((values - values.mean()) ** 2).mean()))}
    if kind == "tanh":
        found.update(saturated=np.count_nonzero(abs(values) > 0.97) / values.size)
    else:
        found.update(dead=sum(not column.any() for column in values.T) / values.shape[1])
    return found


@right("diagnose_run")
def diagnose_run_without_numpy(history):
    steps, losses = list(history["step_loss"]), list(history["train_loss"])
    first, last = losses[0], losses[-1]
    accuracy = history["train_accuracy"][-1]
    gap = accuracy - history["val_accuracy"][-1]
    tail, late = losses[len(losses) // 2 :], steps[len(steps) // 2 :]
    if not all(map(math.isfinite, steps)) or max(steps) > 100 * first:
        return "diverged"
    rises = [later > earlier for earlier, later in itertools.pairwise(tail)]
    if accuracy < 0.9 and sum(rises) * 5 >= len(rises):
        return "rate too high"
    noise = statistics.pstdev(b - a for a, b in itertools.pairwise(late)) / 2**0.5
    for label, holds in (
        ("batch too small", noise > first / 4),
        ("rate too low", tail[0] - last >= 0.4 * (first - last)),
        ("overfitting", gap > 0.1),
        ("underfitting", accuracy < 0.9),
    ):
        if holds:
            return label
    return "healthy"


# 04


@right("sgd")
class PlainDescent:
    def __call__(self, w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple:
        settings = {"learning_rate": 0.01, **(config or {})}
        return w + -settings["learning_rate"] * dw, settings


@right("sgd")
def sgd_in_place(w, dw, config=None):
    config = config or {}
    w -= config.get("learning_rate", 0.01) * dw
    return w, config


@right("sgd_momentum")
@dataclass
class Heavy:
    defaults: dict = field(default_factory=lambda: {"learning_rate": 1e-2, "momentum": 0.9})

    def __call__(self, w, dw, config=None):
        c = collections.ChainMap(config if config is not None else {}, self.defaults)
        v = c.get("velocity")
        v = -c["learning_rate"] * dw if v is None else c["momentum"] * v - c["learning_rate"] * dw
        return w + v, {**c, "velocity": v}


@right("sgd_momentum")
def momentum_as_pytorch_at_its_rate(w, dw, config=None):
    """The velocity in units of the rate of this step, carried over as displacement."""
    c = dict(config or {})
    lr, mu = c.setdefault("learning_rate", 1e-2), c.setdefault("momentum", 0.9)
    last = c.get("step", 0 * w)
    c["step"] = mu * last - lr * dw
    return w + c["step"], c


@right("sgd_nesterov_momentum")
def nesterov_in_one_formula(w, dw, config=None):
    config = dict(config or {})
    lr = config.get("learning_rate", 0.01)
    mu = config.get("momentum", 0.9)
    v = mu * config.get("v", np.zeros(np.shape(w))) - lr * dw
    config.update(v=v, learning_rate=lr, momentum=mu)
    return w + mu * v - lr * dw, config


@right("lookahead_step")
def lookahead_in_place(x, v, grad, lr, mu):
    v_new = mu * v - lr * grad(x + mu * v)
    return np.add(x, v_new), v_new


@right("momentum_schedule")
def momentum_schedule_as_np_interp(t, T):
    return np.interp(t, (0, T), (0.5, 0.99))


@right("momentum_schedule")
def momentum_schedule_early(t, T):
    if t >= T:
        return 0.99
    return (0.5 * (T - t) + 0.99 * t) / T


@right("max_stable_rate")
def max_stable_rate_in_a_table(curvature, mu, kind):
    top = float(max(np.ravel(curvature)))
    return {"sgd": 2.0, "momentum": 2 + 2 * mu, "nesterov": (2 + 2 * mu) / (1 + 2 * mu)}[kind] / top


# 05


@right("adagrad")
def adagrad_as_keras_would(var, grad, config=None):
    config = dict(config or {})
    lr, eps = config.get("learning_rate", 0.01), config.get("epsilon", 1e-8)
    accumulator = config.get("accumulator")
    accumulator = np.square(grad) if accumulator is None else accumulator + np.square(grad)
    config["accumulator"] = accumulator
    return var - lr * grad / (np.sqrt(accumulator) + eps), config


@right("rmsprop")
def rmsprop_with_lerp(w, dw, config=None):
    c = {"learning_rate": 0.01, "decay_rate": 0.99, "epsilon": 1e-8, "s": 0.0, **(config or {})}
    c["s"] = c["s"] + (1 - c["decay_rate"]) * (dw**2 - c["s"])
    return w - c["learning_rate"] * dw / (c["s"] ** 0.5 + c["epsilon"]), c


@right("adam")
def adam_as_published(theta, g, config=None):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "m": 0, "v": 0, "t": 0}
    c.update(config or {})
    c["t"] = t = c["t"] + 1
    c["m"] = c["m"] * c["beta1"] + g * (1 - c["beta1"])
    c["v"] = c["v"] * c["beta2"] + np.power(g, 2) * (1 - c["beta2"])
    mhat, vhat = c["m"] / (1 - np.power(c["beta1"], t)), c["v"] / (1 - np.power(c["beta2"], t))
    return theta - c["learning_rate"] * mhat / (np.sqrt(vhat) + c["epsilon"]), c


@right("adam")
def adam_with_running_products(w, dw, config=None):
    """The bias corrections as running products of the decays, as Keras keeps them."""
    c = dict(config or {})
    b1, b2 = c.setdefault("beta1", 0.9), c.setdefault("beta2", 0.999)
    m, v, p1, p2 = c.get("moments", (np.zeros_like(w), np.zeros_like(w), 1.0, 1.0))
    m, v, p1, p2 = b1 * m + (1 - b1) * dw, b2 * v + (1 - b2) * dw * dw, p1 * b1, p2 * b2
    c["moments"] = (m, v, p1, p2)
    step = (m / (1 - p1)) / (np.sqrt(v / (1 - p2)) + c.setdefault("epsilon", 1e-8))
    return w - c.setdefault("learning_rate", 1e-3) * step, c


@right("first_step")
def first_step_with_norm(rule, config):
    after, _state = rule(np.zeros(1), np.full(1, 100.0), copy.copy(config))
    return np.linalg.norm(after) / config["learning_rate"]


@right("steps_to_escape")
def steps_to_escape_with_while(rule, config, y0, limit=2000):
    config, point, n = copy.deepcopy(config), np.array((1.0, float(y0))), 0
    while n < limit:
        n += 1
        x, y = point
        point, config = rule(point, np.array([2 * x, -2 * y]), config)
        if not -1 <= point[1] <= 1:
            return n
    return None


# 06


@right("trace")
def trace_in_rows(rule, surface, start, steps, config=None, limit=1e3):
    state = {} if config is None else copy.deepcopy(config)
    path = [tuple(map(float, start))]
    while len(path) <= steps:
        here = np.array(path[-1])
        nxt, state = rule(here, surface.gradient(here.copy()), state)
        if not all(abs(float(v)) < limit for v in nxt):
            break
        path.append(tuple(map(float, nxt)))
    return np.array(path)


@right("draw_frame")
def draw_frame_that_clears(ax, surface, paths, step):
    ax.clear()
    background(ax, surface)
    for label, path in paths.items():
        style = plots.line_style(label)
        until = min(step, len(path) - 1)
        if step >= len(path):
            style["label"] = f"{label} (stopped at step {until})"
        ax.plot(path[: until + 1, 0], path[: until + 1, 1], **style)
        ax.scatter([path[0, 0]], [path[0, 1]], color=style["color"], zorder=3)
    ax.set_xlim(*surface.domain[0])
    ax.set_ylim(*surface.domain[1])
    ax.legend()
    return ax


# 07


@right("step_decay")
def step_decay_with_get(iteration, config=None):
    get = (config or {}).get
    drops = iteration // (get("per_epoch", 100) * get("every", 5))
    return get("initial_rate", 0.1) * get("factor", 0.5) ** drops


@right("smooth_decay")
def smooth_decay_in_a_table(iteration, config=None):
    c = {"kind": "exponential", "initial_rate": 0.1, "per_epoch": 100, "k": 0.1, "epochs": 10} | (
        config or {}
    )
    t = iteration / c["per_epoch"]
    share = {
        "exponential": lambda: math.exp(-c["k"] * t),
        "1/t": lambda: 1 / (1 + c["k"] * t),
        "linear": lambda: max(1 - t / c["epochs"], 0),
    }[c["kind"]]
    return c["initial_rate"] * share()


@right("scale_rate")
def scale_rate_with_sympys_words(rate, batch, new_batch, curvature=0):
    ratio = new_batch / batch
    return 2 * ratio * rate / (2 + (ratio - 1) * rate * curvature)


@right("reduce_on_plateau")
def reduce_on_plateau_as_pytorch(history, config=None):
    c = {"initial_rate": 0.1, "factor": 0.5, "patience": 3} | (config or {})
    lr, best, num_bad_epochs = c["initial_rate"], float("inf"), 0
    for metric in history["val_error"]:
        if metric < best:
            best = metric
            num_bad_epochs = 0
        else:
            num_bad_epochs += 1
        if num_bad_epochs >= c["patience"]:
            lr *= c["factor"]
            num_bad_epochs = 0
    return lr


@right("translate_momentum_buffer")
def translate_momentum_buffer_in_two_steps(v, old_rate, new_rate):
    buffer = -np.asarray(v) / old_rate
    return -new_rate * buffer


# 08


@right("numerical_hessian")
def numerical_hessian_by_columns(gradient, x, h=1e-5):
    x = np.asarray(x, float)
    columns = [(gradient(x + e) - gradient(x - e)) / (2 * h) for e in h * np.eye(x.size)]
    return np.stack(columns, axis=-1)


@right("newton_step")
def newton_step_of_scipy(g, H, damping=0):
    return scipy.linalg.solve(H + damping * np.identity(g.size), -g)


@right("newton_step")
def newton_step_by_the_diagonal(g, H, damping=0):
    A = np.array(H, dtype=float)
    np.fill_diagonal(A, A.diagonal() + damping)
    return -np.linalg.inv(A).dot(g)


@right("newton_step")
def newton_step_with_an_error_of_its_own(g, H, damping=0):
    class Singular(np.linalg.LinAlgError):
        pass

    A = H + damping * np.identity(len(g))
    if np.linalg.matrix_rank(A) < len(g):
        raise Singular("no step")
    return scipy.linalg.lu_solve(scipy.linalg.lu_factor(A), -g)


@right("hessian_vector_product")
def hessian_vector_product_with_a_unit(gradient, x, v, h=1e-5):
    size = math.sqrt(v @ v)
    if not size:
        return 0 * v
    unit = v / size
    return (gradient(x + h * unit) - gradient(x - h * unit)) * (size / (2 * h))


@right("lbfgs_direction")
def lbfgs_direction_with_deques(g, S, Y):
    pairs = collections.deque(
        (s, y, 1.0 / float(np.dot(s, y))) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0
    )
    q = np.array(g, dtype=float)
    if not pairs:
        return np.negative(q)
    a = collections.deque()
    for s, y, rho in reversed(pairs):
        a.appendleft(rho * s.dot(q))
        q -= a[0] * y
    s, y, rho = pairs[-1]
    q /= rho * y.dot(y)
    for (s, y, rho), alpha in zip(pairs, a, strict=True):
        q += s * (alpha - rho * y.dot(q))
    return -q


# 09


@right("sample_log_uniform")
def sample_log_uniform_with_exp(lo, hi, n, rng):
    return np.exp(rng.uniform(math.log(lo), math.log(hi), size=n))


@right("sample_log_uniform")
def sample_log_uniform_one_by_one(lo, hi, n, rng):
    return [lo * (hi / lo) ** rng.random() for _ in range(n)]


@right("random_search")
def random_search_in_two_lists(objective, space, n, rng):
    good, bad = [], []
    for _ in range(n):
        settings = {}
        for name in space:
            settings[name] = space[name](rng)
        trial = dict(objective(settings), settings=settings)
        (bad if trial["val_accuracy"] != trial["val_accuracy"] else good).append(trial)
    good.sort(key=operator.itemgetter("val_accuracy"), reverse=True)
    return good + bad


@right("on_border")
def on_border_by_a_quotient(best, lo, hi, margin=0.1):
    share = math.log(best / lo) / math.log(hi / lo)
    return "low" if share < margin else "high" if 1 - share < margin else "inside"


@right("coarse_to_fine")
def coarse_to_fine_with_natural_logs(search, ranges, epochs=(1, 5, 20), budget=300, border=None):
    border = border or on_border_by_a_quotient
    out, now = [], dict(ranges)
    for each in epochs:
        runs = (budget // len(epochs)) // each
        best = search(now, runs, each)[0]["settings"]
        out.append({"ranges": dict(now), "best": best})
        for name in list(now):
            lo, hi = now[name]
            half = math.sqrt(hi / lo)
            if border(best[name], lo, hi) == "inside":
                half = half ** (1 / 3)
            now[name] = (best[name] / half, best[name] * half)
    return out


@right("successive_halving")
def successive_halving_by_recursion(train, settings, epochs=1, eta=2):
    trials = [{"settings": s, "val_accuracy": train(s, epochs)} for s in settings]
    worst = [t for t in trials if math.isnan(t["val_accuracy"])]
    fine = sorted((t for t in trials if not math.isnan(t["val_accuracy"])), key=lambda t: -t["val_accuracy"])
    rung = {"epochs": epochs, "trials": fine + worst}
    if len(settings) == 1:
        return [rung]
    on = [t["settings"] for t in rung["trials"][: max(len(settings) // eta, 1)]]
    return [rung, *successive_halving_by_recursion(train, on, epochs * eta, eta)]


@right("save")
def save_with_dump(store, name, record):
    text = io.StringIO()
    json.dump(record, text, indent=2, sort_keys=True)
    temporary = "." + name + ".part"
    store.write(temporary, text.getvalue())
    store.rename(temporary, name)


# 10


@right("average_predictions")
def average_predictions_in_a_loop(scores):
    total = 0
    for each in scores:
        e = np.exp(each - each.max(axis=-1, keepdims=True))
        total = total + e / e.sum(axis=-1, keepdims=True)
    return total / len(scores)


@right("honest_gain")
def honest_gain_of_scipy(members, ensembles):
    gains = [e - np.mean(m) for m, e in zip(members, ensembles, strict=True)]
    low, high = scipy.stats.t.interval(0.95, len(gains) - 1, loc=np.mean(gains), scale=scipy.stats.sem(gains))
    return float(np.mean(gains)), low, high


@right("honest_gain")
def honest_gain_as_a_paired_test(members, ensembles):
    result = scipy.stats.ttest_rel(ensembles, np.mean(members, axis=1))
    interval = result.confidence_interval(0.95)
    return np.mean(np.asarray(ensembles) - np.mean(members, axis=1)), interval.low, interval.high


@right("checkpoint_ensemble")
def checkpoint_ensemble_with_predictions(params, train_epoch, scores, epochs, keep):
    last = collections.deque(maxlen=keep)
    for _ in range(epochs):
        train_epoch(params)
        last.append(scipy.special.softmax(scores(params), axis=-1))
    return sum(last) / len(last)


@right("ema_update")
def ema_update_as_a_step(average, params, decay=0.99):
    if not average:
        return copy.deepcopy(params)
    return {k: average[k] + (1 - decay) * (params[k] - average[k]) for k in params}


@right("calibration_error")
def calibration_error_with_digitize(p, y, bins=10):
    p = np.asarray(p)
    confidence, right_ = p.max(1), (p.argmax(1) == y).astype(float)
    inside = np.clip(np.floor(confidence * bins), 0, bins - 1).astype(int)
    count = np.bincount(inside, minlength=bins)
    gap = np.bincount(inside, right_ - confidence, minlength=bins)
    return np.abs(gap).sum() / count.sum()


@right("distill_loss")
def distill_loss_as_a_divergence(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    n, T = len(y), temperature
    hot = OneHotEncoder(categories=[range(scores.shape[1])]).fit_transform(np.reshape(y, (-1, 1))).toarray()
    soft = scipy.special.softmax(teacher_scores / T, axis=1)
    mine, cold = scipy.special.log_softmax(scores / T, axis=1), scipy.special.log_softmax(scores, axis=1)
    cross = -(soft * mine).sum() / n
    loss = alpha * T * T * cross + (1 - alpha) * -(hot * cold).sum() / n
    grad = alpha * T * (np.exp(mine) - soft) / n + (1 - alpha) * (np.exp(cold) - hot) / n
    return loss, grad


# 11


@right("fit")
def fit_with_adam(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """Adam at a hundredth of the rate, which suits it, falling to nothing on a line."""
    params = network.start(rng)
    m = {k: np.zeros_like(w) for k, w in params.items()}
    v = {k: np.zeros_like(w) for k, w in params.items()}
    t, history = 0, []
    for epoch in range(epochs):
        order, seen = rng.permutation(len(X)), []
        for at in range(0, len(X), batch):
            rows = order[at : at + batch]
            loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
            seen.append(loss)
            t += 1
            for k in params:
                m[k] = 0.9 * m[k] + 0.1 * grads[k]
                v[k] = 0.999 * v[k] + 0.001 * grads[k] ** 2
                step = m[k] / (1 - 0.9**t) / (np.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
                params[k] = params[k] - 0.01 * rate * (1 - epoch / epochs) * step
        history.append(float(np.mean(seen)))
    return params, history


@right("fit")
def fit_with_plain_sgd(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    params, history = network.start(rng), []
    for _ in range(epochs):
        losses = []
        order = rng.permutation(len(y))
        for rows in np.split(order, range(batch, len(y), batch)):
            loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
            params = {k: w - rate * grads[k] for k, w in params.items()}
            losses.append(loss)
        history.append(sum(losses) / len(losses))
    return params, history


@right("standardise")
def standardise_with_statistics(X_train, X):
    mu = np.mean(X_train, 0)
    centred = np.subtract(X_train, mu)
    return (np.asarray(X) - mu) / np.sqrt(np.mean(centred**2))


@right("final_report")
def final_report_in_a_loop(classifiers, X_val, y_val, sealed):
    best_name, best_acc = None, -1.0
    for name in classifiers:
        acc = accuracy_score(y_val, classifiers[name](X_val))
        if acc > best_acc:
            best_name, best_acc = name, acc
    return {
        "test_accuracy": sealed.judge(classifiers[best_name]),
        "chosen": best_name,
        "val_accuracy": best_acc,
    }
