"""nbclient made fit for strangers: one private kernel, one cell at a time, bounded time and output."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async
from nbformat import NotebookNode

from autograder.examine.verdicts import End
from autograder.marks import Limits
from autograder.scratch import Scratch

TICK = 0.5
"""Seconds after which a cell that has not ended is looked at."""

PATIENCE = 5
"""Times the limit that a cell may take by the clock while the processor gave it less than the limit."""

LONGEST = 50_000
"""Characters kept of an exception's text; a verdict is one."""

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
            timeout_func=lambda cell: TICK,
            startup_timeout=60,
            iopub_timeout=3,
            raise_on_iopub_timeout=True,
            interrupt_on_timeout=True,
            error_on_timeout=TIMEOUT,
            allow_errors=True,
            record_timing=False,
            store_widget_state=True,  # its Output widget needs it
            shutdown_kernel="immediate",
            log=SILENT,
        )
        self.folder = folder
        self.begun = self.used = self.limit = 0.0
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

    async def _async_handle_timeout(self, timeout: float, cell: NotebookNode | None = None) -> Any:
        """Go on waiting, a tick at a time, while a cell is within its limit; then interrupt it.

        On a busy machine a cell may take longer by the clock, as long as the processor gave it less.
        """
        waited = time.monotonic() - self.begun
        starved = waited < PATIENCE * self.limit and self.processor_seconds() - self.used < 0.9 * self.limit
        if waited < self.limit or starved:
            await asyncio.sleep(0.05)
            return None
        return await super()._async_handle_timeout(int(self.limit), cell)

    async def _async_poll_kernel_alive(self) -> None:
        """Watch the kernel while there is one; nbclient's own goes on after it was cleaned up, and fails."""
        while self.kc is not None:
            await asyncio.sleep(0.5)
            kernel: Any = self.kc
            if kernel is not None and not await ensure_async(kernel.is_alive()):
                if self.task_poll_for_reply is not None:
                    self.task_poll_for_reply.cancel()
                return

    def processor_seconds(self) -> float:
        """Return the processor time the kernel has used so far."""
        manager: Any = self.km
        try:
            times = psutil.Process(manager.provisioner.pid).cpu_times()
        except (psutil.Error, AttributeError):
            return float("inf")
        return float(times.user + times.system)

    def run(self, at: int, limit: float) -> End:
        """Run one cell and return how it ended."""
        self.reply, self.room = {}, self.most
        self.limit, self.begun, self.used = limit, time.monotonic(), self.processor_seconds()
        said = f"{limit:g} s"
        try:
            self.execute_cell(self.nb.cells[at], at)
        except CellTimeoutError:  # the interrupt did not help
            return End(how="timeout", text=said, seconds=time.monotonic() - self.begun, lost=True)
        except DeadKernelError:
            return End(how="dead", seconds=time.monotonic() - self.begun, lost=True)
        except Exception:  # it sent what nbclient cannot read; what this client believes is worth nothing now
            return End(how="dead", seconds=time.monotonic() - self.begun, lost=True)
        content = self.reply.get("content", {})
        seconds = time.monotonic() - self.begun
        if content.get("status") == "ok" or not self.reply:
            return End(how="ok", seconds=seconds)
        if content.get("ename") == TIMEOUT["ename"] and not content.get("evalue"):
            return End(how="timeout", text=said, seconds=seconds)
        return End(
            how="error",
            error=str(content.get("ename", "Aborted")),
            text=str(content.get("evalue", ""))[:LONGEST],
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
    scratch = Scratch("grade")
    folder = scratch.place
    try:
        for name in ("work", "ipython", "matplotlib"):
            (folder / name).mkdir()
        for fonts in font_lists():
            shutil.copy(fonts, folder / "matplotlib")
        yield folder
    finally:
        scratch.close()


def font_lists() -> list[Path]:
    """Return Matplotlib's cached lists of fonts on this machine."""
    import matplotlib

    return sorted(Path(matplotlib.get_cachedir()).glob("fontlist-*.json"))
