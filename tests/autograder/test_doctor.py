"""`autograder doctor`: what works here, what is missing, and the cure."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

from autograder import doctor
from autograder.cli import main


class TestDoctor:
    def test_what_works_is_said_and_what_is_missing_has_a_cure(self, monkeypatch):
        monkeypatch.setattr(
            doctor.sandbox, "works", lambda level: "" if level == "process" else "no namespaces"
        )
        result = CliRunner().invoke(main, ["doctor"])
        assert result.exit_code == 1
        assert "MISSING bubblewrap" in result.output
        assert "cannot be graded safely" in result.output

    def test_one_level_that_keeps_submissions_in_is_enough(self, monkeypatch):
        monkeypatch.setattr(
            doctor.sandbox, "works", lambda level: "no namespaces" if level == "bubblewrap" else ""
        )
        monkeypatch.setattr(
            doctor, "packages", lambda: doctor.Finding(name="packages", works=True, said="all")
        )
        result = CliRunner().invoke(main, ["doctor"])
        assert result.exit_code == 0, result.output
        assert "none    bubblewrap" in result.output
        assert "autograder grade uses landlock" in result.output

    @pytest.mark.parametrize(("version", "said"), [(1, "no cell can signal"), (6, "keeps signals in")])
    def test_what_the_kernel_lacks_is_said(self, monkeypatch, version, said):
        monkeypatch.setattr(doctor.sandbox, "works", lambda level: "")
        monkeypatch.setattr(doctor.kernel, "version", lambda: version)
        assert said in doctor.landlock().said

    def test_the_memory_of_all_jobs_together_is_said(self):
        count = len(os.sched_getaffinity(0))
        assert f"GB at --jobs {count}" in doctor.memory().said

    def test_a_machine_with_everything_passes(self, monkeypatch):
        monkeypatch.setattr(doctor.sandbox, "works", lambda level: "")
        monkeypatch.setattr(
            doctor, "packages", lambda: doctor.Finding(name="packages", works=True, said="all")
        )
        result = CliRunner().invoke(main, ["doctor"])
        assert result.exit_code == 0, result.output
        assert "can be graded here" in result.output
