"""A slip in one exercise never costs the points of a later one that calls it."""

import ast
import importlib
import socket
import threading
import types
from functools import cache

import pytest

from autograder.examine.examination import Examination
from autograder.examine.inside.candidate import Candidate
from autograder.examine.inside.requests import Requests
from autograder.exercises import gradient_checking
from autograder.judging import Failed
from autograder.judging.grade import standing_in
from autograder.lesson import notebook, tree
from autograder.marks import nbgrader_of
from autograder.project import Project


@cache
def solutions(lesson):
    """Return what a lesson's notebook imports, as text, and grade id -> text of each solution cell."""
    project = Project.here()
    imports, found = [], {}
    for cell in notebook(project.notebook(lesson), lesson)["cells"]:
        if cell["cell_type"] != "code":
            continue
        if nbgrader_of(cell).get("solution"):
            found[nbgrader_of(cell)["grade_id"]] = cell["source"]
        elif not nbgrader_of(cell) and (parsed := tree(cell["source"])) is not None:
            imports += [
                ast.unparse(each) for each in parsed.body if isinstance(each, ast.Import | ast.ImportFrom)
            ]
    return "\n".join(imports), found


def exercises_of(lesson):
    return {
        each.name: each for each in importlib.import_module(f"autograder.exercises.{lesson[3:]}").EXERCISES
    }


def calls():
    """Yield (lesson, exercise, an earlier exercise whose function its model answer reads)."""
    for lesson in Project.here().lessons():
        _, found = solutions(lesson)
        known = exercises_of(lesson)
        for name, source in found.items():
            read = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
            for used in found:
                if used != name and {used, name} <= set(known) and used in read:
                    yield lesson, name, used


KIND = {"06_saddle_explorer": pytest.mark.thorough, "11_capstone": pytest.mark.long}
"""An explorer is a figure and sliders, and a capstone trains; every answer to them takes seconds."""


@pytest.mark.parametrize(
    ("lesson", "name", "used"),
    [pytest.param(*each, id="-".join(each), marks=KIND.get(each[0], ())) for each in calls()],
)
def test_a_slip_in_an_earlier_exercise_costs_a_later_one_nothing(lesson, name, used):
    imports, found = solutions(lesson)
    grade = importlib.import_module(f"autograder.exercises.{lesson[3:]}").grade
    first = next(each for each in exercises_of(lesson)[used].mistakes if not each.keeps_state)
    for slip in (None, first):
        space = {"__name__": "__main__"}
        exec(imports, space)
        for grade_id, source in found.items():
            if grade_id in exercises_of(lesson):
                exec(source, space)
            if grade_id == used and slip is not None:
                space[used] = slip.make()
            elif grade_id == used and slip is None:
                exec(f"def {used}(*args, **kwargs):\n    raise NotImplementedError", space)
        before = space[used]
        grade(name, space[name])
        assert space[used] is before, "the reference was left in its place"


def test_what_is_wrong_by_itself_stays_wrong():
    space = {"np": __import__("numpy")}
    exec("def relative_error(a, n):\n    return abs(a - n)", space)
    exec(
        "def check_gradients(loss, params, grads, per_array, rng):\n    return {k: 0.0 for k in params}",
        space,
    )
    with pytest.raises(Failed):
        gradient_checking.grade("check_gradients", space["check_gradients"])


def test_a_reference_is_lent_only_while_a_function_is_judged():
    def right():
        return "reference"

    space = {"slope": "own"}
    exec("def later():\n    return slope, missing", space)
    with standing_in(space["later"], {"slope": right, "missing": right}):
        assert space["later"]() == (right, right)
    assert space["slope"] == "own"
    assert "missing" not in space


@pytest.mark.long
def test_a_slip_costs_nothing_in_another_process_either():
    imports, found = solutions("01_gradient_checking")
    space = {"__name__": "__main__"}
    exec(imports + "\n" + found["check_gradients"] + "\n" + found["find_trojans"], space)
    space["relative_error"] = own = lambda a, n: abs(a - n)
    mine, yours = socket.socketpair()
    candidate = Candidate(yours, types.SimpleNamespace(user_ns=space))
    thread = threading.Thread(target=candidate.serve)
    thread.start()
    try:
        examination = Examination(mine)
        gradient_checking.grade("find_trojans", examination.ask("name", "find_trojans"))
        with pytest.raises(Failed):
            gradient_checking.grade("relative_error", examination.ask("name", "relative_error"))
    finally:
        mine.close()
        thread.join(10)
        yours.close()
    assert space["relative_error"] is own


def test_the_candidate_puts_back_what_it_had():
    requests = Requests()
    requests.shell = types.SimpleNamespace(user_ns={"slope": 1})
    requests.do_lend({"slope": 2, "missing": 3})
    assert requests.shell.user_ns == {"slope": 2, "missing": 3}
    requests.do_give_back()
    assert requests.shell.user_ns == {"slope": 1}
