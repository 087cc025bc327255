"""A class in which somebody tries everything: every honest mark, page and table is there, and the run ends well.

The whole command in processes of its own, at each level that keeps submissions in.
"""

import contextlib
import csv
import json
import os
import subprocess
import unicodedata

import psutil
import pytest

from autograder.examine.launch import sandbox
from autograder.printing import printable
from tests.autograder.grading.processes import Desk
from tests.autograder.small_lesson import LESSON, RIGHT, WRONG

HOLDS = """
import os, time
kept = []
try:
    for _ in range(60):
        kept.append(hold())
except OSError as error:
    print("refused:", error)
time.sleep(1)
"""
HOSTILE = {
    "half a character": "print('\\ud83d')\nraise ValueError('\\ud83d')",
    "a script": "from IPython.display import HTML, display\n"
    "display(HTML('<script>window.seen = 1</script><img src=x onerror=alert(1)>'))",
    "newlines": "\n" * 48_000 + WRONG,
    "an output without limit": "get_ipython().record.left = 10**9\nprint('x' * 60_000_000)",
    "memory in memfd": "import os\ndef hold():\n    file = os.memfd_create('m')\n"
    "    [os.write(file, bytes(4 << 20)) for _ in range(15)]\n    return file\n" + HOLDS,
    "memory in shared mappings": "import mmap\ndef hold():\n    made = mmap.mmap(-1, 60 << 20)\n"
    "    made.write(b'x' * (60 << 20))\n    return made\n" + HOLDS,
    "memory of the examiner": "import gc\ndef twice(x, offset=0.0):\n"
    "    (one,) = [each for each in gc.get_objects() if type(each).__name__ == 'Candidate']\n"
    "    arrays = [['a', None, 0, '<U9999', [10000], [''] * 10000] for _ in range(7)]\n"
    "    one.channel.send(['ret', [], ['l', None, *arrays]])\n    return x",
    "a deep expression": f"x = {'-' * 5000}1",
    "a cell of ten megabytes": f"text = '{'x' * 10_000_000}'\n",
    "notes of the examiner": "import gc\ndef twice(x, offset=0.0):\n"
    "    for name in ('moved', 'add', '__class__', '__globals__', '__dict__'):\n"
    "        try:\n            return getattr(x, name)\n        except Exception:\n            pass\n    return x",
    "escape sequences": "print('\\x1b]0;4 of 4\\x07\\x1b[2J')\nraise ValueError('\\x1b[31m4 of 4')",
}
HONEST = {"ada": RIGHT, "bob": WRONG, "mia": RIGHT, "zoe": RIGHT}
NAMES = [
    "Ada",
    unicodedata.normalize("NFD", "René"),
    unicodedata.normalize("NFC", "René"),
    "=1+1",
    "می\u200cخوان",
]
NO_TEXT = ["a\x1b[31mb", "line\nbreak", os.fsdecode(b"caf\xe9"), "a\u202eb", "a\u2028b"]


@pytest.fixture(
    params=[sandbox.SAFE[0], *(pytest.param(each, marks=pytest.mark.thorough) for each in sandbox.SAFE[1:])]
)
def desk(request, built_once, tmp_path):
    if sandbox.works(request.param):
        pytest.skip(f"no {request.param} here: {sandbox.works(request.param)}")
    return Desk(built_once, tmp_path, request.param)


def rows_by_student(desk):
    rows = json.loads((desk.folder / "rows.json").read_text())
    return {row["student"]: row for row in rows}


def resident(process):
    """Return the bytes of memory that a process and all below it have, what they share counted each time."""
    found = 0
    for each in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            found += each.memory_info().rss
    return found


@pytest.mark.long
def test_each_costs_its_own_submission_and_nobody_elses(desk):
    for student, answer in HONEST.items():
        desk.hand_in(student, answer)
    for kind, source in HOSTILE.items():
        desk.hand_in(kind, source)
    for name in [*NAMES, *NO_TEXT]:
        desk.hand_in(name, RIGHT)
    (desk.submitted / "eve").mkdir()
    (desk.submitted / "eve" / LESSON).symlink_to(desk.submitted / "ada" / LESSON)
    os.mkfifo(desk.submitted / "mia" / LESSON / "timestamp.txt")
    process = desk.start()
    tree = psutil.Process(process.pid)
    most = 0
    while process.poll() is None:
        most = max(most, resident(tree))
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
    said = desk.log.read_text(errors="surrogateescape")
    rows = rows_by_student(desk)
    assert {name: rows[name]["points"] for name in HONEST} == {
        "ada": 3.0,
        "bob": 0.0,
        "mia": 3.0,
        "zoe": 3.0,
    }, said
    assert {name: rows[name]["points"] for name in HOSTILE} == dict.fromkeys(HOSTILE, 0.0)
    assert most < 6 << 30
    assert {name: rows[name]["points"] for name in NAMES} == dict.fromkeys(NAMES, 3.0)
    assert process.returncode == 1  # for these, each of them named
    assert not {*NO_TEXT, "eve"} & set(rows)
    for name in [*NO_TEXT, "eve"]:
        assert f"not graded: {printable(name)}" in " ".join(said.split())
    written = (desk.folder / "grades.csv").read_bytes().decode()
    assert "\x1b" not in said + written
    assert {row["student"] for row in csv.DictReader(written.splitlines())} >= {*HONEST, *HOSTILE}
    for file in desk.folder.glob("autograded/**/*.ipynb"):
        outputs = [each for cell in json.loads(file.read_text())["cells"] for each in cell.get("outputs", [])]
        assert "<script" not in json.dumps(outputs)
        assert file.stat().st_size < 70_000_000
    assert desk.left_behind() == []
    assert desk.scores()["zoe"] == 3.0
