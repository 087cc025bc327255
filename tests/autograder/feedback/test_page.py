"""The feedback page: what is on it, how it reads aloud, on paper and on a phone, and its pictures."""

import html.parser
import re
import warnings
from itertools import pairwise

import numpy as np
import pytest

from autograder import exercises
from autograder.examine.verdicts import show, verdict
from autograder.feedback import drawing
from autograder.feedback import page as feedback_page
from autograder.feedback.consequences import Answers, Losses, Paths, consequence
from autograder.judging.verdicts import verdict as judged
from autograder.lesson import Master
from autograder.marks import KEPT, TEXT_STUB, exercise_of, is_autograded, nbgrader_of
from autograder.preprocessors import for_students
from autograder.project import Project
from autograder.repair.rebuild import blank
from course.checks import headline

LESSON = "04_momentum"
MOMENTUM = {each.name: each for each in exercises.lesson("momentum").EXERCISES}


def known(exercise, name):
    return next(each for each in (*exercise.conventions, *exercise.mistakes) if each.name == name)


@pytest.fixture
def notebook():
    """Lesson 04 as graded: one exercise of every verdict, a written line, a comment, a note, a late penalty."""
    made = blank(Master.read(LESSON, Project.here()))
    for cell in made.cells:
        ours = nbgrader_of(cell)
        if ours.get("solution") and ours["grade_id"] == "sgd_momentum":
            cell.source = "def sgd_momentum(w, dw, config=None):\n    return w < 0, '<b>' * 60"
            cell.metadata["nbgrader"]["comment"] = "Nearly. <script>alert(1)</script>"
        if ours.get("grade_id") == "predict-escape":
            cell.source = "About <i>300</i> steps"
            cell.metadata["nbgrader"]["comment"] = "Why 300?"
        if is_autograded(cell):
            mark(cell, exercise_of(ours["grade_id"]))
    made.metadata[KEPT] = {"status": "graded", "notes": ["Locked cells were changed: <x>."]}
    return for_students(made)


def mark(cell, name):
    exercise = MOMENTUM[name]
    if name == "sgd_momentum":
        mistake = known(exercise, "velocity not kept")
        text = f"{headline(mistake.name)}\n{mistake.says}"
        show(cell, judged(exercise, "mistake", 0.0, mistake.name, text))
    elif name == "sgd_nesterov_momentum":
        convention = exercise.conventions[0]
        text = f"{headline(convention.name)}\n{convention.says}"
        show(cell, judged(exercise, "convention", convention.share, convention.name, text))
        cell.metadata["nbgrader"]["score"] = 5.0
    elif name == "lookahead_step":
        show(cell, verdict(cell, "error", "lookahead_step: NameError", "name 'y' is not defined"))
    elif name == "momentum_schedule":
        show(
            cell,
            verdict(cell, "timeout", "momentum_schedule: ran too long", "The check was stopped after 5 s."),
        )
    elif name == "max_stable_rate":
        show(cell, verdict(cell, "unfinished", "Not written yet."))


@pytest.fixture
def page(notebook):
    return feedback_page.render(notebook, LESSON, {"score": 7.5, "max_score": 40.0, "late_penalty": 2.0})


class Tree(html.parser.HTMLParser):
    """Checks that tags are closed in order, and collects them."""

    VOID = ("meta", "img", "br", "hr", "link")

    def __init__(self, page):
        super().__init__()
        self.open, self.tags = [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, *names):
        return [(tag, attrs) for tag, attrs in self.tags if tag in names]


def test_marks_the_mistake_what_it_does_and_where_to_read_are_there(page):
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"</?a\b[^>]*>", "", page)))
    assert "7.5 of 40 points" in said
    assert "2 points were taken off" in said
    assert "Velocity not kept · 0 of 10 points" in said
    assert "This is the path of plain gradient descent" in said
    assert "section “4.2 A ball with mass”, then Exercise 2. Momentum and its hints" in said
    assert re.search(
        r"On the ravine, at a constant rate, the run with this mistake has loss \S+ after 60 steps", said
    )
    assert "another convention" in said
    assert "did not run" in said
    assert "ran too long" in said
    assert "not written yet" in said
    assert "Locked cells were changed: &lt;x&gt;." in page


def test_a_convention_is_not_called_a_mistake(notebook):
    answers, _ = feedback_page.read(notebook, LESSON)
    by_kind = {each.kind: each for each in answers}
    one = by_kind["convention"]
    assert "the run with this convention" in one.caption
    assert "that of the lesson has" in one.caption
    assert "mistake" not in one.caption + one.effect
    assert by_kind["mistake"].effect.endswith("the mistake is made at every step.")


def test_who_raised_or_never_ended_is_not_asked_about_something_else(notebook):
    answers, _ = feedback_page.read(notebook, LESSON)
    assert {each.kind for each in answers if each.question} <= {"mistake"}


def test_a_line_that_nobody_wrote_is_not_shown(page, notebook):
    assert "Write your line here" not in page
    blank = next(c for c in notebook.cells if nbgrader_of(c).get("grade_id") == "predict-race")
    assert blank.source == TEXT_STUB
    assert page.count(">Your words") == 1


@pytest.mark.parametrize(
    ("number", "words"), [(0.6, "0.6"), (0.0213, "0.021"), (1.24e-5, "1.2 · 10⁻⁵"), (3e12, "3 · 10¹²")]
)
def test_numbers_are_written_as_by_hand(number, words):
    assert drawing.value(number) == words


def test_nothing_of_a_student_or_a_teacher_is_markup(page):
    assert "<script" not in page
    assert "<i>300" not in page
    assert "<b>" not in page
    assert "Nearly. &lt;script&gt;" in page
    assert "Why 300?" in page


def test_no_cell_of_ours_is_on_the_page(page, notebook):
    ours = [cell.source for cell in notebook.cells if cell.cell_type == "code" and not nbgrader_of(cell)]
    lines = {line.strip() for source in ours for line in source.splitlines() if len(line.strip()) > 20}
    assert lines
    assert not [line for line in lines if line in page]


def test_it_can_be_read_aloud(page):
    tree = Tree(page)
    assert tree.tags[0] == ("html", {"lang": "en"})
    for landmark in ("header", "nav", "main", "footer"):
        assert len(tree.all(landmark)) == 1
    levels = [int(tag[1]) for tag, _ in tree.all("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [attrs["id"] for _, attrs in tree.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    pointed = [attrs["href"][1:] for _, attrs in tree.all("a") if attrs["href"].startswith("#")]
    pointed += [attrs["aria-labelledby"] for _, attrs in tree.tags if "aria-labelledby" in attrs]
    assert set(pointed) <= set(ids)
    images = tree.all("img")
    assert images
    assert all(len(attrs["alt"]) > 40 for _, attrs in images)
    assert [attrs["scope"] for _, attrs in tree.all("th")].count("col") == 3
    assert tree.all("caption")


def test_it_is_one_file_that_fits_a_phone_and_a_sheet(page):
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert "@media print" in page
    assert not re.search(r'src="(?!data:)', page)
    assert set(re.findall(r'href="([^"#]*)', page)) == {"", f"../../{LESSON}.ipynb"}
    assert "url(" not in page
    assert len(page) < 250_000


def luminance(colour):
    channels = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_every_colour_of_words_stands_out_from_its_ground():
    css = (feedback_page.TEMPLATES / "feedback.css").read_text()
    full = {colour if len(colour) == 7 else "#" + "".join(2 * each for each in colour[1:]) for colour in
            re.findall(r"(?:--good|--bad|--quiet|[ {]color): (#[0-9a-f]{3,6})", css)}  # fmt: skip
    assert len(full) >= 5
    for colour in full | {drawing.GOOD, drawing.BAD}:
        assert 1.05 / (luminance(colour.lower()) + 0.05) >= 4.5, colour
        assert (luminance("#f2f2f2") + 0.05) / (luminance(colour.lower()) + 0.05) >= 4.5, colour


FAMILIES = [
    ("momentum", "sgd_momentum", "velocity not kept", Paths),
    ("momentum", "sgd_momentum", "velocity shared between parameters", Paths),
    ("momentum", "lookahead_step", "gradient added", Paths),
    ("sanity_checks", "svm_loss", "sum for mean", Losses),
    ("momentum", "momentum_schedule", "not clamped", Answers),
    ("momentum", "sgd", "dw scaled in place", Answers),
    ("second_order", "hessian_vector_product", "divided by h", Answers),
]


@pytest.mark.parametrize(("lesson", "name", "mistake", "kind"), FAMILIES)
def test_each_family_of_mistakes_has_its_picture_and_its_sentence(lesson, name, mistake, kind):
    exercise = next(each for each in exercises.lesson(lesson).EXERCISES if each.name == name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = consequence(exercise, known(exercise, mistake))
        image, said = drawing.picture(exercise, known(exercise, mistake))
    assert isinstance(found, kind)
    assert image.startswith('<img src="data:image/png;base64,')
    assert said in image.replace("&#x27;", "'")
    assert not re.search(r"\d\.\d{4}", said)


def test_the_reference_itself_shows_nothing_wrong():
    from autograder.judging.records import Known

    exercise = MOMENTUM["sgd_momentum"]
    right = Known(function=exercise.reference, share=0.0, name="none", says="None.")
    assert consequence(exercise, right) is None
    assert drawing.picture(exercise, right) == ("", "")
