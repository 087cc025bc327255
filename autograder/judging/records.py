"""An exercise, its checks and what is known to go wrong with it.

    sgd = Exercise("sgd", points=4, reference=reference, checks=[...], visible=Path(...), read="Exercise 1")

    @sgd.mistake
    def gradient_added(w, dw, config=None):
        \"\"\"The gradient is added, so every step climbs. Look at the sign in front of the gradient.\"\"\"
        ...

A known mistake is one function and one sentence: its name with spaces is what reports count, the first
paragraph of its docstring is what the student reads.  Several that take a line each stand in an ``Exercise.table``.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cache, partial
from typing import Any, cast

from course.checks import precision
from course.checks.left_out import Settings
from course.probes.base import Calls, Path

MANNERS = ("CS231n", "d2l", "PyTorch", "SciPy")
"""Whose users' habits an answer may follow: the notes of a course, a book, and two libraries."""

IN_PLACE = 0.8
"""What is left of what an answer earns if it changes an argument in place that belongs to its caller."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Check:
    """One assertion group: a probe, and the sentence that is said when its outcome is wrong.

    probe      candidate -> outcome; may raise ``course.probes.base.Unusable``
    says       the property that failed, one sentence without numbers of the reference
    tolerance  normwise, see ``course.probes.comparing.same``
    near       greatest error that is taken for lost digits, of float32 or a rounding
    beyond     what the visible check does not look at and this one does, as in "It does not look at ..."
    """

    name: str
    probe: Callable[[Callable], Any]
    says: str
    tolerance: float = 1e-9
    near: float = precision.NEAR
    beyond: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """A function known to be wrong, conventional or right, with what to say about it.

    function  the function, or a class whose instances are called like it and keep state of their own
    share     part of the points it earns: 0 for a mistake, between 0 and 1 for a convention, 1 for a variant
    asks      a question to the student, if there is one
    in_place  whether it is right but for an argument that it changes in place
    manner    whose users write like this, one of ``MANNERS``; "" for nobody in particular
    """

    function: Callable
    share: float
    name: str = ""
    says: str = ""
    asks: str = ""
    in_place: bool = False
    manner: str = ""

    @property
    def keeps_state(self) -> bool:
        """Whether it keeps state outside its arguments, so that earlier calls show."""
        return inspect.isclass(self.function)

    def make(self) -> Callable:
        """Return the function to judge; a class is instantiated, so that its own state starts afresh."""
        return cast(Callable, self.function() if self.keeps_state else self.function)

    @classmethod
    def of(
        cls,
        function: Callable,
        share: float,
        *,
        name: str = "",
        text: str = "",
        in_place: bool = False,
        manner: str = "",
    ) -> Known:
        """Take the name and the text from the function's own name and docstring, unless they are given.

        The first paragraph of the text is what is said; a question in it, or in the second one, is asked.
        """
        paragraphs = [
            " ".join(each.split()) for each in (text or inspect.getdoc(function) or "").split("\n\n")
        ]
        if share < 1 and not paragraphs[0]:
            raise ValueError(f"{function.__name__} needs a docstring: it is what the student reads.")
        sentences = [each for text in paragraphs[:2] for each in re.split(r"(?<=[.?:])\s+(?=[A-Z`])", text)]
        return cls(
            function=function,
            share=share,
            name=name or function.__name__.replace("_", " "),
            says=paragraphs[0],
            in_place=in_place,
            manner=manner,
            asks=next((each for each in sentences if each.endswith("?")), ""),
        )


def with_the_arguments(signature: inspect.Signature, function: Callable) -> Callable:
    """Return a function that is called with these arguments, and no others, and hands them on."""
    kinds = {each.kind for each in signature.parameters.values()}
    plain = kinds <= {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}

    def answer(*args, **kwargs):
        if plain and not kwargs and len(args) == len(signature.parameters):
            return function(*args)  # as nearly all calls are; binding takes longer than many an answer
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        return function(*given.args, **given.kwargs)

    answer.__signature__ = signature  # type: ignore[attr-defined]
    return answer


def is_value(default: Any) -> bool:
    """Whether a default is a value that a text documents: not None, and no function."""
    return default is not inspect.Parameter.empty and default is not None and not callable(default)


@dataclass(eq=False)
class Exercise:
    """One graded function: points, reference, checks, and everything known about wrong and right answers.

    visible  the probe of the visible check, or None; a function must be one of the course, which finds it by
             name; the recorded outcomes ship to students as data
    visible_tolerance  of the visible check, as in ``Check``
    read     the heading of the lesson where a student should look
    praise   what the visible check found when it passes; what it did not look at is added
    effect   what a mistake in it does to training, in a sentence; the feedback page says it
    ravine_rate  learning rate at which an update rule gets along on the ravine, where the feedback page draws its
               mistakes
    as_rule  turns a candidate of another form into an update rule for that picture
    is_loss  whether it is a loss of scores and labels, whose mistakes the feedback page draws by training with them
    returns  names of the things that it returns, if several: ("loss", "gradient")
    may_change  names of the arguments that a right answer may change in place
    constants  name -> documented default of what the config holds, for a function whose last argument is a config;
               a value of one's own then costs a part of the points
    axes     of the first argument, if only calls with so many have the defaults of ``constants``
    numbers  name -> documented value of what the text fixes and no argument sets: keyword-only arguments of the
               reference; a value of one's own then costs a part of the points, too
    uses     names of earlier exercises of the lesson whose functions a right answer may call; a slip in one of them
             does not count here, see ``judging.grade``
    free     keyword arguments that the lesson leaves to the taste of the writer, such as where a legend stands: the
             mutants of a right answer are made without them
    equivalent  mutants of a right answer that the checks may let pass, by key, with why each is right as well
    """

    name: str
    _: KW_ONLY
    points: float
    reference: Callable
    checks: Sequence[Check]
    visible: Path | Calls | Callable[[Callable], Any] | None = None
    visible_tolerance: float = Check.tolerance
    read: str = ""
    praise: str = "This probe agrees."
    effect: str = ""
    ravine_rate: float | None = None
    as_rule: Callable[[Callable], Callable] = lambda candidate: candidate
    is_loss: bool = False
    mistakes: list[Known] = field(default_factory=list)
    conventions: list[Known] = field(default_factory=list)
    variants: list[Known] = field(default_factory=list)
    returns: Sequence[str] = ()
    may_change: Sequence[str] = ()
    constants: Mapping[str, float] = field(default_factory=dict)
    axes: int | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    uses: Sequence[str] = ()
    free: Sequence[str] = ()
    equivalent: Mapping[str, str] = field(default_factory=dict)

    def settings(self) -> Settings:
        """Return what a call may leave out: entries of the config, or arguments that have a value by default."""
        return settings_of(self)

    def arguments(self) -> inspect.Signature:
        """Return the signature that an answer has: the reference's, without ``numbers``."""
        signature = inspect.signature(self.reference)
        return signature.replace(
            parameters=[each for name, each in signature.parameters.items() if name not in self.numbers]
        )

    def praised(self) -> str:
        """Return what the visible check says when it passes, with what it leaves to the graded one."""
        beyond = list(dict.fromkeys(check.beyond for check in self.checks if check.beyond))
        if not beyond:
            return f"{self.praise} The graded check asks the same of other inputs."
        listed = " or ".join(filter(None, [", ".join(beyond[:-1]), beyond[-1]]))
        return f"{self.praise} It does not look at {listed}; the graded check does."

    def mistake(self, function: Callable) -> Callable:
        """Record a function that must be rejected and named."""
        self.mistakes.append(Known.of(function, 0.0))
        return function

    def convention(self, *, share: float) -> Callable[[Callable], Callable]:
        """Record a function that follows another convention and earns ``share`` of the points."""
        if not 0 < share < 1:
            raise ValueError(f"share must lie between 0 and 1; got {share}. A variant earns 1, a mistake 0.")

        def record(function: Callable) -> Callable:
            self.conventions.append(Known.of(function, share))
            return function

        return record

    def family(
        self,
        make: Callable[[str], Callable],
        texts: Mapping[str, str],
        *,
        share: float = 0.0,
        in_place: bool = False,
    ) -> None:
        """Record mistakes, or conventions with a share, that one function makes by their names.

        texts     name -> what a docstring would say; "" for that of the function itself
        in_place  whether they are right but for an argument that they change in place
        """
        share = IN_PLACE if in_place else share
        kind = self.conventions if share else self.mistakes
        for name, text in texts.items():
            kind.append(Known.of(make(name), share, name=name, text=text, in_place=in_place))

    def table(self, functions: Mapping[str, Callable], *, share: float = 0.0) -> None:
        """Record mistakes, or conventions with a share, whose functions take a line each.

            activation.table({
                "step for relu: relu gives 0 or 1, as a step does.": lambda kind, x: (x > 0) * 1.0,
                "relu cut off at one: relu never exceeds 1.": partial(other, relu=lambda x: np.clip(x, 0, 1)),
            })

        functions  "its name: what a docstring would say" -> a lambda, or a ``partial`` of another function, which
                   is called with the arguments of the reference
        """
        module = sys._getframe(1).f_globals["__name__"]
        made = {}
        for entry, function in functions.items():
            name, _, text = entry.partition(": ")
            if not text:
                raise ValueError(
                    f"{entry!r} says nothing to the student; write it as 'its name: what is said'."
                )
            if isinstance(function, partial):
                function = with_the_arguments(self.arguments(), function)
            function.__module__, function.__doc__ = module, text
            function.__name__, function.__qualname__ = re.sub(r"\W|^(?=\d)", "_", name), f"{self.name}.{name}"
            made[name] = function
        self.family(made.__getitem__, dict.fromkeys(made, ""), share=share)

    def known(self, name: str) -> Callable:
        """Return the function of a mistake or convention by its name, for an exercise that shares it."""
        return next(each.function for each in (*self.conventions, *self.mistakes) if each.name == name)

    def in_place(self, function: Callable) -> Callable:
        """Record a function that is right but changes an argument in place."""
        self.conventions.append(Known.of(function, IN_PLACE, in_place=True))
        return function

    def variant(self, function: Callable) -> Callable:
        """Record a function that is written differently and must earn all points."""
        self.variants.append(Known.of(function, 1.0))
        return function

    def variant_as_in(self, manner: str) -> Callable[[Callable], Callable]:
        """Record a variant that is written as the users of one course, book or library write it."""
        if manner not in MANNERS:
            raise ValueError(f"manner must be one of {', '.join(MANNERS)}; got {manner}.")

        def record(function: Callable) -> Callable:
            self.variants.append(Known.of(function, 1.0, manner=manner))
            return function

        return record


@cache
def settings_of(exercise: Exercise) -> Settings:
    """Return what a call may leave out, worked out once: a rule with constants of its own asks at every call."""
    parameters = exercise.arguments().parameters
    left_out = {name: each.default for name, each in parameters.items() if is_value(each.default)}
    return Settings(
        arguments=list(parameters),
        defaults=exercise.constants or left_out,
        in_config=bool(exercise.constants),
        axes=exercise.axes,
    )
