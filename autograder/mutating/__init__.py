"""Mutants: right answers with one thing changed, which the checks of an exercise must not let pass."""
