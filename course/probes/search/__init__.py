"""How the functions of lesson 09 are watched while they search, without training a network."""
