"""Record what PyTorch's batch normalisation, dropout and starting weights do, as JSON beside this file.

    python tests/oracles/record_normalisation.py           # record again, write the file
    python tests/oracles/record_normalisation.py --check   # record again and compare; exit 1 if they differ

Needs NumPy and the extra ``oracles`` (PyTorch); reading the file needs neither.  It holds

    batchnorm  list of {"x", "gamma", "beta", "dout", "eps", "momentum" as PyTorch has it, "running_mean" and
               "running_var" before; "out", "dx", "dgamma", "dbeta" of a batch in training, "running_mean_after",
               "running_var_after" (over N - 1), and "out_at_test", the same rows in eval mode after that}
    dropout    list of {"x", "keep", "dout"; "out", "dx" in training, "out_at_test"}
    starts     list of {"fan_in", "fan_out"; "xavier", "he": the standard deviations that PyTorch draws with}
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from record import differences

FILE = Path(__file__).with_name("setting_up.json")
BATCHES = [(5, 3, 1e-5, 0.1), (8, 4, 0.3, 0.4), (2, 2, 0.01, 0.25)]
KEEPS = (0.8, 0.3)
FANS = [(150, 300), (64, 10)]


def batchnorm(torch: Any, rows: int, columns: int, eps: float, momentum: float, rng: Any) -> dict[str, Any]:
    """Return one batch in training and at test, with its gradients."""
    layer = torch.nn.BatchNorm1d(columns, eps=eps, momentum=momentum, dtype=torch.float64)
    x = rng.normal(size=(rows, columns)) * rng.uniform(0.5, 3, columns) + rng.uniform(-4, 4, columns)
    given = {
        "x": x.round(3),
        "gamma": rng.uniform(0.5, 2, columns).round(3),
        "beta": rng.normal(size=columns).round(3),
        "dout": rng.normal(size=(rows, columns)).round(3),
        "running_mean": rng.normal(size=columns).round(3),
        "running_var": rng.uniform(0.5, 3, columns).round(3),
    }
    with torch.no_grad():
        for mine, name in (
            ("weight", "gamma"),
            ("bias", "beta"),
            ("running_mean",) * 2,
            ("running_var",) * 2,
        ):
            getattr(layer, mine).copy_(torch.tensor(given[name]))
    leaf = torch.tensor(given["x"], requires_grad=True)
    out = layer(leaf)
    out.backward(torch.tensor(given["dout"]))
    found = {
        "out": out.detach(),
        "dx": leaf.grad,
        "dgamma": layer.weight.grad,
        "dbeta": layer.bias.grad,
        "running_mean_after": layer.running_mean.clone(),
        "running_var_after": layer.running_var.clone(),
        "out_at_test": layer.eval()(torch.tensor(given["x"])).detach(),
    }
    numbers = {name: each.tolist() for name, each in given.items()}
    numbers |= {name: each.numpy().tolist() for name, each in found.items()}
    return {"eps": eps, "momentum": momentum, **numbers}


def dropout(torch: Any, keep: float, rng: Any) -> dict[str, Any]:
    """Return one call in training, with its gradient, and one at test."""
    x, dout = rng.uniform(1, 2, (6, 5)).round(3), rng.normal(size=(6, 5)).round(3)
    layer, leaf = torch.nn.Dropout(p=1 - keep), torch.tensor(x, requires_grad=True)
    out = layer(leaf)
    out.backward(torch.tensor(dout))
    arrays = {"x": x, "dout": dout, "out": out.detach().numpy(), "dx": leaf.grad.numpy()}
    arrays["out_at_test"] = layer.eval()(torch.tensor(x)).numpy()
    return {"keep": keep, **{name: each.tolist() for name, each in arrays.items()}}


def start(torch: Any, fan_in: int, fan_out: int) -> dict[str, Any]:
    """Return the standard deviations of PyTorch's starts, read off one draw scaled by a draw of deviation 1."""
    weight, found = torch.empty(fan_out, fan_in, dtype=torch.float64), {}
    ways = {"xavier": torch.nn.init.xavier_normal_, "he": torch.nn.init.kaiming_normal_}
    for name, draw in ways.items():
        torch.manual_seed(0)
        plain = torch.nn.init.normal_(weight.clone())
        torch.manual_seed(0)
        found[name] = float((draw(weight) / plain).median())
    return {"fan_in": fan_in, "fan_out": fan_out, **found}


def record(torch: Any) -> dict[str, Any]:
    """Return the content of the file."""
    rng = np.random.default_rng(2026)
    torch.manual_seed(2026)
    return {
        "batchnorm": [batchnorm(torch, *case, rng) for case in BATCHES],
        "dropout": [dropout(torch, keep, rng) for keep in KEEPS],
        "starts": [start(torch, *fans) for fans in FANS],
    }


def main() -> int:
    """Record or compare; return the exit code."""
    try:
        import torch
    except ModuleNotFoundError:
        print('PyTorch is not installed here: pip install -e ".[oracles]" in a separate environment.')
        return 1
    content = record(torch)
    if "--check" not in sys.argv[1:]:
        FILE.write_text(json.dumps(content) + "\n", encoding="utf-8")
        print(f"Recorded from PyTorch {torch.__version__}.")
        return 0
    wrong = differences(json.loads(FILE.read_text(encoding="utf-8")), content, FILE.name)
    print("\n".join(wrong) or f"Agrees with PyTorch {torch.__version__}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
