"""What is unchanged is left as it is, what changed is graded again, and a run that was stopped loses nothing."""

import ast
import csv
import json
from pathlib import Path

import pytest

from autograder import exercises
from autograder.errors import Trouble
from autograder.grading import course_run, fresh, records, resume, run, versions
from autograder.marks import Limits, nbgrader_of

LESSON = "90_doubling"
RIGHT = "def twice(x, offset=0.0):\n    return 2 * (x - offset)"
WRONG = "def twice(x, offset=0.0):\n    return (x - offset) ** 2"


@pytest.fixture
def graded(desk):
    """A class of three, graded."""
    for student, answer in (("ada", RIGHT), ("emmy", WRONG), ("kurt", None)):
        desk.hand_in(student, answer, when="2026-11-02 09:30:00 UTC")
    desk.grade()
    desk.ran.clear()
    return desk


def why(desk, **how):
    """The reasons for running a submission again, by student."""
    tasks = course_run.tasks(desk.course, [], "kernel", how.pop("limits", Limits()))
    plan = resume.plan(desk.course, tasks, **how)
    return {student: reasons for (student, _), reasons in plan.why.items()}


class TestRecord:
    def test_it_holds_what_a_report_needs(self, graded):
        rows = graded.course.folder / "rows.json"
        graded.grade(json_file=rows)
        found = {record.student: record for record in records.read(graded.course)}
        assert [row for record in found.values() for row in record.rows] == json.loads(rows.read_text())
        ada = found["ada"]
        assert (ada.assignment, ada.status, ada.sandbox, ada.executor) == (LESSON, "graded", "none", "kernel")
        assert (ada.timestamp, ada.late, ada.seconds) == ("2026-11-02T09:30:00", 0.0, {"twice-check": 0.25})
        assert set(ada.parts) == set(versions.WORDS)
        assert ada.version == found["emmy"].version
        assert ada.content != found["emmy"].content
        assert ada.limits["cell"] == 30.0

    def test_every_mark_says_its_check_its_sandbox_and_what_was_graded(self, graded):
        ada = records.find(graded.course, "ada", LESSON)
        notebook = graded.course.autograded / "ada" / LESSON / f"{LESSON}.ipynb"
        about = json.loads(notebook.read_text())["metadata"]["grading"]
        assert (about["content"], about["version"], about["sandbox"]) == (ada.content, ada.version, "none")
        assert about["checks"] == ada.parts["checks"]
        with (graded.course.folder / "grades.csv").open(newline="") as stream:
            row = next(csv.DictReader(stream))
        assert row["student"] == "ada"
        assert row["sandbox"] == "none"
        assert ada.content.startswith(row["content"])
        assert ada.parts["checks"].startswith(row["checks"])
        assert len(row["content"]) == len(row["checks"]) == 12

    def test_a_file_that_is_no_record_is_passed_over_and_its_submission_graded(self, graded):
        place = records.place(graded.course, "ada", LESSON)
        for text in ("", "{", "[]", '{"format": 2}', '{"format": 1, "student": "emmy", "assignment": "x"}'):
            place.write_text(text)
            assert [each.student for each in records.read(graded.course)] == ["emmy", "kurt"]
            assert why(graded) == {"ada": ["not graded yet"]}

    def test_it_is_the_old_or_the_new_one_whatever_happens(self, graded, monkeypatch):
        place = records.place(graded.course, "ada", LESSON)
        before = place.read_text()

        def full(*_):
            raise OSError("no space left")

        monkeypatch.setattr(records.os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            records.replace(place, "half")
        assert place.read_text() == before
        assert list(place.parent.iterdir()) == [place]


class TestUnchanged:
    def test_it_is_not_run_again_and_the_rows_are_the_same(self, graded, capsys):
        first = graded.grade(force=True)
        assert graded.ran == ["ada", "emmy", "kurt"]
        graded.ran.clear()
        table = (graded.course.folder / "grades.csv").read_bytes()
        capsys.readouterr()
        assert graded.grade() == first
        assert graded.ran == []
        assert "3 unchanged since graded, not run again" in capsys.readouterr().out
        assert (graded.course.folder / "grades.csv").read_bytes() == table

    def test_a_notebook_that_was_opened_and_saved_is_unchanged(self, graded):
        file = graded.course.submitted / "ada" / LESSON / f"{LESSON}.ipynb"
        notebook = json.loads(file.read_text())
        notebook["metadata"]["language_info"] = {"name": "python"}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["execution_count"] = 7
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["hello"]}]
        file.write_text(json.dumps(notebook, indent=4))
        assert why(graded) == {}

    def test_a_mark_of_a_person_stays_without_a_new_run(self, graded):
        from nbgrader.api import Gradebook

        with Gradebook(graded.course.gradebook) as book:
            book.find_grade("twice-check", LESSON, LESSON, "ada").manual_score = 2.5
            book.db.commit()
        graded.grade()
        assert graded.ran == []
        with Gradebook(graded.course.gradebook) as book:
            assert book.find_grade("twice-check", LESSON, LESSON, "ada").score == 2.5

    def test_grades_csv_keeps_the_lessons_that_are_not_graded_now(self, graded):
        other = records.Record(student="ada", assignment="10_other", status="graded")
        row = {**records.find(graded.course, "ada", LESSON).rows[0], "assignment": "10_other"}
        records.write(graded.course, records.Record.of({**other.data(), "rows": [row]}))
        graded.grade()
        with (graded.course.folder / "grades.csv").open(newline="") as stream:
            found = [(each["assignment"], each["student"]) for each in csv.DictReader(stream)]
        assert found == [("10_other", "ada"), (LESSON, "ada"), (LESSON, "emmy"), (LESSON, "kurt")]


def another_answer(desk, monkeypatch):
    desk.hand_in("ada", WRONG)


def another_time(desk, monkeypatch):
    desk.hand_in("ada", RIGHT, when="2026-11-03 09:30:00 UTC")


def no_notebook(desk, monkeypatch):
    (desk.course.submitted / "ada" / LESSON / f"{LESSON}.ipynb").unlink()


def another_file_beside_it(desk, monkeypatch):
    (desk.course.submitted / "ada" / LESSON / "numpy.py").write_text("1")


def mark_in_the_gradebook(desk, monkeypatch):
    from nbgrader.api import Gradebook

    with Gradebook(desk.course.gradebook) as book:
        book.find_grade("twice-check", LESSON, LESSON, "ada").auto_score = 1.0
        book.db.commit()


def due_date(desk, monkeypatch):
    from nbgrader.api import Gradebook

    with Gradebook(desk.course.gradebook) as book:
        book.update_or_create_assignment(LESSON, duedate="2026-11-02 09:29:00")


def gradebook_gone(desk, monkeypatch):
    (desk.course.folder / "gradebook.db").unlink()


def notebook_gone(desk, monkeypatch):
    (desk.course.autograded / "ada" / LESSON / f"{LESSON}.ipynb").unlink()


def part(name):
    def change(desk, monkeypatch):
        kept = versions.parts
        monkeypatch.setattr(versions, "parts", lambda master: {**kept(master), name: "new"})

    return change


ONE, ALL = {"ada"}, {"ada", "emmy", "kurt"}


@pytest.mark.parametrize(
    ("change", "who", "reason"),
    [
        (another_answer, ONE, "submission changed"),
        (another_time, ONE, "submission changed"),
        (no_notebook, ONE, "submission changed"),
        (another_file_beside_it, ONE, "submission changed"),
        (mark_in_the_gradebook, ONE, "the gradebook holds other marks"),
        (notebook_gone, ONE, "its notebook is not in autograded/"),
        (gradebook_gone, ALL, "the gradebook holds other marks"),
        (due_date, ALL, "due date or extension changed"),
        (part("checks"), ALL, "check changed"),
        (part("lesson"), ALL, "lesson changed"),
        (part("course"), ALL, "course changed"),
        (part("grader"), ALL, "grader changed"),
        (part("packages"), ALL, "packages changed"),
    ],
)
def test_what_changed_is_graded_again_for_a_reason_and_then_holds(graded, monkeypatch, change, who, reason):
    change(graded, monkeypatch)
    assert why(graded) == {student: [reason] for student in sorted(who)}
    rows = graded.grade()
    assert set(graded.ran) == who
    assert graded.scores() == {student: row.points for student, row in rows.items()}
    assert why(graded) == {}


def test_sandbox_executor_and_limits_are_reasons_too(graded, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SANDBOX", "process")
    tasks = course_run.tasks(graded.course, [], "examiner", Limits(cell=5.0))
    plan = resume.plan(graded.course, tasks)
    said = ["sandbox none → process", "executor kernel → examiner", "limit of cell 30.0 → 5.0"]
    assert set(map(tuple, plan.why.values())) == {tuple(said)}


def test_what_the_machine_could_not_grade_is_tried_again(desk):
    desk.hand_in("ada", "the machine fails")
    assert desk.grade()["ada"].status == "unreadable"
    assert why(desk) == {"ada": ["could not be graded last time"]}
    assert desk.ran == ["ada", "ada"], "what breaks is tried twice"


@pytest.mark.parametrize("stage", ["before", "marks", "folder", "record"])
def test_a_run_that_ends_at_any_stage_is_gone_on_with(graded, monkeypatch, stage):
    """At each stage the marks of emmy and kurt change; the run ends with the second submission."""
    from autograder.grading import gradebook

    for student in ("emmy", "kurt"):
        graded.hand_in(student, RIGHT)
    places = {
        "before": (records, "forget"),
        "marks": (gradebook.Ledger, "record"),
        "folder": (course_run, "replace_folder"),
        "record": (records, "write"),
    }
    module, name = places[stage]
    whole, calls = getattr(module, name), []

    def breaks(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(module, name, breaks)
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            graded.grade()
    assert graded.ran == ["emmy", "kurt"]
    graded.ran.clear()
    graded.grade()
    assert graded.ran == ["kurt"], "what was recorded is not run again"
    assert graded.scores() == {"ada": 3.0, "emmy": 3.0, "kurt": 3.0}


def test_an_answer_taken_back_after_a_run_was_killed_is_graded_again(graded, monkeypatch):
    """Marks are the same, the notebook in autograded/ is not; only the record can tell."""

    def killed(*_):
        raise KeyboardInterrupt

    graded.hand_in("emmy", f"{WRONG}  # another try")
    with monkeypatch.context() as patch:
        patch.setattr(records, "write", killed)
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            graded.grade()
    graded.hand_in("emmy", WRONG)
    graded.grade()
    assert graded.ran == ["emmy", "emmy"]
    made = (graded.course.autograded / "emmy" / LESSON / f"{LESSON}.ipynb").read_text()
    assert "another try" not in made


def test_ctrl_c_says_what_is_kept(desk, monkeypatch, capsys):
    for student in ("ada", "emmy", "kurt"):
        desk.hand_in(student, RIGHT)
    whole = run.work

    def stopped(task):
        if task.student == "kurt":
            raise KeyboardInterrupt
        return whole(task)

    monkeypatch.setattr(run, "work", stopped)
    with pytest.raises(SystemExit) as ended:
        desk.grade()
    assert ended.value.code == 130
    assert "Stopped: 2 of 3 graded and kept" in " ".join(capsys.readouterr().err.split())
    assert [record.student for record in records.read(desk.course)] == ["ada", "emmy"]
    assert desk.scores() == {"ada": 3.0, "emmy": 3.0}


def test_two_runs_at_a_time_are_refused(graded):
    with resume.alone(graded.course), pytest.raises(Trouble, match="being graded by another run"):
        graded.grade()
    graded.grade()


class TestPages:
    @pytest.fixture
    def pages(self, graded):
        """Pages as nbgrader would write them."""

        def write(students=("ada", "emmy", "kurt")):
            for student in students:
                file = graded.course.feedback / student / LESSON / f"{LESSON}.html"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("<html><body>marks</body></html>\n")

        self.graded = graded
        assert self.outdated() == ["ada", "emmy", "kurt"]
        write()
        assert self.outdated() == []
        return write

    def outdated(self, **how):
        submissions = [(student, LESSON) for student in ("ada", "emmy", "kurt")]
        return [student for student, _ in fresh.outdated(self.graded.course, submissions, **how)]

    def test_one_whose_marks_changed_is_written_and_the_old_one_is_gone(self, pages):
        self.graded.hand_in("emmy", RIGHT)
        self.graded.grade()
        assert self.outdated() == ["emmy"]
        assert not (self.graded.course.feedback / "emmy" / LESSON / f"{LESSON}.html").exists()
        pages(["emmy"])
        assert self.outdated() == []

    def test_one_that_a_killed_run_left_unfinished_is_written_again(self, pages):
        (self.graded.course.feedback / "ada" / LESSON / f"{LESSON}.html").write_text("<html><body>ma")
        assert self.outdated() == ["ada"]

    def test_one_that_a_killed_run_did_not_get_to_is_written(self, pages):
        self.graded.hand_in("emmy", RIGHT)
        self.graded.grade()
        self.outdated()
        assert self.outdated() == ["emmy"]

    def test_a_mark_of_a_person_and_a_new_template_are_shown(self, pages, monkeypatch):
        from nbgrader.api import Gradebook

        with Gradebook(self.graded.course.gradebook) as book:
            book.find_grade("twice-check", LESSON, LESSON, "ada").manual_score = 2.5
            book.db.commit()
        assert self.outdated() == ["ada"]
        pages(["ada"])
        monkeypatch.setattr(versions, "feedback", lambda: "new")
        assert self.outdated() == ["ada", "emmy", "kurt"]
        pages()
        assert self.outdated() == []
        assert self.outdated(force=True) == ["ada", "emmy", "kurt"]


class TestVersions:
    def test_a_check_that_changes_changes_its_lesson_and_no_other(self, project, monkeypatch, tmp_path):
        package = tmp_path / "elsewhere" / "doubling"
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("tolerance = 1")
        monkeypatch.setattr(exercises, "__path__", [str(package.parent), exercises.__path__[0]])
        before = versions.checks(("doubling",)), versions.checks(("momentum",))
        (package / "__init__.py").write_text("tolerance = 2")
        versions.package.cache_clear()
        after = versions.checks(("doubling",)), versions.checks(("momentum",))
        assert before[0] != after[0]
        assert before[1] == after[1]

    def test_what_python_leaves_and_a_browser_runs_changes_nothing(self, tmp_path):
        (tmp_path / "a.py").write_text("1")
        before = versions.of_files(tmp_path, ["."])
        (tmp_path / "__pycache__").mkdir()
        (tmp_path / "__pycache__" / "a.pyc").write_text("2")
        (tmp_path / "page.js").write_text("3")
        assert versions.of_files(tmp_path, ["."]) == before
        (tmp_path / "b.json").write_text("4")
        assert versions.of_files(tmp_path, ["."]) != before

    def test_the_package_a_graded_cell_asks_is_found(self, project):
        lesson = run.master(LESSON, project.root)
        assert [versions.asked(cell["source"]) for cell in lesson.graded] == [["doubling"]]

    def test_every_module_that_a_mark_depends_on_is_fingerprinted(self):
        """Followed by their imports from the executors, the repair and every lesson's exercises."""
        root = versions.HERE.parent
        counted = {root / "autograder" / name for name in versions.GRADER}
        counted |= {root / "course", root / "autograder" / "judging", root / "autograder" / "errors.py"}
        counted |= {root / "autograder" / "__init__.py", root / "autograder" / "grading" / "__init__.py"}
        counted |= {root / "autograder" / "exercises"}
        beside = {"project.py", "scratch.py", "feedback.py", "workers.py", "course.py"}  # where, not what
        waiting = [root / "autograder" / each for each in ("examine/run.py", "kernel.py", "repair.py")]
        waiting += sorted((root / "autograder" / "exercises").rglob("*.py"))
        seen = set()
        while waiting:
            file = waiting.pop()
            if file in seen or (file.name in beside and "course" not in file.parent.name):
                continue
            seen.add(file)
            assert counted & {file, *file.parents}, f"{file} is imported by what gives marks"
            waiting += [each for each in imported(file, root) if each not in seen]
        assert len(seen) > 40


def imported(file: Path, root: Path):
    """The files of ours that a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = node.module or ""
            if node.level:
                above = file.relative_to(root).with_suffix("").parts[: -node.level]
                package = ".".join([*above, *filter(None, [node.module])])
            names = [package, *(f"{package}.{alias.name}" for alias in node.names)]
        for name in names:
            place = root.joinpath(*name.split("."))
            for candidate in (place.with_suffix(".py"), place / "__init__.py"):
                if name.partition(".")[0] in ("autograder", "course") and candidate.is_file():
                    yield candidate


def test_labels_of_the_small_lesson_are_what_these_tests_take_them_for(project):
    lesson = run.master(LESSON, project.root)
    assert [nbgrader_of(cell)["grade_id"] for cell in lesson.graded] == ["twice-check"]
