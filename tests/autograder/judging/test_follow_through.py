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


KIND = {
    "06_saddle_explorer": pytest.mark.thorough,
    "11_capstone": pytest.mark.long,
    "12_adamw_and_muon": pytest.mark.long,
}
"""An explorer is a figure and sliders, a capstone trains, and Muon multiplies: each answer takes seconds."""


@pytest.mark.parametrize(
    ("lesson", "name", "used"),
    [pytest.param(*each, id="-".join(each), marks=KIND.get(each[0], ())) for each in calls()],
)
def test_a_slip_in_an_earlier_exercise_costs_a_later_one_nothing(lesson, name, used):
    follow(lesson, name, used)


def follow(lesson, name, used, answer=None):
    """Grade an exercise beside a stub and beside a slip of an earlier one; by default with the model answer."""
    imports, found = solutions(lesson)
    found = found if answer is None else {**found, name: answer}
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


CALLERS = {
    ("F2_linear_classifier", "svm_gradient", "scores"): """
def svm_gradient(W, X, y, reg, delta=1):
    s, rows = scores(W, X), np.arange(len(y))
    margins = np.maximum(0, s - s[rows, y][:, None] + delta)
    margins[rows, y] = 0
    d = (margins > 0) * 1.0
    d[rows, y] = -d.sum(axis=1)
    V = np.append(W[:, :-1], np.zeros((len(W), 1)), axis=1)
    return margins.sum() / len(y) + reg / 2 * (V**2).sum(), d.T @ np.c_[X, np.ones(len(X))] / len(y) + reg * V
""",
    ("F2_linear_classifier", "softmax_gradient", "scores"): """
def softmax_gradient(W, X, y, reg):
    s, rows = scores(W, X), np.arange(len(y))
    s = s - s.max(axis=1, keepdims=True)
    logs = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    loss, d = -logs[rows, y].mean() + reg / 2 * (W[:, :-1] ** 2).sum(), np.exp(logs)
    d[rows, y] -= 1
    dW = d.T @ np.c_[X, np.ones(len(X))] / len(y)
    dW[:, :-1] += reg * W[:, :-1]
    return loss, dW
""",
    ("F4_neurons_and_layers", "dead_share", "activation"): """
def dead_share(W, b, batches):
    return np.mean(sum((activation("relu", X @ W + b) > 0).sum(axis=0) for X in batches) == 0)
""",
    ("F4_neurons_and_layers", "forward", "activation"): """
def forward(params, X):
    depth = len(params) // 2
    for k in range(1, depth):
        X = activation("relu", X @ params[f"W{k}"] + params[f"b{k}"])
    return X @ params[f"W{depth}"] + params[f"b{depth}"]
""",
    ("01_gradient_checking", "check_gradients", "numerical_gradient"): """
def check_gradients(loss, params, grads, per_array, rng):
    def error(name, k):
        def along(t):
            moved = params[name].copy()
            moved.flat[k] = t[0]
            return loss({**params, name: moved})

        return relative_error(grads[name].flat[k], numerical_gradient(along, params[name].flat[k : k + 1])[0])

    return {
        name: max(error(name, k) for k in rng.choice(w.size, min(per_array, w.size), replace=False))
        for name, w in params.items()
    }
""",
    ("10_ensembles", "checkpoint_ensemble", "average_predictions"): """
def checkpoint_ensemble(params, train_epoch, scores, epochs, keep):
    kept = []
    for _ in range(epochs):
        train_epoch(params)
        kept.append(np.array(scores(params)))
    return average_predictions(kept[-keep:])
""",
    ("10_ensembles", "distill_loss", "average_predictions"): """
def distill_loss(scores, teacher_scores, y, temperature=2.0, alpha=0.9):
    p, q, hard = (average_predictions([s]) for s in (teacher_scores / temperature, scores / temperature, scores))
    rows, log_q, log_1 = np.arange(len(y)), log_softmax(scores / temperature, axis=1), log_softmax(scores, axis=1)
    loss = -(1 - alpha) * log_1[rows, y].mean() - alpha * temperature**2 * (p * log_q).sum(axis=1).mean()
    hard = hard - np.eye(scores.shape[1])[y]
    return loss, ((1 - alpha) * hard + alpha * temperature * (q - p)) / len(y)
""",
}
"""Right answers that call an earlier exercise where the model answer does not."""


@pytest.mark.parametrize(
    ("lesson", "name", "used"), [pytest.param(*each, id="-".join(each)) for each in CALLERS]
)
def test_a_slip_costs_nothing_where_the_model_answer_does_not_call_it_either(lesson, name, used):
    follow(lesson, name, used, CALLERS[lesson, name, used])


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
