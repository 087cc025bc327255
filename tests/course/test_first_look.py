"""A first look at a rule sees it from several sides, and says on which one it goes wrong."""

import json

import numpy as np
import pytest

from autograder.judging.rules import first_look
from course import checks
from course.checks import check
from course.probes.base import Path
from course.recorded import decode, encode

LOOK = first_look(
    Path(
        start=[1.0, -1.0, 0.5],
        gradients=[[0.5, -2.0, 0.0], [1.0, 1.0, 1.0], [0.0, 3.0, -1.0], [2.0, 0.5, 0.5]],
        config={"learning_rate": 0.1},
        changes={3: {"learning_rate": 0.2}},
    )
)


def signed(w, dw, config=None):
    config = {"learning_rate": 0.01} | (config or {})
    return w - config["learning_rate"] * np.sign(dw), config


def without_config(w, dw, config=None):
    return w - config["learning_rate"] * np.sign(dw), config


def own_default(w, dw, config=None):
    return signed(w, dw, {"learning_rate": 0.5} | (config or {}))


def for_a_vector(w, dw, config=None):
    return signed(w + np.zeros(len(w)), dw, config)


def along_an_axis(w, dw, config=None):
    config = {"learning_rate": 0.01} | (config or {})
    return np.array([w[k] - config["learning_rate"] * np.sign(dw[k]) for k in range(len(w))]), config


class Shared:
    first = True

    def __call__(self, w, dw, config=None):
        config = {"learning_rate": 0.01} | (config or {})
        config["steps"] = config.get("steps", 0) + 1
        last, self.steps = getattr(self, "steps", 0), config["steps"]
        push = 1.0 if config["steps"] in (1, last + 1) else 2.0
        return w - push * config["learning_rate"] * np.sign(dw), config


def writes_into_dw(w, dw, config=None):
    result = signed(w, dw.copy(), config)
    dw *= 0.5
    return result


@pytest.fixture(autouse=True)
def recorded(tmp_path, monkeypatch):
    known = [{"name": "own default", "says": "Look at the default.", "outcome": LOOK(own_default)}]
    data = {"probe": LOOK, "outcome": LOOK(signed), "praise": "Yes.", "read": "", "known": known}
    (tmp_path / "signed.json").write_text(json.dumps(encode(data)))
    monkeypatch.setattr(checks.resources, "files", lambda package: tmp_path)
    checks.recording.cache_clear()
    yield
    checks.recording.cache_clear()


def test_what_is_right_from_all_sides_passes():
    assert check("signed", signed).passed


def test_it_is_stored_and_read_back_as_the_same_probe():
    back = decode(json.loads(json.dumps(encode(LOOK))))
    np.testing.assert_equal(back(signed), LOOK(signed))
    assert list(back.probes) == list(LOOK.probes)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (lambda w, dw, config=None: (w, config or {}), "Step 1 is already wrong: nothing moves."),
        (without_config, "With the defaults, config=None, on a matrix: it raised TypeError"),
        (for_a_vector, "With the defaults, config=None, on a matrix: it raised ValueError"),
        (along_an_axis, "On a single number: it raised TypeError"),
        (Shared(), "With two parameters in turn, each with a config of its own: step 2 is the first"),
        (writes_into_dw, "The array `dw` is different after a call: it belongs to the caller."),
    ],
)
def test_the_first_side_on_which_it_is_wrong_is_said(rule, said):
    report = check("signed", rule)
    assert report.passed is False
    assert report.headline.startswith(said)


def test_the_line_that_raised_on_one_side_is_shown():
    assert "`return w - config[" in check("signed", without_config).detail


def test_a_mistake_that_shows_on_one_side_only_is_named_and_drawn():
    report = check("signed", own_default)
    assert (report.headline, report.detail) == ("Own default.", "Look at the default.")
    assert "leaves the right one at step 1" in report.picture.alt
