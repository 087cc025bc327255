"""Update rules for the Explorer, right and wrong, and what it makes of them."""

import numpy as np


def plain(w, dw, config=None):
    config = {"learning_rate": 1e-2} | (config or {})
    return w - config["learning_rate"] * dw, config


def ball(w, dw, config=None):
    config = {"learning_rate": 1e-2, "momentum": 0.9, "velocity": np.zeros_like(w)} | (config or {})
    velocity = config["momentum"] * config["velocity"] - config["learning_rate"] * dw
    return w + velocity, config | {"velocity": velocity}


def scaled(w, dw, config=None):
    config = {"learning_rate": 1e-2, "decay_rate": 0.99, "cache": 0.0} | (config or {})
    cache = config["decay_rate"] * config["cache"] + (1 - config["decay_rate"]) * dw**2
    return w - config["learning_rate"] * dw / (np.sqrt(cache) + 1e-12), config | {"cache": cache}


def two_betas(w, dw, config=None):
    config = config or {}
    return w - config["learning_rate"] * (config.get("beta1", 0.9) + config.get("beta2", 0.999)) * dw, config


def raising(w, dw, config=None):
    raise ZeroDivisionError("no luck\non two lines")


def unwritten(w, dw, config=None):
    raise NotImplementedError


def not_a_number(w, dw, config=None):
    return w * np.nan, {}


def wrong_shape(w, dw, config=None):
    return np.zeros(3), {}


def uphill(w, dw, config=None):
    return w + 5 * dw, {}


RULES = {"sgd": plain, "sgd_momentum": ball, "rmsprop": scaled}


def told(explorer, name):
    return "; ".join(event.text for event in explorer.runs[name].events)


def sent(explorer):
    """The paths as the browser reads them: name -> (T + 1, 3)."""
    flat = np.frombuffer(explorer.canvas.paths, dtype=np.float32).reshape(-1, 3)
    parts = np.split(flat, np.cumsum(explorer.canvas.lengths)[:-1])
    return dict(zip((rule["name"] for rule in explorer.canvas.rules), parts, strict=True))
