"""What holds for all tests: interrupts count, the longest begin, recorded tables are printed at the end."""

import gc
import os
import signal

import pytest
from hypothesis import HealthCheck, settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so a shell starts what is to run in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says how busy the machine is, and nothing of what it tests.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Collecting makes a million objects that stay to the end: looking through them is a quarter of its time.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for cycles again, but not in what was collected."""
    gc.freeze()
    gc.enable()


BROWSERS = ("tests/browser/",)
SERVERS = ("tests/hub/", "tests/docs/test_commands_run", "tests/test_bundle_alone", "tests/test_notebooks")
"""Where single tests take half a minute and more."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker begin with the browsers and one with the servers, so that none is left with them at the end.

    A worker gets a piece of the list, and takes from the end of another's when it has run its own.  Two browsers at
    the same time, beside kernels, would wait for each other until their time is over.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    size = -(-len(items) // workers)
    long = [item for item in items if item.get_closest_marker("long")]
    first = [[item for item in long if item.nodeid.startswith(place)] for place in (BROWSERS, SERVERS)]
    others = [item for item in items if not any(item in own for own in first)]
    items.clear()
    for own in first:
        room = max(0, size - len(own))
        items += own + others[:room]
        del others[:room]
    items += others


NOTHING = "·"
"""What stands in a table where nothing happened; everything else is counted."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests gave to ``record_property("cell", (table, row, column, text))``, also from a worker.

    The last text of a cell counts.
    """
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "cell":
                    table, row, column, text = value
                    tables.setdefault(table, {}).setdefault(row, {})[column] = text
    for title, table in tables.items():
        terminalreporter.write_sep("-", title)
        terminalreporter.write_line(drawn(table))


def drawn(table: dict[str, dict[str, str]]) -> str:
    """Return a table as text, the rows in order, below it how many cells of each column say something."""
    columns = list(dict.fromkeys(column for row in table.values() for column in row))
    width = max(map(len, table)) + 2
    lines = [f"{'':{width}}" + "".join(f"{column:16}" for column in columns)]
    for name, row in sorted(table.items()):
        lines.append(f"{name:{width}}" + "".join(f"{row.get(column, 'not tried'):16}" for column in columns))
    for column in columns:
        tried = [row[column] for row in table.values() if column in row]
        lines.append(f"{column}: {sum(text != NOTHING for text in tried)} of {len(tried)}")
    return "\n".join(line.rstrip() for line in lines)
