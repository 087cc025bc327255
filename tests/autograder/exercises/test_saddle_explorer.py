"""The checks of lesson 06 against real widgets and figures; the known mistakes are plain objects."""

import io
import sys

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from autograder.exercises import saddle_explorer
from autograder.exercises.saddle_explorer import draw_frame, make_explorer
from autograder.exercises.saddle_explorer.rules import plain
from autograder.exercises.saddle_explorer.trace import trace as tracing
from autograder.judging import judge
from autograder.judging.grade import follow_through
from autograder.validating import visible
from course import kept_figures as figures
from course import plots
from course.descend import descend
from course.kept_figures import background, blank_axes, png
from course.probes.explorers import picture
from course.probes.paths import breaking
from course.probes.pictures import lines
from course.surfaces import SURFACES, saddle

pytestmark = pytest.mark.usefixtures("without_ticks")

THIS = sys.modules[__name__]
EARLIER = {exercise.name: exercise for exercise in saddle_explorer.EXERCISES}


def path(rule, surface, start, steps, config=None, limit=1e3):
    points = descend(rule, surface, start, steps=steps, config=config, limit=1e100).points
    return points[: int(np.argmin([*(np.abs(points) < limit).all(axis=1), False]))]


def frame(ax, surface, paths, step, *, anew=False):
    """A frame as a learner would write it: lines moved, or everything cleared and drawn anew."""
    if anew:
        ax.clear()
    if not ax.images:
        background(ax, surface)
    while ax.lines:
        ax.lines[0].remove()
    for name, points in paths.items():
        over = "" if step < len(points) else f" (stopped at step {len(points) - 1})"
        look = plots.line_style(name) | {"label": name + over}
        ax.plot(*points[: step + 1].T, **look)
        ax.plot(*points[:1].T, "s", color=look["color"])
    ax.set(xlim=surface.domain[0], ylim=surface.domain[1])
    ax.legend()
    return ax


def controls(surface, rules, steps):
    return {
        "step": widgets.IntSlider(description="step", max=steps),
        "rate": widgets.FloatLogSlider(description="rate", value=0.05, min=-3, max=0.5),
        "surface": widgets.Dropdown(description="surface", options=list(SURFACES), value=surface.name),
        **{name: widgets.Checkbox(description=name, value=True) for name in rules},
    }


COMMON: dict = {}
"""What two explorers share that keep their paths in the notebook's own variables."""


def closures(surface, rules, steps=100, *, flaw=""):
    """Functions inside a function, one figure, an Image, a link in the browser."""
    made = controls(surface, rules, steps)
    step, rate, place = made["step"], made["rate"], made["surface"]
    ax, paths, image = blank_axes(), COMMON if flaw == "twins" else {}, widgets.Image()

    def draw(change=None):
        nonlocal ax, image
        if flaw == "new image" and change is not None:
            image = widgets.Image()
            box.children = (*box.children[:-1], image)
        if flaw == "new figure" and change is not None:
            ax = blank_axes()
            box.figure = ax.figure
        if flaw == "plt.subplots" and change is not None:
            _, other = plt.subplots()
            image.value = png(frame(other, SURFACES[place.value], paths, step.value).figure)
        shown = {name: paths[name] for name in rules if made[name].value}
        if flaw == "reappears" and change is not None and change["owner"] in (step, rate):
            shown = paths
        if flaw == "last stays" and not shown:
            return
        if flaw == "behind":
            image.value = png(ax.figure)
        frame(ax, SURFACES[place.value], shown, step.value - (flaw == "early"))
        if flaw != "behind" and (flaw not in ("frozen", "plt.subplots") or change is None):
            image.value = png(ax.figure)

    def compute(change=None):
        where = SURFACES[place.value]
        for name, rule in rules.items():
            if flaw != "stale" or made[name].value:
                paths[name] = path(rule, where, where.start, steps, {"learning_rate": rate.value})
        draw(change)

    def travel(change):
        if flaw != "old map":
            ax.clear()
        compute(change)

    play = widgets.Play(max=steps)
    box = widgets.VBox([widgets.HBox([play, step]), rate, place, *(made[name] for name in rules), image])
    if flaw != "no link":
        widgets.jslink((play, "value"), (step, "value"))
    if flaw == "wrong way":
        widgets.jsdlink((step, "value"), (play, "value"))
    box.figure = ax.figure
    compute()
    for control, act in (
        (step, draw),
        (rate, compute),
        (place, travel),
        *((made[each], draw) for each in rules),
    ):
        if flaw != "deaf" or control is not step:
            control.observe(act, "value")
    return box


class Explorer:
    """A class that clears and draws anew, and prints its canvas by hand; Play is linked in Python."""

    def __init__(self, surface, rules, steps):
        self.rules, self.steps = rules, steps
        self.controls = controls(surface, rules, steps)
        self.figure, self.ax = plt.subplots(figsize=(5, 3))
        plt.close(self.figure)
        self.canvas = FigureCanvasAgg(self.figure)
        self.image = widgets.Image(format="png", width=500)
        self.play = widgets.Play(min=0, max=steps)
        widgets.link((self.play, "value"), (self.controls["step"], "value"))
        for name, control in self.controls.items():
            control.observe(self.trace if name in ("rate", "surface") else self.draw, names="value")
        self.trace()

    def trace(self, *_):
        where = SURFACES[self.controls["surface"].value]
        rate = self.controls["rate"].value
        self.paths = {
            name: path(rule, where, where.start, self.steps, {"learning_rate": rate})
            for name, rule in self.rules.items()
        }
        self.draw()

    def draw(self, *_):
        shown = {name: each for name, each in self.paths.items() if self.controls[name].value}
        where = SURFACES[self.controls["surface"].value]
        frame(self.ax, where, shown, self.controls["step"].value, anew=True)
        buffer = io.BytesIO()
        self.canvas.print_png(buffer)
        self.image.value = buffer.getvalue()


def of_a_class(surface, rules, steps=100):
    made = Explorer(surface, rules, steps)
    box = widgets.HBox([widgets.VBox([made.play, *made.controls.values()]), made.image])
    box.figure = made.figure
    return box


def of_an_output(surface, rules, steps=100):
    """``interactive_output`` calls one function of all values, which remembers the paths of the last settings."""
    made, ax, known = controls(surface, rules, steps), blank_axes(), {}

    def show(step, rate, surface, **visible):
        where = SURFACES[surface]
        if known.get("of") != (rate, surface):
            ax.clear()
            known["of"] = rate, surface
            known["paths"] = {
                name: path(rule, where, where.start, steps, {"learning_rate": rate})
                for name, rule in rules.items()
            }
        frame(ax, where, {name: each for name, each in known["paths"].items() if visible[name]}, step)

    output = widgets.interactive_output(show, made)
    play = widgets.Play(max=steps)
    play.observe(lambda change: setattr(made["step"], "value", change["new"]), "value")
    box = widgets.VBox([play, *made.values(), output])
    box.figure = ax.figure
    return box


def of_moved_artists(surface, rules, steps=100):
    """Lines are made once and get new data; the map is an image whose data are exchanged; HTML shows an SVG."""
    made, ax, lent = controls(surface, rules, steps), blank_axes(), blank_axes()
    background(ax, surface)
    lasting = {name: ax.plot([], [], **plots.line_style(name))[0] for name in rules}
    dots = {name: ax.plot([], [], "o", color=plots.line_style(name)["color"])[0] for name in rules}
    page, paths = widgets.HTML(), {}

    def draw(_=None):
        step = made["step"].value
        for name, line in lasting.items():
            points = paths[name] if made[name].value else paths[name][:0]
            over = f" (stopped at step {len(points) - 1})" if 0 < len(points) <= step else ""
            line.set_data(*points[: step + 1].T)
            line.set_label(name + over if len(points) else "")
            dots[name].set_data(*points[:1].T)
        ax.legend()
        buffer = io.StringIO()
        ax.figure.savefig(buffer, format="svg")
        page.value = buffer.getvalue()

    def compute(_=None):
        where = SURFACES[made["surface"].value]
        lent.clear()
        background(lent, where)
        ax.images[0].set_data(lent.images[0].get_array())
        ax.images[0].set_extent([*where.domain[0], *where.domain[1]])
        ax.set(xlim=where.domain[0], ylim=where.domain[1])
        for name, rule in rules.items():
            paths[name] = path(rule, where, where.start, steps, {"learning_rate": made["rate"].value})
        draw()

    for name, control in made.items():
        control.observe(compute if name in ("rate", "surface") else draw, "value")
    play = widgets.Play(max=steps)
    widgets.jsdlink((play, "value"), (made["step"], "value"))
    compute()
    box = widgets.VBox([play, *made.values(), page])
    box.figure = ax.figure
    return box


def empty_box():
    box = widgets.VBox([])
    box.figure = blank_axes().figure
    return box


def with_figure(figure):
    box = widgets.VBox([])
    box.figure = figure
    return box


def with_flaw(flaw):
    return lambda surface, rules, steps=100: closures(surface, rules, steps, flaw=flaw)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(closures, marks=pytest.mark.long),
        pytest.param(of_an_output, marks=pytest.mark.long),
        pytest.param(of_a_class, marks=pytest.mark.thorough),
        pytest.param(of_moved_artists, marks=pytest.mark.thorough),
    ],
)
def test_an_explorer_earns_full_marks_in_whatever_style_it_is_written(made):
    verdict = judge(make_explorer, made)
    assert verdict.points == 14, verdict.message
    assert visible.passes(make_explorer, made)


FLAWS = {
    "new figure": "new figure at each event",
    "early": "off by one",
    "deaf": "step slider ignored",
    "frozen": "picture set once",
    "behind": "picture one event behind",
    "no link": "Play not linked",
    "old map": "map of the old surface",
    "new image": "new Image at each event",
    "reappears": "hidden paths come back by themselves",
    "stale": "hidden paths not traced",
    "last stays": "the last path cannot be hidden",
    "twins": "two explorers share their paths",
}
"""Mistakes of ``desk`` and their names; `make test` makes one of them, for each takes a second."""


@pytest.mark.parametrize(
    ("flaw", "mistake"),
    [
        pytest.param(*each, marks=pytest.mark.long if number else ())
        for number, each in enumerate(FLAWS.items())
    ],
)
def test_a_mistake_made_with_real_widgets_is_named(flaw, mistake):
    verdict = judge(make_explorer, with_flaw(flaw))
    assert (verdict.points, verdict.mistake) == (0, mistake)


@pytest.mark.long
def test_a_figure_of_pyplots_at_every_event_is_rejected_though_the_first_one_follows():
    assert judge(make_explorer, with_flaw("plt.subplots")).points == 0
    plt.close("all")


@pytest.mark.long
def test_explorers_on_one_figure_disturb_each_other():
    common = blank_axes()

    def made(surface, rules, steps=100):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(THIS, "blank_axes", lambda: common)
            common.clear()
            return closures(surface, rules, steps)

    assert judge(make_explorer, made).points == 0


def test_a_link_from_the_slider_to_play_alone_does_not_play():
    one_way = lambda surface, rules, steps=100: closures(surface, rules, steps, flaw="no link")  # noqa: E731

    def made(surface, rules, steps=100):
        box = one_way(surface, rules, steps)
        play, step = box.children[0].children
        widgets.jsdlink((step, "value"), (play, "value"))
        return box

    assert judge(make_explorer, made).mistake == "Play not linked"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda *_: None, "returned none"),
        (lambda *_: widgets.VBox([]), "no attribute `figure`"),
        (lambda *_: empty_box(), "has no control"),
        (lambda *_: 5, "it returned an int"),
        (lambda *_: widgets.interact(lambda x: x, x=1), "must return the container"),
        (lambda *_: with_figure(None), "could not be read"),
        (lambda *_: with_figure("a figure"), "could not be read"),
    ],
)
def test_what_is_no_explorer_is_told_apart(made, said):
    verdict = judge(make_explorer, made)
    assert verdict.points == 0
    assert said in verdict.message.lower()


NOTEBOOK = """
import ipywidgets as widgets
def trace(rule, surface, start, steps, config=None, limit=1e3):
    {trace}
def draw_frame(ax, surface, paths, step):
    {draw_frame}
def make_explorer(surface, rules, steps=100):
    return closures(surface, rules, steps, trace, draw_frame)
"""
RIGHT_TRACE = "return path(rule, surface, start, steps, config, limit)"
RIGHT_FRAME = "return frame(ax, surface, paths, step)"


@pytest.mark.parametrize(
    ("trace", "draw_frame"),
    [
        ("raise ValueError", RIGHT_FRAME),
        (RIGHT_TRACE, "ax.plot([1], [2])"),
        ("return None", "return None"),
    ],
)
@pytest.mark.long
def test_a_slip_in_trace_or_draw_frame_costs_the_explorer_nothing(trace, draw_frame):
    """One that is not written, and a known mistake of each, are tried in judging/test_follow_through."""

    def noted(surface, rules, steps, trace, draw_frame):
        names = {**globals(), "path": trace, "frame": draw_frame}
        space = {}
        import inspect  # the same explorer, with the notebook's own functions in the place of ours

        exec(inspect.getsource(closures), names, space)
        return space["closures"](surface, rules, steps)

    space = {"path": path, "frame": frame, "closures": noted}
    exec(NOTEBOOK.format(trace=trace, draw_frame=draw_frame), space)
    verdict = follow_through(make_explorer, space["make_explorer"], EARLIER)
    assert verdict.points == 14, verdict.message


def test_the_worked_number_of_the_lesson():
    """Rate 2 multiplies x by -3: 3^6 = 729 is below the limit of a thousand, 3^7 is not."""
    for explorer in (
        make_explorer.reference(saddle, {"plain": plain}, 12),
        closures(saddle, {"plain": plain}, 12),
    ):
        found = [*explorer.children]
        for each in found:
            found += getattr(each, "children", ())
            if getattr(each, "description", "") == "step":
                each.value = 9
            if getattr(each, "description", "") == "rate":
                each.value = 2.0
        ((label, points),) = picture(explorer)
        assert label == "plain (stopped at step 6)"
        assert np.allclose(points[:, 0], (-3.0) ** np.arange(7))


def test_lines_are_read_by_their_labels():
    ax = blank_axes()
    ax.plot([0, 1], [2, 3], label="b")
    ax.plot([5], [6], "o")
    ax.plot([7], [8], label="a")
    assert [(label, points.tolist()) for label, points in lines(ax)] == [
        ("a", [[7, 8]]),
        ("b", [[0, 2], [1, 3]]),
    ]


@pytest.mark.parametrize("anew", [False, True])
def test_a_frame_on_real_axes_earns_full_marks(anew):
    made = lambda ax, surface, paths, step: frame(ax, surface, paths, step, anew=anew)  # noqa: E731
    assert judge(draw_frame, made).points == 6
    assert visible.passes(draw_frame, made)


def test_markers_of_a_scatter_that_are_left_behind_are_seen():
    def made(ax, surface, paths, step):
        if not ax.images:
            background(ax, surface)
        while ax.lines:
            ax.lines[0].remove()
        for name, points in paths.items():
            over = "" if step < len(points) else f" (stopped at step {len(points) - 1})"
            ax.plot(*points[: step + 1].T, **plots.line_style(name) | {"label": name + over})
            ax.scatter(*points[0])
        ax.legend()
        return ax

    assert judge(draw_frame, made).mistake == "old markers stay"


def test_lines_and_markers_that_are_reused_must_follow_the_paths():
    def by_name(ax, surface, paths, step):
        for line in list(ax.lines):
            if line.get_label().split(" (")[0] in paths or line.get_label()[0] == "_":
                line.remove()
        return ended(ax, surface, paths, step, starts=paths)

    def old_starts(ax, surface, paths, step):
        known = {line.get_gid() for line in ax.lines}
        for line in list(ax.lines):
            if line.get_gid() is None:
                line.remove()
        return ended(ax, surface, paths, step, starts=paths.keys() - known)

    def ended(ax, surface, paths, step, starts):
        if not ax.images:
            background(ax, surface)
        for name, points in paths.items():
            over = "" if step < len(points) else f" (stopped at step {len(points) - 1})"
            look = plots.line_style(name) | {"label": name + over}
            ax.plot(*points[: step + 1].T, **look)
            if name in starts:
                ax.plot(*points[0], "o", color=look["color"], gid=name)
        ax.set(xlim=surface.domain[0], ylim=surface.domain[1])
        ax.legend()
        return ax

    assert judge(draw_frame, by_name).mistake == "paths that are gone stay"
    assert judge(draw_frame, old_starts).mistake == "markers of other paths"


def test_whether_there_is_a_map_is_asked_of_the_axes():
    covered = set()

    def noted(ax, surface, paths, step):
        if id(ax) not in covered:
            covered.add(id(ax))
            background(ax, surface)
        return frame_without_map(ax, surface, paths, step)

    def frame_without_map(ax, surface, paths, step):
        had = bool(ax.images)
        frame(ax, surface, paths, step)
        if not had:
            ax.images[0].remove()
        return ax

    assert judge(draw_frame, noted).mistake == "no map on cleared axes"


@pytest.mark.parametrize(
    "stays",
    [
        lambda w, limit: max(abs(w[0]), abs(w[1])) < limit,
        lambda w, limit: not np.isnan(w[0]) and not np.abs(w).max() >= limit,
    ],
)
def test_both_coordinates_are_asked_whether_they_are_numbers(stays):
    def made(rule, surface, start, steps, config=None, limit=1e3):
        w, config = np.array(start, dtype=float), dict(config or {})
        points = [w]
        for _ in range(steps):
            w, config = rule(points[-1].copy(), surface.gradient(points[-1]), config)
            if not stays(w, limit):
                break
            points.append(w)
        return np.array(points)

    assert judge(tracing, made).mistake == "NaN in one coordinate"


def test_a_path_that_becomes_nan_ends_before_that():
    def keeps_nan(rule, surface, start, steps, config=None, limit=1e3):
        points, w = [np.array(start, dtype=float)], np.array(start, dtype=float)
        for _ in range(steps):
            w, config = rule(w.copy(), surface.gradient(w), dict(config or {}))
            if np.abs(w).max() >= limit:
                break
            points.append(w)
        return np.array(points)

    assert len(tracing.reference(breaking, saddle, (0.5, 0.5), 9)) == 3
    assert judge(tracing, keeps_nan).points == 0
    assert not visible.passes(tracing, keeps_nan)


def test_a_surface_is_painted_once_for_all_frames_of_a_size():
    """Another size and another surface have pixels of their own; nobody can write into those that are shared."""
    figures.painted.cache_clear()
    frames = [
        background(blank_axes(width), surface)
        for width, surface in ((6.0, saddle), (6.0, saddle), (6.0, SURFACES["ravine"]), (8.0, saddle))
    ]
    assert figures.painted.cache_info()[:2] == (1, 3)  # hits, misses
    first, again, other, wide = (np.asarray(ax.images[0].get_array()) for ax in frames)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape == other.shape != wide.shape
    assert not figures.painted(saddle, *map(float, frames[0].get_window_extent().size)).flags.writeable
