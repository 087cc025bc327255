"""Leave the `autograder` command and the instructor's extras out of the student's wheel, which lacks their code."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOR_STUDENTS = ("cluster", "search", "movie")
"""The extras that lessons use where they are installed."""


class StudentWheel(BuildHookInterface):
    """Take them out of every wheel but the editable one of a checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before a wheel is written; ``version`` is "standard" or "editable"."""
        if version != "editable":
            core = self.metadata.core
            core.scripts.pop("autograder", None)
            for extra in set(core.optional_dependencies) - set(FOR_STUDENTS):
                del core.optional_dependencies[extra]
