"""``source_notebooks/built.json``: of which text each source notebook was made, and what it was then.

Without it nobody could tell a notebook edited in JupyterLab from a text edited since, and one would silently
overwrite the other.  It cannot stand in the notebook, whose metadata is the kernelspec alone.
"""

import hashlib
import json

from autograder.building import text
from autograder.errors import Trouble
from autograder.project import Project


def fingerprint(words: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(words.encode()).hexdigest()


def read(project: Project) -> dict[str, dict[str, str]]:
    """Return what built.json says of every lesson, nothing when it is missing or unreadable."""
    try:
        return json.loads(project.built.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def written(project: Project, built: dict[str, str]) -> str:
    """Return the contents of built.json when the lessons in ``built`` have just been made as these notebooks."""
    lines = {name: stamp for name, stamp in read(project).items() if name in project.lessons()}
    for name, notebook in built.items():
        words = project.text(name).read_text(encoding="utf-8")
        lines[name] = {"notebook": fingerprint(notebook), "text": fingerprint(words)}
    return json.dumps(lines, indent=1, sort_keys=True) + "\n"


def is_edited(project: Project, lesson: str) -> bool:
    """Whether the source notebook was edited since it was built.  Raises ``Trouble`` for an unreadable one."""
    file, stamp = project.notebook(lesson), read(project).get(lesson)
    if not file.is_file() or stamp is None:
        return False
    return stamp["notebook"] != fingerprint(text.dumps(text.stripped(text.load(file))))


def refuse_edited(project: Project, lessons: list[str]) -> None:
    """Raise ``Trouble`` if a build would lose edits that somebody made in JupyterLab."""
    for lesson in lessons:
        if is_edited(project, lesson):
            file = project.relative(project.notebook(lesson))
            raise Trouble(
                f"{file} was edited after it was built. Carry the edits into the text with "
                f"`autograder adopt {file}`, or lose them with `autograder build --discard {lesson}`."
            )
