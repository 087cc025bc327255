"""The loss of a network with one layer of ReLUs, and the gradient of each of its four arrays."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.layers import case, parts, strained, visible_network

STEP = 1e-30


def loss_alone(params, X, y, reg):
    """Return the loss of complex parameters; a ReLU looks at the real part."""
    pre = X @ params["W1"] + params["b1"]
    units = pre * (pre.real > 0)
    scores = units @ params["W2"] + params["b2"]
    scores = scores - scores.real.max(axis=1, keepdims=True)
    data = np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(y)), y])
    return data + reg / 2 * (np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2))


def reference(params, X, y, reg):
    """Take a complex step along every number, one at a time."""
    params = {name: np.asarray(w, dtype=np.complex128) for name, w in params.items()}
    grads = {}
    for name, w in params.items():
        grads[name] = np.zeros(w.shape)
        for ix in np.ndindex(w.shape):
            moved = w.copy()
            moved[ix] += 1j * STEP
            grads[name][ix] = loss_alone(params | {name: moved}, X, y, reg).imag / STEP
    return float(loss_alone(params, X, y, reg).real), grads


CASES = {
    "": case(5, 3, 5, 4, 0.0, 1),
    " of one row": case(1, 2, 6, 3, 0.0, 2),
    " with a penalty": case(4, 3, 4, 2, 0.7, 3),
    " with a light penalty": case(6, 2, 3, 3, 0.01, 4),
}
"""Networks without a penalty and with one."""


two_layer = Exercise(
    "two_layer",
    points=8,
    reference=reference,
    checks=[
        Check(
            name="networks",
            probe=lambda candidate: dict(parts(candidate, CASES)),
            says="The loss or a gradient is not right.",
        ),
        Check(
            name="large scores",
            probe=strained,
            says="Scores in the thousands, or a label far behind, make the loss or a gradient wrong or NaN.",
        ),
    ],
    visible=visible_network,
    equivalent={
        "grads[name] = np.zeros(w.shape) -> grads[name] = np.ones(w.shape)": "Every entry is written.",
        "grads[name] = np.zeros(w.shape) -> grads[name] = np.zeros_like(w)": "Imaginary parts of 0.",
        "units = pre * (pre.real > 0) -> units = pre * (pre.real >= 0)": "At the kink any slope will do.",
    },
    uses=("forward", "activation", "slope_from_output"),
    read="Exercise 6. Loss and four gradients",
    effect="Every step of training follows these gradients; a wrong one trains, only worse, and nothing complains.",
)


def passes(params, X, y, reg, *, shift=True, axis=1, mask=None, loss=None, truth=1.0, back=None, **changed):
    """Return loss and gradients; each mistake below changes one thing.

    shift    by the largest score of each row; ``"all"``: by the largest of all rows
    axis     along which the probabilities add up to 1
    mask     what the gradient of the units is multiplied by, of (pre-activation, units)
    loss     of (the rows' losses, the penalty)
    truth    what is subtracted at the label
    back     of (gradient of the scores), before it is used
    changed  name of an array -> its gradient, of everything
    """
    n, rows = len(y), np.arange(len(y))
    pre = X @ params["W1"] + params["b1"]
    units = np.maximum(0, pre)
    scores = units @ params["W2"] + params["b2"]
    top = scores.max(axis=None if shift == "all" else 1, keepdims=True) if shift else 0.0
    e = np.exp(scores - top)
    sums = e.sum(axis=axis, keepdims=True)
    p = e / sums
    each = (np.log(sums) - (scores - top))[rows, y]
    squares = reg / 2 * (np.sum(params["W1"] ** 2) + np.sum(params["W2"] ** 2))
    d = p.copy()
    d[rows, y] -= truth
    d = d / n if back is None else back(d)
    du = d @ params["W2"].T
    du = du * (pre > 0 if mask is None else mask(pre, units))
    now = {"X": X, "units": units, "pre": pre, "d": d, "du": du, "reg": reg, **params}
    grads = {
        "W1": X.T @ du + reg * params["W1"],
        "b1": du.sum(axis=0),
        "W2": units.T @ d + reg * params["W2"],
        "b2": d.sum(axis=0),
    }
    grads |= {name: change(grads[name], now) for name, change in changed.items()}
    value = each.mean() + squares if loss is None else loss(each, squares)
    return float(value), grads


two_layer.table(
    {
        """relu forgotten on the way back: The gradient passes the ReLUs unchanged. Where a unit is silent
        nothing goes through: * (units > 0).
        """: partial(passes, mask=lambda pre, units: 1.0),
        """multiplied by the units: The gradient is multiplied by the units' output. ReLU's slope is 1 or 0: *
        (units > 0).
        """: partial(passes, mask=lambda pre, units: units),
        """slope of tanh for relu: The gradient is multiplied by 1 - units**2, the slope of tanh. The units
        are ReLUs: * (units > 0).
        """: partial(passes, mask=lambda pre, units: 1 - units**2),
        """the gradient of b1 over the wrong axis: The gradient of b1 is added up over the units. Every row
        used the bias: add up over the rows, axis 0.

        Which shape has b1, and how many rows have used each of its numbers?
        """: partial(passes, b1=lambda g, now: now["du"].sum(axis=1)),
        """the gradient of b2 over the wrong axis: The gradient of b2 is added up over the classes, which
        gives 0. Add up over the rows, axis 0.
        """: partial(passes, b2=lambda g, now: now["d"].sum(axis=1)),
        """the gradient of b1 averaged: The gradient of b1 is a mean over the rows. The 1/N of the loss is in
        it already: add up.
        """: partial(passes, b1=lambda g, now: now["du"].mean(axis=0)),
        """gradients of both biases averaged: The gradients of the biases are means over the rows. The 1/N of
        the loss is in them already: add up.
        """: partial(
            passes, b1=lambda g, now: now["du"].mean(axis=0), b2=lambda g, now: now["d"].mean(axis=0)
        ),
    }
)


@two_layer.mistake
def biases_regularised(params, X, y, reg):
    """The penalty includes the biases. Only weights are penalised: a bias moves a boundary and bends nothing."""
    more = reg / 2 * (np.sum(params["b1"] ** 2) + np.sum(params["b2"] ** 2))
    return passes(
        params,
        X,
        y,
        reg,
        loss=lambda each, squares: each.mean() + squares + more,
        b1=lambda g, now: g + reg * params["b1"],
        b2=lambda g, now: g + reg * params["b2"],
    )


two_layer.table(
    {
        """gradients of the biases penalised: The gradients of the biases hold a penalty that the loss does
        not. Biases are not penalised.
        """: lambda params, X, y, reg: passes(
            params,
            X,
            y,
            reg,
            b1=lambda g, now: g + reg * params["b1"],
            b2=lambda g, now: g + reg * params["b2"],
        ),
        """penalty not in the gradients: The loss is penalised and the gradients are not. The slope of reg/2
        W**2 is reg W: add it to both.
        """: lambda params, X, y, reg: passes(
            params, X, y, reg, W1=lambda g, now: g - reg * now["W1"], W2=lambda g, now: g - reg * now["W2"]
        ),
        """penalty not in the loss: The gradients are penalised and the loss is not. Add reg/2 times the sum
        of squares of W1 and W2.
        """: partial(passes, loss=lambda each, squares: each.mean()),
        """penalty nowhere: reg is not used. The loss has reg/2 times the squares of W1 and W2, the gradients
        reg times W1 and W2.
        """: lambda params, X, y, reg: passes(params, X, y, 0.0),
    }
)


@two_layer.mistake
def penalty_of_w1_forgotten(params, X, y, reg):
    """W1 is not penalised; both weight matrices are."""
    less = reg / 2 * np.sum(params["W1"] ** 2)
    return passes(
        params,
        X,
        y,
        reg,
        loss=lambda each, squares: each.mean() + squares - less,
        W1=lambda g, now: g - reg * now["W1"],
    )


@two_layer.convention(share=0.75)
def penalty_without_its_half(params, X, y, reg):
    """The penalty is reg W**2, with 2 reg W in the gradient: consistent, and used elsewhere. Here it is reg/2."""
    return passes(params, X, y, 2 * reg)


two_layer.table(
    {
        """half missing in the loss: The loss has reg W**2 and the gradient reg W: they do not match. The loss
        has reg/2.
        """: partial(passes, loss=lambda each, squares: each.mean() + 2 * squares),
        """penalty twice in the gradients: The loss has reg/2 W**2 and the gradient 2 reg W: they do not
        match. The slope is reg W.
        """: lambda params, X, y, reg: passes(
            params, X, y, reg, W1=lambda g, now: g + reg * now["W1"], W2=lambda g, now: g + reg * now["W2"]
        ),
        """penalty divided by the rows: The penalty is divided by the number of rows. Only the data's part is
        a mean; the weights are there once.
        """: lambda params, X, y, reg: passes(params, X, y, reg / len(y)),
        """sum for mean: Loss and gradients are sums over the rows. Divide both by the number of rows.
        """: partial(passes, loss=lambda each, squares: each.sum() + squares, back=lambda d: d),
        """gradients not divided by rows: The loss is a mean over the rows and the gradients are sums. Divide
        the gradient of the scores by N.
        """: partial(passes, back=lambda d: d),
        """loss not divided by rows: The gradients are means over the rows and the loss is a sum. Divide it by
        N.
        """: partial(passes, loss=lambda each, squares: each.sum() + squares),
        """label not subtracted: The gradient of the scores is p. It is the prediction minus the truth: subtract 1
        at the label.
        """: partial(passes, truth=0.0),
        """probabilities down the columns: The rows compete with each other: your probabilities add up to 1
        down the columns. The classes are axis 1.

        Which sums are 1, those of the rows or those of the columns?
        """: partial(passes, axis=0),
        """probabilities down the columns after one shift: The rows compete with each other: your
        probabilities add up to 1 down the columns. The classes are axis 1.

        Which sums are 1, those of the rows or those of the columns?
        """: partial(passes, axis=0, shift="all"),
        """units before the relu in w2: The gradient of W2 is made from the units before their ReLU. W2 has
        seen what came out of it.
        """: lambda params, X, y, reg: passes(
            params, X, y, reg, W2=lambda g, now: now["pre"].T @ now["d"] + reg * now["W2"]
        ),
    }
)


@two_layer.mistake
def all_signs_reversed(params, X, y, reg):
    """All gradients have the wrong sign. A gradient points uphill; the minus belongs to the update rule."""
    value, grads = passes(params, X, y, reg)
    return value, {name: -each for name, each in grads.items()}


@two_layer.mistake
def log_of_the_wrong_base(params, X, y, reg):
    """The loss is a logarithm to base 10. np.log is the natural one, whose gradient is p - 1 at the label."""
    return passes(params, X, y, reg, loss=lambda each, squares: each.mean() / np.log(10) + squares)


@two_layer.convention(share=0.8)
def scores_not_shifted(params, X, y, reg):
    """Right for small scores; large ones overflow. Take the largest score of each row away before np.exp."""
    return passes(params, X, y, reg, shift=False)


@two_layer.convention(share=0.9)
def a_probability_that_rounds_to_0(params, X, y, reg):
    """Right, but for a label so far behind that its probability rounds to 0: -log(0) is inf. Take the loss of the
    row from the scores: the logarithm of the sum, less the label's shifted score (log-sum-exp).

    What is np.exp(-1000), and what is its logarithm?
    """
    value, grads = passes(params, X, y, reg)
    scores = np.maximum(0, X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
    behind = scores.max(axis=1) - scores[np.arange(len(y)), y]
    return (float("inf") if (behind > 745).any() else value), grads


@two_layer.convention(share=0.9)
def a_constant_in_the_logarithm(params, X, y, reg):
    """Right for ordinary scores. A constant inside the logarithm, as many programs have it, bounds what a label far
    behind costs. Take the loss of the row from the scores (log-sum-exp).

    What is the logarithm of 0 + 1e-12, and what should a label cost that lies 1000 behind?
    """
    value, grads = passes(params, X, y, reg)
    scores = np.maximum(0, X @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]
    behind = scores - scores.max(axis=1, keepdims=True)
    lost = np.log(np.exp(behind).sum(axis=1)) - behind[np.arange(len(y)), y]
    return value - np.mean(np.maximum(lost, 690.8) - 690.8), grads


@two_layer.convention(share=0.75)
def one_shift_for_all_rows(params, X, y, reg):
    """It is right for ordinary scores. You subtract the largest score of all, so rows far below it vanish: 0/0.
    Subtract each row's own largest.

    What is left of a row whose scores are a thousand below the largest of all?
    """
    return passes(params, X, y, reg, shift="all")


@two_layer.in_place
def parameters_changed(params, X, y, reg):
    """Loss and gradients are right, but the caller's parameters or rows are changed in place."""
    answer = passes(params, X, y, reg)
    params["W1"] -= 0.1 * answer[1]["W1"]
    return answer


@two_layer.variant_as_in("CS231n")
def in_the_manner_of_a_class(params, X, y, reg):
    W1, b1, W2, b2 = params["W1"], params["b1"], params["W2"], params["b2"]
    N = X.shape[0]
    h = np.maximum(0, X.dot(W1) + b1)
    scores = h.dot(W2) + b2
    scores = scores - np.max(scores, axis=1, keepdims=True)
    exp_scores = np.exp(scores)
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    loss = np.sum(np.log(np.sum(exp_scores, axis=1)) - scores[range(N), y]) / N
    loss += 0.5 * reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
    dscores = probs
    dscores[range(N), y] -= 1
    dscores /= N
    grads = {}
    grads["W2"] = h.T.dot(dscores) + reg * W2
    grads["b2"] = np.sum(dscores, axis=0)
    dh = dscores.dot(W2.T)
    dh[h <= 0] = 0
    grads["W1"] = X.T.dot(dh) + reg * W1
    grads["b1"] = dh.sum(0)
    return loss, grads


@two_layer.variant
def with_log_probabilities(params, X, y, reg):
    z = X @ params["W1"] + params["b1"]
    a = z * (z > 0)
    s = a @ params["W2"] + params["b2"]
    logp = s - np.logaddexp.reduce(s, axis=1, keepdims=True)
    truth = np.eye(s.shape[1])[y]
    ds = (np.exp(logp) - truth) / len(y)
    dz = np.where(z > 0, ds @ params["W2"].T, 0)
    grads = {
        "b2": ds.sum(0),
        "W2": a.T @ ds + reg * params["W2"],
        "b1": dz.sum(0),
        "W1": X.T @ dz + reg * params["W1"],
    }
    penalty = sum(np.vdot(params[k], params[k]) for k in ("W1", "W2"))
    return -np.sum(truth * logp) / len(y) + reg * penalty / 2, grads


@two_layer.variant
def row_by_row(params, X, y, reg):
    grads = {name: np.zeros_like(w) for name, w in params.items()}
    loss = 0.0
    for x, label in zip(X, y, strict=True):
        u = np.maximum(0, params["W1"].T @ x + params["b1"])
        s = params["W2"].T @ u + params["b2"]
        p = np.exp(s - s.max())
        loss += (np.log(p.sum()) - (s - s.max())[label]) / len(y)
        p /= p.sum()
        d = p - (np.arange(len(p)) == label)
        grads["b2"] += d / len(y)
        grads["W2"] += np.outer(u, d) / len(y)
        back = (params["W2"] @ d) * (u > 0) / len(y)
        grads["b1"] += back
        grads["W1"] += np.outer(x, back)
    for name in ("W1", "W2"):
        loss += 0.5 * reg * (params[name] ** 2).sum()
        grads[name] += reg * params[name]
    return loss, grads


@two_layer.variant
def with_a_layer_function(params, X, y, reg):
    def affine(A, k):
        return A @ params[f"W{k}"] + params[f"b{k}"]

    def affine_back(d, A, k):
        return d @ params[f"W{k}"].T, {f"W{k}": A.T @ d + reg * params[f"W{k}"], f"b{k}": np.sum(d, axis=0)}

    A1 = np.maximum(affine(X, 1), 0)
    S = affine(A1, 2)
    S = S - S.max(1)[:, None]
    logs = np.log(np.exp(S).sum(1))
    n = np.arange(len(X))
    D = np.exp(S - logs[:, None])
    D[n, y] -= 1
    dA, g2 = affine_back(D / len(X), A1, 2)
    _, g1 = affine_back(dA * np.sign(A1), X, 1)
    penalty = 0.5 * reg * sum(np.square(w).sum() for name, w in params.items() if name.startswith("W"))
    return (logs - S[n, y]).mean() + penalty, g1 | g2


@two_layer.variant
def with_biases_as_a_row(params, X, y, reg):
    one = np.ones((len(X), 1))
    V1, V2 = np.vstack([params["W1"], params["b1"]]), np.vstack([params["W2"], params["b2"]])
    X1 = np.hstack([X, one])
    U1 = np.hstack([np.maximum(0, X1 @ V1), one])
    S = U1 @ V2
    E = np.exp(S - S.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    T = np.zeros_like(P)
    T[np.arange(len(y)), y] = 1
    rows = np.log(E.sum(axis=1)) + S.max(axis=1) - S[np.arange(len(y)), y]
    G = (P - T) / len(y)
    G2 = U1.T @ G
    G1 = X1.T @ ((G @ V2.T * (U1 > 0))[:, :-1])
    loss = rows.mean() + reg / 2 * (np.linalg.norm(V1[:-1]) ** 2 + np.linalg.norm(V2[:-1]) ** 2)
    return loss, {
        "W1": G1[:-1] + reg * V1[:-1],
        "b1": G1[-1],
        "W2": G2[:-1] + reg * V2[:-1],
        "b2": G2[-1],
    }


@two_layer.variant
def on_a_list_of_closures(params, X, y, reg):
    grads = {name: reg * w if name[0] == "W" else 0 * w for name, w in params.items()}
    backs, A = [], X
    for k in (1, 2):
        below, A = A, A @ params[f"W{k}"] + params[f"b{k}"]

        def affine_back(d, k=k, below=below):
            grads[f"W{k}"] = grads[f"W{k}"] + below.T @ d
            grads[f"b{k}"] = grads[f"b{k}"] + d.sum(axis=0)
            return d @ params[f"W{k}"].T

        backs.append(affine_back)
        if k == 1:
            fired = A > 0
            A = A * fired
            backs.append(lambda d, fired=fired: d * fired)
    top = A.max(axis=1, keepdims=True)
    total = np.exp(A - top).sum(axis=1, keepdims=True)
    loss = np.mean((np.log(total) + top)[:, 0] - A[np.arange(len(y)), y])
    d = (np.exp(A - top) / total - (np.arange(A.shape[1]) == y[:, None])) / len(y)
    for back in reversed(backs):
        d = back(d)
    return loss + 0.5 * reg * ((params["W1"] ** 2).sum() + (params["W2"] ** 2).sum()), grads
