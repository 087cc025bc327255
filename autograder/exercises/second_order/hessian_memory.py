"""Exercise ``hessian_memory``: how many GiB a dense Hessian takes.

The reference counts in exact fractions; the notebook multiplies and divides floats.
"""

from __future__ import annotations

from fractions import Fraction

from autograder.judging import Check, Exercise
from course.probes.base import Calls


def reference(n, bytes=4):
    """Return the size of an n-by-n matrix in GiB of 2**30 bytes, rounded once at the end."""
    return float(Fraction(int(n)) ** 2 * Fraction(int(bytes)) / Fraction(1024) ** 3)


hessian_memory = Exercise(
    "hessian_memory",
    points=3,
    reference=reference,
    checks=[
        Check(
            name="single precision is the default",
            probe=Calls(arguments=[(7,), (650,), (30_730,), (1_000_000,), (175_000_000_000,)]),
            says="Called with n alone, the answer is not the GiB of an n-by-n matrix of float32.",
        ),
        Check(
            name="other number formats",
            probe=Calls(arguments=[(650, 2), (650, 8), (124_000_000, 1), (3_000_000, 16)]),
            says="Called with n and bytes, the answer does not follow the size of one entry.",
        ),
    ],
    visible=Calls(arguments=[(2_048,), (50_000,), (50_000, 8)]),
    read="Exercise 1. What the Hessian weighs",
    effect="A method is chosen that does not fit into memory, or one is given up that would.",
)


@hessian_memory.convention(share=0.5)
def one_triangle_is_stored(n, bytes=4):
    """You count one triangle, as LAPACK's packed storage keeps it. True, and half as much; asked is the
    whole matrix, as `np.empty((n, n))` allocates it."""
    return n * (n + 1) / 2 * bytes / 2**30


@hessian_memory.mistake
def decimal_gigabytes(n, bytes=4):
    """You divide by the decimal gigabyte. A GiB is a power of two: look at the number you divide by."""
    return n * n * bytes / 1e9


@hessian_memory.mistake
def mebibytes(n, bytes=4):
    """You divide by the MiB. One more factor of 1024 leads to GiB."""
    return n * n * bytes / 2**20


@hessian_memory.mistake
def parameters_not_squared(n, bytes=4):
    """You count one number for each parameter. The Hessian has one for each pair of parameters."""
    return n * bytes / 2**30


@hessian_memory.mistake
def bits_for_bytes(n, bytes=4):
    """You count bits. `bytes` is already the size of an entry in bytes: look for a stray factor."""
    return n * n * bytes * 8 / 2**30


@hessian_memory.mistake
def divided_by_the_bytes(n, bytes=4):
    """Larger entries take less room in your count. Does the size of an entry multiply or divide?"""
    return n * n / bytes / 2**30


@hessian_memory.mistake
def whole_gibibytes_only(n, bytes=4):
    """You drop the fraction, so a small matrix weighs nothing. Look for `//` or `int`."""
    return float(n * n * bytes // 2**30)


@hessian_memory.mistake
def size_of_an_entry_ignored(n, bytes=4):
    """The argument `bytes` makes no difference. Look for a 4 that should be `bytes`."""
    return n * n * 4 / 2**30


@hessian_memory.mistake
def double_precision_by_default(n, bytes=8):
    """Without `bytes` you count float64. The default of the signature is the size of a float32."""
    return n * n * bytes / 2**30


@hessian_memory.variant
def floats_throughout(n, bytes=4):
    return float(n) ** 2 * float(bytes) / 1024.0 / 1024.0 / 1024.0
