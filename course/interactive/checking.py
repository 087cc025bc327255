"""Interactive figures of lesson 01: the step size on its V, and a step that crosses a kink."""

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from course.figures import checking
from course.interactive.frames import Frames, frames
from course.numerics import errors_by_step


def axes(figure: Figure):
    """Return one axes with room for labels."""
    return figure.add_axes((0.12, 0.15, 0.84, 0.72))


def step_size(quotients: dict[str, Callable], f: Callable, derivative: Callable, x: float) -> Frames:
    """Return the V of error against h, with a slider for h and one for the precision.

    The number above the picture is what the reader's centred quotient loses at that h.
    """
    steps = 10.0 ** np.arange(-13, 0.1, 1)
    fine = 10.0 ** np.arange(-13, 0.1, 0.25)
    types = {"float64": np.float64, "float32": np.float32}
    tables = {
        (name, precision): errors_by_step(quotient, f, derivative, x, fine, dtype)
        for name, quotient in quotients.items()
        for precision, dtype in types.items()
    }

    def draw(figure: Figure, precision: str, h: float) -> str:
        ax = axes(figure)
        checking.error_by_step(ax, fine, {key: table for key, table in tables.items() if key[1] == precision})
        here = {name: np.interp(np.log(h), np.log(fine), tables[name, precision]) for name in quotients}
        ax.axvline(h, color="0.4", linewidth=1)
        text = ", ".join(f"{name} {error:.0e}" for name, error in here.items())
        ax.set_title(f"{precision}, h = {h:.0e}: {text}")
        return f"Relative error against step size in {precision}; at h = {h:.0e} it is {text}."

    return frames(
        draw,
        {"precision": list(types), "step size h": steps},
        start=(0, 8),
        label=lambda value: value if isinstance(value, str) else f"{value:.0e}",
    )


def kink(h: float = 1e-5) -> Frames:
    """Return max(0, x) with the secant of a centred difference, and a slider that moves x past the kink."""
    places = np.round(np.linspace(-2, 2, 21), 2) * h

    def draw(figure: Figure, x: float) -> str:
        ax = checking.kink(axes(figure), x, h)
        return f"The ReLU and a secant of half-width {h:.0e} around x = {x:.1e}: {ax.get_title(loc='left')}."

    # x = -1e-6 is the example of the text; it is one of the positions only if h is 1e-5.
    places = np.unique(np.append(places, -0.1 * h))
    start = int(np.argmin(np.abs(places + 0.1 * h)))
    return frames(draw, {f"x, with h = {h:.0e}": places}, start=(start,), label=lambda x: f"{x:.1e}")
