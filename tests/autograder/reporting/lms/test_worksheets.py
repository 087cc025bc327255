"""Moodle's worksheet and lists of teams are read in the forms in which people save them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autograder.errors import Trouble
from autograder.reporting.lms.senders import Line
from autograder.reporting.lms.worksheets import teams, worksheet

BERLIN = ZoneInfo("Europe/Berlin")
HANDED_IN = datetime(2026, 11, 3, 13, 5, tzinfo=UTC)
ENGLISH = [
    ["Identifier", "Full name", "Email address", "Status", "Grade", "Last modified (submission)", "Last modified"],
    ["Participant 101", "Emmy Nöther", "emmy@uni.example", "Submitted", "", "3 November 2026, 2:05 PM", "-"],
    ["Participant 102", "Kurt Gödel", "kurt@uni.example", "No submission", "", "-", "6 November 2026, 9:00 AM"],
]  # fmt: skip
GERMAN = [
    ["ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Zuletzt geändert (Abgabe)", "Zuletzt"],
    ["Teilnehmer/in101", "Emmy Nöther", "emmy@uni.example", "Abgegeben", "", "3. November 2026, 14:05", "-"],
    ["Teilnehmer/in102", "Kurt Gödel", "kurt@uni.example", "Keine Abgabe", "", "-", "6. November 2026, 9:00"],
]  # fmt: skip
FRENCH = [
    ["Identifiant", "Nom complet", "Adresse de courriel", "Statut", "Note", "Dernière modification (travail)", "x"],
    ["Participant 101", "Emmy Nöther", "emmy@uni.example", "Remis", "", "mardi 3 novembre 2026, 14:05", "-"],
    ["Participant 102", "Kurt Gödel", "kurt@uni.example", "Rien", "", "-", "vendredi 6 novembre 2026, 09:00"],
]  # fmt: skip


def saved(tmp_path, rows, delimiter=",", encoding="utf-8"):
    lines = [delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in row) for row in rows]
    (tmp_path / "grades.csv").write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return tmp_path / "grades.csv"


@pytest.mark.parametrize("rows", [ENGLISH, GERMAN, FRENCH], ids=["en", "de", "fr"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiter_encoding_and_language_are_recognised(tmp_path, rows, delimiter, encoding):
    lines, trouble = worksheet(saved(tmp_path, rows, delimiter, encoding), BERLIN)
    assert trouble == []
    assert lines == {
        "101": Line(name="Emmy Nöther", email="emmy@uni.example", handed_in=HANDED_IN),
        "102": Line(name="Kurt Gödel", email="kurt@uni.example"),
    }


def test_without_addresses_the_names_are_read(tmp_path):
    rows = [[row[0], row[1], *row[3:]] for row in ENGLISH]
    lines, _ = worksheet(saved(tmp_path, rows), BERLIN)
    assert [(each.name, each.email) for each in lines.values()] == [("Emmy Nöther", ""), ("Kurt Gödel", "")]


def test_a_time_that_cannot_be_read_is_named(tmp_path):
    rows = [ENGLISH[0], [*ENGLISH[1][:5], "3/11/2026, 14:05", "-"]]
    lines, trouble = worksheet(saved(tmp_path, rows), BERLIN)
    assert lines["101"].handed_in is None
    assert "Participant 101: '3/11/2026, 14:05' cannot be read as a time" in trouble[0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not Moodle's"),
        (b"PK\3\4...", "spreadsheet"),
        (b"a\0b", "no table"),
        (b"<html>log in</html>", "not Moodle's"),
    ],
)
def test_what_is_no_worksheet_is_said_with_the_cure(tmp_path, data, said):
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(Trouble, match=said):
        worksheet(tmp_path / "x.csv", BERLIN)


@pytest.mark.parametrize("text", ["Team Blue,ada\nTeam Blue,emmy\n", "Gruppe;Mitglied\nteam blue;ada;emmy\n"])
def test_a_list_of_teams_has_a_row_for_each_member_or_for_each_team(tmp_path, text):
    (tmp_path / "teams.csv").write_text(text)
    assert teams(tmp_path / "teams.csv") == {"teamblue": ["ada", "emmy"]}


@pytest.mark.parametrize("text", ["", "Team Blue\n", "team,student\n"])
def test_a_list_without_members_is_refused(tmp_path, text):
    (tmp_path / "teams.csv").write_text(text)
    with pytest.raises(Trouble, match="team"):
        teams(tmp_path / "teams.csv")
