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


SPANISH = [
    ["Identificador", "Nombre completo", "Dirección de correo", "Estado", "Calificación", "Modificado", "x"],
    ["Participante 101", "Emmy Nöther", "emmy@uni.example", "Sí", "", "martes, 3 de noviembre de 2026, 14:05", "-"],
    ["Participante 102", "Kurt Gödel", "kurt@uni.example", "No", "", "-", "viernes, 6 de noviembre de 2026, 09:00"],
]  # fmt: skip
PORTUGUESE = [
    ["Identificador", "Nome completo", "Endereço de email", "Status", "Nota", "Modificado", "x"],
    ["Aluno101", "Emmy Nöther", "emmy@uni.example", "Sim", "", "terça-feira, 3 de novembro de 2026, 14:05", "-"],
    ["Aluno102", "Kurt Gödel", "kurt@uni.example", "Não", "", "-", "sexta-feira, 6 de novembro de 2026, 09:00"],
]  # fmt: skip
FINNISH = [
    ["Tunniste", "Koko nimi", "Sähköpostiosoite", "Tila", "Arvosana", "Muokattu", "x"],
    ["Osallistuja 101", "Emmy Nöther", "emmy@uni.example", "On", "", "tiistai 3. marraskuuta 2026, 14.05", "-"],
    ["Osallistuja 102", "Kurt Gödel", "kurt@uni.example", "Ei", "", "-", "perjantai 6. marraskuuta 2026, 09.00"],
]  # fmt: skip
CHINESE = [
    ["编号", "全名", "电子邮件地址", "状态", "成绩", "最后修改时间 (提交)", "x"],
    ["参与者101", "Emmy Nöther", "emmy@uni.example", "已提交", "", "2026年11月3日 星期二 14:05", "-"],
    ["参与者102", "Kurt Gödel", "kurt@uni.example", "没有提交", "", "-", "2026年11月6日 星期五 下午2:05"],
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


@pytest.mark.parametrize("rows", [SPANISH, PORTUGUESE, FINNISH, CHINESE], ids=["es", "pt", "fi", "zh"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be"])
def test_headings_and_times_of_more_languages_are_recognised(tmp_path, rows, encoding):
    lines, trouble = worksheet(saved(tmp_path, rows, ";", encoding), BERLIN)
    assert trouble == []
    assert lines == {
        "101": Line(name="Emmy Nöther", email="emmy@uni.example", handed_in=HANDED_IN),
        "102": Line(name="Kurt Gödel", email="kurt@uni.example"),
    }


def test_a_line_that_tells_the_delimiter_and_a_cell_of_two_lines_are_no_rows(tmp_path):
    rows = [ENGLISH[0], [*ENGLISH[1][:4], '"a, b\n""c"" "', *ENGLISH[1][5:]], ENGLISH[2]]
    text = "sep=;\r\n" + "\r\n".join(";".join(row) for row in rows)
    (tmp_path / "grades.csv").write_text(text, encoding="utf-8-sig", newline="")
    lines, trouble = worksheet(tmp_path / "grades.csv", BERLIN)
    assert (list(lines), trouble) == (["101", "102"], [])
    assert lines["101"].handed_in == HANDED_IN


def test_nobody_is_lost_where_the_headings_were_taken_away(tmp_path):
    lines, _ = worksheet(saved(tmp_path, ENGLISH[1:]), BERLIN)
    assert list(lines) == ["101", "102"]


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


CANVAS_GROUPS = """name,canvas_user_id,user_id,login_id,sections,group_name,canvas_group_id,group_id
"Ada",123,,ada,Section 1,Team Blue,77,
"Emmy",124,,emmy,Section 1,Team Blue,77,
"Kurt",125,,kurt,Section 1,,,
"""


@pytest.mark.parametrize(
    "text",
    [
        "Team Blue,ada\nTeam Blue,emmy\n",
        "team blue\tada\temmy\n",
        "Gruppe;Mitglied\nteam blue;ada;emmy\n",
        "Équipe;Membre\nTeam Blue;ada\nTeam Blue;emmy\nTeam Blue;emmy\n",
        "小组,成员\nTeam Blue,ada\nTeam Blue,emmy\n",
        'Team name,Members\nTeam Blue,"ada; emmy"\n',
        "Team,Member 1,Member 2,Member 3\nTeam Blue,ada,emmy,\n",
        "student,team\nada,Team Blue\nemmy,Team Blue\n",
        "ada;Team Blue\nemmy;Team Blue\n",
        "sep=;\nTeam;Student\nTeam Blue;ada\nTeam Blue;emmy\n",
        CANVAS_GROUPS,
    ],
)
def test_a_list_of_teams_is_read_in_any_order_and_language(tmp_path, text):
    (tmp_path / "teams.csv").write_text(text, encoding="utf-8")
    assert teams(tmp_path / "teams.csv", ["ada", "emmy", "Ada", "Emmy"].__contains__) in (
        {"teamblue": ["ada", "emmy"]},
        {"teamblue": ["Ada", "Emmy"]},
    )


def test_a_team_that_is_called_team_is_no_heading(tmp_path):
    (tmp_path / "teams.csv").write_text("Team,ada\nTeam,emmy\nGroup,kurt\n")
    found = teams(tmp_path / "teams.csv", ["ada", "emmy", "kurt"].__contains__)
    assert found == {"team": ["ada", "emmy"], "group": ["kurt"]}


def test_the_first_team_is_no_heading_although_nobody_knows_its_member(tmp_path):
    (tmp_path / "teams.csv").write_text("Blue,adda\nBlue,emmy\nRed,kurt\n")
    found = teams(tmp_path / "teams.csv", ["ada", "emmy", "kurt"].__contains__)
    assert found == {"blue": ["adda", "emmy"], "red": ["kurt"]}


@pytest.mark.parametrize("text", ["", "Team Blue\n", "team,student\n", "Team Blue,mallory\n"])
def test_a_list_without_members_is_refused(tmp_path, text):
    (tmp_path / "teams.csv").write_text(text)
    with pytest.raises(Trouble, match="team"):
        teams(tmp_path / "teams.csv", ["ada"].__contains__)


def test_the_date_of_an_extension_is_not_taken_for_the_time(tmp_path):
    """Moodle writes it into the status, and gives one to a whole class at once."""
    extended = (
        "Submitted for grading - 2 hours late - Extension granted until: Friday, 6 November 2026, 10:00 PM"
    )
    when = "Tuesday, 3 November 2026, 2:05 PM"
    (tmp_path / "a.csv").write_text(
        "Identifier,Full name,Status,Last modified (submission)\n"
        + "".join(f'Participant {at},Test {at},"{extended}","{when}"\n' for at in (61, 62))
    )
    lines, unread = worksheet(tmp_path / "a.csv", UTC)
    assert unread == []
    assert [(line.name, line.said) for line in lines.values()] == [("Test 61", when), ("Test 62", when)]


def test_a_participant_in_two_lines_that_differ_is_said(tmp_path):
    later = [*ENGLISH[1][:5], "4 November 2026, 9:00 AM", "-"]
    _, trouble = worksheet(saved(tmp_path, [*ENGLISH, ENGLISH[1]], ";"), BERLIN)
    assert trouble == []
    _, trouble = worksheet(saved(tmp_path, [*ENGLISH, later], ";"), BERLIN)
    assert trouble == [
        "Participant 101: stands in two lines that differ, of which the last counts; take one out"
    ]
