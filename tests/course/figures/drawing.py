"""Rules that figures draw in these tests, and what is read off an axes."""


def push(w, dw, config=None):
    """A rule for these tests: half of the velocity is kept, whatever the config says."""
    config = {"learning_rate": 0.02} | (config or {})
    config["velocity"] = 0.5 * config.get("velocity", 0.0) - config["learning_rate"] * dw
    return w + config["velocity"], config


def stub(*args):
    raise NotImplementedError


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]
