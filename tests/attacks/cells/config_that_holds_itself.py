"""The config that was handed in is tied into a knot with itself."""
def sgd(w, dw, config=None):
    config = {} if config is None else config
    config["self"] = config
    config[config["self"] is config] = [config, config]
    config.update({str(number): config for number in range(5000)})
    return w, config
