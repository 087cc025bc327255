"""Start the interpreters that submissions and our checks run in.

sandbox           the levels of isolation, what works on this machine, which one is in force
warm_interpreter  starts the two warm interpreters and sends them requests
container         what bubblewrap shows a candidate
candidate_folder  the same without bubblewrap: a folder of copies
pair              one attempt after the other with the two interpreters
processor         one processor for both sides of a pair
"""
