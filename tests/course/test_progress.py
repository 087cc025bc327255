"""The panel over all lessons: what it reads from files, what it shows, and that nothing in a file can hurt it."""

import html.parser
import json
import os

import pytest

import course
from course.lessons import Step, read

STUB = '# YOUR CODE HERE\nraise NotImplementedError("not written yet")'


def markdown(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(source, said=None, **ours):
    data = {"text/plain": [said]} if said else {}
    outputs = [{"output_type": "execute_result", "data": data}] if said else []
    return {
        "cell_type": "code",
        "metadata": {"nbgrader": ours} if ours else {},
        "source": source,
        "outputs": outputs,
    }


def exercise(name, source, said=None, number=1, checked=True):
    """The cells of one exercise; ``said`` is what its visible check answered."""
    return [
        markdown(f"## {number}. A section\n\n### Exercise {number}. The {name} · 4 points · about 5 minutes"),
        code(source, solution=True, grade=False, grade_id=name),
        *([code(f'check("{name}", {name})', said)] if checked else []),
        code("pass", solution=False, grade=True, grade_id=f"{name}-check", points=4),
    ]


def save(folder, lesson, cells):
    file = folder / lesson / f"{lesson}.ipynb"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"cells": cells}))
    return file


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    first = [
        markdown("# First steps"),
        *exercise("a", "def a(): return 1", "a: passed. This probe agrees."),
        *exercise("b", "def b(): return 1", "b: not yet. Sign lost.", 2),
        *exercise("c", "def c(): return 1", None, 3),
        *exercise("d", STUB, "d: to do. Not written yet.", 4),
        *exercise("e", "def e(): return 1", None, 5, checked=False),
    ]
    save(tmp_path, "01_first_steps", first)
    save(tmp_path, "02_next", [markdown("# Next"), *exercise("f", STUB)])
    monkeypatch.chdir(tmp_path / "02_next")
    return tmp_path


def test_every_exercise_is_in_the_state_its_file_shows(lessons):
    panel = course.progress()
    states = [step.state for lesson in panel.lessons for step in lesson.steps]
    assert states == ["passed", "not yet", "not run", "to do", "written", "to do"]
    assert panel.summary() == "2 lessons: written 4 of 6 exercises, visible checks passed 1."


def test_one_goes_on_with_the_first_exercise_that_is_not_done(lessons):
    lesson, step = course.progress().here()
    assert (lesson.file.stem, step.title, step.points) == ("01_first_steps", "Exercise 2. The b", 4)
    save(lessons, "01_first_steps", [*exercise("a", "def a(): return 1", "a: passed. Yes.")])
    assert course.progress().here()[0].file.stem == "02_next"


def test_text_says_the_same_as_the_page(lessons):
    assert str(course.progress()).splitlines() == [
        "2 lessons: written 4 of 6 exercises, visible checks passed 1.",
        "Go on with: 01_first_steps, Exercise 2. The b (written, the check says not yet).",
        "01_first_steps  ✓✗◐○●  written 4 of 5, checks passed 1",
        "02_next         ○  written 0 of 1, checks passed 0",
    ]


class Outline(html.parser.HTMLParser):
    """Collects what a screen reader meets: tags that are open, links, and words outside what is hidden from it."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.links, self.words, self.muted = [], [], [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.links += [value for name, value in attrs if name == "href"]
        self.muted += ("aria-hidden", "true") in attrs

    def handle_endtag(self, tag):
        self.muted -= tag == "span" and self.muted > 0

    def handle_data(self, data):
        if not self.muted:
            self.words.append(data)


def test_page_is_a_region_of_folds_links_and_words_without_signs(lessons):
    page = Outline(course.progress()._repr_html_())
    assert ("div", "Your progress") in [(tag, attrs.get("aria-label")) for tag, attrs in page.tags]
    folds = [attrs for tag, attrs in page.tags if tag == "details"]
    assert ["open" in attrs for attrs in folds] == [True, False]
    assert "../01_first_steps/01_first_steps.ipynb#heading=2.-A-section" in page.links
    said = "".join(page.words)
    assert "check passed" in said
    assert not set(said) & set("✓✗◐○●")


def test_nothing_of_another_notebook_runs(lessons, tmp_path):
    trap = tmp_path / "ran"
    save(lessons, "02_next", exercise("f", f"open({str(trap)!r}, 'w')"))
    course.progress()._repr_html_()
    assert not trap.exists()


BROKEN = {
    "half a file": b'{"cells": [',
    "no text": b"\xff\xfe\x00\x01",
    "another thing": b"[1, 2]",
    "no cells": b"{}",
    "cells of no kind": b'{"cells": 3}',
    "too deep": b"[" * 100_000,
    "empty": b"",
}


@pytest.mark.parametrize("words", BROKEN.values(), ids=BROKEN)
def test_a_damaged_notebook_is_named_and_the_others_are_shown(lessons, words):
    (lessons / "01_first_steps" / "01_first_steps.ipynb").write_bytes(words)
    panel = course.progress()
    assert panel.lessons[0].trouble == "damaged: it could not be read as a notebook."
    assert panel.here()[0].file.stem == "02_next"
    assert "damaged" in str(panel)
    assert "damaged" in panel._repr_html_()


@pytest.mark.parametrize(
    "cell",
    [
        None,
        {},
        {"cell_type": "code"},
        {"cell_type": "code", "source": {"a": 1}, "metadata": [], "outputs": 7},
        {
            "cell_type": "code",
            "source": ["x", 3],
            "metadata": {"nbgrader": 1},
            "outputs": [None, {"data": 1}],
        },
        {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"solution": True}}, "outputs": [{}]},
        {"cell_type": "markdown", "source": None},
        {"cell_type": "code", "metadata": {"nbgrader": {"grade": True, "points": "many"}}, "source": ""},
    ],
)
def test_an_odd_cell_takes_nothing_from_the_others(tmp_path, cell):
    file = save(tmp_path, "01_odd", [cell, *exercise("a", "def a(): return 1", "a: passed. Yes.")])
    assert "passed" in [step.state for step in read(file).steps]


def test_a_file_that_cannot_be_opened_is_named(lessons):
    file = lessons / "01_first_steps" / "01_first_steps.ipynb"
    file.unlink()
    os.symlink(file, file)  # points at itself
    assert [lesson.file.stem for lesson in course.progress().lessons] == ["02_next"]
    assert "could not be opened" in read(file).trouble


def test_words_of_a_file_cannot_be_taken_for_markup(lessons):
    evil = "<img src=x onerror=alert(1)>"
    save(
        lessons,
        "02_next",
        [markdown(f"# {evil}\n## {evil}\n### Exercise 1. {evil} · 4"), code("x", solution=True)],
    )
    assert "<img" not in course.progress()._repr_html_()


def test_no_lesson_is_said_with_what_one_looks_like(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    panel = course.progress()
    assert str(panel).startswith("No lesson was found")
    assert "NN_name" in panel._repr_html_()


def test_one_notebook_astray_above_does_not_hide_the_lessons_of_a_flat_folder(tmp_path, monkeypatch):
    flat = tmp_path / "flat"
    flat.mkdir()
    for lesson in ("01_first_steps", "02_next"):
        save(tmp_path, lesson, [markdown("# A lesson")]).rename(flat / f"{lesson}.ipynb")
    (tmp_path / "02_next.ipynb").write_text(json.dumps({"cells": [markdown("# Astray")]}))
    monkeypatch.chdir(flat)
    assert "2 lessons" in str(course.progress())
    assert "Astray" not in str(course.progress())


def test_a_folder_can_be_given_and_bare_notebooks_count(tmp_path):
    (tmp_path / "03_bare.ipynb").write_text(json.dumps({"cells": exercise("a", STUB)}))
    panel = course.progress(tmp_path)
    assert [lesson.title for lesson in panel.lessons] == ["Bare"]


@pytest.mark.parametrize(("points", "worth"), [(1, "1 point"), (2, "2 points"), (0.5, "0.5 points")])
def test_one_point_is_not_points(points, worth):
    assert Step(title="Sum", points=points, section="", state="to do").worth == worth
