"""Exercise ``lbfgs_direction``: the two-loop recursion.

The reference uses the compact representation of the inverse, S and Y as matrices of k columns and a triangular
system of k equations (Byrd, Nocedal and Schnabel, 1994); the notebook goes through the pairs twice.  A test holds
both to the dense BFGS update (Nocedal and Wright, Numerical Optimization, 2nd edition, equation 6.17).
"""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls
from course.probes.composed import Kept, Look
from course.probes.curvature import LONG, without_a_matrix


def reference(g, S, Y):
    """Return -B g, where B starts as gamma I and takes the BFGS update with each usable pair, oldest first."""
    kept = [(s, y) for s, y in zip(S, Y, strict=True) if np.dot(y, s) > 0]
    if not kept:
        return -g
    S, Y = map(np.array, zip(*kept, strict=True))  # (k, n)
    R = np.triu(S @ Y.T)  # s_i . y_j for i <= j
    gamma = R[-1, -1] / np.sum(Y[-1] ** 2)
    p = np.linalg.solve(R, S @ g)
    t = np.linalg.solve(R.T, np.diag(R) * p + gamma * Y @ (p @ Y - g))
    return gamma * p @ Y - gamma * g - t @ S


def pairs(seed: int, n: int, k: int, bad: tuple[int, ...] = ()) -> tuple[list, list]:
    """Return k steps and gradient differences of a noisy bowl, oldest first; the ``bad`` ones curve
    downwards."""
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((n, n)) / np.sqrt(n)
    H = root @ root.T + np.diag(rng.uniform(0.5, 4, n))
    S = [rng.standard_normal(n) * 10 ** rng.uniform(-1, 0) for _ in range(k)]
    Y = [(-1 if i in bad else 1) * H @ s for i, s in enumerate(S)]
    return S, Y


def case(seed: int, n: int, k: int, bad: tuple[int, ...] = ()) -> tuple:
    """Return (g, S, Y)."""
    return (np.random.default_rng(seed + 50).standard_normal(n), *pairs(seed, n, k, bad))


def shortened(g: np.ndarray, S: list, Y: list, factor: float) -> tuple:
    """Return (g, S, Y) as they are near a minimum: all of them shorter."""
    return factor * g, [factor * s for s in S], [factor * y for y in Y]


SLANTED = (np.array([1.0, 2.0]), [np.array([1.0, 0.5])], [np.array([-1.0, 2.0])])
"""A pair whose y.s is exactly zero."""

lbfgs_direction = Exercise(
    "lbfgs_direction",
    points=9,
    reference=reference,
    checks=[
        Check(
            name="nothing remembered yet",
            probe=Calls(arguments=[(np.array([3.0, -4.0, 0.5]), [], []), (np.array([1e-3]), [], [])]),
            says="With no pairs the direction is not the plain gradient step.",
        ),
        Check(
            name="usable pairs",
            probe=Calls(
                arguments=[
                    case(1, 5, 1),
                    case(2, 3, 2),
                    case(3, 6, 4),
                    case(4, 30, 10),
                    shortened(*case(5, 4, 3), 1e-4),
                    case(14, 6, 5, bad=(1, 4)),
                ]
            ),
            says="The direction is not minus the BFGS inverse of the usable pairs times g.",
        ),
        Check(
            name="pairs of negative curvature",
            probe=Calls(
                arguments=[
                    case(11, 4, 1, bad=(0,)),
                    case(15, 3, 2, bad=(0, 1)),
                    case(12, 4, 2, bad=(0,)),
                    case(13, 4, 2, bad=(1,)),
                    SLANTED,
                ]
            ),
            says="A pair with y.s <= 0 must be skipped, as if it had never been remembered.",
        ),
        Check(
            name="g, S and Y as they were",
            probe=Kept(names=["g", "S", "Y"], arguments=[case(21, 4, 3), case(22, 3, 2, bad=(0,))]),
            says="The call changes the caller's g, S or Y.",
        ),
        Check(
            name="no matrix",
            probe=without_a_matrix,
            says="The direction of very many parameters is wrong, or needs a matrix that no memory holds.",
        ),
    ],
    visible=Look(
        probes={
            "Asked for a direction": Calls(
                arguments=[
                    (np.array([1.0, 2.0]), [], []),
                    (np.array([1.0, 2.0]), [np.array([1.0, 0.0])], [np.array([2.0, 1.0])]),
                    (np.array([1e-4, 2e-4]), [np.array([1e-4, 0.0])], [np.array([2e-4, 1e-4])]),
                    (
                        np.array([1.0, 2.0]),
                        [np.array([1.0, 0.0]), np.array([0.5, -0.5])],
                        [np.array([2.0, 1.0]), np.array([0.5, -1.0])],
                    ),
                    (
                        np.array([1.0, 2.0, -1.0]),
                        [np.array([1.0, 0.0, 0.3]), np.array([0.5, -0.5, 0.1]), np.array([0.1, 0.2, 0.9])],
                        [np.array([2.0, 1.0, 0.4]), np.array([0.5, -1.0, 0.3]), np.array([0.4, 0.1, 1.7])],
                    ),
                    case(8, 6, 9),
                ]
            ),
            "With pairs of negative or no curvature": Calls(
                arguments=[
                    (
                        np.array([1.0, 2.0]),
                        [np.array([1.0, 0.0]), np.array([0.0, 1.0])],
                        [np.array([2.0, 1.0]), np.array([1.0, -3.0])],
                    ),
                    (np.array([1.0, 2.0]), [np.array([0.0, 1.0])], [np.array([1.0, -3.0])]),
                    SLANTED,
                ]
            ),
            "After a call": Kept(
                names=["g", "S", "Y"],
                arguments=[
                    (
                        np.array([1.0, 2.0]),
                        [np.array([1.0, 0.0]), np.array([0.0, 1.0])],
                        [np.array([2.0, 1.0]), np.array([1.0, -3.0])],
                    ),
                ],
            ),
            f"With {LONG:,} parameters": without_a_matrix,
        }
    ),
    read="Exercise 4. The L-BFGS direction",
    equivalent=dict.fromkeys(
        (
            "alphas.append(s @ q / (y @ s)) -> alphas.append(q @ s / (y @ s))",
            "alphas.append(s @ q / (y @ s)) -> alphas.append(s @ q / (s @ y))",
            "r = r + (alpha - y @ r / (y @ s)) * s -> r = r + (alpha - r @ y / (y @ s)) * s",
            "r = s @ y / (y @ y) * q -> r = y @ s / (y @ y) * q",
            "…= r + (alpha - y @ r / (y @ s)) * s -> …= r + (alpha - y @ r / (s @ y)) * s",
            "…strict=True) if np.dot(y, s) > 0] -> …strict=True) if np.dot(s, y) > 0]",
            "…zip(S, Y, strict=True) if y @ s > 0] -> …zip(S, Y, strict=True) if s @ y > 0]",
        ),
        "The dot product of two vectors is the same either way round.",
    ),
    effect="The direction does not follow the curvature that was measured: it costs more steps, or is "
    "not downhill.",
)


@lbfgs_direction.variant
def two_loops(
    g,
    S,
    Y,
    *,
    sign=-1.0,
    keep=lambda curvature: curvature > 0,
    first=reversed,
    second=iter,
    rho=lambda s, y: 1 / (y @ s),
    gamma=lambda pairs: (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ pairs[-1][1]) if pairs else 1.0,
    taken=lambda alphas, i: alphas[i],
    away=lambda s, y: y,
    along=lambda q, g: q,
    over=lambda r, q: r,
    back=lambda alpha, beta: alpha - beta,
):
    kept = [(np.array(s), np.array(y)) for s, y in zip(S, Y, strict=True) if keep(y @ s)]
    g, alphas = np.array(g, dtype=np.float64), {}
    q = g
    order = list(range(len(kept)))
    for i in first(order):
        s, y = kept[i]
        alphas[i] = rho(s, y) * (s @ along(q, g))
        q = q - alphas[i] * away(s, y)
    r = gamma(kept) * q
    for i in second(order):
        s, y = kept[i]
        beta = rho(s, y) * (y @ over(r, q))
        r = r + back(taken(alphas, i), beta) * s
    return sign * r


@lbfgs_direction.variant
def recursive(g, S, Y):
    usable = [(s, y) for s, y in zip(S, Y, strict=True) if y @ s > 1e-12]

    def product(v, k):
        if k == 0:
            s, y = usable[-1] if usable else (np.ones(1), np.ones(1))
            return v * (s @ y) / (y @ y)
        s, y = usable[k - 1]
        a = (s @ v) / (s @ y)
        r = product(v - a * y, k - 1)
        return r + s * (a - (y @ r) / (s @ y))

    return -product(g, len(usable))


@lbfgs_direction.variant
def as_in_nocedal_and_wright(g, S, Y):
    """Algorithm 7.4 with arrays of rho and alpha, indices and stacked pairs."""
    keep = [i for i in range(len(S)) if np.dot(Y[i], S[i]) > 0]
    if len(keep) == 0:
        return np.negative(g)
    s, y = np.array(S)[keep], np.array(Y)[keep]
    m = len(keep)
    rho = 1.0 / np.einsum("ij,ij->i", y, s)
    alpha = np.zeros(m)
    q = np.array(g, dtype=float)
    for i in range(m - 1, -1, -1):
        alpha[i] = rho[i] * np.inner(s[i], q)
        q -= alpha[i] * y[i]
    r = q / (rho[-1] * np.inner(y[-1], y[-1]))
    for i in range(m):
        r += s[i] * (alpha[i] - rho[i] * np.inner(y[i], r))
    return -1.0 * r


@lbfgs_direction.variant_as_in("PyTorch")
def as_pytorchs_lbfgs(g, S, Y):
    """The names and the order of ``torch.optim.LBFGS``: the direction is negated first, pairs in two lists."""
    old_stps, old_dirs, ro = [], [], []
    H_diag = 1.0
    for s, y in zip(S, Y, strict=False):
        ys = y.dot(s)
        if ys > 1e-10:
            old_dirs.append(y)
            old_stps.append(s)
            ro.append(1.0 / ys)
            H_diag = ys / y.dot(y)
    num_old = len(old_dirs)
    al = [None] * num_old
    q = -g
    for i in range(num_old - 1, -1, -1):
        al[i] = old_stps[i].dot(q) * ro[i]
        q = q + old_dirs[i] * -al[i]
    d = q * H_diag
    for i in range(num_old):
        be_i = old_dirs[i].dot(d) * ro[i]
        d = d + old_stps[i] * (al[i] - be_i)
    return d


@lbfgs_direction.variant_as_in("SciPy")
def by_scipys_operator(g, S, Y):
    """``scipy.optimize.LbfgsInvHessProduct`` starts from the identity: the units of the pairs give it gamma."""
    from scipy.optimize import LbfgsInvHessProduct

    usable = [(s, y) for s, y in zip(S, Y, strict=True) if y @ s > 0]
    if not usable:
        return -g
    s, y = usable[-1]
    unit = np.sqrt((s @ y) / (y @ y))
    sk, yk = (np.array(each) for each in zip(*usable, strict=True))
    return -(unit**2) * LbfgsInvHessProduct(sk / unit, yk * unit).matvec(g)


@lbfgs_direction.mistake
def matrix_formed(g, S, Y):
    """You form the n by n matrix. That is BFGS, and right while n is small; the two loops need the pairs and g
    alone, 2kn numbers."""
    if len(g) > 10_000:
        raise MemoryError
    kept = [(s, y) for s, y in zip(S, Y, strict=True) if y @ s > 0]
    B = np.eye(len(g)) * ((kept[-1][0] @ kept[-1][1]) / (kept[-1][1] @ kept[-1][1]) if kept else 1.0)
    for s, y in kept:
        left = np.eye(len(g)) - np.outer(s, y) / (y @ s)
        B = left @ B @ left.T + np.outer(s, s) / (y @ s)
    return -B @ g


@lbfgs_direction.mistake
def uphill(g, S, Y):
    """The direction has the wrong sign: the inverse times g points up. What does the last line return?"""
    return two_loops(g, S, Y, sign=1.0)


@lbfgs_direction.mistake
def uphill_once_there_are_pairs(g, S, Y):
    """Without pairs you go down, with pairs up: the last line returns r, and the direction is minus r."""
    direction = two_loops(g, S, Y)
    return -direction if any(y @ s > 0 for s, y in zip(S, Y, strict=True)) else direction


@lbfgs_direction.mistake
def uphill_without_pairs(g, S, Y):
    """Without a usable pair you return the gradient itself. The plain step goes the other way."""
    direction = two_loops(g, S, Y)
    return direction if any(y @ s > 0 for s, y in zip(S, Y, strict=True)) else -direction


lbfgs_direction.table(
    {
        """second loop runs backwards: Both loops go from the newest pair to the oldest. The second one undoes
        the first, so it runs the other way.
        """: partial(two_loops, second=reversed),
        """first loop runs forwards: Both loops go from the oldest pair to the newest. The first one starts
        with what was learned last.
        """: partial(two_loops, first=iter),
        """loops exchanged: The first loop goes forwards and the second backwards: the other way round. S and
        Y hold the oldest pair first.
        """: partial(two_loops, first=iter, second=reversed),
        """alpha reused: The second loop uses one alpha for all pairs, the last one of the first loop. Keep
        one alpha for each pair.
        """: partial(two_loops, taken=lambda alphas, i: list(alphas.values())[-1]),
        """alphas in the wrong order: The first loop lists the newest alpha first, the second loop reads it as
        the oldest. Go through the list of alphas from its end.
        """: partial(two_loops, taken=lambda alphas, i: list(alphas.values())[i]),
        """alpha from the gradient: Every alpha is taken from g. After the first pair it is q, what is left of
        g, that is multiplied by s.
        """: partial(two_loops, along=lambda q, g: g),
        """s taken away from q: The first loop takes alpha times s away from q. q is a gradient, so a
        difference of gradients is what is taken away.
        """: partial(two_loops, away=lambda s, y: s),
        """beta from q: Beta is taken from q, which the second loop no longer changes. It belongs to r, as r
        stands then.
        """: partial(two_loops, over=lambda r, q: q),
        """no scaling between the loops: Between the loops nothing happens, so the first guess of the inverse
        is the identity whatever the units of the loss. Look for gamma.
        """: partial(two_loops, gamma=lambda pairs: 1.0),
        """scaling inverted: You scale by a curvature; the inverse wants one over it. Which of the two
        products is the numerator of gamma?
        """: partial(two_loops, gamma=lambda p: (p[-1][1] @ p[-1][1]) / (p[-1][0] @ p[-1][1]) if p else 1.0),
        """scaling from the oldest pair: Gamma comes from the oldest pair. The newest one knows the curvature
        here: which end of the list is it?
        """: partial(two_loops, gamma=lambda p: (p[0][0] @ p[0][1]) / (p[0][1] @ p[0][1]) if p else 1.0),
        """scaling with s s: Gamma is s.s / y.s in your code: the longer of the two step lengths of Barzilai
        and Borwein. The two-loop recursion uses the one with y.y below.
        """: partial(two_loops, gamma=lambda p: (p[-1][0] @ p[-1][0]) / (p[-1][0] @ p[-1][1]) if p else 1.0),
    }
)


@lbfgs_direction.mistake
def scaling_from_a_skipped_pair(g, S, Y):
    """Gamma comes from the last pair of the list even when that pair was skipped, and is negative then.
    Take the last pair that you kept."""
    gamma = (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1]) if len(S) else 1.0
    return two_loops(g, S, Y, gamma=lambda pairs: gamma)


lbfgs_direction.table(
    {
        """rho inverted: Rho is y.s in your code; it is one over y.s.
        """: partial(two_loops, rho=lambda s, y: y @ s),
        """rho with y y: Rho divides by y.y in your code. It is one over y.s; y.y belongs to gamma alone.
        """: partial(two_loops, rho=lambda s, y: 1 / (y @ y)),
        """beta forgotten: The second loop adds alpha times s and never takes beta away. Look at the update of
        r.
        """: partial(two_loops, back=lambda alpha, beta: alpha),
        """alpha and beta exchanged: The second loop adds (beta - alpha) times s. Which of the two is what the
        first loop took away?
        """: partial(two_loops, back=lambda alpha, beta: beta - alpha),
        """s and y exchanged: Steps and gradient differences are exchanged, so this is the Hessian's own
        update, not its inverse's. Look at each s and y in the loops.
        """: lambda g, S, Y: two_loops(g, Y, S),
        """pairs of negative curvature kept: A pair with y.s <= 0 is used like any other and can turn the
        direction uphill. Skip it in both loops.
        """: partial(two_loops, keep=lambda curvature: True),
        """pairs without curvature kept: A pair with y.s equal to zero is used, and you divide by zero. Keep a
        pair only if y.s is greater than zero.
        """: partial(two_loops, keep=lambda curvature: curvature >= 0),
    }
)


@lbfgs_direction.mistake
def negative_curvature_made_positive(g, S, Y):
    """You take the absolute value of y.s. A pair that contradicts a bowl is skipped, not repaired."""
    flipped = [y if y @ s > 0 else -y for s, y in zip(S, Y, strict=True)]
    return two_loops(g, S, flipped)


@lbfgs_direction.mistake
def everything_dropped_for_one_bad_pair(g, S, Y):
    """One pair with y.s <= 0 makes you forget all the others. Skip that pair and keep the rest."""
    return two_loops(g, S, Y) if all(y @ s > 0 for s, y in zip(S, Y, strict=True)) else -g


@lbfgs_direction.mistake
def empty_memory_breaks(g, S, Y):
    """With no pairs yet, as at the first step, it raises an error. What is gamma before anything was
    learned?"""
    newest = S[-1]
    return two_loops(g, S, Y) * (newest @ newest) / (newest @ newest)


@lbfgs_direction.mistake
def nothing_usable_breaks(g, S, Y):
    """When every pair was skipped it raises an error. What is left then is the plain gradient step."""
    if S and not any(y @ s > 0 for s, y in zip(S, Y, strict=True)):
        raise IndexError("list index out of range")
    return two_loops(g, S, Y)


@lbfgs_direction.in_place
def gradient_changed(g, S, Y):
    """You work in the caller's g: after the call it holds something else. `q = g` is a second name, not a
    copy."""
    direction = two_loops(g, S, Y)
    g -= 1.0
    return direction


@lbfgs_direction.in_place
def pairs_taken_out_of_the_callers_lists(g, S, Y):
    """You remove the pairs you skip from the caller's own lists. Make a new list of the pairs you keep."""
    direction = two_loops(g, S, Y)
    for i in reversed(range(len(S))):
        if Y[i] @ S[i] <= 0:
            del S[i], Y[i]
    return direction


@lbfgs_direction.in_place
def pairs_of_the_caller_used_up(g, S, Y):
    """After the call the caller's lists are empty: `pop` takes the pairs out. Go through the lists without
    changing them."""
    direction = two_loops(g, S, Y)
    S.clear()
    Y.clear()
    return direction
