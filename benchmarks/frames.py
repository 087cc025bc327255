"""Frames painted per second in JupyterLab, ours beside two peers in one run, and what changing a rate costs.

    python benchmarks/frames.py               frames, latency, first picture, ten rules of 5,000 steps
    python benchmarks/frames.py --soak 10     memory of kernel and tab during ten minutes of Play

All three show the same: five rules, 400 steps, the saddle with level lines, the losses beside it.  A frame counts
when the browser has drawn something new on the canvas, or has decoded a new image, since the last display frame.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import nbformat

from benchmarks.playing.cells import INLINE, IPYMPL, MANY, OURS, SETUP, WATCH
from tests.browser.lab import CHROMIUM, browser, jupyterlab, open_and_run


class Bench:
    """A notebook in JupyterLab whose cells are run one by one."""

    def __init__(self, page: Any):
        self.page = page

    def marks(self) -> list[float]:
        """Return when frames were painted, in milliseconds, and forget them."""
        return self.page.evaluate("() => window.marks.splice(0)")

    def first_picture(self, at: int) -> float:
        """Run a cell and return the seconds until it has painted something."""
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(at)
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.wait_for_timeout(500)
        self.marks()
        self.page.keyboard.press("Control+Enter")
        pressed = self.page.evaluate("() => window.pressed")
        deadline = time.monotonic() + 120
        while not (seen := self.marks()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"cell {at} painted nothing")
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(2500)
        return (seen[0] - pressed) / 1000

    def frames(self, at: int, button: str, seconds: float = 6.0) -> float:
        """Press Play in a cell and return the frames painted per second."""
        play = self.page.locator(".jp-Notebook .jp-Cell").nth(at).locator(button).first
        play.scroll_into_view_if_needed()
        play.click()
        self.page.wait_for_timeout(1000)
        self.marks()
        began = time.monotonic()
        self.page.wait_for_timeout(1000 * seconds)
        painted = len(self.marks()) / (time.monotonic() - began)
        pause = self.page.locator(".jp-Notebook .jp-Cell").nth(at).locator(button)
        pause.nth(1 if pause.count() > 1 else 0).click()
        self.page.wait_for_timeout(1500)
        return painted

    def latency(self, at: int, description: str, times: int = 15) -> list[float]:
        """Move a rate slider by keys and return the milliseconds from each key to the first frame after it."""
        cell = self.page.locator(".jp-Notebook .jp-Cell").nth(at)
        handle = cell.locator(f'.widget-slider:has(.widget-label:text-is("{description}")) .noUi-handle').last
        handle.scroll_into_view_if_needed()
        handle.focus()
        found = []
        for k in range(times):
            self.page.wait_for_timeout(250)
            self.marks()
            self.page.keyboard.press("ArrowLeft" if k % 2 else "ArrowRight")
            pressed = self.page.evaluate("() => window.pressed")
            deadline = time.monotonic() + 20
            while not (seen := self.marks()) and time.monotonic() < deadline:
                self.page.wait_for_timeout(10)
            found += [seen[0] - pressed] if seen else []
        return found


def notebook(folder: Path, *cells: str) -> None:
    """Write a notebook of code cells."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, folder / "bench.ipynb")


def compare() -> bool:
    """Measure ours and the peers in one JupyterLab and print the ratios; return whether our promises hold."""
    peers = {
        "ours": (1, ".descent-play", "Learning rate"),
        "Matplotlib inline": (2, ".widget-play button", "rate"),
        "ipympl": (3, ".widget-play button", "rate"),
    }
    frames, latency, first = {}, {}, {}
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        folder = Path(name)
        notebook(folder, SETUP, OURS, INLINE, IPYMPL, MANY)
        with jupyterlab(folder) as lab:
            page = chromium.new_page(viewport={"width": 1400, "height": 1100})
            page.add_init_script(f"({WATCH})()")
            open_first(page, lab)
            bench = Bench(page)
            for name, (at, button, rate) in peers.items():
                first[name] = bench.first_picture(at)
                frames[name] = bench.frames(at, button)
                print(f"{name}: {first[name]:.2f} s, {frames[name]:.1f}/s", file=sys.stderr)
                latency[name] = statistics.median(bench.latency(at, rate))
                print(
                    f"{name}: {first[name]:.2f} s, {frames[name]:.1f}/s, {latency[name]:.0f} ms",
                    file=sys.stderr,
                )
            bench.first_picture(4)
            many = bench.frames(4, ".descent-play")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; other work lengthens the times below")
    print("5 rules x 400 steps on the saddle      frames/s   rate to paint   first picture")
    for name in peers:
        print(f"  {name:<36} {frames[name]:8.1f}   {latency[name]:10.0f} ms   {first[name]:11.2f} s")
    print(f"  ours, 10 rules x 5,000 noisy steps   {many:8.1f}")
    for name in list(peers)[1:]:
        print(f"ours paints {frames['ours'] / frames[name]:.1f} times as many frames as {name}, ", end="")
        print(f"and answers a change of rate {latency[name] / latency['ours']:.1f} times as fast")
    held = {
        "at least 50 frames a second": frames["ours"] >= 50,
        "at least 7 times ipympl": frames["ours"] >= 7 * frames["ipympl"],
        "a change of rate within 100 ms (median)": latency["ours"] <= 100,
        "10 rules x 5,000 steps above 30 a second": many > 30,
    }
    for promise, kept in held.items():
        print(f"{'yes' if kept else 'NO '}  {promise}")
    return all(held.values())


def open_first(page: Any, lab: Any) -> int:
    """Open the notebook, run its first cell and return the kernel's process id."""
    page.goto(lab.address("bench.ipynb"))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    printed = page.locator(".jp-Notebook .jp-Cell").first.locator(".jp-OutputArea-output pre").last
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        page.locator(".jp-Notebook .jp-Cell").first.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        try:
            printed.wait_for(timeout=15_000)
        except Exception:
            continue
        return int(printed.inner_text())
    raise TimeoutError("The kernel did not answer.")


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def soak(minutes: float, every: float = 15.0) -> bool:
    """Play for some minutes; print the memory of kernel and tab, and return whether neither grew."""
    with tempfile.TemporaryDirectory() as name, browser() as chromium:
        folder = Path(name)
        notebook(folder, SETUP, OURS)
        with jupyterlab(folder) as lab:
            page = chromium.new_page(viewport={"width": 1400, "height": 1100})
            open_and_run(page, lab, "bench.ipynb")
            page.wait_for_selector(".descent-stage canvas", timeout=30_000)
            pid = int(page.locator(".jp-OutputArea-output pre").first.inner_text())
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable")
            rows = []
            end = time.monotonic() + 60 * minutes
            while time.monotonic() < end:
                if page.get_attribute(".descent-play", "aria-label").startswith("Play"):
                    page.click(".descent-play")
                page.wait_for_timeout(1000 * every)
                session.send("HeapProfiler.collectGarbage")
                measured = {
                    each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]
                }
                rows.append((resident(pid), measured["JSHeapUsedSize"] / 2**20, measured["Nodes"]))
                kernel, heap, nodes = rows[-1]
                print(
                    f"{len(rows) * every / 60:5.1f} min   kernel {kernel:7.1f} MB   tab {heap:6.1f} MB",
                    f"  {nodes:.0f} nodes",
                    flush=True,
                )
    quarter = max(len(rows) // 4, 1)
    early, late = (
        [statistics.median(column) for column in zip(*part, strict=True)]
        for part in (rows[:quarter], rows[-quarter:])
    )
    kernel, heap, nodes = (b - a for a, b in zip(early, late, strict=True))
    print(f"last quarter against the first: kernel {kernel:+.1f} MB, tab {heap:+.1f} MB, {nodes:+.0f} nodes")
    return kernel < 3 and heap < 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--soak", type=float, metavar="MINUTES", help="measure memory during this much Play instead"
    )
    options = parser.parse_args()
    if CHROMIUM is None:
        print("skipped: no Chromium on this machine")
        return 0
    return 0 if (soak(options.soak) if options.soak else compare()) else 1


if __name__ == "__main__":
    sys.exit(main())
