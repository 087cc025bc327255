"""The commands that the guide shows, as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MADE = ("_build", "_made", "lessons", "course")
FENCE = re.compile(
    r"(?:^ *% (?P<how>[a-z ]+): (?P<said>[^\n]+)\n\s*\n)?"
    r"^(?P<indent> *)```(?P<info>\{code-block\} \w+|\w*)\n(?:(?P=indent):caption: (?P<caption>\S+)\n)?"
    r"(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """A block of a page.

    how      what the comment above it tells the test: ``not run`` with a reason, ``exits`` with a code, or nothing
    caption  the name of a file that the reader makes
    """

    language: str
    body: str
    how: str = ""
    said: str = ""
    caption: str = ""

    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield each command of a console with the output that the page shows for it."""
        for each in re.split(r"^\$ ", self.body, flags=re.MULTILINE)[1:]:
            command, _, output = each.partition("\n")
            yield command, output


def pages() -> list[Path]:
    """Return the pages that a person wrote."""
    found = [file for file in DOCS.rglob("*.md") if not set(file.relative_to(DOCS).parts) & set(MADE)]
    return sorted(file for file in found if file.name not in ("commands.md", "glossary.md"))


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page in order."""
    found = []
    for match in FENCE.finditer(page.read_text(encoding="utf-8")):
        lines = [line.removeprefix(match["indent"]) for line in match["body"].splitlines(keepends=True)]
        language = match["info"].removeprefix("{code-block} ")
        found.append(
            Block(
                language,
                "".join(lines).lstrip("\n"),
                match["how"] or "",
                match["said"] or "",
                match["caption"] or "",
            )
        )
    return found


def order(part: str) -> list[Path]:
    """Return the pages of one part of the guide in the order of its list of contents."""
    listed = re.findall(rf"^({part}/\w+)$", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [DOCS / f"{name}.md" for name in listed]


def pattern(shown: str) -> re.Pattern[str]:
    """Return what an output must match: ``...`` stands for a part of a line or, alone, for any lines."""
    parts = []
    for line in shown.splitlines():
        words = "[^\n]*".join(re.escape(part.rstrip()) for part in line.split("..."))
        parts.append(r"(?:[^\n]*\n)*?" if line.strip() == "..." else words + r"[ ]*\n")
    return re.compile("".join(parts))
