"""A late penalty by the day, as a plugin of nbgrader's; ``nbgrader_config.py`` says how to switch it on."""

import math

from nbgrader.plugins import BasePlugin
from traitlets import Float

DAY = 24 * 60 * 60.0


class ByTheDay(BasePlugin):
    """Takes a share of the score for every day begun after the due date and a time of grace.

    score * min(most, share * days), with days = ceil((seconds late - grace) / 86400); none within the grace
    """

    share = Float(0.1, min=0.0, max=1.0, help="Share of the score for each day begun.").tag(config=True)
    most = Float(0.5, min=0.0, max=1.0, help="The largest share that is taken.").tag(config=True)
    grace = Float(3600.0, min=0.0, help="Seconds after the due date that cost nothing.").tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points to take off, or None for none.  Called by nbgrader for a late submission."""
        beyond = total_seconds_late - self.grace
        if beyond <= 0:
            return None
        return score * min(self.most, self.share * math.ceil(beyond / DAY))
