"""Put together what students download.

The bundle is made of what is committed: the releases, the folder ``student`` beside this file, the pins of
``requirements-student.lock`` and ``environment.yml``, and a wheel of ``course``.  The same checkout gives the same
bytes.
"""

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from autograder import atomic
from autograder.building import leaks, stamps, text
from autograder.errors import Trouble
from autograder.project import Project

FILES = Path(__file__).parent / "student"
FOLDER = "descent"
"""The folder that unpacking makes."""

NOTEBOOKS = "notebooks"
EXECUTABLE = (".command", ".sh")
WHEN = (2020, 2, 2, 0, 0, 0)
"""The time of every file in the bundle; it is also hatchling's for a wheel."""

THIS_CHECKOUT = "-e ."
"""What environment.yml installs in a checkout; in the bundle it is the wheel."""


def bundle(project: Project, names: Iterable[str], out: Path) -> list[str]:
    """Write the bundle of the named lessons, all for none; return the names in it.

    Raises ``Trouble`` for a lesson that is not built, or whose release holds what students must not see.
    """
    lessons = project.chosen(tuple(names))
    if not lessons:
        raise Trouble("There is no lesson to bundle; a lesson is source_notebooks/NN_name.py.")
    files = {f"{NOTEBOOKS}/{name}/{name}.ipynb": released(project, name) for name in lessons}
    files |= {each.name: each.read_bytes() for each in sorted(FILES.iterdir()) if each.is_file()}
    files["start.sh"] = files["start.command"]
    root = Project.here().root  # the course that is installed here; `project` may hold lessons alone
    wheel, data = built_wheel(root)
    files[wheel] = data
    files["requirements.txt"] = requirements(root, wheel, data)
    files["environment.yml"] = environment(root, wheel)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(entry(name), files[name])
    atomic.write(out, packed.getvalue())
    return sorted(files)


def released(project: Project, lesson: str) -> bytes:
    """Return a released notebook.  Raises ``Trouble`` if it is not that of the text, or not fit for students."""
    file = project.released(lesson)
    made_of = stamps.read(project).get(lesson, {}).get("text")
    if not file.is_file() or made_of != stamps.fingerprint(project.text(lesson).read_text(encoding="utf-8")):
        raise Trouble(f"release/{lesson} is not made of the present text. Run `autograder build {lesson}`.")
    found = [*leaks.in_release(text.load(file), project.relative(file))]
    found += leaks.unlisted(project.release / lesson, {file.name}, f"release/{lesson}")
    if found:
        lines = "\n".join(map(str, found))
        raise Trouble(f"Nothing was written; `autograder build` makes the releases anew.\n{lines}")
    return file.read_bytes()


def built_wheel(root: Path) -> tuple[str, bytes]:
    """Return the name and the bytes of the student's wheel.  Raises ``Trouble``."""
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
            cwd=root,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1580601600"},
            capture_output=True,
            text=True,
            check=False,
        )
        found = sorted(Path(folder).glob("*.whl"))
        if done.returncode or not found:
            raise Trouble(f"The wheel could not be built: {done.stderr.strip()[-500:]}")
        return found[0].name, found[0].read_bytes()


def requirements(root: Path, wheel: str, data: bytes) -> bytes:
    """Return requirements.txt: every pin with its hashes, and the wheel with its own."""
    pins = (root / "requirements-student.lock").read_text(encoding="utf-8")
    head = "# python -m pip install -r requirements.txt, in this folder\n"
    ours = f"./{wheel} \\\n    --hash=sha256:{hashlib.sha256(data).hexdigest()}\n"
    return f"{head}{ours}{pins}".encode()


def environment(root: Path, wheel: str) -> bytes:
    """Return environment.yml, with the wheel in place of a checkout.  Raises ``Trouble``."""
    words = (root / "environment.yml").read_text(encoding="utf-8")
    lines = [line for line in words.splitlines() if not line.lstrip().startswith("#")]
    changed = [line.replace(THIS_CHECKOUT, f"./{wheel}") for line in lines]
    if changed == lines:
        raise Trouble(f"environment.yml no longer has the line `{THIS_CHECKOUT}` that stands for the wheel.")
    return "\n".join(["# conda env create -f environment.yml, in this folder", *changed, ""]).encode()


def entry(name: str) -> zipfile.ZipInfo:
    """Return how a file stands in the archive: no owner, one time, launchers that can be run."""
    made = zipfile.ZipInfo(f"{FOLDER}/{name}", WHEN)
    made.create_system = 3  # Unix, so that the permissions count
    made.external_attr = (0o100755 if name.endswith(EXECUTABLE) else 0o100644) << 16
    made.compress_type = zipfile.ZIP_DEFLATED
    return made
