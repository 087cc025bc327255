"""What formgrader may load in a browser: `jupyter lab --config=jupyter_server_config.py`."""

from autograder.grading.config import shut_in

shut_in(get_config())  # noqa: F821  (Jupyter puts it here)
