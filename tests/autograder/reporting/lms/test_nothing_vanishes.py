"""Whatever lies in an archive is placed, or named with a reason: archives made at random, and what people send."""

import io
import re
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from autograder.project import Project
from autograder.repair.finding import LEFT_BY_PROGRAMS
from tests.autograder.reporting.lms.archives import LESSON, collect, notebook, packed, there

MOODLE = {
    "ada": "Ada Lovelace_55_assignsubmission_file/",
    "emmy": "Emmy Nöther_56_assignsubmission_file_/",
    "kurt": "Kurt Gödel_57_assignsubmission_file_",
    "": "Mallory_58_assignsubmission_file/",
}
NAMES = (
    *(f"{LESSON}.ipynb", f"{LESSON} (1).ipynb", f"{LESSON.upper()}.IPYNB", f"Kopie von {LESSON}.ipynb"),
    *(f"{LESSON}.ipynb.txt", f"{LESSON}.json", f"{LESSON}.pdf", "no ending", f"{LESSON}.ipynb ", "Çözüm.ipynb"),
    *("work.rar", "work.7z", "rules.py", "essay.html", ".hidden.ipynb", "a\\b.ipynb", "damaged.ipynb"),
    *("damaged.zip", "__MACOSX/x.ipynb", "._x.ipynb", f"~${LESSON}.ipynb", ".DS_Store"),
    f".ipynb_checkpoints/{LESSON}-checkpoint.ipynb",
    *("an empty folder/", "", "deep/er/and/deep/er.ipynb"),
)  # fmt: skip
RAW = (
    "work.rar",
    "work.7z",
    "rules.py",
    "essay.html",
    "damaged.ipynb",
    "damaged.zip",
    ".DS_Store",
    "._x.ipynb",
)


@pytest.fixture
def course(collecting):
    return collecting


def data_of(project, name, number):
    """Return what a file holds, unlike any other's."""
    if name.endswith("/") or not name:
        return b""
    if name in RAW:
        return f"no notebook {number}".encode()
    return notebook(project, f"def twice(x, offset=0.0):\n    return 2 * (x - offset)  # {number}").encode()


def written(entries, project, depth=0):
    """Return the bytes of an archive and what its files are called and hold, at any depth."""
    stream, held = io.BytesIO(), []
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (sender, folder, name, inner) in enumerate(entries):
            place = f"{sender}{folder}{name}"
            if place in archive.namelist() or not place:
                continue
            if inner is not None and depth == 0:
                place = f"{place.rstrip(' ')}{number}.zip"
                data, inside = written([("", *each, None) for each in inner], project, 1)
                held += [(f"{place}/{below}", what) for below, what in inside] or [(place, b"")]
            else:
                data = data_of(project, name, f"{depth}.{number}.{sender}")
                held.append((place, data))
            archive.writestr(zipfile.ZipInfo(place, date_time=(2026, 11, 3, 8, 0, number % 30 * 2)), data)
    return stream.getvalue(), held


inner = st.none() | st.lists(
    st.tuples(st.sampled_from(["", "work/"]), st.sampled_from([n for n in NAMES if n])), max_size=3
)
pieces = st.tuples(
    st.sampled_from([*MOODLE.values(), "wrap/" + MOODLE["ada"], ""]),
    st.sampled_from(["", "a/"]), st.sampled_from(NAMES), inner,
)  # fmt: skip


@pytest.mark.long
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(pieces, max_size=6))
@example([(MOODLE["ada"], "", f".ipynb_checkpoints/{LESSON}-checkpoint.ipynb", None)])
@example([(MOODLE["ada"], "", "", None), (MOODLE["emmy"], "", "", None)])
@example([(MOODLE["ada"], "", "x", [("", f"{LESSON}.ipynb"), ("", "rules.py")])])
@example([(MOODLE["ada"], "", "x", [])])
@example([(MOODLE["ada"], "", "", [("", "__MACOSX/x.ipynb")])])
@example([(MOODLE["ada"], "", "__MACOSX/x.ipynb", None), (MOODLE["emmy"], "", ".DS_Store", None)])
def test_every_entry_is_placed_or_named(course, project, tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("archive")
    data, held = written(entries, project)
    (folder / "all.zip").write_bytes(data)
    for each in course.submitted.glob("*/*/*") if course.submitted.exists() else ():
        each.unlink()
    done = collect(course, folder / "all.zip", "moodle", "--replace")
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    placed = {text.encode() for text, _ in there(course).values()}
    assert done.exit_code == (0 if placed and "not placed" not in done.output else 1)
    for place, what in held:
        said = place.replace("\\", "/")
        base = said.rstrip("/").rpartition("/")[2].removeprefix(MOODLE["kurt"])
        if (what and what in placed) or (base and base in done.output):
            continue
        # a program left it, or it is a folder; whoever sent it is spoken of, or has a notebook
        assert LEFT_BY_PROGRAMS.search(said) or said.endswith("/") or not base, (place, done.output)
        senders = [name for name, prefix in MOODLE.items() if prefix.rstrip("_/") in said]
        known = {*there(course), *re.findall(r"not placed: (\w+) handed", done.output)}
        assert set(senders) <= known or "Mallory" in done.output, (place, done.output)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("homework.rar", "homework.rar (an archive: unpack it"),
        ("homework.7z", "homework.7z (an archive: unpack it"),
        ("homework.tar.gz", "homework.tar.gz (an archive: unpack it"),
        ("90_doubling.pdf", "90_doubling.pdf (a printout: ask for the notebook itself"),
        ("90_doubling.html", "90_doubling.html (a printout"),
        ("90_doubling.py", "90_doubling.py (code without the cells"),
        ("90_doubling.ipynb.crdownload", "a download that was not finished"),
        ("onlinetext.html", "onlinetext.html (a text typed into Moodle: ask for the notebook)"),
        ("", "an empty folder (ask for the notebook)"),
        (".ipynb_checkpoints/x.txt", "ada handed in no notebook, but x.txt"),
        ("homework.zip", "it is no zip archive, or a damaged one: ask for it again"),
    ],
)
def test_who_sent_no_notebook_is_named_with_the_cure(course, tmp_path, name, said):
    done = collect(course, packed(tmp_path, {MOODLE["ada"] + name: b"x"}), "moodle")
    assert done.exit_code == 1
    assert said in done.output
    assert "Ada Lovelace_55" in done.output or "ada handed in no notebook" in done.output


@pytest.mark.parametrize(
    "name",
    [
        *(f"{LESSON}.ipynb", f"{LESSON} (1).ipynb", f"Kopie von {LESSON}.ipynb", f"{LESSON}-DESKTOP-1.ipynb"),
        *(f"{LESSON}.ipynb.html", f"{LESSON}.pdf", "no ending", f"{LESSON}.ipynb ", f"{LESSON}.IPYNB"),
        *(
            f"{LESSON}.ipynb.zip",
            f"{LESSON}.ipynb.bak",
            f"{LESSON}.json",
            f"{LESSON}.ipynb.json.txt",
            f"{LESSON}.py",
        ),
        *("שלום.ipynb", f"{LESSON}.ipynb.crdownload", "a#b?c%20[d].ipynb"),
        *("work\\from windows.ipynb", f".ipynb_checkpoints/{LESSON}-checkpoint.ipynb", "Çözüm – şükrü.ipynb"),
    ],
)
def test_the_only_notebook_is_placed_whatever_it_is_called(course, project, tmp_path, name):
    done = collect(course, packed(tmp_path, {MOODLE["ada"] + name: notebook(project)}), "moodle")
    assert done.exit_code == 0, done.output
    assert set(there(course)) == {"ada"}
    if not name.lower().endswith(".ipynb") or "checkpoint" in name:
        assert "was taken as 90_doubling.ipynb" in done.output


def test_a_checkpoint_counts_for_nobody_who_sent_anything_else(course, project, tmp_path):
    files = {
        MOODLE["ada"] + f".ipynb_checkpoints/{LESSON}-checkpoint.ipynb": notebook(project, "# old"),
        MOODLE["ada"] + f"{LESSON}.ipynb": notebook(project, "# new"),
    }
    done = collect(course, packed(tmp_path, files), "moodle")
    assert "# new" in there(course)["ada"][0]
    assert "checkpoint.ipynb" not in done.output


def test_what_lies_beside_a_notebook_is_named(course, project, tmp_path):
    files = {MOODLE["ada"] + name: notebook(project) for name in (f"{LESSON}.ipynb", f"{LESSON} (1).ipynb")}
    done = collect(course, packed(tmp_path, files | {MOODLE["ada"] + "rules.py": "x = 1"}), "moodle")
    assert done.exit_code == 0
    assert (
        f"the latest counts: {MOODLE['ada']}{LESSON}.ipynb, not {MOODLE['ada']}{LESSON} (1).ipynb"
        in done.output
    )
    assert "ada: not used: rules.py" in done.output


@pytest.mark.parametrize("encoding", ["cp437", "cp850", "cp1252", "utf-8"])
def test_a_name_without_the_mark_for_its_encoding_is_placed_or_named(course, project, tmp_path, encoding):
    place = "Emmy Nöther_56_assignsubmission_file/a.ipynb"
    raw = place.encode(encoding)
    file = packed(tmp_path, {"#" * len(raw): notebook(project)})
    file.write_bytes(file.read_bytes().replace(b"#" * len(raw), raw))
    done = collect(course, file, "moodle")
    if encoding == "cp1252":  # its ö is another letter in the encoding that an archive means
        assert "Emmy N" in done.output
        assert done.exit_code == 1
    else:
        assert set(there(course)) == {"emmy"}


def test_two_lessons_in_one_archive_go_to_their_own_folders(tmp_path):
    from nbgrader.api import Gradebook

    from autograder.grading.course import Course

    course = Course(tmp_path)
    with Gradebook(course.gradebook) as book:
        book.add_student("ada", first_name="Ada", last_name="Lovelace")
    stream = io.BytesIO()
    lessons = ("04_momentum", "05_adaptive_rates")
    with zipfile.ZipFile(stream, "w") as archive:
        for lesson in lessons:
            archive.write(Project.here().notebook(lesson), f"work/{lesson}.ipynb")
    done = collect(course, packed(tmp_path, {MOODLE["ada"] + "all.zip": stream.getvalue()}), "moodle")
    assert done.exit_code == 0, done.output
    assert sorted(each.name for each in (course.submitted / "ada").iterdir()) == sorted(lessons)
