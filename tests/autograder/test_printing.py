"""Names from outside are safe to print."""

import os

import pytest

from autograder.printing import is_text, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Emmy Nöther", "Emmy Nöther"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\0c", "a\\nb\\x00c"),
        ("half \ud83d emoji", "half \\ud83d emoji"),
        (os.fsdecode(b"\xff\xfe.ipynb"), "\\udcff\\udcfe.ipynb"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
    ],
)
def test_what_a_terminal_obeys_or_cannot_show_is_escaped(text, shown):
    assert printable(text) == shown
    printable(text).encode("utf-8")


@pytest.mark.parametrize("name", ["Emmy Nöther", "می\u200cخوان", "李 明", "=1+1", "a\u0301", "👩\u200d🔬"])
def test_a_name_in_any_writing_is_text(name):
    assert is_text(name)


@pytest.mark.parametrize(
    "name", ["a\x1b[31m", "a\nb", "\udcff", "\x9b2J", "a\u202eb", "\u2066a", "a\u2028b", "a\u2029"]
)
def test_a_name_that_is_obeyed_ends_a_line_or_turns_others_is_none(name):
    assert not is_text(name)
