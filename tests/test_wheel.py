"""What a student installs: `course`, and no trace of the autograder."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
    ]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    return zipfile.ZipFile(file)


def test_the_wheel_holds_course_alone(wheel):
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"course"}


def test_no_file_of_the_wheel_imports_or_installs_the_autograder(wheel):
    for name in wheel.namelist():
        if name.endswith((".py", "entry_points.txt")):
            assert b"autograder" not in wheel.read(name), name


def test_the_wheel_offers_no_extra_that_needs_a_checkout(wheel):
    (name,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
    extras = re.findall(r"^Provides-Extra: (\S+)$", wheel.read(name).decode(), re.MULTILINE)
    assert sorted(extras) == ["cluster", "movie", "search"]


def test_style_and_recordings_are_in_the_wheel(wheel):
    assert "course/style.mplstyle" in wheel.namelist()
    assert any(name.startswith("course/recorded/") and name.endswith(".json") for name in wheel.namelist())


def test_course_never_imports_the_autograder():
    code = "import sys, course, course.plots, course.checks; sys.exit('autograder' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd="/")
