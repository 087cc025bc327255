"""Run functions in a process that can be ended.

A signal stops only the main thread, so what another thread runs, as on a worker of Dask, cannot be stopped when
it is stuck.  There, a submission is run in a process beside the thread, which is killed when its time is up.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any

from autograder.deadline import Overtime
from autograder.running.orphans import end_with

SIZE = 8
"""Bytes that say how long a message is."""

IDLE: list[OwnProcess] = []
LOCK = threading.Lock()


def run(function: Callable[[Any], Any], argument: Any, seconds: float) -> Any:
    """Return what a function returns that is run in a process of its own, one that was used before if it can be.

    Raises ``Overtime`` after so many seconds, and ``OSError`` if the process ended.
    """
    with LOCK:
        process = IDLE.pop() if IDLE else OwnProcess()
    try:
        done, value = process.ask((function, argument), time.monotonic() + seconds)
    except BaseException as error:
        process.kill()
        if isinstance(error, TimeoutError):
            raise Overtime(f"It took longer than {seconds:g} s.") from None
        raise
    with LOCK:
        IDLE.append(process)
    if not done:
        raise value
    return value


class OwnProcess:
    """A process that runs one function after the other, and ends with the one that started it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "autograder.running.own_process", str(os.getpid())]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, question: Any, until: float) -> tuple[bool, Any]:
        """Return whether a question was answered, and the answer or the exception.

        Raises ``TimeoutError`` and ``OSError``.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        send(self.process.stdin, question)
        out = self.process.stdout.fileno()

        def read(size: int) -> bytes:
            found = b""
            while len(found) < size:
                if not select.select([out], [], [], max(until - time.monotonic(), 0.0))[0]:
                    raise TimeoutError
                part = os.read(out, min(size - len(found), 1 << 20))
                if not part:
                    raise OSError("a grading process ended")
                found += part
            return found

        return pickle.loads(read(int.from_bytes(read(SIZE), "big")))

    def kill(self) -> None:
        """End the process, whatever it is at."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.wait()


def send(stream: IO[bytes], message: Any) -> None:
    """Send a message of our own to a process of our own."""
    body = pickle.dumps(message)
    stream.write(len(body).to_bytes(SIZE, "big") + body)
    stream.flush()


def main() -> None:
    """Run what is asked until the other end closes, in the main thread, where deadlines hold."""
    end_with(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    while size := sys.stdin.buffer.read(SIZE):
        function, argument = pickle.loads(sys.stdin.buffer.read(int.from_bytes(size, "big")))
        try:
            answer = (True, function(argument))
        except Exception as error:
            answer = (False, error)
        try:
            send(answers, answer)
        except (pickle.PicklingError, TypeError, AttributeError):
            send(answers, (False, RuntimeError(f"{type(answer[1]).__name__}: {answer[1]}")))


if __name__ == "__main__":
    main()
