"""Run cells as a kernel would."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import alarm
from .shown import Displays, Printed, Record, Results

SPECIAL = re.compile(r"\A\s|[%?]|!(?!=)|^[^\S\n]*([/,;]|>>>|\.\.\.|In \[|<ipython)", flags=re.MULTILINE)
"""What makes a cell more than Python, or may: indented whole, with magic, help, the shell's commands, prompts."""


CALLS = 40
"""Calls within calls of which a traceback shows the lines."""


class Stopped(BaseException):
    """The time of a cell is up; no ``except Exception`` of a student's catches it."""


@contextlib.contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Interrupt what runs inside after so many seconds, and again until it has ended.

    A loop in C is not interrupted; the examiner ends its process.
    """

    def stop(*_: Any) -> None:
        raise Stopped(f"stopped: it ran longer than {seconds:g} s")

    before = alarm.on_ring(stop)
    alarm.ring_after(seconds, 0.5)
    try:
        yield
    finally:
        alarm.stop()
        alarm.on_ring(before)


class Shell(InteractiveShell):
    """An IPython shell without a terminal, a history file or a kernel."""

    record: Record
    usual: list

    displayhook_class = Results
    display_pub_class = Displays

    def run(self, source: str, output: int, seconds: float, counted: bool = True) -> list:
        """Run a cell, for so many seconds at most, and return its outputs and its number."""
        record = self.record
        record.begin(output)
        sys.stdout, sys.stderr = streams = Printed("stdout", record), Printed("stderr", record)
        number = self.execution_count
        with interrupted_after(seconds):
            ended = self.run_cell(source, store_history=counted)
        for stream in streams:
            stream.collect()
        error = ended.error_in_exec or ended.error_before_exec
        if error is not None and not any(each["output_type"] == "error" for each in record.outputs):
            # a UsageError, which IPython only prints, or one whose traceback took too long to write
            self._showtraceback(type(error), error, [f"{type(error).__name__}: {error}"])
        return [record.finished(), number]

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as Python; one that is Python already is not taken apart into tokens: 8 ms a notebook."""
        usual = not self.input_transformers_post and transformers(self) == self.usual
        if usual and not SPECIAL.search(raw_cell):
            return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        return super().transform_cell(raw_cell)

    def should_run_async(self, raw_cell: str, **options: Any) -> bool:
        """Whether a cell awaits something; one without the word is not compiled to find out: 1.5 ms a notebook."""
        return ("await" in raw_cell or "async" in raw_cell) and super().should_run_async(raw_cell, **options)

    def system(self, cmd: str) -> None:
        """Run a command of the system and show what it writes; there is no terminal."""
        done = subprocess.run(
            self.var_expand(cmd, depth=1),
            shell=True,
            text=True,
            errors="replace",
            capture_output=True,
            check=False,
        )
        sys.stdout.write(done.stdout)
        sys.stderr.write(done.stderr)
        self.user_ns["_exit_code"] = done.returncode

    def showtraceback(self, exc_tuple: Any = None, *rest: Any, **options: Any) -> None:
        """Show an error; of a recursion without end only the first calls, for all would take seconds to write."""
        _, error, traceback = self._get_exc_info(exc_tuple)
        for _ in range(CALLS):  # errors may refer to each other in a circle
            if error is None:
                break
            shorten(traceback)
            error = error.__cause__ or error.__context__
            traceback = error.__traceback__ if error is not None else None
        super().showtraceback(exc_tuple, *rest, **options)

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        text = [line for each in stb for line in each.split("\n")]
        self.record.add(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": str(evalue)[:5000],
                "traceback": text[:400],
            }
        )

    def enable_gui(self, gui: Any = None) -> None:
        """Do without an event loop."""

    def ask_exit(self) -> None:
        """Stay: a cell that says ``exit`` ends nothing."""


def shorten(traceback: Any) -> None:
    """Cut a traceback after its first calls."""
    for _ in range(CALLS):
        if traceback is None:
            return
        traceback = traceback.tb_next
    if traceback is not None:
        traceback.tb_next = None


def transformers(shell: InteractiveShell) -> list:
    """Return everything that changes the text of a cell."""
    manager = shell.input_transformer_manager
    return [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]


def make_shell() -> Shell:
    """Return a warm shell with figures drawn as notebooks draw them."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "Neutral"
    config.InteractiveShell.autocall = 0
    shell = Shell.instance(config=config)
    shell.record = Record()
    assert shell.display_formatter is not None
    shell.display_formatter.active_types = ["text/plain", "image/png"]  # nothing else is kept of an output
    shell.run_line_magic("load_ext", "storemagic")  # as a kernel does
    shell.usual = transformers(shell)
    for part in (shell.displayhook, shell.display_pub):
        part.record = shell.record  # type: ignore[union-attr]
    import matplotlib

    matplotlib.use("module://matplotlib_inline.backend_inline")
    matplotlib.interactive(True)  # figures that are open at the end of a cell are shown
    from matplotlib_inline.backend_inline import configure_inline_support

    configure_inline_support(shell, "module://matplotlib_inline.backend_inline")
    return shell
