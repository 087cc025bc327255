"""Leave the `autograder` command out of the student's wheel, where its code does not exist."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StudentWheel(BuildHookInterface):
    """Take the command out of every wheel but the editable one of a checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before a wheel is written; ``version`` is "standard" or "editable"."""
        if version != "editable":
            self.metadata.core.scripts.pop("autograder", None)
