"""What nbgrader needs to know on the hub: into /srv/descent/settings, where everybody's server reads it."""

import os

c = get_config()  # noqa: F821  (Jupyter puts it here)

c.CourseDirectory.course_id = "descent"
c.Exchange.root = os.path.join(os.environ.get("DESCENT_PLACE", "/srv/descent"), "exchange")
