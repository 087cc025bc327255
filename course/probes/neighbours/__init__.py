"""What a reader's functions of lesson F1 do: distances, votes, folds, and who is trained and judged on what.

Each function drives a candidate and returns what it saw as plain data; none knows what is right: the visible check
compares with a recording.
"""
