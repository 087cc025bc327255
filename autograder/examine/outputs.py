"""Outputs of a cell as a notebook may hold them, from what a candidate sent."""

from __future__ import annotations

from typing import Any

from autograder.examine.inside.frames import demand


def checked_outputs(answer: Any) -> tuple[list[dict], int]:
    """Return outputs as a notebook may hold them, and the cell's number.  Raises ``Lie``."""
    demand(type(answer) is list and len(answer) == 2 and type(answer[0]) is list, "outputs")
    outputs, count = answer
    demand(type(count) is int and 0 <= count < 1 << 31, "the number of a cell")
    return [checked_output(each) for each in outputs], count


def checked_output(found: Any) -> dict:
    """Return one output with exactly the fields its kind has.  Raises ``Lie``."""
    demand(type(found) is dict and type(found.get("output_type")) is str, "an output")
    kind = found["output_type"]
    if kind == "stream":
        demand(found.get("name") in ("stdout", "stderr") and type(found.get("text")) is str, "a stream")
        return {"output_type": kind, "name": found["name"], "text": found["text"]}
    if kind == "error":
        lines = found.get("traceback")
        demand(type(lines) is list and all(type(line) is str for line in lines), "a traceback")
        demand(type(found.get("ename")) is str and type(found.get("evalue")) is str, "an error")
        return {"output_type": kind, "ename": found["ename"], "evalue": found["evalue"], "traceback": lines}
    demand(kind in ("display_data", "execute_result"), "a kind of output")
    data = {key: value for key, value in bundle(found.get("data")).items() if not is_ours(key)}
    made = {"output_type": kind, "data": data, "metadata": bundle(found.get("metadata"))}
    if kind == "execute_result":
        count = found.get("execution_count")
        demand(count is None or type(count) is int, "the number of a cell")
        made["execution_count"] = count
    return made


def bundle(found: Any) -> dict:
    """Return a dict that JSON can hold.  Raises ``Lie``."""
    demand(type(found) is dict and all(type(key) is str for key in found), "a bundle")
    return {key: json_data(value) for key, value in found.items()}


def json_data(value: Any) -> Any:
    """Return JSON data; everything else becomes its text.  ``weigh`` has seen that it is not too deep."""
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if value - value == 0 else repr(value)
    if type(value) in (list, tuple):
        return [json_data(each) for each in value]
    if type(value) is dict:
        return {str(key): json_data(each) for key, each in value.items()}
    return f"({type(value).__name__})"


def is_ours(kind: str) -> bool:
    """Whether a kind of output is one by which the grader itself speaks."""
    return kind.lower().startswith("application/vnd.descent")
