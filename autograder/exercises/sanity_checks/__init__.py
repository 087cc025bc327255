"""Lesson 02: the loss one should see before training, two losses, and two checks that cost a minute."""

from autograder.exercises.sanity_checks.chance_loss import chance_loss
from autograder.exercises.sanity_checks.overfit_tiny import overfit_tiny
from autograder.exercises.sanity_checks.regularization_raises_loss import regularization_raises_loss
from autograder.exercises.sanity_checks.softmax_loss import softmax_loss
from autograder.exercises.sanity_checks.svm_loss import svm_loss
from autograder.judging import grader

EXERCISES = (chance_loss, softmax_loss, svm_loss, overfit_tiny, regularization_raises_loss)

grade = grader(EXERCISES)
