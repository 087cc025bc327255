"""What may be loaded in the instructor's browser: `jupyter lab --config=jupyter_server_config.py`, then formgrader."""

from autograder.grading.config import shut_in

shut_in(get_config())  # noqa: F821  (Jupyter puts it here)
