"""The same version stands in three places; here they are compared."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK_TEXT = (ROOT / "requirements.lock").read_text()
LOCK: dict[str, str] = {}
for name, version in re.findall(r"^([a-z0-9._-]+)==([^ \\]+)", LOCK_TEXT, re.M):
    LOCK.setdefault(name, version)
CONDA = dict(re.findall(r"^  - ([a-z0-9_-]+)=([^=\s]+)$", (ROOT / "environment.yml").read_text(), re.M))


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


def test_environment_pins_are_those_of_the_lock():
    pins = {name: version for name, version in CONDA.items() if name != "python"}
    assert pins == {name: LOCK[name] for name in pins}


def test_environment_has_what_students_and_instructors_import():
    needed = {Requirement(line).name for line in PROJECT["dependencies"]}
    needed |= {Requirement(line).name for line in PROJECT["optional-dependencies"]["instructor"]}
    assert needed <= CONDA.keys()


def test_environment_python_is_one_the_project_supports():
    assert SpecifierSet(PROJECT["requires-python"]).contains(CONDA["python"])


def test_the_lock_has_hashes_and_no_index_address():
    assert "http" not in re.sub(r"^http\S+==", "", LOCK_TEXT, flags=re.M)
    assert "index-url" not in LOCK_TEXT
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK_TEXT.strip())
    assert all("--hash=sha256:" in block for block in blocks)
