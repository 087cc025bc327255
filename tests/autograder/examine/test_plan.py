"""What of our own cells the examiner runs: what its names need, and nothing that only draws."""

import pytest

from autograder.examine import plan
from autograder.project import Project
from autograder.repair.rebuild import blank
from autograder.running import run_one

CELL = """
import numpy as np
import matplotlib.pyplot as plt
from course import plots, surfaces
plots.use_style()
np.seterr(over="ignore")
table = {}
table["one"] = np.ones(1)
other = table
def draw(): return plt.plot(table)
@table.setdefault
def kept(): return 1
def shift(x): return x + offset
offset = 2
"""


@pytest.mark.parametrize(
    ("needed", "bound"),
    [
        ({"np"}, {"np", "table", "other", "kept"}),
        ({"table"}, {"np", "table", "other", "kept"}),
        ({"shift"}, {"shift", "offset"}),
        ({"draw"}, {"np", "plt", "table", "other", "kept", "draw"}),
    ],
)
def test_the_examiner_runs_what_its_names_need_and_what_may_change_them(needed, bound):
    kept = plan.needed_statements(CELL, frozenset(needed))
    assert plan.names(kept)[1] == bound
    assert ("np.seterr" in kept) == ("np" in bound)
    assert "use_style" not in kept


def test_the_examiner_of_every_lesson_loads_nothing_that_only_draws():
    for lesson in Project.here().lessons():
        notebook = blank(run_one.master(lesson, Project.here().root))
        steps = [each for each in plan.plan(notebook) if each.in_examiner and not each.graded]
        loaded = [line for each in steps for line in each.in_examiner.splitlines() if "import" in line]
        assert loaded, lesson
        assert not [line for line in loaded if "matplotlib" in line or "plots" in line or "figures" in line]
        assert not [
            each for each in steps if "use_style" in each.in_examiner or "course.mine(" in each.in_examiner
        ]
