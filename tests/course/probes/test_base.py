import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.probes.base import Calls, Path, Raised, Unusable, call
from course.probes.comparing import same
from course.probes.wording import describe

STRAIGHT = Path(start=[1.0, 2.0], gradients=[[1.0, 0.0]] * 3, config={"rate": 0.5})


def rule(w, dw, config=None):
    return w - config["rate"] * dw, config


def test_a_path_has_the_start_and_a_point_per_gradient():
    assert [p.tolist() for p in STRAIGHT(rule)] == [[1.0, 2.0], [0.5, 2.0], [0.0, 2.0], [-0.5, 2.0]]


def test_changes_enter_the_config_before_their_step():
    path = Path(start=[0.0], gradients=[[1.0]] * 3, config={"rate": 1.0}, changes={1: {"rate": 10.0}})
    assert [p.item() for p in path(rule)] == [0.0, -1.0, -11.0, -21.0]


def test_what_a_rule_keeps_by_reference_does_not_leak_into_the_probe():
    kept = []

    def hoarder(w, dw, config=None):
        kept.append(w)
        kept.append(dw)
        for array in kept:
            array += 100
        return w - 100, {}

    first = [p.tolist() for p in Path(start=[1.0], gradients=[[1.0]] * 3)(hoarder)]
    assert first == [[1.0]] * 4


def test_a_return_that_is_missing_in_one_case_only_is_said_so():
    calls = Calls(arguments=[(1.0,), (-1.0,)])
    with pytest.raises(Unusable, match="None in one case"):
        calls(lambda x: x if x > 0 else None)
    with pytest.raises(Unusable, match="Is there a return statement"):
        calls(lambda x: None)


@pytest.mark.parametrize(
    ("slip", "said"),
    [(lambda x: x ^ 2, r"a power is written `\*\*`"), (lambda x: x(x + 1), r"is a `\*` missing")],
)
def test_an_error_of_mathematical_spelling_says_what_was_probably_meant(slip, said):
    with pytest.raises(Unusable, match=said):
        call(slip, 1.5)
    assert "(" in Calls(arguments=[(1.5,)])(slip)[0].text


@pytest.mark.parametrize(
    ("returns", "kind"),
    [
        (None, "returns None"),
        (np.zeros(2), "wrong type"),
        ((np.zeros(2), {}, 0), "wrong type"),
        ((None, {}), "returns None"),
        ((np.zeros(2), None), "returns None"),
        ((np.zeros(2), 3), "wrong type"),
        (("text", {}), "wrong type"),
        ((np.zeros(3), {}), "wrong shape"),
    ],
)
def test_each_wrong_return_has_a_kind_of_its_own(returns, kind):
    with pytest.raises(Unusable) as caught:
        STRAIGHT(lambda w, dw, config: returns)
    assert caught.value.kind == kind


def test_a_stub_and_a_crash_are_told_apart():
    def stub(w, dw, config):
        raise NotImplementedError

    with pytest.raises(Unusable) as caught:
        STRAIGHT(stub)
    assert caught.value.kind == "unfinished"
    with pytest.raises(Unusable, match="KeyError") as caught:
        STRAIGHT(lambda w, dw, config: config["no such key"])
    assert caught.value.kind == "raises"


def test_calls_copy_their_arguments_and_record_what_raises():
    probe = Calls(arguments=[([1, 2],), ([],)])

    def pop_twice(items):
        return items.pop() + items.pop()

    assert probe(pop_twice) == [3, Raised("IndexError")]
    assert probe(pop_twice) == [3, Raised("IndexError")]


def test_calls_take_none_for_a_forgotten_return_unless_told_otherwise():
    with pytest.raises(Unusable, match="returned None"):
        Calls(arguments=[(1,)])(lambda x: None)
    assert Calls(arguments=[(1,)], may_be_none=True)(lambda x: None) == [None]


@pytest.mark.parametrize("arguments", [("linear", 0.1), (0.1, {"k": 1, "kind": "linear"})])
def test_none_for_one_kind_names_the_kind(arguments):
    with pytest.raises(
        Unusable, match=r"^It returned None for 'linear'\. Does every branch end in a return\?$"
    ):
        Calls(arguments=[arguments])(lambda *given: None)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1.0, 1),
        (np.float64(2), 2.0),
        ([1.0, 2.0], np.array([1.0, 2.0])),
        ((1, "x"), [1, "x"]),
        ({"a": [np.nan]}, {"a": [np.nan]}),
        (np.array([np.inf, 1.0]), np.array([np.inf, 1.0 + 1e-12])),
        (True, np.bool_(True)),
        (None, None),
        (1 + 2j, 1 + 2j),
        (np.array([0.0]), np.array([0.0])),
        (np.zeros((0, 2)), np.zeros((0, 2))),
    ],
)
def test_same(a, b):
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1.0, 1.001),
        (True, 1),
        (1, True),
        ("1", 1),
        (None, 0.0),
        ([1.0], [1.0, 1.0]),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0])),
        (np.inf, -np.inf),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, [1]),
        (np.zeros(2), np.zeros((2, 1))),
        (np.array([True]), np.array([1.0])),
        (Raised("ValueError"), Raised("KeyError")),
        (Raised("ValueError"), 1.0),
        (object(), 1.0),
        (np.array([object()]), np.array([1.0])),
        ("x", np.array(["x"])),
    ],
)
def test_not_same(a, b):
    assert not same(a, b)
    assert not same(b, a)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5), st.floats(1e-6, 1e-2))
def test_closeness_is_relative_to_the_largest_entry(values, error):
    expected = np.array([*values, 1e3])
    off = expected.copy()
    off[0] += error * 1e3
    assert same(off, expected, tolerance=1.01 * error)
    assert not same(off, expected, tolerance=0.5 * error)


def test_an_object_that_equals_everything_equals_nothing_here():
    class Sly:
        def __eq__(self, other):
            return True

        __hash__ = None

    assert not same(Sly(), 1.0)
    assert not same([Sly()], [1.0])
    assert not same(Sly(), "text")


def test_describe_never_shows_numbers_of_an_array():
    assert describe(np.array([3.14159])) == "an array of shape (1,) and type float64"
    assert describe((1, 2)) == "a tuple of length 2"
    assert describe(7) == "an int"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (np.bool_(True), True, True),
        (np.array(True), True, True),
        (np.array(True), False, False),
        (1, True, False),
        (True, 1.0, False),
        (np.str_("low"), "low", True),
        (np.array(["low", "high"]), ["low", "high"], True),
        (np.array(["low", "high"]), ["low", "mid"], False),
        (np.array(2.5), 2.5, True),
        (np.longdouble(2.5), 2.5, True),
        ([1.0, 2.0], np.array([1.0, 2.0]), True),
        (np.array([1.0, 2.0], dtype=">f8"), np.array([1.0, 2.0]), True),
        ([[1.0], [2.0]], np.array([[1.0], [2.0]], dtype=np.longdouble), True),
    ],
)
def test_what_numpy_calls_otherwise_is_the_same(one, other, alike):
    assert same(one, other) is alike
    assert same(other, one) is alike


def test_a_bare_path_leaves_the_config_out_once_if_the_rule_allows_it():
    given = []

    def rule(w, dw, *config):
        given.append(config)
        return w - dw, {"t": 1}

    path = Path(start=[1.0], gradients=[[0.5], [0.5]], bare=True)
    assert [w.tolist() for w in path(rule)] == [[1.0], [0.5], [0.0]]
    assert given == [(), ({"t": 1},)]
    assert len(path(lambda w, dw, config: (w - dw, config or {}))) == 3


def test_a_matrix_product_of_the_wrong_shapes_is_said_in_words_of_matrices():
    said = "in a product A @ B, A has 3 columns and B has 5 rows; they must be as many"
    for a, b in (((2, 3), (5, 4)), ((3,), (5, 4)), ((7, 2, 3), (5,)), ((3,), (5,))):
        probe = Calls(arguments=[(np.zeros(a), np.zeros(b))])
        assert probe(lambda a, b: a @ b)[0].text == said, (a, b)
        assert probe(np.matmul)[0].text == said, (a, b)
    (other,) = Calls(arguments=[(np.zeros(3), np.zeros(5))])(lambda a, b: a + b)
    assert other.text.startswith("operands could not be broadcast")


def plain(w, dw, config=None):
    config = {} if config is None else config
    return w - config.setdefault("learning_rate", 0.5) * dw, config


def rebuilt(w, dw, config=None):
    w, config = plain(w, dw, config)
    return w, {"learning_rate": config["learning_rate"]}


def test_a_caller_that_loses_its_count_goes_on_with_a_rate_of_one():
    path = Path(start=[0.0], gradients=[[1.0]] * 4, counted={"learning_rate": 0.25})
    assert [w.item() for w in path(plain)] == [0.0, -0.5, -0.75, -1.0, -1.25]
    assert [w.item() for w in path(rebuilt)] == [0.0, -0.5, -0.75, -1.75, -2.75]
