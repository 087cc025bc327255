"""Lesson 12: references held to PyTorch and to hand-worked numbers, and every mistake of the syllabus known."""

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.exercises import adamw_and_muon
from course.probes import base
from course.probes.comparing import same

ORACLES = Path(__file__).parents[2] / "oracles"
BY_NAME = {exercise.name: exercise for exercise in adamw_and_muon.EXERCISES}

# What syllabus.md lists for this lesson -> the names under which it is reported.
SYLLABUS = {
    "adamw": {"decay through the gradient", "decay by the corrected step", "decay without the rate"},
    "clip_by_global_norm": {
        "clipped entry by entry",
        "each array clipped alone",
        "scaled up below the bound",
        "largest entry for norm",
        "sum of absolute values for norm",
        "spectral norms",
    },
    "lion": {"sign of the gradient", "betas exchanged"},
    "orthogonalise": {"rows and columns exchanged", "one step too few", "divided by the spectral norm"},
    "muon": {
        "other arrays decay too",
        "too few steps",
        "rows and columns exchanged",
        "not scaled with the shape",
    },
}


def recorded(file):
    return json.loads((ORACLES / file).read_text(encoding="utf-8"))


def followed(data, run, rule):
    return base.Path(start=data["start"], gradients=data["gradients"], config=run["config"])(rule)


@pytest.mark.parametrize(
    ("file", "name"), [("adamw.json", "adamw"), ("muon_tall.json", "muon"), ("muon_wide.json", "muon")]
)
def test_reference_follows_pytorch_in_double_precision(file, name):
    data = recorded(file)
    for run in data["runs"][name]:
        # 1e-12: thirty steps that each round at 1e-16 relative to parameters of size one
        path = followed(data, run, BY_NAME[name].reference)
        assert same(path, run["path"], 1e-12), (file, run["config"])


@pytest.mark.parametrize("file", ["muon_tall.json", "muon_wide.json"])
def test_pytorchs_muon_in_bfloat16_stays_within_its_eight_digits(file):
    data = recorded(file)
    for run in data["runs"]["muon_in_bfloat16"]:
        path = np.array(followed(data, run, BY_NAME["muon"].reference))
        theirs = np.array(run["path"])
        # bfloat16 keeps 8 binary digits, a part in 256, and five steps of the iteration stretch that
        rate = run["config"]["learning_rate"]
        kept = 1 - rate * run["config"]["weight_decay"]
        factor = np.sqrt(max(1, path.shape[1] / path.shape[2]))
        steps = (kept * path[:-1] - path[1:]) / rate / factor
        other = (kept * theirs[:-1] - theirs[1:]) / rate / factor
        worst = np.linalg.norm(steps - other, axis=(1, 2)) / np.linalg.norm(steps, axis=(1, 2))
        assert 0.01 < np.median(worst) < 0.02
        assert worst.max() < 0.1


def test_muon_in_the_other_layout_is_the_transposed_path_but_for_its_scale():
    data = recorded("muon_tall.json")
    config = {"learning_rate": 0.05, "momentum": 0.9, "weight_decay": 0.0}
    turn = {"start": np.transpose(data["start"]), "gradients": np.swapaxes(data["gradients"], 1, 2)}
    tall = np.array(followed(data, {"config": config}, BY_NAME["muon"].reference))
    wide = np.array(followed(turn, {"config": config}, BY_NAME["muon"].reference))
    moved, other = tall - tall[0], np.swapaxes(wide - wide[0], 1, 2)
    assert np.allclose(moved, np.sqrt(5 / 3) * other, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", SYLLABUS)
def test_every_mistake_of_the_syllabus_is_known(name):
    exercise = BY_NAME[name]
    assert SYLLABUS[name] <= {known.name for known in (*exercise.mistakes, *exercise.conventions)}


def test_lion_by_hand():
    config = {"learning_rate": 0.1, "beta1": 0.5, "beta2": 0.75, "weight_decay": 0.5}
    run = base.Path(start=[1.0, 1.0], gradients=[[4.0, 0.0], [-0.8, 0.0]], config=config)
    # m is 1 after the first step; the mixture 0.5 * 1 - 0.5 * 0.8 is still positive, the gradient is not
    first = 1 - 0.1 * 0.5 - 0.1
    assert np.allclose(run(BY_NAME["lion"].reference)[1:], [[first, 0.95], [first * 0.95 - 0.1, 0.95**2]])


def signs(probe):
    """Yield how near to zero each mixture comes whose sign a probe asks for, of the size of what is mixed."""
    if isinstance(probe, base.Path):
        config = {"beta1": 0.9, "beta2": 0.99} | dict(probe.config or {})
        m = np.zeros(np.shape(probe.start))
        for g in map(np.asarray, probe.gradients):
            old, new = config["beta1"] * m, (1 - config["beta1"]) * g
            size = np.abs(old) + np.abs(new)
            yield from (np.abs(old + new)[size > 0] / size[size > 0]).tolist()
            m = config["beta2"] * m + (1 - config["beta2"]) * g
        return
    for each in vars(probe).values():
        parts = each.values() if isinstance(each, dict) else each if isinstance(each, list) else [each]
        for part in parts:
            if isinstance(part, base.Probe):
                yield from signs(part)


def test_no_sign_that_is_asked_for_is_decided_by_rounding():
    exercise = BY_NAME["lion"]
    found = [
        near for probe in (exercise.visible, *(c.probe for c in exercise.checks)) for near in signs(probe)
    ]
    assert len(found) > 1500
    assert min(found) > 1e-5


def test_orthogonalise_by_hand():
    step = BY_NAME["orthogonalise"].reference(np.diag([3.0, 4.0]), 1)
    by_hand = [3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5 for s in (0.6, 0.8)]
    assert np.allclose(step, np.diag(by_hand))


def test_the_reference_follows_the_iteration_whatever_the_singular_vectors():
    rng = np.random.default_rng(5)
    iteration = next(known for known in BY_NAME["orthogonalise"].variants if "jordan" in known.name)
    for shape in ((1, 1), (1, 6), (6, 1), (4, 4), (30, 7), (7, 30)):
        G = rng.standard_normal(shape)
        # 1e-6: the variant divides by the norm plus 1e-7, which the steps stretch
        assert np.allclose(BY_NAME["orthogonalise"].reference(G), iteration.function(G), rtol=0, atol=1e-5)


def test_what_orthogonalise_leaves_lies_between_two_thirds_and_six_fifths():
    singular = np.logspace(-2, 0, 4001)
    for _ in range(5):
        singular = 3.4445 * singular - 4.7750 * singular**3 + 2.0315 * singular**5
    assert 0.67 < singular.min() < 0.69
    assert 1.12 < singular.max() < 1.21
