"""Descent: how neural networks learn.  What the notebooks import; it holds no update rule and no answer."""

from course.mine import mine
from course.progress import progress

__all__ = ["mine", "progress"]
__version__ = "0.1.0"
