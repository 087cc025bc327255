"""Help in JupyterLab: a wrong rule's box with its picture and link, the panel of all lessons, the button.

One test, because starting JupyterLab and a kernel is most of its time; each part is reported by itself.
"""

import contextlib
import shutil

import nbformat
import pytest
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.lab import jupyterlab, open_and_run

LESSON = "04_momentum"
FORGOTTEN = """def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    return w + v, config
"""
ELSEWHERE = 'check("rmsprop", lambda w, dw, config=None: (w + dw, config or {}))'
"""A check of another lesson, called from this one."""


@pytest.fixture
def folder(tmp_path, request, monkeypatch):
    """Lesson 04 up to Exercise 2 with its velocity not kept, its last cells, and lesson 05 untouched beside it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".home"))
    release = request.config.rootpath / "release"
    shutil.copytree(release / "05_adaptive_rates", tmp_path / "05_adaptive_rates")
    lesson = nbformat.read(release / LESSON / f"{LESSON}.ipynb", 4)
    sources = [cell.source for cell in lesson.cells]
    upto = sources.index('check("sgd_momentum", sgd_momentum)')
    last = next(at for at, source in enumerate(sources) if source.startswith("## Check your work"))
    lesson.cells = [*lesson.cells[: upto + 1], *lesson.cells[last:]]
    lesson.cells.append(nbformat.v4.new_code_cell(ELSEWHERE))
    for cell in lesson.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "sgd_momentum":
            cell.source = FORGOTTEN
    (tmp_path / LESSON).mkdir()
    nbformat.write(lesson, tmp_path / LESSON / f"{LESSON}.ipynb")
    return tmp_path


def seen(page, selector):
    """Whether the first element of a selector comes to lie in the window; the page may still scroll there."""
    with contextlib.suppress(TooLate):
        page.wait_for_function(
            """selector => {
                const place = document.querySelector(selector)?.getBoundingClientRect();
                return place && place.top >= 0 && place.bottom <= innerHeight;
            }""",
            arg=selector,
            timeout=20_000,
        )
        return True
    return False


@pytest.mark.long
def test_a_reader_is_helped(folder, chromium, picture, subtests):
    with jupyterlab(folder) as lab:
        context = chromium.new_context(viewport={"width": 1200, "height": 900})
        page = context.new_page()
        open_and_run(page, lab, f"{LESSON}/{LESSON}.ipynb")
        box = page.locator('.jp-OutputArea-output [role="status"]:has-text("sgd_momentum")').first
        box.scroll_into_view_if_needed()

        with subtests.test("the mistake is named, drawn, asked about"):
            assert "Velocity not kept." in box.text_content()
            assert "Ask yourself:" in box.text_content()
            image = box.locator("img")
            assert image.get_attribute("alt").startswith("Picture: Your path leaves the right one at step 2")
            assert image.evaluate("image => image.naturalWidth") > 300
            picture("help-01-box", box)

        with subtests.test("the link leads to the heading that teaches it"):
            heading = '.jp-RenderedMarkdown h2[data-jupyter-id="4.2-A-ball-with-mass"]'
            page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop = 1e9")
            box.scroll_into_view_if_needed()
            box.locator("a", has_text="4.2 A ball with mass").click()
            page.wait_for_timeout(500)
            assert seen(page, heading)
            picture("help-02-heading", page)

        with subtests.test("the panel opens with the keyboard and links to other lessons"):
            panel = page.locator('[aria-label="Your progress"]')
            panel.scroll_into_view_if_needed()
            assert "written 1 of 2" in panel.text_content()
            fold = panel.locator("details").last
            assert fold.get_attribute("open") is None
            fold.locator("summary").focus()
            page.keyboard.press("Enter")
            assert fold.get_attribute("open") is not None
            picture("help-03-panel", panel)

        with subtests.test("the button gives the graded verdict while the kernel stays free"):
            page.get_by_role("button", name="Check my work").click()
            status = page.locator('.widget-html [role="status"]').first
            indicator = page.locator(".jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator")
            page.wait_for_timeout(300)
            assert indicator.get_attribute("data-status") == "idle"
            status.get_by_text("points, as saved at").wait_for(timeout=180_000)
            found = page.locator(".widget-html", has_text="0 of 10 points. Velocity not kept")
            assert found.count() == 1
            found.scroll_into_view_if_needed()
            picture("help-04-checked", found)

        with subtests.test("the solution opens after the attempt"):
            page.get_by_role("button", name="Show the solution").click()
            text = page.locator('pre[aria-label="Solution of sgd_momentum"]')
            text.wait_for(timeout=60_000)
            assert 'config["velocity"] = v' in text.text_content()

        with subtests.test("the panel opens another lesson"):
            link = panel.locator("details").last.locator("a").first
            link.scroll_into_view_if_needed()
            link.click()
            there = '.jp-RenderedMarkdown h2[data-jupyter-id="5.2-Adagrad:-remember-everything"]'
            page.locator(there).wait_for(state="attached", timeout=60_000)
            picture("help-05-other-lesson", page)

        with subtests.test("the box of a check of another lesson links to that lesson's paragraph"):
            page.locator(".lm-TabBar-tab", has_text=f"{LESSON}.ipynb").click()
            box = page.locator('.jp-OutputArea-output [role="status"]:has-text("rmsprop")').first
            box.scroll_into_view_if_needed()
            assert "in 05_adaptive_rates" in box.text_content()
            picture("help-06-box-of-another-lesson", box)
            box.locator("a", has_text="RMSprop: remember, and forget").click()
            there = '.jp-RenderedMarkdown h2[data-jupyter-id="5.3-RMSprop:-remember,-and-forget"]'
            page.locator(there).wait_for(state="attached", timeout=60_000)
            assert seen(page, there)
            picture("help-07-its-paragraph", page)
