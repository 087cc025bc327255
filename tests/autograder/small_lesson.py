"""The small lesson: an answer that is right, one that is wrong, and its cells run in this process."""

import contextlib
import io
import json
import sys
import warnings

from autograder.examine.causes import explained
from autograder.examine.verdicts import End, read_verdict, show, verdict
from autograder.judging import Failed
from autograder.marks import Ran, is_autograded, nbgrader_of

LESSON = "90_doubling"
RIGHT = "def twice(x, offset=0.0):\n    return 2 * (x - offset)"
WRONG = "def twice(x, offset=0.0):\n    return (x - offset) ** 2"


def answered(project, answer=None):
    """Return the released notebook as plain data, with an answer in place of the stub."""
    notebook = json.loads(project.released(LESSON).read_text())
    for cell in notebook["cells"]:
        if answer is not None and nbgrader_of(cell).get("grade_id") == "twice":
            cell["source"] = answer
    return notebook


def saved(project, file, answer=None):
    """Write the released notebook to a file, with an answer in place of the stub; return the file."""
    file.write_text(json.dumps(answered(project, answer)))
    return file


def run_here(notebook, limits):
    """Run the cells in this process in place of the examiner: quick, and good enough for these tests."""
    space, ends, verdicts = {}, {}, {}
    for at, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or "while True" in cell.source or "os._exit" in cell.source:
            continue
        judged, ends[at] = run_cell(cell.source, space)
        if is_autograded(cell):
            found = judged or verdict(cell, "correct")
            if ends[at].how != "ok" and judged is None:
                found = explained(notebook, at, ends, read_verdict(notebook, at, ends))
            verdicts[nbgrader_of(cell)["grade_id"]] = found
            show(cell, found)
    return Ran(notebook=notebook, verdicts=verdicts)


def run_cell(source, space):
    """Run a cell; return the verdict that its test gave, if any, and how it ended."""
    marks = []
    shown, sys.displayhook = sys.displayhook, marks.append
    try:
        quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
        with quiet[0], quiet[1], warnings.catch_warnings():
            warnings.simplefilter("default")  # a warning is no error in a notebook
            exec(compile(source, "cell", "exec"), space)
        end = End(how="ok")
    except Failed as failed:
        return failed.verdict, End(how="ok")
    except BaseException as error:
        end = End(how="error", error=type(error).__name__, text=str(error))
    finally:
        sys.displayhook = shown
    return marks[0].verdict if marks else None, end
