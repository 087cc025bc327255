"""Grades as an LMS imports them: read back as Canvas and as Moodle read them."""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import Trouble
from autograder.marks import Record
from autograder.reporting.class_book import (
    Assignment,
    Cell,
    ClassBook,
    Mark,
    Student,
    Submission,
    not_handed_in,
)
from autograder.reporting.lms.canvas import as_canvas_reads
from autograder.reporting.lms.export import export

DUE = datetime(2026, 9, 7, 12)
MOMENTUM = Assignment(
    name="04_momentum",
    due=DUE,
    cells=(
        Cell(grade_id="sgd-check", exercise="sgd", points=4.0),
        Cell(grade_id="essay", exercise="essay", points=6.0, manual=True),
    ),
)
SEARCH = Assignment(
    name="09_hyperparameter_search", cells=(Cell(grade_id="x-check", exercise="x", points=5.0),)
)
ADA = Student(id="ada", first_name="Ada", last_name="Lovelace", email="ada@uni.example", lms_id="1001")
LINDSTROM = Student(
    id="lindstrom", first_name='Åsa "Lin"', last_name="Lindström, Jr.", email="l@uni.example", lms_id="1002"
)
KURT = Student(id="kurt", email="kurt@uni.example", lms_id="sis-7")


def handed(student, assignment, *points, **changes):
    marks = tuple(Mark(cell=cell, points=each) for cell, each in zip(assignment.cells, points, strict=True))
    record = Record(student=student.id, assignment=assignment.name, status="graded")
    return Submission(student=student, assignment=assignment, record=record, marks=marks, **changes)


def made(*submissions, students=(ADA, LINDSTROM, KURT), assignments=(MOMENTUM, SEARCH)):
    there = {(each.student.id, each.assignment.name): each for each in submissions}
    every = [
        there.get((student.id, assignment.name), not_handed_in(student, assignment))
        for assignment in assignments
        for student in students
    ]
    return ClassBook(course="c", students=students, assignments=assignments, submissions=tuple(every))


@pytest.fixture
def book():
    return made(
        handed(ADA, MOMENTUM, 3.3333, 5.5),
        handed(LINDSTROM, MOMENTUM, 4.0, 6.0, penalty=2.5, late=90_000.0, handed_in=datetime(2026, 9, 8, 13)),
        handed(KURT, MOMENTUM, 4.0, None),
        handed(ADA, SEARCH, 1.0, penalty=3.0),
        handed(KURT, SEARCH, 0.0),
    )


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def as_canvas(text):
    """Read a file as Canvas's importer does: the assignments, the points possible, and grades by student."""
    header, *others = rows(text)
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert header[2:5] == ["SIS User ID", "SIS Login ID", "Section"]
    titles = header[5:]
    possible, grades = {}, {}
    for row in others:
        assert len(row) == len(header)
        cells = dict(zip(titles, row[5:], strict=True))
        if "Points Possible" in row[0]:
            possible = cells
            continue
        who = next(("id", row[1]) if row[1] else ("sis", row[2]) for _ in [0] if row[1] or row[2])
        grades[who] = {title: cell for title, cell in cells.items() if cell}
    return (
        {title: re.fullmatch(r"(.+?)(?: \((\d+)\))?", title).groups() for title in titles},
        possible,
        grades,
    )


def test_canvas_reads_assignments_points_and_grades(book):
    text = export(book, "canvas", {"04_momentum": "Momentum (77)"}).text
    titles, possible, grades = as_canvas(text)
    assert titles["Momentum (77)"] == ("Momentum", "77")
    assert possible == {"Momentum (77)": "10", "09_hyperparameter_search": "5"}
    assert grades == {
        ("id", "1001"): {"Momentum (77)": "8.83", "09_hyperparameter_search": "0"},
        ("id", "1002"): {"Momentum (77)": "7.5"},
        ("sis", "sis-7"): {"09_hyperparameter_search": "0"},
    }


def test_names_are_quoted_so_that_they_are_read_back(book):
    table = rows(export(book, "canvas", {}).text)
    assert [row[0] for row in table[2:]] == ["Lovelace, Ada", 'Lindström, Jr., Åsa "Lin"', "kurt"]
    assert [row[3] for row in table[2:]] == ["ada", "lindstrom", "kurt"]


def test_moodle_gets_identifiers_and_a_column_for_each_item(book):
    made = export(book, "moodle", {"04_momentum": "Momentum"})
    header, *others = rows(made.text)
    assert header == [
        "First name", "Surname", "Username", "User ID", "Email address", "Momentum", "09_hyperparameter_search",
    ]  # fmt: skip
    assert others[1] == ['Åsa "Lin"', "Lindström, Jr.", "lindstrom", "1002", "l@uni.example", "7.5", "-"]
    assert any('"Map from" Email address and "Map to" useremail' in note for note in made.notes)


def test_moodle_never_gets_a_row_without_an_identifier_which_it_would_give_to_another_student(book):
    nameless = replace(KURT, email="")
    submissions = tuple(
        replace(each, student=nameless) if each.student is KURT else each for each in book.submissions
    )
    without = replace(book, students=(ADA, LINDSTROM, nameless), submissions=submissions)
    made = export(without, "moodle", {})
    assert "Email address" not in rows(made.text)[0]
    assert any("'Email address' is left out: 1 student without" in note for note in made.notes)


def test_an_identifier_of_two_students_gives_neither_the_marks_of_the_other(book):
    twin = replace(KURT, email="Ada@uni.example", lms_id="1001")
    submissions = tuple(
        replace(each, student=twin) if each.student is KURT else each for each in book.submissions
    )
    twins = replace(book, students=(ADA, LINDSTROM, twin), submissions=submissions)
    made = export(twins, "moodle", {})
    assert rows(made.text)[0][:3] == ["First name", "Surname", "Username"]
    assert not {"Email address", "User ID"} & set(rows(made.text)[0])
    assert any("'Email address' is left out: ada and kurt have the same" in note for note in made.notes)
    with pytest.raises(Trouble, match="ada and kurt have the same lms_user_id"):
        export(twins, "canvas", {})


def test_moodle_gets_a_hyphen_for_no_grade_because_a_new_item_takes_an_empty_cell_for_a_number(book):
    header, *others = rows(export(book, "moodle", {}).text)
    assert [row[header.index("04_momentum")] for row in others] == ["8.83", "7.5", "-"]
    assert [row[header.index("09_hyperparameter_search")] for row in others] == ["0", "-", "0"]


def test_an_identifier_that_php_takes_for_nothing_is_none(book):
    zero = replace(KURT, lms_id="0")
    submissions = tuple(
        replace(each, student=zero) if each.student is KURT else each for each in book.submissions
    )
    made = export(replace(book, students=(ADA, LINDSTROM, zero), submissions=submissions), "moodle", {})
    assert "User ID" not in rows(made.text)[0]


def test_a_mark_that_moodle_may_refuse_is_said(book):
    assert not any("above 100" in note for note in export(book, "moodle", {}).notes)
    big = Assignment(name="12_big", cells=(Cell(grade_id="b-check", exercise="b", points=250.0),))
    high = made(handed(ADA, big, 180.0), students=(ADA,), assignments=(big,))
    assert any("above 100" in note for note in export(high, "moodle", {}).notes)


@pytest.mark.parametrize("title", ["Final Grade", "Quiz (Current Score)", "Section", "ID", "1,5"])
def test_a_column_that_canvas_takes_for_its_own_is_refused(book, title):
    with pytest.raises(Trouble, match="Canvas takes a column"):
        export(book, "canvas", {"04_momentum": title})
    assert title in rows(export(book, "moodle", {"04_momentum": title}).text)[0]


@pytest.mark.parametrize(
    ("written", "read"),
    [("2026.11.07", "202611.07"), ("1,5", "1.5"), ("1.5", "1.5"), ("0042", "0042"), ("a.1.2", "a.1.2")],
)
def test_an_identifier_that_canvas_reads_as_another_number_is_refused(written, read):
    assert as_canvas_reads(written) == read
    dotted = replace(ADA, id=written, lms_id="")
    found = made(handed(dotted, SEARCH, 1.0), students=(dotted,), assignments=(SEARCH,))
    if read == written:
        assert rows(export(found, "canvas", {}).text)[2][3] == written
    else:
        with pytest.raises(Trouble, match="reads as the number"):
            export(found, "canvas", {})


@pytest.mark.parametrize("kind", ["canvas", "moodle"])
def test_the_file_is_utf_8_with_commas_and_points_and_without_a_mark_at_its_start(book, kind):
    text = export(book, kind, {}).text
    assert text.encode("utf-8")[:1].isascii()
    assert not {"\r", "\ufeff", ";"} & set(text)
    assert ",8.83," in text


def test_what_waits_or_is_missing_is_empty_and_said(book):
    made = export(book, "csv", {})
    table = {(row["student"], row["assignment"]): row for row in csv.DictReader(io.StringIO(made.text))}
    assert table["kurt", "04_momentum"]["score"] == ""
    assert table["kurt", "04_momentum"]["status"] == "waiting"
    assert table["lindstrom", "09_hyperparameter_search"]["score"] == ""
    assert table["lindstrom", "09_hyperparameter_search"]["status"] == "missing"
    assert any(note.startswith("1 mark left empty") and "formgrader" in note for note in made.notes)


def test_a_penalty_is_shown_and_taken_off_and_never_makes_less_than_nothing(book):
    made = export(book, "csv", {})
    table = {(row["student"], row["assignment"]): row for row in csv.DictReader(io.StringIO(made.text))}
    late = table["lindstrom", "04_momentum"]
    got = [late[key] for key in ("raw_score", "late_penalty", "score", "max_score", "seconds_late")]
    assert got == ["10", "2.5", "7.5", "10", "90000"]
    assert table["ada", "09_hyperparameter_search"]["score"] == "0"
    assert any("late penalty" in note for note in made.notes)


@pytest.mark.parametrize("kind", ["canvas", "moodle", "csv"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝"])
def test_a_name_that_is_a_formula_is_marked_as_text(kind, start):
    evil = Student(id="eve", last_name=f'{start}HYPERLINK("http://x")', lms_id="9", email="e@uni.example")
    text = export(made(handed(evil, SEARCH, 1.0), students=(evil,), assignments=(SEARCH,)), kind, {}).text
    found = [cell for row in rows(text) for cell in row if "HYPERLINK" in cell]
    assert len(found) == 1
    assert found[0].startswith("'")


@pytest.mark.parametrize(
    ("kind", "field"),
    [("canvas", "id"), ("canvas", "lms_id")]  # Canvas gets no email
    + [(kind, field) for kind in ("moodle", "csv") for field in ("id", "email", "lms_id")],
)
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＠"])
def test_an_identifier_that_is_a_formula_is_refused(kind, field, start):
    evil = replace(ADA, **{field: f"{start}cmd|' /C calc'!A0"})
    with pytest.raises(Trouble, match="formula"):
        export(made(handed(evil, SEARCH, 1.0), students=(evil,), assignments=(SEARCH,)), kind, {})


@pytest.mark.parametrize("kind", ["canvas", "moodle", "csv"])
def test_an_id_with_a_blank_at_an_end_is_refused_as_what_it_is(kind):
    odd = replace(ADA, id="ada ")
    with pytest.raises(Trouble, match="begins or ends with a space"):
        export(made(handed(odd, SEARCH, 1.0), students=(odd,), assignments=(SEARCH,)), kind, {})


def test_what_nobody_has_heard_of_is_refused(book):
    with pytest.raises(Trouble, match="no assignment '05_cooking'"):
        export(book, "canvas", {"05_cooking": "x"})
    with pytest.raises(Trouble, match="one name"):
        export(book, "canvas", {"04_momentum": "Quiz", "09_hyperparameter_search": "Quiz"})
    with pytest.raises(Trouble, match="cannot be called"):
        export(book, "canvas", {"04_momentum": "=1+1"})


def test_only_chosen_assignments_are_written(book):
    header = rows(export(book, "canvas", {}, ["09_hyperparameter_search"]).text)[0]
    assert header[5:] == ["09_hyperparameter_search"]


def test_the_command_reads_the_gradebook_and_writes_the_file(tmp_path):
    from tests.autograder.reporting import graded_class

    course = graded_class.write(tmp_path / "course", ["07_annealing"], 12, 3)
    words = ["export", "--course", str(course.folder), "--format", "canvas", "--column", "07=A (5)"]
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 0, done.output
    text = (course.folder / "grades-canvas.csv").read_text(encoding="utf-8")
    assert text.startswith("Student,ID,SIS User ID,SIS Login ID,Section,A (5)\n    Points Possible,,,,,15\n")
    assert len(rows(text)) == 14
    assert "12 students without lms_user_id" in done.output


def test_late_penalties_are_those_that_nbgrader_applied(tmp_path):
    from nbgrader.api import Gradebook

    from autograder.reporting.gather import gather
    from tests.autograder.reporting import graded_class

    course = graded_class.write(tmp_path / "course", ["07_annealing"], 40, 3)
    text = export(gather(course), "csv", {}).text
    table = {row["student"]: row for row in csv.DictReader(io.StringIO(text))}
    with Gradebook(course.gradebook, course.course_id) as opened:
        theirs = list(opened.assignment_submissions("07_annealing"))
        assert any(each.late_submission_penalty for each in theirs)
        for each in theirs:
            score = max(0.0, each.score - each.late_submission_penalty)
            assert float(table[each.student.id]["score"]) == pytest.approx(score)
            assert float(table[each.student.id]["seconds_late"]) == pytest.approx(
                each.total_seconds_late, abs=0.5
            )
