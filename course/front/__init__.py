"""The front ends of all widgets: one JavaScript file an idea, one style sheet a kind of widget.

``module(name)`` gives a front end as the one module that anywidget sends.  What it imports is found by reading its
import lines.  The files share one scope when they are sent, so a top-level name stands in one of them only.
"""

import re
from pathlib import Path

HERE = Path(__file__).parent
IMPORT = re.compile(r"^import \{[^}]*\} from \"\./(\w+)\.js\";\n", re.MULTILINE)


def module(name: str) -> str:
    """Return ``name.js`` and all that it imports as one module; only the default export of ``name`` remains."""
    text = "\n".join(IMPORT.sub("", source(each)) for each in needed(name))
    return re.sub(r"^export (?=function|const|class)", "", text, flags=re.MULTILINE)


def style(name: str) -> str:
    """Return the style sheet ``name.css``."""
    return (HERE / f"{name}.css").read_text(encoding="utf-8")


def page_template() -> str:
    """Return the page that a saved Explorer is written into; its places are marked ``@NAME@``."""
    return (HERE / "saved.html").read_text(encoding="utf-8")


def source(name: str) -> str:
    """Return the text of ``name.js``."""
    return (HERE / f"{name}.js").read_text(encoding="utf-8")


def needed(name: str) -> list[str]:
    """Return the files that a front end consists of, each after what it imports."""
    order: dict[str, None] = {}
    for each in IMPORT.findall(source(name)):
        order.update(dict.fromkeys(needed(each)))
    return [*order, name]
