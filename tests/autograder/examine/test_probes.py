"""Probes that are run beside the student's function find what they find when they ask step by step."""

from __future__ import annotations

import contextlib
import socket
import threading
import types
from functools import wraps

import numpy as np
import pytest

from autograder.examine.examination import Examination
from autograder.examine.inside.candidate import Candidate
from autograder.examine.inside.frames import Lost
from autograder.examine.probes import is_outcome
from autograder.exercises.annealing import step_decay
from autograder.exercises.saddle_explorer import trace
from autograder.judging import judge
from autograder.judging.rules import gradient_untouched, path, state
from course import numerics
from course.numerics import cubes
from course.probes.base import Calls, Lent, Path, Raised, Unusable, beside, call
from course.probes.comparing import same
from course.probes.composed import Chain, Given, HandsBack, Resumed, Several, Turns
from course.trojans import workshop

SOURCE = """
import numpy as np
import course.probes.composed

def momentum(w, dw, config=None):
    config = {} if config is None else config
    velocity = config.get("velocity", np.zeros_like(w))
    config["velocity"] = velocity = 0.9 * velocity - config.get("learning_rate", 0.1) * dw
    return w + velocity, config

def spoils(w, dw, config=None):
    dw *= -0.1
    return w + dw, config or {"a": 1}

kept = {}
def shared(w, dw, config=None):
    kept["velocity"] = 0.9 * kept.get("velocity", np.zeros_like(w)) - 0.1 * dw
    return w + kept["velocity"], {"a": 1}

def fails(*arguments):
    raise KeyError("k")

def step(x, v, grad, lr):
    v = 0.5 * v - lr * grad(x)
    return x + v, v

def short(x, v, grad, lr):
    return x

def hands_back(grads, most):
    return grads, most

def copies(grads, most):
    return dict(grads), most

def ticks(counter):
    return counter.tick()

def circles(slope, x=1.0):
    while True:
        slope(x)

def stub(*arguments):
    raise NotImplementedError

def fast_forward(w, dw, config=None):
    return w, config or {}
def lies(self, rule):
    return [np.zeros(6)] * 24

def far(rule, surface, start, steps, config=None, limit=1e4):
    w, config = np.array(start, dtype=float), dict(config or {})
    points = [w]
    for _ in range(steps):
        w, config = rule(w.copy(), surface.gradient(w), config)
        if not np.abs(w).max() < limit:
            break
        points.append(w)
    return np.array(points)

def fifty(iteration, config=None):
    config = {"initial_rate": 0.1, "per_epoch": 50, "factor": 0.5, "every": 5, **(config or {})}
    return config["initial_rate"] * config["factor"] ** (iteration // config["per_epoch"] // config["every"])

def patch():
    course.probes.composed.Given.run = lies
"""


@pytest.fixture
def sides():
    """Give names as handles on a candidate in another thread, and as the functions themselves."""
    names: dict = {}
    exec(SOURCE, names)
    ours, theirs = socket.socketpair()
    candidate = Candidate(theirs, types.SimpleNamespace(user_ns=names))

    def serve():
        with contextlib.suppress(Lost):
            candidate.serve()

    thread = threading.Thread(target=serve)
    thread.start()
    examination = Examination(ours)
    examination.asked = []
    ask = examination.ask
    examination.ask = lambda operation, *values: (
        examination.asked.append(operation) or ask(operation, *values)
    )
    yield lambda name: (names[name], ask("name", name)), examination
    ours.close()
    thread.join(10)
    theirs.close()


ALONG = path(3, {"learning_rate": 0.03})
AGAIN = path(4, {"learning_rate": 0.02})
PROBES = {
    "path": ALONG,
    "turns": Turns(paths=[ALONG, AGAIN]),
    "resumed": Resumed(path=ALONG, at=5),
    "given": Given(path=ALONG),
    "several": Several(probes={"one": ALONG, "both": Turns(paths=[ALONG, AGAIN])}),
    "state": state({"learning_rate": 0.02}).probe,
}


@pytest.mark.parametrize("name", ["momentum", "spoils", "shared"])
@pytest.mark.parametrize("probe", PROBES.values(), ids=PROBES)
def test_the_outcome_is_the_same_to_the_last_bit_in_one_message(sides, probe, name):
    pair, examination = sides
    _, handle = pair(name)
    exec(SOURCE, there := {})
    expected = probe(there[name])
    found = probe(handle)
    assert same(found, expected, tolerance=0.0)
    assert examination.asked == ["probe"]


def test_a_default_of_ones_own_is_found_across_the_wire(sides):
    """With what was left out filled in, calls go over one by one: with surfaces, functions and configs."""
    pair, _ = sides
    for exercise, name in ((trace, "far"), (step_decay, "fifty")):
        found = judge(exercise, pair(name)[1])
        assert (found.verdict, found.points) == ("convention", 0.75 * exercise.points), found.message
        assert found.mistake.startswith("another default")


@pytest.mark.parametrize(
    "probe", [*PROBES.values(), Calls(arguments=[(1.0,), (2.0,)])], ids=[*PROBES, "calls"]
)
def test_what_no_probe_of_its_kind_finds_is_a_lie(probe):
    exec(SOURCE, there := {})
    honest = probe.run(there["momentum"] if not isinstance(probe, Calls) else float)
    assert is_outcome(probe, honest)
    if not isinstance(honest, list):
        assert not is_outcome(probe, {**honest, next(iter(honest)): [0.0]})
        return
    for forged in ([], [0.0], honest[:-1], [*honest, honest[-1]], [Raised("ValueError", "")], 4.0, None):
        assert not is_outcome(probe, forged)
    if not isinstance(probe, Calls):
        assert not is_outcome(probe, [0.0] * len(honest))
        assert not is_outcome(probe, [np.zeros(1)] * len(honest))


@pytest.mark.parametrize("name", ["hands_back", "copies"])
def test_a_dict_that_is_handed_back_is_known_where_it_was_given(sides, name):
    probe = HandsBack(arguments=[({"a": 1.0}, 2.0), ({}, 1.0)])
    pair, examination = sides
    assert probe(pair(name)[1]) == [name == "hands_back"] * 2
    assert examination.asked[-1] == "probe"
    assert not is_outcome(probe, [True])
    assert not is_outcome(probe, [1.0, True])


def test_a_path_of_a_single_number_crosses(sides):
    probe = Path(start=1.5, gradients=[0.5, -0.25])
    pair, _ = sides
    assert same(probe(pair("momentum")[1]), probe(pair("momentum")[0]))


def test_a_gradient_changed_in_place_is_seen_here_not_told(sides):
    pair, examination = sides
    check = gradient_untouched({"learning_rate": 0.1})
    assert all(check.probe(pair("momentum")[1]))
    assert not any(check.probe(pair("spoils")[1])[1:3])
    assert examination.asked == ["probe", "probe"]


def test_a_probe_replaced_over_there_only_fails_its_check(sides):
    pair, _ = sides
    honest = Given.run
    try:
        pair("patch")[0]()
        assert gradient_untouched({"learning_rate": 0.1}).probe(pair("momentum")[1]) == [False] * 24
    finally:
        Given.run = honest


def test_a_chain_asks_our_function_for_every_gradient(sides):
    pair, examination = sides
    asked = []

    def gradient(x):
        asked.append(x.copy())
        return 2 * x

    chain = Chain(start=([1.0, 2.0], [0.0, 0.0]), names=("x", "v"), rest=(gradient, 0.1), times=4)
    function, handle = pair("step")
    expected = chain(function)
    there, asked[:] = list(asked), []
    assert same(chain(handle), expected, tolerance=0.0)
    assert same(asked, there, tolerance=0.0)
    assert len(asked) == 4
    assert examination.asked == ["probe"]


@pytest.mark.parametrize(
    ("name", "kind"), [("stub", "unfinished"), ("short", "wrong type"), ("fails", "raises")]
)
def test_trouble_over_there_is_trouble_here(sides, name, kind):
    pair, _ = sides
    chain = Chain(start=([1.0], [0.0]), names=("x", "v"), rest=(abs, 0.1), times=2)
    with pytest.raises(Unusable) as caught:
        chain(pair(name)[1])
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    "probe",
    [
        Calls(arguments=[(cubes, np.ones(3))]),  # sent whole
        lambda circles: call(circles, lambda x: x),  # asked from here
    ],
    ids=["over there", "from here"],
)
def test_a_loop_without_end_ends_on_either_side(sides, probe):
    pair, _ = sides
    for circles in pair("circles"):
        with pytest.raises(Unusable) as caught:
            probe(circles)
        assert caught.value.kind == "never ends"
        assert caught.value.message == "It called `slope` more than 10,000 times. Does its loop end?"


def test_a_function_of_the_course_is_found_and_counted_over_there(sides):
    pair, examination = sides
    _, circles = pair("circles")
    with pytest.raises(Unusable, match="It raised TooOften: it was called more than 10,000 times"):
        call(circles, cubes)
    assert not examination.exports


def test_a_function_of_the_course_that_is_a_wrapper_itself_is_found_over_there(sides, monkeypatch):
    @wraps(cubes)
    def cubes_again(x):
        return cubes(x)

    monkeypatch.setattr(numerics, "cubes", cubes_again)
    _, examination = sides
    assert examination.export(cubes_again) == ["y", "numerics.cubes"]


def test_exceptions_inside_several_probes_keep_their_names(sides):
    pair, _ = sides
    found = Several(probes={"calls": Calls(arguments=[(1,)])})(pair("fails")[1])
    assert found == {"calls": [Raised("KeyError")]}


def test_a_probe_that_holds_a_state_of_ours_asks_call_by_call(sides):
    class Counter(Lent):
        offers = ("tick",)
        count = 0

        def tick(self):
            self.count += 1
            return self.count

    pair, examination = sides
    function, handle = pair("ticks")
    asks = Calls(arguments=[(Counter(),)])
    assert asks(handle) == asks(function) == [1]
    assert "probe" not in examination.asked


def test_a_function_of_the_course_runs_where_the_candidate_is(sides):
    pair, examination = sides
    function, handle = pair("momentum")
    here, there = beside(function, workshop, 4), beside(handle, workshop, 4)
    assert same(there, here, tolerance=0.0)
    assert examination.asked == ["call"]


def test_paths_cross_as_one_block_and_come_back_as_arrays_of_their_own(sides):
    pair, _ = sides
    found = ALONG(pair("momentum")[1])
    found[1][0] = 77.0
    assert found[2][0] != 77.0
    assert all(type(each) is np.ndarray and each.flags.writeable for each in found)
