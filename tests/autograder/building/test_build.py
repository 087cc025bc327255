"""Text to notebook, release and recordings: the same bytes each time, and nothing lost when it fails."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder import exercises
from autograder.building import text
from autograder.building.build import build, differences, outdated
from autograder.errors import Trouble
from autograder.judging import recording
from autograder.project import Project
from tests.autograder.small_lesson import LESSON


def snapshot(project):
    return {file: file.read_bytes() for file in sorted(project.root.rglob("*")) if file.is_file()}


def edit(project, old, new):
    file = project.text(LESSON)
    words = file.read_text()
    assert old in words
    file.write_text(words.replace(old, new, 1))


def test_cell_ids_are_grade_ids_else_positions(project):
    ids = [cell["id"] for cell in text.load(project.notebook(LESSON))["cells"]]
    assert ids == ["cell-001", "cell-002", "predict-twice", "twice", "cell-005", "twice-check"]


@pytest.mark.parametrize("which", ["notebook", "released"])
def test_files_are_valid_notebooks_with_the_kernelspec_alone_and_no_outputs(project, which):
    words = getattr(project, which)(LESSON).read_text()
    made = nbformat.reads(words, as_version=4)
    nbformat.validate(made)
    assert (made.nbformat, made.nbformat_minor) == (4, 5)
    assert dict(made.metadata) == {"kernelspec": text.KERNEL}
    assert all(
        not cell.outputs and cell.execution_count is None for cell in made.cells if cell.cell_type == "code"
    )
    assert nbformat.writes(made) + "\n" == words, "JupyterLab would write other bytes for the same notebook"


def test_release_has_stubs_and_no_answers(project):
    cells = {cell["id"]: cell["source"] for cell in text.load(project.released(LESSON))["cells"]}
    assert 'raise NotImplementedError("not written yet")' in cells["twice"]
    assert "distance + distance" not in cells["twice"]
    assert "Return twice the distance" in cells["twice"]
    assert cells["twice-check"] == 'assert twice(2.0) == 4.0, "twice two is four"'
    assert cells["predict-twice"] == "*Write your line here.*"


def test_graded_cells_let_run_all_continue(project):
    for file in (project.notebook(LESSON), project.released(LESSON)):
        tagged = [
            c["id"] for c in text.load(file)["cells"] if "raises-exception" in c["metadata"].get("tags", [])
        ]
        assert tagged == ["twice-check"]


def test_release_keeps_what_nbgrader_needs(project):
    cells = {cell["id"]: cell["metadata"] for cell in text.load(project.released(LESSON))["cells"]}
    assert {"checksum", "cell_type", "points", "grade_id"} <= cells["twice-check"]["nbgrader"].keys()
    assert cells["twice-check"]["editable"] is False
    assert cells["twice"]["deletable"] is False


def test_recordings_are_written_as_data(project):
    record = json.loads((project.recorded / "twice.json").read_text())
    assert {known["name"] for known in record["known"]} >= {"squared", "halves"}


def test_building_again_changes_nothing(project):
    before = snapshot(project)
    assert build(project) == []
    assert differences(project) == []
    assert snapshot(project) == before


@pytest.mark.thorough
def test_bytes_do_not_depend_on_hash_seed(project, doubling):
    program = (
        "import sys; from pathlib import Path;"
        "from autograder import exercises; from autograder.project import Project;"
        "from autograder.building.build import differences; exercises.__path__.append(sys.argv[2]);"
        "print(differences(Project(Path(sys.argv[1]))))"
    )
    folder = Path(doubling.__file__).parents[1]
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(Project.here().root)}
    out = subprocess.run(
        [sys.executable, "-c", program, str(project.root), str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == "[]"


def test_a_recording_of_another_processor_is_left_alone(project):
    file = project.recorded / "twice.json"
    data = json.loads(file.read_text())
    halves = next(known for known in data["known"] if known["name"] == "halves")
    for shift, changes in ((1e-11, []), (1e-8, ["course/recorded/twice.json"])):
        halves["outcome"][0] *= 1 + shift
        file.write_text(recording.written(data))
        assert differences(project) == [f"{each} differs" for each in changes]
        assert build(project) == changes


def test_check_names_what_differs_is_missing_or_is_made_by_nothing(project):
    edit(project, "A lesson of one exercise", "A lesson of exactly one exercise")
    (project.recorded / "twice.json").unlink()
    (project.recorded / "forgotten.json").write_text("{}")
    (project.source / "91_gone").mkdir()
    (project.source / "91_gone" / "91_gone.ipynb").write_text("{}")
    assert differences(project) == [
        "course/recorded/twice.json is missing",
        "course/recorded/forgotten.json is made by no text",
        "source_notebooks/91_gone/91_gone.ipynb is made by no text",
        f"release/{LESSON}/{LESSON}.ipynb differs",
        f"source_notebooks/{LESSON}/{LESSON}.ipynb differs",
        "source_notebooks/built.json differs",
    ]


def test_stale_recordings_go_when_everything_is_built(project):
    stale = project.recorded / "forgotten.json"
    stale.write_text("{}")
    assert build(project) == ["course/recorded/forgotten.json"]
    assert not stale.exists()


def test_recordings_of_a_module_without_a_text_stay(project, doubling):
    file = project.text(LESSON)
    file.rename(project.text("91_other"))
    kept = (project.recorded / "twice.json").read_bytes()
    with pytest.raises(Trouble, match="this lesson's module is 'other'"):
        build(project)
    assert (project.recorded / "twice.json").read_bytes() == kept
    project.text("91_other").unlink()
    with pytest.raises(Trouble, match="no lesson to build"):
        build(project)
    assert (project.recorded / "twice.json").read_bytes() == kept


def test_building_one_lesson_removes_no_recording(project):
    stale = project.recorded / "forgotten.json"
    stale.write_text("{}")
    project.text("91_other").write_text(project.text(LESSON).read_text())
    assert build(project, [LESSON]) == []
    assert stale.exists()


WRONG = {
    "a module without the graded exercise": (
        'doubling.grade("twice"',
        'doubling.grade("thrice"',
        "'thrice-check'",
    ),
    "points that differ": ('"points": 3', '"points": 4', "4 points here and 3 in its Exercise"),
    "a grade id taken twice": (
        '"grade_id": "predict-twice"',
        '"grade_id": "twice"',
        "is taken by the cell at line",
    ),
    "no points": ('"points": 3, ', "", "has no points"),
    "another lesson's module": (
        "import doubling\n\ndoubling",
        "import doubled\n\ndoubled",
        "this lesson's module is",
    ),
    "a heading that is not the one to read": (
        "A lesson of one",
        "## Factors\n#\n# ### Exercise 1. Doubling\n#\n# A lesson of one",
        "'twice' stands below 'Exercise 1. Doubling'; its Exercise says read='What does",
    ),
    "too much code": (
        "import numpy as np",
        "\n".join(["import numpy as np"] * 26),
        "27 lines of code, at most 25",
    ),
    "too much prose": ("A lesson of one", "word " * 121 + "of one", "words of prose, at most 120"),
    "a heading that jumps a level": ("A lesson of one", "### Too deep\n#\n# A lesson of one", "Use 2"),
    "an ungraded written answer": (
        '"grade": true, "grade_id": "predict',
        '"grade": false, "grade_id": "predict',
        "0 for",
    ),
    "a kernel of one's own": ("display_name: Python 3", "display_name: My env", "Copy the header"),
    "text before the first cell": (
        "\n# %% [markdown]",
        "\nimport os\n\n# %% [markdown]",
        "belongs to a cell",
    ),
    "a cell id that cannot be": (
        '"grade_id": "predict-twice"',
        '"grade_id": "predict twice"',
        "letters, digits",
    ),
}


@pytest.mark.parametrize(("old", "new", "says"), WRONG.values(), ids=WRONG)
def test_a_wrong_text_is_refused_with_its_place_and_nothing_is_lost(project, old, new, says):
    edit(project, old, new)
    before = snapshot(project)
    with pytest.raises(Trouble, match=says) as trouble:
        build(project)
    assert f"{LESSON}.py" in str(trouble.value)
    assert snapshot(project) == before


def renamed(project, name):
    """Copy the lesson's text to another name, which its graded cell asks for too; return the name."""
    project.text(name).write_text(
        project.text(LESSON).read_text().replace("doubling", name.partition("_")[2])
    )
    return name


def test_a_lesson_without_its_package_is_told_which_folder_is_missing(project):
    name = renamed(project, "91_doubled")
    with pytest.raises(Trouble, match="there is no autograder/exercises/doubled;"):
        build(project, [name])


def test_an_exercise_that_cannot_be_imported_is_told_with_its_file_and_line(
    project, doubling, tmp_path, monkeypatch
):
    package = tmp_path / "doubled"
    package.mkdir()
    (package / "__init__.py").write_text("from autograder.exercises.doubled.twice import twice\n")
    (package / "twice.py").write_text('"""Twice."""\n\ntwice = thrice\n')
    monkeypatch.setattr(exercises, "__path__", [*exercises.__path__, str(tmp_path)])
    name = renamed(project, "91_doubled")
    with pytest.raises(
        Trouble, match=r"NameError: name 'thrice' is not defined, in twice\.py, line 3\. Mend it"
    ):
        build(project, [name])


def test_a_recording_is_outdated_once_its_exercise_knows_another_mistake(project, doubling, monkeypatch):
    assert outdated(project, LESSON) == []
    monkeypatch.setattr(doubling.twice, "mistakes", doubling.twice.mistakes[1:])
    assert outdated(project, LESSON) == ["course/recorded/twice.json"]


def test_an_exercise_without_a_graded_cell_is_refused(project, doubling, monkeypatch):
    other = type(doubling.twice)("thrice", points=1, reference=doubling.reference_twice, checks=[])
    monkeypatch.setattr(doubling, "EXERCISES", (doubling.twice, other))
    with pytest.raises(Trouble, match="the exercise 'thrice' has no graded cell"):
        build(project)


def test_a_failure_while_recording_loses_nothing(project, doubling, monkeypatch):
    edit(project, "A lesson of one exercise", "A lesson of exactly one exercise")
    before = snapshot(project)
    monkeypatch.setattr(doubling.twice, "visible", lambda function: function(object()))
    with pytest.raises(Trouble, match="visible probe of 'twice'"):
        build(project)
    assert snapshot(project) == before


def test_a_notebook_edited_in_jupyterlab_is_not_overwritten(project):
    file = project.notebook(LESSON)
    file.write_text(file.read_text().replace("A lesson of one", "A lesson of only one"))
    with pytest.raises(Trouble, match="autograder adopt"):
        build(project)
    assert build(project, discard=True) == [f"source_notebooks/{LESSON}/{LESSON}.ipynb"]


def test_a_notebook_that_was_only_run_is_overwritten(project):
    made = nbformat.read(project.notebook(LESSON), as_version=4)
    made.cells[1].outputs = [nbformat.v4.new_output("stream", text="hello")]
    made.cells[1].execution_count = 1
    made.metadata.language_info = {"name": "python"}
    nbformat.write(made, project.notebook(LESSON))
    assert build(project) == [f"source_notebooks/{LESSON}/{LESSON}.ipynb"]


def test_an_unlisted_file_in_an_assignment_folder_is_refused(project):
    (project.source / LESSON / "answers.txt").write_text("42")
    with pytest.raises(Trouble, match=f"source_notebooks/{LESSON}/answers.txt: no build makes this file"):
        build(project)


def test_checkpoints_of_jupyterlab_are_not_files_of_the_course(project):
    folder = project.source / LESSON / ".ipynb_checkpoints"
    folder.mkdir()
    (folder / "x.ipynb").write_text("{}")
    assert build(project) == []
    assert differences(project) == []


def test_a_text_with_a_name_that_is_never_built_is_refused(project):
    project.text("9_tripling").write_text(project.text(LESSON).read_text())
    with pytest.raises(Trouble, match=r"source_notebooks/9_tripling.py: no lesson has such a name"):
        build(project)


@pytest.mark.parametrize("name", [LESSON, "90", "doubling", f"{LESSON}.py"])
def test_a_lesson_can_be_named_in_short(project, name):
    assert project.chosen([name]) == [LESSON]


def test_an_unknown_lesson_is_refused_with_the_known_ones(project):
    with pytest.raises(Trouble, match=f"no lesson 'momentun'.*{LESSON}"):
        project.chosen(["momentun"])


@pytest.mark.thorough  # CI builds, and asks git whether a file changed
def test_the_checkout_is_what_its_text_makes():
    project = Project.here()
    if not project.lessons():
        pytest.skip("there is no lesson yet")
    assert differences(project) == []
