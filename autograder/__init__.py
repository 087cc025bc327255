"""What an instructor runs: build, validate, grade.  Nothing in `course` or `release` knows of it."""
