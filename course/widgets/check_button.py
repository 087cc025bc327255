"""The button that checks one's work: the graded verdicts in the notebook, where the means for them are installed.

What a student installs holds no graded check.  Whoever has the instructor's part on the same machine, as one who
learns alone, gets the same verdicts here as from its console command, which runs in a process of its own; the
kernel stays free meanwhile.
"""

from __future__ import annotations

import datetime
import html
import json
import os
import shutil
import subprocess
import sys
import threading
from importlib import metadata
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from course.checks import Report
from course.lessons import LESSON
from course.widgets.standin import StandIn

PATIENCE = 900
"""Seconds after which a check is given up; the command has limits of its own for every cell."""

ABSENT = (
    "The graded checks are not on this machine; the visible checks above work without them. They come with the "
    "instructor's part of the course: in a checkout of it, <code>pip install -e '.[instructor]'</code>, then "
    "restart the kernel."
)


def console_command() -> str | None:
    """Return the program of the instructor's part: the one console command that this installation registers."""
    try:
        entries = metadata.distribution("descent-course").entry_points
    except metadata.PackageNotFoundError:
        return None
    for entry in entries:
        if entry.group == "console_scripts":
            beside = str(Path(sys.executable).parent)
            return shutil.which(entry.name, path=beside) or shutil.which(entry.name)
    return None


def this_notebook() -> Path | None:
    """Return the file of the notebook that runs this kernel, None when nothing says which it is."""
    named = [os.environ.get("JPY_SESSION_NAME", "")]
    try:
        from IPython import get_ipython

        named.append(str(get_ipython().user_ns.get("__vsc_ipynb_file__", "")))
    except (ImportError, AttributeError):
        pass
    for name in named:
        if name.endswith(".ipynb") and Path(name).is_file():
            return Path(name)
    found = [file for file in Path.cwd().glob("*.ipynb") if LESSON.fullmatch(file.stem)]
    return found[0] if len(found) == 1 else None


def check_my_work(notebook: str | Path | None = None) -> CheckMyWork:
    """Return a button that checks a notebook as it was last saved; by default this one."""
    file = Path(notebook) if notebook is not None else this_notebook()
    return CheckMyWork(file, console_command())


class CheckMyWork(StandIn, widgets.VBox):
    """The button, what it found, and below it the solutions that a real attempt has opened.

    file     the notebook to check, or None if it is not known
    program  the console command, or None if it is not installed
    """

    painted = "button"

    def __init__(self, file: Path | None, program: str | None):
        self.file, self.program = file, program
        self.button = widgets.Button(description="Check my work", button_style="primary", icon="check")
        self.status = widgets.HTML()
        self.found = widgets.HTML()
        self.choice = widgets.Dropdown(description="Exercise", options=[])
        self.reveal = widgets.Button(description="Show the solution")
        self.text = widgets.HTML()
        self.opened = widgets.HBox([self.choice, self.reveal])
        self.opened.layout.display = "none"
        self.working: threading.Thread | None = None
        self.button.on_click(lambda _: self.start(self.check, "Checking the file as it was last saved …"))
        self.reveal.on_click(lambda _: self.start(self.show_solution))
        if program is None:
            self.say(ABSENT)
        elif file is None:
            self.say("Which notebook? Give its name: <code>check_my_work('04_momentum.ipynb')</code>.")
        else:
            self.say(f"Save first: what is checked is the file <code>{html.escape(file.name)}</code>.")
        self.button.disabled = program is None or file is None
        super().__init__([widgets.HBox([self.button, self.status]), self.found, self.opened, self.text])

    def still(self) -> dict[str, str]:
        """Return a sentence for places where no button can be pressed."""
        words = "In JupyterLab there is a button here that checks your work."
        return {"text/html": f"<p><em>{words}</em></p>", "text/plain": words}

    def say(self, words: str) -> None:
        """Show a line beside the button, announced to whoever does not see it."""
        self.status.value = f'<span role="status">{words}</span>'

    def start(self, work: Any, words: str = "") -> None:
        """Do something beside the kernel; the buttons rest until it is done."""
        if self.working is not None and self.working.is_alive():
            return
        self.button.disabled = self.reveal.disabled = True
        if words:
            self.say(words)
        self.working = threading.Thread(target=self.carry_out, args=(work,), daemon=True)
        self.working.start()

    def carry_out(self, work: Any) -> None:
        """Work, and say what went wrong if something did."""
        try:
            work()
        except subprocess.TimeoutExpired:
            self.say(f"The check was given up after {PATIENCE // 60} minutes.")
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.say(f"The check could not be run: {html.escape(str(error)[:300])}")
        finally:
            self.button.disabled = self.reveal.disabled = False

    def run(self, *words: str) -> subprocess.CompletedProcess:
        """Run the console command on the notebook."""
        return subprocess.run(
            [str(self.program), "check", *words, str(self.file)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )

    def check(self) -> None:
        """Check the file as it was last saved, and show every verdict."""
        assert self.file is not None
        saved = datetime.datetime.fromtimestamp(self.file.stat().st_mtime)
        done = self.run("--json")
        try:
            rows = json.loads(done.stdout)
        except ValueError:
            raise ValueError(last_line(done.stderr)) from None
        earned, most = sum(row["points"] for row in rows), sum(row["max_points"] for row in rows)
        self.found.value = "".join(shown(row) for row in rows)
        tried = [exercise(row) for row in rows if row.get("closed") == ""]
        before = self.choice.value
        self.choice.options = tried
        self.choice.value = before if before in tried else next(iter(tried), None)
        self.opened.layout.display = "" if tried else "none"
        self.text.value = ""
        self.say(f"{earned:g} of {most:g} points, as saved at {saved:%H:%M:%S}.")

    def show_solution(self) -> None:
        """Show the solution of the chosen exercise, or why it stays closed."""
        done = self.run("--show-solution", str(self.choice.value))
        words = done.stdout if done.returncode == 0 else last_line(done.stderr)
        self.text.value = (
            f'<pre tabindex="0" aria-label="Solution of {html.escape(str(self.choice.value))}" '
            f'style="overflow-x:auto">{html.escape(words)}</pre>'
        )


def exercise(row: dict[str, Any]) -> str:
    """Return the exercise of a verdict."""
    return str(row["grade_id"]).removesuffix("-check")


def last_line(text: str) -> str:
    """Return the last line of what a program complained of."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].removeprefix("Error: ") if lines else "the program said nothing."


def shown(row: dict[str, Any]) -> str:
    """Return one verdict as the visible checks show theirs."""
    name = exercise(row)
    first, *rest = str(row["message"]).removeprefix(f"{name}: ").splitlines() or [""]
    read = [line.removeprefix("Read: ") for line in rest if line.startswith("Read: ")]
    rest = [line for line in rest if not line.startswith("Read: ")]
    points = f"{row['points']:g} of {row['max_points']:g} {'point' if row['max_points'] == 1 else 'points'}."
    right = row["verdict"] == "correct"
    report = Report(
        name=name,
        passed=None if row["verdict"] == "unfinished" else right,
        headline=f"{points} {first}".strip(),
        detail=" ".join(rest),
        read=read[0] if read else "",
    )
    return f'<div style="margin:.4em 0">{report._repr_html_()}</div>'
