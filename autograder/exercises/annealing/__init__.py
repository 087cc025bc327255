"""Exercises of lesson 07, annealing."""

from autograder.exercises.annealing.exponential_decay import exponential_decay
from autograder.exercises.annealing.inverse_time_decay import inverse_time_decay
from autograder.exercises.annealing.reduce_on_plateau import reduce_on_plateau
from autograder.exercises.annealing.step_decay import step_decay
from autograder.exercises.annealing.translate_momentum_buffer import translate_momentum_buffer
from autograder.judging import grader

EXERCISES = (
    step_decay,
    exponential_decay,
    inverse_time_decay,
    reduce_on_plateau,
    translate_momentum_buffer,
)
grade = grader(EXERCISES)
