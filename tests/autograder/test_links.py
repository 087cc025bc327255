"""Every link to a paragraph that teaches leads to a heading that a released notebook has."""

import html
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from autograder.judging.places import places as where_exercises_stand
from autograder.reporting import catalogue
from course.checks import NoSuchCheck, Report, recording
from course.lessons import anchor
from tests.autograder.lesson_pages import LESSONS, PROJECT, QUICK, known_of, lesson, pages_of

MARKUP = re.compile(r"[`*_$\[\]<>\\]")
"""What Markdown would take out of a heading, so that its place would have another name than its text."""


def places(name):
    """Return address -> heading of a released notebook, as JupyterLab names its places."""
    return {anchor(each): each for each in catalogue.headings(name, PROJECT)}


def leads_to(link, page, name):
    """Return the heading that a link from a page leads to in the notebook of a lesson."""
    path, mark, heading = link.partition("#")
    assert (page.parent / unquote(path)).resolve() == PROJECT.released(name)
    assert mark
    found = places(name)["#" + heading.removeprefix("heading=")]
    assert not MARKUP.search(found), found
    return found


def box(name, exercise):
    """Return the link of the box that a failed check of an exercise shows, and its words."""
    try:
        record = recording(exercise.name)
    except NoSuchCheck:
        return None
    assert record["lesson"] == name
    where = {"section": record["section"], "lesson": record["lesson"]}
    shown = Report(name=exercise.name, passed=False, headline="", **where)._repr_html_()
    found = re.search(r'<a href="([^"]*)">', shown)
    return (html.unescape(found[1]) if found else ""), shown


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_message_says_to_read_is_the_title_of_the_exercise_as_a_reader_sees_it(name):
    cells = json.loads(PROJECT.released(name).read_text(encoding="utf-8"))["cells"]
    there = where_exercises_stand([each | {"source": "".join(each["source"])} for each in cells])
    assert {each.name: each.read for each in lesson(name)} == {
        each.name: there[each.name].exercise for each in lesson(name)
    }


@pytest.mark.parametrize("name", LESSONS)
def test_the_box_of_a_check_links_to_the_heading_in_its_own_notebook(name, monkeypatch):
    monkeypatch.chdir(PROJECT.released(name).parent)
    shown = [found for exercise in lesson(name) if (found := box(name, exercise))]
    assert shown
    for link, words in shown:
        assert link in places(name)
        assert " in " + name not in words


@pytest.mark.parametrize("name", LESSONS)
def test_called_from_another_lesson_it_links_to_the_heading_in_the_right_notebook(name, monkeypatch):
    other = PROJECT.released(LESSONS[LESSONS.index(name) - 1])
    monkeypatch.chdir(other.parent)
    for exercise in lesson(name):
        if found := box(name, exercise):
            assert found[0].startswith(f"../{name}/{name}.ipynb#heading=")
            leads_to(found[0], other, name)
            assert f" in {name}" in found[1]


def adagrad():
    return next(each for each in lesson("05_adaptive_rates") if each.name == "adagrad")


def test_jupyterlab_says_which_notebook_it_is(tmp_path, monkeypatch):
    folder = PROJECT.released("05_adaptive_rates").parent
    monkeypatch.chdir(folder)
    for copy in ("05_adaptive_rates.ipynb", "05_adaptive_rates-Copy1.ipynb"):
        monkeypatch.setenv("JPY_SESSION_NAME", str(folder / copy))
        assert box("05_adaptive_rates", adagrad())[0] == anchor("5.2 Adagrad: remember everything")
    monkeypatch.setenv("JPY_SESSION_NAME", str(folder / "scratch.ipynb"))
    link = box("05_adaptive_rates", adagrad())[0]
    assert leads_to(link, folder / "scratch.ipynb", "05_adaptive_rates") == "5.2 Adagrad: remember everything"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "scratch.ipynb"))
    link, words = box("05_adaptive_rates", adagrad())
    assert link == "", "there is no notebook to link to"
    assert "5.2 Adagrad: remember everything in 05_adaptive_rates" in words


def test_where_nothing_lies_around_the_heading_is_looked_for_here(tmp_path, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    folder = tmp_path / "deep" / "kernel"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert box("05_adaptive_rates", adagrad())[0] == anchor("5.2 Adagrad: remember everything")
    folder.rmdir()
    assert box("05_adaptive_rates", adagrad())[0] == anchor("5.2 Adagrad: remember everything")


@pytest.mark.parametrize(
    "name", [each if each[:2] in QUICK else pytest.param(each, marks=pytest.mark.long) for each in LESSONS]
)
def test_every_mistake_on_a_feedback_page_links_to_its_section_and_its_exercise(name):
    fetched = Path("/home/ada") / name / "feedback" / "2026-11-21 12:00:00 UTC" / f"{name}.html"
    count = 0
    for page, made in pages_of(name):
        for link in re.findall(r'href="([^"#]+#[^"]*)"', page):
            path, _, heading = html.unescape(link).partition("#")
            assert (fetched.parent / path).resolve() == Path("/home/ada") / name / f"{name}.ipynb"
            assert not MARKUP.search(places(name)["#" + heading])
            count += 1
        count -= 2 * len(made)
    assert count == 0, "two for every mistake"
    assert sum(len(known_of(each)) for each in lesson(name)) > 0


@pytest.mark.parametrize("name", LESSONS)
def test_the_report_links_to_the_released_notebook_from_wherever_it_lies(name, tmp_path):
    for page in (PROJECT.root / "demo" / "report.html", tmp_path / "far" / "away" / "report.html"):
        for exercise in lesson(name):
            link = catalogue.link(name, exercise.name, PROJECT, page)
            assert not link.startswith("/")
            found = leads_to(link, page, name)
            assert found.partition(" · ")[0] == catalogue.heading(name, exercise.name, PROJECT)


def test_a_lesson_that_is_not_released_has_no_link(tmp_path):
    assert catalogue.link("77_cooking", "soup", PROJECT, tmp_path / "report.html") == ""
