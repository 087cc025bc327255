"""Exercises of lesson 09, hyperparameter search."""

from autograder.exercises.hyperparameter_search.coarse_to_fine import coarse_to_fine
from autograder.exercises.hyperparameter_search.leaderboard import leaderboard
from autograder.exercises.hyperparameter_search.on_border import on_border
from autograder.exercises.hyperparameter_search.random_search import random_search
from autograder.exercises.hyperparameter_search.sample_log_uniform import sample_log_uniform
from autograder.exercises.hyperparameter_search.worker import worker
from autograder.judging import grader

EXERCISES = (sample_log_uniform, random_search, on_border, coarse_to_fine, worker, leaderboard)
grade = grader(EXERCISES)
