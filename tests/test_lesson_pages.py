"""What a lesson says of itself: its minutes are honest, and little of its code is not the reader's."""

import re

import pytest

from autograder.building import text
from autograder.building.text import grader_of
from autograder.project import Project

PROJECT = Project.here()
LESSONS = PROJECT.lessons()
# What their first readers needed for lessons 01 to 11, within a fifth.
WORDS_PER_MINUTE = 100
MINUTES_OF_A_PICTURE = 1
MINUTES_OF_A_PREDICTION = 2
MINUTES_OF_A_FORMULA = 0.2
ABOUT = 10
CODE_LINES = 200
# Headings without a number: they are the same in every lesson.
FRAME = ("Guess first", "Say it back", "Check your work", "In your hand", "The end of the course")


def cells_of(lesson):
    file = PROJECT.text(lesson)
    return text.parse(file.read_text(encoding="utf-8"), PROJECT.relative(file))


def prose(cells):
    return "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")


def number_of(lesson):
    return lesson.partition("_")[0].lstrip("0")


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_stated_minutes_are_those_of_reading_guessing_exercises_and_pictures(lesson):
    cells = cells_of(lesson)
    said = prose(cells)
    exercises = sum(map(int, re.findall(r"^### Exercise .* about (\d+) minutes", said, re.MULTILINE)))
    pictures = sum("picture" in cell["metadata"].get("tags", []) for cell in cells)
    predictions = sum(str(grader_of(cell).get("grade_id", "")).startswith("predict") for cell in cells)
    formulas = len(re.findall(r"\$[^$]+\$", said))
    needed = (
        len(said.split()) / WORDS_PER_MINUTE
        + exercises
        + MINUTES_OF_A_PICTURE * pictures
        + MINUTES_OF_A_PREDICTION * predictions
        + MINUTES_OF_A_FORMULA * formulas
    )
    stated = int(re.search(r"\*Time\* about (\d+) minutes", said)[1])
    assert abs(stated - needed) <= ABOUT, f"about {needed:.0f}"
    assert stated <= 120 or "**A good place to stop.**" in said
    assert ("**A good place to stop.**" in said) == ("with a good place to stop" in said)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_begins_alike_and_numbers_its_sections(lesson):
    said, number = prose(cells_of(lesson)), number_of(lesson)
    assert said.startswith(f"# {number}. ")
    begins = [said.index(f"*{words}*") for words in ("You will be able to", "Time", "You need", "Points")]
    assert begins == sorted(begins)
    assert begins[-1] < said.index("\n### Exercise 1. ")
    sections = [each for each in re.findall(r"^## (.+)$", said, re.MULTILINE) if not each.startswith(FRAME)]
    assert [each.split()[0] for each in sections] == [f"{number}.{k + 1}" for k in range(len(sections))]
    for section in re.findall(rf"section ({number}\.\d+)", said):
        assert any(each.startswith(f"{section} ") for each in sections), section


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_sentence_calls_a_place_in_a_picture_light_or_dark(lesson):
    said = prose(cells_of(lesson))
    turned = r"\b(?:dark|light|bright)(?:er|est)?\b|\bwhite\b|\bblack\b"
    assert re.findall(turned, said, re.IGNORECASE) == [], "in a dark theme light and dark change places"


@pytest.mark.parametrize("lesson", LESSONS)
def test_little_code_of_a_lesson_is_not_the_readers(lesson):
    ours = [
        cell["source"].splitlines()
        for cell in cells_of(lesson)
        if cell["cell_type"] == "code" and not grader_of(cell)
    ]
    assert sum(len([line for line in lines if line.strip()]) for lines in ours) <= CODE_LINES
