"""What a cell shows, in notebook form: what it prints, what ``display`` shows, and the value of its last line."""

import base64
import io
import tempfile
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

from .frames import RICH

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


def printable(bundle: Any) -> dict:
    """Return a bundle of outputs as a notebook can hold it: bytes become base64 as IPython's encoder does."""
    found = {}
    for key, value in dict(bundle).items():
        found[str(key)] = base64.b64encode(value).decode() if isinstance(value, bytes) else value
    return found
