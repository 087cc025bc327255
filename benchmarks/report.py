"""How long the report takes: to gather and write it, to open it in Chromium, and to answer a keystroke.

    python benchmarks/report.py                    2,000 submissions of all lessons
    python benchmarks/report.py --submissions 500

The class is invented, with a real gradebook and real records.  The page is opened from the disk, offline, in a new
browser profile each time; "usable" is when its script has built the tables, "painted" the second frame after that.
A keystroke is timed from the key to the second frame after it, when its effect can be seen.  The peer is an empty
page, opened by turns in the same browser: it costs what the browser and whatever else the machine does cost.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from autograder.grading.course import Course
from autograder.project import Project
from autograder.reporting import gather, page
from autograder.reporting.catalogue import exercises
from tests.autograder.reporting import graded_class

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FRAMES = (
    "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"
)
WATCH = """(box) => {
  window.seen = new Promise((done) => document.querySelector(box).addEventListener("keydown", () => {
    const from = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from)));
  }, { once: true }));
}"""
FILTER = """(() => {
  const from = performance.now();
  for (let k = 0; k < 20; k++) filter();
  return (performance.now() - from) / 20;
})()"""
OPENED = 2.0
"""Seconds in which the page must be painted."""


def lessons() -> list[str]:
    return [name for name in Project.here().lessons() if exercises(name)]


def opened(browser, file: Path) -> dict[str, float]:
    """Return milliseconds of one visit: until usable, painted, and for each keystroke the slowest."""
    context = browser.new_context(offline=True)
    tab = context.new_page()
    start = time.perf_counter()
    tab.goto(file.as_uri(), wait_until="commit")
    tab.locator(
        "html[data-ready]"
    ).wait_for()  # the page's policy forbids wait_for_function, which evaluates text
    painted = tab.evaluate(FRAMES)
    found = {
        "usable": float(tab.evaluate("Number(document.documentElement.dataset.ready)")),
        "painted": painted,
        "by the clock": 1000 * (time.perf_counter() - start),
    }
    keys = []
    for box, words in (("#search", "student04 sgd mistake"), ("#mistake-search", "gradient")):
        tab.locator(box).focus()
        for key in words:
            tab.evaluate(WATCH, box)
            tab.keyboard.press("Space" if key == " " else key)
            keys.append(tab.evaluate("window.seen"))
    found["key (median)"], found["key (slowest)"] = statistics.median(keys), max(keys)
    found["filter (script)"] = tab.evaluate(FILTER)
    context.close()
    return found


def emptied(browser, file: Path) -> float:
    """Return milliseconds until an empty page is painted."""
    context = browser.new_context(offline=True)
    tab = context.new_page()
    tab.goto(file.as_uri(), wait_until="commit")
    tab.locator("html[data-ready]").wait_for(state="attached")
    painted = tab.evaluate(FRAMES)
    context.close()
    return float(painted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="write the page here too")
    given = parser.parse_args()
    names = lessons()
    students = -(-given.submissions // len(names))
    with tempfile.TemporaryDirectory() as folder:
        course: Course = graded_class.write(Path(folder) / "course", names, students, 1)
        start = time.perf_counter()
        book = gather.gather(course)
        gathered = time.perf_counter() - start
        file = Path(folder) / "course" / "report.html"
        start = time.perf_counter()
        text = page.page(book, course, file)
        file.write_text(text, encoding="utf-8")
        written = time.perf_counter() - start
        if given.keep:
            given.keep.write_text(text, encoding="utf-8")
        print(f"{len(book.submissions)} submissions: {len(names)} lessons, {students} students")
        print(f"gathered in {gathered:.1f} s, written in {written:.1f} s, {len(text.encode()) / 1e6:.2f} MB")
        with sync_playwright() as play:
            chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
            browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
            empty = Path(folder) / "empty.html"
            empty.write_text("<!DOCTYPE html><html data-ready='1'><title>empty</title>", encoding="utf-8")
            turns = [(opened(browser, file), emptied(browser, empty)) for _ in range(given.visits)]
            browser.close()
    visits = [visit for visit, _ in turns]
    for name in visits[0]:
        times = sorted(visit[name] for visit in visits)
        print(f"  {name:<16} median {statistics.median(times):7.1f} ms   slowest {times[-1]:7.1f} ms")
    ours, peer = (
        statistics.median(times) / 1000
        for times in ([each["painted"] for each in visits], [each for _, each in turns])
    )
    print(f"opens in {ours:.2f} s, an empty page in {peer:.2f} s: {ours / peer:.1f} times as long")
    print(f"load of the machine: {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores")
    print(f"it must in {OPENED:g} s: {OPENED / ours:.1f} times to spare")
    if ours > OPENED:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
