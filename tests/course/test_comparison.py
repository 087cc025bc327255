import numpy as np
import pytest

from course import surfaces
from course.comparison import (
    Objective,
    OutOfBudget,
    line_search,
    mini_batches,
    on_surface,
    peak_memory,
    rosenbrock_gradient,
    run_rule,
    softmax_regression,
)


def bowl(**options):
    return Objective(lambda w: (float(w @ w), 2 * w), start=np.array([3.0, 4.0]), **options)


def test_each_full_evaluation_is_one_and_is_logged():
    objective = bowl()
    for w in ([3.0, 4.0], [1.0, 0.0], [2.0, 0.0]):
        objective(np.array(w))
    assert objective.costs == [1, 2, 3]
    assert objective.losses == [25, 1, 4]
    assert objective.best().tolist() == [25, 1, 1]
    assert objective.cost_to_reach(1.0) == 2
    assert objective.cost_to_reach(0.5) is None
    assert np.diff(objective.seconds).min() >= 0


def test_a_gradient_for_finite_differences_costs_but_is_no_iterate():
    objective = bowl()
    assert objective.gradient(np.array([1.0, 2.0])).tolist() == [2, 4]
    assert (objective.evaluations, objective.losses) == (1, [])


def test_a_spectator_pays_nothing():
    objective = bowl()
    assert objective.watch(np.ones(2)) == 2
    assert objective.evaluations == 0


def test_a_mini_batch_costs_its_share_of_the_rows():
    X, y = np.eye(10), np.arange(10) % 3
    objective = softmax_regression(X, y, classes=3, reg=0.0)
    objective.sample(objective.start, np.array([0, 1]))
    assert objective.evaluations == pytest.approx(0.2)


def test_budget_ends_a_run_and_keeps_what_it_had():
    objective = bowl(budget=2)
    objective(np.ones(2))
    objective(np.ones(2))
    with pytest.raises(OutOfBudget, match="2 evaluations"):
        objective(np.ones(2))
    assert len(objective.losses) == 2
    assert objective.fresh().evaluations == 0
    assert objective.fresh(7).budget == 7


def test_losses_that_are_not_finite_are_never_the_best():
    losses = iter([2.0, np.nan, 1.0])
    objective = Objective(lambda w: (next(losses), w), start=np.zeros(1))
    for _ in range(3):
        objective(np.zeros(1))
    assert objective.best().tolist() == [2, 2, 1]


def test_softmax_regression_has_the_gradient_of_its_loss_and_starts_at_chance():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 4)), rng.integers(0, 3, 30)
    objective = softmax_regression(X, y, classes=3, reg=0.1)
    assert objective.function(objective.start)[0] == pytest.approx(np.log(3))
    w = rng.standard_normal(15)
    for axis in np.eye(15):
        up, down = (objective.function(w + h * axis)[0] for h in (1e-6, -1e-6))
        assert objective.function(w)[1] @ axis == pytest.approx((up - down) / 2e-6, abs=1e-8)


def test_mean_of_the_mini_batches_is_the_full_gradient():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((30, 4)), rng.integers(0, 3, 30)
    objective = softmax_regression(X, y, classes=3, reg=0.1)
    w = rng.standard_normal(15)
    batches = mini_batches(30, 10, rng)
    parts = [objective.sample(w, next(batches))[1] for _ in range(3)]
    assert np.allclose(np.mean(parts, axis=0), objective.function(w)[1], rtol=1e-12)


def test_mini_batches_pass_over_every_row_once_an_epoch():
    batches = mini_batches(12, 4, np.random.default_rng(0))
    first = np.sort(np.concatenate([next(batches) for _ in range(3)]))
    second = np.sort(np.concatenate([next(batches) for _ in range(3)]))
    assert first.tolist() == second.tolist() == list(range(12))


def test_run_rule_drives_a_rule_and_stops_at_the_budget():
    def rule(w, dw, config):
        return w - config["learning_rate"] * dw, config

    objective = bowl(budget=3)
    w = run_rule(rule, objective, {"learning_rate": 0.25}, steps=50)
    assert np.allclose(w, [3 / 8, 4 / 8])
    wild = bowl()
    run_rule(rule, wild, {"learning_rate": 1e9}, steps=50)
    assert wild.evaluations < 5


@pytest.mark.parametrize("first", [1e-3, 1.0, 30.0])
def test_line_search_returns_a_step_with_both_wolfe_conditions(first):
    objective = on_surface(surfaces.rosenbrock)
    w = objective.start
    loss, g = objective(w)
    t, there, slopes = line_search(objective, w, -g, loss, g, first=first)
    slope = -g @ g
    assert there <= loss + 1e-4 * t * slope
    assert slopes @ -g >= 0.9 * slope
    assert there == surfaces.rosenbrock.value(w - t * g)


def test_line_search_refuses_a_direction_that_climbs():
    objective = bowl()
    loss, g = objective(objective.start)
    assert line_search(objective, objective.start, g, loss, g) is None


def test_line_search_gives_up_where_the_loss_falls_for_ever():
    objective = Objective(lambda w: (-float(w[0]), np.array([-1.0])), start=np.zeros(1))
    loss, g = objective(objective.start)
    assert line_search(objective, objective.start, -g, loss, g) is None
    assert objective.evaluations == 31


def test_peak_memory_sees_a_matrix():
    assert 8e6 <= peak_memory(lambda: np.ones((1000, 1000)).sum()) < 8.5e6


def test_rosenbrock_gradient_is_that_of_the_surface():
    assert np.array_equal(rosenbrock_gradient(np.array([0.3, 2.0])), surfaces.rosenbrock.gradient([0.3, 2.0]))
