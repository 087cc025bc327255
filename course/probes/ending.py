"""End a function that does not end by itself, in a notebook's own process."""

import _thread
import contextlib
import signal
import threading
from collections.abc import Iterator

from course.probes.base import Unusable

AGAIN = 0.1
"""Seconds from one interrupt to the next.  One that is raised in a callback of the garbage collector, or where an
object is deleted, is lost, and a function that fills the memory is often there."""


@contextlib.contextmanager
def ended_after(seconds: float, said: str) -> Iterator[None]:
    """Interrupt what runs inside a ``with`` block of the main thread after some seconds.

    Raises ``Unusable`` with the words ``said``, caused by the interrupt, whose traceback shows the line.  An
    interrupt by hand stays one.  Elsewhere than in the main thread nothing is ended.  Where interrupts are ignored,
    as in what a shell starts in the background, or handled otherwise, they count inside the block.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    lock, over, fired = threading.Lock(), threading.Event(), threading.Event()

    def end() -> None:
        wait = seconds
        while not over.wait(wait):
            with lock:
                if not over.is_set():
                    fired.set()
                    _thread.interrupt_main()
            wait = AGAIN

    threading.Thread(target=end, daemon=True).start()
    try:
        yield
        with lock:  # from here on nothing is interrupted any more
            over.set()
    except KeyboardInterrupt as interrupt:
        over.set()
        if not fired.is_set():
            raise
        raise Unusable("wrong type", said) from interrupt
    finally:
        over.set()
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
