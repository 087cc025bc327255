"""The cells of a notebook that was handed in, and of what it becomes."""

import json

from autograder.marks import nbgrader_of
from autograder.repair.rebuild import repair


def cell_of(notebook, grade_id):
    return next(cell for cell in notebook["cells"] if nbgrader_of(cell).get("grade_id") == grade_id)


def repaired(notebook, master):
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    return repair(data, master)


def answer(found):
    return cell_of(found.notebook, "twice")["source"]


def code(source, grade_id=None):
    grader = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": "code", "metadata": grader, "source": source, "outputs": []}


def at(notebook, grade_id):
    return notebook["cells"].index(cell_of(notebook, grade_id))
