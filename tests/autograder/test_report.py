"""The report says what the gradebook and the records say, names every mistake, and shows nothing hidden."""

import ast
import csv
import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import Trouble
from autograder.grading import records
from autograder.grading.course import Course
from autograder.project import Project
from autograder.reporting import catalogue, recorded, statistics, tables
from autograder.reporting.records import Assignment, Cell, ClassBook, Mark, Student, Submission

LESSONS = [name for name in Project.here().lessons() if catalogue.exercises(name)]
STUDENTS = 140
EXERCISES = Path(cli.__file__).parent / "exercises"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """An invented class of all lessons, large enough that every known mistake was made."""
    from autograder.reporting import invented

    return invented.write(tmp_path_factory.mktemp("class") / "course", LESSONS, STUDENTS, 5)


@pytest.fixture(scope="module")
def book(course):
    from autograder.reporting.gather import gather

    return gather(course)


@pytest.fixture(scope="module")
def page(book, course):
    from autograder.reporting.page import page

    return page(book, course, course.folder / "report.html")


@pytest.fixture(scope="module")
def data(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def small(points, most=(4.0, 6.0, 10.0), **changes):
    """A class of one assignment from a table of points, a row for each student; None waits for a person."""
    cells = tuple(
        Cell(grade_id=f"e{at}-check", exercise=f"e{at}", points=each) for at, each in enumerate(most)
    )
    assignment = Assignment(name="04_momentum", cells=cells)
    students = tuple(Student(id=f"s{at}") for at in range(len(points)))
    submissions = tuple(
        Submission(
            student=student,
            assignment=assignment,
            status="graded",
            marks=tuple(Mark(cell=cell, points=each) for cell, each in zip(cells, row, strict=True)),
            **changes,
        )
        for student, row in zip(students, points, strict=True)
    )
    return ClassBook(course="c", students=students, assignments=(assignment,), submissions=submissions)


class TestNumbers:
    def test_mean_share_and_corrected_item_total_correlation_by_hand(self):
        first = statistics.exercises(small([(4, 6, 10), (2, 3, 0), (0, 0, 5), (4, 0, 10)]))[0]
        assert first.share == pytest.approx(10 / 16)
        # Items 4 2 0 4, rests 16 3 5 10: deviations 1.5 -.5 -2.5 1.5 and 7.5 -5.5 -3.5 1.5.
        assert first.discrimination == pytest.approx(25 / np.sqrt(11 * 101))
        assert (first.n, first.pairs) == (4, 4)

    @pytest.mark.parametrize(
        ("points", "most", "why"),
        [
            ([(4, 6, 10), (0, 0, 0)], (4, 6, 10), "two students"),
            ([(1,), (2,), (3,)], (4,), "one cell"),
            ([(4, 1, 2), (4, 2, 3), (4, 0, 0)], (4, 6, 10), "everybody got the same"),
            ([(4, 1, 2), (3, 1, 2), (2, 1, 2)], (4, 6, 10), "the rest is the same for all"),
        ],
    )
    def test_discrimination_is_left_out_where_it_is_undefined(self, points, most, why):
        first = statistics.exercises(small(points, most))[0]
        assert first.discrimination is None, why
        assert first.pairs == len(points)

    def test_a_cell_that_waits_for_a_person_is_no_zero(self):
        found = statistics.exercises(small([(None, 6, 10), (4, 3, 0), (2, 0, 5), (0, 1, 1)]))
        assert (found[0].n, found[0].share) == (3, pytest.approx(0.5))
        assert {each.pairs for each in found} == {3}

    def test_tenths_hold_everybody_once_and_full_marks_in_the_last(self):
        made = small([(4, 6, 10), (4, 4, 10), (0, 0, 0), (2, 0, 0), (0, 6, 0)])
        (found,) = statistics.assignments(made)
        assert found.bins == (1, 1, 0, 1, 0, 0, 0, 0, 0, 2)
        assert found.median == pytest.approx(0.3)

    def test_a_penalty_counts_in_the_distribution_and_never_below_zero(self):
        made = small([(4, 6, 10), (1, 0, 0)], penalty=5.0)
        assert [each.score for each in made.submissions] == [15.0, 0.0]
        assert statistics.assignments(made)[0].mean == pytest.approx(0.375)

    def test_stuck_is_an_end_without_points_of_three_exercises(self):
        made = small([(0, 0, 0), (4, 0, 0), (0, 0, 1), (0, 0, 0)])
        assert [(each.student.id, each.count) for each in statistics.stuck(made)] == [("s0", 3), ("s3", 3)]
        assert statistics.stuck(made)[0].since[1].exercise == "e0"

    def test_who_earned_something_last_is_stuck_no_more(self):
        made = small([(0, 0, 0, 1), (1, 0, 0, 0)], most=(4.0, 6.0, 10.0, 2.0))
        assert [each.student.id for each in statistics.stuck(made)] == ["s1"]

    def test_stuck_is_also_who_stopped_handing_in(self):
        made = small([(4, 6, 10)])
        more = [replace(made.assignments[0], name=f"0{at}_later") for at in (5, 6)]
        gone = [Submission(student=made.students[0], assignment=each) for each in more]
        book = replace(made, assignments=(*made.assignments, *more), submissions=(*made.submissions, *gone))
        (found,) = statistics.stuck(book)
        assert (found.count, found.since, found.missing) == (0, None, ("05_later", "06_later"))
        assert statistics.stuck(replace(book, submissions=book.submissions[:2])) == []

    def test_what_is_due_later_is_not_missing(self):
        made = small([(4, 6, 10)])
        later = [
            replace(made.assignments[0], name=f"0{at}_later", due=datetime(2026, 9, at)) for at in (5, 6)
        ]
        open_ones = [Submission(student=made.students[0], assignment=each) for each in later]
        book = replace(
            made,
            assignments=(*made.assignments, *later),
            submissions=(*made.submissions, *open_ones),
            now=datetime(2026, 9, 5, 12),
        )
        assert statistics.stuck(book) == []
        assert [each.still_open for each in statistics.assignments(book)] == [False, False, True]
        assert len(statistics.stuck(replace(book, now=datetime(2026, 9, 7)))) == 1


class TestGather:
    def test_every_student_and_assignment_is_there_once(self, book):
        assert len(book.submissions) == STUDENTS * len(LESSONS)
        assert len({(each.student.id, each.assignment.name) for each in book.submissions}) == len(
            book.submissions
        )

    def test_points_and_verdicts_are_those_of_the_records(self, book, course):
        kept = {(each.student, each.assignment): each for each in records.read(course)}
        there = [each for each in book.submissions if each.status != "missing"]
        assert {(each.student.id, each.assignment.name) for each in there} == set(kept)
        for each in there:
            rows = {row["grade_id"]: row for row in kept[each.student.id, each.assignment.name].rows}
            for mark in each.marks:
                row = rows[mark.cell.grade_id]
                got = (mark.points, mark.cell.points, mark.verdict, mark.mistake or None, mark.message)
                assert got == (
                    row["points"],
                    row["max_points"],
                    row["verdict"],
                    row["mistake"],
                    row["message"],
                )
            assert each.level == "bubblewrap"

    def test_lateness_is_worked_out_from_the_due_date_and_an_extension(self, course):
        from nbgrader.api import Gradebook

        from autograder.reporting.gather import gather

        with Gradebook(course.gradebook, course.course_id) as opened:
            each = opened.assignment_submissions(LESSONS[0])[0]
            student, kept = each.student.id, each.timestamp
            due = opened.find_assignment(LESSONS[0]).duedate
            each.timestamp, each.extension = due + timedelta(hours=5), timedelta(hours=2)
            opened.db.commit()
            (found,) = (
                one
                for one in gather(course).submissions
                if (one.student.id, one.assignment.name) == (student, LESSONS[0])
            )
            each.timestamp, each.extension = kept, None
            opened.db.commit()
        assert found.late == 3 * 3600

    def test_an_assignment_that_was_only_entered_for_its_due_date_is_left_out(self, course, book):
        from nbgrader.api import Gradebook

        from autograder.reporting.gather import gather

        with Gradebook(course.gradebook, course.course_id) as opened:
            opened.add_assignment("99_later", duedate="2030-01-01")
            found = gather(course)
            opened.remove_assignment("99_later")
        assert [each.name for each in found.assignments] == [each.name for each in book.assignments]

    def test_a_person_who_changes_a_mark_is_seen_and_a_cell_that_waits(self, course):
        from nbgrader.api import Gradebook

        from autograder.reporting.gather import gather

        with Gradebook(course.gradebook, course.course_id) as opened:
            part = opened.assignment_submissions(LESSONS[1])[0].notebooks[0]
            by_name = {grade.name: grade for grade in part.grades}
            one, two = list(by_name)[:2]
            student, kept = part.student.id, by_name[two].auto_score
            by_name[one].manual_score, by_name[two].auto_score = 0.25, None
            opened.db.commit()
            (found,) = (
                each
                for each in gather(course).submissions
                if (each.student.id, each.assignment.name) == (student, LESSONS[1])
            )
            by_name[one].manual_score, by_name[two].auto_score = None, kept
            opened.db.commit()
        marks = {mark.cell.grade_id: mark for mark in found.marks}
        assert (marks[one].points, marks[one].changed) == (0.25, True)
        assert marks[two].points is None
        assert found.waits

    def test_without_records_the_table_of_the_last_run_is_read(self, tmp_path):
        (tmp_path / "submitted").mkdir()
        (tmp_path / "grades.csv").write_text(
            "student,assignment,grade_id,points,max_points,verdict,mistake,message,status\n"
            "ada,04_momentum,sgd-check,0.0,4.0,mistake,gradient added,'=1+1,graded\n"
        )
        (found,) = recorded.read(Course(tmp_path)).values()
        assert found.cells["sgd-check"].mistake == "gradient added"
        assert found.cells["sgd-check"].message == "=1+1"
        assert found.level == ""

    def test_a_course_that_was_never_graded_is_refused_with_the_cure(self, tmp_path):
        (tmp_path / "submitted").mkdir()
        done = CliRunner().invoke(cli.main, ["report", "--course", str(tmp_path)])
        assert done.exit_code == 1
        assert "Run `autograder grade` first" in done.output
        assert not (tmp_path / "gradebook.db").exists()

    def test_a_table_of_another_program_is_refused(self, tmp_path):
        (tmp_path / "grades.csv").write_text("student,score\nada,3\n")
        with pytest.raises(Trouble, match="no column"):
            recorded.from_table(tmp_path / "grades.csv")


class TestMistakes:
    @pytest.mark.parametrize("lesson", LESSONS)
    def test_each_known_mistake_is_in_the_report_by_name_with_the_section_that_teaches_it(self, lesson, data):
        headings = [each.partition(" · ")[0] for each in catalogue.headings(lesson, Project.here())]
        texts = data["texts"]
        found = {}
        for cell, name, count, convention, says in data["mistakes"]:
            assignment, exercise, _, section = data["cells"][cell]
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
            for row in each.rows:
                if row["mistake"]:
                    made.setdefault((each.assignment, row["grade_id"], row["mistake"]), set()).add(
                        each.student
                    )
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
    for file in (Path(__file__).parents[2] / "course" / "recorded").glob("*.json"):
        numbers |= set(re.findall(r"-?\d+\.\d{6,}(?:e[-+]?\d+)?", file.read_text()))
    return lines, numbers


def simple(number: float) -> bool:
    """Whether a number is a share of a few: two thirds of a class is nobody's secret."""
    return any(abs(number * parts - round(number * parts)) < 1e-9 for parts in range(1, 25))


def test_no_reference_value_hidden_line_or_source_of_a_check_is_in_any_output(page, book, course, tmp_path):
    tables.write_csv(book, course.project, tmp_path)
    tables.write_json(book, course.project, tmp_path / "all.json")
    written = {file.name: file.read_text() for file in tmp_path.iterdir()} | {"page": page}
    lines, numbers = secrets()
    assert len(lines) > 300
    assert len(numbers) > 300
    assert any(line in (EXERCISES / "momentum" / "sgd_momentum.py").read_text() for line in lines)
    for name, text in written.items():
        spoken = " ".join(text.split())
        assert [line for line in lines if line in spoken] == [], name
        found = set(re.findall(r"-?\d+\.\d{6,}(?:e[-+]?\d+)?", text))
        telling = {each for each in found & numbers if not simple(float(each))}
        assert telling == set(), name
        for word in ("BEGIN HIDDEN", "END HIDDEN", "BEGIN SOLUTION", "autograder.exercises"):
            assert word not in text, name


def test_the_page_asks_for_nothing_from_elsewhere(page):
    assert re.findall(r"""(?:src|href)\s*=\s*["'](?!#)[^"']*""", page) == []
    assert not re.search(r"https?://|@import|url\(", page)
    assert "default-src 'none'" in page


def test_names_and_messages_are_text_and_never_markup(book, course):
    from autograder.reporting.page import page

    evil = "</script><img src=x onerror=alert(1)>"
    first = book.submissions[0]
    cell = first.assignment.cells[0]
    mark = Mark(cell=cell, points=0.0, verdict="error", message=evil, mistake=evil)
    student = replace(first.student, id=evil, last_name=evil)
    bad = replace(first, student=student, status="graded", marks=(mark, *first.marks[1:]), notes=(evil,))
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
                assert row == {key: str(tables.harmless(value)) for key, value in each.items()}

    def test_numbers_are_those_of_the_page(self, book, course, data):
        rows = list(tables.mistakes(book, course.project))
        assert [row["students"] for row in rows] == [each[2] for each in data["mistakes"]]
        assert sum(row["points"] for row in tables.submissions(book, course.project)) == pytest.approx(
            sum(each[3] for each in data["submissions"]), abs=0.01 * len(data["submissions"])
        )

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
