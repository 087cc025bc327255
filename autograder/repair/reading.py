"""What a student handed in, as pieces: kind, text and grade id of every cell, and nothing else of the file."""

import errno
import json
import os
import stat
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from autograder.lesson import LONGEST
from autograder.printing import writable

LARGEST = 50_000_000
"""Bytes of a notebook that is still read; honest ones with pictures stay far below."""

MOST = 2_000
"""Cells that are looked at."""

CODE = 1_000_000
"""Characters of code that are looked into, cells that are too long for that not counted."""

BRACKETS = 1_500_000
"""Lists and dicts in a file that is still read: each takes thirty times its two bytes."""


BEGINNINGS = {
    "it is a web page, not the file that the page shows": ("<!doctype", "<html", "<?xml"),
    "it is an archive": ("pk\x03\x04", "\x1f\x8b", "rar!", "7z\xbc\xaf"),
    "it is a PDF": ("%pdf",),
    "it is a pointer of Git LFS to the file": ("version https://git-lfs",),
    "it is an address, not the file": ("[internetshortcut]", "http://", "https://"),
    "it is damaged or was cut off": ("{", "["),
}
"""What a file is that holds no JSON -> how its text begins."""


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
        raise Unreadable(f"The file is not a notebook: {what_it_is(text)}.") from None
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


def what_it_is(text: str) -> str:
    """Return what a file is whose text is no JSON."""
    if "\n<<<<<<< " in text:
        return "it holds the marks of a merge conflict (<<<<<<< and >>>>>>>)"
    begins = text[:200].lstrip("\r\n\t ").lower()
    return next(
        (said for said, known in BEGINNINGS.items() if begins.startswith(known)), "it is of another kind"
    )


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
    """Return a cell's text, which the format allows to be a list of lines; anything else is no text.

    Lines of which none has an end, as other programs write them, get theirs.
    """
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        source = ("" if any(line.endswith("\n") for line in lines[:-1]) else "\n").join(lines)
    if not isinstance(source, str):
        return ""
    return writable(source.replace("\r\n", "\n").replace("\r", "\n"))


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
