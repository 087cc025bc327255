"""How a reader's value differs from the right one, in words that show only the reader's own numbers."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from course.probes.base import Raised
from course.probes.comparing import same
from course.probes.wording import describe

NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
HEAD_ENDS = re.compile(
    r",| (?:after|afterwards|apart|are|asked|at|drawn|due|far|for|from|given|in|kept|of|on|right|shown|that"
    r"|trained|under|used|where|with|without)\b"
)
"""Where the noun of a name ends and what is said of it begins."""
SINGULAR_STARTS = {"a", "an", "each", "every", "half", "how", "no", "one", "other", "what", "whom"}
SINGULAR = {"axis", "bias", "class", "loss", "radius", "sharpness"}
OWN = "is not right: yours is "
"""How what is said of the reader's own value begins."""
ALIKE = 1e-6
"""How far ratios or differences may lie apart to be called one."""


def predicate(mine: Any, right: Any) -> str:
    """Return what is wrong with a value, as the rest of a sentence about it: "is twice too large".

    A number or a word of the reader's own is shown: "is not right: yours is 0.36".
    """
    if isinstance(mine, Raised):
        return f"raised {mine}"
    if isinstance(right, str) or isinstance(mine, str):
        due = ("an error" if right == "an error" else "a word") if isinstance(right, str) else "a number"
        word = "" if isinstance(mine, str) == isinstance(right, str) else f", where {due} is due"
        return f"{OWN}{shorten(mine)}{word}"
    if isinstance(right, list | tuple) and not isinstance(mine, list | tuple | np.ndarray):
        return f"is {describe(mine)}, where {counted(len(right), 'thing')} {'are' if len(right) != 1 else 'is'} due"
    if isinstance(right, dict) and mine is not None:
        if isinstance(mine, dict):
            return f"is wrong: {entries(mine, right)}"
        return f"{OWN}{shorten(mine)}, where a dict is due"
    if isinstance(right, bool) and np.size(mine) > 1:
        return f"is {describe(mine)}, where one True or False is due"
    a, b = numbers(mine), numbers(right)
    if a is None or b is None or (np.ndim(b) == 0 and np.ndim(a) == 0):
        return (
            f"{OWN}{shorten(mine)}{', near but not exact' if near(mine, right) else direction(mine, right)}"
        )
    if a.ndim == b.ndim == 1 and a.shape != b.shape:
        due = NUMBERS[len(b)] if len(b) < len(NUMBERS) else str(len(b))
        return f"has {counted(len(a), 'number')}, where {due} {'is' if len(b) == 1 else 'are'} due"
    if a.shape != b.shape:
        return f"has the shape {a.shape}, where {b.shape} is due"
    return not_finite(a, b) or throughout(a, b) or where_wrong(a, b)


def entries(mine: dict, right: dict) -> str:
    """Say which entries of a dict are wrong, missing, or not asked for, and that the others are right."""
    said, good = [], []
    for key, due in right.items():
        name = f'"{key}"'
        if key not in mine:
            said.append(f"{name} is missing")
        elif same(mine[key], due):
            good.append(name)
        else:
            wrong = predicate(mine[key], due)
            said.append(f"{name} {f'is {wrong.removeprefix(OWN)}' if wrong.startswith(OWN) else wrong}")
    said += [f'"{key}" is not asked for' for key in mine if key not in right]
    also = [f"{good[0]} is right" if len(good) == 1 else f"{' and '.join(good)} are right"] if good else []
    return "; ".join([*said, *also])


def direction(mine: Any, right: Any) -> str:
    """Say whether a number, where a float is due, is too large, too small, or has the opposite sign."""
    a, b = numbers(mine), numbers(right)
    if a is None or b is None or a.ndim or np.isnan(a) or np.isnan(b):
        return ""
    if np.asarray(mine).dtype.kind not in "iuf" or np.asarray(right).dtype.kind != "f":
        return ""
    if np.isfinite(b) and abs(a + b) <= ALIKE * abs(b):
        return ", with the opposite sign"
    return f", too {'large' if a > b else 'small'}"


def about(name: str, said: str) -> str:
    """Return a predicate that agrees in number with the name of what it is said about: "are wrong everywhere"."""
    if not plural(name):
        return said
    return re.sub(r"(^|\band )(is|has)\b", lambda m: m[1] + {"is": "are", "has": "have"}[m[2]], said)


def plural(name: str) -> bool:
    """Whether a name speaks of several things, as "the gradients on a fork" and "w and v afterwards" do."""
    head = HEAD_ENDS.split(name.rpartition(": ")[2], maxsplit=1)[0]
    words = head.removeprefix("the ").split()
    if not words or words[0] in SINGULAR_STARTS:
        return False
    return "and" in words or (words[-1].endswith("s") and words[-1] not in SINGULAR)


def numbers(value: Any) -> np.ndarray | None:
    """Return a value as an array of floats, None for what is none."""
    if isinstance(value, bool | np.bool_ | None):
        return None
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return None


def near(mine: Any, right: Any) -> bool:
    """Whether a number that is not right looks like the right one."""
    return isinstance(mine, float | np.floating) and shorten(mine) == shorten(right)


def not_finite(a: np.ndarray, b: np.ndarray) -> str:
    """Say where an array is not finite and should be; nothing if it is finite there."""
    for name, bad in (("NaN", np.isnan(a) & ~np.isnan(b)), ("infinite", np.isinf(a) & np.isfinite(b))):
        if bad.all():
            return f"is {name} everywhere"
        if bad.any():
            return f"is {name} {places(bad)}"
    return ""


def throughout(a: np.ndarray, b: np.ndarray) -> str:
    """Say in what one way all entries are wrong; nothing if there is no such way."""
    if not a.any() and b.any():
        return "is zero everywhere"
    if a.ndim == 2 and a.shape[0] == a.shape[1] and same(a.T, b):
        return "has rows and columns exchanged"
    if a.size > 1 and same(np.sort(a, axis=None), np.sort(b, axis=None)):
        return "has the right numbers in another order"
    if same(np.abs(a), np.abs(b)):
        opposite = np.abs(a + b) <= ALIKE * np.abs(b)
        return (
            "has the opposite sign"
            if opposite.all()
            else f"has the opposite sign {places(opposite & (b != 0))}"
        )
    factor = constant(a[b != 0] / b[b != 0]) if same(a[b == 0], b[b == 0]) else None
    if factor is not None and np.count_nonzero(b) > 1:
        return scaled(factor)
    shift = constant(a - b)
    if shift is not None and a.size > 1:
        return f"is too {'large' if shift > 0 else 'small'} by the same number in every entry"
    return ""


def constant(values: np.ndarray) -> float | None:
    """Return the one number that all values are, None if they are several."""
    if values.size == 0 or not np.isfinite(values).all() or np.ptp(values) > ALIKE * np.abs(values).max():
        return None
    return float(values.flat[0])


def scaled(factor: float) -> str:
    """Say by what factor all entries are too large or too small."""
    size = abs(factor)
    sign = "has the opposite sign and " if factor < 0 else ""
    times, way = (size, "large") if size > 1 else (1 / size, "small")
    if times < 1.01:
        return f"{sign}is a little too {way}"
    if abs(times - round(times)) < ALIKE * times and times < 10.5:
        how = "twice" if round(times) == 2 else f"{NUMBERS[round(times)]} times"
    else:
        how = f"{times:.3g} times"
    return f"{sign}is {how} too {way}"


def where_wrong(a: np.ndarray, b: np.ndarray) -> str:
    """Say which entries of an array are wrong; few numbers of the reader's own are shown."""
    wrong = ~(
        np.isclose(a, b, rtol=ALIKE, atol=ALIKE * np.abs(b[np.isfinite(b)]).max(initial=0), equal_nan=True)
    )
    shown = f": yours is {shorten(a)}" if a.size <= 3 else ""
    if not wrong.any():
        return f"is right to some digits only{shown}"
    if a.size == 1:
        return f"is not right{shown}"
    return f"is wrong {'everywhere' if wrong.all() else places(wrong)}{shown}"


def places(found: np.ndarray) -> str:
    """Return where an array is True: in which rows or columns, or at how many entries."""
    if found.ndim == 2:
        for name, axis in (("row", 1), ("column", 0)):
            some = np.flatnonzero(found.any(axis=axis))
            if len(some) < found.shape[1 - axis] and len(some) <= 3:
                return f"in {listed(name, some)}"
            if name == "row" and 0 < some[0] == found.shape[0] - len(some):
                return f"from row {some[0]} on"
    if found.ndim == 1 and found.sum() <= 3:
        return f"at {listed('index', np.flatnonzero(found))}"
    return f"in {int(found.sum())} of {found.size} entries"


def listed(name: str, places: Sequence[int] | np.ndarray) -> str:
    """Return "row 2" or "rows 0, 1 and 4"."""
    first, last = [str(each) for each in places[:-1]], str(places[-1])
    plural = {"index": "indices"}.get(name, f"{name}s")
    return f"{plural} {', '.join(first)} and {last}" if first else f"{name} {last}"


def counted(count: int, name: str) -> str:
    """Return "three things"."""
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {name}{'' if count == 1 else 's'}"


def shorten(answer: Any) -> str:
    """Return the reader's own answer as text: numbers without their type, arrays in a few entries."""
    if isinstance(answer, float | np.floating) and np.ndim(answer) == 0:
        return f"{float(answer):.6g}"
    if isinstance(answer, np.ndarray | np.generic):
        return np.array2string(np.asarray(answer), threshold=6, precision=4)
    if isinstance(answer, tuple | list) and len(answer) <= 6:
        left, right = "()" if isinstance(answer, tuple) else "[]"
        comma = "," if isinstance(answer, tuple) and len(answer) == 1 else ""
        return left + ", ".join(map(shorten, answer)) + comma + right
    if isinstance(answer, tuple | list | set | frozenset):
        return describe(answer)
    if isinstance(answer, dict) and len(answer) <= 6:
        return "{" + ", ".join(f"{shorten(key)}: {shorten(entry)}" for key, entry in answer.items()) + "}"
    if callable(answer) and hasattr(answer, "__name__"):
        return f"`{answer.__name__}`"
    text = repr(answer)
    return text if len(text) <= 80 and not text.startswith("<") else describe(answer)
