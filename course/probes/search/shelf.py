"""Checkpoint files in memory."""

from collections.abc import Mapping

from course.probes.base import Lent
from course.probes.bounded import bounded


class Shelf(Lent):
    """A store in memory with the methods of ``course.search.Folder``; it remembers what was done, in order."""

    offers = ("write", "rename", "read", "names")

    def __init__(self, files: Mapping[str, str] | None = None):
        self.files = dict(files or {})
        self.done: list[tuple] = []
        for name in self.offers:
            setattr(self, name, bounded(getattr(self, name), f"`{name}`"))

    def write(self, name: str, text: str) -> None:
        """Write a file, as open, write, close would."""
        self.done.append(("write", str(name), str(text)))
        self.files[str(name)] = str(text)

    def rename(self, old: str, new: str) -> None:
        """Rename a file in one step; a file of the new name is replaced.  Raises ``FileNotFoundError``."""
        if old not in self.files:
            raise FileNotFoundError(f"there is no file {old!r}")
        self.done.append(("rename", str(old), str(new)))
        self.files[str(new)] = self.files.pop(old)

    def read(self, name: str) -> str:
        """Return the text of a file.  Raises ``FileNotFoundError``."""
        if name not in self.files:
            raise FileNotFoundError(f"there is no file {name!r}")
        return self.files[name]

    def names(self) -> list[str]:
        """Return the names of all files, in no particular order, as a directory does."""
        return list(self.files)
