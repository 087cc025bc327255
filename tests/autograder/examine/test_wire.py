"""What crosses the wire: values keep type, bits, identity and order; nothing else gets through."""

from __future__ import annotations

import copy
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course.probes.base import Path
from course.surfaces import saddle
from tests.autograder.examine.conftest import function

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
