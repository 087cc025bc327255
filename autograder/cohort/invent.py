"""Invent a class: who answers what, and how, from a seed.

Every student has one habit; the answers to all other exercises are a mixture of right ones in several styles,
known mistakes, conventions and cells left as they were.  Mistakes are dealt out like cards, so a large enough
class makes every one of them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle

from autograder.cohort import habits
from autograder.cohort.answers import Answer, Deck, Question

PLAIN = (
    "right",
    "mixed",
    "right in other styles",
    "mixed",
    "half finished",
    "untouched",
    "all wrong",
    "mixed",
)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What one student hands in for one assignment.

    habit    the odd thing about it, or how it is answered
    target   the question the habit is about
    answers  one per question, as written; what they earn is in them
    """

    student: str
    habit: str
    target: int
    answers: list[Answer]


def student_names(count: int) -> list[str]:
    """Return as many names as asked for, in the order of their numbers."""
    return [f"student{number:0{max(3, len(str(count)))}}" for number in range(1, count + 1)]


def habit_names() -> tuple[list[str], list[str]]:
    """Return every habit once: those that a small class must show, and the others."""
    odd = [*habits.ANSWERS, *habits.NOTEBOOKS, *habits.FILES, *habits.FOLDERS]
    first = [
        *("right", "mixed", "syntax error", "missing import", "infinite loop", "renamed", "crash"),
        *("text on stderr", "ends in false", "deleted cell", "duplicated cell", "split cell"),
        *("edited tests", "corrupt json", "old format", "missing notebook", "half finished"),
        *("untouched", "right in other styles", "all wrong"),
    ]
    return first, [each for each in odd if each not in first]


class Class:
    """The students of one assignment."""

    def __init__(self, questions: list[Question], students: list[str], seed: str):
        self.questions = questions
        self.students = students
        self.rng = random.Random(seed)
        self.wrong = [dealt(question.wrong, self.rng) for question in questions]
        self.conventions = [dealt(question.conventions, self.rng) for question in questions]
        self.styles = [cycle(question.correct) for question in questions]

    def submissions(self) -> Iterator[Submission]:
        """Yield what each student hands in, in the order of the students."""
        first, others = habit_names()
        chosen = first + self.rng.sample(others, len(others))
        if len(self.students) < len(first):  # each lesson shows others
            chosen = first[:2] + self.rng.sample(chosen[2:], len(chosen) - 2)
        while len(chosen) < len(self.students):
            chosen.append(self.rng.choice([*PLAIN, *first, *others]))
        chosen = chosen[: len(self.students)]
        self.rng.shuffle(chosen)
        for student, habit in zip(self.students, chosen, strict=True):
            yield self.submission(student, habit)

    def submission(self, student: str, habit: str) -> Submission:
        """Return what one student with a habit hands in."""
        answers = [self.answer(number, habit) for number in range(len(self.questions))]
        target = self.rng.randrange(len(self.questions))
        question = self.questions[target]
        if habit == "own cells":  # only a text of several parts can be taken apart
            parted = [
                n for n, each in enumerate(self.questions) for a in each.correct if a.source.count("\ndef ")
            ]
            target = self.rng.choice(parted) if parted else target
            several = [each for each in self.questions[target].correct if each.source.count("\ndef ")]
            answers[target] = (several or [self.questions[target].own])[0]
        elif habit in habits.ANSWERS:
            answers[target] = habits.ANSWERS[habit](question, self.style(target))
        elif habit == "deleted cell":
            answers[target] = question.untouched
        elif habit in habits.NOTEBOOKS and answers[target].verdict == "unfinished":
            answers[target] = self.style(target)
        answers = self.standing(answers, target)
        if habit == "corrupt json":
            answers = [replace(each, verdict="error", points=0.0, mistake=None) for each in answers]
        if habit == "missing notebook":
            answers = [replace(each, verdict="unfinished", points=0.0, mistake=None) for each in answers]
        return Submission(student=student, habit=habit, target=target, answers=answers)

    def style(self, number: int) -> Answer:
        """Return the next style of a right answer, or the lesson's own where other cells call the function."""
        question = self.questions[number]
        others = [each for each in self.questions if each is not question]
        if any(f"{question.function}(" in each.own.source for each in others):
            return question.own
        return next(self.styles[number])

    def standing(self, answers: list[Answer], target: int) -> list[Answer]:
        """Return the answers with ground to stand on: one that calls the function of another cell needs it right.

        The habit's own cell keeps its answer and gets what it calls; any other is left untouched.
        """
        answers = list(answers)
        calls = [
            [n for n, other in enumerate(self.questions) if n != at and f"{other.function}(" in each.source]
            for at, each in enumerate(answers)
        ]
        for n in calls[target]:
            answers[n] = self.questions[n].own
        for at in range(len(answers)):
            if at != target and any(answers[n].verdict != "correct" for n in calls[at]):
                answers[at] = self.questions[at].untouched
                calls[at] = []
        for n in {n for each in calls for n in each}:
            if n != target or answers[n] in self.questions[n].correct:
                answers[n] = self.questions[n].own  # other styles may not fit together
        return answers

    def answer(self, number: int, habit: str) -> Answer:
        """Return how a student with a habit answers one question."""
        question = self.questions[number]
        if habit == "untouched" or (habit == "half finished" and number >= len(self.questions) // 2):
            return question.untouched
        if habit == "right":
            return question.own
        if habit == "right in other styles":
            return next(self.styles[number])
        draw = self.rng.random()
        if (habit == "all wrong" or draw < 0.45) and (wrong := next(self.wrong[number], None)):
            return wrong
        if draw < 0.6 and (convention := next(self.conventions[number], None)):
            return convention
        return question.untouched if draw > 0.95 else next(self.styles[number])


def dealt(deck: Deck, rng: random.Random) -> Iterator[Answer]:
    """Yield answers like cards: all of them in a random order, then again in another."""
    answer: Answer | None = None
    while True:
        for answer in deck.shuffled(rng):
            yield answer
        if answer is None:  # there is none
            return
