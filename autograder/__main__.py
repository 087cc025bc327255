"""``python -m autograder``, for where the script is not on the path."""

from autograder.cli import main

main(prog_name="autograder")
