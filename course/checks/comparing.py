"""The reader's path beside the one to see, as a small picture.

Only what a visible probe recorded is drawn, and only where a curve shows how something goes wrong without
being the answer: paths of update rules, traces, and functions of one number.  The rest has no picture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.probes.base import Calls, Path
from course.probes.comparing import same
from course.probes.composed import Look


@dataclass(frozen=True, kw_only=True, eq=False)
class Comparison:
    """Two lines over the same places, the reader's and the right one.

    name    the exercise; a rule gives its colour
    what    what the lines are: path or answers
    x       (n,) for both, or None when the lines are paths in the plane, (n, 2)
    leaves  index of the first point that differs
    """

    name: str
    what: str
    mine: np.ndarray
    right: np.ndarray
    x: np.ndarray | None
    xlabel: str
    ylabel: str
    leaves: int

    @property
    def title(self) -> str:
        """The finding, for the figure's title and its alt text."""
        if self.what == "path":
            return f"Your path leaves the right one at step {self.leaves}"
        at = self.leaves if self.x is None else self.x[self.leaves]
        return f"Your answers leave the right ones at {self.xlabel} {at:g}"

    @property
    def alt(self) -> str:
        """The picture in words, made from its data."""
        mine, right = self.mine[self.leaves], self.right[self.leaves]
        if not np.isfinite(mine).all():
            how = "there yours is not finite"
        elif self.x is None:
            how = f"there yours lies {side(mine - right)} it"
        else:
            how = f"there {self.ylabel} is too {'large' if mine > right else 'small'}"
        return f"Picture: {self.title}; {how}."

    def image(self) -> str:
        """Return the picture as an HTML image with alt text."""
        return drawn(self)


def side(away: np.ndarray) -> str:
    """Return the direction (2,) in which one point lies from another, in words."""
    along = int(np.argmax(np.abs(away)))
    return (("to the left of", "to the right of"), ("below", "above"))[along][int(away[along] > 0)]


def comparison(name: str, probe: Callable, outcome: Any, expected: Any) -> Comparison | None:
    """Return what to draw for a wrong outcome of a visible probe, or None when a picture would not help."""
    try:
        if isinstance(probe, Path):
            return along_a_path(name, np.array(outcome, dtype=float), np.array(expected, dtype=float))
        if isinstance(probe, Look):
            seen = next(each for each in probe.probes if not same(outcome[each], expected[each]))
            return comparison(name, probe.probes[seen], outcome[seen], expected[seen])
        if isinstance(probe, Calls):
            return one_array(name, probe, outcome, expected) or function_of_one_number(
                name, probe, outcome, expected
            )
    except (TypeError, ValueError, OverflowError):  # answers that are no numbers, or of several shapes
        return None
    return None


def along_a_path(name: str, mine: np.ndarray, right: np.ndarray) -> Comparison | None:
    """Return the coordinate of a path, (T + 1, ...), that is furthest off where the paths part."""
    mine, right = mine.reshape(len(mine), -1), right.reshape(len(right), -1)
    parts = [step for step in range(len(right)) if not same(mine[step], right[step])]
    if not parts:
        return None
    with np.errstate(all="ignore"):
        k = int(np.argmax(np.nan_to_num(np.abs(mine - right)[parts[0]], nan=np.inf)))
    return Comparison(
        name=name,
        what="path",
        mine=mine[:, k],
        right=right[:, k],
        x=np.arange(len(right)),
        xlabel="step",
        ylabel=f"w[{k}]" if right.shape[1] > 1 else "w",
        leaves=parts[0],
    )


def one_array(name: str, probe: Calls, outcome: list, expected: list) -> Comparison | None:
    """Return the first wrong answer if it is a trace (n, 2), or a curve (n,) made of a curve, n >= 3."""
    for given, mine, right in zip(probe.arguments, outcome, expected, strict=True):
        if same(mine, right):
            continue
        if not isinstance(right, np.ndarray) or right.dtype.kind != "f" or len(right) < 3:
            return None
        mine = np.asarray(mine, dtype=float)
        if mine.shape != right.shape or right.shape[1:] not in ((), (2,)):
            return None
        if right.ndim == 1 and np.shape(given[0]) != right.shape:
            return None
        leaves = next(k for k in range(len(right)) if not same(mine[k], right[k]))
        shown: dict[str, Any] = {"name": name, "mine": mine, "right": right, "leaves": leaves}
        if right.ndim == 2:
            return Comparison(**shown, what="path", x=None, xlabel="$x$", ylabel="$y$")
        return Comparison(
            **shown, what="answers", x=np.arange(len(right)), xlabel="entry", ylabel="the answer"
        )
    return None


def function_of_one_number(name: str, probe: Calls, outcome: list, expected: list) -> Comparison | None:
    """Return the answers against the one argument that varies over at least four calls, if there is one."""
    arguments = list(probe.arguments)
    for k in range(max(map(len, arguments))):
        groups: dict[str, list[int]] = {}
        for call, each in enumerate(arguments):
            if len(each) > k and isinstance(each[k], int | float) and not isinstance(each[k], bool):
                groups.setdefault(repr([*each[:k], *each[k + 1 :]]), []).append(call)
        calls = max(groups.values(), key=len, default=[])
        if len({arguments[call][k] for call in calls}) < 4 or len(calls) < len(arguments) - 2:
            continue
        calls = sorted(calls, key=lambda call: arguments[call][k])
        x = np.array([arguments[call][k] for call in calls], dtype=float)
        mine = np.array([outcome[call] for call in calls], dtype=float)
        right = np.array([expected[call] for call in calls], dtype=float)
        differs = [at for at in range(len(x)) if not same(mine[at], right[at])]
        if x.ndim == mine.ndim == right.ndim == 1 and differs:
            shown: dict[str, Any] = {"name": name, "mine": mine, "right": right, "leaves": differs[0]}
            return Comparison(**shown, what="answers", x=x, xlabel="argument", ylabel="the answer")
    return None


def drawn(what: Comparison) -> str:
    """Draw a comparison, in the colours of the course whatever the notebook has set; return an HTML image."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from course import plots

    with matplotlib.rc_context(fname=str(plots.STYLE)):
        matplotlib.rcParams.update({"figure.constrained_layout.use": False, "savefig.dpi": 130})
        figure = Figure(figsize=(4.6, 2.7))
        FigureCanvasAgg(figure)
        ax = figure.add_axes((0.15, 0.2, 0.8, 0.66))
        style = plots.rule_style(what.name)
        mine = np.where(np.isfinite(what.mine), what.mine, np.nan)
        pairs = [what.right.T, mine.T] if what.x is None else [(what.x, what.right), (what.x, mine)]
        ax.plot(*pairs[0], color="0.65", lw=6, solid_capstyle="round", label="expected")
        ax.plot(
            *pairs[1], **plots.line_style(what.name) | {"label": "yours"}, marker=style["marker"], mec="white"
        )
        x_range, y_range = limits(what)
        ax.set(xlim=x_range, ylim=y_range, xlabel=what.xlabel, ylabel=what.ylabel)
        ax.set_title(what.title, fontsize=10)
        ax.locator_params(nbins=5)
        ax.legend(fontsize=9)
        return plots.Picture(figure, what.alt)._repr_mimebundle_()["text/html"]


def limits(what: Comparison) -> list[tuple[float, float]]:
    """Return the range of each axis: that of the right line, and of the reader's as far as three times that."""
    right = what.right if what.x is None else np.stack([what.x, what.right], axis=1)
    mine = what.mine if what.x is None else np.stack([what.x, what.mine], axis=1)
    found = []
    for k in range(2):
        low, high = right[:, k].min(), right[:, k].max()
        room = (high - low) or max(abs(high), 1.0)
        near = mine[:, k][np.isfinite(mine[:, k])]
        near = near[(near > low - 3 * room) & (near < high + 3 * room)]
        low, high = min([low, *near]), max([high, *near])
        margin = 0.08 * ((high - low) or room)
        found.append((low - margin, high + margin))
    return found
