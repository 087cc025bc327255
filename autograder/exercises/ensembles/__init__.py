"""Exercises of lesson 10, ensembles."""

from autograder.exercises.ensembles.averaging_known import average_predictions
from autograder.exercises.ensembles.checkpoints_means import checkpoint_ensemble
from autograder.exercises.ensembles.distilling_slips import distill_loss
from autograder.exercises.ensembles.gain_intervals import honest_gain
from autograder.exercises.ensembles.running_in_place import ema_update
from autograder.judging import grader

EXERCISES = (average_predictions, honest_gain, checkpoint_ensemble, ema_update, distill_loss)
grade = grader(EXERCISES)
