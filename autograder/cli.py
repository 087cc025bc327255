"""The command line: a thin group that loads a subcommand only when it is called.

A command is a module in ``autograder/commands`` that exists; nothing else registers it.
"""

import ast
import errno
import importlib
import io
import sys
from pathlib import Path
from typing import Any

import click

from autograder.errors import Trouble

FOLDER = Path(__file__).parent / "commands"
ORDER = (
    *("build", "validate", "adopt", "bundle", "cohort", "init", "collect", "grade", "check", "doctor"),
    *("report", "similar", "feedback", "export", "run"),
)

CURES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "Make room on the disk"),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "Give yourself the right to it"),
}
"""What to do about an error of the system that is no fault of ours."""


class Lazy(click.Group):
    """A group whose commands are the modules of a folder, and whose errors are one line with the cure."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands that exist, in the order an instructor meets them."""
        found = {file.stem for file in FOLDER.glob("*.py") if file.stem != "__init__"}
        return [*(name for name in ORDER if name in found), *sorted(found - set(ORDER))]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command, importing its module; None when there is no such module."""
        if name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"autograder.commands.{name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by the first lines of their modules, without importing them."""
        rows = [(name, summary(FOLDER / f"{name}.py")) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Accept ``--debug`` before and after the name of the command."""
        ours = args[: args.index("--")] if "--" in args else args
        if "--debug" in ours:
            rest = [each for each in ours if each != "--debug"] + args[len(ours) :]
            args = ["--debug", *rest]
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Write UTF-8 where the system would write another encoding, as Windows does into a pipe; then run."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(encoding="utf-8", errors="replace")
        return super().main(*args, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; reduce its errors to one line, exit code 1, unless ``--debug`` asks for the traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            raise click.ClickException(one_line(error)) from None


def one_line(error: Exception) -> str:
    """Return what an error says; one that nobody foresaw also says how to see where it came from."""
    if isinstance(error, Trouble):
        return str(error)
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and error.errno in CURES:
        place = f"{error.filename}: " if error.filename else ""
        return (
            f"{place}{error.strerror}. {CURES[error.errno]}, and run this again; what was finished is kept."
        )
    return f"{type(error).__name__}: {text}".rstrip(": ") + " (unexpected; run again with --debug)"


def summary(file: Path) -> str:
    """Return the first line of a module's docstring without importing the module."""
    try:
        text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    except SyntaxError:
        return "(its module cannot be read)"
    return text.partition("\n")[0]


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def main(debug: bool) -> None:
    """Build, check and grade the notebooks of the course."""
