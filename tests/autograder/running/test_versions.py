"""What a mark depends on is fingerprinted: checks, lessons, every module that gives marks."""

import ast
from pathlib import Path

from autograder import exercises
from autograder.running import run_one, versions
from tests.autograder.small_lesson import LESSON


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

    def test_a_check_that_changes_changes_the_lessons_that_share_its_exercises(self, monkeypatch, tmp_path):
        for name, text in (
            ("shared", "tolerance = 1"),
            ("doubling", "from autograder.exercises.shared import a"),
        ):
            (tmp_path / name).mkdir()
            (tmp_path / name / "__init__.py").write_text(text)
        monkeypatch.setattr(exercises, "__path__", [str(tmp_path)])
        before = versions.checks(("doubling",))
        (tmp_path / "shared" / "__init__.py").write_text("tolerance = 2")
        versions.package.cache_clear()
        assert versions.checks(("doubling",)) != before

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
        lesson = run_one.master(LESSON, project.root)
        assert [versions.asked(cell["source"]) for cell in lesson.graded] == [["doubling"]]

    def test_every_module_that_a_mark_depends_on_is_fingerprinted(self):
        """Followed by their imports from the examiner, the repair and every lesson's exercises."""
        root = versions.HERE.parent
        counted = {root / "autograder" / name for name in versions.GRADER}
        counted |= {root / "course", root / "autograder" / "judging", root / "autograder" / "errors.py"}
        counted |= {root / "autograder" / "__init__.py"}
        counted |= {root / "autograder" / "exercises"}
        beside = {"project.py", "scratch.py"}  # where, not what
        waiting = [root / "autograder" / each for each in ("examine/run.py", "repair/rebuild.py")]
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
