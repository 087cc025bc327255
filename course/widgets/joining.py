"""Several JavaScript files as the one module that a widget sends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path


def joined(folder: Path, names: Sequence[str]) -> str:
    """Return the files ``name.js`` of a folder as one module, without the imports among them.

    names  each after what it imports; only the default export of the last remains
    """
    parts = [(folder / f"{name}.js").read_text(encoding="utf-8") for name in names]
    text = re.sub(r"^import \{[^}]*\} from \"\./\w+\.js\";\n", "", "\n".join(parts), flags=re.MULTILINE)
    return re.sub(r"^export (?=function|const|class)", "", text, flags=re.MULTILINE)
