import inspect

import numpy as np
import pytest
from scipy import stats

from course.data import digits
from course.ensembles.members import SIZE, SOURCES, disagreement, images, judged, member, same_start
from course.ensembles.teaching import epoch_by_epoch, gradients, teach
from course.figures import ensembles as figures
from course.network import MLP
from course.probes.base import Unusable
from course.probes.ensembles.scores import distilled, visible_predictions
from course.probes.ensembles.weights import averages, walk
from course.training import train


def rule(w, dw, config):
    return w - config["learning_rate"] * dw, config


def test_the_images_that_judge_neither_train_nor_choose_and_no_test_image_is_among_them():
    data = images()
    parts = [{row.tobytes() for row in X} for X in (data.X_train, data.X_choose, data.X_judge)]
    for k, part in enumerate(parts):
        for other in (*parts[:k], {row.tobytes() for row in digits().X_test}):
            assert not part & other


def test_a_seed_gives_the_same_member_again_and_another_seed_another():
    one, again, other = (member(rule, seed, epochs=1) for seed in (3, 3, 4))
    assert all((one.params[name] == again.params[name]).all() for name in one.params)
    assert any((one.params[name] != other.params[name]).any() for name in one.params)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_gives_five_different_members_and_the_same_again(name):
    scores = SOURCES[name](rule, 1)
    assert scores.shape == (SIZE, 897, 10)
    assert all(np.abs(scores[i] - scores[k]).max() > 1e-6 for i in range(SIZE) for k in range(i))
    assert (scores == SOURCES[name](rule, 1)).all()


def test_pixels_a_member_may_not_see_change_nothing():
    mask = (np.arange(64) % 2).astype(float)
    one = member(rule, 0, epochs=1, pixels=mask)
    X = images().X_judge[:5]
    assert np.allclose(one.scores(X), one.scores(X + 100 * (1 - mask)))


def test_members_with_one_start_disagree_less_than_members_with_five():
    seeds = judged([member(rule, seed) for seed in range(SIZE)])
    assert disagreement(same_start(rule, 0).argmax(axis=2)) < disagreement(seeds.argmax(axis=2)) / 2


def test_disagreement_by_hand():
    assert disagreement(np.array([[1, 2, 3, 4], [1, 2, 3, 0], [1, 2, 0, 0]])) == pytest.approx(
        (1 + 2 + 1) / 12
    )


def test_gradients_from_a_slope_are_those_of_the_networks_own_loss():
    net, rng = MLP(sizes=(4, 6, 5, 3)), np.random.default_rng(0)
    params, X, y = net.start(rng), rng.normal(size=(7, 4)), rng.integers(3, size=7)

    def slope(scores):
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return (odds / odds.sum(axis=1, keepdims=True) - np.eye(3)[y]) / len(y)

    mine, theirs = gradients(net, params, X, slope), net.loss(params, X, y)[1]
    assert mine.keys() == theirs.keys()
    assert all(np.allclose(mine[name], theirs[name], atol=1e-14) for name in mine)


def test_taught_by_the_labels_a_student_walks_the_path_of_training():
    net, rng = MLP(sizes=(3, 5, 2)), np.random.default_rng(1)
    X, y = rng.normal(size=(20, 3)), rng.integers(2, size=20)

    def criterion(scores, rows):
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return 0.0, (odds / odds.sum(axis=1, keepdims=True) - np.eye(2)[y[rows]]) / len(rows)

    options = {"epochs": 3, "batch": 6}
    taught = teach(net, X, criterion, rule, {"learning_rate": 0.3}, rng=np.random.default_rng(2), **options)
    run = train(net, X, y, rule, {"learning_rate": 0.3}, rng=np.random.default_rng(2), **options)
    assert all(np.allclose(taught[name], run.params[name], atol=1e-13) for name in taught)


def test_only_relu_units_can_be_taught():
    with pytest.raises(ValueError, match="ReLU"):
        teach(MLP(sizes=(2, 2), activation="tanh"), np.zeros((1, 2)), None, rule, {}, rng=None, epochs=1)


def test_an_epoch_changes_the_given_arrays_and_returns_nothing():
    net, data = MLP(sizes=(64, 4, 10)), images()
    params = net.start(np.random.default_rng(0))
    arrays, before = dict(params), {name: w.copy() for name, w in params.items()}
    step = epoch_by_epoch(net, data.X_train, data.y_train, rule, {"learning_rate": 0.5}, seed=1, batch=50)
    assert step(params) is None
    assert all(params[name] is arrays[name] for name in params)
    assert all((params[name] != before[name]).any() for name in params)


def test_an_average_of_the_wrong_kind_is_said_to_be():
    path = walk(0, 2)
    with pytest.raises(Unusable, match="None"):
        averages(lambda average, params, decay: None, path, [0.9] * 2, in_place=False)
    with pytest.raises(Unusable, match="dict"):
        averages(lambda average, params, decay: [1.0], path, [0.9] * 2, in_place=False)


def test_a_loss_without_its_gradient_is_said_to_be():
    one = np.zeros((1, 2)), np.ones((1, 2)), np.zeros((1, 2)), np.array([0])
    for answer, said in (
        (None, "None"),
        (1.0, "pair"),
        ((1.0, "x"), "dscores an array"),
        ((1, [0, 0]), "shape"),
    ):
        with pytest.raises(Unusable, match=said):
            distilled(lambda *_, answer=answer: answer, [one])


def test_who_errs_puts_the_common_mistakes_first_and_counts_all():
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    wrong = np.array([[1, 0, 0, 1, 0], [0, 0, 1, 1, 0], [0, 1, 0, 1, 0]], dtype=bool)
    figures.who_errs(ax, wrong, ["a", "b", "together"])
    assert [text.get_text() for text in ax.texts] == ["2", "2", "2"]
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0, 1], [0, 2], [0]]
    plt.close(fig)


def test_figures_work_with_nothing_written():
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2)
    figures.against_variety(axes, {})
    figures.costs(axes[0], {})
    plt.close(fig)
    assert all(inspect.getdoc(each) for each in SOURCES.values())


def test_a_figure_with_nothing_drawn_says_why_in_its_place_and_claims_nothing(capsys):
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2)
    left.set_title("A claim")
    picture = figures.shown(fig, "Exercise 1 comes first.")
    assert capsys.readouterr().out == "Exercise 1 comes first.\n"
    assert picture.alt == "Exercise 1 comes first."
    assert [ax.get_title() + ax.texts[0].get_text() for ax in (left, right)] == [
        "Exercise 1 comes first."
    ] * 2
    left.plot([0, 1])
    left.set_title("A claim")
    figures.shown(fig, "one", "two")
    assert capsys.readouterr().out == "one\ntwo\n"
    assert left.get_title() == "A claim"
    plt.close(fig)


def test_the_bars_of_the_costs_are_students_intervals():
    values = np.array([0.94, 0.943, 0.941])
    low, high = stats.t.interval(0.95, 2, loc=values.mean(), scale=stats.sem(values))
    assert figures.half_width(values) == pytest.approx((high - low) / 2)
    assert figures.half_width(values[:1]) == 0


def test_a_ragged_answer_is_said_to_be_of_the_wrong_type():
    with pytest.raises(Unusable, match="must return the mean probabilities"):
        visible_predictions(lambda scores: [[1.0], [1.0, 2.0]])
