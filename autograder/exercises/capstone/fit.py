"""Exercise ``fit``: the training loop, watched from inside.  Any update rule is right that goes downhill."""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.capstone.looping import defaults_told, descent_told, rows_told, seeds_told, visible_loop


def reference(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """Draw each epoch's order by sorting random keys, and take it apart into batches in one call."""
    params, noted = network.start(rng), []
    cuts = range(batch, len(X), batch)
    for _ in range(epochs):
        parts = np.split(np.argsort(rng.random(len(X))), cuts)
        found = []
        for rows in parts:
            value, slopes = network.loss(params, X[rows], y[rows], reg=reg)
            params = {name: np.add(w, -rate * slopes[name]) for name, w in params.items()}
            found.append(value)
        noted.append(float(np.mean(found)))
    return params, noted


fit = Exercise(
    "fit",
    points=1,
    reference=reference,
    checks=[
        Check(
            name="rows",
            probe=rows_told,
            says="In every epoch each row must be shown once, with its own label, in a new random order.",
        ),
        Check(
            name="seeds",
            probe=seeds_told,
            says="Start and order must come from the rng that was given, and from nothing else.",
        ),
        Check(
            name="descent",
            probe=descent_told,
            says="The rows are right; the loss does not fall as it should, or what is noted of it is wrong.",
        ),
        Check(
            name="default",
            probe=defaults_told,
            says="With epochs, batch, rate or reg left out it does something else than the signature says.",
        ),
    ],
    visible=visible_loop,
    equivalent=dict.fromkeys(
        (
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs)) -> eta = rate * 0.5",
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs)) -> eta = rate * 0.5 * 1",
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs)… -> "
            "eta = rate * 0.5 * (1 + np.sin(np.pi * epoch / epochs)…",
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs… -> "
            "eta = rate * 0.5 * (1 - np.cos(np.pi * epoch / epochs…",
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch… -> eta = rate * (1 + np.cos(np.pi * epoch…",
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch… -> eta = rate * 0.5 * (2 + np.cos(np.pi * epoch…",
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch… -> eta = rate * 0.5 / (1 + np.cos(np.pi * epoch…",
            "eta = rate * 0.5 * (1 + np.cos(np.pi * epoch… -> eta = rate * 1.0 * (1 + np.cos(np.pi * epoch…",
            "eta = rate * 0.5 * (1 + np.cos(np.pi… -> eta = rate / 0.5 * (1 + np.cos(np.pi…",
            "…0.5 * (1 + np.cos(np.pi * epoch / epochs)) -> …0.5 * (1 + np.cos(np.pi / epochs))",
            "…1 + np.cos(np.pi * epoch / epochs)) -> …1 + np.cos(np.pi * epoch * epochs))",
            "…rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs)) -> …rate * 0.5 * (1 + np.cos(epoch / epochs))",
            "…rate * 0.5 * (1 + np.cos(np.pi * epoch / epochs)) -> …rate * 0.5 * (1 + np.cos(epochs))",
        ),
        "A schedule for the rate is the learner's to choose; this one still goes downhill.",
    )
    | {
        "velocity[name] = 0.9 * velocity[name] - eta * grads[name]; p…params[name] + velocity[name] -> "
        "(exchanged)": ("Every gradient takes effect one step later, which still goes downhill."),
    },
    read="Exercise 1. Your loop, your rule",
    effect="The loop trains on other rows, or for longer or shorter, than you asked, so its curves "
    "describe another run.",
)


def shuffled(rng, rows, epoch):
    """Return the order of an epoch."""
    return rng.permutation(rows)


def loop(
    network, X, y, rng, epochs, batch, rate, reg, *, order=shuffled, labels=lambda rng, y: y, last=True,
    note=lambda values: [float(np.mean(values))], mu=0.0, start=None, whole=False, again=None, trained=None, ends=0,
    decay=0.0, velocity=None, stop=lambda losses: False,
):  # fmt: skip
    """Train; each mistake below changes one thing."""
    params = network.start(rng) if start is None else start(network, rng)
    velocity = velocity or {name: np.zeros_like(w) for name, w in params.items()}
    losses = []
    for epoch in range(epochs):
        params = again(network, rng) if again and epoch else params
        rows_in_order, given, values = order(rng, len(X), epoch), labels(rng, y), []
        for first in range(0, len(X) + ends, batch):
            rows = np.arange(len(X)) if whole else rows_in_order[first : first + batch]
            if len(rows) < batch and not last:
                continue
            value, grads = network.loss(params, X[rows], given[rows], **reg)
            values.append(value)
            for name in trained or params:
                velocity[name] = mu * velocity[name] - rate * (grads[name] + decay * params[name])
                params[name] = params[name] + velocity[name]
        losses += note(values)
        if stop(losses):
            break
    return params, losses


@fit.variant
def with_momentum(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    return loop(network, X, y, rng, epochs, batch, rate, {"reg": reg}, mu=0.5)


@fit.variant
def rows_and_labels_shuffled_together(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X, y, total = X[order], y[order], []
        for k in range(-(-len(X) // batch)):
            here = slice(k * batch, (k + 1) * batch)
            value, grads = network.loss(params, X[here], y[here], reg=reg)
            for name, g in grads.items():
                params[name] -= rate * g
            total.append(value)
        losses.append(sum(total) / len(total))
    return params, np.array(losses)


@fit.variant
def signs_of_the_gradient(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order, values = list(rng.permutation(len(X))), []
        while order:
            rows, order = order[:batch], order[batch:]
            value, grads = network.loss(params, X[rows], y[rows], reg=reg)
            values.append(value)
            params = {name: w - rate / 4 * np.sign(grads[name]) for name, w in params.items()}
        losses.append(np.mean(values))
    return params, losses


@fit.variant
def loss_and_gradients_in_two_calls(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    velocity = {name: 0 * w for name, w in network.start(rng).items()}
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order, values = rng.permutation(len(X)), []
        for rows in np.split(order, range(batch, len(X), batch)):
            values.append(network.loss(params, X[rows], y[rows], reg=reg)[0])
            for name, g in network.loss(params, X[rows], y[rows], reg=reg)[1].items():
                velocity[name] = 0.5 * velocity[name] - rate * g
                params[name] = params[name] + velocity[name]
        losses.append(np.mean(values))
    return params, losses


@fit.variant_as_in("CS231n")
def minibatches_of_a_solver(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    num_train, loss_history = X.shape[0], []
    params = network.start(rng)
    for _epoch in range(epochs):
        idx, running = rng.permutation(num_train), []
        for it in range(0, num_train, batch):
            X_batch, y_batch = X[idx[it : it + batch]], y[idx[it : it + batch]]
            loss, grads = network.loss(params, X_batch, y_batch, reg=reg)
            running.append(loss)
            for p in params:
                params[p] += -rate * grads[p]
        loss_history.append(np.mean(running))
    return params, loss_history


@fit.convention(share=0.5)
def no_defaults(network, X, y, rng, epochs, batch, rate, reg):
    """The loop is right; its signature has no defaults, so `fit(network, X, y, rng)` fails. Keep those of the
    stub: `epochs=20, batch=50, rate=0.1, reg=1e-4`."""
    return loop(network, X, y, rng, epochs, batch, rate, {"reg": reg})


fit.table(
    {
        """another number of epochs by default: The loop is right; left out, `epochs` is another number than
        20. Who relies on the documented default trains longer or shorter than they think.
        """: lambda network, X, y, rng, epochs=30, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}
        ),
        """another batch by default: The loop is right; left out, `batch` is another number than 50. Keep the
        documented default.
        """: lambda network, X, y, rng, epochs=20, batch=32, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}
        ),
        """another rate by default: The loop is right; left out, `rate` is another number than 0.1. Keep the
        documented default.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.01, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}
        ),
        """another penalty by default: The loop is right; left out, `reg` is another number than 1e-4. Keep
        the documented default.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=0.0: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}
        ),
    },
    share=0.75,
)


@fit.convention(share=0.75)
def losses_weighted_by_rows(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The loop is right; its losses are averaged with the number of rows as weights, as many libraries do. Here the
    plain mean is asked for, in which a smaller last batch counts as much as the others."""
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order, total = rng.permutation(len(X)), 0.0
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            value, grads = network.loss(params, X[rows], y[rows], reg=reg)
            total += value * len(rows)
            params = {name: w - rate * grads[name] for name, w in params.items()}
        losses.append(total / len(X))
    return params, losses


@fit.mistake
def labels_shuffled_out_of_step(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The rows get labels of other rows: X and y are not indexed by the same numbers. Draw one order, use it
    for both."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        labels=lambda rng, y: y[rng.permutation(len(y))],
    )  # fmt: skip


@fit.mistake
def no_shuffling(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The rows come in the order of the file, so a batch may hold one class alone. Draw a new order every
    epoch."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg}, order=lambda rng, rows, epoch: np.arange(rows)
    )


@fit.mistake
def shuffled_once_for_all_epochs(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """All epochs have the same order, so the same rows always share a batch. Draw the order inside the loop."""
    once = rng.permutation(len(X))
    return loop(network, X, y, rng, epochs, batch, rate, {"reg": reg}, order=lambda rng, rows, epoch: once)


@fit.mistake
def an_order_comes_again(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The order of one epoch is nearly that of another: drawn in some epochs only, turned round, shifted, or cut
    into the same batches. Draw a whole permutation at the head of every epoch."""
    once = rng.permutation(len(X))
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        order=lambda rng, rows, epoch: once[:: (-1) ** epoch],
    )  # fmt: skip


@fit.mistake
def shuffled_within_batches_alone(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The same rows share a batch in every epoch: only those within a batch change places. Shuffle all rows,
    then cut."""
    once = rng.permutation(len(X))

    def order(rng, rows, epoch):
        return np.concatenate(
            [rng.permutation(once[first : first + batch]) for first in range(0, rows, batch)]
        )

    return loop(network, X, y, rng, epochs, batch, rate, {"reg": reg}, order=order)


@fit.mistake
def last_batch_left_out(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The rows that do not fill a whole batch are never shown. The last batch may be smaller: let the range
    reach it."""
    return loop(network, X, y, rng, epochs, batch, rate, {"reg": reg}, last=False)


@fit.mistake
def drawn_with_replacement(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """In one epoch some rows come twice and others not at all: they are drawn anew for each batch. Cut up one
    permutation."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        order=lambda rng, rows, epoch: rng.integers(rows, size=rows),
    )  # fmt: skip


@fit.mistake
def whole_batches_drawn_with_replacement(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """Each batch is drawn anew from all rows, so in one epoch some rows come twice and others not at all, and
    the last batch is as large as the others. Cut up one permutation."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        order=lambda rng, rows, epoch: rng.integers(rows, size=rows + batch),
    )  # fmt: skip


@fit.mistake
def last_batch_filled_up(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The last batch is filled up with rows that the epoch has shown already, so these count twice. It may be
    smaller: `order[first : first + batch]` ends by itself."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        order=lambda rng, rows, epoch: np.resize(rng.permutation(rows), -(-rows // batch) * batch),
    )  # fmt: skip


fit.table(
    {
        """all rows in every step: Each step is given all rows: the batch is cut but not used. Index X and y
        by the rows of the batch.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, whole=True
        ),
        """one epoch alone: The rows are shown once and never again. Is the return inside the loop over
        epochs?
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, 1, batch, rate, {"reg": reg}
        ),
        """epochs ignored: The number of epochs is the same whatever is asked for. Let the outer loop run over
        `range(epochs)`.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, 20, batch, rate, {"reg": reg}
        ),
        """one epoch too many: There is one epoch more than was asked for. `range(epochs)` runs `epochs` times.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs + 1, batch, rate, {"reg": reg}
        ),
        """one epoch too few: There is one epoch fewer than was asked for. `range(epochs)` runs `epochs` times.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs - 1, batch, rate, {"reg": reg}
        ),
        """stops when the loss rises: The run ends before all epochs are done, because the loss went up. Run
        every epoch, and note one loss for each.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network,
            X,
            y,
            rng,
            epochs,
            batch,
            rate,
            {"reg": reg},
            stop=lambda losses: len(losses) > 1 and losses[-1] > losses[-2],
        ),
        """rate ignored: The steps are as long whatever rate is asked for: a number stands where `rate`
        belongs.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, 0.1, {"reg": reg}
        ),
    }
)


@fit.mistake
def one_step_an_epoch(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The parameters move once an epoch, however many batches it has: the step stands behind the loop over
    batches. Indent it by one level more, so that every batch is followed by its step."""
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order, values = rng.permutation(len(X)), []
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            value, grads = network.loss(params, X[rows], y[rows], reg=reg)
            values.append(value)
        params = {name: w - rate * grads[name] for name, w in params.items()}
        losses.append(np.mean(values))
    return params, losses


@fit.mistake
def loss_with_another_penalty_noted(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """`network.loss` is asked twice about each batch, with two values of reg. The loss to note is the one that came
    with the gradients."""
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order, values = rng.permutation(len(X)), []
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            values.append(network.loss(params, X[rows], y[rows], reg=0.0)[0])
            _, grads = network.loss(params, X[rows], y[rows], reg=reg)
            params = {name: w - rate * grads[name] for name, w in params.items()}
        losses.append(np.mean(values))
    return params, losses


@fit.mistake
def loss_of_all_rows_noted(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The loss of all rows is worked out again at the end of an epoch. Plausible, but asked for is the mean of the
    losses that the steps have given you already."""
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            _, grads = network.loss(params, X[rows], y[rows], reg=reg)
            params = {name: w - rate * grads[name] for name, w in params.items()}
        losses.append(network.loss(params, X, y, reg=reg)[0])
    return params, losses


@fit.mistake
def loss_after_the_step(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The loss of a batch is asked for again after its step, so it is that of other parameters than the step came
    from, and each batch costs twice. Keep the loss that came with the gradients."""
    params, losses = network.start(rng), []
    for _ in range(epochs):
        order, values = rng.permutation(len(X)), []
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            _, grads = network.loss(params, X[rows], y[rows], reg=reg)
            params = {name: w - rate * grads[name] for name, w in params.items()}
            values.append(network.loss(params, X[rows], y[rows], reg=reg)[0])
        losses.append(np.mean(values))
    return params, losses


@fit.mistake
def rng_not_used(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """Two calls with the same seed go different ways, so no run can be repeated. Draw everything from rng."""
    return loop(network, X, y, np.random.default_rng(), epochs, batch, rate, {"reg": reg})


@fit.mistake
def order_not_from_rng(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The order is the same whatever the seed: it comes from a generator made inside. Use rng for it too."""
    own = np.random.default_rng(0)
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        order=lambda rng, rows, epoch: own.permutation(rows),
    )  # fmt: skip


@fit.mistake
def start_not_from_rng(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The first parameters are the same whatever the seed: `network.start` was given a generator made inside. Hand
    it `rng`."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        start=lambda network, rng: network.start(np.random.default_rng(42)),
    )  # fmt: skip


@fit.mistake
class velocity_kept_from_run_to_run:
    """Two calls with the same seed go different ways: something is kept from the call before, for example a
    velocity that stands outside `fit`. Start it anew in every call."""

    def __init__(self):
        self.velocity = {}

    def __call__(self, network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
        self.velocity = self.velocity or {"W1": np.zeros((2, 3)), "b1": np.zeros(3)}
        return loop(network, X, y, rng, epochs, batch, rate, {"reg": reg}, mu=0.9, velocity=self.velocity)


@fit.mistake
def starts_at_zeros(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The first parameters are zeros, so all units of a layer stay alike for ever. Take those of
    `network.start(rng)`."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        start=lambda network, rng: {name: 0 * w for name, w in network.start(rng).items()},
    )  # fmt: skip


@fit.mistake
def starts_elsewhere(network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4):
    """The first parameters are not those of `network.start(rng)`. Take them as they come: their size is part of
    the start."""
    return loop(
        network, X, y, rng, epochs, batch, rate, {"reg": reg},
        start=lambda network, rng: {name: 0.5 + 0 * w for name, w in network.start(rng).items()},
    )  # fmt: skip


fit.table(
    {
        """starts again every epoch: Every epoch begins at start parameters again, so what the epochs before
        it learnt is lost. Call `network.start` once, before the loop over epochs, and carry the parameters
        on.

        How often does your code call `network.start` in three epochs?
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network,
            X,
            y,
            rng,
            epochs,
            batch,
            rate,
            {"reg": reg},
            again=lambda network, rng: network.start(rng),
        ),
        """biases not trained: One of the arrays never changes. Every array of params needs its step, biases
        too: loop over all names.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, trained=("W1",)
        ),
        """gradient added: The loss climbs: the gradient is added. Look at the sign in front of the rate.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, -rate, {"reg": reg}
        ),
        """velocity never fades: The loss falls, rises again, and so on: all of the old velocity is kept, so
        the run swings and never settles. Multiply the velocity by the momentum, a number below one.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, mu=1.0
        ),
        """a step without rows: Where the rows fill whole batches there is one step more, with no rows in it;
        its mean is 0/0, and NaN spreads to every parameter. Let the range end at the number of rows.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, ends=1
        ),
        """last row left out: A last batch, if only of a single row, is never shown: the range ends too early.
        Let it end at `len(X)`.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, ends=-1
        ),
        """regularisation not passed on: The network's loss was called without reg, so there is no penalty
        whatever you ask for. Pass `reg=reg`.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {}
        ),
        """another penalty than asked: The network's loss gets another `reg` than was asked for: a number of
        your own, one that was divided or cut off, or a default where 0 was asked for. Pass `reg=reg`.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": 1e-4}
        ),
        """penalty added twice: `reg` moves the parameters a second time, beside the gradients of `network.loss`,
        which contain the penalty already. Step along the gradients as they come.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, decay=reg
        ),
        """a loss for every step: There is one loss per step in the list. Average those of an epoch, and
        append once at its end.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, note=list
        ),
        """the first batch stands for the epoch: What is noted for an epoch is the loss of its first batch,
        before most of its steps. Average the epoch.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, note=lambda values: values[:1]
        ),
        """the last batch stands for the epoch: What is noted for an epoch is the loss of its last batch,
        which wiggles more than it tells. Average the epoch.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, note=lambda values: values[-1:]
        ),
        """losses summed: The losses of an epoch are added up, so they grow with the number of batches. Divide
        by it.
        """: lambda network, X, y, rng, epochs=20, batch=50, rate=0.1, reg=1e-4: loop(
            network, X, y, rng, epochs, batch, rate, {"reg": reg}, note=lambda values: [sum(values)]
        ),
    }
)
