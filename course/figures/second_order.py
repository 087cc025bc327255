"""Pictures of lesson 08: sixty steps against one, and the weight of Hessians."""

from __future__ import annotations

from matplotlib.axes import Axes

from course import plots
from course.descend import descend
from course.probes.base import Rule
from course.surfaces import ravine

MODELS = {  # parameters, from the papers' own text
    "digits softmax": 650,
    "LeNet-5 (1998)": 60_000,
    "one million": 1_000_000,
    "ResNet-50 (2015)": 25_600_000,
    "GPT-2 (2019)": 1_500_000_000,
    "GPT-3 (2020)": 175_000_000_000,
    "Llama 3.1 (2024)": 405_000_000_000,
}
MACHINES = {"a laptop, 16 GiB": 16.0, "one H100, 80 GB": 80e9 / 2**30}


def sixty_against_one(ax: Axes, rule: Rule) -> str:
    """Draw gradient descent at the best rate of the ravine, and one straight step; return alt text."""
    trace = descend(rule, ravine, steps=60, config={"learning_rate": 2 / (1 + 25)})
    plots.contour(ax, ravine)
    plots.paths(ax, {"sgd": trace})
    color = plots.rule_style("newton")["color"]
    ax.annotate("", ravine.minima[0], ravine.start, arrowprops={"arrowstyle": "-|>", "lw": 3, "color": color})
    ax.text(-0.35, 0.42, "one step of the other method", color="#7a4a00", weight="bold")
    return (
        f"In the ravine gradient descent needs 60 steps to a loss of {trace.losses[-1]:.1g}; "
        "one straight step of the other method ends at 0."
    )


def label_models(ax: Axes) -> Axes:
    """Write the names of models beside the line of float32 Hessians, and draw what two machines hold."""
    for name, k in MODELS.items():
        right = name == "Llama 3.1 (2024)"
        away, side = ((8, -9), "left") if right else ((-8, 4), "right")
        ax.annotate(name, (k, 4 * k**2 / 2**30), away, textcoords="offset points", ha=side, fontsize=9)
    for name, gib in MACHINES.items():
        ax.axhline(gib, color="0.6", lw=1, ls=":")
        ax.text(1.8e13, gib, name, ha="right", va="bottom" if gib > 50 else "top", color="0.35", fontsize=9)
    return ax
