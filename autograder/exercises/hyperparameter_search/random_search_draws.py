"""What is known about wrong draws in ``random_search``: settings that repeat, or come from another generator.

A mistake's second paragraph is the question a reader is asked, where the exercise's own does not lead to the line.
"""

import math

import numpy as np

from autograder.exercises.hyperparameter_search.random_search_known import random_search, search

__all__ = ["random_search"]
ex = random_search


@ex.mistake
def drawn_once_before_the_loop(objective, space, n, rng):
    """All trials have the same settings: they are drawn once. Draw inside the loop."""
    once = {name: draw(rng) for name, draw in space.items()}
    return search(objective, space, n, rng, draws=lambda rng, trial: dict(once))


@ex.mistake
def one_dict_for_all_trials(objective, space, n, rng):
    """Every entry of the list shows the settings of the last trial: they share one dict. Make one per trial.

    In which line is the dict of settings made, and how often does it run?
    """
    shared = {}

    def refill(rng, trial):
        shared.update({name: draw(rng) for name, draw in space.items()})
        return shared

    return search(objective, space, n, rng, draws=refill)


@ex.mistake
def global_generator(objective, space, n, rng):
    """The settings do not come from the rng that was given, so the search cannot be repeated. Hand it to
    each draw.

    To what do you hand rng?
    """
    own = np.random.default_rng(np.random.randint(2**31))
    return search(objective, space, n, own)


@ex.mistake
def a_generator_of_its_own(objective, space, n, rng):
    """A generator with a fixed seed is made inside, so every search tries the same. Use the rng it was given.

    Which generator do your draws get, and who made it?
    """
    return search(objective, space, n, np.random.default_rng(0))


@ex.mistake
def a_new_generator_in_every_trial(objective, space, n, rng):
    """A generator with the same seed is made in every trial, so all trials have the same settings. Draw from the
    rng that was given.

    Which generator do your draws get, and in which line is it made?
    """
    return search(
        objective,
        space,
        n,
        rng,
        draws=lambda rng, trial: {
            name: draw(r) for r in [np.random.default_rng(0)] for name, draw in space.items()
        },
    )


@ex.mistake
def a_new_seed_for_every_name(objective, space, n, rng):
    """All names of a trial rise and fall together: each gets a generator of the same seed. Share one rng.

    Which generator does each draw get, and who made it?
    """

    def together(rng, trial):
        seed = rng.integers(2**31)
        return {name: draw(np.random.default_rng(seed)) for name, draw in space.items()}

    return search(objective, space, n, rng, draws=together)


@ex.mistake
def a_grid_of_random_values(objective, space, n, rng):
    """The same value of a name returns in several trials: this is a grid. Draw every name anew in every trial."""
    few = math.ceil(n ** (1 / len(space)))
    axes = {name: [draw(rng) for _ in range(few)] for name, draw in space.items()}

    def crossing(rng, trial):
        return {name: values[trial // few**k % few] for k, (name, values) in enumerate(axes.items())}

    return search(objective, space, n, rng, draws=crossing)
