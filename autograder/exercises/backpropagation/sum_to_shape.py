"""Undo broadcasting: add a gradient up over every place to which NumPy copied an entry."""

from functools import partial

import numpy as np

from autograder.exercises.backpropagation.shared import EFFECT
from autograder.judging import Check, Exercise
from course.probes.tape import visible_sums, watched_sums


def reference(grad, shape):
    """Broadcast the numbers of the entries as NumPy would, and add up what arrives at each number."""
    grad = np.asarray(grad, dtype=np.float64)
    size = int(np.prod(shape))
    where = np.broadcast_to(np.arange(size).reshape(shape), grad.shape)
    return np.bincount(where.ravel(), weights=grad.ravel(), minlength=size).reshape(shape)


def grad(*shape):
    return np.random.default_rng(sum(shape)).normal(size=shape)


GRADED = [
    (grad(3, 4), (4,)),
    (grad(3, 4), (1, 4)),
    (grad(3, 4), (3, 1)),
    (grad(2, 4), (1, 4)),
    (grad(2, 3, 4), (2, 3, 1)),
    (grad(5, 2), ()),
    (grad(5, 2), (5, 2)),
    (grad(3, 3), (3,)),
    (grad(3, 3), (3, 1)),
    (grad(2, 3, 4), (3, 1)),
    (grad(2, 3, 4), (2, 1, 1)),
    (grad(2, 1, 4), (1, 1)),
    (grad(1, 4), (1, 4)),
    (grad(1, 4), (4,)),
    (grad(6), (1,)),
    (grad(2, 2, 2), (2,)),
]
sum_to_shape = Exercise(
    "sum_to_shape",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="shapes",
            probe=lambda candidate: watched_sums(candidate, GRADED),
            says="The gradient is not added up over the axes along which an array of that shape was repeated.",
        ),
    ],
    visible=visible_sums,
    read="Exercise 3. Sum to a shape",
    effect=EFFECT,
    equivalent={
        "grad = np.asarray(grad, dtype=np.float64) -> (removed)": "An array of floats comes in.",
        "grad = np.asarray(grad, dtype=np.float64) -> grad = np.asarray(grad)": "float64 already.",
        "…ravel(), weights=grad.ravel(), minlength=size).reshape(shape)"
        " -> …ravel(), weights=grad.ravel()).reshape(shape)": "Every entry of the array is copied somewhere.",
    },
)


def fit(grad, shape, *, reduce=np.sum, leading=True, ones=True):
    """Return the gradient added up; each mistake below changes one thing."""
    while leading and grad.ndim > len(shape):
        grad = reduce(grad, axis=0)
    for axis, size in enumerate(shape):
        if ones and size == 1 and grad.shape[axis] != 1:
            grad = reduce(grad, axis=axis, keepdims=True)
    return grad


sum_to_shape.table(
    {
        """broadcasting not undone: The gradient comes back in the shape in which it arrived. A gradient has
        the shape of its array.
        """: lambda grad, shape: grad,
        """averaged over the copies: The copies' gradients are averaged. A copy used three times pushes the
        output three times: add them up.
        """: partial(fit, reduce=np.mean),
        """only leading axes added up: Axes that NumPy put in front are added up, but not those of length 1
        that it stretched.
        """: partial(fit, ones=False),
    }
)


@sum_to_shape.mistake
def only_stretched_axes_added_up(grad, shape):
    """Axes of length 1 are added up, but not those that NumPy put in front of a shorter shape."""
    while grad.ndim > len(shape):
        axes = [axis for axis in range(-len(shape), 0) if shape[axis] == 1 and grad.shape[axis] != 1]
        return grad.sum(axis=tuple(axes), keepdims=True) if axes else grad
    return fit(grad, shape, leading=False)


@sum_to_shape.mistake
def an_axis_of_length_one_dropped(grad, shape):
    """The sum removes the axis that should stay with length 1. Use keepdims=True, or reshape at the end."""
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1 and grad.shape[axis] != 1)
    return grad.sum(axis=axes) if axes else grad


@sum_to_shape.mistake
def extra_axes_taken_from_the_end(grad, shape):
    """Superfluous axes are added up from the end. NumPy lines shapes up at the last axis and adds axes in front.

    Which axis of a (3, 4) array do the rows of a bias (4,) repeat along?
    """
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    for axis, size in enumerate(shape):
        if size == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@sum_to_shape.mistake
def one_copy_for_all(grad, shape):
    """The gradient of one copy is returned. Every copy sends its own back: add them up."""
    return fit(
        grad, shape, reduce=lambda g, axis, keepdims=False: np.take(g, [0] if keepdims else 0, axis=axis)
    )


@sum_to_shape.mistake
def everything_added_up(grad, shape):
    """Every entry is given the sum of the whole gradient. Add up only along the axes that were repeated."""
    return np.full(shape, grad.sum())


@sum_to_shape.mistake
def only_the_first_axis_added_up(grad, shape):
    """Only axis 0 is added up, which is right for a bias alone. Several axes may have been added or stretched."""
    if grad.shape == tuple(shape):
        return grad
    return grad.sum(axis=0)


@sum_to_shape.mistake
def largest_of_the_copies(grad, shape):
    """The largest gradient of the copies is returned. Add them up."""
    return fit(grad, shape, reduce=np.max)


@sum_to_shape.variant
def first_the_front_then_the_ones(grad, shape):
    grad = grad.sum(axis=tuple(range(grad.ndim - len(shape))))
    axes = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return grad.sum(axis=axes, keepdims=True)


@sum_to_shape.variant
def while_and_for(grad, shape):
    while grad.ndim > len(shape):
        grad = np.sum(grad, axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = np.sum(grad, axis=axis, keepdims=True)
    return grad


@sum_to_shape.variant
def all_axes_then_reshape(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(k for k in range(grad.ndim) if padded[k] != grad.shape[k])
    return grad.sum(axis=axes).reshape(shape) if axes else grad.reshape(shape)


@sum_to_shape.variant
def with_add_at(grad, shape):
    out = np.zeros(shape)
    skip = grad.ndim - len(shape)
    for ix in np.ndindex(grad.shape):
        out[tuple(0 if size == 1 else k for k, size in zip(ix[skip:], shape, strict=True))] += grad[ix]
    return out


@sum_to_shape.variant
def with_strides_of_zero(grad, shape):
    stretched = np.broadcast_to(np.empty(shape), grad.shape)
    axes = tuple(k for k, stride in enumerate(stretched.strides) if stride == 0)
    return np.sum(grad, axis=axes).reshape(shape)


@sum_to_shape.variant
def with_ones_on_both_sides(grad, shape):
    grad = grad.reshape(-1, *grad.shape[grad.ndim - len(shape) :]).sum(axis=0)
    for axis, size in enumerate(shape):
        if size != grad.shape[axis]:
            grad = np.expand_dims(np.moveaxis(grad, axis, 0).sum(0), axis)
    return grad


@sum_to_shape.variant
def by_comparing_shapes(grad, shape):
    if grad.shape == shape:
        return grad
    if len(grad.shape) > len(shape):
        return by_comparing_shapes(grad.sum(0), shape)
    for axis in range(len(shape)):
        if grad.shape[axis] != shape[axis]:
            grad = grad.sum(axis, keepdims=True)
    assert grad.shape == shape
    return grad


@sum_to_shape.variant_as_in("PyTorch")
def sum_to_size(grad, shape):
    leading_dims = grad.ndim - len(shape)
    dims = tuple(range(leading_dims))
    dims += tuple(i for i in range(leading_dims, grad.ndim) if shape[i - leading_dims] == 1 != grad.shape[i])
    out = grad.sum(axis=dims, keepdims=True) if dims else grad.copy()
    return out.reshape(shape)
