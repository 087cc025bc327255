"""Exercise ``translate_momentum_buffer``: one momentum, two conventions, and a rate that changes.

The reference goes through PyTorch's buffer; the notebook multiplies by the ratio of the rates.
"""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(v, old_rate, new_rate):
    """Return the velocity that PyTorch's buffer b, with v = -rate * b, has at the new rate."""
    buffer = -v / old_rate
    return -new_rate * buffer


translate_momentum_buffer = Exercise(
    "translate_momentum_buffer",
    points=2,
    reference=reference,
    checks=[
        Check(
            name="old and new rates",
            probe=Calls(
                arguments=[
                    (np.array([1.0, -2.0, 0.0]), 0.5, 0.2),
                    (np.array([[3.0, 0.1], [-4.0, 7.0]]), 0.07, 0.3),
                    (np.array(-0.7), 0.1, 0.1),
                    (np.array([1e-3, 1e2]), 2.0, 0.5),
                ]
            ),
            says="With the velocity you return, the next step is not the one PyTorch would take.",
        )
    ],
    visible=Calls(
        arguments=[
            (np.array([4.1, -8.3]), 0.4, 0.1),
            (np.array([1.1]), 0.01, 0.03),
            (np.array([[0.7, 0.0], [-0.3, 2.1]]), 0.2, 0.06),
            (np.array(-0.7), 0.1, 0.05),
        ]
    ),
    may_change=("v",),
    read="Exercise 5. Two momentums",
    effect="A run that is moved from one library to the other jumps where the rate changes.",
)


translate_momentum_buffer.table(
    {
        """velocity left alone: You return v as it was. CS231n's own rule does that, which is why it coasts on
        after a drop; PyTorch's step shrinks at once.
        """: lambda v, old_rate, new_rate: v,
        """ratio inverted: A smaller rate makes your velocity larger. Which of the two rates stands above the
        line?
        """: lambda v, old_rate, new_rate: v * old_rate / new_rate,
        """sign flipped: The velocity changes its sign. It does so on the way to PyTorch's buffer, and again
        on the way back.
        """: lambda v, old_rate, new_rate: -v * new_rate / old_rate,
        """buffer returned: You return PyTorch's buffer. One step more: turn it into a velocity again, at the
        new rate.
        """: lambda v, old_rate, new_rate: -v / old_rate,
        """buffer from the new rate: You divide by the new rate. The velocity was built with the old one.
        """: lambda v, old_rate, new_rate: -v / new_rate,
        """old rate forgotten: You multiply by the new rate and leave the old one inside. What was v
        multiplied by when it was built?
        """: lambda v, old_rate, new_rate: v * new_rate,
        """difference of the rates: You use the difference of the rates. Both conventions multiply: think in
        ratios.
        """: lambda v, old_rate, new_rate: v * (1 + new_rate - old_rate),
        """velocity cleared: You start from rest again. PyTorch keeps its buffer when the rate changes.
        """: lambda v, old_rate, new_rate: v * 0.0,
    }
)


@translate_momentum_buffer.variant
def in_place(v, old_rate, new_rate):
    v *= new_rate / old_rate
    return v


@translate_momentum_buffer.variant_as_in("PyTorch")
def at_each_parameter_group(v, old_rate, new_rate):
    """As one would write it for ``param_groups``, with lists taken as arrays."""
    group = {"lr": new_rate, "momentum_buffer": np.asarray(v) / -old_rate}
    return np.multiply(group["momentum_buffer"], -group["lr"])
