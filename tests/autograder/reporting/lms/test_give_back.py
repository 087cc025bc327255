"""Feedback packed for Moodle and Canvas carries the names by which they find the student again."""

import re
import zipfile

import nbformat
import pytest
from click.testing import CliRunner

from autograder import cli
from tests.autograder.reporting.lms.archives import LESSON, notebook, packed

PAGE = '<html><head><style></style></head><body>\n<a class="skip" href="#x">Skip</a>\n<h1>{} ü</h1></body></html>'
SHEET = (
    "Identifier,Full name,Email address,Last modified (submission)\n"
    "Participant 11,Ada Lovelace,ada@uni.example,-\nParticipant 12,Emmy Nöther,emmy@uni.example,-\n"
    "Participant 13,Kurt Gödel,kurt@uni.example,-\n"
)


@pytest.fixture
def course(collecting):
    """A course in which three students have a page."""
    collecting.submitted.mkdir()
    for name in ("ada", "emmy", "kurt"):
        file = collecting.feedback / name / LESSON / f"{LESSON}.html"
        file.parent.mkdir(parents=True)
        file.write_text(PAGE.format(name), encoding="utf-8")
    (collecting.folder / "sheet.csv").write_text(SHEET, encoding="utf-8")
    return collecting


def feedback(course, file, kind, *more):
    words = ["feedback", LESSON, str(file), "--course", str(course.folder), "--format", kind, *map(str, more)]
    done = CliRunner().invoke(cli.main, words)
    made = course.folder / f"feedback-{kind}-{LESSON}.zip"
    if not made.is_file():
        return done, {}
    with zipfile.ZipFile(made) as archive:
        return done, {name: archive.read(name).decode() for name in archive.namelist()}


def as_moodle_reads(place):
    """Return participant and file as ``is_valid_filename_for_import`` takes them from a place, of 3.1 and of 5."""
    folder, _, name = place.partition("/")
    parts = folder.split("_", 4)
    assert len(parts) == 5
    assert (parts[2], parts[3]) == ("assignsubmission", "file")
    return int(parts[1]), parts[4] + name


def as_canvas_reads(place):
    """Return user and attachment as ``infer_comment_context_from_filename`` takes them from a name."""
    return tuple(part for part in re.split("_", place) if part.isdigit())[:2]


def test_moodle_finds_each_participant_again(course, project, tmp_path):
    files = {
        "Ada Lovelace_11_assignsubmission_file/a.ipynb": notebook(project),
        "wrap/Emmy Nöther_12_assignsubmission_file_/work/b.ipynb": notebook(project),
        "Kurt Gödel_13_assignsubmission_onlinetext/onlinetext.html": "hello",
    }
    done, made = feedback(course, packed(tmp_path, files), "moodle")
    assert done.exit_code == 0, done.output
    assert "feedback for 3 students" in done.output
    read = {as_moodle_reads(place): text for place, text in made.items()}
    assert set(read) == {(number, f"{LESSON}.html") for number in (11, 12, 13)}
    assert "<h1>emmy ü</h1>" in read[12, f"{LESSON}.html"]


def test_a_team_gets_the_numbers_of_its_members(course, project, tmp_path):
    file = packed(tmp_path, {"Team Blue_900_assignsubmission_file/a.ipynb": notebook(project)})
    (course.folder / "teams.csv").write_text("Team Blue,ada,Kurt Gödel\n", encoding="utf-8")
    teams = ("--teams", course.folder / "teams.csv")
    done, made = feedback(course, file, "moodle", *teams)
    assert done.exit_code == 1
    assert "ada: of a team; --worksheet says the number" in done.output
    done, made = feedback(course, file, "moodle", *teams, "--worksheet", course.folder / "sheet.csv")
    assert {as_moodle_reads(place)[0] for place in made} == {11, 13}
    assert "not packed: emmy: is not in the archive" in done.output


def test_canvas_finds_the_file_again_and_shows_a_notebook(course, project, tmp_path):
    files = {
        "submissions/lovelaceada_123_9001_90_doubling.ipynb": notebook(project),
        "submissions/lovelaceada_123_9101_90_doubling-1.ipynb": notebook(project),
        "nötheremmy_LATE_124_9002_my_7_notebook.ipynb": notebook(project),
        "gödelkurt_125_text.html": "hello",
    }
    done, made = feedback(course, packed(tmp_path, files), "canvas")
    assert done.exit_code == 1
    assert "kurt: handed in no file, so Canvas takes none for them" in done.output
    assert {as_canvas_reads(place) for place in made} == {("123", "9101"), ("124", "9002")}
    (ada,) = [text for place, text in made.items() if "_123_" in place]
    shown = nbformat.reads(ada, 4)
    nbformat.validate(shown)
    (html,) = [each.data["text/html"] for each in shown.cells[0].outputs]
    assert html.strip() == "<h1>ada ü</h1>"


def test_who_has_no_page_is_named(course, project, tmp_path):
    (course.feedback / "ada" / LESSON / f"{LESSON}.html").unlink()
    files = {f"{name}_assignsubmission_file/a.ipynb": "x" for name in ("Ada Lovelace_11", "Mallory_14")}
    done, made = feedback(course, packed(tmp_path, files), "moodle")
    assert done.exit_code == 1
    assert made == {}
    assert "ada: there is no page for 90_doubling; `autograder grade` writes it" in done.output
    assert "Mallory (14) is not in the gradebook" in done.output


def test_an_underscore_in_a_name_does_not_move_the_number(course, project, tmp_path):
    from nbgrader.api import Gradebook

    with Gradebook(course.gradebook) as book:
        book.update_or_create_student("ada", first_name="Ada_", last_name="Love_lace")
    (course.folder / "teams.csv").write_text("Blue,ada\n", encoding="utf-8")
    file = packed(tmp_path, {"Blue_900_assignsubmission_file/a.ipynb": notebook(project)})
    more = ("--teams", course.folder / "teams.csv", "--worksheet", course.folder / "sheet.csv")
    _, made = feedback(course, file, "moodle", *more)
    assert [as_moodle_reads(place)[0] for place in made] == [11]
