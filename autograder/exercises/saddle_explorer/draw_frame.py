"""One frame: the surface, and of every path the first k + 1 points."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercises.saddle_explorer.paper import Sheet, cover
from autograder.judging import Check, Exercise
from course import plots
from course.kept_figures import background, blank_axes
from course.probes import frames
from course.probes.pictures import readable

LONG = np.stack([np.linspace(1, -1, 9), np.linspace(0, 0.8, 9) ** 2], axis=-1)
BENT = np.stack([np.cos(np.arange(1, 10.0)), np.sin(np.arange(1, 10.0)) / 2], axis=-1)
SHORT = np.array([[1.0, 0.0], [-1.1, 0.1], [40.0, 0.3]])
PATHS = {"signs": LONG, "plain": BENT}

ON_PAPER: list[Callable] = []
"""Functions of ours that need no Matplotlib: a frame of theirs takes microseconds."""


def asked(look: Callable, *what: Any) -> Callable[[Callable], Any]:
    """Return a probe that lets a function draw on axes of Matplotlib's, or on paper if it is one of ours."""

    def probe(candidate: Callable) -> Any:
        ours = any(candidate is each for each in ON_PAPER)
        with readable("What lies on the axes"):
            return look(candidate, *what, blank=Sheet if ours else blank_axes)

    return probe


def reference(ax, surface, paths, step):
    """Take off all lines and put on those of this frame; the map is laid when the sheet is empty."""
    if len(ax.images) == 0:
        cover(ax, surface)
    for line in list(ax.lines):
        line.remove()
    for name in paths:
        seen = [row for k, row in enumerate(paths[name]) if k <= step]
        over = f" (stopped at step {len(seen) - 1})" if len(seen) <= step else ""
        colour = plots.rule_style(name)["color"]
        ax.plot(*np.transpose(seen), label=name + over, color=colour)
        ax.plot(*seen[0], marker="o", color=colour)
    ax.legend()
    ax.set(xlim=surface.domain[0], ylim=surface.domain[1])
    return ax


def sketch(ax, surface, paths, step, *, flaw=""):
    """Draw a frame with one flaw, and return the axes."""
    bare = len(ax.images) == 0
    if flaw == "no map on cleared axes":
        bare, ax.covered = not getattr(ax, "covered", False), True
    if flaw == "a map for every frame" or (bare and flaw != "surface not drawn"):
        cover(ax, surface)
    stays = {
        "old lines stay": lambda label: True,
        "old markers stay": lambda label: label[0] == "_",
        "paths that are gone stay": lambda label: label[0] != "_" and label.split(" (")[0] not in paths,
        "markers of other paths": lambda label: label[0] == "_",
    }.get(flaw, lambda label: False)
    for line in list(ax.lines):
        if not stays(line.get_label()):
            line.remove()
    marked = {line.get_color() for line in ax.lines}
    for k, (name, points) in enumerate(paths.items()):
        last = len(points) - 1
        end = step + {"one point too few": 0, "whole path at every step": 10**6}.get(flaw, 1)
        rows = points[step : step + 1] if flaw == "one point instead of a path" else points[:end]
        if flaw == "paths cut for good":
            paths[name] = rows
        if (flaw == "only the first path" and k > 0) or (flaw == "stopped path vanishes" and step > last):
            continue
        called = {"stop counted from one": last + 1, "present step for the stop": step}.get(flaw, last)
        label = (
            f"{name} (stopped at step {called})" if step > last and flaw != "stopped path not named" else name
        )
        x, y = rows.T[::-1] if flaw == "x and y swapped" else rows.T
        colour = {
            "colours change from frame to frame": None,
            "one colour for all": "#777777",
            "colours go by place": plots.SPARE_STYLES[k]["color"],
        }.get(flaw, plots.rule_style(name)["color"])
        ax.plot(x, y, label=None if flaw == "lines without labels" else label, color=colour)
        if flaw == "no marker at the start" or (flaw == "markers of other paths" and colour in marked):
            continue
        place = len(rows) - 1 if flaw == "marker at the end only" else 0
        ax.plot(x[place : place + 1], y[place : place + 1], marker="o", color=plots.rule_style(name)["color"])
    if flaw != "no legend" and (flaw != "the first legend stays" or ax.get_legend() is None):
        ax.legend()
    along, up = np.concatenate([*paths.values(), np.transpose(surface.domain)]).T
    far = {"xlim": (along.min(), along.max()), "ylim": (up.min(), up.max())}
    ax.set(
        **far if flaw == "map follows the paths" else {"xlim": surface.domain[0], "ylim": surface.domain[1]}
    )
    return None if flaw == "nothing returned" else ax


def flawed(flaw):
    """Return a frame with one flaw, by the name of the mistake or convention."""

    def frame(ax, surface, paths, step):
        return sketch(ax, surface, paths, step, flaw=flaw)

    return frame


ON_PAPER.append(reference)
FREE = "The text leaves free what colour the marker has, and what lies above what."
HELD = "`background` has set these limits, and with them set no line moves them."
draw_frame = Exercise(
    "draw_frame",
    points=6,
    reference=reference,
    checks=[
        Check(
            name="frames",
            probe=asked(frames.one_after_the_other, PATHS),
            says="Frames drawn one after the other on the same axes are not what their steps say.",
        ),
        Check(
            name="first frame",
            probe=asked(frames.first, PATHS),
            says="Frame 0 is not a point of every path.",
        ),
        Check(
            name="ended",
            probe=asked(frames.ended, SHORT),
            says="A path that ended before this step is not drawn and named as agreed, within the map.",
        ),
    ],
    visible=frames.visible_frames,
    praise="These frames agree.",
    read="Exercise 2. Draw a frame",
    free=["loc"],
    equivalent={
        "ax.plot(*points[:step + 1].T, **look); ax.plot(*points[0], m"
        "…ker='o', color=look['color']) -> (exchanged)": (FREE),
        "ax.plot(*np.transpose(seen), label=name + over, color=colour"
        "…0], marker='o', color=colour) -> (exchanged)": (FREE),
        "…plot(*points[0], marker='o', color=look['color']) -> …plot(*points[0], marker='o')": FREE,
        "…plot(*seen[0], marker='o', color=colour) -> …plot(*seen[0], marker='o')": FREE,
        "ax.legend(); ax.set(xlim=surface.domain[0], ylim=surface.domain[1]) -> (exchanged)": FREE,
        "ax.set(xlim=surface.domain[0], ylim=surface.domain[1]); ax.legend() -> (exchanged)": FREE,
        "ax.set(xlim=surface.domain[0], ylim=surface.domain[1]) -> (removed)": HELD,
        "ax.set(xlim=surface.domain[0], ylim=surface.domain[1]) -> ax.set(ylim=surface.domain[1])": HELD,
        "…set(xlim=surface.domain[0], ylim=surface.domain[1]) -> …set(xlim=surface.domain[0])": HELD,
        "for line in list(ax.lines): -> for line in ax.lines:": "Matplotlib goes through a list of its own.",
    },
    effect="A frame that shows more or less than its step tells another story than the run.",
)


draw_frame.family(
    flawed,
    {
        "paths cut for good": """The caller's paths were shortened, so a later frame cannot show more. Slice
        into a new name.""",
    },
    in_place=True,
)
draw_frame.family(
    flawed,
    {
        "one point too few": """Step k shows k points instead of k + 1: the start is step 0. Slice up to `step
        + 1`.""",
        "whole path at every step": "Every frame shows whole paths: `step` is not used. Slice the points.",
        "one point instead of a path": """Only the point of this step is drawn. A frame shows the path up to
        it.""",
        "old lines stay": """Lines of the frame before are still on the axes. Remove them first: `for line in
        list(ax.lines)`.""",
        "old markers stay": """Markers or unlabelled lines of the frame before are still on the axes, more
        with every frame. Remove all of `list(ax.lines)`; what `scatter` draws is in `ax.collections`.""",
        "paths that are gone stay": """A path that is no longer among `paths` is still on the axes. Remove all of
        `list(ax.lines)`, not only the lines you draw again.""",
        "markers of other paths": """With other paths under the same names, the markers stay where the old paths
        began. Remove them too, or move them to point 0.""",
        "no map on cleared axes": """On axes that were cleared there is no map: whether there is one was noted
        elsewhere. Ask the axes themselves: `if not ax.images`.""",
        "a map for every frame": """Every frame lays another map on the axes, and each is slower than the
        last. Call `background` only when `ax.images` is empty.""",
        "surface not drawn": """There are paths, but no surface under them. Call `background(ax, surface)`
        when `ax.images` is empty.""",
        "only the first path": """Only one path is drawn. Something that belongs inside the loop over the
        paths ends it, or stands after it.""",
        "x and y swapped": "x and y are exchanged: column 0 of a path is x, column 1 is y.",
        "lines without labels": "There are lines, but they carry no names. Pass `label=` when you plot.",
    },
)


@draw_frame.mistake
def drawn_on_other_axes(ax, surface, paths, step):
    """Nothing was drawn on the axes you were given. `plt.plot` draws on pyplot's own; call `ax.plot`."""
    sketch(Sheet(), surface, paths, step)
    cover(ax, surface)
    ax.set(xlim=surface.domain[0], ylim=surface.domain[1])
    return ax


draw_frame.family(
    flawed,
    {
        "stopped path vanishes": """A path that ended before this step is missing. Draw it whole; that it
        ended is what one wants to see.""",
        "stopped path not named": """A path that ended before this step looks as if it went on. Say so in its
        label.""",
        "stop counted from one": """The label names the number of points, which is one more than the last
        step.""",
        "present step for the stop": """The label of a stopped path names the step of the frame. Name the last
        step the path has.""",
        "map follows the paths": """A path that runs away stretches the axes until the surface is a dot. Set
        the limits to the domain, last.""",
    },
)


draw_frame.family(
    flawed,
    {
        "colours change from frame to frame": """Every frame goes on in Matplotlib's colour cycle, so the same
        rule changes its colour while it plays. Give each name its own:
        `color=plots.line_style(name)["color"]`. The rest is right.""",
        "colours go by place": """A colour belongs to the place in the list, so hiding one rule recolours
        those after it. Take the colour from the name: `plots.line_style(name)`. The rest is right.""",
        "one colour for all": """All paths have one colour, so the legend cannot tell them apart. Take the
        colour from the name: `plots.line_style(name)`. The rest is right.""",
        "no marker at the start": """Nothing marks where a path starts, and frame 0, a line of one point,
        looks empty. Plot point 0 with a marker. The rest is right.""",
        "marker at the end only": """The marker is at the end of the path; at step 0 that is the start, later
        the start has none. Mark point 0 in every frame. The rest is right.""",
        "no legend": """The lines have labels, but no legend shows them. Call `ax.legend()` after the lines
        are drawn. The rest is right.""",
        "the first legend stays": """The legend is made once and still names paths that are gone. Call
        `ax.legend()` in every frame. The rest is right.""",
        "nothing returned": "The frame is right, but the axes do not come back. End in `return ax`.",
    },
    share=0.75,
)


ON_PAPER += [known.function for known in (*draw_frame.mistakes, *draw_frame.conventions)]


@draw_frame.variant
def cleared_and_drawn_anew(ax, surface, paths, step):
    ax.clear()
    background(ax, surface)
    for name, points in paths.items():
        seen, colour = points[: step + 1], plots.rule_style(name)["color"]
        over = f" (stopped at step {len(points) - 1})" if len(points) <= step else ""
        ax.plot(seen[:, 0], seen[:, 1], "-", color=colour, label=name + over)
        ax.scatter(seen[0, 0], seen[0, 1], color=colour)
    ax.legend(loc="lower left", fontsize="small")
    ax.set_xlim(*surface.domain[0])
    ax.set_ylim(*surface.domain[1])
    return ax


@draw_frame.variant
def lines_moved_in_place(ax, surface, paths, step):
    if not ax.images:
        background(ax, surface)
    kept = {line.get_gid(): line for line in ax.lines}
    for gone in kept.keys() - paths.keys():
        kept.pop(gone).remove()
    for name, points in paths.items():
        look = plots.line_style(name) | {"marker": "o", "markevery": [0]}
        line = kept.get(name) or ax.plot([], [], gid=name, **look)[0]
        line.set_data(*points[: step + 1].T)
        line.set_label(name if step < len(points) else f"{name} (stopped at step {len(points) - 1})")
    ax.axis([*surface.domain[0], *surface.domain[1]])
    ax.figure.legends.clear()
    ax.figure.legend(handles=list(ax.lines))
    return ax


@draw_frame.variant
def level_lines_of_its_own(ax, surface, paths, step):
    ax.clear()
    plots.contour(ax, surface)
    shades = {"plain": "C0", "signs": "C1", "stride": "C2"}
    for name in paths:
        x, y = zip(*paths[name][: step + 1], strict=True)
        ended = "" if step <= len(paths[name]) - 1 else f" (stopped at step {len(paths[name]) - 1})"
        ax.plot(x, y, "o-", ms=4, lw=2, alpha=0.8, color=shades.get(name, "k"), label=f"{name}{ended}")
    return ax.legend(title="rules").axes


@draw_frame.variant_as_in("d2l")
def as_show_trace_2d(ax, surface, paths, step):
    def show_trace_2d(axes, label, results, color):
        axes.plot(*zip(*results, strict=True), "-", color=color, label=label)
        axes.plot([results[0][0]], [results[0][1]], "o", color=color)

    ax.cla()
    background(ax, surface)
    for name, results in paths.items():
        stopped = len(results) - 1
        label = f"{name} (stopped at step {stopped})" if stopped < step else name
        show_trace_2d(
            ax, label, [tuple(point) for point in results[: step + 1]], plots.rule_style(name)["color"]
        )
    ax.set(xlim=surface.domain[0], ylim=surface.domain[1])
    ax.legend()
    return ax
