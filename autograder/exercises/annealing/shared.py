"""Defaults of the schedules."""

from collections.abc import Mapping
from typing import Any

EFFECT = (
    "Each step is taken with a rate other than the one you planned: too small, and training freezes; too large, "
    "and it never settles."
)
"""What a mistake in a schedule does to training."""


def settings(config: Mapping[str, Any] | None, **defaults: Any) -> dict[str, Any]:
    """Return the config with the defaults of all schedules filled in."""
    return {"initial_rate": 0.1, "per_epoch": 100, **defaults, **(config or {})}
