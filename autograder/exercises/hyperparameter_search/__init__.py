"""Exercises of lesson 09, hyperparameter search."""

from autograder.exercises.hyperparameter_search.coarse_to_fine import coarse_to_fine
from autograder.exercises.hyperparameter_search.on_border import on_border
from autograder.exercises.hyperparameter_search.random_search import random_search
from autograder.exercises.hyperparameter_search.sample_log_uniform import sample_log_uniform
from autograder.exercises.hyperparameter_search.save import save
from autograder.exercises.hyperparameter_search.successive_halving import successive_halving
from autograder.judging import grader

EXERCISES = (sample_log_uniform, random_search, on_border, coarse_to_fine, successive_halving, save)
grade = grader(EXERCISES)
