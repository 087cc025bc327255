"""The examiner's side of the wire: questions to the candidate, and our functions that it may call."""

import socket
import sys
import types
import weakref
from functools import lru_cache, partial
from typing import Any

import numpy as np

from autograder.examine.handles import Handle, NotPlain, exception, make_handle, weigh
from autograder.examine.inside.frames import Channel, Lie, Lost, demand
from autograder.examine.inside.shared import Shared
from autograder.examine.limits import BUDGET, MUCH, VALUE
from autograder.examine.probes import outcome, portable
from course.probes.base import Lent, Probe, Raised

NESTED = 40
"""Questions within callbacks within questions."""


class CannotCross(BaseException):
    """Our own test passed something that has no way over the wire; a fault of the test, not of the student."""


class Examination(Shared):
    """Asks the candidate.  Everything it sends back is checked; what is not in order ends in ``Lost``.

    end  our end of the socket pair
    """

    def __init__(self, end: socket.socket):
        super().__init__(first=0)
        self.channel = Channel(end)
        self.handles: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()
        self.dropped: list[int] = []  # numbers of handles nobody here holds any more
        self.exports: dict[int, Any] = {}  # number -> our function or object
        self.export_numbers: dict[int, int] = {}  # id(object) -> number
        self.next_export = 0
        self.passing: dict[int, BaseException] = {}  # our exceptions on their way through the candidate
        self.depth = 0
        self.taken = 0  # bytes of the arrays that arrived in this check
        self.lost: Lost | None = None

    def begin_check(self, deadline: float | None, budget: int) -> None:
        """Start a new check: what the candidate got from earlier ones can no longer be called."""
        self.channel.deadline, self.channel.budget = deadline, budget
        self.exports.clear()
        self.export_numbers.clear()
        self.passing.clear()
        self.depth = self.taken = 0

    # what is not plain data

    def export(self, thing: Any) -> list:
        """Return the message for a handle, a probe, a thing of the course, or one of our functions or objects.

        Raises ``CannotCross`` for anything else, but for what can only come of a student's numbers.
        """
        if isinstance(thing, Handle):
            demand(thing._examination is self, "a handle of this examination")
            return ["k", thing._number]
        if isinstance(thing, Raised):
            return ["x", thing.error, thing.text]
        if isinstance(thing, np.ndarray):  # of integers without end, which NumPy keeps as objects
            raise NotPlain(f"an array of type {thing.dtype}")
        if isinstance(thing, Probe):
            return ["p", type(thing).__name__, self.encode(dict(vars(thing)))]
        number = self.export_numbers.get(id(thing))
        if number is not None:
            return ["b", number]
        # a function that is counted here is found, and counted, over there
        place = course_place(thing) or course_place(getattr(thing, "__wrapped__", None))
        if place is not None:
            return ["y", place]
        if not may_be_lent(thing):
            raise CannotCross(f"{type(thing).__name__} {getattr(thing, '__name__', '')}")
        number, self.next_export = self.next_export, self.next_export + 1
        self.exports[number] = thing
        self.export_numbers[id(thing)] = number
        return ["b", number]

    def find(self, tag: str, body: list) -> Any:
        """Return a handle, one of our own functions, a surface of the course, or an exception.  Raises ``Lie``."""
        if tag == "h":
            demand(len(body) == 2 and type(body[0]) is int and 0 <= body[0] < 1 << 62, "a handle")
            number = body[0]
            if number in self.dropped:
                self.dropped.remove(number)
            handle = self.handles.get(number)
            if handle is None:
                handle = self.handles[number] = make_handle(self, number, body[1])
            return handle
        if tag == "b":
            demand(len(body) == 1 and type(body[0]) is int and body[0] in self.exports, "a known function")
            return self.exports[body[0]]
        if tag == "y":
            demand(len(body) == 1 and type(body[0]) is str and body[0] in surfaces(), "a surface")
            return surfaces()[body[0]]
        if tag == "x":
            demand(len(body) == 2 and all(type(each) is str for each in body), "an exception")
            return Raised(body[0][:200], body[1][:2000])
        raise Lie("an unknown tag")

    def plain(self, thing: Any) -> Any:
        """Return Python's own text for NumPy's, as it is found in an array of a student's."""
        return str(thing) if isinstance(thing, np.str_) else thing

    # the conversation

    def ask(self, operation: str, *values: Any) -> Any:
        """Return the candidate's answer, or raise the exception it raised.  Raises ``Lost``."""
        if self.lost is not None:
            raise self.lost
        try:
            return self.converse(operation, values)
        except Lie as lie:
            self.lost = Lost("lied", str(lie))
            raise self.lost from None
        except Lost as lost:
            self.lost = lost
            raise

    def run_probe(self, function: Handle, probe: Probe) -> Any:
        """Return the outcome of a probe, run over there if its fields can be copied.  Raises ``Unusable``."""
        if not portable(probe):
            return probe.run(function)
        answer = self.ask("probe", probe, function)
        try:
            return outcome(probe, answer)
        except Lie as lie:
            self.lost = Lost("lied", str(lie))
            raise self.lost from None

    def converse(self, operation: str, values: tuple) -> Any:
        """Send one request and attend to callbacks until its answer is there."""
        demand(self.depth < NESTED, "fewer calls within calls")
        self.depth += 1
        try:
            changes = self.changes()
            body = self.copies(*values) if operation == "probe" else self.outgoing(*values)
            self.channel.send([operation, self.let_go(), self.unused(), changes, *body])
            while True:
                message = self.channel.receive()
                demand(type(message) is list and len(message) >= 3, "an answer")
                if message[0] == "ret":
                    demand(len(message) == 3, "an answer")
                    return self.receive(message[1], message[2])[0]
                if message[0] == "exc":
                    demand(len(message) == 5, "an exception")
                    self.receive(message[1])
                    forwarded = message[4]
                    if type(forwarded) is int and forwarded in self.passing:
                        raise self.passing[forwarded]
                    raise exception(message[2], message[3])
                self.attend(message)
        finally:
            self.depth -= 1

    def receive(self, changes: Any, *messages: Any) -> list:
        """Return the values of some messages, none of them larger than we can bear."""
        touched = (
            [change[0] for change in changes if type(change) is list and change]
            if type(changes) is list
            else []
        )
        self.room = VALUE
        values = self.incoming(changes, *messages)
        self.taken += VALUE - self.room
        weigh([*values, *(self.entries[number].object for number in touched if number in self.entries)])
        return values

    def attend(self, message: list) -> None:
        """Let the candidate call one of our functions, or read what an object that we lent offers."""
        operation, changes, number = message[:3]
        demand(type(number) is int and number in self.exports, "one of our functions")
        thing = self.exports[number]
        try:
            if operation == "call":
                demand(len(message) == 5, "a call")
                args, kwargs = self.receive(changes, *message[3:])
                demand(type(args) is tuple and type(kwargs) is dict, "arguments")
                demand(all(type(name) is str for name in kwargs), "names of arguments")
                encoded = self.copies(thing(*args, **kwargs))
                del args, kwargs  # so that they count as unused
            else:
                demand(operation == "getattr" and len(message) == 4, "a question")
                (name,) = self.receive(changes, message[3])
                demand(type(name) is str, "a name")
                if not isinstance(thing, Lent) or name not in type(thing).offers:
                    raise AttributeError(f"a {type(thing).__name__} has no attribute {name!r}")
                encoded = self.copies(getattr(thing, name))
        except (Lie, Lost):
            raise
        except (Exception, CannotCross) as error:
            if isinstance(error, CannotCross):  # whatever our function was called with
                error = TypeError("what it returns cannot be sent")
            self.passing[id(error)] = error
            name, text = type(error).__name__, str(error)[:2000]
            self.channel.send(["exc", self.changes(), [], name, text, id(error)])
            return
        self.channel.send(["ret", self.changes(), self.unused(), *encoded])

    def has_taken_much(self) -> bool:
        """Whether so much arrived in this check that memory can have become short by it."""
        received = 0 if self.channel.budget is None else BUDGET - self.channel.budget
        return max(self.taken, received) > MUCH

    def let_go(self) -> list[int]:
        """Return the handles nobody holds any more, for the candidate to forget."""
        dropped, self.dropped[:] = list(self.dropped), []
        return dropped


def may_be_lent(thing: Any) -> bool:
    """Whether the candidate may hold a thing of ours: a function, or an object that says what may be read of it."""
    if isinstance(thing, types.BuiltinFunctionType):
        return isinstance(thing.__self__, types.ModuleType | None)  # not a method of a list or a set of ours
    return isinstance(thing, types.FunctionType | types.MethodType | np.ufunc | partial | Lent)


@lru_cache
def surfaces() -> dict[str, Any]:
    """Return the course's surfaces by the names they have on the wire."""
    from course import surfaces as module

    return {f"surfaces.{name}": each for name, each in vars(module).items() if type(each) is module.Surface}


def course_place(thing: Any) -> str | None:
    """Return where the candidate finds a thing of the course by itself: "surfaces.saddle"."""
    for place, surface in surfaces().items():
        if surface is thing:
            return place
    if not isinstance(thing, type | types.FunctionType):
        return None
    module, name = thing.__module__ or "", thing.__qualname__
    if module.startswith("course.") and getattr(sys.modules.get(module), name, None) is thing:
        return f"{module.removeprefix('course.')}.{name}"
    return None
