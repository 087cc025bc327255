"""Eight gates: what each computes, and what it hands back to its inputs."""

import numpy as np

from autograder.exercises.backpropagation.shared import EFFECT
from autograder.judging import Check, Exercise
from course.probes.tape import pulled_later, visible_gates, watched_gates

STEP = 1e-40


FORWARD = {
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
    "matmul": lambda a, b: a @ b,
    "reciprocal": lambda a: 1 / a,
    "exp": np.exp,
    "log": np.log,
    "relu": lambda a: a * (a.real > 0),
    "sum": lambda a: a.sum(),
}


def reference(kind, *inputs):
    """Measure every gate with complex steps, one entry of one input at a time."""
    inputs = [np.asarray(each, dtype=np.complex128) for each in inputs]

    def pull(g):
        shares = []
        for k, each in enumerate(inputs):
            share = np.zeros(each.shape)
            for ix in np.ndindex(each.shape):
                moved = each.copy()
                moved[ix] += 1j * STEP
                out = FORWARD[kind](*inputs[:k], moved, *inputs[k + 1 :])
                share[ix] = np.sum(g * np.imag(out) / STEP)
            shares.append(share)
        return tuple(shares)

    return np.real(FORWARD[kind](*inputs)), pull


def sized(*shape, seed=0, positive=False):
    drawn = np.random.default_rng(seed).normal(size=shape).round(2)
    return np.abs(drawn) + 0.3 if positive else drawn


CASES = {
    "add": ([sized(2, 3, seed=1), sized(2, 3, seed=2)], sized(2, 3, seed=3)),
    "multiply": ([sized(2, 3, seed=4), sized(2, 3, seed=5)], sized(2, 3, seed=6)),
    "matmul": ([sized(4, 2, seed=7), sized(2, 3, seed=8)], sized(4, 3, seed=9)),
    "reciprocal": ([sized(4, seed=10, positive=True) * [1, -1, 1, -1]], sized(4, seed=11)),
    "exp": ([sized(2, 2, seed=12)], sized(2, 2, seed=13)),
    "log": ([sized(5, seed=14, positive=True)], sized(5, seed=15)),
    "relu": ([sized(3, 3, seed=16)], sized(3, 3, seed=17)),
    "sum": ([sized(3, 2, seed=18)], np.array(-1.75)),
}
SQUARE = {"matmul": ([sized(3, 3, seed=19), sized(3, 3, seed=20)], sized(3, 3, seed=21))}


def everything(candidate):
    return {
        **watched_gates(candidate, CASES),
        **pulled_later(candidate, CASES),
        **{f"square, {k}": v for k, v in watched_gates(candidate, SQUARE).items()},
    }


gate = Exercise(
    "gate",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="gates",
            probe=everything,
            says="A gate's value, or what it hands back to an input, is not right.",
        ),
    ],
    visible=visible_gates,
    read="Exercise 5. Eight gates",
    uses=("matmul_backward", "sum_to_shape"),
    effect=EFFECT,
    equivalent={
        "if kind == 'sum': -> if True:": "Only the eight names are asked for, and sum is the last.",
        "raise ValueError(f'there is no gate {kind!r}') -> (removed)": "Only the eight names are asked for.",
        "share = np.zeros(each.shape) -> share = np.ones(each.shape)": "Every entry is written.",
        "share = np.zeros(each.shape) -> share = np.zeros_like(each)": "Imaginary parts of 0.",
        "value = np.exp(a); pull = lambda g: (g * value,) -> (exchanged)": "Looked up when it is called.",
        "…(a.sum(), lambda g: (g * np.ones_like(a),)) -> …(a.sum(), lambda g: (g / np.ones_like(a),))": (
            "A division by 1."
        ),
        "…a), lambda g: (g * (a > 0),)) -> …a), lambda g: (g * (a >= 0),))": "Any slope will do at the kink.",
    },
)


def forward(kind, inputs):
    return FORWARD[kind](*(np.asarray(each, dtype=np.float64) for each in inputs))


def made(kind, inputs, **other):
    """Return a gate's value and pull; ``other`` replaces what some gates hand back, or its value."""
    inputs = [np.asarray(each, dtype=np.float64) for each in inputs]
    value = forward(kind, inputs)
    if kind in other:
        return value, lambda g: other[kind](g, value, *inputs)
    return value, reference(kind, *inputs)[1]


gate.table(
    {
        """factors not exchanged: multiply hands each factor itself. The slope of a * b in a is b: exchange
        them.
        """: lambda kind, *inputs: made(kind, inputs, multiply=lambda g, v, a, b: (g * a, g * b)),
        """the product handed back: multiply hands both factors the product. The slope of a * b in a is b
        alone.
        """: lambda kind, *inputs: made(kind, inputs, multiply=lambda g, v, a, b: (g * v, g * v)),
        """the gradient of a sum halved: add gives each input half. Nudge either by 0.01: the output moves by
        0.01, so each gets all of it.
        """: lambda kind, *inputs: made(kind, inputs, add=lambda g, v, a, b: (g / 2, g / 2)),
        """addition treated as a product: add multiplies by the other input. The slope of a + b in either is
        1.
        """: lambda kind, *inputs: made(kind, inputs, add=lambda g, v, a, b: (g * b, g * a)),
        """slope of exp from its input: exp multiplies by its input. Its slope is its output.
        """: lambda kind, *inputs: made(kind, inputs, exp=lambda g, v, a: (g * a,)),
        """exp taken twice: exp multiplies by the exponential of its output. Its slope is its output itself.
        """: lambda kind, *inputs: made(kind, inputs, exp=lambda g, v, a: (g * np.exp(v),)),
        """slope of log from its output: log divides by its output. Its slope is 1 over its input.
        """: lambda kind, *inputs: made(kind, inputs, log=lambda g, v, a: (g / v,)),
        """log multiplies by its input: log multiplies by its input. Its slope is 1 over its input.
        """: lambda kind, *inputs: made(kind, inputs, log=lambda g, v, a: (g * a,)),
        """sign of the reciprocal: reciprocal hands back a gradient of the wrong sign: 1/a falls as a grows.
        """: lambda kind, *inputs: made(kind, inputs, reciprocal=lambda g, v, a: (g / a**2,)),
        """reciprocal not squared: reciprocal hands back -g/a. The slope of 1/a is -1/a**2.
        """: lambda kind, *inputs: made(kind, inputs, reciprocal=lambda g, v, a: (-g / a,)),
        """slope of the reciprocal from its output: reciprocal divides by its output squared. The slope is
        -1/a**2 of the input: minus the output squared.
        """: lambda kind, *inputs: made(kind, inputs, reciprocal=lambda g, v, a: (-g / v**2,)),
        """relu lets everything through: relu hands back everything. Where its input is negative its output
        does not move, so nothing goes back.
        """: lambda kind, *inputs: made(kind, inputs, relu=lambda g, v, a: (g,)),
        """relu looks at the gradient: relu passes positive gradients. It passes whatever arrives where its
        input is positive.
        """: lambda kind, *inputs: made(kind, inputs, relu=lambda g, v, a: (g * (g > 0),)),
        """relu hands back its value: relu multiplies by its output. Its slope is 1 where the input is
        positive, however large that is.
        """: lambda kind, *inputs: made(kind, inputs, relu=lambda g, v, a: (g * v,)),
        """sum not spread: sum hands back one number. Every entry was added once, so each gets it: an array of
        the input's shape.
        """: lambda kind, *inputs: made(kind, inputs, sum=lambda g, v, a: (g,)),
        """sum treated as a mean: sum divides by the number of entries, as a mean does. Each entry of a sum
        has slope 1.
        """: lambda kind, *inputs: made(kind, inputs, sum=lambda g, v, a: (np.full(a.shape, g / a.size),)),
        """sum multiplies by its input: sum multiplies by its input. Each entry of a sum has slope 1.
        """: lambda kind, *inputs: made(kind, inputs, sum=lambda g, v, a: (g * a,)),
        """what arrives at a sum is left out: sum hands back ones whatever arrives. Multiply by g.
        """: lambda kind, *inputs: made(kind, inputs, sum=lambda g, v, a: (np.ones(a.shape),)),
        """matmul without transposes: matmul hands back g @ b and a @ g. You found the transposes in Exercise
        2.
        """: lambda kind, *inputs: made(kind, inputs, matmul=lambda g, v, a, b: (g @ b, a @ g)),
        """matmul on the wrong side: matmul multiplies from the wrong side: b.T @ g and g @ a.T. You found the
        order in Exercise 2.
        """: lambda kind, *inputs: made(kind, inputs, matmul=lambda g, v, a, b: (b.T @ g, g @ a.T)),
        """matmul hands back in the wrong order: matmul hands the second gradient back first. The order is
        that of the inputs.
        """: lambda kind, *inputs: made(kind, inputs, matmul=lambda g, v, a, b: (a.T @ g, g @ b.T)),
    }
)


@gate.mistake
def what_arrives_is_left_out(kind, *inputs):
    """The pulls return slopes without what arrives. Multiply by g: it says how much the output of the gate matters.

    If the rest of the circuit does not listen to this gate at all, what should it hand back?
    """
    value, pull = made(kind, inputs)
    return value, lambda g: pull(np.ones_like(g))


@gate.mistake
def slopes_in_place_of_values(kind, *inputs):
    """The value of a gate is not what it computes: the first thing returned should be the output."""
    value, pull = made(kind, inputs)
    return np.zeros_like(value), pull


@gate.mistake
def logarithm_to_base_ten(kind, *inputs):
    """log takes the logarithm to base 10. np.log is the natural one, whose slope is 1 over its input."""
    value, pull = made(kind, inputs)
    return (value / np.log(10) if kind == "log" else value), pull


@gate.mistake
def matmul_entry_by_entry(kind, *inputs):
    """matmul multiplies entry by entry, or fails to. The matrix product is @."""
    if kind != "matmul":
        return made(kind, inputs)
    a, b = inputs
    return a * b, lambda g: (g * b, g * a)


@gate.variant
def a_chain_of_ifs(kind, *inputs):
    if kind == "add":
        a, b = inputs
        return a + b, lambda g: (g, g)
    if kind == "multiply":
        a, b = inputs
        return a * b, lambda g: (g * b, g * a)
    if kind == "matmul":
        a, b = inputs
        return a @ b, lambda g: (g @ b.T, a.T @ g)
    (a,) = inputs
    if kind == "reciprocal":
        return 1 / a, lambda g: (-g / a**2,)
    if kind == "exp":
        return np.exp(a), lambda g: (g * np.exp(a),)
    if kind == "log":
        return np.log(a), lambda g: (g / a,)
    if kind == "relu":
        return np.maximum(0, a), lambda g: (g * (a > 0),)
    if kind == "sum":
        return np.sum(a), lambda g: (g * np.ones_like(a),)
    raise ValueError(kind)


@gate.variant
def a_table_of_pairs(kind, *inputs):
    table = {
        "add": (np.add, lambda g, v, a, b: (g, g)),
        "multiply": (np.multiply, lambda g, v, a, b: (g * b, g * a)),
        "matmul": (np.matmul, lambda g, v, a, b: (np.dot(g, b.T), np.dot(a.T, g))),
        "reciprocal": (np.reciprocal, lambda g, v, a: (-g * v * v,)),
        "exp": (np.exp, lambda g, v, a: (g * v,)),
        "log": (np.log, lambda g, v, a: (g / a,)),
        "relu": (lambda a: np.where(a > 0, a, 0.0), lambda g, v, a: (np.where(a > 0, g, 0.0),)),
        "sum": (np.sum, lambda g, v, a: (np.full(a.shape, g),)),
    }
    run, back = table[kind]
    value = run(*inputs)
    return value, lambda g: back(g, value, *inputs)


@gate.variant
def with_match_and_inner_functions(kind, *inputs):
    match kind:
        case "add":
            value = inputs[0] + inputs[1]

            def pull(g):
                return g, g

        case "multiply":
            value = inputs[0] * inputs[1]

            def pull(g):
                return g * inputs[1], g * inputs[0]

        case "matmul":
            value = inputs[0].dot(inputs[1])

            def pull(g):
                return g.dot(inputs[1].T), inputs[0].T.dot(g)

        case "sum":
            value = inputs[0].sum()

            def pull(g):
                return (np.broadcast_to(g, inputs[0].shape),)

        case _:
            x = inputs[0]
            value = {
                "reciprocal": lambda: x**-1.0,
                "exp": lambda: np.exp(x),
                "log": lambda: np.log(x),
                "relu": lambda: x.clip(0),
            }[kind]()

            def pull(g):
                slope = {
                    "reciprocal": lambda: -(x**-2.0),
                    "exp": lambda: value,
                    "log": lambda: 1 / x,
                    "relu": lambda: (value > 0) * 1.0,
                }[kind]()
                return [g * slope]

    return value, pull


@gate.variant
def one_gradient_without_a_tuple(kind, *inputs):
    value, pull = a_chain_of_ifs(kind, *inputs)
    return value, (lambda g: pull(g)[0]) if len(inputs) == 1 else pull


@gate.variant
def slopes_first(kind, *inputs):
    if kind in ("exp", "log", "relu", "reciprocal"):
        x = inputs[0]
        value = {
            "exp": np.exp,
            "log": np.log,
            "relu": lambda t: t * (t > 0),
            "reciprocal": lambda t: 1.0 / t,
        }[kind](x)
        with np.errstate(all="ignore"):
            slope = {"exp": value, "log": 1.0 / x, "relu": np.sign(value), "reciprocal": -np.square(1.0 / x)}[
                kind
            ]
        return value, lambda g: (g * slope,)
    return a_chain_of_ifs(kind, *inputs)


@gate.variant
def a_class_that_remembers(kind, *inputs):
    class Gate:
        def __init__(self):
            self.value, self.back = a_table_of_pairs(kind, *inputs)

        def __call__(self, g):
            return list(self.back(g))

    made = Gate()
    return [made.value, made]


@gate.variant_as_in("PyTorch")
def functions_with_a_context(kind, *inputs):
    class Context:
        def save_for_backward(self, *tensors):
            self.saved_tensors = tensors

    class Add:
        forward = staticmethod(lambda ctx, a, b: a + b)
        backward = staticmethod(lambda ctx, grad_output: (grad_output, grad_output))

    class Multiply:
        @staticmethod
        def forward(ctx, a, b):
            ctx.save_for_backward(a, b)
            return a * b

        @staticmethod
        def backward(ctx, grad_output):
            a, b = ctx.saved_tensors
            return grad_output * b, grad_output * a

    class Matmul:
        @staticmethod
        def forward(ctx, input, weight):
            ctx.save_for_backward(input, weight)
            return input @ weight

        @staticmethod
        def backward(ctx, grad_output):
            input, weight = ctx.saved_tensors
            return grad_output @ weight.T, input.T @ grad_output

    class Pointwise:
        @staticmethod
        def forward(ctx, input):
            result = {
                "reciprocal": lambda: 1.0 / input,
                "exp": lambda: np.exp(input),
                "log": lambda: np.log(input),
                "relu": lambda: input.clip(min=0),
            }[kind]()
            ctx.save_for_backward(input, result)
            return result

        @staticmethod
        def backward(ctx, grad_output):
            input, result = ctx.saved_tensors
            if kind == "reciprocal":
                return (-grad_output * result * result,)
            if kind == "exp":
                return (grad_output * result,)
            if kind == "log":
                return (grad_output / input,)
            grad_input = grad_output.copy()
            grad_input[input < 0] = 0
            grad_input[input == 0] = 0
            return (grad_input,)

    class Sum:
        @staticmethod
        def forward(ctx, input):
            ctx.input_shape = input.shape
            return input.sum()

        @staticmethod
        def backward(ctx, grad_output):
            return (np.ones(ctx.input_shape) * grad_output,)

    ctx = Context()
    function = {"add": Add, "multiply": Multiply, "matmul": Matmul, "sum": Sum}.get(kind, Pointwise)
    return function.forward(ctx, *inputs), lambda grad_output: function.backward(ctx, grad_output)
