"""Submissions out of an LMS's archive, and marks back into an LMS: Canvas and Moodle."""
