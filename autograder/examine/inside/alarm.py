"""An alarm that calls a function in the main thread, where the system has such a thing and where it has not.

Without ``SIGALRM``, as on Windows, a thread keeps the time and pretends that another signal arrived; Python then
calls the function between two instructions of the main thread.  A call into C is not interrupted.
"""

import _thread
import signal
import threading
from collections.abc import Callable
from typing import Any

HAS_TIMER = hasattr(signal, "setitimer") and hasattr(signal, "SIGALRM")
NUMBER = signal.SIGALRM if HAS_TIMER else signal.SIGFPE
"""The signal that rings; Python itself sends and awaits no ``SIGFPE``."""


class Clock(threading.Thread):
    """Rings after some seconds, and again after each ``again``, until it is stopped."""

    def __init__(self, seconds: float, again: float):
        super().__init__(daemon=True)
        self.seconds, self.again = seconds, again
        self.stopped = threading.Event()
        self.start()

    def run(self) -> None:
        """Wait and ring."""
        left = self.seconds
        while not self.stopped.wait(left):
            _thread.interrupt_main(NUMBER)
            left = self.again


CLOCKS: list[Clock] = []
"""The clock that runs, if any."""


def on_ring(function: Callable[..., Any]) -> Any:
    """Let a function answer the alarm; return what answered it before."""
    return signal.signal(NUMBER, function)


def ring_after(seconds: float, again: float) -> None:
    """Ring after some seconds and then again and again; forget what was set before."""
    if HAS_TIMER:
        signal.setitimer(signal.ITIMER_REAL, seconds, again)
        return
    stop()
    CLOCKS.append(Clock(seconds, again))


def stop() -> None:
    """Do not ring."""
    if HAS_TIMER:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return
    while CLOCKS:
        CLOCKS.pop().stopped.set()
