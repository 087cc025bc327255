"""Exercise ``newton_step``: the damped Newton step, and an error where there is none.

The reference works with eigenvalues and eigenvectors; the notebook solves the linear system.
"""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Kept, Look
from course.probes.curvature import at_singular_hessians


def reference(g, H, damping=0):
    """Return -V diag(1 / (w + damping)) V^T g.  Raises ``LinAlgError`` where an eigenvalue is zero."""
    values, vectors = np.linalg.eigh(H + damping * np.eye(len(g)))
    if np.linalg.matrix_rank(np.diag(values)) < len(g):
        raise np.linalg.LinAlgError("singular")
    return -vectors @ (vectors.T @ g / values)


def symmetric(seed: int, eigenvalues: list[float]) -> np.ndarray:
    """Return a symmetric matrix with these eigenvalues and random eigenvectors."""
    n = len(eigenvalues)
    q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, n)))
    H = q @ np.diag(eigenvalues) @ q.T
    return (H + H.T) / 2


def gradient(seed: int, n: int) -> np.ndarray:
    """Return a random gradient."""
    return np.random.default_rng(100 + seed).standard_normal(n)


SYSTEMS = [
    (gradient(1, 4), symmetric(1, [0.3, 1.0, 4.0, 9.0])),
    (gradient(2, 2), symmetric(2, [0.1, 7.0])),
    (np.array([2.0, -1.0]), np.diag([2.0, -2.0])),
    (gradient(3, 3), symmetric(3, [-5.0, -0.7, 3.0])),
    (np.array([3.0]), np.array([[-1.5]])),
]

VISIBLE = [
    (np.array([1.0, 2.0]), np.array([[4.0, 1.0], [1.0, 3.0]])),
    (np.array([1.0, 2.0]), np.array([[4.0, 1.0], [1.0, -3.0]])),
    (np.array([1.0, 2.0]), np.array([[4.0, 1.0], [1.0, 3.0]]), 2.0),
    (np.array([0.5, 1.3, -0.7]), np.array([[2.0, 0.3, -0.1], [0.3, 1.0, 0.4], [-0.1, 0.4, 3.0]]), 0.1),
]

newton_step = Exercise(
    "newton_step",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="the step, pure and damped, in bowls and at saddles",
            probe=Calls(
                arguments=[
                    *SYSTEMS,
                    *((g, H, damping) for g, H in SYSTEMS for damping in (0.25, 8.0)),
                    (np.array([1.0, 2.0]), np.diag([3.0, 0.0]), 0.5),
                ]
            ),
            says="Your step, multiplied by H with damping added to its diagonal, does not cancel the gradient.",
        ),
        Check(
            name="no step where H is singular",
            probe=at_singular_hessians,
            says="A singular H must end in an error (np.linalg.LinAlgError), not in a step.",
        ),
        Check(
            name="g and H as they were",
            probe=Kept(names=["g", "H"], arguments=[(*system, 0.5) for system in (SYSTEMS[0], SYSTEMS[3])]),
            says="The call changes the caller's g or H.",
        ),
    ],
    visible=Look(
        probes={
            "Asked for a step": Calls(arguments=VISIBLE),
            "Where H is singular": at_singular_hessians,
            "After a damped call": Kept(names=["g", "H"], arguments=[(*VISIBLE[0], 0.5)]),
        }
    ),
    read="Exercise 2. The Newton step",
    effect="The step does not lead to the bottom of the local bowl: it climbs near a saddle, or fails "
    "where the curvature is zero.",
)


@newton_step.convention(share=0.5)
def damping_scaled_by_the_diagonal(g, H, damping=0):
    """You add damping times the diagonal of H, as Marquardt (1963) and MINPACK do. Asked is the plain
    multiple of the identity, as Levenberg (1944) adds it."""
    return -np.linalg.solve(H + damping * np.diag(np.diag(H)), g)


newton_step.table(
    {
        """uphill: The step has the wrong sign: it doubles the gradient of a quadratic instead of cancelling
        it.
        """: lambda g, H, damping=0: np.linalg.solve(H + damping * np.eye(len(g)), g),
        """damping on every entry: `H + damping` adds to all n * n entries. Damping belongs on the diagonal:
        look for the identity matrix.
        """: lambda g, H, damping=0: -np.linalg.solve(H + damping, g),
        """damping in place of the diagonal: The diagonal of H is replaced by the damping, as `np.fill_diagonal`
        does it. The curvatures stay: add the damping to them.
        """: lambda g, H, damping=0: -np.linalg.solve(H - np.diag(np.diag(H)) + damping * np.eye(len(g)), g),
        """damping subtracted: Damping is subtracted, which makes small curvatures smaller still. Which sign
        makes a step shorter?
        """: lambda g, H, damping=0: -np.linalg.solve(H - damping * np.eye(len(g)), g),
        """damping ignored: The argument `damping` makes no difference. Add it to H before you solve.
        """: lambda g, H, damping=0: -np.linalg.solve(H, g),
        """damping divides the step: You shorten the pure step by 1 + damping. Damping is added to the
        curvatures before they divide.
        """: lambda g, H, damping=0: -np.linalg.solve(H, g) / (1 + damping),
        """always damped: A little damping is added even when none was asked for, so one step no longer lands
        on the bottom of a bowl. Look for a small constant next to `damping`.
        """: lambda g, H, damping=0: -np.linalg.solve(H + max(damping, 1e-6) * np.eye(len(g)), g),
        """multiplied instead of solved: You multiply by H. Newton divides by the curvature: the step solves a
        linear system.
        """: lambda g, H, damping=0: -(H + damping * np.eye(len(g))) @ g,
    }
)


@newton_step.mistake
def only_the_diagonal_used(g, H, damping=0):
    """You divide each entry of g by its own curvature and forget how the coordinates are coupled. Solve the
    whole system."""
    diagonal = np.diag(H) + damping
    if not diagonal.all():
        raise np.linalg.LinAlgError("singular")
    return -g / diagonal


@newton_step.mistake
def divided_entry_by_entry(g, H, damping=0):
    """You divide g by each entry of H, and a matrix comes back. The step solves a linear system."""
    return -g / (H + damping * np.eye(len(g)))


@newton_step.mistake
def saddles_refused(g, H, damping=0):
    """Your solver wants a positive definite matrix and raises at a saddle. Plain Newton steps there too:
    use a solver for general matrices, not Cholesky."""
    np.linalg.cholesky(H + damping * np.eye(len(g)))
    return reference(g, H, damping)


@newton_step.mistake
def eigenvalues_made_positive(g, H, damping=0):
    """You take absolute values of the curvatures. That is saddle-free Newton (Dauphin et al. 2014), a good
    idea and another exercise: here write plain Newton, faults included."""
    values, vectors = np.linalg.eigh(H)
    values = np.abs(values) + damping
    if values.min() <= 1e-12 * values.max():
        raise np.linalg.LinAlgError("singular")
    return -vectors @ (vectors.T @ g / values)


@newton_step.mistake
def pseudo_inverse_hides_it(g, H, damping=0):
    """Where H is singular you return a step all the same, as a pseudo-inverse or least squares does. Let
    the solver raise its error."""
    return -np.linalg.pinv(H + damping * np.eye(len(g))) @ g


@newton_step.mistake
def error_swallowed(g, H, damping=0):
    """You catch the solver's error and return the plain gradient step. The caller must learn that there is
    no Newton step: let the error pass."""
    try:
        return reference(g, H, damping)
    except np.linalg.LinAlgError:
        return -g


@newton_step.mistake
def error_turned_into_zeros(g, H, damping=0):
    """You catch the solver's error and return a step of length zero, which looks like a minimum. Let the error
    pass."""
    try:
        return reference(g, H, damping)
    except np.linalg.LinAlgError:
        return np.zeros(len(g))


@newton_step.in_place
def matrix_of_the_caller_changed(g, H, damping=0):
    """You add the damping inside the caller's H, so the next call starts from a damped one. Look for `+=`
    on H or on its diagonal."""
    H[np.diag_indices(len(g))] += damping
    return reference(g, H)


@newton_step.in_place
def gradient_of_the_caller_changed(g, H, damping=0):
    """You change the sign inside the caller's g. Make a new array: `-g`."""
    g *= -1
    return -reference(g, H, damping)


@newton_step.variant
def by_inverse(g, H, damping=0):
    return -np.linalg.inv(H + damping * np.identity(g.size)).dot(g)


@newton_step.variant_as_in("SciPy")
def by_scipys_solver(g, H, damping=0):
    import scipy.linalg

    A = np.array(H, dtype=float)
    A.flat[:: len(g) + 1] += damping
    return scipy.linalg.solve(A, -np.asarray(g), assume_a="sym").tolist()


@newton_step.variant
def by_least_squares_with_a_rank_check(g, H, damping=0):
    A = H + damping * np.eye(len(g))
    if np.linalg.matrix_rank(A) < len(g):
        raise ValueError("H is singular")
    return np.linalg.lstsq(A, -g, rcond=None)[0]
