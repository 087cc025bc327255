"""Exercises of lesson 11, the capstone; its two written parts are marked by a person."""

from autograder.exercises.capstone.final_report import final_report
from autograder.exercises.capstone.fit import fit
from autograder.exercises.capstone.standardise import standardise
from autograder.exercises.capstone.train_digits import train_digits
from autograder.exercises.capstone.train_spiral import train_spiral
from autograder.judging import grader

EXERCISES = (fit, train_spiral, standardise, train_digits, final_report)
grade = grader(EXERCISES)
