"""Exercises of lesson F1, nearest neighbours."""

from autograder.exercises.nearest_neighbours.ask_once import ask_once
from autograder.exercises.nearest_neighbours.cross_validate import cross_validate
from autograder.exercises.nearest_neighbours.distances import distances
from autograder.exercises.nearest_neighbours.folds import folds
from autograder.exercises.nearest_neighbours.shifted_share import shifted_share
from autograder.exercises.nearest_neighbours.vote import vote
from autograder.judging import grader

EXERCISES = (distances, vote, folds, cross_validate, ask_once, shifted_share)

grade = grader(EXERCISES)
