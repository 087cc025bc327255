"""The report says what the gradebook and the records say, names every mistake, and shows nothing hidden."""

import ast
import csv
import errno
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import atomic, cli, spreadsheet
from autograder.grading import records
from autograder.marks import Record, Verdict
from autograder.project import Project
from autograder.reporting import catalogue, statistics, tables
from autograder.reporting.class_book import Mark, Student
from tests.autograder.reporting.conftest import LESSONS, STUDENTS

EXERCISES = Path(cli.__file__).parent / "exercises"


@pytest.fixture(scope="module")
def page(book, course):
    from autograder.reporting.page import page

    return page(book, course, course.folder / "report.html")


@pytest.fixture(scope="module")
def data(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


class TestMistakes:
    @pytest.mark.parametrize("lesson", LESSONS)
    def test_each_known_mistake_is_in_the_report_by_name_with_the_section_that_teaches_it(self, lesson, data):
        headings = [each.partition(" · ")[0] for each in catalogue.headings(lesson, Project.here())]
        texts = data["texts"]
        found = {}
        for cell, name, count, convention, says in data["mistakes"]:
            assignment, exercise, _, section, _ = data["cells"][cell]
            key = (data["assignments"][assignment][0], exercise, texts[name])
            found[key] = (count, convention, texts[says], texts[section])
        for exercise in catalogue.exercises(lesson):
            for known in (*exercise.mistakes, *exercise.conventions):
                count, convention, says, section = found[lesson, exercise.name, known.name]
                assert count > 0
                assert bool(convention) == bool(known.share)
                assert says == known.says
                assert section in headings, f"{lesson} has no section {section!r}"

    def test_the_number_is_that_of_the_students_who_made_it(self, book, course):
        made = {}
        for each in records.read(course):
            for name, verdict in each.verdicts.items():
                if verdict.mistake:
                    made.setdefault((each.assignment, name, verdict.mistake), set()).add(each.student)
        found = {
            (each.assignment.name, each.cell.grade_id, each.name): {student.id for student in each.students}
            for each in statistics.mistakes(book)
        }
        assert found == made

    def test_a_trouble_of_no_exercise_is_told_too(self):
        found = catalogue.taught("04_momentum", "sgd", "returns NaN")
        assert found.says == catalogue.UNIVERSAL
        assert found.section

    def test_a_lesson_that_the_checkout_does_not_have_has_no_sections(self):
        assert catalogue.exercises("77_cooking") == ()
        assert catalogue.heading("77_cooking", "soup", Project.here()) == ""


def secrets():
    """Lines of code that only instructors have, and numbers that visible checks compare with."""
    lines, numbers = set(), set()
    for file in EXERCISES.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.Return | ast.If | ast.For | ast.While):
                text = ast.unparse(node).splitlines()[0]
                if len(text) >= 24:
                    lines.add(text)
    for file in (Path(__file__).parents[3] / "course" / "recorded").glob("*.json"):
        numbers |= set(re.findall(r"-?\d+\.\d{6,}(?:e[-+]?\d+)?", file.read_text()))
    return lines, numbers


def pieces(name: str, text: str) -> list[str]:
    """The parts of a file that say something, many of which return: cells of a table, lines of the rest."""
    if name.endswith(".csv"):
        return [cell for row in csv.reader(text.splitlines(keepends=True)) for cell in row]
    return text.splitlines()


def simple(number: float) -> bool:
    """Whether a number is a share of a few: two thirds of a class is nobody's secret."""
    return any(abs(number * parts - round(number * parts)) < 1e-9 for parts in range(1, 25))


@pytest.mark.long
def test_no_reference_value_hidden_line_or_source_of_a_check_is_in_any_output(page, book, course, tmp_path):
    tables.write_csv(book, course.project, tmp_path)
    tables.write_json(book, course.project, tmp_path / "all.json")
    written = {file.name: file.read_text() for file in tmp_path.iterdir()} | {"page": page}
    lines, numbers = secrets()
    assert len(lines) > 300
    assert len(numbers) > 300
    assert any(line in (EXERCISES / "momentum" / "sgd_momentum.py").read_text() for line in lines)
    for name, text in written.items():
        spoken = " ".join(" ".join(dict.fromkeys(pieces(name, text))).split())
        assert [line for line in lines if line in spoken] == [], name
        found = set(re.findall(r"-?\d+\.\d{6,}(?:e[-+]?\d+)?", text))
        telling = {each for each in found & numbers if not simple(float(each))}
        assert telling == set(), name
        for word in ("BEGIN HIDDEN", "END HIDDEN", "BEGIN SOLUTION", "autograder.exercises"):
            assert word not in text, name


def test_the_page_asks_for_nothing_from_elsewhere(page):
    assert "src=" not in page
    followed = [each for each in re.findall(r"""href\s*=\s*["']([^"']*)""", page) if each[:1] != "#"]
    assert [each for each in followed if not re.match(r"\.\./[^:]*\.ipynb#", each)] == []
    assert not re.search(r"https?://|@import|url\(", page)
    assert "default-src 'none'" in page


def test_names_and_messages_are_text_and_never_markup(book, course):
    from autograder.reporting.page import page

    evil = "</script><img src=x onerror=alert(1)>"
    first = next(each for each in book.submissions if each.status == "graded")
    cell = first.assignment.cells[0]
    verdict = Verdict(verdict="error", points=0.0, max_points=1.0, message=evil, mistake=evil)
    mark = Mark(cell=cell, points=0.0, said=verdict)
    record = Record(student=evil, assignment=first.assignment.name, status="graded", notes=[evil])
    student = replace(first.student, id=evil, last_name=evil)
    bad = replace(first, student=student, record=record, marks=(mark, *first.marks[1:]))
    made = page(
        replace(book, students=(student,), submissions=(bad,), course=evil), course, course.folder / "r.html"
    )
    assert "<img" not in made
    assert made.count("</script>") == 2


class TestTables:
    def test_csv_and_json_say_the_same(self, book, course, tmp_path):
        tables.write_json(book, course.project, tmp_path / "all.json")
        found = json.loads((tmp_path / "all.json").read_text())
        names = tables.write_csv(book, course.project, tmp_path / "csv")
        assert names == [f"{name}.csv" for name in found if name != "course"]
        for name in names:
            with (tmp_path / "csv" / name).open(newline="") as stream:
                rows = list(csv.DictReader(stream))
            objects = found[name.removesuffix(".csv")]
            assert len(rows) == len(objects)
            for row, each in zip(rows[:50], objects[:50], strict=True):
                assert row == {key: str(spreadsheet.harmless(value)) for key, value in each.items()}

    def test_numbers_are_those_of_the_page(self, book, course, data):
        rows = list(tables.mistakes(book, course.project))
        assert [row["students"] for row in rows] == [each[2] for each in data["mistakes"]]
        assert sum(row["points"] for row in tables.submissions(book, course.project)) == pytest.approx(
            sum(each[3] for each in data["submissions"]), abs=0.01 * len(data["submissions"])
        )

    def test_a_table_without_rows_has_its_columns(self, book, course, tmp_path, monkeypatch):
        full, empty = tmp_path / "full", tmp_path / "empty"
        tables.write_csv(book, course.project, full)
        monkeypatch.setattr(statistics, "mistakes", lambda book: [])
        monkeypatch.setattr(statistics, "stuck", lambda book: [])
        tables.write_csv(book, course.project, empty)
        assert len((empty / "mistakes.csv").read_text().splitlines()) == 1
        for name in ("mistakes.csv", "stuck.csv"):
            first = [(each / name).read_text().splitlines()[0] for each in (full, empty)]
            assert first[0] == first[1] != ""

    def test_no_cell_is_a_formula(self, book, course, tmp_path):
        first = book.submissions[0]
        bad = replace(first, student=Student(id='=HYPERLINK("x")', last_name="@SUM(1)"))
        tables.write_csv(replace(book, submissions=(bad,)), course.project, tmp_path)
        with (tmp_path / "submissions.csv").open(newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert row["student"] == '\'=HYPERLINK("x")'
        assert row["name"] == "'@SUM(1)"


def test_the_command_writes_everything_and_says_where(course, tmp_path):
    words = ["report", "--course", str(course.folder), "--out", str(tmp_path / "deep" / "r.html")]
    done = CliRunner().invoke(
        cli.main, [*words, "--csv", str(tmp_path / "t"), "--json", str(tmp_path / "r.json")]
    )
    assert done.exit_code == 0, done.output
    assert f"{STUDENTS * len(LESSONS)} submissions of {STUDENTS} students" in done.output
    assert (tmp_path / "deep" / "r.html").read_text().startswith("<!DOCTYPE html>")
    assert (tmp_path / "t" / "exercises.csv").is_file()
    assert json.loads((tmp_path / "r.json").read_text())["course"] == "descent"


def test_feedback_pages_are_linked_where_they_are(book, course, tmp_path):
    from autograder.reporting.page import feedback_pages

    each = book.submissions[0]
    folder = course.feedback / each.student.id / each.assignment.name
    folder.mkdir(parents=True)
    (folder / f"{each.assignment.name}.html").write_text("x")
    (link,) = feedback_pages(book, course, tmp_path / "r.html").values()
    assert (tmp_path / link).resolve() == (folder / f"{each.assignment.name}.html").resolve()


@pytest.mark.parametrize(("manual", "counted"), [(True, 0), (False, 1)])
def test_a_mark_that_a_person_gives_is_not_called_one_of_another_grader(book, manual, counted):
    from autograder.reporting.page import summary

    first = next(each for each in book.submissions if each.status == "graded")
    mark = Mark(cell=replace(first.assignment.cells[0], manual=manual), points=1.0)
    assert summary(replace(book, submissions=(replace(first, marks=(mark,)),)))["unrecorded"] == counted


@pytest.mark.parametrize(
    ("command", "option", "name"),
    [
        ("export --format csv", "--out", "marks.csv"),
        ("report", "--out", "page.html"),
        pytest.param("report --out /dev/null", "--json", "class.json", marks=pytest.mark.long),
        pytest.param("report --out /dev/null", "--csv", "assignments.csv", marks=pytest.mark.long),
    ],
)
def test_a_full_disk_leaves_the_file_from_before(course, tmp_path, monkeypatch, command, option, name):
    place = tmp_path / name
    place.write_text("before")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic.os, "fsync", full)
    given = place.parent if option == "--csv" else place
    words = [*command.split(), option, str(given), "--course", str(course.folder)]
    assert "Make room on the disk" in CliRunner().invoke(cli.main, words).output
    assert place.read_text() == "before"
