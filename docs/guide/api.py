"""The pages of ``course``, from its docstrings: one page a module, found by looking.

The modules are listed on a page of their own; at the side of every page their 140 names would hide the rest.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

HEAD = """# `course`

What a lesson imports, module by module, from the docstrings.
"""
PAGE = """---
orphan: true
---

# `{module}`

[All modules](index.md)

```{{eval-rst}}
.. automodule:: {module}
   :members:
   :member-order: bysource
   :ignore-module-all:
```
"""
BARS = re.compile(r"\|(\w+)\|")
"""An absolute value, which reStructuredText would take for a substitution."""
COLUMNS = re.compile(r"(?P<name>\S(?:.*?\S)?)(?P<gap>  +)(?P<text>\S.*)")


def pages(course: Path) -> dict[str, str]:
    """Return the pages of all modules that define something public, by file name, and ``index.md``."""
    made = {}
    for file in sorted(course.rglob("*.py")):
        module = ".".join(file.relative_to(course.parent).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if any(
            isinstance(each, ast.FunctionDef | ast.ClassDef) and each.name[0] != "_" for each in tree.body
        ):
            first = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
            made[f"{module}.md"] = PAGE.format(module=module), first
    listed = [
        f"- [`{name.removesuffix('.md')}`]({name}): {plain(first)}" for name, (_, first) in made.items()
    ]
    return {name: text for name, (text, _) in made.items()} | {"index.md": "\n".join([HEAD, *listed, ""])}


def plain(words: str) -> str:
    """Return a sentence of a docstring as Markdown."""
    return re.sub(r"``(.*?)``", r"`\1`", words)


def tabulated(_app: object, _what: str, _name: str, _obj: object, _options: object, lines: list[str]) -> None:
    """Turn columns of names and words into definitions, and indented formulas into blocks; lines change in place.

    start   (2,), by default the surface's own
    config  of the first call;
            copied
    """
    made: list[str] = []
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines).strip("\n")):
        made += [*shaped(paragraph.split("\n")), ""]
    lines[:] = made


def shaped(paragraph: list[str]) -> list[str]:
    """Return one paragraph of a docstring as reStructuredText."""
    if paragraph[0].startswith((">>>", "..", ":")):
        return paragraph
    indent = min(len(line) - len(line.lstrip()) for line in paragraph)
    rows = [line[indent:] for line in paragraph]
    heads = [COLUMNS.fullmatch(row) for row in rows if not row.startswith(" ")]
    columns = {each.start("text") for each in heads if each}
    if heads and all(heads) and len(columns) == 1:
        at = columns.pop()
        made = []
        for row in rows:
            if row.startswith(" "):
                made.append("    " + row.strip())
            else:
                name = row[:at].strip()
                made += [name if name.startswith("``") else f"``{name}``", "    " + row[at:]]
        return [BARS.sub(r"\\|\1\\|", row) for row in made]
    if indent >= 2:
        return ["::", "", *("    " + row for row in rows)]
    return [BARS.sub(r"\\|\1\\|", row) for row in paragraph]
