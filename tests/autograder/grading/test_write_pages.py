"""Feedback pages are written for those whose marks changed, and for those only."""

import pytest

from autograder.grading import write_pages
from autograder.running import versions
from tests.autograder.small_lesson import LESSON, RIGHT


class TestPages:
    @pytest.fixture
    def pages(self, graded):
        """Pages as nbgrader would write them."""

        def write(students=("ada", "emmy", "kurt")):
            for student in students:
                file = graded.course.feedback / student / LESSON / f"{LESSON}.html"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("<html><body>marks</body></html>\n")

        self.graded = graded
        assert self.outdated() == ["ada", "emmy", "kurt"]
        write()
        assert self.outdated() == []
        return write

    def outdated(self, **how):
        submissions = [(student, LESSON) for student in ("ada", "emmy", "kurt")]
        return [student for student, _ in write_pages.outdated(self.graded.course, submissions, **how)]

    def test_one_whose_marks_changed_is_written_and_the_old_one_is_gone(self, pages):
        self.graded.hand_in("emmy", RIGHT)
        self.graded.grade()
        assert self.outdated() == ["emmy"]
        assert not (self.graded.course.feedback / "emmy" / LESSON / f"{LESSON}.html").exists()
        pages(["emmy"])
        assert self.outdated() == []

    def test_one_that_a_killed_run_left_unfinished_is_written_again(self, pages):
        (self.graded.course.feedback / "ada" / LESSON / f"{LESSON}.html").write_text("<html><body>ma")
        assert self.outdated() == ["ada"]

    def test_one_that_a_killed_run_did_not_get_to_is_written(self, pages):
        self.graded.hand_in("emmy", RIGHT)
        self.graded.grade()
        self.outdated()
        assert self.outdated() == ["emmy"]

    def test_a_mark_of_a_person_and_a_new_template_are_shown(self, pages, monkeypatch):
        from nbgrader.api import Gradebook

        with Gradebook(self.graded.course.gradebook) as book:
            book.find_grade("twice-check", LESSON, LESSON, "ada").manual_score = 2.5
            book.db.commit()
        assert self.outdated() == ["ada"]
        pages(["ada"])
        monkeypatch.setattr(versions, "feedback", lambda: "new")
        assert self.outdated() == ["ada", "emmy", "kurt"]
        pages()
        assert self.outdated() == []
        assert self.outdated(force=True) == ["ada", "emmy", "kurt"]
