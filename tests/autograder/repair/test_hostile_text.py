"""Whatever is in a cell: reading, repairing, planning and explaining it takes seconds, and costs that cell."""

import json
import re
import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import lesson, preprocessors
from autograder.deadline import READING
from autograder.examine import causes, plan
from autograder.examine.verdicts import End, verdict
from autograder.feedback import page
from autograder.feedback.written_answers import written
from autograder.lesson import LONGEST
from autograder.marks import KEPT
from autograder.project import Project
from autograder.repair import harmless, rebuild
from autograder.repair.reading import BRACKETS, CODE, Unreadable, pieces
from autograder.reporting.resemblance import end_of_code
from autograder.running import run_one

LESSON = "04_momentum"
N = LONGEST - 10
CELLS = {
    "newlines": "\n" * 200_000 + "x=1",
    "newlines and blanks": "\n \t" * 100_000 + "x=1",
    "carriage returns": "\r" * 200_000 + "x=1",
    "ten megabytes": "x=1\n" * 2_500_000,
    "one line of ten megabytes": "x='" + "a" * 10_000_000 + "'",
    "minus": "x=" + "-" * 7_000 + "1",
    "not": "x=" + "not " * 7_000 + "1",
    "sum": "x=" + "1+" * (N // 2) + "1",
    "calls": "f" + "()" * (N // 2),
    "attributes": "a" + ".b" * (N // 2),
    "parentheses": "x=" + "(" * N,
    "elif": "if x:y\n" + "elif x:y\n" * (N // 9),
    "fewer elif": "if x:y\n" + "elif x:y\n" * 900,
    "lambda": "x=" + "lambda:" * (N // 7) + "1",
    "names": "x\n" * (N // 2),
    "f-string": "x=f'" + "{a}" * (N // 3) + "'",
    "functions": "".join(f"def f{k}():pass\n" for k in range(N // 17)),
    "one long name": "def " + "a" * N + "():pass",
    "magics": "%a\n" * (N // 3),
    "shell": "!" * N,
    "open strings": "'''\"\"\"" * (N // 6),
    "NUL": "x\0" * N,
    "escapes": "\\\n" * (N // 2),
    "brackets": "]" * N,
    "hints": "<details><summary>Hint 1: a</summary>" * 5_000,
    "headings": "## a" + " " * N + "b",
    "table": "|a|b|" + " " * N + "c\n",
    "comments": " #" * (N // 2) + "\n" + " " * N,
    "halves": "\ud83d" * N,
    "prompts": ">>> " * (N // 4),
    "divisions": "<div>" * (N // 5),
    "links": "](" * (N // 2),
}


def seconds(function, *args):
    """Return the processor time of a call."""
    begun = time.process_time()
    function(*args)
    return time.process_time() - begun


@pytest.fixture(scope="module")
def master():
    return run_one.master(LESSON, Project.here().root)


@pytest.fixture(scope="module", params=CELLS.values(), ids=CELLS)
def repaired(request, master):
    """A submission with such a text everywhere, put together again, and the seconds that took."""
    data = submission(master, request.param)
    begun = time.process_time()
    return rebuild.repair(data, master), time.process_time() - begun


def submission(master, source: str) -> bytes:
    """Return a notebook with a text as an answer, as cells of the student's own, and as prose."""
    answer = {"grade_id": "sgd", "solution": True, "grade": False, "locked": False, "schema_version": 3}
    right = {**answer, "grade_id": "sgd_momentum"}
    cells = [
        new_code_cell(source, metadata={"nbgrader": answer}),
        new_code_cell(
            "def sgd_momentum(w, dw, config=None):\n    return w, {}", metadata={"nbgrader": right}
        ),
        new_code_cell(source),
        new_markdown_cell(source),
    ]
    return json.dumps(new_notebook(cells=cells)).encode()


@pytest.mark.long
def test_the_others_answers_are_still_there(repaired):
    rebuilt, _ = repaired
    assert rebuilt.status == "graded"
    assert "return w, {}" in next(cell.source for cell in rebuilt.notebook.cells if cell.id == "sgd_momentum")


@pytest.mark.long
def test_every_reader_of_a_cell_takes_seconds(repaired):
    (rebuilt, taken), begun = repaired, time.process_time()
    notebook = rebuilt.notebook
    plan.imports(notebook, plan.plan(notebook))
    check = next(at for at, cell in enumerate(notebook.cells) if cell.id == "sgd-check")
    missing = verdict(notebook.cells[check], "error", "sgd: NameError", "name 'sgd' is not defined")
    for end in (End(how="ok"), End(how="error", error="NameError", text="name 'np' is not defined")):
        ends = dict.fromkeys(range(check), end) | {
            check: End(how="error", error="NameError", text="name 'sgd'")
        }
        causes.explained(notebook, check, ends, missing)
    json.dumps(notebook, ensure_ascii=False).encode("utf-8")
    notebook.metadata[KEPT] = {"notes": rebuilt.notes}
    page.read(preprocessors.for_students(notebook), LESSON)
    assert taken + time.process_time() - begun < READING / 6


LINEAR = {
    "shell lines": lesson.without_commands,
    "prose": harmless.markdown,
    "comments": lambda text: end_of_code(text, 0, len(text)),
    "magics": lambda text: re.search(rebuild.DYNAMIC, text, flags=re.MULTILINE),
    "written": lambda text: written([new_markdown_cell(text)], 0, ""),
}
PIECES = ("\n", " ", "\t", "#", " #", "%", "!", "|", "<", "](", "\\", "&", "'", "a", "\n%", "\n#", "{", "$")
PIECES += ("?", "a=", "a.", ">>>")


@pytest.mark.parametrize("function", LINEAR.values(), ids=LINEAR)
def test_a_long_text_of_one_piece_takes_less_than_a_second(function):
    for piece in PIECES:
        for end in ("", "x", "\nx"):
            text = piece * (200_000 // len(piece)) + end
            assert seconds(function, text) < 1.0, (piece, end)


def test_code_beyond_a_million_characters_is_not_read():
    cells = [new_code_cell("x\n" * (LONGEST // 2)) for _ in range(40)]
    found, notes = pieces(json.dumps(new_notebook(cells=cells)).encode())
    assert sum(len(each.source) for each in found) <= CODE
    assert any("million characters" in note for note in notes)


@pytest.mark.parametrize("content", [b"[" * 30_000_000, b'{"cells":[' + b"{}," * BRACKETS + b"{}]}"])
def test_a_file_of_brackets_is_not_read(content):
    with pytest.raises(Unreadable):
        pieces(content)
