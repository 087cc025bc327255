"""Pictures of rules on surfaces say where each path ends, and what is not written yet."""

import numpy as np

from course.descend import descend
from course.figures import landscapes
from course.surfaces import ravine, saddle
from tests.course.figures.drawing import labels, push, stub


def test_distances_say_after_how_many_steps_a_rule_left(ax):
    landscapes.distances(ax, {"sgd": 2.0 ** np.arange(-3, 3), "sgd_momentum": np.full(6, 0.5)}, "")
    assert labels(ax) == ["SGD: 4 steps", "Momentum: not within 5 steps"]


def test_a_rule_that_knows_the_axes_does_not_agree_in_a_turned_valley():
    config = {"learning_rate": 0.02, "momentum": 0.9}
    said = landscapes.turned({"sgd_momentum": push}, 30, config).alt
    assert int(said.split("agree to ")[1].split()[0]) >= 10
    signed = landscapes.turned(
        {"sgd": lambda w, dw, c=None: (w - 0.01 * np.sign(dw), c or {})}, 30, config
    ).alt
    assert "agree to 0 digits" in signed
    assert "Not written yet" in landscapes.turned({"sgd": stub}, 30, config).alt


def test_pictures_of_traces_say_where_each_ends():
    trace = descend(push, ravine, steps=5)
    for picture in (
        landscapes.side_by_side(ravine, {"slow": trace, "slower": trace}, "sgd"),
        landscapes.paths_and_losses(ravine, {"sgd": trace}, "A title"),
    ):
        assert f"loss {trace.losses[-1]:.3g}" in picture.alt
    assert "Not written yet" in landscapes.ridge({"sgd": descend(stub, ravine)}, "A title").alt


def test_a_rule_that_never_leaves_is_a_gap(ax):
    landscapes.escapes(ax, np.array([0.1, 0.2]), {"sgd": [None, 5]})
    assert np.isnan(ax.lines[0].get_ydata()[0])
    assert ax.lines[0].get_ydata()[1] == 5
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")  # plain descent draws a straight line


def test_a_dotted_path_says_where_it_ends():
    trace = descend(push, ravine, (1.0, 0.0), steps=1)
    assert landscapes.dotted({"Slow": (ravine, trace)}).alt == "Slow: after 1 steps at (0.98, 0)."


def test_three_memories_name_the_loss_of_each_or_why_it_ended():
    config = {"learning_rate": 0.02}
    said = landscapes.three_memories(
        {"adagrad": push, "adam": stub}, {"adagrad": config, "adam": config}, 5
    ).alt
    assert f"Adagrad: loss {descend(push, ravine, steps=5, config=config).losses[-1]:.1e}" in said
    assert "Adam: Not written yet." in said


def test_steps_by_angle_and_off_the_saddle_say_their_numbers():
    assert (
        "sgd: 3 steps along the axes, 9 at 45 degrees."
        in landscapes.steps_by_angle(np.array([0.0, 45.0]), {"sgd": np.array([3, 9])}).alt
    )
    traces = {"sgd": descend(push, saddle, steps=5)}
    assert landscapes.off_the_saddle(traces, np.array([0.1]), {"sgd": [7]}).alt.endswith("sgd 7 and 7.")
    assert landscapes.off_the_saddle(traces, np.array([0.1]), {}).alt.endswith("not written yet")
