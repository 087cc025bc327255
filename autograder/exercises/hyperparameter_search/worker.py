"""Exercise ``worker``: train, and put a finished checkpoint in place after every epoch."""

import json
import math

import numpy as np

from autograder.judging import Check, Exercise
from course.rehearsal.shifts import published, settings_drawn, steps, visible_shift

PLAN = [[0.095, 0.6125, 0.9375], [0.97, math.nan, 1.0, 0.9], [0.05]]


def percent(accuracy):
    """Return the score as it stands in a name, from whole hundredths of a per cent."""
    if math.isnan(accuracy):
        return "000nan"
    whole, cents = divmod(round(accuracy * 10_000), 100)
    return f"{whole:03d}.{cents:02d}"


def reference(store, name, draw, train, trials, seed):
    """Keep the run's number on the way down: one recursive call per run."""

    def runs(done, rng):
        if done == trials:
            return done
        settings, run = draw(rng), f"{name}-{done:03d}"

        def publish(stats):
            half = run + ".part"
            store.write(half, json.dumps(dict(stats, settings=settings, run=run)))
            store.rename(
                half, "_".join([percent(stats["val_accuracy"]), str(stats["epoch"]).zfill(4), run + ".json"])
            )

        train(settings, publish)
        return runs(done + 1, rng)

    return runs(0, np.random.default_rng(seed))


worker = Exercise(
    "worker",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="checkpoints",
            probe=lambda candidate: published(candidate, PLAN, "w7", 2),
            says="After every epoch a checkpoint must be there, under the documented name, with all that is known.",
        ),
        Check(
            name="in one step",
            probe=lambda candidate: steps(candidate, PLAN),
            says="A checkpoint must appear complete: written under a name that no other worker uses, then renamed.",
        ),
        Check(
            name="draws",
            probe=settings_drawn,
            says="The settings of all trials must come from one generator made from the seed.",
        ),
    ],
    visible=visible_shift,
    read="Exercise 5. A worker",
)
