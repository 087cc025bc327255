"""Exercises of lesson F2, linear classifiers."""

from autograder.exercises.linear_classifier.minibatches import minibatches
from autograder.exercises.linear_classifier.scores import scores
from autograder.exercises.linear_classifier.softmax_gradient import softmax_gradient
from autograder.exercises.linear_classifier.svm_gradient import svm_gradient
from autograder.exercises.linear_classifier.train_linear import train_linear
from autograder.judging import grader

EXERCISES = (scores, svm_gradient, softmax_gradient, minibatches, train_linear)

grade = grader(EXERCISES)
