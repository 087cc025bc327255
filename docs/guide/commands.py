"""The page of commands, from the commands themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from autograder.cli import main

HEAD = """# Commands

What `autograder COMMAND --help` says, and nothing else: this page is made from it.
"""


def page() -> str:
    """Return the page of all commands."""
    context = click.Context(main)
    return "\n".join(
        [HEAD, *(line for name in main.list_commands(context) for line in command(name, context))]
    )


def command(name: str, group: click.Context) -> Iterator[str]:
    """Yield the lines of one command: its usage, its help, its arguments and options."""
    chosen = main.get_command(group, name)
    assert chosen is not None
    context = click.Context(chosen, info_name=f"autograder {name}", max_content_width=200)
    yield f"(command-{name})="
    yield f"## `autograder {name}`\n"
    yield f"```text\n{context.get_usage().removeprefix('Usage: ')}\n```\n"
    yield prose(re.sub(r"[\b\f]\n?", "", chosen.help or "")) + "\n"
    for option in chosen.get_params(context):
        record = option.get_help_record(context)
        if record and record[1]:
            yield f"`{record[0]}`\n: {prose(record[1])}\n"


def prose(text: str) -> str:
    """Return the text of a help with what Markdown would take for marks made plain."""
    paragraphs = [" ".join(each.split()) for each in re.split(r"\n\s*\n", text.strip())]
    parts = [re.split(r"(`[^`]*`)", each) for each in paragraphs]
    plain = [
        "".join(p if p.startswith("`") else re.sub(r"([\\*_<>\[\]$])", r"\\\1", p) for p in each)
        for each in parts
    ]
    return "\n\n".join(plain)
