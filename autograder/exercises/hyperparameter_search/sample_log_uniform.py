"""Exercise ``sample_log_uniform``.

A sample is judged by its law, with the bound of Dvoretzky, Kiefer, Wolfowitz and Massart: a right answer fails
one of the cases with a chance of at most 1e-8 each, whatever it does with the generator.
"""

import numpy as np

from autograder.judging import Check, Exercise
from course.probes.search.draws import generator_used, laws, visible_sample

CASES = [(1e-6, 10.0, 3000), (1e-3, 0.5, 3000), (2.0, 3e4, 2999), (1e-4, 1e-2, 3000), (1e-9, 1e-6, 3000)]


def reference(lo, hi, n, rng):
    """Multiply the low end by a random power of the ratio of both."""
    return lo * (hi / lo) ** rng.random(n)


sample_log_uniform = Exercise(
    "sample_log_uniform",
    points=4,
    reference=reference,
    checks=[
        Check(
            name="law",
            probe=lambda candidate: laws(candidate, CASES),
            says="The exponents of the values are not spread evenly between those of lo and hi.",
        ),
        Check(
            name="generator",
            probe=lambda candidate: generator_used(candidate, (11, 12)),
            says="The same generator state must give the same values, another state others.",
        ),
    ],
    visible=visible_sample,
    read="Exercise 1. Sample on a log scale",
    praise="The exponents are spread evenly and come from rng.",
    effect="Most trials go to one end of the range, and the good decade gets few or none.",
)


@sample_log_uniform.variant
def ten_to_a_uniform_power(lo, hi, n, rng):
    low, high = np.log10(lo), np.log10(hi)
    return 10 ** (low + (high - low) * rng.random(size=n))


@sample_log_uniform.variant
def exp_of_log(lo, hi, n, rng):
    return np.exp(rng.uniform(np.log(lo), np.log(hi), size=n))


@sample_log_uniform.variant
def from_the_high_end(lo, hi, n, rng):
    return [hi * (lo / hi) ** float(rng.random()) for _ in range(n)]


@sample_log_uniform.variant_as_in("SciPy")
def with_scipy(lo, hi, n, rng):
    from scipy import stats  # a second of loading that grading otherwise saves

    return stats.loguniform(lo, hi).rvs(size=n, random_state=rng)


@sample_log_uniform.mistake
def in_order_of_size(lo, hi, n, rng):
    """The values come in order of size. Beside a second setting, the largest then always meets the largest: leave
    them as they are drawn."""
    return np.sort(reference(lo, hi, n, rng))


@sample_log_uniform.mistake
def uniform_on_values(lo, hi, n, rng):
    """The values are spread evenly, so nearly all lie in the highest decade. Spread their exponents."""
    return rng.uniform(lo, hi, n)


sample_log_uniform.table(
    {
        """natural exponent: The exponents are powers of ten, but `np.exp` raises e to them. Use one base for
        both ways.

        To which base is your logarithm, and to which your power?
        """: lambda lo, hi, n, rng: np.exp(rng.uniform(np.log10(lo), np.log10(hi), n)),
        """natural logarithm of the ends: `np.log` is the natural logarithm, and you raise ten to it. Use one
        base for both ways.

        To which base is your logarithm, and to which your power?
        """: lambda lo, hi, n, rng: 10 ** rng.uniform(np.log(lo), np.log(hi), n),
        """exponents in place of values: What comes back are exponents, negative wherever a value is below 1.
        Raise the base of your logarithm to them.

        Between 0.001 and 0.01, can a value be -2.5?
        """: lambda lo, hi, n, rng: rng.uniform(np.log10(lo), np.log10(hi), n),
        """integer exponents: Only whole powers of ten are drawn; nothing between 0.001 and 0.01 is ever
        tried. Draw real exponents.
        """: lambda lo, hi, n, rng: 10.0 ** rng.integers(round(np.log10(lo)), round(np.log10(hi)) + 1, n),
        """range of the lecture notes: The range is written as numbers, those of the lecture notes, so lo and
        hi change nothing. Use them.

        Where do your lines use lo and hi?
        """: lambda lo, hi, n, rng: 10 ** rng.uniform(-6, 1, n),
        """ends rounded: The ends are rounded to whole exponents, so values outside the range appear. Drop the
        `int` or `round`.
        """: lambda lo, hi, n, rng: 10 ** rng.uniform(int(np.log10(lo)), int(np.log10(hi)) or 1, n),
        """a grid in the exponent: The exponents are spaced more evenly than random draws ever are: this is a
        grid, or a plan with one value for each part of the range. Draw every exponent with rng, by itself.

        Which of your lines asks rng for numbers?
        """: lambda lo, hi, n, rng: rng.permutation(np.geomspace(lo, hi, n)),
        """the same grid in every call: The exponents are evenly spaced, and the same in every call: this is a
        grid, and rng is never asked. Draw them with rng.

        Which of your lines asks rng for numbers?
        """: lambda lo, hi, n, rng: np.geomspace(lo, hi, n),
        """one value n times: A single value is drawn and repeated. Ask rng for n of them.

        How many numbers does rng give you?
        """: lambda lo, hi, n, rng: np.full(n, reference(lo, hi, 1, rng)),
    }
)


@sample_log_uniform.mistake
def bell_shaped(lo, hi, n, rng):
    """The exponents crowd in the middle of the range. Draw them from a uniform law, not from a normal one.

    Which law does rng draw from?
    """
    low, high = np.log10(lo), np.log10(hi)
    return 10 ** np.clip(rng.normal((low + high) / 2, (high - low) / 6, n), low, high)


sample_log_uniform.table(
    {
        """ends left out: Only part of the decades between lo and hi is reached. Compare the smallest and
        largest draws with both.
        """: lambda lo, hi, n, rng: reference(lo, np.sqrt(lo * hi), n, rng),
        """global generator: The values come from NumPy's global generator, so nobody can repeat them. Draw
        from the rng you were given.

        Which of your lines asks rng for numbers?
        """: lambda lo, hi, n, rng: lo * (hi / lo) ** np.random.random(n),
        """a generator of its own: A new generator with a fixed seed is made inside, so every call draws the
        same. Draw from rng.

        Which of your lines asks rng for numbers?
        """: lambda lo, hi, n, rng: reference(lo, hi, n, np.random.default_rng(0)),
    }
)
