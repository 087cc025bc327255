"""Every exercise has a right answer as users of CS231n, d2l, PyTorch or SciPy write it; it earns everything."""

import inspect

import pytest

from autograder.building.agreement import exercises_of
from autograder.judging.records import MANNERS, Exercise
from autograder.project import Project
from tests.autograder.exercises.test_styles import assert_right

EXERCISES = [each for lesson in Project.here().lessons() for each in exercises_of(lesson)]
IDIOMS = {
    "CS231n": """in range(|np.zeros|.dot(|.shape|keepdims=True|range(N)|N =|N,|num_|batch_size|_history|
        X_train|X_batch|param_scale|update_scale|scale =|_acc|_folds|best_|cache|mode ==|
        if config is None|setdefault|optim_configs|config.copy()|next_w|dx|dW|dscores|dout|num =|
        np.max(|oldval|old =|x[ix] =|nditer|x_ahead|v_prev|v = mu * v|invden|stack(|svd(|np.std(|
        np.mean(|out = None""",
    "d2l": """hyperparams|states|zip(|[:] =|yield|net(|num_examples|num_epochs|data_iter|test_iter|
        batch_indices|metric|animator|updater|f_grad|results|show_trace_2d|x1, x2|moving_mean|X_hat|
        mask|assert 0 <= dropout|top_n_configurations|r_i|rung|queue""",
    "PyTorch": """class|def step(|def forward(|def backward(|def hook(|def closure(|.copy()|deepcopy|dim|
        keepdims|lr|state|group|closure|scheduler|lambda epoch|exp_avg|buf|momentum_buffer|clip_coef|
        total_norm|old_stps|H_diag|last_epoch|step_size|gain|fan|std|grad_output|grad_input|ctx|
        next_fn|log_softmax(input|lerp|.item()|.size|.ndim|X @ X.T|a, b, c =|confidence|
        accuracy[inside]|tmp_path""",
    "SciPy": """scipy|special|stats|lfilter|brentq|x0|fun|jac|hess|args=|namedtuple|partial(|result|bounds|
        maxiter|np.asarray|dtype=float|np.linalg|np.finfo|searchsorted|np.reciprocal|ord=|assume_a=|
        xtol=|zi=|abs_step=|random_state=|log_softmax|expit|matvec|np.log(""",
}
"""What tells a manner; a text shows two of these, so that its label means something."""


def own(exercise):
    return [each for each in exercise.variants if each.manner]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_an_exercise_has_a_variant_as_users_of_one_of_the_four_write_it(exercise):
    assert own(exercise), f'it has none: write a right answer below `@{exercise.name}.variant_as_in("d2l")`'
    for known in own(exercise):
        assert_right(exercise, known.make(), known.name)
        source = inspect.getsource(known.function).partition("\n")[2]  # without its label
        shown = {each for each in map(str.strip, IDIOMS[known.manner].split("|")) if each in source}
        assert len(shown) >= 2, f"{known.name} shows only {shown} of {known.manner}"


def test_each_manner_is_met_in_several_lessons():
    for manner in MANNERS:
        lessons = {each.function.__module__.split(".")[-2] for one in EXERCISES for each in own(one)
                   if each.manner == manner}  # fmt: skip
        assert len(lessons) >= 4, manner


def test_a_manner_that_is_none_is_refused():
    with pytest.raises(ValueError, match="manner must be one of CS231n"):
        Exercise("none", points=1, reference=None, checks=[]).variant_as_in("Keras")
