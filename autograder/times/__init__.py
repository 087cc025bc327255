"""When something was handed in, as exchanges, learning management systems and people write it."""
