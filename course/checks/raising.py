"""Where a reader's function raised: the line of their own cell, and none of ours."""

import copy
import linecache
from collections.abc import Callable
from types import TracebackType
from typing import Any

from course.probes.base import Calls, Raised, Unusable
from course.probes.comparing import same
from course.probes.composed import Look


def place(probe: Callable, outcome: Any, expected: Any, function: Callable) -> str:
    """Return the line that raised, if a call of the probe raised first where it should not."""
    if isinstance(probe, Look):
        seen = next((each for each in probe.probes if not same(outcome[each], expected[each])), "")
        if not seen or not isinstance(outcome[seen], Raised):
            return ""
        try:
            probe.probes[seen](function)
        except Unusable as trouble:
            return where_raised(trouble, function)
    if not isinstance(probe, Calls):
        return ""
    for arguments, mine, right in zip(probe.arguments, outcome, expected, strict=True):
        if not same(mine, right):
            if isinstance(mine, Raised):
                try:
                    function(*copy.deepcopy(list(arguments)))
                except Exception as error:
                    return line_of(error.__traceback__, function)
            return ""
    return ""


def where_raised(trouble: Unusable, function: Callable) -> str:
    """Return the line of the reader's function in which it raised, or nothing."""
    cause = trouble.__cause__
    return line_of(cause.__traceback__, function) if cause is not None else ""


def line_of(traceback: TracebackType | None, function: Callable) -> str:
    """Return the last line of a traceback that lies in the cell of the function, in words."""
    code = getattr(function, "__code__", None)
    found = None
    while traceback is not None and code is not None:
        if traceback.tb_frame.f_code.co_filename == code.co_filename:
            found = traceback
        traceback = traceback.tb_next
    if found is None or code is None:
        return ""
    line = linecache.getline(code.co_filename, found.tb_lineno).strip()
    where = f"In line {found.tb_lineno} of the cell"
    return f"{where}: `{line[:80]}`" if line else f"{where}."
