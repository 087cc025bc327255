"""Exercises of lesson 06, the saddle explorer."""

from autograder.exercises.saddle_explorer.draw_frame import draw_frame
from autograder.exercises.saddle_explorer.make_explorer import make_explorer
from autograder.exercises.saddle_explorer.trace import trace
from autograder.judging import grader

EXERCISES = (trace, draw_frame, make_explorer)
grade = grader(EXERCISES)
