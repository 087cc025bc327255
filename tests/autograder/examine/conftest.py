"""A candidate in another thread, with names made to be asked about."""

from __future__ import annotations

import contextlib
import socket
import threading
import types

import pytest

from autograder.examine.examination import Examination
from autograder.examine.inside.candidate import Candidate
from autograder.examine.inside.frames import Lost

SOURCE = """
import numpy as np

def echo(x):
    return x

def twice_in_place(w):
    w *= 2
    return w

def momentum(w, dw, config=None):
    config = {} if config is None else config
    velocity = config.get("velocity", np.zeros_like(w))
    velocity = 0.9 * velocity - config.get("learning_rate", 0.1) * dw
    config["velocity"] = velocity
    return w + velocity, config

kept = {}
def state_in_a_global(w, dw, config=None):
    kept["velocity"] = 0.9 * kept.get("velocity", 0.0) - 0.1 * dw
    return w + kept["velocity"], kept

class AlwaysEqual:
    def __eq__(self, other): return True
    __hash__ = None
    def __array__(self, *args, **kwargs): return np.zeros(2)
    def __float__(self): return 0.0
    def __len__(self): return 2
    def __getitem__(self, at): return 0.0
    def __bool__(self): return True

class Sly(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __array_function__(self, *args): return True
    def __array_ufunc__(self, *args, **kwargs): return np.zeros(3)

def sly(): return np.arange(3.0).view(Sly)
def equal(): return AlwaysEqual()
def endless():
    while True:
        yield 1
class Mine(NotImplementedError): pass
def stops(): raise Mine("not yet")
def leaves(): raise SystemExit(3)
def singular(): return np.linalg.inv(np.zeros((2, 2)))
def calls(f, x): return f(x)
def shifts(f, x):
    x[0] += 1
    return f(x)
def catches(f):
    try:
        f()
    except KeyError as error:
        return str(error)
def draws(rng): return rng.normal(size=3)
def cyclic():
    items = []
    items.append(items)
    return items
def doubled():
    items = [0]
    for _ in range(40):
        items = [items, items]
    return items
def huge(): return np.zeros(1 << 24)
"""


@pytest.fixture
def examination():
    """Our side, with a candidate that knows the names of SOURCE in another thread."""
    names: dict = {}
    exec(SOURCE, names)
    ours, theirs = socket.socketpair()
    candidate = Candidate(theirs, types.SimpleNamespace(user_ns=names))
    thread = threading.Thread(target=serve, args=(candidate,))
    thread.start()
    made = Examination(ours)
    made.candidate = candidate
    made.names = names
    yield made
    ours.close()
    thread.join(10)
    theirs.close()


def serve(candidate: Candidate) -> None:
    with contextlib.suppress(Lost):
        candidate.serve()


def function(examination, name):
    return examination.ask("name", name)
