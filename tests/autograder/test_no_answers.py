"""Nothing that a student reads of a check holds an answer: no page, no message and no box."""

import ast
import html
import inspect
import io
import linecache
import re
import tokenize
import warnings
from functools import cache

import numpy as np
import pytest

from autograder.judging.signatures import recorded
from course.probes.base import Raised, Unusable
from tests.autograder.lesson_pages import FOLDER, LESSONS, PROJECT, SLOW, lesson, pages_of, reports, words


@pytest.fixture(autouse=True)
def quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


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


def lines_of(function):
    """The lines of a function's source; of one in a table those that hold its code."""
    try:
        return {line.strip() for line in inspect.getsource(function).splitlines()}
    except tokenize.TokenError:  # an entry of a dict is no block of its own
        code = function.__code__
        return {linecache.getline(code.co_filename, line).strip() for *_, line in code.co_lines() if line}


def leaks(name, text):
    """What a text holds of the hidden tests, the exercise modules and the expected numbers of a lesson."""
    plain = html.unescape(re.sub(r"base64,[A-Za-z0-9+/=]+", "", text))
    found = [line for line in hidden_lines(name) | code_lines(name) if line in plain]
    shown = {each: f"{float(each):.4e}" for each in precise(words(text))}
    return found + [each for each, value in shown.items() if value in expected(name) - given(name)]


@pytest.mark.parametrize("name", LESSONS)
def test_no_page_and_no_message_holds_a_hidden_line_or_an_expected_number(name):
    together = "\n".join(page for page, _ in pages_of(name))
    assert "autograder" not in together.lower()
    assert leaks(name, together) == []


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.long if each.startswith(SLOW) else ()) for each in LESSONS]
)
def test_no_visible_check_shows_a_hidden_line_or_an_expected_number(name, monkeypatch):
    monkeypatch.setattr("course.checks.comparing.Comparison.image", lambda self: html.escape(self.alt))
    shown, own = [], set()
    for exercise in lesson(name):
        for known, report in reports(exercise) if exercise.visible is not None else ():
            shown.append(report._repr_html_() + str(report))
            own |= lines_of(known.function)  # where it raised
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
