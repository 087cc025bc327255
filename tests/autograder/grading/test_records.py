"""The record of a graded submission: what it holds, and that it is never half written."""

import csv
import json

from autograder.grading import records
from autograder.running import versions
from tests.autograder.grading.classroom import why
from tests.autograder.small_lesson import LESSON


class TestRecord:
    def test_it_holds_what_a_report_needs(self, graded):
        rows = graded.course.folder / "rows.json"
        graded.grade(json_file=rows)
        found = {record.student: record for record in records.read(graded.course)}
        assert [row.published() for record in found.values() for row in record.rows()] == json.loads(
            rows.read_text()
        )
        ada = found["ada"]
        assert (ada.assignment, ada.status, ada.sandbox) == (LESSON, "graded", "process")
        assert (ada.timestamp, ada.late) == ("2026-11-02T09:30:00", 0.0)
        assert set(ada.parts) == set(versions.WORDS)
        assert ada.version == found["emmy"].version
        assert ada.content != found["emmy"].content
        assert ada.limits["cell"] == 30.0

    def test_every_mark_says_its_check_its_sandbox_and_what_was_graded(self, graded):
        ada = records.find(graded.course, "ada", LESSON)
        notebook = graded.course.autograded / "ada" / LESSON / f"{LESSON}.ipynb"
        about = json.loads(notebook.read_text())["metadata"]["grading"]
        assert (about["content"], about["version"], about["sandbox"]) == (ada.content, ada.version, "process")
        assert about["checks"] == ada.parts["checks"]
        with (graded.course.folder / "grades.csv").open(newline="") as stream:
            row = next(csv.DictReader(stream))
        assert row["student"] == "ada"
        assert row["sandbox"] == "process"
        assert ada.content.startswith(row["content"])
        assert ada.parts["checks"].startswith(row["checks"])
        assert len(row["content"]) == len(row["checks"]) == 12

    def test_a_file_that_is_no_record_is_passed_over_and_its_submission_graded(self, graded):
        place = records.place(graded.course, "ada", LESSON)
        for text in ("", "{", "[]", '{"format": 2}', '{"format": 1, "student": "emmy", "assignment": "x"}'):
            place.write_text(text)
            assert [each.student for each in records.read(graded.course)] == ["emmy", "kurt"]
            assert why(graded) == {"ada": ["not graded yet"]}
