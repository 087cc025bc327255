"""A race of minimisers on one objective: rules over a grid of settings, other methods as they come.

What is counted is counted by the objective.  A rule is charged for its best run, and the bill of the whole search
is shown beside it; a best setting at an end of its grid is said, since a better one may lie beyond.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from scipy.optimize import minimize

from course.comparison import Objective, OutOfBudget, long_bowl, peak_memory, run_rule
from course.mine import plain_gradient_descent
from course.plots import rule_style
from course.probes.base import Rule

Grid = Mapping[str, Sequence[float]]
Method = Callable[[Objective], object]
Settings = tuple[float, ...]


def entered(rules: Mapping[str, Rule], grids: Mapping[str, Grid]) -> dict[str, tuple[Rule, Grid]]:
    """Return name -> (rule, grid) of the reader's own rules; a stand-in must not race under another's name."""
    own = {name: rule for name, rule in rules.items() if name == "sgd" or rule is not plain_gradient_descent}
    return {name: (rule, grids[name]) for name, rule in own.items()}


def scipy(method: str, **options: float) -> Method:
    """Return a method of ``scipy.optimize.minimize`` as a function of an objective."""
    return lambda objective: minimize(objective, objective.start, jac=True, method=method, options=options)


@dataclass(kw_only=True, eq=False)
class Racer:
    """What one method spent.

    runs   settings -> bill of the run with them; the only key of a method without settings is ()
    names  what the settings are called
    grid   the values that were tried
    """

    runs: Mapping[Settings, Objective]
    names: Sequence[str] = ()
    grid: Grid = field(default_factory=dict)

    def best(self, goal: float) -> Settings:
        """Return the settings that reach a loss with the fewest evaluations, or come nearest to it."""

        def rank(settings: Settings) -> tuple[float, float]:
            run = self.runs[settings]
            lowest = run.best()[-1] if run.losses else np.inf
            return run.cost_to_reach(goal) or np.inf, lowest

        return min(self.runs, key=rank)

    def run(self, goal: float) -> Objective:
        """Return the bill of the best run to a loss."""
        return self.runs[self.best(goal)]

    def cost(self, goal: float) -> float | None:
        """Return the evaluations of the best run to a loss, or None."""
        return self.run(goal).cost_to_reach(goal)

    def searched(self) -> float:
        """Return the evaluations of all runs together."""
        return sum(run.evaluations for run in self.runs.values())

    def at_an_end(self, goal: float) -> list[str]:
        """Return the names of the settings whose best value is the first or the last that was tried."""
        best = zip(self.names, self.best(goal), strict=True)
        return [name for name, value in best if value in (self.grid[name][0], self.grid[name][-1])]


def race(
    objective: Objective,
    rules: Mapping[str, tuple[Rule, Grid]],
    methods: Mapping[str, Method | None],
    *,
    goal: float,
    steps: int,
    budget: float = 20_000,
) -> dict[str, Racer]:
    """Return what every rule and method spends on an objective.

    rules   name -> (rule, grid); every combination of the grid runs until it reaches the goal or ``steps`` end
    methods name -> function of an objective, run once with a budget; None for one that is not written yet
    """
    racers = {}
    for name, (rule, grid) in rules.items():
        runs = {}
        for settings in itertools.product(*grid.values()):
            runs[settings] = objective.fresh(budget=steps)
            config = dict(zip(grid, settings, strict=True))
            with np.errstate(all="ignore"):
                run_rule(rule, runs[settings], config, steps=steps, goal=goal)
        racers[name] = Racer(runs=runs, names=list(grid), grid=grid)
    for name, method in methods.items():
        if method is None:
            continue
        bill = objective.fresh(budget=budget)
        until_spent(method, bill)
        racers[name] = Racer(runs={(): bill})
    return racers


def copies_held(
    rules: Mapping[str, tuple[Rule, Grid]], methods: Mapping[str, Method | None], n: int
) -> dict[str, float]:
    """Return the peak memory of rules and methods on a long bowl of n parameters, in copies of the parameters.

    Fifteen evaluations each; a method that spends them on its first matrix gets as many as one matrix takes.
    """
    bowl, held = long_bowl(n), {}
    for name, (rule, _) in rules.items():
        held[name] = held_by(partial(run_rule, rule, config={"learning_rate": 0.01}, steps=15), bowl)
    for name, method in methods.items():
        if method is not None:
            budget = 2 * n + 2 if name == "newton" else 15
            held[name] = held_by(partial(until_spent, method), bowl.fresh(budget))
    return held


def held_by(method: Method, objective: Objective) -> float:
    """Return the peak memory of a method in copies of the parameters, in its second run: the first one imports."""
    peaks = [peak_memory(partial(method, objective.fresh())) for _ in range(2)]
    return peaks[-1] / objective.start.nbytes


def until_spent(method: Method, objective: Objective) -> None:
    """Run a method until it or its budget ends."""
    with suppress(OutOfBudget, np.linalg.LinAlgError):
        method(objective)


def table(racers: Mapping[str, Racer], goals: Mapping[str, float]) -> str:
    """Return a line for each racer: evaluations to each goal, the settings, the bill of the search.

    goals  heading -> loss
    """
    lines = [
        f"{'':15s}" + "".join(f"{heading:>12s}" for heading in goals) + "   best settings; bill of the search"
    ]
    for name, racer in racers.items():
        costs = [racer.cost(goal) for goal in goals.values()]
        cells = "".join(f"{'-' if cost is None else f'{cost:,.0f}':>12s}" for cost in costs)
        lines.append(
            f"{rule_style(name)['label']:15s}{cells}   {remark(racer, next(iter(goals.values())))}".rstrip()
        )
    return "\n".join(lines)


def remark(racer: Racer, goal: float) -> str:
    """Return the best settings of a racer, what the search for them cost, and whether one lies at an end."""
    if not racer.names:
        return "none to set"
    short = {"learning_rate": "rate"}
    best = ", ".join(f"{short.get(n, n)} {v:g}" for n, v in zip(racer.names, racer.best(goal), strict=True))
    ends = ", ".join(short.get(name, name) for name in racer.at_an_end(goal))
    note = f" ({ends} at an end of the grid: try beyond)" if ends else ""
    return f"{best}{note}; {racer.searched():,.0f}"


def tuned(
    ends: Callable[[float, int], float], rates: Iterable[float], seeds: Iterable[int]
) -> tuple[float, bool]:
    """Return the rate whose median over the seeds is lowest, and whether it is the first or the last of the rates.

    ends  ``ends(rate, seed)``, the loss at the end of one run
    """
    rates, seeds = list(rates), list(seeds)
    medians = {rate: float(np.median([ends(rate, seed) for seed in seeds])) for rate in rates}
    best = min(rates, key=medians.__getitem__)
    return best, best in (rates[0], rates[-1])
