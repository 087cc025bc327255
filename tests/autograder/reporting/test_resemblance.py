"""Answers that resemble each other are pointed out; what the exercise forces is not."""

import ast
import json
import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.cohort.write import write
from autograder.grading.course import Course
from autograder.lesson import Master
from autograder.marks import nbgrader_of
from autograder.project import Project
from autograder.reporting import resemblance
from autograder.reporting.resemblance import Pair, Passage, Text
from autograder.reporting.resemblance_page import page

LESSON = "04_momentum"
OWN_WAY = """
def sgd_momentum(w, dw, config=None):
    settings = {}
    for key, fallback in [("learning_rate", 0.01), ("momentum", 0.9), ("velocity", None)]:
        settings[key] = fallback if config is None or key not in config else config[key]
    if settings["velocity"] is None:
        settings["velocity"] = [0.0 for _ in range(w.size)]
    moved = []
    for number, slope in enumerate(dw.ravel().tolist()):
        speed = settings["velocity"][number] * settings["momentum"] - slope * settings["learning_rate"]
        settings["velocity"][number] = speed  # my own idea, one entry at a time
        moved.append(w.ravel()[number] + speed)
    return type(w)(len(moved)) if False else __import__("numpy").array(moved).reshape(w.shape), settings
"""
RENAMED = (
    OWN_WAY.replace("settings", "opts")
    .replace("moved", "result")
    .replace("slope", "g")
    .replace("speed", "nv")
    .replace("number", "i")
    .replace("fallback", "d")
    .replace("  # my own idea, one entry at a time", "")
    .replace("    moved = []\n", "    moved = []\n\n    # go through everything\n")
)


@pytest.fixture(scope="module")
def lesson():
    return Master.read(LESSON, Project.here())


@pytest.fixture(scope="module")
def ours(lesson):
    return resemblance.given(lesson, Project.here())


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    """A class of twenty-four whose answers are all known ones, many of them the same."""
    folder = tmp_path_factory.mktemp("class") / "course"
    write(folder, Project.here(), [LESSON], 24, 11)
    return Course.open(folder)


def found(answers, ours, least=0.5, shortest=60):
    return resemblance.pairs(
        {who: {"sgd_momentum": text} for who, text in answers.items()}, ours, least=least, shortest=shortest
    )


@pytest.mark.long
def test_a_class_that_writes_only_known_answers_resembles_nobody(cohort, lesson, ours):
    answers = resemblance.answers(cohort, lesson)
    assert len(answers) == 24
    assert resemblance.pairs(answers, ours, least=0.5, shortest=60) == []


def test_a_copy_with_other_names_comments_and_layout_is_pointed_out(cohort, lesson, ours):
    answers = resemblance.answers(cohort, lesson)
    answers["student005"] = {**answers["student005"], "sgd_momentum": OWN_WAY}
    answers["student017"] = {**answers["student017"], "sgd_momentum": RENAMED}
    (pair,) = resemblance.pairs(answers, ours, least=0.5, shortest=60)
    assert (pair.one, pair.two) == ("student005", "student017")
    assert pair.share > 0.9
    assert [each.exercise for each in pair.passages] == ["sgd_momentum"]
    shared = " ".join(OWN_WAY[start:end] for start, end in pair.passages[0].one.shared)
    assert 'settings["momentum"] - slope' in shared


def test_what_more_than_a_fifth_of_the_class_wrote_is_what_the_exercise_forces(ours):
    few = {f"s{at}": OWN_WAY for at in range(4)}
    others = {
        f"t{at}": f"def sgd_momentum(w, dw):\n    return w - {at}.5 * dw ** {at}, [{at}]" for at in range(20)
    }
    assert len(found(few | others, ours)) == 6
    many = {f"s{at}": OWN_WAY for at in range(9)}
    assert found(many | others, ours) == []


def test_in_a_small_class_what_more_than_half_wrote_is_forced(ours):
    others = {
        f"t{at}": f"def sgd_momentum(w, dw):\n    return w - {at}.5 * dw ** {at}, [{at}]" for at in range(3)
    }
    assert len(found({f"s{at}": OWN_WAY for at in range(3)} | others, ours)) == 3
    assert found({f"s{at}": OWN_WAY for at in range(4)} | others, ours) == []


def test_lines_word_for_word_are_told_and_ours_are_not(ours):
    stub = "    config = {} if config is None else config\n"
    (pair,) = found({"a": OWN_WAY + stub, "b": OWN_WAY + stub}, [*ours, stub])
    assert 'settings["velocity"][number] = speed  # my own idea, one entry at a time' in pair.lines
    assert stub.strip() not in pair.lines


def test_a_comment_behind_what_is_shared_is_not_marked_and_lines_come_in_their_order(ours):
    (pair,) = found({"a": OWN_WAY, "b": OWN_WAY + "\n# the end, as I see it\nprint('done', 17)\n"}, ours)
    text = pair.passages[0].two
    marked = "".join(text.source[start:end] for start, end in text.shared)
    assert "reshape(w.shape), settings" in marked
    assert "the end" not in marked
    places = [OWN_WAY.index(line) for line in pair.lines]
    assert len(places) > 5
    assert places == sorted(places)


def test_too_little_in_common_is_not_shown(ours):
    assert found({"a": OWN_WAY, "b": RENAMED}, ours, shortest=5000) == []
    longer = OWN_WAY + "".join(f"\nprint({at}, 'x' * {at} ** 2, [{at}] * {at})" for at in range(60))
    (pair,) = found({"a": OWN_WAY, "b": longer}, ours)
    assert pair.share > 0.9, "a part of what the one with less wrote"


@pytest.mark.parametrize("text", ["", "def f(:\n  '''", "\x00\ud800", "%magic\n!ls"])
def test_no_text_breaks_it(ours, text):
    found({"a": text, "b": text, "c": OWN_WAY}, ours)


def test_of_a_text_without_end_only_the_beginning_is_looked_at(ours, monkeypatch):
    monkeypatch.setattr(resemblance, "LONGEST", 3000)
    (pair,) = found({"a": "x = 1\n" * 5000 + OWN_WAY, "b": OWN_WAY + "y = 2\n" * 5000}, [], least=0.0) or [
        None
    ]
    assert pair is None


def test_code_in_cells_of_their_own_is_compared_too(cohort, lesson, ours, tmp_path):
    for student in ("x", "y"):
        folder = tmp_path / "submitted" / student / LESSON
        folder.mkdir(parents=True)
        notebook = json.loads(cohort.project.released(LESSON).read_text())
        notebook["cells"].insert(5, {"cell_type": "code", "id": "mine", "metadata": {}, "source": OWN_WAY})
        (folder / f"{LESSON}.ipynb").write_text(json.dumps(notebook))
    answers = resemblance.answers(Course(tmp_path), lesson)
    assert set(answers["x"]) == {resemblance.OWN}, "stubs are no answers"
    (pair,) = resemblance.pairs(answers, ours, least=0.5, shortest=60)
    assert pair.share > 0.9


@pytest.mark.thorough
def test_the_same_pairs_come_out_in_every_run(cohort, lesson, ours, tmp_path):
    """copydetect's hashes differ from process to process; what is found must not."""
    for student, text in (("student003", OWN_WAY), ("student004", RENAMED)):
        file = cohort.submitted / student / LESSON / f"{LESSON}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        notebook = json.loads(cohort.project.released(LESSON).read_text())
        for cell in notebook["cells"]:
            if nbgrader_of(cell).get("grade_id") == "sgd_momentum":
                cell["source"] = text
        file.write_text(json.dumps(notebook))
    out = tmp_path / "there.html"
    words = ["similar", "04", "--course", str(cohort.folder), "--out", str(out)]
    command = [sys.executable, "-c", f"from autograder.cli import main; main({words!r})"]
    environment = {"PYTHONHASHSEED": "1", "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "1 pair of" in done.stdout, done.stderr
    answers = resemblance.answers(cohort, lesson)
    pairs = resemblance.pairs(answers, ours, least=0.5, shortest=60)
    here = page(LESSON, len(answers), pairs, least=0.5, shortest=60)
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    assert re.sub(time, "", out.read_text()) == re.sub(time, "", here)


class TestPage:
    def test_texts_are_escaped_and_marked_side_by_side(self):
        evil = "</pre><script>alert(1)</script>"
        texts = [Text(source=evil, shared=[(0, 6), (9, 20)]), Text(source="x < 1", shared=[])]
        pair = Pair(one=evil, two="b", length=70, share=0.8, lines=[evil])
        pair.passages.append(Passage(exercise="sgd", one=texts[0], two=texts[1], length=70))
        made = page(LESSON, 2, [pair], least=0.5, shortest=60)
        assert "<script" not in made
        assert "<mark>&lt;/pre&gt;</mark>" in made
        assert "x &lt; 1" in made

    def test_it_asks_for_nothing_from_elsewhere_and_says_that_it_is_no_verdict(self):
        made = page(LESSON, 2, [], least=0.5, shortest=60)
        assert not re.search(r"https?://|@import|url\(|src=|href=", made)
        assert "never a verdict" in made
        assert "No pair does." in made

    def test_none_of_our_answers_is_on_it(self, cohort, lesson, ours):
        answers = resemblance.answers(cohort, lesson)
        answers["student005"] = {"sgd_momentum": OWN_WAY}
        answers["student017"] = {"sgd_momentum": RENAMED}
        pairs = resemblance.pairs(answers, ours, least=0.5, shortest=60)
        made = page(LESSON, len(answers), pairs, least=0.5, shortest=60)
        source = (Project.here().source / f"{LESSON}.py").read_text()
        solutions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", source, re.DOTALL)
        lines = {line.strip() for text in solutions for line in text.splitlines() if len(line.strip()) > 20}
        for exercise in resemblance.exercises(LESSON):
            for each in (*exercise.mistakes, *exercise.variants):
                for text in resemblance.written(each.function, exercise.name)[1:]:
                    lines |= {
                        line
                        for line in map(str.strip, ast.unparse(ast.parse(text)).splitlines())
                        if len(line) > 24
                    }
        assert len(lines) > 100
        stub = "def sgd_momentum(w, dw, config=None):"
        assert [line for line in lines - {stub} if line in made] == []


def test_mistakes_in_a_table_count_as_ours():
    from autograder.exercises.neurons_and_layers import count

    for known in count.mistakes:
        assert "def count(sizes):" in resemblance.written(known.function, "count")[-1]


def test_an_assignment_that_nobody_handed_in_is_refused(tmp_path):
    (tmp_path / "submitted").mkdir()
    done = CliRunner().invoke(cli.main, ["similar", "04", "--course", str(tmp_path)])
    assert done.exit_code == 1
    assert "Nobody handed in 04_momentum" in done.output
