"""What the exercises of this lesson have in common."""

EFFECT = (
    "The loss still falls for a while, since a wrong gradient often points downhill, and nothing complains."
)
"""What a mistake in a backward pass does to training."""
