"""Tables as CSV: what a person may open in a spreadsheet is written here, and none of its cells is run."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula; some read the wide forms too."""

WITHIN = re.compile(r"(?<=[\n;\t])(?=[^\S\n]*([=@＝＠]|[+\-＋－][^\s\d]))")
"""Where one begins inside a text: a program that separates cells by another sign, as in many countries, begins a
cell or a row there, quoted or not.
"""

PLAIN = re.compile(r"-|[-+]?\d+([.,]\d+)?")
"""What begins like one and is none: a number, and the hyphen that Moodle reads as no grade."""


def harmless(value: object) -> object:
    """Return a cell that no spreadsheet runs, by an apostrophe before a formula; nothing for None.

    Lines in it end in a line feed: before Python 3.13 a carriage return is not quoted, and would end the row.
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    text = WITHIN.sub("'", text)
    return (
        f"'{text}" if (text.lstrip(" ") or text).startswith(FORMULA) and not PLAIN.fullmatch(text) else text
    )


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV, quoted where that is needed, and harmless."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([harmless(cell) for cell in row] for row in rows)
    return stream.getvalue()


def table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Return a table as CSV with its columns in the first line; what a row does not have is empty."""
    return as_csv([columns, *([row.get(name) for name in columns] for row in rows)])
