"""What a widget shows when a cell ends in it, and what the front end of a playground computes."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from course import front
from course.widgets import standin


@pytest.fixture
def shown(monkeypatch) -> Callable[[Any], list[dict[str, Any]]]:
    """Return a function that shows a widget and returns the formats of every output, as a notebook keeps them."""

    def show(widget: Any) -> list[dict[str, Any]]:
        outputs: list[dict[str, Any]] = []
        monkeypatch.setattr(standin, "display", lambda data, **_: outputs.append(data))
        widget._ipython_display_()
        return outputs

    return show


@pytest.fixture
def in_node(tmp_path) -> Callable[[str, str], Any]:
    """Return a function that evaluates an expression over ``front``, the exports of a front end."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is not installed")

    def evaluate(name: str, expression: str) -> Any:
        for each in front.needed(name):
            shutil.copy(front.HERE / f"{each}.js", tmp_path)
        (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        program = f'import * as front from "./{name}.js";\nconsole.log(JSON.stringify({expression}));\n'
        (tmp_path / "run.js").write_text(program, encoding="utf-8")
        command = ["node", str(tmp_path / "run.js")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
        return json.loads(done.stdout)

    return evaluate
