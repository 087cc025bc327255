"""Widgets that move the reader's own functions."""

from course.widgets.explorer import Explorer

__all__ = ["Explorer"]
