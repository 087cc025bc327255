"""Lesson 13: Hessian-vector products, the sharpness by power iteration, its limits, a run that records it."""

from autograder.exercises.edge_of_stability.critical_sharpness import critical_sharpness
from autograder.exercises.edge_of_stability.hvp import hvp
from autograder.exercises.edge_of_stability.sharpness import sharpness
from autograder.exercises.edge_of_stability.train_and_measure import train_and_measure
from autograder.judging import grader

EXERCISES = (hvp, sharpness, critical_sharpness, train_and_measure)
grade = grader(EXERCISES)
