"""A socket of every family there is is asked for, of every kind."""
# stock: skip, it has a network of its own
import socket

for family in range(2, 46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind).close()
            print("FOUND family", family)
        except OSError:
            pass

def sgd(w, dw, config=None):
    return w, {}
