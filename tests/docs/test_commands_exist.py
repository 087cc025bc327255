"""What the guide tells a reader to type exists: commands, options, targets of make, files, extras."""

from __future__ import annotations

import contextlib
import importlib
import re
import shlex
import tomllib
from collections.abc import Iterator

import click
import pytest
from nbgrader.apps import nbgraderapp

from autograder.cli import main
from tests.docs.reading import DOCS, ROOT, blocks, pages

PAGES = [*pages(), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
OTHERS = {"cd", "chmod", "conda", "cut", "echo", "sh", "source", "sudo", "xcode-select"}
OTHERS |= {"dask", "jupyter", "pre-commit", "py", "pytest", "python", "python3"}
"""Programs that are not ours, or that the reader's system has."""


def typed(page) -> Iterator[str]:
    """Yield every line that a page tells a reader to type, in blocks and within sentences."""
    for block in blocks(page):
        if block.language == "console":
            yield from (command for command, _ in block.commands())
        elif block.language == "powershell":
            yield from block.body.splitlines()
        elif block.language == "" and page.parent == ROOT:
            yield from (
                line.split("  #")[0].strip()
                for line in block.body.splitlines()
                if line.strip() and line[0] != "%"
            )
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"(?<!`)`((?:autograder|nbgrader|make|jupyter|sudo|python) [^`]+)`", text)


def trouble(line: str) -> str:
    """Return what is wrong with a command, or nothing."""
    words = [
        word
        for word in shlex.split(line.replace("\\", "/"), comments=True)
        if "=" not in word.split("/")[0] or word[0] == "-"
    ]
    program = words[0].removeprefix(".venv/bin/").removeprefix(".venv/Scripts/")
    if program == "autograder":
        names = [word for word in words[1:] if not word.startswith("-")]
        if not names or names[0] == "COMMAND":
            return ""
        command = main.get_command(click.Context(main), names[0])
        if command is None:
            return f"no command {names[0]}"
        known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {
            "--help",
            "--debug",
        }
        return ", ".join(
            word for word in words[1:] if re.match(r"--?[a-z]", word) and word.split("=")[0] not in known
        )
    if program == "nbgrader":
        apps = {name.replace("_", "-") for name in nbgraderapp.NbGraderApp.subcommands} | set(
            nbgraderapp.NbGraderApp.subcommands
        )
        return "" if words[1] in apps else f"no app {words[1]}"
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return ", ".join(word for word in words[1:] if word not in targets and "=" not in word)
    return "" if program in OTHERS else f"what is {program}?"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_of_a_page_exists(page):
    assert [(line, wrong) for line in typed(page) if (wrong := trouble(line))] == []


def test_this_test_sees_what_does_not_exist():
    wrong = ["autograder grde", "autograder grade --sandbx x", "nbgrader colect", "make docz", "rm x"]
    assert [line for line in wrong if not trouble(line)] == []
    assert not is_there("course.widgets.standin.Gone")
    assert not is_there("course.gone.StandIn")


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_file_and_extra_that_a_page_names_exists(page):
    text = page.read_text(encoding="utf-8")
    paths = re.findall(
        r"`((?:autograder|course|tests|benchmarks|source_notebooks|binder|docs)/[\w/.-]*)`", text
    )
    meant = [path for path in paths if not re.search(r"[A-Z]{2}|\bname\b|_name|_build", path)]
    assert [path for path in meant if not (ROOT / path).exists()] == []
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for found in re.findall(r"\.\[([a-z,]+)\]|extra `([a-z]+)`", text):
        assert set("".join(found).split(",")) <= set(extras)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_module_and_name_in_it_that_a_page_names_exists(page):
    names = re.findall(r"`((?:autograder|course)(?:\.\w+)+)`", page.read_text(encoding="utf-8"))
    assert [name for name in names if not is_there(name)] == []


def is_there(name: str) -> bool:
    """Whether a dotted name is a module or a name in one."""
    with contextlib.suppress(ModuleNotFoundError):
        return bool(importlib.import_module(name))
    module, _, last = name.rpartition(".")
    with contextlib.suppress(ModuleNotFoundError):
        return hasattr(importlib.import_module(module), last)
    return False


def test_every_console_is_run_or_says_why_not():
    for page in pages():
        for block in blocks(page):
            assert block.how in ("", "not run", "exits"), (page, block)
            assert block.language != "console" or block.body.startswith("$ "), (page, block)


def test_every_page_is_in_the_list_of_contents():
    listed = re.findall(r"^(\w+/\w+)$", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
    ours = {page.relative_to(DOCS).with_suffix("").as_posix() for page in pages()}
    assert ours - {"index"} <= set(listed)
