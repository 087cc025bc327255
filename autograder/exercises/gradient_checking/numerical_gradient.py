"""The centred difference quotient, entry by entry."""

import numpy as np

from autograder.judging import Check, Exercise
from course import numerics
from course.probes.checking.slopes import measured, slopes, types, visible_gradient
from course.probes.comparing import same


def reference(f, x, h=1e-5):
    """Build all 2n shifted points at once and weigh the values, instead of moving one entry at a time."""
    centre = np.array(x, dtype=np.float64)
    shifts = h * np.eye(centre.size).reshape(centre.size, *centre.shape)
    values = np.array([[f(centre + shift), f(centre - shift)] for shift in shifts])
    return (values @ [1.0, -1.0]).reshape(centre.shape) / (2 * h)


def smooth(x):
    """Separable, so that what happens to one entry does not show in another's slope."""
    return float(np.sum(np.asarray(x) ** 3 + np.exp(np.asarray(x) / 2)))


def net(x):
    """A tanh unit on a matrix of parameters."""
    return float(np.tanh(np.asarray(x, dtype=np.float64).reshape(-1) @ np.array([0.5, -1.0, 0.25, 2.0])))


VECTOR, MATRIX = np.array([0.7, -1.2, 0.4]), np.array([[0.3, -0.8], [1.1, 0.6]])
BLOCK = np.linspace(-0.9, 0.9, 27).reshape(3, 3, 3)[:, :, ::-1]
"""Of three axes, with a zero in the middle and rows that lie backwards in memory."""


def at_several_steps(candidate):
    return [
        measured(candidate, f, x.copy(), *step)
        for f, x in ((smooth, VECTOR), (smooth, MATRIX), (net, MATRIX))
        for step in ((), (0.1,), (0.02,))
    ] + [measured(candidate, smooth, x, 0.1) for x in (BLOCK.copy(), np.array(BLOCK[0]).T)]


def at_its_own_step(candidate):
    return measured(candidate, numerics.steep, np.array([0.001, -0.0005]))


def x_afterwards(candidate):
    x = np.array([[0.3, -0.8, 1.4], [1.1, 0.6, -0.2]])
    slopes(candidate, smooth, x, 0.25)
    return x


def digits(candidate):
    """Return whether slopes that are right are so to the last digits."""
    found, right = at_several_steps(candidate), at_several_steps(reference)
    roughly = [same(*pair, 1e-6) for pair in zip(found, right, strict=True)]
    exactly = [same(*pair, 1e-9) for pair in zip(found, right, strict=True)]
    return "a few digits" if all(roughly) and not all(exactly) else "float64"


numerical_gradient = Exercise(
    "numerical_gradient",
    points=7,
    reference=reference,
    checks=[
        Check(
            name="centred",
            probe=at_several_steps,
            says="The slope is not that of a centred difference with the step h it was given.",
            tolerance=1e-6,  # above rounding in f divided by the default h; the digits are looked at by themselves
        ),
        Check(
            name="own step",
            probe=at_its_own_step,
            says="Without h the step is not 1e-5.",
            tolerance=1e-5,
        ),
        Check(
            name="restores",
            probe=x_afterwards,
            says="After the call x is not what it was before; the caller still needs it.",
        ),
        Check(
            name="types",
            probe=lambda candidate: types(candidate, net, [[3, -2], [1, 4]]),
            says="It does not work for integer or single-precision x; work in float64 whatever comes in.",
        ),
        Check(
            name="digits",
            probe=digits,
            says="The slopes have the digits of single precision: is there a float32?",
        ),
    ],
    visible=visible_gradient,
    read="Exercise 1. The numeric gradient",
    equivalent={
        "centre = np.array(x, dtype=np.float64)"
        " -> centre = np.array(x)": "A float64 shift is added: the sum is float64.",
        "centre = np.array(x, dtype=np.float64)"
        " -> centre = x": "A float64 shift is added, which makes a new array.",
        "grad = np.zeros(x.shape) -> grad = np.ones(x.shape)": "Every entry is written.",
        "grad = np.zeros(x.shape) -> grad = np.zeros_like(x)": "x is a float64 copy by then.",
        "x = np.array(x, dtype=np.float64); grad = np.zeros(x.shape) -> (exchanged)": "The shapes are the same.",
        "x[ix] = old; grad[ix] = (above - below) / (2 * h) -> (exchanged)": "Neither line needs the other.",
    },
    effect="A second opinion that is itself wrong condemns a right gradient or, worse, agrees with a "
    "wrong one, which is then trained with.",
)


def walk(f, x, h, quotient, *, dtype=np.float64, restore=True):
    """Move one entry at a time and put it back; the mistakes below change one thing each."""
    x = x if x.dtype == dtype else x.astype(dtype)
    grad = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        old = x[ix]
        grad[ix] = quotient(f, x, ix, old, h)
        if restore:
            x[ix] = old
    return grad


def value(f, x, ix, entry):
    x[ix] = entry
    return f(x)


def centred(f, x, ix, old, h):
    return (value(f, x, ix, old + h) - value(f, x, ix, old - h)) / (2 * h)


@numerical_gradient.in_place
def the_last_entry_left_moved(f, x, h=1e-5):
    """The slopes are right, but the last entry of the caller's x stays moved. Write its old value back as well."""
    answer = walk(f, x, h, centred, dtype=np.float64)
    if x.dtype == np.float64:
        x.flat[x.size - 1] -= h
    return answer


@numerical_gradient.convention(share=4 / 7)
def integer_x_moved_in_place(f, x, h=1e-5):
    """An integer array cannot hold x + h, and float32 loses most digits of it. Work on a copy of x in float64.

    CS231n's own function moves x itself, which is right as long as x is a float64 array. Here other types come in.
    """
    return walk(f, x, h, centred, dtype=x.dtype)


@numerical_gradient.convention(share=5 / 7)
def single_precision_kept(f, x, h=1e-5):
    """Single precision keeps 7 digits, so x + h and x - h are mostly rounding. Copy x into float64."""
    return walk(f, x, h, centred, dtype=np.float32 if x.dtype == np.float32 else np.float64)


@numerical_gradient.convention(share=4 / 7)
def slopes_kept_in_the_type_of_x(f, x, h=1e-5):
    """`zeros_like(x)` has the type of x: at integers every slope is cut to a whole number. Use np.zeros."""
    return walk(f, x, h, centred).astype(x.dtype)


@numerical_gradient.convention(share=0.9)
def slopes_in_single_precision(f, x, h=1e-5):
    """The slopes are kept in single precision, 7 digits, and a check cannot come below 1e-7. Use float64."""
    return walk(f, x, h, centred).astype(np.float32)


@numerical_gradient.convention(share=0.75)
def another_step_of_its_own(f, x, h=1e-4):
    """Without h it takes a step of its own. The default is 1e-5: leave the first line as it is."""
    return walk(f, x, h, centred)


@numerical_gradient.mistake
def f_of_x_for_f_of_x_minus_h(f, x, h=1e-5):
    """The difference is that of f(x + h) and f(x), so with 2h below the line every slope is about half of what it
    should be. Visit x - h as well."""
    return walk(f, x, h, lambda f, x, ix, old, h: (value(f, x, ix, old + h) - value(f, x, ix, old)) / (2 * h))


numerical_gradient.table(
    {
        """multiplied by h: `/ 2 * h` divides by 2 and then multiplies by h. Put the denominator in
        parentheses: `/ (2 * h)`.
        """: lambda f, x, h=1e-5: walk(f, x, h, lambda *a: h * h * centred(*a)),
        """forward difference: Only one side of x is visited, so the error falls like h instead of h squared.
        Visit x - h as well.
        """: lambda f, x, h=1e-5: walk(
            f, x, h, lambda f, x, ix, old, h: (value(f, x, ix, old + h) - value(f, x, ix, old)) / h
        ),
        """divided by h instead of 2h: Every slope is twice too steep: the two points lie 2h apart. Look at
        the denominator.
        """: lambda f, x, h=1e-5: walk(f, x, h, lambda *a: 2 * centred(*a)),
        """sides swapped: Every slope has the wrong sign: the value at x - h is subtracted from the value at x
        + h.
        """: lambda f, x, h=1e-5: walk(f, x, h, lambda *a: -centred(*a)),
        """x not restored: Entries of x stay moved, for the next slope and perhaps for the caller. Write the
        old value back.
        """: lambda f, x, h=1e-5: walk(f, x, h, centred, restore=False),
        """a copy not restored: Entries of your copy of x stay moved for the slopes that follow. Write the old
        value back after each.
        """: lambda f, x, h=1e-5: walk(f, x.copy(), h, centred, restore=False),
        """h ignored: The step it was given is not used; a step written into the code is. Use the argument h.
        """: lambda f, x, h=1e-5: walk(f, x, 1e-5, centred),
        """moved in single precision: x is copied into single precision, where x + h and x - h are mostly
        rounding. Copy it into float64.
        """: lambda f, x, h=1e-5: walk(f, x, h, centred, dtype=np.float32),
        """h of 1e 12: The step is so small that f(x + h) and f(x - h) agree in all but a few digits. Use the
        h it was given.
        """: lambda f, x, h=1e-5: walk(f, x, 1e-12, centred),
    }
)


@numerical_gradient.mistake
def a_second_name_instead_of_a_copy(f, x, h=1e-5):
    """Both names mean the same array, so x + h is also moved back and the slope is 0. Copy x, or move it twice."""
    x = np.asarray(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        above = below = x
        above[ix] += h
        below[ix] -= h
        grad[ix] = (f(above) - f(below)) / (2 * h)
    return grad


@numerical_gradient.mistake
def moves_a_flat_copy(f, x, h=1e-5):
    """`reshape(-1)` and `ravel()` of a transposed array are copies, so what is moved there never reaches f, and all
    slopes are 0. Use `np.ndindex` or `.flat`, or copy x with order="C"."""
    x = np.array(x, dtype=np.float64)
    flat, grad = x.reshape(-1), np.zeros(x.size)
    for k, old in enumerate(flat.copy()):
        flat[k] = old + h
        above = f(x)
        flat[k] = old - h
        grad[k] = (above - f(x)) / (2 * h)
        flat[k] = old
    return grad.reshape(x.shape)


@numerical_gradient.mistake
def a_complex_step(f, x, h=1e-5):
    """x is moved along the imaginary axis, and f need not know complex numbers. Move it by h to both sides."""
    x = np.array(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for ix in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[ix] += 1j * h
        grad[ix] = np.imag(f(moved)) / h
    return grad


@numerical_gradient.mistake
def all_entries_moved_together(f, x, h=1e-5):
    """All entries move at once, so every slope is the sum of all. Move one entry at a time."""
    x = np.asarray(x, dtype=np.float64)
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@numerical_gradient.variant
def with_fresh_copies(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    grad = np.empty_like(x)
    for k in range(x.size):
        up, down = x.copy(), x.copy()
        up.flat[k] += h
        down.flat[k] -= h
        grad.flat[k] = (f(up) - f(down)) / (2.0 * h)
    return grad


@numerical_gradient.variant
def over_a_flat_copy(f, x, h=1e-5):
    shape, flat = np.shape(x), np.array(x, dtype=np.float64).ravel()
    grad = []
    for k in range(flat.size):
        ends = []
        for step in (h, -h):
            moved = flat.copy()
            moved[k] += step
            ends.append(f(moved.reshape(shape)))
        grad.append((ends[0] - ends[1]) / (2 * h))
    return np.reshape(grad, shape).tolist()


@numerical_gradient.variant_as_in("CS231n")
def with_nditer_in_place(f, x, h=1e-5):
    x = x.astype(np.float64)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        x[ix] += h
        above = f(x)
        x[ix] -= 2 * h
        below = f(x)
        x[ix] += h
        grad[ix] = (above / h - below / h) / 2
        it.iternext()
    return grad
