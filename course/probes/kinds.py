"""The probes that can be sent to a function in another process, by the name of their class."""

from course.probes.base import Calls, Path, Probe
from course.probes.composed import Chain, Changes, Given, Look, Resumed, Several, Turns
from course.probes.look_ahead import LookAhead

KINDS: dict[str, type[Probe]] = {
    each.__name__: each
    for each in (Path, Calls, Turns, Resumed, Given, Chain, Several, Look, Changes, LookAhead)
}
