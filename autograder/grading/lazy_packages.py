"""Packages that load more than we need, entered without running their ``__init__``.

``nbgrader`` loads Jupyter's extensions, its authentication a web client.  Their submodules need neither.  What is
left out is not lost: the ``__init__`` runs as soon as somebody asks the package for a name that only it has.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from typing import Any

TURN = threading.RLock()


def later(name: str, **places: str) -> None:
    """Make a package known without running it, unless it is loaded already.

    places  names that are asked for at once, each with the submodule that has it
    """
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    loader, package = spec.loader, importlib.util.module_from_spec(spec)
    begun = False

    def missing(wanted: str) -> Any:
        """Return a name of one of its submodules, or let the package run; a submodule is imported by who asks."""
        nonlocal begun
        if wanted in places:
            return getattr(importlib.import_module(f"{name}.{places[wanted]}"), wanted)
        with TURN:
            own = wanted == "__all__" or not (
                wanted.startswith("__") or importlib.util.find_spec(f"{name}.{wanted}")
            )
            if own and not begun:
                begun = True
                loader.exec_module(package)
        try:
            return package.__dict__[wanted]
        except KeyError:
            raise AttributeError(f"module {name!r} has no attribute {wanted!r}") from None

    package.__dict__["__getattr__"] = missing
    sys.modules[name] = package
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, package)
