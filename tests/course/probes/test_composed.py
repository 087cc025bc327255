import numpy as np
import pytest

from course.probes.base import Path, Unusable
from course.probes.composed import Chain, Given, HandsBack, Resumed, Several, Turns

DOWN = Path(start=[1.0], gradients=[[1.0], [2.0], [3.0]])
UP = Path(start=[5.0], gradients=[[-1.0], [-1.0], [-1.0]])


def sums(w, dw, config=None):
    """Keep the sum of the gradients in an array of the config, in place."""
    config = {"sum": np.zeros_like(w)} if config is None else config
    config["sum"] += dw
    return w - config["sum"], config


def numbers(outcome):
    return [each.item() for each in outcome]


def test_turns_keep_each_path_as_it_is_alone():
    assert [numbers(each) for each in Turns(paths=[DOWN, UP])(sums)] == [[0.0, -3.0, -9.0], [6.0, 8.0, 11.0]]


def test_turns_are_taken_in_turn():
    order = []

    def notes(w, dw, config=None):
        order.append(dw.item())
        return w, {}

    Turns(paths=[DOWN, UP])(notes)
    assert order == [1.0, -1.0, 2.0, -1.0, 3.0, -1.0]


def test_turns_look_at_a_result_when_the_others_have_taken_their_step():
    buffer = np.zeros(1)

    def shared(w, dw, config=None):
        buffer[:] = w - dw
        return buffer, {}

    first, second = Turns(paths=[DOWN, UP])(shared)
    assert numbers(first) == numbers(second)


def test_a_dict_handed_back_is_told_from_a_copy():
    probe = HandsBack(arguments=[({"a": 1.0},)])
    assert probe(lambda grads: (grads, 1.0)) == [True]
    assert probe(lambda grads: (dict(grads), 1.0)) == [False]
    assert probe(lambda grads: grads) == [False]
    assert probe(lambda grads: ()) == [False]


def test_paths_of_different_lengths_cannot_take_turns():
    with pytest.raises(ValueError, match="argument 2"):
        Turns(paths=[DOWN, Path(start=[1.0], gradients=[[1.0]])])(sums)


def test_a_resumed_run_goes_on_with_a_copy_of_its_state():
    held = []

    def remembers(w, dw, config=None):
        config = {"sum": np.zeros_like(w)} if config is None else config
        config["sum"] += dw
        held.append(config["sum"])
        return w - config["sum"], config

    assert numbers(Resumed(path=DOWN, at=1)(remembers)) == [0.0, -3.0, -9.0]
    assert held[0] is not held[1]
    assert held[1] is held[2]
    assert held[0].item() == 1.0, "what was saved is not touched by what comes after"


def test_given_is_the_gradient_as_the_rule_left_it():
    def halves(w, dw, config=None):
        dw /= 2
        return w, {}

    assert numbers(Given(path=DOWN)(halves)) == [0.5, 1.0, 1.5]
    assert numbers(Given(path=DOWN)(sums)) == [1.0, 2.0, 3.0]


def test_a_chain_feeds_what_comes_back_into_the_next_call():
    chain = Chain(start=(1.0, 1.0), names=("a", "b"), rest=(10.0,), times=3)
    assert [numbers(each) for each in chain(lambda a, b, c: (b, a + b + c))] == [
        [1.0, 12.0],
        [12.0, 23.0],
        [23.0, 45.0],
    ]


@pytest.mark.parametrize(
    ("returned", "kind", "says"),
    [
        (None, "returns None", "return a, b"),
        (3.0, "wrong type", r"\(a, b\)"),
        ((1.0,), "wrong type", "length 1"),
        ((1.0, "x"), "wrong type", "`a` and `b`"),
        ((1.0, [1.0]), "wrong shape", r"\(1,\)"),
    ],
    ids=["None", "a number", "one", "text", "another shape"],
)
def test_a_chain_says_what_came_back_instead(returned, kind, says):
    chain = Chain(start=(1.0, 1.0), names=("a", "b"), rest=(), times=1)
    with pytest.raises(Unusable, match=says) as caught:
        chain(lambda a, b: returned)
    assert caught.value.kind == kind


def test_several_probes_are_asked_in_order():
    found = Several(probes={"second": UP, "first": DOWN})(sums)
    assert list(found) == ["second", "first"]
    assert numbers(found["first"]) == [1.0, 0.0, -3.0, -9.0]
