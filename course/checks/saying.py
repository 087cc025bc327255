"""The sentences of a check, visible or graded: names of mistakes, and what differs first."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from course.checks.relation import OWN, about, predicate, shorten
from course.probes.base import Calls, Path, Raised, with_article
from course.probes.comparing import same
from course.probes.composed import Given, Kept, Look, Resumed, Several, Turns
from course.probes.in_place import RESULT
from course.probes.schedules import Loop

LONGEST = 240
SPELT = {
    "adamw": "AdamW", "hessian": "Hessian", "l1": "L1", "l2": "L2", "nan": "NaN", "nesterov": "Nesterov",
    "pytorch": "PyTorch", "relu": "ReLU", "w2": "W2", "xavier": "Xavier",
}  # fmt: skip
"""Words that names of mistakes, made from names of functions, have in small letters."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def headline(name: str) -> str:
    """Return the name of a mistake as a headline; a symbol such as t or dw keeps its case."""
    name = " ".join(SPELT.get(word, word) for word in name.split(" "))
    first, _, rest = name.partition(" ")
    symbol = (len(first) == 1 and first != "a") or first == "dw"
    return name if symbol else f"{first[:1].upper()}{first[1:]} {rest}".rstrip()


def unasked(says: str, question: str) -> str:
    """Return what is said about a mistake without the question in it, which is shown by itself."""
    return " ".join(says.replace(question, "").split()) if question else says


def both(mistakes: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the headline of two mistakes at once, by name and sentence, and what is said about them."""
    said = [f"{headline(name)}: {beside_another(says)}" for name, says in mistakes]
    return "Two slips at once", " ".join(f"({number}) {each}" for number, each in enumerate(said, start=1))


def begins_with(name: str, says: str) -> str:
    """Return what is said about a mistake that explains the first wrong answer and not the later ones."""
    return f"This looks like one of two slips. {headline(name)}: {beside_another(says)} Another shows further on."


def beside_another(says: str) -> str:
    """Return what is said about a mistake without the praise of all the rest, which another mistake makes false."""
    said = re.sub(r"[;.] all else is right(?=\.)", "", says, flags=re.IGNORECASE)
    praise = re.match(r"The \w+ (is|are) right(, but|;) ", said)
    return headline(said[praise.end() :]) if praise else said


def first_difference(probe: Callable, outcome: Any, expected: Any, returns: Sequence[str] = ()) -> str:
    """Say where an outcome first leaves the right one and how, without the numbers of the right one.

    returns  what the function returns, if several things: ``("loss", "gradient")``
    """
    if isinstance(outcome, Raised):
        return cut(f"It raised {outcome}")
    if isinstance(probe, Look | Several) and isinstance(outcome, dict):
        sides = list(probe.probes)
        seen = next((each for each in sides if not same(outcome[each], expected[each])), sides[0])
        said = first_difference(probe.probes[seen], outcome[seen], expected[seen], returns)
        first = seen == sides[0] or isinstance(probe, Several) or isinstance(probe.probes[seen], Given | Kept)
        return said if first else f"{seen}: {said[:1].lower()}{said[1:]}"
    if isinstance(probe, Calls):
        for arguments, mine, right in zip(probe.arguments, outcome, expected, strict=True):
            if not same(mine, right):
                said = answer(mine, right, returns)
                if (
                    mine is None
                    and not isinstance(right, Raised)
                    and not any(each is None for each in expected)
                ):
                    said += ", as a function without a `return` does"
                return for_arguments(arguments, said)
        return "Something differs."
    if isinstance(probe, Given):
        return "The array `dw` is different after a call: it belongs to the caller."
    if isinstance(probe, Kept):
        name = probe.changed(outcome)
        return f"The argument `{name}` is different after a call: it belongs to the caller."
    if isinstance(probe, Loop):
        return in_a_loop(outcome, expected)
    if isinstance(probe, Path):
        return step(outcome, expected, probe.gradients)
    if isinstance(probe, Turns):
        return step(*([None, *zip(*paths, strict=True)] for paths in (outcome, expected)))
    if isinstance(probe, Resumed):
        return step([None, *outcome], [None, *expected])
    return watched(outcome, expected)


def for_arguments(arguments: Sequence, said: str) -> str:
    """Say what is wrong with the answer to some arguments; if they are long, by their shapes."""
    for written in (argument, by_shape):
        text = " ".join(f"For ({', '.join(map(written, arguments))}) {said.rstrip('.')}.".split())
        if len(text) <= LONGEST:
            return text
    return cut(f"{said[:1].upper()}{said[1:]}.")


def by_shape(value: Any) -> str:
    """Return an argument, an array of more than one number by its shape."""
    if isinstance(value, np.ndarray) and value.size > 1:
        return f"an array {value.shape}"
    if isinstance(value, list | tuple) and any(np.size(each) > 1 for each in value):
        return f"a {type(value).__name__} of {len(value)}"
    return argument(value)


def cut(text: str) -> str:
    """Return a text in one line that is not too long to be read."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def answer(mine: Any, right: Any, returns: Sequence[str] = ()) -> str:
    """Say what is wrong with one answer: "you returned 5", "the loss is right; the gradient is twice too large"."""
    if isinstance(right, Raised):
        said = f"it raised {mine}" if isinstance(mine, Raised) else f"you returned {shorten(mine)}"
        return f"{said}, where {with_article(right.error)} is due"
    if isinstance(mine, Raised):
        return f"it raised {mine}"
    several = isinstance(mine, list | tuple) and isinstance(right, list | tuple) and len(mine) == len(right)
    if several and 1 < len(right) <= len(ORDINALS) and not all(isinstance(each, str) for each in right):
        names = returns if len(returns) == len(right) else [f"{ORDINALS[k]} value" for k in range(len(right))]
        return "; ".join(
            f"the {name} {about(name, 'is right' if same(one, other) else predicate(one, other))}"
            for name, one, other in zip(names, mine, right, strict=True)
        )
    said = predicate(mine, right)
    return f"you returned {said.removeprefix(OWN)}" if said.startswith(OWN) else f"your answer {said}"


def step(outcome: Sequence, expected: Sequence, gradients: Sequence = ()) -> str:
    """Say which step of a path is the first that is wrong, and how.

    gradients  of the steps, if they are known
    """
    for number, (mine, right) in enumerate(zip(outcome, expected, strict=True)):
        if same(mine, right):
            continue
        finite = np.isfinite(np.ravel(np.asarray(mine, dtype=np.float64))).all()
        known = (
            finite and number > 0 and outcome[number - 1] is not None and not isinstance(mine, list | tuple)
        )
        how = moved(mine - outcome[number - 1], right - expected[number - 1]) if known else ""
        how = how if finite else " and is not finite"
        if number == 1:
            how = how or (by_gradient(mine - outcome[0], right - expected[0], gradients) if known else "")
            return f"Step 1 is already wrong{how}."
        return f"Step {number} is the first that is wrong{how}. Look at what is carried over in config."
    return "Something differs."


def in_a_loop(outcome: list, expected: list) -> str:
    """Say which answer of a training loop, which keeps one config, is the first that is wrong."""
    for call, (mine, right) in enumerate(zip(outcome, expected, strict=True), start=1):
        if not same(mine, right):
            return cut(f"Call {call} with the same config is the first that is wrong: {answer(mine, right)}.")
    return "Something differs."


def moved(mine: np.ndarray, right: np.ndarray) -> str:
    """Say how a step differs from the right one: in its direction, in its length, or in both."""
    mine, right = np.ravel(mine), np.ravel(right)
    if right.size > 1:
        said = predicate(mine, right).replace("too large", "too long").replace("too small", "too short")
        if said == "is zero everywhere":
            return ": nothing moves"
        if said.endswith(("too long", "too short")) and "opposite" not in said:
            return f": it {said}"
    there = right != 0
    if not there.any() or not mine[there].all():
        return ""
    turned = np.sign(mine[there]) == -np.sign(right[there])
    ratios = np.abs(mine[there] / right[there])
    ways = ["it goes the opposite way"] if turned.all() else []
    for name, off in (("long", ratios > 1 + 1e-6), ("short", ratios < 1 - 1e-6)):
        if off.all() and (turned.all() or not turned.any()):
            ways.append(f"it is too {name}{' in every entry' if right.size > 1 else ''}")
    return f": {', and '.join(ways)}" if ways else ""


def by_gradient(mine: np.ndarray, right: np.ndarray, gradients: Sequence) -> str:
    """Say how a first step differs where the gradient is large and where it is small, if that tells them apart."""
    if not len(gradients):
        return ""
    mine, right, size = np.ravel(mine), np.ravel(right), np.abs(np.ravel(gradients[0]))
    there = (right != 0) & (size > 0)
    ratios, size = np.abs(mine[there] / right[there]), size[there]
    ratios = ratios[np.argsort(size)]
    if len(ratios) < 2 or not ratios.min() < 1 < ratios.max():
        return ""
    for first, last, falls in (("long", "short", -1), ("short", "long", 1)):
        if (falls * np.diff(ratios) > 0).all():
            return f": it is too {first} where the gradient is small, and too {last} where it is large"
    return ""


def watched(outcome: Any, expected: Any) -> str:
    """Say which part of what a probe watched is the first that is not right, and how."""
    if not isinstance(expected, dict) or not isinstance(outcome, dict):
        found = first_leaf(outcome, expected)
        return cut(f"First of all, {seen(*found)}.") if found else "Something differs."
    part = next((part for part, right in expected.items() if not same(outcome.get(part), right)), "something")
    mine, right = outcome.get(part), expected.get(part)
    raised = next(raised_in(mine), None)
    if raised is not None:
        return cut(f"When it was watched here it raised {raised}")
    found = first_leaf(mine, right)
    if part not in outcome or found is None:
        return f"Not right yet: {part}."
    if isinstance(found[0], bool | np.bool_) and isinstance(found[1], bool):
        told, due = ("yes" if each else "no" for each in found[:2])
        return cut(f"Not right yet: {part}: {told}, where {due} is due.")
    said = predicate(*found[:2])
    said = f"; yours is {said.removeprefix(OWN)}" if said.startswith(OWN) else f", which {about(part, said)}"
    return cut(f"Not right yet: {part}{said}.")


def seen(mine: Any, right: Any, under: str = "") -> str:
    """Say what is wrong with one thing that was seen, which need not be what the function returned.

    under  the name that it has among others
    """
    if several_plain(mine, right):
        wrong = [(one, other) for one, other in zip(mine, right, strict=True) if not same(one, other)]
        return f"{len(wrong)} of {len(right)} answers are wrong; of the first {seen(*wrong[0])}"
    if isinstance(mine, str) and isinstance(right, str):
        return f"{under or 'it'} comes out as {mine!r}"
    said = answer(mine, right)
    return f"{under}: {said}" if under else said


def several_plain(mine: Any, right: Any) -> bool:
    """Return whether both are lists of one length, of more than three numbers."""
    return (
        isinstance(mine, list | tuple)
        and isinstance(right, list | tuple)
        and len(mine) == len(right) > 3
        and all(isinstance(each, int | float) for each in (*mine, *right))
    )


def raised_in(outcome: Any) -> Iterator[Raised]:
    """Yield every exception in an outcome."""
    if isinstance(outcome, Raised):
        yield outcome
    elif isinstance(outcome, dict):
        yield from (each for entry in outcome.values() for each in raised_in(entry))
    elif isinstance(outcome, list | tuple):
        yield from (each for entry in outcome for each in raised_in(entry))


def first_leaf(mine: Any, right: Any, under: str = "") -> tuple[Any, Any, str] | None:
    """Return the first pair of values, at any depth of two outcomes alike, that are not the same, and its name."""
    pairs: Iterable[tuple[Any, Any, str]] = ()
    if isinstance(mine, dict) and isinstance(right, dict) and mine.keys() == right.keys():
        pairs = [(mine[key], right[key], str(key)) for key in right]
    elif isinstance(mine, list | tuple) and isinstance(right, list | tuple) and len(mine) == len(right):
        plain = several_plain(mine, right)
        pairs = () if plain else [(one, other, under) for one, other in zip(mine, right, strict=True)]
    for one, other, name in pairs:
        if not same(one, other):
            return first_leaf(one, other, name)
    return None if same(mine, right) else (mine, right, under)


def argument(value: Any) -> str:
    """Return one argument of a call as a reader would write it."""
    name = getattr(value, "__name__", None) or getattr(value, "name", None)  # a function, a surface
    if name:
        return name
    if isinstance(value, dict):
        return shorten(value) if len(shorten(value)) <= 120 else f"a dict of {', '.join(map(str, value))}"
    if isinstance(value, list | tuple) and len({np.shape(each) for each in value}) > 1:
        inner = ", ".join(map(argument, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return np.array2string(np.asarray(value), threshold=6, precision=4)


def changed_says(names: Sequence[str]) -> tuple[str, str]:
    """Return the headline for arguments changed in place or a result overwritten, and what is said of them."""
    if names[0] == RESULT:
        return (
            "a result that a later call overwrites",
            "What an earlier call returned has changed after a later one: both are the same array, kept between"
            " calls. Make a new array in every call. All else is right.",
        )
    first, *others = (f"`{name}`" for name in names if name != RESULT)
    listed = f"{first} is" if not others else f"{', '.join([first, *others[:-1]])} and {others[-1]} are"
    return (
        "an argument changed in place",
        f"After the call {listed} no longer what the caller handed over. What works in place (`-=`, `[...] =`,"
        " `.sort()`, `.pop()`) writes into the caller's own object; work on a copy, or make a new one."
        " All else is right.",
    )
