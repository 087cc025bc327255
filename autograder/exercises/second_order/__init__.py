"""Exercises of lesson 08, second-order methods."""

from autograder.exercises.second_order.hessian import numerical_hessian
from autograder.exercises.second_order.lbfgs_known import lbfgs_direction
from autograder.exercises.second_order.memory import hessian_memory
from autograder.exercises.second_order.minibatch import minibatch_prediction
from autograder.exercises.second_order.newton import newton_step
from autograder.judging import grader

EXERCISES = (hessian_memory, numerical_hessian, newton_step, lbfgs_direction, minibatch_prediction)
grade = grader(EXERCISES)
