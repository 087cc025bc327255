"""No attack gains a mark, reads a secret, harms anything outside its own marks, or disturbs the next submission."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import psutil
import pytest

from autograder.examine.launch import sandbox
from autograder.examine.limits import SHOWN
from autograder.examine.run import run_in_examiner
from autograder.marks import Limits, Ran

spec = importlib.util.spec_from_file_location("attack_lesson", Path(__file__).with_name("lesson.py"))
lesson = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = lesson
spec.loader.exec_module(lesson)

ATTACKS = lesson.attacks()
LIMITS = Limits(cell=0.8, total=15.0, memory=600 << 20)
"""An honest answer here takes 0.06 s; where other tests compute, the examiner waits longer by itself."""


@pytest.fixture(scope="module")
def bystanders(tmp_path_factory):
    """A process, a gradebook and a secret that no attack may reach."""
    place = tmp_path_factory.mktemp("course")
    (place / "gradebook.db").write_bytes(b"the marks of everybody")
    os.environ["SECRET_OF_THE_GRADER"] = "SECRET_OF_THE_GRADER=1"
    before = os.getcwd()
    os.chdir(place)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield place, process
    os.chdir(before)
    del os.environ["SECRET_OF_THE_GRADER"]
    process.kill()
    process.communicate()
    with pytest.MonkeyPatch.context() as patch:
        for level in list(SINCE):
            patch.setenv(sandbox.VARIABLE, level)
            the_next_submission_is_undisturbed(ATTACKS[0].exercise, level)


SINCE: defaultdict[str, list[str]] = defaultdict(list)
"""The attacks at a level since an honest submission was graded there; each level has interpreters of its own."""

TOGETHER = 4
"""Attacks at a level after which an honest submission is graded."""


def the_next_submission_is_undisturbed(exercise: str, level: str) -> None:
    tried = SINCE.pop(level)
    ran = run_in_examiner(lesson.notebook(exercise, [lesson.RIGHT[exercise]]), LIMITS)
    assert ran.notebook.metadata["sandbox"] == level
    assert sum(marks(ran).values()) == 4.0 + lesson.POINTS[exercise], f"after {', '.join(tried)}"


def marks(ran: Ran) -> dict[str, float]:
    return {name: verdict.points for name, verdict in ran.verdicts.items()}


def shown(ran: Ran) -> str:
    return "".join(
        str(cell.get("outputs", "")) for cell in ran.notebook.cells if "verdict" not in cell.metadata
    )


@pytest.fixture
def level(request, monkeypatch):
    """Each level that keeps submissions in."""
    if sandbox.works(request.param):
        pytest.skip(f"no {request.param} here: {sandbox.works(request.param)}")
    monkeypatch.setenv(sandbox.VARIABLE, request.param)
    return request.param


FEWER = 5
"""Of so many short attacks `make test` tries one; the number is odd, so that the levels take turns there too."""


def every_attack():
    """Return every attack at every level.

    CI tries each at one level in turn, `make test` one short one in five, `make test-all` all at all.
    """

    def mark(attack, at, number):
        if number != at % len(sandbox.SAFE):
            return pytest.mark.thorough
        return pytest.mark.long if attack.long or at % FEWER else ()

    return [
        pytest.param(attack, level, id=f"{level}-{attack.name}", marks=mark(attack, at, number))
        for at, attack in enumerate(ATTACKS)
        for number, level in enumerate(sandbox.SAFE)
    ]


@pytest.mark.parametrize(("attack", "level"), every_attack(), indirect=["level"])
def test_the_attack_gains_nothing_and_harms_nobody(attack, level, bystanders, record_property):
    place, process = bystanders
    record_property("cell", ("what attacks achieve", attack.name, level, "succeeded"))
    ran = run_in_examiner(lesson.notebook(attack.exercise, attack.parts), LIMITS)
    assert marks(ran) == {"momentum_schedule-check": 4.0, f"{attack.exercise}-check": 0.0}, attack.tries
    printed = [
        each.text for cell in ran.notebook.cells for each in cell.outputs if each.output_type == "stream"
    ]
    assert "FOUND" not in "".join(printed)
    assert ran.notebook.metadata["sandbox"] == level
    written = json.dumps(ran.notebook)
    written.encode()  # whatever was shown can be written to a file
    assert len(written) < 2 * SHOWN
    SINCE[level].append(attack.name)
    if len(SINCE[level]) == TOGETHER:
        the_next_submission_is_undisturbed(attack.exercise, level)
    assert process.poll() is None
    assert psutil.Process(process.pid).status() != psutil.STATUS_STOPPED
    assert (place / "gradebook.db").read_bytes() == b"the marks of everybody"
    assert [file.name for file in place.iterdir()] == ["gradebook.db"]
    assert not any(Path("/tmp", name).exists() for name in ("unpickled", "still_here", "note_for_the_next"))
    record_property("cell", ("what attacks achieve", attack.name, level, "·"))


def test_the_list_holds_what_graders_are_known_to_fall_for():
    names = " ".join(attack.name for attack in ATTACKS)
    kinds = """
        transformer numpy builtin course equal subclass lazy forged_result module_beside history frames disk
        environment parent gradebook descriptor forged_messages kill stop leaves signals thread child loop_in_c
        ignores memory_flood process_flood disk_flood output_flood recursion nested huge nan generator network
        callback watched memfd mapping dev_zero system_v sockets pipes deleted_files examiner limit_lifted half_a
        script picture deep link proc modes handle session limits_of priorities interfaces interface trace audit
        replayed forged_numbers clock
    """
    for kind in kinds.split():
        assert kind in names


def test_there_are_at_least_a_hundred_and_as_many_as_is_said():
    assert len(ATTACKS) >= 100
    root = Path(__file__).parents[2]
    for said in (root / "README.md", root / "docs" / "instructors" / "security.md"):
        assert f"{len(ATTACKS)} attacks in `tests/attacks`" in said.read_text(), said
