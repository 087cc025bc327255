"""Every known mistake is named where its maker can read it, and nothing that is read holds an answer.

The notebook's visible check names what its probe can see; what it cannot see is listed here with the reason.  The
feedback page names everything.  The report over a class is looked at in test_report.
"""

import ast
import html
import io
import re
import tokenize
import warnings
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from autograder import exercises
from autograder.grading import feedback_page
from autograder.grading.effects import EFFECTS
from autograder.grading.feedback import for_students
from autograder.grading.master import Master
from autograder.grading.verdicts import show
from autograder.judging.judge import observe, recorded, verdict
from autograder.judging.places import HINT, places
from autograder.judging.records import Check
from autograder.marks import exercise_of, is_autograded, nbgrader_of
from autograder.project import Project
from autograder.repair import blank
from course.checks import check, headline
from course.probing import Raised, Unusable, same

PROJECT = Project.here()
FOLDER = Path(exercises.__file__).parent
LESSONS = [
    name
    for name in PROJECT.lessons()
    if (FOLDER / name[3:] / "__init__.py").is_file() and PROJECT.released(name).is_file()
]

NO_PROBE = {
    "check_gradients": "it is handed a network; the cell under it checks one by asserts",
    "find_trojans": "it is handed implementations; the cell under it shows what each one hides",
    "lookahead_step": "it takes a gradient function; the cell under it watches where that is asked",
    "draw_frame": "it draws; the cell under it reads the axes",
    "make_explorer": "it makes widgets; the cell under it moves them",
    "minibatch_prediction": "it is one number, and the graded answer is the measurement that follows",
}
"""Exercises without a visible probe, and what stands in its place in the notebook."""

SAME_THERE = "on the visible probe it does exactly what a right function does"
"""The reason for every mistake that is not listed below: worked out in the test, and checked."""

ANOTHER_NAME: dict[tuple[str, str], str] = {}
"""Mistakes that the visible check takes for another one, with the reason why that leads to the same line."""


@cache
def lesson(name):
    return exercises.lesson(name[3:]).EXERCISES


def known_of(exercise):
    return [*exercise.conventions, *exercise.mistakes]


def every_known():
    return [(name, exercise) for name in LESSONS for exercise in lesson(name)]


def by_exercise():
    found = every_known()
    return pytest.mark.parametrize(("name", "exercise"), found, ids=[f"{n}-{e.name}" for n, e in found])


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


# In the notebook


@by_exercise()
def test_a_mistake_is_named_in_the_notebook_or_cannot_be_seen_there(name, exercise):
    if exercise.visible is None:
        assert exercise.name in NO_PROBE, "say here what stands in the place of a visible probe"
        return
    assert exercise.name not in NO_PROBE, "it has a visible probe now: take it out of the list"
    probe = Check(name="visible", probe=exercise.visible, says="")
    right = observe(probe, exercise.reference)
    for known in known_of(exercise):
        report = check(exercise.name, known.make())
        if report.headline == f"{headline(known.name)}.":
            assert (exercise.name, known.name) not in ANOTHER_NAME, "it is named now: take it out of the list"
            assert report.detail
            continue
        outcome = observe(probe, known.make())
        unseen = not isinstance(outcome, Unusable) and same(outcome, right)
        unusable = isinstance(outcome, Unusable) and report.headline == outcome.message.splitlines()[0]
        assert unseen or unusable or (exercise.name, known.name) in ANOTHER_NAME, (
            known.name,
            report.headline,
        )
        if unseen:
            assert report.passed, SAME_THERE


@by_exercise()
def test_a_failed_check_is_a_short_box_with_a_question_and_a_place_to_read(name, exercise):
    if exercise.visible is None:
        return
    for known in known_of(exercise)[:6]:
        report = check(exercise.name, known.make())
        if report.passed is False and report.section:
            said = str(report)
            assert "Ask yourself: " in said
            assert report.question.endswith(("?", ".", "]"))
            assert f"Read: “{report.section}”, then Exercise" in said
            assert len(said) < 1200
            assert "Traceback" not in said
            assert 'href="#' in report._repr_html_()


# On the feedback page


def graded(name, choose):
    """A graded notebook of a lesson in which every exercise has the mistake that ``choose`` returns, if any."""
    notebook = blank(Master.read(name, PROJECT))
    by_name = {each.name: each for each in lesson(name)}
    made = []
    for cell in notebook.cells:
        exercise = (
            by_name.get(exercise_of(nbgrader_of(cell).get("grade_id", ""))) if is_autograded(cell) else None
        )
        known = choose(exercise) if exercise else None
        if known is not None:
            kind = "convention" if known.share else "mistake"
            text = f"{headline(known.name)}\n{known.says}"
            show(cell, verdict(exercise, kind, known.share, known.name, text))
            made.append((exercise, known))
    return notebook, made


@cache
def pages_of(name):
    """Return every page that is needed to make every known mistake of a lesson once, and what is on it."""
    most = max(len(known_of(exercise)) for exercise in lesson(name))
    found = []
    for turn in range(most):
        notebook, made = graded(name, lambda e, turn=turn: dict(enumerate(known_of(e))).get(turn))
        found.append((feedback_page.render(for_students(notebook), name, {}), made))
    return found


def words(page):
    """Return what a page says, without its markup and the data of its pictures."""
    page = re.sub(r"<style>.*?</style>", " ", page, flags=re.DOTALL)
    alts = " ".join(re.findall(r'alt="([^"]*)"', page))
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page) + " " + alts).replace("`", " ").split())


@pytest.fixture
def undrawn(monkeypatch):
    """Leave out the pictures, which take long; test_feedback_page looks at them."""
    monkeypatch.setattr(feedback_page, "picture", lambda exercise, known: ("", ""))


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", LESSONS)
def test_every_mistake_is_named_on_the_feedback_page_with_its_sentence(name):
    for page, made in pages_of(name):
        said = words(page)
        for exercise, known in made:
            assert f"{headline(known.name)} · " in said, known.name
            assert " ".join(known.says.replace("`", " ").split())[:60] in said, known.name
            assert f"section “{places(Master.read(name, PROJECT).cells)[exercise.name].section}”" in said


def test_every_exercise_says_what_a_mistake_in_it_does_to_training():
    ours = {exercise.name for name in LESSONS for exercise in lesson(name) if name < "10"}
    assert ours - EFFECTS.keys() == set()


# Nothing that is read holds an answer


@cache
def hidden_lines(name):
    """The lines of the hidden regions of a lesson."""
    text = PROJECT.text(name).read_text(encoding="utf-8")
    regions = re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", text, re.DOTALL)
    return {line.strip() for region in regions for line in region.splitlines() if len(line.strip()) > 8}


@cache
def code_lines(name):
    """The lines of code of a lesson's exercise modules, no docstring and nothing that the release says as well."""
    released = PROJECT.released(name).read_text(encoding="utf-8")
    found = set()
    for file in (FOLDER / name[3:]).rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        spoken = {
            line
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            for line in range(node.lineno, node.end_lineno + 1)
        }
        strings = {
            line
            for token in tokenize.generate_tokens(io.StringIO(text).readline)
            if token.type in (tokenize.STRING, tokenize.COMMENT)
            for line in range(token.start[0], token.end[0] + 1)
        }
        for number, line in enumerate(text.splitlines(), start=1):
            line = line.strip()
            if number not in spoken | strings and len(line) >= 18 and line not in released:
                found.add(line)
    return found


def numbers_in(outcome):
    """Every finite number of an outcome."""
    if isinstance(outcome, dict):
        return [n for each in outcome.values() for n in numbers_in(each)]
    if isinstance(outcome, list | tuple):
        return [n for each in outcome for n in numbers_in(each)]
    if isinstance(outcome, str | bytes | Raised | Unusable) or outcome is None:
        return []
    try:
        array = np.asarray(outcome, dtype=np.float64).ravel()
    except (TypeError, ValueError):
        return []
    return array[np.isfinite(array)].tolist()


def precise(text):
    """The numbers of a text that have more than four significant digits, as they are written."""
    found = re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.]*\w)", text)
    return {each for each in found if len(re.sub(r"e.*|\.", "", each).strip("0")) > 4}


@cache
def expected(name):
    """What graded checks compare with, to five significant digits."""
    values = [n for e in lesson(name) for n in numbers_in(dict(recorded(e).complete()))]
    return {f"{abs(value):.4e}" for value in values}


@cache
def given(name):
    """The precise numbers that the release itself shows, to five significant digits."""
    return {f"{float(each):.4e}" for each in precise(PROJECT.released(name).read_text(encoding="utf-8"))}


def leaks(name, text):
    """What a text holds of the hidden tests, the exercise modules and the expected numbers of a lesson."""
    plain = html.unescape(re.sub(r"base64,[A-Za-z0-9+/=]+", "", text))
    found = [line for line in hidden_lines(name) | code_lines(name) if line in plain]
    shown = {each: f"{float(each):.4e}" for each in precise(words(text))}
    return found + [each for each, value in shown.items() if value in expected(name) - given(name)]


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("name", LESSONS)
def test_no_page_and_no_message_holds_a_hidden_line_or_an_expected_number(name):
    together = "\n".join(page for page, _ in pages_of(name))
    assert "autograder" not in together.lower()
    assert leaks(name, together) == []


@pytest.mark.parametrize("name", LESSONS)
def test_no_visible_check_shows_a_hidden_line_or_an_expected_number(name, monkeypatch):
    monkeypatch.setattr("course.checks.comparing.Comparison.image", lambda self: html.escape(self.alt))
    shown, own = [], set()
    for exercise in lesson(name):
        for known in known_of(exercise) if exercise.visible is not None else ():
            report = check(exercise.name, known.make())
            shown.append(report._repr_html_() + str(report))
            if "it is " in report.headline:  # the reader's own answer, which may be right for another call
                own |= precise(words(report.headline.partition("it is ")[2]))
    assert set(leaks(name, "\n".join(shown))) - own == set()


def test_these_searches_find_what_they_look_for():
    name = "04_momentum"
    line = next(iter(hidden_lines(name)))
    code = next(iter(code_lines(name)))
    value = next(n for n in numbers_in(recorded(lesson(name)[1]).complete()) if abs(n) > 1e-3)
    for secret in (line, code, f"{value:.6g}", f"{value:.12f}"):
        assert leaks(name, f"<p>It is {html.escape(secret)} now</p>"), secret
    assert leaks(name, "<p>It is 0.1234567 and 40 points</p>") == []


# Hints


@pytest.mark.parametrize("name", PROJECT.lessons())
def test_every_exercise_has_three_folded_hints_and_the_last_is_a_formula(name):
    text = re.sub(r"^# ?", "", PROJECT.text(name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    exercises_there = re.split(r"^### (?=Exercise \d)", text, flags=re.MULTILINE)[1:]
    assert exercises_there
    for each in exercises_there:
        title, hints = each.splitlines()[0], HINT.findall(each)
        assert [number for number, *_ in hints] == ["1", "2", "3"], title
        assert [label.split()[-1] for _, label, _ in hints] == ["question", "place", "formula"], title
        assert "?" in hints[0][2], title
        assert re.search(r"[$=*/`]|<code>", hints[2][2]), f"{title}: a formula is mathematics or code"


@pytest.mark.parametrize("name", PROJECT.lessons())
def test_every_assert_a_reader_may_meet_has_words(name):
    cells = Master.read(name, PROJECT).released if PROJECT.released(name).is_file() else []
    for source in cells:
        try:
            tree = ast.parse(source)
        except SyntaxError:  # prose
            continue
        assert [
            node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.msg is None
        ] == []
