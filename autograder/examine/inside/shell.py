"""Run cells as a kernel would and keep their outputs in notebook form."""

import base64
import contextlib
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import alarm
from .frames import RICH

SPECIAL = re.compile(r"\A\s|[%?]|!(?!=)|^[^\S\n]*([/,;]|>>>|\.\.\.|In \[|<ipython)", flags=re.MULTILINE)
"""What makes a cell more than Python, or may: indented whole, with magic, help, the shell's commands, prompts."""

CUT = "\n... the rest of the output was cut\n"


class Record:
    """The outputs of the cell that runs now.

    limit  characters of text and, separately, ``RICH`` bytes of everything else that are kept

    The examiner counts again; here it is done so that an honest cell with too much shows what fits.
    """

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, limit: int) -> None:
        """Start a new cell."""
        self.outputs: list[dict] = []
        self.limit = self.left = limit
        self.rich = RICH
        self.displays: dict[str, list[dict]] = getattr(self, "displays", {})
        self.clear_next = False

    def stream(self, name: str, text: str) -> None:
        """Keep printed text, joined with what was printed just before."""
        if not text or self.left < 0:
            return
        kept = text[: self.left]
        self.left -= len(text)
        if self.left < 0:
            kept += CUT
        self.fresh()
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"].append(kept)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": [kept]})

    def add(self, output: dict) -> None:
        """Keep another output."""
        data = output.get("data", {}).values()
        self.rich -= sum(
            len(each.encode(errors="replace")) if isinstance(each, str) else 1000 for each in data
        )
        if self.rich < 0:
            self.stream("stderr", "An output was too large to be kept.\n")
            return
        self.fresh()
        self.outputs.append(output)

    def fresh(self) -> None:
        """Clear the outputs if that was asked to happen at the next one."""
        if self.clear_next:
            self.outputs.clear()
            self.clear_next = False

    def finished(self) -> list[dict]:
        """Return the outputs with their text joined."""
        return [
            {**each, "text": "".join(each["text"])} if each["output_type"] == "stream" else each
            for each in self.outputs
        ]


class Printed(io.TextIOBase):
    """A standard stream whose text becomes an output."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, name: str, record: Record):
        self.name = name
        self.record = record
        self.file: Any = None

    def write(self, text: str) -> int:
        """Keep text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.record.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the descriptor of a file that other processes may write to; ``collect`` shows what they wrote."""
        if self.file is None:
            self.file = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the stream
        return self.file.fileno()

    def collect(self) -> None:
        """Show what other processes wrote, as much of it as may be kept."""
        if self.file is not None:
            self.file.seek(0)
            self.write(self.file.read(4 * max(self.record.left, 0) + 4).decode(errors="replace"))
            self.file.seek(0, io.SEEK_END)


class Results(DisplayHook):
    """Keeps the value of a cell's last line as an execute_result."""

    record: Record

    def write_output_prompt(self) -> None:
        """Write no prompt."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Keep the value."""
        self.record.add(
            {
                "output_type": "execute_result",
                "data": printable(format_dict),
                "metadata": printable(md_dict or {}),
                "execution_count": self.prompt_count,
            }
        )

    def finish_displayhook(self) -> None:
        """Do without the line end."""


class Displays(DisplayPublisher):
    """Keeps what ``display`` shows."""

    record: Record

    def publish(  # type: ignore[override]
        self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
    ) -> None:
        """Keep an output, or change the ones that carry the same display id."""
        identity = str((transient or {}).get("display_id") or "")
        content = {"data": printable(data), "metadata": printable(metadata or {})}
        if update:
            for each in self.record.displays.get(identity, []):
                each.update(content)
            return
        output = {"output_type": "display_data", **content}
        if identity:
            self.record.displays.setdefault(identity, []).append(output)
        self.record.add(output)

    def clear_output(self, wait: bool = False) -> None:
        """Forget the outputs of the cell, now or when the next one comes."""
        if wait:
            self.record.clear_next = True
        else:
            self.record.outputs.clear()


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
        if isinstance(ended.error_in_exec, UsageError):  # IPython prints it and goes on
            self._showtraceback(UsageError, ended.error_in_exec, [f"UsageError: {ended.error_in_exec}"])
        return [record.finished(), number]

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as Python; one that is Python already is not taken apart into tokens: 8 ms a notebook."""
        usual = not self.input_transformers_post and transformers(self) == self.usual
        if usual and not SPECIAL.search(raw_cell):
            return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        return super().transform_cell(raw_cell)

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


def transformers(shell: InteractiveShell) -> list:
    """Return everything that changes the text of a cell."""
    manager = shell.input_transformer_manager
    return [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]


def printable(bundle: Any) -> dict:
    """Return a bundle of outputs as a notebook can hold it: bytes become base64 as IPython's encoder does."""
    found = {}
    for key, value in dict(bundle).items():
        found[str(key)] = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    return found


def make_shell() -> Shell:
    """Return a warm shell with figures drawn as notebooks draw them."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "Neutral"
    config.InteractiveShell.autocall = 0
    shell = Shell.instance(config=config)
    shell.record = Record()
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
