"""`autograder doctor`: what works here, what is missing, and the cure."""

from __future__ import annotations

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

    def test_a_machine_with_everything_passes(self, monkeypatch):
        monkeypatch.setattr(doctor.sandbox, "works", lambda level: "")
        monkeypatch.setattr(
            doctor, "packages", lambda: doctor.Finding(name="packages", works=True, said="all")
        )
        result = CliRunner().invoke(main, ["doctor"])
        assert result.exit_code == 0, result.output
        assert "can be graded here" in result.output
