"""When something was handed in, as exchanges, learning management systems and people write it.

A time is read only where there is one way to read it.  A month's name in another language, a 12-hour clock and the
abbreviation of a time zone are; ``3/11/2026`` and ``IST`` are not, and are named for whoever grades instead.
"""

from __future__ import annotations

import re
import unicodedata
import zoneinfo
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

LANGUAGES = (
    *(
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "da",
        "sv",
        "nb",
        "fi",
        "pl",
        "cs",
        "sk",
        "hu",
        "ro",
        "tr",
        "ca",
    ),
    *("hr", "sl", "et", "lv", "lt", "el", "ru", "uk", "bg", "id", "vi"),
)
"""Languages whose names of months are known, from Unicode's locale data."""

GERMAN = {"mez": 1, "mesz": 2, "wez": 0, "wesz": 1, "oez": 2, "oesz": 3}
"""Hours ahead of UTC of abbreviations that the time zone database has in English only."""

CLOCK = re.compile(
    r"(?<![\d:.+-])(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?![\d:])\s*([ap]\.?\s?m\b\.?)?",
    re.IGNORECASE,
)
OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)")
WORDY = re.compile(
    r"(?<!\d)(\d{1,2})(?:\.|st|nd|rd|th|er|º|ª)?(?:\s+de)?[\s-]+([^\W\d]+)\.?(?:\s+de)?,?[\s-]+(\d{4})(?!\d)"
)
WEEK = re.compile(r"(?<!\d)(\d{4})-?W(\d\d)-?([1-7])(?!\d)")
MONTH_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")


REWRITTEN = (
    (r"(?<!\d)(\d{4})(\d\d)(\d\d)[T _-]?(\d\d)(\d\d)(\d\d)?(?!\d)", r"\1-\2-\3 \4:\5 "),  # 20260701T213000Z
    (r"(?<=\d)T(?=\d\d:\d\d)", " "),
    (r"\b(\d{1,2})\.(\d\d)(?=\s*(?:Uhr|h)\b)", r"\1:\2"),  # 21.30 Uhr
    # Wed Jul  1 09:30:00 PM CEST 2026, as the command `date` has it: the year goes before the time
    (
        r"^(.*?)\s(\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?)((?:\s(?:[A-Z]{1,5}|[+-]\d{2,4}))?)\s(\d{4})$",
        r"\1 \4 \2\3",
    ),
    (r"([+-]\d\d:?\d\d)\s*\(.*\)$", r"\1"),  # +0200 (Central European Summer Time)
)
"""Forms that another form says as well, which is read."""


@dataclass(frozen=True)
class Time:
    """What was read from a text: ``when`` in UTC, or None and ``trouble``, which goes on after "it is"."""

    said: str
    when: datetime | None = None
    trouble: str = ""

    def against(self, due: datetime | None) -> str:
        """Return what was read, and how it lies to the time at which it was due: both in UTC."""
        if self.when is None:
            return f"{self.said!r} cannot be read as a time: {self.trouble}"
        shown = f"{self.said} = {self.when:%Y-%m-%d %H:%M} UTC"
        if due is None:
            return shown
        away = self.when - (due if due.tzinfo else due.replace(tzinfo=UTC))
        return f"{shown}, {length(abs(away))} {'late' if away > timedelta(0) else 'early'}"


def length(span: timedelta) -> str:
    """Return a span of time in its two largest units."""
    minutes = round(span.total_seconds() / 60)
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    first = next((at for at, (count, _) in enumerate(parts) if count), 2)
    said = [f"{count} {name}{'s' * (count != 1)}" for count, name in parts[first : first + 2] if count]
    return " ".join(said) or "less than a minute"


def decoded(data: bytes) -> str:
    """Return a short text, with or without a byte order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors="replace")


def read_time(text: str, zone: tzinfo = UTC) -> Time:
    """Return the time that a text says.

    zone  of a text that names none; nbgrader's own files mean UTC
    """
    said = " ".join(text.replace("\0", " ").split())[:80]
    words = unicodedata.normalize("NFKC", said).replace("\N{MINUS SIGN}", "-")
    if not words:
        return Time(said, trouble="it is empty")
    for form, other in REWRITTEN:
        words = re.sub(form, other, words)
    day = date_of(words)
    if isinstance(day, str):
        return Time(said, trouble=day)
    rest = words[: day[3]] + " " + words[day[4] :]
    clocks = list(CLOCK.finditer(rest))
    if len(clocks) != 1:
        return Time(
            said, trouble="it names no time of the day" if not clocks else "it names two times of the day"
        )
    clock = clocks[0]
    hour, half = int(clock[1]), (clock[4] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return Time(said, trouble=f"{clock[0].strip()} is no time of a 12-hour clock")
        hour = hour % 12 + 12 * half.startswith("p")
    try:
        local = datetime(*day[:3], hour, int(clock[2]), int(clock[3] or 0))
    except ValueError:
        return Time(said, trouble="there is no such day or hour")
    found = zone_of(rest[clock.end() :], local, zone)
    if isinstance(found, str):
        return Time(said, trouble=found)
    early, late = (local.replace(tzinfo=found, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early != late:
        when = "did not exist" if early.astimezone(found).replace(tzinfo=None) != local else "came twice"
        return Time(
            said, trouble=f"this hour {when} when the clocks were changed; name the zone, CET or CEST"
        )
    return Time(said, early)


def date_of(words: str) -> tuple[int, int, int, int, int] | str:
    """Return year, month, day and where they stand in a text; or why they cannot be told."""
    if found := YEAR_FIRST.search(words):
        return int(found[1]), int(found[2]), int(found[3]), *found.span()
    if found := WEEK.search(words):
        try:
            when = date.fromisocalendar(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return "there is no such week"
        return when.year, when.month, when.day, *found.span()
    if found := DOTTED.search(words):
        return int(found[3]), int(found[2]), int(found[1]), *found.span()
    for pattern, month, day in ((WORDY, 2, 1), (MONTH_FIRST, 1, 2)):
        for found in pattern.finditer(words):
            number = months().get(plain(found[month]))
            if number:
                return int(found[3]), number, int(found[day]), *found.span()
    if found := SLASHED.search(words):
        first, second = int(found[1]), int(found[2])
        if first > 12 >= second or first == second:
            return int(found[3]), second, first, *found.span()
        if second > 12 >= first:
            return int(found[3]), first, second, *found.span()
        return f"{found[0]} may be day and month or month and day"
    return "no date was recognised"


def zone_of(rest: str, local: datetime, zone: tzinfo) -> tzinfo | str:
    """Return the time zone that the end of a text names, ``zone`` if it names none; or why it cannot be told."""
    name = re.sub(r"^(uhr|h|hrs|o'clock)\b", "", rest.strip(" ,;()[]"), flags=re.IGNORECASE).strip()
    if not name:
        return zone
    if name.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if found := OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if ahead > timedelta(hours=14):
            return f"no place is {name} away from UTC"
        return timezone(ahead if found[1] == "+" else -ahead)
    if name.lower() in GERMAN:
        return timezone(timedelta(hours=GERMAN[name.lower()]))
    if re.fullmatch(r"[A-Za-z]+(/[A-Za-z_+-]+)+", name):
        try:
            return zoneinfo.ZoneInfo(name)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            return f"there is no time zone {name}"
    ahead_of_utc = abbreviations(local.year).get(name.upper(), set())
    if len(ahead_of_utc) == 1:
        return timezone(next(iter(ahead_of_utc)))
    if ahead_of_utc:
        return f"{name} is the name of {len(ahead_of_utc)} time zones"
    return f"{name!r} is no time zone that is known"


@lru_cache
def abbreviations(year: int) -> dict[str, set[timedelta]]:
    """Return what each abbreviation of a time zone stands for in a year, over all places that use it."""
    found: dict[str, set[timedelta]] = defaultdict(set)
    for place in zoneinfo.available_timezones():
        if place.startswith(("Etc/", "SystemV/")) or "/" not in place:
            continue
        zone = zoneinfo.ZoneInfo(place)
        for month in (1, 7):
            when = datetime(year, month, 15, 12, tzinfo=zone)
            ahead = when.utcoffset()
            if ahead is not None:
                found[(when.tzname() or "").upper()].add(ahead)
    return found


@lru_cache
def months() -> dict[str, int]:
    """Return the number of each month by its names, full and short, in all languages; clashes are left out."""
    from babel.dates import get_month_names

    found: dict[str, set[int]] = defaultdict(set)
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    if not re.search(r"\d", name):
                        found[plain(name)].add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def plain(name: str) -> str:
    """Return a word in lower case, without accents and without a dot at its end."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each)).strip(". ")
