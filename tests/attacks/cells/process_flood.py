"""The cell forks without end."""
# long: it is ended by a limit of time
# stock: skip, it would take the machine with it
import os

while True:
    try:
        os.fork()
    except OSError:
        pass
