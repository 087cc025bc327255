"""What must hold for the text of a lesson before anything is made from it.

Each rule is a function of the parsed cells that yields problems; a problem says where and what to do.
"""

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from autograder.building.text import grader_of, is_graded

CODE_LINES = 25
PROSE_WORDS = 120

MARKERS = {
    "### BEGIN SOLUTION": ("SOLUTION", True),
    "### END SOLUTION": ("SOLUTION", False),
    "### BEGIN HIDDEN TESTS": ("HIDDEN TESTS", True),
    "### END HIDDEN TESTS": ("HIDDEN TESTS", False),
}
# In code, a whole line that starts with ### or whose comment begins with "begin"/"end" is a marker or a mistake; so
# is the upper-case word anywhere.  In markdown ### is a heading, so only the words of a marker count.
CODE_MARKER = re.compile(r"^\s*(###|#+\s*(?i:begin|end)\b)|#.*\b(SOLUTIONS?|HIDDEN)\b")
TEXT_MARKER = re.compile(r"^\s*#+\s*(?i:begin|end)\s*(?i:sol|hid|mark|test)|\b(SOLUTIONS?|HIDDEN)\b")


class Problem(NamedTuple):
    """Something that must be mended, and where."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


Cell = dict[str, Any]


def problems(cells: list[Cell], place: str) -> list[Problem]:
    """Return everything that is wrong with a lesson's text, in the order of the file."""
    found = [
        Problem(f"{place}:{line}", what)
        for rule in (grade_ids, metadata, sizes, headings, markers, graded_cells)
        for line, what in rule(cells)
    ]
    return sorted(found, key=lambda problem: int(problem.place.rpartition(":")[2]))


def grade_ids(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    """Grade ids are unique."""
    seen: dict[str, int] = {}
    for cell in cells:
        name = grader_of(cell).get("grade_id")
        if name in seen:
            yield (
                cell["line"],
                f"the grade_id {name!r} is taken by the cell at line {seen[name]}. Choose another.",
            )
        elif name:
            seen[name] = cell["line"]


def metadata(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    """What nbgrader demands of its entry, said before nbgrader stops without saying where."""
    for cell in cells:
        grader = grader_of(cell)
        if not grader:
            continue
        name = grader.get("grade_id")
        missing = [
            key for key in ("grade", "grade_id", "locked", "schema_version", "solution") if key not in grader
        ]
        if missing:
            yield (
                cell["line"],
                f"its nbgrader entry lacks {', '.join(missing)}. Copy the entry of another cell.",
            )
        elif grader["schema_version"] != 3:
            yield cell["line"], f"schema_version must be 3; got {grader['schema_version']!r}."
        elif grader["grade"] and not isinstance(grader.get("points"), int | float):
            yield cell["line"], f'the graded cell {name!r} has no points. Add "points" to its nbgrader entry.'
        elif cell["cell_type"] == "markdown" and grader["solution"] and not grader["grade"]:
            yield (
                cell["line"],
                (
                    f"the written answer {name!r} must be grade true with points (0 for a prediction): "
                    "nbgrader accepts no other markdown answer."
                ),
            )
        elif cell["cell_type"] == "markdown" and grader["grade"] and not grader["solution"]:
            yield (
                cell["line"],
                f"the graded markdown cell {name!r} must be solution true, or tests in a code cell.",
            )


def sizes(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    """A cell is one idea: at most 25 lines of code or 120 words of prose."""
    for cell in cells:
        if cell["cell_type"] == "code" and (size := code_lines(cell["source"])) > CODE_LINES:
            yield (
                cell["line"],
                f"{size} lines of code, at most {CODE_LINES}. Split the cell, or move code to course/.",
            )
        if cell["cell_type"] == "markdown" and (size := words(cell["source"])) > PROSE_WORDS:
            yield cell["line"], f"{size} words of prose, at most {PROSE_WORDS}. Split the cell, or say less."


def headings(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    """A heading is at most one level below the heading before it, as outlines and screen readers expect."""
    before = None
    for cell in cells:
        if cell["cell_type"] != "markdown":
            continue
        text = re.sub(r"```.*?```", "", cell["source"], flags=re.DOTALL)
        for marks, title in re.findall(r"^(#{1,6}) +(.+)$", text, re.MULTILINE):
            if before is not None and len(marks) > before + 1:
                yield (
                    cell["line"],
                    f"the heading {title!r} has {len(marks)} marks after one with {before}. Use {before + 1}.",
                )
            before = len(marks)


def code_lines(source: str) -> int:
    """Count the lines of code a reader sees: no blank lines, no comment lines, no hidden region."""
    count, hidden = 0, False
    for line in source.splitlines():
        text = line.strip()
        if text in MARKERS:
            hidden = MARKERS[text] == ("HIDDEN TESTS", True)
        elif text and not text.startswith("#") and not hidden:
            count += 1
    return count


def words(source: str) -> int:
    """Count the words of prose: no folded hints, display formulas, code, tables or link targets."""
    text = re.sub(r"<details>.*?</details>|\$\$.*?\$\$|```.*?```|<!--.*?-->", " ", source, flags=re.DOTALL)
    text = re.sub(r"\$[^$\n]+\$|`[^`\n]+`", "x", text)
    text = re.sub(r"\]\([^)]*\)|<[^>]*>", " ", text)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("|")]
    return len(re.findall(r"\w[\w'’.,/-]*", "\n".join(lines)))


def markers(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    """Markers are exact, balanced and in the right cell; a mistyped one ships the answer."""
    for cell in cells:
        code = cell["cell_type"] == "code"
        grader = grader_of(cell)
        open_region, opened = None, 0
        for number, line in enumerate(cell["source"].splitlines(), start=cell["line"] + 1):
            text = line.strip()
            if text not in MARKERS:
                if (CODE_MARKER if code else TEXT_MARKER).search(line):
                    yield number, f"{text[:40]!r} is not a marker. The markers are: {', '.join(MARKERS)}."
                continue
            region, begins = MARKERS[text]
            if begins and open_region:
                yield number, f"{text!r} inside the region that begins at line {opened}. End that one first."
            elif begins and region == "SOLUTION" and not grader.get("solution"):
                yield number, f"{text!r} in a cell that is not solution true; nbgrader would stop here."
            elif begins and region == "HIDDEN TESTS" and not is_graded(cell):
                yield number, f"{text!r} in a cell that is not graded by tests; nbgrader would stop here."
            elif not begins and open_region != region:
                yield number, f"{text!r} ends a region that was not begun."
            open_region, opened = (region, number) if begins else (None, 0)
        if open_region:
            yield opened, f"the region {open_region} is not ended in its cell. Add '### END {open_region}'."


def graded_cells(cells: list[Cell]) -> Iterator[tuple[int, str]]:
    """A graded cell starts with a hidden region of two lines, prints nothing and ends in a statement."""
    for cell in cells:
        if not is_graded(cell) or cell["cell_type"] != "code":
            continue
        name = str(grader_of(cell).get("grade_id", ""))
        try:
            tree = ast.parse(cell["source"])
        except SyntaxError as error:
            yield cell["line"] + (error.lineno or 1), f"the graded cell is not Python: {error.msg}."
            continue
        call = hidden_call(cell["source"])
        if call is None:
            yield (
                cell["line"],
                (
                    "a graded cell starts with a hidden region of exactly two lines: an import from "
                    "autograder.exercises and one call of its grade()."
                ),
            )
        elif name != f"{call[1]}-check":
            yield (
                cell["line"],
                f"the cell {name!r} grades {call[1]!r}; its grade_id must be '{call[1]}-check'.",
            )
        if any(
            isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print" for node in ast.walk(tree)
        ):
            yield cell["line"], "a graded cell prints nothing: nbgrader could read the text as a mark."
        if len(tree.body) > 2 and isinstance(tree.body[-1], ast.Expr):
            yield cell["line"], "a graded cell ends in a statement: nbgrader would read the value as a mark."


def hidden_call(source: str) -> tuple[str, str, str] | None:
    """Return (lesson, exercise, candidate) of a well-formed hidden region at a graded cell's start, else None."""
    lines = [line.rstrip() for line in source.splitlines()]
    begin, end = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
    if lines.count(begin) != 1 or lines.count(end) != 1 or lines.index(begin) != 0:
        return None
    inside = [line for line in lines[1 : lines.index(end)] if line]  # a formatter may put blank lines
    if len(inside) != 2:
        return None
    imported = re.fullmatch(r"from autograder\.exercises import (\w+)", inside[0])
    called = re.fullmatch(r"(\w+)\.grade\(\"(\w+)\", (\w[\w.]*)\)", inside[1])
    if not imported or not called or imported[1] != called[1]:
        return None
    return imported[1], called[2], called[3]
