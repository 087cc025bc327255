"""Probes: call a reader's function with prepared input and record what it does as plain data.

``base`` and ``composed`` hold probes that any exercise can use; the other modules hold those made for one lesson.
No probe knows what is right: a check compares its outcome with a recording or with a reference's.
"""
