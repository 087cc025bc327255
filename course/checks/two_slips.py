"""Two slips at once: a pair of known mistakes that together explain everything that is wrong.

Outcomes are compared leaf by leaf: each call, each of the things returned, each path.  Where the reader's function
is wrong it does what the one mistake or the other does, and neither shows anywhere the reader is right.  Of several
pairs the one is named that has least against it: leaves at which a mistake would do a third thing.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from course.probes.comparing import same

Known = TypeVar("Known")
Round = tuple[Any, Any, Callable[[Known], Any], float]
"""What the reader's function did, what a right one does, what one with a known mistake does, and the tolerance."""

FEWEST = 4
"""Arrays of one shape from which on a list is a path: its steps follow from each other and are one leaf."""

MISSING = object()


def two_slips(rounds: Sequence[Round], known: Sequence[Known]) -> tuple[Known, Known] | None:
    """Return two known mistakes that together explain every leaf of all rounds, or None.

    rounds  the cheapest first; where the reader's function is right, only pairs that are left are asked about
    """
    wrong = [each for each in rounds if not agree(each[0], each[1], each[3])]
    explains: dict[int, set[int]] = {number: set() for number in range(len(known))}
    against: Counter[int] = Counter()
    count = 0
    for round_ in wrong:
        found = explained(round_, known, explains, against, count)
        if found is None:
            return None
        count += found
    pairs = itertools.combinations(explains, 2)
    for one, other in sorted(pairs, key=lambda pair: against[pair[0]] + against[pair[1]]):
        both = explains[one] | explains[other]
        needed = explains[one] - explains[other] and explains[other] - explains[one]
        if len(both) == count and needed:
            pair = {one: set[int](), other: set[int]()}
            for round_ in rounds:
                explained(round_, known, pair, Counter(), 0)
            if len(pair) == 2:
                return known[one], known[other]
    return None


def first_slip(rounds: Iterable[Round], known: Sequence[Known]) -> Known | None:
    """Return the one known mistake that the first wrong leaf looks like, where no pair explains them all, or None.

    It does there exactly what the reader's function does, and shows nowhere where the reader is right.  Only arrays
    are asked: two mistakes easily agree in a single number.
    """
    left, begun = set(range(len(known))), False
    for mine, right, of, tolerance in rounds:
        theirs = {number: of(known[number]) for number in left}
        for path in leaves(right):
            here, due = at(mine, path), at(right, path)
            good = agree(here, due, tolerance)
            if not good and begun:
                continue
            begun = begun or not good
            if not good and not tells(here):
                return None
            wanted = due if good else here
            left = {number for number in left if agree(at(theirs[number], path), wanted, tolerance)}
    return known[left.pop()] if begun and len(left) == 1 else None


def tells(leaf: Any) -> bool:
    """Whether a leaf is an array of different numbers, or a path: no two mistakes are alike there by accident."""
    if isinstance(leaf, np.ndarray):
        return np.unique(np.abs(leaf)).size > 1
    return isinstance(leaf, list | tuple) and is_a_path(leaf)


def explained(
    round_: Round,
    known: Sequence[Known],
    explains: dict[int, set[int]],
    against: Counter[int],
    count: int,
) -> int | None:
    """Add to ``explains`` which wrong leaves of a round each mistake explains, numbered from ``count``.

    A mistake that would show where the reader is right is taken out, and ``against`` counts the leaves at which a
    mistake is wrong in another way than the reader.  Returns how many leaves are wrong, None if some leaf is
    explained by none.
    """
    mine, right, of, tolerance = round_
    theirs = {number: of(known[number]) for number in explains}
    wrong = 0
    for path in leaves(right):
        here, due = at(mine, path), at(right, path)
        if agree(here, due, tolerance):
            for number, outcome in theirs.items():
                if number in explains and not agree(at(outcome, path), due, tolerance):
                    del explains[number]
            continue
        by = [number for number in explains if agree(at(theirs[number], path), here, tolerance)]
        if not by:
            return None
        against.update(
            number
            for number in explains
            if number not in by and not agree(at(theirs[number], path), due, tolerance)
        )
        for number in by:
            explains[number].add(count + wrong)
        wrong += 1
    return wrong


def agree(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two leaves are the same; what is missing or could not be used is like nothing."""
    if one is MISSING or other is MISSING or isinstance(one, Exception) or isinstance(other, Exception):
        return False
    return same(one, other, tolerance)


def leaves(outcome: Any) -> Iterable[tuple]:
    """Yield the paths to the leaves of an outcome: keys and indices."""
    if isinstance(outcome, dict):
        items: Iterable[tuple[Any, Any]] = outcome.items()
    elif isinstance(outcome, list | tuple) and not is_a_path(outcome):
        items = enumerate(outcome)
    else:
        yield ()
        return
    for key, entry in items:
        yield from ((key, *rest) for rest in leaves(entry))


def is_a_path(outcome: Sequence) -> bool:
    """Whether a list holds the steps of one run."""
    arrays = len(outcome) >= FEWEST and all(isinstance(each, np.ndarray) for each in outcome)
    return arrays and len({each.shape for each in outcome}) == 1


def at(outcome: Any, path: tuple) -> Any:
    """Return the leaf of an outcome at a path; an outcome that ends before it is a leaf itself."""
    for key in path:
        if not isinstance(outcome, dict | list | tuple):
            return outcome
        there = outcome.keys() if isinstance(outcome, dict) else range(len(outcome))
        if key not in there:
            return MISSING
        outcome = outcome[key]
    return outcome
