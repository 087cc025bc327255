"""Lesson 06 in JupyterLab: solved, run, played, dragged, with mouse and keyboard, light and dark.

One test, because starting JupyterLab and running the lesson is most of its time; each part is reported by itself.
"""

import re
import time
from itertools import pairwise

import nbformat
import numpy as np
import pytest

from course.plots import rule_style
from tests.browser.lab import jupyterlab, open_and_run
from tests.browser.test_saved_page import note, painted, step_of

pytestmark = pytest.mark.long

LESSON = "06_saddle_explorer"
SIGNS = rule_style("signs")["color"]
PLAIN = rule_style("plain")["color"]


@pytest.fixture
def solved(tmp_path, request):
    """The released lesson with the solutions of its source filled in."""
    places = [
        request.config.rootpath / folder / LESSON / f"{LESSON}.ipynb"
        for folder in ("release", "source_notebooks")
    ]
    released, source = (nbformat.read(place, 4) for place in places)
    solutions = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in source.cells}
    for cell in released.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("solution") and cell.cell_type == "code":
            cell.source = re.sub(r" *### (BEGIN|END) SOLUTION\n", "", solutions[about["grade_id"]])
    nbformat.write(released, tmp_path / "lesson.ipynb")
    return tmp_path


def slider(page, description):
    """A slider of ipywidgets by its description: its handle and its readout."""
    whole = page.locator(f'.widget-slider:has(.widget-label:text-is("{description}"))')
    return whole.locator(".noUi-handle").last, whole.locator(".widget-readout").last


def changes(read, seconds=4.0):
    """Wait until ``read()`` is no longer what it was when called first with no argument; return the new value."""
    before, deadline = read(), time.monotonic() + seconds

    def wait(page):
        while (now := read()) == before and time.monotonic() < deadline:
            page.wait_for_timeout(30)
        assert now != before, "nothing changed"
        return now

    return wait


def test_the_lesson_plays(solved, chromium, picture, subtests):
    with jupyterlab(solved) as lab:
        context = chromium.new_context(viewport={"width": 1300, "height": 1000})
        page = context.new_page()
        failures = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        try:
            open_and_run(page, lab, "lesson.ipynb")
            with subtests.test("the learner's own explorer"):
                own_explorer(page, picture)
            page.wait_for_selector(".descent-stage canvas", timeout=20_000)
            stage = page.locator(".descent-stage")
            stage.scroll_into_view_if_needed()
            page.wait_for_timeout(600)
            for part in PARTS:
                with subtests.test(part.__name__):
                    part(page, picture)
            assert failures == []
        finally:
            context.close()


def own_explorer(page, picture):
    handle, readout = slider(page, "step")
    handle.scroll_into_view_if_needed()
    image = page.locator("img.jupyter-widgets.widget-image").last
    shown = changes(lambda: image.get_attribute("src"))
    handle.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    shown(page)
    assert readout.inner_text() == "3"
    picture("lab-01-own-explorer", image)
    shown = changes(lambda: image.get_attribute("src"))
    page.locator(".widget-play button").first.click()
    shown(page)
    page.locator(".widget-play button").nth(1).click()


def first_picture(page, picture):
    pixels = picture("lab-02-first", page.locator(".descent-stage"))
    assert painted(pixels, SIGNS) > 80  # much of it lies under recorded paths
    assert painted(pixels, PLAIN) > 30  # most of it lies under the path of `stride`
    assert note(page, "signs") == "left the saddle at step 100"
    assert note(page, "plain").startswith("has not left the saddle; under ")
    still = page.locator(".descent-standin:has(img)")
    assert still.count() == 1
    assert not still.is_visible()


def play(page, picture):
    page.click(".descent-play")
    page.wait_for_timeout(1200)
    early = picture("lab-03-playing", page.locator(".descent-stage"))
    page.wait_for_timeout(1200)
    late = picture("lab-04-playing", page.locator(".descent-stage"))
    page.click(".descent-play")
    page.wait_for_timeout(100)
    assert 0 < painted(early, SIGNS) < painted(late, SIGNS)
    assert 0 < step_of(page) < 400


def drag_the_step(page, picture):
    box = page.locator(".descent-step").bounding_box()
    at = lambda share: (box["x"] + share * box["width"], box["y"] + box["height"] / 2)  # noqa: E731
    page.mouse.move(*at(0.02))
    page.mouse.down()
    steps, seen = [], []
    for share in (0.1, 0.3, 0.6):
        page.mouse.move(*at(share), steps=3)
        until = time.monotonic() + 3
        while abs(step_of(page) - 400 * share) >= 12 and time.monotonic() < until:
            page.wait_for_timeout(30)
        page.wait_for_timeout(80)
        steps.append(step_of(page))
        seen.append(picture(f"lab-05-step-{share}", page.locator(".descent-stage")))
    page.mouse.up()
    assert steps == sorted(set(steps))
    assert all((now != before).any() for before, now in pairwise(seen)), "every step is painted"
    assert abs(steps[2] - 240) < 12


def change_the_rate(page, picture):
    page.locator(".descent-stage").focus()
    page.keyboard.press("End")
    page.wait_for_timeout(100)
    before = picture("lab-06-rate-before", page.locator(".descent-stage"))
    handle, readout = slider(page, "Learning rate")
    handle.scroll_into_view_if_needed()
    told = changes(lambda: note(page, "signs"))
    handle.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    told(page)
    page.wait_for_timeout(400)
    by_key = float(readout.inner_text())
    assert 0.01 < by_key < 0.02
    told = changes(lambda: note(page, "signs"))
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 48, box["y"] + 8, steps=20)
    page.mouse.up()
    told(page)
    page.wait_for_timeout(500)
    rate = float(readout.inner_text())
    assert rate > 2 * by_key
    left = int(re.search(r"left the saddle at step (\d+)", note(page, "signs"))[1])
    assert left == pytest.approx(np.ceil(1 / rate), abs=3)  # the readout has two digits
    assert (before != picture("lab-07-rate-after", page.locator(".descent-stage"))).any()


def hide_a_rule(page, picture):
    page.click('[data-rule="signs"]')
    page.wait_for_timeout(150)
    assert painted(picture("lab-08-hidden", page.locator(".descent-stage")), SIGNS) < 5
    page.click('[data-rule="signs"]')
    page.wait_for_timeout(150)
    assert painted(picture("lab-09-shown", page.locator(".descent-stage")), SIGNS) > 100


def drag_the_start(page, picture):
    box = page.locator(".descent-stage").bounding_box()
    wide, high = box["width"] - 56, box["height"] - 46  # the frame inside the axes' margins
    at = lambda x, y: (box["x"] + 46 + (x + 1.2) / 2.4 * wide, box["y"] + 8 + (1.2 - y) / 2.4 * high)  # noqa: E731
    typed = page.locator('.widget-text:has(.widget-label:text-is("Start y")) input')
    told = changes(typed.input_value)
    page.mouse.move(*at(1.0, 0.0))
    page.mouse.down()
    page.mouse.move(*at(0.8, 0.5), steps=8)
    page.mouse.up()
    told(page)
    page.wait_for_timeout(500)
    assert float(typed.input_value()) == pytest.approx(0.5, abs=0.02)
    picture("lab-10-start", page.locator(".descent-stage"))


def keys(page, picture):
    page.locator(".descent-stage").focus()
    for key, step in (("Home", 0), ("ArrowRight", 1), ("End", 400), ("ArrowLeft", 399)):
        page.keyboard.press(key)
        page.wait_for_timeout(80)
        assert step_of(page) == step, key
    page.keyboard.press("Space")
    page.wait_for_timeout(80)
    page.keyboard.press("End")


def other_surface(page, picture):
    told = changes(lambda: page.inner_text(".descent-caption >> nth=0"))
    page.select_option(".widget-dropdown:has(.widget-label:text-is('Surface')) select", "Himmelblau")
    assert told(page) == "Paths on the Himmelblau function"
    page.wait_for_timeout(400)
    picture("lab-11-himmelblau", page.locator(".descent"))


def third_dimension(page, picture):
    flat = picture("lab-12-flat", page.locator(".descent-stage"))
    page.click('[data-view="3d"]')
    page.wait_for_timeout(400)
    solid = picture("lab-13-3d", page.locator(".descent-stage"))
    assert (flat != solid).any(axis=-1).mean() > 0.3


def dark_theme(page, picture):
    light = picture("lab-14-light", page.locator(".descent"))
    page.click('.lm-MenuBar-itemLabel:text-is("Settings")')
    page.hover('.lm-Menu-itemLabel:text-is("Theme")')
    page.click('.lm-Menu-itemLabel:text-is("JupyterLab Dark")')
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")
    dark = picture("lab-15-dark", page.locator(".descent"))
    picture("lab-16-page", page)
    assert light.mean() > 190
    assert dark.mean() < 70


PARTS = (
    *(first_picture, play, drag_the_step, change_the_rate, hide_a_rule, drag_the_start, keys, other_surface),
    *(third_dimension, dark_theme),
)
