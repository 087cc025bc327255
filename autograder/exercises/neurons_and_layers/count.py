"""How many neurons and how many numbers a network has."""

import itertools

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(sizes):
    """Make the arrays, and count what is in them."""
    layers = [(np.zeros((n_in, n_out)), np.zeros(n_out)) for n_in, n_out in itertools.pairwise(sizes)]
    neurons = sum(b.size for _, b in layers)
    return neurons, sum(W.size + b.size for W, b in layers)


ONLY_SIZES = "Only the sizes of the arrays are looked at."


count = Exercise(
    "count",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="networks",
            probe=Calls(
                arguments=[((5, 3, 2),), ((2, 100, 3),), ((7, 1),), ((4, 6, 5, 3, 2),), ((64, 50, 10),)]
            ),
            says="The number of neurons or of parameters is not right.",
        ),
    ],
    visible=Calls(arguments=[((3, 4, 2),), ((3, 4, 4, 1),), ((10, 2),)]),
    returns=("number of neurons", "number of parameters"),
    equivalent={
        "layers = [(np.zeros((n_in, n_out)), np.zeros… -> layers = [(np.ones((n_in, n_out)), np.zeros…": ONLY_SIZES,
        "…[(np.zeros((n_in, n_out)), np.zeros(n_out)) for n_in…"
        " -> …[(np.zeros((n_in, n_out), dtype='float32'), np.zeros(n_out)) for n_in…": ONLY_SIZES,
        "…n_out)), np.zeros(n_out)) for n_in, n_out in itertools…"
        " -> …n_out)), np.zeros(n_out, dtype='float32')) for n_in, n_out in itertools…": ONLY_SIZES,
        "…zeros((n_in, n_out)), np.zeros(n_out)) for n_in, n_out…"
        " -> …zeros((n_in, n_out)), np.ones(n_out)) for n_in, n_out…": ONLY_SIZES,
    },
    read="Exercise 4. Count",
    effect="A layer that was wired wrongly shows in the number of parameters, if one knows what to expect.",
)


def pairs(sizes):
    return list(itertools.pairwise(sizes))


def weights(sizes):
    return sum(a * b for a, b in pairs(sizes))


count.table(
    {
        """biases not counted: Only weights are counted. Every neuron has a bias, too.
        """: lambda sizes: (sum(sizes[1:]), weights(sizes)),
        """one bias for each layer: One bias is counted for each layer. Every neuron has one.
        """: lambda sizes: (sum(sizes[1:]), weights(sizes) + len(sizes) - 1),
        """inputs counted as neurons: The inputs are counted as neurons. They are numbers that come in;
        nothing is computed there.
        """: lambda sizes: (sum(sizes), weights(sizes) + sum(sizes[1:])),
        """inputs counted and given biases: The inputs are counted as neurons and given biases. They are
        numbers that come in.
        """: lambda sizes: (sum(sizes), weights(sizes) + sum(sizes)),
        """biases for the inputs: There is a bias for every input. Inputs have none; every neuron has one.
        """: lambda sizes: (sum(sizes[1:]), weights(sizes) + sum(sizes)),
        """outputs not counted: The neurons of the last layer are not counted. The scores are computed by
        neurons as well.
        """: lambda sizes: (sum(sizes[1:-1]), weights(sizes) + sum(sizes[1:])),
        """outputs without biases: The neurons of the last layer have no biases here. They have.
        """: lambda sizes: (sum(sizes[1:]), weights(sizes) + sum(sizes[1:-1])),
        """outputs neither counted nor given biases: The last layer is left out, its neurons and its biases.
        The scores are computed by neurons as well.
        """: lambda sizes: (sum(sizes[1:-1]), weights(sizes) + sum(sizes[1:-1])),
    }
)


@count.mistake
def every_pair_of_layers_connected(sizes):
    """Each layer is connected with all later ones. Here a layer feeds only the next."""
    total = sum(a * b for k, a in enumerate(sizes) for b in sizes[k + 1 :])
    return sum(sizes[1:]), total + sum(sizes[1:])


count.table(
    {
        """all sizes multiplied: The sizes of all layers are multiplied. A matrix lies between two neighbours;
        the matrices are added up.
        """: lambda sizes: (sum(sizes[1:]), int(np.prod(sizes)) + sum(sizes[1:])),
        """sizes added for multiplied: A matrix between layers of a and b is counted as a + b numbers. It has
        a times b.
        """: lambda sizes: (sum(sizes[1:]), sum(a + b for a, b in pairs(sizes)) + sum(sizes[1:])),
        """numbers exchanged: The two numbers have changed places: neurons first.
        """: lambda sizes: (weights(sizes) + sum(sizes[1:]), sum(sizes[1:])),
        """layers for neurons: The number of layers is returned for the number of neurons.
        """: lambda sizes: (len(sizes) - 1, weights(sizes) + sum(sizes[1:])),
    }
)


@count.variant
def with_zip(sizes):
    parameters = sum(a * b + b for a, b in itertools.pairwise(sizes))
    return sum(sizes[1:]), parameters


@count.variant
def with_a_loop(sizes):
    neurons = parameters = 0
    for k in range(1, len(sizes)):
        neurons += sizes[k]
        parameters += (sizes[k - 1] + 1) * sizes[k]
    return neurons, parameters


@count.variant
def with_numpy(sizes):
    s = np.array(sizes)
    return [s[1:].sum(), np.dot(s[:-1] + 1, s[1:])]


@count.variant
def as_an_array(sizes):
    return np.array(with_zip(sizes))


@count.variant
def recursively(sizes):
    if len(sizes) == 1:
        return 0, 0
    neurons, parameters = recursively(sizes[1:])
    return neurons + sizes[1], parameters + sizes[0] * sizes[1] + sizes[1]


@count.variant
def weights_and_biases_apart(sizes):
    n_in, n_out = list(sizes)[:-1], list(sizes)[1:]
    w = [i * o for i, o in zip(n_in, n_out, strict=True)]
    b = list(n_out)
    return sum(b), sum(w) + sum(b)


@count.variant_as_in("PyTorch")
def sum_of_numel(sizes):
    class Linear:
        def __init__(self, in_features, out_features):
            self.weight = np.empty((out_features, in_features))
            self.bias = np.empty(out_features)

        def parameters(self):
            yield self.weight
            yield self.bias

    layers = [Linear(*pair) for pair in itertools.pairwise(sizes)]
    return sum(layer.bias.size for layer in layers), sum(
        p.size for layer in layers for p in layer.parameters()
    )
