"""What a reader's functions of lesson 01 do: slopes, errors, kinks, a check of every array, and who is accused.

No probe says what is right: a check compares what is noted here with a recording or with a reference's.
"""
