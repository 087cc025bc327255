"""CIFAR-10 from its official python archive: downloaded only when asked for, checked, and kept."""

import hashlib
import io
import pickle
import tarfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course.data import Split, split

Progress = Callable[[int, int], None]


class Offline(ConnectionError):
    """The archive is not in the cache and could not be fetched."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """Where an archive comes from and the SHA-256 of its bytes."""

    url: str
    sha256: str

    @property
    def name(self) -> str:
        """Return the file name."""
        return self.url.rpartition("/")[2]


OFFICIAL = Archive(
    url="https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    sha256="6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
)
CACHE = Path.home() / ".cache" / "descent-course"


def bar(done: int, total: int) -> None:
    """Print a progress bar over the line that is there."""
    share = done / total if total else 0.0
    end = "\n" if total and done >= total else ""
    print(f"\rCIFAR-10 [{'#' * int(30 * share):<30}] {share:4.0%}", end=end, flush=True)


def cifar10(
    folder: Path | None = None,
    *,
    train: int = 5000,
    validation: int = 1000,
    archive: Archive = OFFICIAL,
    progress: Progress = bar,
) -> Split:
    """Return CIFAR-10 as float32 rows of 3072 values in 0..1, less the mean of the training rows.

    folder      where the archive is kept; by default ``CACHE``.  170 MB are downloaded the first time.
    train       how many of the 50,000 training images to use
    validation  how many further training images to validate on; the official test images are the test set

    Raises ``Offline`` when the archive is neither cached nor reachable, and ``ValueError`` when its bytes are
    not the expected ones.  No lesson needs this data.  Source: A. Krizhevsky, Learning Multiple Layers of
    Features from Tiny Images (2009).
    """
    file = fetch(CACHE if folder is None else Path(folder), archive, progress)
    X, y, X_test, y_test = read(file)
    if train + validation > len(y):
        raise ValueError(f"There are {len(y)} training images; {train} + {validation} were asked for.")
    rows = slice(0, train + validation)
    X, y = np.concatenate([X[rows], X_test]), np.concatenate([y[rows], y_test])
    return split(X.astype(np.float32) / np.float32(255), y, sizes=(train, validation), image=(3, 32, 32))


def fetch(folder: Path, archive: Archive, progress: Progress) -> Path:
    """Return the archive's file, downloading it unless it is cached.  Raises ``Offline`` and ``ValueError``."""
    file = folder / archive.name
    if not file.exists():
        partial = file.with_suffix(".part")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with urllib.request.urlopen(archive.url, timeout=20) as answer, partial.open("wb") as out:
                total = int(answer.headers.get("Content-Length") or 0)
                while block := answer.read(1 << 18):
                    out.write(block)
                    progress(out.tell(), total)
        except (urllib.error.URLError, OSError) as error:
            partial.unlink(missing_ok=True)
            raise Offline(
                f"CIFAR-10 could not be downloaded ({error}). No lesson needs it: course.data.digits() works "
                f"offline. To use it anyway, put {archive.name} from {archive.url} into {folder}."
            ) from error
        partial.replace(file)
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != archive.sha256:
        raise ValueError(
            f"{file} is not the expected archive: its SHA-256 is {found}. Delete it and try again; "
            "a download that broke off leaves such a file."
        )
    return file


def read(file: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X (N, 3072) uint8, y (N,), X_test and y_test from an archive in the official format."""
    parts: dict[str, dict] = {}
    with tarfile.open(file) as tar:
        for member in tar:
            name = Path(member.name).name
            if member.isfile() and (name.startswith("data_batch_") or name == "test_batch"):
                content = tar.extractfile(member)
                assert content is not None  # a file, as isfile() says
                parts[name] = PlainUnpickler(content.read()).load()
    training = [parts[name] for name in sorted(parts) if name != "test_batch"]
    if not training or "test_batch" not in parts:
        raise ValueError(f"{file} holds no data_batch_1 .. 5 and test_batch; it is not CIFAR-10's archive.")
    test = parts["test_batch"]
    return (
        np.concatenate([part[b"data"] for part in training]),
        np.concatenate([np.asarray(part[b"labels"]) for part in training]),
        np.asarray(test[b"data"]),
        np.asarray(test[b"labels"]),
    )


class PlainUnpickler(pickle.Unpickler):
    """Reads pickles that hold arrays and plain data, and refuses every other class."""

    allowed = frozenset({"_reconstruct", "ndarray", "dtype", "scalar"})

    def __init__(self, data: bytes):
        super().__init__(io.BytesIO(data), encoding="bytes")

    def find_class(self, module: str, name: str) -> object:
        """Return a NumPy constructor.  Raises ``pickle.UnpicklingError`` for anything else."""
        if module.partition(".")[0] == "numpy" and name in self.allowed:
            return super().find_class(module.replace("numpy.core", "numpy._core"), name)
        if (module, name) == ("_codecs", "encode"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} does not belong in a data set.")
