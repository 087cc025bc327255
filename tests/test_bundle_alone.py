"""What a student unpacks runs by itself: in an environment of its own, far from the checkout.

It installs some hundred packages, and so needs a package index.  One test, because that is most of its time; each
part is reported by itself.  That every lesson asks for no more than is installed here is for ``test_notebooks``.
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
from autograder.grading.check_one import check
from autograder.marks import Limits
from autograder.project import Project
from tests.alone import answer
from tests.test_notebooks import errors, stderr

PROJECT = Project.here()
LESSONS = ("06_saddle_explorer", "11_capstone")
"""The lessons that are run: one with widgets, one that asks for rules of earlier lessons."""


@pytest.fixture
def unpacked(tmp_path):
    """Return the folder that a student unpacked and started once."""
    folder = tmp_path / "a folder with spaces"
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
        "PIP_NO_COMPILE": "1",  # a few modules of many are imported here
        "PATH": f"{beside}:/usr/local/bin:/usr/bin:/bin",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def python(home, *words, cwd=None):
    """Run the student's Python; return what it did."""
    return subprocess.run(
        [home / ".venv" / "bin" / "python", *words],
        cwd=cwd or home,
        env=bare(),
        capture_output=True,
        text=True,
        check=False,
    )


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


def listed_in_jupyterlab(home):
    """Return what JupyterLab lists when it is started as the instructions say."""
    told = (home / "START.md").read_text(encoding="utf-8")
    (line,) = re.findall(r"^\.venv/bin/python (-m jupyterlab.*)$", told, re.MULTILINE)
    words = [*shlex.split(line), "--no-browser", "--allow-root", "--port=0", "--IdentityProvider.token=key"]
    with subprocess.Popen(
        [home / ".venv/bin/python", *words], cwd=home, env=bare(), stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            place = next(
                found[1] for said in server.stderr if (found := re.search(r"(http://127\S+)/lab", said))
            )
            return contents(f"{place}/api/contents?token=key")
        finally:
            server.terminate()


def executed(home, lesson, folder):
    """Return the file of a lesson that was run, with its answers, where the student keeps it."""
    place, file = home / "notebooks" / lesson, f"{lesson}.ipynb"
    written = nbformat.read(place / file, as_version=4)
    answer(written, lesson)
    written.cells.append(nbformat.v4.new_code_cell("import course\ncourse.progress()", id="progress"))
    nbformat.write(written, place / file)
    command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--output-dir", folder]
    done = python(home, *command, file, cwd=place)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / file


@pytest.mark.long
def test_what_a_student_unpacks_runs_by_itself(unpacked, tmp_path, subtests):
    with subtests.test("the course is there, and the instructor's part is not"):
        done = python(unpacked, "-c", "import course; print(course.__file__); import autograder")
        assert str(unpacked / ".venv") in done.stdout
        assert "No module named 'autograder'" in done.stderr

    with subtests.test("what is installed is what is pinned, and fits together"):
        assert python(unpacked, "-m", "pip", "check").returncode == 0
        listed = json.loads(python(unpacked, "-m", "pip", "list", "--format", "json").stdout)
        pins = (unpacked / "requirements.txt").read_text()
        for each in listed:
            if each["name"] not in ("pip", "setuptools", "descent-course"):
                assert f"{each['name'].lower().replace('_', '-')}=={each['version']} " in pins

    with subtests.test("starting again installs nothing"):
        done = python(unpacked, "start.py", "--install")
        assert (done.returncode, done.stdout) == (0, "")

    with subtests.test("JupyterLab opens on the lessons, as the instructions say"):
        assert listed_in_jupyterlab(unpacked) == {each.name for each in (unpacked / "notebooks").iterdir()}

    for lesson in LESSONS:
        with subtests.test("a lesson runs, and what was handed in earns full marks", lesson=lesson):
            file = executed(unpacked, lesson, tmp_path)
            ran = nbformat.read(file, as_version=4)
            assert errors(ran) == []
            # an earlier one is not written
            assert [said for said in stderr(ran) if "stands in for" not in said[1]] == []
            assert "visible checks passed" in ran.cells[-1].outputs[0].data["text/plain"]
            checked = check(file, PROJECT, Limits(cell=60))
            assert checked.right, [row.message for row in checked.rows if row.verdict != "correct"]

    with subtests.test("nothing was written beside the notebooks, among the student's own files"):
        left = {file.name for file in (unpacked / "notebooks").rglob("*") if file.is_file()}
        assert {name for name in left if not name.endswith(".ipynb")} == set()
    shutil.rmtree(unpacked / ".venv")
