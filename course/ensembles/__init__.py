"""Several networks for one task: how they are trained, how a student is taught, and what watches a reader's code.

Nothing here averages predictions or weights or distils: that is the reader's part.
"""
