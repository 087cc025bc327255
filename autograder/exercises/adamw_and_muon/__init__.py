"""Lesson 12: decoupled weight decay, clipping, sign descent, and momentum of a matrix made orthogonal."""

from autograder.exercises.adamw_and_muon.adamw import adamw
from autograder.exercises.adamw_and_muon.clip_by_global_norm import clip_by_global_norm
from autograder.exercises.adamw_and_muon.lion import lion
from autograder.exercises.adamw_and_muon.muon import muon
from autograder.exercises.adamw_and_muon.orthogonalise import orthogonalise
from autograder.judging import grader

EXERCISES = (adamw, clip_by_global_norm, lion, orthogonalise, muon)

grade = grader(EXERCISES)
