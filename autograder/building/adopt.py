"""Carry edits made in JupyterLab from a source notebook back into the text it was made from.

Only the cells that changed are written anew; every other cell keeps its words in the text, byte by byte, with its
title and its blank lines.  The result is read again and compared with the notebook before anything is replaced,
so an edit either survives or is refused.
"""

from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from autograder import atomic
from autograder.building import stamps, text
from autograder.errors import Trouble
from autograder.project import Project

Cell = dict[str, Any]


def adopt(project: Project, notebook: Path) -> list[str]:
    """Write a notebook's edits into its text and return one line per cell that changed; [] when none did.

    The notebook is then written as the text makes it, without outputs.  Raises ``Trouble`` and changes nothing.
    """
    lesson = ours(project, notebook)
    file = project.text(lesson)
    place = project.relative(file)
    words = unchanged(project, lesson)
    edited = text.load(notebook)["cells"]
    after, said = merged(words, edited, place)
    cells = reread(after, edited, place)
    made = text.dumps(text.source_notebook(cells, place))
    atomic.write(file, after)
    atomic.write(project.notebook(lesson), made)
    atomic.write(project.built, stamps.written(project, {lesson: made}))
    return said


def ours(project: Project, notebook: Path) -> str:
    """Return the lesson whose source notebook this is.  Raises ``Trouble`` for any other file."""
    for lesson in project.lessons():
        if notebook.resolve() == project.notebook(lesson).resolve():
            if not notebook.is_file():
                raise Trouble(f"{notebook} does not exist yet. Run `autograder build {lesson}` first.")
            return lesson
    raise Trouble(
        f"{notebook} is not one of our source notebooks; they are source_notebooks/NAME/NAME.ipynb. "
        "A release or a submission has stubs where the text has answers, so it cannot be adopted."
    )


def unchanged(project: Project, lesson: str) -> str:
    """Return the text that the notebook was made from.  Raises ``Trouble`` if it has changed since."""
    words = project.text(lesson).read_text(encoding="utf-8")
    stamp = stamps.read(project).get(lesson)
    if stamp is None or stamp["text"] != stamps.fingerprint(words):
        raise Trouble(
            f"{project.relative(project.text(lesson))} has changed since its notebook was built, so the edits "
            "have no certain place. Put the text back as it was, adopt, and change it again; or carry the edits "
            "over by hand."
        )
    return words


def merged(words: str, edited: list[Cell], place: str) -> tuple[str, list[str]]:
    """Return the text with the edits, and one line per cell that was changed, added or removed."""
    header, *old = text.chunks(words)
    parsed = text.parse(words, place)
    built = text.source_notebook(parsed, place)["cells"]
    position = {cell["id"]: number for number, cell in enumerate(built)}
    if edited and not any(cell.get("id") in position for cell in edited):
        raise Trouble(
            f"No cell of the notebook is known by its id; it was not made from {place}. Build it first."
        )
    old[-1] = replace(old[-1], text=old[-1].text.rstrip("\n") + "\n\n")  # it may no longer be the last
    pieces, said, order = [header.text], [], []
    for cell in edited:
        number = position.pop(cell.get("id"), None)
        new = tidy(cell)
        if number is None:
            pieces.append(rendered(new, {}) + "\n")
            said.append(f"added: {title(new)}")
            continue
        order.append(number)
        before = tidy(parsed[number])
        if new == before:
            pieces.append(old[number].text)
        else:
            pieces.append(replaced(old[number].text, before, new, parsed[number]["metadata"]))
            said.append(f"changed: {title(new)} (line {old[number].line})")
    said += [f"removed: {title(parsed[number])} (line {old[number].line})" for number in position.values()]
    if order != sorted(order):
        said.append("moved: cells stand in another order")
    if not said:
        return words, []
    return "".join(pieces).rstrip("\n") + "\n", said


def tidy(cell: Cell) -> Cell:
    """Return a cell of the notebook as the text would say it: blank lines at its end have no place there."""
    if cell["cell_type"] not in ("code", "markdown"):
        raise Trouble(
            f"A cell of the notebook is {cell['cell_type']}; a lesson has code and markdown. Change its type."
        )
    kept = text.plain(cell)
    lines = kept["source"].split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return {**kept, "source": "\n".join(lines)}


def rendered(cell: Cell, extra: dict[str, Any]) -> str:
    """Return a cell as jupytext writes it, from its ``# %%`` line on.

    extra  metadata that only the text has, such as a title
    """
    import jupytext
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    new = new_code_cell if cell["cell_type"] == "code" else new_markdown_cell
    kept = {**extra, **cell["metadata"]}
    kept.pop("lines_to_next_cell", None)
    whole = new_notebook(cells=[new(cell["source"], metadata=kept)], metadata={"kernelspec": text.KERNEL})
    written = jupytext.writes(whole, fmt="py:percent")
    return "".join(chunk.text for chunk in text.chunks(written)[1:]).rstrip("\n") + "\n"


def replaced(old: str, before: Cell, new: Cell, read: dict[str, Any]) -> str:
    """Return a cell's place in the text with its new words; its ``# %%`` line only changes if it must."""
    extra = {key: value for key, value in read.items() if key not in text.KEPT}
    made = rendered(new, extra)
    if (new["cell_type"], new["metadata"]) == (before["cell_type"], before["metadata"]):
        made = old.splitlines(keepends=True)[0] + "".join(made.splitlines(keepends=True)[1:])
    return made + old[len(old.rstrip("\n")) + 1 :]


def reread(after: str, edited: list[Cell], place: str) -> list[Cell]:
    """Return the cells of the new text.  Raises ``Trouble`` if they do not say what the notebook says."""
    cure = "Look for a line that starts with # %%, a commented-out magic, or characters that are not printed."
    try:
        cells = text.parse(after, place)
    except Trouble as trouble:
        raise Trouble(f"The edited notebook cannot be said in text. {cure} ({trouble})") from trouble
    for number, (cell, got) in enumerate(zip_longest(edited, cells), start=1):
        if cell is None or got is None or tidy(cell) != tidy(got):
            name = title(cell or got)
            raise Trouble(f"Cell {number} of the edited notebook ({name}) cannot be said in text. {cure}")
    return cells


def title(cell: Cell) -> str:
    """Return a few words by which a person finds a cell."""
    name = text.grader_of(cell).get("grade_id")
    first = next((line.strip() for line in cell["source"].splitlines() if line.strip()), "empty cell")
    return name or first[:50]
