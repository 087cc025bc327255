"""Rebuild a submission from the master: the student's answers, and everything else ours.

Taken from the submission are the solution cells and the cells a person marks, found by grade id, by the id of
the cell, or by the name of the function they define.  Locked cells, tests, points and order are the master's,
whatever the file says.

Cells the student *added* that hold code are run in place: honest people put imports and small functions
there, and their own notebook worked because of them.  They gain nothing by it, because a verdict belongs to a
graded cell of ours and not to anything the notebook shows.  Prose the student added is kept for the person who
reads the feedback.

A stub is put back where a solution cell is missing or empty, and gives way to whatever the student defined under
its name: a person who merged all answers into one cell has answered them all.

Everything that was mended is said in a short note.  Nothing a file contains makes ``repair`` raise.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from nbformat import NotebookNode, from_dict

from autograder.lesson import LONGEST, Cell, Master, compiles, definitions, names
from autograder.marks import ADDED, Status, nbgrader_of
from autograder.repair import harmless
from autograder.repair.reading import Piece, Unreadable, pieces

DYNAMIC = r"\bexec\b|\bglobals\b|\bimport \*|^[^\S\n]*%(?:run|load|store)\b"
"""Code that may define any name."""

NOTHING = "No notebook was handed in."
ANOTHER = "This is the notebook of another lesson"


@dataclass(frozen=True, kw_only=True)
class Repaired:
    """The notebook to run, how the submission arrived, and what was mended, for the student to read.

    content  the fingerprint of what was handed in, where somebody asked for it
    """

    notebook: NotebookNode
    status: Status
    notes: list[str] = field(default_factory=list)
    content: str = ""


def repair(data: bytes | None, master: Master, notes: list[str] | None = None) -> Repaired:
    """Return the notebook to run for the bytes of a submission; None is a notebook that is not there."""
    said = list(notes or [])
    if data is None:
        return Repaired(notebook=blank(master), status="missing", notes=[NOTHING, *said])
    try:
        found, odd = pieces(data)
    except Unreadable as trouble:
        return Repaired(notebook=blank(master), status="unreadable", notes=[str(trouble), *said])
    rebuilt = Rebuild(master, found)
    return Repaired(notebook=rebuilt.notebook(), status="graded", notes=said + odd + rebuilt.notes)


def blank(master: Master) -> NotebookNode:
    """Return the lesson with every answer unwritten."""
    return Rebuild(master, []).notebook()


class Rebuild:
    """One submission being put together again."""

    def __init__(self, master: Master, found: list[Piece]):
        self.master = master
        self.notes: list[str] = []
        self.claimed: dict[int, list[Piece]] = {}  # place in the master -> pieces that say they are that cell
        self.loose: list[tuple[int, Piece]] = []  # pieces of the student's own, and the place they follow
        self.order = found
        self.sort(found)
        self.take_out_of_checks()
        self.missing: list[str] = []
        self.answers = {grade_id: self.answer(grade_id) for grade_id in master.answers} if found else {}
        self.remark_on_locked(bool(found))

    def sort(self, found: list[Piece]) -> None:
        """Tell our cells from the student's own, and note after which of ours each of theirs stands."""
        by_source, by_cell_id = places(self.master)
        strangers: list[str] = []
        anchor = -1
        at: int | None
        for each in found:
            at = self.master.index.get(each.grade_id)
            if at is None and each.grade_id:
                strangers.append(each.grade_id[:40])
            if at is None:
                at = by_source.get((each.kind, plain(each.source)))
            if at is None and each.cell_id:
                at = self.same_cell(by_cell_id.get(each.cell_id), each)
            if at is not None:
                anchor = at
                self.claimed.setdefault(at, []).append(each)
            else:
                self.loose.append((anchor, each))
        if len(strangers) > sum(each.grade_id in self.master.index for each in found):
            self.notes.append(f"{ANOTHER}: it has {listed(strangers)}.")
        elif strangers:
            self.notes.append(f"Unknown grade ids were ignored: {listed(strangers)}.")

    def take_out_of_checks(self) -> None:
        """Take an answer that was written into the cell of its check as the student's own, before that check."""
        for grade_id in self.master.answers:
            at = self.master.index.get(f"{grade_id}-check")
            stub = self.master.stub(grade_id)
            written = [each for each in self.claims(grade_id) if plain(each.source) != plain(stub)]
            wanted = self.wanted(grade_id)
            if at is None or written or not wanted:
                continue
            for each in self.claimed.get(at, []):
                if each.kind == "code" and wanted & names(each.source):
                    self.loose.append((at - 1, each))
                    self.notes.append(f"The answer in the cell {grade_id}-check was run before that check.")

    def claims(self, grade_id: str) -> list[Piece]:
        """Return the pieces that say they are one of our cells and are not empty."""
        return [each for each in self.claimed.get(self.master.index[grade_id], []) if plain(each.source)]

    def same_cell(self, at: int | None, each: Piece) -> int | None:
        """Return the place of our cell that a piece with its cell id is; code of their own stays their own.

        A picture with other settings is ours; one that binds another name, such as an import, is theirs.
        """
        if at is None:
            return None
        cell = self.master.cells[at]
        drawn = "picture" in cell["metadata"].get("tags", []) and names(each.source) <= names(cell["source"])
        ours = bool(nbgrader_of(cell)) or cell["cell_type"] != "code" or drawn
        return at if ours else None

    def answer(self, grade_id: str) -> str:
        """Return the student's text for one solution cell, the stub if there is none."""
        at = self.master.index[grade_id]
        stub = self.master.stub(grade_id)
        code = self.master.cells[at]["cell_type"] == "code"
        claims = self.claims(grade_id)
        if not claims:
            claims = self.by_name(grade_id) if code else self.by_place(grade_id, at)
        is_answered = any(
            plain(each.source) == plain(stub) or self.wanted(grade_id) & names(each.source) for each in claims
        )
        if code and not is_answered:
            claims = self.in_a_later_cell(grade_id) + claims
        if not claims:
            self.missing.append(grade_id)
            return self.master.giving_way(grade_id) if code and self.is_mentioned(grade_id) else stub
        written = [each for each in claims if plain(each.source) != plain(stub)]
        if not written:
            return stub
        if (times := len(self.claims(grade_id))) > 1:
            self.notes.append(f"The cell {grade_id} was there {times} times; the last written one counts.")
        if code and written[-1].kind != "code":
            self.notes.append(f"The cell {grade_id} was not a code cell; it was run as one.")
        return self.whole(grade_id, written) if code else harmless.markdown(written[-1].source)

    def by_name(self, grade_id: str) -> list[Piece]:
        """Return the last cell of the student's own that defines what a lost solution cell should define."""
        for place, each in reversed(self.loose):
            if each.kind == "code" and self.wanted(grade_id) & names(each.source):
                self.loose.remove((place, each))
                self.notes.append(f"The cell {grade_id} had lost its label; it was found by its name.")
                return [each]
        return []

    def wanted(self, grade_id: str) -> set[str]:
        """Return the names that a solution cell should define."""
        return set(definitions(self.master.stub(grade_id)))

    def in_a_later_cell(self, grade_id: str) -> list[Piece]:
        """Return the solution cell further down that defines what this one should: it runs here, too.

        People merge all answers into one cell, or exchange two.
        """
        for other in self.master.answers:
            for each in self.claims(other) if self.master.index[other] > self.master.index[grade_id] else ():
                if each.kind == "code" and self.wanted(grade_id) & names(each.source):
                    self.notes.append(
                        f"The answer {grade_id} was found in the cell {other} and run in its place."
                    )
                    return [each]
        return []

    def by_place(self, grade_id: str, at: int) -> list[Piece]:
        """Return the prose of the student's own that stands where a lost written answer should be."""
        for place, each in self.loose:
            if place == at - 1 and each.kind == "markdown" and each.source.strip():
                self.loose.remove((place, each))
                self.notes.append(f"The cell {grade_id} had lost its label; it was found by its place.")
                return [each]
        return []

    def whole(self, grade_id: str, written: list[Piece]) -> str:
        """Return an answer from all its parts: copies of the cell, and neighbours it was split into."""
        together = "\n".join(each.source for each in written)
        if len(written) > 1 and not all(compiles(each.source) for each in written) and compiles(together):
            return together
        *earlier, last = [each for each in written if compiles(each.source)] or written
        source = last.source
        for each in reversed(earlier):  # an earlier copy stays if it defines something the later ones do not
            if names(each.source) - names(source):
                source = f"{each.source}\n{source}"
        return self.with_neighbours(grade_id, last, source)

    def with_neighbours(self, grade_id: str, piece: Piece, source: str) -> str:
        """Return an answer joined with the unlabelled cells beside it, if only together they are Python."""
        after = self.beside(piece, 1)
        before = self.beside(piece, -1)
        for first in range(len(before) + 1):
            for last in range(len(after) + 1):
                parts = [*reversed(before[:first]), *after[:last]]
                if not parts or (compiles(source) and all(compiles(each.source) for each in parts)):
                    continue
                text = "\n".join(
                    [each.source for each in reversed(before[:first])]
                    + [source]
                    + [each.source for each in after[:last]]
                )
                if compiles(text):
                    self.loose = [(at, each) for at, each in self.loose if each not in parts]
                    self.notes.append(f"The cell {grade_id} had been split; its parts were joined.")
                    return text
        return source

    def beside(self, piece: Piece, step: int) -> list[Piece]:
        """Return up to three unlabelled code cells next to a piece, nearest first."""
        own = [each for _, each in self.loose]
        at = self.order.index(piece) + step
        found: list[Piece] = []
        while 0 <= at < len(self.order) and self.order[at] in own and len(found) < 3:
            if self.order[at].kind != "code":
                break
            found.append(self.order[at])
            at += step
        return found

    def remark_on_locked(self, something: bool) -> None:
        """Note which locked cells were changed, lost or copied; ours are used in any case."""
        changed, lost = [], []
        for grade_id, at in self.master.index.items():
            if grade_id in self.master.answers:
                continue
            claims = self.claimed.get(at, [])
            if not claims:
                lost.append(grade_id)
            elif any(plain(each.source) != plain(self.master.released[at]) for each in claims):
                changed.append(grade_id)
        if not something:
            return
        elsewhere = [each for each in self.missing if self.is_defined_before(each)]
        perhaps = [each for each in self.missing if each not in elsewhere and self.is_mentioned(each)]
        unwritten = [each for each in self.missing if each not in (*elsewhere, *perhaps)]
        if elsewhere:
            self.notes.append(
                f"Cells were missing; what other cells define by these names counts: {listed(elsewhere)}."
            )
        if perhaps:
            self.notes.append(
                f"Cells were missing or empty; they count as not written unless other cells define these names: "
                f"{listed(perhaps)}."
            )
        if unwritten:
            self.notes.append(f"Missing or empty cells count as not written: {listed(unwritten)}.")
        if changed:
            self.notes.append(f"Locked cells were changed; the originals were used: {listed(changed)}.")
        if lost:
            self.notes.append(f"Locked cells were missing and were put back: {listed(lost)}.")

    def is_mentioned(self, grade_id: str) -> bool:
        """Whether other code of the student may define what a missing solution cell should define."""
        places = {self.master.index[each] for each in self.master.answers}
        ours = [each for at, claims in self.claimed.items() if at not in places for each in claims]
        others = [each.source for each in self.order if each.kind == "code" and each not in ours]
        word = re.compile(rf"\b{re.escape(grade_id)}\b|{DYNAMIC}", flags=re.MULTILINE)
        return any(len(text) > LONGEST or word.search(text) for text in others)

    def is_defined_before(self, grade_id: str) -> bool:
        """Whether a cell before the place of a missing solution cell defines its name."""
        at = self.master.index[grade_id]
        wanted = self.wanted(grade_id)
        before = [text for each, text in self.answers.items() if self.master.index[each] < at]
        before += [each.source for place, each in self.loose if place <= at and each.kind == "code"]
        return any(wanted & names(text) for text in before)

    def notebook(self) -> NotebookNode:
        """Return the notebook to run."""
        cells: list[Cell] = self.added(-1)
        for at, cell in enumerate(self.master.cells):
            grade_id = nbgrader_of(cell).get("grade_id", "")
            source = self.answers[grade_id] if grade_id in self.answers else cell["source"]
            metadata = cell["metadata"]
            if grade_id in self.answers and not self.master.is_unwritten(grade_id, source):
                metadata = {**metadata, "written": True}
            ours = {**cell, "source": source, "id": cell.get("id", f"cell-{at}"), "metadata": metadata}
            cells += [ours, *self.added(at)]
        return from_dict(
            {"cells": cells, "metadata": dict(self.master.metadata), "nbformat": 4, "nbformat_minor": 5}
        )

    def added(self, at: int) -> list[Cell]:
        """Return the student's own cells that stand after one of ours."""
        cells = []
        for number, (place, each) in enumerate(self.loose):
            if place != at or not each.source.strip() or each.kind == "raw":
                continue
            code: Cell = {"outputs": [], "execution_count": None} if each.kind == "code" else {}
            source = each.source if each.kind == "code" else harmless.markdown(each.source)
            cell = {"cell_type": each.kind, "id": f"{ADDED}{number}", "metadata": {}, "source": source}
            cells.append({**cell, **code})
        return cells


def plain(source: str) -> str:
    """Return a text without what editors change by themselves: white space at line ends and at either end."""
    if len(source) > LONGEST:  # longer than any cell of ours
        return source.strip()
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


@lru_cache(maxsize=32)
def places(master: Master) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """Return the places of a lesson's cells by kind and text, and by cell id."""
    by_source: dict[tuple[str, str], int] = {}
    for place, (cell, text) in enumerate(zip(master.cells, master.released, strict=True)):
        by_source.setdefault((cell["cell_type"], plain(text)), place)
    return by_source, {cell.get("id", ""): place for place, cell in enumerate(master.cells)}


def listed(names: list[str]) -> str:
    """Return a few names for a sentence."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
