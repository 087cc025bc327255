"""Exercise ``train_linear``: epochs of batches, a step of the rule for each."""

from functools import partial

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.linear import rehearse, visible_training


def reference(loss, W, X, y, rule, config, batches, epochs):
    """Line all batches up before the first step, and fold them into (weights, config, losses)."""
    line = [each for _ in range(epochs) for each in batches(X, y)]
    now, losses = (np.array(W), dict(config)), []
    for rows, labels in line:
        value, dW = loss(now[0], rows, labels)
        losses.append(value)
        now = rule(now[0], dW, now[1])
    return now[0], losses


train_linear = Exercise(
    "train_linear",
    points=5,
    reference=reference,
    checks=[
        Check(
            name="path",
            probe=lambda candidate: [
                rehearse(candidate, rows=25, size=7, epochs=4, seed=61),
                rehearse(candidate, rows=12, size=12, epochs=2, seed=62),
                rehearse(candidate, rows=9, size=4, epochs=1, seed=63),
            ],
            says="The losses of the batches, or the weights at the end, are not those of one step for every batch.",
        ),
    ],
    visible=visible_training,
    returns=("weights", "losses"),
    read="Exercise 5. The training loop",
    effect="The weights do not go where the gradients of the batches send them.",
)


def loop(
    loss, W, X, y, rule, config, batches, epochs,
    *, rows="batch", carry=True, keep=True, copied=True, drawn="every epoch", after=False, at="now",
    skip_last=False, fresh_config="never",
):  # fmt: skip
    """Return weights and losses; each mistake below changes one thing."""
    start = np.array(W)
    W = W.copy() if copied else W
    now, losses = (dict(config) if copied else config), []
    once = batches(X, y) if drawn == "once" else None
    for _ in range(epochs):
        dealt = once if once is not None else batches(X, y)
        if fresh_config == "every epoch":
            now = dict(config)
        for rows_, labels in dealt[:-1] if skip_last else dealt:
            given = (rows_, labels) if rows == "batch" else (X, y)
            value, dW = loss(start if at == "start" else W, *given)
            new, returned = rule(W.copy() if copied else W, dW, now if carry else dict(config))
            W = new if keep else W
            now = returned if carry else now
            losses.append(loss(W, *given)[0] if after else value)
    return W, losses


@train_linear.variant
def two_loops(loss, W, X, y, rule, config, batches, epochs):
    W, config, losses = W.copy(), dict(config), []
    for _ in range(epochs):
        for X_batch, y_batch in batches(X, y):
            value, dW = loss(W, X_batch, y_batch)
            W, config = rule(W, dW, config)
            losses.append(value)
    return W, losses


@train_linear.variant
def deep_copies(loss, W, X, y, rule, config, batches, epochs):
    import copy

    W, state = copy.deepcopy(W), copy.deepcopy(config)
    history = np.array([])
    for _ in range(epochs):
        for batch in batches(X, y):
            value, grad = loss(W, batch[0], batch[1])
            history = np.append(history, value)
            W, state = rule(W, grad, state)
    return W, history


@train_linear.variant
def a_while_loop(loss, W, X, y, rule, config, batches, epochs):
    W, config, losses, epoch = np.array(W), {**config}, [], 0
    while epoch < epochs:
        epoch += 1
        for rows, labels in batches(X, y):
            out = loss(W, rows, labels)
            losses += [out[0]]
            W, config = rule(W, out[1], config)
    return (W, losses)


@train_linear.variant
def an_index_into_the_batches(loss, W, X, y, rule, config, batches, epochs):
    now, losses = [1.0 * W, dict(config)], []
    for _ in range(epochs):
        dealt = batches(X, y)
        for i in range(len(dealt)):
            value, dW = loss(now[0], *dealt[i])
            losses.append(float(value))
            now[0], now[1] = rule(now[0], dW, now[1])
    return [now[0], losses]


@train_linear.variant
def one_flat_loop(loss, W, X, y, rule, config, batches, epochs):
    import itertools

    W, config, losses = np.copy(W), config.copy(), []
    for X_b, y_b in itertools.chain.from_iterable(batches(X, y) for _ in range(epochs)):
        value, dW = loss(W, X_b, y_b)
        losses.append(value)
        W, config = rule(W, dW, config)
    return W, losses


@train_linear.variant
def new_weights_under_a_name(loss, W, X, y, rule, config, batches, epochs):
    weights, settings, losses = np.array(W, dtype=float), dict(config), []
    for _ in range(epochs):
        for rows, labels in batches(X, y):
            value, slope = loss(weights, rows, labels)
            next_weights, settings = rule(weights, slope, settings)
            weights = next_weights.copy()
            losses.append(value)
    return weights, losses


@train_linear.variant_as_in("d2l")
def params_and_hyperparams(loss, W, X, y, rule, config, batches, epochs):
    params, hyperparams, animator = [np.array(W)], dict(config), []
    num_epochs = epochs

    def updater(params, grads):
        nonlocal hyperparams
        for param, grad in zip(params, grads, strict=True):
            new, hyperparams = rule(param.copy(), grad, hyperparams)
            param[:] = new

    for _epoch in range(num_epochs):
        for X_batch, y_batch in batches(X, y):
            value, grad = loss(params[0], X_batch, y_batch)
            updater(params, [grad])
            animator.append(value)
    return params[0], animator


train_linear.table(
    {
        """all rows at every step: Every step looks at all rows: `loss` gets `X` and `y` where it should get
        the batch.

        Which rows does the second argument of `loss` hold?
        """: partial(loop, rows="all"),
        """returned config dropped: The rule's config is the first one at every step: what the rule remembers
        is lost. Carry the returned one on.

        Which config does the rule get at the second step?
        """: partial(loop, carry=False),
        """config begins anew every epoch: The rule's config begins anew with every epoch. Make it once,
        before both loops.

        Which config does the rule get at the first step of the second epoch?
        """: partial(loop, fresh_config="every epoch"),
        """new weights dropped: The weights that the rule returns are not kept, so nothing is learned. Assign
        both of its results, the new weights and the config.

        What changes W in your lines?
        """: partial(loop, keep=False),
        """gradient at the first weights: Every gradient is taken at the weights you began with. Take it at
        the present ones.

        Which weights does `loss` get at the second step?
        """: partial(loop, at="start"),
        """batches drawn once: The batches are drawn once and used in every epoch. Draw new ones at the
        beginning of each: call `batches(X, y)` inside the outer loop.

        How often is `batches` called?
        """: partial(loop, drawn="once"),
        """loss after the step: The losses are those after each step. Keep the loss that came with the
        gradient, before the step: it costs nothing.

        How often is `loss` called in one step?
        """: partial(loop, after=True),
        """one epoch only: Only one epoch is trained. Is the `return` inside the outer loop?

        How many losses come back for 3 epochs of 4 batches?
        """: lambda loss, W, X, y, rule, config, batches, epochs: loop(
            loss, W, X, y, rule, config, batches, 1
        ),
        """one epoch too many: One epoch too many is trained. `range(epochs)` counts from 0.

        How many losses come back for 3 epochs of 4 batches?
        """: lambda loss, W, X, y, rule, config, batches, epochs: loop(
            loss, W, X, y, rule, config, batches, epochs + 1
        ),
        """one step an epoch: Only one batch of every epoch is used. Go through all of them, with a second
        loop inside.

        How many losses come back for 3 epochs of 4 batches?
        """: lambda loss, W, X, y, rule, config, batches, epochs: loop(
            loss, W, X, y, rule, config, lambda X, y: batches(X, y)[:1], epochs
        ),
        """last batch skipped: The last batch of every epoch is left out.

        How many losses come back for 3 epochs of 4 batches?
        """: partial(loop, skip_last=True),
    }
)


@train_linear.mistake
def one_loss_an_epoch(loss, W, X, y, rule, config, batches, epochs):
    """There is one loss for every epoch. Keep one for every batch: append inside the inner loop.

    How many losses come back for 3 epochs of 4 batches?
    """
    count = [0]

    def counted(X, y):
        dealt = batches(X, y)
        count[0] = len(dealt)
        return dealt

    W, losses = loop(loss, W, X, y, rule, config, counted, epochs)
    return W, losses[count[0] - 1 :: count[0]]


@train_linear.in_place
def the_first_weights_are_changed(loss, W, X, y, rule, config, batches, epochs):
    """The result is right, but the first `W` or `config` was changed on the way: a rule may work in place. Start
    with a copy of both.

    After your lines, what is in the W that was passed?
    """
    return loop(loss, W, X, y, rule, config, batches, epochs, copied=False)
