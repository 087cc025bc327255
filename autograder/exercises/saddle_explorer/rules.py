"""Small rules that are traced: some keep state in the config they are given, one writes over its point."""

import numpy as np


def plain(w, dw, config=None):
    """Walk down the gradient; nothing is kept, the given config is not touched."""
    config = {"learning_rate": 1e-2} | (config or {})
    return w - config["learning_rate"] * dw, config


def heavy(w, dw, config=None):
    """Keep nine tenths of the last step, in the given config."""
    return rolling(w, dw, config, 0.9)


def light(w, dw, config=None):
    """Keep four tenths of the last step, in the given config, under the same key as ``heavy``."""
    return rolling(w, dw, config, 0.4)


def rolling(w, dw, config, kept):
    """Keep a share of the last step; the velocity is written into the given config."""
    config = {} if config is None else config
    config.setdefault("learning_rate", 1e-2)
    config["velocity"] = kept * config.get("velocity", 0.0) - config["learning_rate"] * dw
    return w + config["velocity"], config


def in_place(w, dw, config=None):
    """Step by the sign of the gradient, writing the new parameters over the old."""
    config = {"learning_rate": 1e-2} | (config or {})
    w -= config["learning_rate"] * np.sign(dw)
    return w, config
