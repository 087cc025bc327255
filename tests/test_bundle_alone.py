"""What a student unpacks runs by itself: in an environment of its own, far from the checkout.

It installs some hundred packages, and so needs a package index.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile

import nbformat
import pytest

from autograder.bundling.bundle import bundle
from autograder.examine.launch import sandbox
from autograder.grading.check_one import check
from autograder.marks import Limits
from autograder.project import Project
from tests.alone import answer
from tests.test_notebooks import errors, stderr

PROJECT = Project.here()
WITHOUT_POSIX = PROJECT.root / "tests" / "without_posix" / "python"

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("bundle alone")]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Return the folder that a student unpacked and started once."""
    folder = tmp_path_factory.mktemp("downloads") / "a folder with spaces"
    folder.mkdir()
    bundle(PROJECT, (), folder / "descent.zip")
    with zipfile.ZipFile(folder / "descent.zip") as archive:
        archive.extractall(folder)
    home = folder / "descent"
    done = subprocess.run(
        ["sh", "start.sh", "--install"], cwd=home, env=bare(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return home


def bare():
    """Return an environment in which nothing leads back to the checkout."""
    beside = f"{sys.base_prefix}/bin"
    kept = ("HOME", "LANG", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "TMPDIR")
    kept += tuple(name for name in os.environ if name.startswith(("PIP_", "SSL_")) or name.endswith("_proxy"))
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PATH": f"{beside}:/usr/local/bin:/usr/bin:/bin",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def python(home, *words, cwd=None, without=None):
    """Run the student's Python, or one ``without`` what Windows has not; return what it did."""
    own = home / ".venv" / "bin" / "python"
    return subprocess.run(
        [without or own, *words],
        cwd=cwd or home,
        env=bare() | {"REAL_PYTHON": str(own)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_course_is_there_and_the_instructors_part_is_not(unpacked):
    done = python(unpacked, "-c", "import course; print(course.__file__); import autograder")
    assert str(unpacked / ".venv") in done.stdout
    assert "No module named 'autograder'" in done.stderr


def test_what_is_installed_is_what_is_pinned_and_fits_together(unpacked):
    assert python(unpacked, "-m", "pip", "check").returncode == 0
    listed = json.loads(python(unpacked, "-m", "pip", "list", "--format", "json").stdout)
    pins = (unpacked / "requirements.txt").read_text()
    for each in listed:
        if each["name"] not in ("pip", "setuptools", "descent-course"):
            assert f"{each['name'].lower().replace('_', '-')}=={each['version']} " in pins


def test_starting_again_installs_nothing(unpacked):
    done = python(unpacked, "start.py", "--install")
    assert (done.returncode, done.stdout) == (0, "")


def contents(address):
    """Return the names that JupyterLab lists; it says where it will listen a little before it does."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=60) as answered:
                return {each["name"] for each in json.load(answered)["content"]}
        except ConnectionError:
            time.sleep(0.5)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
            time.sleep(0.5)
    raise AssertionError(f"nobody answers at {address}")


def test_jupyterlab_opens_on_the_lessons_as_the_instructions_say(unpacked):
    told = (unpacked / "START.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\.venv/bin/python (-m jupyterlab.*)$", told, re.MULTILINE)
    words = [*shlex.split(line), "--no-browser", "--allow-root", "--port=0", "--IdentityProvider.token=key"]
    with subprocess.Popen(
        [unpacked / ".venv/bin/python", *words], cwd=unpacked, env=bare(), stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            place = next(
                found[1] for said in server.stderr if (found := re.search(r"(http://127\S+)/lab", said))
            )
            shown = contents(f"{place}/api/contents?token=key")
        finally:
            server.terminate()
    assert shown == {each.name for each in (unpacked / "notebooks").iterdir()}


@pytest.mark.parametrize("lesson", PROJECT.lessons())
def test_every_lesson_runs_with_its_widgets_and_what_was_handed_in_earns_full_marks(
    unpacked, lesson, tmp_path
):
    """The kernel finds nothing that Windows has not; as it is handed out a lesson runs in test_notebooks."""
    place, file = unpacked / "notebooks" / lesson, f"{lesson}.ipynb"
    written = nbformat.read(place / file, as_version=4)
    answer(written, lesson)
    written.cells.append(nbformat.v4.new_code_cell("import course\ncourse.progress()", id="progress"))
    nbformat.write(written, place / file)
    command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output-dir", tmp_path]
    done = python(unpacked, *command, file, cwd=place, without=WITHOUT_POSIX)
    assert done.returncode == 0, done.stderr[-2000:]
    ran = nbformat.read(tmp_path / file, as_version=4)
    assert errors(ran) == []
    assert [
        said for said in stderr(ran) if "stands in for" not in said[1]
    ] == []  # an earlier one is not written
    assert "visible checks passed" in ran.cells[-1].outputs[0].data["text/plain"]

    level = sandbox.choose("best")
    checked = check(tmp_path / file, PROJECT, Limits(cell=60))
    assert checked.right, (level, [row.message for row in checked.rows if row.verdict != "correct"])


def test_nothing_was_written_beside_the_notebooks(unpacked):
    """Runs last: a lesson that leaves files behind would leave them among the student's own."""
    left = {file.name for file in (unpacked / "notebooks").rglob("*") if file.is_file()}
    assert {name for name in left if not name.endswith(".ipynb")} == set()
    shutil.rmtree(unpacked / ".venv")
