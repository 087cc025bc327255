"""Where a system refuses what bubblewrap needs, grading stops before it begins."""

import subprocess

import pytest

from autograder.errors import Trouble
from autograder.examine.launch import sandbox


def test_grading_stops_with_the_reason_and_the_cure(monkeypatch):
    said = "bwrap: Creating new namespace failed: Operation not permitted"
    refusal = subprocess.CompletedProcess([], 1, stdout="", stderr=said)
    monkeypatch.setattr(sandbox.subprocess, "run", lambda *_, **__: refusal)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: "/usr/bin/bwrap")
    with pytest.raises(Trouble, match="namespace failed") as raised:
        sandbox.announce("bubblewrap")
    assert "--sandbox process" in str(raised.value)


@pytest.mark.skipif(sandbox.works("bubblewrap") != "", reason="bubblewrap does not work on this machine")
def test_where_it_works_nothing_is_refused():
    assert sandbox.refused() == ""
