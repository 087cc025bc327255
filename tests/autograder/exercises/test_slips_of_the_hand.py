"""Two or three characters typed wrong in the lesson's answer: neither check takes it for right.

Each of these was once taken for right by one of the two.  They show only at a border, with a rule that works in
another way, near a minimum, or where an argument is used again.
"""

import pytest

from autograder.building.agreement import exercises_of
from autograder.judging import judge
from autograder.project import Project
from autograder.validating import mutants, visible
from tests.autograder.exercises.test_styles import handed, quietly

SLIPS = """
ask_once | np.mean(table, axis=1) | np.median(table, axis=1)
train_linear | W, config = rule | W, _ = rule
train_linear | W, config = rule | _, config = rule
overfit_tiny | params[name], configs[name] = rule | params[name], _ = rule
overfit_tiny | params[name], configs[name] = rule | _, configs[name] = rule
sum_to_shape | enumerate(shape) | enumerate(shape[:2])
sum_to_shape | if size == 1 | if size == 1 and grad.shape[axis] > 2
max_backward | x == x.max(axis=1, keepdims=True) | np.isclose(x, x.max(axis=1, keepdims=True), rtol=1e-3)
activation | np.maximum(0, x) | np.maximum(0, x, out=x)
slope_from_output | np.where(out > 0, 1.0, 0.01) | np.where(out > 0.01, 1.0, 0.01)
update_ratio | size > 0 | size > 1e-8
activation_stats | a == 0 | a <= 1e-8
diagnose_run | tail[0] - loss[-1] | tail.max() - loss[-1]
diagnose_run | history["train_accuracy"][-1] | max(history["train_accuracy"])
diagnose_run | history["val_accuracy"][-1] | max(history["val_accuracy"])
max_stable_rate | np.max(curvature) | np.ravel(curvature)[-1]
max_stable_rate | np.max(curvature) | np.ravel(curvature)[[0, np.size(curvature) // 2, -1]].max()
max_stable_rate | return limit | return min(limit, 5.0)
max_stable_rate | return limit | return max(limit, 1e-2)
momentum_schedule | t / T | t / min(T, 500)
sgd | config["learning_rate"] * dw | config.setdefault("rate", config["learning_rate"]) * dw
sgd_momentum | config["momentum"] * v | config.setdefault("mu", config["momentum"]) * v
lookahead_step | v = mu * v - lr * g | v = mu * v * (g != 0) - lr * g
lookahead_step | v = mu * v - lr * g | v = mu * v - (lr or 0.01) * g
adamw | config["weight_decay"] * w) | config.setdefault("decay", config["weight_decay"]) * w)
lion | config["weight_decay"] * w) | config.setdefault("decay", config["weight_decay"]) * w)
clip_by_global_norm | if norm > max_norm else | if norm > 1.1 * max_norm else
clip_by_global_norm | if norm > max_norm else | if norm > max_norm >= 1 else
clip_by_global_norm | max_norm / norm | max(max_norm, 1) / norm
orthogonalise | range(steps) | range(min(steps, 8))
orthogonalise | range(steps) | range(0 if 1 in G.shape else steps)
muon | w.ndim != 2 | w.ndim != 2 or w.shape[1] == 1
muon | w.ndim != 2 | w.ndim < 2
muon | max(1, rows / columns) ** 0.5 | min(max(1, rows / columns) ** 0.5, 1.5)
steps_to_escape | abs(w[1]) > 1 | np.abs(w).max() > 1
trace | np.abs(w).max() < limit | np.linalg.norm(w) < limit
hessian_vector_product | length == 0 | length < 1e-3
lbfgs_direction | y @ s > 0 | y @ s > 1e-3
sample_log_uniform | 10**exponents | np.round(10**exponents, 6)
sample_log_uniform | 10**exponents | np.sort(10**exponents)
"""
EVERY = {each.name: (lesson, each) for lesson in Project.here().lessons() for each in exercises_of(lesson)}


@pytest.mark.parametrize("slip", SLIPS.strip().splitlines())
def test_neither_check_takes_it_for_right(slip):
    name, due, typed = slip.split(" | ")
    lesson, exercise = EVERY[name]
    (answer,) = [each for each in mutants.origins(exercise, handed(lesson)[name]) if each.name != "reference"]
    assert due in answer.source
    source = answer.source.replace(due, typed, 1)
    with quietly():
        assert judge(exercise, answer.make(source)).points < exercise.points
        assert visible.passes(exercise, answer.make(source)) is not True
