"""The explorer: widgets that move a figure. Driven by setting values; what it shows is read off the artists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.exercises.saddle_explorer import shared
from autograder.exercises.saddle_explorer.shared import Desk, heavy, light, plain
from autograder.judging import Check, Exercise
from course.probes.base import Lent, beside, call
from course.surfaces import saddle
from course.widgets.figures import open_figures

RULES = {"heavy": heavy, "light": light, "plain": plain}
STEPS = 12


class Counted(Lent):
    """A rule that counts how often it is called."""

    def __init__(self, rule: Callable):
        self.rule, self.calls = rule, 0

    def __call__(self, w: Any, dw: Any, config: Any = None) -> Any:
        self.calls += 1
        return self.rule(w, dw, config)


def stepping(candidate: Callable) -> list[Any]:
    """Move the step back and forth: what is shown, was a rule called, is the figure the same."""
    rule = Counted(plain)
    open_before = beside(candidate, open_figures)
    explorer = call(candidate, saddle, {"light": light, "plain": rule}, STEPS)
    figure = shared.shown(explorer)
    play = any(type(each).__name__ == "Play" for each in shared.widgets(explorer))
    seen, before = [play, shared.picture(explorer)], rule.calls
    for step in (7, STEPS, 2):
        shared.move(explorer, "step", step)
        seen.append(shared.picture(explorer))
    opened = beside(candidate, open_figures) - open_before
    return [*seen, rule.calls == before, shared.shown(explorer) is figure, opened <= 1]


def setting(candidate: Callable) -> list[Any]:
    """Choose a rate, a rate that diverges, and another surface, at a step that stays where it is."""
    explorer = call(candidate, saddle, dict(RULES), STEPS)
    shared.move(explorer, "step", 9)
    seen = []
    for description, value in (("rate", 0.125), ("rate", 2.0), ("rate", 0.03), ("surface", "Himmelblau")):
        shared.move(explorer, description, value)
        seen.append(shared.picture(explorer))
    return [*seen, shared.limits(shared.shown(explorer).axes[0])]


def hiding(candidate: Callable) -> list[Any]:
    """Hide a path, hide another, show the first again."""
    explorer = call(candidate, saddle, dict(RULES), STEPS)
    shared.move(explorer, "step", 1)
    seen = []
    for name, visible in (("heavy", False), ("light", False), ("heavy", True)):
        shared.move(explorer, name, visible)
        seen.append([label for label, _ in shared.picture(explorer)])
    return seen


def reference(surface, rules, steps=100):
    """Show the same on a desk of plain objects: no widget, no figure, the course's own loop."""
    return Desk(surface, rules, steps)


make_explorer = Exercise(
    "make_explorer",
    points=14,
    reference=reference,
    checks=[
        Check(
            name="step",
            probe=stepping,
            says="Moving `step` to k must show the first k + 1 points of every path, on the figure there is, and "
            "call no rule.",
        ),
        Check(
            name="settings",
            probe=setting,
            says="Choosing a rate or a surface must start every path again from the surface's start.",
        ),
        Check(name="toggles", probe=hiding, says="A toggle must hide and show the path of its own rule."),
    ],
    uses=("trace", "draw_frame"),
    read="Exercise 3. Make an explorer",
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
        "The new paths are drawn on the old map. Clear the axes when the surface changes.",
    ),
    (
        "no toggle",
        "toggles_ignored",
        "A toggle hides nothing. Observe its `value`, and draw only what is on.",
    ),
    (
        "last",
        "every_toggle_moves_the_last_path",
        "All toggles move the last path: a function made in a loop sees the loop's last name. Bind it: name=name.",
    ),
    ("upside down", "toggles_upside_down", "A toggle that is on hides its path, and off shows it."),
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
