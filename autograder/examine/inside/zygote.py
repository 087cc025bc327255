"""The candidate's warm interpreter: loads what a notebook needs once, then forks for every submission.

It is told what to do over one socket: ``fork`` with the wire's end, ``kill``.  It never reads anything a
candidate wrote.  A candidate cannot see it, and it ends every process a candidate left behind.
"""

import contextlib
import gc
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

from . import call_filter, confine
from .folders import take_away
from .fork_server import ForkServer


def born(request: dict, descriptors: list[int]) -> None:
    """Become a candidate: shut the door, then answer the examiner."""
    (wire,) = descriptors
    limits = request["limits"]
    os.setsid()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    level = request["level"]
    if level == "bubblewrap":
        confine.hide_files(limits["disk"])
    os.chdir("/tmp" if level == "bubblewrap" else request["folder"])
    os.environ["HOME"] = os.getcwd()
    if level == "landlock":
        os.environ["TMPDIR"] = tempfile.tempdir = os.getcwd()
        os.environ["JOBLIB_MULTIPROCESSING"] = "0"  # it would find out by itself, and warn
    sys.path.insert(0, "")  # as in a kernel: a module beside the notebook can be imported
    confine.close_descriptors(wire)
    confine.limit_resources(limits)
    if level != "process":
        confine.give_up_capabilities()
    if level == "bubblewrap":
        call_filter.apply()
    elif level == "landlock":
        confine.give_up_files(request["readable"], request["folder"])
    from .candidate import Candidate
    from .shell import Shell

    gc.enable()
    Candidate(socket.socket(fileno=wire), Shell.instance()).begin(request["level"])
    os._exit(0)


def main() -> None:
    """Serve on the socket that the command names, and leave no folder behind."""
    control, level = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        serve(control, level)
    finally:
        # Whoever started this may have been killed, and may have taken this folder away: Matplotlib makes it again.
        if level != "bubblewrap":
            with contextlib.suppress(OSError):
                take_away(os.environ["MPLCONFIGDIR"])


def serve(control: socket.socket, level: str) -> None:
    """Load everything, say so, and fork candidates until the other end closes."""
    started = time.monotonic()
    if level == "bubblewrap":
        confine.become_nobody()
        call_filter.code()
    confine.adopt_orphans()
    hide_grader()
    prepare()
    if level == "landlock" and os.getuid() == 0 and confine.nobody_can_read(sys.path):
        confine.become_nobody()  # then the system counts its processes, and no file of root's is its own
    server = ForkServer(control, born)
    server.warm = warm
    ready = {"ready": round(time.monotonic() - started, 3), "user": os.getuid()}
    control.sendall(json.dumps(ready).encode() + b"\n")
    server.serve()


def hide_grader() -> None:
    """Leave no folder on the path from which the grader could be imported."""
    sys.path[:] = [each for each in sys.path if not Path(each, "autograder").is_dir()]


def warm(request: dict) -> dict:
    """Run the import statements of our own cells, so that a fork finds them done; nothing of a student's."""
    for source in request["imports"]:
        with contextlib.suppress(Exception):
            exec(compile(source, "<imports>", "exec"), {})
    settle()
    return {}


def settle() -> None:
    """Start the global generators at the same place for everybody, and leave memory as forks can share it."""
    import random

    import numpy as np

    random.seed(0)
    np.random.seed(0)
    gc.collect()
    gc.freeze()


def prepare() -> None:
    """Import what notebooks import, and make the shell they run in."""
    settings = Path(os.environ["MPLCONFIGDIR"])
    settings.mkdir(exist_ok=True)
    for file in (Path(__file__).parents[1] / "fonts").glob("*.json"):
        with contextlib.suppress(OSError):  # one that only its owner may read is made again
            shutil.copy(file, settings)
    import ipywidgets  # noqa: F401
    import matplotlib

    import course.plots
    from course.checks import recording

    from . import candidate  # noqa: F401
    from .shell import make_shell

    shell = make_shell()
    # once here: what writes tracebacks takes 60 ms to import, in every candidate with an error
    shell.run("(lambda: 1 / 0)()", 1000, 60.0, counted=False)
    shell.run("1", 1000, 60.0, counted=False)
    # so are a style and a visible check, 8 ms of every candidate
    with matplotlib.rc_context():
        course.plots.use_style()
    shell.run(
        "__import__('course.checks').checks.check('sgd', lambda *given: given)", 1000, 60.0, counted=False
    )
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        vars(sys).pop(name, None)
    # decoded here once, 45 ms, instead of in every candidate that runs a visible check
    for each in resources.files("course.recorded").iterdir():
        if each.name.endswith(".json"):
            recording(each.name.removesuffix(".json"))
    sys.argv = ["candidate"]
    settle()
