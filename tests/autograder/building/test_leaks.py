"""Every leak we know of is found: one small text or notebook per leak, in tests/fixtures/leaks."""

import ast
import json
import re

import pytest

from autograder.building import copies, leaks, text
from autograder.building.build import build
from autograder.building.manuscript import problems
from autograder.errors import Trouble
from autograder.project import Project
from tests.autograder.conftest import FIXTURES
from tests.autograder.small_lesson import LESSON

LEAKS = FIXTURES / "leaks"


def fixtures(kind):
    found = sorted(file for file in (LEAKS / kind).iterdir() if file.suffix in (".py", ".ipynb"))
    return pytest.mark.parametrize("file", found, ids=[file.stem for file in found])


def expected(file):
    """Return the words by which the leak must be called; they stand in the fixture itself."""
    return re.search(r'expect"?: "?([^"\n]+?)(\.?"""|"|$)', file.read_text(), re.MULTILINE)[1]


def notebook(file):
    if file.suffix == ".ipynb":
        return text.load(file)
    return text.source_notebook(text.parse(file.read_text(), file.name), file.name)


def says(found, words):
    said = [str(each) for each in found]
    assert any(words in each for each in said), f"expected {words!r}, found {said}"


@fixtures("source")
def test_a_leak_in_a_text_is_found_with_its_line(file):
    cells = text.parse(file.read_text(), file.name)
    found = problems(cells, file.name)
    says(found, expected(file))
    assert all(re.match(rf"{file.name}:\d+: ", str(each)) for each in found)


@fixtures("release")
def test_a_leak_in_a_release_is_found_with_its_cell(file):
    says(leaks.in_release(notebook(file), file.name), expected(file))


@pytest.fixture(scope="module")
def answers(doubling):
    lesson = LEAKS.parent / "lesson" / f"{LESSON}.py"
    cells = text.parse(lesson.read_text(), lesson.name)
    return [*copies.regions(cells), *copies.answers_of(doubling.twice)]


@fixtures("course")
def test_a_renamed_answer_is_found(file, answers):
    says(copies.found(answers, file.read_text(), file.name), expected(file))


def test_another_function_of_the_same_length_is_no_copy(answers):
    other = """
def shift(values, origin=0.0):
    out = numpy.array(values, dtype=numpy.float64, copy=True)
    out += origin
    return numpy.multiply(out, 2.0)
"""
    assert list(copies.found(answers, other, "other")) == []


def test_an_answer_anyone_could_write_is_not_searched_for():
    assert list(copies.answer("tiny", ast.parse("def f(a, b):\n    return a / b").body[0].body)) == []


INNOCENT = [
    "# %% [markdown]\n# ### The hidden layer\n#\n# The solution of this equation begins at 0.",
    "# %% [markdown]\n# ## Beginning and end\n#\n# ### Endings",
    "# %%\nwidth = 100  # units of the layer in the middle",
]


@pytest.mark.parametrize("body", INNOCENT)
def test_a_lesson_may_speak_of_hidden_layers_and_solutions(body):
    header = (LEAKS.parent / "lesson" / f"{LESSON}.py").read_text().partition("\n\n")[0]
    cells = text.parse(f"{header}\n\n{body}\n", "innocent")
    assert problems(cells, "innocent") == []
    assert list(leaks.in_release(text.source_notebook(cells, "innocent"), "innocent")) == []


def test_unlisted_files_are_found_and_checkpoints_are_not(tmp_path):
    for name in ("a.ipynb", "answers.txt", "data/x.csv", ".ipynb_checkpoints/a-checkpoint.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = [each.place for each in leaks.unlisted(tmp_path, {"a.ipynb"}, "release/a")]
    assert found == ["release/a/answers.txt", "release/a/data/x.csv"]


def test_a_build_that_would_leak_writes_nothing(project):
    config = project.root / "nbgrader_config.py"
    config.write_text(config.read_text().replace("not written yet", "write it"))
    before = project.released(LESSON).read_bytes()
    with pytest.raises(Trouble, match="holds no stub"):
        build(project)
    assert project.released(LESSON).read_bytes() == before


def test_a_copy_of_an_answer_in_course_stops_the_build(project):
    leaked = (LEAKS / "course" / "solution_of_the_notebook_renamed.py").read_text()
    (project.root / "course" / "stretching.py").write_text(leaked)
    with pytest.raises(
        Trouble, match=r"course/stretching.py:8: these 3 statements are the solution of 'twice'"
    ):
        build(project)


COPY = """
# %%
%time
def stretch(values):
    out = np.array(values, dtype=np.float64, copy=True)
    out -= 1
    out -= arm
    return np.multiply(out, 2.0)
"""


def test_a_released_cell_must_not_hold_an_answer(project):
    file = project.text(LESSON)
    file.write_text(file.read_text() + COPY.replace("    out -= 1\n", ""))
    with pytest.raises(Trouble, match=rf"release/{LESSON}/{LESSON}.ipynb, cell 7:3: these 3 statements"):
        build(project)


def test_a_released_cell_may_do_something_else(project):
    file = project.text(LESSON)
    file.write_text(file.read_text() + COPY)
    assert f"release/{LESSON}/{LESSON}.ipynb" in build(project)


@pytest.mark.parametrize("lesson", Project.here().lessons())
def test_the_releases_of_the_course_have_no_leak(lesson):
    project = Project.here()
    released = json.loads(project.released(lesson).read_text())
    assert released["cells"]
    assert list(leaks.in_release(text.load(project.released(lesson)), lesson)) == []
    assert list(leaks.unlisted(project.release / lesson, {f"{lesson}.ipynb"}, lesson)) == []
