"""Words of dates and times in other languages, from Unicode's locale data and the time zone database."""

import re
import unicodedata
import zoneinfo
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

LANGUAGES = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "nb", "nn", "is", "fi", "et", "lv", "lt"),
    *("pl", "cs", "sk", "hu", "ro", "tr", "ca", "gl", "eu", "hr", "sr", "sl", "mk", "sq", "el", "ru"),
    *("uk", "bg", "id", "ms", "vi", "sw", "zh", "ja", "ko", "he", "ar"),
)
"""Languages whose names of months, days of the week and time zones are known."""

EARLIER = {
    "ART": -3, "BRT": -3, "CLT": -4, "COT": -5, "PET": -5, "VET": -4, "UYT": -3,
    "ICT": 7, "MYT": 8, "SGT": 8, "TRT": 3, "UZT": 5, "ALMT": 5,
}  # fmt: skip
"""Hours ahead of UTC of abbreviations that the time zone database gave up and people still write."""


@lru_cache
def months() -> dict[str, int]:
    """Return the number of each month by its names, full and short, in all languages; clashes are left out."""
    from babel import Locale

    names = [Locale.parse(language).months for language in LANGUAGES]
    return unique(
        each[context][width] for each in names for context in each for width in ("wide", "abbreviated")
    )


@lru_cache
def weekdays() -> dict[str, int]:
    """Return the number of each day of the week, 0 for Monday, by its full name in all languages."""
    from babel import Locale

    names = [Locale.parse(language).days for language in LANGUAGES]
    return unique(each[context]["wide"] for each in names for context in each)


def unique(tables: Iterable[Mapping[int, str]]) -> dict[str, int]:
    """Return the number of each name in some tables, of those that have one number."""
    found: dict[str, set[int]] = defaultdict(set)
    for table in tables:
        for number, name in table.items():
            if not re.search(r"\d", name):
                found[plain(name)].add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


@lru_cache
def zones(year: int) -> dict[str, set[timedelta]]:
    """Return how far ahead of UTC each name of a time zone is in a year, over all places that use it.

    Names are abbreviations (CEST, MESZ) and long ones (Central European Summer Time), all without accents and case.
    """
    from babel import Locale
    from babel.core import get_global

    found = defaultdict(set, {plain(name): {timedelta(hours=ahead)} for name, ahead in EARLIER.items()})
    regions: dict[str, set[tuple[str, timedelta]]] = defaultdict(set)
    region_of = get_global("meta_zones")
    for place in zoneinfo.available_timezones():
        if place.startswith(("Etc/", "SystemV/")) or "/" not in place:
            continue
        zone = zoneinfo.ZoneInfo(place)
        for month in (1, 7):
            when = datetime(year, month, 15, 12, tzinfo=zone)
            ahead = when.utcoffset()
            if ahead is not None:
                found[plain(when.tzname() or "")].add(ahead)
                season = "daylight" if when.dst() else "standard"
                if place in region_of:
                    regions[region_of[place]].add((season, ahead))
    named: dict[str, set[timedelta]] = defaultdict(set)
    for language in LANGUAGES:
        for region, names in Locale.parse(language).meta_zones.items():
            for width in ("long", "short"):
                for season, name in names.get(width, {}).items():
                    named[plain(name)] |= {ahead for when, ahead in regions[region] if when == season}
    return {name: every for name, every in {**named, **found}.items() if every}


def uses(zone: tzinfo, name: str, local: datetime) -> timedelta | None:
    """Return how far a zone is ahead of UTC at a local time if that is what it then calls itself, else None."""
    for fold in (0, 1):
        when = local.replace(tzinfo=zone, fold=fold)
        if plain(when.tzname() or "") == plain(name):
            return when.utcoffset()
    return None


def plain(name: str) -> str:
    """Return a word in lower case, without accents and without a dot at its end."""
    letters = unicodedata.normalize("NFKD", name.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    return "".join(each for each in letters if not unicodedata.combining(each)).strip(". ")
