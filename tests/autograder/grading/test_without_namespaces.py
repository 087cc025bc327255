"""Where a container refuses namespaces, the whole command grades at level ``landlock`` and says so."""

import platform
import sys
from pathlib import Path

import pytest

from autograder.examine.launch import sandbox
from autograder.grading import records
from tests.autograder.grading.processes import Desk
from tests.autograder.small_lesson import RIGHT, WRONG

BELOW = (sys.executable, str(Path(__file__).with_name("without_namespaces.py")))
ENDS = "import os\nos._exit(1)"
READS = "print(open('/etc/passwd').read())\n" + RIGHT
POINTS = {
    "ada": (RIGHT, 3.0),
    "bob": (WRONG, 0.0),
    "eve": (ENDS, 0.0),
    "mallory": (READS, 0.0),
    "zoe": (RIGHT, 3.0),
}

pytestmark = [
    pytest.mark.skipif(
        platform.machine() not in ("x86_64", "aarch64"), reason="the filter knows two processors"
    ),
    pytest.mark.skipif(
        sandbox.refused("landlock") != "", reason=f"no landlock: {sandbox.refused('landlock')}"
    ),
]


@pytest.mark.long
def test_grading_goes_on_at_landlock_with_every_mark_right(built_once, tmp_path):
    desk = Desk(built_once, tmp_path, "safe", BELOW)
    for student, (answer, _) in POINTS.items():
        desk.hand_in(student, answer)
    rows = desk.grade()
    assert {row["student"]: row["points"] for row in rows} == {
        name: most for name, (_, most) in POINTS.items()
    }
    said = desk.log.read_text()
    assert "sandbox: landlock" in said
    assert "bubblewrap does not work here" in said
    assert {each.sandbox for each in records.read(desk.course)} == {"landlock"}
    assert desk.left_behind() == []


def test_whoever_asks_for_bubblewrap_gets_the_reason_and_no_marks(built_once, tmp_path):
    desk = Desk(built_once, tmp_path, "bubblewrap", BELOW)
    desk.hand_in("ada", RIGHT)
    assert desk.start().wait(60) == 1
    assert "bubblewrap does not work here" in desk.log.read_text()
    assert desk.recorded() == 0
