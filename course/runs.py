"""Probes made of other probes: several in one, paths in turn, a path resumed, what a path leaves of its gradients.

Like ``Path`` and ``Calls`` they are plain data, and what comes back is an outcome that ``same`` can compare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.probing import Calls, Path, Rule


@dataclass(frozen=True, kw_only=True, eq=False)
class Turns:
    """Drive one rule along several paths of one length, a step of each in turn, each with a config of its own."""

    paths: Sequence[Path]

    def __call__(self, rule: Rule) -> list[list[np.ndarray]]:
        """Return every path without its start.  Raises ``Unusable``."""
        taken = zip(*(path.steps(rule) for path in self.paths), strict=True)
        return [list(each) for each in zip(*([w for w, _ in steps] for steps in taken), strict=True)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Resumed:
    """Drive a rule along a path whose state is saved and loaded on the way.

    at  step before which every entry of the config is replaced by a deep copy
    """

    path: Path
    at: int

    def __call__(self, rule: Rule) -> list[np.ndarray]:
        """Return the path without its start.  Raises ``Unusable``."""
        return [w for w, _ in self.path.steps(rule, reloaded=self.at)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Given:
    """Drive a rule along a path and look at what becomes of the gradients that it is given."""

    path: Path

    def __call__(self, rule: Rule) -> list[np.ndarray]:
        """Return the array that was the gradient of each step, as it is after the call.  Raises ``Unusable``."""
        return [dw for _, dw in self.path.steps(rule)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Several:
    """Give a function to several probes, one after the other."""

    probes: Mapping[str, Callable[[Callable], Any]]

    def __call__(self, function: Callable) -> dict[str, Any]:
        """Return the outcome of each.  Raises ``Unusable``."""
        return {name: probe(function) for name, probe in self.probes.items()}


KINDS: dict[str, type] = {each.__name__: each for each in (Path, Calls, Turns, Resumed, Given, Several)}
"""Probes that are plain data, by name."""
