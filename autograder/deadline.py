"""A limit of time on what reads a student's text outside the sandbox."""

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

READING = 60.0
"""Seconds for reading and repairing one submission; a large honest notebook takes one."""


AGAIN = 1.0
"""Seconds after which an alarm rings again: one that rings in a destructor is lost."""


class Overtime(Exception):
    """The time is up."""


class Alarm(BaseException):
    """The time is up; not an ``Exception``, so that what is going on does not take it for an error of its own."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Stop what runs inside a ``with`` block after so many seconds.  Raises ``Overtime``.

    Only in the main thread can anything be stopped; see ``autograder.running.own_process`` for the others.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise Alarm

    begun = time.monotonic()
    before = signal.signal(signal.SIGALRM, ring)
    outer, _ = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    except Alarm:
        raise Overtime(f"It took longer than {seconds:g} s.") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer:  # a longer block around this one
            signal.setitimer(signal.ITIMER_REAL, max(outer - (time.monotonic() - begun), 0.001), AGAIN)
