"""A lesson's own cells define no name that an unfinished answer would read by mistake.

A function that forgets ``t = config["t"]`` reads a global ``t``, if there is one: it passes in the notebook and
fails when it is graded, or it fails there with a message about shapes that leads nowhere.
"""

import ast

import nbformat
import pytest

from autograder.project import Project

PROJECT = Project.here()
LESSONS = ("04_momentum", "05_adaptive_rates", "12_adamw_and_muon")
TEMPTING = {
    *(
        "t",
        "m",
        "v",
        "g",
        "s",
        "w",
        "x",
        "dw",
        "lr",
        "mu",
        "eps",
        "rate",
        "momentum",
        "velocity",
        "v_prev",
        "cache",
    ),
    *(
        "epsilon",
        "decay",
        "decay_rate",
        "learning_rate",
        "beta",
        "beta1",
        "beta2",
        "m_hat",
        "v_hat",
        "next_w",
    ),
}


def bound(source):
    """Return the names that the statements of a cell bind at the top level, loops and branches included."""
    found = set()
    for statement in ast.parse(source).body:
        todo = [statement]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
                continue
            if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda):
                continue  # these have names of their own
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found.add(node.id)
            if isinstance(node, ast.alias):
                found.add((node.asname or node.name).partition(".")[0])
            todo.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_cell_defines_a_name_that_an_answer_might_forget_to_read(lesson):
    allowed = {"dw"}  # an argument of every rule, so no answer can forget it
    for cell in nbformat.read(PROJECT.released(lesson), as_version=4).cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("solution"):
            assert not bound(cell.source) & TEMPTING - allowed, cell.source[:200]


def test_loops_and_unpacking_are_seen_and_comprehensions_are_not():
    assert bound("for t in range(3):\n    w, (m, *v) = 1, (2, 3)\nwith open() as g:\n    pass") == {
        "t",
        "w",
        "m",
        "v",
        "g",
    }
    assert bound("print([t for t in range(3)], lambda m: m)\ndef rule(w):\n    v = w\n    return v") == {
        "rule"
    }
