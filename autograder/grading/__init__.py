"""Grading a course folder: what is new, who runs it, one writer for the gradebook, pages and tables of it."""
