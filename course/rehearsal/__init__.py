"""Functions that take functions, rehearsed: watch what a reader's function asks for, without training a network.

``sanity`` for the checks of lesson 02, the others for the search of lesson 09.  Each module drives a function and
returns what it saw as plain data; none knows what is right: the visible check compares with a recording.
"""
