"""A loop that must drive the loss of a few examples to zero."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.mine import plain_gradient_descent
from course.probes.sanity import ROWS, rehearse, slowing, slowing_anew, visible_twenty


def reference(loss, params, X, y, rule, config, steps):
    """Unroll the loop as a recursion over dicts of fresh arrays."""

    def go(current, configs, left):
        value, grads = loss(current, X[:ROWS], y[:ROWS], 0.0)
        if left == 0:
            return [float(value)]
        moved = {name: rule(np.array(w), np.array(grads[name]), configs[name]) for name, w in current.items()}
        following = go({k: v[0] for k, v in moved.items()}, {k: v[1] for k, v in moved.items()}, left - 1)
        return [float(value), *following]

    return go({k: np.array(w) for k, w in params.items()}, {k: dict(config) for k in params}, steps)


def left_behind(candidate):
    """Return what the candidate leaves of params and config."""
    found = rehearse(candidate, rows=ROWS, steps=3, seed=4)
    return [found["params afterwards"], found["config afterwards"]]


overfit_tiny = Exercise(
    "overfit_tiny",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="twenty rows",
            probe=lambda candidate: [
                rehearse(candidate, rows=60, steps=steps, seed=4, rule=plain_gradient_descent, rate=rate)[
                    "losses"
                ]
                for steps, rate in ((12, 0.2), (5, 3.0))
            ],
            says="The losses are not those of the first 20 rows, before every step and after the last.",
        ),
        Check(
            name="own configs",
            probe=lambda candidate: [
                rehearse(candidate, rows=ROWS, steps=9, seed=4, rule=rule)["losses"]
                for rule in (slowing, slowing_anew)
            ],
            says="With a rule that keeps state the path is wrong: each array needs its own config, carried on.",
        ),
        Check(
            name="arguments",
            probe=left_behind,
            says="After the call params or config are not what they were; work on copies.",
        ),
    ],
    visible=visible_twenty,
    read="Exercise 4. Overfit twenty",
    equivalent={
        "moved = {name: rule(np.array(w), np.array(grads[name]),…"
        " -> moved = {name: rule(w, np.array(grads[name]),…": (
            "The arrays are copies already, and each is used once."
        ),
        "params = {name: w.copy() for name, w in params.items()}; con…t(config) for name in params}"
        " -> (exchanged)": "Neither line needs the other.",
        "return go({k: np.array(w) for k, w in params.items… -> return go({k: w for k, w in params.items…": (
            "Every step copies the arrays it hands to the rule."
        ),
    },
    effect="A program that cannot fit a handful of examples cannot fit them all; without this test you "
    "find that out after a night of training.",
)


def loop(
    loss, params, X, y, rule, config, steps,
    *, rows=ROWS, reg=(0.0,), copied=True, shared=False, alike=False, carry=True, last=True,
):  # fmt: skip
    """Return the losses; each mistake below changes one thing."""
    params = {name: w.copy() for name, w in params.items()} if copied else params
    one = dict(config)
    configs = {name: one if shared or alike else dict(config) for name in params}
    losses = []
    for _ in range(steps):
        value, grads = loss(params, X[:rows], y[:rows], *reg)
        losses.append(value)
        for name in params:
            w, returned = rule(
                params[name], grads[name], dict(config) if not carry else one if shared else configs[name]
            )
            params[name] = w
            if shared:
                one = returned
            else:
                configs[name] = returned
    return [*losses, loss(params, X[:rows], y[:rows], *reg)[0]] if last else losses


overfit_tiny.table(
    {
        """all rows used: It trains on all rows. The check asks whether the network can memorise 20 of them.

        How many rows does the loss see in each call?
        """: partial(loop, rows=None),
        """regularisation left on: The loss was called with its own default for reg. With a penalty on, zero
        cannot be reached: pass 0.

        What is the fourth argument of loss, and what is it if you leave it out?
        """: partial(loop, reg=()),
        """one config for all arrays: All arrays share a config, so what a rule remembers of one is used on
        the next. Give each array its own.
        """: partial(loop, shared=True),
        """one dict under all names: Every array has an entry of its own, but all entries are one and the same dict,
        so what a rule remembers of one array is used on the next. Make a dict for each: `dict(config)`.

        How many dicts does `dict.fromkeys(params, dict(config))` make?
        """: partial(loop, alike=True),
        """config not carried on: Every step starts from the first config, so the rule forgets what it knew.
        Keep the config it returns.
        """: partial(loop, carry=False),
        """last loss missing: The loss after the last step is missing, and that is the one the check is about.

        How many losses does a run of no steps have?
        """: partial(loop, last=False),
        """first loss missing: The loss before the first step is missing. It should be the loss at chance, so
        it is worth keeping.

        How many losses does a run of no steps have?
        """: lambda loss, params, X, y, rule, config, steps: loop(loss, params, X, y, rule, config, steps)[
            1:
        ],
    }
)


@overfit_tiny.in_place
def params_changed(loss, params, X, y, rule, config, steps):
    """The caller's params were trained: the dict that was passed in has new arrays. Copy it first.

    Whose dict does your loop write into?
    """
    return loop(loss, params, X, y, rule, config, steps, copied=False)


@overfit_tiny.variant
def in_the_usual_order(loss, params, X, y, rule, config, steps):
    current = {k: v.copy() for k, v in params.items()}
    configs = {k: config.copy() for k in params}
    losses = []
    for step in range(steps + 1):
        value, grads = loss(current, X[:20], y[:20], 0)
        losses.append(float(value))
        if step < steps:
            for k in current:
                current[k], configs[k] = rule(current[k], grads[k], configs[k])
    return np.array(losses)


@overfit_tiny.variant_as_in("CS231n")
def as_a_solver(loss, params, X, y, rule, config, steps):
    num_train = 20
    small_data = {"X_train": X[:num_train], "y_train": y[:num_train]}
    model_params = {k: v.copy() for k, v in params.items()}
    optim_configs = {}
    for p in model_params:
        optim_configs[p] = config.copy()
    loss_history = []
    for _t in range(steps):
        value, grads = loss(model_params, small_data["X_train"], small_data["y_train"], 0.0)
        loss_history.append(value)
        for p, w in model_params.items():
            dw = grads[p]
            next_w, next_config = rule(w, dw, optim_configs[p])
            model_params[p] = next_w
            optim_configs[p] = next_config
    loss_history.append(loss(model_params, small_data["X_train"], small_data["y_train"], 0.0)[0])
    return loss_history
