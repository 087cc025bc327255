"""An examiner in an interpreter of its own, where processes cannot be forked: level ``fresh``.

It calls its parent, says where it listens for the candidate, loads the exercises, and serves one attempt.
"""

import json
import os
import sys

from autograder.examine.inside.alone import call
from autograder.examine.inside.frames import Channel
from autograder.examine.launch.loopback import Door


def main() -> None:
    """Be the examiner of one attempt."""
    request = json.loads(sys.stdin.readline())
    report = Channel(call(request["port"], request["token"]))
    with Door() as door:
        report.send(json.dumps(["listens", door.port, door.token]))
        from autograder.examine.examiner import Examiner
        from autograder.examine.warm import warm

        job = json.loads(report.receive())
        warm({"imports": request["imports"]})
        wire = door.open(request["patience"])
        report.send(json.dumps(["ready"]))
    Examiner(job, wire, report).run()
    os._exit(0)


if __name__ == "__main__":
    main()
