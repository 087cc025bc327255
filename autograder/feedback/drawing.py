"""Pictures for feedback pages: what a known mistake does, drawn once for each mistake."""

from functools import lru_cache
from typing import Any

import numpy as np

from autograder.feedback.consequences import Answers, Consequence, Losses, Paths, consequence
from autograder.judging.records import Exercise, Known
from course import plots
from course.surfaces import ravine

GOOD, BAD = "#007A5E", "#B34700"
"""Of the course's green and vermilion, dark enough for white words."""

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

RIGHT: dict[str, Any] = {"color": "0.35", "lw": 3, "label": "right"}


@lru_cache(maxsize=512)
def picture(exercise: Exercise, known: Known) -> tuple[str, str]:
    """Return an HTML image with alt text and a caption for a mistake; two empty texts when nothing can be drawn."""
    found = consequence(exercise, known)
    if found is None:
        return "", ""
    what = "convention" if known.share else "mistake"
    words = said(found, what)
    return drawn(exercise.name, found, words, what), words


def value(number: float) -> str:
    """Return a number with two digits as one writes it by hand: 0.021, 1.2 · 10⁻⁵."""
    digits, _, power = f"{number:.2g}".partition("e")
    return f"{digits} · 10{str(int(power)).translate(RAISED)}" if power else digits


def said(found: Consequence, what: str = "mistake") -> str:
    """Return in a sentence what a picture of a mistake, or of a convention, shows, made from its data."""
    if isinstance(found, Paths):
        mine, right = found.mine, found.right
        after = f"after {right.evaluations} steps"
        if mine.stopped:
            end = f"ends after {mine.evaluations} steps: {mine.stopped.rstrip('.')}"
        else:
            end = f"has loss {value(mine.losses[-1])} {after}"
        aim = (
            f"{'the right one' if what == 'mistake' else 'that of the lesson'} has {value(right.losses[-1])}"
        )
        return f"On the ravine, {found.where}, the run with this {what} {end}; {aim}."
    if isinstance(found, Losses):
        last = found.mine[-1]
        end = value(last) if np.isfinite(last) and abs(last) < 1e6 else "beyond all bounds"
        return (
            f"A small classifier trained with this {what}: after {len(found.mine) - 1} steps its loss is {end}; "
            f"trained rightly it is {value(found.right[-1])}."
        )
    wrong = [label for label, holds in zip(found.labels, found.agree, strict=True) if not holds]
    count = f"{len(wrong)} of {len(found.labels)}"
    if found.of == "properties":
        return f"Of the properties that the graded check looks at, {count} do not hold: {', '.join(wrong)}."
    return f"In the visible check of the notebook, {count} answers are wrong with this {what}."


def drawn(name: str, found: Consequence, words: str, what: str = "mistake") -> str:
    """Return a picture as an HTML image; its alt text is the sentence."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(fname=str(plots.STYLE)):
        matplotlib.rcParams.update(
            {
                "savefig.dpi": 120,
                "font.size": 10,
                "axes.titlesize": 10.5,
                "axes.labelsize": 10,
                "legend.fontsize": 9,
            }
        )
        figure = Figure(figsize=(5.4, 2.7), layout="constrained")
        FigureCanvasAgg(figure)
        if isinstance(found, Paths):
            draw_paths(figure, name, found, what)
        elif isinstance(found, Losses):
            ax = figure.subplots()
            ax.plot(found.right, **RIGHT)
            ax.plot(np.clip(found.mine, None, 1e6), color=BAD, ls="--", label=f"with the {what}")
            ax.set(xlabel="step", ylabel="loss", title="The loss of a small classifier")
            ax.set_ylim(*window(found.right, found.mine))
            ax.legend()
        else:
            draw_answers(figure.subplots(), found)
        return plots.Picture(figure, words)._repr_mimebundle_()["text/html"]


def draw_paths(figure: Any, name: str, found: Paths, what: str) -> None:
    """Draw two runs on the ravine and their losses, the mistaken one in the colour of the rule."""
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    plots.contour(left, ravine, levels=9, points=81)
    style = plots.line_style(name) | {"label": f"with the {what}"}
    if name == "sgd":
        style["color"] = BAD  # the rule's own black would pass for the grey of the right one
    marks: dict[str, Any] = {"marker": plots.rule_style(name)["marker"], "ms": 3.5, "mec": "none"}
    left.plot(*found.right.points.T, **RIGHT)
    left.plot(*found.mine.points.T, **style, **marks)
    left.plot(*found.right.points[0], marker="o", ms=8, mfc="none", mec="black")
    left.set_title("On the ravine")
    left.legend(loc="lower right", frameon=True, framealpha=0.85)  # seldom does a path go there
    right.plot(np.maximum(found.right.losses, 1e-12), **RIGHT)
    right.plot(np.maximum(found.mine.losses, 1e-12), **style)
    if found.mine.stopped and len(found.mine.losses) > 0:
        right.plot(
            len(found.mine.losses) - 1, found.mine.losses[-1], marker="x", ms=8, mew=2, color=style["color"]
        )
    right.set(xlabel="step", ylabel="loss", yscale="log", title="Its loss")
    top = max(found.right.losses[0] * 1e3, 1.0)
    low = min(found.right.losses.min(), max(found.mine.losses.min(), 1e-12))
    right.set_ylim(max(low / 3, 1e-9), min(max(found.right.losses.max(), found.mine.losses.max()) * 3, top))


def draw_answers(ax: Any, found: Answers) -> None:
    """Draw how far each answer is from the right one, or only which are right where that is no number."""
    places = np.arange(len(found.labels))
    colours = [GOOD if right else BAD for right in found.agree]
    ratios = found.ratios
    wrong = [each for each, right in zip(ratios, found.agree, strict=True) if not right]
    if found.of == "calls" and any(each is not None and abs(each - 1) > 1e-3 for each in wrong):
        ax.axhline(1, color="0.35", lw=3, zorder=0)
        shown = [min(max(each, -3.0), 5.0) if each is not None else np.nan for each in ratios]
        for place, value, right, colour in zip(places, shown, found.agree, colours, strict=True):
            ax.plot(place, value, marker="o" if right else "X", ms=10, color=colour, mec="white")
        ax.set(ylabel="times the right answer", title="Each answer, as a multiple of the right one")
        ax.set_ylim(min(-0.2, np.nanmin(shown) - 0.3), max(2.0, np.nanmax(shown) + 0.3))
        short = sum(map(len, found.labels)) <= 60
        ax.set_xticks(places, found.labels if short else [str(place + 1) for place in places])
        ax.set_xlabel("call of the visible check")
        return
    ax.barh(places, np.ones(len(places)), color=colours, height=0.7)
    for place, label, right in zip(places, found.labels, found.agree, strict=True):
        ax.text(0.02, place, f"{'✓' if right else '✗'}  {label}", va="center", color="white", weight="bold")
    ax.set(xlim=(0, 1), xticks=[], yticks=[], title="What holds, and what does not")
    ax.invert_yaxis()
    ax.grid(False)
    ax.spines[["left", "bottom"]].set_visible(False)


def window(right: np.ndarray, mine: np.ndarray) -> tuple[float, float]:
    """Return a range that holds the right curve, and the other as far as four times that."""
    low, high = float(right.min()), float(right.max())
    near = mine[np.isfinite(mine) & (mine < high + 3 * (high - low)) & (mine > low - 3 * (high - low))]
    return min([low, *near]) - 0.05 * (high - low), max([high, *near]) + 0.08 * (high - low)
