"""Where ticks are labelled by hand with numbers, each stands at its number: equal steps would bend every curve."""

import numpy as np
import pytest

from course.data import digits
from course.figures import checking, sanity


def entry(f, x, h):
    return np.array([(f(x + h) - f(x - h)) / (2 * h)])


def error(a, n):
    return abs(a - n) / max(abs(a), abs(n), 1e-300)


def regularised():
    return checking.under_the_regulariser(entry, error, digits().X_train[:5], digits().y_train[:5])


def penalised():
    return sanity.penalties(lambda *_: True, digits(), [0, 0.003, 0.01, 0.02, 0.03])


@pytest.mark.parametrize(("module", "draw"), [(checking, regularised), (sanity, penalised)])
def test_every_number_on_the_axis_stands_where_it_belongs(module, draw, monkeypatch):
    monkeypatch.setattr(module, "Picture", lambda figure, alt: figure)
    (ax,) = draw().axes
    ax.figure.canvas.draw()
    low, high = ax.get_xlim()
    told = [
        (tick, label.get_text())
        for tick, label in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True)
        if low <= tick <= high
    ]
    assert len(told) >= 4
    for tick, text in told:
        assert np.isclose(tick, float(text.replace("\N{MINUS SIGN}", "-")), atol=1e-12), told
    for line in ax.lines[:2]:
        assert low <= min(line.get_xdata())
        assert max(line.get_xdata()) <= high
