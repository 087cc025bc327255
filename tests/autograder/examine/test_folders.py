"""A folder is measured and taken away whatever was made in it."""

from __future__ import annotations

import os
import stat

import pytest

from autograder.examine.inside import folders
from autograder.examine.inside.folders import in_folder, take_away

MOST = 50 << 20


@pytest.fixture
def place(tmp_path):
    """A folder that is filled, and the folder that the process is in afterwards again."""
    here = os.getcwd()
    (tmp_path / "filled").mkdir()
    yield tmp_path / "filled"
    os.chdir(here)


def nest(place, name, times):
    """Make folders within folders; leave the process in the last one."""
    os.chdir(place)
    for _ in range(times):
        os.mkdir(name)
        os.chdir(name)


class TestInFolder:
    def test_files_count_by_the_room_they_take(self, place):
        (place / "full").write_bytes(bytes(1 << 20))
        with open(place / "hole", "wb") as file:
            file.truncate(1 << 40)
        assert 1 << 20 <= in_folder(str(place), MOST) < 2 << 20

    def test_a_path_that_is_too_long_to_be_looked_at_is_too_much(self, place):
        nest(place, "x" * 250, 20)
        assert in_folder(str(place), MOST) > MOST

    def test_a_folder_that_may_not_be_listed_is_too_much(self, place, monkeypatch):
        (place / "closed").mkdir()

        def refuse(path):
            if path.endswith("closed"):
                raise PermissionError(13, "Permission denied")
            return listed(path)

        listed = os.scandir
        monkeypatch.setattr(folders.os, "scandir", refuse)
        assert in_folder(str(place), MOST) > MOST

    def test_what_disappears_meanwhile_hides_nothing(self, place, monkeypatch):
        (place / "full").write_bytes(bytes(1 << 20))
        listed = os.scandir

        class Gone:
            def stat(self, **_):
                raise FileNotFoundError(2, "No such file")

        class Entries:
            def __init__(self, path):
                self.inner = listed(path)

            def __enter__(self):
                return [Gone(), *self.inner]

            def __exit__(self, *_):
                self.inner.close()

        monkeypatch.setattr(folders.os, "scandir", Entries)
        assert in_folder(str(place), MOST) > 1 << 20


class TestTakeAway:
    def test_folders_within_folders_deeper_than_any_stack(self, place):
        nest(place, "d", 2500)
        os.chdir(place.parent)
        take_away(place)
        assert not place.exists()

    def test_paths_longer_than_any_call_takes(self, place):
        nest(place, "x" * 250, 30)
        open("file", "w").close()
        os.chdir(place.parent)
        take_away(place)
        assert not place.exists()

    def test_names_that_were_foreseen(self, place):
        for name in ("0", "1/0/1", "1/1", "2"):
            (place / name).mkdir(parents=True)
            (place / name / "0").write_text("a file")
        take_away(place)
        assert not place.exists()

    def test_folders_without_rights(self, place):
        (place / "a" / "b").mkdir(parents=True)
        (place / "a" / "b" / "file").touch(0)
        for each in (place / "a" / "b", place / "a", place):
            each.chmod(0)
        take_away(place)
        assert not place.exists()

    def test_links_are_not_followed_and_nothing_behind_them_is_changed(self, place):
        outside = place.parent / "outside"
        outside.mkdir(mode=0o500)
        (outside / "file").touch(0o400)
        for name in ("folder", "a/folder"):
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).symlink_to(outside)
            (place / name).with_name("file").symlink_to(outside / "file")
        os.mkfifo(place / "a" / "pipe")
        take_away(place)
        assert not place.exists()
        assert stat.S_IMODE((outside / "file").stat().st_mode) == 0o400
        assert stat.S_IMODE(outside.stat().st_mode) == 0o500

    def test_a_link_or_a_file_in_place_of_a_folder_goes_alone(self, place):
        link, file = place / "link", place / "file"
        (place / "there").mkdir()
        link.symlink_to(place / "there")
        file.touch()
        take_away(link)
        take_away(file)
        assert [each.name for each in place.iterdir()] == ["there"]
