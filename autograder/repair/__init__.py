"""What was handed in, read whatever it is, and rebuilt from the master of its lesson."""
