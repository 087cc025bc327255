import numpy as np
import pytest

from course.probes.base import Raised, Unusable
from course.probes.curvature import (
    LONG,
    at_singular_hessians,
    bend,
    default_step_of_a_hessian,
    default_step_of_a_product,
    without_a_matrix,
)


def test_bend_is_a_gradient():
    x = np.array([0.3, -1.2, 0.7])
    J = np.stack([(bend(x + 1e-5 * e) - bend(x - 1e-5 * e)) / 2e-5 for e in np.eye(3)], axis=1)
    assert np.allclose(J, J.T, atol=1e-8)


@pytest.mark.parametrize(
    ("h", "said"),
    [
        (1e-5, "at a distance of 1e-5"),
        (1e-6, "closer than 1e-5"),
        (1e-12, "closer than 1e-8"),
        (2e-5, "farther than 1e-5"),
    ],
)
def test_the_default_step_is_seen_from_where_gradients_are_asked_for(h, said):
    def hessian(gradient, x):
        return np.stack([gradient(x + h * e) - gradient(x - h * e) for e in np.eye(len(x))]) / (2 * h)

    def product(gradient, x, v):
        u = v / np.linalg.norm(v)
        return gradient(x + h * u) - gradient(x - h * u)

    assert default_step_of_a_hessian(hessian) == {"where the gradients are taken": said}
    assert default_step_of_a_product(product) == {"where the gradients are taken": said}


def test_a_singular_hessian_may_end_in_any_numerical_error():
    errors = at_singular_hessians(lambda g, H, damping: np.linalg.solve(H, -g))
    assert set(errors.values()) == {"an error"}
    kept = at_singular_hessians(lambda g, H, damping: -g)
    assert all(isinstance(each, np.ndarray) for each in kept.values())
    names = at_singular_hessians(lambda g, H, damping: {}[damping])
    assert set(names.values()) == {Raised("KeyError", "0")}
    assert set(at_singular_hessians(lambda g, H, damping: None).values()) == {None}  # where an error is due


def test_a_direction_of_many_parameters_is_asked_without_showing_all_of_it():
    ((name, found),) = without_a_matrix(lambda g, S, Y: -g).items()
    assert f"{LONG:,}" in name
    assert found.shape == (4,)

    def hungry(g, S, Y):
        raise MemoryError

    assert list(without_a_matrix(hungry).values()) == ["out of memory: it needs a matrix"]


@pytest.mark.parametrize(
    "probe", [default_step_of_a_hessian, default_step_of_a_product, at_singular_hessians, without_a_matrix]
)
def test_a_stub_is_not_written_yet_and_none_is_no_answer(probe):
    def stub(*arguments):
        raise NotImplementedError

    for function, kind in ((stub, "unfinished"), (lambda *arguments: None, "returns None")):
        if (probe, kind) == (at_singular_hessians, "returns None"):
            continue
        with pytest.raises(Unusable) as raised:
            probe(function)
        assert raised.value.kind == kind
