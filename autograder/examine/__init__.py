"""Run a student's notebook and our tests in two processes that exchange plain data only.

inside       what the candidate's process runs and all that it can see of the grader
launch       starts the processes, in a sandbox

run          what ``autograder grade`` calls
plan         which cell runs where
examiner     runs the graded cells and keeps the verdicts
examination  the conversation with the candidate
handles      what stays in the candidate, seen from here
travel       probes that are sent to the candidate and run there
warm         the examiner's warm interpreter
limits       what both sides may use
"""
