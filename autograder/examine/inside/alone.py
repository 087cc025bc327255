"""A candidate in an interpreter of its own, where processes cannot be forked: level ``fresh``.

It is told on standard input where the examiner listens, loads what a notebook needs, and serves one attempt.
"""

import json
import os
import socket
import sys

from . import zygote


def call(port: int, token: str) -> socket.socket:
    """Return a socket to whoever listens on this machine, with the words that say who calls."""
    end = socket.create_connection(("127.0.0.1", port))
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    end.sendall(token.encode())
    return end


def main() -> None:
    """Be the candidate of one attempt."""
    zygote.hide_grader()
    zygote.prepare()
    request = json.loads(sys.stdin.readline())
    zygote.warm(request)
    os.chdir(request["folder"])
    sys.path.insert(0, "")  # as in a kernel: a module beside the notebook can be imported
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    from .candidate import Candidate
    from .shell import Shell

    Candidate(call(request["port"], request["token"]), Shell.instance()).begin("fresh")
    os._exit(0)
