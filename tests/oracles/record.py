"""Record what PyTorch's optimizers do along fixed gradients, at a constant rate, as JSON beside this file.

    python tests/oracles/record.py           # record again, write the files
    python tests/oracles/record.py --check   # record again, compare with the files, exit 1 if they differ

Needs NumPy and the extra ``oracles`` (PyTorch); reading the files needs neither.  A file holds

    start      (6,) the first parameters, or a matrix where ``SHAPES`` says so
    gradients  (T, 6) the gradient of each step: sizes 1e-3 to 1e2, both signs, some entries exactly zero
    runs       rule -> list of {"config": our hyperparameters, "path": (T + 1, 6), the start first}

A rule is added as one entry of ``FILES``: its file, its name, how PyTorch spells it, and some configs in which
every hyperparameter is away from its default at least once.

PyTorch's Muon works out its orthogonal matrices in bfloat16, whose numbers have eight binary digits.  ``muon`` is
PyTorch's own code run in double precision (one call in the text of its iteration is replaced), ``muon_in_bfloat16``
is what PyTorch does.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
STEPS, SIZE, SEED = 30, 6, 2026
TOLERANCE = 1e-13  # of the largest entry of a step; another processor may round otherwise

Config = dict[str, float]


def sgd(torch: Any, parameters: list, config: Config) -> Any:
    """w <- w - lr g."""
    return torch.optim.SGD(parameters, lr=config["learning_rate"])


def sgd_momentum(torch: Any, parameters: list, config: Config) -> Any:
    """PyTorch keeps the rate outside the velocity: buf <- mu buf + g, w <- w - lr buf."""
    return torch.optim.SGD(parameters, lr=config["learning_rate"], momentum=config["momentum"])


def sgd_nesterov_momentum(torch: Any, parameters: list, config: Config) -> Any:
    """Buffer as above; w <- w - lr (g + mu buf), the ahead form with the rate outside."""
    return torch.optim.SGD(parameters, lr=config["learning_rate"], momentum=config["momentum"], nesterov=True)


def adagrad(torch: Any, parameters: list, config: Config) -> Any:
    """State <- state + g^2, from zero; w <- w - lr g / (sqrt(state) + eps)."""
    return torch.optim.Adagrad(parameters, lr=config["learning_rate"], eps=config["epsilon"])


def rmsprop(torch: Any, parameters: list, config: Config) -> Any:
    """PyTorch calls the decay alpha and adds epsilon after the root; not centred, no momentum."""
    return torch.optim.RMSprop(
        parameters, lr=config["learning_rate"], alpha=config["decay_rate"], eps=config["epsilon"]
    )


def adam(torch: Any, parameters: list, config: Config) -> Any:
    """Epsilon after the root and after the correction."""
    return torch.optim.Adam(
        parameters,
        lr=config["learning_rate"],
        betas=(config["beta1"], config["beta2"]),
        eps=config["epsilon"],
    )


def adamw(torch: Any, parameters: list, config: Config) -> Any:
    """Decay from w, multiplied by the rate; epsilon after the root and after the correction."""
    return torch.optim.AdamW(
        parameters,
        lr=config["learning_rate"],
        betas=(config["beta1"], config["beta2"]),
        eps=config["epsilon"],
        weight_decay=config["weight_decay"],
    )


def muon_in_bfloat16(torch: Any, parameters: list, config: Config) -> Any:
    """Nesterov, five steps, the factor sqrt(max(1, rows / columns)), decay from w multiplied by the rate."""
    return torch.optim.Muon(
        parameters,
        lr=config["learning_rate"],
        momentum=config["momentum"],
        weight_decay=config["weight_decay"],
    )


def muon(torch: Any, parameters: list, config: Config) -> Any:
    """The same in double precision: PyTorch's text of the iteration, without its rounding to bfloat16."""
    module = sys.modules["torch.optim._muon"]
    theirs = module._zeropower_via_newtonschulz
    text = inspect.getsource(theirs)
    if text.count("grad.bfloat16()") != 1:
        raise RuntimeError("PyTorch's iteration no longer rounds in one place: look at it again.")
    space = dict(vars(module))
    exec(text.replace("grad.bfloat16()", "grad.clone()"), space)
    optimizer = muon_in_bfloat16(torch, parameters, config)
    taken = optimizer.step

    def step() -> None:
        module._zeropower_via_newtonschulz = space["_zeropower_via_newtonschulz"]
        try:
            taken()
        finally:
            module._zeropower_via_newtonschulz = theirs

    optimizer.step = step
    return optimizer


MUON_CONFIGS: list[Config] = [
    {"learning_rate": 0.02, "momentum": 0.95, "weight_decay": 0.1},
    {"learning_rate": 0.1, "momentum": 0.7, "weight_decay": 0.8},
    {"learning_rate": 0.05, "momentum": 0.9, "weight_decay": 0.0},
]

MOMENTUM_CONFIGS: list[Config] = [
    {"learning_rate": 1e-2, "momentum": 0.9},
    {"learning_rate": 3e-3, "momentum": 0.5},
    {"learning_rate": 2e-2, "momentum": 0.99},
]

# file -> rule -> (PyTorch's optimizer, configs)
FILES: dict[str, dict[str, tuple[Callable, list[Config]]]] = {
    "momentum.json": {
        "sgd": (sgd, [{"learning_rate": 1e-2}, {"learning_rate": 3e-3}]),
        "sgd_momentum": (sgd_momentum, MOMENTUM_CONFIGS),
        "sgd_nesterov_momentum": (sgd_nesterov_momentum, MOMENTUM_CONFIGS),
    },
    "adaptive_rates.json": {
        "adagrad": (
            adagrad,
            [{"learning_rate": 1e-2, "epsilon": 1e-8}, {"learning_rate": 0.3, "epsilon": 1e-2}],
        ),
        "rmsprop": (
            rmsprop,
            [
                {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8},
                {"learning_rate": 3e-2, "decay_rate": 0.8, "epsilon": 1e-2},
            ],
        ),
        "adam": (
            adam,
            [
                {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
                {"learning_rate": 2e-2, "beta1": 0.85, "beta2": 0.97, "epsilon": 1e-2},
                {"learning_rate": 1e-1, "beta1": 0.5, "beta2": 0.8, "epsilon": 1e-8},
            ],
        ),
    },
    "adamw.json": {
        "adamw": (
            adamw,
            [
                {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 1e-2},
                {"learning_rate": 2e-2, "beta1": 0.85, "beta2": 0.97, "epsilon": 1e-2, "weight_decay": 0.7},
                {"learning_rate": 1e-1, "beta1": 0.5, "beta2": 0.8, "epsilon": 1e-8, "weight_decay": 0.0},
            ],
        ),
    },
    "muon_tall.json": {"muon": (muon, MUON_CONFIGS), "muon_in_bfloat16": (muon_in_bfloat16, MUON_CONFIGS)},
    "muon_wide.json": {"muon": (muon, MUON_CONFIGS), "muon_in_bfloat16": (muon_in_bfloat16, MUON_CONFIGS)},
}

SHAPES = {"muon_tall.json": (5, 3), "muon_wide.json": (2, 6)}
"""The shape of the parameters of a file, by default (6,)."""


def inputs(shape: tuple[int, ...] = (SIZE,)) -> tuple[np.ndarray, np.ndarray]:
    """Return the start and the gradients (T, *shape)."""
    rng = np.random.default_rng(SEED)
    sizes = 10.0 ** rng.uniform(-3, 2, size=(STEPS, *shape))
    signs = rng.choice([-1.0, 1.0], size=sizes.shape)
    kept = rng.random(sizes.shape) > 1 / 6
    return rng.normal(size=shape), sizes * signs * kept


def drive(optimizer: Callable, config: Config, start: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Return the path (T + 1, ...) of one PyTorch optimizer in double precision."""
    import torch

    w = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    steps = optimizer(torch, [w], config)
    path = [w.detach().numpy().copy()]
    for gradient in gradients:
        w.grad = torch.tensor(gradient, dtype=torch.float64)
        steps.step()
        path.append(w.detach().numpy().copy())
    return np.array(path)


def record(name: str, rules: dict[str, tuple[Callable, list[Config]]]) -> dict[str, Any]:
    """Return the content of one file."""
    start, gradients = inputs(SHAPES.get(name, (SIZE,)))
    runs = {
        name: [
            {"config": config, "path": drive(optimizer, config, start, gradients).tolist()}
            for config in configs
        ]
        for name, (optimizer, configs) in rules.items()
    }
    return {"start": start.tolist(), "gradients": gradients.tolist(), "runs": runs}


def differences(stored: Any, fresh: Any, place: str = "") -> list[str]:
    """Return the places where two contents differ; numbers are compared row by row, normwise."""
    if isinstance(fresh, dict) and isinstance(stored, dict):
        found = [f"{place}/{key}: in one only" for key in stored.keys() ^ fresh.keys()]
        for key in sorted(stored.keys() & fresh.keys()):
            found += differences(stored[key], fresh[key], f"{place}/{key}")
        return found
    if isinstance(fresh, list) and isinstance(stored, list) and fresh and not isinstance(fresh[0], float):
        if len(stored) != len(fresh):
            return [f"{place}: {len(stored)} stored, {len(fresh)} now"]
        return [
            d
            for k, pair in enumerate(zip(stored, fresh, strict=True))
            for d in differences(*pair, f"{place}/{k}")
        ]
    a, b = np.asarray(stored, dtype=np.float64), np.asarray(fresh, dtype=np.float64)
    if a.shape != b.shape:
        return [f"{place}: shape {a.shape} stored, {b.shape} now"]
    error = np.abs(a - b).max() / max(np.abs(b).max(), np.finfo(float).tiny)
    return [] if error <= TOLERANCE else [f"{place}: differs by {error:.1e} of the largest entry"]


def main() -> int:
    """Record or compare; return the exit code."""
    parser = argparse.ArgumentParser(description="Record PyTorch's paths, or compare with those recorded.")
    parser.add_argument("--check", action="store_true", help="compare with the files and write nothing")
    check = parser.parse_args().check
    try:
        import torch
    except ModuleNotFoundError:
        print('PyTorch is not installed here: pip install -e ".[oracles]" in a separate environment.')
        return 1
    wrong = []
    for name, rules in FILES.items():
        file, content = HERE / name, record(name, rules)
        if not check:
            file.write_text(json.dumps(content) + "\n", encoding="utf-8")
        elif not file.is_file():
            wrong.append(f"{name}: not recorded yet")
        else:
            wrong += differences(json.loads(file.read_text(encoding="utf-8")), content, name)
    runs = sum(len(configs) for rules in FILES.values() for _, configs in rules.values())
    print(
        "\n".join(wrong)
        or f"{runs} runs {'agree with' if check else 'recorded from'} PyTorch {torch.__version__}."
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
