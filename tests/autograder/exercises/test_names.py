"""The names of everything known about every exercise, in the order in which an answer is compared with them.

Two known mistakes can fit the same answer; the first one names it, so the order is part of the behaviour.
After a wanted change write the file anew: ``python tests/autograder/exercises/test_names.py``.
"""

import json
from pathlib import Path

from autograder import exercises
from autograder.project import Project

FILE = Path(__file__).with_name("names.json")


def names():
    """Return exercise -> kind -> names, in order."""
    ours = {lesson.partition("_")[2] for lesson in Project.here().lessons()}
    return {
        f"{lesson}.{exercise.name}": {
            kind: [known.name for known in getattr(exercise, kind)]
            for kind in ("conventions", "mistakes", "variants")
        }
        for lesson, module in sorted(exercises.lessons().items())
        if lesson in ours
        for exercise in module.EXERCISES
    }


def test_known_names_and_their_order_are_those_of_the_golden_file():
    assert names() == json.loads(FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    FILE.write_text(json.dumps(names(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
