import numpy as np
import pytest
from scipy.special import softmax

from course.ensembles.confidence import entropy, soften
from course.ensembles.members import images
from course.interactive.temperature import TEMPERATURES, TemperaturePlayground


def playground():
    rng = np.random.default_rng(0)
    p = softmax(3 * rng.normal(size=(3, 4, 10)), axis=-1)
    return TemperaturePlayground(rng.random((4, 8, 8)), [3, 1, 4, 1], p, [1, 5, 20]), p


def test_softening_probabilities_is_dividing_scores_by_the_temperature():
    scores = np.random.default_rng(1).normal(size=(5, 7))
    for T in (0.25, 1.0, 3.0, 16.0):
        assert np.allclose(soften(softmax(scores, axis=1), T), softmax(scores / T, axis=1), rtol=1e-12)


def test_the_entropy_goes_from_none_to_that_of_ten_equal_classes():
    p = softmax(np.arange(10.0))
    assert entropy(soften(p, 1e-2)) == pytest.approx(0, abs=1e-9)
    assert entropy(soften(p, 1e4)) == pytest.approx(np.log2(10), abs=1e-6)
    assert (np.diff([entropy(soften(p, T)) for T in TEMPERATURES]) > 0).all()


def test_the_slider_begins_at_temperature_one():
    widget, p = playground()
    assert TEMPERATURES[widget.temperature] == pytest.approx(1.0)
    assert np.allclose(widget.now(), p[2, 0])


def test_the_present_setting_follows_the_sliders():
    widget, p = playground()
    widget.count, widget.image, widget.temperature = 1, 2, 40
    assert np.allclose(widget.now(), soften(p[1, 2], TEMPERATURES[40]))
    assert "A 4. 5 networks" in widget.describe()


def test_a_static_picture_with_alt_text_stands_in(shown):
    _, still = shown(playground()[0])
    assert 'alt="A 3. 20 networks at temperature 1' in still["text/html"]


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="probabilities must be"):
        TemperaturePlayground(np.ones((2, 8, 8)), [1, 2], np.ones((1, 3, 10)), [1])


def test_half_of_the_digits_shown_are_those_of_which_only_one_network_is_sure():
    data, rng = images(), np.random.default_rng(0)
    tables = softmax(3 * rng.normal(size=(2, len(data.y_judge), 10)), axis=2)
    widget = TemperaturePlayground.of_digits(data.X_judge, data.y_judge, tables, (1, 5))
    fall = tables[0].max(axis=1) - tables[1].max(axis=1)
    assert widget.table.shape == (2, 12, 10)
    shown = widget.table.max(axis=2)
    assert np.allclose(np.sort(shown[0, 6:] - shown[1, 6:]), np.sort(fall)[-6:])
    assert (np.diff(shown[1, :6]) < 0).all()


def test_the_front_end_computes_what_python_computes(in_node):
    p = softmax(8 * np.random.default_rng(2).normal(size=10))
    found = in_node(
        "temperature",
        f"[0.25, 1, 2.5, 16].map((t) => front.soften({p.tolist()}, t)).map((q) => [q, front.bits(q)])",
    )
    for T, (q, h) in zip((0.25, 1, 2.5, 16), found, strict=True):
        assert np.allclose(q, soften(p, T), rtol=1e-12)
        assert h == pytest.approx(entropy(soften(p, T)), rel=1e-12)
