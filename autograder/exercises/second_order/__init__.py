"""Exercises of lesson 08, second-order methods."""

from autograder.exercises.second_order.hessian_vector_product import hessian_vector_product
from autograder.exercises.second_order.lbfgs_direction import lbfgs_direction
from autograder.exercises.second_order.minibatch_prediction import minibatch_prediction
from autograder.exercises.second_order.newton_step import newton_step
from autograder.exercises.second_order.numerical_hessian import numerical_hessian
from autograder.judging import grader

EXERCISES = (numerical_hessian, newton_step, hessian_vector_product, lbfgs_direction, minibatch_prediction)
grade = grader(EXERCISES)
