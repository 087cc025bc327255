"""What a call may leave out, arguments and entries of a config: is a default another one, is what is given read?

Only the reader's own function is asked, with and without what was left out, so no right answer is needed to see it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course.probes.base import Around


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What may be left out.

    arguments  names of all arguments of a function, in order
    defaults   name -> documented default, of arguments, or of entries of a config, which is the last argument
    in_config  whether they are entries of the config
    axes       of the first argument, if only calls with so many have these defaults
    """

    arguments: Sequence[str]
    defaults: Mapping[str, Any]
    in_config: bool = False
    axes: int | None = None

    def hold(self, *args: Any) -> bool:
        """Whether a call with these arguments has these defaults."""
        return self.axes is None or np.ndim(args[0]) == self.axes


class Handed(Around):
    """A function that is handed the documented defaults.

    filled  names of settings that it gets where a call leaves them out
    forced  names of settings that it gets whatever a call says
    """

    def __init__(
        self, function: Callable, settings: Settings, filled: Sequence[str] = (), forced: Sequence[str] = ()
    ):
        self.function, self.settings = function, settings
        self.filled, self.forced = tuple(filled), tuple(forced)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function with its arguments in their places as far as there is none missing between them."""
        if not self.settings.hold(*args):
            return self.function(*args, **kwargs)
        names = self.settings.arguments
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        if self.settings.in_config:
            given[names[-1]] = {} if given.get(names[-1]) is None else given[names[-1]]
            self.complete(given[names[-1]])
        else:
            self.complete(given)
        there = next((k for k, name in enumerate(names) if name not in given), len(names))
        placed = [given.pop(name) for name in names[:there]]
        return self.function(*placed, *args[len(names) :], **given)

    def complete(self, given: dict) -> None:
        """Put the documented defaults into what was given."""
        for name in self.filled:
            given.setdefault(name, self.settings.defaults[name])
        given.update({name: self.settings.defaults[name] for name in self.forced})


def own_defaults(
    settings: Settings, does: Callable, alike: Callable, function: Callable, right: Any
) -> list[str]:
    """Return the settings whose default is another one, if a function is right but for that.

    does   function -> what it does
    alike  whether two functions do the same, by what they do
    right  what a right function does
    """
    names = list(settings.defaults)
    if not names:
        return []
    all_of_them = does(Handed(function, settings, names))
    if not alike(all_of_them, right):
        return []
    done = [does(Handed(function, settings, names[:count])) for count in range(len(names))]
    if not alike(does(function), done[0]):  # it matters whether there is a config at all
        return []
    return [
        name
        for name, without, with_it in zip(names, done, [*done[1:], all_of_them], strict=True)
        if not alike(without, with_it)
    ]


def unread(
    settings: Settings, does: Callable, alike: Callable, there: Callable, function: Callable, right: Callable
) -> tuple[str, bool]:
    """Return a setting that makes no difference to a function and should, and whether all may come of it.

    Empty if there is none.  A function that is wrong mostly where the setting makes no difference to a right one
    either has another slip, which is to be named first.

    does, alike  as in ``own_defaults``
    there        ``there(mine, due, others)``: whether what one does is wrong mostly where others, too, differ from
                 what is due
    right        a function that reads them all
    """
    for name, value in settings.defaults.items():
        mine, due = does(function), does(right)
        if not alike(mine, does(Handed(function, settings, forced=(name,)))):
            continue
        if alike(due, does(Handed(right, settings, forced=(name,)))):
            continue
        tried = [
            replace(settings, defaults={**settings.defaults, name: each})
            for each in (value, *other_values(value))
        ]
        return name, there(mine, due, [does(Handed(right, each, forced=(name,))) for each in tried])
    return "", False


def other_values(value: Any) -> tuple:
    """Return other values of the kind of a default, small ones and large ones; none where there is no saying."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return value + 1, 2 * value, max(value - 1, 1)
    size = value or 1.0
    return (0.01 * size, 0.5 * size, 100 * size) if isinstance(value, float) else ()


def defaults_say(names: Sequence[str]) -> tuple[str, str]:
    """Return the headline for defaults of one's own, and what is said about them."""
    listed = " and ".join(f"`{name}`" for name in names)
    return (
        f"another default {names[0].replace('_', ' ')}",
        f"Where a call leaves out {listed} you take another number than the exercise documents. Compare the"
        " default with the text. All else is right.",
    )


def unread_says(name: str) -> tuple[str, str]:
    """Return the headline for a setting that is never read, and what is said about it."""
    return (
        f"{name.replace('_', ' ')} makes no difference",
        f"Whatever `{name}` a call hands over, your answers are the same. Does a number stand in its place,"
        " or is it never used?",
    )


def unread_beside_another(name: str) -> str:
    """Return what is said about a setting that makes no difference, after another slip."""
    return (
        f"Besides, your answers are the same whatever `{name}` a call hands over: is it never used, or does"
        " the other slip hide what it does?"
    )
