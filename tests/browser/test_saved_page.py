"""The picture of the Explorer in a browser without Jupyter: what it paints, and how it is operated."""

import re

import numpy as np
import pytest

from course.plots import rule_style
from course.surfaces import himmelblau, ravine, saddle
from course.widgets import Explorer


def slow(w, dw, config=None):
    config = {"learning_rate": 0.01} | (config or {})
    return w - config["learning_rate"] * dw, config


def quick(w, dw, config=None):
    config = {"learning_rate": 0.01} | (config or {})
    return w - config["learning_rate"] * np.sign(dw), config


def unwritten(w, dw, config=None):
    raise NotImplementedError


RULES = {"sgd": slow, "adam": quick, "mine": unwritten}


def painted(pixels, colour, within=36):
    """How many pixels have about this colour."""
    wanted = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])
    return int((np.abs(pixels - wanted).max(axis=-1) < within).sum())


@pytest.fixture
def opened(chromium, tmp_path):
    """Open the saved page of an explorer; keyword arguments are those of a browser context."""
    contexts = []

    def open_page(explorer, **context):
        context = chromium.new_context(**{"viewport": {"width": 960, "height": 620}, **context})
        contexts.append(context)
        page = context.new_page()
        page.failures = []
        page.on("pageerror", lambda error: page.failures.append(str(error)))
        page.on("console", lambda message: message.type == "error" and page.failures.append(message.text))
        page.goto(explorer.save(tmp_path / "page.html").as_uri())
        page.wait_for_function("document.querySelector('.descent-stage canvas')?.width > 100")
        drawn(page)
        return page

    yield open_page
    for each in contexts:
        for page in each.pages:
            assert page.failures == []
        each.close()


def drawn(page):
    """Wait until the page has drawn what it was told, on a busy machine too."""
    page.wait_for_timeout(100)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def step_of(page):
    return int(re.match(r"step (\d+) of", page.inner_text(".descent-readout"))[1])


def note(page, rule):
    return page.inner_text(f'[data-rule="{rule}"] .descent-note')


def test_paths_losses_and_labels_are_painted(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300))
    stage = picture("page-contours", page.locator(".descent-stage"))
    assert painted(stage, rule_style("sgd")["color"]) > 300
    assert painted(stage, rule_style("adam")["color"]) > 300
    assert painted(picture("page-loss", page.locator(".descent-loss")), rule_style("adam")["color"]) > 100
    assert note(page, "adam") == "left the saddle at step 100"
    assert note(page, "sgd") == "has not left the saddle"
    assert note(page, "mine") == "Not written yet."


def test_a_step_shows_the_beginning_of_the_paths(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300, step=0))
    counts = []
    for step in (0, 40, 110):
        page.locator(".descent-step").fill(str(step))
        drawn(page)
        assert step_of(page) == step
        counts.append(
            painted(picture(f"page-step-{step}", page.locator(".descent-stage")), rule_style("adam")["color"])
        )
    assert counts[0] < counts[1] < counts[2]
    assert note(page, "adam") == "left the saddle at step 100"
    page.locator(".descent-step").fill("90")
    drawn(page)
    assert note(page, "adam") == ""


def test_play_moves_and_pause_holds(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300))
    page.click(".descent-play")  # at the end, so it begins again
    page.wait_for_selector('.descent-play[aria-label="Pause (space)"]', timeout=3000)
    page.wait_for_timeout(500)
    one = picture("page-play-1", page.locator(".descent-stage"))
    page.wait_for_timeout(500)
    two = picture("page-play-2", page.locator(".descent-stage"))
    assert (one != two).any()
    page.click(".descent-play")
    drawn(page)
    held = step_of(page)
    assert 0 < held < 300
    page.wait_for_timeout(300)
    assert step_of(page) == held


def test_playing_paints_every_frame_of_the_display(opened):
    page = opened(Explorer(saddle, RULES, steps=400))
    page.evaluate("""() => {
      window.painted = new Set();
      const stroke = CanvasRenderingContext2D.prototype.stroke;
      CanvasRenderingContext2D.prototype.stroke = function (...a) {
        window.painted.add(document.timeline.currentTime); return stroke.apply(this, a); };
    }""")
    page.click(".descent-play")
    page.wait_for_timeout(300)
    painted, shown = page.evaluate("""() => new Promise((done) => {
      window.painted.clear();
      let frames = 0;
      const count = () => (++frames < 60 ? requestAnimationFrame(count) : done([window.painted.size, frames]));
      requestAnimationFrame(count);
    })""")
    assert painted >= shown - 3


def test_every_control_works_from_the_keyboard(opened):
    page = opened(Explorer(saddle, RULES, steps=300))
    page.locator(".descent-stage").focus()
    for key, step in (
        ("Home", 0),
        ("ArrowRight", 1),
        ("Shift+ArrowRight", 11),
        ("ArrowLeft", 10),
        ("End", 300),
    ):
        page.keyboard.press(key)
        drawn(page)
        assert step_of(page) == step
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    page.keyboard.press("Space")
    drawn(page)
    assert 0 < step_of(page) < 300
    reached = []
    page.locator(".descent-stage").focus()
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.dataset.rule || document.activeElement.className || ''")
        )
    for wanted in ("adam", "descent-button descent-play", "descent-step", "descent-speed"):
        assert wanted in reached
    assert reached.count("descent-button") == 2  # the two views


def test_a_rule_is_hidden_and_comes_back(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300))
    colour = rule_style("adam")["color"]
    page.click('[data-rule="adam"]')
    drawn(page)
    assert page.get_attribute('[data-rule="adam"]', "aria-pressed") == "false"
    assert painted(picture("page-hidden", page.locator(".descent-stage")), colour) == 0
    page.locator('[data-rule="adam"]').focus()
    page.keyboard.press("Enter")
    drawn(page)
    assert page.evaluate("document.activeElement.dataset.rule") == "adam"  # it has not lost its place
    assert page.get_attribute('[data-rule="adam"]', "aria-pressed") == "true"
    assert painted(picture("page-shown", page.locator(".descent-stage")), colour) > 300


@pytest.mark.long
@pytest.mark.parametrize("surface", [saddle, himmelblau], ids=lambda each: each.name)
def test_the_third_dimension_turns_when_dragged(opened, picture, surface):
    page = opened(Explorer(surface, RULES, steps=300))
    page.click('[data-view="3d"]')
    page.wait_for_timeout(300)
    before = picture(f"page-3d-{surface.name}", page.locator(".descent-stage"))
    assert painted(before, rule_style("adam")["color"]) > 150  # most of the path is in view
    box = page.locator(".descent-stage").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(box["x"] + 320, box["y"] + 190, steps=4)
    page.mouse.up()
    drawn(page)
    after = picture(f"page-3d-turned-{surface.name}", page.locator(".descent-stage"))
    assert (before != after).any(axis=-1).mean() > 0.1


@pytest.mark.long
def test_the_surface_turns_by_itself_when_asked(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300, view="3d"))
    page.click(".descent-turn")
    drawn(page)
    one = picture("page-turning-1", page.locator(".descent-stage"))
    page.wait_for_timeout(400)
    assert (one != picture("page-turning-2", page.locator(".descent-stage"))).any()


def test_dark_pages_are_dark_and_every_ink_stands_out(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300), color_scheme="dark")
    page_pixels = picture("page-dark", page)
    assert page_pixels.mean() < 80
    stage = picture("page-dark-stage", page.locator(".descent-stage"))
    assert painted(stage, "#dddddd", 50) > 300  # the black rule is drawn in the lightest ink


@pytest.mark.long
def test_reduced_motion_plays_in_still_pictures(opened):
    page = opened(Explorer(saddle, RULES, steps=400), reduced_motion="reduce")
    page.click(".descent-play")
    seen = page.evaluate("""() => new Promise((done) => {
      const seen = new Set(); const until = performance.now() + 1500;
      const look = () => { seen.add(document.querySelector('.descent-readout').textContent);
        performance.now() < until ? requestAnimationFrame(look) : done(seen.size); };
      look();
    })""")
    assert 3 <= seen <= 9


def test_a_dense_screen_gets_a_dense_canvas(opened):
    page = opened(Explorer(saddle, RULES, steps=300), device_scale_factor=2)
    drawn, shown = page.evaluate(
        "(() => { const c = document.querySelector('.descent-stage canvas'); return [c.width, c.clientWidth]; })()"
    )
    assert drawn == pytest.approx(2 * shown, abs=2)


def test_a_narrow_page_stacks_the_panels(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300), viewport={"width": 420, "height": 900})
    picture("page-narrow", page)
    stage, loss = (page.locator(each).bounding_box() for each in (".descent-stage", ".descent-loss"))
    assert loss["y"] > stage["y"] + stage["height"] - 1
    play = page.locator(".descent-play").bounding_box()
    assert stage["y"] + stage["height"] - 1 < play["y"] < loss["y"], "Play stays with the map"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def ball(w, dw, config=None):
    config = {"learning_rate": 0.01, "momentum": 0.9, "velocity": 0.0} | (config or {})
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + velocity, config | {"velocity": velocity}


@pytest.fixture
def alive(opened, monkeypatch):
    """Open the page as a notebook shows it, with controls that need Python; nobody answers them here."""
    save = Explorer.save

    def unlocked(self, path, **options):
        path = save(self, path, **options)
        text = path.read_text().replace('"saved": true', '"saved": false')
        path.write_text(text.replace("explorer.render(", "window.model = model;\nexplorer.render("))
        return path

    monkeypatch.setattr(Explorer, "save", unlocked)
    return opened


def test_the_distance_from_the_ridge_stands_beside_the_loss(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300))
    assert page.inner_text(".descent-above .descent-caption").startswith("Loss")
    before = picture("page-loss-before", page.locator(".descent-loss"))
    page.click("[data-panel=distance]")
    drawn(page)
    assert page.inner_text(".descent-above .descent-caption") == "Distance from the ridge (log)"
    assert (before != picture("page-distance", page.locator(".descent-loss"))).any()
    assert "Distance from the ridge" in page.get_attribute(".descent-loss", "aria-label")


def test_arrows_come_and_go(opened, picture):
    page = opened(Explorer(saddle, RULES, steps=300, step=60))
    seen = [picture("page-no-arrows", page.locator(".descent-stage"))]
    for name in ("page-arrows", "page-arrows-off"):
        page.click(".descent-arrows")
        drawn(page)
        seen.append(picture(name, page.locator(".descent-stage")))
    assert (seen[0] != seen[1]).any()
    assert (seen[0] == seen[2]).all()


def test_a_rule_under_another_says_so(opened):
    twins = {"one": slow, "two": lambda w, dw, config=None: slow(w, dw, config), "adam": quick}
    page = opened(Explorer(saddle, twins, steps=300))
    assert "under two" in note(page, "one")
    assert "under" not in note(page, "two") + note(page, "adam")
    page.click('[data-rule="two"]')
    drawn(page)
    assert "under" not in note(page, "one")


def test_a_path_that_others_hide_says_so_though_they_are_faster(opened):
    faster = lambda w, dw, config=None: slow(w, 3 * dw, config)  # noqa: E731
    page = opened(Explorer(saddle, {"slow": slow, "faster": faster}, start=(1.0, 0.0), steps=300))
    assert note(page, "slow") == "has not left the saddle; under faster"
    page.locator(".descent-stage").focus()
    page.keyboard.press("Home")
    drawn(page)
    assert "under" not in note(page, "slow")  # nothing is drawn yet


def test_a_loss_that_swings_is_a_line_in_a_pale_band(opened, picture):
    page = opened(Explorer(ravine, {"adam": quick, "sgd": slow}, rate=0.05, steps=400))
    shown = picture("page-swinging", page.locator(".descent-loss"))
    assert painted(shown, rule_style("adam")["color"]) < 0.04 * shown.shape[0] * shown.shape[1]
    assert painted(shown, rule_style("sgd")["color"]) > 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_click_places_the_start_and_the_pad_moves_rate_and_momentum(alive, picture, scheme):
    page = alive(Explorer(saddle, {"sgd_momentum": ball}, steps=300), color_scheme=scheme)
    stage = page.locator(".descent-stage")
    before = picture(f"page-start-{scheme}", stage)
    stage.click(position={"x": 200, "y": 100})
    drawn(page)
    assert (before[70:130, 170:230] != picture(f"page-start-placed-{scheme}", stage)[70:130, 170:230]).any()
    pad = page.locator(".descent-pad")
    said = pad.get_attribute("aria-label")
    assert said.startswith("Learning rate 0.01, momentum 0.9.")
    pad.click(position={"x": 330, "y": 60})
    drawn(page)
    placed = pad.get_attribute("aria-label")
    assert placed != said
    pad.focus()
    page.keyboard.press("ArrowLeft")
    drawn(page)
    assert pad.get_attribute("aria-label") != placed
    picture(f"page-pad-{scheme}", page)


def test_a_click_beside_the_start_places_it_too_and_near_the_ridge_on_it(alive):
    page = alive(Explorer(saddle, {"sgd_momentum": ball}, steps=300), viewport={"width": 961, "height": 620})
    stage = page.locator(".descent-stage")
    box = stage.bounding_box()
    middle = 8 + (box["height"] - 46) / 2  # the ridge, y = 0, within the margins of the axes
    starts = []
    for off in (-8, -2, 8):  # each within the ring of the one before
        stage.click(position={"x": 300, "y": middle + off})
        starts.append(page.evaluate("model.get('start')"))
    assert starts[0][1] > 0 == starts[1][1] > starts[2][1]
    assert all(number == round(number, 3) for start in starts for number in start)


def test_a_saved_page_has_no_pad_and_its_start_stays(opened, picture):
    page = opened(Explorer(saddle, {"sgd_momentum": ball}, steps=300))
    assert not page.locator(".descent-pad").is_visible()
    before = picture("page-saved", page.locator(".descent-stage"))
    page.locator(".descent-stage").click(position={"x": 200, "y": 100})
    page.mouse.move(5, 5)
    drawn(page)
    assert (before == picture("page-saved-clicked", page.locator(".descent-stage"))).all()


def test_words_for_who_does_not_see_it(opened):
    page = opened(Explorer(saddle, RULES, steps=300))
    said = page.text_content(".descent-summary")
    assert "Step 300 of 300 on the saddle." in said
    assert "Adam at (" in said
    assert "left the saddle at step 100" in said
    assert said in page.get_attribute(".descent-stage", "aria-label")
    for each in page.locator("button, input, select").all():
        assert each.get_attribute("aria-label") or each.inner_text().strip()


def test_dragging_on_the_losses_chooses_the_step(opened):
    page = opened(Explorer(saddle, RULES, steps=300))
    box = page.locator(".descent-loss").bounding_box()
    page.mouse.click(box["x"] + 52 + (box["width"] - 72) / 3, box["y"] + 60)
    drawn(page)
    assert abs(step_of(page) - 100) <= 2
