"""What crosses the wire: values keep type, bits, identity and order; nothing else gets through."""

from __future__ import annotations

import contextlib
import copy
import os
import socket
import struct
import threading
import types

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.examine.candidate import Candidate
from autograder.examine.examination import CannotCross, Examination
from autograder.examine.frames import Lost
from autograder.examine.handles import Handle
from course.probing import Calls, Path, same
from course.surfaces import saddle

SOURCE = """
import numpy as np

def echo(x):
    return x

def twice_in_place(w):
    w *= 2
    return w

def momentum(w, dw, config=None):
    config = {} if config is None else config
    velocity = config.get("velocity", np.zeros_like(w))
    velocity = 0.9 * velocity - config.get("learning_rate", 0.1) * dw
    config["velocity"] = velocity
    return w + velocity, config

kept = {}
def state_in_a_global(w, dw, config=None):
    kept["velocity"] = 0.9 * kept.get("velocity", 0.0) - 0.1 * dw
    return w + kept["velocity"], kept

class AlwaysEqual:
    def __eq__(self, other): return True
    __hash__ = None
    def __array__(self, *args, **kwargs): return np.zeros(2)
    def __float__(self): return 0.0
    def __len__(self): return 2
    def __getitem__(self, at): return 0.0
    def __bool__(self): return True

class Sly(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **kwargs): return np.zeros(3)

def sly(): return np.arange(3.0).view(Sly)
def equal(): return AlwaysEqual()
def endless():
    while True:
        yield 1
class Mine(NotImplementedError): pass
def stops(): raise Mine("not yet")
def leaves(): raise SystemExit(3)
def singular(): return np.linalg.inv(np.zeros((2, 2)))
def calls(f, x): return f(x)
def shifts(f, x):
    x[0] += 1
    return f(x)
def catches(f):
    try:
        f()
    except KeyError as error:
        return str(error)
def draws(rng): return rng.normal(size=3)
def cyclic():
    items = []
    items.append(items)
    return items
def doubled():
    items = [0]
    for _ in range(40):
        items = [items, items]
    return items
def huge(): return np.zeros(1 << 24)
"""


@pytest.fixture
def examination():
    """Our side, with a candidate that knows the names of SOURCE in another thread."""
    names: dict = {}
    exec(SOURCE, names)
    ours, theirs = socket.socketpair()
    candidate = Candidate(theirs, types.SimpleNamespace(user_ns=names))
    thread = threading.Thread(target=serve, args=(candidate,))
    thread.start()
    made = Examination(ours)
    made.candidate = candidate
    made.names = names
    yield made
    ours.close()
    thread.join(10)
    theirs.close()


def serve(candidate: Candidate) -> None:
    with contextlib.suppress(Lost):
        candidate.serve()


def function(examination, name):
    return examination.ask("name", name)


floats = st.floats(allow_nan=True, allow_subnormal=True)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | floats
    | st.complex_numbers()
    | st.text()
    | st.binary(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.tuples(st.integers()), inner, max_size=4)
    ),
    max_leaves=12,
)
arrays = hnp.arrays(
    dtype=st.sampled_from(["f8", "f4", "i8", "u1", "?", "c16", "f2", "U3"]),
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


def identical(a, b) -> bool:
    """Whether two values have the same types and the same bits all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, float):
        return struct.pack("d", a) == struct.pack("d", b)
    if isinstance(a, complex):
        return identical(a.real, b.real) and identical(a.imag, b.imag)
    if isinstance(a, dict):
        return all(map(identical, a, b)) and all(map(identical, a.values(), b.values())) and len(a) == len(b)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(identical, a, b))
    return a == b


SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestValues:
    @SLOW
    @given(value=plain | arrays | st.lists(arrays, max_size=3))
    def test_plain_data_comes_back_bit_for_bit(self, examination, value):
        kept = copy.deepcopy(value)
        back = function(examination, "echo")(value)
        assert identical(back, kept)
        assert identical(value, kept)
        if type(value) in (list, dict, np.ndarray):
            assert back is value, "the same object, as in one process"

    @pytest.mark.parametrize(
        "value",
        [
            np.float32(1.5),
            np.int64(-3),
            np.bool_(True),
            2**700,
            -(2**63),
            slice(1, None, 2),
            range(3, 9, 2),
            ...,
            float,
        ],
    )
    def test_scalars_and_small_things_keep_their_type(self, examination, value):
        back = function(examination, "echo")(value)
        assert back == value
        assert type(back) is type(value)

    def test_the_order_of_an_array_in_memory_is_kept(self, examination):
        seen = []
        function(examination, "calls")(
            lambda a: seen.append(a.flags.f_contiguous), np.asfortranarray(np.eye(3, 2))
        )
        assert seen == [True]

    def test_a_rule_gives_the_same_bits_as_in_one_process(self, examination):
        path = Path(
            start=[0.1, -2.0, 3e-7],
            gradients=np.random.default_rng(0).normal(size=(50, 3)),
            config={"learning_rate": 0.03},
            changes={20: {"learning_rate": 0.007}},
        )
        here = path(examination.names["momentum"])
        there = path(function(examination, "momentum"))
        assert identical(here, there)


class TestIdentity:
    def test_an_update_in_place_is_seen(self, examination):
        w = np.ones(3)
        assert function(examination, "twice_in_place")(w) is w
        assert w.tolist() == [2.0, 2.0, 2.0]

    def test_a_read_only_array_stays_read_only(self, examination):
        w = np.ones(3)
        w.flags.writeable = False
        with pytest.raises(ValueError, match="read-only"):
            function(examination, "twice_in_place")(w)

    def test_a_dict_kept_in_a_global_is_one_dict_for_two_runs(self, examination):
        rule = function(examination, "state_in_a_global")
        _, first = rule(np.zeros(1), np.ones(1))
        _, second = rule(np.zeros(1), np.ones(1))
        assert first is second
        assert first["velocity"][0] == pytest.approx(-0.19)

    def test_what_a_callback_receives_is_the_object_we_passed(self, examination):
        x = np.zeros(2)
        seen = []
        function(examination, "shifts")(lambda a: seen.append((a is x, a[0])), x)
        assert seen == [(True, 1.0)]

    def test_what_a_callback_returns_is_a_copy(self, examination):
        ours = np.ones(2)
        rule = "def f(g):\n    a = g()\n    a *= 5\n    return float(a[0])"
        exec(rule, examination.names)
        assert function(examination, "f")(lambda: ours) == 5.0
        assert ours.tolist() == [1.0, 1.0]

    def test_a_generator_draws_the_same_numbers_and_goes_on(self, examination):
        mine, theirs = np.random.default_rng(5), np.random.default_rng(5)
        assert identical(function(examination, "draws")(theirs), mine.normal(size=3))
        assert theirs.normal() == mine.normal()

    def test_a_surface_is_the_same_surface_on_the_other_side(self, examination):
        assert function(examination, "echo")(saddle) is saddle
        assert function(examination, "calls")(saddle.value, np.array([1.0, 0.5])) == 0.75

    def test_objects_nobody_holds_are_forgotten_on_both_sides(self, examination):
        rule = function(examination, "momentum")
        w, config = np.zeros(3), None
        for _ in range(30):
            w, config = rule(w, np.ones(3), config)
        assert len(examination.entries) < 12
        assert len(examination.candidate.entries) < 12


class TestExceptions:
    def test_a_subclass_of_a_known_class_keeps_name_and_kind(self, examination):
        with pytest.raises(NotImplementedError) as caught:
            function(examination, "stops")()
        assert (type(caught.value).__name__, str(caught.value)) == ("Mine", "not yet")

    def test_leaving_python_is_an_ordinary_exception_here(self, examination):
        with pytest.raises(Exception, match="3") as caught:
            function(examination, "leaves")()
        assert type(caught.value).__name__ == "SystemExit"

    def test_an_error_of_linear_algebra_stays_one(self, examination):
        with pytest.raises(np.linalg.LinAlgError, match="Singular"):
            function(examination, "singular")()

    def test_our_exception_passes_through_the_student_unchanged(self, examination):
        class Found(Exception):
            pass

        error = Found("here")

        def raises(_):
            raise error

        with pytest.raises(Found) as caught:
            function(examination, "calls")(raises, 1)
        assert caught.value is error

    def test_the_student_can_catch_it(self, examination):
        def raises():
            raise KeyError("k")

        assert "k" in function(examination, "catches")(raises)


class TestHandles:
    def test_an_object_that_equals_everything_equals_nothing_here(self, examination):
        thing = function(examination, "equal")()
        assert isinstance(thing, Handle)
        assert thing != 3
        assert not same(thing, 0.0)
        assert not same(thing, np.zeros(2))
        with pytest.raises(TypeError):
            np.array(thing, dtype=float)
        with pytest.raises(TypeError):
            float(thing)
        with pytest.raises(TypeError, match="neither true nor false"):
            bool(thing)

    def test_an_array_with_methods_of_its_own_is_its_numbers(self, examination):
        found = function(examination, "sly")()
        assert type(found) is np.ndarray
        assert not same(found, np.zeros(3))
        assert same(found, np.arange(3.0))

    def test_attributes_items_length_and_iteration_ask_the_candidate(self, examination):
        examination.names["thing"] = types.SimpleNamespace(a=1, items=(1, 2))
        thing = function(examination, "thing")
        thing.b = np.ones(1)
        assert (thing.a, thing.items, thing.b.tolist()) == (1, (1, 2), [1.0])
        examination.names["letters"] = {"a": 1}.keys()
        assert list(function(examination, "letters")) == ["a"]
        assert len(function(examination, "letters")) == 1
        with pytest.raises(AttributeError):
            thing.missing  # noqa: B018

    def test_a_generator_without_end_ends(self, examination):
        endless = function(examination, "endless")()
        examination.channel.budget = 200_000
        with pytest.raises((ValueError, Lost)):
            list(endless)

    def test_a_deep_copy_is_another_object_of_the_students(self, examination):
        examination.names["thing"] = types.SimpleNamespace(a=[1])
        thing = function(examination, "thing")
        other = copy.deepcopy(thing)
        other.a = 2
        assert thing.a == [1]

    def test_what_has_no_way_across_is_our_own_fault_and_said(self, examination):
        with pytest.raises(CannotCross):
            function(examination, "echo")(os)

    def test_private_attributes_of_our_functions_are_not_shown(self, examination):
        def ours(x):
            return x

        exec("def looks(f):\n    return f.__globals__, f.__closure__", examination.names)
        with pytest.raises(AttributeError):
            function(examination, "looks")(ours)


class TestAnswersToChokeOn:
    @pytest.mark.parametrize("name", ["cyclic", "doubled", "huge"])
    def test_answers_made_to_choke_on_end_the_conversation(self, examination, name):
        with pytest.raises((Lost, ValueError)) as caught:
            function(examination, name)()
        assert (
            isinstance(caught.value, Lost)
            or "to be sent" in str(caught.value)
            or "large" in str(caught.value)
        )

    def test_a_lost_candidate_stays_lost(self, examination):
        with pytest.raises(Lost):
            function(examination, "cyclic")()
        with pytest.raises(Lost):
            function(examination, "echo")


def test_calls_and_their_copies_work_through_a_handle(examination):
    probe = Calls(arguments=[(np.arange(3.0),), ({"a": 1},)])
    assert same(probe(function(examination, "echo")), [np.arange(3.0), {"a": 1}])
