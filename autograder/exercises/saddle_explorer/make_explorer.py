"""The explorer: widgets that move a figure. Driven by setting values; what it shows is read off the artists."""

from collections.abc import Callable
from typing import Any

from autograder.exercises.saddle_explorer.desk import Desk
from autograder.exercises.saddle_explorer.rules import heavy, light, plain
from autograder.judging import Check, Exercise
from course.probes import explorers
from course.probes.pictures import readable

RULES = {"heavy": heavy, "light": light, "plain": plain}


def reference(surface, rules, steps=100):
    """Show the same on a desk of plain objects: no widget, no figure, the course's own loop."""
    return Desk(surface, rules, steps)


def asked(look: Callable) -> Callable[[Callable], Any]:
    """Return a probe that gives a candidate the rules of this exercise."""

    def probe(candidate: Callable) -> Any:
        with readable("What it returned"):
            return look(candidate, RULES)

    return probe


WIDER = "A slider that goes further than it must is as good."
make_explorer = Exercise(
    "make_explorer",
    points=14,
    reference=reference,
    checks=[
        Check(
            name="step",
            probe=asked(explorers.stepping),
            says="Moving `step` to k must show the first k + 1 points of every path, on the figure there is and in "
            "the picture on the page, and call no rule.",
        ),
        Check(
            name="controls",
            probe=asked(explorers.controlled),
            says="A control does not reach as far as agreed, or Play does not move `step`.",
        ),
        Check(
            name="settings",
            probe=asked(explorers.setting),
            says="Choosing a rate or a surface must start every path again from the surface's start, on its map.",
        ),
        Check(
            name="toggles",
            probe=asked(explorers.hiding),
            says="A checkbox must hide and show the path of its own rule.",
        ),
    ],
    visible=explorers.visible_explorer,
    uses=("trace", "draw_frame"),
    praise="This explorer does what it should.",
    read="Exercise 3. Make an explorer",
    free=["interval", "layout"],
    equivalent={
        "widgets.jslink((play, 'value'), (step, 'value')) -> widgets.jslink((step, 'value'), (play, 'value'))": (
            "A link works in both directions."
        ),
        "…rate', value=0.05, min=-3, max=0.5) -> …rate', value=0.05, min=-3)": WIDER,
        "…rate', value=0.05, min=-3, max=0.5) -> …rate', value=0.05, min=-4, max=0.5)": WIDER,
        "…value=0.05, min=-3, max=0.5) -> …value=0.05, min=-3, max=1.0)": WIDER,
    },
    effect="What is moved and what is drawn are not the same run, so the picture teaches something that "
    "is not so.",
)


def flawed(flaw: str) -> Callable:
    """Return a maker of explorers with one flaw."""
    return lambda surface, rules, steps=100: Desk(surface, rules, steps, flaw=flaw)


def known(flaw: str, name: str, says: str) -> None:
    """Record a mistake: a desk with a flaw, the name that is counted, the sentence that is read."""
    function = flawed(flaw)
    function.__name__, function.__doc__ = name, says
    make_explorer.mistake(function)


for each in (
    (
        "no step",
        "step_slider_ignored",
        "Moving the step slider leaves the picture as it was. Observe its `value`, and draw in the observer.",
    ),
    (
        "early",
        "off_by_one",
        "Step k shows k points instead of k + 1: the start is step 0.",
    ),
    (
        "whole",
        "whole_paths_at_every_step",
        "Every step shows whole paths. Pass the slider's value to draw_frame.",
    ),
    (
        "stay",
        "old_lines_stay",
        "Lines of earlier events are still in the figure. Remove them before you draw.",
    ),
    (
        "late",
        "nothing_drawn_before_the_first_event",
        "The figure stays empty until somebody moves a control. Draw once before you return.",
    ),
    (
        "no play",
        "no_Play",
        "There is no Play. Make a widgets.Play, link it to the step slider, put both in the box.",
    ),
    (
        "unseen",
        "no_picture_on_the_page",
        "The box holds controls and nothing to look at. Put a widgets.Image into it.",
    ),
    (
        "frozen",
        "picture_set_once",
        "The figure changes, but the picture on the page stays the first. Set `image.value = png(...)` in the "
        "function that every event calls.",
    ),
    (
        "behind",
        "picture_one_event_behind",
        "The picture is taken before the frame is drawn, so the page shows the event before. Draw first, then "
        "`image.value = png(...)`.",
    ),
    (
        "no link",
        "Play_not_linked",
        'Play counts, but `step` does not follow. Link them: `widgets.jslink((play, "value"), (step, "value"))`.',
    ),
    (
        "long play",
        "Play_ends_elsewhere",
        "Play does not count from 0 to `steps`: its `max` is 100 unless you set it. Pass `max=steps`.",
    ),
    (
        "long",
        "step_ends_elsewhere",
        "`step` and Play do not end at `steps`: `max` is 100 unless you set it. Pass `max=steps` to both.",
    ),
    (
        "short rate",
        "rate_range_too_small",
        "`rate` does not go from 0.001 to beyond 2. `min` and `max` of a FloatLogSlider are powers of ten.",
    ),
    (
        "powers",
        "rate_limits_given_as_values",
        "`rate` starts at about 1 and goes up to 100: `min=0.001` means 10**0.001, which is about 1. A "
        "FloatLogSlider is given exponents: `min=-3, max=0.5`.",
    ),
    (
        "new figure",
        "new_figure_at_each_event",
        "Each event makes a new figure, which flickers and is slow. Make one before the observers, "
        "and draw on it.",
    ),
    (
        "elsewhere",
        "drawn_on_another_figure",
        "Each event opens another figure of pyplot's, and `explorer.figure` never changes. Draw on its axes.",
    ),
    (
        "busy",
        "rules_called_at_every_step",
        "Moving the step calls the rules again. Keep the paths, and compute them only when a setting changes.",
    ),
    (
        "no rate",
        "rate_ignored",
        "Moving the rate changes nothing. Observe it, trace again with its value, and draw.",
    ),
    (
        "onwards",
        "continued_from_the_last_point",
        "After a change of rate the paths go on from where they ended. Trace again from the surface's start.",
    ),
    (
        "shared",
        "state_shared_between_rules",
        "Two rules write their velocity into one config. Make a new config for every trace.",
    ),
    (
        "kept",
        "state_kept_from_the_last_run",
        "After a change of rate a rule begins with the last velocity. Make a new config for every trace.",
    ),
    (
        "back",
        "step_lost_when_the_rate_changes",
        "Moving the rate puts the step back. Draw at the step the slider has.",
    ),
    (
        "endless",
        "divergence_not_stopped",
        "At a large rate a path runs to numbers nobody can draw. Use your trace, which stops.",
    ),
    (
        "silent",
        "stopped_path_not_named",
        "A path that ended before the step looks as if it went on. Your draw_frame says so in the label.",
    ),
    (
        "redraw",
        "settings_draw_but_do_not_trace",
        "Choosing a rate or a surface draws the old paths again. Their observers must trace first. Bound in "
        "a loop, each may call the last function.",
    ),
    (
        "no surface",
        "surface_ignored",
        "Choosing another surface changes nothing. Observe it and trace again.",
    ),
    ("old start", "start_of_the_old_surface", "On the new surface the paths begin at the old one's start."),
    (
        "old map",
        "map_of_the_old_surface",
        "The new paths are drawn on the old map. Clear the axes when the surface changes: `ax.clear()`.",
    ),
    (
        "no toggle",
        "checkboxes_ignored",
        "A checkbox hides nothing. Observe its `value`, and draw only what is on.",
    ),
    (
        "last",
        "every_checkbox_moves_the_last_path",
        "All checkboxes move the last path: a function made in a loop sees the loop's last name (late binding). "
        "Bind it: name=name.",
    ),
    ("upside down", "checkboxes_upside_down", "A checkbox that is on hides its path, and off shows it."),
    (
        "for ever",
        "hidden_for_good",
        "A path that was hidden does not come back. Keep all paths, and choose when you draw.",
    ),
):
    known(*each)


@make_explorer.variant
def controls_inside_boxes(surface, rules, steps=100):
    return Boxed(Desk(surface, rules, steps))


class Boxed:
    """A container whose controls lie in a container."""

    def __init__(self, inner: Desk):
        self.children, self.figure = (inner,), inner.figure
