"""A file that is replaced is the old or the new one, whatever happens meanwhile."""

import errno
import os
import stat
from pathlib import Path

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


def test_what_a_person_asked_for_goes_behind_a_link_and_into_a_device(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "real" / "marks.csv")
    atomic.deliver(link, "marks")
    assert link.is_symlink()
    assert link.read_text() == "marks"
    atomic.deliver(Path("/dev/null"), "marks")
    assert Path("/dev/null").is_char_device()


def test_a_disk_that_cannot_settle_a_folder_is_written_to(tmp_path, monkeypatch):
    fsync = os.fsync

    def refuses(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(handle)

    monkeypatch.setattr(atomic.os, "fsync", refuses)
    atomic.write(tmp_path / "new" / "record.json", "whole")
    assert (tmp_path / "new" / "record.json").read_text() == "whole"
