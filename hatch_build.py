"""Leave the `autograder` command out of the student's wheel, where its code does not exist."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StudentWheel(BuildHookInterface):
    def initialize(self, version: str, build_data: dict) -> None:
        if version != "editable":
            self.metadata.core.scripts.pop("autograder", None)
