"""What a student reads: their notebook with outputs and messages, without a line of the hidden tests."""

import re

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder.marks import KEPT, is_autograded

HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS.*?(END HIDDEN TESTS[^\n]*\n?|\Z)", re.DOTALL | re.MULTILINE)


def for_students(notebook: NotebookNode) -> NotebookNode:
    """Take the hidden tests out of an autograded notebook, and say at its top what was mended."""
    for cell in notebook.cells:
        if is_autograded(cell):
            cell.source = HIDDEN.sub("", cell.source).strip("\n") or "# checked"
    notes = notebook.metadata.get(KEPT, {}).get("notes", [])
    if notes:
        lines = "\n".join(f"- {plain_text(note)}" for note in notes)
        notebook.cells.insert(0, new_markdown_cell(f"**About your file**\n\n{lines}", id="about-your-file"))
    return notebook


def plain_text(note: str) -> str:
    """Return a note that cannot be taken for markup: names in it come from the student's file."""
    return re.sub(r"([\\`*_{}\[\]<>#|&$!])", r"\\\1", note)
