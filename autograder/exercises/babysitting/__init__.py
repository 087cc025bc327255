"""Lesson 03: axes one can compare, curves one can read, sizes of steps, layers, and a diagnosis."""

from autograder.exercises.babysitting.activation_stats import activation_stats
from autograder.exercises.babysitting.diagnose_run import diagnose_run
from autograder.exercises.babysitting.smooth import smooth
from autograder.exercises.babysitting.to_epochs import to_epochs
from autograder.exercises.babysitting.update_ratio import update_ratio
from autograder.judging import grader

EXERCISES = (to_epochs, smooth, update_ratio, activation_stats, diagnose_run)

grade = grader(EXERCISES)
