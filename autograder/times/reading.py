"""When something was handed in, as exchanges, learning management systems and people write it.

A time is read only where there is one way to read it.  A month's name in another language, a 12-hour clock and the
abbreviation of a time zone are; ``3/11/2026`` and ``IST`` are not, and are named for whoever grades instead.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from autograder.times.dates import Found, date_of
from autograder.times.zones import zone_of

HALF = r"(?P<half>[ap]\.?\s?m\b\.?)"
CLOCKS = (
    r"(?:\b(?P<before>(?-i:[AP]\.?M))\b\.?\s*)?(?<![\d:.+-])(?P<hour>\d{1,2})(?::|\s?h\s?)(?P<minute>\d{2})"
    rf"(?::(?P<second>\d{{2}})(?:[.,]\d+)?)?(?![\d:])\s*{HALF}?",  # 19:30, 19 h 30, 7:30 p.m., PM 7:30
    rf"(?<![\d.])(?P<hour>\d{{1,2}})\.(?P<minute>\d{{2}})(?:\.(?P<second>\d{{2}}))?(?![\d.])\s*{HALF}?",  # 19.30
    rf"(?<![\d:.])(?P<hour>\d{{1,2}})\s*(?:{HALF}|(?:h|uhr|heures|horas)\b)",  # 7 pm, 19 Uhr
)
"""Times of the day, the surest form first."""

PARTS_OF_THE_DAY = re.compile(
    r"\b[AP]M\b|\b[ap]\.\s?m\.|凌晨|清晨|早上|中午|傍晚|晚上|夜|朝|夕|새벽|아침|저녁|밤|\b(?:morning|afternoon|evening|noon|midnight)\b"
)
"""What changes the meaning of a time of the day and is not read, or stands where it is not looked for."""

Rewriting = str | Callable[[re.Match[str]], str]


def clock(found: re.Match[str]) -> str:
    """Return hour, minute and perhaps second as a time of the day."""
    return " " + ":".join(f"{int(part):02}" for part in found.groups() if part) + " "


def seconds(found: re.Match[str]) -> str:
    """Return seconds or milliseconds since 1970 as a time."""
    return f"{datetime.fromtimestamp(int(found[1]), UTC):%Y-%m-%d %H:%M:%S} UTC"


REWRITTEN: tuple[tuple[str, Rewriting], ...] = (
    (r"^@?(1\d{9})(?:\d{3}|\.\d+)?$", seconds),  # 1782934200: until 2033 no other form looks like it
    (r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号號]", r"\1-\2-\3 "),
    (r"(\d{4})\s*年\s*([^\W\d]+月)\s*(\d{1,2})\s*[日号號]", r"\1 \2 \3 "),
    (r"(\d{1,2}) tháng (\d{1,2}),? (?:năm )?(\d{4})", r"\3-\2-\1"),
    (r"(\d{1,2})\s*[时時点點시]\s*(\d{1,2})\s*[分분](?:\s*(\d{1,2})\s*[秒초])?", clock),
    (r"上午|午前|오전|(?<!\w)(?:ص|π\.?\s?μ\.?)(?!\w)", " AM "),
    (r"下午|午後|오후|(?<!\w)(?:م|μ\.?\s?μ\.?)(?!\w)", " PM "),
    (r"(?<!\d)(\d{4})(\d\d)(\d\d)(?=[T _-]?\d{4}(?:\d\d)?(?!\d))", r"\1-\2-\3T"),  # 20260701T213000Z
    (r"(?<=\d)T[T _-]?(\d\d)(\d\d)(\d\d)?(?![\d:])", clock),
    (r"(?<=\d)T(?=\d\d:\d\d)", " "),
    (r"(?<=\d{4}-\d\d-\d\d)[T _-](\d\d)-(\d\d)-(\d\d)(?!\d)", clock),
    # Wed Jul  1 09:30:00 PM CEST 2026, as the command `date` has it: the year goes before the time
    (
        r"^(.*?)\s(\d{1,2}:\d\d(?::\d\d)?(?:\s?[AP]M)?)((?:\s(?:[A-Z]{1,5}|[+-]\d{2,4}))?)\s(\d{4})$",
        r"\1 \4 \2\3",
    ),
    (r"(?<=[A-Z]{3})(?<!UTC)(?<!GMT)(?=[+-]\d{1,2}(?::?\d\d)?$)", " "),  # CEST+0200
)
"""Forms that another form says as well, which is read."""


UNREAD = "cannot be read as a time"


@dataclass(frozen=True)
class Time:
    """What was read from a text: ``when`` in UTC, or None and ``trouble``, which goes on after "it is"."""

    said: str
    when: datetime | None = None
    trouble: str = ""

    def against(self, due: datetime | None) -> str:
        """Return what was read, and how it lies to the time at which it was due: both in UTC."""
        if self.when is None:
            return f"{self.said!r} {UNREAD}: {self.trouble}"
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
    """Return a text in UTF-8 or UTF-16, with or without a mark, else as Windows in the west writes it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\0" in data and len(data) % 2 == 0:  # signs and digits have a zero before them, or behind
        big = data[::2].count(0) > data[1::2].count(0)
        return data.decode("utf-16-be" if big else "utf-16-le", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_time(text: str, zone: tzinfo = UTC, home: tzinfo | None = None) -> Time:
    """Return the time that a text says.

    zone  of a text that names none; nbgrader's own files mean UTC
    home  where people are: it decides what an abbreviation means that several time zones have
    """
    said = " ".join(text.replace("\0", " ").split())[:80]
    words = "".join(
        each for each in unicodedata.normalize("NFKC", said) if unicodedata.category(each) != "Cf"
    )
    words = words.replace("\N{MINUS SIGN}", "-").strip(" \"'")
    if not words:
        return Time(said, trouble="it is empty")
    for form, other in REWRITTEN:
        words = re.sub(form, other, words)
    day = date_of(words)
    if isinstance(day, str):
        return Time(said, trouble=day)
    rest = words[: day[3]] + " " + words[day[4] :]
    local = time_of_day(rest, day)
    if isinstance(local, str):
        return Time(said, trouble=local)
    when, begin, end = local
    found = zone_of(rest[:begin], rest[end:], when, zone, home)
    if isinstance(found, str):
        return Time(said, trouble=found)
    early, late = (when.replace(tzinfo=found, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early != late:
        how = "did not exist" if early.astimezone(found).replace(tzinfo=None) != when else "came twice"
        return Time(said, trouble=f"this hour {how} when the clocks were changed; name the zone, CET or CEST")
    return Time(said, early)


def time_of_day(rest: str, day: Found) -> tuple[datetime, int, int] | str:
    """Return the local time that a text without its date names, and where; or why it cannot be told."""
    clocks = next((found for form in CLOCKS if (found := list(re.finditer(form, rest, re.IGNORECASE)))), [])
    if len(clocks) != 1:
        return "it names two times of the day" if clocks else "it names no time of the day"
    said = clocks[0].groupdict()
    hour, minute, second = (int(said.get(part) or 0) for part in ("hour", "minute", "second"))
    half = (said.get("half") or said.get("before") or "").lower()
    if not half and (part := PARTS_OF_THE_DAY.search(rest)):
        return f"{part[0]} stands apart from the clock"
    if half:
        if not 1 <= hour <= 12:
            return f"{clocks[0][0].strip()} is no time of a 12-hour clock"
        hour = hour % 12 + 12 * half.startswith("p")
    midnight = timedelta(days=(hour, minute, second) == (24, 0, 0))
    try:
        local = datetime(*day[:3], 0 if midnight else hour, minute, second) + midnight
    except ValueError:
        return "there is no such day or hour"
    return local, *clocks[0].span()
