import numpy as np
import pytest

from course.annealing import excess, fit, history_of, minimum
from course.mine import plain_gradient_descent


def rates_of(schedule, **options):
    """Return the run and what the schedule was asked."""
    asked = []

    def asking(when, config):
        asked.append((when, dict(config)))
        return schedule(when, config)

    return fit(
        asking, {"initial_rate": 0.5}, 0, rule=plain_gradient_descent, epochs=2, batch=300, **options
    ), asked


def test_a_schedule_is_asked_by_the_iteration_with_one_config():
    run, asked = rates_of(lambda i, c: c["initial_rate"] / (1 + i))
    assert [when for when, _ in asked] == list(range(8))
    assert asked[0][1] == {"per_epoch": 4, "epochs": 2, "initial_rate": 0.5}
    assert asked[3][1]["learning_rate"] == pytest.approx(0.5 / 3)
    assert run.stopped == ""


def test_a_rule_that_watches_is_asked_with_the_history_so_far():
    run, asked = rates_of(lambda h, c: c["initial_rate"], watches=True)
    assert [len(when["val_error"]) for when, _ in asked] == [0] * 4 + [1] * 4
    assert asked[-1][0]["val_error"] == history_of(run)["val_error"][:1]


def test_excess_is_infinite_for_a_run_that_diverged_and_positive_otherwise():
    run, _ = rates_of(lambda i, c: 1.0)
    assert excess(run) > 0
    assert minimum() == pytest.approx(0.2492, abs=1e-4)
    gone, _ = rates_of(lambda i, c: 1e9)
    assert excess(gone) == np.inf
