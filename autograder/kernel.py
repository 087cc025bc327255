"""The executor that needs nothing but Jupyter: one fresh kernel for each submission.

Tests and submission share the kernel, so this protects from accidents and not from malice.  A cell that hangs is
interrupted; a kernel that cannot be interrupted, or dies, is replaced, and the cells before, except the one that
did it, are run again, so that only what depends on that cell is lost.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.grading.verdicts import End, read_verdict, show
from autograder.marks import Graded, Limits, Ran, is_autograded, nbgrader_of

DEATHS = 4
"""Kernels that one submission may use up; what is left then is not checked."""

TIMEOUT = {"ename": "CellTimeoutError", "evalue": "", "traceback": ["stopped: it ran too long"]}


SILENT = logging.Logger("autograder.kernel", level=logging.CRITICAL + 1)
"""A hang or a death is a verdict here, nothing to tell the instructor's terminal."""


class OwnPython(KernelSpecManager):
    """Knows one kernel: this interpreter, whatever kernels the machine has under that name."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the interpreter this code runs in as a kernel."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python", name=kernel_name)


class Client(NotebookClient):
    """nbclient, one cell at a time, that keeps replies and a bounded amount of output."""

    def __init__(self, notebook: NotebookNode, limits: Limits, folder: Path):
        manager = AsyncKernelManager(
            kernel_name="python3",
            kernel_spec_manager=OwnPython(),
            connection_file=str(folder / "kernel.json"),
            transport="ipc",
            log=SILENT,
        )
        super().__init__(
            notebook,
            km=manager,
            timeout=limits.cell,
            startup_timeout=60,
            iopub_timeout=3,
            raise_on_iopub_timeout=True,
            interrupt_on_timeout=True,
            error_on_timeout=TIMEOUT,
            allow_errors=True,
            record_timing=False,
            store_widget_state=False,
            shutdown_kernel="immediate",
            log=SILENT,
        )
        self.folder = folder
        self.room = limits.output
        self.most = limits.output
        self.reply: dict[str, Any] = {}
        self.on_cell_executed = lambda cell, cell_index, execute_reply: self.reply.update(execute_reply or {})

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], *rest: Any) -> NotebookNode | None:
        """Keep an output while there is room for it."""
        self.room -= len(str(msg["content"].get("text") or msg["content"].get("data") or ""))
        if self.room >= 0 or msg["msg_type"] in ("error", "execute_result"):
            return super().output(outs, msg, *rest)
        if not outs or outs[-1].get("text") != "\n(more output was left out)\n":
            outs.append(
                NotebookNode(output_type="stream", name="stdout", text="\n(more output was left out)\n")
            )
        return None

    def start(self, memory: int | None) -> None:
        """Start the kernel in its private folder.  Raises ``RuntimeError`` if it does not come up."""
        bound = f"__import__('resource').setrlimit(__import__('resource').RLIMIT_AS, ({memory}, {memory}))"
        self.extra_arguments = [f'--IPKernelApp.exec_lines=["{bound}"]'] if memory else []
        self.start_new_kernel(env=environment(self.folder), cwd=str(self.folder / "work"))
        self.start_new_kernel_client()

    def run(self, at: int) -> End:
        """Run one cell and return how it ended."""
        self.reply, self.room = {}, self.most
        begun = time.monotonic()
        limit = f"{self.timeout:g} s"
        try:
            self.execute_cell(self.nb.cells[at], at)
        except CellTimeoutError:  # the interrupt did not help
            return End(how="timeout", text=limit, seconds=time.monotonic() - begun, lost=True)
        except DeadKernelError:
            return End(how="dead", seconds=time.monotonic() - begun, lost=True)
        content = self.reply.get("content", {})
        seconds = time.monotonic() - begun
        if content.get("status") == "ok" or not self.reply:
            return End(how="ok", seconds=seconds)
        if content.get("ename") == TIMEOUT["ename"] and not content.get("evalue"):
            return End(how="timeout", text=limit, seconds=seconds)
        return End(
            how="error",
            error=str(content.get("ename", "Aborted")),
            text=str(content.get("evalue", ""))[:2000],
            traceback=list(content.get("traceback", [])),
            seconds=seconds,
        )


def environment(folder: Path) -> dict[str, str]:
    """Return the variables a kernel sees: the way to Python, a home of its own, and nothing of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ") if name in os.environ}
    own = {"HOME": "work", "IPYTHONDIR": "ipython", "MPLCONFIGDIR": "matplotlib", "TMPDIR": "work"}
    places = {name: str(folder / place) for name, place in own.items()}
    return {**kept, **places, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for one kernel, with Matplotlib's list of fonts so that it is not made again each time."""
    folder = Path(tempfile.mkdtemp(prefix="grade-"))
    try:
        for name in ("work", "ipython", "matplotlib"):
            (folder / name).mkdir()
        for fonts in font_lists():
            shutil.copy(fonts, folder / "matplotlib")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def font_lists() -> list[Path]:
    """Return Matplotlib's cached lists of fonts on this machine."""
    import matplotlib

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))


def run_in_kernel(notebook: NotebookNode, limits: Limits) -> Ran:
    """Run a repaired notebook in a kernel and return outputs and verdicts.  Implements ``Executor``."""
    ends: dict[int, End] = {}
    until = time.monotonic() + limits.total
    wanted = [at for at, cell in enumerate(notebook.cells) if runs(cell, limits)]
    deaths = 0
    while len(ends) < len(wanted) and deaths < DEATHS and time.monotonic() < until:
        if not one_kernel(notebook, limits, wanted, ends, until):
            deaths += 1
    late = time.monotonic() >= until
    reason = f"The notebook as a whole ran longer than {limits.total:g} s." if late else "Python kept ending."
    verdicts = {}
    for at, cell in enumerate(notebook.cells):
        if is_autograded(cell):
            end = ends.setdefault(at, End(how="skipped", text=reason))
            found = read_verdict(notebook, at, ends)
            verdicts[nbgrader_of(cell)["grade_id"]] = Graded(verdict=found, seconds=end.seconds)
            show(cell, found)
    return Ran(notebook=notebook, verdicts=verdicts)


def runs(cell: NotebookNode, limits: Limits) -> bool:
    """Whether a cell is run: code, and not one of ours that only draws."""
    drawn = "picture" in cell.metadata.get("tags", [])
    return cell.cell_type == "code" and bool(cell.source.strip()) and (limits.pictures or not drawn)


def one_kernel(
    notebook: NotebookNode, limits: Limits, wanted: list[int], ends: dict[int, End], until: float
) -> bool:
    """Run what has not ended yet in one kernel, after what it may depend on; False if the kernel died."""
    with private_folder() as folder:
        client = Client(notebook, limits, folder)
        client.start(limits.memory)
        try:
            for at in [at for at in wanted if at in ends]:
                again = ends[at].how in ("ok", "error") and not is_autograded(notebook.cells[at])
                if again and not replay(client, at):
                    ends[at] = End(how="dead", lost=True)
                    return False
            for at in [at for at in wanted if at not in ends]:
                if time.monotonic() >= until:
                    break
                ends[at] = client.run(at)
                if ends[at].lost:
                    return False
            return True
        finally:
            client._cleanup_kernel()


def replay(client: Client, at: int) -> bool:
    """Run a cell again for what it defines, keeping the outputs it had; False if the kernel died."""
    cell = client.nb.cells[at]
    kept, count = cell.outputs, cell.execution_count
    end = client.run(at)
    cell.outputs, cell.execution_count = kept, count
    return not end.lost
