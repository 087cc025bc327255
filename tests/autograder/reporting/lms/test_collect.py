"""Archives as Canvas and Moodle pack them go to the right students."""

import csv
import json
import os
import resource
from datetime import datetime
from pathlib import Path

import pytest

from autograder.errors import Trouble
from autograder.grading.course import Course
from autograder.reporting.lms.place import not_a_folder_of_its_own
from autograder.reporting.lms.worksheets import worksheet
from tests.autograder.reporting.lms.archives import DUE, LESSON, collect, notebook, packed, there


@pytest.fixture
def course(collecting):
    return collecting


def enter(course, student, **about):
    """Change what the gradebook knows of a student."""
    from autograder.grading.gradebook_write import Gradebook

    with Gradebook(course.gradebook) as book:
        book.update_or_create_student(student, **about)


def sheet_of(tmp_path, rows):
    """Write a worksheet of (number, name, address), with one time for all."""
    sheet = tmp_path / "grades.csv"
    when = '"Tuesday, 3 November 2026, 2:05 PM"'
    lines = [f"Participant {number},{name},{address},{when}" for number, name, address in rows]
    head = "Identifier,Full name,Email address,Last modified (submission)"
    sheet.write_text("\n".join([head, *lines]), encoding="utf-8")
    return sheet


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
        from autograder.grading.gradebook_write import timestamp

        collect(course, packed(tmp_path, {"lovelaceada_LATE_123_1_a.ipynb": notebook(project)}), "canvas")
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
        said = collect(course, file, "canvas").output
        assert "ada handed in no notebook, but work.py" in said
        assert "emmy handed in no notebook, but text.html" in said
        assert "Nothing in the archive was placed" in said

    def test_a_damaged_notebook_is_collected_so_that_grading_can_say_so(self, course, tmp_path):
        file = packed(tmp_path, {"a_123_1_90_doubling.ipynb": '{"cells": ['})
        assert collect(course, file, "canvas").exit_code == 0
        assert there(course)["ada"][0] == '{"cells": ['


class TestNotPlaced:
    def test_it_is_told_again_by_whoever_grades_until_it_is_collected_again(self, course, project, tmp_path):
        from autograder.grading.left_over import left_over

        collect(course, packed(tmp_path, {"a_123_1_x.pdf": "%PDF", "mallory_6_2_a.ipynb": "{}"}), "canvas")
        (course.submitted).mkdir(exist_ok=True)
        told = {each.student: each.why for each in left_over(course)}
        assert "ada handed in no notebook, but x.pdf (a printout: ask for the notebook itself)" in told["ada"]
        assert "mallory (6) is not in the gradebook" in told[""]
        collect(course, packed(tmp_path, {"a_123_1_x.ipynb": notebook(project)}), "canvas")
        assert left_over(course) == []

    def test_the_archive_of_another_assignment_does_not_end_it_though_canvas_calls_both_the_same(
        self, course, project, tmp_path
    ):
        from autograder.grading.not_placed import read, remember

        collect(course, packed(tmp_path, {"mallory_6_2_a.ipynb": notebook(project)}), "canvas")
        remember(course.folder, "submissions.zip", [], {"91_other"})
        assert [each.archive for each in read(course.folder)] == [f"submissions.zip: {LESSON}"]
        collect(course, packed(tmp_path, {"a_123_1_a.ipynb": notebook(project)}), "canvas")
        assert read(course.folder) == []

    def test_a_new_download_under_another_name_ends_what_it_shows_mended_and_nothing_else(
        self, course, project, tmp_path
    ):
        from autograder.grading.not_placed import read

        first = {"a_123_1_a.ipynb": notebook(project), "emmy_124_2_a.pdf": "%PDF", "c_9_3_a.ipynb": "{}"}
        collect(course, packed(tmp_path, first, "submissions.zip"), "canvas")
        assert {each.student or each.what[:5] for each in read(course.folder)} == {"emmy", "c_9_3"}
        again = {"a_123_1_a.ipynb": notebook(project), "emmy_124_4_a.ipynb": notebook(project)}
        assert collect(course, packed(tmp_path, again, "submissions (1).zip"), "canvas").exit_code == 0
        assert [each.what[:5] for each in read(course.folder)] == ["c_9_3"]
        assert collect(course, packed(tmp_path, again, "other.zip"), "canvas").exit_code == 0
        assert [each.what[:5] for each in read(course.folder)] == ["c_9_3"]

    @pytest.mark.parametrize(
        ("kind", "place", "cure"),
        [
            ("moodle", "lovelaceada_123_1_a.ipynb", "Canvas does: --format canvas"),
            ("canvas", "Ada Lovelace_55_assignsubmission_file/a.ipynb", "Moodle does: --format moodle"),
            ("canvas", "anon_Ab1cD_1_a.ipynb", "it is anonymous: show the names in Canvas"),
            ("canvas", "LATE_anon_Ab1cD_1_a.ipynb", "it is anonymous: show the names in Canvas"),
            ("canvas", "a.ipynb", "put it into submitted/STUDENT/ASSIGNMENT/ yourself"),
        ],
    )
    def test_a_name_of_another_kind_is_said_with_the_cure(self, course, project, tmp_path, kind, place, cure):
        done = collect(course, packed(tmp_path, {place: notebook(project)}), kind)
        assert done.exit_code == 1
        assert cure in done.output


class TestMoodle:
    @pytest.mark.parametrize("team", ["Team Blue-", "Default group-", "Blue-Green-"])
    def test_the_team_before_a_members_name_does_not_hide_it(self, course, project, tmp_path, team):
        places = [
            f"{team}{name}_assignsubmission_file/a.ipynb" for name in ("Ada Lovelace_55", "Emmy Nöther_56")
        ]
        done = collect(course, packed(tmp_path, {each: notebook(project) for each in places}), "moodle")
        assert done.exit_code == 0, done.output
        assert set(there(course)) == {"ada", "emmy"}

    @pytest.mark.parametrize("team", ["Team Blue_37", "Default group", "Standardgruppe"])
    def test_a_team_is_placed_for_its_members_also_without_a_number(self, course, project, tmp_path, team):
        file = packed(tmp_path, {f"{team}_assignsubmission_file/a.ipynb": notebook(project)})
        done = collect(course, file, "moodle")
        assert done.exit_code == 1
        assert "say who is in it with --teams FILE" in done.output
        (tmp_path / "teams.csv").write_text(f"{team.partition('_')[0]},ada,emmy\n")
        done = collect(course, file, "moodle", "--teams", tmp_path / "teams.csv")
        assert done.exit_code == 0, done.output
        assert set(there(course)) == {"ada", "emmy"}

    def test_the_user_name_before_the_name_does_not_hide_it(self, course, project, tmp_path):
        place = "ada Ada Lovelace_55_assignsubmission_file/a.ipynb"
        assert collect(course, packed(tmp_path, {place: notebook(project)}), "moodle").exit_code == 0

    def test_a_download_without_names_is_placed_by_the_worksheets_numbers(self, course, project, tmp_path):
        sheet = tmp_path / "grades.csv"
        sheet.write_text(
            "ID,Name,E-Mail,Zuletzt geändert\n"
            'Teilnehmer/in 55,Ada Lovelace,ada@uni.example,"Dienstag, 3. November 2026, 14:05"\n'
        )
        file = packed(tmp_path, {"Teilnehmerin_55_assignsubmission_file/a.ipynb": notebook(project)})
        done = collect(course, file, "moodle", "--worksheet", sheet)
        assert done.exit_code == 0, done.output
        assert set(there(course)) == {"ada"}
        assert collect(course, file, "moodle").exit_code == 1

    def test_a_worksheet_without_times_is_said(self, course, project, tmp_path):
        sheet = tmp_path / "grades.csv"
        sheet.write_text("Identifier,Full name,Status\nParticipant 55,Ada Lovelace,Submitted\n")
        file = packed(tmp_path, {"Ada Lovelace_55_assignsubmission_file/a.ipynb": notebook(project)})
        said = collect(course, file, "moodle", "--worksheet", sheet).output
        assert "the worksheet says of nobody when" in said

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

    @pytest.mark.parametrize("address", [None, "lovelace@old.example", " ada@uni.example "])
    def test_a_missing_or_another_address_costs_nobody_whose_name_is_theirs_alone(
        self, course, project, tmp_path, address
    ):
        enter(course, "ada", email=address)
        enter(course, "mei1", email=None)
        enter(course, "mei2", email=None)
        rows = [(61, "Ada Lovelace", "ada@uni.example"), (62, "Mei Zhang", "mei1@uni.example")]
        file = packed(
            tmp_path,
            {f"{name}_{at}_assignsubmission_file/a.ipynb": notebook(project) for at, name, _ in rows},
        )
        done = collect(course, file, "moodle", "--worksheet", sheet_of(tmp_path, rows))
        assert set(there(course)) == {"ada"}
        assert "Mei Zhang (62, mei1@uni.example) could be mei1 or mei2" in done.output
        other = "ada is known by the name: ada@uni.example in Moodle, lovelace@old.example here"
        assert (other in done.output) == (address == "lovelace@old.example")

    def test_of_two_with_one_name_in_the_worksheet_neither_is_guessed(self, course, project, tmp_path):
        rows = [(61, "Ada Lovelace", "ada@uni.example"), (62, "Ada Lovelace", "ada2@uni.example")]
        for address in ("ada@uni.example", ""):
            enter(course, "ada", email=address)
            file = packed(
                tmp_path, {"Ada Lovelace_62_assignsubmission_file/a.ipynb": notebook(project, "# of another")}
            )
            done = collect(course, file, "moodle", "--worksheet", sheet_of(tmp_path, rows))
            assert done.exit_code == 1
            assert there(course) == {}
            assert "correct the email in the roster" in done.output

    def test_an_address_is_believed_where_archive_and_worksheet_agree_on_another_name(
        self, course, project, tmp_path
    ):
        enter(course, "mei1", first_name="梅", last_name="张")
        file = packed(tmp_path, {"Mei Zhang_61_assignsubmission_file/a.ipynb": notebook(project)})
        sheet = sheet_of(tmp_path, [(61, "Mei Zhang", "mei1@uni.example")])
        assert collect(course, file, "moodle", "--worksheet", sheet).exit_code == 0
        assert set(there(course)) == {"mei1"}

    def test_who_is_in_the_archive_or_in_the_worksheet_alone_is_named(self, course, project, tmp_path):
        names = {55: "Ada Lovelace", 56: "Emmy Nöther"}
        file = packed(
            tmp_path,
            {f"{name}_{at}_assignsubmission_file/a.ipynb": notebook(project) for at, name in names.items()},
        )
        rows = [(55, names[55], "ada@uni.example"), (57, "Kurt Gödel", "kurt@uni.example")]
        said = collect(course, file, "moodle", "--worksheet", sheet_of(tmp_path, rows)).output
        assert "the worksheet has no time for emmy: is it older than the archive" in said
        assert "the worksheet has a time for Kurt Gödel, and the archive holds nothing of theirs" in said
        others = [(at + 100, name, "") for at, name in names.items()]
        again = collect(course, file, "moodle", "--replace", "--worksheet", sheet_of(tmp_path, others))
        assert "the worksheet has no time for ada, emmy" in again.output

    def test_another_table_is_no_worksheet(self, tmp_path):
        (tmp_path / "x.csv").write_text("a,b\n1,2\n")
        with pytest.raises(Trouble, match="not Moodle's grading worksheet"):
            worksheet(tmp_path / "x.csv", None)


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

    def test_a_time_that_was_missing_is_added_and_one_that_stands_there_stays(
        self, course, project, tmp_path
    ):
        file = packed(tmp_path, {"Ada Lovelace_55_assignsubmission_file/a.ipynb": notebook(project)})
        sheet = sheet_of(tmp_path, [(55, "Ada Lovelace", "ada@uni.example")])
        stamp = course.submitted / "ada" / LESSON / "timestamp.txt"
        collect(course, file, "moodle")
        assert not stamp.exists()
        done = collect(course, file, "moodle", "--worksheet", sheet)
        assert there(course)["ada"][1] == "2026-11-03 14:05:00 UTC"
        assert "1 of those that were there already had no time and got theirs" in done.output
        assert "timestamp.txt" not in collect(course, file, "moodle", "--worksheet", sheet).output
        stamp.write_text("2026-11-01 10:00 CET")
        said = "ada: timestamp.txt was left as it was, 2026-11-01 10:00 CET; the archive's is 2026-11-03 14:05:00"
        assert said in collect(course, file, "moodle", "--worksheet", sheet).output
        collect(course, file, "moodle", "--replace")
        assert there(course)["ada"][1] == "2026-11-01 10:00 CET"
        collect(course, file, "moodle", "--worksheet", sheet, "--replace")
        assert there(course)["ada"][1] == "2026-11-03 14:05:00 UTC"
        other = packed(
            tmp_path, {"Ada Lovelace_55_assignsubmission_file/a.ipynb": notebook(project, "# new")}
        )
        done = collect(course, other, "moodle", "--replace")
        assert there(course)["ada"][1] is None
        assert "ada: the time of the notebook before, 2026-11-03 14:05:00 UTC, went with it" in done.output

    @pytest.mark.parametrize("late", ["", "LATE_"])
    def test_of_canvas_only_another_lateness_is_another_time(self, course, project, tmp_path, late):
        file = packed(tmp_path, {f"lovelaceada_{late}123_1_a.ipynb": notebook(project)})
        collect(course, file, "canvas")
        stamp = course.submitted / "ada" / LESSON / "timestamp.txt"
        for when in ("2026-10-30 10:00:00 UTC", "2026-11-02 10:00:00 UTC"):
            stamp.write_text(when)
            told = "timestamp.txt was left" in collect(course, file, "canvas").output
            assert told == ((when > DUE) != bool(late))

    @pytest.mark.parametrize("more", [(), ("--replace",)])
    def test_a_full_disk_leaves_the_old_notebook_or_none_and_never_half_of_one(
        self, course, project, tmp_path, more
    ):
        file = packed(tmp_path, {"lovelaceada_123_1_a.ipynb": notebook(project)})
        if more:
            collect(
                course, packed(tmp_path, {"a_123_1_a.ipynb": notebook(project, "# old")}, "old.zip"), "canvas"
            )
        before = there(course)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
        try:
            assert collect(course, file, "canvas", *more).exit_code == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert there(course) == before
        assert collect(course, file, "canvas", *more).exit_code == 0
        assert there(course)["ada"][0] == notebook(project)
        assert sorted(os.listdir(course.submitted / "ada")) == [LESSON]


class TestWhatStandsInTheWay:
    """In ``submitted/`` lie folders that others made: links, pipes and files where folders should be."""

    @pytest.fixture
    def outside(self, tmp_path):
        """A folder of somebody else, whose modes show whether it was touched."""
        place = tmp_path / "outside"
        place.mkdir()
        (place / f"{LESSON}.ipynb").write_text("somebody's own")
        (place / f"{LESSON}.ipynb").chmod(0o400)
        place.chmod(0o500)
        yield place
        assert (place / f"{LESSON}.ipynb").read_text() == "somebody's own"
        assert os.stat(place / f"{LESSON}.ipynb").st_mode & 0o777 == 0o400
        assert os.stat(place).st_mode & 0o777 == 0o500
        place.chmod(0o700)

    def make(self, kind, place, outside):
        place.parent.mkdir(parents=True, exist_ok=True)
        match kind:
            case "link to a folder":
                place.symlink_to(outside)
            case "link to nothing":
                place.symlink_to(outside / "nothing")
            case "link to itself":
                place.symlink_to(place)
            case "pipe":
                os.mkfifo(place)
            case "file":
                place.write_text("a file")
            case "folder of links":
                place.mkdir()
                (place / f"{LESSON}.ipynb").symlink_to(outside / f"{LESSON}.ipynb")
                (place / "more").symlink_to(outside)
            case "read-only folder":
                (place / "inner").mkdir(parents=True)
                (place / "inner" / "file").touch(0o400)
                (place / "inner").chmod(0o500)
                place.chmod(0o500)

    @pytest.mark.parametrize(
        "kind",
        [
            "link to a folder",
            "link to nothing",
            "link to itself",
            "pipe",
            "file",
            "folder of links",
            "read-only folder",
        ],
    )
    def test_it_stays_until_replaced_and_nothing_else_is_changed(
        self, kind, course, project, tmp_path, outside
    ):
        self.make(kind, course.submitted / "ada" / LESSON, outside)
        file = packed(
            tmp_path,
            {"lovelaceada_123_1_a.ipynb": notebook(project), "nötheremmy_124_2_a.ipynb": notebook(project)},
        )
        done = collect(course, file, "canvas")
        assert "left as it was: ada 90_doubling" in done.output, done.output
        assert there(course)["emmy"][0] == notebook(project)
        done = collect(course, file, "canvas", "--replace")
        assert done.exit_code == 0, done.output
        assert there(course)["ada"][0] == there(course)["emmy"][0] == notebook(project)

    @pytest.mark.parametrize("kind", ["link to a folder", "link to nothing", "pipe", "file"])
    def test_a_student_without_a_folder_of_their_own_is_named_and_costs_nobody_else(
        self, kind, course, project, tmp_path, outside
    ):
        self.make(kind, course.submitted / "ada", outside)
        file = packed(
            tmp_path,
            {"lovelaceada_123_1_a.ipynb": notebook(project), "nötheremmy_124_2_a.ipynb": notebook(project)},
        )
        done = collect(course, file, "canvas", "--replace")
        assert "submitted/ada is " in " ".join(done.output.split()), done.output
        assert list(there(course)) == ["emmy"]

    def test_on_a_disk_that_takes_capital_letters_for_small_ones_nobody_gets_anothers_folder(
        self, course, project, tmp_path, monkeypatch
    ):
        (course.submitted / "ADA").mkdir(parents=True)
        monkeypatch.setattr(Path, "is_dir", lambda self: True)  # as such a disk says of submitted/ada
        assert "another student" in not_a_folder_of_its_own(course.submitted / "ada")
        assert not_a_folder_of_its_own(course.submitted / "ADA") == ""


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


class TestTeams:
    def test_a_name_nothing_like_the_students_is_not_placed_and_said(self, course, project, tmp_path):
        done = collect(course, packed(tmp_path, {"teamblue_123_910_a.ipynb": notebook(project)}), "canvas")
        assert done.exit_code == 1
        assert there(course) == {}
        assert "carries the number of ada, but the name is nothing like theirs: a team?" in done.output

    def test_a_teams_number_is_not_taken_for_a_participants(self, course, project, tmp_path):
        sheet = tmp_path / "grades.csv"
        sheet.write_text("Identifier,Full name,Email address\nParticipant 103,Kurt Gödel,kurt@uni.example\n")
        file = packed(tmp_path, {"Team Blue_103_assignsubmission_file/a.ipynb": notebook(project)})
        assert there(course) == {}
        assert "nothing like theirs" in collect(course, file, "moodle", "--worksheet", sheet).output

    @pytest.mark.parametrize(
        ("kind", "name"),
        [("canvas", "teamblue_123_910_a.ipynb"), ("moodle", "Team Blue_103_assignsubmission_file/a.ipynb")],
    )
    def test_a_list_of_members_places_it_for_all(self, course, project, tmp_path, kind, name):
        teams = tmp_path / "teams.csv"
        teams.write_text("team,student\nTeam Blue,ada\nTeam Blue,emmy@uni.example\nTeam Blue,Kurt Gödel\n")
        done = collect(course, packed(tmp_path, {name: notebook(project)}), kind, "--teams", teams)
        assert done.exit_code == 0, done.output
        assert set(there(course)) == {"ada", "emmy", "kurt"}

    def test_each_member_has_the_time_of_their_own_line_and_none_that_of_the_teams_number(
        self, course, project, tmp_path
    ):
        (tmp_path / "teams.csv").write_text("Team Blue,ada\nTeam Blue,emmy\n")
        sheet = tmp_path / "sheet.csv"
        sheet.write_text(
            "Identifier,Full name,Email address,Last modified (submission)\n"
            'Participant 101,Ada Lovelace,ada@uni.example,"3 November 2026, 2:05 PM"\n'
            'Participant 102,Emmy Nöther,emmy@uni.example,"3 November 2026, 2:06 PM"\n'
            'Participant 103,Kurt Gödel,kurt@uni.example,"4 November 2026, 9:00 AM"\n',
            encoding="utf-8",
        )
        file = packed(tmp_path, {"Team Blue_103_assignsubmission_file/a.ipynb": notebook(project)})
        done = collect(course, file, "moodle", "--teams", tmp_path / "teams.csv", "--worksheet", sheet)
        times = {student: when for student, (_, when) in there(course).items()}
        assert times == {"ada": "2026-11-03 14:05:00 UTC", "emmy": "2026-11-03 14:06:00 UTC"}
        assert "no time for" not in done.output
        assert "has a time for Kurt Gödel, and the archive holds nothing of theirs" in done.output


class TestOddArchives:
    @pytest.mark.parametrize("ending", [".ipynb.txt", ".ipynb.json", ".json", ".txt"])
    def test_a_notebook_with_another_ending_is_taken_and_said(self, course, project, tmp_path, ending):
        file = packed(tmp_path, {f"lovelaceada_123_1_90_doubling{ending}": notebook(project)})
        done = collect(course, file, "canvas")
        assert done.exit_code == 0, done.output
        assert set(there(course)) == {"ada"}
        assert f"90_doubling{ending} was taken as 90_doubling.ipynb" in done.output

    @pytest.mark.parametrize(
        "name", ["gödelkurt_125_text.html", "lovelaceada_123_link.html", "lovelaceada_123_9_a.pdf"]
    )
    def test_everyone_who_handed_in_something_is_named(self, course, tmp_path, name):
        done = collect(course, packed(tmp_path, {name: "x"}), "canvas")
        assert done.exit_code == 1
        assert "not placed" in done.output

    def test_an_archive_packed_again_is_opened(self, course, project, tmp_path):
        inner = packed(tmp_path, {"lovelaceada_123_1_a.ipynb": notebook(project)}, "inner.zip").read_bytes()
        done = collect(course, packed(tmp_path, {"wrap/submissions.zip": inner}), "canvas")
        assert done.exit_code == 0, done.output
        assert set(there(course)) == {"ada"}

    def test_a_students_own_archive_is_opened(self, course, project, tmp_path):
        inner = packed(tmp_path, {"work/a.ipynb": notebook(project)}, "inner.zip").read_bytes()
        done = collect(course, packed(tmp_path, {"lovelaceada_123_1_homework.zip": inner}), "canvas")
        assert set(there(course)) == {"ada"}, done.output

    def test_a_students_bad_archive_costs_nobody_else(self, course, project, tmp_path):
        inner = packed(tmp_path, {"../../a.ipynb": "x"}, "inner.zip").read_bytes()
        files = {"lovelaceada_123_1_homework.zip": inner, "nötheremmy_124_2_a.ipynb": notebook(project)}
        done = collect(course, packed(tmp_path, files), "canvas")
        assert done.exit_code == 1
        assert set(there(course)) == {"emmy"}
        assert "leads out of it" in done.output

    def test_names_packed_on_a_mac_are_read_as_utf_8(self, course, project, tmp_path):
        file = packed(tmp_path, {"Emmy Nöther_102_assignsubmission_file/a.ipynb": notebook(project)})
        data = bytearray(file.read_bytes())
        for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            place = data.index(mark) + at
            flags = int.from_bytes(data[place : place + 2], "little") & ~0x800
            data[place : place + 2] = flags.to_bytes(2, "little")
        file.write_bytes(bytes(data))
        done = collect(course, file, "moodle")
        assert done.exit_code == 0, done.output
        assert set(there(course)) == {"emmy"}
