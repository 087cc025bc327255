import numpy as np
import pytest

from autograder.exercises.setting_up import batchnorm_forward, initial
from course.data import digits
from course.interactive.layers import DEPTH, SCALES, STARTS, LayersPlayground, at_the_start


@pytest.fixture(scope="module")
def playground():
    return LayersPlayground(initial.variants[0].function, batchnorm_forward.variants[0].function, digits())


def test_the_slider_begins_at_the_readers_own_start(playground):
    assert playground.scales[playground.scale] == pytest.approx(1.0)
    assert "your Xavier, tanh times 1, no normalisation" in playground.describe()


def test_every_histogram_holds_all_numbers_once(playground):
    assert np.allclose(playground.table.sum(axis=-1), 1)
    assert playground.table.shape == (2, 2, len(SCALES), DEPTH, playground.sizes[-1])


def test_without_normalisation_the_scale_decides_and_with_it_it_does_not(playground):
    last = playground.widths[..., -1]
    for start in range(len(STARTS)):
        assert last[start, 0, 0] < 1e-6
        assert last[start, 0, -1] > 0.9
        assert np.ptp(last[start, 1]) < 0.05 * last[start, 1].max()
    assert last[1, 0, -1] > 1e6


def test_the_present_setting_follows_the_sliders(playground):
    playground.start, playground.normalised, playground.scale = 1, 1, 20
    try:
        assert "your He, ReLU times 10, your batch normalisation" in playground.describe()
        assert playground.now()[1][-1] == playground.widths[1, 1, 20, -1]
    finally:
        playground.start, playground.normalised, playground.scale = 0, 0, 10


def test_a_static_picture_with_alt_text_stands_in(playground, shown):
    _, still = shown(playground)
    assert 'alt="Histograms of ten layers. your Xavier, tanh times 1' in still["text/html"]


def test_the_front_end_finds_the_histogram_that_python_means(playground, in_node):
    sizes = playground.sizes
    found = in_node("layers", f"[[0,0,0],[1,0,3],[1,1,20]].map((p) => front.place({sizes}, ...p))")
    assert found == [int(np.ravel_multi_index(p, sizes[:3])) for p in ((0, 0, 0), (1, 0, 3), (1, 1, 20))]


def test_a_bar_that_towers_over_the_rest_is_cut_off(in_node):
    assert in_node("layers", "front.heights([0.9, 0.05, 0.025, 0])") == [1, 1, 0.5, 0]
    assert in_node("layers", "front.heights([1, 0, 0])") == [1, 0, 0]


def test_functions_that_are_not_written_are_asked_for(capsys):
    def stub(*_):
        raise NotImplementedError

    assert at_the_start(stub, stub, digits()) is None
    assert "write Exercises 2 and 3 first" in capsys.readouterr().out
