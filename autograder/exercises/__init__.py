"""One package per lesson, named as its notebook without the number; each holds ``EXERCISES`` and ``grade``."""

import importlib
import pkgutil
from types import ModuleType


def lessons() -> dict[str, ModuleType]:
    """Return every lesson's exercise module by name, found by looking."""
    return {found.name: lesson(found.name) for found in pkgutil.iter_modules(__path__)}


def lesson(name: str) -> ModuleType:
    """Return the exercise module of one lesson.  Raises ``ModuleNotFoundError``."""
    return importlib.import_module(f"{__name__}.{name}")
