"""Names from outside are safe to print."""

import os

import pytest

from autograder.printing import printable


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
