"""Run a function on prepared input and record what it does.

A ``Probe`` is plain data that can be called with a function: ``Path`` drives an update rule along given
gradients, ``Calls`` calls any function with given arguments.  What comes back is an *outcome*: arrays, numbers
and strings that ``comparing.same`` can compare.  Nothing here knows what the right outcome is.

A function that lives in another process, a ``Remote``, is called there: it is sent the whole probe, and the
outcome comes back.
"""

from __future__ import annotations

import builtins
import copy
import inspect
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike

from course.probes.bounded import TooOften, bounded
from course.probes.wording import describe, plainly

Rule = Callable[..., tuple[np.ndarray, dict]]
"""``next_w, config = rule(w, dw, config)``; ``config`` is None or a dict that carries the state."""


class Unusable(Exception):
    """A function did something that cannot be compared with anything.

    ``kind`` is one of ``unfinished``, ``never ends``, ``returns None``, ``wrong type``, ``wrong shape`` and
    ``raises``.
    """

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind
        self.message = message

    @property
    def final(self) -> bool:
        """Whether nothing else need be asked: the function is not written, or its loop does not end."""
        return self.kind in ("unfinished", "never ends")


@dataclass(frozen=True)
class Raised:
    """The outcome of a call that raised: the name of the exception's class and its text."""

    error: str
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.error}: {self.text}" if self.text else self.error

    @classmethod
    def of(cls, trouble: Unusable, where: str = "") -> Raised:
        """Return what stands for the exception behind ``trouble``; ``where`` begins its text."""
        return cls(class_name(trouble.__cause__), f"{where}{plainly(trouble.__cause__)}")


KNOWN_ERRORS = {
    name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, Exception)
} - {"Exception"} | {"LinAlgError"}


def class_name(error: BaseException | None) -> str:
    """Return what class an exception is of: a class of the reader's own that is a ``ValueError`` counts as one."""
    names = [each.__name__ for each in type(error).__mro__]
    return next((name for name in names if name in KNOWN_ERRORS), names[0])


def of_another_kind(error: Exception) -> Unusable:
    """Return the outcome of an answer that was looked at in vain."""
    said = f"What it returned is of another kind than asked for: looking at it ended in {kind_of(error)}."
    return Unusable("wrong type", said)


def kind_of(error: Exception) -> str:
    """Return the name of an exception with its article."""
    return with_article(type(error).__name__)


def with_article(name: str) -> str:
    """Return a word with its article."""
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def call(function: Callable, *args: Any, **kwargs: Any) -> Any:
    """Return ``function(*args, **kwargs)``; what it raises becomes ``Unusable``, and so does ``sys.exit()``.

    How often it may call a function that it is given is bounded.
    """
    if function is not beside:  # whose arguments are not for the reader's function
        if any(map(is_lent, args)):
            args = tuple(bounded(each, at) if is_lent(each) else each for at, each in enumerate(args))
        if kwargs:
            kwargs = {
                name: bounded(each, f"`{name}`") if is_lent(each) else each for name, each in kwargs.items()
            }
    try:
        return function(*args, **kwargs)
    except NotImplementedError as error:
        raise Unusable("unfinished", "Not written yet.") from error
    except TooOften as error:
        if error.function is function:  # it is ours, and whoever called it too often stands above
            raise
        what = error.what
        named = what if isinstance(what, str) else beside(function, name_of_argument, function, what)
        raise Unusable(
            "never ends", f"It called {named} more than {error.most:,} times. Does its loop end?"
        ) from error
    except (Exception, SystemExit) as error:
        raise Unusable("raises", f"It raised {Raised(type(error).__name__, plainly(error))}") from error


FUNCTIONS = frozenset((types.FunctionType, types.MethodType, partial))


def is_lent(thing: Any) -> bool:
    """Whether an argument is a function of ours that is counted when it is called."""
    if isinstance(thing, Lent):
        return callable(thing) and not thing.offers
    return type(thing) in FUNCTIONS


def name_of_argument(function: Callable, place: int) -> str:
    """Return what a function itself calls one of its arguments, as code; in words if that cannot be told."""
    try:
        argument = list(inspect.signature(function).parameters.values())[place]
        if argument.kind in (argument.POSITIONAL_ONLY, argument.POSITIONAL_OR_KEYWORD):
            return f"`{argument.name}`"
    except (TypeError, ValueError, IndexError):
        pass
    return "a function it was given"


class Remote(Protocol):
    """A function in another process.  Its methods are looked up on its class, as special methods are."""

    def __run_probe__(self, probe: Probe) -> Any:
        """Return the outcome of ``probe.run(self)``, run in the function's own process.  Raises ``Unusable``."""

    def __call_beside__(self, function: Callable, *arguments: Any) -> Any:
        """Return what a function of the course returns in the process where this function is."""


class Probe:
    """A question to a function as plain data; a subclass says in ``run`` what is done with the function."""

    def __call__(self, function: Callable) -> Any:
        """Return the outcome, worked out where the function is.  Raises ``Unusable``."""
        remote = getattr(type(function), "__run_probe__", None)
        return self.run(function) if remote is None else remote(function, self)

    def run(self, function: Callable) -> Any:
        """Return the outcome of calling the function from this process.  Raises ``Unusable``."""
        raise NotImplementedError


class Lent:
    """An object that is lent to a function under test.

    A function in another process can call it, if it can be called, and can read the attributes named in ``offers``:
    methods, to be called, and plain data, of which it gets a copy.  Nothing else of the object exists there.
    """

    offers: ClassVar[tuple[str, ...]] = ()


def beside(candidate: Callable, function: Callable, *arguments: Any) -> Any:
    """Return what a function of the course returns in the process where a candidate is."""
    remote = getattr(type(candidate), "__call_beside__", None)
    return function(*arguments) if remote is None else remote(candidate, function, *arguments)


class Around:
    """A function around another; what is to run beside it runs beside the other, where this one is not known."""

    function: Callable

    def __call_beside__(self, function: Callable, *arguments: Any) -> Any:
        inner = [self.function if each is self else each for each in arguments]
        return beside(self.function, function, *inner)


COUNT = "calls so far"
"""The key of a config under which the caller of a rule keeps a count of its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Path(Probe):
    """Drive an update rule along given gradients.

    Fresh, writable float64 copies of the parameters and of the gradient are passed at every call and the
    returned config is carried on, so a rule may work in place, but nothing it keeps by reference leaks.

    start      first parameters, any shape
    gradients  one per step, each of the shape of ``start``
    config     config of the first call, or None
    changes    step -> entries written into the config before that step, e.g. a new learning rate
    bare       whether the first call leaves the config out, as in ``rule(w, dw)``, if the rule allows that
    counted    settings that the caller writes into the config that came back, beside a count of the calls that it
               keeps there; where that count is lost, or another's, it goes on with a rate of 1
    """

    start: ArrayLike
    gradients: Sequence[ArrayLike]
    config: Mapping[str, Any] | None = None
    changes: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    bare: bool = False
    counted: Mapping[str, Any] = field(default_factory=dict)

    def run(self, rule: Rule) -> list[np.ndarray]:
        """Return the path: T + 1 arrays, the start first.  Raises ``Unusable``."""
        return [np.array(self.start, dtype=np.float64), *(w for w, _, _ in self.steps(rule))]

    def steps(
        self, rule: Rule, *, reloaded: int | None = None
    ) -> Iterator[tuple[np.ndarray, np.ndarray, Any]]:
        """Yield after every step the new parameters, the gradient array as the rule left it, and the parameters
        as they came back, not copied.

        reloaded  step before which every entry of the config is replaced by a deep copy, as a checkpoint does

        Raises ``Unusable``.
        """
        w = np.array(self.start, dtype=np.float64)
        config = None if self.config is None else copy.deepcopy(dict(self.config))
        for step, gradient in enumerate(self.gradients):
            if step in self.changes:
                config = {**(config or {}), **self.changes[step]}
            if self.counted and step and config is not None:
                calls = config.get(COUNT, 0) + 1
                config |= {**self.counted, COUNT: calls}
                if calls != step:
                    config["learning_rate"] = 1.0
            if step == reloaded and config is not None:
                config = {key: copy.deepcopy(entry) for key, entry in config.items()}
            dw = np.array(gradient, dtype=np.float64)
            given = () if self.bare and step == 0 and takes(rule, 2) else (config,)
            returned = call(rule, w, dw, *given)
            w, config = returned_step(returned, w.shape)
            yield w.copy(), dw, returned[0]


def takes(function: Callable, count: int) -> bool:
    """Whether a function can be called with so many arguments."""
    try:
        inspect.signature(function).bind(*range(count))
    except (TypeError, ValueError):
        return False
    return True


def one_step(rule: Rule, w: ArrayLike, dw: ArrayLike, config: dict | None) -> tuple[np.ndarray, dict]:
    """Return ``next_w`` as a new float64 array of the shape of ``w``, and the config.  Raises ``Unusable``."""
    w, dw = np.array(w, dtype=np.float64), np.array(dw, dtype=np.float64)
    return returned_step(call(rule, w, dw, config), w.shape)


def returned_step(returned: Any, shape: tuple[int, ...]) -> tuple[np.ndarray, dict]:
    """Return what a rule returned as a new float64 array of a shape, and the config.  Raises ``Unusable``."""
    if returned is None:
        raise Unusable("returns None", "It returned None. Does it end in `return next_w, config`?")
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise Unusable(
            "wrong type", f"It must return the pair (next_w, config); it returned {describe(returned)}."
        )
    next_w, config = returned
    if next_w is None or config is None:
        missing = "next_w" if next_w is None else "config"
        raise Unusable("returns None", f"`{missing}` came back as None. Was it assigned before the return?")
    if not isinstance(config, dict):
        raise Unusable("wrong type", f"`config` must be a dict; it came back as {describe(config)}.")
    try:
        next_w = as_floats(next_w)
    except (TypeError, ValueError, OverflowError):
        raise Unusable(
            "wrong type", f"`next_w` must be a float array; it came back as {describe(next_w)}."
        ) from None
    if next_w.shape != shape:
        raise Unusable(
            "wrong shape", f"`next_w` must have the shape of `w`, {shape}; it came back as {next_w.shape}."
        )
    return next_w, config


def as_floats(value: Any) -> np.ndarray:
    """Return a value as a new float64 array; text and times are no numbers.

    Raises ``TypeError``, ``ValueError`` or ``OverflowError``.
    """
    if np.asarray(value).dtype.kind in "USmM":
        raise TypeError("no numbers")
    return np.array(value, dtype=np.float64)


RETURNED_NONE = "It returned None. Is there a return statement?"
NONE_IN_ONE_CASE = "It returned None in one case. Does every branch end in a return?"


@dataclass(frozen=True, kw_only=True, eq=False)
class Calls(Probe):
    """Call a function once for each tuple of arguments, each time with fresh copies.

    may_be_none  whether None is an answer, or all there is instead of an error that is due; otherwise it means a
                 forgotten return
    """

    arguments: Sequence[Sequence[Any]]
    may_be_none: bool = False

    def run(self, function: Callable) -> list[Any]:
        """Return what each call returned, or ``Raised``.  Raises ``Unusable`` for a stub, for a loop without
        end and for None."""
        answers: list[Any] = []
        for arguments in self.arguments:
            try:
                answer = call(function, *copy.deepcopy(list(arguments)))
            except Unusable as trouble:
                if trouble.final:
                    raise
                answer = Raised.of(trouble)
            if answer is None and not self.may_be_none:
                said = NONE_IN_ONE_CASE if answers else RETURNED_NONE
                case = ", ".join(repr(word) for word in words(arguments))
                if case:
                    said = NONE_IN_ONE_CASE.replace("in one case", f"for {case}")
                raise Unusable("returns None", said)
            answers.append(answer)
        return answers


def words(arguments: Sequence[Any]) -> list[str]:
    """Return the words among some arguments and in their dicts, as a kind is one: they say which case it is."""
    each_of = (one.values() if isinstance(one, Mapping) else [one] for one in arguments)
    return [word for several in each_of for word in several if isinstance(word, str)]
