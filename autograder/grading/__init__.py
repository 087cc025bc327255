"""Grading a course folder: read, repair, run in workers, record by one writer, feed back."""
