"""Text from outside, made fit for a terminal, a table and a file."""

import unicodedata

TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
"""Unicode's classes of the signs by which ``4 of 4`` can be shown for what reads otherwise."""


def printable(text: str) -> str:
    """Return a text in which nothing but letters, signs and spaces is left: the rest stands as escapes.

    Names of files may hold bytes that are no text, line ends, and sequences that a terminal obeys.
    """
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def readable(text: str) -> str:
    """Return a text of several lines in the same way; line ends and tabs stay."""
    return "".join(each if each in "\n\t" else printable(each) for each in text)


def is_text(name: str) -> bool:
    """Whether the name of a file is text: every byte could be decoded, no sign is obeyed by a terminal or ends a
    line, and none turns the direction in which others are read.
    """
    return not any(
        unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") or unicodedata.bidirectional(each) in TURNING
        for each in name
    )


def writable(text: str) -> str:
    """Return a text that UTF-8 can hold: half of a surrogate pair becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", errors="replace").decode("utf-8")


def folded(name: str) -> str:
    """Return a name as every system leaves it recognisable: letters and digits in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in plain if each.isalnum())
