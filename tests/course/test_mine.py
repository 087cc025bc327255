import json

import numpy as np
import pytest

from course import mine
from course.mine import NotFound

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
    with pytest.warns(NotFound, match="was not found"):
        mine("04_momentum", "rule", folder=tmp_path)
    (tmp_path / "04_momentum.ipynb").write_text("{")
    with pytest.warns(NotFound, match="JSONDecodeError"):
        mine("04_momentum", "rule", folder=tmp_path)
