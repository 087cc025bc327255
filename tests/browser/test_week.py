"""An instructor's week with the real tools: release, fetch, submit, collect, grade, grade by hand, return.

Everything goes through nbgrader's own commands and exchange, JupyterLab's formgrader in a browser, and ours.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.grading.config import write
from autograder.project import Project
from tests.browser.lab import jupyterlab

pytestmark = pytest.mark.long

LESSON = "11_capstone"
WRITTEN = ["decision-log", "picture-that-decided"]
LOG = (
    "I tried three rates on the spiral; 0.3 was noisy, so I halved it twice and the validation loss settled."
)


class Week:
    """The folders of a course: the instructor's, a student's, and the exchange between them."""

    def __init__(self, root: Path):
        self.course, self.student, self.exchange = root / "course", root / "student", root / "exchange"
        for folder in (self.course / "submitted", self.student, self.exchange):
            folder.mkdir(parents=True)
        self.exchange.chmod(0o777)
        write(self.course)
        place = f'c.Exchange.root = r"{self.exchange}"\n'
        with (self.course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write(place)
        own = f'c = get_config()\nc.CourseDirectory.course_id = "descent"\n{place}'
        (self.student / "nbgrader_config.py").write_text(own, encoding="utf-8")

    def run(self, folder: Path, *command: str) -> str:
        """Run a console command as a person would in a folder, and return what it printed."""
        bin_folder = Path(sys.executable).parent
        env = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            [str(bin_folder / command[0]), *command[1:]],
            cwd=folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout + done.stderr

    def work(self) -> None:
        """Do the homework: the lesson's own answers, a decision log in one's own words."""
        file = self.student / LESSON / f"{LESSON}.ipynb"
        handed, solved = (nbformat.read(each, 4) for each in (file, Project.here().notebook(LESSON)))
        own = {cell.metadata.nbgrader.grade_id: cell for cell in solved.cells if "nbgrader" in cell.metadata}
        for cell in handed.cells:
            part = cell.metadata.get("nbgrader", {})
            if part.get("solution") and cell.cell_type == "code":
                cell.source = own[part["grade_id"]].source
            elif part.get("grade") and cell.cell_type == "markdown" and part.get("solution"):
                cell.source = LOG
        task = next(
            at for at, cell in enumerate(handed.cells) if cell.metadata.get("nbgrader", {}).get("task")
        )
        handed.cells.insert(
            task + 1, nbformat.v4.new_markdown_cell(LOG)
        )  # a task is answered in cells of one's own
        nbformat.write(handed, file)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    return Week(tmp_path_factory.mktemp("week"))


def opened(page: Any, address: str, wait: str) -> None:
    page.goto(address)
    page.wait_for_selector(wait, timeout=120_000)


def test_a_week(week: Week, chromium: Any, picture: Any) -> None:
    week.run(week.course, "nbgrader", "release_assignment", LESSON)
    week.run(week.student, "nbgrader", "fetch_assignment", LESSON)
    week.work()
    week.run(week.student, "nbgrader", "submit", LESSON)
    week.run(week.course, "nbgrader", "collect", LESSON)
    (student,) = (week.course / "submitted").iterdir()

    with jupyterlab(week.course) as lab:
        root = f"http://127.0.0.1:{lab.port}/formgrader"
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        opened(page, f"{root}?token={lab.token}", f"td.name:has-text('{LESSON}')")
        picture("formgrader-assignments", page)
        opened(page, f"{root}/manage_submissions/{LESSON}", "td.autograde a")
        page.click("td.autograde a")
        page.wait_for_selector(".modal-body:has-text('Successfully autograded')", timeout=240_000)
        picture("formgrader-autograded", page)

        opened(page, f"{root}/gradebook/{LESSON}/{LESSON}", "tbody tr a")
        page.click("tbody tr a")
        page.wait_for_selector("input.score", timeout=120_000)
        for grade_id in WRITTEN:  # what is written waits for a person
            page.wait_for_selector(f"input.score.needs_manual_grade[id='{grade_id}']", timeout=60_000)
        assert page.locator("input.score.needs_manual_grade").count() == len(WRITTEN)
        assert "Traceback" not in page.inner_text("body")
        for grade_id in WRITTEN:
            page.fill(f"input.score[id='{grade_id}']", "1")
            page.press(f"input.score[id='{grade_id}']", "Tab")
            page.fill(f"textarea[id='{grade_id}-comment']", "Say what you saw before you say why.")
            page.press(f"textarea[id='{grade_id}-comment']", "Tab")
        page.wait_for_timeout(1000)
        picture("formgrader-by-hand", page)

    week.run(week.course, "nbgrader", "generate_feedback", LESSON)
    week.run(week.course, "nbgrader", "release_feedback", LESSON)
    week.run(week.student, "nbgrader", "fetch_feedback", LESSON)
    (page_file,) = week.student.rglob("*.html")
    text = page_file.read_text(encoding="utf-8")
    assert LOG in text
    assert "Say what you saw before you say why." in text
    assert "autograder.exercises" not in text
    reader = chromium.new_page(viewport={"width": 1000, "height": 900})
    reader.goto(page_file.as_uri())
    picture("feedback-after-the-week", reader)

    week.run(
        week.course, "autograder", "export", "--course", ".", "--format", "canvas", "--out", "canvas.csv"
    )
    with (week.course / "canvas.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    mine = next(row for row in rows if student.name in row)
    total = float(mine[-1])
    assert total == 6 + len(WRITTEN)
