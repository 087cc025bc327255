"""Lesson 05: one rate per coordinate.  Adagrad, RMSprop, Adam, their first steps and their way off a saddle."""

from autograder.exercises.adaptive_rates.adagrad import adagrad
from autograder.exercises.adaptive_rates.adam import adam
from autograder.exercises.adaptive_rates.first_step import first_step
from autograder.exercises.adaptive_rates.rmsprop import rmsprop
from autograder.exercises.adaptive_rates.steps_to_escape import steps_to_escape
from autograder.judging import grader

EXERCISES = (adagrad, rmsprop, adam, first_step, steps_to_escape)

grade = grader(EXERCISES)
