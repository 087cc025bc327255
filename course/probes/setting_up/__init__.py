"""What a reader's functions of lesson F5 do: whitening, starting weights, batch normalisation, dropout.

Each function drives a candidate and returns what it saw as plain data; none knows what is right: the visible check
compares with a recording.
"""
