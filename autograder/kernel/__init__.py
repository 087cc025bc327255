"""The executor that needs no sandbox: submission and tests in one Jupyter kernel, as nbgrader runs them."""
