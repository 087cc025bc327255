"""Archives as Canvas and Moodle pack them, and archives that nobody honest packs."""

import csv
import json
import os
import shutil
import stat
import zipfile
from datetime import datetime

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.errors import Trouble
from autograder.grading.course import Course
from autograder.marks import nbgrader_of
from autograder.reporting import archive
from autograder.reporting.records import Student
from autograder.reporting.senders import Roster, Sender, folded, sender, worksheet

LESSON = "90_doubling"
DUE = "2026-11-01 12:00:00 UTC"
PACKED = (2026, 11, 3, 8, 0, 0)
CLASS = [
    {"id": "ada", "first_name": "Ada", "last_name": "Lovelace", "email": "ada@uni.example", "lms_user_id": "123"},
    {"id": "emmy", "first_name": "Emmy", "last_name": "Nöther", "email": "emmy@uni.example", "lms_user_id": "124"},
    {"id": "kurt", "first_name": "Kurt", "last_name": "Gödel", "email": "kurt@uni.example"},
    {"id": "mei1", "first_name": "Mei", "last_name": "Zhang", "email": "mei1@uni.example"},
    {"id": "mei2", "first_name": "Mei", "last_name": "Zhang", "email": "mei2@uni.example"},
]  # fmt: skip


@pytest.fixture(scope="module")
def gradebook_file(tmp_path_factory):
    """A gradebook with five students and a due date, made once: nbgrader starts a program for each new one."""
    from nbgrader.api import Gradebook

    from autograder.grading import gradebook  # noqa: F401  (finds that program)

    file = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with Gradebook(f"sqlite:///{file}") as book:
        for each in CLASS:
            book.add_student(each["id"], **{key: value for key, value in each.items() if key != "id"})
        book.add_assignment(LESSON, duedate=DUE)
    return file


@pytest.fixture
def course(project, gradebook_file, tmp_path):
    """A course folder of the small lesson; nobody has handed in yet."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.source_directory = {str(project.source)!r}\n"
        f"c.CourseDirectory.release_directory = {str(project.release)!r}\n"
    )
    shutil.copy(gradebook_file, folder)
    return Course(folder)


def notebook(project, source="def twice(x, offset=0.0):\n    return 2 * (x - offset)"):
    made = json.loads(project.released(LESSON).read_text())
    for cell in made["cells"]:
        if nbgrader_of(cell).get("grade_id") == "twice":
            cell["source"] = source
    return json.dumps(made)


def packed(tmp_path, files, name="submissions.zip"):
    """Pack files as an LMS does: every entry with the time of packing."""
    file = tmp_path / name
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for place, data in files.items():
            made.writestr(zipfile.ZipInfo(place, date_time=PACKED), data, zipfile.ZIP_DEFLATED)
    return file


def collect(course, file, kind, *more):
    words = ["collect", str(file), "--course", str(course.folder), "--format", kind, *map(str, more)]
    return CliRunner().invoke(cli.main, words)


def there(course):
    """Return student -> (text of the notebook, timestamp) of everything in ``submitted/``."""
    found = {}
    for file in sorted(course.submitted.glob(f"*/{LESSON}/{LESSON}.ipynb")):
        stamp = file.with_name("timestamp.txt")
        found[file.parts[-3]] = (file.read_text(), stamp.read_text().strip() if stamp.exists() else None)
    return found


class TestCanvas:
    def test_each_notebook_goes_to_its_student_with_the_lateness_canvas_says(self, course, project, tmp_path):
        texts = {name: notebook(project, f"# {name}") for name in ("ada", "emmy", "kurt")}
        file = packed(
            tmp_path,
            {
                "lovelaceada_123_9001_90_doubling.ipynb": texts["ada"],
                "nötheremmy_LATE_124_9002_90_doubling-2.ipynb": texts["emmy"],
                "gödelkurt_777_9003_Untitled (3).ipynb": texts["kurt"],
            },
        )
        done = collect(course, file, "canvas")
        assert done.exit_code == 0, done.output
        assert there(course) == {
            "ada": (texts["ada"], DUE),
            "emmy": (texts["emmy"], "2026-11-01 12:00:01 UTC"),
            "kurt": (texts["kurt"], DUE),
        }
        assert "late, says Canvas, not by how much (see timestamp.txt): emmy" in done.output

    def test_nbgrader_then_calls_late_what_canvas_calls_late(self, course, project, tmp_path):
        from autograder.grading.gradebook import timestamp

        collect(course, packed(tmp_path, {"x_LATE_123_1_a.ipynb": notebook(project)}), "canvas")
        assert timestamp(course.submitted / "ada" / LESSON) == datetime(2026, 11, 1, 12, 0, 1)

    def test_the_latest_attempt_counts_whatever_the_order_in_the_archive(self, course, project, tmp_path):
        names = [
            f"lovelaceada_123_{number}_90_doubling-{k}.ipynb" for k, number in enumerate((9100, 12000, 9900))
        ]
        file = packed(tmp_path, {name: notebook(project, f"# {name}") for name in names})
        done = collect(course, file, "canvas")
        assert "# lovelaceada_123_12000" in there(course)["ada"][0]
        assert "ada sent 3 notebooks for 90_doubling; the latest counts" in done.output

    def test_a_scratch_notebook_beside_it_is_not_taken_for_it(self, course, project, tmp_path):
        scratch = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        file = packed(
            tmp_path, {"a_123_1_90_doubling.ipynb": notebook(project), "a_123_2_scratch.ipynb": scratch}
        )
        collect(course, file, "canvas", "--assignment", "90_doubling")
        assert there(course)["ada"][0] == notebook(project)

    def test_students_nobody_knows_are_named_and_the_others_are_placed(self, course, project, tmp_path):
        file = packed(
            tmp_path,
            {
                "lovelaceada_123_1_a.ipynb": notebook(project),
                "mallory_666_2_a.ipynb": notebook(project),
                "zhangmei_777_3_a.ipynb": notebook(project),
                "anon_x7_4_a.ipynb": notebook(project),
            },
        )
        done = collect(course, file, "canvas")
        assert done.exit_code == 1
        assert set(there(course)) == {"ada"}
        assert "mallory (666) is not in the gradebook" in done.output
        assert "zhangmei (777) could be mei1 or mei2" in done.output
        assert "anon_x7_4_a.ipynb: not named as Canvas names submissions" in done.output

    def test_a_name_is_not_believed_against_an_id(self, course, project, tmp_path):
        """Ada has an id in the gradebook; another user of her name is another person."""
        done = collect(course, packed(tmp_path, {"lovelaceada_999_1_a.ipynb": notebook(project)}), "canvas")
        assert done.exit_code == 1
        assert there(course) == {}

    def test_without_a_due_date_no_time_is_invented(self, course, project, tmp_path):
        from nbgrader.api import Gradebook

        with Gradebook(course.gradebook) as book:
            book.update_or_create_assignment(LESSON, duedate=None)
        done = collect(course, packed(tmp_path, {"a_LATE_123_1_a.ipynb": notebook(project)}), "canvas")
        assert there(course)["ada"][1] is None
        assert "has no due date in the gradebook" in done.output

    def test_who_sent_something_else_is_named(self, course, project, tmp_path):
        file = packed(tmp_path, {"a_123_1_work.py": "x = 1", "nötheremmy_124_2_text.html": "<p>hi"})
        assert "sent no notebook that could be taken: ada, emmy" in collect(course, file, "canvas").output

    def test_a_damaged_notebook_is_collected_so_that_grading_can_say_so(self, course, tmp_path):
        file = packed(tmp_path, {"a_123_1_90_doubling.ipynb": '{"cells": ['})
        assert collect(course, file, "canvas").exit_code == 0
        assert there(course)["ada"][0] == '{"cells": ['


class TestMoodle:
    def test_folders_and_flat_names_of_all_versions(self, course, project, tmp_path):
        texts = {name: notebook(project, f"# {name}") for name in ("ada", "emmy", "kurt")}
        file = packed(
            tmp_path,
            {
                "Ada Lovelace_55_assignsubmission_file_/90_doubling.ipynb": texts["ada"],
                "Emmy Nöther_56_assignsubmission_file/work/my notebook.ipynb": texts["emmy"],
                "Kurt Gödel_57_assignsubmission_file_homework.ipynb": texts["kurt"],
                "Kurt Gödel_57_assignsubmission_onlinetext/onlinetext.html": "hello",
            },
        )
        done = collect(course, file, "moodle")
        assert done.exit_code == 0, done.output
        assert there(course) == {name: (text, None) for name, text in texts.items()}
        assert "Moodle's archive does not say when" in done.output

    def test_the_worksheet_says_who_and_when(self, course, project, tmp_path):
        sheet = tmp_path / "grades.csv"
        with sheet.open("w", newline="", encoding="utf-8-sig") as stream:
            table = csv.writer(stream)
            table.writerow(
                ["Identifier", "Full name", "Email address", "Last modified (submission)", "Grade"]
            )
            table.writerow(
                ["Participant 61", "Mei Zhang", "mei2@uni.example", "Sunday, 1 November 2026, 1:30 PM", ""]
            )
            table.writerow(["Participant 62", "Mei Zhang", "MEI1@uni.example", "-", ""])
        file = packed(
            tmp_path,
            {
                "Mei Zhang_61_assignsubmission_file/a.ipynb": notebook(project, "# two"),
                "Mei Zhang_62_assignsubmission_file/a.ipynb": notebook(project, "# one"),
            },
        )
        done = collect(course, file, "moodle", "--worksheet", sheet, "--timezone", "Europe/Berlin")
        assert done.exit_code == 0, done.output
        assert there(course) == {
            "mei1": (notebook(project, "# one"), None),
            "mei2": (notebook(project, "# two"), "2026-11-01 12:30:00 UTC"),
        }

    def test_two_students_of_one_name_are_not_guessed(self, course, project, tmp_path):
        file = packed(tmp_path, {"Mei Zhang_61_assignsubmission_file/a.ipynb": notebook(project)})
        done = collect(course, file, "moodle")
        assert done.exit_code == 1
        assert "Mei Zhang (61) could be mei1 or mei2" in done.output

    def test_another_table_is_no_worksheet(self, tmp_path):
        (tmp_path / "x.csv").write_text("a,b\n1,2\n")
        with pytest.raises(Trouble, match="not Moodle's grading worksheet"):
            worksheet(tmp_path / "x.csv", None)


class TestNames:
    @pytest.mark.parametrize(
        ("kind", "place", "expected"),
        [
            (
                "canvas",
                "lovelaceada_12_34_a_56_78_b.ipynb",
                ("lovelaceada", "12", "a_56_78_b.ipynb", False, 34),
            ),
            ("canvas", "submissions/x_LATE_12_34_a.ipynb", ("x", "12", "a.ipynb", True, 34)),
            ("canvas", "late_12_34_LATE_1_2_a.ipynb", ("late", "12", "LATE_1_2_a.ipynb", False, 34)),
            (
                "moodle",
                "zip/Ada B. C_7_assignsubmission_file_/d/e.ipynb",
                ("Ada B. C", "7", "d/e.ipynb", False, 0),
            ),
        ],
    )
    def test_are_taken_apart_as_they_were_put_together(self, kind, place, expected):
        name, user, title, late, attempt = expected
        assert sender(kind, place) == Sender(name=name, user=user, title=title, late=late, attempt=attempt)

    @pytest.mark.parametrize(
        "place", ["a.ipynb", "ada_12.ipynb", "12_34_a.ipynb", "_12_34", "Ada_7_assignsubmission_x/a"]
    )
    def test_that_no_lms_makes_are_nobodys(self, place):
        assert sender("canvas", place) is None
        assert sender("moodle", place) is None

    def test_survive_what_an_lms_takes_out_of_them(self):
        student = Student(id="x", first_name="Siân", last_name="O'Neil-Łuk", lms_id="")
        for name in ("oneilłuksian", "o_neil_łuk_siân", "Siân ONeil-Łuk"):
            assert Roster([student]).canvas(Sender(name=name, user="1", title="a")) is student
        assert folded("Nöther") == folded("NÖTHER") == "nother"


class TestHostileArchives:
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
    def test_a_name_that_leads_outside_refuses_the_archive(self, course, project, tmp_path, place):
        file = packed(tmp_path, {"lovelaceada_123_1_a.ipynb": notebook(project), place: notebook(project)})
        done = collect(course, file, "canvas")
        assert done.exit_code == 1
        assert "leads out of it" in done.output
        assert not course.submitted.exists()

    def test_a_link_is_refused(self, course, tmp_path):
        file = tmp_path / "x.zip"
        with zipfile.ZipFile(file, "w") as made:
            link = zipfile.ZipInfo("lovelaceada_123_1_a.ipynb")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(link, "/etc/passwd")
        assert "holds a link" in collect(course, file, "canvas").output

    def test_a_bomb_of_one_file_is_not_unpacked(self, course, tmp_path, monkeypatch):
        monkeypatch.setattr(archive, "LARGEST", 1_000_000)
        file = packed(tmp_path, {"lovelaceada_123_1_a.ipynb": b"0" * 30_000_000})
        assert file.stat().st_size < 100_000
        done = collect(course, file, "canvas")
        assert done.exit_code == 1
        assert "larger than" in done.output
        assert there(course) == {}

    def test_a_size_that_lies_is_found_out(self, course, tmp_path):
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

    def test_a_bomb_of_many_files_is_stopped(self, course, tmp_path, monkeypatch):
        monkeypatch.setattr(archive, "TOTAL", 5_000_000)
        file = packed(tmp_path, {f"a_123_{k}_a.ipynb": b"0" * 1_000_000 for k in range(8)})
        assert "zip bomb" in collect(course, file, "canvas").output
        assert there(course) == {}

    def test_more_files_than_a_class_has_are_refused(self, course, tmp_path, monkeypatch):
        monkeypatch.setattr(archive, "MOST", 5)
        file = packed(tmp_path, {f"a_123_{k}_a.py": b"" for k in range(6)})
        assert "6 files, more than 5" in collect(course, file, "canvas").output

    def test_what_is_no_archive_is_said(self, course, tmp_path):
        file = tmp_path / "x.zip"
        file.write_bytes(b"<html>please log in")
        assert "is not a zip archive" in collect(course, file, "canvas").output

    def test_a_student_id_that_is_a_path_gets_no_folder(self, course, project, tmp_path):
        from nbgrader.api import Gradebook

        with Gradebook(course.gradebook) as book:
            book.add_student("../../evil", lms_user_id="31")
        done = collect(course, packed(tmp_path, {"x_31_1_a.ipynb": notebook(project)}), "canvas")
        assert "is no name of a folder" in done.output
        assert not (tmp_path / "evil").exists()


class TestAgain:
    def test_the_same_archive_changes_nothing(self, course, project, tmp_path):
        file = packed(tmp_path, {"a_123_1_a.ipynb": notebook(project)})
        collect(course, file, "canvas")
        before = os.stat(course.submitted / "ada" / LESSON / f"{LESSON}.ipynb").st_mtime_ns
        done = collect(course, file, "canvas")
        assert "0 submissions placed" in done.output
        assert "1 were there already" in done.output
        assert os.stat(course.submitted / "ada" / LESSON / f"{LESSON}.ipynb").st_mtime_ns == before

    def test_another_notebook_is_replaced_only_when_asked(self, course, project, tmp_path):
        collect(course, packed(tmp_path, {"a_123_1_a.ipynb": notebook(project, "# old")}), "canvas")
        file = packed(tmp_path, {"a_123_2_a.ipynb": notebook(project, "# new")})
        done = collect(course, file, "canvas")
        assert "left as it was: ada 90_doubling" in done.output
        assert "# old" in there(course)["ada"][0]
        collect(course, file, "canvas", "--replace")
        assert "# new" in there(course)["ada"][0]


def test_a_notebook_of_another_lesson_is_not_taken(course, project, tmp_path):
    (course.project.source / "91_other.py").write_text("x")
    file = packed(tmp_path, {"a_123_1_a.ipynb": json.dumps({"cells": [], "nbformat": 4})})
    done = collect(course, file, "canvas")
    assert done.exit_code == 1
    assert "no lesson is recognised in it; say --assignment" in done.output


def test_a_gradebook_without_students_says_how_to_enter_them(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK\x05\x06" + b"\0" * 18)
    done = collect(Course(tmp_path), tmp_path / "x.zip", "canvas")
    assert done.exit_code == 1
    assert "nbgrader db student import" in done.output
    assert not (tmp_path / "gradebook.db").exists()
