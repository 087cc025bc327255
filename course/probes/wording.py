"""What a reader is told of a value or of an error, in a few words."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

# What NumPy says of ``A @ B``: "mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?)".
PRODUCT = re.compile(r"matmul: .* core dimension 0, .*\(size (\d+) is different from (\d+)\)", re.DOTALL)
MEANT = {
    "for ^:": "a power is written `**`",
    "object is not callable": "is a `*` missing before a bracket?",
    "EOF when reading a line": "nobody answers `input()` when a notebook is graded",
    "No module named": "when a notebook is graded, only what the course installs is there, no file beside it",
    "File `'": "when a notebook is graded, no file beside it is there",
    "not found in history": "when a notebook is graded, no file beside it is there",
    "Line magic function `%%": "a magic with `%%` must be the first line of its cell",
}
"""What somebody meant, or what it means to them, by a part of the error that Python raises."""


def plainly(error: BaseException | None) -> str:
    """Return the text of an exception; for a product of the wrong shapes in words of matrices, not of NumPy."""
    text = str(error)
    if sizes := PRODUCT.fullmatch(text):
        return f"in a product A @ B, A has {sizes[2]} columns and B has {sizes[1]} rows; they must be as many"
    return meant(text)


def meant(text: str) -> str:
    """Return the text of an exception with a hint at what was meant, if there is one."""
    hint = next((hint for part, hint in MEANT.items() if part in text), "")
    return f"{text.rstrip('.')} ({hint})" if hint else text


OTHERWISE = {
    "generator": "a generator, which has computed nothing yet (a `yield`, or `(... for ...)` without `list`)",
    "coroutine": "a coroutine, which has computed nothing yet (`async def` where `def` is due)",
    "ndarray": "an array whose entries are no numbers",
}
"""What is said of a value that is no number and no array of numbers, by the name of its class."""


def no_function(value: Any, name: str) -> str:
    """Return what is said of something that stands under the name of a function and is none; empty if it is one."""
    if callable(value) and type(value).__name__ != "module":
        return ""
    return f"`{name}` is not a function: it is {describe(value)}. Something else took its name."


def describe(value: Any) -> str:
    """Return what a value is, in a few words that never contain its numbers."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of length {len(value)}"
    if type(value).__name__ in OTHERWISE:
        return OTHERWISE[type(value).__name__]
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"
