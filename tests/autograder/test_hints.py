"""Every exercise has its hints, and every assert a reader may meet has words."""

import ast
import re

import pytest

from autograder.judging.places import HINT
from autograder.lesson import Master
from tests.autograder.lesson_pages import PROJECT


@pytest.mark.parametrize("name", PROJECT.lessons())
def test_every_exercise_has_three_folded_hints_and_the_last_is_a_formula(name):
    text = re.sub(r"^# ?", "", PROJECT.text(name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    exercises_there = re.split(r"^### (?=Exercise \d)", text, flags=re.MULTILINE)[1:]
    assert exercises_there
    for each in exercises_there:
        title, hints = each.splitlines()[0], HINT.findall(each)
        assert [number for number, *_ in hints] == ["1", "2", "3"], title
        assert [label.split()[-1] for _, label, _ in hints] == ["question", "place", "formula"], title
        assert "?" in hints[0][2], title
        assert re.search(r"[$=*/`]|<code>", hints[2][2]), f"{title}: a formula is mathematics or code"


@pytest.mark.parametrize("name", PROJECT.lessons())
def test_every_assert_a_reader_may_meet_has_words(name):
    cells = Master.read(name, PROJECT).released if PROJECT.released(name).is_file() else []
    for source in cells:
        try:
            tree = ast.parse(source)
        except SyntaxError:  # prose
            continue
        assert [
            node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert) and node.msg is None
        ] == []
