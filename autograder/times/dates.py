"""The one date that a text names, in whatever form."""

import re
from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta

from autograder.times.names import months, plain, weekdays

YEARS = range(1990, 2100)
"""Years in which something is handed in; 2569 is one of another calendar."""

WORD = r"([^\W\d]+)\.?"
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})(?:[-/]|\.\s?)(\d{1,2})(?:[-/]|\.\s?)(\d{1,2})(?!\d)\.?")
WEEK = re.compile(r"(?<!\d)(\d{4})-?W(\d\d)(?:-?([1-7]))?(?!\d)", re.IGNORECASE)
DAY_OF_YEAR = re.compile(r"(?<![\d.,:])(\d{4})-(\d{3})(?!\d)")
DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)")
SHORT_YEAR = re.compile(r"(?<!\d)\d{1,2}[-/.]\s?(\d{1,2}|[^\W\d]+)[-/.]\s?\d{2}(?!\d)")
WORDY = (
    (
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th|er|º|ª)?(?:\s+(?:de|of))?[\s/-]+{WORD}(?:\s+del?)?"
        r",?[\s/-]+(?P<year>\d{4})(?!\d)"
    ),  # 1. Juli 2026, 1 de julio de 2026, 01-Jul-2026
    rf"{WORD}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)",  # July 1st, 2026
    rf"(?<!\d)(?P<year>\d{{4}})(?:\.|\s?m\.)?[\s-]+{WORD}[\s-]+(?P<day>\d{{1,2}})(?![\d:h])\.?",  # 2026. július 1.
)
"""Dates with the name of a month."""

Found = tuple[int, int, int, int, int]
"""Year, month, day and where they stand in a text."""


def date_of(words: str) -> Found | str:
    """Return the one date that a text names; or why it cannot be told."""
    first = next(dates(words), "no date was recognised")
    if isinstance(first, str):
        return "its year has two digits" if SHORT_YEAR.search(words) and "recog" in first else first
    if first[0] not in YEARS:
        return f"its year is {first[0]}"
    second = next(dates(words[: first[3]] + " " + words[first[4] :]), None)
    if second is not None and second[:3] != first[:3]:
        return "it names two dates"
    try:
        day = date(*first[:3])
    except ValueError:
        return "there is no such day or hour"
    wrong = [name for name, number in days_named(words) if number != day.weekday()]
    return f"{day:%Y-%m-%d} is no {wrong[0]}" if wrong else first


def days_named(words: str) -> list[tuple[str, int]]:
    """Return the days of the week that a text names, and their numbers."""
    return [
        (each, weekdays()[plain(each)])
        for each in re.findall(r"[^\W\d]+", words)
        if plain(each) in weekdays()
    ]


def dates(words: str) -> Iterator[Found | str]:
    """Yield the dates that a text may name, or why one cannot be told, the surest first."""
    for found in YEAR_FIRST.finditer(words):
        yield int(found[1]), int(found[2]), int(found[3]), *found.span()
    for found in WEEK.finditer(words):
        if found[3] is None:
            yield "it names a week and no day"
            continue
        try:
            when = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            yield "there is no such week"
        else:
            yield when.year, when.month, when.day, *found.span()
    for found in DAY_OF_YEAR.finditer(words):
        year, count = int(found[1]), int(found[2])
        if not 1 <= count <= 365 + isleap(year):
            yield "there is no such day"
            continue
        when = date(max(year, 1), 1, 1) + timedelta(days=count - 1)
        yield year, when.month, when.day, *found.span()
    for found in DOTTED.finditer(words):
        yield int(found[3]), int(found[2]), int(found[1]), *found.span()
    for form in WORDY:
        for found in re.finditer(form, words):
            word = next(each for each in found.groups() if each and not each.isdigit())
            if number := months().get(plain(word)):
                yield int(found["year"]), number, int(found["day"]), *found.span()
    for found in SLASHED.finditer(words):
        year, one, other = int(found[3]), int(found[1]), int(found[2])
        readings = {(year, month, day) for month, day in ((one, other), (other, one)) if month <= 12}
        named = {number for _, number in days_named(words)}
        if len(readings) > 1 and named:
            readings = {each for each in readings if is_on(each, named)} or readings
        if len(readings) > 1:
            yield f"{found[0]} may be day and month or month and day"
        for each in readings if len(readings) == 1 else ():
            yield *each, *found.span()


def is_on(day: tuple[int, int, int], weekdays: set[int]) -> bool:
    """Whether a date is on one of some days of the week."""
    try:
        return date(*day).weekday() in weekdays
    except ValueError:
        return False
