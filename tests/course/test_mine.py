import json

import numpy as np
import pytest

from course import mine
from course.mine import NotFound, source

SOURCE = "def rule(w, dw, config=None):\n    return np.asarray(w) - 7 * dw, {}\n"


def notebook(tmp_path, source, grade_id="rule"):
    cell = {"cell_type": "code", "source": source, "metadata": {"nbgrader": {"grade_id": grade_id}}}
    folder = tmp_path / "04_momentum"
    folder.mkdir()
    (folder / "04_momentum.ipynb").write_text(json.dumps({"cells": [cell]}))
    return tmp_path


def test_the_readers_own_function_is_loaded(tmp_path):
    folder = notebook(tmp_path, SOURCE)
    assert mine("04_momentum", "rule", folder=folder)(1.0, 1.0)[0] == -6.0


def test_it_is_found_beside_the_notebook_at_work(tmp_path, monkeypatch):
    notebook(tmp_path, SOURCE.splitlines(keepends=True))
    (tmp_path / "05_adaptive_rates").mkdir()
    monkeypatch.chdir(tmp_path / "05_adaptive_rates")
    assert mine("04_momentum", "rule")(1.0, 1.0)[0] == -6.0


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "def rule(w, dw, config=None):\n    raise NotImplementedError('not written yet')",
            "not written yet",
        ),
        ("def rule(:", "SyntaxError"),
        ("other = 1", "KeyError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_what_does_not_run_is_replaced_by_gradient_descent_and_said(tmp_path, source, reason):
    with pytest.warns(NotFound, match=reason):
        rule = mine("04_momentum", "rule", folder=notebook(tmp_path, source))
    w, config = rule(np.array([1.0]), np.array([2.0]), {"learning_rate": 0.5})
    assert w.tolist() == [0.0]
    assert config["learning_rate"] == 0.5


def test_a_missing_or_corrupt_notebook_is_said(tmp_path):
    with pytest.warns(NotFound, match="was not found .* That is fine: the lesson works without it."):
        mine("04_momentum", "rule", folder=tmp_path)
    (tmp_path / "04_momentum.ipynb").write_text("{")
    with pytest.warns(NotFound, match="JSONDecodeError") as said:
        mine("04_momentum", "rule", folder=tmp_path)
    assert "fine" not in str(said[0].message), "a notebook that is there and does not run is not fine"


def lesson(tmp_path, *cells):
    """Write an earlier notebook of code cells, given as (grade id or None, text)."""
    folder = tmp_path / "09_search"
    folder.mkdir()
    about = [{"nbgrader": {"grade_id": name}} if name else {} for name, _ in cells]
    made = [
        {"cell_type": "code", "source": text, "metadata": each}
        for each, (_, text) in zip(about, cells, strict=True)
    ]
    (folder / "09_search.ipynb").write_text(json.dumps({"cells": made}))
    return tmp_path


def test_a_function_gets_what_its_notebook_imports(tmp_path):
    folder = lesson(
        tmp_path,
        (None, "import math\nfrom scipy.special import logsumexp\nimport matplotlib.pyplot as plt\n%magic"),
        (None, "import math as m, sys"),
        ("key", "def key(x):\n    return math.isnan(x), float(logsumexp([x, x])), 'plt' in globals()"),
    )
    assert mine("09_search", "key", folder=folder)(0.0) == (False, np.log(2), False)


def test_a_function_may_lean_on_an_earlier_answer(tmp_path):
    folder = lesson(
        tmp_path,
        ("on_border", "def on_border(x):\n    return x > 1\nraise SystemError"),
        ("broken", "def broken(:"),
        ("refine", "def refine(x, border=on_border):\n    return border(x)"),
    )
    assert mine("09_search", "refine", folder=folder)(2) is True


def test_a_class_brings_the_functions_it_uses_also_those_of_cells_that_are_given(tmp_path):
    node = "class Node:\n    def __init__(self, value):\n        self.value = value\n"
    node += "    def exp(self):\n        return record('exp', self)"
    record = "def record(kind, node):\n    return Node(gate(kind, node.value))"
    for written in ("return value + 1", "raise NotImplementedError"):
        folder = tmp_path / written[:5]
        folder.mkdir()
        lesson(folder, (None, node), (None, record), ("gate", f"def gate(kind, value):\n    {written}"))
        if written == "raise NotImplementedError":
            with pytest.warns(NotFound, match="gate is not written yet"):
                mine("09_search", "Node", folder=folder)
        else:
            assert mine("09_search", "Node", folder=folder)(2).exp().value == 3


def test_only_what_defines_and_imports_runs_besides_its_own_cell(tmp_path):
    folder = lesson(
        tmp_path,
        (None, f"open({str(tmp_path / 'ran')!r}, 'w')\nimport antigravity"),
        ("other", f"open({str(tmp_path / 'ran')!r}, 'w')"),
        ("mine", "def mine():\n    return 1"),
    )
    assert mine("09_search", "mine", folder=folder)() == 1
    assert not (tmp_path / "ran").exists()


def test_another_kind_of_function_has_another_stand_in(tmp_path):
    def constant_rate(step, config):
        return config["learning_rate"]

    with pytest.warns(NotFound, match="constant rate stands in for step_decay"):
        assert mine("07_annealing", "step_decay", folder=tmp_path, otherwise=constant_rate) is constant_rate


def test_the_text_of_a_cell_can_be_had_for_pasting(tmp_path):
    folder = lesson(tmp_path, ("rule", "def rule():\n    return 1"))
    assert source("09_search", "rule", folder=folder) == "def rule():\n    return 1"
    assert source("09_search", "other", folder=folder).startswith(
        "# 09_search.ipynb with other was not found"
    )
