"""Which file is read, in whatever encoding and format, and what is said of one that cannot be."""

import copy
import json
import os
import socket
import stat

import nbformat
import pytest

from autograder.repair import finding, reading
from autograder.repair.rebuild import repair
from tests.autograder.repair.cells import answer, cell_of, repaired
from tests.autograder.small_lesson import LESSON, RIGHT


def test_lines_without_ends_get_theirs(handed_in, master):
    for cell in handed_in["cells"]:
        cell["source"] = "".join(cell["source"]).split("\n")
    assert answer(repaired(handed_in, master)) == RIGHT


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b'{"cells": [', "damaged"),
        (b"[1, 2]", "not a notebook"),
        (b'{"a": 1}', "not a notebook"),
        (b'{"cells": "none"}', "not a notebook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "of another kind"),
        (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> main\n]}', "a merge conflict"),
        (b"\r\n<!DOCTYPE html><title>04_momentum</title>", "a web page"),
        (b"PK\x03\x04\x14\x00", "an archive"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "Git LFS"),
        (b"https://colab.research.google.com/drive/1", "an address"),
        (b"[" * 100_000, "damaged"),
        (b'{"cells": ' + b"9" * 10_000 + b"}", "damaged"),
    ],
)
def test_what_is_no_notebook_is_unreadable_and_says_why(data, said, master):
    found = repair(data, master)
    assert found.status == "unreadable"
    assert said in found.notes[0]
    assert answer(found) == master.stub("twice")


def test_missing_notebook_is_the_stub(master):
    found = repair(None, master)
    assert found.status == "missing"
    assert answer(found) == master.stub("twice")


def test_too_large_file_is_unreadable(master, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 1000)
    assert repair(b"{}" + b" " * 1000, master).status == "unreadable"


def test_lines_and_line_ends_are_joined(handed_in, master):
    cell_of(handed_in, "twice")["source"] = [line + "\r\n" for line in RIGHT.split("\n")]
    assert answer(repaired(handed_in, master)).strip() == RIGHT


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_encodings_are_read(handed_in, master, encoding):
    cell_of(handed_in, "twice")["source"] = RIGHT + "  # né"
    data = json.dumps(handed_in, ensure_ascii=False).encode(encoding)
    assert answer(repaired(data, master)) == RIGHT + "  # né"


def test_format_3_is_converted(handed_in, master):
    cells = [
        {**cell, "input": cell.pop("source")} if cell["cell_type"] == "code" else cell
        for cell in handed_in["cells"]
    ]
    old = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    found = repaired(old, master)
    assert answer(found) == RIGHT
    assert found.notes == ["An old notebook format was converted."]
    nbformat.validate(found.notebook)


def test_lone_surrogates_can_be_written_again(handed_in, master):
    cell_of(handed_in, "twice")["source"] = RIGHT + " # \ud800"
    nbformat.writes(repaired(handed_in, master).notebook).encode("utf-8")


STUBS = {"twice": "def twice(x): ...", "twice-check": ""}


class TestLocate:
    def test_right_name_wins(self, tmp_path):
        (tmp_path / "90_doubling.ipynb").write_text("{}")
        (tmp_path / "Copy.ipynb").write_text("{}")
        file, notes = finding.locate(tmp_path, LESSON, STUBS)
        assert file == tmp_path / "90_doubling.ipynb"
        assert "Copy.ipynb" in notes[0]

    def test_what_the_exchange_puts_beside_it_is_not_spoken_of(self, tmp_path):
        for name in ("90_doubling.ipynb", "timestamp.txt", "submission_secret.txt"):
            (tmp_path / name).write_text("{}")
        assert finding.locate(tmp_path, LESSON, STUBS)[1] == []

    def test_only_notebook_is_taken_and_said(self, tmp_path):
        (tmp_path / "Untitled.ipynb").write_text("{}")
        file, notes = finding.locate(tmp_path, LESSON, STUBS)
        assert file == tmp_path / "Untitled.ipynb"
        assert "Untitled.ipynb" in notes[0]

    def test_of_several_the_one_with_our_ids(self, tmp_path, handed_in):
        (tmp_path / "a.ipynb").write_text('{"cells": []}')
        (tmp_path / "b.ipynb").write_text(json.dumps(handed_in))
        (tmp_path / "c.ipynb").write_text("broken")
        assert finding.locate(tmp_path, LESSON, STUBS)[0] == tmp_path / "b.ipynb"

    @pytest.mark.parametrize("state", ["untouched", "damaged"])
    @pytest.mark.parametrize("labels", ["kept", "lost"])
    def test_one_without_answers_gives_way_to_one_that_has_some(
        self, tmp_path, handed_in, master, state, labels
    ):
        untouched = copy.deepcopy(handed_in)
        cell_of(untouched, "twice")["source"] = master.stub("twice")
        text = json.dumps(untouched)
        (tmp_path / "90_doubling.ipynb").write_text(text if state == "untouched" else text[:-100])
        if labels == "lost":
            for cell in handed_in["cells"]:
                cell["metadata"] = {}
        (tmp_path / "90_doubling-Copy1.ipynb").write_text(json.dumps(handed_in))
        file, notes = finding.locate(tmp_path, LESSON, master.stubs)
        assert file == tmp_path / "90_doubling-Copy1.ipynb"
        assert "90_doubling.ipynb itself holds no answer" in notes[0]

    def test_one_with_an_answer_of_the_right_name_stays(self, tmp_path, handed_in, master):
        for name in ("90_doubling.ipynb", "90_doubling-Copy1.ipynb"):
            (tmp_path / name).write_text(json.dumps(handed_in))
        assert finding.locate(tmp_path, LESSON, master.stubs)[0] == tmp_path / "90_doubling.ipynb"

    def test_folder_in_a_folder_is_searched(self, tmp_path):
        (tmp_path / "04 (1)").mkdir()
        (tmp_path / "04 (1)" / "x.ipynb").write_text("{}")
        (tmp_path / ".ipynb_checkpoints").mkdir()
        (tmp_path / ".ipynb_checkpoints" / "90_doubling-checkpoint.ipynb").write_text("{}")
        assert finding.locate(tmp_path, LESSON, {})[0] == tmp_path / "04 (1)" / "x.ipynb"

    def test_links_are_not_followed(self, tmp_path):
        secret = tmp_path / "gradebook.ipynb"
        secret.write_text("{}")
        folder = tmp_path / "student"
        folder.mkdir()
        (folder / "90_doubling.ipynb").symlink_to(secret)
        file, notes = finding.locate(folder, LESSON, {})
        assert file is None
        assert "90_doubling.ipynb (a link, and links are not followed" in notes[0]

    @pytest.mark.parametrize("kind", ["link", "link to a device", "folder", "pipe", "socket", "device"])
    def test_what_is_no_file_is_not_waited_for_and_is_named(self, tmp_path, kind, master):
        place = tmp_path / f"{LESSON}.ipynb"
        match kind:
            case "link":
                place.symlink_to(tmp_path / "nothing")
            case "link to a device":
                place.symlink_to("/dev/zero")
            case "folder":
                place.mkdir()
            case "pipe":
                os.mkfifo(place)
            case "socket":
                made = socket.socket(socket.AF_UNIX)
                here = os.getcwd()
                os.chdir(tmp_path)  # the path of a socket may not be long
                made.bind(place.name)
                os.chdir(here)
                made.close()
            case "device":
                try:
                    os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, 5))
                except PermissionError:
                    pytest.skip("only root makes devices")
        found = finding.submitted(tmp_path, LESSON, {})
        assert (found.data, found.trouble) == (None, "")
        kinds = {"link": "a link", "folder": "an empty folder"}
        said = kinds.get(kind.partition(" ")[0], f"a {kind}")
        assert found.notes[0].startswith(f"There is only {LESSON}.ipynb ({said}")
        (tmp_path / "copy.ipynb").write_text("{}")
        found = finding.submitted(tmp_path, LESSON, {})
        unused = [f"Only the notebook is graded; not used: {LESSON}.ipynb."]
        assert (found.data, found.notes) == (b"{}", [f"copy.ipynb was taken as {LESSON}.ipynb.", *unused])

    def test_nothing_is_nothing(self, tmp_path):
        assert finding.locate(tmp_path, LESSON, {}) == (None, [])
