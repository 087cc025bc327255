"""nbgrader's configuration, read by `autograder build`, by `nbgrader` and by formgrader.

nbgrader executes this file from the working directory: never start it inside a folder that a student sent.
"""

c = get_config()  # noqa: F821  (nbgrader puts it here)

# --- Building -------------------------------------------------------------------------------------------------

c.CourseDirectory.course_id = "descent"
c.CourseDirectory.source_directory = "source_notebooks"
c.CourseDirectory.release_directory = "release"

# A stub says in words that it is a stub, so that pictures further down can skip it and say so.
c.ClearSolutions.code_stub = {"python": '# YOUR CODE HERE\nraise NotImplementedError("not written yet")'}
c.ClearSolutions.text_stub = "*Write your line here.*"

# --- Late submissions cost nothing unless you say so; due dates are in the gradebook ----------------------------
# c.AssignLatePenalties.plugin_class = "autograder.grading.late_penalty.ByTheDay"
# c.ByTheDay.share = 0.1  # of the score, for each day begun; `most` and `grace` can be set too

# --- Grading: see autograder/grading/config.py ------------------------------------------------------------------

from autograder.grading.config import configure  # noqa: E402  (after the settings it does not touch)

configure(c)
