"""The same version stands in three places; here they are compared."""

import re
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK_TEXT, STUDENT_TEXT = (
    (ROOT / name).read_text() for name in ("requirements.lock", "requirements-student.lock")
)
PIN = re.compile(r"^([a-z0-9._-]+)==([^ \\]+)", re.M)
LOCK: dict[str, str] = {}
for name, version in PIN.findall(LOCK_TEXT):
    LOCK.setdefault(name, version)
STUDENT, BINDER = (
    dict(re.findall(r"^  - ([a-z0-9_-]+)=([^=\s]+)$", (ROOT / name).read_text(), re.M))
    for name in ("environment.yml", "binder/environment.yml")
)


def named(lines):
    return {Requirement(line).name for line in lines}


def requirements():
    extras = PROJECT["optional-dependencies"]
    groups = {"": PROJECT["dependencies"], **{k: v for k, v in extras.items() if k != "oracles"}}
    for lines in groups.values():
        for line in lines:
            requirement = Requirement(line)
            if requirement.name != PROJECT["name"]:
                yield requirement


@pytest.mark.parametrize("requirement", list(requirements()), ids=str)
def test_the_lock_satisfies_the_project(requirement):
    assert requirement.specifier.contains(LOCK[requirement.name])


@pytest.mark.parametrize("conda", [STUDENT, BINDER], ids=["student", "binder"])
def test_environment_pins_are_those_of_the_lock(conda):
    pins = {name: version for name, version in conda.items() if name != "python"}
    assert pins == {name: LOCK[name] for name in pins}
    assert SpecifierSet(PROJECT["requires-python"]).contains(conda["python"])


@pytest.mark.parametrize("conda", [STUDENT, BINDER], ids=["student", "binder"])
def test_pins_of_an_environment_fit_together_and_fit_its_python(conda):
    """What a solver would find out, from what each package says of itself; it needs no network."""
    for name in conda.keys() - {"python"}:
        about = metadata(name)
        assert about["Version"] == conda[name]
        assert SpecifierSet(about["Requires-Python"] or "").contains(conda["python"]), name
        for line in about.get_all("Requires-Dist") or []:
            needed = Requirement(line)
            pinned = LOCK.get(canonicalize_name(needed.name))
            if pinned and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                assert needed.specifier.contains(pinned), f"{name} needs {line}, and {pinned} is pinned"


def test_a_students_environment_has_what_the_course_needs_and_no_more():
    assert STUDENT.keys() - {"python"} == named(PROJECT["dependencies"])


def test_binders_environment_has_what_students_and_instructors_import():
    extras = PROJECT["optional-dependencies"]
    assert named(PROJECT["dependencies"]) | named(extras["instructor"]) <= BINDER.keys()


def test_the_students_lock_has_the_versions_and_hashes_of_the_other_and_nothing_of_the_instructors():
    blocks, ours = (dict(map(read_block, blocks_of(text))) for text in (LOCK_TEXT, STUDENT_TEXT))
    assert ours == {pin: blocks[pin] for pin in ours}
    names = {name for name, _ in ours}
    assert named(PROJECT["dependencies"]) <= names
    assert not {"nbgrader", "jupytext", "hatchling", "click", "pytest", "dask", "msgpack", "nh3"} & names


def blocks_of(text):
    return re.split(r"\n(?=[a-z0-9])", text.strip())


def read_block(block):
    """Return (name, version) of a pin, and its hashes."""
    return PIN.match(block).groups(), sorted(re.findall(r"--hash=\S+", block))


@pytest.mark.parametrize("text", [LOCK_TEXT, STUDENT_TEXT], ids=["all", "student"])
def test_a_lock_has_hashes_and_no_index_address(text):
    assert "http" not in re.sub(r"^http\S+==", "", text, flags=re.M)
    assert "index-url" not in text
    assert all("--hash=sha256:" in block for block in blocks_of(text))
