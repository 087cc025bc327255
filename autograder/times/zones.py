"""The one time zone that a text names beside a time of the day."""

import re
import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import partial

from autograder.times.names import plain, uses, weekdays, zones

BEHIND_A_CLOCK = r"^(uhr|heures|horas|ore|hours|hrs|min|h|o'clock)\b"
BEFORE_A_CLOCK = r"\b(?:UTC|GMT)\s?[+-]\d{1,2}(?::?\d\d)?|\b[A-Z]{3,5}\b"
OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])(\d{1,2}):?([0-5]\d)?", re.IGNORECASE)
UNIVERSAL = ("z", "zulu", "utc", "gmt", "ut", "uct", "coordinated universal time", "greenwich mean time")
CURE = "write an offset such as UTC-05:00"


def zone_of(before: str, behind: str, local: datetime, zone: tzinfo, home: tzinfo | None) -> tzinfo | str:
    """Return the time zone that a text names around its clock, ``zone`` if none; or why it cannot be told."""
    read = partial(named_zone, local=local, zone=zone, home=home)
    outside = re.sub(r"[\[(][^\])]*[\])]?", " ", behind)
    outside = re.sub(r"[^\W\d]+", lambda word: "" if plain(word[0]) in weekdays() else word[0], outside)
    outside = re.sub(BEHIND_A_CLOCK, "", outside.strip(" ,;.)]"), flags=re.IGNORECASE).strip(" ,;.")
    named = [read(outside)] if outside else []
    if named and isinstance(named[0], str):
        parts = [read(each) for each in re.split(r"[\s,;]+", outside)]
        named = named if any(isinstance(each, str) for each in parts) else parts
    inside = [read(each.strip()) for each in re.findall(r"[\[(]([^\])]*\w[^\])]*)", behind)]
    ahead = [read(each) for each in re.findall(BEFORE_A_CLOCK, before)]
    named += [each for each in [*inside, *ahead] if isinstance(each, tzinfo)]
    trouble = [
        each for each in named or inside if isinstance(each, str)
    ]  # a remark behind a zone may say anything
    if trouble:
        return trouble[0]
    found = [each for each in named if isinstance(each, tzinfo)]
    if len({local.replace(tzinfo=each).utcoffset() for each in found}) > 1:
        return f"it names two time zones that differ; {CURE}"
    return found[0] if found else zone


def named_zone(name: str, *, local: datetime, zone: tzinfo, home: tzinfo | None) -> tzinfo | str:
    """Return the time zone of a name; or why it cannot be told."""
    if plain(name) in UNIVERSAL:
        return UTC
    if found := OFFSET.fullmatch(name):
        ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if ahead > timedelta(hours=14):
            return f"no place is {name} away from UTC"
        return timezone(ahead if found[1] == "+" else -ahead)
    if re.fullmatch(r"[A-Za-z]+(/[A-Za-z_+-]+\d*)+", name):
        try:
            return zoneinfo.ZoneInfo(name)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            return f"there is no time zone {name}"
    for place in (home, zone):
        ahead_here = uses(place, name, local) if place is not None else None
        if ahead_here is not None:
            return timezone(ahead_here)
    known = zones(local.year).get(plain(name), set())
    if len(known) == 1:
        return timezone(next(iter(known)))
    if known:
        return f"{name} is the name of {len(known)} time zones; {CURE}"
    return f"{name!r} is no time zone that is known; {CURE}"
