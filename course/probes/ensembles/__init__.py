"""How the functions of lesson 10 are watched: what they do with scores and with weights."""
