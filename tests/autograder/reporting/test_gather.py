"""What a report is made of: the gradebook's points, the records' verdicts, each submission once."""

from datetime import timedelta

from click.testing import CliRunner

from autograder import cli
from autograder.grading import records
from tests.autograder.reporting.conftest import LESSONS, STUDENTS


def test_every_student_and_assignment_is_there_once(book):
    assert len(book.submissions) == STUDENTS * len(LESSONS)
    assert len({(each.student.id, each.assignment.name) for each in book.submissions}) == len(
        book.submissions
    )


def test_points_and_verdicts_are_those_of_the_records(book, course):
    kept = {(each.student, each.assignment): each for each in records.read(course)}
    there = [each for each in book.submissions if each.status != "missing"]
    assert {(each.student.id, each.assignment.name) for each in there} == set(kept)
    for each in there:
        assert each.record == kept[each.student.id, each.assignment.name]
        for mark in each.marks:
            assert mark.said == each.record.verdicts[mark.cell.grade_id]
            assert (mark.points, mark.cell.points) == (mark.said.points, mark.said.max_points)
        assert each.record.sandbox == "bubblewrap"


def test_lateness_is_worked_out_from_the_due_date_and_an_extension(course):
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


def test_an_assignment_that_was_only_entered_for_its_due_date_is_left_out(course, book):
    from nbgrader.api import Gradebook

    from autograder.reporting.gather import gather

    with Gradebook(course.gradebook, course.course_id) as opened:
        opened.add_assignment("99_later", duedate="2030-01-01")
        found = gather(course)
        opened.remove_assignment("99_later")
    assert [each.name for each in found.assignments] == [each.name for each in book.assignments]


def test_a_person_who_changes_a_mark_is_seen_and_a_cell_that_waits(course):
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


def test_a_course_that_was_never_graded_is_refused_with_the_cure(tmp_path):
    (tmp_path / "submitted").mkdir()
    done = CliRunner().invoke(cli.main, ["report", "--course", str(tmp_path)])
    assert done.exit_code == 1
    assert "Run `autograder grade` first" in done.output
    assert not (tmp_path / "gradebook.db").exists()
