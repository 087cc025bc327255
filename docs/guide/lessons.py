"""The lessons to read: every release as a page, with what a finished notebook shows under its cells."""

from __future__ import annotations

import copy
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from autograder.building.text import grader_of, is_graded, load, notebook
from autograder.project import Project
from guide import live

ANSWER = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)
SHORT = 18
"""Characters of a line of code that says nothing of an answer."""
FOLD = re.compile(r"<details><summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
STAND_IN = re.compile(r'<div class="descent-standin [^"]*"><style>.*?</style>\n(.*)</div>\s*\Z', re.DOTALL)
PROGRESS = "<p><em>In JupyterLab, your progress through all lessons is shown here.</em></p>"
YOURS = "<p><em>Here a notebook shows an answer of yours from an earlier lesson.</em></p>"
ASK_PYTHON = "It plays without Python. To change the rate, the start or the surface, open the notebook."
ABOUT = """:::{{admonition}} To read, or to work
:class: note
This is lesson {number} to read. Answers are left out; figures and printed numbers are those of a finished notebook.
To work it, open `{lesson}.ipynb` in JupyterLab: {{doc}}`install the course </students/install>`.
:::
"""
INDEX = """# The lessons to read

Every lesson as a page: the text, the code you are given, and the figures and numbers of a finished notebook.
Answers are left out. Pictures with sliders and the Explorer move in the page; nothing is sent anywhere.

To work a lesson, {{doc}}`install the course </students/install>` and open the notebook of the same name.

```{{toctree}}
:maxdepth: 1

{names}
```
"""
UNRUN = "This copy of the guide was built without running the lessons, so it has no figures.\n"


def glossary(project: Project) -> str:
    """Return the page of the field's words: GLOSSARY.md with links to the lessons to read."""
    text = (project.root / "GLOSSARY.md").read_text(encoding="utf-8")
    return re.sub(r"\(release/(\w+)/\1\.ipynb#([^()\s]*)\)", in_the_guide, text)


def in_the_guide(link: re.Match[str]) -> str:
    """Return a link into a released notebook as one to its page, with the anchor that MyST makes."""
    anchor = re.sub(r"[^\w\- ]", "", unquote(link[2]).lower())
    return f"(../lessons/{link[1]}.ipynb#{anchor})"


def pages(project: Project, folder: Path, run: dict[str, Any], scripts: Path) -> None:
    """Write one notebook a lesson into ``folder``, and the scripts of their widgets into ``scripts``.

    run  the run notebook of every lesson; a lesson that is missing has no figures
    """
    from autograder.building.text import dumps

    wanted = {f"{lesson}.ipynb" for lesson in project.lessons()}
    for file in folder.glob("*.ipynb"):
        if file.name not in wanted:
            file.unlink()
    changed(folder / "index.md", INDEX.format(names="\n".join(project.lessons())))
    secret = answers(project)
    for lesson in project.lessons():
        made = page(load(project.released(lesson)), lesson, run.get(lesson), scripts, secret)
        changed(folder / f"{lesson}.ipynb", dumps(made))


def answers(project: Project) -> set[str]:
    """Return the lines of all answers that are long enough to say something."""
    cells = [
        cell["source"] for lesson in project.lessons() for cell in load(project.notebook(lesson))["cells"]
    ]
    lines = "\n".join(found for source in cells for found in ANSWER.findall(source)).splitlines()
    return {line.strip() for line in lines if len(line.strip()) >= SHORT}


def tells(output: Any, secret: set[str]) -> bool:
    """Whether an output holds a line of an answer."""
    data = output.get("data", {})
    text = "".join(
        [*output.get("text", ""), *data.get("text/plain", ""), *html_text(data.get("text/html", ""))]
    )
    return any(line.strip() in secret for line in text.splitlines())


def html_text(text: Any) -> str:
    """Return what a page shows of HTML, a line of code a line."""
    return unescape(re.sub(r"<[^>]*>", "", "".join(text)))


def changed(file: Path, text: str) -> None:
    """Write a text file if it is new or differs, so that Sphinx reads again only what it must."""
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def page(
    released: dict[str, Any],
    lesson: str,
    run: Any,
    scripts: Path,
    secret: set[str] | frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """Return the notebook of a page: a release without its graded cells, with outputs from a run.

    secret  lines of answers; an output that holds one is left out
    """
    ran = {cell.id: cell for cell in run.cells} if run else {}
    models = live.states(run) if run else {}
    about = ABOUT.format(number=lesson.partition("_")[0], lesson=lesson) + ("" if run else "\n" + UNRUN)
    cells: list[dict[str, Any]] = []
    for cell in released["cells"]:
        if is_graded(cell):
            continue
        shown = {**cell, "metadata": {}, "source": cell["source"].rstrip()}
        if cell["cell_type"] == "markdown":
            shown["source"] = FOLD.sub(
                r"<details><summary>\1</summary>\n\n\2\n\n</details>\n", cell["source"]
            )
            if not cells:
                shown["source"] = titled(shown["source"], lesson, about)
        else:
            written = grader_of(cell).get("solution")
            outputs = [] if written or cell["id"] not in ran else ran[cell["id"]].outputs
            if "progress()" in cell["source"].splitlines():
                outputs = [html(PROGRESS)] if run else []
            outputs = [html(YOURS) if tells(output, set(secret)) else output for output in outputs]
            shown["outputs"] = list(said(outputs, models, f"{lesson}-{cell['id']}", scripts))
        cells.append(shown)
    return notebook(cells)


def titled(source: str, lesson: str, about: str) -> str:
    """Return the first cell with the lesson's number in its title, and the note below it."""
    number = lesson.partition("_")[0]
    first, _, rest = source.partition("\n")
    title = re.sub(r"^# (?:[F\d]?\d\.? )?", "", first)
    return f"# {number} {title}\n\n{about}\n{rest}"


def html(text: str) -> dict[str, Any]:
    """Return an output that shows HTML."""
    return {"output_type": "display_data", "metadata": {}, "data": {"text/html": text}}


def said(outputs: Any, models: dict[str, Any], name: str, scripts: Path) -> Any:
    """Yield the outputs of a cell as a page shows them; a widget becomes a place for its view, over its picture."""
    waiting: list[dict[str, str]] = []
    asks = False
    for number, output in enumerate(copy.deepcopy(outputs)):
        data = output.get("data", {})
        if live.VIEW in data:
            model = data[live.VIEW]["model_id"]
            asks = "_esm" not in models[model]["state"]
            waiting = [
                live.write(models, each, f"{name}-{number}-{at}", scripts)
                for at, each in enumerate(live.drawn(models, model))
            ]
            continue
        shown = "".join(data.get("text/html", ""))
        if found := STAND_IN.match(shown):
            shown, note = found[1], f'<p class="live-note">{ASK_PYTHON}</p>' if asks else ""
            for place in waiting:
                tags = "".join(f' data-{key}="{value}"' for key, value in place.items())
                shown = f'<div class="live"{tags}><div class="live-still">{shown}</div></div>{note}'
            waiting = []
            yield html(shown)
        else:
            yield output
