"""Usual slips in the answers of lessons 12 and 13: the notebook and the marks name the same mistake.

Each is typed into the lesson's own answer, so a name is found for the spelling of a reader who follows the hints.
"""

import pytest

from autograder.building.agreement import exercises_of
from autograder.judging import judge
from autograder.project import Project
from autograder.validating import mutants
from course.checks import check, headline
from tests.autograder.exercises.test_styles import handed, quietly

SLIPS = """
adamw | / (1 - beta1 ** config["t"]) | / 1 | first moment uncorrected
adamw | / (1 - beta2 ** config["t"]) | / 1 | second moment uncorrected
adamw | config["weight_decay"] * w) | config["weight_decay"]) | decay not multiplied by w
clip_by_global_norm | max_norm / norm | norm / max_norm | factor upside down
orthogonalise | c * A @ A | c * A**2 | gram squared entry by entry
orthogonalise | a * X + (b | (b | no linear term
orthogonalise | (b * A + c | (c * A + b | second and third coefficient exchanged
orthogonalise | X @ X.T | X.T @ X | rows and columns exchanged
orthogonalise | np.linalg.norm(G) | np.abs(G).max() | divided by the largest entry
orthogonalise | (np.linalg.norm(G) + 1e-7) | 1.0 | not divided at first
muon | mixture = keep | config["velocity"] = mixture = keep | look ahead stored
hvp | h * v / length | h * v | length of v counted twice
sharpness | v = Hv / length | v = Hv | normalised only at the start
critical_sharpness | ((1 + 2 * momentum) * learning_rate) | (1+2*momentum)*learning_rate | nesterov without brackets
critical_sharpness | ((1 - momentum) * learning_rate) | (1 - momentum) * learning_rate | averaged without brackets
critical_sharpness | 2 * (1 + momentum) / ((1 - momentum) * | 38 / (1 * | averaged with a momentum of its own
train_and_measure | sharpnesses.append(found) | sharpnesses.append((found, v)) | pairs in place of sharpnesses
"""
EVERY = {each.name: (lesson, each) for lesson in Project.here().lessons() for each in exercises_of(lesson)}


@pytest.mark.parametrize("slip", SLIPS.strip().splitlines())
def test_both_checks_name_the_slip(slip):
    name, due, typed, mistake = slip.split(" | ")
    lesson, exercise = EVERY[name]
    (answer,) = [each for each in mutants.origins(exercise, handed(lesson)[name]) if each.name != "reference"]
    assert due in answer.source
    source = answer.source.replace(due, typed, 1)
    with quietly():
        assert check(name, answer.make(source)).headline == f"{headline(mistake)}."
        assert judge(exercise, answer.make(source)).mistake == mistake
