"""Lesson F4: activations, their slopes, dead units, layers counted and computed, a network's gradients."""

from autograder.exercises.neurons_and_layers.activation import activation
from autograder.exercises.neurons_and_layers.count import count
from autograder.exercises.neurons_and_layers.dead_share import dead_share
from autograder.exercises.neurons_and_layers.forward import forward
from autograder.exercises.neurons_and_layers.slope_from_output import slope_from_output
from autograder.exercises.neurons_and_layers.two_layer import two_layer
from autograder.judging import grader

EXERCISES = (activation, slope_from_output, dead_share, count, forward, two_layer)

grade = grader(EXERCISES)
