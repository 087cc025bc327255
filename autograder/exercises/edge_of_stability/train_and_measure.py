"""Exercise ``train_and_measure``: a full-batch run that records its loss and, now and then, its sharpness."""

from functools import partial

import numpy as np

from autograder.exercises.edge_of_stability.sharpness import reference as measure
from autograder.judging import Check, Exercise
from course.probes.edge import recorded_run, visible_run


def reference(loss, w, v, rule, config, steps, every):
    """Walk first and keep every point; then measure at those that are due, backwards."""
    points, losses, state = [w], [], config.copy()
    for _ in range(steps):
        value, g = loss(points[-1])
        losses.append(value)
        following, state = rule(points[-1].copy(), g, state)
        points.append(following)
    due = points[:steps:every]
    found = [measure(lambda p: loss(p)[1], point, v)[0] for point in reversed(due)]
    return losses, found[::-1]


train_and_measure = Exercise(
    "train_and_measure",
    points=7,
    reference=reference,
    checks=[
        Check(
            name="the run",
            probe=lambda candidate: [
                recorded_run(candidate, seed=31, steps=13, every=3),
                recorded_run(candidate, seed=32, steps=8, every=4),
                recorded_run(candidate, seed=33, steps=3, every=1),
            ],
            says="The losses or the sharpnesses are not those of the points that the rule goes through.",
            tolerance=1e-6,
        ),
    ],
    visible=visible_run,
    visible_tolerance=1e-6,
    returns=("losses", "sharpnesses"),
    read="Exercise 4. Train and measure",
    uses=("hvp", "sharpness"),
    effect="The curve of the sharpness is not that of the run: it belongs to other steps, or to another run.",
)


def loop(
    loss, w, v, rule, config, steps, every,
    *, after=False, at="now", carry="returned", keep=True, copied=True, loss_after=False, shift=0, along="warm",
):  # fmt: skip
    """Return losses and sharpnesses; each mistake below changes one thing."""
    start = np.array(w)
    w = w.copy() if copied else w
    state, losses, found = (dict(config) if copied else config), [], []
    for step in range(steps):
        value, g = loss(start if at == "gradient at the start" else w)
        due = (step + shift) % every == 0
        if due and not after:
            point = start if at == "start" else w
            found.append(measure(lambda p: loss(p)[1], point, v)[0])
        new, returned = rule(w.copy() if copied else w, g, state if carry else dict(config))
        w, state = (new if keep else w), (returned if carry == "returned" else state)
        if due and after:
            found.append(measure(lambda p: loss(p)[1], w, v)[0])
        losses.append(loss(w)[0] if loss_after else value)
    return losses, found


# Right answers in other styles


@train_and_measure.variant
def plain_loop(loss, w, v, rule, config, steps, every):
    w, config = w.copy(), dict(config)
    losses, sharpnesses = [], []
    for step in range(steps):
        value, g = loss(w)
        losses.append(value)
        if step % every == 0:
            eigenvalue, v = measure(lambda p: loss(p)[1], w, v)
            sharpnesses.append(eigenvalue)
        w, config = rule(w, g, config)
    return losses, sharpnesses


@train_and_measure.variant
def begins_again_from_the_first_v(loss, w, v, rule, config, steps, every):
    return loop(loss, w, v, rule, config, steps, every)


@train_and_measure.variant
def arrays_made_beforehand(loss, w, v, rule, config, steps, every):
    losses = np.zeros(steps)
    marks = list(range(0, steps, every))
    sharp = np.zeros(len(marks))
    x, conf, direction = np.array(w), {**config}, np.array(v)
    for t in range(steps):
        if t in marks:
            sharp[marks.index(t)], direction = measure(lambda p: loss(p)[1], x, direction)
        losses[t], g = loss(x)
        x, conf = rule(x, g, conf)
        x = np.array(x)
    return losses, sharp


@train_and_measure.variant
def two_loops(loss, w, v, rule, config, steps, every):
    import copy

    w, config, losses, sharpnesses, t = copy.deepcopy(w), copy.deepcopy(config), [], [], 0
    while t < steps:
        lam, v = measure(lambda p: loss(p)[1], w, v, 30)
        sharpnesses += [lam]
        for _ in range(min(every, steps - t)):
            f, g = loss(w)
            losses += [f]
            w, config = rule(w, g, config)
            t += 1
    return [losses, sharpnesses]


@train_and_measure.variant
def a_generator_of_points(loss, w, v, rule, config, steps, every):
    def points():
        x, c = w.copy(), config.copy()
        for _ in range(steps):
            f, g = loss(x)
            yield x.copy(), f
            x, c = rule(x, g, c)

    visited = list(points())
    gradient = lambda p: loss(p)[1]  # noqa: E731
    return [f for _, f in visited], [measure(gradient, x, v)[0] for x, _ in visited[::every]]


@train_and_measure.variant
def gradient_and_loss_by_two_calls(loss, w, v, rule, config, steps, every):
    w, config = 1.0 * w, dict(config)
    history = {"loss": [], "sharpness": []}
    for i in range(steps):
        history["loss"].append(float(loss(w)[0]))
        if not i % every:
            s, v = measure(lambda p: loss(p)[1], w.copy(), v.copy(), steps=40)
            history["sharpness"].append(float(s))
        w, config = rule(w, loss(w)[1], config)
    return tuple(history.values())


@train_and_measure.variant_as_in("PyTorch")
def a_training_loop_with_closures(loss, w, v, rule, config, steps, every):
    param, state = w.copy(), dict(config)
    history = {"loss": [], "sharpness": []}

    def closure(p):
        return loss(p)[1]

    for i in range(steps):
        if i % every == 0:
            eigenvalue, v = measure(closure, param, v)
            history["sharpness"].append(eigenvalue.item() if hasattr(eigenvalue, "item") else eigenvalue)
        value, grad = loss(param)
        param, state = rule(param.copy(), grad.copy(), state)
        history["loss"].append(value)
    return history["loss"], history["sharpness"]


# Conventions


@train_and_measure.in_place
def the_start_is_changed(loss, w, v, rule, config, steps, every):
    """The records are right, but the first `w` or `config` was changed on the way: a rule may work in place. Start
    with a copy of both."""
    return loop(loss, w, v, rule, config, steps, every, copied=False)


@train_and_measure.convention(share=0.85)
def one_loss_too_many(loss, w, v, rule, config, steps, every):
    """The loss after the last step is in the list too. Asked is one for each step, before it; all else is right."""
    values, found = [], loop(loss, w, v, rule, config, steps, every)[1]
    values = loop(loss, w, v, rule, config, steps + 1, steps + 1)[0]
    return values, found


@train_and_measure.convention(share=0.85)
def one_measurement_at_the_end(loss, w, v, rule, config, steps, every):
    """The sharpness after the last step is in the list too. Asked is one at step 0, at step `every` and so on, as
    long as there are steps to take; all else is right."""
    losses, found = loop(loss, w, v, rule, config, steps, every)
    end = loop(loss, w, v, rule, config, steps + 1, 1)[1][-1]
    return losses, [*found, end]


# Known mistakes


train_and_measure.table(
    {
        """measured after the step: The sharpness is measured after the step, so it belongs to the next point.
        Measure where the loss was taken, before the rule moves w.
        """: partial(loop, after=True),
        """measured at the start: Every sharpness is that of the first point. Measure at the present w.

        Which w does your call of `sharpness` get at step `every`?
        """: partial(loop, at="start"),
        """measured at every step: The sharpness is measured at every step. Measure when the step is a
        multiple of `every`, that is when `step % every == 0`.
        """: lambda loss, w, v, rule, config, steps, every: loop(loss, w, v, rule, config, steps, 1),
    }
)


@train_and_measure.mistake
def measured_once(loss, w, v, rule, config, steps, every):
    """The sharpness is measured only at the first step. `step % every` is zero at 0, at `every`, at twice that."""
    losses, found = loop(loss, w, v, rule, config, steps, every)
    return losses, found[:1]


@train_and_measure.mistake
def first_measurement_left_out(loss, w, v, rule, config, steps, every):
    """The sharpness at step 0 is missing. Count the steps from 0."""
    losses, found = loop(loss, w, v, rule, config, steps, every)
    return losses, found[1:]


@train_and_measure.mistake
def counted_from_one(loss, w, v, rule, config, steps, every):
    """The measurements come one step early: `(step + 1) % every` is zero at the step before. Count from 0."""
    return loop(loss, w, v, rule, config, steps, every, shift=1)


@train_and_measure.mistake
def pairs_in_place_of_sharpnesses(loss, w, v, rule, config, steps, every):
    """`sharpness` returns a pair, and the whole of it went into the list. Take the pair apart:
    `value, v = sharpness(...)`.

    What does the list hold after the first measurement?
    """
    losses, found = loop(loss, w, v, rule, config, steps, every)
    return losses, [(value, v) for value in found]


@train_and_measure.mistake
def returned_config_not_carried_on(loss, w, v, rule, config, steps, every):
    """The config that the rule returns is thrown away. A rule that writes into the old one still works; one that
    returns a new one forgets everything. Write `w, config = rule(...)`."""
    return loop(loss, w, v, rule, config, steps, every, carry="handed")


train_and_measure.table(
    {
        """returned config dropped: The rule gets the first config at every step, so what it remembers is
        lost: momentum without a memory. Carry the returned one on.
        """: partial(loop, carry=None),
        """new weights dropped: The weights that the rule returns are not kept, so nothing moves. Assign both
        of its results.
        """: partial(loop, keep=False),
        """gradient at the first weights: Every gradient is taken at the weights you began with. Take it at
        the present ones.
        """: partial(loop, at="gradient at the start"),
        """loss after the step: The losses are those after each step. Keep the one that came with the
        gradient, before the step.
        """: partial(loop, loss_after=True),
        """one step too few: One step is missing. `range(steps)` counts from 0 and stops before steps.
        """: lambda loss, w, v, rule, config, steps, every: loop(loss, w, v, rule, config, steps - 1, every),
    }
)


@train_and_measure.mistake
def loss_and_sharpness_exchanged(loss, w, v, rule, config, steps, every):
    """The two lists have changed places. First the losses, then the sharpnesses."""
    losses, found = loop(loss, w, v, rule, config, steps, every)
    return found, losses


@train_and_measure.mistake
def only_measured_steps_keep_their_loss(loss, w, v, rule, config, steps, every):
    """The loss is kept only when the sharpness is measured. Append it at every step, outside the `if`."""
    losses, found = loop(loss, w, v, rule, config, steps, every)
    return losses[::every], found
