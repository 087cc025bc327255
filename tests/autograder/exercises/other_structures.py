"""Eight ways, each of another structure, to answer the exercises with most parts.  Every one earns everything.

By classes with state, generators, recursion, ``reduce``, matrices in place of loops, heaps and other libraries.
"""

from __future__ import annotations

import bisect
import collections
import functools
import heapq
import itertools
import math
import operator

import numpy as np
import scipy.linalg
import scipy.special
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator

ANSWERS = collections.defaultdict(list)


def right(exercise):
    def record(answer):
        ANSWERS[exercise].append(answer)
        return answer

    return record


# Softmax loss


@right("softmax_loss")
def softmax_with_a_sparse_target(scores, y):
    n, c = scores.shape
    target = csr_matrix((np.ones(n), (np.arange(n), y)), shape=(n, c))
    log_p = scipy.special.log_softmax(scores, axis=1)
    return -target.multiply(log_p).sum() / n, np.asarray((np.exp(log_p) - target) / n)


@right("softmax_loss")
def softmax_by_differences_to_the_label(scores, y):
    """1 / p of the label is the sum of exp(s - s_y); its logarithm is the loss of a row."""
    gaps = scores - np.take_along_axis(scores, y[:, None], axis=1)
    losses = np.logaddexp.reduce(gaps, axis=1)
    grad = np.exp(gaps - losses[:, None])
    grad -= np.equal.outer(y, np.arange(scores.shape[1]))
    return losses.mean(), grad / y.size


@right("softmax_loss")
def softmax_column_by_column(scores, y):
    top = functools.reduce(np.maximum, scores.T)
    total = sum(np.exp(column - top) for column in scores.T)
    grad, loss = np.empty(scores.shape), 0.0
    for k, column in enumerate(scores.T):
        mine = y == k
        loss += (np.log(total[mine]) + top[mine] - column[mine]).sum()
        grad[:, k] = np.exp(column - top) / total - mine
    return loss / len(y), grad / len(y)


@right("softmax_loss")
class SoftmaxAsALayer:
    def __call__(self, scores, y):
        self.scores, self.y = np.array(scores, dtype=np.float64), y
        return self.forward(), self.backward()

    def forward(self):
        self.log_z = scipy.special.logsumexp(self.scores, axis=1)
        return float(np.mean(self.log_z - np.choose(self.y, self.scores.T)))

    def backward(self):
        p = np.exp(self.scores.T - self.log_z).T
        np.subtract.at(p, (np.arange(len(p)), self.y), 1.0)
        p /= len(p)
        return p


@right("softmax_loss")
def softmax_from_the_median(scores, y):
    """Any shift will do that leaves the largest where exp can take it; the last column's is taken back later."""
    s = scores - scores[:, -1:]
    s = s - s.max(1, keepdims=True)
    e = np.exp(s)
    z = e @ np.ones(e.shape[1])
    loss = sum(math.log(t) - row[label] for t, row, label in zip(z, s, y, strict=True)) / len(s)
    return loss, (np.diag(1 / z) @ e - np.eye(e.shape[1])[y]) / len(s)


@right("softmax_loss")
def softmax_with_extended_precision(scores, y):
    s = np.asarray(scores, dtype=np.longdouble)
    s = s - np.max(s, axis=-1, keepdims=True)
    lse = np.log(np.sum(np.exp(s), axis=-1, keepdims=True))
    onehot = np.zeros(s.shape, dtype=bool)
    onehot[tuple(zip(*enumerate(y), strict=True))] = True
    return -(s - lse)[onehot].mean(), (np.exp(s - lse) - onehot) / len(s)


@right("softmax_loss")
def softmax_as_a_generator_of_rows(scores, y):
    def rows():
        for s, label in zip(scores, y, strict=True):
            log_p = s - np.logaddexp.reduce(s)
            g = np.exp(log_p)
            g[label] = np.expm1(log_p[label])
            yield -log_p[label], g

    losses, grads = zip(*rows(), strict=True)
    return math.fsum(losses) / len(losses), np.stack(grads) / len(losses)


@right("softmax_loss")
def softmax_by_recursion_over_the_classes(scores, y):
    def log_z(k):
        return scores[:, 0] if k == 0 else np.logaddexp(log_z(k - 1), scores[:, k])

    z = log_z(scores.shape[1] - 1)
    p = np.exp(scores - z.reshape(-1, 1))
    p.ravel()[np.arange(len(y)) * p.shape[1] + y] -= 1
    return np.average(z - scores[range(len(y)), y]), p * (1 / len(y))


# Two layers


@right("two_layer")
def two_layer_with_matrices_of_slopes(params, X, y, reg):
    """The gradient of every array by einsum, from the slopes of all examples."""
    W1, W2 = params["W1"], params["W2"]
    Z = np.einsum("nd,dh->nh", X, W1) + params["b1"]
    S = np.einsum("nh,hc->nc", np.where(Z > 0, Z, 0), W2) + params["b2"]
    logp = scipy.special.log_softmax(S, axis=1)
    D = (np.exp(logp) - np.eye(S.shape[1])[y]) / len(X)
    on = np.heaviside(Z, 0)
    return -logp[np.arange(len(y)), y].mean() + 0.5 * reg * sum(
        (params[k] ** 2).sum() for k in ("W1", "W2")
    ), {
        "W1": np.einsum("nd,nh,hc,nc->dh", X, on, W2, D) + reg * W1,
        "b1": np.einsum("nh,hc,nc->h", on, W2, D),
        "W2": np.einsum("nh,nc->hc", Z * on, D) + reg * W2,
        "b2": np.einsum("nc->c", D),
    }


@right("two_layer")
class TwoLayerOfModules:
    class Affine:
        def __init__(self, W, b):
            self.W, self.b = W, b

        def forward(self, x):
            self.x = x
            return x @ self.W + self.b

        def backward(self, d):
            self.dW, self.db = self.x.T @ d, d.sum(0)
            return d @ self.W.T

    class Relu:
        def forward(self, x):
            self.on = x > 0
            return x * self.on

        def backward(self, d):
            return d * self.on

    def __call__(self, params, X, y, reg):
        first = self.Affine(params["W1"], params["b1"])
        second = self.Affine(params["W2"], params["b2"])
        layers = [first, self.Relu(), second]
        out = functools.reduce(lambda x, layer: layer.forward(x), layers, X)
        n = np.arange(len(y))
        log_p = out - scipy.special.logsumexp(out, axis=1, keepdims=True)
        d = np.exp(log_p)
        d[n, y] -= 1
        d /= len(y)
        for layer in layers[::-1]:
            d = layer.backward(d)
        penalty = reg / 2 * sum(np.vdot(each.W, each.W) for each in (first, second))
        grads = {"W1": first.dW, "b1": first.db, "W2": second.dW, "b2": second.db}
        for name in ("W1", "W2"):
            grads[name] = grads[name] + reg * params[name]
        return -log_p[n, y].mean() + penalty, grads


@right("two_layer")
def two_layer_in_float64_copies(params, X, y, reg):
    W1, b1, W2, b2 = (np.array(params[k], dtype=np.float64, order="F") for k in ("W1", "b1", "W2", "b2"))
    loss = 0.5 * reg * float(np.linalg.norm(W1) ** 2 + np.linalg.norm(W2) ** 2)
    hidden = scipy.linalg.blas.dgemm(1.0, X, W1) + b1
    np.clip(hidden, 0, None, out=hidden)
    s = hidden @ W2 + b2
    loss -= float(np.mean([scipy.special.log_softmax(row)[label] for row, label in zip(s, y, strict=True)]))
    ds = scipy.special.softmax(s, axis=1)
    for i, label in enumerate(y):
        ds[i, label] -= 1
    ds /= len(y)
    dh = ds @ W2.T
    dh[hidden == 0] = 0
    return loss, {"W2": hidden.T @ ds + reg * W2, "b2": ds.sum(0), "W1": X.T @ dh + reg * W1, "b1": dh.sum(0)}


@right("two_layer")
def two_layer_example_by_example_as_a_generator(params, X, y, reg):
    def one(x, label):
        z = x @ params["W1"] + params["b1"]
        u = z.clip(0)
        log_p = scipy.special.log_softmax(u @ params["W2"] + params["b2"])
        d = np.exp(log_p) - (np.arange(log_p.size) == label)
        back = params["W2"] @ d * (z > 0)
        return -log_p[label], np.outer(x, back), back, np.outer(u, d), d

    found = [one(*pair) for pair in zip(X, y, strict=True)]
    loss, dW1, db1, dW2, db2 = (sum(each) / len(found) for each in zip(*found, strict=True))
    loss += reg * (np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2)) / 2
    return loss, {"W1": dW1 + reg * params["W1"], "b1": db1, "W2": dW2 + reg * params["W2"], "b2": db2}


@right("two_layer")
def two_layer_transposed(params, X, y, reg):
    """Examples are columns throughout."""
    A = X.T
    Z = params["W1"].T @ A + params["b1"].reshape(-1, 1)
    H = np.maximum(Z, 0)
    S = params["W2"].T @ H + params["b2"].reshape(-1, 1)
    S = S - S.max(axis=0)
    P = np.exp(S) / np.exp(S).sum(axis=0)
    Y = (np.arange(S.shape[0])[:, None] == y).astype(float)
    loss = np.mean(np.log(np.exp(S).sum(axis=0)) - (S * Y).sum(axis=0))
    dS = (P - Y) / y.size
    dZ = (params["W2"] @ dS) * (Z > 0)
    grads = {"W2": H @ dS.T, "b2": dS.sum(1), "W1": A @ dZ.T, "b1": dZ.sum(1)}
    for name in grads:
        if name.startswith("W"):
            grads[name] += reg * params[name]
            loss += 0.5 * reg * np.square(params[name]).sum()
    return loss, grads


@right("two_layer")
def two_layer_with_logsumexp(params, X, y, reg):
    units = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    scores = units @ params["W2"] + params["b2"]
    p = scipy.special.softmax(scores, axis=1)
    data = np.mean(scipy.special.logsumexp(scores, axis=1) - scores[np.arange(len(y)), y])
    d = (p - np.eye(p.shape[1])[y]) / len(y)
    dz = (d @ params["W2"].T) * np.sign(units)
    grads = {"W1": X.T @ dz, "b1": dz.sum(0), "W2": units.T @ d, "b2": d.sum(0)}
    for k in ["W1", "W2"]:
        grads[k] += reg * params[k]
    return data + 0.5 * reg * np.sum([np.sum(params[k] ** 2) for k in ["W1", "W2"]]), grads


@right("two_layer")
def two_layer_in_an_ordered_dict(params, X, y, reg):
    grads = collections.OrderedDict()
    rows, n = np.arange(len(y)), len(y)
    a = X @ params["W1"]
    a += params["b1"]
    mask = a > 0
    a *= mask
    s = np.dot(a, params["W2"]) + params["b2"]
    lse = scipy.special.logsumexp(s, axis=1)
    loss = (lse - s[rows, y]).sum() / n
    g = np.exp(s - lse[:, None])
    g[rows, y] -= 1
    grads["b2"] = g.mean(axis=0)
    grads["W2"] = a.T @ g / n + reg * params["W2"]
    g = g @ params["W2"].T
    g[~mask] = 0
    grads["b1"] = g.mean(axis=0)
    grads["W1"] = X.T @ g / n + reg * params["W1"]
    return loss + reg / 2 * (
        np.einsum("ij,ij", params["W1"], params["W1"]) + (params["W2"] ** 2).sum()
    ), grads


@right("two_layer")
def two_layer_in_mini_batches(params, X, y, reg):
    """In pieces that are added up, as a gradient is accumulated."""
    total = {name: np.zeros_like(w) for name, w in params.items()}
    loss = 0.0
    for part in np.array_split(np.arange(len(y)), min(3, len(y))):
        x, t = X[part], y[part]
        h = np.maximum(0, x @ params["W1"] + params["b1"])
        log_p = scipy.special.log_softmax(h @ params["W2"] + params["b2"], axis=1)
        loss -= log_p[range(len(t)), t].sum()
        d = np.exp(log_p)
        d[range(len(t)), t] -= 1
        total["W2"] += h.T @ d
        total["b2"] += d.sum(0)
        d = d @ params["W2"].T * (h > 0)
        total["W1"] += x.T @ d
        total["b1"] += d.sum(0)
    grads = {name: g / len(y) + (reg * params[name] if g.ndim == 2 else 0) for name, g in total.items()}
    return loss / len(y) + reg / 2 * sum((w**2).sum() for w in params.values() if w.ndim == 2), grads


# Batch normalisation


@right("batchnorm_backward")
def batchnorm_backward_by_the_jacobian(dout, cache):
    x_hat, std, gamma = cache
    n = len(x_hat)
    J = np.eye(n)[:, :, None] - 1 / n - np.einsum("id,jd->ijd", x_hat, x_hat) / n
    return np.einsum("ijd,jd->id", J, dout * gamma / std), (x_hat * dout).sum(0), dout.sum(0)


@right("batchnorm_backward")
def batchnorm_backward_with_a_projection(dout, cache):
    """What is constant and what is along x_hat is taken out, by least squares."""
    x_hat, std, gamma = (np.asarray(each, dtype=float) for each in cache)
    g = dout * gamma
    out = np.empty_like(g)
    for j in range(g.shape[1]):
        n = len(g)
        out[:, j] = g[:, j] - g[:, j].mean() - x_hat[:, j] * (x_hat[:, j] @ g[:, j]) / n
    return out / std, np.diagonal(x_hat.T @ dout), np.ones(len(dout)) @ dout


@right("batchnorm_backward")
def batchnorm_backward_in_one_tuple(dout, cache):
    h, s, c = cache
    m = len(dout)
    return (
        c / s * (dout - (dout.sum(0) + h * (dout * h).sum(0)) / m),
        np.sum(np.multiply(dout, h), axis=0),
        np.add.reduce(dout, axis=0),
    )


@right("batchnorm_backward")
def batchnorm_backward_transposed(dout, cache):
    x_hat, std, gamma = cache[0].T, np.reshape(cache[1], (-1, 1)), np.reshape(cache[2], (-1, 1))
    d = dout.T
    g = d * gamma
    dx = (g - g.mean(1, keepdims=True) - x_hat * (g * x_hat).mean(1, keepdims=True)) / std
    return dx.T, (d * x_hat).sum(1), d.sum(1)


@right("batchnorm_backward")
class BatchnormBackwardAsATape:
    def __call__(self, dout, cache):
        self.x_hat, self.std, self.gamma = cache
        return self.through_x(dout), self.for_gamma(dout), self.for_beta(dout)

    def through_x(self, dout):
        dx_hat = dout * self.gamma
        dvar = -0.5 * (dx_hat * self.x_hat).sum(0) / self.std**2
        dcentred = dx_hat / self.std + 2 / len(dout) * dvar * (self.x_hat * self.std)
        return dcentred - dcentred.mean(axis=0)

    def for_gamma(self, dout):
        return np.einsum("nd,nd->d", dout, self.x_hat)

    def for_beta(self, dout):
        return dout.mean(axis=0) * len(dout)


@right("batchnorm_backward")
def batchnorm_backward_column_by_column(dout, cache):
    def one(d, h, s, c):
        g = d * c
        return (g - g.mean() - h * np.mean(g * h)) / s, float(d @ h), float(d.sum())

    columns = [one(*each) for each in zip(dout.T, cache[0].T, np.ravel(cache[1]), cache[2], strict=True)]
    dx, dgamma, dbeta = zip(*columns, strict=True)
    return np.transpose(dx), list(dgamma), list(dbeta)


@right("batchnorm_backward")
def batchnorm_backward_with_covariances(dout, cache):
    x_hat, std, gamma = cache
    centred = dout - dout.mean(axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    slope = np.mean(centred * x_hat, axis=0)
    return (gamma / std) * (centred - slope * x_hat), dgamma, np.sum(dout, axis=0)


@right("batchnorm_backward")
def batchnorm_backward_in_sums_of_python(dout, cache):
    x_hat, std, gamma = cache
    n, dbeta, dgamma = len(dout), 0.0, 0.0
    for row, hat in zip(dout, x_hat, strict=True):
        dbeta, dgamma = dbeta + row, dgamma + row * hat
    scale = gamma / (n * std)
    return (
        [scale * (n * row - dbeta - hat * dgamma) for row, hat in zip(dout, x_hat, strict=True)],
        dgamma,
        dbeta,
    )


# Back through a graph


@right("backward")
def backward_with_graphlib(node):
    import graphlib

    nodes, sorter, left = {}, graphlib.TopologicalSorter(), [node]
    while left:
        each = left.pop()
        if id(each) not in nodes:
            nodes[id(each)] = each
            sorter.add(id(each), *map(id, each.parents))
            left.extend(each.parents)
    order = [nodes[key] for key in sorter.static_order()]
    for each in order:
        each.grad = np.zeros_like(each.value)
    node.grad = np.ones_like(node.value)
    for each in order[::-1]:
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                parent.grad = parent.grad + share


@right("backward")
def backward_with_a_heap(node):
    """Deepest last: the depth of a node is the length of the longest way down from it."""
    depths = {}

    def depth(each):
        if id(each) not in depths:
            depths[id(each)] = 1 + max((depth(parent) for parent in each.parents), default=0)
        return depths[id(each)]

    ticket, queued, sums = itertools.count(), {id(node)}, {id(node): np.ones_like(node.value)}
    heap = [(-depth(node), next(ticket), node)]
    while heap:
        _, _, each = heapq.heappop(heap)
        each.grad = sums[id(each)]
        for parent, share in zip(each.parents, each.pull(each.grad) if each.parents else (), strict=True):
            sums[id(parent)] = sums.get(id(parent), np.zeros_like(parent.value)) + share
            if id(parent) not in queued:
                queued.add(id(parent))
                heapq.heappush(heap, (-depth(parent), next(ticket), parent))


@right("backward")
def backward_as_a_generator(node):
    def below(each, seen):
        if id(each) not in seen:
            seen[id(each)] = each
            for parent in each.parents:
                yield from below(parent, seen)
            yield each

    order = list(below(node, {}))
    for each in order:
        each.grad = np.full(np.shape(each.value), float(each is node))
    for each in reversed(order):
        for k, parent in enumerate(each.parents):
            parent.grad = parent.grad + each.pull(each.grad)[k]


@right("backward")
class BackwardWithAWorklist:
    def __call__(self, node):
        self.pending = collections.Counter()
        self.reached = {}
        self.count(node)
        for each in self.reached.values():
            each.grad = np.zeros_like(each.value)
        node.grad = np.ones_like(node.value)
        self.send(node)

    def count(self, each):
        if id(each) in self.reached:
            return
        self.reached[id(each)] = each
        for parent in each.parents:
            self.pending[id(parent)] += 1
            self.count(parent)

    def send(self, each):
        if not each.parents:
            return
        for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
            parent.grad = parent.grad + share
            self.pending[id(parent)] -= 1
            if not self.pending[id(parent)]:
                self.send(parent)


@right("backward")
def backward_with_a_dict_of_children(node):
    children, seen = collections.defaultdict(list), []
    stack = [node]
    while stack:
        each = stack.pop()
        if any(each is other for other in seen):
            continue
        seen.append(each)
        for slot, parent in enumerate(each.parents):
            children[id(parent)].append((each, slot))
            stack.append(parent)
    done = {}

    def gradient(each):
        if id(each) not in done:
            shares = [child.pull(gradient(child))[slot] for child, slot in children[id(each)]]
            done[id(each)] = functools.reduce(operator.add, shares, np.zeros_like(each.value))
        return done[id(each)]

    done[id(node)] = np.ones_like(node.value)
    for each in seen:
        each.grad = gradient(each)


@right("backward")
def backward_with_marks(node):
    order, state = [], {}

    def visit(each):
        if state.get(each) is not None:
            return
        state[each] = "open"
        for parent in each.parents[::-1]:
            visit(parent)
        state[each] = "done"
        order.insert(0, each)

    visit(node)
    for each in order:
        each.grad = 0 * each.value
    node.grad = node.grad + 1
    for each in order:
        shares = each.pull(each.grad) if each.pull is not None else []
        for parent, share in zip(each.parents, shares, strict=False):
            parent.grad = np.add(share, parent.grad)


@right("backward")
def backward_in_rounds(node):
    """Kahn: in every round the nodes that nobody owes anything any more."""
    graph, layer = [node], [node]
    while layer:
        fresh = {id(p): p for each in layer for p in each.parents if all(p is not other for other in graph)}
        layer = list(fresh.values())
        graph += layer
    owing = collections.Counter(id(parent) for each in graph for parent in each.parents)
    for each in graph:
        each.grad = np.zeros_like(each.value, dtype=float)
    node.grad = np.ones_like(node.value, dtype=float)
    ready = collections.deque([node])
    while ready:
        each = ready.popleft()
        if each.parents:
            for parent, share in zip(each.parents, each.pull(each.grad), strict=True):
                parent.grad = parent.grad + np.asarray(share)
                owing[id(parent)] -= 1
                if owing[id(parent)] == 0:
                    ready.append(parent)


@right("backward")
def backward_with_accumulated_lists(node):
    lists, order = {}, []

    def go(each):
        if id(each) in lists:
            return
        lists[id(each)] = []
        for parent in each.parents:
            go(parent)
        order.append(each)

    go(node)
    lists[id(node)] = [np.ones_like(node.value)]
    while order:
        each = order.pop()
        each.grad = sum(lists.pop(id(each)))
        if each.parents:
            shares = each.pull(each.grad)
            for parent, share in zip(each.parents, shares, strict=True):
                lists[id(parent)].append(share)


# Adam


@right("adam")
def adam_of_all_gradients_so_far(w, dw, config=None):
    """No moments: the gradients are kept, and weighed anew at every step."""
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, **(config or {})}
    c["seen"] = [*c.get("seen", ()), np.array(dw)]
    ages = np.arange(len(c["seen"]))[::-1]
    m = np.tensordot(c["beta1"] ** ages / np.sum(c["beta1"] ** ages), c["seen"], axes=1)
    v = np.tensordot(c["beta2"] ** ages / np.sum(c["beta2"] ** ages), np.square(c["seen"]), axes=1)
    return w - c["learning_rate"] * m / (np.sqrt(v) + c["epsilon"]), c


@right("adam")
def adam_with_unbiased_averages(w, dw, config=None):
    """The corrected averages themselves are carried on, each with its own weight of the new."""
    c = dict(config or {})
    b1, b2, t = c.get("beta1", 0.9), c.get("beta2", 0.999), c.get("count", 0) + 1
    share1, share2 = (1 - b1) / (1 - b1**t), (1 - b2) / (1 - b2**t)
    mu = c.get("mu", 0.0) * (1 - share1) + share1 * dw
    nu = c.get("nu", 0.0) * (1 - share2) + share2 * dw**2
    next_w = w - c.get("learning_rate", 1e-3) * mu / (nu**0.5 + c.get("epsilon", 1e-8))
    return next_w, {**c, "mu": mu, "nu": nu, "count": t}


@right("adam")
def adam_with_a_state_object(w, dw, config=None):
    class State:
        def __init__(self, shape):
            self.m, self.v, self.t = np.zeros(shape), np.zeros(shape), 0

        def add(self, g, b1, b2):
            self.t += 1
            self.m += (1 - b1) * (g - self.m)
            self.v += (1 - b2) * (g * g - self.v)
            return self.m / (1 - math.pow(b1, self.t)), self.v / (1 - math.pow(b2, self.t))

    config = config if config is not None else {}
    state = config.setdefault("state", State(np.shape(w)))
    m, v = state.add(dw, config.get("beta1", 0.9), config.get("beta2", 0.999))
    return w - config.get("learning_rate", 1e-3) * m / (np.sqrt(v) + config.get("epsilon", 1e-8)), config


@right("adam")
def adam_entry_by_entry(w, dw, config=None):
    c = config if config is not None else {}
    b1, b2 = c.setdefault("beta1", 0.9), c.setdefault("beta2", 0.999)
    c["t"] = c.get("t", 0) + 1
    m, v = (c.setdefault(name, np.zeros(np.shape(w))) for name in "mv")
    out = np.array(w, dtype=float)
    for ix in np.ndindex(out.shape):
        m[ix] = b1 * m[ix] + (1 - b1) * dw[ix]
        v[ix] = b2 * v[ix] + (1 - b2) * dw[ix] ** 2
        top, bottom = m[ix] / (1 - b1 ** c["t"]), math.sqrt(v[ix] / (1 - b2 ** c["t"]))
        out[ix] -= c.setdefault("learning_rate", 1e-3) * top / (bottom + c.setdefault("epsilon", 1e-8))
    return out, c


@right("adam")
def adam_with_one_stacked_state(w, dw, config=None):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0} | (config or {})
    betas = np.array([c["beta1"], c["beta2"]]).reshape(2, *[1] * np.ndim(w))
    c["t"] += 1
    c["moments"] = betas * c.get("moments", 0.0) + (1 - betas) * np.stack([dw, dw**2])
    m, v = c["moments"] / (1 - betas ** c["t"])
    return w - c["learning_rate"] * m / (c["epsilon"] + np.sqrt(v)), c


@right("adam")
def adam_with_hypot(w, dw, config=None):
    """The root of v is carried on: hypot adds squares."""
    c = dict(config or {})
    b1, b2, t = c.get("beta1", 0.9), c.get("beta2", 0.999), c.get("t", 0) + 1
    m = b1 * c.get("m", 0.0) + (1 - b1) * dw
    root = np.hypot(math.sqrt(b2) * c.get("root", 0.0), math.sqrt(1 - b2) * dw)
    step = m / (1 - b1**t) / (root / math.sqrt(1 - b2**t) + c.get("epsilon", 1e-8))
    c.update(t=t, m=m, root=root)
    return w - c.get("learning_rate", 1e-3) * step, c


@right("adam")
def adam_as_a_chain_of_transformations(w, dw, config=None):
    c = config or {}

    def chain(update, *transforms):
        for transform in transforms:
            update = transform(update)
        return update

    def by_adam(g):
        count, mu, nu = c.get("adam", (0, np.zeros_like(g), np.zeros_like(g)))
        b1, b2 = c.get("beta1", 0.9), c.get("beta2", 0.999)
        count, mu, nu = count + 1, b1 * mu + (1 - b1) * g, b2 * nu + (1 - b2) * g**2
        c["adam"] = count, mu, nu
        return mu / (1 - b1**count) / (np.sqrt(nu / (1 - b2**count)) + c.get("epsilon", 1e-8))

    return w + chain(dw, by_adam, lambda u: -c.get("learning_rate", 1e-3) * u), c


@right("adam")
def adam_with_an_in_place_out(w, dw, config=None):
    c = {} if config is None else config
    for name, default in zip(
        ("learning_rate", "beta1", "beta2", "epsilon"), (1e-3, 0.9, 0.999, 1e-8), strict=True
    ):
        c.setdefault(name, default)
    if "t" not in c:
        c["m"], c["v"], c["t"] = np.zeros_like(w), np.zeros_like(w), 0
    c["t"] += 1
    np.multiply(c["m"], c["beta1"], out=c["m"])
    np.add(c["m"], (1 - c["beta1"]) * dw, out=c["m"])
    np.multiply(c["v"], c["beta2"], out=c["v"])
    np.add(c["v"], (1 - c["beta2"]) * np.square(dw), out=c["v"])
    step = np.empty(np.shape(w))
    np.sqrt(c["v"] / (1 - c["beta2"] ** c["t"]), out=step)
    step += c["epsilon"]
    np.divide(c["m"] / (1 - c["beta1"] ** c["t"]), step, out=step)
    step *= -c["learning_rate"]
    step += w
    return step, c


# Plateau


def settings_of(config):
    return {"initial_rate": 0.1, "factor": 0.5, "patience": 3} | (config or {})


@right("reduce_on_plateau")
def plateau_by_reduce(history, config=None):
    c = settings_of(config)

    def step(state, error):
        rate, best, bad = state
        if error < best:
            return rate, error, 0
        return (rate * c["factor"], best, 0) if bad + 1 >= c["patience"] else (rate, best, bad + 1)

    return functools.reduce(step, history["val_error"], (c["initial_rate"], math.inf, 0))[0]


@right("reduce_on_plateau")
def plateau_by_gaps_between_records(history, config=None):
    c = settings_of(config)
    errors = np.asarray(history["val_error"], dtype=float)
    if not errors.size:
        return c["initial_rate"]
    before = np.concatenate([[np.inf], np.fmin.accumulate(errors)[:-1]])
    records = np.flatnonzero(errors < before)
    gaps = np.diff([-1, *records, len(errors)]) - 1
    return c["initial_rate"] * c["factor"] ** int((gaps // c["patience"]).sum())


@right("reduce_on_plateau")
def plateau_by_groupby(history, config=None):
    c = settings_of(config)
    best, better = math.inf, []
    for error in history["val_error"]:
        better.append(error < best)
        best = min(best, error) if error == error else best
    runs = [len(list(group)) for is_better, group in itertools.groupby(better) if not is_better]
    cuts = sum(run // c["patience"] for run in runs)
    return c["initial_rate"] * math.prod([c["factor"]] * cuts)


@right("reduce_on_plateau")
def plateau_by_recursion(history, config=None):
    c = settings_of(config)

    def walk(errors, rate, best, bad):
        if bad == c["patience"]:
            return walk(errors, rate * c["factor"], best, 0)
        if not errors:
            return rate
        first, *rest = errors
        return walk(rest, rate, first, 0) if first < best else walk(rest, rate, best, bad + 1)

    return walk(list(history["val_error"]), c["initial_rate"], float("inf"), 0)


@right("reduce_on_plateau")
def plateau_by_a_generator(history, config=None):
    c = settings_of(config)

    def rates():
        rate, best, wait = c["initial_rate"], np.inf, 0
        error = yield rate
        while True:
            wait = 0 if error < best else wait + 1
            best = error if error < best else best
            if wait and wait % c["patience"] == 0:
                rate *= c["factor"]
            error = yield rate

    schedule = rates()
    last = next(schedule)
    for error in history["val_error"]:
        last = schedule.send(error)
    return last


@right("reduce_on_plateau")
class Plateau:
    def __call__(self, history, config=None):
        self.settings = settings_of(config)
        self.rate, self.best, self.left = self.settings["initial_rate"], math.inf, self.settings["patience"]
        for error in history["val_error"]:
            self.see(error)
        return self.rate

    def see(self, error):
        if error < self.best:
            self.best, self.left = error, self.settings["patience"]
            return
        self.left -= 1
        if self.left == 0:
            self.rate, self.left = self.rate * self.settings["factor"], self.settings["patience"]


@right("reduce_on_plateau")
def plateau_by_last_improvement(history, config=None):
    c = settings_of(config)
    rate, best, since = c["initial_rate"], math.inf, -1
    for epoch, error in enumerate(history["val_error"]):
        if error < best:
            best, since = error, epoch
        elif epoch - since >= c["patience"]:
            rate, since = rate * c["factor"], epoch
    return rate


@right("reduce_on_plateau")
def plateau_by_a_window(history, config=None):
    c = settings_of(config)
    window = collections.deque(maxlen=c["patience"])
    rate, best = c["initial_rate"], math.inf
    for error in history["val_error"]:
        window.append(not error < best)
        best = error if error < best else best
        if len(window) == c["patience"] and all(window):
            rate = rate * c["factor"]
            window.clear()
    return rate


# L-BFGS


def positive(S, Y):
    return [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(s, y) > 0]


@right("lbfgs_direction")
def lbfgs_compact(g, S, Y):
    """The compact form of Byrd, Nocedal and Schnabel, with a triangular matrix in place of two loops."""
    pairs = positive(S, Y)
    if not pairs:
        return -g
    S, Y = (np.array(each).T for each in zip(*pairs, strict=True))
    gamma = S[:, -1] @ Y[:, -1] / (Y[:, -1] @ Y[:, -1])
    R = np.triu(S.T @ Y)
    D = np.diag(np.diag(S.T @ Y))
    p = scipy.linalg.solve_triangular(R, S.T @ g)
    inner = (D + gamma * Y.T @ Y) @ p - gamma * Y.T @ g
    q = scipy.linalg.solve_triangular(R, inner, trans="T")
    return -(gamma * g + S @ q - gamma * Y @ p)


@right("lbfgs_direction")
def lbfgs_with_operators(g, S, Y):
    """Every pair wraps the operator of the pairs before it."""
    pairs = positive(S, Y)
    n = len(g)
    gamma = 1.0
    if pairs:
        s, y = pairs[-1]
        gamma = s @ y / (y @ y)
    H = LinearOperator((n, n), matvec=lambda x: gamma * x, dtype=float)
    for s, y in pairs:

        def matvec(x, s=s, y=y, H=H):
            x = np.ravel(x)
            rho = 1 / (y @ s)
            inner = H.matvec(x - rho * (s @ x) * y)
            return inner - rho * s * (y @ inner) + rho * s * (s @ x)

        H = LinearOperator((n, n), matvec=matvec, dtype=float)
    return -H.matvec(g)


@right("lbfgs_direction")
def lbfgs_with_a_generator(g, S, Y):
    pairs = positive(S, Y)

    def backwards(q):
        for s, y in pairs[::-1]:
            a = s @ q / (s @ y)
            q = q - a * y
            yield a, q

    passed = list(backwards(g))
    if not passed:
        return -g
    s, y = pairs[-1]
    r = passed[-1][1] * (s @ y) / (y @ y)
    for (s, y), (a, _) in zip(pairs, passed[::-1], strict=True):
        r = r + s * (a - y @ r / (s @ y))
    return -r


@right("lbfgs_direction")
class LbfgsAsAnObject:
    def __call__(self, g, S, Y):
        self.s, self.y, self.rho, self.scale = [], [], [], 1.0
        for s, y in zip(S, Y, strict=True):
            self.add(np.asarray(s), np.asarray(y))
        return np.negative(self.times(np.array(g, dtype=float), len(self.s)))

    def add(self, s, y):
        if s @ y > 0:
            self.s.append(s)
            self.y.append(y)
            self.rho.append(1 / (s @ y))
            self.scale = 1 / (self.rho[-1] * (y @ y))

    def times(self, q, upto):
        if not upto:
            return self.scale * q
        s, y, rho = self.s[upto - 1], self.y[upto - 1], self.rho[upto - 1]
        alpha = rho * s.dot(q)
        r = self.times(q - alpha * y, upto - 1)
        return r + (alpha - rho * y.dot(r)) * s


@right("lbfgs_direction")
def lbfgs_in_place_on_copies(g, S, Y):
    kept = [k for k in range(len(S)) if np.vdot(S[k], Y[k]) > 0]
    d = -np.array(g, dtype=np.float64)
    if not kept:
        return d
    alpha = dict.fromkeys(kept, 0.0)
    for k in kept[::-1]:
        alpha[k] = np.vdot(S[k], d) / np.vdot(S[k], Y[k])
        d -= alpha[k] * Y[k]
    d *= np.vdot(S[kept[-1]], Y[kept[-1]]) / np.vdot(Y[kept[-1]], Y[kept[-1]])
    for k in kept:
        d += (alpha[k] - np.vdot(Y[k], d) / np.vdot(S[k], Y[k])) * S[k]
    return d


@right("lbfgs_direction")
def lbfgs_with_reduce(g, S, Y):
    pairs = positive(S, Y)

    def back(state, pair):
        q, alphas = state
        alpha = pair[0] @ q / (pair[0] @ pair[1])
        return q - alpha * pair[1], [alpha, *alphas]

    q, alphas = functools.reduce(back, reversed(pairs), (g, []))
    gamma = pairs[-1][0] @ pairs[-1][1] / (pairs[-1][1] @ pairs[-1][1]) if pairs else 1.0
    forth = lambda r, item: r + (item[1] - item[0][1] @ r / (item[0][0] @ item[0][1])) * item[0][0]  # noqa: E731
    return -functools.reduce(forth, zip(pairs, alphas, strict=True), gamma * q)


@right("lbfgs_direction")
def lbfgs_with_filters_and_einsum(g, S, Y):
    if len(S) == 0:
        return -g
    S, Y = np.atleast_2d(np.array(S)), np.atleast_2d(np.array(Y))
    sy = np.einsum("kn,kn->k", S, Y)
    S, Y, sy = S[sy > 0], Y[sy > 0], sy[sy > 0]
    if sy.size == 0:
        return -g
    q, a = g.copy(), np.empty(len(sy))
    for k in reversed(range(len(sy))):
        a[k] = S[k] @ q / sy[k]
        q = q - a[k] * Y[k]
    r = sy[-1] / np.sum(Y[-1] ** 2) * q
    for k in range(len(sy)):
        r = r + (a[k] - Y[k] @ r / sy[k]) * S[k]
    return -r


@right("lbfgs_direction")
def lbfgs_by_a_stack(g, S, Y):
    stack, q = [], 1.0 * g
    pairs = list(zip(S, Y, strict=True))
    newest = None
    while pairs:
        s, y = pairs.pop()
        curvature = float(s @ y)
        if curvature <= 0:
            continue
        newest = newest or curvature / float(y @ y)
        stack.append((s, y, curvature, float(s @ q) / curvature))
        q = q - stack[-1][3] * y
    r = q if newest is None else newest * q
    while stack:
        s, y, curvature, alpha = stack.pop()
        r = r + s * (alpha - float(y @ r) / curvature)
    return -r


# Successive halving


def rank(value):
    return -math.inf if math.isnan(value) else value


@right("successive_halving")
def halving_with_nlargest(train, settings, epochs=1, eta=2):
    rungs = []
    for length in map(epochs.__mul__, map(eta.__pow__, itertools.count())):
        scored = [(train(each, length), each) for each in settings]
        best = heapq.nlargest(len(scored), scored, key=lambda pair: rank(pair[0]))
        rungs.append({"epochs": length, "trials": [{"settings": s, "val_accuracy": v} for v, s in best]})
        if len(best) == 1:
            break
        settings = [s for _, s in best[: max(1, len(best) // eta)]]
    return rungs


@right("successive_halving")
def halving_as_a_generator(train, settings, epochs=1, eta=2):
    def rungs(left, length):
        trials = [{"settings": each, "val_accuracy": train(each, length)} for each in left]
        trials.sort(key=lambda trial: rank(trial["val_accuracy"]), reverse=True)
        yield {"epochs": length, "trials": trials}
        if len(trials) > 1:
            best = trials[: len(trials) // eta] or trials[:1]
            yield from rungs([trial["settings"] for trial in best], length * eta)

    return list(rungs(settings, epochs))


@right("successive_halving")
def halving_with_sizes_first(train, settings, epochs=1, eta=2):
    sizes = [len(settings)]
    while sizes[-1] > 1:
        sizes.append(max(1, sizes[-1] // eta))
    left, rungs = list(settings), []
    for k, size in enumerate(sizes):
        left = left[:size]
        accuracies = np.array([train(each, epochs * eta**k) for each in left], dtype=float)
        order = np.lexsort([-np.nan_to_num(accuracies, nan=-np.inf)])
        left = [left[i] for i in order]
        trials = [
            {"settings": s, "val_accuracy": float(a)} for s, a in zip(left, accuracies[order], strict=True)
        ]
        rungs.append({"epochs": epochs * eta**k, "trials": trials})
    return rungs


@right("successive_halving")
class Halving:
    def __call__(self, train, settings, epochs=1, eta=2):
        self.train, self.rungs = train, []
        alive = tuple(settings)
        while True:
            alive = self.rung(alive, epochs)
            if len(alive) == 1:
                return self.rungs
            alive, epochs = alive[: max(len(alive) // eta, 1)], epochs * eta

    def rung(self, alive, epochs):
        trials = []
        for each in alive:
            trial = {"settings": each, "val_accuracy": self.train(each, epochs)}
            at = bisect.bisect_right([-rank(t["val_accuracy"]) for t in trials], -rank(trial["val_accuracy"]))
            trials.insert(at, trial)
        self.rungs.append({"epochs": epochs, "trials": trials})
        return [trial["settings"] for trial in trials]


@right("successive_halving")
def halving_with_cmp_to_key(train, settings, epochs=1, eta=2):
    def compare(a, b):
        a, b = rank(a["val_accuracy"]), rank(b["val_accuracy"])
        return (a < b) - (a > b)

    found, now = [], list(settings)
    while now:
        trials = sorted(
            ({"settings": each, "val_accuracy": train(each, epochs)} for each in now),
            key=functools.cmp_to_key(compare),
        )
        found += [{"epochs": epochs, "trials": trials}]
        keep = max(1, len(trials) // eta) if len(trials) > 1 else 0
        now, epochs = [trial["settings"] for trial in trials[:keep]], epochs * eta
    return found


@right("successive_halving")
def halving_with_copies_of_settings(train, settings, epochs=1, eta=2):
    pool, rungs = [dict(each) for each in settings], []
    while True:
        trials = []
        for each in pool:
            trials.append({"settings": dict(each), "val_accuracy": float(train(dict(each), epochs))})
        finite = [t for t in trials if np.isfinite(t["val_accuracy"])]
        rest = [t for t in trials if not np.isfinite(t["val_accuracy"])]
        ranked = sorted(finite, key=operator.itemgetter("val_accuracy"))[::-1] + rest
        rungs.append({"trials": ranked, "epochs": epochs})
        if len(ranked) == 1:
            return rungs
        pool = [t["settings"] for t in ranked][: max(1, len(ranked) // eta)]
        epochs *= eta


@right("successive_halving")
def halving_with_a_mapping_by_index(train, settings, epochs=1, eta=2):
    left, rungs, length = range(len(settings)), [], epochs
    while len(left):
        accuracy = {i: train(settings[i], length) for i in left}
        left = sorted(left, key=lambda i: (accuracy[i] != accuracy[i], -accuracy[i]))
        rungs.append(
            {
                "epochs": length,
                "trials": [{"settings": settings[i], "val_accuracy": accuracy[i]} for i in left],
            }
        )
        left = left[: max(1, len(left) // eta)] if len(left) > 1 else []
        length *= eta
    return rungs


@right("successive_halving")
def halving_with_a_matrix_of_scores(train, settings, epochs=1, eta=2):
    levels = 1
    size = len(settings)
    while size > 1:
        size, levels = max(1, size // eta), levels + 1
    table = np.full((levels, len(settings)), np.nan)
    left, rungs = np.arange(len(settings)), []
    for level in range(levels):
        table[level, left] = [train(settings[i], int(epochs * eta**level)) for i in left]
        left = left[
            np.argsort(-np.where(np.isnan(table[level, left]), -9.0, table[level, left]), kind="stable")
        ]
        rungs.append(
            {
                "epochs": epochs * eta**level,
                "trials": [{"settings": settings[i], "val_accuracy": table[level, i]} for i in left],
            }
        )
        left = left[: max(1, len(left) // eta)]
    return rungs


# Distillation


@right("distill_loss")
def distill_by_one_mixed_function(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """Both parts are cross-entropies with a target of rows: one function, called twice."""

    def cross_entropy(logits, target):
        log_p = scipy.special.log_softmax(logits, axis=1)
        return -np.einsum("nc,nc->", target, log_p) / len(logits), (np.exp(log_p) - target) / len(logits)

    hard, d_hard = cross_entropy(scores, np.eye(scores.shape[1])[y])
    soft, d_soft = cross_entropy(
        scores / temperature, scipy.special.softmax(teacher_scores / temperature, axis=1)
    )
    return (1 - alpha) * hard + alpha * temperature**2 * soft, (
        1 - alpha
    ) * d_hard + alpha * temperature * d_soft


@right("distill_loss")
def distill_with_logsumexp(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    n, T, lse = np.arange(len(y)), temperature, scipy.special.logsumexp
    t = teacher_scores / T
    p = np.exp(t - lse(t, axis=1, keepdims=True))
    cold, warm = lse(scores, axis=1), lse(scores / T, axis=1)
    loss = (1 - alpha) * np.mean(cold - scores[n, y])
    loss += alpha * T * T * np.mean(warm - (p * scores / T).sum(axis=1))
    grad = alpha * T * (np.exp(scores / T - warm[:, None]) - p)
    grad += (1 - alpha) * np.exp(scores - cold[:, None])
    grad[n, y] -= 1 - alpha
    return loss, grad / len(y)


@right("distill_loss")
class Distiller:
    def __call__(self, scores, teacher_scores, y, temperature=2.0, alpha=0.9):
        terms = [self.hard(scores, y), self.soft(scores, teacher_scores, temperature)]
        weights = [1 - alpha, alpha * temperature**2]
        loss = sum(w * value for w, (value, _) in zip(weights, terms, strict=True))
        return loss, sum(w * grad for w, (_, grad) in zip(weights, terms, strict=True))

    def hard(self, z, y):
        lp = scipy.special.log_softmax(z, axis=1)
        g = np.exp(lp)
        g[range(len(y)), list(y)] -= 1
        return -lp[range(len(y)), list(y)].mean(), g / len(y)

    def soft(self, z, v, T):
        p, lq = scipy.special.softmax(v / T, 1), scipy.special.log_softmax(z / T, 1)
        return -(p * lq).sum(1).mean(), (np.exp(lq) - p) / T / len(z)


@right("distill_loss")
def distill_row_by_row_in_lists(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    def soft(row, T):
        top = max(row) / T
        e = [math.exp(v / T - top) for v in row]
        return [x / sum(e) for x in e], [v / T - top - math.log(sum(e)) for v in row]

    loss, grad, n = 0.0, [], len(y)
    for z, v, label in zip(scores.tolist(), teacher_scores.tolist(), y, strict=True):
        p, _ = soft(v, temperature)
        q, lq = soft(z, temperature)
        one, l1 = soft(z, 1.0)
        loss -= (1 - alpha) * l1[label] + alpha * temperature**2 * sum(
            a * b for a, b in zip(p, lq, strict=True)
        )
        grad.append(
            [
                ((1 - alpha) * (one[k] - (k == label)) + alpha * temperature * (q[k] - p[k])) / n
                for k in range(len(z))
            ]
        )
    return loss / n, grad


@right("distill_loss")
def distill_with_a_stack_of_temperatures(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    at = np.array([1.0, temperature]).reshape(2, 1, 1)
    log_q = scipy.special.log_softmax(scores[None] / at, axis=2)
    targets = np.stack(
        [np.eye(scores.shape[1])[y], scipy.special.softmax(teacher_scores / temperature, axis=1)]
    )
    weights = np.array([1 - alpha, alpha * temperature**2])
    losses = -(targets * log_q).sum(axis=2).mean(axis=1)
    grad = np.tensordot(weights / at.ravel(), np.exp(log_q) - targets, axes=1) / len(y)
    return weights @ losses, grad


@right("distill_loss")
def distill_by_a_mixed_target(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    """At temperature one both targets could be mixed first; otherwise only the gradients can."""
    hot = (y[:, None] == np.arange(scores.shape[1])) * 1.0
    p = scipy.special.softmax(np.divide(teacher_scores, temperature), axis=-1)
    lo, hi = (scipy.special.log_softmax(scores / T, axis=-1) for T in (temperature, 1))
    cost = np.sum(hot * hi * (alpha - 1) - alpha * temperature**2 * p * lo, axis=-1)
    slope = (1 - alpha) * (np.exp(hi) - hot) - alpha * temperature * (p - np.exp(lo))
    return cost.mean(), slope / cost.size


@right("distill_loss")
def distill_in_longdouble(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    z, v, T = np.longdouble(scores), np.longdouble(teacher_scores), np.longdouble(temperature)

    def logs(a):
        a = a - a.max(1, keepdims=True)
        return a - np.log(np.exp(a).sum(1, keepdims=True))

    rows = np.arange(len(y))
    loss = -(1 - alpha) * logs(z)[rows, y].mean() - alpha * T**2 * (
        np.exp(logs(v / T)) * logs(z / T)
    ).sum() / len(y)
    g = (1 - alpha) * np.exp(logs(z)) + alpha * T * (np.exp(logs(z / T)) - np.exp(logs(v / T)))
    g[rows, y] -= 1 - alpha
    return float(loss), (g / len(y)).astype(float)


@right("distill_loss")
def distill_by_columns(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    Z, V = scores.T, teacher_scores.T
    P = scipy.special.softmax(V / temperature, axis=0)
    Q = scipy.special.log_softmax(Z / temperature, axis=0)
    ONE = scipy.special.log_softmax(Z, axis=0)
    loss = np.mean(-(1 - alpha) * ONE[y, np.arange(len(y))] - alpha * temperature**2 * np.sum(P * Q, axis=0))
    G = (1 - alpha) * np.exp(ONE) + alpha * temperature * (np.exp(Q) - P)
    np.add.at(G, (y, np.arange(len(y))), alpha - 1)
    return loss, G.T / len(y)


# Training loop


@right("fit")
def fit_with_nesterov(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    params = network.start(rng)
    v = {k: np.zeros_like(w) for k, w in params.items()}
    losses = []
    for _ in range(epochs):
        order, seen = rng.permutation(len(X)), []
        for rows in np.split(order, range(batch, len(X), batch)):
            loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
            seen.append(loss)
            for k in params:
                old = v[k]
                v[k] = 0.5 * v[k] - rate * grads[k]
                params[k] = params[k] - 0.5 * old + 1.5 * v[k]
        losses.append(float(np.mean(seen)))
    return params, losses


@right("fit")
def fit_with_a_generator_of_batches(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    def batches():
        order = rng.permutation(len(X))
        for k in range(math.ceil(len(X) / batch)):
            yield order[k * batch : (k + 1) * batch]

    def epoch(params):
        found = []
        for rows in batches():
            loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
            params = {name: w - rate * grads[name] for name, w in params.items()}
            found.append(loss)
        return params, sum(found) / len(found)

    params, losses = network.start(rng), []
    for _ in range(epochs):
        params, mean = epoch(params)
        losses.append(mean)
    return params, losses


@right("fit")
class Trainer:
    def __call__(self, network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
        self.params = network.start(rng)
        self.squares = {k: np.zeros_like(w) for k, w in self.params.items()}
        self.rate = rate
        history = np.zeros(epochs)
        for epoch in range(epochs):
            history[epoch] = self.epoch(network, X, y, rng.permutation(len(y)), batch, reg)
        return self.params, history

    def epoch(self, network, X, y, order, batch, reg):
        values = []
        while len(order):
            rows, order = order[:batch], order[batch:]
            value, grads = network.loss(self.params, X[rows], y[rows], reg=reg)
            values.append(value)
            for k, g in grads.items():
                self.squares[k] += g * g
                self.params[k] -= self.rate * g / (np.sqrt(self.squares[k]) + 1e-8)
        return np.mean(values)


@right("fit")
def fit_with_shuffled_copies(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    X, y, params, losses = X.copy(), y.copy(), network.start(rng), []
    for _ in range(epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        X, y = X[order], y[order]
        total, count = 0.0, 0
        for i in range(0, len(X), batch):
            loss, grads = network.loss(params, X[i : i + batch], y[i : i + batch], reg=reg)
            total, count = total + loss, count + 1
            for k in params:
                params[k] = params[k] - rate * grads[k]
        losses += [total / count]
    return params, losses


@right("fit")
def fit_with_a_linear_schedule(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    params, losses = network.start(rng), []
    steps = epochs * -(-len(X) // batch)
    t = itertools.count()
    for _ in range(epochs):
        order = rng.choice(len(X), size=len(X), replace=False)
        pairs = [
            network_step(network, params, X, y, order[a : a + batch], rate * (1 - next(t) / steps), reg)
            for a in range(0, len(X), batch)
        ]
        losses.append(np.average(pairs))
    return params, losses


def network_step(network, params, X, y, rows, rate, reg):
    loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
    for k in grads:
        params[k] = params[k] - rate * grads[k]
    return loss


@right("fit")
def fit_with_array_split_by_number(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    params, losses = network.start(rng), []
    for _ in range(epochs):
        cuts = np.arange(batch, len(X), batch)
        parts = np.array_split(rng.permutation(len(X)), cuts)
        seen = []
        for part in parts:
            loss, grads = network.loss(params, np.take(X, part, axis=0), np.take(y, part), reg=reg)
            seen.append(loss)
            params = dict(zip(params, [params[k] - rate * grads[k] for k in params], strict=True))
        losses.append(math.fsum(seen) / len(seen))
    return params, losses


@right("fit")
def fit_with_clipping(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    params, losses = network.start(rng), []
    for _ in range(epochs):
        queue, seen = collections.deque(rng.permutation(len(X)).tolist()), []
        while queue:
            rows = [queue.popleft() for _ in range(min(batch, len(queue)))]
            loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
            norm = math.sqrt(sum(float(np.sum(g**2)) for g in grads.values()))
            for k in params:
                params[k] = params[k] - rate * min(1.0, 5.0 / (norm + 1e-12)) * grads[k]
            seen.append(loss)
        losses.append(np.mean(seen))
    return params, losses


@right("fit")
def fit_by_recursion_over_epochs(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    def go(params, left, losses):
        if left == 0:
            return params, losses
        order, seen = rng.permutation(len(X)), []
        for first in range(0, len(order), batch):
            rows = order[first : first + batch]
            loss, grads = network.loss(params, X[rows], y[rows], reg=reg)
            seen.append(loss)
            params = {k: params[k] - rate * grads[k] for k in params}
        return go(params, left - 1, [*losses, np.mean(seen)])

    return go(network.start(rng), epochs, [])


# Muon


def newton_schulz(G):
    X = G / (np.linalg.norm(G) + 1e-7)
    for _ in range(5):
        A = X @ X.T
        X = 3.4445 * X + (-4.7750 * A + 2.0315 * A @ A) @ X
    return X


def adam_step(w, dw, config):
    c = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "m": 0.0, "v": 0.0, "t": 0}
    c |= config or {}
    c["t"] += 1
    c["m"] = c["beta1"] * c["m"] + (1 - c["beta1"]) * dw
    c["v"] = c["beta2"] * c["v"] + (1 - c["beta2"]) * dw**2
    m, v = c["m"] / (1 - c["beta1"] ** c["t"]), c["v"] / (1 - c["beta2"] ** c["t"])
    return w - c["learning_rate"] * m / (np.sqrt(v) + c["epsilon"]), c


MUON = {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1}


@right("muon")
def muon_with_a_sum_for_a_mean(w, dw, config=None):
    if w.ndim != 2:
        return adam_step(w, dw, config)
    c = {**MUON, "sum": 0.0, **(config or {})}
    c["sum"] = c["momentum"] * c["sum"] + dw
    out = newton_schulz(c["momentum"] * c["sum"] + dw) * math.sqrt(max(1.0, w.shape[0] / w.shape[1]))
    return (1 - c["learning_rate"] * c["weight_decay"]) * w - c["learning_rate"] * out, c


@right("muon")
def muon_by_singular_values(w, dw, config=None):
    """The iteration acts on singular values alone, so it can be run on those."""
    if np.ndim(w) != 2:
        return adam_step(w, dw, config)
    c = {**MUON, "velocity": np.zeros_like(w), **(config or {})}
    c["velocity"] = c["momentum"] * c["velocity"] + (1 - c["momentum"]) * dw
    U, s, Vt = np.linalg.svd(c["momentum"] * c["velocity"] + (1 - c["momentum"]) * dw, full_matrices=False)
    s = s / (np.sqrt(np.sum(s**2)) + 1e-7)
    for _ in range(5):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    update = (U * s) @ Vt * max(1, w.shape[0] / w.shape[1]) ** 0.5
    return w - c["learning_rate"] * (update + c["weight_decay"] * w), c


@right("muon")
def muon_in_place(w, dw, config=None):
    config = {} if config is None else config
    if w.ndim != 2:
        return adam_step(w, dw, config)
    for key, value in MUON.items():
        config.setdefault(key, value)
    v = config.setdefault("velocity", np.zeros_like(w))
    v += (1 - config["momentum"]) * (dw - v)
    update = newton_schulz((1 - config["momentum"]) * dw + config["momentum"] * v)
    if w.shape[0] > w.shape[1]:
        update *= np.sqrt(w.shape[0] / w.shape[1])
    w *= 1 - config["learning_rate"] * config["weight_decay"]
    w -= config["learning_rate"] * update
    return w, config


@right("muon")
def muon_transposed_if_tall(w, dw, config=None):
    if len(w.shape) != 2:
        return adam_step(w, dw, config)
    c = MUON | {"velocity": 0.0} | (config or {})
    keep = c["momentum"]
    c["velocity"] = keep * c["velocity"] + (1 - keep) * dw
    G = keep * c["velocity"] + (1 - keep) * dw
    tall = w.shape[0] > w.shape[1]
    out = newton_schulz(G.T).T if tall else newton_schulz(G)
    scale = (w.shape[0] / w.shape[1]) ** 0.5 if tall else 1
    return w - c["learning_rate"] * c["weight_decay"] * w - c["learning_rate"] * scale * out, c


@right("muon")
def muon_with_the_polynomial_of_a_matrix(w, dw, config=None):
    if w.ndim == 2:
        c = MUON | (config or {})
        mu = c["momentum"]
        c["buffer"] = mu * c.get("buffer", np.zeros(w.shape)) + (1 - mu) * dw
        X = mu * c["buffer"] + (1 - mu) * dw
        X = X / (np.sqrt(np.trace(X @ X.T)) + 1e-7)
        for _ in range(5):
            K = X.T @ X
            X = X @ (3.4445 * np.eye(len(K)) + K @ (-4.7750 * np.eye(len(K)) + 2.0315 * K))
        return w - c["learning_rate"] * (max(1, len(w) / w.shape[1]) ** 0.5 * X + c["weight_decay"] * w), c
    return adam_step(w, dw, config)


@right("muon")
def muon_as_two_moves(w, dw, config=None):
    c = dict(config or {})
    if w.ndim != 2:
        return adam_step(w, dw, c)
    rate, mu = c.setdefault("learning_rate", 0.02), c.setdefault("momentum", 0.95)
    decayed = w - rate * c.setdefault("weight_decay", 0.1) * w
    v = c.get("velocity", np.zeros_like(w))
    v = v - (1 - mu) * (v - dw)
    look = v - (1 - mu) * (v - dw)
    c["velocity"] = v
    return decayed - rate * np.sqrt(np.maximum(1, w.shape[0] / w.shape[1])) * newton_schulz(look), c


@right("muon")
def muon_of_kept_gradients(w, dw, config=None):
    if w.ndim != 2:
        return adam_step(w, dw, config)
    c = MUON | (config or {})
    c["seen"] = [*c.get("seen", []), dw.copy()]
    mu = c["momentum"]
    v = sum((1 - mu) * mu ** (len(c["seen"]) - 1 - k) * g for k, g in enumerate(c["seen"]))
    step = newton_schulz(mu * v + (1 - mu) * dw) * max(1.0, np.divide(*w.shape)) ** 0.5
    return w - c["learning_rate"] * (c["weight_decay"] * w + step), c


@right("muon")
def muon_with_a_state_object(w, dw, config=None):
    class Average:
        value = 0.0

        def __call__(self, g, keep):
            self.value = keep * self.value + (1 - keep) * g
            return keep * self.value + (1 - keep) * g

    config = {} if config is None else config
    if w.ndim != 2:
        return adam_step(w, dw, config)
    get = lambda key: config.get(key, MUON[key])  # noqa: E731
    mixed = config.setdefault("average", Average())(dw, get("momentum"))
    step = newton_schulz(mixed) * max(1, w.shape[0] / w.shape[1]) ** 0.5
    return w - get("learning_rate") * (step + get("weight_decay") * w), config


# Sharpness


def product(grad, w, v, h=1e-5):
    n = np.linalg.norm(v)
    if n == 0:
        return np.zeros_like(v)
    return (grad(w + h * v / n) - grad(w - h * v / n)) * n / (2 * h)


@right("sharpness")
def sharpness_by_reduce(grad, w, v, steps=30):
    def once(state, _):
        _, x = state
        Hx = product(grad, w, x)
        size = np.linalg.norm(Hx)
        return x @ Hx, (Hx / size if size else x)

    return functools.reduce(once, range(steps), (0.0, v / np.linalg.norm(v)))


@right("sharpness")
def sharpness_by_recursion(grad, w, v, steps=30):
    u = v / np.sqrt(np.sum(v**2))
    Hu = product(grad, w, u)
    if not Hu.any():
        return 0.0, u
    if steps == 1:
        return u @ Hu, Hu / np.linalg.norm(Hu)
    return sharpness_by_recursion(grad, w, Hu, steps - 1)


@right("sharpness")
class PowerIteration:
    def __call__(self, grad, w, v, steps=30):
        self.grad, self.w = grad, w
        self.v, self.value = v / np.linalg.norm(v), 0.0
        for _ in range(steps):
            self.step()
        return self.value, self.v

    def step(self):
        Hv = product(self.grad, self.w, self.v)
        self.value = float(np.dot(self.v, Hv))
        norm = float(np.linalg.norm(Hv))
        if norm > 0:
            self.v = Hv / norm


@right("sharpness")
def sharpness_with_a_linear_operator(grad, w, v, steps=30):
    H = LinearOperator((len(w), len(w)), matvec=lambda x: product(grad, w, np.ravel(x)), dtype=float)
    x, value = np.array(v, dtype=float) / np.linalg.norm(v), 0.0
    for _ in range(steps):
        y = H @ x
        value = x @ y
        x = y / np.linalg.norm(y) if np.linalg.norm(y) else x
    return value, x


@right("sharpness")
def sharpness_as_a_generator(grad, w, v, steps=30):
    def iterates(x):
        while True:
            y = product(grad, w, x)
            n = scipy.linalg.norm(y)
            nxt = y / n if n > 0 else x
            yield float(x @ y), nxt
            x = nxt

    pairs = itertools.islice(iterates(v / scipy.linalg.norm(v)), steps)
    return collections.deque(pairs, maxlen=1).pop()


@right("sharpness")
def sharpness_with_the_largest_entry_in_between(grad, w, v, steps=30):
    """Scaled by the largest entry on the way and by the length at the end."""
    x, value = v / np.abs(v).max(), 0.0
    for _ in range(steps):
        y = product(grad, w, x)
        value = (x @ y) / (x @ x)
        if not np.any(y):
            break
        x = y / np.abs(y).max()
    return value, x / np.linalg.norm(x)


@right("sharpness")
def sharpness_with_einsum_and_a_while(grad, w, v, steps=30):
    left, value = steps, 0.0
    x = np.divide(v, np.sqrt(np.einsum("i,i", v, v)))
    while left:
        left -= 1
        y = product(grad, w, x)
        value = np.einsum("i,i", x, y)
        norm = np.sqrt(np.einsum("i,i", y, y))
        if norm == 0:
            return 0, x
        x = y / norm
    return value, x


@right("sharpness")
def sharpness_with_lists(grad, w, v, steps=30):
    xs, values = [np.asarray(v) / np.linalg.norm(v)], []
    for _ in range(steps):
        y = product(grad, w, xs[-1])
        values.append(np.inner(xs[-1], y))
        xs.append(y / np.linalg.norm(y) if np.linalg.norm(y) > 0 else xs[-1])
    return values[-1], xs[-1]
