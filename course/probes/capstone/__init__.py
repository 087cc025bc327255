"""How the answers of the last lesson are watched: a loop, two classifiers and a report, each told in few words.

Trained networks differ in every digit, so nothing here returns an accuracy.  What comes back is what a right
answer and a known mistake do reliably: bands, kinds and booleans.
"""
