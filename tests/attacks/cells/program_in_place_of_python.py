"""Another program takes the place of Python and keeps the connection to the examiner."""
# long: it is ended by a limit of time
# stock: skip, there it ends the kernel
import os
import sys

PROGRAM = """
import os, socket, struct, sys
for number in range(3, 40):
    try:
        end = socket.socket(fileno=number)
    except OSError:
        continue
    import msgpack
    while True:
        size = struct.unpack(">I", end.recv(4, socket.MSG_WAITALL))[0]
        message = msgpack.unpackb(end.recv(size, socket.MSG_WAITALL), strict_map_key=False)
        value = [["l", None], 1] if message[0] == "run" else ["t", ["a", None, 0, "<f8", [2], bytes(16)], ["d", None]]
        value = ["h", 1, "function"] if message[0] == "name" else value
        body = msgpack.packb(["ret", [], ["t", True, value] if message[0] == "probe" else value])
        end.sendall(struct.pack(">I", len(body)) + body)
"""
for number in range(3, 40):
    try:
        os.set_inheritable(number, True)
    except OSError:
        pass
os.execv(sys.executable, [sys.executable, "-c", PROGRAM])
