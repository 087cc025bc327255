"""Which answers resemble each other beyond what the exercise forces, by copydetect's fingerprints.

copydetect replaces names by their kind, drops comments and spaces, and compares runs of what is left, so renaming
and reformatting hide nothing.  Two honest answers to a small exercise are much alike.  What everybody is given or
must write is therefore taken out first: the stub, our solution, every known variant, convention and mistake, and
whatever occurs in more than a fifth of the class.  What is left, and shared by two students, is worth a look.
"""

import contextlib
import inspect
import io
import re
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations

import numpy as np

from autograder.cohort.paste import NotPasted, pasted
from autograder.errors import Trouble
from autograder.grading.course import Course
from autograder.lesson import Master, notebook
from autograder.marks import ADDED, nbgrader_of
from autograder.project import Project
from autograder.reporting.catalogue import exercises
from autograder.running import run_one

RUN = 18
"""Characters, after names are taken out, of the shortest run that counts: about one assignment with a product."""

COMMON, FEWEST = 0.2, 6
"""A run that more than this part of the class has, and more than this many students, is one the exercise forces; so
is one that more than half of a smaller class has."""

COMMENT = re.compile(r"\s#")

LINE = 16
"""Characters of a line that is long enough to be counted when both have it word for word."""

LONGEST = 30_000
"""Characters of one answer that are looked at; honest ones stay far below."""

OWN = "cells of their own"
"""What the code a student added outside the solution cells is called."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """An answer, and which of its characters another answer shares."""

    source: str
    shared: list[tuple[int, int]]


@dataclass(frozen=True, kw_only=True)
class Passage:
    """One exercise in which two students resemble each other."""

    exercise: str
    one: Text
    two: Text
    length: int


@dataclass(kw_only=True)
class Pair:
    """Two students, and where they resemble each other.

    length  characters shared beyond what the exercise forces, names and white space not counted
    share   as a part of all that the one with less wrote beyond what is forced
    lines   lines that both have word for word, and no text of ours has
    """

    one: str
    two: str
    length: int = 0
    share: float = 0.0
    lines: list[str] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)


def answers(course: Course, lesson: Master) -> dict[str, dict[str, str]]:
    """Return student -> exercise -> code, as it would be graded; what was not written is left out."""
    found = {}
    for student in course.handed_in(lesson.name):
        repaired = run_one.read(course.submitted / student / lesson.name, lesson).notebook
        written: dict[str, str] = {}
        own = []
        for cell in repaired.cells:
            name = nbgrader_of(cell).get("grade_id", "")
            if cell.cell_type != "code":
                continue
            if nbgrader_of(cell).get("solution") and not lesson.is_unwritten(name, cell.source):
                written[name] = cell.source
            elif str(cell.get("id", "")).startswith(ADDED):
                own.append(cell.source)
        found[student] = written | ({OWN: "\n\n".join(own)} if own else {})
    return found


def given(lesson: Master, project: Project) -> list[str]:
    """Return the texts an answer may resemble without anything being shared: all that we wrote ourselves."""
    source = notebook(project.notebook(lesson.name), lesson.name)
    cells = [cell["source"] for cell in source["cells"] if cell["cell_type"] == "code"]
    known = [
        text
        for exercise in exercises(lesson.name)
        for each in (*exercise.mistakes, *exercise.conventions, *exercise.variants)
        for text in written(each.function, exercise.name)
    ]
    return [*lesson.released, *cells, *known]


def written(function: Callable, name: str) -> list[str]:
    """Return a known answer as its module has it, and as a cell with all that it leans on, where that can be."""
    texts = []
    with contextlib.suppress(TypeError, OSError, tokenize.TokenError):  # the last for an entry of a table
        texts.append(inspect.getsource(function))
    with contextlib.suppress(NotPasted):
        texts.append(pasted(function, name))
    return texts


def pairs(
    found: dict[str, dict[str, str]], ours: Iterable[str], *, least: float, shortest: int
) -> list[Pair]:
    """Return the pairs that share enough, the longest first.

    least     part of what the one with less wrote
    shortest  characters
    """
    ours = tuple(ours)
    forced = runs(ours)
    ours_lines = {line for text in ours for line in lines_of(text)}
    prints = {
        (student, exercise): fingerprint(text)
        for student, some in found.items()
        for exercise, text in some.items()
    }
    everywhere = Counter(each for made in prints.values() for each in made.hashes)
    most = min(max(FEWEST, COMMON * len(found)), max(2, len(found) / 2))
    for made in prints.values():
        without(made, {each for each in made.hashes if each in forced or everywhere[each] > most})
    owners: dict[int, set[str]] = defaultdict(set)
    for (student, _), made in prints.items():
        for each in made.hashes:
            owners[each].add(student)
    candidates = {pair for some in owners.values() if len(some) > 1 for pair in combinations(sorted(some), 2)}
    made_pairs = [pair_of(one, two, found, prints, ours_lines) for one, two in sorted(candidates)]
    chosen = [each for each in made_pairs if each.length >= shortest and each.share >= least]
    return sorted(chosen, key=lambda each: (-each.length * each.share, each.one, each.two))


def pair_of(one: str, two: str, found: dict, prints: dict, ours_lines: set[str]) -> Pair:
    """Return what two students share, exercise by exercise."""
    from copydetect import compare_files

    made = Pair(one=one, two=two)
    for exercise in [name for name in found[one] if name in found[two]]:
        first, second = prints[one, exercise], prints[two, exercise]
        if not first.hashes & second.hashes:
            continue
        length, _, slices = compare_files(first, second)
        texts = [
            Text(source=source, shared=spans(part, source))
            for source, part in zip((first.raw_code, second.raw_code), slices, strict=True)
        ]
        made.length += int(length)
        made.passages.append(Passage(exercise=exercise, one=texts[0], two=texts[1], length=int(length)))
    wrote = [
        sum(made.token_coverage for (who, _), made in prints.items() if who == name) for name in (one, two)
    ]
    made.share = float(min(1.0, made.length / min(wrote))) if min(wrote) else 0.0
    made.passages.sort(key=lambda each: -each.length)
    texts_of = [set().union(*map(lines_of, found[name].values())) for name in (one, two)]
    both = (texts_of[0] & texts_of[1]) - ours_lines
    in_order = [line.strip() for text in found[one].values() for line in text.splitlines()]
    made.lines = [line for line in dict.fromkeys(in_order) if line in both]
    return made


def fingerprint(text: str):  # copydetect is imported late, it takes Matplotlib along
    """Return copydetect's fingerprint of a text: every run of ``RUN`` characters, so nothing is left to chance.

    Raises ``Trouble`` if copydetect is not installed.
    """
    try:
        from copydetect import CodeFingerprint
    except ImportError:
        raise Trouble(
            "Looking for resemblance needs copydetect: pip install 'descent-course[similarity]'."
        ) from None
    return CodeFingerprint("answer.py", RUN, 1, fp=io.StringIO(text[:LONGEST]), language="python")


@cache
def runs(texts: tuple[str, ...]) -> frozenset[int]:
    """Return every run that stands in some texts."""
    return frozenset(each for text in texts for each in fingerprint(text).hashes)


def without(made, hashes: set[int]) -> None:
    """Take runs out of a fingerprint."""
    from copydetect.utils import get_token_coverage

    made.hashes = made.hashes - hashes
    made.hash_idx = {each: places for each, places in made.hash_idx.items() if each not in hashes}
    made.token_coverage = get_token_coverage(made.hash_idx, made.k, len(made.filtered_code))


def end_of_code(source: str, start: int, end: int) -> int:
    """Return where a passage ends without the comments and white space after it, which nothing compares."""
    while True:
        end = start + len(source[start:end].rstrip())
        line = max(start, source.rfind("\n", start, end))
        comment = COMMENT.search(source, line, end)
        if comment is None:
            return end
        end = comment.start()


def spans(slices: np.ndarray, source: str) -> list[tuple[int, int]]:
    """Return where shared runs lie in a text, in whole words, in order, joined where they touch."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(zip(*np.asarray(slices, dtype=int).tolist(), strict=True)):
        start, end = max(0, start), min(end, len(source))
        end = end_of_code(source, start, end)
        while start > 0 and word(source[start - 1 : start + 1]):
            start -= 1
        while 0 < end < len(source) and word(source[end - 1 : end + 1]):
            end += 1
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


def word(two: str) -> bool:
    """Whether two characters stand in one name or number."""
    return len(two) == 2 and all(each.isalnum() or each == "_" for each in two)


def lines_of(text: str) -> set[str]:
    """Return the lines of a text that are long enough to say something, comments among them."""
    return {line.strip() for line in text.splitlines() if len(line.strip()) >= LINE}
