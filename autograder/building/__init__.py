"""Text to notebook to release: built by nbgrader, scanned for leaks, and edits carried back into the text."""
