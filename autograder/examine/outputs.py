"""Outputs of a cell as a notebook may hold them, from what a candidate sent: what may be shown, and how much.

The candidate keeps the same limits, but a student's code can lift them there.
"""

import json
from typing import Any

from autograder.examine.inside.frames import RICH, demand
from autograder.printing import writable

MOST = 2_000
"""Outputs of one cell."""

NOTE = 200
"""Characters beyond a limit for the words with which an honest candidate says that something was cut."""

EACH = 500
"""Characters that an output counts for beside what it shows."""

EVALUE, LINES, LINE = 5_000, 400, 2_000
"""Characters of an exception's text, lines of a traceback and characters of a line that are kept."""

CUT = {
    "output_type": "stream",
    "name": "stderr",
    "text": "The rest of the output was too large to be kept.\n",
}


def checked_outputs(answer: Any, limit: int) -> tuple[list[dict], int]:
    """Return outputs as a notebook may hold them, and the cell's number.  Raises ``Lie``.

    limit  characters of text and, separately, ``RICH`` characters of everything else that are kept
    """
    demand(type(answer) is list and len(answer) == 2 and type(answer[0]) is list, "outputs")
    outputs, count = answer
    demand(type(count) is int and 0 <= count < 1 << 31, "the number of a cell")
    return within([checked_output(each) for each in outputs], limit), count


def size(outputs: list[dict]) -> int:
    """Return how many characters outputs take in a file, and as such what each of them takes in memory."""
    return len(json.dumps(outputs, ensure_ascii=False)) + EACH * len(outputs)


def within(outputs: list[dict], limit: int) -> list[dict]:
    """Return as many outputs as may be kept, and a word on it if that is not all."""
    kept: list[dict] = []
    text, rich = limit + NOTE, RICH + NOTE
    for output in outputs:
        if output["output_type"] == "stream":
            shown = output["text"][: max(text, 0)]
            text -= len(output["text"])
            output = output | {"text": shown}
        elif output["output_type"] == "error":
            text -= sum(map(len, output["traceback"]))
        else:
            rich -= len(json.dumps([output["data"], output["metadata"]], ensure_ascii=False))
        if rich < 0 or len(kept) == MOST or (text < 0 and output["output_type"] == "error"):
            return [*kept, CUT]
        kept.append(output)
        if text < 0:
            return [*kept, CUT]
    return kept


def checked_output(found: Any) -> dict:
    """Return one output with exactly the fields its kind has.  Raises ``Lie``."""
    demand(type(found) is dict and type(found.get("output_type")) is str, "an output")
    kind = found["output_type"]
    if kind == "stream":
        demand(found.get("name") in ("stdout", "stderr") and type(found.get("text")) is str, "a stream")
        return {"output_type": kind, "name": found["name"], "text": writable(found["text"])}
    if kind == "error":
        lines = found.get("traceback")
        demand(type(lines) is list and all(type(line) is str for line in lines), "a traceback")
        demand(type(found.get("ename")) is str and type(found.get("evalue")) is str, "an error")
        return {
            "output_type": kind,
            "ename": writable(found["ename"][:NOTE]),
            "evalue": writable(found["evalue"][:EVALUE]),
            "traceback": [writable(line[:LINE]) for line in lines[:LINES]],
        }
    demand(kind in ("display_data", "execute_result"), "a kind of output")
    data = {key: value for key, value in bundle(found.get("data")).items() if not is_the_graders(key)}
    made = {"output_type": kind, "data": data, "metadata": bundle(found.get("metadata"))}
    if kind == "execute_result":
        count = found.get("execution_count")
        demand(count is None or (type(count) is int and 0 <= count < 1 << 31), "the number of a cell")
        made["execution_count"] = count
    return made


def bundle(found: Any) -> dict:
    """Return a dict that JSON can hold.  Raises ``Lie``."""
    demand(type(found) is dict and all(type(key) is str for key in found), "a bundle")
    return {writable(key): json_data(value) for key, value in found.items()}


def json_data(value: Any) -> Any:
    """Return JSON data; everything else becomes its text.  ``weigh`` has seen that it is not too deep."""
    if type(value) is str:
        return writable(value)
    if value is None or type(value) is bool or (type(value) is int and abs(value) < 1 << 63):
        return value
    if type(value) is float:
        return value if value - value == 0 else repr(value)
    if type(value) in (list, tuple):
        return [json_data(each) for each in value]
    if type(value) is dict:
        return {writable(str(key)): json_data(each) for key, each in value.items()}
    return f"({type(value).__name__})"


def is_the_graders(kind: str) -> bool:
    """Whether a kind of output is one by which the grader itself speaks."""
    return kind.lower().startswith("application/vnd.descent")
