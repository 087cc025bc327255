"""What a reader's functions of lesson 01 do: slopes, errors, kinks, a check of every array, and who is accused.

No probe knows a right slope: a check compares what is noted here with a recording or with a reference's.
"""
