"""Read a candidate's figures and move its controls, in this process or in another one.

A figure, its axes and its lines stay where the candidate made them; only calls, attributes, items and lengths
are used here, and only numbers, strings and arrays come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from course.probing import Unusable, call


def beside(candidate: Callable, function: Callable) -> Any:
    """Return what a function of the course returns where the candidate runs."""
    examination = getattr(candidate, "_examination", None)
    return function() if examination is None else examination.ask("call", function, (), {})


def lines(ax: Any) -> list[list]:
    """Return [label, (N, 2) points] of every labelled line, in the order of the labels."""
    found = []
    for line in ax.lines:
        label = line.get_label()
        if isinstance(label, str) and label and not label.startswith("_"):
            points = np.stack([numbers(line.get_xdata()), numbers(line.get_ydata())], axis=-1)
            found.append([label, points])
    return sorted(found, key=lambda each: (each[0], len(each[1])))


def numbers(values: Any) -> np.ndarray:
    """Return coordinates as an array of one dimension."""
    return np.asarray(values, dtype=np.float64).reshape(-1)


def limits(ax: Any) -> list[float]:
    """Return the four limits of the axes."""
    return [float(each) for each in (*ax.get_xlim(), *ax.get_ylim())]


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


def move(container: Any, description: str, value: Any) -> None:
    """Set the value of a control, as a hand would.  Raises ``Unusable`` for what the observers raise."""
    call(setattr, control(container, description), "value", value)


def shown(container: Any) -> Any:
    """Return the figure of an explorer.  Raises ``Unusable``."""
    if container is None:
        raise Unusable("returns None", "It returned None. Does it end in `return explorer`?")
    try:
        return container.figure
    except AttributeError:
        raise Unusable(
            "no figure", "The container has no attribute `figure`: explorer.figure = ax.figure."
        ) from None


def picture(container: Any) -> list[list]:
    """Return the labelled lines in the explorer's figure.  Raises ``Unusable``."""
    axes = list(shown(container).axes)
    if not axes:
        raise Unusable("no figure", "The figure of the explorer has no axes.")
    return lines(axes[0])
