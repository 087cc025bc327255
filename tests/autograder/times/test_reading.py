"""A time is read right or named, never guessed."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.times.reading import decoded, read_time

DUE = datetime(2026, 7, 1, 20, 0)
READ = {
    "2026-07-01 21:30:00.000000 CEST": "19:30",
    "2026-07-01 21:30 CEST": "19:30",
    "2026-07-01 21:30 MESZ": "19:30",
    "2026-07-01 15:30 EDT": "19:30",
    "2026-07-01 20:30 BST": "19:30",
    "2026-07-01 22:30 EEST": "19:30",
    "2026-07-02 04:30 JST": "19:30",
    "2026-07-01 19:30:00 UTC": "19:30",
    "2026-07-01 19:30:00.123456 UTC": "19:30",
    "2026-07-01T19:30:00Z": "19:30",
    "2026-07-01T21:30:00+02:00": "19:30",
    "2026-07-01 21:30 +0200": "19:30",
    "2026-07-01 21:30 UTC+2": "19:30",
    "2026-07-01 21:30 Europe/Berlin": "19:30",
    "2026-07-01 19:30": "19:30",
    "2026/07/01 19:30": "19:30",
    "2026-07-01 07:30 PM": "19:30",
    "2026-07-01 7:30 p.m.": "19:30",
    "Wednesday, 1 July 2026, 7:30 PM": "19:30",
    "July 1st, 2026 7:30pm": "19:30",
    "Mittwoch, 1. Juli 2026, 19:30": "19:30",
    "Mittwoch, 1. Juli 2026, 19:30 Uhr": "19:30",
    "mercredi 1 juillet 2026, 19:30": "19:30",
    "mercredi 1er juillet 2026, 19h30": "19:30",
    "miércoles, 1 de julio de 2026, 19:30": "19:30",
    "mercoledì, 1 luglio 2026, 19:30": "19:30",
    "01.07.2026 19:30": "19:30",
    "1. 7. 2026, 19:30": "19:30",
    "12:30 AM 1 July 2026": "00:30",
    "12:30 PM 1 July 2026": "12:30",
}
NAMED = {
    "2026-07-01 21:30 IST": "time zones",
    "2026-07-01 21:30 CST": "time zones",
    "2026-07-01 21:30 XYZ": "no time zone that is known",
    "7/1/2026 19:30": "may be day and month",
    "2026-07-01": "no time of the day",
    "2026-13-01 19:30": "no such day",
    "2026-07-01 25:30": "no such day or hour",
    "2026-07-01 13:30 PM": "12-hour clock",
    "yesterday, late": "no date",
    "": "empty",
}


@pytest.mark.parametrize("said", READ)
def test_what_has_one_meaning_is_read(said):
    found = read_time(said)
    assert found.when is not None, found.trouble
    assert found.when.tzinfo is UTC
    assert f"{found.when:%Y-%m-%d %H:%M}" == f"2026-07-01 {READ[said]}"


@pytest.mark.parametrize("said", NAMED)
def test_what_has_several_meanings_or_none_is_named(said):
    found = read_time(said)
    assert found.when is None
    assert NAMED[said] in found.trouble


def test_a_day_above_twelve_tells_day_from_month():
    assert (
        read_time("17/7/2026 19:30").when
        == read_time("7/17/2026 19:30").when
        == read_time("2026-07-17 19:30").when
    )


def test_a_zone_given_from_outside_is_for_texts_that_name_none():
    berlin = ZoneInfo("Europe/Berlin")
    assert f"{read_time('3. November 2026, 14:05', berlin).when:%H:%M}" == "13:05"
    assert f"{read_time('2026-11-03 14:05 UTC', berlin).when:%H:%M}" == "14:05"


@pytest.mark.parametrize("data", ["﻿2026-07-01 19:30 UTC".encode(), "2026-07-01 19:30 UTC".encode("utf-16")])
def test_a_byte_order_mark_is_no_part_of_the_time(data):
    assert read_time(decoded(data)).when == datetime(2026, 7, 1, 19, 30, tzinfo=UTC)


def test_what_was_read_is_said_beside_what_stood_there():
    assert (
        read_time("2026-07-01 21:30 CEST").against(DUE)
        == "2026-07-01 21:30 CEST = 2026-07-01 19:30 UTC, 30 minutes early"
    )
    assert read_time("2026-07-02 23:05 UTC").against(DUE).endswith("1 day 3 hours late")
    assert read_time("2026-07-01 10:00 PM").against(DUE).endswith("2 hours late")
    assert "cannot be read" in read_time("soon").against(DUE)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("20260701T213000Z", "2026-07-01 21:30"),
        ("20260701 2130", "2026-07-01 19:30"),
        ("2026-W27-3T21:30", "2026-07-01 19:30"),
        ("1. Juli 2026, 21.30 Uhr", "2026-07-01 19:30"),
        ("2026-07-01 21:30 Uhr MESZ", "2026-07-01 19:30"),
        ("Wed Jul  1 21:30:00 CEST 2026", "2026-07-01 19:30"),
        ("Wed Jul  1 09:30:00 PM UTC 2026", "2026-07-01 21:30"),
        ("Mi 1. Jul 21:30:00 CEST 2026", "2026-07-01 19:30"),
        ("Wed, 01 Jul 2026 21:30:00 +0200", "2026-07-01 19:30"),
        ("Wed Jul 01 2026 21:30:00 GMT+0200 (Central European Summer Time)", "2026-07-01 19:30"),
        ("01-Jul-2026 21:30", "2026-07-01 19:30"),
        ("2026-07-01 21:30 \N{MINUS SIGN}03:00", "2026-07-02 00:30"),
        ("2026-10-25 02:30 CEST", "2026-10-25 00:30"),
        ("2026-10-25 02:30 CET", "2026-10-25 01:30"),
    ],
)
def test_forms_that_programs_write_are_read(said, read):
    found = read_time(said, ZoneInfo("Europe/Berlin"))
    assert f"{found.when:%Y-%m-%d %H:%M}" == read, found


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("2026-10-25 02:30", "came twice"),
        ("2026-10-25 02:30 Europe/Berlin", "came twice"),
        ("2026-03-29 02:30", "did not exist"),
        ("2026-W60-3 21:30", "no such week"),
        ("2026-07-01 13:30 PM", "no time of a 12-hour clock"),
        ("7/1/2026 21:30", "may be day and month or month and day"),
    ],
)
def test_what_has_no_one_meaning_is_named(said, why):
    found = read_time(said, ZoneInfo("Europe/Berlin"))
    assert found.when is None
    assert why in found.trouble


OTHER_FORMS = """
    2026-07-01 12:30 PDT                    2026-07-02 05:30 AEST                  2026-07-02 03:30 SGT
    2026-07-01 16:30 BRT                    2026-07-01 22:30 MSK                   2026-07-02 02:30 WIB
    2026-07-01 19:30 Zulu                   2026-07-01 20:30 CET                   2026-07-01 21:30 Etc/GMT-2
    2026-07-01 21:30 (UTC+2)                2026-07-01 21:30 GMT+02:00             2026-07-01 21:30 UTC +2
    2026-07-01 21:30+02                     2026-07-01 21:30 CEST+0200             2026-07-01 21:30 +0200 CEST
    2026-07-01 21:30 CEST (UTC+2)           2026-07-01T21:30:00+02:00[Europe/Berlin]
    (CEST) 2026-07-01 21:30                 2026-07-01 21:30 Uhr (MESZ)            "2026-07-01 19:30 UTC"
    2026-07-01 15:30 Eastern Daylight Time  2026-07-01 21:30 Mitteleuropäische Sommerzeit
    20260701T193000Z                        2026W273T1930Z                         2026-W27-3T193000Z
    2026-182T19:30:00Z                      2026-07-01T19-30-00Z                   2026-07-01_19-30-00
    1782934200                              1782934200.5                           @1782934200
    1782934200000                           1/jul/2026 19:30                       1st of July 2026 19:30
    le 1er juillet 2026 à 19 h 30           1 juil. 2026 19 h 30 min               1 de julio del 2026, 7:30 p. m.
    quarta-feira, 1 de julho de 2026 às 19:30                                      1. července 2026, 19:30
    keskiviikko 1. heinäkuuta 2026, 19.30   2026. július 1., szerda, 19:30         1 Ιουλίου 2026, 7:30 μ.μ.
    2026年7月1日 星期三 下午7:30            2026年7月1日(水) 午後7時30分           2026년 7월 1일 오후 7:30
    1 七月 2026, 19:30                      2026年七月1日 19:30                    1 يوليو 2026، 19:30
    7:30 PM, Wednesday 1 July 2026          PM 7:30, 1 July 2026                   1 July 2026 7:30\u202fPM
    1 July\xa02026, 7:30\xa0p.m.            \u200e2026-07-01 7:30 PM               Thứ Tư, 1 tháng 7 2026, 19:30
"""
STANDING_APART = [each for line in OTHER_FORMS.splitlines() for each in re.split(r" {2,}", line) if each]


@pytest.mark.parametrize("said", STANDING_APART)
def test_other_forms_of_one_time_are_read(said):
    found = read_time(said)
    assert found.when is not None, found.trouble
    assert f"{found.when:%Y-%m-%d %H:%M}" == "2026-07-01 19:30"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("2026-07-01 14:30 CDT", "2 time zones; write an offset such as UTC-05:00"),
        ("2026-07-01 21:30 CEST (CET)", "two time zones that differ"),
        ("UTC+1 2026-07-01 21:30 CEST", "two time zones that differ"),
        ("2026-07-01 19:30 +02:75", "no time zone that is known"),
        ("2026-07-01 21:30 (Berlin)", "no time zone that is known"),
        ("Thursday, 1 July 2026, 7:30 PM", "2026-07-01 is no Thursday"),
        ("1 July 2026 19:30, 2 July 2026", "two dates"),
        ("2026-07-01 19:30 - 20:00", "two times of the day"),
        ("2026-W27 19:30", "a week and no day"),
        ("01.07.26 19:30", "its year has two digits"),
        ("01-JUL-26 07.30 PM", "its year has two digits"),
        ("1 July 2569 19:30", "its year is 2569"),
        ("9999-12-31 23:59 -05:00", "its year is 9999"),
        ("2026年7月1日 晚上7:30", "晚上 stands apart from the clock"),
        ("1 July 2026, 7:30 in the evening", "evening stands apart from the clock"),
        ("PM, 1 July 2026, 7:30", "PM stands apart from the clock"),
        ("1 July 2026 noon", "no time of the day"),
    ],
)
def test_what_could_mean_another_time_is_named(said, why):
    found = read_time(said)
    assert found.when is None
    assert why in found.trouble


def test_a_day_of_the_week_tells_day_from_month():
    assert f"{read_time('Sunday, 7/6/2026 19:30').when:%d %B}" == "07 June"
    assert f"{read_time('Monday, 7/6/2026 19:30').when:%d %B}" == "06 July"


def test_midnight_at_the_end_of_a_day_is_the_next_day():
    assert read_time("2026-07-01 24:00 UTC").when == datetime(2026, 7, 2, tzinfo=UTC)


def test_where_the_exchange_keeps_its_clock_an_abbreviation_has_one_meaning():
    found = read_time("2026-07-01 14:30 CDT", home=ZoneInfo("America/Chicago"))
    assert found.when == datetime(2026, 7, 1, 19, 30, tzinfo=UTC)
    assert read_time("2026-07-01 14:30 CDT", home=ZoneInfo("Europe/Berlin")).when is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_time_is_read_in_any_encoding(encoding):
    data = "Mittwoch, 4. März 2026, 19:30 Uhr".encode(encoding)
    assert read_time(decoded(data)).when == datetime(2026, 3, 4, 19, 30, tzinfo=UTC)


NUMBERS = (
    "2026",
    "9999",
    "0000",
    "366",
    "999",
    "000",
    "7",
    "31",
    "99",
    "24:00",
    "23:59:60",
    "00:30",
    "1782934200",
)
ZONES = ("UTC", "UTC+14", "+99:99", "-14", "Z", "CEST", "[Europe/Berlin]", "\N{MINUS SIGN}")
WORDS = ("W53", "W00", "PM", "am", "July", "juillet", "Mo", "年", "月", "日", "下午", "\0", *"()]T-/.,: @")
PIECES = st.sampled_from((*NUMBERS, *ZONES, *WORDS))


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=40))
def test_whatever_a_text_says_it_is_read_or_the_trouble_is_named(text):
    time = read_time(text)
    assert (time.when is None) == bool(time.trouble)
    time.against(None)


@pytest.mark.parametrize("text", ["9999-999 12:00", "2026-366 12:00", "2026-000 12:00"])
def test_a_day_that_its_year_does_not_have_is_not_one_of_another_year(text):
    assert read_time(text).trouble == "there is no such day"


def test_the_last_day_of_a_leap_year_is_read():
    assert read_time("2024-366 12:00").when == datetime(2024, 12, 31, 12, tzinfo=UTC)
