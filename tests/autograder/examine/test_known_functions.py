"""What the exercises know is judged the same in another process as here."""

import contextlib
import socket
import threading
import types

import pytest

from autograder import exercises
from autograder.examine.examination import Examination
from autograder.examine.inside.candidate import Candidate
from autograder.examine.inside.frames import Lost
from autograder.examine.probes import portable
from autograder.judging import judge
from course.probes.base import Calls, Path
from tests.autograder.judging.test_marks_table import OneArray


def known_functions():
    """Every exercise with the functions it knows."""
    for name, module in sorted(exercises.lessons().items()):
        for exercise in module.EXERCISES:
            slow = exercise.name == "steps_to_escape"  # walks with every rule
            yield pytest.param(exercise, id=f"{name}-{exercise.name}", marks=pytest.mark.long if slow else ())


@pytest.mark.parametrize(
    "exercise", [each for each in known_functions() if each.id.startswith(("momentum", "adaptive"))]
)
def test_every_known_function_gets_the_same_verdict_through_the_wire(exercise):
    known = [*exercise.conventions, *exercise.mistakes, *exercise.variants]
    for each in [None, *known[:: max(1, len(known) // 4)]]:
        make = (lambda: exercise.reference) if each is None else each.make
        with beside(make()) as handle:
            assert judge(exercise, handle) == judge(exercise, make()), each and each.name


def test_a_result_that_a_later_call_overwrites_is_seen_through_the_wire():
    (exercise,) = (
        each for each in exercises.lesson("backpropagation").EXERCISES if each.name == "matmul_backward"
    )
    for candidate in (exercise.reference, OneArray(exercise.reference)):
        with beside(candidate) as handle:
            through = judge(exercise, handle)
        assert through == judge(exercise, candidate)
    assert through.mistake == "a result that a later call overwrites"


@contextlib.contextmanager
def beside(function):
    """A handle on a function that a candidate in another thread has."""
    mine, yours = socket.socketpair()
    candidate = Candidate(yours, types.SimpleNamespace(user_ns={"f": function}))

    def serve():
        with contextlib.suppress(Lost):
            candidate.serve()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield Examination(mine).ask("name", "f")
    finally:
        mine.close()
        thread.join(10)
        yours.close()


def test_probes_with_a_state_of_their_own_stay_here():
    class Counts:
        def __call__(self, x):
            return x

    assert portable(Path(start=[1.0], gradients=[[1.0]]))
    assert not portable(Calls(arguments=[(Counts(),)]))
