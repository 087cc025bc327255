import numpy as np
import pytest

from course.checks.saying import first_difference
from course.probes.base import Raised, Unusable
from course.probes.composed import Kept, Look
from course.probes.schedules import Loop, TinyRates
from course.recorded import decode, encode

LOOP = Loop(times=[0, 1, 2, 3], config={"initial_rate": 0.8})


def halving(iteration, config):
    return config["initial_rate"] * 0.5**iteration


def compounding(iteration, config):
    return config["learning_rate"] * 0.5**iteration


def test_a_loop_keeps_one_config_and_writes_the_last_rate_into_it():
    assert LOOP(halving) == [0.8, 0.4, 0.2, 0.1]
    assert LOOP(compounding) == [0.8, 0.4, 0.1, 0.0125]


def test_the_first_wrong_call_of_a_loop_is_named():
    said = first_difference(LOOP, LOOP(compounding), LOOP(halving))
    assert said.startswith("Call 3 with the same config is the first that is wrong")


def test_a_loop_of_a_schedule_that_returns_nothing_says_so():
    with pytest.raises(Unusable) as raised:
        LOOP(lambda iteration, config: None)
    assert raised.value.kind == "returns None"


@pytest.mark.parametrize("floor", [1e-3, 1e-8])
def test_all_floors_under_a_rate_look_alike(floor):
    probe = TinyRates(times=[2, 4], config={})
    assert probe(halving) == {"a later rate over an earlier one": 0.25}
    assert probe(lambda i, c: max(halving(i, c), floor)) == {"a later rate over an earlier one": 1.0}


def test_tiny_rates_that_are_no_numbers_are_kept_as_they_are():
    assert TinyRates(times=[2, 4], config={})(lambda i, c: {}[i]) == {
        "two rates": [Raised("KeyError", "2"), Raised("KeyError", "4")]
    }


def test_what_a_call_changes_is_named():
    probe = Kept(names=["g", "H"], arguments=[(np.ones(2), np.eye(2)), (np.zeros(1), [np.ones(1)])])

    def leaves(g, H):
        return g

    def changes(g, H):
        H[0] += 1.0

    assert probe.changed(probe(leaves)) == ""
    assert probe.changed(probe(changes)) == "H"
    assert "`H`" in first_difference(probe, probe(changes), probe(leaves))


def test_the_new_probes_survive_their_recording():
    look = Look(
        probes={
            "a": LOOP,
            "b": TinyRates(times=[1, 2], config={"k": 1}),
            "c": Kept(names=["x"], arguments=[([1],)]),
        }
    )
    again = decode(encode(look))
    assert again.probes["a"](halving) == LOOP(halving)
    assert again.probes["b"](halving) == look.probes["b"](halving)
    assert again.probes["c"](lambda x: x.append(2)) == [[[1, 2]]]
