"""An archive that somebody downloaded, read without trusting it: nothing is ever extracted by a name it holds."""

import contextlib
import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.errors import Trouble
from autograder.repair.finding import LEFT_BY_PROGRAMS
from autograder.repair.reading import LARGEST

MOST = 20_000
"""Files in an archive of one assignment; a class has a few hundred."""

TOTAL = 1_000_000_000
"""Bytes of notebooks in one archive, unpacked."""

OF_ONE = 3 * LARGEST
"""The same of an archive inside it that one person sent."""

BEGINS = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*\{")
"""How a notebook begins, whatever it is called: browsers and mail programs add endings of their own."""

DEEPEST = 2
"""Archives inside archives that are opened: a download packed again, and a student's own archive."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file in an archive, or in an archive inside it.

    place     its name, with folders, forward slashes; an archive inside counts as a folder
    packed    when it was put into the archive, in whatever zone that program had; None if it does not say
    data      what it holds, None for a file that is no notebook and for one that is too large
    too_large whether it is larger than any notebook that is graded
    left      whether a program left it beside the files of a person
    trouble   why it could not be read, for an archive inside; or that it is an empty folder
    """

    place: str
    packed: datetime | None
    data: bytes | None
    too_large: bool = False
    left: bool = False
    trouble: str = ""


def members(file: Path) -> Iterator[Member]:
    """Yield the files of an archive, those that may be notebooks with what they hold, others by name only.

    Raises ``Trouble`` for what is no archive, for names that lead out of it, links and passwords, for more files
    or more bytes than a class can have handed in, and for a file that is damaged.  Sizes are counted while
    unpacking, whatever the archive says of them.
    """
    try:
        archive = zipfile.ZipFile(file)
    except Exception as error:  # a damaged one makes zipfile raise nearly anything
        cure = "Download it again, or pack it as a zip."
        raise Trouble(f"{file} is not a zip archive ({error}). {cure}") from None
    yield from opened(str(file), archive, "", Room(MOST, TOTAL))


@dataclass
class Room:
    """How many files and bytes may still come, over an archive and all inside it."""

    files: int
    size: int


def opened(file: str, archive: zipfile.ZipFile, before: str, room: Room, depth: int = 0) -> Iterator[Member]:
    """Yield the files of an open archive, and the folders without any.  Raises ``Trouble`` as ``members`` does.

    file    what the archive is called in messages
    before  the place of the archive itself, with a slash at its end
    """
    most = room.size
    with archive:
        found = [each for each in archive.infolist() if not is_folder(each)]
        places = [before + named(each) for each in found]
        room.files -= len(found)
        if room.files < 0:
            raise Trouble(f"{file} holds more than {MOST} files: that is no class. Nothing was read.")
        for each in found:
            inspect(file, each)
        for each in filter(is_folder, archive.infolist()):
            folder = before + named(each).rstrip("/") + "/"
            if not any(place.startswith(folder) for place in places):
                yield Member(place=folder, packed=None, data=None, trouble="an empty folder")
        for each, place in zip(found, places, strict=True):
            left = bool(LEFT_BY_PROGRAMS.search(place))
            inner = depth < DEEPEST and place.lower().endswith(".zip") and not left
            data = unpacked(file, archive, each, sniff=not inner)
            room.size -= len(data or b"")
            if room.size < 0:
                raise Trouble(f"{file} unpacks to more than {most // 10**6} MB of notebooks: a zip bomb?")
            large = data is not None and len(data) > LARGEST
            if inner and data is not None and not large:
                try:
                    inside = zipfile.ZipFile(io.BytesIO(data))
                    of_class = len(found) == 1 and not depth  # a download that was packed again
                    left_in = Room(MOST, TOTAL if of_class else OF_ONE)
                    yield from opened("it", inside, f"{place}/", left_in, depth + 1)
                except Trouble as trouble:  # it costs whoever sent it, and nobody else
                    yield Member(place=place, packed=packed(each), data=None, trouble=str(trouble))
                except Exception:
                    if BEGINS.match(data):  # a notebook that somebody gave another ending
                        yield Member(place=place, packed=packed(each), data=data)
                        continue
                    why = "it is no zip archive, or a damaged one: ask for it again"
                    yield Member(place=place, packed=packed(each), data=None, trouble=why)
                else:
                    if not inside.namelist():
                        yield Member(place=place, packed=packed(each), data=None, trouble="an empty archive")
                continue
            yield Member(
                place=place,
                packed=packed(each),
                data=None if large or inner else data,
                too_large=large,
                left=left,
            )


def is_folder(each: zipfile.ZipInfo) -> bool:
    """Whether a member is a folder, also one that Windows named with a backslash."""
    return each.orig_filename.endswith(("/", "\\"))


def named(each: zipfile.ZipInfo) -> str:
    """Return the name of a member: UTF-8 also where the mark for it is missing, as macOS writes it.

    Programs of Windows put a backslash between folders.
    """
    name = each.filename
    if not each.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def inspect(file: str, each: zipfile.ZipInfo) -> None:
    """Refuse what no honest program writes.  Raises ``Trouble``."""
    name = each.orig_filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise Trouble(f"{file} holds {name!r}, which leads out of it; nothing was read.")
    if stat.S_ISLNK(each.external_attr >> 16):
        raise Trouble(f"{file} holds a link, {name!r}; nothing was read.")
    if each.flag_bits & 1:
        raise Trouble(f"{file} is protected by a password ({name!r}).")


def unpacked(file: str, archive: zipfile.ZipFile, each: zipfile.ZipInfo, *, sniff: bool) -> bytes | None:
    """Return what a member holds, one byte more than is ever used.  Raises ``Trouble`` for a damaged one.

    sniff  whether None is returned for what neither begins nor is called like a notebook
    """
    try:
        with archive.open(each) as stream:
            head = stream.read(1000)
            if sniff and not BEGINS.match(head) and not each.filename.lower().rstrip(" .").endswith(".ipynb"):
                return None
            return head + stream.read(LARGEST + 1 - len(head))
    except Exception as error:
        raise Trouble(f"{file} is damaged at {each.filename!r} ({error}). Download it again.") from None


def packed(each: zipfile.ZipInfo) -> datetime | None:
    """Return when a member was packed; 1980 is how an archive says that it does not know."""
    try:
        when = datetime(*each.date_time)
    except ValueError:
        return None
    return when if when.year > 1980 else None
