"""Pictures of lesson 07: two balls in a bowl that shakes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from course.descend import descend
from course.interactive.schedules import expected_loss
from course.probes.base import Rule
from course.surfaces import noisy_quadratic

LOOKS = {0.2: ("#D55E00", "-"), 0.01: ("#0072B2", "--")}


def two_balls(ax: Axes, rule: Rule, *, steps: int = 400, seed: int = 3) -> str:
    """Draw the loss of one run (thin) and of the mean run (thick) at a large and a small rate; return alt text."""
    ends = []
    for rate, (color, dash) in LOOKS.items():
        rng = np.random.default_rng(seed)
        run = descend(rule, noisy_quadratic, steps=steps, config={"learning_rate": rate}, rng=rng)
        mean = expected_loss(np.full(steps, rate), start=np.array(noisy_quadratic.start))
        ax.plot(run.losses, color=color, lw=0.8, alpha=0.6)
        ax.plot(mean, color=color, ls=dash, lw=3, label=f"rate {rate}")
        ends.append(f"rate {rate} ends at a mean loss of {mean[-1]:.2g}")
    ax.set(yscale="log", ylim=(3e-4, 10), xlabel="step", ylabel="loss")
    ax.legend(title="thin: one run\nthick: mean of all runs", loc="lower left")
    return f"Loss of two runs in a noisy bowl, on a log scale: {'; '.join(ends)}."
