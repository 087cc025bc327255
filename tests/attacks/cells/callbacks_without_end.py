"""The gradient that is handed in is called without end, and from within itself."""
# long: it is ended by a limit of time
# exercise: lookahead_step
def lookahead_step(x, v, grad, lr, mu):
    while True:
        grad(x)
