"""The guide's commands do what its pages show: each part is typed from top to bottom in a folder of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.project import Project
from tests.docs.reading import DOCS, Block, blocks, order, pattern

pytestmark = pytest.mark.long

LESSON = "04_momentum"
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission)
Participant 11,Ada Lovelace,ada@example.edu,Submitted,,40,Yes,"Friday, 30 October 2026, 6:12 PM"
Participant 12,Grace Hopper,grace@example.edu,Submitted,,40,Yes,"Saturday, 31 October 2026, 9:30 AM"
"""
MARK = "=== command"


def typed(page: Path, folder: Path, home: Path) -> None:
    """Type what a page says in a folder, and compare each output with the one it shows."""
    shown: list[tuple[str, str, str]] = []
    script = []
    for block in blocks(page):
        if block.caption:
            script.append(written(block))
        if block.language != "console" or block.how == "not run":
            continue
        for command, output in block.commands():
            shown.append((command, output, block.said if block.how == "exits" else "0"))
            script.append(f"{{ {command}\n}} 2>&1; printf '\\n{MARK} %s\\n' $?")
    place = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        **os.environ,
        "PATH": place,
        "HOME": str(home),
        "XDG_STATE_HOME": str(home),
        "COLUMNS": "200",
    }
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    said = re.split(rf"\n{MARK} (\d+)\n", done.stdout)
    assert len(said) // 2 == len(shown), done.stdout[-2000:] + done.stderr[-2000:]
    for (command, output, code), real, rc in zip(shown, said[::2], said[1::2], strict=False):
        where = f"{page.name}: $ {command}\n{real}"
        assert rc == code, where
        if output.strip():
            assert pattern(output).fullmatch(real.rstrip("\n") + "\n"), (
                f"{where}\n-- the page shows --\n{output}"
            )


def written(block: Block) -> str:
    """Return the command that makes a file of the page; settings are appended, as the page says."""
    how = ">>" if block.caption == "nbgrader_config.py" else ">"
    return f"cat {how} {block.caption} <<'END OF FILE'\n{block.body}END OF FILE"


def downloads(folder: Path) -> None:
    """Put into a folder what an instructor downloads from Moodle and from Canvas."""
    solved = Project.here().notebook(LESSON)
    with zipfile.ZipFile(folder / "submissions.zip", "w") as archive:
        for name in ("Ada Lovelace_11", "Grace Hopper_12"):
            archive.write(solved, f"{name}_assignsubmission_file/{LESSON}.ipynb")
    with zipfile.ZipFile(folder / "canvas.zip", "w") as archive:
        archive.write(solved, f"noetheremmy_103_5001_{LESSON}.ipynb")
    (folder / "worksheet.csv").write_text(WORKSHEET, encoding="utf-8")


def test_an_instructors_term(tmp_path: Path) -> None:
    first, *others = [page for page in order("instructors") if page.stem != "index"]
    typed(first, tmp_path, tmp_path)
    downloads(tmp_path / "term")
    for page in others:
        typed(page, tmp_path / "term", tmp_path)


def test_whoever_learns_alone(tmp_path: Path) -> None:
    released, solved = (
        nbformat.read(file, 4) for file in (Project.here().released(LESSON), Project.here().notebook(LESSON))
    )
    answers = {cell.id: cell.source for cell in solved.cells}
    for cell in released.cells:
        if cell.id in ("sgd", "sgd_momentum"):
            cell.source = answers[cell.id].replace('    config["velocity"] = v\n', "")
    place = tmp_path / "work" / LESSON
    place.mkdir(parents=True)
    nbformat.write(released, place / f"{LESSON}.ipynb")
    typed(DOCS / "alone" / "index.md", tmp_path, tmp_path)


def test_an_author(tmp_path: Path) -> None:
    for page in order("authors"):
        typed(page, tmp_path, tmp_path)


def test_this_test_sees_another_output_and_another_exit_code(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    for wrong in ("$ echo one\ntwo", "$ false", "$ printf 'a\\nb\\n'\na"):
        page.write_text(f"```console\n{wrong}\n```\n", encoding="utf-8")
        with pytest.raises(AssertionError, match=r"page\.md"):
            typed(page, tmp_path, tmp_path)
    page.write_text("% exits: 1\n\n```console\n$ echo one; false\no...\n```\n", encoding="utf-8")
    typed(page, tmp_path, tmp_path)
