"""Which file in a student's folder is the notebook that counts, and what else lies there.

A notebook is looked for first by its ending, then by what a file holds, last among what is hidden or left by
programs: the checkpoint of JupyterLab is better than nothing.  Whichever is taken is said.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from autograder.deadline import READING, Overtime, within
from autograder.lesson import Master, definitions
from autograder.printing import printable
from autograder.repair.kinds import kind
from autograder.repair.reading import LARGEST, Unreadable, pieces, read
from autograder.times import reading as times

LEFT_BY_PROGRAMS = re.compile(
    r"(^|/)(__MACOSX(/|$)|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.directory$|~\$|\.~lock\.|\.nfs"
    r"|\.ipynb_checkpoints(/|$)|__pycache__(/|$)|\.virtual_documents(/|$)|\.git(keep|ignore|attributes)?(/|$))"
)
"""What systems and editors leave beside the files of a person."""

EXCHANGED = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's exchange puts beside a notebook."""

MOST = 1_000
"""Files of one folder that are looked at."""

DEEPEST = 20
"""Folders inside folders that are looked into."""

NO_FILE = {
    "a link, and links are not followed: put the file itself there": stat.S_ISLNK,
    "an empty folder": stat.S_ISDIR,
    "a pipe": stat.S_ISFIFO,
    "a socket": stat.S_ISSOCK,
}
"""What may stand where a file is expected."""

SHOWN = 12
"""Files that one note names."""

NAMED, HELD, HIDDEN = range(3)
"""How a file may be the notebook: by its ending, by what it holds, or although it is hidden."""


TOO_SLOW = f"Reading the notebook took longer than {READING:g} s, so it is not graded."


@dataclass(frozen=True)
class Entry:
    """Something in a folder.

    place    below the folder, fit for a terminal
    file     where it is
    trouble  why it cannot be read, empty for a file
    rank     ``NAMED``, ``HELD`` or ``HIDDEN``
    """

    place: str
    file: Path
    trouble: str
    rank: int

    @property
    def what(self) -> str:
        """What it is and why it is not graded."""
        return f"{self.place} ({self.trouble or kind(self.file.name)})"


def contents(folder: Path) -> list[Entry]:
    """Return all that lies in a folder at any depth, at most ``MOST``; links are not followed."""
    found: list[Entry] = []

    def closed(error: OSError) -> None:
        place = Path(error.filename)
        found.append(
            Entry(printable(str(place.relative_to(folder))), place, "a folder that is not looked into", HELD)
        )

    for where, folders, files in os.walk(folder, followlinks=False, onerror=closed):
        folders.sort()
        if len(Path(where).relative_to(folder).parts) == DEEPEST:
            closed(OSError(0, "", where))
            folders.clear()
        for name in sorted(files) + [each for each in folders if Path(where, each).is_symlink()]:
            file = Path(where, name)
            found.append(entry(folder, file))
            if len(found) == MOST:
                return found
        if not files and not folders and Path(where) != folder:
            found.append(entry(folder, Path(where)))
    return found


def entry(folder: Path, file: Path) -> Entry:
    """Return one thing in a folder."""
    place = file.relative_to(folder)
    mode = file.lstat().st_mode
    trouble = (
        ""
        if stat.S_ISREG(mode)
        else next((said for said, holds in NO_FILE.items() if holds(mode)), "a device")
    )
    hidden = LEFT_BY_PROGRAMS.search(place.as_posix()) or any(part.startswith(".") for part in place.parts)
    named = file.name.rstrip(" .").lower().endswith(".ipynb")
    return Entry(printable(str(place)), file, trouble, HIDDEN if hidden else NAMED if named else HELD)


def locate(folder: Path, lesson: str, stubs: Mapping[str, str]) -> tuple[Path | None, list[str]]:
    """Return the notebook in a student's folder and notes: the one of the right name, else the likeliest.

    A notebook without a single answer gives way to one that has some: people hand in the release beside a copy
    that they worked in.  Where there is none, the notes say what there is instead.

    stubs  grade id -> the text of every labelled cell as students were given it, for solution cells; else empty
    """
    found = [each for each in contents(folder) if each.place not in EXCHANGED]
    right = next(
        (each for each in found if each.file == folder / f"{lesson}.ipynb" and not each.trouble), None
    )
    seen = [each for each in found if each.rank != HIDDEN]
    chosen = right if right is not None and len(seen) == 1 else likeliest(found, right, stubs)
    if chosen is None:
        return None, [f"There is only {listed([each.what for each in seen or found])}."] if found else []
    notes = []
    if chosen != right:
        why = f" {lesson}.ipynb itself holds no answer." if right is not None else ""
        notes.append(f"{chosen.place} was taken as {lesson}.ipynb.{why}")
    unused = [each.place for each in seen if each != chosen]
    if unused:
        notes.append(f"Only the notebook is graded; not used: {listed(unused)}.")
    return chosen.file, notes


def likeliest(found: list[Entry], right: Entry | None, stubs: Mapping[str, str]) -> Entry | None:
    """Return the notebook that counts: one with answers before one without, then the one of the right name."""
    ranks = {each: rank(each.file, stubs) for each in found if not each.trouble}
    notebooks = [each for each in ranks if each.rank == NAMED or ranks[each].labels >= 0]
    return max(
        [each for each in notebooks if each.rank != HIDDEN] or notebooks,
        key=lambda each: (
            ranks[each].answered, -each.rank, each == right, ranks[each].labels, -len(each.file.parts)
        ),
        default=None,
    )  # fmt: skip


def listed(names: list[str]) -> str:
    """Return names in words, the first of many."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


class Rank(NamedTuple):
    """How likely a file is the notebook that counts; of two the greater is the likelier.

    answered  whether it holds an answer
    labels    how many labels of ours it holds, -1 for no notebook
    """

    answered: bool
    labels: int


def rank(file: Path, stubs: Mapping[str, str]) -> Rank:
    """Return how likely a file is the notebook that counts."""
    try:
        if file.stat().st_size > LARGEST:
            return Rank(False, -1)
        found, _ = pieces(read(file))
    except (Unreadable, OSError):
        return Rank(False, -1)
    given = {text.strip() for text in ("", *stubs.values())}
    written = [each for each in found if each.source.strip() not in given]
    defined = {name for each in written if each.kind == "code" for name in definitions(each.source)}
    answers = {name for name, stub in stubs.items() if stub} & (defined | {each.grade_id for each in written})
    return Rank(bool(answers), len({each.grade_id for each in found} & stubs.keys()))


def lesson_of(data: bytes, lessons: Mapping[str, Master]) -> tuple[str, dict[str, int]]:
    """Return the lesson whose cells a notebook has, empty for none, and how many it has of each."""
    try:
        ids = {each.grade_id for each in pieces(data)[0]}
    except Unreadable:
        ids = set()  # it is taken all the same; grading says what is wrong with it
    shared = {name: len(ids & set(master.index)) for name, master in lessons.items()}
    best = max(shared, key=lambda name: shared[name], default="")
    return (best if best and shared[best] else ""), shared


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """What lies in a student's folder.

    data     the notebook, None where there is none
    notes    what was odd about the folder
    content  the fingerprint of what counts, empty where it could not be read
    trouble  why it could not be read, in words for the student
    """

    data: bytes | None = None
    notes: list[str] = field(default_factory=list)
    content: str = ""
    trouble: str = ""


def submitted(folder: Path, lesson: str, stubs: Mapping[str, str]) -> Submitted:
    """Return what lies in a student's folder."""
    try:
        with within(READING):
            file, notes = locate(folder, lesson, stubs)
            data = None if file is None else read(file)
            content = fingerprint(data, [*notes, stamp(folder)])
    except OSError as error:
        return Submitted(trouble=f"The file could not be read: {error.strerror}.")
    except Overtime:
        return Submitted(trouble=TOO_SLOW)
    return Submitted(data=data, notes=notes, content=content)


def stamp(folder: Path) -> str:
    """Return what the file beside a submission says of when it was handed in, empty if there is none."""
    try:
        return times.decoded(read(folder / "timestamp.txt")[:200]).strip()
    except OSError:
        return ""


def fingerprint(data: bytes | None, beside: list[str]) -> str:
    """Return the SHA-256 of what counts: kinds, texts and labels of the cells, what was odd, and what lay beside.

    Outputs, metadata and whatever else JupyterLab writes when a notebook is merely opened and saved do not count.
    """
    found: Any = None
    if data is not None:
        try:
            cells, odd = pieces(data)
            found = [[each.kind, each.source, each.grade_id, each.cell_id] for each in cells], odd
        except Unreadable as why:
            found = str(why)
    return hashlib.sha256(json.dumps([found, beside]).encode()).hexdigest()
