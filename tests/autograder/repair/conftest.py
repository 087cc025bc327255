"""The small lesson's master, and its released notebook with an answer, to be damaged."""

import pytest

from autograder.lesson import Master
from tests.autograder.small_lesson import LESSON, RIGHT, answered


@pytest.fixture(scope="session")
def master(built_once):
    return Master.read(LESSON, built_once)


@pytest.fixture
def handed_in(built_once):
    """The released notebook with an answer, as plain data to be damaged."""
    notebook = answered(built_once, RIGHT)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook
