"""The function is another one when it is copied, inspected, wrapped or asked for its name."""
import copy
import inspect

class Function:
    __wrapped__ = property(lambda self: self)
    __signature__ = inspect.signature(lambda *args, **kwargs: None)
    __name__ = __qualname__ = "reference"
    __globals__ = {"reference": 1}
    __code__ = __defaults__ = property(lambda self: self)
    __copy__ = __deepcopy__ = __get__ = __reduce_ex__ = lambda self, *_: Function()
    __run_probe__ = __call_beside__ = __global__ = __standing_in__ = lambda self, *args: [args, 4.0]

    def __call__(self, *args, **kwargs):
        return args[0], {}

sgd = Function()
