"""A file that is replaced is the old or the new one, whatever happens meanwhile."""

import pytest

from autograder import atomic


def test_a_file_comes_with_its_folders_and_keeps_its_bytes(tmp_path):
    place = tmp_path / "new" / "deeper" / "record.json"
    atomic.write(place, "Zoë\r\n")
    assert place.read_bytes() == b"Zo\xc3\xab\r\n"
    atomic.write(place, b"\xff")
    assert place.read_bytes() == b"\xff"
    assert list(place.parent.iterdir()) == [place]


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_where_writing_fails_the_old_file_stays_and_nothing_lies_beside_it(tmp_path, monkeypatch, fails):
    place = tmp_path / "record.json"
    atomic.write(place, "before")

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(atomic.os, fails, full)
    with pytest.raises(OSError, match="no space"):
        atomic.write(place, "half")
    assert place.read_text() == "before"
    assert list(tmp_path.iterdir()) == [place]
