"""nbgrader's feedback written with our page: `nbgrader generate_feedback` and `autograder grade` both use it."""

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default

from autograder.feedback.page import render


class FeedbackPage(Exporter):
    """Turns a graded notebook into the page its student reads.  Stands where nbgrader has nbconvert's HTML."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Return the page and the resources, marks taken from the gradebook by the preprocessors."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        names = resources.get("nbgrader", {})
        return render(nb, names.get("assignment", ""), names), resources
