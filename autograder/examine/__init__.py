"""Run a student's notebook and our tests in two processes that exchange plain data only.

inside       what the candidate's process runs and all that it can see of the grader
launch       starts the processes, in a sandbox

run          what ``autograder grade`` calls
plan         which cell runs where
examiner     runs the graded cells and keeps the verdicts
outputs      what cells showed, as a notebook may hold it
verdicts     from how a graded cell ended to a verdict
causes       which other cell is the cause of a missing answer
examination  the conversation with the candidate
handles      what stays in the candidate, seen from here
probes       which probes the candidate runs by itself
warm         the examiner's warm interpreter
limits       what both sides may use
"""
