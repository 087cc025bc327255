"""Archives that nobody honest packs are refused, and do nothing."""

import io
import stat
import zipfile

import pytest

from autograder.reporting.lms import archive
from tests.autograder.reporting.lms.archives import collect, notebook, packed, there


@pytest.fixture
def course(collecting):
    return collecting


@pytest.mark.parametrize(
    "place",
    [
        "../../x_123_1_a.ipynb",
        "/etc/x_123_1_a.ipynb",
        "a/../../x_123_1_a.ipynb",
        "..\\..\\x_123_1_a.ipynb",
        "C:/x_123_1_a.ipynb",
    ],
)
def test_a_name_that_leads_outside_refuses_the_archive(course, project, tmp_path, place):
    file = packed(tmp_path, {"lovelaceada_123_1_a.ipynb": notebook(project), place: notebook(project)})
    done = collect(course, file, "canvas")
    assert done.exit_code == 1
    assert "leads out of it" in done.output
    assert not course.submitted.exists()


def test_a_link_is_refused(course, tmp_path):
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w") as made:
        link = zipfile.ZipInfo("lovelaceada_123_1_a.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert "holds a link" in collect(course, file, "canvas").output


def test_a_bomb_of_one_file_is_not_unpacked(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST", 1_000_000)
    file = packed(tmp_path, {"lovelaceada_123_1_a.ipynb": b"0" * 30_000_000})
    assert file.stat().st_size < 100_000
    done = collect(course, file, "canvas")
    assert done.exit_code == 1
    assert "larger than" in done.output
    assert there(course) == {}


def test_a_size_that_lies_is_found_out(course, tmp_path):
    file = packed(tmp_path, {"lovelaceada_123_1_a.ipynb": b"0" * 3_000_000})
    data = bytearray(file.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(mark) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    file.write_bytes(data)
    done = collect(course, file, "canvas")
    assert done.exit_code == 1
    assert "damaged" in done.output
    assert there(course) == {}


def test_a_bomb_of_many_files_is_stopped(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "TOTAL", 5_000_000)
    file = packed(tmp_path, {f"a_123_{k}_a.ipynb": b"0" * 1_000_000 for k in range(8)})
    assert "zip bomb" in collect(course, file, "canvas").output
    assert there(course) == {}


def zipped(files, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_a_bomb_that_one_student_sent_costs_nobody_else(course, project, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "OF_ONE", 3_000_000)
    bomb = zipped({f"{k}.ipynb": b"{" * 1_000_000 for k in range(8)})
    file = packed(tmp_path, {"brooksfred_124_9_a.zip": bomb, "lovelaceada_123_1_a.ipynb": notebook(project)})
    assert "zip bomb" in collect(course, file, "canvas").output
    assert len(there(course)) == 1


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_an_archive_of_a_student_that_is_damaged_anywhere_stops_nobody(method):
    whole = zipped({"a.ipynb": b'{"cells": []}' * 40, "\xfc.txt": b"x" * 100}, method)
    for at in range(len(whole)):
        for value in (0x00, 0x80, 0xFF):
            sent = zipped({"a/x.zip": whole[:at] + bytes([value]) + whole[at + 1 :], "b/y.ipynb": b"{}"})
            opened = archive.opened("f", zipfile.ZipFile(io.BytesIO(sent)), "", archive.Room(9, 10**6))
            *_, last = opened
            assert last.place == "b/y.ipynb"


def test_more_files_than_a_class_has_are_refused(course, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST", 5)
    file = packed(tmp_path, {f"a_123_{k}_a.py": b"" for k in range(6)})
    assert "more than 5 files" in collect(course, file, "canvas").output


def test_what_is_no_archive_is_said(course, tmp_path):
    file = tmp_path / "x.zip"
    file.write_bytes(b"<html>please log in")
    assert "is not a zip archive" in collect(course, file, "canvas").output


def test_a_student_id_that_is_a_path_gets_no_folder(course, project, tmp_path):
    from nbgrader.api import Gradebook

    with Gradebook(course.gradebook) as book:
        book.add_student("../../evil", lms_user_id="31")
    done = collect(course, packed(tmp_path, {"x_31_1_a.ipynb": notebook(project)}), "canvas")
    assert "is no name of a folder" in done.output
    assert not (tmp_path / "evil").exists()
