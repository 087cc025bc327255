import inspect

import numpy as np
import pytest
from scipy import stats

from course.data import digits
from course.ensembles.confidence import (
    auroc,
    best_temperature,
    log_loss,
    soften,
    stands_out,
    uncertainties,
    unlike,
)
from course.ensembles.members import SIZE, SOURCES, disagreement, images, judged, louder, member, same_start
from course.ensembles.teaching import (
    beside,
    chosen_rate,
    epoch_by_epoch,
    fresh_students,
    gradients,
    is_running_average,
    second_copy,
    teach,
)
from course.figures import ensembles as figures
from course.figures import uncertainty
from course.network import MLP
from course.plots import shown
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


def test_only_the_network_with_most_mistakes_gets_louder():
    scores, y = np.eye(3)[[[0, 1, 2], [0, 2, 1], [0, 1, 1]]], np.array([0, 1, 2])
    found = louder(scores, y, 5.0)
    assert (found[1] == 5 * scores[1]).all()
    assert (found[[0, 2]] == scores[[0, 2]]).all()


def test_what_is_held_beside_a_run_is_judged_with_it_and_changes_nothing_of_it():
    net, options = MLP(sizes=(64, 4, 10)), {"epochs": 2, "batch": 100}
    copies = {"first": None, "last": None}

    def each_step(params):
        copies["first"] = copies["first"] or {name: w.copy() for name, w in params.items()}
        copies["last"] = params

    alone = beside(net, rule, 0, **options)
    found = beside(net, rule, 0, copies, each_step, **options)
    assert (found[:, :1] == alone).all()
    assert (found[0] == alone[0]).all()
    assert found[-1, 1] == net.accuracy(copies["first"], images().X_judge, images().y_judge)
    assert found[-1, 2] == alone[-1, 0]


def test_fresh_students_learn_at_the_better_rate():
    net, data = MLP(sizes=(64, 4, 10)), images()

    def learn(seed, rate):
        epochs = 5 if rate == 1.0 else 0
        config, rng = {"learning_rate": rate}, np.random.default_rng(seed)
        return train(net, data.X_train, data.y_train, rule, config, rng=rng, epochs=epochs).params

    rate, chosen, judges = fresh_students(net, learn, seeds=(7, 8))
    assert rate == 1.0
    assert judges[1] == net.accuracy(learn(8, 1.0), data.X_judge, data.y_judge)
    assert chosen == np.mean([net.accuracy(learn(s, 1.0), data.X_choose, data.y_choose) for s in (7, 8)])


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


def test_the_exam_puts_the_common_mistakes_first_and_counts_all(capsys):
    y = np.array([0, 0, 0, 0, 0])
    wrong = np.array([[1, 0, 0, 1, 0], [0, 0, 1, 1, 0], [0, 1, 0, 1, 0]])
    scores = np.eye(2)[wrong]
    figures.exam(scores, y)
    assert capsys.readouterr().out == "Mistakes on 5 images: 2, 2, 2; 1 images are missed by all.\n"
    figures.exam(scores, y, scores.mean(axis=0))
    said = capsys.readouterr().out
    assert said.startswith("The average makes 1 mistakes. One network makes 2.0 on average, the best 2.")
    assert "of the 3 that one or two miss, 0." in said


def test_figures_say_what_comes_first_with_nothing_written(capsys):
    for empty in (
        lambda: figures.against_variety({}),
        lambda: figures.against_number(None, np.zeros(0), 0.5),
        lambda: figures.gains_of_pairs(None, None),
        lambda: figures.by_draw({}),
        lambda: figures.two_runs({}),
        lambda: figures.averaged_run(None, None),
        lambda: figures.by_memory((0.9,), None, 10),
        lambda: uncertainty.calibration({}),
        lambda: uncertainty.reliability({}),
        lambda: uncertainty.standing_out({}),
        lambda: uncertainty.columns({}, title="A claim"),
        lambda: uncertainty.students({}, None, 0.5),
        lambda: uncertainty.costs({}),
        lambda: uncertainty.nothing("Exercise 1 comes first."),
    ):
        assert "first." in empty().alt
        assert "first." in capsys.readouterr().out
    assert all(inspect.getdoc(each) for each in SOURCES.values())


def test_a_figure_with_nothing_drawn_says_why_in_its_place_and_claims_nothing(capsys):
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(1, 2)
    left.set_title("A claim")
    picture = shown(fig, "Exercise 1 comes first.")
    assert capsys.readouterr().out == "Exercise 1 comes first.\n"
    assert picture.alt == "Exercise 1 comes first."
    assert [left.get_title(), right.get_title(), left.texts[0].get_text()] == ["", "", picture.alt]
    left.plot([0, 1])
    left.set_title("A claim")
    shown(fig, "one", "two")
    assert capsys.readouterr().out == "one\ntwo\n"
    assert left.get_title() == "A claim"
    plt.close(fig)


def test_a_second_copy_is_mended_by_a_recurrence_alone():
    def average(copy, params, loss, best):
        return params if copy is None else {"w": 0.9 * copy["w"] + 0.1 * params["w"]}

    def backup(copy, params, loss, best):
        return params if copy is None or loss < best else copy

    assert is_running_average(*second_copy(average))
    assert not is_running_average(*second_copy(backup))
    assert not is_running_average(*second_copy(lambda copy, params, loss, best: params))


def test_the_better_rate_is_chosen():
    net, data = MLP(sizes=(64, 10)), images()
    zero = {"W1": np.zeros((64, 10)), "b1": np.eye(10)[0]}
    right = train(
        net, data.X_train, data.y_train, rule, {"learning_rate": 0.5}, rng=np.random.default_rng(0)
    ).params
    for better in (0.5, 1.0):
        found = chosen_rate(
            lambda seed, rate, better=better: right if rate == better else zero,
            net,
            data.X_choose,
            data.y_choose,
        )
        assert found == better


def test_masks_of_a_member_average_to_about_its_plain_scores():
    one = member(rule, 0, width=64, epochs=5, dropout=0.5)
    X = images().X_judge[:20]
    masked = one.masked(X, 400, dropout=0.5, rng=np.random.default_rng(0))
    assert np.abs(np.mean(masked, axis=0) - one.scores(X)).max() < 0.5
    assert np.abs(masked[0] - masked[1]).max() > 0.1


def test_one_temperature_is_that_of_the_lowest_log_loss():
    rng = np.random.default_rng(0)
    true = np.exp(2 * rng.normal(size=(4000, 5)))
    true /= true.sum(axis=1, keepdims=True)
    y = np.array([rng.choice(5, p=row) for row in true])
    for power in (0.5, 2.0):  # probabilities that are too modest, and too sure
        given = true**power / (true**power).sum(axis=1, keepdims=True)
        assert best_temperature(given, y) == pytest.approx(power, rel=0.1)
        assert log_loss(soften(given, power), y) < log_loss(given, y)


def test_disagreement_is_the_mutual_information_and_never_negative():
    rng = np.random.default_rng(1)
    members = rng.dirichlet(np.ones(4), size=(6, 30))
    found = uncertainties(members, members.mean(axis=0))
    assert (found["disagreement"] > 0).all()
    same = uncertainties(members[:1].repeat(3, axis=0), members[0])
    assert np.allclose(same["disagreement"], 0)
    assert found["one network"].shape == (6, 30)
    assert stands_out(found, found)["one network"] == pytest.approx([0.5] * 6)


def test_the_chance_to_stand_out_is_that_of_all_pairs():
    a, b = np.random.default_rng(2).integers(5, size=(2, 40)).astype(float)
    pairs = (a[:, None] > b).mean() + 0.5 * (a[:, None] == b).mean()
    assert auroc(a, b) == pytest.approx(pairs)


def test_images_unlike_the_digits_are_made_of_them():
    X = images().X_judge[:3]
    made, mean = unlike(X), digits().mean
    turned = (made["a quarter turn"] + mean).reshape(-1, 8, 8)
    assert np.allclose(np.rot90(turned, -1, axes=(1, 2)).reshape(-1, 64), X + mean)
    assert np.allclose(np.sort(made["pixels shuffled"] + mean), np.sort(X + mean))


def test_the_bars_of_the_costs_are_students_intervals():
    values = np.array([0.94, 0.943, 0.941])
    low, high = stats.t.interval(0.95, 2, loc=values.mean(), scale=stats.sem(values))
    assert uncertainty.half_width(values) == pytest.approx((high - low) / 2)
    assert uncertainty.half_width(values[:1]) == 0


def test_a_ragged_answer_is_said_to_be_of_the_wrong_type():
    with pytest.raises(Unusable, match="must return the mean probabilities"):
        visible_predictions(lambda scores: [[1.0], [1.0, 2.0]])
