"""The candidate: runs the student's cells and answers the examiner, one request after the other.

It lies in the sandbox with the student's code, which can change anything here; so nothing here is trusted by the
examiner, and nothing here knows what the right answer is.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import io
import socket
import threading
import types
import warnings
from typing import Any

import numpy as np

import course.surfaces
from course.probes.base import Raised
from course.probes.bounded import bounded
from course.probes.composed import KINDS

from .frames import Channel, Lie, Lost
from .requests import Requests
from .shared import Shared
from .wire import EXACT


class Candidate(Requests, Shared):
    """The student's side of the wire.

    shell  runs cells; see ``shell.Shell``
    """

    def __init__(self, end: socket.socket, shell: Any):
        super().__init__(first=1)
        self.channel = Channel(end)
        self.shell = shell
        self.handles: dict[int, Any] = {}  # number -> the student's object
        self.handle_numbers: dict[int, int] = {}  # id(object) -> number
        self.next_handle = 1
        self.callbacks: dict[int, Callback] = {}
        self.raised: dict[int, BaseException] = {}  # examiner's number -> exception passing through
        self.turn = threading.RLock()
        self.silence = contextlib.ExitStack()
        self.silent = False

    # what is not plain data

    def plain(self, thing: Any) -> Any:
        """Return the plain data in an instance of a subclass, such as a masked array or a named tuple."""
        if isinstance(thing, np.ndarray):
            return np.array(thing, subok=False, copy=None)
        if isinstance(thing, list):
            return list.copy(thing)
        if isinstance(thing, dict):
            return dict(dict.items(thing))
        bases: tuple[Any, ...] = (tuple, str, bytes, float, int, complex)
        for base in bases:
            if isinstance(thing, base):
                return base.__new__(base, thing)
        if type(thing) in EXACT:
            return float(thing)
        return thing

    def export(self, thing: Any) -> list:
        """Return a handle's number, the number under which the examiner gave it to us, or an exception's names."""
        if type(thing) is Callback:
            return ["b", thing._number]
        if type(thing) is Raised:
            return ["x", thing.error, thing.text]
        place = surface_place(thing)
        if place is not None:
            return ["y", place]
        number = self.handle_numbers.get(id(thing))
        if number is None:
            number, self.next_handle = self.next_handle, self.next_handle + 1
            self.handles[number] = thing
            self.handle_numbers[id(thing)] = number
        return ["h", number, type(thing).__name__]

    def find(self, tag: str, body: list) -> Any:
        """Return a function of the examiner, one of our own objects, an outcome, a probe or a course thing."""
        if tag == "b":
            number = body[0]
            if number not in self.callbacks:
                self.callbacks[number] = Callback(self, number)
            return self.callbacks[number]
        if tag == "k":
            return self.handles[body[0]]
        if tag == "x":
            return Raised(*body)
        if tag == "p":
            return KINDS[body[0]](**self.decode(body[1]))
        if tag == "y":
            module, _, name = body[0].rpartition(".")
            found = getattr(importlib.import_module(f"course.{module}"), name)
            return bounded(found, f"`{name}`") if isinstance(found, types.FunctionType) else found
        raise Lie(f"the tag {tag!r}")

    # the conversation

    def begin(self, level: str) -> None:
        """Say that the door is shut, then serve."""
        self.channel.send(["ready", level])
        self.serve()

    def serve(self) -> None:
        """Answer requests until the examiner hangs up."""
        while True:
            try:
                message = self.channel.receive()
            except Lost:
                return
            self.answer(message)

    def answer(self, message: list) -> None:
        """Do what one request asks and send what came of it."""
        operation, handles, objects, changes, *body = message
        for number in handles:
            thing = self.handles.pop(number, None)
            self.handle_numbers.pop(id(thing), None)
        try:
            values = self.incoming(changes, *body)
            self.forget(objects)
            if operation != "run" and not self.silent:
                self.quiet()
            elif operation == "run" and self.silent:
                self.silence.close()
            self.silent = operation != "run"
            result = getattr(self, f"do_{operation}")(*values)
        except BaseException as error:
            self.send_error(error)
            return
        with self.turn:
            changed = self.changes()
            try:
                (encoded,) = self.copies(result) if operation == "probe" else self.outgoing(result)
                self.channel.send(["ret", changed, encoded])
            except Lost:
                raise
            except BaseException as error:
                self.send_error(error, changed)

    def quiet(self) -> None:
        """Keep prints, warnings and floating-point complaints of a check to ourselves until the next cell runs.

        Figures are not drawn: a rule that plots may be called hundreds of times.
        """
        formatter = getattr(self.shell, "display_formatter", None)
        if formatter is not None:
            self.silence.callback(setattr, formatter, "active_types", formatter.active_types)
            formatter.active_types = ["text/plain"]
        self.silence.enter_context(contextlib.redirect_stdout(io.StringIO()))
        self.silence.enter_context(contextlib.redirect_stderr(io.StringIO()))
        self.silence.enter_context(np.errstate(all="ignore"))
        self.silence.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")

    def send_error(self, error: BaseException, changed: list | None = None) -> None:
        """Send an exception by its names and its text."""
        with self.turn:
            forwarded = next((number for number, each in self.raised.items() if each is error), None)
            try:
                text = str(error)[:2000]
            except BaseException as worse:
                text = f"<its text raised {type(worse).__name__}>"
            kind = ValueError if isinstance(error, Lie) else type(error)
            names = [each.__name__ for each in kind.__mro__][:20]
            changed = self.changes() if changed is None else changed
            self.channel.send(["exc", changed, names, text, forwarded])

    def ask(self, operation: str, *values: Any) -> Any:
        """Send the examiner a question and return its answer; its own requests in between are answered."""
        with self.turn:
            changed = self.changes()
            self.channel.send([operation, changed, *self.outgoing(*values)])
            while True:
                message = self.channel.receive()
                if message[0] not in ("ret", "exc"):
                    self.answer(message)
                    continue
                kind, changed, objects, *body = message
                answer = self.incoming(changed, *body)
                self.forget(objects)
                if kind == "exc":
                    raise self.exception(*answer)
                return answer[0]

    def exception(self, name: str, text: str, number: int) -> BaseException:
        """Return an exception that the examiner's function raised, remembered so that it can pass back through."""
        base = getattr(builtins, name, None) or getattr(np.linalg, name, Exception)
        if not (isinstance(base, type) and issubclass(base, Exception)):
            base = Exception
        try:
            error = base(text)
        except TypeError:
            error = Exception(text)
        self.raised[number] = error
        return error


class Callback:
    """A function or an object of the examiner: it can be called, and shows its public attributes."""

    def __init__(self, candidate: Candidate, number: int):
        self._candidate = candidate
        self._number = number
        self.__name__ = "function"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the examiner."""
        return self._candidate.ask("call", self._number, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._candidate.ask("getattr", self._number, name)

    def __deepcopy__(self, memo: dict) -> Callback:
        return self


def surface_place(thing: Any) -> str | None:
    """Return the name of one of the course's own surfaces."""
    if type(thing) is not course.surfaces.Surface:
        return None
    for name, each in vars(course.surfaces).items():
        if each is thing and not isinstance(each, types.ModuleType):
            return f"surfaces.{name}"
    return None
