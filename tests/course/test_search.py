"""The training job of a search, and the table of trained networks."""

import math

import numpy as np
import pytest

from course.data import digits
from course.search import DigitsJob, by_tpe, table_of


def test_the_job_reports_every_epoch_and_repeats_itself():
    seen = []
    last = DigitsJob(epochs=3, rows=100)({"learning_rate": 0.5, "seed": 4}, seen.append)
    assert [each["epoch"] for each in seen] == [1, 2, 3]
    assert seen[-1] == last == DigitsJob(epochs=3, rows=100)({"learning_rate": 0.5, "seed": 4})
    assert last != DigitsJob(epochs=3, rows=100)({"learning_rate": 0.5, "seed": 5})


def test_a_run_that_diverges_reports_nan():
    last = DigitsJob(epochs=3)({"learning_rate": 1e4})
    assert math.isnan(last["val_accuracy"])
    assert last["epoch"] <= 3


def test_the_job_never_looks_at_the_test_rows(monkeypatch):
    split = digits()
    expected = DigitsJob(epochs=1)({"learning_rate": 0.5})
    blind = type(split)(**{**vars(split), "X_test": split.X_test * math.nan})
    monkeypatch.setattr("course.search.digits", lambda: blind)
    assert DigitsJob(epochs=1)({"learning_rate": 0.5}) == expected


def test_the_batch_is_a_setting_too():
    one, other = (DigitsJob(epochs=1)({"learning_rate": 0.1, "batch": batch}) for batch in (10, 50))
    assert one["train_loss"] < other["train_loss"]
    assert other == DigitsJob(epochs=1)({"learning_rate": 0.1})


def test_a_table_runs_over_the_middles_of_equal_shares_of_the_decades():
    asked = []

    def job(settings):
        asked.append((settings["a"], settings["b"]))
        return {"val_accuracy": math.nan if settings["a"] > 1 else 0.5}

    found = table_of(job, {"a": (1e-2, 1e2), "b": (1.0, 100.0)}, (2, 1))
    assert np.allclose(asked, [(0.1, 10.0), (10.0, 10.0)])
    assert found.tolist() == [[0.5], [0.0]]


def test_tpe_returns_every_trial_it_made():
    pytest.importorskip("optuna")
    found = by_tpe(lambda settings: -abs(math.log(settings["x"])), {"x": (1e-3, 1e3)}, 4, 0)
    assert len(found) == 4
    assert all(score == -abs(math.log(settings["x"])) for settings, score in found)
