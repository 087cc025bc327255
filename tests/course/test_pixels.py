"""Raw images, moved images, images on larger sheets, and labels of which some are wrong."""

import numpy as np
import pytest

from course.data import digits
from course.pixels import DIRECTIONS, digit_images, moved, somewhere, with_wrong_labels


def test_the_digits_are_whole_sixteenths_of_the_same_split():
    images, data = digit_images(), digits()
    assert images.train.shape == (1197, 8, 8)
    assert images.train.min() == 0
    assert images.train.max() == 1
    assert np.array_equal(16 * images.train, np.round(16 * images.train))
    assert np.allclose(images.train.reshape(-1, 64) - data.mean, data.X_train, atol=1e-12)
    assert np.array_equal(images.y_fresh, data.y_val)


@pytest.mark.parametrize(("down", "right"), [*DIRECTIONS.values(), (0, 0), (2, -3)])
def test_every_pixel_moves_and_blank_paper_comes_in(down, right):
    images = np.random.default_rng(0).random((2, 5, 6))
    found = moved(images, down, right)
    for n, row, column in np.ndindex(found.shape):
        there = 0 <= row - down < 5 and 0 <= column - right < 6
        assert found[n, row, column] == (images[n, row - down, column - right] if there else 0)


def test_a_moved_image_is_a_copy():
    images = np.ones((1, 3, 3))
    moved(images)[:] = 7
    assert (images == 1).all()


def test_a_move_out_of_the_frame_is_refused():
    with pytest.raises(ValueError, match="leaves nothing"):
        moved(np.ones((1, 3, 4)), right=4)


def test_an_image_lies_somewhere_whole():
    images = np.random.default_rng(0).random((50, 3, 4))
    sheets = somewhere(images, 6, np.random.default_rng(1))
    assert sheets.shape == (50, 6, 6)
    assert np.allclose(sheets.sum(axis=(1, 2)), images.sum(axis=(1, 2)))
    corners = {tuple(np.argwhere(sheet)[0]) for sheet in sheets}
    assert corners <= {(row, column) for row in range(4) for column in range(3)}
    assert len(corners) > 6


def test_about_the_share_asked_for_is_wrong_and_every_other_class_comes():
    y = np.repeat(np.arange(4), 2000)
    found = with_wrong_labels(y, 0.2, 4, np.random.default_rng(0))
    assert (found != y).mean() == pytest.approx(0.2, abs=0.02)
    assert sorted(np.unique(found[y == 1])) == [0, 1, 2, 3]
