"""The examiner's warm interpreter: our exercises loaded, their known functions already run."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import time
from typing import Any

from autograder.examine import cage
from autograder.examine.zygote import Nursery


def warm(request: dict[str, Any]) -> None:
    """Import what our cells import, and judge with every exercise once, so that a fork finds it done."""
    from autograder.judging.judge import recorded

    for source in request["imports"]:
        exec(compile(source, "<imports>", "exec"), {})
    for name, module in list(sys.modules.items()):
        if name.startswith("autograder.exercises.") and hasattr(module, "EXERCISES"):
            for exercise in module.EXERCISES:
                for known in (None, *exercise.conventions, *exercise.mistakes):
                    recorded(exercise, known).complete()
    gc.collect()
    gc.freeze()


def born(request: dict[str, Any], descriptors: list[int]) -> None:
    """Be the examiner of one submission."""
    from autograder.examine.examiner import Examiner
    from autograder.examine.wire import Channel

    wire, report = descriptors
    cage.limit_resources(request["limits"])
    channel = Channel(socket.socket(fileno=report))
    job = json.loads(channel.receive())
    Examiner(job, socket.socket(fileno=wire), channel).run()
    os._exit(0)


def main() -> None:
    """Load everything, say so, and wait."""
    control = socket.socket(fileno=int(sys.argv[1]))
    started = time.monotonic()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import numpy as np  # noqa: F401

    import autograder.examine.examiner
    import autograder.judging.judge  # noqa: F401
    from autograder.examine import travel

    travel.begin()
    nursery = Nursery(control, born)
    nursery.warm = warm
    control.sendall(json.dumps({"ready": round(time.monotonic() - started, 3)}).encode() + b"\n")
    nursery.serve()


if __name__ == "__main__":
    main()
