"""RMSprop with a wrong memory: what goes into `config`, comes back from it, or is left out of it."""

from __future__ import annotations

import numpy as np

from autograder.exercises.adaptive_rates.rmsprop import filled, leaked, reference, rmsprop, stepped


@rmsprop.mistake
def stale_cache(w, dw, config=None):
    """The step divides by the cache of the step before. Update the cache first, then divide."""
    old = filled(w, config)
    return stepped(w, dw, leaked(w, dw, config), np.sqrt(old["cache"]) + old["epsilon"])


@rmsprop.mistake
def cache_not_kept(w, dw, config=None):
    """The cache starts at zero in every call. Store it in `config["cache"]` before you return."""
    return stepped(w, dw, leaked(w, dw, {**(config or {}), "cache": 0.0}))


@rmsprop.mistake
def root_stored(w, dw, config=None):
    """The root is written back into the cache, so the next average mixes a root with squares. Store the average
    of the squares."""
    c = leaked(w, dw, config)
    c["cache"] = np.sqrt(c["cache"])
    return stepped(w, dw, c, c["cache"] + c["epsilon"])


@rmsprop.mistake
def epsilon_missing(w, dw, config=None):
    """Nothing is added to the root: a coordinate whose gradient has always been zero gets 0/0. Add epsilon."""
    c = leaked(w, dw, config)
    return stepped(w, dw, c, np.sqrt(c["cache"]))


@rmsprop.mistake
def epsilon_hard_coded(w, dw, config=None):
    """Epsilon is a number in the code. Take it from `config["epsilon"]`."""
    return reference(w, dw, {**(config or {}), "epsilon": 1e-8})


@rmsprop.mistake
def decay_rate_hard_coded(w, dw, config=None):
    """The decay is a number in the code, or the default overrides what the caller gave. Use
    `config["decay_rate"]`."""
    return reference(w, dw, {**(config or {}), "decay_rate": 0.99})


@rmsprop.mistake
def learning_rate_hard_coded(w, dw, config=None):
    """The rate is a number in the code, or the default overrides what the caller gave. Use
    `config["learning_rate"]`."""
    return reference(w, dw, {**(config or {}), "learning_rate": 1e-2})


@rmsprop.mistake
def wrong_default_decay(w, dw, config=None):
    """With decay_rate left out the cache forgets faster than documented. Compare your default with the table."""
    return reference(w, dw, {"decay_rate": 0.9} | (config or {}))


@rmsprop.mistake
def wrong_default_rate(w, dw, config=None):
    """With learning_rate left out the steps have another length. Compare your default with the table."""
    return reference(w, dw, {"learning_rate": 1e-3} | (config or {}))


@rmsprop.mistake
def one_cache_per_row(w, dw, config=None):
    """The cache has `len(w)` entries, so only vectors work. Give it the shape of w: `np.zeros_like(w)`."""
    return stepped(w, dw, leaked(w, dw, {"cache": np.zeros(len(w))} | dict(config or {})))


@rmsprop.mistake
class state_in_a_global:
    """The cache lives outside `config` and runs on from one parameter to the next. Keep it in
    `config["cache"]`."""

    cache = 0.0

    def __call__(self, w, dw, config=None):
        c = leaked(w, dw, {**(config or {}), "cache": self.cache})
        self.cache = c["cache"]
        return stepped(w, dw, c)


@rmsprop.mistake
class one_state_for_all_parameters:
    """A new run clears the state, but two parameters trained together share it. Keep the cache in `config`,
    not in a global or an attribute."""

    cache = 0.0

    def __call__(self, w, dw, config=None):
        before = self.cache if "begun" in (config or {}) else 0.0
        c = leaked(w, dw, {**(config or {}), "begun": True, "cache": before})
        self.cache = c["cache"]
        return stepped(w, dw, c)


@rmsprop.mistake
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw /= ...`."""
    result = stepped(w, dw.copy(), leaked(w, dw.copy(), config))
    dw /= 2
    return result
