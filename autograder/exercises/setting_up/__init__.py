"""Lesson F5: whitening, starting weights, batch normalisation forward and back, dropout."""

from autograder.exercises.setting_up.batchnorm_backward import batchnorm_backward
from autograder.exercises.setting_up.batchnorm_forward import batchnorm_forward
from autograder.exercises.setting_up.dropout import dropout
from autograder.exercises.setting_up.dropout_backward import dropout_backward
from autograder.exercises.setting_up.initial import initial
from autograder.exercises.setting_up.whiten import whiten
from autograder.judging import grader

EXERCISES = (whiten, initial, batchnorm_forward, batchnorm_backward, dropout, dropout_backward)

grade = grader(EXERCISES)
