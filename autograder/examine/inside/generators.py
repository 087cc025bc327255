"""Random generators on the wire: their state as plain data."""

from __future__ import annotations

import numpy as np

from .frames import Lie, demand

KINDS = {"PCG64": np.random.PCG64, "PCG64DXSM": np.random.PCG64DXSM}
"""Kinds whose whole state is four checked integers; ``default_rng`` makes the first."""


def content(generator: np.random.Generator) -> list:
    """Return kind and state of a random generator as plain data.  Raises ``Lie`` for an uncommon kind."""
    state = generator.bit_generator.state
    name = state["bit_generator"]
    if name not in KINDS:
        raise Lie(f"a random generator of the kind {name} cannot be sent")
    big = [state["state"][key].to_bytes(16, "little") for key in ("state", "inc")]
    return [name, *big, state["has_uint32"], state["uinteger"]]


def create(message: list) -> np.random.Generator:
    """Return a new generator in the state of ``content``.  Raises ``Lie``."""
    demand(bool(message) and type(message[0]) is str and message[0] in KINDS, "a generator")
    made = np.random.Generator(KINDS[message[0]](0))
    update(made, message)
    return made


def update(generator: np.random.Generator, message: list) -> None:
    """Put a generator into the state of ``content``.  Raises ``Lie``."""
    demand(len(message) == 5, "the state of a generator")
    name, state, increment, has, integer = message
    demand(name == type(generator.bit_generator).__name__, "the same kind of generator")
    demand(all(type(each) is bytes and len(each) == 16 for each in (state, increment)), "a state")
    demand(type(has) is int and has in (0, 1), "a state")
    demand(type(integer) is int and 0 <= integer < 1 << 32, "a state")
    generator.bit_generator.state = {
        "bit_generator": name,
        "state": {"state": int.from_bytes(state, "little"), "inc": int.from_bytes(increment, "little")},
        "has_uint32": has,
        "uinteger": integer,
    }
