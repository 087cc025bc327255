"""The scores of a network of any depth: affine layers with ReLUs between them."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.layers import network, stack


def reference(params, X):
    """Take one row at a time, with a 1 at its end and the bias as one more row of the matrix."""
    depth = len(params) // 2
    scores = []
    for row in np.asarray(X, dtype=np.float64):
        for k in range(1, depth + 1):
            full = np.vstack([params[f"W{k}"], params[f"b{k}"]])
            row = np.append(row, 1.0) @ full
            if k < depth:
                row = (row + np.abs(row)) / 2
        scores.append(row)
    return np.array(scores)


def called(sizes, rows, seed):
    return network(sizes, seed), np.random.default_rng(seed + 50).normal(size=(rows, sizes[0])).round(2)


forward = Exercise(
    "forward",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="scores",
            probe=Calls(
                arguments=[
                    called((3, 5, 2), 4, 1),
                    called((2, 4, 4, 3), 3, 2),
                    called((4, 3), 5, 3),
                    called((3, 5, 2), 4, 11),
                    stack(12, 4),
                ]
            ),
            says="The scores are not those of affine layers with a ReLU between them.",
        ),
    ],
    visible=Calls(
        arguments=[
            called((2, 3, 2), 2, 5),
            called((3, 3, 3, 3), 3, 6),
            called((2, 4, 4, 2), 3, 9),
            called((3, 2), 3, 7),
            called((2, 3, 2), 2, 12),
            stack(11, 8),
        ]
    ),
    equivalent={
        "for row in np.asarray(X, dtype=np.float64): -> for row in np.asarray(X):": "An array of floats comes in.",
        "return np.array(scores) -> return scores": "A list of rows is compared like an array.",
    },
    uses=("activation",),
    read="Exercise 5. Forward",
    effect="A missing ReLU makes the whole network linear, and one too many cuts off negative scores.",
)


def layers(
    params,
    X,
    *,
    order=None,
    between=lambda z: np.maximum(0, z),
    last=lambda z: z,
    bias=True,
    first=lambda x: x,
):
    names = list(range(1, len(params) // 2 + 1)) if order is None else order(params)
    out = first(X)
    for k in names:
        out = out @ params[f"W{k}"] + (params[f"b{k}"] if bias else 0)
        out = last(out) if k == names[-1] else between(out)
    return out


forward.table(
    {
        """activation on the last layer: The scores go through a ReLU as well. A score may be negative: the
        last layer is affine and nothing more.

        What can a softmax not say if no score is below 0?
        """: partial(layers, last=lambda z: np.maximum(0, z)),
        """no activation between: There is no ReLU between the layers, so the product of their matrices is one
        matrix: a linear classifier.

        What is W2 times (W1 x), written with one matrix?
        """: partial(layers, between=lambda z: z),
        """only the last layer activated: The ReLU stands after the last layer and nowhere else. It belongs
        between the layers.
        """: partial(layers, between=lambda z: z, last=lambda z: np.maximum(0, z)),
        """biases left out: The biases are not added. A neuron without one draws its line through the origin.
        """: partial(layers, bias=False),
        """inputs activated: The inputs go through a ReLU first, so every negative input is lost. It belongs
        after a layer, not before.
        """: partial(layers, first=lambda x: np.maximum(0, x)),
    }
)


@forward.mistake
def two_layers_and_no_more(params, X):
    """Layers after the second are left out, or a second one is missed. Go on for as many as params has."""
    out = np.maximum(0, X @ params["W1"] + params["b1"])
    return out @ params["W2"] + params["b2"]


@forward.mistake
def layers_in_the_order_of_their_names_as_text(params, X):
    """Layers are sorted by name as text, and "W10" comes before "W2". Count from 1 to len(params) // 2."""
    return layers(params, X, order=lambda p: sorted(k[1:] for k in p if k[0] == "W"))


@forward.mistake
def the_last_layer_left_out(params, X):
    """The last layer is not applied: what comes back are the activations below the scores."""
    out = X
    for k in range(1, len(params) // 2):
        out = np.maximum(0, out @ params[f"W{k}"] + params[f"b{k}"])
    return out


forward.table(
    {
        """sigmoid for relu: A sigmoid stands between the layers. Here it is the ReLU.
        """: partial(layers, between=lambda z: 1 / (1 + np.exp(-z))),
        """tanh for relu: tanh stands between the layers. Here it is the ReLU.
        """: partial(layers, between=np.tanh),
        """leaky for relu: A leaky ReLU stands between the layers. Here it is the ReLU itself.
        """: partial(layers, between=lambda z: np.where(z > 0, z, 0.01 * z)),
    }
)


@forward.mistake
def bias_added_after_the_relu(params, X):
    """The bias is added after the ReLU. It decides where the ReLU begins: add it before."""
    depth, out = len(params) // 2, X
    for k in range(1, depth + 1):
        out = out @ params[f"W{k}"]
        out = (np.maximum(0, out) if k < depth else out) + params[f"b{k}"]
    return out


@forward.mistake
def bias_subtracted(params, X):
    """The biases are subtracted. They are added."""
    return layers({k: -w if k[0] == "b" else w for k, w in params.items()}, X)


@forward.mistake
def scores_turned_into_probabilities(params, X):
    """A softmax comes after the last layer. Scores are asked for; the loss turns them into probabilities."""
    s = layers(params, X)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@forward.mistake
def scores_scaled_to_the_largest(params, X):
    """The largest score of each row has been taken away. That belongs to the loss; here scores are asked for."""
    s = layers(params, X)
    return s - s.max(axis=1, keepdims=True)


@forward.variant
def a_loop_to_the_last(params, X):
    depth = len(params) // 2
    H = X
    for i in range(1, depth):
        H = np.maximum(0, H.dot(params[f"W{i}"]) + params[f"b{i}"])
    return H.dot(params[f"W{depth}"]) + params[f"b{depth}"]


@forward.variant
def while_there_is_a_next(params, X):
    k = 1
    while f"W{k + 1}" in params:
        X = np.maximum(X @ params[f"W{k}"] + params[f"b{k}"], 0)
        k += 1
    return X @ params[f"W{k}"] + params[f"b{k}"]


@forward.variant
def with_masks_in_place(params, X):
    out = X.copy()
    last = max(int(name[1:]) for name in params)
    for k in range(1, last + 1):
        out = np.matmul(out, params[f"W{k}"])
        out += params[f"b{k}"]
        if k != last:
            out[out < 0] = 0
    return out


@forward.variant
def recursively(params, X):
    def up_to(k):
        if k == 0:
            return X
        below = up_to(k - 1)
        below = below if k == 1 else below * (below > 0)
        return below @ params[f"W{k}"] + params[f"b{k}"]

    return up_to(len(params) // 2)


@forward.variant
def columns_for_rows(params, X):
    out = X.T
    depth = sum(name.startswith("W") for name in params)
    for k in range(1, depth + 1):
        out = params[f"W{k}"].T @ out + params[f"b{k}"][:, None]
        out = out.clip(0) if k < depth else out
    return out.T


@forward.variant
def by_insertion_order(params, X):
    arrays = list(params.values())
    for W, b in zip(arrays[0:-2:2], arrays[1:-2:2], strict=True):
        X = np.where((Z := X @ W + b) > 0, Z, 0)
    return np.einsum("nd,dc->nc", X, arrays[-2]) + arrays[-1]


@forward.variant_as_in("CS231n")
def affine_relu_forward(params, X):
    num_layers = len(params) // 2
    caches = {}
    out = X
    for i in range(num_layers):
        W, b = params["W" + str(i + 1)], params["b" + str(i + 1)]
        N = out.shape[0]
        caches[i] = out
        out = out.reshape(N, -1).dot(W) + b
        if i < num_layers - 1:
            out = np.maximum(0, out)
    return out
