"""Lesson F3: a circuit by hand, matrices, broadcasting, the max, and the tape that does all of it."""

from autograder.exercises.backpropagation.backward import backward
from autograder.exercises.backpropagation.circuit import circuit
from autograder.exercises.backpropagation.gate import gate
from autograder.exercises.backpropagation.matmul_backward import matmul_backward
from autograder.exercises.backpropagation.max_backward import max_backward
from autograder.exercises.backpropagation.sum_to_shape import sum_to_shape
from autograder.judging import grader

EXERCISES = (circuit, matmul_backward, sum_to_shape, max_backward, gate, backward)

grade = grader(EXERCISES)
