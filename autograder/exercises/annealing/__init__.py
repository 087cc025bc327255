"""Exercises of lesson 07, annealing."""

from autograder.exercises.annealing.reduce_on_plateau import reduce_on_plateau
from autograder.exercises.annealing.scale_rate import scale_rate
from autograder.exercises.annealing.smooth_decay import smooth_decay
from autograder.exercises.annealing.step_decay import step_decay
from autograder.exercises.annealing.translate_momentum_buffer import translate_momentum_buffer
from autograder.judging import grader

EXERCISES = (step_decay, smooth_decay, scale_rate, reduce_on_plateau, translate_momentum_buffer)
grade = grader(EXERCISES)
