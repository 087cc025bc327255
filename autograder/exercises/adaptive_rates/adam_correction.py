"""What goes wrong with Adam's bias correction and its counter t.  Importing this adds the list to the exercise."""

from __future__ import annotations

import numpy as np

from autograder.exercises.adaptive_rates.adam import adam, hats, moments, stepped


@adam.mistake
def uncorrected(w, dw, config=None):
    """Both moments start at zero and nothing makes up for it, so the first steps are far too long. Divide each
    by one minus its beta to the power t."""
    c = moments(w, dw, config)
    return stepped(w, c, c["m"], c["v"])


@adam.mistake
def first_moment_uncorrected(w, dw, config=None):
    """Only the second moment is corrected. m starts at zero too: divide it by 1 - beta1**t."""
    c = moments(w, dw, config)
    return stepped(w, c, c["m"], hats(c)[1])


@adam.mistake
def second_moment_uncorrected(w, dw, config=None):
    """Only the first moment is corrected. v starts at zero too: divide it by 1 - beta2**t."""
    c = moments(w, dw, config)
    return stepped(w, c, hats(c)[0], c["v"])


@adam.mistake
def corrected_by_multiplying(w, dw, config=None):
    """The moments are multiplied by 1 - beta**t. They are too small early on: divide by it."""
    c = moments(w, dw, config)
    m, v = c["m"] * (1 - c["beta1"] ** c["t"]), c["v"] * (1 - c["beta2"] ** c["t"])
    return stepped(w, c, m, v)


@adam.mistake
def corrections_exchanged(w, dw, config=None):
    """m is corrected with beta2 and v with beta1. Each moment is divided by one minus a power of its own beta."""
    c = moments(w, dw, config)
    return stepped(w, c, c["m"] / (1 - c["beta2"] ** c["t"]), c["v"] / (1 - c["beta1"] ** c["t"]))


@adam.mistake
def first_moment_corrected_with_beta2(w, dw, config=None):
    """m is corrected with beta2. Each average is divided by one minus its own beta to the power t."""
    c = moments(w, dw, config)
    return stepped(w, c, c["m"] / (1 - c["beta2"] ** c["t"]), hats(c)[1])


@adam.mistake
def second_moment_corrected_with_beta1(w, dw, config=None):
    """v is corrected with beta1. Each average is divided by one minus its own beta to the power t."""
    c = moments(w, dw, config)
    return stepped(w, c, hats(c)[0], c["v"] / (1 - c["beta1"] ** c["t"]))


@adam.mistake
def t_stays_one_or_its_power_is_forgotten(w, dw, config=None):
    """Every correction is that of the first step: t is not saved in config, or beta lacks its power t. Look at
    how t gets into config["t"], then at the two divisors."""
    c = moments(w, dw, config)
    return stepped(w, c, *hats(c, 1))


@adam.mistake
def t_multiplies_beta(w, dw, config=None):
    """The correction has beta * t. It is a power: beta**t, two asterisks."""
    c = moments(w, dw, config)
    return stepped(w, c, c["m"] / (1 - c["beta1"] * c["t"]), c["v"] / (1 - c["beta2"] * c["t"]))


@adam.mistake
def correction_with_beta_squared(w, dw, config=None):
    """The divisors are 1 - beta**2 for ever. The exponent is t, the number of this step."""
    c = moments(w, dw, config)
    return stepped(w, c, *hats(c, 2))


@adam.mistake
def t_late(w, dw, config=None):
    """t is used before it is advanced: at the first step it is 0 and the correction divides by zero. Move the
    line that adds one to the top."""
    c = moments(w, dw, config)
    return stepped(w, c, *hats(c, c["t"] - 1))


@adam.mistake
def t_advanced_twice(w, dw, config=None):
    """t grows by two at every call, so the corrections fade too soon. One line adds one; look for a second."""
    c = moments(w, dw, config)
    result = stepped(w, c, *hats(c))
    c["t"] += 1
    return result


@adam.mistake
def hats_stored(w, dw, config=None):
    """The corrected moments are written back into config, so they are corrected again at every step. Give the
    hats names of their own and store m and v."""
    c = moments(w, dw, config)
    c["m"], c["v"] = hats(c)
    return stepped(w, c, c["m"], c["v"])


@adam.mistake
def epsilon_before_the_correction(w, dw, config=None):
    """Epsilon is added to v before v is corrected, so it is enlarged and then rooted. Correct, take the root,
    then add epsilon."""
    c = moments(w, dw, config)
    m, v = hats(c | {"v": c["v"] + c["epsilon"]})
    return w - c["learning_rate"] * m / np.sqrt(v), c


@adam.mistake
class t_in_a_global:
    """t counts the calls for all parameters together. Each parameter has its own: keep it in `config["t"]`."""

    t = 0

    def __call__(self, w, dw, config=None):
        self.t += 1
        c = moments(w, dw, config)
        return stepped(w, c, *hats(c, self.t))
