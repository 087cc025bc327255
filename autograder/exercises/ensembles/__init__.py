"""Exercises of lesson 10, ensembles."""

from autograder.exercises.ensembles.average_predictions import average_predictions
from autograder.exercises.ensembles.calibration_error import calibration_error
from autograder.exercises.ensembles.checkpoint_ensemble import checkpoint_ensemble
from autograder.exercises.ensembles.distill_loss import distill_loss
from autograder.exercises.ensembles.ema_update import ema_update
from autograder.exercises.ensembles.honest_gain import honest_gain
from autograder.judging import grader

EXERCISES = (
    average_predictions,
    honest_gain,
    checkpoint_ensemble,
    ema_update,
    calibration_error,
    distill_loss,
)
grade = grader(EXERCISES)
