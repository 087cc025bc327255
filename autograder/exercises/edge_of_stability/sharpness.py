"""Exercise ``sharpness``: the Hessian's eigenvalue of greatest size, with its sign, by power iteration.

The reference returns the vector that was multiplied last, the notebook the one that came of it.  A test holds both
to the eigenvalues of a dense Hessian.
"""

import numpy as np

from autograder.exercises.edge_of_stability.hvp import along as product
from autograder.judging import Check, Exercise
from course.probes.edge import sharpness_facts, visible_sharpness


def unit(x):
    """Return x with length one; zeros stay zeros."""
    return x / (np.linalg.norm(x) or 1.0)


def reference(grad, w, v, steps=30):
    """Keep the last vector and its product; where nothing is curved both are zero."""
    before, after = v, v
    for _ in range(steps):
        before, after = unit(after), product(grad, w, unit(after))
    return float(before @ after), before


sharpness = Exercise(
    "sharpness",
    points=7,
    reference=reference,
    checks=[
        Check(
            name="the greatest curvature",
            probe=lambda candidate: [sharpness_facts(candidate, seed) for seed in (21, 33)],
            says="The number is not the Hessian's eigenvalue of greatest size, or the vector not its direction.",
            tolerance=1e-6,
        ),
    ],
    visible=visible_sharpness,
    visible_tolerance=1e-6,
    returns=("eigenvalue", "v"),
    read="Exercise 2. Sharpness",
    uses=("hvp",),
    effect="The sharpness drawn is not that of the loss: it does not meet 2 / rate, or meets it by chance.",
    equivalent={
        "for _ in range(steps): -> for _ in range(steps + 1):": "A last product for the quotient is as good.",
        "…reference(grad, w, v, steps=30): -> …reference(grad, w, v, steps=31):": (
            "It asks as often as thirty steps and one more product for the quotient."
        ),
        "…sharpness(grad, w, v, steps=30): -> …sharpness(grad, w, v, steps=31):": (
            "It asks as often as thirty steps and one more product for the quotient."
        ),
        "eigenvalue = v @ Hv -> eigenvalue = Hv @ v": "A scalar product has no order.",
        "…/ (np.linalg.norm(x) or 1.0) -> …/ (np.linalg.norm(x) or 2.0)": "Zeros stay zeros.",
        "return (float(before @ after), before) -> return (float(after @ before), before)": (
            "A scalar product has no order."
        ),
    },
)


def iterate(
    grad, w, v, steps=30, *, quotient="last", normal="length", scale=lambda u: np.linalg.norm(u), fresh=False,
    floor=True,
):  # fmt: skip
    """Return eigenvalue and vector; each mistake below changes one thing."""
    first = np.array(v, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=len(first)) if fresh else first / np.linalg.norm(first)
    eigenvalue = 0.0
    for _ in range(steps):
        u = product(grad, w, x)
        size = scale(u)
        if quotient == "last":
            eigenvalue = float(x @ u)
        elif quotient == "first":
            eigenvalue = float(first @ u)
        elif quotient == "size":
            eigenvalue = float(np.linalg.norm(u))
        if size == 0 and floor:
            return 0.0, x
        x = u / size if normal == "length" else u
    return eigenvalue, x


# Right answers in other styles


@sharpness.variant
def one_more_product_for_the_quotient(grad, w, v, steps=30):
    v = v / np.linalg.norm(v)
    for _ in range(steps):
        Hv = product(grad, w, v)
        norm = np.linalg.norm(Hv)
        if norm < 1e-30:
            return 0.0, v
        v = Hv / norm
    return v @ product(grad, w, v), v


@sharpness.variant
def stops_when_it_has_settled(grad, w, v, steps=30):
    v, old = np.array(v, dtype=float), None
    v /= np.linalg.norm(v)
    for _ in range(steps):
        u = product(grad, w, v)
        new = np.dot(v, u)
        if not u.any():
            break
        v = u / np.linalg.norm(u)
        if old is not None and abs(new - old) <= 1e-13 * abs(new):
            break
        old = new
    return float(new), v


@sharpness.variant
def divided_by_v_v(grad, w, v, steps=30):
    x = v.copy()
    for step in range(steps):
        if step:
            x = y / max(np.sqrt(y @ y), 1e-300)  # noqa: F821
        y = product(grad, w, x)
        lam = np.vdot(x, y) / max(np.vdot(x, x), 1e-300)
    return lam, (y / np.linalg.norm(y) if y.any() else x / np.linalg.norm(x))


@sharpness.variant
def with_a_small_number_below(grad, w, v, steps=30):
    v = v / (np.linalg.norm(v) + 1e-20)
    for _ in range(steps):
        Hv = product(grad, w, v)
        eigenvalue = (v * Hv).sum()
        v = Hv / (np.linalg.norm(Hv) + 1e-20)
    return eigenvalue, v


@sharpness.variant
def by_exact_steps_along_the_line(grad, w, v, steps=30):
    unit = lambda x: x / np.linalg.norm(x) if np.any(x) else x  # noqa: E731
    v = unit(np.asarray(v, dtype=np.float64))
    lam = 0.0
    while steps > 0:
        Hv = (grad(w + 1e-5 * v) - grad(w - 1e-5 * v)) / 2e-5
        lam, v, steps = float(v.dot(Hv)), unit(Hv), steps - 1
    return [lam, v]


@sharpness.variant
def sign_from_the_cosine(grad, w, v, steps=30):
    x = v / np.linalg.norm(v)
    value = 0.0
    for _ in range(steps):
        y = product(grad, w, x)
        size = np.linalg.norm(y)
        if size == 0:
            return 0.0, x
        value = size * np.clip(x @ y / size, -1, 1)
        x = y / size
    return value, x


@sharpness.variant_as_in("PyTorch")
def as_a_power_iteration_with_state(grad, w, v, steps=30):
    class PowerIteration:
        def __init__(self, v, eps=1e-30):
            self.state = {"eigenvector": v / max(np.linalg.norm(v), eps), "eigenvalue": 0.0}
            self.eps = eps

        def step(self, closure):
            buf = self.state["eigenvector"].copy()
            Hv = closure(buf)
            self.state["eigenvalue"] = np.dot(buf, Hv).item()
            norm = np.linalg.norm(Hv)
            if norm > self.eps:
                self.state["eigenvector"] = Hv / norm

    optimizer = PowerIteration(v)
    for _ in range(steps):
        optimizer.step(lambda vector: product(grad, w, vector))
    return optimizer.state["eigenvalue"], optimizer.state["eigenvector"]


# Conventions


@sharpness.convention(share=0.85)
def vector_not_of_unit_length(grad, w, v, steps=30):
    """The eigenvalue is right. The vector is not of length one: divide by `np.linalg.norm`, not by the largest
    entry, or the next user of it must know."""
    value, x = iterate(grad, w, v, steps)
    return value, x / np.abs(x).max()


@sharpness.convention(share=0.85)
def nothing_curved_gives_nan(grad, w, v, steps=30):
    """Where nothing is curved, H v is zero and you divide by its length: NaN. Return 0 there; all else is right."""
    value, x = iterate(grad, w, v, steps)
    return (value, x) if abs(value) > 1e-9 else (np.nan, x * np.nan)


@sharpness.convention(share=0.75)
def another_number_of_steps(grad, w, v, steps=100):
    """Your default number of steps is larger than the one documented, 30. All else is right."""
    return iterate(grad, w, v, steps)


@sharpness.convention(share=0.75)
def fewer_steps_by_default(grad, w, v, steps=20):
    """Your default number of steps is smaller than the one documented, 30. All else is right."""
    return iterate(grad, w, v, steps)


@sharpness.convention(share=0.85)
def first_vector_not_normalised(grad, w, v, steps=30):
    """With a single step the quotient is that of a vector of any length. Normalise v before the first product too,
    or divide by v times v; all else is right."""
    x = np.array(v, dtype=np.float64)
    value = 0.0
    for _ in range(steps):
        u = product(grad, w, x)
        value = float(x @ u)
        if not u.any():
            return 0.0, x
        x = u / np.linalg.norm(u)
    return value, x


# Known mistakes


@sharpness.mistake
def size_without_the_sign(grad, w, v, steps=30):
    """You return the length of H v, which has no sign: a ridge of curvature -7 looks like a valley of 7. H v times
    the next v is that length too. Multiply H v with the v that was multiplied by H.

    What do you get for a Hessian whose only curvature is -1?
    """
    return iterate(grad, w, v, steps, quotient="size")


@sharpness.mistake
def quotient_with_the_start_vector(grad, w, v, steps=30):
    """The product is multiplied with the vector you were given, and not with the one that was multiplied by H. In
    v times H v both are the same, the present one."""
    return iterate(grad, w, v, steps, quotient="first")


@sharpness.mistake
def never_normalised(grad, w, v, steps=30):
    """v is never brought back to length one, so it grows by the eigenvalue at every step, and v times H v with its
    square. Divide by the length: `v = Hv / np.linalg.norm(Hv)`."""
    x = np.array(v, dtype=np.float64)
    value = 0.0
    for _ in range(steps):
        u = product(grad, w, x)
        value, x = float(x @ u), u
    return value, x


@sharpness.mistake
def normalised_only_at_the_start(grad, w, v, steps=30):
    """v is brought to length one before the loop and never again, so it grows by the eigenvalue at every step.
    Divide in the loop too: `v = Hv / np.linalg.norm(Hv)`."""
    return iterate(grad, w, v, steps, normal="never")


@sharpness.mistake
def divided_by_the_square(grad, w, v, steps=30):
    """You divide H v by v times v, or by the square of its own length. The length is the root: `np.linalg.norm`."""
    x = np.array(v, dtype=np.float64)
    value = 0.0
    for _ in range(steps):
        u = product(grad, w, x)
        value = float(x @ u)
        if not u.any():
            return 0.0, x
        x = u / (u @ u)
    return value, x


@sharpness.mistake
def one_step_only(grad, w, v, steps=30):
    """Only one product is taken. Is the `return` inside the loop?"""
    return iterate(grad, w, v, 1)


@sharpness.mistake
def always_the_start_vector(grad, w, v, steps=30):
    """Every step multiplies the vector you began with, so nothing is iterated. Put the new vector in its place.

    What is v at the second step?
    """
    unit = np.asarray(v, dtype=np.float64) / np.linalg.norm(v)
    for _ in range(steps):
        u = product(grad, w, unit)
    return float(unit @ u), u / (np.linalg.norm(u) or 1.0)


@sharpness.mistake
def v_given_is_ignored(grad, w, v, steps=30):
    """You draw a start vector of your own. Begin with the v that is given: the last one of a run is nearly right
    already, and no generator is needed."""
    x = np.random.default_rng(0).normal(size=len(v))
    return iterate(grad, w, x, steps)


@sharpness.mistake
def steps_given_are_ignored(grad, w, v, steps=30):
    """The argument steps makes no difference. Look for a number that was written out."""
    return iterate(grad, w, v, 30)


@sharpness.mistake
def inverse_of_the_curvature(grad, w, v, steps=30):
    """You return v.v over v.Hv, the inverse of the curvature. What is above the line?"""
    value, x = iterate(grad, w, v, steps)
    return (1 / value if value else 0.0), x


@sharpness.mistake
def half_the_curvature(grad, w, v, steps=30):
    """The eigenvalue is half of what it should be. The parabola is half of v.Hv; the curvature is all of it."""
    value, x = iterate(grad, w, v, steps)
    return value / 2, x


@sharpness.mistake
def mean_of_the_entries(grad, w, v, steps=30):
    """You divide H v by v entry by entry and take the mean: an entry of v near zero decides. Take v times H v, one
    number for all entries."""
    value, x = iterate(grad, w, v, steps)
    u = product(grad, w, x)
    return float(np.mean(u / x)) * (1 + 1e-3) if value else 0.0, x


@sharpness.mistake
def greatest_entry_of_the_product(grad, w, v, steps=30):
    """You return the greatest entry of H v. The curvature along v is v times H v, one number for all entries."""
    value, x = iterate(grad, w, v, steps)
    return float(np.abs(value * x).max()), x


@sharpness.mistake
def the_gradient_in_place_of_the_product(grad, w, v, steps=30):
    """You multiply with the gradient at w and not with H v. Call `hvp(grad, w, v)`."""
    g = np.asarray(grad(w))
    unit = np.asarray(v, dtype=np.float64) / np.linalg.norm(v)
    return float(unit @ g), g / np.linalg.norm(g)


@sharpness.in_place
def v_of_the_caller_changed(grad, w, v, steps=30):
    """You divide inside the caller's v. Make a new array: `v = v / length`, not `v /= length`."""
    found = iterate(grad, w, v, steps)
    v /= np.linalg.norm(v)
    return found
