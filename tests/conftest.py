"""Interrupts count, also in a run that a shell started in the background, where they are ignored."""

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # what the tests start inherits it
    signal.signal(signal.SIGINT, signal.default_int_handler)
