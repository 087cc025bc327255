"""Where a lesson teaches what an exercise asks: the heading above it, its own title, its hints.

Read from the cells of the lesson, so that a message never names a heading that is not there.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

HINT = re.compile(r"<details><summary>Hint (\d): ([^<]*)</summary>(.*?)</details>", re.DOTALL)
HEADING = re.compile(r"^(##|###) (.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an exercise stands.

    section  the heading of the section that teaches it, as written
    title    the heading of the exercise, as written: ``Exercise 2. Momentum · 10 points · ...``
    hints    texts of the folded hints, in order
    """

    section: str
    title: str
    hints: tuple[str, ...]

    @property
    def exercise(self) -> str:
        """The title without points, minutes and difficulty."""
        return self.title.split(" · ")[0]


def places(cells: Iterable[Mapping[str, Any]]) -> dict[str, Place]:
    """Return the place of every solution cell of a lesson by its grade id.

    cells  of a notebook, or of a parsed text; sources joined
    """
    found: dict[str, Place] = {}
    section = title = ""
    hints: dict[int, str] = {}
    for cell in cells:
        if cell["cell_type"] == "markdown":
            for level, words in HEADING.findall(cell["source"]):
                if level == "##":
                    section, title, hints = words, "", {}
                elif words.startswith("Exercise "):
                    title, hints = words, {}
            hints |= {int(number): text.strip() for number, _, text in HINT.findall(cell["source"])}
            continue
        ours = cell["metadata"].get("nbgrader", {})
        if ours.get("solution") and title:
            texts = tuple(hints[number] for number in sorted(hints))
            found[ours["grade_id"]] = Place(section=section, title=title, hints=texts)
    return found
