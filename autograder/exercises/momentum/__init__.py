"""Lesson 04: gradient descent, momentum, both forms of Nesterov, the momentum schedule, the stable rates."""

from autograder.exercises.momentum.lookahead_step import lookahead_step
from autograder.exercises.momentum.max_stable_rate import max_stable_rate
from autograder.exercises.momentum.momentum_schedule import momentum_schedule
from autograder.exercises.momentum.sgd import sgd
from autograder.exercises.momentum.sgd_momentum import sgd_momentum
from autograder.exercises.momentum.sgd_nesterov_momentum import sgd_nesterov_momentum
from autograder.judging import grader

EXERCISES = (sgd, sgd_momentum, sgd_nesterov_momentum, lookahead_step, momentum_schedule, max_stable_rate)
grade = grader(EXERCISES)
