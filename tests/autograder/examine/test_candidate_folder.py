"""At level ``process`` what candidates import lies where others clean up; no mark depends on that."""

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path

import pytest

from autograder.errors import Trouble
from autograder.examine import run as examining
from autograder.examine.inside.folders import take_away
from autograder.examine.launch import sandbox, scratch
from autograder.examine.launch.pair import Pair
from autograder.examine.launch.warm_interpreter import start_candidates
from autograder.examine.run import run_in_examiner
from autograder.marks import Limits, Record
from autograder.running import run_many, run_one
from tests.autograder.examine.rooms import Room

LATE = "import course.widgets, course.probes.search.shelf, course.search; print('found')"


@pytest.fixture(scope="module")
def room():
    """One warm interpreter, whose folder every test leaves as it was."""
    made = Room("process")
    yield made
    made.pair.close()


@pytest.mark.parametrize("lost", ["all", "imports", "one package", "a file"])
def test_what_went_missing_is_laid_out_again_for_the_next_candidate(room, lost):
    folder = room.pair.candidates.folder
    imports = folder.imports
    assert room("print(1)") == "1"
    if lost == "a file":
        (imports / "course" / "search.py").unlink()
    else:
        shutil.rmtree({"all": folder.path, "imports": imports}.get(lost, imports / "course" / "probes"))
    assert not folder.intact()
    assert room(LATE) == "found"
    assert folder.intact()


def test_a_folder_of_work_is_empty_and_goes_with_its_candidate(room):
    folder = room.pair.candidates.folder
    assert room("import os; open('left', 'w').close(); print(os.listdir())") == "['left']"
    assert room("import os; print(os.listdir())") == "[]"
    assert len(list(folder.path.glob("work-*"))) == 1
    folder.tidy()
    assert not list(folder.path.glob("work-*"))


def test_what_goes_missing_while_a_submission_runs_is_not_the_students_fault(monkeypatch, tmp_path):
    """The grader breaks, by its own word, and such a submission is tried once more."""
    from nbformat.v4 import new_code_cell, new_notebook

    monkeypatch.setenv(sandbox.VARIABLE, "process")
    pair = Pair("process")
    monkeypatch.setattr(examining, "idle_pair", lambda level: pair)
    imports = pair.candidates.folder.imports
    cell = new_code_cell(f"import shutil; shutil.rmtree({str(imports)!r})", id="added-0")
    with pytest.raises(Trouble, match="disappeared"):
        run_in_examiner(new_notebook(cells=[cell]), Limits(cell=20.0))
    assert not pair.candidates.folder.path.exists(), "nothing is left of it"


def test_an_interpreter_whose_folder_is_taken_away_while_it_starts_leaves_none(tmp_path, monkeypatch):
    """Its worker was ended by then, so that it finds nobody to serve."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    interpreter = start_candidates("process")
    until = time.monotonic() + 60
    while not list(interpreter.folder.path.glob("*.json")) and time.monotonic() < until:
        time.sleep(0.001)
    take_away(interpreter.folder.path)
    interpreter.control.close()
    assert interpreter.process.wait(60) != 0
    assert list(tmp_path.iterdir()) == []
    interpreter.close()


def test_a_submission_that_lost_its_course_is_run_again(monkeypatch):
    calls = []

    def work(task):
        calls.append(task)
        if len(calls) == 1:
            raise Trouble("Files that submissions import disappeared")
        return run_one.Result(record=Record(student="ada", assignment="x", status="graded"), notebook={})

    monkeypatch.setattr(run_many, "work", work)
    task = run_one.Task(
        student="ada",
        assignment="x",
        folder=Path(),
        root=Path(),
        limits=Limits(),
        parts={},
        sandbox="process",
    )
    (result,) = run_many.run_all([task], None)
    assert (result.record.status, len(calls)) == ("graded", 2)


class TestScratch:
    @pytest.fixture(autouse=True)
    def own(self, monkeypatch, tmp_path):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def test_what_a_killed_process_left_goes_with_the_next(self, tmp_path):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                made = scratch.Scratch("mine")
                (made.place / "big").write_text("x")
                os.write(writing, b"1")
                time.sleep(60)
            os._exit(1)
        os.read(reading, 1)
        kept = scratch.Scratch("mine")
        assert len(list(tmp_path.iterdir())) == 2, "a folder that is held stays"
        os.kill(child, 9)
        os.waitpid(child, 0)
        other = scratch.Scratch("mine")
        assert sorted(tmp_path.iterdir()) == sorted([kept.place, other.place])
        for each in (kept, other):
            each.close()
        assert not list(tmp_path.iterdir())

    def test_what_is_not_known_to_be_left_stays(self, tmp_path):
        names = ["autograder-mine-empty", "autograder-mine-full", "autograder-yours-1", "mine-1"]
        for name in names:
            (tmp_path / name).mkdir()
        (tmp_path / "autograder-mine-full" / "thesis").write_text("1")
        scratch.sweep("mine")
        assert len(list(tmp_path.iterdir())) == 4
        for name in names:
            os.utime(tmp_path / name, (0, 0))
        scratch.sweep("mine")
        assert sorted(each.name for each in tmp_path.iterdir()) == names[1:]
