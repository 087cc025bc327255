"""Text from outside, made fit for a terminal and for a table."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text in which nothing but letters, signs and blanks is left: the rest stands as escapes.

    Names of files may hold bytes that are no text, line ends, and sequences that a terminal obeys.
    """
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
