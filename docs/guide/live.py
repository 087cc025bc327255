"""Widgets in a page without a kernel: the state a run left, and the widget's own front end, as two scripts.

Every widget of the course that draws in the browser is an ``anywidget``: its front end reads traits of a model and
needs nothing else.  A page gives it a model of plain values.  Nothing is loaded from another place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
OWN = ("_esm", "_css", "_anywidget_id", "layout", "tabbable", "tooltip")
ENDING = "export default {"


def states(notebook: Any) -> dict[str, Any]:
    """Return the state of every widget model that a run left, by id."""
    return notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})


def drawn(models: dict[str, Any], model: str) -> Iterator[str]:
    """Yield the ids of the widgets with a front end of their own in a view: itself, or what it contains."""
    state = models.get(model, {}).get("state", {})
    if "_esm" in state:
        yield model
        return
    for child in state.get("children", []):
        yield from drawn(models, child.removeprefix("IPY_MODEL_"))


def write(models: dict[str, Any], model: str, name: str, folder: Path) -> dict[str, str]:
    """Write the two scripts of a widget into ``folder``; return what its place in the page must say.

    Raises ``ValueError`` for a front end that does not end in one default export.
    """
    kept = models[model]
    state, buffers = kept["state"], kept.get("buffers", [])
    esm, css = state["_esm"], state.get("_css", "")
    if esm.count(ENDING) != 1:
        raise ValueError(f"The front end of {name} must have one '{ENDING}'.")
    front = hashlib.sha256((esm + css).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    made = f"(() => {{\n{esm.replace(ENDING, 'return {')}\n}})()"
    script = f"live.front({json.dumps(front)}, {json.dumps(css)}, {made});\n"
    (folder / f"front-{front}.js").write_text(script, encoding="utf-8")
    plain = {key: value for key, value in state.items() if key not in OWN and not key.startswith("_")}
    if "saved" in plain:
        plain["saved"] = True
    binary = [[buffer["path"], buffer["data"]] for buffer in buffers]
    data = json.dumps({"plain": plain, "binary": binary})
    (folder / f"{name}.js").write_text(f"live.state({json.dumps(name)}, {data});\n", encoding="utf-8")
    return {"name": name, "front": front}
