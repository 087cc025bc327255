"""Every lesson, found by looking: with its answers it runs offline without an error, with its stubs to its end.

In a kernel, with every picture, that takes minutes (``long``); as the examiner runs it, without what only draws,
seconds.  With its answers the kernel finds nothing that Windows or a student's environment has not.
"""

import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import exercises
from autograder.marks import MIME
from autograder.project import Project

PROJECT = Project.here()
LESSONS = PROJECT.lessons()
SOME = [each for each in LESSONS if each[:2] in ("F2", "F3")]
"""The lessons that CI runs: with a slider, and with a tape; JupyterLab and the bundle run the longer ones."""

IN_SOME = [
    pytest.param(each, marks=pytest.mark.long if each in SOME else pytest.mark.thorough) for each in LESSONS
]

NO_NETWORK = """
import socket

connect = socket.socket.connect


def offline(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(f"a lesson runs offline, but something connects to {address}")
    return connect(self, address)


socket.socket.connect = offline
"""
"""Runs in the kernel before the lesson does; the kernel's own sockets are local."""

AS_STUDENTS_HAVE_IT = """
import sys
from importlib.metadata import packages_distributions

installed = set({names!r})
missing = {{
    module for module, packages in packages_distributions().items() if not installed & {{
        each.lower().replace("_", "-").replace(".", "-") for each in packages
    }}
}}


class Missing:
    def find_spec(self, name, path=None, target=None):
        frame = sys._getframe()
        while name.partition(".")[0] in missing:
            if frame is None:
                raise ModuleNotFoundError(f"students have no {{name}}", name=name)
            if frame.f_globals.get("__name__", "").startswith("autograder"):  # a graded cell
                break
            frame = frame.f_back


sys.meta_path.insert(0, Missing())
"""
"""Runs in the kernel before the lesson does: what is not in the student's requirements cannot be imported."""

WITHOUT_POSIX = Path(__file__).parent / "without_posix" / "python"

pytestmark = pytest.mark.filterwarnings("ignore:Proactor event loop", "ignore:unclosed:ResourceWarning")


def run(file, folder, *, before=NO_NETWORK, after=(), kernel="python3"):
    """Return a notebook after running a copy of it in a folder of its own, with no network to reach.

    before, after  code to run in the kernel before the first and after the last cell
    """
    copied = nbformat.read(shutil.copy(file, folder), as_version=4)
    copied.cells.insert(0, nbformat.v4.new_code_cell(before, id="offline"))
    copied.cells += [nbformat.v4.new_code_cell(each, id="after") for each in after]
    for cell in copied.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata["tags"] = [*tags, "raises-exception"]  # every error is looked at below, in its place
    NotebookClient(
        copied, timeout=120, kernel_name=kernel, resources={"metadata": {"path": str(folder)}}
    ).execute()
    return copied


@pytest.fixture
def windows(tmp_path, monkeypatch):
    """The name of a kernel without what Windows has not."""
    words = [str(WITHOUT_POSIX), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    place = tmp_path / "jupyter" / "kernels" / "windows"
    place.mkdir(parents=True)
    spec = {"argv": words, "display_name": "Windows", "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("REAL_PYTHON", sys.executable)
    return "windows"


def as_students_have_it():
    """Return code that takes away what the student's environment has not."""
    pins = (PROJECT.root / "requirements-student.lock").read_text(encoding="utf-8")
    names = {*re.findall(r"^([a-z0-9.-]+)==", pins, re.MULTILINE), "descent-course", "autograder"}
    return AS_STUDENTS_HAVE_IT.format(names=sorted(name.replace(".", "-") for name in names))


def outputs(notebook, kind):
    """Return (cell id, output) for every output of a kind."""
    return [
        (cell.id, out)
        for cell in notebook.cells
        for out in cell.get("outputs", [])
        if out.output_type == kind
    ]


def errors(notebook):
    return [(where, out.ename, out.evalue[:200]) for where, out in outputs(notebook, "error")]


def graded(notebook):
    """Return the cells that are marked by their tests."""
    graders = [(cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells]
    return [cell for cell, grader in graders if grader.get("grade") and not grader.get("solution")]


def full(output):
    """Whether an output is the mark of an exercise that may call earlier ones, and all its points."""
    mark = output.get("data", {}).get(MIME, {})
    return bool(mark) and mark["points"] == mark["max_points"]


def stderr(notebook):
    """Return what a reader sees on red ground, but for the word that an earlier notebook is not there."""
    said = [(where, out.text[:300]) for where, out in outputs(notebook, "stream") if out.name == "stderr"]
    return [(where, text) for where, text in said if "was not found beside this notebook" not in text]


def html_of(notebook):
    """Return (cell id, HTML) of everything a cell shows."""
    shown = [*outputs(notebook, "display_data"), *outputs(notebook, "execute_result")]
    return [(where, "".join(out.data.get("text/html", ""))) for where, out in shown]


def without_alt_text(notebook):
    """Return the cells that show a picture nobody can hear: a bare figure, or an image without a sentence."""
    shown = [*outputs(notebook, "display_data"), *outputs(notebook, "execute_result")]
    bare = [where for where, out in shown if any(kind.startswith("image/") for kind in out.data)]
    images = [
        (where, image) for where, html in html_of(notebook) for image in re.findall(r"<img\b[^>]*>", html)
    ]
    return bare + [where for where, image in images if not re.search(r'alt="[^"]{20,}"', image)]


def too_long(notebook):
    """Return the printed lines that a page of the usual width breaks inside a word."""
    lines = [(where, line) for where, out in outputs(notebook, "stream") for line in out.text.splitlines()]
    return [(where, line) for where, line in lines if len(line) > 110 and "beside this notebook" not in line]


# One test runs a notebook once and looks at all of it: with several, parallel workers would run it several times.


@pytest.mark.parametrize("lesson", IN_SOME)
def test_with_its_answers_a_lesson_runs_offline_and_earns_full_marks(lesson, windows, tmp_path):
    before, after = NO_NETWORK + as_students_have_it(), ["import course\ncourse.progress()"]
    notebook = run(PROJECT.notebook(lesson), tmp_path, before=before, after=after, kernel=windows)
    assert errors(notebook) == []
    assert "visible checks passed" in notebook.cells.pop().outputs[0].data["text/plain"]
    assert [(cell.id, each) for cell in graded(notebook) for each in cell.outputs if not full(each)] == [], (
        "nbgrader reads outputs as marks"
    )
    assert stderr(notebook) == []
    assert without_alt_text(notebook) == [], "end the cell in plots.Picture(figure, alt)"
    assert too_long(notebook) == []
    first = [cell.id for cell in notebook.cells[1:9]]
    assert any("<img" in html for where, html in html_of(notebook) if where in first), (
        "a lesson opens with a picture"
    )


@pytest.mark.parametrize("lesson", IN_SOME)
def test_with_its_stubs_a_lesson_runs_to_its_end_and_only_graded_cells_say_not_written(lesson, tmp_path):
    notebook = run(PROJECT.released(lesson), tmp_path)
    found = errors(notebook)
    assert [each for each in found if each[1] != "NotImplementedError"] == []
    assert {where for where, *_ in found} == {cell.id for cell in graded(notebook)}
    assert stderr(notebook) == []
    assert without_alt_text(notebook) == [], "end the cell in plots.Picture(figure, alt)"


def test_every_exercise_module_has_a_lesson():
    ours = {file.parent.name for file in Path(exercises.__file__).parent.glob("*/__init__.py")}
    assert ours <= {lesson.partition("_")[2] for lesson in LESSONS}


@pytest.fixture
def ran(tmp_path):
    """Return a function that runs code cells as a lesson."""

    def run_cells(*sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        file = tmp_path / "try.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
        (tmp_path / "there").mkdir()
        return run(file, tmp_path / "there")

    return run_cells


@pytest.mark.long
def test_a_lesson_finds_what_students_have_alone(windows, tmp_path):
    file = tmp_path / "try.ipynb"
    wanted = "import numpy, course, matplotlib, sklearn", "import nbgrader", "import os; os.fork"
    cells = [nbformat.v4.new_code_cell(source) for source in wanted]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
    (tmp_path / "there").mkdir()
    notebook = run(file, tmp_path / "there", before=as_students_have_it(), kernel=windows)
    assert [name for _, name, _ in errors(notebook)] == ["ModuleNotFoundError", "AttributeError"]


def test_these_tests_see_a_connection_a_bare_figure_and_stderr(ran):
    notebook = ran(
        "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=1)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "import sys\nprint('oh', file=sys.stderr)",
        'from IPython.display import HTML\nHTML(\'<img src="x" alt="">\')',
    )
    assert [(name, "runs offline" in text) for _, name, text in errors(notebook)] == [("OSError", True)]
    assert [text for _, text in stderr(notebook)] == ["oh\n"]
    assert len(without_alt_text(notebook)) == 2


def examined(file):
    """Return a notebook as the examiner ran it, and its verdicts by name."""
    from autograder.examine.run import run_in_examiner
    from autograder.marks import Limits

    ran = run_in_examiner(nbformat.read(file, as_version=4), Limits(cell=60))
    return ran.notebook, {name: each.verdict for name, each in ran.verdicts.items()}


@pytest.mark.parametrize(
    "lesson", [pytest.param(each, marks=() if each in SOME else pytest.mark.long) for each in LESSONS]
)
def test_with_its_answers_the_examiner_finds_all_correct_and_no_error(lesson):
    """What only draws is left out there; no cell that is run may lean on one that is not."""
    notebook, verdicts = examined(PROJECT.notebook(lesson))
    assert errors(notebook) == []
    assert stderr(notebook) == []
    assert verdicts == dict.fromkeys(verdicts, "correct")


@pytest.mark.parametrize("lesson", LESSONS)
def test_with_its_stubs_the_examiner_finds_nothing_written_and_no_other_error(lesson):
    notebook, verdicts = examined(PROJECT.released(lesson))
    assert {where for where, *_ in errors(notebook)} <= {cell.id for cell in graded(notebook)}
    assert stderr(notebook) == []
    assert verdicts
    assert verdicts == dict.fromkeys(verdicts, "unfinished")
