"""Where things lie in a checkout."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import Trouble
from course.lessons import LESSON, order


@dataclass(frozen=True)
class Project:
    """The folders of one checkout; tests make small ones of their own."""

    root: Path

    @classmethod
    def here(cls) -> Project:
        """Return the checkout this code lies in."""
        return cls(Path(__file__).resolve().parents[1])

    @property
    def source(self) -> Path:
        """The text of every lesson, and beside each the assignment folder made from it."""
        return self.root / "source_notebooks"

    @property
    def release(self) -> Path:
        """What students get, made by nbgrader."""
        return self.root / "release"

    @property
    def recorded(self) -> Path:
        """What visible checks know, as data."""
        return self.root / "course" / "recorded"

    @property
    def built(self) -> Path:
        """Of which text each source notebook was made."""
        return self.source / "built.json"

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Project]:
        """Lend an empty project in a temporary folder."""
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            yield Project(Path(folder))

    def lessons(self) -> list[str]:
        """Return the names of all lessons, found by looking: ``04_momentum``."""
        found = [file.stem for file in self.source.glob("*.py") if LESSON.fullmatch(file.stem)]
        return sorted(found, key=order)

    def chosen(self, names: tuple[str, ...] | list[str]) -> list[str]:
        """Return full lesson names for given ones (``04_momentum``, ``04`` or ``momentum``), all for none.

        Raises ``Trouble`` for a name that is no lesson.
        """
        known = self.lessons()
        chosen = []
        for name in names:
            fits = [each for each in known if name in (each, each[:2], each[3:], f"{each}.py")]
            if not fits:
                raise Trouble(
                    f"There is no lesson {name!r}. The lessons are: {', '.join(known) or 'none yet'}."
                )
            chosen += [each for each in fits if each not in chosen]
        return chosen if names else known

    def text(self, lesson: str) -> Path:
        """Return the file a person edits."""
        return self.source / f"{lesson}.py"

    def notebook(self, lesson: str) -> Path:
        """Return the source notebook made from the text."""
        return self.source / lesson / f"{lesson}.ipynb"

    def released(self, lesson: str) -> Path:
        """Return the notebook students get."""
        return self.release / lesson / f"{lesson}.ipynb"

    def relative(self, file: Path) -> str:
        """Return a file's name as messages show it."""
        return file.relative_to(self.root).as_posix()
