"""Interactive figures of the lessons on checking and watching a run: sliders over frames drawn beforehand."""

from course.interactive.frames import Frames

__all__ = ["Frames"]
