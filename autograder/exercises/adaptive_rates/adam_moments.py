"""What goes wrong with Adam's two moments and its settings.  Importing this adds the list to the exercise."""

from __future__ import annotations

import numpy as np

from autograder.exercises.adaptive_rates.adam import adam, filled, hats, moments, reference, stepped


@adam.mistake
def gradient_added(w, dw, config=None):
    """The step climbs: the scaled mean is added. Look at the sign in the line that makes next_w."""
    c = moments(w, -dw, config)
    return stepped(w, c, *hats(c))


@adam.mistake
def betas_exchanged(w, dw, config=None):
    """m averages with beta2 and v with beta1, in the corrections too. beta1, the shorter memory, belongs to m,
    beta2 to v."""
    c = filled(w, config)
    turned = moments(w, dw, c | {"beta1": c["beta2"], "beta2": c["beta1"]})
    next_w, _ = stepped(w, turned, *hats(turned))
    return next_w, turned | {"beta1": c["beta1"], "beta2": c["beta2"]}


@adam.mistake
def betas_exchanged_in_the_averages(w, dw, config=None):
    """m averages with beta2 and v with beta1; the corrections are right. beta1, the shorter memory, belongs to m,
    beta2 to v."""
    c = filled(w, config)
    turned = moments(w, dw, c | {"beta1": c["beta2"], "beta2": c["beta1"]})
    c = turned | {"beta1": c["beta1"], "beta2": c["beta2"]}
    return stepped(w, c, *hats(c))


@adam.mistake
def averages_exchanged(w, dw, config=None):
    """The old moment gets 1 - beta and the new gradient beta. A beta near one keeps most of the old."""
    c = filled(w, config)
    c["t"] += 1
    c["m"] = (1 - c["beta1"]) * c["m"] + c["beta1"] * dw
    c["v"] = (1 - c["beta2"]) * c["v"] + c["beta2"] * dw**2
    return stepped(w, c, *hats(c))


@adam.mistake
def new_gradient_not_weighted(w, dw, config=None):
    """The old moments decay but the new terms enter whole, so neither is an average. Give them the factors
    1 - beta1 and 1 - beta2."""
    c = filled(w, config)
    c["t"] += 1
    c["m"], c["v"] = c["beta1"] * c["m"] + dw, c["beta2"] * c["v"] + dw**2
    return stepped(w, c, *hats(c))


@adam.mistake
def first_moment_not_weighted(w, dw, config=None):
    """m takes in dw whole. Give it the factor 1 - beta1."""
    c = moments(w, dw, config)
    c["m"] = c["m"] + c["beta1"] * dw
    return stepped(w, c, *hats(c))


@adam.mistake
def second_moment_not_weighted(w, dw, config=None):
    """v takes in dw**2 whole. Give it the factor 1 - beta2."""
    c = moments(w, dw, config)
    c["v"] = c["v"] + c["beta2"] * dw**2
    return stepped(w, c, *hats(c))


@adam.mistake
def beta1_hard_coded(w, dw, config=None):
    """beta1 is a number in the code, or the default overrides what the caller gave. Use `config["beta1"]`."""
    return reference(w, dw, {**(config or {}), "beta1": 0.9})


@adam.mistake
def beta2_hard_coded(w, dw, config=None):
    """beta2 is a number in the code, or the default overrides what the caller gave. Use `config["beta2"]`."""
    return reference(w, dw, {**(config or {}), "beta2": 0.999})


@adam.mistake
def betas_hard_coded(w, dw, config=None):
    """beta1 and beta2 are numbers in the code, or the defaults override what the caller gave. Take both from
    config."""
    return reference(w, dw, {**(config or {}), "beta1": 0.9, "beta2": 0.999})


@adam.mistake
def wrong_default_rate(w, dw, config=None):
    """With learning_rate left out the steps have another length: Adam's default is not that of the other
    rules. Compare it with the table."""
    return reference(w, dw, {"learning_rate": 1e-2} | (config or {}))


@adam.mistake
def wrong_default_beta2(w, dw, config=None):
    """With beta2 left out the second moment forgets faster than documented. Compare your default with the
    table."""
    return reference(w, dw, {"beta2": 0.99} | (config or {}))


@adam.mistake
def no_root(w, dw, config=None):
    """m is divided by the second moment itself. v averages squares: take its root before you divide."""
    c = moments(w, dw, config)
    m, v = hats(c)
    return stepped(w, c, m, v**2)


@adam.mistake
def no_square(w, dw, config=None):
    """v averages the gradient, not its square, so signs cancel and its root may not exist. Take in `dw**2`."""
    c = moments(w, dw, config, square=dw)
    return stepped(w, c, *hats(c))


@adam.mistake
def sum_of_squares_for_element_wise_square(w, dw, config=None):
    """One number, the squared norm, serves all coordinates. Square entry by entry with `dw**2`."""
    c = moments(w, dw, config, square=np.sum(dw**2))
    return stepped(w, c, *hats(c))


@adam.mistake
def second_moment_of_m(w, dw, config=None):
    """v averages m**2. The second moment is that of the gradient: take in `dw**2`."""
    first = moments(w, dw, config)["m"]
    c = moments(w, dw, config, square=first**2)
    return stepped(w, c, *hats(c))


@adam.mistake
def variance_for_raw_moment(w, dw, config=None):
    """v averages (dw - m)**2, a variance (that is AdaBelief). Adam's second moment is raw: take in `dw**2`."""
    first = moments(w, dw, config)["m"]
    c = moments(w, dw, config, square=(dw - first) ** 2)
    return stepped(w, c, *hats(c))


@adam.mistake
def variance_around_the_old_mean(w, dw, config=None):
    """v averages the squared distance of dw from the m of the step before. Adam's second moment is raw, not
    centred: take in `dw**2`."""
    c = moments(w, dw, config, square=(dw - filled(w, config)["m"]) ** 2)
    return stepped(w, c, *hats(c))


@adam.mistake
def gradient_for_first_moment(w, dw, config=None):
    """The step has dw in the numerator: m is worked out and then not used. Divide the corrected m, not dw."""
    c = moments(w, dw, config)
    return stepped(w, c, dw, hats(c)[1])


@adam.mistake
def stale_moments(w, dw, config=None):
    """The step uses the m and v of the step before. Update both first, then correct, then step."""
    old, c = filled(w, config), moments(w, dw, config)
    return stepped(w, c, *hats(c | {"m": old["m"], "v": old["v"]}))


@adam.mistake
def moments_not_kept(w, dw, config=None):
    """m and v start at zero in every call. Store them in config before you return."""
    c = moments(w, dw, {**(config or {}), "m": 0.0, "v": 0.0})
    return stepped(w, c, *hats(c))


@adam.mistake
def rate_inside_the_first_moment(w, dw, config=None):
    """m averages learning_rate * dw, so a new rate acts on old gradients late. Average dw, and multiply by the
    rate in the step."""
    c = filled(w, config)
    c = moments(w, c["learning_rate"] * dw, config, square=dw**2)
    m, v = hats(c)
    return w - m / (np.sqrt(v) + c["epsilon"]), c


@adam.mistake
def epsilon_missing(w, dw, config=None):
    """Nothing is added to the root: a coordinate whose gradient has always been zero gets 0/0. Add epsilon."""
    c = moments(w, dw, config)
    return stepped(w, c | {"epsilon": 0.0}, *hats(c))


@adam.mistake
def epsilon_hard_coded(w, dw, config=None):
    """Epsilon is a number in the code. Take it from `config["epsilon"]`."""
    return reference(w, dw, {**(config or {}), "epsilon": 1e-8})


@adam.mistake
def one_moment_per_row(w, dw, config=None):
    """The moments have `len(w)` entries, so only vectors work. Give them the shape of w: `np.zeros_like(w)`."""
    c = moments(w, dw, {"m": np.zeros(len(w)), "v": np.zeros(len(w))} | dict(config or {}))
    return stepped(w, c, *hats(c))


@adam.mistake
class state_in_a_global:
    """m, v and t live outside `config` and run on from one parameter to the next. Keep all three in config."""

    def __init__(self):
        self.held = {}

    def __call__(self, w, dw, config=None):
        c = moments(w, dw, {**(config or {}), **self.held})
        self.held = {key: c[key] for key in ("m", "v", "t")}
        return stepped(w, c, *hats(c))


@adam.mistake
class one_state_for_all_parameters:
    """A new run clears the state, but two parameters trained together share it. Keep m, v and t in `config`,
    not in a global or an attribute."""

    def __init__(self):
        self.held = {}

    def __call__(self, w, dw, config=None):
        c = moments(w, dw, {**(config or {}), **(self.held if "t" in (config or {}) else {})})
        self.held = {key: c[key] for key in ("m", "v", "t")}
        return stepped(w, c, *hats(c))


@adam.mistake
def dw_mutated(w, dw, config=None):
    """The step is right, but `dw` is overwritten on the way. It belongs to the caller: no `dw *= ...`."""
    c = moments(w, dw.copy(), config)
    dw *= 0.5
    return stepped(w, c, *hats(c))
