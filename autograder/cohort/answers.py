"""Every way we know to answer an exercise, as cell texts with the marks they must get."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from autograder.cohort.paste import NotPasted, pasted
from autograder.exercises import lesson as exercise_module
from autograder.judging import Exercise, Known, judge
from autograder.judging.records import Check
from autograder.judging.signatures import observe
from autograder.lesson import Master
from autograder.marks import nbgrader_of, points_of
from autograder.project import Project

CALL = re.compile(r"^(\w+)\.grade\(\s*\"(\w+)\",\s*(\w+)", re.MULTILINE)
MARKERS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One text for a solution cell and the mark it must get."""

    source: str
    verdict: str
    points: float
    mistake: str | None = None


class Deck:
    """Answers of one kind.  Each is made, and proved to earn what it must, when it is first asked for.

    A class of a few students needs few of them, and to prove all takes a minute.

    make   returns the answer that a known function becomes, None for one that cannot be made into a cell
    first  an answer that is there already
    """

    def __init__(
        self, make: Callable[[Known], Answer | None], known_ones: list[Known], first: Answer | None = None
    ):
        self.make = make
        self.cards: list[Known | Answer] = [*([first] if first else []), *known_ones]
        self.made: dict[int, Answer | None] = {}

    def __len__(self) -> int:
        return len(self.cards)

    def __getitem__(self, at: int) -> Answer | None:
        if at not in self.made:
            card = self.cards[at]
            self.made[at] = card if isinstance(card, Answer) else self.make(card)
        return self.made[at]

    def __contains__(self, answer: object) -> bool:
        """Whether an answer was made of one of the cards."""
        return answer in self.made.values()

    def __iter__(self) -> Iterator[Answer]:
        return (answer for at in range(len(self)) if (answer := self[at]))

    def shuffled(self, rng: random.Random) -> Iterator[Answer]:
        """Yield all answers in a random order."""
        return (answer for at in rng.sample(range(len(self)), len(self)) if (answer := self[at]))


@dataclass(kw_only=True)
class Question:
    """One graded cell, and how people answer it.

    cell      grade id of the solution cell
    graded    grade id of the graded cell
    function  the name that must be defined
    own       the lesson's own solution
    correct   that first, then the accepted variants
    left_out  what was asked for and could not be made into a cell, and why
    """

    cell: str
    graded: str
    function: str
    points: float
    stub: str
    own: Answer
    correct: Deck
    wrong: Deck
    conventions: Deck
    left_out: list[str] = field(default_factory=list)

    @property
    def untouched(self) -> Answer:
        """The stub."""
        return Answer(source=self.stub, verdict="unfinished", points=0.0)

    def lost(self, source: str, verdict: str = "error") -> Answer:
        """Return a text that earns nothing, for a reason that is not a known mistake."""
        return Answer(source=source, verdict=verdict, points=0.0)


def questions(master: Master, project: Project) -> list[Question]:
    """Return the graded cells of a lesson with every answer we can write down."""
    solved = solutions(master, project)
    found = []
    for cell in master.graded:
        call = CALL.search(cell["source"])
        if call is None:
            continue
        module, exercise_name, function = call.groups()
        exercise = {each.name: each for each in exercise_module(module).EXERCISES}[exercise_name]
        graded = nbgrader_of(cell)["grade_id"]
        name = graded.removesuffix("-check")
        if name in master.answers:
            found.append(question(exercise, name, graded, function, points_of(cell), master, solved[name]))
    return found


def solutions(master: Master, project: Project) -> dict[str, str]:
    """Return the lesson's own solutions by grade id."""
    from autograder.lesson import notebook

    cells = notebook(project.notebook(master.name), master.name)["cells"]
    return {
        nbgrader_of(cell)["grade_id"]: MARKERS.sub("", cell["source"])
        for cell in cells
        if nbgrader_of(cell).get("solution")
    }


def question(
    exercise: Exercise, name: str, graded: str, function: str, points: float, master: Master, solved: str
) -> Question:
    """Return one graded cell with its answers; a text that does not do what it should is left out, and said."""
    left_out: list[str] = []

    def make(known: Known, verdict: str) -> Answer | None:
        try:
            source = pasted(known.function, function)
            compare(exercise, known, verdict, source, function)
        except NotPasted as why:
            left_out.append(f"{master.name} {exercise.name}: {known.name or 'a variant'} ({why})")
            return None
        mistake = known.name if verdict != "correct" else None
        return Answer(source=source, verdict=verdict, points=points * known.share, mistake=mistake)

    own = Answer(source=solved, verdict="correct", points=points)
    return Question(
        cell=name,
        graded=graded,
        function=function,
        points=points,
        stub=master.stub(name),
        own=own,
        correct=Deck(partial(make, verdict="correct"), exercise.variants, first=own),
        wrong=Deck(partial(make, verdict="mistake"), exercise.mistakes),
        conventions=Deck(partial(make, verdict="convention"), exercise.conventions),
        left_out=left_out,
    )


def compare(exercise: Exercise, known: Known, verdict: str, source: str, name: str) -> None:
    """Hold a cell's text to the function it was made from.  Raises ``NotPasted`` if it does something else.

    It is used once before, as the visible check of a notebook uses it, so that state it keeps shows.
    """
    space: dict[str, Any] = {}
    try:
        exec(compile(source, f"<{name}>", "exec"), space)  # our own text
    except Exception as error:
        raise NotPasted(f"as a cell it raises {type(error).__name__}: {error}") from None
    if exercise.visible is not None:
        observe(Check(name="before", probe=exercise.visible, says=""), space[name])
    found = judge(exercise, space[name])
    wanted = known.name if verdict != "correct" else None
    if (found.verdict, found.mistake) != (verdict, wanted):
        raise NotPasted(f"as a cell it is judged {found.mistake or found.verdict}")
