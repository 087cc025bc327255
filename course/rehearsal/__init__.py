"""A hyperparameter search rehearsed: watch what a reader's function asks for, without training anything.

One module per kind of function of lesson 09.  Each drives a function and returns what it saw as plain data; none
knows what is right: the visible check compares with a recording.
"""
