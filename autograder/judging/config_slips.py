"""What goes wrong with the config of any update rule, its state, and gradients of zero, as known mistakes."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from autograder.judging.records import Exercise
from course.probes.base import Rule

Step = Callable[[np.ndarray, np.ndarray, dict | None], tuple[np.ndarray, dict]]


def slips_with_the_config(
    exercise: Exercise, rule: Rule, defaults: Mapping[str, float], state: Sequence[str] = ()
) -> None:
    """Record that a setting of 0 is taken for none, and that what the caller keeps in the config is lost.

    rule      a right one that returns a new config
    defaults  of its settings
    state     the keys of its state
    """
    exercise.family(
        {"zero taken for left out": zero_left_out(rule, tuple(defaults.items()))}.__getitem__,
        {
            "zero taken for left out": """A setting of 0 is taken for one that was left out, as `config.get(...)
            or ...` does. A rate of 0 is a number like others, for instance where a run warms up: use
            `config.setdefault(key, default)`."""
        },
    )
    exercise.family(
        {"other entries lost": entries_lost(rule, (*defaults, *state))}.__getitem__,
        {
            "other entries lost": """The config that comes back holds only the entries of the rule: what the
            caller keeps there, such as the step of a schedule, is lost. Return the config that came in, or a
            copy of all of it."""
        },
        share=0.75,
    )


def stops_without_a_slope(exercise: Exercise, rule: Rule, says: str) -> None:
    """Record that a rule does nothing at all where the whole gradient is zero."""
    name = "stops where the gradient is zero"
    exercise.family({name: stopping(rule)}.__getitem__, {name: says})


def entries_lost(rule: Rule, keys: tuple[str, ...]) -> Step:
    """Return a right rule that hands back a config with these entries alone."""

    def step(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
        w, config = rule(w, dw, config)
        return w, {key: config[key] for key in keys if key in config}

    return step


def zero_left_out(rule: Rule, defaults: tuple[tuple[str, float], ...]) -> Step:
    """Return a right rule that takes a setting of 0 for one that was left out.

    defaults  pairs of a setting and its default
    """

    def step(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
        given = dict(config or {})
        w, after = rule(w, dw, {**given, **{key: given.get(key) or value for key, value in defaults}})
        return w, {**after, **{key: given[key] for key, _ in defaults if key in given}}

    return step


def stopping(rule: Rule) -> Step:
    """Return a right rule that does nothing at all where the whole gradient is 0."""

    def step(w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
        return rule(w, dw, config) if np.any(dw) else (w, {} if config is None else config)

    return step


class MutableDefault:
    """The default `config={}` is one dictionary, made when the function is defined: every run without a config
    goes on with the state of the run before. Write `config=None`, and make the dictionary inside.

    When is a default made: once, or at every call?
    """

    rule: Rule
    """A right rule that writes its state into the given config."""

    def __init__(self) -> None:
        self.made_once: dict = {}

    def __call__(self, w: np.ndarray, dw: np.ndarray, *given: dict | None) -> tuple[np.ndarray, dict]:
        """Take one step; the state of a run without a config goes into the shared dictionary."""
        return type(self).rule(w, dw, *(given or (self.made_once,)))


class StateOutside:
    """A rule whose state is kept in the function; a known mistake derives from it and says what is wrong.

    rule  a right rule that keeps its state in the config, in new arrays at every step
    keys  of that state
    kept_by_a_new_run  whether a run with a new config goes on with it
    """

    rule: Rule
    keys: Sequence[str]
    kept_by_a_new_run = True

    def __init__(self) -> None:
        self.held: dict = {}

    def __call__(self, w: np.ndarray, dw: np.ndarray, config: dict | None = None) -> tuple[np.ndarray, dict]:
        """Take one step from the state that is held, whatever the config says."""
        config = dict(config or {})
        goes_on = self.kept_by_a_new_run or self.keys[0] in config
        w, config = type(self).rule(w, dw, config | (self.held if goes_on else {}))
        self.held = {key: config[key] for key in self.keys}
        return w, config
