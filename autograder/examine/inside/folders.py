"""Folders that a stranger filled: how much lies in one, and how it is taken away, whatever was done to it."""

import errno
import os
import stat
from itertools import count
from pathlib import Path

ENTRY, FOLDER = 1 << 13, 1 << 18
"""Bytes that a file counts for beyond its content, and a folder: taking one away can cost milliseconds."""

WENT = (errno.ENOENT, errno.ENOTDIR)
"""Errors of an entry that was there a moment ago."""


def in_folder(folder: str, most: int) -> int:
    """Return the bytes that the files in a folder take; beyond so many it is not looked further.

    What cannot be looked at, because its path is too long or its owner gave up the right, is taken to be too much.
    """
    found, waiting = 0, [folder]
    while waiting and found <= most:
        try:
            with os.scandir(waiting.pop()) as entries:
                for each in entries:
                    try:
                        about = each.stat(follow_symlinks=False)
                    except FileNotFoundError:
                        continue
                    found += 512 * about.st_blocks + ENTRY
                    if stat.S_ISDIR(about.st_mode):
                        found += FOLDER
                        waiting.append(each.path)
                    if found > most:
                        break
        except OSError as error:
            if error.errno not in WENT:
                return most + 1
    return found


def take_away(place: str | Path) -> None:
    """Take away a folder with all that is in it, or what stands in its place.  Raises ``OSError``.

    Links are not followed.  Folders without rights get them back, and those that lie deep are moved up one after
    the other: ``shutil.rmtree`` goes as deep as they do, which is too deep for Python's stack.
    """
    place = os.fspath(place)
    if not stat.S_ISDIR(os.lstat(place).st_mode):
        remove(place)
        return
    numbers = count()
    folders = empty(place)
    while folders:
        for folder in folders:
            for inner in empty(folder):
                os.chmod(inner, 0o700)  # a folder that is moved must be writable
                os.rename(inner, next(free for n in numbers if not os.path.lexists(free := f"{place}/{n}")))
            os.rmdir(folder)
        folders = empty(place)
    os.rmdir(place)


def empty(folder: str) -> list[str]:
    """Remove everything in a folder but folders; return those."""
    os.chmod(folder, 0o700)
    with os.scandir(folder) as entries:
        found = [(each.path, each.is_dir(follow_symlinks=False)) for each in entries]
    for path, is_folder in found:
        if not is_folder:
            remove(path)
    return [path for path, is_folder in found if is_folder]


def remove(file: str) -> None:
    """Remove a file or a link.  Raises ``OSError``."""
    try:
        os.unlink(file)
    except PermissionError:  # Windows keeps what is read-only
        if os.path.islink(file):
            raise
        os.chmod(file, 0o600)
        os.unlink(file)
