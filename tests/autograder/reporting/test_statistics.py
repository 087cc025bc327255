"""The numbers of a report, worked out by hand."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from autograder.marks import Record
from autograder.reporting import statistics
from autograder.reporting.class_book import (
    Assignment,
    Cell,
    ClassBook,
    Mark,
    Student,
    Submission,
    not_handed_in,
)


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
            record=Record(student=student.id, assignment=assignment.name, status="graded"),
            marks=tuple(Mark(cell=cell, points=each) for cell, each in zip(cells, row, strict=True)),
            **changes,
        )
        for student, row in zip(students, points, strict=True)
    )
    return ClassBook(course="c", students=students, assignments=(assignment,), submissions=submissions)


def test_mean_share_and_corrected_item_total_correlation_by_hand():
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
def test_discrimination_is_left_out_where_it_is_undefined(points, most, why):
    first = statistics.exercises(small(points, most))[0]
    assert first.discrimination is None, why
    assert first.pairs == len(points)


def test_a_cell_that_waits_for_a_person_is_no_zero():
    found = statistics.exercises(small([(None, 6, 10), (4, 3, 0), (2, 0, 5), (0, 1, 1)]))
    assert (found[0].n, found[0].share) == (3, pytest.approx(0.5))
    assert {each.pairs for each in found} == {3}


def test_tenths_hold_everybody_once_and_full_marks_in_the_last():
    made = small([(4, 6, 10), (4, 4, 10), (0, 0, 0), (2, 0, 0), (0, 6, 0)])
    (found,) = statistics.assignments(made)
    assert found.bins == (1, 1, 0, 1, 0, 0, 0, 0, 0, 2)
    assert found.median == pytest.approx(0.3)


def test_a_penalty_counts_in_the_distribution_and_never_below_zero():
    made = small([(4, 6, 10), (1, 0, 0)], penalty=5.0)
    assert [each.score for each in made.submissions] == [15.0, 0.0]
    assert statistics.assignments(made)[0].mean == pytest.approx(0.375)


def test_stuck_is_an_end_without_points_of_three_exercises():
    made = small([(0, 0, 0), (4, 0, 0), (0, 0, 1), (0, 0, 0)])
    assert [(each.student.id, each.count) for each in statistics.stuck(made)] == [("s0", 3), ("s3", 3)]
    assert statistics.stuck(made)[0].since[1].exercise == "e0"


def test_who_earned_something_last_is_stuck_no_more():
    made = small([(0, 0, 0, 1), (1, 0, 0, 0)], most=(4.0, 6.0, 10.0, 2.0))
    assert [each.student.id for each in statistics.stuck(made)] == ["s1"]


def test_stuck_is_also_who_stopped_handing_in():
    made = small([(4, 6, 10)])
    more = [replace(made.assignments[0], name=f"0{at}_later") for at in (5, 6)]
    gone = [not_handed_in(made.students[0], each) for each in more]
    book = replace(made, assignments=(*made.assignments, *more), submissions=(*made.submissions, *gone))
    (found,) = statistics.stuck(book)
    assert (found.count, found.since, found.missing) == (0, None, ("05_later", "06_later"))
    assert statistics.stuck(replace(book, submissions=book.submissions[:2])) == []


def test_what_is_due_later_is_not_missing():
    made = small([(4, 6, 10)])
    later = [replace(made.assignments[0], name=f"0{at}_later", due=datetime(2026, 9, at)) for at in (5, 6)]
    open_ones = [not_handed_in(made.students[0], each) for each in later]
    book = replace(
        made,
        assignments=(*made.assignments, *later),
        submissions=(*made.submissions, *open_ones),
        now=datetime(2026, 9, 5, 12),
    )
    assert statistics.stuck(book) == []
    assert [each.still_open for each in statistics.assignments(book)] == [False, False, True]
    assert len(statistics.stuck(replace(book, now=datetime(2026, 9, 7)))) == 1
