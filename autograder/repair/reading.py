"""What a student handed in, as pieces: kind, text and grade id of every cell, and nothing else of the file."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from autograder import times
from autograder.deadline import READING, Overtime, within
from autograder.lesson import LONGEST, definitions
from autograder.printing import writable

LARGEST = 50_000_000
"""Bytes of a notebook that is still read; honest ones with pictures stay far below."""

MOST = 2_000
"""Cells that are looked at."""

CODE = 1_000_000
"""Characters of code that are looked into, cells that are too long for that not counted."""

BRACKETS = 1_500_000
"""Lists and dicts in a file that is still read: each takes thirty times its two bytes."""

LEFT_BY_PROGRAMS = re.compile(
    r"(^|/)(__MACOSX(/|$)|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.ipynb_checkpoints(/|$))"
)
"""What systems and editors leave beside the files of a person."""

EXCHANGED = ("timestamp.txt", "submission_secret.txt")
"""What nbgrader's exchange puts beside a notebook."""


TOO_SLOW = f"Reading the notebook took longer than {READING:g} s, so it is not graded."


class Unreadable(Exception):
    """The bytes are not a notebook; the text says why, in words for the student."""


@dataclass(frozen=True, eq=False)
class Piece:
    """One cell of a submission.

    kind      ``code``, ``markdown`` or ``raw``
    grade_id  as the file claims, or empty
    cell_id   the notebook format's own id, or empty
    """

    kind: str
    source: str
    grade_id: str = ""
    cell_id: str = ""


def pieces(data: bytes) -> tuple[list[Piece], list[str]]:
    """Return the cells of a submitted file and notes on what was odd about it.  Raises ``Unreadable``."""
    if len(data) > LARGEST:
        raise Unreadable(f"The file is larger than {LARGEST // 1_000_000} MB.")
    if data.count(b"[") + data.count(b"{") > BRACKETS:
        raise Unreadable("The file holds far more lists and entries than a notebook does.")
    if not data.strip():
        raise Unreadable("The file is empty.")
    text, notes = decoded(data)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("The file is not a notebook: it is damaged or of another kind.") from None
    if not isinstance(found, dict):
        raise Unreadable("The file is JSON but not a notebook.")
    cells = found.get("cells")
    if not isinstance(cells, list):
        cells = old_cells(found.get("worksheets"))
        notes.append("An old notebook format was converted.")
    if len(cells) > MOST:
        notes.append(f"Only the first {MOST} cells were read.")
    read = [each for cell in cells[:MOST] if (each := piece(cell)) is not None]
    sizes = (len(each.source) if each.kind == "code" else 0 for each in read)
    code = list(accumulate(size if size <= LONGEST else 0 for size in sizes))
    fitting = bisect_right(code, CODE)
    if fitting < len(read):
        notes.append(f"Only the first {CODE // 1_000_000} million characters of code were read.")
    return read[:fitting], notes


def decoded(data: bytes) -> tuple[str, list[str]]:
    """Return the text of a file whatever its encoding, and a note when it was not UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace"), ["The file was UTF-16 and was converted."]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return data.decode("latin-1"), ["The file was not UTF-8; it was read as Latin-1."]


def old_cells(worksheets: Any) -> list[Any]:
    """Return the cells of a notebook in format 3 or older.  Raises ``Unreadable``."""
    if not isinstance(worksheets, list) or not all(isinstance(each, dict) for each in worksheets):
        raise Unreadable("The file is JSON but not a notebook.")
    sheets = [sheet.get("cells") for sheet in worksheets]
    return [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]


def piece(cell: Any) -> Piece | None:
    """Return one cell as a piece, or None for what is no cell."""
    if not isinstance(cell, dict):
        return None
    kind = cell.get("cell_type")
    source = joined(cell.get("source", cell.get("input")))
    metadata = cell.get("metadata")
    claims = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = claims.get("grade_id") if isinstance(claims, dict) else None
    cell_id = cell.get("id")
    return Piece(
        kind=kind if kind in ("code", "raw") else "markdown",
        source=source,
        grade_id=grade_id if isinstance(grade_id, str) else "",
        cell_id=cell_id if isinstance(cell_id, str) else "",
    )


def joined(source: Any) -> str:
    """Return a cell's text, which the format allows to be a list of lines; anything else is no text."""
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    return writable(source.replace("\r\n", "\n").replace("\r", "\n"))


def locate(folder: Path, lesson: str, stubs: Mapping[str, str]) -> tuple[Path | None, list[str]]:
    """Return the notebook in a student's folder and notes: the one of the right name, else the likeliest.

    A notebook without a single answer gives way to one that has some: people hand in the release beside a copy
    that they worked in.

    stubs  grade id -> the text of every labelled cell as students were given it, for solution cells; else empty
    """
    files = sorted(regular_files(folder))
    notebooks = [file for file in files if file.suffix.lower() == ".ipynb"]
    right = folder / f"{lesson}.ipynb"
    chosen: Path | None = right if right in notebooks else None
    notes = []
    if len(notebooks) > (chosen is not None):
        ranks = {file: rank(file, stubs) for file in notebooks}
        likeliest = max(notebooks, key=lambda file: (ranks[file], -len(file.parts)))
        untouched = chosen is not None and ranks[likeliest].answered > ranks[chosen].answered
        if chosen is None or untouched:
            why = f" {right.name} itself holds no answer." if untouched else ""
            chosen = likeliest
            notes.append(f"{chosen.relative_to(folder)} was taken as {lesson}.ipynb.{why}")
    elif os.path.lexists(right) and chosen is None:
        notes.append(f"{right.name} is {kind_of(right)}, not a file, and was not read.")
    others = [file for file in files if file != chosen and file.name not in EXCHANGED]
    unused = [str(file.relative_to(folder)) for file in others]
    if unused:
        shown = ", ".join(unused[:4]) + (" and more" if len(unused) > 4 else "")
        notes.append(f"Only the notebook is graded; not used: {shown}.")
    return chosen, notes


def kind_of(place: Path) -> str:
    """Return what stands in a place where a file is expected."""
    mode = place.lstat().st_mode
    kinds = {
        "a link": stat.S_ISLNK,
        "a folder": stat.S_ISDIR,
        "a pipe": stat.S_ISFIFO,
        "a socket": stat.S_ISSOCK,
    }
    return next((name for name, is_so in kinds.items() if is_so(mode)), "a device")


def regular_files(folder: Path) -> list[Path]:
    """Return the files in a folder, at most three levels down; links are not followed."""
    found: list[Path] = []
    for place, folders, files in os.walk(folder, followlinks=False):
        deep = len(Path(place).relative_to(folder).parts)
        folders[:] = sorted(each for each in folders if not each.startswith((".", "__")) and deep < 2)
        for name in sorted(files)[:200]:
            file = Path(place, name)
            if not name.startswith(".") and stat.S_ISREG(file.lstat().st_mode):
                found.append(file)
    return found


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
        found, _ = pieces(read(file))
    except (Unreadable, OSError):
        return Rank(False, -1)
    given = {text.strip() for text in ("", *stubs.values())}
    written = [each for each in found if each.source.strip() not in given]
    defined = {name for each in written if each.kind == "code" for name in definitions(each.source)}
    answers = {name for name, stub in stubs.items() if stub} & (defined | {each.grade_id for each in written})
    return Rank(bool(answers), len({each.grade_id for each in found} & stubs.keys()))


def read(file: Path) -> bytes:
    """Return the bytes of a file, one more than are ever used.

    Raises ``OSError`` for a link, and for a pipe or a device, which could keep us waiting for ever.
    """
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    handle = os.open(file, os.O_RDONLY | sum(flags))
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(file))
        return stream.read(LARGEST + 1)


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
