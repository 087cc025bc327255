"""Files that are always whole: whatever happens, what stands there is the old or the new one."""

import errno
import os
from pathlib import Path


def write(file: Path, content: str | bytes) -> None:
    """Put a file in place in one step, in a folder that is made if need be; text is written as UTF-8, as it is."""
    new = [each for each in (file.parent, *file.parent.parents) if not each.exists()]
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{os.getpid()}.new")
    try:
        with beside.open("wb") as stream:
            stream.write(content.encode() if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)
    for each in {file.parent, *(made.parent for made in new)}:
        settle(each)


def deliver(file: Path, content: str | bytes) -> None:
    """Put a file where a person asked for it: in one step, behind a link, or into a pipe or device."""
    if file.exists() and not file.is_file():
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    else:
        write(file.resolve(), content)


def settle(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can; some network disks refuse it."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.ENOSYS):
            raise
    finally:
        os.close(handle)
