"""Drive an explorer as a hand would, and read off what it shows.

An explorer is a container of controls, known by their descriptions, with a ``figure``.  It is asked with calls,
attributes, items and lengths alone, since it may live in another process; what looks deeper is called there.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ipywidgets.widgets import widget_link
from ipywidgets.widgets.widget import _instances as MADE

from course.kept_figures import open_figures
from course.mine import plain_gradient_descent
from course.probes import pictures
from course.probes.answers import required
from course.probes.base import Lent, Rule, Unusable, beside, call
from course.probes.bounded import bounded
from course.probes.wording import describe
from course.surfaces import SURFACES, ravine, saddle

OBSERVER = "An observer is called with the change: write `def draw(change=None)`."


class Counted(Lent):
    """A rule that counts how often it is called."""

    def __init__(self, rule: Rule):
        self.rule, self.calls = rule, 0

    def __call__(self, w: Any, dw: Any, config: Any = None) -> Any:
        """Call the rule."""
        self.calls += 1
        return self.rule(w, dw, config)


def leaning(share: float) -> Rule:
    """Return a walk that is no descent: a little further to the side with every call, which it counts in config."""

    def lean(w: Any, dw: Any, config: dict | None = None) -> tuple[Any, dict]:
        config = {} if config is None else config
        config["calls"] = config.get("calls", 0) + 1
        return w + share * config.get("learning_rate", 0.05) * (config["calls"] - dw), config

    return lean


def lent(rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return rules for one explorer, which may call each of them so often and no more."""
    return {name: bounded(rule, "a rule") for name, rule in rules.items()}


def visible_explorer(candidate: Callable) -> dict[str, Any]:
    """Return what the notebook's own check looks at.  Raises ``Unusable``."""
    rules = {"plain": plain_gradient_descent, "left": leaning(-0.25), "right": leaning(0.25)}
    with pictures.readable("What it returned"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No artists with labels")  # where every checkbox is off
        return {
            **stepping(candidate, rules),
            **controlled(candidate, rules),
            **setting(candidate, rules),
            **hiding(candidate, rules),
        }


def widgets(container: Any) -> Iterator[Any]:
    """Yield a container and everything inside it."""
    yield container
    for child in getattr(container, "children", ()):
        yield from widgets(child)


def control(container: Any, description: str) -> Any:
    """Return the control with a description.  Raises ``Unusable``."""
    for each in widgets(container):
        if getattr(each, "description", None) == description and hasattr(each, "value"):
            return each
    raise Unusable("missing control", f"It has no control whose description is {description!r}.")


def player(container: Any) -> Any:
    """Return the Play of an explorer, or None."""
    return next((each for each in widgets(container) if type(each).__name__ == "Play"), None)


def move(container: Any, description: str, value: Any) -> None:
    """Set the value of a control, as a hand would.  Raises ``Unusable`` for what the observers raise."""
    moved = control(container, description)
    try:
        call(setattr, moved, "value", value)
    except Unusable as trouble:
        said = f"When `{description}` is moved: {trouble.message[:1].lower()}{trouble.message[1:]}"
        if "takes 0 positional arguments but 1 was given" in said:
            said += f". {OBSERVER}"
        if "TraitError" in said and "nvalid selection" in said:
            said = f"The control `{description}` has no option {value!r}: its options are `list(SURFACES)`."
        raise Unusable(trouble.kind, said) from trouble.__cause__


def shown(container: Any) -> Any:
    """Return the figure of an explorer.  Raises ``Unusable``."""
    required(container, "explorer")
    try:
        return container.figure
    except AttributeError:
        said = "The container has no attribute `figure`: explorer.figure = ax.figure."
        if not hasattr(container, "children"):
            arrived = beside(container, describe, container)
            said = f"It must return the container, as `widgets.VBox([...])` makes it; it returned {arrived}."
        raise Unusable("no figure", said) from None


def axes(container: Any) -> Any:
    """Return the axes of an explorer's figure.  Raises ``Unusable``."""
    found = list(shown(container).axes)
    if not found:
        raise Unusable("no figure", "The figure of the explorer has no axes.")
    return found[0]


def picture(container: Any) -> list[list]:
    """Return the labelled lines in the explorer's figure.  Raises ``Unusable``."""
    ax = axes(container)
    return beside(ax, pictures.lines, ax)


def on_the_page(container: Any) -> list:
    """Return how an explorer shows its picture, a digest of that, and which widget holds it.

    The way is ``image`` (an ``Image``; ``empty`` without content), ``html`` (HTML with a picture in it), ``other``
    (an ``Output`` or a live canvas, whose content nobody can read here) or nothing.
    """
    way = ""
    for each in widgets(container):
        kind, value = type(each).__name__, getattr(each, "value", None)
        which = str(getattr(each, "model_id", ""))
        if kind == "Image" and isinstance(value, bytes | memoryview):
            return ["image" if len(value) else "empty", pictures.digest(value), which]
        if isinstance(value, str) and ("<img" in value or "<svg" in value):
            return ["html", pictures.digest(value), which]
        if kind in ("Output", "Canvas"):
            way = "other"
    return [way, "", ""]


class Page:
    """What an explorer shows on the page, event after event."""

    def __init__(self, explorer: Any):
        self.explorer = explorer
        self.way, self.last, self.place = self.look()
        self.there, self.painted = self.way != "", self.way != "empty"

    def look(self) -> list:
        """Return what ``on_the_page`` says now."""
        return beside(self.explorer, on_the_page, self.explorer)

    def changed(self) -> bool:
        """Whether what is shown has changed since the last look; what cannot be read counts as changed."""
        way, now, _ = self.look()
        changed, self.last = now != self.last, now
        return way == "other" or (way in ("image", "html") and changed)

    def state(self) -> list[str]:
        """Return digests of what is shown and of the figure as it is."""
        return [self.look()[1], self.painted_now()]

    def painted_now(self) -> str:
        """Return a digest of the figure as it is."""
        figure = shown(self.explorer)
        return beside(figure, pictures.painting, figure)

    def keeps_up(self, first: list[str]) -> bool:
        """Whether a figure that was there before is the same picture again; one that lags behind is not.

        first  its state then; the text of a picture may hold the time of day and is not compared
        """
        return self.way != "image" or self.look()[1] == first[0] or self.painted_now() != first[1]


def stepping(candidate: Callable, rules: Mapping[str, Rule], steps: int = 12) -> dict[str, Any]:
    """Move the step back and forth: what is shown, was a rule called, is the figure the same."""
    counted = {name: Counted(rule) for name, rule in rules.items()}
    open_before = beside(candidate, open_figures)
    explorer = call(candidate, saddle, lent(counted), steps)
    figure = shown(explorer)
    seen, before = [picture(explorer)], [each.calls for each in counted.values()]
    page, new = Page(explorer), []
    play = player(explorer)
    ends = [control(explorer, "step"), *([play] if play is not None else [])]
    for step in (7, 2, steps, 2):
        move(explorer, "step", step)
        seen.append(picture(explorer))
        new.append(page.changed())
        if len(new) == 2:
            first = page.state()
    fresh, _, place = page.keeps_up(first), *page.look()[1:]
    call(candidate, ravine, lent(rules), steps)
    beside_another = [picture(explorer)]
    move(explorer, "step", 7)
    beside_another.append(picture(explorer))
    opened = beside(candidate, open_figures) - open_before
    return {
        "what `step` shows, at first and when it is moved": seen,
        "`step` and Play from 0 to `steps`": [[each.min, each.max] for each in ends],
        "calling no rule when `step` moves": [each.calls for each in counted.values()] == before,
        "one figure for all steps": [shown(explorer) is figure, opened <= 1],
        "a picture on the page, from the start": [page.there, page.painted],
        "a new picture after every step": [new, fresh],
        "one place on the page for every picture": place == page.place,
        "what is shown when another explorer was made": beside_another,
    }


def controlled(candidate: Callable, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """Look at the controls: how far they go, and whether Play moves the step."""
    explorer = call(candidate, saddle, lent(dict(list(rules.items())[:1])))
    shown(explorer)
    step, rate = control(explorer, "step"), control(explorer, "rate")
    play = player(explorer)
    ends = []
    for value, near in ((1e-3, 1e-5), (2.0, 0.02), (2.1, 0.05)):
        move(explorer, "rate", value)
        ends.append(abs(rate.value - value) <= near)
    return {
        "`steps`, which is 100 unless given": step.max,
        "a Play": play is not None,
        "Play moves `step`": play is not None and bool(beside(explorer, linked, play, step)),
        "a `rate` from 0.001 to beyond 2": ends,
    }


def setting(candidate: Callable, rules: Mapping[str, Rule], steps: int = 12) -> dict[str, Any]:
    """Choose a rate, a rate that diverges, and other surfaces, at a step that stays where it is."""
    open_before = beside(candidate, open_figures)
    explorer = call(candidate, ravine, lent(rules), steps)
    figure, first = shown(explorer), beside(axes(explorer), pictures.ground, axes(explorer))
    move(explorer, "step", 9)
    page, new, paths, maps, ends = Page(explorer), [], [picture(explorer)], [first], []
    last = list(SURFACES)[-1]
    for description, value in (("surface", "saddle"), ("rate", 0.125), ("rate", 2.0), ("surface", last)):
        move(explorer, description, value)
        ax = axes(explorer)
        paths.append(picture(explorer))
        new.append(page.changed())
        if description == "surface":
            maps.append(beside(ax, pictures.ground, ax))
            ends.append(beside(ax, pictures.limits, ax))
    opened = beside(candidate, open_figures) - open_before
    return {
        "what is shown after `rate` or `surface` has changed": paths,
        "the map of the new surface": [len({*maps}) == len(maps), ends],
        "a new picture after a change of `rate` or `surface`": new,
        "one figure for all settings": [shown(explorer) is figure, opened <= 1],
    }


def hiding(candidate: Callable, rules: Mapping[str, Rule], steps: int = 12) -> dict[str, Any]:
    """Hide a path, then another, then all, show the first again; move the step, choose a rate, and show another."""
    explorer = call(candidate, saddle, lent(rules), steps)
    page, seen, new, later = Page(explorer), [], [], []
    first, second, *_ = rules

    def labels() -> list[str]:
        return [label for label, _ in picture(explorer)]

    for name, visible in ((first, False), (second, False), (first, True)):
        move(explorer, name, visible)
        seen.append(labels())
        new.append(page.changed())
    for description, value in (("step", 5), ("rate", 0.125)):
        move(explorer, description, value)
        later.append(labels())
    move(explorer, second, True)
    back = picture(explorer)
    for name in rules:
        move(explorer, name, False)
    return {
        "what the checkboxes show": seen,
        "a new picture after a checkbox": new,
        "what stays hidden when `step` or `rate` moves": later,
        "a path that is shown again, at the rate that was chosen": back,
        "nothing but the map when every checkbox is off": labels(),
    }


def linked(play: Any, step: Any) -> bool:
    """Whether Play moves the step slider: by a link in the browser or in Python, or by an observer."""
    for each in list(MADE.values()):
        if isinstance(each, widget_link.Link):  # a DirectionalLink is one too
            ends = [each.source, each.target]
            if not type(each).__name__.startswith("Directional"):
                ends += ends[::-1]
            pairs = zip(ends[::2], ends[1::2], strict=True)
            if any(one == (play, "value") and other == (step, "value") for one, other in pairs):
                return True
    aim = 3 if step.value != 3 else 4
    play.value = aim
    return bool(step.value == aim)
