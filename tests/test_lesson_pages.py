"""What a lesson says of itself: its minutes are honest, and little of its code is not the reader's."""

import re

import pytest

from autograder.building import text
from autograder.building.text import grader_of
from autograder.project import Project

PROJECT = Project.here()
LESSONS = (
    *(lesson for lesson in PROJECT.lessons() if lesson.startswith("F")),
    "01_gradient_checking",
    "02_sanity_checks",
    "03_babysitting",
)
WORDS_PER_MINUTE = 150
MINUTES_OF_A_PREDICTION = 2
CODE_LINES = 200


def cells_of(lesson):
    file = PROJECT.text(lesson)
    return text.parse(file.read_text(encoding="utf-8"), PROJECT.relative(file))


def prose(cells):
    return "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_stated_minutes_are_those_of_reading_guessing_exercises_and_pictures(lesson):
    cells = cells_of(lesson)
    said = prose(cells)
    exercises = sum(map(int, re.findall(r"^### Exercise .* about (\d+) minutes", said, re.MULTILINE)))
    pictures = sum("picture" in cell["metadata"].get("tags", []) for cell in cells)
    predictions = sum(str(grader_of(cell).get("grade_id", "")).startswith("predict") for cell in cells)
    needed = (
        len(said.split()) / WORDS_PER_MINUTE + exercises + pictures + MINUTES_OF_A_PREDICTION * predictions
    )
    stated = int(re.search(r"\*Time\* about (\d+) minutes", said)[1])
    assert abs(stated - needed) <= 5, f"about {needed:.0f}"
    assert stated <= 120 or "**A good place to stop.**" in said


@pytest.mark.parametrize("lesson", LESSONS)
def test_little_code_of_a_lesson_is_not_the_readers(lesson):
    ours = [
        cell["source"].splitlines()
        for cell in cells_of(lesson)
        if cell["cell_type"] == "code" and not grader_of(cell)
    ]
    assert sum(len([line for line in lines if line.strip()]) for lines in ours) <= CODE_LINES
