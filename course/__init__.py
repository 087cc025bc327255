"""Descent: how neural networks learn.  What the notebooks import; it holds no update rule and no answer."""

from course.mine import mine

__all__ = ["mine"]
__version__ = "0.1.0"
