"""Mutants: one change each, named so that reformatting renames nothing, and none that changes nothing."""

import ast
import inspect

import pytest

from autograder import exercises
from autograder.mutating.mutants import mutants

RULE = '''
def momentum(w, dw, config=None):
    """Return the next parameters."""
    config = {} if config is None else config
    rate = config.setdefault("learning_rate", 1e-2)
    v = 0.9 * config.get("velocity", 0) - rate * dw
    config["velocity"] = v
    if rate > 1:
        raise ValueError(f"{rate} is too large by {rate - 1}")
    return w + v, config
'''


def keys(source):
    return [each.key for each in mutants(source)]


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("a = b + c", "a = b + c -> a = b - c"),
        ("a = b - c", "a = b - c -> a = c - b"),
        ("a = b * c", "a = b * c -> a = b"),
        ("a = b < c", "a = b < c -> a = b <= c"),
        ("a = b and c", "a = b and c -> a = b or c"),
        ("a = -b", "a = -b -> a = b"),
        ("a = 3", "a = 3 -> a = 2"),
        ("a = 0.5", "a = 0.5 -> a = 1.0"),
        ("a = x[0]", "a = x[0] -> a = x[1]"),
        ("a = x[i, j]", "a = x[i, j] -> a = x[j, i]"),
        ("a = x[1:]", "a = x[1:] -> a = x[:]"),
        ("a = x['m']", "a = x['m'] -> a = x['m_']"),
        ("a = np.sum(x, axis=1)", "a = np.sum(x, axis=1) -> a = np.sum(x)"),
        ("a = np.sum(x, axis=1)", "a = np.sum(x, axis=1) -> a = np.sum(x, axis=0)"),
        ("a = np.sum(x)", "a = np.sum(x) -> a = np.mean(x)"),
        ("a = max(x)", "a = max(x) -> a = min(x)"),
        ("a = abs(x)", "a = abs(x) -> a = x"),
        ("a = f(x, y)", "a = f(x, y) -> a = f(y, x)"),
        ("a = x.T", "a = x.T -> a = x"),
        ("a = x.copy()", "a = x.copy() -> a = x"),
        ("a = np.zeros(x.shape)", "a = np.zeros(x.shape) -> a = np.zeros_like(x)"),
        ("a = np.zeros(3)", "a = np.zeros(3) -> a = np.zeros(3, dtype='float32')"),
        ("a = [x for x in y if x]", "a = [x for x in y if x] -> a = [x for x in y]"),
        ("a = b if c else d", "a = b if c else d -> a = b"),
        ("a += b", "a += b -> a = b"),
        ("a += b", "a += b -> a -= b"),
        ("if a: b()", "if a: -> if not a:"),
        ("if a: b()", "if a: -> (removed)"),
        ("for i in range(n): f()", "for i in range(n): -> for i in range(n - 1):"),
        ("for i in x:\n    break", "break -> (removed)"),
        ("def f(w):\n    w = w - 1\n    return w", "w = w - 1 -> w -= 1"),
        ("def f():\n    return 'low'", "return 'low' -> return 'low_'"),
        ("t = t + 1\na = b ** t", "t = t + 1; a = b ** t -> (exchanged)"),
        ("f = lambda x: x * 2", "f = lambda x: x * 2 -> f = lambda x: x / 2"),
        ("def f(a=1): pass", "def f(a=1): -> def f(a=2):"),
    ],
)  # fmt: skip
def test_a_slip_of_each_kind_is_made(source, key):
    assert key in keys(source)


@pytest.mark.parametrize(
    "source",
    [
        "'a docstring'",
        "raise ValueError('3 is too many')",
        "a: int = b",
        "for a, b in zip(c, d, strict=True): pass",
        "with np.errstate(all='ignore'): pass",
        "import numpy as np",
    ],
)
def test_what_no_check_could_ask_for_is_only_taken_out_whole(source):
    assert {each.rpartition(" -> ")[2] for each in keys(source)} <= {"(removed)"}


def test_neighbours_that_do_not_need_each_other_keep_their_order():
    assert not [each for each in keys('a = c.get("m", 0)\nc["v"] = b\nd = a.sum()') if "exchanged" in each]


def test_every_mutant_is_python_and_none_is_made_twice_or_is_the_original():
    made = mutants(RULE)
    sources = [each.source for each in made]
    assert len(made) > 30
    assert len(set(sources)) == len({each.key for each in made}) == len(made)
    assert ast.unparse(ast.parse(RULE)) not in sources
    for each in made:
        compile(each.source, each.key, "exec")


def test_keys_do_not_depend_on_the_layout():
    spread = RULE.replace("0.9 * config", "(\n        0.9\n        * config").replace(
        "0) - rate", "0)) - rate"
    )
    commented = spread.replace("    return w", "\n    # And done.\n    return w")
    assert keys(commented) == keys(RULE)


def test_a_second_mutant_of_a_name_is_numbered():
    found = keys("def f(x):\n    if x:\n        return 1\n    return 1")
    assert {"return 1 -> return 2", "return 1 -> return 2 (2)"} <= set(found)


@pytest.mark.long
def test_keys_are_short_enough_to_be_read():
    sources = [
        inspect.getsource(each.reference)
        for module in exercises.lessons().values()
        for each in module.EXERCISES
    ]
    lengths = [len(key) for source in sources for key in keys(source) if "(exchanged)" not in key]
    assert len(lengths) > 1500
    assert max(lengths) <= 200
    assert sorted(lengths)[len(lengths) // 2] <= 100
