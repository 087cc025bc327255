"""Judge one candidate function against an exercise, and name its mistake.

The outcomes of all checks together are a candidate's *signature*.  A candidate whose signature equals that
of a known mistake has made that mistake; one that differs from the reference in a way nobody has recorded is
told which property failed.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from autograder.judging import constants
from autograder.judging.records import IN_PLACE, Check, Exercise, Known
from autograder.judging.signatures import (
    Signature,
    agree,
    alike,
    cheapest,
    compared,
    quiet,
    recorded,
)
from autograder.judging.verdicts import of_known, of_pair, unknown, verdict
from autograder.marks import Verdict
from course.checks import precision
from course.checks.left_out import (
    Handed,
    defaults_say,
    own_defaults,
    unread,
    unread_beside_another,
    unread_says,
)
from course.checks.saying import (
    begins_with,
    beside_another,
    changed_says,
    headline,
)
from course.checks.two_slips import at, first_slip, leaves, two_slips
from course.probes.base import Unusable, of_another_kind
from course.probes.composed import Changes
from course.probes.in_place import Shielded
from course.probes.wording import no_function

ROUNDED = 0.9
"""What is earned by an answer that is right but for its last digits."""


def judge(exercise: Exercise, candidate: Callable) -> Verdict:
    """Return the verdict on a candidate; nothing that the candidate raises escapes."""
    other = no_function(candidate, exercise.name)
    if other:
        return verdict(exercise, "error", 0.0, None, f"Not a function\n{other}")
    found, failed = judged(exercise, candidate)
    if not failed and found.verdict != "correct":
        return found
    changed = changed_by(
        exercise, candidate, failed[0].probe if failed else exercise.visible or exercise.checks[0].probe
    )
    if not changed:
        return found
    shielded = Shielded(candidate, exercise.settings().arguments, exercise.may_change)
    return changed_in_place(exercise, changed, found, judged(exercise, shielded)[0])


def changed_by(exercise: Exercise, candidate: Callable, probe: Callable) -> list[str]:
    """Return the arguments of its caller's that a candidate changes while a probe is run."""
    look = Changes(probe=probe, names=exercise.settings().arguments, may_change=exercise.may_change)
    with quiet(), contextlib.suppress(Exception):  # the verdict has named it
        return look(candidate)
    return []


def judged(exercise: Exercise, candidate: Callable) -> tuple[Verdict, list[Check]]:
    """Return the verdict on a candidate, whatever it does to its arguments, and the checks that it fails."""
    signature = Signature(exercise, candidate)
    failed = []
    for check in exercise.checks:
        outcome = signature[check.name]
        if isinstance(outcome, Unusable) and outcome.kind == "unfinished":
            return verdict(exercise, "unfinished", 0.0, None, "Not written yet."), []
        if isinstance(outcome, Unusable) and outcome.final:
            return unknown(exercise, check, outcome), []
        if not compared(outcome, recorded(exercise)[check.name], check.tolerance):
            failed.append(check)
    if not failed:
        return verdict(exercise, "correct", 1.0, None, ""), []
    try:
        return explained(exercise, candidate, signature, failed), failed
    except Exception as error:
        odd = [each for each in failed if not alike(signature[each.name], recorded(exercise)[each.name])]
        if not odd:
            raise
        return unknown(exercise, odd[0], of_another_kind(error)), failed


def changed_in_place(exercise: Exercise, names: Sequence[str], found: Verdict, shielded: Verdict) -> Verdict:
    """Return the verdict on a candidate that changes arguments of its caller's in place.

    found     the verdict on the candidate as it is
    shielded  the verdict on it where it is called with copies
    """
    points = shielded.points * IN_PLACE
    if not points or found.mistake in {each.name for each in exercise.conventions if each.in_place}:
        return found
    _, *lines = shielded.message.splitlines() or [""]
    name, says = changed_says(names)
    if shielded.verdict == "correct":
        first, rest = headline(name), says
    else:
        told = " ".join(line for line in lines if not line.startswith("Read: "))
        name = shielded.mistake or name
        first, rest = headline(name), f"{beside_another(told)}\n{beside_another(says)}"
    return verdict(exercise, "convention", points / exercise.points, name, f"{first}\n{rest}")


def explained(exercise: Exercise, candidate: Callable, signature: Signature, failed: list[Check]) -> Verdict:
    """Return the verdict on a candidate that fails some checks: the first explanation that fits."""
    seconds = recorded(exercise).complete().seconds
    everywhere = cheapest(exercise.checks, seconds)
    known = recognise(exercise, signature, everywhere)
    if known is not None:
        return of_known(exercise, known)
    with quiet():
        own = constants.found(exercise, signature)
    if own is not None:
        return verdict(exercise, "convention", own.share, own.name, f"{headline(own.name)}\n{own.says()}")
    asked = Asked(exercise, candidate, signature, failed)
    names = own_defaults(exercise.settings(), asked.does, asked.alike, candidate, recorded(exercise))
    if names:
        name, text = defaults_say(names)
        return verdict(exercise, "convention", constants.share(len(names)), name, f"{headline(name)}\n{text}")
    digits = lost(signature, recorded(exercise), failed, precision.lost)
    if digits is not None:
        return verdict(exercise, "convention", ROUNDED, "float32 or rounding", precision.says(digits))
    by_check = {
        check.name: (
            signature[check.name],
            recorded(exercise)[check.name],
            outcome_in(exercise, check),
            check.tolerance,
        )
        for check in everywhere
    }
    catalogue = [*exercise.conventions, *exercise.mistakes]
    pair = two_slips(list(by_check.values()), catalogue)
    if pair is not None:
        return of_pair(exercise, sorted(pair, key=lambda known: known.share))
    few = lost(signature, recorded(exercise), failed, precision.coarse)
    if few is not None:
        return verdict(exercise, "mistake", 0.0, "float16 or rounding", precision.says(few, "float16"))
    plainest = next((check for check in failed if check.name == "defaults"), failed[0])
    told = [plainest, *(check for check in everywhere if check is not plainest)]  # a slip in what is said
    begun = first_slip([by_check[check.name] for check in told], catalogue)
    also = begins_with(begun.name, begun.says) if begun else ""
    found = unknown(exercise, plainest, signature[plainest.name], also)
    if (found.verdict, found.mistake) != ("mistake", None):
        return found
    settings, reference = exercise.settings(), exercise.reference
    ignored, alone = unread(settings, asked.does, asked.alike, asked.mostly_there, candidate, reference)
    if not ignored:
        return found
    if not alone:
        also = "\n".join(filter(None, [also, unread_beside_another(ignored)]))
        return unknown(exercise, plainest, signature[plainest.name], also)
    name, text = unread_says(ignored)
    return verdict(exercise, "mistake", 0.0, name, f"{headline(name)}\n{text}")


@dataclass(frozen=True)
class Asked:
    """What functions do in all checks, and whether two do the same; the checks that failed are asked first."""

    exercise: Exercise
    candidate: Callable
    signature: Signature
    failed: Sequence[Check]

    def does(self, function: Callable) -> Signature:
        """Return the signature of a function."""
        if function is self.candidate:
            return self.signature
        if function is self.exercise.reference:
            return recorded(self.exercise)
        if isinstance(function, Handed) and function.function is self.exercise.reference:
            values = tuple(function.settings.defaults.items())
            return of_reference(self.exercise, function.filled, function.forced, values)
        return Signature(self.exercise, function, alone=True)

    def alike(self, one: Signature, other: Signature) -> bool:
        """Whether two signatures are the same."""
        checks = [*self.failed, *(check for check in self.exercise.checks if check not in self.failed)]
        return all(agree(one[check.name], other[check.name], check.tolerance) for check in checks)

    def mostly_there(self, mine: Signature, due: Signature, others: Sequence[Signature]) -> bool:
        """Whether most leaves in which a signature is wrong are ones in which others differ from the right one."""
        there = elsewhere = 0
        for check in self.exercise.checks:
            for path in leaves(due[check.name]):
                right = at(due[check.name], path)
                if agree(at(mine[check.name], path), right, check.tolerance):
                    continue
                counts = not all(agree(at(each[check.name], path), right, check.tolerance) for each in others)
                there, elsewhere = there + counts, elsewhere + (not counts)
        return there > elsewhere


@cache
def of_reference(
    exercise: Exercise,
    filled: tuple[str, ...],
    forced: tuple[str, ...],
    defaults: tuple[tuple[str, Any], ...],
) -> Signature:
    """Return the signature of the reference handed some defaults, see ``Handed``; one per process."""
    settings = replace(exercise.settings(), defaults=dict(defaults))
    return Signature(exercise, Handed(exercise.reference, settings, filled, forced), alone=True)


def outcome_in(exercise: Exercise, check: Check) -> Callable[[Known], Any]:
    """Return a function: known -> what it does in a check."""
    return lambda known: recorded(exercise, known)[check.name]


def lost(
    outcomes: Mapping[str, Any], right: Mapping[str, Any], failed: list[Check], measure: Callable
) -> int | None:
    """Return to how many digits the outcomes of all failed checks are right, None if anything else is wrong.

    measure  ``measure(outcome, expected, near)`` for one of them
    """
    found = [measure(outcomes[check.name], right[check.name], check.near) for check in failed]
    return min(each for each in found if each is not None) if None not in found else None


def recognise(exercise: Exercise, signature: Signature, checks: list[Check]) -> Known | None:
    """Return the known mistake or convention that does in some checks what a function does, the first of them."""
    for known in (*exercise.conventions, *exercise.mistakes):
        for used in (False, True) if known.keeps_state else (False,):
            theirs = recorded(exercise, known, used=used)
            if all(agree(signature[check.name], theirs[check.name], check.tolerance) for check in checks):
                return known
    return None
