"""Text to source notebook to release and recordings: all of it, or nothing.

Everything is made in a temporary folder, looked through for leaks, and moved into place only when all of it is
right.  The same text gives the same bytes, so ``differences`` can rebuild and compare.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder import atomic
from autograder.building import copies, leaks, stamps, text
from autograder.building.agreement import disagreements, exercises_of, modules
from autograder.building.assignment import generate
from autograder.building.manuscript import Problem, problems
from autograder.errors import Trouble
from autograder.judging import Exercise, recording
from autograder.judging.places import Place, places
from autograder.project import Project

Cells = list[dict]


def build(project: Project, names: Iterable[str] = (), *, discard: bool = False) -> list[str]:
    """Build the named lessons, all for none, and return the files that changed, relative to the root.

    discard  overwrite source notebooks that were edited in JupyterLab and not adopted

    Raises ``Trouble`` and changes nothing when anything is wrong.
    """
    with project.scratch() as made:
        chosen = make(project, project.chosen(tuple(names)), made)
        if not discard:
            stamps.refuse_edited(project, chosen)
        gone = stale(project) if set(chosen) == set(project.lessons()) else []
        changed = []
        for name in files(made.root):
            source, target = made.root / name, project.root / name
            if not target.is_file() or target.read_bytes() != source.read_bytes():
                atomic.write(target, source.read_bytes())
                changed.append(name)
        for name in gone:
            (project.root / name).unlink()
        return changed + gone


def differences(project: Project, names: Iterable[str] = ()) -> list[str]:
    """Rebuild elsewhere and return what differs from the checkout, looked at from both sides; [] when nothing does.

    Raises ``Trouble`` when the lessons cannot be built.
    """
    with project.scratch() as made:
        chosen = make(project, project.chosen(tuple(names)), made)
        built = set(files(made.root))
        present = {file for name in chosen for file in lesson_files(project, name)}
        if set(chosen) == set(project.lessons()):
            present |= set(stale(project))
            present |= {
                file for folder in (project.source, project.release) for file in below(project, folder)
            }
        found = [f"{file} is missing" for file in sorted(built) if not (project.root / file).is_file()]
        found += [f"{file} is made by no text" for file in sorted(present - built)]
        found += [
            f"{file} differs"
            for file in sorted(built)
            if (project.root / file).is_file()
            and (project.root / file).read_bytes() != (made.root / file).read_bytes()
        ]
        return found


def outdated(project: Project, lesson: str) -> list[str]:
    """Return the recordings of a lesson that say other than its exercises, relative to the root.

    Raises ``Trouble`` when they cannot be recorded.
    """
    if not project.text(lesson).is_file():
        return []
    with project.scratch() as made:
        record(project, exercises_of(lesson), made, places(parsed(project, lesson)), lesson)
        new = {file: made.root / file for file in files(made.root)}
        old = {file: project.root / file for file in new}
        return [f for f in new if not old[f].is_file() or old[f].read_bytes() != new[f].read_bytes()]


def stale(project: Project) -> list[str]:
    """Return the recordings of exercises that no module has any more, relative to the root.

    A module without a text is still being written, and keeps its recordings.  Raises ``Trouble`` for a module that
    cannot be imported, since nobody can tell which exercises it has.
    """
    known = {each.name for name in modules() for each in exercises_of(f"00_{name}")}
    return [
        project.relative(file) for file in sorted(project.recorded.glob("*.json")) if file.stem not in known
    ]


def lesson_files(project: Project, lesson: str) -> list[str]:
    """Return the files in a lesson's two folders, relative to the root."""
    return [*below(project, project.source / lesson), *below(project, project.release / lesson)]


def below(project: Project, folder: Path) -> list[str]:
    """Return the generated files below a folder, relative to the root: everything but the text itself."""
    return [
        file.relative_to(project.root).as_posix()
        for file in folder.rglob("*")
        if file.is_file()
        and not any(part in leaks.IGNORED for part in file.parts)
        and not (file.parent == project.source and file.suffix == ".py")
    ]


def make(project: Project, chosen: list[str], made: Project) -> list[str]:
    """Make everything the lessons need below ``made.root`` and return the lessons.  Raises ``Trouble``."""
    if not chosen:
        raise Trouble("There is no lesson to build; a lesson is source_notebooks/NN_name.py.")
    everything = set(chosen) == set(project.lessons())
    cells = {name: parsed(project, name) for name in project.lessons() if everything or name in chosen}
    found = [
        Problem(
            project.relative(file), "no lesson has such a name, so it is never built; it must be NN_name.py."
        )
        for file in sorted(project.source.glob("*.py"))
        if everything and file.stem not in project.lessons()
    ]
    for name in chosen:
        place = project.relative(project.text(name))
        wrong = problems(cells[name], place)
        found += wrong or disagreements(name, cells[name], place)
        found += leaks.unlisted(project.source / name, {f"{name}.ipynb"}, f"source_notebooks/{name}")
        found += leaks.unlisted(project.release / name, {f"{name}.ipynb"}, f"release/{name}")
    stop(found)

    built = {}
    for name in chosen:
        notebook = text.source_notebook(cells[name], project.relative(project.text(name)))
        built[name] = put(made.notebook(name), text.dumps(notebook))
    put(made.built, stamps.written(project, built))
    generate(project, made, chosen)
    answers = every_answer(project, everything, cells)
    for name in chosen:
        place = project.relative(project.released(name))
        released = text.cleaned(text.load(made.released(name)))
        put(made.released(name), text.dumps(released))
        found += leaks.in_release(released, place)
        for number, cell in enumerate(released["cells"], start=1):
            if cell["cell_type"] == "code":
                found += copies.found(answers, cell["source"], f"{place}, cell {number}")
    for file in sorted((project.root / "course").rglob("*.py")):
        found += copies.found(answers, file.read_text(encoding="utf-8"), project.relative(file))
    stop(found)
    for name in chosen:
        record(project, exercises_of(name), made, places(cells[name]), name)
    return chosen


def parsed(project: Project, lesson: str) -> Cells:
    """Return the cells of a lesson's text.  Raises ``Trouble``."""
    file = project.text(lesson)
    return text.parse(file.read_text(encoding="utf-8"), project.relative(file))


def every_answer(project: Project, everything: bool, cells: dict[str, Cells]) -> list[copies.Answer]:
    """Return what must not be found in a release or in course/: references and solutions of all lessons.

    When one lesson is built alone, a neighbour that cannot be read yet does not stop it.
    """
    found = [answer for each in cells.values() for answer in copies.regions(each)]
    for name in project.lessons():
        try:
            neighbours = [] if name in cells else parsed(project, name)
            found += copies.regions(neighbours)
            found += [answer for each in exercises_of(name) for answer in copies.answers_of(each)]
        except Trouble:
            if everything or name in cells:
                raise
    return found


def record(
    project: Project, exercises: Iterable[Exercise], made: Project, taught: Mapping[str, Place], lesson: str
) -> None:
    """Write what visible checks may know.  Raises ``Trouble`` for two exercises of one name, and for code.

    A recording of the checkout that says the same is taken as it is.

    taught  grade id -> where the lesson teaches it
    """
    for exercise in exercises:
        if exercise.visible is None:
            continue
        file = made.recorded / f"{exercise.name}.json"
        if file.exists():
            raise Trouble(
                f"Two lessons have an exercise {exercise.name!r}; its recording has one place. Rename one."
            )
        try:
            words = recording.record(exercise, taught.get(exercise.name), lesson)
        except Exception as error:
            raise Trouble(
                f"The visible probe of {exercise.name!r} cannot be recorded: {type(error).__name__}: {error}"
            ) from error
        present = project.recorded / file.name
        if present.is_file():
            words = recording.kept(present.read_text(encoding="utf-8", errors="replace"), words)
        put(file, words)


def put(file: Path, words: str) -> str:
    """Write a file of a build that nobody sees yet, and return what was written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words, encoding="utf-8", newline="\n")
    return words


def files(folder: Path) -> list[str]:
    """Return all files below a folder, as relative names."""
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def stop(found: list[Problem]) -> None:
    """Raise ``Trouble`` with one line per problem, if there are any."""
    if found:
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise Trouble(f"{count}; nothing was written.\n" + "\n".join(map(str, found)))
