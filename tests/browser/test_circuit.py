"""The circuit of lesson F3 in a browser: what flows, how it is operated, and that it moves in small steps."""

import base64
import json

import numpy as np
import pytest

from course.circuits import FORKED
from course.interactive.circuit import nudged
from tests.browser.test_saved_page import painted

PAGE = """<!doctype html><meta charset="utf-8"><style>{style}</style><body{theme}><div id="here"></div>
<script type="module">
{module}
const state = {state}, heard = {{}};
state.flows = new DataView(Uint8Array.from(atob(state.flows), (c) => c.charCodeAt(0)).buffer);
window.model = {{
  get: (name) => state[name], save_changes: () => {{}},
  set: (name, value) => {{ state[name] = value; (heard[`change:${{name}}`] || []).forEach((f) => f()); }},
  on: (name, f) => {{ (heard[name] ||= []).push(f); }}, off: () => {{}},
}};
window.frames_painted = 0;
const canvas = CanvasRenderingContext2D.prototype, scale = canvas.scale;
canvas.scale = function (...a) {{ window.frames_painted++; return scale.apply(this, a); }};
widget.render({{ model: window.model, el: document.getElementById("here") }});
</script>"""


@pytest.fixture
def opened(chromium, tmp_path):
    """Open a page with the circuit at (3, -4)."""
    contexts = []

    def open_page(theme="", **context):
        widget = nudged(FORKED, 3.0, -4.0)
        traits = ("names", "signs", "places", "wires", "settings", "where", "stage", "chosen")
        state = {name: getattr(widget, name) for name in traits}
        state["flows"] = base64.b64encode(widget.flows).decode()
        module = str(widget._esm).replace("export default", "const widget =")
        file = tmp_path / "circuit.html"
        file.write_text(
            PAGE.format(style=widget._css, module=module, state=json.dumps(state), theme=theme),
            encoding="utf-8",
        )
        contexts.append(chromium.new_context(**{"viewport": {"width": 900, "height": 560}, **context}))
        page = contexts[-1].new_page()
        page.failures = []
        page.on("pageerror", lambda error: page.failures.append(str(error)))
        page.goto(file.as_uri())
        page.wait_for_function("document.querySelector('.circuit canvas')?.width > 100")
        return page

    yield open_page
    for each in contexts:
        assert all(page.failures == [] for page in each.pages)
        each.close()


def test_pressing_a_gate_tells_its_value_and_its_gradient(opened, picture):
    page = opened()
    page.click('.gate:has(i:text-is("x"))')
    said = page.inner_text(".status")
    assert said.startswith("x is 3. Its gradient is −0.0358 + 1.58 + 0.512 = 2.06, one part for each wire")
    page.click('.gate:has(i:text-is("÷"))')
    assert (
        page.inner_text(".status")
        == "f is 1.55. Its gradient is 1. It hands back 0.512 to top and −0.792 to bottom."
    )
    seen = picture("circuit", page.locator(".playground"))
    assert painted(seen, "#00795a") > 300
    assert painted(seen, "#b84a00") > 300


def test_keys_walk_from_gate_to_gate_and_move_an_input(opened):
    page = opened()
    page.focus('.gate:has(i:text-is("x"))')
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".status").startswith("y is −4.")
    page.focus(".controls input >> nth=0")
    page.keyboard.press("ArrowLeft")
    page.click('.gate:has(i:text-is("x"))')
    assert page.inner_text(".status").startswith("x is 2.5.")
    assert page.evaluate("model.get('where')") == [13, 0]


def test_values_come_before_gradients(opened):
    page = opened()
    page.focus(".controls input >> nth=2")
    page.keyboard.press("Home")
    shown = lambda tag: [each.strip() for each in page.locator(f".gate {tag}").all_inner_texts()]  # noqa: E731
    assert [bool(each) for each in shown("b")] == [True, True, *[False] * 7]
    assert not any(shown("em"))
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert all(shown("b"))
    assert [bool(each) for each in shown("em")] == [*[False] * 8, True]
    page.keyboard.press("End")
    assert all(shown("em"))


@pytest.mark.long
def test_it_flows_in_many_small_steps_to_its_end(opened):
    page = opened()
    page.evaluate("window.frames_painted = 0")
    page.click("button.play")
    page.wait_for_function("document.querySelector('.play').textContent !== 'Let it flow'")
    page.wait_for_function("document.querySelector('.play').textContent === 'Let it flow'", timeout=60000)
    assert page.evaluate("model.get('stage')") == 9
    assert page.evaluate("window.frames_painted") >= 5 * 9  # 60 a second on an idle machine


def test_it_can_be_read_in_the_dark_and_on_a_narrow_screen(opened, picture):
    page = opened(' data-jp-theme-light="false" style="--jp-layout-color0:#111;--jp-ui-font-color1:#eee"')
    seen = picture("circuit-dark", page.locator(".playground"))
    assert np.median(seen) < 40
    assert painted(seen, "#2fc99a") > 300
    narrow = opened(viewport={"width": 400, "height": 700})
    boxes = [narrow.locator(".gate").nth(k).bounding_box() for k in range(9)]
    assert all(box["x"] >= -20 and box["x"] + box["width"] <= 420 for box in boxes)
