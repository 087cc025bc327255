"""The bundle: all that students need, nothing that they must not see, the same bytes each time."""

import ast
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile

import pytest

from autograder.building import build, copies
from autograder.bundling import bundle as module
from autograder.bundling.bundle import FILES, bundle
from autograder.errors import Trouble
from autograder.project import Project
from tests.autograder.small_lesson import LESSON

HERE = Project.here()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    place = tmp_path_factory.mktemp("bundle") / "descent.zip"
    bundle(HERE, (), place)
    return zipfile.ZipFile(place)


@pytest.fixture(scope="module")
def held(archive):
    """Return every file of the bundle, and of the wheel in it, by name."""
    found = {name.removeprefix("descent/"): archive.read(name) for name in archive.namelist()}
    (wheel,) = [name for name in found if name.endswith(".whl")]
    inside = zipfile.ZipFile(io.BytesIO(found.pop(wheel)))
    return found | {f"{wheel}/{name}": inside.read(name) for name in inside.namelist()}


@pytest.fixture
def quick(monkeypatch):
    """Let a wheel take no time."""
    monkeypatch.setattr(module, "built_wheel", lambda root: ("course.whl", b"a wheel"))


def test_it_holds_every_released_notebook_as_it_is(held):
    notebooks = {name: data for name, data in held.items() if name.endswith(".ipynb")}
    assert notebooks == {
        f"notebooks/{name}/{name}.ipynb": HERE.released(name).read_bytes() for name in HERE.lessons()
    }


def test_everything_else_in_it_is_listed_here(held):
    rest = {name for name in held if not name.startswith("notebooks/") and ".whl/" not in name}
    assert rest == {
        *("START.md", "start.bat", "start.command", "start.py", "start.sh"),
        *("environment.yml", "requirements.txt"),
    }
    tops = {name.split(".whl/")[1].split("/")[0] for name in held if ".whl/" in name}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"course"}


def test_nothing_in_it_names_the_instructors_part(held):
    named = [name for name, data in held.items() if b"autograder" in data.lower()]
    assert [name for name in named if not name.endswith(".dist-info/METADATA")] == []  # the README is public


def test_no_answer_and_no_reference_is_in_it_under_any_name(held):
    answers = build.every_answer(HERE, True, {name: build.parsed(HERE, name) for name in HERE.lessons()})
    assert len(answers) > 50
    found = [str(each) for name, code in sources(held) for each in copies.found(answers, code, name)]
    assert found == []
    known = HERE.notebook("04_momentum").read_bytes()
    assert any([*copies.found(answers, code, name)] for name, code in sources({"known.ipynb": known})), (
        "this test finds an answer where there is one"
    )


def sources(files):
    """Yield a name and the Python in it, for every module and every code cell."""
    for name, data in files.items():
        if name.endswith(".py"):
            yield name, data.decode()
        elif name.endswith(".ipynb"):
            for cell in json.loads(data)["cells"]:
                if cell["cell_type"] == "code":
                    yield name, "".join(cell["source"])


def test_the_same_checkout_gives_the_same_bytes(archive, tmp_path):
    again = tmp_path / "again.zip"
    bundle(HERE, (), again)
    with open(archive.filename, "rb") as first:
        assert first.read() == again.read_bytes()


def test_launchers_can_be_run_and_have_the_line_ends_of_their_system(archive, held):
    modes = {each.filename: each.external_attr >> 16 for each in archive.infolist()}
    runnable = {name for name, mode in modes.items() if mode & 0o100}
    assert runnable == {"descent/start.command", "descent/start.sh"}
    bat = held["start.bat"]
    assert bat.count(b"\n") == bat.count(b"\r\n") > 5
    assert all(b"\r" not in data for name, data in held.items() if name.startswith("start") and data != bat)
    assert bat.isascii()


def test_requirements_pin_the_wheel_that_lies_beside_them(archive, held):
    (wheel,) = [name for name in archive.namelist() if name.endswith(".whl")]
    said = re.search(r"^\./(\S+) \\\n +--hash=sha256:(\w+)$", held["requirements.txt"].decode(), re.MULTILINE)
    assert said.groups() == (wheel.removeprefix("descent/"), hashlib.sha256(archive.read(wheel)).hexdigest())
    assert f"- ./{said[1]}\n" in held["environment.yml"].decode()
    assert "-e ." not in held["environment.yml"].decode()


def test_every_supported_python_is_the_same_in_launchers_instructions_and_workflow(held):
    names = ast.literal_eval(re.search(r"OLDEST, NEWEST = (.*)", held["start.py"].decode())[1])
    assert names[0] == (3, 11)
    versions = {f"3.{minor}" for minor in range(names[0][1], names[1][1] + 1)}
    for name in ("START.md", "start.bat", "start.command"):
        assert set(re.findall(r"3\.\d\d(?!\d)", held[name].decode())) == versions, name
    assert f"(3, {names[1][1]})" in held["start.command"].decode()
    workflow = (HERE.root / ".github/workflows/ci.yml").read_text()
    assert set(re.findall(r'"(3\.\d+)"', workflow)) == versions


def test_instructions_name_only_what_is_there(held):
    for name in re.findall(r"`(\S+\.(?:bat|command|sh|py|txt|yml))`", held["START.md"].decode()):
        assert name in held, name
    for launcher in ("start.bat", "start.command", "start.sh"):
        assert f"{launcher}`" in held["START.md"].decode()


def test_start_reads_on_an_old_python_and_says_that_it_is_too_old():
    code = (FILES / "start.py").read_text()
    ast.parse(code, feature_version=(3, 7))
    run = f"runpy.run_path({str(FILES / 'start.py')!r}, run_name='__main__')"
    pretend = f"import runpy, sys; sys.version_info = (3, 9, 1); {run}"
    told = subprocess.run(
        [sys.executable, "-c", pretend],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": ""},
    )
    assert told.returncode == 1
    assert "Python 3.11 to 3.14 is needed" in told.stderr


def test_a_lesson_can_be_chosen(project, tmp_path, quick):
    made = bundle(project, ["doubling"], tmp_path / "some" / "one.zip")
    assert f"notebooks/{LESSON}/{LESSON}.ipynb" in made
    assert [each.name for each in (tmp_path / "some").iterdir()] == ["one.zip"]
    with pytest.raises(Trouble, match="no lesson 'halving'"):
        bundle(project, ["halving"], tmp_path / "two.zip")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (
            lambda p: p.text(LESSON).write_text(p.text(LESSON).read_text() + "\n"),
            "not made of the present text",
        ),
        (lambda p: p.released(LESSON).unlink(), "not made of the present text"),
        (lambda p: (p.release / LESSON / "answers.txt").write_text("all"), "no build makes this file"),
        (
            lambda p: p.released(LESSON).write_text(p.notebook(LESSON).read_text()),
            "region leaked",
        ),
    ],
    ids=["text edited", "not built", "unlisted file", "answers in the release"],
)
def test_what_is_not_fit_for_students_is_refused_and_nothing_written(project, tmp_path, quick, spoil, says):
    spoil(project)
    with pytest.raises(Trouble, match=says):
        bundle(project, (), tmp_path / "no.zip")
    assert list(tmp_path.glob("*.zip")) == []
