"""The README's first block runs and prints what its comments say; what it names exists."""

import contextlib
import io
import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from autograder.project import Project

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")


def test_the_first_block_prints_what_its_comments_say():
    block = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    promised = re.findall(r"^print\(.*\)  # (.*)$", block, re.MULTILINE)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block, "README.md", "exec"), {})
    assert promised
    assert out.getvalue().splitlines() == promised


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_file_a_page_links_to_exists(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_the_times_and_points_of_its_lessons_are_those_that_the_lessons_state():
    rows = re.findall(
        r"^\| \[(\w+)\]\(release/(\w+)/.*\| ([^|]+) \| (\d+) \| [^|]+ \|$", README, re.MULTILINE
    )
    assert [row[1] for row in rows] == Project.here().lessons(), "the table of README.md has one row for each"
    for number, lesson, time, points in rows:
        cells = json.loads((ROOT / "release" / lesson / f"{lesson}.ipynb").read_text(encoding="utf-8"))[
            "cells"
        ]
        assert lesson.startswith(f"{number}_")
        assert f"about {time}" in " ".join("".join("".join(each["source"]) for each in cells).split()), lesson
        graded = sum(each["metadata"].get("nbgrader", {}).get("points", 0) for each in cells)
        assert int(points) == graded, f"{lesson}: the table of README.md says {points}"
        said = re.search(r"\*Points\* (\d+)", "".join("".join(each["source"]) for each in cells))
        assert said is not None, f"{lesson}: its first screen states no *Points*"
        assert int(said[1]) == graded, f"{lesson}: its first screen says {said[1]}"


def test_every_link_of_the_glossary_leads_to_a_heading_of_a_released_lesson():
    links = re.findall(r"\| \[([^\]]+)\]\((release/\w+/\w+\.ipynb)(#\S+)\) \|$", GLOSSARY, re.MULTILINE)
    assert len(links) == GLOSSARY.count("(release/") > 40
    for words, file, place in links:
        cells = json.loads((ROOT / file).read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(each["source"]) for each in cells if each["cell_type"] == "markdown")
        assert words in re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE), words
        assert unquote(place) == "#" + words.replace(" ", "-"), "as JupyterLab marks its headings"


def section_of(file, heading):
    """Return what a released lesson says under a heading, with the heading: lower case, one line, no asterisks."""
    cells = json.loads((ROOT / file).read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(each["source"]) for each in cells if each["cell_type"] == "markdown")
    lines = text.splitlines()
    first = next(k for k, line in enumerate(lines) if re.fullmatch(rf"#+ {re.escape(heading)} *", line))
    rank = lines[first].index(" ")
    later = (k for k in range(first + 1, len(lines)) if re.match(rf"#{{1,{rank}}} ", lines[k]))
    section = "\n".join(lines[first : next(later, len(lines))])
    return " ".join(section.lower().replace("*", "").split())


def test_every_row_of_the_glossary_has_a_term_that_stands_in_the_section_that_teaches_it():
    rows = re.findall(r"^\| ([^|]+) \|.*\| \[([^\]]+)\]\((release/[^#]+)#", GLOSSARY, re.MULTILINE)
    assert len(rows) > 40
    for terms, heading, file in rows:
        section = section_of(file, heading)
        assert any(each.partition(" (")[0] in section for each in terms.lower().split(", ")), terms


def test_a_section_ends_where_the_next_of_its_rank_begins():
    file = "release/08_second_order/08_second_order.ipynb"
    section = section_of(file, "8.4 The Hessian times a vector")
    assert "exercise 3." in section
    assert "conjugate gradients" not in section
