"""The checks of lesson 06 against real widgets and figures; the known mistakes are plain objects."""

import ipywidgets as widgets
import numpy as np
import pytest

from autograder.exercises.saddle_explorer import draw_frame, make_explorer, trace
from autograder.exercises.saddle_explorer.shared import lines, picture, plain
from autograder.judging import judge
from course.surfaces import SURFACES, saddle
from course.widgets import figures
from course.widgets.figures import background, blank_axes


def real_frame(ax, surface, paths, step):
    for line in list(ax.lines):
        line.remove()
    for name, points in paths.items():
        over = "" if step < len(points) else f" (stopped at step {len(points) - 1})"
        ax.plot(*points[: step + 1].T, label=name + over)
    ax.set(xlim=surface.domain[0], ylim=surface.domain[1])


def real_explorer(surface, rules, steps=100, *, flaw=""):
    """An explorer of ipywidgets and Matplotlib, as a learner would write it."""
    step = widgets.IntSlider(description="step", max=steps)
    rate = widgets.FloatLogSlider(description="rate", value=0.05, min=-3, max=0.5)
    place = widgets.Dropdown(description="surface", options=list(SURFACES), value=surface.name)
    toggles = {name: widgets.ToggleButton(description=name, value=True) for name in rules}
    ax, paths = blank_axes(), {}

    def draw(change=None):
        nonlocal ax
        if flaw == "new figure" and change is not None:
            ax = blank_axes()
            box.figure = ax.figure
        shown = {name: paths[name] for name in rules if toggles[name].value}
        real_frame(ax, SURFACES[place.value], shown, step.value - (flaw == "early"))

    def compute(change=None):
        if flaw == "stuck" and change is not None:
            return
        where = SURFACES[place.value]
        for name, rule in rules.items():
            paths[name] = trace.reference(rule, where, where.start, steps, {"learning_rate": rate.value})
        draw(change)

    box = widgets.VBox(
        [widgets.HBox([widgets.Play(max=steps), step]), rate, place, widgets.HBox([*toggles.values()])]
    )
    box.figure = ax.figure
    compute()
    for control, act in (
        (step, draw),
        (rate, compute),
        (place, compute),
        *((each, draw) for each in toggles.values()),
    ):
        if flaw != "deaf" or control is not step:
            control.observe(act, "value")
    return box


def empty_box():
    box = widgets.VBox([])
    box.figure = blank_axes().figure
    return box


def with_flaw(flaw):
    return lambda surface, rules, steps=100: real_explorer(surface, rules, steps, flaw=flaw)


def test_real_widgets_earn_full_marks():
    assert judge(make_explorer, real_explorer).points == 14


@pytest.mark.parametrize(
    ("flaw", "mistake"),
    [("new figure", "new figure at each event"), ("early", "off by one"), ("deaf", "step slider ignored")],
)
def test_a_mistake_made_with_real_widgets_is_named(flaw, mistake):
    verdict = judge(make_explorer, with_flaw(flaw))
    assert (verdict.points, verdict.mistake) == (0, mistake)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda *_: None, "returns None"),
        (lambda *_: widgets.VBox([]), "no figure"),
        (lambda *_: empty_box(), "missing control"),
    ],
)
def test_what_is_no_explorer_is_told_apart(made, said):
    verdict = judge(make_explorer, made)
    assert verdict.points == 0
    assert said in (verdict.mistake or verdict.message)


def test_the_worked_number_of_the_lesson():
    """Rate 2 multiplies x by -3: 3^6 = 729 is below the limit of a thousand, 3^7 is not."""
    for explorer in (
        make_explorer.reference(saddle, {"plain": plain}, 12),
        real_explorer(saddle, {"plain": plain}, 12),
    ):
        controls = [*explorer.children]
        for each in controls:
            controls += getattr(each, "children", ())
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


def test_a_frame_on_real_axes_earns_full_marks():
    assert judge(draw_frame, real_frame).points == 6


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
