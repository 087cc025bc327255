"""A circuit of eleven gates in which both inputs fork: its value and both slopes."""

import cmath
import math
from functools import partial

from autograder.exercises.backpropagation.shared import EFFECT
from autograder.judging import Check, Exercise
from course.probes.base import Calls

STEP = 1e-40


def complex_value(x, y):
    """Return the circuit's output for complex inputs."""
    numerator = x + 1 / (1 + cmath.exp(-y))
    return numerator / (1 / (1 + cmath.exp(-x)) + (x + y) ** 2)


def reference(x, y):
    """Take a complex step along each input: the imaginary part of f(x + ih) is h f'(x)."""
    value = complex_value(complex(x), complex(y)).real
    along_x = complex_value(complex(x, STEP), complex(y)).imag / STEP
    along_y = complex_value(complex(x), complex(y, STEP)).imag / STEP
    return value, along_x, along_y


POINTS = [(0.4, -1.1), (-1.3, 2.2), (2.5, 0.6), (-0.7, -0.9), (1, -2)]

circuit = Exercise(
    "circuit",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="output and slopes",
            probe=Calls(arguments=POINTS),
            says="The output of the circuit, or one of its two slopes, is not right.",
        ),
    ],
    visible=Calls(arguments=[(3.0, -4.0), (-0.5, 1.5), (1, 2)]),
    returns=("output", "slope dx", "slope dy"),
    read="Exercise 1. Forward and back",
    effect=EFFECT,
    equivalent={
        "dx += dbottom * (1 - sx) * sx; dx += dtotal -> (exchanged)": "A sum may be added up in any order."
    },
)


def sigma(t):
    return 1 / (1 + math.exp(-t))


def passed(x, y, *, roads="add", slope=None, quotient=None, square=None, seed=1.0):
    """Return the output and both slopes; each mistake below changes one thing.

    roads     how the three roads to an input are put together: a function of (top, sigma, square) for x and y
    slope     of a sigma gate from its input and its output
    quotient  what the quotient hands to its denominator, from numerator and denominator
    square    slope of the square from its input
    """
    sx, sy, s = sigma(x), sigma(y), x + y
    top, bottom = x + sy, sx + s * s
    slope = slope or (lambda into, out: out * (1 - out))
    dtop = seed / bottom
    dbottom = seed * (quotient or (lambda n, d: -n / d**2))(top, bottom)
    through_square = dbottom * (square or (lambda t: 2 * t))(s)
    to_x = (dtop, dbottom * slope(x, sx), through_square)
    to_y = (dtop * slope(y, sy), through_square)
    dx, dy = (sum(to_x), sum(to_y)) if roads == "add" else roads(to_x, to_y)
    return top / bottom, dx, dy


circuit.table(
    {
        """the road through the square forgotten: The road through the square is missing in both slopes. How many
        times does x appear in the formula?
        """: partial(passed, roads=lambda to_x, to_y: (to_x[0] + to_x[1], to_y[0])),
        """the sigma of x not followed back: dx lacks the road through sigma(x) in the denominator. How many
        times does x appear in the formula?
        """: partial(passed, roads=lambda to_x, to_y: (to_x[0] + to_x[2], sum(to_y))),
        """the numerator not followed back: dx lacks the road through the numerator. How many times does x
        appear in the formula?
        """: partial(passed, roads=lambda to_x, to_y: (to_x[1] + to_x[2], sum(to_y))),
        """the sigma of y not followed back: dy lacks the road through sigma(y) in the numerator. How many
        times does y appear in the formula?
        """: partial(passed, roads=lambda to_x, to_y: (sum(to_x), to_y[1])),
        """overwritten at the fork: Only the road through the numerator reaches each input. At a fork
        gradients add up: write `dx += ...`.

        An input is used in two places and both push the output up. Does it move the output more or less than
        with one?
        """: partial(passed, roads=lambda to_x, to_y: (to_x[0], to_y[0])),
        """overwritten so that the square is left: Only the road through the square reaches dx and dy; the
        rest is overwritten. At a fork write `dx += ...`.
        """: partial(passed, roads=lambda to_x, to_y: (to_x[2], to_y[1])),
        """overwritten so that the sigmas are left: Only the road through its sigma reaches each input; the
        rest is overwritten. At a fork write `dx += ...`.
        """: partial(passed, roads=lambda to_x, to_y: (to_x[1], to_y[0])),
        """roads multiplied: The roads that meet at an input are multiplied. Along a road slopes multiply;
        where roads meet they add.
        """: partial(passed, roads=lambda to_x, to_y: (math.prod(to_x), math.prod(to_y))),
        """slope of sigma from its input: The slope of sigma is taken from its input, (1 - x) * x. It is (1 -
        s) * s of its output s = sigma(x).
        """: partial(passed, slope=lambda into, out: into * (1 - into)),
        """slope of sigma is its output: The slope of sigma is taken to be sigma itself. It is sigma * (1 -
        sigma).
        """: partial(passed, slope=lambda into, out: out),
        """sigma passes everything back: The gradient goes back through sigma unchanged. Multiply it by
        sigma's slope, (1 - s) * s.
        """: partial(passed, slope=lambda into, out: 1.0),
        """sigma applied twice: The slope is taken at sigma of the output of sigma. The output itself is what
        (1 - s) * s wants.
        """: partial(passed, slope=lambda into, out: sigma(out) * (1 - sigma(out))),
        """sign of the quotient: What goes back to the denominator has the wrong sign: a larger denominator
        makes a quotient smaller.
        """: partial(passed, quotient=lambda n, d: n / d**2),
        """denominator not squared: The slope of n/d in d is -n/d**2; here the denominator stands there once.
        """: partial(passed, quotient=lambda n, d: -n / d),
        """numerator missing in the quotient: The slope of n/d in d is -n/d**2; here it is that of 1/d,
        without the numerator.
        """: partial(passed, quotient=lambda n, d: -1 / d**2),
        """two missing in the square: The slope of t**2 is 2 t; the 2 is missing.
        """: partial(passed, square=lambda t: t),
        """slope of the square from its output: The slope of the square is taken from its output, 2 (x +
        y)**2. It is 2 t of its input t = x + y.
        """: partial(passed, square=lambda t: 2 * t * t),
    }
)


@circuit.mistake
def starts_from_the_output_instead_of_one(x, y):
    """The backward pass starts from the output's value. It starts from 1: the slope of the output in itself.

    If the output itself is nudged by 0.01, by how much does the output move?
    """
    value, *_ = passed(x, y)
    return passed(x, y, seed=value)


@circuit.mistake
def slopes_exchanged(x, y):
    """dx and dy have changed places in the return."""
    value, dx, dy = passed(x, y)
    return value, dy, dx


@circuit.mistake
def descended_instead_of_differentiated(x, y):
    """Both slopes have the wrong sign. A slope says how the output rises; the minus belongs to the update rule."""
    value, dx, dy = passed(x, y)
    return value, -dx, -dy


@circuit.mistake
def exponent_of_sigma_without_its_minus(x, y):
    """sigma(t) is 1 / (1 + e^t) here, which falls as t grows. The exponent carries a minus."""

    def turned(t):
        return 1 / (1 + math.exp(t))

    sx, sy, s = turned(x), turned(y), x + y
    top, bottom = x + sy, sx + s * s
    dbottom = -top / bottom**2
    dx = 1 / bottom - dbottom * sx * (1 - sx) + 2 * s * dbottom
    return top / bottom, dx, 2 * s * dbottom - sy * (1 - sy) / bottom


@circuit.mistake
def squares_for_the_square_of_the_sum(x, y):
    """The denominator has x**2 + y**2. It is the square of the sum, (x + y)**2."""
    sx, sy = sigma(x), sigma(y)
    top, bottom = x + sy, sx + x * x + y * y
    dbottom = -top / bottom**2
    dx = 1 / bottom + dbottom * (sx * (1 - sx) + 2 * x)
    return top / bottom, dx, sy * (1 - sy) / bottom + 2 * y * dbottom


@circuit.variant_as_in("CS231n")
def staged_gate_by_gate(x, y):
    sigy = 1.0 / (1.0 + math.exp(-y))
    num = x + sigy
    sigx = 1.0 / (1.0 + math.exp(-x))
    xpy = x + y
    xpysqr = xpy**2
    den = sigx + xpysqr
    invden = 1.0 / den
    f = num * invden
    dnum = invden
    dinvden = num
    dden = (-1.0 / den**2) * dinvden
    dsigx = 1 * dden
    dxpysqr = 1 * dden
    dxpy = (2 * xpy) * dxpysqr
    dx = 1 * dxpy
    dy = 1 * dxpy
    dx += ((1 - sigx) * sigx) * dsigx
    dx += 1 * dnum
    dy += ((1 - sigy) * sigy) * dnum
    return f, dx, dy


@circuit.variant
def in_one_formula(x, y):
    sx, sy = 1 / (1 + math.exp(-x)), 1 / (1 + math.exp(-y))
    n, d = x + sy, sx + (x + y) ** 2
    return n / d, (d - n * (sx - sx**2 + 2 * (x + y))) / d**2, (d * (sy - sy**2) - 2 * n * (x + y)) / d**2


@circuit.variant
def with_a_dictionary_of_gradients(x, y):
    import numpy as np

    s = {"x": 1 / (1 + np.exp(-x)), "y": 1 / (1 + np.exp(-y))}
    top, bottom = x + s["y"], s["x"] + np.square(x + y)
    d = {"x": 0.0, "y": 0.0}
    d["x"] += 1 / bottom
    d["y"] += s["y"] * (1 - s["y"]) / bottom
    back = -top / bottom**2
    d["x"] += back * s["x"] * (1 - s["x"])
    for name in ("x", "y"):
        d[name] += back * 2 * (x + y)
    return np.array([top / bottom, d["x"], d["y"]])


@circuit.variant
def forward_mode_with_dual_numbers(x, y):
    def run(dx, dy):
        sx, sy = (math.tanh(x / 2) + 1) / 2, (math.tanh(y / 2) + 1) / 2
        n, dn = x + sy, dx + sy * (1 - sy) * dy
        d, dd = sx + (x + y) ** 2, sx * (1 - sx) * dx + 2 * (x + y) * (dx + dy)
        return n / d, (dn * d - n * dd) / d**2

    return run(1.0, 0.0)[0], run(1.0, 0.0)[1], run(0.0, 1.0)[1]


@circuit.variant
def by_a_list_of_closures(x, y):
    grads, tape = {}, []

    def leaf(value):
        name = len(grads)
        grads[name] = 0.0
        return name, value

    def unary(a, value, slope):
        out = leaf(value)

        def back():
            grads[a[0]] += grads[out[0]] * slope

        tape.append(back)
        return out

    def binary(a, b, value, da, db):
        out = leaf(value)

        def back():
            grads[a[0]] += grads[out[0]] * da
            grads[b[0]] += grads[out[0]] * db

        tape.append(back)
        return out

    a, b = leaf(float(x)), leaf(float(y))
    sx, sy = (unary(t, sigma(t[1]), sigma(t[1]) * (1 - sigma(t[1]))) for t in (a, b))
    s = binary(a, b, a[1] + b[1], 1.0, 1.0)
    q = unary(s, s[1] ** 2, 2 * s[1])
    n = binary(a, sy, a[1] + sy[1], 1.0, 1.0)
    d = binary(sx, q, sx[1] + q[1], 1.0, 1.0)
    f = binary(n, d, n[1] / d[1], 1 / d[1], -n[1] / d[1] ** 2)
    grads[f[0]] = 1.0
    for back in reversed(tape):
        back()
    return f[1], grads[a[0]], grads[b[0]]


@circuit.variant
def with_the_matrix_of_slopes(x, y):
    import numpy as np

    sx, sy, s = sigma(x), sigma(y), x + y
    inner = np.array([[1.0, sy * (1 - sy)], [sx * (1 - sx) + 2 * s, 2 * s]])  # of (top, bottom) in (x, y)
    top, bottom = x + sy, sx + s * s
    outer = np.array([1 / bottom, -top / bottom**2])
    return [top / bottom, *(outer @ inner)]
