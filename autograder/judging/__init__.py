"""Exercises as records, and the judgement of a candidate against one."""

from autograder.judging.grade import Failed, Mark, grader
from autograder.judging.judge import judge
from autograder.judging.records import Check, Exercise, Known
from autograder.marks import Verdict

__all__ = ["Check", "Exercise", "Failed", "Known", "Mark", "Verdict", "grader", "judge"]
