"""Marks that a person gives, on the capstone itself: they wait, are given, stay, and are never invented."""

import json

import nbformat
import pytest

from autograder.feedback.page import render
from autograder.feedback.written_answers import rubric, written
from autograder.grading import by_hand, gradebook_read, gradebook_write
from autograder.grading.course import Course
from autograder.grading.records import Record
from autograder.lesson import Master
from autograder.marks import nbgrader_of, zero
from autograder.project import Project
from autograder.repair.rebuild import repair

LESSON = "11_capstone"
LOG, TASK = "decision-log", "picture-that-decided"
WORDS = "| rate 0.1 | faster | flat | 0.02 |"


@pytest.fixture(scope="module")
def master():
    return Master.read(LESSON, Project.here())


def submission(*, log=None, own=(), labels=True):
    """Return the bytes of the released notebook with a log and cells added below the task."""
    notebook = json.loads(Project.here().released(LESSON).read_text())
    names = [nbgrader_of(cell).get("grade_id") for cell in notebook["cells"]]
    if log is not None:
        notebook["cells"][names.index(LOG)]["source"] = log
    at = names.index(TASK) + 1
    notebook["cells"][at:at] = [
        {"cell_type": kind, "metadata": {}, "source": source, **({"outputs": []} if kind == "code" else {})}
        for kind, source in own
    ]
    if not labels:
        for cell in notebook["cells"]:
            cell["metadata"] = {}
            cell.pop("id", None)
    return json.dumps(notebook).encode()


@pytest.fixture
def course(tmp_path):
    (tmp_path / "submitted").mkdir()
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    return Course(tmp_path)


def enter(course, master, data, *, person=None):
    """Record a submission without running it, let a person mark its log, and return name -> grade."""
    verdicts = zero(master.cells, "unfinished", "")
    record = Record(student="ada", assignment=LESSON, status="graded", verdicts=verdicts)
    with gradebook_write.opened(course, [master]) as book:
        gradebook_write.enter_marks(book, record, repair(data, master).notebook)
        found = book.find_submission_notebook(LESSON, LESSON, "ada")
        grades = {each.cell.name: each for each in found.grades}
        if person is not None:
            grades[LOG].manual_score, grades[LOG].needs_manual_grade = person, False
            book.db.commit()
        return {name: (grades[name].auto_score, grades[name].needs_manual_grade) for name in (LOG, TASK)}


def lines(course):
    """Return name -> what the table says of each mark by hand."""
    rows = by_hand.rows(course, [Record(student="ada", assignment=LESSON, status="graded")])
    return {row.grade_id: (row.verdict, row.points, row.max_points, row.status) for row in rows}


OWN = (("code", "1 + 1"), ("markdown", "It shows two."))


@pytest.mark.parametrize(
    ("data", "log", "task"),
    [
        (submission(log=WORDS, own=OWN), (None, True), (None, True)),
        (submission(log=WORDS), (None, True), (0.0, False)),
        (submission(own=OWN), (0.0, False), (None, True)),
        (submission(), (0.0, False), (0.0, False)),
        (submission(log=WORDS, own=OWN, labels=False), (None, True), (None, True)),
        (None, (0.0, False), (0.0, False)),
        (b'{"cells": [', (0.0, False), (0.0, False)),
    ],
    ids=["both", "log alone", "task alone", "untouched", "labels lost", "missing", "damaged"],
)
def test_what_there_is_to_read_waits_and_what_is_not_there_earns_nothing(course, master, data, log, task):
    assert enter(course, master, data) == {LOG: log, TASK: task}
    says = {None: ("waiting", 0.0, 2.0, by_hand.WAITING), 0.0: ("unfinished", 0.0, 2.0, "graded")}
    assert lines(course) == {LOG: says[log[0]], TASK: says[task[0]]}


def test_what_a_person_gave_stays_when_it_is_graded_again(course, master):
    data = submission(log=WORDS, own=OWN)
    enter(course, master, data, person=1.5)
    assert lines(course)[LOG] == ("marked", 1.5, 2.0, "graded")
    assert enter(course, master, data) == {LOG: (None, True), TASK: (None, True)}  # the person looks again
    assert lines(course)[LOG] == ("marked", 1.5, 2.0, "graded")


def test_only_what_is_worth_something_is_marked_by_hand(master):
    assert master.by_hand == {LOG: 2.0, TASK: 2.0}


def test_what_waits_is_known_by_name(course, master):
    enter(course, master, submission(log=WORDS, own=OWN), person=1.0)
    assert gradebook_read.read(course.gradebook, only=("ada", LESSON))["ada", LESSON].waits() == {TASK}
    assert gradebook_read.read(course.gradebook, only=("emmy", LESSON)) == {}


def test_a_lost_log_is_found_by_its_place(master):
    repaired = repair(submission(log=WORDS, own=OWN, labels=False), master)
    cells = {nbgrader_of(cell).get("grade_id"): cell for cell in repaired.notebook.cells}
    assert cells[LOG].source == WORDS
    assert f"The cell {LOG} had lost its label; it was found by its place." in repaired.notes


def test_the_page_shows_the_rubric_the_words_and_the_pictures_of_a_task(master):
    notebook = repair(submission(log=WORDS, own=OWN), master).notebook
    at = next(k for k, cell in enumerate(notebook.cells) if nbgrader_of(cell).get("task"))
    png = "iVBORw0KGgo" + 100 * "A"
    notebook.cells[at + 1].outputs = [
        nbformat.v4.new_output("display_data", {"image/png": png, "text/html": "<b>"})
    ]
    found = written(notebook.cells, at, "Task. The picture that decided · 2 points")
    assert found.text == "1 + 1\n\nIt shows two."
    assert [str(each) for each in found.images] == [
        f'<img src="data:image/png;base64,{png}" alt="A picture of your own.">'
    ]
    assert [points for points, _ in found.rubric] == ["1", "½", "½"]
    page = render(notebook, LESSON, {})
    assert page.count("waits for a person") == 2
    assert page.count("How it is marked") == 2
    for anchor in (LOG, TASK):
        assert f'href="#written-{anchor}"' in page
        assert f'id="written-{anchor}"' in page


def test_markup_in_words_and_pictures_stays_text(master):
    notebook = repair(submission(log="<script>alert(1)</script>", own=OWN), master).notebook
    at = next(k for k, cell in enumerate(notebook.cells) if nbgrader_of(cell).get("task"))
    bad = '"><script>alert(2)</script>' + 200 * "A"
    notebook.cells[at + 1].outputs = [nbformat.v4.new_output("display_data", {"image/png": bad})]
    assert "<script>" not in render(notebook, LESSON, {})


def test_a_rubric_is_the_table_of_two_columns():
    assert rubric("Text\n\n| points | for |\n|---|---|\n| ½ | one |\n| 1 | two |\n") == [
        ("½", "one"),
        ("1", "two"),
    ]
    assert rubric("no table") == []
