"""Where folders, marks and roster do not agree, whoever grades or gives marks away is told."""

import csv
import shutil

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import Trouble
from autograder.grading import gradebook_read, gradebook_write, write_pages
from autograder.grading.out_of_step import since_graded, strangers
from autograder.reporting.lms import give_back
from autograder.reporting.lms.senders import Roster
from tests.autograder.reporting.lms.archives import packed
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG


def enter(course, student, **about):
    with gradebook_write.Gradebook(course.gradebook, course.course_id) as book:
        book.update_or_create_student(student, **about)


@pytest.mark.parametrize("words", [["export", "--format", "csv"], ["report"]])
def test_what_was_not_graded_since_it_was_handed_in_is_said(graded, words):
    def said():
        done = CliRunner().invoke(cli.main, [*words, "--course", str(graded.course.folder)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "Not graded since" not in said()
    graded.hand_in("emmy", RIGHT)
    graded.hand_in("mei", RIGHT)
    assert f"with old ones: emmy {LESSON}, mei {LESSON}. Run `autograder grade`." in said()
    assert since_graded(graded.course, [LESSON, "no_lesson"]) == {
        ("emmy", LESSON): True,
        ("mei", LESSON): False,
    }


def test_a_page_of_an_earlier_notebook_is_not_given_back(graded, tmp_path):
    for student in ("ada", "emmy"):
        enter(graded.course, student, lms_user_id={"ada": "123", "emmy": "124"}[student])
        page = graded.course.feedback / student / LESSON / f"{LESSON}.html"
        page.parent.mkdir(parents=True)
        page.write_text("<body></body>")
    graded.hand_in("emmy", RIGHT)
    file = packed(tmp_path, {"ada_123_1_a.ipynb": "{}", "emmy_124_2_a.ipynb": "{}"})
    made = give_back.pack(graded.course, LESSON, file, "canvas", Roster(gradebook_students(graded)))
    assert made.students == {"ada"}
    assert "emmy: the page is of an earlier notebook; `autograder grade` writes it anew" in made.refused


def test_a_page_of_earlier_marks_is_not_given_back(graded, tmp_path):
    write_pages.outdated(graded.course, [("ada", LESSON), ("emmy", LESSON)])  # notes what the pages show
    for student in ("ada", "emmy"):
        enter(graded.course, student, lms_user_id={"ada": "123", "emmy": "124"}[student])
        page = graded.course.feedback / student / LESSON / f"{LESSON}.html"
        page.parent.mkdir(parents=True)
        page.write_text("<body></body>")
    with gradebook_write.Gradebook(graded.course.gradebook, "") as book:
        book.find_grade("twice-check", LESSON, LESSON, "emmy").manual_score = 2.0
        book.db.commit()
    file = packed(tmp_path, {"ada_123_1_a.ipynb": "{}", "emmy_124_2_a.ipynb": "{}"})
    made = give_back.pack(graded.course, LESSON, file, "canvas", Roster(gradebook_students(graded)))
    assert made.students == {"ada"}
    assert "emmy: the page is of earlier marks; `autograder grade` writes it anew" in made.refused


def gradebook_students(desk):
    from autograder.reporting.gather import enrolled

    return enrolled(desk.course)[0]


def test_a_folder_called_like_nobody_on_the_roster_is_said_with_whose_it_may_be(desk):
    named = ("EMMY", "kurt@uni.example", "125", "Mei Zhang", "emmy ", "guest")
    submissions = [(each, LESSON) for each in ("emmy", *named)]
    assert strangers(desk.course, submissions) == []
    enter(desk.course, "guest")  # as grading enters whoever has a folder
    assert strangers(desk.course, submissions) == []
    enter(desk.course, "emmy", first_name="Emmy")
    enter(desk.course, "kurt", email="kurt@uni.example")
    enter(desk.course, "mei", first_name="Mei", last_name="Zhang", lms_user_id="125")
    *notes, unlike = strangers(desk.course, submissions)
    found = {note.partition(" is nobody")[0]: note.partition("Is it ")[2].partition("?")[0] for note in notes}
    assert found == {
        "'EMMY'": "emmy",
        "'emmy '": "emmy",
        "'kurt@uni.example'": "kurt",
        "'125'": "mei",
        "'Mei Zhang'": "mei",
    }
    assert unlike == "Nobody on the roster: guest. Their marks are kept."


def test_marks_without_a_folder_are_said_until_the_student_is_taken_out(desk, capsys):
    desk.hand_in("ada", RIGHT)
    desk.hand_in("Emmy", WRONG)
    desk.grade()
    (desk.course.submitted / "Emmy").rename(desk.course.submitted / "emmy_n")
    capsys.readouterr()
    desk.grade()
    said = " ".join(capsys.readouterr().out.split())
    assert (
        f"{LESSON}: marks, and nothing in submitted/ any more: Emmy. They stay; `nbgrader db student" in said
    )
    with gradebook_write.Gradebook(desk.course.gradebook) as book:
        book.remove_student("Emmy")
    desk.grade()
    assert "any more" not in capsys.readouterr().out
    with (desk.course.folder / "grades.csv").open(newline="") as stream:
        assert {row["student"] for row in csv.DictReader(stream)} == {"ada", "emmy_n"}


def test_marks_are_found_whatever_course_a_due_date_was_entered_for(desk):
    with gradebook_write.Gradebook(desk.course.gradebook) as book:
        book.add_assignment(LESSON, duedate="2026-11-01 12:00:00 UTC")
    config = desk.course.folder / "nbgrader_config.py"
    for name in ("first", "second"):
        config.write_text(f'{config.read_text()}c.CourseDirectory.course_id = "{name}"\n')
        vars(desk.course).pop("config", None)
        desk.hand_in("ada", RIGHT)
        desk.grade()
        assert ("ada", LESSON) in gradebook_read.read(desk.course.gradebook, name)
        desk.ran.clear()
        desk.grade()
        assert desk.ran == []


def test_a_lesson_of_another_course_in_the_gradebook_is_not_taken_over(desk):
    config = desk.course.folder / "nbgrader_config.py"
    config.write_text(f'{config.read_text()}c.CourseDirectory.course_id = "first"\n')
    desk.hand_in("ada", RIGHT)
    desk.grade()
    shutil.rmtree(desk.course.submitted / "ada")
    shutil.rmtree(desk.course.autograded)
    config.write_text(f'{config.read_text()}c.CourseDirectory.course_id = "second"\n')
    vars(desk.course).pop("config", None)
    desk.hand_in("kurt", RIGHT)
    with pytest.raises(Trouble, match="has 90_doubling in another course, 'first'"):
        desk.grade()
    assert list(gradebook_read.read(desk.course.gradebook, "first")) == [("ada", LESSON)]
