"""A momentum that grows linearly from 0.5 at step 0 to 0.99 at step T, and stays there."""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls

FIRST, LAST = 0.5, 0.99


def reference(t, T, *, first=FIRST, last=LAST):
    """Look the value up on the line through (0, 0.5) and (T, 0.99), flat outside; NaN for ends that are none."""
    rises = 0 <= first < last <= 1
    return float(np.interp(t, [0.0, T], [first, last])) if rises else np.nan


momentum_schedule = Exercise(
    "momentum_schedule",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="ramp",
            probe=Calls(
                arguments=[
                    (0, 8),
                    (1, 8),
                    (3, 8),
                    (7, 8),
                    (8, 8),
                    (37, 400),
                    (250, 400),
                    (5, 7),
                    (3, 12),
                    (700, 3000),
                ]
            ),
            says="Between step 0 and step T the momentum is not on the straight line from 0.5 to 0.99.",
        ),
        Check(
            name="afterwards",
            probe=Calls(arguments=[(9, 8), (16, 8), (1000, 400), (12, 7), (9, 3)]),
            says="After step T the momentum does not stay at its last value.",
        ),
    ],
    visible=Calls(arguments=[(0, 10), (3, 10), (5, 10), (10, 10), (14, 10), (5, 2000)]),
    numbers={"first": FIRST, "last": LAST},
    read="Exercise 6. A schedule for the momentum",
    equivalent=dict.fromkeys(
        (
            "rises = 0 <= first < last <= 1 -> rises = -1 <= first < last <= 1",
            "rises = 0 <= first < last <= 1 -> rises = 0 < first < last <= 1",
            "rises = 0 <= first < last <= 1 -> rises = 0 <= first < last < 1",
            "rises = 0 <= first < last <= 1 -> rises = 0 <= first < last <= 2",
            "rises = 0 <= first < last <= 1 -> rises = 0 <= first <= last <= 1",
            "…0.0, T], [first, last])) if rises else np.nan -> …0.0, T], [first, last]))",
        ),
        "The ends are 0.5 and 0.99 wherever it is asked; others are tried to find a constant of one's own.",
    ),
    effect="There is too much friction or too little at the wrong time of training.",
)


@momentum_schedule.convention(share=0.75)
def starts_at_zero(t, T):
    """The line starts at 0 and not at 0.5. All else is right."""
    return 0.99 * min(t / T, 1.0)


momentum_schedule.table(
    {
        """not clamped: After step T the momentum grows on, past 1, and every velocity grows with it. What
        should happen when t is larger than T?
        """: lambda t, T: 0.5 + 0.49 * t / T,
        """clamped at one: After step T the momentum grows on to 1, where a velocity never decays. The last value
        is 0.99: clamp the part of the way that has been covered, not the momentum.
        """: lambda t, T: min(0.5 + 0.49 * t / T, 1.0),
        """started again after T: After step T the schedule starts from the beginning. It should stay where it
        arrived.
        """: lambda t, T: 0.5 + 0.49 * (t / T if t <= T else t % T / T),
        """decreasing: The momentum falls from 0.99 to 0.5. Larger mu is less friction: begin with much
        friction and let the ball go.
        """: lambda t, T: 0.99 - 0.49 * min(t / T, 1.0),
        """one step early: The schedule is one step ahead: step 0 does not get the first value. Count t from
        0.
        """: lambda t, T: 0.5 + 0.49 * min((t + 1) / T, 1.0),
        """arrives one step early: The last value is reached at step T - 1. The schedule takes T steps, so it
        divides by T.
        """: lambda t, T: 0.5 + 0.49 * min(t / (T - 1), 1.0),
        """one step late: The schedule is one step behind: step 1 still gets the first value. Count t from 0.
        """: lambda t, T: 0.5 + 0.49 * min(max(t - 1, 0) / T, 1.0),
        """floor division: The momentum stays at its first value and jumps at step T. `//` drops the
        fraction; `/` keeps it.
        """: lambda t, T: 0.5 + 0.49 * min(t // T, 1),
        """last value added to the first: At step T the first value and the whole last value have been added.
        What is added along the way is only the difference of the two.
        """: lambda t, T: 0.5 + 0.99 * min(t / T, 1.0),
        """geometric: The ends are right and the way between is curved: the values are multiplied from step to
        step. Here they lie on a straight line.
        """: lambda t, T: 0.5 * (0.99 / 0.5) ** min(t / T, 1.0),
    }
)


@momentum_schedule.convention(share=0.75)
def ends_at_one(t, T):
    """The line ends at 1, where a velocity never decays. The last value is 0.99. All else is right."""
    return 0.5 + 0.5 * min(t / T, 1.0)


@momentum_schedule.variant
def clamped_fraction(t, T):
    return 0.5 + (0.99 - 0.5) * min(t / T, 1)


@momentum_schedule.variant
def from_a_table(t, T):
    """Steps are counted, so a table of one value for each is enough."""
    return np.linspace(0.5, 0.99, T + 1)[min(t, T)]


@momentum_schedule.variant
def weighted_ends(t, T):
    part = np.clip(t / T, 0, 1)
    return (1 - part) * 0.5 + part * 0.99


@momentum_schedule.variant
def with_an_early_return(t, T):
    if t >= T:
        return 0.99
    return np.array(0.5 + t * 0.49 / T)


@momentum_schedule.variant_as_in("PyTorch")
def as_a_scheduler_with_state(t, T):
    class LinearMomentum:
        def __init__(self, start, end, total_iters):
            self.group = {"momentum": start}
            self.start, self.end, self.total_iters = start, end, total_iters
            self.last_epoch = 0

        def step(self):
            self.last_epoch += 1
            pct = min(self.last_epoch, self.total_iters) / self.total_iters
            self.group["momentum"] = self.start + pct * (self.end - self.start)

    scheduler = LinearMomentum(0.5, 0.99, T)
    for _ in range(t):
        scheduler.step()
    return scheduler.group["momentum"]
