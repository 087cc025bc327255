"""Where a system refuses what a sandbox needs, the next one is taken, and without any grading stops at once."""

import platform
import subprocess

import pytest

from autograder.errors import Trouble
from autograder.examine.launch import sandbox

REFUSAL = "Creating new namespace failed: Operation not permitted"


@pytest.fixture
def refusing(monkeypatch):
    """Return a function that lets this system refuse some levels."""

    def refuse(*levels):
        monkeypatch.setattr(sandbox, "refused", lambda level: REFUSAL if level in levels else "")

    monkeypatch.setenv(sandbox.VARIABLE, "")
    monkeypatch.delenv(sandbox.VARIABLE)
    return refuse


@pytest.mark.parametrize("level", [None, "safe", "bubblewrap", "landlock"])
def test_grading_stops_with_the_reason_and_the_cure(level, refusing):
    refusing("bubblewrap", "landlock")
    with pytest.raises(Trouble, match="namespace failed") as raised:
        sandbox.announce(level)
    assert "--sandbox process" in str(raised.value)


def test_the_next_level_that_keeps_submissions_in_is_taken_and_named(refusing, capsys):
    refusing("bubblewrap")
    for level in ("safe", "best"):
        sandbox.announce(level)
        said = capsys.readouterr().err
        assert said.startswith("sandbox: landlock")
        assert f"bubblewrap does not work here: {REFUSAL}" in said
        assert sandbox.chosen() == "landlock"


def test_only_best_falls_to_the_level_that_keeps_nothing_in(refusing, capsys):
    refusing("bubblewrap", "landlock")
    sandbox.announce("best")
    assert "limits only" in capsys.readouterr().err
    assert sandbox.chosen() == "process"


def test_a_level_that_was_asked_for_is_not_exchanged(refusing):
    refusing("bubblewrap")
    with pytest.raises(Trouble):
        sandbox.choose("bubblewrap")
    assert sandbox.choose("landlock") == "landlock"


def test_what_the_system_says_is_passed_on(monkeypatch):
    refusal = subprocess.CompletedProcess([], 1, stdout="", stderr=f"bwrap: {REFUSAL}")
    monkeypatch.setattr(sandbox.subprocess, "run", lambda *_, **__: refusal)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: "/usr/bin/bwrap")
    assert sandbox.refused.__wrapped__("bubblewrap") == f"bwrap: {REFUSAL}"


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the machine would not be another one")
def test_a_processor_without_a_table_of_system_calls_is_refused(monkeypatch):
    trial = sandbox.trial("landlock")
    trial[-1] = f"import platform; platform.machine = lambda: 'riscv64'\n{trial[-1]}"
    monkeypatch.setattr(sandbox, "trial", lambda *_: trial)
    assert "no table of system calls for riscv64" in sandbox.refused.__wrapped__("landlock")


@pytest.mark.parametrize("level", sandbox.SAFE)
def test_a_trial_and_a_candidate_agree(level):
    if sandbox.works(level):
        pytest.skip(f"{level} does not work here: {sandbox.works(level)}")
    assert sandbox.refused(level) == ""
