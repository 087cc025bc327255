"""Exercises of lesson 09, hyperparameter search."""

from autograder.exercises.hyperparameter_search.border import on_border
from autograder.exercises.hyperparameter_search.coarse_ranges import coarse_to_fine
from autograder.exercises.hyperparameter_search.leaderboard_runs import leaderboard
from autograder.exercises.hyperparameter_search.random_search_draws import random_search
from autograder.exercises.hyperparameter_search.sampling import sample_log_uniform
from autograder.exercises.hyperparameter_search.worker_files import worker
from autograder.judging import grader

EXERCISES = (sample_log_uniform, random_search, on_border, coarse_to_fine, worker, leaderboard)
grade = grader(EXERCISES)
