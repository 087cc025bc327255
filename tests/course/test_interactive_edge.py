"""The recorded runs of the edge of stability, and the playground that shows them.

After a wanted change write them anew: ``python -m tests.course.test_interactive_edge``.
"""

import json

import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator, eigsh

from autograder.exercises.edge_of_stability.critical_sharpness import reference as limit
from autograder.exercises.momentum.sgd import reference as sgd
from autograder.exercises.momentum.sgd_momentum import reference as momentum
from autograder.exercises.momentum.sgd_nesterov_momentum import reference as nesterov
from course.full_batch import by_complex_step, some_digits
from course.interactive import edge
from course.threads import one_thread

RATES = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.2, 1.6, 2.0]
STEPS, EVERY = 1500, (10, 25)
RULES = {
    "gradient descent": ("sgd", sgd, 0.0),
    "momentum 0.9": ("momentum", momentum, 0.9),
    "Nesterov 0.9": ("nesterov", nesterov, 0.9),
}


def greatest(problem, w, start):
    """Return the greatest eigenvalue of the Hessian and its direction, by Lanczos with exact products."""
    H = LinearOperator((len(w), len(w)), matvec=lambda v: by_complex_step(problem, w, v.ravel()))
    value, vector = eigsh(H, k=1, which="LA", v0=start, tol=1e-4)
    return float(value[0]), vector[:, 0]


def run(rule, mu, rate, *, steps=STEPS):
    """Return one run as the file holds it, with three digits."""
    problem = some_digits()
    w, config = problem.start(), {"learning_rate": rate} | ({"momentum": mu} if mu else {})
    v, losses, kept, sharp = np.random.default_rng(1).normal(size=problem.size), [], [], []
    with np.errstate(all="ignore"), one_thread():
        for step in range(steps + 1):
            loss, g = problem(w)
            if not loss < 10:
                break
            losses.append(loss)
            if step % EVERY[0] == 0:
                kept.append(loss)
            if step % EVERY[1] == 0:
                value, v = greatest(problem, w, v)
                sharp.append(value)
            w, config = rule(w, g, config)
    digits = lambda values: [float(f"{each:.3g}") for each in values]  # noqa: E731
    return {
        "loss": digits(kept),
        "sharpness": digits(sharp),
        "steps": len(losses) - 1,
        "rises": int((np.diff(losses) > 0).sum()),
    }


def runs():
    """Return what the file holds."""
    return {
        "rates": RATES,
        "every": EVERY,
        "steps": STEPS,
        "rules": [
            {
                "name": name,
                "limit": round(limit(kind, 1.0, mu), 6),
                "runs": [run(rule, mu, rate) for rate in RATES],
            }
            for name, (kind, rule, mu) in RULES.items()
        ],
    }


KEPT = edge.recorded()


def test_the_file_holds_a_run_for_each_rule_and_rate():
    assert KEPT["rates"] == RATES
    assert (KEPT["steps"], tuple(KEPT["every"])) == (STEPS, EVERY)
    assert [rule["name"] for rule in KEPT["rules"]] == list(RULES)
    for rule, (kind, _, mu) in zip(KEPT["rules"], RULES.values(), strict=True):
        assert rule["limit"] == pytest.approx(limit(kind, 1.0, mu), abs=1e-6)
        for kept in rule["runs"]:
            assert len(kept["loss"]) == kept["steps"] // EVERY[0] + 1
            assert len(kept["sharpness"]) == kept["steps"] // EVERY[1] + 1


@pytest.mark.parametrize("name", RULES)
def test_the_beginning_of_a_recorded_run_is_what_a_right_rule_does(name):
    _, rule, mu = RULES[name]
    at = RATES.index(0.2)
    kept, fresh = KEPT["rules"][list(RULES).index(name)]["runs"][at], run(rule, mu, 0.2, steps=100)
    assert np.allclose(fresh["loss"], kept["loss"][:11], rtol=0.011)
    assert np.allclose(fresh["sharpness"], kept["sharpness"][:5], rtol=0.011)


def test_the_sentences_below_the_playground():
    """What the lesson says about the recorded runs."""
    descent, with_momentum = (KEPT["rules"][k] for k in (0, 1))

    def meets(rule, rate):
        kept = rule["runs"][RATES.index(rate)]
        return max(kept["sharpness"]) > rule["limit"] / rate

    assert not any(meets(descent, rate) for rate in (0.05, 0.1, 0.15, 0.2))
    late = descent["runs"][RATES.index(0.3)]["sharpness"]
    assert max(late) < 1.05 * 2 / 0.3
    assert meets(descent, 0.3)
    assert np.argmax(np.array(late) > 2 / 0.3) > 0.75 * len(late)
    begun = descent["runs"][0]["sharpness"][0]
    assert 2 / 1.6 < begun < 2 / 1.2 + 0.1
    assert descent["runs"][RATES.index(1.6)]["steps"] == STEPS
    assert descent["runs"][RATES.index(2.0)]["steps"] < 10
    assert with_momentum["runs"][RATES.index(1.0)]["steps"] < STEPS
    assert with_momentum["runs"][RATES.index(1.2)]["steps"] == STEPS


def test_the_playground_begins_at_rate_0_4_and_follows_its_sliders():
    widget = edge.EdgePlayground()
    assert "gradient descent at rate 0.4: the limit is 5." in widget.describe()
    widget.rate = len(RATES) - 1
    assert "diverges after" in widget.describe()
    widget.rule, widget.rate = 1, RATES.index(0.1)
    assert "momentum 0.9 at rate 0.1: the limit is 38." in widget.describe()


def test_a_static_picture_with_alt_text_stands_in(shown):
    _, still = shown(edge.EdgePlayground())
    assert 'alt="gradient descent at rate 0.4: the limit is 5.' in still["text/html"]


if __name__ == "__main__":
    text = json.dumps(runs(), separators=(",", ":"))
    edge.FILE.write_text(text.replace("},{", "},\n{") + "\n", encoding="utf-8")
