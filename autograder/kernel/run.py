"""The executor that needs nothing but Jupyter: one fresh kernel for each submission.

Tests and submission share the kernel, so this protects from accidents and not from malice.  A cell that hangs is
interrupted; a kernel that cannot be interrupted, or dies, is replaced, and the cells before, except the one that
did it, are run again, so that only what depends on that cell is lost.
"""

from __future__ import annotations

import time

from nbformat import NotebookNode

from autograder.examine.verdicts import End, read_verdict, show
from autograder.kernel.client import Client, private_folder
from autograder.kernel.pictures import wanted
from autograder.marks import ADDED, Graded, Limits, Ran, is_autograded, nbgrader_of

OURS = 120.0
"""Seconds for cells before the student's first: on a busy machine imports take their time."""

DEATHS = 4
"""Kernels that one submission may use up; what is left then is not checked."""


def run_in_kernel(notebook: NotebookNode, limits: Limits) -> Ran:
    """Run a repaired notebook in a kernel and return outputs and verdicts.  Implements ``Executor``."""
    ends: dict[int, End] = {}
    until = time.monotonic() + limits.total
    chosen = wanted(notebook, limits)
    deaths = 0
    theirs = [at for at in chosen if is_theirs(notebook.cells[at])]
    times = {at: limits.cell if theirs and at >= theirs[0] else max(limits.cell, OURS) for at in chosen}
    while len(ends) < len(chosen) and deaths < DEATHS and time.monotonic() < until:
        if not one_kernel(notebook, limits, times, ends, until):
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


def is_theirs(cell: NotebookNode) -> bool:
    """Whether a cell holds text of the student's: an answer, or a cell they added."""
    return bool(nbgrader_of(cell).get("solution")) or str(cell.get("id", "")).startswith(ADDED)


def one_kernel(
    notebook: NotebookNode, limits: Limits, times: dict[int, float], ends: dict[int, End], until: float
) -> bool:
    """Run what has not ended yet in one kernel, after what it may depend on; False if the kernel died."""
    with private_folder() as folder:
        client = Client(notebook, limits, folder)
        client.start(limits.memory)
        try:
            for at in [at for at in times if at in ends]:
                again = ends[at].how in ("ok", "error") and not is_autograded(notebook.cells[at])
                if again and not replay(client, at, times[at]):
                    ends[at] = End(how="dead", lost=True)
                    return False
            for at in [at for at in times if at not in ends]:
                if time.monotonic() >= until:
                    break
                ends[at] = client.run(at, times[at])
                if ends[at].lost:
                    return False
            return True
        finally:
            client._cleanup_kernel()


def replay(client: Client, at: int, limit: float) -> bool:
    """Run a cell again for what it defines, keeping the outputs it had; False if the kernel died."""
    cell = client.nb.cells[at]
    kept, count = cell.outputs, cell.execution_count
    end = client.run(at, limit)
    cell.outputs, cell.execution_count = kept, count
    return not end.lost
