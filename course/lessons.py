"""The reader's notebooks as data: which exercises are written, and what their visible checks said.

Nothing here runs a cell.  Whatever a file holds, reading it ends in a ``Lesson``.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

LESSON = re.compile(r"(?:F\d|\d\d)_[a-z][a-z0-9_]*")
"""The name of a lesson: ``04_momentum``, or ``F3_backpropagation`` in the part on foundations."""

STUB = 'raise NotImplementedError("not written yet")'
SAID = re.compile(r"\A(\w{1,80}): (passed|not yet|to do)\.")
LARGEST = 60_000_000
"""Bytes of a notebook that is still read."""

State = Literal["passed", "not yet", "not run", "written", "to do"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One exercise: its title without points, its points, the heading above it, and how far it is."""

    title: str
    points: float
    section: str
    state: State

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do that can be seen from here."""
        return self.state in ("passed", "written")

    @property
    def worth(self) -> str:
        """Its points in words."""
        return f"{self.points:g} point{'' if self.points == 1 else 's'}"


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One notebook: its file, its title, its exercises in order, and why it could not be read, if so."""

    file: Path
    title: str
    steps: tuple[Step, ...] = ()
    trouble: str = ""

    def link(self, step: Step | None = None) -> str:
        """Return the address of the notebook, or of the heading above an exercise, from the working directory."""
        return address(self.file, step.section if step else "")

    def count(self) -> str:
        """Return how far the lesson is, in words."""
        if self.trouble:
            return self.trouble
        written = sum(step.state != "to do" for step in self.steps)
        passed = sum(step.state == "passed" for step in self.steps)
        return f"written {written} of {len(self.steps)}, checks passed {passed}"


def anchor(heading: str) -> str:
    """Return the address of a heading within its notebook.

    JupyterLab marks a heading with its text, spaces as hyphens, and looks for exactly what stands behind the #;
    so what a browser would not change in an address stays as it is.
    """
    return "#" + quote(heading.replace(" ", "-"), safe="-._~!$&'()*+,;=:@/?")


def address(file: Path, section: str = "") -> str:
    """Return the address of another notebook, or of a heading in it, from the working directory.

    JupyterLab looks for ``#heading=`` in the text of the cells, and so also before it has drawn them.
    """
    try:
        path = Path(os.path.relpath(file)).as_posix()
    except ValueError:  # another drive
        path = file.as_posix()
    return quote(path) + (anchor(section).replace("#", "#heading=", 1) if section else "")


def reading(lesson: str, section: str) -> str:
    """Return where the notebook that runs here finds a heading: in itself, or in that of the lesson that has it.

    lesson  ``04_momentum``; empty for this one

    It is empty where another notebook is needed and lies neither beside this one nor beside its folder.
    """
    if not section or not lesson or is_here(lesson):
        return anchor(section) if section else ""
    for place in (Path(".."), Path()):
        for file in (place / lesson / f"{lesson}.ipynb", place / f"{lesson}.ipynb"):
            if file.is_file():
                return address(file, section)
    return ""


def is_here(lesson: str) -> bool:
    """Whether the notebook that runs here is that of a lesson, or a copy of it, as far as anything says so.

    JupyterLab says which notebook a kernel belongs to; otherwise the folder it runs in does.  Where no lesson lies
    around at all, ours may be anywhere, and is taken to be the right one.
    """
    named = Path(os.environ.get("JPY_SESSION_NAME", ""))
    if named.suffix == ".ipynb":
        return named.stem.startswith(lesson)
    try:
        here = Path.cwd()
    except OSError:  # it was removed while the kernel ran
        return True
    if here.name == lesson or (here / f"{lesson}.ipynb").is_file():
        return True
    return not any(next(notebooks(place), None) for place in (here.parent, here))


def order(lesson: str) -> tuple[bool, str]:
    """Return the key that sorts lessons into the order of the course: F1, F2 and so on, then 01, 02 and so on."""
    return not lesson.startswith("F"), lesson


def notebooks(place: Path) -> Iterator[Path]:
    """Yield the notebooks of lessons in a folder, each in its own folder or bare."""
    try:
        entries = list(place.iterdir())
    except OSError:
        return
    seen = set()
    for entry in sorted(entries, key=lambda entry: entry.suffix):  # folders first
        file = entry / f"{entry.name}.ipynb" if entry.suffix == "" else entry
        if (
            file.suffix == ".ipynb"
            and LESSON.fullmatch(file.stem)
            and file.stem not in seen
            and file.is_file()
        ):
            seen.add(file.stem)
            yield file


def read(file: Path) -> Lesson:
    """Return what a notebook says of itself.  Never raises for anything in it, and never runs it."""
    name = file.stem[3:].replace("_", " ").capitalize()
    try:
        if file.stat().st_size > LARGEST:
            return Lesson(file=file, title=name, trouble="too large to be read; clear its outputs.")
        cells = [
            cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] if isinstance(cell, dict)
        ]
        return parsed(file, name, cells)
    except OSError as error:
        return Lesson(file=file, title=name, trouble=f"could not be opened ({error.strerror}).")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Lesson(file=file, title=name, trouble="damaged: it could not be read as a notebook.")


def parsed(file: Path, name: str, cells: list[dict]) -> Lesson:
    """Return the exercises of a notebook."""
    sources = [source_of(cell) for cell in cells]
    code = "\n".join(
        source for cell, source in zip(cells, sources, strict=True) if cell.get("cell_type") == "code"
    )
    said = dict(spoken(cells))
    points = {}
    for cell in cells:
        ours = nbgrader_of(cell)
        if ours.get("grade") and isinstance(ours.get("points"), int | float):
            points[str(ours.get("grade_id"))] = float(ours["points"])
    title = section = exercise = ""
    steps = []
    for cell, source in zip(cells, sources, strict=True):
        if cell.get("cell_type") == "markdown":
            for level, words in re.findall(r"^(#{1,3}) (.+?)\s*$", source, re.MULTILINE):
                title = title or (re.sub(r"^F?\d+\.?\s+", "", words) if level == "#" else "")
                section = words if level == "##" else section
                exercise = words.split(" · ")[0] if words.startswith("Exercise ") else exercise
            continue
        ours = nbgrader_of(cell)
        if not ours.get("solution"):
            continue
        grade_id = str(ours.get("grade_id"))
        checked = f'check("{grade_id}"' in code or f'name="{grade_id}"' in code
        state: State = "to do"
        if source.strip() and STUB not in source:
            heard: State = said.get(grade_id, "not run")  # type: ignore[assignment]
            state = ("not run" if heard == "to do" else heard) if checked else "written"
        worth = points.get(f"{grade_id}-check", 0.0)
        steps.append(Step(title=exercise or grade_id, points=worth, section=section, state=state))
    return Lesson(file=file, title=title or name, steps=tuple(steps))


def spoken(cells: list[dict]) -> Iterator[tuple[str, str]]:
    """Yield what visible checks said when they were last run: (exercise, passed or not yet or to do)."""
    for cell in cells:
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else []:
            data = output.get("data") if isinstance(output, dict) else None
            text = joined(data.get("text/plain")) if isinstance(data, dict) else ""
            if found := SAID.match(text):
                yield found[1], found[2]


def nbgrader_of(cell: dict) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell, empty if it has none."""
    metadata = cell.get("metadata")
    ours = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return ours if isinstance(ours, dict) else {}


def source_of(cell: dict) -> str:
    """Return the text of a cell."""
    return joined(cell.get("source"))


def joined(text: Any) -> str:
    """Return a text that a notebook may keep in lines."""
    if isinstance(text, list):
        return "".join(each for each in text if isinstance(each, str))
    return text if isinstance(text, str) else ""
