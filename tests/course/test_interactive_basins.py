import matplotlib.pyplot as plt
import numpy as np

from course.interactive.basins import KINDS, BasinsExplorer, explore, kinds_of, middles
from course.surfaces import beale, himmelblau, ravine, saddle


def newton(g, H, damping):
    return -np.linalg.solve(H + damping * np.eye(2), g)


def test_kinds_are_read_from_the_curvatures():
    assert kinds_of(himmelblau, np.array(himmelblau.minima)).tolist() == [0, 0, 0, 0]
    assert kinds_of(himmelblau, np.array(himmelblau.saddles)).tolist() == [1, 1, 1, 1]
    top = np.array([[-0.270844590667, -0.923038522102]])
    assert kinds_of(himmelblau, top).tolist() == [2]
    assert kinds_of(himmelblau, np.array([[1.0, 1.0]])).tolist() == [3]


def test_on_a_quadratic_every_start_is_there_after_one_step():
    basins = explore(newton, ravine, grid=5, steps=3)
    assert np.allclose(basins.paths[:, 1:], 0, atol=1e-12)
    assert basins.shares() == {"a minimum": 1, "a saddle": 0, "a maximum": 0, "not there yet": 0}
    assert explore(newton, saddle, grid=5, steps=3).shares()["a saddle"] == 1


def test_starts_are_the_middles_of_the_cells_row_by_row():
    basins = explore(newton, himmelblau, grid=4, steps=1)
    x = middles(-5, 5, 4)
    assert np.allclose(basins.paths[:4, 0], [(each, x[0]) for each in x])
    assert np.allclose(basins.paths[4, 0], (x[0], x[1]))


def test_damping_beyond_the_most_negative_curvature_leaves_no_start_at_a_saddle():
    free, damped = (explore(newton, himmelblau, damping=d, grid=15, steps=60).shares() for d in (0, 55))
    assert free["a saddle"] > 0.2
    assert damped["a saddle"] == 0
    assert damped["a maximum"] == 0


def test_a_step_that_raises_or_flies_off_leaves_the_start_nowhere():
    def refuses(g, H, damping):
        raise np.linalg.LinAlgError("singular")

    assert explore(refuses, beale, grid=3, steps=2).shares()["not there yet"] == 1
    assert (
        explore(lambda g, H, damping: np.full(2, 1e9), beale, grid=3, steps=2).shares()["not there yet"] == 1
    )


def test_the_map_is_drawn_with_its_marks():
    _, ax = plt.subplots()
    explore(newton, himmelblau, grid=6, steps=20).draw(ax)
    assert ax.images[0].get_array().shape == (6, 6)
    assert len(ax.lines[0].get_xdata()) == len(himmelblau.minima)
    plt.close()


def test_the_widget_carries_every_map_and_describes_it(shown):
    widget = BasinsExplorer(newton, himmelblau, dampings=(0, 40), grid=5, steps=6)
    assert len(widget.kinds) == 2 * 25
    paths = np.frombuffer(widget.paths, dtype=np.float32).reshape(2, 25, 7, 2)
    assert np.allclose(paths[1], widget.maps[1].paths, atol=1e-5)
    assert "damping 40" in widget.describe()
    assert 'alt="Ends of 25 starts' in shown(widget)[1]["text/html"]
    assert widget.names == list(KINDS)


def test_the_front_end_reads_the_path_of_a_cell(in_node):
    widget = BasinsExplorer(newton, himmelblau, dampings=(0, 40), grid=3, steps=5)
    numbers = np.frombuffer(widget.paths, dtype=np.float32).tolist()
    path = in_node("basins", f"front.pathOf({numbers}, {{ grid: 3, steps: 5 }}, 1, 4)")
    assert np.allclose(path, widget.maps[1].paths[4], atol=1e-5)
