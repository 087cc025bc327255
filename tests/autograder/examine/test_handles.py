"""What stays with the candidate: its exceptions, its objects behind handles, answers made to choke on."""

from __future__ import annotations

import copy
import os
import types

import numpy as np
import pytest

from autograder.examine.examination import CannotCross
from autograder.examine.handles import Handle, is_theirs
from autograder.examine.inside.frames import Lost
from course.probes.base import Calls
from course.probes.comparing import same
from tests.autograder.examine.conftest import function


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


class TestWhoseExceptionItIs:
    def test_what_the_student_raised_is_theirs_through_whatever_it_passed(self, examination):
        with pytest.raises(Exception, match="not yet") as raised:
            function(examination, "stops")()
        assert is_theirs(raised.value)
        ours = KeyError("ours, while theirs was handled")
        ours.__context__ = raised.value
        assert is_theirs(ours)

    @pytest.mark.parametrize("ask", [bool, np.asarray, len], ids=["bool", "array", "len"])
    def test_what_is_asked_of_an_odd_object_is_theirs(self, examination, ask):
        with pytest.raises((TypeError, ValueError)) as raised:
            ask(function(examination, "echo"))
        assert is_theirs(raised.value)
        assert type(raised.value).__name__ == "TypeError"

    def test_what_our_own_code_raises_is_not(self):
        assert not is_theirs(KeyError("ours"))
        assert not is_theirs(None)
