"""Lesson 01: the numeric gradient, the error that judges it, kinks, and how to look where bugs hide."""

from autograder.exercises.gradient_checking.check_gradients import check_gradients
from autograder.exercises.gradient_checking.crosses_kink import crosses_kink
from autograder.exercises.gradient_checking.find_trojans import find_trojans
from autograder.exercises.gradient_checking.numerical_gradient import numerical_gradient
from autograder.exercises.gradient_checking.relative_error import relative_error
from autograder.judging import grader

EXERCISES = (numerical_gradient, relative_error, crosses_kink, check_gradients, find_trojans)

grade = grader(EXERCISES)
