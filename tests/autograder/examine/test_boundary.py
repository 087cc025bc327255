"""What a sandbox shows of the grader is one folder, which needs nothing else of it."""

import ast
import sys
from pathlib import Path

import pytest

from autograder.examine import inside
from autograder.examine.launch.candidate_folder import CandidateFolder
from autograder.examine.launch.container import bubblewrap

INSIDE = Path(inside.__file__).parent
THIRD_PARTY = {"numpy", "msgpack", "IPython", "ipywidgets", "traitlets", "matplotlib", "matplotlib_inline"}


@pytest.mark.parametrize("file", sorted(INSIDE.rglob("*.py")), ids=lambda file: file.stem)
def test_the_candidates_side_imports_itself_the_course_and_what_students_import(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            depth = len(file.relative_to(INSIDE).parts)
            assert node.level <= depth, f"line {node.lineno} imports from outside the folder"
            continue
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names | THIRD_PARTY | {"course"}, f"line {node.lineno}"


def test_of_the_grader_a_candidate_sees_that_folder_and_nothing_else():
    root = INSIDE.parents[1]
    shown = [Path(word) for word in bubblewrap(3) if Path(word).is_relative_to(root)]
    assert shown == [INSIDE]
    folder = CandidateFolder()
    try:
        copied = {str(each.relative_to(folder.imports)) for each in folder.imports.rglob("*.py")}
    finally:
        folder.close()
    expected = {str(Path("inside", each.relative_to(INSIDE))) for each in INSIDE.rglob("*.py")}
    assert {each for each in copied if not each.startswith("course/")} == expected
