"""The explorer: widgets that move a figure. Driven by setting values; what it shows is read off the artists."""

from collections.abc import Callable
from typing import Any

from autograder.exercises.saddle_explorer.desk import Control, Desk, Image, Play
from autograder.exercises.saddle_explorer.draw_frame import sketch
from autograder.exercises.saddle_explorer.paper import Sheet
from autograder.exercises.saddle_explorer.rules import heavy, light, plain
from autograder.exercises.saddle_explorer.trace import as_train_2d
from autograder.judging import Check, Exercise
from course.kept_figures import png
from course.probes import explorers
from course.probes.pictures import readable
from course.surfaces import SURFACES

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


MISTAKES = {
    "step slider ignored": (
        "no step",
        "Moving the step slider leaves the picture as it was. Observe its `value`, and draw in the observer.",
    ),
    "off by one": ("early", "Step k shows k points instead of k + 1: the start is step 0."),
    "whole paths at every step": (
        "whole",
        "Every step shows whole paths. Pass the slider's value to draw_frame.",
    ),
    "old lines stay": (
        "stay",
        "Lines of earlier events are still in the figure. Remove them before you draw.",
    ),
    "nothing drawn before the first event": (
        "late",
        "The figure stays empty until somebody moves a control. Draw once before you return.",
    ),
    "no Play": (
        "no play",
        "There is no Play. Make a widgets.Play, link it to the step slider, put both in the box.",
    ),
    "no picture on the page": (
        "unseen",
        "The box holds controls and nothing to look at. Put a widgets.Image into it.",
    ),
    "picture set once": (
        "frozen",
        """The figure changes, but the picture on the page stays the first. Set `image.value = png(...)` in
        the function that every event calls.""",
    ),
    "picture one event behind": (
        "behind",
        """The picture is taken before the frame is drawn, so the page shows the event before. Draw first,
        then `image.value = png(...)`.""",
    ),
    "new Image at each event": (
        "new image",
        """Every event puts a new Image into the box, and the page jumps: that is the flicker. Make one before
        the observers, and set its `value`.""",
    ),
    "Play not linked": (
        "no link",
        """Play counts, but `step` does not follow. Link them: `widgets.jslink((play, "value"), (step,
        "value"))`.""",
    ),
    "Play ends elsewhere": (
        "long play",
        "Play does not count from 0 to `steps`: its `max` is 100 unless you set it. Pass `max=steps`.",
    ),
    "step ends elsewhere": (
        "long",
        "`step` and Play do not end at `steps`: `max` is 100 unless you set it. Pass `max=steps` to both.",
    ),
    "rate range too small": (
        "short rate",
        "`rate` does not go from 0.001 to beyond 2. `min` and `max` of a FloatLogSlider are powers of ten.",
    ),
    "rate ends at 2": (
        "rate to 2",
        "`rate` goes to 2 and no further; asked is beyond 2, which `max=0.5` gives: 10**0.5 is about 3.2.",
    ),
    "rate limits given as values": (
        "powers",
        """`rate` starts at about 1 and goes up to 100: `min=0.001` means 10**0.001, which is about 1. A
        FloatLogSlider is given exponents: `min=-3, max=0.5`.""",
    ),
    "new figure at each event": (
        "new figure",
        """Each event makes a new figure, which flickers and is slow. Make one before the observers, and draw
        on it.""",
    ),
    "drawn on another figure": (
        "elsewhere",
        "Each event opens another figure of pyplot's, and `explorer.figure` never changes. Draw on its axes.",
    ),
    "rules called at every step": (
        "busy",
        """Moving the step calls the rules again. Keep the paths, and compute them only when a setting
        changes.""",
    ),
    "rate ignored": (
        "no rate",
        "Moving the rate changes nothing. Observe it, trace again with its value, and draw.",
    ),
    "continued from the last point": (
        "onwards",
        "After a change of rate the paths go on from where they ended. Trace again from the surface's start.",
    ),
    "state shared between rules": (
        "shared",
        "Two rules write their velocity into one config. Make a new config for every trace.",
    ),
    "state kept from the last run": (
        "kept",
        "After a change of rate a rule begins with the last velocity. Make a new config for every trace.",
    ),
    "step lost when the rate changes": (
        "back",
        "Moving the rate puts the step back. Draw at the step the slider has.",
    ),
    "divergence not stopped": (
        "endless",
        "At a large rate a path runs to numbers nobody can draw. Use your trace, which stops.",
    ),
    "stopped path not named": (
        "silent",
        "A path that ended before the step looks as if it went on. Your draw_frame says so in the label.",
    ),
    "settings draw but do not trace": (
        "redraw",
        """Choosing a rate or a surface draws the old paths again. Their observers must trace first. Bound in
        a loop, each may call the last function.""",
    ),
    "surface ignored": (
        "no surface",
        "Choosing another surface changes nothing. Observe it and trace again.",
    ),
    "start of the old surface": ("old start", "On the new surface the paths begin at the old one's start."),
    "map of the old surface": (
        "old map",
        "The new paths are drawn on the old map. Clear the axes when the surface changes: `ax.clear()`.",
    ),
    "checkboxes ignored": (
        "no toggle",
        "A checkbox hides nothing. Observe its `value`, and draw only what is on.",
    ),
    "every checkbox moves the last path": (
        "last",
        """All checkboxes move the last path: a function made in a loop sees the loop's last name (late
        binding). Bind it: name=name.""",
    ),
    "checkboxes upside down": ("upside down", "A checkbox that is on hides its path, and off shows it."),
    "hidden for good": (
        "for ever",
        "A path that was hidden does not come back. Keep all paths, and choose when you draw.",
    ),
    "hidden paths come back by themselves": (
        "reappears",
        """A hidden path is there again when the step or the rate moves. Every event draws only what is on:
        let one function read all checkboxes.""",
    ),
    "hidden paths not traced": (
        "stale",
        """A path that was hidden while the rate changed comes back as it was. Trace every rule, and choose when
        you draw.""",
    ),
    "the last path cannot be hidden": (
        "last stays",
        "With every checkbox off the last path is still there. Draw then too: the map with no path on it.",
    ),
    "all off shows all": (
        "all or all",
        "With every checkbox off all paths are shown: an empty dict counts as false in `shown or paths`.",
    ),
    "two explorers share their paths": (
        "twins",
        """When another explorer is made, this one shows its paths. Keep paths, axes and image inside the
        function, not in the notebook's own variables.""",
    ),
}
"""Name -> the flaw of a desk, and what is said."""

for name, (flaw, says) in MISTAKES.items():
    make_explorer.family(lambda _: flawed(flaw), {name: says})


@make_explorer.variant
def controls_inside_boxes(surface, rules, steps=100):
    return Boxed(Desk(surface, rules, steps))


class Boxed:
    """A container whose controls lie in a container."""

    def __init__(self, inner: Desk):
        self.children, self.figure = (inner,), inner.figure


@make_explorer.variant_as_in("PyTorch")
def a_module_with_its_state(surface, rules, steps=100):
    class Explorer:
        def __init__(self):
            self.surface, self.figure, self.enabled = surface, Sheet(), dict.fromkeys(rules, True)
            self.image, self.step = Image(), Control("step", 0, self.forward, min=0, max=steps)
            self.play = Play("", 0, lambda: setattr(self.step, "value", self.play.value), min=0, max=steps)
            self.lr = Control("rate", 0.05, self.zero_state)
            self.place = Control("surface", surface.name, self.to)
            toggles = [Control(name, True, self.switch) for name in rules]
            self.children = [self.step, self.play, self.lr, self.place, *toggles, self.image]
            self.toggles = toggles
            self.zero_state()

        def zero_state(self):
            self.state = {}
            for name, rule in rules.items():
                group = {"learning_rate": self.lr.value}
                self.state[name] = as_train_2d(rule, self.surface, self.surface.start, steps, group)
            self.forward()

        def to(self):
            self.surface = SURFACES[self.place.value]
            self.figure.images.clear()
            self.zero_state()

        def switch(self):
            self.enabled = {box.description: box.value for box in self.toggles}
            self.forward()

        def forward(self):
            shown = {name: path for name, path in self.state.items() if self.enabled[name]}
            sketch(self.figure, self.surface, shown, self.step.value)
            self.image.value = png(self.figure)

    return Explorer()
