"""The cell never ends, and every signal is ignored or answered by going on."""
# long: it is ended by a limit of time
import signal

for each in range(1, 32):
    try:
        signal.signal(each, lambda *args: None)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
