"""One thread for small matrices.

The networks of this course are so small that waking a second BLAS thread costs more than it gives, and on a busy
machine sixty times more.
"""

import contextlib
from collections.abc import Iterator
from functools import lru_cache

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def controller() -> ThreadpoolController | None:
    """Return the handle to the BLAS libraries that NumPy loaded; finding them takes a millisecond, so once.

    None where a process cannot see what it has loaded; whoever shut it in has set the number of threads.
    """
    try:
        return ThreadpoolController()
    except OSError:
        return None


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS use one thread inside a ``with`` block or a decorated function, and restore what was before."""
    found = controller()
    with found.limit(limits=1, user_api="blas") if found else contextlib.nullcontext():
        yield


def keep_one_thread() -> None:
    """Let BLAS use one thread from now on, in the whole process."""
    if (found := controller()) is not None:
        found.limit(limits=1, user_api="blas")
