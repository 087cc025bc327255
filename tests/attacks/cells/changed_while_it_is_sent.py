"""What is returned goes on changing in a thread: longer, shorter, another number, while it is sent and after."""
# stock: skip, not tried there
import threading

import numpy as np

answer, config = np.zeros(2), {"x": []}

def change():
    while True:
        answer.fill(answer[0] + 1)
        config["x"].append(1)
        config[str(len(config["x"]))] = [config["x"]]
        if len(config["x"]) > 1000:
            config["x"].clear()
            config.clear()
            config["x"] = []

def sgd(w, dw, settings=None):
    if threading.active_count() < 3:
        threading.Thread(target=change, daemon=True).start()
    return answer.reshape(-1)[: np.size(w)], config
