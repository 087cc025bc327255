"""One thread for small matrices.

The networks of this course are so small that waking a second BLAS thread costs more than it gives, and on a busy
machine sixty times more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def controller() -> ThreadpoolController:
    """Return the handle to the BLAS libraries that NumPy loaded; finding them takes a millisecond, so once."""
    return ThreadpoolController()


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS use one thread inside a ``with`` block or a decorated function, and restore what was before."""
    with controller().limit(limits=1, user_api="blas"):
        yield
