"""What a mark depends on beside the submission, as fingerprints that change when it does.

A mark is worth what its check is worth.  When one of these changes, the submissions it concerns are graded again,
and the reason can be said: the check changed, the lesson changed, the course, the grader or a package.
"""

import hashlib
import json
import platform
import re
from collections.abc import Iterable
from functools import lru_cache
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder import exercises
from autograder.lesson import Master

HERE = Path(__file__).resolve().parents[1]
COURSE = HERE.parent / "course"

GRADER = (
    *("examine", "repair", "deadline.py", "lesson.py", "marks.py", "printing.py", "times"),
    "running/run_one.py",
)
"""What stands between a file and its verdict."""

FEEDBACK = ("preprocessors.py", "feedback", "grading")
"""What makes a page of a verdict."""

PACKAGES = ("numpy", "scipy", "scikit-learn", "matplotlib", "ipython", "ipywidgets", "nbformat", "msgpack")
IMPORTED = re.compile(r"^\s*from\s+autograder\.exercises(?:\.|\s+import\s+)(\w+)", re.MULTILINE)

WORDS = {
    "checks": "check changed",
    "lesson": "lesson changed",
    "course": "course changed",
    "grader": "grader changed",
    "packages": "packages changed",
}
"""How a part that changed is said."""


def parts(master: Master) -> dict[str, str]:
    """Return what the marks of a lesson depend on: the keys of ``WORDS``, each with a SHA-256."""
    return {
        "checks": checks(tuple(sorted({name for cell in master.graded for name in asked(cell["source"])}))),
        "lesson": of_data([master.cells, master.released]),
        "course": package(COURSE),
        "grader": of_files(HERE, GRADER),
        "packages": of_data(packages()),
    }


def of_data(data: Any) -> str:
    """Return the SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


def asked(source: str) -> list[str]:
    """Return the exercise packages that a graded cell asks, or that one of their files imports."""
    return IMPORTED.findall(source)


def checks(names: tuple[str, ...]) -> str:
    """Return the fingerprint of the judge, of exercise packages and of what they import; none of it is run."""
    found = [package(HERE / "judging")]
    every = list(names)
    for name in every:  # grows as packages import others
        spec = PathFinder.find_spec(f"{exercises.__name__}.{name}", exercises.__path__)
        if spec is None or spec.origin is None:
            found.append(f"no package {name}")
            continue
        place = Path(spec.origin).parent if spec.submodule_search_locations else Path(spec.origin)
        found.append(package(place))
        files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        imported = {each for file in files for each in asked(file.read_text(encoding="utf-8"))}
        every += sorted(imported - set(every))
    return of_data(found)


@lru_cache(maxsize=32)
def package(place: Path | str) -> str:
    """Return the fingerprint of a folder of Python, or of one file."""
    place = Path(place)
    return of_files(place.parent, [place.name])


def of_files(root: Path, names: Iterable[str], *, browser: bool = False) -> str:
    """Return the fingerprint of some files and folders, by name and content.

    browser  whether what runs in a browser alone counts, which changes no mark
    """
    digest = hashlib.sha256()
    for name in names:
        place = root / name
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if (
                file.is_file()
                and not left_by_python(file)
                and (browser or file.suffix not in (".js", ".css"))
            ):
                digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def left_by_python(file: Path) -> bool:
    """Whether nobody wrote a file."""
    return "__pycache__" in file.parts or file.name.startswith(".")


@lru_cache(maxsize=1)
def packages() -> dict[str, str]:
    """Return the versions of Python and of the packages that compute or show something."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "none"
    return found


PENALTY, PLUGIN = "AssignLatePenalties", "LateSubmissionPlugin"
"""nbgrader's settings for lateness: which plugin is asked, and those of the one it has by default."""


def penalty(config: Any, by_hand: Any = None) -> str:
    """Return the fingerprint of what late submissions cost by nbgrader's settings, empty for nothing configured.

    config   of the course; what counts is the plugin's name, its settings, and its file where it is not nbgrader's
    by_hand  what a person gave, for the cost is a share of that too
    """
    plugin = config.get(PENALTY, {}).get("plugin_class", "")
    module, _, name = (
        plugin.rpartition(".") if isinstance(plugin, str) else (plugin.__module__, "", plugin.__name__)
    )
    sections = {each: sorted(config.get(each, {}).items()) for each in (PENALTY, PLUGIN, name) if each}
    if not any(sections.values()):
        return ""
    settings = [f"{module}.{name}", repr(sections), source_of(module)]
    return of_data([*settings, by_hand] if by_hand else settings)


def source_of(module: str) -> str:
    """Return the fingerprint of the file of a plugin; a package's own version says enough of nbgrader's."""
    if not module or module.partition(".")[0] == "nbgrader":
        return ""
    try:
        spec = find_spec(module)
        return of_data(Path(spec.origin).read_text(encoding="utf-8")) if spec and spec.origin else ""
    except (ImportError, ValueError, OSError):
        return ""


def feedback() -> str:
    """Return the fingerprint of what makes feedback pages of verdicts."""
    return of_files(HERE, FEEDBACK, browser=True)


def changed(earlier: dict[str, str], now: dict[str, str]) -> list[str]:
    """Return in words which parts changed; a part that only one of them has did."""
    return [
        WORDS.get(name, f"{name} changed")
        for name in dict.fromkeys([*WORDS, *earlier, *now])
        if earlier.get(name) != now.get(name)
    ]


def short(fingerprint: str) -> str:
    """Return as much of a fingerprint as tables show."""
    return fingerprint[:12]
