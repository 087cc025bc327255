"""What turns the course into pages: lessons with their figures, widgets, commands and docstrings."""
