"""What `autograder collect` could not place is said again by whoever grades, until it is collected again."""

from pathlib import Path

import pytest

from autograder.errors import Trouble
from autograder.grading.course import Course
from autograder.grading.left_over import left_over
from autograder.grading.not_placed import NAME, NotPlaced, read, remember

FOUND = [NotPlaced("a.zip", "ada handed in no notebook, but x.pdf", "ada"), NotPlaced("a.zip", "=1+1: who?")]


def test_it_is_kept_for_each_archive_until_that_is_collected_again(tmp_path):
    remember(tmp_path, "a.zip", FOUND)
    remember(tmp_path, "b.zip", [NotPlaced("b.zip", "x: y", "emmy")])
    assert [each.archive for each in read(tmp_path)] == ["a.zip", "a.zip", "b.zip"]
    remember(tmp_path, "a.zip", [])
    assert read(tmp_path) == [NotPlaced("b.zip", "x: y", "emmy")]
    remember(tmp_path, "b.zip", [])
    assert not (tmp_path / NAME).exists()


def test_archives_of_one_name_are_told_apart_by_the_lessons_in_them(tmp_path):
    def left():
        return [each.archive for each in read(tmp_path)]

    remember(tmp_path, "a.zip", FOUND[:1])
    remember(tmp_path, "a.zip", FOUND[:1], {"04_momentum", "05_adaptive_rates"})
    assert left() == ["a.zip: 04_momentum, 05_adaptive_rates"]
    remember(tmp_path, "a.zip", FOUND[:1], {"07_annealing"})
    assert left() == ["a.zip: 04_momentum, 05_adaptive_rates", "a.zip: 07_annealing"]
    remember(tmp_path, "a.zip", [], {"04_momentum"})
    assert left() == ["a.zip: 07_annealing"]


def test_whoever_grades_is_told_with_the_cure(tmp_path):
    (tmp_path / "submitted").mkdir()
    remember(tmp_path, "a.zip", FOUND)
    first, second = left_over(Course(tmp_path))
    assert str(first).startswith(
        "not graded: a.zip: ada handed in no notebook, but x.pdf (collect the archive"
    )
    assert (first.student, second.student, first.matters) == ("ada", "", True)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_that_a_spreadsheet_saved_is_read_and_none_is_no_fault(tmp_path, delimiter):
    assert read(tmp_path) == []
    text = 'archive|student|what\r\na.zip|ada|"x,\r\ny"\r\n'.replace("|", delimiter)
    (tmp_path / NAME).write_bytes(text.encode("utf-8-sig"))
    assert read(tmp_path) == [NotPlaced("a.zip", "x,\ny", "ada")]


@pytest.mark.parametrize("data", [None, b"", b"something else\n", b"archive,student\n", b"\xff\xff"])
def test_a_table_that_is_none_is_said(tmp_path, data):
    (tmp_path / NAME).mkdir() if data is None else (tmp_path / NAME).write_bytes(data)
    with pytest.raises(Trouble, match="Delete it"):
        read(Path(tmp_path))
