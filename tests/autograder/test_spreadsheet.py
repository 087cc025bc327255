"""Every table that a person may open is written in one place, and no cell of it is a formula."""

import ast
import csv
import io
import re
from pathlib import Path

import pytest

import autograder
from autograder.cohort import write as cohort
from autograder.grading import tables
from autograder.grading.left_over import Left
from autograder.marks import Row
from autograder.spreadsheet import FORMULA, as_csv, harmless, table

ROOT = Path(autograder.__file__).parent


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("start", FORMULA)
def test_a_cell_that_begins_like_a_formula_is_text(start):
    ((cell, other),) = read(as_csv([[f"{start}SUM(A1)", "x"]]))
    assert cell == f"'{start}SUM(A1)".replace("\r", "\n")
    assert other == "x"


@pytest.mark.parametrize("start", ["=", "@", "-x", "+x", "＝", " =", "\t@"])
def test_a_program_that_separates_cells_by_another_sign_finds_no_formula_either(start):
    text = as_csv([["eve", f"It raised X: a;{start}1+1;b\n{start}1+1\nc\t{start}1+1", f" {start}1+1"]])
    for separators in ("\n", "\n;", "\n\t", "\n,", '\n,"'):
        for cell in re.split(f"[{separators}]", text):
            assert not cell.strip().startswith(FORMULA), cell


@pytest.mark.parametrize(
    "value",
    [0, -1.5, "-", "-1.5", "+3", "12", "", "a=b", "Ann-Marie O'Neil", "a@b.example", "two;\n- things; -1"],
)
def test_what_is_no_formula_stays(value):
    assert harmless(value) == value


def test_a_carriage_return_ends_no_row():
    assert read(as_csv([["a\rb", "c\r\nd"]])) == [["a\nb", "c\nd"]]


def test_a_table_has_its_columns_in_order_and_nothing_for_what_is_missing():
    assert read(table(("b", "=a"), [{"=a": "@x", "b": None}, {}])) == [["b", "'=a"], ["", "'@x"], ["", ""]]


def test_no_other_file_of_the_grader_writes_csv():
    """So the next table cannot forget it."""
    writers = {"writer", "DictWriter", "to_csv"}
    found = [
        file.relative_to(ROOT).as_posix()
        for file in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.alias)
        and (node.attr if isinstance(node, ast.Attribute) else node.name) in writers
    ]
    assert found == ["spreadsheet.py"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_grades_and_truth_hold_no_formula(tmp_path, start):
    bad = f"{start}HYPERLINK()"
    row = Row(
        student=bad,
        assignment=bad,
        grade_id=bad,
        points=1.0,
        max_points=-2.0,
        verdict="mistake",
        mistake=bad,
        message=bad,
        status=bad,
    )
    tables.write_csv(tmp_path / "grades.csv", [row], [Left(student=bad, place=bad, why=bad)])
    cohort.write_truth(tmp_path / "truth.csv", [{"student": bad, "assignment": bad, "mistake": bad}])
    cells = [
        cell for file in tmp_path.glob("*.csv") for line in read(file.read_bytes().decode()) for cell in line
    ]
    assert sum("HYPERLINK" in cell for cell in cells) >= 9
    assert not any(cell.startswith(start) and cell != "-2.0" for cell in cells)
